#include "forms/pred.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "forms/type/type.h"

#define DEPTH_MAX	16

/*
 * A tree of all, any and not with leaves. A leaf names one field and has tests of one value; where
 * a field has several values (many-of, links, lines of a repeating group), one of them must pass
 * all tests of the leaf.
 */
enum op { OP_ALL, OP_ANY, OP_NOT, OP_STATE, OP_NONE, OP_SOME, OP_FITS };

enum is { IS_EQUAL, IS_AFTER, IS_BEFORE, IS_MIN, IS_MAX, IS_IN_AREA, IS_OTHER };

struct operand {
	bool			 is_date;	/* then rel is used, else v */
	struct civil_rel	 rel;
	struct val		*v;
};

struct test {
	enum is		 is;
	struct operand	*of;		/* one; for equality any of them may match */
	size_t		 n;
	const struct field *other;	/* OTHER: the field to compare with, in the same line or not
					   repeating */
	bool		 parent;	/* OTHER: `other` is a field of the parent */
};

struct pred {
	enum op			 op;
	struct pred		*children;		/* ALL ANY NOT */
	size_t			 nchildren;
	const struct field	*field;		/* NONE SOME FITS */
	bool			 parent;	/* `field` is a field of the parent */
	const struct field	*group;		/* the repeating or single group that the predicate
						   belongs to */
	struct test		*tests;		/* FITS; STATE has one, of texts */
	size_t			 ntests;
};

/* ---- building -------------------------------------------------------------------------------- */

struct reader {
	const struct pred_place	*place;
	pred_error_fn	*complain;
	void			*arg;
	bool			 bad;		/* an error was reported, or memory ran out */
};

#define COMPLAIN(r, at, ...)	((r)->bad = true, (r)->complain((r)->arg, (at), __VA_ARGS__))

static void	 read_pred(struct reader *, const struct val *, int, struct pred *);

/* Room for one more element, zeroed, in *array; NULL and bad when memory ran out. */
static void *
grow(struct reader *r, void *array, size_t *n, size_t size)
{
	char	*p;

	if ((p = reallocarray(array, *n + 1, size)) == NULL) {
		r->bad = true;
		return NULL;
	}
	memset(p + *n * size, 0, size);
	++*n;
	return p;
}

static struct pred *
child_new(struct reader *r, struct pred *p)
{
	struct pred	*children = grow(r, p->children, &p->nchildren, sizeof *children);

	if (children == NULL)
		return NULL;
	p->children = children;
	return &children[p->nchildren - 1];
}

static struct test *
test_new(struct reader *r, struct pred *p, enum is is)
{
	struct test	*tests = grow(r, p->tests, &p->ntests, sizeof *tests);

	if (tests == NULL)
		return NULL;
	p->tests = tests;
	tests[p->ntests - 1].is = is;
	return &tests[p->ntests - 1];
}

static struct operand *
operand_new(struct reader *r, struct test *t)
{
	struct operand	*of = grow(r, t->of, &t->n, sizeof *of);

	if (of == NULL)
		return NULL;
	t->of = of;
	return &of[t->n - 1];
}

/* A value as it was written, for error messages. */
static const char *
spell(const struct val *v, char out[64])
{
	switch (val_kind(v)) {
	case VAL_TEXT:
		snprintf(out, 64, "%s", val_str(v));
		break;
	case VAL_INT:
		snprintf(out, 64, "%lld", (long long)val_num(v, 0));
		break;
	case VAL_BOOL:
		snprintf(out, 64, "%s", val_is_true(v) ? "yes" : "no");
		break;
	default:
		snprintf(out, 64, "this");
		break;
	}
	return out;
}

/* "carers.phone" and "carers.*.phone" name the same field. */
static bool
path_named(const char *path, const char *name)
{
	while (*path != '\0') {
		if (strncmp(path, "*.", 2) == 0) {
			path += 2;
			name += strncmp(name, "*.", 2) == 0 ? 2 : 0;
		} else if (*path++ != *name++)
			return false;
	}
	return *name == '\0';
}

/* "parent.guardianship", where the place has a parent. */
static bool
names_parent(const struct reader *r, const char **name)
{
	if (r->place->parent == NULL || strncmp(*name, PARENT_PREFIX, strlen(PARENT_PREFIX)) != 0)
		return false;
	*name += strlen(PARENT_PREFIX);
	return true;
}

static const struct field *
find_field(struct reader *r, const struct val *at, const char *name, bool *parent)
{
	const struct book	*book = (*parent = names_parent(r, &name)) ? r->place->parent :
	    r->place->book;
	const struct field	*group = *parent ? NULL : r->place->group;

	for (size_t i = 0; group != NULL && i < group->nfields; i++)
		if (strcmp(group->fields[i].name, name) == 0)
			return &group->fields[i];
	for (size_t i = 0; i < book->nall; i++)
		if (path_named(book->all[i]->path, name))
			return book->all[i];
	COMPLAIN(r, at, "book %s has no field \"%s\"", book->name, name);
	return NULL;
}

static bool
date_operand(const struct val *v, struct operand *o)
{
	int64_t	 n = val_num(v, 0);

	o->is_date = true;
	if (val_str(v) != NULL)
		return civil_rel_parse(val_str(v), &o->rel);
	o->rel = (struct civil_rel){ .base = REL_FIXED, .fixed = n > 0 && n <= INT32_MAX ? (int)n :
	    0 };
	return civil_valid(o->rel.fixed);
}

static void
read_operand(struct reader *r, const struct field *f, const struct val *v, struct test *t)
{
	struct operand	*o = operand_new(r, t);
	char		 text[64];

	if (o == NULL)
		return;
	if (type_is(f, "date") && !date_operand(v, o))
		COMPLAIN(r, v, "%s: %s is no date; write 2026-03-12, today, month-end, -16y, +30d",
		    f->path, spell(v, text));
	else if (!type_is(f, "date") && (o->v = type_literal(f, v)) == NULL &&
	    (f->codes != NULL || (f->type->attrs & ATTR_CODES) == 0))	/* else the code list has
									   the error */
		COMPLAIN(r, v, f->codes != NULL ? "%s: %s is no code of its list" :
		    "%s: %s is no value it could have", f->path, spell(v, text));
}

static bool
has_code(const struct field *f, const char *code)
{
	return f->codes != NULL && codes_find(f->codes, code) != NULL;
}

/* Reads none and any; a list of codes with such a code would be ambiguous. */
static bool
read_presence(struct reader *r, const struct val *v, struct pred *p)
{
	const char	*s = val_str(v);

	if (s == NULL || (strcmp(s, "none") != 0 && strcmp(s, "any") != 0))
		return false;
	if (has_code(p->field, s))
		COMPLAIN(r, v, "%s: %s is also a code of its list; rename the code", p->field->path,
		    s);
	p->op = *s == 'n' ? OP_NONE : OP_SOME;
	return true;
}

/* A value, or a list of values of which one must be equal. */
static void
read_equal(struct reader *r, const struct val *v, struct pred *p)
{
	bool		 list = val_kind(v) == VAL_LIST;
	struct test	*t;

	if (type_is(p->field, "group")) {
		COMPLAIN(r, v, "%s is a group: it can only be none or any", p->field->path);
		return;
	}
	if (val_kind(v) == VAL_MAP || val_kind(v) == VAL_NIL || (list && val_len(v) == 0)) {
		COMPLAIN(r, v, "%s needs a value, a list of values, none or any", p->field->path);
		return;
	}
	if ((t = test_new(r, p, IS_EQUAL)) == NULL)
		return;
	for (size_t i = 0; list && i < val_len(v); i++)
		read_operand(r, p->field, val_at(v, i), t);
	if (!list)
		read_operand(r, p->field, v, t);
}

/* {state: STATE or [STATE, ...]} */
static void
read_state(struct reader *r, const struct val *v, struct pred *p)
{
	const struct book	*book = r->place->book;
	bool			 list = val_kind(v) == VAL_LIST;
	struct test		*t = test_new(r, p, IS_EQUAL);
	char			 text[64];

	p->op = OP_STATE;
	if (list && val_len(v) == 0)
		COMPLAIN(r, v, "state needs a state or a list of states");
	for (size_t i = 0; t != NULL && i < (list ? val_len(v) : 1); i++) {
		const struct val	*name = list ? val_at(v, i) : v;
		struct operand		*o = operand_new(r, t);
		size_t			 k = 0;

		while (k < book->nstates && strcmp(book->states[k].name, spell(name, text)) != 0)
			k++;
		if (k == book->nstates)
			COMPLAIN(r, name, "book %s has no state \"%s\"", book->name,
			    spell(name, text));
		else if (o != NULL && (o->v = val_text(text)) == NULL)
			r->bad = true;
	}
}

/* {field: AREA FIELD, in-area: CODE or its first digits} */
static void
read_in_area(struct reader *r, const struct val *v, struct pred *p)
{
	struct test	*t;
	struct operand	*o;
	char		 text[64];
	size_t		 n = strlen(spell(v, text));

	if (!type_is(p->field, "area")) {
		COMPLAIN(r, v, "%s is no area: in-area does not apply", p->field->path);
		return;
	}
	if (strspn(text, "0123456789") != n || (n != 2 && n != 4 && n != 6 && n != 9 &&
	    n != AREA_CODE)) {
		COMPLAIN(r, v,
		    "%s: in-area takes an area code or its first 2, 4, 6 or 9 digits, not %s",
		    p->field->path, text);
		return;
	}
	if (n == AREA_CODE)
		n = area_prefix(text);
	if ((t = test_new(r, p, IS_IN_AREA)) != NULL && (o = operand_new(r, t)) != NULL &&
	    (o->v = val_textn(text, n)) == NULL)
		r->bad = true;
}

static void
read_range(struct reader *r, enum is is, const struct val *v, struct pred *p)
{
	struct test	*t;

	if (!type_is(p->field, "date") && !type_is(p->field, "number"))
		COMPLAIN(r, v, "%s is neither date nor number: it has no before and after",
		    p->field->path);
	else if ((t = test_new(r, p, is)) != NULL)
		read_operand(r, p->field, v, t);
}

/* Compares two fields of the same type that have one value each. */
static void
read_differs(struct reader *r, const struct val *v, struct pred *p)
{
	const struct field	*f = p->field, *other;
	bool			 parent = false;
	struct test		*t;

	other = val_str(v) != NULL ? find_field(r, v, val_str(v), &parent) : NULL;
	if (val_str(v) == NULL)
		COMPLAIN(r, v, "differs must be the name of a field");
	if (other == NULL)
		return;
	if (f->type != other->type || f->codes != other->codes || f->decimals != other->decimals ||
	    f->fields != NULL)
		COMPLAIN(r, v, "%s and %s are of different kinds: they cannot be compared", f->path,
		    other->path);
	else if (f->many || other->many || type_is_virtual(f) || type_is_virtual(other) ||
	    (other->group != NULL && other->group->many && other->group != f->group))
		COMPLAIN(r, v,
		    "%s and %s cannot be compared: each must be one stored value in the same place",
		    f->path, other->path);
	else if ((t = test_new(r, p, IS_OTHER)) != NULL)
		*t = (struct test){ .is = IS_OTHER, .other = other, .parent = parent };
}

/* {field: x, after: ..., before: ...} */
static void
read_long(struct reader *r, const struct val *src, struct pred *p)
{
	static const struct {
		const char	*key;
		enum is		 is;
	} ranges[] = {
		{ "after", IS_AFTER }, { "before", IS_BEFORE }, { "min", IS_MIN },
		  { "max", IS_MAX },
	};
	const char	*name = val_get_str(src, "field"), *key;
	size_t		 k;

	if (name == NULL || (p->field = find_field(r, src, name, &p->parent)) == NULL) {
		if (name == NULL)
			COMPLAIN(r, src, "field must be the name of a field");
		return;
	}
	p->op = OP_FITS;
	if (val_len(src) < 2)
		COMPLAIN(r, src,
		    "%s is compared with nothing: add after, before, min, max, in-area or differs",
		    name);
	for (size_t i = 0; i < val_len(src); i++) {
		const struct val	*v = val_value(src, i);

		key = val_key(src, i);
		for (k = 0; k < sizeof ranges / sizeof ranges[0] && strcmp(key, ranges[k].key) != 0;
		    k++)
			;
		if (k < sizeof ranges / sizeof ranges[0])
			read_range(r, ranges[k].is, v, p);
		else if (strcmp(key, "in-area") == 0)
			read_in_area(r, v, p);
		else if (strcmp(key, "differs") == 0)
			read_differs(r, v, p);
		else if (strcmp(key, "field") != 0)
			COMPLAIN(r, v, "a comparison has no key \"%s\"", key);
	}
}

/* {state: active, category: [left-behind, orphan]} */
static void
read_short(struct reader *r, const struct val *src, struct pred *p)
{
	if (val_len(src) == 0)
		COMPLAIN(r, src, "an empty condition");
	for (size_t i = 0; i < val_len(src); i++) {
		const char		*key = val_key(src, i);
		const struct val	*v = val_value(src, i);
		struct pred		*child = child_new(r, p);

		if (child == NULL)
			return;
		child->group = r->place->group;
		if (strcmp(key, "state") == 0) {
			read_state(r, v, child);
			continue;
		}
		child->op = OP_FITS;
		if ((child->field = find_field(r, v, key, &child->parent)) != NULL &&
		    !read_presence(r, v, child))
			read_equal(r, v, child);
	}
}

static void
read_children(struct reader *r, const struct val *list, int depth, struct pred *p)
{
	struct pred	*child;

	if (val_kind(list) != VAL_LIST || val_len(list) == 0) {
		COMPLAIN(r, list, "all and any take a list of conditions");
		return;
	}
	for (size_t i = 0; i < val_len(list); i++)
		if ((child = child_new(r, p)) != NULL)
			read_pred(r, val_at(list, i), depth, child);
}

/* Any condition: all, any, not, a comparison with field, or {FIELD: VALUE, ...}. */
static void
read_pred(struct reader *r, const struct val *src, int depth, struct pred *p)
{
	static const struct {
		const char	*key;
		enum op		 op;
	} words[] = { { "all", OP_ALL }, { "any", OP_ANY }, { "not", OP_NOT } };
	struct pred	*child;

	p->group = r->place->group;
	if (val_kind(src) != VAL_MAP) {
		COMPLAIN(r, src, "a condition is a mapping, such as {state: active}");
		return;
	}
	if (depth == 0) {
		COMPLAIN(r, src, "conditions nest deeper than %d", DEPTH_MAX);
		return;
	}
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (val_get(src, words[i].key) == NULL)
			continue;
		p->op = words[i].op;
		if (val_len(src) != 1)
			COMPLAIN(r, src, "%s stands alone in its braces", words[i].key);
		else if (p->op != OP_NOT)
			read_children(r, val_value(src, 0), depth - 1, p);
		else if ((child = child_new(r, p)) != NULL)
			read_pred(r, val_value(src, 0), depth - 1, child);
		return;
	}
	if (val_get(src, "field") != NULL)
		read_long(r, src, p);
	else
		read_short(r, src, p);
}

static void
clear(struct pred *p)
{
	for (size_t i = 0; i < p->nchildren; i++)
		clear(&p->children[i]);
	for (size_t i = 0; i < p->ntests; i++) {
		for (size_t k = 0; k < p->tests[i].n; k++)
			val_free(p->tests[i].of[k].v);
		free(p->tests[i].of);
	}
	free(p->tests);
	free(p->children);
}

struct pred *
pred_new(const struct val *src, const struct pred_place *place, pred_error_fn *complain, void *arg)
{
	struct reader	 r = { place, complain, arg, false };
	struct pred	*p = calloc(1, sizeof *p);

	if (p == NULL)
		return NULL;
	read_pred(&r, src, DEPTH_MAX, p);
	if (!r.bad)
		return p;
	pred_free(p);
	return NULL;
}

void
pred_free(struct pred *p)
{
	if (p == NULL)
		return;
	clear(p);
	free(p);
}

/* ---- evaluation ------------------------------------------------------------------------------ */

/* Whether one value passes one test. */
static bool
passes(enum is is, const struct operand *o, const struct val *v, int today)
{
	int64_t	 than = o->is_date ? civil_rel_on(&o->rel, today) : val_num(o->v, 0),
	    n = val_num(v, 0);

	if (is == IS_IN_AREA)
		return val_str(v) != NULL && area_valid(val_str(v)) &&
		    strncmp(val_str(v), val_str(o->v), strlen(val_str(o->v))) == 0;
	if (is == IS_EQUAL && !o->is_date)
		return val_same(v, o->v);
	if (val_kind(v) != VAL_INT || (o->is_date && than == 0))
		return false;
	switch (is) {
	case IS_AFTER:
		return n > than;
	case IS_BEFORE:
		return n < than;
	case IS_MIN:
		return n >= than;
	case IS_MAX:
		return n <= than;
	default:
		return n == than;
	}
}

/* Where the present value was found: the map with it, and the whole record. */
struct found {
	const struct val	*map;
	const struct pred_ctx	*ctx;
};

static bool
differs(const struct pred *p, const struct test *t, const struct val *v, const struct found *at)
{
	const struct val	*other;

	if (t->parent)
		other = val_find(val_get(at->ctx->rec, PRED_PARENT), t->other->path);
	else
		other = !p->parent && t->other->group == p->field->group ?
		    val_get(at->map, t->other->name) : val_find(at->ctx->rec, t->other->path);
	return !type_value_empty(other) && !val_same(v, other);
}

static bool
passes_all(const struct pred *p, const struct val *v, const struct found *at)
{
	for (size_t i = 0; i < p->ntests; i++) {
		const struct test	*t = &p->tests[i];
		bool			 pass = t->is == IS_OTHER && differs(p, t, v, at);

		for (size_t k = 0; k < t->n && !pass; k++)
			pass = passes(t->is, &t->of[k], v, at->ctx->today);
		if (!pass)
			return false;
	}
	return true;
}

/*
 * Tests one stored value of the field: it is not empty, and (FITS) the tests hold for it or for one
 * of its items.
 */
static bool
hits(const struct pred *p, const struct val *v, const struct found *at)
{
	bool	 hit;

	if (type_value_empty(v))
		return false;
	if (p->op != OP_FITS)
		return true;
	if (val_kind(v) != VAL_LIST || (p->ntests > 0 && p->tests[0].is == IS_OTHER))
		return passes_all(p, v, at);
	hit = false;
	for (size_t i = 0; i < val_len(v) && !hit; i++)
		hit = passes_all(p, val_at(v, i), at);
	return hit;
}

/* `map` holds the field or, for a virtual field, its source. */
static bool
hits_in(const struct pred *p, const struct val *map, const struct pred_ctx *ctx)
{
	const struct found	 at = { map, ctx };
	const struct field	*f = p->field;
	struct val		*v;
	bool			 hit;

	if (!type_is_virtual(f))
		return hits(p, val_get(map, f->name), &at);
	v = type_compute(f, val_get(map, f->computed_begin->name),
	    f->computed_end != NULL ? val_get(map, f->computed_end->name) : NULL, ctx->today);
	hit = hits(p, v, &at);
	val_free(v);
	return hit;
}

/* Whether any value of the field matches. Groups are not nested, so there is one level of lines. */
static bool
any_hits(const struct pred *p, const struct pred_ctx *ctx)
{
	const struct field	*f = type_is_virtual(p->field) ? p->field->computed_begin :
	    p->field;
	const struct val	*rec = p->parent ? val_get(ctx->rec, PRED_PARENT) : ctx->rec,
	    *group;

	if (f->group == NULL)
		return hits_in(p, rec, ctx);
	if (!p->parent && f->group == p->group && ctx->scope != NULL)
		return hits_in(p, ctx->scope, ctx);
	group = val_get(rec, f->group->name);
	if (!f->group->many)
		return hits_in(p, group, ctx);
	for (size_t i = 0; i < val_len(group); i++)
		if (hits_in(p, val_at(group, i), ctx))
			return true;
	return false;
}

static bool
state_is(const struct pred *p, const char *state)
{
	for (size_t i = 0; state != NULL && i < p->tests[0].n; i++)
		if (strcmp(val_str(p->tests[0].of[i].v), state) == 0)
			return true;
	return false;
}

static bool
some_child_holds(const struct pred *p, const struct pred_ctx *ctx, bool holds)
{
	for (size_t i = 0; i < p->nchildren; i++)
		if (pred_holds(&p->children[i], ctx) == holds)
			return true;
	return false;
}

bool
pred_holds(const struct pred *p, const struct pred_ctx *ctx)
{
	if (p == NULL)
		return true;
	switch (p->op) {
	case OP_ALL:
		return !some_child_holds(p, ctx, false);
	case OP_ANY:
		return some_child_holds(p, ctx, true);
	case OP_NOT:
		return some_child_holds(p, ctx, false);
	case OP_STATE:
		return state_is(p, ctx->state);
	case OP_NONE:
		return !any_hits(p, ctx);
	case OP_SOME:
	case OP_FITS:
		return any_hits(p, ctx);
	}
	return false;
}

/* ---- analysis -------------------------------------------------------------------------------- */

static bool
leaf_uses_today(const struct pred *p)
{
	if (p->field != NULL && type_is_virtual(p->field))
		return true;
	for (size_t i = 0; i < p->ntests; i++)
		for (size_t k = 0; k < p->tests[i].n; k++)
			if (p->tests[i].of[k].is_date && p->tests[i].of[k].rel.base != REL_FIXED)
				return true;
	return false;
}

bool
pred_uses_today(const struct pred *p)
{
	if (p == NULL)
		return false;
	for (size_t i = 0; i < p->nchildren; i++)
		if (pred_uses_today(&p->children[i]))
			return true;
	return leaf_uses_today(p);
}

bool
pred_uses_state(const struct pred *p)
{
	if (p == NULL)
		return false;
	for (size_t i = 0; i < p->nchildren; i++)
		if (pred_uses_state(&p->children[i]))
			return true;
	return p->op == OP_STATE;
}

bool
pred_uses_parent(const struct pred *p)
{
	bool	 uses = p != NULL && p->parent;

	for (size_t i = 0; p != NULL && i < p->ntests; i++)
		uses |= p->tests[i].parent;
	for (size_t i = 0; p != NULL && i < p->nchildren; i++)
		uses |= pred_uses_parent(&p->children[i]);
	return uses;
}

static states_t
named_states(const struct pred *p, const struct book *book)
{
	states_t	 states = 0;

	for (size_t i = 0; i < p->tests[0].n; i++) {
		const struct state	*s = book_state(book, val_str(p->tests[0].of[i].v));

		states |= s != NULL ? STATE_BIT(s) : 0;
	}
	return states;
}

/* The states a predicate names, where it tests nothing but the state. */
static const struct pred *
state_leaf(const struct pred *p)
{
	while (p->op == OP_ALL && p->nchildren == 1)
		p = &p->children[0];
	return p->op == OP_STATE ? p : NULL;
}

states_t
pred_states(const struct pred *p, const struct book *book)
{
	states_t		 states = p != NULL && p->op == OP_ANY ? 0 : STATES_ALL;
	const struct pred	*leaf;

	if (p == NULL)
		return STATES_ALL;
	if (p->op == OP_STATE)
		return named_states(p, book);
	if (p->op == OP_NOT && (leaf = state_leaf(&p->children[0])) != NULL)
		return ~named_states(leaf, book);
	for (size_t i = 0; i < p->nchildren; i++)
		if (p->op == OP_ALL)
			states &= pred_states(&p->children[i], book);
		else if (p->op == OP_ANY)
			states |= pred_states(&p->children[i], book);
	return states;
}

static bool
operand_same(const struct operand *a, const struct operand *b)
{
	if (a->is_date != b->is_date)
		return false;
	if (!a->is_date)
		return val_same(a->v, b->v);
	return a->rel.base == b->rel.base && a->rel.fixed == b->rel.fixed && a->rel.n == b->rel.n &&
	    a->rel.unit == b->rel.unit;
}

static bool
test_same(const struct test *a, const struct test *b)
{
	bool	 same = a->is == b->is && a->other == b->other && a->parent == b->parent &&
	    a->n == b->n;

	for (size_t i = 0; same && i < a->n; i++)
		same = operand_same(&a->of[i], &b->of[i]);
	return same;
}

bool
pred_same(const struct pred *a, const struct pred *b)
{
	bool	 same;

	if (a == NULL || b == NULL)
		return a == b;
	same = a->op == b->op && a->field == b->field && a->parent == b->parent &&
	    a->group == b->group && a->nchildren == b->nchildren && a->ntests == b->ntests;
	for (size_t i = 0; same && i < a->ntests; i++)
		same = test_same(&a->tests[i], &b->tests[i]);
	for (size_t i = 0; same && i < a->nchildren; i++)
		same = pred_same(&a->children[i], &b->children[i]);
	return same;
}

/* A length before each text keeps two different predicates from having the same fingerprint. */
static void
fingerprint_text(struct buf *out, const char *s)
{
	buf_printf(out, "%zu:%s", strlen(s), s);
}

/* Writes one test; see pred_fingerprint(). */
static void
fingerprint_test(const struct test *t, struct buf *out)
{
	/* letters, because the numbers of an enum change with its order */
	static const char	 is[] = { [IS_EQUAL] = '=', [IS_AFTER] = 'a', [IS_BEFORE] = 'b',
	    [IS_MIN] = 'f', [IS_MAX] = 'u',
		[IS_IN_AREA] = 'w', [IS_OTHER] = 'o' };

	buf_putc(out, is[t->is]);
	if (t->other != NULL) {
		buf_puts(out, t->parent ? "^" : "");
		fingerprint_text(out, t->other->path);
	}
	for (size_t i = 0; i < t->n; i++) {
		const struct operand	*o = &t->of[i];

		buf_putc(out, '|');
		if (o->is_date)
			buf_printf(out, "%d,%d,%d,%d", (int)o->rel.base, o->rel.fixed, o->rel.n,
			    (int)o->rel.unit);
		else
			val_encode(o->v, out);
	}
	buf_putc(out, ';');
}

void
pred_fingerprint(const struct pred *p, struct buf *out)
{
	static const char	 ops[] = { [OP_ALL] = '&', [OP_ANY] = '/', [OP_NOT] = '!',
	    [OP_STATE] = 's', [OP_NONE] = '0',
		[OP_SOME] = '1', [OP_FITS] = 'v' };

	if (p == NULL) {
		buf_putc(out, '-');
		return;
	}
	buf_putc(out, ops[p->op]);
	buf_putc(out, '(');
	if (p->field != NULL) {
		buf_puts(out, p->parent ? "^" : "");
		fingerprint_text(out, p->field->path);
	}
	for (size_t i = 0; i < p->ntests; i++)
		fingerprint_test(&p->tests[i], out);
	for (size_t i = 0; i < p->nchildren; i++)
		pred_fingerprint(&p->children[i], out);
	buf_putc(out, ')');
}

void
pred_fields(const struct pred *p, void (*fn)(const struct field *, void *), void *arg)
{
	if (p == NULL)
		return;
	if (p->field != NULL)
		fn(p->field, arg);
	if (p->field != NULL && p->field->computed_begin != NULL)
		fn(p->field->computed_begin, arg);
	if (p->field != NULL && p->field->computed_end != NULL)
		fn(p->field->computed_end, arg);
	for (size_t i = 0; i < p->ntests; i++)
		if (p->tests[i].other != NULL)
			fn(p->tests[i].other, arg);
	for (size_t i = 0; i < p->nchildren; i++)
		pred_fields(&p->children[i], fn, arg);
}
