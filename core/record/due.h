#ifndef CORE_RECORD_DUE_H
#define CORE_RECORD_DUE_H

#include "core/record/rec.h"

/*
 * When a clock falls due follows from the record alone. Its envelope keeps for each clock, under "clk",
 *	since	the day the condition last began to hold; of a clock that waits for a change, the day of the last one while it held
 *	last	the day it was last done, by a record under this one (core/record/under.h)
 *	ahead	a day after the one it was settled on by which it is said to be done: the first such. It does not count yet; it is
 *		taken up when anything else is learnt of the clock from that day on
 *	ack	who said that he knows of it: by, name, at, day it is due, note?; forgotten when that duty is done or another begins
 * so the index row made from it stays right while time passes: nothing has to run at night.
 */

/* The day it is due, 0 = it is not: the condition does not hold, it is paused, or what it hangs on is not filled in. */
int	 due_on(const struct clock *, const struct rec *);

/*
 * Brings what is kept of every clock up to the content; to be called once for all that a save, or a record under this one, makes
 * of it. old = as it was before, NULL when it was not there. False: memory.
 */
bool	 due_settle(const struct rec *old, struct rec *now, int today);

/*
 * The same where `now` goes back to what `before` said, with the one save between them undone: what that ended counts from where
 * it did, and that something goes back is no change to act upon. Who knew of what is due again knows of it still. False: memory.
 */
bool	 due_settle_back(const struct rec *before, const struct rec *old, struct rec *now, int today);

/*
 * What a save makes of the duties of the records that learn from it is noted, so that they go back with it: a list of
 *	{id, clk: {clock: {was?, now}}}		the entry of before, and the day the duty counts from since then
 */

/* How those who learn from a change are settled. NULL: as any change does, and nobody wants to know. */
struct due_learning {
	struct val	*noted;		/* what became of their duties is noted here; NULL: nowhere */
	uint64_t	 apart[2];	/* these are left to the caller, who settles them with more than this; 0: nobody */
	bool		 merging;	/* one and the same under another id is no change to act upon */
};
bool		 due_apart(const struct due_learning *, uint64_t id);
/* due_settle() so, and what it made of it noted. False: memory. */
bool		 due_settle_learnt(const struct rec *old, struct rec *now, int today, const struct due_learning *);

/*
 * To be called for each of a list before the save that is undone goes back: the entries {clock: …} this record is to go back to then,
 * without those that others made something else of since. The caller's; NULL: memory.
 */
struct val	*due_standing(const struct val *one, const struct rec *);

/* And this after it went back, and the record learnt of it and was settled. What does not hold then has ended all the same. False: memory. */
bool		 due_give_back(struct rec *, const struct val *standing);

/* Counts from another day than settling found, as undoing a merge must. False: memory. */
bool	 due_set_since(struct rec *, const struct clock *, int day);

/*
 * Where a duty is the same again as entries of then, {clock: …}, have it (since, last, day), who knew of it then knows of it still. For
 * records that went back, once they are settled. False: memory.
 */
bool		 due_know_again(struct rec *, const struct val *then);

/* What the day of a duty is counted from, and which day that is. */
enum due_from {
	DUE_FROM_SINCE,			/* its condition began to hold */
	DUE_FROM_LAST,			/* it was last done */
	DUE_FROM_CHANGE,		/* one of the fields it waits on changed */
	DUE_FROM_DATE,			/* what the record gives in the field the clock names */
	DUE_FROM_EMPTY			/* … where nothing stands since that day; it counts as due the day before */
};
enum due_from due_counted_from(const struct clock *, const struct rec *, int *day);
const char *due_from_name(enum due_from);	/* as it travels: "since" … */

/* A clock's own entry, never NULL fields: 0 where nothing is known. */
int	 due_since(const struct clock *, const struct rec *);
int	 due_last(const struct clock *, const struct rec *);
int	 due_ahead(const struct clock *, const struct rec *);
bool	 due_set_last(struct rec *, const struct clock *, int day);	/* 0 forgets it */
bool	 due_set_ahead(struct rec *, const struct clock *, int day);
/* Whether a day kept of any clock is after this one: it was settled or learnt while the machine's clock was ahead. */
bool	 due_after(const struct rec *, int day);

/* Who knows of it, NULL = nobody said so; and saying so, of the duty as it is due now. False: memory. */
const struct val *due_ack(const struct clock *, const struct rec *);
bool	 due_acknowledge(struct rec *, const struct clock *, const struct actor *, int64_t now, const char *note);

/* The role's rung: days overdue after which it is told; 0 = it is its own duty, -1 = never told. */
int	 due_told(const struct clock *, const struct role *);

#endif
