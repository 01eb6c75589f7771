#ifndef CORE_EDITING_H
#define CORE_EDITING_H

#include "core/core.h"

/*
 * Who has which record open, so that two do not fill in the same one unknowingly. A courtesy, not a lock: it lives in
 * memory only, ends by itself half an hour after the last sign of the person, and the versions of records decide.
 * Any thread.
 */
struct editing;

#define EDITING_SILENT	1800		/* seconds without a sign after which nobody is there any more */

struct editing	*editing_new(void);	/* NULL: memory */
void		 editing_free(struct editing *);

/* He opens this record. session 0: none that could end. False: memory. */
bool		 editing_open(struct editing *, uint64_t record, const struct actor *, uint64_t session, int64_t now);
/* A sign of life: as above, but whoever was taken over stays so until he opens it anew. */
bool		 editing_sign(struct editing *, uint64_t record, const struct actor *, uint64_t session, int64_t now);
/* He opens it, and from now on it is his: the others are taken over, and are told when they next give a sign. */
bool		 editing_take(struct editing *, uint64_t record, const struct actor *, uint64_t session, int64_t now);

void		 editing_done(struct editing *, uint64_t record, const char *user);
void		 editing_session_over(struct editing *, uint64_t session);

/* {"by","name","since"} of the first other person who has it open. NULL: nobody, or memory. */
struct val	*editing_other(struct editing *, uint64_t record, const char *user, int64_t now);
/* {"by","name","at"} of who took it over from him; told once. NULL: nobody did. */
struct val	*editing_taken(struct editing *, uint64_t record, const char *user);

#endif
