#include "core/serve/peer.h"

#include <sys/socket.h>
#include <sys/sysmacros.h>

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utmp.h>

enum {
	PASSWD_ROOM	= 16384,
	PTS_MAJOR	= 136,		/* to 143, 2^20 terminals each */
	TTY_MAJOR	= 4
};

bool
peer_get(int fd, struct peer *p)
{
	struct ucred	 cred;
	socklen_t	 n = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &n) == -1 || n != sizeof(cred))
		return false;
	*p = (struct peer){ .uid = cred.uid, .pid = cred.pid };
	return true;
}

/* ---- the account ----------------------------------------------------------------------------- */

static bool
user_of(uid_t uid, char user[PEER_NAME])
{
	char		*room = malloc(PASSWD_ROOM);
	struct passwd	 pw, *found = NULL;
	int		 e = ENOMEM;

	if (room != NULL)
		e = getpwuid_r(uid, &pw, room, PASSWD_ROOM, &found);
	/* A truncated name could be another account's. */
	if (found != NULL && strlen(pw.pw_name) < PEER_NAME)
		strcpy(user, pw.pw_name);
	free(room);
	/* ENOENT and ESRCH are further ways to report that there is none. */
	return found != NULL || e == 0 || e == ENOENT || e == ESRCH;
}

/* ---- the terminal ---------------------------------------------------------------------------- */

/*
 * Field 7 of /proc/PID/stat. Field 2 is the program's name in brackets and may contain brackets, so
 * fields are counted from the last bracket on.
 */
static dev_t
tty_of(pid_t pid)
{
	char		 path[64], line[1024], *p;
	unsigned	 tty = 0;
	FILE		*f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if ((f = fopen(path, "re")) == NULL)
		return 0;
	if (fgets(line, sizeof(line), f) != NULL && (p = strrchr(line, ')')) != NULL)
		if (sscanf(p, ") %*c %*d %*d %*d %u", &tty) != 1)
			tty = 0;
	fclose(f);
	return makedev((tty >> 8) & 0xfff, (tty & 0xff) | ((tty >> 12) & 0xfff00));
}

static bool
tty_name(dev_t tty, char name[UT_LINESIZE])
{
	const unsigned	 ma = major(tty), mi = minor(tty);

	if (ma >= PTS_MAJOR && ma < PTS_MAJOR + 8)
		snprintf(name, UT_LINESIZE, "pts/%u", (ma - PTS_MAJOR) << 20 | mi);
	else if (ma == TTY_MAJOR && mi > 0 && mi < 64)
		snprintf(name, UT_LINESIZE, "tty%u", mi);
	else
		return false;
	return true;
}

/*
 * sshd writes the host, possibly from a name server: only characters of an address or a host name
 * are copied.
 */
static void
host_copy(char *out, size_t size, const char *host, size_t n)
{
	static const char	 good[] =
	    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.:%-_";
	size_t			 i;

	for (i = 0; i < n && i + 1 < size && host[i] != '\0' && strchr(good, host[i]) != NULL; i++)
		out[i] = host[i];
	out[i] = '\0';
}

/*
 * Reads the file directly: the C library's reader would take a lock that other processes can hold,
 * and is not thread-safe.
 *
 * sd-login would give the same from logind. It is not used as long as sshd writes utmp, as in
 * Debian 12: libsystemd brings liblzma, libzstd and libgcrypt into the process that holds the key
 * of the store. A system without utmp (Debian 13) has only uid and pid in the trail, and needs it.
 */
static bool
host_of(const char *utmp, const char *line, const char *user, char *host, size_t size)
{
	struct utmp	 u;
	bool		 found = false;
	FILE		*f;

	if ((f = fopen(utmp, "re")) == NULL)
		return false;
	while (!found && fread(&u, sizeof(u), 1, f) == 1) {
		found = u.ut_type == USER_PROCESS &&
		    strncmp(u.ut_line, line, sizeof(u.ut_line)) == 0 &&
		    strncmp(u.ut_user, user, sizeof(u.ut_user)) == 0;
		if (found)
			host_copy(host, size, u.ut_host, sizeof(u.ut_host));
	}
	fclose(f);
	return found;
}

bool
peer_resolve(struct peer *p, const char *utmp)
{
	char	 line[UT_LINESIZE] = "", host[80] = "";

	if (!user_of(p->uid, p->user))
		return false;
	if (p->user[0] == '\0' || !tty_name(tty_of(p->pid), line) ||
	    !host_of(utmp, line, p->user, host, sizeof(host)))
		line[0] = '\0';
	snprintf(p->from, sizeof(p->from), "uid %u pid %d%s%s%s%s", (unsigned)p->uid, (int)p->pid,
	    line[0] != '\0' ? " " : "", line, host[0] != '\0' ? " " : "", host);
	return true;
}
