#include "core/store/store_copy.h"
#include "core/store/store_int.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

static enum store_err
say(struct buf *err, const char *doing, const char *dir, const char *why)
{
	if (err != NULL)
		buf_printf(err, "%s %s: %s", doing, dir, why);
	return STORE_SYS;
}

static bool
is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool
is_empty(DIR *d)
{
	struct dirent	*de;

	while ((de = readdir(d)) != NULL)
		if (!is_dot(de->d_name))
			return false;
	return true;
}

static DIR *
open_target(const char *dir, struct buf *err)
{
	DIR	*d;

	if ((mkdir(dir, 0700) == -1 && errno != EEXIST) || (d = opendir(dir)) == NULL) {
		say(err, "backing up into", dir, strerror(errno));
		return NULL;
	}
	if (!is_empty(d)) {
		say(err, "backing up into", dir, "the directory is not empty");
		closedir(d);
		return NULL;
	}
	return d;
}

/*
 * Berkeley DB passes every copied file to these three functions. The first error is kept: Berkeley
 * DB continues after a failed write, and its final error may be another one ("not permitted" for a
 * full disk was seen).
 */
static int
first_error(const DB_ENV *env, int error)
{
	struct store	*st = env->app_private;

	if (st->backup_error == 0)
		st->backup_error = error;
	return error;
}

static int
on_open(DB_ENV *env, const char *name, const char *dir, void **handle)
{
	struct store_copy	*c = NULL;
	const int		 ret = store_copy_open(dir, name, &c);

	*handle = c;
	return first_error(env, ret);
}

static int
on_write(DB_ENV *env, uint32_t gigs, uint32_t offset, uint32_t size, uint8_t *p, void *handle)
{
	return first_error(env, store_copy_write(handle, ((off_t)gigs << 30) + offset, p, size));
}

static int
on_close(DB_ENV *env, const char *name, void *handle)
{
	(void)name;
	return first_error(env, store_copy_close(handle));
}

/* Copies the environment with log removal switched off. */
static int
copy(struct store *st, const char *dir)
{
	DB_ENV	*env = st->env;
	int	 ret, ret2;

	/*
	 * Pages are copied before the log that belongs to them: no log file may be removed in
	 * between.
	 */
	if ((ret = env->set_backup_callbacks(env, on_open, on_write, on_close)) != 0 ||
	    (ret = env->set_backup_config(env, DB_BACKUP_SIZE, STORE_COPY_PIECE)) != 0 ||
	    (ret = env->log_set_config(env, DB_LOG_AUTO_REMOVE, 0)) != 0)
		return ret;
	st->backup_error = 0;
	ret = env->backup(env, dir, DB_BACKUP_SINGLE_DIR);
	if (st->backup_error != 0)
		ret = st->backup_error;
	ret2 = env->log_set_config(env, DB_LOG_AUTO_REMOVE, 1);
	return ret != 0 ? ret : ret2;
}

enum store_err
store_backup(struct store *st, const char *dir, struct buf *err)
{
	struct head	 head;
	enum store_err	 e;
	DIR		*d;
	int		 ret;

	if (atomic_load(&st->dead)) {
		say(err, "backing up into", dir, store_err_text(STORE_DEAD));
		return STORE_DEAD;
	}
	if ((d = open_target(dir, err)) == NULL)
		return STORE_SYS;
	pthread_mutex_lock(&st->backup);
	store_head_committed(st, &head);
	if ((e = store_flush(st)) != STORE_OK)
		say(err, "backing up into", dir, store_err_text(e));
	else if ((ret = copy(st, dir)) != 0 ||
	    (ret = store_head_backup(st, dirfd(d), &head)) != 0) {
		e = store_result(st, "backing up", ret);
		say(err, "backing up into", dir, db_strerror(ret));
	} else if (fsync(dirfd(d)) == -1)
		e = say(err, "writing to disk", dir, strerror(errno));
	pthread_mutex_unlock(&st->backup);
	closedir(d);
	return e;
}
