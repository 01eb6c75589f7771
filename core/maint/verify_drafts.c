#include <inttypes.h>

#include "core/maint/verify_int.h"
#include "core/record/account.h"
#include "core/record/draft.h"
#include "core/save/save_idempotency.h"

/* Drafts, and the tokens by which a repeated save is recognised. */

/* ---- drafts and tokens ----------------------------------------------------------------------- */

struct entry_check {
	struct core	*core;
	const void	*key;
	size_t		 klen;
	uint64_t	 id;
	bool		 wrong;
};

static int
draft_body(struct store_txn *txn, void *arg)
{
	struct entry_check	*c = arg;
	struct actor		*actor = NULL;
	const enum store_err	 e = store_get(c->core->store, txn, STORE_DRAFT, c->key, c->klen,
	    NULL);

	c->wrong = e == STORE_OK && account_load_actor(c->core, draft_user(c->key, c->klen), 0,
	    "local", &actor) == ACTOR_UNKNOWN;
	actor_unref(actor);
	return e == STORE_MISSING ? STORE_OK : (int)e;
}

static bool
draft_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct verify		*v = arg;
	struct entry_check	 c = { .core = v->core, .key = key, .klen = klen };
	const char		*user = draft_user(key, klen);
	struct val		*draft = val_decode(val, vlen);
	struct actor		*actor = NULL;

	if (user == NULL || draft == NULL || val_kind(draft) != VAL_MAP)
		verify_trouble(v, DRAFT_ODD, "one that cannot be read%s%s", user != NULL ? ", of " :
		    "", user != NULL ? user : "");
	else if (account_load_actor(v->core, user, 0, "local", &actor) == ACTOR_UNKNOWN) {
		verify_confirm(v, draft_body, &c);
		if (c.wrong)
			verify_trouble(v, DRAFT_ODD, "one of %s, who has no account", user);
	}
	actor_unref(actor);
	val_free(draft);
	return verify_step(v);
}

static int
token_body(struct store_txn *txn, void *arg)
{
	struct entry_check	*c = arg;
	unsigned char		 rkey[REC_KEY];
	enum store_err		 e = store_get(c->core->store, txn, STORE_TOKEN, c->key, c->klen,
	    NULL);

	rec_key(c->id, rkey);
	if (e == STORE_OK)
		e = store_get(c->core->store, txn, STORE_REC, rkey, sizeof rkey, NULL);
	else if (e == STORE_MISSING)
		e = STORE_OK;			/* removed meanwhile */
	c->wrong = e == STORE_MISSING;
	return e == STORE_MISSING ? STORE_OK : (int)e;
}

static bool
token_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct verify		*v = arg;
	struct entry_check	 c = { .core = v->core, .key = key, .klen = klen };

	if (!save_idempotency_fits(key, klen, val, vlen, &c.id))
		verify_trouble(v, TOKEN_ODD, "one that cannot be read");
	else if (c.id != 0 && verify_seen(v, c.id) == NULL)
		verify_confirm(v, token_body, &c);
	if (c.wrong)
		verify_trouble(v, TOKEN_ODD, "one of record #%" PRIu64 ", which is not there",
		    c.id);
	return verify_step(v);
}

void
verify_drafts(struct verify *v)
{
	verify_scan(v, STORE_DRAFT, false, draft_each);
}

void
verify_tokens(struct verify *v)
{
	verify_scan(v, STORE_TOKEN, false, token_each);
}
