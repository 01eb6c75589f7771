#ifndef CORE_RECORD_AUDIT_H
#define CORE_RECORD_AUDIT_H

#include "core/access/actor.h"
#include "forms/attr.h"

/*
 * The trail. One entry for every act and every read of a file, written in the transaction of what it tells of:
 *	STORE_AUDIT	sequence (8 bytes, from 1, without gaps) -> hash (32 bytes) · CBOR
 *	hash = BLAKE2b-256 under the trail's key (hash of the entry before · sequence · CBOR), the first over 32 zero bytes
 * so a changed, removed or moved entry breaks the chain from there on, and who has no key cannot mend it. Rows in STORE_IDX
 * find the entries of one record and of one person.
 *
 * Homes of earlier versions have entries whose hash has no key. STORE_META "trail" holds, signed, the sequence and hash of
 * the last of them (0: there is none), and HOME/head repeats the sequence: only entries up to it are checked without the
 * key. It is set when the home is first opened, and when a backup from before is restored.
 */
#define AUDIT_HASH	HEAD_HASH

struct audit_entry {
	const char	*act;		/* create, save, read, whole, find … or the name of a life-cycle act */
	const char	*book;		/* NULL where none */
	uint64_t	 id;		/* 0 where none */
	const char	*number;
	uint64_t	 ver;
	const char	*area;		/* where the record stood, NULL where none */
	struct val	*detail;	/* changed fields, reasons …; borrowed, may be NULL */
};

/* Appends; a store error is the body's to return. */
enum store_err	 audit_put(struct store_txn *, const struct actor *, int64_t now, const struct audit_entry *) MUST_USE;

/* One entry as {"seq","at","user","name","role","from","act","book","record","number","ver","area","detail"}; false stops. */
typedef bool	 audit_fn(const struct val *entry, void *arg);

/*
 * Newest first, before sequence `before` (0 = from the end), at most limit (0 = all). user and record narrow it (NULL, 0 = any);
 * of one record the user may be told by name as well.
 */
enum store_err	 audit_read(struct store *, uint64_t before, size_t limit, const char *user, uint64_t record,
		    audit_fn *, void *arg) MUST_USE;

/*
 * The end of the trail beside what HOME/head says of it.
 */
struct audit_end {
	struct head	 now;		/* the newest entry there is */
	struct head	 head;		/* what HOME/head says, when `read` is HEAD_OK */
	enum head_err	 read;
	bool		 restored;	/* HOME/env is a backup, and its head was read in place of HOME/head */
};

/*
 * Reads and compares. `wrong` (borrowed) gets one line for an administrator, with what to do, when newest entries are
 * missing, are not those that were acknowledged, do not fit the chain, or when this cannot be told; else it stays empty.
 * Store errors: reading failed.
 */
enum store_err	 audit_end_check(struct store *, bool restored, struct audit_end *, struct buf *wrong) MUST_USE;

/*
 * Keeps HOME/head from now on, with the end as it was found; a first opening also notes from where the chain has a key.
 * Needs a store in which no committer runs yet. Must follow audit_end_check(); whatever that found wrong is then forgotten.
 */
enum store_err	 audit_end_keep(struct store *, const struct audit_end *) MUST_USE;

/* Adds the entry `act` that tells of a lost end or of a restored backup, and keeps the end after it. As audit_end_keep(). */
enum store_err	 audit_end_accept(struct store *, const struct actor *, int64_t now, const char *act,
		    const struct audit_end *) MUST_USE;

/* After which entry the chain has a key. */
uint64_t	 audit_keyed_after(struct store *);

/* Called for each entry and row while the trail is verified; false stops it. */
typedef bool	 audit_step(void *arg);

/*
 * Walks the whole chain. *bad: sequence of the first entry that does not fit, 0 when all do; *n:
 * entries. Entries may be added meanwhile. step may be NULL; after it has stopped the walk *n is how
 * far it came.
 */
enum store_err	 audit_verify(struct store *, uint64_t *n, uint64_t *bad, unsigned char head[AUDIT_HASH]) MUST_USE;
enum store_err	 audit_verify_while(struct store *, audit_step *, void *arg, uint64_t *n, uint64_t *bad,
		    unsigned char head[AUDIT_HASH]) MUST_USE;

/*
 * Rows of STORE_IDX by which entries of one record or person are found: how many lack, and how many
 * have no entry. Entries and rows that are added meanwhile are left out. After step has stopped it
 * both counts say nothing.
 */
enum store_err	 audit_verify_index(struct store *, uint64_t *missing, uint64_t *surplus) MUST_USE;
enum store_err	 audit_verify_index_while(struct store *, audit_step *, void *arg, uint64_t *missing,
		    uint64_t *surplus) MUST_USE;

#endif
