#include "core/save/save.h"

#include <string.h>

#include "core/record/deadline.h"

/*
 * A person's own last save can be undone on the same day, while nothing came after it: a new
 * version is written with the fields of the version before. Acts cannot be undone this way: others
 * were told of them, and definitions provide acts that take some back.
 */

/*
 * A version equal to the one before it has nothing to undo. True also where that version cannot be
 * read.
 */
static bool
changed_nothing(struct core *core, struct store_txn *txn, const struct rec *rec)
{
	struct rec	*reverted_to;
	struct val	*paths;
	bool		 none;

	if (rec_get_version(core, txn, rec->id, rec->ver - 1, &reverted_to) != REC_OK)
		return true;
	paths = change_paths(rec->book, reverted_to->fields, rec->fields);
	none = val_len(paths) == 0;
	val_free(paths);
	rec_free(reverted_to);
	return none;
}

const char *
save_undo_refused(struct core *core, struct store_txn *txn, const struct actor *actor, int today,
    const struct rec *rec)
{
	const struct val	*last = val_get(rec->env, "last");
	const char		*by = val_get_str(last, "by"), *act = val_get_str(last, "act");

	if (by == NULL || strcmp(by, actor->user) != 0)
		return N_("The last change is somebody else's; only who made it can take it back.");
	if (act != NULL && strcmp(act, "create") == 0)
		return N_("This record was only just begun; there is nothing before it to go back to.");
	if (act == NULL || strcmp(act, "save") != 0)
		return N_("What was last done to this record is no plain change and cannot be taken back.");
	if (civil_at(val_get_num(last, "at", 0)) != today)
		return N_("A save can be taken back only on the day it was made. Correct the fields and save again.");
	if (!access_allowed(actor, ACCESS_WRITE, rec, NULL))
		return N_("You may not change this record any more.");
	return changed_nothing(core, txn, rec) ?
	    N_("Your last save changed nothing; there is nothing to take back.") : NULL;
}

/* Rollups come from child records, so an undo does not change them. */
static bool
keep_rollups(const struct rec *old, struct val *fields)
{
	for (size_t i = 0; i < old->book->nall; i++) {
		const struct field	*f = old->book->all[i];
		const struct val	*v = val_get(old->fields, f->name);

		if (f->computed != COMPUTED_ROLLUP || f->group != NULL)
			continue;
		if (v == NULL)
			val_drop(fields, f->name);
		else if (!val_put(fields, f->name, val_dup(v)))
			return false;
	}
	return true;
}

/* ---- acts that undo other acts --------------------------------------------------------------- */

#define LOOK_BACK_MAX	50	/* versions */

static bool
is_made_by(const struct rec *rec, const struct act *act)
{
	const char	*name = val_get_str(val_get(rec->env, "last"), "act");

	return name != NULL && strcmp(name, act->name) == 0;
}

int
save_undo_find(struct store_txn *txn, struct save *s)
{
	const struct act	*taken_back = s->act != NULL ? s->act->same_person : NULL;
	uint64_t		 ver = s->old != NULL ? s->old->ver : 0;
	bool			 found = taken_back != NULL && ver > 1 &&
	    is_made_by(s->old, taken_back);

	if (taken_back == NULL || s->reverted_to != NULL)
		return 0;
	for (int i = 0; i < LOOK_BACK_MAX && ver > 1; i++) {
		rec_free(s->reverted_to);
		s->reverted_to = NULL;
		if (rec_get_version(s->core, txn, s->id, --ver, &s->reverted_to) != REC_OK)
			return STORE_BAD;
		if (found)
			return 0;
		found = is_made_by(s->reverted_to, taken_back);
	}
	rec_free(s->reverted_to);
	s->reverted_to = NULL;
	return 0;
}

/* ---- deadlines of other records -------------------------------------------------------------- */

static bool
snapshot_one(struct save *s, const struct val *deadline_log, const struct rec *rec)
{
	struct val	*one = val_map();

	if (val_put(one, "id", val_int((int64_t)rec->id)) &&
	    val_put(one, "clk", deadline_snapshot(deadline_log, rec)))
		return val_add(s->deadline_snapshot, one);
	val_free(one);
	return false;
}

int
save_undo_snapshot(struct store_txn *txn, struct save *s)
{
	const struct val	*deadline_log = val_get(val_get(s->old->env, "last"), "taught");
	struct rec		*rec;
	int			 r = 0;

	if ((s->deadline_snapshot = val_list()) == NULL)
		return STORE_SYS;
	for (size_t i = 0; r == 0 && i < val_len(deadline_log); i++)
		switch (rec_get(s->core, txn, (uint64_t)val_get_num(val_at(deadline_log, i), "id",
		    0), &rec)) {
		case REC_OK:
			r = snapshot_one(s, val_at(deadline_log, i), rec) ? 0 : STORE_SYS;
			rec_free(rec);
			break;
		case REC_SYS:
			r = STORE_SYS;
			break;
		default:
			break;	/* of a book that is no longer defined: it has no deadlines */
		}
	return r;
}

static int
restore_one(struct store_txn *txn, const struct save *s, const struct val *one)
{
	struct rec	*old, *now;
	int		 r = STORE_SYS;

	if (rec_get(s->core, txn, (uint64_t)val_get_num(one, "id", 0), &old) != REC_OK)
		return STORE_BAD;
	if ((now = rec_dup(old)) != NULL && deadline_restore(now, val_get(one, "clk")))
		r = val_same(old->env, now->env) ? 0 : (int)index_put_derived(s->core, txn, old,
		    now);
	rec_free(old);
	rec_free(now);
	return r;
}

int
save_undo_restore(struct store_txn *txn, const struct save *s)
{
	int	 r = 0;

	for (size_t i = 0; r == 0 && i < val_len(s->deadline_snapshot); i++)
		r = restore_one(txn, s, val_at(s->deadline_snapshot, i));
	return r;
}

/* ---- the record ------------------------------------------------------------------------------ */

int
save_undo_apply(struct store_txn *txn, struct save *s)
{
	struct val	*fields;
	bool		 ok;

	if (rec_get_version(s->core, txn, s->id, s->old->ver - 1, &s->reverted_to) != REC_OK)
		return STORE_BAD;
	fields = val_dup(s->reverted_to->fields);
	ok = fields != NULL && keep_rollups(s->old, fields);
	if (!ok || !val_put(s->now->env, "f", fields)) {
		if (!ok)
			val_free(fields);
		return STORE_SYS;
	}
	s->now->fields = val_get(s->now->env, "f");
	return 0;
}
