/*
 * Whose task runs next. Gates hold tasks where a test wants them, so that nothing here depends on
 * how fast anything is.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>

#include "core/serve/sched.h"
#include "tests/harness.h"

#define MANY	32

/* A task that says its name at each of its steps and may wait at a gate before the first. */
struct work {
	struct task	 task;
	char		 name[8];
	unsigned	 steps;
	sem_t		*gate;		/* NULL: none */
};

static struct sched	*s;
static sem_t		 gate, woken, begun;
static pthread_mutex_t	 lock = PTHREAD_MUTEX_INITIALIZER;
static char		 said[1024];
static unsigned		 collected, submitted;
static struct work	 works[MANY];

static void
say(const char *name, unsigned step)
{
	size_t	 n;

	pthread_mutex_lock(&lock);
	n = strlen(said);
	snprintf(said + n, sizeof(said) - n, "%s%s", n > 0 ? " " : "", name);
	if (step > 0)
		snprintf(said + strlen(said), sizeof(said) - strlen(said), ".%u", step);
	pthread_mutex_unlock(&lock);
}

static void
work_run(struct task *task)
{
	struct work	*w = (struct work *)task;

	sem_post(&begun);
	if (w->gate != NULL)
		sem_wait(w->gate);
	for (unsigned i = 1; i <= w->steps; i++) {
		say(w->name, w->steps > 1 ? i : 0);
		sched_rest(NULL);
	}
}

static void
work_after(struct task *task)
{
	(void)task;
	collected++;
}

static void
wake(void *arg)
{
	(void)arg;
	sem_post(&woken);
}

static void
open_sched(unsigned quick, unsigned each, unsigned slots, unsigned paused)
{
	struct sched_opts	 o = { .quick = quick, .each = each, .slots = slots,
	    .paused = paused, .writes = 2,
				    .rate = 10, .connect = 1, .slice = 0, .wake = wake };

	sem_init(&gate, 0, 0);
	sem_init(&woken, 0, 0);
	sem_init(&begun, 0, 0);
	ck_assert_ptr_nonnull(s = sched_open(&o));
}

/* `who` is the first letter of its name. */
static void
submit(const char *name, enum task_class class, unsigned steps, sem_t *at)
{
	struct work	*w = &works[submitted++];
	char		 who[2] = { name[0], '\0' };

	ck_assert_uint_le(submitted, MANY);
	*w = (struct work){ .task = { .run = work_run, .after = work_after }, .steps = steps,
	    .gate = at };
	snprintf(w->name, sizeof(w->name), "%s", name);
	w->task.who = sched_person(s, who);
	sched_submit(s, &w->task, class);
}

static void
finish(const char *expected)
{
	while (collected < submitted) {
		sem_wait(&woken);
		sched_collect(s);
	}
	for (unsigned i = 0; i < submitted; i++)
		sched_person_release(works[i].task.who);
	sched_close(s);
	ck_assert_str_eq(said, expected);
}

/* ---- quick tasks ----------------------------------------------------------------------------- */

START_TEST(persons_take_turns)
{
	open_sched(1, 1, 1, 4);
	submit("x", TASK_QUICK, 1, &gate);
	sem_wait(&begun);
	submit("a1", TASK_QUICK, 1, NULL);
	submit("a2", TASK_QUICK, 1, NULL);
	submit("a3", TASK_QUICK, 1, NULL);
	submit("a4", TASK_QUICK, 1, NULL);
	submit("b1", TASK_QUICK, 1, NULL);
	submit("b2", TASK_QUICK, 1, NULL);
	submit("c1", TASK_QUICK, 1, NULL);
	sem_post(&gate);
	finish("x a1 b1 c1 a2 b2 a3 a4");
}
END_TEST

START_TEST(what_is_almost_over_goes_first)
{
	open_sched(1, 1, 1, 4);
	submit("x", TASK_QUICK, 1, &gate);
	sem_wait(&begun);
	submit("a1", TASK_QUICK, 1, NULL);
	submit("a2", TASK_FINISH, 1, NULL);
	submit("b1", TASK_QUICK, 1, NULL);
	sem_post(&gate);
	finish("x a2 b1 a1");
}
END_TEST

/* However many requests one person sends, threads are left for others. */
START_TEST(one_person_has_a_part_of_the_threads)
{
	open_sched(3, 2, 1, 4);
	submit("a", TASK_QUICK, 1, &gate);
	submit("a", TASK_QUICK, 1, &gate);
	sem_wait(&begun);
	sem_wait(&begun);
	submit("a", TASK_QUICK, 1, &gate);
	submit("b", TASK_QUICK, 1, NULL);
	sem_wait(&begun);
	while (collected == 0) {
		sem_wait(&woken);
		sched_collect(s);
	}
	ck_assert_str_eq(said, "b");
	sem_post(&gate);
	sem_post(&gate);
	sem_post(&gate);
	finish("b a a a");
}
END_TEST

/* ---- slow tasks ------------------------------------------------------------------------------ */

START_TEST(scans_go_on_in_slices)
{
	open_sched(1, 1, 1, 4);
	submit("a", TASK_SLOW, 3, &gate);
	sem_wait(&begun);
	submit("b", TASK_SLOW, 3, NULL);
	submit("c", TASK_SLOW, 1, NULL);
	sem_post(&gate);
	finish("a.1 b.1 c a.2 b.2 a.3 b.3");
}
END_TEST

/* A second scan of the same person begins when the first is over, even when slots are free. */
START_TEST(one_person_scans_once_at_a_time)
{
	open_sched(1, 1, 2, 4);
	submit("a1", TASK_SLOW, 1, &gate);
	submit("a2", TASK_SLOW, 1, NULL);
	sem_wait(&begun);
	submit("b", TASK_SLOW, 1, NULL);
	while (collected == 0) {
		sem_wait(&woken);
		sched_collect(s);
	}
	ck_assert_str_eq(said, "b");
	sem_post(&gate);
	finish("b a1 a2");
}
END_TEST

START_TEST(quick_tasks_never_wait_for_scans)
{
	open_sched(1, 1, 1, 4);
	submit("a1", TASK_SLOW, 1, &gate);
	sem_wait(&begun);
	submit("b", TASK_QUICK, 1, NULL);
	submit("a2", TASK_QUICK, 1, NULL);
	while (collected < 2) {
		sem_wait(&woken);
		sched_collect(s);
	}
	sem_post(&gate);
	finish("b a2 a1");
}
END_TEST

/* Where no thread is left for one more, those that have begun go on. */
START_TEST(scans_wait_for_a_thread)
{
	open_sched(1, 1, 1, 1);
	submit("a", TASK_SLOW, 2, &gate);
	sem_wait(&begun);
	submit("b", TASK_SLOW, 2, NULL);
	submit("c", TASK_SLOW, 1, NULL);
	sem_post(&gate);
	finish("a.1 b.1 a.2 b.2 c");
}
END_TEST

/* ---- writes, rate ---------------------------------------------------------------------------- */

START_TEST(one_person_has_few_writes_with_the_committer)
{
	struct task	 a[4], b;

	open_sched(1, 1, 1, 1);
	for (size_t i = 0; i < 4; i++)
		a[i].who = sched_person(s, "a");
	b.who = sched_person(s, "b");
	ck_assert(sched_write_begin(&a[0]));
	ck_assert(sched_write_begin(&a[1]));
	ck_assert(!sched_write_begin(&a[2]));
	ck_assert(!sched_write_begin(&a[3]));
	ck_assert(sched_write_begin(&b));
	ck_assert_ptr_eq(sched_write_end(a[0].who), &a[2]);
	ck_assert_ptr_eq(sched_write_end(a[0].who), &a[3]);
	ck_assert_ptr_null(sched_write_end(a[0].who));
	ck_assert(sched_write_begin(&a[0]));
	ck_assert(!sched_write_begin(&a[1]));
	for (size_t i = 0; i < 4; i++)
		sched_person_release(a[i].who);
	sched_person_release(b.who);
	sched_close(s);
}
END_TEST

/*
 * Ten a second, a hundred at once: the next waits a tenth of a second, and nobody waits for
 * another's.
 */
START_TEST(requests_beyond_the_rate_wait)
{
	const uint64_t	 now = 1000000000;
	struct person	*a, *b;

	open_sched(1, 1, 1, 1);
	a = sched_person(s, "a");
	b = sched_person(s, "b");
	for (unsigned i = 0; i <= 100; i++)
		ck_assert_uint_le(sched_charge(a, now), now);
	ck_assert_uint_eq(sched_charge(a, now), now + 100000);
	ck_assert_uint_eq(sched_charge(a, now), now + 200000);
	ck_assert_uint_le(sched_charge(b, now), now);
	/* leaving and coming again does not help him */
	sched_person_release(a);
	sched_sweep(s, now + 100000);
	a = sched_person(s, "a");
	ck_assert_uint_eq(sched_charge(a, now + 100000), now + 300000);
	/* a rest does */
	ck_assert_uint_le(sched_charge(a, now + 2000000), now + 2000000);
	sched_person_release(a);
	sched_person_release(b);
	sched_close(s);
}
END_TEST

START_TEST(connections_beyond_the_rate_are_refused)
{
	const uint64_t	 now = 1000000000;
	struct person	*a, *b;

	open_sched(1, 1, 1, 1);
	a = sched_person(s, "a");
	b = sched_person(s, "b");
	for (unsigned i = 0; i <= 10; i++)
		ck_assert(sched_may_connect(a, now));
	for (unsigned i = 0; i < 1000; i++)
		ck_assert(!sched_may_connect(a, now));
	ck_assert(sched_may_connect(b, now));
	/* refused requests do not count */
	ck_assert(sched_may_connect(a, now + 1000000));
	ck_assert(!sched_may_connect(a, now + 1000000));
	sched_person_release(a);
	sched_person_release(b);
	sched_close(s);
}
END_TEST

TEST_SUITE(quick, "quick tasks", persons_take_turns, what_is_almost_over_goes_first,
    one_person_has_a_part_of_the_threads)
TEST_SUITE(slow, "slow tasks", scans_go_on_in_slices, one_person_scans_once_at_a_time,
    quick_tasks_never_wait_for_scans, scans_wait_for_a_thread)
TEST_SUITE(bounds, "writes and rate", one_person_has_few_writes_with_the_committer,
    requests_beyond_the_rate_wait, connections_beyond_the_rate_are_refused)
TEST_MAIN(quick, slow, bounds)
