#include "admin/demo/scenario_step.h"

#include <stdlib.h>
#include <string.h>

#include "admin/admin.h"
#include "admin/demo/gen_child.h"

/* ---- children concerned ---------------------------------------------------------------------- */

static bool
is(const struct val *child, const char *path, const char *code)
{
	const char	*is = val_str(val_find(child, path));

	return is != NULL && strcmp(is, code) == 0;
}

static bool
has(const struct val *child, const char *name, const char *code)
{
	const struct val	*list = val_get(child, name);

	for (size_t i = 0; i < val_len(list); i++)
		if (strcmp(val_str(val_at(list, i)), code) == 0)
			return true;
	return false;
}

static bool
no_parent_at_home(const struct val *child)
{
	return is(child, "away", "both") || is(child, "away", "one");
}

static bool
no_parent_able(const struct val *child)
{
	static const char *const	 paths[] = { "father.status", "mother.status" };

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (is(child, paths[i], "well") || is(child, paths[i], "ill") ||
		    is(child, paths[i], "disabled"))
			return no_parent_at_home(child);
	return true;
}

static bool
left_behind(const struct val *child)
{
	return has(child, "category", "left-behind");
}

static bool
in_need(const struct val *child)
{
	return has(child, "category", "poor") || has(child, "category", "disabled") ||
	    has(child, "category", "ill") ||
	    has(child, "category", "orphan") || has(child, "category", "unsupported");
}

static bool
no_hukou(const struct val *child)
{
	return is(child, "hukou", "unregistered");
}

static bool
dropped_out(const struct val *child)
{
	return is(child, "schooling", "dropout");
}

static bool
parent_lost(const struct val *child)
{
	return is(child, "father.status", "lost") || is(child, "mother.status", "lost") ||
	    is(child, "father.status", "missing") || is(child, "mother.status", "missing");
}

static bool
guarded_fairly(const struct val *child)
{
	return is(child, "guardianship", "fair");
}

/* ---- facts ----------------------------------------------------------------------------------- */

static void
put_word(struct val *facts, const char *path, const char *word)
{
	xput(facts, path, val_text(word));
}

static void
put_name(struct val *facts, const char *path, const struct wordlist *wordlist, struct rng *rng)
{
	char	*name = gen_child_adult_name(wordlist, rng, rng_chance(rng, 50));

	xput(facts, path, val_text(name));
	free(name);
}

static void
put_codes(struct val *facts, const char *path, const char *const codes[])
{
	struct val	*list = xcheck(val_list());

	for (size_t i = 0; codes[i] != NULL; i++)
		xadd(list, val_text(codes[i]));
	xput(facts, path, list);
}

/* The carer in the file, else a grandparent in it, else a member of the family. */
static void
put_carer(struct val *facts, const struct val *child, const struct wordlist *wordlist,
    struct rng *rng)
{
	static const char *const	 pairs[][2] = { { "carer_name", "name" },
	    { "relation", "relation" },
	    { "carer_no", "citizen_no" }, { "carer_phone", "phone" },
	    { "carer_address", "address" } };
	const struct val		*carer = val_get(child, "carer");
	const char			*relation, *name;

	if (val_get(carer, "name") != NULL) {
		for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
			xput(facts, pairs[i][0], val_get(carer, pairs[i][1]) != NULL ?
			    val_dup(val_get(carer, pairs[i][1])) : val_nil());
		return;
	}
	if ((name = gen_child_grandparent(child, &relation)) != NULL)
		put_word(facts, "carer_name", name);
	else
		put_name(facts, "carer_name", wordlist, rng);
	put_word(facts, "relation", name != NULL ? relation : "97");
	put_word(facts, "carer_address", SAME_HOME);
}

static void
entrust_facts(struct val *facts, const struct val *child, const struct wordlist *wordlist,
    struct rng *rng, int today)
{
	static const char *const	 clear[] = { "bad_acts", "bad_habits", "neglect", "unfit" };
	static const char *const	 signers[] = { "parent", "carer", "committee", NULL };
	static const char *const	 fact_known[] = { "school", "committee", NULL };

	put_carer(facts, child, wordlist, rng);
	for (size_t i = 0; i < sizeof clear / sizeof *clear; i++)
		put_word(facts, clear[i], "clear");
	put_word(facts, "basis", no_parent_at_home(child) ? "entrusted" : "statutory");
	put_word(facts, "by", !no_parent_at_home(child) ? "committee" : is(child, "away", "both") ?
	    "both" : "father");
	xput(facts, "since", val_int(today));
	xput(facts, "until", val_int(civil_add(today, rng_chance(rng, 75) ? 364 :
	    rng_between(rng, 60, 190), 'd')));
	xput(facts, "signed_on", val_int(today));
	put_codes(facts, "signers", signers);
	put_codes(facts, "told", fact_known);
	put_word(facts, "health", rng_chance(rng, 70) ? "fit" : "aided");
	xput(facts, "others", val_int(rng_between(rng, 1, 3)));
	put_word(facts, "view", rng_chance(rng, 85) ? "agrees" : "young");
	put_word(facts, "view_words", wordlist_pick(wordlist, "child-words", rng));
	put_word(facts, "contact", rng_chance(rng, 60) ? "weekly" : "twice");
	put_word(facts, "found", "向派出所和村组核实");
	put_word(facts, "duties", wordlist_pick(wordlist, "agreed", rng));
	put_word(facts, "paper", "村委会档案柜二层");
}

/*
 * Answers to the questions of the county's sheet, so that the grade agrees with the guardianship in
 * the file.
 */
static const struct answers {
	const char	*grade, *judged;
	const char	*guarded, *health, *care, *contact, *mood, *hardship;
	int		 carer_age;
} answers[] = {
	{ "low",    "good", "carer",  "well",	"all",	  "weekly",  "steady", "enough", 52 },
	{ "medium", "fair", "carer",  "ailing", "basic",  "monthly", "low",    "tight",	 66 },
	{ "high",   "poor", "carer",  "unable", "little", "seldom",  "low",    "poor",	 73 },
	{ "urgent", "poor", "nobody", NULL,	NULL,	  "seldom",  "low",    "poor",	 0 },
};

static const struct answers *
answers_for(const struct val *child, struct rng *rng)
{
	if (is(child, "guardianship", "good"))
		return &answers[0];
	if (is(child, "guardianship", "fair"))
		return &answers[rng_chance(rng, 55) ? 1 : 0];
	return is(child, "guardianship", "nobody") ? &answers[3] : &answers[2];
}

static const char *
school_answer(const struct val *child)
{
	return is(child, "schooling", "dropout") || is(child, "schooling", "out") ? "out" :
	    is(child, "schooling", "none-yet") ? "small" : "fine";
}

static void
put_answer(struct val *facts, const char *item, const char *code)
{
	struct buf	 path = BUF_INIT;

	buf_printf(&path, "risk-county.%s", item);
	xput(facts, xtext(&path), code != NULL ? val_text(code) : val_nil());
	buf_free(&path);
}

static void
risk_facts(struct val *facts, const struct val *child, const struct wordlist *wordlist,
    struct rng *rng, int today)
{
	static const char *const	 nothing[] = { "now", "body", "dangers", "signs" };
	const struct answers		*a = answers_for(child, rng);

	xput(facts, "assessed_on", val_int(today));
	put_word(facts, "sheet", "risk-county");
	put_answer(facts, "guarded", a->guarded);
	put_answer(facts, "carer_health", a->health);
	put_answer(facts, "care", a->care);
	put_answer(facts, "contact", a->contact);
	put_answer(facts, "mood", a->mood);
	put_answer(facts, "hardship", a->hardship);
	put_answer(facts, "schooling", school_answer(child));
	for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
		put_answer(facts, nothing[i], NULL);
	xput(facts, "risk-county.carer_age", a->carer_age != 0 ?
	    val_int(a->carer_age + rng_between(rng, -3, 3)) : val_nil());
	xput(facts, "risk-county.incidents", val_int(0));
	put_word(facts, "grade", a->grade);
	put_word(facts, "why", "孩子近来有好转，村里和学校看法一致");
	put_word(facts, "guardianship", a->judged);
	xput(facts, "police", val_bool(true));
	put_word(facts, "measures", wordlist_pick(wordlist, "agreed", rng));
	xput(facts, "earlier", val_nil());
}

static void
pairing_facts(struct val *facts, const struct val *child, const struct wordlist *wordlist,
    struct rng *rng, int today)
{
	bool	 whole = rng_chance(rng, 75);

	xput(facts, "since", val_int(today));
	if (val_get(child, "filler") != NULL)
		xput(facts, "director_name", val_dup(val_get(child, "filler")));
	put_word(facts, "near_kind", rng_chance(rng, 60) ? "kin" : "neighbour");
	put_name(facts, "near_name", wordlist, rng);
	xput(facts, "helper_kind", whole ? val_text(rng_chance(rng, 60) ? "volunteer" : "teacher") :
	    val_nil());
	if (whole)
		put_name(facts, "helper_name", wordlist, rng);
	xput(facts, "does", val_nil());
}

static void
benefit_facts(struct val *facts, const struct val *child, const struct wordlist *wordlist,
    struct rng *rng, int today)
{
	(void)wordlist;
	put_word(facts, "kind", has(child, "category", "orphan") ? "orphan" :
	    has(child, "category", "unsupported") ?
	    "unsupported" : has(child, "category", "disabled") ? "disabled" :
	    has(child, "category", "ill") ? "medical" : "dibao");
	xput(facts, "told_on", val_int(today));
	put_word(facts, "told_whom", rng_chance(rng, 60) ? "奶奶" : "爷爷");
	xput(facts, "wants", val_bool(true));
	xput(facts, "papers", val_nil());
	xput(facts, "note", val_nil());
	xput(facts, "until", val_nil());
}

static void
dropout_facts(struct val *facts, const struct val *child, const struct wordlist *wordlist,
    struct rng *rng, int today)
{
	(void)child;
	xput(facts, "day", val_int(today));
	put_word(facts, "event", "persuade");
	put_word(facts, "reason", rng_chance(rng, 60) ? "tired" : "work");
	put_word(facts, "result", rng_chance(rng, 50) ? "wavering" : "refused");
	put_word(facts, "with", "学校老师");
	put_word(facts, "next", wordlist_pick(wordlist, "agreed", rng));
	xput(facts, "note", val_nil());
}

static void
hukou_facts(struct val *facts, const struct val *child, const struct wordlist *wordlist,
    struct rng *rng, int today)
{
	(void)wordlist;
	xput(facts, "opened_on", val_int(today));
	if (val_get(child, "no_hukou") != NULL)
		xput(facts, "why", val_dup(val_get(child, "no_hukou")));
	put_word(facts, "block", rng_chance(rng, 50) ? "papers" : "parent");
	put_word(facts, "station", "镇派出所");
	xput(facts, "next_on", val_int(civil_add(today, rng_between(rng, 20, 90), 'd')));
	xput(facts, "steps.*.on", val_int(today));
	put_word(facts, "steps.*.did", "到派出所问明要哪些材料");
	xput(facts, "note", val_nil());
}

static void
leave_facts(struct val *facts, const struct val *child, const struct wordlist *wordlist,
    struct rng *rng, int today)
{
	const char	*who = rng_chance(rng, 50) ? "father" : "mother",
	    *work = wordlist_pick(wordlist, "work", rng);
	char		 province[3] = { work[0], work[1], '\0' };

	put_word(facts, "kind", "leave");
	put_word(facts, "who", is(child, "away", "both") ? who : is(child, "unable", "father") ?
	    "mother" : "father");
	xput(facts, "since", val_int(today));
	put_word(facts, "province", province);
	put_word(facts, "city", work + 3);
	put_word(facts, "care", "爷爷奶奶");
	xput(facts, "back_on", val_int(civil_add(today, rng_between(rng, 60, 300), 'd')));
	xput(facts, "note", val_nil());
}

static void
lost_facts(struct val *facts, const struct val *child, const struct wordlist *wordlist,
    struct rng *rng, int today)
{
	bool	 fact_known = rng_chance(rng, 80);

	(void)wordlist;
	put_word(facts, "kind", "missing");
	put_word(facts, "who", is(child, "mother.status", "lost") ||
	    is(child, "mother.status", "missing") ? "mother" : "father");
	xput(facts, "since", val_int(civil_add(today, -rng_between(rng, 100, 900), 'd')));
	put_word(facts, "searched", "亲属和一同外出的老乡都说没有消息");
	xput(facts, "reported_on", fact_known ?
	    val_int(civil_add(today, -rng_between(rng, 0, 60), 'd')) : val_nil());
	put_word(facts, "station", "镇派出所");
	xput(facts, "receipt", val_nil());
	xput(facts, "note", val_nil());
}

static void
correction_facts(struct val *facts, const struct val *child, const struct wordlist *wordlist,
    struct rng *rng, int today)
{
	static const char *const	 what[] = { "guardianship", NULL };

	(void)child;
	(void)rng;
	xput(facts, "asked_on", val_int(today));
	put_word(facts, "kind", "changed");
	put_codes(facts, "what", what);
	put_word(facts, "was_guardianship", "fair");
	put_word(facts, "guardianship", "good");
	put_word(facts, "why", wordlist_pick(wordlist, "better", rng));
	put_word(facts, "paper", "两次走访记录");
}

const struct scenario_step	 scenario_steps[] = {
	{ "entrust",	{ "sign" },		   93,  3, 40,  3,  3,
	  no_parent_able,	  entrust_facts },
	{ "risk",	{ "submit", "confirm" },   85,  5, 50,  6,  4,
	  NULL,		  risk_facts },
	{ "pairing",	{ NULL },		   80, 10, 60,  1,  0,
	  left_behind,	  pairing_facts },
	{ "benefit",	{ "apply", "grant" },	   85,  5, 60, 20, 12,
	  in_need,		  benefit_facts },
	{ "hukou",	{ NULL },		   80,  3, 20,  1,  0,
	  no_hukou,	  hukou_facts },
	{ "absence",	{ NULL },		   45,  5, 120, 1,  0,
	  left_behind,	  leave_facts },
	{ "absence",	{ NULL },		  100,  3, 30,  1,  0,
	  parent_lost,	  lost_facts },
	{ "correction",	{ "ask", "agree" },	   15, 20, 150, 5, 10,
	  guarded_fairly,	  correction_facts },
	{ "school",	{ NULL },		    0,  1,  1,  1,  0,
	  dropped_out,	  dropout_facts },
};

const size_t	 scenario_steps_n = sizeof scenario_steps / sizeof *scenario_steps;

const struct scenario_step *
scenario_step_for(const struct book *book)
{
	for (size_t i = 0; i < scenario_steps_n; i++)
		if (strcmp(scenario_steps[i].book, book->name) == 0)
			return &scenario_steps[i];
	return NULL;
}
