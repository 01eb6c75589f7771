#ifndef CORE_RECORD_AUDIT_H
#define CORE_RECORD_AUDIT_H

#include "core/core.h"

/*
 * The trail. One entry for every act and every read of a file, written in the transaction of what it tells of:
 *	STORE_AUDIT	sequence (8 bytes, from 1, without gaps) -> hash (32 bytes) · CBOR
 *	hash = BLAKE2b-256(hash of the entry before · sequence · CBOR), the first one over 32 zero bytes
 * so a changed, removed or moved entry breaks the chain from there on. Rows in STORE_IDX find the entries of one record and
 * of one person.
 */
#define AUDIT_HASH	32

struct audit_what {
	const char	*act;		/* create, save, read, whole, find … or the name of a life-cycle act */
	const char	*book;		/* NULL where none */
	uint64_t	 id;		/* 0 where none */
	const char	*number;
	uint64_t	 ver;
	const char	*area;		/* where the record stood, NULL where none */
	struct val	*detail;	/* changed fields, reasons …; borrowed, may be NULL */
};

/* Appends; a store error is the body's to return. */
enum store_err	 audit_put(struct store_txn *, const struct actor *, int64_t now, const struct audit_what *);

/* One entry as {"seq","at","user","name","role","from","act","book","record","number","ver","area","detail"}; false stops. */
typedef bool	 audit_each(const struct val *entry, void *arg);

/*
 * Newest first, before sequence `before` (0 = from the end), at most limit (0 = all). user and record narrow it (NULL, 0 = any);
 * of one record the user may be told by name as well.
 */
enum store_err	 audit_read(struct store *, uint64_t before, size_t limit, const char *user, uint64_t record,
		    audit_each *, void *arg);

/* Walks the whole chain. *bad: sequence of the first entry that does not fit, 0 when all do; *n: entries. */
enum store_err	 audit_verify(struct store *, uint64_t *n, uint64_t *bad, unsigned char head[AUDIT_HASH]);

/* Rows of STORE_IDX by which entries of one record or person are found: how many lack, and how many have no entry. */
enum store_err	 audit_verify_finders(struct store *, uint64_t *missing, uint64_t *surplus);

#endif
