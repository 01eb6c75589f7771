#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/deadline.h"
#include "core/record/children.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"

/*
 * Duties: a book of calls under the child file and clocks that wait for them, in place of those the
 * county has. Every test starts with one child, active since 2026-01-31, in village a1.
 */

#define JAN31	INT64_C(1769824800)	/* 2026-01-31 10:00 in the county */
#define DAY	INT64_C(86400)

static struct fixture	w;
static char		forms[300];
static uint64_t		child;

static const char	call_book[] =
    "book: call\n"
    "label: {zh: 上门, en: Call}\n"
    "under: child\n"
    "date: day\n"
    "title: '{day} {outcome}'\n"
    "logged: yes\n"
    "create: [director, supervisor]\n"
    "pages:\n"
    "  - main:\n"
    "      label: 走访\n"
    "      fields:\n"
    "        - child: {type: link, book: child, required: first, label: 孩子}\n"
    "        - day: {type: date, required: first, max: today, label: 日期}\n"
    "        - outcome: {type: choice, codes: outcome, required: first, label: 结果}\n"
    "life: {start: done, states: [done: {zh: 已记录}], acts: []}\n"
    "see: {director: area, supervisor: area, officer: all, leader: all}\n"
    "write: {director: area}\n"
    "lists: [all: {label: 走访, by: [director, supervisor, officer], columns: [day, outcome], sort: [day]}]\n";

static const char	clocks[] =
    "clocks:\n"
    "  - monthly: {label: 月更新, when: {state: active}, every: month, done: {book: call}, by: director,\n"
    "      escalation: [{overdue: 3d, notify: supervisor}, {overdue: 10d, notify: officer}], priority: 2}\n"
    "  - visit: {label: 走访, when: {state: active}, paused: {note: 暂停}, done: {book: call, where: {outcome: met}}, by: director,\n"
    "      every: {field: guardianship, nobody: 7d, parent-unable: 30d, carer-weak: 30d, fair: 60d, good: 90d}}\n"
    "  - review: {label: 复核, when: {state: active}, on: {field: filled_on, offset: 6m}, by: supervisor}\n";

static void
setup(void)
{
	fixture_home(&w);
	fixture_copy_forms(&w, forms);
	fixture_remove_rolls(forms);
	fixture_put_file(&w, "books/call.yaml", call_book);
	fixture_put_file(&w, "codes/outcome.yaml",
	    "outcome: {label: 结果, codes: [met: 见到, nobody-home: 无人在家]}\n");
	fixture_put_child_clocks(&w, clocks);
	fixture_reopen(&w);
	fixture_set_clock(JAN31);
	child = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
}

static void
teardown(void)
{
	world_free(&w);
}

static int64_t
visit(const char *user, int day, const char *reply_error_code)
{
	return reply_number(ask_new(&w, user,
	    "{'op':'save','book':'call','set':{'child':%d,'day':%d,'outcome':'%s'}}",
	    (int)child, day, reply_error_code), "id");
}

START_TEST(what_an_active_child_asks_for)
{
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "monthly 20260228; visit 20260401");
	ck_assert_str_eq(fixture_due(&w, "sup-a"), "review 20260731");
	ck_assert_str_eq(fixture_due(&w, "sup-b"), "");
	ck_assert_str_eq(fixture_due(&w, "dir-a2"), "");
	ck_assert_str_eq(fixture_due(&w, "off"), "");
	ck_assert_str_eq(fixture_due(&w, "aud"), "");
}
END_TEST

START_TEST(a_visit_does_it_an_attempt_does_not)
{
	fixture_set_clock(JAN31 + 10 * DAY);
	visit("dir-a1", 20260205, "nobody-home");
	/*
	 * the attempt is some record of the month, so it answers the monthly clock of this
	 * definition, not the visit
	 */
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "monthly 20260331; visit 20260401");
	visit("dir-a1", 20260210, "met");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "monthly 20260331; visit 20260411");
	/* one of before, entered late, does not push it back */
	visit("dir-a1", 20260203, "met");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "monthly 20260331; visit 20260411");
}
END_TEST

START_TEST(a_correction_takes_the_duty_back)
{
	int64_t	 id;

	fixture_set_clock(JAN31 + 10 * DAY);
	visit("dir-a1", 20260203, "met");
	id = visit("dir-a1", 20260210, "met");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "monthly 20260331; visit 20260411");
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'call','id':%d,'ver':1,'set':{'outcome':'nobody-home'}}", (int)id),
	    "ver");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "monthly 20260331; visit 20260404");
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'call','id':%d,'ver':2,'set':{'day':20260130,'outcome':'met'}}",
	    (int)id), "ver");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "monthly 20260331; visit 20260404");
}
END_TEST

START_TEST(the_grade_decides_and_a_change_counts_at_once)
{
	reply_number(ask_new(&w, "sup-a",
	    "{'op':'save','book':'child','id':%d,'ver':4,'set':{'guardianship':'nobody'}}",
	    (int)child), "ver");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "visit 20260207; monthly 20260228");
}
END_TEST

START_TEST(silence_climbs)
{
	static const struct { int days; const char *sup, *off; } cases[] = {
		{ 28 + 2, "review 20260731", "" },			/* 2 March: two days over */
		{ 28 + 3, "monthly 20260228; review 20260731", "" },	/* 3 March */
		{ 28 + 9, "monthly 20260228; review 20260731", "" },
		{ 28 + 10, "monthly 20260228; review 20260731", "monthly 20260228" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		fixture_set_clock(JAN31 + cases[i].days * DAY);
		ck_assert_str_eq(fixture_due(&w, "sup-a"), cases[i].sup);
		ck_assert_str_eq(fixture_due(&w, "off"), cases[i].off);
		ck_assert_str_eq(fixture_due(&w, "sup-b"), "");
	}
	visit("sup-a", 20260310, "met");
	ck_assert_str_eq(fixture_due(&w, "off"), "");
}
END_TEST

START_TEST(overdue_never_vanishes)
{
	struct val	*r;

	fixture_set_clock(JAN31 + 400 * DAY);
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "monthly 20260228; visit 20260401");
	r = ask(&w, "dir-a1", "{'op':'due'}");
	ck_assert_int_eq(val_get_num(r, "over", -1), 2);
	ck_assert_int_eq(val_get_num(r, "soon", -1), 0);
	ck_assert_int_eq(val_get_num(val_at(val_get(r, "due"), 0), "over", 0), 372);
	ck_assert_int_eq(val_get_num(val_at(val_get(r, "due"), 0), "from_day", 0), 20260131);
	ck_assert_str_eq(val_get_str(val_at(val_get(r, "due"), 0), "from"), "since");
	ck_assert_str_eq(val_get_str(val_at(val_get(r, "due"), 0), "done"), "call");
	ck_assert_ptr_nonnull(val_get(val_at(val_get(r, "due"), 0), "row"));
	val_free(r);
}
END_TEST

START_TEST(paused_ends_and_begins_anew)
{
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':4,'set':{'note':'暂停'}}", (int)child),
	    "ver");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "monthly 20260228");
	fixture_set_clock(JAN31 + 20 * DAY);
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':5,'set':{'note':'继续'}}", (int)child),
	    "ver");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "monthly 20260228; visit 20260421");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "off",
	    "{'op':'act','book':'child','id':%d,'ver':6,'act':'close',"
	    "'ask':{'reason':'parents-back','day':20260220,'proof':'父母均已返乡'}}", (int)child)),
	    "");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "");
	ck_assert_str_eq(fixture_due(&w, "sup-a"), "");
}
END_TEST

static const char *
undo(int ver)
{
	return reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'undo','book':'child','id':%d,'ver':%d}", (int)child, ver));
}

/* Taking a save back is no way to make what is overdue begin anew. */
START_TEST(what_a_save_ended_goes_on_when_it_is_taken_back)
{
	fixture_put_child_clocks(&w,
	    "clocks:\n  - school: {label: 就学, when: {state: active, schooling: dropout}, within: 10d, by: director}\n"
	    "  - rest: {label: 休, when: {state: active}, paused: {note: 暂停}, every: 7d, done: {book: call}, by: director}\n"
	    "  - moved: {label: 迁, when: {state: active}, on: {change: address, offset: 15d}, by: director}\n");
	fixture_reopen(&w);
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':4,'set':{'schooling':'dropout','address':'一组'}}",
	    (int)child), "ver");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"),
	    "rest 20260207; school 20260210; moved 20260215");
	fixture_set_clock(JAN31 + 40 * DAY);
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':5,'set':{'schooling':'primary','boarding':false,"
	    "'note':'暂停','address':'二组'}}", (int)child), "ver");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "moved 20260327");
	/* what is done meanwhile stays done */
	visit("dir-a1", 20260312, "met");
	ck_assert_str_eq(undo(6), "");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"),
	    "school 20260210; moved 20260215; rest 20260319");
	/* what a save began ends with it */
	fixture_set_clock(JAN31 + 41 * DAY);
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':7,'set':{'schooling':'primary','boarding':false}}",
	    (int)child), "ver");
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':8,'set':{'schooling':'dropout'}}",
	    (int)child), "ver");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"),
	    "moved 20260215; rest 20260319; school 20260323");
	ck_assert_str_eq(undo(9), "");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "moved 20260215; rest 20260319");
}
END_TEST

START_TEST(what_stands_under_a_child_lies_where_it_lies)
{
	int64_t		 id = visit("dir-a1", 20260130, "met");
	struct val	*r;

	ck_assert_str_eq(reply_error_code(ask(&w, "sup-a", "{'op':'get','book':'call','id':%d}",
	    (int)id)), "");
	ck_assert_str_eq(reply_error_code(ask(&w, "sup-b", "{'op':'get','book':'call','id':%d}",
	    (int)id)), "missing");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a2", "{'op':'get','book':'call','id':%d}",
	    (int)id)), "missing");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-b1",
	    "{'op':'save','book':'call','set':{'child':%d,'day':20260130,"
	    "'outcome':'met'}}", (int)child)), "missing");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'call','set':{'child':%d,'day':20260130,"
	    "'outcome':'met'}}", (int)child + 500)), "missing");
	visit("dir-a1", 20260131, "nobody-home");
	r = ask(&w, "sup-a", "{'op':'under','book':'child','id':%d}", (int)child);
	ck_assert_uint_eq(val_len(val_get(r, "under")), 2);
	ck_assert_int_eq(val_get_num(val_at(val_get(r, "under"), 0), "day", 0), 20260131);
	val_free(r);
	ck_assert_str_eq(reply_error_code(ask(&w, "sup-b", "{'op':'under','book':'child','id':%d}",
	    (int)child)), "missing");
	/* the child moves to a2 within the township: visits and deadlines move along */
	reply_number(ask_new(&w, "sup-a",
	    "{'op':'save','book':'child','id':%d,'ver':4,'set':{'residence':'%s'}}", (int)child,
	    AREA_A2), "ver");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1", "{'op':'get','book':'call','id':%d}",
	    (int)id)), "missing");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a2", "{'op':'get','book':'call','id':%d}",
	    (int)id)), "");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "");
	ck_assert_str_eq(fixture_due(&w, "dir-a2"), "monthly 20260228; visit 20260401");
	ck_assert_int_eq(reply_number(ask(&w, "dir-a2",
	    "{'op':'count','book':'call','list':'all'}"), "count"), 2);
	ck_assert_int_eq(reply_number(ask(&w, "dir-a1",
	    "{'op':'count','book':'call','list':'all'}"), "count"), 0);
}
END_TEST

START_TEST(a_record_cannot_be_hung_under_another)
{
	uint64_t	 other = child_in_state(&w, "dir-a1", "王小红", AREA_A1, 2, "active");
	int64_t		 id = visit("dir-a1", 20260130, "met");

	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'call','id':%d,'ver':1,'set':{'child':%d}}",
	    (int)id, (int)other)), "denied");
}
END_TEST

/*
 * Changes of child records do not change the version of the child, so its editors do not conflict.
 */
START_TEST(duties_disturb_no_editor)
{
	visit("dir-a1", 20260131, "met");
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':4,'set':{'address':'甲'}}", (int)child),
	    "ver");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "monthly 20260228; visit 20260401");
}
END_TEST

static void
keep_wrongly(uint64_t id, const char *path, struct val *v)
{
	struct store_txn	*txn;
	unsigned char		 key[REC_KEY];
	struct buf		 bytes = BUF_INIT;
	struct rec		*rec;

	ck_assert_int_eq(rec_get(w.core, NULL, id, &rec), REC_OK);
	ck_assert(val_set(rec->env, path, v));
	val_encode(rec->env, &bytes);
	rec_key(id, key);
	ck_assert_int_eq(store_begin(w.core->store, &txn), STORE_OK);
	ck_assert_int_eq(store_put(txn, STORE_REC, key, sizeof key, bytes.p, bytes.n), STORE_OK);
	ck_assert_int_eq(store_commit(txn), STORE_OK);
	buf_free(&bytes);
	rec_free(rec);
}

static const char *
stale(uint64_t id)
{
	struct rec	*rec;
	const char	*what;

	ck_assert_int_eq(rec_get(w.core, NULL, id, &rec), REC_OK);
	what = child_stale(w.core, rec);
	rec_free(rec);
	return what != NULL ? what : "";
}

START_TEST(what_no_longer_follows_is_told)
{
	uint64_t	 id = (uint64_t)visit("dir-a1", 20260130, "met");

	ck_assert_str_eq(stale(child), "");
	ck_assert_str_eq(stale(id), "");
	keep_wrongly(child, "clk.visit.last", val_int(20260131));
	ck_assert_str_eq(stale(child), "visit");
	keep_wrongly(id, "ar", val_text(AREA_A2));
	ck_assert_str_eq(stale(id), "place");
}
END_TEST

/* Rows kept are the rows one would make anew: a new index over old records gives the same list. */
START_TEST(a_clock_defined_later_covers_what_is_there)
{
	fixture_set_clock(JAN31 + 5 * DAY);
	visit("dir-a1", 20260203, "nobody-home");
	fixture_append_file(&w, "books/child.yaml",
	    "  - late: {label: 迟, when: {state: active}, every: 10d, done: {book: call}, by: director}\n");
	fixture_reopen(&w);
	ck_assert_str_eq(fixture_due(&w, "dir-a1"),
	    "late 20260213; monthly 20260331; visit 20260401");
	ck_assert_str_eq(stale(child), "");
	visit("dir-a1", 20260204, "met");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"),
	    "late 20260214; monthly 20260331; visit 20260405");
}
END_TEST

/* A child record is shown with the title of its parent; the id alone says nothing. */
START_TEST(what_stands_under_is_called_by_its_owner)
{
	int64_t		 id = visit("dir-a1", 20260130, "met");
	struct val	*r = ask(&w, "sup-a", "{'op':'get','book':'call','id':%d}", (int)id);
	const struct val *under = val_get(val_get(r, "record"), "under");

	ck_assert_str_eq(val_get_str(under, "title"), "王小明 Female 10 青石镇柳树村");
	ck_assert_int_eq(val_get_num(under, "id", 0), (int64_t)child);
	val_free(r);
	r = ask(&w, "off", "{'op':'list','book':'call','list':'all'}");
	under = val_get(val_at(val_get(r, "rows"), 0), "under");
	ck_assert_str_eq(val_get_str(under, "title"), "王小明 Female 10 青石镇柳树村");
	val_free(r);
	r = ask(&w, "off", "{'op':'get','book':'child','id':%d}", (int)child);
	ck_assert(val_get_true(r, "ok"));
	ck_assert_ptr_null(val_get(val_get(r, "record"), "under"));
	val_free(r);
}
END_TEST

START_TEST(a_draft_is_called_by_its_owner_only_within_reach)
{
	static const struct { const char *user; bool named; } cases[] = { { "dir-a1", true },
	    { "dir-b1", false } };
	struct val	*r, *draft;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert_str_eq(reply_error_code(ask(&w, cases[i].user,
		    "{'op':'draft','draft':'x:000102030405060708090a0b0c0d0e0f',"
		    "'book':'call','set':{'child':%d}}", (int)child)), "");
		r = ask(&w, cases[i].user, "{'op':'drafts'}");
		ck_assert_ptr_nonnull(draft = val_at(val_get(r, "drafts"), 0));
		ck_assert((val_get(draft, "under") != NULL) == cases[i].named);
		val_free(r);
	}
}
END_TEST

/*
 * Where nothing is awaited but a step of the record itself, that step ends it, and each time begins
 * anew.
 */
START_TEST(within_ends_with_the_state)
{
	uint64_t	 id;

	fixture_put_child_clocks(&w,
	    "clocks:\n  - verify: {label: 核实, when: {state: submitted}, within: 5d, by: supervisor,\n"
	    "      escalation: [{overdue: 5d, notify: officer}]}\n");
	fixture_reopen(&w);
	id = child_in_state(&w, "dir-a1", "王小红", AREA_A1, 2, "submitted");
	ck_assert_str_eq(fixture_due(&w, "sup-a"), "verify 20260205");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "");
	fixture_set_clock(JAN31 + 9 * DAY);
	ck_assert_str_eq(fixture_due(&w, "off"), "");
	fixture_set_clock(JAN31 + 10 * DAY);
	ck_assert_str_eq(fixture_due(&w, "off"), "verify 20260205");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'act','book':'child','id':%d,'ver':2,'act':'return',"
	    "'remarks':{'name':'核对'}}", (int)id)), "");
	ck_assert_str_eq(fixture_due(&w, "sup-a"), "");
	ck_assert_str_eq(fixture_due(&w, "off"), "");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'act','book':'child','id':%d,'ver':3,'act':'submit'}", (int)id)), "");
	ck_assert_str_eq(fixture_due(&w, "sup-a"), "verify 20260215");
}
END_TEST

/* Taking an act back is no way to gain time: what that act had ended runs on. */
START_TEST(taken_back_runs_on)
{
	uint64_t	 id;

	fixture_put_child_clocks(&w,
	    "clocks:\n  - verify: {label: 核实, when: {state: submitted}, within: 5d, by: supervisor}\n"
	    "  - archive: {label: 归档, when: {state: verified}, within: 7d, by: officer}\n");
	fixture_reopen(&w);
	id = child_in_state(&w, "dir-a1", "王小红", AREA_A1, 2, "submitted");
	ck_assert_str_eq(reply_error_code(ask(&w, "sup-a",
	    "{'op':'ack','book':'child','id':%d,'clock':'verify'}", (int)id)), "");
	fixture_set_clock(JAN31 + 9 * DAY);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'act','book':'child','id':%d,'ver':2,'act':'verify'}", (int)id)), "");
	ck_assert_str_eq(fixture_due(&w, "sup-a"), "");
	ck_assert_str_eq(fixture_due(&w, "off"), "archive 20260216");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-b",
	    "{'op':'act','book':'child','id':%d,'ver':3,'act':'unverify'}", (int)id)), "missing");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'act','book':'child','id':%d,'ver':3,'act':'unverify'}", (int)id)), "denied");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'act','book':'child','id':%d,'ver':3,'act':'unverify'}", (int)id)), "");
	ck_assert_str_eq(fixture_due(&w, "sup-a"), "verify 20260205");
	ck_assert_str_eq(fixture_due(&w, "off"), "");
	fixture_set_clock(JAN31 + 10 * DAY);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'act','book':'child','id':%d,'ver':4,'act':'verify'}", (int)id)), "");
	ck_assert_str_eq(fixture_due(&w, "off"), "archive 20260217");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "off",
	    "{'op':'act','book':'child','id':%d,'ver':5,'act':'archive'}", (int)id)), "");
	/* the county has acted: no more */
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'act','book':'child','id':%d,'ver':6,'act':'unverify'}", (int)id)), "denied");
}
END_TEST

/* The menu counts what the list holds, for those whose menu leads to it. */
START_TEST(the_menu_counts_duties)
{
	static const struct { const char *user; int over, soon; } cases[] = {
		{ "dir-a1", 1, 1 }, { "sup-a", 1, 0 }, { "sup-b", 0, 0 }, { "off", 1, 0 },
	};
	struct val	*r;

	fixture_set_clock(JAN31 + (28 + 26) * DAY);		/* 26 March: the update is 26 days
								   over, the visit due in six */
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		r = ask(&w, cases[i].user, "{'op':'menu'}");
		ck_assert_int_eq(val_get_num(val_get(r, "due"), "over", -1), cases[i].over);
		ck_assert_int_eq(val_get_num(val_get(r, "due"), "soon", -1), cases[i].soon);
		val_free(r);
	}
	r = ask(&w, "aud", "{'op':'menu'}");
	ck_assert(val_get_true(r, "ok"));
	ck_assert_ptr_null(val_get(r, "due"));
	val_free(r);
}
END_TEST

/*
 * More than are kept while they are read: the longest overdue lies in the last area of the last
 * clock, and is first all the same.
 */
START_TEST(the_most_urgent_of_thousands_comes_first)
{
	static char	 text[8000];
	char		 name[32];
	struct val	*r, *first;
	size_t		 n;

	n = (size_t)snprintf(text, sizeof text, "clocks:\n");
	for (int i = 0; i < 60; i++)
		n += (size_t)snprintf(text + n, sizeof text - n,
		    "  - c%02d: {label: 钟, when: {state: %s}, within: %dd, by: officer}\n",
		    i, i < 59 ? "found" : "[found, active]", i < 59 ? 5 : 4);
	fixture_put_child_clocks(&w, text);
	fixture_reopen(&w);
	child_in_state(&w, "dir-b1", "赵小云", AREA_B1, 90, "found");
	fixture_set_clock(JAN31 + DAY);
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof name, "李小%d", i);
		child_in_state(&w, "dir-a1", name, AREA_A1, 10 + i, "found");
	}
	fixture_set_clock(JAN31 + 6 * DAY);
	r = ask(&w, "off", "{'op':'due','limit':3}");
	first = val_at(val_get(r, "due"), 0);
	ck_assert_int_eq(val_len(val_get(r, "due")), 3);
	ck_assert_str_eq(val_get_str(first, "clock"), "c59");
	ck_assert_int_eq(val_get_num(first, "day", 0), 20260204);
	/*
	 * of the 41 and the one on the roll by the last clock all are over, by the others only the
	 * one of the day before
	 */
	ck_assert_int_eq(val_get_num(r, "over", 0), 42 + 59);
	ck_assert_int_eq(val_get_num(r, "soon", 0), 59 * 40);
	ck_assert(val_get_true(r, "more"));
	val_free(r);
}
END_TEST

/* ---- narrowed and counted -------------------------------------------------------------------- */

/*
 * Four children in two townships, all months overdue; one of them with a call that has a deadline
 * of its own.
 */
static void
a_county(void)
{
	fixture_append_file(&w, "books/call.yaml",
	    "clocks: [settle: {label: 落实, when: {outcome: nobody-home}, within: 3d, by: director,\n"
	    "    escalation: [{overdue: 3d, notify: [supervisor, officer]}]}]\n");
	fixture_reopen(&w);
	child_in_state(&w, "dir-a1", "李小红", AREA_A1, 2, "active");
	child_in_state(&w, "dir-a2", "张伟", AREA_A2, 3, "active");
	child_in_state(&w, "dir-b1", "赵小云", AREA_B1, 4, "active");
	visit("dir-a1", 20260130, "nobody-home");	/* of 王小明, no month yet; due on 3
							   February */
	fixture_set_clock(JAN31 + 100 * DAY);
}

/* "2+0 monthly; 1+0 visit": the counts of a request, and that they add up to its totals. */
static const char *
counted(const char *user, const char *by, const char *more)
{
	static char	 text[600];
	struct val	*r = ask(&w, user, "{'op':'due','by':'%s'%s}", by, more),
	    *list = val_get(r, "groups");
	int64_t		 over = 0, soon = 0;
	size_t		 n = 0;

	ck_assert(val_get_true(r, "ok"));
	text[0] = '\0';
	for (size_t i = 0; i < val_len(list); i++) {
		const struct val	*g = val_at(list, i);

		n += (size_t)snprintf(text + n, sizeof text - n, "%s%d+%d %s", i > 0 ? "; " : "",
		    (int)val_get_num(g, "over", -1),
		    (int)val_get_num(g, "soon", -1), val_get_str(g, val_get(g, "area") != NULL ?
		    "area" : "clock"));
		over += val_get_num(g, "over", 0);
		soon += val_get_num(g, "soon", 0);
	}
	ck_assert_int_eq(over, val_get_num(r, "over", -1));
	ck_assert_int_eq(soon, val_get_num(r, "soon", -1));
	val_free(r);
	return text;
}

/* Every count opens its members: narrowed to what it stands for, the list holds as many. */
static void
opens_its_members(const char *user, const char *by)
{
	struct val	*r = ask(&w, user, "{'op':'due','by':'%s'}", by),
	    *list = val_get(r, "groups");

	for (size_t i = 0; i < val_len(list); i++) {
		const struct val	*g = val_at(list, i), *all;
		struct val		*in = val_get(g, "area") != NULL ?
		    ask(&w, user, "{'op':'due','area':'%s'}", val_get_str(g, "area")) :
		    ask(&w, user, "{'op':'due','book':'%s','clock':'%s'}", val_get_str(g, "book"),
		    val_get_str(g, "clock"));

		all = val_get(in, "due");
		ck_assert_int_eq(val_len(all), val_get_num(g, "over", 0) + val_get_num(g, "soon",
		    0));
		ck_assert_int_eq(val_get_num(in, "over", -1), val_get_num(g, "over", 0));
		ck_assert_int_eq(val_get_num(val_at(all, 0), "day", 0),
		    val_get_num(g, "oldest", -1));
		val_free(in);
	}
	val_free(r);
}

START_TEST(counted_by_what_and_where)
{
	a_county();
	ck_assert_str_eq(counted("off", "clock", ""), "4+0 monthly; 1+0 settle");
	ck_assert_str_eq(counted("off", "township", ""), "4+0 " AREA_A "; 1+0 " AREA_B);
	ck_assert_str_eq(counted("off", "village", ""),
	    "3+0 " AREA_A1 "; 1+0 " AREA_A2 "; 1+0 " AREA_B1);
	ck_assert_str_eq(counted("sup-a", "clock", ""), "3+0 monthly; 1+0 settle");
	ck_assert_str_eq(counted("sup-a", "village", ""), "3+0 " AREA_A1 "; 1+0 " AREA_A2);
	ck_assert_str_eq(counted("sup-a", "clock", ",'area':'" AREA_A2 "'"), "1+0 monthly");
	ck_assert_str_eq(counted("sup-a", "village", ",'book':'call','clock':'settle'"),
	    "1+0 " AREA_A1);
	ck_assert_str_eq(counted("dir-a2", "clock", ""), "1+0 monthly; 1+0 visit");
	ck_assert_str_eq(counted("aud", "clock", ""), "");
	opens_its_members("off", "clock");
	opens_its_members("off", "township");
	opens_its_members("sup-a", "village");
	opens_its_members("dir-a1", "clock");
}
END_TEST

/*
 * An area outside the reach of the actor gives nothing, an area around it no more than the reach.
 */
START_TEST(narrowed_within_reach)
{
	a_county();
	ck_assert_str_eq(counted("sup-a", "clock", ",'area':'" AREA_B "'"), "");
	ck_assert_str_eq(counted("dir-a2", "village", ",'area':'" AREA_A "'"), "2+0 " AREA_A2);
	ck_assert_str_eq(reply_error_code(ask(&w, "off", "{'op':'due','area':'99012'}")),
	    "bad-request");
	ck_assert_str_eq(reply_error_code(ask(&w, "off",
	    "{'op':'due','book':'child','clock':'nothing'}")), "bad-request");
	ck_assert_str_eq(reply_error_code(ask(&w, "off", "{'op':'due','clock':'monthly'}")),
	    "bad-request");
	ck_assert_str_eq(reply_error_code(ask(&w, "off", "{'op':'due','by':'name'}")),
	    "bad-request");
	ck_assert_str_eq(reply_error_code(ask(&w, "off", "{'op':'due','after':{'day':20260101}}")),
	    "bad-request");
}
END_TEST

/* Found by name, initials or number, also child records by the name of the parent. */
START_TEST(found_by_whom_it_is_about)
{
	a_county();
	ck_assert_str_eq(counted("off", "clock", ",'find':'wxm'"), "1+0 settle; 1+0 monthly");
	ck_assert_str_eq(counted("off", "village", ",'find':'小'"),
	    "3+0 " AREA_A1 "; 1+0 " AREA_B1);
	ck_assert_str_eq(counted("sup-a", "clock", ",'find':'小','area':'" AREA_A1 "'"),
	    "2+0 monthly; 1+0 settle");
	ck_assert_str_eq(counted("sup-a", "clock", ",'find':'赵小云'"), "");
	ck_assert_str_eq(counted("sup-a", "clock", ",'find':'  '"), "3+0 monthly; 1+0 settle");
	ck_assert_str_eq(counted("off", "clock", ",'find':'张伟','book':'call','clock':'settle'"),
	    "");
}
END_TEST

static bool
in_part(const char *json)
{
	struct val	*r = ask(&w, "off", "%s", json);
	bool		 yes;

	ck_assert(val_get_true(r, "ok"));
	yes = val_get_true(r, "partial");
	val_free(r);
	return yes;
}

/* One question looks at so many records and no more, and says when there were others. */
START_TEST(a_search_that_ends_early_says_so)
{
	static const char *const	 asked[] = {
		"{'op':'find','book':'child','text':'小'}",
		"{'op':'list','book':'child','list':'all','find':'小'}",
		"{'op':'due','find':'小'}",
		"{'op':'due','find':'小','by':'clock'}",
	};

	a_county();
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		ck_assert(!in_part(asked[i]));
		w.core->scan_limit = 2;
		ck_assert(in_part(asked[i]));
		w.core->scan_limit = 5000;
	}
	/* without a text all are told */
	w.core->scan_limit = 2;
	ck_assert(!in_part("{'op':'due'}"));
	ck_assert(!in_part("{'op':'list','book':'child','list':'all'}"));
}
END_TEST

/*
 * A deadline in another scope than its record is found in that scope, by the actors of that scope.
 */
START_TEST(found_where_it_lies)
{
	fixture_put_child_clocks(&w,
	    "clocks:\n  - accept: {label: 接收, when: {state: moving}, on: {field: moving_since, offset: 5d}, area: moving_to, by: director}\n");
	fixture_reopen(&w);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'act','book':'child','id':%d,'ver':4,'act':'hand-over',"
	    "'ask':{'to':'%s','why':'随父母搬走'}}", (int)child, AREA_B1)), "");
	fixture_set_clock(JAN31 + 10 * DAY);
	ck_assert_str_eq(counted("dir-b1", "village", ",'find':'王小明'"), "1+0 " AREA_B1);
	ck_assert_str_eq(counted("dir-b1", "village", ",'find':'李小明'"), "");
	ck_assert_str_eq(counted("dir-a1", "village", ",'find':'王小明'"), "");
}
END_TEST

/* Page by page it is the same list, each line once. */
START_TEST(pages_follow_each_other)
{
	struct val	*all, *page;
	const struct val *last;
	size_t		 n = 0;
	bool		 more = true;

	a_county();
	all = ask(&w, "off", "{'op':'due'}");
	ck_assert_int_eq(val_len(val_get(all, "due")), 5);
	ck_assert(!val_get_true(all, "more"));
	page = ask(&w, "off", "{'op':'due','limit':2}");
	for (;;) {
		ck_assert_int_eq(val_get_num(page, "over", 0), 5);
		for (size_t i = 0; i < val_len(val_get(page, "due")); i++, n++)
			ck_assert(val_same(val_at(val_get(page, "due"), i),
			    val_at(val_get(all, "due"), n)));
		more = val_get_true(page, "more");
		ck_assert(more == (n < 5));
		if (!more)
			break;
		val_free(page);
		last = val_at(val_get(all, "due"), n - 1);
		page = ask(&w, "off",
		    "{'op':'due','limit':2,'after':{'book':'%s','clock':'%s','day':%d,'id':%d}}",
		    val_get_str(last, "book"), val_get_str(last, "clock"),
		    (int)val_get_num(last, "day", 0),
		    (int)val_get_num(val_get(last, "row"), "id", 0));
	}
	ck_assert_uint_eq(n, 5);
	val_free(page);
	val_free(all);
}
END_TEST

static Suite *
duties(void)
{
	Suite	*s = suite_create("core/due");
	TCase	*tc = tcase_create("duties");
	const TTest *const	 all[] = { what_an_active_child_asks_for,
	    a_visit_does_it_an_attempt_does_not,
	    a_correction_takes_the_duty_back, the_grade_decides_and_a_change_counts_at_once,
	    silence_climbs, overdue_never_vanishes, paused_ends_and_begins_anew,
	    what_a_save_ended_goes_on_when_it_is_taken_back,
	    what_stands_under_a_child_lies_where_it_lies,
	    a_record_cannot_be_hung_under_another, duties_disturb_no_editor,
	    what_no_longer_follows_is_told, a_clock_defined_later_covers_what_is_there,
	    what_stands_under_is_called_by_its_owner,
	    a_draft_is_called_by_its_owner_only_within_reach,
	    within_ends_with_the_state, taken_back_runs_on, the_menu_counts_duties,
	    the_most_urgent_of_thousands_comes_first, counted_by_what_and_where,
	    narrowed_within_reach,
	    found_by_whom_it_is_about, a_search_that_ends_early_says_so, found_where_it_lies,
	    pages_follow_each_other };

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		tcase_add_test(tc, all[i]);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(duties)
