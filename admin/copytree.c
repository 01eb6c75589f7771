#include "admin/copytree.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin/admin.h"

#define DEPTH_MAX	8

static int	 copy_directory(const char *from, const char *to, int depth);

static int
refused(const char *path)
{
	return report_error(errno == ENOENT || errno == EACCES ? EX_NOINPUT : EX_IOERR, "%s: %s",
	    path, strerror(errno));
}

static bool
write_all(int fd, const char *p, size_t n)
{
	ssize_t	 w;

	for (; n > 0; p += w, n -= (size_t)w)
		if ((w = write(fd, p, n)) == -1) {
			if (errno != EINTR)
				return false;
			w = 0;
		}
	return true;
}

static int
copy_bytes(int in, int out, const char *from, const char *to)
{
	char	 chunk[65536];
	ssize_t	 n;

	while ((n = read(in, chunk, sizeof chunk)) != 0) {
		if (n == -1 && errno != EINTR)
			return refused(from);
		if (n > 0 && !write_all(out, chunk, (size_t)n))
			return refused(to);
	}
	return fsync(out) == 0 ? EX_OK : refused(to);
}

int
copytree_file(const char *from, const char *to)
{
	int	 in, out, code;

	if ((in = open(from, O_RDONLY | O_CLOEXEC)) == -1)
		return refused(from);
	if ((out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)) == -1)
		code = refused(to);
	else {
		code = copy_bytes(in, out, from, to);
		close(out);
	}
	close(in);
	return code;
}

static int
copy_entry(const char *from, const char *to, const char *name, int depth)
{
	struct buf	 src = BUF_INIT, dst = BUF_INIT;
	struct stat	 st;
	int		 code = EX_OK;

	buf_printf(&src, "%s/%s", from, name);
	buf_printf(&dst, "%s/%s", to, name);
	if (stat(xtext(&src), &st) == -1)
		code = refused(src.p);
	else if (S_ISDIR(st.st_mode))
		code = copy_directory(src.p, xtext(&dst), depth + 1);
	else if (S_ISREG(st.st_mode))
		code = copytree_file(src.p, xtext(&dst));
	buf_free(&src);
	buf_free(&dst);
	return code;
}

static int
sync_directory(const char *path)
{
	int	 fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int	 code = fd != -1 && fsync(fd) == 0 ? EX_OK : refused(path);

	if (fd != -1)
		close(fd);
	return code;
}

static int
copy_directory(const char *from, const char *to, int depth)
{
	struct dirent	*e;
	DIR		*d;
	int		 code = EX_OK;

	if (depth > DEPTH_MAX)
		return report_error(EX_DATAERR, "%s: folders lie deeper than %d in each other",
		    from, DEPTH_MAX);
	if ((d = opendir(from)) == NULL)
		return refused(from);
	if (mkdir(to, 0700) == -1)
		code = refused(to);
	while (code == EX_OK && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			code = copy_entry(from, to, e->d_name, depth);
	closedir(d);
	return code == EX_OK ? sync_directory(to) : code;
}

int
copytree(const char *from, const char *to)
{
	return copy_directory(from, to, 0);
}

/* ---- removing and measuring ------------------------------------------------------------------ */

#define OPEN_MAX_FTW	16		/* folders nftw() has open at once */

static int
remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int
copytree_remove(const char *path)
{
	if (nftw(path, remove_entry, OPEN_MAX_FTW, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT)
		return EX_OK;
	return report_error(EX_IOERR, "%s cannot be removed: %s", path, strerror(errno));
}

static _Thread_local uint64_t	 measured;

static int
measure_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)path;
	(void)ftw;
	if (type == FTW_F)
		measured += (uint64_t)st->st_blocks * 512;
	return 0;
}

uint64_t
copytree_size(const char *path)
{
	measured = 0;
	nftw(path, measure_entry, OPEN_MAX_FTW, FTW_PHYS);
	return measured;
}
