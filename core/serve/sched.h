#ifndef CORE_SERVE_SCHED_H
#define CORE_SERVE_SCHED_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The scheduler of requests. All work outside the loop is done as tasks. Each person has separate
 * queues and persons take turns, so that many requests of one person wait for each other and do not
 * delay other people.
 *
 *	quick tasks	have their own threads, shared by all persons; one person uses at most
 *			`each` of them at a time
 *	slow tasks	scan. At most `slots` of them run at a time, at most one of a person. At
 *			each read of the store (store_on_read()) a slow task that has run for a slice
 *			gives its slot to the person who has waited longest, and waits for its next
 *			turn
 *	writes		one person has at most `writes` requests with the committer
 *	rates		the number of requests, and of connections, that one person may begin in a
 *			second on average; up to ten seconds' worth at once
 *
 * Threads: sched_rest() and task.run are called in the scheduler's threads, everything else in the
 * loop's thread only.
 */
struct sched;				/* defined in sched.c */
struct person;				/* a person with queues */

/* Embedded by the caller, who keeps it until `after` was called. */
struct task {
	STAILQ_ENTRY(task) next;
	struct person	*who;
	void		(*run)(struct task *);		/* in a thread of the scheduler */
	void		(*after)(struct task *);		/* in the loop, from
								   sched_collect() */
};

enum task_class {
	TASK_FINISH,			/* quick, and before the person's other tasks: the end of a
					   request that is almost done */
	TASK_QUICK,
	TASK_SLOW,
	TASK_CLASSES
};

struct sched_opts {
	unsigned	 quick;		/* threads for quick tasks */
	unsigned	 each;		/* of them for one person at a time */
	unsigned	 slots;		/* slow tasks that run at a time */
	unsigned	 paused;	/* slow tasks that have begun and wait for a slot, at
					   most */
	unsigned	 writes;	/* requests of one person with the committer */
	unsigned	 rate;		/* requests of one person a second */
	unsigned	 connect;	/* connections of one person a second */
	uint64_t	 slice;	/* microseconds; 0: a slow task pauses at each read of the store */
	void		(*wake)(void *arg);	/* called from any thread when tasks have ended:
						   sched_collect() is due */
	void		*arg;
};

/* Defaults for a machine with this many processors: long scans leave one of them free. */
struct sched_opts	 sched_opts_for(unsigned processors);

/* NULL: no memory or no threads. */
struct sched	*sched_open(const struct sched_opts *);
/*
 * Every task must have been collected, and every person returned with sched_person_put(). NULL is
 * fine.
 */
void		 sched_close(struct sched *);

/*
 * The person of this name, created when there is none; NULL: no memory. The caller returns the
 * person after the last task was collected. The person is remembered until the used rate has
 * expired, so that a new connection does not give a new burst.
 */
struct person	*sched_person(struct sched *, const char *name);
void		 sched_person_release(struct person *);
/*
 * Forgets persons who are returned and whose rate has expired; now: microseconds of a clock that
 * never goes back.
 */
void		 sched_sweep(struct sched *, uint64_t now);

/* task: run, after and who are set. */
void		 sched_submit(struct sched *, struct task *, enum task_class);
/* Calls after() of the tasks that have ended. */
void		 sched_collect(struct sched *);

/*
 * Counts one request of the person; returns when it may begin, in microseconds of the same clock:
 * not after `now` when at once.
 */
uint64_t	 sched_charge(struct person *, uint64_t now);
/* Whether the person may connect now. A yes is counted. */
bool		 sched_may_connect(struct person *, uint64_t now);

/*
 * Counts one more request for the committer. False: the person has as many there as allowed; the
 * task is queued, and a later sched_write_end() of this person returns it. task.run and task.after
 * are not called.
 */
bool		 sched_write_begin(struct task *);
/*
 * One request of the person is answered. Returns the queued task that takes its place, to be
 * submitted now; NULL: none waits.
 */
struct task	*sched_write_end(struct person *);

/*
 * In a slow task that holds no lock: may wait for another turn. Does nothing elsewhere. Jobs need
 * not call it, see above.
 */
void		 sched_rest(void *);

#endif
