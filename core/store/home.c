#include "core/store/home_int.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAGIC		"shouwang "		/* HOME/kind begins with it */
#define CHECKLEN	64			/* hex digits in HOME/keycheck */

const char *
home_err_text(enum home_err e)
{
	static const char *const text[] = {
#define X(name, text) [name] = text,
		HOME_ERRS(X)
#undef X
	};

	return (size_t)e < sizeof(text) / sizeof(text[0]) ? text[e] : "unknown error";
}

enum home_err
home_say(struct buf *err, enum home_err e, const char *fmt, ...)
{
	va_list	 ap;

	if (err != NULL) {
		va_start(ap, fmt);
		buf_vprintf(err, fmt, ap);
		va_end(ap);
	}
	return e;
}

/*
 * Ours alone? Root is no exception: files that root makes in a home of the service user would lock
 * the service out.
 */
static enum home_err
check_owner(int fd, const char *path, const char *name, struct buf *err)
{
	struct stat	 st;

	if (fstat(fd, &st) == -1)
		return home_say(err, HOME_SYS, "%s%s: %s", path, name, strerror(errno));
	if (st.st_uid != geteuid())
		return home_say(err, HOME_UNSAFE,
		    "%s%s belongs to user %u, but this process runs as user %u",
		    path, name, (unsigned)st.st_uid, (unsigned)geteuid());
	if ((st.st_mode & 077) != 0)
		return home_say(err, HOME_UNSAFE,
		    "%s%s has mode %04o, which lets others in; it must be %s",
		    path, name, (unsigned)st.st_mode & 07777, S_ISDIR(st.st_mode) ? "0700" :
		    "0600");
	return HOME_OK;
}

static enum home_err
open_dir(const char *path, int *out, struct buf *err)
{
	enum home_err	 e;
	int		 fd;

	if ((fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return home_say(err, errno == ENOENT || errno == ENOTDIR ? HOME_MISSING : HOME_SYS,
		    "%s: %s", path, strerror(errno));
	if ((e = check_owner(fd, path, "", err)) != HOME_OK) {
		close(fd);
		return e;
	}
	*out = fd;
	return HOME_OK;
}

static bool
write_all(int fd, const char *p, size_t n)
{
	ssize_t	 w;

	for (; n > 0; p += w, n -= (size_t)w) {
		while ((w = write(fd, p, n)) == -1 && errno == EINTR)
			;
		if (w <= 0)
			return false;
	}
	return true;
}

enum home_err
home_make_file(int dir, const char *path, const char *name, const char *line, struct buf *err)
{
	bool	 ok;
	int	 fd;

	if ((fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)) ==
	    -1)
		return home_say(err, HOME_SYS, "%s/%s: %s", path, name, strerror(errno));
	ok = fchmod(fd, 0600) == 0 && write_all(fd, line, strlen(line)) && write_all(fd, "\n", 1) &&
	    fsync(fd) == 0;
	if (!ok)
		home_say(err, HOME_SYS, "%s/%s: %s", path, name, strerror(errno));
	close(fd);
	return ok ? HOME_OK : HOME_SYS;
}

enum home_err
home_read_line(int dir, const char *path, const char *name, char *line, enum home_err absent,
    struct buf *err)
{
	char		 full[64];
	enum home_err	 e;
	ssize_t		 n;
	int		 fd;

	if ((fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) == -1)
		return errno == ENOENT ?
		    home_say(err, absent, "%s/%s is missing: put it back from where a copy is kept",
		    path, name) : home_say(err, HOME_SYS, "%s/%s: %s", path, name, strerror(errno));
	snprintf(full, sizeof(full), "/%s", name);
	if ((e = check_owner(fd, path, full, err)) == HOME_OK) {
		while ((n = read(fd, line, HOME_LINE - 1)) == -1 && errno == EINTR)
			;
		if (n == -1)
			e = home_say(err, HOME_SYS, "%s/%s: %s", path, name, strerror(errno));
		else {
			line[n] = '\0';
			line[strcspn(line, "\n")] = '\0';
		}
	}
	close(fd);
	return e;
}

/* The key is the hash's key, so the file tells nothing about it that a guess could not. */
static void
key_hash(const char *key, char hex[CHECKLEN + 1])
{
	static const char	 what[] = "shouwang keycheck";
	unsigned char		 h[CHECKLEN / 2];

	crypto_generichash(h, sizeof(h), (const unsigned char *)what, sizeof(what) - 1,
	    (const unsigned char *)key, HOME_KEYLEN);
	sodium_bin2hex(hex, CHECKLEN + 1, h, sizeof(h));
	sodium_memzero(h, sizeof(h));
}

static bool
key_shaped(const char *key)
{
	return strlen(key) == HOME_KEYLEN && strspn(key, "0123456789abcdef") == HOME_KEYLEN;
}

static void
key_random(char hex[HOME_KEYLEN + 1])
{
	unsigned char	 raw[HOME_KEYLEN / 2];

	randombytes_buf(raw, sizeof(raw));
	sodium_bin2hex(hex, HOME_KEYLEN + 1, raw, sizeof(raw));
	sodium_memzero(raw, sizeof(raw));
}

static bool
is_empty(int dir)
{
	struct dirent	*de;
	DIR		*d;
	bool		 empty = true;
	int		 fd;

	if ((fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return false;
	if ((d = fdopendir(fd)) == NULL) {
		close(fd);
		return false;
	}
	while (empty && (de = readdir(d)) != NULL)
		empty = strcmp(de->d_name, ".") == 0 || strcmp(de->d_name, "..") == 0;
	closedir(d);
	return empty;
}

/* The name of a directory is only safe once its parent is on disk. */
static bool
sync_parent(const char *path)
{
	char	*copy;
	bool	 ok;
	int	 fd;

	if ((copy = strdup(path)) == NULL)
		return false;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = fd != -1 && fsync(fd) == 0;
	if (fd != -1)
		close(fd);
	free(copy);
	return ok;
}

static const char *
kind_line(bool demo, char line[HOME_LINE])
{
	snprintf(line, HOME_LINE, MAGIC "%u %s", HOME_FORMAT, demo ? "demo" : "real");
	return line;
}

static enum home_err
fill(int dir, const char *path, bool demo, const char *key, struct buf *err)
{
	char		 check[CHECKLEN + 1], line[HOME_LINE];
	enum home_err	 e;

	key_hash(key, check);
	if (mkdirat(dir, "env", 0700) == -1)
		return home_say(err, HOME_SYS, "%s/env: %s", path, strerror(errno));
	if ((e = home_make_file(dir, path, "key", key, err)) != HOME_OK ||
	    (e = home_make_file(dir, path, "keycheck", check, err)) != HOME_OK)
		return e;
	if ((e = home_make_file(dir, path, "kind", kind_line(demo, line), err)) != HOME_OK)
		return e;
	if (fsync(dir) == -1 || !sync_parent(path))
		return home_say(err, HOME_SYS, "%s: %s", path, strerror(errno));
	return HOME_OK;
}

static enum home_err
make(const char *path, bool demo, const char *key, struct buf *err)
{
	enum home_err	 e;
	int		 dir;

	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		return home_say(err, HOME_SYS, "%s: %s", path, strerror(errno));
	if ((e = open_dir(path, &dir, err)) != HOME_OK)
		return e;
	e = is_empty(dir) ? fill(dir, path, demo, key, err) :
	    home_say(err, HOME_EXISTS, "%s is not empty", path);
	close(dir);
	return e;
}

enum home_err
home_create(const char *path, bool demo, struct buf *err)
{
	char		 key[HOME_KEYLEN + 1];
	enum home_err	 e;

	if (sodium_init() == -1)
		return home_say(err, HOME_SYS, "no source of random numbers");
	key_random(key);
	e = make(path, demo, key, err);
	sodium_memzero(key, sizeof(key));
	return e;
}

enum home_err
home_restore(const char *path, bool demo, const char *key, struct buf *err)
{
	if (sodium_init() == -1)
		return home_say(err, HOME_SYS, "no source of random numbers");
	if (!key_shaped(key))
		return home_say(err, HOME_KEY,
		    "the key must be %d hexadecimal digits in small letters", HOME_KEYLEN);
	return make(path, demo, key, err);
}

/* False: the line is not one that home_create() writes. */
static bool
parse_kind(const char *line, unsigned *format, bool *demo)
{
	const size_t	 n = sizeof(MAGIC) - 1;
	char		*end;

	if (strncmp(line, MAGIC, n) != 0 || line[n] < '1' || line[n] > '9')
		return false;
	*format = (unsigned)strtoul(line + n, &end, 10);
	*demo = strcmp(end, " demo") == 0;
	return *demo || strcmp(end, " real") == 0;
}

/* any: an earlier format is fine, too. */
static enum home_err
judge_format(const char *path, unsigned format, bool any, struct buf *err)
{
	if (format > HOME_FORMAT)
		return home_say(err, HOME_NEWER,
		    "%s has format %u, made by a newer version; this one knows format %u: install the newer one", path, format,
		    HOME_FORMAT);
	if (format < HOME_FORMAT && !any)
		return home_say(err, HOME_OLD,
		    "%s has format %u and this version works with format %u: run \"shouwang-admin -d %s upgrade\"", path, format,
		    HOME_FORMAT, path);
	return HOME_OK;
}

static enum home_err
read_kind(struct home *h, bool any, struct buf *err)
{
	char		 line[HOME_LINE];
	enum home_err	 e;

	if ((e = home_read_line(h->dir, h->path, "kind", line, HOME_MISSING, err)) != HOME_OK)
		return e;
	if (!parse_kind(line, &h->format, &h->demo))
		return home_say(err, HOME_BAD,
		    "%s/kind is damaged: it must say \"" MAGIC "%u real\" or \"" MAGIC "%u demo\"",
		    h->path, HOME_FORMAT, HOME_FORMAT);
	return judge_format(h->path, h->format, any, err);
}

enum home_err
home_peek(const char *path, bool *demo, unsigned *format, struct buf *err)
{
	char	 line[HOME_LINE];
	ssize_t	 n;
	int	 dir, fd = -1, error;

	if ((dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) != -1)
		fd = openat(dir, "kind", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	n = fd != -1 ? read(fd, line, sizeof(line) - 1) : -1;
	error = errno;
	if (fd != -1)
		close(fd);
	if (dir != -1)
		close(dir);
	errno = error;
	if (n == -1)
		return home_say(err, error == ENOENT || error == ENOTDIR ? HOME_MISSING : HOME_SYS,
		    "%s/kind: %s", path, strerror(error));
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return parse_kind(line, format, demo) ? judge_format(path, *format, false, err) :
	    home_say(err, HOME_BAD, "%s/kind is damaged", path);
}

pid_t
home_holder(const char *path)
{
	char	 line[HOME_LINE];
	pid_t	 pid = 0;
	int	 dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir == -1)
		return 0;
	if (home_read_line(dir, path, "lock", line, HOME_MISSING, NULL) == HOME_OK)
		pid = (pid_t)strtol(line, NULL, 10);
	close(dir);
	return pid;
}

static enum home_err
locked(struct home *h, struct buf *err)
{
	char	 pid[HOME_LINE];

	/* The holder writes its pid after locking; in between the file may still be empty. */
	if (home_read_line(h->dir, h->path, "lock", pid, HOME_LOCKED, NULL) != HOME_OK ||
	    pid[0] == '\0' || strspn(pid, "0123456789") != strlen(pid))
		return home_say(err, HOME_LOCKED, "%s is open in another process", h->path);
	return home_say(err, HOME_LOCKED, "%s is open in process %s", h->path, pid);
}

static enum home_err
take_lock(struct home *h, struct buf *err)
{
	char		 pid[32];
	enum home_err	 e;

	h->lock = openat(h->dir, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (h->lock == -1)
		return home_say(err, HOME_SYS, "%s/lock: %s", h->path, strerror(errno));
	if ((e = check_owner(h->lock, h->path, "/lock", err)) != HOME_OK)
		return e;
	if (flock(h->lock, LOCK_EX | LOCK_NB) == -1)
		return errno == EWOULDBLOCK ? locked(h, err) :
		    home_say(err, HOME_SYS, "%s/lock: %s", h->path, strerror(errno));
	/*
	 * The lock is what counts, the pid a courtesy: a full disk must not keep us from opening.
	 */
	snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	if (ftruncate(h->lock, 0) == 0)
		write_all(h->lock, pid, strlen(pid));
	return HOME_OK;
}

static enum home_err
check_env(struct home *h, struct buf *err)
{
	enum home_err	 e;
	int		 fd;

	if ((fd = openat(h->dir, "env", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) == -1)
		return errno == ENOENT ?
		    home_say(err, HOME_MISSING, "%s is missing: restore the newest backup",
		    h->env) : home_say(err, HOME_SYS, "%s: %s", h->env, strerror(errno));
	e = check_owner(fd, h->env, "", err);
	close(fd);
	return e;
}

/* One key per purpose, so that nothing signed for one purpose is accepted for another. */
static void
derive_subkeys(struct home *h)
{
	unsigned char	 master[HOME_KEYLEN / 2];
	unsigned	 i;

	_Static_assert(sizeof(master) == crypto_kdf_KEYBYTES,
	    "the key is as long as crypto_kdf wants it");
	sodium_hex2bin(master, sizeof(master), h->key, HOME_KEYLEN, NULL, NULL, NULL);
	for (i = 0; i < HOME_SUBKEYS; i++)
		crypto_kdf_derive_from_key(h->subkey[i], HOME_SUBKEYLEN, i + 1, "shouwang", master);
	sodium_memzero(master, sizeof(master));
}

static enum home_err
read_key(struct home *h, struct buf *err)
{
	char		 line[HOME_LINE], stored[HOME_LINE], check[CHECKLEN + 1];
	enum home_err	 e;

	if ((e = home_read_line(h->dir, h->path, "key", line, HOME_KEY, err)) != HOME_OK ||
	    (e = home_read_line(h->dir, h->path, "keycheck", stored, HOME_KEY, err)) != HOME_OK)
		goto out;
	if (!key_shaped(line)) {
		e = home_say(err, HOME_KEY, "%s/key is damaged: it must hold %d hexadecimal digits",
		    h->path, HOME_KEYLEN);
		goto out;
	}
	key_hash(line, check);
	if (strlen(stored) != CHECKLEN || sodium_memcmp(stored, check, CHECKLEN) != 0) {
		e = home_say(err, HOME_KEY,
		    "%s/key is not the key this home was made with; the data was not touched",
		    h->path);
		goto out;
	}
	if ((h->key = sodium_malloc(HOME_KEYLEN + 1)) == NULL ||
	    (h->subkey = sodium_malloc(HOME_SUBKEYS * HOME_SUBKEYLEN)) == NULL)
		e = home_say(err, HOME_SYS, "out of memory");
	else {
		memcpy(h->key, line, HOME_KEYLEN + 1);
		derive_subkeys(h);
	}
out:
	sodium_memzero(line, sizeof(line));
	return e;
}

/* A swap under way is completed before anything is read: until then kind may be missing. */
static enum home_err
begin(struct home *h, bool any, struct buf *err)
{
	enum home_err	 e;

	if ((e = open_dir(h->path, &h->dir, err)) != HOME_OK)
		return e;
	if (faccessat(h->dir, HOME_SWAP, F_OK, AT_SYMLINK_NOFOLLOW) == -1)
		return (e = read_kind(h, any, err)) != HOME_OK ? e : take_lock(h, err);
	if ((e = take_lock(h, err)) != HOME_OK || (e = home_swap_complete(h, err)) != HOME_OK)
		return e;
	return read_kind(h, any, err);
}

static enum home_err
open_home(const char *path, bool any, struct home **out, struct buf *err)
{
	struct home	*h;
	enum home_err	 e;

	*out = NULL;
	if (sodium_init() == -1)
		return home_say(err, HOME_SYS, "no source of random numbers");
	if ((h = calloc(1, sizeof(*h))) == NULL)
		return home_say(err, HOME_SYS, "out of memory");
	h->dir = h->lock = -1;
	if ((h->path = strdup(path)) == NULL || asprintf(&h->env, "%s/env", path) == -1) {
		h->env = NULL;
		e = home_say(err, HOME_SYS, "out of memory");
		goto fail;
	}
	if ((e = begin(h, any, err)) != HOME_OK || (e = check_env(h, err)) != HOME_OK ||
	    (e = read_key(h, err)) != HOME_OK)
		goto fail;
	*out = h;
	return HOME_OK;
fail:
	home_close(h);
	return e;
}

enum home_err
home_open(const char *path, struct home **out, struct buf *err)
{
	return open_home(path, false, out, err);
}

enum home_err
home_open_any(const char *path, struct home **out, struct buf *err)
{
	return open_home(path, true, out, err);
}

void
home_close(struct home *h)
{
	if (h == NULL)
		return;
	sodium_free(h->key);
	sodium_free(h->subkey);
	if (h->lock != -1)
		close(h->lock);
	if (h->dir != -1)
		close(h->dir);
	free(h->env);
	free(h->path);
	free(h);
}

const char *
home_path(const struct home *h)
{
	return h->path;
}

const char *
home_env(const struct home *h)
{
	return h->env;
}

const char *
home_key(const struct home *h)
{
	return h->key;
}

const unsigned char *
home_subkey(const struct home *h, enum home_subkey which)
{
	return h->subkey[which];
}

int
home_dir(const struct home *h)
{
	return h->dir;
}

unsigned
home_format(const struct home *h)
{
	return h->format;
}

enum home_err
home_set_format(struct home *h, struct buf *err)
{
	char		 line[HOME_LINE];
	enum home_err	 e;

	if (unlinkat(h->dir, "kind.new", 0) == -1 && errno != ENOENT)
		return home_say(err, HOME_SYS, "%s/kind.new: %s", h->path, strerror(errno));
	if ((e = home_make_file(h->dir, h->path, "kind.new", kind_line(h->demo, line), err)) !=
	    HOME_OK)
		return e;
	if (renameat(h->dir, "kind.new", h->dir, "kind") == -1 || !home_sync_dir(h->dir, "."))
		return home_say(err, HOME_SYS, "%s/kind: %s", h->path, strerror(errno));
	h->format = HOME_FORMAT;
	return HOME_OK;
}

bool
home_demo(const struct home *h)
{
	return h->demo;
}

bool
home_ballast(struct home *h, size_t size)
{
	const size_t	 before = home_ballast_size(h);
	bool		 ok;
	int		 fd;

	if (size == 0)
		return unlinkat(h->dir, "ballast", 0) == 0 || errno == ENOENT;
	fd = openat(h->dir, "ballast", O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return false;
	if (size <= before)
		ok = ftruncate(fd, (off_t)size) == 0;
	else if (!(ok = posix_fallocate(fd, 0, (off_t)size) == 0 && fsync(fd) == 0) &&
	    (before == 0 ? unlinkat(h->dir, "ballast", 0) : ftruncate(fd, (off_t)before)) == -1)
		ok = false;
	close(fd);
	return ok;
}

size_t
home_ballast_size(const struct home *h)
{
	struct stat	 st;

	return fstatat(h->dir, "ballast", &st, AT_SYMLINK_NOFOLLOW) == 0 ? (size_t)st.st_size : 0;
}
