#ifndef CORE_CORE_H
#define CORE_CORE_H

#include "core/access/actor.h"
#include "core/env/env.h"
#include "core/env/fault.h"

/*
 * The daemon without its sockets: an open home with its definitions, able to answer requests
 * (core/ops/ops.h). The daemon runs it behind sessions; the tools run it alone when no daemon does.
 */
/*
 * What to do when the end of the audit trail does not agree with HOME/head (core/record/audit.h).
 */
enum core_trail {
	CORE_TRAIL_REFUSE,			/* core_open() fails */
	CORE_TRAIL_REPORT				/* it opens; core->trail_problem has the
							   line, HOME/head is left alone */
};

struct core_opts {
	struct store_opts	 store;		/* log, on_dead, cache, …; restored: the trail gets
						   an entry */
	const char		*forms;		/* folder of definitions; NULL = HOME/forms */
	enum core_trail		 trail;
};

/*
 * Opens the home: lock, key, definitions, store, indexes (new and changed ones are built now),
 * areas, committer. FAULT_NONE: *out is the caller's. Else *out is NULL, nothing is left open, and
 * err has one line with what to do (for definitions, all errors).
 */
enum fault	 core_open(const char *home, const struct core_opts *, struct core **out,
		    struct buf *err);
/*
 * Accepts a trail that core->trail_problem describes: adds an entry "accept-loss", writes HOME/head
 * again, and clears the line. Called before any request, while nothing else uses the store. False:
 * nothing was accepted, one line in err.
 */
bool		 core_trail_accept(struct core *, const struct actor *, struct buf *err);

void		 core_close(struct core *);	/* finishes the committer's work first; NULL is
						   fine */

/*
 * The definitions below a folder, with pinyin and with all that the program itself relies on; NULL
 * with every error in err.
 */
struct set	*core_set_load(const char *dir, struct buf *err);

#endif
