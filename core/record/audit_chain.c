#include "core/record/audit_chain.h"

#include <string.h>

#include <sodium.h>

#include "forms/civil.h"

/* ---- hashes ---------------------------------------------------------------------------------- */

void
audit_hash_entry(const unsigned char *key, const unsigned char before[AUDIT_HASH], uint64_t seq,
    const void *cbor, size_t n, unsigned char out[AUDIT_HASH])
{
	crypto_generichash_state	 state;
	struct buf			 b = BUF_INIT;

	buf_put_u64(&b, seq);
	crypto_generichash_init(&state, key, key != NULL ? HOME_SUBKEYLEN : 0, AUDIT_HASH);
	crypto_generichash_update(&state, before, AUDIT_HASH);
	crypto_generichash_update(&state, (const unsigned char *)buf_str(&b), b.n);
	crypto_generichash_update(&state, cbor, n);
	crypto_generichash_final(&state, out, AUDIT_HASH);
	buf_free(&b);
}

const unsigned char *
audit_key(const struct store *st)
{
	return home_subkey(store_home(st), HOME_SUBKEY_TRAIL);
}

enum store_err
audit_newest(struct store *st, struct store_txn *txn, struct head *out, struct buf *entry)
{
	struct buf	 key = BUF_INIT;
	enum store_err	 e = store_seek(st, txn, STORE_AUDIT, NULL, 0, true, &key, entry);

	*out = (struct head){ .seq = 0 };
	if (e == STORE_MISSING)
		e = STORE_OK;
	else if (e == STORE_OK && (key.n != 8 || entry->n < AUDIT_HASH))
		e = STORE_BAD;
	else if (e == STORE_OK) {
		out->seq = buf_get_u64(key.p);
		memcpy(out->hash, entry->p, AUDIT_HASH);
	}
	buf_free(&key);
	return e;
}

/* ---- the chain ------------------------------------------------------------------------------- */

struct verifying {
	const unsigned char	*key;
	struct head		 keyed;		/* the last entry whose hash has no key, as signed
						   in the store */
	enum head_err		 has_keyed;
	unsigned char		 hash[AUDIT_HASH];
	uint64_t		 seq, bad;
	audit_step		*step;		/* NULL: never stopped */
	void			*arg;
};

/*
 * The last entry without a key is known by its hash, so nobody can chain the entries before it
 * again.
 */
static bool
is_signed(const struct verifying *v)
{
	return v->has_keyed != HEAD_OK || v->seq != v->keyed.seq ||
	    memcmp(v->hash, v->keyed.hash, AUDIT_HASH) == 0;
}

static bool
verify_each(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct verifying	*v = arg;

	if (klen != 8 || n <= AUDIT_HASH || buf_get_u64(key) != v->seq + 1) {
		v->bad = v->seq + 1;
		return false;
	}
	v->seq++;
	audit_hash_entry(v->seq > v->keyed.seq ? v->key : NULL, v->hash, v->seq,
	    (const char *)p + AUDIT_HASH, n - AUDIT_HASH, v->hash);
	if (memcmp(v->hash, p, AUDIT_HASH) != 0 || !is_signed(v))
		v->bad = v->seq;
	return v->bad == 0 && (v->step == NULL || v->step(v->arg));
}

#define KEYED_KEY	"trail"		/* in STORE_META */

static enum store_err
read_keyed(struct store *st, struct head *out, enum head_err *how)
{
	struct buf	 b = BUF_INIT;
	enum store_err	 e = store_get(st, NULL, STORE_META, KEYED_KEY, strlen(KEYED_KEY), &b);

	*out = (struct head){ .seq = 0 };
	*how = e == STORE_MISSING ? HEAD_MISSING :
	    e == STORE_OK && head_decode(store_home(st), HEAD_KEYED, b.p, b.n, out) ? HEAD_OK :
	    HEAD_BAD;
	buf_free(&b);
	return e == STORE_MISSING ? STORE_OK : e;
}

/* When the row in the store is missing, HOME/head may have the sequence. */
static enum store_err
begin_verifying(struct store *st, struct verifying *v)
{
	struct head	 head;
	enum store_err	 e;

	*v = (struct verifying){ .key = audit_key(st) };
	if ((e = read_keyed(st, &v->keyed, &v->has_keyed)) == STORE_OK && v->has_keyed != HEAD_OK) {
		v->keyed = (struct head){ .seq = 0 };
		if (store_head_read(st, false, &head) == HEAD_OK)
			v->keyed.seq = head.keyed;
	}
	return e;
}

uint64_t
audit_keyed_after(struct store *st)
{
	struct verifying	 v;

	return begin_verifying(st, &v) == STORE_OK ? v.keyed.seq : 0;
}

enum store_err
audit_verify_while(struct store *st, audit_step *step, void *arg, uint64_t *n, uint64_t *bad,
    unsigned char head[AUDIT_HASH])
{
	struct verifying	 v;
	enum store_err		 e;

	if ((e = begin_verifying(st, &v)) == STORE_OK) {
		v.step = step;
		v.arg = arg;
		e = store_scan(st, NULL, STORE_AUDIT, &(struct store_range){ .lolen = 0 },
		    verify_each, &v);
	}
	*n = v.seq;
	*bad = v.bad;
	memcpy(head, v.hash, AUDIT_HASH);
	return e;
}

enum store_err
audit_verify(struct store *st, uint64_t *n, uint64_t *bad, unsigned char head[AUDIT_HASH])
{
	return audit_verify_while(st, NULL, NULL, n, bad, head);
}

/* ---- the end of the chain -------------------------------------------------------------------- */

#define WHAT_TO_DO	"restore the newest backup, or go on with what is there by \"shouwang-admin verify --accept-loss\", " \
			"which puts the loss into the trail"

/* Reads the newest entry with its moment. */
static enum store_err
find_end(struct store *st, struct head *now)
{
	struct buf	 b = BUF_INIT;
	struct val	*v = NULL;
	enum store_err	 e = audit_newest(st, NULL, now, &b);

	if (e == STORE_OK && b.n > AUDIT_HASH &&
	    (v = val_decode(b.p + AUDIT_HASH, b.n - AUDIT_HASH)) != NULL)
		now->at = val_get_num(v, "at", 0);
	val_free(v);
	buf_free(&b);
	return e;
}

/*
 * Entries after the head were written without a new HOME/head: the process was killed or the power
 * failed. They must continue the chain.
 */
static enum store_err
check_after(struct store *st, const struct head *head, uint64_t *bad)
{
	struct verifying	 v = { .key = audit_key(st), .keyed.seq = head->keyed,
	    .seq = head->seq, .has_keyed = HEAD_MISSING };
	struct buf		 lo = BUF_INIT, entry = BUF_INIT;
	enum store_err		 e = STORE_OK;

	memcpy(v.hash, head->hash, AUDIT_HASH);
	*bad = 0;
	if (head->seq > 0) {
		buf_put_u64(&lo, head->seq);
		e = lo.bad ? STORE_SYS : store_get(st, NULL, STORE_AUDIT, lo.p, lo.n, &entry);
		if (e == STORE_MISSING ||
		    (e == STORE_OK && (entry.n < AUDIT_HASH ||
		    memcmp(entry.p, head->hash, AUDIT_HASH) != 0))) {
			*bad = head->seq;
			e = STORE_OK;
		}
	}
	buf_reset(&lo);
	buf_put_u64(&lo, head->seq + 1);
	if (e == STORE_OK && *bad == 0) {
		e = lo.bad ? STORE_SYS :
		    store_scan(st, NULL, STORE_AUDIT,
		    &(struct store_range){ .lo = lo.p, .lolen = lo.n }, verify_each, &v);
		*bad = v.bad;
	}
	buf_free(&lo);
	buf_free(&entry);
	return e;
}

static void
say_missing(const struct audit_end *end, const char *home, struct buf *wrong)
{
	char	 last[20], head[20];

	civil_print_moment(end->head.at, head);
	civil_print_moment(end->now.at, last);
	buf_printf(wrong,
	    "%s: the newest %llu entries of the audit trail are missing with what they tell of: ",
	    home, (unsigned long long)(end->head.seq - end->now.seq));
	if (end->now.seq > 0)
		buf_printf(wrong, "entry %llu of %s is the last one there, ",
		    (unsigned long long)end->now.seq, last);
	else
		buf_puts(wrong, "none is there, ");
	buf_printf(wrong, "%s up to entry %llu of %s; " WHAT_TO_DO, end->restored ?
	    "the backup went" : "acknowledged was", (unsigned long long)end->head.seq, head);
}

/* has: whether the store knows from which entry the chain has a key. */
static enum store_err
judge(struct store *st, const struct audit_end *end, enum head_err has, const struct head *keyed,
    struct buf *wrong)
{
	const char	*home = home_path(store_home(st));
	uint64_t	 bad = 0;
	enum store_err	 e = STORE_OK;

	if (has == HEAD_MISSING && end->read == HEAD_MISSING)
		return STORE_OK;		/* first opened, or restored from a backup of an
						   earlier version */
	if (end->read != HEAD_OK)
		buf_printf(wrong,
		    "%s/%s" HEAD_NAME " is %s, so nobody can tell whether the newest entries of the audit trail are "
		    "still there; " WHAT_TO_DO, home, end->restored ? "env/" : "",
		    end->read == HEAD_MISSING ? "missing" : "damaged");
	else if (end->now.seq < end->head.seq)
		say_missing(end, home, wrong);
	else if ((e = check_after(st, &end->head, &bad)) == STORE_OK && bad != 0)
		buf_printf(wrong,
		    "%s: entry %llu of the audit trail is not the one this program wrote: it was changed, added or "
		    "replaced from outside; " WHAT_TO_DO, home, (unsigned long long)bad);
	else if (e == STORE_OK &&
	    (has == HEAD_BAD || (has == HEAD_OK && keyed->seq != end->head.keyed) ||
	    (has == HEAD_MISSING && end->head.seq != end->head.keyed)))
		buf_printf(wrong,
		    "%s: from where the audit trail's chain has a key is not what HOME/head says; " WHAT_TO_DO, home);
	return e;
}

enum store_err
audit_end_check(struct store *st, bool restored, struct audit_end *end, struct buf *wrong)
{
	struct head	 keyed;
	enum head_err	 has;
	enum store_err	 e;

	*end = (struct audit_end){ .restored = restored };
	if ((e = find_end(st, &end->now)) != STORE_OK ||
	    (e = read_keyed(st, &keyed, &has)) != STORE_OK)
		return e;
	end->read = store_head_read(st, restored, &end->head);
	end->now.keyed = has == HEAD_OK ? keyed.seq : end->read == HEAD_OK ? end->head.keyed :
	    has == HEAD_MISSING ? end->now.seq : 0;
	return judge(st, end, has, &keyed, wrong);
}

/* Signs it again even when it is there, because a damaged one must be replaced. */
static enum store_err
put_keyed(struct store_txn *txn, const struct audit_end *end)
{
	struct head	 keyed = { .seq = end->now.keyed, .keyed = end->now.keyed };
	unsigned char	 bytes[HEAD_BYTES];
	struct buf	 key = BUF_INIT, entry = BUF_INIT;
	enum store_err	 e = STORE_OK;

	if (keyed.seq > 0) {
		buf_put_u64(&key, keyed.seq);
		e = key.bad ? STORE_SYS : store_get(store_of(txn), txn, STORE_AUDIT, key.p, key.n,
		    &entry);
		if (e == STORE_OK && entry.n >= AUDIT_HASH)
			memcpy(keyed.hash, entry.p, AUDIT_HASH);
	}
	head_encode(store_home(store_of(txn)), HEAD_KEYED, &keyed, bytes);
	if (e == STORE_OK || e == STORE_MISSING)
		e = store_put(txn, STORE_META, KEYED_KEY, strlen(KEYED_KEY), bytes, sizeof bytes);
	buf_free(&key);
	buf_free(&entry);
	return e;
}

static enum store_err
put_accepted(struct store_txn *txn, const struct actor *actor, int64_t now, const char *act,
    const struct audit_end *end)
{
	struct val	*detail = val_map();
	enum store_err	 e = STORE_SYS;

	if (val_put(detail, "last", val_int((int64_t)end->now.seq)) && (end->read != HEAD_OK ||
	    val_put(detail, "acknowledged", val_int((int64_t)end->head.seq))))
		e = audit_put(txn, actor, now,
		    &(struct audit_entry){ .act = act, .detail = detail });
	val_free(detail);
	return e;
}

/* Writes the end in one transaction. actor NULL: without an entry. */
static enum store_err
write_end(struct store *st, const struct actor *actor, int64_t now, const char *act,
    const struct audit_end *end)
{
	struct store_txn	*txn;
	enum store_err		 e;

	if ((e = store_begin(st, &txn)) != STORE_OK)
		return e;
	e = put_keyed(txn, end);
	if (e == STORE_OK && actor != NULL)
		e = put_accepted(txn, actor, now, act, end);
	if (e != STORE_OK)
		store_abort(txn);
	else
		e = store_commit(txn);
	return e == STORE_OK ? store_flush(st) : e;
}

/*
 * The file is written before the row in the store, so that a row without a file means that somebody
 * removed the file.
 */
enum store_err
audit_end_keep(struct store *st, const struct audit_end *end)
{
	struct head	 keyed;
	enum head_err	 has;
	enum store_err	 e;

	if ((e = read_keyed(st, &keyed, &has)) == STORE_OK &&
	    (e = store_head_start(st, &end->now)) == STORE_OK && has != HEAD_OK)
		e = write_end(st, NULL, 0, NULL, end);
	return e;
}

enum store_err
audit_end_accept(struct store *st, const struct actor *actor, int64_t now, const char *act,
    const struct audit_end *end)
{
	struct audit_end	 after = *end;
	enum store_err		 e;

	if ((e = write_end(st, actor, now, act, end)) != STORE_OK ||
	    (e = find_end(st, &after.now)) != STORE_OK)
		return e;
	after.now.keyed = end->now.keyed;
	return audit_end_keep(st, &after);
}

