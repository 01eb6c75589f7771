/*
 * Definitions of an earlier version: what becomes of them, and that nothing else in a file changes.
 */
#include "forms/upgrade.h"

#include <stdio.h>
#include <string.h>

#include "tests/harness.h"

#define OLD	"tests/data/old-forms"	/* uses every key that has another name now; not to be changed */

static const char *
data(const char *name)
{
	static char	 path[512];

	snprintf(path, sizeof path, "%s/" OLD "%s", getenv("SRCDIR") != NULL ? getenv("SRCDIR") :
	    ".", name);
	return path;
}

static void
free_lint(struct lint *lint)
{
	buf_free(&lint->out);
	*lint = (struct lint){ BUF_INIT, 0 };
}

static const struct {
	const char	*old, *now;
	const char	*changes, *left;
} table[] = {
	/* the kind of file is told by its own keys */
	{ "book: a\nalike: [x]\n", "book: a\nclone: [x]\n", "f:2: \"alike\" is now \"clone\"\n",
	  "" },
	{ "sheet: a\nbook: b\nsetting: yes\n", "sheet: a\nbook: b\nlocal: yes\n",
	  "f:3: \"setting\" is now \"local\"\n", "" },
	{ "sex: {label: x, codes: [a: {zh: 甲, until: 2020-01-01}]}\n",
	  "sex: {label: x, codes: [a: {zh: 甲, retired: 2020-01-01}]}\n",
	  "f:1: \"until\" is now \"retired\"\n", "" },
	{ "book: {label: x, codes: [a: {zh: 甲, until: 2020-01-01}]}\n",
	  "book: {label: x, codes: [a: {zh: 甲, retired: 2020-01-01}]}\n",
	  "f:1: \"until\" is now \"retired\"\n", "" },
	{ "county: x\ncode: \"990121000000\"\n", "county: x\ncode: \"990121000000\"\n", "", "" },
	/* names, words and comments are no keys */
	{ "# starts\nbook: near\nlabel: {zh: 近, en: 'near: 1'}\ncreate: alike\n",
	  "# starts\nbook: near\nlabel: {zh: 近, en: 'near: 1'}\ncreate: alike\n", "", "" },
	{ "book: a\npages: [p: {fields: [until: {type: date, until: today}]}]\n",
	  "book: a\npages: [p: {fields: [until: {type: date, max: today}]}]\n",
	  "f:2: \"until\" is now \"max\"\n", "" },
	{ "book: a\nlists:\n  - l: {where: {until: any, from: none}}\n",
	  "book: a\nlists:\n  - l: {where: {until: any, from: none}}\n", "", "" },
	{ "book: a\nlife: {acts: [x: {from: on, to: off, by: me, sets: {to: x, by: {field: until}}}]}\n",
	  "book: a\nlife: {acts: [x: {from: on, to: off, by: me, sets: {to: x, by: {field: until}}}]}\n", "", "" },
	{ "book: a\r\nalike:   [x] # why\r\n", "book: a\r\nclone:   [x] # why\r\n",
	  "f:2: \"alike\" is now \"clone\"\n", "" },
	{ "book: a\n\"alike\": [x]\n", "book: a\n\"clone\": [x]\n",
	  "f:2: \"alike\" is now \"clone\"\n", "" },
	/* a column "by" is a field where the book has one */
	{ "book: a\nlists: [l: {columns: [by, {field: by, cells: 3}]}]\n",
	  "book: a\nlists: [l: {columns: [changed-by, {field: changed-by, cells: 3}]}]\n",
	  "f:2: \"by\" is now \"changed-by\"\nf:2: \"by\" is now \"changed-by\"\n", "" },
	{ "book: a\npages: [p: {fields: [by: {type: text}]}]\nlists: [l: {columns: by}]\n",
	  "book: a\npages: [p: {fields: [by: {type: text}]}]\nlists: [l: {columns: by}]\n", "",
	  "" },
	/* the record above, wherever a condition names it */
	{ "book: a\nchecks: [{when: {all: [{not: {owner.x: 1}}, {field: owner.y, differs: owner.z}]}}]\n",
	  "book: a\nwarnings: [{when: {all: [{not: {parent.x: 1}}, {field: parent.y, differs: parent.z}]}}]\n",
	  "f:2: \"checks\" is now \"warnings\"\nf:2: \"owner.x\" is now \"parent.x\"\nf:2: \"owner.y\" is now \"parent.y\"\n"
	  "f:2: \"owner.z\" is now \"parent.z\"\n", "" },
	{ "book: a\nchecks: [{when: {field: \"owner.y\", is: any}}]\n",
	  "book: a\nwarnings: [{when: {parent.y: any}}]\n",
	  "f:2: \"checks\" is now \"warnings\"\nf:2: \"field: owner.y\" with \"is\" is now \"parent.y\"\n", "" },
	/* what a person must say in another way */
	{ "book: a\nlists: [l: {where: {has: b, field: x}}]\n",
	  "book: a\nlists: [l: {where: {has: b, field: x}}]\n", "",
	  "f:2: \"has\" is gone: write {FIELD: VALUE} in place of {field: FIELD, has: VALUE}\n" },
	{ "book: a\nlists:\n  - l:\n      where:\n        field: x # why\n        is: none\n",
	  "book: a\nlists:\n  - l:\n      where:\n        field: x # why\n        is: none\n", "",
	  "f:6: \"is\" is gone: write {FIELD: VALUE} in place of {field: FIELD, is: VALUE}\n" },
	{ "book: a\npages: [p: {fields: [n: {taken: {links: \"b.c\"}}]}]\n",
	  "book: a\npages: [p: {fields: [n: {rollup: {links: \"b.c\"}}]}]\n",
	  "f:2: \"taken\" is now \"rollup\"\n",
	  "f:2: \"links: BOOK.FIELD\" is now \"book: BOOK\", \"link: FIELD\" and \"pick: count\"\n" },
	/* what is gone: first, last and in a block */
	{ "book: a\ncover: {parts: [{key: v, page: p}, {book: b, key: w}]}\n",
	  "book: a\ncover: {parts: [{page: p}, {book: b}]}\n",
	  "f:2: \"key\" is gone: parts of a cover are numbered\nf:2: \"key\" is gone: parts of a cover are numbered\n", "" },
	{ "book: a\ncover:\n  parts:\n    - key: v\n      page: p\n    - book: b\n      key: w\n",
	  "book: a\ncover:\n  parts:\n    - page: p\n    - book: b\n",
	  "f:4: \"key\" is gone: parts of a cover are numbered\nf:7: \"key\" is gone: parts of a cover are numbered\n", "" },
	{ "book: a\ncover: {parts: [{key: v}]}\n", "book: a\ncover: {parts: [{key: v}]}\n", "",
	  "f:2: \"key\" is gone: parts of a cover are numbered\n" },
	/* slips of any kind are left to the loader */
	{ "book: a\npages: x\nlists: {a: 1}\nclocks: [1, {}]\nnear: 3\n",
	  "book: a\npages: x\nlists: {a: 1}\nclocks: [1, {}]\nmatch: 3\n",
	  "f:5: \"near\" is now \"match\"\n", "" },
	{ "[]\n", "[]\n", "", "" },
};

START_TEST(becomes)
{
	struct buf	 out = BUF_INIT;
	struct lint	 changes = { BUF_INIT, 0 }, left = { BUF_INIT, 0 };

	ck_assert(upgrade_text(table[_i].old, strlen(table[_i].old), "f", &out, &changes, &left));
	ck_assert_str_eq(buf_str(&out), table[_i].now);
	ck_assert_str_eq(buf_str(&changes.out), table[_i].changes);
	ck_assert_str_eq(buf_str(&left.out), table[_i].left);
	buf_free(&out);
	free_lint(&changes);
	free_lint(&left);
}
END_TEST

START_TEST(no_yaml)
{
	struct buf	 out = BUF_INIT;
	struct lint	 changes = { BUF_INIT, 0 }, left = { BUF_INIT, 0 };

	ck_assert(!upgrade_text("book: [", 7, "f", &out, &changes, &left));
	ck_assert_uint_eq(changes.n, 0);
	ck_assert_msg(strncmp(buf_str(&left.out), "f:", 2) == 0, "%s", buf_str(&left.out));
	ck_assert(!upgrade_read("/nowhere", "nowhere", &out, &changes));
	ck_assert_str_eq(buf_str(&changes.out),
	    "nowhere: cannot be read: No such file or directory\n");
	buf_free(&out);
	free_lint(&changes);
	free_lint(&left);
}
END_TEST

/* Line numbers of a file stay, but where one count of links becomes three lines. */
static void
upgrade_one(const char *path, const char *shown, void *arg)
{
	struct buf	 text = BUF_INIT, once = BUF_INIT, twice = BUF_INIT;
	struct lint	*all = arg, again = { BUF_INIT, 0 };

	ck_assert(upgrade_read(path, shown, &text, all));
	ck_assert(upgrade_text(text.p, text.n, shown, &once, all, all));
	ck_assert(upgrade_text(once.p, once.n, shown, &twice, &again, &again));
	ck_assert_msg(again.n == 0, "%s", buf_str(&again.out));
	ck_assert_str_eq(buf_str(&once), buf_str(&twice));
	buf_free(&text);
	buf_free(&once);
	buf_free(&twice);
}

/* The data uses each row of the table, so that none names a map that no walk comes to. */
START_TEST(every_row_is_reached)
{
	struct lint	 all = { BUF_INIT, 0 };
	char		 line[200];

	upgrade_each_file(data(""), upgrade_one, &all);
	for (const struct key_change *c = key_changes; c->in != NULL; c++) {
		if (c->kind == KEY_SHORT)
			snprintf(line, sizeof line, "with \"%s\" is now", c->was);
		else if (c->kind == KEY_BEGINS)
			snprintf(line, sizeof line, ": \"%s", c->was);
		else if (c->kind == KEY_REMOVED)
			snprintf(line, sizeof line, ": \"%s\" is gone: %s", c->was, c->now);
		else
			snprintf(line, sizeof line, ": \"%s\" is now \"%s", c->was,
			    c->kind == KEY_LINKS ? "book" : c->now);
		ck_assert_msg(strstr(buf_str(&all.out), line) != NULL, "%s: %s", c->in, line);
	}
	free_lint(&all);
}
END_TEST

/*
 * A name that went is given to nothing else in the same map: what is changed is never changed
 * again.
 */
START_TEST(each_change_is_the_last)
{
	for (const struct key_change *a = key_changes; a->in != NULL; a++)
		for (const struct key_change *b = key_changes; b->in != NULL; b++) {
			ck_assert_msg(a == b || strcmp(a->in, b->in) != 0 ||
			    strcmp(a->was, b->was) != 0, "%s: %s twice", a->in, a->was);
			ck_assert_msg(a->now == NULL || strcmp(a->in, b->in) != 0 ||
			    strcmp(a->now, b->was) != 0, "%s: %s", a->in, a->now);
		}
}
END_TEST

/* The loader understands no key under its old name. */
START_TEST(none_is_understood_twice)
{
	struct lint	 lint = { BUF_INIT, 0 }, old = { BUF_INIT, 0 };
	struct val	*src = set_read(data(""), &lint);

	ck_assert_ptr_nonnull(src);
	ck_assert_uint_eq(lint.n, 0);
	ck_assert_ptr_null(load_set(src, &lint));
	for (const struct key_change *c = key_changes; c->in != NULL; c++) {
		char	 line[200];

		if (strcmp(c->in, "a book") != 0 && strcmp(c->in, "a field") != 0 &&
		    strcmp(c->in, "an act") != 0 &&
		    strcmp(c->in, "a clock") != 0 && strcmp(c->in, "a list") != 0 &&
		    strcmp(c->in, "a menu line") != 0)
			continue;			/* what stands in these is not read where
							   they are not known */
		snprintf(line, sizeof line, "has no key \"%s\"\n", c->was);
		ck_assert_msg(strstr(buf_str(&lint.out), line) != NULL, "%s: %s", c->in, c->was);
	}
	upgrade_tell(data(""), &old);
	ck_assert_uint_gt(old.n, 0);
	free_lint(&lint);
	free_lint(&old);
}
END_TEST

static Suite *
upgrade(void)
{
	Suite	*s = suite_create("forms/upgrade");
	TCase	*tc = tcase_create("upgrade");

	tcase_add_loop_test(tc, becomes, 0, (int)(sizeof table / sizeof *table));
	tcase_add_test(tc, no_yaml);
	tcase_add_test(tc, every_row_is_reached);
	tcase_add_test(tc, each_change_is_the_last);
	tcase_add_test(tc, none_is_understood_twice);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(upgrade)
