#include "admin/demo/scenario_state.h"

#include <stdlib.h>

#include "admin/admin.h"

#define VISITED		35		/* per cent of active files that are changed once more */
#define CROWDED		40		/* children; with fewer, no carer has many */

/*
 * Final states of the files, in per cent, and how many days ago the children were found: long
 * enough for the steps to that state, including weekends. A state that the definitions do not have
 * is left out.
 */
static const struct ending	 ends[] = {
	{ "active",	78,	182,	32,	false },
	{ "submitted",	6,	14,	7,	false },
	{ "found",	6,	20,	4,	true },
	{ "returned",	4,	26,	14,	false },
	{ "verified",	3,	20,	14,	false },
	{ "closed",	3,	182,	60,	false },
};

#define ENDS	((int)(sizeof ends / sizeof *ends))

/* ---- time ------------------------------------------------------------------------------------ */

int64_t
plan_working_hour(int64_t at, struct rng *rng)
{
	int64_t	 day = (at + 8 * 3600) / DAY;

	while ((day + 3) % 7 >= 5)			/* 1970-01-01 was a Thursday */
		day++;
	return day * DAY + 1800 + (int64_t)rng_below(rng, 9 * 3600);	/* 08:30 there is 00:30
									   UTC */
}

/* ---- planning -------------------------------------------------------------------------------- */

/*
 * The shortest way through the life cycle, searched backwards from each state in turn. False: there
 * is none.
 */
static bool
way_to(const struct book *book, const struct state *end, struct child *c)
{
	const struct act	*by[STATES_MAX] = { NULL };
	const struct state	*from[STATES_MAX] = { NULL };
	const struct state	*queue[STATES_MAX];
	states_t		 seen = STATE_BIT(book->start);
	size_t			 head = 0, tail = 0;

	queue[tail++] = book->start;
	while (head < tail) {
		const struct state	*s = queue[head++];

		for (size_t i = 0; i < book->nacts; i++) {
			const struct act	*a = &book->acts[i];

			if (a->to == NULL || (a->from & STATE_BIT(s)) == 0 ||
			    (seen & STATE_BIT(a->to)) != 0)
				continue;
			seen |= STATE_BIT(a->to);
			by[a->to->index] = a;
			from[a->to->index] = s;
			queue[tail++] = a->to;
		}
	}
	if ((seen & STATE_BIT(end)) == 0)
		return false;
	c->nacts = 0;
	for (const struct state *s = end; s != book->start; s = from[s->index])
		c->nacts++;
	for (size_t i = c->nacts; i > 0; i--) {
		c->acts[i - 1] = by[end->index];
		end = from[end->index];
	}
	return true;
}

/* ---- the heap of events ---------------------------------------------------------------------- */

static bool
earlier(const struct event *a, const struct event *b)
{
	if (a->at != b->at)
		return a->at < b->at;
	if (a->child != b->child)
		return a->child < b->child;
	if (a->step != b->step)
		return a->step < b->step;
	if (a->step_run != b->step_run)
		return a->step_run < b->step_run;
	return a->clock != NULL && b->clock != NULL && a->clock->index < b->clock->index;
}

void
plan_push_event(struct scenario_state *t, struct event e)
{
	size_t	 i = t->nevents++;

	XROOM(t->event, i, &t->event_cap);
	for (; i > 0 && earlier(&e, &t->event[(i - 1) / 2]); i = (i - 1) / 2)
		t->event[i] = t->event[(i - 1) / 2];
	t->event[i] = e;
}

struct event
plan_pop_event(struct scenario_state *t)
{
	const struct event	 first = t->event[0], last = t->event[--t->nevents];
	size_t			 i = 0, k;

	while ((k = 2 * i + 1) < t->nevents) {
		k += k + 1 < t->nevents && earlier(&t->event[k + 1], &t->event[k]);
		if (!earlier(&t->event[k], &last))
			break;
		t->event[i] = t->event[k];
		i = k;
	}
	t->event[i] = last;
	return first;
}

static void
add_event(struct scenario_state *t, int64_t at, size_t child, size_t step)
{
	plan_push_event(t, (struct event){ .at = at, .child = child, .step = step });
}

static const struct state *
end_of(const struct scenario_state *t, const struct child *c)
{
	return book_state(t->book, c->end->state);
}

/* Whether the role that creates the records may still change them in the final state. */
static bool
may_change(const struct scenario_state *t, const struct child *c)
{
	const struct set	*set = t->core->set;

	for (size_t i = 0; i < set->nroles; i++)
		if ((t->book->create & ROLE_BIT(&set->roles[i])) != 0)
			return t->book->write[i].reach != REACH_NONE &&
			    t->book->write[i].where == NULL &&
			    (t->book->write[i].states & STATE_BIT(end_of(t, c))) != 0;
	return false;
}

/* Days between steps: the village is quick, the township takes a few days, the county a week. */
static const int	 pause_days[] = { 1, 4, 7 };

/*
 * Plans the creation of the file at that moment, its acts, and perhaps a later change. Families
 * with many children in the care of one person are planned separately.
 */
static void
plan_steps(struct scenario_state *t, size_t i, int64_t at)
{
	struct child	*c = &t->child[i];

	add_event(t, at, i, 0);
	for (size_t step = 1; step <= c->nacts; step++) {
		size_t	 k = step - 1 < 3 ? step - 1 : 2;

		if (step > 1 || rng_chance(&c->rng, 30))
			at = plan_working_hour(at + (1 + (int64_t)rng_below(&c->rng,
			    (uint64_t)pause_days[k])) * DAY, &c->rng);
		else
			at += 600 + (int64_t)rng_below(&c->rng, 1200);
		add_event(t, at, i, step);
	}
	if (c->end->from > 90 && !c->family->siblings.left && may_change(t, c) &&
	    rng_chance(&c->rng, VISITED)) {
		at += (t->scenario->now - at) / 100 * rng_between(&c->rng, 30, 80);
		add_event(t, plan_working_hour(at, &c->rng), i, c->nacts + 1);
	}
}

/* Days before now; most were registered when the work began. */
static int
draw_days(const struct ending *end, struct rng *rng)
{
	int	 days = rng_between(rng, end->to, end->from);

	return end->from > 90 && rng_chance(rng, 55) ? rng_between(rng, 120, end->from) : days;
}

/*
 * Plans the records, one after the other in the same visit; returns the moment when that is done.
 */
static int64_t
plan_records(struct scenario_state *t, const struct family *f, int64_t at, struct rng *rng)
{
	for (size_t i = 0; f->on_record && i < t->book->nall; i++) {
		if (!family_link_is_recorded(t->book, t->book->all[i]))
			continue;
		plan_push_event(t, (struct event){ .at = at, .child = f->first,
		    .field = t->book->all[i] });
		at += 120 + (int64_t)rng_below(rng, 300);
	}
	return at;
}

/* Siblings are found in one visit, so many days ago, and their files reach the same state. */
static void
plan_family(struct scenario_state *t, struct family *f, const struct ending *end, int days,
    struct rng *rng)
{
	int64_t	 at = plan_working_hour(t->scenario->now - (int64_t)days * DAY, rng);

	at = plan_records(t, f, at, rng);
	for (size_t i = f->first; i < f->first + f->siblings.size; i++) {
		struct child	*c = &t->child[i];

		*c = (struct child){ .rng = { rng_next(rng) }, .family = f, .end = end };
		way_to(t->book, end_of(t, c), c);
		plan_steps(t, i, at);
		at += 900 + (int64_t)rng_below(rng, 900);
	}
}

/* The next family, with so many of the children. */
static struct family *
add_family(struct scenario_state *t, size_t size, size_t village)
{
	struct family	*last = t->nfamilies > 0 ? &t->family[t->nfamilies - 1] : NULL,
	    *f = &t->family[t->nfamilies++];

	f->first = last != NULL ? last->first + last->siblings.size : 0;
	f->siblings.size = f->cared = size;
	f->village = village;
	f->on_record = size > 1 && family_is_recorded(village);
	return f;
}

/* Some time after both families are known, and once for each such home. */
static void
plan_new_number(struct scenario_state *t, const struct family *f, struct rng *rng)
{
	const struct field	*phone = book_field(t->book, "carer.phone");
	int64_t			 at = plan_working_hour(t->scenario->now - (int64_t)rng_between(rng,
	    20, 60) * DAY, rng);

	if (phone != NULL && f->on_record && may_change(t, &t->child[f->first]))
		plan_push_event(t, (struct event){ .at = at, .child = f->first,
		    .step = t->child[f->first].nacts + 1, .field = phone });
}

/* A grandmother who also cares for the children of another family, which was found later. */
static void
plan_crowd(struct scenario_state *t, size_t village, const struct ending *end, struct rng *rng)
{
	struct family	*own = add_family(t, 3, village), *others = add_family(t, 2, village);
	int		 days = rng_between(rng, 130, 180);

	own->siblings.left = others->siblings.left = true;
	own->cared = others->cared = own->siblings.size + others->siblings.size;
	others->carer_family = own;
	plan_family(t, own, end, days, rng);
	plan_family(t, others, end, days - rng_between(rng, 4, 30), rng);
	plan_new_number(t, own, rng);
}

/*
 * Two in a small county, with and without records, and some more in a large one, far from each
 * other. Returns the number of children used.
 */
static size_t
plan_crowds(struct scenario_state *t, struct rng *rng)
{
	size_t	 crowds = t->scenario->children < CROWDED ? 0 : 2 + t->scenario->children / 150;

	for (size_t i = 0; i < crowds; i++)
		plan_crowd(t, i * 7 % staff_villages(t->staff), &ends[0], rng);
	return crowds * 5;
}

int
plan_children(struct scenario_state *t)
{
	struct rng	 rng = { t->scenario->seed };
	int		 weight[ENDS], known = 0;
	struct child	 way = { .nacts = 0 };

	for (int i = 0; i < ENDS; i++) {
		const struct state	*s = book_state(t->book, ends[i].state);

		weight[i] = s != NULL && way_to(t->book, s, &way) ? ends[i].weight : 0;
		known += weight[i];
	}
	if (known == 0)
		return report_error(EX_CONFIG, "book %s has none of the states this story knows",
		    t->book->name);
	t->child = xcheck(calloc(t->scenario->children + 1, sizeof *t->child));
	t->family = xcheck(calloc(t->scenario->children + 1, sizeof *t->family));
	for (size_t n = weight[0] != 0 ? plan_crowds(t, &rng) : 0; n < t->scenario->children;) {
		struct family		*f = add_family(t,
		    family_size(&rng, t->scenario->children - n),
					    (size_t)rng_below(&rng, staff_villages(t->staff)));
		const struct ending	*end = &ends[rng_weighted(&rng, weight, ENDS)];

		plan_family(t, f, end, draw_days(end, &rng), &rng);
		n += f->siblings.size;
	}
	return EX_OK;
}
