#include "core/serve/listen.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

static bool
address(const char *path, struct sockaddr_un *sun, struct buf *err)
{
	*sun = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (*path == '\0' || strlen(path) >= sizeof(sun->sun_path)) {
		buf_printf(err, "socket path \"%s\": must have 1 to %zu bytes", path,
		    sizeof(sun->sun_path) - 1);
		return false;
	}
	strcpy(sun->sun_path, path);
	return true;
}

bool
listen_make_dir(const char *path, unsigned uid, unsigned gid, struct buf *err)
{
	const char	*slash = strrchr(path, '/');
	char		*dir = slash != NULL && slash != path ?
	    strndup(path, (size_t)(slash - path)) : NULL;
	bool		 ok = true;

	if (dir != NULL && mkdir(dir, 0755) == 0) {
		/* chmod, because the umask may have removed bits */
		ok = chown(dir, uid, gid) == 0 && chmod(dir, 0755) == 0;
	} else if (dir != NULL)
		ok = errno == EEXIST;
	if (!ok)
		buf_printf(err, "directory %s for the socket: %s", dir, strerror(errno));
	free(dir);
	return ok;
}

/* Whether the path is a socket without a listener. Sets err when it is not. */
static bool
stale(const struct sockaddr_un *sun, struct buf *err)
{
	const int	 fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat	 st;
	int		 e;

	e = connect(fd, (const struct sockaddr *)sun, sizeof(*sun)) == 0 ? 0 : errno;
	if (fd != -1)
		close(fd);
	if (e == ECONNREFUSED && lstat(sun->sun_path, &st) == 0 && S_ISSOCK(st.st_mode))
		return true;
	/* EAGAIN: there is a listener, but it is slow */
	if (e == 0 || e == EAGAIN)
		buf_printf(err, "socket %s: another daemon listens there", sun->sun_path);
	else
		buf_printf(err, "socket %s: something else is in its place: %s", sun->sun_path,
		    strerror(e));
	return false;
}

static bool
bind_to(int fd, const struct sockaddr_un *sun, struct buf *err)
{
	const struct sockaddr	*sa = (const struct sockaddr *)sun;
	int			 r = bind(fd, sa, sizeof(*sun));

	if (r == -1 && errno == EADDRINUSE) {
		if (!stale(sun, err))
			return false;
		r = unlink(sun->sun_path) == 0 ? bind(fd, sa, sizeof(*sun)) : -1;
	}
	if (r == 0 && chmod(sun->sun_path, 0666) == 0 && listen(fd, BACKLOG) == 0)
		return true;
	buf_printf(err, "socket %s: %s", sun->sun_path, strerror(errno));
	return false;
}

int
listen_open(const char *path, struct buf *err)
{
	struct sockaddr_un	 sun;
	int			 fd;

	if (!address(path, &sun, err))
		return -1;
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) == -1) {
		buf_printf(err, "socket: %s", strerror(errno));
		return -1;
	}
	if (bind_to(fd, &sun, err))
		return fd;
	close(fd);
	return -1;
}
