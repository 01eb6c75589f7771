#include <stdlib.h>

#include "core/ops/ops_int.h"
#include "core/record/deadline.h"
#include "core/record/children.h"

/*
 * The machine's clock and the newest entry of the trail; and the administrator's statement that the
 * clock is right although that entry is later, because the clock was ahead when it was made. Days
 * of deadlines that lie in the future are corrected with it.
 */
struct time_accept {
	struct val	*ids;		/* of records with such days */
	int		 today;		/* by the clock */
	int64_t		 was, now;	/* of the newest entry, and of the clock; equal when the
					   clock is not behind */
	bool		 bad;
};

static void
time_accept_free(void *p)
{
	struct time_accept	*a = p;

	if (a == NULL)
		return;
	val_free(a->ids);
	free(a);
}

static bool
collect_future(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct call		*call = arg;
	struct time_accept	*a = call->job;
	struct rec		*rec;

	if (klen != REC_KEY || rec_decode(call->core->set, buf_get_u64(key), p, n, &rec) != REC_OK)
		return true;			/* verify reports damage */
	if (deadline_any_after(rec, a->today))
		a->bad = !val_add(a->ids, val_int((int64_t)rec->id));
	rec_free(rec);
	return !a->bad;
}

/* Computes rollups and deadlines of the record again, by the present day. */
static int
recompute(const struct writer *w, uint64_t id)
{
	struct rec	*old, *now;
	int		 r = STORE_SYS;

	if (rec_get(w->core, w->txn, id, &old) != REC_OK)
		return STORE_BAD;
	if ((now = rec_dup(old)) != NULL)
		r = (int)child_recompute_parent(w, old, now);
	if (r == STORE_OK && !val_same(old->env, now->env))
		r = (int)index_put_derived(w->core, w->txn, old, now);
	rec_free(old);
	rec_free(now);
	return r;
}

static int
put_audit(const struct writer *w, const struct time_accept *a)
{
	struct val	*detail = val_map();
	int		 r = STORE_SYS;

	if (val_put(detail, PK_NEWEST, val_int(a->was)) &&
	    val_put(detail, PK_CLOCK, val_int(a->now)) &&
	    val_put(detail, PK_SETTLED, val_int((int64_t)val_len(a->ids))))
		r = (int)writer_log(w, &(struct audit_entry){ .act = "clock", .detail = detail });
	val_free(detail);
	return r;
}

/*
 * Accepts the machine's clock, writes the trail entry, and corrects the records with days in the
 * future.
 */
static int
accept_body(struct store_txn *txn, void *arg)
{
	struct call		*call = arg;
	struct time_accept	*a = call->job;
	struct writer		 w = call_writer(call, txn);
	int			 r;

	a->was = env_time_newest(call->core);
	if (env_time_behind(call->core))
		w.moment = env_time_wall(call->core);
	w.today = civil_at(w.moment);
	a->now = w.moment;
	env_time_accept(call->core, a->now);
	r = put_audit(&w, a);
	for (size_t i = 0; r == STORE_OK && i < val_len(a->ids); i++)
		r = recompute(&w, (uint64_t)val_num(val_at(a->ids, i), 0));
	if (r != STORE_OK)
		env_time_accept(call->core, a->was);
	return r;
}

static enum call_step
answer_time(struct call *call, int64_t newest, int64_t clock, size_t settled, bool behind)
{
	struct val	*reply = val_map();

	if (val_put(reply, PK_NEWEST, val_int(newest)) &&
	    val_put(reply, PK_CLOCK, val_int(clock)) &&
	    val_put(reply, PK_SETTLED, val_int((int64_t)settled)) &&
	    val_put(reply, PK_BEHIND, val_bool(behind)))
		return call_answer_ok(call, reply);
	val_free(reply);
	return call_answer_store(call, STORE_SYS);
}

static void
accept_finish(struct call *call, int result)
{
	const struct time_accept	*a = call->job;

	if (result != STORE_OK)
		call_answer_store(call, result);
	else
		answer_time(call, a->was, a->now, val_len(a->ids), false);
}

static enum call_step
start_accept(struct call *call)
{
	struct time_accept	*a = calloc(1, sizeof *a);
	enum store_err		 e = STORE_SYS;

	if (a == NULL)
		return call_answer_store(call, STORE_SYS);
	call->job = a;
	call->job_free = time_accept_free;
	a->today = civil_at(env_time_wall(call->core));
	if ((a->ids = val_list()) != NULL)
		e = store_scan(call->core->store, NULL, STORE_REC,
		    &(struct store_range){ .lolen = 0 }, collect_future, call);
	if (e != STORE_OK || a->bad)
		return call_answer_store(call, e != STORE_OK ? (int)e : STORE_SYS);
	if (val_len(a->ids) == 0 && !env_time_behind(call->core))
		return call_answer_error(call, PE_INVALID,
		    N_("The clock is not behind the newest entry: there is nothing to accept."));
	call->body = accept_body;
	call->finish = accept_finish;
	return CALL_COMMIT;
}

enum call_step
op_clock(struct call *call)
{
	if (!call_arg_true(call, PK_ACCEPT))
		return answer_time(call, env_time_newest(call->core), env_time_wall(call->core), 0,
		    env_time_behind(call->core));
	return start_accept(call);
}
