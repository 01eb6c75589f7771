#ifndef CORE_RECORD_AUDIT_H
#define CORE_RECORD_AUDIT_H

#include "core/access/actor.h"
#include "forms/attr.h"

/*
 * The audit trail. One entry for every act and every read of a file, written in the same
 * transaction as the change or the count of the read:
 *	STORE_AUDIT	sequence (8 bytes, from 1, without gaps) -> hash (32 bytes) · CBOR
 *	hash = BLAKE2b-256 under the trail's key (hash of the entry before · sequence · CBOR),
 *	       the first over 32 zero bytes
 * A changed, removed or moved entry breaks the chain from there on, and nobody can repair the chain
 * without the key. Rows in STORE_IDX find the entries of one record and of one person.
 *
 * Homes of earlier versions have entries whose hash has no key. STORE_META "trail" holds, signed,
 * the sequence and hash of the last of these entries (0: there is none), and HOME/head repeats the
 * sequence: only entries up to it are checked without the key. It is set when the home is first
 * opened, and when a backup from before is restored.
 */
#define AUDIT_HASH	HEAD_HASH

struct audit_entry {
	const char	*act;		/* create, save, read, whole, find … or the name of a
					   life-cycle act */
	const char	*book;		/* NULL where none */
	uint64_t	 id;		/* 0 where none */
	const char	*number;
	uint64_t	 ver;
	const char	*area;		/* area of the record, NULL where none */
	struct val	*detail;	/* changed fields, reasons …; borrowed, may be NULL */
};

/* Appends an entry. The body returns a store error to its caller. */
enum store_err	 audit_put(struct store_txn *, const struct actor *, int64_t now,
		    const struct audit_entry *) MUST_USE;

/*
 * One entry as
 * {"seq","at","user","name","role","from","act","book","record","number","ver","area","detail"};
 * false stops.
 */
typedef bool	 audit_fn(const struct val *entry, void *arg);

/*
 * Reads entries newest first, before sequence `before` (0 = from the end), at most limit (0 = all).
 * user and record restrict the entries (NULL, 0 = any); with a record, user may also be the name of
 * the person.
 */
enum store_err	 audit_read(struct store *, uint64_t before, size_t limit, const char *user,
		    uint64_t record, audit_fn *, void *arg) MUST_USE;

/* The newest entry of the trail, and what HOME/head says of it. */
struct audit_end {
	struct head	 now;		/* the newest entry */
	struct head	 head;		/* what HOME/head says, when `read` is HEAD_OK */
	enum head_err	 read;
	bool		 restored;	/* HOME/env is a backup, and its head was read in place of
					   HOME/head */
};

/*
 * Reads the newest entry and compares it with HOME/head. `wrong` (borrowed) gets one line for an
 * administrator, with what to do, when the newest entries are missing, differ from the acknowledged
 * ones or do not fit the chain, or when this cannot be decided; else it stays empty. Store errors:
 * reading failed.
 */
enum store_err	 audit_end_check(struct store *, bool restored, struct audit_end *,
		    struct buf *wrong) MUST_USE;

/*
 * Keeps HOME/head up to date from now on, starting with the end as it was found. A first opening
 * also notes from which entry the chain has a key. Must be called after audit_end_check() and
 * before a committer runs; problems found by that check are then forgotten.
 */
enum store_err	 audit_end_keep(struct store *, const struct audit_end *) MUST_USE;

/*
 * Adds the entry `act`, which records a lost end or a restored backup, and keeps the end after it.
 * Otherwise as audit_end_keep().
 */
enum store_err	 audit_end_accept(struct store *, const struct actor *, int64_t now,
		    const char *act, const struct audit_end *) MUST_USE;

/* The sequence of the entry after which the chain has a key. */
uint64_t	 audit_keyed_after(struct store *);

/* Called for each entry and row while the trail is verified; false stops the walk. */
typedef bool	 audit_step(void *arg);

/*
 * Walks the whole chain. *bad: sequence of the first entry that does not fit, 0 when all fit; *n:
 * number of entries. Entries may be added meanwhile. step may be NULL; after it has stopped the
 * walk, *n is the number of entries walked.
 */
enum store_err	 audit_verify(struct store *, uint64_t *n, uint64_t *bad,
		    unsigned char head[AUDIT_HASH]) MUST_USE;
enum store_err	 audit_verify_while(struct store *, audit_step *, void *arg, uint64_t *n,
		    uint64_t *bad, unsigned char head[AUDIT_HASH]) MUST_USE;

/*
 * Counts rows of STORE_IDX by which the entries of one record or person are found: how many are
 * missing, and how many have no entry. Entries and rows added meanwhile are left out. When step has
 * stopped the walk, both counts are undefined.
 */
enum store_err	 audit_verify_index(struct store *, uint64_t *missing, uint64_t *surplus) MUST_USE;
enum store_err	 audit_verify_index_while(struct store *, audit_step *, void *arg,
		    uint64_t *missing, uint64_t *surplus) MUST_USE;

#endif
