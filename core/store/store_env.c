#include "core/store/store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PAGE		16384	/* for records of 1-3 KB, which would overflow smaller ones */
#define LOG_BUFFER	((size_t)8 << 20)
#define MAX_LOCKS	100000
#define MAX_LOCKERS	5000
#define MAX_TXNS	1000
#define TICK_MS		250		/* interval of the keeper's checks */
#define RETRY_SECS	5		/* between checkpoints that failed for a full disk */
#define GENTLE_PAGES	16	/* pages written without a pause by the keeper's checkpoints */
#define GENTLE_US	10000		/* and the pause after them */

static const char *const table_file[STORE_TABLE_MAX] = {
#define X(name, file, ids) [name] = file,
	STORE_TABLES(X)
#undef X
};

static const bool table_ids[STORE_TABLE_MAX] = {
#define X(name, file, ids) [name] = ids,
	STORE_TABLES(X)
#undef X
};

const char *
store_table_file(enum store_table t)
{
	return table_file[t];
}

void
store_log(struct store *st, enum store_log level, const char *fmt, ...)
{
	va_list	 ap;
	char	 line[512];

	if (st->opts.log == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	st->opts.log(level, line, st->opts.arg);
}

static void
on_errcall(const DB_ENV *env, const char *prefix, const char *msg)
{
	struct store	*st = env->app_private;

	(void)prefix;
	if (strstr(msg, "past end of log") != NULL || strstr(msg, "log sequence error") != NULL)
		atomic_store(&st->log_cut, true);
	store_log(st, STORE_LOG_DETAIL, "%s", msg);
}

static void
on_msgcall(const DB_ENV *env, const char *msg)
{
	store_log(env->app_private, STORE_LOG_DETAIL, "%s", msg);
}

static void
die(struct store *st, const char *doing, int ret)
{
	char	 why[256];

	if (atomic_exchange(&st->dead, true) || !atomic_load(&st->open))
		return;
	snprintf(why, sizeof(why), "%s: %s", doing, db_strerror(ret));
	store_log(st, STORE_LOG_DETAIL, "the store stops: %s", why);
	if (st->opts.on_dead != NULL)
		st->opts.on_dead(why, st->opts.arg);
}

static void
on_event(DB_ENV *env, uint32_t event, void *info)
{
	struct store	*st = env->app_private;

	(void)info;
	if (event == DB_EVENT_PANIC)
		die(st, "Berkeley DB panicked", DB_RUNRECOVERY);
	else if (event == DB_EVENT_WRITE_FAILED) {
		atomic_store(&st->write_failed, true);
		store_log(st, STORE_LOG_ALARM, "a write to disk failed");
	}
}

/*
 * The environment is made to panic as well: pages written from now on could be newer than the log
 * on disk, and no thread may write any more.
 */
enum store_err
store_fail(struct store *st, const char *doing, int ret)
{
	die(st, doing, ret);
	if (ret != DB_RUNRECOVERY)
		st->env->set_flags(st->env, DB_PANIC_ENVIRONMENT, 1);
	return STORE_DEAD;
}

enum store_err
store_result(struct store *st, const char *doing, int ret)
{
	switch (ret) {
	case 0:
		return STORE_OK;
	case DB_NOTFOUND:
	case DB_KEYEMPTY:
		return STORE_MISSING;
	case DB_KEYEXIST:
		return STORE_EXISTS;
	case DB_LOCK_DEADLOCK:
	case DB_LOCK_NOTGRANTED:
		return STORE_BUSY;
	case ENOSPC:
	case EDQUOT:
		return STORE_FULL;
	case DB_RUNRECOVERY:
		return store_fail(st, doing, ret);
	default:
		store_log(st, atomic_load(&st->open) ? STORE_LOG_ALARM : STORE_LOG_DETAIL, "%s: %s",
		    doing, db_strerror(ret));
		return STORE_SYS;
	}
}

enum store_err
store_damaged(struct store *st, enum store_table t, const void *key, size_t klen)
{
	const unsigned char	*k = key;
	char			 hex[2 * 16 + 1] = "";
	size_t			 i;

	/* Keys of other tables have names and numbers of people, which must not be logged. */
	for (i = 0; table_ids[t] && i < klen && i < sizeof(hex) / 2; i++)
		snprintf(hex + 2 * i, 3, "%02x", k[i]);
	store_log(st, STORE_LOG_ALARM, "damaged value in %s%s%s", table_file[t],
	    hex[0] != '\0' ? " under key " : "", hex);
	return STORE_BAD;
}

void
store_pause(unsigned try)
{
	const struct timespec	 ts = { 0, try * 100000L };	/* 0 .. 6.4 ms: a batch takes
								   less */

	if (try > 0)
		nanosleep(&ts, NULL);
}

/* Options of the environment: cache, log files, encryption. */
static int
env_config(DB_ENV *env, struct store *st)
{
	const struct store_opts	*o = &st->opts;
	size_t			 bsize = o->log_file / 4 < LOG_BUFFER ? o->log_file / 4 :
	    LOG_BUFFER;
	int			 ret;

	env->app_private = st;
	env->set_errcall(env, on_errcall);
	env->set_msgcall(env, on_msgcall);
	if ((ret = env->set_event_notify(env, on_event)) != 0 ||
	    (ret = env->set_encrypt(env, home_key(st->home), DB_ENCRYPT_AES)) != 0 ||
	    (ret = env->set_cachesize(env, (uint32_t)(o->cache >> 30),
	    (uint32_t)(o->cache & 0x3fffffff), 1)) != 0 ||
	    (ret = env->set_lk_detect(env, DB_LOCK_MINWRITE)) != 0 ||
	    (ret = env->set_lk_max_locks(env, MAX_LOCKS)) != 0 ||
	    (ret = env->set_lk_max_objects(env, MAX_LOCKS)) != 0 ||
	    (ret = env->set_lk_max_lockers(env, MAX_LOCKERS)) != 0 ||
	    (ret = env->set_tx_max(env, MAX_TXNS)) != 0 ||
	    (ret = env->set_lg_bsize(env, (uint32_t)bsize)) != 0 ||
	    (ret = env->set_lg_max(env, (uint32_t)o->log_file)) != 0)
		return ret;
	return env->log_set_config(env, DB_LOG_AUTO_REMOVE, 1);
}

/* Pages left half written by a power cut are repaired before Berkeley DB reads them. */
static int
pages_open(struct store *st)
{
	const struct store_hooks	*hooks = st->opts.hooks;
	char				*path;
	int				 ret;

	if (hooks != NULL && hooks->unguarded)
		return 0;
	if (asprintf(&path, "%s/pages", home_path(st->home)) == -1)
		return ENOMEM;
	ret = store_pages_open(path, home_env(st->home), st->opts.restored, &st->pages);
	free(path);
	return ret;
}

static int
env_open(struct store *st)
{
	uint32_t	 flags = DB_CREATE | DB_PRIVATE | DB_THREAD | DB_INIT_TXN | DB_INIT_LOCK |
			    DB_INIT_LOG | DB_INIT_MPOOL;
	DB_ENV		*env;
	int		 ret;

	if ((ret = db_env_create(&env, 0)) != 0)
		return ret;
	flags |= st->opts.restored ? DB_RECOVER_FATAL : DB_RECOVER;
	if ((ret = env_config(env, st)) == 0 &&
	    (ret = env->open(env, home_env(st->home), flags, 0600)) == 0) {
		st->env = env;
		return 0;
	}
	env->close(env, 0);
	return ret;
}

/* What prevented opening: the journal, a table, or (file NULL) the environment. */
static enum store_err
say_unopened(struct store *st, const char *file, int ret, struct buf *err)
{
	const bool	 full = ret == ENOSPC || ret == EDQUOT;
	const bool	 refused = ret == ENOMEM || ret == EMFILE || ret == ENFILE ||
	    ret == EACCES || ret == EPERM || ret == EROFS;

	if (ret != ENOENT && !full && !refused)
		return store_say_damaged(st, file, err);
	if (err != NULL)
		buf_printf(err, "%s%s%s %s%s", home_env(st->home), file != NULL ? "/" : "",
		    file != NULL ? file : "",
		    ret == ENOENT ? "is missing: restore the newest backup" : full ?
		    "meets a full disk: make room" :
		    "is refused by the system: ", refused ? strerror(ret) : "");
	return ret == ENOENT ? STORE_MISSING : full ? STORE_FULL : STORE_SYS;
}

/*
 * DB_PRIVATE keeps key and records out of region files on disk; it also keeps no other process out,
 * which is why the home is locked. No MVCC anywhere: its freezer files are plain text.
 */
enum store_err
store_env_open(struct store *st, struct buf *err)
{
	const char	*file = "../pages";
	int		 ret;

	atomic_store(&st->log_cut, false);
	if ((ret = pages_open(st)) == 0) {
		if ((ret = env_open(st)) == 0)
			return STORE_OK;
		store_pages_close(st->pages, false);
		st->pages = NULL;
		file = NULL;
	}
	return say_unopened(st, file, ret, err);
}

/*
 * The only function that opens a database: one opened without DB_ENCRYPT would be stored in plain
 * text, without a warning.
 */
static int
open_db(struct store *st, DB_TXN *tid, enum store_table t, uint32_t flags)
{
	DB	*db;
	int	 ret;

	if ((ret = db_create(&db, st->env, 0)) != 0)
		return ret;
	if ((ret = db->set_flags(db, DB_ENCRYPT)) != 0 || (ret = db->set_pagesize(db, PAGE)) != 0 ||
	    (ret = db->open(db, tid, table_file[t], NULL, DB_BTREE, flags | DB_THREAD, 0600)) !=
	    0) {
		db->close(db, DB_NOSYNC);
		return ret;
	}
	st->db[t] = db;
	return 0;
}

static bool
is_new(const struct store *st)
{
	int	 t;

	if (faccessat(home_dir(st->home), HEAD_NAME, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return false;			/* there was a trail */
	for (t = 0; t < STORE_TABLE_MAX; t++)
		if (faccessat(st->dir, table_file[t], F_OK, 0) == 0)
			return false;
	return true;
}

/*
 * All tables are created in one transaction, so a home has all of them or none. One that is missing
 * later was lost and must not be created empty again, except drafts and tokens, whose loss is
 * acceptable.
 */
enum store_err
store_tables_open(struct store *st, struct buf *err)
{
	const bool	 new = is_new(st);
	const char	*file = NULL;
	DB_TXN		*tid;
	int		 ret, t;

	if (!new)
		store_set_aside(st);
	if ((ret = st->env->txn_begin(st->env, NULL, &tid, 0)) == 0) {
		for (t = 0; t < STORE_TABLE_MAX && ret == 0; t++) {
			file = table_file[t];
			ret = open_db(st, tid, (enum store_table)t, new || st->anew[t] ? DB_CREATE :
			    0);
		}
		if (ret == 0)
			ret = tid->commit(tid, 0);
		else
			tid->abort(tid);
	}
	if (ret == 0)
		return STORE_OK;
	return say_unopened(st, file, ret, err);
}

void
store_env_close(struct store *st)
{
	const uint32_t	 flags = atomic_load(&st->dead) ? DB_NOSYNC : 0;
	int		 t;

	for (t = 0; t < STORE_TABLE_MAX; t++) {
		if (st->db[t] != NULL)
			st->db[t]->close(st->db[t], flags);
		st->db[t] = NULL;
	}
	if (st->env != NULL)
		st->env->close(st->env, 0);
	st->env = NULL;
	store_pages_close(st->pages, flags == 0);
	st->pages = NULL;
}

/*
 * min_kb: only when this much log was written since the last one; 0 = always. gently: a few pages
 * at a time, because encrypting thousands of them at once would take processor and disk from people
 * who save.
 */
static enum store_err
checkpoint(struct store *st, size_t min_kb, bool gently)
{
	struct head	 head;
	enum store_err	 e;
	int		 ret;

	if (atomic_load(&st->dead))
		return STORE_DEAD;
	store_head_committed(st, &head);
	if ((ret = st->env->set_mp_max_write(st->env, gently ? GENTLE_PAGES : 0,
	    gently ? GENTLE_US : 0)) == 0 &&
	    (ret = st->env->txn_checkpoint(st->env, (uint32_t)min_kb, 0, 0)) == 0) {
		if (min_kb == 0) {	/* else there was perhaps no checkpoint, and no flush */
			store_head_flushed(st, &head);
			store_head_sync(st);
		}
		return STORE_OK;
	}
	if ((e = store_result(st, "checkpoint", ret)) == STORE_FULL) {
		store_log(st, STORE_LOG_ALARM,
		    "checkpoint: the disk is full; the log grows until there is room");
		return e;
	}
	return e == STORE_DEAD ? e : store_fail(st, "checkpoint", ret);
}

enum store_err
store_checkpoint(struct store *st)
{
	return checkpoint(st, 0, false);
}

static time_t
now(void)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* Sleeps for one interval; false when the store closes. */
static bool
tick(struct store *st)
{
	struct timespec	 ts;
	bool		 stop;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_nsec += TICK_MS * 1000000L;
	ts.tv_sec += ts.tv_nsec / 1000000000L;
	ts.tv_nsec %= 1000000000L;
	pthread_mutex_lock(&st->mtx);
	while (!st->stop && pthread_cond_timedwait(&st->cond, &st->mtx, &ts) != ETIMEDOUT)
		;
	stop = st->stop;
	pthread_mutex_unlock(&st->mtx);
	return !stop;
}

/* The thread that writes checkpoints by size and time, and keeps the ballast. */
static void *
keeper(void *arg)
{
	struct store	*st = arg;
	time_t		 last = now(), wait = 0, t;
	enum store_err	 e;
	bool		 due;

	while (tick(st)) {
		if ((t = now()) < wait)
			continue;
		due = t - last >= (time_t)st->opts.checkpoint_secs;
		if ((e = checkpoint(st, due ? 0 : st->opts.checkpoint_bytes >> 10, true)) ==
		    STORE_DEAD)
			break;
		wait = e == STORE_FULL ? t + RETRY_SECS : 0;
		if (e == STORE_FULL)
			store_room(st);		/* ballast for the next attempt */
		if (due && e == STORE_OK) {
			last = t;
			store_ballast_mend(st);
		}
	}
	return NULL;
}

bool
store_keeper_start(struct store *st)
{
	store_ballast_mend(st);
	st->running = pthread_create(&st->keeper, NULL, keeper, st) == 0;
	return st->running;
}

void
store_keeper_stop(struct store *st)
{
	if (!st->running)
		return;
	pthread_mutex_lock(&st->mtx);
	st->stop = true;
	pthread_cond_signal(&st->cond);
	pthread_mutex_unlock(&st->mtx);
	pthread_join(st->keeper, NULL);
	st->running = false;
}
