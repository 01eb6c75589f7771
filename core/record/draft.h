#ifndef CORE_RECORD_DRAFT_H
#define CORE_RECORD_DRAFT_H

#include "core/access/actor.h"
#include "forms/attr.h"

/*
 * Drafts: what a person has typed and not saved yet. Key in STORE_DRAFT: user, a 00 byte, 16 bytes that the client chose; value: a map
 * of CBOR that the operation "draft" describes. A draft is removed by the person's own word or save only, and read by nobody else.
 */
#define DRAFTS_MAX	100		/* of one person */
#define DRAFT_BYTES	(256u << 10)	/* of one draft */
#define DRAFT_TOO_LARGE	(STORE_APP_MIN + 21)

/* In a body. *out is the caller's on STORE_OK, else NULL; STORE_MISSING: there is none. */
enum store_err	 draft_get(struct store_txn *, const struct actor *, const unsigned char draft[16], struct val **out) MUST_USE;
/* A store error, or DRAFT_TOO_LARGE; then nothing was written. */
int		 draft_put(struct store_txn *, const struct actor *, const unsigned char draft[16], const struct val *content) MUST_USE;
/* STORE_OK as well when there is none: it may have been removed on another terminal. */
enum store_err	 draft_remove(struct store_txn *, const struct actor *, const unsigned char draft[16]) MUST_USE;
/* Whether the person has as many as anybody may have. */
bool		 draft_is_full(struct store_txn *, const struct actor *);

/* -1: the store failed. */
int64_t		 draft_count(struct core *, const struct actor *);
/* Adds all of the person's drafts to a list, each with its key as "draft". */
enum store_err	 draft_list(struct core *, const struct actor *, struct val *list) MUST_USE;

/* For verify: the person that an entry of STORE_DRAFT belongs to, borrowed from the key; NULL: the key has not the shape of one. */
const char	*draft_user(const void *key, size_t klen);

#endif
