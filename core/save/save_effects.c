#include "core/save/save.h"

#include <string.h>

/*
 * The effects of an act. All values are taken from the answers and from the record before any
 * effect, so the order does not matter; the act sets them whether or not the person may write those
 * fields.
 */

static struct val *
literal(const struct field *f, const struct val *defined)
{
	bool		 several = val_kind(defined) == VAL_LIST;
	struct val	*out;

	if (!f->many && !type_is(f, "many-of"))
		return type_literal(f, defined);
	out = val_list();
	for (size_t i = 0; out != NULL && i < (several ? val_len(defined) : 1); i++)
		if (!val_add(out, type_literal(f, several ? val_at(defined, i) : defined))) {
			val_free(out);
			out = NULL;
		}
	return out;
}

static void
clear(struct val *fields, const struct field *f)
{
	struct val	*in = f->group != NULL ? val_get(fields, f->group->name) : fields;

	val_drop(in, f->name);
	if (f->group != NULL && val_len(in) == 0)
		val_drop(fields, f->group->name);
}

/* Applies one effect. An answer or field that is empty leaves the target as it is. */
static bool
set_one(const struct save *s, const struct effect *set, struct val *fields)
{
	const struct val	*v = NULL;

	switch (set->kind) {
	case EFFECT_NOTHING:
		clear(fields, set->target);
		return true;
	case EFFECT_TODAY:
		return val_set(fields, set->target->path, val_int(s->w.today));
	case EFFECT_VALUE:
		return val_set(fields, set->target->path, literal(set->target, set->value));
	case EFFECT_ASK:
		v = val_get(s->ask, set->source->name);
		break;
	case EFFECT_FIELD:
		v = val_find(s->before, set->source->path);
		break;
	}
	return type_value_empty(v) || val_set(fields, set->target->path, val_dup(v));
}

/* Applies the effects on the record or on its parent, then fills fields derived from them. */
static bool
set_all(const struct save *s, struct rec *rec, bool parent, const struct form_ctx *ctx)
{
	for (size_t i = 0; i < s->act->neffects; i++)
		if (s->act->effects[i].parent == parent &&
		    !set_one(s, &s->act->effects[i], rec->fields))
			return false;
	return check_derive(rec->book, rec->fields, rec->state->name, false, NULL, ctx);
}

int
save_effects(struct save *s, const struct form_ctx *ctx)
{
	val_free(s->before);
	s->before = val_dup(s->now->fields);
	return s->before != NULL && set_all(s, s->now, false, ctx) ? 0 : STORE_SYS;
}

static bool
has_parent_effects(const struct act *act)
{
	for (size_t i = 0; act != NULL && i < act->neffects; i++)
		if (act->effects[i].parent)
			return true;
	return false;
}

int
save_effects_parent(struct store_txn *txn, const struct save *s, const struct form_ctx *ctx,
    struct rec **was, struct rec **now)
{
	uint64_t	 id;
	int		 r = STORE_SYS;

	*was = *now = NULL;
	if (!has_parent_effects(s->act))
		return 0;
	id = (uint64_t)val_get_num(s->now->fields, s->book->under->name, 0);
	if (rec_get(s->core, txn, id, was) != REC_OK)
		return STORE_BAD;
	if ((*now = rec_dup(*was)) != NULL && set_all(s, *now, true, ctx))
		r = 0;
	if (r == 0 && !val_same((*was)->fields, (*now)->fields))
		return 0;
	rec_free(*was);
	rec_free(*now);
	*was = *now = NULL;
	return r;
}
