#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/support/model.h"
#include "tests/support/random_ops.h"

/*
 * After each of any sequence of saves, acts, undos, merges and moves the store is, byte for byte,
 * what a naive model makes of the records, versions and the trail (tests/support/model.h). Once
 * with the county's own books, once with four small ones that have parents of three levels, links,
 * rollups, lists over an area field and clocks of every kind (tests/data/model).
 *
 * A failure tells the seed, the number of steps after which the store was wrong for the first time,
 * and these steps. MODEL_SEED=n runs that seed alone.
 */
#define NOVEMBER	INT64_C(1952648400)	/* 2031-11-17 17:00 in the county */
#define DAY		INT64_C(86400)
#define STEPS		100
#define STEPS_OWN	200

static struct fixture	w;
static struct buf	taken;			/* the steps so far */

static int
seed_of(int i)
{
	const char	*s = getenv("MODEL_SEED");

	return s != NULL ? atoi(s) : i + 1;
}

/* libcheck takes no long messages: the steps go to stderr. */
static void
expect_model(int seed, int step)
{
	struct buf	 wrong = BUF_INIT;

	if (!model_compare(w.core, &wrong)) {
		fprintf(stderr, "%s", buf_str(&taken));
		ck_abort_msg("seed %d: wrong after the %d steps above, and not before\n%.3000s",
		    seed, step, buf_str(&wrong));
	}
	buf_free(&wrong);
}

/* ---- the county's books ---------------------------------------------------------------------- */

static void
open_county(void)
{
	fixture_open(&w);
	buf_reset(&taken);
}

static void
close_county(void)
{
	world_free(&w);
	buf_free(&taken);
}

START_TEST(the_county_is_what_the_model_says)
{
	struct random_ops	 d;
	int			 seed = seed_of(_i);

	random_ops_begin(&d, &w, (uint64_t)seed + 500, NOVEMBER);
	expect_model(seed, 0);
	for (int step = 1; step <= STEPS; step++) {
		if (random_ops_pick(&d, 4) == 0)
			random_ops_advance_days(&d);
		random_ops_step(&d);
		buf_printf(
		    &taken, "%d %s %d%s\n", step, d.last, (int)d.on, d.succeeded ? "" : " refused");
		if (d.succeeded)
			expect_model(seed, step);
		random_ops_end(&d);
		d.rec = random_ops_read_all(&d, &d.n);
	}
	random_ops_end(&d);
}
END_TEST

/* ---- four books of our own ------------------------------------------------------------------- */

#define SITES		8
#define RECORDS		90			/* so that each comparison stays quick */

static struct random_ops	d;		/* dice, clock and the records as they are */

static void
open_own(void)
{
	static const char *const	 books[] = { "site", "call", "reply", "step" };
	const char			*root = getenv("SRCDIR");
	char				 forms[300], cmd[900];

	fixture_home(&w);
	fixture_copy_forms(&w, forms);
	fixture_remove_rolls(forms);
	for (size_t i = 0; i < sizeof books / sizeof *books; i++) {
		snprintf(cmd, sizeof cmd, "cp '%s/tests/data/model/%s.yaml' '%s/books/'",
		    root != NULL ? root : ".", books[i], forms);
		ck_assert_int_eq(system(cmd), 0);
	}
	fixture_reopen(&w);
	buf_reset(&taken);
}

static size_t
count_of(const char *book)
{
	size_t	 n = 0;

	for (size_t i = 0; i < d.n; i++)
		n += strcmp(d.rec[i]->book->name, book) == 0;
	return n;
}

/* Any record of that book, in that state unless NULL; NULL: there is none. */
static const struct rec *
some(const char *book, const char *state)
{
	const struct rec	*found = NULL;
	unsigned		 n = 0;

	for (size_t i = 0; i < d.n; i++)
		if (strcmp(d.rec[i]->book->name, book) == 0 &&
		    (state == NULL || strcmp(d.rec[i]->state->name, state) == 0) &&
		    random_ops_pick(&d, ++n) == 0)
			found = d.rec[i];
	return found;
}

static int
some_id(const char *book)
{
	const struct rec	*rec = some(book, NULL);

	return rec != NULL ? (int)rec->id : 1;
}

static const char *
some_area(void)
{
	static const char *const	 areas[] = { AREA_A1, AREA_A1, AREA_A2, AREA_B1 };

	return areas[random_ops_pick(&d, 4)];
}

static int
some_day(void)
{
	return civil_add(env_today(w.core), -(int)random_ops_pick(&d, 40), 'd');
}

static const char *
some_name(void)
{
	static const char *const	 names[] = { "王小明", "王晓明", "Li Si", "欧阳 娜",
	    "单田芳",
		"x", "解 放" };

	return names[random_ops_pick(&d, 7)];
}

static bool	 try_request(const char *user, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Whether it was granted. */
static bool
try_request(const char *user, const char *fmt, ...)
{
	char		 text[1000];
	struct val	*r;
	bool		 ok;
	va_list		 ap;

	va_start(ap, fmt);
	ck_assert_int_lt(vsnprintf(text, sizeof text, fmt, ap), (int)sizeof text);
	va_end(ap);
	r = ask_new(&w, user, "%s", text);
	ok = val_get_true(r, "ok");
	buf_printf(&taken, "%s: %s%s%s\n", user, text, ok ? "" : " refused ",
	    ok ? "" : val_get_str(r, "error"));
	val_free(r);
	return ok;
}

static bool
change(const struct rec *rec, const char *set)
{
	return rec != NULL &&
	    try_request("off", "{'op':'save','book':'%s','id':%d,'ver':%d,'set':%s}",
	    rec->book->name, (int)rec->id, (int)rec->ver, set);
}

static bool
act(const struct rec *rec, const char *name)
{
	return rec != NULL &&
	    try_request("off", "{'op':'act','book':'%s','id':%d,'ver':%d,'act':'%s'}",
	    rec->book->name, (int)rec->id, (int)rec->ver, name);
}

static bool
new_site(void)
{
	return count_of("site") < SITES &&
	    try_request("off",
	    "{'op':'save','book':'site','set':{'name':'%s','at':'%s','code':'c%u'}}",
	    some_name(), some_area(), random_ops_pick(&d, 1000));
}

static bool
change_site(void)
{
	char	 set[200];

	switch (random_ops_pick(&d, 9)) {
	case 0:
		snprintf(set, sizeof set, "{'also':'%s'}", some_area());
		break;
	case 1:
		snprintf(set, sizeof set, "{'status':'%s'}",
		    random_ops_pick(&d, 2) == 0 ? "same" : "changed");
		break;
	case 2:
		snprintf(set, sizeof set, "{'until':%d}", civil_add(some_day(), 30, 'd'));
		break;
	case 3:
		snprintf(set, sizeof set, "{'friend':%d}", some_id("site"));
		break;
	case 4:
		snprintf(set, sizeof set, "{'friends':[%d,%d]}", some_id("site"), some_id("site"));
		break;
	case 5:
		snprintf(set, sizeof set, "{'kin':[{'who':'%s','site':%d},{'who':'%s'}]}",
		    some_name(), some_id("site"), some_name());
		break;
	case 6:
		snprintf(set, sizeof set, "{'name':'%s','phone':'1990000%04u'}", some_name(),
		    random_ops_pick(&d, 10000));
		break;
	case 7:
		snprintf(set, sizeof set, "{'also':null,'status':null,'until':null}");
		break;
	default:
		snprintf(set, sizeof set, "{'code':%s,'friend':null,'kin':[]}",
		    random_ops_pick(&d, 2) == 0 ? "null" : "'cc'");
	}
	return change(some("site", NULL), set);
}

static bool
move_site(void)
{
	char	 set[60];

	snprintf(set, sizeof set, "{'at':'%s'}", some_area());
	return change(some("site", NULL), set);
}

static bool
act_on_site(void)
{
	static const char *const	 ways[][2] = { { "open", "shut" }, { "open", "end" },
		{ "shut", "resume" }, { "shut", "end" }, { "ended", "resume" },
		  { "ended", "resume" } };
	size_t				 i = random_ops_pick(&d, 6);

	for (size_t k = 0; k < 6 && some("site", ways[i][0]) == NULL; k++)
		i = (i + 1) % 6;
	return act(some("site", ways[i][0]), ways[i][1]);
}

static bool
new_call(void)
{
	return d.n < RECORDS && some("site", NULL) != NULL &&
	    try_request("off",
	    "{'op':'save','book':'call','set':{'site':%d,'day':%d,"
	    "'kind':'%u','weight':%u,'text':'%s'}}",
	    some_id("site"), some_day(), 1 + random_ops_pick(&d, 2), random_ops_pick(&d, 10),
	    some_name());
}

static bool
change_call(void)
{
	char	 set[200];

	if (random_ops_pick(&d, 2) == 0)
		snprintf(set, sizeof set, "{'weight':%u}", random_ops_pick(&d, 10));
	else
		snprintf(set, sizeof set, "{'day':%d,'kind':%s,'text':'%s'}", some_day(),
		    random_ops_pick(&d, 2) == 0 ? "null" : "'1'", some_name());
	return change(some("call", NULL), set);
}

static bool
new_reply(void)
{
	return d.n < RECORDS && some("call", NULL) != NULL &&
	    try_request("off",
	    "{'op':'save','book':'reply','set':{'call':%d,'day':%d,"
	    "'text':'%s','by_site':%d}}",
	    some_id("call"), some_day(), some_name(), some_id("site"));
}

static bool
change_reply(void)
{
	char	 set[100];

	if (random_ops_pick(&d, 2) == 0)
		snprintf(set, sizeof set, "{'by_site':%d}", some_id("site"));
	else
		snprintf(set, sizeof set, "{'day':%d,'by_site':null}", some_day());
	return change(some("reply", NULL), set);
}

static bool
new_step(void)
{
	return d.n < RECORDS && some("reply", NULL) != NULL &&
	    try_request("off",
	    "{'op':'save','book':'step','set':{'reply':%d,'day':%d,"
	    "'text':'%s','place':'%s'}}",
	    some_id("reply"), some_day(), some_name(), some_area());
}

static bool
change_step(void)
{
	char	 set[100];

	snprintf(set, sizeof set, "{'day':%d,'place':%s}", some_day(),
	    random_ops_pick(&d, 2) == 0 ? "null" : "'" AREA_B1 "'");
	return change(some("step", NULL), set);
}

static bool
act_below(void)
{
	static const char *const	 books[] = { "call", "reply", "step" };
	const char			*book = books[random_ops_pick(&d, 3)];
	bool				 made = random_ops_pick(&d, 2) == 0;

	return act(some(book, made ? "made" : "void"), made ? "void" : "restore");
}

static bool
merge_sites(void)
{
	const struct rec	*a = some("site", NULL), *b = some("site", NULL);

	return a != NULL && b != NULL && a != b &&
	    try_request("off",
	    "{'op':'merge','book':'site','id':%d,'ver':%d,'other':%d,"
	    "'otherver':%d,'why':'同一处'}",
	    (int)a->id, (int)a->ver, (int)b->id, (int)b->ver);
}

static bool
unmerge_sites(void)
{
	const struct rec	*rec = some("site", "merged");

	return rec != NULL &&
	    try_request("off", "{'op':'unmerge','book':'site','id':%d,'ver':%d,'why':'不是'}",
	    (int)rec->id, (int)rec->ver);
}

/* Mostly of what was just saved: nothing else can be undone. */
static bool
undo(void)
{
	const struct rec	*rec = NULL;
	unsigned		 n = 0;

	for (size_t i = 0; i < d.n; i++) {
		const struct val	*last = val_get(d.rec[i]->env, "last");
		bool			 fresh = val_get_num(last, "at", 0) == d.now &&
		    strcmp(val_get_str(last, "act"), "save") == 0;

		if ((fresh || random_ops_pick(&d, 50) == 0) && random_ops_pick(&d, ++n) == 0)
			rec = d.rec[i];
	}
	return rec != NULL && try_request("off", "{'op':'undo','book':'%s','id':%d,'ver':%d}",
	    rec->book->name, (int)rec->id, (int)rec->ver);
}

static struct own_op {
	const char	*name;
	bool		(*fn)(void);
	unsigned	 weight;
	unsigned	 granted;
} own_ops[] = {
	{ "new site",		new_site,	8,	0 },
	{ "change site",	change_site,	16,	0 },
	{ "move site",		move_site,	5,	0 },
	{ "act on site",	act_on_site,	8,	0 },
	{ "new call",		new_call,	10,	0 },
	{ "change call",	change_call,	6,	0 },
	{ "new reply",		new_reply,	8,	0 },
	{ "change reply",	change_reply,	5,	0 },
	{ "new step",		new_step,	8,	0 },
	{ "change step",	change_step,	5,	0 },
	{ "act below",		act_below,	8,	0 },
	{ "merge",		merge_sites,	6,	0 },
	{ "unmerge",		unmerge_sites,	9,	0 },
	{ "undo",		undo,		9,	0 },
};

#define OWN_OPS		(sizeof own_ops / sizeof *own_ops)

/* Whether it changed anything. */
static bool
own_step(void)
{
	unsigned	 all = 0, at;
	size_t		 i = 0;
	bool		 granted;

	for (size_t k = 0; k < OWN_OPS; k++)
		all += own_ops[k].weight;
	for (at = random_ops_pick(&d, all); at >= own_ops[i].weight; i++)
		at -= own_ops[i].weight;
	granted = own_ops[i].fn();
	own_ops[i].granted += granted;
	return granted;
}

static void
own_begin(int seed)
{
	d = (struct random_ops){ .w = &w, .now = FIXTURE_NOW };
	d.rng_state = (uint64_t)seed * UINT64_C(0x9e3779b97f4a7c15) + 7;
	fixture_set_clock(d.now);
}

static void
own_run(int seed, int steps, bool compare)
{
	own_begin(seed);
	for (int step = 1; step <= steps; step++) {
		if (random_ops_pick(&d, 6) == 0)
			fixture_set_clock(d.now += (1 + random_ops_pick(&d, 9)) * DAY);
		if (own_step() && compare)
			expect_model(seed, step);
		random_ops_end(&d);
		d.rec = random_ops_read_all(&d, &d.n);
	}
}

START_TEST(books_of_our_own_are_what_the_model_says)
{
	own_run(seed_of(_i), STEPS_OWN, true);
	/* the seeds of every day reach everything; others may not */
	for (size_t i = 0; i < OWN_OPS && getenv("MODEL_SEED") == NULL; i++)
		ck_assert_msg(own_ops[i].granted > 0, "%s was never granted", own_ops[i].name);
	random_ops_end(&d);
}
END_TEST

/* ---- it can fail ----------------------------------------------------------------------------- */

struct nth {
	uint32_t	 id;		/* rows of this index, 0 = all */
	size_t		 left;
	struct buf	 key, val;
};

static bool
take_nth(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct nth	*t = arg;

	if ((t->id != 0 && buf_get_u32(key) != t->id) || t->left-- > 0)
		return true;
	buf_put(&t->key, key, klen);
	buf_put(&t->val, p, n);
	return false;
}

static uint32_t
id_of_index(const char *index)
{
	struct buf	 b = BUF_INIT;
	struct val	*v;
	char		 key[80];
	uint32_t	 id;

	snprintf(key, sizeof key, "idx/%s", index);
	ck_assert_int_eq(
	    store_get(w.core->store, NULL, STORE_META, key, strlen(key), &b), STORE_OK);
	v = val_decode(b.p, b.n);
	id = (uint32_t)val_get_num(v, "id", 0);
	val_free(v);
	buf_free(&b);
	return id;
}

/* What is done to one entry of a table, and what the model says of it. */
static const struct fault_row {
	enum store_table	 table;
	const char		*index;
	enum { REMOVED, ADDED, CHANGED } how;
	const char		*said;
} fault_rows[] = {
	{ STORE_IDX,	"site/unique/code/0",	REMOVED, "a row lacks, site/unique/code/0" },
	{ STORE_IDX,	"site/list/friends/0",	REMOVED, "a row lacks, site/list/friends/0" },
	{ STORE_IDX,	"site/deadline/friends/0", REMOVED, "a row lacks, site/deadline/friends/0" },
	{ STORE_IDX,	"site/match/0/0",	REMOVED, "a row lacks, site/match/0/0" },
	{ STORE_IDX,	"site/list/all/1",	REMOVED, "a row lacks, site/list/all/1" },
	{ STORE_IDX,	"site/list/also/0",	REMOVED, "a row lacks, site/list/also/0" },
	{ STORE_IDX,	"site/find/all/0",	REMOVED, "a row lacks, site/find/all/0" },
	{ STORE_IDX,	"step/child/reply/0",	REMOVED, "a row lacks, step/child/reply/0" },
	{ STORE_IDX,	"reply/link/by_site/0",	REMOVED, "a row lacks, reply/link/by_site/0" },
	{ STORE_IDX,	"call/deadline/answer/0",	REMOVED,
	  "a row lacks, call/deadline/answer/0" },
	{ STORE_IDX,	"site/roll-since/monthly/0",	REMOVED,
	  "a row lacks, site/roll-since/monthly/0" },
	{ STORE_IDX,	"site/roll-done/monthly/0",	REMOVED,
	  "a row lacks, site/roll-done/monthly/0" },
	{ STORE_IDX,	"site/deadline/monthly/0",	ADDED,	 "a row too many," },
	{ STORE_IDX,	"call/list/all/0",	ADDED,	 "a row too many," },
	{ STORE_TALLY,	"site/list/all/0",	REMOVED, "a tally lacks, site/list/all/0" },
	{ STORE_TALLY,	"call/list/all/0",	CHANGED, "a tally too many," },
	{ STORE_VER,	NULL,			REMOVED, "follows where" },
	{ STORE_AUDIT,	NULL,			REMOVED, "the trail has no entry" },
};

/* Does it, or takes it back. */
static void
apply_fault(const struct fault_row *f, struct nth *t, bool back)
{
	struct store_txn	*txn;

	ck_assert_int_eq(store_begin(w.core->store, &txn), STORE_OK);
	if (f->how == CHANGED)
		t->val.p[7] ^= 1;
	if (f->how == CHANGED || (f->how == ADDED) != back)
		ck_assert_int_eq(
		    store_put(txn, f->table, t->key.p, t->key.n, t->val.p, t->val.n), STORE_OK);
	else
		ck_assert_int_eq(store_del(txn, f->table, t->key.p, t->key.n), STORE_OK);
	ck_assert_int_eq(store_commit(txn), STORE_OK);
}

static void
expect_fault(const struct fault_row *f)
{
	struct nth	 t = { .id = f->index != NULL ? id_of_index(f->index) : 0 };
	struct buf	 wrong = BUF_INIT;

	ck_assert_int_eq(store_scan(w.core->store, NULL, f->table,
	    &(struct store_range){ .lolen = 0 }, take_nth, &t),
	    STORE_OK);
	ck_assert_msg(t.key.n > 0, "%s has no entry", f->index != NULL ? f->index : f->said);
	if (f->how == ADDED)
		t.key.p[t.key.n - 1] ^= 0x40;		/* of a record that is not there */
	apply_fault(f, &t, false);
	ck_assert_msg(!model_compare(w.core, &wrong), "not found: %s", f->said);
	ck_assert_msg(strstr(buf_str(&wrong), f->said) != NULL, "\"%s\" is not in\n%s", f->said,
	    buf_str(&wrong));
	apply_fault(f, &t, true);
	buf_reset(&wrong);
	ck_assert_msg(model_compare(w.core, &wrong), "%s", buf_str(&wrong));
	buf_free(&wrong);
	buf_free(&t.key);
	buf_free(&t.val);
}

START_TEST(a_wrong_entry_is_found)
{
	own_run(3, 160, false);
	for (size_t i = 0; i < sizeof fault_rows / sizeof *fault_rows; i++)
		expect_fault(&fault_rows[i]);
	random_ops_end(&d);
}
END_TEST

/* A record that keeps something else of others than follows from them. */
static void
expect_wrong_record(const char *book, const char *path, struct val *put, const char *said)
{
	const struct rec	*old = some(book, NULL);
	struct rec		*now = rec_dup(old);
	struct store_txn	*txn;
	struct buf		 wrong = BUF_INIT;

	ck_assert(val_set(now->env, path, put));
	ck_assert_int_eq(store_begin(w.core->store, &txn), STORE_OK);
	ck_assert_int_eq(rec_put(txn, now), STORE_OK);
	ck_assert_int_eq(store_commit(txn), STORE_OK);
	ck_assert_msg(!model_compare(w.core, &wrong), "not found: %s", said);
	ck_assert_msg(
	    strstr(buf_str(&wrong), said) != NULL, "\"%s\" is not in\n%s", said, buf_str(&wrong));
	ck_assert_int_eq(store_begin(w.core->store, &txn), STORE_OK);
	ck_assert_int_eq(rec_put(txn, old), STORE_OK);
	ck_assert_int_eq(store_commit(txn), STORE_OK);
	rec_free(now);
	buf_free(&wrong);
}

START_TEST(a_wrong_record_is_found)
{
	own_run(4, 160, false);
	expect_wrong_record("step", "ar", val_text("990121109999"), "keeps the place 990121109999");
	expect_wrong_record(
	    "step", "up.2", val_text("ended?"), "keeps state ended? of its ancestor 2");
	expect_wrong_record("site", "f.calls", val_int(77), "rollup calls");
	expect_wrong_record("site", "f.asked", val_int(77), "rollup asked");
	expect_wrong_record("call", "clk.answer.last", val_int(20250101), "answer was last done");
	expect_wrong_record("site", "v", val_int(70), "version 70 follows where");
	random_ops_end(&d);
}
END_TEST

static Suite *
suite(void)
{
	Suite	*s = suite_create("core/model");
	TCase	*county = tcase_create("county"), *own = tcase_create("own");

	tcase_add_unchecked_fixture(county, fixture_preload, NULL);
	tcase_add_checked_fixture(county, open_county, close_county);
	tcase_set_timeout(county, 300);
	tcase_add_loop_test(county, the_county_is_what_the_model_says, 0, 2);
	suite_add_tcase(s, county);
	tcase_add_unchecked_fixture(own, fixture_preload, NULL);
	tcase_add_checked_fixture(own, open_own, close_county);
	tcase_set_timeout(own, 300);
	tcase_add_loop_test(own, books_of_our_own_are_what_the_model_says, 0, 3);
	tcase_add_test(own, a_wrong_entry_is_found);
	tcase_add_test(own, a_wrong_record_is_found);
	suite_add_tcase(s, own);
	return s;
}

TEST_MAIN(suite)
