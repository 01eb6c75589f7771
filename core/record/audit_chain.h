#ifndef CORE_RECORD_AUDIT_CHAIN_H
#define CORE_RECORD_AUDIT_CHAIN_H

#include "core/record/audit.h"
#include "forms/attr.h"

/* For audit.c, audit_chain.c and tests only. */

/* The key of the trail, HOME_SUBKEYLEN bytes, borrowed. */
const unsigned char *audit_key(const struct store *);

/*
 * Computes the hash of an entry that follows the entry with hash `before`. key NULL: as in entries
 * of earlier versions.
 */
void		 audit_hash_entry(const unsigned char *key, const unsigned char before[AUDIT_HASH],
		    uint64_t seq, const void *cbor, size_t n, unsigned char out[AUDIT_HASH]);

/*
 * Reads the newest entry; seq is 0 when there is none. *entry, borrowed, gets its bytes; `at` is
 * not set. With a transaction, reads as that transaction sees the store: a body that runs again
 * must find the chain as it is then.
 */
enum store_err	 audit_newest(struct store *, struct store_txn *, struct head *out,
		    struct buf *entry) MUST_USE;

#endif
