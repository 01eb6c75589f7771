#ifndef CORE_ENV_ENV_H
#define CORE_ENV_ENV_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "core/store/commit.h"
#include "core/store/home.h"
#include "core/store/store.h"
#include "forms/attr.h"
#include "forms/check.h"

/*
 * What every part of the daemon works with: the open home, its definitions, the moment and the
 * county's day, the area tree. core_open() fills the struct; this folder depends on no record code.
 */
struct index_catalog;
struct checkouts;
struct jobs;
struct actor;

struct core {
	struct home		*home;
	struct store		*store;
	struct committer	*committer;
	struct set		*set;
	struct index_catalog		*index_catalog;	/* the indexes of the definitions;
							   core/record/index.h */
	struct checkouts		*checkouts;	/* records that somebody has open;
							   core/access/checkout.h */
	struct jobs		*jobs;	/* work that outlives a connection; core/maint/job.h */
	bool			 demo;
	size_t			 scan_limit;	/* rows and records read for one request; the reply
						   is partial after that many */
	struct buf		 trail_problem;	/* one line; empty when the end of the trail is in
						   order */
	_Atomic int64_t		 newest;	/* env_time_newest() */
	atomic_bool		 behind;	/* an alarm was logged that the clock is behind */

	pthread_mutex_t		 areas_lock;	/* protects the three members below */
	struct areas		*areas;	/* replaced when an area is saved; use env_ctx_acquire() */
	size_t			 holders;
	struct retired		*retired;	/* replaced trees, freed when nobody holds one */

	void			(*log)(enum store_log, const char *line, void *arg);
	void			*log_arg;
};

/*
 * Moments: UTC seconds, and the county's day. A demo store obeys SHOUWANG_NOW (UTC seconds), for
 * tests.
 *
 * The newest entry of the trail is a lower bound of the time. When the clock of the machine is set
 * back, neither the day by which deadlines are decided nor the order of the trail goes back:
 * env_now() is never before that entry. While the clock is more than TIME_SLACK behind it, nothing
 * but drafts is saved, because records would get a wrong day. To end that state, correct the clock,
 * or call env_time_accept() when the clock was ahead before.
 */
#define TIME_SLACK	60			/* seconds by which a time service may correct a
						   clock without notice */

int64_t		 env_time_wall(const struct core *);	/* time of the machine's clock */
int64_t		 env_now(const struct core *);
int		 env_today(const struct core *);
int64_t		 env_time_newest(const struct core *);	/* moment of the newest entry of the trail,
							   0 = none yet */
void		 env_time_stamp(struct core *, int64_t moment);	/* an entry of this moment is
								   written and is the newest from
								   now on */
/*
 * Whether the clock is too far behind. Logs an alarm when that begins, and a line when it ends. For
 * any thread.
 */
bool		 env_time_behind(struct core *);
void		 env_time_accept(struct core *, int64_t newest);	/* from now on this is the
									   newest moment */
/* Prints a moment in county time: "2026-03-12 10:00". */
void		 env_time_print(int64_t moment, char out[17]);

/*
 * Fills ctx for checks and printing. Its areas stay valid until env_ctx_release(). Holding them
 * blocks nobody, neither other holders nor env_replace_areas(), so a long scan may hold them
 * throughout.
 */
void		 env_ctx_acquire(struct core *, enum lang, struct form_ctx *);
void		 env_ctx_release(struct core *);
/*
 * Replaces the area tree by a new one, which belongs to the core from now on. The old tree is freed
 * when nobody holds it. False: memory.
 */
bool		 env_replace_areas(struct core *, struct areas *) MUST_USE;
/* Frees all area trees. Nobody may hold one. */
void		 env_free_areas(struct core *);
/* Writes a line to the log of the daemon or the tool, if there is one. */
void		 env_log(const struct core *, enum store_log, const char *line);

#endif
