#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/reads.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"
#include "core/record/account.h"

/*
 * Casefiles, present and past. The child has two books of child records: calls, which clocks wait
 * for, and notes, which only the township and the county see.
 */
#define DAY	INT64_C(86400)
#define NOON	INT64_C(1767240000)	/* 2026-01-01 12:00 in the county */

static struct fixture	w;
static char		forms[300];
static int		child;

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
    "        - secret: {type: text, label: 密, max: 20, see: [supervisor]}\n"
    "life: {start: done, states: [done: {zh: 已记录}], acts: []}\n"
    "see: {director: area, supervisor: area, officer: all, leader: all}\n"
    "write: {director: area, supervisor: area}\n"
    "lists: [all: {label: 走访, by: [director, supervisor, officer], columns: [day, outcome], sort: [day]}]\n";

static const char	note_book[] =
    "book: note\n"
    "label: 札记\n"
    "under: child\n"
    "title: '{text}'\n"
    "create: [supervisor]\n"
    "pages:\n"
    "  - main:\n"
    "      label: 札记\n"
    "      fields:\n"
    "        - child: {type: link, book: child, required: first, label: 孩子}\n"
    "        - text: {type: text, required: first, label: 内容, max: 40}\n"
    "life: {start: open, states: [open: {zh: 未了}, shut: {zh: 了结}], acts: [shut: {label: 了结, from: open, to: shut, by: supervisor}]}\n"
    "see: {supervisor: area, officer: all}\n"
    "write: {supervisor: area}\n"
    "clocks: [tidy: {label: 了结, when: {state: open}, within: 5d, by: supervisor}]\n"
    "lists: [all: {label: 札记, columns: [text], sort: [text]}]\n";

static const char	clocks[] =
    "clocks:\n"
    "  - monthly: {label: 月更新, when: {state: active}, every: month, done: {book: call}, by: director, priority: 2}\n"
    "  - visit: {label: 走访, when: {state: active}, paused: {note: 暂停}, done: {book: call, where: {outcome: met}}, by: director,\n"
    "      every: {field: guardianship, nobody: 7d, parent-unable: 30d, carer-weak: 30d, fair: 60d, good: 90d}}\n"
    "  - look: {label: 回看, when: {state: active, guardianship: fair}, within: 20d, by: supervisor}\n"
    "  - again: {label: 再看, when: {state: active}, on: {field: last_met, offset: 40d}, by: director}\n"
    "  - twice: {label: 两次, when: {all: [{field: calls, max: 2}, {state: active}]}, within: 9d, by: leader}\n"
    "  - file: {label: 归档, when: {state: submitted}, within: 9d, by: supervisor}\n"
    "  - review: {label: 复核, when: {state: active}, on: {field: filled_on, offset: 6m}, by: supervisor}\n";

/* What the child keeps of the calls. */
static void
learned(void)
{
	char	 cmd[1000];

	snprintf(cmd, sizeof cmd,
	    "sed -i 's/^        - former_name:/        - last_met: {type: date, label: 见, rollup: {book: call, field: day, "
	    "where: {outcome: met}}}\\n        - calls: {type: number, label: 次, rollup: {book: call, pick: count}}\\n&/' '%s/books/child.yaml'",
	    forms);
	ck_assert_int_eq(system(cmd), 0);
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
	fixture_put_child_clocks(&w, clocks);
	learned();
	fixture_reopen(&w);
	fixture_set_clock(NOON);
	child = (int)child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
}

static void
teardown(void)
{
	world_free(&w);
}

static struct val *
file_of(const char *user, int on)
{
	return on == 0 ? ask(&w, user, "{'op':'file','book':'child','id':%d}", child) :
	    ask(&w, user, "{'op':'file','book':'child','id':%d,'on':%d}", child, on);
}

static int64_t
call(const char *user, int day, const char *outcome_)
{
	return reply_number(ask_new(&w, user,
	    "{'op':'save','book':'call','set':{'child':%d,'day':%d,'outcome':'%s'}}", child,
	    day, outcome_), "id");
}

static const struct val *
named(const struct val *list, const char *key, const char *name)
{
	for (size_t i = 0; i < val_len(list); i++)
		if (strcmp(val_get_str(val_at(list, i), key), name) == 0)
			return val_at(list, i);
	return NULL;
}

/* ---- the file as it is ----------------------------------------------------------------------- */

START_TEST(all_of_it_in_one_answer)
{
	struct val		*f;
	const struct val	*part, *event, *due;
	int			 note;

	fixture_set_clock(NOON + 10 * DAY);
	call("dir-a1", 20260105, "met");
	call("dir-a1", 20260109, "nobody-home");
	note = (int)reply_number(ask_new(&w, "sup-a",
	    "{'op':'save','book':'note','set':{'child':%d,'text':'再看'}}", child), "id");
	f = file_of("sup-a", 0);
	ck_assert(val_get_true(f, "ok"));
	ck_assert_int_eq(val_get_num(f, "on", 0), 20260111);
	ck_assert_str_eq(val_str(val_find(f, "record.fields.name")), "王小明");
	ck_assert(val_has(val_get(f, "masked"), "citizen_no"));
	ck_assert(val_get_true(val_get(f, "may"), "write"));
	ck_assert_ptr_nonnull(part = named(val_get(f, "parts"), "book", "call"));
	ck_assert_int_eq(val_get_num(part, "n", 0), 2);
	ck_assert_int_eq(val_get_num(part, "day", 0), 20260109);
	ck_assert_str_eq(val_get_str(part, "title"), "2026-01-09 无人在家");
	ck_assert_int_eq(val_get_num(named(val_get(f, "parts"), "book", "note"), "n", 0), 1);
	ck_assert_int_eq(val_get_num(named(val_get(f, "due"), "clock", "visit"), "day", 0),
	    20260306);
	ck_assert_int_eq(val_get_num(named(val_get(f, "due"), "clock", "visit"), "over", 0), -54);
	ck_assert_int_eq(val_get_num(named(val_get(f, "due"), "clock", "visit"), "from_day", 0),
	    20260105);
	ck_assert_str_eq(val_get_str(named(val_get(f, "due"), "clock", "visit"), "from"), "last");
	ck_assert_int_eq(val_get_num(named(val_get(f, "due"), "clock", "look"), "from_day", 0),
	    20260101);
	ck_assert_ptr_null(named(val_get(f, "due"), "clock", "file"));	/* no longer waits */
	ck_assert_ptr_null(val_get(named(val_get(f, "due"), "clock", "look"), "book"));
	/* deadlines of child records, too */
	ck_assert_ptr_nonnull(due = named(val_get(f, "due"), "clock", "tidy"));
	ck_assert_int_eq(val_get_num(due, "day", 0), 20260116);
	ck_assert_str_eq(val_get_str(due, "book"), "note");
	ck_assert_int_eq(val_get_num(due, "id", 0), note);
	event = val_at(val_get(f, "events"), 0);
	ck_assert_str_eq(val_get_str(event, "book"), "note");
	ck_assert_str_eq(val_get_str(event, "title"), "再看");
	ck_assert_uint_eq(val_len(val_get(f, "events")), 7);
	val_free(f);
	/* the first due comes first */
	f = file_of("dir-a1", 0);
	for (size_t i = 1; i < val_len(val_get(f, "due")); i++)
		ck_assert_int_le(val_get_num(val_at(val_get(f, "due"), i - 1), "day", 0),
		    val_get_num(val_at(val_get(f, "due"), i), "day", 0));
	val_free(f);
}
END_TEST

/*
 * Records the actor may not see are not counted, mentioned or shown; and a file out of reach is
 * missing.
 */
START_TEST(only_what_he_may_see)
{
	struct val	*f;
	int		 id;

	id = (int)reply_number(ask_new(&w, "sup-a",
	    "{'op':'save','book':'note','set':{'child':%d,'text':'密'}}", child), "id");
	f = file_of("dir-a1", 0);
	ck_assert_ptr_null(named(val_get(f, "due"), "clock", "tidy"));
	val_free(f);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'act','book':'note','id':%d,'ver':1,'act':'shut'}", id)), "");
	call("sup-a", 20251230, "met");
	f = file_of("dir-a1", 0);
	ck_assert_ptr_null(named(val_get(f, "parts"), "book", "note"));
	ck_assert_ptr_null(named(val_get(f, "events"), "book", "note"));
	ck_assert_ptr_nonnull(named(val_get(f, "events"), "book", "call"));
	val_free(f);
	f = ask(&w, "dir-a1", "{'op':'timeline','book':'child','id':%d}", child);
	ck_assert_ptr_null(named(val_get(f, "events"), "book", "note"));
	val_free(f);
	f = ask(&w, "sup-a", "{'op':'timeline','book':'child','id':%d}", child);
	ck_assert_ptr_nonnull(named(val_get(f, "events"), "act", "shut"));
	val_free(f);
	f = ask(&w, "dir-a1", "{'op':'under','book':'child','id':%d,'on':20260101}", child);
	ck_assert_uint_eq(val_len(val_get(f, "under")), 1);
	val_free(f);
	ck_assert_str_eq(reply_error_code(file_of("dir-a2", 0)), "missing");
	ck_assert_str_eq(reply_error_code(file_of("sup-b", 20260101)), "missing");
	ck_assert_str_eq(reply_error_code(file_of("partner", 0)), "missing");
	ck_assert_str_eq(reply_error_code(file_of("aud", 0)), "missing");
	ck_assert_str_eq(reply_error_code(file_of(NULL, 0)), "missing");
	ck_assert_str_eq(reply_error_code(ask(&w, "sup-b",
	    "{'op':'timeline','book':'child','id':%d}", child)), "missing");
}
END_TEST

/*
 * Each read is in the trail before the reply, with the day that was asked for; everybody who sees
 * the file sees its readers.
 */
START_TEST(looking_is_on_record)
{
	struct val		*t;
	const struct val	*e;

	ck_assert_str_eq(reply_error_code(file_of("leader", 0)), "");
	ck_assert_str_eq(reply_error_code(file_of("off", 20260101)), "");
	ck_assert_str_eq(reply_error_code(file_of("off", 20251231)), "missing");
	t = ask(&w, "dir-a1", "{'op':'trail','record':%d,'limit':2}", child);
	e = val_at(val_get(t, "entries"), 0);
	ck_assert_str_eq(val_get_str(e, "role"), "officer");
	ck_assert_str_eq(val_get_str(e, "act"), "read");
	ck_assert_int_eq(val_get_num(val_get(e, "detail"), "on", 0), 20260101);
	e = val_at(val_get(t, "entries"), 1);
	ck_assert_str_eq(val_get_str(e, "role"), "leader");
	ck_assert_ptr_null(val_get(e, "detail"));
	val_free(t);
	ck_assert_str_eq(reply_error_code(ask(&w, "sup-b", "{'op':'trail','record':%d}", child)),
	    "denied");
}
END_TEST

static int
looks(const char *user)
{
	struct val	*t = ask(&w, "aud", "{'op':'trail','record':%d,'user':'%s','limit':100}",
	    child, user);
	int		 n = 0;

	for (size_t i = 0; i < val_len(val_get(t, "entries")); i++)
		n += strcmp(val_get_str(val_at(val_get(t, "entries"), i), "act"), "read") == 0;
	val_free(t);
	return n;
}

/* Whatever tells of a file is a look at it. */
START_TEST(so_is_every_other_way_to_look)
{
	int	 before = looks("sup-a");

	ck_assert_str_eq(reply_error_code(ask(&w, "sup-a",
	    "{'op':'timeline','book':'child','id':%d}", child)), "");
	ck_assert_int_eq(looks("sup-a"), before + 1);
	fixture_set_clock(env_now(w.core) + READS_WINDOW);	/* a look soon after would be
								   counted with this one */
	ck_assert_str_eq(reply_error_code(ask(&w, "sup-a",
	    "{'op':'start','book':'correction','under':%d}", child)), "");
	ck_assert_int_eq(looks("sup-a"), before + 2);
	/* a form that begins with nothing of the file tells nothing of it */
	ck_assert_str_eq(reply_error_code(ask(&w, "sup-a",
	    "{'op':'start','book':'call','under':%d}", child)), "");
	ck_assert_str_eq(reply_error_code(ask(&w, "sup-b",
	    "{'op':'start','book':'correction','under':%d}", child)), "missing");
	ck_assert_int_eq(looks("sup-a"), before + 2);
	ck_assert_int_eq(looks("sup-b"), 0);
}
END_TEST

START_TEST(days_that_cannot_be_asked)
{
	struct val	*r;

	fixture_set_clock(NOON + DAY);
	ck_assert_str_eq(reply_error_code(file_of("off", 20260103)), "bad-request");
	ck_assert_str_eq(reply_error_code(file_of("off", 20260230)), "bad-request");
	ck_assert_str_eq(reply_error_code(file_of("off", 20260102)), "");
	r = file_of("off", 20251231);
	ck_assert_str_eq(val_get_str(r, "error"), "missing");
	ck_assert_str_eq(val_get_str(r, "say"), "There was no such file yet on {1}.");
	ck_assert_int_eq(val_get_num(val_at(val_get(r, "args"), 0), "date", 0), 20251231);
	val_free(r);
}
END_TEST

/* ---- everything that happened ---------------------------------------------------------------- */

/* "call create 20260105/20260111; child archive …" */
static void
tell(const struct val *events, struct buf *out)
{
	for (size_t i = 0; i < val_len(events); i++) {
		const struct val	*e = val_at(events, i);

		buf_printf(out, "%s%s %s %lld/%d", out->n > 0 ? "; " : "", val_get_str(e, "book"),
		    val_get_str(e, "act"),
		    (long long)val_get_num(e, "day", 0), civil_at(val_get_num(e, "at", 0)));
	}
}

START_TEST(timeline_told_and_entered)
{
	struct buf	 b = BUF_INIT;
	struct val	*t;
	int		 id;

	fixture_set_clock(NOON + 10 * DAY);
	id = (int)call("dir-a1", 20260105, "met");
	fixture_set_clock(NOON + 11 * DAY);
	reply_number(ask_new(&w, "sup-a",
	    "{'op':'save','book':'child','id':%d,'ver':4,'set':{'guardianship':'good'}}", child),
	    "ver");
	fixture_set_clock(NOON + 12 * DAY);
	reply_number(ask_new(&w, "sup-a",
	    "{'op':'save','book':'call','id':%d,'ver':1,'set':{'outcome':'nobody-home','secret':'x'}}", id), "ver");
	t = ask(&w, "dir-a1", "{'op':'timeline','book':'child','id':%d}", child);
	tell(val_get(t, "events"), &b);
	ck_assert_str_eq(buf_str(&b),
	    "call save 20260105/20260113; child save 20260112/20260112; call create 20260105/20260111; "
	    "child archive 20260101/20260101; child verify 20260101/20260101; child submit 20260101/20260101; "
	    "child create 20260101/20260101");
	/* the changed fields that the actor may see; and the title as it was in that version */
	ck_assert_uint_eq(val_len(val_get(val_at(val_get(t, "events"), 0), "changed")), 1);
	ck_assert_str_eq(val_get_str(val_at(val_get(t, "events"), 0), "title"),
	    "2026-01-05 无人在家");
	ck_assert_str_eq(val_get_str(val_at(val_get(t, "events"), 2), "title"), "2026-01-05 见到");
	ck_assert_ptr_null(val_get(val_at(val_get(t, "events"), 2), "changed"));
	ck_assert(val_has(val_get(val_at(val_get(t, "events"), 1), "changed"), "guardianship"));
	val_free(t);
	buf_reset(&b);
	t = ask(&w, "dir-a1", "{'op':'timeline','book':'child','id':%d,'on':20260111,'limit':2}",
	    child);
	tell(val_get(t, "events"), &b);
	ck_assert_str_eq(buf_str(&b),
	    "call create 20260105/20260111; child archive 20260101/20260101");
	val_free(t);
	buf_free(&b);
}
END_TEST

/* Page by page it says the same as at once, whatever the page. */
START_TEST(timeline_goes_on_by_key)
{
	struct val	*all, *page, *req;
	const struct val *key = NULL;
	struct buf	 whole = BUF_INIT, pieces = BUF_INIT;

	for (int i = 0; i < 6; i++) {
		fixture_set_clock(NOON + (i + 1) / 2 * DAY);
		call("dir-a1", 20260101 - i % 2 * 8870, "met");
		reply_number(ask_new(&w, "dir-a1",
		    "{'op':'save','book':'child','id':%d,'ver':%d,'set':{'address':'%d号'}}", child,
		    4 + i, i), "ver");
	}
	all = ask(&w, "dir-a1", "{'op':'timeline','book':'child','id':%d}", child);
	ck_assert_uint_eq(val_len(val_get(all, "events")), 16);
	ck_assert(!val_get_true(all, "more"));
	tell(val_get(all, "events"), &whole);
	val_free(all);
	for (page = NULL;; page = all) {
		req = json_val("{'op':'timeline','book':'child','limit':3}");
		ck_assert(val_put(req, "id", val_int(child)) &&
		    (key == NULL || val_put(req, "before", val_dup(key))));
		val_free(page);
		{
			struct actor	*a = NULL;

			ck_assert_int_eq(account_load_actor(w.core, "dir-a1", 1000, "test", &a),
			    ACTOR_OK);
			all = call_run(w.core, a, req, LANG_EN);
			actor_unref(a);
		}
		tell(val_get(all, "events"), &pieces);
		key = val_get(val_at(val_get(all, "events"), val_len(val_get(all, "events")) - 1),
		    "key");
		if (!val_get_true(all, "more"))
			break;
	}
	val_free(all);
	ck_assert_str_eq(buf_str(&pieces), buf_str(&whole));
	buf_free(&pieces);
	buf_free(&whole);
}
END_TEST

/* ---- as it was ------------------------------------------------------------------------------- */

START_TEST(a_visit_entered_later_was_not_known_then)
{
	struct val	*f;

	fixture_set_clock(NOON + 20 * DAY);
	call("dir-a1", 20260103, "met");
	f = file_of("off", 20260110);
	ck_assert_int_eq(val_get_num(named(val_get(f, "parts"), "book", "call"), "n", -1), 0);
	ck_assert_str_eq(val_get_str(named(val_get(f, "due"), "clock", "visit"), "from"), "since");
	ck_assert_int_eq(val_get_num(named(val_get(f, "due"), "clock", "visit"), "day", 0),
	    20260302);
	val_free(f);
	f = file_of("off", 20260121);
	ck_assert_int_eq(val_get_num(named(val_get(f, "parts"), "book", "call"), "n", -1), 1);
	ck_assert_int_eq(val_get_num(named(val_get(f, "due"), "clock", "visit"), "day", 0),
	    20260304);
	ck_assert(!val_get_true(val_get(f, "may"), "write"));
	ck_assert_uint_eq(val_len(val_get(val_get(f, "may"), "acts")), 0);
	val_free(f);
}
END_TEST

/* The age is that of the day, the place that of the version. */
START_TEST(by_the_day)
{
	struct val	*f;

	fixture_set_clock(NOON + 500 * DAY);
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':4,'set':{'address':'别处'}}", child), "ver");
	f = file_of("off", 20260101);
	ck_assert_str_eq(val_str(val_find(f, "record.fields.address")), "二组12号");
	ck_assert_int_eq(val_get_num(val_get(f, "record"), "ver", 0), 4);
	ck_assert_int_eq(val_get_num(f, "on", 0), 20260101);
	val_free(f);
}
END_TEST

/*
 * Rollups are computed again from the calls of that time; deadlines that such calls opened and
 * closed are not known.
 */
START_TEST(learned_by_then)
{
	struct val	*f;

	fixture_set_clock(NOON + 4 * DAY);
	call("dir-a1", 20260103, "met");
	fixture_set_clock(NOON + 9 * DAY);
	call("dir-a1", 20260109, "met");
	call("dir-a1", 20260107, "met");
	f = file_of("off", 0);
	ck_assert_int_eq(val_num(val_find(f, "record.fields.last_met"), 0), 20260109);
	ck_assert_int_eq(val_num(val_find(f, "record.fields.calls"), 0), 3);
	ck_assert_ptr_null(named(val_get(f, "due"), "clock", "twice"));
	ck_assert_ptr_null(val_get(f, "unknown"));
	val_free(f);
	f = file_of("off", 20260108);
	ck_assert_int_eq(val_num(val_find(f, "record.fields.last_met"), 0), 20260103);
	ck_assert_int_eq(val_num(val_find(f, "record.fields.calls"), 0), 1);
	ck_assert_int_eq(val_get_num(named(val_get(f, "due"), "clock", "again"), "day", 0),
	    20260212);
	ck_assert_ptr_null(named(val_get(f, "due"), "clock", "twice"));
	ck_assert(val_has(val_get(f, "unknown"), "twice"));
	ck_assert_uint_eq(val_len(val_get(f, "unknown")), 1);
	val_free(f);
}
END_TEST

static unsigned
dice(unsigned n)
{
	static uint64_t	 x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (unsigned)(x % n);
}

static int64_t
version_of(const char *book, int id)
{
	struct val	*r = ask(&w, "off", "{'op':'get','book':'%s','id':%d}", book, id);
	int64_t		 ver = val_get_num(val_get(r, "record"), "ver", 0);

	val_free(r);
	return ver;
}

#define CALLS	40

/* One random operation; when it is refused, nothing changes. */
static void
something(int *calls, size_t *n, int today)
{
	static const char *const	 guardian[] = { "nobody", "fair", "good", "carer-weak" };
	int				 ver = (int)version_of("child", child), id,
	    day = civil_add(today, -(int)dice(30), 'd');

	switch (dice(8)) {
	case 0:
		reply_error_code(ask_new(&w, "sup-a",
		    "{'op':'save','book':'child','id':%d,'ver':%d,'set':{'guardianship':'%s'}}",
		    child, ver, guardian[dice(4)]));
		break;
	case 1:
		reply_error_code(ask_new(&w, "dir-a1",
		    "{'op':'save','book':'child','id':%d,'ver':%d,'set':{'note':%s}}", child, ver,
		    dice(2) ? "'暂停'" : "null"));
		break;
	case 2:
		reply_error_code(ask_new(&w, "off",
		    "{'op':'act','book':'child','id':%d,'ver':%d,'act':'close','ask':{'reason':'aged-out',"
		    "'day':%d,'proof':'试'}}", child, ver, today));
		break;
	case 3:
		reply_error_code(ask_new(&w, "off",
		    "{'op':'act','book':'child','id':%d,'ver':%d,'act':'reopen','ask':{'why':'试'}}", child, ver));
		break;
	case 4:
		reply_error_code(ask_new(&w, "sup-a",
		    "{'op':'save','book':'note','set':{'child':%d,'text':'第%u条'}}", child,
		    dice(100)));
		break;
	case 5:
		if (*n > 0) {
			id = calls[dice((unsigned)*n)];
			reply_error_code(ask_new(&w, "dir-a1",
			    "{'op':'save','book':'call','id':%d,'ver':%d,'set':{'day':%d,'outcome':'%s'}}", id,
			    (int)version_of("call", id), day, dice(2) ? "met" : "nobody-home"));
		}
		break;
	default:
		if (*n < CALLS)
			calls[(*n)++] = (int)call("dir-a1", day, dice(3) ? "met" : "nobody-home");
		break;
	}
}

static void
bytes_of(struct val *reply, struct buf *out)
{
	ck_assert(val_get_true(reply, "ok"));
	val_drop(reply, "may");		/* nothing of the past can be changed */
	val_encode(reply, out);
	val_free(reply);
}

#define DAYS	60

/*
 * Whatever is done to a file later, the casefile of a day is what it was on the evening of that
 * day.
 */
START_TEST(the_past_stays_as_it_was)
{
	static const char *const	 who[] = { "off", "dir-a1", "sup-a" };
	static struct buf		 then[DAYS][3], under[DAYS];
	struct buf			 now = BUF_INIT;
	int				 calls[CALLS], today;
	size_t				 n = 0;

	for (int d = 0; d < DAYS; d++) {
		fixture_set_clock(NOON + d * DAY + 100);
		today = civil_add(20260101, d, 'd');
		for (unsigned k = dice(4); k > 0; k--)
			something(calls, &n, today);
		for (int u = 0; u < 3; u++)
			bytes_of(file_of(who[u], 0), &then[d][u]);
		bytes_of(ask(&w, "sup-a", "{'op':'under','book':'child','id':%d,'limit':200}",
		    child), &under[d]);
	}
	fixture_set_clock(NOON + 300 * DAY);
	for (int d = 0; d < DAYS; d++) {
		today = civil_add(20260101, d, 'd');
		for (int u = 0; u < 3; u++) {
			buf_reset(&now);
			bytes_of(file_of(who[u], today), &now);
			ck_assert_msg(now.n == then[d][u].n &&
			    memcmp(now.p, then[d][u].p, now.n) == 0, "%s on %d", who[u], today);
			buf_free(&then[d][u]);
		}
		buf_reset(&now);
		bytes_of(ask(&w, "sup-a",
		    "{'op':'under','book':'child','id':%d,'limit':200,'on':%d}", child, today),
		    &now);
		ck_assert_msg(now.n == under[d].n && memcmp(now.p, under[d].p, now.n) == 0,
		    "under on %d", today);
		buf_free(&under[d]);
	}
	buf_free(&now);
	ck_assert_uint_gt(n, 10);
	ck_assert_int_gt(version_of("child", child), 10);
}
END_TEST

static Suite *
suite(void)
{
	Suite	*s = suite_create("core/file");
	TCase	*tc = tcase_create("file");

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, all_of_it_in_one_answer);
	tcase_add_test(tc, only_what_he_may_see);
	tcase_add_test(tc, looking_is_on_record);
	tcase_add_test(tc, so_is_every_other_way_to_look);
	tcase_add_test(tc, days_that_cannot_be_asked);
	tcase_add_test(tc, timeline_told_and_entered);
	tcase_add_test(tc, timeline_goes_on_by_key);
	tcase_add_test(tc, a_visit_entered_later_was_not_known_then);
	tcase_add_test(tc, by_the_day);
	tcase_add_test(tc, learned_by_then);
	tcase_add_test(tc, the_past_stays_as_it_was);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(suite)
