#include "core/record/audit.h"

#include <string.h>

#include "core/record/audit_chain.h"

/* Ids of the two indexes of the trail; the catalog's ids begin at INDEX_FIRST. */
#define IDX_BY_RECORD	1
#define IDX_BY_USER	2

static bool
put_text(struct val *map, const char *key, const char *text)
{
	return text == NULL || text[0] == '\0' || val_put(map, key, val_text(text));
}

static bool
encode_entry(const struct actor *actor, int64_t now, const struct audit_entry *what,
    struct buf *out)
{
	struct val	*v = val_map();
	bool		 ok;

	ok = v != NULL && val_put(v, "at", val_int(now)) &&
	    val_put(v, "uid", val_int(actor->uid)) &&
	    put_text(v, "user", actor->user) && put_text(v, "name", actor->name) &&
	    put_text(v, "role", actor->role != NULL ? actor->role->name : "local") &&
	    put_text(v, "from", actor->from) && put_text(v, "act", what->act) &&
	    put_text(v, "book", what->book) &&
	    put_text(v, "number", what->number) && put_text(v, "area", what->area) &&
	    (what->id == 0 || val_put(v, "record", val_int((int64_t)what->id))) &&
	    (what->ver == 0 || val_put(v, "ver", val_int((int64_t)what->ver))) &&
	    (what->detail == NULL || val_put(v, "detail", val_dup(what->detail)));
	if (ok)
		val_encode(v, out);
	val_free(v);
	return ok && !out->bad;
}

static void
record_key(struct buf *key, uint64_t record, uint64_t seq)
{
	buf_reset(key);
	buf_put_u32(key, IDX_BY_RECORD);
	buf_put_u64(key, record);
	buf_put_u64(key, seq);
}

static void
user_key(struct buf *key, const char *user, uint64_t seq)
{
	buf_reset(key);
	buf_put_u32(key, IDX_BY_USER);
	buf_put(key, user, strlen(user) + 1);
	buf_put_u64(key, seq);
}

static enum store_err
put_index(struct store_txn *txn, const struct actor *actor, const struct audit_entry *what,
    uint64_t seq)
{
	struct buf	 key = BUF_INIT;
	enum store_err	 e = STORE_OK;

	if (what->id != 0) {
		record_key(&key, what->id, seq);
		e = key.bad ? STORE_SYS : store_put(txn, STORE_IDX, key.p, key.n, "", 0);
	}
	if (e == STORE_OK) {
		user_key(&key, actor->user, seq);
		e = key.bad ? STORE_SYS : store_put(txn, STORE_IDX, key.p, key.n, "", 0);
	}
	buf_free(&key);
	return e;
}

enum store_err
audit_put(struct store_txn *txn, const struct actor *actor, int64_t now,
    const struct audit_entry *what)
{
	struct buf	 cbor = BUF_INIT, val = BUF_INIT, key = BUF_INIT;
	struct head	 head;
	unsigned char	 before[AUDIT_HASH];
	enum store_err	 e;

	e = audit_newest(store_of(txn), txn, &head, &val);
	buf_reset(&val);
	memcpy(before, head.hash, AUDIT_HASH);
	head.seq++;
	head.at = now;
	if (e == STORE_OK && encode_entry(actor, now, what, &cbor)) {
		audit_hash_entry(audit_key(store_of(txn)), before, head.seq, cbor.p, cbor.n,
		    head.hash);
		buf_put(&val, head.hash, AUDIT_HASH);
		buf_put(&val, cbor.p, cbor.n);
		buf_put_u64(&key, head.seq);
	} else if (e == STORE_OK)
		e = STORE_SYS;
	if (val.bad || key.bad)
		e = STORE_SYS;
	if (e == STORE_OK && (e = store_put(txn, STORE_AUDIT, key.p, key.n, val.p, val.n)) ==
	    STORE_OK)
		e = put_index(txn, actor, what, head.seq);
	if (e == STORE_OK)
		store_txn_head(txn, &head);
	buf_free(&cbor);
	buf_free(&val);
	buf_free(&key);
	return e;
}

/* ---- reading --------------------------------------------------------------------------------- */

struct reading {
	struct store	*store;
	size_t		 left;		/* SIZE_MAX = no bound */
	const char	*user;		/* filters, when the other index is read */
	audit_fn	*fn;
	void		*arg;
	enum store_err	 e;
};

static bool
is_his(const struct val *entry, const char *who)
{
	const char	*user = val_get_str(entry, "user"), *name = val_get_str(entry, "name");

	return (user != NULL && strcmp(user, who) == 0) || (name != NULL && strcmp(name, who) == 0);
}

static bool
emit_entry(struct reading *r, uint64_t seq, const void *p, size_t n)
{
	struct val	*v = n > AUDIT_HASH ? val_decode((const char *)p + AUDIT_HASH,
	    n - AUDIT_HASH) : NULL;
	bool		 on = true;

	if (v == NULL || !val_put(v, "seq", val_int((int64_t)seq)))
		r->e = STORE_BAD;
	else if (r->user == NULL || is_his(v, r->user)) {
		on = r->fn(v, r->arg);
		r->left--;
	}
	val_free(v);
	return on && r->e == STORE_OK && r->left > 0;
}

static bool
entry_each(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	return klen != 8 || emit_entry(arg, buf_get_u64(key), p, n);
}

static bool
index_each(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct reading	*r = arg;
	struct buf	 val = BUF_INIT;
	const char	*seq = (const char *)key + klen - 8;
	bool		 on;

	(void)p;
	(void)n;
	r->e = store_get(r->store, NULL, STORE_AUDIT, seq, 8, &val);
	on = r->e == STORE_OK && emit_entry(r, buf_get_u64(seq), val.p, val.n);
	buf_free(&val);
	return on;
}

enum store_err
audit_read(struct store *st, uint64_t before, size_t limit, const char *user, uint64_t record,
    audit_fn *fn, void *arg)
{
	struct reading	 r = { st, limit != 0 ? limit : SIZE_MAX, record != 0 ? user : NULL, fn,
	    arg, STORE_OK };
	struct buf	 lo = BUF_INIT, hi = BUF_INIT;
	bool		 finder = record != 0 || user != NULL;
	enum store_err	 e = STORE_SYS;

	if (record != 0) {
		buf_put_u32(&lo, IDX_BY_RECORD);
		buf_put_u64(&lo, record);
	} else if (user != NULL) {
		buf_put_u32(&lo, IDX_BY_USER);
		buf_put(&lo, user, strlen(user) + 1);
	}
	buf_put(&hi, buf_str(&lo), lo.n);
	buf_put_u64(&hi, before != 0 ? before : UINT64_MAX);
	if (!lo.bad && !hi.bad)
		e = store_scan(st, NULL, finder ? STORE_IDX : STORE_AUDIT,
		    &(struct store_range){ .lo = lo.p, .lolen = lo.n,
		    .hi = hi.p, .hilen = hi.n, .reverse = true, .keys_only = finder },
		    finder ? index_each : entry_each, &r);
	buf_free(&lo);
	buf_free(&hi);
	return e != STORE_OK ? e : r.e;
}

/* ---- verifying the index rows ---------------------------------------------------------------- */

struct index_check {
	struct store	*store;
	audit_step	*step;		/* NULL: never stopped */
	void		*arg;
	uint64_t	 last;		/* sequence of the newest entry that is checked */
	struct buf	 key;
	uint64_t	 present, missing, rows;
	bool		 stopped;
	enum store_err	 e;
};

static bool
go_on(struct index_check *f)
{
	f->stopped = f->stopped || (f->step != NULL && !f->step(f->arg));
	return !f->stopped && f->e == STORE_OK;
}

static void
check_index_row(struct index_check *f)
{
	enum store_err	 e = f->key.bad ? STORE_SYS : store_get(f->store, NULL, STORE_IDX, f->key.p,
	    f->key.n, NULL);

	f->present += e == STORE_OK;
	f->missing += e == STORE_MISSING;
	if (e != STORE_OK && e != STORE_MISSING)
		f->e = e;
}

static bool
check_index_each(const struct val *entry, void *arg)
{
	struct index_check	*f = arg;
	uint64_t	 seq = (uint64_t)val_get_num(entry, "seq", 0),
	    id = (uint64_t)val_get_num(entry, "record", 0);
	const char	*user = val_get_str(entry, "user");

	if (f->last == 0)
		f->last = seq;
	if (id != 0) {
		record_key(&f->key, id, seq);
		check_index_row(f);
	}
	user_key(&f->key, user != NULL ? user : "", seq);
	check_index_row(f);
	return go_on(f);
}

/*
 * Rows of entries added after the newest checked entry are not counted: they were not looked for.
 */
static bool
is_of_later_entry(struct index_check *f, const char *key, size_t klen)
{
	const char	*seq = key + klen - 8;

	return klen >= 8 && buf_get_u64(seq) > f->last &&
	    store_get(f->store, NULL, STORE_AUDIT, seq, 8, NULL) == STORE_OK;
}

static bool
count_row(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct index_check	*f = arg;

	(void)p;
	(void)n;
	f->rows += !is_of_later_entry(f, key, klen);
	return go_on(f);
}

enum store_err
audit_verify_index_while(struct store *st, audit_step *step, void *arg, uint64_t *missing,
    uint64_t *surplus)
{
	struct index_check	 f = { .store = st, .step = step, .arg = arg, .key = BUF_INIT };
	struct buf	 lo = BUF_INIT, hi = BUF_INIT;
	enum store_err	 e;

	buf_put_u32(&lo, IDX_BY_RECORD);
	buf_put_u32(&hi, IDX_BY_USER + 1);
	e = lo.bad || hi.bad ? STORE_SYS : audit_read(st, 0, 0, NULL, 0, check_index_each, &f);
	if (e == STORE_OK)
		e = f.e;
	if (e == STORE_OK && !f.stopped)
		e = store_scan(st, NULL, STORE_IDX,
		    &(struct store_range){ .lo = lo.p, .lolen = lo.n, .hi = hi.p,
		    .hilen = hi.n, .keys_only = true }, count_row, &f);
	*missing = f.missing;
	*surplus = f.rows - f.present;
	buf_free(&f.key);
	buf_free(&lo);
	buf_free(&hi);
	return e;
}

enum store_err
audit_verify_index(struct store *st, uint64_t *missing, uint64_t *surplus)
{
	return audit_verify_index_while(st, NULL, NULL, missing, surplus);
}
