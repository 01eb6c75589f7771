#ifndef CORE_RECORD_CHILDREN_H
#define CORE_RECORD_CHILDREN_H

#include "core/access/access.h"
#include "core/record/change.h"
#include "core/record/index.h"
#include "forms/attr.h"

/*
 * Records of a book with `under` (a visit under a child) are children of the record their link
 * names. A child lies in the area of its parent, moves with it, resets the parent's deadlines and
 * feeds its rollup fields. Only bodies of the committer call these functions, except child_each().
 */
enum child_err {
	CHILD_OK,
	CHILD_NO_PARENT,		/* no such parent, or not visible to the actor */
	CHILD_MOVED,		/* the parent of a stored record cannot be changed */
	CHILD_SYS
};

/*
 * Gives `now` the area and states of its parent, which the actor must be able to see. Books without
 * `under` pass.
 */
enum child_err	 child_attach(struct core *, struct store_txn *, const struct actor *,
		    const struct rec *old, struct rec *now) MUST_USE;

/*
 * A field with `initial: {parent: …}` that nobody may write at the start state is copied from the
 * parent into a new record: a corrected number, the grade before. child_is_inherited: whether a
 * field is copied so. Nothing is copied when the actor may not see the parent, or its field.
 */
bool		 child_is_inherited(const struct book *, const struct field *);
enum store_err	 child_inherit(struct core *, struct store_txn *, const struct actor *,
		    struct rec *now) MUST_USE;

/*
 * Updates the parent after the rows of a record are written; old = as it was before, NULL when it
 * is new. The deadlines of the parent that such a record resets get their last day, and its rollup
 * fields are computed again. Deadlines of the parent that this begins or ends are updated, and
 * records named by a link that is a rollup are counted again (link_update_counts()).
 */
enum store_err	 child_update_parent(const struct writer *, const struct rec *old,
		    const struct rec *, const struct deadline_change *) MUST_USE;

/*
 * Computes all rollups of a parent again, including counts of links (core/record/link.h): when one
 * was defined after its children were recorded, or when children came from another record. `was`:
 * the record before all changes that belong together. Index rows are not touched.
 */
enum store_err	 child_recompute_parent(const struct writer *, const struct rec *was,
		    struct rec *parent) MUST_USE;

/*
 * For records of earlier homes: sets the area and states of the ancestors again, and stores the
 * record where that changed. Index rows are not touched.
 */
enum store_err	 child_refresh_ancestors(struct core *, struct store_txn *, struct rec *) MUST_USE;

/*
 * Computes the rollups of a parent as if these records of a book, latest day first, were all its
 * children. Reads and writes no store; for casefiles of a past day. False: memory.
 */
bool		 child_rollup(const struct book *, const struct rec *const *recs, size_t n,
		    struct rec *parent) MUST_USE;

/*
 * After the rows of a record are written: when its area or state changed, its children at any depth
 * and their index rows get the new area and states.
 */
enum store_err	 child_propagate(const struct writer *, const struct rec *old,
		    const struct rec *now) MUST_USE;

/*
 * For verify; reads only. Whether the data that a record keeps of other records still follows from
 * them: area and states of its ancestors, the days on which its deadlines were last done, and its
 * rollup fields. NULL: it does; else what does not ("place", "parent state", or the name of the
 * clock or field).
 */
const char	*child_stale(struct core *, const struct rec *);

/* The day of a record: the value of its book's date field, else the day on which it was created. */
int		 child_day(const struct rec *);

/*
 * Calls fn with the id and the day of each child of a book, latest day first, until fn returns
 * false. Does not ask access_allowed().
 */
typedef bool	 child_fn(uint64_t id, int day, void *arg);
enum store_err	 child_each(struct core *, struct store_txn *, const struct book *, uint64_t parent,
		    child_fn *, void *arg) MUST_USE;

#endif
