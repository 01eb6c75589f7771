#include "core/ops/ops_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- the stages of a call -------------------------------------------------------------------- */

struct call *
call_new(struct core *core, struct actor *actor, struct val *req, enum lang lang)
{
	struct call	*call = calloc(1, sizeof *call);

	if (call == NULL) {
		val_free(req);
		return NULL;
	}
	*call = (struct call){ .core = core, .actor = actor_ref(actor), .req = req, .lang = lang };
	return call;
}

void
call_free(struct call *call)
{
	if (call == NULL)
		return;
	if (call->job_free != NULL)
		call->job_free(call->job);
	actor_unref(call->actor);
	val_free(call->req);
	val_free(call->reply);
	free(call);
}

static void
set_moment(struct call *call)
{
	call->moment = env_now(call->core);
	call->today = civil_at(call->moment);
}

/* Only operations whose row says that they write or look at a file reach the committer. */
enum call_step
call_start(struct call *call)
{
	struct problems	 ps = PROBLEMS_INIT;
	enum call_step	 step = CALL_DONE;
	const char	*error;

	env_time_behind(call->core);		/* requests that only read must detect it, too */
	set_moment(call);
	if ((call->op = op_named(val_get_str(call->req, PK_OP))) == NULL)
		return call_answer_error(call, PE_BAD_REQUEST, N_("There is no such operation."));
	error = op_request_check(call->op, call->req, call->actor->local, &ps);
	if (error == NULL)
		step = call->op->start(call);
	else if (ps.n > 0)
		call_answer_problem(call, error, &ps.at[0]);
	else
		call_answer_store(call, STORE_SYS);
	problems_free(&ps);
	if (step == CALL_COMMIT && (call->op->flags & (OP_WRITES | OP_LOOK)) == 0)
		call_note_undeclared("commit");
	return step;
}

/*
 * The request may have waited in the queue since call_start(); entries of the trail must be in
 * order.
 */
int
call_body(struct store_txn *txn, void *arg)
{
	struct call	*call = arg;

	set_moment(call);
	return call->body(txn, call);
}

void
call_finish(struct call *call, int result)
{
	call->finish(call, result);
}

struct val *
call_run(struct core *core, struct actor *actor, struct val *req, enum lang lang)
{
	struct call	*call = call_new(core, actor, req, lang);
	struct val	*reply;

	if (call == NULL)
		return NULL;
	if (call_start(call) == CALL_COMMIT)
		call_finish(call, commit_run(core->committer, call_body, call));
	reply = call->reply;
	call->reply = NULL;
	call_free(call);
	return reply;
}

void
call_hold(const struct call *call, struct form_ctx *ctx)
{
	env_ctx_acquire(call->core, call->lang, ctx);
	ctx->today = call->today;
}

struct writer
call_writer(const struct call *call, struct store_txn *txn)
{
	return (struct writer){ call->core, txn, call->actor, call->moment, call->today };
}

/* ---- answering ------------------------------------------------------------------------------- */

enum call_step
call_answer_ok(struct call *call, struct val *reply)
{
	val_free(call->reply);
	call->reply = reply;
	if (reply == NULL || !val_put(reply, PK_OK, val_bool(true)))
		return call_answer_error(call, PE_BUSY,
		    N_("The server ran out of memory. Try again."));
	return CALL_DONE;
}

struct val *
call_error_reply(const char *error, const char *msgid)
{
	struct val	*v = val_map();

	if (v != NULL && val_put(v, PK_OK, val_bool(false)) &&
	    val_put(v, PK_ERROR, val_text(error)) && val_put(v, PK_SAY, val_text(msgid)))
		return v;
	val_free(v);
	return NULL;
}

enum call_step
call_answer_error(struct call *call, const char *error, const char *msgid)
{
	val_free(call->reply);
	call->reply = call_error_reply(error, msgid);
	return CALL_DONE;
}

enum call_step
call_answer_with(struct call *call, const char *error, const char *msgid, const char *first,
    const char *second)
{
	struct val	*args = val_list();
	bool		 ok = val_add(args, val_text(first)) &&
	    (second == NULL || val_add(args, val_text(second)));

	call_answer_error(call, error, msgid);
	if (!ok) {
		val_free(args);
		return call_answer_store(call, STORE_SYS);
	}
	return val_put(call->reply, PK_ARGS, args) ? CALL_DONE : call_answer_store(call, STORE_SYS);
}

enum call_step
call_answer_problem(struct call *call, const char *error, const struct problem *p)
{
	call_answer_error(call, error, p->say);
	return val_put(call->reply, PK_ARGS, val_dup(p->args)) ? CALL_DONE :
	    call_answer_store(call, STORE_SYS);
}

enum call_step
call_answer_problems(struct call *call, const char *error, const char *msgid,
    const struct problems *ps)
{
	call_answer_error(call, error, msgid);
	return val_put(call->reply, PK_PROBLEMS, problems_to_val(ps)) ? CALL_DONE :
	    call_answer_store(call, STORE_SYS);
}

enum call_step
call_answer_clock(struct call *call)
{
	char	 clock[17], newest[17];

	env_time_print(env_time_wall(call->core), clock);
	env_time_print(env_time_newest(call->core), newest);
	return call_answer_with(call, PE_CLOCK,
	    N_("Not saved: the server's clock says {1}, but the newest entry was made at {2}. Your entries are kept; tell the system administrator."),
	    clock, newest);
}

enum call_step
call_answer_store(struct call *call, int e)
{
	switch (e) {
	case STORE_FULL:
		return call_answer_error(call, PE_FULL,
		    N_("The server's disk is full. Nothing was saved; your entries are kept here, and files can still be read. Tell the system administrator."));
	case STORE_BUSY:
		return call_answer_error(call, PE_BUSY,
		    N_("The server is busy. Try again in a moment."));
	case STORE_DEAD:
		return call_answer_error(call, PE_STOPPED,
		    N_("The server stopped while saving. Whether it was saved shows when it is back; your entries are kept."));
	case STORE_BAD:
		return call_answer_error(call, PE_STOPPED,
		    N_("A stored record is damaged. Tell the system administrator at once."));
	default:
		return call_answer_error(call, PE_STOPPED,
		    N_("The server could not do it. Try again, then tell the system administrator."));
	}
}

enum call_step
call_answer_unlogged(struct call *call, int e)
{
	if (e == STORE_FULL)
		return call_answer_error(call, PE_FULL,
		    N_("The server's disk is full: that you look at this cannot be put on record, so it is not shown. Tell the system administrator."));
	return call_answer_store(call, e);
}

/* ---- reading --------------------------------------------------------------------------------- */

struct rec *
ops_get_visible(struct call *call, const struct book *book, uint64_t id)
{
	struct rec	*rec;
	enum rec_err	 e = rec_get(call->core, NULL, id, &rec);

	if (e == REC_OK && rec->book == book && access_allowed(call->actor, ACCESS_SEE, rec, NULL))
		return rec;
	rec_free(e == REC_OK ? rec : NULL);
	if (e == REC_BAD || e == REC_SYS)
		call_answer_store(call, e == REC_BAD ? STORE_BAD : STORE_SYS);
	else
		call_answer_error(call, PE_MISSING,
		    N_("There is no such record, or it is outside your area."));
	return NULL;
}
