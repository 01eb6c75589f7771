#include "core/ops/ops_int.h"

#include <string.h>

#include "core/record/under.h"

/*
 * What a new record under another begins with: what its fields take from the latest of its like or from the owner, and
 * defaults. Nothing that the one who asks does not see where it comes from, or could not write here; what is masked there only when
 * he asks for it whole.
 */
struct starting {
	const struct call	*call;
	const struct book	*book;
	struct rec		*last;		/* the latest he may see, or NULL */
	bool			 whole;		/* what is masked is asked for in full */
	bool			 told, revealed; /* something of the file it will stand in; and that something masked */
};

static bool
latest_seen(uint64_t id, int day, void *arg)
{
	struct starting	*s = arg;

	(void)day;
	if (rec_get(s->call->core, NULL, id, &s->last) != REC_OK)
		return true;
	if (!rec_merged(s->last) && may(s->call->actor, VERB_SEE, s->last, NULL))
		return false;
	rec_free(s->last);
	s->last = NULL;
	return true;
}

static bool
seen_in_full(const struct starting *s, const struct field *f)
{
	for (size_t i = 0; i < f->nfields; i++)
		if (!seen_in_full(s, &f->fields[i]))
			return false;
	return (f->mask == MASK_NO || s->whole) && may_see_field(s->call->actor, f);
}

static bool
masked(const struct field *f)
{
	for (size_t i = 0; i < f->nfields; i++)
		if (masked(&f->fields[i]))
			return true;
	return f->mask != MASK_NO;
}

static bool
start_field(struct starting *s, const struct field *f, const struct rec *from, const struct form_ctx *ctx, struct rec *now)
{
	struct val		*owned = NULL;
	const struct val	*v;
	bool			 ok = true;

	if (from == NULL || !seen_in_full(s, f->starts_from))
		return true;
	v = f->starts_from->fields != NULL ? val_get(from->fields, f->starts_from->name) :
	    record_value(f->starts_from, from->fields, ctx, &owned);
	if (!value_empty(v)) {
		ok = val_set(now->fields, f->path, val_dup(v));
		s->told = true;
		s->revealed = s->revealed || masked(f->starts_from);
	}
	val_free(owned);
	return ok;
}

/* Fields he may not write would be refused when he saves; what belongs there the server fills in itself, so that is shown. */
static void
drop_unwritable(const struct actor *actor, struct rec *now)
{
	for (size_t i = 0; i < now->book->nall; i++) {
		const struct field	*f = now->book->all[i];

		if (may_change_field(actor, now, f) || under_given(now->book, f) || (f->group != NULL && f->group->many))
			continue;
		val_drop(f->group != NULL ? val_get(now->fields, f->group->name) : now->fields, f->name);
	}
}

static bool
start_fields(struct starting *s, const struct rec *owner, struct rec *now)
{
	struct form_ctx	 ctx;
	bool		 ok = under_each(s->call->core, NULL, s->book, owner->id, latest_seen, s) == STORE_OK;

	call_hold(s->call, &ctx);
	for (size_t i = 0; ok && i < s->book->nall; i++) {
		const struct field	*f = s->book->all[i];

		if (f->starts != STARTS_EMPTY)
			ok = start_field(s, f, f->starts == STARTS_OWNER ? owner : s->last, &ctx, now);
	}
	ok = ok && check_derive(s->book, now->fields, now->state->name, true, actor_own_area(s->call->actor), &ctx);
	core_release(s->call->core);
	rec_free(s->last);
	drop_unwritable(s->call->actor, now);
	return ok;
}

static struct val *
start_reply(struct call *call, const struct rec *owner, const struct rec *now)
{
	struct val	*reply = val_map(), *of = val_map();
	struct buf	 title = BUF_INIT;
	struct form_ctx	 ctx;
	bool		 ok;

	call_hold(call, &ctx);
	record_title(owner->book, owner->fields, &ctx, &title);
	core_release(call->core);
	ok = val_put(of, "id", val_int((int64_t)owner->id)) && val_put(of, "title", val_text(buf_str(&title)));
	ok = val_put(reply, "owner", of) && ok;
	ok = val_put(reply, "fields", val_dup(now->fields)) && ok;
	ok = ok && put_draft(call, now->book, 0, owner->id, reply);
	buf_free(&title);
	if (ok)
		return reply;
	val_free(reply);
	return NULL;
}

/* Takes owner. What a form begins with has been read in the file. */
static enum call_step
answer_start(struct call *call, const struct starting *s, struct rec *owner, const struct rec *now)
{
	struct val	*reply = start_reply(call, owner, now);

	if (s->told && reply != NULL)
		return answer_read(call, owner, 0, s->revealed, reply);
	rec_free(owner);
	return answer_ok(call, reply);
}

/* Takes owner. */
static enum call_step
start_under(struct call *call, const struct book *book, struct rec *owner)
{
	struct starting	 s = { .call = call, .book = book, .whole = val_get_true(call->req, "whole") };
	enum call_step	 step = CALL_DONE;
	struct rec	*now = rec_new(book);

	if (now == NULL || !val_put(now->fields, book->under->name, val_int((int64_t)owner->id)) ||
	    !rec_set_parent(now, owner))
		answer_store(call, STORE_SYS);
	else if (!may(call->actor, VERB_CREATE, now, NULL))
		answer_error(call, "denied", N_("You may not begin such a record here."));
	else if (!start_fields(&s, owner, now))
		answer_store(call, STORE_SYS);
	else {
		step = answer_start(call, &s, owner, now);
		owner = NULL;
	}
	rec_free(now);
	rec_free(owner);
	return step;
}

enum call_step
op_start(struct call *call)
{
	const struct book	*book = arg_book(call);
	struct rec		*owner;
	uint64_t		 id;

	if (book == NULL || !arg_id(call, "under", &id))
		return CALL_DONE;
	if (book->under == NULL)
		return answer_error(call, "bad-request", N_("Records of this book stand under no other."));
	owner = get_visible(call, book->under->to, id);
	return owner != NULL ? start_under(call, book, owner) : CALL_DONE;
}
