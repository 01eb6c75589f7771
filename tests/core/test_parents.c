#include <stdio.h>
#include <string.h>

#include "core/core.h"
#include "core/record/deadline.h"
#include "core/record/children.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"

/*
 * Child records follow their parent: an actor who may not see a child's file sees none of its child
 * records, and their deadlines end and continue with the file.
 */
static struct fixture	w;
static int		child;

/*
 * A visit that found violence nobody has told the police of (due the next day), and some of the
 * other books.
 */
static const struct { const char *book, *json; } beneath[] = {
	{ "visit",
	  "'visited_on':20260311,'kind':'regular','outcome':'met','alone':true,'living':'secure','guarding':'fair',"
	    "'schooling':'regular','health':'well','mood':'calm','contact':'weekly','unsafe':true,'danger':['violence'],'police':false" },
	{ "update", "'updated_on':20260311,'result':'same','how':'home'" },
	{ "correction",
	  "'asked_on':20260311,'kind':'wrong','what':['name'],'name':'王晓明','why':'户口簿上是晓','paper':'户口簿'" },
	{ "pairing",
	  "'since':20260301,'director_name':'王芳','near_kind':'kin','near_name':'王五','near_phone':'19900002222'" },
};
#define BENEATH	(sizeof beneath / sizeof *beneath)

static int	ids[BENEATH];

static void
make_beneath(void)
{
	for (size_t i = 0; i < BENEATH; i++)
		ids[i] = (int)reply_number(ask_new(&w, "dir-a1",
		    "{'op':'save','book':'%s','set':{'child':%d,%s}}", beneath[i].book,
		    child, beneath[i].json), "id");
}

static void
setup(void)
{
	fixture_open(&w);
	child = (int)child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	make_beneath();
}

static void
teardown(void)
{
	fixture_set_clock(FIXTURE_NOW);
	world_free(&w);
}

static void
act(const char *user, const char *name, const char *ask)
{
	ck_assert_str_eq(reply_error_code(ask_new(&w, user,
	    "{'op':'act','book':'child','id':%d,'ver':%d,'act':'%s','ask':{%s}}", child,
	    fixture_ver(&w, child), name, ask)), "");
}

static void
close_file(void)
{
	act("off", "close", "'reason':'parents-back','day':20260312,'proof':'父母均已返乡'");
}

static void
seal(void)
{
	close_file();
	act("off", "seal", "'why':'按规定封存'");
}

/* What a person is answered about each record under the child: all the same, or the test fails. */
static const char *
answered(const char *user)
{
	static const char *const	 ops[] = { "get", "history", "file", "timeline", "under",
	    "linked" };
	const char			*got = NULL;

	for (size_t i = 0; i < BENEATH; i++)
		for (size_t k = 0; k < sizeof ops / sizeof *ops; k++) {
			const char	*now = reply_error_code(ask(&w, user,
			    "{'op':'%s','book':'%s','id':%d}", ops[k], beneath[i].book, ids[i]));

			ck_assert_msg(got == NULL || strcmp(got, now) == 0, "%s %s: %s", ops[k],
			    beneath[i].book, now);
			got = now;
		}
	return got;
}

/* Rows of the first list offered, 100 at most. */
static size_t
listed(const char *user, const char *book, const char *list)
{
	struct val	*r = ask(&w, user, "{'op':'list','book':'%s','list':'%s','limit':100}",
	    book, list);
	size_t		 n = val_len(val_get(r, "rows"));

	ck_assert_int_eq(reply_number(ask(&w, user, "{'op':'count','book':'%s','list':'%s'}", book,
	    list), "count"), (int64_t)n);
	val_free(r);
	return n;
}

static int
due_day(const char *book, const char *clock)
{
	struct rec	*rec;
	int		 day;

	ck_assert_int_eq(rec_get(w.core, NULL, (uint64_t)ids[0], &rec), REC_OK);
	day = deadline_day(book_clock(set_book(w.core->set, book), clock), rec);
	rec_free(rec);
	return day;
}

/* Deadlines of one clock in the work list of an actor, a month ahead. */
static size_t
owed(const char *user, const char *book, const char *clock)
{
	struct val	*r = ask(&w, user, "{'op':'due','book':'%s','clock':'%s','ahead':31}", book,
	    clock);
	size_t		 n = val_len(val_get(r, "due"));

	val_free(r);
	return n;
}

START_TEST(a_sealed_file_hides_what_is_under_it)
{
	static const char *const	 hidden[] = { "dir-a1", "sup-a", "agency" },
	    *const shown[] = { "off", "leader" };

	ck_assert_uint_eq(listed("dir-a1", "visit", "recent"), 1);
	ck_assert_uint_eq(owed("dir-a1", "visit", "tell-police"), 1);
	seal();
	for (size_t i = 0; i < 3; i++) {
		ck_assert_str_eq(answered(hidden[i]), "missing");
		ck_assert_uint_eq(listed(hidden[i], "visit", "recent"), 0);
	}
	for (size_t i = 0; i < 2; i++)
		ck_assert_str_eq(answered(shown[i]), "");
	ck_assert_uint_eq(owed("dir-a1", "visit", "tell-police"), 0);
	ck_assert_int_eq(due_day("visit", "tell-police"), 0);
	fixture_expect_derived(&w);
	act("off", "unseal", "'why':'复核'");
	ck_assert_str_eq(answered("dir-a1"), "");
	ck_assert_uint_eq(listed("dir-a1", "visit", "recent"), 1);
	fixture_expect_derived(&w);
}
END_TEST

/* Writing there is as if the records were not there; beginning another is refused as well. */
START_TEST(nothing_is_changed_under_a_sealed_file)
{
	seal();
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'visit','id':%d,'ver':%d,'set':{'attention':'看'}}",
	    ids[0], fixture_ver(&w, ids[0]))), "missing");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'undo','book':'visit','id':%d,'ver':%d}", ids[0], fixture_ver(&w, ids[0]))),
	    "missing");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'visit','set':{'child':%d,%s}}", child,
	    beneath[0].json)), "missing");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1",
	    "{'op':'ack','book':'visit','id':%d,'clock':'tell-police'}", ids[0])), "missing");
}
END_TEST

/*
 * A closed file stays in sight. Nothing is due on it; after it is opened again what was left undone
 * is due as it was.
 */
START_TEST(deadlines_end_with_a_closed_file)
{
	close_file();
	ck_assert_str_eq(answered("dir-a1"), "");
	ck_assert_uint_eq(listed("dir-a1", "visit", "recent"), 1);
	ck_assert_uint_eq(owed("dir-a1", "visit", "tell-police"), 0);
	fixture_expect_derived(&w);
	fixture_set_clock(FIXTURE_NOW + 10 * 86400);
	act("off", "reopen", "'why':'父母再次外出'");
	ck_assert_uint_eq(owed("dir-a1", "visit", "tell-police"), 1);
	ck_assert_int_eq(due_day("visit", "tell-police"), 20260313);
	fixture_expect_derived(&w);
}
END_TEST

/* Of the day before it was closed the file shows what was due then. */
START_TEST(the_past_of_a_closed_file_is_as_it_was)
{
	struct val	*r;
	bool		 told = false;

	fixture_set_clock(FIXTURE_NOW + 10 * 86400);
	close_file();
	r = ask(&w, "dir-a1", "{'op':'file','book':'child','id':%d,'on':20260313}", child);
	for (size_t i = 0; i < val_len(val_get(r, "due")); i++)
		told |= strcmp(val_get_str(val_at(val_get(r, "due"), i), "clock"), "tell-police") ==
		    0;
	ck_assert(told);
	val_free(r);
}
END_TEST

START_TEST(what_is_under_a_file_moves_with_it)
{
	act("dir-a1", "hand-over", "'to':'" AREA_B1 "','why':'随父母迁居'");
	ck_assert_str_eq(answered("dir-a1"), "");
	ck_assert_str_eq(answered("dir-b1"), "missing");
	act("dir-b1", "accept", "'address':'东街3号'");
	ck_assert_str_eq(answered("dir-a1"), "missing");
	ck_assert_str_eq(answered("sup-a"), "missing");
	ck_assert_str_eq(answered("dir-b1"), "");
	ck_assert_uint_eq(owed("dir-a1", "visit", "tell-police"), 0);
	ck_assert_uint_eq(owed("dir-b1", "visit", "tell-police"), 1);
	fixture_expect_derived(&w);
}
END_TEST

/* What stood under a merged file is under the one that stays, and shares its fate. */
START_TEST(what_is_under_a_merged_file_follows_the_one_that_stays)
{
	int	 stays = (int)child_in_state(&w, "dir-a1", "王小名", AREA_A1, 2, "active"),
	    merged = child;

	ck_assert_str_eq(reply_error_code(ask_new(&w, "off",
	    "{'op':'merge','book':'child','id':%d,'ver':%d,'other':%d,'otherver':%d,"
	    "'why':'同一个孩子'}", stays, fixture_ver(&w, stays), merged, fixture_ver(&w, merged))),
	    "");
	fixture_expect_derived(&w);
	ck_assert_uint_eq(owed("dir-a1", "visit", "tell-police"), 1);
	child = stays;
	seal();
	ck_assert_str_eq(answered("dir-a1"), "missing");
	ck_assert_uint_eq(owed("dir-a1", "visit", "tell-police"), 0);
	fixture_expect_derived(&w);
}
END_TEST

/* ---- homes of before ------------------------------------------------------------------------- */

/*
 * As a program wrote it that knew nothing of this: no states kept, and indexes made from another
 * spec.
 */
static void
make_old(void)
{
	struct store_txn	*txn;

	ck_assert_int_eq(store_begin(w.core->store, &txn), STORE_OK);
	for (size_t i = 0; i < BENEATH; i++) {
		struct rec	*rec;

		ck_assert_int_eq(rec_get(w.core, txn, (uint64_t)ids[i], &rec), REC_OK);
		val_drop(rec->env, "up");
		ck_assert_int_eq(rec_put(txn, rec), STORE_OK);
		rec_free(rec);
	}
	ck_assert_int_eq(store_del(txn, STORE_META, "idx/visit/child/child/0", 23), STORE_OK);
	ck_assert_int_eq(store_commit(txn), STORE_OK);
}

START_TEST(a_home_of_before_is_brought_up_to_date)
{
	make_old();
	ck_assert_str_eq(answered("dir-a1"), "missing");
	fixture_reopen(&w);
	ck_assert_str_eq(answered("dir-a1"), "");
	ck_assert_int_eq(due_day("visit", "tell-police"), 20260313);
	fixture_expect_derived(&w);
	seal();
	make_old();
	fixture_reopen(&w);
	ck_assert_str_eq(answered("dir-a1"), "missing");
	ck_assert_str_eq(answered("off"), "");
	fixture_expect_derived(&w);
}
END_TEST

/* ---- the definitions ------------------------------------------------------------------------- */

/* In the file the first `find` becomes `put`. */
static void
edit_file(const char *path, const char *find, const char *put)
{
	static char	 text[200000];
	FILE		*f;
	char		*at;

	ck_assert_ptr_nonnull(f = fopen(path, "r"));
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	ck_assert_ptr_nonnull(at = strstr(text, find));
	ck_assert_ptr_nonnull(f = fopen(path, "w"));
	fprintf(f, "%.*s%s%s", (int)(at - text), text, put, at + strlen(find));
	fclose(f);
}

/*
 * The state of a parent is kept with what is under it, its fields are not: a condition on them
 * could not be judged.
 */
START_TEST(sight_of_a_parent_asks_for_no_condition)
{
	char		 forms[300], path[400];
	struct buf	 err = BUF_INIT;

	fixture_copy_forms(&w, forms);
	snprintf(path, sizeof path, "%s/books/child.yaml", forms);
	edit_file(path, "\nsee:\n  director: {reach: area,",
	    "\nsee:\n  director: {reach: area, where: {sex: \"1\"},");
	ck_assert_ptr_null(core_set_load(forms, &err));
	ck_assert_ptr_nonnull(strstr(buf_str(&err),
	    "see: director has a condition (where), but records of visit stand under child; "
	    "use state instead\n"));
	buf_free(&err);
}
END_TEST

static Suite *
parents(void)
{
	Suite	*s = suite_create("core/parents");
	TCase	*tc = tcase_create("parents");

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, a_sealed_file_hides_what_is_under_it);
	tcase_add_test(tc, nothing_is_changed_under_a_sealed_file);
	tcase_add_test(tc, deadlines_end_with_a_closed_file);
	tcase_add_test(tc, the_past_of_a_closed_file_is_as_it_was);
	tcase_add_test(tc, what_is_under_a_file_moves_with_it);
	tcase_add_test(tc, what_is_under_a_merged_file_follows_the_one_that_stays);
	tcase_add_test(tc, a_home_of_before_is_brought_up_to_date);
	tcase_add_test(tc, sight_of_a_parent_asks_for_no_condition);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(parents)
