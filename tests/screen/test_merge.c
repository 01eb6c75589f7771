#include "tests/screen/county.h"

/*
 * Doubles found later: two files of one child in village a1 and what stands under them, seen by the
 * supervisor of its township.
 */

static void
call_on(uint64_t child, int day)
{
	reply_number(ask_new(&d.fixture, "dir-a1",
	    "{'op':'save','book':'visit','set':{'child':%d,'visited_on':%d,'kind':'regular',"
	    "'outcome':'nobody','why':'走亲戚'}}", (int)child, day), "id");
}

/* One grandmother, entered twice: the one in no household, the other in no file. */
static void
grandmothers(uint64_t child)
{
	long long	 home, twice;

	home = reply_number(ask_new(&d.fixture, "dir-a2",
	    "{'op':'save','book':'household','set':{'head':'王德福','address':'二组12号',"
	    "'dwelling':'own'}}"), "id");
	twice = reply_number(ask_new(&d.fixture, "dir-a2",
	    "{'op':'save','book':'person','set':{'name':'王桂兰','kinds':['grandparent'],'birth':19600101,"
	    "'status':'well'}}"), "id");
	reply_number(ask_new(&d.fixture, "dir-a2",
	    "{'op':'save','book':'person','set':{'name':'王贵兰','kinds':['carer'],'status':'well','birth':19600101,"
	    "'household':%lld}}", home), "id");
	reply_number(ask_new(&d.fixture, "dir-a2",
	    "{'op':'save','book':'child','id':%lld,'ver':4,'set':{'carer':{'person':%lld}}}",
	    (long long)child, twice), "ver");
}

static void
county(void)
{
	uint64_t	 one, two;

	county_open();
	fixture_set_clock(FIXTURE_NOW);
	one = child_in_state(&d.fixture, "dir-a1", "王小明", AREA_A1, 1, "active");
	two = child_in_state(&d.fixture, "dir-a1", "王晓明", AREA_A1, 3, "active");
	grandmothers(child_in_state(&d.fixture, "dir-a2", "李小红", AREA_A2, 4, "active"));
	reply_number(ask_new(&d.fixture, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':4,'set':{'former_name':'明明','address':'二组12号，"
	    "村委会往东过桥第二个路口左转，门口有一棵大柳树，白墙灰瓦，院里有井，隔壁是王德福的兄弟家，两家共用一个院门','father':{'phone':'19911112222'}}}",
	    (int)two), "ver");
	call_on(one, 20260310);
	call_on(two, 20260311);
	call_on(two, 20260312);
	county_serve();
}

START_TEST(who_may_not_is_not_offered)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".cz王小明<Enter>");
	vt_expect(vt, "儿童档案  王小明");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "基本信息");
	vt_type(vt, ",");		/* the rest of the strip */
	vt_expect(vt, "v 看全号码");
	vt_expect(vt, "h 历史");
	ck_assert(!vt_find(vt, "合并重复", NULL, NULL));
	vt_type(vt, "m");
	vt_type(vt, "h");
	vt_expect(vt, "历史：");
	client_leave(vt);
}
END_TEST

START_TEST(field_by_field)
{
	struct vt	*vt = client(&d, "sup-a");

	vt_type(vt, ".cz王小明<Enter>");
	vt_expect(vt, "儿童档案  王小明");
	vt_type(vt, "<Enter>");			/* the file whole */
	vt_expect(vt, "u 下属记录");
	vt_type(vt, "m");
	vt_expect(vt, "疑似 1");
	expect_screen(vt, "merge-doubles");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "2 另一份");
	expect_screen(vt, "merge-fields");
	vt_type(vt, "2<Down><Down><Down>2");		/* the name takes two people and a
							   correction */
	vt_expect(vt, "取另一份 2/5");
	expect_screen(vt, "merge-chosen");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "随它并入：走访记录 2");
	vt_type(vt, "<Enter>");
	client_confirm(vt);
	vt_expect(vt, "请先写明原因");
	vt_type(vt, "两次登记<Enter>");
	expect_screen(vt, "merge-sure");
	vt_type(vt, "y");
	vt_expect(vt, "儿童档案  王小明");
	vt_type(vt, "h");
	vt_expect(vt, "两次登记");
	vt_type(vt, "<Esc>m");
	vt_expect(vt, "已并入本档");
	expect_screen(vt, "merge-joined");
	client_leave(vt);
}
END_TEST

/* The name it had finds the one that stays; and from there the way back. */
START_TEST(and_back_again)
{
	struct vt	*vt = client(&d, "sup-a");

	vt_type(vt, ".cz明明");
	vt_expect(vt, "已并入 王小明");
	expect_screen(vt, "merge-found");
	vt_type(vt, "<Esc>.qb");
	vt_expect(vt, "已合并");
	vt_type(vt, "/明明<Enter><Down><Enter>");
	vt_expect(vt, "q 亲属");
	expect_screen(vt, "merge-merged");
	vt_type(vt, "i");
	vt_expect(vt, "回车 全文");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "q 亲属");
	vt_type(vt, "m不是同一个孩子<Enter>");
	expect_screen(vt, "merge-undo");
	vt_type(vt, "<Enter>");			/* no is the safe answer */
	vt_expect(vt, "q 亲属");
	vt_type(vt, "m不是同一个孩子<Enter>");
	client_confirm(vt);
	vt_expect(vt, "已撤销合并，两份档案恢复原样。");
	vt_expect(vt, "u 下属记录");
	client_leave(vt);
}
END_TEST

/*
 * What links lead to is called by its name; the file that named the one names the other then, and
 * the lists know one.
 */
START_TEST(people_entered_twice)
{
	struct vt	*vt = client(&d, "sup-a");

	vt_type(vt, ".ry/贵兰<Enter><Enter>");
	vt_expect(vt, "人员  王贵兰");
	vt_type(vt, "<Enter>m");
	vt_expect(vt, "疑似 1");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "2 另一份");
	vt_expect(vt, "* 王德福 二组12号");
	expect_screen(vt, "merge-people");
	vt_type(vt, "2<C-o>");
	vt_type(vt, "同一个人<Enter>");
	client_confirm(vt);
	vt_expect(vt, "人员  王桂兰");
	client_leave(vt);
	vt = client(&d, "sup-a");
	vt_type(vt, ".ry");
	vt_expect(vt, "1-1，共1");
	vt_type(vt, "<Esc>.cz李小红<Enter>q");
	vt_expect(vt, "王桂兰 照料人");
	client_leave(vt);
}
END_TEST

static Suite *
doubles(void)
{
	Suite			*s = suite_create("screens");
	TCase			*tc = tcase_create("merge");
	/* in this order: what is merged is then given back */
	const TTest *const	 all[] = { who_may_not_is_not_offered, field_by_field,
	    and_back_again, people_entered_twice };

	tcase_add_unchecked_fixture(tc, county, county_close);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		tcase_add_test(tc, all[i]);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(doubles)
