#ifndef CORE_MAINT_JOB_H
#define CORE_MAINT_JOB_H

#include "core/access/actor.h"
#include "core/maint/progress.h"

/*
 * Work that takes longer than a request may: it goes on when the connection that asked for it has
 * gone, tells how far it has come, can be cancelled, and leaves its result as a file for the person
 * who asked. One job runs at a time, in a thread of its own that rests between reads so that
 * requests are not kept waiting; the others wait in the order in which they were asked for.
 *
 *	HOME/outbox/OWNER/KIND-ID.txt	the result; written as .KIND-ID.part and renamed when the
 *					job has ended well
 *	HOME/outbox/OWNER/job-ID	what the job is and how it ended, lines of text; there from
 *					the moment it was asked for
 *
 * Both belong to the service's user, 0600 in directories of 0700. Of each owner the newest
 * JOBS_KEPT jobs that have ended are kept. Jobs that wait or run when the server stops are told as
 * interrupted, by this process or by the next one.
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
struct job_run;				/* a job that runs, in its own hands */

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

/* What can be a job. */
struct job_kind {
	const char	*name;		/* letters and dashes: it is part of file names */
	bool		 (*may_start)(const struct actor *);
	/*
	 * Does it, in the thread of jobs. JOB_DONE or JOB_FAILED, after job_end(); what it returns
	 * after job_progress() was false does not matter.
	 */
	enum job_state	 (*run)(struct job_run *);
};

/* For job_kind.run. */
struct core		*job_core(struct job_run *);
const struct val	*job_args(struct job_run *);		/* NULL: none were given */
/*
 * False: somebody has cancelled it, or the server stops; it ends soon. To be called at least every
 * few milliseconds.
 */
bool			 job_progress(struct job_run *, const struct progress *);
/* Adds a line to the result. A failure is told when the job ends. */
void			 job_write(struct job_run *, const char *fmt, ...)
			    __attribute__((format(printf, 2, 3)));
/* What it came to: a status as in sysexits.h for tools, and a msgid, constant, for people. */
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
 * Reads what the outbox tells of jobs of before. Those that had not ended are interrupted from here
 * on, which the trail is told. Once, after the committer was started and before requests. What
 * cannot be read is left alone, with a line in the log.
 */
void		 jobs_load(struct jobs *);
/*
 * Cancels what runs, and returns when it has ended: as long as its longest step takes. The
 * committer must still run. NULL is fine.
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
/* Lets a new job begin; go false: forgets it, because the trail could not be told. */
void		 job_release(struct jobs *, uint64_t id, bool go);

/* The following find a job of the actor's own, or anybody's for the local administrator. */
bool		 job_find(struct jobs *, const struct actor *, uint64_t id, struct job_view *);
/* Newest first; how many were put into `out`, at most max. */
size_t		 job_list(struct jobs *, const struct actor *, struct job_view *out, size_t max);
/* False: there is none, or it has ended. */
bool		 job_cancel(struct jobs *, const struct actor *, uint64_t id);
/*
 * Reads a piece of the result, at most JOB_PIECE bytes, behind what is in `out`. False: there is no
 * such result, or it cannot be read.
 */
bool		 job_read(struct jobs *, const struct actor *, uint64_t id, uint64_t offset,
		    struct buf *out);

#endif
