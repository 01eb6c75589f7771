#include "forms/load/load.h"
#include "forms/check.h"

#include <string.h>

static const struct val *
source_of(const struct load *b, const struct book *book)
{
	return val_get(val_get(b->own->src, "books"), book->name);
}

/* ---- first pass ------------------------------------------------------------------------------ */

void
load_book_page(struct load *b, struct book *book, const char *name, const struct val *body)
{
	static const char *const	 keys[] = { "label", "fields", "source", NULL };
	struct page			*page;

	if (!load_check_keys(b, body, "a page", keys))
		return;
	page = &book->pages[book->npages++];
	page->name = name;
	load_required_label(b, body, name, &page->label);
	if (val_get(body, "fields") == NULL)
		load_error(b, body, "page %s has no fields", name);
	else
		page->fields = load_fields_declare(b, book, val_get(body, "fields"), page, NULL,
		    &page->nfields);
}

static void
parse_pages(struct load *b, struct book *book, const struct val *list)
{
	const struct val	*body;
	const char		*name;

	if (val_kind(list) != VAL_LIST || val_len(list) == 0) {
		load_error(b, list, "book %s has no pages", book->name);
		return;
	}
	if ((book->pages = load_alloc(b, val_len(list) + b->set->nsheets, sizeof *book->pages)) ==
	    NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		if (!load_named_item(b, val_at(list, i), &name, &body))
			continue;
		load_book_page(b, book, name, body);
		load_sheet_pages_add(b, book);
	}
}

static size_t
count_fields(const struct book *book)
{
	size_t	 n = 0;

	for (size_t p = 0; p < book->npages; p++)
		for (size_t i = 0; i < book->pages[p].nfields; i++)
			n += 1 + book->pages[p].fields[i].nfields;
	return n;
}

static void
enter_field(struct load *b, struct book *book, struct field *f)
{
	for (size_t i = 0; i < book->nall; i++)
		if (strcmp(book->all[i]->path, f->path) == 0)
			lint_add(b->lint, b->file, f->line, "field %s is on two pages", f->path);
	f->index = (unsigned)book->nall;
	book->all[book->nall++] = f;
}

static void
number_fields(struct load *b, struct book *book)
{
	if ((book->all = load_alloc(b, count_fields(book), sizeof *book->all)) == NULL)
		return;
	for (size_t p = 0; p < book->npages; p++)
		for (size_t i = 0; i < book->pages[p].nfields; i++) {
			struct field	*f = &book->pages[p].fields[i];

			enter_field(b, book, f);
			for (size_t k = 0; k < f->nfields; k++)
				enter_field(b, book, &f->fields[k]);
		}
}

/* states: [NAME: LABEL or {zh, en, open, ended}] */
static void
parse_life_cycle(struct load *b, struct book *book, const struct val *list)
{
	static const char *const	 keys[] = { "zh", "en", "open", "ended", NULL };
	const struct val		*body;
	const char			*name;

	if (val_kind(list) != VAL_LIST || val_len(list) == 0 || val_len(list) > STATES_MAX) {
		load_error(b, list, "life of %s must list 1 to %d states", book->name, STATES_MAX);
		return;
	}
	if ((book->states = load_alloc(b, val_len(list), sizeof *book->states)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		if (!load_named_item(b, val_at(list, i), &name, &body))
			continue;
		if (book_state(book, name) != NULL) {
			load_error(b, body, "there are two states \"%s\"", name);
			continue;
		}
		struct state	*state = &book->states[book->nstates];

		state->name = name;
		state->index = (unsigned)book->nstates++;
		if (val_str(body) != NULL)
			load_label(b, body, &state->label);
		else if (load_check_keys(b, body, "a state", keys)) {
			state->label.zh = load_text(b, body, "zh", "");
			state->label.en = load_text(b, body, "en", state->label.zh);
			state->open = load_bool(b, body, "open", false);
			state->ended = load_bool(b, body, "ended", false);
		}
		if (state->label.zh == NULL || state->label.zh[0] == '\0')
			load_error(b, body, "state %s has no label (zh)", name);
	}
}

/* life: {start: STATE, states: [...], acts: [...]}; acts are read in the second pass. */
static void
parse_life(struct load *b, struct book *book, const struct val *life)
{
	static const char *const	 keys[] = { "start", "states", "acts", NULL };
	const char			*start;

	if (life == NULL) {
		load_error(b, source_of(b, book),
		    "book %s has no life (life: {start, states, acts})", book->name);
		return;
	}
	if (!load_check_keys(b, life, "life", keys))
		return;
	parse_life_cycle(b, book, val_get(life, "states"));
	start = load_text(b, life, "start", NULL);
	if (start == NULL || (book->start = book_state(book, start)) == NULL)
		load_error(b, life,
		    "life of %s does not say in which of its states a record starts", book->name);
}

/*
 * First pass over a book: names, pages with fields, and states. References are resolved by
 * load_books_resolve().
 */
static void
parse_book(struct load *b, struct book *book, const char *name, const struct val *v)
{
	static const char *const	 keys[] = { "book", "label", "source", "area", "under",
	    "date", "number", "title",
	    "logged", "bodies", "clocks", "create", "pages", "life", "see", "write", "match",
	    "shared", "lists", "clone", "merge", "only-one", "warnings", "quick-entries",
	    "parent-pages", "cover", "file", NULL };

	b->file = load_text(b, v, "file", "books");
	book->name = name;
	if (!load_name_ok(name))
		load_error(b, v, "\"%s\" is no name for a book", name);
	load_check_keys(b, v, "a book", keys);
	load_required_label(b, v, name, &book->label);
	book->source = load_text(b, v, "source", "");
	book->number = load_text(b, v, "number", "");
	book->logged = load_bool(b, v, "logged", false);
	book->bodies = load_bool(b, v, "bodies", false);
	book->title = load_text(b, v, "title", "");
	if (book->title[0] == '\0')
		load_error(b, v, "book %s has no title, as in \"{name} {sex}\"", name);
	parse_pages(b, book, val_get(v, "pages"));
	number_fields(b, book);
	parse_life(b, book, val_get(v, "life"));
}

void
load_books_declare(struct load *b)
{
	const struct val	*src = val_get(b->own->src, "books");
	struct set		*set = b->set;

	b->file = "books";
	if (val_len(src) == 0) {
		lint_add(b->lint, b->file, 0, "there is no book in the folder books");
		return;
	}
	if ((set->books = load_alloc(b, val_len(src), sizeof *set->books)) == NULL)
		return;
	for (size_t i = 0; i < val_len(src); i++) {
		struct book	*book = &set->books[set->nbooks];

		book->index = (unsigned)set->nbooks++;
		parse_book(b, book, val_key(src, i), val_value(src, i));
	}
}

static void
check_merge(struct load *b, const struct book *book, const struct val *at)
{
	for (size_t i = 0; book->merged != NULL && i < b->set->nroles; i++)
		if ((book->merge & ROLE_BIT(&b->set->roles[i])) != 0 &&
		    (book->see[i].reach == REACH_NONE ||
		    (book->see[i].states & STATE_BIT(book->merged)) == 0))
			load_error(b, at, "merge: %s may not see %s in state %s",
			    b->set->roles[i].name, book->name, book->merged->name);
}

/* ---- second pass: grants, match rules, lists ------------------------------------------------- */

/* Whether an item of a list of acts, lists or clocks says `area: FIELD`. */
static bool
any_in_scope(const struct val *items)
{
	for (size_t i = 0; i < val_len(items); i++)
		if (val_get(val_value(val_at(items, i), 0), "area") != NULL)
			return true;
	return false;
}

/*
 * Whether records of a book lie in scopes: their own, or those of some of its acts, lists or
 * clocks.
 */
static bool
has_scopes(struct load *b, const struct book *book)
{
	const struct val	*src = source_of(b, book);

	return val_get(src, "area") != NULL || val_get(src, "under") != NULL ||
	    any_in_scope(val_get(src, "lists")) ||
	    any_in_scope(val_get(src, "clocks")) ||
	    any_in_scope(val_get(val_get(src, "life"), "acts"));
}

static void
parse_reach(struct load *b, const struct book *book, const struct val *v, struct grant *grant)
{
	const char	*s = val_str(v);

	grant->reach = s == NULL || strcmp(s, "none") != 0 ? REACH_ALL : REACH_NONE;
	if (s == NULL || (strcmp(s, "all") != 0 && strcmp(s, "none") != 0 &&
	    strcmp(s, "area") != 0))
		load_error(b, v, "reach must be area, all or none");
	else if (strcmp(s, "area") == 0 && !has_scopes(b, book))
		load_error(b, v, "reach area: book %s has no area field", book->name);
	else if (strcmp(s, "area") == 0)
		grant->reach = REACH_SCOPE;
}

/* see and write: {ROLE: REACH or {reach, state, where}} */
static void
parse_grants(struct load *b, struct book *book, const struct val *map, const char *what,
    struct grant grants[ROLES_MAX])
{
	static const char *const	 keys[] = { "reach", "state", "where", NULL };
	const struct role		*role;

	if (val_kind(map) != VAL_MAP) {
		load_error(b, map != NULL ? map : source_of(b, book),
		    "book %s does not say who may %s it (%s: {role: area})",
		    book->name, what, what);
		for (size_t i = 0; i < b->set->nroles; i++)
			grants[i].reach = REACH_ALL;	/* so that references to it cause no further
							   errors */
		return;
	}
	for (size_t i = 0; i < val_len(map); i++) {
		const struct val	*v = val_value(map, i);

		if ((role = set_role(b->set, val_key(map, i))) == NULL) {
			load_error(b, v, "%s: there is no role \"%s\"", what, val_key(map, i));
			continue;
		}
		struct grant		*grant = &grants[role->index];

		grant->states = STATES_ALL;
		if (val_kind(v) != VAL_MAP) {
			parse_reach(b, book, v, grant);
			continue;
		}
		if (!load_check_keys(b, v, "a grant", keys))
			continue;
		parse_reach(b, book, val_get(v, "reach"), grant);
		grant->states = load_state_mask(b, book, v, "state", STATES_ALL);
		grant->where = load_pred(b, val_get(v, "where"), book, NULL);
	}
}

/*
 * Sets the states that some role with access to the book may not see: child records of such a
 * record are in no list or count.
 */
static void
set_hidden_states(const struct load *b, struct book *book)
{
	for (size_t i = 0; i < b->set->nroles; i++)
		if (book->see[i].reach != REACH_NONE)
			book->hidden |= ~book->see[i].states;
}

/*
 * A record is visible only to people who may see its parent. The record keeps the state of the
 * parent, but not the fields, so a condition on the parent's fields could not be tested for the
 * child.
 */
static void
check_parent_grants(struct load *b)
{
	for (size_t i = 0; i < b->set->nbooks; i++) {
		const struct book	*parent = b->set->books[i].under != NULL ?
		    b->set->books[i].under->link_book : NULL;

		for (size_t r = 0; parent != NULL && r < b->set->nroles; r++)
			if (parent->see[r].where != NULL) {
				b->file = val_get_str(source_of(b, parent), "file");
				load_error(b, val_get(source_of(b, parent), "see"),
				    "see: %s has a condition (where), but records of "
				    "%s stand under %s; use state instead", b->set->roles[r].name,
				    b->set->books[i].name, parent->name);
			}
	}
}

static void
parse_phonetic(struct load *b, struct match_rule *match_rule, const struct val *v)
{
	const char	*path = val_str(v);

	for (size_t i = 0; path != NULL && i < match_rule->nfields; i++)
		if (strcmp(match_rule->fields[i]->path, path) == 0 &&
		    match_rule->fields[i]->type->kind == VAL_TEXT) {
			match_rule->phonetic[i] = true;
			return;
		}
	load_error(b, v, "match: phonetic names \"%s\", which is no text field of the rule",
	    path != NULL ? path : "?");
}

static void
parse_match_field(struct load *b, struct match_rule *match_rule, const struct field *f,
    const struct val *at, const char *what)
{
	if (f == NULL)
		return;
	if (f->type->key == NULL || f->many || (f->group != NULL && f->group->many))
		load_error(b, at, "%s: field %s cannot be compared (no order, or it repeats)", what,
		    f->path);
	if (f->computed != COMPUTED_NO)
		load_error(b, at, "%s: field %s cannot be typed", what, f->path);
	match_rule->fields[match_rule->nfields++] = f;
}

static void
parse_threshold(struct load *b, const struct book *book, struct match_rule *match_rule,
    const struct val *v)
{
	static const char *const	 keys[] = { "at-least", "where", "say", NULL };
	int64_t				 n = val_get_num(v, "at-least", 0);

	if (v == NULL || !load_check_keys(b, v, "threshold", keys))
		return;
	load_label(b, val_get(v, "say"), &match_rule->threshold_say);
	if (n < 2 || n > 1000 || match_rule->threshold_say.zh[0] == '\0')
		load_error(b, v,
		    "threshold needs a number (at-least, 2 to 1000) and a message (say)");
	match_rule->threshold = n < 2 ? 0 : (size_t)n;
	if (val_get(v, "where") != NULL)
		match_rule->threshold_where = load_pred(b, val_get(v, "where"), book, NULL);
}

static void
parse_rule(struct load *b, struct book *book, const struct val *v, const char *what)
{
	const struct val	*names = val_get(v, "fields"), *phonetic = val_get(v, "phonetic");
	struct match_rule		*match_rule = &book->match_rules[book->nmatch_rules];

	match_rule->index = (unsigned)book->nmatch_rules++;
	load_label(b, val_get(v, "say"), &match_rule->say);
	match_rule->fields = load_alloc(b, load_item_count(names), sizeof *match_rule->fields);
	match_rule->phonetic = load_alloc(b, load_item_count(names), sizeof *match_rule->phonetic);
	if (match_rule->say.zh[0] == '\0' || load_item_count(names) == 0)
		load_error(b, v, "%s needs fields and the reason shown (say)", what);
	for (size_t k = 0; !b->bad && k < load_item_count(names); k++)
		parse_match_field(b, match_rule, load_field_ref(b, book, load_item(names, k), what),
		    v, what);
	for (size_t k = 0; match_rule->nfields > 0 && k < load_item_count(phonetic); k++)
		parse_phonetic(b, match_rule, load_item(phonetic, k));
	parse_threshold(b, book, match_rule, val_get(v, "threshold"));
}

/*
 * Match rules and shared rules are in one array, `match` first: the name of an index has the
 * position in it.
 */
static void
parse_rules(struct load *b, struct book *book, const struct val *list, const char *what,
    bool shared)
{
	static const char *const	 keys[] = { "fields", "phonetic", "say", NULL },
	    *const more[] = { "fields", "phonetic", "say", "threshold", NULL };

	if (list != NULL && val_kind(list) != VAL_LIST)
		load_error(b, list, "%s must be a list of {fields: ..., say: ...}", what);
	for (size_t i = 0; !b->bad && val_kind(list) == VAL_LIST && i < val_len(list); i++) {
		if (!load_check_keys(b, val_at(list, i), what, shared ? more : keys))
			continue;
		book->match_rules[book->nmatch_rules].shared = shared;
		parse_rule(b, book, val_at(list, i), what);
	}
}

static void
parse_match_rules(struct load *b, struct book *book, const struct val *match_rule,
    const struct val *shared)
{
	book->match_rules = load_alloc(b, val_len(match_rule) + val_len(shared) + 1,
	    sizeof *book->match_rules);
	parse_rules(b, book, match_rule, "match", false);
	parse_rules(b, book, shared, "shared", true);
}

static const struct {
	const char	*name;
	enum column_of	 of;
	struct label	 label;
	size_t		 cells;
} builtin_columns[] = {
	{ "number",	COL_NUMBER,	{ "编号", "Number", "bh" },		16 },
	{ "state",	COL_STATE,	{ "状态", "State", "zt" },		8 },
	{ "area",	COL_AREA,	{ "地区", "Place", "dq" },		16 },
	{ "changed",	COL_CHANGED,	{ "更新", "Changed", "gx" },		10 },
	{ "changed-by",	COL_CHANGED_BY,		{ "经手", "By", "js" },		12 },
	{ "due",	COL_DEADLINE,	{ "逾期", "Overdue", "yq" },		10 },
};

static const char *
builtin_name(enum column_of of)
{
	size_t	 i = 0;

	while (builtin_columns[i].of != of)
		i++;
	return builtin_columns[i].name;
}

/* A column: a field or a built-in column, by name or as {field: NAME, cells: WIDTH}. */
static bool
parse_column(struct load *b, const struct book *book, const struct val *v, struct column *col)
{
	static const char *const	 keys[] = { "field", "cells", NULL };
	const struct val		*name = v;

	*col = (struct column){ .of = COL_FIELD };
	if (val_kind(v) == VAL_MAP && load_check_keys(b, v, "a column", keys)) {
		name = val_get(v, "field");
		if (val_get_num(v, "cells", 8) < 1 || val_get_num(v, "cells", 8) > 60)
			load_error(b, v, "cells must be 1 to 60");
		else
			col->cells = (size_t)val_get_num(v, "cells", 0);
	}
	if (val_str(name) != NULL && (col->field = book_field(book, val_str(name))) != NULL) {
		col->label = col->field->label;
		col->brief = col->field->brief;
		if (col->cells == 0)
			col->cells = col->field->type->cells;
		if (col->field->group != NULL && col->field->group->many)
			load_error(b, v, "column %s is in a repeating group", col->field->path);
		return true;
	}
	for (size_t i = 0; val_str(name) != NULL &&
	    i < sizeof builtin_columns / sizeof *builtin_columns; i++)
		if (strcmp(builtin_columns[i].name, val_str(name)) == 0) {
			col->of = builtin_columns[i].of;
			col->label = col->brief = builtin_columns[i].label;
			if (col->cells == 0)
				col->cells = builtin_columns[i].cells;
			return true;
		}
	load_error(b, v,
	    "a column must be a field of %s or one of number state area changed changed-by due",
	    book->name);
	return false;
}

/* Fields whose values are scopes: areas, and links to bodies. */
static bool
is_scope_field(const struct field *f)
{
	return f->group == NULL &&
	    (type_is(f, "area") || (f->link_book != NULL && f->link_book->bodies));
}

const struct field *
load_book_area_field(struct load *b, const struct book *book, const struct val *v)
{
	const struct field	*f = v != NULL ? load_field_ref(b, book, v, "area") : NULL;

	if (f == NULL || is_scope_field(f))
		return f;
	load_error(b, v,
	    "area: %s must be an area field, or a link to a book with \"bodies: yes\", outside groups", f->path);
	return NULL;
}

static struct column *
parse_columns(struct load *b, const struct book *book, const struct val *list, size_t *n)
{
	struct column	*cols = load_alloc(b, load_item_count(list), sizeof *cols);

	*n = 0;
	for (size_t i = 0; cols != NULL && i < load_item_count(list); i++)
		if (parse_column(b, book, load_item(list, i), &cols[*n]))
			++*n;
	return cols;
}

/*
 * A position in a sorted list, which the client sends to continue, contains the value itself; so
 * every role with the list must see the field.
 */
static bool
seen_by(const struct field *f, roles_t roles)
{
	roles_t	 see = f->see & (f->group != NULL ? f->group->see : ROLES_ALL);

	return see == ROLES_ALL || (roles & ~see) == 0;
}

/*
 * A sort order is kept as index rows, so it must not depend on the day, and it must not reveal
 * masked or invisible values.
 */
static void
check_sorts(struct load *b, const struct list *list, const struct val *at)
{
	if (list->nsorts == 0 || list->nsorts > 4)
		load_error(b, at, "list %s needs 1 to 4 orders (sort)", list->name);
	for (size_t i = 0; i < list->nsorts; i++) {
		const struct column	*col = &list->sorts[i];

		if (col->of == COL_AREA || col->of == COL_CHANGED_BY || col->of == COL_DEADLINE ||
		    (col->of == COL_FIELD && (col->field->type->key == NULL || col->field->many ||
		    type_is_virtual(col->field))))
			load_error(b, at,
			    "list %s cannot be sorted by %s: it has no order that is kept",
			    list->name,
			    col->field != NULL ? col->field->path : builtin_name(col->of));
		else if (col->of == COL_FIELD && col->field->mask != MASK_NO)
			load_error(b, at,
			    "list %s cannot be sorted by %s: it is masked, and the order would reveal it", list->name,
			    col->field->path);
		else if (col->of == COL_FIELD && !seen_by(col->field, list->by))
			load_error(b, at,
			    "list %s cannot be sorted by %s: not every role of the list sees that field", list->name,
			    col->field->path);
	}
}

/* Columns that have index rows. */
static void
parse_indexed_columns(struct load *b, struct list *list, const struct val *body)
{
	list->where = load_pred(b, val_get(body, "where"), list->book, NULL);
	if (list->where != NULL && pred_uses_today(list->where))
		load_error(b, val_get(body, "where"),
		    "list %s: where depends on the day; members are kept when a record "
		    "is saved, so they cannot change over night", list->name);
	list->area = load_book_area_field(b, list->book, val_get(body, "area"));
}

/* A list of records overdue by a clock uses the rows of the clock as they are today. */
static void
parse_list_clock(struct load *b, struct list *list, const struct val *body)
{
	static const char *const	 others[] = { "where", "sort", "area" };
	const char			*name = val_get_str(body, "clock");

	if (name == NULL || (list->clock = book_clock(list->book, name)) == NULL)
		load_error(b, val_get(body, "clock"), "clock: book %s has no clock \"%s\"",
		    list->book->name, name != NULL ? name : "?");
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (val_get(body, others[i]) != NULL)
			load_error(b, body,
			    "list %s has a clock, which decides its rows and their order: leave out %s", list->name, others[i]);
}

/*
 * One list. With a clock it has neither condition nor order of its own: the rows of the clock are
 * both.
 */
static void
parse_list(struct load *b, struct book *book, struct list *list, const struct val *body)
{
	static const char *const	 keys[] = { "label", "by", "where", "columns", "sort",
	    "source", "clock", "area", NULL };

	list->by = ROLES_ALL;
	if (!load_check_keys(b, body, "a list", keys))
		return;
	load_required_label(b, body, list->name, &list->label);
	list->by = load_role_mask(b, body, "by", ROLES_ALL);
	if (val_get(body, "clock") != NULL)
		parse_list_clock(b, list, body);
	else
		parse_indexed_columns(b, list, body);
	list->columns = parse_columns(b, book, val_get(body, "columns"), &list->ncolumns);
	if (val_get(body, "clock") == NULL)
		list->sorts = parse_columns(b, book, val_get(body, "sort"), &list->nsorts);
	if (list->ncolumns == 0)
		load_error(b, body, "list %s has no columns", list->name);
	if (val_get(body, "clock") == NULL)
		check_sorts(b, list, body);
	for (size_t i = 0; i < list->ncolumns; i++)
		if (list->columns[i].of == COL_DEADLINE && val_get(body, "clock") == NULL)
			load_error(b, body, "list %s: only a list over a clock has a column due",
			    list->name);
	for (size_t i = 0; i < b->set->nroles; i++)
		if (val_get(body, "by") != NULL && (list->by & ROLE_BIT(&b->set->roles[i])) != 0 &&
		    book->see[i].reach == REACH_NONE)
			load_error(b, body, "list %s is offered to %s, who may not see %s",
			    list->name, b->set->roles[i].name, book->name);
}

/* lists: [NAME: {...}] */
static void
parse_lists(struct load *b, struct book *book, const struct val *lists)
{
	const struct val	*body;
	const char		*name;

	if (val_kind(lists) != VAL_LIST) {
		load_error(b, lists != NULL ? lists : source_of(b, book),
		    "book %s has no lists (- name: {...})", book->name);
		return;
	}
	if ((book->lists = load_alloc(b, val_len(lists), sizeof *book->lists)) == NULL)
		return;
	for (size_t i = 0; i < val_len(lists); i++) {
		if (!load_named_item(b, val_at(lists, i), &name, &body))
			continue;
		if (book_list(book, name) != NULL) {
			load_error(b, body, "there are two lists \"%s\"", name);
			continue;
		}
		struct list	*list = &book->lists[book->nlists];

		list->name = name;
		list->book = book;
		list->index = (unsigned)book->nlists++;
		parse_list(b, book, list, body);
	}
}

/* Every {place} of a pattern must be a field (numbers have some words of their own). */
static void
check_pattern(struct load *b, const struct book *book, const char *key, const char *pattern)
{
	static const char	 own[] = " year serial check ";
	const struct val	*at = val_get(source_of(b, book), key);
	bool			 number = strcmp(key, "number") == 0;
	const char		*why;

	if (number && !number_pattern_ok(pattern, &why))
		load_error(b, at, "number: %s", why);
	for (const char *p = strchr(pattern, '{'); p != NULL; p = strchr(p, '{')) {
		size_t		 n = strcspn(++p, ":}");
		const char	*name = load_printf(b, "%.*s", (int)n, p);

		if (number && strstr(own, load_printf(b, " %s ", name)) != NULL)
			continue;
		if (book_field(book, name) == NULL)
			load_error(b, at, "%s: book %s has no field \"%s\"", key, book->name, name);
	}
}

/* Access depends on the area from the first save on, so the field must be required then. */
static void
resolve_area(struct load *b, struct book *book, const struct val *v)
{
	if (v == NULL || (book->area = load_field_ref(b, book, v, "area")) == NULL)
		return;
	if (!type_is(book->area, "area") || book->area->group != NULL || book->area->many)
		load_error(b, v, "area: %s must be one area field outside groups",
		    book->area->path);
	if (book->area->required != REQUIRED_FIRST || book->area->required_when != NULL ||
	    book->area->shown != NULL)
		load_error(b, v,
		    "area: %s must be \"required: first\" and always shown, because it decides who sees the record",
		    book->area->path);
}

/* The same for a book with a parent: the link is required, and the place is the parent's. */
static void
resolve_under(struct load *b, struct book *book, const struct val *v)
{
	const struct field	*f;

	if (v == NULL || (f = book->under = load_field_ref(b, book, v, "under")) == NULL)
		return;
	if (!type_is(f, "link") || f->group != NULL || f->many || f->required != REQUIRED_FIRST ||
	    f->required_when != NULL || f->shown != NULL)
		load_error(b, v,
		    "under: %s must be one link outside groups, \"required: first\" and always shown", f->path);
	if ((f = book_field(book, "parent")) != NULL && f->fields != NULL)
		load_error(b, v,
		    "under: a group of book %s is named parent, which is the name of the record above", book->name);
	if (book->area != NULL)
		load_error(b, v,
		    "under: book %s has an area of its own; it can have only one of the two",
		    book->name);
}

static void
resolve_date(struct load *b, struct book *book, const struct val *v)
{
	if (v == NULL || (book->date = load_field_ref(b, book, v, "date")) == NULL)
		return;
	if (!type_is(book->date, "date") || book->date->group != NULL ||
	    book->date->required != REQUIRED_FIRST)
		load_error(b, v, "date: %s must be a date outside groups and \"required: first\"",
		    book->date->path);
}

/*
 * The place of a record is that of its topmost parent, so books that are parents of each other in a
 * ring would have no place.
 */
static bool
refuse_ring(struct load *b, const struct book *book)
{
	const struct book	*up = book;
	struct buf		 path = BUF_INIT;
	size_t			 depth = 0;

	buf_puts(&path, book->name);
	while (up->under != NULL && up->under->link_book != NULL && depth++ <= b->set->nbooks) {
		up = up->under->link_book;
		buf_printf(&path, " under %s", up->name);
		if (up != book)
			continue;
		load_error(b, val_get(source_of(b, book), "under"),
		    "under: %s is a ring; one of these books must have an area instead",
		    buf_str(&path));
		buf_free(&path);
		return true;
	}
	buf_free(&path);
	return false;
}

/* Reports only the first book of each ring and cuts its link, so that loops over parents end. */
static void
refuse_rings(struct load *b)
{
	for (size_t i = 0; i < b->set->nbooks; i++)
		if (refuse_ring(b, &b->set->books[i]))
			b->set->books[i].under = NULL;
}

/*
 * Resolves links, areas and dates of all books first, because grants and clocks read those of other
 * books.
 */
static void
resolve_places(struct load *b)
{
	for (size_t i = 0; i < b->set->nbooks; i++) {
		struct book		*book = &b->set->books[i];
		const struct val	*v = source_of(b, book);

		b->file = val_get_str(v, "file");
		resolve_area(b, book, val_get(v, "area"));
		resolve_under(b, book, val_get(v, "under"));
		resolve_date(b, book, val_get(v, "date"));
	}
	refuse_rings(b);
}

void
load_books_resolve(struct load *b)
{
	resolve_places(b);
	load_initials_resolve(b);
	load_rollups_resolve(b);
	for (size_t i = 0; i < b->set->nbooks; i++) {
		struct book		*book = &b->set->books[i];
		const struct val	*v = source_of(b, book), *life = val_get(v, "life");

		b->file = val_get_str(v, "file");
		book->create = load_role_mask(b, v, "create", 0);
		load_acts_resolve(b, book, life, val_get(v, "merge"));
		parse_grants(b, book, val_get(v, "see"), "see", book->see);
		set_hidden_states(b, book);
		parse_grants(b, book, val_get(v, "write"), "write", book->write);
		check_merge(b, book, val_get(v, "merge"));
		parse_match_rules(b, book, val_get(v, "match"), val_get(v, "shared"));
		load_autofill_resolve_clone(b, book, val_get(v, "clone"));
		load_clocks_resolve(b, book, val_get(v, "clocks"));
		parse_lists(b, book, val_get(v, "lists"));
		load_rules_resolve_only(b, book, val_get(v, "only-one"));
		load_rules_resolve_warnings(b, book, val_get(v, "warnings"));
		load_quick_resolve(b, book, v);
		load_cover_resolve(b, book, val_get(v, "cover"));
		check_pattern(b, book, "title", book->title);
		if (book->number[0] != '\0')
			check_pattern(b, book, "number", book->number);
	}
	check_parent_grants(b);
	load_autofills_resolve(b);
}
