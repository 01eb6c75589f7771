#ifndef ADMIN_DEMO_ERRANDS_H
#define ADMIN_DEMO_ERRANDS_H

#include "admin/demo/words.h"
#include "forms/def.h"

/*
 * What the invented people do for a child besides what comes round: a confirmation is signed, a risk sheet filled in and
 * confirmed, a benefit told, applied for and granted. An errand is one record under the child and the acts that carry
 * it on; what the definitions do not know is left out.
 */
#define ERRAND_ACTS	3

struct errand {
	const char	*book;
	const char	*acts[ERRAND_ACTS];	/* one after the other; NULL ends them */
	int		 chance;		/* per cent of the children it fits; 0 = only when it comes round */
	int		 from, to;		/* days after the file came to life */
	int		 pause;			/* at most so many days between two steps */
	int		 stays;			/* per cent of them left where they are before each act */
	bool		 (*fits)(const struct val *child);			/* NULL: all */
	void		 (*facts)(struct val *facts, const struct val *child, const struct words *, struct rng *, int today);
};

extern const struct errand	 errands[];
extern const size_t		 errands_n;

/* The errand by which a record of this book is made and carried on; NULL: its making is all. */
const struct errand	*errand_of(const struct book *);

#endif
