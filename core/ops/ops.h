#ifndef CORE_OPS_OPS_H
#define CORE_OPS_OPS_H

#include "core/access/actor.h"

/*
 * What can be asked of the daemon. One table (ops_table.c) has a row for each operation: what it takes, within which
 * bounds, what it answers and who does it. The same operations serve the client, its -j mode and shouwang-admin;
 * shouwangd --ops prints the table for people. Names of keys and errors stand in core/wire/protocol.h.
 */

/* A request under way. The owner frees it with call_free(). */
struct call {
	struct core		*core;
	struct actor		*actor;		/* held */
	struct val		*req;		/* owned */
	const struct op		*op;		/* set by call_start() */
	struct val		*reply;		/* owned; set when answered */
	enum lang		 lang;
	uint64_t		 session;	/* whose end ends what he has open; 0 = none */
	int64_t			 moment;	/* UTC seconds, as in struct writer: of call_start(), then of call_body() */
	int			 today;		/* the county's day of it */

	/* Between ops.c and the operation: */
	void			*job;		/* what the body works on */
	void			(*job_free)(void *);
	commit_body		*body;
	void			(*finish)(struct call *, int result);	/* makes the reply after the commit */
};

struct call	*call_new(struct core *, struct actor *, struct val *req, enum lang);	/* takes req; holds actor */
void		 call_free(struct call *);

enum call_step {
	CALL_DONE,		/* reply is there */
	CALL_COMMIT		/* call_body() must run in the committer with the call as its argument; then call_finish() */
};

/* Runs the part that needs no committer; from any thread. Takes milliseconds, or as long as a scan takes (op_scans()). */
enum call_step	 call_start(struct call *);
commit_body	 call_body;
void		 call_finish(struct call *, int result);

/* All of it, waiting: for tools and tests. The reply is the caller's; never NULL but when memory ran out. */
struct val	*call_run(struct core *, struct actor *, struct val *req, enum lang);

/* A refusal as a reply: error code, msgid, no arguments. */
struct val	*call_error_reply(const char *error, const char *msgid);

/* ---- what a session must know of a request before it runs it --------------------------------------------------- */

/* Does it read many records, so that its start may take long in a large county? */
bool		 op_scans(const struct val *req);
/* Does its secret go through authd first (unlock, acts that ask for the password again)? */
bool		 op_needs_password(const struct core *, const struct val *req);
/* May it come before log-in? */
bool		 op_is_first(const struct val *req);
/* Is it no sign that the person is there? */
bool		 op_is_idle(const struct val *req);
/* Does the operation take an argument of this name? */
bool		 op_takes(const char *op, const char *key);
/* NULL: the request keeps the contract of its operation; else the reply that refuses it, the caller's. */
struct val	*op_refusal(const struct val *req, bool local);

/* ---- for people and tests ------------------------------------------------------------------------------------ */

/* All operations with their arguments and replies, as text of at most 80 columns. */
void		 ops_print(struct buf *);

/*
 * The first case of an operation that did what its row does not say: the key it read, or "commit" where it wrote.
 * NULL: none so far in this process.
 */
const char	*call_undeclared(void);

/* ---- for who checks the tables ------------------------------------------------------------------------------ */

/* Whether it has the shape of an entry of STORE_TOKEN; *id: the record that it names, 0 when it names none. */
bool		 save_idempotency_fits(const void *key, size_t klen, const void *val, size_t vlen, uint64_t *id);

#endif
