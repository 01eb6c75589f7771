#include "forms/build/build.h"
#include "forms/check.h"

#include <string.h>

static const struct val *
source_of(const struct build *b, const struct book *book)
{
	return val_get(val_get(b->own->src, "books"), book->name);
}

/* ---- first pass --------------------------------------------------------------------------------------------- */

void
take_page(struct build *b, struct book *book, const char *name, const struct val *body)
{
	static const char *const	 keys[] = { "label", "fields", "source", NULL };
	struct page			*page;

	if (!known_keys(b, body, "a page", keys))
		return;
	page = &book->pages[book->npages++];
	page->name = name;
	need_label(b, body, name, &page->label);
	if (val_get(body, "fields") == NULL)
		complain(b, body, "page %s has no fields", name);
	else
		page->fields = build_fields(b, book, val_get(body, "fields"), page, NULL, &page->nfields);
}

static void
take_pages(struct build *b, struct book *book, const struct val *list)
{
	const struct val	*body;
	const char		*name;

	if (val_kind(list) != VAL_LIST || val_len(list) == 0) {
		complain(b, list, "book %s has no pages", book->name);
		return;
	}
	if ((book->pages = build_alloc(b, val_len(list) + b->set->nsheets, sizeof *book->pages)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		if (!named_item(b, val_at(list, i), &name, &body))
			continue;
		take_page(b, book, name, body);
		add_sheet_pages(b, book);
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
enter_field(struct build *b, struct book *book, struct field *f)
{
	for (size_t i = 0; i < book->nall; i++)
		if (strcmp(book->all[i]->path, f->path) == 0)
			lint_add(b->lint, b->file, f->line, "field %s stands on two pages", f->path);
	f->index = (unsigned)book->nall;
	book->all[book->nall++] = f;
}

static void
number_fields(struct build *b, struct book *book)
{
	if ((book->all = build_alloc(b, count_fields(book), sizeof *book->all)) == NULL)
		return;
	for (size_t p = 0; p < book->npages; p++)
		for (size_t i = 0; i < book->pages[p].nfields; i++) {
			struct field	*f = &book->pages[p].fields[i];

			enter_field(b, book, f);
			for (size_t k = 0; k < f->nfields; k++)
				enter_field(b, book, &f->fields[k]);
		}
}

static void
take_states_of_life(struct build *b, struct book *book, const struct val *list)
{
	static const char *const	 keys[] = { "zh", "en", "open", "ended", NULL };
	const struct val		*body;
	const char			*name;

	if (val_kind(list) != VAL_LIST || val_len(list) == 0 || val_len(list) > STATES_MAX) {
		complain(b, list, "life of %s must list 1 to %d states", book->name, STATES_MAX);
		return;
	}
	if ((book->states = build_alloc(b, val_len(list), sizeof *book->states)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		if (!named_item(b, val_at(list, i), &name, &body))
			continue;
		if (book_state(book, name) != NULL) {
			complain(b, body, "there are two states \"%s\"", name);
			continue;
		}
		struct state	*state = &book->states[book->nstates];

		state->name = name;
		state->index = (unsigned)book->nstates++;
		if (val_str(body) != NULL)
			take_label(b, body, &state->label);
		else if (known_keys(b, body, "a state", keys)) {
			state->label.zh = take_text(b, body, "zh", "");
			state->label.en = take_text(b, body, "en", state->label.zh);
			state->open = take_bool(b, body, "open", false);
			state->ended = take_bool(b, body, "ended", false);
		}
		if (state->label.zh == NULL || state->label.zh[0] == '\0')
			complain(b, body, "state %s has no words (zh)", name);
	}
}

static void
take_life(struct build *b, struct book *book, const struct val *life)
{
	static const char *const	 keys[] = { "start", "states", "acts", NULL };
	const char			*start;

	if (life == NULL) {
		complain(b, source_of(b, book), "book %s has no life (life: {start, states, acts})", book->name);
		return;
	}
	if (!known_keys(b, life, "life", keys))
		return;
	take_states_of_life(b, book, val_get(life, "states"));
	start = take_text(b, life, "start", NULL);
	if (start == NULL || (book->start = book_state(book, start)) == NULL)
		complain(b, life, "life of %s does not say in which of its states a record starts", book->name);
}

static void
take_book(struct build *b, struct book *book, const char *name, const struct val *v)
{
	static const char *const	 keys[] = { "book", "label", "source", "area", "under", "date", "number", "title",
	    "logged", "clocks", "create", "pages", "life", "see", "write", "near", "shared", "lists", "alike", "merge", "only-one", "checks", "quick",
	    "opens", "cover", "file", NULL };

	b->file = take_text(b, v, "file", "books");
	book->name = name;
	if (!name_ok(name))
		complain(b, v, "\"%s\" is no name for a book", name);
	known_keys(b, v, "a book", keys);
	need_label(b, v, name, &book->label);
	book->source = take_text(b, v, "source", "");
	book->number = take_text(b, v, "number", "");
	book->logged = take_bool(b, v, "logged", false);
	book->title = take_text(b, v, "title", "");
	if (book->title[0] == '\0')
		complain(b, v, "book %s has no title, as in \"{name} {sex}\"", name);
	take_pages(b, book, val_get(v, "pages"));
	number_fields(b, book);
	take_life(b, book, val_get(v, "life"));
}

void
build_books(struct build *b)
{
	const struct val	*src = val_get(b->own->src, "books");
	struct set		*set = b->set;

	b->file = "books";
	if (val_len(src) == 0) {
		complain(b, NULL, "there is no book: the folder books holds none");
		return;
	}
	if ((set->books = build_alloc(b, val_len(src), sizeof *set->books)) == NULL)
		return;
	for (size_t i = 0; i < val_len(src); i++) {
		struct book	*book = &set->books[set->nbooks];

		book->index = (unsigned)set->nbooks++;
		take_book(b, book, val_key(src, i), val_value(src, i));
	}
}

static void
check_merge(struct build *b, const struct book *book, const struct val *at)
{
	for (size_t i = 0; book->merged != NULL && i < b->set->nroles; i++)
		if ((book->merge & ROLE_BIT(&b->set->roles[i])) != 0 && (book->see[i].reach == REACH_NONE ||
		    (book->see[i].states & STATE_BIT(book->merged)) == 0))
			complain(b, at, "merge: %s may not see %s in state %s", b->set->roles[i].name, book->name,
			    book->merged->name);
}

/* ---- second pass: grants, near, lists ----------------------------------------------------------------------- */

static void
take_reach(struct build *b, const struct book *book, const struct val *v, struct grant *grant)
{
	const char	*s = val_str(v);

	grant->reach = s == NULL || strcmp(s, "none") != 0 ? REACH_ALL : REACH_NONE;
	if (s == NULL || (strcmp(s, "all") != 0 && strcmp(s, "none") != 0 && strcmp(s, "area") != 0))
		complain(b, v, "reach must be area, all or none");
	else if (strcmp(s, "area") == 0 && val_get(source_of(b, book), "area") == NULL &&
	    val_get(source_of(b, book), "under") == NULL)
		complain(b, v, "reach area: book %s has no area field", book->name);
	else if (strcmp(s, "area") == 0)
		grant->reach = REACH_AREA;
}

static void
take_grants(struct build *b, struct book *book, const struct val *map, const char *what, struct grant grants[ROLES_MAX])
{
	static const char *const	 keys[] = { "reach", "states", "where", NULL };
	const struct role		*role;

	if (val_kind(map) != VAL_MAP) {
		complain(b, map != NULL ? map : source_of(b, book), "book %s does not say who may %s it (%s: {role: area})",
		    book->name, what, what);
		for (size_t i = 0; i < b->set->nroles; i++)
			grants[i].reach = REACH_ALL;	/* so that what refers to it is not blamed too */
		return;
	}
	for (size_t i = 0; i < val_len(map); i++) {
		const struct val	*v = val_value(map, i);

		if ((role = set_role(b->set, val_key(map, i))) == NULL) {
			complain(b, v, "%s: there is no role \"%s\"", what, val_key(map, i));
			continue;
		}
		struct grant		*grant = &grants[role->index];

		grant->states = STATES_ALL;
		if (val_kind(v) != VAL_MAP) {
			take_reach(b, book, v, grant);
			continue;
		}
		if (!known_keys(b, v, what, keys))
			continue;
		take_reach(b, book, val_get(v, "reach"), grant);
		grant->states = take_states(b, book, v, "states", STATES_ALL);
		grant->where = take_pred(b, val_get(v, "where"), book, NULL);
	}
}

/* States that somebody who has sight of the book may not see: what is under such a record is in no list or count. */
static void
note_hidden(const struct build *b, struct book *book)
{
	for (size_t i = 0; i < b->set->nroles; i++)
		if (book->see[i].reach != REACH_NONE)
			book->hidden |= ~book->see[i].states;
}

/*
 * A record is seen only by those who may see its parent. The state of the parent is kept with the record; a condition on the
 * parent's fields could not be judged there.
 */
static void
check_parent_grants(struct build *b)
{
	for (size_t i = 0; i < b->set->nbooks; i++) {
		const struct book	*parent = b->set->books[i].under != NULL ? b->set->books[i].under->to : NULL;

		for (size_t r = 0; parent != NULL && r < b->set->nroles; r++)
			if (parent->see[r].where != NULL) {
				b->file = val_get_str(source_of(b, parent), "file");
				complain(b, val_get(source_of(b, parent), "see"), "see: %s has a condition (where), but records of "
				    "%s stand under %s; use states instead", b->set->roles[r].name, b->set->books[i].name,
				    parent->name);
			}
	}
}

static void
take_sound(struct build *b, struct near *near, const struct val *v)
{
	const char	*path = val_str(v);

	for (size_t i = 0; path != NULL && i < near->nfields; i++)
		if (strcmp(near->fields[i]->path, path) == 0 && near->fields[i]->type->kind == VAL_TEXT) {
			near->sound[i] = true;
			return;
		}
	complain(b, v, "near: sound says \"%s\", which is no text among its fields", path != NULL ? path : "?");
}

static void
take_near_field(struct build *b, struct near *near, const struct field *f, const struct val *at, const char *what)
{
	if (f == NULL)
		return;
	if (f->type->key == NULL || f->many || (f->group != NULL && f->group->many))
		complain(b, at, "%s: field %s cannot be compared (no order, or it repeats)", what, f->path);
	if (f->computed != COMPUTED_NO)
		complain(b, at, "%s: field %s is typed by nobody", what, f->path);
	near->fields[near->nfields++] = f;
}

static void
take_many(struct build *b, const struct book *book, struct near *near, const struct val *v)
{
	static const char *const	 keys[] = { "from", "where", "say", NULL };
	int64_t				 from = val_get_num(v, "from", 0);

	if (v == NULL || !known_keys(b, v, "many", keys))
		return;
	take_label(b, val_get(v, "say"), &near->many_say);
	if (from < 2 || from > 1000 || near->many_say.zh[0] == '\0')
		complain(b, v, "many says how many are too many (from, 2 to 1000) and its words (say)");
	near->many = from < 2 ? 0 : (size_t)from;
	if (val_get(v, "where") != NULL)
		near->many_where = take_pred(b, val_get(v, "where"), book, NULL);
}

static void
take_rule(struct build *b, struct book *book, const struct val *v, const char *what)
{
	const struct val	*names = val_get(v, "fields"), *sound = val_get(v, "sound");
	struct near		*near = &book->near[book->nnear];

	near->index = (unsigned)book->nnear++;
	take_label(b, val_get(v, "say"), &near->say);
	near->fields = build_alloc(b, items_of(names), sizeof *near->fields);
	near->sound = build_alloc(b, items_of(names), sizeof *near->sound);
	if (near->say.zh[0] == '\0' || items_of(names) == 0)
		complain(b, v, "%s needs fields and the reason shown (say)", what);
	for (size_t k = 0; !b->bad && k < items_of(names); k++)
		take_near_field(b, near, need_field(b, book, item_of(names, k), what), v, what);
	for (size_t k = 0; near->nfields > 0 && k < items_of(sound); k++)
		take_sound(b, near, item_of(sound, k));
	take_many(b, book, near, val_get(v, "many"));
}

/* Both kinds stand in one row, `near` first: an index is named by its place in it. */
static void
take_rules(struct build *b, struct book *book, const struct val *list, const char *what, bool shared)
{
	static const char *const	 keys[] = { "fields", "sound", "say", NULL }, *const more[] = { "fields", "sound", "say",
	    "many", NULL };

	if (list != NULL && val_kind(list) != VAL_LIST)
		complain(b, list, "%s must be a list of {fields: ..., say: ...}", what);
	for (size_t i = 0; !b->bad && val_kind(list) == VAL_LIST && i < val_len(list); i++) {
		if (!known_keys(b, val_at(list, i), what, shared ? more : keys))
			continue;
		book->near[book->nnear].shared = shared;
		take_rule(b, book, val_at(list, i), what);
	}
}

static void
take_near(struct build *b, struct book *book, const struct val *near, const struct val *shared)
{
	book->near = build_alloc(b, val_len(near) + val_len(shared) + 1, sizeof *book->near);
	take_rules(b, book, near, "near", false);
	take_rules(b, book, shared, "shared", true);
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
	{ "by",		COL_BY,		{ "经手", "By", "js" },		12 },
	{ "due",	COL_DUE,	{ "逾期", "Overdue", "yq" },		10 },
};

static const char *
builtin_name(enum column_of of)
{
	size_t	 i = 0;

	while (builtin_columns[i].of != of)
		i++;
	return builtin_columns[i].name;
}

static bool
take_column(struct build *b, const struct book *book, const struct val *v, struct column *col)
{
	static const char *const	 keys[] = { "field", "cells", NULL };
	const struct val		*name = v;

	*col = (struct column){ .of = COL_FIELD };
	if (val_kind(v) == VAL_MAP && known_keys(b, v, "a column", keys)) {
		name = val_get(v, "field");
		if (val_get_num(v, "cells", 8) < 1 || val_get_num(v, "cells", 8) > 60)
			complain(b, v, "cells must be 1 to 60");
		else
			col->cells = (size_t)val_get_num(v, "cells", 0);
	}
	if (val_str(name) != NULL && (col->field = book_field(book, val_str(name))) != NULL) {
		col->label = col->field->label;
		col->brief = col->field->brief;
		if (col->cells == 0)
			col->cells = col->field->type->cells;
		if (col->field->group != NULL && col->field->group->many)
			complain(b, v, "column %s stands in a repeating group", col->field->path);
		return true;
	}
	for (size_t i = 0; val_str(name) != NULL && i < sizeof builtin_columns / sizeof *builtin_columns; i++)
		if (strcmp(builtin_columns[i].name, val_str(name)) == 0) {
			col->of = builtin_columns[i].of;
			col->label = col->brief = builtin_columns[i].label;
			if (col->cells == 0)
				col->cells = builtin_columns[i].cells;
			return true;
		}
	complain(b, v, "a column must be a field of %s or one of number state area changed by due", book->name);
	return false;
}

const struct field *
take_place(struct build *b, const struct book *book, const struct val *v)
{
	const struct field	*f = v != NULL ? need_field(b, book, v, "area") : NULL;

	if (f == NULL || (type_is(f, "area") && f->group == NULL && !f->many))
		return f;
	complain(b, v, "area: %s must be one area field outside groups", f->path);
	return NULL;
}

static struct column *
take_columns(struct build *b, const struct book *book, const struct val *list, size_t *n)
{
	struct column	*cols = build_alloc(b, items_of(list), sizeof *cols);

	*n = 0;
	for (size_t i = 0; cols != NULL && i < items_of(list); i++)
		if (take_column(b, book, item_of(list, i), &cols[*n]))
			++*n;
	return cols;
}

/* The places of rows in such an order, which a client goes on from, hold the value itself. */
static bool
seen_by(const struct field *f, roles_t roles)
{
	roles_t	 see = f->see & (f->group != NULL ? f->group->see : ROLES_ALL);

	return see == ROLES_ALL || (roles & ~see) == 0;
}

static void
check_sorts(struct build *b, const struct list *list, const struct val *at)
{
	if (list->nsorts == 0 || list->nsorts > 4)
		complain(b, at, "list %s needs 1 to 4 orders (sort)", list->name);
	for (size_t i = 0; i < list->nsorts; i++) {
		const struct column	*col = &list->sorts[i];

		if (col->of == COL_AREA || col->of == COL_BY || col->of == COL_DUE ||
		    (col->of == COL_FIELD && (col->field->type->key == NULL || col->field->many ||
		    field_live(col->field))))
			complain(b, at, "list %s cannot be sorted by %s: it has no order that is kept", list->name,
			    col->field != NULL ? col->field->path : builtin_name(col->of));
		else if (col->of == COL_FIELD && col->field->mask != MASK_NO)
			complain(b, at, "list %s cannot be sorted by %s: it is masked, and the order would tell it", list->name,
			    col->field->path);
		else if (col->of == COL_FIELD && !seen_by(col->field, list->by))
			complain(b, at, "list %s cannot be sorted by %s: not every role of the list sees that field", list->name,
			    col->field->path);
	}
}

/* Members kept as index rows. */
static void
take_kept(struct build *b, struct list *list, const struct val *body)
{
	list->where = take_pred(b, val_get(body, "where"), list->book, NULL);
	if (list->where != NULL && pred_uses_today(list->where))
		complain(b, val_get(body, "where"), "list %s: where depends on the day; members are kept when a record "
		    "is saved, so they cannot change over night", list->name);
	list->area = take_place(b, list->book, val_get(body, "area"));
}

/* Who is overdue by a clock: its rows, read as they are today. */
static void
take_over(struct build *b, struct list *list, const struct val *body)
{
	static const char *const	 others[] = { "where", "sort", "area" };
	const char			*name = val_get_str(body, "over");

	if (name == NULL || (list->over = book_clock(list->book, name)) == NULL)
		complain(b, val_get(body, "over"), "over: book %s has no clock \"%s\"", list->book->name, name != NULL ? name : "?");
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (val_get(body, others[i]) != NULL)
			complain(b, body, "list %s is over a clock, which says it all: it has no %s", list->name, others[i]);
}

static void
take_list(struct build *b, struct book *book, struct list *list, const struct val *body)
{
	static const char *const	 keys[] = { "label", "by", "where", "columns", "sort", "source", "over", "area",
	    NULL };

	list->by = ROLES_ALL;
	if (!known_keys(b, body, "a list", keys))
		return;
	need_label(b, body, list->name, &list->label);
	list->by = take_roles(b, body, "by", ROLES_ALL);
	if (val_get(body, "over") != NULL)
		take_over(b, list, body);
	else
		take_kept(b, list, body);
	list->columns = take_columns(b, book, val_get(body, "columns"), &list->ncolumns);
	if (val_get(body, "over") == NULL)
		list->sorts = take_columns(b, book, val_get(body, "sort"), &list->nsorts);
	if (list->ncolumns == 0)
		complain(b, body, "list %s has no columns", list->name);
	if (val_get(body, "over") == NULL)
		check_sorts(b, list, body);
	for (size_t i = 0; i < list->ncolumns; i++)
		if (list->columns[i].of == COL_DUE && val_get(body, "over") == NULL)
			complain(b, body, "list %s: only a list over a clock has a column due", list->name);
	for (size_t i = 0; i < b->set->nroles; i++)
		if (val_get(body, "by") != NULL && (list->by & ROLE_BIT(&b->set->roles[i])) != 0 &&
		    book->see[i].reach == REACH_NONE)
			complain(b, body, "list %s is offered to %s, who may not see %s", list->name,
			    b->set->roles[i].name, book->name);
}

static void
take_lists(struct build *b, struct book *book, const struct val *lists)
{
	const struct val	*body;
	const char		*name;

	if (val_kind(lists) != VAL_LIST) {
		complain(b, lists != NULL ? lists : source_of(b, book), "book %s has no lists (- name: {...})", book->name);
		return;
	}
	if ((book->lists = build_alloc(b, val_len(lists), sizeof *book->lists)) == NULL)
		return;
	for (size_t i = 0; i < val_len(lists); i++) {
		if (!named_item(b, val_at(lists, i), &name, &body))
			continue;
		if (book_list(book, name) != NULL) {
			complain(b, body, "there are two lists \"%s\"", name);
			continue;
		}
		struct list	*list = &book->lists[book->nlists];

		list->name = name;
		list->book = book;
		list->index = (unsigned)book->nlists++;
		take_list(b, book, list, body);
	}
}

/* Every {place} of a pattern must be a field (numbers have words of their own besides). */
static void
check_pattern(struct build *b, const struct book *book, const char *key, const char *pattern)
{
	static const char	 own[] = " year serial check ";
	const struct val	*at = val_get(source_of(b, book), key);
	bool			 number = strcmp(key, "number") == 0;
	const char		*why;

	if (number && !number_pattern_ok(pattern, &why))
		complain(b, at, "number: %s", why);
	for (const char *p = strchr(pattern, '{'); p != NULL; p = strchr(p, '{')) {
		size_t		 n = strcspn(++p, ":}");
		const char	*name = build_printf(b, "%.*s", (int)n, p);

		if (number && strstr(own, build_printf(b, " %s ", name)) != NULL)
			continue;
		if (book_field(book, name) == NULL)
			complain(b, at, "%s: book %s has no field \"%s\"", key, book->name, name);
	}
}

/* Reach hangs on the area from the first save on, so the field must be there by then. */
static void
tie_area(struct build *b, struct book *book, const struct val *v)
{
	if (v == NULL || (book->area = need_field(b, book, v, "area")) == NULL)
		return;
	if (!type_is(book->area, "area") || book->area->group != NULL || book->area->many)
		complain(b, v, "area: %s must be one area field outside groups", book->area->path);
	if (book->area->required != REQUIRED_FIRST || book->area->required_when != NULL || book->area->shown != NULL)
		complain(b, v, "area: %s must be \"required: first\" and always shown, for it decides who sees the record",
		    book->area->path);
}

/* The same for a record under another, whose place it shares. */
static void
tie_under(struct build *b, struct book *book, const struct val *v)
{
	const struct field	*f;

	if (v == NULL || (f = book->under = need_field(b, book, v, "under")) == NULL)
		return;
	if (!type_is(f, "link") || f->group != NULL || f->many || f->required != REQUIRED_FIRST ||
	    f->required_when != NULL || f->shown != NULL)
		complain(b, v, "under: %s must be one link outside groups, \"required: first\" and always shown", f->path);
	else if (f->to != NULL && val_get(source_of(b, f->to), "under") != NULL)
		complain(b, v, "under: %s stands under another book itself", f->to->name);
	if (book->area != NULL)
		complain(b, v, "under: book %s has an area of its own; it can have only one of the two", book->name);
}

static void
tie_date(struct build *b, struct book *book, const struct val *v)
{
	if (v == NULL || (book->date = need_field(b, book, v, "date")) == NULL)
		return;
	if (!type_is(book->date, "date") || book->date->group != NULL || book->date->required != REQUIRED_FIRST)
		complain(b, v, "date: %s must be a date outside groups and \"required: first\"", book->date->path);
}

/* Links, areas and dates of all books first: grants and clocks of one look at those of another. */
static void
tie_places(struct build *b)
{
	for (size_t i = 0; i < b->set->nbooks; i++) {
		struct book		*book = &b->set->books[i];
		const struct val	*v = source_of(b, book);

		b->file = val_get_str(v, "file");
		tie_area(b, book, val_get(v, "area"));
		tie_under(b, book, val_get(v, "under"));
		tie_date(b, book, val_get(v, "date"));
	}
}

void
tie_books(struct build *b)
{
	tie_places(b);
	tie_starts(b);
	tie_taken(b);
	for (size_t i = 0; i < b->set->nbooks; i++) {
		struct book		*book = &b->set->books[i];
		const struct val	*v = source_of(b, book), *life = val_get(v, "life");

		b->file = val_get_str(v, "file");
		book->create = take_roles(b, v, "create", 0);
		tie_acts(b, book, life, val_get(v, "merge"));
		take_grants(b, book, val_get(v, "see"), "see", book->see);
		note_hidden(b, book);
		take_grants(b, book, val_get(v, "write"), "write", book->write);
		check_merge(b, book, val_get(v, "merge"));
		take_near(b, book, val_get(v, "near"), val_get(v, "shared"));
		tie_alike(b, book, val_get(v, "alike"));
		tie_clocks(b, book, val_get(v, "clocks"));
		take_lists(b, book, val_get(v, "lists"));
		tie_only(b, book, val_get(v, "only-one"));
		tie_checks(b, book, val_get(v, "checks"));
		tie_quick(b, book, v);
		tie_cover(b, book, val_get(v, "cover"));
		check_pattern(b, book, "title", book->title);
		if (book->number[0] != '\0')
			check_pattern(b, book, "number", book->number);
	}
	check_parent_grants(b);
	tie_links(b);
}
