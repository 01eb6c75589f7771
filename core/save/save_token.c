#include "core/save/save.h"

#include <string.h>

/* A double press is one save. */

#define TOKEN_DAYS	2		/* kept at least so long */
#define TOKEN_SWEEP	2		/* old ones removed with each new one, so they never pile up */

static void
token_key(struct buf *key, int day, const struct save *s)
{
	buf_u32(key, (uint32_t)day);
	buf_put(key, s->actor->user, strlen(s->actor->user) + 1);
	buf_put(key, s->token, 16);
}

static int
token_day(const struct save *s)
{
	return (int)(core_now(s->core) / 86400);
}

int
save_token_find(struct store_txn *txn, const struct save *s, uint64_t *id)
{
	struct buf	 key = BUF_INIT, val = BUF_INIT;
	enum store_err	 e = STORE_MISSING;

	*id = 0;
	for (int back = 0; e == STORE_MISSING && back < TOKEN_DAYS; back++) {
		buf_reset(&key);
		token_key(&key, token_day(s) - back, s);
		e = key.bad ? STORE_SYS : store_get(s->core->store, txn, STORE_TOKEN, key.p, key.n, &val);
	}
	if (e == STORE_OK && val.n == 8)
		*id = be64(val.p);
	buf_free(&key);
	buf_free(&val);
	return e == STORE_MISSING ? 0 : (int)e;
}

int
save_token_put(struct store_txn *txn, const struct save *s)
{
	struct buf	 key = BUF_INIT, val = BUF_INIT, oldest = BUF_INIT;
	int		 day = token_day(s);
	enum store_err	 e;

	token_key(&key, day, s);
	buf_u64(&val, s->now->id);
	e = key.bad || val.bad ? STORE_SYS : store_put(txn, STORE_TOKEN, key.p, key.n, val.p, val.n);
	for (int i = 0; e == STORE_OK && i < TOKEN_SWEEP; i++) {
		if (store_seek(s->core->store, txn, STORE_TOKEN, "", 0, false, &oldest, NULL) != STORE_OK ||
		    oldest.n < 4 || (int)be32(oldest.p) > day - TOKEN_DAYS)
			break;
		e = store_del(txn, STORE_TOKEN, oldest.p, oldest.n);
	}
	buf_free(&key);
	buf_free(&val);
	buf_free(&oldest);
	return (int)e;
}
