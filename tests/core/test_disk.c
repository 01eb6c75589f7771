#include <sys/syscall.h>
#include <sys/wait.h>

#include <stdatomic.h>

#include "tests/core/small_disk.h"
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
	ck_assert(fix_logged(&f, "idx.db\n"));	/* that key is a person's name: not in a log */
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
	char		 path[PATH_MAX], c, key[16], text[1001] = "";
	struct buf	 val = BUF_INIT;
	struct fix	 f;
	int		 fd, i, e = STORE_OK;

	memset(text, 'v', sizeof(text) - 1);
	fix_new(&f);
	fix_open(&f);
	for (i = 0; i < 100; i++) {
		snprintf(key, sizeof(key), "%03d", i);
		fix_put(&f, STORE_REC, key, text);
	}
	fix_close(&f);
	/* a leaf in the middle: opening reads the first and the last */
	ck_assert_int_ne(fd = open(fix_file(&f, "env/rec.db", path), O_RDWR), -1);
	ck_assert_int_eq(pread(fd, &c, 1, 4 * 16384 + 16000), 1);
	c ^= 1;
	ck_assert_int_eq(pwrite(fd, &c, 1, 4 * 16384 + 16000), 1);
	close(fd);
	fix_open(&f);
	for (i = 0; i < 100 && e == STORE_OK; i++) {
		snprintf(key, sizeof(key), "%03d", i);
		e = store_get(f.st, NULL, STORE_REC, key, strlen(key), &val);
	}
	ck_assert_int_eq(e, STORE_DEAD);
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

/*
 * One transaction with one small write. Where it was refused: 0 nowhere, 1 in the write, 2 in the
 * commit.
 */
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
 * The log's buffer runs full and the disk has no room for it, sometimes in a write, sometimes in a
 * commit: a clean refusal of that transaction and of no other, as often as it happens.
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

/*
 * Durable saves of 20 KB up to number `to`, or until one is refused. Returns how many were
 * acknowledged, and the refusal.
 */
static int
save_up_to(struct fix *f, int to, enum store_err *why)
{
	static char		 val[20000];
	struct store_txn	*txn;
	char			 key[16];
	int			 i;

	for (i = 0; i < to; i++) {
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
	n = save_up_to(&f, INT_MAX, &why);
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
	n = save_up_to(&f, INT_MAX, &why);
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

/* ---- starting and reading on a full disk ---- */

#define LOG_FILE	((size_t)4 << 20)
#define LEVELS		6
#define SAVES		300			/* of 20 KB: 6 MB of log, and a little */

/* Saves up to what the ballast is made for: a checkpoint is due and another one was under way. */
static _Noreturn void
save_and_die(struct fix *f, int n)
{
	enum store_err	 why;

	fix_open(f);
	_exit(save_up_to(f, n, &why) != n);
}

/*
 * A home in a small file system, whose process died with more to recover than `ballast` is made
 * for, or less.
 */
static bool
died_on_small_disk(struct fix *f, char disk[PATH_MAX], size_t ballast)
{
	pid_t	 pid;
	int	 status;

	fix_join(disk, fix_tmp(), "disk.XXXXXX");
	if (!small_disk(disk, 96)) {
		printf("ok - a start on a full disk # SKIP cannot mount\n");
		return false;
	}
	fix_new_in(f, disk);
	f->opts.reserve = 8 << 20;
	f->opts.log_file = LOG_FILE;
	f->opts.checkpoint_bytes = 1 << 30;
	f->opts.ballast = ballast;
	if ((pid = fork()) == 0)
		save_and_die(f, SAVES);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	return true;
}

/* However much room is left, from nothing to the reserve, the store starts and has everything. */
START_TEST(starts_at_every_fill_level)
{
	static const size_t	 left[LEVELS] = { 0, 4096, 64 << 10, 1 << 20, 3 << 20, 8 << 20 };
	char			 disk[PATH_MAX];
	struct fix		 f;

	if (!died_on_small_disk(&f, disk, 4 * LOG_FILE))	/* as the defaults are */
		return;
	fill_disk(disk, left[_i]);
	fix_open(&f);
	all_saved(&f, SAVES);
	ck_assert(!store_dead(f.st));
	fix_close(&f);
	empty_disk(disk);
	fix_open(&f);
	ck_assert_uint_eq(home_ballast_size(f.home), f.opts.ballast);
	all_saved(&f, SAVES);
	fix_put(&f, STORE_REC, "more", "again");
	fix_free(&f);
}
END_TEST

/* Too little of it: what is wrong is told, nothing is lost, and with room it starts. */
START_TEST(a_start_without_room_tells_why)
{
	char		 disk[PATH_MAX];
	struct fix	 f;

	if (!died_on_small_disk(&f, disk, LOG_FILE / 2))
		return;
	fill_disk(disk, 0);
	ck_assert_int_eq(home_open(f.path, &f.home, &f.err), HOME_OK);
	ck_assert_int_eq(store_open(f.home, &f.opts, &f.st, &f.err), STORE_FULL);
	ck_assert_msg(strstr(buf_str(&f.err), "the disk is full: file system /") != NULL &&
	    strstr(buf_str(&f.err), "delete files there") != NULL, "%s", buf_str(&f.err));
	fix_anybody_died = 1;
	fix_close(&f);
	empty_disk(disk);
	fix_open(&f);
	all_saved(&f, SAVES);
	fix_free(&f);
}
END_TEST

static int
look_body(struct store_txn *txn, void *arg)
{
	unsigned	*n = arg;
	char		 key[16], entry[800] = "";

	store_small(txn, true);
	snprintf(key, sizeof(key), "%08u", *n);
	return (int)store_add(txn, STORE_AUDIT, key, 8, entry, sizeof(entry));
}

static int
plain_body(struct store_txn *txn, void *arg)
{
	(void)arg;
	return (int)store_put(txn, STORE_REC, "plain", 5, "1", 1);
}

/*
 * On a disk that something else has filled to the last byte the trail goes on, saves do not; when
 * the ballast's share for it is spent the trail is refused, too, and the rest is there for the next
 * start. With room it is made again.
 */
START_TEST(ballast_carries_the_trail)
{
	char			 disk[PATH_MAX];
	struct committer	*c;
	struct fix		 f;
	unsigned		 n;
	int			 e;

	fix_join(disk, fix_tmp(), "disk.XXXXXX");
	if (!small_disk(disk, 96)) {
		printf("ok - the trail goes on on a full disk # SKIP cannot mount\n");
		return;
	}
	fix_new_in(&f, disk);
	f.opts.reserve = 8 << 20;
	f.opts.log_file = LOG_FILE;
	f.opts.ballast = 4 * LOG_FILE;
	fix_open(&f);
	ck_assert_int_eq(committer_start(f.st, &c), STORE_OK);
	fill_disk(disk, 0);
	for (n = 0; n < 100000 && (e = commit_run(c, look_body, &n)) == STORE_OK; n++)
		if (n % 100 == 0)
			ck_assert_int_eq(commit_run(c, plain_body, NULL), STORE_FULL);
	printf("# %u looks on a full disk\n", n);
	ck_assert_int_eq(e, STORE_FULL);
	ck_assert_uint_ge(n, 1000);
	ck_assert(!store_dead(f.st));
	ck_assert(fix_logged(&f, disk));		/* which file system */
	ck_assert(fix_logged(&f, "files can still be read"));
	ck_assert(fix_logged(&f, "so is reading"));
	ck_assert_uint_eq(home_ballast_size(f.home), f.opts.ballast / 4 * 3);
	committer_stop(c);
	fix_close(&f);
	fix_open(&f);
	ck_assert_int_eq(store_get(f.st, NULL, STORE_AUDIT, "00000999", 8, NULL), STORE_OK);
	empty_disk(disk);
	fix_close(&f);
	fix_open(&f);
	ck_assert_uint_eq(home_ballast_size(f.home), f.opts.ballast);
	fix_put(&f, STORE_REC, "more", "again");
	fix_free(&f);
}
END_TEST

/* A save in one batch with looks is refused alone. */
START_TEST(a_look_does_not_open_the_door)
{
	static const struct store_hooks	 hooks = { .room = room_hook };
	struct store_txn		*txn;
	struct fix			 f;

	fix_new(&f);
	f.opts.hooks = &hooks;
	fix_open(&f);
	atomic_store(&fake_room, f.opts.reserve - 1);
	ck_assert_int_eq(store_begin_small(f.st, &txn), STORE_OK);
	store_small(txn, true);
	ck_assert_int_eq(store_put(txn, STORE_AUDIT, "a", 1, "1", 1), STORE_OK);
	store_small(txn, false);
	ck_assert_int_eq(store_put(txn, STORE_REC, "b", 1, "2", 1), STORE_FULL);
	ck_assert_int_eq(store_commit(txn), STORE_FULL);
	ck_assert_int_eq(store_get(f.st, NULL, STORE_AUDIT, "a", 1, NULL), STORE_MISSING);
	atomic_store(&fake_room, f.opts.reserve / 8 - 1);
	ck_assert_int_eq(store_begin_small(f.st, &txn), STORE_FULL);
	atomic_store(&fake_room, 0);
	fix_free(&f);
}
END_TEST

static Suite *
disk_suite(void)
{
	Suite	*s = suite_create("core/store and its disk");
	TCase	*tc = tcase_create("disk");

	tcase_add_test(tc, flipped_bit_is_seen);
	tcase_add_test(tc, flipped_bit_on_disk_kills);
	tcase_add_test(tc, failed_sync_is_the_end);
	tcase_add_test(tc, open_transaction_dies_too);
	tcase_add_test(tc, failed_checkpoint_is_the_end);
	tcase_add_test(tc, failed_background_checkpoint_is_the_end);
	tcase_add_test(tc, reserve_stops_writes_only);
	tcase_add_test(tc, full_disk_with_a_reserve);
	tcase_add_test(tc, full_disk_without_a_reserve);
	tcase_add_test(tc, full_log_refuses_cleanly);
	tcase_add_test(tc, backup_needs_room);
	tcase_add_loop_test(tc, starts_at_every_fill_level, 0, LEVELS);
	tcase_add_test(tc, a_start_without_room_tells_why);
	tcase_add_test(tc, ballast_carries_the_trail);
	tcase_add_test(tc, a_look_does_not_open_the_door);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(disk_suite)
