#ifndef CORE_RECORD_MATCH_H
#define CORE_RECORD_MATCH_H

#include "core/record/change.h"
#include "forms/attr.h"

/*
 * Values somebody enters or looks for that agree with a record on file. What the person is told by
 * such a match goes into the trail in the transaction that decides it, so the answer must not go
 * out unless that transaction commits.
 */

/*
 * A person is told the township of so many records outside the own reach a day; of further ones,
 * nothing.
 */
#define MATCH_FOREIGN_MAX	50

/*
 * Whether the role of the actor creates or merges records of the book: no other role needs to know
 * of records outside its reach.
 */
bool		 match_may_ask(const struct actor *, const struct book *);

/*
 * Writes the entry "match" for a record that the actor may not see: the fields that agreed (by: a
 * path each, borrowed; "agreed" in the detail) and what the actor is told ("told").
 *   place  the code of its township; "" where the actor is told no place and has to ask the
 *          county office: the state of the record hides it from the role everywhere (a sealed
 *          file), the role neither creates nor merges such records, or the actor was told of
 *          MATCH_FOREIGN_MAX others today
 * The same record gives the same answer on the same day, whatever else is entered.
 */
enum store_err	 match_foreign(const struct writer *, const struct rec *, const struct val *by,
		    char place[AREA_CODE + 1]) MUST_USE;

/*
 * Writes the entry "find" for a record that the actor may see and that was found by the masked
 * fields `by` (paths, borrowed).
 */
enum store_err	 match_masked(const struct writer *, const struct rec *,
		    const struct val *by) MUST_USE;

#endif
