#ifndef CORE_RECORD_MERGE_H
#define CORE_RECORD_MERGE_H

#include "core/record/change.h"
#include "forms/attr.h"

/*
 * Two records of one and the same become one, and two again (ops_merge.c decides). Nothing is lost by it: the envelopes keep
 * what the way back needs. That of the record that was joined to another:
 *	into	id of the one that stays
 *	was	{state, clk, fields: {path: {was?, now?}}, since: {clock: {was, now}}, stood?}: what it was itself, and what it
 *		changed at the one that stays, of which stood are the clocks as they were
 * that of the one that stays:
 *	joined	[ids] of those joined to it
 * those of records that went over with it:
 *	from	[ids] of the owners they stood under before, the latest last
 *	turned	[{path, from, to}] of links that led to it, the latest last
 */

/*
 * Puts the one that stays in the place of a merged record, however often that was merged again. Others stay as they are.
 * Anything but REC_OK leaves *rec NULL, the old one freed.
 */
enum rec_err	 merge_survivor(struct core *, struct store_txn *, struct rec **rec) MUST_USE;

/* What moves with one of two records to the other; bodies of the committer only. */
struct merge_move {
	const struct writer	*w;
	const char		*why;
	const struct rec	*from, *to;	/* as they will stand: `to` gives the place */
	bool			 revert;		/* undoing: only what once came from `to` and stands under or leads to `from` still */
	struct val		*moved;		/* {book: n}, counted up */
};

/* All that stands under `from` or links to it, each in a version of its own. */
enum store_err	 merge_move(struct merge_move *) MUST_USE;

/* {with: {id, number}, why}: what stamps and trail say of a change that a merge made. NULL: memory. */
struct val	*merge_because(const struct rec *with, const char *why) MUST_USE;

#endif
