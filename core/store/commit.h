#ifndef CORE_STORE_COMMIT_H
#define CORE_STORE_COMMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/store/store.h"
#include "forms/attr.h"

/*
 * The one committer. Every write of the daemon is a body that runs here, one after the other, in
 * the order of submission; up to COMMIT_BATCH of them share a transaction, and a second thread
 * makes batches durable while the next ones run.
 *
 * A body
 *	- runs in the committer's thread, inside a transaction, alone: what it reads cannot change
 *	  under it;
 *	- may run more than once (another request made the batch fail, a deadlock), each time as if
 *	  the earlier run had not happened: it starts from its argument, and replies, logs and
 *	  caches are made in `done`;
 *	- returns 0 to have its writes kept. Any other result is passed to `done` unchanged and none
 *	  of its writes remain; codes of its own are negative or >= STORE_APP_MIN. It refuses
 *	  before its first write where possible: such a refusal costs nothing, a refusal after a
 *	  write costs every request of the batch a second run;
 *	- on a disk that is nearly full its first write returns STORE_FULL, and so does the body,
 *	  unless it has called store_small(txn, true), see store.h;
 *	- must not call commit_run() or commit_submit(), nor wait for anything but the store.
 *
 * done(result, arg)
 *	- is called exactly once for every accepted submission, from the flusher's thread, in the
 *	  order of submission;
 *	- result 0: the writes are durable. Refused or read-only bodies are answered in the same
 *	  order, so no answer goes out before every write that its body could have seen is durable;
 *	- result STORE_DEAD: the store has stopped; whether the writes will be there after recovery
 *	  is unknown;
 *	- STORE_FULL, STORE_BUSY, STORE_SYS: nothing was written;
 *	- must be quick, and must not call commit_run() or committer_stop(); it may submit.
 */
#define COMMIT_BATCH	64		/* requests in a transaction, at most */
#define COMMIT_QUEUE	4096		/* requests accepted and not yet answered, at most */

struct committer;			/* defined in commit.c */

typedef int	 commit_body(struct store_txn *, void *arg);
typedef void	 commit_done(int result, void *arg);

struct commit_stats {
	uint64_t	requests;	/* answered */
	uint64_t	commits;	/* transactions committed */
	uint64_t	flushes;
	uint64_t	spoiled;	/* batches that were repeated one request at a time */
	uint64_t	retries;	/* single bodies repeated after a deadlock */
};

/*
 * Starts both threads. STORE_SYS: no memory or no threads, *out is NULL. `store` is borrowed and
 * must exist longer.
 */
enum store_err	 committer_start(struct store *, struct committer **out) MUST_USE;

/* Accepts no more, runs and answers what was accepted, ends both threads, frees. NULL is fine. */
void		 committer_stop(struct committer *);

/*
 * False: the queue is full or stopping, and nothing will be called; answer "busy". arg is the
 * caller's until done() returns.
 */
bool		 commit_submit(struct committer *, commit_body *, void *arg,
		    commit_done *) MUST_USE;

/* Submits and waits: for tools and tests. STORE_BUSY also when it was not accepted. */
int		 commit_run(struct committer *, commit_body *, void *arg) MUST_USE;

void		 commit_stats(struct committer *, struct commit_stats *);

#endif
