#ifndef FORMS_IDSET_H
#define FORMS_IDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "forms/attr.h"

/*
 * A set of ids that keeps the order in which they were added. Finding and adding take constant time
 * on average, whatever the size, so a search that collects each record once need not compare each
 * with all. Zero-initialise it; free it with idset_free(). `at` may be read and sorted by the
 * caller only when nothing is added or looked for afterwards.
 */
struct idset {
	uint64_t	*at;		/* the ids, in the order in which they were added */
	size_t		 n, cap;
	uint32_t	*slots;		/* hash table of positions + 1, 0 = free; NULL while the set
					   is small */
	size_t		 nslots;	/* a power of two, at least twice n */
};

#define IDSET_NONE	SIZE_MAX

/* The position of an id in `at`, or IDSET_NONE. */
size_t	 idset_find(const struct idset *, uint64_t id);
bool	 idset_has(const struct idset *, uint64_t id);
/*
 * Adds an id, unless it is there already; *added (may be NULL) tells which. False: no memory, or
 * the set has UINT32_MAX ids; then the set is as before.
 */
bool	 idset_add(struct idset *, uint64_t id, bool *added) MUST_USE;
void	 idset_free(struct idset *);	/* empty again, ready for use */

#endif
