#include <sysexits.h>

#include "core/maint/verify.h"
#include "forms/problem.h"

static void
write_finding(const char *kind, const char *text, void *arg)
{
	job_write(arg, "%s: %s", kind, text);
}

static void
write_line(const char *text, void *arg)
{
	job_write(arg, "%s", text);
}

static bool
tell_progress(const struct progress *p, void *arg)
{
	return job_progress(arg, p);
}

enum job_state
verify_job(struct job_run *run)
{
	const struct verify_sink	 sink = { write_finding, write_line, tell_progress, run };
	enum store_err			 e;

	switch (verify_run(job_core(run), &sink, &e)) {
	case VERIFY_AGREES:
		job_end(run, EX_OK, N_("All agrees."));
		return JOB_DONE;
	case VERIFY_DIFFERS:
		job_end(run, EX_DATAERR, N_("It does not agree; the result says what."));
		return JOB_DONE;
	default:
		job_end(run, e == STORE_BAD ? EX_DATAERR : EX_IOERR, e == STORE_BAD ?
		    N_("A stored record is damaged. Tell the system administrator at once.") :
		    N_("The store could not be read. Tell the system administrator."));
		return JOB_FAILED;
	}
}
