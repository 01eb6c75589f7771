/* Reads that repeat: what the trail says of them, and that none of them is lost. */
#include <stdio.h>
#include <string.h>

#include "core/record/reads.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"

static struct fixture	 w;
static uint64_t		 child;

static void
setup(void)
{
	fixture_open(&w);
	child = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "found");
}

static void
teardown(void)
{
	world_free(&w);
}

static void
read_it(const char *user, const char *more)
{
	ck_assert_str_eq(reply_error_code(ask(&w, user, "{'op':'get','book':'child','id':%d%s}",
	    (int)child, more)), "");
}

static void
add_reads(const struct val *entry, struct buf *out)
{
	const struct val	*detail = val_get(entry, "detail");
	const char		*act = val_get_str(entry, "act");

	if (strcmp(act, "read") != 0 && strcmp(act, "whole") != 0)
		return;
	buf_printf(out, "%s%s %s", out->n > 0 ? "; " : "", val_get_str(entry, "user"), act);
	if (val_get(detail, "on") != NULL)
		buf_printf(out, " on %d", (int)val_get_num(detail, "on", 0));
	if (val_get(detail, "n") != NULL)
		buf_printf(out, " %d %+d..%+d", (int)val_get_num(detail, "n", 0),
		    (int)(val_get_num(detail, "since", 0) - FIXTURE_NOW),
		    (int)(val_get_num(detail, "until", 0) - FIXTURE_NOW));
}

/*
 * The reads in the trail of the child, the first one first: "USER ACT [on DAY] [N SINCE..UNTIL]"
 * from the world's moment on.
 */
static const char *
told(void)
{
	static char	 text[1000];
	struct val	*r = ask(&w, "aud", "{'op':'trail','record':%d,'limit':100}", (int)child),
	    *list = val_get(r, "entries");
	struct buf	 b = BUF_INIT;

	for (size_t i = val_len(list); i > 0; i--)
		add_reads(val_at(list, i - 1), &b);
	snprintf(text, sizeof text, "%s", buf_str(&b));
	buf_free(&b);
	val_free(r);
	return text;
}

struct settled {
	bool	 all;
	size_t	 n;
};

static int
settle_body(struct store_txn *txn, void *arg)
{
	struct settled	*s = arg;

	return (int)reads_flush(txn, env_now(w.core), s->all, &s->n);
}

static size_t
settle(bool all)
{
	struct settled	 s = { .all = all };

	ck_assert_int_eq(commit_run(w.core->committer, settle_body, &s), 0);
	return s.n;
}

START_TEST(the_first_is_told_and_the_others_are_counted)
{
	read_it("dir-a1", "");
	ck_assert_str_eq(told(), "dir-a1 read");
	for (int i = 1; i <= 30; i++) {
		fixture_set_clock(FIXTURE_NOW + i * 10);
		read_it("dir-a1", "");
	}
	/* until it is over the first one tells of all */
	ck_assert_str_eq(told(), "dir-a1 read 31 +0..+300");
	ck_assert_uint_eq(settle(false), 0);
	fixture_set_clock(FIXTURE_NOW + READS_WINDOW);
	ck_assert_uint_eq(settle(false), 1);
	ck_assert_str_eq(told(), "dir-a1 read; dir-a1 read 30 +10..+300");
	ck_assert_uint_eq(settle(true), 0);
	read_it("dir-a1", "");
	ck_assert_str_eq(told(), "dir-a1 read; dir-a1 read 30 +10..+300; dir-a1 read");
}
END_TEST

/* Whoever reads after the time is over need not wait for anybody to look. */
START_TEST(the_next_read_ends_the_count)
{
	read_it("dir-a1", "");
	fixture_set_clock(FIXTURE_NOW + 20);
	read_it("dir-a1", "");
	ck_assert_str_eq(told(), "dir-a1 read 2 +0..+20");
	fixture_set_clock(FIXTURE_NOW + READS_WINDOW);
	read_it("dir-a1", "");
	ck_assert_str_eq(told(), "dir-a1 read; dir-a1 read 1 +20..+20; dir-a1 read");
	/* and one that nobody repeats has no second entry */
	fixture_set_clock(FIXTURE_NOW + 2 * READS_WINDOW);
	ck_assert_uint_eq(settle(false), 1);
	ck_assert_str_eq(told(), "dir-a1 read; dir-a1 read 1 +20..+20; dir-a1 read");
}
END_TEST

START_TEST(what_differs_is_told_apart)
{
	const char	*running =
	    "dir-a1 read 2 +0..+10; dir-a1 whole 2 +1..+11; sup-a read 2 +2..+12; dir-a1 read; "
			    "dir-a1 read on 20260312";

	for (int i = 0; i < 2; i++) {
		fixture_set_clock(FIXTURE_NOW + i * 10);
		read_it("dir-a1", "");
		fixture_set_clock(FIXTURE_NOW + i * 10 + 1);
		read_it("dir-a1", ",'whole':true");
		fixture_set_clock(FIXTURE_NOW + i * 10 + 2);
		read_it("sup-a", "");
	}
	/* another version was not read before */
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':1,'set':{'address':'一组'}}",
	    (int)child)), "");
	read_it("dir-a1", "");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1",
	    "{'op':'file','book':'child','id':%d,'on':20260312}", (int)child)), "");
	ck_assert_str_eq(told(), running);
	ck_assert_uint_eq(settle(true), 5);
	ck_assert_str_eq(told(),
	    "dir-a1 read; dir-a1 whole; sup-a read; dir-a1 read; dir-a1 read on 20260312; "
	    "dir-a1 read 1 +10..+10; dir-a1 whole 1 +11..+11; sup-a read 1 +12..+12");
}
END_TEST

/* What is counted is in the store before it is answered. */
START_TEST(counts_outlive_the_process)
{
	read_it("dir-a1", "");
	read_it("dir-a1", "");
	read_it("dir-a1", "");
	fixture_reopen(&w);
	read_it("dir-a1", "");
	ck_assert_uint_eq(settle(true), 1);
	ck_assert_str_eq(told(), "dir-a1 read; dir-a1 read 3 +0..+0");
}
END_TEST

/* The trail does not grow with reads that repeat, and its chain holds. */
START_TEST(the_trail_does_not_grow)
{
	unsigned char	 head[AUDIT_HASH];
	uint64_t	 before, after, bad, missing, surplus;

	read_it("dir-a1", "");
	ck_assert_int_eq(audit_verify(w.core->store, &before, &bad, head), STORE_OK);
	for (int i = 0; i < 200; i++)
		read_it("dir-a1", "");
	settle(true);
	ck_assert_int_eq(audit_verify(w.core->store, &after, &bad, head), STORE_OK);
	ck_assert_uint_eq(bad, 0);
	ck_assert_uint_eq(after, before + 1);
	ck_assert_int_eq(audit_verify_index(w.core->store, &missing, &surplus), STORE_OK);
	ck_assert_uint_eq(missing + surplus, 0);
	ck_assert_str_eq(told(), "dir-a1 read; dir-a1 read 200 +0..+0");
}
END_TEST

static Suite *
reads(void)
{
	Suite	*s = suite_create("core/reads");
	TCase	*tc = tcase_create("reads");
	const TTest *const	 all[] = { the_first_is_told_and_the_others_are_counted,
	    the_next_read_ends_the_count,
	    what_differs_is_told_apart, counts_outlive_the_process, the_trail_does_not_grow };

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		tcase_add_test(tc, all[i]);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(reads)
