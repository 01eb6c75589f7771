#include "core/save/save.h"

#include <string.h>

#include "core/record/due.h"

/*
 * A person's own last save is taken back on the day it was made, while nothing came after it: a new version that says what the
 * version before it said. Acts cannot be taken back so: others were told of them, and the definitions give some a way back.
 */

/* A version that equals the one before it has nothing to give back. True also where that version cannot be read. */
static bool
changed_nothing(struct core *core, struct store_txn *txn, const struct rec *rec)
{
	struct rec	*back;
	struct val	*paths;
	bool		 none;

	if (rec_get_kept(core, txn, rec->id, rec->ver - 1, &back) != REC_OK)
		return true;
	paths = changed_paths(rec->book, back->fields, rec->fields);
	none = val_len(paths) == 0;
	val_free(paths);
	rec_free(back);
	return none;
}

const char *
undo_refused(struct core *core, struct store_txn *txn, const struct actor *actor, int today, const struct rec *rec)
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
	if (!may(actor, VERB_WRITE, rec, NULL))
		return N_("You may not change this record any more.");
	return changed_nothing(core, txn, rec) ? N_("Your last save changed nothing; there is nothing to take back.") : NULL;
}

/* What is learnt from records beneath is not his to take back. */
static bool
keep_learnt(const struct rec *old, struct val *fields)
{
	for (size_t i = 0; i < old->book->nall; i++) {
		const struct field	*f = old->book->all[i];
		const struct val	*v = val_get(old->fields, f->name);

		if (f->computed != COMPUTED_TAKEN || f->group != NULL)
			continue;
		if (v == NULL)
			val_drop(fields, f->name);
		else if (!val_put(fields, f->name, val_dup(v)))
			return false;
	}
	return true;
}

/* ---- acts that take others back ----------------------------------------------------------------------------- */

#define LOOK_BACK_MAX	50	/* versions */

static bool
made_by(const struct rec *rec, const struct act *act)
{
	const char	*name = val_get_str(val_get(rec->env, "last"), "act");

	return name != NULL && strcmp(name, act->name) == 0;
}

int
save_look_back(struct store_txn *txn, struct save *s)
{
	const struct act	*taken_back = s->act != NULL ? s->act->same : NULL;
	uint64_t		 ver = s->old != NULL ? s->old->ver : 0;
	bool			 found = taken_back != NULL && ver > 1 && made_by(s->old, taken_back);

	if (taken_back == NULL || s->back != NULL)
		return 0;
	for (int i = 0; i < LOOK_BACK_MAX && ver > 1; i++) {
		rec_free(s->back);
		s->back = NULL;
		if (rec_get_kept(s->core, txn, s->id, --ver, &s->back) != REC_OK)
			return STORE_BAD;
		if (found)
			return 0;
		found = made_by(s->back, taken_back);
	}
	rec_free(s->back);
	s->back = NULL;
	return 0;
}

/* ---- duties of others --------------------------------------------------------------------------------------- */

static bool
look_at(struct save *s, const struct val *noted, const struct rec *rec)
{
	struct val	*one = val_map();

	if (val_put(one, "id", val_int((int64_t)rec->id)) && val_put(one, "clk", due_standing(noted, rec)))
		return val_add(s->standing, one);
	val_free(one);
	return false;
}

int
save_look_at_others(struct store_txn *txn, struct save *s)
{
	const struct val	*noted = val_get(val_get(s->old->env, "last"), "taught");
	struct rec		*rec;
	int			 r = 0;

	if ((s->standing = val_list()) == NULL)
		return STORE_SYS;
	for (size_t i = 0; r == 0 && i < val_len(noted); i++)
		switch (rec_get(s->core, txn, (uint64_t)val_get_num(val_at(noted, i), "id", 0), &rec)) {
		case REC_OK:
			r = look_at(s, val_at(noted, i), rec) ? 0 : STORE_SYS;
			rec_free(rec);
			break;
		case REC_SYS:
			r = STORE_SYS;
			break;
		default:
			break;			/* of a book that is no longer defined: it has no duties */
		}
	return r;
}

static int
give_back(struct store_txn *txn, const struct save *s, const struct val *one)
{
	struct rec	*old, *now;
	int		 r = STORE_SYS;

	if (rec_get(s->core, txn, (uint64_t)val_get_num(one, "id", 0), &old) != REC_OK)
		return STORE_BAD;
	if ((now = rec_dup(old)) != NULL && due_give_back(now, val_get(one, "clk")))
		r = val_same(old->env, now->env) ? 0 : (int)index_renew(s->core, txn, old, now);
	rec_free(old);
	rec_free(now);
	return r;
}

int
save_give_others_back(struct store_txn *txn, const struct save *s)
{
	int	 r = 0;

	for (size_t i = 0; r == 0 && i < val_len(s->standing); i++)
		r = give_back(txn, s, val_at(s->standing, i));
	return r;
}

/* ---- the record itself -------------------------------------------------------------------------------------- */

int
save_take_back(struct store_txn *txn, struct save *s)
{
	struct val	*fields;
	bool		 ok;

	if (rec_get_kept(s->core, txn, s->id, s->old->ver - 1, &s->back) != REC_OK)
		return STORE_BAD;
	fields = val_dup(s->back->fields);
	ok = fields != NULL && keep_learnt(s->old, fields);
	if (!ok || !val_put(s->now->env, "f", fields)) {
		if (!ok)
			val_free(fields);
		return STORE_SYS;
	}
	s->now->fields = val_get(s->now->env, "f");
	return 0;
}
