#ifndef CORE_ACCESS_ACTOR_H
#define CORE_ACCESS_ACTOR_H

#include "core/env/env.h"
#include "core/rec/scope.h"

/*
 * A person at work, with the account as it was when the request began. The name comes from the
 * kernel's peer uid (in a demo store from the chosen persona), never from what the client says.
 */
struct actor {
	atomic_uint		 refs;
	uid_t			 uid;
	char			*user;		/* system account name */
	char			*name;		/* person's name */
	char			*from;		/* address of the SSH session, or "local" */
	uint64_t		 account;	/* record id of the account, 0 for local */
	const struct role	*role;		/* NULL for local */
	bool			 local;		/* root or the service account at the server:
						   accounts, areas and maintenance, no case data */
	struct scope		*scopes;	/* the granted scopes: areas or bodies */
	size_t			 nscopes;
};

enum actor_err {
	ACTOR_OK,
	ACTOR_UNKNOWN,			/* no account of this name */
	ACTOR_SUSPENDED,
	ACTOR_PROPOSED,			/* no second administrator has confirmed it */
	ACTOR_OUT_OF_DATE,			/* before its first or after its last day */
	ACTOR_BROKEN,			/* the role is unknown, or the areas do not fit it */
	ACTOR_SYS
};

/*
 * An actor with an account, without role and areas yet. NULL: memory. The caller calls
 * actor_unref().
 */
struct actor	*actor_new(const char *user, const char *name, const char *from, uid_t);
/* The local administrator: root or the service account at the server. NULL: memory. */
struct actor	*actor_local(uid_t, const char *from);
struct actor	*actor_ref(struct actor *);
void		 actor_unref(struct actor *);
/*
 * The area of an actor who was granted exactly one: the default of an area field with `default:
 * own-area`. NULL: no area, several, or a body.
 */
const char	*actor_own_area(const struct actor *);
const char	*actor_err_text(enum actor_err);		/* msgid */
/*
 * Whether two names are the same, regardless of blanks and the width of letters. False when one is
 * NULL or "".
 */
bool		 actor_same_name(const char *, const char *);

#endif
