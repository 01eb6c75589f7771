#include "tests/support/random_ops.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/deadline.h"
#include "core/record/index.h"
#include "forms/vec.h"

#define DAY		INT64_C(86400)
#define CHILDREN	10
#define PEOPLE		5
#define SHEETS		150		/* child records, few enough to read all of them quickly */

unsigned
random_ops_pick(struct random_ops *d, unsigned n)
{
	d->rng_state ^= d->rng_state << 13;
	d->rng_state ^= d->rng_state >> 7;
	d->rng_state ^= d->rng_state << 17;
	return (unsigned)(d->rng_state % n);
}

static bool
one_in(struct random_ops *d, unsigned n)
{
	return random_ops_pick(d, n) == 0;
}

/* One item of a list that ends in NULL. */
static const char *
one_of(struct random_ops *d, const char *const words[])
{
	unsigned	 n = 0;

	while (words[n] != NULL)
		n++;
	return words[random_ops_pick(d, n)];
}

/* Mostly today or a few days ago, at times weeks, or the end of the month before. */
static int
some_day(struct random_ops *d)
{
	int	 today = env_today(d->w->core);

	switch (random_ops_pick(d, 6)) {
	case 0:
		return civil_add(today, -(int)random_ops_pick(d, 60), 'd');
	case 1:
		return civil_add(civil_make(today / 10000, today / 100 % 100, 1), -1, 'd');
	case 2:
	case 3:
		return civil_add(today, -(int)random_ops_pick(d, 5), 'd');
	default:
		return today;
	}
}

static int
some_day_to_come(struct random_ops *d)
{
	return civil_add(env_today(d->w->core), (int)random_ops_pick(d, 120) - 20, 'd');
}

/* ---- records and actors ---------------------------------------------------------------------- */

/* A random record of that book; NULL: none. */
static const struct rec *
some(struct random_ops *d, const char *book)
{
	const struct rec	*found = NULL;
	unsigned		 n = 0;

	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->rec[i]->book->name, book) == 0 && one_in(d, ++n))
			found = d->rec[i];
	return found;
}

/* A random record in that state; NULL: none. */
static const struct rec *
some_in(struct random_ops *d, const char *book, const char *state)
{
	const struct rec	*found = NULL;
	unsigned		 n = 0;

	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->rec[i]->book->name, book) == 0 &&
		    strcmp(d->rec[i]->state->name, state) == 0 && one_in(d, ++n))
			found = d->rec[i];
	return found;
}

static size_t
count_of(const struct random_ops *d, const char *book)
{
	size_t	 n = 0;

	for (size_t i = 0; i < d->n; i++)
		n += strcmp(d->rec[i]->book->name, book) == 0;
	return n;
}

static const char *
director_of(const char *area)
{
	return strcmp(area, AREA_A1) == 0 ? "dir-a1" : strcmp(area, AREA_A2) == 0 ? "dir-a2" :
	    "dir-b1";
}

static const char *
supervisor_of(const char *area)
{
	return area_within(area, AREA_A) ? "sup-a" : "sup-b";
}

/* Usually an actor of the area; sometimes another. */
static const char *
worker(struct random_ops *d, const char *area)
{
	static const char *const	 strangers[] = { "dir-a1", "dir-b1", "sup-a", "sup-b",
	    "off", "leader", "partner", "aud", NULL };

	if (one_in(d, 15))
		return one_of(d, strangers);
	return one_in(d, 3) ? supervisor_of(area) : director_of(area);
}

static const char *
chief(struct random_ops *d, const char *area)
{
	return one_in(d, 3) ? "off" : one_in(d, 20) ? director_of(area) : supervisor_of(area);
}

static int
id_of(const struct rec *rec)
{
	return (int)rec->id;
}

/* Sometimes an actor saves with the version of an earlier read. */
static int
seen_of(struct random_ops *d, const struct rec *rec)
{
	return (int)rec->ver - (one_in(d, 30) ? 1 : 0);
}

/* ---- operations ------------------------------------------------------------------------------ */

static void
done(struct random_ops *d, const struct rec *on, struct val *reply)
{
	d->on = on != NULL ? on->id : 0;
	d->succeeded = val_get_true(reply, "ok");
	if (getenv("DEEDS") != NULL && !d->succeeded) {
		fprintf(stderr, "%s: %s %s\n", d->last, val_get_str(reply, "error"),
		    val_get_str(reply, "say"));
		for (size_t i = 0; i < val_len(val_get(reply, "problems")); i++)
			fprintf(stderr, "  %s: %s\n",
			    val_get_str(val_at(val_get(reply, "problems"), i), "field"),
			    val_get_str(val_at(val_get(reply, "problems"), i), "say"));
	}
	val_free(reply);
}

/*
 * Replaces DAY by a day, LATER by a day that may be in the future, WHO by the id of a person; valid
 * until the next call.
 */
static const char *
filled(struct random_ops *d, const char *text)
{
	static char		 out[1500];
	const struct rec	*who = some(d, "person");
	size_t			 n = 0;

	for (const char *c = text; *c != '\0'; c++)
		if (strncmp(c, "DAY", 3) == 0) {
			n += (size_t)sprintf(out + n, "%d", some_day(d));
			c += 2;
		} else if (strncmp(c, "LATER", 5) == 0) {
			n += (size_t)sprintf(out + n, "%d", some_day_to_come(d));
			c += 4;
		} else if (strncmp(c, "WHO", 3) == 0) {
			n += (size_t)sprintf(out + n, "%d", who != NULL ? id_of(who) : 1);
			c += 2;
		} else
			out[n++] = *c;
	out[n] = '\0';
	ck_assert_uint_lt(n, sizeof out - 20);
	return out;
}

static void
act(struct random_ops *d, const struct rec *rec, const char *user, const char *name,
    const char *asked)
{
	done(d, rec, ask_new(d->w, user, "{'op':'act','book':'%s','id':%d,'ver':%d,'act':'%s',%s}",
	    rec->book->name, id_of(rec), seen_of(d, rec), name, filled(d, asked)));
}

static void
change(struct random_ops *d, const struct rec *rec, const char *user, const char *set)
{
	done(d, rec, ask_new(d->w, user, "{'op':'save','book':'%s','id':%d,'ver':%d,'set':%s%s}",
	    rec->book->name, id_of(rec),
	    seen_of(d, rec), filled(d, set), one_in(d, 4) ? ",'spread':true" : ""));
}

/* Creates a child record of a random child, with these fields after the link. */
static void
begin(struct random_ops *d, const char *book, const char *fields)
{
	const struct rec	*child = some(d, "child");

	if (child != NULL && d->n < SHEETS)
		done(d, NULL, ask_new(d->w, worker(d, rec_area(child)),
		    "{'op':'save','book':'%s','set':{'child':%d,%s}}", book,
		    id_of(child), filled(d, fields)));
}

static void
new_child(struct random_ops *d)
{
	static const char *const	 areas[] = { AREA_A1, AREA_A1, AREA_A2, AREA_B1, NULL };
	const char			*area = one_of(d, areas);
	char				 name[40];

	if (d->nchildren >= CHILDREN)
		return;
	snprintf(name, sizeof name, "王小%d", ++d->nchildren);
	/* births in all months of the year */
	done(d, NULL, ask_new(d->w, director_of(area), "{'op':'save','book':'child','set':%s}",
	    child_fields(name, area, d->nchildren * 900 + d->nchildren)));
}

static void
admit(struct random_ops *d)
{
	static const struct { const char *state, *act, *rest; int by; } ways[] = {
		{ "found", "submit", "'ask':{}", 0 }, { "found", "submit", "'ask':{}", 0 },
		  { "returned", "submit", "'ask':{}", 0 },
		{ "submitted", "verify", "'ask':{}", 1 }, { "submitted", "verify", "'ask':{}", 1 },
		  { "verified", "archive", "'ask':{}", 2 },
		{ "submitted", "return", "'remarks':{'name':'核对'}", 1 },
		  { "verified", "archive", "'ask':{}", 2 },
		{ "verified", "archive", "'ask':{}", 2 },
		  { "verified", "send-back", "'remarks':{'name':'核对'}", 2 },
	};
	unsigned		 k = random_ops_pick(d, sizeof ways / sizeof *ways);
	const struct rec	*child = some_in(d, "child", ways[k].state);

	if (child != NULL)
		act(d, child, ways[k].by == 0 ? director_of(rec_area(child)) : ways[k].by == 1 ?
		    supervisor_of(rec_area(child)) : "off", ways[k].act, ways[k].rest);
}

static void
edit_child(struct random_ops *d)
{
	static const char *const	 sets[] = {
		"{'body':'disabled','disability':'4','disability_grade':'2'}",
		    "{'body':'ill','illness':'heart'}", "{'body':'healthy'}",
		"{'schooling':'dropout'}",
		    "{'schooling':'junior','school':'镇中学','boarding':true}",
		    "{'schooling':'primary','boarding':false}",
		"{'hukou':'unregistered','no_hukou':'policy'}",
		    "{'hukou':'registered','hukou_here':true}",
		"{'away':'neither'}", "{'away':'both'}",
		    "{'away':'one','unable':'mother','unable_why':'ill'}",
		"{'father':{'status':'dead'}}", "{'father':{'status':'well'}}",
		    "{'mother':{'status':'lost'}}", "{'mother':{'status':'well'}}",
		"{'category':['poor']}", "{'category':['left-behind']}",
		    "{'category':['orphan-home']}", "{'category':['left-behind','ill']}",
		"{'address':'三组1号'}", "{'note':'随祖母'}", "{'note':null}",
		    "{'entrusted':false}", "{'entrusted':true}",
		"{'guardianship':'nobody'}", "{'guardianship':'good'}", "{'guardianship':'fair'}",
		    "{'carer':{'name':'刘秀珍'}}",
		"{'assistance':['dibao']}", "{'grade':'urgent'}", "{'moving_to':'" AREA_B1 "'}",
		    NULL };
	const struct rec		*child = some(d, "child");

	if (child != NULL)
		change(d, child, worker(d, rec_area(child)), one_of(d, sets));
}

#define SEEN	"'outcome':'met','alone':true,'living':'secure','guarding':'fair','schooling':'regular','health':'well','mood':'calm'"

static void
visit(struct random_ops *d)
{
	static const char *const	 kinds[] = {
		"'visited_on':DAY,'kind':'regular'," SEEN ",'contact':'weekly','unsafe':false",
		"'visited_on':DAY,'kind':'regular'," SEEN ",'contact':'weekly','unsafe':false,'attention':'看灶台'",
		"'visited_on':DAY,'kind':'key'," SEEN ",'contact':'monthly','unsafe':false",
		"'visited_on':DAY,'kind':'extra'," SEEN ",'contact':'never','unsafe':false",
		"'visited_on':DAY,'kind':'regular'," SEEN ",'contact':'weekly','unsafe':true,'danger':['water']",
		"'visited_on':DAY,'kind':'regular','outcome':'nobody','why':'走亲戚'",
		"'visited_on':DAY,'kind':'regular','outcome':'refused','why':'不让进门'", NULL };
	static const char *const	 sets[] = { "{'visited_on':DAY}",
	    "{'visited_on':DAY,'outcome':'carer','why':'睡了'}",
	    "{'attention':'问药'}", "{'attention':null}", "{'contact':'never'}",
	    "{'visited_on':DAY,'kind':'key'}", NULL };
	const struct rec		*old = some(d, "visit");

	if (old == NULL || !one_in(d, 4))
		begin(d, "visit", one_of(d, kinds));
	else
		change(d, old, worker(d, rec_area(old)), one_of(d, sets));
}

static void
update(struct random_ops *d)
{
	static const char *const	 kinds[] =
	    { "'updated_on':DAY,'result':'same','how':'home'",
	    "'updated_on':DAY,'result':'same','how':'phone'",
	    "'updated_on':DAY,'result':'changed','how':'phone','what':['school'],'account':'转学'",
	    NULL };
	const struct rec		*old = some(d, "update");

	if (old == NULL || !one_in(d, 5))
		begin(d, "update", one_of(d, kinds));
	else
		change(d, old, worker(d, rec_area(old)), "{'updated_on':DAY}");
}

/*
 * A random act on a child record; creates one when none waits for the act, and sometimes besides.
 */
struct way {
	const char	*state, *act;
	const char	*rest;		/* of the request */
	bool		 chief;		/* requests of a superior */
};

/* The act that it takes back, which the same person must have done; NULL: none. */
static const char *
own_doer(const struct rec *rec, const char *name)
{
	const struct act	*a = book_act(rec->book, name);

	return a != NULL && a->same_person != NULL ? val_get_str(val_get(rec->env, "doers"),
	    a->same_person->name) : NULL;
}

static const struct rec *
go(struct random_ops *d, const char *book, const struct way *ways, size_t n, unsigned anew)
{
	const struct way	*w = &ways[random_ops_pick(d, (unsigned)n)];
	const struct rec	*old = some_in(d, book, w->state);
	const char		*who, *self;

	if (old == NULL || one_in(d, anew))
		return NULL;
	who = w->chief ? chief(d, rec_area(old)) : worker(d, rec_area(old));
	self = own_doer(old, w->act);
	act(d, old, self != NULL ? self : who, w->act, w->rest);
	return old;
}
#define GO(d, book, ways, anew)	go(d, book, ways, sizeof(ways) / sizeof(ways)[0], anew)

#define SHEET	"'assessed_on':DAY,'sheet':'risk-county','risk-county':{'guarded':'carer','carer_age':55,'carer_health':'well','care':'all'," \
		"'contact':'weekly','schooling':'fine','mood':'steady','hardship':'enough','incidents':0},'guardianship':'good',"

static void
assess(struct random_ops *d)
{
	static const char *const	 grades[] = { SHEET "'grade':'low'",
	    SHEET "'grade':'medium','why':'家里刚出过事','measures':'多去看'",
	    SHEET "'grade':'high','why':'家里刚出过事','measures':'多去看'",
	    SHEET "'grade':'urgent','why':'家里刚出过事','police':true,'measures':'当天去'", NULL };
	static const struct way		 ways[] = {
		{ "draft", "submit", "'ask':{}", false }, { "draft", "submit", "'ask':{}", false },
		  { "returned", "submit", "'ask':{}", false },
		{ "submitted", "confirm", "'ask':{}", true }, { "submitted", "confirm", "'ask':{}",
		  true },
		{ "submitted", "confirm", "'ask':{}", true },
		  { "submitted", "return", "'remarks':{'grade':'再看'}", true },
		{ "submitted", "withdraw", "'ask':{}", false },
	};
	const struct rec		*draft = some_in(d, "risk", "draft");

	if (draft != NULL && one_in(d, 8))
		change(d, draft, worker(d, rec_area(draft)), "{'assessed_on':DAY}");
	else if (GO(d, "risk", ways, 4) == NULL)
		begin(d, "risk", one_of(d, grades));
}

#define PAPER	"'basis':'entrusted','by':'both','relation':'61','carer_phone':'19900001234','carer_address':'同住','since':DAY,'until':LATER," \
		"'bad_acts':'clear','bad_habits':'clear','neglect':'clear','unfit':'clear','found':'派出所','health':'fit','others':1," \
		"'view':'agrees','contact':'weekly','signed_on':DAY,'signers':['parent','carer'],'paper':'一号柜',"

static void
entrust(struct random_ops *d)
{
	static const char *const	 carers[] = { PAPER "'carer_name':'王德福'",
	    PAPER "'carer_name':'刘秀珍'", NULL };
	static const struct way		 ways[] = {
		{ "draft", "sign", "'ask':{}", false }, { "draft", "sign", "'ask':{}", false },
		{ "draft", "sign", "'set':{'until':LATER}", false },
		{ "signed", "end", "'ask':{'reason':'returned','day':DAY,'now':'父亲'}", false },
	};

	if (GO(d, "entrust", ways, 3) == NULL)
		begin(d, "entrust", one_of(d, carers));
}

static void
benefit(struct random_ops *d)
{
	static const char *const	 kinds[] =
	    { "'kind':'dibao','told_on':DAY,'told_whom':'爷爷','wants':true",
	    "'kind':'medical','told_on':DAY,'told_whom':'爷爷','wants':false", NULL };
	static const struct way		 ways[] = {
		{ "told", "apply", "'ask':{'day':DAY}", false },
		  { "told", "apply", "'ask':{'day':DAY}", false },
		{ "told", "apply", "'set':{'wants':true},'ask':{'day':DAY}", false },
		{ "applied", "grant", "'ask':{'day':DAY,'amount':45000,'until':LATER}", true },
		  { "applied", "grant", "'ask':{'day':DAY}", true },
		{ "told", "refuse", "'ask':{'reason':'unwilling','words':'不愿'}", true },
		{ "granted", "stop", "'ask':{'reason':'improved','day':DAY}", true },
	};

	if (GO(d, "benefit", ways, 4) == NULL)
		begin(d, "benefit", one_of(d, kinds));
}

static void
school(struct random_ops *d)
{
	static const char *const	 kinds[] = {
		"'day':DAY,'event':'persuade','reason':'tired','result':'wavering','next':'再去'",
		"'day':DAY,'event':'dropout','schooling':'dropout','reason':'tired','next':'劝返'",
		"'day':DAY,'event':'return','schooling':'junior','school':'镇中学','boarding':true",
		    NULL };
	static const struct way		 ways[] = { { "recorded", "enter", "'ask':{}", false } };

	if (GO(d, "school", ways, 2) == NULL)
		begin(d, "school", one_of(d, kinds));
}

static void
hukou(struct random_ops *d)
{
	static const struct way	 ways[] = {
		{ "open", "drop", "'ask':{'why':'迁走'}", true },
		{ "open", "solve",
		  "'ask':{'day':DAY,'number':'990121201602100146','here':true,'paper':'出生证'}",
		  true },
	};
	const struct rec	*open = some_in(d, "hukou", "open");

	if (open != NULL && one_in(d, 4))
		change(d, open, worker(d, rec_area(open)), "{'next_on':LATER}");
	else if (GO(d, "hukou", ways, 3) == NULL)
		begin(d, "hukou",
		    "'opened_on':DAY,'why':'policy','way':'birth','block':'papers','next_on':LATER");
}

static void
absence(struct random_ops *d)
{
	static const char *const	 kinds[] =
	    { "'kind':'missing','who':'mother','since':DAY,'searched':'问过娘家'",
	    "'kind':'leave','who':'both','since':DAY,'province':'44','city':'深圳','phone':'19900005678','care':'爷爷','back_on':LATER", NULL };
	static const char *const	 sets[] = { "{'reported_on':DAY,'station':'镇派出所'}",
	    "{'since':DAY}", "{'back_on':LATER}", "{'back_on':null,'reported_on':null}", NULL };
	static const struct way		 ways[] = {
		{ "open", "letter", "'ask':{'day':DAY,'number':'函1号'}", true },
		  { "open", "end", "'ask':{'result':'back','day':DAY}", false },
	};
	const struct rec		*open = some_in(d, "absence", "open");

	if (open != NULL && one_in(d, 2))
		change(d, open, worker(d, rec_area(open)), one_of(d, sets));
	else if (GO(d, "absence", ways, 2) == NULL)
		begin(d, "absence", one_of(d, kinds));
}

static void
pairing(struct random_ops *d)
{
	static const char *const	 sets[] =
	    { "{'helper_kind':'teacher','helper_name':'陈老师','helper_phone':'19900003333'}",
	    "{'helper_kind':'teacher','helper_name':'陈老师','helper_phone':'19900003333'}",
	    "{'since':DAY}", "{'helper_kind':null,'helper_name':null,'helper_phone':null}", NULL };
	static const struct way		 ways[] = { { "standing", "end", "'ask':{'why':'调走'}",
	    false } };
	const struct rec		*old = some_in(d, "pairing", "standing");

	if (old != NULL && one_in(d, 2))
		change(d, old, worker(d, rec_area(old)), one_of(d, sets));
	else if (GO(d, "pairing", ways, 2) == NULL)
		begin(d, "pairing",
		    "'since':DAY,'director_name':'王芳','near_kind':'kin','near_name':'王五','near_phone':'19900002222'");
}

static void
correct(struct random_ops *d)
{
	static const char *const	 kinds[] = {
		"'asked_on':DAY,'kind':'changed','what':['guardianship'],'guardianship':'nobody','why':'祖母住院','paper':'病历'",
		"'asked_on':DAY,'kind':'changed','what':['guardianship'],'guardianship':'good','why':'母亲返乡','paper':'走访'",
		"'asked_on':DAY,'kind':'wrong','what':['name'],'name':'王晓明','why':'户口簿上是晓','paper':'户口簿'",
		"'asked_on':DAY,'kind':'wrong','what':['birth'],'birth':20160229,'why':'记错了','paper':'出生证'", NULL };
	static const struct way		 ways[] = {
		{ "draft", "ask", "'ask':{}", false }, { "draft", "ask", "'ask':{}", false },
		  { "asked", "agree", "'ask':{}", true },
		{ "asked", "agree", "'ask':{}", true }, { "asked", "refuse", "'ask':{'why':'不符'}",
		  true },
		{ "asked", "take-back", "'ask':{}", false },
	};

	if (GO(d, "correction", ways, 4) == NULL)
		begin(d, "correction", one_of(d, kinds));
}

static void
move(struct random_ops *d)
{
	static const char *const	 to[] = { "'ask':{'to':'" AREA_A1 "','why':'随外婆住'}",
	    "'ask':{'to':'" AREA_A2 "','why':'随外婆住'}",
	    "'ask':{'to':'" AREA_B1 "','why':'随外婆住'}", NULL };
	static const char *const	 ends[] = { "accept", "accept", "accept", "decline",
	    "recall", NULL };
	const struct rec		*child = some_in(d, "child", "moving");
	const char			*there = child != NULL ?
	    val_get_str(child->fields, "moving_to") : NULL, *end = one_of(d, ends);

	if (there != NULL)
		act(d, child, strcmp(end, "recall") == 0 ? worker(d, rec_area(child)) :
		    worker(d, there), end,
		    strcmp(end, "accept") == 0 ? "'ask':{'address':'一组3号'}" :
		    "'ask':{'why':'孩子没有来'}");
	else if ((child = some_in(d, "child", "active")) != NULL)
		act(d, child, worker(d, rec_area(child)), "hand-over", one_of(d, to));
}

static void
finish(struct random_ops *d)
{
	static const struct way	 ways[] = {
		{ "active", "close",
		  "'ask':{'reason':'parents-back','day':DAY,'proof':'村里已核实'}", false },
		{ "closed", "reopen", "'ask':{'why':'又外出'}", false },
		  { "closed", "reopen", "'ask':{'why':'又外出'}", false },
		{ "closed", "seal", "'ask':{'why':'期满'}", false },
		  { "sealed", "unseal", "'ask':{'why':'复核'}", false },
		{ "sealed", "unseal", "'ask':{'why':'复核'}", false },
	};
	const struct way	*w = &ways[random_ops_pick(d, sizeof ways / sizeof *ways)];
	const struct rec	*child = some_in(d, "child", w->state);

	if (child != NULL)
		act(d, child, one_in(d, 15) ? worker(d, rec_area(child)) : "off", w->act, w->rest);
}

/* ---- people and homes ------------------------------------------------------------------------ */

static void
person(struct random_ops *d)
{
	static const char *const	 areas[] = { AREA_A1, AREA_A1, AREA_A2, NULL };
	static const char *const	 links[] = { "{'carer':{'person':WHO}}",
	    "{'carer':{'person':WHO}}", "{'carer':{'person':WHO}}",
	    "{'father':{'person':WHO}}", "{'carer':{'person':null}}",
	    "{'mother':{'person':WHO}}", NULL };
	static const char *const	 sets[] = { "{'phone':'19900001111'}", "{'status':'ill'}",
	    "{'status':'well'}", "{'residence':'" AREA_A2 "'}",
	    "{'residence':'" AREA_A1 "'}", "{'address':'镇上'}", "{'name':'王德贵'}",
	    "{'kinds':['carer']}", NULL };
	const struct rec		*who = some(d, "person"), *child = some(d, "child");

	if (who == NULL || (one_in(d, 4) && count_of(d, "person") < PEOPLE)) {
		const char	*area = one_of(d, areas);

		done(d, NULL, ask_new(d->w, director_of(area),
		    "{'op':'save','book':'person','set':{'name':'王德%u','kinds':['carer','parent'],"
		    "'residence':'%s','address':'二组','status':'well','phone':'199000012%02u'}}",
		    random_ops_pick(d, 100), area, random_ops_pick(d, 100)));
	} else if (child != NULL && !one_in(d, 3))
		change(d, child, supervisor_of(rec_area(child)), one_of(d, links));
	else
		change(d, who, worker(d, rec_area(who)), one_of(d, sets));
}

static void
household(struct random_ops *d)
{
	const struct rec	*home = some(d, "household"), *child = some(d, "child");
	char			 set[100];

	if (home == NULL || (one_in(d, 5) && count_of(d, "household") < PEOPLE))
		done(d, NULL, ask_new(d->w, "dir-a1",
		    "{'op':'save','book':'household','set':{'head':'王大','residence':'" AREA_A1 "',"
		    "'address':'五组','dwelling':'own'}}"));
	else if (child != NULL && one_in(d, 2)) {
		snprintf(set, sizeof set, "{'household':%d}", id_of(home));
		change(d, child, worker(d, rec_area(child)), set);
	} else if (one_in(d, 2))
		act(d, home, worker(d, rec_area(home)), strcmp(home->state->name, "living") == 0 ?
		    "leave" : "come-back",
		    strcmp(home->state->name, "living") == 0 ? "'ask':{'day':DAY,'where':'县城'}" :
		    "'ask':{}");
	else
		change(d, home, worker(d, rec_area(home)), one_in(d, 2) ? "{'address':'六组'}" :
		    "{'residence':'" AREA_A2 "'}");
}

/* ---- merging, undo, acknowledgement ---------------------------------------------------------- */

static void
merge(struct random_ops *d)
{
	const struct rec	*a = some(d, "child"), *b = some(d, "child");
	const char		*user = one_in(d, 10) ? "dir-a1" : "off";

	if (a == NULL || b == NULL || a == b)
		return;
	done(d, a, ask_new(d->w, user,
	    "{'op':'merge','book':'child','id':%d,'ver':%d,'other':%d,'otherver':%d,'why':'同一人'}",
	    id_of(a), seen_of(d, a), id_of(b), seen_of(d, b)));
}

static void
unmerge(struct random_ops *d)
{
	const struct rec	*child = some_in(d, "child", "merged");

	if (child != NULL)
		done(d, child, ask_new(d->w, "off",
		    "{'op':'unmerge','book':'child','id':%d,'ver':%d,'why':'不是同一人'}",
		    id_of(child), seen_of(d, child)));
}

static const struct rec *
just_saved(struct random_ops *d)
{
	const struct rec	*found = NULL;
	unsigned		 n = 0;

	for (size_t i = 0; i < d->n; i++) {
		const struct val	*last = val_get(d->rec[i]->env, "last");
		const char		*how = val_get_str(last, "act");
		bool			 today = civil_at(val_get_num(last, "at", 0)) ==
		    env_today(d->w->core);

		if (how != NULL && strcmp(how, "save") == 0 && (today || one_in(d, 50)) &&
		    one_in(d, ++n))
			found = d->rec[i];
	}
	return found;
}

static void
undo(struct random_ops *d)
{
	const struct rec	*rec = just_saved(d);
	const char		*by = rec != NULL ? val_get_str(val_get(rec->env, "last"), "by") :
	    NULL;

	if (by != NULL)
		done(d, rec, ask_new(d->w, one_in(d, 10) ? "off" : by,
		    "{'op':'undo','book':'%s','id':%d,'ver':%d}", rec->book->name,
		    id_of(rec), seen_of(d, rec)));
}

/* Usually of a deadline that is due, by the actor to whom it belongs. */
static void
acknowledge(struct random_ops *d)
{
	const struct rec	*rec = d->rec[random_ops_pick(d, (unsigned)d->n)];
	const struct clock	*clock = NULL;
	unsigned		 n = 0;
	const char		*area = rec_area(rec);

	for (size_t i = 0; i < rec->book->nclocks; i++)
		if ((deadline_day(&rec->book->clocks[i], rec) != 0 || one_in(d, 20)) &&
		    one_in(d, ++n))
			clock = &rec->book->clocks[i];
	if (clock != NULL)
		done(d, rec, ask(d->w, one_in(d, 4) ? worker(d, area) :
		    deadline_escalation(clock, set_role(d->w->core->set, "director")) == 0 ?
		    director_of(area) : chief(d, area),
		    "{'op':'ack','book':'%s','id':%d,'clock':'%s'%s}", rec->book->name, id_of(rec),
		    clock->name, one_in(d, 2) ? ",'note':'下周去'" : ""));
}

/* ---- one step -------------------------------------------------------------------------------- */

static struct random_op {
	const char	*name;
	void		(*fn)(struct random_ops *);
	unsigned	 weight;
	unsigned	 granted;
} random_ops[] = {
	{ "child",	new_child,	6,	0 },
	{ "admit",	admit,		24,	0 },
	{ "edit",	edit_child,	14,	0 },
	{ "visit",	visit,		12,	0 },
	{ "update",	update,		8,	0 },
	{ "assess",	assess,		12,	0 },
	{ "entrust",	entrust,	8,	0 },
	{ "benefit",	benefit,	5,	0 },
	{ "school",	school,		5,	0 },
	{ "hukou",	hukou,		5,	0 },
	{ "absence",	absence,	5,	0 },
	{ "pairing",	pairing,	5,	0 },
	{ "correct",	correct,	7,	0 },
	{ "move",	move,		6,	0 },
	{ "finish",	finish,		7,	0 },
	{ "person",	person,		9,	0 },
	{ "household",	household,	3,	0 },
	{ "merge",	merge,		4,	0 },
	{ "unmerge",	unmerge,	6,	0 },
	{ "undo",	undo,		5,	0 },
	{ "ack",	acknowledge,	9,	0 },
};

#define DEEDS	(sizeof random_ops / sizeof *random_ops)

void
random_ops_step(struct random_ops *d)
{
	unsigned	 all = 0, at;
	size_t		 i = 0;

	for (size_t k = 0; k < DEEDS; k++)
		all += random_ops[k].weight;
	for (at = random_ops_pick(d, all); at >= random_ops[i].weight; i++)
		at -= random_ops[i].weight;
	d->last = random_ops[i].name;
	d->on = 0;
	d->succeeded = false;
	random_ops[i].fn(d);
	random_ops[i].granted += d->succeeded;
}

bool
random_ops_report(struct buf *out)
{
	bool	 all = true;

	for (size_t i = 0; i < DEEDS; i++) {
		buf_printf(out, "%s %u\n", random_ops[i].name, random_ops[i].granted);
		all &= random_ops[i].granted > 0;
	}
	return all;
}

void
random_ops_advance_days(struct random_ops *d)
{
	int	 today = env_today(d->w->core), end = civil_month_end(today),
	    days = 1 + (int)random_ops_pick(d, 6);

	if (one_in(d, 5) && end != today)
		days = civil_days(end) - civil_days(today);
	else if (one_in(d, 30))
		days = 100;
	fixture_set_clock(d->now += days * DAY);
}

/* ---- reading --------------------------------------------------------------------------------- */

struct looking {
	struct random_ops	*d;
	struct rec	**at;
	size_t		 n, cap;
};

static bool
look_at(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct looking	*l = arg;
	struct rec	*rec;

	ck_assert_uint_eq(klen, REC_KEY);
	ck_assert_int_eq(rec_decode(l->d->w->core->set, buf_get_u64(key), p, n, &rec), REC_OK);
	if (strcmp(rec->book->name, "area") == 0 || strcmp(rec->book->name, "account") == 0) {
		rec_free(rec);
		return true;
	}
	ck_assert(VEC_ROOM(l->at, l->n, &l->cap));
	l->at[l->n++] = rec;
	return true;
}

struct rec **
random_ops_read_all(struct random_ops *d, size_t *n)
{
	struct looking	 l = { .d = d };

	ck_assert_int_eq(store_scan(d->w->core->store, NULL, STORE_REC,
	    &(struct store_range){ .lolen = 0 }, look_at, &l), STORE_OK);
	*n = l.n;
	return l.at;
}

void
random_ops_begin(struct random_ops *d, struct fixture *w, uint64_t seed, int64_t now)
{
	static const char *const	 areas[] = { AREA_A1, AREA_A1, AREA_A2, AREA_B1 };

	*d = (struct random_ops){ .w = w, .rng_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1,
	    .now = now };
	fixture_set_clock(now);
	for (size_t i = 0; i < sizeof areas / sizeof *areas; i++) {
		char	 name[40];

		snprintf(name, sizeof name, "王小%d", ++d->nchildren);
		child_in_state(w, director_of(areas[i]), name, areas[i],
		    d->nchildren * 900 + d->nchildren, "active");
	}
	d->rec = random_ops_read_all(d, &d->n);
}

void
random_ops_end(struct random_ops *d)
{
	for (size_t i = 0; i < d->n; i++)
		rec_free(d->rec[i]);
	free(d->rec);
	d->rec = NULL;
	d->n = 0;
}
