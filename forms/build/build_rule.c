#include "forms/build/build.h"

/* What is asked of a record as a whole: what there may be one of only, and what does not agree. */

/* ---- at most one -------------------------------------------------------------------------------------------- */

/* Compared as they are stored, so each must be one value that is. */
static void
take_same(struct build *b, const struct book *book, const struct val *v, struct only_one *only)
{
	if ((only->by = build_alloc(b, items_of(v), sizeof *only->by)) == NULL)
		return;
	for (size_t i = 0; i < items_of(v); i++) {
		const struct field	*f = need_field(b, book, item_of(v, i), "only-one");

		if (f == NULL)
			continue;
		if (f->many || f->fields != NULL || (f->group != NULL && f->group->many) || field_live(f))
			complain(b, v, "only-one: %s must be one stored value, in no repeating group", f->path);
		else
			only->by[only->nby++] = f;
	}
}

static void
take_only(struct build *b, const struct book *book, const struct val *v, struct only_one *only)
{
	static const char *const	 keys[] = { "where", "by", "say", NULL };

	if (!known_keys(b, v, "only-one", keys))
		return;
	take_label(b, val_get(v, "say"), &only->say);
	if (val_get(v, "where") == NULL || only->say.zh[0] == '\0')
		complain(b, v, "only-one needs the condition of which one record may be (where) and the words when another is (say)");
	only->where = take_pred(b, val_get(v, "where"), book, NULL);
	take_same(b, book, val_get(v, "by"), only);
}

void
tie_only(struct build *b, struct book *book, const struct val *list)
{
	if (list == NULL)
		return;
	if (val_kind(list) != VAL_LIST || book->under == NULL) {
		complain(b, list, "only-one is a list of {where: ..., say: ...}, in a book that stands under another");
		return;
	}
	if ((book->only = build_alloc(b, val_len(list), sizeof *book->only)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++)
		take_only(b, book, val_at(list, i), &book->only[book->nonly++]);
}

/* ---- what does not agree ------------------------------------------------------------------------------------ */

static void
take_check(struct build *b, const struct book *book, const struct val *v, struct doubt *doubt)
{
	static const char *const	 keys[] = { "when", "at", "say", NULL };

	if (!known_keys(b, v, "checks", keys))
		return;
	take_label(b, val_get(v, "say"), &doubt->say);
	if (val_get(v, "when") == NULL || val_get(v, "at") == NULL || doubt->say.zh[0] == '\0')
		complain(b, v, "checks need the condition that is doubtful (when), the field it is shown at (at) and the words (say)");
	doubt->when = take_pred_above(b, val_get(v, "when"), book);
	if (val_get(v, "at") != NULL && (doubt->at = need_field(b, book, val_get(v, "at"), "checks")) != NULL &&
	    doubt->at->group != NULL && doubt->at->group->many)
		complain(b, v, "checks: %s stands in a repeating group", doubt->at->path);
}

void
tie_checks(struct build *b, struct book *book, const struct val *list)
{
	if (list == NULL)
		return;
	if (val_kind(list) != VAL_LIST) {
		complain(b, list, "checks is a list of {when: ..., at: ..., say: ...}");
		return;
	}
	if ((book->doubts = build_alloc(b, val_len(list), sizeof *book->doubts)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++)
		take_check(b, book, val_at(list, i), &book->doubts[book->ndoubts++]);
}
