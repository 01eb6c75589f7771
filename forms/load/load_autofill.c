#include "forms/load/load.h"

#include <string.h>

/*
 * Fields filled by a link or a citizen number (autofill), and fields copied from a record of the
 * same book (clone).
 */

/* A link fills fields of its own group, or fields outside groups when it is in none. */
static const struct field *
field_beside(struct load *b, const struct unresolved *at, const char *name)
{
	const struct field	*group = at->field->group;

	return book_field(at->book, group != NULL ? load_printf(b, "%s.%s", group->path, name) :
	    name);
}

static bool
same_kind(const struct field *from, const struct field *to)
{
	return from->type == to->type && from->codes == to->codes &&
	    from->link_book == to->link_book && from->many == to->many &&
	    from->decimals == to->decimals && (to->level == from->level || to->level < AREA_COUNTY);
}

static bool
can_fill(const struct field *f)
{
	return f->fields == NULL && f->computed == COMPUTED_NO &&
	    (f->group == NULL || !f->group->many);
}

/*
 * One pair {field of the linked book: field beside the link}; both must hold the same kind of
 * value.
 */
static void
resolve_autofill(struct load *b, const struct unresolved *at, struct autofill *autofill,
    const char *name, const struct val *v)
{
	const struct field	*link = at->field, *from, *to;

	from = book_field(link->link_book, name);
	to = val_str(v) != NULL ? field_beside(b, at, val_str(v)) : NULL;
	if (from == NULL)
		load_error(b, v, "autofill: book %s has no field \"%s\"", link->link_book->name,
		    name);
	else if (to == NULL || to == link)
		load_error(b, v, "autofill: there is no field \"%s\" beside %s",
		    val_str(v) != NULL ? val_str(v) : "?", link->path);
	else if (!can_fill(from) || !can_fill(to))
		load_error(b, v,
		    "autofill: %s and %s must be single fields that can be typed, not groups or computed", from->path,
		    to->path);
	else if (!same_kind(from, to))
		load_error(b, v,
		    "autofill: %s of %s does not fit into %s: type, codes or places differ",
		    from->path, link->link_book->name, to->path);
	else if (from->mask > to->mask)
		load_error(b, v,
		    "autofill: %s is masked (mask: %s), %s is less so and would show it",
		    from->path, from->mask == MASK_ALL ? "all" : "middle", to->path);
	*autofill = (struct autofill){ from, to };
}

/* No two pairs fill the same field: the order of pairs must not matter. */
static bool
check_filled_once(const struct autofill *autofills, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (autofills[i].target != NULL &&
			    autofills[i].target == autofills[k].target)
				return false;
	return true;
}

/* autofill of a link: {FIELD of the linked book: FIELD beside the link} */
static void
resolve_autofills(struct load *b, const struct unresolved *at, const struct val *v)
{
	struct field	*link = at->field;
	struct autofill	*autofills;

	if (link->many || (link->group != NULL && link->group->many))
		load_error(b, v, "autofill: %s repeats, so it cannot fill fields beside it",
		    link->path);
	if (link == at->book->under || book_field(at->book, link->path) != link)
		load_error(b, v,
		    "autofill: %s is the link to the parent or an act's question; only other links fill fields", link->path);
	if (val_kind(v) != VAL_MAP || val_len(v) == 0) {
		load_error(b, v, "autofill must be {field of book %s: field beside %s}",
		    link->link_book->name, link->path);
		return;
	}
	if ((autofills = load_alloc(b, val_len(v), sizeof *autofills)) == NULL)
		return;
	for (size_t i = 0; i < val_len(v); i++)
		resolve_autofill(b, at, &autofills[i], val_key(v, i), val_value(v, i));
	if (!check_filled_once(autofills, val_len(v)))
		load_error(b, v, "autofill: %s fills one field twice", link->path);
	link->autofills = autofills;
	link->nautofills = val_len(v);
}

void
load_autofills_resolve(struct load *b)
{
	for (size_t i = 0; i < b->nunresolved; i++) {
		const struct unresolved	*at = &b->unresolved[i];
		const struct val	*v = val_get(at->body, "autofill");

		b->file = val_get_str(val_get(val_get(b->own->src, "books"), at->book->name),
		    "file");
		if (v != NULL && at->field->link_book != NULL)	/* else the error of its type or
								   book has been reported */
			resolve_autofills(b, at, v);
	}
}

static bool
check_clone_duplicate(const struct book *book, const struct field *f)
{
	for (size_t i = 0; i < book->nclone_fields; i++)
		if (book->clone_fields[i] == f)
			return true;
	return false;
}

/* clone: [FIELD or GROUP] */
void
load_autofill_resolve_clone(struct load *b, struct book *book, const struct val *v)
{
	const struct field	**clone_fields, *f;

	if (v == NULL || (clone_fields = load_alloc(b, load_item_count(v), sizeof *clone_fields)) ==
	    NULL)
		return;
	book->clone_fields = clone_fields;
	for (size_t i = 0; i < load_item_count(v); i++) {
		const struct val	*item = load_item(v, i);

		f = val_str(item) != NULL ? book_field(book, val_str(item)) : NULL;
		if (f == NULL || f->group != NULL)
			load_error(b, item, "clone: book %s has no field or group \"%s\"",
			    book->name, val_str(item) != NULL ? val_str(item) : "?");
		else if (f->computed != COMPUTED_NO || f->unique)
			load_error(b, item,
			    "clone: %s is computed or unique, so two records cannot share it",
			    f->path);
		else if (check_clone_duplicate(book, f))
			load_error(b, item, "clone: %s is named twice", f->path);
		else
			clone_fields[book->nclone_fields++] = f;
	}
}
