#ifndef CORE_MAINT_VERIFY_H
#define CORE_MAINT_VERIFY_H

#include "core/env/env.h"
#include "core/maint/job.h"

/*
 * Computes everything that a save computes beside the record once more from the records, and
 * compares: index rows, counts, data kept of other records, versions, the audit trail, drafts and
 * save tokens. Where the two differ something else than a save has written, or a save was wrong:
 * the counts on screens cannot be trusted.
 *
 * Others may save meanwhile. The tables are read without a lock, so the data does not belong to one
 * moment; what looks wrong is first a suspect. A suspect is checked again in a body of the
 * committer, where nothing else writes, and is a finding when it is still wrong there. Whatever was
 * wrong when verify began and was not overwritten meanwhile is found: a scan visits every key that
 * is there all the time. Nothing is written.
 */
struct verify_sink {
	/*
	 * One disagreement: its kind in one word ("missing", "count") and a text. Called at most
	 * VERIFY_SHOWN times for a kind.
	 */
	void	(*finding)(const char *kind, const char *text, void *arg);
	/*
	 * A line of the summary, in order, after all findings; the last one says whether everything
	 * agrees.
	 */
	void	(*line)(const char *text, void *arg);
	/* Called often, between records and rows. False: verify ends soon. */
	bool	(*progress)(const struct progress *, void *arg);
	void	*arg;
};

/* findings of one kind that are reported; the summary counts all */
#define VERIFY_SHOWN	20

enum verify_end {
	VERIFY_AGREES,
	VERIFY_DIFFERS,
	VERIFY_CANCELLED,		/* no summary */
	VERIFY_FAILED			/* *e: the store error, or STORE_SYS for memory */
};

/*
 * To be called from any thread but the committer's, which must run. Takes as long as reading the
 * whole store.
 */
enum verify_end	 verify_run(struct core *, const struct verify_sink *, enum store_err *e);

/*
 * The same as a job (struct job_kind): the result is the findings and the summary, the status EX_OK
 * or EX_DATAERR.
 */
enum job_state	 verify_job(struct job_run *);

#endif
