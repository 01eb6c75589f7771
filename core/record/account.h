#ifndef CORE_RECORD_ACCOUNT_H
#define CORE_RECORD_ACCOUNT_H

#include "core/access/actor.h"
#include "forms/attr.h"

/*
 * Makes the actor of a login name from its record in the book "account". ACTOR_OK: *out is the
 * caller's; else *out is NULL.
 */
enum actor_err	 account_load_actor(struct core *, const char *user, uid_t, const char *from,
		    struct actor **out) MUST_USE;

#endif
