#include "core/store/store_int.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
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
 * Berkeley DB hands every copied file to these three. They keep holes as holes (a log file is a big
 * one with a little at its start), and have it on disk when they say so; left alone it would do
 * neither. What went wrong first is kept: Berkeley DB goes on after a failed write, and what it says at the
 * end may be another error ("not permitted" of a full disk was seen).
 */
struct copy {
	int	 fd;
	off_t	 size;
};

static int
failed(const DB_ENV *env, int error)
{
	struct store	*st = env->app_private;

	if (st->backup_error == 0)
		st->backup_error = error;
	return error;
}

static int
on_open(DB_ENV *env, const char *name, const char *dir, void **handle)
{
	struct copy	*c;
	char		*path;
	int		 ret;

	*handle = NULL;
	if (asprintf(&path, "%s/%s", dir, name) == -1)
		return failed(env, ENOMEM);
	if ((c = calloc(1, sizeof(*c))) == NULL) {
		free(path);
		return failed(env, ENOMEM);
	}
	c->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	ret = c->fd == -1 ? errno : 0;
	free(path);
	if (ret != 0) {
		free(c);
		return failed(env, ret);
	}
	*handle = c;
	return 0;
}

static bool
all_zero(const uint8_t *p, size_t n)
{
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

static int
on_write(DB_ENV *env, uint32_t gigs, uint32_t offset, uint32_t size, uint8_t *p, void *handle)
{
	struct copy	*c = handle;
	off_t		 at = ((off_t)gigs << 30) + offset;
	ssize_t		 w;

	if (c->size < at + size)
		c->size = at + size;
	if (all_zero(p, size))
		return 0;
	for (; size > 0; p += w, at += w, size -= (uint32_t)w) {
		while ((w = pwrite(c->fd, p, size, at)) == -1 && errno == EINTR)
			;
		if (w <= 0)
			return failed(env, w == 0 ? EIO : errno);
	}
	return 0;
}

static int
on_close(DB_ENV *env, const char *name, void *handle)
{
	struct copy	*c = handle;
	int		 ret = 0;

	(void)name;
	if (ftruncate(c->fd, c->size) == -1 || fsync(c->fd) == -1)
		ret = failed(env, errno);
	close(c->fd);
	free(c);
	return ret;
}

static int
copy(struct store *st, const char *dir)
{
	DB_ENV	*env = st->env;
	int	 ret, ret2;

	/* Pages are copied before the log that explains them: no log file may go in between. */
	if ((ret = env->set_backup_callbacks(env, on_open, on_write, on_close)) != 0 ||
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
	if ((e = store_flush(st)) != STORE_OK)
		say(err, "backing up into", dir, store_err_text(e));
	else if ((ret = copy(st, dir)) != 0) {
		e = store_result(st, "backing up", ret);
		say(err, "backing up into", dir, db_strerror(ret));
	} else if (fsync(dirfd(d)) == -1)
		e = say(err, "writing to disk", dir, strerror(errno));
	pthread_mutex_unlock(&st->backup);
	closedir(d);
	return e;
}
