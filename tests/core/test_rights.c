#include <stdio.h>
#include <string.h>

#include "core/may.h"
#include "forms/pred.h"
#include "tests/harness.h"
#include "tests/support/world.h"

/*
 * The rights matrix: every role, inside and outside its reach, against every state of a child file, through every way to
 * it. What is expected is read from the definitions' source, not from the structures the program decides by, so the two
 * have to agree.
 */
struct person {
	const char	*user;		/* NULL = the local administrator */
	const char	*role;
	const char	*area;		/* granted; "" = none */
};

static const struct person	 people[] = {
	{ "dir-a1", "director", AREA_A1 }, { "dir-a2", "director", AREA_A2 }, { "dir-b1", "director", AREA_B1 },
	{ "sup-a", "supervisor", AREA_A }, { "sup-b", "supervisor", AREA_B }, { "off", "officer", AREA_COUNTY_C },
	{ "agency", "agency", AREA_COUNTY_C }, { "leader", "leader", AREA_COUNTY_C }, { "partner", "partner", "" },
	{ "sys", "sysadmin", "" }, { "sec", "secadmin", "" }, { "aud", "auditor", "" }, { NULL, "local", "" },
};
#define PEOPLE	(sizeof people / sizeof *people)

struct file {
	const char	*area, *director, *state, *name;
	uint64_t	 id;
	int64_t		 ver;
};

static struct world	w;
static struct file	files[] = {
	{ AREA_A1, "dir-a1", "found", "甲一", 0, 0 },		{ AREA_B1, "dir-b1", "found", "乙一", 0, 0 },
	{ AREA_A1, "dir-a1", "submitted", "甲二", 0, 0 },	{ AREA_B1, "dir-b1", "submitted", "乙二", 0, 0 },
	{ AREA_A1, "dir-a1", "returned", "甲三", 0, 0 },	{ AREA_B1, "dir-b1", "returned", "乙三", 0, 0 },
	{ AREA_A1, "dir-a1", "verified", "甲四", 0, 0 },	{ AREA_B1, "dir-b1", "verified", "乙四", 0, 0 },
	{ AREA_A1, "dir-a1", "active", "甲五", 0, 0 },		{ AREA_B1, "dir-b1", "active", "乙五", 0, 0 },
	{ AREA_A1, "dir-a1", "closed", "甲六", 0, 0 },		{ AREA_B1, "dir-b1", "closed", "乙六", 0, 0 },
};
#define FILES	(sizeof files / sizeof *files)

static void
make_file(struct file *f, int serial)
{
	bool		 returned = strcmp(f->state, "returned") == 0, closed = strcmp(f->state, "closed") == 0;
	struct val	*r;

	f->id = child_in_state(&w, f->director, f->name, f->area, serial, returned ? "submitted" : closed ? "active" : f->state);
	if (returned)
		ck_assert_str_eq(outcome(ask_new(&w, strcmp(f->area, AREA_A1) == 0 ? "sup-a" : "sup-b",
		    "{'op':'act','book':'child','id':%d,'ver':2,'act':'return','remarks':{'name':'再核对'}}", (int)f->id)), "");
	if (closed)
		ck_assert_str_eq(outcome(ask_new(&w, "off", "{'op':'act','book':'child','id':%d,'ver':4,'act':'close',"
		    "'ask':{'reason':'parents-back','day':20260312,'proof':'父母均已返乡'}}", (int)f->id)), "");
	r = ask(&w, "off", "{'op':'get','book':'child','id':%d}", (int)f->id);
	f->ver = val_get_num(val_get(r, "record"), "ver", 0);
	ck_assert_str_eq(val_get_str(val_get(r, "record"), "state"), f->state);
	val_free(r);
}

static void
setup(void)
{
	world_open(&w);
	for (size_t i = 0; i < FILES; i++)
		make_file(&files[i], (int)i + 1);
}

static void
teardown(void)
{
	world_close(&w);
}

/* ---- what the source says ----------------------------------------------------------------------------------- */

static const struct val *
child_source(void)
{
	return val_get(val_get(set_source(w.core->set), "books"), "child");
}

static bool
names(const struct val *v, const char *word)
{
	return (val_str(v) != NULL && strcmp(val_str(v), word) == 0) || val_has(v, word);
}

static bool
reach_says(const struct val *grant, const struct person *p, const struct file *f)
{
	const struct val	*reach = val_kind(grant) == VAL_MAP ? val_get(grant, "reach") : grant;

	if (val_kind(grant) == VAL_MAP && val_get(grant, "states") != NULL && !names(val_get(grant, "states"), f->state))
		return false;
	if (names(reach, "all"))
		return true;
	return names(reach, "area") && p->area[0] != '\0' && strncmp(p->area, f->area, strlen(p->area) -
	    (strcmp(p->area + 9, "000") == 0 ? 3 : 0)) == 0;
}

static bool
sees(const struct person *p, const struct file *f)
{
	return reach_says(val_get(val_get(child_source(), "see"), p->role), p, f);
}

static bool
writes(const struct person *p, const struct file *f)
{
	return sees(p, f) && reach_says(val_get(val_get(child_source(), "write"), p->role), p, f);
}

static bool
acts(const struct person *p, const struct file *f, const struct val *act)
{
	return sees(p, f) && names(val_get(act, "by"), p->role) && names(val_get(act, "from"), f->state);
}

/* ---- one person, one file, every way ------------------------------------------------------------------------ */

static void
try_reading(const struct person *p, const struct file *f)
{
	const char	*want = sees(p, f) ? "" : "missing";
	struct val	*r;
	size_t		 n;

	ck_assert_msg(strcmp(outcome(ask(&w, p->user, "{'op':'get','book':'child','id':%d}", (int)f->id)), want) == 0,
	    "get: %s, %s in %s", p->role, f->state, f->area);
	ck_assert_msg(strcmp(outcome(ask(&w, p->user, "{'op':'get','book':'child','id':%d,'whole':true}", (int)f->id)), want) == 0,
	    "whole: %s, %s in %s", p->role, f->state, f->area);
	ck_assert_msg(strcmp(outcome(ask(&w, p->user, "{'op':'history','book':'child','id':%d}", (int)f->id)), want) == 0,
	    "history: %s, %s in %s", p->role, f->state, f->area);
	ck_assert_msg(strcmp(outcome(ask(&w, p->user, "{'op':'history','book':'child','id':%d,'ver':1}", (int)f->id)), want) == 0,
	    "version: %s, %s in %s", p->role, f->state, f->area);
	r = ask(&w, p->user, "{'op':'find','book':'child','text':'%s'}", f->name);
	n = val_len(val_get(r, "rows"));
	ck_assert_msg(n == sees(p, f), "find: %s, %s in %s: %zu", p->role, f->state, f->area, n);
	val_free(r);
	if (strcmp(p->role, "local") != 0 && strcmp(p->role, "auditor") != 0)
		ck_assert_msg(strcmp(outcome(ask(&w, p->user, "{'op':'trail','record':%d}", (int)f->id)),
		    sees(p, f) ? "" : "denied") == 0, "trail: %s, %s in %s", p->role, f->state, f->area);
}

static void
try_near(const struct person *p, const struct file *f)
{
	struct val	*r = ask(&w, p->user, "{'op':'near','book':'child','fields':{'name':'%s','residence':'%s'}}", f->name, f->area);

	for (size_t i = 0; i < val_len(val_get(r, "near")); i++)
		ck_assert_msg((val_get(val_at(val_get(r, "near"), i), "row") != NULL) == sees(p, f),
		    "near: %s, %s in %s", p->role, f->state, f->area);
	val_free(r);
}

/* Refusals are tried for real; what is allowed is read from "may", so that the file stays in its state. */
static void
try_acts(const struct person *p, const struct file *f)
{
	const struct val	*list = val_get(val_get(child_source(), "life"), "acts");
	struct val		*r = ask(&w, p->user, "{'op':'get','book':'child','id':%d}", (int)f->id);

	for (size_t i = 0; i < val_len(list); i++) {
		const char	*name = val_key(val_at(list, i), 0);
		bool		 may = acts(p, f, val_value(val_at(list, i), 0));

		ck_assert_msg(val_has(val_get(val_get(r, "may"), "acts"), name) == may, "may %s: %s, %s in %s", name,
		    p->role, f->state, f->area);
		if (!may)
			ck_assert_msg(strcmp(outcome(ask_new(&w, p->user, "{'op':'act','book':'child','id':%d,'ver':%d,"
			    "'act':'%s','ask':{'why':'x'},'remarks':{'name':'x'}}", (int)f->id, (int)f->ver, name)),
			    sees(p, f) ? "denied" : "missing") == 0, "act %s: %s, %s in %s", name, p->role, f->state, f->area);
	}
	val_free(r);
}

static void
try_saving(const struct person *p, const struct file *f)
{
	struct val	*r = ask(&w, p->user, "{'op':'get','book':'child','id':%d}", (int)f->id);

	ck_assert_msg(val_get_true(val_get(r, "may"), "write") == writes(p, f), "may write: %s, %s in %s", p->role, f->state,
	    f->area);
	val_free(r);
	if (!writes(p, f))
		ck_assert_msg(strcmp(outcome(ask_new(&w, p->user, "{'op':'save','book':'child','id':%d,'ver':%d,"
		    "'set':{'address':'x'}}", (int)f->id, (int)f->ver)), sees(p, f) ? "denied" : "missing") == 0,
		    "save: %s, %s in %s", p->role, f->state, f->area);
}

START_TEST(each_role_in_and_out_of_reach)
{
	const struct person	*p = &people[_i];

	for (size_t i = 0; i < FILES; i++) {
		try_reading(p, &files[i]);
		try_near(p, &files[i]);
		try_acts(p, &files[i]);
		try_saving(p, &files[i]);
	}
}
END_TEST

/* ---- lists and counts --------------------------------------------------------------------------------------- */

static size_t
expected_in(const struct person *p, const struct list *list)
{
	size_t	 n = 0;

	for (size_t i = 0; i < FILES; i++) {
		struct pred_ctx	 ctx;
		struct rec	*rec;

		ck_assert_int_eq(rec_get(w.core, NULL, files[i].id, &rec), REC_OK);
		ctx = (struct pred_ctx){ rec->fields, NULL, rec->state->name, 0 };
		n += sees(p, &files[i]) && pred_holds(list->where, &ctx);
		rec_free(rec);
	}
	return n;
}

/* Live lists, and those that lie elsewhere, hold other files than their condition says; they are tried by themselves. */
START_TEST(lists_and_counts_hold_what_one_may_see)
{
	const struct person	*p = &people[_i];
	const struct val	*lists = val_get(child_source(), "lists");

	for (size_t i = 0; i < val_len(lists); i++) {
		const char		*name = val_key(val_at(lists, i), 0);
		const struct val	*body = val_value(val_at(lists, i), 0);
		const struct list	*list = book_list(set_book(w.core->set, "child"), name);
		bool			 offered = names(val_get(body, "by"), p->role);
		bool			 plain = list->over == NULL && list->area == NULL;
		struct val		*r = ask(&w, p->user, "{'op':'list','book':'child','list':'%s','limit':100}", name);

		ck_assert_msg(val_get_true(r, "ok") == offered, "list %s: %s", name, p->role);
		if (offered && plain) {
			ck_assert_msg(val_len(val_get(r, "rows")) == expected_in(p, list), "list %s: %s", name, p->role);
			ck_assert_int_eq(number_in(ask(&w, p->user, "{'op':'count','book':'child','list':'%s'}", name), "count"),
			    (int64_t)expected_in(p, list));
		} else if (!offered)
			ck_assert_str_eq(outcome(ask(&w, p->user, "{'op':'count','book':'child','list':'%s'}", name)), "missing");
		val_free(r);
	}
}
END_TEST

START_TEST(who_may_make_one)
{
	const struct person	*p = &people[_i];
	bool			 may = names(val_get(child_source(), "create"), p->role);
	const char		*got = outcome(ask_new(&w, p->user, "{'op':'save','book':'child','set':%s}",
				    child_fields("新来", p->area[0] != '\0' ? p->area : AREA_A1, 90 + _i)));

	if (may)
		ck_assert_str_eq(got, "");
	else
		ck_assert_msg(strcmp(got, "denied") == 0 || strcmp(got, "missing") == 0, "%s: %s", p->role, got);
}
END_TEST

/* ---- every book, state and act, wherever the record lies and is going ------------------------------------------ */

static const struct val *
source_of(const struct book *book)
{
	return val_get(val_get(set_source(w.core->set), "books"), book->name);
}

/* A record of any book as it would stand in the store, as far as rights look at it. */
static struct rec *
bare_rec(const struct book *book, const struct state *state, const char *area, const char *going)
{
	struct rec	*rec = rec_new(book);

	ck_assert(rec != NULL && rec_set_state(rec, state));
	if (book->area != NULL)
		ck_assert(val_put(rec->fields, book->area->name, val_text(area)));
	else if (book->under != NULL)
		ck_assert(val_put(rec->env, "ar", val_text(area)));
	for (size_t i = 0; going != NULL && i < book->nacts; i++)
		if (book->acts[i].at != NULL)
			ck_assert(val_put(rec->fields, book->acts[i].at->name, val_text(going)));
	return rec;
}

static bool
grants(const struct val *map, const struct person *p, const struct rec *rec, const char *place)
{
	const struct file	 f = { .area = place, .state = rec->state->name };

	return place != NULL && reach_says(val_get(map, p->role), p, &f);
}

static void
try_book(const struct person *p, const struct actor *actor, const struct rec *rec, const char *area, const char *going)
{
	const struct val	*src = source_of(rec->book), *see = val_get(src, "see"), *list = val_get(val_get(src, "life"), "acts");
	const char		*to = NULL;
	bool			 here = grants(see, p, rec, area), merged = rec_merged(rec);

	for (size_t i = 0; i < val_len(list); i++) {
		const struct val	*act = val_value(val_at(list, i), 0);
		const char		*place = val_get(act, "at") != NULL ? going : area;
		bool			 want = grants(see, p, rec, place) && names(val_get(act, "by"), p->role) &&
					    names(val_get(act, "from"), rec->state->name);

		to = val_get(act, "at") != NULL ? going : to;
		ck_assert_msg(may(actor, VERB_ACT, rec, book_act(rec->book, val_key(val_at(list, i), 0))) == want,
		    "%s.%s: %s, %s in %s going to %s", rec->book->name, val_key(val_at(list, i), 0), p->role, rec->state->name,
		    area, going != NULL ? going : "-");
	}
	ck_assert_msg(may(actor, VERB_SEE, rec, NULL) == (here || grants(see, p, rec, to)), "%s: see: %s, %s in %s going to %s",
	    rec->book->name, p->role, rec->state->name, area, going != NULL ? going : "-");
	ck_assert_msg(may(actor, VERB_WRITE, rec, NULL) == (here && !merged && grants(val_get(src, "write"), p, rec, area)),
	    "%s: write: %s, %s in %s", rec->book->name, p->role, rec->state->name, area);
	ck_assert_msg(may(actor, VERB_CREATE, rec, NULL) == (here && names(val_get(src, "create"), p->role)),
	    "%s: create: %s, %s in %s", rec->book->name, p->role, rec->state->name, area);
}

/* Conditions on single records are for the tests of the books that have them. */
static bool
says_where(const struct book *book)
{
	bool	 where = false;

	for (size_t i = 0; i < w.core->set->nroles; i++)
		where |= book->see[i].where != NULL || book->write[i].where != NULL;
	return where;
}

START_TEST(every_book_and_act)
{
	static const char *const	 areas[] = { AREA_A1, AREA_A2, AREA_B1 }, *const going[] = { NULL, AREA_A1, AREA_B1 };
	const struct person		*p = &people[_i];
	struct actor			*actor;

	if (p->user == NULL)
		return;
	ck_assert_int_eq(actor_load(w.core, p->user, 1000, "test", &actor), ACTOR_OK);
	for (size_t b = 0; b < w.core->set->nbooks; b++)
		for (size_t i = 0; !says_where(&w.core->set->books[b]) && i < w.core->set->books[b].nstates * 9; i++) {
			const struct book	*book = &w.core->set->books[b];
			const char		*area = areas[i % 3], *to = going[i / 3 % 3];
			struct rec		*rec = bare_rec(book, &book->states[i / 9], area, to);

			try_book(p, actor, rec, area, to);
			rec_free(rec);
		}
	actor_drop(actor);
}
END_TEST

static Suite *
rights(void)
{
	Suite	*s = suite_create("core/rights");
	TCase	*tc = tcase_create("matrix");

	tcase_add_unchecked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, each_role_in_and_out_of_reach, 0, PEOPLE);
	tcase_add_loop_test(tc, lists_and_counts_hold_what_one_may_see, 0, PEOPLE);
	tcase_add_loop_test(tc, who_may_make_one, 0, PEOPLE);
	tcase_add_loop_test(tc, every_book_and_act, 0, PEOPLE);
	suite_add_tcase(s, tc);
	return s;
}

int
main(void)
{
	SRunner	*r = srunner_create(rights());
	int	 failed;

	/* one store for all: the daemon's threads do not survive a fork */
	srunner_set_fork_status(r, CK_NOFORK);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
