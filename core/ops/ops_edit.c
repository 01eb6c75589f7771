#include "core/ops/ops_int.h"

#include <stdlib.h>

#include "core/editing.h"

/* Who has a record open. Taking one over from somebody stands in the trail, with whose it was. */

bool
put_editing(const struct call *call, uint64_t id, struct val *reply)
{
	struct val	*other = editing_other(call->core->editing, id, call->actor->user, call->moment);

	return other == NULL || val_put(reply, "editing", other);
}

/* Who else has it open, and what he himself left unsaved of it. */
static enum call_step
answer_open(struct call *call, const struct rec *rec)
{
	struct val	*reply = editing_other(call->core->editing, rec->id, call->actor->user, call->moment);

	if (reply == NULL)
		reply = val_map();
	if (put_draft(call, rec->book, rec->id, 0, reply))
		return answer_ok(call, reply);
	val_free(reply);
	return answer_store(call, STORE_SYS);
}

struct taking {
	struct rec	*rec;
	struct val	*from;		/* who has it: {"by","name","since"} */
};

static void
taking_free(void *p)
{
	struct taking	*t = p;

	if (t == NULL)
		return;
	rec_free(t->rec);
	val_free(t->from);
	free(t);
}

static int
take_body(struct store_txn *txn, void *arg)
{
	struct call		*call = arg;
	const struct taking	*t = call->job;
	const struct writer	 w = call_writer(call, txn);

	return (int)writer_log(&w, &(struct audit_what){ .act = "take-over",
	    .book = t->rec->book->name, .id = t->rec->id, .number = t->rec->number, .ver = t->rec->ver,
	    .area = rec_area(t->rec), .detail = t->from });
}

static void
take_finish(struct call *call, int result)
{
	const struct taking	*t = call->job;

	if (result != 0)
		answer_store(call, result);
	else if (!editing_take(call->core->editing, t->rec->id, call->actor, call->session, call->moment))
		answer_store(call, STORE_SYS);
	else
		answer_open(call, t->rec);
}

/* Takes both. */
static enum call_step
take_over(struct call *call, struct rec *rec, struct val *from)
{
	struct taking	*t = calloc(1, sizeof *t);

	if (t == NULL) {
		rec_free(rec);
		val_free(from);
		return answer_store(call, STORE_SYS);
	}
	*t = (struct taking){ rec, from };
	call->job = t;
	call->job_free = taking_free;
	call->body = take_body;
	call->finish = take_finish;
	return CALL_COMMIT;
}

/* Takes rec. */
static enum call_step
open_it(struct call *call, struct rec *rec)
{
	bool		 take = val_get_true(call->req, "take");
	struct val	*from = take ? editing_other(call->core->editing, rec->id, call->actor->user, call->moment) : NULL;

	if (from != NULL)
		return take_over(call, rec, from);
	if (editing_open(call->core->editing, rec->id, call->actor, call->session, call->moment))
		answer_open(call, rec);
	else
		answer_store(call, STORE_SYS);
	rec_free(rec);
	return CALL_DONE;
}

enum call_step
op_edit(struct call *call)
{
	static const struct arg	 args[] = { { "done", VAL_BOOL, false }, { "take", VAL_BOOL, false } };
	const struct book	*book = arg_book(call);
	struct rec		*rec;
	uint64_t		 id;

	if (book == NULL || !arg_id(call, "id", &id) || !args_fit(call, args, 2))
		return CALL_DONE;
	if (val_get_true(call->req, "done")) {
		/* also of a record that has left his sight meanwhile */
		editing_done(call->core->editing, id, call->actor->user);
		return answer_ok(call, val_map());
	}
	if ((rec = get_visible(call, book, id)) == NULL)
		return CALL_DONE;
	if (may(call->actor, VERB_WRITE, rec, NULL))
		return open_it(call, rec);
	rec_free(rec);
	return answer_error(call, "denied", N_("You may not change this record, or not these fields, or not in that place."));
}
