#ifndef CORE_RECORD_READS_H
#define CORE_RECORD_READS_H

#include "core/record/audit.h"
#include "forms/attr.h"

/*
 * Repeated reads. A person who works with a file reads it many times, and each read must be on
 * record; but a hundred equal entries say no more than one entry with a number. So reads by one
 * person, from one place, of the same version of a record, in the same way (`act`) and of the same
 * day (detail "on") are combined:
 *
 *	the first	is a trail entry, at once
 *	the following	within READS_WINDOW of the first are counted in STORE_META, each before
 *			the read is answered
 *	after that	one entry like the first reports them: detail {"n": number, "since":
 *			time of the first of them, "until": time of the last}, without the
 *			first. Where there were none, there is no such entry
 *
 *	STORE_META	"reads/" · hash(16) of what must be the same -> seq of the first entry (8)
 *			  · its time (8) · n (8) · since (8) · until (8)
 *			"readq/" · time of the first (8) · the same hash -> nothing: the order in
 *			  which they end
 */
#define READS_WINDOW	600		/* seconds */
#define READS_FLUSH_MAX	256		/* most that one reads_flush() reports */

/* Records a read, in place of audit_put(). detail may hold "on" and nothing else. */
enum store_err	 reads_put(struct store_txn *, const struct actor *, int64_t now,
		    const struct audit_entry *) MUST_USE;

/*
 * Adds to a trail entry from audit_read() the count of reads that follow it so far: "n" including
 * itself, "since" the time of the entry, "until". Other entries stay as they are. False: memory.
 */
bool		 reads_add_count(struct store *, struct val *entry);

/*
 * Writes the entries of counted reads whose window is over, or of all; at most READS_FLUSH_MAX of
 * them. *n: their number; when it is READS_FLUSH_MAX there may be more.
 */
enum store_err	 reads_flush(struct store_txn *, int64_t now, bool all, size_t *n) MUST_USE;

#endif
