#include "admin/demo/generate.h"

#include <stdlib.h>
#include <string.h>

#include "admin/admin.h"
#include "forms/citizen.h"

#define ROUNDS		40		/* of filling in and checking */
#define OPTIONAL	30		/* per cent: how often a field is filled in that is neither
					   required nor in the facts */

struct work {
	struct generator	*in;
	const struct book	*book;
	const char		*state;
	states_t		 start;		/* its bit; 0 where no state matters */
	struct val		*fields;
};

/* ---- values by type -------------------------------------------------------------------------- */

static struct val *
draw_text(struct work *w, const struct field *f)
{
	struct buf	 b = BUF_INIT;
	struct val	*v;
	size_t		 max = f->max_size != 0 ? f->max_size : f->type->max;

	buf_puts(&b, wordlist_pick(w->in->wordlist, "surname", w->in->rng));
	buf_puts(&b, wordlist_pick(w->in->wordlist, "parent-male", w->in->rng));
	while (type_text_chars(xtext(&b)) < f->min_size || f->unique) {
		buf_printf(&b, "%d", rng_between(w->in->rng, 0, 9));
		if (type_text_chars(xtext(&b)) >= f->min_size + 6)
			break;
	}
	while (max > 0 && b.n > 0 && type_text_chars(xtext(&b)) > max)
		b.p[--b.n] = '\0';
	v = val_text(xtext(&b));
	buf_free(&b);
	return v;
}

static struct val *
draw_long(struct work *w, const struct field *f)
{
	(void)f;
	return val_text(wordlist_pick(w->in->wordlist, "note", w->in->rng));
}

static struct val *
draw_number(struct work *w, const struct field *f)
{
	int64_t	 lo = f->has_min ? f->min_value : 0, hi = f->has_max ? f->max_value : lo + 99;

	return val_int(lo + (int64_t)rng_below(w->in->rng, (uint64_t)(hi > lo ? hi - lo : 0) + 1));
}

static struct val *
draw_date(struct work *w, const struct field *f)
{
	int	 lo = f->has_min ? civil_rel_on(&f->min_date, w->in->today) :
	    civil_add(w->in->today, -1, 'y');
	int	 hi = f->has_max ? civil_rel_on(&f->max_date, w->in->today) : w->in->today;

	if (f->has_max && !f->has_min)
		lo = civil_add(hi, -10, 'y');
	return val_int(civil_from_days(rng_between(w->in->rng, civil_days(lo), civil_days(hi))));
}

static const char *
draw_code(struct work *w, const struct field *f)
{
	const struct code	*c;
	int			 tries = 0;

	do
		c = &f->codes->at[rng_below(w->in->rng, f->codes->n)];
	while (c->retired != 0 && ++tries < ROUNDS);
	return c->code;
}

static struct val *
draw_choice(struct work *w, const struct field *f)
{
	return val_text(draw_code(w, f));
}

static struct val *
draw_many_of(struct work *w, const struct field *f)
{
	struct val	*list = xcheck(val_list());

	xadd(list, val_text(draw_code(w, f)));
	return list;
}

static struct val *
draw_yes_no(struct work *w, const struct field *f)
{
	(void)f;
	return val_bool(rng_chance(w->in->rng, 50));
}

static struct val *
draw_area(struct work *w, const struct field *f)
{
	size_t	 n = areas_count(w->in->areas), at = (size_t)rng_below(w->in->rng, n + 1);

	if (w->in->own_area != NULL &&
	    (f->level == AREA_BAD || area_level(w->in->own_area) == f->level))
		return val_text(w->in->own_area);
	for (size_t i = 0; i < n; i++) {
		const char	*code = areas_code(w->in->areas, (at + i) % n);

		if (f->level == AREA_BAD || area_level(code) == f->level)
			return val_text(code);
	}
	return NULL;
}

static struct val *
draw_phone(struct work *w, const struct field *f)
{
	struct buf	 b = BUF_INIT;
	struct val	*v;

	(void)f;
	buf_printf(&b, "%s%04d", wordlist_pick(w->in->wordlist, "mobile", w->in->rng),
	    rng_between(w->in->rng, 0, 9999));
	v = val_text(xtext(&b));
	buf_free(&b);
	return v;
}

static struct val *
draw_citizen(struct work *w, const struct field *f)
{
	int		 birth = civil_from_days(civil_days(w->in->today) - rng_between(w->in->rng,
	    20 * 365, 70 * 365));
	struct buf	 b = BUF_INIT;
	struct val	*v;

	(void)f;
	buf_printf(&b, "%s%08d%03d", wordlist_pick(w->in->wordlist, "citizen-area", w->in->rng),
	    birth, rng_between(w->in->rng, 0, 999));
	buf_putc(&b, citizen_check_char(xtext(&b)));
	v = val_text(xtext(&b));
	buf_free(&b);
	return v;
}

/*
 * Drawers for types whose values should differ from record to record. Links have none: existing
 * records are not known here, so the value of a required link cannot be invented.
 */
static const struct {
	const char	*type;
	struct val	*(*draw)(struct work *, const struct field *);
} drawers[] = {
	{ "text",		draw_text },
	{ "long",		draw_long },
	{ "number",		draw_number },
	{ "date",		draw_date },
	{ "choice",		draw_choice },
	{ "many-of",		draw_many_of },
	{ "yes-no",		draw_yes_no },
	{ "area",		draw_area },
	{ "phone",		draw_phone },
	{ "citizen-number",	draw_citizen },
};

/* A type without a row has the value of its example. */
static struct val *
draw_one(struct work *w, const struct field *f)
{
	const struct form_ctx	 ctx = { w->in->set, w->in->areas, w->in->today, LANG_ZH, false };
	struct problems		 ps = PROBLEMS_INIT;
	struct val		*v;

	for (size_t i = 0; i < sizeof drawers / sizeof *drawers; i++)
		if (type_is(f, drawers[i].type))
			return drawers[i].draw(w, f);
	if (f->type->example == NULL)
		return NULL;
	v = f->type->parse(f, f->path, f->type->example, &ctx, &ps);
	problems_free(&ps);
	return v;
}

/* NULL: there is no such value. */
static struct val *
draw(struct work *w, const struct field *f)
{
	struct val	*v = draw_one(w, f), *list;

	if (v == NULL || !f->many)
		return v;
	list = xcheck(val_list());
	xadd(list, v);
	return list;
}

/* ---- filling --------------------------------------------------------------------------------- */

static void	 fill_fields(struct work *, const struct field *, size_t, struct val *map);

static void
fill_instances(struct work *w, const struct field *f, struct val *map)
{
	struct val	*list = xcheck(val_list()), *one;

	for (size_t i = 0; i < (f->min_size > 1 ? f->min_size : 1); i++) {
		one = xcheck(val_map());
		fill_fields(w, f->fields, f->nfields, one);
		xadd(list, one);
	}
	xput(map, f->name, list);
}

static void
fill_group(struct work *w, const struct field *f, struct val *map, bool wanted)
{
	if (f->many) {
		if (wanted && val_len(val_get(map, f->name)) == 0)
			fill_instances(w, f, map);
		return;
	}
	if (val_get(map, f->name) == NULL)
		xput(map, f->name, val_map());
	fill_fields(w, f->fields, f->nfields, val_get(map, f->name));
}

/* A field without a fact gets its default; it is filled in after this, as in a save. */
static void
fill_field(struct work *w, const struct field *f, struct val *map)
{
	const struct pred_ctx	 ctx = { w->fields, f->group != NULL ? map : NULL, w->state,
	    w->in->today };
	const struct val	*fact = val_get(w->in->facts, f->path);
	struct val		*v;
	bool			 wanted;

	if (f->computed != COMPUTED_NO || (w->start & f->fixed) != 0 ||
	    (f->default_value != NULL && fact == NULL) || !check_shown(f, &ctx))
		return;
	wanted = check_required(f, &ctx) || rng_chance(w->in->rng, OPTIONAL);
	if (f->fields != NULL)
		fill_group(w, f, map, wanted);
	else if (!type_value_empty(val_get(map, f->name)))
		return;
	else if (fact != NULL && val_kind(fact) != VAL_NIL)
		xput(map, f->name, val_dup(fact));
	else if (fact == NULL && wanted && (v = draw(w, f)) != NULL)
		xput(map, f->name, v);
}

static void
fill_fields(struct work *w, const struct field *fields, size_t n, struct val *map)
{
	for (size_t i = 0; i < n; i++)
		fill_field(w, &fields[i], map);
}

/* ---- corrections ----------------------------------------------------------------------------- */

/* Removes the value at a path, and the fact it may have come from: the next round draws another. */
static void
forget(struct work *w, const char *path)
{
	const struct field	*f = book_field(w->book, path);
	const char		*dot = strrchr(path, '.');
	struct buf		 parent = BUF_INIT;

	val_drop(w->in->facts, f != NULL ? f->path : path);
	if (dot == NULL)
		val_drop(w->fields, path);
	else {
		buf_put(&parent, path, (size_t)(dot - path));
		if (val_kind(val_find(w->fields, xtext(&parent))) == VAL_MAP)
			val_drop(val_find(w->fields, xtext(&parent)), dot + 1);
	}
	buf_free(&parent);
}

static bool
put_right(struct work *w, const struct problems *ps, struct buf *why)
{
	bool	 clean = true;

	for (size_t i = 0; i < ps->n; i++) {
		if (ps->at[i].warn)
			continue;
		if (clean && why != NULL) {
			buf_reset(why);
			report_problem(&ps->at[i], w->in->set, w->book, why);
		}
		clean = false;
		if (ps->at[i].field != NULL)
			forget(w, ps->at[i].field);
	}
	return clean;
}

struct choosing {
	struct work		*w;
	const struct field	*chosen;
	int			 seen;
};

static void
choose_one(const struct field *f, void *arg)
{
	struct choosing	*c = arg;

	if (f->computed == COMPUTED_NO && rng_below(c->w->in->rng, (uint64_t)++c->seen) == 0)
		c->chosen = f;
}

/* A need that does not hold reads some fields: one of them is drawn again. */
static bool
meet_needs(struct work *w, const struct act *act, struct buf *why)
{
	const struct pred_ctx	 ctx = { w->fields, NULL, w->state, w->in->today };
	struct choosing		 c = { w, NULL, 0 };

	for (size_t i = 0; i < act->nneeds; i++) {
		if (pred_holds(act->needs[i].holds, &ctx))
			continue;
		if (why != NULL) {
			buf_reset(why);
			buf_puts(why, act->needs[i].say.en);
		}
		pred_fields(act->needs[i].holds, choose_one, &c);
		if (c.chosen != NULL)
			forget(w, c.chosen->path);
		return false;
	}
	return true;
}

static bool
settle(struct work *w, const struct act *const acts[], size_t nacts, struct buf *why)
{
	const struct form_ctx	 ctx = { w->in->set, w->in->areas, w->in->today, LANG_EN, false };
	struct problems		 ps = PROBLEMS_INIT;
	bool			 clean;

	for (size_t i = 0; i < w->book->npages; i++)
		fill_fields(w, w->book->pages[i].fields, w->book->pages[i].nfields, w->fields);
	if (!check_derive(w->book, w->fields, w->state, true, w->in->own_area, &ctx))
		xcheck(NULL);
	check_record(w->book, w->fields, w->state, &ctx, &ps);
	clean = put_right(w, &ps, why);
	problems_free(&ps);
	for (size_t i = 0; clean && i < nacts; i++)
		clean = meet_needs(w, acts[i], why);
	return clean;
}

/* Values that the daemon computes are not sent. */
static struct val *
without_computed(const struct book *book, struct val *fields)
{
	for (size_t i = 0; i < book->nall; i++)
		if (book->all[i]->computed != COMPUTED_NO && book->all[i]->group == NULL)
			val_drop(fields, book->all[i]->name);
	return fields;
}

struct val *
generate_record(struct generator *in, const struct book *book, const struct act *const acts[],
    size_t nacts, struct buf *why)
{
	struct work	 w = { in, book, book->start->name, STATE_BIT(book->start),
	    xcheck(val_map()) };

	for (int round = 0; round < ROUNDS; round++)
		if (settle(&w, acts, nacts, why))
			return without_computed(book, w.fields);
	val_free(w.fields);
	return NULL;
}

struct val *
generate_answers(struct generator *in, const struct book *book, const struct act *act,
    struct buf *why)
{
	const struct form_ctx	 ctx = { in->set, in->areas, in->today, LANG_EN, false };
	struct work		 w = { in, book, NULL, 0, xcheck(val_map()) };
	struct problems		 ps = PROBLEMS_INIT;
	bool			 clean = false;

	for (int round = 0; !clean && round < ROUNDS; round++) {
		fill_fields(&w, act->ask, act->nask, w.fields);
		for (size_t i = 0; i < act->nask; i++)
			if (act->ask[i].default_value != NULL &&
			    val_get(w.fields, act->ask[i].name) == NULL)
				xput(w.fields, act->ask[i].name, type_is(&act->ask[i], "date") ?
				    val_int(in->today) :
				    type_literal(&act->ask[i], act->ask[i].default_value));
		check_fields(act->ask, act->nask, w.fields, &ctx, &ps);
		clean = put_right(&w, &ps, why);
		problems_free(&ps);
		ps = (struct problems)PROBLEMS_INIT;
	}
	if (clean)
		return w.fields;
	val_free(w.fields);
	return NULL;
}

/* ---- gaps and remarks ------------------------------------------------------------------------ */

static bool
may_change(const struct field *f, const struct val *fields)
{
	return (type_is(f, "phone") || type_is(f, "long")) && !f->many &&
	    f->computed == COMPUTED_NO &&
	    (f->group == NULL || !f->group->many) && !type_value_empty(val_find(fields, f->path));
}

const struct field *
generate_pick_changeable(struct generator *in, const struct book *book, const struct val *fields)
{
	const struct field	*f = NULL;
	int			 seen = 0;

	for (size_t i = 0; i < book->nall; i++)
		if (may_change(book->all[i], fields) && rng_below(in->rng, (uint64_t)++seen) == 0)
			f = book->all[i];
	return f;
}

struct val *
generate_change(struct generator *in, const struct book *book, const struct field *f,
    struct val *fields)
{
	struct work	 w = { in, book, NULL, 0, fields };
	struct val	*set, *v;

	if (!may_change(f, fields))
		return NULL;
	v = xcheck(draw(&w, f));
	set = xcheck(val_map());
	if (!val_set(set, f->path, xcheck(val_dup(v))) || !val_set(fields, f->path, v))
		xcheck(NULL);
	return set;
}

/* A record with gaps stays one only when a value is removed that is not required at once. */
void
generate_gaps(struct generator *in, const struct book *book, struct val *fields)
{
	int	 n = rng_between(in->rng, 2, 8);

	for (int tries = 0; n > 0 && tries < 200; tries++) {
		const struct field	*f = book->all[rng_below(in->rng, book->nall)];

		if (f->group != NULL || f->required == REQUIRED_NO ||
		    f->required == REQUIRED_FIRST ||
		    f->default_value != NULL || val_get(fields, f->name) == NULL)
			continue;
		val_drop(fields, f->name);
		n--;
	}
}

const struct field *
generate_pick_field(struct generator *in, const struct book *book, const struct val *fields)
{
	for (int tries = 0; tries < 200; tries++) {
		const struct field	*f = book->all[rng_below(in->rng, book->nall)];

		if (f->fields == NULL && f->computed == COMPUTED_NO &&
		    strchr(f->path, '*') == NULL && !type_value_empty(val_find(fields, f->path)))
			return f;
	}
	return NULL;
}
