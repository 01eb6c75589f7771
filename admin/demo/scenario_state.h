#ifndef ADMIN_DEMO_SCENARIO_STATE_H
#define ADMIN_DEMO_SCENARIO_STATE_H

#include "admin/demo/scenario_step.h"
#include "admin/demo/family.h"
#include "admin/demo/staff.h"
#include "admin/demo/scenario.h"

/* A story while it is told, for story.c and plan.c only: who is in it, and what is still to happen when. */
#define DAY		86400

/* Where a child's file ends up. */
struct ending {
	const char	*state;
	int		 weight;		/* of a hundred children */
	int		 from, to;		/* days before now that it was found */
	bool		 gaps;			/* left with something missing */
};

struct child {
	struct rng		 rng;
	struct family		*family;
	const struct ending	*end;
	const struct act	*acts[STATES_MAX];	/* its way there */
	size_t			 nacts;
	uint64_t		 id, ver;
	struct val		*fields;	/* as it was first saved */
	uint64_t		 planned;	/* clocks, by index, that somebody has his mind on */
};

/* An errand somebody runs for a child: a record under it, once it is made. */
struct step_run {
	const struct scenario_step	*row;
	const struct book	*book;
	uint64_t		 id, ver;
	struct val		*fields;
};

/*
 * What happens when: the making of a child's record (step 0), its step-th act, or behind the last a change; for a clock,
 * what it asks for; of an errand, the same steps. Before step 0 those are put on record whom the child's file will name.
 */
struct event {
	int64_t			 at;
	size_t			 child;
	size_t			 step;
	const struct clock	*clock;		/* NULL: a step */
	size_t			 step_run;		/* of the errand, counted from 1; 0 = none */
	const struct field	*field;		/* the link by which it will name them; of a change, what changes, NULL = anything */
};

struct scenario_state {
	const struct scenario	*scenario;
	struct core		*core;
	const struct book	*book;
	struct staff		*staff;
	const struct areas	*areas;		/* held while the story is told */
	struct family		*family;
	size_t			 nfamilies;
	struct child		*child;
	struct event		*event;		/* a heap: the next one stands first */
	size_t			 nevents, event_cap;
	struct step_run		*step_run;
	size_t			 nstep_runs, run_cap;
	struct val		*taken;		/* citizen numbers */
};

/* Makes the children and plans how each comes into the book and where it goes there. EX_CONFIG: no way, which has been said. */
int		 plan_children(struct scenario_state *);

void		 plan_push_event(struct scenario_state *, struct event);
struct event	 plan_pop_event(struct scenario_state *);		/* taken out; there is one */

/* An hour people work at, on or after that moment: Monday to Friday, 08:30 to 17:30 of the county's time. */
int64_t		 plan_working_hour(int64_t at, struct rng *);

#endif
