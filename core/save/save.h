#ifndef CORE_SAVE_SAVE_H
#define CORE_SAVE_SAVE_H

#include "core/ops/ops_int.h"
#include "forms/attr.h"

/*
 * The one save path, for ops_save.c and save_*.c only. Saves and acts are handled alike: fields
 * change, perhaps the state too, in one transaction with the version before, the index rows, the
 * trail, the reply for a repeated request and the end of the draft. Everything is decided in the
 * committer's thread, on the record as it is then, so of two saves the second sees the first:
 *	save_idempotency.c	whether the same request was saved before
 *	save_apply.c		the new record, and whether the actor may save it
 *	save_undo.c		the same for restoring the version before
 *	save_validate.c		all problems of the new record
 *	save_exclusive.c	rules that allow one record of a kind under a parent
 *	save_propagate.c	records that share changed fields and are changed too
 *	save_effects.c		effects of an act on the record and its parent
 *	save_write.c		record, index rows, trail
 */
enum refusal {				/* what a body returns besides store errors */
	REFUSED = STORE_APP_MIN,
	REFUSED_MISSING,
	REFUSED_DENIED,
	REFUSED_RIGHT_LOST,			/* somebody changed the record first, and in its new
						   state the actor may not do this */
	REFUSED_CONFLICT,
	REFUSED_INVALID,
	REFUSED_CLOCK,			/* the clock is behind the newest entry */
	REFUSED_TOKEN,			/* the token was used for another request */
	SAVED_BEFORE	/* a save with this token exists: the reply is the same */
};

#define SAVE_DIGEST	32

struct save {
	struct core		*core;
	struct actor		*actor;		/* the call's */
	struct writer		 w;		/* set when the body begins: its moment is used for
						   all checks and writes */
	enum lang		 lang;
	const struct book	*book;
	const struct act	*act;		/* NULL = plain save */
	bool			 undo;		/* a plain save that restores the version before */
	uint64_t		 id;		/* 0 = new record */
	uint64_t		 seen;		/* version the editor saw */
	const unsigned char	*token;
	unsigned char		 digest[SAVE_DIGEST];	/* of the content of the request,
							   save_idempotency_digest() */
	const unsigned char	*draft;		/* NULL = none */
	uint64_t		 merged_id;		/* the record merged into this one: its
							   unique values count as free; 0 = none */
	const struct val	*set, *ask, *remarks;	/* of the request; NULL where not given */
	bool			 propagate;	/* values filled by links go to all records that
						   share them */

	/* results, set again by each run of the body */
	struct rec		*old;		/* NULL = it did not exist */
	struct rec		*now;
	bool			 same;	/* a plain save without a change: nothing is written */
	struct rec		*reverted_to;		/* the restored version: of an undo, or
							   of an act that takes another back;
							   else NULL */
	struct val		*before;	/* fields before the act set any; NULL where it sets
						   none */
	struct problems		 problems;
	struct propagation	*propagation;	/* save_propagate.c */
	size_t			 npropagated;	/* other records changed with it */
	struct val		*deadline_snapshot;	/* undo: [{id, clk}], the deadlines of other
							   records that are restored */
	struct val		*disclosed;		/* {id: township or ""} of the records out
							   of reach that problems mention; NULL:
							   none */
	int			 refusal;	/* the refusal of a body that returned 0 to keep its
						   entries in the trail; 0 = saved */
	const char		*why;	/* msgid of a refusal with its own reason, or NULL */
};

/* Each returns 0, a refusal, or a store error. */

/* The reply to a save, stored with its token; `other` only for merging. */
struct saved {
	uint64_t	 id, ver, npropagated;
	uint64_t	 other, otherver;
};

/* BLAKE2b-256 over everything that makes a request the same as another. False: memory. */
bool		 save_idempotency_digest(const struct val *req,
		    unsigned char digest[SAVE_DIGEST]) MUST_USE;
/*
 * 0: new; ALREADY: saved before, *done has the result; REFUSED_TOKEN: the token was used for
 * another record or other content; REFUSED_CLOCK: the request is new, and nothing new can be saved.
 */
int		 save_idempotency_find(struct store_txn *, const struct save *,
		    struct saved *done) MUST_USE;
int		 save_idempotency_put(struct store_txn *, const struct save *,
		    const struct saved *done) MUST_USE;
/* The record as it was saved then; *out is the caller's on 0. */
int		 save_idempotency_replay(struct store_txn *, const struct save *, uint64_t id,
		    uint64_t ver, struct rec **out) MUST_USE;

/* Sets old, now and same, and checks access_allowed(). */
int		 save_apply(struct store_txn *, struct save *, const struct form_ctx *) MUST_USE;
/*
 * For an act that takes another back: finds the version before that one, whose deadlines continue.
 * Fields are not changed.
 */
int		 save_undo_find(struct store_txn *, struct save *) MUST_USE;
/* Makes `now` equal to the version before `old`. */
int		 save_undo_apply(struct store_txn *, struct save *) MUST_USE;
/*
 * Deadlines of other records that the undone save changed: the first finds, before anything is
 * written, those still as that save left them; the second restores them once all records have been
 * updated for the undo.
 */
int		 save_undo_snapshot(struct store_txn *, struct save *) MUST_USE;
int		 save_undo_restore(struct store_txn *, const struct save *) MUST_USE;
/* Name of the operation in stamp and trail: create, save, undo or the act. */
const char	*save_operation(const struct save *) MUST_USE;
/* Adds problems and runs the act's effects in between; REFUSED_INVALID when they block. */
int		 save_validate(struct store_txn *, struct save *, const struct form_ctx *) MUST_USE;
/* Puts the act's effects into `now`; its answers are valid. */
int		 save_effects(struct save *, const struct form_ctx *) MUST_USE;
/*
 * The parent before and after the act's effects; both NULL when the act sets nothing there, else
 * the caller's.
 */
int		 save_effects_parent(struct store_txn *, const struct save *,
		    const struct form_ctx *, struct rec **was, struct rec **now) MUST_USE;
int		 save_write(struct store_txn *, struct save *, const struct form_ctx *) MUST_USE;

/* All problems of a record, by its definition and in relation to other records. `was` NULL: new. */
int		 save_check(struct store_txn *, struct save *, const struct rec *was,
		    const struct rec *,
		    const struct state *, const struct form_ctx *, struct problems *) MUST_USE;
/*
 * Adds problems where the record, in state `to`, becomes a second one of a kind of which a parent
 * may have one. `was` NULL: new. Part of save_check(). save_exclusive_check_merge: the same for
 * child records of `from` that a merge gives to `to`; into s->problems.
 */
int		 save_exclusive_check(struct store_txn *, const struct save *,
		    const struct rec *was, const struct rec *,
		    const struct state *to, const struct form_ctx *, struct problems *) MUST_USE;
int		 save_exclusive_check_merge(struct store_txn *, struct save *, uint64_t from,
		    uint64_t to, const struct form_ctx *) MUST_USE;
/* Only problems that did not exist before the change. */
int		 save_check_change(struct store_txn *, struct save *, const struct rec *was,
		    const struct rec *now, const struct form_ctx *, struct problems *) MUST_USE;

/*
 * The return value of a body that decided on r. A refusal whose problems mention records out of
 * reach is committed with the trail entries that say so: then `refused` has it and this returns 0.
 * Nothing else may have been written by then.
 */
int		 save_result(struct save *, int r) MUST_USE;
/*
 * The township of `other`, a record out of the actor's reach that a problem mentions; "" where the
 * county office is to be asked. Writes a trail entry, once for each record. by: path of the field
 * that agrees.
 */
int		 save_foreign_area(struct save *, const struct rec *other, const char *by,
		    char place[AREA_CODE + 1]) MUST_USE;
/*
 * Adds a problem at a field whose value `other` already has. The text is `seen`, with the number,
 * where the actor may see the record; `township` with its place, or `office`, where not. Each
 * begins with the name of the field.
 */
struct save_duplicate_text {
	const char	*seen, *township, *office;
};
int		 save_add_duplicate(struct save *, const struct rec *other, const struct field *,
		    const struct save_duplicate_text *, struct problems *) MUST_USE;
/* Adds a copy of a problem unless an equal one is there. */
void		 save_add_problem(struct problems *, const struct problem *);

/*
 * With `spread`: collects the records that share, through links, the changed fields; adds a problem
 * for each that the person may not change. Runs between save_apply() and save_validate(), which
 * then refuses. The second function writes them.
 */
int		 save_propagate(struct store_txn *, struct save *,
		    const struct form_ctx *) MUST_USE;
int		 save_propagate_write(struct save *) MUST_USE;
void		 save_propagate_free(struct save *);

/*
 * Puts the fields of a request into a record: nil removes, groups are merged field by field. False:
 * memory.
 */
bool		 save_apply_fields(const struct book *, struct val *fields,
		    const struct val *set) MUST_USE;

#endif
