#include <stdatomic.h>
#include <stdint.h>

#include "core/store/store_copy.h"
#include "core/store/store_crc.h"
#include "tests/core/store_fixture.h"

/* ---- single values ---- */

/*
 * CRC-32C's own test value: the sums are on disk, another polynomial would call every old record
 * damaged.
 */
START_TEST(checksum_is_crc32c)
{
	char	 v[] = "6789\xe3\x06\x92\x83";
	size_t	 n;

	ck_assert_uint_eq(store_crc("", 0, "123456789", 9), 0xe3069283);
	ck_assert_uint_eq(store_crc("12345", 5, "6789", 4), 0xe3069283);
	n = 8;
	ck_assert(store_unsum("12345", 5, v, &n));
	ck_assert_uint_eq(n, 4);
	n = 8;
	ck_assert(!store_unsum("12344", 5, v, &n));
	n = 4;
	ck_assert(!store_unsum("12345", 5, v + 4, &n));
	n = 0;
	ck_assert(store_unsum("12345", 5, v, &n));
}
END_TEST

START_TEST(put_get_delete)
{
	struct store_txn	*txn;
	struct buf		 b = BUF_INIT;
	struct fix		 f;

	fix_new(&f);
	fix_open(&f);
	ck_assert_int_eq(store_get(f.st, NULL, STORE_REC, "k", 1, &b), STORE_MISSING);
	ck_assert_int_eq(store_begin(f.st, &txn), STORE_OK);
	ck_assert_int_eq(store_put(txn, STORE_REC, "k", 1, "one\0two", 7), STORE_OK);
	ck_assert_int_eq(store_put(txn, STORE_IDX, "k", 1, NULL, 0), STORE_OK);
	ck_assert_int_eq(store_add(txn, STORE_REC, "k", 1, "other", 5), STORE_EXISTS);
	ck_assert_int_eq(store_add(txn, STORE_REC, "l", 1, "other", 5), STORE_OK);
	ck_assert_int_eq(store_del(txn, STORE_REC, "m", 1), STORE_MISSING);
	ck_assert_int_eq(store_get(f.st, txn, STORE_REC, "k", 1, &b), STORE_OK);
	ck_assert_uint_eq(store_txn_writes(txn), 3);
	ck_assert_int_eq(store_txn_doom(txn), STORE_OK);
	ck_assert_ptr_eq(store_of(txn), f.st);
	ck_assert_int_eq(store_commit(txn), STORE_OK);

	ck_assert_int_eq(store_get(f.st, NULL, STORE_REC, "k", 1, &b), STORE_OK);
	ck_assert_uint_eq(b.n, 7);
	ck_assert_int_eq(memcmp(b.p, "one\0two", 8), 0);
	ck_assert_int_eq(store_get(f.st, NULL, STORE_IDX, "k", 1, &b), STORE_OK);
	ck_assert_uint_eq(b.n, 0);
	ck_assert_int_eq(store_get(f.st, NULL, STORE_IDX, "k", 1, NULL), STORE_OK);
	ck_assert_int_eq(store_get(f.st, NULL, STORE_IDX, "l", 1, NULL), STORE_MISSING);
	ck_assert_int_eq(store_get(f.st, NULL, STORE_VER, "k", 1, &b), STORE_MISSING);

	ck_assert_int_eq(store_begin(f.st, &txn), STORE_OK);
	ck_assert_int_eq(store_del(txn, STORE_REC, "k", 1), STORE_OK);
	ck_assert_int_eq(store_get(f.st, txn, STORE_REC, "k", 1, NULL), STORE_MISSING);
	store_abort(txn);
	ck_assert(fix_has(&f, STORE_REC, "l", "other"));
	ck_assert_int_eq(store_get(f.st, NULL, STORE_REC, "k", 1, NULL), STORE_OK);
	buf_free(&b);
	fix_free(&f);
}
END_TEST

/*
 * A read beside one's own transaction would wait for oneself: it is a read in the transaction
 * instead.
 */
START_TEST(transaction_is_found_again)
{
	struct store_txn	*txn, *other;
	struct buf		 b = BUF_INIT;
	struct store_range	 r = { 0 };
	struct fix		 f, g;
	int			 n = 0;

	fix_new(&f);
	fix_open(&f);
	fix_new(&g);
	fix_open(&g);
	ck_assert_int_eq(store_begin(f.st, &txn), STORE_OK);
	ck_assert_int_eq(store_put(txn, STORE_REC, "k", 1, "mine", 4), STORE_OK);
	ck_assert(fix_has(&f, STORE_REC, "k", "mine"));
	ck_assert_int_eq(store_seek(f.st, NULL, STORE_REC, "a", 1, false, &b, NULL), STORE_OK);
	ck_assert_int_eq(store_scan(f.st, NULL, STORE_REC, &r, fix_count_each, &n), STORE_OK);
	ck_assert_int_eq(n, 1);
	ck_assert_int_eq(store_begin(f.st, &other), STORE_SYS);
	ck_assert_ptr_null(other);

	/* another store is another matter */
	ck_assert_int_eq(store_begin(g.st, &other), STORE_OK);
	ck_assert(!fix_has(&g, STORE_REC, "k", "mine"));
	store_abort(txn);
	ck_assert(!fix_has(&f, STORE_REC, "k", "mine"));
	fix_put(&f, STORE_REC, "k", "again");
	ck_assert_int_eq(store_commit(other), STORE_OK);
	buf_free(&b);
	fix_free(&g);
	fix_free(&f);
}
END_TEST

START_TEST(sizes_have_ends)
{
	static char		 big[STORE_VALMAX + 1];
	char			 key[STORE_KEYMAX + 1];
	struct store_txn	*txn;
	struct buf		 b = BUF_INIT;
	struct fix		 f;

	memset(big, 'v', sizeof(big));
	memset(key, 'k', sizeof(key));
	fix_new(&f);
	f.opts.log_file = 64 << 20;
	fix_open(&f);
	ck_assert_int_eq(store_begin(f.st, &txn), STORE_OK);
	ck_assert_int_eq(store_put(txn, STORE_REC, key, STORE_KEYMAX, big, STORE_VALMAX), STORE_OK);
	ck_assert_int_eq(store_commit(txn), STORE_OK);
	ck_assert_int_eq(store_get(f.st, NULL, STORE_REC, key, STORE_KEYMAX, &b), STORE_OK);
	ck_assert_uint_eq(b.n, STORE_VALMAX);
	ck_assert_int_eq(memcmp(b.p, big, b.n), 0);
	buf_free(&b);

	static const struct { size_t klen, vlen; } bad[] = {
		{ 0, 1 }, { STORE_KEYMAX + 1, 1 }, { 1, STORE_VALMAX + 1 },
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_int_eq(store_begin(f.st, &txn), STORE_OK);
		ck_assert_int_eq(store_put(txn, STORE_REC, "before", 6, "x", 1), STORE_OK);
		ck_assert_int_eq(store_put(txn, STORE_REC, key, bad[i].klen, big, bad[i].vlen),
		    STORE_SYS);
		/* doomed: neither more writes nor a commit that did not look */
		ck_assert_int_eq(store_put(txn, STORE_REC, "after", 5, "x", 1), STORE_SYS);
		ck_assert_int_eq(store_commit(txn), STORE_SYS);
		ck_assert_int_eq(store_get(f.st, NULL, STORE_REC, "before", 6, NULL),
		    STORE_MISSING);
	}
	ck_assert(!store_dead(f.st));
	fix_free(&f);
}
END_TEST

START_TEST(data_outlives_closing)
{
	char		 path[PATH_MAX];
	struct fix	 f;

	fix_new(&f);
	fix_open(&f);
	fix_put(&f, STORE_REC, "a", "1");
	fix_close(&f);
	fix_open(&f);
	ck_assert(fix_has(&f, STORE_REC, "a", "1"));
	fix_close(&f);

	/* A table that got lost must not come back empty. */
	ck_assert_int_eq(unlink(fix_file(&f, "env/ver.db", path)), 0);
	ck_assert_int_eq(home_open(f.path, &f.home, &f.err), HOME_OK);
	ck_assert_int_eq(store_open(f.home, &f.opts, &f.st, &f.err), STORE_MISSING);
	ck_assert_ptr_nonnull(strstr(buf_str(&f.err), "ver.db"));
	ck_assert_int_eq(access(path, F_OK), -1);
	fix_free(&f);
}
END_TEST

START_TEST(texts_are_complete)
{
	int	 i;

	for (i = 0; i < STORE_ERR_MAX; i++)
		ck_assert_str_ne(store_err_text(i), "unknown error");
	for (i = 0; i <= HOME_SYS; i++)
		ck_assert_str_ne(home_err_text((enum home_err)i), "unknown error");
	ck_assert_str_eq(store_err_text(-1), "unknown error");
	ck_assert_str_eq(store_err_text(STORE_ERR_MAX), "unknown error");
	ck_assert_str_eq(home_err_text((enum home_err)(HOME_SYS + 1)), "unknown error");
}
END_TEST

/* ---- scans ---- */

#define MODEL_N		3000

struct model {
	unsigned	 key[MODEL_N];	/* ascending */
	bool		 keys_only;
	const struct store_range *range;
	unsigned	 want[MODEL_N];	/* what this scan must deliver */
	size_t		 n, at;
	size_t		 stop_at;	/* fn ends the scan after so many calls; 0 = never */
	const char	*wrong;
};

/* Every value follows from its key; now and then one is larger than a whole batch. */
static size_t
model_value(unsigned k, char *out)
{
	size_t	 n = k % 797 == 0 ? 70000 : k % 7 == 0 ? 0 : k % 301;

	memset(out, (int)(k & 0xff), n);
	return n;
}

static size_t
model_key(unsigned k, char out[16])
{
	return (size_t)snprintf(out, 16, "k%06u", k);
}

static void
model_fill(struct fix *f, struct model *m)
{
	static char		 val[70000];
	char			 key[16];
	struct store_txn	*txn;
	size_t			 i, kn;

	ck_assert_int_eq(store_begin(f->st, &txn), STORE_OK);
	for (i = 0; i < MODEL_N; i++) {
		m->key[i] = (unsigned)i * 3;
		kn = model_key(m->key[i], key);
		ck_assert_int_eq(store_put(txn, STORE_VER, key, kn, val,
		    model_value(m->key[i], val)), STORE_OK);
	}
	ck_assert_int_eq(store_commit(txn), STORE_OK);
}

static bool
model_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	static char	 want[70000];
	struct model	*m = arg;
	char		 k[16];
	size_t		 kn, vn;

	if (m->at == m->n) {
		m->wrong = "one too many";
		return false;
	}
	kn = model_key(m->want[m->at], k);
	vn = model_value(m->want[m->at], want);
	m->at++;
	if (klen != kn || memcmp(key, k, kn) != 0)
		m->wrong = "another key";
	else if (m->keys_only ? val != NULL || vlen != 0 : vlen != vn || memcmp(val, want, vn) != 0)
		m->wrong = "another value";
	return m->wrong == NULL && m->at != m->stop_at;
}

/* One scan over [lo, hi), compared with what the array says. */
static void
model_check(struct fix *f, struct model *m, unsigned lo, unsigned hi, bool reverse, bool keys_only,
    size_t limit, struct store_txn *txn)
{
	char			 lokey[16], hikey[16];
	struct store_range	 r = { .reverse = reverse, .keys_only = keys_only, .limit = limit };
	size_t			 i;
	unsigned		 k;

	if (lo != 0) {
		r.lo = lokey;
		r.lolen = model_key(lo, lokey);
	}
	if (hi != UINT_MAX) {
		r.hi = hikey;
		r.hilen = model_key(hi, hikey);
	}
	m->n = m->at = 0;
	m->wrong = NULL;
	m->keys_only = keys_only;
	for (i = 0; i < MODEL_N; i++) {
		k = m->key[reverse ? MODEL_N - 1 - i : i];
		if (k >= lo && k < hi && (limit == 0 || m->n < limit))
			m->want[m->n++] = k;
	}
	ck_assert_int_eq(store_scan(f->st, txn, STORE_VER, &r, model_each, m), STORE_OK);
	ck_assert_msg(m->wrong == NULL, "[%u, %u) %s limit %zu: %s at %zu", lo, hi,
	    reverse ? "reverse" : "forward", limit, m->wrong, m->at);
	ck_assert_uint_eq(m->at, m->stop_at != 0 && m->stop_at < m->n ? m->stop_at : m->n);
}

START_TEST(scans_agree_with_an_array)
{
	static struct model	 m;
	struct store_txn	*txn;
	struct fix		 f;
	unsigned		 i, lo, hi;

	fix_new(&f);
	fix_open(&f);
	model_check(&f, &m, 0, 0, false, false, 0, NULL);
	model_fill(&f, &m);
	srandom(7);
	for (i = 0; i < 120; i++) {
		lo = i % 5 == 0 ? 0 : (unsigned)random() % (MODEL_N * 3 + 10);
		hi = i % 7 == 0 ? UINT_MAX : (unsigned)random() % (MODEL_N * 3 + 10);
		model_check(&f, &m, lo, hi, i & 1, i % 3 == 0, i % 4 == 0 ? (size_t)random() % 200 :
		    0, NULL);
	}
	for (i = 0; i < 40; i++)	/* across the ends of the first batches */
		model_check(&f, &m, 3, UINT_MAX, i & 1, false, 10 + i * 2, NULL);
	ck_assert_int_eq(store_begin(f.st, &txn), STORE_OK);
	model_check(&f, &m, 0, UINT_MAX, false, false, 0, txn);
	model_check(&f, &m, 0, UINT_MAX, true, false, 0, txn);
	store_abort(txn);
	for (m.stop_at = 1; m.stop_at < 100; m.stop_at += 7)
		model_check(&f, &m, 30, 6000, m.stop_at & 1, false, 0, NULL);
	fix_free(&f);
}
END_TEST

START_TEST(scans_take_odd_bounds)
{
	static struct model	 m;
	char			 huge[STORE_KEYMAX + 100];
	struct store_range	 r = { 0 };
	struct fix		 f;

	memset(huge, 'z', sizeof(huge));
	fix_new(&f);
	fix_open(&f);
	model_fill(&f, &m);
	r.hi = "";				/* nothing is before the empty key */
	ck_assert_int_eq(store_scan(f.st, NULL, STORE_VER, &r, model_each, &m), STORE_OK);
	r.reverse = true;
	ck_assert_int_eq(store_scan(f.st, NULL, STORE_VER, &r, model_each, &m), STORE_OK);
	r = (struct store_range){ .lo = huge, .lolen = sizeof(huge) };
	ck_assert_int_eq(store_scan(f.st, NULL, STORE_VER, &r, model_each, &m), STORE_OK);
	ck_assert_ptr_null(m.wrong);
	ck_assert_uint_eq(m.at, 0);
	r = (struct store_range){ .hi = huge, .hilen = sizeof(huge), .reverse = true, .limit = 1 };
	m.want[0] = m.key[MODEL_N - 1];
	m.n = 1;
	ck_assert_int_eq(store_scan(f.st, NULL, STORE_VER, &r, model_each, &m), STORE_OK);
	ck_assert_ptr_null(m.wrong);
	ck_assert_uint_eq(m.at, 1);
	fix_free(&f);
}
END_TEST

static const struct seek_row {
	const char	*key;
	bool		 reverse;
	const char	*found;		/* NULL: none */
} seek_rows[] = {
	{ "",		false,	"b" },
	{ "a",		false,	"b" },
	{ "azzzzzzzzz",	false,	"b" },	/* longer than what it finds, whose value needs a second
					   read */
	{ "b",		false,	"b" },
	{ "ba",		false,	"bb" },
	{ "d",		false,	"d" },
	{ "da",		false,	NULL },
	{ "",		true,	"d" },
	{ "zzz",	true,	"d" },
	{ "d",		true,	"d" },
	{ "cz",		true,	"bb" },
	{ "bb",		true,	"bb" },
	{ "baz",	true,	"b" },
	{ "b",		true,	"b" },
	{ "a",		true,	NULL },
};

START_TEST(seek_finds_the_neighbour)
{
	static char		 big[9000];
	const struct seek_row	*r = &seek_rows[_i];
	struct store_txn	*txn;
	struct buf		 key = BUF_INIT, val = BUF_INIT;
	struct fix		 f;
	enum store_err		 e;

	memset(big, 'v', sizeof(big));
	fix_new(&f);
	fix_open(&f);
	e = store_seek(f.st, NULL, STORE_REC, r->key, strlen(r->key), r->reverse, &key, &val);
	ck_assert_int_eq(e, STORE_MISSING);
	ck_assert_int_eq(store_begin(f.st, &txn), STORE_OK);
	ck_assert_int_eq(store_put(txn, STORE_REC, "b", 1, big, sizeof(big)), STORE_OK);
	ck_assert_int_eq(store_put(txn, STORE_REC, "bb", 2, "small", 5), STORE_OK);
	ck_assert_int_eq(store_put(txn, STORE_REC, "d", 1, NULL, 0), STORE_OK);
	ck_assert_int_eq(store_commit(txn), STORE_OK);

	e = store_seek(f.st, NULL, STORE_REC, r->key, strlen(r->key), r->reverse, &key, &val);
	ck_assert_int_eq(e, r->found != NULL ? STORE_OK : STORE_MISSING);
	ck_assert_str_eq(buf_str(&key), r->found != NULL ? r->found : "");
	ck_assert_uint_eq(val.n, r->found == NULL ? 0 : strcmp(r->found, "b") == 0 ? sizeof(big) :
	    strcmp(r->found, "bb") == 0 ? 5 : 0);
	e = store_seek(f.st, NULL, STORE_REC, r->key, strlen(r->key), r->reverse, &key, NULL);
	ck_assert_int_eq(e, r->found != NULL ? STORE_OK : STORE_MISSING);
	ck_assert_str_eq(buf_str(&key), r->found != NULL ? r->found : "");
	buf_free(&key);
	buf_free(&val);
	fix_free(&f);
}
END_TEST

/*
 * The consumer itself changes the page it is shown: if the scan held a lock, this would wait for
 * ever.
 */
static bool
change_it(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct fix		*f = arg;
	struct store_txn	*txn;

	(void)val;
	(void)vlen;
	return store_begin(f->st, &txn) == STORE_OK &&
	    store_put(txn, STORE_VER, key, klen, "changed", 7) == STORE_OK &&
	    store_commit(txn) == STORE_OK;
}

START_TEST(slow_consumer_blocks_nobody)
{
	static struct model	 m;
	struct store_range	 r = { .limit = 50 };
	struct fix		 f;

	fix_new(&f);
	fix_open(&f);
	model_fill(&f, &m);
	ck_assert_int_eq(store_scan(f.st, NULL, STORE_VER, &r, change_it, &f), STORE_OK);
	ck_assert(fix_has(&f, STORE_VER, "k000147", "changed"));
	fix_free(&f);
}
END_TEST

struct churn {
	struct fix	*f;
	atomic_bool	 stop;
	atomic_int	 failed;
	unsigned	 rounds;
};

/* Keys not divisible by 3 come and go, scattered over all pages, many in one transaction. */
static void *
churn(void *arg)
{
	struct churn		*c = arg;
	struct store_txn	*txn;
	char			 key[16], val[200] = "";
	enum store_err		 e;
	unsigned		 i, k;
	size_t			 kn;

	for (; !atomic_load(&c->stop); c->rounds++) {
		if (store_begin(c->f->st, &txn) != STORE_OK)
			break;
		for (i = 0, e = STORE_OK; i < 60 && e == STORE_OK; i++) {
			k = (c->rounds * 7919 + i * 611) % (MODEL_N * 3);
			k += k % 3 == 0;
			kn = model_key(k, key);
			if (c->rounds & 1)
				e = store_put(txn, STORE_VER, key, kn, val, sizeof(val));
			else if ((e = store_del(txn, STORE_VER, key, kn)) == STORE_MISSING)
				e = STORE_OK;
		}
		e = store_commit(txn);
		/* a deadlock may hit the writer too; a committer would retry */
		if (e != STORE_OK && e != STORE_BUSY)
			atomic_store(&c->failed, (int)e);
	}
	return NULL;
}

struct order {
	char		 last[16];
	size_t		 steady;	/* keys that are always there, seen */
	bool		 reverse, bad;
};

static bool
in_order(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct order	*o = arg;
	char		 k[16] = "";
	int		 c;

	(void)val;
	(void)vlen;
	memcpy(k, key, klen < sizeof(k) ? klen : sizeof(k) - 1);
	c = o->last[0] != '\0' ? strcmp(k, o->last) : o->reverse ? -1 : 1;
	o->bad |= o->reverse ? c >= 0 : c <= 0;
	o->steady += (unsigned)atoi(k + 1) % 3 == 0;
	memcpy(o->last, k, sizeof(k));
	return true;
}

START_TEST(scans_beside_a_writer)
{
	static struct model	 m;
	struct churn		 c = { 0 };
	struct order		 o;
	pthread_t		 t;
	struct fix		 f;
	int			 i;

	fix_new(&f);
	fix_open(&f);
	model_fill(&f, &m);
	c.f = &f;
	ck_assert_int_eq(pthread_create(&t, NULL, churn, &c), 0);
	for (i = 0; i < 40; i++) {
		o = (struct order){ .reverse = i & 1 };
		struct store_range r = { .reverse = o.reverse, .keys_only = i % 3 == 0 };
		ck_assert_int_eq(store_scan(f.st, NULL, STORE_VER, &r, in_order, &o), STORE_OK);
		ck_assert(!o.bad);
		ck_assert_uint_eq(o.steady, MODEL_N);
	}
	atomic_store(&c.stop, true);
	pthread_join(t, NULL);
	ck_assert_int_eq(atomic_load(&c.failed), 0);
	ck_assert_uint_gt(c.rounds, 0);
	fix_free(&f);
}
END_TEST

/* ---- secrecy ---- */

static const char	*needle;
static int		 found;
static char		 found_in[PATH_MAX];

static int
grep_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	struct buf	 b = BUF_INIT;

	(void)st;
	(void)ftw;
	if (type == FTW_F) {
		fix_read_file(path, &b);
		if (memmem(buf_str(&b), b.n, needle, strlen(needle)) != NULL) {
			found++;
			snprintf(found_in, sizeof(found_in), "%s", path);
		}
		buf_free(&b);
	}
	return 0;
}

/* Files under `dir` that hold `what`. */
static int
grep(const char *dir, const char *what)
{
	needle = what;
	found = 0;
	ck_assert_int_eq(nftw(dir, grep_file, 16, FTW_PHYS), 0);
	return found;
}

START_TEST(nothing_lies_in_clear)
{
	static const char	 canary[] = "canary-7f3a-小明的住址在这里-canary";
	char			 path[PATH_MAX], copy[PATH_MAX], key[HOME_KEYLEN + 1];
	struct store_txn	*txn;
	struct fix		 f;
	int			 t, i;

	fix_new(&f);
	fix_open(&f);
	memcpy(key, home_key(f.home), sizeof(key));
	for (i = 0; i < 300; i++) {
		ck_assert_int_eq(store_begin(f.st, &txn), STORE_OK);
		for (t = 0; t < STORE_TABLE_MAX; t++) {
			snprintf(path, sizeof(path), "%s %d", canary, i);
			ck_assert_int_eq(store_put(txn, (enum store_table)t, path, strlen(path),
			    canary, sizeof(canary)), STORE_OK);
		}
		if (i % 10 == 9)
			store_abort(txn);
		else
			ck_assert_int_eq(store_commit(txn), STORE_OK);
		if (i == 150)
			ck_assert_int_eq(store_checkpoint(f.st), STORE_OK);
	}
	ck_assert_int_eq(store_flush(f.st), STORE_OK);
	fix_join(copy, f.top, "copy");
	ck_assert_int_eq(store_backup(f.st, copy, &f.err), STORE_OK);
	ck_assert_msg(grep(f.top, canary) == 0, "in %s", found_in);
	ck_assert_int_eq(grep(f.top, key), 1);			/* HOME/key and nowhere else */
	fix_close(&f);
	ck_assert_msg(grep(f.top, canary) == 0, "in %s", found_in);

	/* the search would find it */
	fix_join(path, f.top, "plain");
	fix_write_file(path, canary);
	ck_assert_int_eq(grep(f.top, canary), 1);
	fix_free(&f);
}
END_TEST

/* ---- backup ---- */

/* A row in two tables in one transaction; on disk before the next. */
static void *
keep_writing(void *arg)
{
	struct churn		*c = arg;
	struct store_txn	*txn;
	char			 key[16];
	static char		 val[2000];

	for (; !atomic_load(&c->stop); c->rounds++) {
		snprintf(key, sizeof(key), "%08u", c->rounds);
		if (store_begin(c->f->st, &txn) != STORE_OK ||
		    store_put(txn, STORE_AUDIT, key, 8, val, sizeof(val)) != STORE_OK ||
		    store_put(txn, STORE_REC, key, 8, val, sizeof(val)) != STORE_OK ||
		    store_commit(txn) != STORE_OK || store_flush(c->f->st) != STORE_OK)
			atomic_store(&c->failed, 1);
	}
	return NULL;
}

/* Pages reach their files all the time. */
static void *
keep_checkpointing(void *arg)
{
	struct churn	*c = arg;

	while (!atomic_load(&c->stop))
		if (store_checkpoint(c->f->st) != STORE_OK)
			atomic_store(&c->failed, 1);
	return NULL;
}

static void
end_churn(struct churn *c, pthread_t t)
{
	atomic_store(&c->stop, true);
	pthread_join(t, NULL);
	ck_assert_int_eq(atomic_load(&c->failed), 0);
}

/* Another home with the key of f takes the copy and opens. */
static void
open_copy(struct fix *g, const struct fix *f, const char *copy, const char *name)
{
	char	 env[PATH_MAX];

	memset(g, 0, sizeof(*g));
	pthread_mutex_init(&g->mtx, NULL);
	g->opts = f->opts;
	g->opts.arg = g;
	g->opts.restored = true;
	fix_join(g->path, f->top, name);
	ck_assert_int_eq(home_restore(g->path, false, "not a key", &g->err), HOME_KEY);
	buf_reset(&g->err);
	ck_assert_int_eq(home_restore(g->path, false, home_key(f->home), &g->err), HOME_OK);
	fix_join(env, g->path, "env");
	ck_assert_int_eq(rmdir(env), 0);
	ck_assert_int_eq(rename(copy, env), 0);
	fix_open(g);
}

/* How many transactions it has; they are there whole or not at all. */
static int
whole_rounds(struct fix *g)
{
	const struct store_range	 all = { 0 };
	int				 rec = 0, audit = 0;

	ck_assert_int_eq(store_scan(g->st, NULL, STORE_REC, &all, fix_count_each, &rec), STORE_OK);
	ck_assert_int_eq(store_scan(g->st, NULL, STORE_AUDIT, &all, fix_count_each, &audit),
	    STORE_OK);
	ck_assert_int_eq(rec, audit);
	return rec;
}

static void
close_copy(struct fix *g)
{
	fix_close(g);
	buf_free(&g->err);
	buf_free(&g->log);
}

START_TEST(backup_opens_and_has_all)
{
	static struct model	 m;
	char			 copy[PATH_MAX], path[PATH_MAX];
	struct churn		 c = { 0 };
	pthread_t		 t;
	struct fix		 f, g;
	int			 n;

	fix_new(&f);
	fix_open(&f);
	model_fill(&f, &m);
	fix_put(&f, STORE_META, "before", "durable");
	c.f = &f;
	ck_assert_int_eq(pthread_create(&t, NULL, keep_writing, &c), 0);
	usleep(200000);
	fix_join(copy, f.top, "copy");
	ck_assert_msg(store_backup(f.st, copy, &f.err) == STORE_OK, "%s", buf_str(&f.err));
	end_churn(&c, t);
	ck_assert_int_eq(store_backup(f.st, copy, &f.err), STORE_SYS);	/* not into what is there */
	ck_assert_ptr_nonnull(strstr(buf_str(&f.err), "not empty"));
	ck_assert_uint_eq(fix_mode_of(copy), 0700);
	fix_join(path, copy, "rec.db");
	ck_assert_uint_eq(fix_mode_of(path), 0600);

	open_copy(&g, &f, copy, "restored");
	ck_assert(fix_has(&g, STORE_META, "before", "durable"));
	model_check(&g, &m, 0, UINT_MAX, false, false, 0, NULL);
	n = whole_rounds(&g);
	ck_assert_int_gt(n, 0);
	ck_assert_uint_le((unsigned)n, c.rounds);
	fix_put(&g, STORE_META, "after", "works");
	fix_close(&g);
	g.opts.restored = false;
	fix_open(&g);
	ck_assert(fix_has(&g, STORE_META, "after", "works"));
	close_copy(&g);
	fix_free(&f);
}
END_TEST

static void
must_hold(const char *path, const uint8_t *want, size_t n)
{
	static uint8_t	 got[3 * STORE_COPY_PIECE];
	FILE		*fp;

	ck_assert_ptr_nonnull(fp = fopen(path, "rb"));
	ck_assert_uint_eq(fread(got, 1, sizeof(got), fp), n);
	ck_assert_mem_eq(got, want, n);
	fclose(fp);
}

START_TEST(copy_ends_where_a_piece_is_short)
{
	static uint8_t		 data[2 * STORE_COPY_PIECE];
	const size_t		 some = 5 * 16384;
	struct store_copy	*c, *other = NULL;
	char			 path[PATH_MAX];
	struct stat		 sb;
	struct fix		 f;

	fix_new(&f);
	ck_assert_int_eq(store_copy_open(f.top, "none/rec.db", &other), ENOENT);
	ck_assert_int_eq(store_copy_close(other), 0);
	ck_assert_int_eq(store_copy_open(f.top, "rec.db", &c), 0);
	ck_assert_int_eq(store_copy_open(f.top, "rec.db", &other), EEXIST);
	memset(data + STORE_COPY_PIECE, 'x', some);
	ck_assert_int_eq(store_copy_write(c, 0, data, STORE_COPY_PIECE), 0);
	ck_assert_int_eq(store_copy_write(c, STORE_COPY_PIECE, data + STORE_COPY_PIECE, some), 0);
	/* the page after the next, as if it were the next; and the one after it */
	ck_assert_int_eq(store_copy_write(c, STORE_COPY_PIECE + some, data + STORE_COPY_PIECE,
	    16384), 0);
	ck_assert_int_eq(store_copy_write(c, STORE_COPY_PIECE + some + 16384,
	    data + STORE_COPY_PIECE, 16384), 0);
	ck_assert_int_eq(store_copy_close(c), 0);
	must_hold(fix_join(path, f.top, "rec.db"), data, STORE_COPY_PIECE + some);
	ck_assert_uint_eq(fix_mode_of(path), 0600);
	ck_assert_int_eq(stat(path, &sb), 0);
	ck_assert_int_lt(sb.st_blocks * 512, STORE_COPY_PIECE);	/* the first piece is a hole */

	ck_assert_int_eq(store_copy_open(f.top, "holes.db", &c), 0);
	ck_assert_int_eq(store_copy_write(c, 0, data, STORE_COPY_PIECE), 0);
	ck_assert_int_eq(store_copy_close(c), 0);
	must_hold(fix_join(path, f.top, "holes.db"), data, STORE_COPY_PIECE);
	fix_free(&f);
}
END_TEST

/* Files that grow under the hand that copies them: no copy lacks a row. */
START_TEST(backup_of_growing_files)
{
	enum { COPIES = 16 };
	struct churn	 c = { 0 }, k = { 0 };
	char		 copy[COPIES][PATH_MAX], name[32];
	struct fix	 f, g;
	pthread_t	 t, u;
	int		 i, n = 0, before;

	fix_new(&f);
	fix_open(&f);
	c.f = k.f = &f;
	ck_assert_int_eq(pthread_create(&t, NULL, keep_writing, &c), 0);
	ck_assert_int_eq(pthread_create(&u, NULL, keep_checkpointing, &k), 0);
	for (i = 0; i < COPIES; i++) {
		usleep(50000);	/* they grow past the cache: it writes pages out too */
		snprintf(name, sizeof(name), "copy%d", i);
		fix_join(copy[i], f.top, name);
		ck_assert_msg(store_backup(f.st, copy[i], &f.err) == STORE_OK, "%s",
		    buf_str(&f.err));
	}
	end_churn(&c, t);
	end_churn(&k, u);
	for (i = 0; i < COPIES; i++) {
		snprintf(name, sizeof(name), "restored%d", i);
		open_copy(&g, &f, copy[i], name);
		before = n;
		n = whole_rounds(&g);
		ck_assert_int_ge(n, before);
		close_copy(&g);
	}
	ck_assert_int_gt(n, 0);
	fix_free(&f);
}
END_TEST

static void
count_call(void *arg)
{
	++*(unsigned *)arg;
}

static bool
pass_over(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	(void)key;
	(void)klen;
	(void)val;
	(void)vlen;
	(void)arg;
	return true;
}

/*
 * Before each piece of a scan and each get, but never in a transaction, which holds locks that
 * others wait for.
 */
START_TEST(long_reads_can_be_interrupted)
{
	struct store_range	 all = { .keys_only = true };
	struct store_txn	*txn;
	unsigned		 calls = 0;
	struct fix		 f;

	fix_new(&f);
	fix_open(&f);
	ck_assert_int_eq(store_begin(f.st, &txn), STORE_OK);
	for (uint32_t i = 0; i < 5000; i++)
		ck_assert_int_eq(store_put(txn, STORE_META, &i, sizeof(i), "", 0), STORE_OK);
	ck_assert_int_eq(store_commit(txn), STORE_OK);
	store_on_read(count_call, &calls);
	ck_assert_int_eq(store_get(f.st, NULL, STORE_META, "x", 1, NULL), STORE_MISSING);
	ck_assert_uint_eq(calls, 1);
	ck_assert_int_eq(store_scan(f.st, NULL, STORE_META, &all, pass_over, NULL), STORE_OK);
	ck_assert_uint_ge(calls, 1 + 5);
	calls = 0;
	ck_assert_int_eq(store_begin(f.st, &txn), STORE_OK);
	ck_assert_int_eq(store_scan(f.st, NULL, STORE_META, &all, pass_over, NULL), STORE_OK);
	store_abort(txn);
	ck_assert_uint_eq(calls, 0);
	store_on_read(NULL, NULL);
	fix_free(&f);
}
END_TEST

static Suite *
store_suite(void)
{
	const TTest *const	 all[] = {
		checksum_is_crc32c, put_get_delete, transaction_is_found_again, sizes_have_ends,
		data_outlives_closing, texts_are_complete, scans_agree_with_an_array,
		    scans_take_odd_bounds,
		slow_consumer_blocks_nobody, scans_beside_a_writer, nothing_lies_in_clear,
		copy_ends_where_a_piece_is_short, backup_opens_and_has_all, backup_of_growing_files,
		long_reads_can_be_interrupted,
	};
	Suite			*s = suite_create("core/store");
	TCase			*tc = tcase_create("store");
	size_t			 i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		tcase_add_test(tc, all[i]);
	tcase_add_loop_test(tc, seek_finds_the_neighbour, 0,
	    sizeof(seek_rows) / sizeof(seek_rows[0]));
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(store_suite)
