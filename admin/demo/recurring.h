#ifndef ADMIN_DEMO_RECURRING_H
#define ADMIN_DEMO_RECURRING_H

#include "admin/demo/wordlist.h"
#include "forms/def.h"

/*
 * How the invented people do what comes round again and again: updates and visits. Most villages keep their days, some are
 * behind, and in a few nobody has gone for months, so that everybody above has something to see.
 */

/* Days after the due day (negative: before) on which it is done there this time. */
int		 recurring_delay(size_t village, struct rng *);

/* Whether nobody there does anything any more at that time; now is the end of the story. UTC seconds. */
bool		 recurring_abandoned(size_t village, int64_t now, int64_t at);

/*
 * What the record that does it says, as facts for generate_record(): under the child `id` with these fields. The caller's.
 */
struct val	*recurring_facts(const struct clock *, uint64_t id, const struct val *fields, const struct wordlist *, struct rng *);

#endif
