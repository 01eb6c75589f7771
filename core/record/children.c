#include "core/record/children.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/deadline.h"
#include "core/record/link.h"
#include "core/record/merge.h"
#include "forms/pred.h"
#include "forms/type/type.h"

int
child_day(const struct rec *rec)
{
	int	 day = rec->book->date != NULL ?
	    (int)val_get_num(rec->fields, rec->book->date->name, 0) : 0;

	return day != 0 ? day : civil_at(val_get_num(val_get(rec->env, "made"), "at", 0));
}

static uint64_t
parent_id(const struct rec *rec)
{
	return (uint64_t)val_get_num(rec->fields, rec->book->under->name, 0);
}

enum child_err
child_attach(struct core *core, struct store_txn *txn, const struct actor *actor,
    const struct rec *old, struct rec *now)
{
	struct rec	*parent = NULL;
	enum rec_err	 e;
	enum child_err	 u;

	if (now->book->under == NULL)
		return CHILD_OK;
	if (old != NULL && parent_id(old) != parent_id(now))
		return CHILD_MOVED;
	e = rec_get(core, txn, parent_id(now), &parent);
	/*
	 * the parent was merged after this record was begun: it becomes a child of the surviving
	 * one
	 */
	if (e == REC_OK && old == NULL && rec_merged(parent) &&
	    (e = merge_survivor(core, txn, &parent)) == REC_OK &&
	    !val_put(now->fields, now->book->under->name, val_int((int64_t)parent->id)))
		e = REC_SYS;
	if (e == REC_SYS || e == REC_BAD)
		u = CHILD_SYS;
	else if (e == REC_MISSING || parent->book != now->book->under->link_book ||
	    !access_allowed(actor, ACCESS_SEE, parent, NULL))
		u = CHILD_NO_PARENT;
	else
		u = rec_set_parent(now, parent) ? CHILD_OK : CHILD_SYS;
	rec_free(parent);
	return u;
}

bool
child_is_inherited(const struct book *book, const struct field *f)
{
	return f->initial == INITIAL_PARENT && f->group == NULL &&
	    (f->fixed & STATE_BIT(book->start)) != 0;
}

static bool
inherits_any(const struct book *book)
{
	for (size_t i = 0; book->under != NULL && i < book->nall; i++)
		if (child_is_inherited(book, book->all[i]))
			return true;
	return false;
}

enum store_err
child_inherit(struct core *core, struct store_txn *txn, const struct actor *actor, struct rec *now)
{
	struct rec	*parent = NULL;
	enum rec_err	 e;
	bool		 ok = true;

	if (!inherits_any(now->book))
		return STORE_OK;
	if ((e = rec_get(core, txn, parent_id(now), &parent)) == REC_SYS || e == REC_BAD)
		return e == REC_BAD ? STORE_BAD : STORE_SYS;
	if (parent != NULL && parent->book == now->book->under->link_book &&
	    access_allowed(actor, ACCESS_SEE, parent, NULL))
		for (size_t i = 0; ok && i < now->book->nall; i++) {
			const struct field	*f = now->book->all[i];
			const struct val	*v = child_is_inherited(now->book, f) ?
			    val_find(parent->fields, f->initial_source->path) : NULL;

			if (!type_value_empty(v) && access_see_field(actor, f->initial_source))
				ok = val_put(now->fields, f->name, val_dup(v));
		}
	rec_free(parent);
	return ok ? STORE_OK : STORE_SYS;
}

/* ---- reading the children of a record -------------------------------------------------------- */

struct each {
	child_fn	*fn;
	void		*arg;
};

#define CHILD_KEY	(4 + 8 + 4 + 8)		/* id, parent, day, record */

static bool
each_row(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct each	*e = arg;

	(void)p;
	(void)n;
	return klen != CHILD_KEY ||
	    e->fn(index_key_record(key, klen), (int)buf_get_u32((const char *)key + 12), e->arg);
}

enum store_err
child_each(struct core *core, struct store_txn *txn, const struct book *book, uint64_t parent,
    child_fn *fn, void *arg)
{
	struct each	 each = { fn, arg };
	struct buf	 lo = BUF_INIT, hi = BUF_INIT;
	enum store_err	 e = STORE_SYS;

	buf_put_u32(&lo, index_catalog_children(core->index_catalog, book)->id);
	buf_put_u64(&lo, parent);
	buf_put(&hi, lo.p, lo.n);
	index_key_end(&hi);
	if (!lo.bad && !hi.bad)
		e = store_scan(core->store, txn, STORE_IDX,
		    &(struct store_range){ .lo = lo.p, .lolen = lo.n, .hi = hi.p,
		    .hilen = hi.n, .reverse = true, .keys_only = true }, each_row, &each);
	buf_free(&lo);
	buf_free(&hi);
	return e;
}

/* ---- rollups --------------------------------------------------------------------------------- */

/*
 * One value that a parent keeps of its children in one book: the day on which a deadline was last
 * done, or a rollup field.
 */
struct rollup_result {
	const struct clock	*clock;		/* either this or field */
	const struct field	*field;
	struct val		*v;		/* owned; NULL = nothing */
	struct val		*rank;		/* owned; the value of rollup->order_by in the
						   chosen record; NULL = empty, or none is chosen */
	bool			 has_choice;	/* GREATEST, LEAST: a record is chosen */
	int			 until;	/* clock: what is done after that day does not count yet */
	int			 ahead;		/* clock: the first such day, 0 = none */
	bool			 complete;		/* older records cannot change it */
};

struct rollup_run {
	struct core		*core;
	struct store_txn	*txn;
	int			 today;
	struct rollup_result		*at;
	size_t			 n, unfinished;
	bool			 as_kept;	/* by the day on which the parent was updated, not
						   by today */
	const struct rec	*added;		/* a new record; all others are in the stored value.
						   NULL: all are read */
	enum store_err		 e;
};

static bool
rolls_up(const struct field *f, const struct book *book)
{
	return f->rollup != NULL && f->rollup->link == NULL && f->rollup->book == book;
}

static bool
feeds_parent(const struct book *book, const struct book *parent)
{
	for (size_t i = 0; i < parent->nclocks; i++)
		if (parent->clocks[i].done == book)
			return true;
	for (size_t i = 0; i < parent->nall; i++)
		if (rolls_up(parent->all[i], book))
			return true;
	return false;
}

/* Casefiles of a past day (no core) contain only what was entered by then, so every day counts. */
static int
counts_until(const struct rollup_run *l, const struct clock *clock, const struct rec *parent)
{
	if (l->core == NULL)
		return INT_MAX;
	return l->as_kept && deadline_ahead(clock, parent) != 0 ?
	    civil_add(deadline_ahead(clock, parent), -1, 'd') : l->today;
}

static bool
rollup_plan(struct rollup_run *l, const struct book *book, const struct rec *parent)
{
	const struct book	*of = parent->book;

	if ((l->at = calloc(of->nclocks + of->nall + 1, sizeof *l->at)) == NULL)
		return false;
	for (size_t i = 0; i < of->nclocks; i++)
		if (of->clocks[i].done == book)
			l->at[l->n++] = (struct rollup_result){ .clock = &of->clocks[i],
			    .until = counts_until(l, &of->clocks[i], parent) };
	for (size_t i = 0; i < of->nall; i++)
		if (rolls_up(of->all[i], book))
			l->at[l->n++].field = of->all[i];
	l->unfinished = l->n;
	return true;
}

static void
rollup_run_free(struct rollup_run *l)
{
	for (size_t i = 0; i < l->n; i++) {
		val_free(l->at[i].v);
		val_free(l->at[i].rank);
	}
	free(l->at);
}

/* The value of the field in one record, or its day (NULL field). NULL = empty, or memory. */
static struct val *
source_value(const struct field *f, const struct rec *rec, int day)
{
	const struct val	*v;

	if (f == NULL)
		return val_int(day);
	v = val_find(rec->fields, f->path);
	return type_value_empty(v) ? NULL : val_dup(v);
}

static void
set_result(struct rollup_result *l, struct val *v)
{
	val_free(l->v);
	l->v = v;
}

/*
 * Records come latest first, so that of equal ones the latest stays chosen. A record whose rank is
 * empty is chosen only while no other is.
 */
static bool
outranks(const struct rollup_result *l, const struct val *rank)
{
	int	 c;

	if (!l->has_choice || rank == NULL || l->rank == NULL)
		return !l->has_choice || (rank != NULL && l->rank == NULL);
	c = val_cmp(rank, l->rank);
	return l->field->rollup->kind == ROLLUP_GREATEST ? c > 0 : c < 0;
}

/*
 * The choice depends on the condition and the rank alone, so all rollup fields of one group choose
 * the same record.
 */
static void
rollup_add_field(struct rollup_result *l, const struct rec *rec, int day)
{
	const struct rollup	*t = l->field->rollup;
	struct val		*rank;

	if (t->kind == ROLLUP_COUNT) {
		set_result(l, val_int(val_num(l->v, 0) + 1));
		return;
	}
	if (t->kind == ROLLUP_LATEST) {
		set_result(l, source_value(t->field, rec, day));
		l->complete = true;
		return;
	}
	rank = source_value(t->order_by, rec, day);
	if (!outranks(l, rank)) {
		val_free(rank);
		return;
	}
	set_result(l, source_value(t->field, rec, day));
	val_free(l->rank);
	l->rank = rank;
	l->has_choice = true;
}

static bool
counted_already(const struct rollup_run *l, const struct rollup_result *one, const struct rec *rec)
{
	return l->added != NULL && one->field != NULL && one->field->rollup->kind == ROLLUP_COUNT &&
	    rec->id != l->added->id;
}

/*
 * Records come latest day first, so the last call with a day that does not count yet has the
 * earliest of these days.
 */
static void
rollup_add_done(struct rollup_result *one, int day)
{
	if (day > one->until) {
		one->ahead = day;
		return;
	}
	set_result(one, val_int(day));
	one->complete = true;
}

static void
rollup_add(struct rollup_run *l, const struct rec *rec, int day)
{
	const struct pred_ctx	 ctx = { rec->fields, NULL, rec->state->name, 0 };

	for (size_t i = 0; i < l->n; i++) {
		struct rollup_result	*one = &l->at[i];

		if (one->complete || counted_already(l, one, rec) ||
		    !pred_holds(one->clock != NULL ? one->clock->done_where :
		    one->field->rollup->where, &ctx))
			continue;
		if (one->clock != NULL)
			rollup_add_done(one, day);
		else
			rollup_add_field(one, rec, day);
		l->unfinished -= one->complete;
	}
}

static bool
rollup_each(uint64_t id, int day, void *arg)
{
	struct rollup_run	*l = arg;
	struct rec	*rec;

	if (rec_get(l->core, l->txn, id, &rec) != REC_OK) {
		l->e = STORE_BAD;
		return false;
	}
	if (!rec_merged(rec))
		rollup_add(l, rec, day);
	rec_free(rec);
	return l->unfinished > 0 && (l->added == NULL || id != l->added->id);
}

/*
 * A parent keeps the value, but not the rank of the record it came from; then all records must be
 * read again.
 */
static bool
ranked_by_another(const struct rollup_result *l)
{
	const struct rollup	*t = l->field != NULL ? l->field->rollup : NULL;

	return t != NULL && (t->kind == ROLLUP_GREATEST || t->kind == ROLLUP_LEAST) &&
	    t->order_by != t->field;
}

/*
 * The stored value is the result of all records before the new one; combines it with the new one.
 * False: memory.
 */
static bool
add_stored(struct rollup_result *l, const struct rec *parent)
{
	const struct val	*stored;
	enum rollup_kind		 kind;
	int			 c;

	if (l->complete)
		return true;
	if (l->clock != NULL) {
		if (deadline_ahead(l->clock, parent) > l->until &&
		    (l->ahead == 0 || deadline_ahead(l->clock, parent) < l->ahead))
			l->ahead = deadline_ahead(l->clock, parent);
		set_result(l, deadline_last(l->clock, parent) != 0 ?
		    val_int(deadline_last(l->clock, parent)) : NULL);
		return deadline_last(l->clock, parent) == 0 || l->v != NULL;
	}
	if ((stored = val_get(parent->fields, l->field->name)) == NULL)
		return true;
	kind = l->field->rollup->kind;
	c = l->v != NULL ? val_cmp(l->v, stored) : 0;
	if (kind == ROLLUP_COUNT)
		set_result(l, val_int(val_num(l->v, 0) + val_num(stored, 0)));
	else if (l->v == NULL || kind == ROLLUP_LATEST || (kind == ROLLUP_GREATEST ? c < 0 : c > 0))
		set_result(l, val_dup(stored));
	return l->v != NULL;
}

/*
 * Computes all rollups from one book in one scan, latest record first. The scan ends early when
 * only the latest records count, and at a new record. The caller calls rollup_run_free() in any
 * case.
 */
static enum store_err
rollup_compute(struct rollup_run *l, const struct book *book, const struct rec *parent)
{
	enum store_err	 e;

	if (!rollup_plan(l, book, parent))
		return STORE_SYS;
	for (size_t i = 0; i < l->n; i++)
		if (ranked_by_another(&l->at[i]))
			l->added = NULL;
	e = l->n > 0 ? child_each(l->core, l->txn, book, parent->id, rollup_each, l) : STORE_OK;
	for (size_t i = 0; e == STORE_OK && l->added != NULL && i < l->n; i++)
		if (!add_stored(&l->at[i], parent))
			e = STORE_SYS;
	return e != STORE_OK ? e : l->e;
}

static bool
is_stored(const struct rollup_result *l, const struct rec *parent)
{
	if (l->clock != NULL)
		return val_num(l->v, 0) == deadline_last(l->clock, parent) &&
		    l->ahead == deadline_ahead(l->clock, parent);
	return val_same(l->v, val_get(parent->fields, l->field->name));
}

static bool
store_result(struct rollup_result *l, struct rec *parent)
{
	struct val	*v = l->v;

	if (is_stored(l, parent))
		return true;
	if (l->clock != NULL)
		return deadline_set_ahead(parent, l->clock, l->ahead) &&
		    (val_num(v, 0) == deadline_last(l->clock, parent) ||
		    deadline_set_last(parent, l->clock, (int)val_num(v, 0)));
	l->v = NULL;
	if (v != NULL)
		return val_put(parent->fields, l->field->name, v);
	val_drop(parent->fields, l->field->name);
	return true;
}

static bool
rollup_store(struct rollup_run *l, struct rec *parent)
{
	for (size_t i = 0; i < l->n; i++)
		if (!store_result(&l->at[i], parent))
			return false;
	return true;
}

static enum store_err
rollup_book(const struct writer *w, const struct book *book, const struct rec *added,
    struct rec *parent)
{
	struct rollup_run	 l = { .core = w->core, .txn = w->txn, .today = w->today,
	    .added = added, .e = STORE_OK };
	enum store_err	 e = rollup_compute(&l, book, parent);

	if (e == STORE_OK && !rollup_store(&l, parent))
		e = STORE_SYS;
	rollup_run_free(&l);
	return e;
}

bool
child_rollup(const struct book *book, const struct rec *const *recs, size_t n, struct rec *parent)
{
	struct rollup_run	 l = { .e = STORE_OK };
	bool		 ok = rollup_plan(&l, book, parent);

	for (size_t i = 0; ok && i < n && l.unfinished > 0; i++)
		rollup_add(&l, recs[i], child_day(recs[i]));
	ok = ok && rollup_store(&l, parent);
	rollup_run_free(&l);
	return ok;
}

enum store_err
child_recompute_parent(const struct writer *w, const struct rec *was, struct rec *parent)
{
	const struct set	*set = w->core->set;
	enum store_err	 e = STORE_OK;

	for (size_t i = 0; e == STORE_OK && i < set->nbooks; i++)
		if (feeds_parent(&set->books[i], parent->book))
			e = rollup_book(w, &set->books[i], NULL, parent);
	if (e == STORE_OK)
		e = link_count(w->core, w->txn, parent);
	if (e == STORE_OK && !deadline_update(was, parent, w->today))
		e = STORE_SYS;
	if (e == STORE_OK && !val_same(was->env, parent->env))
		e = rec_put(w->txn, parent);
	return e;
}

static enum store_err
put_parent(const struct writer *w, const struct rec *old, struct rec *now,
    const struct deadline_change *how)
{
	enum store_err	 e;

	if (!deadline_update_derived(old, now, w->today, how))
		return STORE_SYS;
	e = index_put_derived(w->core, w->txn, old, now);
	return e == STORE_OK ? link_update_counts(w, old, now, how) : e;
}

enum store_err
child_update_parent(const struct writer *w, const struct rec *old, const struct rec *rec,
    const struct deadline_change *how)
{
	struct rec	*parent = NULL, *now = NULL;
	enum store_err	 e = STORE_SYS;

	if (rec->book->under == NULL || !feeds_parent(rec->book, rec->book->under->link_book) ||
	    deadline_excluded(how, parent_id(rec)))
		return STORE_OK;
	if (rec_get(w->core, w->txn, parent_id(rec), &parent) != REC_OK)
		return STORE_BAD;
	if ((now = rec_dup(parent)) != NULL &&
	    (e = rollup_book(w, rec->book, old == NULL ? rec : NULL, now)) == STORE_OK &&
	    !val_same(parent->env, now->env))
		e = put_parent(w, parent, now, how);
	rec_free(parent);
	rec_free(now);
	return e;
}

/* The part of the data kept of the parent that differs from the parent; NULL: it agrees. */
static const char *
parent_stale(struct core *core, const struct rec *rec)
{
	struct rec	*parent, *now = rec_dup(rec);
	const char	*what = "place";

	if (now != NULL && rec_get(core, NULL, parent_id(rec), &parent) == REC_OK) {
		if (rec_set_parent(now, parent) && strcmp(rec_area(parent), rec_area(rec)) == 0)
			what = val_same(val_get(rec->env, "up"), val_get(now->env, "up")) ? NULL :
			    "parent state";
		rec_free(parent);
	}
	rec_free(now);
	return what;
}

/*
 * The clock or field whose value does not follow from the records of a book; the book itself when
 * these cannot be read.
 */
static const char *
stale_rollup(struct core *core, const struct book *book, const struct rec *parent)
{
	struct rollup_run	 l = { .core = core, .today = env_today(core), .as_kept = true,
	    .e = STORE_OK };
	const char	*what = rollup_compute(&l, book, parent) == STORE_OK ? NULL : book->name;

	for (size_t i = 0; what == NULL && i < l.n; i++)
		if (!is_stored(&l.at[i], parent))
			what = l.at[i].clock != NULL ? l.at[i].clock->name : l.at[i].field->name;
	rollup_run_free(&l);
	return what;
}

/* The field whose count of links is wrong; NULL: none. */
static const char *
stale_link_count(struct core *core, const struct rec *rec)
{
	struct rec	*now = rec_dup(rec);
	const char	*what = now == NULL || link_count(core, NULL, now) != STORE_OK ? "links" :
	    NULL;

	for (size_t i = 0; what == NULL && i < rec->book->nall; i++)
		if (!val_same(val_get(rec->fields, rec->book->all[i]->name),
		    val_get(now->fields, rec->book->all[i]->name)))
			what = rec->book->all[i]->name;
	rec_free(now);
	return what;
}

const char *
child_stale(struct core *core, const struct rec *rec)
{
	const char	*what = rec->book->under != NULL ? parent_stale(core, rec) : NULL;

	for (size_t i = 0; what == NULL && i < core->set->nbooks; i++)
		if (feeds_parent(&core->set->books[i], rec->book))
			what = stale_rollup(core, &core->set->books[i], rec);
	return what != NULL ? what : stale_link_count(core, rec);
}

/* ---- area and states of ancestors ------------------------------------------------------------ */

/* Sets them in the record in memory, from the stored ancestors. */
static enum store_err
read_parent(struct core *core, struct store_txn *txn, struct rec *rec)
{
	struct rec	*parent;
	enum store_err	 e = STORE_OK;

	if (rec->book->under == NULL)
		return STORE_OK;
	switch (rec_get(core, txn, parent_id(rec), &parent)) {
	case REC_OK:
		if ((e = read_parent(core, txn, parent)) == STORE_OK &&
		    !rec_set_parent(rec, parent))
			e = STORE_SYS;
		rec_free(parent);
		return e;
	case REC_SYS:
		return STORE_SYS;
	default:
		return STORE_OK;	/* the book is no longer defined: nobody sees the record */
	}
}

enum store_err
child_refresh_ancestors(struct core *core, struct store_txn *txn, struct rec *rec)
{
	struct rec	*was = rec_dup(rec);
	enum store_err	 e = was != NULL ? read_parent(core, txn, rec) : STORE_SYS;

	if (e == STORE_OK && !val_same(was->env, rec->env))
		e = rec_put(txn, rec);
	rec_free(was);
	return e;
}

struct propagation {
	const struct writer	*w;
	const struct rec	*parent;
	enum store_err		 e;
};

static bool
propagate_one(uint64_t id, int day, void *arg)
{
	struct propagation	*f = arg;
	struct rec	*old = NULL, *now = NULL;

	(void)day;
	if (rec_get(f->w->core, f->w->txn, id, &old) != REC_OK)
		f->e = STORE_BAD;
	else if ((now = rec_dup(old)) == NULL || !rec_set_parent(now, f->parent))
		f->e = STORE_SYS;
	else if ((f->e = index_put_derived(f->w->core, f->w->txn, old, now)) == STORE_OK)
		f->e = child_propagate(f->w, old, now);
	rec_free(old);
	rec_free(now);
	return f->e == STORE_OK;
}

enum store_err
child_propagate(const struct writer *w, const struct rec *old, const struct rec *now)
{
	const struct set	*set = w->core->set;
	struct propagation	 f = { w, now, STORE_OK };
	enum store_err	 e = STORE_OK;

	if (old == NULL || (strcmp(rec_area(old), rec_area(now)) == 0 && old->state == now->state &&
	    val_same(val_get(old->env, "up"), val_get(now->env, "up"))))
		return STORE_OK;
	for (size_t i = 0; e == STORE_OK && f.e == STORE_OK && i < set->nbooks; i++)
		if (set->books[i].under != NULL && set->books[i].under->link_book == now->book)
			e = child_each(w->core, w->txn, &set->books[i], now->id, propagate_one, &f);
	return e != STORE_OK ? e : f.e;
}
