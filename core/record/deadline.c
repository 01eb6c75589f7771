#include "core/record/deadline.h"

#include <string.h>

#include "forms/pred.h"

static struct val *
clock_entry(const struct clock *clock, const struct rec *rec)
{
	return val_get(val_get(rec->env, "clk"), clock->name);
}

static int
get_day(const struct clock *clock, const struct rec *rec, const char *what)
{
	return (int)val_get_num(clock_entry(clock, rec), what, 0);
}

int
deadline_since(const struct clock *clock, const struct rec *rec)
{
	return get_day(clock, rec, "since");
}

int
deadline_last(const struct clock *clock, const struct rec *rec)
{
	return get_day(clock, rec, "last");
}

int
deadline_ahead(const struct clock *clock, const struct rec *rec)
{
	return get_day(clock, rec, "ahead");
}

bool
deadline_any_after(const struct rec *rec, int day)
{
	for (size_t i = 0; i < rec->book->nclocks; i++)
		if (deadline_since(&rec->book->clocks[i], rec) > day ||
		    deadline_last(&rec->book->clocks[i], rec) > day)
			return true;
	return false;
}

/* The entry of a clock, created when missing. NULL: memory. */
static struct val *
make_clock_entry(struct rec *rec, const struct clock *clock)
{
	struct val	*all = val_get(rec->env, "clk");

	if (all == NULL && (!val_put(rec->env, "clk", val_map()) ||
	    (all = val_get(rec->env, "clk")) == NULL))
		return NULL;
	if (clock_entry(clock, rec) == NULL && !val_put(all, clock->name, val_map()))
		return NULL;
	return clock_entry(clock, rec);
}

static bool
put_day(struct rec *rec, const struct clock *clock, const char *what, int day)
{
	struct val	*one = make_clock_entry(rec, clock);

	if (one == NULL)
		return false;
	if (day != 0)
		return val_put(one, what, val_int(day));
	val_drop(one, what);
	if (val_len(one) == 0)
		val_drop(val_get(rec->env, "clk"), clock->name);
	return true;
}

/*
 * Sets the start day, and drops the acknowledgement: with another start day it is another deadline.
 */
static bool
set_day(struct rec *rec, const struct clock *clock, const char *what, int day)
{
	val_drop(clock_entry(clock, rec), "ack");
	return put_day(rec, clock, what, day);
}

bool
deadline_set_ahead(struct rec *rec, const struct clock *clock, int day)
{
	return put_day(rec, clock, "ahead", day);
}

bool
deadline_set_last(struct rec *rec, const struct clock *clock, int day)
{
	return set_day(rec, clock, "last", day);
}

bool
deadline_set_since(struct rec *rec, const struct clock *clock, int day)
{
	return set_day(rec, clock, "since", day);
}

static int	 own_deadline_day(const struct clock *, const struct rec *);

static bool
condition_holds(const struct clock *clock, const struct rec *rec)
{
	const struct pred_ctx	 ctx = { rec->fields, NULL, rec->state->name, 0 };

	/* the surviving record has the deadlines */
	return !rec_merged(rec) && pred_holds(clock->when, &ctx) &&
	    (clock->paused == NULL || !pred_holds(clock->paused, &ctx));
}

/* Records that are older than the clock have no start day; the day of their last change is used. */
static int
last_changed(const struct rec *rec)
{
	return civil_at(val_get_num(val_get(rec->env, "last"), "at", 0));
}

static bool
awaited_fields_differ(const struct clock *clock, const struct rec *old, const struct rec *now)
{
	for (size_t i = 0; i < clock->nchanges; i++)
		if (!val_same(val_find(old->fields, clock->changes[i]->path),
		    val_find(now->fields, clock->changes[i]->path)))
			return true;
	return false;
}

static bool
update_since(const struct clock *clock, const struct rec *old, struct rec *now, int today)
{
	int	 since = deadline_since(clock, now);

	if (!condition_holds(clock, now))
		since = 0;
	else if (clock->kind == CLOCK_CHANGE)
		since = old != NULL && condition_holds(clock, old) &&
		    awaited_fields_differ(clock, old, now) ? today : since;
	else if (since == 0)
		since = old != NULL && condition_holds(clock, old) ? last_changed(old) : today;
	if (since > today)	/* updated while the clock of the machine was ahead */
		since = today;
	return since == deadline_since(clock, now) || set_day(now, clock, "since", since);
}

static void
expire_ack(const struct clock *clock, struct rec *rec)
{
	const struct val	*ack = deadline_ack(clock, rec);

	if (ack != NULL && val_get_num(ack, "day", 0) != own_deadline_day(clock, rec))
		val_drop(clock_entry(clock, rec), "ack");
}

bool
deadline_update(const struct rec *old, struct rec *now, int today)
{
	for (size_t i = 0; i < now->book->nclocks; i++) {
		if (!update_since(&now->book->clocks[i], old, now, today))
			return false;
		expire_ack(&now->book->clocks[i], now);
	}
	return true;
}

/* Restores the acknowledgement where the deadline is the same as then. */
static bool
restore_ack(const struct clock *clock, const struct val *then, struct rec *now)
{
	const struct val	*ack = val_get(then, "ack");

	if (ack == NULL || deadline_ack(clock, now) != NULL ||
	    val_get_num(ack, "day", 0) != own_deadline_day(clock, now) ||
	    val_get_num(then, "since", 0) != deadline_since(clock, now) ||
	    val_get_num(then, "last", 0) != deadline_last(clock, now))
		return true;
	return val_put(make_clock_entry(now, clock), "ack", val_dup(ack));
}

bool
deadline_restore_acks(struct rec *now, const struct val *then)
{
	for (size_t i = 0; i < now->book->nclocks; i++)
		if (!restore_ack(&now->book->clocks[i], val_get(then, now->book->clocks[i].name),
		    now))
			return false;
	return true;
}

static int
reverted_since(const struct clock *clock, const struct rec *before, const struct rec *old,
    const struct rec *now)
{
	bool	 held = condition_holds(clock, before), ended = held &&
	    !condition_holds(clock, old);

	if (!condition_holds(clock, now))
		return 0;
	if (clock->kind == CLOCK_CHANGE)
		return ended || (held && awaited_fields_differ(clock, before, old)) ?
		    deadline_since(clock, before) : deadline_since(clock, old);
	return ended && deadline_since(clock, before) != 0 ? deadline_since(clock, before) :
	    deadline_since(clock, now);
}

bool
deadline_update_undo(const struct rec *before, const struct rec *old, struct rec *now, int today)
{
	if (!deadline_update(old, now, today))
		return false;
	for (size_t i = 0; i < now->book->nclocks; i++) {
		const struct clock	*clock = &now->book->clocks[i];
		int			 day = reverted_since(clock, before, old, now);

		if (day != deadline_since(clock, now) && !set_day(now, clock, "since", day))
			return false;
		expire_ack(clock, now);
	}
	return deadline_restore_acks(now, val_get(before->env, "clk"));
}

/* ---- deadlines that a save changes in other records ------------------------------------------ */

/* {clock: {was?, now}} of one record, made when it is not there; NULL: memory. */
static struct val *
log_entry(struct val *deadline_log, uint64_t id)
{
	struct val	*one;

	for (size_t i = 0; i < val_len(deadline_log); i++)
		if ((uint64_t)val_get_num(val_at(deadline_log, i), "id", 0) == id)
			return val_get(val_at(deadline_log, i), "clk");
	one = val_map();
	if (!val_put(one, "id", val_int((int64_t)id)) || !val_put(one, "clk", val_map())) {
		val_free(one);
		return NULL;
	}
	return val_add(deadline_log, one) ? val_get(one, "clk") : NULL;
}

/* One save may update a record twice: "was" is the value before the first update. */
static bool
log_clock_change(const struct clock *clock, const struct rec *was, const struct rec *now,
    struct val *deadline_log)
{
	struct val	*clk = log_entry(deadline_log, now->id), *one = val_get(clk, clock->name);

	if (one == NULL) {
		if (clk == NULL || !val_put(clk, clock->name, val_map()))
			return false;
		one = val_get(clk, clock->name);
		if (clock_entry(clock, was) != NULL &&
		    !val_put(one, "was", val_dup(clock_entry(clock, was))))
			return false;
	}
	return val_put(one, "now", val_int(deadline_since(clock, now)));
}

/*
 * A change that starts a deadline is logged also where the start day stays the same: when undo
 * restores another day, the revert itself must not start a deadline.
 */
static bool
log_changes(const struct rec *was, const struct rec *now, struct val *deadline_log)
{
	for (size_t i = 0; i < now->book->nclocks; i++) {
		const struct clock	*clock = &now->book->clocks[i];

		if (val_same(clock_entry(clock, was), clock_entry(clock, now)) &&
		    (clock->kind != CLOCK_CHANGE || !awaited_fields_differ(clock, was, now)))
			continue;
		if (!log_clock_change(clock, was, now, deadline_log))
			return false;
	}
	return true;
}

/* Keeps the start day of deadlines that wait for a change, and their acknowledgements. */
static bool
keep_since(const struct rec *old, struct rec *now)
{
	for (size_t i = 0; i < now->book->nclocks; i++) {
		const struct clock	*clock = &now->book->clocks[i];
		int			 day = deadline_since(clock, old);

		if (clock->kind != CLOCK_CHANGE || !condition_holds(clock, now))
			continue;
		if (day != deadline_since(clock, now) && !set_day(now, clock, "since", day))
			return false;
		if (!restore_ack(clock, clock_entry(clock, old), now))
			return false;
	}
	return true;
}

bool
deadline_excluded(const struct deadline_change *how, uint64_t id)
{
	return how != NULL && (how->excluded[0] == id || how->excluded[1] == id);
}

bool
deadline_update_derived(const struct rec *old, struct rec *now, int today,
    const struct deadline_change *how)
{
	if (!deadline_update(old, now, today) ||
	    (how != NULL && how->merging && !keep_since(old, now)))
		return false;
	return how == NULL || how->deadline_log == NULL || log_changes(old, now, how->deadline_log);
}

/*
 * A deadline that another change has started since continues: the revert of this change starts
 * none.
 */
struct val *
deadline_snapshot(const struct val *one, const struct rec *rec)
{
	struct val	*out = val_map();
	bool		 ok = out != NULL;

	for (size_t i = 0; ok && i < rec->book->nclocks; i++) {
		const struct clock	*clock = &rec->book->clocks[i];
		const struct val	*deadline_log = val_get(val_get(one, "clk"), clock->name),
		    *restored;
		bool			 is_unchanged = deadline_since(clock,
		    rec) == (int)val_get_num(deadline_log, "now", 0);

		if (deadline_log == NULL || (!is_unchanged && clock->kind != CLOCK_CHANGE))
			continue;
		restored = is_unchanged ? val_get(deadline_log, "was") : clock_entry(clock, rec);
		ok = val_put(out, clock->name, restored != NULL ? val_dup(restored) : val_map());
	}
	if (ok)
		return out;
	val_free(out);
	return NULL;
}

bool
deadline_restore(struct rec *now, const struct val *snapshot)
{
	for (size_t i = 0; i < now->book->nclocks; i++) {
		const struct clock	*clock = &now->book->clocks[i];
		const struct val	*then = val_get(snapshot, clock->name);
		int			 day = (int)val_get_num(then, "since", 0);

		if (then == NULL || !condition_holds(clock, now))
			continue;
		if ((clock->kind == CLOCK_CHANGE || day != 0) &&
		    day != deadline_since(clock, now) && !set_day(now, clock, "since", day))
			return false;
		expire_ack(clock, now);
		if (!restore_ack(clock, then, now))
			return false;
	}
	return true;
}

const struct val *
deadline_ack(const struct clock *clock, const struct rec *rec)
{
	return val_get(clock_entry(clock, rec), "ack");
}

bool
deadline_acknowledge(struct rec *rec, const struct clock *clock, const struct actor *actor,
    int64_t now, const char *log_changes)
{
	struct val	*ack = val_map(), *one = make_clock_entry(rec, clock);
	bool		 ok;

	ok = val_put(ack, "by", val_text(actor->user)) &&
	    val_put(ack, "name", val_text(actor->name)) &&
	    val_put(ack, "at", val_int(now)) &&
	    val_put(ack, "day", val_int(own_deadline_day(clock, rec))) &&
	    (log_changes == NULL || val_put(ack, "note", val_text(log_changes)));
	return val_put(one, "ack", ack) && ok;
}

static int
counted_from(const struct clock *clock, const struct rec *rec)
{
	int	 since = deadline_since(clock, rec), last = deadline_last(clock, rec);

	if (since == 0)
		since = last_changed(rec);
	return last > since ? last : since;
}

static const struct interval *
interval_of(const struct clock *clock, const struct rec *rec)
{
	const struct val	*v;

	if (clock->kind != CLOCK_BY_CODE)
		return clock->nintervals > 0 ? &clock->intervals[0] : NULL;
	v = val_find(rec->fields, clock->field->path);
	for (size_t i = 0; val_str(v) != NULL && i < clock->nintervals; i++)
		if (strcmp(clock->intervals[i].code, val_str(v)) == 0)
			return &clock->intervals[i];
	return NULL;
}

/*
 * The day since which the awaited date is empty: the condition began to hold, or the date was
 * removed. The deadline is due the day before.
 */
static int
empty_since(const struct clock *clock, const struct rec *rec)
{
	int	 since = deadline_since(clock, rec), ended = 0;

	if (since == 0)
		since = last_changed(rec);
	if (clock->empty_since != NULL)
		ended = (int)val_num(val_find(rec->fields, clock->empty_since->path), 0);
	return ended > since ? ended : since;
}

/* Ends once it was done on or after that date or the due day, whichever comes first. */
static int
field_deadline_day(const struct clock *clock, const struct rec *rec, const struct interval *in)
{
	int	 day = (int)val_num(val_find(rec->fields, clock->field->path), 0), due = 0;

	if (day != 0)
		due = civil_add(day, in->n, in->unit);
	else if (clock->empty_now)
		due = day = civil_add(empty_since(clock, rec), -1, 'd');
	return deadline_last(clock, rec) >= (day < due ? day : due) ? 0 : due;
}

static int
change_deadline_day(const struct clock *clock, const struct rec *rec, const struct interval *in)
{
	int	 since = deadline_since(clock, rec);

	return since == 0 || deadline_last(clock, rec) >= since ? 0 :
	    civil_add(since, in->n, in->unit);
}

/* The due day from the record alone, whatever the states of its ancestors. */
static int
own_deadline_day(const struct clock *clock, const struct rec *rec)
{
	const struct interval	*in = interval_of(clock, rec);

	if (!condition_holds(clock, rec))
		return 0;
	if (clock->kind == CLOCK_MONTH)
		return civil_month_end(civil_add(counted_from(clock, rec), 1, 'm'));
	if (in == NULL)
		return 0;
	if (clock->kind == CLOCK_ON)
		return field_deadline_day(clock, rec, in);
	if (clock->kind == CLOCK_CHANGE)
		return change_deadline_day(clock, rec, in);
	return civil_add(counted_from(clock, rec), in->n, in->unit);
}

/*
 * Deadlines of child records end with the parent. Their start days are kept, for casefiles of a
 * past day, and the deadlines continue when the parent is open again.
 */
int
deadline_day(const struct clock *clock, const struct rec *rec)
{
	return rec_parent_ended(rec) || rec_parent_hidden(rec) ? 0 : own_deadline_day(clock, rec);
}

enum deadline_basis
deadline_get_basis(const struct clock *clock, const struct rec *rec, int *day)
{
	if (clock->kind == CLOCK_ON) {
		if ((*day = (int)val_num(val_find(rec->fields, clock->field->path), 0)) != 0)
			return DEADLINE_FROM_DATE;
		*day = empty_since(clock, rec);
		return DEADLINE_FROM_EMPTY;
	}
	if (clock->kind == CLOCK_CHANGE) {
		*day = deadline_since(clock, rec);
		return DEADLINE_FROM_CHANGE;
	}
	*day = counted_from(clock, rec);
	return *day == deadline_last(clock, rec) ? DEADLINE_FROM_LAST : DEADLINE_FROM_SINCE;
}

const char *
deadline_basis_name(enum deadline_basis from)
{
	static const char *const	 names[] = { "since", "last", "change", "date", "empty" };

	return names[from];
}

int
deadline_escalation(const struct clock *clock, const struct role *role)
{
	if ((clock->by & ROLE_BIT(role)) != 0)
		return 0;
	for (size_t i = 0; i < clock->nescalation; i++)
		if ((clock->escalation[i].notify & ROLE_BIT(role)) != 0)
			return clock->escalation[i].overdue;
	return -1;
}
