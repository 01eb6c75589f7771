#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "core/store/commit.h"
#include "core/store/home.h"
#include "core/store/store.h"

#ifdef HAVE_LMDB
#include <lmdb.h>
#endif
#ifdef HAVE_SQLITE3
#include <sqlite3.h>
#endif

/*
 * Durable saves per second: our store beside SQLite, LMDB and the bare disk, the same work in the
 * same run, the runs interleaved because disks drift. A save is a record of 2 KB, its 8 index rows
 * and an audit row of 256 bytes in one transaction; four of five change a record and three of its
 * index rows, the fifth makes a new one. SQLite and LMDB get one committing thread that takes up to
 * 64 waiting saves into a transaction, as ours does; only ours encrypts. "in place" is ours without
 * the journal of pages: what that costs.
 *
 *	bench_store [-p] DIR [SECONDS [RUNS [RECORDS]]]
 *
 * -p: only ours and the disk, once, in lines "disk|shouwang CLIENTS RATE P50 P99" for another
 * program to read.
 */
#define RECORD		2048
#define AUDIT		256
#define INDEXES		8
#define CHANGED		3		/* index rows that an update moves */
#define MAX_CLIENTS	64
#define MAX_LATENCIES	400000
#define MAX_RUNS	9
#define LOAD_BATCH	500

enum table { REC, IDX, AUD, NTABLES };

/* What every engine offers to save(); `tx` is its transaction. */
struct engine {
	const char	*name;
	struct committer **committer;	/* of its own; NULL: the batcher below commits for it */
	atomic_uint_fast64_t last_id, last_audit;
	bool		 (*open)(const char *dir);
	void		 (*close)(void);
	void		*(*begin)(void);
	bool		 (*commit)(void *tx);	/* durable on return */
	bool		 (*get)(void *tx, enum table, const void *key, size_t klen, void *val,
			    size_t vlen);
	bool		 (*put)(void *tx, enum table, const void *key, size_t klen, const void *val,
			    size_t vlen);
	bool		 (*del)(void *tx, enum table, const void *key, size_t klen);
};

struct save {
	struct engine	*e;
	uint64_t	 id;		/* 0: a new record */
	uint32_t	 salt;
};

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench_store: %s: %s\n", what, why);
	exit(1);
}

static double
now(void)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* ---- the work ---- */

static void
be64_put(unsigned char *p, uint64_t n)
{
	int	 i;

	for (i = 7; i >= 0; i--, n >>= 8)
		p[i] = (unsigned char)n;
}

/* Index i of a record whose index values are `v`: number, value, id. */
static void
index_key(unsigned char k[17], unsigned i, uint64_t v, uint64_t id)
{
	k[0] = (unsigned char)i;
	be64_put(k + 1, (v + i) * 0x9e3779b97f4a7c15u);
	be64_put(k + 9, id);
}

/* The record keeps its index values at its start, so an update knows which rows to move. */
static bool
save(void *tx, const struct save *s)
{
	struct engine	*e = s->e;
	uint64_t	 val[RECORD / 8], id = s->id;
	unsigned char	 key[8], k[17], audit[AUDIT];
	unsigned	 i, at, from = s->salt % INDEXES, n = id == 0 ? INDEXES : CHANGED;

	memset(val, (int)s->salt, sizeof(val));
	if (id == 0) {
		id = atomic_fetch_add(&e->last_id, 1) + 1;
		for (i = 0; i < INDEXES; i++)
			val[i] = s->salt + i;
	}
	be64_put(key, id);
	if (s->id != 0 && !e->get(tx, REC, key, sizeof(key), val, sizeof(val)))
		return false;
	for (i = 0; i < n; i++) {
		at = (from + i) % INDEXES;
		if (s->id != 0) {
			index_key(k, at, val[at], id);
			if (!e->del(tx, IDX, k, sizeof(k)))
				return false;
			val[at] += 1 + s->salt;
		}
		index_key(k, at, val[at], id);
		if (!e->put(tx, IDX, k, sizeof(k), "", 0))
			return false;
	}
	memset(audit, (int)id, sizeof(audit));
	if (!e->put(tx, REC, key, sizeof(key), val, sizeof(val)))
		return false;
	be64_put(key, atomic_fetch_add(&e->last_audit, 1) + 1);
	return e->put(tx, AUD, key, sizeof(key), audit, sizeof(audit));
}

/* ---- ours ---- */

struct mine {
	struct home		*home;
	struct store		*st;
	struct committer	*c;
};

static struct mine	 ours, in_place;

static const enum store_table ours_table[NTABLES] = { STORE_REC, STORE_IDX, STORE_AUDIT };

static bool
mine_open(struct mine *m, const char *dir, const struct store_opts *opts)
{
	struct buf	 err = BUF_INIT;

	if (home_create(dir, false, &err) != HOME_OK || home_open(dir, &m->home, &err) != HOME_OK ||
	    store_open(m->home, opts, &m->st, &err) != STORE_OK)
		die(dir, buf_str(&err));
	return committer_start(m->st, &m->c) == STORE_OK;
}

static void
mine_close(struct mine *m)
{
	committer_stop(m->c);
	store_close(m->st);
	home_close(m->home);
}

static void *
mine_begin(struct mine *m)
{
	struct store_txn	*txn;

	return store_begin(m->st, &txn) == STORE_OK ? txn : NULL;
}

static bool
mine_commit(void *tx)
{
	struct store	*st = store_of(tx);

	return store_commit(tx) == STORE_OK && store_flush(st) == STORE_OK;
}

static bool
mine_get(void *tx, enum table t, const void *key, size_t klen, void *val, size_t vlen)
{
	static _Thread_local struct buf	 b;

	if (store_get(store_of(tx), tx, ours_table[t], key, klen, &b) != STORE_OK || b.n != vlen)
		return false;
	memcpy(val, b.p, vlen);
	return true;
}

static bool
mine_put(void *tx, enum table t, const void *key, size_t klen, const void *val, size_t vlen)
{
	return store_put(tx, ours_table[t], key, klen, val, vlen) == STORE_OK;
}

static bool
mine_del(void *tx, enum table t, const void *key, size_t klen)
{
	return store_del(tx, ours_table[t], key, klen) == STORE_OK;
}

static int
mine_body(struct store_txn *txn, void *arg)
{
	return save(txn, arg) ? 0 : STORE_SYS;
}

static bool
ours_open(const char *dir)
{
	return mine_open(&ours, dir, NULL);
}

static void
ours_close(void)
{
	mine_close(&ours);
}

static void *
ours_begin(void)
{
	return mine_begin(&ours);
}

static bool
in_place_open(const char *dir)
{
	static const struct store_hooks	 hooks = { .unguarded = true };
	const struct store_opts		 opts = { .hooks = &hooks };

	return mine_open(&in_place, dir, &opts);
}

static void
in_place_close(void)
{
	mine_close(&in_place);
}

static void *
in_place_begin(void)
{
	return mine_begin(&in_place);
}

static struct engine ours_engine = {
	.name = "shouwang", .committer = &ours.c, .open = ours_open, .close = ours_close,
	.begin = ours_begin, .commit = mine_commit, .get = mine_get, .put = mine_put,
	    .del = mine_del,
};

static struct engine in_place_engine = {
	.name = "in place", .committer = &in_place.c, .open = in_place_open,
	    .close = in_place_close,
	.begin = in_place_begin, .commit = mine_commit, .get = mine_get, .put = mine_put,
	    .del = mine_del,
};

/* ---- SQLite ---- */

#ifdef HAVE_SQLITE3
enum lite_verb { LITE_GET, LITE_PUT, LITE_DEL, LITE_VERBS };

static const char *const lite_sql[NTABLES][LITE_VERBS] = {
#define ROW(t) {								\
	"SELECT v FROM " t " WHERE k = ?1",					\
	"INSERT INTO " t " VALUES (?1, ?2) ON CONFLICT (k) DO UPDATE SET v = excluded.v",	\
	"DELETE FROM " t " WHERE k = ?1",					\
}
	[REC] = ROW("rec"), [IDX] = ROW("idx"), [AUD] = ROW("aud"),
#undef ROW
};

static struct {
	sqlite3		*db;
	sqlite3_stmt	*stmt[NTABLES][LITE_VERBS];
} lite;

static bool
lite_exec(const char *sql)
{
	return sqlite3_exec(lite.db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static bool
lite_open(const char *dir)
{
	char	 path[PATH_MAX];
	int	 t, v;

	if (snprintf(path, sizeof(path), "%s/db", dir) >= (int)sizeof(path) ||
	    mkdir(dir, 0700) == -1 || sqlite3_open(path, &lite.db) != SQLITE_OK ||
	    !lite_exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	    "PRAGMA cache_size = -262144;"
	    "CREATE TABLE rec (k BLOB PRIMARY KEY, v BLOB) WITHOUT ROWID;"
	    "CREATE TABLE idx (k BLOB PRIMARY KEY, v BLOB) WITHOUT ROWID;"
	    "CREATE TABLE aud (k BLOB PRIMARY KEY, v BLOB) WITHOUT ROWID;"))
		return false;
	for (t = 0; t < NTABLES; t++)
		for (v = 0; v < LITE_VERBS; v++)
			if (sqlite3_prepare_v3(lite.db, lite_sql[t][v], -1,
			    SQLITE_PREPARE_PERSISTENT, &lite.stmt[t][v], NULL) != SQLITE_OK)
				return false;
	return true;
}

static void
lite_close(void)
{
	int	 t, v;

	for (t = 0; t < NTABLES; t++)
		for (v = 0; v < LITE_VERBS; v++)
			sqlite3_finalize(lite.stmt[t][v]);
	sqlite3_close(lite.db);
}

static void *
lite_begin(void)
{
	return lite_exec("BEGIN IMMEDIATE") ? &lite : NULL;
}

static bool
lite_commit(void *tx)
{
	(void)tx;
	return lite_exec("COMMIT");
}

static bool
lite_get(void *tx, enum table t, const void *key, size_t klen, void *val, size_t vlen)
{
	sqlite3_stmt	*s = lite.stmt[t][LITE_GET];
	bool		 ok;

	(void)tx;
	sqlite3_bind_blob(s, 1, key, (int)klen, SQLITE_STATIC);
	ok = sqlite3_step(s) == SQLITE_ROW && sqlite3_column_bytes(s, 0) == (int)vlen;
	if (ok)
		memcpy(val, sqlite3_column_blob(s, 0), vlen);
	sqlite3_reset(s);
	return ok;
}

static bool
lite_put(void *tx, enum table t, const void *key, size_t klen, const void *val, size_t vlen)
{
	sqlite3_stmt	*s = lite.stmt[t][LITE_PUT];
	bool		 ok;

	(void)tx;
	sqlite3_bind_blob(s, 1, key, (int)klen, SQLITE_STATIC);
	sqlite3_bind_blob(s, 2, val, (int)vlen, SQLITE_STATIC);
	ok = sqlite3_step(s) == SQLITE_DONE;
	sqlite3_reset(s);
	return ok;
}

static bool
lite_del(void *tx, enum table t, const void *key, size_t klen)
{
	sqlite3_stmt	*s = lite.stmt[t][LITE_DEL];
	bool		 ok;

	(void)tx;
	sqlite3_bind_blob(s, 1, key, (int)klen, SQLITE_STATIC);
	ok = sqlite3_step(s) == SQLITE_DONE && sqlite3_changes(lite.db) == 1;
	sqlite3_reset(s);
	return ok;
}

static struct engine lite_engine = {
	.name = "sqlite", .open = lite_open, .close = lite_close,
	.begin = lite_begin, .commit = lite_commit, .get = lite_get, .put = lite_put,
	    .del = lite_del,
};
#endif

/* ---- LMDB ---- */

#ifdef HAVE_LMDB
static struct {
	MDB_env	*env;
	MDB_dbi	 dbi[NTABLES];
} lm;

static bool
lm_open(const char *dir)
{
	static const char *const	 name[NTABLES] = { "rec", "idx", "aud" };
	MDB_txn				*tx;
	int				 t;

	if (mkdir(dir, 0700) == -1 || mdb_env_create(&lm.env) != 0 ||
	    mdb_env_set_maxdbs(lm.env, NTABLES) != 0 ||
	    mdb_env_set_mapsize(lm.env, (size_t)16 << 30) != 0 ||
	    mdb_env_open(lm.env, dir, 0, 0600) != 0 ||
	    mdb_txn_begin(lm.env, NULL, 0, &tx) != 0)
		return false;
	for (t = 0; t < NTABLES; t++)
		if (mdb_dbi_open(tx, name[t], MDB_CREATE, &lm.dbi[t]) != 0)
			return false;
	return mdb_txn_commit(tx) == 0;
}

static void
lm_close(void)
{
	mdb_env_close(lm.env);
}

static void *
lm_begin(void)
{
	MDB_txn	*tx;

	return mdb_txn_begin(lm.env, NULL, 0, &tx) == 0 ? tx : NULL;
}

static bool
lm_commit(void *tx)
{
	return mdb_txn_commit(tx) == 0;
}

static MDB_val
lm_val(const void *p, size_t n)
{
	return (MDB_val){ n, (void *)(uintptr_t)p };
}

static bool
lm_get(void *tx, enum table t, const void *key, size_t klen, void *val, size_t vlen)
{
	MDB_val	 k = lm_val(key, klen), v;

	if (mdb_get(tx, lm.dbi[t], &k, &v) != 0 || v.mv_size != vlen)
		return false;
	memcpy(val, v.mv_data, vlen);
	return true;
}

static bool
lm_put(void *tx, enum table t, const void *key, size_t klen, const void *val, size_t vlen)
{
	MDB_val	 k = lm_val(key, klen), v = lm_val(val, vlen);

	return mdb_put(tx, lm.dbi[t], &k, &v, 0) == 0;
}

static bool
lm_del(void *tx, enum table t, const void *key, size_t klen)
{
	MDB_val	 k = lm_val(key, klen);

	return mdb_del(tx, lm.dbi[t], &k, NULL) == 0;
}

static struct engine lm_engine = {
	.name = "lmdb", .open = lm_open, .close = lm_close, .begin = lm_begin, .commit = lm_commit,
	.get = lm_get, .put = lm_put, .del = lm_del,
};
#endif

static struct engine *const engines[] = {
	&ours_engine,
	&in_place_engine,
#ifdef HAVE_SQLITE3
	&lite_engine,
#endif
#ifdef HAVE_LMDB
	&lm_engine,
#endif
};
#define NENGINES	(sizeof(engines) / sizeof(engines[0]))

/* ---- one committing thread for those that have none ---- */

struct pending {
	struct save	 s;
	sem_t		 done;
};

static struct {
	pthread_mutex_t	 mtx;
	pthread_cond_t	 cond;
	struct pending	*queue[MAX_CLIENTS];
	unsigned	 n;
	bool		 stop;
} batcher = { .mtx = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };

static void
batch_run(struct pending **p, unsigned n)
{
	struct engine	*e = p[0]->s.e;
	void		*tx;
	unsigned	 i;

	if ((tx = e->begin()) == NULL)
		die(e->name, "cannot begin");
	for (i = 0; i < n; i++)
		if (!save(tx, &p[i]->s))
			die(e->name, "cannot save");
	if (!e->commit(tx))
		die(e->name, "cannot commit");
	for (i = 0; i < n; i++)
		sem_post(&p[i]->done);
}

static void *
batch_thread(void *arg)
{
	struct pending	*mine[MAX_CLIENTS];
	unsigned	 n;

	(void)arg;
	for (;;) {
		pthread_mutex_lock(&batcher.mtx);
		while (batcher.n == 0 && !batcher.stop)
			pthread_cond_wait(&batcher.cond, &batcher.mtx);
		n = batcher.n;
		memcpy(mine, batcher.queue, n * sizeof(mine[0]));
		batcher.n = 0;
		pthread_mutex_unlock(&batcher.mtx);
		if (n == 0)
			return NULL;
		batch_run(mine, n);
	}
}

static void
batch_submit(struct pending *p)
{
	pthread_mutex_lock(&batcher.mtx);
	batcher.queue[batcher.n++] = p;
	pthread_cond_signal(&batcher.cond);
	pthread_mutex_unlock(&batcher.mtx);
	while (sem_wait(&p->done) == -1)
		;
}

/* ---- clients ---- */

struct client {
	pthread_t	 thread;
	struct engine	*e;
	unsigned	 seed;
	double		 end;
	uint64_t	 saves;
	float		*us;		/* latencies */
	size_t		 nus, max;
};

static void *
client(void *arg)
{
	struct client	*c = arg;
	struct pending	 p;
	double		 t0, t1;

	sem_init(&p.done, 0, 0);
	for (t1 = now(); t1 < c->end; c->saves++) {
		t0 = t1;
		p.s = (struct save){ c->e, 0, (uint32_t)rand_r(&c->seed) };
		if (p.s.salt % 5 != 0)
			p.s.id = 1 + (uint32_t)rand_r(&c->seed) %
			    (atomic_load(&c->e->last_id) - MAX_CLIENTS);
		if (c->e->committer == NULL)
			batch_submit(&p);
		else if (commit_run(*c->e->committer, mine_body, &p.s) != 0)
			die(c->e->name, "cannot save");
		t1 = now();
		if (c->nus < c->max)
			c->us[c->nus++] = (float)((t1 - t0) * 1e6);
	}
	sem_destroy(&p.done);
	return NULL;
}

struct result {
	double	 rate, p50, p99;
};

static int
cmp_float(const void *a, const void *b)
{
	float	 x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static int
cmp_double(const void *a, const void *b)
{
	double	 x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static struct result
measure(struct engine *e, unsigned clients, double secs)
{
	static float	 us[MAX_LATENCIES];
	struct client	 c[MAX_CLIENTS] = { 0 };
	struct result	 r = { 0 };
	size_t		 each = MAX_LATENCIES / clients, n = 0;
	uint64_t	 saves = 0;
	double		 start = now(), spent;
	unsigned	 i;

	for (i = 0; i < clients; i++) {
		c[i] = (struct client){ .e = e, .seed = i + (unsigned)start, .end = start + secs,
		    .us = us + i * each, .max = each };
		if (pthread_create(&c[i].thread, NULL, client, &c[i]) != 0)
			die("thread", strerror(errno));
	}
	for (i = 0; i < clients; i++) {
		pthread_join(c[i].thread, NULL);
		saves += c[i].saves;
		memmove(us + n, c[i].us, c[i].nus * sizeof(us[0]));
		n += c[i].nus;
	}
	spent = now() - start;
	qsort(us, n, sizeof(us[0]), cmp_float);
	r.rate = (double)saves / spent;
	r.p50 = (double)us[n / 2];
	r.p99 = (double)us[n * 99 / 100];
	return r;
}

/* One thread, 4 KB at the end of a file, fdatasync, again. */
static struct result
measure_raw(const char *dir, double secs)
{
	static const char	 block[4096] = "x";
	static float		 us[MAX_LATENCIES];
	char			 path[PATH_MAX];
	struct result		 r = { 0 };
	double			 start, t0, t1;
	size_t			 n = 0;
	int			 fd;

	if (snprintf(path, sizeof(path), "%s/raw", dir) >= (int)sizeof(path) ||
	    (fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600)) == -1)
		die(dir, strerror(errno));
	for (start = t1 = now(); t1 < start + secs && n < MAX_LATENCIES; n++) {
		t0 = t1;
		if (write(fd, block, sizeof(block)) != sizeof(block) || fdatasync(fd) == -1)
			die(path, strerror(errno));
		t1 = now();
		us[n] = (float)((t1 - t0) * 1e6);
	}
	close(fd);
	qsort(us, n, sizeof(us[0]), cmp_float);
	r.rate = (double)n / (t1 - start);
	r.p50 = (double)us[n / 2];
	r.p99 = (double)us[n * 99 / 100];
	return r;
}

static void
load(struct engine *e, const char *dir, unsigned records)
{
	struct save	 s = { .e = e };
	char		 path[PATH_MAX];
	void		*tx = NULL;
	unsigned	 i;

	if (snprintf(path, sizeof(path), "%s/%s", dir, e->name) >= (int)sizeof(path) ||
	    !e->open(path))
		die(e->name, "cannot open");
	for (i = 0; i < records; i++) {
		if (i % LOAD_BATCH == 0 && (tx = e->begin()) == NULL)
			die(e->name, "cannot begin");
		s.salt = i;
		if (!save(tx, &s))
			die(e->name, "cannot load");
		if ((i % LOAD_BATCH == LOAD_BATCH - 1 || i == records - 1) && !e->commit(tx))
			die(e->name, "cannot commit");
	}
}

/* ---- the table ---- */

static const unsigned	 clients[] = { 1, 16, 64 };
#define NCLIENTS	(sizeof(clients) / sizeof(clients[0]))

/* Middle, least and greatest of a member over the runs. */
static double
middle(const struct result *r, unsigned runs, size_t member, double *min, double *max)
{
	double		 v[MAX_RUNS];
	unsigned	 i;

	for (i = 0; i < runs; i++)
		memcpy(&v[i], (const char *)&r[i] + member, sizeof(v[i]));
	qsort(v, runs, sizeof(v[0]), cmp_double);
	*min = v[0];
	*max = v[runs - 1];
	return v[runs / 2];
}

static double
show(const char *head, const char *name, const struct result *r, unsigned runs, double ours_rate)
{
	double	 rate, p50, p99, min, max, lo, hi;

	p50 = middle(r, runs, offsetof(struct result, p50), &lo, &hi);
	p99 = middle(r, runs, offsetof(struct result, p99), &lo, &hi);
	rate = middle(r, runs, offsetof(struct result, rate), &min, &max);
	printf("%-8s %-14s %7.0f  [%6.0f .. %6.0f]  %8.0f %8.0f", head, name, rate, min, max, p50,
	    p99);
	if (ours_rate > 0)
		printf("   %5.2fx", ours_rate / rate);
	putchar('\n');
	return rate;
}

static void
show_plain(const char *name, unsigned n, struct result r)
{
	printf("%s %u %.1f %.1f %.1f\n", name, n, r.rate, r.p50, r.p99);
}

static int
plain(const char *dir, double secs, unsigned records)
{
	unsigned	 c;

	load(&ours_engine, dir, records);
	show_plain("disk", 1, measure_raw(dir, secs));
	for (c = 0; c < NCLIENTS; c++)
		show_plain(ours_engine.name, clients[c], measure(&ours_engine, clients[c], secs));
	ours_close();
	return 0;
}

int
main(int argc, char **argv)
{
	static struct result	 res[NCLIENTS][NENGINES][MAX_RUNS], raw[MAX_RUNS];
	const int		 as_lines = argc > 1 && strcmp(argv[1], "-p") == 0,
	    at = 1 + as_lines;
	const char		*dir = argc > at ? argv[at] : ".";
	double			 secs = argc > at + 1 ? atof(argv[at + 1]) : 2, ours_rate;
	unsigned		 runs = argc > at + 2 ? (unsigned)atoi(argv[at + 2]) : 3;
	unsigned		 records = argc > at + 3 ? (unsigned)atoi(argv[at + 3]) : 20000, r,
	    c, e;
	char			 head[16];
	pthread_t		 t;

	if (secs <= 0 || runs < 1 || runs > MAX_RUNS || records <= MAX_CLIENTS)
		die("arguments", "[-p] DIR [SECONDS [RUNS (1-9) [RECORDS]]]");
	if (as_lines)
		return plain(dir, secs, records);
	if (pthread_create(&t, NULL, batch_thread, NULL) != 0)
		die("thread", strerror(errno));
	for (e = 0; e < NENGINES; e++)
		load(engines[e], dir, records);
	for (r = 0; r < runs; r++) {
		raw[r] = measure_raw(dir, secs);
		for (c = 0; c < NCLIENTS; c++)
			for (e = 0; e < NENGINES; e++)
				res[c][e][r] = measure(engines[e], clients[c], secs);
	}

	printf("Durable saves: %u records to begin with, %u interleaved runs of %g s, "
	    "median [least .. most].\n", records, runs, secs);
#ifndef HAVE_SQLITE3
	puts("SQLite is not installed and left out.");
#endif
#ifndef HAVE_LMDB
	puts("LMDB is not installed and left out.");
#endif
	printf("%-8s %-14s %7s  %18s  %8s %8s   %s\n", "clients", "", "saves/s", "", "p50 us",
	    "p99 us", "shouwang against it");
	for (c = 0; c < NCLIENTS; c++) {
		snprintf(head, sizeof(head), "%u", clients[c]);
		ours_rate = show(head, engines[0]->name, res[c][0], runs, 0);
		for (e = 1; e < NENGINES; e++)
			show("", engines[e]->name, res[c][e], runs, ours_rate);
		show("", "4 KB + sync", raw, runs, ours_rate);
	}

	for (e = 0; e < NENGINES; e++)
		engines[e]->close();
	pthread_mutex_lock(&batcher.mtx);
	batcher.stop = true;
	pthread_cond_signal(&batcher.cond);
	pthread_mutex_unlock(&batcher.mtx);
	pthread_join(t, NULL);
	return 0;
}
