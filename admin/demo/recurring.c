#include "admin/demo/recurring.h"

#include <string.h>

#include "admin/admin.h"

#define DAY	INT64_C(86400)

/* ---- punctuality ----------------------------------------------------------------------------- */

enum habit { PUNCTUAL, BEHIND, SILENT };

static enum habit
habit_of(size_t village)
{
	return village % 8 == 5 ? SILENT : village % 4 == 2 ? BEHIND : PUNCTUAL;
}

int
recurring_delay(size_t village, struct rng *rng)
{
	if (habit_of(village) == BEHIND)
		return rng_between(rng, -6, 30);
	return rng_chance(rng, 8) ? rng_between(rng, 2, 40) : rng_between(rng, -12, -1);
}

bool
recurring_abandoned(size_t village, int64_t now, int64_t at)
{
	return habit_of(village) == SILENT && at > now - (60 + (int64_t)village) * DAY;
}

/* ---- facts ----------------------------------------------------------------------------------- */

#define CODES	4

struct odds {				/* one of several codes, by weight */
	const char	*path;
	const char	*code[CODES];
	int		 weight[CODES];
};

static const struct odds	 outcome = { "outcome", { "met", "nobody", "carer", "refused" },
    { 88, 6, 4, 2 } };
static const struct odds	 result = { "result", { "same", "changed" }, { 91, 9 } };
static const struct odds	 how = { "how", { "home", "phone", "school", "others" },
    { 55, 30, 10, 5 } };

static const struct odds	 seen[] = {
	{ "living",	{ "secure", "tight", "lacking" },		{ 35, 57, 8 } },
	{ "health",	{ "well", "treated", "untreated", "hurt" },	{ 86, 9, 4, 1 } },
	{ "mood",	{ "calm", "withdrawn", "upset" },		{ 82, 13, 5 } },
	{ "contact",	{ "daily", "weekly", "monthly", "seldom" },	{ 15, 52, 22, 11 } },
};

static const char *
draw(struct val *facts, const struct odds *o, struct rng *rng)
{
	const char	*code = o->code[rng_weighted(rng, o->weight, CODES)];

	xput(facts, o->path, val_text(code));
	return code;
}

static void
put_one(struct val *facts, const char *path, const char *code)
{
	struct val	*list = xcheck(val_list());

	xadd(list, val_text(code));
	xput(facts, path, list);
}

/* What a visitor sees of schooling, by the file. */
static const char *
school_seen(const struct val *fields, struct rng *rng)
{
	const char	*s = val_get_str(fields, "schooling");

	if (s == NULL || strcmp(s, "none-yet") == 0 || strcmp(s, "kindergarten") == 0)
		return "young";
	if (strcmp(s, "dropout") == 0 || strcmp(s, "out") == 0)
		return s;
	return rng_chance(rng, 95) ? "regular" : "missing";
}

static void
put_danger(struct val *facts, struct rng *rng)
{
	static const char *const	 ordinary[] = { "home", "water", "road", "net" };
	bool				 unsafe = rng_chance(rng, 7);

	xput(facts, "unsafe", val_bool(unsafe));
	if (unsafe)
		put_one(facts, "danger",
		    ordinary[rng_below(rng, sizeof ordinary / sizeof *ordinary)]);
}

static void
put_visit(struct val *facts, const struct val *fields, const struct wordlist *wordlist,
    struct rng *rng)
{
	const struct val	*guarding = val_get(fields, "guardianship");

	xput(facts, "attention", val_nil());
	if (strcmp(draw(facts, &outcome, rng), "met") != 0) {
		xput(facts, "why", val_text(wordlist_pick(wordlist, "not-seen", rng)));
		xput(facts, "agreed", val_nil());
		return;
	}
	for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
		draw(facts, &seen[i], rng);
	put_one(facts, "met", rng_chance(rng, 75) ? "grandparent" : "kin");
	xput(facts, "alone", val_bool(rng_chance(rng, 85)));
	xput(facts, "schooling", val_text(school_seen(fields, rng)));
	if (guarding != NULL)
		xput(facts, "guarding", val_dup(guarding));
	put_danger(facts, rng);
	xput(facts, "findings", val_text(wordlist_pick(wordlist, "found", rng)));
	xput(facts, "agreed", rng_chance(rng, 60) ?
	    val_text(wordlist_pick(wordlist, "agreed", rng)) : val_nil());
}

static void
put_update(struct val *facts, const struct wordlist *wordlist, struct rng *rng)
{
	const char	*scenario;
	struct buf	 code = BUF_INIT;

	draw(facts, &how, rng);
	if (strcmp(draw(facts, &result, rng), "changed") != 0)
		return;
	scenario = wordlist_pick(wordlist, "changed", rng);
	buf_put(&code, scenario, strcspn(scenario, " "));
	scenario += code.n;
	put_one(facts, "what", xtext(&code));
	xput(facts, "account", val_text(scenario + strspn(scenario, " ")));
	buf_free(&code);
}

struct val *
recurring_facts(const struct clock *clock, uint64_t id, const struct val *fields,
    const struct wordlist *wordlist, struct rng *rng)
{
	struct val	*facts = xcheck(val_map());

	xput(facts, clock->done->under->path, val_int((int64_t)id));
	if (strcmp(clock->done->name, "visit") == 0) {
		xput(facts, "kind", val_text(strcmp(clock->name, "key-check") == 0 ? "key" :
		    "regular"));
		put_visit(facts, fields, wordlist, rng);
	} else if (strcmp(clock->done->name, "update") == 0)
		put_update(facts, wordlist, rng);
	return facts;
}
