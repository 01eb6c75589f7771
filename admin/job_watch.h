#ifndef ADMIN_JOB_WATCH_H
#define ADMIN_JOB_WATCH_H

#include "admin/client.h"

/*
 * A job of the daemon, followed from outside. The job does not need us: whoever stops watching, or
 * loses the connection, leaves it running.
 */

/*
 * Shows how far it has come until it ends, then its result. Its status, or EX_TEMPFAIL after
 * Ctrl-C, when the job goes on. A connection that is lost is made again for a while. `what` names
 * it in the bar.
 */
int	 job_watch(struct client *, const struct admin *, uint64_t id, const char *what);

/* Prints the result of a job that is done. A job that is not there, or has none, is said. */
int	 job_print_result(struct client *, uint64_t id);

/* Cancels it and says so. */
int	 job_cancel_by_id(struct client *, uint64_t id);

/* An id as it was typed. False: it is none, which has been said for the command. */
bool	 job_take_id(const char *command, const char *typed, uint64_t *id);

/* What is asked about a job, in an error: "job 3". */
void	 job_about(uint64_t id, char about[32]);

#endif
