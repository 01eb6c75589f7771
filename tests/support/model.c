#include "tests/support/model.h"

#include <string.h>

#include "forms/pred.h"
#include "forms/type/type.h"

/* ---- days, counted by hand ------------------------------------------------------------------- */

static int
last_of(int y, int m)
{
	static const int	 days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[m - 1] + (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
}

int
model_add_months(int day, int n)
{
	int	 m = day / 10000 * 12 + day / 100 % 100 - 1 + n, y = m / 12, dom = day % 100;

	m = m % 12 + 1;
	return y * 10000 + m * 100 + (dom < last_of(y, m) ? dom : last_of(y, m));
}

int
model_add_days(int day, int n)
{
	for (; n > 0; n--)
		day = day % 100 < last_of(day / 10000, day / 100 % 100) ? day + 1 :
		    model_add_months(day - day % 100 + 1, 1);
	for (; n < 0; n++)
		if (day % 100 > 1)
			day--;
		else {
			day = model_add_months(day, -1);
			day += last_of(day / 10000, day / 100 % 100) - 1;
		}
	return day;
}

int
model_month_end(int day)
{
	return day - day % 100 + last_of(day / 10000, day / 100 % 100);
}

static int
on(int day, const struct interval *in)
{
	switch (in->unit) {
	case 'd':
		return model_add_days(day, in->n);
	case 'w':
		return model_add_days(day, in->n * 7);
	case 'm':
		return model_add_months(day, in->n);
	default:
		return model_add_months(day, in->n * 12);
	}
}

/* ---- derived data ---------------------------------------------------------------------------- */

const struct rec *
model_find(const struct model_all *a, uint64_t id)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->at[i]->id == id)
			return a->at[i];
	return NULL;
}

uint64_t
model_parent_id(const struct rec *rec)
{
	const struct field	*f = rec->book->under;

	return f != NULL ? (uint64_t)val_get_num(rec->fields, f->name, 0) : 0;
}

int
model_day(const struct rec *rec)
{
	int	 day =
	    rec->book->date != NULL ? (int)val_get_num(rec->fields, rec->book->date->name, 0) : 0;

	return day != 0 ? day : civil_at(val_get_num(val_get(rec->env, "made"), "at", 0));
}

bool
model_fits(const struct pred *p, const struct rec *rec)
{
	const struct pred_ctx	 ctx = { rec->fields, NULL, rec->state->name, 0 };

	return pred_holds(p, &ctx);
}

bool
model_clock_runs(const struct clock *c, const struct rec *rec)
{
	return val_get(rec->env, "into") == NULL && model_fits(c->when, rec) &&
	    (c->paused == NULL || !model_fits(c->paused, rec));
}

static bool
changed(const struct clock *c, const struct rec *a, const struct rec *b)
{
	for (size_t i = 0; i < c->nchanges; i++)
		if (!val_same(val_find(a->fields, c->changes[i]->path),
			val_find(b->fields, c->changes[i]->path)))
			return true;
	return false;
}

int
model_clock_kept(const struct clock *c, const struct rec *rec, const char *what)
{
	return (int)val_get_num(val_get(val_get(rec->env, "clk"), c->name), what, 0);
}

int
model_clock_since(const struct clock *c, const struct rec *was, const struct rec *is, int today)
{
	bool	 held = was != NULL && model_clock_runs(c, was);

	if (!model_clock_runs(c, is))
		return 0;
	if (c->kind == CLOCK_CHANGE)
		return held && changed(c, was, is) ? today :
		    was != NULL ? model_clock_kept(c, was, "since") : 0;
	return held ? model_clock_kept(c, was, "since") : today;
}

int
model_clock_last(const struct clock *c, const struct rec *rec, const struct model_all *a)
{
	int	 last = 0;

	for (size_t i = 0; c->done != NULL && i < a->n; i++)
		if (a->at[i]->book == c->done && model_parent_id(a->at[i]) == rec->id &&
		    val_get(a->at[i]->env, "into") == NULL && model_fits(c->done_where, a->at[i]) &&
		    model_day(a->at[i]) > last)
			last = model_day(a->at[i]);
	return last;
}

static const struct interval *
interval_of(const struct clock *c, const struct rec *rec)
{
	const char	*code =
	    c->kind == CLOCK_BY_CODE ? val_str(val_find(rec->fields, c->field->path)) : NULL;

	if (c->kind != CLOCK_BY_CODE)
		return c->nintervals > 0 ? &c->intervals[0] : NULL;
	for (size_t i = 0; code != NULL && i < c->nintervals; i++)
		if (strcmp(c->intervals[i].code, code) == 0)
			return &c->intervals[i];
	return NULL;
}

int
model_clock_due(const struct clock *c, const struct rec *rec, int since, int last)
{
	const struct interval	*in = interval_of(c, rec);
	int			 from = last > since ? last : since, date, day;

	if (!model_clock_runs(c, rec) || (c->kind != CLOCK_MONTH && in == NULL))
		return 0;
	switch (c->kind) {
	case CLOCK_MONTH:
		day = model_add_months(from - from % 100 + 1, 1);
		return day + last_of(day / 10000, day / 100 % 100) - 1;
	case CLOCK_ON:
		date = (int)val_num(val_find(rec->fields, c->field->path), 0);
		if (date == 0 && !c->empty_now)
			return 0;
		if (date == 0 && c->empty_since != NULL &&
		    val_num(val_find(rec->fields, c->empty_since->path), 0) > since)
			since = (int)val_num(val_find(rec->fields, c->empty_since->path), 0);
		day = date != 0 ? on(date, in) : model_add_days(since, -1);
		date = date != 0 ? date : day;
		return last >= date || last >= day ? 0 : day;
	case CLOCK_CHANGE:
		return since == 0 || last >= since ? 0 : on(since, in);
	default:
		return on(from, in);
	}
}

/* ---- rollups --------------------------------------------------------------------------------- */

static void
add_targets(const struct val *v, void (*fn)(uint64_t, void *), void *arg)
{
	if (val_kind(v) == VAL_INT && val_num(v, 0) > 0)
		fn((uint64_t)val_num(v, 0), arg);
	for (size_t i = 0; val_kind(v) == VAL_LIST && i < val_len(v); i++)
		add_targets(val_at(v, i), fn, arg);
}

void
model_targets(const struct field *f, const struct val *fields, void (*fn)(uint64_t, void *),
    void *arg)
{
	const struct val	*group = f->group != NULL ? val_get(fields, f->group->name) : NULL;

	if (f->group == NULL)
		add_targets(val_get(fields, f->name), fn, arg);
	else if (!f->group->many)
		add_targets(val_get(group, f->name), fn, arg);
	for (size_t i = 0; f->group != NULL && f->group->many && i < val_len(group); i++)
		add_targets(val_get(val_at(group, i), f->name), fn, arg);
}

struct linking {
	uint64_t	 id;
	bool		 there;
};

static void
is_it(uint64_t target, void *arg)
{
	struct linking	*l = arg;

	l->there |= target == l->id;
}

static bool
counts_in(const struct rollup *t, const struct rec *rec, uint64_t id)
{
	struct linking	 l = { id, false };

	if (rec->book != t->book || val_get(rec->env, "into") != NULL || !model_fits(t->where, rec))
		return false;
	if (t->link == NULL)
		return model_parent_id(rec) == id;
	model_targets(t->link, rec->fields, is_it, &l);
	return l.there;
}

/* The value by which a record is chosen, NULL = empty. The latest record has the greatest day. */
static struct val *
rank_of(const struct rollup *t, const struct rec *rec)
{
	const struct val	*v = t->order_by != NULL ?
	    val_find(rec->fields, t->order_by->path) : NULL;

	if (t->kind == ROLLUP_LATEST || t->order_by == NULL)
		return val_int(model_day(rec));
	return type_value_empty(v) ? NULL : val_dup(v);
}

/* Ids rise in the order of creation, so of one day the newest record comes last. */
static bool
chosen_before(const struct rollup *t, const struct rec *best, const struct rec *rec)
{
	struct val	*a = rank_of(t, best), *b = rank_of(t, rec);
	int		 c = a != NULL && b != NULL ? val_cmp(b, a) : (b != NULL) - (a != NULL);

	if (t->kind == ROLLUP_LEAST && a != NULL && b != NULL)
		c = -c;
	val_free(a);
	val_free(b);
	return c > 0 || (c == 0 && model_day(rec) >= model_day(best));
}

struct val *
model_rollup(const struct rollup *t, uint64_t id, const struct model_all *a)
{
	const struct rec	*best = NULL;
	const struct val	*v;
	int64_t			 n = 0;

	for (size_t i = 0; i < a->n; i++) {
		if (!counts_in(t, a->at[i], id))
			continue;
		n++;
		if (best == NULL || chosen_before(t, best, a->at[i]))
			best = a->at[i];
	}
	if (t->link != NULL || t->kind == ROLLUP_COUNT || best == NULL)
		return n > 0 ? val_int(n) : NULL;
	v = t->field != NULL ? val_find(best->fields, t->field->path) : NULL;
	if (t->field == NULL)
		return val_int(model_day(best));
	return type_value_empty(v) ? NULL : val_dup(v);
}

