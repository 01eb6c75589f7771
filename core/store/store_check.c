#include "core/store/store_int.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/*
 * Checks before a store is used: the owners of its files, whether drafts and tokens can be read
 * completely, and whether the other tables can be read at all.
 */

static enum store_err	 say(struct buf *, enum store_err, const char *,
    ...) __attribute__((format(printf, 3, 4)));

static enum store_err
say(struct buf *err, enum store_err e, const char *fmt, ...)
{
	va_list	 ap;

	if (err != NULL) {
		va_start(ap, fmt);
		buf_vprintf(err, fmt, ap);
		va_end(ap);
	}
	return e;
}

static enum store_err
check_file(const struct store *st, const char *name, struct buf *err)
{
	const char	*env = home_env(st->home);
	struct stat	 s;

	if (fstatat(st->dir, name, &s, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? STORE_OK : say(err, STORE_SYS, "%s/%s: %s", env, name,
		    strerror(errno));
	if (!S_ISREG(s.st_mode))
		return say(err, STORE_UNSAFE,
		    "%s/%s is no regular file: put the right one in its place, or restore the "
		    "newest backup", env, name);
	if (s.st_uid != geteuid())
		return say(err, STORE_UNSAFE,
		    "%s/%s belongs to user %u, but this process runs as user %u: give it back with "
		    "chown", env, name, (unsigned)s.st_uid, (unsigned)geteuid());
	if ((s.st_mode & 077) != 0 || (s.st_mode & 0600) != 0600)
		return say(err, STORE_UNSAFE, "%s/%s has mode %04o: it must be 0600", env, name,
		    (unsigned)s.st_mode & 07777);
	return STORE_OK;
}

enum store_err
store_check_files(struct store *st, struct buf *err)
{
	const int	 fd = openat(st->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR		*d = fd != -1 ? fdopendir(fd) : NULL;
	struct dirent	*de;
	enum store_err	 e = STORE_OK;

	if (d == NULL) {
		e = say(err, STORE_SYS, "%s: %s", home_env(st->home), strerror(errno));
		if (fd != -1)
			close(fd);
		return e;
	}
	while (e == STORE_OK && (de = readdir(d)) != NULL)
		if (de->d_name[0] != '.')
			e = check_file(st, de->d_name, err);
	closedir(d);
	return e;
}

/* ---- drafts and tokens ----------------------------------------------------------------------- */

static void
drop_message(const DB_ENV *env, const char *prefix, const char *msg)
{
	(void)env;
	(void)prefix;
	(void)msg;
}

/*
 * Checks every page by itself, because a bad one would make an environment panic. After recovery
 * the file on disk is complete.
 */
static bool
is_whole(struct store *st, enum store_table t)
{
	char	*path;
	DB	*db;
	int	 ret;

	if (asprintf(&path, "%s/%s", home_env(st->home), store_table_file(t)) == -1)
		return true;
	if ((ret = db_create(&db, NULL, 0)) == 0) {
		db->set_errcall(db, drop_message);
		if ((ret = db->set_encrypt(db, home_key(st->home), DB_ENCRYPT_AES)) == 0)
			ret = db->verify(db, path, NULL, NULL, 0);	/* frees it */
		else
			db->close(db, 0);
	}
	free(path);
	return ret == 0 || ret == ENOMEM;
}

static void
aside_name(const struct store *st, enum store_table t, char name[64])
{
	struct tm	 tm;
	char		 day[20];
	time_t		 now = time(NULL) + 8 * 3600;
	int		 n;

	gmtime_r(&now, &tm);
	strftime(day, sizeof(day), "%Y%m%d", &tm);
	snprintf(name, 64, "%s.bad-%s", store_table_file(t), day);
	for (n = 2; n < 1000 && faccessat(st->dir, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0; n++)
		snprintf(name, 64, "%s.bad-%s.%d", store_table_file(t), day, n);
}

static bool
may_be_made_anew(enum store_table t)
{
	return t == STORE_DRAFT || t == STORE_TOKEN;
}

void
store_set_aside(struct store *st)
{
	int	 t;

	for (t = 0; t < STORE_TABLE_MAX; t++) {
		if (!may_be_made_anew((enum store_table)t) || st->anew[t])
			continue;
		st->anew[t] = true;
		st->aside[t][0] = '\0';
		if (faccessat(st->dir, store_table_file((enum store_table)t), F_OK,
		    AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (is_whole(st, (enum store_table)t)) {
			st->anew[t] = false;
			continue;
		}
		aside_name(st, (enum store_table)t, st->aside[t]);
		if (renameat(st->dir, store_table_file((enum store_table)t), st->dir,
		    st->aside[t]) == -1)
			st->anew[t] = false;
	}
}

void
store_put_back(struct store *st)
{
	int	 t;

	for (t = 0; t < STORE_TABLE_MAX; t++) {
		if (st->anew[t] && st->aside[t][0] != '\0')
			renameat(st->dir, st->aside[t], st->dir,
			    store_table_file((enum store_table)t));
		st->anew[t] = false;
	}
}

void
store_tell_aside(struct store *st)
{
	int	 t;

	for (t = 0; t < STORE_TABLE_MAX; t++)
		if (st->anew[t])
			store_log(st, STORE_LOG_ALARM, "%s/%s was %s%s: a new one was made; %s",
			    home_env(st->home),
			    store_table_file((enum store_table)t), st->aside[t][0] != '\0' ?
			    "damaged and is now " : "missing",
			    st->aside[t], t == STORE_DRAFT ?
			    "what people had typed and not saved is lost" :
			    "a save that was under way may be done twice");
}

/* ---- the other tables ------------------------------------------------------------------------ */

/* First and last page of each table: every start needs the first, and new data is on the last. */
enum store_err
store_check_tables(struct store *st, struct buf *err)
{
	struct buf	 key = BUF_INIT;
	enum store_err	 e = STORE_OK;
	int		 t;

	for (t = 0; t < STORE_TABLE_MAX && (e == STORE_OK || e == STORE_MISSING); t++) {
		e = store_seek(st, NULL, (enum store_table)t, "", 0, false, &key, NULL);
		if (e == STORE_OK)
			e = store_seek(st, NULL, (enum store_table)t, NULL, 0, true, &key, NULL);
	}
	buf_free(&key);
	if (e == STORE_OK || e == STORE_MISSING)
		return STORE_OK;
	return store_say_damaged(st, store_table_file((enum store_table)(t - 1)), err);
}

enum store_err
store_say_damaged(struct store *st, const char *file, struct buf *err)
{
	const char	*env = home_env(st->home);
	int		 t;

	if (atomic_load(&st->log_cut))
		return say(err, STORE_DEAD,
		    "%s: its log files were removed, cut or replaced, and the tables are newer: restore the "
		    "newest backup", env);
	for (t = 0; file == NULL && t < STORE_TABLE_MAX; t++)
		if (!is_whole(st, (enum store_table)t))
			file = store_table_file((enum store_table)t);
	return say(err, STORE_DEAD, "%s/%s is damaged: restore the newest backup", env,
	    file != NULL ? file : "log.*");
}
