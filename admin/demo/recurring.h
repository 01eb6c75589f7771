#ifndef ADMIN_DEMO_RECURRING_H
#define ADMIN_DEMO_RECURRING_H

#include "admin/demo/wordlist.h"
#include "forms/def.h"

/*
 * How the invented people do recurring tasks: updates and visits. Most villages are on time, some
 * are late, and a few have done nothing for months, so that every level above has something to see.
 */

/* Days after the due day (negative: before) on which the village does it this time. */
int		 recurring_delay(size_t village, struct rng *);

/*
 * Whether nobody there does anything any more at that time; now is the end of the half year. UTC
 * seconds.
 */
bool		 recurring_abandoned(size_t village, int64_t now, int64_t at);

/*
 * Facts for generate_record() of the record that does the task: a child of `id` with these fields.
 * The caller's.
 */
struct val	*recurring_facts(const struct clock *, uint64_t id, const struct val *fields,
		    const struct wordlist *, struct rng *);

#endif
