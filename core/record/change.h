#ifndef CORE_RECORD_CHANGE_H
#define CORE_RECORD_CHANGE_H

#include "core/record/audit.h"
#include "core/record/deadline.h"
#include "core/rec/rec.h"
#include "forms/attr.h"

/*
 * The only writer of versions. Saves, acts, undo, propagation, effects on parents and merges decide
 * the new content of a record; this file alone decides how its next version is written, in which
 * order, and which other records follow.
 */

/*
 * What all writes of one request share. The moment is read once, in the committer, when the body of
 * the request begins: stamps, deadlines and trail entries of one request never disagree, even over
 * midnight.
 */
struct writer {
	struct core		*core;
	struct store_txn	*txn;
	const struct actor	*actor;		/* NULL: the program itself, where no version and no
						   entry is written */
	int64_t			 moment;	/* UTC seconds, never before the newest entry of the
						   trail */
	int			 today;		/* the county's day at that moment, yyyymmdd */
};

/*
 * A writer of the present moment. To be called in the committer, or while nobody else uses the
 * store.
 */
struct writer	 writer_now(struct core *, struct store_txn *, const struct actor *);
/*
 * Adds a trail entry at the writer's moment; all other writers of entries use this as well. The
 * body returns a store error to its caller.
 */
enum store_err	 writer_log(const struct writer *, const struct audit_entry *) MUST_USE;

/* One version to be written. Borrowed pointers must stay valid until change_write() returns. */
struct change {
	const struct rec	*old;		/* as it is stored; NULL: the record is new */
	struct rec		*now;		/* fields, state, number and parent are set by the
						   caller; the rest is filled in */
	const char		*act;		/* in stamp and trail: create, save, undo, the name
						   of the act … */
	const struct val	*ask;		/* answers given with the act; NULL: none; the
						   answers of the act before are dropped */
	const struct val	*remarks;	/* remarks written with it; NULL: none */
	const struct val	*because;	/* further entries of the stamp and of the trail's
						   detail; NULL: none */
	const struct val	*source;	/* the trail's detail "from", which the stamp does
						   not repeat; NULL: none */

	/* Deadlines of the record itself. */
	const struct rec	*restored;	/* `now` has the content of this version again, and
						   its deadlines continue; NULL: none */
	bool			 settled;	/* the caller has updated them already */

	/* Deadlines of other records that this change begins or ends. */
	uint64_t		 excluded[2];	/* ids of records that the caller updates; 0:
						   none */
	bool			 merging;	/* the same record under another id: no deadline
						   starts again */
	bool			 reversible;	/* their changes are kept in the stamp ("taught"),
						   so that undo can restore them */
};

/*
 * Writes n versions that belong together, in this order, each step for all n before the next:
 *	1. id of a new record, deadlines, version, definitions, stamps
 *	2. the version before, the record, its index rows
 *	3. children at any depth get the area and the states of their parents
 *	4. rollups and deadlines of parents, then of the records that links name
 *	5. one trail entry for each
 * Steps 3 and 4 follow the storing of all n, because they read the records again. On return `now`
 * is what is stored. The caller has checked rights and content before. Returns store errors.
 */
enum store_err	 change_write(const struct writer *, struct change *const *, size_t n) MUST_USE;

/* ---- functions that readers also use --------------------------------------------------------- */

/*
 * Paths of fields that differ: "name", "father.phone"; a repeating group is one path. Rollup fields
 * are left out because nobody edits them here.
 */
struct val	*change_paths(const struct book *, const struct val *was,
		    const struct val *is) MUST_USE;
/* The value as text, masked as the field says. NULL: memory. */
struct val	*masked_text(const struct field *, const struct val *,
		    const struct form_ctx *) MUST_USE;
/*
 * The answers given to an act, with numbers masked as its questions say: readers who did not ask
 * for whole values see them, and the trail keeps no whole number. NULL: memory.
 */
struct val	*masked_answers(const struct book *, const char *act, const struct val *ask,
		    const struct form_ctx *) MUST_USE;

#endif
