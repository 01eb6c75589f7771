#include "tests/screen/county.h"

/*
 * Who has a record open is known to whoever would change it, too; taking it over is on record and
 * costs nobody a word; and one's own last save can be taken back.
 */

static void
county(void)
{
	county_open();
	child_in_state(&d.fixture, "dir-a1", "王小明", AREA_A1, 1, "active");
	child_in_state(&d.fixture, "dir-a1", "李小红", AREA_A1, 2, "active");
	county_serve();
}

/* A field of the child as it is stored, until the next call. */
static const char *
stored(const char *name, const char *path)
{
	static char	 text[400];
	struct conn	*l = daemon_conn(&d, "dir-a1");
	struct val	*found = daemon_ask(l, "{'op':'find','book':'child','text':'%s'}", name),
	    *reply;
	char		 at[200];

	reply = daemon_ask(l, "{'op':'get','book':'child','id':%lld,'whole':true}",
	    (long long)val_get_num(val_at(val_get(found, "rows"), 0), "id", 0));
	snprintf(at, sizeof(at), "record.fields.%s", path);
	snprintf(text, sizeof(text), "%s", val_str(val_find(reply, at)) != NULL ?
	    val_str(val_find(reply, at)) : "");
	val_free(reply);
	val_free(found);
	conn_close(l);
	return text;
}

/* The director's form of the child, and the supervisor before her record. */
static void
both_at(const char *find, struct vt **director, struct vt **supervisor)
{
	*director = client(&d, "dir-a1");
	vt_type(*director, ".wd/");
	vt_type(*director, find);
	vt_type(*director, "<Enter><Enter>e");
	vt_expect(*director, "修改：");
	*supervisor = client(&d, "sup-a");
	vt_type(*supervisor, ".cz");
	vt_type(*supervisor, find);
	vt_expect(*supervisor, "找到1个");
	vt_type(*supervisor, "<Enter>");
	vt_expect(*supervisor, "王芳 10:00起正在修改");	/* before anything is opened */
	vt_expect(*supervisor, "回车 全文");	/* from the cover into the file */
	vt_type(*supervisor, "<Enter>");
	vt_expect(*supervisor, "王芳 10:00起正在修改");
}

START_TEST(looked_at_only)
{
	struct vt	*a, *b;

	both_at("小明", &a, &b);
	expect_screen(b, "editing-read");
	vt_type(b, "e");
	vt_expect(b, "王芳 10:00起正在修改这份档案");
	expect_screen(b, "editing-ask");
	vt_type(b, "1");
	vt_expect_gone(b, "一起改");
	vt_expect(b, "儿童档案  王小明");
	vt_type(a, "<Esc>");			/* no more */
	vt_expect_gone(a, "修改：");
	vt_type(b, "<C-r>");
	vt_expect_gone(b, "正在修改");
	vt_type(b, "e");			/* and nobody is in the way */
	vt_expect(b, "修改：");
	client_leave(a);
	client_leave(b);
}
END_TEST

START_TEST(changed_together)
{
	struct vt	*a, *b;

	both_at("小明", &a, &b);
	vt_type(a, "明明<Enter>");
	vt_type(b, "e");
	vt_expect(b, "一起改");
	vt_type(b, "2");
	vt_expect(b, "修改：");
	vt_type(b, "<PgDn><Enter><C-u>一起路1号<C-o>");
	vt_expect(b, "已保存：王小明");
	vt_type(a, "<C-o>");
	vt_expect(a, "合并两人的改动");
	vt_type(a, "<C-o>");
	vt_expect(a, "已保存。");
	ck_assert_str_eq(stored("王小明", "former_name"), "明明");
	ck_assert_str_eq(stored("王小明", "address"), "一起路1号");
	client_leave(a);
	client_leave(b);
}
END_TEST

START_TEST(taken_over)
{
	struct vt	*a, *b;

	both_at("小红", &a, &b);
	vt_type(a, "红红<Enter>");
	vt_expect(a, ">  公民身份号码");
	vt_type(b, "e");
	vt_expect(b, "接手");
	vt_type(b, "3");
	vt_expect(b, "修改：");
	vt_type(b, "<Enter><C-u>小红<C-o>");
	vt_expect(b, "已保存：李小红");
	vt_type(a, "<PgDn><Enter><C-u>红路1号<Enter>");	/* her next draft brings the word */
	vt_expect(a, "陈强 10:00接手了这份档案。您填的都在，保存时合并。");
	expect_screen(a, "editing-taken");
	vt_type(a, "<Esc>");			/* the draft is kept, and goes on from the menu */
	vt_expect(a, "已存为草稿");
	client_leave(a);
	a = client_start_lang(&d, "dir-a1", "zh", NULL);
	vt_expect(a, "您有1份未完成的登记，接着填写？");
	vt_type(a, "<Enter>");
	vt_expect(a, "红路1号");
	vt_type(a, "<C-o>");
	vt_expect(a, "1栏双方都改了");
	vt_type(a, "2<C-o>");
	vt_expect(a, "已保存。");
	ck_assert_str_eq(stored("李小红", "former_name"), "红红");
	ck_assert_str_eq(stored("李小红", "address"), "红路1号");
	client_leave(a);
	client_leave(b);
}
END_TEST

/*
 * What one left unsaved oneself is offered where one begins the same again, of a record and of a
 * new one under it.
 */
START_TEST(own_entries_unsaved)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".wd/小明<Enter><Enter>e");
	vt_expect(vt, "修改：");
	vt_type(vt, "<C-u>未存明<Esc>");
	vt_expect(vt, "已存为草稿");
	vt_type(vt, "e");
	vt_expect(vt, "接着填  停在：曾用名");
	expect_screen(vt, "editing-unsaved");
	vt_type(vt, "<Esc>");			/* neither */
	vt_expect_gone(vt, "接着填");
	vt_type(vt, "e");
	vt_expect(vt, "重新填");
	vt_type(vt, "2");
	vt_expect(vt, "修改：");
	ck_assert(!vt_find(vt, "未存明", NULL, NULL));
	vt_type(vt, "<Esc>e");
	vt_expect(vt, "接着填");
	vt_type(vt, "1");
	vt_expect(vt, "修改：");
	expect_row(vt, 4, ">  曾用名        未存明");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "已保存：王小明");
	ck_assert_str_eq(stored("王小明", "former_name"), "未存明");
	vt_type(vt, "e");
	vt_expect(vt, "修改：");		/* nothing is left of it */
	vt_type(vt, "<Esc>a走访<Enter>");
	vt_expect(vt, "走访结果");
	vt_type(vt, "3<Enter><Esc>");
	vt_expect(vt, "已存为草稿");
	vt_type(vt, "a走访<Enter>");
	vt_expect(vt, "接着填  停在：");
	vt_type(vt, "<Esc>");			/* no new one either, then */
	vt_expect_gone(vt, "走访结果");
	vt_type(vt, "a走访<Enter>");
	vt_expect(vt, "接着填  停在：");
	vt_type(vt, "1");
	vt_expect(vt, "无人在家");
	vt_type(vt, "<Esc>.jx");
	vt_expect(vt, "您有1份未完成的登记");	/* gone on with, not begun anew */
	vt_type(vt, "d");
	client_confirm(vt);
	vt_expect(vt, "没有未填完的。");
	client_leave(vt);
}
END_TEST

START_TEST(own_save_undone)
{
	struct vt	*vt = client(&d, "dir-a1");
	char		 before[100];

	snprintf(before, sizeof(before), "%s", stored("王小明", "address"));
	vt_type(vt, ".wd/小明<Enter><Enter>");
	vt_expect(vt, "回车 全文");
	vt_type(vt, "<Enter>e");
	vt_expect(vt, "修改：");
	vt_type(vt, "<PgDn><Enter><C-u>写错路9号<C-o>");
	vt_expect(vt, "已保存：王小明");
	vt_expect(vt, "Ctrl-Z 撤销");
	vt_type(vt, "<C-z>");
	vt_expect(vt, "撤销您的上次保存");
	vt_type(vt, "n");			/* the safe answer */
	vt_expect_gone(vt, "撤销您的上次保存");
	ck_assert_str_eq(stored("王小明", "address"), "写错路9号");
	vt_type(vt, "<C-z>");
	vt_expect(vt, "撤销您的上次保存");
	expect_screen(vt, "undo");
	vt_type(vt, "y");
	vt_expect(vt, "已撤销您的上次保存");
	vt_expect_gone(vt, "写错路9号");
	ck_assert_str_eq(stored("王小明", "address"), before);
	client_leave(vt);
}
END_TEST

/* A save made from the cover ends on the cover, so it is taken back there. */
START_TEST(undone_on_the_cover)
{
	struct vt	*vt = client(&d, "dir-a1");
	char		 before[100];

	snprintf(before, sizeof(before), "%s", stored("王小明", "address"));
	vt_type(vt, ".wd/小明<Enter><Enter>e");
	vt_expect(vt, "修改：");
	vt_type(vt, "<PgDn><Enter><C-u>写错路8号<C-o>");
	vt_expect(vt, "已保存：王小明");
	vt_expect(vt, "Ctrl-Z 撤销");
	vt_type(vt, "<C-z>");
	vt_expect(vt, "撤销您的上次保存");
	vt_type(vt, "n");
	vt_expect(vt, "回车 全文");
	ck_assert_str_eq(stored("王小明", "address"), "写错路8号");
	vt_type(vt, "<C-z>");
	vt_expect(vt, "撤销您的上次保存");
	vt_type(vt, "y");
	vt_expect(vt, "已撤销您的上次保存");
	vt_expect(vt, "回车 全文");
	vt_expect_gone(vt, "写错路8号");
	ck_assert_str_eq(stored("王小明", "address"), before);
	client_leave(vt);
}
END_TEST

/* What no save changes any more says which record, or which act, changes it. */
START_TEST(fixed_says_what_changes_it)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".wd/小明<Enter><Enter>e");
	vt_expect(vt, "修改：");
	vt_type(vt, "<Up>改");
	vt_expect(vt, "这一栏不在这里改，要改请办：更正申请");
	vt_type(vt, "<PgDn><Up>改");
	vt_expect(vt, "这一栏不在这里改，要改请办：转出");
	client_leave(vt);
}
END_TEST

static Suite *
editing(void)
{
	Suite	*s = suite_create("screens");
	TCase	*tc = tcase_create("editing");

	tcase_add_unchecked_fixture(tc, county, county_close);
	tcase_add_checked_fixture(tc, county_drop_drafts, NULL);
	tcase_add_test(tc, looked_at_only);
	tcase_add_test(tc, changed_together);
	tcase_add_test(tc, taken_over);
	tcase_add_test(tc, own_entries_unsaved);
	tcase_add_test(tc, own_save_undone);
	tcase_add_test(tc, undone_on_the_cover);
	tcase_add_test(tc, fixed_says_what_changes_it);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(editing)
