#include "core/ops/ops_int.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/*
 * The contract of an operation: checked before the operation begins, and the only way in which it
 * reads its request.
 */

const struct op *
op_named(const char *name)
{
	for (const struct op *op = op_table; name != NULL && op->name != NULL; op++)
		if (strcmp(op->name, name) == 0)
			return op;
	return NULL;
}

const struct param *
op_param(const struct op *op, const char *key)
{
	for (const struct param *p = op->params; p->key != NULL; p++)
		if (strcmp(p->key, key) == 0)
			return p;
	return NULL;
}

static const struct op *
op_of(const struct val *req)
{
	return op_named(val_get_str(req, PK_OP));
}

/* ---- properties of a request ----------------------------------------------------------------- */

bool
op_scans(const struct val *req)
{
	const struct op		*op = op_of(req);
	bool			 scans = op != NULL && (op->flags & OP_SCANS) != 0;

	for (const struct param *p = op != NULL ? op->params : NULL; p != NULL && p->key != NULL;
	    p++)
		scans |= (p->flags & PARAM_SCANS) != 0 && val_get(req, p->key) != NULL;
	return scans;
}

bool
op_needs_password(const struct core *core, const struct val *req)
{
	const struct op		*op = op_of(req);
	const char		*name = val_get_str(req, PK_BOOK), *act = val_get_str(req, PK_ACT);
	const struct book	*book = name != NULL ? set_book(core->set, name) : NULL;
	const struct act	*a = book != NULL && act != NULL ? book_act(book, act) : NULL;

	if (op == NULL)
		return false;
	return (op->flags & OP_PASSWORD) != 0 || ((op->flags & OP_PASSWORD_ACT) != 0 && a != NULL &&
	    a->reauth);
}

static bool
has_flag(const struct val *req, enum op_flags flag)
{
	const struct op	*op = op_of(req);

	return op != NULL && (op->flags & flag) != 0;
}

bool
op_is_first(const struct val *req)
{
	return has_flag(req, OP_FIRST);
}

bool
op_is_idle(const struct val *req)
{
	return has_flag(req, OP_IDLE);
}

bool
op_takes(const char *name, const char *key)
{
	const struct op	*op = op_named(name);

	return op != NULL && op_param(op, key) != NULL;
}

/* ---- descriptions of arguments --------------------------------------------------------------- */

static bool
fits_size(const struct param *p, size_t n)
{
	return n >= (size_t)p->min && (p->max == 0 || n <= (size_t)p->max);
}

/* A number without an upper bound has max 0. */
static bool
fits_num(const struct param *p, int64_t n)
{
	switch (p->type) {
	case PARAM_ID:
		return n >= 1;
	case PARAM_DAY:
		return n > 0 && n <= INT32_MAX && civil_valid((int)n);
	case PARAM_MONTH:
		return n >= 180001 && n <= 999912 &&
		    civil_make((int)(n / 100), (int)(n % 100), 1) != 0;
	default:
		return (p->flags & PARAM_CLAMP) != 0 ||
		    (n >= p->min && (p->max == 0 || n <= p->max));
	}
}

static bool
fits_choice(const struct param *p, const char *text)
{
	for (size_t i = 0; p->choices[i] != NULL; i++)
		if (strcmp(p->choices[i], text) == 0)
			return true;
	return false;
}

static bool
fits_kind(const struct param *p, const struct val *v)
{
	static const enum val_kind	 kinds[] = {
		[PARAM_BOOL] = VAL_BOOL, [PARAM_NUM] = VAL_INT, [PARAM_ID] = VAL_INT,
		    [PARAM_TEXT] = VAL_TEXT,
		[PARAM_BYTES] = VAL_BYTES, [PARAM_MAP] = VAL_MAP, [PARAM_DAY] = VAL_INT,
		    [PARAM_MONTH] = VAL_INT,
		[PARAM_AREA] = VAL_TEXT, [PARAM_CHOICE] = VAL_TEXT,
	};

	return val_kind(v) == kinds[p->type];
}

/* A value of the right kind. */
static bool
fits_bounds(const struct param *p, const struct val *v)
{
	size_t	 n;

	switch (p->type) {
	case PARAM_BOOL:
	case PARAM_MAP:
		return true;
	case PARAM_TEXT:
		return fits_size(p, type_text_chars(val_str(v)));
	case PARAM_BYTES:
		val_mem(v, &n);
		return fits_size(p, n);
	case PARAM_AREA:
		return area_valid(val_str(v));
	case PARAM_CHOICE:
		return fits_choice(p, val_str(v));
	default:
		return fits_num(p, val_num(v, 0));
	}
}

static struct val *
choices_text(const struct param *p)
{
	struct buf	 b = BUF_INIT;
	struct val	*v;

	for (size_t i = 0; p->choices[i] != NULL; i++)
		buf_printf(&b, "%s%s", i > 0 ? ", " : "", p->choices[i]);
	v = b.bad ? NULL : val_text(buf_str(&b));
	buf_free(&b);
	return v;
}

static const char *
bounds(struct val *args, int64_t min, int64_t max, const char *both, const char *open)
{
	bool	 ok = val_add(args, val_int(min)) && (max == 0 || val_add(args, val_int(max)));

	return ok && max != 0 ? both : open;
}

const char *
param_allowed(const struct param *p, struct val **args)
{
	struct val	*list = *args = val_list();

	switch (p->type) {
	case PARAM_BOOL:
		return N_("true or false");
	case PARAM_NUM:
		return bounds(list, p->min, p->max, N_("a whole number from {1} to {2}"),
		    N_("a whole number from {1} on"));
	case PARAM_ID:
		return bounds(list, 1, 0, NULL, N_("a whole number from {1} on"));
	case PARAM_TEXT:
		return p->max == 0 ? N_("a text") :
		    bounds(list, p->min, p->max, N_("a text of {1} to {2} characters"), NULL);
	case PARAM_BYTES:
		return p->max == 0 ? N_("bytes") : bounds(list, p->max, 0, NULL, N_("{1} bytes"));
	case PARAM_MAP:
		return N_("a map");
	case PARAM_DAY:
		return N_("a day of the calendar, yyyymmdd");
	case PARAM_MONTH:
		return N_("a month of the calendar, yyyymm");
	case PARAM_AREA:
		return bounds(list, AREA_CODE, 0, NULL, N_("an area code of {1} digits"));
	case PARAM_CHOICE:
		return val_add(list, choices_text(p)) ? N_("one of: {1}") : "";
	}
	return "";
}

/* ---- checking -------------------------------------------------------------------------------- */

static bool
is_given(const struct val *req, const char *key)
{
	const struct val	*v = val_get(req, key);

	return v != NULL && (val_kind(v) != VAL_BOOL || val_is_true(v));
}

static bool
is_required(const struct param *p, const struct val *req)
{
	return (p->flags & PARAM_REQUIRED) != 0 ||
	    ((p->flags & PARAM_UNLESS) != 0 && !is_given(req, p->other)) ||
	    ((p->flags & PARAM_WITH) != 0 && is_given(req, p->other));
}

/* v is NULL where it is missing. Errors in typed text are told to the person as a sentence. */
static const char *
param_refuse(const struct param *p, const struct val *v, struct problems *ps)
{
	struct val	*args;
	const char	*allowed;

	if (p->invalid != NULL && (v == NULL || fits_kind(p, v))) {
		problem_add(ps, NULL, p->invalid, ARG_END);
		return PE_INVALID;
	}
	allowed = param_allowed(p, &args);
	problem_add(ps, NULL, v == NULL ? N_("The request lacks \"{1}\", {2}.") :
	    N_("The request's \"{1}\" must be {2}."), ARG_TEXT, p->key, ARG_SENTENCE, allowed, args,
	    ARG_END);
	val_free(args);
	return PE_BAD_REQUEST;
}

static const char *
param_check(const struct param *p, const struct val *req, bool local, struct problems *ps)
{
	const struct val	*v = val_get(req, p->key);

	if (v == NULL)
		return is_required(p, req) ? param_refuse(p, NULL, ps) : NULL;
	if (!fits_kind(p, v) || !fits_bounds(p, v))
		return param_refuse(p, v, ps);
	if ((p->flags & PARAM_LOCAL) == 0 || local || !is_given(req, p->key))
		return NULL;
	problem_add(ps, NULL, N_("Only the administrator at the server itself may send \"{1}\"."),
	    ARG_TEXT, p->key, ARG_END);
	return PE_DENIED;
}

static bool
is_envelope(const char *key)
{
	return strcmp(key, PK_REQ) == 0 || strcmp(key, PK_OP) == 0;
}

const char *
op_request_check(const struct op *op, const struct val *req, bool local, struct problems *ps)
{
	const char	*error = NULL;

	for (size_t i = 0; error == NULL && i < val_len(req); i++)
		if (!is_envelope(val_key(req, i)) && op_param(op, val_key(req, i)) == NULL) {
			problem_add(ps, NULL,
			    N_("The request holds \"{1}\", which \"{2}\" does not take."), ARG_TEXT,
			    val_key(req, i), ARG_TEXT, op->name, ARG_END);
			error = PE_BAD_REQUEST;
		}
	for (const struct param *p = op->params; error == NULL && p->key != NULL; p++)
		error = param_check(p, req, local, ps);
	return error;
}

struct val *
op_refusal(const struct val *req, bool local)
{
	const struct op	*op = op_of(req);
	struct problems	 ps = PROBLEMS_INIT;
	struct val	*reply = NULL;
	const char	*error;

	if (op == NULL)
		return call_error_reply(PE_BAD_REQUEST, N_("There is no such operation."));
	if ((error = op_request_check(op, req, local, &ps)) != NULL &&
	    (ps.n == 0 || (reply = call_error_reply(error, ps.at[0].say)) == NULL ||
	    !val_put(reply, PK_ARGS, val_dup(ps.at[0].args)))) {
		val_free(reply);
		reply = call_error_reply(PE_BUSY, N_("The server ran out of memory. Try again."));
	}
	problems_free(&ps);
	return reply;
}

/* ---- reading --------------------------------------------------------------------------------- */

static _Atomic(const char *)	 undeclared;

void
call_note_undeclared(const char *what)
{
	const char	*none = NULL;

	atomic_compare_exchange_strong(&undeclared, &none, what);
}

const char *
call_undeclared(void)
{
	return atomic_load(&undeclared);
}

static const struct param *
declared(const struct call *call, const char *key)
{
	const struct param	*p = op_param(call->op, key);

	if (p != NULL && (p->flags & PARAM_SESSION) == 0)
		return p;
	call_note_undeclared(key);
	return NULL;
}

const struct val *
call_arg(const struct call *call, const char *key)
{
	return declared(call, key) != NULL ? val_get(call->req, key) : NULL;
}

const char *
call_arg_text(const struct call *call, const char *key)
{
	return val_str(call_arg(call, key));
}

int64_t
call_arg_num(const struct call *call, const char *key)
{
	const struct param	*p = declared(call, key);
	int64_t			 n;

	if (p == NULL)
		return 0;
	n = val_get_num(call->req, key, p->initial);
	if ((p->flags & PARAM_CLAMP) != 0)
		n = n < p->min ? p->min : n > p->max ? p->max : n;
	return n;
}

uint64_t
call_arg_id(const struct call *call, const char *key)
{
	return (uint64_t)call_arg_num(call, key);
}

bool
call_arg_true(const struct call *call, const char *key)
{
	return val_is_true(call_arg(call, key));
}

const unsigned char *
call_arg_bytes(const struct call *call, const char *key)
{
	size_t	 n;

	return val_mem(call_arg(call, key), &n);
}

const struct book *
call_arg_book(struct call *call)
{
	const char		*name = call_arg_text(call, PK_BOOK);
	const struct book	*book = name != NULL ? set_book(call->core->set, name) : NULL;

	if (book != NULL && access_see_book(call->actor, book))
		return book;
	call_answer_error(call, PE_MISSING,
	    N_("There is no such book, or it is not yours to see."));
	return NULL;
}
