#include "tests/screen/county.h"

/*
 * Filling in forms: a child in Chinese across all pages, wrong keys, what is kept, what is undone.
 */

static void
seal(int id)
{
	reply_number(ask_new(&d.fixture, "off",
	    "{'op':'act','book':'child','id':%d,'ver':4,'act':'close',"
	    "'ask':{'reason':'parents-back','day':20260312,'proof':'父母均已返乡'}}", id), "ver");
	reply_number(ask_new(&d.fixture, "off",
	    "{'op':'act','book':'child','id':%d,'ver':5,'act':'seal','ask':{'why':'不再需要'}}",
	    id), "ver");
}

static void
county(void)
{
	county_open();
	child_in_state(&d.fixture, "dir-a1", "王小明", AREA_A1, 1, "active");
	seal((int)child_in_state(&d.fixture, "dir-b1", "田小封", AREA_B1, 30, "active"));
	county_serve();
}

static struct val *
only_hit(struct conn *l, const char *text)
{
	struct val	*reply = daemon_ask(l, "{'op':'find','book':'child','text':'%s'}", text),
	    *row;

	ck_assert_ptr_nonnull(reply);
	ck_assert_uint_eq(val_len(val_get(reply, "rows")), 1);
	row = val_dup(val_at(val_get(reply, "rows"), 0));
	val_free(reply);
	return row;
}

/* The record of that name as the daemon has it, whole. */
static struct val *
record_named(const char *user, const char *text)
{
	struct conn	*l = daemon_conn(&d, user);
	struct val	*row = only_hit(l, text), *reply;

	reply = daemon_ask(l, "{'op':'get','book':'child','id':%lld,'whole':true}",
	    (long long)val_get_num(row, "id", 0));
	ck_assert(val_get_true(reply, "ok"));
	val_free(row);
	conn_close(l);
	return reply;
}

#define FIELD(reply, path)	val_find(val_get(val_get((reply), "record"), "fields"), (path))
#define field_is(reply, path, text)	ck_assert_str_eq(val_str(FIELD((reply), (path))), (text))

/* ---- the whole way --------------------------------------------------------------------------- */

START_TEST(a_child_in_chinese)
{
	struct vt	*vt = client(&d, "dir-a1");
	struct val	*r;

	vt_type(vt, ".dj");
	expect_screen(vt, "form-1-empty");
	vt_type(vt, "阿依古丽·买买提<Enter>丽丽<Enter>990121201503050040");
	vt_expect(vt, "2015-03-05");		/* birth and sex as soon as the number is whole */
	vt_type(vt, "<Enter><Enter><Enter>ww<Enter>nc<Space>pk<Space><Esc>");
	expect_screen(vt, "form-1");
	vt_type(vt,
	    "<Enter><Enter><Enter>三组7号院，老槐树旁<Enter>1<Enter>n<Enter>新疆维吾尔自治区喀什地区疏附县托克扎克镇3村");
	expect_screen(vt, "form-2");
	vt_type(vt, "<Enter>2<Enter>4<Enter>2<Enter>xx<Enter>柳树村小学<Enter>五（2）班<Enter>y");
	expect_screen(vt, "form-3");
	vt_type(vt,
	    "<Enter>1<Enter>y<Enter><Enter>买买提·艾力<Enter>zf<Enter><Enter>１３９００００１２３４<Enter>同住<Enter>2");
	expect_screen(vt, "form-4");
	vt_type(vt,
	    "<Enter><Enter>zc<Enter>买买提·吐尔逊<Enter><Enter>19850102<Enter>139 0000 5678<Enter>gd<Enter>东莞");
	expect_screen(vt, "form-5");
	vt_type(vt, "<Enter><Enter>失联<Enter>古丽·买买提<Enter><Enter><Enter>");
	expect_screen(vt, "form-6");
	vt_type(vt, "<Enter>1<Enter>买买提·艾力<Enter><Enter>2<Enter>2<Enter>3");
	expect_screen(vt, "form-7");
	vt_type(vt, "<Enter>1<Space>种<Space><Enter>低<Space><Esc>");
	expect_screen(vt, "form-8");
	vt_type(vt,
	    "<Enter>王芳<Enter>李桂兰<Enter>赵国强<Enter>柳树村村民委员会<Enter>-1<Enter>爷爷听力不好，联系时请说大声些。<Enter>第二行");
	expect_screen(vt, "form-9");
	vt_type(vt, "<Tab>");
	expect_screen(vt, "form-review");
	vt_type(vt, "1");
	vt_expect(vt, "提交乡镇，确定吗？");
	client_confirm(vt);
	vt_expect(vt, "已办：提交乡镇，");
	expect_screen(vt, "form-submitted");
	client_leave(vt);

	r = record_named("dir-a1", "阿依古丽");
	ck_assert_str_eq(val_get_str(val_get(r, "record"), "state"), "submitted");
	field_is(r, "name", "阿依古丽·买买提");
	field_is(r, "citizen_no", "990121201503050040");
	ck_assert_int_eq(val_num(FIELD(r, "birth"), 0), 20150305);
	field_is(r, "ethnicity", "05");
	ck_assert(val_has(FIELD(r, "category"), "left-behind") &&
	    val_has(FIELD(r, "category"), "poor"));
	field_is(r, "carer.phone", "13900001234");
	field_is(r, "father.phone", "13900005678");
	field_is(r, "mother.status", "lost");
	field_is(r, "note", "爷爷听力不好，联系时请说大声些。\n第二行");
	ck_assert_int_eq(val_num(FIELD(r, "filled_on"), 0), 20260311);
	ck_assert_uint_eq(val_len(FIELD(r, "income")), 2);
	val_free(r);
}
END_TEST

/*
 * What an act needs is told with its name, before and after somebody tries it, and saving stays
 * possible.
 */
START_TEST(an_act_that_has_to_wait)
{
	struct vt	*vt;
	struct conn	*l = daemon_conn(&d, "dir-a1");
	struct val	*child = only_hit(l, "王小明"), *r;

	r = daemon_ask(l,
	    "{'op':'save','book':'entrust','token':'x:00112233445566778899aabbccddeeff','set':{'child':%d,"
	    "'basis':'entrusted','by':'both','carer_name':'王德福','relation':'61','carer_phone':'13900001234','carer_address':'三组',"
	    "'since':20260301,'until':20270228,'bad_acts':'clear','bad_habits':'clear','neglect':'clear','unfit':'clear',"
	    "'found':'派出所','health':'fit','others':1,'view':'agrees','contact':'weekly','signed_on':20260301,'signers':['parent'],"
	    "'paper':'一柜'}}", (int)val_get_num(child, "id", 0));
	ck_assert(val_get_true(r, "ok"));
	val_free(r);
	val_free(child);
	conn_close(l);
	vt = client(&d, "dir-a1");
	vt_type(vt, ".dq<Enter>e<PgDn><PgDn><PgDn>");
	expect_screen(vt, "form-act-waits");
	vt_type(vt, "1");
	vt_expect(vt, "签订生效，确定吗？");
	client_confirm(vt);
	expect_row(vt, 23, "没有办：有缺项或错误。");
	vt_type(vt, "<Down>");
	expect_screen(vt, "form-act-waits");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "已签字");
	vt_type(vt, "<Esc>");
	client_leave(vt);
}
END_TEST

/* ---- wrong keys ------------------------------------------------------------------------------ */

START_TEST(wrong_is_told_and_never_blocks)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".dj错误<Enter><Enter>990121201503050221");
	vt_type(vt, "<Enter>");			/* told on leaving, and one has moved on */
	vt_expect(vt, "末位校验不符：有一位数字抄错了，请逐位核对");
	expect_row(vt, 5, " ! 公民身份号码  990121201503050221");
	expect_row(vt, 6, ">* 出生日期");
	vt_type(vt, "2015-02-30<Enter>");
	vt_expect(vt, "2015-02-30不是日期，请填例如2026-03-12");
	expect_row(vt, 6, " ! 出生日期      2015-02-30");
	vt_type(vt, "9");			/* no such choice */
	vt_expect(vt, "请打选项的数字或首字母。");
	vt_type(vt, "<C-o>");			/* blocks saving: all at once */
	vt_expect(vt, "有2处错误（!），改正后才能保存。");
	expect_screen(vt, "form-wrong-review");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "还不能保存：请先改正有标记的。");
	vt_type(vt, "<Enter>");			/* to the first of them */
	vt_expect(vt, "第1页，共9页");
	vt_type(vt, "<C-u>20150305<Enter>");
	vt_expect(vt, "2015-03-05");
	vt_type(vt, "<C-p><C-p><C-u>990121201503050227<Enter><Enter>");
	vt_expect_gone(vt, "! ");
	vt_type(vt, "2<C-o>");			/* gaps do not block: it is a file just begun */
	vt_expect(vt, "已保存：错误");
	client_leave(vt);
}
END_TEST

START_TEST(number_against_birth)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".dj相反<Enter><Enter>990121201503050446<Enter>");
	vt_expect(vt, "2015-03-05");
	vt_type(vt, "20150306<Enter>");
	vt_expect(vt, "公民身份号码里是2015-03-05，这里填的是2015-03-06");
	vt_type(vt, "<C-p><C-p><C-u>");		/* without the number what it said goes; what was
						   typed stays */
	vt_type(vt, "<Enter>");
	expect_row(vt, 7, "   出生日期      2015-03-06");
	expect_row(vt, 8, " * 性别");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "已存为草稿");
	client_leave(vt);
}
END_TEST

/* ---- dates, choices, undo, dup --------------------------------------------------------------- */

START_TEST(dates_in_short)
{
	static const struct {
		const char	*typed, *becomes;
	} all[] = {
		{ "t", "2026-03-12" }, { "-1", "2026-03-11" }, { "0301", "2026-03-01" },
		{ "150305", "2015-03-05" }, { "20150305", "2015-03-05" },
		  { "2015.3.5", "2015-03-05" },
		{ "２０１５年３月５日", "2015-03-05" },
	};
	struct vt	*vt = client(&d, "dir-a2");

	vt_type(vt, ".dj<Enter><Enter><Enter><Enter>");
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		char	 row[80];

		vt_type(vt, all[i].typed);	/* the first key of a visit begins a new date */
		vt_type(vt, "<Enter>");
		snprintf(row, sizeof(row), "   出生日期      %s", all[i].becomes);
		expect_row(vt, 7, row);
		vt_type(vt, "<C-p>");
	}
	vt_type(vt, "+30<Enter>");
	vt_expect(vt, "2026-04-11晚于今天");	/* a birth cannot be to come */
	vt_type(vt, "<Esc>");
	vt_expect(vt, "已存为草稿");
	client_leave(vt);
}
END_TEST

START_TEST(choices_filter)
{
	struct vt	*vt = client(&d, "dir-a2");

	vt_type(vt, ".dj<Down><Down><Down><Down><Down><Down><C-l>");
	vt_expect(vt, "蒙古族");
	expect_screen(vt, "pick");
	vt_type(vt, "03");			/* the code of the standard */
	vt_expect(vt, "> 03  回族");
	vt_type(vt, "<BS><BS>哈尼");
	vt_expect(vt, "> 16  哈尼族");
	vt_expect_gone(vt, "回族");
	vt_type(vt, "<BS><BS>zzz<Enter>");
	vt_expect(vt, "列表里没有相符的，按退格键缩短查找内容。");
	vt_type(vt, "<Esc>");			/* nothing was taken */
	expect_row(vt, 9, ">* 民族");
	vt_type(vt, "tj<Down><Enter>");
	expect_row(vt, 12, ">* 儿童类别");		/* taken, and on to the next field */
	expect_row(vt, 9, "   民族          塔吉克族");
	vt_type(vt, "<C-p><BS>");		/* emptied again */
	expect_row(vt, 9, ">* 民族");
	client_leave(vt);
}
END_TEST

/* The number and Enter: on a line of few, in a list and among ticks. */
START_TEST(one_way_to_choose)
{
	struct vt	*vt = client(&d, "dir-a2");

	vt_type(vt, ".dj<Down><Down><Down><Down><Down>2<Enter>03<Enter>1<Space>4<Enter>");
	vt_expect(vt, "第2页，共9页");
	vt_type(vt, "<PgUp>");
	expect_row(vt, 8, "   性别          女");
	expect_row(vt, 9, "   民族          回族");
	expect_row(vt, 12, "   儿童类别      农村留守儿童、事实无人抚养儿童");
	/* what is ticked already goes */
	vt_type(vt, "<Down><Down><Down><Down><Down><Down><Down>4");
	vt_expect(vt, "4  事实无人抚养儿童");
	vt_type(vt, "6<Esc>");			/* and leaving the list takes nothing back */
	expect_row(vt, 12, ">  儿童类别      农村留守儿童、残疾儿童");
	vt_type(vt, "<C-z>");			/* one's own key does */
	expect_row(vt, 12, ">  儿童类别      农村留守儿童、事实无人抚养儿童");
	vt_type(vt, "<Esc>.jxd");
	client_confirm(vt);
	client_leave(vt);
}
END_TEST

START_TEST(undo)
{
	struct vt	*vt = client(&d, "dir-a2");

	vt_type(vt, ".dj甲乙<Enter>小甲<Enter><Enter><Enter><Enter>1");
	expect_row(vt, 8, ">  性别         [1 男]  2 女");
	vt_type(vt, "2");
	expect_row(vt, 8, ">  性别          1 男  [2 女]");
	vt_type(vt, "<C-z>");			/* one act is one step, and is named */
	expect_row(vt, 8, ">  性别         [1 男]  2 女");
	expect_row(vt, 23, "已撤销：性别  Ctrl-G 重做");
	vt_type(vt, "<C-z>");
	expect_row(vt, 8, ">* 性别          1 男   2 女");
	vt_type(vt, "<C-g><C-g>");
	expect_row(vt, 8, ">  性别          1 男  [2 女]");
	expect_row(vt, 23, "已重做：性别  Ctrl-Z 撤销");
	vt_type(vt, "<C-g>");
	expect_row(vt, 23, "没有可重做的。");
	vt_type(vt, "<C-z><C-z><C-z>");		/* then the one before, wherever it was */
	expect_row(vt, 4, ">  曾用名");
	expect_row(vt, 23, "已撤销：曾用名  Ctrl-G 重做");
	vt_type(vt, "<C-z><C-z>");
	vt_expect(vt, "没有可撤销的。");
	expect_row(vt, 3, ">* 姓名");
	vt_type(vt, "丙丁<C-z>");		/* inside a text the editor's own steps come first */
	expect_row(vt, 3, ">  姓名");
	vt_type(vt, "<C-g>");
	expect_row(vt, 3, ">  姓名          丙丁");
	vt_type(vt, "<C-g>");			/* and what was done anew makes an end of what
						   could be done again */
	expect_row(vt, 23, "没有可重做的。");
	vt_type(vt, "<C-z><Enter>戊<Enter><C-z>");
	expect_row(vt, 23, "已撤销：曾用名  Ctrl-G 重做");
	client_leave(vt);
}
END_TEST

/* Nothing changes on a page that is not seen: the page is turned to, and row 23 names the field. */
START_TEST(undo_turns_to_the_page)
{
	struct vt	*vt = client(&d, "dir-a2");

	vt_type(vt, ".dj甲乙<PgDn><Enter><Enter>二组12号<PgDn>");
	vt_expect(vt, "第3页，共9页");
	vt_type(vt, "<C-z>");
	vt_expect(vt, "第2页，共9页");
	expect_row(vt, 5, ">* 现住址");
	expect_row(vt, 23, "已撤销：现住址  Ctrl-G 重做");
	vt_type(vt, "<C-z>");
	vt_expect(vt, "第1页，共9页");
	expect_row(vt, 3, ">* 姓名");
	expect_row(vt, 23, "已撤销：姓名  Ctrl-G 重做");
	vt_type(vt, "<C-z>");			/* not behind what it began with */
	expect_row(vt, 23, "没有可撤销的。");
	vt_type(vt, "<PgDn>");
	vt_expect(vt, "石桥村");		/* the place it began with */
	vt_type(vt, "<PgDn><PgDn><C-g><C-g>");
	vt_expect(vt, "第2页，共9页");
	expect_row(vt, 5, ">  现住址        二组12号");
	expect_row(vt, 23, "已重做：现住址  Ctrl-Z 撤销");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "已存为草稿");
	client_leave(vt);
}
END_TEST

/*
 * Several rows of a text, typed, pasted and taken back in the editor, are one act once it is left.
 */
START_TEST(undo_of_a_long_text)
{
	struct vt	*vt = client(&d, "dir-a2");

	vt_type(vt,
	    ".dj甲<PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><Down><Down><Down><Down><Down>甲段<Enter>二<Paste>三\n四</Paste>");
	vt_expect(vt, "四");
	vt_type(vt, "<C-z>");
	vt_expect_gone(vt, "四");
	vt_type(vt, "<C-g>");
	vt_expect(vt, "四");
	vt_type(vt, "<C-z><C-z>");		/* both of the editor's steps */
	vt_expect_gone(vt, "甲段");
	vt_type(vt, "<C-z>");			/* and on to the act before, on the first page */
	expect_row(vt, 23, "已撤销：姓名  Ctrl-G 重做");
	expect_row(vt, 3, ">* 姓名");
	vt_type(vt, "<C-g><C-g>");
	vt_expect(vt, "第9页，共9页");
	vt_expect(vt, "二三");
	vt_expect(vt, "四");
	expect_row(vt, 23, "已重做：备注  Ctrl-Z 撤销");
	vt_type(vt, "<C-z>");			/* as one */
	vt_expect_gone(vt, "甲段");
	client_leave(vt);
}
END_TEST

START_TEST(copied_from_the_record_before)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".dj<PgDn><Enter><C-d>");
	vt_expect(vt, "前面没有可照抄的档案。");
	vt_type(vt, "<Esc>.wd/小明<Enter><Enter>");	/* opening one is enough */
	vt_expect(vt, "编号");
	vt_type(vt, ".dj");
	vt_expect(vt, "新登记");
	vt_type(vt, "弟弟<Enter><Enter><C-d>");
	vt_expect(vt, "这一栏人人不同，不能照抄。");
	vt_type(vt, "<PgDn><Enter><Enter><C-d><Enter>");
	expect_row(vt, 5, "   现住址        二组12号");
	vt_type(vt, "<PgDn><PgDn><C-d><Enter><C-d><Enter><Enter><C-d><Enter><Enter><Enter><C-d>");
	vt_expect(vt, "上一份档案这一栏是空的。");	/* the phone was masked there: stars are not
						       copied */
	expect_row(vt, 7, "     姓名          王德福");
	client_leave(vt);
}
END_TEST

/* ---- hidden fields, help --------------------------------------------------------------------- */

START_TEST(hidden_answers_are_kept)
{
	struct vt	*vt = client(&d, "dir-a2");

	vt_type(vt, ".dj藏<PgDn><PgDn>3<Enter>心<Enter>");
	vt_expect(vt, "先天性心脏病");
	vt_type(vt, "<C-p><C-p>1<Enter>");
	vt_expect_gone(vt, "先天性心脏病");
	vt_type(vt, "<PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><End>");
	vt_expect(vt, "现在不适用，内容仍保留");
	vt_type(vt, "<Enter>");			/* goes to its page; the answer is back with its
						   question */
	vt_expect(vt, "身体与就学");
	vt_type(vt, "3");
	vt_expect(vt, "先天性心脏病");
	client_leave(vt);
}
END_TEST

START_TEST(help_short_and_long)
{
	struct vt	*vt = client(&d, "dir-a2");

	vt_type(vt, ".dj<F1>");
	vt_expect(vt, "与户口簿一致；未落户的写家里常用的名字（再按一次看详细说明）");
	vt_type(vt, "<C-_>");			/* the other key of the same act */
	vt_expect(vt, "少数民族姓名中间的圆点照户口簿写");
	expect_screen(vt, "help-field");
	vt_type(vt, "<Esc>？");			/* in a text a question mark is a character */
	expect_row(vt, 3, ">  姓名          ？");
	vt_type(vt, "<BS><Down><Down><Down><Down><Down><Down>?");
	vt_expect(vt, "输入代码、汉字或拼音首字母查找");	/* elsewhere it is help */
	client_leave(vt);
}
END_TEST

static void
type_many(struct vt *vt, const char *what, int n)
{
	for (int i = 0; i < n; i++)
		vt_type(vt, what);
}

static void
paste_many(struct vt *vt, const char *what, int n)
{
	vt_type(vt, "<Paste>");
	type_many(vt, what, n);
	vt_type(vt, "</Paste>");
}

/*
 * What is longer than the field stays as it was typed, is marked at once, and saved only when it is
 * shortened.
 */
START_TEST(too_long)
{
	struct vt	*vt = client(&d, "dir-a2");

	vt_type(vt, ".dj");
	type_many(vt, "字", 50);
	vt_type(vt, "多");
	expect_row(vt, 23, "姓名最多50个字，现有51个，请删减");
	vt_expect(vt, ">! 姓名         <字");
	vt_type(vt, "<BS>");
	vt_expect_gone(vt, "请删减");
	paste_many(vt, "末", 10);
	expect_row(vt, 23, "姓名最多50个字，现有60个，请删减");
	vt_type(vt, "<Enter>");				/* told again on leaving, and where the
							   focus comes back */
	expect_row(vt, 23, "姓名最多50个字，现有60个，请删减");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "有1处错误（!），改正后才能保存。");
	vt_expect(vt, "> ! 姓名  (基本信息)                 姓名最多50个字，现有60个，请删减");
	vt_type(vt, "<Esc><Esc>");
	vt_expect(vt, "已存为草稿");
	vt_type(vt, ".jx<Enter>");			/* the draft has all of it */
	vt_expect(vt, "末末末末末末末末末末");
	vt_type(vt, "<C-p>");
	expect_row(vt, 23, "姓名最多50个字，现有60个，请删减");
	type_many(vt, "<BS>", 10);
	vt_expect_gone(vt, "请删减");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "已保存：");
	client_leave(vt);
}
END_TEST

START_TEST(too_long_a_text)
{
	struct vt	*vt = client(&d, "dir-a2");
	struct conn	*l;
	struct val	*r;

	vt_type(vt,
	    ".dj长文<PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><Down><Down><Down><Down><Down>");
	paste_many(vt, "一二三四五六七八九十", 140);
	expect_row(vt, 23, "备注最多1000个字，现有1400个，请删减");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "已存为草稿");
	l = daemon_conn(&d, "dir-a2");
	r = daemon_ask(l, "{'op':'drafts'}");
	ck_assert_uint_eq(strlen(val_str(val_find(val_at(val_get(r, "drafts"), 0), "fields.note"))),
	    1400 * strlen("一"));
	val_free(r);
	conn_close(l);
	client_leave(vt);
}
END_TEST

START_TEST(too_long_an_answer)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".wd/小明<Enter><Enter>1");
	vt_expect(vt, "转往哪个村");
	vt_type(vt, "<Down>");
	paste_many(vt, "去外婆家", 60);
	expect_row(vt, 23, "原因最多200个字，现有240个，请删减");
	vt_type(vt, "<C-p>石桥<Enter>");
	vt_expect(vt, "石桥村");
	vt_type(vt, "<Enter>");
	vt_expect_gone(vt, ">! 原因");
	vt_type(vt, "y");
	vt_expect(vt, ">! 原因");
	expect_row(vt, 23, "原因最多200个字，现有240个，请删减");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "没有办。已填的在退出程序前都留着");
	client_leave(vt);
}
END_TEST

/* A megabyte pasted ends neither the program nor the line, and says what was left out. */
START_TEST(far_too_long)
{
	struct vt	*vt = client(&d, "dir-a2");
	static char	 mega[1 << 20];

	memset(mega, 'm', sizeof(mega));
	vt_type(vt,
	    ".dj长文<PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><Down><Down><Down><Down><Down><Paste>");
	vt_send(vt, mega, sizeof(mega));
	vt_type(vt, "</Paste>");
	expect_row(vt, 23, "一栏放不下20000个字以上的内容，多出的没有放入。");
	vt_type(vt, "<C-p>");
	expect_row(vt, 23, "备注最多1000个字，现有20000个，请删减");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "已存为草稿");
	vt_type(vt, ".jx");
	vt_expect(vt, "长文");
	client_leave(vt);
}
END_TEST

/* ---- nothing typed is lost ------------------------------------------------------------------- */

START_TEST(esc_never_loses)
{
	struct vt	*vt = client(&d, "dir-b1");

	vt_type(vt, ".dj");
	vt_expect(vt, "新登记");
	vt_type(vt, "<Esc>");			/* a look leaves nothing behind */
	vt_expect(vt, "锁定或退出");
	ck_assert(!vt_find(vt, "未填完", NULL, NULL));
	/* not even what is no date */
	vt_type(vt, ".dj半途<Enter><Enter><Enter><Enter>20150230<Esc>");
	vt_expect(vt, "已存为草稿，从菜单「接着填写」继续。");
	vt_expect(vt, "未填完 1");
	vt_type(vt, ".jx");
	vt_expect(vt, "停在：出生日期");
	expect_screen(vt, "drafts");
	vt_type(vt, "<Enter>");
	expect_row(vt, 7, ">! 出生日期      20150230");
	expect_row(vt, 3, "   姓名          半途");
	vt_type(vt, "20150228<Enter>");
	expect_row(vt, 7, "   出生日期      2015-02-28");
	vt_type(vt, "<Esc>d");			/* only one's own word drops it */
	vt_expect(vt, "丢弃「新登记：儿童档案  半途 11 白水乡河口村」和已填的全部内容？");
	vt_type(vt, "x");
	vt_expect_gone(vt, "丢弃「");
	vt_expect(vt, "半途");
	vt_type(vt, "d");
	client_confirm(vt);
	vt_expect(vt, "没有未填完的。");
	client_leave(vt);
}
END_TEST

START_TEST(typed_and_left_at_once)
{
	struct vt	*vt = client(&d, "dir-b1");

	/* all ahead of the daemon: the Esc waits for the draft, the rest for the Esc */
	vt_type(vt, ".dj快手<Enter>小快<Esc>.jx<Enter>");
	expect_row(vt, 4, ">  曾用名        小快");
	vt_type(vt, "<Esc>d");
	client_confirm(vt);
	vt_expect(vt, "没有未填完的。");
	client_leave(vt);
}
END_TEST

/* ---- search before create -------------------------------------------------------------------- */

START_TEST(the_same_child)
{
	struct vt	*vt = client(&d, "dir-a1");

	/* sounds the same, born the same day */
	vt_type(vt, ".dj汪晓明<Enter><Enter><Enter>1<Enter>20160110<Enter>");
	vt_expect(vt, "可能已有这个孩子的档案（1份），离开本页时给您看。");
	vt_type(vt, "<PgDn>");
	vt_expect(vt, "姓名读音相同且出生日期相同");
	expect_screen(vt, "near");
	vt_type(vt, "2");			/* somebody else */
	vt_expect(vt, "第2页，共9页");
	vt_type(vt, "<C-o>");			/* and not asked about again */
	vt_expect(vt, "已保存：汪晓明");
	vt_type(vt, ".dj");
	vt_expect(vt, "新登记");
	vt_type(vt, "王小明<Enter><Enter><Enter>1<Enter>20160110<Enter>");
	vt_expect(vt, "可能已有这个孩子的档案（2份）");
	vt_type(vt, "<PgDn>");
	vt_expect(vt, "已有下列档案");
	vt_type(vt, "1");			/* the same one */
	vt_expect(vt, "这是原有的档案；您刚才填的已存为草稿。");
	vt_expect(vt, "儿童档案  王小明");
	vt_type(vt, ".jx");
	vt_expect(vt, "停在");
	vt_type(vt, "d");
	client_confirm(vt);
	client_leave(vt);
}
END_TEST

/* Of a sealed file no place is named, also to the village where it was kept. */
START_TEST(found_sealed)
{
	struct vt	*vt = client(&d, "dir-b1");

	vt_type(vt, ".dj田小封<Enter><Enter><Enter>1<Enter>20160110<C-o>");
	vt_expect(vt, "已有档案，不在您的辖区，请咨询县民政局");
	expect_screen(vt, "near-sealed");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "新登记");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "已存为草稿");
	vt_type(vt, ".jxd");
	client_confirm(vt);
	vt_expect(vt, "没有未填完的。");
	client_leave(vt);
}
END_TEST

START_TEST(found_at_saving)
{
	struct vt	*vt = client(&d, "dir-a2");

	/* faster than any answer */
	vt_type(vt, ".dj王小明<Enter><Enter><Enter>1<Enter>20160110<C-o>");
	/* out of reach: that there is one, not who */
	vt_expect(vt, "青石镇已有档案，请咨询当地或县民政局");
	ck_assert(!vt_find(vt, "柳树村", NULL, NULL));
	vt_type(vt, "1");
	vt_expect(vt, "那份档案不在您的负责区域");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "新登记");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "已存为草稿");
	vt_type(vt, ".jxd");
	client_confirm(vt);
	vt_expect(vt, "没有未填完的。");
	client_leave(vt);
}
END_TEST

/*
 * 01 is found by 1, before the numbers that only begin so; 10 is typed in full, and initials narrow
 * the list.
 */
START_TEST(numbers_of_two_digits)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".dj李数字<Enter><Enter><Enter><Enter><Enter>1<Enter>");
	expect_row(vt, 9, ">* 民族");
	vt_type(vt, "1");
	vt_expect(vt, "  > 01  汉族");
	vt_expect(vt, "    10  朝鲜族");
	vt_type(vt, "<Enter>");
	expect_row(vt, 9, "   民族          汉族");
	vt_type(vt, "<C-p>10");
	vt_expect(vt, "  > 10  朝鲜族");
	vt_type(vt, "<Enter>");
	expect_row(vt, 9, "   民族          朝鲜族");
	vt_type(vt, "<C-p>1<Enter>");		/* and without looking */
	expect_row(vt, 9, "   民族          汉族");
	vt_type(vt, "<C-p>8");			/* no other begins so */
	expect_row(vt, 9, ">  民族          壮族");
	vt_type(vt, "h");
	vt_expect(vt, "  > 01  汉族");
	vt_expect(vt, "    03  回族");
	ck_assert(!vt_find(vt, "10  朝鲜族", NULL, NULL));
	vt_type(vt, "z<Enter>");
	expect_row(vt, 9, "   民族          汉族");
	client_leave(vt);
}
END_TEST

static Suite *
forms(void)
{
	Suite	*s = suite_create("screens");
	TCase	*tc = tcase_create("forms");

	tcase_add_unchecked_fixture(tc, county, county_close);
	tcase_add_checked_fixture(tc, county_drop_drafts, NULL);
	tcase_add_test(tc, a_child_in_chinese);
	tcase_add_test(tc, wrong_is_told_and_never_blocks);
	tcase_add_test(tc, number_against_birth);
	tcase_add_test(tc, dates_in_short);
	tcase_add_test(tc, choices_filter);
	tcase_add_test(tc, one_way_to_choose);
	tcase_add_test(tc, numbers_of_two_digits);
	tcase_add_test(tc, undo);
	tcase_add_test(tc, undo_turns_to_the_page);
	tcase_add_test(tc, undo_of_a_long_text);
	tcase_add_test(tc, copied_from_the_record_before);
	tcase_add_test(tc, hidden_answers_are_kept);
	tcase_add_test(tc, help_short_and_long);
	tcase_add_test(tc, too_long);
	tcase_add_test(tc, too_long_a_text);
	tcase_add_test(tc, too_long_an_answer);
	tcase_add_test(tc, far_too_long);
	tcase_add_test(tc, esc_never_loses);
	tcase_add_test(tc, typed_and_left_at_once);
	tcase_add_test(tc, the_same_child);
	tcase_add_test(tc, found_at_saving);
	tcase_add_test(tc, found_sealed);
	tcase_add_test(tc, an_act_that_has_to_wait);	/* last: what it leaves shows in row 1 */
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(forms)
