/*
 * shouwang-admin upgrade, on a home that an earlier version made: nothing is lost, the new content
 * agrees with itself, the way back is open until something is written, and whatever goes wrong
 * leaves the home as it was.
 */
#include <sys/stat.h>
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <sodium.h>

#include "core/core.h"
#include "core/ops/ops.h"
#include "core/record/audit.h"
#include "tests/harness.h"
#include "tests/support/old_home.h"
#include "tests/support/template.h"

static char	 top[200], home[400], out[300];

static void
make_old(const char *path)
{
	char	 inside[600];

	ck_assert_int_eq(mkdir(path, 0700), 0);
	snprintf(inside, sizeof inside, "%s/home", path);
	old_home_make(inside, 1);
}

static void
setup(void)
{
	const char	*tmp = getenv("TMPDIR");
	char		 copy[300];

	snprintf(top, sizeof top, "%s/upgrade.XXXXXX", tmp != NULL ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(top));
	snprintf(copy, sizeof copy, "%s/old", top);
	snprintf(home, sizeof home, "%s/home", copy);
	snprintf(out, sizeof out, "%s/out", top);
	template_copy("home-1", make_old, copy);
	setenv("SHOUWANG_NOW", "1796040000", 1);	/* 2026-11-30, later than all of its
							   history */
}

static void
teardown(void)
{
	tree_remove(top);
}

/* ---- the command and what it says ------------------------------------------------------------ */

static int
admin(const char *words)
{
	char	 line[2000];
	int	 status;

	snprintf(line, sizeof line, "'%s/shouwang-admin' -d '%s' %s >'%s' 2>&1", getenv("BUILD"),
	    home, words, out);
	status = system(line);
	ck_assert_msg(WIFEXITED(status), "%s", line);
	return WEXITSTATUS(status);
}

static bool
told(const char *text)
{
	static char	 all[1 << 16];
	FILE		*f = fopen(out, "r");
	size_t		 n;

	ck_assert_ptr_nonnull(f);
	n = fread(all, 1, sizeof all - 1, f);
	fclose(f);
	all[n] = '\0';
	if (strstr(all, text) == NULL)
		fprintf(stderr, "%s", all);
	return strstr(all, text) != NULL;
}

static void
expect(const char *words, int status, const char *text)
{
	int	 code = admin(words);

	ck_assert_msg(told(text), "%s: \"%s\" is not told", words, text);
	ck_assert_int_eq(code, status);
}

static void
shell(const char *command)
{
	char	 line[1000];

	snprintf(line, sizeof line, "cd '%s' && %s", home, command);
	ck_assert_msg(system(line) == 0, "%s", command);
}

/* ---- what is in a home ----------------------------------------------------------------------- */

static bool
hash_row(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	crypto_generichash_update(arg, key, klen);
	crypto_generichash_update(arg, val, vlen);
	return true;
}

struct content {
	unsigned char	 hash[STORE_TABLE_MAX][32];
	uint64_t	 entries;		/* of the trail */
};

static bool
count_entry(const struct val *entry, void *arg)
{
	(void)entry;
	++*(uint64_t *)arg;
	return true;
}

static void
read_content(struct content *c)
{
	const struct store_opts		 opts = { .cache = (size_t)8 << 20,
	    .log_file = (size_t)1 << 20, .ballast = 4096 };
	crypto_generichash_state	 state;
	struct home			*h;
	struct store			*st;

	*c = (struct content){ .entries = 0 };
	ck_assert_int_eq(home_open_any(home, &h, NULL), HOME_OK);
	ck_assert_int_eq(store_open(h, &opts, &st, NULL), STORE_OK);
	for (int t = 0; t < STORE_TABLE_MAX; t++) {
		crypto_generichash_init(&state, NULL, 0, 32);
		ck_assert_int_eq(store_scan(st, NULL, (enum store_table)t,
		    &(struct store_range){ .lolen = 0 }, hash_row, &state), STORE_OK);
		crypto_generichash_final(&state, c->hash[t], 32);
	}
	ck_assert_int_eq(audit_read(st, 0, 0, NULL, 0, count_entry, &c->entries), STORE_OK);
	store_close(st);
	home_close(h);
}

static bool
same(const struct content *a, const struct content *b, enum store_table t)
{
	return memcmp(a->hash[t], b->hash[t], 32) == 0;
}

static void
expect_untouched(const struct content *before)
{
	struct content	 now;
	unsigned	 format;
	bool		 demo;

	read_content(&now);
	for (int t = 0; t < STORE_TABLE_MAX; t++)
		ck_assert_msg(same(before, &now, (enum store_table)t), "table %d", t);
	ck_assert_int_eq(home_peek(home, &demo, &format, NULL), HOME_OLD);
	ck_assert_uint_eq(format, 1);
	ck_assert(demo);
	shell("[ ! -e upgrade ] && [ ! -e before ] && [ ! -e swap ] && grep -q '^begin' forms/books/*.yaml || grep -rq 'starts:' forms");
}

/* ---- the tests ------------------------------------------------------------------------------- */

START_TEST(others_refuse_an_old_home)
{
	expect("status", EX_CONFIG,
	    "has format 1 and this version works with format 2: run \"shouwang-admin -d");
	expect("verify", EX_CONFIG, "has format 1");
}
END_TEST

START_TEST(nothing_is_lost)
{
	static const enum store_table	 kept[] = { STORE_REC, STORE_VER, STORE_DRAFT,
	    STORE_TOKEN };
	struct content			 before, after;

	read_content(&before);
	expect("upgrade", EX_OK, "has format 2 now");
	ck_assert(told("format 1 to 2: index rows have scopes"));
	ck_assert(told("all agrees"));
	read_content(&after);
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		ck_assert_msg(same(&before, &after, kept[i]), "table %d", (int)kept[i]);
	ck_assert_uint_eq(after.entries, before.entries + 1);
	ck_assert(!same(&before, &after, STORE_IDX));
	expect("verify", EX_OK, "all agrees");
	expect("status", EX_OK, "kind\tdemo");
	expect("audit -n 1", EX_OK, "upgrade");
	expect("upgrade", EX_OK, "there is nothing to upgrade");
}
END_TEST

START_TEST(dry_run_leaves_it)
{
	struct content	 before;

	read_content(&before);
	expect("upgrade --dry-run", EX_OK, "tried on a copy");
	ck_assert(told("all agrees"));
	expect_untouched(&before);
}
END_TEST

START_TEST(undo)
{
	struct content	 before;

	read_content(&before);
	ck_assert_int_eq(admin("upgrade"), EX_OK);
	ck_assert_int_eq(admin("verify"), EX_OK);		/* reads, and writes nothing */
	shell("mkdir -m 700 undone && echo x >undone/env");		/* of a run that was interrupted */
	expect("upgrade --undo", EX_OK, "is as it was before the upgrade");
	shell("[ ! -e undone ]");
	expect_untouched(&before);
	expect("upgrade", EX_OK, "has format 2 now");		/* and forward again */
	expect("verify", EX_OK, "all agrees");
}
END_TEST

START_TEST(undo_would_lose_work)
{
	ck_assert_int_eq(admin("upgrade"), EX_OK);
	ck_assert_int_eq(admin("account add newcomer --name 新人 --role leader"), EX_OK);
	expect("upgrade --undo", EX_DATAERR,
	    "new entries since the upgrade; going back would lose what they tell of");
	expect("account list", EX_OK, "newcomer");
	expect("upgrade --done", EX_OK, "is removed");
	expect("upgrade --undo", EX_NOINPUT, "there is nothing to go back to");
	expect("upgrade --done", EX_OK, "there is nothing to remove");
}
END_TEST

/* What is wrong with the copy shows before the home is touched. */
START_TEST(definitions_a_person_must_change)
{
	struct content	 before;

	read_content(&before);
	shell("cp forms/books/visit.yaml kept && echo 'nonsense: yes' >>forms/books/visit.yaml");
	expect("upgrade", EX_CONFIG, "books/visit.yaml");
	ck_assert(told("nonsense"));
	shell("mv kept forms/books/visit.yaml");
	expect_untouched(&before);
}
END_TEST

static void
change_record(void)
{
	const struct store_opts	 opts = { .cache = (size_t)8 << 20, .log_file = (size_t)1 << 20,
	    .ballast = 4096 };
	struct buf		 key = BUF_INIT, val = BUF_INIT;
	struct store_txn	*txn;
	struct home		*h;
	struct store		*st;

	ck_assert_int_eq(home_open_any(home, &h, NULL), HOME_OK);
	ck_assert_int_eq(store_open(h, &opts, &st, NULL), STORE_OK);
	ck_assert_int_eq(store_begin(st, &txn), STORE_OK);
	ck_assert_int_eq(store_seek(st, txn, STORE_REC, NULL, 0, true, &key, &val), STORE_OK);
	ck_assert_int_eq(store_del(txn, STORE_REC, key.p, key.n), STORE_OK);
	ck_assert_int_eq(store_commit(txn), STORE_OK);
	store_close(st);
	home_close(h);
	buf_free(&key);
	buf_free(&val);
}

START_TEST(a_damaged_home_is_left_as_it_is)
{
	struct content	 before;

	change_record();
	read_content(&before);
	expect("upgrade", EX_DATAERR, "does not agree with itself, so the home was left as it is");
	expect_untouched(&before);
}
END_TEST

START_TEST(leftovers_do_no_harm)
{
	shell("mkdir -m 700 upgrade && echo x >upgrade/env");
	expect("upgrade", EX_OK, "has format 2 now");
	shell("[ ! -e upgrade ] && [ -e before/kind ]");
}
END_TEST

START_TEST(a_home_in_use)
{
	struct home	*h;

	ck_assert_int_eq(home_open_any(home, &h, NULL), HOME_OK);
	expect("upgrade", EX_TEMPFAIL, "stop the daemon, then run upgrade again");
	home_close(h);
}
END_TEST

START_TEST(wrong_words)
{
	expect("upgrade --undo --done", EX_USAGE, "upgrade takes one option at most");
	expect("upgrade all", EX_USAGE, "upgrade takes one option at most");
	expect("upgrade --again", EX_USAGE, "does not know that option");
}
END_TEST

static Suite *
upgrade(void)
{
	Suite	*s = suite_create("admin/upgrade");
	TCase	*tc = tcase_create("upgrade");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, others_refuse_an_old_home);
	tcase_add_test(tc, nothing_is_lost);
	tcase_add_test(tc, dry_run_leaves_it);
	tcase_add_test(tc, undo);
	tcase_add_test(tc, undo_would_lose_work);
	tcase_add_test(tc, definitions_a_person_must_change);
	tcase_add_test(tc, a_damaged_home_is_left_as_it_is);
	tcase_add_test(tc, leftovers_do_no_harm);
	tcase_add_test(tc, a_home_in_use);
	tcase_add_test(tc, wrong_words);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(upgrade)
