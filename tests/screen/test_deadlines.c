#include "tests/screen/county.h"

/*
 * The work list and what does its lines: a county whose three children in village a1 were archived
 * long before today (2026-03-12), so that their months and visits lie behind.
 */

#define DAY		INT64_C(86400)
#define ARCHIVED	(FIXTURE_NOW - 100 * DAY)		/* 2025-12-02: the month and the sixty days of a fair child ended on 2026-01-31 */

static void
county(void)
{
	county_open();
	fixture_set_clock(ARCHIVED);
	child_in_state(&d.fixture, "dir-a1", "王小明", AREA_A1, 1, "active");
	/* 2026-01-02: due on 2026-02-28 and 2026-03-03 */
	fixture_set_clock(FIXTURE_NOW - 69 * DAY);
	child_in_state(&d.fixture, "dir-a1", "李小红", AREA_A1, 3, "active");
	fixture_set_clock(FIXTURE_NOW - 2 * DAY);
	child_in_state(&d.fixture, "dir-a1", "张伟", AREA_A1, 5, "submitted");
	fixture_set_clock(FIXTURE_NOW);
	county_serve();
}

/* ---- looking --------------------------------------------------------------------------------- */

START_TEST(most_urgent_first)
{
	struct vt	*vt = client(&d, "dir-a1");

	expect_row(vt, 1,
	    "守望  青石镇柳树村  王芳 儿童主任                                        逾期 10");
	vt_type(vt, "2");
	vt_expect(vt, "时限");
	expect_screen(vt, "due-director");
	vt_type(vt, "<Down><Down><Down><Down><Down><Down><Down><Down>");
	expect_row(vt, 23, "从 2026-01-02 起算");		/* the month is the documents', not
							      the county's */
	vt_type(vt, "<Enter>");
	vt_expect(vt, "儿童档案  李小红");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "待办事项");
	client_leave(vt);
}
END_TEST

/* The supervisor sees what has lain too long, and why it is shown to him; his own too. */
START_TEST(silence_is_seen_above)
{
	struct vt	*vt = client(&d, "sup-a");

	vt_type(vt, ".db");
	vt_expect(vt, "时限");
	expect_screen(vt, "due-supervisor");
	vt_type(vt, "<Down><Down><Down><Down><Down><Down><Down><Down><Down><Down>");
	expect_row(vt, 23, "从 2026-03-10 起算；期限为本地设置");
	client_leave(vt);
}
END_TEST

START_TEST(nothing_elsewhere)
{
	static const char *const	 who[] = { "sup-b", "dir-b1", "dir-a2" };

	for (size_t i = 0; i < sizeof(who) / sizeof(who[0]); i++) {
		struct vt	*vt = client(&d, who[i]);

		ck_assert(!vt_find(vt, "逾期", NULL, NULL));
		vt_type(vt, ".db");
		vt_expect(vt, "眼下和今后七天内没有到期的事项。");
		expect_row(vt, 2,
		    "待办事项                                                        逾期 0  将到期 0");
		client_leave(vt);
	}
}
END_TEST

START_TEST(english)
{
	struct vt	*vt = client_start_lang(&d, "sup-a", "en", NULL);

	vt_expect(vt, "What is due");
	vt_type(vt, ".db");
	vt_expect(vt, "how late");
	expect_screen(vt, "due-english");
	client_leave(vt);
}
END_TEST

/* ---- narrowed and counted -------------------------------------------------------------------- */

/* Which village is late, and with what: f counts, Enter narrows, Esc shows all again. */
START_TEST(counted_and_narrowed)
{
	struct vt	*vt = client(&d, "off");

	vt_type(vt, ".dbf");
	vt_expect(vt, "3  乡镇");
	vt_type(vt, "2");
	expect_screen(vt, "due-by-village");
	vt_type(vt, "<Enter>f1");
	expect_screen(vt, "due-by-clock");
	vt_type(vt, "<Down><Enter>");
	expect_row(vt, 2,
	    "待办事项  青石镇柳树村  首次风险评估                            逾期 2  将到期 0");
	ck_assert(!vt_find(vt, "月度动态更新", NULL, NULL));
	vt_type(vt, "<Esc>");
	expect_row(vt, 2,
	    "待办事项                                                        逾期 7  将到期 0");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "锁定或退出");
	client_leave(vt);
}
END_TEST

/* A director has one village or a few, and no townships to count by. */
START_TEST(found_while_typing)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".db/lxh");
	expect_row(vt, 2,
	    "待办事项  找到：lxh                                             逾期 5  将到期 0");
	ck_assert(!vt_find(vt, "王小明", NULL, NULL));
	vt_type(vt, "<Enter>n");
	expect_row(vt, 5,
	    "> 逾期39天       2026-02-01  首次风险评估     李小红 女 10 青石镇柳树村");
	vt_type(vt, "f");
	vt_expect(vt, "2  村");
	ck_assert(!vt_find(vt, "3  乡镇", NULL, NULL));
	vt_type(vt, "1");
	expect_row(vt, 2,
	    "待办事项  找到：lxh，按事项                                     逾期 5  将到期 0");
	vt_type(vt, "<Esc><Esc>");
	expect_row(vt, 2,
	    "待办事项                                                       逾期 10  将到期 0");
	vt_type(vt, "/lxhq");
	vt_expect(vt, "没有相符的");
	vt_type(vt, "<Esc>");
	expect_row(vt, 2,
	    "待办事项                                                       逾期 10  将到期 0");
	client_leave(vt);
}
END_TEST

START_TEST(counted_in_english)
{
	struct vt	*vt = client_start_lang(&d, "off", "en", NULL);

	vt_expect(vt, "What is due");
	vt_type(vt, ".dbf1");
	expect_screen(vt, "due-by-english");
	client_leave(vt);
}
END_TEST

/* ---- doing ----------------------------------------------------------------------------------- */

START_TEST(an_attempt_does_nothing)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".db<Down><Down><Down><Down><Down>");
	expect_row(vt, 9,
	    "> 逾期40天       2026-01-31  定期走访         王小明 女 10 青石镇柳树村");
	vt_type(vt, "a");
	vt_expect(vt, "走访结果");
	vt_type(vt, "3<Enter>");
	expect_screen(vt, "visit-attempt");
	vt_type(vt, "<C-o>");				/* not without the reason */
	vt_expect(vt, "还缺1项");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "第1页");
	vt_type(vt, "随奶奶走亲戚，邻居说周日回<C-o>");
	vt_expect(vt, "已保存");
	expect_row(vt, 9,
	    "> 逾期40天       2026-01-31  定期走访         王小明 女 10 青石镇柳树村");
	expect_row(vt, 1,
	    "守望  青石镇柳树村  王芳 儿童主任                                        逾期 10");
	client_leave(vt);
}
END_TEST

/* Five keys from its line and back to the list. */
START_TEST(a_month_in_few_keys)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".db<Down><Down><Down><Down>");
	expect_row(vt, 8,
	    "> 逾期40天       2026-01-31  月度动态更新     王小明 女 10 青石镇柳树村");
	vt_type(vt, "a1<Enter>1<C-o>");
	expect_row(vt, 8,
	    "> 逾期40天       2026-01-31  定期走访         王小明 女 10 青石镇柳树村");
	expect_row(vt, 23, "已保存：王小明 女 10 青石镇柳树村  2026-03-12 没有变化");
	expect_row(vt, 1,
	    "守望  青石镇柳树村  王芳 儿童主任                                         逾期 9");
	client_leave(vt);
}
END_TEST

/* A change, left halfway, goes on under the same child. */
START_TEST(left_halfway)
{
	struct vt	*vt = client(&d, "dir-a1");

	/* the visit is still there, the month is not */
	vt_type(vt, ".db<Down><Down><Down><Down><Down><Down><Down>");
	vt_expect(vt, "> 逾期12天       2026-02-28  月度动态更新     李小红 女 10 青石镇柳树村");
	vt_type(vt, "a2<Enter>2<Enter>");
	vt_expect(vt, "变化内容");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "已存为草稿");
	vt_type(vt, "<Esc>.jx");
	vt_expect(vt, "新登记：动态更新  李小红");
	vt_type(vt, "<Enter>");
	expect_screen(vt, "update-draft");
	vt_type(vt, "<Home>x");
	expect_row(vt, 23, "这份记录属于这份档案，不能改挂。");
	vt_type(vt, "<Esc>");
	client_leave(vt);
}
END_TEST

/* Looked at and left: no draft is kept of what nobody typed. */
START_TEST(only_looked_at)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".db<Down><Down><Down><Down>a");
	vt_expect(vt, "走访结果");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "时限");
	ck_assert(!vt_find(vt, "草稿", NULL, NULL));
	client_leave(vt);
}
END_TEST

/*
 * Which end of a scale is which stands beside it; what does not agree is told once it is saved, and
 * keeps nobody from saving.
 */
START_TEST(a_visit_that_does_not_agree)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".cz小明<Enter>");
	vt_expect(vt, " 6 走访记录");
	vt_type(vt, "u");
	vt_expect(vt, "动态更新");
	vt_type(vt, "a走访<Enter>");
	vt_expect(vt, "走访结果");
	vt_type(vt, "1<Enter>");
	vt_expect(vt, "见到的大人");
	vt_type(vt, "zf<Space><Esc><Enter>y<Enter>");
	vt_expect(vt, "1 最好，3 最差");
	vt_type(vt, "1<Enter><Space>");
	expect_screen(vt, "visit-scale");
	vt_type(vt, "5<Enter>1<Enter>1<Enter>1<Enter>2<Enter>n<C-o>");
	expect_screen(vt, "visit-warned");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "走访记录      定期走访 见到孩子");
	client_leave(vt);
}
END_TEST

/* From the file: what is on record under it, and one more. */
START_TEST(under_the_file)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".cz小明<Enter>");
	vt_expect(vt, " 6 走访记录");
	vt_type(vt, "u");
	expect_screen(vt, "under");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "王小明 女 10 青石镇柳树村  2026-03-12");
	vt_type(vt, "<Esc>a");				/* a visit */
	vt_expect(vt, "走访记录");
	vt_type(vt, "走访<Enter>");
	vt_expect(vt, "走访结果");
	vt_type(vt, "1<Enter>");
	vt_expect(vt, "见到的大人");
	vt_type(vt, "zf<Space><Esc>");
	expect_screen(vt, "visit-met");
	vt_type(vt, "<Enter>y<Enter>1<Enter>1<Enter>1<Enter>1<Enter>1<Enter>2<Enter>n<C-o>");
	vt_expect(vt, "已保存");
	expect_screen(vt, "under-more");
	vt_type(vt, "<Esc><Esc><C-j>db");
	vt_expect(vt, "时限");
	ck_assert(!vt_find(vt, "定期走访         王小明", NULL, NULL));
	client_leave(vt);
}
END_TEST

/* Lists of such records say whom they are about, and the latest stand first. */
START_TEST(lists_name_the_child)
{
	struct vt	*vt = client(&d, "sup-a");

	vt_type(vt, ".zf");
	vt_expect(vt, "走访记录");
	expect_screen(vt, "visit-list");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "走访记录  王小明 女 10 青石镇柳树村  2026-03-12 定期走访");
	client_leave(vt);
}
END_TEST

/* ---- more than are read at once -------------------------------------------------------------- */

static void
crowd(void)
{
	char	 name[32];

	county_open();
	fixture_set_clock(FIXTURE_NOW - 20 * DAY);
	for (int i = 0; i < 210; i++) {
		snprintf(name, sizeof(name), "王小%d", i);
		child_in_state(&d.fixture, "dir-b1", name, AREA_B1, i, "found");
	}
	fixture_set_clock(FIXTURE_NOW);
	county_serve();
}

/* Who knows of a duty, since when and with what note, in one sentence. */
START_TEST(known_with_a_note)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".db");
	vt_expect(vt, "时限");
	vt_type(vt, "k");
	vt_expect(vt, "已知悉，可附一句说明");
	vt_type(vt, "母亲下周回来<Enter>");
	vt_expect(vt, "[已知悉]");
	expect_row(vt, 23,
	    "王芳 2026-03-12 已知悉：母亲下周回来；2025-12-02 起没有委托有效至，按前一天算");
	client_leave(vt);
}
END_TEST

/*
 * The list goes on where what was read ends, and coming back from a file one stands where one was.
 */
START_TEST(goes_on_to_the_last)
{
	struct vt	*vt = client(&d, "dir-b1");

	vt_type(vt, ".db");
	expect_row(vt, 2,
	    "待办事项                                            逾期 210  将到期 0  下面还有");
	for (int i = 0; i < 10; i++)		/* 200 are read at first */
		vt_type(vt, "<PgDn>");
	expect_row(vt, 4,
	    "> 逾期10天       2026-03-02  补全提交         王小190 男 10 白水乡河口村");
	vt_type(vt, "G");
	expect_row(vt, 22,
	    "> 逾期10天       2026-03-02  补全提交         王小209 女 10 白水乡河口村");
	expect_row(vt, 2,
	    "待办事项                                                      逾期 210  将到期 0");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "儿童档案  王小209");
	vt_type(vt, "<Esc>");
	expect_row(vt, 22,
	    "> 逾期10天       2026-03-02  补全提交         王小209 女 10 白水乡河口村");
	client_leave(vt);
}
END_TEST

static Suite *
duties(void)
{
	Suite			*s = suite_create("screens");
	TCase			*tc = tcase_create("due");
	/* in this order: what is looked at first is done afterwards */
	const TTest *const	 all[] = { most_urgent_first, silence_is_seen_above,
	    nothing_elsewhere, english,
	    counted_and_narrowed, found_while_typing, counted_in_english,
	    an_attempt_does_nothing, a_month_in_few_keys, left_halfway, only_looked_at,
	    under_the_file, lists_name_the_child, known_with_a_note, a_visit_that_does_not_agree };

	tcase_add_unchecked_fixture(tc, county, county_close);
	tcase_add_checked_fixture(tc, county_drop_drafts, NULL);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		tcase_add_test(tc, all[i]);
	suite_add_tcase(s, tc);
	tc = tcase_create("many");
	tcase_add_unchecked_fixture(tc, crowd, county_close);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, goes_on_to_the_last);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(duties)
