#include "forms/idset.h"

#include <stdlib.h>

#include "forms/vec.h"

#define SMALL	16	/* so few ids are compared one by one, which is faster than a table and
			   needs no memory */

/*
 * Ids are counted up from 1, so their bits are mixed before some are taken: Fibonacci hashing
 * (Knuth, vol. 3, 6.4).
 */
static size_t
home_slot(const struct idset *s, uint64_t id)
{
	return (size_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (s->nslots - 1);
}

/*
 * The slot of an id, or the free one where it belongs. There always is a free one: the table is at
 * most half full.
 */
static uint32_t *
slot_of(const struct idset *s, uint64_t id)
{
	size_t	 i = home_slot(s, id);

	while (s->slots[i] != 0 && s->at[s->slots[i] - 1] != id)
		i = (i + 1) & (s->nslots - 1);
	return &s->slots[i];
}

size_t
idset_find(const struct idset *s, uint64_t id)
{
	uint32_t	 pos;

	if (s->slots != NULL)
		return (pos = *slot_of(s, id)) != 0 ? pos - 1 : IDSET_NONE;
	for (size_t i = 0; i < s->n; i++)
		if (s->at[i] == id)
			return i;
	return IDSET_NONE;
}

bool
idset_has(const struct idset *s, uint64_t id)
{
	return idset_find(s, id) != IDSET_NONE;
}

/* A larger table with all ids in it. */
static bool
slots_grow(struct idset *s)
{
	struct idset	 more = *s;

	more.nslots = s->nslots != 0 ? s->nslots * 2 : SMALL * 4;
	if ((more.slots = calloc(more.nslots, sizeof *more.slots)) == NULL)
		return false;
	for (size_t i = 0; i < s->n; i++)
		*slot_of(&more, s->at[i]) = (uint32_t)i + 1;
	free(s->slots);
	s->slots = more.slots;
	s->nslots = more.nslots;
	return true;
}

bool
idset_add(struct idset *s, uint64_t id, bool *added)
{
	bool	 isnew = !idset_has(s, id);

	if (isnew) {
		if (s->n >= UINT32_MAX - 1 || !VEC_ROOM(s->at, s->n, &s->cap))
			return false;
		if (s->n >= SMALL && s->n >= s->nslots / 2 && !slots_grow(s))
			return false;
		s->at[s->n] = id;
		if (s->slots != NULL)
			*slot_of(s, id) = (uint32_t)s->n + 1;
		s->n++;
	}
	if (added != NULL)
		*added = isnew;
	return true;
}

void
idset_free(struct idset *s)
{
	free(s->at);
	free(s->slots);
	*s = (struct idset){ .at = NULL };
}
