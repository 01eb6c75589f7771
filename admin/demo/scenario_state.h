#ifndef ADMIN_DEMO_SCENARIO_STATE_H
#define ADMIN_DEMO_SCENARIO_STATE_H

#include "admin/demo/scenario_step.h"
#include "admin/demo/family.h"
#include "admin/demo/staff.h"
#include "admin/demo/scenario.h"

/*
 * The state of a scenario that is running, for scenario.c and plan.c only: the children, and the
 * events still to come.
 */
#define DAY		86400

/* The final state of a child's file. */
struct ending {
	const char	*state;
	int		 weight;		/* in per cent of the children */
	int		 from, to;		/* days before now when the child was found */
	bool		 gaps;			/* left with gaps */
};

struct child {
	struct rng		 rng;
	struct family		*family;
	const struct ending	*end;
	const struct act	*acts[STATES_MAX];	/* the acts that lead to that state */
	size_t			 nacts;
	uint64_t		 id, ver;
	struct val		*fields;	/* as it was first saved */
	uint64_t		 planned;	/* clocks, by index, for which an event is
						   planned */
};

/* A task done for a child: a child record, once it is created. */
struct step_run {
	const struct scenario_step	*row;
	const struct book	*book;
	uint64_t		 id, ver;
	struct val		*fields;
};

/*
 * An event and its moment: the creation of a child's file (step 0), its step-th act, or after the
 * last a change; for a clock, its recurring task; for a task of scenario_step.h, its own steps.
 * Before step 0 the records to which the file will link are created.
 */
struct event {
	int64_t			 at;
	size_t			 child;
	size_t			 step;
	const struct clock	*clock;		/* NULL: a step */
	size_t			 step_run;		/* of a task, counted from 1; 0 = none */
	const struct field	*field;	/* the link to them; of a change, the field, NULL = any */
};

struct scenario_state {
	const struct scenario	*scenario;
	struct core		*core;
	const struct book	*book;
	struct staff		*staff;
	const struct areas	*areas;		/* held while the scenario runs */
	struct family		*family;
	size_t			 nfamilies;
	struct child		*child;
	struct event		*event;		/* a heap: the next event is first */
	size_t			 nevents, event_cap;
	struct step_run		*step_run;
	size_t			 nstep_runs, run_cap;
	struct val		*taken;		/* citizen numbers */
};

/*
 * Creates the children and plans the events of each. EX_CONFIG: there is no way to a final state,
 * which has been reported.
 */
int		 plan_children(struct scenario_state *);

void		 plan_push_event(struct scenario_state *, struct event);
struct event	 plan_pop_event(struct scenario_state *);	/* removed from the heap, which must
								   not be empty */

/* A working hour on or after that moment: Monday to Friday, 08:30 to 17:30 of the county's time. */
int64_t		 plan_working_hour(int64_t at, struct rng *);

#endif
