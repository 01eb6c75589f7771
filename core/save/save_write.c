#include "core/save/save.h"

#include <string.h>

#include "core/record/due.h"
#include "core/record/link.h"
#include "core/record/under.h"

static enum store_err
next_number(struct store_txn *txn, const char *key, size_t klen, uint64_t *n)
{
	struct buf	 now = BUF_INIT, next = BUF_INIT;
	enum store_err	 e = store_get(store_of(txn), txn, STORE_META, key, klen, &now);

	*n = e == STORE_OK && now.n == 8 ? be64(now.p) + 1 : 1;
	if (e == STORE_MISSING)
		e = STORE_OK;
	buf_u64(&next, *n);
	if (e == STORE_OK)
		e = next.bad ? STORE_SYS : store_put(txn, STORE_META, key, klen, next.p, next.n);
	buf_free(&now);
	buf_free(&next);
	return e;
}

/* "serial/child/990121001001/26": serials run within what stands before them in the number. */
static int
give_number(struct store_txn *txn, struct save *s)
{
	struct buf	 prefix = BUF_INIT, number = BUF_INIT;
	int		 today = core_today(s->core), r = STORE_SYS;
	uint64_t	 serial;

	buf_printf(&prefix, "serial/%s/", s->book->name);
	if (number_prefix(s->book->number, s->now->fields, today, &prefix) && !prefix.bad) {
		r = next_number(txn, prefix.p, prefix.n, &serial);
		if (r == 0 && (!number_make(s->book->number, s->now->fields, today, serial, &number) ||
		    !rec_set_number(s->now, buf_str(&number)))) {
			problem_add(&s->problems, NULL, N_("The numbers of this place and year are used up. Tell the county office."),
			    SAY_END);
			r = REFUSED_INVALID;
		}
	}
	buf_free(&prefix);
	buf_free(&number);
	return r;
}

static bool
note_act(struct save *s)
{
	struct val	*env = s->now->env, *doers = val_get(env, "doers");

	if (s->act == NULL)
		return true;
	if (doers == NULL && (!val_put(env, "doers", val_map()) || (doers = val_get(env, "doers")) == NULL))
		return false;
	if (s->act->to != NULL && !rec_set_state(s->now, s->act->to))
		return false;
	if (s->act->clears || s->act->remarks != REMARKS_NO)
		val_drop(env, "remarks");
	if (s->act->remarks != REMARKS_NO && val_len(s->remarks) > 0 && !val_put(env, "remarks", val_dup(s->remarks)))
		return false;
	val_drop(env, "ask");
	if (val_len(s->ask) > 0 && !val_put(env, "ask", val_dup(s->ask)))
		return false;
	return val_put(doers, s->act->name, val_text(s->actor->user));
}

const char *
save_name(const struct save *s)
{
	return s->act != NULL ? s->act->name : s->old == NULL ? "create" : s->undo ? "undo" : "save";
}

static bool
settle(struct save *s)
{
	int	 today = core_today(s->core);

	return s->back != NULL ? due_settle_back(s->back, s->old, s->now, today) : due_settle(s->old, s->now, today);
}

/* With its version stays all that was written with an act, also where it is no demand to put anything right. */
static bool
note_remarks(const struct save *s)
{
	return val_len(s->remarks) == 0 || val_put(val_get(s->now->env, "last"), "remarks", val_dup(s->remarks));
}

static bool
stamp(struct save *s)
{
	int64_t	 now = core_now(s->core);

	if (s->act == NULL)
		val_drop(s->now->env, "ask");
	return note_act(s) && settle(s) && rec_set_ver(s->now, s->now->ver + 1) &&
	    val_put(s->now->env, "d", val_textn(s->core->set->version, 8)) &&
	    (s->old != NULL || put_stamp(s->now->env, "made", s->actor, now, NULL)) &&
	    put_stamp(s->now->env, "last", s->actor, now, save_name(s)) && note_remarks(s);
}

enum store_err
save_put(struct store_txn *txn, const struct rec *old, const struct rec *now)
{
	unsigned char	 key[REC_KEY], vkey[VER_KEY];
	struct buf	 bytes = BUF_INIT;
	enum store_err	 e = STORE_OK;

	if (old != NULL) {
		ver_key(old->id, old->ver, vkey);
		val_encode(old->env, &bytes);
		e = bytes.bad ? STORE_SYS : store_put(txn, STORE_VER, vkey, sizeof vkey, bytes.p, bytes.n);
		buf_reset(&bytes);
	}
	rec_key(now->id, key);
	val_encode(now->env, &bytes);
	if (e == STORE_OK)
		e = bytes.bad ? STORE_SYS : store_put(txn, STORE_REC, key, sizeof key, bytes.p, bytes.n);
	buf_free(&bytes);
	return e;
}

static enum store_err
put_trail(struct store_txn *txn, const struct save *s, const char *act, const struct rec *old, const struct rec *now,
    const struct val *ask, const struct val *remarks)
{
	const struct form_ctx	 ctx = { s->core->set, NULL, core_today(s->core), s->lang, false };
	struct val		*detail = val_map(), *none = val_map();
	enum store_err		 e = STORE_SYS;
	bool			 ok;

	ok = val_put(detail, "changed", changed_paths(now->book, old != NULL ? old->fields : none, now->fields)) &&
	    (val_len(ask) == 0 || val_put(detail, "ask", show_answers(now->book, act, ask, &ctx))) &&
	    (val_len(remarks) == 0 || val_put(detail, "remarks", val_dup(remarks)));
	if (ok)
		e = audit_put(txn, s->actor, core_stamp(s->core), &(struct audit_what){ .act = act, .book = now->book->name,
		    .id = now->id, .number = now->number, .ver = now->ver, .area = rec_area(now), .detail = detail });
	val_free(detail);
	val_free(none);
	return e;
}

/* ---- the record it stands under ----------------------------------------------------------------------------- */

static bool
stamp_owner(const struct save *s, const struct rec *was, struct rec *owner, const char *act)
{
	val_drop(owner->env, "ask");
	return due_settle(was, owner, core_today(s->core)) && rec_set_ver(owner, owner->ver + 1) &&
	    val_put(owner->env, "d", val_textn(s->core->set->version, 8)) &&
	    put_stamp(owner->env, "last", s->actor, core_now(s->core), act);
}

/* Read anew: writing the record beneath may have told its owner something already. */
static int
write_owner(struct store_txn *txn, const struct save *s, const struct form_ctx *ctx)
{
	struct buf	 act = BUF_INIT;
	struct rec	*was, *now;
	int		 r;

	if ((r = save_sets_owner(txn, s, ctx, &was, &now)) != 0 || now == NULL)
		return r;
	buf_printf(&act, "%s.%s", s->book->name, s->act->name);
	r = act.bad || !stamp_owner(s, was, now, buf_str(&act)) ? STORE_SYS : (int)save_put(txn, was, now);
	if (r == 0)
		r = (int)index_change(txn, s->core->catalog, was, now);
	if (r == 0)
		r = (int)under_follow(s->core, txn, was, now);
	if (r == 0)
		r = (int)link_done(s->core, txn, was, now, NULL);
	if (r == 0)
		r = (int)put_trail(txn, s, buf_str(&act), was, now, NULL, NULL);
	buf_free(&act);
	rec_free(was);
	rec_free(now);
	return r;
}

/* ---- what others learn -------------------------------------------------------------------------------------- */

/* A plain change can be taken back, and so must be what others learn from it; what is new, and an act, cannot. */
static bool
begin_noting(struct save *s)
{
	return s->act != NULL || s->old == NULL || s->undo || (s->noted = val_list()) != NULL;
}

static int
teach(struct store_txn *txn, struct save *s)
{
	struct due_learning	 how = { .noted = s->noted };
	int			 r = (int)under_done(s->core, txn, s->old, s->now, &how);

	if (r == 0)
		r = (int)under_follow(s->core, txn, s->old, s->now);
	if (r == 0)
		r = (int)link_done(s->core, txn, s->old, s->now, &how);
	if (r == 0)
		r = save_give_others_back(txn, s);
	if (r != 0 || val_len(s->noted) == 0)
		return r;
	return val_put(val_get(s->now->env, "last"), "taught", val_dup(s->noted)) ? (int)rec_put(txn, s->now) : STORE_SYS;
}

/* ---- all of it ---------------------------------------------------------------------------------------------- */

int
save_write(struct store_txn *txn, struct save *s, const struct form_ctx *ctx)
{
	int		 r = 0;

	if (s->now->id == 0)
		r = next_number(txn, "rec.last", 8, &s->now->id);
	if (r == 0 && s->book->number[0] != '\0' && s->now->number[0] == '\0')
		r = give_number(txn, s);
	if (r == 0 && s->undo)
		r = save_look_at_others(txn, s);
	if (r == 0)
		r = save_look_back(txn, s);
	if (r == 0 && (!begin_noting(s) || !stamp(s)))
		r = STORE_SYS;
	if (r == 0)
		r = save_put(txn, s->old, s->now);
	if (r == 0)
		r = index_change(txn, s->core->catalog, s->old, s->now);
	if (r == 0)
		r = teach(txn, s);
	if (r == 0)
		r = put_trail(txn, s, save_name(s), s->old, s->now, s->ask, s->remarks);
	if (r == 0)
		r = write_owner(txn, s, ctx);
	if (r == 0)
		r = save_spread_write(txn, s);
	if (r == 0)
		r = save_token_put(txn, s, &(struct saved){ .id = s->now->id, .ver = s->now->ver, .nspread = s->nspread });
	if (r == 0 && s->draft != NULL)
		r = draft_remove(txn, s->actor, s->draft);
	return r;
}
