#include "tui/form/entry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "forms/citizen.h"
#include "tui/form/entry_int.h"
#include "tui/term/locale.h"

/* ---- paths ----------------------------------------------------------------------------------- */

void
entry_path_parent(const char *path, char out[ENTRY_PATH])
{
	const char	*dot = strrchr(path, '.');

	snprintf(out, ENTRY_PATH, "%.*s", dot != NULL ? (int)(dot - path) : 0, path);
}

void
entry_path_sibling(const char *path, const char *name, char out[ENTRY_PATH])
{
	const char	*dot = strrchr(path, '.');

	snprintf(out, ENTRY_PATH, "%.*s%s", dot != NULL ? (int)(dot - path + 1) : 0, path, name);
}

/* ---- making ---------------------------------------------------------------------------------- */

static struct entry *
entry_alloc(const struct form_ctx *ctx, const struct book *book)
{
	struct entry	*e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	*e = (struct entry){ .ctx = ctx, .book = book, .pages = book->pages, .npages = book->npages,
	    .state = book->start->name, .base = val_map(), .fields = val_map(), .raw = val_map(),
	    .remarks = val_map() };
	entry_random_bytes(e->draft, sizeof(e->draft));
	if (e->base == NULL || e->fields == NULL || e->raw == NULL || e->remarks == NULL) {
		entry_free(e);
		return NULL;
	}
	return e;
}

struct entry *
entry_new(const struct form_ctx *ctx, const struct book *book, const char *own_area)
{
	struct entry	*e = entry_alloc(ctx, book);

	if (e == NULL)
		return NULL;
	if (!check_derive(book, e->fields, e->state, true, own_area, ctx) ||
	    !entry_draft_mark_current(e)) {
		entry_free(e);
		return NULL;
	}
	entry_check(e);
	return e;
}

static void
take(struct val **into, const struct val *v)
{
	struct val	*copy = val_dup(v);

	if (copy == NULL)
		return;
	val_free(*into);
	*into = copy;
}

bool
entry_set_parent(struct entry *e, int64_t parent, const char *title)
{
	char	*copy = strdup(title);

	if (e->locked == NULL)
		e->locked = val_list();
	if (copy == NULL || e->locked == NULL ||
	    !val_put(e->fields, e->book->under->name, val_int(parent)) ||
	    !val_add(e->locked, val_text(e->book->under->path))) {
		free(copy);
		return false;
	}
	free(e->parent_title);
	e->parent_title = copy;
	entry_check(e);
	return entry_draft_mark_current(e);		/* not typed by the person */
}

bool
entry_set_initial(struct entry *e, const struct val *fields)
{
	for (size_t i = 0; i < val_len(fields); i++)
		if (!val_put(e->fields, val_key(fields, i), val_dup(val_value(fields, i))))
			return false;
	entry_check(e);
	return entry_draft_mark_current(e);		/* not typed by the person */
}

/* The parent may be out of the person's reach: it has no title here and is still the parent. */
static bool
show_stored_parent(struct entry *e, const struct val *rec)
{
	const char	*title = val_get_str(val_get(rec, PK_UNDER), PK_TITLE);

	return e->book->under == NULL || e->id == 0 ||
	    entry_set_parent(e, val_get_num(e->fields, e->book->under->name, 0), title != NULL ?
	    title : "");
}

struct entry *
entry_new_record(const struct form_ctx *ctx, const struct book *book, const struct val *reply)
{
	const struct val	*rec = val_get(reply, PK_RECORD),
	    *access_allowed = val_get(reply, PK_MAY);
	const struct state	*state = val_get_str(rec, PK_STATE) != NULL ?
	    book_state(book, val_get_str(rec, PK_STATE)) : NULL;
	struct entry		*e = entry_alloc(ctx, book);

	if (e == NULL)
		return NULL;
	e->id = val_get_num(rec, PK_ID, 0);
	e->ver = val_get_num(rec, PK_VER, 0);
	if (state != NULL)
		e->state = state->name;
	take(&e->base, val_get(rec, PK_FIELDS));
	take(&e->fields, val_get(rec, PK_FIELDS));
	if (val_kind(val_get(rec, PK_REMARKS)) == VAL_MAP)
		take(&e->remarks, val_get(rec, PK_REMARKS));
	e->locked = val_dup(val_get(access_allowed, PK_FIELDS));
	if (!show_stored_parent(e, rec) || !entry_draft_mark_current(e)) {
		entry_free(e);
		return NULL;
	}
	entry_check(e);
	return e;
}

/*
 * Questions and items of a group have their own defaults; the other initial values of a new record
 * come with it.
 */
static struct val *
default_of(const struct entry *e, const struct field *f, const char *own_area)
{
	const char		*s = val_str(f->default_value);
	struct civil_rel	 rel;

	if (f->default_value == NULL)
		return NULL;
	if (s != NULL && strcmp(s, "own-area") == 0)
		return own_area != NULL ? val_text(own_area) : NULL;
	if (s != NULL && type_is(f, "date") && civil_rel_parse(s, &rel))
		return val_int(civil_rel_on(&rel, e->ctx->today));
	return type_literal(f, f->default_value);
}

struct entry *
entry_new_act(const struct form_ctx *ctx, const struct book *book, const struct act *act,
    const char *own_area)
{
	struct entry	*e = entry_alloc(ctx, book);
	struct page	*page = calloc(1, sizeof(*page));
	struct val	*v;

	if (e == NULL || page == NULL) {
		entry_free(e);
		free(page);
		return NULL;
	}
	*page = (struct page){ .name = act->name, .label = act->label, .fields = act->ask,
	    .nfields = act->nask };
	e->act = act;
	e->pages = page;
	e->npages = 1;
	for (size_t i = 0; i < act->nask; i++)
		if ((v = default_of(e, &act->ask[i], own_area)) != NULL)
			pack_put(e->fields, act->ask[i].name, v);
	if (!entry_draft_mark_current(e)) {
		entry_free(e);
		return NULL;
	}
	entry_check(e);
	return e;
}

void
entry_free(struct entry *e)
{
	if (e == NULL)
		return;
	if (e->act != NULL)
		free((void *)(uintptr_t)e->pages);
	entry_undo_forget(e);
	val_free(e->base);
	val_free(e->fields);
	val_free(e->raw);
	val_free(e->remarks);
	val_free(e->locked);
	free(e->parent_title);
	val_free(e->kept);
	val_free(e->kept_raw);
	val_free(e->fresh);
	val_free(e->sent);
	val_free(e->sent_raw);
	problems_free(&e->problems);
	problems_free(&e->server_problems);
	free(e);
}

/* ---- reading --------------------------------------------------------------------------------- */

const struct val *
entry_value(const struct entry *e, const char *path)
{
	return val_find(e->fields, path);
}

const char *
entry_raw(const struct entry *e, const char *path)
{
	return val_get_str(e->raw, path);
}

void
entry_print(const struct entry *e, const struct field *f, const char *path, struct buf *out)
{
	const char		*raw = entry_raw(e, path);
	struct val		*made = NULL;
	const struct val	*v;

	if (raw != NULL) {
		buf_puts(out, raw);
		return;
	}
	if (f == e->book->under && e->parent_title != NULL && *e->parent_title != '\0') {
		buf_puts(out, e->parent_title);
		return;
	}
	v = f->computed != COMPUTED_NO ? record_value(f, e->fields, e->ctx, &made) :
	    entry_value(e, path);
	type_print(f, v, e->ctx, out);
	val_free(made);
}

void
entry_title(const struct entry *e, struct buf *out)
{
	struct buf	 own = BUF_INIT;

	record_title(e->book, e->fields, e->ctx, &own);
	if (e->parent_title != NULL && *e->parent_title != '\0')
		buf_printf(out, "%s%s", e->parent_title, own.n > 0 ? "  " : "");
	buf_puts(out, buf_str(&own));
	buf_free(&own);
}

void
entry_pred_ctx(const struct entry *e, const struct field *f, const char *path, struct pred_ctx *pc)
{
	char	 parent[ENTRY_PATH];

	*pc = (struct pred_ctx){ .rec = e->fields, .state = e->act == NULL ? e->state : NULL,
	    .today = e->ctx->today };
	if (f != NULL && f->group != NULL) {
		entry_path_parent(path, parent);
		pc->scope = val_find(e->fields, parent);
	}
}

bool
entry_set_by_server(const struct entry *e, const struct field *f)
{
	states_t	 fixed = f->fixed | (f->group != NULL ? f->group->fixed : 0);

	return e->id == 0 && (fixed & STATE_BIT(e->book->start)) != 0;
}

/* The server sends the state of a stored record; a new one is in the first state of its book. */
bool
entry_locked(const struct entry *e, const struct field *f)
{
	return (e->locked != NULL && val_has(e->locked, f->path)) || entry_set_by_server(e, f);
}

bool
entry_has_hidden_value(const struct entry *e, const struct field *f)
{
	struct pred_ctx	 pc;

	if (f->computed != COMPUTED_NO || strchr(f->path, '*') != NULL ||
	    type_value_empty(entry_value(e, f->path)))
		return false;
	if (f->group != NULL && entry_has_hidden_value(e, f->group))
		return false;			/* shown once, for the whole group */
	entry_pred_ctx(e, f, f->path, &pc);
	return !check_shown(f, &pc);
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Removes the value at the path from its map; an item of a list is never emptied alone. */
static void
drop_at(struct val *map, const char *path)
{
	char		 parent[ENTRY_PATH];
	const char	*dot = strrchr(path, '.');

	entry_path_parent(path, parent);
	if (dot == NULL)
		val_drop(map, path);
	else if (val_kind(val_find(map, parent)) == VAL_MAP)
		val_drop(val_find(map, parent), dot + 1);
}

static void
set_at(struct val *map, const char *path, struct val *v)
{
	if (v == NULL || type_value_empty(v)) {
		val_free(v);
		drop_at(map, path);
	} else
		pack_set(map, path, v);
}

/* With a citizen number its birth date and sex go too, unless they were typed otherwise. */
static void
clear_set_by_server(struct entry *e, const struct field *f, const char *path)
{
	const char		*old = val_str(entry_value(e, path));
	char			 at[ENTRY_PATH];
	struct citizen		 c;
	const struct val	*v;

	if (old == NULL || citizen_check(old, e->ctx->today, &c) != CITIZEN_OK)
		return;
	if (f->birth_target != NULL) {
		entry_path_sibling(path, f->birth_target->name, at);
		if (val_num(entry_value(e, at), 0) == c.birth)
			drop_at(e->fields, at);
	}
	if (f->sex_target != NULL) {
		entry_path_sibling(path, f->sex_target->name, at);
		v = entry_value(e, at);
		if (val_str(v) != NULL && strcmp(val_str(v), c.sex == 1 ? "1" : "2") == 0)
			drop_at(e->fields, at);
	}
}

/* Updates everything that depends on the value at a path. */
static void
changed(struct entry *e, const char *path)
{
	if (e->act == NULL)
		check_derive(e->book, e->fields, e->state, false, NULL, e->ctx);
	e->token_used = false;
	entry_forget_server_problems(e, path);
	entry_check(e);
}

static bool
same_or_empty(const struct val *a, const struct val *b)
{
	return (type_value_empty(a) && type_value_empty(b)) || val_same(a, b);
}

void
entry_put(struct entry *e, const struct field *f, const char *path, struct val *v)
{
	if (same_or_empty(entry_value(e, path), v) && entry_raw(e, path) == NULL) {
		val_free(v);
		return;
	}
	entry_undo_push(e, path);
	if (type_is(f, "citizen-number"))
		clear_set_by_server(e, f, path);
	val_drop(e->raw, path);
	set_at(e->fields, path, v);
	changed(e, path);
}

void
entry_fill(struct entry *e, const struct val *set)
{
	for (size_t i = 0; i < val_len(set); i++) {
		const struct field	*f = book_field(e->book, val_key(set, i));

		if (f != NULL)
			entry_put(e, f, f->path, val_dup(val_value(set, i)));
	}
}

bool
entry_put_text(struct entry *e, const struct field *f, const char *path, const char *typed)
{
	struct problems	 ps = PROBLEMS_INIT;
	struct val	*v = f->type->parse(f, path, typed, e->ctx, &ps);
	bool		 fine = ps.n == 0 && !ps.bad;

	problems_free(&ps);
	if (fine) {
		entry_put(e, f, path, v);
		return true;
	}
	val_free(v);
	if (entry_raw(e, path) != NULL && strcmp(entry_raw(e, path), typed) == 0)
		return false;
	if (f->type->kind == VAL_TEXT && (v = type_text_clean(typed, false)) != NULL) {
		/* a wrong number is kept as text; the checker reports it wherever it is read */
		entry_put(e, f, path, v);
		return false;
	}
	entry_undo_push(e, path);
	drop_at(e->fields, path);
	pack_put(e->raw, path, val_text(typed));
	changed(e, path);
	return false;
}

/* ---- repeating ------------------------------------------------------------------------------- */

/* Defaults hold for each item too, so that today is not typed in each. */
static struct val *
new_item(const struct entry *e, const struct field *f)
{
	struct val	*item = f->fields != NULL ? val_map() : val_nil(), *v;

	for (size_t i = 0; item != NULL && i < f->nfields; i++)
		if ((v = default_of(e, &f->fields[i], NULL)) != NULL)
			pack_put(item, f->fields[i].name, v);
	return item;
}

void
entry_add(struct entry *e, const struct field *f, const char *path)
{
	struct val	*list = val_find(e->fields, path);
	struct val	*item = new_item(e, f);

	entry_undo_step(e);
	entry_undo_push(e, path);
	if (val_kind(list) == VAL_LIST)
		pack_add(list, item);
	else {
		if ((list = val_list()) != NULL)
			pack_add(list, item);
		pack_set(e->fields, path, list);
	}
	changed(e, path);
}

/* Moves the raw texts of the following items up. */
static void
shift_raw(struct entry *e, const char *path, size_t gone)
{
	struct val	*moved = val_map();
	size_t		 n = strlen(path);

	for (size_t i = 0; moved != NULL && i < val_len(e->raw); i++) {
		const char	*key = val_key(e->raw, i);
		char		*rest, to[ENTRY_PATH];
		unsigned long	 at;

		if (strncmp(key, path, n) != 0 || key[n] != '.') {
			pack_copy(moved, key, val_value(e->raw, i));
			continue;
		}
		at = strtoul(key + n + 1, &rest, 10);
		if (at == gone)
			continue;
		snprintf(to, sizeof(to), "%s.%lu%s", path, at > gone ? at - 1 : at, rest);
		pack_copy(moved, to, val_value(e->raw, i));
	}
	if (moved != NULL) {
		val_free(e->raw);
		e->raw = moved;
	}
}

void
entry_remove(struct entry *e, const char *path, size_t gone)
{
	const struct val	*list = entry_value(e, path);
	struct val		*left = val_list();
	char			 at[ENTRY_PATH];

	entry_undo_step(e);
	snprintf(at, sizeof(at), "%.140s.%zu", path, gone);
	entry_undo_push(e, at);
	for (size_t i = 0; left != NULL && i < val_len(list); i++)
		if (i != gone)
			pack_add(left, val_dup(val_at(list, i)));
	shift_raw(e, path, gone);
	if (val_len(left) == 0) {
		val_free(left);
		drop_at(e->fields, path);
	} else
		pack_set(e->fields, path, left);
	changed(e, path);
}
