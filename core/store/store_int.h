#ifndef CORE_STORE_STORE_INT_H
#define CORE_STORE_STORE_INT_H

/* Shared by the files of core/store only: the one place where Berkeley DB is known. */

#include <db.h>
#include <pthread.h>
#include <stdatomic.h>

#include "core/store/store.h"
#include "core/store/store_crc.h"
#include "core/store/store_pages.h"

struct store {
	struct home		*home;
	struct store_opts	 opts;		/* defaults filled in */
	int			 dir;		/* HOME/env, for its free space */
	struct store_pages	*pages;		/* NULL: a hook wants it so */
	DB_ENV			*env;
	DB			*db[STORE_TABLE_MAX];

	atomic_bool		 open;		/* store_open is through: panic is news for on_dead */
	atomic_bool		 dead;
	atomic_bool		 full;		/* the guard refuses writes; to log changes once */

	pthread_mutex_t		 backup;	/* one at a time: it switches log removal */
	int			 backup_error;	/* under it: errno of the first failure while copying */

	pthread_mutex_t		 mtx;		/* the three below */
	pthread_cond_t		 cond;
	bool			 stop;
	bool			 running;
	pthread_t		 keeper;	/* checkpoints and ballast, see store_env.c */
};

struct store_txn {
	struct store	 *st;
	DB_TXN		 *tid;
	uint64_t	  writes;
	enum store_err	  doom;
	struct buf	  val;		/* value and checksum of the write at hand */
	struct store_txn *next;		/* of the same thread, in another store */
};

/* `txn`, or when it is NULL the one that this thread has open in the store, if any. */
struct store_txn *store_joined(struct store *, struct store_txn *txn);

/* Calls what store_on_read() named for this thread, unless the read is in a transaction. Nothing may be locked. */
void		 store_before_read(const struct store_txn *);

/* store_env.c: the environment and its tables. Both leave one line in `err`. */
enum store_err	 store_env_open(struct store *, struct buf *err);
enum store_err	 store_tables_open(struct store *, struct buf *err);
void		 store_env_close(struct store *);
bool		 store_keeper_start(struct store *);
void		 store_keeper_stop(struct store *);
bool		 store_has_room(struct store *);	/* disk-full guard */
void		 store_log(struct store *, enum store_log, const char *, ...)
		    __attribute__((format(printf, 3, 4)));

/* Fail-stop. Always STORE_DEAD. */
enum store_err	 store_fail(struct store *, const char *doing, int ret);

/* What a Berkeley DB result means to a caller; logs what nobody expects. */
enum store_err	 store_result(struct store *, const char *doing, int ret);

/* Waits a little longer each time before a deadlocked read or body is tried again. */
void		 store_pause(unsigned try);

/* STORE_BAD, and a line saying which table and, where keys are ids, which key. */
enum store_err	 store_damaged(struct store *, enum store_table, const void *key, size_t klen);

#endif
