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
	if (!rec_merged(rec) && pred_holds(l->clock->done_where, &ctx))
		l->day = day;
	rec_free(rec);
	return l->day == 0;
}

/* An owner's envelope changes without a new version: nobody edited it, so nobody's edit of it is disturbed. */
static enum store_err
put_envelope(struct store_txn *txn, const struct rec *rec)
{
	unsigned char	 key[REC_KEY];
	struct buf	 bytes = BUF_INIT;
	enum store_err	 e;

	rec_key(rec->id, key);
	val_encode(rec->env, &bytes);
	e = bytes.bad ? STORE_SYS : store_put(txn, STORE_REC, key, sizeof key, bytes.p, bytes.n);
	buf_free(&bytes);
	return e;
}

static enum store_err
rewrite(struct core *core, struct store_txn *txn, const struct rec *old, const struct rec *now)
{
	enum store_err	 e = put_envelope(txn, now);

	return e == STORE_OK ? index_change(txn, core->catalog, old, now) : e;
}

/* The day of the latest record that does it, 0 = none does. */
static enum store_err
latest_done(struct core *core, struct store_txn *txn, const struct clock *clock, uint64_t owner, int *day)
{
	struct latest	 l = { core, txn, clock, 0, REC_OK };
	enum store_err	 e = under_each(core, txn, clock->done, owner, fits_clock, &l);

	*day = l.day;
	return e != STORE_OK ? e : l.e != REC_OK ? STORE_BAD : STORE_OK;
}

/* `done` NULL: whatever does them. */
static enum store_err
learn(struct core *core, struct store_txn *txn, const struct book *done, struct rec *owner)
{
	for (size_t i = 0; i < owner->book->nclocks; i++) {
		const struct clock	*clock = &owner->book->clocks[i];
		enum store_err		 e;
		int			 day;

		if (clock->done == NULL || (done != NULL && clock->done != done))
			continue;
		if ((e = latest_done(core, txn, clock, owner->id, &day)) != STORE_OK)
			return e;
		if (day != due_last(clock, owner) && !due_set_last(owner, clock, day))
			return STORE_SYS;
	}
	return STORE_OK;
}

enum store_err
under_relearn(struct core *core, struct store_txn *txn, struct rec *owner)
{
	struct rec	*was = rec_dup(owner);
	enum store_err	 e = was != NULL ? learn(core, txn, NULL, owner) : STORE_SYS;

	if (e == STORE_OK && !val_same(was->env, owner->env))
		e = put_envelope(txn, owner);
	rec_free(was);
	return e;
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

static bool
lies_with_owner(struct core *core, const struct rec *rec)
{
	struct rec	*owner;
	bool		 same;

	if (rec_get(core, NULL, owner_of(rec), &owner) != REC_OK)
		return false;
	same = strcmp(rec_area(owner), rec_area(rec)) == 0;
	rec_free(owner);
	return same;
}

const char *
under_stale(struct core *core, const struct rec *rec)
{
	int	 day;

	if (rec->book->under != NULL && !lies_with_owner(core, rec))
		return "place";
	for (size_t i = 0; i < rec->book->nclocks; i++) {
		const struct clock	*clock = &rec->book->clocks[i];

		if (clock->done != NULL && (latest_done(core, NULL, clock, rec->id, &day) != STORE_OK ||
		    day != due_last(clock, rec)))
			return clock->name;
	}
	return NULL;
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
