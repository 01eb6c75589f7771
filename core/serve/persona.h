#ifndef CORE_SERVE_PERSONA_H
#define CORE_SERVE_PERSONA_H

#include "core/access/actor.h"
#include "forms/attr.h"

#define PERSONAS_MAX	500

/*
 * The personas of a demo store: [{"user","name","role"}], every account that could log in today, by
 * user name. The caller's; NULL: memory or the store failed.
 */
/*
 * The persona of the administrator at the server: offered to nobody, and given to root and to the
 * user whom the daemon runs as, so that shouwang-admin works on a demo store like on any other.
 */
#define PERSONA_LOCAL	"local"

struct val	*persona_list(struct core *) MUST_USE;

#endif
