#ifndef TESTS_SUPPORT_RANDOM_OPS_H
#define TESTS_SUPPORT_RANDOM_OPS_H

#include "core/rec/rec.h"
#include "tests/support/fixture.h"

/*
 * What the people of a small county do, at random and the same for the same seed: every book around the child, its acts,
 * corrections, handing over, merging, undoing, by real requests. Most are in order; some come too late, from the wrong
 * person or make no sense, and are refused.
 */
struct random_ops {
	struct fixture	*w;
	uint64_t	 rng_state;		/* of the dice */
	int64_t		 now;		/* UTC seconds */
	int		 nchildren;		/* children begun so far */

	struct rec	**rec;		/* all records with cases, by id, as they stood before the last deed; owned */
	size_t		 n;

	const char	*last;		/* name of the last deed */
	uint64_t	 on;		/* the record it was done to, 0 = a new one */
	bool		 succeeded;		/* it was granted */
};

/* Sets the clock. */
void		 random_ops_begin(struct random_ops *, struct fixture *, uint64_t seed, int64_t now);
void		 random_ops_end(struct random_ops *);

/* One thing somebody might do. Records are read anew by random_ops_read_all() only. */
void		 random_ops_step(struct random_ops *);
/* Some days go by, now and then up to the end of the month. */
void		 random_ops_advance_days(struct random_ops *);
/* All records with cases, by id, as they are; the caller frees each and the array. */
struct rec	**random_ops_read_all(struct random_ops *, size_t *n);

unsigned	 random_ops_pick(struct random_ops *, unsigned n);	/* 0 … n-1 */
/* How often each deed was granted, one "name n" a line, into a buffer; true when none was never. */
bool		 random_ops_report(struct buf *);

#endif
