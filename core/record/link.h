#ifndef CORE_RECORD_LINK_H
#define CORE_RECORD_LINK_H

#include "core/access/access.h"
#include "core/record/change.h"
#include "core/record/index.h"
#include "forms/attr.h"

/*
 * Links: a record names others (child father.person -> person), and the index finds the records
 * that name one. The link to the parent is not one of these; core/record/children.h handles it.
 */

/*
 * Calls fn with each id named in a link field, also in every instance of a repeating group. An id
 * named twice comes twice.
 */
void		 link_targets(const struct field *, const struct val *fields,
		    void (*fn)(uint64_t target, void *), void *arg);

/*
 * Calls fn with the ids of the records that name `target` in that field, oldest first, until fn
 * returns false. Does not ask access_allowed(). In the committer with its transaction, else txn is
 * NULL.
 */
typedef bool	 link_fn(uint64_t id, void *arg);
enum store_err	 link_each(struct core *, struct store_txn *, const struct field *, uint64_t target,
		    link_fn *, void *arg) MUST_USE;

/*
 * Validates links added by this change (old NULL: new record): the target exists, is of the right
 * book and is visible to the actor. One problem for each bad link. Links that were there before are
 * not checked: they may lead to records that this actor does not see.
 */
enum store_err	 link_check(struct core *, struct store_txn *, const struct actor *,
		    const struct rec *old, const struct rec *now, struct problems *) MUST_USE;

/*
 * For each link that this change adds: fills empty fields beside it that the screen shows with the
 * values of the record it names, as far as the actor may see these. To be called before
 * check_derive(), so that computed fields follow from them.
 */
enum store_err	 link_fill(const struct writer *, const struct rec *old, struct rec *now) MUST_USE;

/*
 * Fields that count the records which name a record (`rollup: {book: …, link: …}`). To be called
 * after `now`, with `old` before it (NULL: new), and its rows are stored: updates the records that
 * its links begin or cease to count in, with their deadlines, without a new version.
 */
enum store_err	 link_update_counts(const struct writer *, const struct rec *old,
		    const struct rec *now, const struct deadline_change *) MUST_USE;

/* Computes these fields of a record from the store; index rows are not touched. */
enum store_err	 link_count(struct core *, struct store_txn *, struct rec *) MUST_USE;

/* Empties these fields, for a past day: earlier links are not kept. */
void		 link_clear_counts(struct rec *);

#endif
