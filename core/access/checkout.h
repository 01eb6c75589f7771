#ifndef CORE_ACCESS_CHECKOUT_H
#define CORE_ACCESS_CHECKOUT_H

#include "core/access/actor.h"

/*
 * Who has which record open, so that two do not fill in the same one unknowingly. A courtesy, not a lock: it lives in
 * memory only, ends by itself half an hour after the last sign of the person, and the versions of records decide.
 * Any thread.
 */
struct checkouts;

#define CHECKOUT_TIMEOUT	1800		/* seconds without a sign after which nobody is there any more */

struct checkouts	*checkout_new(void);	/* NULL: memory */
void		 checkout_free(struct checkouts *);

/* He opens this record. session 0: none that could end. False: memory. */
bool		 checkout_open(struct checkouts *, uint64_t record, const struct actor *, uint64_t session, int64_t now);
/* A sign of life: as above, but whoever was taken over stays so until he opens it anew. */
bool		 checkout_renew(struct checkouts *, uint64_t record, const struct actor *, uint64_t session, int64_t now);
/* He opens it, and from now on it is his: the others are taken over, and are told when they next give a sign. */
bool		 checkout_steal(struct checkouts *, uint64_t record, const struct actor *, uint64_t session, int64_t now);

void		 checkout_release(struct checkouts *, uint64_t record, const char *user);
void		 checkout_end_session(struct checkouts *, uint64_t session);

/* {"by","name","since"} of the first other person who has it open. NULL: nobody, or memory. */
struct val	*checkout_other(struct checkouts *, uint64_t record, const char *user, int64_t now);
/* {"by","name","at"} of who took it over from him; told once. NULL: nobody did. */
struct val	*checkout_stolen(struct checkouts *, uint64_t record, const char *user);

#endif
