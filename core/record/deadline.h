#ifndef CORE_RECORD_DEADLINE_H
#define CORE_RECORD_DEADLINE_H

#include "core/access/actor.h"
#include "core/rec/rec.h"
#include "forms/attr.h"

/*
 * When a clock falls due follows from the record alone. Its envelope keeps for each clock, under "clk",
 *	since	the day the condition last began to hold; of a clock that waits for a change, the day of the last one while it held
 *	last	the day it was last done, by a record under this one (core/record/children.h)
 *	ahead	a day after the one it was settled on by which it is said to be done: the first such. It does not count yet; it is
 *		taken up when anything else is learnt of the clock from that day on
 *	ack	who said that he knows of it: by, name, at, day it is due, note?; forgotten when that duty is done or another begins
 * so the index row made from it stays right while time passes: nothing has to run at night.
 */

/* The day it is due, 0 = it is not: the condition does not hold, it is paused, or what it hangs on is not filled in. */
int	 deadline_day(const struct clock *, const struct rec *);

/*
 * Brings what is kept of every clock up to the content; to be called once for all that a save, or a record under this one, makes
 * of it. old = as it was before, NULL when it was not there. False: memory.
 */
bool	 deadline_update(const struct rec *old, struct rec *now, int today) MUST_USE;

/*
 * The same where `now` goes back to what `before` said, with the one save between them undone: what that ended counts from where
 * it did, and that something goes back is no change to act upon. Who knew of what is due again knows of it still. False: memory.
 */
bool	 deadline_update_undo(const struct rec *before, const struct rec *old, struct rec *now, int today) MUST_USE;

/*
 * What a save makes of the duties of the records that learn from it is noted, so that they go back with it: a list of
 *	{id, clk: {clock: {was?, now}}}		the entry of before, and the day the duty counts from since then
 */

/* How those who learn from a change are settled. NULL: as any change does, and nobody wants to know. */
struct deadline_change {
	struct val	*deadline_log;		/* what became of their duties is noted here; NULL: nowhere */
	uint64_t	 excluded[2];	/* these are left to the caller, who settles them with more than this; 0: nobody */
	bool		 merging;	/* one and the same under another id is no change to act upon */
};
bool		 deadline_excluded(const struct deadline_change *, uint64_t id);
/* deadline_update() so, and what it made of it noted. False: memory. */
bool		 deadline_update_derived(const struct rec *old, struct rec *now, int today, const struct deadline_change *) MUST_USE;

/*
 * To be called for each of a list before the save that is undone goes back: the entries {clock: …} this record is to go back to then,
 * without those that others made something else of since. The caller's; NULL: memory.
 */
struct val	*deadline_snapshot(const struct val *one, const struct rec *) MUST_USE;

/* And this after it went back, and the record learnt of it and was settled. What does not hold then has ended all the same. False: memory. */
bool		 deadline_restore(struct rec *, const struct val *snapshot) MUST_USE;

/* Counts from another day than settling found, as undoing a merge must. False: memory. */
bool	 deadline_set_since(struct rec *, const struct clock *, int day) MUST_USE;

/*
 * Where a duty is the same again as entries of then, {clock: …}, have it (since, last, day), who knew of it then knows of it still. For
 * records that went back, once they are settled. False: memory.
 */
bool		 deadline_restore_acks(struct rec *, const struct val *then) MUST_USE;

/* What the day of a duty is counted from, and which day that is. */
enum deadline_basis {
	DEADLINE_FROM_SINCE,			/* its condition began to hold */
	DEADLINE_FROM_LAST,			/* it was last done */
	DEADLINE_FROM_CHANGE,		/* one of the fields it waits on changed */
	DEADLINE_FROM_DATE,			/* what the record gives in the field the clock names */
	DEADLINE_FROM_EMPTY			/* … where nothing stands since that day; it counts as due the day before */
};
enum deadline_basis deadline_get_basis(const struct clock *, const struct rec *, int *day);
const char *deadline_basis_name(enum deadline_basis);	/* as it travels: "since" … */

/* A clock's own entry, never NULL fields: 0 where nothing is known. */
int	 deadline_since(const struct clock *, const struct rec *);
int	 deadline_last(const struct clock *, const struct rec *);
int	 deadline_ahead(const struct clock *, const struct rec *);
bool	 deadline_set_last(struct rec *, const struct clock *, int day) MUST_USE;	/* 0 forgets it */
bool	 deadline_set_ahead(struct rec *, const struct clock *, int day) MUST_USE;
/* Whether a day kept of any clock is after this one: it was settled or learnt while the machine's clock was ahead. */
bool	 deadline_any_after(const struct rec *, int day);

/* Who knows of it, NULL = nobody said so; and saying so, of the duty as it is due now. False: memory. */
const struct val *deadline_ack(const struct clock *, const struct rec *);
bool	 deadline_acknowledge(struct rec *, const struct clock *, const struct actor *, int64_t now, const char *note) MUST_USE;

/* The role's rung: days overdue after which it is told; 0 = it is its own duty, -1 = never told. */
int	 deadline_escalation(const struct clock *, const struct role *);

#endif
