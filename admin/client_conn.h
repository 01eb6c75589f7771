#ifndef ADMIN_CLIENT_CONN_H
#define ADMIN_CLIENT_CONN_H

#include "forms/val.h"

/* The line to a daemon: one request at a time, waiting for its answer. */
struct client_conn;

/*
 * Connects and makes sure that whoever listens is the process that has this home open (HOME/lock holds its pid): another
 * home's daemon must never take its place. EX_OK: *out is the caller's; else said why.
 */
int		 client_conn_open(const char *home, const char *socket, struct client_conn **out);
void		 client_conn_close(struct client_conn *);		/* NULL is fine */

/* The answer, the caller's; NULL: the line broke, said why. req is borrowed and gets its number. */
struct val	*client_conn_ask(struct client_conn *, struct val *req);

#endif
