#include "tests/harness.h"
#include "tests/support/fixture.h"

#include "core/record/audit.h"
#include "core/record/change.h"
#include "core/record/deadline.h"
#include "core/record/children.h"
#include "core/record/account.h"

/*
 * The one writer of versions (core/record/change.h), called as its callers do, with a moment that
 * the clock does not show.
 */

#define LATER	(FIXTURE_NOW + 40 * 86400)	/* the moment of the request */

static struct fixture	w;
static struct actor	*actor;
static struct rec	*old, *now;
static uint64_t		 id;

static void
setup(void)
{
	fixture_open(&w);
	id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	ck_assert_int_eq(account_load_actor(w.core, "dir-a1", 5001, "test", &actor), ACTOR_OK);
	ck_assert_int_eq(rec_get(w.core, NULL, id, &old), REC_OK);
	ck_assert_ptr_nonnull(now = rec_dup(old));
}

static void
teardown(void)
{
	rec_free(old);
	rec_free(now);
	actor_unref(actor);
	world_free(&w);
}

/* In a transaction of its own; what has been written is kept. */
static void
write_at(int64_t moment, struct change *c)
{
	struct store_txn	*txn;
	struct writer		 writer;

	ck_assert_int_eq(store_begin(w.core->store, &txn), STORE_OK);
	writer = (struct writer){ w.core, txn, actor, moment, civil_at(moment) };
	ck_assert_int_eq(change_write(&writer, &c, 1), STORE_OK);
	ck_assert_int_eq(store_commit(txn), STORE_OK);
}

static bool
take_newest(const struct val *entry, void *arg)
{
	*(struct val **)arg = val_dup(entry);
	return false;
}

static struct val *
newest_entry(void)
{
	struct val	*entry = NULL;

	ck_assert_int_eq(audit_read(w.core->store, 0, 1, NULL, 0, take_newest, &entry), STORE_OK);
	ck_assert_ptr_nonnull(entry);
	return entry;
}

START_TEST(stamp_trail_and_deadlines_have_the_moment_of_the_request)
{
	struct val	*entry;
	struct rec	*stored;

	ck_assert(val_put(now->fields, "address", val_text("三组12号")));
	ck_assert(rec_set_state(now, book_state(now->book, "moving")));
	write_at(LATER, &(struct change){ .old = old, .now = now, .act = "save" });
	ck_assert_int_eq(rec_get(w.core, NULL, id, &stored), REC_OK);
	ck_assert_int_eq(val_get_num(val_get(stored->env, "last"), "at", 0), LATER);
	entry = newest_entry();
	ck_assert_int_eq(val_get_num(entry, "at", 0), LATER);
	ck_assert_uint_eq((uint64_t)val_get_num(entry, "ver", 0), stored->ver);
	ck_assert_int_eq(env_time_newest(w.core), LATER);
	for (size_t i = 0; i < stored->book->nclocks; i++)
		if (deadline_since(&stored->book->clocks[i],
		    stored) != deadline_since(&stored->book->clocks[i], old))
			ck_assert_int_eq(deadline_since(&stored->book->clocks[i], stored),
			    civil_at(LATER));
	val_free(entry);
	rec_free(stored);
}
END_TEST

START_TEST(the_version_before_is_kept)
{
	struct rec	*kept;

	ck_assert(val_put(now->fields, "address", val_text("三组12号")));
	write_at(FIXTURE_NOW, &(struct change){ .old = old, .now = now, .act = "save" });
	ck_assert_uint_eq(now->ver, old->ver + 1);
	ck_assert_int_eq(rec_get_version(w.core, NULL, id, old->ver, &kept), REC_OK);
	ck_assert(val_same(kept->env, old->env));
	rec_free(kept);
	ck_assert_ptr_null(child_stale(w.core, now));
}
END_TEST

START_TEST(answers_of_the_act_before_do_not_stay)
{
	struct val	*ask = val_map(), *entry;

	ck_assert(val_put(ask, "reason", val_text("搬家")));
	write_at(FIXTURE_NOW, &(struct change){ .old = old, .now = now, .act = "return",
	    .ask = ask });
	ck_assert(val_same(val_get(now->env, "ask"), ask));
	entry = newest_entry();
	ck_assert(val_same(val_find(entry, "detail.ask"), ask));
	val_free(entry);
	val_free(ask);
	rec_free(old);
	ck_assert_ptr_nonnull(old = rec_dup(now));
	write_at(FIXTURE_NOW, &(struct change){ .old = old, .now = now, .act = "save" });
	ck_assert_ptr_null(val_get(now->env, "ask"));
}
END_TEST

static Suite *
writer_suite(void)
{
	Suite	*s = suite_create("core/writer");
	TCase	*tc = tcase_create("writer");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, stamp_trail_and_deadlines_have_the_moment_of_the_request);
	tcase_add_test(tc, the_version_before_is_kept);
	tcase_add_test(tc, answers_of_the_act_before_do_not_stay);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(writer_suite)
