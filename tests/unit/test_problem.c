#include "forms/problem.h"

#include <string.h>

#include "tests/harness.h"

#define N(a)	(sizeof(a) / sizeof((a)[0]))

static char *
filled(const struct problem *p, problem_name_fn *name)
{
	struct buf	 b = BUF_INIT;

	problem_format(&b, p->say, p->args, name, NULL);
	return buf_take(&b);
}

static void
angle(const struct val *ref, void *arg, struct buf *out)
{
	(void)arg;
	buf_printf(out, "<%s>", val_key(ref, 0));
}

START_TEST(every_kind_of_argument)
{
	struct problems	 ps = PROBLEMS_INIT;
	struct problem	*p;
	char		*s;

	p = problem_add(&ps, "birth", "{1} {2} {3} {4} {5} {6} {7} {8}", ARG_TEXT, "三月", ARG_NUM,
	    INT64_C(-3), ARG_DATE,
	    20260302, ARG_FIELD, "father.phone", ARG_CODE, "sex", "1", ARG_AREA, "990121001007",
	    ARG_STATE, "found", ARG_ACT, "submit", ARG_END);
	ck_assert_ptr_nonnull(p);
	ck_assert_str_eq(p->field, "birth");
	ck_assert_uint_eq(val_len(p->args), 8);
	s = filled(p, NULL);
	ck_assert_str_eq(s, "三月 -3 2026-03-02 father.phone 1 990121001007 found submit");
	free(s);
	s = filled(p, angle);
	ck_assert_str_eq(s, "三月 -3 <date> <field> <code> <area> <state> <act>");
	free(s);
	problems_free(&ps);
	ck_assert_uint_eq(ps.n, 0);
}
END_TEST

START_TEST(places)
{
	static const char *const rows[][2] = {
		{ "{2} before {1}", "b before a" }, { "{1}{1}", "aa" },
		  { "{3} stays", "{3} stays" },
		{ "{0} {10} {a} {1", "{0} {10} {a} {1" }, { "100 % %s {1}", "100 % %s a" },
		  { "", "" }, { "{{1}}", "{a}" },
	};
	struct val	*args = val_list();
	struct buf	 b = BUF_INIT;

	ck_assert(val_add(args, val_text("a")));
	ck_assert(val_add(args, val_text("b")));
	for (size_t i = 0; i < N(rows); i++) {
		buf_reset(&b);
		problem_format(&b, rows[i][0], args, NULL, NULL);
		ck_assert_str_eq(buf_str(&b), rows[i][1]);
	}
	buf_reset(&b);
	problem_format(&b, "{1}", NULL, NULL, NULL);
	ck_assert_str_eq(buf_str(&b), "{1}");
	/* what fills a place is not filled again */
	buf_reset(&b);
	ck_assert(val_add(args, val_text("{1}")));
	problem_format(&b, "{3}", args, NULL, NULL);
	ck_assert_str_eq(buf_str(&b), "{1}");
	buf_free(&b);
	val_free(args);
}
END_TEST

START_TEST(what_blocks)
{
	struct problems	 ps = PROBLEMS_INIT;

	ck_assert(!problems_block(&ps, true));
	problem_add(&ps, "a", "odd", ARG_END)->warn = true;
	ck_assert(!problems_block(&ps, true));
	problem_add(&ps, "b", "missing", ARG_END)->gap = true;
	ck_assert(problems_block(&ps, true));
	ck_assert(!problems_block(&ps, false));
	problem_add(&ps, NULL, "not yet", ARG_END)->act = true;
	ck_assert(problems_block(&ps, false));
	ck_assert(!problems_block_save(&ps, false));	/* it hinders the act alone */
	ck_assert(problems_block_save(&ps, true));
	problem_add(&ps, NULL, "wrong", ARG_END);
	ck_assert(problems_block_save(&ps, false));
	problems_free(&ps);
	ps.bad = true;
	ck_assert(problems_block(&ps, false));
}
END_TEST

/* Two hundred warnings must not hide the one problem that blocks. */
START_TEST(full_list_still_blocks)
{
	struct problems	 ps = PROBLEMS_INIT;

	for (int i = 0; i < PROBLEMS_MAX + 5; i++)
		problem_add(&ps, "a", "odd", ARG_END)->warn = true;
	ck_assert_uint_eq(ps.n, PROBLEMS_MAX);
	problem_add(&ps, "b", "missing", ARG_END)->gap = true;
	ck_assert_uint_eq(ps.n, PROBLEMS_MAX);
	ck_assert(problems_block(&ps, true));
	ck_assert(!problems_block(&ps, false));
	for (int i = 0; i < PROBLEMS_MAX + 5; i++)
		problem_add(&ps, "b", "missing", ARG_END)->gap = true;
	problem_add(&ps, "c", "wrong", ARG_END);
	ck_assert_uint_eq(ps.n, PROBLEMS_MAX);
	ck_assert(problems_block(&ps, false));
	ck_assert_str_eq(ps.at[PROBLEMS_MAX - 1].field, "c");
	for (int i = 1; i < PROBLEMS_MAX; i++)
		ck_assert_ptr_nonnull(problem_add(&ps, "c", "wrong", ARG_END));
	ck_assert_ptr_null(problem_add(&ps, "c", "wrong", ARG_END));
	ck_assert(!ps.bad);
	problems_free(&ps);
}
END_TEST

static struct val *
sent(void)
{
	struct problems	 ps = PROBLEMS_INIT;
	struct val	*v;

	problem_add(&ps, "birth", "{1} is after today", ARG_DATE, 20270101, ARG_END);
	problem_add(&ps, NULL, "{1} {2}", ARG_CODE, "sex", "1", ARG_NUM, INT64_C(4), ARG_END)->gap =
	    true;
	problem_add(&ps, "x", "odd", ARG_TEXT, "y", ARG_FIELD, "z", ARG_END)->warn = true;
	v = problems_to_val(&ps);
	problems_free(&ps);
	return v;
}

START_TEST(there_and_back)
{
	struct val	*v = sent(), *again;
	struct problems	 ps = PROBLEMS_INIT;

	ck_assert_uint_eq(val_len(v), 3);
	ck_assert_str_eq(val_str(val_find(v, "1.kind")), "gap");
	ck_assert(problems_from_val(v, &ps));
	ck_assert_uint_eq(ps.n, 3);
	ck_assert(!ps.at[0].gap && !ps.at[0].warn);
	ck_assert_ptr_null(ps.at[1].field);
	ck_assert(ps.at[1].gap && ps.at[2].warn);
	again = problems_to_val(&ps);
	ck_assert(val_same(v, again));
	val_free(again);
	val_free(v);
	problems_free(&ps);
}
END_TEST

/* One thing changed in a good message, and it is refused whole. */
START_TEST(malformed)
{
	static const struct {
		const char	*path;
		const char	*text;		/* put there; NULL = the number 1 */
	} rows[] = {
		{ "0.kind", "error" }, { "0.kind", NULL }, { "0.say", NULL }, { "0.field", NULL },
		  { "0.args", NULL },
		{ "0.args.0.date", "today" }, { "0.args.0.more", NULL }, { "0.more", "x" },
		  { "1.args.0.list", NULL },
		{ "1.args.0.extra", "x" }, { "2.args.1.field", NULL }, { "2.args.1", "fine" },
	};
	struct problems	 ps = PROBLEMS_INIT;
	struct val	*v;
	bool		 last;

	for (size_t i = 0; i < N(rows); i++) {
		last = i + 1 == N(rows);		/* its nearest yes */
		v = sent();
		ck_assert(val_set(v, rows[i].path, rows[i].text != NULL ? val_text(rows[i].text) :
		    val_int(1)));
		ck_assert_msg(problems_from_val(v, &ps) == last, "%s", rows[i].path);
		ck_assert_uint_eq(ps.n, last ? 3 : 0);
		problems_free(&ps);
		val_free(v);
	}
	v = val_list();
	ck_assert(val_add(v, val_text("wrong")));
	ck_assert(!problems_from_val(v, &ps));
	val_free(v);
	ck_assert(!problems_from_val(NULL, &ps));
}
END_TEST

START_TEST(bounded)
{
	struct problems	 ps = PROBLEMS_INIT;
	struct val	*v = val_list(), *three = sent(), *args = val_list();

	for (int i = 0; i < PROBLEMS_MAX; i++)
		ck_assert(val_add(v, val_dup(val_at(three, 0))));
	ck_assert(problems_from_val(v, &ps));
	problems_free(&ps);
	ck_assert(val_add(v, val_dup(val_at(three, 0))));
	ck_assert(!problems_from_val(v, &ps));
	val_free(v);
	for (int i = 0; i < 9; i++)
		ck_assert(val_add(args, val_int(i)));
	ck_assert(val_set(three, "0.args", val_dup(args)));
	ck_assert(problems_from_val(three, &ps));
	problems_free(&ps);
	ck_assert(val_add(args, val_int(9)));
	ck_assert(val_set(three, "0.args", args));
	ck_assert(!problems_from_val(three, &ps));
	val_free(three);
}
END_TEST

TEST_SUITE(problem, "forms/problem", every_kind_of_argument, places, what_blocks,
    full_list_still_blocks, there_and_back, malformed, bounded)
TEST_MAIN(problem)
