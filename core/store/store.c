#include "core/store/store.h"
#include "core/store/store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_TRY	4096		/* bytes of the first buffer for a value of unknown size:
					   most values fit */

static const struct store_opts defaults = {
	.cache = (size_t)256 << 20,
	.log_file = (size_t)32 << 20,		/* opening the environment fills the last one up to
						   its size */
	.checkpoint_bytes = (size_t)32 << 20,
	.checkpoint_secs = 60,
	.reserve = (uint64_t)64 << 20,
	.ballast = HOME_BALLAST,
};

const char *
store_err_text(int e)
{
	static const char *const text[STORE_ERR_MAX] = {
#define X(name, text) [name] = text,
		STORE_ERRS(X)
#undef X
	};

	return e >= 0 && e < STORE_ERR_MAX ? text[e] : "unknown error";
}

static void
fill_opts(struct store_opts *o, const struct store_opts *from)
{
	*o = from != NULL ? *from : (struct store_opts){ 0 };
#define DEFAULT(member) o->member = o->member != 0 ? o->member : defaults.member
	DEFAULT(cache);
	DEFAULT(log_file);
	DEFAULT(checkpoint_bytes);
	DEFAULT(checkpoint_secs);
	DEFAULT(reserve);
	DEFAULT(ballast);
#undef DEFAULT
}

/* Allocates a store with its options filled in and its locks initialised. */
static struct store *
store_new(struct home *home, const struct store_opts *opts)
{
	pthread_condattr_t	 ca;
	struct store		*st;

	if ((st = calloc(1, sizeof(*st))) == NULL)
		return NULL;
	st->home = home;
	fill_opts(&st->opts, opts);
	st->dir = open(home_env(home), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	st->head_fd = -1;
	pthread_mutex_init(&st->head_mtx, NULL);
	pthread_mutex_init(&st->backup, NULL);
	pthread_mutex_init(&st->ballast, NULL);
	pthread_mutex_init(&st->mtx, NULL);
	pthread_condattr_init(&ca);
	pthread_condattr_setclock(&ca, CLOCK_MONOTONIC);
	pthread_cond_init(&st->cond, &ca);
	pthread_condattr_destroy(&ca);
	return st;
}

static void
store_free(struct store *st)
{
	if (st == NULL)
		return;
	if (st->dir != -1)
		close(st->dir);
	if (st->head_fd != -1)
		close(st->head_fd);
	pthread_mutex_destroy(&st->head_mtx);
	pthread_cond_destroy(&st->cond);
	pthread_mutex_destroy(&st->mtx);
	pthread_mutex_destroy(&st->ballast);
	pthread_mutex_destroy(&st->backup);
	free(st);
}

static void
err_reset(struct buf *err, size_t before)
{
	if (err != NULL && err->p != NULL)
		err->p[err->n = before] = '\0';
}

/*
 * Recovery that fails because of a damaged draft or token table succeeds without it; when another
 * table is damaged it does not, and these are put back.
 */
static enum store_err
open_env(struct store *st, struct buf *err)
{
	size_t		 before = err != NULL ? err->n : 0;
	enum store_err	 e = store_env_open(st, err);

	if (e != STORE_DEAD)
		return e;
	store_set_aside(st);
	err_reset(err, before);
	atomic_store(&st->dead, false);
	if ((e = store_env_open(st, err)) != STORE_OK)
		store_put_back(st);
	return e;
}

/* Opens environment and tables, or neither. */
static enum store_err
open_all(struct store *st, struct buf *err)
{
	enum store_err	 e;

	atomic_store(&st->dead, false);
	if ((e = store_check_files(st, err)) != STORE_OK || (e = open_env(st, err)) != STORE_OK)
		return e;
	if ((e = store_tables_open(st, err)) != STORE_OK ||
	    (e = store_check_tables(st, err)) != STORE_OK)
		store_env_close(st);
	else
		store_tell_aside(st);
	return e;
}

/* An error caused by a full disk, perhaps as a panic, is reported as one: nothing is damaged. */
static enum store_err
full_or(struct store *st, enum store_err e, struct buf *err, size_t before)
{
	char	 text[512];

	if (e == STORE_OK || e == STORE_MISSING || store_room(st) == STORE_ROOM_ALL ||
	    (e != STORE_FULL && !atomic_load(&st->write_failed)))
		return e;
	store_room_text(st, text, sizeof(text));
	err_reset(err, before);
	if (err != NULL)
		buf_printf(err, "opening %s: %s", home_path(st->home), text);
	return STORE_FULL;
}

/*
 * Recovery on a full disk fails in several ways (ENOSPC, or a panic after it), so the ballast is
 * used whenever recovery fails while it could help.
 */
static enum store_err
open_or_lighten(struct store *st, struct buf *err)
{
	size_t		 before = err != NULL ? err->n : 0;
	enum store_err	 e;

	e = open_all(st, err);
	if (e == STORE_OK || e == STORE_MISSING || e == STORE_UNSAFE ||
	    home_ballast_size(st->home) == 0 ||
	    store_room(st) == STORE_ROOM_ALL || !home_ballast(st->home, 0))
		return full_or(st, e, err, before);
	store_log(st, STORE_LOG_ALARM, "the disk is full: the ballast was given back to recover");
	err_reset(err, before);
	return full_or(st, open_all(st, err), err, before);
}

enum store_err
store_open(struct home *home, const struct store_opts *opts, struct store **out, struct buf *err)
{
	struct store	*st;
	enum store_err	 e = STORE_SYS;

	*out = NULL;
	if ((st = store_new(home, opts)) == NULL || st->dir == -1) {
		if (err != NULL)
			buf_printf(err, "opening %s: %s", home_env(home), strerror(errno));
		goto fail;
	}
	if ((e = open_or_lighten(st, err)) != STORE_OK)
		goto fail;
	if (!store_keeper_start(st)) {
		if (err != NULL)
			buf_puts(err, "the system gives no thread");
		e = STORE_SYS;
		goto fail_env;
	}
	atomic_store(&st->open, true);
	*out = st;
	return STORE_OK;
fail_env:
	store_env_close(st);
fail:
	store_free(st);
	return e;
}

void
store_close(struct store *st)
{
	if (st == NULL)
		return;
	store_keeper_stop(st);
	store_checkpoint(st);
	store_env_close(st);
	store_free(st);
}

bool
store_dead(const struct store *st)
{
	return atomic_load(&st->dead);
}

/* Reads */

static _Thread_local struct {
	void	(*fn)(void *);
	void	*arg;
} before_read;

void
store_on_read(void (*fn)(void *arg), void *arg)
{
	before_read.fn = fn;
	before_read.arg = arg;
}

void
store_before_read(const struct store_txn *txn)
{
	if (txn == NULL && before_read.fn != NULL)
		before_read.fn(before_read.arg);
}

static int
get_value(DB *db, DB_TXN *tid, DBT *key, struct buf *out)
{
	size_t	 want = out->cap > FIRST_TRY ? out->cap - 1 : FIRST_TRY;
	DBT	 val = { .flags = DB_DBT_USERMEM };
	int	 ret;

	do {
		buf_reset(out);
		if ((val.data = buf_room(out, want)) == NULL)
			return ENOMEM;
		val.ulen = (uint32_t)want;
		ret = db->get(db, tid, key, &val, tid != NULL ? DB_READ_COMMITTED : 0);
		want = val.size;
	} while (ret == DB_BUFFER_SMALL);
	out->n = ret == 0 ? val.size : 0;
	out->p[out->n] = '\0';
	return ret;
}

static int
has_key(DB *db, DB_TXN *tid, DBT *key)
{
	return db->exists(db, tid, key, tid != NULL ? DB_READ_COMMITTED : 0);
}

enum store_err
store_get(struct store *st, struct store_txn *txn, enum store_table t, const void *key, size_t klen,
    struct buf *out)
{
	DBT		 k = { .data = (void *)(uintptr_t)key, .size = (uint32_t)klen };
	DB_TXN		*tid;
	enum store_err	 e;
	unsigned	 try = 0;
	int		 ret;

	txn = store_joined(st, txn);
	tid = txn != NULL ? txn->tid : NULL;
	store_before_read(txn);
	if (out != NULL)
		buf_reset(out);
	if (atomic_load(&st->dead))
		return STORE_DEAD;
	if (txn != NULL && txn->doom != STORE_OK)
		return txn->doom;
	do {
		store_pause(try);
		ret = out != NULL ? get_value(st->db[t], tid, &k, out) :
		    has_key(st->db[t], tid, &k);
	} while (ret == DB_LOCK_DEADLOCK && txn == NULL && ++try < STORE_TRIES);

	e = store_result(st, "reading", ret);
	if (e == STORE_BUSY && txn != NULL)
		txn->doom = e;
	if (e == STORE_OK && out != NULL && !store_unsum(key, klen, out->p, &out->n)) {
		buf_reset(out);
		return store_damaged(st, t, key, klen);
	}
	if (e == STORE_OK && out != NULL)
		out->p[out->n] = '\0';
	return e;
}

/* Transactions */

static _Thread_local struct store_txn	*opened;	/* by this thread; at most one in each
							   store */

struct store_txn *
store_joined(struct store *st, struct store_txn *txn)
{
	if (txn == NULL)
		for (txn = opened; txn != NULL && txn->st != st; txn = txn->next)
			;
	return txn;
}

/* Begins a transaction, unless the disk has less room than `least` or this thread has one open. */
static enum store_err
begin(struct store *st, enum store_room least, struct store_txn **out)
{
	struct store_txn	*txn;
	enum store_room		 has;
	int			 ret;

	*out = NULL;
	if (atomic_load(&st->dead))
		return STORE_DEAD;
	if (store_joined(st, NULL) != NULL) {
		store_log(st, STORE_LOG_ALARM, "a thread began a second transaction");
		return STORE_SYS;
	}
	if ((has = store_room(st)) > least)
		return STORE_FULL;
	if ((txn = calloc(1, sizeof(*txn))) == NULL)
		return STORE_SYS;
	txn->st = st;
	txn->tight = has != STORE_ROOM_ALL;
	if ((ret = st->env->txn_begin(st->env, NULL, &txn->tid, 0)) != 0) {
		free(txn);
		return store_result(st, "beginning a transaction", ret);
	}
	txn->next = opened;
	opened = txn;
	*out = txn;
	return STORE_OK;
}

enum store_err
store_begin(struct store *st, struct store_txn **out)
{
	return begin(st, STORE_ROOM_ALL, out);
}

enum store_err
store_begin_small(struct store *st, struct store_txn **out)
{
	return begin(st, STORE_ROOM_SMALL, out);
}

void
store_small(struct store_txn *txn, bool small)
{
	txn->small = small;
}

static void
txn_free(struct store_txn *txn)
{
	struct store_txn	**p;

	for (p = &opened; *p != NULL; p = &(*p)->next)
		if (*p == txn) {
			*p = txn->next;
			break;
		}
	buf_free(&txn->val);
	free(txn);
}

void
store_abort(struct store_txn *txn)
{
	struct store	*st = txn->st;
	int		 ret;

	if ((ret = txn->tid->abort(txn->tid)) != 0)
		store_fail(st, "taking back a transaction", ret);
	txn_free(txn);
}

enum store_err
store_commit(struct store_txn *txn)
{
	struct store	*st = txn->st;
	enum store_err	 e = txn->doom;
	int		 ret;

	if (e == STORE_OK && atomic_load(&st->dead))
		e = STORE_DEAD;
	if (e != STORE_OK) {
		store_abort(txn);
		return e;
	}
	/*
	 * Without a sync: store_flush() makes it durable. When the log buffer is full, even this
	 * can fail for a full disk.
	 */
	ret = txn->tid->commit(txn->tid, DB_TXN_NOSYNC);
	if (ret == 0 && txn->has_head)
		store_head_commit(st, &txn->head);
	txn_free(txn);
	if (ret == 0)
		return STORE_OK;
	return ret == ENOSPC ? STORE_FULL : store_fail(st, "committing", ret);
}

enum store_err
store_flush(struct store *st)
{
	const struct store_hooks	*hooks = st->opts.hooks;
	struct head			 head;
	int				 ret = 0;

	if (atomic_load(&st->dead))
		return STORE_DEAD;
	store_head_committed(st, &head);
	if (hooks != NULL && hooks->flush != NULL)
		ret = hooks->flush(hooks->arg);
	if (ret == 0)
		ret = st->env->log_flush(st->env, NULL);
	else if (ret == -1)
		return STORE_OK;
	/* Even for ENOSPC: other threads already see data that would not be durable. */
	if (ret != 0)
		return store_fail(st, "flushing the log", ret);
	store_head_flushed(st, &head);
	return STORE_OK;
}

/* After each write: counts it, or dooms the transaction. */
static enum store_err
wrote(struct store_txn *txn, const char *doing, int ret)
{
	enum store_err	 e = store_result(txn->st, doing, ret);

	if (e == STORE_OK)
		txn->writes++;
	else if (e != STORE_EXISTS && e != STORE_MISSING)
		txn->doom = e;
	return e;
}

/* Why nothing may be written; STORE_OK when writing is allowed. */
static enum store_err
may_write(struct store_txn *txn, size_t klen, size_t vlen)
{
	if (txn->doom == STORE_OK && atomic_load(&txn->st->dead))
		txn->doom = STORE_DEAD;
	if (txn->doom == STORE_OK && txn->tight && !txn->small)
		txn->doom = STORE_FULL;
	if (txn->doom == STORE_OK && (klen == 0 || klen > STORE_KEYMAX || vlen > STORE_VALMAX)) {
		store_log(txn->st, STORE_LOG_ALARM, "refused a key of %zu and a value of %zu bytes",
		    klen, vlen);
		txn->doom = STORE_SYS;
	}
	return txn->doom;
}

/* Writes key and value with its checksum; flags as in DB->put. */
static enum store_err
put(struct store_txn *txn, enum store_table t, const void *key, size_t klen, const void *val,
    size_t vlen, uint32_t flags)
{
	const struct store_hooks	*hooks = txn->st->opts.hooks;
	DB				*db = txn->st->db[t];
	DBT				 k = { .data = (void *)(uintptr_t)key,
	    .size = (uint32_t)klen };
	DBT				 v = { 0 };
	enum store_err			 e;

	if ((e = may_write(txn, klen, vlen)) != STORE_OK)
		return e;
	buf_reset(&txn->val);
	if (vlen > 0) {
		buf_put(&txn->val, val, vlen);
		buf_put_u32(&txn->val, store_crc(key, klen, val, vlen));
		if (txn->val.bad)
			return wrote(txn, "writing", ENOMEM);
		if (hooks != NULL && hooks->value != NULL)
			hooks->value(txn->val.p, txn->val.n, hooks->arg);
		v.data = txn->val.p;
		v.size = (uint32_t)txn->val.n;
	}
	return wrote(txn, "writing", db->put(db, txn->tid, &k, &v, flags));
}

enum store_err
store_put(struct store_txn *txn, enum store_table t, const void *key, size_t klen, const void *val,
    size_t vlen)
{
	return put(txn, t, key, klen, val, vlen, 0);
}

enum store_err
store_add(struct store_txn *txn, enum store_table t, const void *key, size_t klen, const void *val,
    size_t vlen)
{
	return put(txn, t, key, klen, val, vlen, DB_NOOVERWRITE);
}

enum store_err
store_del(struct store_txn *txn, enum store_table t, const void *key, size_t klen)
{
	DBT		 k = { .data = (void *)(uintptr_t)key, .size = (uint32_t)klen };
	DB		*db = txn->st->db[t];
	enum store_err	 e;

	if ((e = may_write(txn, klen, 0)) != STORE_OK)
		return e;
	return wrote(txn, "deleting", db->del(db, txn->tid, &k, 0));
}

struct store *
store_of(const struct store_txn *txn)
{
	return txn->st;
}

uint64_t
store_txn_writes(const struct store_txn *txn)
{
	return txn->writes;
}

enum store_err
store_txn_doom(const struct store_txn *txn)
{
	return txn->doom;
}

enum store_err
store_next(struct store_txn *txn, const void *key, size_t klen, uint64_t *n)
{
	struct buf	 now = BUF_INIT, next = BUF_INIT;
	enum store_err	 e = store_get(store_of(txn), txn, STORE_META, key, klen, &now);

	*n = e == STORE_OK && now.n == 8 ? buf_get_u64(now.p) + 1 : 1;
	if (e == STORE_MISSING)
		e = STORE_OK;
	buf_put_u64(&next, *n);
	if (e == STORE_OK)
		e = next.bad ? STORE_SYS : store_put(txn, STORE_META, key, klen, next.p, next.n);
	buf_free(&now);
	buf_free(&next);
	return e;
}
