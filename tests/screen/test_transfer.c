#include "tests/screen/county.h"

/*
 * A child moves to a village of another township: handed over on one screen, taken over on another.
 */

static void
county(void)
{
	county_open();
	child_in_state(&d.fixture, "dir-a1", "王小明", AREA_A1, 1, "active");
	county_serve();
}

START_TEST(handed_over_and_taken_over)
{
	struct vt	*from = client(&d, "dir-a1"), *to;

	vt_type(from, ".wd");
	vt_expect(from, "我的孩子");
	vt_type(from, "<Enter>");
	vt_expect(from, "儿童档案  王小明");
	vt_type(from, "1");
	vt_expect(from, "转往哪个村");
	vt_type(from, "河口");		/* places beyond one's own are offered */
	vt_expect(from, "河口村");
	vt_type(from, "<Enter>随外婆住<Esc>");		/* what is answered waits for whoever
							       comes back to it */
	vt_expect(from, "没有办");
	vt_type(from, "1");
	vt_expect(from, "随外婆住");
	vt_type(from, "<Enter><Enter>");
	vt_expect(from, "确定吗");
	client_confirm(from);
	vt_expect(from, "转出途中");
	/* who sends it sees where it is going, and still answers for it */
	expect_screen(from, "move-sent");
	to = client(&d, "dir-b1");
	vt_type(to, ".zl");
	vt_expect(to, "转来待接收");
	vt_expect(to, "王小明");
	vt_type(to, "<Enter>");
	vt_expect(to, "儿童档案  王小明");
	vt_type(to, "2没见到孩子<C-o>");
	client_confirm(to);				/* refused, it is out of her sight again,
							   and back in the list is told what was
							   done */
	vt_expect(to, "已办：不接收");
	vt_expect(to, "转来待接收");
	vt_expect(to, "目前没有");
	vt_type(from, "<C-r>");
	vt_expect(from, "1 转出");
	vt_type(from, "1河口<Enter>随外婆住<C-o>");
	client_confirm(from);
	vt_expect(from, "1 撤回转出");
	vt_type(to, "<C-r><Enter>");
	vt_expect(to, "儿童档案  王小明");
	vt_type(to, "1");
	vt_expect(to, "新住址");
	vt_type(to, "三组8号<Enter>");
	vt_expect(to, "确定吗");
	client_confirm(to);
	vt_expect(to, "在册");
	expect_screen(to, "move-taken");
	vt_type(from, "<C-r>");				/* it is hers no more, and does not stay
							   on the screen as if it were */
	vt_expect(from, "我的孩子");
	vt_expect(from, "这份档案已不在您的负责区域。");
	vt_expect(from, "目前没有");
	client_leave(to);
	client_leave(from);
}
END_TEST

static Suite *
moving(void)
{
	Suite	*s = suite_create("screens of a move");
	TCase	*tc = tcase_create("move");

	tcase_add_unchecked_fixture(tc, county, county_close);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, handed_over_and_taken_over);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(moving)
