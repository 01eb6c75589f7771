#ifndef CORE_RECORD_ASOF_H
#define CORE_RECORD_ASOF_H

#include "core/record/index.h"
#include "forms/attr.h"

/*
 * A casefile: a record with all its child records, as they are now or as they were at the end of a
 * day. The past is put together from the versions that are kept: of each record the last version
 * saved by then, wherever the record is now. The rollup fields of a parent, and the days on which
 * its deadlines were last done, are computed again from the child records as they were. Fields that
 * count links are empty in the past, because no earlier links are kept. These functions check no
 * rights.
 */
struct asof_child {
	struct rec	*now;		/* owned */
	struct rec	*then;		/* the same pointer in a present casefile, else owned */
	int		 day;		/* child_day() of `then` */
	int		 depth;		/* 1: a child of the casefile's record, 2: a child of such a
					   child … */
};

struct asof {
	int		 on;		/* 0 = as it is */
	struct rec	*rec;		/* owned */
	struct asof_child	*at;		/* by book, then latest day first, then newest
						   record first */
	size_t		 n, cap;
};

/*
 * REC_MISSING: the record did not exist yet. today: the day of the request. The caller frees *out,
 * also after an error.
 */
enum rec_err	 asof_read(struct core *, const struct rec *now, int on, int today,
		    struct asof *out) MUST_USE;
void		 asof_free(struct asof *);

/*
 * The last version of a record saved by the end of that day. REC_MISSING: the record was created
 * later.
 */
enum rec_err	 asof_version(struct core *, const struct rec *now, int on,
		    struct rec **out) MUST_USE;

/*
 * Whether the due day of a deadline of the casefile's record, or of one of its children, is known.
 * It is not known for a past day when child records decided the condition of the clock, because the
 * day on which the deadline began then is not kept.
 */
bool		 asof_deadline_known(const struct asof *, const struct rec *, const struct clock *);

/* ---- history of a casefile ------------------------------------------------------------------- */

#define EVENT_KEY	24		/* moment, record, version: 8 bytes each */

struct event {
	struct rec	*rec;		/* owned: the version that was saved */
	struct rec	*was;		/* owned: the version before; NULL for the first version */
	unsigned char	 key[EVENT_KEY];
};

struct events {
	struct event	*at;		/* newest first */
	size_t		 n;
	bool		 more;
};

/*
 * The newest `limit` versions of the casefile's record and of its children, not later than the
 * casefile's day. Children are left out unless `seen` is true of the record as it is now. before:
 * the key of an event, only older events are given; NULL = from the newest. The caller frees *out,
 * also after an error.
 */
typedef bool	 asof_visible_fn(const struct rec *now, void *arg);
enum rec_err	 asof_events(struct core *, const struct rec *now, const struct asof *,
		    const unsigned char *before, size_t limit,
		    asof_visible_fn *seen, void *arg, struct events *out) MUST_USE;
void		 asof_events_free(struct events *);

#endif
