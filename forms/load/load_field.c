#include "forms/load/load.h"

#include <stdlib.h>
#include <string.h>

#include "forms/vec.h"

/* ---- first pass: types and plain attributes -------------------------------------------------- */

static void
parse_range(struct load *b, const struct val *v, const char *key, struct field *f, bool *has,
    int64_t *num, struct civil_rel *date)
{
	if (type_is(f, "number")) {
		if (val_kind(v) != VAL_INT)
			load_error(b, v, "%s must be a whole number", key);
		*num = val_num(v, 0);
		for (int i = 0; i < f->decimals; i++)
			*num *= 10;
	} else if (val_str(v) == NULL || !civil_rel_parse(val_str(v), date))
		load_error(b, v, "%s must be a date: today, -18y, +30d, month-end or 1900-01-01",
		    key);
	*has = true;
}

static size_t
count_of(struct load *b, const struct val *v, const char *key)
{
	int64_t	 n = val_num(v, -1);

	if (n < 0 || n > 20000)
		load_error(b, v, "%s must be a whole number from 0 to 20000", key);
	return n < 0 ? 0 : (size_t)n;
}

/*
 * Greatest value of a number or date, most characters of a text, most lines of a repeating group.
 */
static void
key_max(struct load *b, struct field *f, const struct val *v)
{
	if ((f->type->attrs & ATTR_RANGE) != 0)
		parse_range(b, v, "max", f, &f->has_max, &f->max_value, &f->max_date);
	else if ((f->max_size = count_of(b, v, "max")) == 0)
		load_error(b, v, "max must be at least 1");
}

static void
key_min(struct load *b, struct field *f, const struct val *v)
{
	if ((f->type->attrs & ATTR_RANGE) != 0)
		parse_range(b, v, "min", f, &f->has_min, &f->min_value, &f->min_date);
	else
		f->min_size = count_of(b, v, "min");
}

static void
key_decimals(struct load *b, struct field *f, const struct val *v)
{
	if (val_num(v, -1) < 0 || val_num(v, -1) > 6)
		load_error(b, v, "decimals must be 0 to 6");
	else
		f->decimals = (int)val_num(v, 0);
}

static void
key_codes(struct load *b, struct field *f, const struct val *v)
{
	if (val_str(v) == NULL || (f->codes = set_codes(b->set, val_str(v))) == NULL)
		load_error(b, v, "there is no code list \"%s\"", val_str(v) != NULL ? val_str(v) :
		    "?");
}

static void
key_level(struct load *b, struct field *f, const struct val *v)
{
	if (val_str(v) == NULL || (f->level = area_level_parse(val_str(v))) == AREA_BAD)
		load_error(b, v, "level must be county, township or village");
}

static void
key_anywhere(struct load *b, struct field *f, const struct val *v)
{
	if (val_kind(v) != VAL_BOOL)
		load_error(b, v, "anywhere must be yes or no");
	f->anywhere = val_is_true(v);
}

static void
key_many(struct load *b, struct field *f, const struct val *v)
{
	if (val_kind(v) != VAL_BOOL)
		load_error(b, v, "many must be yes or no");
	f->many = val_is_true(v);
}

static void
key_unique(struct load *b, struct field *f, const struct val *v)
{
	if (val_kind(v) != VAL_BOOL)
		load_error(b, v, "unique must be yes or no");
	f->unique = val_is_true(v);
}

static int
find_keyword(struct load *b, const struct val *v, const char *key, const char *const words[])
{
	struct buf	 all = BUF_INIT;

	for (int i = 0; words[i] != NULL; i++) {
		if (val_str(v) != NULL && strcmp(val_str(v), words[i]) == 0) {
			buf_free(&all);
			return i;
		}
		buf_printf(&all, "%s%s", i > 0 ? ", " : "", words[i]);
	}
	load_error(b, v, "%s must be one of: %s", key, buf_str(&all));
	buf_free(&all);
	return -1;
}

static void
key_find(struct load *b, struct field *f, const struct val *v)
{
	static const char *const	 words[] = { "name", "number", NULL };
	int				 i = find_keyword(b, v, "find", words);

	f->find = i == 0 ? FIND_NAME : i == 1 ? FIND_NUMBER : FIND_NO;
}

static void
key_mask(struct load *b, struct field *f, const struct val *v)
{
	static const char *const	 words[] = { "middle", "all", NULL };
	int				 i = find_keyword(b, v, "mask", words);

	f->mask = i == 0 ? MASK_MIDDLE : i == 1 ? MASK_ALL : MASK_NO;
}

/* Marks the field as a rollup; its source is resolved when all books are known (load_rollup.c). */
static void
key_rollup(struct load *b, struct field *f, const struct val *v)
{
	if (f->group != NULL || f->page == NULL || (f->type->attrs & ATTR_FIELDS) != 0)
		load_error(b, v, "rollup: %s must be a field outside groups, and no group",
		    f->path);
	else
		f->computed = COMPUTED_ROLLUP;
}

/* ---- second pass: references ----------------------------------------------------------------- */

/*
 * The field named under the key, of the given type: first in the group of the present field, then
 * outside groups.
 */
static const struct field *
sibling_field(struct load *b, const struct unresolved *at, const struct val *v, const char *key,
    const char *type)
{
	const struct field	*other = NULL;
	const char		*name = val_str(v), *dot;

	if (name != NULL && at->field->group != NULL) {
		dot = load_printf(b, "%.*s%s",
		    (int)(strlen(at->field->path) - strlen(at->field->name)),
		    at->field->path, name);
		other = book_field(at->book, dot);
	}
	if (name != NULL && other == NULL)
		other = book_field(at->book, name);
	if (other == NULL)
		load_error(b, v, "%s: book %s has no field \"%s\"", key, at->book->name,
		    name != NULL ? name : "?");
	else if (!type_is(other, type)) {
		load_error(b, v, "%s: field %s is no %s", key, other->path, type);
		return NULL;
	} else if (other->group != NULL && other->group != at->field->group) {
		load_error(b, v, "%s: field %s is in another group", key, other->path);
		return NULL;
	}
	return other;
}

static void
resolve_required(struct load *b, const struct unresolved *at, const struct val *v)
{
	static const char *const	 keys[] = { "when", NULL };

	at->field->required = REQUIRED_YES;
	if (val_kind(v) == VAL_BOOL)
		at->field->required = val_is_true(v) ? REQUIRED_YES : REQUIRED_NO;
	else if (val_str(v) != NULL && strcmp(val_str(v), "first") == 0)
		at->field->required = REQUIRED_FIRST;
	else if (val_kind(v) == VAL_MAP && load_check_keys(b, v, "required", keys) &&
	    val_get(v, "when") != NULL)
		at->field->required_when = load_pred(b, val_get(v, "when"), at->book,
		    at->field->group);
	else
		load_error(b, v, "required must be yes, no, first or {when: ...}");
}

static void
resolve_shown(struct load *b, const struct unresolved *at, const struct val *v)
{
	at->field->shown = load_pred(b, v, at->book, at->field->group);
}

static void
resolve_book(struct load *b, const struct unresolved *at, const struct val *v)
{
	if (val_str(v) == NULL || (at->field->link_book = set_book(b->set, val_str(v))) == NULL)
		load_error(b, v, "book: there is no book \"%s\"", val_str(v) != NULL ? val_str(v) :
		    "?");
}

static void
resolve_targets(struct load *b, const struct unresolved *at, const struct val *v)
{
	static const char *const	 keys[] = { "birth", "sex", NULL };

	if (!type_is(at->field, "citizen-number"))
		return;				/* of a link: load_autofills_resolve() */
	if (!load_check_keys(b, v, "autofill", keys))
		return;
	if (val_get(v, "birth") != NULL)
		at->field->birth_target = sibling_field(b, at, val_get(v, "birth"), "autofill",
		    "date");
	if (val_get(v, "sex") != NULL)
		at->field->sex_target = sibling_field(b, at, val_get(v, "sex"), "autofill",
		    "choice");
}

static void
from_date(struct load *b, const struct unresolved *at, const struct val *v)
{
	at->field->computed_begin = sibling_field(b, at, v, "computed", "date");
}

/*
 * The codes of a period are fixed, because the program computes them; the county chooses the
 * labels.
 */
static void
check_period_codes(struct load *b, const struct unresolved *at, const struct val *v)
{
	static const char *const	 names[] = { "coming", "in-force", "expiring", "expired" };
	const struct codes		*codes = at->field->codes;
	size_t				 n = sizeof names / sizeof *names;
	bool				 same;

	if (codes == NULL)
		return;				/* already reported */
	same = codes->n == n;
	for (size_t i = 0; i < n; i++)
		same = same && codes_find(codes, names[i]) != NULL;
	if (!same)
		load_error(b, v,
		    "period: list %s must have exactly coming, in-force, expiring and expired",
		    codes->name);
}

static void
from_period(struct load *b, const struct unresolved *at, const struct val *v)
{
	static const char *const	 keys[] = { "begin", "end", "soon", NULL };
	struct field			*f = at->field;

	if (!load_check_keys(b, v, "period", keys))
		return;
	f->computed_begin = sibling_field(b, at, val_get(v, "begin"), "period: begin", "date");
	f->computed_end = sibling_field(b, at, val_get(v, "end"), "period: end", "date");
	if (f->computed_begin != NULL && f->computed_end != NULL &&
	    f->computed_begin->group != f->computed_end->group)
		load_error(b, v,
		    "period: %s and %s must be in the same group, or both outside groups",
		    f->computed_begin->path, f->computed_end->path);
	if (val_get(v, "soon") == NULL)
		load_error(b, v, "period: soon is missing, as in soon: 30d");
	else if (load_clock_interval(b, val_get(v, "soon"), &f->soon) && f->soon.n < 1)
		load_error(b, v, "period: soon must be at least one day");
	check_period_codes(b, at, v);
}

/* The record chooses the sheet: see load_sheets_resolve(). */
static void
from_score(struct load *b, const struct unresolved *at, const struct val *v)
{
	static const struct {
		const char	*name, *type;
		enum computed	 what;
	} parts[] = {
		{ "total", "number", COMPUTED_TOTAL }, { "grade", "choice", COMPUTED_GRADE },
		{ "reasons", "long", COMPUTED_REASONS },
	};
	size_t	 i = 0;

	while (i < 3 && (val_str(v) == NULL || strcmp(parts[i].name, val_str(v)) != 0))
		i++;
	if (i == 3) {
		load_error(b, v, "score must be total, grade or reasons");
		return;
	}
	at->field->computed = parts[i].what;
	if (!type_is(at->field, parts[i].type))
		load_error(b, v, "the %s of a sheet is a %s: the type of %s does not fit",
		    parts[i].name, parts[i].type, at->field->path);
	if (at->field->group != NULL)
		load_error(b, v, "score: %s is in a group", at->field->path);
}

/* Computed fields: their type (NULL: the definition gives it) and how their source is resolved. */
static const struct {
	const char	*name;
	enum computed	 what;
	const char	*type;
	void		 (*tie)(struct load *, const struct unresolved *, const struct val *);
} computes[] = {
	{ "years-since",	COMPUTED_YEARS,		"number",	from_date },
	{ "age-band",		COMPUTED_AGE_BAND,	"text",		from_date },
	{ "period",		COMPUTED_PERIOD,	"choice",	from_period },
	{ "score",		COMPUTED_TOTAL,		NULL,		from_score },
};

static void
resolve_computed(struct load *b, const struct unresolved *at, const struct val *v)
{
	size_t	 n = sizeof computes / sizeof *computes, i = 0;

	while (i < n && (val_len(v) != 1 || val_kind(v) != VAL_MAP ||
	    strcmp(computes[i].name, val_key(v, 0)) != 0))
		i++;
	if (i == n) {
		load_error(b, v,
		    "computed is one of {years-since: date field}, {age-band: date field}, {period: {begin, end, "
		    "soon}}, {score: total, grade or reasons}");
		return;
	}
	at->field->computed = computes[i].what;
	if (computes[i].type != NULL && !type_is(at->field, computes[i].type))
		load_error(b, v, "%s gives a %s: the type of %s does not fit", computes[i].name,
		    computes[i].type, at->field->path);
	else
		computes[i].tie(b, at, val_value(v, 0));
}

static bool
is_literal(const struct field *f, const struct val *v)
{
	struct val	*one = type_literal(f, v);

	val_free(one);
	return one != NULL;
}

bool
load_field_default_fits(const struct field *f, const struct val *v)
{
	const char	*s = val_str(v);

	if ((type_is(f, "choice") && f->codes == NULL) || f->type == NULL)
		return true;			/* the error is in its code list */
	if (type_is(f, "date"))
		return s != NULL && strcmp(s, "today") == 0;
	if (type_is(f, "area"))
		return s != NULL && strcmp(s, "own-area") == 0;
	if (type_is(f, "choice"))
		return s != NULL && codes_find(f->codes, s) != NULL;
	for (size_t i = 0; f->codes != NULL && val_kind(v) == VAL_LIST && i < val_len(v); i++)
		if (val_str(val_at(v, i)) == NULL ||
		    codes_find(f->codes, val_str(val_at(v, i))) == NULL)
			return false;
	return val_kind(v) == f->type->kind && (val_kind(v) == VAL_LIST || is_literal(f, v));
}

static void
resolve_default(struct load *b, const struct unresolved *at, const struct val *v)
{
	if (!load_field_default_fits(at->field, v))
		load_error(b, v,
		    "default does not fit type %s (a date takes today, an area own-area, a choice a quoted "
		    "code of its list)", at->field->type->name);
	at->field->default_value = v;
}

static void
resolve_see(struct load *b, const struct unresolved *at, const struct val *v)
{
	at->field->see = load_role_mask(b, at->body, "see", ROLES_ALL);
	if (load_item_count(v) == 0)
		load_error(b, at->body, "nobody may see field %s", at->field->path);
}

static void
resolve_write(struct load *b, const struct unresolved *at, const struct val *v)
{
	(void)v;
	at->field->write = load_role_mask(b, at->body, "write", ROLES_ALL);
}

/* In a repeating group no one can tell which line changed, so only the whole group can be fixed. */
static void
resolve_fixed(struct load *b, const struct unresolved *at, const struct val *v)
{
	at->field->fixed = load_state_mask(b, at->book, at->body, "fixed", 0);
	if (at->field->page == NULL || (at->field->group != NULL && at->field->group->many))
		load_error(b, v,
		    "fixed: %s must be a field of the book outside repeating groups, or such a group itself",
		    at->field->path);
	if (at->field->required == REQUIRED_FIRST && at->book->start != NULL &&
	    (at->field->fixed & STATE_BIT(at->book->start)) != 0)
		load_error(b, v,
		    "fixed: %s is required at the first save, and could not be filled in then",
		    at->field->path);
}

/* ---- the keys of a field: one row each ------------------------------------------------------- */

struct field_key {
	const char	*name;
	unsigned	 attr;		/* attribute the type must support; 0 = all types do */
	void		 (*first)(struct load *, struct field *, const struct val *);
	void		 (*second)(struct load *, const struct unresolved *, const struct val *);
};

static const struct field_key field_keys[] = {
	{ "type",	0,		NULL,		NULL },
	{ "label",	0,		NULL,		NULL },
	{ "short",	0,		NULL,		NULL },
	{ "help",	0,		NULL,		NULL },
	{ "more",	0,		NULL,		NULL },
	{ "source",	0,		NULL,		NULL },
	{ "fields",	ATTR_FIELDS,	NULL,		NULL },
	{ "decimals",	ATTR_DECIMALS,	key_decimals,	NULL },	/* before min and max, which it
								   scales */
	{ "max",	ATTR_MAX | ATTR_RANGE, key_max,	NULL },
	{ "min",	ATTR_MIN | ATTR_RANGE, key_min,	NULL },
	{ "codes",	ATTR_CODES,	key_codes,	NULL },
	{ "level",	ATTR_LEVEL,	key_level,	NULL },
	{ "anywhere",	ATTR_LEVEL,	key_anywhere,	NULL },
	{ "many",	ATTR_MANY,	key_many,	NULL },
	{ "unique",	ATTR_UNIQUE,	key_unique,	NULL },
	{ "find",	ATTR_FIND,	key_find,	NULL },
	{ "mask",	ATTR_MASK,	key_mask,	NULL },
	{ "required",	0,		NULL,		resolve_required },
	{ "shown",	0,		NULL,		resolve_shown },
	{ "book",	ATTR_LINK,	NULL,		resolve_book },
	{ "autofill",	ATTR_LINK | ATTR_GIVES, NULL,	resolve_targets },
	{ "computed",	ATTR_COMPUTED,	NULL,		resolve_computed },
	{ "rollup",	0,		key_rollup,	NULL },		/* load_rollup.c */
	{ "default",	ATTR_DEFAULT,	NULL,		resolve_default },
	{ "see",	0,		NULL,		resolve_see },
	{ "write",	0,		NULL,		resolve_write },
	{ "fixed",	0,		NULL,		resolve_fixed },
	{ "initial",	0,		NULL,		NULL },		/* load_initial.c */
	{ NULL,		0,		NULL,		NULL }
};

static bool
known_field_keys(struct load *b, const struct field *f, const struct val *body)
{
	const struct field_key	*k;

	for (size_t i = 0; i < val_len(body); i++) {
		for (k = field_keys; k->name != NULL && strcmp(k->name, val_key(body, i)) != 0; k++)
			;
		if (k->name == NULL)
			load_error(b, val_value(body, i), "a field has no key \"%s\"",
			    val_key(body, i));
		else if (k->attr != 0 && (f->type->attrs & k->attr) == 0)
			load_error(b, val_value(body, i), "a field of type %s has no key \"%s\"",
			    f->type->name, k->name);
	}
	return true;
}

static void
needs_of_type(struct load *b, const struct field *f, const struct val *body)
{
	if ((f->type->attrs & ATTR_CODES) != 0 && val_get(body, "codes") == NULL)
		load_error(b, body, "field %s: type %s needs codes", f->path, f->type->name);
	if ((f->type->attrs & ATTR_LINK) != 0 && val_get(body, "book") == NULL)
		load_error(b, body, "field %s: type %s needs book", f->path, f->type->name);
	if ((f->type->attrs & ATTR_FIELDS) != 0 && val_len(val_get(body, "fields")) == 0)
		load_error(b, body, "field %s: a group needs fields", f->path);
	if (f->unique && f->group != NULL && f->group->many)
		load_error(b, body, "field %s: unique does not work inside a repeating group",
		    f->path);
	if ((f->max_size != 0 && f->min_size > f->max_size) ||
	    (type_is(f, "number") && f->has_min && f->has_max && f->min_value > f->max_value))
		load_error(b, body, "field %s: min is above max", f->path);
}

static void
add_unresolved(struct load *b, struct field *f, const struct val *body, struct book *book)
{
	if (!VEC_ROOM(b->unresolved, b->nunresolved, &b->unresolved_cap)) {
		b->bad = true;
		return;
	}
	b->unresolved[b->nunresolved++] = (struct unresolved){ f, body, book, b->file };
}

static const char *
path_of(struct load *b, const struct field *f)
{
	return f->group == NULL ? f->name :
	    load_printf(b, f->group->many ? "%s.*.%s" : "%s.%s", f->group->path, f->name);
}

/* First pass over a field: its type, labels, and all attributes that refer to nothing else. */
static bool
parse_field(struct load *b, struct book *book, struct field *f, const struct val *body)
{
	const char	*type = load_text(b, body, "type", NULL);

	f->line = val_line(body);
	f->path = path_of(b, f);
	f->see = f->write = ROLES_ALL;
	if (val_kind(body) != VAL_MAP || type == NULL || (f->type = type_find(type)) == NULL) {
		if (type == NULL)
			load_error(b, body, "field %s has no type", f->path);
		else
			load_error(b, body, "field %s: there is no type \"%s\"", f->path, type);
		f->type = type_find("text");	/* so that references to it cause no further
						   errors */
		f->refused = true;
		return true;
	}
	load_required_label(b, body, f->path, &f->label);
	load_brief(b, body, &f->label, &f->brief);
	load_label(b, val_get(body, "help"), &f->help);
	load_label(b, val_get(body, "more"), &f->more);
	known_field_keys(b, f, body);
	for (const struct field_key *k = field_keys; k->name != NULL; k++)
		if (k->first != NULL && val_get(body, k->name) != NULL &&
		    (k->attr == 0 || (f->type->attrs & k->attr) != 0))
			k->first(b, f, val_get(body, k->name));
	needs_of_type(b, f, body);
	add_unresolved(b, f, body, book);
	if ((f->type->attrs & ATTR_FIELDS) != 0) {
		if (f->group != NULL)
			load_error(b, body, "field %s: a group cannot be in a group", f->path);
		else if (val_get(body, "fields") != NULL)
			f->fields = load_fields_declare(b, book, val_get(body, "fields"), f->page,
			    f, &f->nfields);
	}
	return true;
}

/* Names that conditions use for something else (forms/pred.h). */
static bool
is_reserved_name(const char *name)
{
	static const char *const	 words[] = { "all", "any", "not", "field", "state" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i], name) == 0)
			return true;
	return false;
}

static bool
is_duplicate_name(const struct field *fields, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(fields[i].name, name) == 0)
			return true;
	return false;
}

struct field *
load_fields_declare(struct load *b, struct book *book, const struct val *list,
    const struct page *page, const struct field *group, size_t *n)
{
	struct field		*fields;
	const struct val	*body;
	const char		*name;

	*n = 0;
	if (val_kind(list) != VAL_LIST) {
		load_error(b, list, "fields must be a list (- name: {...})");
		return NULL;
	}
	if ((fields = load_alloc(b, val_len(list), sizeof *fields)) == NULL)
		return NULL;
	for (size_t i = 0; i < val_len(list); i++) {
		struct field	*f = &fields[*n];

		if (!load_named_item(b, val_at(list, i), &name, &body))
			continue;
		if (is_reserved_name(name))
			load_error(b, body,
			    "a field cannot be named \"%s\": conditions use that word", name);
		if (is_duplicate_name(fields, *n, name)) {
			load_error(b, body, "there are two fields \"%s\"", name);
			continue;
		}
		f->name = name;
		f->page = page;
		f->group = group;
		if (parse_field(b, book, f, body))
			++*n;
	}
	return fields;
}

void
load_fields_resolve(struct load *b)
{
	for (; b->nresolved < b->nunresolved; b->nresolved++) {
		const struct unresolved	*at = &b->unresolved[b->nresolved];

		b->file = at->file;
		for (const struct field_key *k = field_keys; k->name != NULL; k++)
			if (k->second != NULL && val_get(at->body, k->name) != NULL &&
			    (k->attr == 0 || (at->field->type->attrs & k->attr) != 0))
				k->second(b, at, val_get(at->body, k->name));
	}
}
