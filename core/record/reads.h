#ifndef CORE_RECORD_READS_H
#define CORE_RECORD_READS_H

#include "core/record/audit.h"
#include "forms/attr.h"

/*
 * Reads that repeat. Who works with a file reads it over and over, and each read must be on record; but a hundred entries
 * that tell the same tell no more than one with a number. So of reads of one person, from one place, of the same version
 * of a record, in the same way (`act`) and of the same day (detail "on")
 *
 *	the first	is an entry of the trail, at once;
 *	those that follow within READS_WINDOW of it are counted in STORE_META, each before it is answered;
 *	after that	one entry like the first tells of them: detail {"n": how many, "since": when the first of them was,
 *			"until": when the last}, without the first. Where there were none, there is no such entry.
 *
 * STORE_META	"reads/" · hash(16) of what must be the same -> seq of the first entry (8) · its time (8) · n (8) · since (8) · until (8)
 *		"readq/" · time of the first (8) · the same hash -> nothing: which are over
 */
#define READS_WINDOW	600		/* seconds */
#define READS_FLUSH_MAX	256		/* that one reads_flush() ends, at most */

/* Puts a read on record, in place of audit_put(). detail may hold "on" and nothing else. */
enum store_err	 reads_put(struct store_txn *, const struct actor *, int64_t now, const struct audit_entry *) MUST_USE;

/*
 * Puts into an entry of the trail, as audit_read() gives it, what is counted behind it so far: "n" with itself, "since"
 * when it was, "until". Nothing into others. False: memory.
 */
bool		 reads_add_count(struct store *, struct val *entry);

/*
 * Tells in the trail of those whose time is over, or of all; at most READS_FLUSH_MAX of them. *n: how many there were, so that as many
 * as that mean that there may be more.
 */
enum store_err	 reads_flush(struct store_txn *, int64_t now, bool all, size_t *n) MUST_USE;

#endif
