#include "core/ops/ops_int.h"

#include <string.h>

#include "core/access/checkout.h"
#include "core/record/draft.h"

/* The requests about drafts (core/record/draft.h). */

#define REFUSED_MANY	(STORE_APP_MIN + 20)

/* ---- storing --------------------------------------------------------------------------------- */

static bool
merge_map(struct val *draft, const char *key, const struct val *more, bool forget_nil)
{
	struct val	*into = val_get(draft, key);

	if (more == NULL)
		return true;
	if (into == NULL) {
		if (!val_put(draft, key, val_map()))
			return false;
		into = val_get(draft, key);
	}
	if (forget_nil)
		return val_merge(into, more);
	for (size_t i = 0; i < val_len(more); i++)
		if (!val_put(into, val_key(more, i), val_dup(val_value(more, i))))
			return false;
	return true;
}

static bool
copy_arg(struct val *draft, const struct call *call, const char *key)
{
	const struct val	*v = call_arg(call, key);

	return v == NULL || val_put(draft, key, val_dup(v));
}

static bool
merge_draft(struct val *draft, const struct call *call)
{
	return draft != NULL && merge_map(draft, PK_FIELDS, call_arg(call, PK_SET), false) &&
	    merge_map(draft, PK_TYPED, call_arg(call, PK_TYPED), true) &&
	    copy_arg(draft, call, PK_BOOK) &&
	    copy_arg(draft, call, PK_ID) && copy_arg(draft, call, PK_VER) &&
	    copy_arg(draft, call, PK_AT) &&
	    copy_arg(draft, call, PK_TITLE) && val_put(draft, PK_WHEN, val_int(call->moment));
}

static int
store_body(struct store_txn *txn, void *arg)
{
	struct call		*call = arg;
	const unsigned char	*id = call->job;
	struct val		*draft = NULL;
	int			 r = (int)draft_get(txn, call->actor, id, &draft);

	if (r == STORE_MISSING) {
		draft = val_map();
		r = draft_is_full(txn, call->actor) ? REFUSED_MANY : STORE_OK;
	}
	if (r == STORE_OK)
		r = merge_draft(draft, call) ? draft_put(txn, call->actor, id, draft) : STORE_SYS;
	val_free(draft);
	return r;
}

static int
drop_body(struct store_txn *txn, void *arg)
{
	struct call	*call = arg;

	return (int)draft_remove(txn, call->actor, call->job);
}

/* Saving a draft renews the checkout, and tells the person when somebody has taken it over. */
static struct val *
renew_checkout(struct call *call)
{
	struct checkouts	*e = call->core->checkouts;
	uint64_t	 id = call_arg_id(call, PK_ID);
	struct val	*reply = val_map(), *taken;
	struct rec	*rec;

	if (id == 0 || call_arg_true(call, PK_DROP) ||
	    rec_get(call->core, NULL, id, &rec) != REC_OK)
		return reply;
	if (access_allowed(call->actor, ACCESS_WRITE, rec, NULL) &&
	    !checkout_renew(e, id, call->actor, call->session, call->moment)) {
		val_free(reply);
		reply = NULL;
	}
	if ((taken = checkout_stolen(e, id, call->actor->user)) != NULL &&
	    !val_put(reply, PK_TAKEN, taken)) {
		val_free(reply);
		reply = NULL;
	}
	rec_free(rec);
	return reply;
}

static void
store_finish(struct call *call, int result)
{
	if (result == STORE_OK)
		call_answer_ok(call, renew_checkout(call));
	else if (result == REFUSED_MANY)
		call_answer_error(call, PE_INVALID,
		    N_("You have a hundred unfinished entries. Finish or drop some first."));
	else if (result == DRAFT_TOO_LARGE)
		call_answer_error(call, PE_INVALID,
		    N_("This entry is too large to be kept as a draft."));
	else
		call_answer_store(call, result);
}

enum call_step
op_draft(struct call *call)
{
	const bool	 drop = call_arg_true(call, PK_DROP);

	if (!drop && call_arg_book(call) == NULL)
		return CALL_DONE;
	call->job = (void *)(uintptr_t)call_arg_bytes(call, PK_DRAFT);	/* bytes of the request,
									   which exists as long as
									   the call */
	call->body = drop ? drop_body : store_body;
	call->finish = store_finish;
	return CALL_COMMIT;
}

/* ---- showing --------------------------------------------------------------------------------- */

/* The title of a child record's draft is that of its parent. */
static bool
add_parents(struct call *call, struct val *list)
{
	struct form_ctx	 ctx;
	bool		 ok = true;

	call_hold(call, &ctx);
	for (size_t i = 0; ok && i < val_len(list); i++) {
		struct val		*draft = val_at(list, i);
		const char		*name = val_get_str(draft, PK_BOOK);
		const struct book	*book = name != NULL ? set_book(call->core->set, name) :
		    NULL;

		ok = book == NULL || ops_put_parent(call, book, val_get(draft, PK_FIELDS), &ctx,
		    draft);
	}
	env_ctx_release(call->core);
	return ok;
}

/* All drafts of the actor, newest first: the caller's. */
static enum store_err
own_drafts(struct call *call, struct val **out)
{
	struct val	*list = val_list();
	enum store_err	 e = draft_list(call->core, call->actor, list);

	*out = e == STORE_OK && add_parents(call, list) ? ops_newest_first(list, PK_WHEN) : NULL;
	val_free(list);
	return e == STORE_OK && *out == NULL ? STORE_SYS : e;
}

enum call_step
op_drafts(struct call *call)
{
	struct val	*list, *reply = val_map();
	enum store_err	 e = own_drafts(call, &list);

	if (e == STORE_OK && val_put(reply, PK_DRAFTS, list))
		return call_answer_ok(call, reply);
	val_free(reply);
	return call_answer_store(call, e != STORE_OK ? (int)e : STORE_SYS);
}

bool
ops_put_draft(struct call *call, const struct book *book, uint64_t id, uint64_t parent,
    struct val *reply)
{
	struct val	*list;
	bool		 ok = true, found = false;

	if (own_drafts(call, &list) != STORE_OK)
		return false;
	for (size_t i = 0; !found && i < val_len(list); i++) {
		const struct val	*draft = val_at(list, i);
		const char		*name = val_get_str(draft, PK_BOOK);

		found = name != NULL && strcmp(name, book->name) == 0 &&
		    (uint64_t)val_get_num(draft, PK_ID, 0) == id &&
		    (id != 0 || (uint64_t)val_get_num(val_get(draft, PK_FIELDS), book->under->name,
		    0) == parent);
		if (found)
			ok = val_put(reply, PK_DRAFT, val_dup(draft));
	}
	val_free(list);
	return ok;
}
