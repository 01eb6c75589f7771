#include "core/record/draft.h"

#include <string.h>

#include "core/record/index.h"

static void
draft_key(struct buf *key, const struct actor *actor, const unsigned char draft[16])
{
	buf_put(key, actor->user, strlen(actor->user) + 1);
	if (draft != NULL)
		buf_put(key, draft, 16);
}

const char *
draft_user(const void *key, size_t klen)
{
	const char	*user = key;

	return klen > 17 && user[0] != '\0' && strnlen(user, klen) == klen - 17 ? user : NULL;
}

static void
draft_range(struct buf *lo, struct buf *hi, const struct actor *actor)
{
	draft_key(lo, actor, NULL);
	buf_put(hi, lo->p, lo->n);
	index_key_end(hi);
}

enum store_err
draft_remove(struct store_txn *txn, const struct actor *actor, const unsigned char draft[16])
{
	struct buf	 key = BUF_INIT;
	enum store_err	 e;

	draft_key(&key, actor, draft);
	e = key.bad ? STORE_SYS : store_del(txn, STORE_DRAFT, key.p, key.n);
	buf_free(&key);
	return e == STORE_MISSING ? STORE_OK : e;	/* removed from another terminal
							   meanwhile */
}

enum store_err
draft_get(struct store_txn *txn, const struct actor *actor, const unsigned char draft[16],
    struct val **out)
{
	struct buf	 key = BUF_INIT, bytes = BUF_INIT;
	enum store_err	 e;

	*out = NULL;
	draft_key(&key, actor, draft);
	e = key.bad ? STORE_SYS : store_get(store_of(txn), txn, STORE_DRAFT, key.p, key.n, &bytes);
	if (e == STORE_OK && (*out = val_decode(bytes.p, bytes.n)) == NULL)
		e = STORE_BAD;
	buf_free(&key);
	buf_free(&bytes);
	return e;
}

static bool
count_draft(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	(void)key;
	(void)klen;
	(void)p;
	(void)n;
	++*(int64_t *)arg;
	return true;
}

static int64_t
count_drafts(struct store *st, struct store_txn *txn, const struct actor *actor)
{
	struct buf	 lo = BUF_INIT, hi = BUF_INIT;
	int64_t		 n = 0;
	enum store_err	 e = STORE_SYS;

	draft_range(&lo, &hi, actor);
	if (!lo.bad && !hi.bad)
		e = store_scan(st, txn, STORE_DRAFT,
		    &(struct store_range){ .lo = lo.p, .lolen = lo.n, .hi = hi.p,
		    .hilen = hi.n, .keys_only = true }, count_draft, &n);
	buf_free(&lo);
	buf_free(&hi);
	return e == STORE_OK ? n : -1;
}

int64_t
draft_count(struct core *core, const struct actor *actor)
{
	return count_drafts(core->store, NULL, actor);
}


int
draft_put(struct store_txn *txn, const struct actor *actor, const unsigned char draft[16],
    const struct val *content)
{
	struct buf	 key = BUF_INIT, bytes = BUF_INIT;
	int		 r;

	draft_key(&key, actor, draft);
	val_encode(content, &bytes);
	if (key.bad || bytes.bad)
		r = STORE_SYS;
	else if (bytes.n > DRAFT_BYTES)
		r = DRAFT_TOO_LARGE;
	else
		r = (int)store_put(txn, STORE_DRAFT, key.p, key.n, bytes.p, bytes.n);
	buf_free(&key);
	buf_free(&bytes);
	return r;
}

bool
draft_is_full(struct store_txn *txn, const struct actor *actor)
{
	return count_drafts(store_of(txn), txn, actor) >= DRAFTS_MAX;
}

static bool
list_draft(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct val	*draft = val_decode(p, n);

	/* A draft that cannot be read stays in the store: it is not shown, but not lost. */
	if (draft != NULL && klen >= 16 &&
	    val_put(draft, "draft", val_bytes((const char *)key + klen - 16, 16)))
		return val_add(arg, draft);
	val_free(draft);
	return true;
}

enum store_err
draft_list(struct core *core, const struct actor *actor, struct val *list)
{
	struct buf	 lo = BUF_INIT, hi = BUF_INIT;
	enum store_err	 e = STORE_SYS;

	draft_range(&lo, &hi, actor);
	if (!lo.bad && !hi.bad && list != NULL)
		e = store_scan(core->store, NULL, STORE_DRAFT,
		    &(struct store_range){ .lo = lo.p, .lolen = lo.n,
		    .hi = hi.p, .hilen = hi.n }, list_draft, list);
	buf_free(&lo);
	buf_free(&hi);
	return e;
}
