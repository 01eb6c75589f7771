/*
 * The table of operations: that it says all there is to say, and that a request which does not keep
 * it is refused.
 */
#include <stdio.h>
#include <string.h>

#include "core/ops/ops_int.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"

/* ---- the table itself ------------------------------------------------------------------------ */

static bool
is_sentence(const char *text)
{
	return text != NULL && strlen(text) > 2 && strchr(text, '\t') == NULL;
}

/* Calls fn with each argument of each operation. */
static void
each_param(void (*fn)(const struct op *, const struct param *))
{
	for (const struct op *op = op_table; op->name != NULL; op++)
		for (const struct param *p = op->params; p->key != NULL; p++)
			fn(op, p);
}

static void
check_row(const struct op *op, const struct param *p)
{
	const unsigned	 needs = p->flags & (PARAM_REQUIRED | PARAM_UNLESS | PARAM_WITH);

	ck_assert_msg(is_sentence(p->help), "%s.%s has no help", op->name, p->key);
	ck_assert_msg(op_param(op, p->key) == p, "%s names %s twice", op->name, p->key);
	ck_assert_msg((needs & (needs - 1)) == 0, "%s.%s is required in two ways", op->name,
	    p->key);
	ck_assert_msg((p->other != NULL) == ((needs & ~(unsigned)PARAM_REQUIRED) != 0),
	    "%s.%s: other", op->name, p->key);
	ck_assert_msg(p->other == NULL || op_param(op, p->other) != NULL, "%s.%s: %s", op->name,
	    p->key, p->other);
	ck_assert_msg(p->max == 0 || p->min <= p->max, "%s.%s: bounds", op->name, p->key);
	ck_assert_msg((p->type == PARAM_CHOICE) == (p->choices != NULL), "%s.%s: choices", op->name,
	    p->key);
	ck_assert_msg((p->flags & PARAM_CLAMP) == 0 || (p->type == PARAM_NUM && p->max != 0),
	    "%s.%s: clamp", op->name, p->key);
	ck_assert_msg(p->type != PARAM_NUM || (p->initial >= p->min && p->initial <= p->max),
	    "%s.%s: initial", op->name, p->key);
	ck_assert_msg(p->type != PARAM_BYTES || p->min == p->max,
	    "%s.%s: bytes have one length or any", op->name, p->key);
}

START_TEST(every_row_is_complete)
{
	for (const struct op *op = op_table; op->name != NULL; op++) {
		ck_assert_msg(is_sentence(op->help), "%s has no help", op->name);
		ck_assert_msg(op->reply != NULL && op->reply[0] != '\0',
		    "%s does not say what it answers", op->name);
		ck_assert_ptr_nonnull(op->start);
		ck_assert_msg(op_named(op->name) == op, "%s stands there twice", op->name);
	}
	each_param(check_row);
	ck_assert_ptr_null(op_named("nothing"));
	ck_assert(op_takes("save", "token"));
	ck_assert(!op_takes("get", "token"));
}
END_TEST

START_TEST(all_of_it_is_printed)
{
	struct buf	 out = BUF_INIT, name = BUF_INIT;
	const char	*line, *end;

	ops_print(&out);
	for (const struct op *op = op_table; op->name != NULL; op++) {
		buf_reset(&name);
		buf_printf(&name, "\n\n%s\n", op->name);
		ck_assert_msg((line = strstr(buf_str(&out), buf_str(&name))) != NULL, "%s",
		    op->name);
		for (const struct param *p = op->params; p->key != NULL; p++) {
			buf_reset(&name);
			buf_printf(&name, (p->flags & PARAM_REQUIRED) != 0 ? "\n        %s: " :
			    "\n        [%s]: ", p->key);
			ck_assert_msg((line = strstr(line, buf_str(&name))) != NULL, "%s.%s",
			    op->name, p->key);
		}
	}
	for (const struct op_error *e = op_errors; e->code != NULL; e++)
		ck_assert_ptr_nonnull(strstr(buf_str(&out), e->code));
	for (line = buf_str(&out); *line != '\0'; line = end + 1) {
		ck_assert_ptr_nonnull(end = strchr(line, '\n'));
		ck_assert_msg(end - line <= 80, "%.*s", (int)(end - line), line);
	}
	buf_free(&name);
	buf_free(&out);
}
END_TEST

/* ---- requests -------------------------------------------------------------------------------- */

/*
 * A value that the row allows; too: one step beyond a bound, below (-1) or above (1). NULL: there
 * is no such value.
 */
static struct val *
value_for(const struct param *p, int too)
{
	static char	 room[20000];
	int64_t		 n = too == 0 ? (p->min > 0 ? p->min : 1) : too < 0 ? p->min - 1 :
	    p->max + 1;

	if (too != 0 && ((p->flags & PARAM_CLAMP) != 0 || (too > 0 && p->max == 0) ||
	    (too < 0 && p->min == 0 && p->type != PARAM_NUM)))
		return NULL;
	memset(room, 'x', sizeof room);
	switch (p->type) {
	case PARAM_BOOL:
		return too == 0 ? val_bool(true) : NULL;
	case PARAM_NUM:
		return val_int(n);
	case PARAM_TEXT:
		return val_textn(room, (size_t)n);
	case PARAM_BYTES:
		return val_bytes(room, (size_t)n);
	case PARAM_MAP:
		return too == 0 ? val_map() : NULL;
	case PARAM_ID:
		return val_int(too == 0 ? 1 : 0);
	case PARAM_DAY:
		return val_int(too == 0 ? 20260312 : too < 0 ? 20260100 : 20260132);
	case PARAM_MONTH:
		return val_int(too == 0 ? 202603 : too < 0 ? 202600 : 202613);
	case PARAM_AREA:
		return val_text(too == 0 ? "990121101201" : too < 0 ? "99012110120" :
		    "9901211012011");
	case PARAM_CHOICE:
		return val_text(too == 0 ? p->choices[0] : "nothing");
	}
	return NULL;
}

/* All arguments of an operation, each with a value that its row allows. */
static struct val *
full_request(const struct op *op)
{
	struct val	*req = val_map();

	ck_assert(val_put(req, "req", val_int(1)) && val_put(req, "op", val_text(op->name)));
	for (const struct param *p = op->params; p->key != NULL; p++)
		ck_assert(val_put(req, p->key, value_for(p, 0)));
	return req;
}

/*
 * Takes req. The request is refused, and the sentence names the argument unless it is made for
 * people.
 */
static void
is_refused(const struct op *op, const struct param *p, struct val *req, const char *what)
{
	struct problems	 ps = PROBLEMS_INIT;
	const char	*error = op_request_check(op, req, true, &ps);

	ck_assert_msg(error != NULL, "%s with %s: %s", op->name, p->key, what);
	ck_assert_uint_eq(ps.n, 1);
	if (strcmp(error, "invalid") == 0)
		ck_assert_str_eq(ps.at[0].say, p->invalid);
	else {
		ck_assert_str_eq(error, "bad-request");
		ck_assert_str_eq(val_str(val_at(ps.at[0].args, 0)), p->key);
	}
	problems_free(&ps);
	val_free(req);
}

static void
refuse_other_kinds(const struct op *op, const struct param *p)
{
	struct val	*kinds[] = { val_nil(), val_bool(true), val_int(1), val_text("x"),
	    val_bytes("x", 1), val_list(), val_map() };
	struct val	*right = value_for(p, 0), *req;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (val_kind(kinds[i]) == val_kind(right)) {
			val_free(kinds[i]);
			continue;
		}
		req = full_request(op);
		ck_assert(val_put(req, p->key, kinds[i]));
		is_refused(op, p, req, "a value of another kind");
	}
	val_free(right);
}

static void
refuse_out_of_bounds(const struct op *op, const struct param *p)
{
	struct val	*v, *req;

	for (int too = -1; too <= 1; too += 2)
		if ((v = value_for(p, too)) != NULL) {
			req = full_request(op);
			ck_assert(val_put(req, p->key, v));
			is_refused(op, p, req, too < 0 ? "too little" : "too much");
		}
}

static void
refuse_missing(const struct op *op, const struct param *p)
{
	struct val	*req = full_request(op);

	val_drop(req, p->key);
	if ((p->flags & PARAM_UNLESS) != 0)
		val_drop(req, p->other);
	if ((p->flags & (PARAM_REQUIRED | PARAM_UNLESS | PARAM_WITH)) != 0)
		is_refused(op, p, req, "left out");
	else {
		struct problems	 ps = PROBLEMS_INIT;
		const char	*error = op_request_check(op, req, true, &ps);

		/* what another one needs is told by that one */
		ck_assert_msg(error == NULL ||
		    strcmp(val_str(val_at(ps.at[0].args, 0)), p->key) != 0, "%s.%s", op->name,
		    p->key);
		problems_free(&ps);
		val_free(req);
	}
}

START_TEST(a_request_that_breaks_the_contract_is_refused)
{
	for (const struct op *op = op_table; op->name != NULL; op++) {
		const struct param	 unknown = { .key = "nonsense" };
		struct problems		 ps = PROBLEMS_INIT;
		struct val		*req = full_request(op);

		ck_assert_msg(op_request_check(op, req, true, &ps) == NULL, "%s: %s", op->name,
		    ps.n > 0 ? ps.at[0].say : "");
		ck_assert(val_put(req, unknown.key, val_int(1)));
		is_refused(op, &unknown, req, "no such argument");
	}
	each_param(refuse_other_kinds);
	each_param(refuse_out_of_bounds);
	each_param(refuse_missing);
}
END_TEST

/* The words name the argument and what is allowed; they are the same wherever one asks. */
START_TEST(a_refusal_says_what_is_allowed)
{
	static const struct { const char *json, *error, *say; } cases[] = {
		{ "{'op':'get','book':'child','id':0}", "bad-request",
		  "The request's \"id\" must be a whole number from 1 on." },
		{ "{'op':'get','book':'child'}", "bad-request",
		  "The request lacks \"id\", a whole number from 1 on." },
		{ "{'op':'due','by':'house'}", "bad-request",
		    "The request's \"by\" must be one of: clock, village, township." },
		{ "{'op':'menu','x':1}", "bad-request",
		  "The request holds \"x\", which \"menu\" does not take." },
		{ "{'op':'clock','accept':true}", "denied",
		  "Only the administrator at the server itself may send \"accept\"." },
		{ "{'op':'roll','book':'child','clock':'monthly','area':'99'}", "bad-request",
		    "The request's \"area\" must be an area code of 12 digits." },
	};
	struct buf	 line = BUF_INIT;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct val	*req = json_val(cases[i].json), *reply = op_refusal(req, false);

		ck_assert_str_eq(val_get_str(reply, "error"), cases[i].error);
		buf_reset(&line);
		problem_format(&line, val_get_str(reply, "say"), val_get(reply, "args"), NULL,
		    NULL);
		ck_assert_str_eq(buf_str(&line), cases[i].say);
		val_free(reply);
		val_free(req);
	}
	buf_free(&line);
}
END_TEST

/* ---- what an operation reads ----------------------------------------------------------------- */

/*
 * An argument that the row does not name, or that is the session's, reads as left out, and the
 * tests hear of it.
 */
START_TEST(only_what_the_row_names_can_be_read)
{
	struct call	 call = { .op = op_named("whoami"),
	    .req = json_val("{'op':'whoami','lang':'en'}") };

	ck_assert_ptr_null(call_undeclared());
	ck_assert_ptr_null(call_arg(&call, "lang"));
	ck_assert_str_eq(call_undeclared(), "lang");
	ck_assert_ptr_null(call_arg_text(&call, "book"));
	ck_assert_str_eq(call_undeclared(), "lang");		/* the first one is kept */
	val_free(call.req);
	call = (struct call){ .op = op_named("list"),
	    .req = json_val("{'op':'list','limit':700}") };
	ck_assert_int_eq(call_arg_num(&call, "limit"), 100);
	val_drop(call.req, "limit");
	ck_assert_int_eq(call_arg_num(&call, "limit"), 20);
	val_free(call.req);
}
END_TEST

static Suite *
contract(void)
{
	Suite	*s = suite_create("core/contract");
	TCase	*tc = tcase_create("table");

	tcase_add_test(tc, every_row_is_complete);
	tcase_add_test(tc, all_of_it_is_printed);
	tcase_add_test(tc, a_request_that_breaks_the_contract_is_refused);
	tcase_add_test(tc, a_refusal_says_what_is_allowed);
	tcase_add_test(tc, only_what_the_row_names_can_be_read);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(contract)
