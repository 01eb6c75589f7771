#include "forms/load/load.h"

#include <string.h>

/* Rollup fields: the sources they name, and whether types agree. */

/* Attributes that only make sense for fields typed by people. */
static void
refuse_typing(struct load *b, const struct unresolved *at)
{
	static const char *const	 keys[] = { "required", "default", "unique", "computed",
	    "write", "initial", "fixed", "autofill", "many" };

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (val_get(at->body, keys[i]) != NULL)
			load_error(b, val_get(at->body, keys[i]),
			    "field %s is a rollup; %s does not go with that",
			    at->field->path, keys[i]);
}

static const struct book *
child_book(struct load *b, const struct unresolved *at, const struct val *v)
{
	const char		*name = val_get_str(v, "book");
	const struct book	*book = name != NULL ? set_book(b->set, name) : NULL;

	if (book == NULL)
		load_error(b, v, "rollup: there is no book \"%s\"", name != NULL ? name : "?");
	else if (book->under == NULL || book->under->link_book != at->book) {
		load_error(b, v, "rollup: book %s is not under %s", name, at->book->name);
		book = NULL;
	}
	return book;
}

static const char *const	 picks[] = { [ROLLUP_LATEST] = "latest",
    [ROLLUP_GREATEST] = "greatest", [ROLLUP_LEAST] = "least", [ROLLUP_COUNT] = "count" };

static bool
find_pick(const char *s, enum rollup_kind *kind)
{
	for (size_t i = 0; s != NULL && i < sizeof picks / sizeof *picks; i++)
		if (strcmp(picks[i], s) == 0) {
			*kind = (enum rollup_kind)i;
			return true;
		}
	return false;
}

/*
 * {greatest: until}: the field that chooses the record may be another than the field whose value is
 * taken.
 */
static bool
parse_pick_field(const struct val *v, enum rollup_kind *kind)
{
	return val_kind(v) == VAL_MAP && val_len(v) == 1 && find_pick(val_key(v, 0), kind) &&
	    (*kind == ROLLUP_GREATEST || *kind == ROLLUP_LEAST) && val_str(val_value(v, 0)) != NULL;
}

static enum rollup_kind
parse_pick(struct load *b, const struct val *v)
{
	const struct val	*pick = val_get(v, "pick");
	enum rollup_kind		 kind = ROLLUP_LATEST;

	if (pick != NULL && !find_pick(val_str(pick), &kind) && !parse_pick_field(pick, &kind))
		load_error(b, pick,
		    "rollup: pick must be latest, greatest, least or count, or name a field as in {greatest: until}");
	return kind;
}

static bool
same_kind(const struct field *a, const struct field *b)
{
	return a->type == b->type && a->codes == b->codes && a->link_book == b->link_book &&
	    a->decimals == b->decimals;
}

/* The field whose value is taken; NULL with true: the day of each record. */
static bool
source_field(struct load *b, const struct unresolved *at, const struct val *v, struct rollup *t)
{
	const char	*name = val_get_str(v, "field");

	if (name == NULL || ((t->field = book_field(t->book, name)) == NULL &&
	    strcmp(name, "day") != 0)) {
		load_error(b, v, "rollup: book %s has no field \"%s\"", t->book->name,
		    name != NULL ? name : "?");
		return false;
	}
	if (t->field == NULL)
		return true;
	if (t->field->many || (t->field->group != NULL && t->field->group->many) ||
	    t->field->computed != COMPUTED_NO) {
		load_error(b, v, "rollup: %s of %s repeats or is computed itself", name,
		    t->book->name);
		return false;
	}
	if (same_kind(at->field, t->field))
		return true;
	load_error(b, v, "rollup: %s is not of the same type, codes and decimals as %s of %s",
	    at->field->path, name, t->book->name);
	return false;
}

/*
 * Resolves the field that decides which record is the greatest or least. The word alone means the
 * value itself. A value that repeats or changes with the day has no fixed order.
 */
static void
resolve_pick_field(struct load *b, const struct val *v, struct rollup *t)
{
	const struct val	*pick = val_get(v, "pick");
	const char		*name = val_kind(pick) == VAL_MAP ? val_str(val_value(pick, 0)) :
	    NULL;
	const struct field	*f;

	if (t->kind != ROLLUP_GREATEST && t->kind != ROLLUP_LEAST)
		return;
	t->order_by = t->field;
	if (name == NULL || ((t->order_by = f = book_field(t->book, name)) == NULL &&
	    strcmp(name, "day") == 0))
		return;
	if (f == NULL)
		load_error(b, pick, "rollup: book %s has no field \"%s\"", t->book->name, name);
	else if (f->many || (f->group != NULL && f->group->many) || f->computed != COMPUTED_NO ||
	    (!type_is(f, "date") && !type_is(f, "number")))
		load_error(b, pick,
		    "rollup: %s of %s must be one date or number that is filled in there", name,
		    t->book->name);
}

static void
check_pick(struct load *b, const struct unresolved *at, const struct val *v, const struct rollup *t)
{
	const struct field	*f = at->field;

	if (t->kind == ROLLUP_COUNT) {
		if (val_get(v, "field") != NULL || !type_is(f, "number") || f->decimals != 0)
			load_error(b, v,
			    "rollup: what is counted names no field, and %s must be a number without decimals",
			    f->path);
		return;
	}
	if (t->field == NULL && !type_is(f, "date"))
		load_error(b, v, "rollup: %s is a day, so it must be a date", f->path);
	if (val_kind(val_get(v, "pick")) == VAL_MAP)
		return;	/* another field decides, so this one may have any type */
	if (t->kind != ROLLUP_LATEST && !type_is(f, "date") && !type_is(f, "number"))
		load_error(b, v,
		    "rollup: only of dates and numbers one is the greatest or the least");
}

/* ---- counting links -------------------------------------------------------------------------- */

/* {book: child, link: carer.person} */
static bool
source_link(struct load *b, const struct val *v, struct rollup *t)
{
	const char	*name = val_get_str(v, "book"), *path = val_get_str(v, "link");

	if (name == NULL || (t->book = set_book(b->set, name)) == NULL)
		load_error(b, v, "rollup: there is no book \"%s\"", name != NULL ? name : "?");
	else if (path == NULL || (t->link = book_field(t->book, path)) == NULL)
		load_error(b, v, "rollup: book %s has no field \"%s\"", name, path != NULL ? path :
		    "?");
	return t->link != NULL;
}

/*
 * A link of a book to itself is refused: a save would change the saved record itself a second time.
 */
static bool
check_link(struct load *b, const struct unresolved *at, const struct val *v, const struct rollup *t)
{
	const char	*path = t->link->path, *name = t->book->name;

	if (t->link->link_book != at->book)
		load_error(b, v, "rollup: %s of %s does not link to %s", path, name,
		    at->book->name);
	else if (t->link == t->book->under)
		load_error(b, v, "rollup: %s is the link to the parent of %s; leave link out", path,
		    name);
	else if (t->book == at->book)
		load_error(b, v, "rollup: %s cannot count its own records", name);
	else
		return true;
	return false;
}

static bool
count_links(struct load *b, const struct unresolved *at, const struct val *v, struct rollup *t)
{
	static const char *const	 keys[] = { "book", "link", "pick", "where", NULL };

	if (!load_check_keys(b, v, "rollup", keys) || !source_link(b, v, t))
		return false;
	if ((t->kind = parse_pick(b, v)) == ROLLUP_COUNT)
		return check_link(b, at, v, t);
	load_error(b, v, "rollup: records that link here are counted; say pick: count");
	return false;
}

/* ---- the whole attribute --------------------------------------------------------------------- */

static bool
parse_from_children(struct load *b, const struct unresolved *at, const struct val *v,
    struct rollup *t)
{
	static const char *const	 keys[] = { "book", "field", "pick", "where", "independent",
	    NULL };

	if (!load_check_keys(b, v, "rollup", keys) || (t->book = child_book(b, at, v)) == NULL)
		return false;
	t->kind = parse_pick(b, v);
	t->independent = load_bool(b, v, "independent", false);
	if (t->kind == ROLLUP_COUNT && t->independent)
		load_error(b, v,
		    "rollup: a count is of all records; independent does not go with that");
	return t->kind == ROLLUP_COUNT || source_field(b, at, v, t);
}

struct reading {
	struct load		*b;
	const struct val	*at;
	const char		*key;
};

static void
refuse_one(const struct field *f, void *arg)
{
	const struct reading	*r = arg;

	if (f->computed == COMPUTED_ROLLUP)
		load_error(r->b, r->at, "%s: where reads %s, which is a rollup itself", r->key,
		    f->path);
}

void
load_rollup_refuse_chain(struct load *b, const struct val *at, const char *key,
    const struct pred *where)
{
	struct reading	 r = { b, at, key };

	pred_fields(where, refuse_one, &r);
}

static void
parse_where(struct load *b, const struct val *v, struct rollup *t)
{
	if ((t->where = load_pred(b, v, t->book, NULL)) == NULL)
		return;
	if (pred_uses_today(t->where))
		load_error(b, v,
		    "rollup: where depends on the day; the value is kept when a record is saved");
	load_rollup_refuse_chain(b, v, "rollup", t->where);
}

static void
resolve_one(struct load *b, const struct unresolved *at)
{
	const struct val	*v = val_get(at->body, "rollup");
	struct rollup		*t = load_alloc(b, 1, sizeof *t);

	refuse_typing(b, at);
	if (t == NULL || !(val_get(v, "link") != NULL ? count_links(b, at, v, t) :
	    parse_from_children(b, at, v, t)))
		return;
	check_pick(b, at, v, t);
	resolve_pick_field(b, v, t);
	parse_where(b, val_get(v, "where"), t);
	at->field->rollup = t;
}

/* ---- values of one record -------------------------------------------------------------------- */

/* Whether both values come from the same record. */
static bool
of_one_record(const struct rollup *a, const struct rollup *c)
{
	if (a->link != NULL || c->link != NULL || a->kind == ROLLUP_COUNT ||
	    c->kind == ROLLUP_COUNT || a->independent || c->independent)
		return false;
	return a->book == c->book && pred_same(a->where, c->where);
}

/*
 * Values of one condition must come from the same record: the carer of one confirmation beside the
 * last day of another would be read as one fact.
 */
static void
check_group(struct load *b, const struct unresolved *at)
{
	const struct rollup	*t = at->field->rollup;

	for (size_t i = 0; t != NULL && i < at->book->nall && at->book->all[i] != at->field; i++) {
		const struct field	*other = at->book->all[i];
		const struct rollup	*o = other->rollup;

		if (o == NULL || !of_one_record(t, o) ||
		    (t->kind == o->kind && t->order_by == o->order_by))
			continue;
		load_error(b, val_get(at->body, "rollup"),
		    "rollup: %s and %s (line %u) come from book %s under one condition, so from "
		    "one record: say the same pick at both, or independent: yes here",
		    at->field->path, other->path, other->line, t->book->name);
		return;
	}
}

static void
each_rollup(struct load *b, void (*tie)(struct load *, const struct unresolved *))
{
	for (size_t i = 0; i < b->nunresolved; i++) {
		const struct unresolved	*at = &b->unresolved[i];

		if (at->field->computed != COMPUTED_ROLLUP)
			continue;
		b->file = val_get_str(val_get(val_get(b->own->src, "books"), at->book->name),
		    "file");
		tie(b, at);
	}
}

void
load_rollups_resolve(struct load *b)
{
	each_rollup(b, resolve_one);
	each_rollup(b, check_group);
}
