#include "core/store/store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/*
 * Keeps HOME/head: a transaction that adds to the trail names its new end, a commit makes that the
 * store's end, a flush makes it durable, and only then is it written to the file.
 */
struct home *
store_home(const struct store *st)
{
	return st->home;
}

void
store_txn_head(struct store_txn *txn, const struct head *head)
{
	txn->head = *head;
	txn->has_head = true;
}

void
store_head_commit(struct store *st, const struct head *head)
{
	pthread_mutex_lock(&st->head_mtx);
	st->committed = *head;
	st->committed.keyed = st->durable.keyed;
	pthread_mutex_unlock(&st->head_mtx);
}

void
store_head_committed(struct store *st, struct head *out)
{
	pthread_mutex_lock(&st->head_mtx);
	*out = st->committed;
	pthread_mutex_unlock(&st->head_mtx);
}

void
store_head_flushed(struct store *st, const struct head *head)
{
	int	 ret = 0;

	pthread_mutex_lock(&st->head_mtx);
	if (st->head_fd != -1 && head->seq > st->durable.seq) {
		ret = head_write(st->home, st->head_fd, st->head_slot, head);
		st->durable = *head;
		st->head_slot ^= 1;
	}
	pthread_mutex_unlock(&st->head_mtx);
	/* A head older than the store does no harm: the entries after it are checked one by one. */
	if (ret != 0)
		store_log(st, STORE_LOG_ALARM, "writing %s/" HEAD_NAME ": %s", home_path(st->home),
		    strerror(ret));
}

void
store_head_sync(struct store *st)
{
	if (st->head_fd != -1 && fdatasync(st->head_fd) == -1)
		store_log(st, STORE_LOG_ALARM, "writing %s/" HEAD_NAME ": %s", home_path(st->home),
		    strerror(errno));
}

enum head_err
store_head_read(struct store *st, bool backup, struct head *out)
{
	return backup ? head_read(st->home, st->dir, HEAD_BACKUP, out) :
	    head_read(st->home, home_dir(st->home), HEAD_NEWEST, out);
}

enum store_err
store_head_start(struct store *st, const struct head *now)
{
	const int	 dir = home_dir(st->home);
	int		 fd, ret;

	if ((ret = head_replace(st->home, dir, HEAD_NEWEST, now)) != 0)
		goto bad;
	if ((fd = openat(dir, HEAD_NAME, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)) == -1) {
		ret = errno;
		goto bad;
	}
	pthread_mutex_lock(&st->head_mtx);
	st->head_fd = fd;
	st->committed = st->durable = *now;
	pthread_mutex_unlock(&st->head_mtx);
	unlinkat(st->dir, HEAD_NAME, 0);	/* of the backup from which the store was restored,
						   if it was */
	return STORE_OK;
bad:
	store_log(st, STORE_LOG_ALARM, "writing %s/" HEAD_NAME ": %s", home_path(st->home),
	    strerror(ret));
	return ret == ENOSPC || ret == EDQUOT ? STORE_FULL : STORE_SYS;
}

int
store_head_backup(struct store *st, int dir, const struct head *head)
{
	return st->head_fd == -1 ? 0 : head_replace(st->home, dir, HEAD_BACKUP, head);
}
