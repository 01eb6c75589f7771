#include "core/save/save.h"
#include "core/save/save_idempotency.h"

#include <string.h>

#include <sodium.h>

/*
 * A save repeated because its reply was lost is done once. STORE_TOKEN has two rows for each save,
 * one by its token and one for the order, which is counted by person and needs no clock:
 *
 *	'T' user 00 token		-> n · digest · id · version · number of records changed
 *						   with it · id and version of the other record
 *						   of a merge
 *	'S' user 00 n (8 bytes)		-> token
 *
 * Of each person the newest TOKENS_KEPT are kept, however much others save meanwhile. Keys of an
 * earlier format begin with the day, so with 00; they are removed little by little, with each save.
 */
#define TOKENS_KEPT	1000		/* saves of one person */
#define TOKEN_SWEEP	2		/* rows of the earlier format removed with each save */
#define TOKEN_BYTES	16
#define TOKEN_ROW	(8 + SAVE_DIGEST + 5 * 8)

/*
 * The keys that make a request the same as another. The rest (its number, the draft it ends, a
 * password) may differ.
 */
static const char *const	 digested_keys[] = {
	"op", "book", "id", "ver", "act", "set", "ask", "remarks", "spread", "other", "otherver",
	    "why",
};

bool
save_idempotency_digest(const struct val *req, unsigned char digest[SAVE_DIGEST])
{
	struct val	*v = val_map();
	struct buf	 cbor = BUF_INIT;
	bool		 ok = v != NULL;

	for (size_t i = 0; ok && i < sizeof digested_keys / sizeof *digested_keys; i++)
		if (val_get(req, digested_keys[i]) != NULL)
			ok = val_put(v, digested_keys[i], val_dup(val_get(req, digested_keys[i])));
	if (ok)
		val_encode(v, &cbor);		/* maps are encoded with keys in byte order, so
						   their order in the request does not matter */
	ok = ok && !cbor.bad &&
	    crypto_generichash(digest, SAVE_DIGEST, (const unsigned char *)cbor.p, cbor.n, NULL,
	    0) == 0;
	buf_wipe(&cbor);
	val_free(v);
	return ok;
}

static void
begin_key(struct buf *key, char kind, const struct actor *actor)
{
	buf_reset(key);
	buf_putc(key, kind);
	buf_put(key, actor->user, strlen(actor->user) + 1);
}

static void
token_key(struct buf *key, const struct actor *actor, const void *token)
{
	begin_key(key, 'T', actor);
	buf_put(key, token, TOKEN_BYTES);
}

static void
order_key(struct buf *key, const struct actor *actor, uint64_t n)
{
	begin_key(key, 'S', actor);
	buf_put_u64(key, n);
}

/* ---- looking up a token ---------------------------------------------------------------------- */

int
save_idempotency_find(struct store_txn *txn, const struct save *s, struct saved *done)
{
	struct buf		 key = BUF_INIT, val = BUF_INIT;
	const unsigned char	*p;
	int			 r;

	token_key(&key, s->actor, s->token);
	r = key.bad ? STORE_SYS : (int)store_get(s->core->store, txn, STORE_TOKEN, key.p, key.n,
	    &val);
	if (r == STORE_OK && val.n != TOKEN_ROW)
		r = STORE_BAD;
	if (r == STORE_OK) {
		p = (const unsigned char *)val.p + 8;
		r = memcmp(p, s->digest, SAVE_DIGEST) == 0 ? SAVED_BEFORE : REFUSED_TOKEN;
		p += SAVE_DIGEST;
		*done = (struct saved){ buf_get_u64(p), buf_get_u64(p + 8), buf_get_u64(p + 16),
		    buf_get_u64(p + 24), buf_get_u64(p + 32) };
	} else if (r == STORE_MISSING)
		r = env_time_behind(s->core) ? REFUSED_CLOCK : STORE_OK;
	buf_free(&key);
	buf_free(&val);
	return r;
}

int
save_idempotency_replay(struct store_txn *txn, const struct save *s, uint64_t id, uint64_t ver,
    struct rec **out)
{
	enum rec_err	 e = rec_get(s->core, txn, id, out);

	if (e != REC_OK || (*out)->ver == ver)
		return e == REC_OK ? STORE_OK : STORE_BAD;
	rec_free(*out);
	return rec_get_version(s->core, txn, id, ver, out) == REC_OK ? STORE_OK : STORE_BAD;
}

/* ---- storing a token ------------------------------------------------------------------------- */

/* The number of the person's newest save; 0 = none. */
static int
newest_number(struct store_txn *txn, const struct actor *actor, uint64_t *n)
{
	struct buf	 key = BUF_INIT, found = BUF_INIT;
	size_t		 prefix;
	int		 r;

	*n = 0;
	order_key(&key, actor, UINT64_MAX);
	prefix = key.n - 8;
	r = key.bad ? STORE_SYS : (int)store_seek(store_of(txn), txn, STORE_TOKEN, key.p, key.n,
	    true, &found, NULL);
	if (r == STORE_OK && found.n == key.n && memcmp(found.p, key.p, prefix) == 0)
		*n = buf_get_u64((const unsigned char *)found.p + prefix);
	buf_free(&key);
	buf_free(&found);
	return r == STORE_MISSING ? STORE_OK : r;
}

static int
remove_token(struct store_txn *txn, const struct actor *actor, uint64_t n)
{
	struct buf	 key = BUF_INIT, token = BUF_INIT;
	int		 r;

	order_key(&key, actor, n);
	r = key.bad ? STORE_SYS : (int)store_get(store_of(txn), txn, STORE_TOKEN, key.p, key.n,
	    &token);
	if (r == STORE_OK)
		r = (int)store_del(txn, STORE_TOKEN, key.p, key.n);
	if (r == STORE_OK && token.n == TOKEN_BYTES) {
		token_key(&key, actor, token.p);
		r = key.bad ? STORE_SYS : (int)store_del(txn, STORE_TOKEN, key.p, key.n);
	}
	buf_free(&key);
	buf_free(&token);
	return r == STORE_MISSING ? STORE_OK : r;
}

static int
remove_old_format(struct store_txn *txn)
{
	struct buf	 oldest = BUF_INIT;
	int		 r = STORE_OK;

	for (int i = 0; r == STORE_OK && i < TOKEN_SWEEP; i++) {
		r = (int)store_seek(store_of(txn), txn, STORE_TOKEN, "", 0, false, &oldest, NULL);
		if (r != STORE_OK || oldest.p[0] != '\0')
			break;
		r = (int)store_del(txn, STORE_TOKEN, oldest.p, oldest.n);
	}
	buf_free(&oldest);
	return r == STORE_MISSING ? STORE_OK : r;
}

static int
put_rows(struct store_txn *txn, const struct save *s, const struct saved *done, uint64_t n)
{
	struct buf	 key = BUF_INIT, val = BUF_INIT;
	const uint64_t	 numbers[] = { done->id, done->ver, done->npropagated, done->other,
	    done->otherver };
	int		 r;

	buf_put_u64(&val, n);
	buf_put(&val, s->digest, SAVE_DIGEST);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		buf_put_u64(&val, numbers[i]);
	token_key(&key, s->actor, s->token);
	r = key.bad || val.bad ? STORE_SYS : (int)store_put(txn, STORE_TOKEN, key.p, key.n, val.p,
	    val.n);
	order_key(&key, s->actor, n);
	if (r == STORE_OK)
		r = key.bad ? STORE_SYS : (int)store_put(txn, STORE_TOKEN, key.p, key.n, s->token,
		    TOKEN_BYTES);
	buf_free(&key);
	buf_free(&val);
	return r;
}

int
save_idempotency_put(struct store_txn *txn, const struct save *s, const struct saved *done)
{
	uint64_t	 n;
	int		 r;

	if ((r = newest_number(txn, s->actor, &n)) != STORE_OK ||
	    (r = put_rows(txn, s, done, n + 1)) != STORE_OK)
		return r;
	if (n + 1 > TOKENS_KEPT &&
	    (r = remove_token(txn, s->actor, n + 1 - TOKENS_KEPT)) != STORE_OK)
		return r;
	return remove_old_format(txn);
}

/* The kinds of keys are described at the top of this file. */
bool
save_idempotency_fits(const void *key, size_t klen, const void *val, size_t vlen, uint64_t *id)
{
	static const struct { char kind; size_t head, tail, vlen, id; } kinds[] = {
		{ 'T', 1, TOKEN_BYTES, TOKEN_ROW, 8 + SAVE_DIGEST },
		{ 'S', 1, 8, TOKEN_BYTES, SIZE_MAX },
		{ 0, 4, TOKEN_BYTES, 8, 0 },
	};
	const char	*p = key;

	for (size_t i = 0; klen > 0 && i < sizeof kinds / sizeof *kinds; i++) {
		const size_t	 around = kinds[i].head + 1 + kinds[i].tail;

		if (p[0] != kinds[i].kind || vlen != kinds[i].vlen || klen <= around ||
		    strnlen(p + kinds[i].head, klen - kinds[i].head) != klen - around)
			continue;
		*id = kinds[i].id != SIZE_MAX ? buf_get_u64((const char *)val + kinds[i].id) : 0;
		return true;
	}
	return false;
}
