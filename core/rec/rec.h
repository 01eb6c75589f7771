#ifndef CORE_REC_REC_H
#define CORE_REC_REC_H

#include "core/env/env.h"
#include "core/rec/scope.h"
#include "forms/attr.h"

/*
 * A record: one map ("envelope") of CBOR in the store, understood.
 *	b book · s state · v version · n number · f fields · d definitions it was saved under
 *	made, last {by, name, at, act?, remarks?: those written with it, taught?: what others learnt by it (core/record/deadline.h)}
 *	doers {act: user} · remarks {path: text}: those still to be put right
 *	ar area of its parent · up states of its ancestors, the parent's first (rec_set_parent()) · clk what clocks know (core/record/deadline.h)
 *	into, was, joined, from, turned: what merging leaves (core/record/merge.h)
 * Fields the definitions no longer know are kept and written back as they were.
 */
struct rec {
	uint64_t		 id;
	uint64_t		 ver;
	const struct book	*book;
	const struct state	*state;
	struct val		*env;		/* owned; everything below is borrowed from it */
	struct val		*fields;
	const char		*number;	/* "" when it has none */
};

enum rec_err { REC_OK, REC_MISSING, REC_BAD, REC_SYS };	/* ODD: book or state the definitions do not know, or damage */

/* A record not stored yet: empty fields, the start state, version 0. NULL: memory. */
struct rec	*rec_new(const struct book *) MUST_USE;
enum rec_err	 rec_decode(const struct set *, uint64_t id, const void *, size_t n, struct rec **out) MUST_USE;
struct rec	*rec_dup(const struct rec *) MUST_USE;
void		 rec_free(struct rec *);

/* Sets what lives in the envelope besides the fields, so that both say the same. False: memory. */
bool		 rec_set_state(struct rec *, const struct state *) MUST_USE;
bool		 rec_set_ver(struct rec *, uint64_t) MUST_USE;
bool		 rec_set_number(struct rec *, const char *) MUST_USE;

/*
 * A record under another keeps where that one lies and the states of all records above it, so that access, lists and deadlines
 * are decided from the record alone. Whoever changes the area or the state of a record passes that on (child_propagate()).
 *
 * rec_set_parent: copies both from `parent`, which is the present one. False: memory.
 * rec_ancestor_state: of the parent (level 0) and those above it. NULL: it is not known, and the record is seen by nobody.
 * rec_parent_hidden: an ancestor is in a state that some role may not see although it may see others of that book.
 * rec_parent_ended: an ancestor is in a state in which nothing under it is due, or was merged into another.
 * The last two are false for books that stand under none.
 */
bool		 rec_set_parent(struct rec *, const struct rec *parent) MUST_USE;
const struct state *rec_ancestor_state(const struct rec *, size_t level);
bool		 rec_parent_hidden(const struct rec *);
bool		 rec_parent_ended(const struct rec *);

/* Reads from the store; txn may be NULL. *out is the caller's on REC_OK. */
enum rec_err	 rec_get(struct core *, struct store_txn *, uint64_t id, struct rec **out) MUST_USE;
/* As it was at version ver: the kept one, or the present when that is its version. */
enum rec_err	 rec_get_at(struct core *, uint64_t id, uint64_t ver, struct rec **out) MUST_USE;

/* Whether it was joined to another as its double; that one's id is in the envelope, "into". */
bool		 rec_merged(const struct rec *);
/* A version that is not the present one, in a body; REC_MISSING when there was none. */
enum rec_err	 rec_get_version(struct core *, struct store_txn *, uint64_t id, uint64_t ver, struct rec **out) MUST_USE;

/* Stores it as it is, under the version it has; index rows are the caller's. */
enum store_err	 rec_put(struct store_txn *, const struct rec *) MUST_USE;

/* The area the record itself lies in: its own, or that of the records above it. AREA_NONE for county-wide books. */
const char	*rec_area(const struct rec *);

/*
 * The scopes a record lies in by one of its fields: places by an area field, bodies by a link to a book of bodies, several of
 * them where the field has several values, none while it is empty. No field (NULL): the record's own scope, which is one place.
 *
 * rec_each_scope: calls fn for each until it returns false; false when it did. rec_has_scope: there is at least one.
 * rec_within_scope: at least one of them lies within `outer`.
 */
typedef bool	 rec_scope_fn(const struct scope *, void *arg);
bool		 rec_each_scope(const struct rec *, const struct field *by, rec_scope_fn *, void *arg);
bool		 rec_has_scope(const struct rec *, const struct field *by);
bool		 rec_within_scope(const struct rec *, const struct field *by, const struct scope *outer);

/* Keys of the tables. */
#define REC_KEY		8
#define REC_VERSION_KEY		16
void		 rec_key(uint64_t id, unsigned char key[REC_KEY]);
void		 rec_version_key(uint64_t id, uint64_t ver, unsigned char key[REC_VERSION_KEY]);

#endif
