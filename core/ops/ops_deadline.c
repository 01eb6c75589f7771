#include <stdlib.h>
#include <string.h>

#include "core/ops/ops_int.h"
#include "core/record/deadline.h"
#include "core/record/children.h"
#include "forms/idset.h"
#include "forms/vec.h"

/* ---- the query ------------------------------------------------------------------------------- */

#define AHEAD		7		/* days shown before they are due */
#define DEADLINES_KEPT	1000		/* the most urgent ones, with room for those that the actor
					   turns out not to see; further ones are only counted */

struct deadline {
	const struct clock	*clock;
	int			 day;
	uint64_t		 id;
};

/* Restrictions of a list of deadlines; NULL: none. */
struct filter {
	const struct clock	*clock;
	const char		*area;
	const char		*text;		/* text typed into the find box */
};

/* One line of the counts: of a clock, or of an area, which `digits` digits of the code identify. */
struct group {
	const struct clock	*clock;
	char			 area[AREA_CODE + 1];
	int64_t			 over, soon;
	int			 oldest;	/* day due */
};

struct groups {
	size_t		 digits;		/* 0: by clock */
	struct group	*at;
	size_t		 n, cap;
	size_t		 last;			/* the group of the last row */
};

struct deadline_query {
	struct call		*call;
	struct filter		 filter;
	const struct deadline	*after;	/* the last line of the page before; NULL: the first page */
	struct groups		*groups;	/* deadlines are counted here instead of kept; NULL:
						   they are kept */
	const struct clock	*clock;		/* the clock being read */
	const char		*area;	/* area of the scope being read; AREA_NONE for a body */
	struct idset		 seen;		/* records of a clock whose records may lie in
						   several scopes */
	int			 today, ahead;
	int			 until;		/* last due day that is included */
	struct deadline		*at;		/* 2 * DEADLINES_KEPT */
	size_t			 n;
	int			 worst;		/* later days are only counted; 0 = none yet */
	bool			 cut;		/* some deadlines were only counted */
	size_t			 looked;	/* records checked for the text */
	bool			 partial;	/* there are more of these than one request may
						   check */
	int64_t			 over, soon;
	struct val		*log;		/* of ops_find_note(), when restricted by text */
	bool			 bad;
};

static int
by_urgency(const void *a, const void *b)
{
	const struct deadline	*x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->clock->priority != y->clock->priority)
		return x->clock->priority < y->clock->priority ? -1 : 1;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (x->clock->index > y->clock->index) - (x->clock->index < y->clock->index);
}

/*
 * Keeps the most urgent deadlines. Rows come by clock and by area, so an urgent deadline may be the
 * last row of all.
 */
static void
keep_urgent(struct deadline_query *d)
{
	qsort(d->at, d->n, sizeof *d->at, by_urgency);
	if (d->n <= DEADLINES_KEPT)
		return;
	d->n = DEADLINES_KEPT;
	d->worst = d->at[d->n - 1].day;
	d->cut = true;
}

static bool
is_group(const struct groups *g, size_t i, const struct clock *clock, const char *area)
{
	return g->digits == 0 ? g->at[i].clock == clock :
	    memcmp(g->at[i].area, area, g->digits) == 0;
}

/*
 * Rows of one group follow each other, and the rows of the next clock begin with the first group
 * again, so the search begins at the last group.
 */
static struct group *
group_of(struct groups *g, const struct clock *clock, const char *area)
{
	for (size_t i = 0; i < g->n; i++) {
		size_t	 k = (g->last + i) % g->n;

		if (is_group(g, k, clock, area)) {
			g->last = k;
			return &g->at[k];
		}
	}
	if (!VEC_ROOM(g->at, g->n, &g->cap))
		return NULL;
	g->at[g->n] = (struct group){ .clock = g->digits == 0 ? clock : NULL };
	if (g->digits > 0) {
		memset(g->at[g->n].area, '0', AREA_CODE);
		memcpy(g->at[g->n].area, area, g->digits);
	}
	g->last = g->n;
	return &g->at[g->n++];
}

static void
count_in_group(struct deadline_query *d, const char *area, int day)
{
	struct group	*g = group_of(d->groups, d->clock, area);

	if (g == NULL) {
		d->bad = true;
		return;
	}
	g->over += day < d->today;
	g->soon += day >= d->today;
	if (g->oldest == 0 || day < g->oldest)
		g->oldest = day;
}

/* Adds a deadline of the clock being read, in its reach and not after `until`. */
static void
add_deadline(struct deadline_query *d, const char *area, int day, uint64_t id)
{
	const struct deadline	 one = { d->clock, day, id };

	d->over += day < d->today;
	d->soon += day >= d->today;
	if (d->groups != NULL) {
		count_in_group(d, area, day);
		return;
	}
	if (d->after != NULL && by_urgency(&one, d->after) <= 0)
		return;
	if (d->worst != 0 && day > d->worst) {
		d->cut = true;
		return;
	}
	d->at[d->n++] = one;
	if (d->n == 2 * DEADLINES_KEPT)
		keep_urgent(d);
}

/*
 * Sets the clock that is read next. False: the actor does not see deadlines of that clock, or did
 * not ask for it.
 */
static bool
begin_clock(struct deadline_query *d, const struct clock *clock)
{
	int	 escalation = d->filter.clock == NULL || d->filter.clock == clock ?
	    deadline_escalation(clock, d->call->actor->role) : -1;

	d->clock = clock;
	idset_free(&d->seen);
	d->until = civil_add(d->today, escalation > 0 ? -escalation : clock->ahead > d->ahead ?
	    clock->ahead : d->ahead, 'd');
	return escalation >= 0;
}

/* ---- deadlines by index rows ----------------------------------------------------------------- */

/* Whether one more record may be checked for the text. */
static bool
may_look(struct deadline_query *d)
{
	d->partial |= d->looked == d->call->core->scan_limit;
	d->looked += !d->partial;
	return !d->partial;
}

static bool
fits_text(struct deadline_query *d, uint64_t id)
{
	struct rec	*rec;
	struct term_match	 term_match;
	bool		 yes;

	if (d->filter.text == NULL)
		return true;
	if (!may_look(d) || rec_get(d->call->core, NULL, id, &rec) != REC_OK)
		return false;
	yes = access_allowed(d->call->actor, ACCESS_SEE, rec, NULL) &&
	    query_fits(d->call->actor, rec, d->filter.text, &term_match);
	d->bad |= yes && !ops_find_note(d->log, rec, &term_match);
	rec_free(rec);
	return yes;
}

/* A record in several scopes has a row in each, but its deadline counts once. */
static bool
is_first_row(struct deadline_query *d, uint64_t id)
{
	bool	 added = true;

	if (d->clock->area != NULL && d->clock->area->many)
		d->bad |= !idset_add(&d->seen, id, &added);
	return added && !d->bad;
}

static bool
deadline_row(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct deadline_query	*d = arg;
	const uint64_t		 id = index_key_record(key, klen);
	const int		 day = index_key_day(key, klen);

	(void)p;
	(void)n;
	if (day != 0 && is_first_row(d, id) && fits_text(d, id))
		add_deadline(d, d->area, day, id);
	return !d->bad && !d->partial;
}

static bool
scan_scope(const struct scope *scope, void *arg)
{
	struct deadline_query	*d = arg;
	struct core	*core = d->call->core;
	struct buf	 lo = BUF_INIT, hi = BUF_INIT;

	d->area = scope_area(scope) != NULL ? scope_area(scope) : AREA_NONE;
	buf_put_u32(&lo, index_catalog_deadline(core->index_catalog, d->clock)->id);
	buf_put(&lo, scope->key, SCOPE_KEY);
	buf_put(&hi, lo.p, lo.n);
	buf_put_u32(&hi, (uint32_t)d->until + 1);
	if (lo.bad || hi.bad ||
	    store_scan(core->store, NULL, STORE_IDX,
	    &(struct store_range){ .lo = lo.p, .lolen = lo.n,
	    .hi = hi.p, .hilen = hi.n, .keys_only = true }, deadline_row, d) != STORE_OK)
		d->bad = true;
	buf_free(&lo);
	buf_free(&hi);
	return !d->bad && !d->partial;
}

static void
scan_reach(const struct scope *reach, void *arg)
{
	struct deadline_query	*d = arg;
	struct core		*core = d->call->core;
	struct scope		 scope;

	if (!d->bad && !d->partial && scope_narrow(reach, d->filter.area, &scope) &&
	    query_each_scope(core,
	    index_catalog_deadline(core->index_catalog, d->clock)->id, &scope, scan_scope,
	    d) != STORE_OK)
		d->bad = true;
}

/* ---- deadlines by text ----------------------------------------------------------------------- */

struct ids {
	uint64_t	*at;
	size_t		 n, cap;
	struct val	*log;		/* of ops_find_note() */
	bool		 bad;
};

static bool
add_id(struct ids *ids, uint64_t id)
{
	if (!VEC_ROOM(ids->at, ids->n, &ids->cap)) {
		ids->bad = true;
		return false;
	}
	ids->at[ids->n++] = id;
	return true;
}

static bool
add_found(struct rec *rec, const struct term_match *term_match, void *arg)
{
	struct ids	*ids = arg;
	uint64_t	 id = rec->id;

	ids->bad |= !ops_find_note(ids->log, rec, term_match);
	rec_free(rec);
	return !ids->bad && add_id(ids, id);
}

static bool
add_child(uint64_t id, int day, void *arg)
{
	(void)day;
	return add_id(arg, id);
}

/*
 * Adds the deadlines of one record, except those of clocks with a scope field: their few rows are
 * read directly.
 */
static void
add_of_record(struct deadline_query *d, uint64_t id)
{
	struct rec	*rec;
	const char	*area;
	bool		 his;
	int		 day;

	if (!may_look(d) || rec_get(d->call->core, NULL, id, &rec) != REC_OK)
		return;
	area = rec_area(rec);
	his = (d->filter.area == NULL || area_within(area, d->filter.area)) &&
	    access_allowed(d->call->actor, ACCESS_SEE_BY_SCOPE, rec, NULL);
	for (size_t i = 0; his && i < rec->book->nclocks; i++)
		if (rec->book->clocks[i].area == NULL && begin_clock(d, &rec->book->clocks[i]) &&
		    (day = deadline_day(d->clock, rec)) != 0 && day <= d->until)
			add_deadline(d, area, day, id);
	rec_free(rec);
}

/* Whether records of a book, or their descendants, have deadlines. */
static bool
has_clocks(const struct set *set, const struct book *book)
{
	bool	 has = book->nclocks > 0;

	for (size_t b = 0; !has && b < set->nbooks; b++)
		has = set->books[b].under != NULL && set->books[b].under->link_book == book &&
		    has_clocks(set, &set->books[b]);
	return has;
}

/*
 * Adds the deadlines of a record and of its descendants, because people know these by the name of
 * the ancestor.
 */
static void
add_of_found(struct deadline_query *d, const struct book *book, uint64_t id)
{
	const struct set	*set = d->call->core->set;

	if (book->nclocks > 0)
		add_of_record(d, id);
	for (size_t b = 0; !d->bad && b < set->nbooks; b++) {
		const struct book	*child = &set->books[b];
		struct ids		 below = { 0 };

		if (child->under == NULL || child->under->link_book != book ||
		    !has_clocks(set, child))
			continue;
		d->bad = child_each(d->call->core, NULL, child, id, add_child,
		    &below) != STORE_OK || below.bad;
		for (size_t i = 0; !d->bad && !d->partial && i < below.n; i++)
			add_of_found(d, child, below.at[i]);
		free(below.at);
	}
}

static void
find_deadlines(struct deadline_query *d)
{
	const struct set	*set = d->call->core->set;
	struct ids		 found = { .log = d->log };

	for (size_t b = 0; !d->bad && !d->partial && b < set->nbooks; b++) {
		if (set->books[b].under != NULL)
			continue;
		found.n = 0;
		d->bad = query_find(d->call->core, d->call->actor, &set->books[b], d->filter.text,
		    add_found, &found, &d->partial) != STORE_OK || found.bad;
		for (size_t i = 0; !d->bad && i < found.n; i++)
			add_of_found(d, &set->books[b], found.at[i]);
	}
	free(found.at);
}

/*
 * Reads own deadlines up to some days ahead, and those of others only when they have escalated to
 * the role. The most urgent come first.
 */
static void
read_deadlines(struct deadline_query *d)
{
	const struct set	*set = d->call->core->set;
	const struct actor	*actor = d->call->actor;

	d->today = d->call->today;
	d->bad |= d->groups == NULL && (d->at = calloc(2 * DEADLINES_KEPT, sizeof *d->at)) == NULL;
	for (size_t b = 0; !d->bad && actor->role != NULL && b < set->nbooks; b++)
		for (size_t c = 0; c < set->books[b].nclocks; c++)
			if ((d->filter.text == NULL || set->books[b].clocks[c].area != NULL) &&
			    begin_clock(d, &set->books[b].clocks[c]))
				access_each_scope(actor, &set->books[b], scan_reach, d);
	if (!d->bad && d->filter.text != NULL && actor->role != NULL)
		find_deadlines(d);
	if (!d->bad && d->groups == NULL)
		keep_urgent(d);
	idset_free(&d->seen);
}

/* ---- reply ----------------------------------------------------------------------------------- */

bool
ops_put_deadline(struct val *into, const struct clock *clock, int day, const struct rec *rec,
    int today)
{
	const struct val	*ack = deadline_ack(clock, rec);
	int			 from_day;
	const char		*from = deadline_basis_name(deadline_get_basis(clock, rec,
	    &from_day));

	return val_put(into, PK_CLOCK, val_text(clock->name)) &&
	    val_put(into, PK_DAY, val_int(day)) &&
	    val_put(into, PK_OVER, val_int(civil_days(today) - civil_days(day))) &&
	    val_put(into, PK_FROM, val_text(from)) &&
	    val_put(into, PK_FROM_DAY, val_int(from_day)) &&
	    (ack == NULL || val_put(into, PK_ACK, val_dup(ack)));
}

static struct val *
show_deadline(struct call *call, const struct deadline *deadline, const struct rec *rec,
    const struct form_ctx *ctx)
{
	struct val	*v = val_map();

	if (ops_put_deadline(v, deadline->clock, deadline->day, rec, ctx->today) &&
	    val_put(v, PK_BOOK, val_text(rec->book->name)) &&
	    (deadline->clock->done == NULL ||
	    val_put(v, PK_DONE, val_text(deadline->clock->done->name))) &&
	    val_put(v, PK_ROW, ops_show_row(call, rec, ops_default_list(call->actor, rec->book),
	    NULL, 0, ctx)))
		return v;
	val_free(v);
	return NULL;
}

static bool
show_deadlines(struct deadline_query *d, size_t limit, struct val *out, bool *more)
{
	struct form_ctx	 ctx;
	struct rec	*rec;
	bool		 ok = true;

	*more = d->cut;
	call_hold(d->call, &ctx);
	for (size_t i = 0; ok && i < d->n; i++) {
		if (rec_get(d->call->core, NULL, d->at[i].id, &rec) != REC_OK)
			continue;
		if (!access_allowed(d->call->actor, ACCESS_SEE, rec, NULL)) {
			rec_free(rec);
			continue;
		}
		if (val_len(out) < limit)
			ok = val_add(out, show_deadline(d->call, &d->at[i], rec, &ctx));
		else
			*more = true;
		rec_free(rec);
		if (val_len(out) == limit && *more)
			break;
	}
	env_ctx_release(d->call->core);
	return ok;
}

static bool
put_counts(const struct deadline_query *d, struct val *into)
{
	return val_put(into, PK_OVER, val_int(d->over)) &&
	    val_put(into, PK_SOON, val_int(d->soon)) &&
	    (!d->partial || val_put(into, PK_PARTIAL, val_bool(true)));
}

struct val *
ops_count_deadlines(struct call *call)
{
	struct deadline_query	 d = { .call = call, .ahead = AHEAD };
	struct val	*out = val_map();
	bool		 ok;

	read_deadlines(&d);
	ok = !d.bad && put_counts(&d, out);
	free(d.at);
	if (ok)
		return out;
	val_free(out);
	return NULL;
}

/* Most overdue first, because the reader looks for arrears. */
static int
by_lateness(const void *a, const void *b)
{
	const struct group	*x = a, *y = b;

	if (x->over != y->over)
		return x->over > y->over ? -1 : 1;
	if (x->oldest != y->oldest)
		return x->oldest < y->oldest ? -1 : 1;
	return x->clock == NULL ? strcmp(x->area, y->area) : x->clock->book != y->clock->book ?
	    strcmp(x->clock->book->name, y->clock->book->name) :
	    strcmp(x->clock->name, y->clock->name);
}

static struct val *
show_group(const struct group *g)
{
	struct val	*v = val_map();
	bool		 ok;

	ok = v != NULL && (g->clock != NULL ? val_put(v, PK_BOOK, val_text(g->clock->book->name)) &&
	    val_put(v, PK_CLOCK, val_text(g->clock->name)) :
	    val_put(v, PK_AREA, val_text(g->area))) &&
	    val_put(v, PK_OVER, val_int(g->over)) && val_put(v, PK_SOON, val_int(g->soon)) &&
	    val_put(v, PK_OLDEST, val_int(g->oldest));
	if (ok)
		return v;
	val_free(v);
	return NULL;
}

static enum call_step
answer_groups(struct deadline_query *d)
{
	struct val	*reply = val_map(), *list = val_list();
	struct groups	*g = d->groups;
	bool		 ok = !d->bad && list != NULL;

	if (ok && g->n > 1)
		qsort(g->at, g->n, sizeof *g->at, by_lateness);
	for (size_t i = 0; ok && i < g->n; i++)
		ok = val_add(list, show_group(&g->at[i]));
	ok = val_put(reply, PK_GROUPS, list) && ok && put_counts(d, reply);
	free(g->at);
	if (ok)
		return ops_answer_find(d->call, d->log, reply);
	val_free(d->log);
	val_free(reply);
	return call_answer_store(d->call, STORE_SYS);
}

static enum call_step
answer_deadlines(struct deadline_query *d, size_t limit)
{
	struct val	*reply = val_map(), *list = val_list();
	bool		 more = false, ok;

	ok = !d->bad && list != NULL && show_deadlines(d, limit, list, &more) &&
	    put_counts(d, reply) && val_put(reply, PK_MORE, val_bool(more));
	ok = val_put(reply, PK_DUE, list) && ok;
	free(d->at);
	if (ok)
		return ops_answer_find(d->call, d->log, reply);
	val_free(d->log);
	val_free(reply);
	return call_answer_store(d->call, STORE_SYS);
}

/* ---- arguments ------------------------------------------------------------------------------- */

/* The clock of these names; NULL: there is none. */
static const struct clock *
clock_named(const struct call *call, const char *book, const char *clock)
{
	const struct book	*b = book != NULL ? set_book(call->core->set, book) : NULL;

	return b != NULL && clock != NULL ? book_clock(b, clock) : NULL;
}

static bool
arg_filter(struct call *call, struct filter *filter)
{
	const char	*clock = call_arg_text(call, PK_CLOCK);

	filter->clock = clock != NULL ? clock_named(call, call_arg_text(call, PK_BOOK), clock) :
	    NULL;
	filter->area = call_arg_text(call, PK_AREA);
	filter->text = call_arg_text(call, PK_FIND);
	if (filter->text != NULL && filter->text[strspn(filter->text, " ")] == '\0')
		filter->text = NULL;
	return filter->clock != NULL || clock == NULL;
}

/* The argument "by". False: not given. */
static bool
arg_groups(struct call *call, struct groups *g)
{
	static const struct { const char *by; size_t digits; } ways[] = {
		{ "clock", 0 }, { "village", 12 }, { "township", 9 },
	};
	const char	*by = call_arg_text(call, PK_BY);

	for (size_t i = 0; by != NULL && i < sizeof ways / sizeof *ways; i++)
		if (strcmp(by, ways[i].by) == 0) {
			g->digits = ways[i].digits;
			return true;
		}
	return false;
}

static bool
arg_after(struct call *call, struct deadline *after, bool *asked)
{
	const struct val	*v = call_arg(call, PK_AFTER);

	*asked = v != NULL;
	*after = (struct deadline){ clock_named(call, val_get_str(v, PK_BOOK),
	    val_get_str(v, PK_CLOCK)), (int)val_get_num(v, PK_DAY, 0),
	    (uint64_t)val_get_num(v, PK_ID, 0) };
	return v == NULL || after->clock != NULL;
}

enum call_step
op_due(struct call *call)
{
	struct deadline_query	 d = { .call = call };
	struct groups	 groups = { 0 };
	struct deadline	 after;
	bool		 counting = arg_groups(call, &groups), has_after;

	if (!arg_filter(call, &d.filter) || !arg_after(call, &after, &has_after))
		return call_answer_error(call, PE_BAD_REQUEST, N_("There is no such duty."));
	d.groups = counting ? &groups : NULL;
	d.after = has_after ? &after : NULL;
	d.bad = (d.log = val_list()) == NULL;
	d.ahead = (int)call_arg_num(call, PK_AHEAD);
	read_deadlines(&d);
	return counting ? answer_groups(&d) :
	    answer_deadlines(&d, (size_t)call_arg_num(call, PK_LIMIT));
}
