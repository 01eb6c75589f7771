#include "core/under.h"

#include <string.h>

#include "core/due.h"
#include "forms/pred.h"

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
	if (e == REC_SYS || e == REC_ODD)
		u = UNDER_SYS;
	else if (e == REC_MISSING || owner->book != now->book->under->to || !may(actor, VERB_SEE, owner, NULL))
		u = UNDER_MISSING;
	else
		u = val_put(now->env, "ar", val_text(rec_area(owner))) ? UNDER_OK : UNDER_SYS;
	rec_free(owner);
	return u;
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

/* ---- what was done ------------------------------------------------------------------------------------------ */

struct latest {
	struct core		*core;
	struct store_txn	*txn;
	const struct clock	*clock;
	int			 day;		/* 0 = none fits */
	enum rec_err		 e;
};

static bool
fits_clock(uint64_t id, int day, void *arg)
{
	struct latest	*l = arg;
	struct pred_ctx	 ctx;
	struct rec	*rec;

	if ((l->e = rec_get(l->core, l->txn, id, &rec)) != REC_OK)
		return false;
	ctx = (struct pred_ctx){ rec->fields, NULL, rec->state->name, 0 };
	if (pred_holds(l->clock->done_where, &ctx))
		l->day = day;
	rec_free(rec);
	return l->day == 0;
}

/* An owner's envelope changes without a new version: nobody edited it, so nobody's edit of it is disturbed. */
static enum store_err
rewrite(struct core *core, struct store_txn *txn, const struct rec *old, const struct rec *now)
{
	unsigned char	 key[REC_KEY];
	struct buf	 bytes = BUF_INIT;
	enum store_err	 e;

	rec_key(now->id, key);
	val_encode(now->env, &bytes);
	e = bytes.bad ? STORE_SYS : store_put(txn, STORE_REC, key, sizeof key, bytes.p, bytes.n);
	buf_free(&bytes);
	return e == STORE_OK ? index_change(txn, core->catalog, old, now) : e;
}

static enum store_err
learn(struct core *core, struct store_txn *txn, const struct book *done, struct rec *owner)
{
	for (size_t i = 0; i < owner->book->nclocks; i++) {
		struct latest	 l = { core, txn, &owner->book->clocks[i], 0, REC_OK };
		enum store_err	 e;

		if (l.clock->done != done)
			continue;
		if ((e = under_each(core, txn, done, owner->id, fits_clock, &l)) != STORE_OK)
			return e;
		if (l.e != REC_OK)
			return STORE_BAD;
		if (l.day != due_last(l.clock, owner) && !due_set_last(owner, l.clock, l.day))
			return STORE_SYS;
	}
	return STORE_OK;
}

enum store_err
under_done(struct core *core, struct store_txn *txn, const struct rec *rec)
{
	struct rec	*owner = NULL, *now = NULL;
	enum store_err	 e = STORE_SYS;

	if (rec->book->under == NULL || rec->book->under->to->nclocks == 0)
		return STORE_OK;
	if (rec_get(core, txn, owner_of(rec), &owner) != REC_OK)
		return STORE_BAD;
	if ((now = rec_dup(owner)) != NULL && (e = learn(core, txn, rec->book, now)) == STORE_OK &&
	    !val_same(owner->env, now->env))
		e = rewrite(core, txn, owner, now);
	rec_free(owner);
	rec_free(now);
	return e;
}

/* ---- a change of place -------------------------------------------------------------------------------------- */

struct follow {
	struct core		*core;
	struct store_txn	*txn;
	const char		*area;
	enum store_err		 e;
};

static bool
follow_one(uint64_t id, int day, void *arg)
{
	struct follow	*f = arg;
	struct rec	*old = NULL, *now = NULL;

	(void)day;
	if (rec_get(f->core, f->txn, id, &old) != REC_OK)
		f->e = STORE_BAD;
	else if ((now = rec_dup(old)) == NULL || !val_put(now->env, "ar", val_text(f->area)))
		f->e = STORE_SYS;
	else
		f->e = rewrite(f->core, f->txn, old, now);
	rec_free(old);
	rec_free(now);
	return f->e == STORE_OK;
}

enum store_err
under_follow(struct core *core, struct store_txn *txn, const struct rec *old, const struct rec *now)
{
	struct follow	 f = { core, txn, rec_area(now), STORE_OK };
	enum store_err	 e = STORE_OK;

	if (old == NULL || strcmp(rec_area(old), f.area) == 0)
		return STORE_OK;
	for (size_t i = 0; e == STORE_OK && f.e == STORE_OK && i < core->set->nbooks; i++)
		if (core->set->books[i].under != NULL && core->set->books[i].under->to == now->book)
			e = under_each(core, txn, &core->set->books[i], now->id, follow_one, &f);
	return e != STORE_OK ? e : f.e;
}
