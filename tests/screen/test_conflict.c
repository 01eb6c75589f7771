#include <signal.h>

#include "tests/screen/county.h"

/*
 * Two people, one record, and neither loses a word. One sits at a terminal here; the other at
 * another one, or speaks to the daemon directly where only what he saved matters.
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
    "        - name: {type: text, required: first, label: {zh: 名称, en: Name}, max: 20, find: name}\n"
    "        - note: {type: text, label: {zh: 备注, en: Note}}\n"
    "        - kin:\n"
    "            type: group\n"
    "            many: yes\n"
    "            max: 5\n"
    "            label: {zh: 兄弟姐妹, en: Sibling}\n"
    "            fields:\n"
    "              - name: {type: text, required: yes, label: {zh: 姓名, en: Name}}\n"
    "              - sex: {type: choice, codes: sex, label: {zh: 性别, en: Sex}}\n"
    "        - secret: {type: text, write: [supervisor], label: {zh: 督导员填, en: By the supervisor}}\n"
    "        - story: {type: long, max: 900, label: {zh: 经过, en: Story}}\n"
    "life:\n"
    "  start: open\n"
    "  states:\n"
    "    - open: {zh: 填写中, en: Open, open: yes}\n"
    "    - shut: {zh: 已封存, en: Sealed}\n"
    "  acts:\n"
    "    - seal:\n"
    "        label: {zh: 封存, en: Seal}\n"
    "        from: open\n"
    "        to: shut\n"
    "        by: [director, supervisor]\n"
    "        check: yes\n"
    "        ask: [{why: {type: text, required: yes, label: {zh: 封存原因, en: Why}}}]\n"
    "see: {director: all, supervisor: all}\n"
    "write: {director: {reach: all, state: [open]}, supervisor: {reach: all, state: [open]}}\n"
    "lists:\n"
    "  - all: {label: {zh: 全部试验表, en: Probes}, by: [director], columns: [name, state], sort: [name]}\n";

static void
county(void)
{
	county_open();
	child_in_state(&d.fixture, "dir-a1", "王小明", AREA_A1, 1, "active");
	child_in_state(&d.fixture, "dir-a1", "张伟", AREA_A1, 3, "submitted");
	county_add_probe(probe);
	county_serve();
}

/* ---- the other one, speaking to the daemon --------------------------------------------------- */

static struct val *
row_of(struct conn *l, const char *book, const char *name)
{
	struct val	*found = daemon_ask(l, "{'op':'find','book':'%s','text':'%s'}", book, name);
	struct val	*row = val_dup(val_at(val_get(found, "rows"), 0));

	ck_assert_ptr_nonnull(row);
	val_free(found);
	return row;
}

static void
other_saves(const char *who, const char *book, const char *name, const char *set)
{
	struct conn	*l = daemon_conn(&d, who);
	struct val	*row = row_of(l, book, name), *reply;

	reply = daemon_ask(l, "{'op':'save','book':'%s','id':%lld,'ver':%lld,'set':%s}", book,
	    (long long)val_get_num(row, "id", 0), (long long)val_get_num(row, "ver", 0), set);
	ck_assert_msg(val_get_true(reply, "ok"), "%s", val_get_str(reply, "say"));
	val_free(reply);
	val_free(row);
	conn_close(l);
}

static void
other_acts(const char *who, const char *book, const char *name, const char *act,
    const char *answers)
{
	struct conn	*l = daemon_conn(&d, who);
	struct val	*row = row_of(l, book, name), *reply;

	reply = daemon_ask(l, "{'op':'act','act':'%s','book':'%s','id':%lld,'ver':%lld,'ask':%s}",
	    act, book,
	    (long long)val_get_num(row, "id", 0), (long long)val_get_num(row, "ver", 0), answers);
	ck_assert_msg(val_get_true(reply, "ok"), "%s", val_get_str(reply, "say"));
	val_free(reply);
	val_free(row);
	conn_close(l);
}

static void
new_probe(const char *set)
{
	struct conn	*l = daemon_conn(&d, "dir-a1");
	struct val	*reply = daemon_ask(l, "{'op':'save','book':'probe','set':%s}", set);

	ck_assert_msg(val_get_true(reply, "ok"), "%s", val_get_str(reply, "say"));
	val_free(reply);
	conn_close(l);
}

/* What is stored at a path, in a buffer of its own until the next call. */
static const char *
stored(const char *book, const char *name, const char *path)
{
	static char	 text[2000];
	struct conn	*l = daemon_conn(&d, "dir-a1");
	struct val	*row = row_of(l, book, name), *reply;
	char		 at[200];

	reply = daemon_ask(l, "{'op':'get','book':'%s','id':%lld,'whole':true}", book,
	    (long long)val_get_num(row, "id", 0));
	snprintf(at, sizeof(at), "record.fields.%s", path);
	snprintf(text, sizeof(text), "%s", val_str(val_find(reply, at)) != NULL ?
	    val_str(val_find(reply, at)) : "");
	val_free(reply);
	val_free(row);
	conn_close(l);
	return text;
}

static size_t
drafts_of(const char *who)
{
	struct conn	*l = daemon_conn(&d, who);
	struct val	*all = daemon_ask(l, "{'op':'drafts'}");
	size_t		 n = val_len(val_get(all, "drafts"));

	val_free(all);
	conn_close(l);
	return n;
}

/* ---- fields ---------------------------------------------------------------------------------- */

START_TEST(different_fields)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".wd/小明<Enter><Enter>e");
	vt_expect(vt, "修改：");
	vt_type(vt, "小明明<Enter>");
	other_saves("sup-a", "child", "王小明",
	    "{'address':'九组9号','father':{'phone':'13900009999'}}");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "合并两人的改动");
	expect_screen(vt, "two-fields");
	vt_type(vt, "<C-o>");			/* all is decided already */
	vt_expect(vt, "已保存。  取陈强的：现住址、父亲 联系电话。  留您的：曾用名。");
	ck_assert_str_eq(stored("child", "王小明", "former_name"), "小明明");
	ck_assert_str_eq(stored("child", "王小明", "address"), "九组9号");
	ck_assert_str_eq(stored("child", "王小明", "father.phone"), "13900009999");
	ck_assert_uint_eq(drafts_of("dir-a1"), 0);
	client_leave(vt);
}
END_TEST

/* Whom a link leads to is called by name, also where it was led there by the other. */
START_TEST(a_link_is_named)
{
	struct conn	*l = daemon_conn(&d, "dir-a1");
	struct vt	*vt = client(&d, "dir-a1");
	char		 set[60];
	long long	 id;

	id = reply_number(daemon_ask(l,
	    "{'op':'save','book':'person','set':{'name':'王建设','kinds':['parent'],'status':'well'}}"), "id");
	conn_close(l);
	vt_type(vt, ".wd/小明<Enter><Enter>e");
	vt_expect(vt, "修改：");
	vt_type(vt, "小明明<Enter>");
	snprintf(set, sizeof(set), "{'father':{'person':%lld}}", id);
	other_saves("sup-a", "child", "王小明", set);
	vt_type(vt, "<C-o>");
	vt_expect(vt, "合并两人的改动");
	vt_expect(vt, "王建设 父母");
	client_leave(vt);
}
END_TEST

/* The same field twice: chosen once each way; and inside a group each field is its own question. */
START_TEST(same_fields)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".wd/小明<Enter><Enter>e");
	vt_expect(vt, "修改：");
	vt_type(vt, "<PgDn><Enter><C-u>十组10号<PgDn><PgDn><PgDn><Enter><Enter><C-u>王建军<Enter>");
	vt_expect(vt, "王建军");
	other_saves("sup-a", "child", "王小明",
	    "{'address':'八组8号','father':{'name':'王建民','phone':'13911112222'},'former_name':'明明'}");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "2栏双方都改了");
	expect_screen(vt, "conflict");
	vt_type(vt, "<C-o>");			/* not before both are said */
	vt_expect(vt, "双方都改了的栏目要先选定，还有2栏。");
	vt_type(vt, "2");			/* mine; the focus goes to the next question */
	expect_row(vt, 6, "> 父亲 姓名          王建国            ? 王建民            ? 王建军");
	vt_type(vt, "<Esc>");			/* the question stays, and so does what was said */
	vt_expect(vt, "还没有保存，您填的都在");
	vt_expect(vt, "修改：");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "1栏双方都改了");
	vt_type(vt, "1");
	vt_expect_gone(vt, "双方都改了，请逐栏");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "已保存。");
	ck_assert_str_eq(stored("child", "王小明", "address"), "十组10号");
	ck_assert_str_eq(stored("child", "王小明", "father.name"), "王建民");
	ck_assert_str_eq(stored("child", "王小明", "former_name"), "明明");
	client_leave(vt);
}
END_TEST

START_TEST(everything_theirs)
{
	struct vt	*vt = client(&d, "dir-a1");

	new_probe("{'name':'全给他','note':'一'}");
	vt_type(vt, ".sb/全给<Enter><Enter>e");
	vt_expect(vt, "修改：");
	vt_type(vt, "<Enter><C-u>二<Enter>");
	other_saves("dir-a2", "probe", "全给他", "{'note':'三'}");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "双方都改了，按1或2选");
	vt_type(vt, "1<C-o>");
	vt_expect(vt, "取");			/* nothing of mine is left: no version more, no
						    draft */
	vt_expect(vt, "填写中");
	ck_assert_str_eq(stored("probe", "全给他", "note"), "三");
	for (int i = 0; i < 50 && drafts_of("dir-a1") > 0; i++)
		vt_pause(vt, 50);
	ck_assert_uint_eq(drafts_of("dir-a1"), 0);
	client_leave(vt);
}
END_TEST

START_TEST(by_hand)
{
	struct vt	*vt = client(&d, "dir-a1");

	new_probe("{'name':'自己改','note':'一'}");
	vt_type(vt, ".sb/自己<Enter><Enter>e");
	vt_expect(vt, "修改：");
	vt_type(vt, "<Enter><C-u>二<Enter>");
	other_saves("dir-a2", "probe", "自己改", "{'note':'三'}");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "1栏双方都改了");
	vt_type(vt, "<Enter>和三");		/* the editor holds mine */
	expect_screen(vt, "two-by-hand");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "带*的将保存，按Ctrl-O保存");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "已保存。");
	ck_assert_str_eq(stored("probe", "自己改", "note"), "二和三");
	client_leave(vt);
}
END_TEST

/* ---- what is more than one value ------------------------------------------------------------- */

START_TEST(repeating_group)
{
	struct vt	*vt = client(&d, "dir-a1");

	new_probe("{'name':'有兄妹','kin':[{'name':'大哥','sex':'1'}]}");
	vt_type(vt, ".sb/有兄<Enter><Enter>e");
	vt_expect(vt, "修改：");
	vt_type(vt, "<Down><Down><Down><Down><Down>a");
	vt_type(vt, "三妹<Enter>2");
	vt_expect(vt, "兄弟姐妹 2");
	other_saves("dir-a2", "probe", "有兄妹",
	    "{'kin':[{'name':'大哥','sex':'1'},{'name':'二姐','sex':'2'}]}");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "1栏双方都改了");
	vt_type(vt, "3");
	expect_screen(vt, "two-kin");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "已保存。");
	ck_assert_str_eq(stored("probe", "有兄妹", "kin.0.name"), "大哥");
	ck_assert_str_eq(stored("probe", "有兄妹", "kin.1.name"), "二姐");
	ck_assert_str_eq(stored("probe", "有兄妹", "kin.2.name"), "三妹");
	client_leave(vt);
}
END_TEST

START_TEST(long_text)
{
	struct vt	*vt = client(&d, "dir-a1");
	struct buf	 story = BUF_INIT, set = BUF_INIT;

	for (int i = 1; i <= 22; i++)
		buf_printf(&story, "第%d段，孩子在家，邻居照看。", i);
	buf_printf(&set, "{'name':'长经过','story':'%s'}", buf_str(&story));
	new_probe(buf_str(&set));
	vt_type(vt, ".sb/长经<Enter><Enter>e");
	vt_expect(vt, "修改：");
	vt_type(vt, "<Down><Down><Down><Down>我补一句。");
	buf_reset(&set);
	buf_printf(&set, "{'story':'%s他补一句。'}", buf_str(&story));
	other_saves("dir-a2", "probe", "长经过", buf_str(&set));
	vt_type(vt, "<C-o>");
	vt_expect(vt, "1栏双方都改了");
	expect_screen(vt, "two-long");
	for (int i = 0; i < 9 && !vt_find(vt, "我补一句。", NULL, NULL); i++) {
		vt_type(vt, "<PgDn>");		/* whole, however long it is */
		vt_pause(vt, 60);
	}
	vt_expect(vt, "我补一句。");
	vt_type(vt, "3<C-o>");
	vt_expect(vt, "已保存。");
	ck_assert_ptr_nonnull(strstr(stored("probe", "长经过", "story"),
	    "第22段，孩子在家，邻居照看。他补一句。\n我补一句。"));
	ck_assert_ptr_nonnull(strstr(stored("probe", "长经过", "story"), "第1段"));
	client_leave(vt);
	buf_free(&story);
	buf_free(&set);
}
END_TEST

/* ---- once more ------------------------------------------------------------------------------- */

START_TEST(saved_again_while_merging)
{
	struct vt	*vt = client(&d, "dir-a1");

	new_probe("{'name':'又保存','note':'一'}");
	vt_type(vt, ".sb/又保<Enter><Enter>e");
	vt_expect(vt, "修改：");
	vt_type(vt, "<Enter><C-u>二<Enter>");
	other_saves("dir-a2", "probe", "又保存", "{'note':'三'}");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "1栏双方都改了");
	other_saves("sup-a", "probe", "又保存", "{'secret':'督导说','note':'四'}");
	vt_type(vt, "2<C-o>");
	vt_expect(vt, "陈强先保存了。1栏双方都改了");	/* the new "theirs" */
	expect_row(vt, 4, "> 备注               三                ? 四                ? 二");
	vt_type(vt, "<Down>");
	vt_expect(vt, "这一栏由别人填写");	/* not mine to change, and shown */
	vt_type(vt, "<Up>2<C-o>");
	vt_expect(vt, "已保存。");
	ck_assert_str_eq(stored("probe", "又保存", "note"), "二");
	ck_assert_str_eq(stored("probe", "又保存", "secret"), "督导说");
	client_leave(vt);
}
END_TEST

START_TEST(line_cut_while_merging)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".wd/小明<Enter><Enter>e");
	vt_expect(vt, "修改：");
	vt_type(vt, "<C-u>断线名<Enter><PgDn><PgDn><PgDn><PgDn><Enter><Enter><C-u>王断线<Enter>");
	vt_expect(vt, "王断线");
	other_saves("sup-a", "child", "王小明",
	    "{'former_name':'督导名','father':{'phone':'13922223333'}}");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "1栏双方都改了");
	vt_type(vt, "<Enter>甲");		/* changed by hand, and not even left */
	vt_expect(vt, "断线名甲");
	vt_hangup(vt);
	vt_wait_exit(vt);
	vt_free(vt);

	vt = client_start_lang(&d, "dir-a1", "zh", NULL);
	vt_expect(vt, "您有1份未完成的登记，接着填写？");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "陈强在2026-03-12 10:00保存过");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "1栏双方都改了");		/* against what it was made on, not against
						         what is there now */
	vt_expect(vt, "断线名甲");
	vt_type(vt, "2<C-o>");
	vt_expect(vt, "已保存。");
	ck_assert_str_eq(stored("child", "王小明", "former_name"), "断线名甲");
	ck_assert_str_eq(stored("child", "王小明", "father.name"), "王断线");
	ck_assert_str_eq(stored("child", "王小明", "father.phone"), "13922223333");
	ck_assert_uint_eq(drafts_of("dir-a1"), 0);
	client_leave(vt);
}
END_TEST

/* ---- acts ------------------------------------------------------------------------------------ */

START_TEST(act_with_changes)
{
	struct vt	*vt = client(&d, "dir-a1");

	new_probe("{'name':'办封存','note':'一'}");
	vt_type(vt, ".sb/办封<Enter><Enter>e");
	vt_expect(vt, "修改：");
	vt_type(vt, "<Enter><C-u>二<Enter>");
	vt_type(vt, "<PgDn>");
	vt_expect(vt, "填写完整");
	vt_type(vt, "1办完了<Enter>");
	client_wait_question(vt);
	other_saves("dir-a2", "probe", "办封存", "{'note':'三'}");
	vt_type(vt, "y");
	vt_expect(vt, "1栏双方都改了");
	vt_type(vt, "2<C-o>");
	vt_expect(vt, "封存，确定吗？");	/* the question again, its answer still there */
	vt_expect(vt, "办完了");
	vt_type(vt, "<PgDn>");
	client_confirm(vt);
	vt_expect(vt, "已办：封存，");
	ck_assert_str_eq(stored("probe", "办封存", "note"), "二");
	client_leave(vt);
}
END_TEST

START_TEST(act_on_what_was_read)
{
	struct vt	*vt = client(&d, "sup-a");

	vt_type(vt, ".hs<Enter>");
	vt_expect(vt, "儿童档案  张伟");
	vt_type(vt, "1");
	vt_expect(vt, "确定吗？");
	other_acts("dir-a1", "child", "张伟", "withdraw", "{}");
	other_saves("dir-a1", "child", "张伟", "{'address':'六组6号'}");
	other_acts("dir-a1", "child", "张伟", "submit", "{}");
	vt_type(vt, "y");
	vt_expect(vt, "六组6号");		/* nobody verifies what he has not seen */
	vt_expect(vt, "按Ctrl-O重新办理");
	expect_screen(vt, "two-look");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "确定吗？");
	client_confirm(vt);
	vt_expect(vt, "已办：");
	client_leave(vt);
}
END_TEST

START_TEST(the_other_went_further)
{
	struct vt	*vt = client(&d, "dir-a1");

	new_probe("{'name':'已封了','note':'一'}");
	vt_type(vt, ".sb/已封<Enter><Enter>e");
	vt_expect(vt, "修改：");
	vt_type(vt, "<Enter><C-u>二<Enter>");
	other_acts("dir-a2", "probe", "已封了", "seal", "{'why':'完'}");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "现在是已封存，您不能再改。您填的留作草稿。");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "已封存");
	ck_assert_uint_eq(drafts_of("dir-a1"), 1);
	client_leave(vt);
}
END_TEST

START_TEST(emptied_form)
{
	struct vt	*vt = client(&d, "dir-a2");

	vt_type(vt, ".sy不要了<Enter>");
	expect_row(vt, 4, ">  备注");
	while (drafts_of("dir-a2") == 0)
		vt_pause(vt, 50);
	vt_type(vt, "<Up><C-u><Esc>");
	vt_expect(vt, "锁定或退出");
	while (drafts_of("dir-a2") > 0)
		vt_pause(vt, 50);
	vt_type(vt, ".bq");
	vt_expect(vt, "目前没有");
	ck_assert(!vt_find(vt, "共0", NULL, NULL));
	client_leave(vt);
}
END_TEST

START_TEST(in_english)
{
	struct vt	*vt = client_start_lang(&d, "dir-a1", "en", NULL);

	vt_expect(vt, "lock");
	new_probe("{'name':'Abroad','note':'one'}");
	vt_type(vt, ".sb/Abr<Enter><Enter>e");
	vt_expect(vt, "Change: ");
	vt_type(vt, "<Enter><C-u>two<Enter>");
	other_saves("dir-a2", "probe", "Abroad", "{'note':'three'}");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "Two people, one record");
	expect_screen(vt, "en-two");
	client_leave(vt);
}
END_TEST

static Suite *
two(void)
{
	Suite	*s = suite_create("screens");
	TCase	*tc = tcase_create("two");

	tcase_add_unchecked_fixture(tc, county, county_close);
	tcase_add_checked_fixture(tc, county_drop_drafts, NULL);
	tcase_add_test(tc, different_fields);
	tcase_add_test(tc, same_fields);
	tcase_add_test(tc, everything_theirs);
	tcase_add_test(tc, by_hand);
	tcase_add_test(tc, repeating_group);
	tcase_add_test(tc, long_text);
	tcase_add_test(tc, saved_again_while_merging);
	tcase_add_test(tc, line_cut_while_merging);
	tcase_add_test(tc, act_with_changes);
	tcase_add_test(tc, act_on_what_was_read);
	tcase_add_test(tc, the_other_went_further);
	tcase_add_test(tc, emptied_form);
	tcase_add_test(tc, in_english);
	tcase_add_test(tc, a_link_is_named);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(two)
