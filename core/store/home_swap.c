#include "core/store/home_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_LEN	32

static const char *const	 content[] = { "env", "pages", "head", "forms", "kind" };

#define NPIECES	(sizeof(content) / sizeof(content[0]))

struct swap {
	char	 in[NAME_LEN], out[NAME_LEN];
	char	 has[NPIECES + 1];	/* '1' for each piece that `in` held when the swap began,
					   else '0' */
};

_Static_assert(NPIECES == 5, "what sscanf() reads");

static bool
exists(int dir, const char *name)
{
	return faccessat(dir, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/*
 * Moves one piece: the present one out of the way first, then the new one in. Doing it again does
 * no harm: a piece that has arrived is no longer in `in`, and then nothing moves.
 */
static bool
swap_piece(const struct home *h, const struct swap *s, size_t i)
{
	char	 in[64], out[64];
	bool	 waits, ok = true;

	snprintf(in, sizeof(in), "%s/%s", s->in, content[i]);
	snprintf(out, sizeof(out), "%s/%s", s->out, content[i]);
	waits = exists(h->dir, in);
	if ((waits || s->has[i] == '0') && exists(h->dir, content[i]) && !exists(h->dir, out))
		ok = renameat(h->dir, content[i], h->dir, out) == 0;
	if (ok && waits)
		ok = renameat(h->dir, in, h->dir, content[i]) == 0;
	return ok;
}

bool
home_sync_dir(int dir, const char *name)
{
	int	 fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool	 ok = fd != -1 && fsync(fd) == 0;

	if (fd != -1)
		close(fd);
	return ok;
}

static enum home_err
swap_run(struct home *h, const struct swap *s, struct buf *err)
{
	for (size_t i = 0; i < NPIECES; i++)
		if (!swap_piece(h, s, i))
			return home_say(err, HOME_SYS, "%s: exchanging %s: %s", h->path, content[i],
			    strerror(errno));
	if (!home_sync_dir(h->dir, s->in) || !home_sync_dir(h->dir, s->out) ||
	    !home_sync_dir(h->dir, ".") ||
	    unlinkat(h->dir, HOME_SWAP, 0) == -1 || !home_sync_dir(h->dir, "."))
		return home_say(err, HOME_SYS, "%s: %s", h->path, strerror(errno));
	return HOME_OK;
}

/* Whether a word of HOME/swap is a name below HOME, and no way out of it. */
static bool
is_swap_name(const char *name)
{
	return name[0] != '\0' && name[strspn(name, "abcdefghijklmnopqrstuvwxyz-")] == '\0';
}

enum home_err
home_swap_complete(struct home *h, struct buf *err)
{
	char		 line[HOME_LINE];
	struct swap	 s;
	enum home_err	 e;

	if ((e = home_read_line(h->dir, h->path, HOME_SWAP, line, HOME_MISSING, err)) != HOME_OK)
		return e;
	if (sscanf(line, "%31s %31s %5s", s.in, s.out, s.has) != 3 || !is_swap_name(s.in) ||
	    !is_swap_name(s.out) || strlen(s.has) != NPIECES || strspn(s.has, "01") != NPIECES)
		return home_say(err, HOME_SYS,
		    "%s/" HOME_SWAP " is damaged: put HOME/before or a backup in place by hand",
		    h->path);
	return swap_run(h, &s, err);
}

enum home_err
home_swap(struct home *h, const char *in, const char *out, struct buf *err)
{
	struct swap	 s;
	char		 line[HOME_LINE];
	enum home_err	 e;

	if (!is_swap_name(in) || !is_swap_name(out) || strlen(in) >= sizeof(s.in) ||
	    strlen(out) >= sizeof(s.out))
		return home_say(err, HOME_SYS, "%s: \"%s\" or \"%s\" is no name for a part of it",
		    h->path, in, out);
	snprintf(s.in, sizeof(s.in), "%s", in);
	snprintf(s.out, sizeof(s.out), "%s", out);
	if (mkdirat(h->dir, out, 0700) == -1)
		return home_say(err, HOME_SYS, "%s/%s: %s", h->path, out, strerror(errno));
	for (size_t i = 0; i < NPIECES; i++) {
		char	 piece[64];

		snprintf(piece, sizeof(piece), "%s/%s", in, content[i]);
		s.has[i] = exists(h->dir, piece) ? '1' : '0';
	}
	s.has[NPIECES] = '\0';
	snprintf(line, sizeof(line), "%s %s %s", in, out, s.has);
	if ((e = home_make_file(h->dir, h->path, HOME_SWAP, line, err)) != HOME_OK)
		return e;
	if (!home_sync_dir(h->dir, "."))
		return home_say(err, HOME_SYS, "%s: %s", h->path, strerror(errno));
	return swap_run(h, &s, err);
}
