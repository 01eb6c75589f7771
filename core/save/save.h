#ifndef CORE_SAVE_SAVE_H
#define CORE_SAVE_SAVE_H

#include "core/ops/ops_int.h"

/*
 * The one save path, for ops_save.c and save_*.c only. A save and an act are the same thing: fields change, perhaps the
 * state with them, in one transaction with the version before, the index rows, the trail, the answer to a double press and
 * the end of the draft. Everything is decided in the committer's thread, on the record as it is then, so no two
 * savers can pass each other:
 *	save_idempotency.c	was this saved before
 *	save_apply.c	what the record becomes, and may he
 *	save_undo.c	the same for going back to the version before
 *	save_validate.c	what stands against it
 *	save_exclusive.c	of what there may be one only
 *	save_propagate.c	who shares what was changed, and gets it too
 *	save_effects.c	what an act sets, here and in the record it stands under
 *	save_write.c	record, rows, trail
 */
enum refusal {				/* what a body returns besides store errors */
	REFUSED = STORE_APP_MIN,
	REFUSED_MISSING,
	REFUSED_DENIED,
	REFUSED_RIGHT_LOST,			/* somebody changed the record first, and as it is now the actor may not do this */
	REFUSED_CONFLICT,
	REFUSED_INVALID,
	REFUSED_CLOCK,			/* the clock is behind the newest entry */
	REFUSED_TOKEN,			/* the token was used for something else */
	SAVED_BEFORE				/* this token was saved before: same answer again */
};

#define SAVE_DIGEST	32

struct save {
	struct core		*core;
	struct actor		*actor;		/* the call's */
	struct writer		 w;		/* set when the body begins: its moment is that of all checks and writes */
	enum lang		 lang;
	const struct book	*book;
	const struct act	*act;		/* NULL = plain save */
	bool			 undo;		/* a plain save that goes back to the version before */
	uint64_t		 id;		/* 0 = new */
	uint64_t		 seen;		/* version the editor saw */
	const unsigned char	*token;
	unsigned char		 digest[SAVE_DIGEST];	/* of what the request says, save_idempotency_digest() */
	const unsigned char	*draft;		/* NULL = none */
	uint64_t		 merged_id;		/* the record merged into this one: its unique values count as free; 0 = none */
	const struct val	*set, *ask, *remarks;	/* of the request; NULL where not given */
	bool			 propagate;	/* what links filled here goes to all who share it */

	/* outcome, made anew by each run of the body */
	struct rec		*old;		/* NULL = was not there */
	struct rec		*now;
	bool			 same;		/* a plain save of what stands there already: nothing is written */
	struct rec		*reverted_to;		/* the version gone back to: undo; an act that takes another back; else NULL */
	struct val		*before;	/* fields before the act set any; NULL where it sets none */
	struct problems		 problems;
	struct propagation	*propagation;	/* save_propagate.c */
	size_t			 npropagated;	/* other records changed with it */
	struct val		*deadline_snapshot;	/* undo: [{id, clk}] what those go back to */
	struct val		*disclosed;		/* {id: township or ""} of the records of others that the problems tell of; NULL: none */
	int			 refusal;	/* the refusal of a body that returned 0 to keep its entries in the trail; 0 = saved */
	const char		*why;		/* msgid of a refusal that has a reason of its own, or NULL */
};

/* Each returns 0, a refusal, or a store error. */

/* What was answered to a save, kept with its token; the other one only of merging. */
struct saved {
	uint64_t	 id, ver, npropagated;
	uint64_t	 other, otherver;
};

/* BLAKE2b-256 over all that makes a request the same one again. False: memory. */
bool		 save_idempotency_digest(const struct val *req, unsigned char digest[SAVE_DIGEST]);
/*
 * 0: new; ALREADY: saved before, *done says as what; REFUSED_TOKEN: the token was used for another record or other content;
 * REFUSED_CLOCK: it is new, and nothing new can be saved.
 */
int		 save_idempotency_find(struct store_txn *, const struct save *, struct saved *done);
int		 save_idempotency_put(struct store_txn *, const struct save *, const struct saved *done);
/* The record as it was saved then; *out is the caller's on 0. */
int		 save_idempotency_replay(struct store_txn *, const struct save *, uint64_t id, uint64_t ver, struct rec **out);

/* Fills old, now and same, and asks access_allowed(). */
int		 save_apply(struct store_txn *, struct save *, const struct form_ctx *);
/* For an act that takes another back: finds the version before that one, whose deadlines run on. Fields stay as they are. */
int		 save_undo_find(struct store_txn *, struct save *);
/* Makes `now` what the version before `old` was. */
int		 save_undo_apply(struct store_txn *, struct save *);
/*
 * The duties of others that learnt of the save that is undone: before anything is written, which of them stand as that one left
 * them; and once all have learnt that it was undone, these go back.
 */
int		 save_undo_snapshot(struct store_txn *, struct save *);
int		 save_undo_restore(struct store_txn *, const struct save *);
/* Name of the operation in stamp and trail: create, save, undo or the act. */
const char	*save_operation(const struct save *);
/* Adds to problems, and lets the act set what it sets in between; REFUSED_INVALID when they block. */
int		 save_validate(struct store_txn *, struct save *, const struct form_ctx *);
/* What the act sets in `now`; its answers are in order. */
int		 save_effects(struct save *, const struct form_ctx *);
/* The record it stands under as it is and as it will be; both NULL when the act sets nothing there, else the caller's. */
int		 save_effects_parent(struct store_txn *, const struct save *, const struct form_ctx *, struct rec **was, struct rec **now);
int		 save_write(struct store_txn *, struct save *, const struct form_ctx *);

/* All that is wrong with a record, by its definition and among the others. `was` NULL: new. */
int		 save_check(struct store_txn *, struct save *, const struct rec *was, const struct rec *,
		    const struct state *, const struct form_ctx *, struct problems *);
/*
 * Problems where the record, in state `to`, becomes a second one of what its book allows one of under the same owner. `was` NULL: new.
 * save_check() asks it too. save_exclusive_check_merge: where what stands under `from` went over to `to`, a merge; into s->problems.
 */
int		 save_exclusive_check(struct store_txn *, const struct save *, const struct rec *was, const struct rec *,
		    const struct state *to, const struct form_ctx *, struct problems *);
int		 save_exclusive_check_merge(struct store_txn *, struct save *, uint64_t from, uint64_t to, const struct form_ctx *);
/* Only what was not wrong before. */
int		 save_check_change(struct store_txn *, struct save *, const struct rec *was, const struct rec *now,
		    const struct form_ctx *, struct problems *);

/*
 * What a body returns that decided on r. A refusal whose problems tell of records of others is committed with the entries of the
 * trail that say so: then `refused` has it and this returns 0. Nothing else may have been written by then.
 */
int		 save_result(struct save *, int r);
/*
 * The township of `other`, which he does not see and a problem tells of, "" where he is to ask the county office; once for each
 * record, with its entry in the trail. by: path of the field that agrees.
 */
int		 save_foreign_area(struct save *, const struct rec *other, const char *by, char place[AREA_CODE + 1]);
/*
 * A problem at a field whose value `other` has already. Of the words, `seen` take its number where he sees it, `township`
 * where it lies; `office` takes neither. Each begins with the name of the field.
 */
struct save_duplicate_text {
	const char	*seen, *township, *office;
};
int		 save_add_duplicate(struct save *, const struct rec *other, const struct field *,
		    const struct save_duplicate_text *, struct problems *);
/* Adds a copy of a problem unless the same one is there. */
void		 save_add_problem(struct problems *, const struct problem *);

/*
 * With `spread`: gathers the records that share, through links that fill, what was changed; a problem for each that cannot be
 * changed by this person. Between save_apply() and save_validate(), which then refuses. The second writes them.
 */
int		 save_propagate(struct store_txn *, struct save *, const struct form_ctx *);
int		 save_propagate_write(struct save *);
void		 save_propagate_free(struct save *);

/* Puts what was sent into fields: nil removes, plain groups part by part. False: memory. */
bool		 save_apply_fields(const struct book *, struct val *fields, const struct val *set);

#endif
