#ifndef CORE_RECORD_CHANGE_H
#define CORE_RECORD_CHANGE_H

#include "core/record/audit.h"
#include "core/record/deadline.h"
#include "core/rec/rec.h"
#include "forms/attr.h"

/*
 * The one writer of versions. Saves, acts, undo, propagation, effects on parents and merges decide what a record becomes; how the next
 * version of a record is written, in which order, and what follows from it in other records, is decided here alone.
 */

/*
 * What all writes of one request share. The moment is read once, in the committer, when the body of the request begins: stamps,
 * deadlines and entries of the trail that belong to one request never disagree, not even over midnight.
 */
struct writer {
	struct core		*core;
	struct store_txn	*txn;
	const struct actor	*actor;		/* NULL: the program itself, where no version and no entry is written */
	int64_t			 moment;	/* UTC seconds, never before the newest entry of the trail */
	int			 today;		/* the county's day of it, yyyymmdd */
};

/* As of now. To be called in the committer, or alone with the store. */
struct writer	 writer_now(struct core *, struct store_txn *, const struct actor *);
/* An entry of the trail at the writer's moment. Every other writer of entries uses this as well. A store error is the body's to return. */
enum store_err	 writer_log(const struct writer *, const struct audit_entry *) MUST_USE;

/* One version to be written. What is borrowed must live until change_write() returns. */
struct change {
	const struct rec	*old;		/* as it is stored; NULL: the record is new */
	struct rec		*now;		/* fields, state, number and parent as they shall be; the rest is filled in */
	const char		*act;		/* in stamp and trail: create, save, undo, the name of the act … */
	const struct val	*ask;		/* answers given with the act; NULL: none, and those of the act before are dropped */
	const struct val	*remarks;	/* written with it; NULL: none */
	const struct val	*because;	/* further entries of the stamp and of the trail's detail; NULL: none */
	const struct val	*source;	/* the trail's detail "from", which the stamp does not repeat; NULL: none */

	/* Deadlines of the record itself. */
	const struct rec	*restored;	/* `now` has the content of this version again: its deadlines go on; NULL: none */
	bool			 settled;	/* the caller has brought them up to date already */

	/* Deadlines of other records that this change begins or ends. */
	uint64_t		 excluded[2];	/* ids of records that the caller updates; 0: none */
	bool			 merging;	/* the same record under another id: no deadline begins anew */
	bool			 reversible;	/* what becomes of them is kept in the stamp ("taught"), so that undo can restore it */
};

/*
 * Writes n versions that belong together. In this order, each step for all n before the next:
 *	1. id of a new record, deadlines, version, definitions, stamps
 *	2. the version before, the record, its index rows
 *	3. children keep the place and the state of their parents (child records at any depth)
 *	4. parents learn: rollups and clocks that child records reset; then the records that links name
 *	5. one entry of the trail for each
 * Steps 3 and 4 come after all n are stored, because they read the records anew. `now` then is what is stored. Rights and checks
 * are the caller's and come before. Store errors.
 */
enum store_err	 change_write(const struct writer *, struct change *const *, size_t n) MUST_USE;

/* ---- parts that readers use too ----------------------------------------------------------------------------- */

/* Paths of fields that differ: "name", "father.phone"; a repeating group as a whole. Rollups, which nobody edits here, are left out. */
struct val	*change_paths(const struct book *, const struct val *was, const struct val *is) MUST_USE;
/* The value as text, masked as the field says; NULL: memory. */
struct val	*masked_text(const struct field *, const struct val *, const struct form_ctx *) MUST_USE;
/*
 * The answers given to an act, with numbers masked as its questions say: they are shown to readers who did not ask to see them whole,
 * and the trail keeps no whole number. NULL: memory.
 */
struct val	*masked_answers(const struct book *, const char *act, const struct val *ask, const struct form_ctx *) MUST_USE;

#endif
