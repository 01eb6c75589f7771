#ifndef CORE_MAINT_PROGRESS_H
#define CORE_MAINT_PROGRESS_H

#include <stdint.h>

/*
 * How far something long has come. Units are a measure of work: a record costs more of them than an
 * index row, so that the share of units done is about the share of the time. `total` stays the same
 * once it is known.
 */
struct progress {
	/* What is worked on, constant: "records"; NULL: nothing yet. */
	const char	*step;
	uint64_t	 n, of;		/* how many of them so far; of 0: not known */
	uint64_t	 done, total;	/* units of all steps; total 0: not known yet */
};

#endif
