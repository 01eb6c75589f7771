#include "core/maint/job.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "core/maint/job_int.h"
#include "core/record/change.h"
#include "forms/problem.h"

#define INTERRUPTED	N_("The server stopped before the job had ended. Start it again.")
#define CANCELLED	N_("The job was cancelled.")
#define NO_RESULT	N_("The result could not be written; the disk of the server may be full.")

const char *
job_state_name(enum job_state state)
{
	static const char *const	 names[JOB_STATES] = {
		[JOB_WAITING] = "waiting",
		[JOB_RUNNING] = "running",
		[JOB_DONE] = "done",
		[JOB_FAILED] = "failed",
		[JOB_CANCELLED] = "cancelled",
		[JOB_INTERRUPTED] = "interrupted",
	};

	return names[state];
}

bool
job_is_open(const struct job *job)
{
	return job->view.state == JOB_WAITING || job->view.state == JOB_RUNNING;
}

/* ---- the list of jobs; all with the lock ----------------------------------------------------- */

static struct job *
find(const struct jobs *jobs, uint64_t id)
{
	struct job	*job;

	TAILQ_FOREACH(job, &jobs->list, link)
		if (job->view.id == id)
			break;
	return job;
}

static bool
may_see(const struct actor *actor, const struct job *job)
{
	return !job->held && (actor->local || (!job->local &&
	    strcmp(actor->user, job->view.owner) == 0));
}

static struct job *
find_for(const struct jobs *jobs, const struct actor *actor, uint64_t id)
{
	struct job	*job = find(jobs, id);

	return job != NULL && may_see(actor, job) ? job : NULL;
}

static void
forget(struct jobs *jobs, struct job *job)
{
	TAILQ_REMOVE(&jobs->list, job, link);
	actor_unref(job->actor);
	val_free(job->args);
	free(job);
}

static bool
same_owner(const struct job *a, const struct job *b)
{
	return a->local == b->local && strcmp(a->view.owner, b->view.owner) == 0;
}

/* Removes the oldest ended jobs of this job's owner, with their files, so that JOBS_KEPT stay. */
static void
forget_old(struct jobs *jobs, const struct job *of)
{
	const struct job	 owner = { .view = of->view, .local = of->local };
	struct job		*job, *before;
	size_t			 n = 0;

	for (job = TAILQ_LAST(&jobs->list, job_list_head); job != NULL; job = before) {
		before = TAILQ_PREV(job, job_list_head, link);
		if (job_is_open(job) || job->pinned || !same_owner(&owner, job) || ++n <= JOBS_KEPT)
			continue;
		job_file_remove(jobs->core, &job->view);
		forget(jobs, job);
	}
}

/* ---- trail and log --------------------------------------------------------------------------- */

static void
log_failure(const struct jobs *jobs, const struct job *job, const char *doing, const char *why)
{
	char	 line[256];

	snprintf(line, sizeof line, "job %llu (%s): %s: %s", (unsigned long long)job->view.id,
	    job->view.kind, doing, why);
	env_log(jobs->core, STORE_LOG_ALARM, line);
}

static void
put_state(const struct jobs *jobs, const struct job *job)
{
	const int	 e = job_file_put(jobs->core, job);

	if (e != 0)
		log_failure(jobs, job, "writing what it is into the outbox", strerror(e));
}

struct told {
	struct jobs	*jobs;
	struct job	*job;
	struct actor	*actor;
};

static int
told_body(struct store_txn *txn, void *arg)
{
	const struct told	*t = arg;
	const struct writer	 w = writer_now(t->jobs->core, txn, t->actor);
	struct val		*detail = val_map();
	int			 r = STORE_SYS;

	store_small(txn, true);
	if (val_put(detail, "job", val_int((int64_t)t->job->view.id)) &&
	    val_put(detail, "kind", val_text(t->job->view.kind)) &&
	    val_put(detail, "state", val_text(job_state_name(t->job->view.state))))
		r = (int)writer_log(&w, &(struct audit_entry){ .act = "job-end",
		    .detail = detail });
	val_free(detail);
	return r;
}

/*
 * Writes the entry of its end, by its owner; for a job of an earlier process, by the server. To be
 * called without the lock.
 */
static void
tell_end(struct jobs *jobs, struct job *job)
{
	struct told	 t = { jobs, job, job->actor != NULL ? actor_ref(job->actor) :
	    actor_local(geteuid(), "local") };
	const int	 e = t.actor != NULL ? commit_run(jobs->core->committer, told_body, &t) :
	    STORE_SYS;

	if (e != STORE_OK)
		log_failure(jobs, job, "telling the audit trail that it has ended",
		    store_err_text(e));
	actor_unref(t.actor);
}

/* ---- ending ---------------------------------------------------------------------------------- */

struct outcome {
	enum job_state	 state;
	int		 status;
	const char	*say;
};

static const struct outcome	 interrupted = { JOB_INTERRUPTED, EX_TEMPFAIL, INTERRUPTED };
static const struct outcome	 cancelled = { JOB_CANCELLED, EX_TEMPFAIL, CANCELLED };

/*
 * To be called without the lock, for a pinned job. File and trail entry are written first, so
 * whoever sees that it has ended finds them. tell: an entry is to be written.
 */
static void
end_job(struct jobs *jobs, struct job *job, const struct outcome *o, uint64_t size, bool tell)
{
	struct job	 ended = { .view = job->view, .local = job->local, .actor = job->actor };

	ended.view.state = o->state;
	ended.view.status = o->status;
	ended.view.ended = env_now(jobs->core);
	snprintf(ended.view.say, sizeof ended.view.say, "%s", o->say);
	if (o->state == JOB_DONE) {
		job_file_name(&job->view, ended.view.file);
		ended.view.size = size;
	}
	put_state(jobs, &ended);
	if (tell)
		tell_end(jobs, &ended);
	pthread_mutex_lock(&jobs->lock);
	job->view = ended.view;
	job->pinned = false;
	forget_old(jobs, job);
	pthread_mutex_unlock(&jobs->lock);
}

/*
 * The result of the work; cancelled or interrupted when it was stopped, because then it has not
 * seen everything.
 */
static struct outcome
judge(const struct job_run *r, enum job_state state)
{
	if (r->stopped)
		return r->job->cancelled ? cancelled : interrupted;
	return (struct outcome){ state, r->status, r->say != NULL ? r->say : "" };
}

static void
end_run(struct job_run *r, enum job_state state)
{
	struct jobs	*jobs = r->jobs;
	struct job	*job = r->job;
	struct outcome	 o;
	uint64_t	 size = 0;
	int		 e;

	pthread_mutex_lock(&jobs->lock);
	o = judge(r, state);
	pthread_mutex_unlock(&jobs->lock);
	if (r->out != NULL) {
		e = job_file_close(jobs->core, &job->view, r->out, o.state == JOB_DONE &&
		    r->error == 0, &size);
		r->error = r->error != 0 ? r->error : e;
	}
	if (o.state == JOB_DONE && r->error != 0) {
		log_failure(jobs, job, "writing the result", strerror(r->error));
		o = (struct outcome){ JOB_FAILED, EX_IOERR, NO_RESULT };
	}
	end_job(jobs, job, &o, size, true);
}

/* ---- the thread ------------------------------------------------------------------------------ */

/*
 * A job works for SLICE, then rests at a point where it holds nothing of the store. A low priority
 * would not do: the job could be suspended while it holds a page, and savers would wait for it.
 */
#define SLICE_NS	(8 * 1000 * 1000)
#define REST_NS		(4 * 1000 * 1000)

static int64_t
now_ns(void)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void
rest(void *arg)
{
	const struct timespec	 pause = { 0, REST_NS };
	int64_t			*since = arg;

	if (now_ns() - *since < SLICE_NS)
		return;
	nanosleep(&pause, NULL);
	*since = now_ns();
}

static void
run(struct jobs *jobs, struct job *job)
{
	struct job_run	 r = { .jobs = jobs, .job = job };
	int64_t		 since = now_ns();
	enum job_state	 state = JOB_FAILED;

	put_state(jobs, job);
	if ((r.out = job_file_open(jobs->core, &job->view)) == NULL) {
		log_failure(jobs, job, "making its result", strerror(errno));
		job_end(&r, EX_IOERR, NO_RESULT);
	} else {
		store_on_read(rest, &since);
		state = job->kind->run(&r);
		store_on_read(NULL, NULL);
	}
	end_run(&r, state);
}

static struct job *
next_waiting(struct jobs *jobs)
{
	struct job	*job;

	TAILQ_FOREACH(job, &jobs->list, link)
		if (job->view.state == JOB_WAITING && !job->held && !job->pinned)
			break;
	return job;
}

static void *
thread(void *arg)
{
	struct jobs	*jobs = arg;
	struct job	*job;

	pthread_mutex_lock(&jobs->lock);
	while (!jobs->stopping) {
		if ((job = next_waiting(jobs)) == NULL) {
			pthread_cond_wait(&jobs->work, &jobs->lock);
			continue;
		}
		job->pinned = true;
		job->view.state = JOB_RUNNING;
		job->view.begun = env_now(jobs->core);
		pthread_mutex_unlock(&jobs->lock);
		run(jobs, job);
		pthread_mutex_lock(&jobs->lock);
	}
	pthread_mutex_unlock(&jobs->lock);
	return NULL;
}

/* ---- functions for the work ------------------------------------------------------------------ */

struct core *
job_core(struct job_run *r)
{
	return r->jobs->core;
}

const struct val *
job_args(struct job_run *r)
{
	return r->job->args;
}

bool
job_progress(struct job_run *r, const struct progress *p)
{
	bool	 on;

	pthread_mutex_lock(&r->jobs->lock);
	r->job->view.progress = *p;
	r->stopped = r->stopped || r->job->cancelled || r->jobs->stopping;
	on = !r->stopped;
	pthread_mutex_unlock(&r->jobs->lock);
	return on;
}

void
job_write(struct job_run *r, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	if (r->error == 0 && (vfprintf(r->out, fmt, ap) < 0 || putc('\n', r->out) == EOF))
		r->error = errno != 0 ? errno : EIO;
	va_end(ap);
}

void
job_end(struct job_run *r, int status, const char *say)
{
	r->status = status;
	r->say = say;
}

/* ---- opening and closing --------------------------------------------------------------------- */

struct jobs *
jobs_new(struct core *core)
{
	struct jobs	*jobs = calloc(1, sizeof *jobs);

	if (jobs == NULL)
		return NULL;
	jobs->core = core;
	TAILQ_INIT(&jobs->list);
	pthread_mutex_init(&jobs->lock, NULL);
	pthread_cond_init(&jobs->work, NULL);
	return jobs;
}

/* In the order of ids, whatever the order of files. */
static void
insert(struct jobs *jobs, struct job *job)
{
	struct job	*after;

	TAILQ_FOREACH_REVERSE(after, &jobs->list, job_list_head, link)
		if (after->view.id < job->view.id)
			break;
	if (after != NULL)
		TAILQ_INSERT_AFTER(&jobs->list, after, job, link);
	else
		TAILQ_INSERT_HEAD(&jobs->list, job, link);
}

static void
load_one(const struct job *from, void *arg)
{
	struct jobs	*jobs = arg;
	struct job	*job = find(jobs, from->view.id) == NULL ? malloc(sizeof *job) : NULL;

	if (job == NULL)
		return;
	*job = *from;
	insert(jobs, job);
	if (job->view.id > jobs->last)
		jobs->last = job->view.id;
}

static void
interrupt(struct jobs *jobs, struct job *job)
{
	job_file_remove(jobs->core, &job->view);	/* the part of its result that was
							   written */
	end_job(jobs, job, &interrupted, 0, true);
}

/* One after the other from the front, because the end of one may remove an older one. */
static void
interrupt_all(struct jobs *jobs)
{
	struct job	*job;

	do {
		TAILQ_FOREACH(job, &jobs->list, link)
			if (job_is_open(job) && !job->held)
				break;
		if (job != NULL)
			interrupt(jobs, job);
	} while (job != NULL);
}

void
jobs_load(struct jobs *jobs)
{
	if (jobs->loaded)
		return;
	jobs->loaded = true;
	job_file_each(jobs->core, load_one, jobs);
	interrupt_all(jobs);
}

void
jobs_free(struct jobs *jobs)
{
	struct job	*job;

	if (jobs == NULL)
		return;
	pthread_mutex_lock(&jobs->lock);
	jobs->stopping = true;
	pthread_cond_signal(&jobs->work);
	pthread_mutex_unlock(&jobs->lock);
	if (jobs->started)
		pthread_join(jobs->thread, NULL);
	interrupt_all(jobs);
	while ((job = TAILQ_FIRST(&jobs->list)) != NULL)
		forget(jobs, job);
	pthread_cond_destroy(&jobs->work);
	pthread_mutex_destroy(&jobs->lock);
	free(jobs);
}

/* ---- requests -------------------------------------------------------------------------------- */

static bool
start_thread(struct jobs *jobs)
{
	if (!jobs->started)
		jobs->started = pthread_create(&jobs->thread, NULL, thread, jobs) == 0;
	return jobs->started;
}

/* The job of this id; NULL: none, or not visible to the actor. */
static struct job *
same_job(struct jobs *jobs, const struct job_kind *kind, const struct val *args,
    const struct actor *actor)
{
	struct job	*job;

	TAILQ_FOREACH(job, &jobs->list, link)
		if (job_is_open(job) && job->kind == kind && !job->cancelled &&
		    may_see(actor, job) && val_same(job->args, args))
			break;
	return job;
}

static size_t
count_open(const struct jobs *jobs, const struct actor *actor)
{
	const struct job	*job;
	size_t			 n = 0;

	TAILQ_FOREACH(job, &jobs->list, link)
		n += job_is_open(job) && (actor == NULL ||
		    (job->local == actor->local && strcmp(job->view.owner, actor->user) == 0));
	return n;
}

static struct job *
job_new(struct jobs *jobs, const struct job_kind *kind, const struct val *args, struct actor *actor)
{
	struct job	*job = calloc(1, sizeof *job);

	if (job == NULL || strlen(actor->user) >= sizeof job->view.owner ||
	    actor->user[strcspn(actor->user, "\n")] != '\0' ||
	    (args != NULL && (job->args = val_dup(args)) == NULL)) {
		free(job);
		return NULL;
	}
	job->kind = kind;
	job->actor = actor_ref(actor);
	job->local = actor->local;
	job->held = true;
	job->view.id = ++jobs->last;
	job->view.asked = env_now(jobs->core);
	snprintf(job->view.kind, sizeof job->view.kind, "%s", kind->name);
	snprintf(job->view.owner, sizeof job->view.owner, "%s", actor->user);
	TAILQ_INSERT_TAIL(&jobs->list, job, link);
	return job;
}

enum job_asked
job_ask(struct jobs *jobs, const struct job_kind *kind, const struct val *args, struct actor *actor,
    uint64_t *id)
{
	enum job_asked	 asked = JOB_ASKED;
	struct job	*job;

	pthread_mutex_lock(&jobs->lock);
	if ((job = same_job(jobs, kind, args, actor)) != NULL)
		asked = JOB_JOINED;
	else if (count_open(jobs, actor) >= JOBS_EACH)
		asked = JOB_TOO_MANY;
	else if (count_open(jobs, NULL) >= JOBS_ALL)
		asked = JOB_FULL;
	else if (jobs->stopping || !start_thread(jobs) ||
	    (job = job_new(jobs, kind, args, actor)) == NULL)
		asked = JOB_REFUSED;
	*id = job != NULL ? job->view.id : 0;
	pthread_mutex_unlock(&jobs->lock);
	return asked;
}

/* While it is held nobody else uses it, so its file is written without the lock. */
void
job_release(struct jobs *jobs, uint64_t id, bool go)
{
	struct job	*job;

	pthread_mutex_lock(&jobs->lock);
	job = find(jobs, id);
	pthread_mutex_unlock(&jobs->lock);
	if (job == NULL || !job->held)
		return;
	if (go)
		put_state(jobs, job);
	pthread_mutex_lock(&jobs->lock);
	job->held = false;
	if (!go)
		forget(jobs, job);
	pthread_cond_signal(&jobs->work);
	pthread_mutex_unlock(&jobs->lock);
}

bool
job_find(struct jobs *jobs, const struct actor *actor, uint64_t id, struct job_view *out)
{
	const struct job	*job;

	pthread_mutex_lock(&jobs->lock);
	if ((job = find_for(jobs, actor, id)) != NULL)
		*out = job->view;
	pthread_mutex_unlock(&jobs->lock);
	return job != NULL;
}

size_t
job_list(struct jobs *jobs, const struct actor *actor, struct job_view *out, size_t max)
{
	const struct job	*job;
	size_t			 n = 0;

	pthread_mutex_lock(&jobs->lock);
	TAILQ_FOREACH_REVERSE(job, &jobs->list, job_list_head, link)
		if (n < max && may_see(actor, job))
			out[n++] = job->view;
	pthread_mutex_unlock(&jobs->lock);
	return n;
}

/* A waiting job ends here; a running one at its next job_progress(). */
bool
job_cancel(struct jobs *jobs, const struct actor *actor, uint64_t id)
{
	struct job	*job;
	bool		 open, ends = false;

	pthread_mutex_lock(&jobs->lock);
	job = find_for(jobs, actor, id);
	open = job != NULL && job_is_open(job);
	if (open && !job->cancelled) {
		job->cancelled = true;
		if ((ends = job->view.state == JOB_WAITING))
			job->pinned = true;
	}
	pthread_mutex_unlock(&jobs->lock);
	if (ends)
		end_job(jobs, job, &cancelled, 0, false);
	return open;
}

bool
job_read(struct jobs *jobs, const struct actor *actor, uint64_t id, uint64_t offset,
    struct buf *out)
{
	struct job_view	 view;
	const size_t	 before = out->n;
	ssize_t		 n = -1;
	char		*p;
	int		 fd;

	if (!job_find(jobs, actor, id, &view) || view.file[0] == '\0' ||
	    (fd = job_file_read(jobs->core, &view)) == -1)
		return false;
	if ((p = buf_room(out, JOB_PIECE)) != NULL && offset <= INT64_MAX)
		n = pread(fd, p, JOB_PIECE, (off_t)offset);
	close(fd);
	out->n = before + (n > 0 ? (size_t)n : 0);
	return n >= 0;
}
