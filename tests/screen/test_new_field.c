/*
 * New form, no C: a field is written into a book's definition and the daemon started again; then it
 * is on the screen, in the list and among the checks, and records from before go on without it.
 */
#include "tests/screen/county.h"

static void
read_all(const char *path, struct buf *out)
{
	char	 chunk[4096];
	size_t	 n;
	FILE	*f = fopen(path, "r");

	ck_assert_ptr_nonnull(f);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_put(out, chunk, n);
	fclose(f);
}

/*
 * Puts text into a definition of the home's own, before the first `mark` that comes after `from`.
 */
static void
insert(const char *file, const char *from, const char *mark, const char *text)
{
	struct buf	 b = BUF_INIT;
	char		 path[600];
	const char	*all, *at;
	FILE		*f;

	snprintf(path, sizeof(path), "%s/forms/%s", d.fixture.home, file);
	read_all(path, &b);
	all = buf_str(&b);
	ck_assert_ptr_nonnull(at = strstr(all, from));
	ck_assert_ptr_nonnull(at = strstr(at, mark));
	ck_assert_ptr_nonnull(f = fopen(path, "w"));
	ck_assert_int_ge(fprintf(f, "%.*s%s%s", (int)(at - all), all, text, at), 0);
	ck_assert_int_eq(fclose(f), 0);
	buf_free(&b);
}

/*
 * What an administrator would add: a shoe size after the other names, and its column in the
 * director's list.
 */
static void
add_shoe_size(void)
{
	insert("books/child.yaml", "- former_name:", "        - citizen_no:",
	    "        - shoe:\n"
	    "            type: number\n"
	    "            label: {zh: 鞋码, en: Shoe size}\n"
	    "            help: {zh: 冬天发棉鞋用, en: For the winter shoes}\n"
	    "            required: yes\n"
	    "            min: 10\n"
	    "            max: 50\n");
	insert("books/child.yaml", "- mine:", "state]", "{field: shoe, cells: 6}, ");
}

static void
setup(void)
{
	county_open();
	child_in_state(&d.fixture, "dir-a1", "王小明", AREA_A1, 1, "found");
	county_serve();
}

/* From the menu to the child's file. */
static void
open_list(struct vt *vt)
{
	vt_type(vt, ".wd");
	vt_expect(vt, "王小明");
}

static void
open_form(struct vt *vt)
{
	vt_type(vt, "<Enter>");
	vt_expect(vt, "编号");
	vt_type(vt, "e");
	vt_expect(vt, "曾用名");
	vt_expect(vt, "第1页");
}

START_TEST(unknown_before)
{
	struct vt	*vt = client(&d, "dir-a1");

	open_list(vt);
	ck_assert(!vt_find(vt, "鞋码", NULL, NULL));
	open_form(vt);
	ck_assert(!vt_find(vt, "鞋码", NULL, NULL));
	client_leave(vt);
}
END_TEST

START_TEST(on_screen_in_lists_in_checks)
{
	struct vt	*vt;

	daemon_stop(&d);
	add_shoe_size();
	daemon_start(&d, NULL);
	vt = client(&d, "dir-a1");
	open_list(vt);
	vt_expect(vt, "鞋码");
	open_form(vt);
	vt_expect(vt, " * 鞋码");				/* the record has none, and it is
							     required */
	vt_type(vt, "<Enter><Enter><C-_>");
	vt_expect(vt, "冬天发棉鞋用");
	vt_type(vt, "99<Enter>");
	vt_expect(vt, " ! 鞋码");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "最大是50");
	vt_type(vt, "<Enter>");
	vt_expect(vt, ">! 鞋码");
	vt_type(vt, "<BS><BS>32<C-o>");
	vt_expect(vt, "已保存");
	vt_type(vt, "<Enter>");			/* from the cover into the file */
	vt_expect(vt, "32");
	vt_type(vt, "<Esc><Esc>");
	vt_expect(vt, "  32");
	client_leave(vt);
}
END_TEST

/* The daemon's checks have it, too: this record was complete until yesterday. */
START_TEST(in_what_the_daemon_checks)
{
	struct conn	*l = daemon_conn(&d, "dir-a1");
	struct val	*rows = daemon_ask(l, "{'op':'list','book':'child','list':'mine'}"), *reply;
	int64_t		 id = val_get_num(val_at(val_get(rows, "rows"), 0), "id", 0);

	val_free(rows);
	conn_close(l);
	daemon_stop(&d);
	add_shoe_size();
	daemon_start(&d, NULL);
	l = daemon_conn(&d, "dir-a1");
	reply = daemon_ask(l, "{'op':'act','book':'child','id':%lld,'ver':1,'act':'submit'}",
	    (long long)id);
	ck_assert_str_eq(val_get_str(reply, "error"), "invalid");
	ck_assert_str_eq(val_str(val_find(reply, "problems.0.field")), "shoe");
	ck_assert_uint_eq(val_len(val_get(reply, "problems")), 1);
	val_free(reply);
	ck_assert_str_eq(reply_error_code(daemon_ask(l,
	    "{'op':'act','book':'child','id':%lld,'ver':1,'act':'submit','set':{'shoe':32}}",
	    (long long)id)), "");
	conn_close(l);
}
END_TEST

/* Who was logged in meanwhile must not go on with the old form. */
START_TEST(an_old_client_says_so)
{
	struct vt	*vt = client(&d, "dir-a1");

	daemon_stop(&d);
	add_shoe_size();
	daemon_start(&d, NULL);
	vt_expect(vt, "请重新登录");
	ck_assert_int_ne(vt_end(vt), 0);
}
END_TEST

static Suite *
newfield(void)
{
	const TTest *const all[] = {
		unknown_before, on_screen_in_lists_in_checks, in_what_the_daemon_checks,
		    an_old_client_says_so,
	};
	Suite	*s = suite_create("newfield");
	TCase	*tc = tcase_create("newfield");

	tcase_add_checked_fixture(tc, setup, county_close);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		tcase_add_test(tc, all[i]);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(newfield)
