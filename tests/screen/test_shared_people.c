#include "tests/screen/county.h"

/*
 * The people around a child are entered once: choosing one fills the file, a change can go to all,
 * a sibling begins alike.
 */
static long long	 father, one, other;

static void
county(void)
{
	static const char *const	 many[] = { "赵一", "赵二", "赵三", "赵四" };

	county_open();
	father = reply_number(ask_new(&d.fixture, "dir-a1",
	    "{'op':'save','book':'person','set':{'name':'王建设','kinds':['parent'],"
	    "'phone':'13900001111','status':'well','province':'33','city':'宁波'}}"), "id");
	one = (long long)child_in_state(&d.fixture, "dir-a1", "王小明", AREA_A1, 1, "found");
	other = (long long)child_in_state(&d.fixture, "dir-a1", "王小红", AREA_A1, 2, "found");
	for (int i = 0; i < 4; i++)
		child_in_state(&d.fixture, "dir-a2", many[i], AREA_A2, 10 + i, "active");
	reply_number(ask_new(&d.fixture, "dir-a1",
	    "{'op':'save','book':'child','id':%lld,'ver':1,'set':{'father':{'person':%lld}}}",
	    other, father), "ver");
	county_serve();
}

static void
stored_is(const char *book, long long id, const char *path, const char *text)
{
	struct conn	*l = daemon_conn(&d, "dir-a1");
	struct val	*r = daemon_ask(l, "{'op':'get','book':'%s','id':%lld,'whole':true}", book,
	    id);

	ck_assert_str_eq(val_str(val_find(val_get(val_get(r, "record"), "fields"), path)), text);
	val_free(r);
	conn_close(l);
}

START_TEST(entered_once)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".wd/小明<Enter><Enter>e");
	vt_expect(vt, "修改：");
	vt_type(vt, "<PgDn><PgDn><PgDn><PgDn>建设");	/* whom to choose */
	vt_expect(vt, "找到1个");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "13900001111");			/* filled in, in full */
	expect_screen(vt, "share-filled");
	vt_type(vt, "<C-o>");				/* another link corrects nobody: no
							   question */
	vt_expect(vt, "已保存：王小明");
	stored_is("child", one, "father.phone", "13900001111");
	stored_is("child", one, "father.city", "宁波");

	vt_type(vt, "e");
	vt_expect(vt, "修改：");
	vt_type(vt,
	    "<PgDn><PgDn><PgDn><PgDn><Enter><Enter><Enter><Enter><Enter><C-u>13900002222<C-o>");
	vt_expect(vt, "改哪些");
	expect_screen(vt, "share-asked");
	vt_type(vt, "<Esc>");				/* back to the form, nothing saved */
	vt_expect_gone(vt, "改哪些");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "改哪些");
	vt_type(vt, "1");
	vt_expect(vt, "已保存：王小明");
	stored_is("child", one, "father.phone", "13900002222");
	stored_is("person", father, "phone", "13900001111");

	vt_type(vt, "e");
	vt_expect(vt, "修改：");
	vt_type(vt,
	    "<PgDn><PgDn><PgDn><PgDn><Enter><Enter><Enter><Enter><Enter><C-u>13900003333<C-o>");
	vt_expect(vt, "改哪些");
	vt_type(vt, "2");
	vt_expect(vt, "另有2份记录一并改了。");
	vt_expect(vt, "已保存：王小明");
	stored_is("child", one, "father.phone", "13900003333");
	stored_is("child", other, "father.phone", "13900003333");
	stored_is("person", father, "phone", "13900003333");
	client_leave(vt);
}
END_TEST

/* Choosing a person fills several fields, and is one act. */
START_TEST(chosen_and_taken_back)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".dj王小军<PgDn><PgDn><PgDn><PgDn>建设<Enter>");
	vt_expect(vt, "139");
	vt_type(vt, "<PgUp><PgUp>");
	vt_expect(vt, "身体与就学");
	vt_type(vt, "<C-z>");
	expect_row(vt, 3, ">  人员档案");
	expect_row(vt, 23, "已撤销：父亲 人员档案（连同另外5栏）  Ctrl-G 重做");
	vt_expect_gone(vt, "139");
	expect_screen(vt, "share-undone");
	vt_type(vt, "<C-g>");
	expect_row(vt, 3, ">  人员档案      王建设 父母");
	expect_row(vt, 23, "已重做：父亲 人员档案（连同另外5栏）  Ctrl-Z 撤销");
	vt_type(vt, "<C-z><C-z>");
	expect_row(vt, 23, "已撤销：姓名  Ctrl-G 重做");
	vt_type(vt, "<Esc>");
	client_leave(vt);
}
END_TEST

START_TEST(a_sibling_begins_alike)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".wd/小红<Enter><Enter>");
	vt_expect(vt, " 4 母亲");
	vt_type(vt, "a");
	vt_expect(vt, "同户的儿童档案（照抄父母和住址）");
	vt_type(vt, "同户<Enter>");
	vt_expect(vt, "新登记");
	expect_row(vt, 3, ">* 姓名");
	vt_type(vt, "<C-z>");				/* what it begins with is nothing one did */
	expect_row(vt, 23, "没有可撤销的。");
	vt_type(vt, "王小刚<PgDn>");
	vt_expect(vt, "二组12号");
	vt_type(vt, "<PgDn><PgDn><PgDn>");
	vt_expect(vt, "王建设 父母");
	expect_screen(vt, "share-alike");
	client_leave(vt);
}
END_TEST

START_TEST(who_shares_opens_from_the_cover)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".wd/小红<Enter><Enter>");
	vt_expect(vt, " 4 母亲");
	vt_type(vt, "q");
	vt_expect(vt, "还有 1 份档案");
	expect_screen(vt, "share-who");
	vt_type(vt, "<Down><Down><Down><Enter>");	/* once, below all that is shared */
	vt_expect(vt, "儿童档案  王小明");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "同照料人");
	vt_type(vt, "<Up><Up><Up><Enter>");
	vt_expect(vt, "监护人员  王建设");
	vt_type(vt, "q");
	vt_expect(vt, "儿童档案  王小红");
	client_leave(vt);
}
END_TEST

START_TEST(one_carer_for_many)
{
	struct vt	*vt = client(&d, "dir-a2");

	vt_type(vt, ".wd/赵二<Enter><Enter>");
	vt_expect(vt, "! 照料人电话相同的孩子过多：4个");
	client_leave(vt);
}
END_TEST

static Suite *
share(void)
{
	Suite	*s = suite_create("screens");
	TCase	*tc = tcase_create("share");

	tcase_add_unchecked_fixture(tc, county, county_close);
	tcase_add_checked_fixture(tc, county_drop_drafts, NULL);
	tcase_add_test(tc, entered_once);
	tcase_add_test(tc, chosen_and_taken_back);
	tcase_add_test(tc, a_sibling_begins_alike);
	tcase_add_test(tc, who_shares_opens_from_the_cover);
	tcase_add_test(tc, one_carer_for_many);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(share)
