#include "core/save/save.h"
#include "core/record/draft.h"

#include <string.h>


/*
 * "serial/child/990121001001/26": serials are counted for each text before the serial in the
 * number.
 */
static int
assign_number(struct save *s)
{
	struct buf	 prefix = BUF_INIT, number = BUF_INIT;
	int		 today = s->w.today, r = STORE_SYS;
	uint64_t	 serial;

	buf_printf(&prefix, "serial/%s/", s->book->name);
	if (number_prefix(s->book->number, s->now->fields, today, &prefix) && !prefix.bad) {
		r = (int)store_next(s->w.txn, prefix.p, prefix.n, &serial);
		if (r == 0 && (!number_make(s->book->number, s->now->fields, today, serial,
		    &number) || !rec_set_number(s->now, buf_str(&number)))) {
			problem_add(&s->problems, NULL,
			    N_("The numbers of this place and year are used up. Tell the county office."),
			    ARG_END);
			r = REFUSED_INVALID;
		}
	}
	buf_free(&prefix);
	buf_free(&number);
	return r;
}

/*
 * Records the act beside the fields: the new state, who did it, and remarks that wait for an
 * answer.
 */
static bool
apply_act(struct save *s)
{
	struct val	*env = s->now->env, *doers = val_get(env, "doers");

	if (s->act == NULL)
		return true;
	if (doers == NULL && (!val_put(env, "doers", val_map()) ||
	    (doers = val_get(env, "doers")) == NULL))
		return false;
	if (s->act->to != NULL && !rec_set_state(s->now, s->act->to))
		return false;
	if (s->act->clears || s->act->remarks != REMARKS_NO)
		val_drop(env, "remarks");
	if (s->act->remarks != REMARKS_NO && val_len(s->remarks) > 0 &&
	    !val_put(env, "remarks", val_dup(s->remarks)))
		return false;
	return val_put(doers, s->act->name, val_text(s->actor->user));
}

const char *
save_operation(const struct save *s)
{
	return s->act != NULL ? s->act->name : s->old == NULL ? "create" : s->undo ? "undo" :
	    "save";
}

/*
 * A plain change can be undone, together with its effect on rollups of others; a new record and an
 * act cannot.
 */
static bool
reversible(const struct save *s)
{
	return s->act == NULL && s->old != NULL && !s->undo;
}

/* ---- the parent ------------------------------------------------------------------------------ */

/*
 * Reads the parent again: writing the child may have changed the parent's rollups and deadlines
 * already.
 */
static int
write_parent(struct save *s, const struct form_ctx *ctx)
{
	struct buf	 act = BUF_INIT;
	struct rec	*was, *now;
	int		 r;

	if ((r = save_effects_parent(s->w.txn, s, ctx, &was, &now)) != 0 || now == NULL)
		return r;
	buf_printf(&act, "%s.%s", s->book->name, s->act->name);
	r = act.bad ? STORE_SYS :
	    (int)change_write(&s->w,
	    (struct change *[]){ &(struct change){ .old = was, .now = now, .act = buf_str(&act) } },
	    1);
	buf_free(&act);
	rec_free(was);
	rec_free(now);
	return r;
}

/* ---- the whole save -------------------------------------------------------------------------- */

static int
write_record(struct save *s)
{
	struct change	 c = { .old = s->old, .now = s->now, .act = save_operation(s),
	    .remarks = s->remarks, .restored = s->reverted_to,
			    .reversible = reversible(s) };

	if (s->act != NULL)
		c.ask = s->ask;
	if (!apply_act(s))
		return STORE_SYS;
	return (int)change_write(&s->w, (struct change *[]){ &c }, 1);
}

int
save_write(struct store_txn *txn, struct save *s, const struct form_ctx *ctx)
{
	int		 r = 0;

	if (s->book->number[0] != '\0' && s->now->number[0] == '\0')
		r = assign_number(s);
	if (r == 0 && s->undo)
		r = save_undo_snapshot(txn, s);
	if (r == 0)
		r = save_undo_find(txn, s);
	if (r == 0)
		r = write_record(s);
	if (r == 0)
		r = save_undo_restore(txn, s);
	if (r == 0)
		r = write_parent(s, ctx);
	if (r == 0)
		r = save_propagate_write(s);
	if (r == 0)
		r = save_idempotency_put(txn, s,
		    &(struct saved){ .id = s->now->id, .ver = s->now->ver,
		    .npropagated = s->npropagated });
	if (r == 0 && s->draft != NULL)
		r = draft_remove(txn, s->actor, s->draft);
	return r;
}
