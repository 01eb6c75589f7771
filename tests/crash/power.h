#ifndef TESTS_CRASH_POWER_H
#define TESTS_CRASH_POWER_H

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A power cut, as far as one process can show it: what a process wrote to files but had not synced
 * when it died is undone. The functions that write and sync stand before the C library's, also for
 * Berkeley DB, and keep an undo journal in memory that outlives the process. A program includes
 * this once.
 *
 * With `torn` each 4 KB block of a write that was not synced is on disk or not, whatever became of
 * the others and of other writes. Not shown: names lost from a directory.
 *
 *	power_new	before fork(): the journal
 *	power_on	in the child: from now on every write below `dir` is journaled
 *	power_cut	in the parent, when the child is gone
 */
#define POWER_FILES	256
#define POWER_UNDOS	200000
#define POWER_BYTES	((size_t)1 << 30)	/* of old contents; touched only as far as used */
#define POWER_BLOCK	4096

struct power_undo {
	unsigned	 file;
	off_t		 at;
	size_t		 len;		/* bytes that were written; 0: the file was cut off at
					   `at` */
	size_t		 n;		/* bytes that were there */
	size_t		 old;		/* where in `bytes` they are kept */
	off_t		 size;		/* of the file before */
};

struct power {
	char			 dir[PATH_MAX];
	char			 file[POWER_FILES][PATH_MAX];
	size_t			 synced[POWER_FILES];	/* undos below this are on disk */
	unsigned		 nfiles;
	struct power_undo	 undo[POWER_UNDOS];
	atomic_size_t		 nundos;
	size_t			 nbytes;
	atomic_bool		 overflow;
	bool			 torn;			/* set by the parent before power_cut */
	unsigned char		 bytes[POWER_BYTES];
};

static struct power	*power;			/* set in the child only */
static pthread_mutex_t	 power_mtx = PTHREAD_MUTEX_INITIALIZER;

static struct power *
power_new(void)
{
	void	*p = mmap(NULL, sizeof(struct power), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p != MAP_FAILED ? p : NULL;
}

static void
power_free(struct power *p)
{
	munmap(p, sizeof(*p));
}

static void
power_on(struct power *p, const char *dir)
{
	if (realpath(dir, p->dir) == NULL)
		abort();
	power = p;
}

/* The number of a file below `dir`; false for anything else. The lock is held. */
static bool
power_file(int fd, unsigned *out)
{
	char		 link[64], path[PATH_MAX];
	size_t		 dirlen = strlen(power->dir);
	ssize_t		 n;
	unsigned	 i;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if ((n = readlink(link, path, sizeof(path) - 1)) == -1)
		return false;
	path[n] = '\0';
	if (strncmp(path, power->dir, dirlen) != 0 || path[dirlen] != '/')
		return false;
	for (i = 0; i < power->nfiles; i++)
		if (strcmp(path, power->file[i]) == 0)
			break;
	if (i == POWER_FILES) {
		atomic_store(&power->overflow, true);
		return false;
	}
	if (i == power->nfiles) {
		memcpy(power->file[i], path, (size_t)n + 1);
		power->synced[i] = 0;
		power->nfiles++;
	}
	*out = i;
	return true;
}

/*
 * Keeps what a change of bytes [at, at + n) destroys; it counts once it is complete. The lock is
 * held.
 */
static void
power_keep(int fd, off_t at, size_t n)
{
	struct power_undo	*u;
	struct stat		 st;
	unsigned		 file;
	size_t			 i = atomic_load(&power->nundos), len = n == SIZE_MAX ? 0 : n;

	if (!power_file(fd, &file) || fstat(fd, &st) == -1)
		return;
	if (at >= st.st_size)
		n = 0;
	else if (n > (size_t)(st.st_size - at))
		n = (size_t)(st.st_size - at);
	if (i == POWER_UNDOS || n > POWER_BYTES - power->nbytes) {
		atomic_store(&power->overflow, true);
		return;
	}
	u = &power->undo[i];
	*u = (struct power_undo){ file, at, len, n, power->nbytes, st.st_size };
	if (n > 0 && syscall(SYS_pread64, fd, power->bytes + u->old, n, at) != (long)n) {
		/* a file opened for writing only; read it by name */
		int	 rd = open(power->file[file], O_RDONLY | O_CLOEXEC);

		if (rd == -1 || syscall(SYS_pread64, rd, power->bytes + u->old, n, at) != (long)n)
			atomic_store(&power->overflow, true);
		if (rd != -1)
			close(rd);
	}
	power->nbytes += n;
	atomic_store(&power->nundos, i + 1);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	ssize_t	 w;

	if (power == NULL)
		return (ssize_t)syscall(SYS_pwrite64, fd, p, n, at);
	pthread_mutex_lock(&power_mtx);
	power_keep(fd, at, n);
	w = (ssize_t)syscall(SYS_pwrite64, fd, p, n, at);
	pthread_mutex_unlock(&power_mtx);
	return w;
}

ssize_t
write(int fd, const void *p, size_t n)
{
	off_t	 at;
	ssize_t	 w;

	if (power == NULL || (at = lseek(fd, 0, SEEK_CUR)) == -1)
		return (ssize_t)syscall(SYS_write, fd, p, n);
	pthread_mutex_lock(&power_mtx);
	power_keep(fd, at, n);
	w = (ssize_t)syscall(SYS_write, fd, p, n);
	pthread_mutex_unlock(&power_mtx);
	return w;
}

int
ftruncate(int fd, off_t size)
{
	int	 ret;

	if (power == NULL)
		return (int)syscall(SYS_ftruncate, fd, size);
	pthread_mutex_lock(&power_mtx);
	power_keep(fd, size, SIZE_MAX);
	ret = (int)syscall(SYS_ftruncate, fd, size);
	pthread_mutex_unlock(&power_mtx);
	return ret;
}

/* Only what was written before the call is on disk after it. */
static int
power_sync(int fd, long how)
{
	unsigned	 file;
	size_t		 n;
	bool		 ours;
	int		 ret;

	if (power == NULL)
		return (int)syscall(how, fd);
	pthread_mutex_lock(&power_mtx);
	ours = power_file(fd, &file);
	n = atomic_load(&power->nundos);
	pthread_mutex_unlock(&power_mtx);
	ret = (int)syscall(how, fd);
	if (ours && ret == 0) {
		pthread_mutex_lock(&power_mtx);
		if (power->synced[file] < n)
			power->synced[file] = n;
		pthread_mutex_unlock(&power_mtx);
	}
	return ret;
}

int
fdatasync(int fd)
{
	return power_sync(fd, SYS_fdatasync);
}

int
fsync(int fd)
{
	return power_sync(fd, SYS_fsync);
}

/* Takes back some blocks of a write, the part beyond the old end of the file as zeros. */
static bool
power_tear(const struct power *p, const struct power_undo *u)
{
	static unsigned char	 block[POWER_BLOCK];
	size_t			 done, piece, old;
	bool			 ok = true;
	int			 fd;

	if ((fd = open(p->file[u->file], O_WRONLY | O_CLOEXEC)) == -1)
		return errno == ENOENT;
	for (done = 0; done < u->len && ok; done += piece) {
		piece = POWER_BLOCK - (size_t)(u->at + (off_t)done) % POWER_BLOCK;
		if (piece > u->len - done)
			piece = u->len - done;
		if (random() % 2 == 0)
			continue;
		old = u->n <= done ? 0 : u->n - done < piece ? u->n - done : piece;
		memset(block, 0, piece);
		memcpy(block, p->bytes + u->old + done, old);
		ok = syscall(SYS_pwrite64, fd, block, piece, u->at + (off_t)done) == (long)piece;
	}
	close(fd);
	return ok;
}

static bool
power_undo(const struct power *p, const struct power_undo *u)
{
	bool	 ok;
	int	 fd;

	if ((fd = open(p->file[u->file], O_WRONLY | O_CLOEXEC)) == -1)
		return errno == ENOENT;		/* removed since: it was not needed any more */
	ok = syscall(SYS_pwrite64, fd, p->bytes + u->old, u->n, u->at) == (long)u->n &&
	    syscall(SYS_ftruncate, fd, u->size) == 0;
	close(fd);
	return ok;
}

/*
 * Takes back what was not synced and empties the journal. False: the journal was too small or a
 * file could not be put back. *undone: the writes taken back.
 */
static bool
power_cut(struct power *p, size_t *undone)
{
	size_t	 i = atomic_load(&p->nundos);
	bool	 ok = !atomic_load(&p->overflow);

	*undone = 0;
	while (ok && i-- > 0) {
		if (i < p->synced[p->undo[i].file])
			continue;
		ok = p->torn && p->undo[i].len > 0 ? power_tear(p, &p->undo[i]) :
		    power_undo(p, &p->undo[i]);
		++*undone;
	}
	atomic_store(&p->nundos, 0);
	p->nbytes = 0;
	p->nfiles = 0;
	return ok;
}

#endif
