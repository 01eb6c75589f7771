#include "tests/screen/county.h"

/*
 * Kinds of fields the county's own forms do not use yet: repeating groups, links, decimals, fields
 * of others, passwords for an act. A form is data: the one below was never known to the program.
 */

static const char	 probe[] =
    "book: probe\n"
    "label: {zh: 试验表, en: Probe}\n"
    "title: '{name}'\n"
    "create: [director]\n"
    "pages:\n"
    "  - main:\n"
    "      label: {zh: 主页, en: Main}\n"
    "      fields:\n"
    "        - name: {type: text, required: first, label: {zh: 名称, en: Name}, max: 20}\n"
    "        - weight: {type: number, decimals: 1, min: 0, max: 200, label: {zh: 体重, en: Weight}}\n"
    "        - kin:\n"
    "            type: group\n"
    "            many: yes\n"
    "            max: 3\n"
    "            label: {zh: 兄弟姐妹, en: Sibling}\n"
    "            fields:\n"
    "              - name: {type: text, required: yes, label: {zh: 姓名, en: Name}}\n"
    "              - sex: {type: choice, codes: sex, label: {zh: 性别, en: Sex}}\n"
    "              - told: {type: text, shown: {sex: '2'}, label: {zh: 说明, en: Note}}\n"
    "        - friend: {type: link, book: child, label: {zh: 好朋友, en: Friend}}\n"
    "        - others: {type: link, book: child, many: yes, max: 2, label: {zh: 玩伴, en: Playmates}}\n"
    "        - secret: {type: text, write: [supervisor], label: {zh: 督导员填, en: By the supervisor}}\n"
    "  - more:\n"
    "      label: {zh: 附页, en: More}\n"
    "      fields:\n"
    "        - story: {type: long, max: 300, label: {zh: 经过, en: Story}}\n"
    "        - done: {type: yes-no, label: {zh: 是否办结, en: Done}}\n"
    "life:\n"
    "  start: open\n"
    "  states:\n"
    "    - open: {zh: 填写中, en: Open, open: yes}\n"
    "    - shut: {zh: 已封存, en: Sealed}\n"
    "  acts:\n"
    "    - seal: {label: {zh: 封存, en: Seal}, from: open, to: shut, by: [director], check: yes, reauth: yes}\n"
    "see: {director: all, supervisor: all}\n"
    "write: {director: {reach: all, state: [open]}, supervisor: {reach: all, state: [open]}}\n"
    "lists:\n"
    "  - all: {label: {zh: 全部试验表, en: Probes}, by: [director], columns: [name, state], sort: [name]}\n";

static void
county(void)
{
	county_open();
	child_in_state(&d.fixture, "dir-a1", "王小明", AREA_A1, 1, "found");
	child_in_state(&d.fixture, "dir-a1", "李小红", AREA_A1, 2, "found");
	child_in_state(&d.fixture, "dir-a1", "张伟", AREA_A1, 3, "found");
	county_add_probe(probe);
	county_serve();
}

START_TEST(repeating_groups)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".sy组合<Enter><Enter>");
	vt_expect(vt, "（加一个兄弟姐妹）");
	vt_type(vt, "a大哥<Enter>1<Enter>a二妹<Enter>2<Enter>还小<Enter>a");
	vt_expect(vt, "兄弟姐妹 3");
	expect_screen(vt, "widgets-groups");
	ck_assert(!vt_find(vt, "加一个", NULL, NULL));	/* three at most */
	vt_type(vt, "<Up>");			/* on the heading of the third, which is empty */
	vt_type(vt, "d");
	vt_expect(vt, "已删去，按Ctrl-Z恢复。");
	vt_expect_gone(vt, "兄弟姐妹 3");
	vt_type(vt, "<C-z>");
	vt_expect(vt, "兄弟姐妹 3");
	vt_type(vt, "d");			/* the focus is on what came back */
	vt_expect_gone(vt, "兄弟姐妹 3");
	vt_type(vt, "<Home><Down><Down>d");	/* the first: the second moves up with all it has */
	vt_expect_gone(vt, "大哥");
	expect_row(vt, 7, "       姓名    二妹");
	expect_row(vt, 9, "       说明    还小");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "已保存：组合");
	vt_expect(vt, "兄弟姐妹 1");
	client_leave(vt);
}
END_TEST

START_TEST(links)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".sy朋友<Enter><Enter><Enter>");
	vt_expect(vt, "好朋友");
	vt_type(vt, "小明");			/* typing looks for the record */
	vt_expect(vt, "查找：儿童档案");
	vt_expect(vt, "找到1个");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "新登记：试验表");
	vt_type(vt, "红<Enter>张<Enter>");
	vt_expect(vt, "新登记：试验表");
	expect_screen(vt, "widgets-links");
	vt_type(vt, "<BS>");			/* the last of them goes */
	vt_type(vt, "王<Esc>");			/* nothing chosen, nothing put */
	vt_expect(vt, "新登记：试验表");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "已保存：朋友");
	client_leave(vt);
}
END_TEST

START_TEST(numbers)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".sy数<Enter>３５．５<Enter>");
	expect_row(vt, 4, "   体重        35.5");
	vt_type(vt, "<C-p><C-u>35.55<Enter>");
	vt_expect(vt, "35.55小数位太多");
	vt_type(vt, "<C-p><C-u>250<Enter>");
	vt_expect(vt, "250.0太大，最大是200.0");
	vt_type(vt, "<C-p><C-u>三十<Enter>");
	vt_expect(vt, "三十不是数字");
	vt_type(vt, "<C-p><C-u><Enter>");
	expect_row(vt, 4, "   体重");
	client_leave(vt);
}
END_TEST

START_TEST(fields_of_others)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".sy别人<C-o>");
	vt_expect(vt, "已保存：别人");
	vt_type(vt, "e");
	vt_expect(vt, "修改：试验表");
	vt_type(vt, "<Down><Down><Down><Down><Down>x");
	vt_expect(vt, "这一栏由别人填写。");
	vt_type(vt, "?");
	vt_expect(vt, "这一栏由别人填写。");
	client_leave(vt);
}
END_TEST

START_TEST(long_text)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt,
	    ".sy长文<PgDn>第一行<Enter><Enter>第三行，很长很长，长到一行放不下，要自动换到下一行去，而且标点不能落在行首，这样读起来才顺。<Tab>y");
	expect_screen(vt, "widgets-long");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "已保存：长文");
	vt_type(vt, "G");
	expect_screen(vt, "widgets-long-read");
	client_leave(vt);
}
END_TEST

START_TEST(password_for_an_act)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".sy封存<C-o>");
	vt_expect(vt, "1 封存");
	vt_type(vt, "1");
	vt_expect(vt, "再输入一次密码");
	vt_type(vt, "<Enter>");
	client_confirm(vt);			/* an empty one will not do */
	vt_expect(vt, "密码不对。");
	vt_type(vt, "demo");
	vt_expect(vt, "****");
	ck_assert(!vt_find(vt, "demo", NULL, NULL));
	vt_type(vt, "<Enter>");
	client_confirm(vt);
	vt_expect(vt, "已封存");
	client_leave(vt);
}
END_TEST

START_TEST(accounts)
{
	struct vt	*vt = client(&d, "sec");

	vt_type(vt, ".xzwang2<Enter>王二<Enter>儿童主任<Enter>");
	vt_expect(vt, "负责区域");		/* asked for once the role needs places */
	vt_type(vt, "石桥<Space>");	/* by characters */
	vt_expect(vt, "[x]");
	vt_type(vt, "柳树<Enter>");	/* Enter takes what was looked for */
	vt_expect(vt, "青石镇柳树村、青石镇石桥村");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "已保存：王二 儿童主任");
	client_leave(vt);
}
END_TEST

static Suite *
widgets(void)
{
	Suite	*s = suite_create("screens");
	TCase	*tc = tcase_create("widgets");

	tcase_add_unchecked_fixture(tc, county, county_close);
	tcase_add_checked_fixture(tc, county_drop_drafts, NULL);
	tcase_add_test(tc, repeating_groups);
	tcase_add_test(tc, links);
	tcase_add_test(tc, numbers);
	tcase_add_test(tc, fields_of_others);
	tcase_add_test(tc, long_text);
	tcase_add_test(tc, password_for_an_act);
	tcase_add_test(tc, accounts);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(widgets)
