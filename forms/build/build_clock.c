#include "forms/build/build.h"

#include <stdlib.h>
#include <string.h>

bool
take_interval(struct build *b, const struct val *v, struct interval *out)
{
	const char	*s = val_str(v);
	char		*end;
	long		 n = s != NULL ? strtol(s, &end, 10) : 0;

	if (s == NULL || end == s || strchr("dwmy", *end) == NULL || *end == '\0' || end[1] != '\0' || n < -3650 || n > 3650) {
		complain(b, v, "an interval is written 7d, 2w, 3m or 1y");
		return false;
	}
	out->n = (int)n;
	out->unit = *end;
	return true;
}

/* {by: grade, high: 7d, medium: 30d, low: 90d} */
static void
take_by_code(struct build *b, struct clock *clock, const struct val *v)
{
	const char	*name = val_get_str(v, "by");

	clock->due = DUE_BY_CODE;
	if (name == NULL || (clock->field = book_field(clock->book, name)) == NULL || !type_is(clock->field, "choice")) {
		complain(b, v, "every: by must name a choice of %s", clock->book->name);
		return;
	}
	if ((clock->intervals = build_alloc(b, val_len(v), sizeof *clock->intervals)) == NULL)
		return;
	for (size_t i = 0; i < val_len(v); i++) {
		struct interval	*in = &clock->intervals[clock->nintervals];

		if (strcmp(val_key(v, i), "by") == 0)
			continue;
		in->code = val_key(v, i);
		if (clock->field->codes != NULL && codes_find(clock->field->codes, in->code) == NULL)
			complain(b, val_value(v, i), "every: %s is no code of %s", in->code, clock->field->path);
		if (take_interval(b, val_value(v, i), in))
			clock->nintervals++;
	}
	for (size_t i = 0; clock->field->codes != NULL && i < clock->field->codes->n; i++) {
		const char	*code = clock->field->codes->at[i].code;

		if (val_get(v, code) == NULL)
			complain(b, v, "every: code %s of %s has no interval", code, clock->field->path);
	}
}

/* One interval that looks ahead. */
static void
take_ahead(struct build *b, struct clock *clock, const struct val *v, const char *key)
{
	clock->due = DUE_EVERY;
	if ((clock->intervals = build_alloc(b, 1, sizeof *clock->intervals)) != NULL &&
	    take_interval(b, v, clock->intervals)) {
		clock->nintervals = 1;
		if (clock->intervals->n < 1)
			complain(b, v, "%s must be at least one day", key);
	}
}

static void
take_every(struct build *b, struct clock *clock, const struct val *v)
{
	if (val_kind(v) == VAL_MAP)
		take_by_code(b, clock, v);
	else if (val_str(v) != NULL && strcmp(val_str(v), "month") == 0)
		clock->due = DUE_MONTH;
	else
		take_ahead(b, clock, v, "every");
}

static const struct field *
date_named(struct build *b, const struct clock *clock, const struct val *v, const char *key)
{
	const char		*name = val_get_str(v, key);
	const struct field	*f = name != NULL ? book_field(clock->book, name) : NULL;

	if (f != NULL && type_is(f, "date") && f->group == NULL)
		return f;
	complain(b, v, "on: %s must name a date of %s outside groups", key, clock->book->name);
	return NULL;
}

/*
 * {field: until, by: -30d}; with empty: now the date itself is what is awaited while there is none, since it was given up
 * where a date says when (ended).
 */
static void
take_on_field(struct build *b, struct clock *clock, const struct val *v)
{
	const char	*empty = take_text(b, v, "empty", NULL);

	clock->due = DUE_ON;
	clock->field = date_named(b, clock, v, "field");
	clock->empty_now = empty != NULL && strcmp(empty, "now") == 0;
	if (empty != NULL && !clock->empty_now)
		complain(b, val_get(v, "empty"), "on: empty must be now");
	if (val_get(v, "ended") != NULL) {
		clock->ended = date_named(b, clock, v, "ended");
		if (!clock->empty_now)
			complain(b, v, "on: ended tells since when the date is empty, and goes with empty: now");
	}
	if ((clock->intervals = build_alloc(b, 1, sizeof *clock->intervals)) == NULL)
		return;
	clock->intervals[0] = (struct interval){ NULL, 0, 'd' };
	clock->nintervals = 1;
	if (val_get(v, "by") != NULL)
		take_interval(b, val_get(v, "by"), clock->intervals);
}

static const struct field *
changing(struct build *b, const struct clock *clock, const struct val *at, const char *name)
{
	const struct field	*f = name != NULL ? book_field(clock->book, name) : NULL;

	if (f != NULL && !field_live(f) && (f->group == NULL || !f->group->many))
		return f;
	complain(b, at, "on: change names \"%s\", which is no field that %s keeps, or stands in what repeats",
	    name != NULL ? name : "?", clock->book->name);
	return NULL;
}

/* {change: [residence, guardian], by: 7d} */
static void
take_on_change(struct build *b, struct clock *clock, const struct val *v)
{
	const struct val	*names = val_get(v, "change"), *by = val_get(v, "by");

	take_ahead(b, clock, by != NULL ? by : v, "by");
	clock->due = DUE_CHANGE;
	if (val_get(v, "field") != NULL || val_get(v, "empty") != NULL || val_get(v, "ended") != NULL)
		complain(b, v, "on says either a field or a change");
	if (items_of(names) == 0)
		complain(b, v, "on: change names no field");
	if ((clock->changes = build_alloc(b, items_of(names), sizeof *clock->changes)) == NULL)
		return;
	for (size_t i = 0; i < items_of(names); i++)
		if ((clock->changes[clock->nchanges] = changing(b, clock, names, val_str(item_of(names, i)))) != NULL)
			clock->nchanges++;
}

static void
take_on(struct build *b, struct clock *clock, const struct val *v)
{
	static const char *const	 keys[] = { "field", "by", "empty", "ended", "change", NULL };

	if (!known_keys(b, v, "on", keys))
		clock->due = DUE_ON;
	else if (val_get(v, "change") != NULL)
		take_on_change(b, clock, v);
	else
		take_on_field(b, clock, v);
}

static void
take_shown_ahead(struct build *b, struct clock *clock, const struct val *v)
{
	struct interval	 in = { NULL, 0, 'd' };

	if (v == NULL || !take_interval(b, v, &in))
		return;
	if (in.unit != 'd' || in.n < 1 || in.n > 366)
		complain(b, v, "ahead is written in days, 1d to 366d");
	clock->ahead = in.n;
}

static void
take_done(struct build *b, struct clock *clock, const struct val *v)
{
	static const char *const	 keys[] = { "book", "where", NULL };
	const char			*name = val_get_str(v, "book");

	if (v == NULL || !known_keys(b, v, "done", keys))
		return;
	if (name == NULL || (clock->done = set_book(b->set, name)) == NULL)
		complain(b, v, "done: there is no book \"%s\"", name != NULL ? name : "?");
	else if (clock->done->under == NULL || clock->done->under->to != clock->book)
		complain(b, v, "done: book %s does not stand under %s", name, clock->book->name);
	else
		clock->done_where = take_pred(b, val_get(v, "where"), clock->done, NULL);
	if (clock->done_where == NULL)
		return;
	if (pred_uses_today(clock->done_where))
		complain(b, v, "done: where depends on the day");
	refuse_chain(b, v, "done", clock->done_where);
}

static void
take_ladder(struct build *b, struct clock *clock, const struct val *list)
{
	static const char *const	 keys[] = { "after", "to", NULL };

	if (list == NULL)
		return;
	if (val_kind(list) != VAL_LIST) {
		complain(b, list, "ladder must be a list of {after: 3d, to: supervisor}");
		return;
	}
	if ((clock->ladder = build_alloc(b, val_len(list), sizeof *clock->ladder)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		const struct val	*v = val_at(list, i);
		struct interval		 in = { NULL, 0, 'd' };
		struct rung		*rung = &clock->ladder[clock->nladder];

		if (!known_keys(b, v, "a rung", keys) || !take_interval(b, val_get(v, "after"), &in))
			continue;
		if (in.unit != 'd' || in.n < 1)
			complain(b, v, "after is written in days, at least 1d");
		rung->after = in.n;
		if ((rung->to = take_roles(b, v, "to", 0)) == 0)
			complain(b, v, "a rung says to whom it climbs (to)");
		if (clock->nladder > 0 && rung->after <= rung[-1].after)
			complain(b, v, "rungs come in the order of their days");
		clock->nladder++;
	}
}

/* Whoever is told of it must be able to open it. */
static void
check_told(struct build *b, const struct clock *clock, const struct val *at)
{
	roles_t	 told = clock->by;

	for (size_t i = 0; i < clock->nladder; i++)
		told |= clock->ladder[i].to;
	for (size_t i = 0; i < b->set->nroles; i++)
		if ((told & ROLE_BIT(&b->set->roles[i])) != 0 && clock->book->see[i].reach == REACH_NONE)
			complain(b, at, "clock %s tells %s, who may not see %s", clock->name, b->set->roles[i].name,
			    clock->book->name);
}

static struct pred *
take_timeless(struct build *b, const struct val *body, const char *key, const struct book *book)
{
	struct pred	*p = take_pred(b, val_get(body, key), book, NULL);

	if (p != NULL && pred_uses_today(p))
		complain(b, val_get(body, key), "%s depends on the day; a duty begins and ends by what is saved", key);
	return p;
}

/*
 * every: again and again, each time done by a record under this one. within: once, so long after the condition began, and
 * over when a change of the record ends that. on: by a date it gives.
 */
static void
take_when_due(struct build *b, struct clock *clock, const struct val *body)
{
	const struct val	*every = val_get(body, "every"), *within = val_get(body, "within"), *on = val_get(body, "on");

	if ((every != NULL) + (within != NULL) + (on != NULL) != 1)
		complain(b, body, "clock %s must say one of every, within and on", clock->name);
	else if (every != NULL)
		take_every(b, clock, every);
	else if (within != NULL)
		take_ahead(b, clock, within, "within");
	else
		take_on(b, clock, on);
	if (every != NULL && val_get(body, "done") == NULL)
		complain(b, body, "clock %s is never done (done: {book: ...})", clock->name);
	if (within != NULL && val_get(body, "done") != NULL)
		complain(b, body, "clock %s: within ends by a change of the record, not by another (done)", clock->name);
	if ((within != NULL || (clock->due == DUE_CHANGE && val_get(body, "done") == NULL)) && clock->when == NULL)
		complain(b, body, "clock %s never ends (when)", clock->name);
}

static void
take_clock(struct build *b, struct clock *clock, const struct val *body)
{
	static const char *const	 keys[] = { "label", "source", "when", "paused", "every", "within", "on", "done", "by",
	    "ladder", "weight", "setting", "area", "ahead", NULL };

	if (!known_keys(b, body, "a clock", keys))
		return;
	need_label(b, body, clock->name, &clock->label);
	clock->source = take_text(b, body, "source", "");
	clock->when = take_timeless(b, body, "when", clock->book);
	clock->paused = take_timeless(b, body, "paused", clock->book);
	take_when_due(b, clock, body);
	take_done(b, clock, val_get(body, "done"));
	clock->area = take_place(b, clock->book, val_get(body, "area"));
	if ((clock->by = take_roles(b, body, "by", 0)) == 0)
		complain(b, body, "clock %s is nobody's duty (by)", clock->name);
	take_ladder(b, clock, val_get(body, "ladder"));
	check_told(b, clock, body);
	clock->weight = (int)val_get_num(body, "weight", 5);
	if (clock->weight < 1 || clock->weight > 9)
		complain(b, body, "weight must be 1 (first) to 9");
	clock->setting = take_bool(b, body, "setting", false);
	take_shown_ahead(b, clock, val_get(body, "ahead"));
}

void
tie_clocks(struct build *b, struct book *book, const struct val *list)
{
	const struct val	*body;
	const char		*name;

	if (list == NULL)
		return;
	if (val_kind(list) != VAL_LIST) {
		complain(b, list, "clocks must be a list (- name: {...})");
		return;
	}
	if ((book->clocks = build_alloc(b, val_len(list), sizeof *book->clocks)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		if (!named_item(b, val_at(list, i), &name, &body))
			continue;
		if (book_clock(book, name) != NULL)
			complain(b, body, "there are two clocks \"%s\"", name);
		struct clock	*clock = &book->clocks[book->nclocks];

		clock->name = name;
		clock->book = book;
		clock->index = (unsigned)book->nclocks++;
		take_clock(b, clock, body);
	}
}
