#ifndef CORE_SERVE_AUTH_H
#define CORE_SERVE_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The daemon's side of shouwang-authd (admin/authd.c), the small process that stays root and calls
 * PAM. Plain file descriptors, no event library: the caller polls auth_fd() and calls
 * auth_readable(). All functions are called from one thread, and callbacks run only inside
 * auth_readable().
 */

enum auth_op {
	AUTH_ACCOUNT = 1,	/* may the account of `uid` be used now? */
	AUTH_REAUTH = 2,	/* the same, and is this its password? (unlocking, legal acts) */
};

/* No verdict is 0, so that uninitialised memory is never a permission. */
enum auth_verdict {
	AUTH_OK = 1,
	AUTH_DENIED,		/* wrong password, locked, or no such account: not distinguished */
	AUTH_EXPIRED,		/* the account, or a password left unchanged for too long */
	AUTH_MUST_CHANGE,	/* the password must be changed first, which happens at log-in */
	AUTH_BUSY,	/* too many requests at once, in total or of this uid; ask again later */
	AUTH_ERROR,		/* PAM or the account database failed, or took too long */
};

enum auth_sent {
	AUTH_SENT = 1,	/* the callback will be called once, unless the helper is lost first */
	AUTH_FULL,		/* AUTH_PENDING_MAX answers are outstanding */
	AUTH_BAD_SECRET,	/* longer than AUTH_SECRET_MAX, or with a NUL, at which PAM would
				   cut it */
	AUTH_UNSUPPORTED,	/* auth_none() has no passwords */
	AUTH_LOST,		/* the helper is lost: see auth_why() */
};

enum {
	AUTH_SECRET_MAX = 512,	/* bytes */
	AUTH_PENDING_MAX = 64,
};

struct auth;

/*
 * Called once with the answer; it may call auth_request() and auth_forget(), not auth_stop(). A
 * refusal always takes about two seconds; a PAM module that hangs is stopped after ten.
 */
typedef void (*auth_cb)(void *arg, enum auth_verdict);

/*
 * Starts the helper: argv[0] is its path, NULL ends argv. Called as root, before privileges are
 * dropped; waits until the helper reports that it is ready. The helper inherits standard error, an
 * environment made for it, and nothing else. NULL: *why (a constant) has the reason. The result is
 * the caller's: auth_stop() it.
 */
struct auth	*auth_start(const char *const argv[], const char **why);

/*
 * For a demo store, which has personas and no accounts: every AUTH_ACCOUNT is AUTH_OK, AUTH_REAUTH
 * is AUTH_UNSUPPORTED. NULL: no memory or no descriptor.
 */
struct auth	*auth_none(void);

/*
 * Closes the socket, which ends the helper, and frees everything. No callback is called any more.
 * The helper is not waited for, so that one that hangs does not delay the daemon's exit.
 */
void		 auth_stop(struct auth *);

/* The descriptor to poll for reading, level-triggered; the same until auth_stop(). */
int		 auth_fd(const struct auth *);

/*
 * Sends a request; never blocks. `secret` (n bytes, borrowed, not kept) is for AUTH_REAUTH only.
 * Any result but AUTH_SENT means that nothing was sent and the callback will not be called.
 */
enum auth_sent	 auth_request(struct auth *, enum auth_op, uid_t, const char *secret, size_t n,
		    auth_cb, void *arg);

/* Drops the answers to all requests with this `arg`, because the caller is being freed. */
void		 auth_forget(struct auth *, const void *arg);

/*
 * Reads at most one answer and calls its callback. False: the helper has ended or broken the
 * protocol, and auth_why() has the reason; no more answers will come, and the daemon must exit.
 */
bool		 auth_readable(struct auth *);

/* Why the helper was lost (a constant); NULL while it was not. */
const char	*auth_why(const struct auth *);

/*
 * The frames, for the two ends of the socket only. It is a SOCK_SEQPACKET pair with descriptor
 * AUTH_FILENO in the helper; one packet is one frame, numbers are big-endian, and each kind has one
 * size:
 *
 *	request	version u8, op u8, secret length u16, id u32, uid u32,
 *		secret[AUTH_SECRET_MAX], zero-filled
 *	reply	version u8, op u8, verdict u8, zero u8, id u32
 *
 * The helper's first frame is a reply with op AUTH_HELLO, AUTH_OK and id 0. A frame that does not
 * fit these rules comes from a faulty process, and ends the process that reads it.
 */
enum {
	AUTH_FILENO = 3,
	AUTH_VERSION = 1,
	AUTH_HELLO = 0,
	AUTH_REQUEST_SIZE = 12 + AUTH_SECRET_MAX,
	AUTH_REPLY_SIZE = 8,
};

#endif
