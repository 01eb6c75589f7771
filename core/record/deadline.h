#ifndef CORE_RECORD_DEADLINE_H
#define CORE_RECORD_DEADLINE_H

#include "core/access/actor.h"
#include "core/rec/rec.h"
#include "forms/attr.h"

/*
 * The due day of a clock follows from the record alone. The envelope keeps for each clock, under
 * "clk",
 *	since	day on which the condition last began to hold; for a clock that waits for a
 *		change, the day of the last change while it held
 *	last	day on which a child record last did it (core/record/children.h)
 *	ahead	first day, later than the day of the update, on which a child record says it is
 *		done. It does not count yet; the next update on or after that day counts it
 *	ack	acknowledgement: by, name, at, due day, note?; dropped when that deadline is done
 *		or another begins
 * so the index row made from these stays right while time passes: no nightly job is needed.
 */

/*
 * The due day; 0 = none: the condition does not hold, the clock is paused, or the field it counts
 * from is empty.
 */
int	 deadline_day(const struct clock *, const struct rec *);

/*
 * Updates the entries of all clocks to the content of `now`; to be called once for all changes of
 * one save, or of a save of a child record. old = as it was before, NULL when it is new. False:
 * memory.
 */
bool	 deadline_update(const struct rec *old, struct rec *now, int today) MUST_USE;

/*
 * The same when `now` has the content of `before` again because the one save between them is
 * undone. Deadlines the undone save had closed reopen with their old start day; the revert itself
 * starts none. Acknowledgements survive. False: memory.
 */
bool	 deadline_update_undo(const struct rec *before, const struct rec *old, struct rec *now,
	    int today) MUST_USE;

/*
 * Changes of deadlines in other records are logged, so that undo can restore them: a list of
 *	{id, clk: {clock: {was?, now}}}	the entry before the save, and the start day after it
 */

/* How the deadlines of other records are updated. NULL: as after any change, without a log. */
struct deadline_change {
	struct val	*deadline_log;		/* changes of their deadlines are added here; NULL:
						   nowhere */
	uint64_t	 excluded[2];	/* ids of records that the caller updates; 0: none */
	bool		 merging;	/* the same record under another id: no deadline starts */
};
bool		 deadline_excluded(const struct deadline_change *, uint64_t id);
/* deadline_update() with these rules; adds the changes to the log. False: memory. */
bool		 deadline_update_derived(const struct rec *old, struct rec *now, int today,
		    const struct deadline_change *) MUST_USE;

/*
 * To be called for each entry of the log before its save is undone. Returns the entries {clock: …}
 * to be restored in this record, without those that other saves have changed since. The caller's;
 * NULL: memory.
 */
struct val	*deadline_snapshot(const struct val *one, const struct rec *) MUST_USE;

/*
 * To be called after the undo, when the rollups and deadlines of the record are updated. An entry
 * whose condition no longer holds is not restored. False: memory.
 */
bool		 deadline_restore(struct rec *, const struct val *snapshot) MUST_USE;

/* Sets another start day than deadline_update() found, as undoing a merge must. False: memory. */
bool	 deadline_set_since(struct rec *, const struct clock *, int day) MUST_USE;

/*
 * Restores acknowledgements for deadlines equal (since, last, day) to those in `then`, {clock: …}.
 * To be called after deadline_update(), for records whose earlier content is back. False: memory.
 */
bool		 deadline_restore_acks(struct rec *, const struct val *then) MUST_USE;

/* The event from which the due day of a deadline is counted, and the day of that event. */
enum deadline_basis {
	DEADLINE_FROM_SINCE,			/* the condition began to hold */
	DEADLINE_FROM_LAST,			/* it was last done */
	DEADLINE_FROM_CHANGE,		/* one of the fields it waits for changed */
	DEADLINE_FROM_DATE,	/* the value of the date field that the clock names */
	DEADLINE_FROM_EMPTY			/* that field is empty since that day; the deadline
						   is due the day before */
};
enum deadline_basis deadline_get_basis(const struct clock *, const struct rec *, int *day);
const char *deadline_basis_name(enum deadline_basis);	/* as in the protocol: "since" … */

/* Parts of a clock's entry; 0: not known. */
int	 deadline_since(const struct clock *, const struct rec *);
int	 deadline_last(const struct clock *, const struct rec *);
int	 deadline_ahead(const struct clock *, const struct rec *);
/* 0 removes it */
bool	 deadline_set_last(struct rec *, const struct clock *, int day) MUST_USE;
bool	 deadline_set_ahead(struct rec *, const struct clock *, int day) MUST_USE;
/*
 * Whether the entry of any clock has a day after this one: it was updated while the clock of the
 * machine was ahead.
 */
bool	 deadline_any_after(const struct rec *, int day);

/*
 * The acknowledgement of a deadline, NULL = none; and setting it for the deadline as it is due now.
 * False: memory.
 */
const struct val *deadline_ack(const struct clock *, const struct rec *);
bool	 deadline_acknowledge(struct rec *, const struct clock *, const struct actor *, int64_t now,
	    const char *note) MUST_USE;

/*
 * The escalation step of the role: days overdue after which the role sees the deadline. 0 = the
 * deadline is its own, -1 = the role never sees it.
 */
int	 deadline_escalation(const struct clock *, const struct role *);

#endif
