#include "forms/type/type.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

#define N(a)	(sizeof(a) / sizeof((a)[0]))

#define TODAY	20260312

static struct code	 body_codes[] = {
	{ "healthy", { "健康", "Healthy", "jk" }, { "健康", "Healthy", "jk" }, 0 },
	{ "ill", { "患病（注明）", "Ill", "hb" }, { "患病", "Ill", "hb" }, 0 },
	{ "old", { "旧称", "Old", "jc" }, { "旧称", "Old", "jc" }, 20200101 },
	{ "new", { "旧称", "New", "jc" }, { "旧称", "New", "jc" }, 0 },
	{ "1", { "一", "One", "y" }, { "一", "One", "y" }, 0 },
	{ "last", { "末日", "Last", "mr" }, { "末日", "Last", "mr" }, 20260312 },
	{ "eve", { "前夜", "Eve", "qy" }, { "前夜", "Eve", "qy" }, 20260313 },
};
static const struct codes	 body = { "body", { "身体", "Body", "st" }, "", body_codes,
    N(body_codes), NULL, NULL };

static struct form_ctx	 ctx = { NULL, NULL, TODAY, LANG_ZH, false };

static struct field
field(const char *type)
{
	struct field	 f = { .name = "x", .path = "x", .see = ROLES_ALL, .write = ROLES_ALL };

	f.type = type_find(type);
	ck_assert_ptr_nonnull(f.type);
	if (strcmp(type, "choice") == 0 || strcmp(type, "many-of") == 0)
		f.codes = &body;
	return f;
}

static void
load_areas(void)
{
	static const struct { const char *code, *name; int until; } rows[] = {
		{ "990121000000", "云岭县", 0 }, { "990121001000", "青石镇", 0 },
		  { "990121001007", "柳树村", 0 },
		{ "990121002000", "白水镇", 0 }, { "990121002001", "柳树村", 0 },
		  { "990121002002", "河湾村", 0 },
		{ "990121002003", "老村", 20200101 },
	};
	struct val	*list = val_list(), *v;

	for (size_t i = 0; i < N(rows); i++) {
		v = val_map();
		ck_assert(val_put(v, "code", val_text(rows[i].code)));
		ck_assert(val_put(v, "name", val_text(rows[i].name)));
		ck_assert(val_put(v, "until", val_int(rows[i].until)));
		ck_assert(val_add(list, v));
	}
	ctx.areas = areas_new(list);
	val_free(list);
}

static void
set_up(void)
{
	load_areas();
}

static void
tear_down(void)
{
	areas_free((struct areas *)ctx.areas);
	ctx.areas = NULL;
	ctx.lang = LANG_ZH;
}

/* The sentence of the only problem, "" when there is none; takes the list. */
static const char *
said(struct problems *ps)
{
	static char	 text[512];
	struct buf	 b = BUF_INIT;

	ck_assert(!ps->bad);
	ck_assert_uint_le(ps->n, 1);
	if (ps->n == 1)
		problem_format(&b, ps->at[0].say, ps->at[0].args, NULL, NULL);
	snprintf(text, sizeof text, "%s%s", ps->n == 1 && ps->at[0].warn ? "warning: " : "",
	    buf_str(&b));
	buf_free(&b);
	problems_free(ps);
	return text;
}

/*
 * What was typed, what is kept (shown as type_print shows it in Chinese, NULL = nothing), and what
 * is said: on parsing, or, when something was kept, on checking it.
 */
struct typed {
	const char	*typed, *kept, *said;
};

static void
run_typed(const struct field *f, const struct typed *rows, size_t n)
{
	struct problems	 ps = PROBLEMS_INIT;
	struct buf	 b = BUF_INIT;
	struct val	*v;

	for (size_t i = 0; i < n; i++) {
		buf_reset(&b);
		v = f->type->parse(f, "x", rows[i].typed, &ctx, &ps);
		ck_assert_msg((v != NULL) == (rows[i].kept != NULL), "%s: \"%s\"", f->type->name,
		    rows[i].typed);
		ck_assert_msg(v == NULL || (val_kind(v) == f->type->kind && ps.n == 0), "%s",
		    rows[i].typed);
		if (v != NULL) {
			type_print(f, v, &ctx, &b);
			ck_assert_str_eq(buf_str(&b), rows[i].kept);
			f->type->check(f, "x", v, &ctx, &ps);
		}
		ck_assert_str_eq(said(&ps), rows[i].said);
		val_free(v);
	}
	buf_free(&b);
}

#define RUN(f, rows)	run_typed(f, rows, N(rows))

/* ---- cleaning -------------------------------------------------------------------------------- */

START_TEST(cleaning)
{
	static const struct {
		const char	*typed;
		bool		 lines;
		const char	*want;		/* NULL = refused */
	} rows[] = {
		{ "王小明", false, "王小明" }, { "  王 小  明　", false, "王 小  明" },
		  { " 　 ", false, "" },
		{ "", false, "" },
		/* no-break and em blanks */
		{ "\xc2\xa0王\xe2\x80\x83", false, "王" },
		/* e and accent become é */
		{ "e\xcc\x81", false, "\xc3\xa9" },
		/* compatibility 豈 */
		{ "\xef\xa4\x80", false, "\xe8\xb1\x88" },
		/* planes 2 and 3 */
		{ "𠮷田", false, "𠮷田" }, { "\xf0\xb0\x80\x80", false, "\xf0\xb0\x80\x80" },
		/* private use: old systems' rare characters */
		{ "\xee\x80\x80", false, "\xee\x80\x80" },
		{ "买买提•吐尔逊", false, "买买提·吐尔逊" },
		  { "买买提・吐尔逊", false, "买买提·吐尔逊" },
		{ "买买提‧吐尔逊", false, "买买提·吐尔逊" },
		  { "买买提·吐尔逊", false, "买买提·吐尔逊" },
		{ "𠮷•𠮷", false, "𠮷·𠮷" }, { "〇•㐀", false, "〇·㐀" }, { "a•b", false, "a•b" },
		  { "•王", false, "•王" }, { "王•", false, "王•" },
		{ "王••李", false, "王••李" }, { "王•李", true, "王•李" },
		{ "a\tb", false, NULL }, { "a\nb", false, NULL }, { "a\nb", true, "a\nb" },
		  { "a\r\nb", true, "a\nb" },
		{ "a\rb", true, NULL }, { "\n\na\n\n", true, "a" }, { "a\tb", true, NULL },
		{ "a\033[2Jb", false, NULL }, { "a\033[2Jb", true, NULL }, { "a\x7f", false, NULL },
		/* CSI as one character */
		{ "a\xc2\x9b" "2J", false, NULL },
		/* right-to-left override */
		{ "a\xe2\x80\xae" "b", false, NULL },
		{ "a\xe2\x80\x8b" "b", false, NULL },				/* zero width */
		{ "a\xe2\x80\x8d" "b", false, "a\xe2\x80\x8d" "b" },		/* joiner */
		{ "a\xef\xbb\xbf", false, NULL }, { "a\xe2\x80\xa8" "b", true, NULL },
		{ "a\xef\xbf\xbf", false, NULL }, { "a\xef\xbf\xbd", false, "a\xef\xbf\xbd" },
		{ "\xff", false, NULL }, { "\xe6\x9f", false, NULL },
		  { "\xed\xa0\x80", false, NULL },
		{ "\xc0\x80", false, NULL }, { "\xf4\x90\x80\x80", false, NULL },
	};
	struct val	*v, *again;

	for (size_t i = 0; i < N(rows); i++) {
		v = type_text_clean(rows[i].typed, rows[i].lines);
		ck_assert_msg((v != NULL) == (rows[i].want != NULL), "row %zu: %s", i,
		    rows[i].typed);
		if (v == NULL)
			continue;
		ck_assert_str_eq(val_str(v), rows[i].want);
		again = type_text_clean(val_str(v), rows[i].lines);
		ck_assert(val_same(v, again));
		val_free(again);
		val_free(v);
	}
	ck_assert_uint_eq(type_text_chars("a柳𠮷"), 3);
	ck_assert_uint_eq(type_text_chars(""), 0);
}
END_TEST

/* ---- the types ------------------------------------------------------------------------------- */

#define UNFIT	"It holds characters that cannot be kept, such as Tab or Escape; type it anew"

START_TEST(text)
{
	static const struct typed	 rows[] = {
		{ "", NULL, "" }, { "　 ", NULL, "" }, { "王小明", "王小明", "" },
		  { " 王小明　", "王小明", "" },
		{ "𠮷", "𠮷", "x has 1 characters; at least 2 are needed" },
		{ "王明", "王明", "" }, { "欧阳上官司", "欧阳上官司", "" },
		  { "欧阳上官司马", "欧阳上官司马", "x has 6 characters; at most 5 fit" },
		{ "王\t", NULL, UNFIT }, { "\xff", NULL, UNFIT },
	};
	struct field	 f = field("text");

	f.max_size = 5;
	f.min_size = 2;
	RUN(&f, rows);
}
END_TEST

START_TEST(long_text)
{
	static const struct typed	 rows[] = {
		{ " \n　\n", NULL, "" }, { "一\n\n二\n", "一\n\n二", "" },
		  { "一\r\n二", "一\n二", "" }, { "一\t二", NULL, UNFIT },
	};
	struct field	 f = field("long");

	RUN(&f, rows);
}
END_TEST

#define NO_PHONE(s)	s " is no telephone number; type 11 digits of a mobile, or area code and number"

START_TEST(phone)
{
	static const struct typed	 rows[] = {
		{ "", NULL, "" }, { " 　", NULL, "" },
		{ "13800000001", "13800000001", "" }, { "138 0000 0001", "13800000001", "" },
		{ "138-0000-0001", "13800000001", "" },
		  { "１３８　００００　０００１", "13800000001", "" },
		{ "+86 13800000001", "13800000001", "" },
		  { "+85213800000001", NULL, NO_PHONE("+85213800000001") },
		{ "1380000000", NULL, NO_PHONE("1380000000") },
		  { "138000000012", NULL, NO_PHONE("138000000012") },
		{ "12800000001", NULL, NO_PHONE("12800000001") },
		  { "23800000001", NULL, NO_PHONE("23800000001") },
		{ "0999-1234567", "0999-1234567", "" }, { "09991234567", "0999-1234567", "" },
		{ "(0999) 12345678", "0999-12345678", "" },
		  { "（０９９９）１２３４５６７", "0999-1234567", "" },
		{ "01012345678", "010-12345678", "" }, { "02112345678", "021-12345678", "" },
		  { "0101234567", "010-1234567", "" },
		{ "010123456", NULL, NO_PHONE("010123456") },
		  { "0999123456789", NULL, NO_PHONE("0999123456789") },
		{ "00991234567", NULL, NO_PHONE("00991234567") },
		{ "1234567", NULL, NO_PHONE("1234567") }, { "2234567", "2234567", "" },
		  { "22345678", "22345678", "" },
		{ "223456789", NULL, NO_PHONE("223456789") },
		  { "223456", NULL, NO_PHONE("223456") },
		{ "110", "110", "" }, { "12345", "12345", "" }, { "95588", "95588", "" },
		  { "11", NULL, NO_PHONE("11") },
		{ "310", NULL, NO_PHONE("310") }, { "王", NULL, NO_PHONE("王") },
		  { "1380000000a", NULL, NO_PHONE("1380000000a") },
		{ "--", NULL, NO_PHONE("--") },
	};
	struct field	 f = field("phone");
	struct problems	 ps = PROBLEMS_INIT;
	struct val	*v = val_text("138 0000 0001");

	RUN(&f, rows);
	f.type->check(&f, "x", v, &ctx, &ps);		/* readable, but not as it is kept */
	ck_assert_str_eq(said(&ps), NO_PHONE("138 0000 0001"));
	val_free(v);
}
END_TEST

START_TEST(citizen_number)
{
	static const struct typed	 rows[] = {
		{ "", NULL, "" }, { " - ", NULL, "" }, { "990121201503120010", "990121201503120010",
		  "" },
		{ "990121 20150312 007x", "99012120150312007X", "" },
		{ "990121150312001", NULL,
		    "This is an old number of 15 digits; ask for the new one of 18 in the household book" },
		{ "99012120150312001", NULL, "A citizen number has 18 places; here are 17" },
		{ "没有", NULL, "A citizen number has 18 places; here are 2" },
		{ "9901212015031200A0", NULL,
		  "A citizen number is digits only; just the last place may be X" },
		{ "160121201503120016", NULL,
		  "No province begins with 16; compare the first two digits" },
		{ "990121201502290018", NULL,
		  "The digits 7 to 14, 20150229, are no possible birth date; compare them" },
		{ "990121202603130050", NULL,
		  "The digits 7 to 14, 20260313, are no possible birth date; compare them" },
		{ "990121201503120011", NULL,
		    "The last place does not fit the others: one of the digits is mistyped; compare them all" },
	};
	struct field	 f = field("citizen-number");
	struct problems	 ps = PROBLEMS_INIT;
	struct val	*v = val_text("99012120150312007x");

	RUN(&f, rows);
	f.type->check(&f, "x", v, &ctx, &ps);
	ck_assert_str_eq(said(&ps),
	    "A citizen number is digits only; just the last place may be X");
	val_free(v);
}
END_TEST

START_TEST(whole_number)
{
	static const struct typed	 rows[] = {
		{ "", NULL, "" }, { "0", "0", "" }, { "-5", "-5", "" },
		  { "-6", "-6", "-6 is too small; the least is -5" },
		{ "+7", "7", "" }, { "100", "100", "" },
		  { "101", "101", "101 is too large; the most is 100" },
		{ "００７", "7", "" }, { "－３", "-3", "" }, { " 12 ", "12", "" },
		{ "1,000", NULL, "1,000 is no number; type the digits without commas and blanks" },
		{ "1，000", NULL, "1,000 is no number; type the digits without commas and blanks" },
		{ "1 0", NULL, "1 0 is no number; type the digits without commas and blanks" },
		{ "1.5", NULL, "1.5 is no whole number; leave out the decimals" },
		{ "1.0", NULL, "1.0 is no whole number; leave out the decimals" },
		{ "5.", NULL, "5. is no number; type digits" },
		  { ".5", NULL, ".5 is no number; type digits" },
		{ "-", NULL, "- is no number; type digits" },
		  { "--5", NULL, "--5 is no number; type digits" },
		{ "5-", NULL, "5- is no number; type digits" },
		  { "1e3", NULL, "1e3 is no number; type digits" },
		{ "0x10", NULL, "0x10 is no number; type digits" },
		  { "五", NULL, "五 is no number; type digits" },
		{ "99999999999999999999", NULL, "99999999999999999999 is too large" },
	};
	struct field	 f = field("number");

	f.has_min = f.has_max = true;
	f.min_value = -5;
	f.max_value = 100;
	RUN(&f, rows);
}
END_TEST

START_TEST(decimal_number)
{
	static const struct typed	 rows[] = {
		{ "1.5", "1.50", "" }, { "1.55", "1.55", "" },
		  { "1.555", NULL, "1.555 has too many decimals" }, { "2", "2.00", "" },
		{ "-0.05", "-0.05", "" }, { "-1.05", "-1.05", "" },
		  { "1.5.5", NULL, "1.5.5 is no number; type digits" },
		{ "１．５", "1.50", "" }, { "99.99", "99.99", "" },
		  { "100", "100.00", "100.00 is too large; the most is 99.99" },
		{ "92233720368547758.08", NULL, "92233720368547758.08 is too large" },
	};
	struct field	 f = field("number");

	f.decimals = 2;
	f.has_max = true;
	f.max_value = 9999;
	RUN(&f, rows);
}
END_TEST

START_TEST(number_edges)
{
	static const struct typed	 rows[] = {
		{ "9223372036854775807", "9223372036854775807", "" },
		{ "9223372036854775808", NULL, "9223372036854775808 is too large" },
		{ "-9223372036854775808", "-9223372036854775808", "" },
		{ "-9223372036854775809", NULL, "-9223372036854775809 is too large" },
	};
	struct field	 f = field("number");

	RUN(&f, rows);
}
END_TEST

#define NO_DATE(s)	s " is not a calendar date; type for example 2026-03-12"

START_TEST(date)
{
	static const struct typed	 rows[] = {
		{ "", NULL, "" }, { "t", "2026-03-12", "" },
		  { "+1", "2026-03-13", "2026-03-13 is after today" },
		{ "20100312", "2010-03-12", "" },
		{ "20100311", "2010-03-11",
		  "2010-03-11 is before 2010-03-12, the first day possible" },
		{ "31/02/2024", NULL, NO_DATE("31/02/2024") }, { "0229", NULL, NO_DATE("0229") },
		{ "去年", NULL, NO_DATE("去年") },
		/*
		 * twenty characters of it, as wide as they may be, leave room for what to type
		 * instead
		 */
		{ "一二三四五六七八九十一二三四五六七八九十过", NULL,
		    NO_DATE("一二三四五六七八九十一二三四五六七八九十…") },
	};
	struct field	 f = field("date");
	struct problems	 ps = PROBLEMS_INIT;
	struct val	*v = val_int(20260229);

	f.has_min = f.has_max = true;
	ck_assert(civil_rel_parse("-16y", &f.min_date));
	ck_assert(civil_rel_parse("today", &f.max_date));
	RUN(&f, rows);
	f.type->check(&f, "x", v, &ctx, &ps);
	ck_assert_str_eq(said(&ps), NO_DATE("20260229"));
	val_free(v);
	v = val_int(INT64_C(1) << 40);
	f.type->check(&f, "x", v, &ctx, &ps);
	ck_assert_str_eq(said(&ps), NO_DATE("1099511627776"));
	val_free(v);
}
END_TEST

START_TEST(date_from_today)
{
	static const struct typed	 rows[] = {
		{ "t", "2026-03-12", "" }, { "-1", "2026-03-11", "2026-03-11 is before today" },
		{ "20260331", "2026-03-31", "" },
		{ "20260401", "2026-04-01",
		  "2026-04-01 is after 2026-03-31, the last day possible" },
	};
	struct field	 f = field("date");

	f.has_min = f.has_max = true;
	ck_assert(civil_rel_parse("today", &f.min_date));
	ck_assert(civil_rel_parse("month-end", &f.max_date));
	RUN(&f, rows);
}
END_TEST

START_TEST(yes_no)
{
	static const struct typed	 rows[] = {
		{ "", NULL, "" }, { "y", "是", "" }, { "Y", "是", "" }, { "Yes", "是", "" },
		  { "1", "是", "" }, { "是", "是", "" },
		{ "１", "是", "" }, { "ｙ", "是", "" }, { "n", "否", "" }, { "NO", "否", "" },
		  { "0", "否", "" }, { " 否 ", "否", "" },
		{ "2", NULL, "2 is neither yes nor no; type y or n" },
		  { "ye", NULL, "ye is neither yes nor no; type y or n" },
		{ "不", NULL, "不 is neither yes nor no; type y or n" },
	};
	struct field	 f = field("yes-no");

	RUN(&f, rows);
}
END_TEST

#define NO_CODE(s)	s " is not in the list; type its number or choose from the list"

START_TEST(choice)
{
	static const struct typed	 rows[] = {
		{ "", NULL, "" }, { "healthy", "健康", "" }, { "健康", "健康", "" },
		  { "Healthy", "健康", "" }, { " 健康　", "健康", "" },
		{ "Health", NULL, NO_CODE("Health") }, { "健", NULL, NO_CODE("健") },
		{ "患病（注明）", "患病（注明）", "" }, { "患病(注明)", "患病（注明）", "" },
		  { "患病", NULL, NO_CODE("患病") },
		{ "１", "一", "" }, { "2", NULL, NO_CODE("2") },
		{ "old", "旧称", "warning: old is no longer in use since 2020-01-01" },
		{ "last", "末日", "warning: last is no longer in use since 2026-03-12" },
		  { "eve", "前夜", "" },
		{ "旧称", "旧称", "" },			/* the one of two that is in use */
		{ "Old", "旧称", "warning: old is no longer in use since 2020-01-01" },
	};
	struct field	 f = field("choice");
	struct problems	 ps = PROBLEMS_INIT;
	struct form_ctx	 brief = ctx;
	struct buf	 b = BUF_INIT;
	struct val	*v = val_text("健康");

	RUN(&f, rows);
	f.type->check(&f, "x", v, &ctx, &ps);		/* stored is the code */
	ck_assert_str_eq(said(&ps), NO_CODE("健康"));
	val_free(v);
	brief.brief = true;				/* in a narrow column */
	v = val_text("ill");
	type_print(&f, v, &brief, &b);
	ck_assert_str_eq(buf_str(&b), "患病");
	val_free(v);
	buf_free(&b);
}
END_TEST

START_TEST(many_of)
{
	static const struct typed	 rows[] = {
		{ "", NULL, "" }, { " 、, ", NULL, "" }, { "健康", "健康", "" },
		  { "一、健康", "健康、一", "" },
		{ "1,healthy", "健康、一", "" }, { "1；healthy，1", "健康、一", "" },
		  { "健康、x", NULL, NO_CODE("x") },
		{ "ill、", "患病（注明）", "" },
		  { "old", "旧称", "warning: old is no longer in use since 2020-01-01" },
	};
	static const char *const	 codes[] = { "healthy", "healthy", "x", "1", "1", "1", "1",
	    "1" };
	struct field			 f = field("many-of");
	struct problems			 ps = PROBLEMS_INIT;
	struct val			*v = val_list();

	RUN(&f, rows);
	for (size_t i = 0; i < N(codes); i++) {
		ck_assert(val_add(v, val_text(codes[i])));
		f.type->check(&f, "x", v, &ctx, &ps);
		if (i == 1)
			ck_assert_str_eq(said(&ps), "healthy is chosen twice");
		else if (i == N(codes) - 1)
			ck_assert_str_eq(said(&ps), "More is chosen than the list holds");
		problems_free(&ps);
	}
	val_free(v);
	v = val_list();
	ck_assert(val_add(v, val_int(1)));
	f.type->check(&f, "x", v, &ctx, &ps);
	ck_assert_str_eq(said(&ps), "Choose from the list");
	val_free(v);
}
END_TEST

START_TEST(area)
{
	static const struct typed	 rows[] = {
		{ "", NULL, "" }, { "990121001007", "青石镇柳树村", "" },
		  { "９９０１２１００１００７", "青石镇柳树村", "" },
		{ "青石镇柳树村", "青石镇柳树村", "" }, { "河湾村", "白水镇河湾村", "" },
		  { " 河湾村 ", "白水镇河湾村", "" },
		{ "柳树村", NULL,
		  "More than one place is called 柳树村; put the township before it, or type the code" },
		{ "青石镇", NULL, "No place here is called 青石镇; choose from the list" },
		{ "990121001000", "青石镇",
		  "990121001000 is not a village; choose the village itself" },
		{ "老村", NULL, "No place here is called 老村; choose from the list" },
		{ "990121002003", "白水镇老村",
		  "warning: 990121002003 has been dissolved or merged" },
		{ "990121009009", "990121009009", "There is no place with the code 990121009009" },
		{ "99012100100", NULL,
		  "No place here is called 99012100100; choose from the list" },
	};
	static const struct typed	 blind[] = {
		{ "990121009009", "990121009009", "" }, { "990121009000", "990121009000",
		    "990121009000 is not a village; choose the village itself" },
		{ "河湾村", NULL, "No place here is called 河湾村; choose from the list" },
	};
	const struct areas	*kept = ctx.areas;
	struct field		 f = field("area");
	struct problems		 ps = PROBLEMS_INIT;
	struct val		*v = val_text("99012100100");

	f.level = AREA_VILLAGE;
	RUN(&f, rows);
	f.type->check(&f, "x", v, &ctx, &ps);
	ck_assert_str_eq(said(&ps), "99012100100 is no area code; it has 12 digits");
	val_free(v);
	ctx.areas = NULL;		/* a client before the tree has come */
	RUN(&f, blind);
	ctx.areas = kept;
}
END_TEST

START_TEST(area_of_any_level)
{
	static const struct typed	 rows[] = {
		{ "青石镇", "青石镇", "" }, { "云岭县", "云岭县", "" },
		  { "990121000000", "云岭县", "" },
	};
	struct field	 f = field("area");

	RUN(&f, rows);
}
END_TEST

START_TEST(link_)
{
	static const struct typed	 rows[] = {
		{ "", NULL, "" }, { "104", "104", "" },
		  { "0", NULL, "0 names no record; find it and choose it" },
		{ "-1", NULL, "-1 names no record; find it and choose it" },
		{ "王小明", NULL, "王小明 names no record; find it and choose it" },
	};
	struct field	 f = field("link");
	struct problems	 ps = PROBLEMS_INIT;
	struct val	*v = val_int(0);

	RUN(&f, rows);
	f.type->check(&f, "x", v, &ctx, &ps);
	ck_assert_str_eq(said(&ps), "0 names no record; find it and choose it");
	val_free(v);
}
END_TEST

/* ---- keys ------------------------------------------------------------------------------------ */

/* Values in rising order must have keys in rising byte order. */
static void
run_keys(const char *type, struct val **rising, size_t n, size_t bytes)
{
	struct field	 f = field(type);
	struct buf	 before = BUF_INIT, b = BUF_INIT;
	size_t		 both;
	int		 c;

	for (size_t i = 0; i < n; i++) {
		buf_reset(&b);
		f.type->key(&f, rising[i], &b);
		ck_assert(bytes == 0 || b.n == bytes);
		if (i > 0) {
			both = b.n < before.n ? b.n : before.n;
			c = memcmp(before.p, b.p, both);
			ck_assert_msg(c < 0 || (c == 0 && before.n < b.n), "%s %zu", type, i);
		}
		buf_reset(&before);
		buf_put(&before, b.p, b.n);
		val_free(rising[i]);
	}
	buf_free(&before);
	buf_free(&b);
}

START_TEST(keys_sort_as_values_do)
{
	struct val	*numbers[] = { val_int(INT64_MIN), val_int(-256), val_int(-1), val_int(0),
	    val_int(1), val_int(255), val_int(256), val_int(INT64_MAX) };
	struct val	*dates[] = { val_int(18000101), val_int(20260312), val_int(20260401),
	    val_int(21991231) };
	struct val	*flags[] = { val_bool(false), val_bool(true) };
	struct val	*places[] = { val_text("990121001000"), val_text("990121001007"),
	    val_text("990122000000") };
	struct val	*links[] = { val_int(1), val_int(300) };

	run_keys("number", numbers, N(numbers), 8);
	run_keys("date", dates, N(dates), 4);
	run_keys("yes-no", flags, N(flags), 1);
	run_keys("area", places, N(places), 12);
	run_keys("link", links, N(links), 8);
}
END_TEST

/* No type's key or print stumbles over a value of another kind. */
START_TEST(strangers)
{
	struct val	*odd[] = { val_nil(), val_bool(true), val_int(-7), val_text("文"),
	    val_bytes("\0\1", 2), val_list(), val_map() };
	struct buf	 b = BUF_INIT;

	ck_assert(val_add(odd[5], val_map()));
	ck_assert(val_add(odd[5], val_int(3)));
	ck_assert(val_put(odd[6], "a", val_text("b")));
	for (const struct field_type *t = type_table; t->name != NULL; t++) {
		struct field	 f = field(t->name);

		f.mask = MASK_MIDDLE;
		for (size_t i = 0; i < N(odd); i++) {
			buf_reset(&b);
			if (t->key != NULL)
				t->key(&f, odd[i], &b);
			ck_assert_msg(b.n == 0 || val_kind(odd[i]) == t->kind, "%s %zu", t->name,
			    i);
			type_print(&f, odd[i], &ctx, &b);
			type_print_masked(&f, odd[i], &ctx, &b);
		}
	}
	struct field	 f = field("number"), group = field("group");

	buf_reset(&b);
	type_print(&f, odd[3], &ctx, &b);
	ck_assert_str_eq(buf_str(&b), "文");		/* the field was a text once */
	buf_reset(&b);
	ck_assert(val_put(odd[6], "c", val_bool(true)));
	type_print(&f, odd[6], &ctx, &b);		/* or a group */
	ck_assert_str_eq(buf_str(&b), "b、是");
	buf_reset(&b);
	type_print_masked(&group, odd[3], &ctx, &b);
	ck_assert_str_eq(buf_str(&b), "文");
	buf_free(&b);
	for (size_t i = 0; i < N(odd); i++)
		val_free(odd[i]);
}
END_TEST

/* ---- showing --------------------------------------------------------------------------------- */

START_TEST(english)
{
	struct field	 many = field("many-of"), flag = field("yes-no"), one = field("choice");
	struct val	*v = val_list(), *yes = val_bool(true), *gone = val_text("gone");
	struct buf	 b = BUF_INIT;

	ctx.lang = LANG_EN;
	ck_assert(val_add(v, val_text("healthy")));
	ck_assert(val_add(v, val_text("1")));
	type_print(&many, v, &ctx, &b);
	ck_assert_str_eq(buf_str(&b), "Healthy, One");
	buf_reset(&b);
	type_print(&flag, yes, &ctx, &b);
	ck_assert_str_eq(buf_str(&b), "yes");
	buf_reset(&b);
	type_print(&one, gone, &ctx, &b);
	ck_assert_str_eq(buf_str(&b), "gone");
	buf_free(&b);
	val_free(v);
	val_free(yes);
	val_free(gone);
}
END_TEST

START_TEST(several)
{
	struct field	 f = field("area");
	struct val	*v = val_list();
	struct buf	 b = BUF_INIT;

	f.many = true;
	type_print(&f, NULL, &ctx, &b);
	type_print(&f, v, &ctx, &b);
	ck_assert_str_eq(buf_str(&b), "");
	ck_assert(val_add(v, val_text("990121001007")));
	ck_assert(val_add(v, val_nil()));
	ck_assert(val_add(v, val_text("990121002002")));
	type_print(&f, v, &ctx, &b);
	ck_assert_str_eq(buf_str(&b), "青石镇柳树村、白水镇河湾村");
	buf_free(&b);
	val_free(v);
}
END_TEST

START_TEST(masks)
{
	static const struct {
		const char	*type;
		enum mask	 mask;
		const char	*value, *want;
	} rows[] = {
		{ "citizen-number", MASK_MIDDLE, "990121201503120010", "9901**********0010" },
		{ "citizen-number", MASK_NO, "990121201503120010", "990121201503120010" },
		{ "citizen-number", MASK_ALL, "990121201503120010", "＊＊＊" },
		{ "phone", MASK_MIDDLE, "13800000001", "138****0001" },
		{ "phone", MASK_MIDDLE, "0999-1234567", "0999****4567" },
		{ "phone", MASK_MIDDLE, "12345", "1***5" },
		{ "text", MASK_MIDDLE, "13800000001", "1*********1" },
		{ "text", MASK_MIDDLE, "王小明", "王*明" }, { "text", MASK_MIDDLE, "王明", "王*" },
		  { "text", MASK_MIDDLE, "王", "*" },
		{ "text", MASK_MIDDLE, "青石镇柳树村七组十二号院", "青石镇柳****十二号院" },
		{ "text", MASK_MIDDLE, "", "" }, { "text", MASK_ALL, "", "" },
	};
	struct buf	 b = BUF_INIT;
	struct val	*v;

	for (size_t i = 0; i < N(rows); i++) {
		struct field	 f = field(rows[i].type);

		f.mask = rows[i].mask;
		v = val_text(rows[i].value);
		buf_reset(&b);
		type_print_masked(&f, v, &ctx, &b);
		ck_assert_str_eq(buf_str(&b), rows[i].want);
		buf_reset(&b);
		type_print(&f, v, &ctx, &b);
		ck_assert_str_eq(buf_str(&b), rows[i].value);
		val_free(v);
	}
	buf_free(&b);
}
END_TEST

START_TEST(groups)
{
	static const struct typed	 rows[] = {
		{ "", NULL, "" }, { "王", NULL,
		  "王 cannot stand here; fill in the fields one by one" },
	};
	struct field	 inner[3] = { field("text"), field("phone"), field("yes-no") },
	    f = field("group");
	struct val	*v = val_map(), *list = val_list();
	struct buf	 b = BUF_INIT;

	inner[0].name = "name";
	inner[1].name = "phone";
	inner[1].mask = MASK_MIDDLE;
	inner[2].name = "near";
	f.fields = inner;
	f.nfields = 3;
	RUN(&f, rows);
	ck_assert(val_put(v, "phone", val_text("13800000001")));
	type_print(&f, v, &ctx, &b);
	ck_assert_str_eq(buf_str(&b), "13800000001");
	ck_assert(val_put(v, "name", val_text("王明")));
	ck_assert(val_put(v, "near", val_bool(false)));
	buf_reset(&b);
	type_print(&f, v, &ctx, &b);
	ck_assert_str_eq(buf_str(&b), "王明 13800000001 否");
	buf_reset(&b);
	type_print_masked(&f, v, &ctx, &b);
	ck_assert_str_eq(buf_str(&b), "王明 138****0001 否");
	f.many = true;
	ck_assert(val_add(list, val_dup(v)));
	ck_assert(val_add(list, v));
	buf_reset(&b);
	type_print_masked(&f, list, &ctx, &b);
	ck_assert_str_eq(buf_str(&b), "王明 138****0001 否、王明 138****0001 否");
	buf_free(&b);
	val_free(list);
}
END_TEST

/* ---- literals, computed, empty --------------------------------------------------------------- */

static void
literal(struct field f, struct val *said_, struct val *want)
{
	struct val	*v = type_literal(&f, said_);

	ck_assert_msg(val_same(v, want), "%s", f.type->name);
	val_free(v);
	val_free(said_);
	val_free(want);
}

START_TEST(literals)
{
	struct field	 half = field("number");

	half.decimals = 1;
	literal(half, val_int(25), val_int(250));
	literal(half, val_text("25.5"), val_int(255));
	literal(half, val_text("25.55"), NULL);
	literal(half, val_text("x"), NULL);
	literal(field("number"), val_bool(true), NULL);
	literal(field("date"), val_text("2026-03-12"), val_int(20260312));
	literal(field("date"), val_int(20260312), val_int(20260312));
	literal(field("date"), val_int(20260229), NULL);
	literal(field("date"), val_int(-5), NULL);
	literal(field("date"), val_text("today"), NULL);
	literal(field("yes-no"), val_bool(true), val_bool(true));
	literal(field("yes-no"), val_text("no"), val_bool(false));
	literal(field("yes-no"), val_text("maybe"), NULL);
	literal(field("choice"), val_int(1), val_text("1"));
	literal(field("choice"), val_text("healthy"), val_text("healthy"));
	literal(field("choice"), val_text("健康"), NULL);
	literal(field("choice"), val_bool(true), NULL);
	literal(field("many-of"), val_text("ill"), val_text("ill"));
	literal(field("area"), val_int(990121001007), val_text("990121001007"));
	literal(field("area"), val_int(990121), NULL);
	literal(field("text"), val_text(" 王 "), val_text("王"));
	literal(field("text"), val_int(12), val_text("12"));
	literal(field("link"), val_int(4), val_int(4));
	literal(field("link"), val_int(0), NULL);
	literal(field("group"), val_text("x"), NULL);
	literal(field("text"), val_list(), NULL);
	literal(field("text"), NULL, NULL);
}
END_TEST

START_TEST(computed)
{
	static const struct {
		int64_t		 birth;
		int64_t		 years;		/* -1 = nothing */
		const char	*band;
	} rows[] = {
		{ 20260312, 0, "0-5" }, { 20200313, 5, "0-5" }, { 20200312, 6, "6-13" },
		  { 20120313, 13, "6-13" },
		{ 20120312, 14, "14-15" }, { 20100313, 15, "14-15" }, { 20100312, 16, "16-17" },
		  { 20080313, 17, "16-17" },
		{ 20080312, 18, "18+" }, { 19300101, 96, "18+" }, { 20260313, -1, NULL },
		  { 20260229, -1, NULL },
		{ 0, -1, NULL }, { INT64_MAX, -1, NULL },
	};
	struct field	 years = field("number"), band = field("text");
	struct val	*from, *v;

	years.computed = COMPUTED_YEARS;
	band.computed = COMPUTED_AGE_BAND;
	for (size_t i = 0; i < N(rows); i++) {
		from = val_int(rows[i].birth);
		v = type_compute(&years, from, NULL, TODAY);
		ck_assert_int_eq(val_num(v, -1), rows[i].years);
		val_free(v);
		v = type_compute(&band, from, NULL, TODAY);
		ck_assert_pstr_eq(val_str(v), rows[i].band);
		val_free(v);
		val_free(from);
	}
	ck_assert_ptr_null(type_compute(&years, NULL, NULL, TODAY));
}
END_TEST

START_TEST(period)
{
	static const struct {
		int64_t		 from, until;	/* 0 = not filled in */
		int		 today;
		const char	*code;
	} rows[] = {
		{ 20260312, 20260911, 20260311, "coming" },
		  { 20260312, 20260911, 20260312, "in-force" },
		{ 20260312, 20260911, 20260811, "in-force" },
		  { 20260312, 20260911, 20260812, "expiring" },
		{ 20260312, 20260911, 20260911, "expiring" },
		  { 20260312, 20260911, 20260912, "expired" },
		{ 20260312, 0, 20260311, "coming" }, { 20260312, 0, 21000101, "in-force" },
		{ 20260312, 20260312, 20260312, "expiring" },
		  { 20260312, 20260301, 20260312, "expired" },
		{ 0, 20260911, 20260312, NULL }, { 0, 20260911, 20270312, NULL },
		  { 0, 0, 20260312, NULL },
		{ 20260229, 20260911, 20260312, NULL }, { 20260312, 20260931, 20260401, NULL },
		{ INT64_MAX, 20260911, 20260312, NULL },
	};
	struct field	 f = field("choice");
	struct val	*from, *until, *v;

	f.computed = COMPUTED_PERIOD;
	f.soon = (struct interval){ NULL, 30, 'd' };
	for (size_t i = 0; i < N(rows); i++) {
		from = rows[i].from != 0 ? val_int(rows[i].from) : NULL;
		until = rows[i].until != 0 ? val_int(rows[i].until) : NULL;
		v = type_compute(&f, from, until, rows[i].today);
		ck_assert_msg((v == NULL) == (rows[i].code == NULL) &&
		    (v == NULL || strcmp(val_str(v), rows[i].code) == 0),
		    "row %zu: %s", i, v != NULL ? val_str(v) : "nothing");
		val_free(v);
		val_free(from);
		val_free(until);
	}
}
END_TEST

START_TEST(empty)
{
	struct val	*v = val_map(), *no = val_bool(false), *zero = val_int(0);

	ck_assert(type_value_empty(NULL));
	ck_assert(type_value_empty(v));
	ck_assert(val_set(v, "a.b", val_text("")));
	ck_assert(val_put(v, "c", val_list()));
	ck_assert(type_value_empty(v));
	ck_assert(val_add(val_get(v, "c"), val_nil()));
	ck_assert(type_value_empty(v));
	ck_assert(val_set(v, "c.0", val_int(0)));		/* not the first of either */
	ck_assert(!type_value_empty(v));
	ck_assert(val_set(v, "c.0", val_nil()));
	ck_assert(val_set(v, "c.1", val_text("x")));
	ck_assert(!type_value_empty(v));
	val_drop(v, "c");
	ck_assert(val_set(v, "a.b", val_bool(false)));
	ck_assert(!type_value_empty(v));
	ck_assert(!type_value_empty(no));
	ck_assert(!type_value_empty(zero));
	val_free(v);
	val_free(no);
	val_free(zero);
}
END_TEST

START_TEST(table)
{
	const struct field_type	*t = type_table;
	struct field		 none = { .name = "x" };

	for (; t->name != NULL; t++) {
		ck_assert_ptr_eq(type_find(t->name), t);
		ck_assert_msg(t->hint != NULL && t->parse != NULL && t->check != NULL &&
		    t->print != NULL && t->cells > 0, "%s", t->name);
		ck_assert_msg((t->attrs & ATTR_SORT) == 0 || t->key != NULL, "%s", t->name);
		ck_assert_msg((t->literal == NULL) == (t->kind == VAL_MAP), "%s: literal", t->name);
		ck_assert_msg((t->example == NULL) ==
		    ((t->attrs & (ATTR_CODES | ATTR_LEVEL | ATTR_LINK |
		    ATTR_FIELDS)) != 0), "%s: example", t->name);
	}
	ck_assert_uint_ge((size_t)(t - type_table), 12);
	ck_assert_ptr_null(type_find("Text"));
	ck_assert_ptr_null(type_find(""));
	ck_assert(!type_is(&none, "text"));
}
END_TEST

/*
 * The example of a type is a value without problems, and what is printed of it can be typed again.
 */
START_TEST(examples)
{
	struct problems	 ps = PROBLEMS_INIT;
	struct buf	 b = BUF_INIT;
	struct val	*v, *again;

	ctx.lang = LANG_EN;
	for (const struct field_type *t = type_table; t->name != NULL; t++) {
		struct field	 f = { .name = "x", .path = "x", .type = t };

		if (t->example == NULL)
			continue;
		v = t->parse(&f, "x", t->example, &ctx, &ps);
		ck_assert_msg(v != NULL && val_kind(v) == t->kind, "%s", t->name);
		t->check(&f, "x", v, &ctx, &ps);
		buf_reset(&b);
		type_print(&f, v, &ctx, &b);
		again = t->parse(&f, "x", buf_str(&b), &ctx, &ps);
		ck_assert_msg(val_same(v, again), "%s: %s", t->name, buf_str(&b));
		ck_assert_msg(ps.n == 0 && !ps.bad, "%s", t->name);
		val_free(again);
		val_free(v);
	}
	buf_free(&b);
}
END_TEST

static void
read_manual(struct buf *out)
{
	char	 path[4096], chunk[4096];
	size_t	 n;
	FILE	*f;

	snprintf(path, sizeof path, "%s/admin/man/shouwang-forms.5", getenv("SRCDIR"));
	ck_assert_ptr_nonnull(f = fopen(path, "r"));
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_put(out, chunk, n);
	fclose(f);
}

START_TEST(each_is_in_the_manual)
{
	struct buf	 page = BUF_INIT, item = BUF_INIT;
	const char	*types;

	read_manual(&page);
	ck_assert_ptr_nonnull(types = strstr(buf_str(&page), "\nThe types, and the keys"));
	for (const struct field_type *t = type_table; t->name != NULL; t++) {
		buf_reset(&item);
		buf_printf(&item, "\n.It Cm %s\n", t->name);
		ck_assert_msg(strstr(types, buf_str(&item)) != NULL, "%s", t->name);
	}
	buf_free(&item);
	buf_free(&page);
}
END_TEST

static Suite *
types(void)
{
	static const TTest *const *const	 all[] = {
		&cleaning, &text, &long_text, &phone, &citizen_number, &whole_number,
		    &decimal_number, &number_edges, &date,
		&date_from_today, &yes_no, &choice, &many_of, &area, &area_of_any_level, &link_,
		    &keys_sort_as_values_do,
		&strangers, &english, &several, &masks, &groups, &literals, &computed, &period,
		    &empty, &table,
		&examples, &each_is_in_the_manual,
	};
	Suite	*s = suite_create("forms/type");
	TCase	*tc = tcase_create("types");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	for (size_t i = 0; i < N(all); i++)
		tcase_add_test(tc, *all[i]);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(types)
