#include "admin/client_conn.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/admin.h"
#include "core/wire/wire.h"

#define PATIENCE	60		/* seconds for one answer */

struct client_conn {
	int		 fd;
	int64_t		 last;		/* number of the last request */
	struct buf	 in;		/* bytes read and not yet taken */
};

/* ---- opening ------------------------------------------------------------------------------------------------ */

static int
connect_to(const char *path)
{
	struct sockaddr_un	 sun = { .sun_family = AF_UNIX };
	struct timeval		 patience = { .tv_sec = PATIENCE };
	int			 fd;

	if (strlen(path) >= sizeof sun.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(sun.sun_path, path);
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	if (connect(fd, (const struct sockaddr *)&sun, sizeof sun) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == 0)
		return fd;
	close(fd);
	return -1;
}

static pid_t
listener(int fd)
{
	struct ucred	 cred;
	socklen_t	 n = sizeof cred;

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &n) == 0 ? cred.pid : 0;
}

static pid_t
holder(const char *home)
{
	struct buf	 path = BUF_INIT;
	char		 pid[24] = "";
	FILE		*f;

	buf_printf(&path, "%s/lock", home);
	if ((f = fopen(xtext(&path), "r")) != NULL) {
		if (fgets(pid, sizeof pid, f) == NULL)
			pid[0] = '\0';
		fclose(f);
	}
	buf_free(&path);
	return (pid_t)strtol(pid, NULL, 10);
}

int
client_conn_open(const char *home, const char *path, struct client_conn **out)
{
	struct client_conn	*client_conn;
	int		 fd;

	*out = NULL;
	if ((fd = connect_to(path)) == -1)
		return report_error(EX_TEMPFAIL, "process %ld has %s open, and at %s nobody answers (%s); -S says where its daemon listens",
		    (long)holder(home), home, path, strerror(errno));
	if (listener(fd) == 0 || listener(fd) != holder(home)) {
		close(fd);
		return report_error(EX_TEMPFAIL, "at %s another daemon answers, not the one that has %s open; -S says where that listens",
		    path, home);
	}
	client_conn = xcheck(calloc(1, sizeof *client_conn));
	client_conn->fd = fd;
	*out = client_conn;
	return EX_OK;
}

void
client_conn_close(struct client_conn *client_conn)
{
	if (client_conn == NULL)
		return;
	close(client_conn->fd);
	buf_free(&client_conn->in);
	free(client_conn);
}

/* ---- one question, one answer ------------------------------------------------------------------------------- */

static bool
send_all(int fd, const struct buf *b)
{
	ssize_t	 n;

	for (size_t at = 0; at < b->n; at += (size_t)n)
		if ((n = send(fd, b->p + at, b->n - at, MSG_NOSIGNAL)) == -1) {
			if (errno != EINTR)
				return false;
			n = 0;
		}
	return true;
}

static bool
read_more(struct client_conn *client_conn)
{
	char	 bytes[16384];
	ssize_t	 n;

	while ((n = recv(client_conn->fd, bytes, sizeof bytes, 0)) == -1 && errno == EINTR)
		;
	if (n <= 0) {
		if (n == 0)
			errno = ECONNRESET;
		return false;
	}
	buf_put(&client_conn->in, bytes, (size_t)n);
	return true;
}

static struct val *
read_reply(struct client_conn *client_conn)
{
	struct val	*reply = NULL;
	size_t		 used, need;

	for (;;) {
		switch (wire_parse(buf_str(&client_conn->in), client_conn->in.n, WIRE_REPLY_MAX, &reply, &used, &need)) {
		case WIRE_FRAME:
			memmove(client_conn->in.p, client_conn->in.p + used, client_conn->in.n - used);
			client_conn->in.n -= used;
			return reply;
		case WIRE_BAD:
			report_error(EX_PROTOCOL, "the daemon's answer is not understood");
			return NULL;
		case WIRE_MORE:
			if (read_more(client_conn))
				break;
			report_error(EX_UNAVAILABLE, "the daemon does not answer: %s", strerror(errno));
			return NULL;
		}
	}
}

struct val *
client_conn_ask(struct client_conn *client_conn, struct val *req)
{
	struct buf	 out = BUF_INIT;
	struct val	*reply;
	bool		 sent;

	xput(req, "req", val_int(++client_conn->last));
	wire_append(&out, req);
	xtext(&out);
	sent = send_all(client_conn->fd, &out);
	buf_free(&out);
	if (!sent) {
		report_error(EX_UNAVAILABLE, "the daemon takes no request: %s", strerror(errno));
		return NULL;
	}
	/* one with number 0 answers nothing: the daemon's last words, which are what there is to say */
	while ((reply = read_reply(client_conn)) != NULL && val_get_num(reply, "req", -1) != client_conn->last &&
	    val_get_num(reply, "req", -1) != 0)
		val_free(reply);
	return reply;
}
