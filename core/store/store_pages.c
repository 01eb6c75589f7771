#include "core/store/store_pages.h"

#include <sys/queue.h>
#include <sys/stat.h>

#include <db.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/store/store_crc.h"

#define PAGE		((size_t)16384)		/* of the databases; a longer write is split */
#define HEAD		((size_t)4096)		/* before the images of a batch */
#define NAME		32			/* of a file in the directory, with the NUL */
#define BATCH		STORE_PAGES_BATCH
#define BATCHES		8	/* number of full batches for which the journal has room */
#define MAGIC		"swpages1"

/* The head of a batch in the journal, padded to HEAD; the images follow, PAGE bytes each. */
struct batch_head {
	char	 magic[8];
	uint64_t generation;		/* random; batches of an earlier generation may follow the
					   last one */
	uint32_t seq;			/* within the generation, from 0 */
	uint32_t count;			/* images */
	struct {
		char	 name[NAME];
		uint64_t at;
		uint32_t n;		/* bytes, at most PAGE */
		uint32_t unused;
	} image[BATCH];
	uint32_t sum;			/* over all members before it and the images */
	uint32_t unused;
};

_Static_assert(sizeof(struct batch_head) <= HEAD, "the head of a batch has outgrown its place");

/*
 * A file that Berkeley DB has opened, or had open. It exists until the journal is closed, so its
 * inode is not used again.
 */
struct file {
	SLIST_ENTRY(file)	 next;
	struct store_pages	*of;
	char			 name[NAME];
	dev_t			 dev;
	ino_t			 ino;
	int			 fd;		/* a descriptor of the journal's own */
	atomic_bool		 gone;		/* unlinked: its images are dropped */
	uint64_t		 placed, synced;	/* writes placed so far, and how many of
							   them are durable */
};

/* One collected write; its bytes are image i of the batch. */
struct slot {
	struct file	*file;
	off_t		 at;
	size_t		 n;
};

struct batch {
	unsigned	 n;
	struct slot	 slot[BATCH];
	unsigned char	*bytes;	/* head and images, as they are written to the journal */
};

struct store_pages {
	SLIST_ENTRY(store_pages) next;
	char			*dir;
	size_t			 dirlen;
	int			 fd;		/* the journal */

	pthread_mutex_t		 io;	/* held while journaling and placing; taken before mtx */
	uint64_t		 generation;	/* protected by io, as the next two */
	uint32_t		 seq;
	off_t			 end;		/* of the batches of this generation */
	int			 bad;		/* errno of an error that cannot be repaired;
						   nothing is written after it */

	/*
	 * `now` collects. The other batch is being journaled and placed, or could not be placed
	 * because the disk was full; it is changed by the holder of io, and emptied under mtx, too.
	 * Files are added under mtx.
	 */
	pthread_mutex_t		 mtx;
	struct batch		 batch[2];
	unsigned		 now;
	SLIST_HEAD(, file)	 files;
};

/*
 * From which the replaced calls find the file of a descriptor. Its lock is never held while waiting
 * for another.
 */
static struct {
	pthread_mutex_t			 mtx;
	SLIST_HEAD(, store_pages)	 list;
	struct file			**by_fd;
	size_t				 nfds;
} all = { .mtx = PTHREAD_MUTEX_INITIALIZER };

size_t
store_pages_size(void)
{
	return BATCHES * (HEAD + BATCH * PAGE);
}

static int
write_at(int fd, const unsigned char *p, size_t n, off_t at)
{
	ssize_t	 w;

	for (; n > 0; p += w, at += w, n -= (size_t)w) {
		while ((w = pwrite(fd, p, n, at)) == -1 && errno == EINTR)
			;
		if (w <= 0)
			return w == 0 ? EIO : errno;
	}
	return 0;
}

static int
sync_file(int fd)
{
	int	 ret;

	while ((ret = fdatasync(fd)) == -1 && errno == EINTR)
		;
	return ret == -1 ? errno : 0;
}

static unsigned char *
image(const struct batch *b, unsigned i)
{
	return b->bytes + HEAD + i * PAGE;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* The name within the directory; NULL for files elsewhere, and for log files. */
static const char *
name_in(const struct store_pages *j, const char *path)
{
	if (strncmp(path, j->dir, j->dirlen) != 0 || path[j->dirlen] != '/')
		return NULL;
	path += j->dirlen + 1;
	return strchr(path, '/') == NULL && strncmp(path, "log.", 4) != 0 ? path : NULL;
}

/* The journal that protects this path, and the name in it; NULL: none does. */
static struct store_pages *
journal_of(const char *path, const char **name)
{
	struct store_pages	*j;

	pthread_mutex_lock(&all.mtx);
	SLIST_FOREACH(j, &all.list, next)
		if ((*name = name_in(j, path)) != NULL)
			break;
	pthread_mutex_unlock(&all.mtx);
	return j;
}

static struct file *
file_of(int fd)
{
	struct file	*f;

	pthread_mutex_lock(&all.mtx);
	f = fd >= 0 && (size_t)fd < all.nfds ? all.by_fd[fd] : NULL;
	pthread_mutex_unlock(&all.mtx);
	return f;
}

/* Notes to which file a descriptor of Berkeley DB belongs; NULL: to none any more. 0 or errno. */
static int
bind_fd(int fd, struct file *f)
{
	struct file	**p;
	size_t		 n = (size_t)fd + 64;
	int		 ret = 0;

	pthread_mutex_lock(&all.mtx);
	if ((size_t)fd >= all.nfds && f != NULL) {
		if ((p = realloc(all.by_fd, n * sizeof(*p))) != NULL) {
			memset(p + all.nfds, 0, (n - all.nfds) * sizeof(*p));
			all.by_fd = p;
			all.nfds = n;
		} else
			ret = ENOMEM;
	}
	if ((size_t)fd < all.nfds)
		all.by_fd[fd] = f;
	pthread_mutex_unlock(&all.mtx);
	return ret;
}

/* A file of the directory with a descriptor of the journal's own; NULL: see file_get(). */
static struct file *
file_new(struct store_pages *j, const char *name, const struct stat *st)
{
	struct file	*f;
	char		*path;

	if (strlen(name) >= NAME || (f = calloc(1, sizeof(*f))) == NULL)
		return NULL;
	f->of = j;
	f->dev = st->st_dev;
	f->ino = st->st_ino;
	f->fd = -1;
	memcpy(f->name, name, strlen(name));
	if (asprintf(&path, "%s/%s", j->dir, name) != -1) {
		f->fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
		free(path);
	}
	if (f->fd == -1) {
		free(f);
		return NULL;
	}
	SLIST_INSERT_HEAD(&j->files, f, next);
	return f;
}

/* NULL: no memory, no descriptors, or the name is none of Berkeley DB's. */
static struct file *
file_get(struct store_pages *j, const char *name, const struct stat *st)
{
	struct file	*f;

	pthread_mutex_lock(&j->mtx);
	SLIST_FOREACH(f, &j->files, next)
		if (f->dev == st->st_dev && f->ino == st->st_ino)
			break;
	if (f == NULL)
		f = file_new(j, name, st);
	pthread_mutex_unlock(&j->mtx);
	return f;
}

/* ---- the journal ----------------------------------------------------------------------------- */

/*
 * All placed images are durable: the next batch may overwrite the first one. A new generation
 * number distinguishes it from old batches that follow it.
 */
static void
begin_anew(struct store_pages *j)
{
	randombytes_buf(&j->generation, sizeof(j->generation));
	j->seq = 0;
	j->end = 0;
}

static bool
all_synced(struct store_pages *j)
{
	struct file	*f;
	bool		 yes = true;

	pthread_mutex_lock(&j->mtx);
	SLIST_FOREACH(f, &j->files, next)
		yes &= f->synced == f->placed;
	pthread_mutex_unlock(&j->mtx);
	return yes;
}

/* What was placed before the call is durable after it. */
static int
sync_placed(struct file *f)
{
	uint64_t	 n;
	int		 ret;

	pthread_mutex_lock(&f->of->mtx);
	n = f->placed;
	pthread_mutex_unlock(&f->of->mtx);
	if ((ret = sync_file(f->fd)) != 0)
		return ret;
	pthread_mutex_lock(&f->of->mtx);
	if (f->synced < n)
		f->synced = n;
	pthread_mutex_unlock(&f->of->mtx);
	return 0;
}

/* io is held, so nothing is placed meanwhile; files are only added at the head of the list. */
static int
sync_all(struct store_pages *j)
{
	struct file	*f;
	int		 ret = 0;

	pthread_mutex_lock(&j->mtx);
	f = SLIST_FIRST(&j->files);
	pthread_mutex_unlock(&j->mtx);
	for (; f != NULL && ret == 0; f = SLIST_NEXT(f, next))
		ret = sync_placed(f);
	return ret;
}

static uint32_t
sum_of(const struct batch_head *h, const unsigned char *images)
{
	return store_crc(h, offsetof(struct batch_head, sum), images, h->count * PAGE);
}

static void
make_head(struct store_pages *j, struct batch *b)
{
	struct batch_head	 h = { .generation = j->generation, .seq = j->seq, .count = b->n };
	unsigned	 i;

	memcpy(h.magic, MAGIC, sizeof(h.magic));
	for (i = 0; i < b->n; i++) {
		memcpy(h.image[i].name, b->slot[i].file->name, NAME);
		h.image[i].at = (uint64_t)b->slot[i].at;
		h.image[i].n = (uint32_t)b->slot[i].n;
	}
	h.sum = sum_of(&h, image(b, 0));
	memcpy(b->bytes, &h, sizeof(h));
}

/* Durable on return. An empty batch only ends the valid part of the journal. */
static int
append(struct store_pages *j, struct batch *b)
{
	const size_t	 n = HEAD + b->n * PAGE;
	int		 ret = 0;

	if (all_synced(j))
		begin_anew(j);
	if ((size_t)j->end + n > store_pages_size() && (ret = sync_all(j)) == 0)
		begin_anew(j);
	make_head(j, b);
	if (ret != 0 || (ret = write_at(j->fd, b->bytes, n, j->end)) != 0 ||
	    (ret = sync_file(j->fd)) != 0)
		return ret;
	j->end += (off_t)n;
	j->seq++;
	return 0;
}

/* In order of arrival: a later write of the same bytes is in a later slot or batch. */
static int
place(struct store_pages *j, struct batch *b)
{
	unsigned	 i;
	int		 ret = 0;

	for (i = 0; i < b->n && ret == 0; i++) {
		ret = write_at(b->slot[i].file->fd, image(b, i), b->slot[i].n, b->slot[i].at);
		pthread_mutex_lock(&j->mtx);
		b->slot[i].file->placed++;
		pthread_mutex_unlock(&j->mtx);
	}
	if (ret != 0)
		return ret;
	pthread_mutex_lock(&j->mtx);
	b->n = 0;
	pthread_mutex_unlock(&j->mtx);
	return 0;
}

/*
 * Places the collected writes, if there are at least `least`; io is held. When the disk is full,
 * writes that are not placed are kept, and the next call tries again; any other error is final,
 * because Berkeley DB considers those pages written.
 */
static int
flush_held(struct store_pages *j, unsigned least)
{
	struct batch	*b;
	int		 ret;

	if (j->bad != 0)
		return j->bad;
	b = &j->batch[!j->now];
	if (b->n > 0 && (ret = place(j, b)) != 0)
		goto out;
	pthread_mutex_lock(&j->mtx);
	b = &j->batch[j->now];
	least = b->n >= least ? b->n : 0;
	if (least > 0)
		j->now = !j->now;
	pthread_mutex_unlock(&j->mtx);
	if (least == 0)
		return 0;
	if ((ret = append(j, b)) != 0) {
		j->bad = ret == ENOSPC ? EIO : ret;
		return j->bad;
	}
	ret = place(j, b);
out:
	if (ret != 0 && ret != ENOSPC && ret != EDQUOT)
		j->bad = ret;
	return ret;
}

static int
flush(struct store_pages *j, unsigned least)
{
	int	 ret;

	pthread_mutex_lock(&j->io);
	ret = flush_held(j, least);
	pthread_mutex_unlock(&j->io);
	return ret;
}

/* Everything is in its place and durable, and the journal has an empty batch; io is held. */
static int
settle_held(struct store_pages *j)
{
	int	 ret;

	if ((ret = flush_held(j, 1)) != 0)
		return ret;
	if ((ret = sync_all(j)) == 0)
		ret = append(j, &j->batch[!j->now]);
	if (ret != 0)
		j->bad = ret;
	return ret;
}

static int
settle(struct store_pages *j)
{
	int	 ret;

	pthread_mutex_lock(&j->io);
	ret = settle_held(j);
	pthread_mutex_unlock(&j->io);
	return ret;
}

/* ---- collecting ------------------------------------------------------------------------------ */

/* The newest collected write of any of these bytes; mtx is held. */
static struct slot *
find(struct batch *b, const struct file *f, off_t at, size_t n)
{
	struct slot	*s;
	unsigned	 i;

	for (i = b->n; i-- > 0;) {
		s = &b->slot[i];
		if (s->file == f && s->at < at + (off_t)n && at < s->at + (off_t)s->n)
			return s;
	}
	return NULL;
}

static bool
is_exact(const struct slot *s, off_t at, size_t n)
{
	return s->at == at && s->n == n;
}

/* False: the batch is full. mtx is held. */
static bool
collect(struct batch *b, struct file *f, const unsigned char *p, size_t n, off_t at)
{
	struct slot	*s = find(b, f, at, n);

	if (s == NULL || !is_exact(s, at, n)) {
		if (b->n == BATCH)
			return false;
		s = &b->slot[b->n++];
		*s = (struct slot){ f, at, n };
	}
	memcpy(image(b, (unsigned)(s - b->slot)), p, n);
	return true;
}

static int
guarded_write(struct file *f, const unsigned char *p, size_t n, off_t at)
{
	struct store_pages	*j = f->of;
	bool			 done = false;
	int			 ret = 0;

	while (!done && ret == 0) {
		pthread_mutex_lock(&j->mtx);
		done = collect(&j->batch[j->now], f, p, n, at);
		pthread_mutex_unlock(&j->mtx);
		if (!done)
			ret = flush(j, BATCH);
	}
	return ret;
}

enum found { FOUND_NOT, FOUND_WHOLE, FOUND_PART };

/*
 * Reads n bytes from the collected writes. FOUND_PART: some of them are collected, but not exactly
 * these.
 */
static enum found
collected(struct file *f, void *p, size_t n, off_t at)
{
	struct store_pages	*j = f->of;
	enum found		 found = FOUND_NOT;
	struct batch		*b;
	struct slot		*s;

	pthread_mutex_lock(&j->mtx);
	b = &j->batch[j->now];
	if ((s = find(b, f, at, n)) == NULL) {
		b = &j->batch[!j->now];
		s = find(b, f, at, n);
	}
	if (s != NULL)
		found = is_exact(s, at, n) ? FOUND_WHOLE : FOUND_PART;
	if (found == FOUND_WHOLE)
		memcpy(p, image(b, (unsigned)(s - b->slot)), n);
	pthread_mutex_unlock(&j->mtx);
	return found;
}

/* ---- the calls of Berkeley DB ---------------------------------------------------------------- */

static int
fail(int error)
{
	errno = error;
	return -1;
}

/*
 * Berkeley DB reads the head of a file it has just opened by read(), which is not replaced: it must
 * be in its place.
 */
static int
guard(int fd, const char *path)
{
	const char		*name;
	struct store_pages	*j = journal_of(path, &name);
	struct file		*f;
	struct stat		 st;
	int			 ret;

	if (j == NULL)
		return 0;
	if (fstat(fd, &st) == -1)
		return errno;
	if (!S_ISREG(st.st_mode))
		return 0;
	if ((ret = flush(j, 1)) != 0)
		return ret;
	return (f = file_get(j, name, &st)) != NULL ? bind_fd(fd, f) : ENOMEM;
}

static int
on_open(const char *path, int flags, ...)
{
	va_list	 ap;
	int	 fd, mode, ret;

	va_start(ap, flags);
	mode = va_arg(ap, int);			/* Berkeley DB always passes it */
	va_end(ap);
	while ((fd = open(path, flags | O_CLOEXEC, mode)) == -1 && errno == EINTR)
		;
	if (fd != -1 && (ret = guard(fd, path)) != 0) {
		close(fd);
		return fail(ret);
	}
	return fd;
}

static int
on_close(int fd)
{
	bind_fd(fd, NULL);
	return close(fd);
}

static ssize_t
plain_write(int fd, const unsigned char *p, size_t n)
{
	const ssize_t	 whole = (ssize_t)n;
	ssize_t		 w;

	for (; n > 0; p += w, n -= (size_t)w) {
		while ((w = write(fd, p, n)) == -1 && errno == EINTR)
			;
		if (w == -1)
			return -1;
	}
	return whole;
}

/* Berkeley DB has set the position before; some callers continue to write from there. */
static ssize_t
on_write(int fd, const void *bytes, size_t n)
{
	const unsigned char	*p = bytes;
	struct file		*f = file_of(fd);
	size_t			 done, piece;
	off_t			 at;
	int			 ret;

	if (f == NULL || f->gone)
		return plain_write(fd, p, n);
	if ((at = lseek(fd, 0, SEEK_CUR)) == -1)
		return -1;
	for (done = 0; done < n; done += piece) {
		piece = n - done < PAGE ? n - done : PAGE;
		if ((ret = guarded_write(f, p + done, piece, at + (off_t)done)) != 0)
			return fail(ret);
	}
	return lseek(fd, (off_t)n, SEEK_CUR) == -1 ? -1 : (ssize_t)n;
}

/*
 * After a short result Berkeley DB reads again by read(). So collected data beyond the end of a
 * file, or of another length than the read, is placed first.
 */
static ssize_t
on_pread(int fd, void *p, size_t n, off_t at)
{
	struct file	*f = file_of(fd);
	enum found	 found = f != NULL ? collected(f, p, n, at) : FOUND_NOT;
	int		 ret;

	if (found == FOUND_WHOLE)
		return (ssize_t)n;
	if (found == FOUND_PART && (ret = flush(f->of, 1)) != 0)
		return fail(ret);
	return pread(fd, p, n, at);
}

static int
on_fsync(int fd)
{
	struct file	*f = file_of(fd);
	int		 ret;

	if (f == NULL)
		return fdatasync(fd);
	if ((ret = flush(f->of, 1)) != 0 || (ret = sync_placed(f)) != 0)
		return fail(ret);
	return 0;
}

/*
 * The calls below are rare. Before each, everything is placed and the journal emptied, so that no
 * old image of the file is written later; meanwhile nothing is journaled.
 */
static int
on_ftruncate(int fd, off_t size)
{
	struct file	*f = file_of(fd);
	int		 ret;

	if (f == NULL)
		return ftruncate(fd, size);
	pthread_mutex_lock(&f->of->io);
	if ((ret = settle_held(f->of)) == 0 && ftruncate(fd, size) == -1)
		ret = errno;
	pthread_mutex_unlock(&f->of->io);
	return ret == 0 ? 0 : fail(ret);
}

/* to: the new name; NULL: the file was unlinked. io is held. */
static void
rename_file(struct store_pages *j, const char *from, const char *to)
{
	struct file	*f;

	pthread_mutex_lock(&j->mtx);
	SLIST_FOREACH(f, &j->files, next)
		if (strcmp(f->name, from) == 0) {
			f->gone = to == NULL;
			snprintf(f->name, NAME, "%s", to != NULL ? to : "");
		}
	pthread_mutex_unlock(&j->mtx);
}

static int
on_rename(const char *from, const char *to)
{
	const char		*old, *name;
	struct store_pages	*j = journal_of(from, &old);
	int			 ret;

	if (j == NULL)
		return rename(from, to);
	if ((name = name_in(j, to)) == NULL || strlen(name) >= NAME)
		return fail(EINVAL);
	pthread_mutex_lock(&j->io);
	if ((ret = settle_held(j)) == 0 && rename(from, to) == -1)
		ret = errno;
	if (ret == 0)
		rename_file(j, old, name);
	pthread_mutex_unlock(&j->io);
	return ret == 0 ? 0 : fail(ret);
}

static int
on_unlink(const char *path)
{
	const char		*name;
	struct store_pages	*j = journal_of(path, &name);
	int			 ret;

	if (j == NULL)
		return unlink(path);
	pthread_mutex_lock(&j->io);
	if ((ret = settle_held(j)) == 0 && unlink(path) == -1)
		ret = errno;
	if (ret == 0)
		rename_file(j, name, NULL);
	pthread_mutex_unlock(&j->io);
	return ret == 0 ? 0 : fail(ret);
}

static void
before_fork(void)
{
	pthread_mutex_lock(&all.mtx);
}

static void
after_fork(void)
{
	pthread_mutex_unlock(&all.mtx);
}

/*
 * Not replaced: read(), whose replacement could not distinguish the end of a file from an error,
 * and pwrite(), because after its failure Berkeley DB tries write(). With write() replaced it uses
 * nothing else.
 */
static void
replace_calls(void)
{
	pthread_atfork(before_fork, after_fork, after_fork);
	db_env_set_func_open(on_open);
	db_env_set_func_close(on_close);
	db_env_set_func_write(on_write);
	db_env_set_func_pread(on_pread);
	db_env_set_func_fsync(on_fsync);
	db_env_set_func_ftruncate(on_ftruncate);
	db_env_set_func_rename(on_rename);
	db_env_set_func_unlink(on_unlink);
}

/* ---- opening, repairing, closing ------------------------------------------------------------- */

/*
 * Reads the batch at `at` into `b`; false when there is no complete one, or it is not the next one.
 */
static bool
read_batch(struct store_pages *j, struct batch *b, off_t at, uint32_t seq, struct batch_head *h)
{
	if (pread(j->fd, h, sizeof(*h), at) != (ssize_t)sizeof(*h) ||
	    memcmp(h->magic, MAGIC, sizeof(h->magic)) != 0 || h->count > BATCH || h->seq != seq ||
	    (seq > 0 && h->generation != j->generation))
		return false;
	return pread(j->fd, image(b, 0), h->count * PAGE, at + (off_t)HEAD) ==
	    (ssize_t)(h->count * PAGE) && sum_of(h, image(b, 0)) == h->sum;
}

/* A file that does not exist was removed later, or its creation was lost in the power cut. */
static int
mend_image(struct store_pages *j, const struct batch_head *h, unsigned i,
    const unsigned char *bytes)
{
	char		*path;
	struct stat	 st;
	struct file	*f = NULL;
	int		 ret;

	if (h->image[i].name[0] == '\0')
		return 0;
	if (asprintf(&path, "%s/%.*s", j->dir, NAME - 1, h->image[i].name) == -1)
		return ENOMEM;
	ret = name_in(j, path) == NULL ? EINVAL : lstat(path, &st) == -1 ? errno : 0;
	if (ret == 0 && (f = file_get(j, name_in(j, path), &st)) == NULL)
		ret = ENOMEM;
	free(path);
	if (ret != 0)
		return ret == ENOENT ? 0 : ret;
	f->placed++;
	return h->image[i].n <= PAGE ? write_at(f->fd, bytes, h->image[i].n,
	    (off_t)h->image[i].at) : EINVAL;
}

static int
mend(struct store_pages *j)
{
	struct batch	*b = &j->batch[0];
	struct batch_head	 h;
	unsigned	 i;
	uint32_t	 seq;
	off_t		 at = 0;
	int		 ret = 0;

	for (seq = 0; ret == 0 && read_batch(j, b, at, seq, &h); seq++) {
		j->generation = h.generation;
		for (i = 0; i < h.count && ret == 0; i++)
			ret = mend_image(j, &h, i, image(b, i));
		at += (off_t)(HEAD + h.count * PAGE);
	}
	return ret != 0 ? ret : sync_all(j);
}

static struct store_pages *
pages_new(const char *dir)
{
	struct store_pages	*j;
	const size_t		 n = HEAD + BATCH * PAGE;

	if ((j = calloc(1, sizeof(*j))) == NULL)
		return NULL;
	j->fd = -1;
	pthread_mutex_init(&j->io, NULL);
	pthread_mutex_init(&j->mtx, NULL);
	j->dir = strdup(dir);
	j->dirlen = strlen(dir);
	j->batch[0].bytes = calloc(1, n);
	j->batch[1].bytes = calloc(1, n);
	if (j->dir != NULL && j->batch[0].bytes != NULL && j->batch[1].bytes != NULL)
		return j;
	store_pages_close(j, false);
	return NULL;
}

int
store_pages_open(const char *path, const char *dir, bool discard, struct store_pages **out)
{
	static pthread_once_t	 once = PTHREAD_ONCE_INIT;
	struct store_pages	*j;
	int			 ret = 0;

	*out = NULL;
	pthread_once(&once, replace_calls);
	if ((j = pages_new(dir)) == NULL)
		return ENOMEM;
	if ((j->fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)) == -1)
		ret = errno;
	else if ((ret = posix_fallocate(j->fd, 0, (off_t)store_pages_size())) == 0 && !discard)
		ret = mend(j);
	if (ret == 0)
		ret = settle(j);
	if (ret != 0) {
		store_pages_close(j, false);
		return ret;
	}
	pthread_mutex_lock(&all.mtx);
	SLIST_INSERT_HEAD(&all.list, j, next);
	pthread_mutex_unlock(&all.mtx);
	*out = j;
	return 0;
}

/* A panicked environment does not close its files: their descriptors must not be found any more. */
static void
forget(struct store_pages *j)
{
	struct store_pages	*k;
	size_t			 i;

	pthread_mutex_lock(&all.mtx);
	for (i = 0; i < all.nfds; i++)
		if (all.by_fd[i] != NULL && all.by_fd[i]->of == j)
			all.by_fd[i] = NULL;
	SLIST_FOREACH(k, &all.list, next)
		if (k == j) {
			SLIST_REMOVE(&all.list, j, store_pages, next);
			break;
		}
	pthread_mutex_unlock(&all.mtx);
}

int
store_pages_close(struct store_pages *j, bool to_settle)
{
	struct file	*f;
	int		 ret;

	if (j == NULL)
		return 0;
	ret = to_settle ? settle(j) : 0;
	forget(j);
	while ((f = SLIST_FIRST(&j->files)) != NULL) {
		SLIST_REMOVE_HEAD(&j->files, next);
		close(f->fd);
		free(f);
	}
	if (j->fd != -1)
		close(j->fd);
	free(j->batch[0].bytes);
	free(j->batch[1].bytes);
	free(j->dir);
	pthread_mutex_destroy(&j->io);
	pthread_mutex_destroy(&j->mtx);
	free(j);
	return ret;
}
