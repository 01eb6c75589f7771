#ifndef CORE_RECORD_LINK_H
#define CORE_RECORD_LINK_H

#include "core/access/access.h"
#include "core/record/change.h"
#include "core/record/index.h"
#include "forms/attr.h"

/*
 * Links: a record names others (child father.person -> person), and the index tells who names one. The link a record stands
 * under is none of these, core/record/children.h has it.
 */

/* Ids named in a link field, also of every instance of a repeating group; one named twice comes twice. */
void		 link_targets(const struct field *, const struct val *fields, void (*fn)(uint64_t target, void *), void *arg);

/*
 * Ids of the records that name `target` in that field, oldest first. No access_allowed() asked. False from fn stops. Inside the
 * committer with its transaction, else txn is NULL.
 */
typedef bool	 link_fn(uint64_t id, void *arg);
enum store_err	 link_each(struct core *, struct store_txn *, const struct field *, uint64_t target, link_fn *, void *arg) MUST_USE;

/*
 * What `now` names and `old` (NULL: new) did not must be there, of the right book and his to see; a problem at each that is
 * not. Links that stood there already are nobody's business: they may lead where this person does not see.
 */
enum store_err	 link_check(struct core *, struct store_txn *, const struct actor *, const struct rec *old, const struct rec *now,
		    struct problems *) MUST_USE;

/*
 * A link that `now` has and `old` had not fills the empty, shown fields beside it with what the record it names has there, as
 * far as the actor may see that. Before check_derive(): what follows from these follows then.
 */
enum store_err	 link_fill(const struct writer *, const struct rec *old, struct rec *now) MUST_USE;

/*
 * Fields that count who names a record (`taken: {links: …}`). Of records in the store only: after `now`, of which there was `old`
 * (NULL: new), and its rows are written, those whom its links begin or cease to count are brought up to date, their duties
 * settled, without a new version.
 */
enum store_err	 link_update_counts(const struct writer *, const struct rec *old, const struct rec *now, const struct deadline_change *) MUST_USE;

/* Such fields of a record as the store says them now; of the fields alone, rows are not touched. */
enum store_err	 link_count(struct core *, struct store_txn *, struct rec *) MUST_USE;

/* Empties them, for a past day: who named the record then is not kept. */
void		 link_clear_counts(struct rec *);

#endif
