#ifndef ADMIN_DEMO_FAMILY_H
#define ADMIN_DEMO_FAMILY_H

#include "admin/demo/kid.h"
#include "forms/def.h"

/*
 * The families of the invented county: one child or brothers and sisters, who stand beside each other among the children of
 * the story. What their files have in common is what the definitions say that a file begins with after a sibling's.
 */
struct family {
	struct kin		 kin;
	size_t			 village;	/* index of its place */
	size_t			 first;		/* index of the eldest */
};

/* How many children the next family has when at most so many are still wanted. */
size_t	 family_size(struct rng *, size_t most);

/* Facts of a brother or sister, after the file `fields` of the eldest. */
void	 family_alike(const struct book *, const struct val *fields, struct val *facts);

#endif
