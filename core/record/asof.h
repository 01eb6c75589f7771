#ifndef CORE_RECORD_ASOF_H
#define CORE_RECORD_ASOF_H

#include "core/record/index.h"
#include "forms/attr.h"

/*
 * A record with all that stands under it: as it is, or as it was at the end of a day. The past is put together from the
 * versions kept: of each record the last one saved by then, wherever it stands by now, the owner's with what it learns from
 * the others (taken fields, the days its duties were last done) as those stood. What counts the records that link to it is
 * empty in the past: who did then is not kept. Nobody's rights are asked here.
 */
struct asof_child {
	struct rec	*now;		/* owned */
	struct rec	*then;		/* the same one in a file of the present, else owned */
	int		 day;		/* told of by `then` */
	int		 depth;		/* 1: a child of the file's record, 2: a child of one of these … */
};

struct asof {
	int		 on;		/* 0 = as it is */
	struct rec	*rec;		/* owned */
	struct asof_child	*at;		/* by book, the latest day first, of one day the one made last */
	size_t		 n, cap;
};

/* REC_MISSING: it was not made yet. today: of the request. The caller frees *out, also after an error. */
enum rec_err	 asof_read(struct core *, const struct rec *now, int on, int today, struct asof *out) MUST_USE;
void		 asof_free(struct asof *);

/* The last version of a record saved by the end of that day; REC_MISSING: it was made later. */
enum rec_err	 asof_version(struct core *, const struct rec *now, int on, struct rec **out) MUST_USE;

/*
 * Whether it can be said when a duty of the file's record, or of one under it, was due: not of the past, when what the duty waits for
 * came and went by records under that one, for the day it began then is not kept.
 */
bool		 asof_deadline_known(const struct asof *, const struct rec *, const struct clock *);

/* ---- what happened to it ------------------------------------------------------------------------------------ */

#define EVENT_KEY	24		/* moment, record, version: 8 bytes each */

struct event {
	struct rec	*rec;		/* owned: the version that was made */
	struct rec	*was;		/* owned: the version before, NULL for the first */
	unsigned char	 key[EVENT_KEY];
};

struct events {
	struct event	*at;		/* newest first */
	size_t		 n;
	bool		 more;
};

/*
 * The newest `limit` versions of the file's record and of those under it that `seen` lets through (it is asked of the record as it
 * is now), before a key (NULL = from the end), not later than the file's own day. The caller frees *out, also after an error.
 */
typedef bool	 asof_visible_fn(const struct rec *now, void *arg);
enum rec_err	 asof_events(struct core *, const struct rec *now, const struct asof *, const unsigned char *before, size_t limit,
		    asof_visible_fn *seen, void *arg, struct events *out) MUST_USE;
void		 asof_events_free(struct events *);

#endif
