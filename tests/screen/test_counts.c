#include "tests/harness.h"
#include "tui/app/app_int.h"
#include "tui/widget/pack.h"

/* The counts of row 1 and of the menu, from the reply of "menu". */
static struct val *
reply_of(int64_t list, int64_t other, int64_t overdue, int64_t drafts)
{
	struct val	*reply = val_map(), *counts = val_map(), *due = val_map();

	pack_put(counts, "child.mine", val_int(list));
	pack_put(counts, "child.other", val_int(other));
	pack_put(due, "over", val_int(overdue));
	pack_put(due, "soon", val_int(2));
	pack_put(reply, "ok", val_bool(true));
	pack_put(reply, "counts", counts);
	pack_put(reply, "due", due);
	pack_put(reply, "drafts", val_int(drafts));
	return reply;
}

/*
 * -1 says that the store failed: it is never a number on the screen, and no number of before is
 * lost.
 */
START_TEST(a_count_that_failed_is_not_shown)
{
	static struct app_impl	 own;
	struct val		*reply = reply_of(0, 7, 5, 3), *failed = reply_of(-1, 7, -1, -1);

	app_user_set_counts(&own, reply);
	ck_assert_int_eq(val_get_num(own.app.counts, "child.mine", 99), 0);
	ck_assert_int_eq(own.app.overdue, 5);
	app_user_set_counts(&own, failed);
	ck_assert_ptr_null(val_get(own.app.counts, "child.mine"));
	ck_assert_int_eq(val_get_num(own.app.counts, "child.other", 99), 7);
	ck_assert_int_eq(own.app.overdue, 5);
	ck_assert_int_eq(own.app.due_soon, 2);
	ck_assert_int_eq(own.app.drafts, 3);
	val_free(reply);
	val_free(failed);
	val_free(own.app.counts);
}
END_TEST

TEST_SUITE(counts, "counts of the client", a_count_that_failed_is_not_shown)
TEST_MAIN(counts)
