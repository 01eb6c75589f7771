#include "core/record/link.h"

#include "core/record/deadline.h"
#include "forms/check.h"
#include "forms/idset.h"
#include "forms/pred.h"

/* ---- links of a record ----------------------------------------------------------------------- */

struct target_walk {
	const char	*path;		/* NULL: not wanted */
	void		(*fn)(const char *path, uint64_t target, void *);
	void		*arg;
};

static void
emit_target(const struct target_walk *n, const struct val *v)
{
	if (val_kind(v) == VAL_INT && val_num(v, 0) > 0)
		n->fn(n->path, (uint64_t)val_num(v, 0), n->arg);
}

/* Calls fn for one link, or for each of a repeating one. */
static void
emit_value(const struct target_walk *n, const struct val *v)
{
	if (val_kind(v) != VAL_LIST)
		emit_target(n, v);
	for (size_t i = 0; val_kind(v) == VAL_LIST && i < val_len(v); i++)
		emit_target(n, val_at(v, i));
}

/* In a repeating group each link has a path with its position: "carers.0.person". */
static void
each_target(const struct field *f, const struct val *fields,
    void (*fn)(const char *, uint64_t, void *), void *arg)
{
	const struct val	*in = f->group != NULL ? val_get(fields, f->group->name) : fields;
	struct target_walk		 n = { f->path, fn, arg };
	struct buf		 path = BUF_INIT;

	if (f->group == NULL || !f->group->many) {
		emit_value(&n, val_get(in, f->name));
		return;
	}
	for (size_t i = 0; i < val_len(in); i++) {
		buf_reset(&path);
		buf_printf(&path, "%s.%zu.%s", f->group->name, i, f->name);
		n.path = buf_str(&path);
		emit_value(&n, val_get(val_at(in, i), f->name));
	}
	buf_free(&path);
}

struct pathless {
	void	(*fn)(uint64_t, void *);
	void	*arg;
};

static void
drop_path(const char *path, uint64_t target, void *arg)
{
	const struct pathless	*b = arg;

	(void)path;
	b->fn(target, b->arg);
}

void
link_targets(const struct field *f, const struct val *fields, void (*fn)(uint64_t, void *),
    void *arg)
{
	struct pathless	 b = { fn, arg };

	each_target(f, fields, drop_path, &b);
}

/* ---- records that name a record -------------------------------------------------------------- */

struct each {
	link_fn	*fn;
	void	*arg;
};

static bool
each_row(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	const struct each	*e = arg;

	(void)p;
	(void)n;
	return e->fn(index_key_record(key, klen), e->arg);
}

enum store_err
link_each(struct core *core, struct store_txn *txn, const struct field *f, uint64_t target,
    link_fn *fn, void *arg)
{
	struct each	 each = { fn, arg };
	struct buf	 lo = BUF_INIT, hi = BUF_INIT;
	enum store_err	 e = STORE_SYS;

	buf_put_u32(&lo, index_catalog_link(core->index_catalog, f)->id);
	buf_put_u64(&lo, target);
	buf_put(&hi, lo.p, lo.n);
	index_key_end(&hi);
	if (!lo.bad && !hi.bad)
		e = store_scan(core->store, txn, STORE_IDX,
		    &(struct store_range){ .lo = lo.p, .lolen = lo.n, .hi = hi.p,
		    .hilen = hi.n, .keys_only = true }, each_row, &each);
	buf_free(&lo);
	buf_free(&hi);
	return e;
}

/* ---- at save --------------------------------------------------------------------------------- */

struct checking {
	struct core		*core;
	struct store_txn	*txn;
	const struct actor	*actor;
	const struct rec	*old;
	const struct field	*field;
	struct problems		*ps;
	enum store_err		 e;
};

struct target_search {
	uint64_t	 id;
	bool		 there;
};

static void
compare_target(uint64_t target, void *arg)
{
	struct target_search	*s = arg;

	s->there |= target == s->id;
}

static bool
had_target(const struct checking *c, uint64_t target)
{
	struct target_search	 s = { target, false };

	if (c->old != NULL)
		link_targets(c->field, c->old->fields, compare_target, &s);
	return s.there;
}

static void
check_target(const char *path, uint64_t target, void *arg)
{
	struct checking	*c = arg;
	struct rec	*rec = NULL;
	enum rec_err	 e;

	if (had_target(c, target))
		return;
	e = rec_get(c->core, c->txn, target, &rec);
	if (e == REC_SYS || e == REC_BAD)
		c->e = e == REC_SYS ? STORE_SYS : STORE_BAD;
	else if (e == REC_MISSING || rec->book != c->field->link_book ||
	    !access_allowed(c->actor, ACCESS_SEE, rec, NULL))
		problem_add(c->ps, path,
		    N_("There is no such record, or it is outside your area; find it and choose it"),
		    ARG_END);
	rec_free(rec);
}

enum store_err
link_check(struct core *core, struct store_txn *txn, const struct actor *actor,
    const struct rec *old, const struct rec *now, struct problems *ps)
{
	struct checking	 c = { core, txn, actor, old, NULL, ps, STORE_OK };

	for (size_t i = 0; c.e == STORE_OK && i < now->book->nall; i++)
		if ((c.field = now->book->all[i])->link_book != NULL && c.field != now->book->under)
			each_target(c.field, now->fields, check_target, &c);
	return c.e;
}

/* ---- filling fields beside a link ------------------------------------------------------------ */

/* Fields that only an act changes are not filled. */
static bool
may_fill(const struct writer *w, const struct rec *now, const struct field *f)
{
	const struct val	*group = f->group != NULL ? val_get(now->fields, f->group->name) :
	    NULL;
	const struct pred_ctx	 pc = { now->fields, group, now->state->name, w->today };

	return type_value_empty(val_find(now->fields, f->path)) &&
	    access_change_field(w->actor, now, f) &&
	    (f->group == NULL || check_shown(f->group, &pc)) && check_shown(f, &pc);
}

static enum store_err
fill_from(const struct writer *w, const struct field *link, const struct rec *from, struct rec *now)
{
	for (size_t i = 0; i < link->nautofills; i++) {
		const struct val	*v = val_find(from->fields,
		    link->autofills[i].source->path);

		if (!type_value_empty(v) && access_see_field(w->actor, link->autofills[i].source) &&
		    may_fill(w, now, link->autofills[i].target) &&
		    !val_set(now->fields, link->autofills[i].target->path, val_dup(v)))
			return STORE_SYS;
	}
	return STORE_OK;
}

enum store_err
link_fill(const struct writer *w, const struct rec *old, struct rec *now)
{
	enum store_err	 e = STORE_OK;

	for (size_t i = 0; e == STORE_OK && i < now->book->nall; i++) {
		const struct field	*f = now->book->all[i];
		const struct val	*v = f->nautofills > 0 ? val_find(now->fields, f->path) :
		    NULL;
		struct rec		*from;

		if (v == NULL || (old != NULL && val_same(v, val_find(old->fields, f->path))) ||
		    rec_get(w->core, w->txn, (uint64_t)val_num(v, 0), &from) != REC_OK)
			continue;		/* link_check() reports the problem */
		if (from->book == f->link_book && access_allowed(w->actor, ACCESS_SEE, from, NULL))
			e = fill_from(w, f, from, now);
		rec_free(from);
	}
	return e;
}

/* ---- counting links -------------------------------------------------------------------------- */

static bool
is_counted(const struct rollup *t, const struct rec *rec)
{
	const struct pred_ctx	 ctx = { rec->fields, NULL, rec->state->name, 0 };

	return !rec_merged(rec) && pred_holds(t->where, &ctx);
}

struct counting {
	struct core		*core;
	struct store_txn	*txn;
	const struct rollup	*rollup;
	int64_t			 n;
	enum store_err		 e;
};

static bool
count_one(uint64_t id, void *arg)
{
	struct counting	*c = arg;
	struct rec	*rec;

	if (rec_get(c->core, c->txn, id, &rec) != REC_OK) {
		c->e = STORE_BAD;
		return false;
	}
	c->n += is_counted(c->rollup, rec);
	rec_free(rec);
	return true;
}

static bool
put_count(struct rec *rec, const struct field *f, int64_t n)
{
	if (n > 0)
		return val_put(rec->fields, f->name, val_int(n));
	val_drop(rec->fields, f->name);
	return true;
}

enum store_err
link_count(struct core *core, struct store_txn *txn, struct rec *rec)
{
	enum store_err	 e = STORE_OK;

	for (size_t i = 0; e == STORE_OK && i < rec->book->nall; i++) {
		const struct field	*f = rec->book->all[i];
		struct counting		 c = { core, txn, f->rollup, 0, STORE_OK };

		if (f->rollup == NULL || f->rollup->link == NULL)
			continue;
		e = link_each(core, txn, f->rollup->link, rec->id, count_one, &c);
		if (e == STORE_OK && (e = c.e) == STORE_OK && !put_count(rec, f, c.n))
			e = STORE_SYS;
	}
	return e;
}

void
link_clear_counts(struct rec *rec)
{
	for (size_t i = 0; i < rec->book->nall; i++)
		if (rec->book->all[i]->rollup != NULL && rec->book->all[i]->rollup->link != NULL)
			val_drop(rec->fields, rec->book->all[i]->name);
}

/* ---- records whose count changes ------------------------------------------------------------- */

/* Ids of the records that one save begins or ceases to count in. */
struct target_set {
	struct idset	 ids;
	bool		 bad;
};

static void
add_target(uint64_t target, void *arg)
{
	struct target_set	*t = arg;

	t->bad |= !idset_add(&t->ids, target, NULL);
}

struct comparing {
	const struct field	*link;
	const struct rec	*with;		/* NULL: no links */
	struct target_set		*out;
};

static void
add_unless_in_other(uint64_t target, void *arg)
{
	const struct comparing	*c = arg;
	struct target_search		 s = { target, false };

	if (c->with != NULL)
		link_targets(c->link, c->with->fields, compare_target, &s);
	if (!s.there)
		add_target(target, c->out);
}

static void
add_changed_targets(const struct rollup *t, const struct rec *old, const struct rec *now,
    struct target_set *out)
{
	const struct rec	*was = old != NULL && is_counted(t, old) ? old : NULL,
	    *is = is_counted(t, now) ? now : NULL;
	struct comparing	 gone = { t->link, is, out }, come = { t->link, was, out };

	if (was != NULL)
		link_targets(t->link, was->fields, add_unless_in_other, &gone);
	if (is != NULL)
		link_targets(t->link, is->fields, add_unless_in_other, &come);
}

static enum store_err
recount(const struct writer *w, uint64_t id, const struct deadline_change *how)
{
	struct rec	*old, *now;
	enum store_err	 e = STORE_SYS;

	switch (rec_get(w->core, w->txn, id, &old)) {
	case REC_OK:
		break;
	case REC_MISSING:
		return STORE_OK;		/* link_check() refuses links to missing records */
	case REC_BAD:
		return STORE_BAD;
	default:
		return STORE_SYS;
	}
	if ((now = rec_dup(old)) != NULL && (e = link_count(w->core, w->txn, now)) == STORE_OK &&
	    !val_same(old->env, now->env))
		e = deadline_update_derived(old, now, w->today, how) ?
		    index_put_derived(w->core, w->txn, old, now) : STORE_SYS;
	rec_free(old);
	rec_free(now);
	return e;
}

enum store_err
link_update_counts(const struct writer *w, const struct rec *old, const struct rec *now,
    const struct deadline_change *how)
{
	struct target_set	 target_set = { 0 };
	enum store_err	 e = STORE_OK;

	for (size_t i = 0; i < now->book->nall; i++) {
		const struct book	*to = now->book->all[i]->link_book;

		for (size_t k = 0; to != NULL && k < to->nall; k++)
			if (to->all[k]->rollup != NULL &&
			    to->all[k]->rollup->link == now->book->all[i])
				add_changed_targets(to->all[k]->rollup, old, now, &target_set);
	}
	if (target_set.bad)
		e = STORE_SYS;
	for (size_t i = 0; e == STORE_OK && i < target_set.ids.n; i++)
		if (!deadline_excluded(how, target_set.ids.at[i]))
			e = recount(w, target_set.ids.at[i], how);
	idset_free(&target_set.ids);
	return e;
}
