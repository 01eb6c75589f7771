#include <stdlib.h>
#include <string.h>

#include "core/due.h"
#include "core/ops_int.h"

/* ---- what is due -------------------------------------------------------------------------------------------- */

#define AHEAD		7		/* days shown before they are due */
#define AHEAD_MAX	366
#define DUE_KEEP	1000		/* the most urgent, with room for those that turn out not to be his; others are counted */
#define PAGE		50
#define PAGE_MAX	200

struct duty {
	const struct clock	*clock;
	int			 day;
	uint64_t		 id;
};

struct duties {
	struct call		*call;
	const struct clock	*clock;		/* being read */
	int			 today;
	int			 until;		/* last day of interest for it */
	struct duty		*at;		/* 2 * DUE_KEEP */
	size_t			 n;
	int			 worst;		/* later days are counted only; 0 = none yet */
	int64_t			 over, soon;
	bool			 bad;
};

static int
by_urgency(const void *a, const void *b)
{
	const struct duty	*x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->clock->weight != y->clock->weight)
		return x->clock->weight < y->clock->weight ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

/* Rows come clock by clock and area by area: what is urgent may be the last of a county's. */
static void
keep_urgent(struct duties *d)
{
	qsort(d->at, d->n, sizeof *d->at, by_urgency);
	if (d->n <= DUE_KEEP)
		return;
	d->n = DUE_KEEP;
	d->worst = d->at[d->n - 1].day;
}

static bool
duty_row(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct duties	*d = arg;
	int		 day;

	(void)p;
	(void)n;
	if (klen != 4 + AREA_CODE + 4 + 8)
		return true;
	day = (int)be32((const char *)key + 4 + AREA_CODE);
	d->over += day < d->today;
	d->soon += day >= d->today;
	if (d->worst != 0 && day > d->worst)
		return true;
	d->at[d->n++] = (struct duty){ d->clock, day, key_record(key, klen) };
	if (d->n == 2 * DUE_KEEP)
		keep_urgent(d);
	return true;
}

static bool
duties_in(const char *area, void *arg)
{
	struct duties	*d = arg;
	struct core	*core = d->call->core;
	struct buf	 lo = BUF_INIT, hi = BUF_INIT;

	buf_u32(&lo, catalog_due(core->catalog, d->clock)->id);
	buf_put(&lo, area, AREA_CODE);
	buf_put(&hi, lo.p, lo.n);
	buf_u32(&hi, (uint32_t)d->until + 1);
	if (lo.bad || hi.bad || store_scan(core->store, NULL, STORE_IDX, &(struct store_range){ .lo = lo.p, .lolen = lo.n,
	    .hi = hi.p, .hilen = hi.n, .keys_only = true }, duty_row, d) != STORE_OK)
		d->bad = true;
	buf_free(&lo);
	buf_free(&hi);
	return !d->bad;
}

static void
duties_below(const char *area, void *arg)
{
	struct duties	*d = arg;

	if (!d->bad && lookup_areas(d->call->core, catalog_due(d->call->core->catalog, d->clock)->id, area, duties_in, d) !=
	    STORE_OK)
		d->bad = true;
}

/* Own duties up to some days ahead; others' only once they have climbed to him. The most urgent first. */
static void
read_duties(struct duties *d, int ahead)
{
	const struct set	*set = d->call->core->set;
	const struct actor	*actor = d->call->actor;
	int			 told;

	d->today = core_today(d->call->core);
	d->bad = (d->at = calloc(2 * DUE_KEEP, sizeof *d->at)) == NULL;
	for (size_t b = 0; !d->bad && actor->role != NULL && b < set->nbooks; b++)
		for (size_t c = 0; c < set->books[b].nclocks; c++) {
			d->clock = &set->books[b].clocks[c];
			if ((told = due_told(d->clock, actor->role)) < 0)
				continue;
			d->until = civil_add(d->today, told > 0 ? -told : d->clock->ahead > ahead ? d->clock->ahead : ahead,
			    'd');
			may_areas(actor, d->clock->book, duties_below, d);
		}
	if (!d->bad)
		keep_urgent(d);
}

static struct val *
show_duty(struct call *call, const struct duty *duty, const struct rec *rec, const struct form_ctx *ctx)
{
	const struct val *ack = due_ack(duty->clock, rec);
	struct val	*v = val_map();
	int		 since = due_since(duty->clock, rec), last = due_last(duty->clock, rec);
	bool		 ok;

	ok = v != NULL && val_put(v, "book", val_text(rec->book->name)) && val_put(v, "clock", val_text(duty->clock->name)) &&
	    val_put(v, "day", val_int(duty->day)) &&
	    val_put(v, "over", val_int(civil_days(ctx->today) - civil_days(duty->day))) &&
	    (since == 0 || val_put(v, "since", val_int(since))) && (last == 0 || val_put(v, "last", val_int(last))) &&
	    (ack == NULL || val_put(v, "ack", val_dup(ack))) &&
	    (duty->clock->done == NULL || val_put(v, "done", val_text(duty->clock->done->name))) &&
	    val_put(v, "row", show_row(call, rec, default_list(call->actor, rec->book), NULL, 0, ctx));
	if (ok)
		return v;
	val_free(v);
	return NULL;
}

static bool
show_duties(struct duties *d, size_t limit, struct val *out)
{
	struct form_ctx	 ctx;
	struct rec	*rec;
	bool		 ok = true;

	core_hold(d->call->core, d->call->lang, &ctx);
	for (size_t i = 0; ok && i < d->n && val_len(out) < limit; i++) {
		if (rec_get(d->call->core, NULL, d->at[i].id, &rec) != REC_OK)
			continue;
		if (may(d->call->actor, VERB_SEE, rec, NULL))
			ok = val_add(out, show_duty(d->call, &d->at[i], rec, &ctx));
		rec_free(rec);
	}
	core_release(d->call->core);
	return ok;
}

static bool
put_counts(const struct duties *d, struct val *into)
{
	return val_put(into, "over", val_int(d->over)) && val_put(into, "soon", val_int(d->soon));
}

struct val *
count_duties(struct call *call)
{
	struct duties	 d = { .call = call };
	struct val	*out = val_map();
	bool		 ok;

	read_duties(&d, AHEAD);
	ok = !d.bad && put_counts(&d, out);
	free(d.at);
	if (ok)
		return out;
	val_free(out);
	return NULL;
}

enum call_step
op_due(struct call *call)
{
	int64_t		 limit = val_get_num(call->req, "limit", PAGE), ahead = val_get_num(call->req, "ahead", AHEAD);
	struct duties	 d = { .call = call };
	struct val	*reply = val_map(), *list = val_list();
	bool		 ok;

	limit = limit < 0 ? 0 : limit > PAGE_MAX ? PAGE_MAX : limit;
	ahead = ahead < 0 ? 0 : ahead > AHEAD_MAX ? AHEAD_MAX : ahead;
	read_duties(&d, (int)ahead);
	ok = !d.bad && list != NULL && show_duties(&d, (size_t)limit, list) && put_counts(&d, reply) &&
	    val_put(reply, "more", val_bool(d.over + d.soon > (int64_t)val_len(list)));
	ok = val_put(reply, "due", list) && ok;
	free(d.at);
	if (ok)
		return answer_ok(call, reply);
	val_free(reply);
	return answer_store(call, STORE_SYS);
}
