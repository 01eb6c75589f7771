#ifndef TESTS_SMALL_DISK_H
#define TESTS_SMALL_DISK_H

#include <sys/mount.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>

#include "tests/core/store_fixture.h"

/*
 * A file system of `mb` megabytes that goes away with this process; false when the system does not
 * let us.
 */
static inline bool
small_disk(char dir[PATH_MAX], int mb)
{
	char	 opts[32];

	snprintf(opts, sizeof(opts), "size=%dm", mb);
	return mkdtemp(dir) != NULL && unshare(CLONE_NEWNS) == 0 &&
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("tmpfs", dir, "tmpfs", 0, opts) == 0;
}

/* Leaves at most `left` bytes of the disk. */
static inline void
fill_disk(const char *dir, size_t left)
{
	static char	 zero[4096];
	char		 path[PATH_MAX];
	int		 fd;

	fix_join(path, dir, "filler");
	ck_assert_int_ne(fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600), -1);
	while (write(fd, zero, sizeof(zero)) > 0)
		;
	ck_assert_int_eq(errno, ENOSPC);
	ck_assert_int_eq(ftruncate(fd, lseek(fd, 0, SEEK_END) - (off_t)left), 0);
	close(fd);
}

static inline void
empty_disk(const char *dir)
{
	char	 path[PATH_MAX];

	fix_join(path, dir, "filler");
	ck_assert_int_eq(unlink(path), 0);
}

#endif
