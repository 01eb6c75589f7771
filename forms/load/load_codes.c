#include "forms/load/load.h"

#include <string.h>

/* One code: "CODE: LABEL" or "CODE: {zh, en, short, py, retired}". */
static void
parse_code(struct load *b, const struct val *item, struct code *code)
{
	static const char *const	 keys[] = { "zh", "en", "short", "retired", "py", NULL };
	const struct val		*body = val_value(item, 0);
	struct civil_rel		 until;

	*code = (struct code){ .code = val_key(item, 0) };
	if (val_kind(item) != VAL_MAP || val_len(item) != 1) {
		load_error(b, item, "expected one code with its label, as in - \"1\": {zh: ...}");
		code->code = "";
		return;
	}
	if (strlen(code->code) > 40)
		load_error(b, item, "code \"%s\" is longer than 40 bytes", code->code);
	if (val_str(body) != NULL) {
		load_label(b, body, &code->label);
		code->brief = code->label;
		return;
	}
	if (!load_check_keys(b, body, "a code", keys))
		return;
	code->label.zh = load_text(b, body, "zh", "");
	code->label.en = load_text(b, body, "en", code->label.zh);
	load_brief(b, body, &code->label, &code->brief);
	code->label.py = load_text(b, body, "py", "");
	if (code->label.zh[0] == '\0')
		load_error(b, item, "code \"%s\" has no label (zh)", code->code);
	if (val_get(body, "retired") != NULL) {
		if (val_get_str(body, "retired") == NULL ||
		    !civil_rel_parse(val_get_str(body, "retired"), &until) ||
		    until.base != REL_FIXED)
			load_error(b, item, "retired must be a date such as 2020-12-31");
		else
			code->retired = until.fixed;
	}
}

/*
 * The definition names both ends, so that a list in reverse order is refused instead of being read
 * the wrong way.
 */
static void
parse_scale(struct load *b, const struct val *v, struct codes *out)
{
	static const char *const	 keys[] = { "best", "worst", NULL };
	const char			*best, *worst;

	if (v == NULL || !load_check_keys(b, v, "scale", keys))
		return;
	best = load_text(b, v, "best", NULL);
	worst = load_text(b, v, "worst", NULL);
	out->best = best != NULL ? codes_find(out, best) : NULL;
	out->worst = worst != NULL ? codes_find(out, worst) : NULL;
	if (out->best == NULL || out->worst == NULL)
		load_error(b, v,
		    "scale names the best and the worst code of list %s, as in {best: good, worst: poor}", out->name);
	else if (out->best != &out->at[0] || out->worst == out->best)
		load_error(b, v,
		    "scale: all scales run from the best to the worst, so code \"%s\" comes first in list %s", best, out->name);
}

void
load_codes_parse(struct load *b, const char *name, const struct val *v, struct codes *out)
{
	static const char *const	 keys[] = { "label", "standard", "source", "codes", "scale",
	    "file", NULL };
	const struct val		*list;

	out->name = name;
	out->standard = "";
	if (!load_check_keys(b, v, "a code list", keys))
		return;
	load_required_label(b, v, name, &out->label);
	out->standard = load_text(b, v, "standard", "");
	list = val_get(v, "codes");
	if (val_kind(list) != VAL_LIST || val_len(list) == 0) {
		load_error(b, v, "code list %s has no codes", name);
		return;
	}
	if ((out->at = load_alloc(b, val_len(list), sizeof *out->at)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		parse_code(b, val_at(list, i), &out->at[out->n]);
		if (codes_find(out, out->at[out->n].code) != NULL)
			load_error(b, val_at(list, i), "code \"%s\" is twice in %s",
			    out->at[out->n].code, name);
		out->n++;
	}
	parse_scale(b, val_get(v, "scale"), out);
}

/* Roles can be chosen in accounts, so they are a code list too. */
static void
roles_as_codes(struct load *b, struct codes *out)
{
	*out = (struct codes){ .name = "roles", .label = { "角色", "Role", "js" }, .standard = "" };
	if ((out->at = load_alloc(b, b->set->nroles, sizeof *out->at)) == NULL)
		return;
	for (out->n = 0; out->n < b->set->nroles; out->n++)
		out->at[out->n] = (struct code){ .code = b->set->roles[out->n].name,
		    .label = b->set->roles[out->n].label, .brief = b->set->roles[out->n].label };
}

void
load_codes_declare(struct load *b)
{
	const struct val	*src = val_get(b->own->src, "codes");
	struct set		*set = b->set;

	if ((set->codes = load_alloc(b, val_len(src) + 1 + load_sheet_list_count(b),
	    sizeof *set->codes)) == NULL)
		return;
	for (size_t i = 0; i < val_len(src); i++) {
		const char	*name = val_key(src, i);

		b->file = load_text(b, val_value(src, i), "file", "codes");
		if (!load_name_ok(name))
			load_error(b, val_value(src, i), "\"%s\" is no name for a code list", name);
		if (strcmp(name, "roles") == 0)
			load_error(b, val_value(src, i),
			    "the list \"roles\" is made from roles.yaml; choose another name");
		else if (strcmp(name, "sheets") == 0)
			load_error(b, val_value(src, i),
			    "the list \"sheets\" is made from the score sheets; choose another name");
		else
			load_codes_parse(b, name, val_value(src, i), &set->codes[set->ncodes++]);
	}
	roles_as_codes(b, &set->codes[set->ncodes++]);
	load_sheet_codes_declare(b);
}
