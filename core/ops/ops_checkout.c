#include "core/ops/ops_int.h"

#include <stdlib.h>

#include "core/access/checkout.h"

/*
 * Who has a record open. Taking it over from somebody is an entry in the trail that names this
 * person.
 */

bool
ops_put_checkout(const struct call *call, uint64_t id, struct val *reply)
{
	struct val	*other = checkout_other(call->core->checkouts, id, call->actor->user,
	    call->moment);

	return other == NULL || val_put(reply, PK_EDITING, other);
}

/* Who else has it open, and the actor's own unsaved draft of it. */
static enum call_step
answer_open(struct call *call, const struct rec *rec)
{
	struct val	*reply = checkout_other(call->core->checkouts, rec->id, call->actor->user,
	    call->moment);

	if (reply == NULL)
		reply = val_map();
	if (ops_put_draft(call, rec->book, rec->id, 0, reply))
		return call_answer_ok(call, reply);
	val_free(reply);
	return call_answer_store(call, STORE_SYS);
}

struct steal {
	struct rec	*rec;
	struct val	*from;		/* who has it: {"by","name","since"} */
};

static void
steal_free(void *p)
{
	struct steal	*t = p;

	if (t == NULL)
		return;
	rec_free(t->rec);
	val_free(t->from);
	free(t);
}

static int
steal_body(struct store_txn *txn, void *arg)
{
	struct call		*call = arg;
	const struct steal	*t = call->job;
	const struct writer	 w = call_writer(call, txn);

	return (int)writer_log(&w, &(struct audit_entry){ .act = "take-over",
	    .book = t->rec->book->name, .id = t->rec->id, .number = t->rec->number,
	    .ver = t->rec->ver, .area = rec_area(t->rec), .detail = t->from });
}

static void
steal_finish(struct call *call, int result)
{
	const struct steal	*t = call->job;

	if (result != 0)
		call_answer_store(call, result);
	else if (!checkout_steal(call->core->checkouts, t->rec->id, call->actor, call->session,
	    call->moment))
		call_answer_store(call, STORE_SYS);
	else
		answer_open(call, t->rec);
}

/* Takes ownership of both. */
static enum call_step
start_steal(struct call *call, struct rec *rec, struct val *from)
{
	struct steal	*t = calloc(1, sizeof *t);

	if (t == NULL) {
		rec_free(rec);
		val_free(from);
		return call_answer_store(call, STORE_SYS);
	}
	*t = (struct steal){ rec, from };
	call->job = t;
	call->job_free = steal_free;
	call->body = steal_body;
	call->finish = steal_finish;
	return CALL_COMMIT;
}

/* Takes ownership of rec. */
static enum call_step
open_record(struct call *call, struct rec *rec)
{
	bool		 take = call_arg_true(call, PK_TAKE);
	struct val	*from = take ? checkout_other(call->core->checkouts, rec->id,
	    call->actor->user, call->moment) : NULL;

	if (from != NULL)
		return start_steal(call, rec, from);
	if (checkout_open(call->core->checkouts, rec->id, call->actor, call->session, call->moment))
		answer_open(call, rec);
	else
		call_answer_store(call, STORE_SYS);
	rec_free(rec);
	return CALL_DONE;
}

enum call_step
op_edit(struct call *call)
{
	const struct book	*book = call_arg_book(call);
	struct rec		*rec;
	uint64_t		 id = call_arg_id(call, PK_ID);

	if (book == NULL)
		return CALL_DONE;
	if (call_arg_true(call, PK_DONE)) {
		/* also for a record that the actor may no longer see */
		checkout_release(call->core->checkouts, id, call->actor->user);
		return call_answer_ok(call, val_map());
	}
	if ((rec = ops_get_visible(call, book, id)) == NULL)
		return CALL_DONE;
	if (access_allowed(call->actor, ACCESS_WRITE, rec, NULL))
		return open_record(call, rec);
	rec_free(rec);
	return call_answer_error(call, PE_DENIED,
	    N_("You may not change this record, or not these fields, or not in that place."));
}
