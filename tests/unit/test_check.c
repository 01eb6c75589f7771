#include "forms/check.h"

#include <stdio.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/support/forms.h"

#define N(a)	(sizeof(a) / sizeof((a)[0]))

#define TODAY	20260312

static const char	 pages[] =
    "  - identity:\n"
    "      label: 基本\n"
    "      fields:\n"
    "        - name: {type: text, max: 5, required: first, label: 姓名}\n"
    "        - citizen_no: {type: citizen-number, mask: middle, autofill: {birth: birth, sex: sex}, label: 号码}\n"
    "        - no_number: {type: text, shown: {citizen_no: none}, required: yes, max: 4, label: 无号码原因}\n"
    "        - birth: {type: date, max: today, required: yes, label: 出生}\n"
    "        - age: {type: number, computed: {years-since: birth}, label: 年龄}\n"
    "        - band: {type: text, computed: {age-band: birth}, label: 年龄段}\n"
    "        - sex: {type: choice, codes: sex, required: yes, label: 性别}\n"
    "        - place: {type: area, level: village, default: own-area, label: 住址}\n"
    "        - places: {type: area, many: yes, default: own-area, label: 各处}\n"
    "  - more:\n"
    "      label: 其他\n"
    "      fields:\n"
    "        - found_on: {type: date, default: today, label: 发现日期}\n"
    "        - body: {type: choice, codes: body, default: healthy, label: 身体}\n"
    "        - illness: {type: text, shown: {body: ill}, required: {when: {state: active}}, default: 待查, label: 病种}\n"
    "        - help: {type: many-of, codes: help, default: [dibao], shown: {body: ill}, label: 救助}\n"
    "        - score: {type: number, decimals: 1, min: 0, max: 10, default: 5, label: 得分}\n"
    "        - father:\n"
    "            type: group\n"
    "            label: 父亲\n"
    "            fields:\n"
    "              - name: {type: text, required: yes, label: 姓名}\n"
    "              - away: {type: yes-no, default: no, label: 外出}\n"
    "              - where: {type: text, shown: {away: yes}, required: yes, label: 何处}\n"
    "              - citizen_no: {type: citizen-number, autofill: {birth: birth}, label: 号码}\n"
    "              - birth: {type: date, label: 出生}\n"
    "              - age: {type: number, computed: {years-since: birth}, label: 年龄}\n"
    "        - mother: {type: group, shown: {father.away: yes}, required: yes, label: 母亲, fields: [\n"
    "            {name: {type: text, label: 姓名}}, {phone: {type: phone, mask: middle, label: 电话}},\n"
    "            {citizen_no: {type: citizen-number, autofill: {birth: found_on}, label: 号码}}]}\n"
    "        - carers: {type: group, many: yes, min: 1, max: 3, label: 照料人, fields: [\n"
    "            {name: {type: text, required: yes, label: 姓名}}, {phone: {type: phone, mask: middle, label: 电话}},\n"
    "            {why: {type: text, shown: {phone: none}, required: yes, label: 无电话}},\n"
    "            {citizen_no: {type: citizen-number, autofill: {birth: birth, sex: sex}, label: 号码}},\n"
    "            {birth: {type: date, label: 出生}}, {sex: {type: choice, codes: sex, label: 性别}},\n"
    "            {age: {type: number, computed: {years-since: birth}, label: 年龄}}]}\n"
    "        - friends: {type: link, book: child, many: yes, max: 2, label: 朋友}\n";

static struct set		*set;
static const struct book	*book;
static struct form_ctx		 ctx = { NULL, NULL, TODAY, LANG_ZH, false };

static void
set_up(void)
{
	set = yaml_set(pages, "title: '{name} {sex} {age} {citizen_no} {place}'");
	book = set_book(set, "child");
	ctx.set = set;
}

static void
tear_down(void)
{
	set_free(set);
}

/* Every problem as "field kind sentence", one a line: ! wrong, ? gap, ~ warning. Takes the list. */
static const char *
spelled(struct problems *ps, struct buf *b)
{
	buf_reset(b);
	ck_assert(!ps->bad);
	for (size_t i = 0; i < ps->n; i++) {
		const struct problem	*p = &ps->at[i];

		buf_printf(b, "%s %c ", p->field != NULL ? p->field : "-", p->warn ? '~' : p->gap ?
		    '?' : '!');
		problem_format(b, p->say, p->args, NULL, NULL);
		buf_putc(b, '\n');
	}
	problems_free(ps);
	return buf_str(b);
}

/* A good record, and what is put on top of it before it is checked. */
static const char	 good[] =
    "name: 王小明\n"
    "citizen_no: '990121201503120010'\n"
    "birth: 20150312\n"
    "sex: '1'\n"
    "place: '990121001007'\n"
    "body: healthy\n"
    "father: {name: 王大, away: no}\n"
    "carers: [{name: 李, phone: '13800000001'}]\n";

static void
checked(const char *change, const char *state, const char *want)
{
	struct val	*rec = yaml_val(good), *more = yaml_val(change);
	struct problems	 ps = PROBLEMS_INIT;
	struct buf	 b = BUF_INIT;

	for (size_t i = 0; i < val_len(more); i++)	/* keys are paths; nil takes away */
		ck_assert(val_set(rec, val_key(more, i), val_dup(val_value(more, i))));
	check_record(book, rec, state, &ctx, &ps);
	ck_assert_msg(strcmp(spelled(&ps, &b), want) == 0, "%s gave:\n%swanted:\n%s", change,
	    buf_str(&b), want);
	buf_free(&b);
	val_free(more);
	val_free(rec);
}

#define GAP(f)		f " ? Not filled in yet\n"
#define WRONG(f)	f " ! Not filled in yet\n"
#define MISFIT(f)	f " ! What stands here does not fit this kind of field; fill it in anew\n"

START_TEST(required)
{
	static const struct { const char *change, *state, *want; } rows[] = {
		{ "{}", "found", "" },
		{ "{name: ~}", "found", WRONG("name") }, { "{name: ''}", "found", WRONG("name") },
		{ "{birth: ~}", "found", GAP("birth") },
		  { "{birth: ~, sex: ~}", "active", GAP("birth") GAP("sex") },
		{ "{place: ~}", "found", "" },
		/* shown only without a number, and then required */
		{ "{citizen_no: ~}", "found", GAP("no_number") },
		  { "{citizen_no: ~, no_number: 未落户}", "found", "" },
		/* hidden it is not required, but what stands in it is still looked at */
		{ "{no_number: 未落户}", "found", "" },
		{ "{no_number: 一二三四五}", "found",
		  "no_number ! no_number has 5 characters; at most 4 fit\n" },
		/* required when */
		{ "{body: ill}", "found", "" }, { "{body: ill}", "active", GAP("illness") },
		{ "{body: ill, illness: 肺}", "active", "" }, { "{body: healthy}", "active", "" },
		/* in a group of the page */
		{ "{father: ~}", "found", GAP("father.name") },
		  { "{father.name: ~}", "found", GAP("father.name") },
		{ "{father.away: yes}", "found", GAP("father.where") GAP("mother") },
		{ "{father.away: yes, father.where: 999, mother.name: 张}", "found",
		  MISFIT("father.where") },
		{ "{father.away: yes, father.where: 省城, mother.phone: '110'}", "found", "" },
	};

	for (size_t i = 0; i < N(rows); i++)
		checked(rows[i].change, rows[i].state, rows[i].want);
}
END_TEST

START_TEST(repeating)
{
	checked("{carers: ~}", "found", "carers ? There are 0 of these; at least 1 are needed\n");
	checked("{carers: []}", "found", "carers ? There are 0 of these; at least 1 are needed\n");
	checked("{carers: [{}]}", "found",
	    "carers ? There are 0 of these; at least 1 are needed\n" GAP("carers.0.name") GAP("carers.0.why"));
	checked("{carers: ''}", "found", MISFIT("carers"));
	checked("{carers.0.phone: ~}", "found", GAP("carers.0.why"));
	checked("{carers.0.phone: ~, carers.0.why: 无}", "found", "");
	checked("{carers.1: {phone: '110'}}", "found", GAP("carers.1.name"));
	checked("{carers.1: {}}", "found", GAP("carers.1.name") GAP("carers.1.why"));
	checked("{carers.1: ~}", "found", GAP("carers.1.name") GAP("carers.1.why"));
	checked("{carers.1: 张}", "found", MISFIT("carers.1"));
	checked("{carers: {a: b}}", "found", MISFIT("carers"));
	checked("{carers.1: {name: 张, phone: x}}", "found",
	    "carers.1.phone ! x is no telephone number; type 11 digits of a mobile, or area code and number\n");
	checked("{carers.1: {name: a, phone: '110'}, carers.2: {name: b, phone: '110'}}", "found",
	    "");
	checked("{carers.1: {name: a, phone: '110'}, carers.2: {name: b, phone: '110'}, carers.3: {name: c, phone: '110'}}",
	    "found", "carers ! There are 4 of these; at most 3 fit\n");
	checked("{friends: [1, 2]}", "found", "");
	checked("{friends: [1, 0]}", "found",
	    "friends.1 ! 0 names no record; find it and choose it\n");
	checked("{friends: [1, 2, 3]}", "found", "friends ! There are 3 of these; at most 2 fit\n");
	checked("{friends: 1}", "found", MISFIT("friends"));
	checked("{places: ['990121001007', '99']}", "found",
	    "places.1 ! 99 is no area code; it has 12 digits\n");
}
END_TEST

START_TEST(types_and_limits)
{
	checked("{name: 一二三四五六}", "found", "name ! name has 6 characters; at most 5 fit\n");
	checked("{name: ' 王'}", "found",
	    "name ! It is not written as it is kept: blanks at the ends or characters in parts\n");
	checked("{name: 5}", "found", MISFIT("name"));
	checked("{birth: 20260313, citizen_no: ~, no_number: 无}", "found",
	    "birth ! 2026-03-13 is after today\n");
	checked("{birth: '20150312'}", "found", MISFIT("birth"));
	checked("{sex: '3', citizen_no: ~, no_number: 无}", "found",
	    "sex ! 3 is not in the list; type its number or choose from the list\n");
	checked("{help: [dibao, old]}", "found",
	    "help ~ old is no longer in use since 2020-01-01\n");
	checked("{help: dibao}", "found", MISFIT("help"));
	checked("{score: 100}", "found", "");
	checked("{score: 101}", "found", "score ! 10.1 is too large; the most is 10.0\n");
	checked("{place: '990121001000'}", "found",
	    "place ! 990121001000 is not a village; choose the village itself\n");
	checked("{father: 王}", "found", MISFIT("father"));
	checked("{father.away: 'yes'}", "found", MISFIT("father.away"));
	checked("{body: ~, whatever: [1, 2], older_field: x}", "found", "");
}
END_TEST

START_TEST(computed)
{
	checked("{age: 11}", "found",
	    "age ! This is worked out from other fields and cannot be typed\n");
	checked("{age: ~, band: ''}", "found", "");
	checked("{father.age: 40}", "found",
	    "father.age ! This is worked out from other fields and cannot be typed\n");
}
END_TEST

/* The number has a check place and the date has none: the problem stands at the date. */
START_TEST(citizen_number)
{
	checked("{birth: 20150313}", "found",
	    "birth ! The citizen number says 2015-03-12, here stands 2015-03-13\n");
	checked("{sex: '2'}", "found", "sex ! The citizen number says 1, here stands 2\n");
	checked("{birth: 20150313, sex: '2'}", "found",
	    "birth ! The citizen number says 2015-03-12, here stands 2015-03-13\n"
	    "sex ! The citizen number says 1, here stands 2\n");
	checked("{citizen_no: '990121201503120029', sex: '2'}", "found", "");
	/* a number that is wrong itself says nothing about others */
	checked("{citizen_no: '990121201503120011', birth: 20150313}", "found",
	    "citizen_no ! The last place does not fit "
	    "the others: one of the digits is mistyped; compare them all\n");
	checked("{father.citizen_no: '99012119800101001X', father.birth: 19800102}", "found",
	    "father.birth ! The citizen number says 1980-01-01, here stands 1980-01-02\n");
	checked("{father.citizen_no: '99012119800101001X', father.birth: 19800101}", "found", "");
	/* a neighbour on the page itself */
	checked("{mother.citizen_no: '99012119800101001X', found_on: 20260101}", "found",
	    "found_on ! The citizen number says 1980-01-01, here stands 2026-01-01\n");
	checked("{carers.1: {name: 赵, phone: '110', citizen_no: '99012119800101001X', birth: 19800102, sex: '2'}}", "found",
	    "carers.1.birth ! The citizen number says 1980-01-01, here stands 1980-01-02\n"
	    "carers.1.sex ! The citizen number says 1, here stands 2\n");
}
END_TEST

START_TEST(all_at_once)
{
	struct problems	 ps = PROBLEMS_INIT;
	struct buf	 b = BUF_INIT;

	check_record(book, NULL, NULL, &ctx, &ps);
	ck_assert(problems_block(&ps, false));
	ck_assert_str_eq(spelled(&ps, &b),
	    WRONG("name") GAP("no_number") GAP("birth") GAP("sex") GAP("father.name")
	    "carers ? There are 0 of these; at least 1 are needed\n");
	buf_free(&b);
}
END_TEST

START_TEST(bare_fields)
{
	const struct field	*father = book_field(book, "father");
	struct val		*v = yaml_val("{name: ' x'}");
	struct problems		 ps = PROBLEMS_INIT;
	struct buf		 b = BUF_INIT;

	check_fields(father, 1, NULL, &ctx, &ps);
	ck_assert_str_eq(spelled(&ps, &b), GAP("father.name"));
	check_fields(book->pages[0].fields, 1, v, &ctx, &ps);
	ck_assert_str_eq(spelled(&ps, &b),
	    "name ! It is not written as it is kept: blanks at the ends or characters in parts\n");
	val_free(v);
	buf_free(&b);
}
END_TEST

/* ---- shape ----------------------------------------------------------------------------------- */

static void
shape(struct val *v, const char *want)
{
	struct problems	 ps = PROBLEMS_INIT;
	struct buf	 b = BUF_INIT;

	ck_assert(check_shape(book, v, &ps) == (*want == '\0'));
	ck_assert_str_eq(spelled(&ps, &b), want);
	buf_free(&b);
	val_free(v);
}

START_TEST(shapes)
{
	static const struct { const char *rec, *want; } rows[] = {
		{ "{}", "" }, { "[]", "- ! This is no record\n" },
		  { "x", "- ! This is no record\n" },
		{ "{name: ' no matter what ', birth: 99}", "" },
		  { "{name: ~, father: ~, carers: ~, help: ~}", "" },
		{ "{name: 5}", MISFIT("name") }, { "{birth: x}", MISFIT("birth") },
		  { "{father: []}", MISFIT("father") },
		{ "{father: {name: x, more: [1]}}", "" },
		  { "{father: {name: 5}}", MISFIT("father") },
		{ "{father: {name: ~}}", "" }, { "{carers: {}}", MISFIT("carers") },
		  { "{carers: [{name: x}, {}]}", "" },
		{ "{carers: [{name: 5}]}", MISFIT("carers") },
		  { "{carers: [5]}", MISFIT("carers") },
		{ "{help: [a, b]}", "" }, { "{help: [1]}", MISFIT("help") },
		  { "{help: [[a]]}", MISFIT("help") },
		{ "{friends: [1]}", "" }, { "{friends: [x]}", MISFIT("friends") },
		  { "{friends: 1}", MISFIT("friends") },
		{ "{unknown: {a: [{b: c}]}}", "" },
		{ "{'no name': 1}", "- ! A field has a name that no field can have\n" },
		{ "{'a.b': 1}", "- ! A field has a name that no field can have\n" },
		{ "{unknown: {a: 1, 'Z z': 1}}",
		  "unknown ! What stands here is too large, or not made of fields\n" },
		{ "{a: 1, name: 5, zzz: 1, sex: 1}", MISFIT("name") MISFIT("sex") },
		{ "{unknown: {'A': 1}}",
		  "unknown ! What stands here is too large, or not made of fields\n" },
	};

	for (size_t i = 0; i < N(rows); i++)
		shape(yaml_val(rows[i].rec), rows[i].want);
}
END_TEST

static struct val *
one(const char *name, struct val *v)
{
	struct val	*rec = val_map();

	ck_assert(val_put(rec, name, v));
	return rec;
}

START_TEST(sizes)
{
	struct buf	 b = BUF_INIT;
	struct val	*list = val_list();

	memset(buf_room(&b, 65536), 'x', 65536);
	shape(one("name", val_textn(b.p, b.n)), "");
	buf_putc(&b, 'x');
	shape(one("name", val_textn(b.p, b.n)),
	    "name ! What stands here is too large, or not made of fields\n");
	shape(one("unknown", val_textn(b.p, b.n)),
	    "unknown ! What stands here is too large, or not made of fields\n");
	shape(one("unknown", val_bytes("x", 1)),
	    "unknown ! What stands here is too large, or not made of fields\n");
	for (int i = 0; i < 1000; i++)
		ck_assert(val_add(list, val_int(1)));
	shape(one("friends", val_dup(list)), "");
	ck_assert(val_add(list, val_int(1)));
	shape(one("friends", list),
	    "friends ! What stands here is too large, or not made of fields\n");
	buf_reset(&b);
	memset(buf_room(&b, 63), 'x', 63);
	shape(one(buf_str(&b), val_int(1)), "");
	buf_putc(&b, 'x');
	shape(one(buf_str(&b), val_int(1)), "- ! A field has a name that no field can have\n");
	buf_free(&b);
}
END_TEST

/* ---- filling in ------------------------------------------------------------------------------ */

static void
derived(const char *from, bool fresh, const char *own_area, const char *want)
{
	struct val	*rec = yaml_val(from), *w = yaml_val(want);

	ck_assert(check_derive(book, rec, "found", fresh, own_area, &ctx));
	ck_assert_msg(val_same(rec, w), "%s", from);
	val_free(rec);
	val_free(w);
}

START_TEST(deriving)
{
	derived("{}", false, NULL, "{}");
	derived("{citizen_no: '990121201503120010'}", false, NULL,
	    "{citizen_no: '990121201503120010', birth: 20150312, sex: '1'}");
	derived("{citizen_no: '990121201503120029', birth: 20150313}", false, NULL,
	    /* what stands there stays */
	    "{citizen_no: '990121201503120029', birth: 20150313, sex: '2'}");
	derived("{citizen_no: '990121201503120029', birth: ~, sex: ''}", false, NULL,
	    "{citizen_no: '990121201503120029', birth: 20150312, sex: '2'}");
	derived("{citizen_no: '990121201503120011'}", false, NULL,
	    "{citizen_no: '990121201503120011'}");
	derived("{father: {citizen_no: '99012119800101001X'}}", false, NULL,
	    "{father: {citizen_no: '99012119800101001X', birth: 19800101}}");
	derived("{mother: {citizen_no: '99012119800101001X'}}", false, NULL,
	    "{mother: {citizen_no: '99012119800101001X'}, found_on: 19800101}");
	derived("{carers: [{}, {citizen_no: '99012119800101001X'}]}", false, NULL,
	    "{carers: [{}, {citizen_no: '99012119800101001X', birth: 19800101, sex: '1'}]}");
	derived("{carers: {citizen_no: '99012119800101001X'}, father: [1], citizen_no: 5}", false,
	    NULL,
	    "{carers: {citizen_no: '99012119800101001X', birth: 19800101, sex: '1'}, father: [1], citizen_no: 5}");
}
END_TEST

START_TEST(defaults)
{
	derived("{}", true, "990121001007",
	    "{place: '990121001007', places: ['990121001007'], found_on: 20260312,"
	    " body: healthy, score: 50, father: {away: no}}");
	derived("{}", true, NULL,
	    "{found_on: 20260312, body: healthy, score: 50, father: {away: no}}");
	/* only what is empty and shown; one default can show the next field */
	derived("{body: ill, score: 0, found_on: 20260101, father: {away: yes}}", true, NULL,
	    "{body: ill, illness: 待查, help: [dibao], score: 0, found_on: 20260101, father: {away: yes}}");
}
END_TEST

/* ---- reading a record ------------------------------------------------------------------------ */

START_TEST(values)
{
	static const struct { const char *path, *want; } rows[] = {
		{ "name", "王" }, { "age", "11" }, { "band", "6-13" }, { "sex", "" },
		  { "father.name", "王大" }, { "father.age", "46" },
		{ "father.where", "" }, { "carers.*.name", "李、赵" }, { "carers.0.age", "66、36" },
		  { "carers.*.phone", "138****0001" },
		{ "carers.*.why", "" }, { "mother.name", "" },
	};
	struct val	*rec =
	    yaml_val("{name: 王, birth: 20150312, father: {name: 王大, birth: 19800101}, carers: [{name: 李, birth:"
	    " 19600101, phone: '13800000001'}, {}, {name: 赵, birth: 19900101}]}"), *owned;
	struct buf	 b = BUF_INIT;

	for (size_t i = 0; i < N(rows); i++) {
		const struct field	*f = book_field(book, rows[i].path);
		const struct val	*v = record_value(f, rec, &ctx, &owned);

		buf_reset(&b);
		type_print_masked(f, v, &ctx, &b);
		ck_assert_str_eq(buf_str(&b), rows[i].want);
		ck_assert(owned == NULL || owned == v);
		val_free(owned);
	}
	buf_free(&b);
	val_free(rec);
}
END_TEST

START_TEST(titles)
{
	static const struct { const char *rec, *want; } rows[] = {
		{ "{name: 王小明, sex: '1', birth: 20150312, citizen_no: '990121201503120010', place: '990121001007'}",
		    "王小明 男 11 9901**********0010 990121001007" },
		{ "{name: 王小明, place: '990121001007'}", "王小明 990121001007" },
		  { "{sex: '2'}", "女" }, { "{}", "" },
		{ "{name: '  a  b  '}", "a b" },
	};
	struct buf	 b = BUF_INIT;
	struct val	*rec;

	for (size_t i = 0; i < N(rows); i++) {
		rec = yaml_val(rows[i].rec);
		buf_reset(&b);
		buf_puts(&b, "> ");
		record_title(book, rec, &ctx, &b);
		ck_assert_str_eq(buf_str(&b) + 2, rows[i].want);
		val_free(rec);
	}
	buf_free(&b);
}
END_TEST

START_TEST(questions)
{
	struct val		*rec = yaml_val("{body: ill}");
	struct pred_ctx		 pc = { rec, NULL, "active", TODAY };
	const struct field	*f = book_field(book, "illness");

	ck_assert(check_shown(f, &pc));
	ck_assert(check_required(f, &pc));
	pc.state = "found";
	ck_assert(!check_required(f, &pc));
	pc.rec = NULL;
	ck_assert(!check_shown(f, &pc));
	ck_assert(check_shown(book_field(book, "name"), &pc));
	ck_assert(check_required(book_field(book, "name"), &pc));
	ck_assert(!check_required(book_field(book, "place"), &pc));
	val_free(rec);
}
END_TEST

static Suite *
check(void)
{
	static const TTest *const *const	 all[] = {
		&required, &repeating, &types_and_limits, &computed, &citizen_number, &all_at_once,
		    &bare_fields, &shapes, &sizes,
		&deriving, &defaults, &values, &titles, &questions,
	};
	Suite	*s = suite_create("forms/check");
	TCase	*tc = tcase_create("check");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	for (size_t i = 0; i < N(all); i++)
		tcase_add_test(tc, *all[i]);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(check)
