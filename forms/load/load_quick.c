#include "forms/load/load.h"

#include <string.h>

#include "forms/check.h"

#define QUICK_MAX	9		/* each has a digit key */

/*
 * The field a quick entry may set: outside groups, typed by people, and not the link to the parent.
 */
static const struct field *
quick_field(struct load *b, const struct book *book, const struct val *at, const char *name)
{
	const struct field	*f = book_field(book, name);

	if (f == NULL)
		load_error(b, at, "quick entry: book %s has no field \"%s\"", book->name, name);
	else if (f->group != NULL || f->fields != NULL || f->computed != COMPUTED_NO ||
	    f == book->under)
		load_error(b, at,
		    "quick entry: field %s cannot have a value here: it is in a group, computed, or the link to the parent", name);
	else
		return f;
	return NULL;
}

/* A value in a field that the rest of the entry hides would be stored and never seen. */
static void
check_hidden(struct load *b, const struct book *book, const struct quick_entry *quick_entry)
{
	const struct form_ctx	 ctx = { .set = b->set, .today = 20260101 };
	struct val		*fields = val_map();

	if (!check_derive(book, fields, book->start->name, true, NULL, &ctx) ||
	    !check_apply_quick(book, quick_entry, fields, NULL, &ctx))
		b->bad = true;
	for (size_t i = 0; !b->bad && i < val_len(quick_entry->initial); i++) {
		const struct field	*f = book_field(book, val_key(quick_entry->initial, i));
		const struct pred_ctx	 pc = { fields, NULL, book->start->name, ctx.today };

		if (f->shown != NULL && !pred_uses_today(f->shown) && !check_shown(f, &pc))
			load_error(b, val_value(quick_entry->initial, i),
			    "quick entry %s: %s is not shown with the rest of it",
			    quick_entry->name, f->path);
	}
	val_free(fields);
}

/* One quick entry: {label: ..., initial: {FIELD: VALUE}} */
static void
parse_quick(struct load *b, struct book *book, struct quick_entry *quick_entry,
    const struct val *body)
{
	static const char *const	 keys[] = { "label", "initial", NULL };
	const struct val		*set;
	size_t				 before = b->lint->n;

	if (!load_check_keys(b, body, "a quick entry", keys))
		return;
	load_required_label(b, body, quick_entry->name, &quick_entry->label);
	if (val_kind(set = val_get(body, "initial")) != VAL_MAP || val_len(set) == 0) {
		load_error(b, body, "quick entry %s has no values (initial: {field: value})",
		    quick_entry->name);
		return;
	}
	for (size_t i = 0; i < val_len(set); i++) {
		const struct val	*v = val_value(set, i);
		const struct field	*f = quick_field(b, book, v, val_key(set, i));

		if (f != NULL && !load_field_default_fits(f, v))
			load_error(b, v, "quick entry: field %s of type %s cannot have this value",
			    f->path, f->type->name);
	}
	quick_entry->initial = set;
	if (b->lint->n == before && book->start != NULL)
		check_hidden(b, book, quick_entry);
}

/* quick-entries: [NAME: {...}], for a book that can be on a roll. */
static void
parse_quicks(struct load *b, struct book *book, const struct val *list)
{
	const struct val	*body;
	const char		*name;

	if (val_kind(list) != VAL_LIST || val_len(list) == 0 || val_len(list) > QUICK_MAX) {
		load_error(b, list,
		    "quick-entries must be a list of 1 to %d (- name: {label: ..., initial: {...}})", QUICK_MAX);
		return;
	}
	if (book->under == NULL) {
		load_error(b, list,
		    "quick-entries: book %s has no parent (under), so it is on no roll",
		    book->name);
		return;
	}
	if ((book->quick_entries = load_alloc(b, val_len(list), sizeof *book->quick_entries)) ==
	    NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		if (!load_named_item(b, val_at(list, i), &name, &body))
			continue;
		for (size_t k = 0; k < book->nquick_entries; k++)
			if (strcmp(book->quick_entries[k].name, name) == 0)
				load_error(b, body, "there are two quick entries \"%s\"", name);
		book->quick_entries[book->nquick_entries] = (struct quick_entry){ .name = name };
		parse_quick(b, book, &book->quick_entries[book->nquick_entries++], body);
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

/* parent-pages: {field: CHOICE, CODE: PAGE of the parent} */
static void
parse_parent_pages(struct load *b, struct book *book, const struct val *map)
{
	const char		*name = val_get_str(map, "field");
	const struct field	*f = name != NULL ? book_field(book, name) : NULL;

	if (book->nquick_entries == 0) {
		load_error(b, map, "parent-pages belongs to quick entries, and book %s has none",
		    book->name);
		return;
	}
	if (f == NULL || f->group != NULL || f->codes == NULL) {
		load_error(b, map,
		    "parent-pages: field must name a choice or many-of of %s outside groups",
		    book->name);
		return;
	}
	if ((book->parent_pages = load_alloc(b, val_len(map), sizeof *book->parent_pages)) == NULL)
		return;
	book->parent_pages_field = f;
	for (size_t i = 0; i < val_len(map); i++) {
		struct parent_page		*o = &book->parent_pages[book->nparent_pages];
		const struct val	*v = val_value(map, i);

		if (strcmp(val_key(map, i), "field") == 0)
			continue;
		if ((o->code = codes_find(f->codes, val_key(map, i))) == NULL)
			load_error(b, v, "parent-pages: %s is no code of %s", val_key(map, i),
			    f->path);
		else if ((o->page = page_named(book->under->link_book, val_str(v))) == NULL)
			load_error(b, v, "parent-pages: book %s has no page \"%s\"",
			    book->under->link_book->name, val_str(v) != NULL ? val_str(v) : "?");
		else
			book->nparent_pages++;
	}
}

void
load_quick_resolve(struct load *b, struct book *book, const struct val *src)
{
	if (val_get(src, "quick-entries") != NULL)
		parse_quicks(b, book, val_get(src, "quick-entries"));
	if (val_get(src, "parent-pages") != NULL &&
	    (book->under == NULL || book->under->link_book != NULL))
		parse_parent_pages(b, book, val_get(src, "parent-pages"));
}
