#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/support/fixture.h"

/*
 * The monthly roll and how far it has come: the county's own clock "monthly", done by its book
 * "update". Each test starts on 2026-01-31 with two children of village a1 and one each of a2 and
 * b1, active since that day: due by 2026-02-28.
 */

#define JAN31	INT64_C(1769824800)	/* 10:00 in the county */
#define DAY	INT64_C(86400)
#define FEB(d)	(JAN31 + (d) * DAY)
#define MAR(d)	(JAN31 + (28 + (d)) * DAY)

static struct fixture	w;
static uint64_t		wang, li, zhang, zhao;

static void
setup(void)
{
	fixture_open(&w);
	fixture_set_clock(JAN31);
	wang = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	li = child_in_state(&w, "dir-a1", "李小红", AREA_A1, 3, "active");
	zhang = child_in_state(&w, "dir-a2", "张伟", AREA_A2, 5, "active");
	zhao = child_in_state(&w, "dir-b1", "赵敏", AREA_B1, 7, "active");
}

static void
teardown(void)
{
	world_free(&w);
}

static const char *
name_of(const struct val *row)
{
	const char	*title = val_get_str(row, "title");
	static char	 name[40];

	snprintf(name, sizeof name, "%.*s", (int)strcspn(title, " "), title);
	return name;
}

static size_t
counts(const struct val *r, char *text, size_t size)
{
	return (size_t)snprintf(text, size, "%d %d %d", (int)val_get_num(r, "all", -1),
	    (int)val_get_num(r, "left", -1), (int)val_get_num(r, "over", -1));
}

/*
 * "2 1 0: 王小明 left 20260228; 李小红 done 20260331 20260205 phone": all, left, over, and the
 * lines.
 */
static const char *
roll(const char *user, const char *more)
{
	static char	 text[2000];
	struct val	*r = ask(&w, user, "{'op':'roll','book':'child','clock':'monthly'%s}",
	    more), *rows = val_get(r, "rows");
	size_t		 n;

	if (!val_get_true(r, "ok")) {
		snprintf(text, sizeof text, "%s", val_get_str(r, "error"));
		val_free(r);
		return text;
	}
	n = counts(r, text, sizeof text);
	for (size_t i = 0; i < val_len(rows); i++) {
		const struct val	*v = val_at(rows, i), *done = val_get(v, "done");

		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s %s %d", i > 0 ? "; " : ": ",
		    name_of(val_get(v, "row")),
		    val_get_str(v, "is"), (int)val_get_num(v, "day", 0));
		if (done != NULL)
			n += (size_t)snprintf(text + n, sizeof text - n, " %d %s",
			    (int)val_get_num(done, "day", 0),
			    val_get_str(done, "quick") != NULL ? val_get_str(done, "quick") : "-");
	}
	if (val_get_true(r, "more"))
		snprintf(text + n, sizeof text - n, " ...");
	val_free(r);
	return text;
}

/* "3 3 0: a1 2 2 0 20260228; …" */
static const char *
progress(const char *user, const char *more)
{
	static char	 text[2000];
	struct val	*r = ask(&w, user, "{'op':'progress','book':'child','clock':'monthly'%s}",
	    more);
	size_t		 n;

	if (!val_get_true(r, "ok")) {
		snprintf(text, sizeof text, "%s", val_get_str(r, "error"));
		val_free(r);
		return text;
	}
	n = counts(r, text, sizeof text);
	for (size_t i = 0; i < val_len(val_get(r, "places")); i++) {
		const struct val	*v = val_at(val_get(r, "places"), i);

		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s ", i > 0 ? "; " : ": ",
		    val_get_str(v, "area") + 6);
		n += counts(v, text + n, sizeof text - n);
		n += (size_t)snprintf(text + n, sizeof text - n, " %d",
		    (int)val_get_num(v, "oldest", 0));
	}
	val_free(r);
	return text;
}

static int64_t
update(const char *user, uint64_t child, int day, const char *how)
{
	return reply_number(ask_new(&w, user,
	    "{'op':'save','book':'update','set':{'child':%d,'updated_on':%d,'result':'same',"
	    "'how':'%s'}}", (int)child, day, how), "id");
}

/* ---- the roll -------------------------------------------------------------------------------- */

START_TEST(who_was_just_admitted_owes_nothing_yet)
{
	ck_assert_str_eq(roll("dir-a1", ""), "2 0 0: 王小明 new 20260228; 李小红 new 20260228");
	fixture_set_clock(FEB(1));
	ck_assert_str_eq(roll("dir-a1", ""), "2 2 0: 王小明 left 20260228; 李小红 left 20260228");
	ck_assert_str_eq(roll("dir-a1", ",'month':202601"),
	    "2 0 0: 王小明 new 20260228; 李小红 new 20260228");
}
END_TEST

START_TEST(done_goes_behind_what_is_left)
{
	fixture_set_clock(FEB(5));
	update("dir-a1", wang, 20260205, "phone");
	ck_assert_str_eq(roll("dir-a1", ""),
	    "2 1 0: 李小红 left 20260228; 王小明 done 20260331 20260205 phone");
	update("dir-a1", li, 20260203, "school");		/* no quick entry says so */
	ck_assert_str_eq(roll("dir-a1", ""),
	    "2 0 0: 王小明 done 20260331 20260205 phone; 李小红 done 20260331 20260203 -");
}
END_TEST

/* The last day of a month is of that month; the first of the next is not. */
START_TEST(month_ends)
{
	fixture_set_clock(FEB(28));
	ck_assert_str_eq(roll("dir-a1", ""), "2 2 0: 王小明 left 20260228; 李小红 left 20260228");
	update("dir-a1", wang, 20260228, "home");
	ck_assert_str_eq(roll("dir-a1", ""),
	    "2 1 0: 李小红 left 20260228; 王小明 done 20260331 20260228 home");
	fixture_set_clock(MAR(1));
	ck_assert_str_eq(roll("dir-a1", ""), "2 2 1: 李小红 left 20260228; 王小明 left 20260331");
	update("dir-a1", li, 20260301, "home");
	ck_assert_str_eq(roll("dir-a1", ""),
	    "2 1 0: 王小明 left 20260331; 李小红 done 20260430 20260301 home");
	ck_assert_str_eq(roll("dir-a1", ",'month':202602"),
	    "2 1 0: 李小红 missed 20260430; 王小明 done 20260331 20260228 home");
}
END_TEST

/* What was entered late for a day of last month does last month. */
START_TEST(late_from_last_month)
{
	fixture_set_clock(MAR(12));
	ck_assert_str_eq(roll("dir-a1", ""), "2 2 2: 王小明 left 20260228; 李小红 left 20260228");
	update("dir-a1", wang, 20260227, "phone");
	ck_assert_str_eq(roll("dir-a1", ""), "2 2 1: 李小红 left 20260228; 王小明 left 20260331");
	ck_assert_str_eq(roll("dir-a1", ",'month':202602"),
	    "2 1 1: 李小红 left 20260228; 王小明 done 20260331 20260227 phone");
}
END_TEST

/* "0 20260228 -": of each line of a month the day the record was last done by its end. */
static const char *
last_days(const char *user, const char *month)
{
	static char	 text[200];
	struct val	*r = ask(&w, user,
	    "{'op':'roll','book':'child','clock':'monthly','month':%s}", month);
	size_t		 n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < val_len(val_get(r, "rows")); i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%d", i > 0 ? " " : "",
		    (int)val_get_num(val_at(val_get(r, "rows"), i), "last", 0));
	val_free(r);
	return text;
}

/* The roll of a past month shows nothing later: neither new records, nor what was done since. */
START_TEST(a_month_that_is_over_tells_of_itself)
{
	update("dir-a1", wang, 20260131, "home");
	fixture_set_clock(MAR(10));
	update("dir-a1", wang, 20260220, "phone");
	update("dir-a1", wang, 20260305, "home");
	update("dir-a1", li, 20260306, "home");
	child_in_state(&w, "dir-a1", "周洋", AREA_A1, 9, "active");
	ck_assert_str_eq(roll("dir-a1", ""),
	    "3 0 0: 王小明 done 20260430 20260305 home; 李小红 done 20260430 20260306 home; "
	    "周洋 new 20260430");
	ck_assert_str_eq(last_days("dir-a1", "202603"), "20260305 20260306 0");
	ck_assert_str_eq(roll("dir-a1", ",'month':202602"),
	    "2 1 0: 李小红 missed 20260430; 王小明 done 20260430 20260220 phone");
	ck_assert_str_eq(last_days("dir-a1", "202602"), "0 20260220");
	ck_assert_str_eq(progress("dir-a1", ",'month':202602"), "2 1 0: 100201 2 1 0 0");
	ck_assert_str_eq(roll("dir-a1", ",'month':202601"),
	    "2 0 0: 王小明 done 20260430 20260131 home; 李小红 new 20260430");
	ck_assert_str_eq(roll("dir-a1", ",'month':202512"), "0 0 0");
}
END_TEST

START_TEST(a_correction_is_seen)
{
	int64_t	 id;

	fixture_set_clock(FEB(5));
	id = update("dir-a1", wang, 20260205, "phone");
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'update','id':%d,'ver':1,'set':{'how':'home'}}", (int)id), "ver");
	ck_assert_str_eq(roll("dir-a1", ""),
	    "2 1 0: 李小红 left 20260228; 王小明 done 20260331 20260205 home");
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'update','id':%d,'ver':2,'set':{'updated_on':20260115}}", (int)id),
	    "ver");
	ck_assert_str_eq(roll("dir-a1", ""), "2 2 0: 王小明 left 20260228; 李小红 left 20260228");
}
END_TEST

START_TEST(who_moves_takes_his_line_along)
{
	fixture_set_clock(FEB(5));
	update("dir-a1", wang, 20260205, "phone");
	reply_number(ask_new(&w, "sup-a",
	    "{'op':'act','book':'child','id':%d,'ver':4,'act':'hand-over','ask':{'to':'" AREA_A2
	    "','why':'搬家'}}", (int)wang), "ver");
	reply_number(ask_new(&w, "dir-a2",
	    "{'op':'act','book':'child','id':%d,'ver':5,'act':'accept','ask':{'address':'一组'}}",
	    (int)wang), "ver");
	ck_assert_str_eq(roll("dir-a1", ""), "1 1 0: 李小红 left 20260228");
	ck_assert_str_eq(roll("dir-a2", ""),
	    "2 1 0: 张伟 left 20260228; 王小明 done 20260331 20260205 phone");
}
END_TEST

START_TEST(who_is_closed_is_on_no_roll)
{
	reply_number(ask_new(&w, "off",
	    "{'op':'act','book':'child','id':%d,'ver':4,'act':'close','ask':{'reason':'parents-back',"
	    "'day':20260131,'proof':'父母返乡'}}", (int)wang), "ver");
	fixture_set_clock(FEB(1));
	ck_assert_str_eq(roll("dir-a1", ""), "1 1 0: 李小红 left 20260228");
	ck_assert_str_eq(progress("dir-a1", ""), "1 1 0: 100201 1 1 0 20260228");
}
END_TEST

START_TEST(pages)
{
	struct val	*r;
	char		 hex[64];

	fixture_set_clock(FEB(5));
	update("dir-a1", wang, 20260205, "phone");
	ck_assert_str_eq(roll("sup-a", ",'limit':2"),
	    "3 2 0: 李小红 left 20260228; 张伟 left 20260228 ...");
	r = ask(&w, "sup-a", "{'op':'roll','book':'child','clock':'monthly','limit':1}");
	for (int i = 0; i < 2; i++) {
		size_t			 n;
		const unsigned char	*p = val_mem(val_get(val_at(val_get(r, "rows"), 0), "key"),
		    &n);

		for (size_t k = 0; k < n; k++)
			snprintf(hex + 2 * k, 3, "%02x", p[k]);
		val_free(r);
		r = ask(&w, "sup-a",
		    "{'op':'roll','book':'child','clock':'monthly','limit':1,'after':'x:%s'}", hex);
		ck_assert_uint_eq(val_len(val_get(r, "rows")), 1);
		ck_assert(val_get_true(r, "more") == (i == 0));
	}
	ck_assert_str_eq(name_of(val_get(val_at(val_get(r, "rows"), 0), "row")), "王小明");
	val_free(r);
}
END_TEST

/* ---- progress -------------------------------------------------------------------------------- */

START_TEST(one_level_below_where_one_looks_from)
{
	fixture_set_clock(FEB(5));
	update("dir-a2", zhang, 20260205, "phone");
	ck_assert_str_eq(progress("sup-a", ""), "3 2 0: 100201 2 2 0 20260228; 100202 1 0 0 0");
	ck_assert_str_eq(progress("off", ""),
	    "4 3 0: 100000 3 2 0 20260228; 101000 1 1 0 20260228");
	ck_assert_str_eq(progress("off", ",'area':'" AREA_A "'"),
	    "3 2 0: 100201 2 2 0 20260228; 100202 1 0 0 0");
	ck_assert_str_eq(progress("dir-a1", ""), "2 2 0: 100201 2 2 0 20260228");
	ck_assert_str_eq(roll("off", ",'area':'" AREA_A2 "'"),
	    "1 0 0: 张伟 done 20260331 20260205 phone");
}
END_TEST

START_TEST(the_worst_first)
{
	fixture_set_clock(FEB(28));
	update("dir-a1", wang, 20260228, "phone");
	fixture_set_clock(MAR(2));
	ck_assert_str_eq(progress("sup-a", ""),
	    "3 3 2: 100201 2 2 1 20260228; 100202 1 1 1 20260228");
	update("dir-a1", li, 20260302, "phone");
	ck_assert_str_eq(progress("sup-a", ""),
	    "3 2 1: 100202 1 1 1 20260228; 100201 2 1 0 20260331");
	ck_assert_str_eq(progress("off", ""),
	    "4 3 2: 100000 3 2 1 20260228; 101000 1 1 1 20260228");
	ck_assert_str_eq(progress("off", ",'month':202602"),
	    "4 3 2: 100000 3 2 1 20260228; 101000 1 1 1 20260228");
}
END_TEST

/* ---- rights ---------------------------------------------------------------------------------- */

START_TEST(nobody_sees_beyond_his_area)
{
	fixture_set_clock(FEB(5));
	ck_assert_str_eq(roll("dir-b1", ""), "1 1 0: 赵敏 left 20260228");
	ck_assert_str_eq(roll("sup-b", ""), "1 1 0: 赵敏 left 20260228");
	ck_assert_str_eq(roll("sup-b", ",'area':'" AREA_A1 "'"), "0 0 0");
	ck_assert_str_eq(roll("dir-a1", ",'area':'" AREA_A "'"),
	    "2 2 0: 王小明 left 20260228; 李小红 left 20260228");
	ck_assert_str_eq(roll("dir-a1", ",'area':'" AREA_A2 "'"), "0 0 0");
	ck_assert_str_eq(progress("sup-b", ",'area':'" AREA_A "'"), "0 0 0");
	ck_assert_str_eq(roll("aud", ""), "missing");
	ck_assert_str_eq(progress("sys", ""), "missing");
	ck_assert_str_eq(progress("partner", ""), "missing");
	(void)zhao;
}
END_TEST

START_TEST(what_is_no_roll)
{
	static const struct { const char *req, *said; } cases[] = {
		{ "{'op':'roll','book':'child','clock':'visit'}", "missing" },
		{ "{'op':'roll','book':'child','clock':'yearly'}", "missing" },
		{ "{'op':'roll','book':'child'}", "bad-request" },
		{ "{'op':'progress','book':'update','clock':'monthly'}", "missing" },
		{ "{'op':'roll','book':'child','clock':'monthly','month':202602}", "bad-request" },
		{ "{'op':'roll','book':'child','clock':'monthly','month':202513}", "bad-request" },
		{ "{'op':'roll','book':'child','clock':'monthly','month':202601}", "" },
		{ "{'op':'progress','book':'child','clock':'monthly','area':'99012'}",
		  "bad-request" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(strcmp(reply_error_code(ask(&w, "dir-a1", "%s", cases[i].req)),
		    cases[i].said) == 0, "%s", cases[i].req);
}
END_TEST

/* Where more than the area decides, what was done is told by the records one may see. */
START_TEST(conditions_of_what_does_it_count_too)
{
	static char	 forms[300];
	char		 command[900];

	fixture_copy_forms(&w, forms);
	snprintf(command, sizeof command,
	    "sed -i 's/^  leader: all$/  leader: {reach: all, where: {how: phone}}/' %s/books/update.yaml",
	    forms);
	ck_assert_int_eq(system(command), 0);
	fixture_reopen(&w);
	fixture_set_clock(MAR(5));
	update("dir-a1", wang, 20260301, "phone");
	update("dir-a1", li, 20260302, "home");
	ck_assert_str_eq(progress("off", ",'month':202603"),
	    "4 2 2: 100000 3 1 1 20260228; 101000 1 1 1 20260228");
	ck_assert_str_eq(roll("leader", ",'month':202603"),
	    "4 2 2: 张伟 left 20260228; 赵敏 left 20260228; "
	    "王小明 done 20260430 20260301 phone; 李小红 missed 20260430");
	ck_assert_str_eq(roll("off", ",'month':202603"),
	    "4 2 2: 张伟 left 20260228; 赵敏 left 20260228; "
	    "王小明 done 20260430 20260301 phone; 李小红 done 20260430 20260302 home");
}
END_TEST

/* A clock that is defined anew knows what was done for it and since when each is on its roll. */
START_TEST(what_was_done_before_the_clock_was_defined_counts)
{
	static char	 forms[300];
	char		 command[900];

	fixture_set_clock(FEB(5));
	update("dir-a1", wang, 20260205, "phone");
	child_in_state(&w, "dir-a1", "周洋", AREA_A1, 9, "active");
	fixture_set_clock(MAR(5));
	update("dir-a1", wang, 20260301, "phone");
	update("dir-a1", li, 20260302, "phone");
	child_in_state(&w, "dir-a1", "吴静", AREA_A1, 11, "active");
	for (int i = 0; i < 2; i++) {
		ck_assert_str_eq(roll("dir-a1", ",'month':202602"),
		    "3 1 0: 李小红 missed 20260430; 周洋 new 20260331; "
		    "王小明 done 20260430 20260205 phone");
		fixture_copy_forms(&w, forms);
		snprintf(command, sizeof command,
		    "sed -i '/^  - monthly:/,/priority:/s/priority: .*/priority: 9/' %s/books/child.yaml", forms);
		ck_assert_int_eq(system(command), 0);
		fixture_reopen(&w);
	}
}
END_TEST

static Suite *
roll_suite(void)
{
	Suite	*s = suite_create("roll");
	TCase	*tc = tcase_create("roll");

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, who_was_just_admitted_owes_nothing_yet);
	tcase_add_test(tc, done_goes_behind_what_is_left);
	tcase_add_test(tc, month_ends);
	tcase_add_test(tc, late_from_last_month);
	tcase_add_test(tc, a_month_that_is_over_tells_of_itself);
	tcase_add_test(tc, a_correction_is_seen);
	tcase_add_test(tc, who_moves_takes_his_line_along);
	tcase_add_test(tc, who_is_closed_is_on_no_roll);
	tcase_add_test(tc, pages);
	tcase_add_test(tc, one_level_below_where_one_looks_from);
	tcase_add_test(tc, the_worst_first);
	tcase_add_test(tc, nobody_sees_beyond_his_area);
	tcase_add_test(tc, what_is_no_roll);
	tcase_add_test(tc, conditions_of_what_does_it_count_too);
	tcase_add_test(tc, what_was_done_before_the_clock_was_defined_counts);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(roll_suite)
