#ifndef CORE_ACCESS_ACTOR_H
#define CORE_ACCESS_ACTOR_H

#include "core/env/env.h"
#include "core/rec/scope.h"

/*
 * A person at work, as his account stood when the request began. Never what the client says: the name comes from the
 * kernel's peer uid (in a demo store from the chosen persona).
 */
struct actor {
	atomic_uint		 refs;
	uid_t			 uid;
	char			*user;		/* system account name */
	char			*name;		/* person's name */
	char			*from;		/* where he sits: address of the SSH session, or "local" */
	uint64_t		 account;	/* record id of the account, 0 for local */
	const struct role	*role;		/* NULL for local */
	bool			 local;		/* root or the service account at the server itself: accounts, areas and
						   maintenance, no case data */
	struct scope		*scopes;	/* granted: places, or bodies */
	size_t			 nscopes;
};

enum actor_err {
	ACTOR_OK,
	ACTOR_UNKNOWN,			/* no account of this name */
	ACTOR_SUSPENDED,
	ACTOR_PROPOSED,			/* a second administrator has not confirmed it */
	ACTOR_OUT_OF_DATE,			/* before its first or after its last day */
	ACTOR_BROKEN,			/* role unknown, areas do not fit it */
	ACTOR_SYS
};

/* One with an account, without role and areas yet. NULL: memory. actor_unref() it. */
struct actor	*actor_new(const char *user, const char *name, const char *from, uid_t);
/* root or the service account at the server. */
struct actor	*actor_local(uid_t, const char *from);
struct actor	*actor_ref(struct actor *);
void		 actor_unref(struct actor *);
/*
 * The area of the actor who was granted exactly one: the default of an area field with `default: own-area`. NULL: none, several,
 * or a body.
 */
const char	*actor_own_area(const struct actor *);
const char	*actor_err_text(enum actor_err);		/* msgid */
/* The same name, however blanks and the width of letters were typed. NULL and "" are nobody's. */
bool		 actor_same_name(const char *, const char *);

#endif
