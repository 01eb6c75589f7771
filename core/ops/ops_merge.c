#include <stdlib.h>
#include <string.h>

#include "core/record/deadline.h"
#include "core/record/merge.h"
#include "core/record/children.h"
#include "core/save/save.h"

/*
 * Merging doubles. A merge is a save of the remaining record, with values chosen from the other
 * one; in the same transaction the other one gets the merged state and its child records and links
 * move over. Undo restores what is still as the merge left it, and reports what is not.
 */

enum {					/* besides enum refusal */
	REFUSED_MERGED = SAVED_BEFORE + 1,	/* one of the two is merged already; undo: it is
						   not */
	REFUSED_CHAIN,			/* undo: the remaining record was merged itself */
	REFUSED_CHOICE,			/* a value that the other record does not have */
	REFUSED_OPEN			/* the remaining record would be one still in an open state,
					   the other is not */
};

struct merge_job {
	struct save	 save;		/* of the remaining record */
	uint64_t	 other;
	uint64_t	 otherseen;
	const char	*why;

	/* results, set again by each run of the body */
	struct rec	*old, *now;	/* the other record */
	struct val	*moved;		/* {book: n} */
	struct val	*kept;		/* undo: paths that were changed since */
};

static void
merge_job_reset(struct merge_job *j)
{
	rec_free(j->save.old);
	rec_free(j->save.now);
	rec_free(j->old);
	rec_free(j->now);
	j->save.old = j->save.now = j->old = j->now = NULL;
	problems_free(&j->save.problems);
	j->save.problems = (struct problems)PROBLEMS_INIT;
	val_free(j->save.disclosed);
	j->save.disclosed = NULL;
	j->save.refusal = 0;
	val_free(j->moved);
	val_free(j->kept);
	j->moved = val_map();
	j->kept = val_list();
}

static void
merge_job_free(void *p)
{
	struct merge_job	*j = p;

	if (j == NULL)
		return;
	merge_job_reset(j);
	val_free(j->moved);
	val_free(j->kept);
	free(j);
}

/* ---- the two records ------------------------------------------------------------------------- */

/* seen 0 = any version. */
static int
load(struct store_txn *txn, const struct merge_job *j, uint64_t id, uint64_t seen, struct rec **old,
    struct rec **now)
{
	enum rec_err	 e = rec_get(j->save.core, txn, id, old);

	if (e == REC_SYS || e == REC_BAD)
		return e == REC_BAD ? STORE_BAD : STORE_SYS;
	if (e == REC_MISSING || (*old)->book != j->save.book ||
	    !access_allowed(j->save.actor, ACCESS_SEE, *old, NULL))
		return REFUSED_MISSING;
	if (!access_allowed(j->save.actor, ACCESS_MERGE, *old, NULL))
		return REFUSED_DENIED;
	if (seen != 0 && (*old)->ver != seen)
		return REFUSED_CONFLICT;
	return (*now = rec_dup(*old)) != NULL ? 0 : STORE_SYS;
}

static struct merge_move
move_of(struct merge_job *j, bool revert)
{
	return (struct merge_move){ .w = &j->save.w, .why = j->why, .from = revert ? j->save.now :
	    j->now, .to = revert ? j->now : j->save.now, .revert = revert, .moved = j->moved };
}

/* Writes both versions after everything has moved. Their deadlines are up to date by then. */
static int
write_both(struct merge_job *j, const char *act)
{
	struct val	*why_survivor = merge_because(j->now, j->why),
	    *why_other = merge_because(j->save.now, j->why);
	struct change	 survivor = { .old = j->save.old, .now = j->save.now, .act = act,
	    .because = why_survivor, .settled = true },
			 other = { .old = j->old, .now = j->now, .act = act, .because = why_other,
			     .settled = true };
	int		 r = STORE_SYS;

	if (why_survivor != NULL && why_other != NULL)
		r = (int)change_write(&j->save.w, (struct change *[]){ &survivor, &other }, 2);
	val_free(why_survivor);
	val_free(why_other);
	if (r != 0)
		return r;
	return save_idempotency_put(j->save.w.txn, &j->save, &(struct saved){ .id = j->save.now->id,
	    .ver = j->save.now->ver, .other = j->now->id, .otherver = j->now->ver });
}

/*
 * Rollups of both are computed after their own fields are final, and deadlines updated once, or a
 * condition that holds before and after would begin again in between.
 */
static int
recompute_both(struct merge_job *j)
{
	int	 r = (int)child_recompute_parent(&j->save.w, j->save.old, j->save.now);

	return r != 0 ? r : (int)child_recompute_parent(&j->save.w, j->old, j->now);
}

/* ---- merging --------------------------------------------------------------------------------- */

/*
 * Chosen values must be those of the other record, field by field within a group; nothing is typed
 * here, and rollups are computed again.
 */
static bool
chosen_from(const struct book *book, const struct val *set, const struct val *other)
{
	for (size_t i = 0; i < val_len(set); i++) {
		const struct field	*f = book_field(book, val_key(set, i));
		const struct val	*v = val_value(set, i), *has = f != NULL ?
		    val_get(other, f->name) : NULL;

		if (f == NULL || f->group != NULL || f == book->under ||
		    f->computed == COMPUTED_ROLLUP)
			return false;
		if (f->fields == NULL || f->many || val_kind(v) != VAL_MAP) {
			if (!val_same(v, has))
				return false;
			continue;
		}
		for (size_t k = 0; k < val_len(v); k++)
			if (!val_same(val_value(v, k), val_get(has, val_key(v, k))))
				return false;
	}
	return true;
}

static bool
change_allowed(const struct actor *actor, const struct rec *old, const struct rec *now)
{
	struct val	*paths = change_paths(old->book, old->fields, now->fields);
	bool		 ok = paths != NULL;

	for (size_t i = 0; ok && i < val_len(paths); i++)
		ok = access_change_field(actor, old,
		    book_field(old->book, val_str(val_at(paths, i))));
	val_free(paths);
	return ok;
}

static int
apply_choice(struct merge_job *j, const struct form_ctx *ctx)
{
	struct save	*s = &j->save;

	if (!save_apply_fields(s->book, s->now->fields, s->set))
		return STORE_SYS;
	/* first, so that nobody can guess the content of a field they may not see */
	if (!change_allowed(s->actor, s->old, s->now))
		return REFUSED_DENIED;
	if (!chosen_from(s->book, s->set, j->old->fields))
		return REFUSED_CHOICE;
	if (!check_derive(s->book, s->now->fields, s->now->state->name, false, NULL, ctx))
		return STORE_SYS;
	return access_allowed(s->actor, ACCESS_SEE_BY_SCOPE, s->now, NULL) ? 0 : REFUSED_DENIED;
}

/* Whether the merge is allowed, and what both records become; writes nothing. */
static int
merge_decide(struct store_txn *txn, struct merge_job *j, const struct form_ctx *ctx)
{
	struct save	*s = &j->save;
	int		 r;

	if ((r = load(txn, j, s->id, s->seen, &s->old, &s->now)) != 0 ||
	    (r = load(txn, j, j->other, j->otherseen, &j->old, &j->now)) != 0)
		return r;
	if (rec_merged(s->old) || rec_merged(j->old))
		return REFUSED_MERGED;
	/* a checked record would end in an unchecked one, and its deadlines with it */
	if (s->old->state->open && !j->old->state->open)
		return REFUSED_OPEN;
	if ((r = save_exclusive_check_merge(txn, s, j->other, s->id, ctx)) != 0)
		return r;
	if (val_len(s->set) == 0)
		return problems_block(&s->problems, false) ? REFUSED_INVALID : 0;
	s->merged_id = j->other;
	r = apply_choice(j, ctx);
	return r != 0 ? r : save_validate(txn, s, ctx);
}

/* {was?, now?} of every field that differs. */
static struct val *
difference(const struct rec *old, const struct rec *now)
{
	struct val	*paths = change_paths(old->book, old->fields, now->fields),
	    *out = val_map();
	bool		 ok = paths != NULL && out != NULL;

	for (size_t i = 0; ok && i < val_len(paths); i++) {
		const char		*path = val_str(val_at(paths, i));
		const struct val	*was = val_find(old->fields, path),
		    *is = val_find(now->fields, path);
		struct val		*d = val_map();

		ok = d != NULL && (was == NULL || val_put(d, "was", val_dup(was))) &&
		    (is == NULL || val_put(d, "now", val_dup(is)));
		ok = val_put(out, path, d) && ok;
	}
	val_free(paths);
	if (ok)
		return out;
	val_free(out);
	return NULL;
}

/* {CLOCK: {was, now}} of the deadlines whose start the merge changed: undo restores them. */
static struct val *
since_difference(const struct rec *old, const struct rec *now)
{
	struct val	*out = val_map();
	bool		 ok = out != NULL;

	for (size_t i = 0; ok && i < old->book->nclocks; i++) {
		const struct clock	*clock = &old->book->clocks[i];
		struct val		*d;

		if (deadline_since(clock, old) == deadline_since(clock, now))
			continue;
		d = val_map();
		ok = d != NULL && val_put(d, "was", val_int(deadline_since(clock, old))) &&
		    val_put(d, "now", val_int(deadline_since(clock, now)));
		ok = val_put(out, clock->name, d) && ok;
	}
	if (ok)
		return out;
	val_free(out);
	return NULL;
}

static bool
note_merge(struct merge_job *j)
{
	const struct save	*s = &j->save;
	struct val		*was = val_map(), *joined = val_get(s->now->env, PK_JOINED);
	const struct val	*clk = val_get(j->old->env, "clk"),
	    *stood = val_get(s->old->env, "clk");
	bool			 ok;

	ok = was != NULL && val_put(was, PK_STATE, val_text(j->old->state->name)) &&
	    (clk == NULL || val_put(was, "clk", val_dup(clk))) &&
	    (stood == NULL || val_put(was, "stood", val_dup(stood))) &&
	    val_put(was, PK_FIELDS, difference(s->old, s->now)) &&
	    val_put(was, PK_SINCE, since_difference(s->old, s->now));
	ok = val_put(j->now->env, "was", was) && ok &&
	    val_put(j->now->env, PK_INTO, val_int((int64_t)s->id));
	if (joined == NULL && (!val_put(s->now->env, PK_JOINED, val_list()) ||
	    (joined = val_get(s->now->env, PK_JOINED)) == NULL))
		return false;
	return ok && val_add(joined, val_int((int64_t)j->other));
}

static int
merge_all(struct merge_job *j)
{
	struct merge_move	 m = move_of(j, false);
	int			 r;

	if (!rec_set_state(j->now, j->save.book->merged))
		return STORE_SYS;
	if ((r = (int)merge_move(&m)) != 0 || (r = recompute_both(j)) != 0)
		return r;
	return note_merge(j) ? write_both(j, "merge") : STORE_SYS;
}

/* ---- undoing --------------------------------------------------------------------------------- */

/* Sets a field at "father.phone", or removes it (v NULL), and its group when that becomes empty. */
static bool
put_at(struct val *fields, const struct field *f, const struct val *v)
{
	struct val	*in = f->group != NULL ? val_get(fields, f->group->name) : fields;

	if (v != NULL)
		return val_set(fields, f->path, val_dup(v));
	val_drop(in, f->name);
	if (f->group != NULL && in != NULL && val_len(in) == 0)
		val_drop(fields, f->group->name);
	return true;
}

/* Fields derived from the restored ones are restored too. */
static bool
restore_allowed(const struct merge_job *j, const struct field *f)
{
	return f->computed != COMPUTED_NO || access_change_field(j->save.actor, j->save.old, f);
}

/*
 * Restores fields that still have the value from the merge; fields changed since, and fields that
 * only an act may change now, stay.
 */
static bool
restore_fields(struct merge_job *j)
{
	const struct val	*diff = val_get(val_get(j->old->env, "was"), PK_FIELDS);
	struct rec		*survivor = j->save.now;

	for (size_t i = 0; i < val_len(diff); i++) {
		const struct field	*f = book_field(j->save.book, val_key(diff, i));
		const struct val	*d = val_value(diff, i);

		if (f == NULL)
			continue;		/* the definition no longer has it */
		if (restore_allowed(j, f) &&
		    val_same(val_find(survivor->fields, f->path), val_get(d, "now"))) {
			if (!put_at(survivor->fields, f, val_get(d, "was")))
				return false;
		} else if (access_see_field(j->save.actor, f) &&
		    !val_add(j->kept, val_text(f->path)))
			return false;
	}
	return true;
}

static bool
restore_state(struct merge_job *j)
{
	const struct val	*was = val_get(j->old->env, "was"), *clk = val_get(was, "clk");
	const char		*name = val_get_str(was, PK_STATE);
	const struct state	*state = name != NULL ? book_state(j->save.book, name) : NULL;

	if (!rec_set_state(j->now, state != NULL ? state : j->save.book->start))
		return false;
	val_drop(j->now->env, "was");
	val_drop(j->now->env, PK_INTO);
	val_drop(j->now->env, "clk");
	return clk == NULL || val_put(j->now->env, "clk", val_dup(clk));
}

/*
 * Which record has a unique value that `rec` will have, other than the pair as it will be; *id 0 =
 * none.
 */
static int
holder(struct store_txn *txn, const struct merge_job *j, const struct field *f,
    const struct rec *rec, const struct rec *other_rec, uint64_t *id)
{
	const struct val	*v = val_find(rec->fields, f->path);

	*id = 0;
	if (v == NULL)
		return 0;
	if (val_same(v, val_find(other_rec->fields, f->path))) {
		*id = other_rec->id;
		return 0;
	}
	if (query_unique(j->save.core, txn, f, v, rec->id, id) != STORE_OK)
		return STORE_SYS;
	*id = *id == other_rec->id ? 0 : *id;
	return 0;
}

static const struct save_duplicate_text	 duplicate_text = {
	N_("{1} is registered under {2} by now. Put that right first."),
	N_("{1} is registered in {2} by now. Ask the supervisor there or the county office."),
	N_("{1} is registered in another file by now. Ask the county office."),
};

static int
add_duplicate(struct store_txn *txn, struct merge_job *j, const struct field *f, uint64_t id)
{
	struct rec	*by;
	int		 r;

	if (rec_get(j->save.core, txn, id, &by) != REC_OK)
		return STORE_BAD;
	r = save_add_duplicate(&j->save, by, f, &duplicate_text, &j->save.problems);
	rec_free(by);
	return r;
}

static int
check_unique(struct store_txn *txn, struct merge_job *j)
{
	const struct rec	*pair[] = { j->save.now, j->now };

	for (size_t i = 0; i < j->save.book->nall; i++)
		for (size_t k = 0; j->save.book->all[i]->unique && k < 2; k++) {
			uint64_t	 id;
			int		 r = holder(txn, j, j->save.book->all[i], pair[k],
			    pair[1 - k], &id);

			/* a value that both would have is reported once, at the restored record */
			if (r == 0 && id != 0 && (id != pair[1]->id))
				r = add_duplicate(txn, j, j->save.book->all[i], id);
			if (r != 0)
				return r;
		}
	return 0;
}

/* Gaps do not refuse it: they were there before, or can be filled later. */
static int
undo_validate(struct store_txn *txn, struct merge_job *j, const struct form_ctx *ctx)
{
	struct save	*s = &j->save;
	int		 r;

	if (!val_same(s->old->fields, s->now->fields))
		check_record(s->book, s->now->fields, s->now->state->name, ctx, &s->problems);
	if ((r = check_unique(txn, j)) != 0)
		return r;
	return problems_block(&s->problems, false) ? REFUSED_INVALID : 0;
}

/* Whether the merge can be undone, and what both records become; writes nothing. */
static int
undo_decide(struct store_txn *txn, struct merge_job *j, const struct form_ctx *ctx)
{
	struct save	*s = &j->save;
	int		 r;

	if ((r = load(txn, j, j->other, j->otherseen, &j->old, &j->now)) != 0)
		return r;
	if (!rec_merged(j->old))
		return REFUSED_MERGED;
	s->id = (uint64_t)val_get_num(j->old->env, PK_INTO, 0);
	if ((r = load(txn, j, s->id, 0, &s->old, &s->now)) != 0)
		return r == REFUSED_MISSING ? REFUSED_DENIED : r;
	if (rec_merged(s->old))
		return REFUSED_CHAIN;
	if (!restore_state(j) || !restore_fields(j))
		return STORE_SYS;
	if (!access_allowed(s->actor, ACCESS_SEE_BY_SCOPE, s->now, NULL) ||
	    !access_allowed(s->actor, ACCESS_SEE_BY_SCOPE, j->now, NULL))
		return REFUSED_DENIED;
	return undo_validate(txn, j, ctx);
}

/*
 * Deadlines that the merge began or ended reopen with their old start day, unless they changed
 * again; the undo itself starts none. A condition that no longer holds ends all the same.
 */
static bool
restore_since(struct merge_job *j)
{
	const struct val	*since = val_get(val_get(j->old->env, "was"), PK_SINCE);
	struct save		*s = &j->save;

	for (size_t i = 0; i < s->book->nclocks; i++) {
		const struct clock	*clock = &s->book->clocks[i];
		const struct val	*d = val_get(since, clock->name);
		int			 day = deadline_since(clock, s->old);
		bool			 revert = d != NULL && day == (int)val_get_num(d, "now", 0);

		if (revert)
			day = (int)val_get_num(d, "was", 0);
		if ((clock->kind == CLOCK_CHANGE || (revert && day != 0)) &&
		    deadline_since(clock, s->now) != day && !deadline_set_since(s->now, clock, day))
			return false;
	}
	return deadline_update(s->now, s->now, s->w.today) &&
	    deadline_restore_acks(s->now, val_get(val_get(j->old->env, "was"), "stood"));
}

static bool
remove_joined(struct merge_job *j)
{
	struct val		*left = val_list(), *env = j->save.now->env;
	const struct val	*joined = val_get(env, PK_JOINED);

	for (size_t i = 0; left != NULL && i < val_len(joined); i++)
		if ((uint64_t)val_num(val_at(joined, i), 0) != j->other &&
		    !val_add(left, val_dup(val_at(joined, i)))) {
			val_free(left);
			return false;
		}
	if (val_len(left) > 0)
		return val_put(env, PK_JOINED, left);
	val_drop(env, PK_JOINED);
	val_free(left);
	return left != NULL;
}

static int
undo_all(struct merge_job *j)
{
	struct merge_move	 m = move_of(j, true);
	int			 r;

	if ((r = (int)merge_move(&m)) != 0)
		return r;
	if (!remove_joined(j))
		return STORE_SYS;
	if ((r = recompute_both(j)) != 0)
		return r;
	return restore_since(j) ? write_both(j, "unmerge") : STORE_SYS;
}

/* ---- bodies and answers ---------------------------------------------------------------------- */

static int
run(struct store_txn *txn, struct call *call, int (*decide)(struct store_txn *, struct merge_job *,
    const struct form_ctx *), int (*write)(struct merge_job *))
{
	struct merge_job	*j = call->job;
	struct save	*s = &j->save;
	struct form_ctx	 ctx;
	struct saved	 done;
	int		 r;

	merge_job_reset(j);
	s->w = call_writer(call, txn);
	if ((r = save_idempotency_find(txn, s, &done)) == SAVED_BEFORE) {
		if ((r = save_idempotency_replay(txn, s, done.id, done.ver, &s->now)) == 0 &&
		    (r = save_idempotency_replay(txn, s, done.other, done.otherver, &j->now)) == 0)
			r = SAVED_BEFORE;
		return r;
	}
	if (r != 0)
		return r;
	call_hold(call, &ctx);
	r = decide(txn, j, &ctx);
	env_ctx_release(s->core);
	return r != 0 ? save_result(s, r) : write(j);
}

static int
merge_body(struct store_txn *txn, void *arg)
{
	return run(txn, arg, merge_decide, merge_all);
}

static int
undo_body(struct store_txn *txn, void *arg)
{
	return run(txn, arg, undo_decide, undo_all);
}

static struct val *
pair_of(const struct rec *rec)
{
	struct val	*v = val_map();

	if (v != NULL && val_put(v, PK_ID, val_int((int64_t)rec->id)) &&
	    val_put(v, PK_VER, val_int((int64_t)rec->ver)))
		return v;
	val_free(v);
	return NULL;
}

/* rec: the one the request names first; twin under `key`. */
static void
answer_joined(struct call *call, const struct rec *rec, const char *key,
    const struct rec *other_rec)
{
	const struct merge_job	*j = call->job;
	struct val		*reply = val_map();
	bool			 ok;

	ok = reply != NULL && val_put(reply, PK_ID, val_int((int64_t)rec->id)) &&
	    val_put(reply, PK_VER, val_int((int64_t)rec->ver)) &&
	    val_put(reply, PK_NUMBER, val_text(rec->number)) &&
	    val_put(reply, PK_STATE, val_text(rec->state->name)) &&
	    val_put(reply, key, pair_of(other_rec)) &&
	    val_put(reply, PK_MOVED, val_dup(j->moved)) &&
	    val_put(reply, PK_KEPT, val_dup(j->kept)) &&
	    val_put(reply, PK_PROBLEMS, problems_to_val(&j->save.problems));
	if (!ok) {
		val_free(reply);
		reply = NULL;
	}
	call_answer_ok(call, reply);
}

static const struct {
	int		 refusal;
	const char	*error;
	const char	*say;
} refusals[] = {
	{ REFUSED_TOKEN,	PE_BAD_REQUEST,	N_("This was sent once before with other content and was saved so. Nothing was saved now: look at the record as it is.") },
	{ REFUSED_MISSING,	PE_MISSING,	N_("There is no such record, or it is outside your area.") },
	{ REFUSED_DENIED,	PE_DENIED,	N_("You may not merge these records, or not with these fields.") },
	{ REFUSED_CONFLICT,	PE_CONFLICT,	N_("One of the two was changed meanwhile. Look at both again.") },
	{ REFUSED_CHOICE,	PE_BAD_REQUEST,	N_("Only what the other record has can be chosen.") },
	{ REFUSED_OPEN,		PE_DENIED,	N_("This one is still being filled in and the other no more: merge from the other, so that it stays.") },
	{ REFUSED_CHAIN,	PE_DENIED,	N_("The record it was merged into was merged itself. Undo that first.") },
};

static void
answer_refused(struct call *call, int result)
{
	if (result == REFUSED_CLOCK) {
		call_answer_clock(call);
		return;
	}
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
		if (refusals[i].refusal == result) {
			call_answer_error(call, refusals[i].error, refusals[i].say);
			return;
		}
	call_answer_store(call, result);
}

static void
merge_finish(struct call *call, int result)
{
	const struct merge_job	*j = call->job;

	result = result == 0 ? j->save.refusal : result;
	if (result == 0 || result == SAVED_BEFORE)
		answer_joined(call, j->save.now, PK_OTHER, j->now);
	else if (result == REFUSED_MERGED)
		call_answer_error(call, PE_DENIED, N_("One of the two was merged already."));
	else if (result == REFUSED_INVALID)
		call_answer_problems(call, PE_INVALID,
		    N_("Not merged: with these fields something is missing or wrong."),
		    &j->save.problems);
	else
		answer_refused(call, result);
}

static void
undo_finish(struct call *call, int result)
{
	const struct merge_job	*j = call->job;

	result = result == 0 ? j->save.refusal : result;
	if (result == 0 || result == SAVED_BEFORE)
		answer_joined(call, j->now, PK_INTO, j->save.now);
	else if (result == REFUSED_MERGED)
		call_answer_error(call, PE_DENIED, N_("This record is not a merged one."));
	else if (result == REFUSED_INVALID)
		call_answer_problems(call, PE_INVALID,
		    N_("The merge cannot be undone as both records stand now."), &j->save.problems);
	else
		answer_refused(call, result);
}

/* ---- reading the requests -------------------------------------------------------------------- */

static struct merge_job *
parse_merge(struct call *call)
{
	struct merge_job	*j = calloc(1, sizeof *j);

	if (j == NULL) {
		call_answer_store(call, STORE_SYS);
		return NULL;
	}
	call->job = j;
	call->job_free = merge_job_free;
	j->save = (struct save){ .core = call->core, .actor = call->actor, .lang = call->lang,
	    .problems = PROBLEMS_INIT };
	if ((j->save.book = call_arg_book(call)) == NULL)
		return NULL;
	j->save.token = call_arg_bytes(call, PK_TOKEN);
	j->save.seen = call_arg_id(call, PK_VER);
	if (!save_idempotency_digest(call->req, j->save.digest)) {
		call_answer_store(call, STORE_SYS);
		return NULL;
	}
	j->why = call_arg_text(call, PK_WHY);
	if (j->save.book->merged != NULL)
		return j;
	call_answer_error(call, PE_BAD_REQUEST, N_("Records of this book are not merged."));
	return NULL;
}

enum call_step
op_merge(struct call *call)
{
	struct problems	 ps = PROBLEMS_INIT;
	struct merge_job	*j = parse_merge(call);

	if (j == NULL)
		return CALL_DONE;
	j->save.id = call_arg_id(call, PK_ID);
	j->other = call_arg_id(call, PK_OTHER);
	j->otherseen = call_arg_id(call, PK_OTHERVER);
	if (j->save.id == j->other)
		return call_answer_error(call, PE_BAD_REQUEST,
		    N_("A record cannot be merged into itself."));
	j->save.set = call_arg(call, PK_SET);
	if (j->save.set != NULL && !check_shape(j->save.book, j->save.set, &ps)) {
		call_answer_problems(call, PE_BAD_REQUEST, N_("The fields are not in order."), &ps);
		problems_free(&ps);
		return CALL_DONE;
	}
	problems_free(&ps);
	call->body = merge_body;
	call->finish = merge_finish;
	return CALL_COMMIT;
}

enum call_step
op_unmerge(struct call *call)
{
	struct merge_job	*j = parse_merge(call);

	if (j == NULL)
		return CALL_DONE;
	j->other = call_arg_id(call, PK_ID);
	j->otherseen = j->save.seen;
	call->body = undo_body;
	call->finish = undo_finish;
	return CALL_COMMIT;
}

/* ---- by number ------------------------------------------------------------------------------- */

struct numbered {
	const char	*number;
	struct rec	*rec;
};

static bool
numbered_each(struct rec *rec, const struct term_match *term_match, void *arg)
{
	struct numbered	*n = arg;

	(void)term_match;
	if (strcmp(rec->number, n->number) == 0)
		n->rec = rec;
	else
		rec_free(rec);
	return n->rec == NULL;
}

struct rec *
ops_get_by_number(struct call *call, const struct book *book, const char *number)
{
	struct numbered	 n = { number, NULL };
	struct rec	*survivor;
	bool		 cut = false;
	enum store_err	 e = number[0] != '\0' ? query_find(call->core, call->actor, book, number,
	    numbered_each, &n, &cut) : STORE_OK;

	if (e != STORE_OK)
		call_answer_store(call, (int)e);
	else if (n.rec == NULL)
		call_answer_error(call, PE_MISSING,
		    N_("There is no such record, or it is outside your area."));
	if (n.rec == NULL || !rec_merged(n.rec))
		return n.rec;
	/*
	 * where the remaining record is out of reach, the merged one is shown, which tells the
	 * place
	 */
	if ((survivor = rec_dup(n.rec)) != NULL &&
	    merge_survivor(call->core, NULL, &survivor) == REC_OK &&
	    access_allowed(call->actor, ACCESS_SEE, survivor, NULL)) {
		rec_free(n.rec);
		return survivor;
	}
	rec_free(survivor);
	return n.rec;
}

/* ---- showing merged records ------------------------------------------------------------------ */

static struct val *
show_name(const struct rec *rec, const struct form_ctx *ctx)
{
	struct val	*v = val_map();
	struct buf	 title = BUF_INIT;
	bool		 ok;

	record_title(rec->book, rec->fields, ctx, &title);
	ok = v != NULL && val_put(v, PK_ID, val_int((int64_t)rec->id)) &&
	    val_put(v, PK_NUMBER, val_text(rec->number)) &&
	    val_put(v, PK_TITLE, val_text(buf_str(&title)));
	buf_free(&title);
	if (ok)
		return v;
	val_free(v);
	return NULL;
}

/*
 * Rows and records mention many such records without an entry in the trail for each, so they tell
 * no place.
 */
static struct val *
show_office(void)
{
	struct val	*v = val_map();

	if (val_put(v, PK_OFFICE, val_bool(true)))
		return v;
	val_free(v);
	return NULL;
}

bool
ops_put_merged_into(const struct call *call, const struct rec *rec, const struct form_ctx *ctx,
    struct val *out)
{
	struct rec	*survivor = rec_dup(rec);
	bool		 ok = survivor != NULL, sees = true;

	if (!rec_merged(rec) || !ok) {
		rec_free(survivor);
		return ok;
	}
	while (rec_merged(survivor)) {
		uint64_t	 id = (uint64_t)val_get_num(survivor->env, PK_INTO, 0);

		rec_free(survivor);
		if (rec_get(call->core, NULL, id, &survivor) != REC_OK)
			return true;		/* verify reports damage */
		sees = access_allowed(call->actor, ACCESS_SEE, survivor, NULL);
		survivor = ops_rec_as_shown(call, survivor, ctx);
	}
	ok = val_put(out, PK_INTO, sees ? show_name(survivor, ctx) : show_office());
	rec_free(survivor);
	return ok;
}

bool
ops_put_merged_from(const struct call *call, const struct rec *rec, const struct form_ctx *ctx,
    struct val *out)
{
	const struct val	*ids = val_get(rec->env, PK_JOINED);
	struct val		*list = val_list();
	bool			 ok = list != NULL;

	for (size_t i = 0; ok && i < val_len(ids); i++) {
		struct rec	*one;

		if (rec_get(call->core, NULL, (uint64_t)val_num(val_at(ids, i), 0), &one) != REC_OK)
			continue;
		if (access_allowed(call->actor, ACCESS_SEE, one, NULL)) {
			one = ops_rec_as_shown(call, one, ctx);
			ok = val_add(list, show_name(one, ctx));
		}
		rec_free(one);
	}
	if (ok && val_len(list) > 0)
		return val_put(out, PK_JOINED, list);
	val_free(list);
	return ok;
}
