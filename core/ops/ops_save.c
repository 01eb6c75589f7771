#include "core/save/save.h"

#include <stdlib.h>
#include <string.h>

#include "core/access/checkout.h"
#include "core/env/log.h"
#include "core/record/draft.h"
#include "core/record/area_tree.h"

/* The requests save and act: reading the request, running the body, making the reply. */

static void
save_reset(struct save *s)
{
	rec_free(s->old);
	rec_free(s->now);
	rec_free(s->reverted_to);
	val_free(s->before);
	val_free(s->deadline_snapshot);
	val_free(s->disclosed);
	s->deadline_snapshot = s->disclosed = NULL;
	s->refusal = 0;
	s->old = s->now = NULL;
	save_propagate_free(s);
	s->npropagated = 0;
	s->same = false;
	s->reverted_to = NULL;
	s->before = NULL;
	s->why = NULL;
	problems_free(&s->problems);
	s->problems = (struct problems)PROBLEMS_INIT;
}

static void
save_free(void *p)
{
	if (p == NULL)
		return;
	save_reset(p);
	free(p);
}

/* Nothing was saved, so a draft with other content (other fields, a date half typed) is kept. */
static enum store_err
remove_equal_draft(struct store_txn *txn, const struct save *s)
{
	struct val	*draft, *fields = val_dup(s->old->fields);
	enum store_err	 e = draft_get(txn, s->actor, s->draft, &draft);
	bool		 same;

	same = e == STORE_OK && val_len(val_get(draft, PK_TYPED)) == 0 && fields != NULL &&
	    save_apply_fields(s->book, fields, val_get(draft, PK_FIELDS)) &&
	    val_same(fields, s->old->fields);
	val_free(draft);
	val_free(fields);
	if (same)
		e = draft_remove(txn, s->actor, s->draft);
	return e == STORE_MISSING ? STORE_OK : e;
}

/* The body of a save: idempotency, apply, propagate, validate, write, in the order of save.h. */
static int
save_body(struct store_txn *txn, void *arg)
{
	struct call	*call = arg;
	struct save	*s = call->job;
	struct form_ctx	 ctx;
	struct saved	 done;
	int		 r;

	save_reset(s);
	s->w = call_writer(call, txn);
	if ((r = save_idempotency_find(txn, s, &done)) == SAVED_BEFORE) {
		s->npropagated = done.npropagated;
		return (r = save_idempotency_replay(txn, s, done.id, done.ver, &s->now)) == 0 ?
		    SAVED_BEFORE : r;
	}
	if (r != 0)
		return r;
	call_hold(call, &ctx);
	if ((r = save_apply(txn, s, &ctx)) == 0 && !s->same &&
	    (r = save_propagate(txn, s, &ctx)) == 0)
		r = save_validate(txn, s, &ctx);
	if ((r = save_result(s, r)) == 0 && s->refusal == 0)
		r = !s->same ? save_write(txn, s, &ctx) : s->draft != NULL ?
		    (int)remove_equal_draft(txn, s) : 0;
	env_ctx_release(s->core);
	/* the reply shows the record, so this is a look at it; nothing else has been written yet */
	if (r == REFUSED_CONFLICT && s->book->logged) {
		s->refusal = r;
		r = ops_audit_read(txn, call, s->old, 0, false);
	}
	return r;
}

/* ---- answering ------------------------------------------------------------------------------- */

static enum call_step
answer_saved(struct call *call, const struct save *s)
{
	struct val	*reply = val_map();
	bool		 ok;

	ok = reply != NULL && val_put(reply, PK_ID, val_int((int64_t)s->now->id)) &&
	    val_put(reply, PK_VER, val_int((int64_t)s->now->ver)) &&
	    val_put(reply, PK_NUMBER, val_text(s->now->number)) &&
	    val_put(reply, PK_STATE, val_text(s->now->state->name)) &&
	    val_put(reply, PK_PROBLEMS, problems_to_val(&s->problems)) &&
	    (!s->same || val_put(reply, PK_UNCHANGED, val_bool(true))) &&
	    (!s->propagate || val_put(reply, PK_SPREAD, val_int((int64_t)s->npropagated)));
	if (!ok) {
		val_free(reply);
		reply = NULL;
	}
	return call_answer_ok(call, reply);
}

/*
 * Shows the record as it is and the version the editor began with, so that the client can tell who
 * changed what.
 */
static void
answer_conflict(struct call *call, const struct save *s)
{
	struct rec	*was = NULL;
	struct form_ctx	 ctx;
	bool		 ok;

	call_answer_error(call, PE_CONFLICT,
	    N_("Somebody saved this record meanwhile. Nothing of either is lost: your entries are kept."));
	call_hold(call, &ctx);
	ok = val_put(call->reply, PK_RECORD, ops_show_record(call, s->old, false, &ctx, NULL));
	if (ok && rec_get_at(s->core, s->id, s->seen, &was) == REC_OK)
		ok = val_put(call->reply, PK_WAS, ops_show_record(call, was, false, &ctx, NULL));
	env_ctx_release(call->core);
	rec_free(was);
	if (!ok)
		call_answer_store(call, STORE_SYS);
}

/*
 * Lists show these two facts too, who changed it and its state; a person who has lost the right is
 * told no more.
 */
static void
answer_right_lost(struct call *call, const struct rec *rec)
{
	const char	*name = val_get_str(val_get(rec->env, PK_LAST), PK_NAME);
	struct problems	 ps = PROBLEMS_INIT;

	problem_add(&ps, NULL,
	    N_("{1} was here before you: it is \"{2}\" now, and not yours to change. Your entries stay a draft."),
	    ARG_TEXT, name != NULL ? name : "-", ARG_STATE, rec->state->name, ARG_END);
	if (ps.bad || ps.n == 0)
		call_answer_store(call, STORE_SYS);
	else
		call_answer_problem(call, PE_DENIED, &ps.at[0]);
	problems_free(&ps);
}

static bool
touches_areas(const struct save *s)
{
	return strcmp(s->book->name, "area") == 0 ||
	    (s->book->under != NULL && strcmp(s->book->under->link_book->name, "area") == 0);
}

/* Makes the reply of a save or its refusal, after the commit. */
static void
save_finish(struct call *call, int result)
{
	struct save	*s = call->job;

	switch (result == 0 ? s->refusal : result) {
	case 0:
		if (touches_areas(s) && !area_tree_load(call->core))
			log_alarm("the area tree could not be read again: the change of record %llu shows after the next change of "
			    "an area or the next start", (unsigned long long)s->now->id);
		checkout_release(call->core->checkouts, s->now->id, s->actor->user);
		answer_saved(call, s);
		break;
	case SAVED_BEFORE:
		answer_saved(call, s);
		break;
	case REFUSED_CLOCK:
		call_answer_clock(call);
		break;
	case REFUSED_TOKEN:
		call_answer_error(call, PE_BAD_REQUEST,
		    N_("This was sent once before with other content and was saved so. Nothing was saved now: look at the record as it is."));
		break;
	case REFUSED_MISSING:
		call_answer_error(call, PE_MISSING,
		    N_("There is no such record, or it is outside your area."));
		break;
	case REFUSED_DENIED:
		call_answer_error(call, PE_DENIED, s->why != NULL ? s->why : s->act != NULL ?
		    N_("You may not do this to the record as it stands now.") :
		    N_("You may not change this record, or not these fields, or not in that place."));
		break;
	case REFUSED_RIGHT_LOST:
		answer_right_lost(call, s->old);
		break;
	case REFUSED_CONFLICT:
		answer_conflict(call, s);
		break;
	case REFUSED_INVALID:
		call_answer_problems(call, PE_INVALID, s->act != NULL ?
		    N_("Not done: something is missing or wrong.") :
		    N_("Not saved: something is missing or wrong."), &s->problems);
		break;
	default:
		call_answer_store(call, result);
		break;
	}
}

enum saving { PLAIN, ACT, UNDO };

/* ---- reading the request --------------------------------------------------------------------- */

static bool
parse_content(struct call *call, struct save *s, enum saving how)
{
	struct problems	 ps = PROBLEMS_INIT;
	bool		 ok;

	if (how == ACT) {
		s->ask = call_arg(call, PK_ASK);
		s->remarks = call_arg(call, PK_REMARKS);
	}
	if (how != UNDO) {
		s->set = call_arg(call, PK_SET);
		s->propagate = call_arg_true(call, PK_SPREAD);
	}
	ok = s->set == NULL || check_shape(s->book, s->set, &ps);
	if (!ok)
		call_answer_problems(call, PE_BAD_REQUEST, N_("The fields are not in order."), &ps);
	problems_free(&ps);
	return ok;
}

static enum call_step
start_save(struct call *call, enum saving how)
{
	struct save	*s = calloc(1, sizeof *s);

	if (s == NULL)
		return call_answer_store(call, STORE_SYS);
	call->job = s;
	call->job_free = save_free;
	*s = (struct save){ .core = call->core, .actor = call->actor, .lang = call->lang,
	    .id = call_arg_id(call, PK_ID),
	    .seen = call_arg_id(call, PK_VER), .token = call_arg_bytes(call, PK_TOKEN),
	    .draft = call_arg_bytes(call, PK_DRAFT),
	    .undo = how == UNDO, .problems = PROBLEMS_INIT };
	if ((s->book = call_arg_book(call)) == NULL || !parse_content(call, s, how))
		return CALL_DONE;
	if (!save_idempotency_digest(call->req, s->digest))
		return call_answer_store(call, STORE_SYS);
	/*
	 * a new record has fields: a request that lost them on the way must not create an empty one
	 */
	if (s->id == 0 && val_len(s->set) == 0)
		return call_answer_error(call, PE_BAD_REQUEST,
		    N_("The request holds nothing to save."));
	if (how == ACT && (s->act = book_act(s->book, call_arg_text(call, PK_ACT))) == NULL)
		return call_answer_error(call, PE_BAD_REQUEST, N_("There is no such act."));
	call->body = save_body;
	call->finish = save_finish;
	return CALL_COMMIT;
}

enum call_step
op_save(struct call *call)
{
	return start_save(call, PLAIN);
}

enum call_step
op_act(struct call *call)
{
	return start_save(call, ACT);
}

enum call_step
op_undo(struct call *call)
{
	return start_save(call, UNDO);
}
