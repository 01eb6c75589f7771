#include <stdio.h>
#include <string.h>

#include "core/record/audit.h"
#include "core/record/deadline.h"
#include "core/record/children.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"

/*
 * A machine's clock that is set back, and one that was ahead for a while: no deadline disappears,
 * the trail does not run backwards, nothing is saved under a wrong day, and there is a way to
 * continue.
 */

#define HOUR	INT64_C(3600)
#define DAY	INT64_C(86400)
#define YEARS	(3 * 365 * DAY)
#define TOKEN	"'token':'x:00112233445566778899aabbccddeeff'"

static struct fixture	w;
static int		child;
static struct buf	said;		/* what the log was told */

static void
log_line(enum store_log level, const char *line, void *arg)
{
	(void)arg;
	buf_printf(&said, "%s%s\n", level == STORE_LOG_ALARM ? "! " : "", line);
}

static void
listen(void)
{
	w.core->log = log_line;
}

static void
setup(void)
{
	fixture_open(&w);
	listen();
	child = (int)child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	said = (struct buf)BUF_INIT;
}

static void
teardown(void)
{
	buf_free(&said);
	world_free(&w);
}

static struct val *
save(const char *address, int ver)
{
	return ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':%d,'set':{'address':'%s'}}", child, ver,
	    address);
}

/*
 * The day the monthly update of the child is due, as the director's work list has it; 0: it is not.
 */
static int
monthly(void)
{
	struct val	*r = ask(&w, "dir-a1", "{'op':'due','ahead':366}"),
	    *list = val_get(r, "due");
	int		 day = 0;

	ck_assert(val_get_true(r, "ok"));
	for (size_t i = 0; i < val_len(list); i++)
		if (strcmp(val_get_str(val_at(list, i), "clock"), "monthly") == 0)
			day = (int)val_get_num(val_at(list, i), "day", 0);
	val_free(r);
	return day;
}

static void
update(int day)
{
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'update','set':{'child':%d,'updated_on':%d,'result':'same','how':'home'}}",
	    child, day), "id");
}

static void
agrees(void)
{
	struct rec	*rec;

	ck_assert_int_eq(rec_get(w.core, NULL, (uint64_t)child, &rec), REC_OK);
	ck_assert_ptr_null(child_stale(w.core, rec));
	rec_free(rec);
}

struct order {
	int64_t	 after;		/* the entry read before, which is later */
	size_t	 back;		/* entries that are earlier than the one before them */
};

static bool
compare(const struct val *entry, void *arg)
{
	struct order	*o = arg;
	int64_t		 at = val_get_num(entry, "at", 0);

	o->back += at > o->after;
	o->after = at;
	return true;
}

static size_t
trail_runs_back(void)
{
	struct order	 o = { INT64_MAX, 0 };

	ck_assert_int_eq(audit_read(w.core->store, 0, 0, NULL, 0, compare, &o), STORE_OK);
	return o.back;
}

START_TEST(nothing_is_saved_while_it_is_behind)
{
	static const char *const	 writes[] = {
		"'op':'save','book':'child','id':ID,'ver':4,'set':{'address':'x'}",
		    "'op':'act','book':'child','id':ID,'ver':4,'act':'hand-over','ask':{}",
		"'op':'undo','book':'child','id':ID,'ver':4",
		    "'op':'ack','book':'child','id':ID,'clock':'monthly'",
		"'op':'merge','book':'child','id':ID,'ver':4,'other':9999,'otherver':1,'why':'x'",
		"'op':'unmerge','book':'child','id':ID,'ver':4,'why':'x'",
	};
	struct val	*r;

	fixture_set_clock(FIXTURE_NOW - 3 * HOUR);
	for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
		const char	*at = strstr(writes[i], "ID");

		r = ask_new(&w, "sup-a", "{%.*s%d%s}", (int)(at - writes[i]), writes[i], child,
		    at + 2);
		ck_assert_msg(strcmp(val_get_str(r, "error"), "clock") == 0, "%s", writes[i]);
		ck_assert_str_eq(val_str(val_at(val_get(r, "args"), 0)), "2026-03-12 07:00");
		ck_assert_str_eq(val_str(val_at(val_get(r, "args"), 1)), "2026-03-12 10:00");
		val_free(r);
	}
	/* nor by the administrator at the server */
	ck_assert_str_eq(reply_error_code(ask_new(&w, NULL,
	    "{'op':'save','book':'area','set':{'code':'990121101202','name':'上湾村'}}")), "clock");
	/* drafts and reads go on, and whoever works is told */
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1",
	    "{'op':'draft','draft':'x:0f0e0d0c0b0a09080706050403020100','book':'child',"
	    "'id':%d,'ver':4,'set':{'address':'x'}}", child)), "");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1", "{'op':'get','book':'child','id':%d}",
	    child)), "");
	ck_assert_uint_eq(trail_runs_back(), 0);
	r = ask(&w, "dir-a1", "{'op':'menu'}");
	ck_assert(val_get_true(r, "behind"));
	val_free(r);
	/* one alarm, and one line when it is over */
	ck_assert_ptr_nonnull(strstr(buf_str(&said),
	    "! the clock says 2026-03-12 07:00, but the newest entry was made at 2026-03-12 10:00"));
	ck_assert_ptr_null(strchr(strchr(buf_str(&said), '\n') + 1, '\n'));
	fixture_set_clock(FIXTURE_NOW + HOUR);
	reply_number(save("x", 4), "ver");
	ck_assert_ptr_nonnull(strstr(buf_str(&said),
	    "\nthe clock says 2026-03-12 11:00 and is no longer behind"));
	r = ask(&w, "dir-a1", "{'op':'menu'}");
	ck_assert(!val_get_true(r, "behind"));
	val_free(r);
}
END_TEST

START_TEST(a_minute_is_no_matter)
{
	fixture_set_clock(FIXTURE_NOW - 60);
	reply_number(save("甲", 4), "ver");
	ck_assert_uint_eq(trail_runs_back(), 0);
	fixture_set_clock(FIXTURE_NOW - 61);
	ck_assert_str_eq(reply_error_code(save("乙", 5)), "clock");
}
END_TEST

/* What was saved is answered so, whatever the clock says meanwhile. */
START_TEST(a_save_repeated_meanwhile_is_answered)
{
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(reply_number(ask(&w, "dir-a1",
		    "{'op':'save','book':'child','id':%d,'ver':4," TOKEN ",'set':{'address':'甲'}}",
		    child), "ver"), 5);
		fixture_set_clock(FIXTURE_NOW - 300 * DAY);
	}
}
END_TEST

/*
 * The clock is set back by two months, and the daemon started anew: what was overdue is, and
 * "today" is no day before.
 */
START_TEST(what_is_overdue_stays_so)
{
	struct val	*r;
	int		 due = monthly();

	ck_assert_int_eq(due, 20260430);
	fixture_set_clock(FIXTURE_NOW + 80 * DAY);
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1", "{'op':'get','book':'child','id':%d}",
	    child)), "");
	fixture_set_clock(FIXTURE_NOW + 20 * DAY);
	fixture_reopen(&w);
	listen();
	r = ask(&w, "dir-a1", "{'op':'menu'}");
	ck_assert_int_gt(val_get_num(val_get(r, "due"), "over", 0), 0);
	val_free(r);
	ck_assert_int_eq(monthly(), due);
	ck_assert_int_eq(reply_number(ask(&w, "dir-a1", "{'op':'whoami'}"), "today"),
	    civil_at(FIXTURE_NOW + 80 * DAY));
	ck_assert_str_eq(reply_error_code(save("x", 4)), "clock");
}
END_TEST

/*
 * Done, and begun, by a clock that was three years ahead: after it is corrected, neither hides the
 * deadline.
 */
START_TEST(a_clock_that_was_ahead_silences_nothing)
{
	struct val	*r;
	int		 other;

	fixture_set_clock(FIXTURE_NOW + YEARS);
	update(civil_at(FIXTURE_NOW + YEARS));
	other = (int)child_in_state(&w, "dir-a1", "王小亮", AREA_A1, 2, "active");
	ck_assert_int_gt(other, 0);
	ck_assert_int_gt(monthly(), 20290000);
	fixture_set_clock(FIXTURE_NOW + DAY);
	ck_assert_str_eq(reply_error_code(save("x", 4)), "clock");
	ck_assert_str_eq(reply_error_code(ask(&w, "sys", "{'op':'clock','accept':true}")),
	    "denied");
	r = ask(&w, NULL, "{'op':'clock'}");
	ck_assert(val_get_true(r, "behind"));
	ck_assert_int_eq(val_get_num(r, "newest", 0), FIXTURE_NOW + YEARS);
	val_free(r);
	ck_assert_int_eq(reply_number(ask(&w, NULL, "{'op':'clock','accept':true}"), "settled"), 2);
	reply_number(save("甲", 4), "ver");
	ck_assert_int_eq(monthly(), 20260430);
	agrees();
	r = ask(&w, "dir-a1", "{'op':'due','ahead':366,'clock':'monthly','book':'child'}");
	ck_assert_uint_eq(val_len(val_get(r, "due")), 2);
	for (size_t i = 0; i < 2; i++)
		ck_assert_int_eq(val_get_num(val_at(val_get(r, "due"), i), "day", 0), 20260430);
	val_free(r);
	/* the auditor reads it, with both moments; there and nowhere else the trail runs back */
	r = ask(&w, "aud", "{'op':'trail','user':'local','limit':1}");
	ck_assert_str_eq(val_str(val_find(r, "entries.0.act")), "clock");
	ck_assert_int_eq(val_num(val_find(r, "entries.0.detail.newest"), 0), FIXTURE_NOW + YEARS);
	ck_assert_int_eq(val_num(val_find(r, "entries.0.detail.clock"), 0), FIXTURE_NOW + DAY);
	val_free(r);
	ck_assert_uint_eq(trail_runs_back(), 1);
	/* and again after a restart */
	fixture_reopen(&w);
	listen();
	reply_number(save("乙", 5), "ver");
	ck_assert_str_eq(reply_error_code(ask(&w, NULL, "{'op':'clock','accept':true}")),
	    "invalid");
	/* once that day has come it counts, with the next update */
	fixture_set_clock(FIXTURE_NOW + YEARS + DAY);
	agrees();
	update(civil_at(FIXTURE_NOW + YEARS - 40 * DAY));
	ck_assert_int_gt(monthly(), 20290401);
	agrees();
}
END_TEST

static Suite *
suite(void)
{
	Suite	*s = suite_create("core/setback");
	TCase	*tc = tcase_create("setback");

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, nothing_is_saved_while_it_is_behind);
	tcase_add_test(tc, a_minute_is_no_matter);
	tcase_add_test(tc, a_save_repeated_meanwhile_is_answered);
	tcase_add_test(tc, what_is_overdue_stays_so);
	tcase_add_test(tc, a_clock_that_was_ahead_silences_nothing);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(suite)
