#ifndef TESTS_SUPPORT_MUST_H
#define TESTS_SUPPORT_MUST_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * Ends the program when a step of a test or benchmark without libcheck failed: there is nothing to
 * measure then.
 */
#define must(ok)	must_at((ok), #ok, __FILE__, __LINE__)

static inline void
must_at(bool ok, const char *what, const char *file, int line)
{
	if (ok)
		return;
	fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
	abort();
}

#endif
