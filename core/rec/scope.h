#ifndef CORE_REC_SCOPE_H
#define CORE_REC_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "forms/area.h"
#include "forms/buf.h"

/*
 * A scope is what a record lies in and what an account is granted: a place (county, township,
 * village) or a body (a record of a book whose records are bodies: a member unit, a station, a
 * school). Reach is decided by scopes alone, and index rows of lists, deadlines and searches are
 * sorted by them.
 *
 * In keys a scope has SCOPE_KEY bytes:
 *
 *	place	'P' · area code (12 digits)		AREA_NONE for records of no place
 *	body	'B' · record id (8, big-endian) · 4 zero bytes
 *
 * A place contains the places below it. The scopes within a scope are those whose keys begin with
 * its first `n` bytes, so one range of keys has all their rows.
 */
#define SCOPE_KEY	13

struct scope {
	char		 key[SCOPE_KEY + 1];	/* with a NUL byte after it, so that key + 1 is a
						   string for a place */
	unsigned char	 n;			/* 0: everything */
};

/* The whole county: every place and every body. */
struct scope	 scope_all(void);
/* code: a valid area code. */
struct scope	 scope_place(const char *code);
struct scope	 scope_body(uint64_t id);
/* Reads a scope from the SCOPE_KEY bytes of a key. */
struct scope	 scope_from_key(const void *key);

bool		 scope_is_all(const struct scope *);
/* The area code, borrowed from the scope; NULL: a body or everything. */
const char	*scope_area(const struct scope *);
/* Record id of the body; 0: not a body. */
uint64_t	 scope_body_id(const struct scope *);
bool		 scope_equal(const struct scope *, const struct scope *);
bool		 scope_within(const struct scope *inner, const struct scope *outer);
/* For messages: an area code, "#12" for a body, or "everywhere". */
void		 scope_print(const struct scope *, struct buf *);
/*
 * Sets *out to the part of `reach` that lies in the area `within` (NULL: all of it). False: no part
 * does.
 */
bool		 scope_narrow(const struct scope *reach, const char *within, struct scope *out);

#endif
