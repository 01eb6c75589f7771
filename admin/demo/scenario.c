#include "admin/demo/scenario_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/demo/generate.h"
#include "admin/demo/gen_child.h"
#include "admin/demo/recurring.h"
#include "core/access/access.h"
#include "core/record/deadline.h"
#include "core/wire/protocol.h"

#define HALF_YEAR	(182 * DAY)
#define DRAFTS		3		/* unfinished entries left as drafts */
#define EARLY		15	/* days before it is due: not done again earlier than that */

static void
set_clock(int64_t at)
{
	char	 text_at[24];

	snprintf(text_at, sizeof text_at, "%" PRId64, at);
	if (setenv("SHOUWANG_NOW", text_at, 1) != 0)
		xcheck(NULL);
}

/*
 * The areas were entered when the store was created, half a year after the scenario begins, so a
 * clock set back is not reported.
 */
static void
begin_at(const struct scenario_state *t, int64_t start)
{
	set_clock(start);
	env_time_accept(t->core, start);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void
about(const struct scenario_state *t, const struct event *e, const char *what, struct buf *out)
{
	buf_printf(out, "child %zu of %zu, %s", e->child + 1, t->scenario->children, what);
}

static struct generator
generator_for(struct scenario_state *t, struct child *c, struct val *facts)
{
	return (struct generator){ .set = t->core->set, .areas = t->areas,
	    .wordlist = t->scenario->wordlist, .rng = &c->rng,
	    .today = env_today(t->core), .own_area = staff_village(t->staff, c->family->village),
	    .facts = facts };
}

/* The eldest comes first; the others share the eldest's data. */
static struct val *
facts_of(struct scenario_state *t, struct child *c, struct siblings *siblings)
{
	const struct family	*f = c->family;
	struct gen_child_place	 at = staff_place(t->staff, f->village, env_today(t->core));
	struct val		*facts;

	if (f->carer_family != NULL)
		/* the same person cares for them */
		siblings->guardianship = f->carer_family->siblings.guardianship;
	facts = gen_child_facts(&at, t->scenario->wordlist, &c->rng, t->taken, siblings);
	if (f->siblings.n > 0)
		family_copy_common(t->book, t->child[f->first].fields, facts);
	else if (f->carer_family != NULL)
		family_share_carer(t->book, t->child[f->carer_family->first].fields, &c->rng,
		    facts);
	return facts;
}

static struct val *
generate_child(struct scenario_state *t, struct child *c, struct buf *why)
{
	struct val	*fields = NULL;

	for (int tries = 0; fields == NULL && tries < 5; tries++) {
		struct siblings		 siblings = c->family->siblings;
		struct val		*facts = facts_of(t, c, &siblings);
		struct generator	 in = generator_for(t, c, facts);

		if ((fields = generate_record(&in, t->book, c->acts, c->nacts, why)) != NULL)
			c->family->siblings = siblings;
		val_free(facts);
	}
	return fields;
}

/* The carer is known once a member of the family has a record. */
static int
ensure_child_fields(struct scenario_state *t, struct child *c, const char *what)
{
	struct buf	 why = BUF_INIT;
	int		 code = EX_OK;

	if (c->fields == NULL && (c->fields = generate_child(t, c, &why)) == NULL)
		code = report_error(EX_CONFIG,
		    "%s: the definition of %s leaves no way to a whole record: %s", what,
		    t->book->name, xtext(&why));
	buf_free(&why);
	return code;
}

/* Takes ownership of set. */
static int
save_new(struct scenario_state *t, struct actor *actor, const char *book, struct val *set,
    const char *what, struct val **reply)
{
	struct val	*req = client_new_write("save", book);

	xput(req, PK_SET, set);
	return client_ask_as(t->scenario->client, actor, req, what, reply);
}

/*
 * A record that cannot be invented, or that nobody there may create, is left out; the carer of
 * another family has one already.
 */
static int
put_on_record(struct scenario_state *t, const struct event *e)
{
	struct child		*c = &t->child[e->child];
	struct actor		*actor = staff_find(t->staff, e->field->link_book->create,
	    c->family->village);
	struct val		*facts = NULL, *fields = NULL, *reply = NULL;
	struct generator	 in = generator_for(t, c, NULL);
	struct buf		 what = BUF_INIT;
	int			 code;

	about(t, e, e->field->path, &what);
	code = ensure_child_fields(t, c, xtext(&what));
	if (code == EX_OK && actor != NULL && val_find(c->fields, e->field->path) == NULL &&
	    (facts = in.facts = family_record(e->field, c->fields, t->scenario->wordlist,
	    &c->rng)) != NULL)
		fields = generate_record(&in, e->field->link_book, NULL, 0, NULL);
	if (fields != NULL)
		code = save_new(t, actor, e->field->link_book->name, xcheck(val_dup(fields)),
		    xtext(&what), &reply);
	if (reply != NULL)
		family_link_record(e->field, (uint64_t)val_get_num(reply, "id", 0), fields,
		    c->fields);
	val_free(facts);
	val_free(fields);
	val_free(reply);
	buf_free(&what);
	return code;
}

/* Creates the file of a child, by the director of its village. */
static int
make_child(struct scenario_state *t, const struct event *e)
{
	struct child	*c = &t->child[e->child];
	struct buf	 what = BUF_INIT;
	struct val	*set, *reply = NULL;
	struct actor	*actor = staff_find(t->staff, t->book->create, c->family->village);
	int		 code;

	about(t, e, "registered", &what);
	if (actor == NULL)
		code = report_error(EX_CONFIG, "%s: nobody may make a record of book %s",
		    xtext(&what), t->book->name);
	else if ((code = ensure_child_fields(t, c, xtext(&what))) == EX_OK) {
		struct generator	 in = generator_for(t, c, NULL);

		set = xcheck(val_dup(c->fields));
		if (c->end->gaps)
			generate_gaps(&in, t->book, set);
		code = save_new(t, actor, t->book->name, set, xtext(&what), &reply);
	}
	c->id = (uint64_t)val_get_num(reply, "id", 0);
	c->ver = (uint64_t)val_get_num(reply, "ver", 0);
	val_free(reply);
	buf_free(&what);
	return code;
}

static void
put_remarks(struct scenario_state *t, struct child *c, const struct act *act, struct val *req)
{
	struct generator	 in = generator_for(t, c, NULL);
	struct val		*remarks = xcheck(val_map());

	for (int n = act->remarks == REMARKS_REQUIRED ? rng_between(&c->rng, 1, 3) : 0; n > 0;
	    n--) {
		const struct field	*f = generate_pick_field(&in, t->book, c->fields);

		if (f != NULL)
			xput(remarks, f->path, val_text(wordlist_pick(t->scenario->wordlist,
			    "remark", &c->rng)));
	}
	xput(req, PK_REMARKS, remarks);
}

static int
put_answers(struct scenario_state *t, struct child *c, const struct act *act, struct val *req)
{
	struct val		*facts = xcheck(val_map()), *ask;
	struct generator	 in = generator_for(t, c, facts);
	const char		*away = val_get_str(c->fields, "away");
	bool			 back = away != NULL && strcmp(away, "neither") != 0;
	struct buf		 why = BUF_INIT;
	int			 code = EX_OK;

	xput(facts, "reason", val_text(back ? "parents-back" : "eased"));
	xput(facts, "proof", val_text(wordlist_pick(t->scenario->wordlist, back ? "back" : "eased",
	    &c->rng)));
	if ((ask = generate_answers(&in, t->book, act, &why)) != NULL)
		xput(req, PK_ASK, ask);
	else
		code = report_error(EX_CONFIG, "act %s asks what cannot be invented: %s", act->name,
		    xtext(&why));
	val_free(facts);
	buf_free(&why);
	return code;
}

/* The person who decides about a file opens it first, which is an entry in the trail. */
static int
read_child(struct scenario_state *t, struct child *c, struct actor *actor, const char *what)
{
	struct val	*req = client_new_request("get", t->book->name);

	xput(req, PK_ID, val_int((int64_t)c->id));
	return client_ask_as(t->scenario->client, actor, req, what, NULL);
}

/* The present version of a file, whoever changed it last; 0 when it is no longer on the roll. */
static uint64_t
version_of(const struct scenario_state *t, uint64_t id, const char *state)
{
	struct rec	*rec = NULL;
	uint64_t	 ver = 0;

	if (rec_get(t->core, NULL, id, &rec) == REC_OK &&
	    (state == NULL || strcmp(rec->state->name, state) == 0))
		ver = rec->ver;
	rec_free(rec);
	return ver;
}

static void	 plan_all_recurring(struct scenario_state *, const struct event *);

/* ---- tasks ----------------------------------------------------------------------------------- */

static size_t
add_run(struct scenario_state *t, const struct scenario_step *row, const struct book *book)
{
	XROOM(t->step_run, t->nstep_runs, &t->run_cap);
	t->step_run[t->nstep_runs++] = (struct step_run){ .row = row, .book = book };
	return t->nstep_runs;
}

static void
plan_scenario_steps(struct scenario_state *t, const struct event *e)
{
	struct child	*c = &t->child[e->child];

	for (size_t i = 0; i < scenario_steps_n; i++) {
		const struct scenario_step	*row = &scenario_steps[i];
		const struct book	*book = set_book(t->core->set, row->book);
		int64_t			 at = e->at + (int64_t)rng_between(&c->rng, row->from,
		    row->to) * DAY;

		if (!rng_chance(&c->rng, row->chance) || book == NULL ||
		    (row->fits != NULL && !row->fits(c->fields)))
			continue;
		at = plan_working_hour(at, &c->rng);
		if (at < t->scenario->now &&
		    !recurring_abandoned(c->family->village, t->scenario->now, at))
			plan_push_event(t, (struct event){ .at = at, .child = e->child,
			    .step_run = add_run(t, row, book) });
	}
}

static size_t
run_acts(const struct step_run *r, const struct act *acts[SCENARIO_STEP_ACTS])
{
	size_t	 n = 0;

	while (n < SCENARIO_STEP_ACTS && r->row->acts[n] != NULL &&
	    (acts[n] = book_act(r->book, r->row->acts[n])) != NULL)
		n++;
	return n;
}

/* Reads the file again: acts and other people have changed it since. */
static void
refresh_child(struct scenario_state *t, struct child *c)
{
	struct rec	*rec = NULL;

	if (rec_get(t->core, NULL, c->id, &rec) != REC_OK)
		return;
	val_free(c->fields);
	c->fields = xcheck(val_dup(rec->fields));
	rec_free(rec);
}

/* The carer of one child is also the carer of its siblings. */
static void
copy_carer(struct scenario_state *t, struct child *c)
{
	for (size_t i = 0; i < c->family->siblings.n && val_get(c->fields, "carer") == NULL; i++) {
		struct child	*other = &t->child[c->family->first + i];

		refresh_child(t, other);
		if (val_get(other->fields, "carer") != NULL)
			xput(c->fields, "carer", val_dup(val_get(other->fields, "carer")));
	}
}

/* Creates the child record of a task. */
static int
start_step(struct scenario_state *t, const struct event *e, struct step_run *r)
{
	struct child		*c = &t->child[e->child];
	const struct act	*acts[SCENARIO_STEP_ACTS];
	size_t			 nacts = run_acts(r, acts);
	struct val		*facts = xcheck(val_map()), *reply = NULL;
	struct generator	 in = generator_for(t, c, facts);
	struct buf		 why = BUF_INIT, what = BUF_INIT;
	int			 code;

	about(t, e, r->book->name, &what);
	xput(facts, r->book->under->path, val_int((int64_t)c->id));
	refresh_child(t, c);
	copy_carer(t, c);
	if (r->row->facts != NULL)
		r->row->facts(facts, c->fields, t->scenario->wordlist, &c->rng, env_today(t->core));
	if (c->family->cared > 1)
		xput(facts, "others", val_int((int64_t)c->family->cared));
	if ((r->fields = generate_record(&in, r->book, acts, nacts, &why)) == NULL)
		code = report_error(EX_CONFIG,
		    "%s: the definition leaves no way to a whole record: %s", xtext(&what),
		    xtext(&why));
	else
		code = save_new(t, staff_find(t->staff, r->book->create, c->family->village),
		    r->book->name, xcheck(val_dup(r->fields)), xtext(&what), &reply);
	r->id = (uint64_t)val_get_num(reply, "id", 0);
	r->ver = (uint64_t)val_get_num(reply, "ver", 0);
	val_free(reply);
	val_free(facts);
	buf_free(&why);
	buf_free(&what);
	return code;
}

/* Does the next act of a task. */
static int
act_on_step(struct scenario_state *t, const struct event *e, struct step_run *r,
    const struct act *act)
{
	struct child		*c = &t->child[e->child];
	struct val		*facts = xcheck(val_map()), *ask, *req, *reply = NULL;
	struct generator	 in = generator_for(t, c, facts);
	struct buf		 why = BUF_INIT, what = BUF_INIT;
	int			 code;

	about(t, e, act->name, &what);
	xput(facts, "until", val_nil());
	xput(facts, "amount", val_int((int64_t)rng_between(&c->rng, 20, 110) * 1000));
	if ((ask = generate_answers(&in, r->book, act, &why)) == NULL)
		code = report_error(EX_CONFIG, "act %s asks what cannot be invented: %s", act->name,
		    xtext(&why));
	else {
		req = client_new_write("act", r->book->name);
		xput(req, PK_ID, val_int((int64_t)r->id));
		xput(req, PK_VER, val_int((int64_t)r->ver));
		xput(req, PK_ACT, val_text(act->name));
		xput(req, PK_ASK, ask);
		code = client_ask_as(t->scenario->client,
		    staff_find(t->staff, act->by, c->family->village), req, xtext(&what), &reply);
	}
	r->ver = (uint64_t)val_get_num(reply, "ver", 0);
	val_free(reply);
	val_free(facts);
	buf_free(&why);
	buf_free(&what);
	return code;
}

/* Runs one step; the next follows in a few days, unless the task is left undone. */
static int
run_step(struct scenario_state *t, const struct event *e)
{
	struct child		*c = &t->child[e->child];
	struct step_run		*r = &t->step_run[e->step_run - 1];
	const struct act	*acts[SCENARIO_STEP_ACTS];
	size_t			 nacts = run_acts(r, acts);
	int64_t			 at;
	int			 code;

	if (version_of(t, c->id, "active") == 0)
		return EX_OK;
	code = e->step == 0 ? start_step(t, e, r) : act_on_step(t, e, r, acts[e->step - 1]);
	at = plan_working_hour(e->at + (int64_t)rng_between(&c->rng, 1, r->row->pause) * DAY,
	    &c->rng);
	if (code == EX_OK && e->step < nacts && at < t->scenario->now &&
	    !rng_chance(&c->rng, r->row->stays))
		plan_push_event(t, (struct event){ .at = at, .child = e->child, .step = e->step + 1,
		    .step_run = e->step_run });
	if (code == EX_OK)
		plan_all_recurring(t, e);	/* the grade decides how often visits are due */
	return code;
}

/* ---- recurring tasks ------------------------------------------------------------------------- */

static int
due_day(const struct scenario_state *t, const struct child *c, const struct clock *clock)
{
	struct rec	*rec = NULL;
	int		 day = rec_get(t->core, NULL, c->id, &rec) == REC_OK ?
	    deadline_day(clock, rec) : 0;

	rec_free(rec);
	return day;
}

/*
 * Plans when somebody does the task, on time or not; what would be later than the end is not done.
 */
static void
plan_recurring(struct scenario_state *t, const struct event *e, const struct clock *clock)
{
	struct child	*c = &t->child[e->child];
	int		 day = due_day(t, c, clock);
	int64_t		 at;

	c->planned &= ~(UINT64_C(1) << clock->index);
	if (day == 0)
		return;
	at = ((int64_t)civil_days(day) + recurring_delay(c->family->village, &c->rng)) * DAY;
	if (at <= e->at)			/* it was refused, or is late already: again soon */
		at = e->at + (int64_t)rng_between(&c->rng, 3, 9) * DAY;
	at = plan_working_hour(at, &c->rng);
	if (at >= t->scenario->now || recurring_abandoned(c->family->village, t->scenario->now, at))
		return;
	c->planned |= UINT64_C(1) << clock->index;
	plan_push_event(t, (struct event){ .at = at, .child = e->child, .clock = clock });
}

static void
plan_all_recurring(struct scenario_state *t, const struct event *e)
{
	const struct child	*c = &t->child[e->child];

	for (size_t i = 0; i < t->book->nclocks && i < 64; i++)
		if (t->book->clocks[i].done != NULL && (c->planned & (UINT64_C(1) << i)) == 0)
			plan_recurring(t, e, &t->book->clocks[i]);
}

static int
create_recurring(struct scenario_state *t, const struct event *e, struct actor *actor)
{
	struct child		*c = &t->child[e->child];
	const struct book	*book = e->clock->done;
	struct val		*facts = recurring_facts(e->clock, c->id, c->fields,
	    t->scenario->wordlist, &c->rng), *fields;
	struct generator	 in = generator_for(t, c, facts);
	struct buf		 why = BUF_INIT, what = BUF_INIT;
	int			 code;

	about(t, e, book->name, &what);
	if ((fields = generate_record(&in, book, NULL, 0, &why)) == NULL)
		code = report_error(EX_CONFIG,
		    "%s: the definition leaves no way to a whole record: %s", xtext(&what),
		    xtext(&why));
	else
		code = save_new(t, actor, book->name, fields, xtext(&what), NULL);
	val_free(facts);
	buf_free(&why);
	buf_free(&what);
	return code;
}

/*
 * A task done by another visit in the meantime is not due again yet; and the file may be closed by
 * now.
 */
static int
run_recurring(struct scenario_state *t, const struct event *e)
{
	struct child	*c = &t->child[e->child];
	struct actor	*actor = staff_find(t->staff, e->clock->by & e->clock->done->create,
	    c->family->village);
	int		 day = due_day(t, c, e->clock), code = EX_OK;
	const struct scenario_step	*row;

	if (actor != NULL && day != 0 &&
	    civil_days(day) - civil_days(env_today(t->core)) <= EARLY) {
		if ((row = scenario_step_for(e->clock->done)) == NULL)
			code = create_recurring(t, e, actor);
		else {
			struct event	 begin = { .at = e->at, .child = e->child,
			    .step_run = add_run(t, row, e->clock->done) };

			code = run_step(t, &begin);
		}
	}
	if (code == EX_OK)
		plan_recurring(t, e, e->clock);
	return code;
}

/* ---- acts ------------------------------------------------------------------------------------ */

/* Does the next act on a child's file by a person who may, and plans what follows from it. */
static int
do_act(struct scenario_state *t, const struct event *e)
{
	struct child		*c = &t->child[e->child];
	const struct act	*act = c->acts[e->step - 1];
	struct actor		*actor = staff_find(t->staff, act->by, c->family->village);
	struct buf		 what = BUF_INIT;
	struct val		*req = NULL, *reply = NULL;
	int			 code;

	about(t, e, act->name, &what);
	if (actor == NULL)
		code = report_error(EX_CONFIG, "%s: nobody may do it", xtext(&what));
	else if (e->step == 1 || (code = read_child(t, c, actor, xtext(&what))) == EX_OK) {
		req = client_new_write("act", t->book->name);
		xput(req, PK_ID, val_int((int64_t)c->id));
		xput(req, PK_VER, val_int((int64_t)version_of(t, c->id, NULL)));
		xput(req, PK_ACT, val_text(act->name));
		put_remarks(t, c, act, req);
		code = put_answers(t, c, act, req);
	}
	if (code == EX_OK)
		code = client_ask_as(t->scenario->client, actor, req, xtext(&what), &reply);
	else
		val_free(req);
	c->ver = (uint64_t)val_get_num(reply, "ver", 0);
	if (code == EX_OK)
		plan_all_recurring(t, e);
	if (code == EX_OK && e->step == c->nacts && strcmp(c->end->state, "active") == 0)
		plan_scenario_steps(t, e);
	val_free(reply);
	buf_free(&what);
	return code;
}

/* ---- changes --------------------------------------------------------------------------------- */

/* The link of the file to the person with this field; NULL: there is no such link. */
static const struct field *
link_filling(const struct scenario_state *t, const struct child *c, const struct field *f)
{
	for (size_t i = 0; i < t->book->nall; i++) {
		const struct field	*link = t->book->all[i];

		for (size_t k = 0; k < link->nautofills; k++)
			if (link->autofills[k].target == f &&
			    val_find(c->fields, link->path) != NULL)
				return link;
	}
	return NULL;
}

static bool
may_write(const struct scenario_state *t, const struct actor *actor, uint64_t id)
{
	struct rec	*rec = NULL;
	bool		 yes = rec_get(t->core, NULL, id, &rec) == REC_OK &&
	    access_allowed(actor, ACCESS_WRITE, rec, NULL);

	rec_free(rec);
	return yes;
}

static bool
names_too(const struct child *c, const struct field *link, const struct val *whom)
{
	return c->id != 0 && val_same(val_find(c->fields, link->path), whom);
}

/* Whether all files can be changed: a file waiting at the township or the county cannot. */
static bool
all_follow(const struct scenario_state *t, const struct actor *actor, const struct field *link,
    const struct val *whom)
{
	bool	 yes = may_write(t, actor, (uint64_t)val_num(whom, 0));

	for (size_t i = 0; yes && i < t->scenario->children; i++)
		yes = !names_too(&t->child[i], link, whom) || may_write(t, actor, t->child[i].id);
	return yes;
}

static int
save_change(struct scenario_state *t, struct child *c, struct actor *actor, const struct field *f,
    bool spread, const char *what)
{
	struct generator	 in = generator_for(t, c, NULL);
	struct val		*set = generate_change(&in, t->book, f, c->fields), *req;

	if (set == NULL)
		return EX_OK;
	req = client_new_write("save", t->book->name);
	xput(req, PK_ID, val_int((int64_t)c->id));
	xput(req, PK_VER, val_int((int64_t)version_of(t, c->id, NULL)));
	xput(req, PK_SET, set);
	if (spread)
		xput(req, PK_SPREAD, val_bool(true));
	return client_ask_as(t->scenario->client, actor, req, what, NULL);
}

/*
 * A later visit finds another telephone number or something to note. Where the person has a record,
 * it changes there and in all files.
 */
static int
change_child(struct scenario_state *t, const struct event *e)
{
	struct child		*c = &t->child[e->child];
	struct actor		*actor = staff_find(t->staff, t->book->create, c->family->village);
	struct generator	 in = generator_for(t, c, NULL);
	const struct field	*f = e->field != NULL ? e->field :
	    generate_pick_changeable(&in, t->book, c->fields), *link;
	const struct val	*whom;
	struct buf		 what = BUF_INIT;
	int			 code;

	if (f == NULL)
		return EX_OK;
	link = link_filling(t, c, f);
	whom = link != NULL ? val_find(c->fields, link->path) : NULL;
	if (link != NULL && !all_follow(t, actor, link, whom))
		return EX_OK;
	about(t, e, "changed", &what);
	code = save_change(t, c, actor, f, link != NULL, xtext(&what));
	for (size_t i = 0; link != NULL && i < t->scenario->children; i++)
		if (&t->child[i] != c && names_too(&t->child[i], link, whom))
			refresh_child(t, &t->child[i]);
	buf_free(&what);
	return code;
}

/* A few directors were interrupted during an entry: their text waits as a draft. */
static int
leave_drafts(struct scenario_state *t)
{
	struct rng	 rng = { t->scenario->seed + 2 };
	int		 code = EX_OK;

	for (size_t i = 0; code == EX_OK && i < DRAFTS && i < staff_villages(t->staff); i++) {
		struct family	 alone = { .siblings.size = 1, .village = i };
		struct child	 c = { .rng = rng, .family = &alone, .nacts = 0 };
		struct val	*req = client_new_write("draft", t->book->name);
		struct buf	 why = BUF_INIT;

		if ((c.fields = generate_child(t, &c, &why)) == NULL)
			code = report_error(EX_CONFIG, "a draft: %s", xtext(&why));
		else {
			struct generator	 in = generator_for(t, &c, NULL);

			for (int k = 0; k < 4; k++)
				generate_gaps(&in, t->book, c.fields);
			xput(req, PK_DRAFT, val_take(req, PK_TOKEN));
			xput(req, PK_TITLE, val_dup(val_get(c.fields, "name")));
			xput(req, PK_SET, c.fields);
			code = client_ask_as(t->scenario->client,
			    staff_find(t->staff, t->book->create, i), req, "a draft", NULL);
		}
		rng = c.rng;
		buf_free(&why);
	}
	return code;
}

/* ---- running --------------------------------------------------------------------------------- */

static void
scenario_state_free(struct scenario_state *t)
{
	for (size_t i = 0; t->child != NULL && i < t->scenario->children; i++)
		val_free(t->child[i].fields);
	free(t->child);
	free(t->family);
	for (size_t i = 0; i < t->nstep_runs; i++)
		val_free(t->step_run[i].fields);
	free(t->step_run);
	free(t->event);
	val_free(t->taken);
	staff_free(t->staff);
}

static int
run_event(struct scenario_state *t, const struct event *e)
{
	if (e->step_run != 0)
		return run_step(t, e);
	if (e->clock != NULL)
		return run_recurring(t, e);
	if (e->step == 0)
		return e->field != NULL ? put_on_record(t, e) : make_child(t, e);
	return e->step <= t->child[e->child].nacts ? do_act(t, e) : change_child(t, e);
}

int
scenario_run(const struct scenario *scenario)
{
	struct scenario_state	 t = { .scenario = scenario, .core = client_core(scenario->client),
	    .taken = xcheck(val_map()) };
	int64_t		 start = scenario->now - HALF_YEAR - 3 * DAY;
	struct form_ctx	 ctx;
	int		 code;

	t.book = set_book(t.core->set, "child");
	if (t.book == NULL)
		code = report_error(EX_CONFIG, "the definitions have no book child");
	else {
		begin_at(&t, start);
		code = staff_create(scenario->client, scenario->wordlist, scenario->seed, &t.staff);
	}
	if (code == EX_OK)
		code = plan_children(&t);
	while (code == EX_OK && t.nevents > 0) {
		const struct event	 e = plan_pop_event(&t);

		set_clock(e.at);
		env_ctx_acquire(t.core, LANG_EN, &ctx);
		t.areas = ctx.areas;			/* no other thread changes them */
		env_ctx_release(t.core);
		code = run_event(&t, &e);
	}
	if (code == EX_OK)
		code = leave_drafts(&t);
	scenario_state_free(&t);
	return code;
}
