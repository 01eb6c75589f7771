#include "forms/load/load.h"

/* Rules about a record as a whole: at most one such record, and warnings. */

/* ---- at most one record ---------------------------------------------------------------------- */

/* Fields are compared in stored form, so each must be one stored value. */
static void
parse_per(struct load *b, const struct book *book, const struct val *v, struct only_one *only)
{
	if ((only->per = load_alloc(b, load_item_count(v), sizeof *only->per)) == NULL)
		return;
	for (size_t i = 0; i < load_item_count(v); i++) {
		const struct field	*f = load_field_ref(b, book, load_item(v, i), "only-one");

		if (f == NULL)
			continue;
		if (f->many || f->fields != NULL || (f->group != NULL && f->group->many) ||
		    type_is_virtual(f))
			load_error(b, v,
			    "only-one: %s must be one stored value, in no repeating group",
			    f->path);
		else
			only->per[only->nper++] = f;
	}
}

static void
parse_only(struct load *b, const struct book *book, const struct val *v, struct only_one *only)
{
	static const char *const	 keys[] = { "where", "per", "say", NULL };

	if (!load_check_keys(b, v, "only-one", keys))
		return;
	load_label(b, val_get(v, "say"), &only->say);
	if (val_get(v, "where") == NULL || only->say.zh[0] == '\0')
		load_error(b, v,
		    "only-one needs a condition (where) and a message for a second such record (say)");
	only->where = load_pred(b, val_get(v, "where"), book, NULL);
	parse_per(b, book, val_get(v, "per"), only);
}

void
load_rules_resolve_only(struct load *b, struct book *book, const struct val *list)
{
	if (list == NULL)
		return;
	if (val_kind(list) != VAL_LIST || book->under == NULL) {
		load_error(b, list,
		    "only-one is a list of {where: ..., say: ...}, in a book with a parent (under)");
		return;
	}
	if ((book->only = load_alloc(b, val_len(list), sizeof *book->only)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++)
		parse_only(b, book, val_at(list, i), &book->only[book->nonly++]);
}

/* ---- warnings -------------------------------------------------------------------------------- */

static void
parse_warning(struct load *b, const struct book *book, const struct val *v,
    struct warning_rule *warning_rule)
{
	static const char *const	 keys[] = { "when", "field", "say", NULL };

	if (!load_check_keys(b, v, "a warning", keys))
		return;
	load_label(b, val_get(v, "say"), &warning_rule->say);
	if (val_get(v, "when") == NULL || val_get(v, "field") == NULL ||
	    warning_rule->say.zh[0] == '\0')
		load_error(b, v,
		    "a warning needs a condition (when), the field beside which it is shown (field) and a message (say)");
	warning_rule->when = load_pred_parent(b, val_get(v, "when"), book);
	if (val_get(v, "field") != NULL &&
	    (warning_rule->field = load_field_ref(b, book, val_get(v, "field"), "warnings")) !=
	    NULL && warning_rule->field->group != NULL && warning_rule->field->group->many)
		load_error(b, v, "warnings: %s is in a repeating group", warning_rule->field->path);
}

void
load_rules_resolve_warnings(struct load *b, struct book *book, const struct val *list)
{
	if (list == NULL)
		return;
	if (val_kind(list) != VAL_LIST) {
		load_error(b, list, "warnings is a list of {when: ..., field: ..., say: ...}");
		return;
	}
	if ((book->warnings = load_alloc(b, val_len(list), sizeof *book->warnings)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++)
		parse_warning(b, book, val_at(list, i), &book->warnings[book->nwarnings++]);
}
