#ifndef CORE_SAVE_H
#define CORE_SAVE_H

#include "core/ops_int.h"

/*
 * The one save path, for ops_save.c and save_*.c only. A save and an act are the same thing: fields change, perhaps the
 * state with them, in one transaction with the version before, the index rows, the trail, the answer to a double press and
 * the end of the draft. Everything is decided in the committer's thread, on the record as it is then, so no two
 * savers can pass each other:
 *	save_token.c	was this saved before
 *	save_make.c	what the record becomes, and may he
 *	save_judge.c	what stands against it
 *	save_spread.c	who shares what was changed, and gets it too
 *	save_write.c	record, rows, trail
 */
enum refusal {				/* what a body returns besides store errors */
	REFUSED = STORE_APP_MIN,
	REFUSED_MISSING,
	REFUSED_DENIED,
	REFUSED_CONFLICT,
	REFUSED_INVALID,
	ALREADY				/* this token was saved before: same answer again */
};

struct save {
	struct core		*core;
	struct actor		*actor;		/* the call's */
	enum lang		 lang;
	const struct book	*book;
	const struct act	*act;		/* NULL = plain save */
	uint64_t		 id;		/* 0 = new */
	uint64_t		 seen;		/* version the editor saw */
	const unsigned char	*token;
	const unsigned char	*draft;		/* NULL = none */
	uint64_t		 joins;		/* the record merged into this one: its unique values count as free; 0 = none */
	const struct val	*set, *ask, *remarks;	/* of the request; NULL where not given */
	bool			 spread;	/* what links filled here goes to all who share it */

	/* outcome, made anew by each run of the body */
	struct rec		*old;		/* NULL = was not there */
	struct rec		*now;
	struct problems		 problems;
	struct spreading	*spreading;	/* save_spread.c */
	size_t			 nspread;	/* other records changed with it */
};

/* Each returns 0, a refusal, or a store error. */

/* *id: the record that this token saved before, 0 = none. */
int		 save_token_find(struct store_txn *, const struct save *, uint64_t *id);
int		 save_token_put(struct store_txn *, const struct save *);

/* Fills old and now, and asks may(). */
int		 save_make(struct store_txn *, struct save *, const struct form_ctx *);
/* Adds to problems; REFUSED_INVALID when they block. */
int		 save_judge(struct store_txn *, struct save *, const struct form_ctx *);
int		 save_write(struct store_txn *, struct save *);

/*
 * With `spread`: gathers the records that share, through links that fill, what was changed; a problem for each that cannot be
 * changed by this person. Between save_make() and save_judge(), which then refuses. The second writes them.
 */
int		 save_spread(struct store_txn *, struct save *, const struct form_ctx *);
int		 save_spread_write(struct store_txn *, struct save *);
void		 save_spread_free(struct save *);

/* Puts what was sent into fields: nil removes, plain groups part by part. False: memory. */
bool		 save_fields(const struct book *, struct val *fields, const struct val *set);
/* The record as it is now, and as it was (NULL: new) among its versions. Rows are the caller's. */
enum store_err	 save_put(struct store_txn *, const struct rec *old, const struct rec *now);

#endif
