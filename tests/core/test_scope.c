#include <stdio.h>
#include <string.h>

#include "core/core.h"
#include "core/record/account.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"

/*
 * Scopes: what a record lies in is a place or a body, and by a field with several values it lies in
 * several. The county has three units (a book of bodies); a task is addressed to some of them, and
 * each unit's account sees and answers its own.
 */
static struct fixture	w;
static char		forms[300];
static int		police, school, health;

static const char	unit_book[] =
    "book: unit\n"
    "label: {zh: 单位, en: Unit}\n"
    "title: '{name}'\n"
    "bodies: yes\n"
    "create: [officer]\n"
    "see: {officer: all, leader: all, partner: all, director: all}\n"
    "write: {officer: all}\n"
    "lists: [all: {label: 全部, by: [officer], columns: [name], sort: [name]}]\n"
    "life: {start: there, states: [there: {zh: 在, en: There}]}\n"
    "pages:\n"
    "  - main:\n"
    "      label: 内容\n"
    "      fields:\n"
    "        - name: {type: text, required: first, label: 名称, max: 40, find: name}\n";

static const char	task_book[] =
    "book: task\n"
    "label: {zh: 任务, en: Task}\n"
    "title: '{text}'\n"
    "create: [officer]\n"
    "see: {officer: all, partner: area, director: area}\n"
    "write: {officer: all}\n"
    "lists:\n"
    "  - all: {label: 全部, by: [officer], columns: [text], sort: [text]}\n"
    "  - ours: {label: 本单位, by: [officer, partner], where: {state: open}, area: units, columns: [text], sort: [text]}\n"
    "  - villages: {label: 涉及村, by: [officer, director], area: places, columns: [text], sort: [text]}\n"
    "clocks: [answer: {label: 答复, when: {state: open}, within: 10d, area: units, by: partner,\n"
    "  escalation: [{overdue: 3d, notify: officer}]}]\n"
    "life: {start: open, states: [open: {zh: 未了, en: Open}, shut: {zh: 了结, en: Shut}],\n"
    "  acts: [answer: {label: 答复, from: open, to: shut, by: [partner], area: units}]}\n"
    "pages:\n"
    "  - main:\n"
    "      label: 内容\n"
    "      fields:\n"
    "        - text: {type: text, required: first, label: 内容, max: 40, find: name}\n"
    "        - units: {type: link, book: unit, many: yes, label: 单位}\n"
    "        - places: {type: area, many: yes, anywhere: yes, label: 地方}\n";

static const char	roll_task[] =
    "book: task\nlabel: 任务\ntitle: '{text}'\ncreate: [officer]\nsee: {officer: all}\nwrite: {officer: all}\n"
    "lists: [all: {label: 全部, by: [officer], columns: [text], sort: [text]}]\n"
    "clocks: [month: {label: 每月, when: {state: open}, every: month, done: {book: note}, area: units, by: officer}]\n"
    "life: {start: open, states: [open: 开, shut: 关], acts: [end: {label: 关, from: open, to: shut, by: officer}]}\n"
    "pages: [main: {label: 内容, fields: [text: {type: text, label: 字, required: first},\n"
    "  units: {type: link, book: unit, many: yes, label: 单位}]}]\n";

static void
edit_forms(void)
{
	struct buf	 cmd = BUF_INIT;

	buf_printf(&cmd,
	    "sed -i '/^  - partner:/,/level:/s/level: none/level: body/' '%s/roles.yaml' && "
	    "sed -i 's/^        - from:$/        - bodies: {type: link, book: unit, many: yes, label: 单位}\\n&/' '%s/books/account.yaml'",
	    forms, forms);
	ck_assert_int_eq(system(cmd.p), 0);
	buf_free(&cmd);
}

static int
add_unit(const char *name)
{
	return (int)reply_number(ask_new(&w, "off",
	    "{'op':'save','book':'unit','set':{'name':'%s'}}", name), "id");
}

static int
add_task(const char *text, const char *units, const char *places)
{
	return (int)reply_number(ask_new(&w, "off",
	    "{'op':'save','book':'task','set':{'text':'%s','units':[%s],'places':[%s]}}", text,
	    units, places), "id");
}

static void
grant(const char *bodies)
{
	char	 set[100];

	snprintf(set, sizeof set, "{'bodies':[%s]}", bodies);
	fixture_set_account(&w, "partner", set);
}

static void
setup(void)
{
	char	 one[32];

	fixture_open(&w);
	fixture_copy_forms(&w, forms);
	edit_forms();
	fixture_put_file(&w, "books/unit.yaml", unit_book);
	fixture_put_file(&w, "books/task.yaml", task_book);
	fixture_reopen(&w);
	police = add_unit("公安局");
	school = add_unit("教育局");
	health = add_unit("卫健局");
	snprintf(one, sizeof one, "%d", police);
	grant(one);
}

static void
teardown(void)
{
	fixture_set_clock(FIXTURE_NOW);
	fixture_close(&w);
}

static int
count_of(const char *user, const char *list)
{
	return (int)reply_number(ask(&w, user, "{'op':'count','book':'task','list':'%s'}", list),
	    "count");
}

static int
rows_of(const char *user, const char *list)
{
	struct val	*r = ask(&w, user, "{'op':'list','book':'task','list':'%s','limit':50}",
	    list);
	int		 n = (int)val_len(val_get(r, "rows"));

	ck_assert_str_eq(val_get_str(r, "error") != NULL ? val_get_str(r, "error") : "", "");
	val_free(r);
	return n;
}

static int
due_of(const char *user)
{
	struct val	*r = ask(&w, user, "{'op':'due'}");
	int		 n = (int)val_len(val_get(r, "due"));

	ck_assert_int_eq(val_get_num(r, "over", 0) + val_get_num(r, "soon", 0), n);
	val_free(r);
	return n;
}

static const char *
answer(int id)
{
	return reply_error_code(ask_new(&w, "partner",
	    "{'op':'act','book':'task','id':%d,'ver':1,'act':'answer'}", id));
}

static char *
ids(int a, int b)
{
	static char	 text[2][64];
	static int	 turn;

	turn = !turn;
	snprintf(text[turn], sizeof text[turn], "%d,%d", a, b);
	return text[turn];
}

/* ---- scopes themselves ----------------------------------------------------------------------- */

START_TEST(key)
{
	struct scope	 county = scope_place(AREA_COUNTY_C), town = scope_place(AREA_A),
	    village = scope_place(AREA_A1);
	struct scope	 other = scope_place(AREA_B1), body = scope_body(0x0102030405060708),
	    all = scope_all(), again;

	ck_assert(scope_within(&village, &town) && scope_within(&town, &county) &&
	    scope_within(&village, &village));
	ck_assert(!scope_within(&town, &village) && !scope_within(&other, &town) &&
	    !scope_within(&body, &county));
	ck_assert(scope_within(&body, &all) && scope_within(&village, &all) &&
	    !scope_within(&all, &county));
	ck_assert(scope_is_all(&all) && !scope_is_all(&county) && scope_area(&body) == NULL &&
	    scope_body_id(&village) == 0);
	ck_assert_str_eq(scope_area(&town), AREA_A);
	ck_assert(scope_body_id(&body) == 0x0102030405060708);
	again = scope_from_key(body.key);
	ck_assert(scope_equal(&again, &body));
	again = scope_from_key(town.key);
	ck_assert(scope_equal(&again, &town) && !scope_equal(&again, &village));
}
END_TEST

START_TEST(narrow)
{
	struct scope	 all = scope_all(), town = scope_place(AREA_A),
	    village = scope_place(AREA_A1), body = scope_body(7), out;

	ck_assert(scope_narrow(&all, NULL, &out) && scope_is_all(&out));
	ck_assert(scope_narrow(&all, AREA_A, &out) && scope_equal(&out, &town));
	ck_assert(scope_narrow(&town, AREA_A1, &out) && scope_equal(&out, &village));
	ck_assert(scope_narrow(&village, AREA_A, &out) && scope_equal(&out, &village));
	ck_assert(!scope_narrow(&town, AREA_B, &out));
	ck_assert(!scope_narrow(&body, AREA_A, &out));
	ck_assert(scope_narrow(&body, NULL, &out) && scope_equal(&out, &body));
}
END_TEST

START_TEST(printed)
{
	struct scope	 all = scope_all(), town = scope_place(AREA_A), body = scope_body(7);
	struct buf	 b = BUF_INIT;

	scope_print(&all, &b);
	buf_putc(&b, ' ');
	scope_print(&town, &b);
	buf_putc(&b, ' ');
	scope_print(&body, &b);
	ck_assert_str_eq(buf_str(&b), "everywhere " AREA_A " #7");
	buf_free(&b);
}
END_TEST

/* ---- records in bodies ----------------------------------------------------------------------- */

START_TEST(unit_sees_its_own)
{
	int	 ours = add_task("清查一", ids(police, school), ""),
	    theirs = add_task("清查二", ids(school, health), "");

	ck_assert_int_eq(rows_of("partner", "ours"), 1);
	ck_assert_int_eq(count_of("partner", "ours"), 1);
	ck_assert_str_eq(reply_error_code(ask(&w, "partner", "{'op':'get','book':'task','id':%d}",
	    ours)), "");
	ck_assert_str_eq(reply_error_code(ask(&w, "partner", "{'op':'get','book':'task','id':%d}",
	    theirs)), "missing");
	ck_assert_str_eq(answer(theirs), "missing");
	ck_assert_str_eq(answer(ours), "");
	ck_assert_int_eq(rows_of("partner", "ours"), 0);
}
END_TEST

/*
 * The officer sees all scopes: a task of three units is one task, in the list, in its count and in
 * the work list.
 */
START_TEST(several_scopes_are_one_record)
{
	char	 three[64];

	snprintf(three, sizeof three, "%d,%d,%d", police, school, health);
	add_task("联合检查", three, "");
	add_task("清查", ids(school, health), "");
	add_task("无单位", "", "");
	ck_assert_int_eq(rows_of("off", "ours"), 2);
	ck_assert_int_eq(count_of("off", "ours"), 2);
	ck_assert_int_eq(rows_of("off", "all"), 3);
	ck_assert_int_eq(count_of("off", "all"), 3);
	grant(ids(police, school));
	ck_assert_int_eq(rows_of("partner", "ours"), 2);
	ck_assert_int_eq(count_of("partner", "ours"), 2);
	fixture_set_clock(FIXTURE_NOW + 14 * INT64_C(86400));
	ck_assert_int_eq(due_of("partner"), 2);
	ck_assert_int_eq(due_of("off"), 2);
}
END_TEST

/* Pages of a list that merges scopes neither repeat nor lose a member. */
START_TEST(pages)
{
	char		 text[40];
	struct val	*after = NULL;
	int		 seen = 0;

	for (int i = 0; i < 12; i++) {
		snprintf(text, sizeof text, "任务%c", 'a' + i);
		add_task(text, i % 3 == 0 ? ids(police, school) : i % 3 == 1 ? ids(school, health) :
		    ids(police, health), "");
	}
	for (int page = 0; page < 5; page++) {
		struct buf	 hex = BUF_INIT;
		struct val	*r;
		size_t		 n;
		const char	*p = val_mem(after, &n);

		for (size_t i = 0; p != NULL && i < n; i++)
			buf_printf(&hex, "%02x", (unsigned char)p[i]);
		r = ask(&w, "off", "{'op':'list','book':'task','list':'ours','limit':5%s%s%s}",
		    p != NULL ? ",'after':'x:" : "", buf_str(&hex), p != NULL ? "'" : "");
		buf_free(&hex);
		n = val_len(val_get(r, "rows"));
		seen += (int)n;
		val_free(after);
		after = n > 0 ? val_dup(val_get(val_at(val_get(r, "rows"), n - 1), "key")) : NULL;
		val_free(r);
		if (after == NULL)
			break;
	}
	val_free(after);
	ck_assert_int_eq(seen, 12);
}
END_TEST

START_TEST(several_places)
{
	add_task("两村", "", "'" AREA_A1 "','" AREA_B1 "'");
	add_task("一镇", "", "'" AREA_A "'");
	ck_assert_int_eq(rows_of("dir-a1", "villages"), 1);
	ck_assert_int_eq(count_of("dir-a1", "villages"), 1);
	ck_assert_int_eq(rows_of("dir-a2", "villages"), 0);
	ck_assert_int_eq(rows_of("dir-b1", "villages"), 1);
	ck_assert_int_eq(count_of("off", "villages"), 2);
}
END_TEST

/* Rows follow the field: a unit that is removed loses the task, a new one gets it. */
START_TEST(rows_follow)
{
	int	 id = add_task("清查", ids(police, school), "");

	ck_assert_int_eq(rows_of("partner", "ours"), 1);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "off",
	    "{'op':'save','book':'task','id':%d,'ver':1,'set':{'units':[%d]}}", id, health)), "");
	ck_assert_int_eq(rows_of("partner", "ours"), 0);
	ck_assert_int_eq(due_of("partner"), 0);
	grant(ids(health, school));
	ck_assert_int_eq(rows_of("partner", "ours"), 1);
	ck_assert_int_eq(due_of("partner"), 0);		/* ten days are ahead of what is shown */
	fixture_set_clock(FIXTURE_NOW + 5 * INT64_C(86400));
	ck_assert_int_eq(due_of("partner"), 1);
}
END_TEST

START_TEST(account_without_body)
{
	struct actor	*actor;

	grant("");
	ck_assert_int_eq(account_load_actor(w.core, "partner", 1000, "test", &actor), ACTOR_BROKEN);
}
END_TEST

/* ---- definitions ----------------------------------------------------------------------------- */

static void
refused(const char *file, const char *text, const char *line)
{
	struct buf	 problems = BUF_INIT;

	fixture_put_file(&w, file, text);
	ck_assert_ptr_null(core_set_load(forms, &problems));
	ck_assert_msg(strstr(buf_str(&problems), line) != NULL, "%s", buf_str(&problems));
	buf_free(&problems);
}

START_TEST(definitions_refused)
{
	refused("books/unit.yaml",
	    "book: unit\nlabel: 单位\ntitle: '{name}'\ncreate: [officer]\nsee: {officer: all}\nwrite: {officer: all}\n"
	    "lists: [all: {label: 全部, by: [officer], columns: [name], sort: [name]}]\n"
	    "life: {start: there, states: [there: 在]}\npages: [main: {label: 内容, fields: [name: {type: text, required: first, label: 名称}]}]\n",
	    "area: units must be an area field, or a link to a book with \"bodies: yes\", outside groups");
}
END_TEST

/* The roll of a month asks each record once, so its clock cannot lie in several scopes. */
START_TEST(roll_in_several_scopes_refused)
{
	fixture_put_file(&w, "books/note.yaml",
	    "book: note\nlabel: 记\nunder: task\ndate: day\ntitle: '{day}'\ncreate: [officer]\n"
	    "see: {officer: all}\nwrite: {officer: all}\nlists: [all: {label: 全部, by: [officer], columns: [day], sort: [day]}]\n"
	    "life: {start: kept, states: [kept: 存]}\npages: [main: {label: 内容, fields: [\n"
	    "  task: {type: link, book: task, required: first, label: 任务}, day: {type: date, required: first, label: 日}]}]\n");
	refused("books/task.yaml", roll_task,
	    "area: units has several values; a clock of every month lies in one place");
}
END_TEST

static Suite *
scope(void)
{
	Suite	*s = suite_create("core/scope");
	TCase	*keys = tcase_create("keys"), *records = tcase_create("records");

	tcase_add_test(keys, key);
	tcase_add_test(keys, narrow);
	tcase_add_test(keys, printed);
	suite_add_tcase(s, keys);
	tcase_add_checked_fixture(records, setup, teardown);
	tcase_add_test(records, unit_sees_its_own);
	tcase_add_test(records, several_scopes_are_one_record);
	tcase_add_test(records, pages);
	tcase_add_test(records, several_places);
	tcase_add_test(records, rows_follow);
	tcase_add_test(records, account_without_body);
	tcase_add_test(records, definitions_refused);
	tcase_add_test(records, roll_in_several_scopes_refused);
	suite_add_tcase(s, records);
	return s;
}

TEST_MAIN(scope)
