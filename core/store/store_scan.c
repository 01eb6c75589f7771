#include "core/store/store_int.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * A scan reads a batch with a cursor, closes the cursor, delivers the batch and continues after its
 * last key. So no page stays locked while the caller works, a deadlock costs one batch, and
 * continuing is only a narrower range: the smallest key after K is K and a zero byte.
 */
#define FIRST_BATCH	16		/* entries; later batches are larger, since many callers
					   stop early */
#define MAX_BATCH	1024
#define BATCH_BYTES	((size_t)64 << 10)
#define FIRST_VALUE	4096

struct entry {				/* in a batch, followed by the bytes of key and value */
	uint32_t	 klen, vlen;
};

struct batch {
	struct buf	 entries;
	struct buf	 val;		/* the value under the cursor */
	size_t		 n;		/* entries in it */
	size_t		 cap;		/* entries wanted */
	size_t		 last;		/* offset of the last entry */
	bool		 end;		/* the range has no more entries */
};

struct spot {				/* the cursor's key */
	unsigned char	 key[STORE_KEYMAX + 1];
	size_t		 n;
};

static int
cmp(const void *a, size_t an, const void *b, size_t bn)
{
	size_t	 n = an < bn ? an : bn;
	int	 c = n > 0 ? memcmp(a, b, n) : 0;

	return c != 0 ? c : an < bn ? -1 : an > bn;
}

/* One step of the cursor; val NULL leaves the value unread. */
static int
step(DBC *c, struct spot *s, struct buf *val, uint32_t op)
{
	DBT	 k = { .data = s->key, .size = (uint32_t)s->n, .ulen = sizeof(s->key),
		    .flags = DB_DBT_USERMEM };
	DBT	 v = { .flags = DB_DBT_USERMEM | (val == NULL ? DB_DBT_PARTIAL : 0) };
	size_t	 want = FIRST_VALUE;
	int	 ret;

	do {
		if (val != NULL) {
			buf_reset(val);
			want = want < val->cap ? val->cap - 1 : want;
			if ((v.data = buf_room(val, want)) == NULL)
				return ENOMEM;
			v.ulen = (uint32_t)want;
		}
		ret = c->get(c, &k, &v, op);
		want = v.size;
		/*
		 * When the value buffer is too small the cursor has not moved, but `s` already has
		 * the key found.
		 */
	} while (ret == DB_BUFFER_SMALL && val != NULL);
	s->n = k.size;
	if (ret == 0 && val != NULL)
		val->n = v.size;
	return ret;
}

static void
go_to(struct spot *s, const void *key, size_t n)
{
	if (n > sizeof(s->key))		/* longer than any key: the part that fits sorts the same
					   among them */
		n = sizeof(s->key);
	if (n > 0)
		memcpy(s->key, key, n);
	s->n = n;
}

static int
first_forward(DBC *c, const struct store_range *r, struct spot *s, struct buf *val)
{
	go_to(s, r->lo, r->lolen);
	return step(c, s, val, r->lolen > 0 ? DB_SET_RANGE : DB_FIRST);
}

/* Other threads may add keys between the steps, so "before hi" is checked after each. */
static int
first_reverse(DBC *c, const struct store_range *r, struct spot *s, struct buf *val)
{
	int	 ret = DB_NOTFOUND;

	s->n = 0;
	if (r->hi != NULL) {
		go_to(s, r->hi, r->hilen);
		ret = step(c, s, NULL, DB_SET_RANGE);
	}
	ret = ret == DB_NOTFOUND ? step(c, s, val, DB_LAST) : ret == 0 ? step(c, s, val, DB_PREV) :
	    ret;
	while (ret == 0 && r->hi != NULL && cmp(s->key, s->n, r->hi, r->hilen) >= 0)
		ret = step(c, s, val, DB_PREV);
	return ret;
}

static bool
in_range(const struct store_range *r, const struct spot *s)
{
	if (r->reverse)
		return cmp(s->key, s->n, r->lo, r->lolen) >= 0;
	return r->hi == NULL || cmp(s->key, s->n, r->hi, r->hilen) < 0;
}

static void
keep(struct batch *b, const struct spot *s, const struct buf *val)
{
	const struct entry	 e = { (uint32_t)s->n, val != NULL ? (uint32_t)val->n : 0 };

	b->last = b->entries.n;
	buf_put(&b->entries, &e, sizeof(e));
	buf_put(&b->entries, s->key, e.klen);
	if (val != NULL)
		buf_put(&b->entries, val->p, e.vlen);
	b->n++;
}

/*
 * While moving to the next page a cursor still locks the last one, for which a writer may wait: a
 * deadlock, and the reader must give way. Its entries so far are valid, so a plain read keeps them
 * and continues from there; repeating the batch could meet the next deadlock for ever.
 */
static int
walk(DBC *c, const struct store_range *r, bool plain, struct batch *b)
{
	struct buf	*val = r->keys_only ? NULL : &b->val;
	struct spot	 s;
	int		 ret;

	ret = r->reverse ? first_reverse(c, r, &s, val) : first_forward(c, r, &s, val);
	for (; ret == 0 && in_range(r, &s); ret = step(c, &s, val, r->reverse ? DB_PREV :
	    DB_NEXT)) {
		keep(b, &s, val);
		if (b->entries.bad)
			return ENOMEM;
		if (b->n == b->cap || b->entries.n >= BATCH_BYTES)
			return 0;
	}
	b->end = ret == 0 || ret == DB_NOTFOUND;
	return b->end || (ret == DB_LOCK_DEADLOCK && plain && b->n > 0) ? 0 : ret;
}

/* Reads the next entries of the range; b->end tells that there are no more. */
static enum store_err
fill(struct store *st, struct store_txn *txn, enum store_table t, const struct store_range *r,
    struct batch *b)
{
	DB		*db = st->db[t];
	DB_TXN		*tid;
	DBC		*c;
	enum store_err	 e;
	unsigned	 try = 0;
	int		 ret, cret;

	txn = store_joined(st, txn);
	tid = txn != NULL ? txn->tid : NULL;
	store_before_read(txn);
	if (atomic_load(&st->dead))
		return STORE_DEAD;
	if (txn != NULL && txn->doom != STORE_OK)
		return txn->doom;
	do {
		store_pause(try);
		buf_reset(&b->entries);
		b->n = 0;
		b->end = false;
		if ((ret = db->cursor(db, tid, &c, tid != NULL ? DB_READ_COMMITTED : 0)) != 0)
			continue;
		ret = walk(c, r, txn == NULL, b);
		if ((cret = c->close(c)) != 0 && ret == 0)
			ret = cret;
	} while (ret == DB_LOCK_DEADLOCK && txn == NULL && ++try < STORE_TRIES);
	if ((e = store_result(st, "scanning", ret)) == STORE_BUSY && txn != NULL)
		txn->doom = e;
	return e;
}

/*
 * The entry at an offset of a batch, with its value checked. Returns the offset of the next one, 0
 * when it is damaged.
 */
static size_t
entry_at(const struct batch *b, size_t at, bool keys_only, const char **key, size_t *klen,
    const char **val, size_t *vlen)
{
	struct entry	 e;

	memcpy(&e, b->entries.p + at, sizeof(e));
	*key = b->entries.p + at + sizeof(e);
	*klen = e.klen;
	*val = keys_only ? NULL : *key + e.klen;
	*vlen = e.vlen;
	return keys_only || store_unsum(*key, *klen, *val, vlen) ?
	    at + sizeof(e) + e.klen + e.vlen : 0;
}

/* Delivers a batch. *more: fn wants the next one. */
static enum store_err
deliver(struct store *st, enum store_table t, const struct batch *b, bool keys_only, store_each *fn,
    void *arg, bool *more)
{
	const char	*key, *val;
	size_t		 i, at = 0, klen, vlen;

	*more = true;
	for (i = 0; i < b->n && *more; i++) {
		if ((at = entry_at(b, at, keys_only, &key, &klen, &val, &vlen)) == 0)
			return store_damaged(st, t, key, klen);
		*more = fn(key, klen, val, vlen, arg);
	}
	return STORE_OK;
}

/* The range after the last entry of the batch; `last` keeps its key. */
static void
narrow(struct store_range *r, const struct batch *b, struct spot *last)
{
	struct entry	 e;

	memcpy(&e, b->entries.p + b->last, sizeof(e));
	memcpy(last->key, b->entries.p + b->last + sizeof(e), e.klen);
	last->n = e.klen;
	if (r->reverse) {
		r->hi = last->key;
		r->hilen = last->n;
	} else {
		last->key[last->n++] = 0;
		r->lo = last->key;
		r->lolen = last->n;
	}
}

enum store_err
store_scan(struct store *st, struct store_txn *txn, enum store_table t,
    const struct store_range *range, store_each *fn, void *arg)
{
	struct store_range	 r = *range;
	struct batch		 b = { .cap = FIRST_BATCH };
	struct spot		 last;
	size_t			 left = r.limit != 0 ? r.limit : SIZE_MAX;
	enum store_err		 e = STORE_OK;
	bool			 more = true;

	while (more && left > 0) {
		if (b.cap > left)
			b.cap = left;
		if ((e = fill(st, txn, t, &r, &b)) != STORE_OK ||
		    (e = deliver(st, t, &b, r.keys_only, fn, arg, &more)) != STORE_OK || b.end)
			break;
		left -= b.n;
		narrow(&r, &b, &last);
		b.cap = b.cap * 4 < MAX_BATCH ? b.cap * 4 : MAX_BATCH;
	}
	buf_free(&b.entries);
	buf_free(&b.val);
	return e;
}

enum store_err
store_seek(struct store *st, struct store_txn *txn, enum store_table t, const void *key,
    size_t klen, bool reverse, struct buf *key_out, struct buf *val_out)
{
	struct store_range	 r = { .reverse = reverse, .keys_only = val_out == NULL };
	struct batch		 b = { .cap = 1 };
	struct buf		 after = BUF_INIT;
	const char		*k, *v;
	enum store_err		 e;
	size_t			 kn, vn;

	if (!reverse) {
		r.lo = key;
		r.lolen = klen;
	} else if (klen > 0) {		/* up to and including the key */
		buf_put(&after, key, klen);
		buf_putc(&after, '\0');
		r.hi = after.p;
		r.hilen = after.n;
	}
	buf_reset(key_out);
	if (val_out != NULL)
		buf_reset(val_out);
	if ((e = after.bad ? STORE_SYS : fill(st, txn, t, &r, &b)) != STORE_OK)
		goto out;
	if (b.n == 0) {
		e = STORE_MISSING;
	} else if (entry_at(&b, 0, r.keys_only, &k, &kn, &v, &vn) == 0) {
		e = store_damaged(st, t, k, kn);
	} else {
		buf_put(key_out, k, kn);
		if (val_out != NULL)
			buf_put(val_out, v, vn);
		e = key_out->bad || (val_out != NULL && val_out->bad) ? STORE_SYS : STORE_OK;
	}
out:
	buf_free(&after);
	buf_free(&b.entries);
	buf_free(&b.val);
	return e;
}
