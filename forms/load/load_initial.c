#include "forms/load/load.h"

#include <string.h>

/*
 * Initial values of a new child record. Resolved after places, because they depend on the parent's
 * book.
 */

static const struct field *
source_path(struct load *b, struct unresolved *at, const struct val *v)
{
	static const char *const	 keys[] = { "last", "parent", NULL };
	struct field			*f = at->field;
	const struct book		*of = at->book;

	f->initial = INITIAL_LAST;
	if (val_str(v) != NULL && strcmp(val_str(v), "last") == 0)
		return f;
	if (val_kind(v) != VAL_MAP || val_len(v) != 1 || !load_check_keys(b, v, "initial", keys)) {
		load_error(b, v, "initial is last, {last: field} or {parent: field}");
		return NULL;
	}
	if (strcmp(val_key(v, 0), "parent") == 0) {
		f->initial = INITIAL_PARENT;
		of = at->book->under->link_book;
	}
	return of != NULL ? load_field_ref(b, of, val_value(v, 0), "initial") : NULL;
}

static void
parse_initial(struct load *b, struct unresolved *at, const struct val *v)
{
	struct field	*f = at->field;

	if (at->book->under == NULL || f->page == NULL || f == at->book->under ||
	    f->computed != COMPUTED_NO || (f->group != NULL && f->group->many)) {
		load_error(b, v,
		    "initial: %s must be a field that can be typed, outside repeating groups, in a book with a parent (under)", f->path);
		return;
	}
	if ((f->initial_source = source_path(b, at, v)) == NULL) {
		f->initial = INITIAL_EMPTY;
		return;
	}
	if (f->initial_source != f &&
	    ((f->initial_source->group != NULL && f->initial_source->group->many) ||
	    !load_field_accepts(f, f->initial_source)))
		load_error(b, v, "initial: a value of %s does not fit into %s",
		    f->initial_source->path, f->path);
}

void
load_initials_resolve(struct load *b)
{
	for (size_t i = 0; i < b->nunresolved; i++) {
		struct unresolved		*at = &b->unresolved[i];
		const struct val	*v = val_get(at->body, "initial");

		if (v == NULL)
			continue;
		b->file = val_get_str(val_get(val_get(b->own->src, "books"), at->book->name),
		    "file");
		parse_initial(b, at, v);
	}
}
