#ifndef CORE_CORE_H
#define CORE_CORE_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "core/env/fault.h"
#include "core/store/commit.h"
#include "core/store/home.h"
#include "core/store/store.h"
#include "forms/check.h"

/*
 * The daemon without its sockets: an open home with its definitions, able to answer requests (core/ops/ops.h). The daemon
 * runs it behind sessions, the tools run it alone when no daemon does.
 */
struct index_catalog;
struct checkouts;
struct actor;

struct core {
	struct home		*home;
	struct store		*store;
	struct committer	*committer;
	struct set		*set;
	struct index_catalog		*index_catalog;	/* which index rows a record has; core/record/index.h */
	struct checkouts		*checkouts;	/* who has which record open; core/access/checkout.h */
	bool			 demo;
	size_t			 scan_limit;	/* rows and records one question looks at before it is answered in part */
	struct buf		 trail_problem;	/* one line, empty when the end of the trail is in order */
	_Atomic int64_t		 newest;	/* core_time_newest() */
	atomic_bool		 behind;	/* the log was told that the clock is */

	pthread_mutex_t		 areas_lock;	/* of the three below */
	struct areas		*areas;		/* replaced when an area is saved; use core_ctx_acquire() */
	size_t			 holders;
	struct retired		*retired;	/* replaced ones, freed when nobody holds any */

	void			(*log)(enum store_log, const char *line, void *arg);
	void			*log_arg;
};

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

/*
 * Moments: UTC seconds, and the county's day; core/env/time.c. A demo store obeys SHOUWANG_NOW (UTC seconds), for tests.
 *
 * The newest entry of the trail tells how late it is at least. A machine's clock that is set back neither turns back the day by
 * which duties are judged nor the order of the trail: core_now() is never before that entry. While the clock is more than
 * TIME_SLACK behind it nothing but drafts is saved, for a false day would stand in records; the way out is a clock that is put right, or
 * core_time_accept(), when the clock was ahead before.
 */
#define TIME_SLACK	60			/* seconds: as far as a time service may correct a clock unnoticed */

int64_t		 core_time_wall(const struct core *);	/* what the machine's clock says */
int64_t		 core_now(const struct core *);
int		 core_today(const struct core *);
int64_t		 core_time_newest(const struct core *);	/* the moment of the newest entry of the trail, 0 = none yet */
void		 core_time_stamp(struct core *, int64_t moment);	/* an entry of this moment is written: the newest from here on */
void		 core_time_load(struct core *);	/* at start: reads the newest entry */
/* Whether the clock is too far behind. An alarm goes to the log when that begins, and a line when it ends. Any thread. */
bool		 core_time_behind(struct core *);
void		 core_time_accept(struct core *, int64_t newest);	/* from here on this counts as the newest */
/* "2026-03-12 10:00" in the county. */
void		 core_time_print(int64_t moment, char out[17]);

/*
 * Fills ctx for checks and printing. Its areas stay valid until core_ctx_release(); holding them keeps nobody waiting, neither
 * other holders nor core_areas_load(), so a long scan may hold them throughout.
 */
void		 core_ctx_acquire(struct core *, enum lang, struct form_ctx *);
void		 core_ctx_release(struct core *);
/* Reads the area book again; from the committer's done or at start. */
bool		 core_areas_load(struct core *);

/* ---- who asks ----------------------------------------------------------------------------------------------- */

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
	char			**areas;	/* granted area codes */
	size_t			 nareas;
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

enum actor_err	 actor_load(struct core *, const char *user, uid_t, const char *from, struct actor **out);
struct actor	*actor_local(uid_t, const char *from);
struct actor	*actor_ref(struct actor *);
void		 actor_unref(struct actor *);
/* His own area when there is just one: a director's new child lives in his village unless he says otherwise. NULL: none. */
const char	*actor_own_area(const struct actor *);
const char	*actor_err_text(enum actor_err);		/* msgid */

#endif
