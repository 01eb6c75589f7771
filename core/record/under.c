#include "core/record/under.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/due.h"
#include "core/record/link.h"
#include "core/record/merge.h"
#include "forms/pred.h"
#include "forms/type/type.h"

int
under_day(const struct rec *rec)
{
	int	 day = rec->book->date != NULL ? (int)val_get_num(rec->fields, rec->book->date->name, 0) : 0;

	return day != 0 ? day : civil_at(val_get_num(val_get(rec->env, "made"), "at", 0));
}

static uint64_t
owner_of(const struct rec *rec)
{
	return (uint64_t)val_get_num(rec->fields, rec->book->under->name, 0);
}

enum under_err
under_attach(struct core *core, struct store_txn *txn, const struct actor *actor, const struct rec *old, struct rec *now)
{
	struct rec	*owner = NULL;
	enum rec_err	 e;
	enum under_err	 u;

	if (now->book->under == NULL)
		return UNDER_OK;
	if (old != NULL && owner_of(old) != owner_of(now))
		return UNDER_CHANGED;
	e = rec_get(core, txn, owner_of(now), &owner);
	/* what was begun before its owner was merged goes under the one that stays */
	if (e == REC_OK && old == NULL && rec_merged(owner) && (e = merge_staying(core, txn, &owner)) == REC_OK &&
	    !val_put(now->fields, now->book->under->name, val_int((int64_t)owner->id)))
		e = REC_SYS;
	if (e == REC_SYS || e == REC_ODD)
		u = UNDER_SYS;
	else if (e == REC_MISSING || owner->book != now->book->under->to || !may(actor, VERB_SEE, owner, NULL))
		u = UNDER_MISSING;
	else
		u = rec_set_parent(now, owner) ? UNDER_OK : UNDER_SYS;
	rec_free(owner);
	return u;
}

bool
under_given(const struct book *book, const struct field *f)
{
	return f->starts == STARTS_OWNER && f->group == NULL && (f->fixed & STATE_BIT(book->start)) != 0;
}

static bool
given_any(const struct book *book)
{
	for (size_t i = 0; book->under != NULL && i < book->nall; i++)
		if (under_given(book, book->all[i]))
			return true;
	return false;
}

enum store_err
under_give(struct core *core, struct store_txn *txn, const struct actor *actor, struct rec *now)
{
	struct rec	*owner = NULL;
	enum rec_err	 e;
	bool		 ok = true;

	if (!given_any(now->book))
		return STORE_OK;
	if ((e = rec_get(core, txn, owner_of(now), &owner)) == REC_SYS || e == REC_ODD)
		return e == REC_ODD ? STORE_BAD : STORE_SYS;
	if (owner != NULL && owner->book == now->book->under->to && may(actor, VERB_SEE, owner, NULL))
		for (size_t i = 0; ok && i < now->book->nall; i++) {
			const struct field	*f = now->book->all[i];
			const struct val	*v = under_given(now->book, f) ? val_find(owner->fields, f->starts_from->path) : NULL;

			if (!value_empty(v) && may_see_field(actor, f->starts_from))
				ok = val_put(now->fields, f->name, val_dup(v));
		}
	rec_free(owner);
	return ok ? STORE_OK : STORE_SYS;
}

/* ---- walking what stands under one -------------------------------------------------------------------------- */

struct each {
	under_fn	*fn;
	void		*arg;
};

#define UNDER_KEY	(4 + 8 + 4 + 8)		/* id, owner, day, record */

static bool
each_row(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct each	*e = arg;

	(void)p;
	(void)n;
	return klen != UNDER_KEY || e->fn(key_record(key, klen), (int)be32((const char *)key + 12), e->arg);
}

enum store_err
under_each(struct core *core, struct store_txn *txn, const struct book *book, uint64_t owner, under_fn *fn, void *arg)
{
	struct each	 each = { fn, arg };
	struct buf	 lo = BUF_INIT, hi = BUF_INIT;
	enum store_err	 e = STORE_SYS;

	buf_u32(&lo, catalog_under(core->catalog, book)->id);
	buf_u64(&lo, owner);
	buf_put(&hi, lo.p, lo.n);
	key_end(&hi);
	if (!lo.bad && !hi.bad)
		e = store_scan(core->store, txn, STORE_IDX, &(struct store_range){ .lo = lo.p, .lolen = lo.n, .hi = hi.p,
		    .hilen = hi.n, .reverse = true, .keys_only = true }, each_row, &each);
	buf_free(&lo);
	buf_free(&hi);
	return e;
}

/* ---- what an owner learns ----------------------------------------------------------------------------------- */

/* One thing an owner keeps of the records of a book under it: the day a clock was last done, or the value of a field. */
struct lesson {
	const struct clock	*clock;		/* one of the two */
	const struct field	*field;
	struct val		*v;		/* owned; NULL = nothing */
	struct val		*rank;		/* owned; what the chosen record has at taken->by; NULL = nothing, or none is chosen */
	bool			 chosen;	/* GREATEST, LEAST: some record is */
	int			 until;		/* of a clock: what is done after that day does not count yet */
	int			 ahead;		/* … and is the first such day, 0 = none */
	bool			 over;		/* older records say no more */
};

struct learning {
	struct core		*core;
	struct store_txn	*txn;
	int			 today;
	struct lesson		*at;
	size_t			 n, open;
	bool			 as_kept;	/* by the day the owner was settled on, not by today */
	const struct rec	*fresh;		/* just made: all others are known already. NULL: all are asked */
	enum store_err		 e;
};

static bool
taken_beneath(const struct field *f, const struct book *book)
{
	return f->taken != NULL && f->taken->link == NULL && f->taken->book == book;
}

static bool
teaches(const struct book *book, const struct book *owner)
{
	for (size_t i = 0; i < owner->nclocks; i++)
		if (owner->clocks[i].done == book)
			return true;
	for (size_t i = 0; i < owner->nall; i++)
		if (taken_beneath(owner->all[i], book))
			return true;
	return false;
}

/* Files as they once stood (no core) know all that was entered by then. */
static int
counts_until(const struct learning *l, const struct clock *clock, const struct rec *owner)
{
	if (l->core == NULL)
		return INT_MAX;
	return l->as_kept && due_ahead(clock, owner) != 0 ? civil_add(due_ahead(clock, owner), -1, 'd') : l->today;
}

static bool
plan_lessons(struct learning *l, const struct book *book, const struct rec *owner)
{
	const struct book	*of = owner->book;

	if ((l->at = calloc(of->nclocks + of->nall + 1, sizeof *l->at)) == NULL)
		return false;
	for (size_t i = 0; i < of->nclocks; i++)
		if (of->clocks[i].done == book)
			l->at[l->n++] = (struct lesson){ .clock = &of->clocks[i], .until = counts_until(l, &of->clocks[i], owner) };
	for (size_t i = 0; i < of->nall; i++)
		if (taken_beneath(of->all[i], book))
			l->at[l->n++].field = of->all[i];
	l->open = l->n;
	return true;
}

static void
learning_free(struct learning *l)
{
	for (size_t i = 0; i < l->n; i++) {
		val_free(l->at[i].v);
		val_free(l->at[i].rank);
	}
	free(l->at);
}

/* What one record says there, NULL field: the day it tells of. NULL = nothing. */
static struct val *
said(const struct field *f, const struct rec *rec, int day)
{
	const struct val	*v;

	if (f == NULL)
		return val_int(day);
	v = val_find(rec->fields, f->path);
	return value_empty(v) ? NULL : val_dup(v);
}

static void
hear(struct lesson *l, struct val *v)
{
	val_free(l->v);
	l->v = v;
}

/*
 * Records come the latest first, so an equal one is passed over. A record that has nothing to be ranked by is chosen only
 * while no other is.
 */
static bool
outranks(const struct lesson *l, const struct val *rank)
{
	int	 c;

	if (!l->chosen || rank == NULL || l->rank == NULL)
		return !l->chosen || (rank != NULL && l->rank == NULL);
	c = val_cmp(rank, l->rank);
	return l->field->taken->take == TAKE_GREATEST ? c > 0 : c < 0;
}

/* The choice depends on the condition and the rank alone, so all fields of one group choose the same record. */
static void
learn_field(struct lesson *l, const struct rec *rec, int day)
{
	const struct taken	*t = l->field->taken;
	struct val		*rank;

	if (t->take == TAKE_COUNT) {
		hear(l, val_int(val_num(l->v, 0) + 1));
		return;
	}
	if (t->take == TAKE_LATEST) {
		hear(l, said(t->field, rec, day));
		l->over = true;
		return;
	}
	rank = said(t->by, rec, day);
	if (!outranks(l, rank)) {
		val_free(rank);
		return;
	}
	hear(l, said(t->field, rec, day));
	val_free(l->rank);
	l->rank = rank;
	l->chosen = true;
}

static bool
counted_already(const struct learning *l, const struct lesson *one, const struct rec *rec)
{
	return l->fresh != NULL && one->field != NULL && one->field->taken->take == TAKE_COUNT && rec->id != l->fresh->id;
}

/* Latest day first, so of the days that do not count yet the first comes last. */
static void
learn_done(struct lesson *one, int day)
{
	if (day > one->until) {
		one->ahead = day;
		return;
	}
	hear(one, val_int(day));
	one->over = true;
}

static void
learn_from(struct learning *l, const struct rec *rec, int day)
{
	const struct pred_ctx	 ctx = { rec->fields, NULL, rec->state->name, 0 };

	for (size_t i = 0; i < l->n; i++) {
		struct lesson	*one = &l->at[i];

		if (one->over || counted_already(l, one, rec) || !pred_holds(one->clock != NULL ? one->clock->done_where : one->field->taken->where, &ctx))
			continue;
		if (one->clock != NULL)
			learn_done(one, day);
		else
			learn_field(one, rec, day);
		l->open -= one->over;
	}
}

static bool
learn_each(uint64_t id, int day, void *arg)
{
	struct learning	*l = arg;
	struct rec	*rec;

	if (rec_get(l->core, l->txn, id, &rec) != REC_OK) {
		l->e = STORE_BAD;
		return false;
	}
	if (!rec_merged(rec))
		learn_from(l, rec, day);
	rec_free(rec);
	return l->open > 0 && (l->fresh == NULL || id != l->fresh->id);
}

/* An owner keeps the value and not what the record was chosen by; then only all records together can say it anew. */
static bool
ranked_by_another(const struct lesson *l)
{
	const struct taken	*t = l->field != NULL ? l->field->taken : NULL;

	return t != NULL && (t->take == TAKE_GREATEST || t->take == TAKE_LEAST) && t->by != t->field;
}

/* What the records behind a fresh one say is what the owner knew before there was that one. */
static bool
add_known(struct lesson *l, const struct rec *owner)
{
	const struct val	*known;
	enum take		 take;
	int			 c;

	if (l->over)
		return true;
	if (l->clock != NULL) {
		if (due_ahead(l->clock, owner) > l->until && (l->ahead == 0 || due_ahead(l->clock, owner) < l->ahead))
			l->ahead = due_ahead(l->clock, owner);
		hear(l, due_last(l->clock, owner) != 0 ? val_int(due_last(l->clock, owner)) : NULL);
		return due_last(l->clock, owner) == 0 || l->v != NULL;
	}
	if ((known = val_get(owner->fields, l->field->name)) == NULL)
		return true;
	take = l->field->taken->take;
	c = l->v != NULL ? val_cmp(l->v, known) : 0;
	if (take == TAKE_COUNT)
		hear(l, val_int(val_num(l->v, 0) + val_num(known, 0)));
	else if (l->v == NULL || take == TAKE_LATEST || (take == TAKE_GREATEST ? c < 0 : c > 0))
		hear(l, val_dup(known));
	return l->v != NULL;
}

/*
 * All lessons of one book in one walk, latest first; it ends early where only the latest count, and at a fresh record. learning_free()
 * it in any case.
 */
static enum store_err
learn(struct learning *l, const struct book *book, const struct rec *owner)
{
	enum store_err	 e;

	if (!plan_lessons(l, book, owner))
		return STORE_SYS;
	for (size_t i = 0; i < l->n; i++)
		if (ranked_by_another(&l->at[i]))
			l->fresh = NULL;
	e = l->n > 0 ? under_each(l->core, l->txn, book, owner->id, learn_each, l) : STORE_OK;
	for (size_t i = 0; e == STORE_OK && l->fresh != NULL && i < l->n; i++)
		if (!add_known(&l->at[i], owner))
			e = STORE_SYS;
	return e != STORE_OK ? e : l->e;
}

static bool
known_already(const struct lesson *l, const struct rec *owner)
{
	if (l->clock != NULL)
		return val_num(l->v, 0) == due_last(l->clock, owner) && l->ahead == due_ahead(l->clock, owner);
	return val_same(l->v, val_get(owner->fields, l->field->name));
}

static bool
remember(struct lesson *l, struct rec *owner)
{
	struct val	*v = l->v;

	if (known_already(l, owner))
		return true;
	if (l->clock != NULL)
		return due_set_ahead(owner, l->clock, l->ahead) && (val_num(v, 0) == due_last(l->clock, owner) ||
		    due_set_last(owner, l->clock, (int)val_num(v, 0)));
	l->v = NULL;
	if (v != NULL)
		return val_put(owner->fields, l->field->name, v);
	val_drop(owner->fields, l->field->name);
	return true;
}

static bool
remember_all(struct learning *l, struct rec *owner)
{
	for (size_t i = 0; i < l->n; i++)
		if (!remember(&l->at[i], owner))
			return false;
	return true;
}

static enum store_err
learn_book(const struct writer *w, const struct book *book, const struct rec *fresh, struct rec *owner)
{
	struct learning	 l = { .core = w->core, .txn = w->txn, .today = w->today, .fresh = fresh, .e = STORE_OK };
	enum store_err	 e = learn(&l, book, owner);

	if (e == STORE_OK && !remember_all(&l, owner))
		e = STORE_SYS;
	learning_free(&l);
	return e;
}

bool
under_learn(const struct book *book, const struct rec *const *recs, size_t n, struct rec *owner)
{
	struct learning	 l = { .e = STORE_OK };
	bool		 ok = plan_lessons(&l, book, owner);

	for (size_t i = 0; ok && i < n && l.open > 0; i++)
		learn_from(&l, recs[i], under_day(recs[i]));
	ok = ok && remember_all(&l, owner);
	learning_free(&l);
	return ok;
}

enum store_err
under_relearn(const struct writer *w, const struct rec *was, struct rec *owner)
{
	const struct set	*set = w->core->set;
	enum store_err	 e = STORE_OK;

	for (size_t i = 0; e == STORE_OK && i < set->nbooks; i++)
		if (teaches(&set->books[i], owner->book))
			e = learn_book(w, &set->books[i], NULL, owner);
	if (e == STORE_OK)
		e = link_learn(w->core, w->txn, owner);
	if (e == STORE_OK && !due_settle(was, owner, w->today))
		e = STORE_SYS;
	if (e == STORE_OK && !val_same(was->env, owner->env))
		e = rec_put(w->txn, owner);
	return e;
}

static enum store_err
renew_owner(const struct writer *w, const struct rec *old, struct rec *now, const struct due_learning *how)
{
	enum store_err	 e;

	if (!due_settle_learnt(old, now, w->today, how))
		return STORE_SYS;
	e = index_renew(w->core, w->txn, old, now);
	return e == STORE_OK ? link_done(w, old, now, how) : e;
}

enum store_err
under_done(const struct writer *w, const struct rec *old, const struct rec *rec, const struct due_learning *how)
{
	struct rec	*owner = NULL, *now = NULL;
	enum store_err	 e = STORE_SYS;

	if (rec->book->under == NULL || !teaches(rec->book, rec->book->under->to) || due_apart(how, owner_of(rec)))
		return STORE_OK;
	if (rec_get(w->core, w->txn, owner_of(rec), &owner) != REC_OK)
		return STORE_BAD;
	if ((now = rec_dup(owner)) != NULL && (e = learn_book(w, rec->book, old == NULL ? rec : NULL, now)) == STORE_OK &&
	    !val_same(owner->env, now->env))
		e = renew_owner(w, owner, now, how);
	rec_free(owner);
	rec_free(now);
	return e;
}

/* What the record keeps of its parent and does not agree with it; NULL: it agrees. */
static const char *
parent_stale(struct core *core, const struct rec *rec)
{
	struct rec	*parent, *now = rec_dup(rec);
	const char	*what = "place";

	if (now != NULL && rec_get(core, NULL, owner_of(rec), &parent) == REC_OK) {
		if (rec_set_parent(now, parent) && strcmp(rec_area(parent), rec_area(rec)) == 0)
			what = val_same(val_get(rec->env, "up"), val_get(now->env, "up")) ? NULL : "parent state";
		rec_free(parent);
	}
	rec_free(now);
	return what;
}

/* The clock or field that does not say what the records of a book say; the book itself when they cannot be read. */
static const char *
unlearnt(struct core *core, const struct book *book, const struct rec *owner)
{
	struct learning	 l = { .core = core, .today = core_today(core), .as_kept = true, .e = STORE_OK };
	const char	*what = learn(&l, book, owner) == STORE_OK ? NULL : book->name;

	for (size_t i = 0; what == NULL && i < l.n; i++)
		if (!known_already(&l.at[i], owner))
			what = l.at[i].clock != NULL ? l.at[i].clock->name : l.at[i].field->name;
	learning_free(&l);
	return what;
}

/* The field that does not count who links to the record. */
static const char *
miscounted(struct core *core, const struct rec *rec)
{
	struct rec	*now = rec_dup(rec);
	const char	*what = now == NULL || link_learn(core, NULL, now) != STORE_OK ? "links" : NULL;

	for (size_t i = 0; what == NULL && i < rec->book->nall; i++)
		if (!val_same(val_get(rec->fields, rec->book->all[i]->name), val_get(now->fields, rec->book->all[i]->name)))
			what = rec->book->all[i]->name;
	rec_free(now);
	return what;
}

const char *
under_stale(struct core *core, const struct rec *rec)
{
	const char	*what = rec->book->under != NULL ? parent_stale(core, rec) : NULL;

	for (size_t i = 0; what == NULL && i < core->set->nbooks; i++)
		if (teaches(&core->set->books[i], rec->book))
			what = unlearnt(core, &core->set->books[i], rec);
	return what != NULL ? what : miscounted(core, rec);
}

/* ---- what records keep of those above them ------------------------------------------------------------------ */

/* Of the record in memory, from the ancestors as they are stored. */
static enum store_err
read_parent(struct core *core, struct store_txn *txn, struct rec *rec)
{
	struct rec	*parent;
	enum store_err	 e = STORE_OK;

	if (rec->book->under == NULL)
		return STORE_OK;
	switch (rec_get(core, txn, owner_of(rec), &parent)) {
	case REC_OK:
		if ((e = read_parent(core, txn, parent)) == STORE_OK && !rec_set_parent(rec, parent))
			e = STORE_SYS;
		rec_free(parent);
		return e;
	case REC_SYS:
		return STORE_SYS;
	default:
		return STORE_OK;		/* of a book no longer defined: nobody sees the record */
	}
}

enum store_err
under_renew_parent(struct core *core, struct store_txn *txn, struct rec *rec)
{
	struct rec	*was = rec_dup(rec);
	enum store_err	 e = was != NULL ? read_parent(core, txn, rec) : STORE_SYS;

	if (e == STORE_OK && !val_same(was->env, rec->env))
		e = rec_put(txn, rec);
	rec_free(was);
	return e;
}

struct follow {
	const struct writer	*w;
	const struct rec	*parent;
	enum store_err		 e;
};

static bool
follow_one(uint64_t id, int day, void *arg)
{
	struct follow	*f = arg;
	struct rec	*old = NULL, *now = NULL;

	(void)day;
	if (rec_get(f->w->core, f->w->txn, id, &old) != REC_OK)
		f->e = STORE_BAD;
	else if ((now = rec_dup(old)) == NULL || !rec_set_parent(now, f->parent))
		f->e = STORE_SYS;
	else if ((f->e = index_renew(f->w->core, f->w->txn, old, now)) == STORE_OK)
		f->e = under_follow(f->w, old, now);
	rec_free(old);
	rec_free(now);
	return f->e == STORE_OK;
}

enum store_err
under_follow(const struct writer *w, const struct rec *old, const struct rec *now)
{
	const struct set	*set = w->core->set;
	struct follow	 f = { w, now, STORE_OK };
	enum store_err	 e = STORE_OK;

	if (old == NULL || (strcmp(rec_area(old), rec_area(now)) == 0 && old->state == now->state &&
	    val_same(val_get(old->env, "up"), val_get(now->env, "up"))))
		return STORE_OK;
	for (size_t i = 0; e == STORE_OK && f.e == STORE_OK && i < set->nbooks; i++)
		if (set->books[i].under != NULL && set->books[i].under->to == now->book)
			e = under_each(w->core, w->txn, &set->books[i], now->id, follow_one, &f);
	return e != STORE_OK ? e : f.e;
}
