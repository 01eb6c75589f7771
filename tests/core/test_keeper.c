#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/deadline.h"
#include "core/record/link.h"
#include "core/record/children.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"

/*
 * Chains of rollups and links: a ward keeps the keeper that its latest sure sheet names, and each
 * of the folk counts the wards that name it as keeper. Duplicate folk are merged and separated
 * again. Three books of the test.
 */
#define JAN31	INT64_C(1769824800)	/* 2026-01-31 10:00 in the county */
#define DAY	INT64_C(86400)

static struct fixture	w;
static char		forms[300];
static int		gui, wu;	/* folk: the two are one and the same */

static const char	folk_book[] =
    "book: folk\n"
    "label: 人\n"
    "area: home\n"
    "title: '{name}'\n"
    "create: [director]\n"
    "pages:\n"
    "  - main:\n"
    "      label: 页\n"
    "      fields:\n"
    "        - name: {type: text, required: first, label: 名}\n"
    "        - home: {type: area, level: village, required: first, default: own-area, label: 村}\n"
    "        - wards: {type: number, label: 照料, rollup: {book: ward, link: keeper, pick: count, where: {state: open}}}\n"
    "        - sheets: {type: number, label: 单, rollup: {book: sheet, link: keeper, pick: count, where: {state: sure}}}\n"
    "life: {start: kept, states: [kept: 在用, merged: 已并], acts: []}\n"
    "merge: {by: officer, to: merged}\n"
    "see: {director: area, supervisor: area, officer: all}\n"
    "write: {director: area}\n"
    "lists:\n"
    "  - all: {label: 全, columns: [name], sort: [name]}\n"
    "  - busy: {label: 多, where: {field: wards, min: 2}, columns: [name], sort: [wards]}\n"
    "clocks: [busy: {label: 多, when: {field: wards, min: 2}, within: 7d, by: director}]\n";

static const char	ward_book[] =
    "book: ward\n"
    "label: 儿\n"
    "area: home\n"
    "title: '{name}'\n"
    "create: [director]\n"
    "pages:\n"
    "  - main:\n"
    "      label: 页\n"
    "      fields:\n"
    "        - name: {type: text, required: first, label: 名}\n"
    "        - home: {type: area, level: village, required: first, default: own-area, label: 村}\n"
    "        - keeper: {type: link, book: folk, label: 照料人, rollup: {book: sheet, field: keeper, where: {state: sure}}}\n"
    "life: {start: open, states: [open: 在册, shut: 已结, merged: 已并], acts: [shut: {label: 结, from: open, to: shut, by: director}]}\n"
    "merge: {by: officer, to: merged}\n"
    "see: {director: area, supervisor: area, officer: all}\n"
    "write: {director: area}\n"
    "lists: [all: {label: 全, columns: [name], sort: [name]}]\n"
    "clocks:\n"
    "  - kept: {label: 看, when: {keeper: any}, within: 5d, by: supervisor}\n"
    "  - aged: {label: 久, when: {state: open}, within: 3m, by: officer}\n"
    "  - other: {label: 换, when: {state: open}, on: {change: keeper, offset: 7d}, by: supervisor}\n";

static const char	sheet_book[] =
    "book: sheet\n"
    "label: 单\n"
    "under: ward\n"
    "date: day\n"
    "title: '{day}'\n"
    "create: [director]\n"
    "pages:\n"
    "  - main:\n"
    "      label: 页\n"
    "      fields:\n"
    "        - ward: {type: link, book: ward, label: 儿, required: first}\n"
    "        - day: {type: date, label: 日, required: first}\n"
    "        - keeper: {type: link, book: folk, label: 照料人}\n"
    "life: {start: sure, states: [sure: 定, void: 废], acts: [void: {label: 废, from: sure, to: void, by: director},\n"
    "    restore: {label: 复, from: void, to: sure, by: director}]}\n"
    "see: {director: area, supervisor: area, officer: all}\n"
    "write: {director: area}\n"
    "lists: [all: {label: 全, columns: [day], sort: [day]}]\n"
    "clocks: [led: {label: 变, when: {state: sure}, on: {change: keeper, offset: 3d}, by: supervisor}]\n";

static int
folk(const char *name)
{
	return (int)reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'folk','set':{'name':'%s'}}", name), "id");
}

static void
setup(void)
{
	fixture_home(&w);
	fixture_copy_forms(&w, forms);
	fixture_put_file(&w, "books/folk.yaml", folk_book);
	fixture_put_file(&w, "books/ward.yaml", ward_book);
	fixture_put_file(&w, "books/sheet.yaml", sheet_book);
	fixture_reopen(&w);
	fixture_set_clock(JAN31);
	gui = folk("王桂花");
	wu = folk("王桂华");
}

static void
teardown(void)
{
	world_free(&w);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static int
sheet(int ward, int day, int keeper)
{
	return (int)reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'sheet','set':{'ward':%d,'day':%d,'keeper':%d}}", ward, day,
	    keeper), "id");
}

/* With a first sheet of that day that names its keeper; 0: none. */
static int
ward(const char *name, int keeper)
{
	int	 id = (int)reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'ward','set':{'name':'%s'}}", name), "id");

	if (keeper != 0)
		sheet(id, 20260110, keeper);
	return id;
}

static const char *
act(const char *book, int id, const char *name)
{
	return reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'act','book':'%s','id':%d,'ver':%d,'act':'%s'}", book, id, fixture_ver(&w, id),
	    name));
}

static const char *
lead(int sheet_id, int keeper)
{
	return reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'sheet','id':%d,'ver':%d,'set':{'keeper':%d}}", sheet_id,
	    fixture_ver(&w, sheet_id), keeper));
}

static const char *
merge(const char *book, int stays, int other)
{
	return reply_error_code(ask_new(&w, "off",
	    "{'op':'merge','book':'%s','id':%d,'ver':%d,'other':%d,'otherver':%d,'why':'重'}", book,
	    stays, fixture_ver(&w, stays), other, fixture_ver(&w, other)));
}

static const char *
unmerge(const char *book, int id)
{
	return reply_error_code(ask_new(&w, "off",
	    "{'op':'unmerge','book':'%s','id':%d,'ver':%d,'why':'不是'}", book, id,
	    fixture_ver(&w, id)));
}

static int
keeper_of(int id)
{
	struct rec	*rec = fixture_rec(&w, id);
	int		 keeper = (int)val_get_num(rec->fields, "keeper", 0);

	rec_free(rec);
	return keeper;
}

/* "wards sheets" */
static const char *
counts(int id)
{
	static char	 text[40];
	struct rec	*rec = fixture_rec(&w, id);

	snprintf(text, sizeof text, "%d %d", (int)val_get_num(rec->fields, "wards", 0),
	    (int)val_get_num(rec->fields, "sheets", 0));
	rec_free(rec);
	return text;
}

static int
busy(void)
{
	return (int)reply_number(ask(&w, "off", "{'op':'count','book':'folk','list':'busy'}"),
	    "count");
}

static bool
count_row(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	const struct index_def	*idx = klen >= 12 ? index_of_key(w.core->index_catalog, key) : NULL;

	(void)p;
	(void)n;
	if (idx != NULL && (strcmp(idx->book->name, "folk") == 0 ||
	    strcmp(idx->book->name, "ward") == 0 || strcmp(idx->book->name, "sheet") == 0))
		++*(size_t *)arg;
	return true;
}

static size_t
rows_there(int id, int last)
{
	size_t	 n = 0;

	for (; id <= last; id++) {
		struct index_entries	 rows = INDEX_ENTRIES_INIT;
		struct rec	*rec = fixture_rec(&w, id);

		ck_assert_msg(child_stale(w.core, rec) == NULL, "%s of %s %d",
		    child_stale(w.core, rec), rec->book->name, id);
		ck_assert(index_make_entries(w.core->index_catalog, rec, INDEX_PASS_ALL, &rows));
		for (size_t k = 0; k < rows.n; k++)
			ck_assert_int_eq(store_get(w.core->store, NULL, STORE_IDX,
			    rows.bytes.p + rows.row[k].at, rows.row[k].n, NULL), STORE_OK);
		n += rows.n;
		index_entries_free(&rows);
		rec_free(rec);
	}
	return n;
}

/*
 * All that is kept follows from the records, from the first of the folk to the last record there
 * is, and no more rows are there.
 */
static void
agrees(void)
{
	struct rec	*rec;
	size_t		 there = 0;
	int		 last = gui;

	while (rec_get(w.core, NULL, (uint64_t)last + 1, &rec) == REC_OK) {
		rec_free(rec);
		last++;
	}
	ck_assert_int_eq(store_scan(w.core->store, NULL, STORE_IDX,
	    &(struct store_range){ .keys_only = true }, count_row, &there), STORE_OK);
	ck_assert_uint_eq(there, rows_there(gui, last));
}

/* ---- counts ---------------------------------------------------------------------------------- */

START_TEST(a_keeper_learnt_is_a_keeper_counted)
{
	int	 a = ward("甲", gui), b = ward("乙", wu), s;

	ck_assert_int_eq(keeper_of(a), gui);
	ck_assert_str_eq(counts(gui), "1 1");
	ck_assert_str_eq(counts(wu), "1 1");
	s = sheet(b, 20260120, gui);
	ck_assert_str_eq(counts(gui), "2 2");
	ck_assert_str_eq(counts(wu), "0 1");
	ck_assert_int_eq(busy(), 1);
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "busy 20260207");
	agrees();
	ck_assert_str_eq(act("sheet", s, "void"), "");
	ck_assert_str_eq(counts(gui), "1 1");
	ck_assert_str_eq(counts(wu), "1 1");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "");
	ck_assert_str_eq(act("ward", b, "shut"), "");
	ck_assert_str_eq(counts(wu), "0 1");
	agrees();
}
END_TEST

START_TEST(an_edit_taken_back_reaches_whoever_is_counted)
{
	int		 a = ward("甲", gui), s;
	struct rec	*rec;

	s = sheet(ward("乙", 0), 20260120, gui);
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1",
	    "{'op':'ack','book':'folk','id':%d,'clock':'busy'}", gui)), "");
	fixture_set_clock(JAN31 + 3 * DAY);
	ck_assert_str_eq(lead(s, wu), "");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'undo','book':'sheet','id':%d,'ver':2}", s)), "");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "busy 20260207");
	rec = fixture_rec(&w, gui);
	ck_assert_ptr_nonnull(deadline_ack(book_clock(rec->book, "busy"), rec));
	rec_free(rec);
	ck_assert_int_eq(keeper_of(a), gui);
	agrees();
}
END_TEST

/* The text without the lines that have the word. */
static const char *
without(const char *text, const char *word)
{
	static char	 out[4000];
	size_t		 n = 0;

	while (*text != '\0') {
		size_t		 len = strcspn(text, "\n") + 1;
		const char	*at = strstr(text, word);

		if (at == NULL || at >= text + len) {
			memcpy(out + n, text, len);
			n += len;
		}
		text += len;
	}
	out[n] = '\0';
	return out;
}

/* Also where neither the field nor the index of the link was there before. */
START_TEST(a_keeper_learnt_later_is_counted_at_the_start)
{
	int	 a;

	fixture_put_file(&w, "books/folk.yaml", without(folk_book, "wards"));
	fixture_put_file(&w, "books/ward.yaml", without(ward_book, "keeper"));
	fixture_reopen(&w);
	a = ward("甲", gui);
	ward("乙", gui);
	ck_assert_int_eq(keeper_of(a), 0);
	ck_assert_str_eq(counts(gui), "0 2");
	fixture_put_file(&w, "books/ward.yaml", ward_book);
	fixture_put_file(&w, "books/folk.yaml", folk_book);
	fixture_reopen(&w);
	ck_assert_int_eq(keeper_of(a), gui);
	ck_assert_str_eq(counts(gui), "2 2");
	ck_assert_int_eq(busy(), 1);
	agrees();
}
END_TEST

START_TEST(a_keeper_no_longer_typed_is_counted_at_the_start)
{
	static char	 text[4000];
	const char	*at = strstr(ward_book, ", rollup: {");

	snprintf(text, sizeof text, "%.*s%s", (int)(at - ward_book), ward_book,
	    strchr(at, '\n') - 1);
	fixture_put_file(&w, "books/ward.yaml", text);
	fixture_reopen(&w);
	ward("甲", gui);
	ck_assert_str_eq(counts(gui), "0 1");
	fixture_put_file(&w, "books/ward.yaml", ward_book);
	fixture_reopen(&w);
	ck_assert_str_eq(counts(gui), "1 1");
	agrees();
}
END_TEST

/* ---- one and the same ------------------------------------------------------------------------ */

START_TEST(wards_of_doubles_are_wards_of_the_one_that_stays)
{
	int	 a = ward("甲", gui), b = ward("乙", wu), c = ward("丙", wu);
	char	 was[200];

	snprintf(was, sizeof was, "%s", fixture_due(&w, "sup-a"));
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "busy 20260207");
	fixture_set_clock(JAN31 + 2 * DAY);
	ck_assert_str_eq(merge("folk", gui, wu), "");
	ck_assert_int_eq(keeper_of(b), gui);
	ck_assert_int_eq(keeper_of(c), gui);
	ck_assert_str_eq(counts(gui), "3 3");
	ck_assert_str_eq(counts(wu), "0 0");
	ck_assert_int_eq(busy(), 1);
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "busy 20260209");
	/* nobody edited the wards, and neither they nor the sheets have another keeper now */
	ck_assert_int_eq(fixture_ver(&w, b), 1);
	ck_assert_str_eq(fixture_due(&w, "sup-a"), was);
	agrees();
	fixture_set_clock(JAN31 + 3 * DAY);
	ck_assert_str_eq(unmerge("folk", wu), "");
	ck_assert_int_eq(keeper_of(a), gui);
	ck_assert_int_eq(keeper_of(b), wu);
	ck_assert_str_eq(counts(gui), "1 1");
	ck_assert_str_eq(counts(wu), "2 2");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "busy 20260207");
	ck_assert_str_eq(fixture_due(&w, "sup-a"), was);
	agrees();
}
END_TEST

/* What sheets of since say counts, not what the ward had when the folk were merged. */
START_TEST(what_came_since_stays_when_they_are_taken_apart)
{
	int	 a = ward("甲", wu), b = ward("乙", wu), c = ward("丙", 0), s, old;

	old = sheet(c, 20260109, gui);
	s = sheet(c, 20260111, wu);
	ck_assert_str_eq(merge("folk", gui, wu), "");
	sheet(a, 20260120, gui);
	ck_assert_str_eq(act("sheet", s, "void"), "");
	ck_assert_str_eq(counts(gui), "3 4");
	ck_assert_str_eq(unmerge("folk", wu), "");
	ck_assert_int_eq(keeper_of(a), gui);
	ck_assert_int_eq(keeper_of(b), wu);
	ck_assert_int_eq(keeper_of(c), gui);
	ck_assert_int_eq(keeper_of(old), gui);
	ck_assert_int_eq(keeper_of(s), wu);
	ck_assert_str_eq(counts(gui), "2 2");
	ck_assert_str_eq(counts(wu), "1 2");
	agrees();
	ck_assert_str_eq(act("sheet", s, "restore"), "");
	ck_assert_int_eq(keeper_of(c), wu);
	agrees();
}
END_TEST

START_TEST(doubles_of_a_ward_have_one_keeper)
{
	int	 a = ward("甲", gui), b = ward("甲", 0);

	sheet(b, 20260120, wu);
	ck_assert_str_eq(merge("ward", a, b), "");
	ck_assert_int_eq(keeper_of(a), wu);
	ck_assert_str_eq(counts(gui), "0 1");
	ck_assert_str_eq(counts(wu), "1 1");
	agrees();
	/* and the folk on top of it */
	ck_assert_str_eq(merge("folk", gui, wu), "");
	ck_assert_int_eq(keeper_of(a), gui);
	ck_assert_str_eq(counts(gui), "1 2");
	agrees();
	ck_assert_str_eq(unmerge("ward", b), "");
	ck_assert_str_eq(counts(gui), "2 2");
	agrees();
	ck_assert_str_eq(unmerge("folk", wu), "");
	ck_assert_str_eq(counts(gui), "1 1");
	ck_assert_str_eq(counts(wu), "1 1");
	ck_assert_int_eq(keeper_of(b), wu);
	agrees();
}
END_TEST

/* ---- in any order ---------------------------------------------------------------------------- */

#define WARDS	4
#define FOLK	4
#define SHEETS	40

struct made {
	int		 ward[WARDS], folk[FOLK], sheet[SHEETS];
	size_t		 nsheets, fine;
	unsigned	 seed;
};

static unsigned
below(struct made *m, size_t n)
{
	m->seed = m->seed * 1103515245u + 12345u;
	return (m->seed >> 16) % (unsigned)n;
}

static void
step(struct made *m)
{
	int		 a = m->folk[below(m, FOLK)], b = m->folk[below(m, FOLK)],
	    x = m->ward[below(m, WARDS)], y = m->ward[below(m, WARDS)];
	const char	*said = "none";
	struct val	*r;

	switch (below(m, 9)) {
	case 0:
	case 1:
		if (m->nsheets == SHEETS)
			return;
		r = ask_new(&w, "dir-a1",
		    "{'op':'save','book':'sheet','set':{'ward':%d,'day':%d,'keeper':%d}}", x,
		    20260110 + (int)below(m, 15), a);
		if (val_get_true(r, "ok"))
			m->sheet[m->nsheets++] = (int)val_get_num(r, "id", 0);
		said = reply_error_code(r);
		break;
	case 2:
		said = merge("folk", a, b);
		break;
	case 3:
		said = unmerge("folk", a);
		break;
	case 4:
		said = merge("ward", x, y);
		break;
	case 5:
		said = unmerge("ward", x);
		break;
	default:
		if (m->nsheets == 0)
			return;
		x = m->sheet[below(m, m->nsheets)];
		y = (int)below(m, 4);
		said = y == 0 ? act("sheet", x, "void") : y == 1 ? act("sheet", x, "restore") :
		    y == 2 ? lead(x, a) :
		    reply_error_code(ask_new(&w, "dir-a1",
		    "{'op':'undo','book':'sheet','id':%d,'ver':%d}", x, fixture_ver(&w, x)));
		break;
	}
	m->fine += *said == '\0';
}

START_TEST(in_any_order_what_is_kept_follows)
{
	struct made	 m = { .seed = (unsigned)_i * 7919u + 3 };

	m.folk[0] = gui;
	m.folk[1] = wu;
	m.folk[2] = folk("李四");
	m.folk[3] = folk("赵五");
	for (size_t i = 0; i < WARDS; i++)
		m.ward[i] = ward("甲", 0);
	for (int i = 0; i < 250; i++) {
		if (below(&m, 5) == 0)
			fixture_set_clock(JAN31 + i * DAY);
		step(&m);
		agrees();
	}
	ck_assert_uint_gt(m.fine, 70);
}
END_TEST

static Suite *
suite(void)
{
	Suite	*s = suite_create("core/keeper");
	TCase	*tc = tcase_create("keeper");
	const TTest *const	 all[] = { a_keeper_learnt_is_a_keeper_counted,
	    an_edit_taken_back_reaches_whoever_is_counted,
	    a_keeper_learnt_later_is_counted_at_the_start,
	    a_keeper_no_longer_typed_is_counted_at_the_start,
	    wards_of_doubles_are_wards_of_the_one_that_stays,
	    what_came_since_stays_when_they_are_taken_apart, doubles_of_a_ward_have_one_keeper };

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		tcase_add_test(tc, all[i]);
	tcase_add_loop_test(tc, in_any_order_what_is_kept_follows, 0, 4);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(suite)
