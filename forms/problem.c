#include "forms/problem.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "forms/civil.h"
#include "forms/vec.h"

#define ARGS_MAX	9		/* {1} to {9} */

/*
 * The references that the reader's side shows by its own label. The first key tells which kind it
 * is.
 */
static const struct ref {
	enum problem_arg	 say;
	const char	*key;
} refs[] = {
	{ ARG_DATE, "date" }, { ARG_FIELD, "field" }, { ARG_CODE, "code" }, { ARG_AREA, "area" },
	{ ARG_STATE, "state" }, { ARG_ACT, "act" }, { ARG_SENTENCE, "say" },
};

#define NREFS	(sizeof refs / sizeof refs[0])

static struct val *
ref_new(enum problem_arg say, struct val *what)
{
	struct val	*v = val_map();

	for (size_t i = 0; i < NREFS; i++)
		if (refs[i].say == say && val_put(v, refs[i].key, what))
			return v;
	val_free(v);
	return NULL;
}

static struct val *
ref_code(const char *list, const char *code)
{
	struct val	*v = ref_new(ARG_CODE, val_text(code));

	if (v != NULL && !val_put(v, "list", val_text(list))) {
		val_free(v);
		return NULL;
	}
	return v;
}

static struct val *
ref_sentence(const char *msgid, const struct val *args)
{
	struct val	*v = ref_new(ARG_SENTENCE, val_text(msgid));

	if (v != NULL && !val_put(v, "args", val_dup(args))) {
		val_free(v);
		return NULL;
	}
	return v;
}

/* Makes the list of arguments from pairs (enum problem_arg, value) up to ARG_END. NULL: memory. */
static struct val *
args_new(va_list ap)
{
	struct val	*args = val_list();
	const char	*list, *msgid;
	int		 say;
	bool		 ok = args != NULL;

	while (ok && (say = va_arg(ap, int)) != ARG_END) {
		switch (say) {
		case ARG_TEXT:
			ok = val_add(args, val_text(va_arg(ap, const char *)));
			break;
		case ARG_NUM:
			ok = val_add(args, val_int(va_arg(ap, int64_t)));
			break;
		case ARG_DATE:
			ok = val_add(args, ref_new(ARG_DATE, val_int(va_arg(ap, int))));
			break;
		case ARG_CODE:
			list = va_arg(ap, const char *);
			ok = val_add(args, ref_code(list, va_arg(ap, const char *)));
			break;
		case ARG_SENTENCE:
			msgid = va_arg(ap, const char *);
			ok = val_add(args, ref_sentence(msgid, va_arg(ap, const struct val *)));
			break;
		default:
			ok = val_add(args, ref_new((enum problem_arg)say,
			    val_text(va_arg(ap, const char *))));
			break;
		}
	}
	if (ok)
		return args;
	val_free(args);
	return NULL;
}

static void
problem_clear(struct problem *p)
{
	free(p->field);
	free(p->say);
	val_free(p->args);
}

/* Removes the last warning, else the last gap, from a full list. */
static bool
make_way(struct problems *ps)
{
	size_t	 i = ps->n, gap = SIZE_MAX;

	while (i > 0 && !ps->at[i - 1].warn) {
		i--;
		if (gap == SIZE_MAX && ps->at[i].gap)
			gap = i;
	}
	if (i == 0 && gap == SIZE_MAX)
		return false;
	i = i > 0 ? i - 1 : gap;
	problem_clear(&ps->at[i]);
	ps->n--;
	memmove(ps->at + i, ps->at + i + 1, (ps->n - i) * sizeof *ps->at);
	return true;
}

/* A new zeroed problem at the end, or NULL: the list is full, or bad. */
static struct problem *
place_new(struct problems *ps)
{
	if (ps->bad || (ps->n == PROBLEMS_MAX && !make_way(ps)))
		return NULL;
	if (!VEC_ROOM(ps->at, ps->n, &ps->cap)) {
		ps->bad = true;
		return NULL;
	}
	ps->at[ps->n] = (struct problem){ .field = NULL };
	return &ps->at[ps->n++];
}

/* Takes ownership of args. */
static struct problem *
add(struct problems *ps, const char *field, const char *msgid, struct val *args)
{
	struct problem	*p = place_new(ps);

	if (p == NULL) {
		val_free(args);
		return NULL;
	}
	p->field = field != NULL ? strdup(field) : NULL;
	p->say = strdup(msgid);
	p->args = args;
	if ((field != NULL && p->field == NULL) || p->say == NULL || args == NULL) {
		problem_clear(p);
		ps->n--;
		ps->bad = true;
		return NULL;
	}
	return p;
}

struct problem *
problem_add(struct problems *ps, const char *field, const char *msgid, ...)
{
	struct val	*args;
	va_list		 ap;

	va_start(ap, msgid);
	args = args_new(ap);
	va_end(ap);
	return add(ps, field, msgid, args);
}

void
problems_free(struct problems *ps)
{
	for (size_t i = 0; i < ps->n; i++)
		problem_clear(&ps->at[i]);
	free(ps->at);
	*ps = (struct problems)PROBLEMS_INIT;
}

static bool
any_blocks(const struct problems *ps, bool gaps_too, bool acts_too)
{
	if (ps->bad)
		return true;
	for (size_t i = 0; i < ps->n; i++)
		if (!ps->at[i].warn && (gaps_too || !ps->at[i].gap) && (acts_too || !ps->at[i].act))
			return true;
	return false;
}

bool
problems_block(const struct problems *ps, bool gaps_too)
{
	return any_blocks(ps, gaps_too, true);
}

bool
problems_block_save(const struct problems *ps, bool gaps_too)
{
	return any_blocks(ps, gaps_too, false);
}

/* ---- on the wire ----------------------------------------------------------------------------- */

static const char *
kind_of(const struct problem *p)
{
	if (p->warn)
		return "warning";
	return p->act ? "act" : p->gap ? "gap" : "wrong";
}

static struct val *
problem_to_val(const struct problem *p)
{
	struct val	*v = val_map();
	bool		 ok = v != NULL;

	if (ok && p->field != NULL)
		ok = val_put(v, "field", val_text(p->field));
	if (ok && val_put(v, "say", val_text(p->say)) && val_put(v, "args", val_dup(p->args)) &&
	    val_put(v, "kind", val_text(kind_of(p))))
		return v;
	val_free(v);
	return NULL;
}

struct val *
problems_to_val(const struct problems *ps)
{
	struct val	*list = val_list();

	for (size_t i = 0; list != NULL && i < ps->n; i++)
		if (!val_add(list, problem_to_val(&ps->at[i]))) {
			val_free(list);
			list = NULL;
		}
	return list;
}

static bool	 args_ok(const struct val *);

/* Whether the value is a map with one reference and nothing else. */
static bool
ref_ok(const struct val *v)
{
	for (size_t i = 0; i < NREFS; i++) {
		const struct val	*what = val_get(v, refs[i].key);

		if (what == NULL)
			continue;
		if (refs[i].say == ARG_DATE)
			return val_len(v) == 1 && val_kind(what) == VAL_INT;
		if (refs[i].say == ARG_CODE)
			return val_len(v) == 2 && val_str(what) != NULL &&
			    val_get_str(v, "list") != NULL;
		if (refs[i].say == ARG_SENTENCE)
			return val_len(v) == 2 && val_str(what) != NULL &&
			    args_ok(val_get(v, "args"));
		return val_len(v) == 1 && val_str(what) != NULL;
	}
	return false;
}

static bool
args_ok(const struct val *args)
{
	if (val_kind(args) != VAL_LIST || val_len(args) > ARGS_MAX)
		return false;
	for (size_t i = 0; i < val_len(args); i++) {
		const struct val	*v = val_at(args, i);

		if (val_kind(v) != VAL_TEXT && val_kind(v) != VAL_INT && !ref_ok(v))
			return false;
	}
	return true;
}

/* Reads one problem from the wire. False: it is malformed, or memory ran out. */
static bool
problem_from_val(const struct val *v, struct problems *ps)
{
	const struct val	*field = val_get(v, "field"), *args = val_get(v, "args");
	const char		*say = val_get_str(v, "say"), *kind = val_get_str(v, "kind");
	bool			 gap, warn, act;
	struct problem		*p;

	if (say == NULL || kind == NULL || !args_ok(args) ||
	    (field != NULL && val_str(field) == NULL) || val_len(v) != 3 + (size_t)(field != NULL))
		return false;
	gap = strcmp(kind, "gap") == 0;
	warn = strcmp(kind, "warning") == 0;
	act = strcmp(kind, "act") == 0;
	if (!gap && !warn && !act && strcmp(kind, "wrong") != 0)
		return false;
	if ((p = add(ps, val_str(field), say, val_dup(args))) == NULL)
		return false;
	p->gap = gap;
	p->warn = warn;
	p->act = act;
	return true;
}

bool
problems_from_val(const struct val *list, struct problems *ps)
{
	if (val_kind(list) != VAL_LIST || val_len(list) > PROBLEMS_MAX)
		return false;
	for (size_t i = 0; i < val_len(list); i++)
		if (!problem_from_val(val_at(list, i), ps)) {
			problems_free(ps);
			return false;
		}
	return true;
}

/* ---- for people ------------------------------------------------------------------------------ */

/* Writes a reference without a label: its code, path or date. */
static void
ref_bare(const struct val *ref, struct buf *out)
{
	const char	*s;
	char		 date[11];

	for (size_t i = 0; i < NREFS; i++) {
		if (val_get(ref, refs[i].key) == NULL)
			continue;
		if (refs[i].say == ARG_SENTENCE) {
			problem_format(out, val_get_str(ref, "say"), val_get(ref, "args"), NULL,
			    NULL);
			return;
		}
		if ((s = val_get_str(ref, refs[i].key)) == NULL) {
			civil_print((int)val_get_num(ref, refs[i].key, 0), date);
			s = date;
		}
		buf_puts(out, s);
		return;
	}
}

static void
fill_one(struct buf *out, const struct val *arg, problem_name_fn *name, void *ctx)
{
	switch (val_kind(arg)) {
	case VAL_TEXT:
		buf_puts(out, val_str(arg));
		break;
	case VAL_INT:
		buf_printf(out, "%lld", (long long)val_num(arg, 0));
		break;
	default:
		if (name != NULL)
			name(arg, ctx, out);
		else
			ref_bare(arg, out);
		break;
	}
}

void
problem_format(struct buf *out, const char *translated, const struct val *args,
    problem_name_fn *name, void *ctx)
{
	const struct val	*arg;

	for (const char *s = translated; *s != '\0'; s++) {
		arg = NULL;
		if (s[0] == '{' && s[1] >= '1' && s[1] <= '9' && s[2] == '}')
			arg = val_at(args, (size_t)(s[1] - '1'));
		if (arg == NULL) {
			buf_putc(out, *s);
			continue;
		}
		fill_one(out, arg, name, ctx);
		s += 2;
	}
}
