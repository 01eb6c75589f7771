#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "tests/bench/bench.h"
#include "tests/support/demo.h"
#include "tests/support/must.h"

/*
 * What one person's sixteen connections do to another's work: how long get and draft take him while
 * the one floods the daemon, beside the same on an idle daemon in the same run.
 *
 *	bench_fair DIR
 *	BENCH_DEMO=N (2000), BENCH_QUICK=1
 */
#define FLOOD		16
#define MAX_SAMPLES	1000

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench_fair: %s: %s\n", what, why);
	exit(1);
}

struct child {
	int64_t	 id, ver;
};

struct line {
	pthread_t	 thread;
	struct conn	*conn;
	unsigned	 number, sent;
	struct child	 child;		/* his own among the lines */
	const struct flood *flood;
};

struct flood {
	const char	*label, *who;
	struct val	*(*make)(struct line *);
};

static struct line	 lines[FLOOD];
static atomic_bool	 stop;

static struct val *
request(const char *op, const char *key, const char *text)
{
	struct val	*req = val_map();

	must(val_put(req, "op", val_text(op)));
	must(val_put(req, "book", val_text("child")));
	if (key != NULL)
		must(val_put(req, key, val_text(text)));
	return req;
}

static struct val *
get_of(struct line *l)
{
	struct val	*req = request("get", NULL, NULL);

	must(val_put(req, "id", val_int(l->child.id)));
	return req;
}

static struct val *
draft_of(struct line *l)
{
	uint64_t	 name[2] = { 7, l->number };
	struct val	*req = request("draft", NULL, NULL), *set = val_map();

	must(val_put(req, "draft", val_bytes(name, sizeof(name))));
	must(val_put(set, "address", val_text("三组12号")));
	must(val_put(req, "set", set));
	return req;
}

static struct val *
save_of(struct line *l)
{
	uint64_t	 token[2] = { l->number + 1, l->sent };
	struct val	*req = request("save", NULL, NULL), *set = val_map();

	must(val_put(req, "id", val_int(l->child.id)));
	must(val_put(req, "ver", val_int(l->child.ver)));
	must(val_put(req, "token", val_bytes(token, sizeof(token))));
	must(val_put(set, "former_name", val_text(l->sent % 2 == 0 ? "小花" : "石头")));
	must(val_put(req, "set", set));
	return req;
}

static struct val *
find_of(struct line *l)
{
	(void)l;
	return request("find", "text", "w");
}

static struct val *
due_of(struct line *l)
{
	struct val	*req = val_map();

	(void)l;
	must(val_put(req, "op", val_text("due")));
	must(val_put(req, "find", val_text("w")));
	return req;
}

static struct val *
list_of(struct line *l)
{
	struct val	*req = request("list", "list", "all");

	(void)l;
	must(val_put(req, "find", val_text("w")));
	return req;
}

/*
 * The control: the daemon does nothing for it, so that the row shows what sixteen busy clients on
 * the same processors cost.
 */
static struct val *
ping_of(struct line *l)
{
	struct val	*req = val_map();

	(void)l;
	must(val_put(req, "op", val_text("ping")));
	return req;
}

static const struct flood	 floods[] = {
	{ "ping (control)",	"officer",	ping_of },
	{ "due with find",	"officer",	due_of },
	{ "get",		"officer",	get_of },
	{ "find",		"officer",	find_of },
	{ "save",		"director",	save_of },
	{ "draft",		"director",	draft_of },
	{ "list with find",	"officer",	list_of },
};

/* A child he may change, the n-th of them. */
static struct child
child_of(struct conn *l, const char *list, size_t n)
{
	struct val	*req = request("list", "list", list), *reply, *rows, *row;
	struct child	 c;

	must(val_put(req, "limit", val_int(100)));
	reply = demo_ask(l, req);
	rows = val_get(reply, "rows");
	if (val_len(rows) <= n)
		die("too few children", "set BENCH_DEMO higher");
	row = val_at(rows, n);
	c = (struct child){ val_get_num(row, "id", 0), val_get_num(row, "ver", 0) };
	val_free(reply);
	return c;
}

static void *
flooder(void *arg)
{
	struct line	*l = arg;
	struct val	*reply;

	for (l->sent = 0; !atomic_load(&stop); l->sent++) {
		reply = demo_ask(l->conn, l->flood->make(l));
		l->child.ver = val_get_num(reply, "ver", l->child.ver);
		val_free(reply);
	}
	return NULL;
}

struct result {
	double	 p50, p99;		/* ms */
};

static struct result
measure(struct line *l, struct val *(*make)(struct line *), unsigned n)
{
	static double	 ms[MAX_SAMPLES];
	double		 t;

	for (unsigned i = 0; i < n; i++) {
		t = bench_now();
		val_free(demo_ask(l->conn, make(l)));
		ms[i] = (bench_now() - t) * 1e3;
	}
	return (struct result){ bench_spread(ms, n).median, ms[n * 99 / 100] };
}

struct pair {
	struct result	 get, draft;
	unsigned	 sent;
};

static struct pair
measure_both(struct line *l, unsigned n)
{
	return (struct pair){ .get = measure(l, get_of, n), .draft = measure(l, draft_of, n) };
}

static struct pair
measure_under(const struct demo *d, const struct flood *f, struct line *other, unsigned n)
{
	struct pair	 r;
	char		 who[1][64];

	atomic_store(&stop, false);
	demo_users(d, f->who, who, 1);
	for (unsigned i = 0; i < FLOOD; i++) {
		lines[i] = (struct line){ .conn = demo_conn(d, who[0]), .number = i, .flood = f };
		lines[i].child = child_of(lines[i].conn, strcmp(f->who, "director") == 0 ? "mine" :
		    "all", i);
		if (pthread_create(&lines[i].thread, NULL, flooder, &lines[i]) != 0)
			die("thread", strerror(errno));
	}
	r = measure_both(other, n);
	atomic_store(&stop, true);
	for (unsigned i = 0; i < FLOOD; i++) {
		pthread_join(lines[i].thread, NULL);
		r.sent += lines[i].sent;
		conn_close(lines[i].conn);
	}
	return r;
}

static void
show(const char *label, const char *what, const struct result *idle, const struct result *r,
    unsigned sent)
{
	printf("%-18s %-6s %8.2f %8.2f   %8.2f %8.2f   %6.1fx %6.1fx   %8u\n", label, what,
	    idle->p50, idle->p99, r->p50, r->p99, r->p50 / idle->p50, r->p99 / idle->p99, sent);
}

int
main(int argc, char **argv)
{
	unsigned	 children = bench_number("BENCH_DEMO", 2000), n = bench_quick() ? 200 :
	    MAX_SAMPLES;
	struct line	 other = { .number = FLOOD };
	struct pair	 idle, r;
	struct demo	 d;
	char		 who[1][64];

	if (argc != 2)
		die("arguments", "DIR");
	demo_make(&d, argv[1], children);
	demo_start(&d);
	demo_users(&d, "supervisor", who, 1);
	other.conn = demo_conn(&d, who[0]);
	other.child = child_of(other.conn, "all", 0);
	measure_both(&other, n);		/* warm */
	printf("A supervisor's requests while one other person floods the daemon over %d connections, %u children, ms,\n"
	    "beside the same just before, when nobody else asked. Goal: p99 at most 3x idle, and at most 50 ms.\n", FLOOD, children);
	printf("%-18s %-6s %8s %8s   %8s %8s   %7s %7s   %8s\n", "flooded with", "", "idle p50",
	    "p99", "p50", "p99", "p50", "p99", "answered");
	for (size_t i = 0; i < sizeof(floods) / sizeof(floods[0]); i++) {
		idle = measure_both(&other, n);
		r = measure_under(&d, &floods[i], &other, n);
		show(floods[i].label, "get", &idle.get, &r.get, r.sent);
		show("", "draft", &idle.draft, &r.draft, r.sent);
	}
	conn_close(other.conn);
	demo_stop(&d);
	demo_free(&d);
	return 0;
}
