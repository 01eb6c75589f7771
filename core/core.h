#ifndef CORE_CORE_H
#define CORE_CORE_H

#include "core/access/actor.h"
#include "core/env/env.h"
#include "core/env/fault.h"

/*
 * The daemon without its sockets: an open home with its definitions, able to answer requests (core/ops/ops.h). The daemon
 * runs it behind sessions, the tools run it alone when no daemon does.
 */
/* What to do about an audit trail whose end is not as HOME/head says (core/record/audit.h). */
enum core_trail {
	CORE_TRAIL_REFUSE,			/* core_open() fails */
	CORE_TRAIL_REPORT				/* it opens, core->trail_problem has the line, HOME/head is left alone */
};

struct core_opts {
	struct store_opts	 store;		/* log, on_dead, cache, …; restored: the trail gets an entry */
	const char		*forms;		/* folder of definitions; NULL = HOME/forms */
	enum core_trail		 trail;
};

/*
 * Opens the home: lock, key, definitions, store, indexes (rows of indexes that are new or changed are made now), areas,
 * committer. FAULT_NONE: *out is the caller's. Else *out is NULL, nothing is left open, and err has one line with what to do
 * (of definitions all problems at once).
 */
enum fault	 core_open(const char *home, const struct core_opts *, struct core **out, struct buf *err);
/*
 * Goes on with a trail that core->trail_problem tells of: an entry "accept-loss" says so, HOME/head is made anew, and the line is
 * emptied. Alone with the store, before any request. False: nothing was accepted, a line in err.
 */
bool		 core_trail_accept(struct core *, const struct actor *, struct buf *err);

void		 core_close(struct core *);	/* drains the committer; NULL is fine */

/* The definitions below a folder, pinyin added, with all the program itself relies on; NULL with every problem in err. */
struct set	*core_set_load(const char *dir, struct buf *err);

#endif
