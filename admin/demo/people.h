#ifndef ADMIN_DEMO_PEOPLE_H
#define ADMIN_DEMO_PEOPLE_H

#include "admin/desk.h"
#include "admin/demo/kid.h"

/*
 * Who works in the invented county: one person for each role, place by place. Login names stay the same from seed to
 * seed: dir-liushu, sup-qingshi, officer.
 */
struct people;

/* Makes their accounts, as the first administrators and then the security administrator would. */
int			 people_hire(struct desk *, const struct words *, uint64_t seed, struct people **);
void			 people_free(struct people *);		/* NULL is fine */
size_t			 people_count(const struct people *);

size_t			 people_villages(const struct people *);	/* at least 1 */
const char		*people_village(const struct people *, size_t);	/* its code */
struct kid_place	 people_place(const struct people *, size_t village, int today);

/* One of these roles whose places hold the village; borrowed, NULL when nobody is. */
struct actor		*people_who(const struct people *, roles_t, size_t village);

#endif
