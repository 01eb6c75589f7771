#include "tests/screen/county.h"

/*
 * A file before a supervisor: what he wrote on it is his to keep or drop, whichever act he does,
 * and what he passed too early he takes back.
 */

static void
county(void)
{
	county_open();
	child_in_state(&d.fixture, "dir-a1", "张伟", AREA_A1, 1, "submitted");
	child_in_state(&d.fixture, "dir-a1", "李芳", AREA_A1, 2, "submitted");
	county_serve();
}

/* {"versions"} of the file of that name. */
static struct val *
history_of(const char *name)
{
	struct conn	*l = daemon_conn(&d, "sup-a");
	struct val	*found = daemon_ask(l, "{'op':'find','book':'child','text':'%s'}", name),
	    *reply;

	reply = daemon_ask(l, "{'op':'history','book':'child','id':%lld}",
	    (long long)val_get_num(val_at(val_get(found, "rows"), 0), "id", 0));
	val_free(found);
	conn_close(l);
	return reply;
}

static const struct val *
newest(const struct val *history)
{
	return val_at(val_get(history, "versions"), val_len(val_get(history, "versions")) - 1);
}

/*
 * Passed with two remarks written: asked, gone back, passed; the history has both, and nothing is
 * to be put right.
 */
START_TEST(remarks_kept_with_the_opposite_act)
{
	struct vt	*vt = client(&d, "sup-a");
	struct val	*h;

	vt_type(vt, ".hs/张伟<Enter><Enter>");
	vt_expect(vt, "儿童档案  张伟");
	vt_type(vt, "2<Down><Down>r请核对末四位<Enter><Down><Down><Down>r与户口簿不符<Enter>");
	vt_expect(vt, "2条意见");
	vt_type(vt, "1");
	vt_expect(vt, "核实通过，确定吗？");
	expect_screen(vt, "review-remarks");
	vt_type(vt, "<Enter>");				/* back: both are still there */
	vt_expect_gone(vt, "确定吗");
	vt_expect(vt, "2条意见");
	vt_type(vt, "1");
	client_wait_question(vt);
	vt_expect(vt, "您写了2条意见");
	vt_type(vt, "y");
	vt_expect(vt, "已办：核实通过，");
	vt_expect_gone(vt, "要改：");
	vt_type(vt, "h");
	vt_expect(vt, "历史：");
	expect_screen(vt, "review-history");
	vt_type(vt, "w");
	vt_expect(vt, "：与户口簿不符");
	client_leave(vt);
	h = history_of("张伟");
	ck_assert_str_eq(val_get_str(newest(h), "act"), "verify");
	ck_assert_uint_eq(val_len(val_get(newest(h), "remarks")), 2);
	val_free(h);
}
END_TEST

/* Only a key of its own drops them. */
START_TEST(remarks_dropped_knowingly)
{
	struct vt	*vt = client(&d, "sup-a");
	struct val	*h;

	vt_type(vt, ".hs/李芳<Enter><Enter>");
	vt_expect(vt, "儿童档案  李芳");
	vt_type(vt, "2<Down><Down>r请核对末四位<Enter>1");
	client_wait_question(vt);
	vt_expect(vt, "您写了1条意见");
	vt_type(vt, "d");
	vt_expect(vt, "已办：核实通过，");
	client_leave(vt);
	h = history_of("李芳");
	ck_assert_str_eq(val_get_str(newest(h), "act"), "verify");
	ck_assert_ptr_null(val_get(newest(h), "remarks"));
	val_free(h);
}
END_TEST

/* Until the county has acted, whoever verified takes it back on the cover, and reviews it again. */
START_TEST(verification_taken_back)
{
	struct vt	*vt = client(&d, "sup-a");

	vt_type(vt, ".jd/张伟<Enter><Enter>");
	vt_expect(vt, "1 撤回核实");
	expect_screen(vt, "review-verified");
	vt_type(vt, "1");
	vt_expect(vt, "撤回核实，确定吗？");
	vt_type(vt, "y");
	vt_expect(vt, "已办：撤回核实，现在「待核实」");
	vt_expect(vt, "1 核实通过");
	vt_type(vt, "h");
	vt_expect(vt, "撤回核实");
	vt_type(vt, "<Esc>1");
	vt_expect(vt, "核实通过，确定吗？");
	vt_type(vt, "y");
	vt_expect(vt, "已办：核实通过，");
	client_leave(vt);
}
END_TEST

static Suite *
review(void)
{
	Suite	*s = suite_create("screens");
	TCase	*tc = tcase_create("review");

	tcase_add_unchecked_fixture(tc, county, county_close);
	tcase_add_test(tc, remarks_kept_with_the_opposite_act);
	tcase_add_test(tc, remarks_dropped_knowingly);
	tcase_add_test(tc, verification_taken_back);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(review)
