#ifndef CORE_MAINT_VERIFY_INT_H
#define CORE_MAINT_VERIFY_INT_H

#include <sodium.h>

#include "core/maint/verify.h"
#include "core/record/audit.h"
#include "core/record/index.h"

/*
 * For verify.c (records, versions, trail, drafts) and verify_rows.c (index rows and counts) only.
 */

#define VERIFY_RESTORE	"restore the newest backup that agrees"

enum verify_trouble {
	DAMAGED, ROW_MISSING, ROW_SURPLUS, DOUBLED, TALLY_WRONG, VERSION_WRONG, STALE, UNTOLD,
	    UNDONE, DRAFT_ODD, TOKEN_ODD,
	VERIFY_TROUBLES
};

/* A record as the scan of records saw it. */
struct seen {
	uint64_t	 id;
	uint64_t	 ver;
	/* the newest version whose trail entry was not found yet; the trail is read from its end */
	uint64_t	 next;
	uint64_t	 kept;		/* number of earlier versions found, from 1 without a gap */
	/* sum of the hashes of rows it should have, minus those of rows found */
	uint64_t	 rows;
};

struct chain {
	uint64_t	 entries, bad;
	uint64_t	 missing, surplus;	/* rows by which entries are found */
	unsigned char	 end[AUDIT_HASH];
};

struct verify {
	struct core			*core;
	const struct verify_sink	*sink;
	struct form_ctx			 ctx;
	struct progress			 progress;
	unsigned			 weight;	/* units of one item of the step */
	bool				 cancelled;
	enum store_err			 e;

	struct val	*records;	/* book -> number of records */
	struct seen	*seen;		/* by id */
	size_t		 nseen, capseen;
	uint64_t	 misfit;	/* records that do not fit the definitions */
	uint64_t	 found[VERIFY_TROUBLES];
	struct chain	 chain;

	/*
	 * ids of records to be checked again; sorted, without duplicates, after
	 * verify_sort_suspects()
	 */
	uint64_t	*suspects;
	size_t		 nsuspects, capsuspects;

	/* verify_rows.c */
	unsigned char	 hash_key[crypto_shorthash_KEYBYTES];
	uint64_t	 rows_there;
	struct buf	 before;	/* the previous row of the index */
	uint64_t	*expected;	/* hashes of the rows that suspects should have, sorted */
	size_t		 nexpected, capexpected;
	/* key of the count of the rows being read, empty = none */
	struct buf	 group;
	uint64_t	 group_n;
	/* keys of counts to be checked again, concatenated */
	struct buf	 odd_counts;
	/* name of a count -> number of rows that are missing from it */
	struct val	*adjust;
};

#define VERIFY_NAME	128	/* name of a record: its number, or its id when it has none */

void		 verify_trouble(struct verify *, enum verify_trouble, const char *fmt, ...)
		    __attribute__((format(printf, 3, 4)));
void		 verify_line(struct verify *, const char *fmt, ...)
		    __attribute__((format(printf, 2, 3)));
void		 verify_name(const struct rec *, char name[VERIFY_NAME]);

/* False: verify was cancelled, or the store failed; the step must end. */
bool		 verify_go_on(struct verify *);
/* The same, after one more item of the step is done. */
bool		 verify_step(struct verify *);
/*
 * Runs a body that only reads in the committer, where nothing else writes. A failure is left in
 * v->e. txn may be NULL in the body.
 */
void		 verify_confirm(struct verify *, commit_body *, void *arg);

struct seen	*verify_seen(const struct verify *, uint64_t id);	/* NULL: not seen by the
									   scan */
void		 verify_forget_suspects(struct verify *);
void		 verify_suspect(struct verify *, uint64_t id);
void		 verify_sort_suspects(struct verify *);

/* Calls fn for each entry of a table, with the verify as its argument. */
void		 verify_scan(struct verify *, enum store_table, bool keys_only, store_each *);

/* verify_rows.c */
uint64_t	 verify_row_hash(const struct verify *, const void *key, size_t klen);
void		 verify_rows(struct verify *);
void		 verify_tallies(struct verify *);		/* after verify_rows() */
void		 verify_rows_free(struct verify *);

/* verify_trail.c */
void		 verify_versions(struct verify *);
void		 verify_told(struct verify *);
void		 verify_chain(struct verify *);
void		 verify_trail_rows(struct verify *);
/* writes lines of the summary; false: something disagrees */
bool		 verify_tell_trail(struct verify *);

/* verify_drafts.c */
void		 verify_drafts(struct verify *);
void		 verify_tokens(struct verify *);

#endif
