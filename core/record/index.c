#include "core/record/index.h"

#include <stdlib.h>
#include <string.h>

#include "core/record/index_kind.h"
#include "forms/vec.h"

/* ---- pieces of keys -------------------------------------------------------------------------- */

void
index_key_prefix(struct buf *key, const void *p, size_t n)
{
	const char	*at = p;

	for (size_t i = 0; i < n; i++) {
		buf_putc(key, at[i]);
		if (at[i] == '\0')
			buf_putc(key, (char)0xff);
	}
}

void
index_key_value(struct buf *key, const void *p, size_t n)
{
	index_key_prefix(key, p, n);
	buf_put(key, "\0\1", 2);
}

void
index_key_end(struct buf *key)
{
	while (key->n > 0 && (unsigned char)key->p[key->n - 1] == 0xff)
		key->n--;
	if (key->n > 0)
		key->p[key->n - 1]++;
}

uint64_t
index_key_record(const void *key, size_t n)
{
	return n >= 8 ? buf_get_u64((const char *)key + n - 8) : 0;
}

#define ID_BYTES	4		/* the id of the index, in front of every key */

struct scope
index_key_scope(const void *key)
{
	return scope_from_key((const char *)key + ID_BYTES);
}

int
index_key_day(const void *key, size_t n)
{
	const size_t	 at = ID_BYTES + SCOPE_KEY;

	return n == at + 4 + 8 ? (int)buf_get_u32((const char *)key + at) : 0;
}

uint64_t
index_key_done_parent(const void *key, size_t n)
{
	const size_t	 at = ID_BYTES + 4 + SCOPE_KEY;	/* the month stands before the scope */

	return n == at + 8 + 8 ? buf_get_u64((const char *)key + at) : 0;
}

/* ---- rows ------------------------------------------------------------------------------------ */

void
index_entries_free(struct index_entries *entries)
{
	buf_free(&entries->bytes);
	free(entries->row);
	*entries = (struct index_entries)INDEX_ENTRIES_INIT;
}

const void *
index_entries_at(const struct index_entries *entries, size_t i, size_t *n)
{
	*n = entries->row[i].n;
	return entries->bytes.p + entries->row[i].at;
}

static void
entries_add(struct index_entries *entries, const struct buf *key)
{
	/* whoever makes a key cuts it to the size that the store allows */
	if (key->bad || key->n > STORE_KEYMAX) {
		entries->bad = true;
		return;
	}
	if (!VEC_ROOM(entries->row, entries->n, &entries->cap)) {
		entries->bad = true;
		return;
	}
	entries->row[entries->n++] = (struct row){ entries->bytes.n, key->n };
	buf_put(&entries->bytes, key->p, key->n);
	entries->bad |= entries->bytes.bad;
}

static int
cmp_bytes(const void *a, size_t an, const void *b, size_t bn)
{
	int	 c = memcmp(a, b, an < bn ? an : bn);

	return c != 0 ? c : (an > bn) - (an < bn);
}

static int
cmp_entries(const void *a, const void *b, void *bytes)
{
	const struct row	*x = a, *y = b;
	const char		*base = bytes;

	return cmp_bytes(base + x->at, x->n, base + y->at, y->n);
}

static void
entries_sort(struct index_entries *entries)
{
	size_t	 kept = 0;

	if (entries->n == 0)
		return;
	qsort_r(entries->row, entries->n, sizeof *entries->row, cmp_entries, entries->bytes.p);
	for (size_t i = 1; i < entries->n; i++)
		if (cmp_entries(&entries->row[kept], &entries->row[i], entries->bytes.p) != 0)
			entries->row[++kept] = entries->row[i];
	entries->n = kept + 1;
}

/* ---- entries of a record --------------------------------------------------------------------- */

void
index_entry_end(struct entry_maker *m)
{
	buf_put_u64(&m->key, m->rec->id);
	entries_add(m->entries, &m->key);
}

static bool
make_rows_of_scope(const struct scope *scope, void *arg)
{
	struct entry_maker	*m = arg;

	m->scope = scope;
	index_kinds[m->idx->kind].rows(m);
	return true;
}

static void
make_rows(struct entry_maker *m)
{
	const struct index_kind_ops	*kind = &index_kinds[m->idx->kind];

	if (kind->rows == NULL || (kind->hidden && rec_parent_hidden(m->rec)))
		return;
	if (kind->scoped)
		rec_each_scope(m->rec, index_scope_field(m->idx), make_rows_of_scope, m);
	else
		kind->rows(m);
}

static bool
is_in_pass(const struct index_def *idx, enum index_pass which)
{
	bool	 relation = index_kinds[idx->kind].relation;

	switch (which) {
	case INDEX_PASS_ALL:
		return true;
	case INDEX_PASS_BUILT:
		return !idx->is_new || relation;
	case INDEX_PASS_RELATIONS:
		return idx->is_new && relation;
	case INDEX_PASS_DERIVED:
		return idx->is_new && !relation;
	case INDEX_PASS_NONE:
		break;
	}
	return false;
}

bool
index_make_entries(const struct index_catalog *cat, const struct rec *rec, enum index_pass which,
    struct index_entries *entries)
{
	struct entry_maker	 m = { .rec = rec, .entries = entries, .key = BUF_INIT };
	size_t			 n;
	const struct index_def	*of = index_catalog_of_book(cat, rec->book, &n);

	for (size_t i = 0; i < n; i++) {
		m.idx = &of[i];
		if (is_in_pass(m.idx, which))
			make_rows(&m);
	}
	entries_sort(entries);
	buf_free(&m.key);
	return !entries->bad;
}

/* ---- from old to new ------------------------------------------------------------------------- */

static enum store_err
tally_add(struct store_txn *txn, const void *key, int64_t by)
{
	struct buf	 now = BUF_INIT, next = BUF_INIT;
	enum store_err	 e = store_get(store_of(txn), txn, STORE_TALLY, key, INDEX_TALLY_KEY, &now);
	int64_t		 n = e == STORE_OK && now.n == 8 ? (int64_t)buf_get_u64(now.p) : 0;

	if (e == STORE_OK || e == STORE_MISSING) {
		buf_put_u64(&next, (uint64_t)(n + by));
		e = n + by == 0 ? store_del(txn, STORE_TALLY, key, INDEX_TALLY_KEY) :
		    next.bad ? STORE_SYS : store_put(txn, STORE_TALLY, key, INDEX_TALLY_KEY, next.p,
		    next.n);
		if (e == STORE_MISSING)
			e = STORE_OK;
	}
	buf_free(&now);
	buf_free(&next);
	return e;
}

static enum store_err
update_entry(struct store_txn *txn, const struct index_catalog *cat, const void *key, size_t n,
    bool add)
{
	const struct index_def	*idx = index_of_key(cat, key);
	enum store_err		 e;

	e = add ? store_put(txn, STORE_IDX, key, n, "", 0) : store_del(txn, STORE_IDX, key, n);
	if (e == STORE_MISSING)
		e = STORE_BAD;	/* a row that must be there is missing: verify reports more */
	if (e == STORE_OK && idx != NULL && index_kinds[idx->kind].counted && idx->sort == 0)
		e = tally_add(txn, key, add ? 1 : -1);
	return e;
}

/* Walks both sorted sets at once and writes only the differences. */
static enum store_err
update_entries(struct store_txn *txn, const struct index_catalog *cat,
    const struct index_entries *old, const struct index_entries *now)
{
	enum store_err	 e = STORE_OK;
	size_t		 i = 0, k = 0, in = 0, kn = 0;
	const void	*ip = NULL, *kp = NULL;
	int		 c;

	while (e == STORE_OK && (i < old->n || k < now->n)) {
		if (i < old->n)
			ip = index_entries_at(old, i, &in);
		if (k < now->n)
			kp = index_entries_at(now, k, &kn);
		c = i == old->n ? 1 : k == now->n ? -1 : cmp_bytes(ip, in, kp, kn);
		if (c < 0)
			e = update_entry(txn, cat, ip, in, false);
		else if (c > 0)
			e = update_entry(txn, cat, kp, kn, true);
		i += c <= 0;
		k += c >= 0;
	}
	return e;
}

static enum store_err
update_pass(struct store_txn *txn, const struct index_catalog *cat, const struct rec *old,
    const struct rec *now, enum index_pass which)
{
	struct index_entries	 was = INDEX_ENTRIES_INIT, is = INDEX_ENTRIES_INIT;
	enum store_err	 e = STORE_SYS;

	if ((old == NULL || index_make_entries(cat, old, which, &was)) &&
	    (now == NULL || index_make_entries(cat, now, which, &is)))
		e = update_entries(txn, cat, &was, &is);
	index_entries_free(&was);
	index_entries_free(&is);
	return e;
}

enum store_err
index_update(struct store_txn *txn, const struct index_catalog *cat, const struct rec *old,
    const struct rec *now)
{
	return update_pass(txn, cat, old, now, INDEX_PASS_ALL);
}

enum store_err
index_put_derived(struct core *core, struct store_txn *txn, const struct rec *old,
    const struct rec *now)
{
	enum store_err	 e = rec_put(txn, now);

	return e == STORE_OK ? index_update(txn, core->index_catalog, old, now) : e;
}

enum store_err
index_update_built(struct store_txn *txn, const struct index_catalog *cat, const struct rec *old,
    const struct rec *now)
{
	return update_pass(txn, cat, old, now, INDEX_PASS_BUILT);
}

enum store_err
index_add_entries(struct store_txn *txn, const struct index_catalog *cat,
    const struct index_entries *entries)
{
	static const struct index_entries	 none = INDEX_ENTRIES_INIT;

	return update_entries(txn, cat, &none, entries);
}

/* ---- counting -------------------------------------------------------------------------------- */

static bool
add_tally(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	(void)key;
	(void)klen;
	if (vlen == 8)
		*(int64_t *)arg += (int64_t)buf_get_u64(val);
	return true;
}

int64_t
index_tally_count(struct core *core, const struct list *list, const struct scope *within)
{
	const struct index_def	*idx = index_catalog_list(core->index_catalog, list, 0);
	struct buf		 lo = BUF_INIT, hi = BUF_INIT;
	int64_t			 n = 0;
	bool			 ok = idx != NULL;

	if (ok) {
		buf_put_u32(&lo, idx->id);
		buf_put(&lo, within->key, within->n);
		buf_put(&hi, lo.p, lo.n);
		index_key_end(&hi);
		ok = !lo.bad && !hi.bad &&
		    store_scan(core->store, NULL, STORE_TALLY, &(struct store_range){
		    .lo = lo.p, .lolen = lo.n, .hi = hi.p, .hilen = hi.n }, add_tally,
		    &n) == STORE_OK;
	}
	buf_free(&lo);
	buf_free(&hi);
	return ok ? n : -1;
}
