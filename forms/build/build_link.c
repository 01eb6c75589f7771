#include "forms/build/build.h"

#include <string.h>

/* What a link brings with it (fills), and what one record has of its like (alike). */

/* The field a link fills stands beside it: in its group, or with it outside groups. */
static const struct field *
field_beside(struct build *b, const struct later *at, const char *name)
{
	const struct field	*group = at->field->group;

	return book_field(at->book, group != NULL ? build_printf(b, "%s.%s", group->path, name) : name);
}

static bool
same_kind(const struct field *from, const struct field *to)
{
	return from->type == to->type && from->codes == to->codes && from->to == to->to && from->many == to->many &&
	    from->decimals == to->decimals && (to->level == from->level || to->level < AREA_COUNTY);
}

static bool
may_give(const struct field *f)
{
	return f->fields == NULL && f->computed == COMPUTED_NO && (f->group == NULL || !f->group->many);
}

static void
tie_fill(struct build *b, const struct later *at, struct fill *fill, const char *name, const struct val *v)
{
	const struct field	*link = at->field, *from, *to;

	from = book_field(link->to, name);
	to = val_str(v) != NULL ? field_beside(b, at, val_str(v)) : NULL;
	if (from == NULL)
		complain(b, v, "fills: book %s has no field \"%s\"", link->to->name, name);
	else if (to == NULL || to == link)
		complain(b, v, "fills: no field \"%s\" stands beside %s", val_str(v) != NULL ? val_str(v) : "?", link->path);
	else if (!may_give(from) || !may_give(to))
		complain(b, v, "fills: %s and %s must be single fields that are typed, not groups or worked out", from->path,
		    to->path);
	else if (!same_kind(from, to))
		complain(b, v, "fills: %s of %s does not fit into %s: type, codes or places differ", from->path,
		    link->to->name, to->path);
	else if (from->mask > to->mask)
		complain(b, v, "fills: %s is masked (mask: %s), %s is less so and would show it", from->path,
		    from->mask == MASK_ALL ? "all" : "middle", to->path);
	*fill = (struct fill){ from, to };
}

static bool
fills_once(const struct fill *fills, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (fills[i].to != NULL && fills[i].to == fills[k].to)
				return false;
	return true;
}

static void
tie_fills(struct build *b, const struct later *at, const struct val *v)
{
	struct field	*link = at->field;
	struct fill	*fills;

	if (link->many || (link->group != NULL && link->group->many))
		complain(b, v, "fills: %s repeats, so it cannot fill what stands beside it", link->path);
	if (link == at->book->under || book_field(at->book, link->path) != link)
		complain(b, v, "fills: %s is what its book stands under or an act's question; only other links fill", link->path);
	if (val_kind(v) != VAL_MAP || val_len(v) == 0) {
		complain(b, v, "fills must be {field of book %s: field beside %s}", link->to->name, link->path);
		return;
	}
	if ((fills = build_alloc(b, val_len(v), sizeof *fills)) == NULL)
		return;
	for (size_t i = 0; i < val_len(v); i++)
		tie_fill(b, at, &fills[i], val_key(v, i), val_value(v, i));
	if (!fills_once(fills, val_len(v)))
		complain(b, v, "fills: %s fills one field twice", link->path);
	link->fills = fills;
	link->nfills = val_len(v);
}

void
tie_links(struct build *b)
{
	for (size_t i = 0; i < b->nlater; i++) {
		const struct later	*at = &b->later[i];
		const struct val	*v = val_get(at->body, "fills");

		b->file = val_get_str(val_get(val_get(b->own->src, "books"), at->book->name), "file");
		if (v != NULL && at->field->to != NULL)		/* else its type or book was complained of */
			tie_fills(b, at, v);
	}
}

static bool
named_alike(const struct book *book, const struct field *f)
{
	for (size_t i = 0; i < book->nalike; i++)
		if (book->alike[i] == f)
			return true;
	return false;
}

void
tie_alike(struct build *b, struct book *book, const struct val *v)
{
	const struct field	**alike, *f;

	if (v == NULL || (alike = build_alloc(b, items_of(v), sizeof *alike)) == NULL)
		return;
	book->alike = alike;
	for (size_t i = 0; i < items_of(v); i++) {
		const struct val	*item = item_of(v, i);

		f = val_str(item) != NULL ? book_field(book, val_str(item)) : NULL;
		if (f == NULL || f->group != NULL)
			complain(b, item, "alike: book %s has no field or group \"%s\"", book->name,
			    val_str(item) != NULL ? val_str(item) : "?");
		else if (f->computed != COMPUTED_NO || f->unique)
			complain(b, item, "alike: %s is worked out or unique, two records cannot share it", f->path);
		else if (named_alike(book, f))
			complain(b, item, "alike: %s is named twice", f->path);
		else
			alike[book->nalike++] = f;
	}
}
