#ifndef CORE_MAINT_VERIFY_H
#define CORE_MAINT_VERIFY_H

#include "core/env/env.h"
#include "core/maint/job.h"

/*
 * Everything a save computes beside the record is computed once more from the records and compared:
 * index rows, counts, what is kept of other records, versions, the audit trail, drafts and save
 * tokens. Where the two disagree something else than a save has been at work, or a save was wrong:
 * the counts on screens cannot be trusted.
 *
 * Others may save meanwhile. The tables are read without a lock, so what is read does not belong to
 * one moment; what looks wrong is only suspected. A suspect is looked at again in a body of the
 * committer, where nothing else writes, and is a finding when it is still wrong there. What was
 * wrong when verify began and was not saved over meanwhile is found: a scan visits every key that
 * is there all the time. Nothing is written.
 */
struct verify_sink {
	/*
	 * One disagreement: its kind in one word ("missing", "count") and what it is. At most
	 * VERIFY_SHOWN of a kind.
	 */
	void	(*finding)(const char *kind, const char *text, void *arg);
	/*
	 * A line of the summary, in order, after all findings; the last one says whether all
	 * agrees.
	 */
	void	(*line)(const char *text, void *arg);
	/* Between records and rows, often. False: verify ends soon. */
	bool	(*progress)(const struct progress *, void *arg);
	void	*arg;
};

/* findings of one kind that are told; the summary counts all */
#define VERIFY_SHOWN	20

enum verify_end {
	VERIFY_AGREES,
	VERIFY_DIFFERS,
	VERIFY_CANCELLED,		/* no summary */
	VERIFY_FAILED			/* *e says why: the store, or STORE_SYS for memory */
};

/* From any thread but the committer's, which must run; takes as long as reading the whole store. */
enum verify_end	 verify_run(struct core *, const struct verify_sink *, enum store_err *e);

/*
 * The same as a job (struct job_kind): the result is the findings and the summary, the status EX_OK
 * or EX_DATAERR.
 */
enum job_state	 verify_job(struct job_run *);

#endif
