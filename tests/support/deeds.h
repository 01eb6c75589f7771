#ifndef TESTS_DEEDS_H
#define TESTS_DEEDS_H

#include "core/record/rec.h"
#include "tests/support/world.h"

/*
 * What the people of a small county do, at random and the same for the same seed: every book around the child, its acts,
 * corrections, handing over, merging, undoing, by real requests. Most are in order; some come too late, from the wrong
 * person or make no sense, and are refused.
 */
struct deeds {
	struct world	*w;
	uint64_t	 x;		/* of the dice */
	int64_t		 now;		/* UTC seconds */
	int		 born;		/* children begun so far */

	struct rec	**rec;		/* all records with cases, by id, as they stood before the last deed; owned */
	size_t		 n;

	const char	*last;		/* name of the last deed */
	uint64_t	 on;		/* the record it was done to, 0 = a new one */
	bool		 fine;		/* it was granted */
};

/* Sets the clock. */
void		 deeds_begin(struct deeds *, struct world *, uint64_t seed, int64_t now);
void		 deeds_end(struct deeds *);

/* One thing somebody might do. Records are read anew by deeds_look() only. */
void		 deeds_do(struct deeds *);
/* Some days go by, now and then up to the end of the month. */
void		 deeds_pass(struct deeds *);
/* All records with cases, by id, as they are; the caller frees each and the array. */
struct rec	**deeds_look(struct deeds *, size_t *n);

unsigned	 deeds_dice(struct deeds *, unsigned n);	/* 0 … n-1 */
/* How often each deed was granted, one "name n" a line, into a buffer; true when none was never. */
bool		 deeds_tell(struct buf *);

#endif
