#ifndef CORE_RECORD_DRAFT_H
#define CORE_RECORD_DRAFT_H

#include "core/access/actor.h"
#include "forms/attr.h"

/*
 * Drafts: what a person has typed and not saved yet. Key in STORE_DRAFT: user, a 00 byte, 16 bytes
 * that the client chose; value: a map of CBOR that the operation "draft" describes. A draft is
 * removed only when its person discards or saves it, and nobody else reads it.
 */
#define DRAFTS_MAX	100		/* of one person */
#define DRAFT_BYTES	(256u << 10)	/* of one draft */
#define DRAFT_TOO_LARGE	(STORE_APP_MIN + 21)

/* In a body. *out is the caller's on STORE_OK, else NULL. STORE_MISSING: there is no such draft. */
enum store_err	 draft_get(struct store_txn *, const struct actor *, const unsigned char draft[16],
		    struct val **out) MUST_USE;
/* Stores a draft. A store error, or DRAFT_TOO_LARGE; then nothing was written. */
int		 draft_put(struct store_txn *, const struct actor *, const unsigned char draft[16],
		    const struct val *content) MUST_USE;
/*
 * Removes a draft. STORE_OK also when there is none, because it may have been removed from another
 * terminal.
 */
enum store_err	 draft_remove(struct store_txn *, const struct actor *,
		    const unsigned char draft[16]) MUST_USE;
/* Whether the person has as many drafts as a person may have. */
bool		 draft_is_full(struct store_txn *, const struct actor *);

/* The number of drafts of a person. -1: the store failed. */
int64_t		 draft_count(struct core *, const struct actor *);
/* Adds all drafts of the person to a list, each with its key as "draft". */
enum store_err	 draft_list(struct core *, const struct actor *, struct val *list) MUST_USE;

/*
 * For verify: the person to whom an entry of STORE_DRAFT belongs, borrowed from the key. NULL: the
 * key is malformed.
 */
const char	*draft_user(const void *key, size_t klen);

#endif
