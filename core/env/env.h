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
 * What every part of the daemon works with: the open home, its definitions, the moment and the county's day, the area tree.
 * core_open() fills it (core/env/env.h); this folder knows nothing of records.
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
	struct index_catalog		*index_catalog;	/* which index rows a record has; core/record/index.h */
	struct checkouts		*checkouts;	/* who has which record open; core/access/checkout.h */
	struct jobs		*jobs;		/* work that outlives a connection; core/maint/job.h */
	bool			 demo;
	size_t			 scan_limit;	/* rows and records one question looks at before it is answered in part */
	struct buf		 trail_problem;	/* one line, empty when the end of the trail is in order */
	_Atomic int64_t		 newest;	/* env_time_newest() */
	atomic_bool		 behind;	/* the log was told that the clock is */

	pthread_mutex_t		 areas_lock;	/* of the three below */
	struct areas		*areas;		/* replaced when an area is saved; use env_ctx_acquire() */
	size_t			 holders;
	struct retired		*retired;	/* replaced ones, freed when nobody holds any */

	void			(*log)(enum store_log, const char *line, void *arg);
	void			*log_arg;
};

/*
 * Moments: UTC seconds, and the county's day. A demo store obeys SHOUWANG_NOW (UTC seconds), for tests.
 *
 * The newest entry of the trail tells how late it is at least. A machine's clock that is set back neither turns back the day by
 * which duties are judged nor the order of the trail: env_now() is never before that entry. While the clock is more than
 * TIME_SLACK behind it nothing but drafts is saved, for a false day would stand in records; the way out is a clock that is put right, or
 * env_time_accept(), when the clock was ahead before.
 */
#define TIME_SLACK	60			/* seconds: as far as a time service may correct a clock unnoticed */

int64_t		 env_time_wall(const struct core *);	/* what the machine's clock says */
int64_t		 env_now(const struct core *);
int		 env_today(const struct core *);
int64_t		 env_time_newest(const struct core *);	/* the moment of the newest entry of the trail, 0 = none yet */
void		 env_time_stamp(struct core *, int64_t moment);	/* an entry of this moment is written: the newest from here on */
/* Whether the clock is too far behind. An alarm goes to the log when that begins, and a line when it ends. Any thread. */
bool		 env_time_behind(struct core *);
void		 env_time_accept(struct core *, int64_t newest);	/* from here on this counts as the newest */
/* "2026-03-12 10:00" in the county. */
void		 env_time_print(int64_t moment, char out[17]);

/*
 * Fills ctx for checks and printing. Its areas stay valid until env_ctx_release(). Holding them blocks nobody, neither other
 * holders nor env_replace_areas(), so that a long scan may hold them throughout.
 */
void		 env_ctx_acquire(struct core *, enum lang, struct form_ctx *);
void		 env_ctx_release(struct core *);
/* Puts a fresh area tree (owned from here on) in the place of the present one, which is freed when nobody holds it. False: memory. */
bool		 env_replace_areas(struct core *, struct areas *) MUST_USE;
/* Frees all area trees; nobody may hold one. */
void		 env_free_areas(struct core *);
/* A line for the log of the daemon or the tool, where there is one. */
void		 env_log(const struct core *, enum store_log, const char *line);

#endif
