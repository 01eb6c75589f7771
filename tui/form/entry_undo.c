#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/form/entry_int.h"

/*
 * The undo and redo steps of an entry. A step is one action of the person with all fields that
 * followed from it. It holds the whole entry on the other side of that action, so undo and redo
 * exchange the two.
 */
#define UNDO_MAX	100

struct entry_undo {
	struct entry_undo	*next;		/* one step further away */
	struct val		*fields, *raw;
	char			 path[ENTRY_PATH];	/* of the field the act was done at */
	unsigned		 visit;
};

static void
step_free(struct entry_undo *u)
{
	val_free(u->fields);
	val_free(u->raw);
	free(u);
}

void
entry_undo_free(struct entry_undo *u)
{
	while (u != NULL) {
		struct entry_undo	*next = u->next;

		step_free(u);
		u = next;
	}
}

static void
drop_oldest(struct entry_undo *u)
{
	for (size_t i = 1; u != NULL; i++, u = u->next)
		if (i == UNDO_MAX) {
			entry_undo_free(u->next);
			u->next = NULL;
		}
}

void
entry_redo_forget(struct entry *e)
{
	entry_undo_free(e->redo);
	e->redo = NULL;
}

void
entry_undo_forget(struct entry *e)
{
	entry_redo_forget(e);
	entry_undo_free(e->undo);
	e->undo = e->floor = NULL;
}

void
entry_undo_floor(struct entry *e, bool here)
{
	entry_redo_forget(e);
	e->floor = here ? e->undo : NULL;
}

void
entry_undo_step(struct entry *e)
{
	e->visit++;
	e->joined = false;
}

void
entry_undo_push(struct entry *e, const char *path)
{
	struct entry_undo	*u;

	entry_redo_forget(e);
	if (e->undo != NULL && (e->joined ||
	    (e->undo->visit == e->visit && strcmp(e->undo->path, path) == 0)))
		return;
	if ((u = calloc(1, sizeof(*u))) == NULL)
		return;
	u->visit = e->visit;
	u->fields = val_dup(e->fields);
	u->raw = val_dup(e->raw);
	snprintf(u->path, sizeof(u->path), "%s", path);
	if (u->fields == NULL || u->raw == NULL) {
		step_free(u);
		return;
	}
	u->next = e->undo;
	e->undo = u;
	drop_oldest(u);
}

/* When the newest step belongs to another field, the next change is a new step. */
void
entry_undo_join(struct entry *e, const char *path)
{
	entry_undo_step(e);
	if (e->undo == NULL || e->undo == e->floor || strcmp(e->undo->path, path) != 0)
		entry_undo_push(e, path);
	e->joined = e->undo != NULL;
}

/* ---- going ----------------------------------------------------------------------------------- */

static bool
differs_at(const struct entry *e, const struct entry_undo *u, const char *path)
{
	return !val_same(val_find(e->fields, path), val_find(u->fields, path)) ||
	    !val_same(val_get(e->raw, path), val_get(u->raw, path));
}

/*
 * Number of fields, filled in by people, that the step changes besides its own; a repeating group
 * counts once.
 */
static size_t
others_changed(const struct entry *e, const struct entry_undo *u, const struct field *fields,
    size_t n)
{
	size_t	 count = 0;

	for (size_t i = 0; i < n; i++) {
		const struct field	*f = &fields[i];
		size_t			 len = strlen(f->path);

		if (f->fields != NULL && !f->many)
			count += others_changed(e, u, f->fields, f->nfields);
		else if (f->computed == COMPUTED_NO && differs_at(e, u, f->path))
			count += strncmp(u->path, f->path, len) != 0 ||
			    (u->path[len] != '\0' && u->path[len] != '.');
	}
	return count;
}

static void
exchange(struct entry *e, struct entry_undo *u)
{
	struct val	*fields = e->fields, *raw = e->raw;

	e->fields = u->fields;
	e->raw = u->raw;
	u->fields = fields;
	u->raw = raw;
}

static bool
is_noop(const struct entry *e, const struct entry_undo *u)
{
	return val_same(u->fields, e->fields) && val_same(u->raw, e->raw);
}

static bool
undo_redo(struct entry *e, struct entry_undo **from, struct entry_undo **to,
    struct entry_undo_info *info)
{
	struct entry_undo	*u;

	while ((u = *from) != NULL && u != e->floor && is_noop(e, u)) {
		*from = u->next;
		step_free(u);
	}
	if (u == NULL || u == e->floor)
		return false;
	*from = u->next;
	*info = (struct entry_undo_info){ .others = 0 };
	snprintf(info->path, sizeof(info->path), "%s", u->path);
	for (size_t i = 0; i < e->npages; i++)
		info->others += others_changed(e, u, e->pages[i].fields, e->pages[i].nfields);
	exchange(e, u);
	u->next = *to;
	*to = u;
	entry_undo_step(e);
	e->token_used = false;
	entry_forget_server_problems(e, u->path);
	entry_check(e);
	return true;
}

bool
entry_undo(struct entry *e, struct entry_undo_info *info)
{
	return undo_redo(e, &e->undo, &e->redo, info);
}

bool
entry_redo(struct entry *e, struct entry_undo_info *info)
{
	return undo_redo(e, &e->redo, &e->undo, info);
}

bool
entry_can_redo(const struct entry *e)
{
	return e->redo != NULL;
}
