#include <sys/wait.h>

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/rec/rec.h"
#include "core/store/home.h"
#include "core/store/store.h"
#include "forms/def.h"
#include "tests/bench/bench.h"
#include "tests/support/demo.h"
#include "tests/support/must.h"

/*
 * The daemon on a demo county: durable saves through the whole chain (socket, session, checks,
 * committer) beside what bench_store reaches with the bare store and what the disk does, in the
 * same run; how long answers take, beside reading the same rows straight from the store; what a
 * session costs in memory.
 *
 *	bench_daemon DIR
 *	BENCH_DEMO=N (2000), BENCH_QUICK=1
 */
#define MAX_CLIENTS	64
#define MAX_DIRECTORS	64
#define MAX_ROUNDS	9
#define MAX_LATENCIES	200000
#define MINE		100		/* rows asked for in a list, at most */
#define RECORDS		5000		/* of the bare store */
#define SESSIONS	200

static const unsigned	 clients[] = { 1, 16, 64 };
#define NCLIENTS	(sizeof(clients) / sizeof(clients[0]))

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench_daemon: %s: %s\n", what, why);
	exit(1);
}

/* ---- requests -------------------------------------------------------------------------------- */

/* "key", "text" pairs, ended by NULL. */
static struct val *
request(const char *op, ...)
{
	struct val	*req = val_map();
	const char	*key;
	va_list		 ap;

	must(val_put(req, "op", val_text(op)));
	va_start(ap, op);
	while ((key = va_arg(ap, const char *)) != NULL)
		must(val_put(req, key, val_text(va_arg(ap, const char *))));
	va_end(ap);
	return req;
}

static struct val *
with(struct val *req, const char *key, int64_t n)
{
	must(val_put(req, key, val_int(n)));
	return req;
}

static struct val *
list_request(const char *list, int64_t limit)
{
	return with(request("list", "book", "child", "list", list, NULL), "limit", limit);
}

/* ---- saves ----------------------------------------------------------------------------------- */

struct child {
	int64_t	 id, ver;
};

struct saver {
	pthread_t	 thread;
	struct conn	*line;
	unsigned	 number;
	struct child	 kids[MINE];
	size_t		 nkids;
	struct val	*model;		/* fields of a new child */
	uint64_t	 saves;
	double		 end;
	double		*us;		/* latencies */
	size_t		 nus, max;
};

static struct saver	 savers[MAX_CLIENTS];

/*
 * Of one director's children every `of`th from `first` is this saver's alone, so no save meets a
 * conflict.
 */
static void
take_children(struct saver *s, size_t first, size_t of)
{
	struct val	*reply = demo_ask(s->line, list_request("mine", MINE)),
	    *rows = val_get(reply, "rows"), *row;
	const char	*state;
	size_t		 i;

	for (i = first; i < val_len(rows) && s->nkids < MINE; i += of) {
		row = val_at(rows, i);
		state = val_get_str(row, "state");
		if (strcmp(state, "active") == 0 || strcmp(state, "found") == 0)
			s->kids[s->nkids++] = (struct child){ val_get_num(row, "id", 0),
			    val_get_num(row, "ver", 0) };
	}
	val_free(reply);
	if (s->nkids == 0)
		die("too few children", "set BENCH_DEMO higher");
}

/* What the daemon learns or computes itself is nobody's to write. */
static void
drop_computed(struct conn *line, struct val *fields)
{
	struct val		*reply = demo_ask(line, request("forms", NULL));
	struct lint		 lint = { BUF_INIT, 0 };
	struct set		*set = load_set(val_take(reply, "set"), &lint);
	const struct book	*book = set != NULL ? set_book(set, "child") : NULL;

	if (book == NULL)
		die("forms", buf_str(&lint.out));
	for (size_t i = 0; i < book->nall; i++)
		if (book->all[i]->group == NULL && book->all[i]->computed != COMPUTED_NO)
			val_drop(fields, book->all[i]->name);
	set_free(set);
	buf_free(&lint.out);
	val_free(reply);
}

/* A whole file, but for the number that only one child can have. */
static void
take_model(struct saver *s)
{
	struct val	*req = with(request("get", "book", "child", NULL), "id", s->kids[0].id),
	    *reply;

	must(val_put(req, "whole", val_bool(true)));
	reply = demo_ask(s->line, req);
	s->model = val_dup(val_find(reply, "record.fields"));
	val_drop(s->model, "citizen_no");
	drop_computed(s->line, s->model);
	val_free(reply);
}

static void
open_savers(const struct demo *d)
{
	char	 directors[MAX_DIRECTORS][64];
	size_t	 n = demo_users(d, "director", directors, MAX_DIRECTORS), i;

	for (i = 0; i < MAX_CLIENTS; i++) {
		savers[i].number = (unsigned)i;
		savers[i].line = demo_conn(d, directors[i % n]);
		take_children(&savers[i], i / n, (MAX_CLIENTS + n - 1) / n);
		take_model(&savers[i]);
	}
}

static void
close_savers(void)
{
	size_t	 i;

	for (i = 0; i < MAX_CLIENTS; i++) {
		conn_close(savers[i].line);
		val_free(savers[i].model);
	}
}

static struct val *
save_request(struct saver *s, const struct child *kid)
{
	struct val	*req = request("save", "book", "child", NULL), *set;
	uint64_t	 token[2] = { s->number + 1, s->saves };
	char		 text[64];

	must(val_put(req, "token", val_bytes(token, sizeof(token))));
	snprintf(text, sizeof(text), "第%u组%u号", s->number + 1, (unsigned)s->saves);
	if (kid != NULL) {
		set = val_map();
		with(with(req, "id", kid->id), "ver", kid->ver);
		/* moves rows of the finder */
		must(val_put(set, "former_name", val_text(s->saves % 2 == 0 ? "小花" : "石头")));
	} else
		set = val_dup(s->model);
	must(val_put(set, "address", val_text(text)));
	must(val_put(req, "set", set));
	return req;
}

/* As in bench_store four of five change a record and the fifth makes a new one. */
static void
save_one(struct saver *s)
{
	struct child	*kid = s->saves % 5 == 4 ? NULL : &s->kids[s->saves % s->nkids];
	struct val	*reply = demo_ask(s->line, save_request(s, kid));

	if (kid != NULL)
		kid->ver = val_get_num(reply, "ver", 0);
	val_free(reply);
	s->saves++;
}

static void *
saver(void *arg)
{
	struct saver	*s = arg;
	double		 t0, t1;

	for (t1 = bench_now(); t1 < s->end;) {
		t0 = t1;
		save_one(s);
		t1 = bench_now();
		if (s->nus < s->max)
			s->us[s->nus++] = (t1 - t0) * 1e6;
	}
	return NULL;
}

struct result {
	double	 rate, p50, p99, cpu;	/* saves a second, us, us, us of the daemon's processor a
					   save */
};

/* Seconds of processor. */
static double
cpu_of(pid_t pid)
{
	char		 path[64], line[1024] = "", *p;
	unsigned long	 user = 0, sys = 0;
	FILE		*f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if ((f = fopen(path, "r")) == NULL || fgets(line, sizeof(line), f) == NULL ||
	    (p = strrchr(line, ')')) == NULL ||
	    sscanf(p, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &sys) != 2)
		die(path, "cannot be read");
	fclose(f);
	return (double)(user + sys) / (double)sysconf(_SC_CLK_TCK);
}

static struct result
measure_saves(pid_t pid, unsigned n, double secs)
{
	static double	 us[MAX_LATENCIES];
	size_t		 each = MAX_LATENCIES / n, all = 0;
	uint64_t	 saves = 0;
	double		 start = bench_now(), cpu = cpu_of(pid), spent;
	struct result	 r;
	unsigned	 i;

	for (i = 0; i < n; i++) {
		saves -= savers[i].saves;
		savers[i].us = us + i * each;
		savers[i].nus = 0;
		savers[i].max = each;
		savers[i].end = start + secs;
		if (pthread_create(&savers[i].thread, NULL, saver, &savers[i]) != 0)
			die("thread", strerror(errno));
	}
	for (i = 0; i < n; i++) {
		pthread_join(savers[i].thread, NULL);
		saves += savers[i].saves;
		memmove(us + all, savers[i].us, savers[i].nus * sizeof(us[0]));
		all += savers[i].nus;
	}
	spent = bench_now() - start;
	r.rate = (double)saves / spent;
	r.cpu = (cpu_of(pid) - cpu) / (double)saves * 1e6;
	r.p50 = bench_spread(us, all).median;
	r.p99 = us[all * 99 / 100];
	return r;
}

/* ---- the bare store and the disk ------------------------------------------------------------- */

struct bare {
	struct result	 disk, store[NCLIENTS];
};

/* bench_store says it in lines "disk|shouwang CLIENTS RATE P50 P99". */
static struct bare
measure_bare(const char *dir, double secs)
{
	char		 command[2 * PATH_MAX], name[16];
	struct bare	 b;
	struct result	 r = { 0 };
	unsigned	 n, i, lines = 0;
	FILE		*f;

	snprintf(command, sizeof(command),
	    "mkdir '%s/bare' && '%s' -p '%s/bare' %g 1 %u && rm -r '%s/bare'", dir,
	    demo_program("tests/bench/bench_store"), dir, secs, RECORDS, dir);
	if ((f = popen(command, "r")) == NULL)
		die("bench_store", strerror(errno));
	while (fscanf(f, "%15s %u %lf %lf %lf", name, &n, &r.rate, &r.p50, &r.p99) == 5) {
		lines++;
		if (strcmp(name, "disk") == 0)
			b.disk = r;
		for (i = 0; strcmp(name, "disk") != 0 && i < NCLIENTS; i++)
			if (clients[i] == n)
				b.store[i] = r;
	}
	if (pclose(f) != 0 || lines != 1 + NCLIENTS)
		die("bench_store", "failed");
	return b;
}

static struct spread
spread_of(const struct result *r, size_t stride, unsigned n, size_t member)
{
	double		 v[MAX_ROUNDS];
	unsigned	 i;

	for (i = 0; i < n; i++)
		memcpy(&v[i], (const char *)r + i * stride + member, sizeof(v[i]));
	return bench_spread(v, n);
}

/* One line; the rate's median. */
static double
show_saves(const char *head, const char *name, const struct result *r, size_t stride,
    unsigned rounds)
{
	struct spread	 rate = spread_of(r, stride, rounds, offsetof(struct result, rate));

	printf("%-8s %-22s %7.0f  [%6.0f .. %6.0f]  %8.0f %8.0f", head, name, rate.median, rate.min,
	    rate.max, spread_of(r, stride, rounds, offsetof(struct result, p50)).median,
	    spread_of(r, stride, rounds, offsetof(struct result, p99)).median);
	return rate.median;
}

static void
saves(const struct demo *d, const char *dir)
{
	static struct result	 ours[NCLIENTS][MAX_ROUNDS];
	static struct bare	 bare[MAX_ROUNDS];
	unsigned		 rounds = bench_quick() ? 1 : 3, c, r;
	double			 secs = bench_quick() ? 0.7 : 3, rate, other;
	char			 head[16];

	open_savers(d);
	measure_saves(d->pid, MAX_CLIENTS, secs / 2);		/* warm */
	for (r = 0; r < rounds; r++) {
		bare[r] = measure_bare(dir, secs / 2);
		for (c = 0; c < NCLIENTS; c++)
			ours[c][r] = measure_saves(d->pid, clients[c], secs);
	}
	close_savers();
	printf("Durable saves of child files through the daemon, %u interleaved rounds of %g s, median [least .. most].\n",
	    rounds, secs);
	printf("%-8s %-22s %7s  %18s  %8s %8s   %s\n", "clients", "", "saves/s", "", "p50 us",
	    "p99 us", "daemon against it");
	for (c = 0; c < NCLIENTS; c++) {
		snprintf(head, sizeof(head), "%u", clients[c]);
		rate = show_saves(head, "daemon", ours[c], sizeof(ours[c][0]), rounds);
		printf("   %.0f us of processor each\n", spread_of(ours[c], sizeof(ours[c][0]),
		    rounds, offsetof(struct result, cpu)).median);
		other = show_saves("", "bare store, 2 KB saves", &bare[0].store[c], sizeof(bare[0]),
		    rounds);
		printf("   %.2fx\n", rate / other);
		other = show_saves("", "4 KB + sync", &bare[0].disk, sizeof(bare[0]), rounds);
		printf("   %.2fx\n", rate / other);
	}
}

/* ---- answers --------------------------------------------------------------------------------- */

#define PAGE	19		/* rows of a list on 24 lines */

/*
 * What the same rows cost straight from the store: records by key, or index rows passed over and
 * counted.
 */
enum raw { RAW_GET, RAW_PASS };

struct question {
	const char	*label, *who;
	enum raw	 raw;
	struct val	*(*make)(int64_t id);
	const char	*rows;		/* member of the reply that holds them, or their number;
					   NULL = one record */

	/* measured */
	struct spread	 ms, raw_ms;
	size_t		 nrows;
	int64_t		 ids[PAGE + 1];
};

static struct val *ask_all(int64_t id) { (void)id; return list_request("all", PAGE); }
static struct val *ask_mine(int64_t id) { (void)id; return list_request("mine", PAGE); }
static struct val *ask_birth(int64_t id) { (void)id; return with(list_request("all", PAGE), "sort",
    1); }

static struct val *
ask_find(int64_t id)
{
	(void)id;
	return with(request("find", "book", "child", "text", "wl", NULL), "limit", PAGE);
}

static struct val *
ask_count(int64_t id)
{
	(void)id;
	return request("count", "book", "child", "list", "all", NULL);
}

static struct val *
ask_members(int64_t id)
{
	(void)id;
	return request("members", "book", "child", "list", "active", "by", "guardianship", NULL);
}

static struct val *
ask_get(int64_t id)
{
	return with(request("get", "book", "child", NULL), "id", id);
}

static struct val *
ask_menu(int64_t id)
{
	(void)id;
	return request("menu", NULL);
}

static struct question	 questions[] = {
	{ .label = "first page of all", .who = "officer", .make = ask_all, .rows = "rows" },
	{ .label = "... by birth", .who = "officer", .make = ask_birth, .rows = "rows" },
	{ .label = "first page of all", .who = "supervisor", .make = ask_all, .rows = "rows" },
	{ .label = "first page of mine", .who = "director", .make = ask_mine, .rows = "rows" },
	{ .label = "find by initials", .who = "officer", .make = ask_find, .rows = "rows" },
	{ .label = "find by initials", .who = "director", .make = ask_find, .rows = "rows" },
	{ .label = "count all", .who = "officer", .make = ask_count, .rows = "count",
	  .raw = RAW_PASS },
	{ .label = "count all", .who = "supervisor", .make = ask_count, .rows = "count",
	  .raw = RAW_PASS },
	{ .label = "count by guardianship", .who = "officer", .make = ask_members, .rows = "groups",
	  .raw = RAW_PASS },
	{ .label = "numbers of the menu", .who = "officer", .make = ask_menu, .rows = "counts",
	  .raw = RAW_PASS },
	{ .label = "one file, with its trail", .who = "officer", .make = ask_get, .raw = RAW_GET },
	{ .label = "one file, with its trail", .who = "director", .make = ask_get, .raw = RAW_GET },
};
#define NQUESTIONS	(sizeof(questions) / sizeof(questions[0]))

/* How many rows the answer speaks of: those it holds, or the numbers it gives. */
static size_t
rows_in(const struct val *v)
{
	const struct val	*n;
	size_t			 i, sum = 0;

	if (v == NULL || val_kind(v) == VAL_INT)
		return v == NULL ? 1 : (size_t)val_num(v, 0);
	for (i = 0; i < val_len(v); i++) {
		n = val_kind(v) == VAL_MAP ? val_value(v, i) : val_get(val_at(v, i), "count");
		sum += n != NULL ? (size_t)val_num(n, 0) : 1;
	}
	return sum;
}

static void
note_rows(struct question *q, const struct val *reply, int64_t id)
{
	const struct val	*rows = q->rows != NULL ? val_get(reply, q->rows) : NULL;
	size_t			 i;

	q->nrows = rows_in(rows);
	q->ids[0] = id;
	for (i = 0; q->raw == RAW_GET && i < val_len(rows) && i < PAGE; i++)
		q->ids[i] = val_get_num(val_at(rows, i), "id", 0);
}

static void
measure_question(const struct demo *d, struct question *q)
{
	char		 who[1][64];
	struct conn	*l;
	struct val	*reply;
	double		 ms[200], t;
	size_t		 n = bench_quick() ? 30 : 200, i;
	int64_t		 id;

	demo_users(d, q->who, who, 1);
	l = demo_conn(d, who[0]);
	reply = demo_ask(l, list_request(strcmp(q->who, "director") == 0 ? "mine" : "all", 1));
	id = val_get_num(val_at(val_get(reply, "rows"), 0), "id", 0);
	for (i = 0; i < n; i++) {
		val_free(reply);
		t = bench_now();
		reply = demo_ask(l, q->make(id));
		ms[i] = (bench_now() - t) * 1e3;
	}
	note_rows(q, reply, id);
	val_free(reply);
	conn_close(l);
	q->ms = bench_spread(ms, n);
	q->ms.max = ms[n * 99 / 100];
}

static bool
pass(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	(void)key;
	(void)klen;
	(void)val;
	(void)vlen;
	++*(size_t *)arg;
	return true;
}

static void
read_raw(struct store *st, const struct question *q)
{
	struct store_range	 range = { .keys_only = true, .limit = q->nrows };
	unsigned char		 key[REC_KEY];
	struct buf		 b = BUF_INIT;
	size_t			 i, n = 0;

	if (q->raw == RAW_PASS && q->nrows > 0 &&
	    store_scan(st, NULL, STORE_IDX, &range, pass, &n) != STORE_OK)
		die("raw scan", "failed");
	for (i = 0; q->raw == RAW_GET && i < q->nrows; i++) {
		rec_key((uint64_t)q->ids[i], key);
		if (store_get(st, NULL, STORE_REC, key, sizeof(key), &b) != STORE_OK)
			die("raw get", "failed");
	}
	buf_free(&b);
}

/* The daemon is gone: its home is ours. */
static void
measure_raw(const struct demo *d)
{
	struct home	*home;
	struct store	*st;
	struct buf	 err = BUF_INIT;
	double		 ms[50], t;
	size_t		 i, k;

	if (home_open(d->home, &home, &err) != HOME_OK ||
	    store_open(home, NULL, &st, &err) != STORE_OK)
		die(d->home, buf_str(&err));
	for (i = 0; i < NQUESTIONS; i++) {
		read_raw(st, &questions[i]);			/* warm */
		for (k = 0; k < 50; k++) {
			t = bench_now();
			read_raw(st, &questions[i]);
			ms[k] = (bench_now() - t) * 1e3;
		}
		questions[i].raw_ms = bench_spread(ms, 50);
	}
	store_close(st);
	home_close(home);
}

static void
show_questions(unsigned children)
{
	const struct question	*q;

	printf("\nAnswers of the daemon in a county of %u children (and those saved above), one client, ms, median "
	    "[least .. 99%%],\nbeside reading the same rows straight from the store.\n", children);
	printf("%-26s %-11s %6s  %8s  %20s  %10s   %s\n", "", "asked by", "rows", "ms", "",
	    "raw ms", "ratio");
	for (q = questions; q < questions + NQUESTIONS; q++)
		printf("%-26s %-11s %6zu  %8.3f  [%8.3f ..%8.3f]  %10.4f  %6.1fx\n", q->label,
		    q->who, q->nrows,
		    q->ms.median, q->ms.min, q->ms.max, q->raw_ms.median,
		    q->ms.median / q->raw_ms.median);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static long
resident_kb(pid_t pid)
{
	char	 path[64], line[256];
	long	 kb = -1;
	FILE	*f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	if ((f = fopen(path, "r")) == NULL)
		die(path, strerror(errno));
	while (kb == -1 && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "VmRSS: %ld", &kb) != 1)
			kb = -1;
	fclose(f);
	return kb;
}

/* As the client begins: who am I, the definitions, the numbers of the menu. */
static void
begin_session(struct conn *l)
{
	val_free(demo_ask(l, request("forms", NULL)));
	val_free(demo_ask(l, request("menu", NULL)));
}

/* Before anything else has grown the daemon's heap. */
static void
memory(const struct demo *d)
{
	static struct conn	*lines[SESSIONS];
	char			 directors[MAX_DIRECTORS][64];
	size_t			 n = demo_users(d, "director", directors, MAX_DIRECTORS), i;
	long			 start, before, after;

	start = resident_kb(d->pid);
	for (i = 0; i < n; i++) {		/* once each: caches and heap are as after a
						   morning */
		lines[0] = demo_conn(d, directors[i]);
		begin_session(lines[0]);
		conn_close(lines[0]);
	}
	before = resident_kb(d->pid);
	for (i = 0; i < SESSIONS; i++) {
		lines[i] = demo_conn(d, directors[i % n]);
		begin_session(lines[i]);
	}
	after = resident_kb(d->pid);
	for (i = 0; i < SESSIONS; i++)
		conn_close(lines[i]);
	printf("\nMemory of the daemon: %ld kB at its start, %ld kB when %zu people were there, %ld kB with %d sessions: "
	    "%.1f kB a session.\n", start, before, n, after, SESSIONS,
	    (double)(after - before) / SESSIONS);
}

int
main(int argc, char **argv)
{
	unsigned	 children = bench_number("BENCH_DEMO", 2000);
	struct demo	 d;
	size_t		 i;

	if (argc != 2)
		die("arguments", "DIR");
	demo_make(&d, argv[1], children);
	demo_start(&d);
	saves(&d, argv[1]);
	demo_stop(&d);

	demo_start(&d);
	for (i = 0; i < NQUESTIONS; i++)
		measure_question(&d, &questions[i]);
	demo_stop(&d);
	measure_raw(&d);
	show_questions(children);

	demo_start(&d);
	memory(&d);
	demo_stop(&d);
	demo_free(&d);
	return 0;
}
