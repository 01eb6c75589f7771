#include "core/save/save.h"

#include "core/record/builtin.h"
#include "core/record/link.h"
#include "core/record/children.h"

/* Groups are merged field by field: fields that the editor cannot see must be kept. */
static bool
merge_group(struct val *fields, const struct field *g, const struct val *v)
{
	struct val	*into = val_get(fields, g->name);

	if (into == NULL)
		return val_put(fields, g->name, val_map()) &&
		    val_merge(val_get(fields, g->name), v);
	return val_merge(into, v);
}

bool
save_apply_fields(const struct book *book, struct val *fields, const struct val *set)
{
	for (size_t i = 0; i < val_len(set); i++) {
		const char		*name = val_key(set, i);
		const struct val	*v = val_value(set, i);
		const struct field	*f = book_field(book, name);

		if (val_kind(v) == VAL_NIL)
			val_drop(fields, name);
		else if (f != NULL && f->fields != NULL && !f->many && val_kind(v) == VAL_MAP) {
			if (!merge_group(fields, f, v))
				return false;
			if (val_len(val_get(fields, name)) == 0)
				val_drop(fields, name);
		} else if (!val_put(fields, name, val_dup(v)))
			return false;
	}
	return true;
}

/*
 * A form sends neither unknown names nor rollups, and a field the person may not write stays as it
 * was.
 */
static bool
set_allowed(const struct save *s)
{
	for (size_t i = 0; i < val_len(s->set); i++) {
		const struct field	*f = book_field(s->book, val_key(s->set, i));

		if (f == NULL || f->group != NULL || f->computed == COMPUTED_ROLLUP)
			return false;
	}
	return true;
}

/* An undo also restores values computed from the restored ones; these need no right to write. */
static bool
change_allowed(const struct save *s, const struct field *f)
{
	return (s->undo && f->computed != COMPUTED_NO) ||
	    access_change_field(s->actor, s->old != NULL ? s->old : s->now, f);
}

static bool
changes_allowed(const struct save *s)
{
	struct val	*none = val_map();
	struct val	*paths = change_paths(s->book, s->old != NULL ? s->old->fields : none,
	    s->now->fields);
	bool		 ok = paths != NULL && none != NULL;

	for (size_t i = 0; ok && i < val_len(paths); i++)
		ok = change_allowed(s, book_field(s->book, val_str(val_at(paths, i))));
	val_free(paths);
	val_free(none);
	return ok;
}

/* An act may come alone, or with fields that are saved before it. */
static bool
saves_fields(const struct save *s)
{
	return s->act == NULL || val_len(s->set) > 0;
}

/* access_allowed() refuses that too; this gives the reason. */
static bool
is_own_account(struct save *s, const struct rec *rec)
{
	if (!access_is_own_account(s->actor, rec))
		return false;
	s->why =
	    N_("Nobody changes an account of his own, nor gives one to a person of his own name. Ask another administrator.");
	return true;
}

/*
 * Checks the right to the request, on the record as it is now. This comes before the comparison of
 * versions: the reply to a conflict shows the record, and is only for people who might have saved
 * it.
 */
static int
authorize_request(struct store_txn *txn, struct save *s)
{
	if (s->undo)
		return (s->why = save_undo_refused(s->core, txn, s->actor, s->w.today, s->old)) ==
		    NULL ? 0 : REFUSED_DENIED;
	if ((s->act == NULL || access_allowed(s->actor, ACCESS_ACT, s->old, s->act)) &&
	    (!saves_fields(s) || access_allowed(s->actor, ACCESS_WRITE, s->old, NULL)))
		return 0;
	return !is_own_account(s, s->old) && s->old->ver != s->seen ? REFUSED_RIGHT_LOST :
	    REFUSED_DENIED;
}

/*
 * Reads the record, checks right and version, and starts the new version; or starts a new record.
 */
static int
load(struct store_txn *txn, struct save *s)
{
	enum rec_err	 e;
	int		 r;

	if (s->id == 0) {
		s->now = rec_new(s->book);
		return s->now != NULL ? 0 : STORE_SYS;
	}
	if ((e = rec_get(s->core, txn, s->id, &s->old)) == REC_SYS || e == REC_BAD)
		return e == REC_BAD ? STORE_BAD : STORE_SYS;
	if (e == REC_MISSING || s->old->book != s->book ||
	    !access_allowed(s->actor, ACCESS_SEE, s->old, NULL))
		return REFUSED_MISSING;
	if ((r = authorize_request(txn, s)) != 0)
		return r;
	if (s->old->ver != s->seen)
		return REFUSED_CONFLICT;
	s->now = rec_dup(s->old);
	return s->now != NULL ? 0 : STORE_SYS;
}

/* Puts the fields of the request, or those of the restored version, into the new version. */
static int
apply(struct store_txn *txn, struct save *s, const struct form_ctx *ctx)
{
	bool	 is_new = s->id == 0;
	int	 r;

	if (val_len(s->set) == 0 && s->act != NULL)
		return 0;
	if (!set_allowed(s))
		return REFUSED_DENIED;
	if (s->undo && (r = save_undo_apply(txn, s)) != 0)
		return r;
	if (!save_apply_fields(s->book, s->now->fields, s->set))
		return STORE_SYS;
	s->same = s->act == NULL && !s->undo && s->old != NULL &&
	    val_same(s->old->fields, s->now->fields);
	/* checks the right to the fields sent; fields derived from them come later */
	if (!changes_allowed(s))
		return REFUSED_DENIED;
	if (s->undo)
		return 0;			/* as it was then, with the values derived then */
	if ((r = (int)link_fill(&s->w, s->old, s->now)) != 0)
		return r;
	return check_derive(s->book, s->now->fields, s->now->state->name, is_new,
	    actor_own_area(s->actor), ctx) ? 0 : STORE_SYS;
}

/*
 * A child record can be created only where its parent is visible, and begins with the parent's
 * values.
 */
static int
attach(struct store_txn *txn, struct save *s)
{
	switch (child_attach(s->core, txn, s->actor, s->old, s->now)) {
	case CHILD_OK:
		return s->old == NULL ? (int)child_inherit(s->core, txn, s->actor, s->now) : 0;
	case CHILD_NO_PARENT:
		return REFUSED_MISSING;
	case CHILD_MOVED:
		return REFUSED_DENIED;
	default:
		return STORE_SYS;
	}
}

static int
authorize_result(struct save *s)
{
	bool	 created = s->id == 0;

	if (is_own_account(s, s->now))
		return REFUSED_DENIED;
	/* a field added while confirming would be confirmed by nobody else */
	if (s->act != NULL && s->act->four_eyes_save && saves_fields(s) && !s->actor->local)
		return REFUSED_DENIED;
	if (created && (!access_allowed(s->actor, ACCESS_CREATE, s->now, NULL) ||
	    (s->act != NULL && !access_allowed(s->actor, ACCESS_ACT, s->now, s->act))))
		return REFUSED_DENIED;
	/*
	 * Nobody may move a record out of their own reach by a save: that would hand it over
	 * without the other side knowing. Effects of an act come later (save_validate.c), and may.
	 */
	return access_allowed(s->actor, saves_fields(s) ? ACCESS_SEE_BY_SCOPE : ACCESS_SEE, s->now,
	    NULL) ? 0 : REFUSED_DENIED;
}

int
save_apply(struct store_txn *txn, struct save *s, const struct form_ctx *ctx)
{
	int	 r;

	if ((r = load(txn, s)) != 0 || (r = apply(txn, s, ctx)) != 0 || (r = attach(txn, s)) != 0)
		return r;
	return authorize_result(s);
}
