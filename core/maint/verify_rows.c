#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/maint/verify_int.h"
#include "forms/vec.h"

/*
 * Index rows and counts. For each record the hashes of the rows it should have are added up, and
 * the hash of each row that is found is subtracted: when nothing is left the rows are right,
 * whatever their order. Only other records are checked row by row; in a sound store these are few,
 * however many people save.
 */

/* ---- suspects -------------------------------------------------------------------------------- */

/* Adds to an array that grows. False: memory. */
static bool
push(uint64_t **at, size_t *n, size_t *cap, uint64_t value)
{
	if (!VEC_ROOM(*at, *n, cap))
		return false;
	(*at)[(*n)++] = value;
	return true;
}

static int
number_order(const void *a, const void *b)
{
	const uint64_t	 x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static bool
has_number(const uint64_t *at, size_t n, uint64_t value)
{
	return n > 0 && bsearch(&value, at, n, sizeof *at, number_order) != NULL;
}

void
verify_forget_suspects(struct verify *v)
{
	v->nsuspects = 0;
}

void
verify_suspect(struct verify *v, uint64_t id)
{
	if (v->nsuspects > 0 && v->suspects[v->nsuspects - 1] == id)
		return;
	if (!push(&v->suspects, &v->nsuspects, &v->capsuspects, id))
		v->e = STORE_SYS;
}

void
verify_sort_suspects(struct verify *v)
{
	size_t	 kept = 0;

	if (v->nsuspects == 0)
		return;
	qsort(v->suspects, v->nsuspects, sizeof *v->suspects, number_order);
	for (size_t i = 1; i < v->nsuspects; i++)
		if (v->suspects[i] != v->suspects[kept])
			v->suspects[++kept] = v->suspects[i];
	v->nsuspects = kept + 1;
}

/* The hash has a random key, so nobody can make two rows with one hash. */
uint64_t
verify_row_hash(const struct verify *v, const void *key, size_t klen)
{
	unsigned char	 hash[crypto_shorthash_BYTES];

	crypto_shorthash(hash, key, klen, v->hash_key);
	return buf_get_u64(hash);
}

static const char *
list_of(const struct verify *v, const void *key)
{
	const struct index_def	*idx = index_of_key(v->core->index_catalog, key);

	return idx != NULL ? idx->name : "an index that is gone";
}

/* ---- the count of a row ---------------------------------------------------------------------- */

/*
 * All that this file knows of the layout of rows and counts: the key of a count is the beginning of
 * the keys of its rows.
 */

static bool
is_counted(const struct index_def *idx, size_t klen)
{
	return idx->kind == IDX_LIST && idx->sort == 0 && klen > INDEX_TALLY_KEY;
}

#define TALLY_NAME	(2 * INDEX_TALLY_KEY + 1)

static void
tally_name(const void *key, char name[TALLY_NAME])
{
	sodium_bin2hex(name, TALLY_NAME, key, INDEX_TALLY_KEY);
}

static void
print_tally_scope(const void *key, struct buf *out)
{
	const struct scope	 scope = index_key_scope(key);

	scope_print(&scope, out);
}

static void
suspect_count(struct verify *v, const void *key)
{
	buf_put(&v->odd_counts, key, INDEX_TALLY_KEY);
	if (v->odd_counts.bad)
		v->e = STORE_SYS;
}

/*
 * Notes how many rows a count must have beyond those that are stored. The count may fit the stored
 * rows although these do not fit the records. by: rows to add.
 */
static void
adjust_count(struct verify *v, const void *key, size_t klen, int by)
{
	const struct index_def	*idx = index_of_key(v->core->index_catalog, key);
	char			 name[TALLY_NAME];

	if (idx == NULL || !is_counted(idx, klen))
		return;
	tally_name(key, name);
	if (!val_put(v->adjust, name, val_int(val_get_num(v->adjust, name, 0) + by)))
		v->e = STORE_SYS;
	suspect_count(v, key);
}

/* ---- rows of one record ---------------------------------------------------------------------- */

struct rows_check {
	struct verify	*v;
	uint64_t	 id;
	char		 name[VERIFY_NAME];
	struct buf	 missing;	/* length (4) and key of each */
	struct buf	 hashes;	/* hashes of all rows it should have, 8 bytes each */
};

static int
look_for_rows(struct rows_check *c, struct store_txn *txn, const struct index_entries *entries)
{
	for (size_t i = 0; i < entries->n; i++) {
		size_t			 n;
		const void		*key = index_entries_at(entries, i, &n);
		const enum store_err	 e = store_get(c->v->core->store, txn, STORE_IDX, key, n,
		    NULL);

		if (e != STORE_OK && e != STORE_MISSING)
			return (int)e;
		buf_put_u64(&c->hashes, verify_row_hash(c->v, key, n));
		if (e == STORE_MISSING) {
			buf_put_u32(&c->missing, (uint32_t)n);
			buf_put(&c->missing, key, n);
		}
	}
	return c->missing.bad || c->hashes.bad ? STORE_SYS : STORE_OK;
}

/* A missing record has no rows; neither has one that cannot be read. */
static int
rows_body(struct store_txn *txn, void *arg)
{
	struct rows_check	*c = arg;
	struct index_entries	 entries = INDEX_ENTRIES_INIT;
	struct rec		*rec;
	enum rec_err		 e;
	int			 r = STORE_SYS;

	buf_reset(&c->missing);
	buf_reset(&c->hashes);
	if ((e = rec_get(c->v->core, txn, c->id, &rec)) != REC_OK)
		return e == REC_SYS ? STORE_SYS : STORE_OK;
	verify_name(rec, c->name);
	if (index_make_entries(c->v->core->index_catalog, rec, INDEX_PASS_ALL, &entries))
		r = look_for_rows(c, txn, &entries);
	index_entries_free(&entries);
	rec_free(rec);
	return r;
}

static void
look_again(struct verify *v, struct rows_check *c)
{
	size_t	 n;

	verify_confirm(v, rows_body, c);
	for (size_t at = 0; v->e == STORE_OK && at < c->missing.n; at += 4 + n) {
		const char	*key = c->missing.p + at + 4;

		n = buf_get_u32(c->missing.p + at);
		verify_trouble(v, ROW_MISSING, "%s in %s", c->name, list_of(v, key));
		adjust_count(v, key, n, 1);
	}
	for (size_t at = 0; v->e == STORE_OK && at < c->hashes.n; at += 8)
		if (!push(&v->expected, &v->nexpected, &v->capexpected,
		    buf_get_u64(c->hashes.p + at)))
			v->e = STORE_SYS;
}

static void
check_suspects(struct verify *v)
{
	struct rows_check	 c = { .v = v, .missing = BUF_INIT, .hashes = BUF_INIT };

	for (size_t i = 0; i < v->nseen; i++)
		if (v->seen[i].rows != 0)
			verify_suspect(v, v->seen[i].id);
	verify_sort_suspects(v);
	for (size_t i = 0; i < v->nsuspects && verify_go_on(v); i++) {
		c.id = v->suspects[i];
		look_again(v, &c);
	}
	if (v->nexpected > 0)
		qsort(v->expected, v->nexpected, sizeof *v->expected, number_order);
	buf_free(&c.missing);
	buf_free(&c.hashes);
}

/* ---- rows without a record ------------------------------------------------------------------- */

struct row_check {
	struct verify	*v;
	const void	*key, *other;
	size_t		 klen, otherlen;
	bool		 wrong;
};

static bool
has_row(struct verify *v, const struct rec *rec, const void *key, size_t klen, enum store_err *e)
{
	struct index_entries	 entries = INDEX_ENTRIES_INIT;
	bool			 has = false;

	if (!index_make_entries(v->core->index_catalog, rec, INDEX_PASS_ALL, &entries))
		*e = STORE_SYS;
	for (size_t i = 0; !has && i < entries.n; i++) {
		size_t		 n;
		const void	*row = index_entries_at(&entries, i, &n);

		has = n == klen && memcmp(row, key, klen) == 0;
	}
	index_entries_free(&entries);
	return has;
}

static int
surplus_body(struct store_txn *txn, void *arg)
{
	struct row_check	*c = arg;
	struct rec		*rec = NULL;
	enum store_err		 e = store_get(c->v->core->store, txn, STORE_IDX, c->key, c->klen,
	    NULL);
	enum rec_err		 re;

	c->wrong = false;
	if (e != STORE_OK)
		return e == STORE_MISSING ? STORE_OK : (int)e;
	if ((re = rec_get(c->v->core, txn, index_key_record(c->key, c->klen), &rec)) == REC_SYS)
		return STORE_SYS;
	c->wrong = re != REC_OK || !has_row(c->v, rec, c->key, c->klen, &e);
	rec_free(re == REC_OK ? rec : NULL);
	return (int)e;
}

static bool
surplus_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct verify		*v = arg;
	struct row_check	 c = { .v = v, .key = key, .klen = klen };
	const uint64_t		 id = index_key_record(key, klen);

	(void)val;
	(void)vlen;
	if (klen < 12 || index_of_key(v->core->index_catalog, key) == NULL ||
	    !has_number(v->suspects, v->nsuspects, id) ||
	    has_number(v->expected, v->nexpected, verify_row_hash(v, key, klen)))
		return verify_go_on(v);
	verify_confirm(v, surplus_body, &c);
	if (v->e == STORE_OK && c.wrong) {
		verify_trouble(v, ROW_SURPLUS, "#%" PRIu64 " in %s", id, list_of(v, key));
		adjust_count(v, key, klen, -1);
	}
	return verify_go_on(v);
}

/* ---- two records with one unique value ------------------------------------------------------- */

static int
doubled_body(struct store_txn *txn, void *arg)
{
	struct row_check	*c = arg;
	struct store		*st = c->v->core->store;
	enum store_err		 e = store_get(st, txn, STORE_IDX, c->key, c->klen, NULL);

	if (e == STORE_OK)
		e = store_get(st, txn, STORE_IDX, c->other, c->otherlen, NULL);
	c->wrong = e == STORE_OK;
	return e == STORE_MISSING ? STORE_OK : (int)e;
}

/* Two rows of a unique index that follow each other must differ in more than the record. */
static void
look_doubled(struct verify *v, const struct index_def *idx, const void *key, size_t klen)
{
	struct row_check	 c = { v, v->before.p, key, v->before.n, klen, false };

	if (idx->kind == IDX_UNIQUE && klen > 8 && v->before.n == klen &&
	    memcmp(v->before.p, key, klen - 8) == 0) {
		verify_confirm(v, doubled_body, &c);
		if (c.wrong)
			verify_trouble(v, DOUBLED, "%s of records #%" PRIu64 " and #%" PRIu64,
			    idx->name,
			    index_key_record(v->before.p, v->before.n),
			    index_key_record(key, klen));
	}
	buf_reset(&v->before);
	buf_put(&v->before, key, klen);
	if (v->before.bad)
		v->e = STORE_SYS;
}

/* ---- counts that do not fit the rows --------------------------------------------------------- */

/* -1: there is none */
static enum store_err
read_count(struct verify *v, struct store_txn *txn, const void *key, int64_t *n)
{
	struct buf	 val = BUF_INIT;
	enum store_err	 e = store_get(v->core->store, txn, STORE_TALLY, key, INDEX_TALLY_KEY,
	    &val);

	*n = e == STORE_OK && val.n == 8 ? (int64_t)buf_get_u64(val.p) : -1;
	buf_free(&val);
	return e == STORE_MISSING ? STORE_OK : e;
}

/* The rows of one count follow each other; it is compared after the last of them. */
static void
end_group(struct verify *v)
{
	int64_t		 n;
	enum store_err	 e;

	if (v->group.n > 0) {
		if ((e = read_count(v, NULL, v->group.p, &n)) != STORE_OK)
			v->e = e;
		else if (n != (int64_t)v->group_n)
			suspect_count(v, v->group.p);
	}
	buf_reset(&v->group);
	v->group_n = 0;
}

static void
count_row(struct verify *v, const struct index_def *idx, const void *key, size_t klen)
{
	const bool	 counted = idx != NULL && is_counted(idx, klen);

	if (v->group.n > 0 && (!counted || memcmp(v->group.p, key, INDEX_TALLY_KEY) != 0))
		end_group(v);
	if (counted && v->group.n == 0) {
		buf_put(&v->group, key, INDEX_TALLY_KEY);
		if (v->group.bad)
			v->e = STORE_SYS;
	}
	v->group_n += counted;
}

/* ---- all rows -------------------------------------------------------------------------------- */

static bool
row_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct verify		*v = arg;
	const struct index_def	*idx = klen >= 12 ? index_of_key(v->core->index_catalog, key) :
	    NULL;
	const uint64_t		 id = index_key_record(key, klen);
	struct seen		*s;

	(void)val;
	(void)vlen;
	v->rows_there++;
	count_row(v, idx, key, klen);
	if (idx == NULL) {
		verify_trouble(v, ROW_SURPLUS, "one of an index that is gone");
		return verify_step(v);
	}
	look_doubled(v, idx, key, klen);
	if ((s = verify_seen(v, id)) != NULL)
		s->rows -= verify_row_hash(v, key, klen);
	else
		verify_suspect(v, id);
	return verify_step(v);
}

void
verify_rows(struct verify *v)
{
	struct buf		 lo = BUF_INIT;
	struct store_range	 range = { .keys_only = true };
	enum store_err		 e = STORE_SYS;

	buf_put_u32(&lo, INDEX_FIRST);
	range.lo = lo.p;
	range.lolen = lo.n;
	verify_forget_suspects(v);
	if (!lo.bad && (e = store_scan(v->core->store, NULL, STORE_IDX, &range, row_each,
	    v)) == STORE_OK && verify_go_on(v)) {
		end_group(v);
		check_suspects(v);
		if (v->nsuspects > 0 && verify_go_on(v))
			e = store_scan(v->core->store, NULL, STORE_IDX, &range, surplus_each, v);
	}
	if (v->e == STORE_OK)
		v->e = e;
	buf_free(&lo);
}

/* ---- counts ---------------------------------------------------------------------------------- */

struct tally_check {
	struct verify	*v;
	const void	*key;
	int64_t		 has;		/* -1: there is none */
	int64_t		 rows;
};

static bool
one_more(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	(void)key;
	(void)klen;
	(void)val;
	(void)vlen;
	++*(int64_t *)arg;
	return true;
}

static int
tally_body(struct store_txn *txn, void *arg)
{
	struct tally_check	*c = arg;
	struct buf		 hi = BUF_INIT;
	enum store_err		 e;

	c->rows = 0;
	buf_put(&hi, c->key, INDEX_TALLY_KEY);
	index_key_end(&hi);
	if ((e = hi.bad ? STORE_SYS : read_count(c->v, txn, c->key, &c->has)) == STORE_OK)
		e = store_scan(c->v->core->store, txn, STORE_IDX,
		    &(struct store_range){ .lo = c->key, .lolen = INDEX_TALLY_KEY, .hi = hi.p,
		    .hilen = hi.n, .keys_only = true }, one_more, &c->rows);
	buf_free(&hi);
	return (int)e;
}

/*
 * Missing and surplus rows are reported as such: a count that fits the records is not wrong because
 * of them.
 */
static void
check_tally(struct verify *v, const void *key)
{
	struct tally_check	 c = { .v = v, .key = key, .has = -1 };
	char			 name[TALLY_NAME];
	struct buf		 scope = BUF_INIT;

	verify_confirm(v, tally_body, &c);
	if (v->e != STORE_OK || v->cancelled)
		return;
	tally_name(key, name);
	c.rows += val_get_num(v->adjust, name, 0);
	print_tally_scope(key, &scope);
	if (c.has == -1 && c.rows != 0)
		verify_trouble(v, TALLY_WRONG, "none in %s of %s, there are %" PRId64,
		    buf_str(&scope), list_of(v, key), c.rows);
	else if (c.has != -1 && c.has != c.rows)
		verify_trouble(v, TALLY_WRONG, "%s in %s says %" PRId64 ", there are %" PRId64,
		    list_of(v, key), buf_str(&scope), c.has, c.rows);
	buf_free(&scope);
}

/* Counts with rows were compared with these; this finds counts without rows. */
static bool
tally_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct verify	*v = arg;
	struct buf	 row = BUF_INIT;
	enum store_err	 e;

	(void)val;
	if (klen != INDEX_TALLY_KEY || vlen != 8) {
		verify_trouble(v, TALLY_WRONG, "an entry of a wrong size");
		return verify_step(v);
	}
	e = store_seek(v->core->store, NULL, STORE_IDX, key, klen, false, &row, NULL);
	if (e == STORE_MISSING || (e == STORE_OK &&
	    (row.n < klen || memcmp(row.p, key, klen) != 0)))
		suspect_count(v, key);
	else if (e != STORE_OK)
		v->e = e;
	buf_free(&row);
	return verify_step(v);
}

static int
tally_order(const void *a, const void *b)
{
	return memcmp(a, b, INDEX_TALLY_KEY);
}

void
verify_tallies(struct verify *v)
{
	const enum store_err	 e = store_scan(v->core->store, NULL, STORE_TALLY,
	    &(struct store_range){ .lolen = 0 }, tally_each, v);
	const char		*odd = v->odd_counts.p;
	const size_t		 n = v->odd_counts.n / INDEX_TALLY_KEY;

	if (v->e == STORE_OK)
		v->e = e;
	if (n > 0)
		qsort(v->odd_counts.p, n, INDEX_TALLY_KEY, tally_order);
	for (size_t i = 0; i < n && verify_go_on(v); i++)
		if (i == 0 || tally_order(odd + (i - 1) * INDEX_TALLY_KEY,
		    odd + i * INDEX_TALLY_KEY) != 0)
			check_tally(v, odd + i * INDEX_TALLY_KEY);
}

void
verify_rows_free(struct verify *v)
{
	buf_free(&v->before);
	buf_free(&v->group);
	buf_free(&v->odd_counts);
	free(v->expected);
}
