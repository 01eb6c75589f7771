#include "admin/demo/telling.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/demo/invent.h"
#include "admin/demo/kid.h"
#include "admin/demo/rounds.h"
#include "core/access/access.h"
#include "core/record/deadline.h"

#define HALF_YEAR	(182 * DAY)
#define DRAFTS		3		/* entries somebody was called away from */
#define EARLY		15		/* days before it is due: nobody goes again earlier than that */

static void
set_clock(int64_t at)
{
	char	 text_at[24];

	snprintf(text_at, sizeof text_at, "%" PRId64, at);
	if (setenv("SHOUWANG_NOW", text_at, 1) != 0)
		must(NULL);
}

/* The places were entered when the store was made, half a year after the story begins: that is no clock set back. */
static void
begin_at(const struct telling *t, int64_t start)
{
	set_clock(start);
	core_time_accept(t->core, start);
}

/* ---- what happens ------------------------------------------------------------------------------------------- */

static void
about(const struct telling *t, const struct event *e, const char *what, struct buf *out)
{
	buf_printf(out, "child %zu of %zu, %s", e->child + 1, t->story->children, what);
}

static struct invention
invention_for(struct telling *t, struct child *c, struct val *facts)
{
	return (struct invention){ .set = t->core->set, .areas = t->areas, .words = t->story->words, .rng = &c->rng,
	    .today = core_today(t->core), .own_area = people_village(t->people, c->family->village), .facts = facts };
}

/* The eldest comes first, and the others after what is known of it. */
static struct val *
facts_of(struct telling *t, struct child *c, struct kin *kin)
{
	const struct family	*f = c->family;
	struct kid_place	 at = people_place(t->people, f->village, core_today(t->core));
	struct val		*facts;

	if (f->lender != NULL)
		kin->guardianship = f->lender->kin.guardianship;	/* the same person looks after them */
	facts = kid_facts(&at, t->story->words, &c->rng, t->taken, kin);
	if (f->kin.n > 0)
		family_alike(t->book, t->child[f->first].fields, facts);
	else if (f->lender != NULL)
		family_lend(t->book, t->child[f->lender->first].fields, &c->rng, facts);
	return facts;
}

static struct val *
invent_child(struct telling *t, struct child *c, struct buf *why)
{
	struct val	*fields = NULL;

	for (int tries = 0; fields == NULL && tries < 5; tries++) {
		struct kin		 kin = c->family->kin;
		struct val		*facts = facts_of(t, c, &kin);
		struct invention	 in = invention_for(t, c, facts);

		if ((fields = invent_record(&in, t->book, c->acts, c->nacts, why)) != NULL)
			c->family->kin = kin;
		val_free(facts);
	}
	return fields;
}

/* It is known from when somebody of its family is first put on record. */
static int
know_child(struct telling *t, struct child *c, const char *what)
{
	struct buf	 why = BUF_INIT;
	int		 code = EX_OK;

	if (c->fields == NULL && (c->fields = invent_child(t, c, &why)) == NULL)
		code = fail(EX_CONFIG, "%s: the definition of %s leaves no way to a whole record: %s", what, t->book->name,
		    text(&why));
	buf_free(&why);
	return code;
}

/* Takes set. */
static int
save_new(struct telling *t, struct actor *actor, const char *book, struct val *set, const char *what, struct val **reply)
{
	struct val	*req = desk_write("save", book);

	put(req, "set", set);
	return desk_ask_as(t->story->desk, actor, req, what, reply);
}

/* What cannot be invented, or nobody there may make, is not on record; another family's carer is already. */
static int
put_on_record(struct telling *t, const struct event *e)
{
	struct child		*c = &t->child[e->child];
	struct actor		*actor = people_who(t->people, e->field->to->create, c->family->village);
	struct val		*facts = NULL, *fields = NULL, *reply = NULL;
	struct invention	 in = invention_for(t, c, NULL);
	struct buf		 what = BUF_INIT;
	int			 code;

	about(t, e, e->field->path, &what);
	code = know_child(t, c, text(&what));
	if (code == EX_OK && actor != NULL && val_find(c->fields, e->field->path) == NULL &&
	    (facts = in.facts = family_record(e->field, c->fields, t->story->words, &c->rng)) != NULL)
		fields = invent_record(&in, e->field->to, NULL, 0, NULL);
	if (fields != NULL)
		code = save_new(t, actor, e->field->to->name, must(val_dup(fields)), text(&what), &reply);
	if (reply != NULL)
		family_name(e->field, (uint64_t)val_get_num(reply, "id", 0), fields, c->fields);
	val_free(facts);
	val_free(fields);
	val_free(reply);
	buf_free(&what);
	return code;
}

static int
make_child(struct telling *t, const struct event *e)
{
	struct child	*c = &t->child[e->child];
	struct buf	 what = BUF_INIT;
	struct val	*set, *reply = NULL;
	struct actor	*actor = people_who(t->people, t->book->create, c->family->village);
	int		 code;

	about(t, e, "registered", &what);
	if (actor == NULL)
		code = fail(EX_CONFIG, "%s: nobody may make a record of book %s", text(&what), t->book->name);
	else if ((code = know_child(t, c, text(&what))) == EX_OK) {
		struct invention	 in = invention_for(t, c, NULL);

		set = must(val_dup(c->fields));
		if (c->end->gaps)
			invent_gaps(&in, t->book, set);
		code = save_new(t, actor, t->book->name, set, text(&what), &reply);
	}
	c->id = (uint64_t)val_get_num(reply, "id", 0);
	c->ver = (uint64_t)val_get_num(reply, "ver", 0);
	val_free(reply);
	buf_free(&what);
	return code;
}

static void
put_remarks(struct telling *t, struct child *c, const struct act *act, struct val *req)
{
	struct invention	 in = invention_for(t, c, NULL);
	struct val		*remarks = must(val_map());

	for (int n = act->remarks == REMARKS_REQUIRED ? rng_between(&c->rng, 1, 3) : 0; n > 0; n--) {
		const struct field	*f = invent_pick(&in, t->book, c->fields);

		if (f != NULL)
			put(remarks, f->path, val_text(words_pick(t->story->words, "remark", &c->rng)));
	}
	put(req, "remarks", remarks);
}

static int
put_answers(struct telling *t, struct child *c, const struct act *act, struct val *req)
{
	struct val		*facts = must(val_map()), *ask;
	struct invention	 in = invention_for(t, c, facts);
	const char		*away = val_get_str(c->fields, "away");
	bool			 back = away != NULL && strcmp(away, "neither") != 0;
	struct buf		 why = BUF_INIT;
	int			 code = EX_OK;

	put(facts, "reason", val_text(back ? "parents-back" : "eased"));
	put(facts, "proof", val_text(words_pick(t->story->words, back ? "back" : "eased", &c->rng)));
	if ((ask = invent_answers(&in, t->book, act, &why)) != NULL)
		put(req, "ask", ask);
	else
		code = fail(EX_CONFIG, "act %s asks what cannot be invented: %s", act->name, text(&why));
	val_free(facts);
	buf_free(&why);
	return code;
}

/* Whoever decides about a file opens it first: that too is in the trail. */
static int
read_child(struct telling *t, struct child *c, struct actor *actor, const char *what)
{
	struct val	*req = desk_request("get", t->book->name);

	put(req, "id", val_int((int64_t)c->id));
	return desk_ask_as(t->story->desk, actor, req, what, NULL);
}

/* The version a file has now, whoever changed it last; 0 when it is not on the roll any more. */
static uint64_t
version_of(const struct telling *t, uint64_t id, const char *state)
{
	struct rec	*rec = NULL;
	uint64_t	 ver = 0;

	if (rec_get(t->core, NULL, id, &rec) == REC_OK && (state == NULL || strcmp(rec->state->name, state) == 0))
		ver = rec->ver;
	rec_free(rec);
	return ver;
}

static void	 plan_rounds(struct telling *, const struct event *);

/* ---- errands ------------------------------------------------------------------------------------------------ */

static size_t
add_run(struct telling *t, const struct errand *row, const struct book *book)
{
	if (t->nruns == t->run_cap) {
		t->run_cap = t->run_cap != 0 ? t->run_cap * 2 : 64;
		t->run = must(reallocarray(t->run, t->run_cap, sizeof *t->run));
	}
	t->run[t->nruns++] = (struct run){ .row = row, .book = book };
	return t->nruns;
}

static void
plan_errands(struct telling *t, const struct event *e)
{
	struct child	*c = &t->child[e->child];

	for (size_t i = 0; i < errands_n; i++) {
		const struct errand	*row = &errands[i];
		const struct book	*book = set_book(t->core->set, row->book);
		int64_t			 at = e->at + (int64_t)rng_between(&c->rng, row->from, row->to) * DAY;

		if (!rng_chance(&c->rng, row->chance) || book == NULL || (row->fits != NULL && !row->fits(c->fields)))
			continue;
		at = working_hour(at, &c->rng);
		if (at < t->story->now && !rounds_given_up(c->family->village, t->story->now, at))
			push_event(t, (struct event){ .at = at, .child = e->child, .run = add_run(t, row, book) });
	}
}

static size_t
run_acts(const struct run *r, const struct act *acts[ERRAND_ACTS])
{
	size_t	 n = 0;

	while (n < ERRAND_ACTS && r->row->acts[n] != NULL && (acts[n] = book_act(r->book, r->row->acts[n])) != NULL)
		n++;
	return n;
}

/* The file as it is now: acts and others have changed it since. */
static void
learn_child(struct telling *t, struct child *c)
{
	struct rec	*rec = NULL;

	if (rec_get(t->core, NULL, c->id, &rec) != REC_OK)
		return;
	val_free(c->fields);
	c->fields = must(val_dup(rec->fields));
	rec_free(rec);
}

/* Somebody who looks after one of them looks after the others too. */
static void
learn_carer(struct telling *t, struct child *c)
{
	for (size_t i = 0; i < c->family->kin.n && val_get(c->fields, "carer") == NULL; i++) {
		struct child	*other = &t->child[c->family->first + i];

		learn_child(t, other);
		if (val_get(other->fields, "carer") != NULL)
			put(c->fields, "carer", val_dup(val_get(other->fields, "carer")));
	}
}

static int
begin_errand(struct telling *t, const struct event *e, struct run *r)
{
	struct child		*c = &t->child[e->child];
	const struct act	*acts[ERRAND_ACTS];
	size_t			 nacts = run_acts(r, acts);
	struct val		*facts = must(val_map()), *reply = NULL;
	struct invention	 in = invention_for(t, c, facts);
	struct buf		 why = BUF_INIT, what = BUF_INIT;
	int			 code;

	about(t, e, r->book->name, &what);
	put(facts, r->book->under->path, val_int((int64_t)c->id));
	learn_child(t, c);
	learn_carer(t, c);
	if (r->row->facts != NULL)
		r->row->facts(facts, c->fields, t->story->words, &c->rng, core_today(t->core));
	if (c->family->cared > 1)
		put(facts, "others", val_int((int64_t)c->family->cared));
	if ((r->fields = invent_record(&in, r->book, acts, nacts, &why)) == NULL)
		code = fail(EX_CONFIG, "%s: the definition leaves no way to a whole record: %s", text(&what), text(&why));
	else
		code = save_new(t, people_who(t->people, r->book->create, c->family->village), r->book->name,
		    must(val_dup(r->fields)), text(&what), &reply);
	r->id = (uint64_t)val_get_num(reply, "id", 0);
	r->ver = (uint64_t)val_get_num(reply, "ver", 0);
	val_free(reply);
	val_free(facts);
	buf_free(&why);
	buf_free(&what);
	return code;
}

static int
act_on_errand(struct telling *t, const struct event *e, struct run *r, const struct act *act)
{
	struct child		*c = &t->child[e->child];
	struct val		*facts = must(val_map()), *ask, *req, *reply = NULL;
	struct invention	 in = invention_for(t, c, facts);
	struct buf		 why = BUF_INIT, what = BUF_INIT;
	int			 code;

	about(t, e, act->name, &what);
	put(facts, "until", val_nil());
	put(facts, "amount", val_int((int64_t)rng_between(&c->rng, 20, 110) * 1000));
	if ((ask = invent_answers(&in, r->book, act, &why)) == NULL)
		code = fail(EX_CONFIG, "act %s asks what cannot be invented: %s", act->name, text(&why));
	else {
		req = desk_write("act", r->book->name);
		put(req, "id", val_int((int64_t)r->id));
		put(req, "ver", val_int((int64_t)r->ver));
		put(req, "act", val_text(act->name));
		put(req, "ask", ask);
		code = desk_ask_as(t->story->desk, people_who(t->people, act->by, c->family->village), req, text(&what), &reply);
	}
	r->ver = (uint64_t)val_get_num(reply, "ver", 0);
	val_free(reply);
	val_free(facts);
	buf_free(&why);
	buf_free(&what);
	return code;
}

/* One step of it; the next follows in a few days, unless it is left lying. */
static int
run_errand(struct telling *t, const struct event *e)
{
	struct child		*c = &t->child[e->child];
	struct run		*r = &t->run[e->run - 1];
	const struct act	*acts[ERRAND_ACTS];
	size_t			 nacts = run_acts(r, acts);
	int64_t			 at;
	int			 code;

	if (version_of(t, c->id, "active") == 0)
		return EX_OK;
	code = e->step == 0 ? begin_errand(t, e, r) : act_on_errand(t, e, r, acts[e->step - 1]);
	at = working_hour(e->at + (int64_t)rng_between(&c->rng, 1, r->row->pause) * DAY, &c->rng);
	if (code == EX_OK && e->step < nacts && at < t->story->now && !rng_chance(&c->rng, r->row->stays))
		push_event(t, (struct event){ .at = at, .child = e->child, .step = e->step + 1, .run = e->run });
	if (code == EX_OK)
		plan_rounds(t, e);		/* a grade brings other visits */
	return code;
}

/* ---- what comes round --------------------------------------------------------------------------------------- */

static int
due_day(const struct telling *t, const struct child *c, const struct clock *clock)
{
	struct rec	*rec = NULL;
	int		 day = rec_get(t->core, NULL, c->id, &rec) == REC_OK ? deadline_day(clock, rec) : 0;

	rec_free(rec);
	return day;
}

/* Somebody means to do it, on time or not, as people there are; what would come after the story's end stays undone. */
static void
plan_round(struct telling *t, const struct event *e, const struct clock *clock)
{
	struct child	*c = &t->child[e->child];
	int		 day = due_day(t, c, clock);
	int64_t		 at;

	c->planned &= ~(UINT64_C(1) << clock->index);
	if (day == 0)
		return;
	at = ((int64_t)civil_days(day) + rounds_late(c->family->village, &c->rng)) * DAY;
	if (at <= e->at)			/* it was in vain, or is late already: once more before long */
		at = e->at + (int64_t)rng_between(&c->rng, 3, 9) * DAY;
	at = working_hour(at, &c->rng);
	if (at >= t->story->now || rounds_given_up(c->family->village, t->story->now, at))
		return;
	c->planned |= UINT64_C(1) << clock->index;
	push_event(t, (struct event){ .at = at, .child = e->child, .clock = clock });
}

static void
plan_rounds(struct telling *t, const struct event *e)
{
	const struct child	*c = &t->child[e->child];

	for (size_t i = 0; i < t->book->nclocks && i < 64; i++)
		if (t->book->clocks[i].done != NULL && (c->planned & (UINT64_C(1) << i)) == 0)
			plan_round(t, e, &t->book->clocks[i]);
}

static int
record_round(struct telling *t, const struct event *e, struct actor *actor)
{
	struct child		*c = &t->child[e->child];
	const struct book	*book = e->clock->done;
	struct val		*facts = rounds_facts(e->clock, c->id, c->fields, t->story->words, &c->rng), *fields;
	struct invention	 in = invention_for(t, c, facts);
	struct buf		 why = BUF_INIT, what = BUF_INIT;
	int			 code;

	about(t, e, book->name, &what);
	if ((fields = invent_record(&in, book, NULL, 0, &why)) == NULL)
		code = fail(EX_CONFIG, "%s: the definition leaves no way to a whole record: %s", text(&what), text(&why));
	else
		code = save_new(t, actor, book->name, fields, text(&what), NULL);
	val_free(facts);
	buf_free(&why);
	buf_free(&what);
	return code;
}

/* What another visit has done meanwhile need not be done again so soon; and a file may be closed by now. */
static int
do_round(struct telling *t, const struct event *e)
{
	struct child	*c = &t->child[e->child];
	struct actor	*actor = people_who(t->people, e->clock->by & e->clock->done->create, c->family->village);
	int		 day = due_day(t, c, e->clock), code = EX_OK;
	const struct errand	*row;

	if (actor != NULL && day != 0 && civil_days(day) - civil_days(core_today(t->core)) <= EARLY) {
		if ((row = errand_of(e->clock->done)) == NULL)
			code = record_round(t, e, actor);
		else {
			struct event	 begin = { .at = e->at, .child = e->child, .run = add_run(t, row, e->clock->done) };

			code = run_errand(t, &begin);
		}
	}
	if (code == EX_OK)
		plan_round(t, e, e->clock);
	return code;
}

/* ---- acts --------------------------------------------------------------------------------------------------- */

static int
do_act(struct telling *t, const struct event *e)
{
	struct child		*c = &t->child[e->child];
	const struct act	*act = c->acts[e->step - 1];
	struct actor		*actor = people_who(t->people, act->by, c->family->village);
	struct buf		 what = BUF_INIT;
	struct val		*req = NULL, *reply = NULL;
	int			 code;

	about(t, e, act->name, &what);
	if (actor == NULL)
		code = fail(EX_CONFIG, "%s: nobody may do it", text(&what));
	else if (e->step == 1 || (code = read_child(t, c, actor, text(&what))) == EX_OK) {
		req = desk_write("act", t->book->name);
		put(req, "id", val_int((int64_t)c->id));
		put(req, "ver", val_int((int64_t)version_of(t, c->id, NULL)));
		put(req, "act", val_text(act->name));
		put_remarks(t, c, act, req);
		code = put_answers(t, c, act, req);
	}
	if (code == EX_OK)
		code = desk_ask_as(t->story->desk, actor, req, text(&what), &reply);
	else
		val_free(req);
	c->ver = (uint64_t)val_get_num(reply, "ver", 0);
	if (code == EX_OK)
		plan_rounds(t, e);
	if (code == EX_OK && e->step == c->nacts && strcmp(c->end->state, "active") == 0)
		plan_errands(t, e);
	val_free(reply);
	buf_free(&what);
	return code;
}

/* ---- changes ------------------------------------------------------------------------------------------------ */

/* The link by which the file names whom this belongs to; NULL: only the file says it. */
static const struct field *
link_filling(const struct telling *t, const struct child *c, const struct field *f)
{
	for (size_t i = 0; i < t->book->nall; i++) {
		const struct field	*link = t->book->all[i];

		for (size_t k = 0; k < link->nfills; k++)
			if (link->fills[k].to == f && val_find(c->fields, link->path) != NULL)
				return link;
	}
	return NULL;
}

static bool
may_write(const struct telling *t, const struct actor *actor, uint64_t id)
{
	struct rec	*rec = NULL;
	bool		 yes = rec_get(t->core, NULL, id, &rec) == REC_OK && access_allowed(actor, ACCESS_WRITE, rec, NULL);

	rec_free(rec);
	return yes;
}

static bool
names_too(const struct child *c, const struct field *link, const struct val *whom)
{
	return c->id != 0 && val_same(val_find(c->fields, link->path), whom);
}

/* While one of the files is with the township or the county, it cannot follow. */
static bool
all_follow(const struct telling *t, const struct actor *actor, const struct field *link, const struct val *whom)
{
	bool	 yes = may_write(t, actor, (uint64_t)val_num(whom, 0));

	for (size_t i = 0; yes && i < t->story->children; i++)
		yes = !names_too(&t->child[i], link, whom) || may_write(t, actor, t->child[i].id);
	return yes;
}

static int
save_change(struct telling *t, struct child *c, struct actor *actor, const struct field *f, bool spread, const char *what)
{
	struct invention	 in = invention_for(t, c, NULL);
	struct val		*set = invent_change(&in, t->book, f, c->fields), *req;

	if (set == NULL)
		return EX_OK;
	req = desk_write("save", t->book->name);
	put(req, "id", val_int((int64_t)c->id));
	put(req, "ver", val_int((int64_t)version_of(t, c->id, NULL)));
	put(req, "set", set);
	if (spread)
		put(req, "spread", val_bool(true));
	return desk_ask_as(t->story->desk, actor, req, what, NULL);
}

/* A later visit finds another telephone, or something to note. Whose record is kept changes there and in all files. */
static int
change_child(struct telling *t, const struct event *e)
{
	struct child		*c = &t->child[e->child];
	struct actor		*actor = people_who(t->people, t->book->create, c->family->village);
	struct invention	 in = invention_for(t, c, NULL);
	const struct field	*f = e->field != NULL ? e->field : invent_changing(&in, t->book, c->fields), *link;
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
	code = save_change(t, c, actor, f, link != NULL, text(&what));
	for (size_t i = 0; link != NULL && i < t->story->children; i++)
		if (&t->child[i] != c && names_too(&t->child[i], link, whom))
			learn_child(t, &t->child[i]);
	buf_free(&what);
	return code;
}

/* A few directors were called away in the middle of an entry: what they had typed waits for them. */
static int
leave_drafts(struct telling *t)
{
	struct rng	 rng = { t->story->seed + 2 };
	int		 code = EX_OK;

	for (size_t i = 0; code == EX_OK && i < DRAFTS && i < people_villages(t->people); i++) {
		struct family	 alone = { .kin.size = 1, .village = i };
		struct child	 c = { .rng = rng, .family = &alone, .nacts = 0 };
		struct val	*req = desk_write("draft", t->book->name);
		struct buf	 why = BUF_INIT;

		if ((c.fields = invent_child(t, &c, &why)) == NULL)
			code = fail(EX_CONFIG, "a draft: %s", text(&why));
		else {
			struct invention	 in = invention_for(t, &c, NULL);

			for (int k = 0; k < 4; k++)
				invent_gaps(&in, t->book, c.fields);
			put(req, "draft", val_take(req, "token"));
			put(req, "title", val_dup(val_get(c.fields, "name")));
			put(req, "set", c.fields);
			code = desk_ask_as(t->story->desk, people_who(t->people, t->book->create, i), req, "a draft", NULL);
		}
		rng = c.rng;
		buf_free(&why);
	}
	return code;
}

/* ---- telling ------------------------------------------------------------------------------------------------ */

static void
telling_free(struct telling *t)
{
	for (size_t i = 0; t->child != NULL && i < t->story->children; i++)
		val_free(t->child[i].fields);
	free(t->child);
	free(t->family);
	for (size_t i = 0; i < t->nruns; i++)
		val_free(t->run[i].fields);
	free(t->run);
	free(t->event);
	val_free(t->taken);
	people_free(t->people);
}

static int
happen(struct telling *t, const struct event *e)
{
	if (e->run != 0)
		return run_errand(t, e);
	if (e->clock != NULL)
		return do_round(t, e);
	if (e->step == 0)
		return e->field != NULL ? put_on_record(t, e) : make_child(t, e);
	return e->step <= t->child[e->child].nacts ? do_act(t, e) : change_child(t, e);
}

int
story_tell(const struct story *story)
{
	struct telling	 t = { .story = story, .core = desk_core(story->desk), .taken = must(val_map()) };
	int64_t		 start = story->now - HALF_YEAR - 3 * DAY;
	struct form_ctx	 ctx;
	int		 code;

	t.book = set_book(t.core->set, "child");
	if (t.book == NULL)
		code = fail(EX_CONFIG, "the definitions have no book child");
	else {
		begin_at(&t, start);
		code = people_hire(story->desk, story->words, story->seed, &t.people);
	}
	if (code == EX_OK)
		code = plan_children(&t);
	while (code == EX_OK && t.nevents > 0) {
		const struct event	 e = next_event(&t);

		set_clock(e.at);
		core_ctx_acquire(t.core, LANG_EN, &ctx);
		t.areas = ctx.areas;			/* nobody else is here to change them */
		core_ctx_release(t.core);
		code = happen(&t, &e);
	}
	if (code == EX_OK)
		code = leave_drafts(&t);
	telling_free(&t);
	return code;
}
