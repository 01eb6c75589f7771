#ifndef CORE_RECORD_MERGE_H
#define CORE_RECORD_MERGE_H

#include "core/record/change.h"
#include "forms/attr.h"

/*
 * Two records of the same person or thing are merged into one, and separated again (ops_merge.c
 * decides). Nothing is lost: the envelopes keep what undoing needs. The merged record has
 *	into	id of the surviving record
 *	was	{state, clk, fields: {path: {was?, now?}}, since: {clock: {was, now}}, stood?}:
 *		its own content before, and what the merge changed in the surviving record;
 *		stood: the deadline entries of that record before
 * the surviving record has
 *	joined	[ids] of the records merged into it
 * records that moved to it have
 *	from	[ids] of their parents before, the latest last
 *	turned	[{path, from, to}] of links that named the merged record, the latest last
 */

/*
 * Replaces a merged record by the surviving one, also over several merges. Other records stay as
 * they are. Anything but REC_OK leaves *rec NULL; the old record is freed.
 */
enum rec_err	 merge_survivor(struct core *, struct store_txn *, struct rec **rec) MUST_USE;

/*
 * Moves the children of one of two records, and the links to it, to the other. Only in bodies of
 * the committer.
 */
struct merge_move {
	const struct writer	*w;
	const char		*why;
	const struct rec	*from, *to;	/* as they will be stored: `to` gives area and
						   states */
	bool			 revert;		/* undo: moves only what once came from `to`
							   and still belongs to or names `from` */
	struct val		*moved;		/* {book: n}, counted here */
};

/* Moves all children of `from` and all links to it, each in a version of its own. */
enum store_err	 merge_move(struct merge_move *) MUST_USE;

/*
 * {with: {id, number}, why}: the part of stamps and trail entries that a merge adds. NULL: memory.
 */
struct val	*merge_because(const struct rec *with, const char *why) MUST_USE;

#endif
