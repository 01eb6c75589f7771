#ifndef CORE_OPS_OPS_H
#define CORE_OPS_OPS_H

#include "core/access/actor.h"
#include "forms/attr.h"

/*
 * The operations of the daemon. One table (ops_table.c) has a row for each: its arguments with
 * their bounds, its reply, and its function. The same operations serve the client, its -j mode and
 * shouwang-admin; shouwangd --ops prints the table for people. The names of keys and errors are in
 * core/wire/protocol.h.
 */

/* A request in work. The caller frees it with call_free(). */
struct call {
	struct core		*core;
	struct actor		*actor;		/* held */
	struct val		*req;		/* owned */
	const struct op		*op;		/* set by call_start() */
	struct val		*reply;		/* owned; set when answered */
	enum lang		 lang;
	uint64_t		 session;	/* session of the request, whose end releases what
						   it has open; 0 = none */
	int64_t			 moment;	/* UTC seconds, as in struct writer: of
						   call_start(), then of call_body() */
	int			 today;		/* the county's day at that moment */

	/* Between ops.c and the operation: */
	void			*job;		/* data of the body */
	void			(*job_free)(void *);
	commit_body		*body;
	void			(*finish)(struct call *, int result);	/* makes the reply after the
									   commit */
};

/* takes req; holds actor */
struct call	*call_new(struct core *, struct actor *, struct val *req, enum lang);
void		 call_free(struct call *);

enum call_step {
	CALL_DONE,		/* the reply is set */
	CALL_COMMIT		/* call_body() must run in the committer with the call as its
				   argument; then call_finish() */
};

/*
 * Runs the part that needs no committer; from any thread. Takes milliseconds, or as long as a scan
 * takes (op_scans()).
 */
enum call_step	 call_start(struct call *);
commit_body	 call_body;
void		 call_finish(struct call *, int result);

/*
 * Runs the whole call and waits: for tools and tests. The reply is the caller's; NULL only when
 * memory ran out.
 */
struct val	*call_run(struct core *, struct actor *, struct val *req, enum lang) MUST_USE;

/* A refusal as a reply: error code, msgid, no arguments. */
struct val	*call_error_reply(const char *error, const char *msgid) MUST_USE;

/* ---- properties of a request, for the session ------------------------------------------------ */

/* Whether it reads many records, so that its start may take long in a large county. */
bool		 op_scans(const struct val *req);
/*
 * Whether its password must be checked by authd first (unlock, acts that ask for the password
 * again).
 */
bool		 op_needs_password(const struct core *, const struct val *req);
/* Whether it may come before log-in. */
bool		 op_is_first(const struct val *req);
/* Whether it does not count as activity of the person. */
bool		 op_is_idle(const struct val *req);
/* Whether the operation takes an argument of this name. */
bool		 op_takes(const char *op, const char *key);
/*
 * NULL: the request fits the contract of its operation; else the reply that refuses it, the
 * caller's.
 */
struct val	*op_refusal(const struct val *req, bool local);

/* ---- for people and tests -------------------------------------------------------------------- */

/* All operations with their arguments and replies, as text of at most 80 columns. */
void		 ops_print(struct buf *);

/*
 * The first case in which an operation did something its row does not declare: the key it read, or
 * "commit" where it wrote. NULL: none so far in this process.
 */
const char	*call_undeclared(void);

#endif
