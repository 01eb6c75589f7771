#ifndef CORE_ENV_LOG_H
#define CORE_ENV_LOG_H

#include <sys/types.h>

#include "core/store/store.h"

/*
 * The log lines of the daemon, on standard error: one write each, so that threads do not mix. Under
 * systemd an alarm is marked as critical. No case data, no secrets.
 *
 * A line that repeats one of the last minute is counted instead of written, so that nobody can fill
 * the log by repeating what it reports; afterwards "LINE (312 times more since 09:01)" follows. Two
 * lines repeat each other when their words are the same, or with log_peer() when kind and uid are
 * the same.
 */
void	 log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* needs the attention of an administrator */
void	 log_alarm(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* as log_info() */
void	 log_peer(const char *kind, uid_t, const char *fmt,
	    ...) __attribute__((format(printf, 3, 4)));

/*
 * Writes the counted lines that are a minute old, or all of them. To be called now and then, and at
 * the end.
 */
void	 log_flush(bool all);

/* Whether details of faults are logged; default: no. */
void	 log_verbose(bool wanted);

/* A function for store_opts.log; arg is not used. */
void	 log_line(enum store_log level, const char *line, void *arg);

#endif
