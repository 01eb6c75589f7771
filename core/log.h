#ifndef CORE_LOG_H
#define CORE_LOG_H

#include "core/store/store.h"

/*
 * The daemon's lines, on standard error: one write each, so that threads do not mix. Under systemd an alarm is marked as
 * critical. No case data, no secrets.
 */
void	 log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	 log_alarm(const char *fmt, ...) __attribute__((format(printf, 1, 2)));	/* somebody must look at it */

/* Fits store_opts.log; arg is not looked at. */
void	 log_line(enum store_log level, const char *line, void *arg);

#endif
