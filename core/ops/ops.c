#include "core/ops/ops_int.h"

#include <stdlib.h>
#include <string.h>

static const struct op ops[] = {
	{ "whoami",	op_whoami, false },
	{ "forms",	op_forms, true },
	{ "menu",	op_menu, true },
	{ "list",	op_list, true },
	{ "count",	op_count, true },
	{ "members",	op_members, true },
	{ "find",	op_find, true },
	{ "near",	op_near, true },
	{ "get",	op_get, false },
	{ "check",	op_check, false },
	{ "save",	op_save, false },
	{ "act",	op_act, false },
	{ "draft",	op_draft, false },
	{ "drafts",	op_drafts, false },
	{ "history",	op_history, true },
	{ "trail",	op_trail, true },
	{ "unlock",	op_unlock, false },
	{ "due",	op_due, true },
	{ "ack",	op_ack, false },
	{ "under",	op_under, true },
	{ "doubles",	op_doubles, true },
	{ "merge",	op_merge, true },
	{ "unmerge",	op_unmerge, true },
	{ "start",	op_start, false },
	{ "edit",	op_edit, false },
	{ "undo",	op_undo, false },
	{ "linked",	op_linked, true },
	{ "file",	op_file, true },
	{ "timeline",	op_timeline, true },
	{ "roll",	op_roll, true },
	{ "progress",	op_progress, true },
	{ "clock",	op_clock, false },
	{ "ping",	op_ping, false },
};

static const struct op *
op_named(const char *name)
{
	for (size_t i = 0; name != NULL && i < sizeof ops / sizeof *ops; i++)
		if (strcmp(ops[i].name, name) == 0)
			return &ops[i];
	return NULL;
}

/* ---- a call's life ------------------------------------------------------------------------------------------ */

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

enum call_step
call_start(struct call *call)
{
	const struct op	*op = op_named(val_get_str(call->req, "op"));

	env_time_behind(call->core);		/* who only reads must bring it to light, too */
	set_moment(call);
	if (op != NULL)
		return op->start(call);
	return call_answer_error(call, "bad-request", N_("There is no such operation."));
}

/* It may have waited in the queue since call_start(); entries of the trail must not be out of order. */
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

bool
op_scans(const struct val *req)
{
	const struct op	*op = op_named(val_get_str(req, "op"));

	return op != NULL && (op->scans || val_get(req, "number") != NULL);
}

bool
op_needs_password(const struct core *core, const struct val *req)
{
	const char		*op = val_get_str(req, "op"), *name = val_get_str(req, "book"), *act = val_get_str(req, "act");
	const struct book	*book = name != NULL ? set_book(core->set, name) : NULL;
	const struct act	*a = book != NULL && act != NULL ? book_act(book, act) : NULL;

	return op != NULL && (strcmp(op, "unlock") == 0 || (strcmp(op, "act") == 0 && a != NULL && a->reauth));
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

/* ---- answering ---------------------------------------------------------------------------------------------- */

enum call_step
call_answer_ok(struct call *call, struct val *reply)
{
	val_free(call->reply);
	call->reply = reply;
	if (reply == NULL || !val_put(reply, "ok", val_bool(true)))
		return call_answer_error(call, "busy", N_("The server ran out of memory. Try again."));
	return CALL_DONE;
}

struct val *
call_error_reply(const char *error, const char *msgid)
{
	struct val	*v = val_map();

	if (v != NULL && val_put(v, "ok", val_bool(false)) && val_put(v, "error", val_text(error)) &&
	    val_put(v, "say", val_text(msgid)))
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
call_answer_with(struct call *call, const char *error, const char *msgid, const char *first, const char *second)
{
	struct val	*args = val_list();
	bool		 ok = val_add(args, val_text(first)) && (second == NULL || val_add(args, val_text(second)));

	call_answer_error(call, error, msgid);
	if (ok && call->reply != NULL)
		val_put(call->reply, "args", args);
	else
		val_free(args);
	return CALL_DONE;
}

enum call_step
call_answer_problem(struct call *call, const char *error, const struct problem *p)
{
	call_answer_error(call, error, p->say);
	if (call->reply != NULL && !val_put(call->reply, "args", val_dup(p->args)))
		return call_answer_store(call, STORE_SYS);
	return CALL_DONE;
}

enum call_step
call_answer_problems(struct call *call, const char *error, const char *msgid, const struct problems *ps)
{
	call_answer_error(call, error, msgid);
	if (call->reply != NULL)
		val_put(call->reply, "problems", problems_to_val(ps));
	return CALL_DONE;
}

enum call_step
call_answer_clock(struct call *call)
{
	char	 clock[17], newest[17];

	env_time_print(env_time_wall(call->core), clock);
	env_time_print(env_time_newest(call->core), newest);
	return call_answer_with(call, "clock", N_("Not saved: the server's clock says {1}, but the newest entry was made at {2}. Your entries are kept; tell the system administrator."),
	    clock, newest);
}

enum call_step
call_answer_store(struct call *call, int e)
{
	switch (e) {
	case STORE_FULL:
		return call_answer_error(call, "full", N_("The server's disk is full. Nothing was saved; your entries are kept here, and files can still be read. Tell the system administrator."));
	case STORE_BUSY:
		return call_answer_error(call, "busy", N_("The server is busy. Try again in a moment."));
	case STORE_DEAD:
		return call_answer_error(call, "stopped", N_("The server stopped while saving. Whether it was saved shows when it is back; your entries are kept."));
	case STORE_BAD:
		return call_answer_error(call, "stopped", N_("A stored record is damaged. Tell the system administrator at once."));
	default:
		return call_answer_error(call, "stopped", N_("The server could not do it. Try again, then tell the system administrator."));
	}
}

enum call_step
call_answer_unlogged(struct call *call, int e)
{
	if (e == STORE_FULL)
		return call_answer_error(call, "full", N_("The server's disk is full: that you look at this cannot be put on record, so it is not shown. Tell the system administrator."));
	return call_answer_store(call, e);
}

/* ---- taking arguments --------------------------------------------------------------------------------------- */

const struct book *
call_arg_book(struct call *call)
{
	const char		*name = val_get_str(call->req, "book");
	const struct book	*book = name != NULL ? set_book(call->core->set, name) : NULL;

	if (book != NULL && access_see_book(call->actor, book))
		return book;
	call_answer_error(call, "missing", N_("There is no such book, or it is not yours to see."));
	return NULL;
}

bool
call_arg_id(struct call *call, const char *key, uint64_t *id)
{
	int64_t	 n = val_get_num(call->req, key, 0);

	*id = (uint64_t)n;
	if (n > 0)
		return true;
	call_answer_error(call, "bad-request", N_("The request does not say which record is meant."));
	return false;
}

bool
call_arg_bytes16(struct call *call, const char *key, const unsigned char **p)
{
	const struct val	*v = val_get(call->req, key);
	size_t			 n;

	*p = val_mem(v, &n);
	if (val_kind(v) == VAL_BYTES && n == 16)
		return true;
	call_answer_error(call, "bad-request", N_("The request lacks its token."));
	return false;
}

static bool
arg_fits(const struct val *req, const struct arg *arg)
{
	const struct val	*v = val_get(req, arg->key);

	return v == NULL ? !arg->must : val_kind(v) == arg->kind;
}

bool
call_check_args(struct call *call, const struct arg *args, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!arg_fits(call->req, &args[i])) {
			call_answer_with(call, "bad-request", N_("The request lacks \"{1}\", or gives it a value of the wrong kind."),
			    args[i].key, NULL);
			return false;
		}
	return true;
}

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
		call_answer_error(call, "missing", N_("There is no such record, or it is outside your area."));
	return NULL;
}
