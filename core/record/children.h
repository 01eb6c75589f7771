#ifndef CORE_RECORD_CHILDREN_H
#define CORE_RECORD_CHILDREN_H

#include "core/access/access.h"
#include "core/record/change.h"
#include "core/record/index.h"
#include "forms/attr.h"

/*
 * Records that stand under another (visit under child): they lie where that one lies, move with it, and do what its
 * clocks and taken fields wait for. Only bodies of the committer call these, but child_each().
 */
enum child_err {
	CHILD_OK,
	CHILD_NO_PARENT,		/* no such owner, or not his to see */
	CHILD_MOVED,		/* the link of a stored record cannot be turned to another */
	CHILD_SYS
};

/* Gives `now` its place: that of its owner, which the actor must be able to see. Books without `under` pass. */
enum child_err	 child_attach(struct core *, struct store_txn *, const struct actor *, const struct rec *old, struct rec *now) MUST_USE;

/*
 * What a new record begins with out of its owner and nobody may write, for it is what stood there: a corrected number, the grade
 * before. child_is_inherited: whether a field is one of these. Where the actor does not see the owner, or that of it, nothing is given.
 */
bool		 child_is_inherited(const struct book *, const struct field *);
enum store_err	 child_inherit(struct core *, struct store_txn *, const struct actor *, struct rec *now) MUST_USE;

/*
 * After its rows are written, old = as it was before, NULL when it was not there: the owner's clocks that wait for such a record learn
 * the day it was last done, and its fields that are taken from such records what these say now. What that begins or ends of the owner's
 * duties is settled with it, and who is named by a link it learnt is told too (link_update_counts()).
 */
enum store_err	 child_update_parent(const struct writer *, const struct rec *old, const struct rec *, const struct deadline_change *) MUST_USE;

/*
 * The same for all that an owner learns, also from who links to it (core/record/link.h), when that was defined after what it learns
 * from was recorded, or came over from another. `was`: as it stood before all that is settled with it. Rows are not touched.
 */
enum store_err	 child_recompute_parent(const struct writer *, const struct rec *was, struct rec *parent) MUST_USE;

/* Sets anew what a record of an earlier home keeps of those above it, and stores it where that changed. Rows are not touched. */
enum store_err	 child_refresh_ancestors(struct core *, struct store_txn *, struct rec *) MUST_USE;

/*
 * What an owner would know if these records of a book, latest day first, were all that stands under it. Touches no store; for files as
 * they once stood. False: memory.
 */
bool		 child_rollup(const struct book *, const struct rec *const *recs, size_t n, struct rec *parent) MUST_USE;

/* After a record's rows are written: when its area or state changed, the records under it, at any depth, keep that and their rows follow. */
enum store_err	 child_propagate(const struct writer *, const struct rec *old, const struct rec *now) MUST_USE;

/*
 * Whether what is kept of other records still follows from them: the place and states of those above a record, the days an owner's
 * clocks were last done, and its taken fields. NULL: it does; else what does not ("place", "parent state", or the name of the clock or
 * field). For verify; reads only.
 */
const char	*child_stale(struct core *, const struct rec *);

/* The day a record tells of. */
int		 child_day(const struct rec *);

/*
 * Ids of the records of `book` under an owner, latest day first; day 0 = from the end, else those up to that day. No access_allowed() asked.
 * False from fn stops.
 */
typedef bool	 child_fn(uint64_t id, int day, void *arg);
enum store_err	 child_each(struct core *, struct store_txn *, const struct book *, uint64_t parent, child_fn *, void *arg) MUST_USE;

#endif
