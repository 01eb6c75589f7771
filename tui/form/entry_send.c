#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/wire/protocol.h"
#include "tui/form/entry_int.h"

/*
 * Requests made from an entry: changes to save, the draft during typing, and how both meet changes
 * that another person saved meanwhile.
 */

void
entry_random_bytes(unsigned char *p, size_t n)
{
	if (getrandom(p, n, 0) != (ssize_t)n)
		/* up to 256 bytes are always complete after the start of the system */
		abort();
}

static bool
same_or_empty(const struct val *a, const struct val *b)
{
	return (type_value_empty(a) && type_value_empty(b)) || val_same(a, b);
}

/* ---- saving ---------------------------------------------------------------------------------- */

/* Only fields that differ: the rest of the group may have values that this person cannot see. */
static struct val *
group_changes(const struct field *g, const struct val *was, const struct val *is)
{
	struct val	*out = pack_need(val_map());

	for (size_t i = 0; i < g->nfields; i++) {
		const char		*name = g->fields[i].name;
		const struct val	*b = val_get(is, name);

		if (!same_or_empty(val_get(was, name), b))
			pack_put(out, name, type_value_empty(b) ? val_nil() : val_dup(b));
	}
	return out;
}

static struct val *
field_change(const struct field *f, const struct val *was, const struct val *is)
{
	if (f->fields != NULL && !f->many)
		return group_changes(f, was, is);
	return type_value_empty(is) ? val_nil() : val_dup(is);
}

struct val *
entry_changes(const struct entry *e)
{
	struct val	*out = pack_need(val_map());

	for (size_t p = 0; p < e->npages; p++)
		for (size_t i = 0; i < e->pages[p].nfields; i++) {
			const struct field	*f = &e->pages[p].fields[i];
			const struct val	*was = val_get(e->base, f->name),
			    *is = val_get(e->fields, f->name);

			if (f->computed == COMPUTED_NO && !same_or_empty(was, is) &&
			    !entry_set_by_server(e, f))
				pack_put(out, f->name, field_change(f, was, is));
		}
	return out;
}

bool
entry_changed(const struct entry *e)
{
	struct val	*set = entry_changes(e);
	bool		 yes = val_len(set) > 0 || val_len(e->raw) > 0;

	val_free(set);
	return yes;
}

struct val *
entry_all_values(const struct entry *e)
{
	return val_dup(e->fields);
}

void
entry_add_save_ids(struct entry *e, struct val *req)
{
	if (!e->token_used)
		entry_random_bytes(e->token, sizeof(e->token));
	e->token_used = true;
	if (e->id != 0) {
		pack_put(req, PK_ID, val_int(e->id));
		pack_put(req, PK_VER, val_int(e->ver));
	}
	pack_put(req, PK_TOKEN, val_bytes(e->token, sizeof(e->token)));
	if (e->drafted || e->sent != NULL)
		pack_put(req, PK_DRAFT, val_bytes(e->draft, sizeof(e->draft)));
}

/* ---- drafts ---------------------------------------------------------------------------------- */

/* Top-level fields that differ from the opened record, whole; nil where the value is gone. */
struct val *
entry_own_fields(const struct entry *e)
{
	struct val	*out = val_map();

	for (size_t p = 0; out != NULL && p < e->npages; p++)
		for (size_t i = 0; i < e->pages[p].nfields; i++) {
			const char		*name = e->pages[p].fields[i].name;
			const struct val	*is = val_get(e->fields, name);

			if (e->pages[p].fields[i].computed == COMPUTED_NO &&
			    !same_or_empty(val_get(e->base, name), is))
				pack_put(out, name, type_value_empty(is) ? val_nil() : val_dup(is));
		}
	return out;
}

/* What the draft lacks: fields that differ now, and fields that are again as opened. */
static struct val *
difference(const struct val *kept, const struct val *own, const struct val *base)
{
	struct val	*out = val_map();

	for (size_t i = 0; out != NULL && i < val_len(own); i++)
		if (!val_same(val_get(kept, val_key(own, i)), val_value(own, i)))
			pack_copy(out, val_key(own, i), val_value(own, i));
	for (size_t i = 0; out != NULL && i < val_len(kept); i++) {
		const char		*name = val_key(kept, i);
		const struct val	*was = val_get(base, name);

		if (val_get(own, name) == NULL)
			pack_put(out, name, type_value_empty(was) ? val_nil() : val_dup(was));
	}
	return out;
}

static struct val *
draft_request(const struct entry *e, struct val *set, struct val *typed, const char *at)
{
	struct val	*req = val_map();
	struct buf	 title = BUF_INIT;

	entry_title(e, &title);
	pack_put(req, PK_OP, val_text("draft"));
	pack_put(req, PK_DRAFT, val_bytes(e->draft, sizeof(e->draft)));
	pack_put(req, PK_BOOK, val_text(e->book->name));
	if (e->id != 0) {
		pack_put(req, PK_ID, val_int(e->id));
		pack_put(req, PK_VER, val_int(e->ver));
	}
	pack_put(req, PK_SET, set);
	if (val_len(typed) > 0)
		pack_put(req, PK_TYPED, typed);
	else
		val_free(typed);
	if (at != NULL)
		pack_put(req, PK_AT, val_text(at));
	pack_put(req, PK_TITLE, val_text(buf_str(&title)));
	buf_free(&title);
	return req;
}

struct val *
entry_draft_request(struct entry *e, const char *at)
{
	struct val	*own, *set, *typed;

	if (e->sent != NULL || e->act != NULL)
		return NULL;
	own = entry_own_fields(e);
	set = difference(e->kept, own, e->base);
	typed = difference(e->kept_raw, e->raw, NULL);
	if (set == NULL || typed == NULL || own == NULL ||
	    (val_len(set) + val_len(typed) == 0 && (e->ver == e->kept_ver || val_len(own) == 0))) {
		val_free(own);
		val_free(set);
		val_free(typed);
		return NULL;
	}
	/* present from the beginning, so it is no difference */
	if (e->id == 0 && e->parent_title != NULL)
		pack_copy(set, e->book->under->name, val_get(e->fields, e->book->under->name));
	e->sent = own;
	e->sent_raw = val_dup(e->raw);
	e->sent_ver = e->ver;
	return draft_request(e, set, typed, at);
}

void
entry_draft_answered(struct entry *e, bool kept)
{
	if (kept && e->sent != NULL && e->sent_raw != NULL) {
		val_free(e->kept);
		val_free(e->kept_raw);
		e->kept = e->sent;
		e->kept_raw = e->sent_raw;
		e->kept_ver = e->sent_ver;
		e->drafted = true;
	} else {
		val_free(e->sent);
		val_free(e->sent_raw);
	}
	e->sent = e->sent_raw = NULL;
}

static void
apply_changes(struct val *map, const struct val *more)
{
	for (size_t i = 0; i < val_len(more); i++)
		if (val_kind(val_value(more, i)) == VAL_NIL)
			val_drop(map, val_key(more, i));
		else
			pack_copy(map, val_key(more, i), val_value(more, i));
}

static bool
mark_draft_current(struct entry *e)
{
	val_free(e->kept);
	val_free(e->kept_raw);
	e->kept = entry_own_fields(e);
	e->kept_raw = val_dup(e->raw);
	e->kept_ver = e->ver;
	return e->kept != NULL && e->kept_raw != NULL;
}

bool
entry_apply_draft(struct entry *e, const struct val *draft)
{
	size_t			 n = 0;
	const void		*id = val_mem(val_get(draft, PK_DRAFT), &n);

	if (id == NULL || n != sizeof(e->draft))
		return false;
	memcpy(e->draft, id, n);
	e->drafted = true;
	apply_changes(e->fields, val_get(draft, PK_FIELDS));
	apply_changes(e->raw, val_get(draft, PK_TYPED));
	entry_check(e);
	return mark_draft_current(e);
}

/* Takes the present fields as stored in the draft, because the person did not type them. */
bool
entry_draft_mark_current(struct entry *e)
{
	if (!mark_draft_current(e))
		return false;
	if (!e->drafted) {
		val_free(e->fresh);
		e->fresh = val_dup(e->kept);
	}
	return e->fresh != NULL;
}

static bool
only_parent_set(const struct entry *e)
{
	for (size_t i = 0; i < val_len(e->fields); i++)
		if (!type_value_empty(val_value(e->fields, i)) &&
		    (e->book->under == NULL ||
		    strcmp(val_key(e->fields, i), e->book->under->name) != 0))
			return false;
	return true;
}

bool
entry_draft_idle(const struct entry *e)
{
	struct val	*own = entry_own_fields(e);
	bool		 idle = e->drafted && val_len(e->raw) == 0 &&
	    (val_same(own, e->fresh) || (e->id == 0 && only_parent_set(e)));

	val_free(own);
	return idle;
}

struct val *
entry_draft_drop_request(const struct entry *e)
{
	struct val	*req = val_map();

	if (req != NULL && val_put(req, PK_OP, val_text("draft")) &&
	    val_put(req, PK_DRAFT, val_bytes(e->draft, sizeof(e->draft))) &&
	    val_put(req, PK_DROP, val_bool(true)))
		return req;
	val_free(req);
	return NULL;
}

/* ---- two people, one record ------------------------------------------------------------------ */

/* Applies an own change of a field to the fields of another version; in a group field by field. */
static void
apply_own_change(struct val *fields, const struct field *f, const struct val *mine)
{
	struct val	*group;

	if (val_kind(mine) == VAL_NIL) {
		val_drop(fields, f->name);
		return;
	}
	if (f->fields == NULL || f->many) {
		pack_copy(fields, f->name, mine);
		return;
	}
	group = val_get(fields, f->name);
	if (val_kind(group) != VAL_MAP) {
		pack_put(fields, f->name, val_map());
		group = val_get(fields, f->name);
	}
	apply_changes(group, mine);
}

/* In another state other fields may be writable; the parent never changes. */
static void
update_locked(struct entry *e, const struct val *access_allowed)
{
	struct val	*locked = val_dup(val_get(access_allowed, PK_FIELDS));

	if (locked == NULL)
		return;
	if (e->parent_title != NULL)
		pack_add(locked, val_text(e->book->under->path));
	val_free(e->locked);
	e->locked = locked;
}

bool
entry_rebase(struct entry *e, const struct val *reply, const struct val *mine)
{
	const struct val	*rec = val_get(reply, PK_RECORD);
	const struct state	*state = val_get_str(rec, PK_STATE) != NULL ?
	    book_state(e->book, val_get_str(rec, PK_STATE)) : NULL;
	struct val		*base = val_dup(val_get(rec, PK_FIELDS)),
	    *fields = val_dup(val_get(rec, PK_FIELDS));

	if (base == NULL || fields == NULL) {
		val_free(base);
		val_free(fields);
		return false;
	}
	for (size_t i = 0; i < val_len(mine); i++) {
		const struct field	*f = book_field(e->book, val_key(mine, i));

		if (f != NULL)
			apply_own_change(fields, f, val_value(mine, i));
	}
	entry_undo_forget(e);
	val_free(e->base);
	val_free(e->fields);
	e->base = base;
	e->fields = fields;
	e->ver = val_get_num(rec, PK_VER, e->ver);
	if (state != NULL)
		e->state = state->name;
	update_locked(e, val_get(reply, PK_MAY));
	e->token_used = false;
	entry_check(e);
	return true;
}
