#ifndef CORE_REC_REC_H
#define CORE_REC_REC_H

#include "core/env/env.h"
#include "core/rec/scope.h"
#include "forms/attr.h"

/*
 * A record: one map ("envelope") of CBOR in the store, decoded.
 *	b book · s state · v version · n number · f fields · d definitions it was saved under
 *	made, last	{by, name, at, act?, remarks?: those written with it, taught?: changes of
 *			deadlines in other records (core/record/deadline.h)}
 *	doers		{act: user}
 *	remarks		{path: text}: those that are still open
 *	ar		area of its parent (rec_set_parent())
 *	up		states of its ancestors, the parent's first
 *	clk		entries of its clocks (core/record/deadline.h)
 *	into, was, joined, from, turned
 *			left by merges (core/record/merge.h)
 * Fields that the definitions no longer have are kept and written back unchanged.
 */
struct rec {
	uint64_t		 id;
	uint64_t		 ver;
	const struct book	*book;
	const struct state	*state;
	struct val		*env;		/* owned; the members below point into it */
	struct val		*fields;
	const char		*number;	/* "" when there is none */
};

enum rec_err { REC_OK, REC_MISSING, REC_BAD, REC_SYS };	/* REC_BAD: damaged, or a book or state that
							   the definitions do not have */

/* A new record: empty fields, the start state, version 0. NULL: memory. */
struct rec	*rec_new(const struct book *) MUST_USE;
enum rec_err	 rec_decode(const struct set *, uint64_t id, const void *, size_t n,
		    struct rec **out) MUST_USE;
struct rec	*rec_dup(const struct rec *) MUST_USE;
void		 rec_free(struct rec *);

/* Sets state, version or number in the envelope and in the struct. False: memory. */
bool		 rec_set_state(struct rec *, const struct state *) MUST_USE;
bool		 rec_set_ver(struct rec *, uint64_t) MUST_USE;
bool		 rec_set_number(struct rec *, const char *) MUST_USE;

/*
 * A child record keeps the area of its parent and the states of all its ancestors, so that access,
 * lists and deadlines are decided from the record alone. Code that changes the area or the state of
 * a record must update its children (child_propagate()).
 *
 * rec_set_parent: copies both from `parent`, as it is now. False: memory.
 * rec_ancestor_state: the state of the parent (level 0) or of an ancestor above it. NULL: not
 * known, and nobody sees the record.
 * rec_parent_hidden: whether an ancestor is in a state in which some role may not see it although
 * that role sees others of its book.
 * rec_parent_ended: whether an ancestor is in a state in which no child has deadlines, or was
 * merged into another record.
 * The last two are false for books without `under`.
 */
bool		 rec_set_parent(struct rec *, const struct rec *parent) MUST_USE;
const struct state *rec_ancestor_state(const struct rec *, size_t level);
bool		 rec_parent_hidden(const struct rec *);
bool		 rec_parent_ended(const struct rec *);

/* Reads a record from the store; txn may be NULL. On REC_OK *out is the caller's. */
enum rec_err	 rec_get(struct core *, struct store_txn *, uint64_t id, struct rec **out) MUST_USE;
/*
 * Reads the record as it was at version ver: a kept version, or the present record when it has that
 * version.
 */
enum rec_err	 rec_get_at(struct core *, uint64_t id, uint64_t ver, struct rec **out) MUST_USE;

/* Whether the record was merged into another, whose id is "into" of the envelope. */
bool		 rec_merged(const struct rec *);
/* Reads a version before the present one, in a body. REC_MISSING: there is no such version. */
enum rec_err	 rec_get_version(struct core *, struct store_txn *, uint64_t id, uint64_t ver,
		    struct rec **out) MUST_USE;

/* Stores the record under the version it has. The caller updates its index rows. */
enum store_err	 rec_put(struct store_txn *, const struct rec *) MUST_USE;

/*
 * The area of the record: its own, or that of its ancestors. AREA_NONE for books of the whole
 * county.
 */
const char	*rec_area(const struct rec *);

/*
 * The scopes of a record by one of its fields: places by an area field, bodies by a link to a book
 * of bodies; several where the field has several values, none while it is empty. No field (NULL):
 * the record's own scope, which is one place.
 *
 * rec_each_scope: calls fn for each until it returns false; false when it did.
 * rec_has_scope: whether there is at least one.
 * rec_within_scope: whether at least one lies within `outer`.
 */
typedef bool	 rec_scope_fn(const struct scope *, void *arg);
bool		 rec_each_scope(const struct rec *, const struct field *by, rec_scope_fn *,
		    void *arg);
bool		 rec_has_scope(const struct rec *, const struct field *by);
bool		 rec_within_scope(const struct rec *, const struct field *by,
		    const struct scope *outer);

/* Keys of the tables. */
#define REC_KEY		8
#define REC_VERSION_KEY		16
void		 rec_key(uint64_t id, unsigned char key[REC_KEY]);
void		 rec_version_key(uint64_t id, uint64_t ver, unsigned char key[REC_VERSION_KEY]);

#endif
