#include <signal.h>

#include "tests/screen/county.h"

/*
 * The cover of a file, its timeline, and the file as it was: one child in village a1 on the roll
 * since 2025-12-02, with a visit, an attempt, an update entered later, and guardianship that got
 * worse.
 */

#define DAY		INT64_C(86400)
#define ARCHIVED	(FIXTURE_NOW - 100 * DAY)		/* 2025-12-02 */

static void
visit(int id, int day, const char *outcome_)
{
	reply_number(ask_new(&d.fixture, "dir-a1",
	    "{'op':'save','book':'visit','set':{'child':%d,'visited_on':%d,'kind':'regular','outcome':'%s',"
	    "'why':'走亲戚'}}", id, day, outcome_), "id");
}

/* Not written over but corrected, with the consent of another. */
static void
worse(int child)
{
	int	 id = (int)reply_number(ask_new(&d.fixture, "dir-a1",
	    "{'op':'save','book':'correction','set':{'child':%d,'asked_on':20260302,"
		    "'kind':'changed','what':['guardianship'],'guardianship':'nobody','why':'爷爷住院','paper':'走访记录'}}", child), "id");

	reply_number(ask_new(&d.fixture, "dir-a1",
	    "{'op':'act','book':'correction','id':%d,'ver':1,'act':'ask'}", id), "ver");
	reply_number(ask_new(&d.fixture, "sup-a",
	    "{'op':'act','book':'correction','id':%d,'ver':2,'act':'agree'}", id), "ver");
}

static void
county(void)
{
	int	 id;

	county_open();
	fixture_set_clock(ARCHIVED);
	id = (int)child_in_state(&d.fixture, "dir-a1", "王小明", AREA_A1, 1, "active");
	fixture_set_clock(FIXTURE_NOW - 60 * DAY);				/* 2026-01-11 */
	visit(id, 20260109, "nobody");
	fixture_set_clock(FIXTURE_NOW - 30 * DAY);				/* 2026-02-10 */
	reply_number(ask_new(&d.fixture, "dir-a1",
	    "{'op':'save','book':'update','set':{'child':%d,'updated_on':20260203,'result':'same',"
	    "'how':'phone'}}", id), "id");
	fixture_set_clock(FIXTURE_NOW - 10 * DAY);				/* 2026-03-02 */
	reply_number(ask_new(&d.fixture, "sup-a",
	    "{'op':'save','book':'child','id':%d,'ver':4,'set':{'address':'二组13号'}}", id),
	    "ver");
	worse(id);
	fixture_set_clock(FIXTURE_NOW);
	county_serve();
}

static struct vt *
opened(const char *who)
{
	struct vt	*vt = client(&d, who);

	vt_type(vt, ".cz小明<Enter>");
	vt_expect(vt, " 1 身体与就学");
	return vt;
}

START_TEST(what_matters_first)
{
	struct vt	*vt = opened("dir-a1");

	expect_screen(vt, "cover");
	expect_row(vt, 2, "儿童档案  王小明 女 10 青石镇柳树村");
	ck_assert_int_eq(kill(vt_pid(vt), SIGWINCH), 0);
	expect_screen(vt, "cover");
	client_leave(vt);
}
END_TEST

/*
 * A number opens a page of the file, or what a book has on record; Esc comes back, and a new record
 * is counted at once.
 */
START_TEST(a_number_each)
{
	struct vt	*vt = opened("dir-a1");

	vt_type(vt, "01<Enter>");		/* 10 to 15 begin with 1 as well */
	expect_row(vt, 5, " 身体与就学");
	vt_type(vt, "<Down>e");				/* one changes what one looks at */
	vt_expect(vt, "修改：儿童档案  身体与就学  (王小明");
	vt_type(vt, "<Esc>");
	expect_row(vt, 5, " 身体与就学");
	vt_type(vt, "<Esc>06");
	expect_row(vt, 2,
	    "走访记录  王小明 女 10 青石镇柳树村                                            1");
	vt_expect(vt, "2026-01-09  走访记录");
	ck_assert(!vt_find(vt, "动态更新      ", NULL, NULL));
	vt_type(vt, "<Esc>");
	vt_expect(vt, " 7 动态更新     1 02-03");
	vt_type(vt, "07a1<Enter>1<C-o>");		/* only an update can be made here, so
							   nobody is asked which */
	vt_expect(vt, "请核对：档案写着无人监护，本月仍选没有变化");
	vt_type(vt, "<Esc><Esc>");
	vt_expect(vt, " 7 动态更新     2 03-12");
	vt_type(vt, "e");
	vt_expect(vt, "修改：儿童档案");
	vt_type(vt, "<Esc>");
	vt_expect(vt, " 1 身体与就学");
	client_leave(vt);
}
END_TEST

/*
 * The first digit of a longer number waits and marks its part; Esc gives the number up. Tab goes
 * from part to part, and no letter or plain digit opens one.
 */
START_TEST(parts_by_number_and_tab)
{
	struct vt	*vt = opened("dir-a1");

	vt_type(vt, "0");
	vt_expect(vt, "请输入分项的编号。");
	vt_type(vt, "1");
	vt_expect(vt, "分项1：回车打开，或再输一位数字。");
	vt_expect(vt, "> 1 身体与就学");
	vt_expect(vt, "回车 打开分项");
	vt_type(vt, "<Esc>");
	vt_expect_gone(vt, "> 1 身体与就学");
	vt_expect(vt, "回车 全文");
	vt_type(vt, "012");
	expect_row(vt, 2, "就学记录  王小明 女 10 青石镇柳树村");
	vt_type(vt, "<Esc>");
	vt_expect(vt, " 1 身体与就学");
	vt_type(vt, "<Tab><Tab><Tab><S-Tab>");
	vt_expect(vt, "> 2 外出与监护");
	vt_type(vt, "<Enter>");
	expect_row(vt, 5, " 外出与监护");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "> 2 外出与监护");
	vt_type(vt, "s016");				/* s is no key here, 16 no number of a
							   part */
	vt_expect(vt, "请输入分项的编号。");
	expect_row(vt, 2, "儿童档案  王小明 女 10 青石镇柳树村");
	client_leave(vt);
}
END_TEST

/* Every list of choices is narrowed by pinyin initials, that of books and of columns as well. */
START_TEST(books_and_columns_by_initials)
{
	struct vt	*vt = opened("dir-a1");

	vt_type(vt, "a");
	vt_expect(vt, "结对帮扶");
	vt_type(vt, "zfj");
	vt_expect_gone(vt, "结对帮扶");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "新登记：走访记录");
	vt_type(vt, "<Esc><Esc>.wdf");
	vt_expect(vt, "按哪一列计数");
	vt_type(vt, "zt");
	vt_expect_gone(vt, "1  姓名");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "在册");
	client_leave(vt);
}
END_TEST

/*
 * From what stands under a file Enter leads to the file; who shares a home is asked only of what
 * has one.
 */
START_TEST(and_back_to_the_file)
{
	struct vt	*vt = client(&d, "sup-a");

	vt_type(vt, ".zf<Enter>");
	vt_expect(vt, "走访记录  王小明");
	vt_expect(vt, "回车 看档案");
	ck_assert(!vt_find(vt, "q 亲属", NULL, NULL));
	vt_type(vt, "<Down><Down><Enter>");		/* from any line */
	expect_row(vt, 2, "儿童档案  王小明 女 10 青石镇柳树村");
	vt_type(vt, ",");				/* on the second page of the strip */
	vt_expect(vt, "q 亲属");
	vt_type(vt, "<Esc>");
	expect_row(vt, 2, "走访记录  王小明 女 10 青石镇柳树村  2026-01-09 定期走访 无人在家");
	client_leave(vt);
}
END_TEST

START_TEST(all_that_happened)
{
	struct vt	*vt = opened("sup-a");

	vt_type(vt, "t");
	vt_expect(vt, "所述日期");
	expect_screen(vt, "timeline");
	vt_type(vt, "G<Enter>");			/* registered, and archived, on that day */
	expect_row(vt, 2, "2025-12-02 的样子  儿童档案  王小明 女 9 青石镇柳树村");
	client_leave(vt);
}
END_TEST

START_TEST(as_it_was)
{
	struct vt	*vt = opened("sup-a");

	vt_type(vt, "o20260228<Enter>");
	vt_expect(vt, "2026-02-28 的样子");
	expect_screen(vt, "cover-past");
	vt_type(vt, "e");				/* the past is only looked at */
	vt_type(vt, "01<Enter>");
	vt_expect(vt, "是否学校寄宿");
	expect_row(vt, 2, "2026-02-28 的样子  儿童档案  王小明 女 10 青石镇柳树村");
	ck_assert(!vt_find(vt, "e 修改", NULL, NULL));
	vt_type(vt, "<Esc>06a<Enter>");
	expect_row(vt, 2,
	    "2026-02-28 的样子  走访记录  王小明 女 10 青石镇柳树村  2026-01-09 定期走访");
	vt_type(vt, "<Enter>");				/* whose it is, of the same day */
	expect_row(vt, 2, "2026-02-28 的样子  儿童档案  王小明 女 10 青石镇柳树村");
	vt_type(vt, "<Esc><Esc><Esc>o20250101<Enter>");
	vt_expect(vt, "2025-01-01时还没有这份档案。");
	vt_type(vt, "o20260313<Enter>");
	vt_expect(vt, "2026-03-13还没到");
	expect_row(vt, 2, "儿童档案  王小明 女 10 青石镇柳树村");
	client_leave(vt);
}
END_TEST

/* One key says who has looked, of this file alone, the day he asked for included. */
START_TEST(who_looked)
{
	struct vt	*vt = opened("sup-a");

	vt_type(vt, "o20260101<Enter>");
	vt_expect(vt, "2026-01-01 的样子");
	vt_type(vt, "l");
	vt_expect(vt, "谁看过、改过：王小明");
	vt_type(vt, "<Enter>");			/* both looks of now, and those of other tests */
	expect_row(vt, 4, "> 2026-03-12 10:00       陈强      查看            儿童督导员");
	vt_type(vt, "<Enter>");
	expect_screen(vt, "trail-entry");
	client_leave(vt);
}
END_TEST

/* What a group of a definition begins with is there in each instance that is added. */
START_TEST(a_step_is_of_today)
{
	struct vt	*vt = opened("dir-a1");

	vt_type(vt, "013a");
	vt_expect(vt, "新登记：户籍办理");
	vt_type(vt, "<Down><Down><Down><Down>a");
	vt_expect(vt, "跟进 1");
	expect_row(vt, 11, ">      日期      2026-03-12");
	client_leave(vt);
}
END_TEST

/* Of a child whose number is put there. */
static void
case_begun(char number[40])
{
	struct conn	*l = daemon_conn(&d, "dir-a1");
	struct val	*found = daemon_ask(l, "{'op':'find','book':'child','text':'王小明'}"),
	    *file;
	long long	 id = val_get_num(val_at(val_get(found, "rows"), 0), "id", 0);

	file = daemon_ask(l, "{'op':'get','book':'child','id':%lld,'whole':true}", id);
	snprintf(number, 40, "%s", val_str(val_find(file, "record.fields.citizen_no")));
	val_free(daemon_ask(l,
	    "{'op':'save','book':'hukou','set':{'child':%lld,'opened_on':20260312,'why':'policy','way':'birth',"
	    "'block':'papers','next_on':20260320}}", id));
	val_free(file);
	val_free(found);
	conn_close(l);
}

/*
 * What an answer would make wrong in the file is put right at that answer, and no other answer is
 * typed twice.
 */
START_TEST(an_answer_wrong_in_the_file)
{
	struct vt	*vt;
	char		 number[40];

	case_begun(number);
	vt = opened("sup-a");
	vt_type(vt, "013<Enter>1");
	vt_expect(vt, "已落户，确定吗？");
	vt_type(vt, "<Enter>11010519491231002X<Enter>2");
	vt_expect(vt, "请按y或n。");
	vt_type(vt, "n<Enter>山外村<Enter>户口簿<Enter>");
	client_confirm(vt);
	expect_row(vt, 6, ">! 公民身份号码    11010519491231002X");
	vt_expect(vt, "儿童档案的出生日期：公民身份号码里是1949-12-31");
	expect_row(vt, 9, "   凭什么材料      户口簿");
	vt_type(vt, "<C-u>");
	vt_type(vt, number);
	vt_type(vt, "<C-o>");
	client_confirm(vt);
	vt_expect(vt, "已办：已落户");
	vt_type(vt, "h");			/* what happened shows no number nobody asked to
						   see; what was written stands there whole */
	vt_expect(vt, "公民身份号码：9901");
	ck_assert(!vt_find(vt, number, NULL, NULL));
	ck_assert(!vt_find(vt, "凭什么材料", NULL, NULL));
	vt_type(vt, "w");
	vt_expect(vt, "凭什么材料：户口簿");
	ck_assert(!vt_find(vt, number, NULL, NULL));
	client_leave(vt);
}
END_TEST

START_TEST(why_it_is_closed)
{
	struct vt	*vt = opened("officer");

	vt_type(vt, "1父母返乡<Enter><Enter>父亲回来照管，村里出了证明<C-o>");
	client_confirm(vt);
	vt_expect(vt, "已办：结案");
	expect_row(vt, 4,
	    " 结案原因：父母返乡  结案日期：2026-03-12  情况说明：父亲回来照管，村里出了证明");
	client_leave(vt);
}
END_TEST

/*
 * Who works with a file opens it over and over: that is one line a day, with those of each session
 * behind it.
 */
START_TEST(looks_share_a_line)
{
	struct vt	*vt = opened("dir-a1");

	client_leave(vt);
	client_leave(opened("sup-a"));
	vt = opened("sup-a");
	for (int i = 0; i < 23; i++) {
		vt_type(vt, "<Esc>");
		vt_expect_gone(vt, " 1 身体与就学");
		vt_type(vt, "<Enter>");
		vt_expect(vt, " 1 身体与就学");
	}
	vt_type(vt, "l");
	vt_expect(vt, "谁看过、改过：王小明");
	expect_row(vt, 4, "> 2026-03-12 10:00       陈强      查看 25次       儿童督导员");
	vt_expect(vt, "王芳      提交乡镇");		/* all of what was done has room */
	vt_type(vt, "<Enter>");
	vt_expect_gone(vt, "王芳");
	expect_row(vt, 4, "> 2026-03-12 10:00       陈强      查看 24次       儿童督导员");
	expect_row(vt, 5, "  2026-03-12 10:00       陈强      查看            儿童督导员");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "做了什么  查看 24次");
	vt_type(vt, "<Esc><Esc>");
	expect_row(vt, 4, "> 2026-03-12 10:00       陈强      查看 25次       儿童督导员");
	client_leave(vt);
}
END_TEST

/* All of it anew, as after a line that dropped. */
START_TEST(bytes_of_it)
{
	struct vt	*vt = opened("dir-a1");
	uint64_t	 before, seen;

	vt_pause(vt, 300);
	before = vt_bytes(vt);
	ck_assert_int_eq(kill(vt_pid(vt), SIGWINCH), 0);
	for (int ms = 0; ms < VT_PATIENCE_MS && vt_bytes(vt) == before; ms += 20)
		vt_pause(vt, 20);
	do {
		seen = vt_bytes(vt);
		vt_pause(vt, 150);
	} while (vt_bytes(vt) != seen);
	ck_assert_uint_ge(seen - before, 500);
	ck_assert_msg(seen - before <= 2048, "%llu bytes", (unsigned long long)(seen - before));
	client_leave(vt);
}
END_TEST

static Suite *
cover(void)
{
	Suite	*s = suite_create("cover");
	TCase	*tc = tcase_create("cover");

	tcase_add_unchecked_fixture(tc, county, county_close);
	tcase_add_checked_fixture(tc, NULL, county_drop_drafts);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, what_matters_first);
	tcase_add_test(tc, bytes_of_it);
	tcase_add_test(tc, all_that_happened);
	tcase_add_test(tc, as_it_was);
	tcase_add_test(tc, who_looked);
	tcase_add_test(tc, looks_share_a_line);
	tcase_add_test(tc, and_back_to_the_file);
	tcase_add_test(tc, a_step_is_of_today);
	tcase_add_test(tc, a_number_each);
	tcase_add_test(tc, parts_by_number_and_tab);
	tcase_add_test(tc, books_and_columns_by_initials);
	tcase_add_test(tc, an_answer_wrong_in_the_file);
	tcase_add_test(tc, why_it_is_closed);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(cover)
