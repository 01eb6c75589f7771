#include "forms/build/build.h"

#include <string.h>

/* ---- second pass: acts -------------------------------------------------------------------------------------- */

static void
take_needs(struct build *b, struct book *book, struct act *act, const struct val *list)
{
	static const char *const	 keys[] = { "holds", "say", NULL };

	if (list == NULL)
		return;
	if (val_kind(list) != VAL_LIST) {
		complain(b, list, "needs must be a list of {holds: ..., say: ...}");
		return;
	}
	if ((act->needs = build_alloc(b, val_len(list), sizeof *act->needs)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		const struct val	*v = val_at(list, i);

		if (!known_keys(b, v, "a need", keys))
			continue;
		struct need		*need = &act->needs[act->nneeds++];

		need->holds = take_pred(b, val_get(v, "holds"), book, NULL);
		take_label(b, val_get(v, "say"), &need->say);
		if (val_get(v, "holds") == NULL || need->say.zh[0] == '\0')
			complain(b, v, "a need says what must hold (holds) and the words when it does not (say)");
	}
}

static enum remarks
take_remarks(struct build *b, const struct val *body)
{
	const char	*s = take_text(b, body, "remarks", NULL);

	if (s == NULL)
		return REMARKS_NO;
	if (strcmp(s, "allowed") == 0)
		return REMARKS_ALLOWED;
	if (strcmp(s, "required") != 0)
		complain(b, val_get(body, "remarks"), "remarks must be allowed or required");
	return REMARKS_REQUIRED;
}

static void
take_act(struct build *b, struct book *book, struct act *act, const struct val *body)
{
	static const char *const	 keys[] = { "label", "from", "to", "by", "check", "clears", "remarks", "reauth",
	    "apart", "same", "ask", "needs", "sets", "at", "source", NULL };
	const char			*to;

	if (!known_keys(b, body, "an act", keys))
		return;
	need_label(b, body, act->name, &act->label);
	act->from = take_states(b, book, body, "from", 0);
	act->by = take_roles(b, body, "by", 0);
	if (items_of(val_get(body, "from")) == 0)
		complain(b, body, "act %s starts from no state (from)", act->name);
	if (items_of(val_get(body, "by")) == 0)
		complain(b, body, "act %s may be done by nobody (by)", act->name);
	if ((to = take_text(b, body, "to", NULL)) != NULL && (act->to = book_state(book, to)) == NULL)
		complain(b, val_get(body, "to"), "to: %s has no state \"%s\"", book->name, to);
	act->check = take_bool(b, body, "check", true);
	act->clears = take_bool(b, body, "clears", false);
	act->reauth = take_bool(b, body, "reauth", false);
	act->remarks = take_remarks(b, body);
	if (val_get(body, "ask") != NULL)
		act->ask = build_fields(b, book, val_get(body, "ask"), NULL, NULL, &act->nask);
	take_needs(b, book, act, val_get(body, "needs"));
}

/* The act of the book named under the key; NULL: none is. */
static const struct act *
other_act(struct build *b, const struct book *book, const struct val *body, const char *key)
{
	const char		*name = take_text(b, body, key, NULL);
	const struct act	*act = name != NULL ? book_act(book, name) : NULL;

	if (name != NULL && act == NULL)
		complain(b, val_get(body, key), "%s: %s has no act \"%s\"", key, book->name, name);
	return act;
}

static bool
text_is(const struct val *v, const char *text)
{
	return val_str(v) != NULL && strcmp(val_str(v), text) == 0;
}

static void
take_acts(struct build *b, struct book *book, const struct val *list)
{
	const struct val	*body;
	const char		*name;

	if (list == NULL)
		return;
	if (val_kind(list) != VAL_LIST) {
		complain(b, list, "acts must be a list (- name: {...})");
		return;
	}
	if ((book->acts = build_alloc(b, val_len(list), sizeof *book->acts)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		if (!named_item(b, val_at(list, i), &name, &body))
			continue;
		if (book_act(book, name) != NULL) {
			complain(b, body, "there are two acts \"%s\"", name);
			continue;
		}
		struct act	*act = &book->acts[book->nacts];

		act->name = name;
		act->index = (unsigned)book->nacts++;
		take_act(b, book, act, body);
	}
	for (size_t i = 0; i < book->nacts; i++) {
		body = body_named(list, book->acts[i].name);
		book->acts[i].apart_save = text_is(val_get(body, "apart"), "save") && book_act(book, "save") == NULL;
		if (!book->acts[i].apart_save)
			book->acts[i].apart = other_act(b, book, body, "apart");
		book->acts[i].same = other_act(b, book, body, "same");
	}
}

/* ---- what an act sets --------------------------------------------------------------------------------------- */

static const struct field *
asked(const struct act *act, const char *name)
{
	for (size_t i = 0; name != NULL && i < act->nask; i++)
		if (strcmp(act->ask[i].name, name) == 0)
			return &act->ask[i];
	return NULL;
}

static bool
take_source(struct build *b, const struct book *book, const struct act *act, const struct val *v, struct setting *set)
{
	const struct val	*name = val_len(v) == 1 ? val_value(v, 0) : NULL;
	const char		*key = name != NULL ? val_key(v, 0) : "";

	if (strcmp(key, "ask") == 0) {
		set->from = SET_ASK;
		if ((set->source = asked(act, val_str(name))) == NULL)
			complain(b, v, "sets: act %s asks nothing called \"%s\"", act->name,
			    val_str(name) != NULL ? val_str(name) : "?");
	} else if (strcmp(key, "field") == 0) {
		set->from = SET_FIELD;
		set->source = need_field(b, book, name, "sets");
	} else
		complain(b, v, "sets: %s is set from {ask: ...}, {field: ...}, today, none or a value", set->to->path);
	if (set->source == NULL)
		return false;
	if ((set->source->group != NULL && set->source->group->many) ||
	    (set->source->computed != COMPUTED_NO && set->source->computed != COMPUTED_TAKEN) ||
	    !field_takes(set->to, set->source)) {
		complain(b, v, "sets: what %s holds cannot stand in %s", set->source->path, set->to->path);
		return false;
	}
	return true;
}

/* A value as the definition says it; of a field that holds several, one of them or a list. */
static bool
fits_literal(const struct field *f, const struct val *v)
{
	bool	 ok = f->fields == NULL && items_of(v) > 0 && (val_kind(v) != VAL_LIST || type_is(f, "many-of"));

	for (size_t i = 0; ok && i < items_of(v); i++) {
		struct val	*said = field_literal(f, item_of(v, i));

		ok = said != NULL;
		val_free(said);
	}
	return ok;
}

static bool
take_setting(struct build *b, const struct book *book, const struct act *act, const char *path, const struct val *v,
    struct setting *set)
{
	const struct book	*of = book;

	*set = (struct setting){ .owner = strncmp(path, "owner.", 6) == 0 };
	if (set->owner && (book->under == NULL || (of = book->under->to) == NULL)) {
		complain(b, v, "sets: book %s stands under no other, so it has no owner", book->name);
		return false;
	}
	if ((set->to = book_field(of, set->owner ? path + 6 : path)) == NULL) {
		complain(b, v, "sets: book %s has no field \"%s\"", of->name, set->owner ? path + 6 : path);
		return false;
	}
	if (set->to->computed != COMPUTED_NO || set->to == book->under || (set->to->group != NULL && set->to->group->many)) {
		complain(b, v, "sets: %s cannot be set: it is worked out, stands in a repeating group, or says what the record "
		    "belongs to", path);
		return false;
	}
	if (val_kind(v) == VAL_MAP)
		return take_source(b, book, act, v, set);
	set->value = v;
	set->from = val_str(v) == NULL ? SET_VALUE : strcmp(val_str(v), "none") == 0 ? SET_NOTHING :
	    strcmp(val_str(v), "today") == 0 && type_is(set->to, "date") ? SET_TODAY : SET_VALUE;
	if (set->from == SET_VALUE && !fits_literal(set->to, v)) {
		complain(b, v, "sets: %s cannot hold this value", path);
		return false;
	}
	return true;
}

static void
take_sets(struct build *b, const struct book *book, struct act *act, const struct val *map)
{
	if (map == NULL)
		return;
	if (val_kind(map) != VAL_MAP) {
		complain(b, map, "sets must be a map of fields (field: {ask: ...}, {field: ...}, today, none or a value)");
		return;
	}
	if ((act->sets = build_alloc(b, val_len(map), sizeof *act->sets)) == NULL)
		return;
	for (size_t i = 0; i < val_len(map); i++)
		act->nsets += take_setting(b, book, act, val_key(map, i), val_value(map, i), &act->sets[act->nsets]);
}

static void
take_at(struct build *b, const struct book *book, struct act *act, const struct val *v)
{
	if (v == NULL || (act->at = need_field(b, book, v, "at")) == NULL)
		return;
	if (!type_is(act->at, "area") || act->at->group != NULL || act->at->many) {
		complain(b, v, "at: %s must be one area field outside groups", act->at->path);
		act->at = NULL;
	}
}

/* ---- all of them -------------------------------------------------------------------------------------------- */

static void
check_reachable(struct build *b, const struct book *book, const struct val *life)
{
	states_t	 reached = STATE_BIT(book->start) | (book->merged != NULL ? STATE_BIT(book->merged) : 0), before;

	do {
		before = reached;
		for (size_t i = 0; i < book->nacts; i++)
			if (book->acts[i].to != NULL && (book->acts[i].from & reached) != 0)
				reached |= STATE_BIT(book->acts[i].to);
	} while (reached != before);
	for (size_t i = 0; i < book->nstates; i++)
		if ((reached & STATE_BIT(&book->states[i])) == 0)
			complain(b, life, "no act leads to state %s of %s", book->states[i].name, book->name);
}

/* Doubles: no act of the book leads to or from the state of a record that was joined to another, but merging and its undoing. */
static void
take_merge(struct build *b, struct book *book, const struct val *v)
{
	static const char *const	 keys[] = { "by", "to", NULL };
	const char			*to;

	if (v == NULL || !known_keys(b, v, "merge", keys))
		return;
	book->merge = take_roles(b, v, "by", 0);
	if (items_of(val_get(v, "by")) == 0)
		complain(b, v, "merge may be done by nobody (by)");
	to = take_text(b, v, "to", NULL);
	if (to == NULL || (book->merged = book_state(book, to)) == NULL) {
		complain(b, v, "merge does not say which state of %s a merged record is in (to)", book->name);
		return;
	}
	if (book->merged == book->start)
		complain(b, v, "merge: to: a record of %s starts in state %s", book->name, to);
	for (size_t i = 0; i < book->nacts; i++)
		if (book->acts[i].to == book->merged || (book->acts[i].from & STATE_BIT(book->merged)) != 0)
			complain(b, v, "merge: act %s leads to or from state %s; only merging and its undoing may",
			    book->acts[i].name, to);
}

void
tie_acts(struct build *b, struct book *book, const struct val *life, const struct val *merge)
{
	const struct val	*list = val_get(life, "acts");

	take_acts(b, book, list);
	take_merge(b, book, merge);
	tie_fields(b);				/* what the acts ask; sets compare with it */
	for (size_t i = 0; i < book->nacts; i++) {
		const struct val	*body = body_named(list, book->acts[i].name);

		take_sets(b, book, &book->acts[i], val_get(body, "sets"));
		take_at(b, book, &book->acts[i], val_get(body, "at"));
	}
	if (book->start != NULL)
		check_reachable(b, book, life);
}
