#ifndef ADMIN_DEMO_SCENARIO_STEP_H
#define ADMIN_DEMO_SCENARIO_STEP_H

#include "admin/demo/wordlist.h"
#include "forms/def.h"

/*
 * What the invented people do for a child besides what comes round: a confirmation is signed, a risk sheet filled in and
 * confirmed, a benefit told, applied for and granted. An errand is one record under the child and the acts that carry
 * it on; what the definitions do not know is left out.
 */
#define SCENARIO_STEP_ACTS	3

struct scenario_step {
	const char	*book;
	const char	*acts[SCENARIO_STEP_ACTS];	/* one after the other; NULL ends them */
	int		 chance;		/* per cent of the children it fits; 0 = only when it comes round */
	int		 from, to;		/* days after the file came to life */
	int		 pause;			/* at most so many days between two steps */
	int		 stays;			/* per cent of them left where they are before each act */
	bool		 (*fits)(const struct val *child);			/* NULL: all */
	void		 (*facts)(struct val *facts, const struct val *child, const struct wordlist *, struct rng *, int today);
};

extern const struct scenario_step	 scenario_steps[];
extern const size_t		 scenario_steps_n;

/* The errand by which a record of this book is made and carried on; NULL: its making is all. */
const struct scenario_step	*scenario_step_for(const struct book *);

#endif
