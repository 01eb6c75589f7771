#include "core/record/due.h"

#include <string.h>

#include "forms/pred.h"

static struct val *
entry(const struct clock *clock, const struct rec *rec)
{
	return val_get(val_get(rec->env, "clk"), clock->name);
}

static int
kept(const struct clock *clock, const struct rec *rec, const char *what)
{
	return (int)val_get_num(entry(clock, rec), what, 0);
}

int
due_since(const struct clock *clock, const struct rec *rec)
{
	return kept(clock, rec, "since");
}

int
due_last(const struct clock *clock, const struct rec *rec)
{
	return kept(clock, rec, "last");
}

int
due_ahead(const struct clock *clock, const struct rec *rec)
{
	return kept(clock, rec, "ahead");
}

bool
due_after(const struct rec *rec, int day)
{
	for (size_t i = 0; i < rec->book->nclocks; i++)
		if (due_since(&rec->book->clocks[i], rec) > day || due_last(&rec->book->clocks[i], rec) > day)
			return true;
	return false;
}

/* Made when it is not there; NULL: memory. */
static struct val *
entry_of(struct rec *rec, const struct clock *clock)
{
	struct val	*all = val_get(rec->env, "clk");

	if (all == NULL && (!val_put(rec->env, "clk", val_map()) || (all = val_get(rec->env, "clk")) == NULL))
		return NULL;
	if (entry(clock, rec) == NULL && !val_put(all, clock->name, val_map()))
		return NULL;
	return entry(clock, rec);
}

static bool
put_day(struct rec *rec, const struct clock *clock, const char *what, int day)
{
	struct val	*one = entry_of(rec, clock);

	if (one == NULL)
		return false;
	if (day != 0)
		return val_put(one, what, val_int(day));
	val_drop(one, what);
	if (val_len(one) == 0)
		val_drop(val_get(rec->env, "clk"), clock->name);
	return true;
}

/* With the day the duty is another, of which nobody has said anything yet. */
static bool
keep(struct rec *rec, const struct clock *clock, const char *what, int day)
{
	val_drop(entry(clock, rec), "ack");
	return put_day(rec, clock, what, day);
}

bool
due_set_ahead(struct rec *rec, const struct clock *clock, int day)
{
	return put_day(rec, clock, "ahead", day);
}

bool
due_set_last(struct rec *rec, const struct clock *clock, int day)
{
	return keep(rec, clock, "last", day);
}

bool
due_set_since(struct rec *rec, const struct clock *clock, int day)
{
	return keep(rec, clock, "since", day);
}

static int	 due_day(const struct clock *, const struct rec *);

static bool
holds(const struct clock *clock, const struct rec *rec)
{
	const struct pred_ctx	 ctx = { rec->fields, NULL, rec->state->name, 0 };

	/* the one it was merged into has its duties */
	return !rec_merged(rec) && pred_holds(clock->when, &ctx) && (clock->paused == NULL || !pred_holds(clock->paused, &ctx));
}

/* Records of before the clock was defined have no day yet; the day of their last change stands in. */
static int
changed_on(const struct rec *rec)
{
	return civil_at(val_get_num(val_get(rec->env, "last"), "at", 0));
}

static bool
differs(const struct clock *clock, const struct rec *old, const struct rec *now)
{
	for (size_t i = 0; i < clock->nchanges; i++)
		if (!val_same(val_find(old->fields, clock->changes[i]->path), val_find(now->fields, clock->changes[i]->path)))
			return true;
	return false;
}

static bool
settle_since(const struct clock *clock, const struct rec *old, struct rec *now, int today)
{
	int	 since = due_since(clock, now);

	if (!holds(clock, now))
		since = 0;
	else if (clock->due == DUE_CHANGE)
		since = old != NULL && holds(clock, old) && differs(clock, old, now) ? today : since;
	else if (since == 0)
		since = old != NULL && holds(clock, old) ? changed_on(old) : today;
	if (since > today)			/* settled while the machine's clock was ahead */
		since = today;
	return since == due_since(clock, now) || keep(now, clock, "since", since);
}

static void
settle_ack(const struct clock *clock, struct rec *rec)
{
	const struct val	*ack = due_ack(clock, rec);

	if (ack != NULL && val_get_num(ack, "day", 0) != due_day(clock, rec))
		val_drop(entry(clock, rec), "ack");
}

bool
due_settle(const struct rec *old, struct rec *now, int today)
{
	for (size_t i = 0; i < now->book->nclocks; i++) {
		if (!settle_since(&now->book->clocks[i], old, now, today))
			return false;
		settle_ack(&now->book->clocks[i], now);
	}
	return true;
}

/* The same duty as then is known of as then. */
static bool
know_again(const struct clock *clock, const struct val *then, struct rec *now)
{
	const struct val	*ack = val_get(then, "ack");

	if (ack == NULL || due_ack(clock, now) != NULL || val_get_num(ack, "day", 0) != due_day(clock, now) ||
	    val_get_num(then, "since", 0) != due_since(clock, now) || val_get_num(then, "last", 0) != due_last(clock, now))
		return true;
	return val_put(entry_of(now, clock), "ack", val_dup(ack));
}

bool
due_know_again(struct rec *now, const struct val *then)
{
	for (size_t i = 0; i < now->book->nclocks; i++)
		if (!know_again(&now->book->clocks[i], val_get(then, now->book->clocks[i].name), now))
			return false;
	return true;
}

static int
since_back(const struct clock *clock, const struct rec *before, const struct rec *old, const struct rec *now)
{
	bool	 held = holds(clock, before), ended = held && !holds(clock, old);

	if (!holds(clock, now))
		return 0;
	if (clock->due == DUE_CHANGE)
		return ended || (held && differs(clock, before, old)) ? due_since(clock, before) : due_since(clock, old);
	return ended && due_since(clock, before) != 0 ? due_since(clock, before) : due_since(clock, now);
}

bool
due_settle_back(const struct rec *before, const struct rec *old, struct rec *now, int today)
{
	if (!due_settle(old, now, today))
		return false;
	for (size_t i = 0; i < now->book->nclocks; i++) {
		const struct clock	*clock = &now->book->clocks[i];
		int			 day = since_back(clock, before, old, now);

		if (day != due_since(clock, now) && !keep(now, clock, "since", day))
			return false;
		settle_ack(clock, now);
	}
	return due_know_again(now, val_get(before->env, "clk"));
}

/* ---- duties of those who learn from a save ------------------------------------------------------------------ */

/* {clock: {was?, now}} of one record, made when it is not there; NULL: memory. */
static struct val *
noted_of(struct val *noted, uint64_t id)
{
	struct val	*one;

	for (size_t i = 0; i < val_len(noted); i++)
		if ((uint64_t)val_get_num(val_at(noted, i), "id", 0) == id)
			return val_get(val_at(noted, i), "clk");
	one = val_map();
	if (!val_put(one, "id", val_int((int64_t)id)) || !val_put(one, "clk", val_map())) {
		val_free(one);
		return NULL;
	}
	return val_add(noted, one) ? val_get(one, "clk") : NULL;
}

/* A record may learn twice of one save: what it was is what it was at first. */
static bool
note_clock(const struct clock *clock, const struct rec *was, const struct rec *now, struct val *noted)
{
	struct val	*clk = noted_of(noted, now->id), *one = val_get(clk, clock->name);

	if (one == NULL) {
		if (clk == NULL || !val_put(clk, clock->name, val_map()))
			return false;
		one = val_get(clk, clock->name);
		if (entry(clock, was) != NULL && !val_put(one, "was", val_dup(entry(clock, was))))
			return false;
	}
	return val_put(one, "now", val_int(due_since(clock, now)));
}

/* A change acted upon is noted also where the day is the same: when it goes back on another, that is no change to act upon. */
static bool
note(const struct rec *was, const struct rec *now, struct val *noted)
{
	for (size_t i = 0; i < now->book->nclocks; i++) {
		const struct clock	*clock = &now->book->clocks[i];

		if (val_same(entry(clock, was), entry(clock, now)) && (clock->due != DUE_CHANGE || !differs(clock, was, now)))
			continue;
		if (!note_clock(clock, was, now, noted))
			return false;
	}
	return true;
}

/* The day a duty to act upon changes counts from stays, and who knows of it. */
static bool
unchanged(const struct rec *old, struct rec *now)
{
	for (size_t i = 0; i < now->book->nclocks; i++) {
		const struct clock	*clock = &now->book->clocks[i];
		int			 day = due_since(clock, old);

		if (clock->due != DUE_CHANGE || !holds(clock, now))
			continue;
		if (day != due_since(clock, now) && !keep(now, clock, "since", day))
			return false;
		if (!know_again(clock, entry(clock, old), now))
			return false;
	}
	return true;
}

bool
due_apart(const struct due_learning *how, uint64_t id)
{
	return how != NULL && (how->apart[0] == id || how->apart[1] == id);
}

bool
due_settle_learnt(const struct rec *old, struct rec *now, int today, const struct due_learning *how)
{
	if (!due_settle(old, now, today) || (how != NULL && how->merging && !unchanged(old, now)))
		return false;
	return how == NULL || how->noted == NULL || note(old, now, how->noted);
}

/* What another change began since goes on: that this one goes back is none. */
struct val *
due_standing(const struct val *one, const struct rec *rec)
{
	struct val	*out = val_map();
	bool		 ok = out != NULL;

	for (size_t i = 0; ok && i < rec->book->nclocks; i++) {
		const struct clock	*clock = &rec->book->clocks[i];
		const struct val	*noted = val_get(val_get(one, "clk"), clock->name), *back;
		bool			 stands = due_since(clock, rec) == (int)val_get_num(noted, "now", 0);

		if (noted == NULL || (!stands && clock->due != DUE_CHANGE))
			continue;
		back = stands ? val_get(noted, "was") : entry(clock, rec);
		ok = val_put(out, clock->name, back != NULL ? val_dup(back) : val_map());
	}
	if (ok)
		return out;
	val_free(out);
	return NULL;
}

bool
due_give_back(struct rec *now, const struct val *standing)
{
	for (size_t i = 0; i < now->book->nclocks; i++) {
		const struct clock	*clock = &now->book->clocks[i];
		const struct val	*then = val_get(standing, clock->name);
		int			 day = (int)val_get_num(then, "since", 0);

		if (then == NULL || !holds(clock, now))
			continue;
		if ((clock->due == DUE_CHANGE || day != 0) && day != due_since(clock, now) && !keep(now, clock, "since", day))
			return false;
		settle_ack(clock, now);
		if (!know_again(clock, then, now))
			return false;
	}
	return true;
}

const struct val *
due_ack(const struct clock *clock, const struct rec *rec)
{
	return val_get(entry(clock, rec), "ack");
}

bool
due_acknowledge(struct rec *rec, const struct clock *clock, const struct actor *actor, int64_t now, const char *note)
{
	struct val	*ack = val_map(), *one = entry_of(rec, clock);
	bool		 ok;

	ok = val_put(ack, "by", val_text(actor->user)) && val_put(ack, "name", val_text(actor->name)) &&
	    val_put(ack, "at", val_int(now)) && val_put(ack, "day", val_int(due_day(clock, rec))) &&
	    (note == NULL || val_put(ack, "note", val_text(note)));
	return val_put(one, "ack", ack) && ok;
}

static int
basis(const struct clock *clock, const struct rec *rec)
{
	int	 since = due_since(clock, rec), last = due_last(clock, rec);

	if (since == 0)
		since = changed_on(rec);
	return last > since ? last : since;
}

static const struct interval *
interval_of(const struct clock *clock, const struct rec *rec)
{
	const struct val	*v;

	if (clock->due != DUE_BY_CODE)
		return clock->nintervals > 0 ? &clock->intervals[0] : NULL;
	v = val_find(rec->fields, clock->field->path);
	for (size_t i = 0; val_str(v) != NULL && i < clock->nintervals; i++)
		if (strcmp(clock->intervals[i].code, val_str(v)) == 0)
			return &clock->intervals[i];
	return NULL;
}

/* Since when the date that is awaited is empty: the condition began, or it was given up. It is due the day before. */
static int
empty_since(const struct clock *clock, const struct rec *rec)
{
	int	 since = due_since(clock, rec), ended = 0;

	if (since == 0)
		since = changed_on(rec);
	if (clock->ended != NULL)
		ended = (int)val_num(val_find(rec->fields, clock->ended->path), 0);
	return ended > since ? ended : since;
}

/* Over once it was done on or after that date or the day it is due, whichever comes first. */
static int
due_on_field(const struct clock *clock, const struct rec *rec, const struct interval *in)
{
	int	 day = (int)val_num(val_find(rec->fields, clock->field->path), 0), due = 0;

	if (day != 0)
		due = civil_add(day, in->n, in->unit);
	else if (clock->empty_now)
		due = day = civil_add(empty_since(clock, rec), -1, 'd');
	return due_last(clock, rec) >= (day < due ? day : due) ? 0 : due;
}

static int
due_after_change(const struct clock *clock, const struct rec *rec, const struct interval *in)
{
	int	 since = due_since(clock, rec);

	return since == 0 || due_last(clock, rec) >= since ? 0 : civil_add(since, in->n, in->unit);
}

/* By the record itself, whatever the state of those above it. */
static int
due_day(const struct clock *clock, const struct rec *rec)
{
	const struct interval	*in = interval_of(clock, rec);

	if (!holds(clock, rec))
		return 0;
	if (clock->due == DUE_MONTH)
		return civil_month_end(civil_add(basis(clock, rec), 1, 'm'));
	if (in == NULL)
		return 0;
	if (clock->due == DUE_ON)
		return due_on_field(clock, rec, in);
	if (clock->due == DUE_CHANGE)
		return due_after_change(clock, rec, in);
	return civil_add(basis(clock, rec), in->n, in->unit);
}

/*
 * Deadlines of records under others end with these. The days they count from are kept, so that the past can be told, and they go
 * on when the parent comes back.
 */
int
due_on(const struct clock *clock, const struct rec *rec)
{
	return rec_parent_ended(rec) || rec_parent_hidden(rec) ? 0 : due_day(clock, rec);
}

enum due_from
due_counted_from(const struct clock *clock, const struct rec *rec, int *day)
{
	if (clock->due == DUE_ON) {
		if ((*day = (int)val_num(val_find(rec->fields, clock->field->path), 0)) != 0)
			return DUE_FROM_DATE;
		*day = empty_since(clock, rec);
		return DUE_FROM_EMPTY;
	}
	if (clock->due == DUE_CHANGE) {
		*day = due_since(clock, rec);
		return DUE_FROM_CHANGE;
	}
	*day = basis(clock, rec);
	return *day == due_last(clock, rec) ? DUE_FROM_LAST : DUE_FROM_SINCE;
}

const char *
due_from_name(enum due_from from)
{
	static const char *const	 names[] = { "since", "last", "change", "date", "empty" };

	return names[from];
}

int
due_told(const struct clock *clock, const struct role *role)
{
	if ((clock->by & ROLE_BIT(role)) != 0)
		return 0;
	for (size_t i = 0; i < clock->nladder; i++)
		if ((clock->ladder[i].to & ROLE_BIT(role)) != 0)
			return clock->ladder[i].after;
	return -1;
}
