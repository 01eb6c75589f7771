/*
 * Score sheets: what answers are worth and which grade comes of them, and what the loader says of
 * sheets that leave something open. One good set; for each sentence the smallest change that calls
 * for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "forms/check.h"
#include "forms/score.h"
#include "tests/harness.h"
#include "tests/support/forms.h"
#include "tests/support/forms.h"

#define N(a)	(sizeof(a) / sizeof((a)[0]))
#define TODAY	20260312

#define LOOK	"books/look.yaml"
#define DANGER	"sheets/danger.yaml"
#define ROOM	"sheets/room.yaml"

static const struct form_file	 good[] = {
	{ "county.yaml", "county: {zh: 云岭县, en: Yunling County}\ncode: \"990121000000\"\n" },
	{ "roles.yaml",
	  "roles:\n"
	  "  - director: {label: 主任, level: village, menu: [{label: 新, jump: xj, new: look}]}\n" },
	{ "codes/all.yaml",
	  "level: {label: 级, codes: [high: {zh: 高, en: High}, middle: 中, low: 低]}\n"
	  "room: {label: 住处, codes: [good: 好, bad: 差]}\n"
	  "peril: {label: 险, codes: [water: 水, fire: 火, road: {zh: 路, en: Road}]}\n" },
	{ LOOK,
	  "book: look\n"
	  "label: 察看\n"
	  "area: place\n"
	  "title: \"{place}\"\n"
	  "create: director\n"
	  "pages:\n"
	  "  - first:\n"
	  "      label: 首页\n"
	  "      fields:\n"
	  "        - place: {type: area, label: 地, required: first}\n"		/* 10 */
	  "        - born: {type: date, label: 生}\n"
	  "        - age: {type: number, label: 岁, computed: {years-since: born}}\n"
	  "        - sheet: {type: choice, label: 评估表, codes: sheets}\n"
	  "  - last:\n"
	  "      label: 末页\n"
	  "      fields:\n"
	  "        - total: {type: number, decimals: 1, label: 得分, computed: {score: total}}\n"
	  "        - proposed: {type: choice, codes: level, label: 建议, computed: {score: grade}}\n"
	  "        - roomy: {type: choice, codes: room, label: 住处, computed: {score: grade}}\n"
	  "        - reasons: {type: long, label: 理由, computed: {score: reasons}}\n"	/* 20 */
	  "        - own: {type: choice, codes: level, label: 定级}\n"
	  "        - why: {type: text, label: 为何, required: {when: {field: own, differs: proposed}}}\n"
	  "life:\n"
	  "  start: new\n"
	  "  states: [new: {zh: 新, open: yes}, back: {zh: 退, open: yes}, done: 完]\n"
	  "  acts:\n"
	  "    - finish: {label: 完成, from: [new, back], to: done, by: director}\n"
	  "    - return: {label: 退回, from: done, to: back, by: director}\n"
	  "see: {director: area}\n"
	  "write: {director: area}\n"
	  "lists:\n"
	  "  - all: {label: 全, columns: [place, total, proposed], sort: [proposed, total]}\n" },
	{ DANGER,
	  "sheet: danger\n"
	  "label: {zh: 危险表, en: Dangers}\n"
	  "local: yes\n"
	  "book: look\n"
	  "into: proposed\n"
	  "items:\n"
	  "  - contact:\n"
	  "      label: 联系\n"
	  "      answers:\n"							/* 9 */
	  "        - weekly: {zh: 每周, points: 0}\n"
	  "        - seldom: {zh: 偶尔, points: 1.5}\n"
	  "        - never: {zh: 从不, points: 4}\n"
	  "  - perils: {label: 险情, type: many-of, codes: peril, points: {water: 3, else: 1, none: 0}}\n"
	  "  - sick: {label: 生病, type: yes-no, points: {yes: 2, no: 0}}\n"
	  "  - days: {label: 天数, type: number, shown: {sick: yes}, min: 0, max: 99, points: {0..2: 0, 3..9: 1, 10..: 2, none: 0}}\n"
	  "  - years: {label: 年龄, reads: age, points: {..5: 2, 6..15: 0.5, none: 1}}\n"	/* 16 */
	  "override:\n"
	  "  - {when: {perils: fire, sick: yes}, grade: high, say: {zh: 病中起火, en: Fire}}\n"
	  "  - {when: {contact: never}, grade: middle, say: 没有联系}\n"
	  "grades:\n"								/* 20 */
	  "  - {grade: high, min: 7}\n"
	  "  - {grade: low, max: 2.5}\n"
	  "  - {grade: middle, min: 3, max: 6.5}\n" },
	{ ROOM,
	  "sheet: room\n"
	  "label: 住处表\n"
	  "book: look\n"
	  "into: roomy\n"
	  "items:\n"
	  "  - roof: {label: 屋顶, type: yes-no, points: {yes: -1, no: 2}}\n"
	  "grades: [{grade: good, max: 0}, {grade: bad, min: 1}]\n" },
};

#define NGOOD	N(good)

static struct set *
load(struct lint *lint)
{
	struct val	*src = set_read(forms_folder(), lint);
	size_t		 read = lint->n;
	struct set	*made;

	ck_assert_ptr_nonnull(src);
	made = load_set(src, lint);
	ck_assert_msg((made == NULL) == (lint->n > read), "%s", buf_str(&lint->out));
	if (made == NULL || read == 0)
		return made;
	set_free(made);				/* what could be read is good; the whole is not */
	return NULL;
}

/* ---- what answers are worth ------------------------------------------------------------------ */

static struct set		*set;
static const struct book	*book;
static struct form_ctx		 ctx;

static void
set_up(void)
{
	struct lint	 lint = { BUF_INIT, 0 };

	forms_folder_open(good, NGOOD);
	set = load(&lint);
	ck_assert_msg(set != NULL, "%s", buf_str(&lint.out));
	book = set_book(set, "look");
	ctx = (struct form_ctx){ set, NULL, TODAY, LANG_EN, false };
	buf_free(&lint.out);
}

static void
tear_down(void)
{
	set_free(set);
	forms_folder_close();
}

START_TEST(a_sheet_is_a_page)
{
	const struct score_sheet	*s = set_sheet(set, "danger");
	const struct field		*f = book_field(book, "danger.contact");

	ck_assert_ptr_nonnull(s);
	ck_assert_uint_eq(book->npages, 4);		/* behind the page with the choice */
	ck_assert_pstr_eq(book->pages[1].name, "danger");
	ck_assert_pstr_eq(book->pages[2].name, "room");
	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_eq(f->group, s->group);
	ck_assert_int_eq(f->required, REQUIRED_YES);
	ck_assert_int_eq(book_field(book, "danger.perils")->required, REQUIRED_NO);
	ck_assert_ptr_null(book_field(book, "danger.years"));	/* is read, not asked */
	ck_assert_uint_eq(book->sheet->codes->n, 2);
	ck_assert_pstr_eq(book->sheet->codes->at[0].label.en, "Dangers");
	ck_assert(s->local && !set_sheet(set, "room")->local);
}
END_TEST

static const struct worth {
	const char	*fields;
	int64_t		 total;		/* tenths */
	const char	*grade;		/* NULL = not yet */
} worths[] = {
	{ "{sheet: danger}", 10, NULL },				/* the age is not known */
	{ "{sheet: danger, danger: {contact: weekly}}", 10, NULL },	/* sick is open */
	{ "{sheet: danger, danger: {sick: no}}", 10, NULL },
	{ "{sheet: danger, danger: {contact: weekly, sick: no}}", 10, "low" },
	{ "{sheet: danger, danger: {contact: seldom, sick: no}}", 25, "low" },
	{ "{sheet: danger, danger: {contact: seldom, sick: no, perils: [fire]}}", 35, "middle" },
	{ "{sheet: danger, danger: {contact: weekly, sick: yes}}", 30, "middle" },
	/* overridden */
	{ "{sheet: danger, danger: {contact: seldom, sick: yes, perils: [fire, road]}}", 65,
	  "high" },
	{ "{sheet: danger, danger: {contact: weekly, sick: no, perils: [water, fire, road]}}", 60,
	  "middle" },
	{ "{sheet: danger, danger: {contact: seldom, sick: no, perils: [water, fire, road]}}", 75,
	  "high" },
	/* an override speaks before all is answered, the first of two decides */
	{ "{sheet: danger, danger: {contact: never}}", 50, "middle" },
	{ "{sheet: danger, danger: {contact: never, sick: yes, perils: [fire]}}", 80, "high" },
	/* steps at their edges; what is not shown does not count */
	{ "{sheet: danger, danger: {contact: weekly, sick: yes, days: 2}}", 30, "middle" },
	{ "{sheet: danger, danger: {contact: weekly, sick: yes, days: 3}}", 40, "middle" },
	{ "{sheet: danger, danger: {contact: weekly, sick: yes, days: 9}}", 40, "middle" },
	{ "{sheet: danger, danger: {contact: weekly, sick: yes, days: 10}}", 50, "middle" },
	{ "{sheet: danger, danger: {contact: weekly, sick: no, days: 10}}", 10, "low" },
	/* what is read: five years, six, and sixteen, which no step holds */
	{ "{sheet: danger, born: 20200313, danger: {contact: weekly, sick: no}}", 20, "low" },
	{ "{sheet: danger, born: 20200312, danger: {contact: weekly, sick: no}}", 5, "low" },
	{ "{sheet: danger, born: 20100312, danger: {contact: weekly, sick: no}}", 0, "low" },
	/* codes nobody lists, values of another kind */
	{ "{sheet: danger, danger: {contact: daily, sick: 5, perils: [storm, 7]}}", 20, "low" },
	{ "{sheet: danger, danger: [1]}", 10, NULL },
	/* below nothing */
	{ "{sheet: room, room: {roof: yes}}", -10, "good" }, { "{sheet: room, room: {roof: no}}",
	  20, "bad" },
	{ "{sheet: room, danger: {contact: never}}", 0, NULL },
};

START_TEST(worth)
{
	const struct worth	*w = &worths[_i];
	struct val		*rec = yaml_val(w->fields);
	struct score		 score;

	ck_assert(score_compute(book, rec, "new", &ctx, &score));
	ck_assert_msg(score.total == w->total, "%s: %lld", w->fields, (long long)score.total);
	ck_assert_msg((score.grade == NULL) == (w->grade == NULL) && (w->grade == NULL ||
	    strcmp(score.grade, w->grade) == 0), "%s: %s", w->fields, score.grade != NULL ?
	    score.grade : "-");
	val_free(rec);
}
END_TEST

START_TEST(no_sheet)
{
	static const char *const	 none[] = { "{}", "{sheet: other}", "{sheet: ~}",
	    "{sheet: 5}" };
	struct score			 score;

	for (size_t i = 0; i < N(none); i++) {
		struct val	*rec = yaml_val(none[i]);

		ck_assert(!score_compute(book, rec, "new", &ctx, &score));
		val_free(rec);
	}
}
END_TEST

static void
derived(const char *fields, const char *state, const char *total, const char *proposed,
    const char *roomy, const char *reasons)
{
	static const char *const	 names[] = { "total", "proposed", "roomy", "reasons" };
	const char *const		 want[] = { total, proposed, roomy, reasons };
	struct val			*rec = yaml_val(fields), *made;

	ck_assert(check_derive(book, rec, state, false, NULL, &ctx));
	for (size_t i = 0; i < N(names); i++) {
		const struct field	*f = book_field(book, names[i]);
		struct buf		 b = BUF_INIT;

		type_print(f, record_value(f, rec, &ctx, &made), &ctx, &b);
		ck_assert_msg(strcmp(buf_str(&b), want[i]) == 0, "%s %s: %s is \"%s\"", fields,
		    state, names[i], buf_str(&b));
		val_free(made);
		buf_free(&b);
	}
	val_free(rec);
}

START_TEST(kept)
{
	const char	*all =
	    "{sheet: danger, born: 20200312, danger: {contact: seldom, sick: yes, days: 12, perils: [water, road]}}";

	derived(all, "new", "10.0", "High", "",
	    "险情：水、路 4分；生病：是 2分；天数：12 2分；联系：偶尔 1.5分；岁：6 0.5分");
	derived(all, "back", "10.0", "High", "",
	    "险情：水、路 4分；生病：是 2分；天数：12 2分；联系：偶尔 1.5分；岁：6 0.5分");
	derived("{sheet: danger, danger: {contact: never}}", "new", "5.0", "中", "",
	    "没有联系，定为中；联系：从不 4分；岁：未填 1分");
	derived("{sheet: room, proposed: high, reasons: x, room: {roof: no}}", "new", "2.0", "",
	    "差", "屋顶：否 2分");
	/* nothing stays of a sheet that is no longer chosen */
	derived("{total: 55, proposed: high, reasons: x}", "new", "", "", "", "");
	/* what has been handed in stays as it was, whatever the sheet says now */
	derived("{sheet: room, total: 55, proposed: high, reasons: x, room: {roof: no}}", "done",
	    "5.5", "High", "", "x");
	derived("{sheet: room, total: 55, room: {roof: no}}", "nowhere", "5.5", "", "", "");
}
END_TEST

static void
checked(const char *fields, const char *want)
{
	struct problems	 ps = PROBLEMS_INIT;
	struct val	*rec = yaml_val(fields);
	struct buf	 b = BUF_INIT;

	check_record(book, rec, "new", &ctx, &ps);
	for (size_t i = 0; i < ps.n; i++)
		buf_printf(&b, "%s%s ", ps.at[i].field, ps.at[i].gap ? "*" : "!");
	ck_assert_msg(strcmp(buf_str(&b), want) == 0, "%s: %s", fields, buf_str(&b));
	buf_free(&b);
	val_free(rec);
	problems_free(&ps);
}

START_TEST(asked)
{
	checked("{place: \"990121000000\"}", "");
	checked("{place: \"990121000000\", sheet: danger}", "danger.contact* danger.sick* ");
	checked("{place: \"990121000000\", sheet: danger, danger: {contact: weekly, sick: yes}}",
	    "");
	checked("{place: \"990121000000\", sheet: room, danger: {contact: weekly}}", "room.roof* ");
	checked("{place: \"990121000000\", sheet: ghost}", "sheet! ");
	/*
	 * another grade than the one proposed needs a reason; the same, or none proposed, does not
	 */
	checked("{place: \"990121000000\", proposed: high, own: low}", "why* ");
	checked("{place: \"990121000000\", proposed: high, own: low, why: x}", "");
	checked("{place: \"990121000000\", proposed: high, own: high}", "");
	checked("{place: \"990121000000\", own: high}", "");
}
END_TEST

/* A further sheet is a file and nothing else. */
START_TEST(one_more)
{
	struct lint	 lint = { BUF_INIT, 0 };
	struct val	*rec = yaml_val("{sheet: stove, stove: {lit: yes}}");
	struct score	 score;

	forms_folder_put("sheets/stove.yaml",
	    "sheet: stove\nlabel: {zh: 灶, en: Stove}\nretired: 2026-03-12\nbook: look\ninto: proposed\n"
	    "items:\n  - lit: {label: 生火, type: yes-no, points: {yes: 1, no: 0}}\n"
	    "grades: [{grade: low, max: 0}, {grade: high, min: 1, max: 1}]\n");
	set_free(set);
	set = load(&lint);
	ck_assert_msg(set != NULL, "%s", buf_str(&lint.out));
	book = set_book(set, "look");
	ctx.set = set;
	ck_assert_uint_eq(book->npages, 5);
	ck_assert_ptr_nonnull(book_field(book, "stove.lit"));
	ck_assert_int_eq(codes_find(book->sheet->codes, "stove")->retired, 20260312);
	ck_assert(score_compute(book, rec, "new", &ctx, &score));
	ck_assert_pstr_eq(score.grade, "high");
	val_free(rec);
	buf_free(&lint.out);
}
END_TEST

/* ---- what the loader refuses ----------------------------------------------------------------- */

/*
 * In `file` the first `find` becomes `put`; without `find` the file is `put`, or, with no `put`
 * either, is not there.
 */
static const struct broken {
	const char	*file, *find, *put;
	const char	*said;
} table[] = {
	{ ROOM, "sheet: room", "leaf: room",
	  "sheets/room.yaml:1: the file does not say which sheet it defines (sheet: name)\n" },
	{ ROOM, "sheet: room", "sheet: danger",
	  "sheets/room.yaml:1: there are two sheets \"danger\"\n" },
	{ ROOM, "sheet: room", "sheet: Room",
	  "sheets/room.yaml:1: \"Room\" is no name for a sheet\n"
	  "sheets/room.yaml:1: \"Room\" is no name: a-z first, then a-z 0-9 - _ (at most 40)\n" },
	{ ROOM, "sheet: room", "sheet: place",
	  "sheets/room.yaml:1: book look has a page or field \"place\" already\n" },
	{ ROOM, "sheet: room", "sheet: last",
	  "sheets/room.yaml:1: book look has a page or field \"last\" already\n" },
	{ ROOM, "label: 住处表\n", "", "sheets/room.yaml:1: room has no label\n" },
	{ ROOM, "book: look", "colour: red\nbook: look",
	  "sheets/room.yaml:3: a sheet has no key \"colour\"\n" },
	{ ROOM, "book: look\n", "",
	  "sheets/room.yaml:1: sheet room does not say which book it is for (book)\n" },
	{ ROOM, "book: look", "book: lock", "sheets/room.yaml:3: there is no book \"lock\"\n" },
	{ ROOM, "book: look", "retired: soon\nbook: look",
	  "sheets/room.yaml:3: retired must be a date such as 2020-12-31\n" },
	{ ROOM, "into: roomy\n", "",
	  "sheets/room.yaml:1: sheet room does not say which grade of book look it gives (into)\n" },
	{ ROOM, "into: roomy", "into: own",
	  "sheets/room.yaml:4: into: book look has no field \"own\" with computed: {score: grade}\n" },
	{ ROOM, "items:\n  - roof: {label: 屋顶, type: yes-no, points: {yes: -1, no: 2}}\n", "",
	  "sheets/room.yaml:1: sheet room has no items\n" },
	{ ROOM, "type: yes-no", "type: text",
	  "sheets/room.yaml:6: item roof: a sheet asks for choice, many-of, yes-no or number\n" },
	{ ROOM, "type: yes-no", "colour: red, type: yes-no",
	  "sheets/room.yaml:6: an item has no key \"colour\"\n" },
	{ ROOM, "type: yes-no", "default: no, type: yes-no",
	  "sheets/room.yaml:6: an item has no key \"default\"\n" },
	{ ROOM, "label: 屋顶, ", "", "sheets/room.yaml:6: room.roof has no label\n" },
	{ ROOM, ", points: {yes: -1, no: 2}", "", "sheets/room.yaml:6: item roof has no points\n" },
	{ ROOM, "{yes: -1, no: 2}", "2",
	  "sheets/room.yaml:6: points of roof must be a mapping (answer: points)\n" },
	{ ROOM, "yes: -1, no: 2", "no: 2",
	  "sheets/room.yaml:6: item roof: code yes has no points; give it some, or else\n" },
	{ ROOM, "yes: -1, no: 2", "yes: -1, no: 2, maybe: 1",
	  "sheets/room.yaml:6: points: maybe is no answer to roof\n" },
	{ ROOM, "yes: -1", "yes: -1.25",
	  "sheets/room.yaml:6: the points for yes must be a number with at most 1 decimals\n" },
	{ ROOM, "yes: -1", "yes: 10001",
	  "sheets/room.yaml:6: the points for yes must be a number with at most 1 decimals\n" },
	{ ROOM, "yes: -1, no: 2", "yes: 0, no: 0",
	  "sheets/room.yaml:1: no answer to sheet room is worth any points\n" },
	{ ROOM, "- roof: {", "- Roof: {",
	  "sheets/room.yaml:6: \"Roof\" is no name: a-z first, then a-z 0-9 - _ (at most 40)\n"
	  "sheets/room.yaml:1: field room: a group needs fields\n" },
	{ ROOM, "grades: [{grade: good, max: 0}, {grade: bad, min: 1}]\n", "",
	  "sheets/room.yaml:1: sheet room has no grades ({grade, min, max})\n" },
	{ ROOM, "grade: good", "grade: fine",
	  "sheets/room.yaml:7: grade: fine is no code of roomy\n" },
	{ ROOM, "{grade: good, max: 0}", "{max: 0}", "sheets/room.yaml:7: grade is missing\n" },
	{ ROOM, "good, max: 0", "good, until: 0",
	  "sheets/room.yaml:7: a grade has no key \"until\"\n"
	  "sheets/room.yaml:7: a total of 1.0 has two grades, good and bad\n" },
	{ ROOM, "good, max: 0", "good, max: low",
	  "sheets/room.yaml:7: max must be a number with at most 1 decimals\n"
	  "sheets/room.yaml:7: a total of 1.0 has two grades, good and bad\n" },
	{ ROOM, "good, max: 0", "good, min: 0, max: -1",
	  "sheets/room.yaml:7: grade good: min is above max\n"
	  "sheets/room.yaml:7: a total of -1.0 has no grade\n"
	  "sheets/room.yaml:7: a total of 0.0 has no grade\n" },
	/* every total has one grade: edges, gaps, both ends */
	{ ROOM, "good, max: 0", "good, min: 0, max: 0",
	  "sheets/room.yaml:7: a total of -1.0 has no grade\n" },
	{ ROOM, "min: 1", "min: 1, max: 1", "sheets/room.yaml:7: a total of 2.0 has no grade\n" },
	{ ROOM, "min: 1", "min: 1.1", "sheets/room.yaml:7: a total of 1.0 has no grade\n" },
	{ ROOM, "min: 1", "min: 0",
	  "sheets/room.yaml:7: a total of 0.0 has two grades, good and bad\n" },
	{ ROOM, "bad, min: 1", "bad",
	  "sheets/room.yaml:7: a total of -1.0 has two grades, good and bad\n" },
	{ DANGER, "low, max: 2.5", "low, max: 2",
	  "sheets/danger.yaml:20: a total of 2.5 has no grade\n" },
	{ DANGER, "max: 6.5", "max: 7",
	  "sheets/danger.yaml:20: a total of 7.0 has two grades, middle and high\n" },
	{ DANGER, "weekly: {zh: 每周, points: 0}", "weekly: {zh: 每周}",
	  "sheets/danger.yaml:7: item contact: code weekly has no points; give it some, or else\n" },
	{ DANGER, "weekly: {zh: 每周, points: 0}", "none: {zh: 没有, points: 0}",
	  "sheets/danger.yaml:7: item contact: none is a word of points; rename the code\n" },
	{ DANGER, "weekly: {zh: 每周, points: 0}", "weekly: {points: 0}",
	  "sheets/danger.yaml:10: code \"weekly\" has no label (zh)\n" },
	{ DANGER, "seldom: {", "weekly: {",
	  "sheets/danger.yaml:11: code \"weekly\" is twice in danger.contact\n" },
	{ DANGER, "      answers:", "      codes: peril\n      answers:",
	  "sheets/danger.yaml:7: item contact has both answers and codes\n" },
	{ DANGER, "type: many-of, codes: peril", "type: many-of, codes: perul",
	  "sheets/danger.yaml:13: there is no code list \"perul\"\n" },
	{ DANGER, "{water: 3, else", "{watr: 3, else",
	  "sheets/danger.yaml:13: points: watr is no answer to perils\n" },
	{ DANGER, "shown: {sick: yes}", "shown: {ill: yes}",
	  "sheets/danger.yaml:15: book look has no field \"ill\"\n" },
	{ DANGER, "3..9: 1", "9-3: 1",
	  "sheets/danger.yaml:15: \"9-3\" is no step of numbers, as in 0..5, 16.. or ..3\n" },
	{ DANGER, "3..9: 1", "9..3: 1",
	  "sheets/danger.yaml:15: \"9..3\" is no step of numbers, as in 0..5, 16.. or ..3\n" },
	{ DANGER, "3..9: 1", "2..9: 1",
	  "sheets/danger.yaml:15: step 2..9 of days overlaps another\n" },
	{ DANGER, "3..9: 1", "10: 1",
	  "sheets/danger.yaml:15: step 10.. of days overlaps another\n" },
	{ DANGER, "reads: age", "reads: aeg",
	  "sheets/danger.yaml:16: reads: book look has no field \"aeg\"\n" },
	{ DANGER, "reads: age", "reads: born",
	  "sheets/danger.yaml:16: reads: born is not one choice, many-of, yes-no or number\n" },
	{ DANGER, "reads: age", "reads: total",
	  "sheets/danger.yaml:16: reads: total is not one choice, many-of, yes-no or number\n" },
	{ DANGER, "reads: age", "help: x, reads: age",
	  "sheets/danger.yaml:16: an item has no key \"help\"\n" },
	{ DANGER, "{contact: never}", "{contact: newer}",
	  "sheets/danger.yaml:19: danger.contact: newer is no code of its list\n" },
	{ DANGER, "when: {contact: never}, ", "",
	  "sheets/danger.yaml:19: an override needs a condition (when) and a message (say)\n" },
	{ DANGER, ", say: 没有联系", "",
	  "sheets/danger.yaml:19: an override needs a condition (when) and a message (say)\n" },
	{ DANGER, "grade: middle, say", "grade: mild, say",
	  "sheets/danger.yaml:19: grade: mild is no code of proposed\n" },
	{ DANGER, "grade: middle, say", "why: x, grade: middle, say",
	  "sheets/danger.yaml:19: an override has no key \"why\"\n" },
	{ DANGER, "override:\n", "override: no\nno:\n",
	  "sheets/danger.yaml:18: a sheet has no key \"no\"\n"
	  "sheets/danger.yaml:17: override must be a list of {when: ..., grade: ..., say: ...}\n" },
	{ "codes/all.yaml", "room: {", "sheets: {",
	  "codes/all.yaml:2: the list \"sheets\" is made from the score sheets; choose "
	  "another name\n"
	  "books/look.yaml:19: there is no code list \"room\"\n" },
	{ LOOK, "codes: sheets}", "codes: level}",
	  "books/look.yaml:1: book look keeps scores, and has no choice of a sheet outside groups (codes: sheets)\n"
	  "sheets/danger.yaml:1: book look has no choice of a sheet outside groups (codes: sheets)\n"
	  "sheets/room.yaml:1: book look has no choice of a sheet outside groups (codes: sheets)\n" },
	{ LOOK, "computed: {score: total}", "min: 0",
	  "books/look.yaml:1: book look offers score sheets, and has no field computed: {score: total}\n" },
	{ LOOK, "- own: {type: choice, codes: level, label: 定级}",
	  "- own: {type: number, decimals: 1, label: 定级, computed: {score: total}}",
	  "books/look.yaml:22: own and proposed are of different kinds: they cannot be compared\n"
	  "books/look.yaml:1: book look keeps the total of its sheets twice\n" },
	{ LOOK, "{score: total}", "{score: sum}",
	  "books/look.yaml:17: score must be total, grade or reasons\n" },
	{ LOOK, "number, decimals: 1, label: 得分", "text, label: 得分",
	  "books/look.yaml:17: the total of a sheet is a number: the type of total does not fit\n" },
	{ DANGER, NULL, NULL, "" },
};

START_TEST(says)
{
	const struct broken	*t = &table[_i];
	struct lint		 lint = { BUF_INIT, 0 };
	struct set		*made;

	forms_folder_open(good, NGOOD);
	forms_folder_change(t->file, t->find, t->put);
	made = load(&lint);
	ck_assert_msg(strcmp(buf_str(&lint.out), t->said) == 0,
	    "%s: \"%s\" -> \"%s\"\nsays\n%s\nshould say\n%s", t->file, t->find,
	    t->put, buf_str(&lint.out), t->said);
	ck_assert((made == NULL) == (t->said[0] != '\0'));
	forms_folder_close();
	set_free(made);
	buf_free(&lint.out);
}
END_TEST

/* A slip in any line, and nothing falls over. */
START_TEST(a_slip_of_the_hand_is_refused_or_understood)
{
	static const char *const	 instead[] = { "", " 5", " x", " []", " {}", " ~",
	    " [x, {y: 1}]", " [a: {b: {c: 1}}]" };

	forms_folder_open(good, NGOOD);
	for (size_t i = 0; i < NGOOD; i++) {
		if (strncmp(good[i].name, "sheets/", 7) != 0 && strcmp(good[i].name, LOOK) != 0)
			continue;
		for (const char *line = good[i].text; *line != '\0';
		    line += strcspn(line, "\n") + 1)
			for (size_t how = 0; how <= N(instead); how++) {
				struct lint	 lint = { BUF_INIT, 0 };
				struct buf	 b = BUF_INIT;
				struct set	*made;

				buf_put(&b, good[i].text, (size_t)(line - good[i].text));
				if (how < N(instead)) {
					buf_put(&b, line, strcspn(line, ":\n") + 1);
					buf_printf(&b, "%s\n", instead[how]);
				}
				buf_puts(&b, line + strcspn(line, "\n") + 1);
				forms_folder_put(good[i].name, buf_str(&b));
				made = load(&lint);
				ck_assert((made == NULL) == (lint.n > 0));
				set_free(made);
				buf_free(&b);
				buf_free(&lint.out);
			}
		forms_folder_put(good[i].name, good[i].text);
	}
	forms_folder_close();
}
END_TEST

static Suite *
suite(void)
{
	Suite	*s = suite_create("forms/score");
	TCase	*tc = tcase_create("sheets"), *set_tc = tcase_create("definitions");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, a_sheet_is_a_page);
	tcase_add_loop_test(tc, worth, 0, (int)N(worths));
	tcase_add_test(tc, no_sheet);
	tcase_add_test(tc, kept);
	tcase_add_test(tc, asked);
	tcase_add_test(tc, one_more);
	suite_add_tcase(s, tc);
	tcase_add_loop_test(set_tc, says, 0, (int)N(table));
	tcase_add_test(set_tc, a_slip_of_the_hand_is_refused_or_understood);
	suite_add_tcase(s, set_tc);
	return s;
}

TEST_MAIN(suite)
