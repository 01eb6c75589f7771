#ifndef CORE_MAINT_JOB_H
#define CORE_MAINT_JOB_H

#include "core/access/actor.h"
#include "core/maint/progress.h"

/*
 * Work that takes longer than a request may: it goes on when the connection that asked for it has
 * gone, reports its progress, can be cancelled, and leaves its result as a file for the person who
 * asked. One job runs at a time, in a thread of its own that rests between reads so that requests
 * are not kept waiting; the others wait in the order in which they were asked for.
 *
 *	HOME/outbox/OWNER/KIND-ID.txt	the result; written as .KIND-ID.part and renamed when the
 *					job has ended well
 *	HOME/outbox/OWNER/job-ID what the job is and how it ended, lines of text; written at
 *					the request
 *
 * Both belong to the service's user, 0600 in directories of 0700. Of each owner the newest
 * JOBS_KEPT jobs that have ended are kept. Jobs that wait or run when the server stops are marked
 * as interrupted, by this process or by the next one.
 *
 * The trail has an entry when a job is asked for, when somebody cancels it, and when one that ran
 * or was interrupted ends (job-start, job-cancel, job-end; detail "job", "kind", "state"). The
 * first two are the operations' (core/ops/ops_job.c).
 */
#define JOBS_EACH	4		/* jobs of one owner that wait or run */
#define JOBS_ALL	64		/* of all owners */
#define JOBS_KEPT	20		/* jobs of one owner that have ended */
#define JOB_PIECE	(256u << 10)	/* bytes of a result that are read at once, at most */

struct jobs;				/* of one core; defined in job_int.h */
struct job_run;				/* a job that runs, as its function sees it */

enum job_state {
	JOB_WAITING,
	JOB_RUNNING,
	JOB_DONE,			/* the result is there */
	JOB_FAILED,
	JOB_CANCELLED,
	JOB_INTERRUPTED,		/* the server stopped */
	JOB_STATES
};

/* "waiting", "running" …: in files, in the protocol and for people. */
const char	*job_state_name(enum job_state);

/* A kind of job. */
struct job_kind {
	const char	*name;		/* letters and dashes: it is part of file names */
	bool		 (*may_start)(const struct actor *);
	/*
	 * Does the work, in the thread of jobs. Returns JOB_DONE or JOB_FAILED, after job_end();
	 * the result is ignored after job_progress() was false.
	 */
	enum job_state	 (*run)(struct job_run *);
};

/* For job_kind.run. */
struct core		*job_core(struct job_run *);
const struct val	*job_args(struct job_run *);		/* NULL: none were given */
/*
 * Reports progress. False: the job was cancelled or the server stops, and the job must end soon. To
 * be called at least every few milliseconds.
 */
bool			 job_progress(struct job_run *, const struct progress *);
/* Adds a line to the result. A failure is reported when the job ends. */
void			 job_write(struct job_run *, const char *fmt, ...)
			    __attribute__((format(printf, 2, 3)));
/* The result of the job: a status as in sysexits.h for tools, and a msgid, constant, for people. */
void			 job_end(struct job_run *, int status, const char *say);

/* A job as it is at the moment; texts are copies. */
struct job_view {
	uint64_t	 id;
	char		 kind[32], owner[64];
	enum job_state	 state;
	struct progress	 progress;
	int64_t		 asked, begun, ended;		/* UTC seconds; 0: not yet */
	int		 status;
	char		 say[256];			/* a msgid; "" until it has ended */
	/* Name of the result in HOME/outbox/OWNER; "": there is none. */
	char		 file[64];
	uint64_t	 size;				/* of it, bytes */
};

/* NULL: memory. core is borrowed; nothing is read or started yet. */
struct jobs	*jobs_new(struct core *);
/*
 * Reads from the outbox the jobs of earlier processes. Those that had not ended become interrupted,
 * with an entry in the trail. To be called once, after the committer was started and before
 * requests. Files that cannot be read are left alone, with a line in the log.
 */
void		 jobs_load(struct jobs *);
/*
 * Cancels the running job and returns when it has ended: after its longest step. The committer must
 * still run. NULL is fine.
 */
void		 jobs_free(struct jobs *);

enum job_asked {
	JOB_ASKED,			/* *id is a new job; it waits for job_release() */
	/* *id waits or runs already, with the same arguments, and the actor may see it */
	JOB_JOINED,
	JOB_TOO_MANY,			/* of this owner */
	JOB_FULL,			/* of all */
	JOB_REFUSED			/* the server is stopping, or memory ran out */
};

/* args: borrowed, may be NULL. */
enum job_asked	 job_ask(struct jobs *, const struct job_kind *, const struct val *args,
		    struct actor *, uint64_t *id);
/* Lets a new job begin; go false: removes it, because the trail could not be written. */
void		 job_release(struct jobs *, uint64_t id, bool go);

/* The following functions find a job of the actor's own, or any job for the local administrator. */
bool		 job_find(struct jobs *, const struct actor *, uint64_t id, struct job_view *);
/* Lists jobs, newest first. Returns how many were put into `out`, at most max. */
size_t		 job_list(struct jobs *, const struct actor *, struct job_view *out, size_t max);
/* Cancels a job. False: there is no such job, or it has ended. */
bool		 job_cancel(struct jobs *, const struct actor *, uint64_t id);
/*
 * Appends a piece of the result, at most JOB_PIECE bytes, to `out`. False: there is no such result,
 * or it cannot be read.
 */
bool		 job_read(struct jobs *, const struct actor *, uint64_t id, uint64_t offset,
		    struct buf *out);

#endif
