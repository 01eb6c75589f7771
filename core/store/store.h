#ifndef CORE_STORE_STORE_H
#define CORE_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/store/head.h"
#include "core/store/home.h"
#include "forms/attr.h"
#include "forms/buf.h"

/*
 * Ordered tables of keys and values, both bytes, in one encrypted Berkeley DB environment. The
 * store does not know records, indexes and rights; other folders put their bytes here.
 *
 * Threads: every call on a struct store is safe from any thread. A struct store_txn belongs to one
 * thread. One writer: while a committer (core/store/commit.h) runs, only its bodies write. Readers
 * need no transaction; they see committed data, possibly a few milliseconds before it is durable.
 *
 * Fail-stop: after any error of commit, flush or checkpoint other than a clean "disk full", and
 * after a panic of Berkeley DB, the store is dead: nothing more is written or acknowledged, every
 * call returns STORE_DEAD, and only a new process that recovers may go on. (After a failed fsync
 * the kernel may have dropped log pages; what is acknowledged later could be lost.)
 */
#define STORE_ERRS(X)								\
	X(STORE_OK,		"done")						\
	X(STORE_MISSING,	"no such key")					\
	X(STORE_EXISTS,		"the key is there already")			\
	X(STORE_BUSY,		"still in another's way after all tries")	\
	X(STORE_FULL,		"the disk is full, nothing was written")	\
	X(STORE_BAD,		"a stored value is damaged")			\
	X(STORE_DEAD,		"the store has stopped and must be reopened")	\
	X(STORE_UNSAFE,		"owner or mode of a file is wrong")		\
	X(STORE_SYS,		"the system refused")

enum store_err {
#define X(name, text) name,
	STORE_ERRS(X)
#undef X
	STORE_ERR_MAX
};

/*
 * Codes of other modules that travel through the committer must lie outside 0 .. STORE_APP_MIN - 1.
 */
#define STORE_APP_MIN	100

/*
 * The tables; the second column is the file in HOME/env, the third says that keys are bare ids, fit
 * for a log.
 */
#define STORE_TABLES(X)				\
	X(STORE_META,	"meta.db",	true)	\
	X(STORE_REC,	"rec.db",	true)	\
	X(STORE_VER,	"ver.db",	true)	\
	X(STORE_IDX,	"idx.db",	false)	\
	X(STORE_TALLY,	"tally.db",	false)	\
	X(STORE_AUDIT,	"audit.db",	true)	\
	X(STORE_DRAFT,	"draft.db",	false)	\
	X(STORE_TOKEN,	"token.db",	false)

enum store_table {
#define X(name, file, ids) name,
	STORE_TABLES(X)
#undef X
	STORE_TABLE_MAX
};

#define STORE_KEYMAX	1024			/* bytes in a key, at least 1 */
#define STORE_VALMAX	((size_t)16 << 20)	/* bytes in a value, 0 is fine */
#define STORE_TRIES	64			/* deadlocks a read or a lone body survives */

struct store;				/* defined in store_int.h */
struct store_txn;

enum store_log {
	STORE_LOG_INFO,
	STORE_LOG_ALARM,		/* somebody must look at it */
	STORE_LOG_DETAIL	/* what Berkeley DB reports beside it: for the analysis of faults */
};

/* For tests: injected faults. Members may be NULL. Called from the thread that does the work. */
struct store_hooks {
	/*
	 * Before a flush of the log: 0 = go on, -1 = report success without flushing, else an errno
	 * to fail with.
	 */
	int	(*flush)(void *arg);
	/* A value with its checksum before it is written. */
	void	(*value)(void *p, size_t n, void *arg);
	/* The number of free bytes that the guard against a full disk sees. */
	uint64_t (*room)(uint64_t real, void *arg);
	bool	unguarded;	/* pages are written in place without having been journaled */
	void	*arg;
};

/* Zero means the default. */
struct store_opts {
	size_t	 cache;			/* bytes, 256 MB: hold the working set */
	size_t	 log_file;		/* bytes in one log file, 32 MB */
	size_t	 checkpoint_bytes;	/* of log between checkpoints, 32 MB */
	unsigned checkpoint_secs;	/* at most between checkpoints, 60 */
	uint64_t reserve;	/* below this much free disk only small writes are allowed, 64 MB */
	size_t	 ballast;		/* bytes, HOME_BALLAST */
	bool	 restored;		/* HOME/env comes from a backup: replay all of its log */

	/*
	 * One line without newline, borrowed for the call; from any thread, several at once. It
	 * must not call the store. NULL drops them: nothing is ever written to stderr.
	 */
	void	(*log)(enum store_log, const char *line, void *arg);
	/*
	 * Called at most once, from the thread that met the error; must not call the store but
	 * store_dead().
	 */
	void	(*on_dead)(const char *why, void *arg);
	void	*arg;

	const struct store_hooks *hooks;	/* borrowed until store_close */
};

/* Borrowed, static; "unknown error" for other codes. */
const char	*store_err_text(int);

/*
 * Recovers and opens, or creates the tables of a new home. `home` is borrowed and must exist longer
 * than the store. Pages that a power cut left half written are repaired first
 * (core/store/store_pages.h); with `restored` there are none, because a backup is synced. When the
 * disk is too full to recover, the ballast is given back and recovery tried once more. A table of
 * drafts or tokens that is damaged or missing is renamed (draft.db.bad-DATE) and created again,
 * with an alarm in the log. On STORE_OK *out is the caller's, else it is NULL and `err` (borrowed,
 * may be NULL) got one line for an administrator, with what to do. STORE_FULL: not even the ballast
 * was enough. STORE_MISSING: a table's file is gone. STORE_DEAD: damage that recovery cannot
 * repair. STORE_UNSAFE: a file belongs to another user, or its mode is not 0600. STORE_SYS:
 * anything else.
 */
enum store_err	 store_open(struct home *, const struct store_opts *, struct store **out,
		    struct buf *err) MUST_USE;

/*
 * Checkpoints and closes; committer and transactions have ended before. NULL is fine. A dead store
 * is closed without a checkpoint.
 */
void		 store_close(struct store *);

bool		 store_dead(const struct store *);

/*
 * Reads. `txn` NULL: a plain read that waits for nobody longer than one batch, retried after a
 * deadlock (STORE_BUSY after STORE_TRIES). With a transaction it also sees that one's own writes;
 * STORE_BUSY then dooms it, return. In a thread that has a transaction open, NULL means that one: a
 * read beside it could wait for its own thread for ever. STORE_BAD: the value's checksum is wrong,
 * nothing is delivered.
 */

/*
 * *out, borrowed, unbounded, is emptied and gets the value; NULL only asks whether the key is there
 * (its checksum is not looked at).
 */
enum store_err	 store_get(struct store *, struct store_txn *, enum store_table, const void *key,
		    size_t klen, struct buf *out) MUST_USE;

/*
 * The first entry at or after the key; `reverse`: the last one at or before it. klen 0 with
 * reverse: the last of all. Buffers are emptied and filled; val_out may be NULL. STORE_MISSING:
 * there is none. key_out may not be where `key` lies.
 */
enum store_err	 store_seek(struct store *, struct store_txn *, enum store_table, const void *key,
		    size_t klen, bool reverse, struct buf *key_out, struct buf *val_out) MUST_USE;

/*
 * Sets a function that this thread calls before each read outside a transaction, where the store
 * holds no lock: the place to let others go first during a long scan. NULL: none, as at the start.
 */
void		 store_on_read(void (*fn)(void *arg), void *arg);

/*
 * The keys a scan visits: lo <= key < hi in byte order, or the same in reverse. Empty lo (lolen 0)
 * is the first key, empty hi (hi NULL) the end of the table.
 */
struct store_range {
	const void	*lo;
	size_t		 lolen;
	const void	*hi;
	size_t		 hilen;
	bool		 reverse;
	bool		 keys_only;	/* val is NULL, vlen 0, checksums are not looked at */
	size_t		 limit;		/* most calls; 0 = no bound */
};

/*
 * True = continue. Bytes are borrowed for the call. No lock is held: the function may be slow and
 * may call the store.
 */
typedef bool	 store_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg);

/*
 * Calls fn in key order. STORE_OK also when nothing was in range or fn stopped it. Entries are read
 * in batches: what is committed meanwhile beyond the current batch is seen, no key is visited
 * twice.
 */
enum store_err	 store_scan(struct store *, struct store_txn *, enum store_table,
		    const struct store_range *, store_each *, void *arg) MUST_USE;

/*
 * A writing transaction, one at a time in a thread. Programs with a committer write through
 * commit_submit(); this is what the committer and tools that are alone with the store stand on.
 * STORE_FULL: free disk is below the reserve; nothing was touched and it clears by itself.
 * STORE_SYS: no memory, or this thread has one open. On STORE_OK *out is the caller's until
 * store_commit or store_abort.
 */
enum store_err	 store_begin(struct store *, struct store_txn **out) MUST_USE;

/*
 * The same, while there is room for a few small writes, if need be that of the ballast. Below the
 * reserve a write in it is STORE_FULL unless store_small(txn, true) was called before: for the
 * entry in the trail without which something could not be read, and for little else.
 */
enum store_err	 store_begin_small(struct store *, struct store_txn **out) MUST_USE;
void		 store_small(struct store_txn *, bool small);

/*
 * Visible on STORE_OK; durable only after a following store_flush(). Frees the transaction in every
 * case. Anything else: nothing of it remains. An earlier STORE_BUSY, STORE_FULL or STORE_SYS of a
 * write in it is returned again here: a doomed transaction cannot be committed by a caller that did
 * not look.
 */
enum store_err	 store_commit(struct store_txn *) MUST_USE;
void		 store_abort(struct store_txn *);

/* Makes everything committed before the call durable on STORE_OK. Otherwise STORE_DEAD. */
enum store_err	 store_flush(struct store *);

/*
 * Writes, inside a transaction. Key and value are borrowed for the call. STORE_SYS for sizes beyond
 * STORE_KEYMAX and STORE_VALMAX. STORE_BUSY, STORE_FULL, STORE_DEAD and STORE_SYS doom the
 * transaction.
 */
enum store_err	 store_put(struct store_txn *, enum store_table, const void *key, size_t klen,
		    const void *val, size_t vlen) MUST_USE;
/* The same, but STORE_EXISTS and no change when the key exists. */
enum store_err	 store_add(struct store_txn *, enum store_table, const void *key, size_t klen,
		    const void *val, size_t vlen) MUST_USE;
/* STORE_MISSING: the key does not exist. */
enum store_err	 store_del(struct store_txn *, enum store_table, const void *key,
		    size_t klen) MUST_USE;

/* The store of a transaction, for reads in it. Borrowed. */
struct store	*store_of(const struct store_txn *);
/* The next number of a counter in STORE_META, from 1. A missing or damaged counter starts at 1. */
enum store_err	 store_next(struct store_txn *, const void *key, size_t klen, uint64_t *n) MUST_USE;

/* Borrowed, as given to store_open. */
struct home	*store_home(const struct store *);

/*
 * The end of the audit trail (core/store/head.h). The store keeps HOME/head, but only the trail
 * knows what an entry is: it reads what the file says, compares, and starts the keeping; from then
 * on every transaction that adds an entry names the new end. A store for which it was not started
 * leaves HOME/head alone.
 */

/* The content of HOME/head; `backup`: of the head in the backup that was put into HOME/env. */
enum head_err	 store_head_read(struct store *, bool backup, struct head *out) MUST_USE;

/*
 * Replaces HOME/head by `now`, which must be durable, and keeps it from here on. Before the first
 * write, once. STORE_FULL, STORE_SYS: an alarm was logged, the file is as it was.
 */
enum store_err	 store_head_start(struct store *, const struct head *now) MUST_USE;

/* The end of the trail with this transaction's newest entry; `keyed` is not looked at. */
void		 store_txn_head(struct store_txn *, const struct head *);

/*
 * The number of writes so far that changed something, and what doomed the transaction (STORE_OK
 * when nothing did).
 */
uint64_t	 store_txn_writes(const struct store_txn *);
enum store_err	 store_txn_doom(const struct store_txn *);

/*
 * Writes dirty pages and shortens recovery; a thread of the store calls it by size and time.
 * STORE_FULL: the disk is full, nothing is lost, an alarm was logged.
 */
enum store_err	 store_checkpoint(struct store *);

/*
 * A copy of HOME/env, taken while others write, into `dir`: made 0700 if missing, must be empty.
 * Everything durable before the call is in it; the file "head" in it says so, signed. Open the copy
 * in a home with the same key (home_restore) and `restored` set. Not STORE_OK: `err` has a line,
 * and what is in `dir` is no backup. One at a time; a second one waits.
 */
enum store_err	 store_backup(struct store *, const char *dir, struct buf *err) MUST_USE;

#endif
