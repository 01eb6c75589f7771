#include "forms/build/build.h"

#include <string.h>

/* What a new record under another begins with. After places are tied, for it hangs on what the book stands under. */

static const struct field *
source_path(struct build *b, struct later *at, const struct val *v)
{
	static const char *const	 keys[] = { "last", "owner", NULL };
	struct field			*f = at->field;
	const struct book		*of = at->book;

	f->starts = STARTS_LAST;
	if (val_str(v) != NULL && strcmp(val_str(v), "last") == 0)
		return f;
	if (val_kind(v) != VAL_MAP || val_len(v) != 1 || !known_keys(b, v, "starts", keys)) {
		complain(b, v, "starts is last, {last: field} or {owner: field}");
		return NULL;
	}
	if (strcmp(val_key(v, 0), "owner") == 0) {
		f->starts = STARTS_OWNER;
		of = at->book->under->to;
	}
	return of != NULL ? need_field(b, of, val_value(v, 0), "starts") : NULL;
}

static void
take_starts(struct build *b, struct later *at, const struct val *v)
{
	struct field	*f = at->field;

	if (at->book->under == NULL || f->page == NULL || f == at->book->under || f->computed != COMPUTED_NO ||
	    (f->group != NULL && f->group->many)) {
		complain(b, v, "starts: %s must be a field that is filled in, outside repeating groups, of a book that stands "
		    "under another", f->path);
		return;
	}
	if ((f->starts_from = source_path(b, at, v)) == NULL) {
		f->starts = STARTS_EMPTY;
		return;
	}
	if (f->starts_from != f && ((f->starts_from->group != NULL && f->starts_from->group->many) ||
	    !field_takes(f, f->starts_from)))
		complain(b, v, "starts: what %s holds cannot stand in %s", f->starts_from->path, f->path);
}

void
tie_starts(struct build *b)
{
	for (size_t i = 0; i < b->nlater; i++) {
		struct later		*at = &b->later[i];
		const struct val	*v = val_get(at->body, "starts");

		if (v == NULL)
			continue;
		b->file = val_get_str(val_get(val_get(b->own->src, "books"), at->book->name), "file");
		take_starts(b, at, v);
	}
}
