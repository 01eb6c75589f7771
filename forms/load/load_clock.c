#include "forms/load/load.h"

#include <stdlib.h>
#include <string.h>

bool
load_clock_interval(struct load *b, const struct val *v, struct interval *out)
{
	const char	*s = val_str(v);
	char		*end;
	long		 n = s != NULL ? strtol(s, &end, 10) : 0;

	if (s == NULL || end == s || strchr("dwmy", *end) == NULL || *end == '\0' ||
	    end[1] != '\0' || n < -3650 || n > 3650) {
		load_error(b, v, "an interval is written 7d, 2w, 3m or 1y");
		return false;
	}
	out->n = (int)n;
	out->unit = *end;
	return true;
}

/* {field: grade, high: 7d, medium: 30d, low: 90d} */
static void
parse_by_code(struct load *b, struct clock *clock, const struct val *v)
{
	const char	*name = val_get_str(v, "field");

	clock->kind = CLOCK_BY_CODE;
	if (name == NULL || (clock->field = book_field(clock->book, name)) == NULL ||
	    !type_is(clock->field, "choice")) {
		load_error(b, v, "every: field must name a choice of %s", clock->book->name);
		return;
	}
	if ((clock->intervals = load_alloc(b, val_len(v), sizeof *clock->intervals)) == NULL)
		return;
	for (size_t i = 0; i < val_len(v); i++) {
		struct interval	*in = &clock->intervals[clock->nintervals];

		if (strcmp(val_key(v, i), "field") == 0)
			continue;
		in->code = val_key(v, i);
		if (clock->field->codes != NULL &&
		    codes_find(clock->field->codes, in->code) == NULL)
			load_error(b, val_value(v, i), "every: %s is no code of %s", in->code,
			    clock->field->path);
		if (load_clock_interval(b, val_value(v, i), in))
			clock->nintervals++;
	}
	for (size_t i = 0; clock->field->codes != NULL && i < clock->field->codes->n; i++) {
		const char	*code = clock->field->codes->at[i].code;

		if (val_get(v, code) == NULL)
			load_error(b, v, "every: code %s of %s has no interval", code,
			    clock->field->path);
	}
}

/* One interval that may be negative. */
static void
parse_ahead(struct load *b, struct clock *clock, const struct val *v, const char *key)
{
	clock->kind = CLOCK_EVERY;
	if ((clock->intervals = load_alloc(b, 1, sizeof *clock->intervals)) != NULL &&
	    load_clock_interval(b, v, clock->intervals)) {
		clock->nintervals = 1;
		if (clock->intervals->n < 1)
			load_error(b, v, "%s must be at least one day", key);
	}
}

static void
parse_every(struct load *b, struct clock *clock, const struct val *v)
{
	if (val_kind(v) == VAL_MAP)
		parse_by_code(b, clock, v);
	else if (val_str(v) != NULL && strcmp(val_str(v), "month") == 0)
		clock->kind = CLOCK_MONTH;
	else
		parse_ahead(b, clock, v, "every");
}

static const struct field *
date_named(struct load *b, const struct clock *clock, const struct val *v, const char *key)
{
	const char		*name = val_get_str(v, key);
	const struct field	*f = name != NULL ? book_field(clock->book, name) : NULL;

	if (f != NULL && type_is(f, "date") && f->group == NULL)
		return f;
	load_error(b, v, "on: %s must name a date of %s outside groups", key, clock->book->name);
	return NULL;
}

/*
 * {field: until, offset: -30d}; with empty: now, an empty date is itself what is awaited, since the
 * day it was given up where a field says so (empty-since).
 */
static void
parse_on_field(struct load *b, struct clock *clock, const struct val *v)
{
	const char	*empty = load_text(b, v, "empty", NULL);

	clock->kind = CLOCK_ON;
	clock->field = date_named(b, clock, v, "field");
	clock->empty_now = empty != NULL && strcmp(empty, "now") == 0;
	if (empty != NULL && !clock->empty_now)
		load_error(b, val_get(v, "empty"), "on: empty must be now");
	if (val_get(v, "empty-since") != NULL) {
		clock->empty_since = date_named(b, clock, v, "empty-since");
		if (!clock->empty_now)
			load_error(b, v,
			    "on: empty-since is the day since which the date is empty; it needs empty: now");
	}
	if ((clock->intervals = load_alloc(b, 1, sizeof *clock->intervals)) == NULL)
		return;
	clock->intervals[0] = (struct interval){ NULL, 0, 'd' };
	clock->nintervals = 1;
	if (val_get(v, "offset") != NULL)
		load_clock_interval(b, val_get(v, "offset"), clock->intervals);
}

static const struct field *
changing(struct load *b, const struct clock *clock, const struct val *at, const char *name)
{
	const struct field	*f = name != NULL ? book_field(clock->book, name) : NULL;

	if (f != NULL && !type_is_virtual(f) && (f->group == NULL || !f->group->many))
		return f;
	load_error(b, at,
	    "on: change names \"%s\", which is no stored field of %s, or is in a repeating group",
	    name != NULL ? name : "?", clock->book->name);
	return NULL;
}

/* {change: [residence, guardian], offset: 7d} */
static void
parse_on_change(struct load *b, struct clock *clock, const struct val *v)
{
	const struct val	*names = val_get(v, "change"), *offset = val_get(v, "offset");

	parse_ahead(b, clock, offset != NULL ? offset : v, "offset");
	clock->kind = CLOCK_CHANGE;
	if (val_get(v, "field") != NULL || val_get(v, "empty") != NULL ||
	    val_get(v, "empty-since") != NULL)
		load_error(b, v, "on needs either a field or a change");
	if (load_item_count(names) == 0)
		load_error(b, v, "on: change names no field");
	if ((clock->changes = load_alloc(b, load_item_count(names), sizeof *clock->changes)) ==
	    NULL)
		return;
	for (size_t i = 0; i < load_item_count(names); i++)
		if ((clock->changes[clock->nchanges] = changing(b, clock, names,
		    val_str(load_item(names, i)))) != NULL)
			clock->nchanges++;
}

static void
parse_on(struct load *b, struct clock *clock, const struct val *v)
{
	static const char *const	 keys[] = { "field", "offset", "empty", "empty-since",
	    "change", NULL };

	if (!load_check_keys(b, v, "on", keys))
		clock->kind = CLOCK_ON;
	else if (val_get(v, "change") != NULL)
		parse_on_change(b, clock, v);
	else
		parse_on_field(b, clock, v);
}

static void
parse_shown_ahead(struct load *b, struct clock *clock, const struct val *v)
{
	struct interval	 in = { NULL, 0, 'd' };

	if (v == NULL || !load_clock_interval(b, v, &in))
		return;
	if (in.unit != 'd' || in.n < 1 || in.n > 366)
		load_error(b, v, "ahead is written in days, 1d to 366d");
	clock->ahead = in.n;
}

static void
parse_done(struct load *b, struct clock *clock, const struct val *v)
{
	static const char *const	 keys[] = { "book", "where", NULL };
	const char			*name = val_get_str(v, "book");

	if (v == NULL || !load_check_keys(b, v, "done", keys))
		return;
	if (name == NULL || (clock->done = set_book(b->set, name)) == NULL)
		load_error(b, v, "done: there is no book \"%s\"", name != NULL ? name : "?");
	else if (clock->done->under == NULL || clock->done->under->link_book != clock->book)
		load_error(b, v, "done: book %s is not under %s", name, clock->book->name);
	else
		clock->done_where = load_pred(b, val_get(v, "where"), clock->done, NULL);
	if (clock->done_where == NULL)
		return;
	if (pred_uses_today(clock->done_where))
		load_error(b, v, "done: where depends on the day");
	load_rollup_refuse_chain(b, v, "done", clock->done_where);
}

/* escalation: [{overdue: 3d, notify: ROLE}], in the order of days. */
static void
parse_escalation(struct load *b, struct clock *clock, const struct val *list)
{
	static const char *const	 keys[] = { "overdue", "notify", NULL };

	if (list == NULL)
		return;
	if (val_kind(list) != VAL_LIST) {
		load_error(b, list,
		    "escalation must be a list of {overdue: 3d, notify: supervisor}");
		return;
	}
	if ((clock->escalation = load_alloc(b, val_len(list), sizeof *clock->escalation)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		const struct val	*v = val_at(list, i);
		struct interval		 in = { NULL, 0, 'd' };
		struct escalation_step		*escalation_step =
		    &clock->escalation[clock->nescalation];

		if (!load_check_keys(b, v, "an escalation step", keys) ||
		    !load_clock_interval(b, val_get(v, "overdue"), &in))
			continue;
		if (in.unit != 'd' || in.n < 1)
			load_error(b, v, "overdue is written in days, at least 1d");
		escalation_step->overdue = in.n;
		if ((escalation_step->notify = load_role_mask(b, v, "notify", 0)) == 0)
			load_error(b, v, "an escalation step needs the roles to notify (notify)");
		if (clock->nescalation > 0 &&
		    escalation_step->overdue <= escalation_step[-1].overdue)
			load_error(b, v, "escalation steps come in the order of their days");
		clock->nescalation++;
	}
}

/* Roles that are notified must be able to open the record. */
static void
check_notified(struct load *b, const struct clock *clock, const struct val *at)
{
	roles_t	 notified = clock->by;

	for (size_t i = 0; i < clock->nescalation; i++)
		notified |= clock->escalation[i].notify;
	for (size_t i = 0; i < b->set->nroles; i++)
		if ((notified & ROLE_BIT(&b->set->roles[i])) != 0 &&
		    clock->book->see[i].reach == REACH_NONE)
			load_error(b, at, "clock %s notifies %s, who may not see %s", clock->name,
			    b->set->roles[i].name, clock->book->name);
}

static struct pred *
parse_timeless(struct load *b, const struct val *body, const char *key, const struct book *book)
{
	struct pred	*p = load_pred(b, val_get(body, key), book, NULL);

	if (p != NULL && pred_uses_today(p))
		load_error(b, val_get(body, key),
		    "%s depends on the day; a deadline begins and ends with a save only", key);
	return p;
}

/*
 * every: repeats, each time done by a child record. within: once, this long after the condition
 * began; a change of the record that ends the condition does it. on: relative to a date in the
 * record.
 */
static void
parse_when_due(struct load *b, struct clock *clock, const struct val *body)
{
	const struct val	*every = val_get(body, "every"), *within = val_get(body, "within"),
	    *on = val_get(body, "on");

	if ((every != NULL) + (within != NULL) + (on != NULL) != 1)
		load_error(b, body, "clock %s must say one of every, within and on", clock->name);
	else if (every != NULL)
		parse_every(b, clock, every);
	else if (within != NULL)
		parse_ahead(b, clock, within, "within");
	else
		parse_on(b, clock, on);
	if (every != NULL && val_get(body, "done") == NULL)
		load_error(b, body, "clock %s is never done (done: {book: ...})", clock->name);
	if (within != NULL && val_get(body, "done") != NULL)
		load_error(b, body,
		    "clock %s: within ends by a change of the record, not by another (done)",
		    clock->name);
	if ((within != NULL || (clock->kind == CLOCK_CHANGE && val_get(body, "done") == NULL)) &&
	    clock->when == NULL)
		load_error(b, body, "clock %s never ends (when)", clock->name);
}

/* One clock: when it runs, when it is due, who does it, and who is notified. */
static void
parse_clock(struct load *b, struct clock *clock, const struct val *body)
{
	static const char *const	 keys[] = { "label", "source", "when", "paused", "every",
	    "within", "on", "done", "by",
	    "escalation", "priority", "local", "area", "ahead", NULL };

	if (!load_check_keys(b, body, "a clock", keys))
		return;
	load_required_label(b, body, clock->name, &clock->label);
	clock->source = load_text(b, body, "source", "");
	clock->when = parse_timeless(b, body, "when", clock->book);
	clock->paused = parse_timeless(b, body, "paused", clock->book);
	parse_when_due(b, clock, body);
	parse_done(b, clock, val_get(body, "done"));
	clock->area = load_book_area_field(b, clock->book, val_get(body, "area"));
	if (clock->area != NULL && clock->area->many && clock->kind == CLOCK_MONTH)
		load_error(b, val_get(body, "area"),
		    "area: %s has several values; a clock of every month lies in one place",
		    clock->area->path);
	if ((clock->by = load_role_mask(b, body, "by", 0)) == 0)
		load_error(b, body, "clock %s has no role that does the task (by)", clock->name);
	parse_escalation(b, clock, val_get(body, "escalation"));
	check_notified(b, clock, body);
	clock->priority = (int)val_get_num(body, "priority", 5);
	if (clock->priority < 1 || clock->priority > 9)
		load_error(b, body, "priority must be 1 (first) to 9");
	clock->local = load_bool(b, body, "local", false);
	parse_shown_ahead(b, clock, val_get(body, "ahead"));
}

void
load_clocks_resolve(struct load *b, struct book *book, const struct val *list)
{
	const struct val	*body;
	const char		*name;

	if (list == NULL)
		return;
	if (val_kind(list) != VAL_LIST) {
		load_error(b, list, "clocks must be a list (- name: {...})");
		return;
	}
	if ((book->clocks = load_alloc(b, val_len(list), sizeof *book->clocks)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		if (!load_named_item(b, val_at(list, i), &name, &body))
			continue;
		if (book_clock(book, name) != NULL)
			load_error(b, body, "there are two clocks \"%s\"", name);
		struct clock	*clock = &book->clocks[book->nclocks];

		clock->name = name;
		clock->book = book;
		clock->index = (unsigned)book->nclocks++;
		parse_clock(b, clock, body);
	}
}
