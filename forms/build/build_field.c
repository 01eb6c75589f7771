#include "forms/build/build.h"

#include <stdlib.h>
#include <string.h>

/* ---- first pass: what a field is ---------------------------------------------------------------------------- */

static void
take_range(struct build *b, const struct val *v, const char *key, struct field *f, bool *has, int64_t *num,
    struct civil_rel *date)
{
	if (type_is(f, "number")) {
		if (val_kind(v) != VAL_INT)
			complain(b, v, "%s must be a whole number", key);
		*num = val_num(v, 0);
		for (int i = 0; i < f->decimals; i++)
			*num *= 10;
	} else if (val_str(v) == NULL || !civil_rel_parse(val_str(v), date))
		complain(b, v, "%s must be a date: today, -18y, +30d, month-end or 1900-01-01", key);
	*has = true;
}

static void
key_from(struct build *b, struct field *f, const struct val *v)
{
	take_range(b, v, "from", f, &f->has_from, &f->from, &f->from_date);
}

static void
key_until(struct build *b, struct field *f, const struct val *v)
{
	take_range(b, v, "until", f, &f->has_until, &f->until, &f->until_date);
}

static size_t
count_of(struct build *b, const struct val *v, const char *key)
{
	int64_t	 n = val_num(v, -1);

	if (n < 0 || n > 20000)
		complain(b, v, "%s must be a whole number from 0 to 20000", key);
	return n < 0 ? 0 : (size_t)n;
}

static void
key_max(struct build *b, struct field *f, const struct val *v)
{
	if ((f->max = count_of(b, v, "max")) == 0)
		complain(b, v, "max must be at least 1");
}

static void
key_min(struct build *b, struct field *f, const struct val *v)
{
	f->min = count_of(b, v, "min");
}

static void
key_decimals(struct build *b, struct field *f, const struct val *v)
{
	if (val_num(v, -1) < 0 || val_num(v, -1) > 6)
		complain(b, v, "decimals must be 0 to 6");
	else
		f->decimals = (int)val_num(v, 0);
}

static void
key_codes(struct build *b, struct field *f, const struct val *v)
{
	if (val_str(v) == NULL || (f->codes = set_codes(b->set, val_str(v))) == NULL)
		complain(b, v, "there is no code list \"%s\"", val_str(v) != NULL ? val_str(v) : "?");
}

static void
key_level(struct build *b, struct field *f, const struct val *v)
{
	if (val_str(v) == NULL || (f->level = area_level_named(val_str(v))) == AREA_BAD)
		complain(b, v, "level must be county, township or village");
}

static void
key_anywhere(struct build *b, struct field *f, const struct val *v)
{
	if (val_kind(v) != VAL_BOOL)
		complain(b, v, "anywhere must be yes or no");
	f->anywhere = val_is_true(v);
}

static void
key_many(struct build *b, struct field *f, const struct val *v)
{
	if (val_kind(v) != VAL_BOOL)
		complain(b, v, "many must be yes or no");
	f->many = val_is_true(v);
}

static void
key_unique(struct build *b, struct field *f, const struct val *v)
{
	if (val_kind(v) != VAL_BOOL)
		complain(b, v, "unique must be yes or no");
	f->unique = val_is_true(v);
}

static int
word_of(struct build *b, const struct val *v, const char *key, const char *const words[])
{
	struct buf	 all = BUF_INIT;

	for (int i = 0; words[i] != NULL; i++) {
		if (val_str(v) != NULL && strcmp(val_str(v), words[i]) == 0) {
			buf_free(&all);
			return i;
		}
		buf_printf(&all, "%s%s", i > 0 ? ", " : "", words[i]);
	}
	complain(b, v, "%s must be one of: %s", key, buf_str(&all));
	buf_free(&all);
	return -1;
}

static void
key_find(struct build *b, struct field *f, const struct val *v)
{
	static const char *const	 words[] = { "name", "number", NULL };
	int				 i = word_of(b, v, "find", words);

	f->find = i == 0 ? FIND_NAME : i == 1 ? FIND_NUMBER : FIND_NO;
}

static void
key_mask(struct build *b, struct field *f, const struct val *v)
{
	static const char *const	 words[] = { "middle", "all", NULL };
	int				 i = word_of(b, v, "mask", words);

	f->mask = i == 0 ? MASK_MIDDLE : i == 1 ? MASK_ALL : MASK_NO;
}

/* That it is one must be known from the start; from what, once all books are (build_taken.c). */
static void
key_taken(struct build *b, struct field *f, const struct val *v)
{
	if (f->group != NULL || f->page == NULL || (f->type->attrs & ATTR_FIELDS) != 0)
		complain(b, v, "taken: %s must be a field of a page that stands in no group and is none", f->path);
	else
		f->computed = COMPUTED_TAKEN;
}

/* ---- second pass: what it refers to ------------------------------------------------------------------------- */

static const struct field *
beside(struct build *b, const struct later *at, const struct val *v, const char *key, const char *type)
{
	const struct field	*other = NULL;
	const char		*name = val_str(v), *dot;

	if (name != NULL && at->field->group != NULL) {
		dot = build_printf(b, "%.*s%s", (int)(strlen(at->field->path) - strlen(at->field->name)),
		    at->field->path, name);
		other = book_field(at->book, dot);
	}
	if (name != NULL && other == NULL)
		other = book_field(at->book, name);
	if (other == NULL)
		complain(b, v, "%s: book %s has no field \"%s\"", key, at->book->name, name != NULL ? name : "?");
	else if (!type_is(other, type)) {
		complain(b, v, "%s: field %s is no %s", key, other->path, type);
		return NULL;
	} else if (other->group != NULL && other->group != at->field->group) {
		complain(b, v, "%s: field %s stands in another group", key, other->path);
		return NULL;
	}
	return other;
}

static void
tie_required(struct build *b, const struct later *at, const struct val *v)
{
	static const char *const	 keys[] = { "when", NULL };

	at->field->required = REQUIRED_YES;
	if (val_kind(v) == VAL_BOOL)
		at->field->required = val_is_true(v) ? REQUIRED_YES : REQUIRED_NO;
	else if (val_str(v) != NULL && strcmp(val_str(v), "first") == 0)
		at->field->required = REQUIRED_FIRST;
	else if (val_kind(v) == VAL_MAP && known_keys(b, v, "required", keys) && val_get(v, "when") != NULL)
		at->field->required_when = take_pred(b, val_get(v, "when"), at->book, at->field->group);
	else
		complain(b, v, "required must be yes, no, first or {when: ...}");
}

static void
tie_shown(struct build *b, const struct later *at, const struct val *v)
{
	at->field->shown = take_pred(b, v, at->book, at->field->group);
}

static void
tie_to(struct build *b, const struct later *at, const struct val *v)
{
	if (val_str(v) == NULL || (at->field->to = set_book(b->set, val_str(v))) == NULL)
		complain(b, v, "to: there is no book \"%s\"", val_str(v) != NULL ? val_str(v) : "?");
}

static void
tie_gives(struct build *b, const struct later *at, const struct val *v)
{
	static const char *const	 keys[] = { "birth", "sex", NULL };

	if (!known_keys(b, v, "gives", keys))
		return;
	if (val_get(v, "birth") != NULL)
		at->field->gives_birth = beside(b, at, val_get(v, "birth"), "gives", "date");
	if (val_get(v, "sex") != NULL)
		at->field->gives_sex = beside(b, at, val_get(v, "sex"), "gives", "choice");
}

static void
from_date(struct build *b, const struct later *at, const struct val *v)
{
	at->field->computed_from = beside(b, at, v, "computed", "date");
}

/* The codes are fixed, for they are what is worked out; their words are the county's. */
static void
check_period_codes(struct build *b, const struct later *at, const struct val *v)
{
	static const char *const	 names[] = { "coming", "in-force", "expiring", "expired" };
	const struct codes		*codes = at->field->codes;
	size_t				 n = sizeof names / sizeof *names;
	bool				 same;

	if (codes == NULL)
		return;				/* said already */
	same = codes->n == n;
	for (size_t i = 0; i < n; i++)
		same = same && codes_find(codes, names[i]) != NULL;
	if (!same)
		complain(b, v, "period: list %s must hold exactly coming, in-force, expiring and expired", codes->name);
}

static void
from_period(struct build *b, const struct later *at, const struct val *v)
{
	static const char *const	 keys[] = { "from", "until", "soon", NULL };
	struct field			*f = at->field;

	if (!known_keys(b, v, "period", keys))
		return;
	f->computed_from = beside(b, at, val_get(v, "from"), "period: from", "date");
	f->computed_to = beside(b, at, val_get(v, "until"), "period: until", "date");
	if (f->computed_from != NULL && f->computed_to != NULL && f->computed_from->group != f->computed_to->group)
		complain(b, v, "period: %s and %s do not stand together", f->computed_from->path, f->computed_to->path);
	if (val_get(v, "soon") == NULL)
		complain(b, v, "period: soon is missing, as in soon: 30d");
	else if (take_interval(b, val_get(v, "soon"), &f->soon) && f->soon.n < 1)
		complain(b, v, "period: soon must be at least one day");
	check_period_codes(b, at, v);
}

/* Which sheet it comes of is the record's choice: see tie_sheets(). */
static void
from_score(struct build *b, const struct later *at, const struct val *v)
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
		complain(b, v, "score must be total, grade or reasons");
		return;
	}
	at->field->computed = parts[i].what;
	if (!type_is(at->field, parts[i].type))
		complain(b, v, "the %s of a sheet is a %s: the type of %s does not fit", parts[i].name, parts[i].type,
		    at->field->path);
	if (at->field->group != NULL)
		complain(b, v, "score: %s stands in a group", at->field->path);
}

/* What is never typed, the type it is of (NULL: it says itself), and where it follows from. */
static const struct {
	const char	*name;
	enum computed	 what;
	const char	*type;
	void		 (*tie)(struct build *, const struct later *, const struct val *);
} computes[] = {
	{ "years-since",	COMPUTED_YEARS,		"number",	from_date },
	{ "age-band",		COMPUTED_AGE_BAND,	"text",		from_date },
	{ "period",		COMPUTED_PERIOD,	"choice",	from_period },
	{ "score",		COMPUTED_TOTAL,		NULL,		from_score },
};

static void
tie_computed(struct build *b, const struct later *at, const struct val *v)
{
	size_t	 n = sizeof computes / sizeof *computes, i = 0;

	while (i < n && (val_len(v) != 1 || val_kind(v) != VAL_MAP || strcmp(computes[i].name, val_key(v, 0)) != 0))
		i++;
	if (i == n) {
		complain(b, v, "computed is one of {years-since: date field}, {age-band: date field}, {period: {from, until, "
		    "soon}}, {score: total, grade or reasons}");
		return;
	}
	at->field->computed = computes[i].what;
	if (computes[i].type != NULL && !type_is(at->field, computes[i].type))
		complain(b, v, "%s gives a %s: the type of %s does not fit", computes[i].name, computes[i].type,
		    at->field->path);
	else
		computes[i].tie(b, at, val_value(v, 0));
}

bool
default_fits(const struct field *f, const struct val *v)
{
	const char	*s = val_str(v);

	if ((type_is(f, "choice") && f->codes == NULL) || f->type == NULL)
		return true;			/* its list is what is wrong */
	if (type_is(f, "date"))
		return s != NULL && strcmp(s, "today") == 0;
	if (type_is(f, "area"))
		return s != NULL && strcmp(s, "own-area") == 0;
	if (type_is(f, "choice"))
		return s != NULL && codes_find(f->codes, s) != NULL;
	for (size_t i = 0; f->codes != NULL && val_kind(v) == VAL_LIST && i < val_len(v); i++)
		if (val_str(val_at(v, i)) == NULL || codes_find(f->codes, val_str(val_at(v, i))) == NULL)
			return false;
	return val_kind(v) == f->type->kind;
}

static void
tie_default(struct build *b, const struct later *at, const struct val *v)
{
	if (!default_fits(at->field, v))
		complain(b, v, "default does not fit type %s (a date takes today, an area own-area, a choice a quoted "
		    "code of its list)", at->field->type->name);
	at->field->otherwise = v;
}

static void
tie_see(struct build *b, const struct later *at, const struct val *v)
{
	at->field->see = take_roles(b, at->body, "see", ROLES_ALL);
	if (items_of(v) == 0)
		complain(b, at->body, "nobody may see field %s", at->field->path);
}

static void
tie_write(struct build *b, const struct later *at, const struct val *v)
{
	(void)v;
	at->field->write = take_roles(b, at->body, "write", ROLES_ALL);
}

/* Of what stands in a repeating group nobody can tell which line changed; there the group itself is fixed. */
static void
tie_fixed(struct build *b, const struct later *at, const struct val *v)
{
	at->field->fixed = take_states(b, at->book, at->body, "fixed", 0);
	if (at->field->page == NULL || (at->field->group != NULL && at->field->group->many))
		complain(b, v, "fixed: %s must be a field of the book outside repeating groups, or such a group itself",
		    at->field->path);
	if (at->field->required == REQUIRED_FIRST && at->book->start != NULL &&
	    (at->field->fixed & STATE_BIT(at->book->start)) != 0)
		complain(b, v, "fixed: %s is required at the first save, and could not be filled in then", at->field->path);
}

/* ---- the keys of a field: one row each ---------------------------------------------------------------------- */

struct field_key {
	const char	*name;
	unsigned	 attr;		/* the type must know it; 0 = every type does */
	void		 (*first)(struct build *, struct field *, const struct val *);
	void		 (*second)(struct build *, const struct later *, const struct val *);
};

static const struct field_key field_keys[] = {
	{ "type",	0,		NULL,		NULL },
	{ "label",	0,		NULL,		NULL },
	{ "short",	0,		NULL,		NULL },
	{ "help",	0,		NULL,		NULL },
	{ "more",	0,		NULL,		NULL },
	{ "source",	0,		NULL,		NULL },
	{ "fields",	ATTR_FIELDS,	NULL,		NULL },
	{ "decimals",	ATTR_DECIMALS,	key_decimals,	NULL },		/* before from and until, which it scales */
	{ "from",	ATTR_RANGE,	key_from,	NULL },
	{ "until",	ATTR_RANGE,	key_until,	NULL },
	{ "max",	ATTR_MAX,	key_max,	NULL },
	{ "min",	ATTR_MIN,	key_min,	NULL },
	{ "codes",	ATTR_CODES,	key_codes,	NULL },
	{ "level",	ATTR_LEVEL,	key_level,	NULL },
	{ "anywhere",	ATTR_LEVEL,	key_anywhere,	NULL },
	{ "many",	ATTR_MANY,	key_many,	NULL },
	{ "unique",	ATTR_UNIQUE,	key_unique,	NULL },
	{ "find",	ATTR_FIND,	key_find,	NULL },
	{ "mask",	ATTR_MASK,	key_mask,	NULL },
	{ "required",	0,		NULL,		tie_required },
	{ "shown",	0,		NULL,		tie_shown },
	{ "to",		ATTR_LINK,	NULL,		tie_to },
	{ "fills",	ATTR_LINK,	NULL,		NULL },		/* tie_links() */
	{ "gives",	ATTR_GIVES,	NULL,		tie_gives },
	{ "computed",	ATTR_COMPUTED,	NULL,		tie_computed },
	{ "taken",	0,		key_taken,	NULL },
	{ "default",	ATTR_DEFAULT,	NULL,		tie_default },
	{ "see",	0,		NULL,		tie_see },
	{ "write",	0,		NULL,		tie_write },
	{ "fixed",	0,		NULL,		tie_fixed },
	{ "starts",	0,		NULL,		NULL },		/* build_start.c */
	{ NULL,		0,		NULL,		NULL }
};

static bool
known_field_keys(struct build *b, const struct field *f, const struct val *body)
{
	const struct field_key	*k;

	for (size_t i = 0; i < val_len(body); i++) {
		for (k = field_keys; k->name != NULL && strcmp(k->name, val_key(body, i)) != 0; k++)
			;
		if (k->name == NULL)
			complain(b, val_value(body, i), "a field has no key \"%s\"", val_key(body, i));
		else if (k->attr != 0 && (f->type->attrs & k->attr) == 0)
			complain(b, val_value(body, i), "a field of type %s has no key \"%s\"", f->type->name, k->name);
	}
	return true;
}

static void
needs_of_type(struct build *b, const struct field *f, const struct val *body)
{
	if ((f->type->attrs & ATTR_CODES) != 0 && val_get(body, "codes") == NULL)
		complain(b, body, "field %s: type %s needs codes", f->path, f->type->name);
	if ((f->type->attrs & ATTR_LINK) != 0 && val_get(body, "to") == NULL)
		complain(b, body, "field %s: type %s needs to", f->path, f->type->name);
	if ((f->type->attrs & ATTR_FIELDS) != 0 && val_len(val_get(body, "fields")) == 0)
		complain(b, body, "field %s: a group needs fields", f->path);
	if (f->unique && f->group != NULL && f->group->many)
		complain(b, body, "field %s: unique does not work inside a repeating group", f->path);
	if (f->max != 0 && f->min > f->max)
		complain(b, body, "field %s: min is above max", f->path);
}

static void
remember(struct build *b, struct field *f, const struct val *body, struct book *book)
{
	struct later	*more;

	if ((more = reallocarray(b->later, b->nlater + 1, sizeof *more)) == NULL) {
		b->bad = true;
		return;
	}
	b->later = more;
	more[b->nlater++] = (struct later){ f, body, book, b->file };
}

static const char *
path_of(struct build *b, const struct field *f)
{
	return f->group == NULL ? f->name :
	    build_printf(b, f->group->many ? "%s.*.%s" : "%s.%s", f->group->path, f->name);
}

static bool
take_field(struct build *b, struct book *book, struct field *f, const struct val *body)
{
	const char	*type = take_text(b, body, "type", NULL);

	f->line = val_line(body);
	f->path = path_of(b, f);
	f->see = f->write = ROLES_ALL;
	if (val_kind(body) != VAL_MAP || type == NULL || (f->type = type_named(type)) == NULL) {
		if (type == NULL)
			complain(b, body, "field %s has no type", f->path);
		else
			complain(b, body, "field %s: there is no type \"%s\"", f->path, type);
		f->type = type_named("text");	/* so that what refers to it is not blamed too */
		f->refused = true;
		return true;
	}
	need_label(b, body, f->path, &f->label);
	take_brief(b, body, &f->label, &f->brief);
	take_label(b, val_get(body, "help"), &f->help);
	take_label(b, val_get(body, "more"), &f->more);
	known_field_keys(b, f, body);
	for (const struct field_key *k = field_keys; k->name != NULL; k++)
		if (k->first != NULL && val_get(body, k->name) != NULL && (k->attr == 0 || (f->type->attrs & k->attr) != 0))
			k->first(b, f, val_get(body, k->name));
	needs_of_type(b, f, body);
	remember(b, f, body, book);
	if ((f->type->attrs & ATTR_FIELDS) != 0) {
		if (f->group != NULL)
			complain(b, body, "field %s: a group stands in a group", f->path);
		else if (val_get(body, "fields") != NULL)
			f->fields = build_fields(b, book, val_get(body, "fields"), f->page, f, &f->nfields);
	}
	return true;
}

/* What a condition reads as its own (forms/pred.h). */
static bool
reserved(const char *name)
{
	static const char *const	 words[] = { "all", "any", "not", "field", "state" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i], name) == 0)
			return true;
	return false;
}

static bool
named_already(const struct field *fields, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(fields[i].name, name) == 0)
			return true;
	return false;
}

struct field *
build_fields(struct build *b, struct book *book, const struct val *list, const struct page *page,
    const struct field *group, size_t *n)
{
	struct field		*fields;
	const struct val	*body;
	const char		*name;

	*n = 0;
	if (val_kind(list) != VAL_LIST) {
		complain(b, list, "fields must be a list (- name: {...})");
		return NULL;
	}
	if ((fields = build_alloc(b, val_len(list), sizeof *fields)) == NULL)
		return NULL;
	for (size_t i = 0; i < val_len(list); i++) {
		struct field	*f = &fields[*n];

		if (!named_item(b, val_at(list, i), &name, &body))
			continue;
		if (reserved(name))
			complain(b, body, "a field cannot be named \"%s\": conditions use that word", name);
		if (named_already(fields, *n, name)) {
			complain(b, body, "there are two fields \"%s\"", name);
			continue;
		}
		f->name = name;
		f->page = page;
		f->group = group;
		if (take_field(b, book, f, body))
			++*n;
	}
	return fields;
}

void
tie_fields(struct build *b)
{
	for (; b->tied < b->nlater; b->tied++) {
		const struct later	*at = &b->later[b->tied];

		b->file = at->file;
		for (const struct field_key *k = field_keys; k->name != NULL; k++)
			if (k->second != NULL && val_get(at->body, k->name) != NULL &&
			    (k->attr == 0 || (at->field->type->attrs & k->attr) != 0))
				k->second(b, at, val_get(at->body, k->name));
	}
}
