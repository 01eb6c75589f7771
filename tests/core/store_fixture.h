#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <sys/stat.h>

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/store/commit.h"
#include "core/store/store.h"
#include "tests/harness.h"

/*
 * A home in a directory of its own, a small store in it, and what the store says and does about
 * trouble. fix_new makes the home; change f.opts before fix_open if the test needs to.
 */
struct fix {
	char			 top[PATH_MAX];
	char			 path[PATH_MAX];	/* of the home */
	struct store_opts	 opts;
	struct home		*home;
	struct store		*st;
	struct buf		 err;
	pthread_mutex_t		 mtx;			/* the two below */
	struct buf		 log;
	int			 deaths;
};

/*
 * A panicked Berkeley DB frees nothing when it is closed, so a test whose store died is not
 * searched for leaks.
 */
static int	fix_anybody_died;
int		__lsan_is_turned_off(void);

int
__lsan_is_turned_off(void)
{
	return fix_anybody_died;
}

static inline void
fix_log(enum store_log level, const char *line, void *arg)
{
	struct fix	*f = arg;

	pthread_mutex_lock(&f->mtx);
	buf_printf(&f->log, "%s: %s\n", level == STORE_LOG_ALARM ? "alarm" : "info", line);
	pthread_mutex_unlock(&f->mtx);
}

static inline void
fix_on_dead(const char *why, void *arg)
{
	struct fix	*f = arg;

	(void)why;
	pthread_mutex_lock(&f->mtx);
	f->deaths++;
	fix_anybody_died = 1;
	pthread_mutex_unlock(&f->mtx);
}

static inline bool
fix_logged(struct fix *f, const char *what)
{
	bool	 yes;

	pthread_mutex_lock(&f->mtx);
	yes = strstr(buf_str(&f->log), what) != NULL;
	pthread_mutex_unlock(&f->mtx);
	return yes;
}

static inline int
fix_deaths(struct fix *f)
{
	int	 n;

	pthread_mutex_lock(&f->mtx);
	n = f->deaths;
	pthread_mutex_unlock(&f->mtx);
	return n;
}

/* dir/name */
static inline const char *
fix_join(char out[PATH_MAX], const char *dir, const char *name)
{
	ck_assert_int_lt(snprintf(out, PATH_MAX, "%s/%s", dir, name), PATH_MAX);
	return out;
}

static inline const char *
fix_tmp(void)
{
	return getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp";
}

static inline void
fix_new_in(struct fix *f, const char *dir)
{
	memset(f, 0, sizeof(*f));
	pthread_mutex_init(&f->mtx, NULL);
	f->opts = (struct store_opts){
		.cache = 8 << 20, .log_file = 4 << 20, .checkpoint_bytes = 1 << 20,
		.ballast = 1 << 20, .reserve = 1 << 20, .log = fix_log, .on_dead = fix_on_dead,
		    .arg = f,
	};
	fix_join(f->top, dir, "store.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(f->top));
	fix_join(f->path, f->top, "home");
	ck_assert_msg(home_create(f->path, false, &f->err) == HOME_OK, "%s", buf_str(&f->err));
}

static inline void
fix_new(struct fix *f)
{
	fix_new_in(f, fix_tmp());
}

/* Opens what must open. */
static inline void
fix_open(struct fix *f)
{
	ck_assert_msg(home_open(f->path, &f->home, &f->err) == HOME_OK, "%s", buf_str(&f->err));
	ck_assert_msg(store_open(f->home, &f->opts, &f->st, &f->err) == STORE_OK, "%s",
	    buf_str(&f->err));
	/* The first try met a full disk and panicked. */
	if (fix_logged(f, "the ballast was given back"))
		fix_anybody_died = 1;
}

static inline void
fix_close(struct fix *f)
{
	store_close(f->st);
	home_close(f->home);
	f->st = NULL;
	f->home = NULL;
}

static inline int
fix_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void
fix_free(struct fix *f)
{
	fix_close(f);
	nftw(f->top, fix_remove, 16, FTW_DEPTH | FTW_PHYS);
	buf_free(&f->err);
	buf_free(&f->log);
	pthread_mutex_destroy(&f->mtx);
}

/* HOME/name */
static inline const char *
fix_file(const struct fix *f, const char *name, char path[PATH_MAX])
{
	return fix_join(path, f->path, name);
}

/* A transaction that must work: one key, one value. */
static inline void
fix_put(struct fix *f, enum store_table t, const char *key, const char *val)
{
	struct store_txn	*txn;

	ck_assert_int_eq(store_begin(f->st, &txn), STORE_OK);
	ck_assert_int_eq(store_put(txn, t, key, strlen(key), val, strlen(val)), STORE_OK);
	ck_assert_int_eq(store_commit(txn), STORE_OK);
	ck_assert_int_eq(store_flush(f->st), STORE_OK);
}

static inline bool
fix_has(struct fix *f, enum store_table t, const char *key, const char *val)
{
	struct buf	 b = BUF_INIT;
	bool		 yes;

	yes = store_get(f->st, NULL, t, key, strlen(key), &b) == STORE_OK &&
	    strcmp(buf_str(&b), val) == 0;
	buf_free(&b);
	return yes;
}

static inline mode_t
fix_mode_of(const char *path)
{
	struct stat	 st;

	return stat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static inline void
fix_write_file(const char *path, const char *text)
{
	FILE	*fp = fopen(path, "w");

	ck_assert_ptr_nonnull(fp);
	ck_assert_int_ge(fputs(text, fp), 0);
	ck_assert_int_eq(fclose(fp), 0);
}

static inline void
fix_read_file(const char *path, struct buf *out)
{
	char	 chunk[65536];
	FILE	*fp = fopen(path, "r");
	size_t	 n;

	ck_assert_ptr_nonnull(fp);
	buf_reset(out);
	while ((n = fread(chunk, 1, sizeof(chunk), fp)) > 0)
		buf_put(out, chunk, n);
	fclose(fp);
	ck_assert(!out->bad);
}

/* For store_scan: arg is an int that counts. */
static inline bool
fix_count_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	(void)key;
	(void)klen;
	(void)val;
	(void)vlen;
	++*(int *)arg;
	return true;
}

#endif
