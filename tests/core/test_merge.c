#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "core/core.h"
#include "core/record/children.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"

/*
 * Doubles: two files of one child in village a1, active since 2026-01-31, with calls under both and
 * notes that link to them. The books of calls and notes are the test's own, so is the clock that
 * waits for calls.
 */
#define JAN31	INT64_C(1769824800)	/* 2026-01-31 10:00 in the county */
#define DAY	INT64_C(86400)

static struct fixture	w;
static char		forms[300];
static uint64_t		stays, other;

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
    "write: {director: area, supervisor: area}\n"
    "lists: [all: {label: 走访, by: [director, supervisor, officer], columns: [day, outcome], sort: [day]}]\n";

static const char	note_book[] =
    "book: note\n"
    "label: {zh: 记事, en: Note}\n"
    "title: '{text}'\n"
    "logged: yes\n"
    "create: [officer]\n"
    "pages:\n"
    "  - main:\n"
    "      label: 记事\n"
    "      fields:\n"
    "        - text: {type: text, required: first, label: 内容}\n"
    "        - about: {type: link, book: child, label: 孩子}\n"
    "        - others: {type: link, book: child, many: yes, label: 其他孩子}\n"
    "        - parts: {type: group, many: yes, label: 部分, fields: [who: {type: link, book: child, label: 谁}]}\n"
    "life: {start: done, states: [done: {zh: 已记录}], acts: []}\n"
    "see: {officer: all, leader: all}\n"
    "write: {officer: all}\n"
    "lists: [all: {label: 记事, by: [officer], columns: [text], sort: [text]}]\n";

static const char	clocks[] =
    "clocks:\n"
    "  - visit: {label: 走访, when: {state: active}, done: {book: call, where: {outcome: met}}, by: director,\n"
    "      every: {field: guardianship, nobody: 7d, parent-unable: 30d, carer-weak: 30d, fair: 60d, good: 90d}}\n"
    "  - school: {label: 就学, when: {state: active, schooling: dropout}, within: 10d, by: director}\n"
    "  - first: {label: 初访, when: {state: active, called: none}, within: 30d, by: leader}\n"
    "  - look: {label: 回看, when: {all: [{state: active}, {any: [{called: any}, {schooling: dropout}]}]}, within: 30d, by: leader}\n"
    "  - anew: {label: 再评, when: {state: active}, on: {change: schooling, offset: 15d}, by: leader}\n";

/*
 * The clocks of the county are at the end of the book; a rollup field of calls is inserted before
 * the first.
 */
static void
put_child(void)
{
	static char	 book[100000], with[100000];
	char		 path[400], *end, *first;
	FILE		*f;

	snprintf(path, sizeof path, "%s/books/child.yaml", forms);
	ck_assert_ptr_nonnull(f = fopen(path, "r"));
	book[fread(book, 1, sizeof book - 1, f)] = '\0';
	fclose(f);
	ck_assert_ptr_nonnull(end = strstr(book, "\nclocks:\n"));
	end[1] = '\0';
	ck_assert_ptr_nonnull(first = strstr(book, "      fields:\n"));
	first += strlen("      fields:\n");
	snprintf(with, sizeof with,
	    "%.*s        - called: {type: date, label: 上门日, rollup: {book: call, field: day}}\n"
	    "        - secret: {type: text, label: 密, see: [director, supervisor]}\n"
	    "        - word: {type: text, label: 字, fixed: [closed]}\n%s",
	    (int)(first - book), book, first);
	fixture_put_file(&w, "books/child.yaml", with);
	fixture_append_file(&w, "books/child.yaml", clocks);
}

static void
setup(void)
{
	fixture_home(&w);
	fixture_copy_forms(&w, forms);
	fixture_remove_rolls(forms);
	fixture_put_file(&w, "books/call.yaml", call_book);
	fixture_put_file(&w, "books/note.yaml", note_book);
	fixture_put_file(&w, "codes/outcome.yaml",
	    "outcome: {label: 结果, codes: [met: 见到, nobody-home: 无人在家]}\n");
	put_child();
	fixture_reopen(&w);
	fixture_set_clock(JAN31);
	stays = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	other = child_in_state(&w, "dir-a1", "王晓明", AREA_A1, 2, "active");
}

static void
teardown(void)
{
	world_free(&w);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static int64_t
call_at(uint64_t child, int day)
{
	return reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'call','set':{'child':%d,'day':%d,'outcome':'met'}}",
	    (int)child, day), "id");
}

static struct rec *
rec(uint64_t id)
{
	struct rec	*r;

	ck_assert_int_eq(rec_get(w.core, NULL, id, &r), REC_OK);
	return r;
}

static int
ver(uint64_t id)
{
	struct rec	*r = rec(id);
	int		 n = (int)r->ver;

	rec_free(r);
	return n;
}

static struct val *
merge(const char *user, uint64_t a, uint64_t b, const char *set)
{
	return ask_new(&w, user,
	    "{'op':'merge','book':'child','id':%d,'ver':%d,'other':%d,'otherver':%d,'set':%s,'why':'同一个孩子'}",
	    (int)a, ver(a), (int)b, ver(b), set);
}

static struct val *
unmerge(const char *user, uint64_t id)
{
	return ask_new(&w, user,
	    "{'op':'unmerge','book':'child','id':%d,'ver':%d,'why':'不是同一个人'}", (int)id,
	    ver(id));
}

static const char *
state(uint64_t id)
{
	static char	 name[40];
	struct rec	*r = rec(id);

	snprintf(name, sizeof name, "%s", r->state->name);
	rec_free(r);
	return name;
}

static const char *
text_at(uint64_t id, const char *path)
{
	static char	 text[200];
	struct rec	*r = rec(id);
	const char	*s = val_str(val_find(r->fields, path));

	snprintf(text, sizeof text, "%s", s != NULL ? s : "");
	rec_free(r);
	return text;
}

static int64_t
num_at(uint64_t id, const char *path)
{
	struct rec	*r = rec(id);
	int64_t		 n = val_num(val_find(r->fields, path), 0);

	rec_free(r);
	return n;
}

/* The deadlines of dir-a1, in order: "王小明 20260401; …". */
static const char *
due(void)
{
	static char	 text[500];
	struct val	*r = ask(&w, "dir-a1", "{'op':'due','ahead':366}"),
	    *list = val_get(r, "due");
	size_t		 n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < val_len(list); i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s %d %d", i > 0 ? "; " : "",
		    val_get_str(val_at(list, i), "clock"),
		    (int)val_get_num(val_get(val_at(list, i), "row"), "id", 0) == (int)stays,
		    (int)val_get_num(val_at(list, i), "day", 0));
	val_free(r);
	return text;
}

static int
beneath(uint64_t id)
{
	struct val	*r = ask(&w, "off", "{'op':'under','book':'child','id':%d}", (int)id);
	int		 n = (int)val_len(val_get(r, "under"));

	val_free(r);
	return n;
}

/* What an administrator would run: the daemon's home as it lies on disk. */
static void
verified(void)
{
	struct buf	 cmd = BUF_INIT;
	int		 status;

	core_close(w.core);
	w.core = NULL;
	buf_printf(&cmd, "'%s/shouwang-admin' -d '%s' verify >'%s.verify' 2>&1",
	    getenv("BUILD") != NULL ? getenv("BUILD") : "build", w.home, w.home);
	status = system(cmd.p);
	if (status != 0) {
		buf_reset(&cmd);
		buf_printf(&cmd, "cat '%s.verify' >&2", w.home);
		ck_assert_int_eq(system(cmd.p), 0);
	}
	buf_free(&cmd);
	ck_assert_int_eq(status, 0);
	fixture_reopen(&w);
}

/* ---- there and back -------------------------------------------------------------------------- */

START_TEST(there)
{
	int64_t		 call1 = call_at(stays, 20260110), call2 = call_at(other, 20260120);
	struct val	*r, *into;
	char		 number[40];
	struct rec	*rest;

	rest = rec(other);
	snprintf(number, sizeof number, "%s", rest->number);
	rec_free(rest);
	ck_assert_str_eq(due(), "visit 1 20260401; visit 0 20260401");
	r = merge("off", stays, other,
	    "{'name':'王晓明','father':{'phone':'19900005678'},'address':'二组12号'}");
	ck_assert_msg(val_get_true(r, "ok"), "%s", val_get_str(r, "say"));
	ck_assert_int_eq(val_get_num(r, "id", 0), (int64_t)stays);
	ck_assert_int_eq(val_get_num(val_get(r, "other"), "id", 0), (int64_t)other);
	ck_assert_int_eq(val_get_num(val_get(r, "moved"), "call", 0), 1);
	val_free(r);
	ck_assert_str_eq(state(other), "merged");
	ck_assert_str_eq(state(stays), "active");
	ck_assert_str_eq(text_at(stays, "name"), "王晓明");
	ck_assert_int_eq(num_at((uint64_t)call2, "child"), (int64_t)stays);
	ck_assert_int_eq(num_at((uint64_t)call1, "child"), (int64_t)stays);
	ck_assert_int_eq(ver((uint64_t)call2), 2);
	ck_assert_int_eq(ver((uint64_t)call1), 1);
	ck_assert_int_eq(num_at(stays, "called"), 20260120);
	ck_assert_int_eq(num_at(other, "called"), 0);
	ck_assert_int_eq(beneath(stays), 2);
	ck_assert_int_eq(beneath(other), 0);
	ck_assert_str_eq(due(), "visit 1 20260401");
	/* get on the merged one still shows it, and what it is now part of */
	r = ask(&w, "dir-a1", "{'op':'get','book':'child','id':%d}", (int)other);
	into = val_get(val_get(r, "record"), "into");
	ck_assert_int_eq(val_get_num(into, "id", 0), (int64_t)stays);
	ck_assert_str_eq(val_get_str(into, "title"), "王晓明 Female 10 青石镇柳树村");
	ck_assert_str_eq(val_get_str(val_get(val_get(r, "record"), "fields"), "name"), "王晓明");
	ck_assert(!val_get_true(val_get(r, "may"), "write"));
	val_free(r);
	r = ask(&w, "dir-a1", "{'op':'get','book':'child','id':%d}", (int)stays);
	ck_assert_int_eq(val_get_num(val_at(val_get(val_get(r, "record"), "joined"), 0), "id", 0),
	    (int64_t)other);
	val_free(r);
	/* its number finds it and leads on */
	r = ask(&w, "dir-a1", "{'op':'find','book':'child','text':'%s'}", number);
	ck_assert_uint_eq(val_len(val_get(r, "rows")), 1);
	ck_assert_int_eq(val_get_num(val_get(val_at(val_get(r, "rows"), 0), "into"), "id", 0),
	    (int64_t)stays);
	val_free(r);
	ck_assert_int_eq(reply_number(ask(&w, "dir-a1", "{'op':'get','book':'child','number':'%s'}",
	    number), "x"), -1);
	r = ask(&w, "dir-a1", "{'op':'get','book':'child','number':'%s'}", number);
	ck_assert_int_eq(val_get_num(val_get(r, "record"), "id", 0), (int64_t)stays);
	val_free(r);
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-b1",
	    "{'op':'get','book':'child','number':'%s'}", number)), "missing");
	verified();
}
END_TEST

/* The part of a record that follows from its content; stamps are history and differ. */
static struct val *
content(uint64_t id)
{
	struct rec	*r = rec(id);
	struct val	*v = val_dup(r->env);

	val_drop(v, "v");
	val_drop(v, "last");
	rec_free(r);
	return v;
}

START_TEST(and_back)
{
	int64_t		 calls[] = { call_at(stays, 20260110), call_at(other, 20260120) };
	int64_t		 note =
	    reply_number(ask_new(&w, "off",
	    "{'op':'save','book':'note','set':{'text':'甲','about':%d,'others':[%d,%d],"
			    "'parts':[{'who':%d},{'who':%d}]}}", (int)other, (int)stays, (int)other,
			    (int)stays, (int)other), "id");
	uint64_t	 ids[] = { stays, other, (uint64_t)calls[0], (uint64_t)calls[1],
	    (uint64_t)note };
	struct val	*before[5], *after, *r;
	char		 was[500];

	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':%d,'set':{'schooling':'dropout','guardianship':'good'}}",
	    (int)other, ver(other)), "ver");
	fixture_set_clock(JAN31 + 3 * DAY);
	for (size_t i = 0; i < 5; i++)
		before[i] = content(ids[i]);
	snprintf(was, sizeof was, "%s", due());
	/* all that the two differ in, so that a unique value and a condition of a clock go over */
	r = merge("off", stays, other,
	    "{'name':'王晓明','schooling':'dropout','guardianship':'good'}");
	ck_assert_msg(val_get_true(r, "ok"), "%s", val_get_str(r, "say"));
	ck_assert_int_eq(val_get_num(val_get(r, "moved"), "note", 0), 1);
	val_free(r);
	ck_assert_int_eq(num_at((uint64_t)note, "about"), (int64_t)stays);
	ck_assert_int_eq(num_at((uint64_t)note, "others.0"), (int64_t)stays);
	ck_assert_int_eq(num_at((uint64_t)note, "others.1"), (int64_t)stays);
	ck_assert_int_eq(num_at((uint64_t)note, "parts.1.who"), (int64_t)stays);
	verified();
	fixture_set_clock(JAN31 + 5 * DAY);
	r = unmerge("off", other);
	ck_assert_msg(val_get_true(r, "ok"), "%s", val_get_str(r, "say"));
	ck_assert_int_eq(val_get_num(r, "id", 0), (int64_t)other);
	ck_assert_int_eq(val_get_num(val_get(r, "into"), "id", 0), (int64_t)stays);
	ck_assert_uint_eq(val_len(val_get(r, "kept")), 0);
	ck_assert_int_eq(val_get_num(val_get(r, "moved"), "call", 0), 1);
	val_free(r);
	for (size_t i = 0; i < 5; i++) {
		after = content(ids[i]);
		ck_assert_msg(val_same(before[i], after), "record %d of the five", (int)i);
		val_free(after);
		val_free(before[i]);
	}
	ck_assert_str_eq(due(), was);
	verified();
}
END_TEST

/* A deadline closed by a merge reopens with its old start day when the merge is undone. */
START_TEST(a_duty_goes_on_where_it_was)
{
	char	 was[500];

	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':%d,'set':{'schooling':'dropout'}}",
	    (int)stays, ver(stays)), "ver");
	snprintf(was, sizeof was, "%s", due());
	ck_assert_str_eq(was, "school 1 20260210; visit 1 20260401; visit 0 20260401");
	fixture_set_clock(JAN31 + 2 * DAY);
	ck_assert_str_eq(reply_error_code(merge("off", stays, other, "{'schooling':'primary'}")),
	    "");
	ck_assert_str_eq(due(), "visit 1 20260401");
	fixture_set_clock(JAN31 + 4 * DAY);
	ck_assert_str_eq(reply_error_code(unmerge("off", other)), "");
	ck_assert_str_eq(due(), was);
	/* and one that merging begins, begins that day */
	ck_assert_str_eq(reply_error_code(merge("off", other, stays, "{'schooling':'dropout'}")),
	    "");
	ck_assert_str_eq(due(), "school 0 20260214; visit 0 20260401");
	verified();
}
END_TEST

static int64_t
since(uint64_t id, const char *clock)
{
	struct rec	*r = rec(id);
	char		 path[40];
	int64_t		 day;

	snprintf(path, sizeof path, "clk.%s.since", clock);
	day = val_num(val_find(r->env, path), 0);
	rec_free(r);
	return day;
}

/*
 * So does one that only what came over ended, or a change that merging made; and what held before
 * and after does not begin anew.
 */
START_TEST(what_comes_over_and_goes_begins_nothing)
{
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':%d,'set':{'schooling':'dropout'}}",
	    (int)stays, ver(stays)), "ver");
	call_at(other, 20260120);
	ck_assert_int_eq(since(stays, "first"), 20260131);
	ck_assert_int_eq(since(stays, "look"), 20260131);
	ck_assert_int_eq(since(stays, "anew"), 20260131);
	fixture_set_clock(JAN31 + 2 * DAY);
	ck_assert_str_eq(reply_error_code(merge("off", stays, other, "{'schooling':'primary'}")),
	    "");
	ck_assert_int_eq(since(stays, "first"), 0);
	ck_assert_int_eq(since(stays, "look"), 20260131);
	ck_assert_int_eq(since(stays, "anew"), 20260202);
	fixture_set_clock(JAN31 + 4 * DAY);
	ck_assert_str_eq(reply_error_code(unmerge("off", other)), "");
	ck_assert_int_eq(since(stays, "first"), 20260131);
	ck_assert_int_eq(since(stays, "look"), 20260131);
	ck_assert_int_eq(since(stays, "anew"), 20260131);
	ck_assert_int_eq(since(other, "look"), 20260131);
	verified();
}
END_TEST

/* The citizen number goes over and comes back; both refuse a third meanwhile. */
START_TEST(unique_values_change_hands)
{
	char		 number[40], first[40];

	snprintf(first, sizeof first, "%s", text_at(stays, "citizen_no"));
	snprintf(number, sizeof number, "%s", text_at(other, "citizen_no"));
	ck_assert_str_ne(first, number);
	{
		struct buf	 set = BUF_INIT;

		buf_printf(&set, "{'citizen_no':'%s','birth':%d,'sex':'%s'}", number,
		    (int)num_at(other, "birth"), text_at(other, "sex"));
		ck_assert_str_eq(reply_error_code(merge("off", stays, other, set.p)), "");
		buf_free(&set);
	}
	ck_assert_str_eq(text_at(stays, "citizen_no"), number);
	verified();
	/* the number it had before is free now: somebody takes it, and so it cannot come back */
	uint64_t	 third =
	    (uint64_t)reply_number(ask_new(&w, "dir-a1", "{'op':'save','book':'child','set':%s}",
			    child_fields("张三", AREA_A1, 1)), "id");
	struct val	*r = unmerge("off", other);

	ck_assert_str_eq(val_get_str(r, "error"), "invalid");
	ck_assert_str_eq(val_get_str(val_at(val_get(r, "problems"), 0), "field"), "citizen_no");
	val_free(r);
	ck_assert_str_eq(state(other), "merged");
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':1,'set':{'citizen_no':null,'no_number':'unregistered'}}",
	    (int)third), "ver");
	ck_assert_str_eq(reply_error_code(unmerge("off", other)), "");
	ck_assert_str_eq(text_at(stays, "citizen_no"), first);
	ck_assert_str_eq(text_at(other, "citizen_no"), number);
	/* the number is in use again, so no other record may have it */
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','set':%s}", child_fields("张三", AREA_A1, 2))), "invalid");
	verified();
}
END_TEST

START_TEST(free_values_are_taken_again_only_while_free)
{
	struct val	*r;
	uint64_t	 third;

	ck_assert_str_eq(reply_error_code(merge("off", stays, other, "{}")), "");
	third = (uint64_t)reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','set':%s}", child_fields("张三", AREA_A1, 2)), "id");
	r = unmerge("off", other);
	ck_assert_str_eq(val_get_str(r, "error"), "invalid");
	ck_assert_str_eq(val_get_str(val_at(val_get(r, "problems"), 0), "say"),
	    "{1} is registered under {2} by now. Put that right first.");
	val_free(r);
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':1,'set':{'citizen_no':null}}", (int)third),
	    "ver");
	ck_assert_str_eq(reply_error_code(unmerge("off", other)), "");
	verified();
}
END_TEST

START_TEST(later_changes_stay)
{
	int64_t		 gone = call_at(other, 20260120), later;
	struct val	*r;

	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':%d,'set':{'address':'乙','former_name':'明明'}}",
	    (int)other, ver(other))), "");
	ck_assert_str_eq(reply_error_code(merge("sup-a", stays, other,
	    "{'name':'王晓明','address':'乙','former_name':'明明'}")), "");
	fixture_set_clock(JAN31 + 4 * DAY);
	later = call_at(stays, 20260203);
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':%d,'set':{'address':'丙'}}", (int)stays,
	    ver(stays)), "ver");
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'call','id':%d,'ver':2,'set':{'outcome':'nobody-home'}}",
	    (int)gone), "ver");
	r = unmerge("sup-a", other);
	ck_assert_uint_eq(val_len(val_get(r, "kept")), 1);
	ck_assert_str_eq(val_str(val_at(val_get(r, "kept"), 0)), "address");
	val_free(r);
	ck_assert_str_eq(text_at(stays, "address"), "丙");
	ck_assert_str_eq(text_at(stays, "name"), "王小明");
	ck_assert_str_eq(text_at(stays, "former_name"), "");
	ck_assert_int_eq(num_at((uint64_t)gone, "child"), (int64_t)other);
	ck_assert_str_eq(text_at((uint64_t)gone, "outcome"), "nobody-home");
	ck_assert_int_eq(num_at((uint64_t)later, "child"), (int64_t)stays);
	ck_assert_str_eq(due(), "visit 0 20260401; visit 1 20260404");
	verified();
}
END_TEST

/* ---- chains ---------------------------------------------------------------------------------- */

START_TEST(a_chain_is_undone_from_its_end)
{
	uint64_t	 third = child_in_state(&w, "dir-a2", "王小敏", AREA_A2, 3, "active");
	int64_t		 call = call_at(other, 20260120);
	struct val	*r;

	ck_assert_str_eq(reply_error_code(merge("off", stays, other, "{}")), "");
	ck_assert_str_eq(reply_error_code(merge("off", third, stays, "{}")), "");
	ck_assert_int_eq(num_at((uint64_t)call, "child"), (int64_t)third);
	r = ask(&w, "off", "{'op':'get','book':'child','id':%d}", (int)other);
	ck_assert_int_eq(val_get_num(val_get(val_get(r, "record"), "into"), "id", 0),
	    (int64_t)third);
	val_free(r);
	/*
	 * dir-a1 sees the own merged record, and of the surviving record only whom to ask; the call
	 * moved with it
	 */
	r = ask(&w, "dir-a1", "{'op':'get','book':'child','id':%d}", (int)other);
	ck_assert(val_get_true(val_get(val_get(r, "record"), "into"), "office"));
	val_free(r);
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1", "{'op':'get','book':'call','id':%d}",
	    (int)call)), "missing");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a2", "{'op':'get','book':'call','id':%d}",
	    (int)call)), "");
	verified();
	ck_assert_str_eq(reply_error_code(unmerge("off", other)), "denied");
	ck_assert_str_eq(reply_error_code(unmerge("off", stays)), "");
	ck_assert_int_eq(num_at((uint64_t)call, "child"), (int64_t)stays);
	ck_assert_str_eq(reply_error_code(unmerge("off", other)), "");
	ck_assert_int_eq(num_at((uint64_t)call, "child"), (int64_t)other);
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1", "{'op':'get','book':'call','id':%d}",
	    (int)call)), "");
	verified();
}
END_TEST

/* A visit begun under the file that was merged meanwhile goes under the one that stays. */
START_TEST(what_was_begun_goes_to_the_one_that_stays)
{
	int64_t	 call;

	ck_assert_str_eq(reply_error_code(merge("off", stays, other, "{}")), "");
	call = call_at(other, 20260130);
	ck_assert_int_eq(num_at((uint64_t)call, "child"), (int64_t)stays);
	ck_assert_str_eq(due(), "visit 1 20260401");
	ck_assert_str_eq(reply_error_code(unmerge("off", other)), "");
	ck_assert_int_eq(num_at((uint64_t)call, "child"), (int64_t)stays);
}
END_TEST

/* ---- refusals -------------------------------------------------------------------------------- */

START_TEST(who_may)
{
	uint64_t	 away = child_in_state(&w, "dir-b1", "王小明", AREA_B1, 4, "active");
	static const struct { const char *user; bool here, across; } cases[] = {
		{ "dir-a1", false, false }, { "sup-a", true, false }, { "sup-b", false, false },
		  { "off", true, true },
		{ "agency", false, false }, { "leader", false, false }, { "sys", false, false },
		  { "aud", false, false },
		{ NULL, false, false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool	 here = *reply_error_code(merge(cases[i].user, stays, other, "{}")) == '\0';

		ck_assert_int_eq(here, cases[i].here);
		if (here)
			ck_assert_str_eq(reply_error_code(unmerge(cases[i].user, other)), "");
		here = *reply_error_code(merge(cases[i].user, stays, away, "{}")) == '\0';
		ck_assert_int_eq(here, cases[i].across);
		if (here) {
			ck_assert_str_eq(reply_error_code(unmerge("sup-a", away)), "missing");
			ck_assert_str_eq(reply_error_code(unmerge("sup-b", away)), "denied");
			ck_assert_str_eq(reply_error_code(unmerge("dir-b1", away)), "denied");
			ck_assert_str_eq(reply_error_code(unmerge(cases[i].user, away)), "");
		}
	}
	verified();
}
END_TEST

static void
put_field(const char *user, uint64_t id, const char *set)
{
	reply_number(ask_new(&w, user, "{'op':'save','book':'child','id':%d,'ver':%d,'set':%s}",
	    (int)id, ver(id), set), "ver");
}

static bool
opens(const char *user, uint64_t id)
{
	return *reply_error_code(ask(&w, user, "{'op':'get','book':'child','id':%d}", (int)id)) ==
	    '\0';
}

/* Merging is no way round the acts that move a file, nor does a merged one wait for anybody. */
START_TEST(what_only_an_act_changes_is_not_chosen)
{
	char	 set[100];

	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'act','book':'child','id':%d,'ver':%d,'act':'hand-over','ask':{'to':'%s','why':'搬家'}}",
	    (int)other, ver(other), AREA_B1), "ver");
	ck_assert(opens("dir-b1", other));
	snprintf(set, sizeof set, "{'moving_to':'%s'}", AREA_B1);
	ck_assert_str_eq(reply_error_code(merge("sup-a", stays, other, set)), "denied");
	ck_assert_str_eq(reply_error_code(merge("sup-a", stays, other, "{}")), "");
	ck_assert(!opens("dir-b1", stays));
	ck_assert(!opens("dir-b1", other));
	ck_assert(opens("dir-a1", other));
	ck_assert_str_eq(reply_error_code(unmerge("sup-a", other)), "");
	ck_assert(opens("dir-b1", other));
}
END_TEST

START_TEST(undoing_leaves_what_is_fixed_by_now)
{
	struct val	*r;

	put_field("dir-a1", other, "{'word':'乙'}");
	ck_assert_str_eq(reply_error_code(merge("off", stays, other, "{'word':'乙'}")), "");
	reply_number(ask_new(&w, "off",
	    "{'op':'act','book':'child','id':%d,'ver':%d,'act':'close','ask':{'reason':'parents-back',"
	    "'day':20260131,'proof':'父母均已返乡'}}", (int)stays, ver(stays)), "ver");
	r = unmerge("off", other);
	ck_assert_msg(val_get_true(r, "ok"), "%s", val_get_str(r, "say"));
	ck_assert(val_has(val_get(r, "kept"), "word"));
	val_free(r);
	ck_assert_str_eq(text_at(stays, "word"), "乙");
}
END_TEST

/*
 * Guessing the value of an invisible field gets the same answer for right and wrong guesses; only
 * readers who see the field find its name in the trail.
 */
START_TEST(an_unseen_field_is_not_guessed_at)
{
	struct val	*r;

	put_field("dir-a1", other, "{'secret':'真'}");
	ck_assert_str_eq(reply_error_code(merge("off", stays, other, "{'secret':'假'}")), "denied");
	ck_assert_str_eq(reply_error_code(merge("off", stays, other, "{'secret':'真'}")), "denied");
	r = ask(&w, "agency", "{'op':'trail','record':%d,'limit':1}", (int)other);
	ck_assert_str_eq(val_str(val_find(r, "entries.0.act")), "save");
	ck_assert_uint_eq(val_len(val_find(r, "entries.0.detail.changed")), 0);
	val_free(r);
	/* each look at this trail is an entry of its own */
	r = ask(&w, "sup-a", "{'op':'trail','record':%d,'limit':2}", (int)other);
	ck_assert_str_eq(val_str(val_find(r, "entries.1.detail.changed.0")), "secret");
	val_free(r);
	r = ask(&w, "aud", "{'op':'trail','record':%d,'limit':3}", (int)other);
	ck_assert_str_eq(val_str(val_find(r, "entries.2.detail.changed.0")), "secret");
	val_free(r);
}
END_TEST

START_TEST(who_merges_is_told_of_what_he_sees)
{
	struct val	*r;

	call_at(other, 20260120);
	reply_number(ask_new(&w, "off",
	    "{'op':'save','book':'note','set':{'text':'甲','about':%d}}", (int)other), "id");
	r = merge("sup-a", stays, other, "{}");
	ck_assert_int_eq(val_get_num(val_get(r, "moved"), "call", 0), 1);
	ck_assert_ptr_null(val_get(val_get(r, "moved"), "note"));
	val_free(r);
	r = unmerge("off", other);
	ck_assert_int_eq(val_get_num(val_get(r, "moved"), "note", 0), 1);
	val_free(r);
}
END_TEST

static bool
names_other(const char *user, const char *op, uint64_t id, const char *path)
{
	struct val	*r = ask(&w, user, strcmp(op, "trail") == 0 ?
	    "{'op':'%s','record':%d,'user':'off','limit':1}" :
			    "{'op':'%s','book':'child','id':%d}", op, (int)id);
	bool		 yes = val_find(r, path) != NULL;

	ck_assert(val_get_true(r, "ok"));
	val_free(r);
	return yes;
}

/* A township out of reach is all that the actor sees of the new place of the file. */
START_TEST(the_other_file_is_named_to_those_who_see_it)
{
	uint64_t	 away = child_in_state(&w, "dir-b1", "王小明", AREA_B1, 4, "active");
	static const struct { const char *op, *path; } ways[] = {
		{ "get", "record.last.with" }, { "history", "versions.4.with" },
		  { "trail", "entries.0.detail.with" },
	};

	ck_assert_str_eq(reply_error_code(merge("off", stays, away, "{}")), "");
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		ck_assert(names_other("agency", ways[i].op, away, ways[i].path));
		ck_assert_msg(!names_other("dir-b1", ways[i].op, away, ways[i].path), "%s",
		    ways[i].path);
	}
}
END_TEST

START_TEST(what_is_refused)
{
	static const struct { const char *json; const char *error; } cases[] = {
		{ "'id':%d,'ver':4,'other':%d,'otherver':4,'why':''", "invalid" },
		{ "'id':%d,'ver':4,'other':%d,'otherver':4", "invalid" },
		{ "'id':%d,'ver':3,'other':%d,'otherver':4,'why':'重'", "conflict" },
		{ "'id':%d,'ver':4,'other':%d,'otherver':5,'why':'重'", "conflict" },
		{ "'id':%d,'ver':4,'other':%d,'why':'重'", "bad-request" },
		{ "'id':%d,'ver':4,'other':%d,'otherver':4,'why':'重','set':{'address':'别处'}",
		  "bad-request" },
		{ "'id':%d,'ver':4,'other':%d,'otherver':4,'why':'重','set':{'father':{'name':'别人'}}", "bad-request" },
		{ "'id':%d,'ver':4,'other':%d,'otherver':4,'why':'重','set':{'name':null}",
		  "bad-request" },
		{ "'id':%d,'ver':4,'other':%d,'otherver':4,'why':'重','set':{'unknown':1}",
		  "bad-request" },
	};
	struct val	*r;

	/* its birth date would disagree with the other's citizen number */
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':4,'set':{'citizen_no':null,'no_number':'unregistered',"
	    "'birth':20150101}}", (int)stays), "ver");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf	 b = BUF_INIT;
		const char	*p = strstr(cases[i].json, ",'other'");

		/* version 5 of the one that stays is the one seen, but where 3 is */
		buf_printf(&b, "{'op':'merge','book':'child','id':%d,'ver':%d,'other':%d%s}",
		    (int)stays,
		    strstr(cases[i].json, "'ver':3") != NULL ? 3 : 5, (int)other,
		    strchr(p + 1, ','));
		ck_assert_str_eq(reply_error_code(ask_new(&w, "off", "%s", b.p)), cases[i].error);
		buf_free(&b);
	}
	r = ask_new(&w, "off",
	    "{'op':'merge','book':'child','id':%d,'ver':5,'other':%d,'otherver':4,'why':'重','set':{'citizen_no':'%s'}}",
	    (int)stays, (int)other, text_at(other, "citizen_no"));
	ck_assert_str_eq(val_get_str(r, "error"), "invalid");
	val_free(r);
	ck_assert_str_eq(state(other), "active");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "off",
	    "{'op':'merge','book':'child','id':%d,'ver':5,'other':%d,'otherver':5,'why':'重'}",
	    (int)stays, (int)stays)), "bad-request");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "off",
	    "{'op':'merge','book':'call','id':1,'ver':1,'other':2,'otherver':1,'why':'重'}")),
	    "bad-request");
	ck_assert_str_eq(reply_error_code(unmerge("off", other)), "denied");
	ck_assert_str_eq(reply_error_code(merge("off", stays, other, "{}")), "");
	ck_assert_str_eq(reply_error_code(merge("off", stays, other, "{}")), "denied");
	ck_assert_str_eq(reply_error_code(merge("off", other, stays, "{}")), "denied");
	/* nobody writes in a merged one, nor does any act lead out of it */
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':5,'set':{'address':'丁'}}", (int)other)),
	    "denied");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "off",
	    "{'op':'act','book':'child','id':%d,'ver':5,'act':'close','ask':{'reason':'parents-back',"
	    "'day':20260131,'proof':'甲'}}", (int)other)), "denied");
}
END_TEST

static struct val *
press(void)
{
	return ask(&w, "off",
	    "{'op':'merge','book':'child','id':%d,'ver':4,'other':%d,'otherver':4,'why':'重',"
	    "'token':'x:000102030405060708090a0b0c0d0e0f'}", (int)stays, (int)other);
}

START_TEST(a_double_press_is_one_merge)
{
	struct val	*a, *b;

	for (int i = 0; i < 2; i++) {
		a = press();
		b = press();
		ck_assert(val_get_true(a, "ok") && val_get_true(b, "ok"));
		ck_assert_int_eq(val_get_num(a, "ver", 0), 5);
		ck_assert_int_eq(val_get_num(b, "ver", 0), 5);
		val_free(a);
		val_free(b);
	}
	ck_assert_int_eq(ver(other), 5);
}
END_TEST

/* ---- looking --------------------------------------------------------------------------------- */

START_TEST(doubles_with_their_reasons)
{
	struct val	*r, *list;
	uint64_t	 third;

	r = ask(&w, "off", "{'op':'doubles','book':'child','id':%d}", (int)stays);
	ck_assert_uint_eq(val_len(list = val_get(r, "doubles")), 1);
	ck_assert_int_eq(val_get_num(val_get(val_at(list, 0), "row"), "id", 0), (int64_t)other);
	ck_assert_str_eq(val_get_str(val_get(val_at(list, 0), "say"), "zh"),
	    "姓名读音相同且出生日期相同");
	val_free(r);
	ck_assert_str_eq(reply_error_code(merge("off", stays, other, "{}")), "");
	r = ask(&w, "off", "{'op':'doubles','book':'child','id':%d}", (int)stays);
	ck_assert_uint_eq(val_len(val_get(r, "doubles")), 0);
	val_free(r);
	/* whoever registers the child once more under either name is led to the one that stays */
	third = (uint64_t)reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','set':%s}", child_fields("王晓明", AREA_A1, 2)), "id");
	r = ask(&w, "off", "{'op':'doubles','book':'child','id':%d}", (int)third);
	ck_assert_uint_eq(val_len(list = val_get(r, "doubles")), 1);
	ck_assert_int_eq(val_get_num(val_get(val_at(list, 0), "row"), "id", 0), (int64_t)stays);
	val_free(r);
	ck_assert_str_eq(reply_error_code(ask(&w, "sup-b",
	    "{'op':'doubles','book':'child','id':%d}", (int)stays)), "missing");
}
END_TEST

static const char *
last_of(const char *user, uint64_t id)
{
	static char	 text[200];
	struct val	*r = ask(&w, user, "{'op':'history','book':'child','id':%d}", (int)id),
	    *list = val_get(r, "versions"), *v;

	ck_assert(val_get_true(r, "ok"));
	ck_assert_ptr_nonnull(v = val_at(list, val_len(list) - 1));
	snprintf(text, sizeof text, "%d %s %d %s", (int)val_len(list), val_get_str(v, "act"),
	    (int)val_get_num(val_get(v, "with"), "id", 0), val_get_str(v, "why"));
	val_free(r);
	return text;
}

START_TEST(both_histories_are_read_and_the_trail_names_both)
{
	char		 want[200];
	struct val	*r, *e;

	ck_assert_str_eq(reply_error_code(merge("sup-a", stays, other, "{'name':'王晓明'}")), "");
	r = ask(&w, "aud", "{'op':'trail','limit':2}");
	for (size_t i = 0; i < 2; i++) {
		ck_assert_ptr_nonnull(e = val_at(val_get(r, "entries"), i));
		ck_assert_str_eq(val_get_str(e, "act"), "merge");
		ck_assert_int_eq(val_get_num(e, "record", 0), (int64_t)(i == 0 ? other : stays));
		ck_assert_int_eq(val_get_num(val_get(val_get(e, "detail"), "with"), "id", 0),
		    (int64_t)(i == 0 ? stays : other));
		/* texts are for readers who may see the file */
		ck_assert_ptr_null(val_get(val_get(e, "detail"), "why"));
	}
	val_free(r);
	r = ask(&w, "sup-a", "{'op':'trail','record':%d,'limit':1}", (int)stays);
	ck_assert_str_eq(val_str(val_find(r, "entries.0.detail.why")), "同一个孩子");
	val_free(r);
	snprintf(want, sizeof want, "5 merge %d 同一个孩子", (int)other);
	ck_assert_str_eq(last_of("dir-a1", stays), want);
	snprintf(want, sizeof want, "5 merge %d 同一个孩子", (int)stays);
	ck_assert_str_eq(last_of("dir-a1", other), want);
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1",
	    "{'op':'history','book':'child','id':%d,'ver':2}", (int)other)), "");
	ck_assert_str_eq(reply_error_code(unmerge("sup-a", other)), "");
	r = ask(&w, "aud", "{'op':'trail','limit':1}");
	ck_assert_str_eq(val_get_str(val_at(val_get(r, "entries"), 0), "act"), "unmerge");
	val_free(r);
	snprintf(want, sizeof want, "6 unmerge %d 不是同一个人", (int)stays);
	ck_assert_str_eq(last_of("dir-a1", other), want);
}
END_TEST

/*
 * Calls under a child on the evening of a day, and what the child is called in the first of them.
 */
static int
beneath_on(uint64_t id, int on, char title[100])
{
	struct val		*r = ask(&w, "off", "{'op':'under','book':'child','id':%d,'on':%d}",
	    (int)id, on),
				*f = ask(&w, "off", "{'op':'file','book':'child','id':%d,'on':%d}",
				    (int)id, on);
	const struct val	*parts = val_get(f, "parts"),
	    *first = val_get(val_at(val_get(r, "under"), 0), "row");
	const char		*text = val_get_str(val_get(first, "under"), "title");
	int			 n = (int)val_len(val_get(r, "under")), told = -1;

	for (size_t i = 0; i < val_len(parts); i++)
		if (strcmp(val_get_str(val_at(parts, i), "book"), "call") == 0)
			told = (int)val_get_num(val_at(parts, i), "n", 0);
	ck_assert_int_eq(told, n);
	snprintf(title, 100, "%s", text != NULL ? text : "");
	val_free(r);
	val_free(f);
	return n;
}

/*
 * Each file of the past has what stood under it then, wherever that stands by now; also through a
 * chain, and by its name of then.
 */
START_TEST(the_past_of_both_stays_whole)
{
	static const struct { int on, stays, other, third; } days[] = {
		{ 20260131, 1, 1, 1 }, { 20260202, 2, 0, 1 }, { 20260204, 0, 0, 3 },
		  { 20260206, 2, 0, 1 }, { 20260208, 1, 1, 1 },
	};
	uint64_t	 third = child_in_state(&w, "dir-a1", "王小三", AREA_A1, 3, "active");
	char		 title[100];

	call_at(stays, 20260110);
	call_at(other, 20260120);
	call_at(third, 20260125);
	fixture_set_clock(JAN31 + 2 * DAY);
	ck_assert_str_eq(reply_error_code(merge("off", stays, other, "{'name':'王晓明'}")), "");
	fixture_set_clock(JAN31 + 4 * DAY);
	ck_assert_str_eq(reply_error_code(merge("off", third, stays, "{}")), "");
	fixture_set_clock(JAN31 + 6 * DAY);
	ck_assert_str_eq(reply_error_code(unmerge("off", stays)), "");
	fixture_set_clock(JAN31 + 8 * DAY);
	ck_assert_str_eq(reply_error_code(unmerge("off", other)), "");
	fixture_set_clock(JAN31 + 30 * DAY);
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		ck_assert_int_eq(beneath_on(stays, days[i].on, title), days[i].stays);
		if (days[i].stays > 0)
			ck_assert_str_eq(title, days[i].stays == 2 ?
			    "王晓明 Female 10 青石镇柳树村" : "王小明 Female 10 青石镇柳树村");
		ck_assert_int_eq(beneath_on(other, days[i].on, title), days[i].other);
		ck_assert_int_eq(beneath_on(third, days[i].on, title), days[i].third);
	}
}
END_TEST

/* A file in force does not end in one just begun; the other way round it takes that one in. */
START_TEST(one_still_filled_in_does_not_stay)
{
	uint64_t	 begun = child_in_state(&w, "dir-a1", "王小三", AREA_A1, 3, "found");

	ck_assert_str_eq(reply_error_code(merge("off", begun, stays, "{}")), "denied");
	ck_assert_str_eq(state(stays), "active");
	ck_assert_str_eq(reply_error_code(merge("off", stays, begun, "{}")), "");
	ck_assert_str_eq(state(stays), "active");
	ck_assert_str_eq(state(begun), "merged");
}
END_TEST

/*
 * The other file that a past one names is named as it was called then, and is the one that stayed
 * then.
 */
START_TEST(the_past_names_others_as_they_were)
{
	uint64_t	 third = child_in_state(&w, "dir-a1", "王小三", AREA_A1, 3, "active");
	struct val	*r;

	ck_assert_str_eq(reply_error_code(merge("off", stays, other, "{}")), "");
	fixture_set_clock(JAN31 + 2 * DAY);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'save','book':'child','id':%d,'ver':%d,'set':{'residence':'" AREA_A2 "'}}",
	    (int)stays, ver(stays))), "");
	ck_assert_str_eq(reply_error_code(merge("off", third, stays, "{}")), "");
	fixture_set_clock(JAN31 + 4 * DAY);
	r = ask(&w, "off", "{'op':'file','book':'child','id':%d,'on':20260131}", (int)other);
	ck_assert_int_eq(val_num(val_find(r, "record.into.id"), 0), (int64_t)stays);
	ck_assert_str_eq(val_str(val_find(r, "record.into.title")),
	    "王小明 Female 10 青石镇柳树村");
	val_free(r);
	r = ask(&w, "off", "{'op':'file','book':'child','id':%d,'on':20260202}", (int)other);
	ck_assert_int_eq(val_num(val_find(r, "record.into.id"), 0), (int64_t)third);
	val_free(r);
	r = ask(&w, "off", "{'op':'file','book':'child','id':%d,'on':20260202}", (int)third);
	ck_assert_str_eq(val_str(val_find(r, "record.joined.0.title")),
	    "王小明 Female 10 青石镇石桥村");
	val_free(r);
	/* visibility is decided by the present record */
	r = ask(&w, "dir-a1", "{'op':'file','book':'child','id':%d,'on':20260202}", (int)third);
	ck_assert(val_get_true(r, "ok"));
	ck_assert_ptr_null(val_find(r, "record.joined"));
	val_free(r);
}
END_TEST

static Suite *
merging(void)
{
	Suite	*s = suite_create("core/merge");
	TCase	*tc = tcase_create("merging");
	const TTest *const	 all[] = { there, and_back, a_duty_goes_on_where_it_was,
	    what_comes_over_and_goes_begins_nothing, unique_values_change_hands,
	    free_values_are_taken_again_only_while_free,
	    later_changes_stay, a_chain_is_undone_from_its_end,
	    what_was_begun_goes_to_the_one_that_stays, who_may,
	    what_only_an_act_changes_is_not_chosen, undoing_leaves_what_is_fixed_by_now,
	    an_unseen_field_is_not_guessed_at,
	    who_merges_is_told_of_what_he_sees, the_other_file_is_named_to_those_who_see_it,
	    what_is_refused, a_double_press_is_one_merge, doubles_with_their_reasons,
	    both_histories_are_read_and_the_trail_names_both, the_past_of_both_stays_whole,
	    one_still_filled_in_does_not_stay, the_past_names_others_as_they_were };

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		tcase_add_test(tc, all[i]);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(merging)
