#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/deadline.h"
#include "core/record/index.h"
#include "core/record/children.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"

/*
 * Rollups from child records. Two books of the test: things, and sheets as their children, which
 * count once they are confirmed.
 */

#define JAN31	INT64_C(1769824800)	/* 2026-01-31 10:00 in the county */
#define DAY	INT64_C(86400)

static struct fixture	w;
static char		forms[300];

static const char	thing_book[] =
    "book: thing\n"
    "label: 物\n"
    "area: place\n"
    "title: '{name}'\n"
    "create: [director, supervisor]\n"
    "pages:\n"
    "  - main:\n"
    "      label: 页\n"
    "      fields:\n"
    "        - name: {type: text, label: 名, required: first, find: name}\n"
    "        - place: {type: area, level: village, label: 地, required: first}\n"
    "        - note: {type: text, label: 记}\n"
    "        - until: {type: date, label: 期}\n"
    "        - goes_to: {type: area, level: village, label: 往}\n"
    "        - grade: {type: choice, codes: level, label: 级, rollup: {book: sheet, field: grade, where: {state: confirmed}}}\n"
    "        - guarded: {type: date, label: 至, rollup: {book: sheet, field: until, pick: greatest, independent: yes, where: {state: confirmed}}}\n"
    "        - score: {type: number, decimals: 1, label: 分, rollup: {book: sheet, field: about.score, pick: least}}\n"
    "        - seen: {type: date, label: 见, rollup: {book: sheet, field: day, where: {state: confirmed}}}\n"
    "        - waiting: {type: number, label: 待, rollup: {book: sheet, pick: count, where: {state: made}}}\n"
    "life: {start: open, states: [open: 开, shut: 关], acts: [shut: {label: 关, from: open, to: shut, by: supervisor},\n"
    "    open: {label: 开, from: shut, to: open, by: supervisor}]}\n"
    "see: {director: area, supervisor: area, officer: all}\n"
    "write: {director: area, supervisor: area}\n"
    "lists:\n"
    "  - graded: {label: 全, columns: [name, grade], sort: [seen, name]}\n"
    "  - high: {label: 高, where: {grade: high}, columns: [name], sort: [name]}\n"
    "  - late: {label: 迟, clock: month, columns: [name, due]}\n"
    "  - coming: {label: 来, area: goes_to, where: {state: open}, columns: [name, state], sort: [name]}\n"
    "  - waited: {label: 候, clock: arrive, columns: [name, due]}\n"
    "clocks:\n"
    "  - month: {label: 月, when: {state: open}, every: month, done: {book: sheet}, by: director}\n"
    "  - graded: {label: 级, when: {state: open}, paused: {note: 停}, every: {field: grade, high: 7d, low: 2m},\n"
    "      done: {book: sheet, where: {state: confirmed}}, by: director}\n"
    "  - term: {label: 期, on: {field: guarded, offset: -30d}, by: supervisor}\n"
    "  - urgent: {label: 急, when: {grade: high, state: open}, within: 5d, by: supervisor}\n"
    "  - filled: {label: 填, when: {state: open}, on: {field: until, offset: -10d, empty: now}, by: officer}\n"
    "  - moved: {label: 变, when: {state: open}, on: {change: [place, grade], offset: 7d},\n"
    "      done: {book: sheet, where: {state: confirmed}}, by: officer}\n"
    "  - arrive: {label: 到, when: {goes_to: any}, within: 3d, area: goes_to, by: director}\n";

static const char	sheet_book[] =
    "book: sheet\n"
    "label: 单\n"
    "under: thing\n"
    "date: day\n"
    "title: '{day}'\n"
    "create: [director, supervisor]\n"
    "pages:\n"
    "  - main:\n"
    "      label: 页\n"
    "      fields:\n"
    "        - thing: {type: link, book: thing, label: 物, required: first}\n"
    "        - day: {type: date, label: 日, required: first}\n"
    "        - grade: {type: choice, codes: level, label: 级}\n"
    "        - until: {type: date, label: 至}\n"
    "        - about: {type: group, label: 关于, fields: [score: {type: number, decimals: 1, label: 分}]}\n"
    "life: {start: made, states: [made: 写, confirmed: 定, void: 废], acts: [\n"
    "    confirm: {label: 定, from: made, to: confirmed, by: supervisor},\n"
    "    undo: {label: 收, from: [confirmed, void], to: made, by: supervisor},\n"
    "    void: {label: 废, from: [made, confirmed], to: void, by: supervisor}]}\n"
    "see: {director: area, supervisor: area, officer: all}\n"
    "write: {director: area, supervisor: area}\n"
    "lists: [all: {label: 全, columns: [day], sort: [day]}]\n";

static void
setup(void)
{
	fixture_home(&w);
	fixture_copy_forms(&w, forms);
	fixture_put_file(&w, "codes/level.yaml",
	    "level: {label: 级, codes: [high: 高, low: 低]}\n");
	fixture_put_file(&w, "books/thing.yaml", thing_book);
	fixture_put_file(&w, "books/sheet.yaml", sheet_book);
	fixture_reopen(&w);
	fixture_set_clock(JAN31);
}

static void
teardown(void)
{
	world_free(&w);
}

static int64_t
thing(const char *name, const char *place)
{
	return reply_number(ask_new(&w, "sup-a",
	    "{'op':'save','book':'thing','set':{'name':'%s','place':'%s'}}", name, place), "id");
}

/* `more` as JSON behind the day: ",'grade':'high'". */
static int64_t
sheet(int64_t of, int day, const char *more)
{
	return reply_number(ask_new(&w, "sup-a",
	    "{'op':'save','book':'sheet','set':{'thing':%d,'day':%d%s}}", (int)of, day, more),
	    "id");
}

static const char *
act(const char *user, const char *book, int64_t id, const char *name)
{
	return reply_error_code(ask_new(&w, user,
	    "{'op':'act','book':'%s','id':%d,'ver':%d,'act':'%s'}", book, (int)id,
	    fixture_ver(&w, id), name));
}

static const char *
put(const char *book, int64_t id, const char *set)
{
	return reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'save','book':'%s','id':%d,'ver':%d,'set':%s}", book, (int)id,
	    fixture_ver(&w, id), set));
}

static int64_t
confirmed(int64_t of, int day, const char *more)
{
	int64_t	 id = sheet(of, day, more);

	ck_assert_str_eq(act("sup-a", "sheet", id, "confirm"), "");
	return id;
}

/* "grade=high seen=20260130": what it has of the fields it takes. */
static const char *
taken(int64_t id)
{
	static const char *const	 names[] = { "grade", "guarded", "score", "seen",
	    "waiting" };
	static char			 text[200];
	struct rec			*rec = fixture_rec(&w, id);
	size_t				 n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct val	*v = val_get(rec->fields, names[i]);

		if (v == NULL)
			continue;
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s=", n > 0 ? " " : "",
		    names[i]);
		if (val_str(v) != NULL)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s", val_str(v));
		else
			n += (size_t)snprintf(text + n, sizeof text - n, "%d", (int)val_num(v, -1));
	}
	rec_free(rec);
	return text;
}

static const char *
stale(int64_t id)
{
	struct rec	*rec = fixture_rec(&w, id);
	const char	*what = child_stale(w.core, rec);

	rec_free(rec);
	return what != NULL ? what : "";
}

/* ---- definitions that change ----------------------------------------------------------------- */

/* The book with other text from `find` up to `until`. */
static void
change_lines(const char *find, const char *until, const char *put_there)
{
	static char	 text[8000];
	const char	*at = strstr(thing_book, find), *rest = at != NULL ? strstr(at, until) :
	    NULL;

	ck_assert_ptr_nonnull(rest);
	snprintf(text, sizeof text, "%.*s%s%s", (int)(at - thing_book), thing_book, put_there,
	    rest);
	fixture_put_file(&w, "books/thing.yaml", text);
	fixture_reopen(&w);
}

static void
change_book(const char *find, const char *put_there)
{
	const char	*at = strstr(thing_book, find);

	ck_assert_ptr_nonnull(at);
	change_lines(find, at + strlen(find), put_there);
}

/* ---- values ---------------------------------------------------------------------------------- */

START_TEST(the_latest_that_fits)
{
	int64_t	 id = thing("a", AREA_A1), first, second;

	ck_assert_str_eq(taken(id), "");
	first = sheet(id, 20260110, ",'grade':'low','until':20260301");
	ck_assert_str_eq(taken(id), "waiting=1");
	ck_assert_str_eq(act("sup-a", "sheet", first, "confirm"), "");
	ck_assert_str_eq(taken(id), "grade=low guarded=20260301 seen=20260110");
	second = confirmed(id, 20260111, ",'grade':'high','until':20260201");
	ck_assert_str_eq(taken(id), "grade=high guarded=20260301 seen=20260111");
	/* of before, entered late: neither the latest nor the longest */
	confirmed(id, 20260109, ",'grade':'low','until':20260202");
	ck_assert_str_eq(taken(id), "grade=high guarded=20260301 seen=20260111");
	/* the latest says nothing of it: then there is nothing to say */
	confirmed(id, 20260112, "");
	ck_assert_str_eq(taken(id), "guarded=20260301 seen=20260112");
	ck_assert_int_eq(fixture_ver(&w, id), 1);
	(void)second;
}
END_TEST

START_TEST(of_one_day_the_one_made_last)
{
	int64_t	 id = thing("a", AREA_A1);

	confirmed(id, 20260110, ",'grade':'low'");
	confirmed(id, 20260110, ",'grade':'high'");
	ck_assert_str_eq(taken(id), "grade=high seen=20260110");
	confirmed(id, 20260110, ",'grade':'low'");
	ck_assert_str_eq(taken(id), "grade=low seen=20260110");
}
END_TEST

START_TEST(least_and_count_see_all)
{
	int64_t	 id = thing("a", AREA_A1), b;

	sheet(id, 20260110, ",'about':{'score':25}");
	b = sheet(id, 20260109, ",'about':{'score':-3}");
	sheet(id, 20260111, "");
	ck_assert_str_eq(taken(id), "score=-3 waiting=3");
	ck_assert_str_eq(put("sheet", b, "{'about':{'score':40}}"), "");
	ck_assert_str_eq(taken(id), "score=25 waiting=3");
}
END_TEST

/* Three fields of one condition, chosen by the greatest day in `until`. */
static void
one_record_by_until(void)
{
	static const char	 one[] = "pick: {greatest: until}, where: {state: confirmed}}";
	char			 lines[700];

	snprintf(lines, sizeof lines, "field: grade, %s}\n"
	    "        - guarded: {type: date, label: 至, rollup: {book: sheet, field: until, %s}\n"
	    "        - score: {type: number, decimals: 1, label: 分, rollup: {book: sheet, field: about.score, %s}\n"
	    "        - seen: {type: date, label: 见, rollup: {book: sheet, field: day, %s}\n", one,
	    one, one, one);
	change_lines("field: grade, where", "        - waiting", lines);
}

START_TEST(values_of_one_condition_come_from_one_record)
{
	int64_t	 id, a, b;

	one_record_by_until();
	id = thing("a", AREA_A1);
	a = confirmed(id, 20260110, ",'grade':'low','until':20260301,'about':{'score':10}");
	ck_assert_str_eq(taken(id), "grade=low guarded=20260301 score=10 seen=20260110");
	/* later, and ends sooner: nothing of it stands beside the end of the other */
	b = confirmed(id, 20260120, ",'grade':'high','until':20260201,'about':{'score':20}");
	ck_assert_str_eq(taken(id), "grade=low guarded=20260301 score=10 seen=20260110");
	/* ends later, and knows neither grade nor score: these are missing */
	confirmed(id, 20260105, ",'until':20260401");
	ck_assert_str_eq(taken(id), "guarded=20260401 seen=20260105");
	/* of equal ends the latest day, of one day the one made last */
	confirmed(id, 20260106, ",'grade':'high','until':20260401");
	ck_assert_str_eq(taken(id), "grade=high guarded=20260401 seen=20260106");
	confirmed(id, 20260106, ",'grade':'low','until':20260401");
	ck_assert_str_eq(taken(id), "grade=low guarded=20260401 seen=20260106");
	/* without an end it is chosen only where no other has one */
	confirmed(id, 20260130, ",'grade':'high'");
	ck_assert_str_eq(taken(id), "grade=low guarded=20260401 seen=20260106");
	ck_assert_str_eq(stale(id), "");
	(void)a;
	(void)b;
}
END_TEST

START_TEST(old_values_of_two_records_are_made_anew_at_the_start)
{
	int64_t	 id = thing("a", AREA_A1);

	confirmed(id, 20260110, ",'grade':'low','until':20260301");
	confirmed(id, 20260120, ",'grade':'high','until':20260201");
	ck_assert_str_eq(taken(id), "grade=high guarded=20260301 seen=20260120");
	one_record_by_until();
	ck_assert_str_eq(taken(id), "grade=low guarded=20260301 seen=20260110");
	ck_assert_str_eq(stale(id), "");
}
END_TEST

START_TEST(a_record_that_no_longer_fits_is_forgotten)
{
	int64_t	 id = thing("a", AREA_A1), a = confirmed(id, 20260110, ",'grade':'low'"), b;

	b = confirmed(id, 20260120, ",'grade':'high'");
	ck_assert_str_eq(taken(id), "grade=high seen=20260120");
	ck_assert_str_eq(act("sup-a", "sheet", b, "undo"), "");
	ck_assert_str_eq(taken(id), "grade=low seen=20260110 waiting=1");
	ck_assert_str_eq(act("sup-a", "sheet", a, "void"), "");
	ck_assert_str_eq(taken(id), "waiting=1");
	ck_assert_str_eq(act("sup-a", "sheet", b, "void"), "");
	ck_assert_str_eq(taken(id), "");
	/* a change of its day counts as well */
	ck_assert_str_eq(act("sup-a", "sheet", a, "undo"), "");
	ck_assert_str_eq(act("sup-a", "sheet", a, "confirm"), "");
	ck_assert_str_eq(put("sheet", a, "{'day':20251231}"), "");
	ck_assert_str_eq(taken(id), "grade=low seen=20251231");
}
END_TEST

START_TEST(lists_and_duties_follow_at_once)
{
	int64_t	 id = thing("a", AREA_A1), s;

	ck_assert_int_eq(reply_number(ask(&w, "dir-a1",
	    "{'op':'count','book':'thing','list':'high'}"), "count"), 0);
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "month 20260228");
	ck_assert_str_eq(fixture_due(&w, "sup-a"), "");
	fixture_set_clock(JAN31 + 3 * DAY);
	s = confirmed(id, 20260201, ",'grade':'high','until':20260630");
	ck_assert_int_eq(reply_number(ask(&w, "dir-a1",
	    "{'op':'count','book':'thing','list':'high'}"), "count"), 1);
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "graded 20260208; month 20260331");
	ck_assert_str_eq(fixture_due(&w, "sup-a"), "urgent 20260208; term 20260531");
	ck_assert_str_eq(act("sup-a", "sheet", s, "void"), "");
	ck_assert_int_eq(reply_number(ask(&w, "dir-a1",
	    "{'op':'count','book':'thing','list':'high'}"), "count"), 0);
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "month 20260331");
	ck_assert_str_eq(fixture_due(&w, "sup-a"), "");
}
END_TEST

/* ---- undo ------------------------------------------------------------------------------------ */

/* What is kept of its clocks; the caller's. */
static struct val *
clocks_of(int64_t id)
{
	struct rec	*rec = fixture_rec(&w, id);
	struct val	*v = val_dup(val_get(rec->env, "clk"));

	rec_free(rec);
	return v;
}

static void
know(const char *user, int64_t id, const char *clock)
{
	ck_assert_str_eq(reply_error_code(ask(&w, user,
	    "{'op':'ack','book':'thing','id':%d,'clock':'%s'}", (int)id, clock)), "");
}

static const char *
take_back(int64_t id)
{
	return reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'undo','book':'sheet','id':%d,'ver':%d}", (int)id, fixture_ver(&w, id)));
}

static const char *
duties(void)
{
	static char	 text[600];
	size_t		 n = (size_t)snprintf(text, sizeof text, "%s|", fixture_due(&w, "dir-a1"));

	n += (size_t)snprintf(text + n, sizeof text - n, "%s|", fixture_due(&w, "sup-a"));
	snprintf(text + n, sizeof text - n, "%s", fixture_due(&w, "off"));
	return text;
}

/* Its sheet has "high" since 1 February, of the day before; every deadline is acknowledged. */
static int64_t
thing_in_trouble(int64_t *sheet_id)
{
	int64_t	 id = thing("a", AREA_A1);

	fixture_set_clock(JAN31 + DAY);
	*sheet_id = confirmed(id, 20260201, ",'grade':'high','until':20260731");
	fixture_set_clock(JAN31 + 2 * DAY);
	reply_number(ask_new(&w, "sup-a",
	    "{'op':'save','book':'sheet','id':%d,'ver':%d,'set':{'day':20260131}}", (int)*sheet_id,
	    fixture_ver(&w, *sheet_id)), "ver");
	know("dir-a1", id, "graded");
	know("dir-a1", id, "month");
	know("sup-a", id, "urgent");
	know("sup-a", id, "term");
	know("off", id, "moved");
	return id;
}

/*
 * The data that a save keeps for undo is shown to nobody: it is of records that the actor may not
 * see.
 */
START_TEST(what_others_learnt_is_not_shown_at_the_edit)
{
	int64_t		 s, id = thing_in_trouble(&s);
	struct rec	*rec = fixture_rec(&w, s);
	struct val	*r;

	ck_assert_int_eq(val_get_num(val_find(rec->env, "last.taught.0"), "id", 0), id);
	rec_free(rec);
	r = ask(&w, "sup-a", "{'op':'get','book':'sheet','id':%d}", (int)s);
	ck_assert_ptr_nonnull(val_find(r, "record.last.by"));
	ck_assert_ptr_null(val_find(r, "record.last.taught"));
	val_free(r);
	r = ask(&w, "sup-a", "{'op':'history','book':'sheet','id':%d}", (int)s);
	ck_assert_uint_eq(val_len(val_get(r, "versions")), 3);
	for (size_t i = 0; i < 3; i++)
		ck_assert_ptr_null(val_get(val_at(val_get(r, "versions"), i), "taught"));
	val_free(r);
}
END_TEST

/* Overdue deadlines do not begin again by it, and acknowledgements are kept. */
START_TEST(an_edit_taken_back_leaves_the_duties_of_its_owner)
{
	static const char *const	 edits[] = { "{'grade':'low'}", "{'grade':null}",
	    "{'day':20260105}", "{'day':20260210}",
	    "{'until':20260601}", "{'grade':'low','day':20260202,'until':null}" };
	int64_t				 s, id = thing_in_trouble(&s);
	struct val			*before = clocks_of(id), *after;
	char				 was[600];

	snprintf(was, sizeof was, "%s", duties());
	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
		fixture_set_clock(JAN31 + (10 + 2 * (int)i) * DAY);
		ck_assert_str_eq(put("sheet", s, edits[i]), "");
		ck_assert_str_eq(take_back(s), "");
		ck_assert_msg(strcmp(duties(), was) == 0, "%s: %s", edits[i], duties());
		after = clocks_of(id);
		ck_assert_msg(val_same(before, after), "%s", edits[i]);
		ck_assert_str_eq(stale(id), "");
		val_free(after);
	}
	val_free(before);
}
END_TEST

/*
 * Later changes by others stay: their records count, and deadlines they began or acknowledged are
 * not changed.
 */
START_TEST(what_came_since_an_edit_stays_when_it_is_taken_back)
{
	int64_t		 s, id = thing_in_trouble(&s);
	struct rec	*rec;

	fixture_set_clock(JAN31 + 10 * DAY);
	ck_assert_str_eq(put("sheet", s, "{'grade':'low'}"), "");
	ck_assert_str_eq(duties(),
	    "month 20260228; graded 20260331|term 20260701|filled 20260130; moved 20260217");
	confirmed(id, 20260210, ",'grade':'high','until':20260731");
	ck_assert_str_eq(fixture_due(&w, "sup-a"), "urgent 20260215; term 20260701");
	know("sup-a", id, "urgent");
	ck_assert_str_eq(take_back(s), "");
	ck_assert_str_eq(duties(),
	    "graded 20260217; month 20260331|urgent 20260215; term 20260701|filled 20260130");
	rec = fixture_rec(&w, id);
	ck_assert_ptr_nonnull(deadline_ack(book_clock(rec->book, "urgent"), rec));
	ck_assert_ptr_nonnull(deadline_ack(book_clock(rec->book, "term"), rec));
	rec_free(rec);
	ck_assert_str_eq(stale(id), "");
}
END_TEST

/* ---- nobody types it ------------------------------------------------------------------------- */

START_TEST(nobody_types_it)
{
	int64_t		 id = thing("a", AREA_A1);
	struct val	*r;

	ck_assert_str_eq(put("thing", id, "{'grade':'high'}"), "denied");
	ck_assert_str_eq(put("thing", id, "{'waiting':null}"), "denied");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'save','book':'thing','set':{'name':'b','place':'%s','seen':20260101}}",
	    AREA_A1)), "denied");
	confirmed(id, 20260110, ",'grade':'high'");
	/* an edit of the parent keeps it, and is no change of it */
	ck_assert_str_eq(put("thing", id, "{'note':'x'}"), "");
	ck_assert_str_eq(taken(id), "grade=high seen=20260110");
	r = ask(&w, "sup-a", "{'op':'history','book':'thing','id':%d}", (int)id);
	ck_assert_int_eq(val_get_num(val_at(val_get(r, "versions"), 1), "ver", 0), 2);
	ck_assert_uint_eq(val_len(val_get(val_at(val_get(r, "versions"), 1), "changed")), 1);
	val_free(r);
	r = ask(&w, "sup-a", "{'op':'get','book':'thing','id':%d}", (int)id);
	ck_assert(val_has(val_get(val_get(r, "may"), "fields"), "grade"));
	ck_assert_str_eq(val_get_str(val_get(val_get(r, "record"), "fields"), "grade"), "high");
	val_free(r);
}
END_TEST

/* An editor of the parent does not conflict with a save of a child record. */
START_TEST(an_editor_of_the_owner_is_not_disturbed)
{
	int64_t	 id = thing("a", AREA_A1);

	confirmed(id, 20260110, ",'grade':'high'");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'save','book':'thing','id':%d,'ver':1,'set':{'note':'x'}}", (int)id)), "");
}
END_TEST

START_TEST(a_move_takes_it_along)
{
	int64_t	 id = thing("a", AREA_A1);

	confirmed(id, 20260110, ",'grade':'high'");
	ck_assert_str_eq(put("thing", id, "{'place':'" AREA_A2 "'}"), "");
	ck_assert_str_eq(taken(id), "grade=high seen=20260110");
	ck_assert_int_eq(reply_number(ask(&w, "dir-a2",
	    "{'op':'count','book':'thing','list':'high'}"), "count"), 1);
	ck_assert_int_eq(reply_number(ask(&w, "dir-a1",
	    "{'op':'count','book':'thing','list':'high'}"), "count"), 0);
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "");
	confirmed(id, 20260111, ",'grade':'low'");
	ck_assert_int_eq(reply_number(ask(&w, "dir-a2",
	    "{'op':'count','book':'thing','list':'high'}"), "count"), 0);
}
END_TEST

/* ---- definitions that change, and what follows at the start ---------------------------------- */

START_TEST(a_field_taken_later_is_filled_at_the_start)
{
	int64_t	 id = thing("a", AREA_A1), other = thing("b", AREA_A2);

	confirmed(id, 20260110, ",'grade':'high'");
	confirmed(id, 20260120, ",'grade':'low'");
	sheet(other, 20260121, ",'grade':'high'");
	fixture_set_clock(JAN31 + 3 * DAY);
	change_book("field: grade, where: {state: confirmed}}",
	    "field: grade, pick: latest, where: {state: confirmed, grade: high}}");
	ck_assert_str_eq(taken(id), "grade=high seen=20260120");
	ck_assert_str_eq(taken(other), "waiting=1");
	ck_assert_str_eq(stale(id), "");
	ck_assert_int_eq(reply_number(ask(&w, "dir-a1",
	    "{'op':'count','book':'thing','list':'high'}"), "count"), 1);
	/* a deadline begins on the day on which its cause was recorded */
	ck_assert_str_eq(fixture_due(&w, "sup-a"), "urgent 20260208");
	change_book("where: {state: made}", "where: {state: [made, confirmed]}");
	ck_assert_str_eq(taken(id), "grade=low seen=20260120 waiting=2");
	ck_assert_str_eq(taken(other), "waiting=1");
	ck_assert_str_eq(fixture_due(&w, "sup-a"), "");
	ck_assert_int_eq(reply_number(ask(&w, "dir-a1",
	    "{'op':'count','book':'thing','list':'high'}"), "count"), 0);
}
END_TEST

/* Two equal ones: by a plain save, and by one that is undone. */
START_TEST(of_some_there_is_one_only)
{
	int64_t	 id, other, a, b;
	char	 text[4000];

	snprintf(text, sizeof text,
	    "%sonly-one: [{where: {state: confirmed, grade: any}, per: grade, say: 已有}]\n",
	    sheet_book);
	fixture_put_file(&w, "books/sheet.yaml", text);
	fixture_reopen(&w);
	id = thing("a", AREA_A1);
	other = thing("b", AREA_A1);
	a = confirmed(id, 20260110, ",'grade':'high'");
	confirmed(other, 20260110, ",'grade':'high'");
	b = confirmed(id, 20260111, ",'grade':'low'");
	ck_assert_str_eq(put("sheet", b, "{'grade':'high'}"), "invalid");
	ck_assert_str_eq(put("sheet", b, "{'until':20260301}"), "");
	ck_assert_str_eq(put("sheet", a, "{'grade':null}"), "");
	ck_assert_str_eq(put("sheet", b, "{'grade':'high'}"), "");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'undo','book':'sheet','id':%d,'ver':%d}", (int)a, fixture_ver(&w, a))),
	    "invalid");
	ck_assert_str_eq(taken(id), "grade=high guarded=20260301 seen=20260111");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'undo','book':'sheet','id':%d,'ver':%d}", (int)b, fixture_ver(&w, b))), "");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'undo','book':'sheet','id':%d,'ver':%d}", (int)a, fixture_ver(&w, a))), "");
}
END_TEST

/*
 * What stands in a field one may not see is not told by a warning either; nor is it where another
 * asks.
 */
START_TEST(a_check_is_made_for_who_sees_it)
{
	static const struct {
		const char	*user, *said;
	} all[] = { { "sup-a", "differs" }, { "dir-a1", "" } };
	char	 text[4000];
	int64_t	 id;

	change_book("- note: {type: text, label: 记}",
	    "- note: {type: text, label: 记, see: supervisor}");
	snprintf(text, sizeof text,
	    "%swarnings: [{when: {grade: high, parent.note: any}, field: grade, say: {zh: 不, en: differs}}]\n",
	    sheet_book);
	fixture_put_file(&w, "books/sheet.yaml", text);
	fixture_reopen(&w);
	id = thing("a", AREA_A1);
	ck_assert_str_eq(put("thing", id, "{'note':'记'}"), "");
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct val	*r = ask_new(&w, all[i].user,
		    "{'op':'save','book':'sheet','set':{'thing':%d,'day':20260110,"
				    "'grade':'high'}}", (int)id);
		const char	*said = val_str(val_find(r, "problems.0.args.0"));

		ck_assert(val_get_true(r, "ok"));
		ck_assert_str_eq(said != NULL ? said : "", all[i].said);
		val_free(r);
	}
}
END_TEST

START_TEST(verify_sees_what_does_not_follow)
{
	/* no rows hang on these */
	static const char *const	 names[] = { "waiting", "score" };
	int64_t				 id = thing("a", AREA_A1);
	struct store_txn		*txn;
	struct buf			 bytes = BUF_INIT;
	struct rec			*rec;

	confirmed(id, 20260110, ",'grade':'high'");
	ck_assert_str_eq(stale(id), "");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		unsigned char	 key[REC_KEY];

		rec = fixture_rec(&w, id);
		ck_assert(val_put(rec->fields, names[i], val_int(77)));
		buf_reset(&bytes);
		val_encode(rec->env, &bytes);
		rec_key(rec->id, key);
		ck_assert_int_eq(store_begin(w.core->store, &txn), STORE_OK);
		ck_assert_int_eq(store_put(txn, STORE_REC, key, sizeof key, bytes.p, bytes.n),
		    STORE_OK);
		ck_assert_int_eq(store_commit(txn), STORE_OK);
		ck_assert_str_eq(stale(id), names[i]);
		rec_free(rec);
		/* the next record under it puts it right */
		confirmed(id, 20260110, ",'grade':'high'");
		ck_assert_str_eq(stale(id), "");
	}
	buf_free(&bytes);
}
END_TEST

/* ---- lists ----------------------------------------------------------------------------------- */

/* "a 20260228; b 20260331", or without days. */
static const char *
names(const char *user, const char *list, const char *more)
{
	static char	 text[500];
	struct val	*r = ask(&w, user, "{'op':'list','book':'thing','list':'%s'%s}", list,
	    more), *rows = val_get(r, "rows");
	size_t		 n = 0;

	ck_assert(val_get_true(r, "ok"));
	text[0] = '\0';
	for (size_t i = 0; i < val_len(rows); i++) {
		const struct val	*row = val_at(rows, i);

		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", i > 0 ? "; " : "",
		    val_get_str(val_get(row, "f"), "name"));
		if (val_get(row, "due") != NULL)
			n += (size_t)snprintf(text + n, sizeof text - n, " %d",
			    (int)val_get_num(row, "due", 0));
	}
	val_free(r);
	return text;
}

static int
count(const char *user, const char *list)
{
	return (int)reply_number(ask(&w, user, "{'op':'count','book':'thing','list':'%s'}", list),
	    "count");
}

START_TEST(who_is_overdue_today)
{
	int64_t	 a, b, c;

	a = thing("a", AREA_A1);
	fixture_set_clock(JAN31 + DAY);
	b = thing("b", AREA_A2);
	c = thing("c", AREA_A1);
	sheet(b, 20260201, "");
	(void)c;
	/* a is due on 28 February, b and c on 31 March: not on that day, but on the next */
	fixture_set_clock(JAN31 + 28 * DAY);
	ck_assert_str_eq(names("off", "late", ""), "");
	ck_assert_int_eq(count("off", "late"), 0);
	fixture_set_clock(JAN31 + 29 * DAY);
	ck_assert_str_eq(names("off", "late", ""), "a 20260228");
	ck_assert_int_eq(count("off", "late"), 1);
	fixture_set_clock(JAN31 + 59 * DAY);
	ck_assert_int_eq(count("off", "late"), 1);
	fixture_set_clock(JAN31 + 60 * DAY);
	ck_assert_str_eq(names("off", "late", ""), "a 20260228; b 20260331; c 20260331");
	ck_assert_str_eq(names("off", "late", ",'desc':true"),
	    "c 20260331; b 20260331; a 20260228");
	ck_assert_str_eq(names("dir-a1", "late", ""), "a 20260228; c 20260331");
	ck_assert_str_eq(names("sup-b", "late", ""), "");
	ck_assert_int_eq(count("off", "late"), 3);
	ck_assert_int_eq(count("sup-a", "late"), 3);
	ck_assert_int_eq(count("dir-a1", "late"), 2);
	ck_assert_int_eq(count("sup-b", "late"), 0);
	/* done, it leaves */
	sheet(a, 20260331, "");
	ck_assert_str_eq(names("off", "late", ""), "b 20260331; c 20260331");
	ck_assert_int_eq(count("off", "late"), 2);
}
END_TEST

/* The key of the last row of such a page, as ask() takes bytes. */
static const char *
last_key(const char *more)
{
	static char	 text[100];
	struct val	*r = ask(&w, "sup-a", "{'op':'list','book':'thing','list':'late'%s}", more),
	    *rows = val_get(r, "rows");
	size_t		 n, at = 0;
	const unsigned char *p = val_mem(val_get(val_at(rows, val_len(rows) - 1), "key"), &n);

	ck_assert_ptr_nonnull(p);
	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, "%02x", p[i]);
	val_free(r);
	return text;
}

START_TEST(a_page_of_the_overdue)
{
	static const char *const	 called[] = { "a", "b", "c", "d", "e" };
	char				 more[200];

	for (int i = 0; i < 5; i++) {
		fixture_set_clock(JAN31 + i * 31 * DAY);
		thing(called[i], i % 2 == 0 ? AREA_A1 : AREA_A2);
	}
	fixture_set_clock(JAN31 + 125 * DAY);		/* d and e are not overdue yet */
	ck_assert_str_eq(names("sup-a", "late", ",'limit':2"), "a 20260228; b 20260430");
	snprintf(more, sizeof more, ",'limit':2,'after':'x:%s'", last_key(",'limit':2"));
	ck_assert_str_eq(names("sup-a", "late", more), "c 20260531");
	fixture_set_clock(JAN31 + 400 * DAY);
	ck_assert_str_eq(names("sup-a", "late", more), "c 20260531; d 20260630");
	snprintf(more, sizeof more, ",'limit':2,'before':'x:%s'", last_key(",'limit':4"));
	ck_assert_str_eq(names("sup-a", "late", more), "b 20260430; c 20260531");
	snprintf(more, sizeof more, ",'desc':true,'limit':2,'after':'x:%s'",
	    last_key(",'limit':2,'desc':true"));
	ck_assert_str_eq(names("sup-a", "late", ",'desc':true,'limit':2"),
	    "e 20260731; d 20260630");
	ck_assert_str_eq(names("sup-a", "late", more), "c 20260531; b 20260430");
}
END_TEST

START_TEST(a_list_lies_where_its_area_says)
{
	int64_t		 id = thing("a", AREA_A1), other = thing("b", AREA_A2);
	struct val	*r;

	ck_assert_str_eq(names("off", "coming", ""), "");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-b1", "{'op':'get','book':'thing','id':%d}",
	    (int)id)), "missing");
	ck_assert_str_eq(put("thing", id, "{'goes_to':'" AREA_B1 "'}"), "");
	ck_assert_str_eq(names("dir-b1", "coming", ""), "a");
	ck_assert_str_eq(names("dir-a1", "coming", ""), "");
	ck_assert_str_eq(names("off", "coming", ""), "a");
	ck_assert_int_eq(count("dir-b1", "coming"), 1);
	ck_assert_int_eq(count("dir-a1", "coming"), 0);
	ck_assert_int_eq(count("sup-b", "coming"), 1);
	/*
	 * the actor sees it there and may open it; it is in none of the other lists, and may not be
	 * changed
	 */
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-b1", "{'op':'get','book':'thing','id':%d}",
	    (int)id)), "");
	ck_assert_str_eq(names("dir-b1", "graded", ""), "");
	ck_assert_int_eq(count("dir-b1", "graded"), 0);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-b1",
	    "{'op':'save','book':'thing','id':%d,'ver':2,'set':{'note':'x'}}", (int)id)), "denied");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-b",
	    "{'op':'act','book':'thing','id':%d,'ver':2,'act':'shut'}", (int)id)), "denied");
	/* narrowed by what was typed */
	ck_assert_str_eq(names("dir-b1", "coming", ",'find':'a'"), "a");
	ck_assert_str_eq(names("dir-b1", "coming", ",'find':'b'"), "");
	r = ask(&w, "dir-b1", "{'op':'members','book':'thing','list':'coming','by':'state'}");
	ck_assert_int_eq(val_get_num(val_at(val_get(r, "groups"), 0), "count", 0), 1);
	val_free(r);
	/* the deadline is in that scope too, and becomes overdue there */
	ck_assert_str_eq(fixture_due(&w, "dir-b1"), "arrive 20260203");
	fixture_set_clock(JAN31 + 4 * DAY);
	ck_assert_str_eq(names("dir-b1", "waited", ""), "a 20260203");
	ck_assert_str_eq(names("dir-b1", "waited", ",'find':'a'"), "a 20260203");
	ck_assert_str_eq(names("dir-a1", "waited", ""), "");
	ck_assert_int_eq(count("sup-b", "waited"), 1);
	ck_assert_int_eq(count("sup-a", "waited"), 0);
	/* arrived: it is seen there no longer */
	ck_assert_str_eq(put("thing", id, "{'goes_to':null}"), "");
	ck_assert_str_eq(names("dir-b1", "coming", ""), "");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-b1", "{'op':'get','book':'thing','id':%d}",
	    (int)id)), "missing");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-b1", "{'op':'get','book':'thing','id':%d}",
	    (int)other)), "missing");
}
END_TEST

/* ---- I know of it ---------------------------------------------------------------------------- */

/* The acknowledgement of the first deadline shown to the actor: "chen: note", or "" for none. */
static const char *
known(const char *user)
{
	static char		 text[200];
	struct val		*r = ask(&w, user, "{'op':'due','ahead':366}");
	const struct val	*a = val_get(val_at(val_get(r, "due"), 0), "ack");

	snprintf(text, sizeof text, "%s%s%s", a != NULL ? val_get_str(a, "by") : "",
	    val_get(a, "note") != NULL ? ": " : "",
	    val_get(a, "note") != NULL ? val_get_str(a, "note") : "");
	val_free(r);
	return text;
}

static const char *
say(const char *user, int64_t id, const char *clock, const char *more)
{
	return reply_error_code(ask(&w, user, "{'op':'ack','book':'thing','id':%d,'clock':'%s'%s}",
	    (int)id, clock, more));
}

START_TEST(who_knows_of_it)
{
	int64_t		 id = thing("a", AREA_A1);
	struct val	*r;

	ck_assert_str_eq(known("dir-a1"), "");
	ck_assert_str_eq(say("dir-a1", id, "month", ",'note':'下周去'"), "");
	ck_assert_str_eq(known("dir-a1"), "dir-a1: 下周去");
	ck_assert_str_eq(fixture_due(&w, "dir-a1"), "month 20260228");	/* acknowledged is not
									   done */
	ck_assert_int_eq(fixture_ver(&w, id), 1);
	ck_assert_str_eq(say("dir-a1", id, "month", ""), "");
	ck_assert_str_eq(known("dir-a1"), "dir-a1");
	/* only actors who see the deadline, in its scope */
	ck_assert_str_eq(say("sup-a", id, "month", ""), "missing");
	ck_assert_str_eq(say("dir-a2", id, "month", ""), "missing");
	ck_assert_str_eq(say("dir-a1", id, "graded", ""), "missing");
	ck_assert_str_eq(say("dir-a1", id, "none", ""), "bad-request");
	/* the trail has it */
	r = ask(&w, "sup-a", "{'op':'trail','record':%d}", (int)id);
	ck_assert_str_eq(val_get_str(val_at(val_get(r, "entries"), 0), "act"), "acknowledge");
	val_free(r);
	/* a save of another field keeps it; doing the deadline ends it */
	ck_assert_str_eq(put("thing", id, "{'note':'x'}"), "");
	ck_assert_str_eq(known("dir-a1"), "dir-a1");
	sheet(id, 20260131, "");
	ck_assert_str_eq(known("dir-a1"), "");
	/* a new one begins unknown */
	ck_assert_str_eq(say("dir-a1", id, "month", ""), "");
	ck_assert_str_eq(act("sup-a", "thing", id, "shut"), "");
	ck_assert_str_eq(act("sup-a", "thing", id, "open"), "");
	ck_assert_str_eq(known("dir-a1"), "");
}
END_TEST

/* ---- whatever is done, what is kept is what one would work out anew -------------------------- */

#define THINGS	5
#define SHEETS	60
#define STEPS	250

struct made {
	int64_t		 id[THINGS + SHEETS];
	size_t		 n, sheets;
	unsigned	 seed;
	int		 fine;
};

static unsigned
below(struct made *m, unsigned n)
{
	m->seed = m->seed * 1103515245u + 12345u;
	return m->seed >> 16 & 0x7fff ? (m->seed >> 16 & 0x7fff) % n : 0;
}

static const char *
one_of(struct made *m, const char *const *words)
{
	size_t	 n = 0;

	while (words[n] != NULL)
		n++;
	return words[below(m, (unsigned)n)];
}

static int
some_day(struct made *m, int from, int span)
{
	return civil_add(from, (int)below(m, (unsigned)span), 'd');
}

static void
count_fine(struct made *m, const char *error)
{
	m->fine += *error == '\0';
}

static void
change_thing(struct made *m, int64_t id)
{
	static const char *const	 sets[] = { "{'note':'停'}", "{'note':'续'}",
	    "{'note':null}", "{'until':null}", "{'goes_to':null}",
	    "{'goes_to':'" AREA_A1 "'}", "{'goes_to':'" AREA_B1 "'}", "{'place':'" AREA_A1 "'}",
	    "{'place':'" AREA_A2 "'}", NULL };
	static const char *const	 acts[] = { "shut", "open", NULL };
	char				 set[60];

	if (below(m, 4) == 0)
		count_fine(m, act("sup-a", "thing", id, one_of(m, acts)));
	else if (below(m, 5) == 0) {
		snprintf(set, sizeof set, "{'until':%d}", some_day(m, env_today(w.core), 60));
		count_fine(m, put("thing", id, set));
	} else
		count_fine(m, put("thing", id, one_of(m, sets)));
}

static void
add_sheet(struct made *m, int64_t of)
{
	static const char *const	 more[] = { "", ",'grade':'high'", ",'grade':'low'",
	    ",'grade':'high','about':{'score':15}", ",'about':{'score':-20}", NULL };
	char				 text[100];
	int				 today = env_today(w.core);

	snprintf(text, sizeof text, "%s,'until':%d", one_of(m, more), some_day(m, today, 90));
	m->id[THINGS + m->sheets++] = sheet(of, some_day(m, civil_add(today, -40, 'd'), 41),
	    below(m, 3) > 0 ? text : text + strlen(text));
	m->fine++;
}

static void
change_sheet(struct made *m, int64_t id)
{
	static const char *const	 acts[] = { "confirm", "confirm", "undo", "void", NULL };
	static const char *const	 sets[] = { "{'grade':'high'}", "{'grade':'low'}",
	    "{'grade':null}", "{'about':{'score':3}}", "{'about':null}", NULL };
	char				 set[60];

	if (below(m, 3) > 0)
		count_fine(m, act("sup-a", "sheet", id, one_of(m, acts)));
	else if (below(m, 2) == 0) {
		snprintf(set, sizeof set, "{'day':%d}",
		    some_day(m, civil_add(env_today(w.core), -40, 'd'), 41));
		count_fine(m, put("sheet", id, set));
	} else
		count_fine(m, put("sheet", id, one_of(m, sets)));
}

static void
step(struct made *m)
{
	unsigned	 what = below(m, 10);

	if (m->n < 2 || (what == 0 && m->n < THINGS)) {
		m->id[m->n++] = thing("a", below(m, 2) == 0 ? AREA_A1 : AREA_A2);
		m->fine++;
	} else if (m->sheets == 0 || (what < 4 && m->sheets < SHEETS))
		add_sheet(m, m->id[below(m, (unsigned)m->n)]);
	else if (what < 8)
		change_sheet(m, m->id[THINGS + below(m, (unsigned)m->sheets)]);
	else
		change_thing(m, m->id[below(m, (unsigned)m->n)]);
}

/* What the sheets of a thing say, read one by one. */
struct sum {
	const char	*grade;
	int		 guarded, seen, latest, waiting;
	int64_t		 score;
	bool		 scored;
	char		 of_latest[8];
};

static void
sum_up(const struct made *m, int64_t thing_id, struct sum *sum)
{
	*sum = (struct sum){ .grade = NULL };
	for (size_t i = 0; i < m->sheets; i++) {
		struct rec	*r = fixture_rec(&w, m->id[THINGS + i]);
		int		 day = (int)val_get_num(r->fields, "day", 0),
		    until = (int)val_get_num(r->fields, "until", 0);
		const char	*grade = val_get_str(r->fields, "grade");
		int64_t		 score = val_get_num(val_get(r->fields, "about"), "score",
		    INT64_MAX);

		if (val_get_num(r->fields, "thing", 0) == thing_id) {
			sum->latest = day > sum->latest ? day : sum->latest;
			sum->waiting += strcmp(r->state->name, "made") == 0;
			if (score != INT64_MAX && (!sum->scored || score < sum->score)) {
				sum->score = score;
				sum->scored = true;
			}
			if (strcmp(r->state->name, "confirmed") == 0) {
				sum->guarded = until > sum->guarded ? until : sum->guarded;
				if (day >= sum->seen) {		/* ids rise */
					sum->seen = day;
					snprintf(sum->of_latest, sizeof sum->of_latest, "%s",
					    grade != NULL ? grade : "");
				}
			}
		}
		rec_free(r);
	}
}

static void
expect_taken(const struct rec *rec, const struct sum *sum)
{
	const char	*grade = val_get_str(rec->fields, "grade");

	ck_assert_str_eq(grade != NULL ? grade : "", sum->of_latest);
	ck_assert_int_eq(val_get_num(rec->fields, "guarded", 0), sum->guarded);
	ck_assert_int_eq(val_get_num(rec->fields, "seen", 0), sum->seen);
	ck_assert_int_eq(val_get_num(rec->fields, "waiting", 0), sum->waiting);
	ck_assert_int_eq(val_get_num(rec->fields, "score", INT64_MAX), sum->scored ? sum->score :
	    INT64_MAX);
}

static bool
has(const struct rec *rec, const char *field, const char *text)
{
	const char	*is = val_get_str(rec->fields, field);

	return is != NULL && (text == NULL || strcmp(is, text) == 0);
}

static bool
in_force(const char *clock, const struct rec *rec)
{
	bool	 open = strcmp(rec->state->name, "open") == 0;

	if (strcmp(clock, "term") == 0)
		return true;
	if (strcmp(clock, "arrive") == 0)
		return has(rec, "goes_to", NULL);
	if (strcmp(clock, "urgent") == 0)
		return open && has(rec, "grade", "high");
	return open && (strcmp(clock, "graded") != 0 || !has(rec, "note", "停"));
}

static int
expected_since(const char *clock, const struct rec *before, const struct rec *now)
{
	const char	*a = before != NULL ? val_get_str(before->fields, "grade") : NULL,
	    *b = val_get_str(now->fields, "grade");
	bool		 held = before != NULL && in_force(clock, before), other;
	int		 kept = before != NULL ? deadline_since(book_clock(now->book, clock),
	    before) : 0, today = env_today(w.core);

	if (!in_force(clock, now))
		return 0;
	if (strcmp(clock, "moved") != 0)
		return held ? kept : today;
	other = held && (!has(now, "place", val_get_str(before->fields, "place")) ||
	    strcmp(a != NULL ? a : "", b != NULL ? b : "") != 0);
	return other ? today : kept;
}

static int
expected_due(const char *clock, const struct rec *rec, const struct sum *sum, int since)
{
	int	 until = (int)val_get_num(rec->fields, "until", 0);
	int	 from = sum->seen > since ? sum->seen : since;

	if (!in_force(clock, rec))
		return 0;
	if (strcmp(clock, "month") == 0)
		return civil_month_end(civil_add(sum->latest > since ? sum->latest : since, 1,
		    'm'));
	if (strcmp(clock, "graded") == 0)
		return has(rec, "grade", "high") ? civil_add(from, 7, 'd') :
		    has(rec, "grade", "low") ? civil_add(from, 2, 'm') : 0;
	if (strcmp(clock, "term") == 0)
		return sum->guarded != 0 ? civil_add(sum->guarded, -30, 'd') : 0;
	if (strcmp(clock, "urgent") == 0)
		return civil_add(since, 5, 'd');
	if (strcmp(clock, "filled") == 0)
		return until != 0 ? civil_add(until, -10, 'd') : civil_add(since, -1, 'd');
	if (strcmp(clock, "moved") == 0)
		return since == 0 || sum->seen >= since ? 0 : civil_add(since, 7, 'd');
	return civil_add(since, 3, 'd');
}

static bool
count_key(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	(void)key;
	(void)klen;
	(void)p;
	(void)n;
	++*(size_t *)arg;
	return true;
}

static size_t
rows_from(uint32_t lo, uint32_t hi)
{
	struct buf	 a = BUF_INIT, b = BUF_INIT;
	size_t		 n = 0;

	buf_put_u32(&a, lo);
	buf_put_u32(&b, hi);
	ck_assert_int_eq(store_scan(w.core->store, NULL, STORE_IDX,
	    &(struct store_range){ .lo = a.p, .lolen = 4, .hi = b.p,
	    .hilen = 4, .keys_only = true }, count_key, &n), STORE_OK);
	buf_free(&a);
	buf_free(&b);
	return n;
}

static void
expect_due_row(const struct clock *c, const struct rec *rec, int day)
{
	const char	*place = val_get_str(rec->fields, strcmp(c->name, "arrive") == 0 ?
	    "goes_to" : "place");
	struct scope	 scope = scope_place(place);
	struct buf	 key = BUF_INIT;

	buf_put_u32(&key, index_catalog_deadline(w.core->index_catalog, c)->id);
	buf_put(&key, scope.key, SCOPE_KEY);
	buf_put_u32(&key, (uint32_t)day);
	buf_put_u64(&key, rec->id);
	ck_assert_msg(store_get(w.core->store, NULL, STORE_IDX, key.p, key.n, NULL) == STORE_OK,
	    "%s %d of %d", c->name, day, (int)rec->id);
	buf_free(&key);
}

static void
expect_duties(const struct rec *before, const struct rec *now, const struct sum *sum, size_t rows[])
{
	for (size_t i = 0; i < now->book->nclocks; i++) {
		const struct clock	*c = &now->book->clocks[i];
		int			 since = expected_since(c->name, before, now), day;

		ck_assert_msg(deadline_since(c, now) == since, "%s of %d since %d, not %d", c->name,
		    (int)now->id, deadline_since(c, now), since);
		if ((day = expected_due(c->name, now, sum, since)) == 0)
			continue;
		expect_due_row(c, now, day);
		rows[i]++;
	}
}

static bool
count_ours(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	const struct index_def	*idx = klen >= 12 ? index_of_key(w.core->index_catalog, key) : NULL;

	(void)p;
	(void)n;
	if (idx != NULL && (strcmp(idx->book->name, "thing") == 0 ||
	    strcmp(idx->book->name, "sheet") == 0))
		++*(size_t *)arg;
	return true;
}

/* All rows of all records are there, and no others. */
static void
expect_rows(const struct made *m)
{
	size_t	 n = 0, there = 0;

	for (size_t i = 0; i < THINGS + m->sheets; i++) {
		struct index_entries	 rows = INDEX_ENTRIES_INIT;
		struct rec	*rec;

		if (m->id[i] == 0)
			continue;
		rec = fixture_rec(&w, m->id[i]);
		ck_assert_str_eq(stale(m->id[i]), "");
		ck_assert(index_make_entries(w.core->index_catalog, rec, INDEX_PASS_ALL, &rows));
		for (size_t k = 0; k < rows.n; k++)
			ck_assert_int_eq(store_get(w.core->store, NULL, STORE_IDX,
			    rows.bytes.p + rows.row[k].at, rows.row[k].n, NULL), STORE_OK);
		n += rows.n;
		index_entries_free(&rows);
		rec_free(rec);
	}
	ck_assert_int_eq(store_scan(w.core->store, NULL, STORE_IDX,
	    &(struct store_range){ .keys_only = true }, count_ours, &there), STORE_OK);
	ck_assert_uint_eq(there, n);
}

static void
look_at_all(const struct made *m, struct rec *before[THINGS])
{
	const struct book	*book = set_book(w.core->set, "thing");
	size_t			 rows[16] = { 0 };
	struct sum		 sum;

	for (size_t i = 0; i < m->n; i++) {
		struct rec	*now = fixture_rec(&w, m->id[i]);

		sum_up(m, m->id[i], &sum);
		expect_taken(now, &sum);
		expect_duties(before[i], now, &sum, rows);
		rec_free(before[i]);
		before[i] = now;
	}
	for (size_t i = 0; i < book->nclocks; i++) {
		uint32_t	 id = index_catalog_deadline(w.core->index_catalog,
		    &book->clocks[i])->id;

		ck_assert_uint_eq(rows_from(id, id + 1), rows[i]);
	}
}

START_TEST(kept_is_what_follows)
{
	struct made	 m = { .seed = (unsigned)_i * 7919u + 1 };
	struct rec	*before[THINGS] = { NULL };
	int64_t		 now = JAN31;

	for (int i = 0; i < STEPS; i++) {
		if (below(&m, 4) == 0)
			fixture_set_clock(now += DAY * (1 + below(&m, 9)));
		step(&m);
		look_at_all(&m, before);
		if (i % 25 == 24)
			expect_rows(&m);
		if (i != STEPS / 2)
			continue;
		fixture_reopen(&w);
		for (size_t k = 0; k < m.n; k++) {	/* their definitions have gone */
			rec_free(before[k]);
			before[k] = fixture_rec(&w, m.id[k]);
		}
	}
	ck_assert_int_gt(m.fine, STEPS / 2);
	for (size_t i = 0; i < THINGS; i++)
		rec_free(before[i]);
}
END_TEST

static Suite *
suite(void)
{
	Suite	*s = suite_create("core/taken");
	TCase	*tc = tcase_create("taken");
	const TTest *const	 all[] = { the_latest_that_fits, of_one_day_the_one_made_last,
	    least_and_count_see_all,
	    values_of_one_condition_come_from_one_record,
	    old_values_of_two_records_are_made_anew_at_the_start,
	    a_record_that_no_longer_fits_is_forgotten, lists_and_duties_follow_at_once,
	    what_others_learnt_is_not_shown_at_the_edit,
	    an_edit_taken_back_leaves_the_duties_of_its_owner,
	    what_came_since_an_edit_stays_when_it_is_taken_back, nobody_types_it,
	    an_editor_of_the_owner_is_not_disturbed, a_move_takes_it_along,
	    a_field_taken_later_is_filled_at_the_start,
	    of_some_there_is_one_only, a_check_is_made_for_who_sees_it,
	    verify_sees_what_does_not_follow, who_is_overdue_today, a_page_of_the_overdue,
	    a_list_lies_where_its_area_says, who_knows_of_it };

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		tcase_add_test(tc, all[i]);
	tcase_add_loop_test(tc, kept_is_what_follows, 0, 3);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(suite)
