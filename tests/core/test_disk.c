#include <sys/mount.h>
#include <sys/syscall.h>

#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>

#include "tests/core/store_fixture.h"

/* Disk trouble: these stand before the C library's, also for Berkeley DB. */
static atomic_bool	 sync_fails;
static atomic_bool	 table_write_fails;

int
fdatasync(int fd)
{
	if (atomic_load(&sync_fails)) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

static atomic_bool	 log_write_fails;	/* for want of room */

static const char *
name_of(int fd, char path[PATH_MAX])
{
	char	 link[64];
	ssize_t	 n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, PATH_MAX - 1);
	path[n > 0 ? n : 0] = '\0';
	return path;
}

/* The errno that a write to this file has to fail with, 0 for none. */
static int
trouble(int fd)
{
	char	 path[PATH_MAX];

	if (atomic_load(&table_write_fails) && strstr(name_of(fd, path), ".db") != NULL)
		return EIO;
	if (atomic_load(&log_write_fails) && strstr(name_of(fd, path), "/log.") != NULL)
		return ENOSPC;
	return 0;
}

/* What pwrite() did not do Berkeley DB tries again with lseek() and write(). */
ssize_t
write(int fd, const void *p, size_t n)
{
	int	 e = trouble(fd);

	if (e != 0) {
		errno = e;
		return -1;
	}
	return (ssize_t)syscall(SYS_write, fd, p, n);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	int	 e = trouble(fd);

	if (e != 0) {
		errno = e;
		return -1;
	}
	return (ssize_t)syscall(SYS_pwrite64, fd, p, n, at);
}

/* ---- damage ---- */

static atomic_bool	 flip;

static void
flip_bit(void *p, size_t n, void *arg)
{
	(void)arg;
	if (atomic_load(&flip))
		((char *)p)[n / 2] ^= 0x10;
}

START_TEST(flipped_bit_is_seen)
{
	static const struct store_hooks	 hooks = { .value = flip_bit };
	struct buf			 key = BUF_INIT, val = BUF_INIT;
	struct store_range		 r = { 0 };
	struct fix			 f;
	int				 seen;

	fix_new(&f);
	f.opts.hooks = &hooks;
	fix_open(&f);
	fix_put(&f, STORE_REC, "a", "good");
	fix_put(&f, STORE_REC, "c", "good");
	atomic_store(&flip, true);
	fix_put(&f, STORE_REC, "b", "turns bad");
	fix_put(&f, STORE_IDX, "name", "turns bad");

	ck_assert_int_eq(store_get(f.st, NULL, STORE_REC, "b", 1, &val), STORE_BAD);
	ck_assert_uint_eq(val.n, 0);
	ck_assert(fix_logged(&f, "rec.db under key 62"));
	ck_assert_int_eq(store_get(f.st, NULL, STORE_IDX, "name", 4, &val), STORE_BAD);
	ck_assert(fix_logged(&f, "idx.db\n"));		/* that key is a person's name: not in a log */
	ck_assert_int_eq(store_seek(f.st, NULL, STORE_REC, "aa", 2, false, &key, &val), STORE_BAD);
	seen = 0;
	ck_assert_int_eq(store_scan(f.st, NULL, STORE_REC, &r, fix_count_each, &seen), STORE_BAD);
	ck_assert_int_eq(seen, 1);

	ck_assert_int_eq(store_get(f.st, NULL, STORE_REC, "c", 1, &val), STORE_OK);
	r.keys_only = true;
	seen = 0;
	ck_assert_int_eq(store_scan(f.st, NULL, STORE_REC, &r, fix_count_each, &seen), STORE_OK);
	ck_assert_int_eq(seen, 3);
	ck_assert(!store_dead(f.st));
	buf_free(&key);
	buf_free(&val);
	fix_free(&f);
}
END_TEST

/*
 * On disk Berkeley DB's own page sum notices, and that is a panic: the store is dead, never wrong.
 */
START_TEST(flipped_bit_on_disk_kills)
{
	char		 path[PATH_MAX], c;
	struct buf	 val = BUF_INIT;
	struct fix	 f;
	int		 fd;

	fix_new(&f);
	fix_open(&f);
	fix_put(&f, STORE_REC, "a", "good");
	fix_close(&f);
	ck_assert_int_ne(fd = open(fix_file(&f, "env/rec.db", path), O_RDWR), -1);
	ck_assert_int_eq(pread(fd, &c, 1, 16384 + 16000), 1);
	c ^= 1;
	ck_assert_int_eq(pwrite(fd, &c, 1, 16384 + 16000), 1);
	close(fd);
	fix_open(&f);
	ck_assert_int_eq(store_get(f.st, NULL, STORE_REC, "a", 1, &val), STORE_DEAD);
	ck_assert(store_dead(f.st));
	ck_assert_int_eq(fix_deaths(&f), 1);
	buf_free(&val);
	fix_free(&f);
}
END_TEST

/* ---- trouble with the disk ---- */

START_TEST(failed_sync_is_the_end)
{
	struct store_txn	*txn;
	struct buf		 b = BUF_INIT;
	struct store_range	 r = { 0 };
	struct fix		 f;
	int			 n = 0;

	fix_new(&f);
	fix_open(&f);
	fix_put(&f, STORE_REC, "a", "1");
	ck_assert_int_eq(store_begin(f.st, &txn), STORE_OK);
	ck_assert_int_eq(store_put(txn, STORE_REC, "b", 1, "2", 1), STORE_OK);
	ck_assert_int_eq(store_commit(txn), STORE_OK);
	atomic_store(&sync_fails, true);
	ck_assert_int_eq(store_flush(f.st), STORE_DEAD);
	atomic_store(&sync_fails, false);	/* the disk recovers, the store must not */
	ck_assert_int_eq(store_flush(f.st), STORE_DEAD);
	ck_assert(store_dead(f.st));
	ck_assert_int_eq(fix_deaths(&f), 1);
	ck_assert_int_eq(store_begin(f.st, &txn), STORE_DEAD);
	ck_assert_int_eq(store_get(f.st, NULL, STORE_REC, "a", 1, &b), STORE_DEAD);
	ck_assert_int_eq(store_seek(f.st, NULL, STORE_REC, "a", 1, false, &b, NULL), STORE_DEAD);
	ck_assert_int_eq(store_scan(f.st, NULL, STORE_REC, &r, fix_count_each, &n), STORE_DEAD);
	ck_assert_int_eq(store_checkpoint(f.st), STORE_DEAD);
	ck_assert_int_eq(store_backup(f.st, "/nonexistent", NULL), STORE_DEAD);
	ck_assert_int_eq(n, 0);
	fix_close(&f);
	fix_open(&f);
	ck_assert(fix_has(&f, STORE_REC, "a", "1"));
	buf_free(&b);
	fix_free(&f);
}
END_TEST

/* A transaction that was open when the store died cannot slip through. */
START_TEST(open_transaction_dies_too)
{
	struct store_txn	*txn;
	struct fix		 f;

	fix_new(&f);
	fix_open(&f);
	ck_assert_int_eq(store_begin(f.st, &txn), STORE_OK);
	ck_assert_int_eq(store_put(txn, STORE_REC, "b", 1, "2", 1), STORE_OK);
	atomic_store(&sync_fails, true);
	ck_assert_int_eq(store_flush(f.st), STORE_DEAD);
	atomic_store(&sync_fails, false);
	ck_assert_int_eq(store_put(txn, STORE_REC, "c", 1, "3", 1), STORE_DEAD);
	ck_assert_int_eq(store_commit(txn), STORE_DEAD);
	fix_close(&f);
	fix_open(&f);
	ck_assert_int_eq(store_get(f.st, NULL, STORE_REC, "b", 1, NULL), STORE_MISSING);
	fix_free(&f);
}
END_TEST

START_TEST(failed_checkpoint_is_the_end)
{
	struct fix	 f;

	fix_new(&f);
	fix_open(&f);
	fix_put(&f, STORE_REC, "a", "1");
	ck_assert_int_eq(store_checkpoint(f.st), STORE_OK);
	fix_put(&f, STORE_REC, "b", "2");
	atomic_store(&table_write_fails, true);
	ck_assert_int_eq(store_checkpoint(f.st), STORE_DEAD);
	atomic_store(&table_write_fails, false);
	ck_assert_int_eq(fix_deaths(&f), 1);
	fix_close(&f);
	fix_open(&f);
	ck_assert(fix_has(&f, STORE_REC, "b", "2"));
	fix_free(&f);
}
END_TEST

/* The thread that checkpoints by itself notices too. */
START_TEST(failed_background_checkpoint_is_the_end)
{
	struct fix	 f;
	int		 i;

	fix_new(&f);
	f.opts.checkpoint_secs = 1;
	fix_open(&f);
	atomic_store(&table_write_fails, true);
	fix_put(&f, STORE_REC, "b", "2");
	for (i = 0; i < 600 && !store_dead(f.st); i++)
		usleep(50000);
	atomic_store(&table_write_fails, false);
	ck_assert(store_dead(f.st));
	ck_assert_int_eq(fix_deaths(&f), 1);
	fix_close(&f);
	fix_open(&f);
	ck_assert(fix_has(&f, STORE_REC, "b", "2"));
	fix_free(&f);
}
END_TEST

/* One transaction with one small write. Where it was refused: 0 nowhere, 1 in the write, 2 in the commit. */
static int
small_save(struct fix *f, unsigned i, enum store_err *e)
{
	struct store_txn	*txn;
	char			 key[16], val[300] = "";

	ck_assert_int_eq(store_begin(f->st, &txn), STORE_OK);
	snprintf(key, sizeof(key), "%08u", i);
	if ((*e = store_put(txn, STORE_REC, key, 8, val, i * 37 % sizeof(val))) != STORE_OK) {
		store_abort(txn);
		return 1;
	}
	return (*e = store_commit(txn)) != STORE_OK ? 2 : 0;
}

static bool
small_saved(struct fix *f, unsigned i)
{
	char	 key[16];

	snprintf(key, sizeof(key), "%08u", i);
	return store_get(f->st, NULL, STORE_REC, key, 8, NULL) == STORE_OK;
}

/*
 * The log's buffer runs full and the disk has no room for it, sometimes in a write, sometimes in a commit: a clean
 * refusal of that transaction and of no other, as often as it happens.
 */
START_TEST(full_log_refuses_cleanly)
{
	enum { MAX = 60000 };
	static bool	 saved[MAX];
	enum store_err	 e;
	unsigned	 i, k, refused[3] = { 0 };
	struct fix	 f;
	int		 where;

	fix_new(&f);
	f.opts.log_file = 256 << 10;		/* the buffer is a quarter of it */
	f.opts.checkpoint_bytes = 1 << 30;
	fix_open(&f);
	for (i = 0; i < MAX - 1 && (refused[1] < 3 || refused[2] < 3); i++) {
		atomic_store(&log_write_fails, true);
		where = small_save(&f, i, &e);
		atomic_store(&log_write_fails, false);
		refused[where]++;
		saved[i] = where == 0;
		if (where == 0)
			continue;
		ck_assert_int_eq(e, STORE_FULL);
		ck_assert(!store_dead(f.st));
		ck_assert(!small_saved(&f, i));
		ck_assert_int_eq(small_save(&f, ++i, &e), 0);
		saved[i] = true;
	}
	ck_assert_uint_ge(refused[1], 3);
	ck_assert_uint_ge(refused[2], 3);
	ck_assert_int_eq(store_flush(f.st), STORE_OK);
	for (k = 0; k < i; k++)
		ck_assert_int_eq(small_saved(&f, k), saved[k]);
	fix_close(&f);
	fix_open(&f);
	for (k = 0; k < i; k++)
		ck_assert_int_eq(small_saved(&f, k), saved[k]);
	fix_free(&f);
}
END_TEST

static atomic_uint_fast64_t	 fake_room;

static uint64_t
room_hook(uint64_t real, void *arg)
{
	(void)arg;
	return atomic_load(&fake_room) != 0 ? atomic_load(&fake_room) : real;
}

START_TEST(reserve_stops_writes_only)
{
	static const struct store_hooks	 hooks = { .room = room_hook };
	struct store_txn		*txn;
	struct fix			 f;

	fix_new(&f);
	f.opts.hooks = &hooks;
	fix_open(&f);
	fix_put(&f, STORE_REC, "a", "1");
	atomic_store(&fake_room, f.opts.reserve - 1);
	ck_assert_int_eq(store_begin(f.st, &txn), STORE_FULL);
	ck_assert_ptr_null(txn);
	ck_assert(fix_has(&f, STORE_REC, "a", "1"));
	ck_assert(fix_logged(&f, "alarm: the disk is full"));
	atomic_store(&fake_room, f.opts.reserve);
	fix_put(&f, STORE_REC, "b", "2");
	ck_assert(fix_logged(&f, "has room again"));
	ck_assert(!store_dead(f.st));
	fix_free(&f);
}
END_TEST

/*
 * A file system of `mb` megabytes that goes away with this process; false when the system does not
 * let us.
 */
static bool
small_disk(char dir[PATH_MAX], int mb)
{
	char	 opts[32];

	snprintf(opts, sizeof(opts), "size=%dm", mb);
	return mkdtemp(dir) != NULL && unshare(CLONE_NEWNS) == 0 &&
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("tmpfs", dir, "tmpfs", 0, opts) == 0;
}

/* A backup that finds no room is an error of the backup, not of the store. */
START_TEST(backup_needs_room)
{
	char		 disk[PATH_MAX], dir[PATH_MAX];
	enum store_err	 e;
	unsigned	 i;
	struct fix	 f;

	fix_join(disk, fix_tmp(), "disk.XXXXXX");
	if (!small_disk(disk, 1)) {
		printf("ok - a backup without room fails alone # SKIP cannot mount\n");
		return;
	}
	fix_new(&f);
	fix_open(&f);
	for (i = 0; i < 20000; i++)
		ck_assert_int_eq(small_save(&f, i, &e), 0);
	ck_assert_int_eq(store_flush(f.st), STORE_OK);
	e = store_backup(f.st, fix_join(dir, disk, "copy"), &f.err);
	ck_assert_msg(e == STORE_FULL, "%d: %s", (int)e, buf_str(&f.err));
	ck_assert_uint_gt(f.err.n, 0);
	ck_assert(!store_dead(f.st));
	ck_assert_int_eq(small_save(&f, i, &e), 0);
	ck_assert_int_eq(store_checkpoint(f.st), STORE_OK);
	ck_assert_int_eq(store_backup(f.st, fix_join(dir, f.top, "copy"), &f.err), STORE_OK);
	fix_free(&f);
}
END_TEST

/* Leaves at most `left` bytes of the disk. */
static void
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

static void
empty_disk(const char *dir)
{
	char	 path[PATH_MAX];

	fix_join(path, dir, "filler");
	ck_assert_int_eq(unlink(path), 0);
}

/*
 * Durable saves of 20 KB until one is refused. Returns how many were acknowledged, and the refusal.
 */
static int
save_until_refused(struct fix *f, int from, enum store_err *why)
{
	static char		 val[20000];
	struct store_txn	*txn;
	char			 key[16];
	int			 i;

	for (i = from;; i++) {
		snprintf(key, sizeof(key), "%08d", i);
		memset(val, i, sizeof(val));
		if ((*why = store_begin(f->st, &txn)) != STORE_OK)
			break;
		*why = store_put(txn, STORE_REC, key, 8, val, sizeof(val));
		if (*why != STORE_OK)
			store_abort(txn);
		else
			*why = store_commit(txn);
		if (*why != STORE_OK || (*why = store_flush(f->st)) != STORE_OK)
			break;
	}
	return i;
}

static void
all_saved(struct fix *f, int n)
{
	struct buf	 b = BUF_INIT;
	char		 key[16];
	int		 i;

	for (i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "%08d", i);
		ck_assert_int_eq(store_get(f->st, NULL, STORE_REC, key, 8, &b), STORE_OK);
		ck_assert_uint_eq(b.n, 20000);
		ck_assert_int_eq((unsigned char)b.p[19999], i & 0xff);
	}
	buf_free(&b);
}

START_TEST(full_disk_with_a_reserve)
{
	char		 disk[PATH_MAX];
	enum store_err	 why;
	struct fix	 f;
	int		 n;

	fix_join(disk, fix_tmp(), "disk.XXXXXX");
	if (!small_disk(disk, 48)) {
		printf("ok - a disk that fills up refuses writes # SKIP cannot mount\n");
		return;
	}
	fix_new_in(&f, disk);
	f.opts.reserve = 8 << 20;
	fix_open(&f);
	fill_disk(disk, 12 << 20);
	n = save_until_refused(&f, 0, &why);
	ck_assert_int_eq(why, STORE_FULL);
	ck_assert_int_gt(n, 0);
	all_saved(&f, n);
	ck_assert_int_eq(store_checkpoint(f.st), STORE_OK);
	empty_disk(disk);
	fix_put(&f, STORE_REC, "more", "again");
	ck_assert(!store_dead(f.st));
	fix_close(&f);
	fix_open(&f);
	all_saved(&f, n);
	fix_free(&f);
}
END_TEST

/*
 * Nothing in reserve: the log itself meets the end of the disk. A refusal may then be STORE_FULL
 * or, when it is the flush, the end of the store; either way nothing acknowledged is lost, and on
 * the full disk the ballast makes it open.
 */
START_TEST(full_disk_without_a_reserve)
{
	char		 disk[PATH_MAX];
	enum store_err	 why;
	struct fix	 f;
	int		 n;

	fix_join(disk, fix_tmp(), "disk.XXXXXX");
	if (!small_disk(disk, 48)) {
		printf("ok - a disk that is full to the last byte # SKIP cannot mount\n");
		return;
	}
	fix_new_in(&f, disk);
	f.opts.reserve = 1;
	f.opts.ballast = 8 << 20;
	f.opts.checkpoint_bytes = 64 << 20;
	fix_open(&f);
	fill_disk(disk, 3 << 20);
	n = save_until_refused(&f, 0, &why);
	ck_assert_msg(why == STORE_FULL || why == STORE_DEAD, "%s", store_err_text((int)why));
	ck_assert_int_gt(n, 10);
	ck_assert_int_eq(store_dead(f.st), why == STORE_DEAD);
	fix_close(&f);

	fill_disk(disk, 0);
	fix_open(&f);
	ck_assert(fix_logged(&f, "the ballast was given back"));
	ck_assert_uint_eq(home_ballast_size(f.home), 0);
	all_saved(&f, n);
	fix_close(&f);
	empty_disk(disk);
	fix_open(&f);
	ck_assert_uint_eq(home_ballast_size(f.home), f.opts.ballast);
	all_saved(&f, n);
	fix_put(&f, STORE_REC, "more", "again");
	fix_free(&f);
}
END_TEST

TEST_SUITE(disk_suite, "core/store and its disk", flipped_bit_is_seen, flipped_bit_on_disk_kills,
    failed_sync_is_the_end, open_transaction_dies_too, failed_checkpoint_is_the_end,
    failed_background_checkpoint_is_the_end, reserve_stops_writes_only, full_disk_with_a_reserve,
    full_disk_without_a_reserve, full_log_refuses_cleanly, backup_needs_room)
TEST_MAIN(disk_suite)
