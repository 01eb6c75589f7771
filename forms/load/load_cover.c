#include "forms/load/load.h"

#include <string.h>

/* The cover of a record: the screen shown first. */

static void
parse_fields(struct load *b, const struct book *book, struct cover *cover, const struct val *v)
{
	const struct field	*f;
	const char		*path;

	if (load_item_count(v) == 0)
		load_error(b, v, "a cover shows some fields (fields)");
	if ((cover->fields = load_alloc(b, load_item_count(v), sizeof *cover->fields)) == NULL)
		return;
	for (size_t i = 0; i < load_item_count(v); i++) {
		path = val_str(load_item(v, i));
		f = path != NULL ? book_field(book, path) : NULL;
		if (f == NULL)
			load_error(b, load_item(v, i), "cover: book %s has no field \"%s\"",
			    book->name, path != NULL ? path : "?");
		else if (f->type == NULL || type_is(f, "group") ||
		    (f->group != NULL && f->group->many))
			load_error(b, load_item(v, i),
			    "cover: %s is more than one value; name a single field", f->path);
		else
			cover->fields[cover->nfields++] = f;
	}
}

/* alerts: [{when: CONDITION, say: LABEL, past: LABEL}] */
static void
parse_alerts(struct load *b, const struct book *book, struct cover *cover, const struct val *v)
{
	static const char *const	 keys[] = { "when", "say", "past", NULL };

	if (v == NULL)
		return;
	if (val_kind(v) != VAL_LIST) {
		load_error(b, v, "alerts must be a list of {when: ..., say: ...}");
		return;
	}
	if ((cover->alerts = load_alloc(b, val_len(v), sizeof *cover->alerts)) == NULL)
		return;
	for (size_t i = 0; i < val_len(v); i++) {
		const struct val	*one = val_at(v, i);

		if (!load_check_keys(b, one, "an alert", keys))
			continue;
		struct alert	*alert = &cover->alerts[cover->nalerts++];

		alert->when = load_pred(b, val_get(one, "when"), book, NULL);
		load_label(b, val_get(one, "say"), &alert->say);
		load_label(b, val_get(one, val_get(one, "past") != NULL ? "past" : "say"),
		    &alert->past);
		if (val_get(one, "when") == NULL || alert->say.zh[0] == '\0')
			load_error(b, one, "an alert needs a condition (when) and a message (say)");
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

static const char *
shown_name(const struct val *v)
{
	return val_str(v) != NULL ? val_str(v) : "?";
}

static void
parse_part(struct load *b, const struct book *book, struct cover *cover, const struct val *v)
{
	const struct val	*page = val_get(v, "page"), *sub = val_get(v, "book");
	struct cover_part	*part = &cover->parts[cover->nparts++];

	if ((page != NULL) == (sub != NULL))
		load_error(b, v,
		    "a part of a cover is either a page of the record or a book under it (page, book)");
	else if (page != NULL) {
		if ((part->page = page_named(book, val_str(page))) == NULL)
			load_error(b, page, "cover: book %s has no page \"%s\"", book->name,
			    shown_name(page));
	} else if ((part->book = val_str(sub) != NULL ? set_book(b->set, val_str(sub)) :
	    NULL) == NULL)
		load_error(b, sub, "cover: there is no book \"%s\"", shown_name(sub));
	else if (part->book->under == NULL || part->book->under->link_book != book)
		load_error(b, sub, "cover: book %s is not under %s", part->book->name, book->name);
}

static void
parse_parts(struct load *b, const struct book *book, struct cover *cover, const struct val *v)
{
	static const char *const	 keys[] = { "page", "book", NULL };

	if (v == NULL)
		return;
	if (val_kind(v) != VAL_LIST) {
		load_error(b, v, "parts must be a list of {page: ...} and {book: ...}");
		return;
	}
	if ((cover->parts = load_alloc(b, val_len(v), sizeof *cover->parts)) == NULL)
		return;
	for (size_t i = 0; i < val_len(v); i++)
		if (load_check_keys(b, val_at(v, i), "a part of a cover", keys))
			parse_part(b, book, cover, val_at(v, i));
}

void
load_cover_resolve(struct load *b, struct book *book, const struct val *v)
{
	static const char *const	 keys[] = { "fields", "alerts", "parts", NULL };
	struct cover			*cover;

	if (v == NULL || !load_check_keys(b, v, "a cover", keys) ||
	    (cover = load_alloc(b, 1, sizeof *cover)) == NULL)
		return;
	if (val_get(v, "fields") == NULL)
		load_error(b, v, "a cover shows some fields (fields)");
	else
		parse_fields(b, book, cover, val_get(v, "fields"));
	parse_alerts(b, book, cover, val_get(v, "alerts"));
	parse_parts(b, book, cover, val_get(v, "parts"));
	book->cover = cover;
}
