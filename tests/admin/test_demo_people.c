/*
 * The people of the demo county belong together: brothers and sisters have the same parents, and
 * what is kept on record of a family is what the files of its children say.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "core/rec/rec.h"
#include "forms/civil.h"
#include "tests/harness.h"
#include "tests/support/demo.h"

#define CHILDREN	120
#define RECORDS		4000		/* more than such a county has */

static struct demo	 demo;
static struct core	*core;
static struct rec	*record[RECORDS];	/* by id; NULL where there is none */

static void
invent_county(void)
{
	setenv("SHOUWANG_NOW", "1775000000", 1);
	demo_make(&demo, getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp", CHILDREN);
}

static void
leave_county(void)
{
	demo_free(&demo);
}

static void
open_county(void)
{
	const struct core_opts	 opts = { 0 };
	struct buf		 err = BUF_INIT;

	core_open(demo.home, &opts, &core, &err);
	ck_assert_msg(core != NULL, "%s", buf_str(&err));
	for (uint64_t id = 1; id < RECORDS; id++)
		if (rec_get(core, NULL, id, &record[id]) != REC_OK)
			record[id] = NULL;
}

static void
close_county(void)
{
	for (size_t i = 0; i < RECORDS; i++)
		rec_free(record[i]);
	core_close(core);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static bool
of_book(size_t i, const char *book)
{
	return record[i] != NULL && strcmp(record[i]->book->name, book) == 0;
}

static const struct val *
says(size_t i, const char *path)
{
	return val_find(record[i]->fields, path);
}

static bool
same(size_t i, size_t k, const char *path)
{
	return val_same(says(i, path), says(k, path));
}

static bool
share_surname(size_t i, size_t k)
{
	const char	*a = val_str(says(i, "name")), *b = val_str(says(k, "name"));

	return a != NULL && b != NULL && strncmp(a, b, strlen("王")) == 0;
}

static bool
siblings(size_t i, size_t k)
{
	return i != k && of_book(i, "child") && of_book(k, "child") && same(i, k, "residence") &&
	    same(i, k, "address") && share_surname(i, k);
}

static size_t
siblings_of(size_t i)
{
	size_t	 n = 0;

	for (size_t k = 1; k < RECORDS; k++)
		n += siblings(i, k);
	return n;
}

/* ---- brothers and sisters -------------------------------------------------------------------- */

START_TEST(a_quarter_are_siblings)
{
	size_t	 n = 0;

	for (size_t i = 1; i < RECORDS; i++)
		n += siblings_of(i) > 0;
	ck_assert_uint_ge(n, CHILDREN * 15 / 100);
	ck_assert_uint_le(n, CHILDREN * 45 / 100);
}
END_TEST

static void
must_be_kin(size_t i, size_t k)
{
	static const char *const	 paths[] = { "father.name", "father.citizen_no",
	    "father.birth", "father.status", "mother.name",
	    "mother.citizen_no", "mother.birth", "mother.status", "grandmother.name",
	    "grandfather.name", "away", "ethnicity" };
	int	 a = civil_days((int)val_num(says(i, "birth"), 0)),
	    b = civil_days((int)val_num(says(k, "birth"), 0));

	for (size_t p = 0; p < sizeof paths / sizeof *paths; p++)
		ck_assert_msg(same(i, k, paths[p]), "children #%zu and #%zu differ in %s", i, k,
		    paths[p]);
	ck_assert(!same(i, k, "name"));
	ck_assert_int_gt(abs(a - b), 300);
}

START_TEST(siblings_have_the_same_parents)
{
	for (size_t i = 1; i < RECORDS; i++)
		for (size_t k = i + 1; k < RECORDS; k++)
			if (siblings(i, k) && strcmp(record[i]->state->name, "found") != 0)
				must_be_kin(i, k);
}
END_TEST

START_TEST(siblings_have_one_carer)
{
	for (size_t i = 1; i < RECORDS; i++)
		for (size_t k = i + 1; k < RECORDS; k++)
			if (siblings(i, k) && says(i, "carer.name") != NULL &&
			    says(k, "carer.name") != NULL) {
				ck_assert(same(i, k, "carer.name"));
				ck_assert(same(i, k, "carer.citizen_no"));
			}
}
END_TEST

/* ---- on record ------------------------------------------------------------------------------- */

/* Children whose files name the record by this link. */
static size_t
named_by(size_t target, const char *link)
{
	size_t	 n = 0;

	for (size_t i = 1; i < RECORDS; i++)
		n += of_book(i, "child") && val_num(says(i, link), 0) == (int64_t)target;
	return n;
}

static void
must_agree(size_t i, const char *link, const char *at, const char *from)
{
	size_t	 target = (size_t)val_num(says(i, link), 0);

	/* those have gaps */
	if (target != 0 && strcmp(record[i]->state->name, "found") != 0)
		ck_assert_msg(val_same(says(i, at), says(target, from)),
		    "child #%zu: %s is not the %s of #%zu", i, at, from, target);
}

START_TEST(families_are_on_record)
{
	size_t	 houses = 0, bare = 0;

	for (size_t i = 1; i < RECORDS; i++)
		if (of_book(i, "household")) {
			ck_assert_uint_ge(named_by(i, "household"), 2);
			houses++;
		} else if (siblings_of(i) > 0)
			bare += says(i, "household") == NULL;
	ck_assert_uint_ge(houses, 3);
	ck_assert_uint_gt(bare, 0);		/* a few directors have not come to it yet */
}
END_TEST

START_TEST(people_are_once_on_record)
{
	size_t	 people = 0;

	for (size_t i = 1; i < RECORDS; i++) {
		if (!of_book(i, "person"))
			continue;
		people++;
		ck_assert_uint_ge(named_by(i, "carer.person") + named_by(i, "father.person") +
		    named_by(i, "mother.person"), 2);
		ck_assert_int_eq((int)named_by(i, "carer.person") > 0,
		    val_has(says(i, "kinds"), "carer"));
		for (size_t k = i + 1; k < RECORDS; k++)
			ck_assert(!of_book(k, "person") || says(i, "citizen_no") == NULL ||
			    !same(i, k, "citizen_no"));
	}
	ck_assert_uint_ge(people, 6);
}
END_TEST

START_TEST(files_say_what_the_record_says)
{
	static const char *const	 parent[] = { "name", "citizen_no", "birth", "phone",
	    "status" };
	static const char *const	 parents[] = { "father", "mother" };
	char				 link[40], at[40];

	for (size_t i = 1; i < RECORDS; i++) {
		if (!of_book(i, "child"))
			continue;
		must_agree(i, "household", "address", "address");
		must_agree(i, "carer.person", "carer.name", "name");
		must_agree(i, "carer.person", "carer.phone", "phone");
		must_agree(i, "carer.person", "carer.citizen_no", "citizen_no");
		must_agree(i, "carer.person", "carer.address", "address");
		for (size_t k = 0; k < 2 * sizeof parent / sizeof *parent; k++) {
			snprintf(link, sizeof link, "%s.person", parents[k % 2]);
			snprintf(at, sizeof at, "%s.%s", parents[k % 2], parent[k / 2]);
			must_agree(i, link, at, parent[k / 2]);
		}
	}
}
END_TEST

/* ---- many with one --------------------------------------------------------------------------- */

START_TEST(somebody_on_record_cares_for_many)
{
	size_t	 many = 0;

	for (size_t i = 1; i < RECORDS; i++)
		many += of_book(i, "person") && val_num(says(i, "children"), 0) >= 4;
	ck_assert_uint_gt(many, 0);
}
END_TEST

/* Active files whose carer has this number and is not on record. */
static size_t
typed(const struct val *number)
{
	size_t	 n = 0;

	for (size_t i = 1; number != NULL && i < RECORDS; i++)
		n += of_book(i, "child") && strcmp(record[i]->state->name, "active") == 0 &&
		    says(i, "carer.person") == NULL &&
		    val_same(says(i, "carer.citizen_no"), number);
	return n;
}

START_TEST(somebody_not_on_record_cares_for_many)
{
	size_t	 most = 0;

	for (size_t i = 1; i < RECORDS; i++)
		if (of_book(i, "child") && typed(says(i, "carer.citizen_no")) > most)
			most = typed(says(i, "carer.citizen_no"));
	ck_assert_uint_ge(most, 4);
}
END_TEST

static bool
carried(size_t i)
{
	const char	*act = val_get_str(val_get(record[i]->env, "last"), "act");

	return act != NULL && strcmp(act, "spread") == 0;
}

START_TEST(a_new_number_reached_the_record)
{
	size_t	 people = 0;

	for (size_t i = 1; i < RECORDS; i++)
		people += of_book(i, "person") && named_by(i, "carer.person") >= 4 && carried(i);
	ck_assert_uint_gt(people, 0);
}
END_TEST

static Suite *
suite(void)
{
	Suite	*s = suite_create("admin/demo people");
	TCase	*tc = tcase_create("people");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, invent_county, leave_county);
	tcase_add_checked_fixture(tc, open_county, close_county);
	tcase_add_test(tc, a_quarter_are_siblings);
	tcase_add_test(tc, siblings_have_the_same_parents);
	tcase_add_test(tc, siblings_have_one_carer);
	tcase_add_test(tc, families_are_on_record);
	tcase_add_test(tc, people_are_once_on_record);
	tcase_add_test(tc, files_say_what_the_record_says);
	tcase_add_test(tc, somebody_on_record_cares_for_many);
	tcase_add_test(tc, somebody_not_on_record_cares_for_many);
	tcase_add_test(tc, a_new_number_reached_the_record);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(suite)
