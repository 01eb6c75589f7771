#include "core/ops_int.h"

#include <stdlib.h>
#include <string.h>

#include "core/due.h"
#include "core/own.h"
#include "core/under.h"
#include "forms/pred.h"

/*
 * The one save path. A save and an act are the same thing: fields change, perhaps the state with them, in one
 * transaction with the version before, the index rows, the trail, the answer to a double press and the end of the draft.
 * Everything is decided in the committer's thread, on the record as it is then, so no two savers can pass each other.
 */

enum refusal {				/* what a body returns besides store errors */
	REFUSED = STORE_APP_MIN,
	REFUSED_MISSING,
	REFUSED_DENIED,
	REFUSED_CONFLICT,
	REFUSED_INVALID,
	ALREADY				/* this token was saved before: same answer again */
};

struct save {
	struct core		*core;
	struct actor		*actor;		/* the call's */
	enum lang		 lang;
	const struct book	*book;
	const struct act	*act;		/* NULL = plain save */
	uint64_t		 id;		/* 0 = new */
	uint64_t		 seen;		/* version the editor saw */
	const unsigned char	*token;
	const unsigned char	*draft;		/* NULL = none */
	const struct val	*set, *ask, *remarks;	/* of the request; NULL where not given */

	/* outcome, made anew by each run of the body */
	struct rec		*old;		/* NULL = was not there */
	struct rec		*now;
	struct problems		 problems;
};

static void
save_reset(struct save *s)
{
	rec_free(s->old);
	rec_free(s->now);
	s->old = s->now = NULL;
	problems_free(&s->problems);
	s->problems = (struct problems)PROBLEMS_INIT;
}

static void
save_free(void *p)
{
	if (p == NULL)
		return;
	save_reset(p);
	free(p);
}

/* ---- the token: a double press is one save ------------------------------------------------------------------ */

#define TOKEN_DAYS	2		/* kept at least so long */
#define TOKEN_SWEEP	2		/* old ones removed with each new one, so they never pile up */

static void
token_key(struct buf *key, int day, const struct save *s)
{
	buf_u32(key, (uint32_t)day);
	buf_put(key, s->actor->user, strlen(s->actor->user) + 1);
	buf_put(key, s->token, 16);
}

static int
token_day(const struct save *s)
{
	return (int)(core_now(s->core) / 86400);
}

static enum store_err
token_find(struct store_txn *txn, const struct save *s, uint64_t *id)
{
	struct buf	 key = BUF_INIT, val = BUF_INIT;
	enum store_err	 e = STORE_MISSING;

	*id = 0;
	for (int back = 0; e == STORE_MISSING && back < TOKEN_DAYS; back++) {
		buf_reset(&key);
		token_key(&key, token_day(s) - back, s);
		e = key.bad ? STORE_SYS : store_get(s->core->store, txn, STORE_TOKEN, key.p, key.n, &val);
	}
	if (e == STORE_OK && val.n == 8)
		*id = be64(val.p);
	buf_free(&key);
	buf_free(&val);
	return e == STORE_MISSING ? STORE_OK : e;
}

static enum store_err
token_put(struct store_txn *txn, const struct save *s, uint64_t id)
{
	struct buf	 key = BUF_INIT, val = BUF_INIT, oldest = BUF_INIT;
	int		 day = token_day(s);
	enum store_err	 e;

	token_key(&key, day, s);
	buf_u64(&val, id);
	e = key.bad || val.bad ? STORE_SYS : store_put(txn, STORE_TOKEN, key.p, key.n, val.p, val.n);
	for (int i = 0; e == STORE_OK && i < TOKEN_SWEEP; i++) {
		if (store_seek(s->core->store, txn, STORE_TOKEN, "", 0, false, &oldest, NULL) != STORE_OK ||
		    oldest.n < 4 || (int)be32(oldest.p) > day - TOKEN_DAYS)
			break;
		e = store_del(txn, STORE_TOKEN, oldest.p, oldest.n);
	}
	buf_free(&key);
	buf_free(&val);
	buf_free(&oldest);
	return e;
}

/* ---- what the record becomes -------------------------------------------------------------------------------- */

/* Fields of a plain group are merged one by one: those the editor cannot see must survive his save. */
static bool
merge_group(struct val *fields, const struct field *g, const struct val *v)
{
	struct val	*into = val_get(fields, g->name);

	if (into == NULL)
		return val_put(fields, g->name, val_map()) && val_merge(val_get(fields, g->name), v);
	return val_merge(into, v);
}

static bool
merge_set(const struct book *book, struct val *fields, const struct val *set)
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

/* Names the definition does not know come from no form of ours; a field he may not write stays as it was. */
static bool
set_allowed(const struct save *s)
{
	for (size_t i = 0; i < val_len(s->set); i++) {
		const struct field	*f = book_field(s->book, val_key(s->set, i));

		if (f == NULL || f->group != NULL)
			return false;
	}
	return true;
}

static bool
changes_allowed(const struct save *s)
{
	struct val	*none = val_map();
	struct val	*paths = changed_paths(s->book, s->old != NULL ? s->old->fields : none, s->now->fields);
	bool		 ok = paths != NULL && none != NULL;

	for (size_t i = 0; ok && i < val_len(paths); i++)
		ok = may_write_field(s->actor, book_field(s->book, val_str(val_at(paths, i))));
	val_free(paths);
	val_free(none);
	return ok;
}

/* His own area when there is just one: a director's new child lives in his village unless he says otherwise. */
static const char *
own_area(const struct actor *actor)
{
	return actor->nareas == 1 ? actor->areas[0] : NULL;
}

static int
load(struct store_txn *txn, struct save *s)
{
	enum rec_err	 e;

	if (s->id == 0) {
		s->now = rec_new(s->book);
		return s->now != NULL ? 0 : STORE_SYS;
	}
	if ((e = rec_get(s->core, txn, s->id, &s->old)) == REC_SYS || e == REC_ODD)
		return e == REC_ODD ? STORE_BAD : STORE_SYS;
	if (e == REC_MISSING || s->old->book != s->book || !may(s->actor, VERB_SEE, s->old, NULL))
		return REFUSED_MISSING;
	if (s->old->ver != s->seen)
		return REFUSED_CONFLICT;
	s->now = rec_dup(s->old);
	return s->now != NULL ? 0 : STORE_SYS;
}

static int
apply(struct save *s, const struct form_ctx *ctx)
{
	bool	 fresh = s->id == 0;

	if (val_len(s->set) == 0 && s->act != NULL)
		return 0;
	if (!set_allowed(s))
		return REFUSED_DENIED;
	if (!merge_set(s->book, s->now->fields, s->set))
		return STORE_SYS;
	/* who may change what is asked of what he sent; what follows from it comes after */
	if (!changes_allowed(s))
		return REFUSED_DENIED;
	return check_derive(s->book, s->now->fields, s->now->state->name, fresh, own_area(s->actor), ctx) ? 0 : STORE_SYS;
}

/* A record that stands under another can be made only where that one may be seen. */
static int
attach(struct store_txn *txn, struct save *s)
{
	switch (under_attach(s->core, txn, s->actor, s->old, s->now)) {
	case UNDER_OK:
		return 0;
	case UNDER_MISSING:
		return REFUSED_MISSING;
	case UNDER_CHANGED:
		return REFUSED_DENIED;
	default:
		return STORE_SYS;
	}
}

static int
authorise(const struct save *s)
{
	bool	 plain = s->act == NULL || val_len(s->set) > 0;

	if (s->id == 0 && !may(s->actor, VERB_CREATE, s->now, NULL))
		return REFUSED_DENIED;
	if (s->id != 0 && plain && !may(s->actor, VERB_WRITE, s->old, NULL))
		return REFUSED_DENIED;
	if (s->act != NULL && !may(s->actor, VERB_ACT, s->id != 0 ? s->old : s->now, s->act))
		return REFUSED_DENIED;
	/* nobody may save something out of his own sight: that would hand it over without the other side knowing */
	return may(s->actor, VERB_SEE, s->now, NULL) ? 0 : REFUSED_DENIED;
}

/* ---- what stands against it --------------------------------------------------------------------------------- */

static void
check_needs(struct save *s)
{
	const struct pred_ctx	 ctx = { s->now->fields, NULL, s->now->state->name, core_today(s->core) };

	for (size_t i = 0; i < s->act->nneeds; i++)
		if (!pred_holds(s->act->needs[i].holds, &ctx))
			problem_add(&s->problems, NULL, "{1}", SAY_TEXT, LABEL(s->act->needs[i].say, s->lang), SAY_END);
}

static void
check_remarks(struct save *s)
{
	if (s->act->remarks == REMARKS_NO && val_len(s->remarks) > 0)
		problem_add(&s->problems, NULL, N_("This act takes no remarks on single fields."), SAY_END);
	if (s->act->remarks == REMARKS_REQUIRED && val_len(s->remarks) == 0)
		problem_add(&s->problems, NULL, N_("Say at least at one field what is to be put right."), SAY_END);
	for (size_t i = 0; i < val_len(s->remarks); i++) {
		const char	*path = val_key(s->remarks, i), *text = val_str(val_value(s->remarks, i));

		if (book_field(s->book, path) == NULL || text == NULL || text[0] == '\0' || text_chars(text) > 500)
			problem_add(&s->problems, path, N_("A remark needs one to 500 characters at a field of this form."),
			    SAY_END);
	}
}

static int
check_unique(struct store_txn *txn, struct save *s)
{
	for (size_t i = 0; i < s->book->nall; i++) {
		const struct field	*f = s->book->all[i];
		const struct val	*v = val_find(s->now->fields, f->path);
		struct rec		*other;
		uint64_t		 id;

		if (!f->unique || v == NULL)
			continue;
		if (lookup_unique(s->core, txn, f, v, s->now->id, &id) != STORE_OK)
			return STORE_SYS;
		if (id == 0)
			continue;
		if (rec_get(s->core, txn, id, &other) != REC_OK)
			return STORE_BAD;
		if (may(s->actor, VERB_SEE, other, NULL))
			problem_add(&s->problems, f->path, N_("{1} is registered already, under {2}. Open that record instead."),
			    SAY_FIELD, f->path, SAY_TEXT, other->number[0] != '\0' ? other->number : "-", SAY_END);
		else
			problem_add(&s->problems, f->path,
			    N_("{1} is registered already, in {2}. Ask the supervisor there or the county office."),
			    SAY_FIELD, f->path, SAY_AREA, rec_area(other), SAY_END);
		rec_free(other);
	}
	return 0;
}

static int
judge(struct store_txn *txn, struct save *s, const struct form_ctx *ctx)
{
	bool	 gaps_too = s->act != NULL ? s->act->check : !s->now->state->open;
	bool	 asked = true;		/* what the act itself asks is answered, gaps included */
	int	 r;

	if (s->act != NULL) {
		check_fields(s->act->ask, s->act->nask, s->ask, ctx, &s->problems);
		check_remarks(s);
		check_needs(s);
		asked = !problems_block(&s->problems, true);
	}
	/* an act that changes nothing and asks for no check ("return") leaves the fields as they are, good or bad */
	if (s->act == NULL || s->act->check || val_len(s->set) > 0) {
		check_record(s->book, s->now->fields, s->now->state->name, ctx, &s->problems);
		own_check(s->book, s->now->fields, ctx, &s->problems);
		if ((r = check_unique(txn, s)) != 0 || (r = (int)own_check_others(s->core, txn, s->now,
		    s->act != NULL && s->act->to != NULL ? s->act->to : s->now->state, &s->problems)) != 0)
			return r;
	}
	return !asked || problems_block(&s->problems, gaps_too) ? REFUSED_INVALID : 0;
}

/* ---- writing ------------------------------------------------------------------------------------------------ */

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
	if (val_len(s->remarks) > 0 && !val_put(env, "remarks", val_dup(s->remarks)))
		return false;
	val_drop(env, "ask");
	if (val_len(s->ask) > 0 && !val_put(env, "ask", val_dup(s->ask)))
		return false;
	return val_put(doers, s->act->name, val_text(s->actor->user));
}

static bool
stamp(struct save *s)
{
	int64_t	 now = core_now(s->core);

	if (s->act == NULL)
		val_drop(s->now->env, "ask");
	return note_act(s) && due_settle(s->now, core_today(s->core)) && rec_set_ver(s->now, s->now->ver + 1) &&
	    val_put(s->now->env, "d", val_textn(s->core->set->version, 8)) &&
	    (s->old != NULL || put_stamp(s->now->env, "made", s->actor, now, NULL)) &&
	    put_stamp(s->now->env, "last", s->actor, now, s->act != NULL ? s->act->name : s->old != NULL ? "save" : "create");
}

static enum store_err
put_record(struct store_txn *txn, const struct save *s)
{
	unsigned char	 key[REC_KEY], vkey[VER_KEY];
	struct buf	 bytes = BUF_INIT;
	enum store_err	 e = STORE_OK;

	if (s->old != NULL) {
		ver_key(s->old->id, s->old->ver, vkey);
		val_encode(s->old->env, &bytes);
		e = bytes.bad ? STORE_SYS : store_put(txn, STORE_VER, vkey, sizeof vkey, bytes.p, bytes.n);
		buf_reset(&bytes);
	}
	rec_key(s->now->id, key);
	val_encode(s->now->env, &bytes);
	if (e == STORE_OK)
		e = bytes.bad ? STORE_SYS : store_put(txn, STORE_REC, key, sizeof key, bytes.p, bytes.n);
	buf_free(&bytes);
	return e;
}

static enum store_err
put_trail(struct store_txn *txn, const struct save *s)
{
	struct val	*detail = val_map(), *none = val_map();
	const char	*act = s->act != NULL ? s->act->name : s->old != NULL ? "save" : "create";
	enum store_err	 e = STORE_SYS;
	bool		 ok;

	ok = val_put(detail, "changed", changed_paths(s->book, s->old != NULL ? s->old->fields : none, s->now->fields)) &&
	    (val_len(s->ask) == 0 || val_put(detail, "ask", val_dup(s->ask))) &&
	    (val_len(s->remarks) == 0 || val_put(detail, "remarks", val_dup(s->remarks)));
	if (ok)
		e = audit_put(txn, s->actor, core_now(s->core), &(struct audit_what){ .act = act, .book = s->book->name,
		    .id = s->now->id, .number = s->now->number, .ver = s->now->ver, .area = rec_area(s->now),
		    .detail = detail });
	val_free(detail);
	val_free(none);
	return e;
}

static int
write_all(struct store_txn *txn, struct save *s)
{
	int	 r = 0;

	if (s->now->id == 0)
		r = next_number(txn, "rec.last", 8, &s->now->id);
	if (r == 0 && s->book->number[0] != '\0' && s->now->number[0] == '\0')
		r = give_number(txn, s);
	if (r == 0 && !stamp(s))
		r = STORE_SYS;
	if (r == 0)
		r = put_record(txn, s);
	if (r == 0)
		r = index_change(txn, s->core->catalog, s->old, s->now);
	if (r == 0)
		r = under_done(s->core, txn, s->now);
	if (r == 0)
		r = under_follow(s->core, txn, s->old, s->now);
	if (r == 0)
		r = put_trail(txn, s);
	if (r == 0)
		r = token_put(txn, s, s->now->id);
	if (r == 0 && s->draft != NULL)
		r = draft_remove(txn, s->actor, s->draft);
	return r;
}

static int
decide(struct store_txn *txn, struct save *s, const struct form_ctx *ctx)
{
	int	 r;

	if ((r = load(txn, s)) != 0 || (r = apply(s, ctx)) != 0 || (r = attach(txn, s)) != 0 || (r = authorise(s)) != 0)
		return r;
	return judge(txn, s, ctx);
}

static int
save_body(struct store_txn *txn, void *arg)
{
	struct call	*call = arg;
	struct save	*s = call->job;
	struct form_ctx	 ctx;
	uint64_t	 done;
	int		 r;

	save_reset(s);
	if ((r = (int)token_find(txn, s, &done)) != 0)
		return r;
	if (done != 0)
		return rec_get(s->core, txn, done, &s->now) == REC_OK ? ALREADY : STORE_BAD;
	core_hold(s->core, s->lang, &ctx);
	r = decide(txn, s, &ctx);
	core_release(s->core);
	return r != 0 ? r : write_all(txn, s);
}

/* ---- answering ---------------------------------------------------------------------------------------------- */

static enum call_step
answer_saved(struct call *call, const struct save *s)
{
	struct val	*reply = val_map();
	bool		 ok;

	ok = reply != NULL && val_put(reply, "id", val_int((int64_t)s->now->id)) &&
	    val_put(reply, "ver", val_int((int64_t)s->now->ver)) &&
	    val_put(reply, "number", val_text(s->now->number)) &&
	    val_put(reply, "state", val_text(s->now->state->name)) &&
	    val_put(reply, "problems", problems_to_val(&s->problems));
	if (!ok) {
		val_free(reply);
		reply = NULL;
	}
	return answer_ok(call, reply);
}

/* The present and what the editor started from, so that he can be shown who changed what. */
static void
answer_conflict(struct call *call, const struct save *s)
{
	struct rec	*was = NULL;
	struct form_ctx	 ctx;

	answer_error(call, "conflict", N_("Somebody saved this record meanwhile. Nothing of either is lost: your entries are kept."));
	core_hold(call->core, call->lang, &ctx);
	val_put(call->reply, "record", show_record(call, s->old, false, &ctx, NULL));
	if (rec_get_at(s->core, s->id, s->seen, &was) == REC_OK)
		val_put(call->reply, "was", show_record(call, was, false, &ctx, NULL));
	core_release(call->core);
	rec_free(was);
}

static void
save_finish(struct call *call, int result)
{
	struct save	*s = call->job;

	switch (result) {
	case 0:
		if (strcmp(s->book->name, "area") == 0)
			core_areas_load(call->core);
		answer_saved(call, s);
		break;
	case ALREADY:
		answer_saved(call, s);
		break;
	case REFUSED_MISSING:
		answer_error(call, "missing", N_("There is no such record, or it is outside your area."));
		break;
	case REFUSED_DENIED:
		answer_error(call, "denied", s->act != NULL ? N_("You may not do this to the record as it stands now.") :
		    N_("You may not change this record, or not these fields, or not in that place."));
		break;
	case REFUSED_CONFLICT:
		answer_conflict(call, s);
		break;
	case REFUSED_INVALID:
		answer_problems(call, "invalid", N_("Not saved: something is missing or wrong."), &s->problems);
		break;
	default:
		answer_store(call, result);
		break;
	}
}

/* ---- taking the request ------------------------------------------------------------------------------------- */

static bool
take_shape(struct call *call, struct save *s)
{
	struct problems	 ps = PROBLEMS_INIT;
	bool		 ok;

	s->set = val_get(call->req, "set");
	s->ask = val_get(call->req, "ask");
	s->remarks = val_get(call->req, "remarks");
	ok = (s->set == NULL || check_shape(s->book, s->set, &ps)) &&
	    (s->ask == NULL || val_kind(s->ask) == VAL_MAP) && (s->remarks == NULL || val_kind(s->remarks) == VAL_MAP);
	if (!ok)
		answer_problems(call, "bad-request", N_("The fields are not in order."), &ps);
	problems_free(&ps);
	return ok;
}

static enum call_step
start_save(struct call *call, bool with_act)
{
	struct save	*s = calloc(1, sizeof *s);
	const char	*act = val_get_str(call->req, "act");
	uint64_t	 id = 0;

	if (s == NULL)
		return answer_store(call, STORE_SYS);
	call->job = s;
	call->job_free = save_free;
	*s = (struct save){ .core = call->core, .actor = call->actor, .lang = call->lang, .problems = PROBLEMS_INIT };
	if ((s->book = arg_book(call)) == NULL || !arg_bytes16(call, "token", &s->token) || !take_shape(call, s))
		return CALL_DONE;
	if (val_get(call->req, "id") != NULL && !arg_id(call, "id", &id))
		return CALL_DONE;
	if (val_get(call->req, "draft") != NULL && !arg_bytes16(call, "draft", &s->draft))
		return CALL_DONE;
	if (with_act && (act == NULL || (s->act = book_act(s->book, act)) == NULL))
		return answer_error(call, "bad-request", N_("There is no such act."));
	if (id == 0 && s->set == NULL)
		return answer_error(call, "bad-request", N_("The request holds nothing to save."));
	s->id = id;
	s->seen = (uint64_t)val_get_num(call->req, "ver", 0);
	call->body = save_body;
	call->finish = save_finish;
	return CALL_COMMIT;
}

enum call_step
op_save(struct call *call)
{
	return start_save(call, false);
}

enum call_step
op_act(struct call *call)
{
	return start_save(call, true);
}
