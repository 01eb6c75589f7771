#include <stdio.h>
#include <string.h>

#include "core/core.h"
#include "core/record/children.h"
#include "core/record/deadline.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"

/*
 * Parents of any depth: a referral under a child's file, replies under the referral, steps under
 * each reply. What holds for children of a file holds for all below it: place, sight, deadlines,
 * rollups, the file as it was on a day, and merging.
 */
#define DAY	INT64_C(86400)

static struct fixture	w;
static char		forms[300];
static int		child, referral, reply, step;

#define COMMON(name, parent)							\
    "book: " name "\n"								\
    "label: {zh: " name ", en: " name "}\n"					\
    "under: " parent "\n"							\
    "date: day\n"								\
    "title: '{day} {text}'\n"							\
    "logged: yes\n"								\
    "create: [director, supervisor]\n"						\
    "see: {director: area, supervisor: area, officer: all, leader: all}\n"	\
    "write: {director: area, supervisor: area}\n"				\
    "lists: [all: {label: 全部, by: [director, supervisor, officer], columns: [day, text], sort: [day]}]\n"	\
    "life: {start: open, states: [open: {zh: 未了}, shut: {zh: 了结, ended: yes}],\n"	\
    "  acts: [shut: {label: 了结, from: open, to: shut, by: [director, supervisor]}]}\n"	\
    "pages:\n"									\
    "  - main:\n"								\
    "      label: 内容\n"							\
    "      fields:\n"								\
    "        - " parent ": {type: link, book: " parent ", required: first, label: 上级}\n"	\
    "        - day: {type: date, required: first, max: today, label: 日期}\n"	\
    "        - text: {type: text, required: first, label: 内容, max: 40}\n"

static const char	referral_book[] = COMMON("referral", "child")
    "        - replies: {type: number, label: 次, rollup: {book: reply, pick: count}}\n"
    "clocks: [answer: {label: 回复, when: {state: open}, every: 10d, done: {book: reply}, by: director}]\n";
static const char	reply_book[] = COMMON("reply", "referral")
    "        - last_step: {type: date, label: 步, rollup: {book: step, field: day}}\n"
    "clocks: [check: {label: 核对, when: {state: open}, within: 5d, by: supervisor}]\n";
static const char	step_book[] = COMMON("step", "reply")
    "clocks: [follow: {label: 跟进, when: {state: open}, within: 3d, by: director}]\n";

static int
add(const char *book, const char *parent, int parent_id, int day)
{
	return (int)reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'%s','set':{'%s':%d,'day':%d,'text':'转介'}}", book, parent,
	    parent_id, day), "id");
}

static void
setup(void)
{
	fixture_open(&w);
	fixture_copy_forms(&w, forms);
	fixture_put_file(&w, "books/referral.yaml", referral_book);
	fixture_put_file(&w, "books/reply.yaml", reply_book);
	fixture_put_file(&w, "books/step.yaml", step_book);
	fixture_reopen(&w);
	child = (int)child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	referral = add("referral", "child", child, 20260301);
	reply = add("reply", "referral", referral, 20260305);
	step = add("step", "reply", reply, 20260306);
}

static void
teardown(void)
{
	fixture_set_clock(FIXTURE_NOW);
	world_free(&w);
}

static void
act(const char *user, const char *book, int id, const char *name, const char *ask)
{
	ck_assert_str_eq(reply_error_code(ask_new(&w, user,
	    "{'op':'act','book':'%s','id':%d,'ver':%d,'act':'%s','ask':{%s}}", book, id,
	    fixture_ver(&w, id), name, ask)), "");
}

static int
due_day(int id, const char *clock)
{
	struct rec	*rec = fixture_rec(&w, id);
	int		 day = deadline_day(book_clock(rec->book, clock), rec);

	rec_free(rec);
	return day;
}

static int
last_done(int id, const char *clock)
{
	struct rec	*rec = fixture_rec(&w, id);
	int		 day = deadline_last(book_clock(rec->book, clock), rec);

	rec_free(rec);
	return day;
}

static int64_t
field(int id, const char *name)
{
	struct rec	*rec = fixture_rec(&w, id);
	int64_t		 n = val_get_num(rec->fields, name, 0);

	rec_free(rec);
	return n;
}

static const char *
answered(const char *user, const char *book, int id)
{
	return reply_error_code(ask(&w, user, "{'op':'get','book':'%s','id':%d}", book, id));
}

static size_t
listed(const char *user, const char *book)
{
	struct val	*r = ask(&w, user, "{'op':'list','book':'%s','list':'all'}", book);
	size_t		 n = val_len(val_get(r, "rows"));

	ck_assert_int_eq(reply_number(ask(&w, user, "{'op':'count','book':'%s','list':'all'}",
	    book), "count"), (int64_t)n);
	val_free(r);
	return n;
}

START_TEST(parents_learn_from_their_children_at_each_level)
{
	ck_assert_int_eq(field(referral, "replies"), 1);
	ck_assert_int_eq(field(reply, "last_step"), 20260306);
	ck_assert_int_eq(last_done(referral, "answer"), 20260305);
	add("reply", "referral", referral, 20260310);
	add("step", "reply", reply, 20260309);
	ck_assert_int_eq(field(referral, "replies"), 2);
	ck_assert_int_eq(field(reply, "last_step"), 20260309);
	ck_assert_int_eq(last_done(referral, "answer"), 20260310);
	fixture_expect_derived(&w);
}
END_TEST

START_TEST(a_sealed_file_hides_all_below_it)
{
	const struct { const char *book; int id; }	 below[] = { { "referral", referral },
	    { "reply", reply }, { "step", step } };

	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(listed("dir-a1", below[i].book), 1);
	ck_assert_int_ne(due_day(step, "follow"), 0);
	act("off", "child", child, "close",
	    "'reason':'parents-back','day':20260312,'proof':'父母均已返乡'");
	act("off", "child", child, "seal", "'why':'按规定封存'");
	for (size_t i = 0; i < 3; i++) {
		ck_assert_str_eq(answered("dir-a1", below[i].book, below[i].id), "missing");
		ck_assert_str_eq(answered("sup-a", below[i].book, below[i].id), "missing");
		ck_assert_str_eq(answered("off", below[i].book, below[i].id), "");
		ck_assert_uint_eq(listed("dir-a1", below[i].book), 0);
	}
	ck_assert_int_eq(due_day(step, "follow"), 0);
	ck_assert_int_eq(due_day(reply, "check"), 0);
	fixture_expect_derived(&w);
	act("off", "child", child, "unseal", "'why':'复核'");
	ck_assert_str_eq(answered("dir-a1", "step", step), "");
	ck_assert_uint_eq(listed("dir-a1", "step"), 1);
	fixture_expect_derived(&w);
}
END_TEST

START_TEST(deadlines_end_below_a_record_that_has_ended)
{
	act("dir-a1", "referral", referral, "shut", "");
	ck_assert_int_eq(due_day(reply, "check"), 0);
	ck_assert_int_eq(due_day(step, "follow"), 0);
	fixture_expect_derived(&w);
}
END_TEST

/* Only of the record itself and of those below it, at whatever depth. */
START_TEST(the_work_list_of_a_child_has_all_below_it)
{
	struct val	*r = ask(&w, "dir-a1",
	    "{'op':'due','find':'王小明','clock':'follow','book':'step','ahead':31}");

	ck_assert_uint_eq(val_len(val_get(r, "due")), 1);
	val_free(r);
}
END_TEST

START_TEST(the_file_of_a_past_day_has_all_below_it_as_it_was)
{
	struct val	*r;
	size_t		 n = 0;

	fixture_set_clock(FIXTURE_NOW + 3 * DAY);
	add("reply", "referral", referral, 20260314);
	add("step", "reply", reply, 20260314);
	r = ask(&w, "sup-a", "{'op':'file','book':'referral','id':%d,'on':20260312}", referral);
	ck_assert_int_eq(val_get_num(val_find(r, "record.fields"), "replies", 0), 1);
	val_free(r);
	r = ask(&w, "sup-a", "{'op':'timeline','book':'child','id':%d}", child);
	for (size_t i = 0; i < val_len(val_get(r, "events")); i++)
		n += strcmp(val_get_str(val_at(val_get(r, "events"), i), "book"), "step") == 0;
	ck_assert_uint_eq(n, 2);
	val_free(r);
}
END_TEST

/* What goes over with a merged file is followed by what is below it. */
START_TEST(a_merge_takes_all_below_with_it)
{
	int	 stays = (int)child_in_state(&w, "dir-a2", "王小明", AREA_A2, 2, "active");

	ck_assert_str_eq(reply_error_code(ask_new(&w, "off",
	    "{'op':'merge','book':'child','id':%d,'ver':%d,'other':%d,'otherver':%d,"
	    "'why':'重复登记'}", stays, fixture_ver(&w, stays), child, fixture_ver(&w, child))),
	    "");
	ck_assert_int_eq(field(referral, "child"), stays);
	fixture_expect_derived(&w);
	ck_assert_str_eq(answered("dir-a2", "step", step), "");
	ck_assert_str_eq(answered("dir-a1", "step", step), "missing");
	ck_assert_uint_eq(listed("dir-a2", "step"), 1);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "off",
	    "{'op':'unmerge','book':'child','id':%d,'ver':%d,'why':'不是同一人'}", child,
	    fixture_ver(&w, child))), "");
	ck_assert_str_eq(answered("dir-a1", "step", step), "");
	ck_assert_str_eq(answered("dir-a2", "step", step), "missing");
	fixture_expect_derived(&w);
}
END_TEST

START_TEST(a_ring_of_parents_is_refused)
{
	struct buf	 err = BUF_INIT;

	fixture_put_file(&w, "books/referral.yaml", COMMON("referral", "step"));
	ck_assert_ptr_null(core_set_load(forms, &err));
	ck_assert_ptr_nonnull(strstr(buf_str(&err),
	    "under: referral under step under reply under referral is a ring; one of these books must "
	    "have an area instead\n"));
	buf_free(&err);
}
END_TEST

static Suite *
depth(void)
{
	Suite	*s = suite_create("core/depth");
	TCase	*tc = tcase_create("depth");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, parents_learn_from_their_children_at_each_level);
	tcase_add_test(tc, a_sealed_file_hides_all_below_it);
	tcase_add_test(tc, deadlines_end_below_a_record_that_has_ended);
	tcase_add_test(tc, the_work_list_of_a_child_has_all_below_it);
	tcase_add_test(tc, the_file_of_a_past_day_has_all_below_it_as_it_was);
	tcase_add_test(tc, a_merge_takes_all_below_with_it);
	tcase_add_test(tc, a_ring_of_parents_is_refused);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(depth)
