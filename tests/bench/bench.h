#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <stddef.h>
#include <stdlib.h>
#include <time.h>

/* What the benchmarks share: a clock, and the middle of many. */

static inline double
bench_now(void)		/* seconds */
{
	struct timespec	 ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static inline int
bench_cmp(const void *a, const void *b)
{
	double	 x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct spread {
	double	 median, min, max;
};

/* Sorts v, which holds at least one. */
static inline struct spread
bench_spread(double *v, size_t n)
{
	qsort(v, n, sizeof(v[0]), bench_cmp);
	return (struct spread){ v[n / 2], v[0], v[n - 1] };
}

/* BENCH_QUICK: the same tables from fewer repetitions. */
static inline int
bench_quick(void)
{
	const char	*s = getenv("BENCH_QUICK");

	return s != NULL && *s != '\0' && *s != '0';
}

static inline unsigned
bench_number(const char *name, unsigned otherwise)
{
	const char	*s = getenv(name);
	unsigned	 n = s != NULL ? (unsigned)strtoul(s, NULL, 10) : 0;

	return n > 0 ? n : otherwise;
}

#endif
