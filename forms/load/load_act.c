#include "forms/load/load.h"

#include <string.h>

/* ---- second pass: acts ----------------------------------------------------------------------- */

/* needs: [{holds: CONDITION, say: LABEL}] */
static void
parse_needs(struct load *b, struct book *book, struct act *act, const struct val *list)
{
	static const char *const	 keys[] = { "holds", "say", NULL };

	if (list == NULL)
		return;
	if (val_kind(list) != VAL_LIST) {
		load_error(b, list, "needs must be a list of {holds: ..., say: ...}");
		return;
	}
	if ((act->needs = load_alloc(b, val_len(list), sizeof *act->needs)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		const struct val	*v = val_at(list, i);

		if (!load_check_keys(b, v, "a need", keys))
			continue;
		struct need		*need = &act->needs[act->nneeds++];

		need->holds = load_pred(b, val_get(v, "holds"), book, NULL);
		load_label(b, val_get(v, "say"), &need->say);
		if (val_get(v, "holds") == NULL || need->say.zh[0] == '\0')
			load_error(b, v,
			    "a need has a condition (holds) and a message when it does not hold (say)");
	}
}

static enum remarks
parse_remarks(struct load *b, const struct val *body)
{
	const char	*s = load_text(b, body, "remarks", NULL);

	if (s == NULL)
		return REMARKS_NO;
	if (strcmp(s, "allowed") == 0)
		return REMARKS_ALLOWED;
	if (strcmp(s, "required") != 0)
		load_error(b, val_get(body, "remarks"), "remarks must be allowed or required");
	return REMARKS_REQUIRED;
}

/*
 * One act, but for what refers to other acts and for effects: these are resolved when all acts and
 * fields are known.
 */
static void
parse_act(struct load *b, struct book *book, struct act *act, const struct val *body)
{
	static const char *const	 keys[] = { "label", "from", "to", "by", "check", "clears",
	    "remarks", "reauth",
	    "four-eyes", "same-person", "ask", "needs", "sets", "area", "source", NULL };
	const char			*to;

	if (!load_check_keys(b, body, "an act", keys))
		return;
	load_required_label(b, body, act->name, &act->label);
	act->from = load_state_mask(b, book, body, "from", 0);
	act->by = load_role_mask(b, body, "by", 0);
	if (load_item_count(val_get(body, "from")) == 0)
		load_error(b, body, "act %s starts from no state (from)", act->name);
	if (load_item_count(val_get(body, "by")) == 0)
		load_error(b, body, "act %s may be done by nobody (by)", act->name);
	if ((to = load_text(b, body, "to", NULL)) != NULL &&
	    (act->to = book_state(book, to)) == NULL)
		load_error(b, val_get(body, "to"), "to: %s has no state \"%s\"", book->name, to);
	act->check = load_bool(b, body, "check", true);
	act->clears = load_bool(b, body, "clears", false);
	act->reauth = load_bool(b, body, "reauth", false);
	act->remarks = parse_remarks(b, body);
	if (val_get(body, "ask") != NULL)
		act->ask = load_fields_declare(b, book, val_get(body, "ask"), NULL, NULL,
		    &act->nask);
	parse_needs(b, book, act, val_get(body, "needs"));
}

/* The act of the book named under the key; NULL: there is none. */
static const struct act *
other_act(struct load *b, const struct book *book, const struct val *body, const char *key)
{
	const char		*name = load_text(b, body, key, NULL);
	const struct act	*act = name != NULL ? book_act(book, name) : NULL;

	if (name != NULL && act == NULL)
		load_error(b, val_get(body, key), "%s: %s has no act \"%s\"", key, book->name,
		    name);
	return act;
}

static bool
text_is(const struct val *v, const char *text)
{
	return val_str(v) != NULL && strcmp(val_str(v), text) == 0;
}

/*
 * acts: [NAME: {...}]. References between acts (four-eyes, same-person) are resolved after all of
 * them.
 */
static void
parse_acts(struct load *b, struct book *book, const struct val *list)
{
	const struct val	*body;
	const char		*name;

	if (list == NULL)
		return;
	if (val_kind(list) != VAL_LIST) {
		load_error(b, list, "acts must be a list (- name: {...})");
		return;
	}
	if ((book->acts = load_alloc(b, val_len(list), sizeof *book->acts)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		if (!load_named_item(b, val_at(list, i), &name, &body))
			continue;
		if (book_act(book, name) != NULL) {
			load_error(b, body, "there are two acts \"%s\"", name);
			continue;
		}
		struct act	*act = &book->acts[book->nacts];

		act->name = name;
		act->index = (unsigned)book->nacts++;
		parse_act(b, book, act, body);
	}
	for (size_t i = 0; i < book->nacts; i++) {
		body = load_body_named(list, book->acts[i].name);
		book->acts[i].four_eyes_save = text_is(val_get(body, "four-eyes"), "save") &&
		    book_act(book, "save") == NULL;
		if (!book->acts[i].four_eyes_save)
			book->acts[i].four_eyes = other_act(b, book, body, "four-eyes");
		book->acts[i].same_person = other_act(b, book, body, "same-person");
	}
}

/* ---- effects --------------------------------------------------------------------------------- */

static const struct field *
find_asked(const struct act *act, const char *name)
{
	for (size_t i = 0; name != NULL && i < act->nask; i++)
		if (strcmp(act->ask[i].name, name) == 0)
			return &act->ask[i];
	return NULL;
}

/*
 * The source of an effect in the form {ask: QUESTION} or {field: FIELD}. False (reported): its
 * value does not fit the target.
 */
static bool
parse_source(struct load *b, const struct book *book, const struct act *act, const struct val *v,
    struct effect *set)
{
	const struct val	*name = val_len(v) == 1 ? val_value(v, 0) : NULL;
	const char		*key = name != NULL ? val_key(v, 0) : "";

	if (strcmp(key, "ask") == 0) {
		set->kind = EFFECT_ASK;
		if ((set->source = find_asked(act, val_str(name))) == NULL)
			load_error(b, v, "sets: act %s asks nothing called \"%s\"", act->name,
			    val_str(name) != NULL ? val_str(name) : "?");
	} else if (strcmp(key, "field") == 0) {
		set->kind = EFFECT_FIELD;
		set->source = load_field_ref(b, book, name, "sets");
	} else
		load_error(b, v,
		    "sets: %s is set from {ask: ...}, {field: ...}, today, none or a value",
		    set->target->path);
	if (set->source == NULL)
		return false;
	if ((set->source->group != NULL && set->source->group->many) ||
	    (set->source->computed != COMPUTED_NO && set->source->computed != COMPUTED_ROLLUP) ||
	    !load_field_accepts(set->target, set->source)) {
		load_error(b, v, "sets: a value of %s does not fit into %s", set->source->path,
		    set->target->path);
		return false;
	}
	return true;
}

/*
 * Whether a field can have the value in the definition; for a field with several values, one of
 * them or a list.
 */
static bool
fits_literal(const struct field *f, const struct val *v)
{
	bool	 ok = f->fields == NULL && load_item_count(v) > 0 &&
	    (val_kind(v) != VAL_LIST || type_is(f, "many-of"));

	for (size_t i = 0; ok && i < load_item_count(v); i++) {
		struct val	*literal = type_literal(f, load_item(v, i));

		ok = literal != NULL;
		val_free(literal);
	}
	return ok;
}

/* One effect: the path of the target, with parent. for a field of the parent, and its new value. */
static bool
parse_effect(struct load *b, const struct book *book, const struct act *act, const char *path,
    const struct val *v, struct effect *set)
{
	const struct book	*of = book;

	*set = (struct effect){ .parent = strncmp(path, PARENT_PREFIX, strlen(PARENT_PREFIX)) ==
	    0 };
	if (set->parent && (book->under == NULL || (of = book->under->link_book) == NULL)) {
		load_error(b, v, "sets: book %s has no parent (under)", book->name);
		return false;
	}
	if ((set->target = book_field(of, set->parent ? path + strlen(PARENT_PREFIX) : path)) ==
	    NULL) {
		load_error(b, v, "sets: book %s has no field \"%s\"", of->name, set->parent ?
		    path + strlen(PARENT_PREFIX) : path);
		return false;
	}
	if (set->target->computed != COMPUTED_NO || set->target == book->under ||
	    (set->target->group != NULL && set->target->group->many)) {
		load_error(b, v,
		    "sets: %s cannot be set: it is computed, in a repeating group, or the link to the parent", path);
		return false;
	}
	if (val_kind(v) == VAL_MAP)
		return parse_source(b, book, act, v, set);
	set->value = v;
	set->kind = val_str(v) == NULL ? EFFECT_VALUE : strcmp(val_str(v), "none") == 0 ?
	    EFFECT_NOTHING :
	    strcmp(val_str(v), "today") == 0 && type_is(set->target, "date") ? EFFECT_TODAY :
	    EFFECT_VALUE;
	if (set->kind == EFFECT_VALUE && !fits_literal(set->target, v)) {
		load_error(b, v, "sets: this is no value for %s", path);
		return false;
	}
	return true;
}

/* sets: {FIELD: {ask: ...} or {field: ...} or today or none or a value} */
static void
parse_effects(struct load *b, const struct book *book, struct act *act, const struct val *map)
{
	if (map == NULL)
		return;
	if (val_kind(map) != VAL_MAP) {
		load_error(b, map,
		    "sets must be a map of fields (field: {ask: ...}, {field: ...}, today, none or a value)");
		return;
	}
	if ((act->effects = load_alloc(b, val_len(map), sizeof *act->effects)) == NULL)
		return;
	for (size_t i = 0; i < val_len(map); i++)
		act->neffects += parse_effect(b, book, act, val_key(map, i), val_value(map, i),
		    &act->effects[act->neffects]);
}

/* ---- all acts -------------------------------------------------------------------------------- */

static void
check_reachable(struct load *b, const struct book *book, const struct val *life)
{
	states_t	 reached = STATE_BIT(book->start) | (book->merged != NULL ?
	    STATE_BIT(book->merged) : 0), before;

	do {
		before = reached;
		for (size_t i = 0; i < book->nacts; i++)
			if (book->acts[i].to != NULL && (book->acts[i].from & reached) != 0)
				reached |= STATE_BIT(book->acts[i].to);
	} while (reached != before);
	for (size_t i = 0; i < book->nstates; i++)
		if ((reached & STATE_BIT(&book->states[i])) == 0)
			load_error(b, life, "no act leads to state %s of %s", book->states[i].name,
			    book->name);
}

/*
 * Merging of doubles: only merging and its undo lead to or from the state of a merged record, no
 * act does.
 */
static void
parse_merge(struct load *b, struct book *book, const struct val *v)
{
	static const char *const	 keys[] = { "by", "to", NULL };
	const char			*to;

	if (v == NULL || !load_check_keys(b, v, "merge", keys))
		return;
	book->merge = load_role_mask(b, v, "by", 0);
	if (load_item_count(val_get(v, "by")) == 0)
		load_error(b, v, "merge may be done by nobody (by)");
	to = load_text(b, v, "to", NULL);
	if (to == NULL || (book->merged = book_state(book, to)) == NULL) {
		load_error(b, v, "merge does not say which state of %s a merged record is in (to)",
		    book->name);
		return;
	}
	if (book->merged == book->start)
		load_error(b, v, "merge: to: a record of %s starts in state %s", book->name, to);
	for (size_t i = 0; i < book->nacts; i++)
		if (book->acts[i].to == book->merged ||
		    (book->acts[i].from & STATE_BIT(book->merged)) != 0)
			load_error(b, v,
			    "merge: act %s leads to or from state %s; only merging and its undoing may",
			    book->acts[i].name, to);
}

void
load_acts_resolve(struct load *b, struct book *book, const struct val *life,
    const struct val *merge)
{
	const struct val	*list = val_get(life, "acts");

	parse_acts(b, book, list);
	parse_merge(b, book, merge);
	load_fields_resolve(b);	/* the questions of the acts, because sets compares with them */
	for (size_t i = 0; i < book->nacts; i++) {
		const struct val	*body = load_body_named(list, book->acts[i].name);

		parse_effects(b, book, &book->acts[i], val_get(body, "sets"));
		book->acts[i].area = load_book_area_field(b, book, val_get(body, "area"));
	}
	if (book->start != NULL)
		check_reachable(b, book, life);
}
