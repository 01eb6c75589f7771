#include "core/store/store_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct store_copy {
	int	 fd;
	off_t	 size;
	bool	 ended;
};

int
store_copy_open(const char *dir, const char *name, struct store_copy **out)
{
	struct store_copy	*c;
	char			*path;
	int			 ret;

	if (asprintf(&path, "%s/%s", dir, name) == -1)
		return ENOMEM;
	if ((c = calloc(1, sizeof(*c))) == NULL) {
		free(path);
		return ENOMEM;
	}
	c->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	ret = c->fd == -1 ? errno : 0;
	free(path);
	if (ret != 0) {
		free(c);
		return ret;
	}
	*out = c;
	return 0;
}

static bool
all_zero(const uint8_t *p, size_t n)
{
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

int
store_copy_write(struct store_copy *c, off_t at, const uint8_t *p, size_t n)
{
	ssize_t	 w;

	if (c->ended)
		return 0;
	c->ended = n < STORE_COPY_PIECE;
	c->size = at + (off_t)n;
	if (all_zero(p, n))
		return 0;
	for (; n > 0; p += w, at += w, n -= (size_t)w) {
		while ((w = pwrite(c->fd, p, n, at)) == -1 && errno == EINTR)
			;
		if (w <= 0)
			return w == 0 ? EIO : errno;
	}
	return 0;
}

int
store_copy_close(struct store_copy *c)
{
	int	 ret = 0;

	if (c == NULL)
		return 0;
	if (ftruncate(c->fd, c->size) == -1 || fsync(c->fd) == -1)
		ret = errno;
	close(c->fd);
	free(c);
	return ret;
}
