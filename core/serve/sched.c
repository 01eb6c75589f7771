#include "core/serve/sched.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/store/store.h"

#define BURST	10000000		/* microseconds */

STAILQ_HEAD(tasks, task);

enum slow_state {
	SLOW_NONE,			/* no slow task of the person has begun */
	SLOW_RUNNING,
	SLOW_PAUSED			/* waits in the ring for a slot */
};

struct person {
	SLIST_ENTRY(person)	 link;
	struct sched		*sched;
	char			*name;
	unsigned		 refs;

	/* Protected by the scheduler's lock. */
	struct tasks		 queue[TASK_CLASSES];
	unsigned		 running;	/* quick tasks */
	enum slow_state		 slow;
	pthread_cond_t		 resumed;
	bool			 in_quick, in_slow;
	TAILQ_ENTRY(person)	 quick, slowly;	/* links of the rings */

	/* Used by the loop only. */
	uint64_t		 requests, connections;	/* microseconds until which the rates are
							   used up */
	unsigned		 writing;
	struct tasks		 writers;	/* beyond sched_opts.writes */
};

TAILQ_HEAD(ring, person);

struct sched {
	struct sched_opts	 opts;
	SLIST_HEAD(, person)	 people;

	pthread_mutex_t		 lock;		/* protects all members below */
	pthread_cond_t		 quick_work, slow_work;
	struct ring		 quick,
	    slow;	/* persons with quick tasks; persons who want a slot.
						   The head is next */
	atomic_uint		 wanting;	/* persons in `slow`; read without the lock */
	unsigned		 free;		/* slots */
	struct tasks		 begun;	/* slow tasks with a slot, for an idle thread to take */
	unsigned		 idle;		/* slow threads without a task, those for `begun` not
						   counted */
	struct tasks		 ended;
	bool			 stop;

	pthread_t		*threads;
	unsigned		 nthreads, nslow;
};

/* The slow task of this thread. */
struct slice {
	struct sched	*sched;
	struct person	*who;
	uint64_t	 since;
};
static _Thread_local struct slice	*my_slice;

struct sched_opts
sched_opts_for(unsigned processors)
{
	const unsigned	 slots = processors > 1 ? processors - 1 : 1;

	return (struct sched_opts){ .quick = 4, .each = processors > 2 ? 2 : 1, .slots = slots < 4 ?
	    slots : 4, .paused = 32, .writes = 1, .rate = 200, .connect = 100, .slice = 4000 };
}

static uint64_t
microseconds(void)
{
	struct timespec	 t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/*
 * After the last use of the task: the loop may free it at once. Called with the lock, so that the
 * task is not collected before wake returns.
 */
static void
end_task(struct sched *s, struct task *task)
{
	STAILQ_INSERT_TAIL(&s->ended, task, next);
	s->opts.wake(s->opts.arg);
}

/* ---- quick tasks ----------------------------------------------------------------------------- */

static bool
has_quick(const struct person *p)
{
	return !STAILQ_EMPTY(&p->queue[TASK_FINISH]) || !STAILQ_EMPTY(&p->queue[TASK_QUICK]);
}

static void
join_quick(struct sched *s, struct person *p)
{
	if (p->in_quick || !has_quick(p))
		return;
	p->in_quick = true;
	TAILQ_INSERT_TAIL(&s->quick, p, quick);
}

/* The person with the fewest running tasks, and of these the one who has waited longest. */
static struct person *
next_quick(struct sched *s)
{
	struct person	*p, *best = NULL;

	TAILQ_FOREACH(p, &s->quick, quick)
		if (p->running < s->opts.each && (best == NULL || p->running < best->running))
			best = p;
	return best;
}

static struct task *
take_quick(struct sched *s, struct person *p)
{
	struct tasks	*q = &p->queue[!STAILQ_EMPTY(&p->queue[TASK_FINISH]) ? TASK_FINISH :
	    TASK_QUICK];
	struct task	*task = STAILQ_FIRST(q);

	STAILQ_REMOVE_HEAD(q, next);
	TAILQ_REMOVE(&s->quick, p, quick);
	p->in_quick = false;
	join_quick(s, p);
	p->running++;
	return task;
}

/* A thread for quick tasks: takes the next person's next task until the scheduler closes. */
static void *
quick_thread(void *arg)
{
	struct sched	*s = arg;
	struct person	*p;
	struct task	*task;

	pthread_mutex_lock(&s->lock);
	while (!s->stop) {
		if ((p = next_quick(s)) == NULL) {
			pthread_cond_wait(&s->quick_work, &s->lock);
			continue;
		}
		task = take_quick(s, p);
		pthread_mutex_unlock(&s->lock);
		task->run(task);
		pthread_mutex_lock(&s->lock);
		p->running--;
		end_task(s, task);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* ---- slow tasks ------------------------------------------------------------------------------ */

static void
join_slow(struct sched *s, struct person *p)
{
	if (p->in_slow || (p->slow != SLOW_PAUSED &&
	    (p->slow == SLOW_RUNNING || STAILQ_EMPTY(&p->queue[TASK_SLOW]))))
		return;
	p->in_slow = true;
	TAILQ_INSERT_TAIL(&s->slow, p, slowly);
	atomic_fetch_add(&s->wanting, 1);
}

static void	*slow_thread(void *);

/* Whether a thread is free for one more slow task. Creates one if necessary. */
static bool
slow_thread_free(struct sched *s)
{
	if (s->idle > 0)
		return true;
	if (s->nslow == s->opts.slots + s->opts.paused ||
	    pthread_create(&s->threads[s->nthreads], NULL, slow_thread, s) != 0)
		return false;
	s->nthreads++;
	s->nslow++;
	s->idle++;
	return true;
}

/*
 * The person who has waited longest and can go on: the task has begun, or a thread is free to begin
 * it.
 */
static struct person *
next_slow(struct sched *s)
{
	struct person	*p;

	TAILQ_FOREACH(p, &s->slow, slowly)
		if (p->slow == SLOW_PAUSED || slow_thread_free(s))
			return p;
	return NULL;
}

/* Gives free slots to the persons who have waited longest; called with the lock. */
static void
give_slots(struct sched *s)
{
	struct person	*p;
	struct task	*task;

	while (s->free > 0 && (p = next_slow(s)) != NULL) {
		TAILQ_REMOVE(&s->slow, p, slowly);
		p->in_slow = false;
		atomic_fetch_sub(&s->wanting, 1);
		s->free--;
		if (p->slow == SLOW_PAUSED)
			pthread_cond_signal(&p->resumed);
		else {
			task = STAILQ_FIRST(&p->queue[TASK_SLOW]);
			STAILQ_REMOVE_HEAD(&p->queue[TASK_SLOW], next);
			STAILQ_INSERT_TAIL(&s->begun, task, next);
			s->idle--;
			pthread_cond_signal(&s->slow_work);
		}
		p->slow = SLOW_RUNNING;
	}
}

/*
 * A thread for slow tasks: runs tasks that have a slot. They pause in sched_rest(), at reads of the
 * store.
 */
static void *
slow_thread(void *arg)
{
	struct sched	*s = arg;
	struct slice	 slice = { .sched = s };
	struct task	*task;

	my_slice = &slice;
	store_on_read(sched_rest, NULL);
	pthread_mutex_lock(&s->lock);
	while (!s->stop) {
		if ((task = STAILQ_FIRST(&s->begun)) == NULL) {
			pthread_cond_wait(&s->slow_work, &s->lock);
			continue;
		}
		STAILQ_REMOVE_HEAD(&s->begun, next);
		pthread_mutex_unlock(&s->lock);
		slice.who = task->who;
		slice.since = microseconds();
		task->run(task);
		pthread_mutex_lock(&s->lock);
		slice.who->slow = SLOW_NONE;
		join_slow(s, slice.who);
		s->idle++;
		s->free++;
		give_slots(s);
		end_task(s, task);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/*
 * Gives the slot to the first person in the ring; this thread, now last in it, sleeps until it has
 * a slot again.
 */
static void
pause_slow(struct sched *s, struct person *p)
{
	pthread_mutex_lock(&s->lock);
	if (next_slow(s) != NULL) {
		p->slow = SLOW_PAUSED;
		join_slow(s, p);
		s->free++;
		give_slots(s);
		while (p->slow == SLOW_PAUSED)
			pthread_cond_wait(&p->resumed, &s->lock);
	}
	pthread_mutex_unlock(&s->lock);
}

void
sched_rest(void *arg)
{
	struct slice	*mine = my_slice;

	(void)arg;
	if (mine == NULL || atomic_load(&mine->sched->wanting) == 0 ||
	    microseconds() - mine->since < mine->sched->opts.slice)
		return;
	pause_slow(mine->sched, mine->who);
	mine->since = microseconds();
}

/* ---- functions for the loop ------------------------------------------------------------------ */

void
sched_submit(struct sched *s, struct task *task, enum task_class class)
{
	struct person	*p = task->who;

	pthread_mutex_lock(&s->lock);
	STAILQ_INSERT_TAIL(&p->queue[class], task, next);
	if (class == TASK_SLOW) {
		join_slow(s, p);
		give_slots(s);
	} else {
		join_quick(s, p);
		pthread_cond_signal(&s->quick_work);
	}
	pthread_mutex_unlock(&s->lock);
}

void
sched_collect(struct sched *s)
{
	struct tasks	 ended = STAILQ_HEAD_INITIALIZER(ended);
	struct task	*task;

	pthread_mutex_lock(&s->lock);
	STAILQ_CONCAT(&ended, &s->ended);
	pthread_mutex_unlock(&s->lock);
	while ((task = STAILQ_FIRST(&ended)) != NULL) {
		STAILQ_REMOVE_HEAD(&ended, next);
		task->after(task);
	}
}

/*
 * Each unit takes its share of a second after the units before it, and may begin up to BURST
 * earlier. used: the time until which the units so far last.
 */
static uint64_t
charge(uint64_t *used, unsigned rate, uint64_t now)
{
	const uint64_t	 at = *used > now + BURST ? *used - BURST : now;

	*used = (*used > now ? *used : now) + 1000000 / rate;
	return at;
}

uint64_t
sched_charge(struct person *p, uint64_t now)
{
	return charge(&p->requests, p->sched->opts.rate, now);
}

bool
sched_may_connect(struct person *p, uint64_t now)
{
	const uint64_t	 was = p->connections;

	if (charge(&p->connections, p->sched->opts.connect, now) <= now)
		return true;
	p->connections = was;
	return false;
}

bool
sched_write_begin(struct task *task)
{
	struct person	*p = task->who;

	if (p->writing < p->sched->opts.writes) {
		p->writing++;
		return true;
	}
	STAILQ_INSERT_TAIL(&p->writers, task, next);
	return false;
}

struct task *
sched_write_end(struct person *p)
{
	struct task	*task = STAILQ_FIRST(&p->writers);

	if (task != NULL)
		STAILQ_REMOVE_HEAD(&p->writers, next);
	else
		p->writing--;
	return task;
}

/* ---- persons --------------------------------------------------------------------------------- */

static void
person_free(struct person *p)
{
	pthread_cond_destroy(&p->resumed);
	free(p->name);
	free(p);
}

struct person *
sched_person(struct sched *s, const char *name)
{
	struct person	*p;

	SLIST_FOREACH(p, &s->people, link)
		if (strcmp(p->name, name) == 0)
			break;
	if (p == NULL) {
		if ((p = calloc(1, sizeof(*p))) == NULL || (p->name = strdup(name)) == NULL) {
			free(p);
			return NULL;
		}
		p->sched = s;
		pthread_cond_init(&p->resumed, NULL);
		for (size_t i = 0; i < TASK_CLASSES; i++)
			STAILQ_INIT(&p->queue[i]);
		STAILQ_INIT(&p->writers);
		SLIST_INSERT_HEAD(&s->people, p, link);
	}
	p->refs++;
	return p;
}

void
sched_person_release(struct person *p)
{
	p->refs--;
}

void
sched_sweep(struct sched *s, uint64_t now)
{
	struct person	*p, *next;

	for (p = SLIST_FIRST(&s->people); p != NULL; p = next) {
		next = SLIST_NEXT(p, link);
		if (p->refs > 0 || p->requests > now || p->connections > now)
			continue;
		SLIST_REMOVE(&s->people, p, person, link);
		person_free(p);
	}
}

/* ---- opening --------------------------------------------------------------------------------- */

static bool
start_quick(struct sched *s)
{
	while (s->nthreads < s->opts.quick) {
		if (pthread_create(&s->threads[s->nthreads], NULL, quick_thread, s) != 0)
			return false;
		s->nthreads++;
	}
	return true;
}

struct sched *
sched_open(const struct sched_opts *opts)
{
	struct sched	*s = calloc(1, sizeof(*s));
	bool		 ok;

	if (s == NULL)
		return NULL;
	s->opts = *opts;
	s->free = opts->slots;
	SLIST_INIT(&s->people);
	TAILQ_INIT(&s->quick);
	TAILQ_INIT(&s->slow);
	STAILQ_INIT(&s->begun);
	STAILQ_INIT(&s->ended);
	atomic_init(&s->wanting, 0);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->quick_work, NULL);
	pthread_cond_init(&s->slow_work, NULL);
	s->threads = calloc(opts->quick + opts->slots + opts->paused, sizeof(*s->threads));
	/* The first slow thread is created now: without one, slow tasks would never begin. */
	pthread_mutex_lock(&s->lock);
	ok = s->threads != NULL && start_quick(s) && slow_thread_free(s);
	pthread_mutex_unlock(&s->lock);
	if (ok)
		return s;
	sched_close(s);
	return NULL;
}

void
sched_close(struct sched *s)
{
	if (s == NULL)
		return;
	pthread_mutex_lock(&s->lock);
	s->stop = true;
	pthread_cond_broadcast(&s->quick_work);
	pthread_cond_broadcast(&s->slow_work);
	pthread_mutex_unlock(&s->lock);
	for (unsigned i = 0; i < s->nthreads; i++)
		pthread_join(s->threads[i], NULL);
	sched_sweep(s, UINT64_MAX);
	pthread_cond_destroy(&s->slow_work);
	pthread_cond_destroy(&s->quick_work);
	pthread_mutex_destroy(&s->lock);
	free(s->threads);
	free(s);
}
