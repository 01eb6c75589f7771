/*
 * verify against stores that somebody has tampered with: each kind of damage is done to a copy of
 * one small demo county, behind the program's back, and must be told.
 */
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin/client.h"
#include "core/core.h"
#include "core/ops/ops.h"
#include "core/record/audit_chain.h"
#include "core/record/index.h"
#include "tests/harness.h"

static char	 top[4000], home[4096], out[4200];	/* of the test at hand: TOP/home is a
							   copy of TOP/county */

/* ---- a county, and what a command prints ----------------------------------------------------- */

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

static void	 shell(const char *, ...) __attribute__((format(printf, 1, 2)));

/* A command, with TOP as its directory. */
static void
shell(const char *fmt, ...)
{
	char	 cmd[10000];
	va_list	 ap;
	int	 n = snprintf(cmd, sizeof cmd, "cd '%s' && ", top);

	va_start(ap, fmt);
	vsnprintf(cmd + n, sizeof cmd - (size_t)n, fmt, ap);
	va_end(ap);
	ck_assert_msg(system(cmd) == 0, "%s", cmd);
}

/* Once for all tests; each of them runs in a process of its own. */
static void
county(void)
{
	const char	*tmp = getenv("TMPDIR"), *src = getenv("SRCDIR");
	char		 path[4200];

	snprintf(top, sizeof top, "%s/verify.XXXXXX", tmp != NULL ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(top));
	snprintf(home, sizeof home, "%s/county", top);
	snprintf(out, sizeof out, "%s/out", top);
	snprintf(path, sizeof path, "%s/forms/county", src != NULL ? src : ".");
	setenv("SHOUWANG_FORMS", path, 1);
	snprintf(path, sizeof path, "%s/admin/demo", src != NULL ? src : ".");
	setenv("SHOUWANG_DEMO_DATA", path, 1);
	ck_assert_int_eq(run(cmd_init, (char *[]){ (char []){ "init" }, (char []){ "--demo" },
	    NULL }), EX_OK);
	ck_assert_int_eq(run(cmd_demo, (char *[]){ (char []){ "demo" }, (char []){ "--children" },
	    (char []){ "12" }, NULL }), EX_OK);
	unsetenv("SHOUWANG_NOW");
}

static void
no_county(void)
{
	shell("rm -rf county");
}

static void
copy_county(void)
{
	const size_t	 n = strlen(top);
	char		 name[32];

	snprintf(name, sizeof name, "/test.%d", (int)getpid());
	shell("mkdir -m 700 .%s && cp -a county .%s/home", name, name);
	snprintf(top + n, sizeof top - n, "%s", name);
	snprintf(home, sizeof home, "%s/home", top);
	snprintf(out, sizeof out, "%s/out", top);
}

static void
remove_copy(void)
{
	shell("rm -rf home older");
}

static int
verify(void)
{
	return run(cmd_verify, (char *[]){ (char []){ "verify" }, NULL });
}

static int
accept_loss(void)
{
	return run(cmd_verify, (char *[]){ (char []){ "verify" }, (char []){ "--accept-loss" },
	    NULL });
}

/* ---- tampering ------------------------------------------------------------------------------- */

struct tamper {
	struct core		*core;
	struct store_txn	*txn;
	struct buf		 key, val;
};

/* The store with a transaction, in which fn does its harm. */
static void
tamper(void (*fn)(struct tamper *))
{
	const struct core_opts	 opts = { .store = client_store_opts() };
	struct buf		 err = BUF_INIT;
	struct tamper		 t = { .key = BUF_INIT, .val = BUF_INIT };

	core_open(home, &opts, &t.core, &err);
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

	buf_put_u32(&lo, from);
	ck_assert_int_eq(store_seek(t->core->store, t->txn, table, lo.p, lo.n, false, &t->key,
	    &t->val), STORE_OK);
	buf_free(&lo);
}

/* The first version of the first child that has earlier ones. */
static void
first_version(struct tamper *t)
{
	struct buf	 lo = BUF_INIT;
	struct rec	*rec = NULL;
	uint64_t	 id = 0;
	bool		 child = false;

	while (!child) {
		buf_reset(&lo);
		buf_put_u64(&lo, id + 1);
		ck_assert_int_eq(store_seek(t->core->store, t->txn, STORE_VER, lo.p, lo.n, false,
		    &t->key, &t->val), STORE_OK);
		id = buf_get_u64(t->key.p);
		ck_assert_int_eq(rec_get(t->core, t->txn, id, &rec), REC_OK);
		child = strcmp(rec->book->name, "child") == 0;
		rec_free(rec);
	}
	buf_free(&lo);
}

static uint32_t
list_id(struct tamper *t)
{
	const struct book	*book = set_book(t->core->set, "child");

	return index_catalog_list(t->core->index_catalog, book_list(book, "mine"), 0)->id;
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
	ck_assert_int_eq(store_put(t->txn, STORE_TALLY, t->key.p, t->key.n, t->val.p, t->val.n),
	    STORE_OK);
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
	first_version(t);
	ck_assert_int_eq(store_del(t->txn, STORE_VER, t->key.p, t->key.n), STORE_OK);
}

static void
lose_record(struct tamper *t)
{
	unsigned char	 key[REC_KEY];

	first_version(t);			/* one that has earlier versions */
	rec_key(buf_get_u64(t->key.p), key);
	ck_assert_int_eq(store_del(t->txn, STORE_REC, key, sizeof key), STORE_OK);
}

/* A record with one field another, as somebody with the key and a tool might. */
static void
change_record(struct tamper *t)
{
	struct rec	*rec;
	unsigned char	 key[REC_KEY];

	first_version(t);
	ck_assert_int_eq(rec_get(t->core, t->txn, buf_get_u64(t->key.p), &rec), REC_OK);
	xput(rec->fields, "name", val_text("改名人"));
	buf_reset(&t->val);
	val_encode(rec->env, &t->val);
	rec_key(rec->id, key);
	ck_assert_int_eq(store_put(t->txn, STORE_REC, key, sizeof key, t->val.p, t->val.n),
	    STORE_OK);
	rec_free(rec);
}

static void
spoil_record(struct tamper *t)
{
	unsigned char	 key[REC_KEY];

	first_version(t);			/* a child: without its places a store does not
						   open */
	rec_key(buf_get_u64(t->key.p), key);
	ck_assert_int_eq(store_put(t->txn, STORE_REC, key, sizeof key, "\xf6", 1), STORE_OK);
}

/*
 * The second record's unique values become those of the first: two accounts under one login name.
 */
static void
double_value(struct tamper *t)
{
	const struct field	*f = book_field(set_book(t->core->set, "account"), "user");
	uint32_t		 id = index_catalog_unique(t->core->index_catalog, f)->id;

	first(t, STORE_IDX, id);
	t->key.p[t->key.n - 1]++;
	ck_assert_int_eq(store_add(t->txn, STORE_IDX, t->key.p, t->key.n, "", 0), STORE_OK);
}

static void
change_trail(struct tamper *t)
{
	first(t, STORE_AUDIT, 0);
	t->val.p[t->val.n - 1] ^= 1;
	ck_assert_int_eq(store_put(t->txn, STORE_AUDIT, t->key.p, t->key.n, t->val.p, t->val.n),
	    STORE_OK);
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

/* ---- the trail's chain, by somebody who has the store open ----------------------------------- */

/* The key of entry number seq, in t->key, and its bytes in t->val. */
static void
entry(struct tamper *t, uint64_t seq)
{
	buf_reset(&t->key);
	buf_put_u64(&t->key, seq);
	ck_assert_int_eq(store_get(t->core->store, t->txn, STORE_AUDIT, t->key.p, t->key.n,
	    &t->val), STORE_OK);
}

static uint64_t
newest(struct tamper *t)
{
	struct head	 end;

	ck_assert_int_eq(audit_newest(t->core->store, t->txn, &end, &t->val), STORE_OK);
	ck_assert_uint_gt(end.seq, 10);
	return end.seq;
}

static bool
collect_finder(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct tamper	*t = arg;

	(void)val;
	(void)vlen;
	if (buf_get_u64((const char *)key + klen - 8) == buf_get_u64(t->key.p)) {
		ck_assert_uint_le(klen, 255);
		buf_putc(&t->val, (char)klen);
		buf_put(&t->val, key, klen);
	}
	return true;
}

/* With the rows it is found by. */
static void
remove_entry(struct tamper *t, uint64_t seq)
{
	entry(t, seq);
	buf_reset(&t->val);
	ck_assert_int_eq(store_scan(t->core->store, t->txn, STORE_IDX,
	    &(struct store_range){ .lo = "\0\0\0\1", .lolen = 4,
	    .hi = "\0\0\0\3", .hilen = 4, .keys_only = true }, collect_finder, t), STORE_OK);
	ck_assert_uint_gt(t->val.n, 0);
	for (size_t i = 0; i < t->val.n; i += 1 + (unsigned char)t->val.p[i])
		ck_assert_int_eq(store_del(t->txn, STORE_IDX, t->val.p + i + 1,
		    (unsigned char)t->val.p[i]), STORE_OK);
	ck_assert_int_eq(store_del(t->txn, STORE_AUDIT, t->key.p, t->key.n), STORE_OK);
}

static void
lose_end(struct tamper *t)
{
	for (int i = 0; i < 3; i++)
		remove_entry(t, newest(t));
}

static const unsigned char	*const no_key = NULL;
static const unsigned char	 wrong_key[HOME_SUBKEYLEN] = { 1, 2, 3 };

/* From entry `from` on every hash anew. */
static void
chain_anew(struct tamper *t, const unsigned char *key, uint64_t from)
{
	const uint64_t	 last = newest(t);
	unsigned char	 hash[AUDIT_HASH] = { 0 };

	if (from > 1) {
		entry(t, from - 1);
		memcpy(hash, t->val.p, AUDIT_HASH);
	}
	for (uint64_t seq = from; seq <= last; seq++) {
		entry(t, seq);
		audit_hash_entry(key, hash, seq, t->val.p + AUDIT_HASH, t->val.n - AUDIT_HASH,
		    hash);
		memcpy(t->val.p, hash, AUDIT_HASH);
		ck_assert_int_eq(store_put(t->txn, STORE_AUDIT, t->key.p, t->key.n, t->val.p,
		    t->val.n), STORE_OK);
	}
}

/* Another did it: the name in an entry is changed, letter by letter. */
static void
change_entry(struct tamper *t, uint64_t seq)
{
	size_t	 i;

	entry(t, seq);
	for (i = AUDIT_HASH; i + 5 < t->val.n && memcmp(t->val.p + i, "fuser", 5) != 0 &&
	    memcmp(t->val.p + i, "duser", 5) != 0; i++)
		;
	ck_assert_uint_lt(i + 6, t->val.n);
	t->val.p[i + 6] ^= 1;
	ck_assert_int_eq(store_put(t->txn, STORE_AUDIT, t->key.p, t->key.n, t->val.p, t->val.n),
	    STORE_OK);
}

static void
rechain_without_key(struct tamper *t)
{
	change_trail(t);
	chain_anew(t, no_key, 1);
}

static void
rechain_with_wrong_key(struct tamper *t)
{
	change_trail(t);
	chain_anew(t, wrong_key, 1);
}

/* The newest entry once more, as another one. */
static void
forge(struct tamper *t, const unsigned char *key)
{
	const uint64_t	 last = newest(t);
	unsigned char	 before[AUDIT_HASH];

	entry(t, last);
	memcpy(before, t->val.p, AUDIT_HASH);
	audit_hash_entry(key, before, last + 1, t->val.p + AUDIT_HASH, t->val.n - AUDIT_HASH,
	    (unsigned char *)t->val.p);
	buf_reset(&t->key);
	buf_put_u64(&t->key, last + 1);
	ck_assert_int_eq(store_add(t->txn, STORE_AUDIT, t->key.p, t->key.n, t->val.p, t->val.n),
	    STORE_OK);
}

static void
forge_without_key(struct tamper *t)
{
	forge(t, no_key);
}

static void
forge_with_wrong_key(struct tamper *t)
{
	forge(t, wrong_key);
}

/* A record gets a version that nobody made. */
static void
add_version(struct tamper *t)
{
	struct rec	*rec;
	unsigned char	 vkey[REC_VERSION_KEY];

	first_version(t);
	ck_assert_int_eq(rec_get(t->core, t->txn, buf_get_u64(t->key.p), &rec), REC_OK);
	rec_version_key(rec->id, rec->ver, vkey);
	buf_reset(&t->val);
	val_encode(rec->env, &t->val);
	ck_assert_int_eq(store_put(t->txn, STORE_VER, vkey, sizeof vkey, t->val.p, t->val.n),
	    STORE_OK);
	ck_assert(rec_set_ver(rec, rec->ver + 1));
	ck_assert_int_eq(rec_put(t->txn, rec), STORE_OK);
	rec_free(rec);
}

/*
 * A record goes back to its first version, which has the same places in all lists or is told of
 * there.
 */
static void
take_version_back(struct tamper *t)
{
	unsigned char	 key[REC_KEY], vkey[REC_VERSION_KEY];
	struct rec	*rec;
	uint64_t	 id;

	first_version(t);
	id = buf_get_u64(t->key.p);
	ck_assert_int_eq(rec_get(t->core, t->txn, id, &rec), REC_OK);
	for (uint64_t n = 1; n < rec->ver; n++) {
		rec_version_key(id, n, vkey);
		ck_assert_int_eq(store_del(t->txn, STORE_VER, vkey, sizeof vkey), STORE_OK);
	}
	rec_free(rec);
	rec_key(id, key);
	ck_assert_int_eq(store_put(t->txn, STORE_REC, key, sizeof key, t->val.p, t->val.n),
	    STORE_OK);
}

static void
odd_draft(struct tamper *t)
{
	ck_assert_int_eq(store_put(t->txn, STORE_DRAFT, "short", 5, "\xa0", 1), STORE_OK);
}

static void
draft_of_nobody(struct tamper *t)
{
	ck_assert_int_eq(store_put(t->txn, STORE_DRAFT, "nobody\0" "0123456789abcdef", 23, "\xa0",
	    1), STORE_OK);
}

static void
draft_of_noise(struct tamper *t)
{
	ck_assert_int_eq(store_put(t->txn, STORE_DRAFT, "nobody\0" "0123456789abcdef", 23,
	    "\xff\xff", 2), STORE_OK);
}

static void
odd_token(struct tamper *t)
{
	ck_assert_int_eq(store_put(t->txn, STORE_TOKEN, "short", 5, "12345678", 8), STORE_OK);
}

static const struct {
	void		 (*harm)(struct tamper *);
	int		 code;
	const char	*says[3];
} table[] = {
	{ nothing,	EX_OK,		{ "all agrees", "the chain is whole",
	  "records of child: 12" } },
	{ lose_row,	EX_DATAERR,	{ "it does NOT agree", "in child/list/mine/0",
	  "index rows that are missing: 1;" } },
	{ add_row,	EX_DATAERR,	{ "it does NOT agree", "surplus: #",
	  "index rows that no record has: 1;" } },
	{ move_row,	EX_DATAERR,	{ "missing: child", "index rows that are missing: 1;",
	    "index rows that no record has: 1;" } },
	{ miscount,	EX_DATAERR,	{ "count: child/list/mine/0 in 99012", "says",
	  "counts that are wrong: 1;" } },
	{ lose_count,	EX_DATAERR,	{ "count: none in 99012", "there are",
	  "counts that are wrong: 1;" } },
	{ lose_version,	EX_DATAERR,	{ "versions: child #", "lacks version 1",
	  "earlier versions are not all kept: 1;" } },
	{ lose_record,	EX_DATAERR,	{ "is not there, but", "index rows that no record has",
	    "counts that are wrong" } },
	{ change_record, EX_DATAERR,	{ "missing: child", "surplus: #",
	  "index rows that are missing" } },
	{ spoil_record,	EX_DATAERR,	{ "damaged: #", "records that cannot be read: 1;",
	  "index rows that no record has" } },
	{ double_value,	EX_DATAERR,	{ "doubled: account/unique/user/0 of records #",
	  "surplus: #",
	    "only one record may have and several do: 1;" } },
	{ change_trail,	EX_DATAERR,	{ "the chain breaks at entry 1:", "it does NOT agree",
	  "records of child: 12" } },
	{ lose_entry,	EX_DATAERR,	{ "the chain breaks at entry 1:", "it does NOT agree",
	  "records of child: 12" } },
	{ lose_finder,	EX_DATAERR,	{ "rows to find entries by are missing", "1 rows",
	  "it does NOT agree" } },
	{ add_finder,	EX_DATAERR,	{ "0 rows to find entries by are missing, 1 are surplus",
	  "it does NOT agree",
	    "the chain is whole" } },
	{ lose_end,	EX_DATAERR,	{ "the newest 3 entries of the audit trail are missing",
	  "restore the newest backup",
	    "it does NOT agree" } },
	{ rechain_without_key, EX_DATAERR,
	  { "the chain breaks at entry 1:", "is not the one this program wrote",
	    "it does NOT agree" } },
	{ rechain_with_wrong_key, EX_DATAERR,
	  { "the chain breaks at entry 1:", "is not the one this program wrote",
	    "it does NOT agree" } },
	{ forge_without_key, EX_DATAERR,
	  { "the chain breaks at entry", "is not the one this program wrote",
	    "it does NOT agree" } },
	{ forge_with_wrong_key, EX_DATAERR,
	  { "the chain breaks at entry", "is not the one this program wrote",
	    "it does NOT agree" } },
	{ add_version,	EX_DATAERR,	{ "untold: version",
	  "that the audit trail does not tell of: 1;", "it does NOT agree" } },
	{ take_version_back, EX_DATAERR, { "undone: entry", "which has no such version",
	  "it does NOT agree" } },
	{ odd_draft,	EX_DATAERR,	{ "draft: one that cannot be read", "belong to nobody: 1;",
	  "it does NOT agree" } },
	{ draft_of_nobody, EX_DATAERR,	{ "draft: one of nobody, who has no account",
	  "belong to nobody: 1;", "it does NOT agree" } },
	{ draft_of_noise, EX_DATAERR,	{ "draft: one that cannot be read, of nobody",
	  "belong to nobody: 1;", "it does NOT agree" } },
	{ odd_token,	EX_DATAERR,	{ "token: one that cannot be read", "name no record: 1;",
	  "it does NOT agree" } },
};

START_TEST(harm_is_told)
{
	int	 code;

	tamper(table[_i].harm);
	code = verify();
	for (size_t k = 0; k < 3; k++)
		ck_assert_msg(printed(table[_i].says[k]), "does not say \"%s\"; see %s",
		    table[_i].says[k], out);
	ck_assert_int_eq(code, table[_i].code);
}
END_TEST

/* ---- the trail's end, by somebody who has the files ------------------------------------------ */

/* So many acknowledged saves by a process that then dies (`dies`) or closes the store. */
static void
saves(int n, bool dies)
{
	const struct admin	 admin = { home, "/nowhere" };
	struct client		*client;
	struct val		*req, *set;
	static int		 last = 300;
	char			 code[16];
	int			 status;
	pid_t			 pid;

	last += n;
	fflush(NULL);
	ck_assert_int_ne(pid = fork(), -1);
	if (pid == 0) {
		if (client_open(&admin, true, &client) != EX_OK)
			_exit(1);
		for (int i = 0; i < n; i++) {
			snprintf(code, sizeof code, "990121100%03d", last - i);
			set = xcheck(val_map());
			xput(set, "code", val_text(code));
			xput(set, "name", val_text("新村"));
			xput(req = client_new_write("save", "area"), "set", set);
			if (client_ask(client, req, "area", NULL) != EX_OK)
				_exit(2);
		}
		if (!dies)
			client_close(client);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

static void
agrees(void)
{
	ck_assert_msg(verify() == EX_OK && printed("all agrees"), "see %s", out);
}

static void
tells(const char *what)
{
	ck_assert_int_eq(verify(), EX_DATAERR);
	ck_assert_msg(printed(what) && printed("it does NOT agree"), "does not say \"%s\"; see %s",
	    what, out);
}

static void
refused(const char *what)
{
	const struct core_opts	 opts = { .store = client_store_opts() };
	struct buf		 err = BUF_INIT;
	struct core		*core;

	ck_assert_int_eq(core_open(home, &opts, &core, &err), FAULT_DAMAGED);
	ck_assert_ptr_null(core);
	ck_assert_msg(strstr(buf_str(&err), what) != NULL, "%s", buf_str(&err));
	ck_assert_ptr_null(strchr(buf_str(&err), '\n'));
	ck_assert_ptr_nonnull(strstr(buf_str(&err), "--accept-loss"));
	buf_free(&err);
}

/* From there on the store works, and verify agrees; the trail has it. */
static void
loss_is_accepted(void)
{
	ck_assert_int_eq(accept_loss(), EX_OK);
	ck_assert(printed("accepted"));
	agrees();
	ck_assert_int_eq(run(cmd_audit, (char *[]){ (char []){ "audit" }, (char []){ "-n" },
	    (char []){ "1" }, NULL }), EX_OK);
	ck_assert(printed("accept-loss"));
	ck_assert_int_eq(accept_loss(), EX_OK);
	ck_assert(printed("no loss to accept"));
	saves(2, true);
	agrees();
}

START_TEST(a_killed_process_raises_no_alarm)
{
	saves(5, true);
	agrees();
	saves(5, true);
	saves(5, false);
	agrees();
}
END_TEST

/* The log with what came after its first three saves cut away, or as it was then. */
START_TEST(a_cut_log_is_told)
{
	saves(1, false);
	saves(3, true);
	shell("mkdir older && cp -a home/env older/");
	saves(20, true);
	if (_i == 0)
		shell("rm -rf home/env && cp -a older/env home/env");
	else
		shell("for f in home/env/log.*; do o=older/env/${f##*/}; [ -f $o ] && cp $o $f || rm $f; done; "
		    "for f in older/env/*.db; do cmp -s $f home/env/${f##*/} || cp $f home/env/; done");
	refused("the newest 20 entries of the audit trail are missing");
	tells("the newest 20 entries of the audit trail are missing");
	refused("the newest 20 entries of the audit trail are missing");
	loss_is_accepted();
}
END_TEST

START_TEST(a_removed_head_is_told)
{
	shell(_i == 0 ? "rm home/head" : _i == 1 ? ": >home/head" :
	    "head -c 8192 /dev/zero >home/head");
	refused(_i == 0 ? "head is missing" : "head is damaged");
	tells(_i == 0 ? "head is missing" : "head is damaged");
	loss_is_accepted();
}
END_TEST

/* One slot of the head is enough: a write of it may have been torn. */
START_TEST(a_torn_head_is_read)
{
	saves(4, true);
	shell("printf torn | dd of=home/head bs=1 seek=%d conv=notrunc 2>/dev/null",
	    _i * HEAD_BLOCK + 20);
	agrees();
}
END_TEST

START_TEST(an_older_store_is_told)
{
	shell("cp -a home older");
	saves(4, false);
	shell("rm -rf home/env && cp -a older/env home/env");
	refused("the newest 4 entries of the audit trail are missing");
	tells("acknowledged was up to entry");
	loss_is_accepted();
}
END_TEST

/* ---- backups --------------------------------------------------------------------------------- */

static void
back_up(void)
{
	const struct core_opts	 opts = { .store = client_store_opts() };
	struct buf		 err = BUF_INIT;
	struct core		*core;
	char			 dir[4100];

	core_open(home, &opts, &core, &err);
	ck_assert_msg(core != NULL, "%s", buf_str(&err));
	snprintf(dir, sizeof dir, "%s/older", top);
	ck_assert_msg(store_backup(core->store, dir, &err) == STORE_OK, "%s", buf_str(&err));
	core_close(core);
}

static bool
opens_restored(const char *says)
{
	const struct core_opts	 opts = { .store = { .cache = 8 << 20, .log_file = 8 << 20,
	    .restored = true } };
	struct buf		 err = BUF_INIT;
	struct core		*core;
	const bool		 opened = core_open(home, &opts, &core, &err) == FAULT_NONE;

	ck_assert_msg(says == NULL ? opened : strstr(buf_str(&err), says) != NULL, "%s",
	    buf_str(&err));
	core_close(core);
	buf_free(&err);
	return opened;
}

START_TEST(a_restored_backup_raises_no_alarm)
{
	saves(3, false);
	back_up();
	saves(4, true);
	shell("rm -rf home/env && mv older home/env");
	refused("the newest 4 entries of the audit trail are missing");
	ck_assert(opens_restored(NULL));
	shell("test ! -e home/env/head");
	agrees();
	ck_assert_int_eq(run(cmd_audit, (char *[]){ (char []){ "audit" }, (char []){ "-n" },
	    (char []){ "1" }, NULL }), EX_OK);
	ck_assert(printed("restore"));
	saves(2, true);
	agrees();
}
END_TEST

/* A backup tells itself how far it went. */
START_TEST(a_cut_backup_is_told)
{
	shell("cp -a home kept");
	saves(3, false);
	back_up();
	shell("rm -rf home/env && mv kept/env home/env && cp older/head home/env/head");
	ck_assert(!opens_restored("the newest 3 entries of the audit trail are missing"));
	shell("rm home/env/head");
	ck_assert(!opens_restored("env/head is missing"));
}
END_TEST

/* ---- homes of earlier versions --------------------------------------------------------------- */

/* As they were: no key in the chain, no head. */
static void
make_old(struct tamper *t)
{
	chain_anew(t, no_key, 1);
	ck_assert_int_eq(store_del(t->txn, STORE_META, "trail", 5), STORE_OK);
}

static void
change_first_and_chain_all(struct tamper *t)
{
	change_entry(t, 1);
	chain_anew(t, no_key, 1);
}

static uint64_t	 keyed;

static void
change_first_and_chain_the_old(struct tamper *t)
{
	struct buf	 entries = BUF_INIT;
	unsigned char	 hash[AUDIT_HASH] = { 0 };

	change_entry(t, 1);
	for (uint64_t seq = 1; seq <= keyed; seq++) {
		entry(t, seq);
		audit_hash_entry(no_key, hash, seq, t->val.p + AUDIT_HASH, t->val.n - AUDIT_HASH,
		    hash);
		memcpy(t->val.p, hash, AUDIT_HASH);
		ck_assert_int_eq(store_put(t->txn, STORE_AUDIT, t->key.p, t->key.n, t->val.p,
		    t->val.n), STORE_OK);
	}
	buf_free(&entries);
}

/* The note from where there is a key goes, or says another number. */
static void
forget_keyed(struct tamper *t)
{
	ck_assert_int_eq(store_del(t->txn, STORE_META, "trail", 5), STORE_OK);
}

static void
move_keyed(struct tamper *t)
{
	ck_assert_int_eq(store_get(t->core->store, t->txn, STORE_META, "trail", 5, &t->val),
	    STORE_OK);
	t->val.p[15]++;
	ck_assert_int_eq(store_put(t->txn, STORE_META, "trail", 5, t->val.p, t->val.n), STORE_OK);
}

static const struct {
	void		 (*harm)(struct tamper *);
	const char	*says;
} old_harm[] = {
	{ change_first_and_chain_all,		"the chain breaks at entry" },
	{ change_first_and_chain_the_old,	"the chain breaks at entry" },
	{ forget_keyed,				"from where the audit trail's chain has a key" },
	{ move_keyed,				"from where the audit trail's chain has a key" },
	{ lose_end,				"the newest 3 entries of the audit trail are missing" },
};

START_TEST(an_old_home_gets_a_key)
{
	tamper(make_old);
	shell("rm home/head");
	agrees();
	ck_assert(printed("were made without a key"));
	saves(5, true);
	agrees();
	ck_assert(printed("were made without a key"));
	saves(5, false);
	tamper(old_harm[_i].harm);
	tells(old_harm[_i].says);
}
END_TEST

static Suite *
suite(void)
{
	Suite	*s = suite_create("admin/verify");
	TCase	*tc = tcase_create("verify");

	tcase_set_timeout(tc, 240);
	tcase_add_unchecked_fixture(tc, county, no_county);
	tcase_add_checked_fixture(tc, copy_county, remove_copy);
	tcase_add_loop_test(tc, harm_is_told, 0, sizeof table / sizeof *table);
	tcase_add_test(tc, a_killed_process_raises_no_alarm);
	tcase_add_loop_test(tc, a_cut_log_is_told, 0, 2);
	tcase_add_loop_test(tc, a_removed_head_is_told, 0, 3);
	tcase_add_loop_test(tc, a_torn_head_is_read, 0, 2);
	tcase_add_test(tc, an_older_store_is_told);
	tcase_add_test(tc, a_restored_backup_raises_no_alarm);
	tcase_add_test(tc, a_cut_backup_is_told);
	tcase_add_loop_test(tc, an_old_home_gets_a_key, 0, sizeof old_harm / sizeof *old_harm);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(suite)
