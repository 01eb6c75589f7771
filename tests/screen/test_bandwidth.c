#include <signal.h>

#include "tests/screen/county.h"

/*
 * What goes over the line (SPEC 7): a page of a list or of a form stays under 2 KB even when all of
 * it is sent anew, the next page costs less than that, and a typed character about itself.
 */
#define PAGE_MAX	2048
#define KEY_MAX		8
#define FOCUS_MAX	32

static void
county_with_a_full_page(void)
{
	char	 name[64];

	county_open();
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "%s%s", (const char *[]){ "陈", "欧阳", "李", "司马",
		    "张" }[i % 5], (const char *[]){ "雨彤", "天宇", "静", "俊杰" }[i % 4]);
		child_in_state(&d.fixture, "dir-a1", name, AREA_A1, 10 + i, i % 3 == 0 ?
		    "submitted" : "found");
	}
	county_serve();
}

/*
 * What comes until nothing more does. When that is too early the rest is missing from the sum, so
 * no delay fails a test.
 */
static uint64_t
bytes_since(struct vt *vt, uint64_t before)
{
	uint64_t	 seen;

	for (int ms = 0; ms < VT_PATIENCE_MS && vt_bytes(vt) == before; ms += 20)
		vt_pause(vt, 20);
	do {
		seen = vt_bytes(vt);
		vt_pause(vt, 150);
	} while (vt_bytes(vt) != seen);
	return seen - before;
}

static uint64_t
cost_of(struct vt *vt, const char *keys)
{
	uint64_t	 before = vt_bytes(vt);

	vt_type(vt, keys);
	return bytes_since(vt, before);
}

/* The whole screen, as after a change of the window's size. */
static uint64_t
cost_of_repaint(struct vt *vt)
{
	uint64_t	 before = vt_bytes(vt);

	ck_assert_int_eq(kill(vt_pid(vt), SIGWINCH), 0);
	return bytes_since(vt, before);
}

static void
open_by(struct vt *vt, const char *code, const char *until)
{
	vt_type(vt, ".");
	vt_type(vt, code);
	vt_expect(vt, until);
	bytes_since(vt, vt_bytes(vt) - 1);
}

static void
must_cost(struct vt *vt, uint64_t bytes, uint64_t least, uint64_t most, const char *what)
{
	ck_assert_msg(bytes >= least && bytes <= most, "%s: %llu bytes, not %llu to %llu, on\n%s",
	    what,
	    (unsigned long long)bytes, (unsigned long long)least, (unsigned long long)most,
	    vt_dump(vt));
}

/*
 * The widest of all, with full rows of six columns, may need a little more when every cell of it is
 * sent.
 */
static const struct { const char *persona, *code; uint64_t anew; } lists[] = {
	{ "dir-a1", "wd", PAGE_MAX }, { "sup-a", "hs", PAGE_MAX }, { "off", "qb", PAGE_MAX + 256 },
};

START_TEST(list_page)
{
	struct vt	*vt = client(&d, lists[_i].persona);
	bool		 more;

	open_by(vt, lists[_i].code, " 1-");
	must_cost(vt, cost_of_repaint(vt), 800, lists[_i].anew, lists[_i].code);
	more = vt_find(vt, "下面还有", NULL, NULL);
	must_cost(vt, cost_of(vt, "<Down>"), 1, FOCUS_MAX, "a line down");
	if (more) {
		must_cost(vt, cost_of(vt, "<PgDn>"), 200, PAGE_MAX, "next page");
		vt_expect(vt, "20-38");
		vt_type(vt, "<End>");
		vt_expect_gone(vt, "下面还有");
		vt_type(vt, "<PgUp>");
		vt_expect(vt, "下面还有");
		vt_type(vt, "<Home>");
		vt_expect(vt, " 1-19");
	}
	client_leave(vt);
}
END_TEST

START_TEST(form_page)
{
	struct vt	*vt = client(&d, "dir-a1");

	open_by(vt, "dj", "第1页");
	must_cost(vt, cost_of_repaint(vt), 300, PAGE_MAX, "first page");
	must_cost(vt, cost_of(vt, "w"), 1, FOCUS_MAX, "the first key, with which a gap is filled");
	must_cost(vt, cost_of(vt, "e"), 1, KEY_MAX, "a key");
	must_cost(vt, cost_of(vt, "王"), 3, KEY_MAX, "a character");
	must_cost(vt, cost_of(vt, "<BS>"), 1, KEY_MAX, "backspace");
	must_cost(vt, cost_of(vt, "<Tab>"), 1, FOCUS_MAX, "next field");
	must_cost(vt, cost_of(vt, "<PgDn>"), 100, PAGE_MAX, "next page");
	vt_expect(vt, "第2页");
	must_cost(vt, cost_of_repaint(vt), 300, PAGE_MAX, "second page");
	vt_free(vt);
}
END_TEST

static Suite *
bytes(void)
{
	Suite	*s = suite_create("bytes");
	TCase	*tc = tcase_create("bytes");

	tcase_add_unchecked_fixture(tc, county_with_a_full_page, county_close);
	tcase_add_loop_test(tc, list_page, 0, sizeof(lists) / sizeof(lists[0]));
	tcase_add_test(tc, form_page);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(bytes)
