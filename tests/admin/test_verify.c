/*
 * verify against stores that somebody has tampered with: each kind of damage is done to a copy of one small demo county,
 * behind the program's back, and must be told.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin/desk.h"
#include "core/record/audit.h"
#include "core/record/index.h"
#include "tests/harness.h"

static char	 home[4096], out[4200];

/* ---- a county, and what a command prints -------------------------------------------------------------------- */

static int
run(int (*command)(const struct admin *, int, char **), char **argv)
{
	const struct admin	 admin = { home, "/nowhere" };
	int			 argc = 0, code, was, fd;

	while (argv[argc] != NULL)
		argc++;
	optind = 0;
	fflush(stdout);
	was = dup(STDOUT_FILENO);
	fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ck_assert_int_ne(fd, -1);
	dup2(fd, STDOUT_FILENO);
	close(fd);
	code = command(&admin, argc, argv);
	fflush(stdout);
	dup2(was, STDOUT_FILENO);
	close(was);
	return code;
}

static bool
printed(const char *text)
{
	static char	 all[1 << 16];
	FILE		*f = fopen(out, "r");
	size_t		 n;

	ck_assert_ptr_nonnull(f);
	n = fread(all, 1, sizeof all - 1, f);
	fclose(f);
	all[n] = '\0';
	return strstr(all, text) != NULL;
}

static void
county(void)
{
	const char	*tmp = getenv("TMPDIR"), *src = getenv("SRCDIR");
	char		 path[4200], dir[4000];

	snprintf(dir, sizeof dir, "%s/verify.XXXXXX", tmp != NULL ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(home, sizeof home, "%s/home", dir);
	snprintf(out, sizeof out, "%s/out", dir);
	snprintf(path, sizeof path, "%s/forms/county", src != NULL ? src : ".");
	setenv("SHOUWANG_FORMS", path, 1);
	snprintf(path, sizeof path, "%s/admin/demo", src != NULL ? src : ".");
	setenv("SHOUWANG_DEMO_DATA", path, 1);
	ck_assert_int_eq(run(cmd_init, (char *[]){ (char []){ "init" }, (char []){ "--demo" }, NULL }), EX_OK);
	ck_assert_int_eq(run(cmd_demo, (char *[]){ (char []){ "demo" }, (char []){ "--children" }, (char []){ "12" }, NULL }),
	    EX_OK);
	unsetenv("SHOUWANG_NOW");
}

static int
verify(void)
{
	return run(cmd_verify, (char *[]){ (char []){ "verify" }, NULL });
}

/* ---- tampering ---------------------------------------------------------------------------------------------- */

struct tamper {
	struct core		*core;
	struct store_txn	*txn;
	struct buf		 key, val;
};

/* The store with a transaction, in which fn does its harm. */
static void
tamper(void (*fn)(struct tamper *))
{
	const struct core_opts	 opts = { .store = desk_store_opts() };
	struct buf		 err = BUF_INIT;
	struct tamper		 t = { .key = BUF_INIT, .val = BUF_INIT };

	t.core = core_open(home, &opts, &err);
	ck_assert_msg(t.core != NULL, "%s", buf_str(&err));
	committer_stop(t.core->committer);
	t.core->committer = NULL;
	ck_assert_int_eq(store_begin(t.core->store, &t.txn), STORE_OK);
	fn(&t);
	ck_assert_int_eq(store_commit(t.txn), STORE_OK);
	ck_assert_int_eq(store_flush(t.core->store), STORE_OK);
	core_close(t.core);
	buf_free(&t.key);
	buf_free(&t.val);
}

/* The first entry of a table at or after a number of 4 bytes. */
static void
first(struct tamper *t, enum store_table table, uint32_t from)
{
	struct buf	 lo = BUF_INIT;

	buf_u32(&lo, from);
	ck_assert_int_eq(store_seek(t->core->store, t->txn, table, lo.p, lo.n, false, &t->key, &t->val), STORE_OK);
	buf_free(&lo);
}

static uint32_t
list_id(struct tamper *t)
{
	const struct book	*book = set_book(t->core->set, "child");

	return catalog_list(t->core->catalog, book_list(book, "mine"), 0)->id;
}

static void
nothing(struct tamper *t)
{
	(void)t;
}

static void
lose_row(struct tamper *t)
{
	first(t, STORE_IDX, list_id(t));
	ck_assert_int_eq(store_del(t->txn, STORE_IDX, t->key.p, t->key.n), STORE_OK);
}

static void
add_row(struct tamper *t)
{
	first(t, STORE_IDX, list_id(t));
	t->key.p[4]++;				/* in another area */
	ck_assert_int_eq(store_add(t->txn, STORE_IDX, t->key.p, t->key.n, "", 0), STORE_OK);
}

static void
move_row(struct tamper *t)
{
	lose_row(t);
	t->key.p[4]++;
	ck_assert_int_eq(store_add(t->txn, STORE_IDX, t->key.p, t->key.n, "", 0), STORE_OK);
}

static void
miscount(struct tamper *t)
{
	first(t, STORE_TALLY, list_id(t));
	t->val.p[7]++;
	ck_assert_int_eq(store_put(t->txn, STORE_TALLY, t->key.p, t->key.n, t->val.p, t->val.n), STORE_OK);
}

static void
lose_count(struct tamper *t)
{
	first(t, STORE_TALLY, list_id(t));
	ck_assert_int_eq(store_del(t->txn, STORE_TALLY, t->key.p, t->key.n), STORE_OK);
}

static void
lose_version(struct tamper *t)
{
	first(t, STORE_VER, 0);
	ck_assert_int_eq(store_del(t->txn, STORE_VER, t->key.p, t->key.n), STORE_OK);
}

static void
lose_record(struct tamper *t)
{
	unsigned char	 key[REC_KEY];

	first(t, STORE_VER, 0);			/* one that has earlier versions */
	rec_key(be64(t->key.p), key);
	ck_assert_int_eq(store_del(t->txn, STORE_REC, key, sizeof key), STORE_OK);
}

/* A record with one field another, as somebody with the key and a tool might. */
static void
change_record(struct tamper *t)
{
	struct rec	*rec;
	unsigned char	 key[REC_KEY];

	first(t, STORE_VER, 0);
	ck_assert_int_eq(rec_get(t->core, t->txn, be64(t->key.p), &rec), REC_OK);
	put(rec->fields, "name", val_text("改名人"));
	buf_reset(&t->val);
	val_encode(rec->env, &t->val);
	rec_key(rec->id, key);
	ck_assert_int_eq(store_put(t->txn, STORE_REC, key, sizeof key, t->val.p, t->val.n), STORE_OK);
	rec_free(rec);
}

static void
spoil_record(struct tamper *t)
{
	unsigned char	 key[REC_KEY];

	first(t, STORE_VER, 0);			/* a child: without its places a store does not open */
	rec_key(be64(t->key.p), key);
	ck_assert_int_eq(store_put(t->txn, STORE_REC, key, sizeof key, "\xf6", 1), STORE_OK);
}

/* The second record's unique values become those of the first: two accounts under one login name. */
static void
double_value(struct tamper *t)
{
	const struct field	*f = book_field(set_book(t->core->set, "account"), "user");
	uint32_t		 id = catalog_unique(t->core->catalog, f)->id;

	first(t, STORE_IDX, id);
	t->key.p[t->key.n - 1]++;
	ck_assert_int_eq(store_add(t->txn, STORE_IDX, t->key.p, t->key.n, "", 0), STORE_OK);
}

static void
change_trail(struct tamper *t)
{
	first(t, STORE_AUDIT, 0);
	t->val.p[t->val.n - 1] ^= 1;
	ck_assert_int_eq(store_put(t->txn, STORE_AUDIT, t->key.p, t->key.n, t->val.p, t->val.n), STORE_OK);
}

static void
lose_entry(struct tamper *t)
{
	first(t, STORE_AUDIT, 0);
	ck_assert_int_eq(store_del(t->txn, STORE_AUDIT, t->key.p, t->key.n), STORE_OK);
}

static void
lose_finder(struct tamper *t)
{
	first(t, STORE_IDX, 1);
	ck_assert_int_eq(store_del(t->txn, STORE_IDX, t->key.p, t->key.n), STORE_OK);
}

static void
add_finder(struct tamper *t)
{
	first(t, STORE_IDX, 2);
	t->key.p[4]++;
	ck_assert_int_eq(store_add(t->txn, STORE_IDX, t->key.p, t->key.n, "", 0), STORE_OK);
}

static const struct {
	void		 (*harm)(struct tamper *);
	int		 code;
	const char	*says[3];
} table[] = {
	{ nothing,	EX_OK,		{ "all agrees", "the chain is whole", "records of child: 12" } },
	{ lose_row,	EX_DATAERR,	{ "it does NOT agree", "in child/list/mine/0", "index rows that are missing: 1\n" } },
	{ add_row,	EX_DATAERR,	{ "it does NOT agree", "surplus: #", "index rows that no record has: 1\n" } },
	{ move_row,	EX_DATAERR,	{ "missing: child", "index rows that are missing: 1\n",
	    "index rows that no record has: 1\n" } },
	{ miscount,	EX_DATAERR,	{ "count: child/list/mine/0 in 99012", "says", "counts that are wrong: 1\n" } },
	{ lose_count,	EX_DATAERR,	{ "count: none in 99012", "there are", "counts that are wrong: 1\n" } },
	{ lose_version,	EX_DATAERR,	{ "versions: child #", "lacks version 1", "earlier versions are not all kept: 1\n" } },
	{ lose_record,	EX_DATAERR,	{ "are kept of records that are not there", "index rows that no record has",
	    "counts that are wrong" } },
	{ change_record, EX_DATAERR,	{ "missing: child", "surplus: #", "index rows that are missing" } },
	{ spoil_record,	EX_DATAERR,	{ "damaged: #", "records that cannot be read: 1\n", "index rows that no record has" } },
	{ double_value,	EX_DATAERR,	{ "doubled: account/unique/user/0 of records #", "surplus: #",
	    "only one record may have and several do: 1\n" } },
	{ change_trail,	EX_DATAERR,	{ "the chain breaks at entry 1:", "it does NOT agree", "records of child: 12" } },
	{ lose_entry,	EX_DATAERR,	{ "the chain breaks at entry 1:", "it does NOT agree", "records of child: 12" } },
	{ lose_finder,	EX_DATAERR,	{ "rows to find entries by are missing", "1 rows", "it does NOT agree" } },
	{ add_finder,	EX_DATAERR,	{ "0 rows to find entries by are missing, 1 are surplus", "it does NOT agree",
	    "the chain is whole" } },
};

START_TEST(harm_is_told)
{
	int	 code;

	county();
	tamper(table[_i].harm);
	code = verify();
	for (size_t k = 0; k < 3; k++)
		ck_assert_msg(printed(table[_i].says[k]), "does not say \"%s\"; see %s", table[_i].says[k], out);
	ck_assert_int_eq(code, table[_i].code);
}
END_TEST

static Suite *
suite(void)
{
	Suite	*s = suite_create("admin/verify");
	TCase	*tc = tcase_create("verify");

	tcase_add_loop_test(tc, harm_is_told, 0, sizeof table / sizeof *table);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(suite)
