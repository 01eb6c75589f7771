#ifndef ADMIN_CLIENT_H
#define ADMIN_CLIENT_H

#include "admin/admin.h"
#include "core/core.h"

/*
 * The store of a home, asked as the local administrator: over the socket of the daemon that has the
 * home open, or in this process when none has. One process owns the store, and commands need not
 * know which.
 */
struct client;

/*
 * EX_OK: *out is the caller's. Started by root on a home that belongs to somebody else, the process
 * becomes that user first: what it makes there must be his. `alone`: not through a daemon; a home
 * that one has open is refused.
 */
int			 client_open(const struct admin *, bool alone, struct client **out);
/*
 * The same for looking into a store that cannot be trusted: one whose trail does not fit HOME/head
 * is opened too, and client_core()->trail_problem has the line.
 */
int			 client_open_untrusted(const struct admin *, bool alone,
			    struct client **out);
void			 client_close(struct client *);		/* NULL is fine */

/* the definitions it works with */
const struct set	*client_set(const struct client *);
struct core		*client_core(const struct client *);	/* NULL when asked over the
								   socket */
const struct actor	*client_actor(const struct client *);	/* the local administrator */

/* A request to be filled with put(). */
struct val		*client_new_request(const char *op, const char *book);
/* The same for op save or act, with a token. */
struct val		*client_new_write(const char *op, const char *book);

/*
 * Takes the request. EX_OK: *reply (may be NULL) is the caller's. Otherwise the refusal has been
 * said, each line begun with `about` ("account wangfang"); problems one a line.
 */
int			 client_ask(struct client *, struct val *req, const char *about,
			    struct val **reply);

/*
 * The same, but when the connection is lost, or the daemon ends it, nothing is said:
 * EX_UNAVAILABLE, and client_reconnect() may help. That makes another connection to the daemon that
 * has the home open, in silence; EX_OK: it is there.
 */
int			 client_try(struct client *, struct val *req, const char *about,
			    struct val **reply);
int			 client_reconnect(struct client *, const struct admin *);

/* The same as client_ask() as somebody else, in a store that this process has open itself. */
int			 client_ask_as(struct client *, struct actor *, struct val *req,
			    const char *about, struct val **reply);

/*
 * Every record of a book that holds no case data, as list of {"id","ver","state","fields"}; EX_OK:
 * the caller's.
 */
int			 client_fetch_all(struct client *, const char *book, struct val **out);

/*
 * One line: what the clock of the store says, and whether it is behind the newest entry;
 * cmd_clock.c.
 */
int			 cmd_clock_print(struct client *);

/*
 * How a tool opens a store: for a moment, with little memory and small log files, since recovery
 * fills what is left of the last one with zeros each time.
 */
struct store_opts	 client_store_opts(void);

/* Becomes the user a home belongs to, when root works on it. False: said why. */
bool			 client_become_owner(const char *home);

#endif
