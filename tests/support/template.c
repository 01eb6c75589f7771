#include "tests/support/template.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK	65536

/*
 * The check library writes every assertion that holds into a file, so only failures are passed to
 * it.
 */
#define MUST(what, path)	do {								\
	if (!(what))										\
		ck_abort_msg("%s: %s", (path), strerror(errno));				\
} while (0)

/* ---- copying --------------------------------------------------------------------------------- */

static bool
is_zero(const char *p, size_t n)
{
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

/* Copies the data between the holes of the source. False: errno. */
static bool
copy_data(int from, int to, off_t size)
{
	static char	 chunk[CHUNK];
	ssize_t		 n;

	for (off_t at = 0; at < size; at += n) {
		if ((at = lseek(from, at, SEEK_DATA)) == -1)
			return errno == ENXIO;		/* the rest is a hole */
		if ((n = pread(from, chunk, sizeof(chunk), at)) <= 0)
			return n == 0;
		if (!is_zero(chunk, (size_t)n) && pwrite(to, chunk, (size_t)n, at) != n)
			return false;
	}
	return true;
}

static void
copy_file(const char *from, const char *to, const struct stat *st)
{
	int	 in = open(from, O_RDONLY | O_CLOEXEC);
	int	 out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	MUST(in != -1, from);
	MUST(out != -1 && ftruncate(out, st->st_size) == 0 && copy_data(in, out, st->st_size) &&
	    fchmod(out, st->st_mode & 07777) == 0, to);
	close(in);
	MUST(close(out) == 0, to);
}

static void
copy_entry(const char *from_dir, const char *to_dir, const char *name)
{
	char		 from[PATH_MAX], to[PATH_MAX];
	struct stat	 st;

	ck_assert(snprintf(from, sizeof(from), "%s/%s", from_dir, name) < PATH_MAX &&
	    snprintf(to, sizeof(to), "%s/%s", to_dir, name) < PATH_MAX);
	MUST(lstat(from, &st) == 0, from);
	if (S_ISDIR(st.st_mode))
		tree_copy(from, to);
	else if (S_ISREG(st.st_mode))
		copy_file(from, to, &st);
	else
		ck_abort_msg("%s is neither a file nor a directory", from);
}

void
tree_copy(const char *from, const char *to)
{
	struct dirent	*de;
	struct stat	 st;
	DIR		*d;

	MUST((d = opendir(from)) != NULL && fstat(dirfd(d), &st) == 0, from);
	MUST(mkdir(to, 0700) == 0, to);
	while ((de = readdir(d)) != NULL)
		if (strcmp(de->d_name, ".") != 0 && strcmp(de->d_name, "..") != 0)
			copy_entry(from, to, de->d_name);
	closedir(d);
	MUST(chmod(to, st.st_mode & 07777) == 0, to);
}

static int
remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void
tree_remove(const char *path)
{
	MUST(nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT, path);
}

/* ---- templates ------------------------------------------------------------------------------- */

/*
 * Two programs may want the first copy at the same time. The new template gets its name only when
 * it is complete.
 */
static void
make_once(const char *path, void (*make)(const char *path))
{
	char	 lock[PATH_MAX], fresh[PATH_MAX];
	int	 fd;

	if (access(path, F_OK) == 0)
		return;
	ck_assert(snprintf(lock, sizeof(lock), "%s.lock", path) < PATH_MAX &&
	    snprintf(fresh, sizeof(fresh), "%s.new", path) < PATH_MAX);
	MUST((fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) != -1 && flock(fd, LOCK_EX) == 0,
	    lock);
	if (access(path, F_OK) != 0) {
		tree_remove(fresh);	/* left by a test that ended while it made the template */
		make(fresh);
		MUST(rename(fresh, path) == 0, path);
	}
	close(fd);
}

void
template_copy(const char *name, void (*make)(const char *path), const char *to)
{
	const char	*dir = getenv("TEST_TEMPLATES");
	char		 path[PATH_MAX];

	if (dir == NULL || *dir == '\0') {
		make(to);
		return;
	}
	ck_assert_int_lt(snprintf(path, sizeof(path), "%s/%s", dir, name), PATH_MAX);
	make_once(path, make);
	tree_copy(path, to);
}
