#ifndef CORE_SERVE_PERSONA_H
#define CORE_SERVE_PERSONA_H

#include "core/access/actor.h"
#include "forms/attr.h"

#define PERSONAS_MAX	500

/*
 * The personas of a demo store: [{"user","name","role"}], every account that could log in today, by
 * user name. The caller's; NULL: memory or the store failed.
 */
struct val	*persona_list(struct core *) MUST_USE;

#endif
