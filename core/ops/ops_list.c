#include "core/ops/ops_int.h"

#include <stdlib.h>
#include <string.h>

#include "core/record/deadline.h"
#include "forms/pred.h"

static const struct list *
arg_list(struct call *call)
{
	const struct book	*book = call_arg_book(call);
	const struct list	*list = book != NULL ?
	    book_list(book, call_arg_text(call, PK_LIST)) : NULL;

	if (book == NULL)
		return NULL;
	if (list != NULL && (call->actor->role == NULL ||
	    (list->by & ROLE_BIT(call->actor->role)) != 0))
		return list;
	call_answer_error(call, PE_MISSING,
	    N_("There is no such list, or it is not offered to you."));
	return NULL;
}

static size_t
arg_limit(const struct call *call)
{
	return (size_t)call_arg_num(call, PK_LIMIT);
}

/* The scope field of a list; NULL = the record's own scope. */
static const struct field *
list_scope(const struct list *list)
{
	return list->clock != NULL ? list->clock->area : list->area;
}

/* ---- one page -------------------------------------------------------------------------------- */

struct page_of {
	struct call		*call;
	const struct list	*list;
	const struct form_ctx	*ctx;
	struct val		*rows;
	size_t			 limit;
	const char		*text;		/* text that records are checked for while the list
						   is read; NULL */
	size_t			 looked;	/* records checked for the text */
	bool			 partial;	/* there are more of these than one request may
						   check */
	struct val		*log;		/* of ops_find_note() */
	bool			 more;
	bool			 bad;
};

/*
 * Whether the record still belongs to the list. A record that was saved after its row was read is
 * skipped; the row is already replaced.
 */
static bool
is_member(const struct call *call, const struct list *list, const struct rec *rec)
{
	const struct pred_ctx	 ctx = { rec->fields, NULL, rec->state->name, 0 };
	int			 day;

	if (rec->book != list->book || !access_allowed(call->actor, ACCESS_SEE, rec, NULL) ||
	    !pred_holds(list->where, &ctx) ||
	    !rec_has_scope(rec, list_scope(list)))
		return false;
	day = list->clock != NULL ? deadline_day(list->clock, rec) : 0;
	return list->clock == NULL || (day != 0 && day < call->today);
}

static void
page_add(struct page_of *p, const struct rec *rec, const struct term_match *term_match,
    const void *place, size_t n)
{
	if (val_len(p->rows) == p->limit)
		p->more = true;
	else if (!val_add(p->rows, ops_show_row(p->call, rec, p->list, place, n, p->ctx)) ||
	    !ops_find_note(p->log, rec, term_match))
		p->bad = true;
}

static bool
page_each(uint64_t id, const void *place, size_t n, void *arg)
{
	struct page_of	*p = arg;
	struct term_match	 term_match = { .why = NULL };
	struct rec	*rec;

	if (p->text != NULL && p->looked++ == p->call->core->scan_limit) {
		p->partial = true;
		return false;
	}
	if (rec_get(p->call->core, NULL, id, &rec) != REC_OK)
		return true;
	if (is_member(p->call, p->list, rec) &&
	    (p->text == NULL || query_fits(p->call->actor, rec, p->text, &term_match)))
		page_add(p, rec, &term_match, place, n);
	rec_free(rec);
	return !p->more && !p->bad;
}

static struct val *
reverse_list(struct val *rows)
{
	struct val	*out = val_list();

	for (size_t i = val_len(rows); out != NULL && i > 0; i--)
		if (!val_add(out, val_dup(val_at(rows, i - 1)))) {
			val_free(out);
			out = NULL;
		}
	val_free(rows);
	return out;
}

/* ---- restricted by text ---------------------------------------------------------------------- */

static bool
narrow_each(struct rec *rec, const struct term_match *term_match, void *arg)
{
	struct page_of	*p = arg;

	if (is_member(p->call, p->list, rec))
		page_add(p, rec, term_match, NULL, 0);
	rec_free(rec);
	return !p->more && !p->bad;
}

/*
 * Reads one page of the list. A text restricts it: by the find index, or record by record when the
 * list has a scope field, because the find index has only the own scopes of the records.
 */
static enum store_err
read_page(struct page_of *p)
{
	struct call		*call = p->call;
	const char		*text = call_arg_text(call, PK_FIND);
	const struct val	*after = call_arg(call, PK_AFTER);
	const struct val	*before = call_arg(call, PK_BEFORE);
	struct query_list_page	 how = { .list = p->list, .today = call->today,
	    .desc = call_arg_true(call, PK_DESC), .back = before != NULL };
	enum store_err		 e;

	how.sort = (size_t)call_arg_num(call, PK_SORT);
	if (how.sort >= p->list->nsorts)
		how.sort = 0;
	how.after = val_mem(before != NULL ? before : after, &how.afterlen);
	if (text != NULL && text[0] != '\0' && list_scope(p->list) != NULL)
		p->text = text;
	if (text != NULL && text[0] != '\0' && p->text == NULL)
		e = query_find(call->core, call->actor, p->list->book, text, narrow_each, p,
		    &p->partial);
	else
		e = query_list(call->core, call->actor, &how, page_each, p);
	if (how.back)
		p->rows = reverse_list(p->rows);
	return e;
}

enum call_step
op_list(struct call *call)
{
	const struct list	*list = arg_list(call);
	struct form_ctx		 ctx;
	struct page_of		 p = { .call = call, .list = list, .ctx = &ctx };
	struct val		*reply;
	enum store_err		 e = STORE_SYS;
	bool			 ok;

	if (list == NULL)
		return CALL_DONE;
	p.limit = arg_limit(call);
	p.rows = val_list();
	p.log = val_list();
	call_hold(call, &ctx);
	if (p.rows != NULL && p.log != NULL)
		e = read_page(&p);
	env_ctx_release(call->core);
	reply = val_map();
	ok = e == STORE_OK && !p.bad &&
	    (!p.partial || val_put(reply, PK_PARTIAL, val_bool(true)));
	ok = val_put(reply, PK_ROWS, p.rows) && ok && val_put(reply, PK_MORE, val_bool(p.more));
	if (ok)
		return ops_answer_find(call, p.log, reply);
	val_free(p.log);
	val_free(reply);
	return call_answer_store(call, e != STORE_OK ? (int)e : STORE_SYS);
}

/* ---- counts ---------------------------------------------------------------------------------- */

struct counting {
	struct core		*core;
	const struct list	*list;
	int			 today;
	int64_t			 n;
	bool			 bad;
};

static void
count_scope(const struct scope *scope, void *arg)
{
	struct counting	*c = arg;
	int64_t		 n = c->list->clock != NULL ?
	    query_count_overdue(c->core, c->list->clock, scope, c->today) :
			    index_tally_count(c->core, c->list, scope);

	c->bad |= n < 0;
	c->n += n;
}

struct walking {
	struct call		*call;
	const struct list	*list;
	int64_t			 n;
};

static bool
count_each(uint64_t id, const void *place, size_t n, void *arg)
{
	struct walking	*w = arg;
	struct rec	*rec;

	(void)place;
	(void)n;
	if (rec_get(w->call->core, NULL, id, &rec) == REC_OK) {
		w->n += is_member(w->call, w->list, rec);
		rec_free(rec);
	}
	return true;
}

/*
 * -1: the store failed. When reach alone decides, the number comes from the tallies, or from the
 * rows of the clock; otherwise, and when a member may lie in several scopes, each record is read.
 */
int64_t
ops_count_list(struct call *call, const struct list *list)
{
	struct counting		 c = { call->core, list, call->today, 0, false };
	struct walking		 w = { call, list, 0 };
	struct query_list_page	 how = { .list = list, .today = call->today };

	if ((list_scope(list) == NULL || !list_scope(list)->many) &&
	    access_by_scope_only(call->actor, list->book, list->where)) {
		access_each_scope(call->actor, list->book, count_scope, &c);
		return c.bad ? -1 : c.n;
	}
	return query_list(call->core, call->actor, &how, count_each, &w) == STORE_OK ? w.n : -1;
}

enum call_step
op_count(struct call *call)
{
	const struct list	*list = arg_list(call);
	struct val		*reply;
	int64_t			 n;

	if (list == NULL)
		return CALL_DONE;
	if ((n = ops_count_list(call, list)) < 0)
		return call_answer_store(call, STORE_SYS);
	if (!val_put(reply = val_map(), PK_COUNT, val_int(n))) {
		val_free(reply);
		reply = NULL;
	}
	return call_answer_ok(call, reply);
}

/* ---- counts by a column ---------------------------------------------------------------------- */

struct grouping {
	struct call		*call;
	const struct list	*list;
	const struct column	*col;
	const struct form_ctx	*ctx;
	struct val		*groups;	/* list of {"value", "count"} */
	bool			 bad;
};

static struct val *
group_value(const struct grouping *g, const struct rec *rec)
{
	struct val		*owned = NULL, *v;
	const struct val	*found;

	switch (g->col->of) {
	case COL_STATE:
		return val_text(rec->state->name);
	case COL_AREA:
		return val_text(rec_area(rec));
	case COL_FIELD:
		found = record_value(g->col->field, rec->fields, g->ctx, &owned);
		v = found != NULL ? val_dup(found) : val_nil();
		val_free(owned);
		return v;
	default:
		return val_nil();
	}
}

static void
group_add(struct grouping *g, struct val *value)
{
	struct val	*group;

	for (size_t i = 0; i < val_len(g->groups); i++) {
		group = val_at(g->groups, i);
		if (val_same(val_get(group, PK_VALUE), value)) {
			g->bad |= !val_put(group, PK_COUNT,
			    val_int(val_get_num(group, PK_COUNT, 0) + 1));
			val_free(value);
			return;
		}
	}
	group = val_map();
	g->bad |= !val_put(group, PK_VALUE, value);
	g->bad |= !val_put(group, PK_COUNT, val_int(1));
	g->bad |= !val_add(g->groups, group);
}

static bool
group_each(uint64_t id, const void *place, size_t n, void *arg)
{
	struct grouping	*g = arg;
	struct rec	*rec;

	(void)place;
	(void)n;
	if (rec_get(g->call->core, NULL, id, &rec) != REC_OK)
		return true;
	if (is_member(g->call, g->list, rec))
		group_add(g, group_value(g, rec));
	rec_free(rec);
	return !g->bad;
}

/*
 * Masked fields and fields that the actor may not see cannot be counted by, because the groups
 * would disclose their values.
 */
static const struct column *
arg_column(struct call *call, const struct list *list)
{
	const char	*by = call_arg_text(call, PK_BY);

	for (size_t i = 0; i < list->ncolumns; i++) {
		const struct column	*col = &list->columns[i];

		if (col->of == COL_STATE ? strcmp(by, "state") == 0 :
		    col->of == COL_AREA ? strcmp(by, "area") == 0 :
		    col->of == COL_FIELD && strcmp(by, col->field->path) == 0 &&
		    col->field->mask == MASK_NO &&
		    access_see_field(call->actor, col->field))
			return col;
	}
	call_answer_error(call, PE_BAD_REQUEST, N_("This list cannot be counted by that column."));
	return NULL;
}

enum call_step
op_members(struct call *call)
{
	const struct list	*list = arg_list(call);
	const struct column	*col = list != NULL ? arg_column(call, list) : NULL;
	struct form_ctx		 ctx;
	struct grouping		 g = { call, list, col, &ctx, NULL, false };
	struct query_list_page	 how = { .list = list, .today = call->today };
	struct val		*reply;
	enum store_err		 e;

	if (col == NULL)
		return CALL_DONE;
	g.groups = val_list();
	call_hold(call, &ctx);
	e = query_list(call->core, call->actor, &how, group_each, &g);
	env_ctx_release(call->core);
	reply = val_map();
	if (!val_put(reply, PK_GROUPS, g.groups) || e != STORE_OK || g.bad) {
		val_free(reply);
		return call_answer_store(call, e != STORE_OK ? (int)e : STORE_SYS);
	}
	return call_answer_ok(call, reply);
}

/* ---- find ------------------------------------------------------------------------------------ */

#define FIND_AHEAD	10		/* pages searched for records whose own name fits, before
					   those with the name of a grandfather are shown */

struct found {
	struct call		*call;
	const struct list	*list;
	const struct form_ctx	*ctx;
	struct val		*own, *others;	/* records whose own name or number fits; records
						   with another fitting name, such as the
						   grandfather's */
	struct val		*log;		/* of ops_find_note() */
	size_t			 limit, hits;
	bool			 partial, bad;
};

static bool
found_each(struct rec *rec, const struct term_match *term_match, void *arg)
{
	const struct field	*why = term_match->why;
	struct found		*f = arg;
	struct val		*rows, *row;

	rows = why != NULL && strchr(why->path, '.') != NULL ? f->others : f->own;
	if (val_len(rows) < f->limit) {
		row = ops_show_row(f->call, rec, f->list, NULL, 0, f->ctx);
		f->bad |= why != NULL && !val_put(row, PK_WHY, val_text(why->path));
		f->bad |= !val_add(rows, row) || !ops_find_note(f->log, rec, term_match);
	}
	f->hits++;
	rec_free(rec);
	return !f->bad && f->hits < f->limit * FIND_AHEAD &&
	    (val_len(f->own) < f->limit || f->hits <= f->limit);
}

static bool
own_first(struct found *f)
{
	bool	 ok = true;

	for (size_t i = 0; ok && i < val_len(f->others) && val_len(f->own) < f->limit; i++)
		ok = val_add(f->own, val_dup(val_at(f->others, i)));
	return ok;
}

enum call_step
op_find(struct call *call)
{
	const struct book	*book = call_arg_book(call);
	const char		*text = call_arg_text(call, PK_TEXT);
	struct form_ctx		 ctx;
	struct found		 f = { .call = call, .ctx = &ctx, .limit = arg_limit(call) };
	struct val		*reply;
	enum store_err		 e;

	if (book == NULL)
		return CALL_DONE;
	f.list = ops_default_list(call->actor, book);
	f.own = val_list();
	f.others = val_list();
	f.log = val_list();
	call_hold(call, &ctx);
	e = query_find(call->core, call->actor, book, text, found_each, &f, &f.partial);
	env_ctx_release(call->core);
	reply = val_map();
	f.bad |= !own_first(&f);
	f.bad |= f.partial && !val_put(reply, PK_PARTIAL, val_bool(true));
	val_free(f.others);
	if (!val_put(reply, PK_ROWS, f.own) ||
	    !val_put(reply, PK_MORE, val_bool(f.hits > f.limit)) || e != STORE_OK || f.bad) {
		val_free(f.log);
		val_free(reply);
		return call_answer_store(call, e != STORE_OK ? (int)e : STORE_SYS);
	}
	return ops_answer_find(call, f.log, reply);
}
