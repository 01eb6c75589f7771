/*
 * What the loader makes of quick entries, of what changed opens, and of the screens a menu may
 * name.
 */
#include <stdio.h>
#include <string.h>

#include "forms/check.h"
#include "forms/def.h"
#include "tests/harness.h"
#include "tests/support/forms.h"

static const struct form_file	 good[] = {
	{ "county.yaml", "county: 云岭县\ncode: \"990121000000\"\n" },
	{ "roles.yaml",
	  "roles:\n"
	  "  - director: {label: 主任, level: village, menu: [{label: 册, screen: roll}]}\n"
	  "  - officer: {label: 局, level: county, menu: [{label: 度, screen: progress, clock: whole.month}, {label: 办, screen: due}]}\n"
	  "  - guest: {label: 客, level: none, menu: []}\n" },
	{ "codes/kind.yaml", "kind: {label: 类, codes: [same: 同, school: 学, home: 家]}\n" },
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
	  "  - school:\n"
	  "      label: 学\n"
	  "      fields:\n"
	  "        - class: {type: text, label: 班}\n"
	  "life: {start: open, states: [open: 开]}\n"
	  "see: {director: area, officer: all}\n"
	  "write: {director: area}\n"
	  "lists: [all: {label: 全, columns: [name], sort: [name]}]\n"
	  "clocks:\n"								/* 20 */
	  "  - month: {label: 月, when: {state: open}, every: month, done: {book: part}, by: director}\n"
	  "  - week: {label: 周, when: {state: open}, every: 7d, done: {book: part}, by: director}\n" },
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
	  "        - day: {type: date, label: 日, required: first, default: today}\n"
	  "        - kind: {type: choice, label: 类, codes: kind, required: first}\n"
	  "        - ticks: {type: many-of, label: 多, codes: kind, shown: {kind: school}}\n"
	  "        - mark: {type: text, label: 记, shown: {kind: home}}\n"
	  "        - sure: {type: yes-no, label: 准}\n"
	  "        - old: {type: number, label: 龄, computed: {years-since: day}}\n"
	  "        - group: {type: group, label: 组, fields: [inner: {type: text, label: 内}]}\n"
	  "life: {start: kept, states: [kept: 存]}\n"
	  "see: {director: area, officer: all}\n"				/* 20 */
	  "write: {director: area}\n"
	  "quick-entries:\n"
	  "  - same: {label: 同, initial: {kind: same, sure: yes}}\n"
	  "  - school: {label: 学, initial: {kind: school, ticks: [home]}}\n"
	  "parent-pages: {field: ticks, school: school, home: main}\n"
	  "lists: [all: {label: 全, columns: [day], sort: [day]}]\n" },
};

#define NGOOD	(sizeof good / sizeof *good)
#define WHOLE	"books/whole.yaml"
#define PART	"books/part.yaml"
#define ROLES	"roles.yaml"

static const struct {
	const char	*file, *find, *put;
	const char	*said;
} table[] = {
	{ PART, "  - same: {label: 同, ", "  - same: {",
	  "books/part.yaml:23: same has no label\n" },
	{ PART, "initial: {kind: same, sure: yes}", "set: {kind: same}",
	  "books/part.yaml:23: a quick entry has no key \"set\"\nbooks/part.yaml:23: quick entry same has no values (initial: {field: value})\n" },
	{ PART, "{kind: same, sure: yes}", "{}",
	  "books/part.yaml:23: quick entry same has no values (initial: {field: value})\n" },
	{ PART, "kind: same, sure", "kand: same, sure",
	  "books/part.yaml:23: quick entry: book part has no field \"kand\"\n" },
	{ PART, "kind: same, sure", "kind: other, sure",
	  "books/part.yaml:23: quick entry: field kind of type choice cannot have this value\n" },
	{ PART, "sure: yes}", "sure: perhaps}",
	  "books/part.yaml:23: quick entry: field sure of type yes-no cannot have this value\n" },
	{ PART, "ticks: [home]", "ticks: [hone]",
	  "books/part.yaml:24: quick entry: field ticks of type many-of cannot have this value\n" },
	{ PART, "sure: yes}", "day: 2026-03-12}",
	  "books/part.yaml:23: quick entry: field day of type date cannot have this value\n" },
	{ PART, "sure: yes}", "whole: 1}",
	  "books/part.yaml:23: quick entry: field whole cannot have a value here: it is in a group, computed, or the link to the parent\n" },
	{ PART, "sure: yes}", "old: 1}",
	  "books/part.yaml:23: quick entry: field old cannot have a value here: it is in a group, computed, or the link to the parent\n" },
	{ PART, "sure: yes}", "group.inner: 1}",
	  "books/part.yaml:23: quick entry: field group.inner cannot have a value here: it is in a group, computed, or the link to the parent\n" },
	{ PART, "sure: yes}", "group: 1}",
	  "books/part.yaml:23: quick entry: field group cannot have a value here: it is in a group, computed, or the link to the parent\n" },
	/* the rest of it hides what it sets */
	{ PART, "sure: yes}", "mark: 字}",
	  "books/part.yaml:23: quick entry same: mark is not shown with the rest of it\n" },
	{ PART, "  - school: {", "  - same: {",
	  "books/part.yaml:24: there are two quick entries \"same\"\n" },
	{ PART,
	  "  - same: {label: 同, initial: {kind: same, sure: yes}}\n  - school: {label: 学, initial: {kind: school, ticks: [home]}}\n",
	  "  {}\n",
	  "books/part.yaml:22: quick-entries must be a list of 1 to 9 (- name: {label: ..., initial: {...}})\n"
	  "books/part.yaml:24: parent-pages belongs to quick entries, and book part has none\n"
	  "roles.yaml:2: there is no roll: no clock of every month whose done book has quick entries\n"
	  "roles.yaml:3: clock: whole.month is no clock of every month whose done book has quick entries\n" },
	{ WHOLE, "write: {director: area}",
	  "write: {director: area}\nquick-entries: [q: {label: 快, initial: {name: 字}}]",
	  "books/whole.yaml:19: quick-entries: book whole has no parent (under), so it is on no roll\n" },
	{ PART, "field: ticks", "field: mark",
	  "books/part.yaml:25: parent-pages: field must name a choice or many-of of part outside groups\n" },
	{ PART, "field: ticks, ", "",
	  "books/part.yaml:25: parent-pages: field must name a choice or many-of of part outside groups\n" },
	{ PART, "school: school, home", "scholl: school, home",
	  "books/part.yaml:25: parent-pages: scholl is no code of ticks\n" },
	{ PART, "home: main", "home: mian",
	  "books/part.yaml:25: parent-pages: book whole has no page \"mian\"\n" },

	{ ROLES, "screen: due", "screen: dew", "roles.yaml:3: there is no screen \"dew\"\n" },
	{ ROLES, "screen: due", "screen: due, clock: whole.month",
	  "roles.yaml:3: clock: only the screens roll and progress are of a clock\n" },
	{ ROLES, "clock: whole.month", "clock: whole.week",
	  "roles.yaml:3: clock: whole.week is no clock of every month whose done book has quick entries\n" },
	{ ROLES, "menu: []", "menu: [{label: 册, screen: roll}]",
	  "roles.yaml:4: guest may not see whole or part\n" },
	{ WHOLE, "every: 7d", "every: month",
	  "roles.yaml:2: there are several rolls; say which (clock: book.clock)\n" },
};

#define NTABLE	(sizeof table / sizeof *table)

START_TEST(understood)
{
	struct lint		 lint = { BUF_INIT, 0 };
	struct set		*set = forms_load_changed(good, NGOOD, NULL, NULL, NULL, &lint);
	const struct form_ctx	 ctx = { .today = 20260312 };
	const struct book	*whole, *part;
	struct val		*fields = val_map();

	ck_assert_msg(set != NULL, "%s", buf_str(&lint.out));
	whole = set_book(set, "whole");
	part = set_book(set, "part");
	ck_assert_uint_eq(part->nquick_entries, 2);
	ck_assert_str_eq(part->quick_entries[1].name, "school");
	ck_assert(check_apply_quick(part, &part->quick_entries[1], fields, NULL, &ctx));
	ck_assert_str_eq(val_get_str(fields, "kind"), "school");
	ck_assert(val_has(val_get(fields, "ticks"), "home"));
	ck_assert_str_eq(part->parent_pages_field->name, "ticks");
	ck_assert_uint_eq(part->nparent_pages, 2);
	ck_assert_str_eq(part->parent_pages[1].code->code, "school");
	ck_assert_ptr_eq(part->parent_pages[1].page, &whole->pages[1]);
	ck_assert(clock_has_roll(book_clock(whole, "month")));
	ck_assert(!clock_has_roll(book_clock(whole, "week")));
	ck_assert_ptr_eq(set->roles[0].menu[0].clock, book_clock(whole, "month"));
	ck_assert_ptr_eq(set->roles[1].menu[0].clock, book_clock(whole, "month"));
	ck_assert_ptr_null(set->roles[1].menu[1].clock);
	val_free(fields);
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
	Suite	*s = suite_create("forms/quick");
	TCase	*tc = tcase_create("quick");

	tcase_add_test(tc, understood);
	tcase_add_loop_test(tc, says, 0, NTABLE);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(suite)
