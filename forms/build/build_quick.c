#include "forms/build/build.h"

#include <string.h>

#include "forms/check.h"

#define QUICK_MAX	9		/* each has a digit */

/* The field such a name may set: one at the top, typed by people, and not what the screen says already. */
static const struct field *
quick_field(struct build *b, const struct book *book, const struct val *at, const char *name)
{
	const struct field	*f = book_field(book, name);

	if (f == NULL)
		complain(b, at, "quick: book %s has no field \"%s\"", book->name, name);
	else if (f->group != NULL || f->fields != NULL || f->computed != COMPUTED_NO || f == book->under)
		complain(b, at, "quick: field %s cannot be set here: it stands in a group, is computed or is the record "
		    "above", name);
	else
		return f;
	return NULL;
}

/* What the rest of the record hides would be kept and never seen. */
static void
check_hidden(struct build *b, const struct book *book, const struct quick *quick)
{
	const struct form_ctx	 ctx = { .set = b->set, .today = 20260101 };
	struct val		*fields = val_map();

	if (!check_derive(book, fields, book->start->name, true, NULL, &ctx) ||
	    !check_quick(book, quick, fields, NULL, &ctx))
		b->bad = true;
	for (size_t i = 0; !b->bad && i < val_len(quick->set); i++) {
		const struct field	*f = book_field(book, val_key(quick->set, i));
		const struct pred_ctx	 pc = { fields, NULL, book->start->name, ctx.today };

		if (f->shown != NULL && !pred_uses_today(f->shown) && !check_shown(f, &pc))
			complain(b, val_value(quick->set, i), "quick %s: %s is not shown with the rest of it", quick->name,
			    f->path);
	}
	val_free(fields);
}

static void
take_quick(struct build *b, struct book *book, struct quick *quick, const struct val *body)
{
	static const char *const	 keys[] = { "label", "set", NULL };
	const struct val		*set;
	size_t				 before = b->lint->n;

	if (!known_keys(b, body, "quick", keys))
		return;
	need_label(b, body, quick->name, &quick->label);
	if (val_kind(set = val_get(body, "set")) != VAL_MAP || val_len(set) == 0) {
		complain(b, body, "quick %s sets nothing (set: {field: value})", quick->name);
		return;
	}
	for (size_t i = 0; i < val_len(set); i++) {
		const struct val	*v = val_value(set, i);
		const struct field	*f = quick_field(b, book, v, val_key(set, i));

		if (f != NULL && !default_fits(f, v))
			complain(b, v, "quick: field %s of type %s cannot hold this", f->path, f->type->name);
	}
	quick->set = set;
	if (b->lint->n == before && book->start != NULL)
		check_hidden(b, book, quick);
}

static void
take_quicks(struct build *b, struct book *book, const struct val *list)
{
	const struct val	*body;
	const char		*name;

	if (val_kind(list) != VAL_LIST || val_len(list) == 0 || val_len(list) > QUICK_MAX) {
		complain(b, list, "quick must be a list of 1 to %d (- name: {label: ..., set: {...}})", QUICK_MAX);
		return;
	}
	if (book->under == NULL) {
		complain(b, list, "quick: book %s stands under no other, so it is on no roll", book->name);
		return;
	}
	if ((book->quick = build_alloc(b, val_len(list), sizeof *book->quick)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		if (!named_item(b, val_at(list, i), &name, &body))
			continue;
		for (size_t k = 0; k < book->nquick; k++)
			if (strcmp(book->quick[k].name, name) == 0)
				complain(b, body, "there are two quick \"%s\"", name);
		book->quick[book->nquick] = (struct quick){ .name = name };
		take_quick(b, book, &book->quick[book->nquick++], body);
	}
}

static const struct page *
page_named(const struct book *book, const char *name)
{
	for (size_t i = 0; name != NULL && i < book->npages; i++)
		if (strcmp(book->pages[i].name, name) == 0)
			return &book->pages[i];
	return NULL;
}

static void
take_opens(struct build *b, struct book *book, const struct val *map)
{
	const char		*name = val_get_str(map, "field");
	const struct field	*f = name != NULL ? book_field(book, name) : NULL;

	if (book->nquick == 0) {
		complain(b, map, "opens belongs to quick entries, and book %s has none", book->name);
		return;
	}
	if (f == NULL || f->group != NULL || f->codes == NULL) {
		complain(b, map, "opens: field must name a choice or many-of of %s outside groups", book->name);
		return;
	}
	if ((book->opens = build_alloc(b, val_len(map), sizeof *book->opens)) == NULL)
		return;
	book->opens_field = f;
	for (size_t i = 0; i < val_len(map); i++) {
		struct opens		*o = &book->opens[book->nopens];
		const struct val	*v = val_value(map, i);

		if (strcmp(val_key(map, i), "field") == 0)
			continue;
		if ((o->code = codes_find(f->codes, val_key(map, i))) == NULL)
			complain(b, v, "opens: %s is no code of %s", val_key(map, i), f->path);
		else if ((o->page = page_named(book->under->to, val_str(v))) == NULL)
			complain(b, v, "opens: book %s has no page \"%s\"", book->under->to->name,
			    val_str(v) != NULL ? val_str(v) : "?");
		else
			book->nopens++;
	}
}

void
tie_quick(struct build *b, struct book *book, const struct val *src)
{
	if (val_get(src, "quick") != NULL)
		take_quicks(b, book, val_get(src, "quick"));
	if (val_get(src, "opens") != NULL && (book->under == NULL || book->under->to != NULL))
		take_opens(b, book, val_get(src, "opens"));
}
