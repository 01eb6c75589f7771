#include "core/ops/ops_int.h"
#include "core/record/draft.h"

#include <string.h>

/* What a client asks of the daemon itself: who it acts for, the definitions, unlocking. */

/* ---- whoami ---------------------------------------------------------------------------------- */

struct val *
ops_label(const struct label *l)
{
	struct val	*v = val_map();

	if (v != NULL && val_put(v, PK_ZH, val_text(l->zh)) && val_put(v, PK_EN, val_text(l->en)))
		return v;
	val_free(v);
	return NULL;
}

static struct val *
area_codes(const struct actor *actor)
{
	struct val	*list = val_list();

	for (size_t i = 0; list != NULL && i < actor->nscopes; i++) {
		const char	*code = scope_area(&actor->scopes[i]);

		if (code != NULL && !val_add(list, val_text(code))) {
			val_free(list);
			list = NULL;
		}
	}
	return list;
}

/* The session handles personas and the change of persona; this answers for the present one. */
enum call_step
op_whoami(struct call *call)
{
	const struct actor	*a = call->actor;
	struct val		*reply = val_map();
	bool			 ok;

	ok = reply != NULL && val_put(reply, PK_USER, val_text(a->user)) &&
	    val_put(reply, PK_NAME, val_text(a->name)) &&
	    val_put(reply, PK_ROLE, val_text(a->role != NULL ? a->role->name : "local")) &&
	    val_put(reply, PK_AREAS, area_codes(a)) &&
	    val_put(reply, PK_COUNTY, ops_label(&call->core->set->county)) &&
	    val_put(reply, PK_DEMO, val_bool(call->core->demo)) &&
	    val_put(reply, PK_TODAY, val_int(call->today)) &&
	    val_put(reply, PK_DRAFTS, val_int(draft_count(call->core, a))) &&
	    val_put(reply, PK_VERSION, val_text(call->core->set->version));
	if (!ok) {
		val_free(reply);
		reply = NULL;
	}
	return call_answer_ok(call, reply);
}

/* ---- definitions ----------------------------------------------------------------------------- */

static struct val *
area_list(const struct areas *areas)
{
	struct val	*list = val_list();

	for (size_t i = 0; list != NULL && i < areas_count(areas); i++) {
		struct val	*item = val_map();

		if (!val_put(item, PK_CODE, val_text(areas_code(areas, i))) ||
		    !val_put(item, PK_NAME, val_text(areas_name(areas, i))) ||
		    !val_put(item, PK_PY, val_text(areas_pinyin(areas, i)))) {
			val_free(item);
			item = NULL;
		}
		if (!val_add(list, item)) {
			val_free(list);
			list = NULL;
		}
	}
	return list;
}

enum call_step
op_forms(struct call *call)
{
	const char	*have = call_arg_text(call, PK_HAVE);
	const struct set *set = call->core->set;
	struct form_ctx	 ctx;
	struct val	*reply = val_map();
	bool		 ok = val_put(reply, PK_VERSION, val_text(set->version));

	call_hold(call, &ctx);
	ok = ok && val_put(reply, PK_AREAS, area_list(ctx.areas));
	env_ctx_release(call->core);
	if (have == NULL || strcmp(have, set->version) != 0)
		ok = ok && val_put(reply, PK_SET, val_dup(set_source(set)));
	if (!ok) {
		val_free(reply);
		reply = NULL;
	}
	return call_answer_ok(call, reply);
}

/* ---- unlock ---------------------------------------------------------------------------------- */

/* The session has asked authd already; this writes the entry in the trail. */
static int
unlock_body(struct store_txn *txn, void *arg)
{
	const struct writer	 w = call_writer(arg, txn);

	store_small(txn, true);
	return (int)writer_log(&w, &(struct audit_entry){ .act = "unlock" });
}

static void
unlock_finish(struct call *call, int result)
{
	if (result == STORE_OK)
		call_answer_ok(call, val_map());
	else
		call_answer_store(call, result);
}

enum call_step
op_unlock(struct call *call)
{
	call->body = unlock_body;
	call->finish = unlock_finish;
	return CALL_COMMIT;
}

/* ---- ping ------------------------------------------------------------------------------------ */

enum call_step
op_ping(struct call *call)
{
	return call_answer_ok(call, val_map());
}
