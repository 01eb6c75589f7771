#include "tests/screen/county.h"

/*
 * What each screen looks like: whole, at 80x24, as somebody meets it who knows only the strip of
 * keys.
 */
static uint64_t		 wang;		/* 王小明, active, in a1 */

static void
county_with_children(void)
{
	static const char *const	 names[] = {
		"陈雨", "何天宇", "胡静", "黄俊杰", "刘洋", "罗佳怡", "马晓东", "彭丽", "邱梦",
		    "石磊", "宋文博",
		"孙雪", "田野", "吴昊天", "肖红", "谢娜", "徐浩", "杨帆", "姚雪", "叶子", "余欢",
		    "曾强",
		"赵一鸣", "郑爽", "周小燕",
	};

	county_open();
	wang = child_in_state(&d.fixture, "dir-a1", "王小明", AREA_A1, 1, "active");
	child_in_state(&d.fixture, "dir-a1", "李小红", AREA_A1, 2, "found");
	child_in_state(&d.fixture, "dir-a1", "张伟", AREA_A1, 3, "submitted");
	child_in_state(&d.fixture, "dir-a2", "欧阳娜娜", AREA_A2, 4, "verified");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		child_in_state(&d.fixture, "dir-b1", names[i], AREA_B1, 10 + (int)i,
		    i % 5 == 0 ? "submitted" : "found");
	county_serve();
}

/* ---- finding one's way ----------------------------------------------------------------------- */

START_TEST(persona_list)
{
	struct vt	*vt = client_start_lang(&d, "", "zh", NULL);

	expect_screen(vt, "personas");
	vt_type(vt, "1");
	expect_screen(vt, "personas-directors");
	vt_type(vt, "2");
	vt_expect(vt, "锁定或退出");
	expect_row(vt, 1, "守望  青石镇石桥村  李军 儿童主任");
	client_leave(vt);
}
END_TEST

START_TEST(a_persona_nobody_has)
{
	struct vt	*vt = client_start_lang(&d, "nobody", "zh", NULL);

	vt_expect(vt, "这里没有nobody这个人，也没有这个角色；请选一个人。");
	vt_type(vt, "0");
	ck_assert_int_eq(vt_end(vt), 0);
}
END_TEST

START_TEST(menus)
{
	struct vt	*vt = client(&d, "director");

	vt_expect(vt, "待补全和退回 1");
	expect_screen(vt, "menu-director");
	client_leave(vt);
	vt = client(&d, "officer");
	vt_expect(vt, "待我建档 1");
	expect_screen(vt, "menu-officer");
	vt_type(vt, "9");
	expect_screen(vt, "menu-officer-places");
	vt_type(vt, "1");			/* 9 1 is a way one learns by heart */
	vt_expect(vt, "990121100201");
	expect_screen(vt, "list-places");
	client_leave(vt);
}
END_TEST

START_TEST(english)
{
	struct vt	*vt = client_start_lang(&d, "supervisor", "en", NULL);

	vt_expect(vt, "To verify");
	expect_screen(vt, "en-menu");
	vt_type(vt, "1<Enter>");
	vt_expect(vt, " 3 Father");
	expect_screen(vt, "en-cover");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "Present address           ");
	expect_screen(vt, "en-read");
	vt_type(vt, "?");
	expect_screen(vt, "en-help");
	client_leave(vt);
	vt = client_start_lang(&d, "director", "en", NULL);
	vt_expect(vt, "Register a child");
	vt_type(vt, "1");
	expect_screen(vt, "en-form");
	vt_type(vt, "<PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn>");
	expect_screen(vt, "en-review");
	client_leave(vt);
	vt = client_start_lang(&d, "officer", "en", NULL);
	vt_expect(vt, "Shouwang  Yunling County");	/* of places only the county is called
							   something in English */
	vt_type(vt, ".qc<Enter>");
	vt_expect(vt, "made by the program");
	client_leave(vt);
}
END_TEST

START_TEST(jump_codes)
{
	struct vt	*vt = client(&d, "director");

	vt_type(vt, ".");
	expect_screen(vt, "jump");
	vt_type(vt, "w");
	expect_row(vt, 4, "  > wd  我的孩子");
	vt_type(vt, "d");			/* the code is whole: no Enter needed */
	vt_expect(vt, "我的孩子");
	vt_expect(vt, "王小明");
	vt_type(vt, ".zh");
	vt_expect(vt, "dir-a1");
	expect_screen(vt, "account");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "王小明");		/* back where one was */
	vt_type(vt, ".我的");			/* words do, too */
	vt_expect(vt, "我的账号");
	vt_type(vt, "<Down><Enter>");
	vt_expect(vt, "dir-a1");
	vt_type(vt, ".bygx");			/* and what they sound like */
	expect_row(vt, 4, "  > hm  本月更新花名册");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "月度动态更新  2026-03");
	client_leave(vt);
}
END_TEST

/* ---- lists ----------------------------------------------------------------------------------- */

START_TEST(lists)
{
	struct vt	*vt = client(&d, "dir-b1");

	vt_type(vt, ".wd");
	vt_expect(vt, "1-19，共25  下面还有");
	expect_screen(vt, "list");
	vt_type(vt, " ");
	vt_expect(vt, "7-25，共25");
	expect_screen(vt, "list-next-page");
	vt_type(vt, "-");
	vt_expect(vt, "1-19，共25");
	vt_type(vt, "G");
	vt_expect(vt, "郑爽");
	vt_type(vt, "g");
	expect_row(vt, 4,
	    "> 陈雨          男    10              监护情况一般                      待核实");
	client_leave(vt);
}
END_TEST

START_TEST(find_in_a_list)
{
	struct vt	*vt = client(&d, "dir-b1");

	vt_type(vt, ".wd/yxx");			/* pinyin initials, one too many */
	vt_expect(vt, "没有相符的");
	vt_type(vt, "<BS>");
	vt_expect(vt, "姚雪");
	vt_type(vt, "<BS><BS>雪");		/* any character */
	vt_expect(vt, "孙雪");
	vt_expect_gone(vt, "余欢");
	expect_screen(vt, "list-find");
	vt_type(vt, "<Enter>n");
	vt_expect(vt, "> 姚雪");
	vt_type(vt, "n");			/* round again */
	vt_expect(vt, "> 孙雪");
	vt_type(vt, "<Esc>");			/* the whole list first, the menu next */
	vt_expect(vt, "何天宇");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "锁定或退出");
	client_leave(vt);
}
END_TEST

START_TEST(typed_ahead_of_the_answer)
{
	struct vt	*vt = client(&d, "dir-b1");

	/* all at once: the last Enter opens what was found, not what stood there before */
	vt_type(vt, ".wd/姚<Enter><Enter>");
	vt_expect(vt, "儿童档案  姚雪");
	client_leave(vt);
}
END_TEST

START_TEST(sorted_and_counted)
{
	struct vt	*vt = client(&d, "dir-b1");

	vt_type(vt, ".wds");
	vt_expect(vt, "按哪一列排序");
	expect_screen(vt, "list-sort");
	vt_type(vt, "2");
	expect_row(vt, 4,
	    "> 周小燕        男    10              监护情况一般                      待提交");
	vt_type(vt, "f");
	vt_expect(vt, "按哪一列计数");
	vt_type(vt, "7");
	vt_expect(vt, "80.0 %");
	expect_screen(vt, "groups");
	vt_type(vt, "<Down><Enter>");
	vt_expect(vt, "1-5");
	expect_screen(vt, "list-narrowed");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "共25");
	client_leave(vt);
}
END_TEST

START_TEST(find_screen)
{
	struct vt	*vt = client(&d, "officer");

	vt_type(vt, ".cz");
	expect_screen(vt, "find-empty");
	vt_type(vt, "oynn");			/* a compound surname by initials */
	vt_expect(vt, "欧阳娜娜");
	vt_type(vt, "<BS><BS><BS><BS>王");
	vt_expect(vt, "找到29个");		/* each carer is called 王德福, each father 王建国 */
	expect_screen(vt, "find");
	vt_type(vt, "<BS>zzz");
	vt_expect(vt, "您的负责区域里没有相符的。");
	vt_type(vt, "<BS><BS><BS>小明<Enter>");	/* one hit: Enter opens it */
	vt_expect(vt, "儿童档案  王小明");
	client_leave(vt);
}
END_TEST

START_TEST(out_of_reach)
{
	struct vt	*vt = client(&d, "dir-a2");

	vt_type(vt, ".cz小明");
	vt_expect(vt, "您的负责区域里没有相符的。");
	client_leave(vt);
}
END_TEST

/* ---- one record ------------------------------------------------------------------------------ */

START_TEST(read_a_file)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".wd/小明<Enter><Enter>");
	vt_expect(vt, "编号");
	vt_type(vt, "<Enter>");
	expect_screen(vt, "read");
	vt_type(vt, "v");
	vt_expect_gone(vt, "9901**********");
	vt_expect(vt, "990121201601100021");
	vt_type(vt, "G");
	expect_screen(vt, "read-end");
	vt_type(vt, "h");
	vt_expect(vt, "归档建册");
	expect_screen(vt, "history");
	vt_type(vt, "G<Enter>");
	vt_expect(vt, "时的档案");
	expect_screen(vt, "history-version");
	client_leave(vt);
}
END_TEST

START_TEST(an_act_asks_first)
{
	struct vt	*vt = client(&d, "officer");

	vt_type(vt, ".cz小明<Enter>1");
	vt_expect(vt, "结案原因");
	expect_screen(vt, "act-close");
	vt_type(vt, "父<Enter>t<Enter>爸爸回来了。<Tab>");
	vt_expect(vt, "结案，确定吗？");
	expect_screen(vt, "act-close-sure");
	vt_type(vt, "<Enter>");			/* the safe answer */
	vt_expect(vt, "1 结案");
	vt_expect(vt, "在册");
	vt_type(vt, "1<Tab><Tab>");
	vt_expect(vt, "爸爸回来了。");		/* what was answered is still there */
	vt_type(vt, "<C-u><Tab>");
	client_confirm(vt);				/* yes without an account goes to what is
							   missing */
	vt_expect(vt, "请先填有标记的栏目。");
	expect_screen(vt, "act-close-gaps");
	client_leave(vt);
}
END_TEST

START_TEST(not_complete)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".dj缺项<PgDn><C-o>");
	vt_expect(vt, "已保存");
	vt_type(vt, "1");
	client_confirm(vt);
	vt_expect(vt, "还不能办：");
	expect_screen(vt, "act-refused");
	vt_type(vt, "<Down>e");			/* goes to that field */
	vt_expect(vt, "修改：儿童档案");
	expect_screen(vt, "form-edit");
	client_leave(vt);
}
END_TEST

/* ---- the rest -------------------------------------------------------------------------------- */

START_TEST(trail)
{
	struct vt	*vt = client(&d, "auditor");

	vt_type(vt, "1");
	vt_expect(vt, "做了什么");
	vt_type(vt, "/off<Enter>");
	vt_expect(vt, "审计追踪  off");
	vt_expect(vt, "归档建册");
	vt_expect_gone(vt, "王芳");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "王芳");
	client_leave(vt);
}
END_TEST

START_TEST(help_and_lock)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".wd?");
	expect_screen(vt, "help-list");
	vt_type(vt, "<Esc><C-x>");
	vt_expect(vt, "终端已由王芳锁定，填的内容都在。");
	expect_screen(vt, "lock");
	vt_type(vt, "<Esc>.wd?5");		/* nothing gets through */
	expect_screen(vt, "lock-typed");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "王小明");		/* where one was */
	client_leave(vt);
}
END_TEST

START_TEST(locks_itself)
{
	struct vt	*vt = client_start_opts(&d, "dir-a1", "zh", NULL, 1);

	vt_expect(vt, "锁定或退出");
	vt_expect(vt, "终端已由王芳锁定");
	ck_assert(!vt_find(vt, "我的孩子", NULL, NULL));
	vt_type(vt, "<Enter>");
	vt_expect(vt, "锁定或退出");
	client_leave(vt);
}
END_TEST

START_TEST(no_terminal)
{
	char	 cmd[4200];

	snprintf(cmd, sizeof(cmd), "'%s' -S '%s' </dev/null 2>&1 | grep -q 'ssh.*-t'",
	    client_argv(&d, "zh")[0], d.socket);
	ck_assert_int_eq(system(cmd), 0);
}
END_TEST

START_TEST(no_daemon)
{
	struct daemon	 gone = d;
	struct vt	*vt;

	snprintf(gone.socket, sizeof(gone.socket), "/nonexistent/s");
	vt = vt_start(client_argv(&gone, "zh"), NULL, 24, 80);
	ck_assert_int_eq(vt_wait_exit(vt), 69);
	ck_assert(vt_find(vt, "守望服务没有运行。请告诉系统管理员。", NULL, NULL));
	vt_free(vt);
}
END_TEST

static Suite *
look(void)
{
	Suite	*s = suite_create("screens");
	TCase	*tc = tcase_create("look");

	tcase_add_unchecked_fixture(tc, county_with_children, county_close);
	tcase_add_test(tc, persona_list);
	tcase_add_test(tc, a_persona_nobody_has);
	tcase_add_test(tc, menus);
	tcase_add_test(tc, english);
	tcase_add_test(tc, jump_codes);
	tcase_add_test(tc, lists);
	tcase_add_test(tc, find_in_a_list);
	tcase_add_test(tc, typed_ahead_of_the_answer);
	tcase_add_test(tc, sorted_and_counted);
	tcase_add_test(tc, find_screen);
	tcase_add_test(tc, out_of_reach);
	tcase_add_test(tc, read_a_file);
	tcase_add_test(tc, an_act_asks_first);
	tcase_add_test(tc, trail);
	tcase_add_test(tc, help_and_lock);
	tcase_add_test(tc, locks_itself);
	tcase_add_test(tc, no_terminal);
	tcase_add_test(tc, no_daemon);
	tcase_add_test(tc, not_complete);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(look)
