#ifndef ADMIN_DEMO_SCENARIO_STEP_H
#define ADMIN_DEMO_SCENARIO_STEP_H

#include "admin/demo/wordlist.h"
#include "forms/def.h"

/*
 * Tasks of the invented people besides recurring ones: a confirmation is signed, a risk sheet
 * filled in and confirmed, a benefit applied for and granted. A task is one child record and the
 * acts on it; what the definitions do not have is left out.
 */
#define SCENARIO_STEP_ACTS	3

struct scenario_step {
	const char	*book;
	const char	*acts[SCENARIO_STEP_ACTS];	/* one after the other, with NULL behind the
							   last */
	int		 chance;		/* per cent of the children for whom it is done; 0 =
						   only when recurring */
	int		 from, to;		/* days after the file became active */
	int		 pause;			/* most days between two steps */
	int		 stays;			/* per cent that stay undone before each act */
	bool		 (*fits)(const struct val *child);			/* NULL: all */
	void		 (*facts)(struct val *facts, const struct val *child,
	    const struct wordlist *, struct rng *, int today);
};

extern const struct scenario_step	 scenario_steps[];
extern const size_t		 scenario_steps_n;

/* The task by which a record of this book is created and continued; NULL: it is only created. */
const struct scenario_step	*scenario_step_for(const struct book *);

#endif
