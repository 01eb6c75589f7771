/*
 * Answering a score sheet at a terminal: the proposal is worked out while answering, and the
 * outcome page says why.
 */
#include "tests/screen/county.h"

/* A sheet filled in, to be confirmed. */
static void
submitted(int child)
{
	int	 id = (int)reply_number(ask_new(&d.fixture, "dir-a1",
	    "{'op':'save','book':'risk','set':{'child':%d,'assessed_on':20260310,"
		    "'sheet':'risk-county','risk-county':{'guarded':'carer','carer_age':55,'carer_health':'well','care':'all',"
		    "'contact':'weekly','schooling':'fine','mood':'steady','hardship':'enough','incidents':0},'grade':'low',"
		    "'guardianship':'good'}}", child), "id");

	reply_number(ask_new(&d.fixture, "dir-a1",
	    "{'op':'act','book':'risk','id':%d,'ver':1,'act':'submit'}", id), "ver");
}

static void
county(void)
{
	county_open();
	child_in_state(&d.fixture, "dir-a1", "王小明", AREA_A1, 1, "active");
	submitted((int)child_in_state(&d.fixture, "dir-a1", "赵小红", AREA_A1, 2, "active"));
	county_serve();
}

START_TEST(proposal_while_answering)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".wd");
	vt_expect(vt, "王小明");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "编号");
	vt_type(vt, "a");
	vt_expect(vt, "风险评估");
	vt_type(vt, "风险<Enter>");
	/* what the first page asks is known, so it opens at the first question */
	vt_expect(vt, ">* 实际由谁照管");
	vt_expect(vt, "得分 0.0，还有 6 项");
	vt_type(vt, "1");				/* a parent looks after it: two more
							   questions, not the age */
	vt_expect(vt, "照料人身体");
	ck_assert(!vt_find(vt, "照料人年龄", NULL, NULL));
	expect_screen(vt, "sheet-begun");
	vt_type(vt, "5");				/* nobody does: that decides before the
							   rest is answered */
	vt_expect(vt, "建议：紧急");
	expect_screen(vt, "sheet-urgent");
	/*
	 * kept as it is: the list says that it is not handed in, and the unused sheet is not shown
	 * with it
	 */
	vt_type(vt, "<C-o>");
	vt_expect(vt, "已保存");
	vt_type(vt, "08");
	vt_expect(vt, "> 2026-03-12  填写中  县级风险评估表");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "县级风险评估表");
	vt_expect(vt, "登记");
	ck_assert(!vt_find(vt, "监护能力评估表", NULL, NULL));
	client_leave(vt);
}
END_TEST

/*
 * Read by whoever confirms it: the sheet that was used and no other; what he is there to do comes
 * first.
 */
START_TEST(confirmed)
{
	struct vt	*vt = client(&d, "sup-a");

	vt_type(vt, ".pq<Enter>");
	vt_expect(vt, "县级风险评估表");
	ck_assert(!vt_find(vt, "监护能力评估表", NULL, NULL));
	ck_assert(!vt_find(vt, "愿不愿意带", NULL, NULL));
	expect_screen(vt, "sheet-read");
	vt_type(vt, "1");
	vt_expect(vt, "状态由「待确认」变为「已确认」");
	vt_type(vt, "y");
	vt_expect(vt, "已办：确认，");
	client_leave(vt);
}
END_TEST

/* What stood in the file is shown beside what is asked for, and one does not come by it. */
START_TEST(a_correction_asks_for_the_new)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".wd<Enter>a更正<Enter>");
	vt_expect(vt, "更正项目");
	vt_type(vt, "1<Enter>1<Enter>");
	vt_expect(vt, ">* 新姓名");
	vt_expect(vt, "原姓名      王小明");
	vt_type(vt, "王晓明<Enter>户口簿如此<Tab>户口簿<Enter>");
	vt_expect(vt, "填写完整，没有缺项和错误。");
	ck_assert(!vt_find(vt, "内容仍保留", NULL, NULL));
	vt_type(vt, "<C-o>");
	vt_expect(vt, "填完整了，还要「提出更正」。");
	client_leave(vt);
}
END_TEST

START_TEST(what_acts_fill_in_is_passed_over)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".wd<Enter>a救助<Enter>");
	vt_expect(vt, ">* 项目");
	vt_type(vt, "3<Enter><Enter>祖父<Enter>y<Enter>");
	vt_expect(vt, ">  缺的材料");			/* the day of the application is the
							       act's */
	vt_type(vt, "<Enter>");
	vt_expect(vt, ">  备注");
	vt_expect(vt, "批准日期");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "已存为草稿");
	vt_type(vt, ".jxd");
	client_confirm(vt);
	client_leave(vt);
}
END_TEST

static Suite *
suite(void)
{
	Suite	*s = suite_create("screen/sheet");
	TCase	*tc = tcase_create("sheet");

	tcase_set_timeout(tc, 120);
	tcase_add_unchecked_fixture(tc, county, county_close);
	tcase_add_test(tc, proposal_while_answering);
	tcase_add_test(tc, confirmed);
	tcase_add_test(tc, a_correction_asks_for_the_new);
	tcase_add_test(tc, what_acts_fill_in_is_passed_over);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(suite)
