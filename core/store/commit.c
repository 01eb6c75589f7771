#include "core/store/commit.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct request {
	commit_body	*body;
	commit_done	*done;
	void		*arg;
	int		 result;
};

/*
 * One ring and three counters that only grow: requests [out, run) have run and wait for the disk,
 * [run, in) wait for the committer; request n is in ring[n % COMMIT_QUEUE]. A request is used only
 * by the thread that owns its interval, so its members need no lock; the counters do.
 */
struct committer {
	struct store	*st;
	pthread_t	 runner, flusher;

	pthread_mutex_t	 mtx;		/* protects everything down to `stats` */
	pthread_cond_t	 work;		/* signals a change of in or stopping */
	pthread_cond_t	 ready;		/* signals a change of run or finished */
	bool		 stopping;	/* no more requests are accepted */
	bool		 finished;	/* the runner has ended */
	uint64_t	 in, run, out;
	uint64_t	 dirty;		/* one past the last request of a batch that wrote */
	struct commit_stats stats;

	struct request	 ring[COMMIT_QUEUE];
};

static struct request *
at(struct committer *c, uint64_t n)
{
	return &c->ring[n % COMMIT_QUEUE];
}

static void
answer_all(struct committer *c, uint64_t first, size_t n, int result)
{
	size_t	 i;

	for (i = 0; i < n; i++)
		at(c, first + i)->result = result;
}

/* The result of running one or more requests; added to the statistics afterwards. */
struct outcome {
	bool		 wrote;
	unsigned	 commits, spoiled, retries;
};

/*
 * Runs all requests in one transaction. False: one of them failed after a write or met a reader's
 * lock, so nothing of any of them remains and no result counts, not even a refusal: it may have
 * been based on another request's write.
 */
static bool
run_together(struct committer *c, uint64_t first, size_t n, struct outcome *o)
{
	struct store_txn	*txn;
	struct request		*r;
	enum store_err		 e;
	uint64_t		 writes;
	size_t			 i;

	if ((e = store_begin_small(c->st, &txn)) != STORE_OK) {
		answer_all(c, first, n, e);
		return true;
	}
	for (i = 0; i < n; i++) {
		r = at(c, first + i);
		writes = store_txn_writes(txn);
		store_small(txn, false);
		r->result = r->body(txn, r->arg);
		if (store_txn_doom(txn) != STORE_OK ||
		    (r->result != 0 && store_txn_writes(txn) != writes)) {
			store_abort(txn);
			return false;
		}
	}
	writes = store_txn_writes(txn);
	if ((e = store_commit(txn)) != STORE_OK)
		answer_all(c, first, n, e);
	else if (writes > 0)
		o->wrote = true;
	o->commits += e == STORE_OK;
	return true;
}

/* Tries one request once. True: its result counts. */
static bool
try_alone(struct committer *c, struct request *r, struct outcome *o)
{
	struct store_txn	*txn;
	enum store_err		 e;
	bool			 writes;

	if ((e = store_begin_small(c->st, &txn)) != STORE_OK) {
		r->result = e;
		return true;
	}
	r->result = r->body(txn, r->arg);
	e = store_txn_doom(txn);
	if (r->result != 0 || e != STORE_OK) {
		if (r->result == 0 || e == STORE_FULL)	/* the body did not check the result, or
							   returns its own code for it */
			r->result = e;
		store_abort(txn);
		return e != STORE_BUSY;
	}
	writes = store_txn_writes(txn) > 0;
	r->result = store_commit(txn);
	o->commits += r->result == STORE_OK;
	o->wrote |= writes && r->result == STORE_OK;
	return true;
}

static void
run_alone(struct committer *c, uint64_t n, struct outcome *o)
{
	const struct timespec	 ms = { 0, 1000000 };
	unsigned		 try;

	for (try = 1; !try_alone(c, at(c, n), o) && try < STORE_TRIES; try++) {
		o->retries++;
		nanosleep(&ms, NULL);
	}
}

static void
run_batch(struct committer *c, uint64_t first, size_t n, struct outcome *o)
{
	size_t	 i;

	if (n > 1) {
		if (run_together(c, first, n, o))
			return;
		o->spoiled++;
	}
	for (i = 0; i < n; i++)
		run_alone(c, first + i, o);
}

/*
 * The thread that runs bodies: takes all requests that wait, up to a batch, and commits them
 * together.
 */
static void *
runner(void *arg)
{
	struct committer	*c = arg;
	struct outcome		 o;
	uint64_t		 first;
	size_t			 n;

	pthread_mutex_lock(&c->mtx);
	for (;;) {
		while (c->run == c->in && !c->stopping)
			pthread_cond_wait(&c->work, &c->mtx);
		if (c->run == c->in)
			break;
		first = c->run;
		n = c->in - first < COMMIT_BATCH ? (size_t)(c->in - first) : COMMIT_BATCH;
		pthread_mutex_unlock(&c->mtx);

		o = (struct outcome){ 0 };
		run_batch(c, first, n, &o);

		pthread_mutex_lock(&c->mtx);
		c->run = first + n;
		if (o.wrote)
			c->dirty = c->run;
		c->stats.commits += o.commits;
		c->stats.spoiled += o.spoiled;
		c->stats.retries += o.retries;
		pthread_cond_signal(&c->ready);
	}
	c->finished = true;
	pthread_cond_signal(&c->ready);
	pthread_mutex_unlock(&c->mtx);
	return NULL;
}

/*
 * In a store that has died meanwhile this is the only answer to all requests, even in place of a
 * refusal, which may be based on a write that will not exist.
 */
static void
answer(struct committer *c, uint64_t from, uint64_t to)
{
	struct request	*r;
	bool		 dead = store_dead(c->st);

	for (; from < to; from++) {
		r = at(c, from);
		r->done(dead ? STORE_DEAD : r->result, r->arg);
	}
}

/*
 * The thread that syncs the log and then answers: one sync for all batches committed since the last
 * one.
 */
static void *
flusher(void *arg)
{
	struct committer	*c = arg;
	uint64_t		 from, to;
	bool			 flush;

	pthread_mutex_lock(&c->mtx);
	for (;;) {
		while (c->out == c->run && !c->finished)
			pthread_cond_wait(&c->ready, &c->mtx);
		if (c->out == c->run)
			break;
		from = c->out;
		to = c->run;
		flush = c->dirty > from;
		pthread_mutex_unlock(&c->mtx);

		if (flush)
			store_flush(c->st);	/* when it fails, the store is dead */
		answer(c, from, to);

		pthread_mutex_lock(&c->mtx);
		c->out = to;
		c->stats.requests += to - from;
		c->stats.flushes += flush;
	}
	pthread_mutex_unlock(&c->mtx);
	return NULL;
}

static void
committer_free(struct committer *c)
{
	pthread_cond_destroy(&c->ready);
	pthread_cond_destroy(&c->work);
	pthread_mutex_destroy(&c->mtx);
	free(c);
}

static void
stop_runner(struct committer *c)
{
	pthread_mutex_lock(&c->mtx);
	c->stopping = true;
	pthread_cond_signal(&c->work);
	pthread_mutex_unlock(&c->mtx);
	pthread_join(c->runner, NULL);
}

enum store_err
committer_start(struct store *st, struct committer **out)
{
	struct committer	*c;

	*out = NULL;
	if ((c = calloc(1, sizeof(*c))) == NULL)
		return STORE_SYS;
	c->st = st;
	pthread_mutex_init(&c->mtx, NULL);
	pthread_cond_init(&c->work, NULL);
	pthread_cond_init(&c->ready, NULL);
	if (pthread_create(&c->runner, NULL, runner, c) != 0) {
		committer_free(c);
		return STORE_SYS;
	}
	if (pthread_create(&c->flusher, NULL, flusher, c) != 0) {
		stop_runner(c);
		committer_free(c);
		return STORE_SYS;
	}
	*out = c;
	return STORE_OK;
}

void
committer_stop(struct committer *c)
{
	if (c == NULL)
		return;
	stop_runner(c);
	pthread_join(c->flusher, NULL);
	committer_free(c);
}

bool
commit_submit(struct committer *c, commit_body *body, void *arg, commit_done *done)
{
	bool	 ok;

	pthread_mutex_lock(&c->mtx);
	ok = !c->stopping && c->in - c->out < COMMIT_QUEUE;
	if (ok) {
		*at(c, c->in++) = (struct request){ body, done, arg, 0 };
		pthread_cond_signal(&c->work);
	}
	pthread_mutex_unlock(&c->mtx);
	return ok;
}

struct wait {
	commit_body	*body;
	void		*arg;
	int		 result;
	bool		 over;
	pthread_mutex_t	 mtx;
	pthread_cond_t	 cond;
};

static int
wait_body(struct store_txn *txn, void *arg)
{
	struct wait	*w = arg;

	return w->body(txn, w->arg);
}

static void
wait_done(int result, void *arg)
{
	struct wait	*w = arg;

	pthread_mutex_lock(&w->mtx);
	w->result = result;
	w->over = true;
	pthread_cond_signal(&w->cond);
	pthread_mutex_unlock(&w->mtx);
}

int
commit_run(struct committer *c, commit_body *body, void *arg)
{
	struct wait	 w = { .body = body, .arg = arg, .result = STORE_BUSY };

	pthread_mutex_init(&w.mtx, NULL);
	pthread_cond_init(&w.cond, NULL);
	pthread_mutex_lock(&w.mtx);
	if (commit_submit(c, wait_body, &w, wait_done))
		while (!w.over)
			pthread_cond_wait(&w.cond, &w.mtx);
	pthread_mutex_unlock(&w.mtx);
	pthread_cond_destroy(&w.cond);
	pthread_mutex_destroy(&w.mtx);
	return w.result;
}

void
commit_stats(struct committer *c, struct commit_stats *out)
{
	pthread_mutex_lock(&c->mtx);
	*out = c->stats;
	pthread_mutex_unlock(&c->mtx);
}
