#ifndef TESTS_SUPPORT_RANDOM_OPS_H
#define TESTS_SUPPORT_RANDOM_OPS_H

#include "core/rec/rec.h"
#include "tests/support/fixture.h"

/*
 * Random operations of the people of a small county, the same for the same seed: every book around
 * the child, its acts, corrections, transfers, merges, undo, by real requests. Most are in order;
 * some come too late, from the wrong person or make no sense, and are refused.
 */
struct random_ops {
	struct fixture	*w;
	uint64_t	 rng_state;		/* state of the random numbers */
	int64_t		 now;		/* UTC seconds */
	int		 nchildren;		/* children created so far */

	struct rec	**rec;		/* all case records, by id, as they were before the last
					   operation; owned */
	size_t		 n;

	const char	*last;		/* name of the last operation */
	uint64_t	 on;		/* the record of the operation, 0 = a new one */
	bool		 succeeded;		/* the operation succeeded */
};

/* Sets the clock. */
void		 random_ops_begin(struct random_ops *, struct fixture *, uint64_t seed,
		    int64_t now);
void		 random_ops_end(struct random_ops *);

/* Does one random operation. The records are read again only by random_ops_read_all(). */
void		 random_ops_step(struct random_ops *);
/* Lets some days pass, sometimes until the end of the month. */
void		 random_ops_advance_days(struct random_ops *);
/* All case records, by id; the caller frees each and the array. */
struct rec	**random_ops_read_all(struct random_ops *, size_t *n);

unsigned	 random_ops_pick(struct random_ops *, unsigned n);	/* 0 … n-1 */
/*
 * Writes how often each operation succeeded, one "name n" a line, into a buffer; true when each did
 * at least once.
 */
bool		 random_ops_report(struct buf *);

#endif
