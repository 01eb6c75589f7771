#include <stdlib.h>
#include <string.h>

#include "core/ops/ops_int.h"
#include "core/record/deadline.h"

/*
 * Acknowledging a deadline, by a person to whom it is shown. It stays due; others see who
 * acknowledged it and when. The record gets no new version, because its content does not change.
 */
enum { ACK_MISSING = STORE_APP_MIN + 30, ACK_NOT_DUE, ACK_CLOCK };

struct ack {
	const struct clock	*clock;
	const char		*note;		/* of the request; NULL = none */
	uint64_t		 id;
};

struct reached {
	const struct rec	*rec;
	const struct field	*by;		/* the scopes the clock lies in */
	bool			 yes;
};

static void
check_scope(const struct scope *scope, void *arg)
{
	struct reached	*r = arg;

	r->yes |= rec_within_scope(r->rec, r->by, scope);
}

static bool
shown_to(const struct call *call, const struct clock *clock, const struct rec *rec)
{
	const struct actor	*actor = call->actor;
	struct reached		 r = { rec, clock->area, false };
	int			 escalation = actor->role != NULL ?
	    deadline_escalation(clock, actor->role) : -1, day = deadline_day(clock, rec);

	if (escalation < 0 || day == 0)
		return false;
	access_each_scope(actor, clock->book, check_scope, &r);
	return r.yes && day <= civil_add(call->today, escalation == 0 ? DEADLINE_AHEAD_MAX :
	    -escalation, 'd');
}

static enum store_err
put_ack(struct store_txn *txn, const struct call *call, const struct ack *a, struct rec *rec)
{
	struct val		*detail = val_map();
	const struct writer	 w = call_writer(call, txn);
	enum store_err		 e = STORE_SYS;

	if (deadline_acknowledge(rec, a->clock, call->actor, call->moment, a->note) &&
	    val_put(detail, PK_CLOCK, val_text(a->clock->name)) &&
	    (a->note == NULL || val_put(detail, PK_NOTE, val_text(a->note))))
		e = rec_put(txn, rec);
	if (e == STORE_OK)
		e = writer_log(&w, &(struct audit_entry){ .act = "acknowledge",
		    .book = rec->book->name, .id = rec->id, .number = rec->number, .ver = rec->ver,
		    .area = rec_area(rec), .detail = detail });
	val_free(detail);
	return e;
}

/*
 * Stores the acknowledgement, unless the record is out of reach or its deadline is not shown to the
 * actor any more.
 */
static int
ack_body(struct store_txn *txn, void *arg)
{
	struct call		*call = arg;
	const struct ack	*a = call->job;
	struct rec		*rec = NULL;
	enum rec_err		 e;
	int			 r;

	if (env_time_behind(call->core))
		return ACK_CLOCK;
	e = rec_get(call->core, txn, a->id, &rec);
	if (e == REC_SYS || e == REC_BAD)
		return e == REC_BAD ? STORE_BAD : STORE_SYS;
	if (e == REC_MISSING || rec->book != a->clock->book ||
	    !access_allowed(call->actor, ACCESS_SEE, rec, NULL))
		r = ACK_MISSING;
	else
		r = shown_to(call, a->clock, rec) ? (int)put_ack(txn, call, a, rec) : ACK_NOT_DUE;
	rec_free(rec);
	return r;
}

static void
ack_finish(struct call *call, int result)
{
	if (result == STORE_OK)
		call_answer_ok(call, val_map());
	else if (result == ACK_CLOCK)
		call_answer_clock(call);
	else if (result == ACK_MISSING)
		call_answer_error(call, PE_MISSING,
		    N_("There is no such record, or it is outside your area."));
	else if (result == ACK_NOT_DUE)
		call_answer_error(call, PE_MISSING,
		    N_("This duty is no longer due, or not shown to you."));
	else
		call_answer_store(call, result);
}

enum call_step
op_ack(struct call *call)
{
	const struct book	*book = call_arg_book(call);
	const char		*note = call_arg_text(call, PK_NOTE);
	const struct clock	*clock = book != NULL ?
	    book_clock(book, call_arg_text(call, PK_CLOCK)) : NULL;
	struct ack		*a;

	if (book == NULL)
		return CALL_DONE;
	if (clock == NULL)
		return call_answer_error(call, PE_BAD_REQUEST, N_("There is no such duty."));
	if ((a = calloc(1, sizeof *a)) == NULL)
		return call_answer_store(call, STORE_SYS);
	*a = (struct ack){ clock, note != NULL && *note != '\0' ? note : NULL,
	    call_arg_id(call, PK_ID) };
	call->job = a;
	call->job_free = free;
	call->body = ack_body;
	call->finish = ack_finish;
	return CALL_COMMIT;
}
