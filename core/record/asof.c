#include "core/record/asof.h"

#include <stdlib.h>
#include <string.h>

#include "core/record/deadline.h"
#include "core/record/link.h"
#include "core/record/children.h"
#include "forms/idset.h"
#include "forms/pred.h"
#include "forms/vec.h"

/* ---- versions -------------------------------------------------------------------------------- */

static int64_t
moment(const struct rec *rec, const char *stamp)
{
	return val_get_num(val_get(rec->env, stamp), "at", 0);
}

struct versions {
	struct core	*core;
	uint64_t	 id;
	int		 until;		/* a day: reading ends at the first version that is not
					   later; 0 = read all */
	struct rec	**at;		/* latest first */
	size_t		 n, cap;
	enum rec_err	 e;
};

static bool
add_version(struct versions *v, struct rec *rec)
{
	if (!VEC_ROOM(v->at, v->n, &v->cap)) {
		rec_free(rec);
		v->e = REC_SYS;
		return false;
	}
	v->at[v->n++] = rec;
	return true;
}

static bool
version_each(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct versions	*v = arg;
	struct rec	*rec;
	bool		 here;

	(void)key;
	if (klen != REC_VERSION_KEY ||
	    (v->e = rec_decode(v->core->set, v->id, p, n, &rec)) != REC_OK)
		return v->e == REC_OK;
	here = v->until == 0 || civil_at(moment(rec, "last")) <= v->until;
	if (!here) {
		rec_free(rec);
		return true;
	}
	return add_version(v, rec) && v->until == 0;
}

static enum rec_err
read_versions(struct versions *v, const struct rec *now)
{
	unsigned char	 lo[REC_VERSION_KEY], hi[REC_VERSION_KEY];
	enum store_err	 e;

	v->id = now->id;
	rec_version_key(now->id, 0, lo);
	rec_version_key(now->id, now->ver, hi);
	e = store_scan(v->core->store, NULL, STORE_VER,
	    &(struct store_range){ .lo = lo, .lolen = sizeof lo, .hi = hi,
	    .hilen = sizeof hi, .reverse = true }, version_each, v);
	if (v->e == REC_OK && e != STORE_OK)
		v->e = e == STORE_BAD ? REC_BAD : REC_SYS;
	return v->e;
}

static void
versions_free(struct versions *v)
{
	for (size_t i = 0; i < v->n; i++)
		rec_free(v->at[i]);
	free(v->at);
}

enum rec_err
asof_version(struct core *core, const struct rec *now, int on, struct rec **out)
{
	struct versions	 v = { .core = core, .until = on, .e = REC_OK };

	*out = NULL;
	if (civil_at(moment(now, "made")) > on)
		return REC_MISSING;
	if (civil_at(moment(now, "last")) <= on)
		return (*out = rec_dup(now)) != NULL ? REC_OK : REC_SYS;
	if (read_versions(&v, now) == REC_OK && v.n > 0) {
		*out = v.at[0];
		v.n = 0;
	}
	versions_free(&v);
	return v.e != REC_OK ? v.e : *out != NULL ? REC_OK : REC_MISSING;
}

/* ---- records it was merged with -------------------------------------------------------------- */

/*
 * A merge moves the children of one record to another, and undoing it moves them back. So children
 * that a record had on a past day are looked for under all records with which it, and these in
 * turn, were merged or separated since.
 */
struct merge_group {
	struct core	*core;
	int		 on;
	struct idset	 ids;		/* the record itself first */
	enum rec_err	 e;
};

static bool
add_merged(struct merge_group *k, uint64_t id)
{
	if (idset_add(&k->ids, id, NULL))
		return true;
	k->e = REC_SYS;
	return false;
}

/* False: all earlier versions are of that day or older, or reading failed. */
static bool
check_version(struct merge_group *k, const struct rec *rec)
{
	const struct val	*last = val_get(rec->env, "last");
	const char		*act = val_get_str(last, "act");

	if (civil_at(moment(rec, "last")) <= k->on)
		return false;
	if (act == NULL || (strcmp(act, "merge") != 0 && strcmp(act, "unmerge") != 0))
		return true;
	return add_merged(k, (uint64_t)val_get_num(val_get(last, "with"), "id", 0));
}

static bool
check_version_row(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct merge_group	*k = arg;
	struct rec	*rec;
	bool		 on;

	if (klen != REC_VERSION_KEY ||
	    (k->e = rec_decode(k->core->set, buf_get_u64(key), p, n, &rec)) != REC_OK)
		return k->e == REC_OK;
	on = check_version(k, rec);
	rec_free(rec);
	return on;
}

static void
add_merged_with(struct merge_group *k, const struct rec *rec)
{
	unsigned char	 lo[REC_VERSION_KEY], hi[REC_VERSION_KEY];

	rec_version_key(rec->id, 0, lo);
	rec_version_key(rec->id, rec->ver, hi);
	if (check_version(k, rec) &&
	    store_scan(k->core->store, NULL, STORE_VER,
	    &(struct store_range){ .lo = lo, .lolen = sizeof lo,
	    .hi = hi, .hilen = sizeof hi, .reverse = true }, check_version_row, k) != STORE_OK &&
	    k->e == REC_OK)
		k->e = REC_SYS;
}

/* Collects the ids of the group. The caller frees k->ids. */
static enum rec_err
find_merge_group(struct merge_group *k, const struct rec *now)
{
	struct rec	*rec;

	if (add_merged(k, now->id) && k->on != 0 && now->book->merged != NULL)
		add_merged_with(k, now);
	for (size_t i = 1; k->e == REC_OK && i < k->ids.n; i++)
		if ((k->e = rec_get(k->core, NULL, k->ids.at[i], &rec)) == REC_OK) {
			add_merged_with(k, rec);
			rec_free(rec);
		}
	return k->e;
}

/* ---- the records below it -------------------------------------------------------------------- */

/* The children of one record: of the casefile's own record, or of one of its descendants. */
struct child_walk {
	struct core		*core;
	const struct rec	*parent;	/* as it is now */
	const struct rec	*parent_then;	/* as it was on the day */
	int			 depth;		/* depth of the children */
	struct asof		*asof;
	enum rec_err		 e;
};

static void
asof_child_free(struct asof_child *l)
{
	if (l->then != l->now)
		rec_free(l->then);
	rec_free(l->now);
}

/* Sets l->then. REC_MISSING: on that day the record did not exist yet, or had another parent. */
static enum rec_err
read_child(struct child_walk *g, struct asof_child *l)
{
	enum rec_err	 e;

	l->then = l->now;
	if (g->asof->on == 0)
		return REC_OK;
	if ((e = asof_version(g->core, l->now, g->asof->on, &l->then)) != REC_OK)
		return e;
	if ((uint64_t)val_get_num(l->then->fields, l->then->book->under->name, 0) != g->parent->id)
		return REC_MISSING;
	return rec_set_parent(l->then, g->parent_then) ? REC_OK : REC_SYS;
}

static bool
add_child(uint64_t id, int day, void *arg)
{
	struct child_walk	*g = arg;
	struct asof		*asof = g->asof;
	struct asof_child	 l = { .depth = g->depth };

	(void)day;
	if ((g->e = rec_get(g->core, NULL, id, &l.now)) != REC_OK)
		return false;
	if ((g->e = read_child(g, &l)) == REC_OK && VEC_ROOM(asof->at, asof->n, &asof->cap)) {
		l.day = child_day(l.then);
		asof->at[asof->n++] = l;
		return true;
	}
	if (g->e == REC_OK)
		g->e = REC_SYS;
	else if (g->e == REC_MISSING)
		g->e = REC_OK;
	asof_child_free(&l);
	return g->e == REC_OK;
}

static int
by_book_and_day(const void *a, const void *b)
{
	const struct asof_child	*x = a, *y = b;

	if (x->then->book != y->then->book)
		return x->then->book->index < y->then->book->index ? -1 : 1;
	if (x->day != y->day)
		return x->day > y->day ? -1 : 1;
	return (x->then->id < y->then->id) - (x->then->id > y->then->id);
}

/* ---- derived data of the past ---------------------------------------------------------------- */

/* Removes acknowledgements: only the trail knows which of them were in force on a past day. */
static void
clear_acks(struct rec *rec)
{
	struct val	*clk = val_get(rec->env, "clk");

	for (size_t i = 0; i < rec->book->nclocks; i++)
		if (val_get(clk, rec->book->clocks[i].name) != NULL)
			val_drop(val_get(clk, rec->book->clocks[i].name), "ack");
}

/*
 * Computes the rollups of one record from its children. recs: room for all children of a casefile.
 * False: memory.
 */
static bool
compute_rollups_of(const struct set *set, const struct asof *f, struct rec *parent,
    const struct rec **recs)
{
	bool	 ok = true;

	for (size_t i = 0; ok && i < set->nbooks; i++) {
		const struct book	*book = &set->books[i];
		size_t			 n = 0;

		if (book->under == NULL || book->under->link_book != parent->book)
			continue;
		for (size_t k = 0; k < f->n; k++)
			if (f->at[k].then->book == book &&
			    (uint64_t)val_get_num(f->at[k].then->fields, book->under->name,
			    0) == parent->id)
				recs[n++] = f->at[k].then;
		ok = child_rollup(book, recs, n, parent);
	}
	return ok;
}

/*
 * The deepest records come first, so that the children of a record are complete when its rollups
 * are computed.
 */
static bool
compute_rollups(struct core *core, int today, struct asof *f)
{
	const struct rec	**recs = calloc(f->n + 1, sizeof *recs);
	bool			  ok = recs != NULL;
	int			  depth = 0;

	for (size_t k = 0; k < f->n; k++)
		depth = f->at[k].depth > depth ? f->at[k].depth : depth;
	for (depth--; ok && depth > 0; depth--)
		for (size_t k = 0; ok && k < f->n; k++)
			if (f->at[k].depth == depth)
				ok = compute_rollups_of(core->set, f, f->at[k].then, recs);
	ok = ok && compute_rollups_of(core->set, f, f->rec, recs);
	if (f->on < today)
		link_clear_counts(f->rec);
	free(recs);
	clear_acks(f->rec);
	for (size_t k = 0; k < f->n; k++)
		clear_acks(f->at[k].then);
	return ok;
}

bool
asof_deadline_known(const struct asof *f, const struct rec *rec, const struct clock *c)
{
	const struct pred_ctx	 ctx = { rec->fields, NULL, rec->state->name, 0 };
	int			 since = deadline_since(c, rec);

	if (f->on == 0 || (c->kind == CLOCK_ON && !c->empty_now) || (since != 0 && since <= f->on))
		return true;
	return !pred_holds(c->when, &ctx) || (c->paused != NULL && pred_holds(c->paused, &ctx));
}

static void
free_children(struct asof *f)
{
	for (size_t i = 0; i < f->n; i++)
		asof_child_free(&f->at[i]);
	free(f->at);
}

static bool
has_children(const struct set *set, const struct book *book)
{
	for (size_t i = 0; i < set->nbooks; i++)
		if (set->books[i].under != NULL && set->books[i].under->link_book == book)
			return true;
	return false;
}

static enum rec_err
read_children(struct core *core, const struct rec *now, const struct rec *then, int depth,
    struct asof *out)
{
	struct child_walk	 g = { core, now, then, depth, out, REC_OK };
	struct merge_group	 group = { .core = core, .on = out->on, .e = REC_OK };
	const struct set	*set = core->set;
	enum store_err		 e = STORE_OK;

	if (!has_children(set, now->book))
		return REC_OK;
	g.e = find_merge_group(&group, now);
	for (size_t i = 0; i < set->nbooks; i++)
		if (set->books[i].under != NULL && set->books[i].under->link_book == now->book)
			for (size_t k = 0; e == STORE_OK && g.e == REC_OK && k < group.ids.n; k++)
				e = child_each(core, NULL, &set->books[i], group.ids.at[k],
				    add_child, &g);
	idset_free(&group.ids);
	return g.e != REC_OK || e == STORE_OK ? g.e : REC_SYS;
}

enum rec_err
asof_read(struct core *core, const struct rec *now, int on, int today, struct asof *out)
{
	enum rec_err	 e = REC_OK;

	*out = (struct asof){ .on = on };
	if (on != 0)
		e = asof_version(core, now, on, &out->rec);
	else if ((out->rec = rec_dup(now)) == NULL)
		e = REC_SYS;
	if (e == REC_OK)
		e = read_children(core, now, out->rec, 1, out);
	for (size_t i = 0; e == REC_OK && i < out->n; i++)	/* grows while children have
								   children */
		e = read_children(core, out->at[i].now, out->at[i].then, out->at[i].depth + 1, out);
	if (e != REC_OK)
		return e;
	if (out->n > 1)
		qsort(out->at, out->n, sizeof *out->at, by_book_and_day);
	return on == 0 || compute_rollups(core, today, out) ? REC_OK : REC_SYS;
}

void
asof_free(struct asof *f)
{
	free_children(f);
	rec_free(f->rec);
	*f = (struct asof){ 0 };
}

/* ---- history --------------------------------------------------------------------------------- */

static void
put64(unsigned char *at, uint64_t v)
{
	for (int i = 7; i >= 0; i--, v >>= 8)
		at[i] = (unsigned char)v;
}

static void
event_key(const struct rec *rec, unsigned char key[EVENT_KEY])
{
	put64(key, (uint64_t)moment(rec, "last"));
	put64(key + 8, rec->id);
	put64(key + 16, rec->ver);
}

static void
event_free(struct event *e)
{
	rec_free(e->rec);
	rec_free(e->was);
}

struct event_query {
	const struct asof	*asof;
	const unsigned char	*before;
	size_t			 limit;
	struct events		*out;
};

/* Adds an event, newest first; what exceeds the limit is the oldest and is dropped. Takes rec. */
static enum rec_err
add_event(struct event_query *h, struct rec *rec, const struct rec *was)
{
	struct events	*out = h->out;
	struct event	 e = { .rec = rec };
	size_t		 i;

	event_key(rec, e.key);
	if ((h->before != NULL && memcmp(e.key, h->before, EVENT_KEY) >= 0) ||
	    (h->asof->on != 0 && civil_at(moment(rec, "last")) > h->asof->on)) {
		rec_free(rec);
		return REC_OK;
	}
	for (i = out->n; i > 0 && memcmp(out->at[i - 1].key, e.key, EVENT_KEY) < 0; i--)
		;
	if (i < h->limit && was != NULL && (e.was = rec_dup(was)) == NULL) {
		rec_free(rec);
		return REC_SYS;
	}
	memmove(&out->at[i + 1], &out->at[i], (out->n - i) * sizeof *out->at);
	out->at[i] = e;
	if (++out->n > h->limit) {
		event_free(&out->at[--out->n]);
		out->more = true;
	}
	return REC_OK;
}

static enum rec_err
add_versions(struct event_query *h, struct core *core, const struct rec *now)
{
	struct versions	 v = { .core = core, .e = REC_OK };
	struct rec	*copy;
	enum rec_err	 e = read_versions(&v, now);

	if (e == REC_OK && (copy = rec_dup(now)) == NULL)
		e = REC_SYS;
	else if (e == REC_OK)
		e = add_event(h, copy, v.n > 0 ? v.at[0] : NULL);
	for (size_t i = 0; e == REC_OK && i < v.n; i++) {
		if ((copy = rec_dup(v.at[i])) == NULL)
			e = REC_SYS;
		else
			e = add_event(h, copy, i + 1 < v.n ? v.at[i + 1] : NULL);
	}
	versions_free(&v);
	return e;
}

static int
cmp_latest(const void *a, const void *b)
{
	unsigned char	 x[EVENT_KEY], y[EVENT_KEY];

	event_key(*(const struct rec *const *)a, x);
	event_key(*(const struct rec *const *)b, y);
	return memcmp(y, x, EVENT_KEY);
}

/*
 * Once the list is full, a record that was last saved before the oldest event of the list can add
 * nothing.
 */
static enum rec_err
collect_newest(struct event_query *h, struct core *core, const struct rec **recs, size_t n)
{
	enum rec_err	 e = REC_OK;
	unsigned char	 key[EVENT_KEY];

	qsort(recs, n, sizeof *recs, cmp_latest);
	for (size_t i = 0; e == REC_OK && i < n; i++) {
		event_key(recs[i], key);
		if (h->out->n == h->limit &&
		    memcmp(key, h->out->at[h->out->n - 1].key, EVENT_KEY) < 0) {
			h->out->more = true;
			break;
		}
		e = add_versions(h, core, recs[i]);
	}
	return e;
}

enum rec_err
asof_events(struct core *core, const struct rec *now, const struct asof *f,
    const unsigned char *before, size_t limit, asof_visible_fn *seen, void *arg, struct events *out)
{
	struct event_query	  h = { f, before, limit, out };
	const struct rec	**recs = calloc(f->n + 1, sizeof *recs);
	size_t			  n = 0;
	enum rec_err		  e = REC_SYS;

	*out = (struct events){ .at = calloc(limit + 1, sizeof *out->at) };
	if (recs != NULL && out->at != NULL) {
		recs[n++] = now;
		for (size_t i = 0; i < f->n; i++)
			if (seen(f->at[i].now, arg))
				recs[n++] = f->at[i].now;
		e = collect_newest(&h, core, recs, n);
	}
	free(recs);
	return e;
}

void
asof_events_free(struct events *e)
{
	for (size_t i = 0; i < e->n; i++)
		event_free(&e->at[i]);
	free(e->at);
	*e = (struct events){ 0 };
}
