#include "forms/vec.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST	4	/* elements: most lists of a record and of a definition are that short */

bool
vec_room(void *at, size_t n, size_t *cap, size_t size)
{
	size_t	 want = *cap < FIRST ? FIRST : *cap * 2, bytes;
	void	*p;

	if (n < *cap)
		return true;
	if (*cap > SIZE_MAX / 2 || n == SIZE_MAX)
		return false;
	if (want <= n)
		want = n + 1;
	if (__builtin_mul_overflow(want, size, &bytes))
		return false;
	/*
	 * The pointer may be of any type, and reading it as void * would break the aliasing rules:
	 * copy its bytes.
	 */
	memcpy(&p, at, sizeof p);
	if ((p = realloc(p, bytes)) == NULL)
		return false;
	memcpy(at, &p, sizeof p);
	*cap = want;
	return true;
}
