#ifndef ADMIN_DEMO_STAFF_H
#define ADMIN_DEMO_STAFF_H

#include "admin/client.h"
#include "admin/demo/gen_child.h"

/*
 * The staff of the invented county: one person for each role in each area. Login names are the same
 * for all seeds: dir-liushu, sup-qingshi, officer.
 */
struct staff;

/* Creates their accounts, as the first administrators and then the security administrator would. */
int			 staff_create(struct client *, const struct wordlist *, uint64_t seed,
			    struct staff **);
void			 staff_free(struct staff *);		/* NULL is fine */
size_t			 staff_count(const struct staff *);

size_t			 staff_villages(const struct staff *);	/* at least 1 */
const char		*staff_village(const struct staff *, size_t);	/* its code */
struct gen_child_place	 staff_place(const struct staff *, size_t village, int today);

/*
 * A person with one of these roles whose areas contain the village; borrowed, NULL when there is
 * none.
 */
struct actor		*staff_find(const struct staff *, roles_t, size_t village);

#endif
