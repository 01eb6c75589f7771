#include "core/maint/job.h"
#include "core/maint/verify.h"
#include "core/ops/ops_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Jobs: what takes longer than a request may. What can be one is a row here, with who may start it.
 * Everything else is the same for all kinds: a job belongs to the person who started it, and that
 * person and the local administrator see and cancel it.
 */
#define KINDS(X)					\
	X("verify",	ops_reads_trail,	verify_job)

static const struct job_kind	 kinds[] = {
#define X(name, may_start, run) { name, may_start, run },
	KINDS(X)
#undef X
	{ NULL, NULL, NULL }
};

const char *const	 ops_job_kinds[] = {
#define X(name, may_start, run) name,
	KINDS(X)
#undef X
	NULL
};

/* NULL: there is none. */
static const struct job_kind *
kind_named(const char *name)
{
	const struct job_kind	*kind = kinds;

	while (kind->name != NULL && strcmp(kind->name, name) != 0)
		kind++;
	return kind->name != NULL ? kind : NULL;
}

/* ---- answers --------------------------------------------------------------------------------- */

static bool
put_result(struct val *v, const struct job_view *job)
{
	return val_put(v, PK_ENDED, val_int(job->ended)) &&
	    val_put(v, PK_STATUS, val_int(job->status)) &&
	    val_put(v, PK_SAY, val_text(job->say)) && (job->file[0] == '\0' ||
	    (val_put(v, PK_FILE, val_text(job->file)) &&
	    val_put(v, PK_SIZE, val_int((int64_t)job->size))));
}

/* NULL: memory. */
static struct val *
show(const struct job_view *job)
{
	struct val	*v = val_map();
	bool		 ok;

	ok = val_put(v, PK_ID, val_int((int64_t)job->id)) &&
	    val_put(v, PK_KIND, val_text(job->kind)) &&
	    val_put(v, PK_USER, val_text(job->owner)) &&
	    val_put(v, PK_STATE, val_text(job_state_name(job->state))) &&
	    val_put(v, PK_AT, val_int(job->asked)) &&
	    (job->begun == 0 || val_put(v, PK_SINCE, val_int(job->begun)));
	if (ok && job->progress.total > 0)
		ok = val_put(v, PK_DONE, val_int((int64_t)job->progress.done)) &&
		    val_put(v, PK_TOTAL, val_int((int64_t)job->progress.total));
	if (ok && job->progress.step != NULL)
		ok = val_put(v, PK_STEP, val_text(job->progress.step)) &&
		    val_put(v, PK_N, val_int((int64_t)job->progress.n)) &&
		    val_put(v, PK_OF, val_int((int64_t)job->progress.of));
	if (ok && job->ended != 0)
		ok = put_result(v, job);
	if (ok)
		return v;
	val_free(v);
	return NULL;
}

static enum call_step
answer_missing(struct call *call)
{
	return call_answer_error(call, PE_MISSING, N_("There is no such job of yours."));
}

/* joined: it was there before. */
static enum call_step
answer_job(struct call *call, uint64_t id, bool joined)
{
	struct job_view	 job;
	struct val	*reply;

	if (!job_find(call->core->jobs, call->actor, id, &job))
		return answer_missing(call);
	reply = val_map();
	if (val_put(reply, PK_JOB, show(&job)) &&
	    (!joined || val_put(reply, PK_JOINED, val_bool(true))))
		return call_answer_ok(call, reply);
	val_free(reply);
	return call_answer_store(call, STORE_SYS);
}

/* ---- starting and cancelling ----------------------------------------------------------------- */

/* The trail hears of it first: a job that is not on record does not begin, and is not cancelled. */
struct told {
	struct jobs	*jobs;
	const char	*act;
	uint64_t	 id;
	char		 kind[sizeof ((struct job_view *)NULL)->kind];
	bool		 held;		/* a new job that has not been let begin */
};

static void
told_free(void *p)
{
	struct told	*t = p;

	if (t != NULL && t->held)
		job_release(t->jobs, t->id, false);
	free(t);
}

static int
told_body(struct store_txn *txn, void *arg)
{
	struct call		*call = arg;
	const struct told	*t = call->job;
	const struct writer	 w = call_writer(call, txn);
	struct val		*detail = val_map();
	int			 r = STORE_SYS;

	store_small(txn, true);
	if (val_put(detail, PK_JOB, val_int((int64_t)t->id)) &&
	    val_put(detail, PK_KIND, val_text(t->kind)))
		r = (int)writer_log(&w, &(struct audit_entry){ .act = t->act, .detail = detail });
	val_free(detail);
	return r;
}

static enum call_step
tell(struct call *call, const char *act, uint64_t id, const char *kind,
    void (*finish)(struct call *, int))
{
	struct told	*t = calloc(1, sizeof *t);

	if (t == NULL)
		return call_answer_store(call, STORE_SYS);
	t->jobs = call->core->jobs;
	t->act = act;
	t->id = id;
	snprintf(t->kind, sizeof t->kind, "%s", kind);
	call->job = t;
	call->job_free = told_free;
	call->body = told_body;
	call->finish = finish;
	return CALL_COMMIT;
}

static void
start_finish(struct call *call, int result)
{
	struct told	*t = call->job;

	t->held = false;
	job_release(t->jobs, t->id, result == STORE_OK);
	if (result == STORE_OK)
		answer_job(call, t->id, false);
	else
		call_answer_store(call, result);
}

static enum call_step
tell_start(struct call *call, uint64_t id, const char *kind)
{
	const enum call_step	 step = tell(call, "job-start", id, kind, start_finish);

	if (step == CALL_COMMIT)
		((struct told *)call->job)->held = true;
	else
		job_release(call->core->jobs, id, false);
	return step;
}

enum call_step
op_job_start(struct call *call)
{
	const struct job_kind	*kind = kind_named(call_arg_text(call, PK_KIND));
	char			 most[16];
	uint64_t		 id;

	if (kind == NULL || !kind->may_start(call->actor))
		return call_answer_error(call, PE_DENIED,
		    N_("You may not start a job of this kind."));
	switch (job_ask(call->core->jobs, kind, call_arg(call, PK_ARGS), call->actor, &id)) {
	case JOB_ASKED:
		return tell_start(call, id, kind->name);
	case JOB_JOINED:
		return answer_job(call, id, true);
	case JOB_TOO_MANY:
		snprintf(most, sizeof most, "%d", JOBS_EACH);
		return call_answer_with(call, PE_BUSY,
		    N_("You have {1} jobs waiting or under way. Wait until one has ended, or "
		    "cancel one."), most, NULL);
	default:
		return call_answer_error(call, PE_BUSY,
		    N_("The server is busy. Try again in a moment."));
	}
}

static enum call_step
answer_ended(struct call *call)
{
	return call_answer_error(call, PE_CONFLICT, N_("This job has ended already."));
}

static void
cancel_finish(struct call *call, int result)
{
	const struct told	*t = call->job;

	if (result != STORE_OK)
		call_answer_store(call, result);
	else if (job_cancel(t->jobs, call->actor, t->id))
		answer_job(call, t->id, false);
	else
		answer_ended(call);
}

enum call_step
op_job_cancel(struct call *call)
{
	const uint64_t	 id = call_arg_id(call, PK_ID);
	struct job_view	 job;

	if (!job_find(call->core->jobs, call->actor, id, &job))
		return answer_missing(call);
	if (job.ended != 0)
		return answer_ended(call);
	return tell(call, "job-cancel", id, job.kind, cancel_finish);
}

/* ---- looking --------------------------------------------------------------------------------- */

enum call_step
op_job(struct call *call)
{
	return answer_job(call, call_arg_id(call, PK_ID), false);
}

enum call_step
op_jobs(struct call *call)
{
	const size_t	 most = (size_t)call_arg_num(call, PK_LIMIT);
	struct job_view	*jobs = calloc(most, sizeof *jobs);
	const size_t	 n = jobs != NULL ? job_list(call->core->jobs, call->actor, jobs, most) : 0;
	struct val	*list = jobs != NULL ? val_list() : NULL, *reply = val_map();
	bool		 ok = list != NULL;

	for (size_t i = 0; ok && i < n; i++)
		ok = val_add(list, show(&jobs[i]));
	free(jobs);
	if (val_put(reply, PK_JOBS, list) && ok)
		return call_answer_ok(call, reply);
	val_free(reply);
	return call_answer_store(call, STORE_SYS);
}

enum call_step
op_job_result(struct call *call)
{
	const uint64_t	 id = call_arg_id(call, PK_ID),
	    offset = (uint64_t)call_arg_num(call, PK_OFFSET);
	struct buf	 data = BUF_INIT;
	struct job_view	 job;
	struct val	*reply;
	bool		 ok;

	if (!job_find(call->core->jobs, call->actor, id, &job))
		return answer_missing(call);
	if (job.file[0] == '\0')
		return call_answer_error(call, PE_MISSING, N_("This job has no result."));
	if (!job_read(call->core->jobs, call->actor, id, offset, &data)) {
		buf_free(&data);
		return call_answer_error(call, PE_STOPPED,
		    N_("The result cannot be read; it may have been removed."));
	}
	reply = val_map();
	ok = val_put(reply, PK_DATA, data.n > 0 ? val_bytes(data.p, data.n) : val_bytes("", 0)) &&
	    val_put(reply, PK_SIZE, val_int((int64_t)job.size)) &&
	    val_put(reply, PK_MORE, val_bool(offset + data.n < job.size && data.n > 0));
	buf_free(&data);
	if (ok)
		return call_answer_ok(call, reply);
	val_free(reply);
	return call_answer_store(call, STORE_SYS);
}
