#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/support/fixture.h"

/*
 * Score sheets in the daemon: what the answers propose is kept by the save and stays; a county
 * changes its sheets as data.
 */

static struct fixture	w;
static uint64_t		child;

/*
 * Everything the county's sheet asks, nothing of it alarming: 2 points for contact, 1 for hardship.
 */
#define CALM	"'contact':'seldom','guarded':'parent','carer_health':'well','care':'all','schooling':'fine'," \
		"'mood':'steady','hardship':'tight','incidents':0"

static void
setup(void)
{
	fixture_open(&w);
	child = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
}

static void
teardown(void)
{
	world_free(&w);
}

static int64_t
assess(const char *user, const char *sheet)
{
	return reply_number(ask_new(&w, user, "{'op':'save','book':'risk','set':{'child':%d,%s}}",
	    (int)child, sheet), "id");
}

/* "30 low high": points in tenths, the proposal, the grade. */
static const char *
stands(int64_t id)
{
	static char		 text[100];
	struct val		*r = ask(&w, "sup-a", "{'op':'get','book':'risk','id':%d}",
	    (int)id);
	const struct val	*f = val_find(r, "record.fields");
	const char		*p = val_get_str(f, "proposed"), *g = val_get_str(f, "grade");

	ck_assert(val_get_true(r, "ok"));
	snprintf(text, sizeof text, "%d %s %s", (int)val_get_num(f, "score", -1), p != NULL ? p :
	    "-", g != NULL ? g : "-");
	val_free(r);
	return text;
}

static const char *
act(const char *user, int64_t id, int ver, const char *name)
{
	return reply_error_code(ask_new(&w, user,
	    "{'op':'act','book':'risk','id':%d,'ver':%d,'act':'%s'}", (int)id, ver, name));
}

static const char *
save(const char *user, int64_t id, int ver, const char *set)
{
	return reply_error_code(ask_new(&w, user,
	    "{'op':'save','book':'risk','id':%d,'ver':%d,'set':{%s}}", (int)id, ver, set));
}

START_TEST(the_save_keeps_the_proposal)
{
	int64_t		 id = assess("dir-a1", "'risk-county':{'contact':'seldom'}");
	struct val	*r;

	ck_assert_str_eq(stands(id), "20 - -");			/* the rest is still to answer */
	ck_assert_str_eq(save("dir-a1", id, 1, "'risk-county':{" CALM "}"), "");
	ck_assert_str_eq(stands(id), "30 low -");
	ck_assert_str_eq(save("dir-a1", id, 2, "'risk-county':{'now':['beaten']}"), "");
	ck_assert_str_eq(stands(id), "110 urgent -");
	r = ask(&w, "dir-a1", "{'op':'get','book':'risk','id':%d}", (int)id);
	ck_assert_str_eq(val_str(val_find(r, "record.fields.reasons")),
	    "正在挨打受虐，立即报告公安机关，定为紧急；眼下的险情：正在挨打受虐 8分；与父母联系：几个月一次 2分；家里生活：紧巴 1分");
	val_free(r);
	/* nobody types what follows from the answers */
	ck_assert_str_eq(save("dir-a1", id, 3, "'proposed':'low'"), "denied");
	ck_assert_str_eq(save("dir-a1", id, 3, "'score':5"), "denied");
	ck_assert_str_eq(save("dir-a1", id, 3, "'reasons':'x'"), "denied");
	/* another sheet proposes something else, elsewhere; the answers to the first are kept */
	ck_assert_str_eq(save("dir-a1", id, 3,
	    "'sheet':'guard-ability','guard-ability':{'mind':'unable'}"), "");
	ck_assert_str_eq(stands(id), "60 - -");
	r = ask(&w, "dir-a1", "{'op':'get','book':'risk','id':%d}", (int)id);
	ck_assert_str_eq(val_str(val_find(r, "record.fields.ability")), "poor");
	ck_assert_str_eq(val_str(val_find(r, "record.fields.risk-county.contact")), "seldom");
	val_free(r);
}
END_TEST

/* What followed from the answers goes back with them, though nobody may type it. */
START_TEST(answers_are_taken_back)
{
	int64_t	 id = assess("dir-a1", "'risk-county':{" CALM "}");

	ck_assert_str_eq(save("dir-a1", id, 1, "'risk-county':{'now':['beaten']}"), "");
	ck_assert_str_eq(stands(id), "110 urgent -");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'undo','book':'risk','id':%d,'ver':2}", (int)id)), "");
	ck_assert_str_eq(stands(id), "30 low -");
}
END_TEST

START_TEST(another_grade_needs_a_reason)
{
	int64_t	 id = assess("dir-a1",
	    "'grade':'high','guardianship':'good','measures':'每周去一次','risk-county':{" CALM "}");

	ck_assert_str_eq(stands(id), "30 low high");
	ck_assert_str_eq(act("dir-a1", id, 1, "submit"), "invalid");
	ck_assert_str_eq(save("dir-a1", id, 1, "'why':'父亲刚出狱'"), "");
	ck_assert_str_eq(act("dir-a1", id, 2, "submit"), "");
	id = assess("dir-a1", "'grade':'low','guardianship':'good','risk-county':{" CALM "}");
	ck_assert_str_eq(act("dir-a1", id, 1, "submit"), "");	/* the same needs none */
}
END_TEST

/* The person who submitted it may not confirm it. */
START_TEST(two_people)
{
	int64_t	 id = assess("sup-a",
	    "'grade':'low','guardianship':'good','risk-county':{" CALM "}");

	ck_assert_str_eq(act("sup-a", id, 1, "submit"), "");
	ck_assert_str_eq(act("sup-a", id, 2, "confirm"), "denied");
	ck_assert_str_eq(act("sup-b", id, 2, "confirm"), "missing");
	ck_assert_str_eq(act("off", id, 2, "confirm"), "");
	id = assess("dir-a1",
	    "'grade':'urgent','police':false,'measures':'带离','why':'情况危急','guardianship':'poor',"
	    "'risk-county':{" CALM "}");
	ck_assert_str_eq(act("dir-a1", id, 1, "submit"), "invalid");	/* the police first */
	ck_assert_str_eq(save("dir-a1", id, 1, "'police':true"), "");
	ck_assert_str_eq(act("dir-a1", id, 2, "submit"), "");
	ck_assert_str_eq(act("dir-a1", id, 3, "confirm"), "denied");
	ck_assert_str_eq(act("sup-a", id, 3, "confirm"), "");
}
END_TEST

static void
run(const char *fmt, const char *forms)
{
	struct buf	 cmd = BUF_INIT;

	buf_printf(&cmd, "cd '%s' && %s", forms, fmt);
	ck_assert_int_eq(system(cmd.p), 0);
	buf_free(&cmd);
}

START_TEST(a_later_sheet_leaves_the_old_ones_alone)
{
	int64_t	 open = assess("dir-a1",
	    "'grade':'low','guardianship':'good','risk-county':{" CALM "}"),
	    done = assess("dir-a1", "'grade':'low','guardianship':'good','risk-county':{" CALM "}");
	char	 forms[300];

	ck_assert_str_eq(act("dir-a1", done, 1, "submit"), "");
	fixture_copy_forms(&w, forms);
	run("sed -i -e 's/几个月一次, en: Every few months, points: 2/几个月一次, en: Every few months, points: 9/' "
	    "sheets/risk-county.yaml", forms);
	fixture_reopen(&w);
	ck_assert_str_eq(stands(done), "30 low low");
	ck_assert_str_eq(act("sup-a", done, 2, "confirm"), "");
	ck_assert_str_eq(stands(done), "30 low low");
	ck_assert_str_eq(stands(open), "30 low low");		/* until it is saved */
	ck_assert_str_eq(save("dir-a1", open, 1, "'measures':'看看'"), "");
	ck_assert_str_eq(stands(open), "100 medium low");
	ck_assert_str_eq(act("dir-a1", open, 2, "submit"), "invalid");
}
END_TEST

START_TEST(a_further_sheet_is_a_file)
{
	char		 forms[300];
	struct val	*r;
	int64_t		 id;

	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'risk','set':{'child':%d,'sheet':'stove'}}",
	    (int)child)), "invalid");
	fixture_copy_forms(&w, forms);
	run("printf '%s\\n' 'sheet: stove' 'label: {zh: 灶火, en: Stove}' 'book: risk' 'into: proposed' 'items:' "
	    "'  - lit: {label: 孩子自己生火, type: yes-no, points: {yes: 1, no: 0}}' "
	    "'grades: [{grade: low, max: 0}, {grade: high, min: 1}]' > sheets/stove.yaml", forms);
	fixture_reopen(&w);
	id = assess("dir-a1", "'sheet':'stove','stove':{'lit':true}");
	ck_assert_str_eq(stands(id), "10 high -");
	r = ask(&w, "dir-a1", "{'op':'forms'}");	/* the client builds its page from that */
	ck_assert_ptr_nonnull(val_find(r, "set.sheets.stove"));
	val_free(r);
}
END_TEST

static Suite *
suite(void)
{
	Suite	*s = suite_create("core/score");
	TCase	*tc = tcase_create("sheets");

	tcase_set_timeout(tc, 120);
	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_save_keeps_the_proposal);
	tcase_add_test(tc, answers_are_taken_back);
	tcase_add_test(tc, another_grade_needs_a_reason);
	tcase_add_test(tc, two_people);
	tcase_add_test(tc, a_later_sheet_leaves_the_old_ones_alone);
	tcase_add_test(tc, a_further_sheet_is_a_file);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(suite)
