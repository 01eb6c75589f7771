#include "forms/pred.h"

#include <stdio.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/support/forms.h"

#define N(a)	(sizeof(a) / sizeof((a)[0]))

#define TODAY	20260312

static const char	 pages[] =
    "  - all_of_it:\n"
    "      label: 全部\n"
    "      fields:\n"
    "        - name: {type: text, label: 姓名}\n"
    "        - birth: {type: date, label: 出生}\n"
    "        - age: {type: number, label: 年龄, computed: {years-since: birth}}\n"
    "        - score: {type: number, decimals: 1, label: 得分}\n"
    "        - body: {type: choice, codes: body, label: 身体}\n"
    "        - sex: {type: choice, codes: sex, label: 性别}\n"
    "        - help: {type: many-of, codes: help, label: 救助}\n"
    "        - hukou: {type: yes-no, label: 户口}\n"
    "        - place: {type: area, label: 住址}\n"
    "        - places: {type: area, many: yes, label: 各处}\n"
    "        - friend: {type: link, book: child, label: 朋友}\n"
    "        - father: {type: group, label: 父亲, fields: [{name: {type: text, label: 姓名}},\n"
    "            {away: {type: yes-no, label: 外出}}]}\n"
    "        - carers: {type: group, many: yes, label: 照料人, fields: [{name: {type: text, label: 姓名}},\n"
    "            {phone: {type: phone, label: 电话}}, {birth: {type: date, label: 出生}},\n"
    "            {age: {type: number, label: 年龄, computed: {years-since: birth}}},\n"
    "            {score: {type: number, label: 分}}]}\n"
    "        - since: {type: date, label: 起}\n"
    "        - until: {type: date, label: 止}\n"
    "        - term: {type: choice, codes: period, label: 期, computed: {period: {begin: since, end: until, soon: 10d}}}\n";

static struct set		*set;
static const struct book	*book;

static void
set_up(void)
{
	set = yaml_set(pages, "");
	book = set_book(set, "child");
}

static void
tear_down(void)
{
	set_free(set);
}

struct heard {
	size_t		 n;
	unsigned	 line;		/* of the first */
	char		 first[256];
};

static void	 hear(void *, const struct val *, const char *,
    ...) __attribute__((format(printf, 3, 4)));

static void
hear(void *arg, const struct val *at, const char *fmt, ...)
{
	struct heard	*h = arg;
	va_list		 ap;

	if (h->n++ > 0)
		return;
	h->line = val_line(at);
	va_start(ap, fmt);
	vsnprintf(h->first, sizeof h->first, fmt, ap);
	va_end(ap);
}

static struct pred *
understood(const char *yaml, const char *group)
{
	struct pred_place	 place = { book, group != NULL ? book_field(book, group) : NULL,
	    NULL };
	struct heard		 h = { 0, 0, "" };
	struct val		*src = yaml_val(yaml);
	struct pred		*p = pred_new(src, &place, hear, &h);

	val_free(src);		/* it keeps no pointer into src */
	ck_assert_msg(p != NULL && h.n == 0, "%s: %s", yaml, h.first);
	return p;
}

static const char	 child[] =
    "name: 王小明\n"
    "birth: 20100312\n"
    "score: 255\n"
    "body: ill\n"
    "sex: '1'\n"
    "help: [dibao, other]\n"
    "hukou: no\n"
    "place: '990121001007'\n"
    "places: ['990121001007', '990122001001']\n"
    "friend: 104\n"
    "father: {name: 王大, away: yes}\n"
    "carers: [{name: 李, birth: 19600101, score: 1}, {name: 赵, phone: '110', score: 9}]\n";

struct row {
	const char	*pred;
	bool		 holds;
};

static void
run(const struct row *rows, size_t n, const struct val *rec, const struct val *scope,
    const char *group)
{
	struct pred_ctx	 ctx = { rec, scope, "active", TODAY };
	struct pred	*p;

	for (size_t i = 0; i < n; i++) {
		p = understood(rows[i].pred, group);
		ck_assert_msg(pred_holds(p, &ctx) == rows[i].holds, "%s", rows[i].pred);
		pred_free(p);
	}
}

START_TEST(holding)
{
	static const struct row	 rows[] = {
		{ "{name: 王小明}", true }, { "{name: 王小}", false },
		  { "{name: [王小, 王小明]}", true },
		{ "{body: ill}", true }, { "{body: healthy}", false },
		  { "{body: [healthy, ill]}", true },
		{ "{sex: '1'}", true }, { "{sex: 1}", true }, { "{sex: 2}", false },
		{ "{help: dibao}", true }, { "{help: medical}", false },
		  { "{help: [medical, other]}", true },
		{ "{help: other}", true }, { "{help: medical}", false },
		{ "{hukou: no}", true }, { "{hukou: yes}", false }, { "{hukou: 'no'}", true },
		  { "{hukou: 'yes'}", false },
		{ "{hukou: [yes, no]}", true },
		{ "{score: '25.5'}", true }, { "{score: 25}", false }, { "{friend: 104}", true },
		  { "{friend: 105}", false },
		{ "{place: '990121001007'}", true }, { "{place: 990121001000}", false },
		/* several in one pair of braces: all of them */
		{ "{body: ill, hukou: no}", true }, { "{body: ill, hukou: yes}", false },
		{ "{state: active}", true }, { "{state: [found, active]}", true },
		  { "{state: [found, closed]}", false }, { "{state: active, body: ill}", true },
		{ "{state: active, body: healthy}", false },
		/* dates: sixteen today */
		{ "{birth: 2010-03-12}", true }, { "{birth: 20100312}", true },
		  { "{birth: 2010-03-13}", false },
		{ "{birth: -16y}", true }, { "{birth: today}", false },
		{ "{field: birth, after: -16y}", false }, { "{field: birth, min: -16y}", true },
		{ "{field: birth, before: -16y}", false }, { "{field: birth, max: -16y}", true },
		{ "{field: birth, max: 2010-03-12}", true }, { "{field: birth, before: 2010-03-13}",
		  true },
		{ "{field: birth, before: month-end}", true }, { "{field: birth, after: month-end}",
		  false },
		{ "{field: birth, min: 2010-01-01, max: 2010-12-31}", true },
		{ "{field: birth, min: 2010-04-01, max: 2010-12-31}", false },
		{ "{field: score, min: 25, max: 26}", true },
		  { "{field: score, min: '25.5', max: '25.5'}", true },
		{ "{field: score, after: '25.5'}", false },
		  { "{field: score, before: '25.5'}", false },
		{ "{age: 16}", true }, { "{field: age, before: 16}", false },
		  { "{age: any}", true },
		{ "{field: place, in-area: 990121}", true }, { "{field: place, in-area: 990122}",
		  false },
		{ "{field: place, in-area: '990121001000'}", true },
		  { "{field: place, in-area: 990121002000}", false },
		{ "{field: place, in-area: '000000000000'}", true },
		  { "{field: places, in-area: 990122}", true },
		{ "{field: places, in-area: 990123}", false }, { "{places: '990122001001'}", true },
	};
	struct val	*rec = yaml_val(child);

	run(rows, N(rows), rec, NULL, NULL);
	val_free(rec);
}
END_TEST

START_TEST(periods_and_differences)
{
	static const struct row	 rows[] = {
		{ "{term: in-force}", true }, { "{term: [coming, expired]}", false },
		  { "{term: any}", true },
		{ "{field: since, differs: until}", true },
		  { "{field: until, differs: since}", true },
		{ "{field: birth, differs: since}", false },	/* the same day */
		{ "{field: score, differs: score}", false },
		{ "{not: {field: birth, differs: since}}", true },
		{ "{field: help, differs: help}", false },
		{ "{field: name, differs: father.name}", true },
		{ "{field: carers.birth, differs: birth}", true },
		  { "{field: carers.birth, differs: until}", false },
	};
	static const struct row	 empty[] = {
		{ "{term: any}", false }, { "{field: since, differs: until}", false },
		{ "{field: until, differs: since}", false },
		  { "{not: {field: since, differs: until}}", true },
	};
	struct val	*rec =
	    yaml_val("{birth: 20260301, since: 20260301, until: 20260401, name: 王小明, father: {name: 王大},"
	    " score: 5, help: [dibao, medical], carers: [{birth: 20260401}]}");
	struct val	*half = yaml_val("{until: 20260401}");

	run(rows, N(rows), rec, NULL, NULL);
	run(empty, N(empty), half, NULL, NULL);
	val_free(rec);
	val_free(half);
}
END_TEST

START_TEST(logic)
{
	static const struct row	 rows[] = {
		{ "{all: [{body: ill}, {hukou: no}]}", true },
		  { "{all: [{body: ill}, {hukou: yes}]}", false },
		{ "{any: [{body: healthy}, {hukou: no}]}", true },
		  { "{any: [{body: healthy}, {hukou: yes}]}", false },
		{ "{not: {body: ill}}", false }, { "{not: {body: healthy}}", true },
		{ "{not: {body: ill, hukou: yes}}", true },
		  { "{not: {all: [{body: ill}, {hukou: no}]}}", false },
		{ "{any: [{all: [{body: ill}, {not: {hukou: yes}}]}, {state: closed}]}", true },
	};
	struct val	*rec = yaml_val(child);

	run(rows, N(rows), rec, NULL, NULL);
	val_free(rec);
}
END_TEST

/* A comparison with nothing is false, so its opposite is true. */
START_TEST(nothing)
{
	static const struct row	 rows[] = {
		{ "{name: none}", true }, { "{name: any}", false }, { "{name: none}", true },
		{ "{name: any}", false }, { "{help: none}", true }, { "{carers: none}", true },
		  { "{father: none}", true },
		{ "{carers.phone: none}", true }, { "{age: none}", true }, { "{hukou: no}", false },
		  { "{hukou: yes}", false },
		{ "{not: {hukou: yes}}", true }, { "{field: birth, before: today}", false },
		{ "{not: {field: birth, before: today}}", true },
		  { "{field: score, max: 0}", false },
		{ "{field: place, in-area: '000000000000'}", false },
	};
	static const struct row	 filled[] = {
		{ "{name: none}", false }, { "{name: any}", true }, { "{help: any}", true },
		  { "{carers: any}", true },
		{ "{father: any}", true }, { "{hukou: any}", true }, { "{hukou: none}", false },
		{ "{carers.phone: any}", true }, { "{friend: none}", false },
	};
	static const char *const	 blanks[] =
	    { "{}", "{name: '', help: [], father: {name: ''}, carers: [{}]}" };
	struct val	*rec;

	for (size_t i = 0; i < N(blanks); i++) {
		rec = yaml_val(blanks[i]);
		run(rows, N(rows), rec, NULL, NULL);
		val_free(rec);
	}
	run(rows, N(rows), NULL, NULL, NULL);
	rec = yaml_val(child);
	run(filled, N(filled), rec, NULL, NULL);
	val_free(rec);
}
END_TEST

START_TEST(no_state_yet)
{
	struct pred_ctx	 ctx = { NULL, NULL, NULL, TODAY };
	struct pred	*p = understood("{state: found}", NULL),
	    *not = understood("{not: {state: found}}", NULL);

	ck_assert(!pred_holds(p, &ctx));
	ck_assert(pred_holds(not, &ctx));
	ck_assert(pred_holds(NULL, &ctx));
	pred_free(p);
	pred_free(not);
	pred_free(NULL);
}
END_TEST

/* From outside any instance will do, but one and the same for all that is asked of it. */
START_TEST(repeating)
{
	static const struct row	 rows[] = {
		{ "{carers.name: 李}", true }, { "{carers.name: 赵}", true },
		  { "{carers.name: 王}", false },
		{ "{'carers.*.name': 赵}", true }, { "{father.name: 王大}", true },
		  { "{father.away: yes}", true },
		{ "{father.away: no}", false }, { "{carers.phone: '110'}", true },
		  { "{carers.age: 66}", true },
		{ "{carers.age: 65}", false }, { "{field: carers.birth, before: -60y}", true },
		{ "{field: carers.score, min: 1, max: 1}", true },
		  { "{field: carers.score, min: 2, max: 8}", false },
		{ "{not: {carers.name: 王}}", true },
	};
	struct val	*rec = yaml_val(child);

	run(rows, N(rows), rec, NULL, NULL);
	val_free(rec);
}
END_TEST

/* Inside a group its own fields come first, then the record's. */
START_TEST(beside)
{
	static const struct row	 first[] = {
		{ "{name: 李}", true }, { "{name: 王小明}", false }, { "{name: 赵}", false },
		  { "{phone: none}", true },
		{ "{body: ill}", true }, { "{field: birth, before: 1970-01-01}", true },
		  { "{age: 66}", true },
		{ "{father.name: 王大}", true }, { "{state: active}", true },
	};
	static const struct row	 second[] = {
		{ "{name: 赵}", true }, { "{name: 李}", false }, { "{phone: any}", true },
		  { "{birth: none}", true }, { "{age: none}", true },
	};
	static const struct row	 father[] = { { "{name: 王大}", true }, { "{away: yes}", true },
	    { "{hukou: no}", true } };
	struct val	*rec = yaml_val(child);

	run(first, N(first), rec, val_find(rec, "carers.0"), "carers");
	run(second, N(second), rec, val_find(rec, "carers.1"), "carers");
	run(father, N(father), rec, val_find(rec, "father"), "father");
	val_free(rec);
}
END_TEST

START_TEST(refused)
{
	static const struct {
		const char	*pred, *why;
	} rows[] = {
		{ "[]", "a condition is a mapping, such as {state: active}" },
		{ "text", "a condition is a mapping, such as {state: active}" },
		{ "{}", "an empty condition" },
		{ "{nmae: x}", "book child has no field \"nmae\"" },
		  { "{nmae: any}", "book child has no field \"nmae\"" },
		{ "{carers.nmae: x}", "book child has no field \"carers.nmae\"" },
		/* seen in its group only */
		{ "{phone: any}", "book child has no field \"phone\"" },
		{ "{field: [a], is: any}", "field must be the name of a field" },
		{ "{state: gone}", "book child has no state \"gone\"" },
		  { "{state: [active, gone]}", "book child has no state \"gone\"" },
		{ "{state: []}", "state needs a state or a list of states" },
		{ "{body: sick}", "body: sick is no code of its list" },
		  { "{body: [ill, sick]}", "body: sick is no code of its list" },
		{ "{body: []}", "body needs a value, a list of values, none or any" },
		{ "{body: {a: b}}", "body needs a value, a list of values, none or any" },
		{ "{body: }", "body needs a value, a list of values, none or any" },
		{ "{hukou: maybe}", "hukou: maybe is no value it could have" },
		  { "{hukou: 1}", "hukou: 1 is no value it could have" },
		{ "{score: '25.55'}", "score: 25.55 is no value it could have" },
		  { "{friend: 0}", "friend: 0 is no value it could have" },
		{ "{birth: 2026-02-29}",
		  "birth: 2026-02-29 is no date; write 2026-03-12, today, month-end, -16y, +30d" },
		{ "{birth: 20260229}",
		  "birth: 20260229 is no date; write 2026-03-12, today, month-end, -16y, +30d" },
		{ "{birth: yes}",
		  "birth: yes is no date; write 2026-03-12, today, month-end, -16y, +30d" },
		{ "{field: birth, after: soon}",
		  "birth: soon is no date; write 2026-03-12, today, month-end, -16y, +30d" },
		{ "{field: name, after: a}",
		  "name is neither date nor number: it has no before and after" },
		{ "{field: birth}",
		  "birth is compared with nothing: add after, before, min, max, in-area or differs" },
		{ "{field: birth, differs: sex}",
		  "birth and sex are of different kinds: they cannot be compared" },
		{ "{field: body, differs: sex}",
		  "body and sex are of different kinds: they cannot be compared" },
		{ "{field: birth, differs: carers.birth}",
		  "birth and carers.*.birth cannot be compared: each must be one stored "
		    "value in the same place" },
		{ "{field: sex, differs: nosuch}", "book child has no field \"nosuch\"" },
		{ "{field: sex, differs: [sex]}", "differs must be the name of a field" },
		{ "{field: birth, later: today}", "a comparison has no key \"later\"" },
		{ "{field: birth, is: any}", "a comparison has no key \"is\"" },
		{ "{field: help, has: dibao}", "a comparison has no key \"has\"" },
		{ "{field: place, within: 99}", "a comparison has no key \"within\"" },
		{ "{help: x}", "help: x is no code of its list" },
		{ "{field: name, in-area: 99}", "name is no area: in-area does not apply" },
		{ "{field: place, in-area: 990}",
		  "place: in-area takes an area code or its first 2, 4, 6 or 9 digits, not 990" },
		{ "{field: place, in-area: xx}",
		  "place: in-area takes an area code or its first 2, 4, 6 or 9 digits, not xx" },
		{ "{father: x}", "father is a group: it can only be none or any" },
		{ "{all: {body: ill}}", "all and any take a list of conditions" },
		  { "{any: []}", "all and any take a list of conditions" },
		{ "{all: [{body: ill}], state: active}", "all stands alone in its braces" },
		{ "{not: [{body: ill}]}", "a condition is a mapping, such as {state: active}" },
		{ "{all: [{body: ill}, {body: sick}]}", "body: sick is no code of its list" },
	};
	struct pred_place	 place = { .book = book };
	struct heard		 h;
	struct val		*src;

	for (size_t i = 0; i < N(rows); i++) {
		h = (struct heard){ 0, 0, "" };
		src = yaml_val(rows[i].pred);
		ck_assert_msg(pred_new(src, &place, hear, &h) == NULL, "%s", rows[i].pred);
		ck_assert_uint_eq(h.n, 1);
		ck_assert_str_eq(h.first, rows[i].why);
		val_free(src);
	}
}
END_TEST

/* All mistakes are told at once, each at its own line. */
START_TEST(complains_where_it_stands)
{
	struct pred_place	 place = { .book = book };
	struct heard		 h = { 0, 0, "" };
	struct val		*src =
	    yaml_val("all:\n  - body: ill\n  - body:\n    - healthy\n    - sick\n  - nmae: x\n  - state: gone\n");

	ck_assert_ptr_null(pred_new(src, &place, hear, &h));
	ck_assert_uint_eq(h.n, 3);
	ck_assert_uint_eq(h.line, 5);
	val_free(src);
}
END_TEST

START_TEST(depth)
{
	struct pred_place	 place = { .book = book };
	struct buf		 b = BUF_INIT;
	struct val		*src;
	struct pred		*p;

	for (int levels = 14; levels <= 17; levels++) {
		struct heard	 h = { 0, 0, "" };

		src = val_map();
		ck_assert(val_put(src, "body", val_text("ill")));
		for (int i = 1; i < levels; i++) {
			struct val	*outer = val_map();

			ck_assert(val_put(outer, "not", src));
			src = outer;
		}
		p = pred_new(src, &place, hear, &h);
		ck_assert_msg((p != NULL) == (levels <= 16), "%d", levels);
		if (p == NULL)
			ck_assert_str_eq(h.first, "conditions nest deeper than 16");
		pred_free(p);
		val_free(src);
	}
	buf_free(&b);
}
END_TEST

/* A code called "none" would leave open what {body: none} means. */
START_TEST(ambiguous)
{
	static struct code	 codes[] = { { .code = "none", .label = { "无", "none", "w" },
	    .brief = { "无", "none", "w" } } };
	static struct codes	 list = { .name = "x", .label = { "x", "x", "x" }, .standard = "",
	    .at = codes, .n = 1 };
	struct field		*f = (struct field *)book_field(book, "body");
	struct pred_place	 place = { .book = book };
	struct heard		 h = { 0, 0, "" };
	struct val		*src = yaml_val("{body: none}");

	f->codes = &list;
	ck_assert_ptr_null(pred_new(src, &place, hear, &h));
	ck_assert_str_eq(h.first, "body: none is also a code of its list; rename the code");
	val_free(src);
}
END_TEST

static void
collect(const struct field *f, void *arg)
{
	struct buf	*b = arg;

	buf_printf(b, "%s ", f->path);
}

START_TEST(what_it_reads)
{
	static const struct {
		const char	*pred, *fields;
		bool		 today, state;
	} rows[] = {
		{ "{body: ill}", "body ", false, false }, { "{state: active}", "", false, true },
		{ "{state: active, body: ill}", "body ", false, true },
		  { "{birth: 2010-03-12}", "birth ", false, false },
		{ "{field: birth, after: -16y}", "birth ", true, false },
		  { "{field: birth, after: month-end}", "birth ", true, false },
		{ "{age: 16}", "age birth ", true, false },
		  { "{age: any}", "age birth ", true, false },
		{ "{carers.age: any}", "carers.*.age carers.*.birth ", true, false },
		{ "{term: expired}", "term since until ", true, false },
		{ "{field: since, differs: until}", "since until ", false, false },
		{ "{any: [{not: {field: birth, before: today}}, {state: closed}, {name: any}]}",
		  "birth name ", true, true },
		{ "{birth: any}", "birth ", false, false },
		  { "{birth: [2010-03-12, today]}", "birth ", true, false },
		{ "{field: birth, min: 2010-03-12, max: today}", "birth ", true, false },
	};
	struct buf	 b = BUF_INIT;
	struct pred	*p;

	for (size_t i = 0; i < N(rows); i++) {
		p = understood(rows[i].pred, NULL);
		buf_reset(&b);
		pred_fields(p, collect, &b);
		ck_assert_str_eq(buf_str(&b), rows[i].fields);
		ck_assert_msg(pred_uses_today(p) == rows[i].today, "%s", rows[i].pred);
		ck_assert_msg(pred_uses_state(p) == rows[i].state, "%s", rows[i].pred);
		pred_free(p);
	}
	ck_assert(!pred_uses_today(NULL));
	ck_assert(!pred_uses_state(NULL));
	buf_free(&b);
}
END_TEST

/*
 * A stored fingerprint decides whether rows are still right: it differs exactly where the questions
 * differ.
 */
START_TEST(fingerprints)
{
	static const char *const	 rows[] = {
		"{body: ill}", "{body: [ill]}", "{body: [ill, healthy]}", "{body: healthy}",
		    "{body: none}", "{body: any}",
		"{not: {body: ill}}", "{all: [{body: ill}]}", "{any: [{body: ill}]}", "{sex: '1'}",
		    "{name: ill}", "{name: '1'}",
		"{state: active}", "{state: [active, found]}", "{body: ill, state: active}",
		    "{all: [{body: ill}, {state: active}]}",
		"{birth: 2010-03-12}", "{birth: 20100312}", "{birth: today}",
		    "{field: birth, after: -16y}", "{field: birth, after: -16m}",
		"{field: birth, before: -16y}", "{field: since, after: -16y}", "{score: 1}",
		    "{score: 10}", "{score: 1.5}",
		"{field: score, after: 1}", "{field: since, differs: until}",
		    "{field: until, differs: since}",
		"{place: '990121001000'}", "{carers.name: x}", "{father.name: x}",
	};
	struct pred	*p[N(rows)];
	struct buf	 print[N(rows)];

	for (size_t i = 0; i < N(rows); i++) {
		p[i] = understood(rows[i], NULL);
		print[i] = (struct buf)BUF_INIT;
		pred_fingerprint(p[i], &print[i]);
	}
	for (size_t i = 0; i < N(rows); i++)
		for (size_t k = 0; k < N(rows); k++)
			ck_assert_msg((print[i].n == print[k].n &&
			    memcmp(print[i].p, print[k].p, print[i].n) == 0) ==
			    pred_same(p[i], p[k]), "%s and %s", rows[i], rows[k]);
	for (size_t i = 0; i < N(rows); i++) {
		pred_free(p[i]);
		buf_free(&print[i]);
	}
}
END_TEST

/*
 * Which states a condition leaves open: counts lean on it, so where its form does not tell it must
 * leave all.
 */
START_TEST(states_left_open)
{
	static const struct {
		const char	*pred;
		bool		 found, active, closed;
	} rows[] = {
		{ "{state: active}", false, true, false }, { "{state: [found, active], body: ill}",
		  true, true, false },
		{ "{not: {state: closed}}", true, true, false },
		  { "{not: {all: [{state: closed}]}}", true, true, false },
		{ "{not: {state: closed, body: ill}}", true, true, true },
		{ "{any: [{state: found}, {state: closed, body: ill}]}", true, false, true },
		{ "{any: [{state: found}, {body: ill}]}", true, true, true },
		  { "{body: ill}", true, true, true },
		{ "{all: [{state: [found, closed]}, {not: {state: found}}]}", false, false, true },
	};

	for (size_t i = 0; i < N(rows); i++) {
		struct pred	*p = understood(rows[i].pred, NULL);
		states_t	 s = pred_states(p, book);

		ck_assert_msg(((s & STATE_BIT(book_state(book, "found"))) != 0) == rows[i].found,
		    "%s", rows[i].pred);
		ck_assert_msg(((s & STATE_BIT(book_state(book, "active"))) != 0) == rows[i].active,
		    "%s", rows[i].pred);
		ck_assert_msg(((s & STATE_BIT(book_state(book, "closed"))) != 0) == rows[i].closed,
		    "%s", rows[i].pred);
		pred_free(p);
	}
	ck_assert(pred_states(NULL, book) == STATES_ALL);
}
END_TEST

/* What an older definition left behind is compared without harm. */
START_TEST(strangers)
{
	static const struct row	 rows[] = {
		{ "{name: x}", false }, { "{body: ill}", false }, { "{help: dibao}", false },
		  { "{hukou: yes}", false },
		{ "{field: birth, before: today}", false }, { "{age: 16}", false },
		  { "{field: place, in-area: 99}", false },
		{ "{carers.name: x}", false }, { "{father.name: x}", false },
		  { "{field: score, min: 0}", false },
	};
	struct val	*rec =
	    yaml_val("{name: 5, body: [1], help: {a: b}, hukou: 3, birth: x, place: 99, carers: {a: b}, father: [1],"
	    " score: yes}");

	run(rows, N(rows), rec, NULL, NULL);
	val_free(rec);
}
END_TEST

static Suite *
pred(void)
{
	static const TTest *const *const	 all[] = {
		&holding, &periods_and_differences, &logic, &nothing, &no_state_yet, &repeating,
		    &beside, &refused, &complains_where_it_stands, &depth,
		&ambiguous, &what_it_reads, &fingerprints, &states_left_open, &strangers,
	};
	Suite	*s = suite_create("forms/pred");
	TCase	*tc = tcase_create("pred");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	for (size_t i = 0; i < N(all); i++)
		tcase_add_test(tc, *all[i]);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(pred)
