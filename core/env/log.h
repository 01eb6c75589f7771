#ifndef CORE_ENV_LOG_H
#define CORE_ENV_LOG_H

#include <sys/types.h>

#include "core/store/store.h"

/*
 * The daemon's lines, on standard error: one write each, so that threads do not mix. Under systemd an alarm is marked as
 * critical. No case data, no secrets.
 *
 * A line that says what another has said within the last minute is counted instead of written, so that nobody fills the
 * log by doing over and over what it tells; afterwards "LINE (312 times more since 09:01)" follows. The same is a line of
 * the same words, or with log_peer() of the same kind about the same uid.
 */
void	 log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	 log_alarm(const char *fmt, ...) __attribute__((format(printf, 1, 2)));	/* somebody must look at it */

void	 log_peer(const char *kind, uid_t, const char *fmt, ...) __attribute__((format(printf, 3, 4)));	/* as log_info() */

/* Writes what was counted and is a minute old, or all of it. To be called now and then, and at the end. */
void	 log_flush(bool all);

/* Details of faults are left out unless asked for. */
void	 log_verbose(bool wanted);

/* Fits store_opts.log; arg is not looked at. */
void	 log_line(enum store_log level, const char *line, void *arg);

#endif
