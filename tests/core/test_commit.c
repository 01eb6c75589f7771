#include <sys/syscall.h>

#include <semaphore.h>
#include <stdatomic.h>

#include "tests/core/store_fixture.h"

static atomic_bool	 sync_fails;
static atomic_int	 syncs;

int
fdatasync(int fd)
{
	atomic_fetch_add(&syncs, 1);
	if (atomic_load(&sync_fails)) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

/* A store with its committer. */
struct desk {
	struct fix		 f;
	struct committer	*c;
};

static void
desk_open(struct desk *d)
{
	fix_open(&d->f);
	ck_assert_int_eq(committer_start(d->f.st, &d->c), STORE_OK);
}

static void
desk_new(struct desk *d)
{
	fix_new(&d->f);
	desk_open(d);
}

static void
desk_close(struct desk *d)
{
	committer_stop(d->c);
	d->c = NULL;
	fix_close(&d->f);
}

static void
desk_free(struct desk *d)
{
	desk_close(d);
	fix_free(&d->f);
}

/* ---- requests that do as they are told ---- */

enum { WRITE = 1, FAIL_FIRST = 2, FAIL_LATER = 4, TOO_LARGE = 8 };

struct req {
	unsigned	 id;
	unsigned	 what;
	int		 code;		/* returned by those that fail */
	int		 runs;		/* of the body */
	int		 result;
	int		 answers;
	unsigned	 turn;		/* of the answer, counted over all */
};

static atomic_uint	 turns;
static sem_t		 answered;	/* posted once for each answer */

static size_t
req_key(unsigned id, char key[16])
{
	return (size_t)snprintf(key, 16, "%08u", id);
}

static int
req_body(struct store_txn *txn, void *arg)
{
	struct req	*r = arg;
	char		 key[16];
	size_t		 kn = req_key(r->id, key);
	int		 e;

	r->runs++;
	if (r->what & FAIL_FIRST)
		return r->code;
	if ((r->what & (WRITE | FAIL_LATER)) != 0 &&
	    (e = store_put(txn, STORE_REC, key, kn, "value", 5)) != STORE_OK)
		return e;
	if (r->what & TOO_LARGE)	/* refused, but the body goes on as if it were not */
		ck_assert_int_ne(store_put(txn, STORE_REC, key, STORE_KEYMAX + 1, "", 0), STORE_OK);
	return r->what & FAIL_LATER ? r->code : 0;
}

static void
req_done(int result, void *arg)
{
	struct req	*r = arg;

	r->result = result;
	r->answers++;
	r->turn = atomic_fetch_add(&turns, 1);
	sem_post(&answered);
}

static bool
req_stored(struct desk *d, unsigned id)
{
	char	 key[16];

	return store_get(d->f.st, NULL, STORE_REC, key, req_key(id, key), NULL) == STORE_OK;
}

static void
wait_answers(unsigned n)
{
	while (n-- > 0)
		while (sem_wait(&answered) == -1)
			;
}

/* ---- holding the committer, so that what comes meanwhile shares a batch ---- */

struct gate {
	sem_t	 entered, open;
	int	 answers;
};

static int
gate_body(struct store_txn *txn, void *arg)
{
	struct gate	*g = arg;

	(void)txn;
	sem_post(&g->entered);
	while (sem_wait(&g->open) == -1)
		;
	return 0;
}

static void
gate_done(int result, void *arg)
{
	(void)result;
	((struct gate *)arg)->answers++;
}

static void
gate_shut(struct desk *d, struct gate *g)
{
	g->answers = 0;
	sem_init(&g->entered, 0, 0);
	sem_init(&g->open, 0, 0);
	ck_assert(commit_submit(d->c, gate_body, g, gate_done));
	while (sem_wait(&g->entered) == -1)
		;
}

static void
gate_open(struct gate *g)
{
	sem_post(&g->open);
}

/* Puts them into one batch and waits for all answers. */
static void
run_in_one_batch(struct desk *d, struct req *r, unsigned n)
{
	struct gate	 g;
	unsigned	 i;

	sem_init(&answered, 0, 0);
	gate_shut(d, &g);
	for (i = 0; i < n; i++)
		ck_assert(commit_submit(d->c, req_body, &r[i], req_done));
	gate_open(&g);
	wait_answers(n);
}

/* ---- */

START_TEST(batch_shares_one_transaction)
{
	struct req		 r[COMMIT_BATCH] = { 0 };
	struct commit_stats	 s;
	struct desk		 d;
	unsigned		 i;

	desk_new(&d);
	for (i = 0; i < COMMIT_BATCH; i++)
		r[i] = (struct req){ .id = i, .what = WRITE };
	run_in_one_batch(&d, r, COMMIT_BATCH);
	for (i = 0; i < COMMIT_BATCH; i++) {
		ck_assert_int_eq(r[i].result, 0);
		ck_assert_int_eq(r[i].answers, 1);
		ck_assert_int_eq(r[i].runs, 1);
		ck_assert_uint_eq(r[i].turn, i);
		ck_assert(req_stored(&d, i));
	}
	commit_stats(d.c, &s);
	ck_assert_uint_eq(s.commits, 2);	/* the gate's and theirs */
	ck_assert_uint_eq(s.spoiled, 0);
	desk_free(&d);
}
END_TEST

/* One of 64 fails after a write: it leaves nothing, its neighbours lose nothing. */
START_TEST(spoiler_hurts_nobody)
{
	struct req		 r[COMMIT_BATCH] = { 0 };
	struct commit_stats	 s;
	struct desk		 d;
	unsigned		 i, bad = (unsigned)_i % COMMIT_BATCH;

	desk_new(&d);
	for (i = 0; i < COMMIT_BATCH; i++)
		r[i] = (struct req){ .id = i, .what = WRITE };
	r[bad].what = FAIL_LATER;
	r[bad].code = STORE_APP_MIN + 7;
	run_in_one_batch(&d, r, COMMIT_BATCH);
	for (i = 0; i < COMMIT_BATCH; i++) {
		ck_assert_int_eq(r[i].result, i == bad ? STORE_APP_MIN + 7 : 0);
		ck_assert_int_eq(r[i].answers, 1);
		ck_assert_int_eq(r[i].runs, i <= bad ? 2 : 1);
		ck_assert_uint_eq(r[i].turn, atomic_load(&turns) - COMMIT_BATCH + i);
		ck_assert_int_eq(req_stored(&d, i), i != bad);
	}
	commit_stats(d.c, &s);
	ck_assert_uint_eq(s.spoiled, 1);
	desk_free(&d);
}
END_TEST

START_TEST(refusal_before_a_write_is_free)
{
	struct req		 r[COMMIT_BATCH] = { 0 };
	struct commit_stats	 s;
	struct desk		 d;
	unsigned		 i;

	desk_new(&d);
	for (i = 0; i < COMMIT_BATCH; i++)
		r[i] = (struct req){ .id = i, .what = i % 2 ? FAIL_FIRST : WRITE,
		    .code = i % 4 == 1 ? -5 : 1000 };
	run_in_one_batch(&d, r, COMMIT_BATCH);
	for (i = 0; i < COMMIT_BATCH; i++) {
		ck_assert_int_eq(r[i].result, i % 2 == 0 ? 0 : i % 4 == 1 ? -5 : 1000);
		ck_assert_int_eq(r[i].runs, 1);
		ck_assert_int_eq(r[i].answers, 1);
		ck_assert_int_eq(req_stored(&d, i), i % 2 == 0);
	}
	commit_stats(d.c, &s);
	ck_assert_uint_eq(s.spoiled, 0);
	desk_free(&d);
}
END_TEST

/* A body that returns 0 over a write that failed is not believed. */
START_TEST(overlooked_error_is_not_committed)
{
	struct req	 r[3] = {
		{ .id = 0, .what = WRITE },
		{ .id = 1, .what = WRITE | TOO_LARGE },
		{ .id = 2, .what = WRITE },
	};
	struct desk	 d;

	desk_new(&d);
	run_in_one_batch(&d, r, 3);
	ck_assert_int_eq(r[0].result, 0);
	ck_assert_int_eq(r[1].result, STORE_SYS);
	ck_assert_int_eq(r[2].result, 0);
	ck_assert(req_stored(&d, 0) && !req_stored(&d, 1) && req_stored(&d, 2));
	ck_assert_int_eq(commit_run(d.c, req_body, &r[1]), STORE_SYS);	/* nor alone */
	ck_assert(!req_stored(&d, 1));
	desk_free(&d);
}
END_TEST

/* Each sees what those before it wrote, also within a batch. */
static int
add_one(struct store_txn *txn, void *arg)
{
	struct buf	 b = BUF_INIT;
	char		 text[16];
	int		 e, n = 0;

	e = store_get(store_of(txn), txn, STORE_META, "counter", 7, &b);
	if (e == STORE_OK)
		n = atoi(buf_str(&b));
	buf_free(&b);
	if (e != STORE_OK && e != STORE_MISSING)
		return e;
	*(int *)arg = n + 1;
	snprintf(text, sizeof(text), "%d", n + 1);
	return store_put(txn, STORE_META, "counter", 7, text, strlen(text));
}

struct adder {
	struct committer	*c;
	atomic_int		*seen;
	int			 n, failed;
};

static void *
adder(void *arg)
{
	struct adder	*a = arg;
	int		 i, got, last = 0;

	for (i = 0; i < a->n; i++) {
		a->failed += commit_run(a->c, add_one, &got) != 0 || got <= last;
		last = got;
		atomic_fetch_add(&a->seen[got], 1);
	}
	return NULL;
}

START_TEST(many_threads_count_together)
{
	enum { THREADS = 8, EACH = 60 };
	static atomic_int	 seen[THREADS * EACH + 1];
	struct adder		 a[THREADS];
	pthread_t		 t[THREADS];
	struct desk		 d;
	int			 i;

	desk_new(&d);
	for (i = 0; i < THREADS; i++) {
		a[i] = (struct adder){ d.c, seen, EACH, 0 };
		ck_assert_int_eq(pthread_create(&t[i], NULL, adder, &a[i]), 0);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(t[i], NULL);
		ck_assert_int_eq(a[i].failed, 0);
	}
	for (i = 1; i <= THREADS * EACH; i++)
		ck_assert_int_eq(atomic_load(&seen[i]), 1);
	desk_close(&d);
	desk_open(&d);
	ck_assert(fix_has(&d.f, STORE_META, "counter", "480"));
	desk_free(&d);
}
END_TEST

START_TEST(queue_is_bounded)
{
	static struct req	 r[COMMIT_QUEUE];
	struct gate		 g;
	struct desk		 d;
	unsigned		 i, n;

	desk_new(&d);
	sem_init(&answered, 0, 0);
	gate_shut(&d, &g);		/* it holds a place as well */
	for (n = 0; n < COMMIT_QUEUE; n++) {
		r[n] = (struct req){ .id = n, .what = WRITE };
		if (!commit_submit(d.c, req_body, &r[n], req_done))
			break;
	}
	ck_assert_uint_eq(n, COMMIT_QUEUE - 1);
	ck_assert_int_eq(commit_run(d.c, req_body, &r[n]), STORE_BUSY);
	gate_open(&g);
	wait_answers(n);
	for (i = 0; i < n; i++) {
		ck_assert_int_eq(r[i].result, 0);
		ck_assert_int_eq(r[i].answers, 1);
		ck_assert_uint_eq(r[i].turn, i);
	}
	ck_assert_int_eq(r[n].runs, 0);
	ck_assert_int_eq(commit_run(d.c, req_body, &r[n]), 0);	/* there is room again */
	desk_free(&d);
}
END_TEST

static void *
stop_it(void *arg)
{
	committer_stop(arg);
	return NULL;
}

START_TEST(stopping_answers_all)
{
	enum { N = 300 };
	static struct req	 r[N + 1];
	struct gate		 g;
	pthread_t		 t;
	struct desk		 d;
	unsigned		 i;

	desk_new(&d);
	sem_init(&answered, 0, 0);
	gate_shut(&d, &g);
	for (i = 0; i < N; i++) {
		r[i] = (struct req){ .id = i, .what = WRITE };
		ck_assert(commit_submit(d.c, req_body, &r[i], req_done));
	}
	ck_assert_int_eq(pthread_create(&t, NULL, stop_it, d.c), 0);
	/* taken or not: as long as the stop has not arrived it is an ordinary request */
	for (i = 0; commit_submit(d.c, gate_body, &g, gate_done); i++) {
		gate_open(&g);
		usleep(1000);
		ck_assert_uint_lt(i, COMMIT_QUEUE);
	}
	gate_open(&g);
	pthread_join(t, NULL);
	d.c = NULL;
	ck_assert_int_eq(g.answers, (int)i + 1);
	for (i = 0; i < N; i++) {
		ck_assert_int_eq(r[i].answers, 1);
		ck_assert_int_eq(r[i].result, 0);
		ck_assert(req_stored(&d, i));
	}
	committer_stop(NULL);
	desk_free(&d);
}
END_TEST

/* ---- durability comes before the answer ---- */

static struct {
	sem_t		 reached, go;
	atomic_bool	 held;
	atomic_int	 calls;
	atomic_int	 answer;
} flush_at;

static int
flush_hook(void *arg)
{
	(void)arg;
	atomic_fetch_add(&flush_at.calls, 1);
	if (atomic_load(&flush_at.held)) {
		sem_post(&flush_at.reached);
		while (sem_wait(&flush_at.go) == -1)
			;
	}
	return atomic_load(&flush_at.answer);
}

static const struct store_hooks	 flush_hooks = { .flush = flush_hook };

static void
desk_new_hooked(struct desk *d)
{
	memset(&flush_at, 0, sizeof(flush_at));
	sem_init(&flush_at.reached, 0, 0);
	sem_init(&flush_at.go, 0, 0);
	sem_init(&answered, 0, 0);
	fix_new(&d->f);
	d->f.opts.hooks = &flush_hooks;
	desk_open(d);
}

static bool
is_answered(void)
{
	bool	 yes = sem_trywait(&answered) == 0;

	if (yes)
		sem_post(&answered);
	return yes;
}

START_TEST(answer_waits_for_the_disk)
{
	struct req	 w = { .id = 1, .what = WRITE };
	struct req	 seen = { .id = 2, .what = FAIL_FIRST, .code = -1 }, idle = { .id = 3 };
	struct desk	 d;

	desk_new_hooked(&d);
	atomic_store(&flush_at.held, true);
	ck_assert(commit_submit(d.c, req_body, &w, req_done));
	while (sem_wait(&flush_at.reached) == -1)
		;
	/* The write is visible, and a refusal may rest on it: both wait. */
	ck_assert(req_stored(&d, 1));
	ck_assert(commit_submit(d.c, req_body, &seen, req_done));
	usleep(50000);
	ck_assert(!is_answered());
	atomic_store(&flush_at.held, false);
	sem_post(&flush_at.go);
	wait_answers(2);
	ck_assert_int_eq(w.result, 0);
	ck_assert_int_eq(seen.result, -1);
	ck_assert_uint_lt(w.turn, seen.turn);

	/* With nothing left to make durable nobody asks the disk. */
	atomic_store(&flush_at.calls, 0);
	ck_assert_int_eq(commit_run(d.c, req_body, &idle), 0);
	ck_assert_int_eq(commit_run(d.c, req_body, &seen), -1);
	ck_assert_int_eq(atomic_load(&flush_at.calls), 0);
	ck_assert_int_eq(commit_run(d.c, req_body, &w), 0);
	ck_assert_int_eq(atomic_load(&flush_at.calls), 1);
	desk_free(&d);
}
END_TEST

/* The hook that does acknowledge early is real: what it lets through is not on disk. */
START_TEST(skipped_flush_is_not_durable)
{
	struct req	 w = { .id = 1, .what = WRITE };
	struct desk	 d;

	desk_new_hooked(&d);
	atomic_store(&flush_at.answer, -1);
	atomic_store(&syncs, 0);
	ck_assert_int_eq(commit_run(d.c, req_body, &w), 0);
	ck_assert_int_eq(atomic_load(&syncs), 0);
	atomic_store(&flush_at.answer, 0);
	ck_assert_int_eq(commit_run(d.c, req_body, &w), 0);
	ck_assert_int_ge(atomic_load(&syncs), 1);
	desk_free(&d);
}
END_TEST

/* A disk that refuses to sync: no acknowledgement from then on, not even for a refusal. */
START_TEST(failed_sync_acknowledges_nothing)
{
	enum { N = 200 };
	static struct req	 r[N];
	struct req		 good = { .id = 9999, .what = WRITE };
	struct req		 no = { .what = FAIL_FIRST, .code = -1 };
	struct gate		 g;
	struct desk		 d;
	unsigned		 i;

	desk_new(&d);
	sem_init(&answered, 0, 0);
	ck_assert_int_eq(commit_run(d.c, req_body, &good), 0);
	gate_shut(&d, &g);
	for (i = 0; i < N; i++) {
		r[i] = (struct req){ .id = i, .what = i % 10 == 0 ? FAIL_FIRST : WRITE,
		    .code = -1 };
		ck_assert(commit_submit(d.c, req_body, &r[i], req_done));
	}
	atomic_store(&sync_fails, true);
	gate_open(&g);
	wait_answers(N);
	atomic_store(&sync_fails, false);
	for (i = 0; i < N; i++) {
		ck_assert_int_eq(r[i].result, STORE_DEAD);
		ck_assert_int_eq(r[i].answers, 1);
	}
	ck_assert(store_dead(d.f.st));
	ck_assert_int_eq(fix_deaths(&d.f), 1);
	ck_assert_int_eq(commit_run(d.c, req_body, &good), STORE_DEAD);
	ck_assert_int_eq(commit_run(d.c, req_body, &no), STORE_DEAD);
	desk_close(&d);
	desk_open(&d);
	ck_assert(req_stored(&d, 9999));
	ck_assert_int_eq(commit_run(d.c, req_body, &good), 0);
	desk_free(&d);
}
END_TEST

/* ---- in others' way ---- */

struct clash {
	sem_t	 first, second;
	int	 runs, result;
};

static int
clash_body(struct store_txn *txn, void *arg)
{
	struct clash	*c = arg;
	int		 e;

	if ((e = store_put(txn, STORE_IDX, "k", 1, "body", 4)) != STORE_OK)
		return e;
	if (c->runs++ == 0) {
		sem_post(&c->first);
		while (sem_wait(&c->second) == -1)
			;
	}
	return store_put(txn, STORE_REC, "k", 1, "body", 4);
}

static void *
clash_thread(void *arg)
{
	void	**a = arg;

	((struct clash *)a[1])->result = commit_run(a[0], clash_body, a[1]);
	return NULL;
}

/*
 * A tool's transaction holds more locks and wants the body's, the body wants the tool's: the body
 * yields and runs again.
 */
START_TEST(deadlocked_body_runs_again)
{
	struct commit_stats	 s;
	struct store_txn	*txn;
	struct clash		 c = { .runs = 0 };
	struct desk		 d;
	pthread_t		 t;
	void			*arg[2];
	int			 i;

	desk_new(&d);
	sem_init(&c.first, 0, 0);
	sem_init(&c.second, 0, 0);
	ck_assert_int_eq(store_begin(d.f.st, &txn), STORE_OK);
	ck_assert_int_eq(store_put(txn, STORE_REC, "k", 1, "tool", 4), STORE_OK);
	for (i = STORE_VER; i < STORE_TABLE_MAX; i++)
		if (i != STORE_IDX)
			ck_assert_int_eq(store_put(txn, (enum store_table)i, "k", 1, "tool", 4),
			    STORE_OK);
	arg[0] = d.c;
	arg[1] = &c;
	ck_assert_int_eq(pthread_create(&t, NULL, clash_thread, arg), 0);
	while (sem_wait(&c.first) == -1)
		;
	sem_post(&c.second);
	ck_assert_int_eq(store_put(txn, STORE_IDX, "k", 1, "tool", 4), STORE_OK);
	ck_assert_int_eq(store_commit(txn), STORE_OK);
	pthread_join(t, NULL);
	ck_assert_int_eq(c.result, 0);
	ck_assert_int_ge(c.runs, 2);
	ck_assert(fix_has(&d.f, STORE_REC, "k", "body"));
	ck_assert(fix_has(&d.f, STORE_VER, "k", "tool"));
	commit_stats(d.c, &s);
	ck_assert_uint_ge(s.retries, 1);
	desk_free(&d);
}
END_TEST

static atomic_bool	 no_room;

static uint64_t
room_hook(uint64_t real, void *arg)
{
	(void)arg;
	return atomic_load(&no_room) ? 0 : real;
}

START_TEST(full_disk_refuses_and_recovers)
{
	static const struct store_hooks	 hooks = { .room = room_hook };
	struct req			 w = { .id = 1, .what = WRITE };
	struct desk			 d;

	fix_new(&d.f);
	d.f.opts.hooks = &hooks;
	desk_open(&d);
	atomic_store(&no_room, true);
	ck_assert_int_eq(commit_run(d.c, req_body, &w), STORE_FULL);
	ck_assert_int_eq(w.runs, 0);
	ck_assert(!req_stored(&d, 1));
	atomic_store(&no_room, false);
	ck_assert_int_eq(commit_run(d.c, req_body, &w), 0);
	ck_assert(req_stored(&d, 1));
	ck_assert(!store_dead(d.f.st));
	desk_free(&d);
}
END_TEST

static Suite *
commit_suite(void)
{
	const TTest *const	 all[] = {
		batch_shares_one_transaction, refusal_before_a_write_is_free,
		overlooked_error_is_not_committed, many_threads_count_together, queue_is_bounded,
		stopping_answers_all, answer_waits_for_the_disk, skipped_flush_is_not_durable,
		failed_sync_acknowledges_nothing, deadlocked_body_runs_again,
		full_disk_refuses_and_recovers,
	};
	Suite			*s = suite_create("core/commit");
	TCase			*tc = tcase_create("commit");
	size_t			 i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		tcase_add_test(tc, all[i]);
	/* the last of a batch, the first, the second */
	tcase_add_loop_test(tc, spoiler_hurts_nobody, COMMIT_BATCH - 1, COMMIT_BATCH + 2);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(commit_suite)
