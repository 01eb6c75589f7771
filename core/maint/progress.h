#ifndef CORE_MAINT_PROGRESS_H
#define CORE_MAINT_PROGRESS_H

#include <stdint.h>

/*
 * How much of a long task is done. Units measure work: a record costs more of them than an index
 * row, so that the share of units done is about the share of the time. `total` stays the same once
 * it is known.
 */
struct progress {
	/* What is processed, constant: "records"; NULL: nothing yet. */
	const char	*step;
	uint64_t	 n, of;		/* how many so far, of how many; of 0: not known */
	uint64_t	 done, total;	/* units of all steps; total 0: not known yet */
};

#endif
