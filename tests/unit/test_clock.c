/*
 * What the loader makes of books under a book and of clocks, and what it says when they cannot be
 * honoured.
 */
#include <stdio.h>
#include <string.h>

#include "forms/def.h"
#include "tests/harness.h"
#include "tests/support/forms.h"

static const struct form_file	 good[] = {
	{ "county.yaml", "county: 云岭县\ncode: \"990121000000\"\n" },
	{ "roles.yaml",
	  "roles:\n"
	  "  - director: {label: 主任, level: village, menu: []}\n"
	  "  - officer: {label: 局, level: county, menu: []}\n"
	  "  - guest: {label: 客, level: none, menu: []}\n" },
	{ "codes/kind.yaml", "kind: {label: 类, codes: [high: 高, low: 低]}\n" },
	{ "books/whole.yaml",
	  "book: whole\n"
	  "label: 整\n"
	  "area: place\n"
	  "title: \"{name}\"\n"
	  "create: director\n"
	  "pages:\n"
	  "  - main:\n"
	  "      label: 页\n"
	  "      fields:\n"
	  "        - name: {type: text, label: 名}\n"
	  "        - place: {type: area, label: 地, level: village, required: first}\n"
	  "        - until: {type: date, label: 到}\n"
	  "        - grade: {type: choice, label: 级, codes: kind}\n"
	  "        - told: {type: choice, label: 所报, codes: kind, rollup: {book: part, field: sort, where: {mark: any}}}\n"
	  "        - seen: {type: date, label: 见, rollup: {book: part, field: day, pick: greatest}}\n"
	  "        - parts: {type: number, label: 数, rollup: {book: part, pick: count}}\n"
	  "life: {start: open, states: [open: 开, shut: 关], acts: [close: {label: 关, from: open, to: shut, by: director}]}\n"
	  "see: {director: area, officer: all}\n"
	  "write: {director: area}\n"
	  "lists: [all: {label: 全, columns: [name], sort: [name], area: place}, late: {label: 迟, clock: month, columns: [name, due]}]\n"
	  "clocks:\n"								/* 21 */
	  "  - month: {label: 月, when: {state: open}, every: month, done: {book: part}, by: director,\n"
	  "      escalation: [{overdue: 3d, notify: officer}, {overdue: 10d, notify: officer}], priority: 2, local: yes}\n"
	  "  - graded: {label: 级, every: {field: grade, high: 7d, low: 2m}, done: {book: part, where: {mark: any}}, by: director}\n"
	  "  - term: {label: 期, paused: {name: 停}, on: {field: until, offset: -30d}, by: officer}\n"
	  "  - open: {label: 空, when: {state: open}, on: {field: until, empty: now}, ahead: 30d, by: officer}\n"
	  "  - moved: {label: 迁, when: {state: open}, on: {change: [place, grade, told], offset: 7d}, area: place, by: officer}\n" },
	{ "books/part.yaml",
	  "book: part\n"
	  "label: 部\n"
	  "under: whole\n"
	  "date: day\n"
	  "title: \"{day}\"\n"
	  "create: director\n"
	  "pages:\n"
	  "  - main:\n"
	  "      label: 页\n"
	  "      fields:\n"
	  "        - whole: {type: link, book: whole, label: 整, required: first}\n"
	  "        - day: {type: date, label: 日, required: first}\n"
	  "        - mark: {type: text, label: 记}\n"
	  "        - sort: {type: choice, label: 类, codes: kind}\n"
	  "        - again: {type: group, label: 又, many: yes, fields: [at: {type: date, label: 日}]}\n"
	  "        - years: {type: number, label: 年, computed: {years-since: day}}\n"
	  "life: {start: kept, states: [kept: 存]}\n"
	  "see: {director: area, officer: all}\n"
	  "write: {director: area}\n"
	  "lists: [all: {label: 全, columns: [day], sort: [day]}]\n" },
};

#define NGOOD	(sizeof good / sizeof *good)
#define WHOLE	"books/whole.yaml"
#define PART	"books/part.yaml"

static const struct {
	const char	*file, *find, *put;
	const char	*said;
} table[] = {
	{ PART, "under: whole", "under: mark",
	  "books/part.yaml:3: under: mark must be one link outside groups, \"required: first\" and always shown\n"
	  "books/whole.yaml:14: rollup: book part is not under whole\n"
	  "books/whole.yaml:15: rollup: book part is not under whole\n"
	  "books/whole.yaml:16: rollup: book part is not under whole\n"
	  "books/whole.yaml:22: done: book part is not under whole\n"
	  "books/whole.yaml:24: done: book part is not under whole\n" },
	{ PART, "required: first}\n        - day", "required: yes}\n        - day",
	  "books/part.yaml:3: under: whole must be one link outside groups, \"required: first\" and always shown\n" },
	{ PART, "date: day", "date: mark",
	  "books/part.yaml:4: date: mark must be a date outside groups and \"required: first\"\n" },
	{ WHOLE, "every: month", "every: fortnight",
	  "books/whole.yaml:22: an interval is written 7d, 2w, 3m or 1y\n" },
	{ WHOLE, "every: month", "every: 0d",
	  "books/whole.yaml:22: every must be at least one day\n" },
	{ WHOLE, "every: month, ", "",
	  "books/whole.yaml:22: clock month must say one of every, within and on\n" },
	{ WHOLE, "every: month", "every: month, on: {field: until}",
	  "books/whole.yaml:22: clock month must say one of every, within and on\n" },
	{ WHOLE, "done: {book: part}", "done: {book: parts}",
	  "books/whole.yaml:22: done: there is no book \"parts\"\n" },
	{ WHOLE, "done: {book: part}", "done: {book: whole}",
	  "books/whole.yaml:22: done: book whole is not under whole\n" },
	{ WHOLE, "done: {book: part}, by", "by",
	  "books/whole.yaml:22: clock month is never done (done: {book: ...})\n" },
	{ WHOLE, "part}, by: director", "part}, by: []",
	  "books/whole.yaml:22: clock month has no role that does the task (by)\n" },
	{ WHOLE, "part}, by: director", "part}, by: guest",
	  "books/whole.yaml:22: clock month notifies guest, who may not see whole\n" },
	{ WHOLE, "overdue: 10d", "overdue: 2d",
	  "books/whole.yaml:23: escalation steps come in the order of their days\n" },
	{ WHOLE, "overdue: 3d", "overdue: 1w",
	  "books/whole.yaml:23: overdue is written in days, at least 1d\n" },
	{ WHOLE, "{overdue: 3d, notify: officer}", "{overdue: 3d}",
	  "books/whole.yaml:23: an escalation step needs the roles to notify (notify)\n" },
	{ WHOLE, "priority: 2", "priority: 0",
	  "books/whole.yaml:22: priority must be 1 (first) to 9\n" },
	{ WHOLE, "when: {state: open}", "when: {field: until, before: today}",
	  "books/whole.yaml:22: when depends on the day; a deadline begins and ends with a save only\n" },
	{ WHOLE, "field: grade", "field: name",
	  "books/whole.yaml:24: every: field must name a choice of whole\n" },
	{ WHOLE, "high: 7d", "hihg: 7d", "books/whole.yaml:24: every: hihg is no code of grade\n"
	  "books/whole.yaml:24: every: code high of grade has no interval\n" },
	{ WHOLE, "low: 2m", "low: 2",
	  "books/whole.yaml:24: an interval is written 7d, 2w, 3m or 1y\n" },
	{ WHOLE, "part, where: {mark: any}", "part, where: {mork: any}",
	  "books/whole.yaml:24: book part has no field \"mork\"\n" },
	{ WHOLE, "field: until, offset: -30d", "field: name",
	  "books/whole.yaml:25: on: field must name a date of whole outside groups\n" },
	{ WHOLE, "offset: -30d", "days: 30", "books/whole.yaml:25: on has no key \"days\"\n" },
	{ WHOLE, "{book: part, field: sort,", "{book: whole, field: grade,",
	  "books/whole.yaml:14: rollup: book whole is not under whole\n" },
	{ WHOLE, "{book: part, field: sort,", "{book: parts, field: sort,",
	  "books/whole.yaml:14: rollup: there is no book \"parts\"\n" },
	{ WHOLE, "field: sort,", "field: sorts,",
	  "books/whole.yaml:14: rollup: book part has no field \"sorts\"\n" },
	{ WHOLE, "field: sort,", "field: mark,",
	  "books/whole.yaml:14: rollup: told is not of the same type, codes and decimals as mark of part\n" },
	{ WHOLE, "field: sort,", "field: again.*.at,",
	  "books/whole.yaml:14: rollup: again.*.at of part repeats or is computed itself\n" },
	{ WHOLE, "field: sort,", "field: years,",
	  "books/whole.yaml:14: rollup: years of part repeats or is computed itself\n" },
	{ WHOLE, "field: sort,", "field: day,",
	  "books/whole.yaml:14: rollup: told is not of the same type, codes and decimals as day of part\n" },
	{ WHOLE, "field: sort,", "field: sort, pick: best,",
	  "books/whole.yaml:14: rollup: pick must be latest, greatest, least or count, or name a field as in {greatest: until}\n" },
	{ WHOLE, "field: day, pick: greatest", "field: day, pick: greatest, where: {mark: any}",
	  "books/whole.yaml:15: rollup: seen and told (line 14) come from book part under one condition, so from one record: say "
	  "the same pick at both, or independent: yes here\n" },
	{ WHOLE, "field: day, pick: greatest", "field: day, pick: {greatest: mark}",
	  "books/whole.yaml:15: rollup: mark of part must be one date or number that is filled in there\n" },
	{ WHOLE, "field: day, pick: greatest", "field: day, pick: {greatest: nothing}",
	  "books/whole.yaml:15: rollup: book part has no field \"nothing\"\n" },
	{ WHOLE, "field: day, pick: greatest", "field: day, pick: {latest: day}",
	  "books/whole.yaml:15: rollup: pick must be latest, greatest, least or count, or name a field as in {greatest: until}\n" },
	{ WHOLE, "pick: count", "pick: count, independent: yes",
	  "books/whole.yaml:16: rollup: a count is of all records; independent does not go with that\n" },
	{ WHOLE, "field: sort,", "field: sort, pick: least,",
	  "books/whole.yaml:14: rollup: only of dates and numbers one is the greatest or the least\n" },
	{ WHOLE, "where: {mark: any}}}\n        - seen",
	  "where: {field: day, before: today}}}\n        - seen",
	  "books/whole.yaml:14: rollup: where depends on the day; the value is kept when a record is saved\n" },
	{ WHOLE, "codes: kind, rollup:", "codes: kind, required: yes, rollup:",
	  "books/whole.yaml:14: field told is a rollup; required does not go with that\n" },
	{ WHOLE, "codes: kind, rollup:", "codes: kind, default: high, write: director, rollup:",
	  "books/whole.yaml:14: field told is a rollup; default does not go with that\n"
	  "books/whole.yaml:14: field told is a rollup; write does not go with that\n" },
	{ WHOLE, "pick: count", "pick: count, field: sort",
	  "books/whole.yaml:16: rollup: what is counted names no field, and parts must be a number without decimals\n" },
	{ WHOLE, "parts: {type: number,", "parts: {type: number, decimals: 1,",
	  "books/whole.yaml:16: rollup: what is counted names no field, and parts must be a number without decimals\n" },
	{ WHOLE, "{book: part, pick: count}", "{book: part, link: told, pick: count}",
	  "books/whole.yaml:16: rollup: book part has no field \"told\"\n" },
	{ WHOLE, "{book: part, pick: count}", "{book: parts, link: whole, pick: count}",
	  "books/whole.yaml:16: rollup: there is no book \"parts\"\n" },
	{ WHOLE, "{book: part, pick: count}", "{book: part, link: [whole], pick: count}",
	  "books/whole.yaml:16: rollup: book part has no field \"?\"\n" },
	{ WHOLE, "{book: part, pick: count}", "{book: part, link: whole, pick: count}",
	  "books/whole.yaml:16: rollup: whole is the link to the parent of part; leave link out\n" },
	{ WHOLE, "{book: part, pick: count}", "{book: part, link: mark, pick: count}",
	  "books/whole.yaml:16: rollup: mark of part does not link to whole\n" },
	{ WHOLE, "{book: part, pick: count}}",
	  "{book: whole, link: next, pick: count}}\n        - next: {type: link, book: whole, label: 下}",
	  "books/whole.yaml:16: rollup: whole cannot count its own records\n" },
	{ WHOLE, "{book: part, pick: count}", "{book: part, link: whole}",
	  "books/whole.yaml:16: rollup: records that link here are counted; say pick: count\n" },
	{ WHOLE, "{book: part, pick: count}", "{links: part.whole}",
	  "books/whole.yaml:16: rollup has no key \"links\"\n"
	  "books/whole.yaml:16: rollup: there is no book \"?\"\n" },
	{ PART, "mark: {type: text, label: 记}",
	  "mark: {type: number, label: 记, rollup: {book: whole, link: part, pick: count}}",
	  "books/part.yaml:13: rollup: book whole has no field \"part\"\n"
	  "books/whole.yaml:14: rollup: where reads mark, which is a rollup itself\n"
	  "books/whole.yaml:24: done: where reads mark, which is a rollup itself\n" },
	{ WHOLE, "pick: count", "how: count", "books/whole.yaml:16: rollup has no key \"how\"\n"
	  "books/whole.yaml:16: rollup: book part has no field \"?\"\n" },
	{ PART, "mark: {type: text, label: 记}",
	  "mark: {type: text, label: 记, rollup: {book: part, field: mark}}",
	  "books/part.yaml:13: rollup: book part is not under part\n"
	  "books/whole.yaml:14: rollup: where reads mark, which is a rollup itself\n"
	  "books/whole.yaml:24: done: where reads mark, which is a rollup itself\n" },
	{ PART, "fields: [at: {type: date, label: 日}]",
	  "fields: [at: {type: date, label: 日, rollup: {book: part, field: day}}]",
	  "books/part.yaml:15: rollup: again.*.at must be a field outside groups, and no group\n" },
	{ WHOLE, "by: director}]}",
	  "by: director, ask: [why: {type: date, label: 因, rollup: {book: part, field: day}}]}]}",
	  "books/whole.yaml:17: rollup: why must be a field outside groups, and no group\n" },
	{ WHOLE, "lists:", "match: [{fields: [told], say: 同}]\nlists:",
	  "books/whole.yaml:20: match: field told cannot be typed\n" },
	{ WHOLE, "clock: month", "clock: day",
	  "books/whole.yaml:20: clock: book whole has no clock \"day\"\n" },
	{ WHOLE, "clock: month", "clock: month, sort: [name]",
	  "books/whole.yaml:20: list late has a clock, which decides its rows and their order: leave out sort\n" },
	{ WHOLE, "clock: month", "clock: month, where: {state: open}",
	  "books/whole.yaml:20: list late has a clock, which decides its rows and their order: leave out where\n" },
	{ WHOLE, "columns: [name], sort", "columns: [due], sort",
	  "books/whole.yaml:20: list all: only a list over a clock has a column due\n" },
	{ WHOLE, "sort: [name]", "sort: [due]",
	  "books/whole.yaml:20: list all cannot be sorted by due: it has no order that is kept\n" },
	{ WHOLE, "area: place}, late", "area: name}, late",
	  "books/whole.yaml:20: area: name must be an area field, or a link to a book with \"bodies: yes\", outside groups\n" },
	{ WHOLE, "empty: now", "empty: later", "books/whole.yaml:26: on: empty must be now\n" },
	{ WHOLE, "empty: now", "empty: now, empty-since: name",
	  "books/whole.yaml:26: on: empty-since must name a date of whole outside groups\n" },
	{ WHOLE, "empty: now", "empty-since: until",
	  "books/whole.yaml:26: on: empty-since is the day since which the date is empty; it needs empty: now\n" },
	{ WHOLE, "change: [place, grade, told]", "change: [place, gone]",
	  "books/whole.yaml:27: on: change names \"gone\", which is no stored field of whole, or is in a repeating group\n" },
	{ WHOLE, "ahead: 30d", "ahead: 1m",
	  "books/whole.yaml:26: ahead is written in days, 1d to 366d\n" },
	{ WHOLE, "ahead: 30d", "ahead: 0d",
	  "books/whole.yaml:26: ahead is written in days, 1d to 366d\n" },
	{ WHOLE, "change: [place, grade, told]", "change: []",
	  "books/whole.yaml:27: on: change names no field\n" },
	{ WHOLE, "change: [place, grade, told]", "change: place, field: until",
	  "books/whole.yaml:27: on needs either a field or a change\n" },
	{ WHOLE, "told], offset: 7d", "told], offset: 0d",
	  "books/whole.yaml:27: offset must be at least one day\n" },
	{ WHOLE, "told], offset: 7d", "told]",
	  "books/whole.yaml:27: an interval is written 7d, 2w, 3m or 1y\n" },
	{ WHOLE, "- moved: {label: 迁, when: {state: open},", "- moved: {label: 迁,",
	  "books/whole.yaml:27: clock moved never ends (when)\n" },
	{ WHOLE, "area: place, by", "area: until, by",
	  "books/whole.yaml:27: area: until must be an area field, or a link to a book with \"bodies: yes\", outside groups\n" },
	{ WHOLE, "area: place, by", "area: where, by",
	  "books/whole.yaml:27: area: book whole has no field \"where\"\n" },
	{ PART, "lists:", "only-one: [{where: {mark: any}}]\nlists:",
	  "books/part.yaml:20: only-one needs a condition (where) and a message for a second such record (say)\n" },
	{ PART, "lists:",
	  "only-one: [{where: {marks: any}, per: [sort, again, years], say: 一}]\nlists:",
	  "books/part.yaml:20: book part has no field \"marks\"\n"
	  "books/part.yaml:20: only-one: again must be one stored value, in no repeating group\n"
	  "books/part.yaml:20: only-one: years must be one stored value, in no repeating group\n" },
	{ WHOLE, "clocks:", "only-one: [{where: {name: any}, say: 一}]\nclocks:",
	  "books/whole.yaml:21: only-one is a list of {where: ..., say: ...}, in a book with a parent (under)\n" },
	{ PART, "mark: {type: text, label: 记}",
	  "mark: {type: text, label: 记}\n        - parent: {type: group, label: 上, fields: [x: {type: text, label: 叉}]}",
	  "books/part.yaml:3: under: a group of book part is named parent, which is the name of the record above\n" },
	{ PART, "lists:", "warnings: [{when: {mark: any}, say: 一}]\nlists:",
	  "books/part.yaml:20: a warning needs a condition (when), the field beside which it is shown (field) and a message (say)\n" },
	{ PART, "lists:", "warnings: [{when: {parent.nothing: any}, field: mark, say: 一}]\nlists:",
	  "books/part.yaml:20: book whole has no field \"nothing\"\n" },
	{ PART, "lists:",
	  "warnings: [{when: {field: sort, differs: parent.name}, field: again.at, say: 一}]\nlists:",
	  "books/part.yaml:20: sort and name are of different kinds: they cannot be compared\n"
	  "books/part.yaml:20: warnings: book part has no field \"again.at\"\n" },
	{ WHOLE, "clocks:", "warnings: [{when: {parent.name: any}, field: name, say: 一}]\nclocks:",
	  "books/whole.yaml:21: book whole has no field \"parent.name\"\n" },
	{ PART, "lists: [all: {label: 全,", "lists: [all: {label: 全, where: {parent.name: any},",
	  "books/part.yaml:20: book part has no field \"parent.name\"\n" },
	{ WHOLE, "- graded", "- month", "books/whole.yaml:24: there are two clocks \"month\"\n" },
	{ WHOLE, "paused:", "stopped:", "books/whole.yaml:25: a clock has no key \"stopped\"\n" },
};

#define NTABLE	(sizeof table / sizeof *table)

START_TEST(understood)
{
	struct lint		 lint = { BUF_INIT, 0 };
	struct set		*set = forms_load_changed(good, NGOOD, NULL, NULL, NULL, &lint);
	const struct book	*whole, *part;
	const struct clock	*c;

	ck_assert_msg(set != NULL, "%s", buf_str(&lint.out));
	whole = set_book(set, "whole");
	part = set_book(set, "part");
	ck_assert_ptr_eq(part->under->link_book, whole);
	ck_assert_str_eq(part->date->name, "day");
	ck_assert_int_eq(book_field(whole, "told")->computed, COMPUTED_ROLLUP);
	ck_assert_ptr_eq(book_field(whole, "told")->rollup->book, part);
	ck_assert_ptr_eq(book_field(whole, "told")->rollup->field, book_field(part, "sort"));
	ck_assert_int_eq(book_field(whole, "told")->rollup->kind, ROLLUP_LATEST);
	ck_assert_int_eq(book_field(whole, "seen")->rollup->kind, ROLLUP_GREATEST);
	ck_assert_int_eq(book_field(whole, "parts")->rollup->kind, ROLLUP_COUNT);
	ck_assert_ptr_null(book_field(whole, "grade")->rollup);
	c = book_clock(whole, "month");
	ck_assert_int_eq(c->kind, CLOCK_MONTH);
	ck_assert_ptr_eq(c->done, part);
	ck_assert_uint_eq(c->nescalation, 2);
	ck_assert_int_eq(c->escalation[1].overdue, 10);
	ck_assert_int_eq(c->priority, 2);
	ck_assert(c->local);
	c = book_clock(whole, "graded");
	ck_assert_int_eq(c->kind, CLOCK_BY_CODE);
	ck_assert_uint_eq(c->nintervals, 2);
	ck_assert_int_eq(c->priority, 5);
	c = book_clock(whole, "term");
	ck_assert_int_eq(c->kind, CLOCK_ON);
	ck_assert_int_eq(c->intervals[0].n, -30);
	ck_assert(!c->empty_now);
	ck_assert_ptr_null(c->area);
	c = book_clock(whole, "open");
	ck_assert(c->empty_now);
	ck_assert_int_eq(c->ahead, 30);
	c = book_clock(whole, "moved");
	ck_assert_int_eq(c->kind, CLOCK_CHANGE);
	ck_assert_uint_eq(c->nchanges, 3);
	ck_assert_ptr_eq(c->changes[1], book_field(whole, "grade"));
	ck_assert_ptr_eq(c->area, book_field(whole, "place"));
	ck_assert_ptr_null(book_clock(whole, "none"));
	ck_assert_ptr_eq(book_list(whole, "all")->area, book_field(whole, "place"));
	ck_assert_ptr_eq(book_list(whole, "late")->clock, book_clock(whole, "month"));
	ck_assert_uint_eq(book_list(whole, "late")->nsorts, 0);
	ck_assert_int_eq(book_list(whole, "late")->columns[1].of, COL_DEADLINE);
	set_free(set);
	buf_free(&lint.out);
}
END_TEST

START_TEST(says)
{
	struct lint	 lint = { BUF_INIT, 0 };
	struct set	*set = forms_load_changed(good, NGOOD, table[_i].file, table[_i].find,
	    table[_i].put, &lint);

	ck_assert_ptr_null(set);
	ck_assert_msg(strcmp(buf_str(&lint.out), table[_i].said) == 0,
	    "\"%s\" -> \"%s\"\nsays\n%sshould say\n%s",
	    table[_i].find, table[_i].put, buf_str(&lint.out), table[_i].said);
	buf_free(&lint.out);
}
END_TEST

static Suite *
suite(void)
{
	Suite	*s = suite_create("forms/clock");
	TCase	*tc = tcase_create("clocks");

	tcase_add_test(tc, understood);
	tcase_add_loop_test(tc, says, 0, NTABLE);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(suite)
