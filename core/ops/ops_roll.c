#include <stdlib.h>
#include <string.h>

#include "core/ops/ops_int.h"
#include "core/record/deadline.h"
#include "core/record/children.h"
#include "forms/idset.h"
#include "forms/pred.h"
#include "forms/vec.h"

/*
 * The work of a month on a clock, from its index rows alone. The due day of a row shows the status
 * of a record in the month M:
 *
 *	day <= last day of M	still to be done for M or for an earlier month
 *	day > last day of M nothing is to be done for M: done in M or later, or on the roll only
 *				since M
 *
 * because a deadline that is done in M, or begins in M, is due again at the end of the next month.
 * The roll and the progress use the same rule, so their numbers agree. For a past month the rows
 * show only what is open today, not whether M was missed. So the indexes roll-done (what was done
 * in M) and roll-since (records that are on the roll only since M or later) are read as well;
 * records on the roll since a later month are left out. When visibility depends on more than the
 * area, each record is read instead. Records without a row (closed, not yet active) are on no roll.
 */

struct month {
	const struct clock	*clock;
	int			 first, last;	/* its first and last day */
	bool			 past;
	const char		*within;	/* only in this area; NULL: everywhere */
};

/* Index rows of a past month, by record. */
struct past {
	struct roll_start {
		uint64_t	 id;
		int		 since;	/* on the roll since that day, of that month or later */
	}		*starts;
	size_t		 nstarts, starts_cap;
	struct idset	 done_for;		/* records for which it was done in the month */
	bool		 known;			/* the rows are enough; else each record is read */
};

typedef bool	 row_fn(const char *area, int day, uint64_t id, void *arg);

struct reading {
	struct call		*call;
	const struct month	*month;
	bool			 each;		/* visibility depends on more than the scope: every
						   record is checked */
	row_fn			*fn;
	void			*arg;
	enum store_err		 e;
};

/* ---- rows of the clock in the reach of the actor --------------------------------------------- */

static bool
is_visible(const struct reading *r, uint64_t id)
{
	struct rec	*rec;
	bool		 yes;

	if (!r->each)
		return true;
	if (rec_get(r->call->core, NULL, id, &rec) != REC_OK)
		return false;
	yes = access_allowed(r->call->actor, ACCESS_SEE, rec, NULL);
	rec_free(rec);
	return yes;
}

static bool
read_row(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct reading	*r = arg;
	const uint64_t	 id = index_key_record(key, klen);
	const int	 day = index_key_day(key, klen);
	struct scope	 scope;
	const char	*area;

	(void)p;
	(void)n;
	if (day == 0 || !is_visible(r, id))
		return true;
	scope = index_key_scope(key);
	area = scope_area(&scope) != NULL ? scope_area(&scope) : AREA_NONE;
	if (r->fn(area, day, id, r->arg))
		return true;
	r->e = STORE_SYS;
	return false;
}

/*
 * Reads the keys of an index in a scope, in one range for all villages in it. month: of indexes
 * whose keys have a month before the scope; else 0.
 */
static enum store_err
scan_scope(struct call *call, const struct index_def *idx, int month, const struct scope *scope,
    store_each *fn, void *arg)
{
	struct buf		 lo = BUF_INIT, hi = BUF_INIT;
	enum store_err		 e = STORE_SYS;

	buf_put_u32(&lo, idx->id);
	if (month != 0)
		buf_put_u32(&lo, (uint32_t)month);
	buf_put(&lo, scope->key, scope->n);
	buf_put(&hi, lo.p, lo.n);
	index_key_end(&hi);
	if (!lo.bad && !hi.bad)
		e = store_scan(call->core->store, NULL, STORE_IDX,
		    &(struct store_range){ .lo = lo.p, .lolen = lo.n, .hi = hi.p,
		    .hilen = hi.n, .keys_only = true }, fn, arg);
	buf_free(&lo);
	buf_free(&hi);
	return e;
}

static void
read_scope(const struct scope *reach, void *arg)
{
	struct reading		*r = arg;
	struct scope		 scope;
	enum store_err		 e;

	if (!scope_narrow(reach, r->month->within, &scope))
		return;
	e = scan_scope(r->call, index_catalog_deadline(r->call->core->index_catalog,
	    r->month->clock), 0, &scope, read_row, r);
	if (r->e == STORE_OK)
		r->e = e;
}

static enum store_err
read_rows(struct call *call, const struct month *month, row_fn *fn, void *arg)
{
	const struct clock	*clock = month->clock;
	struct reading		 r = { call, month, !access_by_scope_only(call->actor, clock->book,
	    clock->when), fn, arg, STORE_OK };

	access_each_scope(call->actor, month->clock->book, read_scope, &r);
	return r.e;
}

/* ---- a past month ---------------------------------------------------------------------------- */

struct past_read {
	struct call		*call;
	const struct month	*month;
	struct past		*past;
	enum store_err		 e;
};

static int
by_id(const void *a, const void *b)
{
	const struct roll_start	*x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/*
 * Adds a record that is on the roll since the month or later. Others were on the roll in the whole
 * month and need no entry.
 */
static bool
add_start(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct past_read	*r = arg;
	struct past		*past = r->past;
	const int		 day = index_key_day(key, klen);

	(void)p;
	(void)n;
	if (day == 0 || day < r->month->first)
		return true;
	if (!VEC_ROOM(past->starts, past->nstarts, &past->starts_cap)) {
		r->e = STORE_SYS;
		return false;
	}
	past->starts[past->nstarts++] = (struct roll_start){ index_key_record(key, klen), day };
	return true;
}

static bool
add_done(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct past_read	*r = arg;
	const uint64_t		 parent = index_key_done_parent(key, klen);

	(void)p;
	(void)n;
	if (parent == 0 || idset_add(&r->past->done_for, parent, NULL))
		return true;
	r->e = STORE_SYS;
	return false;
}

static void
read_starts(const struct scope *reach, void *arg)
{
	struct past_read	*r = arg;
	struct index_catalog	*cat = r->call->core->index_catalog;
	struct scope		 scope;
	enum store_err		 e = STORE_OK;

	if (scope_narrow(reach, r->month->within, &scope))
		e = scan_scope(r->call, index_catalog_roll_since(cat, r->month->clock), 0, &scope,
		    add_start, r);
	if (r->e == STORE_OK)
		r->e = e;
}

static void
read_done(const struct scope *reach, void *arg)
{
	struct past_read	*r = arg;
	struct index_catalog	*cat = r->call->core->index_catalog;
	struct scope		 scope;
	enum store_err		 e = STORE_OK;

	if (scope_narrow(reach, r->month->within, &scope))
		e = scan_scope(r->call, index_catalog_roll_done(cat, r->month->clock),
		    r->month->first / 100, &scope, add_done, r);
	if (r->e == STORE_OK)
		r->e = e;
}

/*
 * The rows of what was done have the scope of the parent, so a clock with a scope field must be
 * read record by record.
 */
static bool
is_known_by_index(const struct actor *actor, const struct clock *clock)
{
	return clock->area == NULL && access_by_scope_only(actor, clock->book, clock->when) &&
	    access_by_scope_only(actor, clock->done, clock->done_where);
}

/* The caller calls past_free() in any case. */
static enum store_err
read_past(struct call *call, const struct month *month, struct past *past)
{
	struct past_read	 r = { call, month, past, STORE_OK };

	*past = (struct past){ .known = month->past &&
	    is_known_by_index(call->actor, month->clock) };
	if (!past->known)
		return STORE_OK;
	access_each_scope(call->actor, month->clock->book, read_starts, &r);
	access_each_scope(call->actor, month->clock->done, read_done, &r);
	if (past->nstarts > 1)
		qsort(past->starts, past->nstarts, sizeof *past->starts, by_id);
	return r.e;
}

static void
past_free(struct past *past)
{
	free(past->starts);
	idset_free(&past->done_for);
}

/* ---- arguments ------------------------------------------------------------------------------- */

static bool
arg_month(struct call *call, struct month *m)
{
	const struct book	*book = call_arg_book(call);
	int			 today = call->today, month = (int)call_arg_num(call, PK_MONTH);

	if (book == NULL)
		return false;
	m->clock = book_clock(book, call_arg_text(call, PK_CLOCK));
	if (m->clock == NULL || !clock_has_roll(m->clock) ||
	    !access_see_book(call->actor, m->clock->done)) {
		call_answer_error(call, PE_MISSING,
		    N_("There is no such roll, or it is not yours to see."));
		return false;
	}
	m->within = call_arg_text(call, PK_AREA);
	if (month == 0)
		month = today / 100;
	if (month > today / 100) {
		call_answer_error(call, PE_BAD_REQUEST, N_("This month is still to come."));
		return false;
	}
	m->first = civil_make(month / 100, month % 100, 1);
	m->last = civil_month_end(m->first);
	m->past = m->last < today;
	return true;
}

/* ---- status of a record in the month --------------------------------------------------------- */

enum month_status { LEFT, MISSED, DONE, NEW, NOT_YET };	/* LEFT: still to be done. MISSED: not done,
							   and no longer to be done. NEW: on the
							   roll since the month. NOT_YET: not on the
							   roll then. */

struct done_search {
	struct call		*call;
	const struct month	*month;
	struct rec		*rec;		/* the latest child up to the end of the month (of a
						   month that is not over: in it); NULL: none */
	int			 day;
};

static bool
check_done(uint64_t id, int day, void *arg)
{
	struct done_search		*d = arg;
	const struct month	*m = d->month;
	struct rec		*rec;
	struct pred_ctx		 pc;

	if (day < m->first && !m->past)
		return false;
	if (day > m->last || day > d->call->today ||
	    rec_get(d->call->core, NULL, id, &rec) != REC_OK)
		return true;
	pc = (struct pred_ctx){ rec->fields, NULL, rec->state->name, 0 };
	if (!pred_holds(m->clock->done_where, &pc) ||
	    !access_allowed(d->call->actor, ACCESS_SEE, rec, NULL)) {
		rec_free(rec);
		return true;
	}
	d->rec = rec;
	d->day = day;
	return false;
}

static bool
find_done(struct done_search *d, uint64_t parent)
{
	return child_each(d->call->core, NULL, d->month->clock->done, parent, check_done,
	    d) == STORE_OK;
}

static enum month_status
month_status(const struct month *m, const struct rec *rec, int due, const struct done_search *d)
{
	int	 since = deadline_since(m->clock, rec);

	if (due <= m->last)
		return LEFT;
	if (d->rec != NULL && d->day >= m->first)
		return DONE;
	return since > m->last ? NOT_YET : since >= m->first ? NEW : MISSED;
}

static bool
read_month_status(struct call *call, const struct month *m, int due, uint64_t id,
    enum month_status *is)
{
	struct done_search	 d = { .call = call, .month = m };
	struct rec	*rec;
	bool		 ok;

	*is = NOT_YET;
	if (rec_get(call->core, NULL, id, &rec) != REC_OK)
		return true;
	if ((ok = find_done(&d, id)))
		*is = month_status(m, rec, due, &d);
	rec_free(d.rec);
	rec_free(rec);
	return ok;
}

/*
 * The status for counting; in the present month the row alone shows what is left. False: the store,
 * memory.
 */
static bool
row_month_status(struct call *call, const struct month *m, const struct past *past, int due,
    uint64_t id, enum month_status *is)
{
	const struct roll_start	 key = { .id = id }, *start;

	*is = due <= m->last ? LEFT : DONE;
	if (!m->past || *is == LEFT)
		return true;
	if (!past->known)
		return read_month_status(call, m, due, id, is);
	if (idset_has(&past->done_for, id))
		return true;
	start = past->nstarts > 0 ?
	    bsearch(&key, past->starts, past->nstarts, sizeof *past->starts, by_id) : NULL;
	*is = start == NULL ? MISSED : start->since > m->last ? NOT_YET : NEW;
	return true;
}

static bool
settled(enum month_status is)
{
	return is == DONE || is == NEW;
}

/* ---- the roll -------------------------------------------------------------------------------- */

struct roll_entry {
	bool		 settled;
	int		 day;
	uint64_t	 id;
};

struct roll {
	struct call		*call;
	const struct form_ctx	*ctx;
	struct month		 month;
	struct past		 past;
	struct roll_entry		*at;
	size_t			 n, cap;
	int64_t			 left, over;
};

static bool
add_entry(const char *area, int day, uint64_t id, void *arg)
{
	struct roll		*r = arg;
	enum month_status	 is;

	(void)area;
	if (!row_month_status(r->call, &r->month, &r->past, day, id, &is))
		return false;
	if (is == NOT_YET)
		return true;
	if (!VEC_ROOM(r->at, r->n, &r->cap))
		return false;
	r->at[r->n++] = (struct roll_entry){ settled(is), day, id };
	r->left += !settled(is);
	r->over += day <= r->month.last && day < r->call->today;
	return true;
}

/*
 * What is left comes before what is settled, the earliest due day first; then by age of the record.
 */
static int
by_place(const void *a, const void *b)
{
	const struct roll_entry	*x = a, *y = b;

	if (x->settled != y->settled)
		return x->settled ? 1 : -1;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static struct val *
entry_key(const struct roll_entry *l)
{
	struct buf	 b = BUF_INIT;
	struct val	*v;

	buf_putc(&b, l->settled);
	buf_put_u32(&b, (uint32_t)l->day);
	buf_put_u64(&b, l->id);
	v = b.bad ? NULL : val_bytes(b.p, b.n);
	buf_free(&b);
	return v;
}

static bool
parse_entry_key(const unsigned char *p, struct roll_entry *l)
{
	if (p == NULL)
		return false;
	*l = (struct roll_entry){ p[0] != 0, (int)buf_get_u32(p + 1), buf_get_u64(p + 5) };
	return true;
}

/* The quick entry with the same values. NULL: none. */
static const struct quick_entry *
quick_of(const struct rec *rec, const struct form_ctx *ctx)
{
	const struct quick_entry	*found = NULL;
	struct val		*set;

	for (size_t i = 0; found == NULL && i < rec->book->nquick_entries; i++) {
		bool	 same;

		if ((set = val_map()) == NULL)
			return NULL;
		same = check_apply_quick(rec->book, &rec->book->quick_entries[i], set, NULL, ctx);
		for (size_t k = 0; same && k < val_len(set); k++)
			same = val_same(val_value(set, k), val_get(rec->fields, val_key(set, k)));
		if (same)
			found = &rec->book->quick_entries[i];
		val_free(set);
	}
	return found;
}

static struct val *
show_done(const struct done_search *d, const struct form_ctx *ctx)
{
	const struct quick_entry	*quick_entry = quick_of(d->rec, ctx);
	struct val		*v = val_map();
	struct buf		 title = BUF_INIT;
	bool			 ok;

	record_title(d->rec->book, d->rec->fields, ctx, &title);
	ok = v != NULL && val_put(v, PK_ID, val_int((int64_t)d->rec->id)) &&
	    val_put(v, PK_DAY, val_int(d->day)) &&
	    val_put(v, PK_TITLE, val_text(buf_str(&title))) &&
	    (quick_entry == NULL || val_put(v, PK_QUICK, val_text(quick_entry->name)));
	buf_free(&title);
	if (ok)
		return v;
	val_free(v);
	return NULL;
}

static struct val *
show_entry(const struct roll *r, const struct roll_entry *l, const struct rec *rec)
{
	static const char *const	 names[] = { "left", "missed", "done", "new", "new" };
	struct call			*call = r->call;
	struct done_search			 d = { .call = call, .month = &r->month };
	struct val			*v = val_map();
	bool				 ok = v != NULL &&
	    ((!r->month.past && !l->settled) || find_done(&d, rec->id));
	enum month_status			 is = month_status(&r->month, rec, l->day, &d);
	int				 last = r->month.past ? d.day :
	    deadline_last(r->month.clock, rec);

	ok = ok && val_put(v, PK_DAY, val_int(l->day)) &&
	    val_put(v, PK_OVER, val_int(civil_days(r->ctx->today) - civil_days(l->day))) &&
	    (last == 0 || val_put(v, PK_LAST, val_int(last))) &&
	    val_put(v, PK_IS, val_text(names[is])) && val_put(v, PK_KEY, entry_key(l)) &&
	    val_put(v, PK_ROW, ops_show_row(call, rec, ops_default_list(call->actor, rec->book),
	    NULL, 0, r->ctx)) && (is != DONE || val_put(v, PK_DONE, show_done(&d, r->ctx)));
	rec_free(d.rec);
	if (ok)
		return v;
	val_free(v);
	return NULL;
}

/* Shows lines after `after`. */
static bool
show_entries(const struct roll *r, const struct roll_entry *after, size_t limit, struct val *out,
    bool *more)
{
	struct rec	*rec;
	bool		 ok = true;

	*more = false;
	for (size_t i = 0; ok && !*more && i < r->n; i++) {
		if ((after != NULL && by_place(&r->at[i], after) <= 0) ||
		    (i > 0 && by_place(&r->at[i], &r->at[i - 1]) == 0) ||
		    rec_get(r->call->core, NULL, r->at[i].id, &rec) != REC_OK)
			continue;
		if (access_allowed(r->call->actor, ACCESS_SEE, rec, NULL)) {
			if (val_len(out) == limit)
				*more = true;
			else
				ok = val_add(out, show_entry(r, &r->at[i], rec));
		}
		rec_free(rec);
	}
	return ok;
}

static bool
put_counts(struct val *map, int64_t all, int64_t left, int64_t over)
{
	return val_put(map, PK_ALL, val_int(all)) && val_put(map, PK_LEFT, val_int(left)) &&
	    val_put(map, PK_OVER, val_int(over));
}

enum call_step
op_roll(struct call *call)
{
	struct form_ctx	 ctx;
	struct roll	 r = { .call = call, .ctx = &ctx };
	struct roll_entry	 after;
	struct val	*reply, *rows;
	enum store_err	 e;
	bool		 more = false, ok;

	if (!arg_month(call, &r.month))
		return CALL_DONE;
	if ((e = read_past(call, &r.month, &r.past)) == STORE_OK)
		e = read_rows(call, &r.month, add_entry, &r);
	past_free(&r.past);
	if (e != STORE_OK) {
		free(r.at);
		return call_answer_store(call, (int)e);
	}
	if (r.n > 1)
		qsort(r.at, r.n, sizeof *r.at, by_place);
	reply = val_map();
	rows = val_list();
	call_hold(call, &ctx);
	ok = reply != NULL && rows != NULL &&
	    show_entries(&r, parse_entry_key(call_arg_bytes(call, PK_AFTER), &after) ? &after :
	    NULL, (size_t)call_arg_num(call, PK_LIMIT), rows, &more);
	env_ctx_release(call->core);
	ok = val_put(reply, PK_ROWS, rows) && ok;
	ok = ok && put_counts(reply, (int64_t)r.n, r.left, r.over) &&
	    val_put(reply, PK_MORE, val_bool(more)) &&
	    val_put(reply, PK_MONTH, val_int(r.month.first / 100));
	free(r.at);
	if (ok)
		return call_answer_ok(call, reply);
	val_free(reply);
	return call_answer_store(call, STORE_SYS);
}

/* ---- progress -------------------------------------------------------------------------------- */

struct place {
	char	 area[AREA_CODE + 1];
	int64_t	 all, left, over;
	int	 oldest;		/* earliest due day; 0: nothing is left */
};

struct progress {
	struct call	*call;
	struct month	 month;
	struct past	 past;
	size_t		 digits;	/* digits of an area code that identify a line: one level
					   below the reach of the actor */
	struct place	*at;
	size_t		 n, cap;
};

/* A county is shown by townships; a township, or a reach of villages, by villages. */
static size_t
digits_below(const char *area)
{
	return *area == '\0' || area_prefix(area) <= 6 ? 9 : AREA_CODE;
}

static void
set_digits(const struct scope *reach, void *arg)
{
	struct progress	*p = arg;
	const char	*area = p->month.within != NULL ? p->month.within : scope_area(reach);
	size_t		 digits = digits_below(area != NULL ? area : "");

	if (digits > p->digits)
		p->digits = digits;
}

/* Rows come ordered by area, so the line of a place is the last one, or new. */
static struct place *
place_for(struct progress *p, const char *area)
{
	char	 code[AREA_CODE + 1] = AREA_NONE;

	memcpy(code, area, p->digits);
	if (p->n > 0 && strcmp(p->at[p->n - 1].area, code) == 0)
		return &p->at[p->n - 1];
	if (!VEC_ROOM(p->at, p->n, &p->cap))
		return NULL;
	p->at[p->n] = (struct place){ .all = 0 };
	memcpy(p->at[p->n].area, code, sizeof code);
	return &p->at[p->n++];
}

static bool
count_row(const char *area, int day, uint64_t id, void *arg)
{
	struct progress	*p = arg;
	struct place	*at;
	enum month_status	 is;

	if (!row_month_status(p->call, &p->month, &p->past, day, id, &is))
		return false;
	if (is == NOT_YET)
		return true;
	if ((at = place_for(p, area)) == NULL)
		return false;
	at->all++;
	at->left += !settled(is);
	if (is != LEFT)
		return true;
	at->over += day < p->call->today;
	if (at->oldest == 0 || day < at->oldest)
		at->oldest = day;
	return true;
}

/* Most overdue first, then most left. */
static int
by_overdue(const void *a, const void *b)
{
	const struct place	*x = a, *y = b;

	if (x->over != y->over)
		return x->over > y->over ? -1 : 1;
	if (x->left != y->left)
		return x->left > y->left ? -1 : 1;
	return strcmp(x->area, y->area);
}

static struct val *
show_place(const struct place *at)
{
	struct val	*v = val_map();

	if (val_put(v, PK_AREA, val_text(at->area)) && put_counts(v, at->all, at->left, at->over) &&
	    (at->oldest == 0 || val_put(v, PK_OLDEST, val_int(at->oldest))))
		return v;
	val_free(v);
	return NULL;
}

static struct val *
show_places(const struct progress *p)
{
	struct val	*reply = val_map(), *places = val_list();
	int64_t		 all = 0, left = 0, over = 0;
	bool		 ok = places != NULL;

	for (size_t i = 0; ok && i < p->n; i++) {
		ok = val_add(places, show_place(&p->at[i]));
		all += p->at[i].all;
		left += p->at[i].left;
		over += p->at[i].over;
	}
	ok = val_put(reply, PK_PLACES, places) && ok;
	ok = ok && put_counts(reply, all, left, over) &&
	    val_put(reply, PK_MONTH, val_int(p->month.first / 100));
	if (ok)
		return reply;
	val_free(reply);
	return NULL;
}

enum call_step
op_progress(struct call *call)
{
	struct progress	 p = { .call = call };
	struct val	*reply;
	enum store_err	 e;

	if (!arg_month(call, &p.month))
		return CALL_DONE;
	access_each_scope(call->actor, p.month.clock->book, set_digits, &p);
	if ((e = read_past(call, &p.month, &p.past)) == STORE_OK)
		e = read_rows(call, &p.month, count_row, &p);
	past_free(&p.past);
	if (p.n > 1)
		qsort(p.at, p.n, sizeof *p.at, by_overdue);
	reply = e == STORE_OK ? show_places(&p) : NULL;
	free(p.at);
	return reply != NULL ? call_answer_ok(call, reply) : call_answer_store(call, e != STORE_OK ?
	    (int)e : STORE_SYS);
}
