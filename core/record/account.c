#include "core/record/account.h"

#include <stdlib.h>
#include <string.h>

#include "core/record/query.h"

/*
 * A role is granted for areas of one level: a supervisor has townships, a director villages. A role
 * of the whole county needs no areas.
 */
static bool
load_areas(struct actor *actor, const struct val *list, const char *county)
{
	size_t		 n = val_len(list);
	bool		 whole = n == 0 && actor->role->level == AREA_COUNTY;
	const char	*code;

	if (actor->role->level == AREA_COUNTRY)
		return true;
	if ((n == 0 && !whole) || (actor->scopes = calloc(whole ? 1 : n, sizeof *actor->scopes)) ==
	    NULL)
		return false;
	for (size_t i = 0; i < (whole ? 1 : n); i++) {
		code = whole ? county : val_str(val_at(list, i));
		if (code == NULL || area_level(code) != actor->role->level)
			return false;
		actor->scopes[actor->nscopes++] = scope_place(code);
	}
	return true;
}

static bool
load_bodies(struct actor *actor, const struct val *list)
{
	size_t	 n = val_len(list);

	if (n == 0 || (actor->scopes = calloc(n, sizeof *actor->scopes)) == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		int64_t	 id = val_num(val_at(list, i), 0);

		if (id <= 0)
			return false;
		actor->scopes[actor->nscopes++] = scope_body((uint64_t)id);
	}
	return true;
}

static bool
load_scopes(struct actor *actor, const struct val *fields, const char *county)
{
	return actor->role->bodies ? load_bodies(actor, val_get(fields, "bodies")) :
	    load_areas(actor, val_get(fields, "areas"), county);
}

static enum actor_err
from_account(struct core *core, const struct rec *rec, uid_t uid, const char *from,
    struct actor **out)
{
	const char	*role = val_get_str(rec->fields, "role"),
	    *name = val_get_str(rec->fields, "name");
	int		 today = env_today(core);
	struct actor	*actor;

	if (strcmp(rec->state->name, "active") != 0)
		return rec->state == rec->book->start ? ACTOR_PROPOSED : ACTOR_SUSPENDED;
	if (val_get_num(rec->fields, "from", 0) > today ||
	    val_get_num(rec->fields, "until", INT64_MAX) < today)
		return ACTOR_OUT_OF_DATE;
	if ((actor = actor_new(val_get_str(rec->fields, "user"), name != NULL ? name : "", from,
	    uid)) == NULL)
		return ACTOR_SYS;
	actor->account = rec->id;
	if (role == NULL || (actor->role = set_role(core->set, role)) == NULL ||
	    !load_scopes(actor, rec->fields, core->set->county_code)) {
		actor_unref(actor);
		return ACTOR_BROKEN;
	}
	*out = actor;
	return ACTOR_OK;
}

enum actor_err
account_load_actor(struct core *core, const char *user, uid_t uid, const char *from,
    struct actor **out)
{
	const struct field	*f = book_field(set_book(core->set, "account"), "user");
	struct val		*name = val_text(user);
	struct rec		*rec = NULL;
	uint64_t		 id = 0;
	enum actor_err		 e;

	*out = NULL;
	if (name == NULL || query_unique(core, NULL, f, name, 0, &id) != STORE_OK)
		e = ACTOR_SYS;
	else if (id == 0)
		e = ACTOR_UNKNOWN;
	else if (rec_get(core, NULL, id, &rec) != REC_OK)
		e = ACTOR_BROKEN;
	else
		e = from_account(core, rec, uid, from, out);
	rec_free(rec);
	val_free(name);
	return e;
}
