#ifndef CORE_ACCESS_CHECKOUT_H
#define CORE_ACCESS_CHECKOUT_H

#include "core/access/actor.h"

/*
 * Which person has which record open, so that two do not fill in the same record without knowing. A
 * checkout is a notice, not a lock: it is kept in memory only and ends half an hour after the last
 * sign of life; the versions of records decide about conflicts. For any thread.
 */
struct checkouts;

#define CHECKOUT_TIMEOUT	1800		/* seconds after the last sign of life, when a
						   checkout ends */

struct checkouts	*checkout_new(void);	/* NULL: memory */
void		 checkout_free(struct checkouts *);

/*
 * The actor opens this record. session 0: no session whose end would end the checkout. False:
 * memory.
 */
bool		 checkout_open(struct checkouts *, uint64_t record, const struct actor *,
		    uint64_t session, int64_t now);
/*
 * A sign of life. As checkout_open(), but a stolen checkout stays stolen until the actor opens the
 * record again.
 */
bool		 checkout_renew(struct checkouts *, uint64_t record, const struct actor *,
		    uint64_t session, int64_t now);
/*
 * The actor opens the record and steals the checkouts of all others, who are told at their next
 * sign of life. False: memory.
 */
bool		 checkout_steal(struct checkouts *, uint64_t record, const struct actor *,
		    uint64_t session, int64_t now);

void		 checkout_release(struct checkouts *, uint64_t record, const char *user);
void		 checkout_end_session(struct checkouts *, uint64_t session);

/*
 * {"by","name","since"} of the first other person who has the record open. NULL: nobody has, or
 * memory.
 */
struct val	*checkout_other(struct checkouts *, uint64_t record, const char *user, int64_t now);
/*
 * {"by","name","at"} of the person who stole the checkout of this user; reported once. NULL: nobody
 * did.
 */
struct val	*checkout_stolen(struct checkouts *, uint64_t record, const char *user);

#endif
