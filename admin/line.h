#ifndef ADMIN_LINE_H
#define ADMIN_LINE_H

#include "forms/val.h"

/* The line to a daemon: one request at a time, waiting for its answer. */
struct line;

/*
 * Connects and makes sure that whoever listens is the process that has this home open (HOME/lock holds its pid): another
 * home's daemon must never take its place. EX_OK: *out is the caller's; else said why.
 */
int		 line_open(const char *home, const char *socket, struct line **out);
void		 line_close(struct line *);		/* NULL is fine */

/* The answer, the caller's; NULL: the line broke, said why. req is borrowed and gets its number. */
struct val	*line_ask(struct line *, struct val *req);

#endif
