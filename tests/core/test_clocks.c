/* The day each kind of clock falls due, at its edges: from records alone, without a store. */
#include <string.h>

#include "core/record/deadline.h"
#include "tests/harness.h"
#include "tests/support/forms.h"

static const char	pages[] =
    "  - main:\n"
    "      label: 页\n"
    "      fields:\n"
    "        - name: {type: text, label: 名}\n"
    "        - until: {type: date, label: 至}\n"
    "        - body: {type: choice, codes: body, label: 身体}\n"
    "        - note: {type: text, label: 记}\n"
    "        - home: {type: group, label: 家, fields: [kin: {type: text, label: 亲}]}\n";

static const char	visit_book[] =
    "book: visit\n"
    "label: 访\n"
    "under: child\n"
    "date: day\n"
    "title: '{day}'\n"
    "create: director\n"
    "pages: [main: {label: 页, fields: [child: {type: link, book: child, required: first, label: 孩},\n"
    "    day: {type: date, required: first, label: 日}]}]\n"
    "life: {start: kept, states: [kept: 存]}\n"
    "see: {director: all}\n"
    "write: {director: all}\n"
    "lists: [all: {label: 全, columns: [day], sort: [day]}]\n";

static const char	clocks[] =
    "- month: {label: 月, every: month, done: {book: visit}, by: director}\n"
    "- week: {label: 周, every: 7d, done: {book: visit}, by: director, paused: {note: 停}}\n"
    "- two: {label: 二, every: 2m, done: {book: visit}, by: director}\n"
    "- year: {label: 年, every: 1y, done: {book: visit}, by: director}\n"
    "- graded: {label: 级, every: {field: body, healthy: 2m, ill: 30d, disabled: 7d}, done: {book: visit}, by: director}\n"
    "- within: {label: 内, when: {body: ill, state: found}, within: 5d, by: director}\n"
    "- before: {label: 前, on: {field: until, offset: -30d}, done: {book: visit}, by: director}\n"
    "- after: {label: 后, on: {field: until, offset: 6m}, done: {book: visit}, by: director}\n"
    "- lunar: {label: 一, on: {field: until, offset: -1m}, by: director}\n"
    "- empty: {label: 空, when: {state: active}, on: {field: until, offset: -30d, empty: now}, done: {book: visit}, by: director}\n"
    "- changed: {label: 变, when: {state: active}, on: {change: [body, home.kin, home], offset: 7d}, done: {book: visit}, by: director}\n"
    "- moved: {label: 迁, when: {state: active}, on: {change: note, offset: 1d}, by: director}\n";

static struct set	*set;
static struct rec	*rec;

static void
setup(void)
{
	struct set	*plain = yaml_set(pages, "");
	struct val	*src = val_dup(set_source(plain));
	struct lint	 lint = { BUF_INIT, 0 };

	ck_assert(val_put(val_get(src, "books"), "visit", yaml_val(visit_book)));
	ck_assert(val_put(val_get(val_get(src, "books"), "child"), "clocks", yaml_val(clocks)));
	set_free(plain);
	set = load_set(src, &lint);
	ck_assert_msg(set != NULL, "%s", buf_str(&lint.out));
	buf_free(&lint.out);
	rec = NULL;
}

static void
teardown(void)
{
	rec_free(rec);
	set_free(set);
}

static const struct clock *
clock_named(const char *name)
{
	const struct clock	*c = book_clock(set_book(set, "child"), name);

	ck_assert_msg(c != NULL, "%s", name);
	return c;
}

static int
due(const char *clock)
{
	return deadline_day(clock_named(clock), rec);
}

/* What a save on that day makes of it; v NULL empties the field. */
static void
save(int today, const char *path, struct val *v)
{
	struct rec	*old = rec_dup(rec);

	if (v != NULL)
		ck_assert(val_set(rec->fields, path, v));
	else
		val_drop(rec->fields, path);
	ck_assert(deadline_update(old, rec, today));
	rec_free(old);
}

static void
state(int today, const char *name)
{
	struct rec	*old = rec_dup(rec);

	ck_assert(rec_set_state(rec, book_state(rec->book, name)));
	ck_assert(deadline_update(old, rec, today));
	rec_free(old);
}

static void
begin(int today)
{
	rec_free(rec);
	ck_assert_ptr_nonnull(rec = rec_new(set_book(set, "child")));
	ck_assert(deadline_update(NULL, rec, today));
}

/* As if the latest record under it were of that day; 0: as if there were none. */
static void
done(const char *clock, int day)
{
	struct rec	*old = rec_dup(rec);

	ck_assert(deadline_set_last(rec, clock_named(clock), day));
	ck_assert(deadline_update(old, rec, 20991231));
	rec_free(old);
}

/* ---- again and again ------------------------------------------------------------------------- */

START_TEST(every)
{
	static const struct { const char *clock; int from, due; } cases[] = {
		{ "month", 20260131, 20260228 }, { "month", 20240131, 20240229 },
		  { "month", 20240229, 20240331 },
		{ "month", 20260228, 20260331 }, { "month", 20260301, 20260430 },
		  { "month", 20251231, 20260131 },
		{ "month", 20251130, 20251231 },
		{ "week", 20260222, 20260301 }, { "week", 20240222, 20240229 },
		  { "week", 20251225, 20260101 },
		{ "two", 20251231, 20260228 }, { "two", 20231231, 20240229 },
		  { "two", 20260630, 20260830 },
		{ "year", 20240229, 20250228 }, { "year", 20230228, 20240228 },
		  { "year", 20251231, 20261231 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		begin(cases[i].from);
		ck_assert_msg(due(cases[i].clock) == cases[i].due, "%s from %d: %d", cases[i].clock,
		    cases[i].from, due(cases[i].clock));
		/* the same from the day it was done, however long ago it began */
		begin(20200101);
		done(cases[i].clock, cases[i].from);
		ck_assert_int_eq(due(cases[i].clock), cases[i].due);
	}
}
END_TEST

START_TEST(what_was_done_before_it_began_does_not_count)
{
	begin(20260210);
	done("week", 20260209);
	ck_assert_int_eq(due("week"), 20260217);
	done("week", 20260210);
	ck_assert_int_eq(due("week"), 20260217);
	done("week", 20260211);
	ck_assert_int_eq(due("week"), 20260218);
	/* the visit is undone */
	done("week", 0);
	ck_assert_int_eq(due("week"), 20260217);
}
END_TEST

START_TEST(by_code)
{
	begin(20231231);
	ck_assert_int_eq(due("graded"), 0);
	save(20240101, "body", val_text("healthy"));
	ck_assert_int_eq(due("graded"), 20240229);
	save(20240102, "body", val_text("disabled"));
	ck_assert_int_eq(due("graded"), 20240107);
	done("graded", 20240131);
	ck_assert_int_eq(due("graded"), 20240207);
	save(20240201, "body", val_text("ill"));
	ck_assert_int_eq(due("graded"), 20240301);
	save(20240202, "body", NULL);
	ck_assert_int_eq(due("graded"), 0);
}
END_TEST

START_TEST(paused_and_resumed)
{
	begin(20260101);
	done("week", 20260105);
	ck_assert_int_eq(due("week"), 20260112);
	save(20260106, "note", val_text("停"));
	ck_assert_int_eq(due("week"), 0);
	ck_assert_int_eq(due("month"), 20260228);	/* only what is paused rests */
	save(20260120, "name", val_text("a"));
	ck_assert_int_eq(due("week"), 0);
	save(20260201, "note", val_text("续"));
	ck_assert_int_eq(due("week"), 20260208);
	/* done while it rested is done */
	done("week", 20260203);
	ck_assert_int_eq(due("week"), 20260210);
}
END_TEST

/* ---- once ------------------------------------------------------------------------------------ */

START_TEST(within)
{
	begin(20240101);
	ck_assert_int_eq(due("within"), 0);
	save(20240225, "body", val_text("ill"));
	ck_assert_int_eq(due("within"), 20240301);
	save(20240228, "name", val_text("a"));
	ck_assert_int_eq(due("within"), 20240301);
	state(20240229, "active");
	ck_assert_int_eq(due("within"), 0);
	state(20240301, "found");
	ck_assert_int_eq(due("within"), 20240306);
}
END_TEST

START_TEST(by_a_date)
{
	static const struct { const char *clock; int date, due; } cases[] = {
		{ "before", 20260331, 20260301 }, { "before", 20240330, 20240229 },
		  { "before", 20240101, 20231202 },
		{ "after", 20250831, 20260228 }, { "after", 20230831, 20240229 },
		  { "after", 20240229, 20240829 },
		{ "lunar", 20240331, 20240229 }, { "lunar", 20260331, 20260228 },
		  { "lunar", 20260101, 20251201 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		begin(20230101);
		ck_assert_int_eq(due(cases[i].clock), 0);
		save(20230102, "until", val_int(cases[i].date));
		ck_assert_int_eq(due(cases[i].clock), cases[i].due);
	}
}
END_TEST

/*
 * Looking ahead, what was done counts from the day it is due; looking back, from the date itself.
 */
START_TEST(by_a_date_and_done)
{
	static const struct { const char *clock; int done; bool over; } cases[] = {
		{ "before", 20260228, false }, { "before", 20260301, true },
		  { "before", 20260302, true },
		{ "before", 20260331, true }, { "before", 20260401, true },
		{ "after", 20260330, false }, { "after", 20260331, true },
		  { "after", 20260401, true },
		{ "after", 20260929, true }, { "after", 20260930, true },
		  { "after", 20261001, true },
	};
	int	 day;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		day = strcmp(cases[i].clock, "before") == 0 ? 20260301 : 20260930;
		begin(20260101);
		save(20260102, "until", val_int(20260331));
		ck_assert_int_eq(due(cases[i].clock), day);
		done(cases[i].clock, cases[i].done);
		ck_assert_msg(due(cases[i].clock) == (cases[i].over ? 0 : day), "%s done %d",
		    cases[i].clock, cases[i].done);
		done(cases[i].clock, 0);
		ck_assert_int_eq(due(cases[i].clock), day);
		/* the date is put off: a new deadline */
		done(cases[i].clock, cases[i].done);
		save(20261002, "until", val_int(20280331));
		ck_assert_int_ne(due(cases[i].clock), 0);
	}
}
END_TEST

START_TEST(an_empty_date)
{
	begin(20260101);
	ck_assert_int_eq(due("empty"), 0);
	state(20260228, "active");
	ck_assert_int_eq(due("empty"), 20260227);	/* over due from the first day on */
	ck_assert_int_eq(due("before"), 0);
	done("empty", 20260226);
	ck_assert_int_eq(due("empty"), 20260227);
	save(20260301, "until", val_int(20260430));
	ck_assert_int_eq(due("empty"), 20260331);
	save(20260302, "until", NULL);
	ck_assert_int_eq(due("empty"), 20260227);
	done("empty", 20260228);
	ck_assert_int_eq(due("empty"), 0);
	/* it begins anew */
	state(20260303, "closed");
	state(20260305, "active");
	ck_assert_int_eq(due("empty"), 20260304);
}
END_TEST

/* ---- after a change -------------------------------------------------------------------------- */

START_TEST(a_change)
{
	begin(20240101);
	save(20240102, "body", val_text("ill"));
	state(20240103, "active");
	ck_assert_int_eq(due("changed"), 0);		/* none while it held */
	save(20240104, "name", val_text("a"));
	save(20240104, "note", val_text("a"));
	ck_assert_int_eq(due("changed"), 0);
	ck_assert_int_eq(due("moved"), 20240105);
	save(20240223, "body", val_text("healthy"));
	ck_assert_int_eq(due("changed"), 20240301);
	save(20240224, "body", val_text("healthy"));	/* said again: no change */
	ck_assert_int_eq(due("changed"), 20240301);
	save(20240225, "home.kin", val_text("祖"));
	ck_assert_int_eq(due("changed"), 20240303);
	save(20240226, "body", NULL);
	ck_assert_int_eq(due("changed"), 20240304);
	ck_assert_int_eq(due("moved"), 20240105);	/* nothing but its end ends it */
	state(20240226, "closed");
	ck_assert_int_eq(due("moved"), 0);
	ck_assert_int_eq(due("changed"), 0);
	save(20240227, "body", val_text("ill"));
	state(20240228, "active");
	ck_assert_int_eq(due("moved"), 0);
	ck_assert_int_eq(due("changed"), 0);
	save(20240228, "body", val_text("disabled"));
	ck_assert_int_eq(due("changed"), 20240306);
}
END_TEST

START_TEST(a_change_and_done)
{
	begin(20260101);
	state(20260101, "active");
	done("changed", 20260209);
	save(20260210, "body", val_text("ill"));
	ck_assert_int_eq(due("changed"), 20260217);
	done("changed", 20260210);
	ck_assert_int_eq(due("changed"), 0);
	done("changed", 20260209);			/* that of the tenth is void */
	ck_assert_int_eq(due("changed"), 20260217);
	done("changed", 20260220);
	ck_assert_int_eq(due("changed"), 0);
	save(20260221, "body", val_text("healthy"));
	ck_assert_int_eq(due("changed"), 20260228);
}
END_TEST

/* The change and the beginning in one save are no change while it held. */
START_TEST(a_change_that_begins_it)
{
	struct rec	*old;

	begin(20260101);
	old = rec_dup(rec);
	ck_assert(val_put(rec->fields, "body", val_text("ill")));
	ck_assert(rec_set_state(rec, book_state(rec->book, "active")));
	ck_assert(deadline_update(old, rec, 20260102));
	ck_assert_int_eq(due("changed"), 0);
	rec_free(old);
}
END_TEST

/* ---- records of before the clock was defined ------------------------------------------------- */

START_TEST(the_last_change_stands_in_and_stays)
{
	struct val	*last = val_map();

	begin(20260101);
	val_drop(rec->env, "clk");
	ck_assert(val_put(last, "at", val_int(INT64_C(1769824800))));	/* 2026-01-31 */
	ck_assert(val_put(rec->env, "last", last));
	ck_assert_int_eq(due("week"), 20260207);
	/* a save does not begin it anew, or what is overdue would vanish */
	save(20260301, "name", val_text("a"));
	ck_assert_int_eq(due("week"), 20260207);
	ck_assert_int_eq(deadline_since(clock_named("week"), rec), 20260131);
	ck_assert_int_eq(due("changed"), 0);
}
END_TEST

static Suite *
suite(void)
{
	Suite	*s = suite_create("core/clocks");
	TCase	*tc = tcase_create("clocks");
	const TTest *const	 all[] = { every, what_was_done_before_it_began_does_not_count,
	    by_code, paused_and_resumed, within,
	    by_a_date, by_a_date_and_done, an_empty_date, a_change, a_change_and_done,
	    a_change_that_begins_it, the_last_change_stands_in_and_stays };

	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		tcase_add_test(tc, all[i]);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(suite)
