#include "core/store/store_int.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What is allowed, by the free space of the disk:
 *
 *	from the reserve up	everything is written
 *	below it		small writes only: trail entries without which nothing could be read
 *	below an eighth of it	the ballast is given back, a piece at a time, to stay above that
 *	and no ballast left	nothing is written
 *
 * Three quarters of the ballast are for the next start alone (HOME_BALLAST).
 */
#define FLOOR(st)	((st)->opts.reserve / 8)
#define FOR_START(st)	((st)->opts.ballast - (st)->opts.ballast / 4)

static uint64_t
room(struct store *st)
{
	const struct store_hooks	*hooks = st->opts.hooks;
	struct statvfs			 fs;
	uint64_t			 n;

	/*
	 * When the question fails, writing goes on; a disk that is really full answers with ENOSPC.
	 */
	n = fstatvfs(st->dir, &fs) == 0 ? (uint64_t)fs.f_bavail * fs.f_frsize : UINT64_MAX;
	return hooks != NULL && hooks->room != NULL ? hooks->room(n, hooks->arg) : n;
}

/* Whether a line of /proc/self/mountinfo is the file system with this number, and its name. */
static bool
is_mount(const char *line, dev_t dev, char name[256])
{
	unsigned	 maj, min;
	char		 point[128], source[96];
	const char	*rest = strstr(line, " - ");

	if (rest == NULL || sscanf(line, "%*d %*d %u:%u %*s %127s", &maj, &min, point) != 3 ||
	    sscanf(rest, " - %*s %95s", source) != 1 || makedev(maj, min) != dev)
		return false;
	snprintf(name, 256, "%s (%s)", point, source);
	return true;
}

/*
 * The mount point and device of the home, for people who must make room there; else the home
 * itself.
 */
static void
name_disk(struct store *st, char name[256])
{
	struct stat	 sb;
	char		*line = NULL;
	size_t		 cap = 0;
	bool		 found = false;
	FILE		*fp;

	snprintf(name, 256, "of %s", home_path(st->home));
	if (fstat(st->dir, &sb) == -1 || (fp = fopen("/proc/self/mountinfo", "re")) == NULL)
		return;
	while (!found && getline(&line, &cap, fp) > 0)
		found = is_mount(line, sb.st_dev, name);
	free(line);
	fclose(fp);
}

static const char *const what_goes_on[] = {
	[STORE_ROOM_SMALL] = "until then saves are refused, and files can still be read",
	[STORE_ROOM_NONE] =
	    "until then saves are refused, and so is reading what must be in the trail",
};

void
store_room_text(struct store *st, char *text, size_t size)
{
	char	 disk[256];

	name_disk(st, disk);
	snprintf(text, size,
	    "the disk is full: file system %s has %" PRIu64 " MB free, less than %" PRIu64
	    " MB; delete files there or enlarge it", disk, room(st) >> 20, st->opts.reserve >> 20);
}

static void
tell(struct store *st, enum store_room now)
{
	char	 text[512];

	if (now == STORE_ROOM_ALL) {
		store_log(st, STORE_LOG_INFO, "the disk has room again: writes are taken");
		return;
	}
	store_room_text(st, text, sizeof(text));
	store_log(st, STORE_LOG_ALARM, "%s: %s", text, what_goes_on[now]);
}

/* Gives back ballast beyond the part for the next start, until there is room for small writes. */
static uint64_t
lighten(struct store *st, uint64_t n)
{
	const size_t	 keep = FOR_START(st), piece = (size_t)FLOOR(st) + 1;
	size_t		 size;

	while (n < FLOOR(st) && (size = home_ballast_size(st->home)) > keep &&
	    home_ballast(st->home, size - keep > piece ? size - piece : keep))
		n = room(st);
	return n;
}

enum store_room
store_room(struct store *st)
{
	enum store_room	 now, before;
	uint64_t	 n = room(st);

	if (n < FLOOR(st)) {
		pthread_mutex_lock(&st->ballast);
		n = lighten(st, n);
		pthread_mutex_unlock(&st->ballast);
	}
	now = n >= st->opts.reserve ? STORE_ROOM_ALL : n >= FLOOR(st) ? STORE_ROOM_SMALL :
	    STORE_ROOM_NONE;
	if ((before = atomic_load(&st->room)) != now &&
	    atomic_compare_exchange_strong(&st->room, &before, now))
		tell(st, now);
	return now;
}

/* A home created by an earlier version has a smaller one. */
void
store_ballast_mend(struct store *st)
{
	size_t	 size;

	pthread_mutex_lock(&st->ballast);
	size = home_ballast_size(st->home);
	if (size < st->opts.ballast && room(st) >= st->opts.reserve + (st->opts.ballast - size) &&
	    !home_ballast(st->home, st->opts.ballast))
		store_log(st, STORE_LOG_ALARM, "no room for the ballast file");
	pthread_mutex_unlock(&st->ballast);
}
