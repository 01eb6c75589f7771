#ifndef CORE_STORE_STORE_INT_H
#define CORE_STORE_STORE_INT_H

/* Shared by the files of core/store only, the only folder that uses Berkeley DB. */

#include <db.h>
#include <pthread.h>
#include <stdatomic.h>

#include "core/store/store.h"
#include "core/store/store_crc.h"
#include "core/store/store_pages.h"
#include "forms/attr.h"

struct store {
	struct home		*home;
	struct store_opts	 opts;		/* defaults filled in */
	int			 dir;		/* HOME/env, for its free space */
	struct store_pages	*pages;		/* NULL: a hook prevents it */
	DB_ENV			*env;
	DB			*db[STORE_TABLE_MAX];

	pthread_mutex_t		 head_mtx;	/* protects all state of HOME/head, see
						   store_head.c */
	int			 head_fd;	/* -1: not kept, because store_head_start() was not
						   called */
	unsigned		 head_slot;	/* the slot to be written next */
	struct head		 committed;	/* end of the trail, perhaps not on disk yet */
	struct head		 durable;	/* as in HOME/head */

	bool			 anew[STORE_TABLE_MAX];		/* tables to be created beside
								   existing ones */
	char			 aside[STORE_TABLE_MAX][64];	/* new name of the damaged file, ""
								   = it was missing */

	atomic_bool		 open;		/* store_open has finished: from now on a panic is
						   reported to on_dead */
	atomic_bool		 dead;
	atomic_bool		 log_cut;	/* Berkeley DB found a page that is newer than its
						   log */
	atomic_bool		 write_failed;	/* a write of Berkeley DB failed, at any time */
	atomic_int		 room;		/* enum store_room when last checked: changes are
						   logged once */
	pthread_mutex_t		 ballast;	/* protects changes of HOME/ballast */

	pthread_mutex_t		 backup;	/* one backup at a time, because it switches log
						   removal */
	int			 backup_error;	/* protected by it: errno of the first failure while
						   copying */

	pthread_mutex_t		 mtx;		/* protects the three below */
	pthread_cond_t		 cond;
	bool			 stop;
	bool			 running;
	pthread_t		 keeper;	/* thread for checkpoints and ballast, see
						   store_env.c */
};

struct store_txn {
	struct store	 *st;
	DB_TXN		 *tid;
	uint64_t	  writes;
	enum store_err	  doom;
	bool		  tight;	/* only small writes are allowed */
	bool		  small;	/* the present writes are small */
	struct head	  head;		/* the trail's new end, when has_head */
	bool		  has_head;
	struct buf	  val;		/* value and checksum of the present write */
	struct store_txn *next;		/* of the same thread, in another store */
};

/* `txn`, or when it is NULL the transaction that this thread has open in the store, if any. */
struct store_txn *store_joined(struct store *, struct store_txn *txn);

/*
 * Calls the function set with store_on_read() for this thread, unless the read is in a transaction.
 * No lock may be held.
 */
void		 store_before_read(const struct store_txn *);

/* store_env.c: the environment and its tables. Both leave one line in `err`. */
enum store_err	 store_env_open(struct store *, struct buf *err) MUST_USE;
enum store_err	 store_tables_open(struct store *, struct buf *err) MUST_USE;
void		 store_env_close(struct store *);
const char	*store_table_file(enum store_table);
bool		 store_keeper_start(struct store *) MUST_USE;
void		 store_keeper_stop(struct store *);
void		 store_log(struct store *, enum store_log, const char *, ...)
		    __attribute__((format(printf, 3, 4)));

/*
 * store_room.c: how much the disk has room for; gives ballast back to keep room for small writes,
 * and logs changes. The other function creates the ballast again when there is room for it beside
 * the reserve.
 */
enum store_room { STORE_ROOM_ALL, STORE_ROOM_SMALL, STORE_ROOM_NONE };
enum store_room	 store_room(struct store *);
void		 store_ballast_mend(struct store *);
/* Which file system is full, how full, and what to do. */
void		 store_room_text(struct store *, char *text, size_t size);

/* store_check.c. Owner and mode of all files of the environment. */
enum store_err	 store_check_files(struct store *, struct buf *err) MUST_USE;
/*
 * Renames damaged draft and token tables, and marks them and missing ones to be created;
 * store_put_back() undoes that when they are not damaged, store_tell_aside() logs it when they are.
 */
void		 store_set_aside(struct store *);
void		 store_put_back(struct store *);
void		 store_tell_aside(struct store *);
/* Reads a little of each table. */
enum store_err	 store_check_tables(struct store *, struct buf *err) MUST_USE;
/*
 * STORE_DEAD, and a line about the table's file; NULL: recovery failed, and the damaged file is
 * searched for.
 */
enum store_err	 store_say_damaged(struct store *, const char *file, struct buf *err);

/* store_head.c */
/* a transaction with it committed */
void		 store_head_commit(struct store *, const struct head *);
void		 store_head_committed(struct store *, struct head *);	/* take it before a
									   flush, */
/* reports the same one after it */
void		 store_head_flushed(struct store *, const struct head *);
void		 store_head_sync(struct store *);
/* 0 or errno */
int		 store_head_backup(struct store *, int dir, const struct head *) MUST_USE;

/* Fail-stop. Always returns STORE_DEAD. */
enum store_err	 store_fail(struct store *, const char *doing, int ret);

/* The meaning of a Berkeley DB result for a caller; logs unexpected ones. */
enum store_err	 store_result(struct store *, const char *doing, int ret);

/* Waits, longer each time, before a read or body is repeated after a deadlock. */
void		 store_pause(unsigned try);

/* Returns STORE_BAD, and logs the table and, where keys are ids, the key. */
enum store_err	 store_damaged(struct store *, enum store_table, const void *key, size_t klen);

#endif
