#include "core/ops/ops_int.h"

#include <stdlib.h>
#include <string.h>

#include "core/record/deadline.h"
#include "core/record/asof.h"
#include "core/record/children.h"

/*
 * A file as a whole: the record, its deadlines, the number of its child records, the last events;
 * as it is or as it was on a day. And the list of all events.
 */
#define EVENTS		12		/* shown with the file */

/* ---- the requested day ----------------------------------------------------------------------- */

static enum call_step
answer_day(struct call *call, const char *error, const char *msgid, int day)
{
	struct problems	 ps = PROBLEMS_INIT;

	if (problem_add(&ps, NULL, msgid, ARG_DATE, day, ARG_END) == NULL)
		call_answer_store(call, STORE_SYS);
	else
		call_answer_problem(call, error, &ps.at[0]);
	problems_free(&ps);
	return CALL_DONE;
}

static bool
arg_on(struct call *call, int *on)
{
	*on = (int)call_arg_num(call, PK_ON);
	if (*on <= call->today)
		return true;
	answer_day(call, PE_BAD_REQUEST, N_("{1} is still to come; type a day that has been."),
	    *on);
	return false;
}

static enum call_step
answer_past(struct call *call, enum rec_err e, int on)
{
	if (e == REC_MISSING)
		return answer_day(call, PE_MISSING, N_("There was no such file yet on {1}."), on);
	return call_answer_store(call, e == REC_BAD ? STORE_BAD : STORE_SYS);
}

/* ---- parts of a file ------------------------------------------------------------------------- */

struct casefile {
	struct call		*call;
	const struct rec	*now;
	const struct asof	*asof;
	const struct form_ctx	*ctx;		/* for the day that is shown */
};

static bool
put_title(const struct casefile *a, const struct rec *rec, struct val *into)
{
	struct buf	 title = BUF_INIT;
	bool		 ok;

	record_title(rec->book, rec->fields, a->ctx, &title);
	ok = !title.bad && val_put(into, PK_TITLE, val_text(buf_str(&title)));
	buf_free(&title);
	return ok;
}

/* The right is checked on the record as it is now. */
static bool
is_visible(const struct rec *now, void *arg)
{
	const struct casefile	*a = arg;

	return access_allowed(a->call->actor, ACCESS_SEE, now, NULL);
}

/*
 * The number of child records of one book that the actor may see, with day and title of the latest.
 */
static struct val *
show_child_book(struct casefile *a, const struct book *book)
{
	const struct asof_child	*first = NULL;
	struct val		*v = val_map();
	int64_t			 n = 0;
	bool			 ok;

	for (size_t i = 0; i < a->asof->n; i++) {
		const struct asof_child	*l = &a->asof->at[i];

		if (l->then->book != book || !is_visible(l->now, a))
			continue;
		if (first == NULL)
			first = l;
		n++;
	}
	ok = val_put(v, PK_BOOK, val_text(book->name)) && val_put(v, PK_N, val_int(n));
	if (first != NULL)
		ok = ok && val_put(v, PK_DAY, val_int(first->day)) && put_title(a, first->then, v);
	if (ok)
		return v;
	val_free(v);
	return NULL;
}

static struct val *
show_child_books(struct casefile *a)
{
	const struct set	*set = a->call->core->set;
	struct val		*list = val_list();
	bool			 ok = list != NULL;

	for (size_t i = 0; ok && i < set->nbooks; i++) {
		const struct book	*sub = &set->books[i];

		if (sub->under != NULL && sub->under->link_book == a->now->book &&
		    access_see_book(a->call->actor, sub))
			ok = val_add(list, show_child_book(a, sub));
	}
	if (ok)
		return list;
	val_free(list);
	return NULL;
}

/* ---- deadlines ------------------------------------------------------------------------------- */

struct deadline {
	const struct clock	*clock;
	const struct rec	*rec;		/* the file's own record, or a child of it */
	int			 day;
};

static struct val *
show_deadline(const struct casefile *a, const struct deadline *d)
{
	struct val	*v = val_map();

	if (ops_put_deadline(v, d->clock, d->day, d->rec, a->ctx->today) &&
	    (d->rec == a->asof->rec ||
	    (val_put(v, PK_BOOK, val_text(d->rec->book->name)) &&
	    val_put(v, PK_ID, val_int((int64_t)d->rec->id)))))
		return v;
	val_free(v);
	return NULL;
}

static int
by_day(const void *a, const void *b)
{
	const struct deadline	*x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->clock->priority != y->clock->priority)
		return x->clock->priority < y->clock->priority ? -1 : 1;
	return (x->clock->index > y->clock->index) - (x->clock->index < y->clock->index);
}

/* Appends the known and running deadlines of one record to the n that are there. */
static size_t
add_deadlines(const struct casefile *a, const struct rec *rec, struct deadline *at, size_t n)
{
	const struct book	*book = rec->book;

	for (size_t i = 0; i < book->nclocks; i++) {
		at[n] = (struct deadline){ &book->clocks[i], rec,
		    deadline_day(&book->clocks[i], rec) };
		n += at[n].day != 0 && asof_deadline_known(a->asof, rec, at[n].clock);
	}
	return n;
}

/* Deadlines of the record and of its children, by due day. */
static bool
show_deadlines(struct casefile *a, struct val *list)
{
	const struct asof	*asof = a->asof;
	size_t			 n = 0, most = asof->rec->book->nclocks;
	struct deadline		*at;
	bool			 ok;

	for (size_t i = 0; i < asof->n; i++)
		most += asof->at[i].then->book->nclocks;
	at = calloc(most + 1, sizeof *at);
	if ((ok = at != NULL && list != NULL))
		n = add_deadlines(a, asof->rec, at, n);
	for (size_t i = 0; ok && i < asof->n; i++)
		if (is_visible(asof->at[i].now, a))
			n = add_deadlines(a, asof->at[i].then, at, n);
	if (n > 1)
		qsort(at, n, sizeof *at, by_day);
	for (size_t i = 0; ok && i < n; i++)
		ok = val_add(list, show_deadline(a, &at[i]));
	free(at);
	return ok;
}

/* Names the parts of the past that cannot be known. */
static bool
name_unknown(const struct casefile *a, struct val *unknown)
{
	const struct book	*book = a->asof->rec->book;
	bool			 ok = unknown != NULL;

	for (size_t i = 0; ok && i < book->nclocks; i++)
		if (!asof_deadline_known(a->asof, a->asof->rec, &book->clocks[i]))
			ok = val_add(unknown, val_text(book->clocks[i].name));
	return ok;
}

static bool
put_deadlines(struct casefile *a, struct val *reply)
{
	struct val	*list = val_list(), *unknown = val_list();
	bool		 ok = show_deadlines(a, list) && name_unknown(a, unknown);

	ok = val_put(reply, PK_DUE, list) && ok;
	if (ok && val_len(unknown) > 0)
		return val_put(reply, PK_UNKNOWN, unknown);
	val_free(unknown);
	return ok;
}

/* ---- events ---------------------------------------------------------------------------------- */

/* One event; whole: with answers, remarks and the changed fields that the actor may see. */
static struct val *
show_event(const struct casefile *a, const struct event *e, bool whole)
{
	const struct val	*last = val_get(e->rec->env, PK_LAST),
	    *name = val_get(last, PK_NAME), *act = val_get(last, PK_ACT),
				*ask = val_get(e->rec->env, PK_ASK),
				    *remarks = val_get(last, PK_REMARKS);
	struct val		*v = val_map();
	bool			 own = e->rec->id == a->now->id, ok;

	ok = val_put(v, PK_BOOK, val_text(e->rec->book->name)) &&
	    val_put(v, PK_AT, val_int(val_get_num(last, PK_AT, 0))) &&
	    val_put(v, PK_DAY, val_int(own ? civil_at(val_get_num(last, PK_AT, 0)) :
	    child_day(e->rec))) &&
	    (name == NULL || val_put(v, PK_NAME, val_dup(name))) &&
	    (act == NULL || val_put(v, PK_ACT, val_dup(act))) && (own || put_title(a, e->rec, v));
	if (ok && whole)
		ok = val_put(v, PK_ID, val_int((int64_t)e->rec->id)) &&
		    val_put(v, PK_VER, val_int((int64_t)e->rec->ver)) &&
		    val_put(v, PK_STATE, val_text(e->rec->state->name)) &&
		    val_put(v, PK_KEY, val_bytes(e->key, EVENT_KEY)) &&
		    (ask == NULL || val_put(v, PK_ASK, masked_answers(e->rec->book, val_str(act),
		    ask, a->ctx))) &&
		    (remarks == NULL || val_put(v, PK_REMARKS, val_dup(remarks))) &&
		    (e->was == NULL || val_put(v, PK_CHANGED,
		    ops_visible_paths(a->call->actor, e->rec->book,
		    change_paths(e->rec->book, e->was->fields, e->rec->fields))));
	if (ok)
		return v;
	val_free(v);
	return NULL;
}

static enum rec_err
put_events(struct casefile *a, const unsigned char *before, size_t limit, bool whole,
    struct val *reply)
{
	struct events	 events;
	struct val	*list = val_list();
	enum rec_err	 e = asof_events(a->call->core, a->now, a->asof, before, limit, is_visible,
	    a, &events);
	bool		 ok = list != NULL;

	for (size_t i = 0; e == REC_OK && ok && i < events.n; i++)
		ok = val_add(list, show_event(a, &events.at[i], whole));
	ok = val_put(reply, PK_EVENTS, list) && ok &&
	    (!whole || val_put(reply, PK_MORE, val_bool(events.more)));
	asof_events_free(&events);
	return e != REC_OK ? e : ok ? REC_OK : REC_SYS;
}

/* ---- the file -------------------------------------------------------------------------------- */

/* A view of the past permits no changes. */
static struct val *
no_rights(void)
{
	struct val	*v = val_map();

	if (val_put(v, PK_WRITE, val_bool(false)) && val_put(v, PK_ACTS, val_list()) &&
	    val_put(v, PK_FIELDS, val_list()))
		return v;
	val_free(v);
	return NULL;
}

/*
 * What exists for the present only: who has the record open, and how many others share a value that
 * too many share.
 */
static bool
put_present(struct casefile *a, struct val *reply)
{
	return a->asof->on != 0 || (ops_put_checkout(a->call, a->now->id, reply) &&
	    ops_put_match_counts(a->call, a->now, reply));
}

static enum rec_err
fill_overview(struct casefile *a, struct val *reply)
{
	struct val	*masked = val_list();
	bool		 ok = reply != NULL && masked != NULL;

	ok = ok && val_put(reply, PK_ON, val_int(a->ctx->today)) &&
	    val_put(reply, PK_RECORD, ops_show_record(a->call, a->asof->rec, false, a->ctx,
	    masked));
	ok = val_put(reply, PK_MASKED, masked) && ok;
	ok = ok && val_put(reply, PK_MAY, a->asof->on == 0 ? ops_show_rights(a->call, a->now) :
	    no_rights()) &&
	    put_present(a, reply) && put_deadlines(a, reply) &&
	    val_put(reply, PK_PARTS, show_child_books(a));
	return ok ? put_events(a, NULL, EVENTS, false, reply) : REC_SYS;
}

/* Calls fn with the file read and the areas held. */
static enum rec_err
with_casefile(struct call *call, const struct rec *now, int on,
    enum rec_err (*fn)(struct casefile *, struct val *), struct val *reply)
{
	struct form_ctx	 ctx;
	struct asof	 asof;
	struct casefile	 a = { call, now, &asof, &ctx };
	enum rec_err	 e = asof_read(call->core, now, on, call->today, &asof);

	if (e == REC_OK) {
		call_hold(call, &ctx);
		if (on != 0)
			ctx.today = on;
		e = fn(&a, reply);
		env_ctx_release(call->core);
	}
	asof_free(&asof);
	return e;
}

/* Answers for the requested file and day; reading it is an entry in the trail. */
static enum call_step
answer_casefile(struct call *call, enum rec_err (*fn)(struct casefile *, struct val *))
{
	const struct book	*book = call_arg_book(call);
	struct val		*reply;
	struct rec		*rec;
	enum rec_err		 e;
	int			 on;

	if (book == NULL || !arg_on(call, &on) ||
	    (rec = ops_get_visible(call, book, call_arg_id(call, PK_ID))) == NULL)
		return CALL_DONE;
	reply = val_map();
	e = reply != NULL ? with_casefile(call, rec, on, fn, reply) : REC_SYS;
	if (e == REC_OK)
		return ops_answer_read(call, rec, on, false, reply);
	rec_free(rec);
	val_free(reply);
	return answer_past(call, e, on);
}

enum call_step
op_file(struct call *call)
{
	return answer_casefile(call, fill_overview);
}

/* ---- all events ------------------------------------------------------------------------------ */

static enum rec_err
fill_timeline(struct casefile *a, struct val *reply)
{
	return put_events(a, call_arg_bytes(a->call, PK_BEFORE),
	    (size_t)call_arg_num(a->call, PK_LIMIT), true, reply);
}

enum call_step
op_timeline(struct call *call)
{
	return answer_casefile(call, fill_timeline);
}

/* ---- child records --------------------------------------------------------------------------- */

static bool
put_row(struct casefile *a, const struct asof_child *l, struct val *list)
{
	struct val	*v = val_map(), *row = ops_show_row(a->call, l->then,
	    ops_default_list(a->call->actor, l->then->book), NULL, 0, a->ctx);
	struct val	*under = val_get(row, PK_UNDER);
	/* the title on that day */
	bool		 ok = under == NULL || put_title(a, a->asof->rec, under);

	ok = val_put(v, PK_ROW, row) && ok;
	if (ok && val_put(v, PK_BOOK, val_text(l->then->book->name)) &&
	    val_put(v, PK_DAY, val_int(l->day)))
		return val_add(list, v);
	val_free(v);
	return false;
}

static enum rec_err
fill_children(struct casefile *a, struct val *reply)
{
	const char	*of = call_arg_text(a->call, PK_OF);
	int64_t		 limit = call_arg_num(a->call, PK_LIMIT);
	struct val	*list = val_list();
	size_t		 n = 0;
	bool		 more = false, ok = list != NULL;

	for (size_t i = 0; ok && i < a->asof->n; i++) {
		const struct asof_child	*l = &a->asof->at[i];

		if (i == 0 || l[-1].then->book != l->then->book)
			n = 0;
		if ((of != NULL && strcmp(of, l->then->book->name) != 0) || !is_visible(l->now, a))
			continue;
		if (n == (size_t)limit)
			more = true;
		else {
			ok = put_row(a, l, list);
			n++;
		}
	}
	ok = ok && val_put(reply, PK_UNDER, ops_newest_first(list, PK_DAY)) &&
	    val_put(reply, PK_MORE, val_bool(more));
	val_free(list);
	return ok ? REC_OK : REC_SYS;
}

enum call_step
op_under(struct call *call)
{
	return answer_casefile(call, fill_children);
}
