/*
 * What the loader says of definitions it cannot honour: one good set, and for each sentence the
 * smallest change that calls for it. The lines are what an administrator reads, so they are
 * compared whole.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "forms/def.h"
#include "tests/harness.h"
#include "tests/support/forms.h"

static const struct form_file	 good[] = {
	{ "county.yaml",
	  "county: {zh: 云岭县, en: Yunling County}\n"
	  "code: \"990121000000\"\n" },
	{ "roles.yaml",
	  "roles:\n"
	  "  - director:\n"
	  "      label: 主任\n"
	  "      level: village\n"
	  "      menu:\n"
	  "        - {label: 新, jump: xj, new: thing}\n"
	  "        - {label: 列, jump: lb, list: thing.all}\n"
	  "        - {label: 找, jump: cz, find: thing}\n"
	  "        - {label: 屏, jump: zh, screen: account}\n"
	  "        - {label: 组, items: [{label: 列, jump: nb, list: thing.all}]}\n"
	  "  - officer:\n"
	  "      label: 局\n"
	  "      level: county\n"
	  "      excludes: director\n"
	  "      menu:\n"
	  "        - {label: 列, jump: lb, list: thing.all}\n" },
	{ "codes/kind.yaml",
	  "kind:\n"
	  "  label: 类\n"
	  "  codes:\n"
	  "    - \"1\": {zh: 一, en: One}\n"
	  "    - \"2\": {zh: 二, retired: 2020-01-01}\n"
	  "    - \"3\": 三\n" },
	{ "books/thing.yaml",
	  "book: thing\n"
	  "label: 东西\n"
	  "area: place\n"
	  "number: \"{place:9}{year:2}{serial:4}{check}\"\n"
	  "title: \"{name} {place}\"\n"
	  "logged: yes\n"
	  "create: director\n"
	  "pages:\n"
	  "  - main:\n"
	  "      label: 主页\n"
	  "      fields:\n"							/* 11 */
	  "        - name: {type: text, label: 名, required: first, max: 20, min: 2, unique: yes, find: name}\n"
	  "        - place: {type: area, label: 地, level: village, required: first, default: own-area}\n"
	  "        - day: {type: date, label: 日, min: -1y, max: today, default: today}\n"
	  "        - size: {type: number, label: 大小, decimals: 1, min: 0, max: 9}\n"
	  "        - sort: {type: choice, label: 类, codes: kind, default: \"1\"}\n"
	  "        - id: {type: citizen-number, label: 号, mask: middle, autofill: {birth: day, sex: sort}}\n"
	  "        - years: {type: number, label: 年, computed: {years-since: day}}\n"
	  "        - other: {type: link, label: 另, book: thing}\n"
	  "        - note: {type: long, label: 注, shown: {sort: \"1\"}, required: {when: {day: any}}}\n"
	  "        - parts:\n"							/* 21 */
	  "            type: group\n"
	  "            label: 部分\n"
	  "            many: yes\n"
	  "            max: 3\n"
	  "            fields:\n"
	  "              - part: {type: text, label: 件}\n"
	  "life:\n"
	  "  start: new\n"
	  "  states:\n"
	  "    - new: {zh: 新, en: New, open: yes}\n"				/* 31 */
	  "    - done: 完\n"
	  "  acts:\n"
	  "    - finish:\n"
	  "        label: 完成\n"
	  "        from: new\n"
	  "        to: done\n"
	  "        by: director\n"
	  "        remarks: allowed\n"
	  "        ask:\n"
	  "          - why: {type: text, label: 由}\n"				/* 41 */
	  "        needs:\n"
	  "          - {holds: {name: any}, say: 要有名}\n"
	  "    - undo:\n"
	  "        label: 退\n"
	  "        from: done\n"
	  "        to: new\n"
	  "        by: officer\n"
	  "        four-eyes: finish\n"
	  "see: {director: area, officer: all}\n"
	  "write:\n"								/* 51 */
	  "  director: {reach: area, state: [new]}\n"
	  "match:\n"
	  "  - {fields: [name, day], phonetic: [name], say: 同名}\n"
	  "lists:\n"
	  "  - all:\n"
	  "      label: 全\n"
	  "      by: [director, officer]\n"
	  "      where: {state: new}\n"
	  "      columns: [name, {field: place, cells: 10}, state]\n"
	  "      sort: [name, changed]\n" },					/* 61 */
};

#define NGOOD	(sizeof good / sizeof *good)
#define THING	"books/thing.yaml"
#define ROLES	"roles.yaml"
#define KIND	"codes/kind.yaml"

/*
 * In `file` the first `find` becomes `put`; without `find` the file is `put`, or, with no `put`
 * either, is not there.
 */
static const struct broken {
	const char	*file, *find, *put;
	const char	*said;
} table[] = {
	/* files */
	{ "county.yaml", NULL, NULL,
	  "county.yaml: cannot be read: No such file or directory\n"
	  "county.yaml: is missing: it names the county and its area code\n" },
	{ "county.yaml", NULL, "", "county.yaml: the file is empty\n"
	  "county.yaml: is missing: it names the county and its area code\n" },
	{ "county.yaml", NULL, "- x\n", "county.yaml:1: the file must be a mapping (key: value)\n"
	  "county.yaml: is missing: it names the county and its area code\n" },
	{ "county.yaml", "county: {zh: 云岭县, en: Yunling County}", "source: S0",
	  "county.yaml:1: county.yaml does not say the county's name (county)\n" },
	{ "county.yaml", "990121000000", "990121",
	  "county.yaml:2: code must be the county's area code: 12 digits in quotes, the last six 0\n" },
	{ "county.yaml", "990121000000", "990121100000",
	  "county.yaml:2: code must be the county's area code: 12 digits in quotes, the last six 0\n" },
	{ "county.yaml", "\"990121000000\"", "990121000000",
	  "county.yaml:2: code must be text (quote it if it looks like a number or yes/no)\n"
	  "county.yaml:2: code must be the county's area code: 12 digits in quotes, the last six 0\n" },
	{ "county.yaml", "code:", "colour: red\ncode:",
	  "county.yaml:2: county.yaml has no key \"colour\"\n" },
	{ "county.yaml", "en: Yunling County", "fr: Yunling",
	  "county.yaml:1: a label has no key \"fr\"\n" },
	{ "county.yaml", "zh: 云岭县, ", "", "county.yaml:1: a label needs its Chinese text (zh)\n"
	  "county.yaml:1: county.yaml does not say the county's name (county)\n" },
	{ KIND, "label: 类", "label: &a 类",
	  "codes/kind.yaml:2: tags (!name) and anchors (&name) are not allowed\n"
	  "books/thing.yaml:16: there is no code list \"kind\"\n" },
	{ KIND, "类", "\xc0\xe0",
	  "codes/kind.yaml:2: not UTF-8; save the file in this encoding\n"
	  "books/thing.yaml:16: there is no code list \"kind\"\n" },
	{ KIND, NULL, "  &a:\n",
	  "codes/kind.yaml:1: tags (!name) and anchors (&name) are not allowed\n"
	  "books/thing.yaml:16: there is no code list \"kind\"\n" },
	{ KIND, "label: 类", "label: !x 类",
	  "codes/kind.yaml:2: tags (!name) and anchors (&name) are not allowed\n"
	  "books/thing.yaml:16: there is no code list \"kind\"\n" },
	{ "books/two.yaml", NULL, "label: 无名\n",
	  "books/two.yaml:1: the file does not say which book it defines (book: name)\n" },
	{ "books/zwei.yaml", NULL, "# twice\nbook: thing\n",
	  "books/zwei.yaml:2: there are two books \"thing\"\n" },
	{ "codes/zwei.yaml", NULL, "kind: {label: 类, codes: [\"1\": 一]}\n",
	  "codes/zwei.yaml:1: there are two code lists \"kind\"\n" },
	{ "codes/zwei.yaml", NULL, "more: 5\n",
	  "codes/zwei.yaml:1: code list \"more\" must be a mapping\n" },

	/* codes */
	{ KIND, "kind:\n  label: 类", "kind:\n  label: 类\n  scale: {best: \"2\", worst: \"1\"}",
	  "codes/kind.yaml:3: scale: all scales run from the best to the worst, so code \"2\" comes first in list kind\n" },
	{ KIND, "kind:\n  label: 类", "kind:\n  label: 类\n  scale: {best: \"1\"}",
	  "codes/kind.yaml:3: scale names the best and the worst code of list kind, as in {best: good, worst: poor}\n" },
	{ KIND, "kind:\n  label: 类",
	  "kind:\n  label: 类\n  scale: {best: \"1\", worst: \"3\", way: down}",
	  "codes/kind.yaml:3: scale has no key \"way\"\n" },
	{ KIND, "kind:\n  label: 类", "kind:", "codes/kind.yaml:1: kind has no label\n" },
	{ KIND, "label: 类", "label: 类\n  colour: red",
	  "codes/kind.yaml:3: a code list has no key \"colour\"\n" },
	{ "codes/more.yaml", NULL, "Mehr: {label: 多, codes: [\"1\": 一]}\n",
	  "codes/more.yaml:1: \"Mehr\" is no name for a code list\n" },
	{ "codes/more.yaml", NULL, "more: {label: 多, codes: []}\n",
	  "codes/more.yaml:1: code list more has no codes\n" },
	{ "codes/more.yaml", NULL, "roles: {label: 多, codes: [\"1\": 一]}\n",
	  "codes/more.yaml:1: the list \"roles\" is made from roles.yaml; choose another name\n" },
	{ KIND, "- \"3\": 三", "- 三",
	  "codes/kind.yaml:6: expected one code with its label, as in - \"1\": {zh: ...}\n" },
	{ KIND, "\"3\": 三", "\"1\": 三", "codes/kind.yaml:6: code \"1\" is twice in kind\n" },
	{ KIND, "{zh: 一, en: One}", "{en: One}",
	  "codes/kind.yaml:4: code \"1\" has no label (zh)\n" },
	{ KIND, "en: One", "fr: Un", "codes/kind.yaml:4: a code has no key \"fr\"\n" },
	{ KIND, "retired: 2020-01-01", "short: {en: x}",
	  "codes/kind.yaml:5: a label needs its Chinese text (zh)\n" },
	{ KIND, "retired: 2020-01-01", "retired: today",
	  "codes/kind.yaml:5: retired must be a date such as 2020-12-31\n" },
	{ KIND, "retired: 2020-01-01", "retired: 2020-02-30",
	  "codes/kind.yaml:5: retired must be a date such as 2020-12-31\n" },
	{ KIND, "\"3\"", "\"12345678901234567890123456789012345678901\"",
	  "codes/kind.yaml:6: code \"12345678901234567890123456789012345678901\" is longer than 40 bytes\n" },

	/* roles and menus */
	{ ROLES, NULL, "roles: []\n",
	  "roles.yaml:1: roles.yaml must list 1 to 32 roles (roles: [...])\n"
	  "books/thing.yaml:7: create: there is no role \"director\"\n"
	  "books/thing.yaml:38: by: there is no role \"director\"\n"
	  "books/thing.yaml:48: by: there is no role \"officer\"\n"
	  "books/thing.yaml:50: see: there is no role \"director\"\n"
	  "books/thing.yaml:50: see: there is no role \"officer\"\n"
	  "books/thing.yaml:52: write: there is no role \"director\"\n"
	  "books/thing.yaml:58: by: there is no role \"director\"\n"
	  "books/thing.yaml:58: by: there is no role \"officer\"\n" },
	{ ROLES, "roles:", "colour: red\nroles:",
	  "roles.yaml:1: roles.yaml has no key \"colour\"\n" },
	{ ROLES, "level: county", "level: city",
	  "roles.yaml:13: level must be county, township, village, body or none\n" },
	{ ROLES, "label: 局", "colour: red", "roles.yaml:12: a role has no key \"colour\"\n"
	  "roles.yaml:11: officer has no label\n" },
	{ ROLES, "excludes: director", "excludes: nobody",
	  "roles.yaml:14: excludes: there is no role \"nobody\"\n" },
	{ ROLES, "      menu:\n        - {label: 列, jump: lb, list: thing.all}\n", "",
	  "roles.yaml:11: role officer has no menu\n" },
	{ ROLES, "jump: xj", "jump: XJ",
	  "roles.yaml:6: jump code \"XJ\" must be 1 to 6 letters a-z\n" },
	{ ROLES, "jump: xj", "jump: nb", "roles.yaml:5: jump code \"nb\" is given twice\n" },
	{ ROLES, "new: thing", "new: thong", "roles.yaml:6: there is no book \"thong\"\n" },
	{ ROLES,
	  "excludes: director\n      menu:\n        - {label: 列, jump: lb, list: thing.all}",
	  "menu:\n        - {label: 新, jump: xj, new: thing}",
	  "roles.yaml:15: officer may not make a new thing (create)\n" },
	{ ROLES, "list: thing.all", "list: all", "roles.yaml:7: list must be written book.list\n" },
	{ ROLES, "list: thing.all", "list: thing.some",
	  "roles.yaml:7: book thing has no list \"some\"\n" },
	{ ROLES, "list: thing.all", "stack: thing.all",
	  "roles.yaml:7: a menu line has no key \"stack\"\n"
	  "roles.yaml:7: a menu line needs one of list, new, find, screen and items\n" },
	{ ROLES, "{label: 找, jump: cz, find: thing}", "{jump: cz, find: thing}",
	  "roles.yaml:8: a menu line has no label\n" },
	{ ROLES, "items: [{label: 列, jump: nb, list: thing.all}]", "items: 5",
	  "roles.yaml:10: a menu is a list of at most 20 lines, nested at most 3 deep\n" },
	{ THING, "see: {director: area, officer: all}", "see: {director: area}",
	  "books/thing.yaml:56: list all is offered to officer, who may not see thing\n" },
	{ THING, "by: [director, officer]", "by: director",
	  "roles.yaml:16: list thing.all is not offered to officer (by)\n" },

	/* a book */
	{ THING, "label: 东西", "labels: 东西", "books/thing.yaml:2: a book has no key \"labels\"\n"
	  "books/thing.yaml:1: thing has no label\n" },
	{ THING, "book: thing", "book: Thing",
	  "books/thing.yaml:1: \"Thing\" is no name for a book\n"
	  "books/thing.yaml:19: book: there is no book \"thing\"\n"
	  "roles.yaml:6: there is no book \"thing\"\n"
	  "roles.yaml:7: there is no book \"thing\"\n"
	  "roles.yaml:8: there is no book \"thing\"\n"
	  "roles.yaml:10: there is no book \"thing\"\n"
	  "roles.yaml:16: there is no book \"thing\"\n" },
	{ THING, "title: \"{name} {place}\"\n", "",
	  "books/thing.yaml:1: book thing has no title, as in \"{name} {sex}\"\n" },
	{ THING, "{name} {place}", "{name} {face}",
	  "books/thing.yaml:5: title: book thing has no field \"face\"\n" },
	{ THING, "{place:9}", "{face:9}",
	  "books/thing.yaml:4: number: book thing has no field \"face\"\n" },
	{ THING, "logged: yes", "logged: often", "books/thing.yaml:6: logged must be yes or no\n" },
	{ THING, "create: director", "create: [director, boss]",
	  "books/thing.yaml:7: create: there is no role \"boss\"\n" },
	{ THING, "area: place", "area: name",
	  "books/thing.yaml:3: area: name must be one area field outside groups\n" },
	{ THING, "area: place", "area: face",
	  "books/thing.yaml:3: area: book thing has no field \"face\"\n" },
	{ THING, "level: village, required: first", "level: village",
	  "books/thing.yaml:3: area: place must be \"required: first\" and always shown, because it decides who sees the record\n" },
	{ THING, "area: place\n", "",
	  "books/thing.yaml:49: reach area: book thing has no area field\n"
	  "books/thing.yaml:51: reach area: book thing has no area field\n" },

	/* pages and fields */
	{ THING, "  - main:\n      label: 主页", "  - main:",
	  "books/thing.yaml:9: main has no label\n" },
	{ THING, "- name: {", "- Name: {",
	  "books/thing.yaml:12: \"Name\" is no name: a-z first, then a-z 0-9 - _ (at most 40)\n"
	  "books/thing.yaml:43: book thing has no field \"name\"\n"
	  "books/thing.yaml:54: match: book thing has no field \"name\"\n"
	  "books/thing.yaml:54: match: phonetic names \"name\", which is no text field of the rule\n"
	  "books/thing.yaml:60: a column must be a field of thing or one of number state area changed changed-by due\n"
	  "books/thing.yaml:61: a column must be a field of thing or one of number state area changed changed-by due\n"
	  "books/thing.yaml:5: title: book thing has no field \"name\"\n" },
	{ THING, "- day: {", "- place: {",
	  "books/thing.yaml:14: there are two fields \"place\"\n"
	  "books/thing.yaml:17: autofill: book thing has no field \"day\"\n"
	  "books/thing.yaml:18: computed: book thing has no field \"day\"\n"
	  "books/thing.yaml:20: book thing has no field \"day\"\n"
	  "books/thing.yaml:54: match: book thing has no field \"day\"\n" },
	{ THING, "- day: {", "- state: {",
	  "books/thing.yaml:14: a field cannot be named \"state\": conditions use that word\n"
	  "books/thing.yaml:17: autofill: book thing has no field \"day\"\n"
	  "books/thing.yaml:18: computed: book thing has no field \"day\"\n"
	  "books/thing.yaml:20: book thing has no field \"day\"\n"
	  "books/thing.yaml:54: match: book thing has no field \"day\"\n" },
	{ THING, "name: {type: text, label: 名", "name: {type: text",
	  "books/thing.yaml:12: name has no label\n" },
	{ THING, "name: {type: text,", "name: {",
	  "books/thing.yaml:12: field name has no type\n" },
	{ THING, "name: {type: text,", "name: {type: words,",
	  "books/thing.yaml:12: field name: there is no type \"words\"\n" },
	{ THING, "find: name}", "find: name, colour: red}",
	  "books/thing.yaml:12: a field has no key \"colour\"\n" },
	{ THING, "default: today}", "default: today, codes: kind}",
	  "books/thing.yaml:14: a field of type date has no key \"codes\"\n" },
	{ THING, "min: 2", "min: 21", "books/thing.yaml:12: field name: min is above max\n" },
	{ THING, "min: 2", "min: two",
	  "books/thing.yaml:12: min must be a whole number from 0 to 20000\n" },
	{ THING, "max: 20,", "max: 0,", "books/thing.yaml:12: max must be at least 1\n" },
	{ THING, "max: 20,", "max: 20001,",
	  "books/thing.yaml:12: max must be a whole number from 0 to 20000\n" },
	{ THING, "unique: yes", "unique: very", "books/thing.yaml:12: unique must be yes or no\n" },
	{ THING, "find: name}", "find: sound}",
	  "books/thing.yaml:12: find must be one of: name, number\n" },
	{ THING, "mask: middle", "mask: left",
	  "books/thing.yaml:17: mask must be one of: middle, all\n" },
	{ THING, "level: village, required", "level: street, required",
	  "books/thing.yaml:13: level must be county, township or village\n" },
	{ THING, "level: village, required", "level: village, anywhere: maybe, required",
	  "books/thing.yaml:13: anywhere must be yes or no\n" },
	{ THING, "level: village, required", "level: village, anywhere: yes, required", "" },
	{ THING, "many: yes", "many: three", "books/thing.yaml:24: many must be yes or no\n" },
	{ THING, "min: -1y", "min: yesterday",
	  "books/thing.yaml:14: min must be a date: today, -18y, +30d, month-end or 1900-01-01\n" },
	{ THING, "min: 0, max: 9", "min: 0, max: nine",
	  "books/thing.yaml:15: max must be a whole number\n" },
	{ THING, "min: 0, max: 9", "min: 10, max: 9",
	  "books/thing.yaml:15: field size: min is above max\n" },
	{ THING, "decimals: 1", "decimals: 7", "books/thing.yaml:15: decimals must be 0 to 6\n" },
	{ THING, "codes: kind", "codes: sorts",
	  "books/thing.yaml:16: there is no code list \"sorts\"\n" },
	{ THING, "codes: kind, ", "",
	  "books/thing.yaml:16: field sort: type choice needs codes\n" },
	{ THING, "{type: text, label: 件}", "{type: text, label: 件, default: \"a\\u200bb\"}",
	  "books/thing.yaml:27: default does not fit type text (a date takes today, an area own-area, a choice a quoted code of "
	  "its list)\n" },
	{ THING, "default: \"1\"", "default: \"9\"",
	  "books/thing.yaml:16: default does not fit type choice (a date takes today, an area own-area, a choice a quoted code of "
	  "its list)\n" },
	{ THING, "book: thing}", "book: thong}",
	  "books/thing.yaml:19: book: there is no book \"thong\"\n" },
	{ THING, ", book: thing}", "}",
	  "books/thing.yaml:19: field other: type link needs book\n" },
	/* what a link brings with it, and what a record has of its like */
	{ THING, "other: {type: link, label: 另, book: thing",
	  "other: {type: link, label: 另, book: thing, autofill: {nme: note}",
	  "books/thing.yaml:19: autofill: book thing has no field \"nme\"\n" },
	{ THING, "other: {type: link, label: 另, book: thing",
	  "bare: {type: citizen-number, label: 号}\n"
	  "        - other: {type: link, label: 另, book: thing, autofill: {id: bare}",
	  "books/thing.yaml:20: autofill: id is masked (mask: middle), bare is less so and would show it\n" },
	{ THING, "other: {type: link, label: 另, book: thing",
	  "other: {type: link, label: 另, book: thing, autofill: {name: nte}",
	  "books/thing.yaml:19: autofill: there is no field \"nte\" beside other\n" },
	{ THING, "other: {type: link, label: 另, book: thing",
	  "other: {type: link, label: 另, book: thing, autofill: {name: part}",
	  "books/thing.yaml:19: autofill: there is no field \"part\" beside other\n" },
	{ THING, "other: {type: link, label: 另, book: thing",
	  "other: {type: link, label: 另, book: thing, autofill: {name: other}",
	  "books/thing.yaml:19: autofill: there is no field \"other\" beside other\n" },
	{ THING, "other: {type: link, label: 另, book: thing",
	  "other: {type: link, label: 另, book: thing, autofill: {name: parts}",
	  "books/thing.yaml:19: autofill: name and parts must be single fields that can be typed, not groups or computed\n" },
	{ THING, "other: {type: link, label: 另, book: thing",
	  "other: {type: link, label: 另, book: thing, autofill: {years: size}",
	  "books/thing.yaml:19: autofill: years and size must be single fields that can be typed, not groups or computed\n" },
	{ THING, "other: {type: link, label: 另, book: thing",
	  "other: {type: link, label: 另, book: thing, autofill: {parts.part: name}",
	  "books/thing.yaml:19: autofill: book thing has no field \"parts.part\"\n" },
	{ THING, "other: {type: link, label: 另, book: thing",
	  "other: {type: link, label: 另, book: thing, autofill: {name: note}",
	  "books/thing.yaml:19: autofill: name of thing does not fit into note: type, codes or places differ\n" },
	{ THING, "other: {type: link, label: 另, book: thing",
	  "other: {type: link, label: 另, book: thing, autofill: [name]",
	  "books/thing.yaml:19: autofill must be {field of book thing: field beside other}\n" },
	{ THING, "other: {type: link, label: 另, book: thing",
	  "other: {type: link, label: 另, book: thing, autofill: {}",
	  "books/thing.yaml:19: autofill must be {field of book thing: field beside other}\n" },
	{ THING, "other: {type: link, label: 另, book: thing",
	  "other: {type: link, label: 另, book: thing, autofill: {note: note}, many: yes",
	  "books/thing.yaml:19: autofill: other repeats, so it cannot fill fields beside it\n" },
	{ THING, "title:", "clone: [note, nme]\ntitle:",
	  "books/thing.yaml:5: clone: book thing has no field or group \"nme\"\n" },
	{ THING, "title:", "clone: parts.part\ntitle:",
	  "books/thing.yaml:5: clone: book thing has no field or group \"parts.part\"\n" },
	{ THING, "title:", "clone: years\ntitle:",
	  "books/thing.yaml:5: clone: years is computed or unique, so two records cannot share it\n" },
	{ THING, "title:", "clone: [note, note]\ntitle:",
	  "books/thing.yaml:5: clone: note is named twice\n" },
	{ THING, "other: {type: link, label: 另, book: thing",
	  "other: {type: link, label: 另, book: thing, autofill: {note: note, name: note}",
	  "books/thing.yaml:19: autofill: name of thing does not fit into note: type, codes or places differ\n"
	  "books/thing.yaml:19: autofill: other fills one field twice\n" },
	{ THING, "why: {type: text", "why: {type: link, book: thing, autofill: {name: name}",
	  "books/thing.yaml:41: autofill: why is the link to the parent or an act's question; only other links fill fields\n" },
	{ THING, "autofill: {birth: day", "autofill: {birth: dawn",
	  "books/thing.yaml:17: autofill: book thing has no field \"dawn\"\n" },
	{ THING, "autofill: {birth: day", "autofill: {birth: name",
	  "books/thing.yaml:17: autofill: field name is no date\n" },
	{ THING, "sex: sort", "age: sort", "books/thing.yaml:17: autofill has no key \"age\"\n" },
	{ THING, "years-since: day", "age-band: day",
	  "books/thing.yaml:18: age-band gives a text: the type of years does not fit\n" },
	{ THING, "years-since: day", "years-since: day, age-band: day",
	  "books/thing.yaml:18: computed is one of {years-since: date field}, {age-band: date field}, {period: {begin, end, soon}}, {score: total, grade or reasons}\n" },
	{ THING, "years: {type: number, label: 年, computed: {years-since: day}}",
	  "years: {type: choice, codes: kind, label: 年, computed: {period: {begin: day, end: day, soon: 30d}}}",
	  "books/thing.yaml:18: period: list kind must have exactly coming, in-force, expiring and expired\n" },
	{ THING, "years: {type: number, label: 年, computed: {years-since: day}}",
	  "years: {type: choice, codes: kind, label: 年, computed: {period: {begin: dawn, end: name, soon: 0d}}}",
	  "books/thing.yaml:18: period: begin: book thing has no field \"dawn\"\n"
	  "books/thing.yaml:18: period: end: field name is no date\n"
	  "books/thing.yaml:18: period: soon must be at least one day\n"
	  "books/thing.yaml:18: period: list kind must have exactly coming, in-force, expiring and expired\n" },
	{ THING, "years: {type: number, label: 年, computed: {years-since: day}}",
	  "years: {type: choice, codes: kind, label: 年, computed: {period: {begin: day, end: day}}}",
	  "books/thing.yaml:18: period: soon is missing, as in soon: 30d\n"
	  "books/thing.yaml:18: period: list kind must have exactly coming, in-force, expiring and expired\n" },
	{ THING, "years: {type: number, label: 年, computed: {years-since: day}}",
	  "years: {type: choice, codes: kind, label: 年, computed: {period: {begin: day, end: day, soon: often}}}",
	  "books/thing.yaml:18: an interval is written 7d, 2w, 3m or 1y\n"
	  "books/thing.yaml:18: period: list kind must have exactly coming, in-force, expiring and expired\n" },
	{ THING, "years: {type: number, label: 年, computed: {years-since: day}}",
	  "years: {type: choice, codes: kind, label: 年, computed: {period: {begin: day, end: day, soon: 3d, late: 3d}}}",
	  "books/thing.yaml:18: period has no key \"late\"\n"
	  "books/thing.yaml:18: period: list kind must have exactly coming, in-force, expiring and expired\n" },
	{ THING, "years: {type: number, label: 年, computed: {years-since: day}}",
	  "years: {type: number, label: 年, computed: {period: {begin: day, end: day, soon: 3d}}}",
	  "books/thing.yaml:18: period gives a choice: the type of years does not fit\n" },
	{ THING, "required: {when: {day: any}}", "required: sometimes",
	  "books/thing.yaml:20: required must be yes, no, first or {when: ...}\n" },
	{ THING, "shown: {sort: \"1\"}", "shown: {sort: \"7\"}",
	  "books/thing.yaml:20: sort: 7 is no code of its list\n" },
	{ THING, "shown: {sort: \"1\"}", "shown: {kind: \"1\"}",
	  "books/thing.yaml:20: book thing has no field \"kind\"\n" },
	{ THING, "min: -1y, ", "see: nobody, ",
	  "books/thing.yaml:14: see: there is no role \"nobody\"\n" },
	{ THING, "min: -1y, ", "write: nobody, ",
	  "books/thing.yaml:14: write: there is no role \"nobody\"\n" },
	{ THING, "{type: text, label: 件}", "{type: text, label: 件, unique: yes}",
	  "books/thing.yaml:27: field parts.*.part: unique does not work inside a repeating group\n" },
	{ THING, "{type: text, label: 件}",
	  "{type: group, label: 件, fields: [x: {type: text, label: 子}]}",
	  "books/thing.yaml:27: field parts.*.part: a group cannot be in a group\n" },
	{ THING, "            fields:\n              - part: {type: text, label: 件}\n", "",
	  "books/thing.yaml:21: field parts: a group needs fields\n" },

	/* life */
	{ THING, "  start: new", "  start: newer",
	  "books/thing.yaml:28: life of thing does not say in which of its states a record starts\n" },
	{ THING, "- new: {zh: 新, en: New, open: yes}", "- new: {en: New, open: yes}",
	  "books/thing.yaml:31: state new has no label (zh)\n" },
	{ THING, "- done: 完", "- new: 完",
	  "books/thing.yaml:32: there are two states \"new\"\n"
	  "books/thing.yaml:37: to: thing has no state \"done\"\n"
	  "books/thing.yaml:46: from: thing has no state \"done\"\n" },
	{ THING, "- done: 完", "- done: 完\n    - lost: 失",
	  "books/thing.yaml:28: no act leads to state lost of thing\n" },
	{ THING, "create: director\n", "create: director\nmerge: {by: officer, to: lost}\n",
	  "books/thing.yaml:8: merge does not say which state of thing a merged record is in (to)\n" },
	{ THING, "create: director\n", "create: director\nmerge: {by: officer, to: new}\n",
	  "books/thing.yaml:8: merge: to: a record of thing starts in state new\n"
	  "books/thing.yaml:8: merge: act finish leads to or from state new; only merging and its undoing may\n"
	  "books/thing.yaml:8: merge: act undo leads to or from state new; only merging and its undoing may\n" },
	{ THING, "create: director\n", "create: director\nmerge: {to: done, how: fast}\n",
	  "books/thing.yaml:8: merge has no key \"how\"\n"
	  "books/thing.yaml:8: merge may be done by nobody (by)\n"
	  "books/thing.yaml:8: merge: act finish leads to or from state done; only merging and its undoing may\n"
	  "books/thing.yaml:8: merge: act undo leads to or from state done; only merging and its undoing may\n" },
	{ THING, "see: {director: area, officer: all}\n",
	  "merge: {by: officer, to: lost}\nsee: {director: area, officer: {reach: all, state: done}}\n",
	  "books/thing.yaml:50: merge does not say which state of thing a merged record is in (to)\n" },
	{ THING,
	  "        to: new\n        by: officer\n        four-eyes: finish\nsee: {director: area, officer: all}\n",
	  "        by: officer\n        four-eyes: finish\nmerge: {by: officer, to: done}\nsee: {director: area, officer: {reach: all, state: new}}\n",
	  "books/thing.yaml:49: merge: act finish leads to or from state done; only merging and its undoing may\n"
	  "books/thing.yaml:49: merge: act undo leads to or from state done; only merging and its undoing may\n"
	  "books/thing.yaml:49: merge: officer may not see thing in state done\n" },
	{ THING, "open: yes", "shut: yes", "books/thing.yaml:31: a state has no key \"shut\"\n" },
	{ THING, "        to: done", "        to: over",
	  "books/thing.yaml:37: to: thing has no state \"over\"\n"
	  "books/thing.yaml:28: no act leads to state done of thing\n" },
	{ THING, "        from: new\n", "",
	  "books/thing.yaml:34: act finish starts from no state (from)\n"
	  "books/thing.yaml:28: no act leads to state done of thing\n" },
	{ THING, "        by: director\n", "",
	  "books/thing.yaml:34: act finish may be done by nobody (by)\n" },
	{ THING, "remarks: allowed", "remarks: maybe",
	  "books/thing.yaml:39: remarks must be allowed or required\n" },
	{ THING, "- undo:", "- finish:",
	  "books/thing.yaml:44: there are two acts \"finish\"\n" },
	{ THING, "four-eyes: finish", "four-eyes: start",
	  "books/thing.yaml:49: four-eyes: thing has no act \"start\"\n" },
	{ THING, "four-eyes: finish", "same-person: start",
	  "books/thing.yaml:49: same-person: thing has no act \"start\"\n" },
	{ THING, "label: 退", "labels: 退",
	  "books/thing.yaml:45: an act has no key \"labels\"\n"
	  "books/thing.yaml:44: undo has no label\n" },
	{ THING, "{holds: {name: any}, say: 要有名}", "{holds: {name: any}}",
	  "books/thing.yaml:43: a need has a condition (holds) and a message when it does not hold (say)\n" },
	{ THING, "- {holds: {name: any}, say: 要有名}", "holds: {name: any}",
	  "books/thing.yaml:42: needs must be a list of {holds: ..., say: ...}\n" },
	{ THING, "          - why: {type: text, label: 由}",
	  "          why: {type: text, label: 由}",
	  "books/thing.yaml:40: fields must be a list (- name: {...})\n" },

	/* who, near, lists */
	{ THING, "see: {director: area, officer: all}",
	  "see: {director: area, officer: all, boss: all}",
	  "books/thing.yaml:50: see: there is no role \"boss\"\n" },
	{ THING, "officer: all}", "officer: some}",
	  "books/thing.yaml:50: reach must be area, all or none\n" },
	{ THING, "write:\n  director: {reach: area, state: [new]}", "write: all",
	  "books/thing.yaml:51: book thing does not say who may write it (write: {role: area})\n" },
	{ THING, "state: [new]", "state: [fresh]",
	  "books/thing.yaml:52: state: thing has no state \"fresh\"\n" },
	{ THING, "state: [new]", "states: [new]",
	  "books/thing.yaml:52: a grant has no key \"states\"\n" },
	{ THING, "fields: [name, day], ", "",
	  "books/thing.yaml:54: match needs fields and the reason shown (say)\n" },
	{ THING, "fields: [name, day]", "fields: [name, night]",
	  "books/thing.yaml:54: match: book thing has no field \"night\"\n" },
	{ THING, "fields: [name, day]", "fields: [name, parts]",
	  "books/thing.yaml:54: match: field parts cannot be compared (no order, or it repeats)\n" },
	{ THING, "lists:\n",
	  "shared: [{fields: [name], say: 同, threshold: {at-least: 1, say: 多}}, {fields: [day], say: 同,\n"
	  "  threshold: {at-least: 3, where: {state: gone}, say: 多}}]\nlists:\n",
	  "books/thing.yaml:55: threshold needs a number (at-least, 2 to 1000) and a message (say)\n"
	  "books/thing.yaml:56: book thing has no state \"gone\"\n" },
	{ THING, "phonetic: [name], say", "threshold: {at-least: 3, say: 多}, say",
	  "books/thing.yaml:54: match has no key \"threshold\"\n" },
	{ THING, "lists:\n",
	  "shared: [{fields: [name, parts], say: 同}, {fields: [night]}]\nlists:\n",
	  "books/thing.yaml:55: shared: field parts cannot be compared (no order, or it repeats)\n"
	  "books/thing.yaml:55: shared needs fields and the reason shown (say)\n"
	  "books/thing.yaml:55: shared: book thing has no field \"night\"\n" },
	{ THING, "columns: [name,", "columns: [face,",
	  "books/thing.yaml:60: a column must be a field of thing or one of number state area changed changed-by due\n" },
	{ THING, "columns: [name,", "columns: [parts.*.part,",
	  "books/thing.yaml:60: column parts.*.part is in a repeating group\n" },
	{ THING, "cells: 10", "cells: 61", "books/thing.yaml:60: cells must be 1 to 60\n" },
	{ THING, "      columns: [name, {field: place, cells: 10}, state]\n", "",
	  "books/thing.yaml:56: list all has no columns\n" },
	{ THING, "sort: [name, changed]", "sort: [name, years]",
	  "books/thing.yaml:56: list all cannot be sorted by years: it has no order that is kept\n" },
	{ THING, "sort: [name, changed]", "sort: [id]",
	  "books/thing.yaml:56: list all cannot be sorted by id: it is masked, and the order would reveal it\n" },
	{ THING, "label: 名, required: first, max", "label: 名, see: [officer], max",
	  "books/thing.yaml:56: list all cannot be sorted by name: not every role of the list sees that field\n" },
	{ THING, "sort: [name, changed]", "sort: [area]",
	  "books/thing.yaml:56: list all cannot be sorted by area: it has no order that is kept\n" },
	{ THING, "      sort: [name, changed]\n", "",
	  "books/thing.yaml:56: list all needs 1 to 4 orders (sort)\n" },
	{ THING, "where: {state: new}", "where: {field: day, after: -1y}",
	  "books/thing.yaml:59: list all: where depends on the day; members are kept when a record is saved, so they cannot "
	  "change over night\n" },
	{ THING, "where: {state: new}", "where: {state: fresh}",
	  "books/thing.yaml:59: book thing has no state \"fresh\"\n" },
	{ KIND, "label: 类", "label: *x",
	  "codes/kind.yaml:2: an alias (*name) is not allowed here\n"
	  "books/thing.yaml:16: there is no code list \"kind\"\n" },
	{ KIND, "label: 类", "label: [类",
	  "codes/kind.yaml:4: did not find expected node content\n"
	  "books/thing.yaml:16: there is no code list \"kind\"\n" },
	{ KIND, "label: 类", "label: 类\n  label: 又",
	  "codes/kind.yaml:3: duplicate key\n"
	  "books/thing.yaml:16: there is no code list \"kind\"\n" },
	{ KIND, "  label: 类",
	  "  label: 类\n  a1234567890123456789012345678901234567890123456789012345678901234567890"
	  "123456789012345678901234567890123456789012345678901234567: 1",
	  "codes/kind.yaml:3: a key must be a name of at most 127 bytes\n"
	  "books/thing.yaml:16: there is no code list \"kind\"\n" },
	{ "codes/deep.yaml", NULL, "a: [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]\n",
	  "codes/deep.yaml:1: nested deeper than 16 levels\n" },
	{ ROLES, "- officer:", "- director:",
	  "roles.yaml:11: there are two roles \"director\"\n"
	  "books/thing.yaml:48: by: there is no role \"officer\"\n"
	  "books/thing.yaml:50: see: there is no role \"officer\"\n"
	  "books/thing.yaml:58: by: there is no role \"officer\"\n" },
	{ ROLES, "- officer:", "- 5\n  - officer:",
	  "roles.yaml:11: expected one name with its definition, as in \"- name: {label: ...}\"\n" },
	{ THING, NULL, NULL,
	  "books: there is no book in the folder books\n"
	  "roles.yaml:6: there is no book \"thing\"\n"
	  "roles.yaml:7: there is no book \"thing\"\n"
	  "roles.yaml:8: there is no book \"thing\"\n"
	  "roles.yaml:10: there is no book \"thing\"\n"
	  "roles.yaml:16: there is no book \"thing\"\n" },
	{ THING, "pages:", "paged:",
	  "books/thing.yaml:8: a book has no key \"paged\"\n"
	  "books/thing.yaml:1: book thing has no pages\n"
	  "books/thing.yaml:3: area: book thing has no field \"place\"\n"
	  "books/thing.yaml:43: book thing has no field \"name\"\n"
	  "books/thing.yaml:54: match: book thing has no field \"name\"\n"
	  "books/thing.yaml:54: match: book thing has no field \"day\"\n"
	  "books/thing.yaml:60: a column must be a field of thing or one of number state area changed changed-by due\n"
	  "books/thing.yaml:60: a column must be a field of thing or one of number state area changed changed-by due\n"
	  "books/thing.yaml:61: a column must be a field of thing or one of number state area changed changed-by due\n"
	  "books/thing.yaml:5: title: book thing has no field \"name\"\n"
	  "books/thing.yaml:5: title: book thing has no field \"place\"\n"
	  "books/thing.yaml:4: number: book thing has no field \"place\"\n" },
	{ THING, "      fields:\n        - name:", "      field:\n        - name:",
	  "books/thing.yaml:11: a page has no key \"field\"\n"
	  "books/thing.yaml:9: page main has no fields\n"
	  "books/thing.yaml:3: area: book thing has no field \"place\"\n"
	  "books/thing.yaml:43: book thing has no field \"name\"\n"
	  "books/thing.yaml:54: match: book thing has no field \"name\"\n"
	  "books/thing.yaml:54: match: book thing has no field \"day\"\n"
	  "books/thing.yaml:60: a column must be a field of thing or one of number state area changed changed-by due\n"
	  "books/thing.yaml:60: a column must be a field of thing or one of number state area changed changed-by due\n"
	  "books/thing.yaml:61: a column must be a field of thing or one of number state area changed changed-by due\n"
	  "books/thing.yaml:5: title: book thing has no field \"name\"\n"
	  "books/thing.yaml:5: title: book thing has no field \"place\"\n"
	  "books/thing.yaml:4: number: book thing has no field \"place\"\n" },
	{ THING, "life:\n",
	  "  - second:\n      label: 二\n      fields:\n        - size: {type: text, label: 又}\nlife:\n",
	  "books/thing.yaml:31: field size is on two pages\n" },
	{ THING, "  states:\n    - new: {zh: 新, en: New, open: yes}\n    - done: 完\n",
	  "  states: []\n", "books/thing.yaml:30: life of thing must list 1 to 32 states\n"
	  "books/thing.yaml:28: life of thing does not say in which of its states a record starts\n"
	  "books/thing.yaml:34: from: thing has no state \"new\"\n"
	  "books/thing.yaml:35: to: thing has no state \"done\"\n"
	  "books/thing.yaml:44: from: thing has no state \"done\"\n"
	  "books/thing.yaml:45: to: thing has no state \"new\"\n"
	  "books/thing.yaml:50: state: thing has no state \"new\"\n"
	  "books/thing.yaml:57: book thing has no state \"new\"\n" },
	{ THING, "life:", "living:",
	  "books/thing.yaml:28: a book has no key \"living\"\n"
	  "books/thing.yaml:1: book thing has no life (life: {start, states, acts})\n"
	  "books/thing.yaml:52: state: thing has no state \"new\"\n"
	  "books/thing.yaml:59: book thing has no state \"new\"\n" },
	{ THING, "  acts:\n    - finish:", "  acts:\n    finish:",
	  "books/thing.yaml:44: did not find expected key\n"
	  "books: there is no book in the folder books\n"
	  "roles.yaml:6: there is no book \"thing\"\n"
	  "roles.yaml:7: there is no book \"thing\"\n"
	  "roles.yaml:8: there is no book \"thing\"\n"
	  "roles.yaml:10: there is no book \"thing\"\n"
	  "roles.yaml:16: there is no book \"thing\"\n" },
	{ THING, "lists:", "listed:",
	  "books/thing.yaml:55: a book has no key \"listed\"\n"
	  "books/thing.yaml:1: book thing has no lists (- name: {...})\n"
	  "roles.yaml:7: book thing has no list \"all\"\n"
	  "roles.yaml:10: book thing has no list \"all\"\n"
	  "roles.yaml:16: book thing has no list \"all\"\n" },
	{ THING, "see: {director: area, officer: all}\n", "",
	  "books/thing.yaml:1: book thing does not say who may see it (see: {role: area})\n" },
	{ THING, "  - {fields: [name, day], phonetic: [name], say: 同名}",
	  "  {fields: [name, day], say: 同名}",
	  "books/thing.yaml:53: match must be a list of {fields: ..., say: ...}\n" },
	{ THING, "phonetic: [name]", "phonetic: [day]",
	  "books/thing.yaml:54: match: phonetic names \"day\", which is no text field of the rule\n" },
	{ THING, "phonetic: [name]", "phonetic: [note]",
	  "books/thing.yaml:54: match: phonetic names \"note\", which is no text field of the rule\n" },
	{ THING, "{serial:4}", "{serial}",
	  "books/thing.yaml:4: number: a place is {field:n}, {year:2}, {year:4}, {serial:n} or {check}, n from 1 to 12\n" },
	{ THING, "{serial:4}", "",
	  "books/thing.yaml:4: number: there is no {serial}\n" },
	{ THING, "{type: text, label: 件}",
	  "{type: text, label: 件}\n              - no: {type: citizen-number, label: 证, autofill: {birth: when}}"
	  "\n              - when: {type: date, label: 时}\n        - who: {type: citizen-number, label: 证, autofill: {birth: parts.*.when}}",
	  "books/thing.yaml:30: autofill: field parts.*.when is in another group\n" },
	{ THING, "lists:\n  - all:", "lists:\n  - all: 5\n  - all:",
	  "books/thing.yaml:56: a list must be a mapping (key: value)\n"
	  "books/thing.yaml:57: there are two lists \"all\"\n" },


	/* covers */
	{ THING, "title:",
	  "cover: {fields: [name, years, day], alerts: [{when: {field: day, before: -30d}, say: 旧, past: 那天旧}], parts: [{page: main}]}\ntitle:", "" },
	{ THING, "title:", "cover: {fields: [name], show: x}\ntitle:",
	  "books/thing.yaml:5: a cover has no key \"show\"\n" },
	{ THING, "title:", "cover: name\ntitle:",
	  "books/thing.yaml:5: a cover must be a mapping (key: value)\n" },
	{ THING, "title:", "cover: {parts: []}\ntitle:",
	  "books/thing.yaml:5: a cover shows some fields (fields)\n" },
	{ THING, "title:", "cover: {fields: []}\ntitle:",
	  "books/thing.yaml:5: a cover shows some fields (fields)\n" },
	{ THING, "title:", "cover: {fields: [nme]}\ntitle:",
	  "books/thing.yaml:5: cover: book thing has no field \"nme\"\n" },
	{ THING, "title:", "cover: {fields: [parts]}\ntitle:",
	  "books/thing.yaml:5: cover: parts is more than one value; name a single field\n" },
	{ THING, "title:", "cover: {fields: [parts.part]}\ntitle:",
	  "books/thing.yaml:5: cover: book thing has no field \"parts.part\"\n" },
	{ THING, "title:", "cover: {fields: [\"parts.*.part\"]}\ntitle:",
	  "books/thing.yaml:5: cover: parts.*.part is more than one value; name a single field\n" },
	{ THING, "title:", "cover: {fields: [name], alerts: {when: {name: any}}}\ntitle:",
	  "books/thing.yaml:5: alerts must be a list of {when: ..., say: ...}\n" },
	{ THING, "title:", "cover: {fields: [name], alerts: [{when: {name: any}}]}\ntitle:",
	  "books/thing.yaml:5: an alert needs a condition (when) and a message (say)\n" },
	{ THING, "title:", "cover: {fields: [name], alerts: [{say: 旧}]}\ntitle:",
	  "books/thing.yaml:5: an alert needs a condition (when) and a message (say)\n" },
	{ THING, "title:",
	  "cover: {fields: [name], alerts: [{when: {name: any}, say: 旧, by: x}]}\ntitle:",
	  "books/thing.yaml:5: an alert has no key \"by\"\n" },
	{ THING, "title:", "cover: {fields: [name], parts: {page: main}}\ntitle:",
	  "books/thing.yaml:5: parts must be a list of {page: ...} and {book: ...}\n" },
	{ THING, "title:", "cover: {fields: [name], parts: [{page: mane}]}\ntitle:",
	  "books/thing.yaml:5: cover: book thing has no page \"mane\"\n" },
	{ THING, "title:", "cover: {fields: [name], parts: [{book: thong}]}\ntitle:",
	  "books/thing.yaml:5: cover: there is no book \"thong\"\n" },
	{ THING, "title:", "cover: {fields: [name], parts: [{book: thing}]}\ntitle:",
	  "books/thing.yaml:5: cover: book thing is not under thing\n" },
	{ THING, "title:", "cover: {fields: [name], parts: [{}]}\ntitle:",
	  "books/thing.yaml:5: a part of a cover is either a page of the record or a book under it (page, book)\n" },
	{ THING, "title:", "cover: {fields: [name], parts: [{page: main, book: thing}]}\ntitle:",
	  "books/thing.yaml:5: a part of a cover is either a page of the record or a book under it (page, book)\n" },
	{ THING, "title:", "cover: {fields: [name], parts: [{key: b, page: main}]}\ntitle:",
	  "books/thing.yaml:5: a part of a cover has no key \"key\"\n" },
	{ THING, "title:", "cover: {fields: [name], parts: [{page: main, of: x}]}\ntitle:",
	  "books/thing.yaml:5: a part of a cover has no key \"of\"\n" },
	{ THING, "size: {type: number,", "size: {initial: last, type: number,",
	  "books/thing.yaml:15: initial: size must be a field that can be typed, outside repeating groups, in a book with a parent (under)\n" },
	/* what acts set, where they wait, what only they change */
	{ THING, "        remarks: allowed\n",
	  "        sets: {day: today, name: {ask: why}, sort: \"2\", note: none, size: 2}\n"
	  "        area: place\n", "" },
	{ THING, "        remarks: allowed\n", "        sets: [day]\n",
	  "books/thing.yaml:39: sets must be a map of fields (field: {ask: ...}, {field: ...}, today, none or a value)\n" },
	{ THING, "        remarks: allowed\n", "        sets: {days: today}\n",
	  "books/thing.yaml:39: sets: book thing has no field \"days\"\n" },
	{ THING, "        remarks: allowed\n", "        sets: {name: {ask: whom}}\n",
	  "books/thing.yaml:39: sets: act finish asks nothing called \"whom\"\n" },
	{ THING, "        remarks: allowed\n", "        sets: {name: {field: nome}}\n",
	  "books/thing.yaml:39: sets: book thing has no field \"nome\"\n" },
	{ THING, "        remarks: allowed\n", "        sets: {name: {from: why}}\n",
	  "books/thing.yaml:39: sets: name is set from {ask: ...}, {field: ...}, today, none or a value\n" },
	{ THING, "        remarks: allowed\n", "        sets: {day: {ask: why}}\n",
	  "books/thing.yaml:39: sets: a value of why does not fit into day\n" },
	{ THING, "        remarks: allowed\n", "        sets: {name: {field: parts.part}}\n",
	  "books/thing.yaml:39: sets: book thing has no field \"parts.part\"\n" },
	{ THING, "        remarks: allowed\n", "        sets: {size: {field: years}}\n",
	  "books/thing.yaml:39: sets: a value of years does not fit into size\n" },
	{ THING, "        remarks: allowed\n", "        sets: {years: 3}\n",
	  "books/thing.yaml:39: sets: years cannot be set: it is computed, in a repeating group, or the link to the parent\n" },
	{ THING, "        remarks: allowed\n", "        sets: {sort: \"9\"}\n",
	  "books/thing.yaml:39: sets: this is no value for sort\n" },
	{ THING, "        remarks: allowed\n", "        sets: {size: today}\n",
	  "books/thing.yaml:39: sets: this is no value for size\n" },
	{ THING, "        remarks: allowed\n", "        sets: {parts: x}\n",
	  "books/thing.yaml:39: sets: this is no value for parts\n" },
	{ THING, "        remarks: allowed\n", "        sets: {parent.name: x}\n",
	  "books/thing.yaml:39: sets: book thing has no parent (under)\n" },
	{ THING, "        remarks: allowed\n", "        area: plaice\n",
	  "books/thing.yaml:39: area: book thing has no field \"plaice\"\n" },
	{ THING, "        remarks: allowed\n", "        area: name\n",
	  "books/thing.yaml:39: area: name must be an area field, or a link to a book with \"bodies: yes\", outside groups\n" },
	{ THING, "autofill: {birth: day, sex: sort}}", "fixed: [new, done]}", "" },
	{ THING, "autofill: {birth: day, sex: sort}}", "fixed: old}",
	  "books/thing.yaml:17: fixed: thing has no state \"old\"\n" },
	{ THING, "required: first, max: 20", "required: first, fixed: new, max: 20",
	  "books/thing.yaml:12: fixed: name is required at the first save, and could not be filled in then\n" },
	{ THING, "part: {type: text, label: 件}", "part: {type: text, label: 件, fixed: done}",
	  "books/thing.yaml:27: fixed: parts.*.part must be a field of the book outside repeating groups, or such a group itself\n" },
	{ THING, "why: {type: text, label: 由}", "why: {type: text, label: 由, fixed: done}",
	  "books/thing.yaml:41: fixed: why must be a field of the book outside repeating groups, or such a group itself\n" },
};

#define NTABLE	((int)(sizeof table / sizeof *table))

/* ---- folders --------------------------------------------------------------------------------- */

/* ---- tests ----------------------------------------------------------------------------------- */

START_TEST(the_good_set_has_nothing_against_it)
{
	struct lint	 lint = { BUF_INIT, 0 };
	struct set	*set;

	set = forms_load_changed(good, NGOOD, NULL, NULL, NULL, &lint);
	ck_assert_str_eq(buf_str(&lint.out), "");
	set_free(set);
	buf_free(&lint.out);
}
END_TEST

START_TEST(says)
{
	const struct broken	*t = &table[_i];
	struct lint		 lint = { BUF_INIT, 0 };
	struct set		*set;

	set = forms_load_changed(good, NGOOD, t->file, t->find, t->put, &lint);
	ck_assert_msg(strcmp(buf_str(&lint.out), t->said != NULL ? t->said : "?") == 0,
	    "%s: \"%s\" -> \"%s\"\nsays\n%sshould say\n%s", t->file, t->find != NULL ? t->find : "",
	    t->put != NULL ? t->put : "", buf_str(&lint.out), t->said != NULL ? t->said : "?");
	set_free(set);
	buf_free(&lint.out);
}
END_TEST

/*
 * Whatever a slip of the hand makes of a file, it is refused or understood, and never the end of
 * the program.
 */
static void
try_text(const char *name, const struct buf *text)
{
	struct lint	 lint = { BUF_INIT, 0 };
	struct set	*set;

	forms_folder_put(name, buf_str(text));
	set = forms_folder_load(&lint);
	for (const char *line = buf_str(&lint.out); *line != '\0'; line = strchr(line, '\n') + 1)
		ck_assert_msg(strchr(line, ':') != NULL && strchr(line, '\n') != NULL, "%s", line);
	set_free(set);
	buf_free(&lint.out);
}

/* One line gone, emptied, or with something else behind its colon. */
static void
slip(const struct form_file *f, const char *line, size_t n, int how)
{
	static const char *const	 instead[] = { NULL, "", " 5", " x", " []", " {}", " ~",
	    " {when: x}", " [x, {y: 1}]" };
	struct buf			 b = BUF_INIT;
	size_t				 keep = strcspn(line, ":");

	buf_put(&b, f->text, (size_t)(line - f->text));
	if (how > 0 && keep < n) {
		buf_put(&b, line, keep + 1);
		buf_puts(&b, instead[how]);
		buf_putc(&b, '\n');
	}
	buf_puts(&b, line + n);
	try_text(f->name, &b);
	buf_free(&b);
}

START_TEST(a_slip_of_the_hand_is_refused_or_understood)
{
	forms_folder_open(good, NGOOD);
	for (size_t i = 0; i < NGOOD; i++) {
		for (const char *line = good[i].text; *line != '\0';
		    line += strcspn(line, "\n") + 1)
			for (int how = 0; how < 9; how++)
				slip(&good[i], line, strcspn(line, "\n") + 1, how);
		forms_folder_put(good[i].name, good[i].text);
	}
	forms_folder_close();
}
END_TEST

static Suite *
suite(void)
{
	Suite	*s = suite_create("forms/build");
	TCase	*tc = tcase_create("definitions");

	tcase_add_test(tc, the_good_set_has_nothing_against_it);
	tcase_add_loop_test(tc, says, 0, NTABLE);
	tcase_add_test(tc, a_slip_of_the_hand_is_refused_or_understood);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(suite)
