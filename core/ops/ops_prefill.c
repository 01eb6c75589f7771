#include "core/ops/ops_int.h"

#include <string.h>

#include "core/record/children.h"

/*
 * The initial values of a new child record: from the latest record of its kind, from the parent,
 * and defaults. Only values that the actor may see at their source and may write here; masked ones
 * only when the request asks for them in full.
 */
struct prefill {
	const struct call	*call;
	const struct book	*book;
	struct rec		*last;		/* the latest one the actor may see, or NULL */
	bool			 whole;		/* masked values are requested in full */
	bool			 disclosed, unmasked; /* values of the parent's file were shown; and
						         masked values were shown in full */
};

static bool
latest_visible(uint64_t id, int day, void *arg)
{
	struct prefill	*s = arg;

	(void)day;
	if (rec_get(s->call->core, NULL, id, &s->last) != REC_OK)
		return true;
	if (!rec_merged(s->last) && access_allowed(s->call->actor, ACCESS_SEE, s->last, NULL))
		return false;
	rec_free(s->last);
	s->last = NULL;
	return true;
}

static bool
fully_visible(const struct prefill *s, const struct field *f)
{
	for (size_t i = 0; i < f->nfields; i++)
		if (!fully_visible(s, &f->fields[i]))
			return false;
	return (f->mask == MASK_NO || s->whole) && access_see_field(s->call->actor, f);
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
prefill_field(struct prefill *s, const struct field *f, const struct rec *from,
    const struct form_ctx *ctx, struct rec *now)
{
	struct val		*owned = NULL;
	const struct val	*v;
	bool			 ok = true;

	if (from == NULL || !fully_visible(s, f->initial_source))
		return true;
	v = f->initial_source->fields != NULL ? val_get(from->fields, f->initial_source->name) :
	    record_value(f->initial_source, from->fields, ctx, &owned);
	if (!type_value_empty(v)) {
		ok = val_set(now->fields, f->path, val_dup(v));
		s->disclosed = true;
		s->unmasked = s->unmasked || masked(f->initial_source);
	}
	val_free(owned);
	return ok;
}

/*
 * Fields the actor may not write would be refused in the save; the daemon fills them in itself when
 * it saves.
 */
static void
drop_unwritable(const struct actor *actor, struct rec *now)
{
	for (size_t i = 0; i < now->book->nall; i++) {
		const struct field	*f = now->book->all[i];

		if (access_change_field(actor, now, f) || child_is_inherited(now->book, f) ||
		    (f->group != NULL && f->group->many))
			continue;
		val_drop(f->group != NULL ? val_get(now->fields, f->group->name) : now->fields,
		    f->name);
	}
}

static bool
prefill_fields(struct prefill *s, const struct rec *parent, struct rec *now)
{
	struct form_ctx	 ctx;
	bool		 ok = child_each(s->call->core, NULL, s->book, parent->id, latest_visible,
	    s) == STORE_OK;

	call_hold(s->call, &ctx);
	for (size_t i = 0; ok && i < s->book->nall; i++) {
		const struct field	*f = s->book->all[i];

		if (f->initial != INITIAL_EMPTY)
			ok = prefill_field(s, f, f->initial == INITIAL_PARENT ? parent : s->last,
			    &ctx, now);
	}
	ok = ok && check_derive(s->book, now->fields, now->state->name, true,
	    actor_own_area(s->call->actor), &ctx);
	env_ctx_release(s->call->core);
	rec_free(s->last);
	drop_unwritable(s->call->actor, now);
	return ok;
}

static struct val *
prefill_reply(struct call *call, const struct rec *parent, const struct rec *now)
{
	struct val	*reply = val_map(), *of = val_map();
	struct buf	 title = BUF_INIT;
	struct form_ctx	 ctx;
	bool		 ok;

	call_hold(call, &ctx);
	record_title(parent->book, parent->fields, &ctx, &title);
	env_ctx_release(call->core);
	ok = val_put(of, PK_ID, val_int((int64_t)parent->id)) &&
	    val_put(of, PK_TITLE, val_text(buf_str(&title)));
	ok = val_put(reply, PK_PARENT, of) && ok;
	ok = val_put(reply, PK_FIELDS, val_dup(now->fields)) && ok;
	ok = ok && ops_put_draft(call, now->book, 0, parent->id, reply);
	buf_free(&title);
	if (ok)
		return reply;
	val_free(reply);
	return NULL;
}

/* Takes parent. Initial values are content of the parent's file, so this is a look at it. */
static enum call_step
answer_prefill(struct call *call, const struct prefill *s, struct rec *parent,
    const struct rec *now)
{
	struct val	*reply = prefill_reply(call, parent, now);

	if (s->disclosed && reply != NULL)
		return ops_answer_read(call, parent, 0, s->unmasked, reply);
	rec_free(parent);
	return call_answer_ok(call, reply);
}

/* Takes ownership of parent. */
static enum call_step
prefill_child(struct call *call, const struct book *book, struct rec *parent)
{
	struct prefill	 s = { .call = call, .book = book, .whole = call_arg_true(call, PK_WHOLE) };
	enum call_step	 step = CALL_DONE;
	struct rec	*now = rec_new(book);

	if (now == NULL || !val_put(now->fields, book->under->name, val_int((int64_t)parent->id)) ||
	    !rec_set_parent(now, parent))
		call_answer_store(call, STORE_SYS);
	else if (!access_allowed(call->actor, ACCESS_CREATE, now, NULL))
		call_answer_error(call, PE_DENIED, N_("You may not begin such a record here."));
	else if (!prefill_fields(&s, parent, now))
		call_answer_store(call, STORE_SYS);
	else {
		step = answer_prefill(call, &s, parent, now);
		parent = NULL;
	}
	rec_free(now);
	rec_free(parent);
	return step;
}

enum call_step
op_start(struct call *call)
{
	const struct book	*book = call_arg_book(call);
	struct rec		*parent;

	if (book == NULL)
		return CALL_DONE;
	if (book->under == NULL)
		return call_answer_error(call, PE_BAD_REQUEST,
		    N_("Records of this book stand under no other."));
	parent = ops_get_visible(call, book->under->link_book, call_arg_id(call, PK_UNDER));
	return parent != NULL ? prefill_child(call, book, parent) : CALL_DONE;
}
