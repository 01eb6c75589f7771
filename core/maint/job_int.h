#ifndef CORE_MAINT_JOB_INT_H
#define CORE_MAINT_JOB_INT_H

#include <sys/queue.h>

#include <pthread.h>
#include <stdio.h>

#include "core/maint/job.h"

/* For job.c (queue, thread, who may see what) and job_file.c (the outbox) only. */

struct job {
	TAILQ_ENTRY(job)	 link;		/* in jobs.list, in the order of ids */
	struct job_view		 view;
	bool			 local;		/* the owner is the local administrator */
	bool			 held;		/* its entry in the trail is not written yet */
	/* somebody works on it without the lock: it must not be removed */
	bool			 pinned;
	bool			 cancelled;
	const struct job_kind	*kind;		/* NULL: of an earlier process */
	struct val		*args;
	struct actor		*actor;		/* held; NULL: of an earlier process */
};

struct jobs {
	struct core		*core;
	pthread_mutex_t		 lock;		/* protects the other members */
	pthread_cond_t		 work;
	bool			 stopping, started, loaded;
	pthread_t		 thread;
	uint64_t		 last;		/* id given out */
	TAILQ_HEAD(job_list_head, job) list;
};

struct job_run {
	struct jobs	*jobs;
	struct job	*job;		/* stays valid: a running job is never removed */
	FILE		*out;		/* the result so far; NULL: it could not be made */
	bool		 stopped;	/* job_progress() was false */
	int		 error;		/* errno of the first failure to write it */
	int		 status;
	const char	*say;
};

/* Whether the job waits or runs. */
bool		 job_is_open(const struct job *);

/* ---- job_file.c: functions return 0 or an errno and do not change the job -------------------- */

/* Writes HOME/outbox/OWNER/job-ID from the view. */
int		 job_file_put(const struct core *, const struct job *);
/* Removes that file and the result. */
void		 job_file_remove(const struct core *, const struct job_view *);
/* Creates the result, empty and under its temporary name. NULL: errno. */
FILE		*job_file_open(const struct core *, const struct job_view *);
/* Closes the result. keep: it is renamed and *size is set; else it is removed. */
int		 job_file_close(const struct core *, const struct job_view *, FILE *, bool keep,
		    uint64_t *size);
/* Opens a result. -1: errno. */
int		 job_file_read(const struct core *, const struct job_view *);
void		 job_file_name(const struct job_view *, char name[64]);

/*
 * Calls fn with each job found in the outbox, in any order; the job is a copy without kind, args
 * and actor. Odd files are logged.
 */
void		 job_file_each(struct core *, void (*fn)(const struct job *, void *), void *arg);

#endif
