#include "core/access/access.h"

#include <string.h>

#include "forms/pred.h"

bool
access_is_own_account(const struct actor *actor, const struct rec *rec)
{
	const char	*user;

	if (rec == NULL || actor->local || strcmp(rec->book->name, "account") != 0)
		return false;
	user = val_get_str(rec->fields, "user");
	return (rec->id != 0 && rec->id == actor->account) ||
	    (user != NULL && strcmp(user, actor->user) == 0) ||
	    actor_same_name(val_get_str(rec->fields, "name"), actor->name);
}

static const struct grant	 local_grant = { REACH_ALL, STATES_ALL, NULL };
static const struct grant	 no_grant = { REACH_NONE, 0, NULL };

static const struct grant *
grant_of(const struct actor *actor, const struct book *book, bool writing)
{
	if (actor->role != NULL)
		return writing ? &book->write[actor->role->index] : &book->see[actor->role->index];
	return actor->local && !book->logged ? &local_grant : &no_grant;
}

/*
 * Whether the record lies in the reach of the actor: by its own scope, or by the scopes of the
 * field in which an act, a list or a clock lies.
 */
static bool
in_reach(const struct actor *actor, const struct grant *grant, const struct rec *rec,
    const struct field *at)
{
	if (grant->reach != REACH_SCOPE)
		return grant->reach == REACH_ALL && rec_has_scope(rec, at);
	for (size_t i = 0; i < actor->nscopes; i++)
		if (rec_within_scope(rec, at, &actor->scopes[i]))
			return true;
	return false;
}

/*
 * Whether the actor may see all ancestors. They lie in the same area, and the record keeps their
 * states (rec_set_parent()), so nothing is read for it.
 */
static bool
ancestors_granted(const struct actor *actor, const struct rec *rec)
{
	size_t	 level = 0;

	for (const struct book *book = rec->book; book->under != NULL;
	    book = book->under->link_book, level++) {
		const struct grant	*grant = grant_of(actor, book->under->link_book, false);
		const struct state	*state = rec_ancestor_state(rec, level);

		if (state == NULL || (grant->states & STATE_BIT(state)) == 0 ||
		    !in_reach(actor, grant, rec, NULL))
			return false;
	}
	return true;
}

static bool
granted(const struct actor *actor, const struct rec *rec, bool writing, const struct field *at)
{
	const struct grant	*grant = grant_of(actor, rec->book, writing);
	const struct pred_ctx	 ctx = { rec->fields, NULL, rec->state->name, 0 };

	return in_reach(actor, grant, rec, at) && (grant->states & STATE_BIT(rec->state)) != 0 &&
	    pred_holds(grant->where, &ctx);
}

static bool
visible_in(const struct actor *actor, const struct rec *rec, const struct field *scope)
{
	return scope != NULL && granted(actor, rec, false, scope);
}

/*
 * A record must open where an act waits for the actor, or a list or a deadline shows it. In a
 * merged record nothing waits any more.
 */
static bool
visible_elsewhere(const struct actor *actor, const struct rec *rec)
{
	if (rec_merged(rec))
		return false;
	for (size_t i = 0; i < rec->book->nacts; i++)
		if (visible_in(actor, rec, rec->book->acts[i].area))
			return true;
	for (size_t i = 0; i < rec->book->nlists; i++)
		if (visible_in(actor, rec, rec->book->lists[i].area))
			return true;
	for (size_t i = 0; i < rec->book->nclocks; i++)
		if (visible_in(actor, rec, rec->book->clocks[i].area))
			return true;
	return false;
}

/* Creating needs the role and the area, and the new record must be visible to its creator. */
static bool
create_allowed(const struct actor *actor, const struct rec *rec)
{
	bool	 by_role = actor->role != NULL ? (rec->book->create & ROLE_BIT(actor->role)) != 0 :
		    actor->local && !rec->book->logged;

	return by_role && granted(actor, rec, false, NULL);
}

/*
 * The user who last did that act; NULL: nobody, or it was done elsewhere before the record was
 * entered here.
 */
static const char *
doer_of(const struct rec *rec, const struct act *act)
{
	return act != NULL ? val_get_str(val_get(rec->env, "doers"), act->name) : NULL;
}

/*
 * Whether the last change is of another person than the actor, by login name and by name, because
 * one person may hold two accounts. A record that is being created is of its creator.
 */
static bool
changed_by_another(const struct actor *actor, const struct rec *rec)
{
	const struct val	*last = val_get(rec->env, "last");
	const char		*by = val_get_str(last, "by");

	return by != NULL && strcmp(by, actor->user) != 0 &&
	    !actor_same_name(val_get_str(last, "name"), actor->name);
}

/*
 * S2 (checking of another person's work): acts with `four-eyes` need two people; acts with
 * `same-person` take back what the same person did.
 */
static bool
act_allowed(const struct actor *actor, const struct rec *rec, const struct act *act)
{
	const char	*other = doer_of(rec, act->four_eyes),
	    *self = doer_of(rec, act->same_person);
	bool		 by_role = actor->role != NULL ? (act->by & ROLE_BIT(actor->role)) != 0 :
			    actor->local && !rec->book->logged;

	if (!by_role || (act->from & STATE_BIT(rec->state)) == 0 ||
	    !granted(actor, rec, false, act->area))
		return false;
	if (actor->local)
		return true;
	if (act->four_eyes_save && !changed_by_another(actor, rec))
		return false;
	return (other == NULL || strcmp(other, actor->user) != 0) &&
	    (self == NULL || strcmp(self, actor->user) == 0);
}

/*
 * Merging is an act: it needs the role and sight, and the area when the role writes such records at
 * all. The fields it changes are checked one by one.
 */
static bool
merge_allowed(const struct actor *actor, const struct rec *rec)
{
	const struct grant	*writes = grant_of(actor, rec->book, true);

	return actor->role != NULL && (rec->book->merge & ROLE_BIT(actor->role)) != 0 &&
	    granted(actor, rec, false, NULL) &&
	    (writes->reach == REACH_NONE || in_reach(actor, writes, rec, NULL));
}

bool
access_allowed(const struct actor *actor, enum access access, const struct rec *rec,
    const struct act *act)
{
	if (!ancestors_granted(actor, rec) ||
	    (access != ACCESS_SEE && access != ACCESS_SEE_BY_SCOPE &&
	    access_is_own_account(actor, rec)))
		return false;
	switch (access) {
	case ACCESS_SEE:
		return granted(actor, rec, false, NULL) || visible_elsewhere(actor, rec);
	case ACCESS_SEE_BY_SCOPE:
		return granted(actor, rec, false, NULL);
	case ACCESS_CREATE:
		return create_allowed(actor, rec);
	case ACCESS_WRITE:
		return !rec_merged(rec) && granted(actor, rec, false, NULL) &&
		    granted(actor, rec, true, NULL);
	case ACCESS_ACT:
		return act_allowed(actor, rec, act);
	case ACCESS_MERGE:
		return merge_allowed(actor, rec);
	}
	return false;
}

bool
access_see_book(const struct actor *actor, const struct book *book)
{
	return grant_of(actor, book, false)->reach != REACH_NONE;
}

bool
access_see_field(const struct actor *actor, const struct field *f)
{
	return actor->role == NULL || ((f->see & ROLE_BIT(actor->role)) != 0 &&
	    (f->group == NULL || (f->group->see & ROLE_BIT(actor->role)) != 0));
}

/* A repeating group is saved whole, so writing it needs the right to write all its fields. */
static bool
write_group_allowed(const struct actor *actor, const struct field *g)
{
	for (size_t i = 0; g->many && i < g->nfields; i++)
		if (g->fields[i].computed == COMPUTED_NO &&
		    !access_write_field(actor, &g->fields[i]))
			return false;
	return true;
}

/*
 * A group alone needs its own roles only; without this the two functions would call each other
 * without end.
 */
bool
access_write_field(const struct actor *actor, const struct field *f)
{
	return write_group_allowed(actor, f) && f->computed == COMPUTED_NO &&
	    access_see_field(actor, f) && (actor->role == NULL ||
	    ((f->write & ROLE_BIT(actor->role)) != 0 &&
	    (f->group == NULL || (f->group->write & ROLE_BIT(actor->role)) != 0)));
}

bool
access_change_field(const struct actor *actor, const struct rec *rec, const struct field *f)
{
	states_t	 fixed = f->fixed | (f->group != NULL ? f->group->fixed : 0);

	return access_write_field(actor, f) && (fixed & STATE_BIT(rec->state)) == 0;
}

bool
access_each_scope(const struct actor *actor, const struct book *book, access_scope_fn *fn,
    void *arg)
{
	const struct grant	*grant = grant_of(actor, book, false);
	const struct scope	 all = scope_all();

	if (grant->reach == REACH_NONE)
		return false;
	if (grant->reach == REACH_ALL) {
		fn(&all, arg);
		return true;
	}
	for (size_t i = 0; i < actor->nscopes; i++)
		fn(&actor->scopes[i], arg);
	return actor->nscopes > 0;
}

/*
 * Rows of child records may be read by everybody who may see all their ancestors, if the states of
 * these allow it.
 */
static bool
ancestors_reach(const struct actor *actor, const struct book *book, enum reach reach)
{
	for (; book->under != NULL; book = book->under->link_book)
		if (grant_of(actor, book->under->link_book, false)->reach < reach)
			return false;
	return true;
}

bool
access_by_scope_only(const struct actor *actor, const struct book *book, const struct pred *where)
{
	const struct grant	*grant = grant_of(actor, book, false);
	states_t		 all = book->nstates >= 32 ? STATES_ALL :
	    (STATE_BIT(&book->states[book->nstates - 1]) << 1) - 1;

	return grant->where == NULL && (pred_states(where, book) & all & ~grant->states) == 0 &&
	    ancestors_reach(actor, book, grant->reach);
}

bool
access_denied_by_scope(const struct actor *actor, const struct rec *rec)
{
	const struct grant	*grant = grant_of(actor, rec->book, false);
	const struct pred_ctx	 ctx = { rec->fields, NULL, rec->state->name, 0 };

	return grant->reach == REACH_SCOPE && !rec_parent_hidden(rec) &&
	    (grant->states & STATE_BIT(rec->state)) != 0 && pred_holds(grant->where, &ctx);
}
