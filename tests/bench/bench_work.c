#include <sys/resource.h>

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "core/core.h"
#include "core/access/access.h"
#include "core/ops/ops.h"
#include "core/record/deadline.h"
#include "core/record/index.h"
#include "core/record/children.h"
#include "forms/citizen.h"
#include "tests/bench/bench.h"
#include "tests/support/demo.h"
#include "core/record/account.h"
#include "tests/support/must.h"

/*
 * What the work with a file costs: the work list, the roll of this month and of the one before and
 * how far each has come, the live list of the unguarded and the cover of a file in a large county,
 * beside reading the same index rows and records straight from the store in the same run; and a
 * save of a visit where something hangs on it beside one where nothing does. All in one process,
 * without sockets.
 *
 *	bench_work DIR
 *	SHOUWANG_BENCH_CHILDREN="N ..." ("100000") one county each, BENCH_QUICK=1
 *
 * The county of "make demo" with 20 townships of 25 villages. Each director has 40 children, the
 * other villages share the rest, so a director's answers show what the size of the county costs
 * him.
 */
#define NOW		"1773280800"	/* 2026-03-12 10:00 in the county */
#define PAST		202602
#define TOWNSHIPS	20
#define VILLAGES	25		/* in each */
#define MAX_VILLAGES	(TOWNSHIPS * VILLAGES + 16)
#define TOWNSHIP	"990121100000"
#define VILLAGE		"990121100200"
#define SUPERVISOR	"sup-qingshi"	/* of that township */
#define DIRECTOR	"dir-liushu"	/* of that village */
#define DEMO		23		/* children the demo makes: they are the model */
#define OURS		40		/* children of a director */
#define MANY		12		/* visits and updates of each of these, others have one */
#define BATCH		100		/* children in a transaction */
#define SAVE_CHILDREN	5000
#define MAX_KIDS	4096		/* children visited */
#define MAX_CLIENTS	16
#define MAX_ROUNDS	9
#define MAX_LATENCIES	200000
#define PAGE		19		/* rows on 24 lines */

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench_work: %s: %s\n", what, why);
	exit(1);
}

struct village {
	char		 code[AREA_CODE + 1];
	unsigned	 children;
	unsigned	 leaves;	/* visits and updates of each child */
};

struct county {
	struct demo	 demo;
	struct core	*core;
	struct actor	*maker;
	struct val	*model;			/* fields of a child on the roll */
	struct village	 villages[MAX_VILLAGES];
	size_t		 nvillages;
	unsigned	 children;
	uint64_t	 last;			/* record id */
	uint64_t	 kids[MAX_KIDS];	/* some of those in TOWNSHIP */
	size_t		 nkids;
	double		 seconds;		/* it took to make */
};

/* ---- asking ---------------------------------------------------------------------------------- */

static struct actor *
actor_of(struct county *c, const char *user)
{
	struct actor	*a = NULL;
	enum actor_err	 e = account_load_actor(c->core, user, 1000, "bench", &a);

	if (e != ACTOR_OK)
		die(user, actor_err_text(e));
	return a;
}

/* Takes req; the reply, the caller's, is one that grants. */
static struct val *
answer(struct core *core, struct actor *actor, struct val *req)
{
	char		 op[32];
	struct val	*reply;

	snprintf(op, sizeof(op), "%s", val_get_str(req, "op"));
	reply = call_run(core, actor, req, LANG_ZH);
	if (!val_get_true(reply, "ok"))
		die(op, val_get_str(reply, "say"));
	return reply;
}

static struct val *
request(const char *op, const char *book)
{
	struct val	*req = val_map();

	must(val_put(req, "op", val_text(op)));
	must(val_put(req, "book", val_text(book)));
	if (op_takes(op, "limit"))
		must(val_put(req, "limit", val_int(PAGE)));
	return req;
}

static struct val *
with_token(struct val *req, uint64_t who, uint64_t n)
{
	uint64_t	 token[2] = { who, n };

	must(val_put(req, "token", val_bytes(token, sizeof(token))));
	return req;
}

/* ---- places ---------------------------------------------------------------------------------- */

static void
add_area(struct county *c, struct actor *local, const char *code)
{
	static uint64_t	 n;
	struct val	*req = with_token(request("save", "area"), UINT64_MAX, ++n),
	    *set = val_map();
	char		 name[32];

	snprintf(name, sizeof(name), "%.6s", code + 6);
	must(val_put(set, "code", val_text(code)));
	must(val_put(set, "name", val_text(name)));
	must(val_put(req, "set", set));
	val_free(answer(c->core, local, req));
}

static bool
area_there(struct county *c, const char *code)
{
	struct form_ctx	 ctx;
	bool		 there;

	env_ctx_acquire(c->core, LANG_ZH, &ctx);
	there = areas_find(ctx.areas, code) != SIZE_MAX;
	env_ctx_release(c->core);
	return there;
}

/* Townships and villages that nobody has yet; those of the demo keep their directors. */
static void
add_places(struct county *c)
{
	static const char *const	 old[] = { "990121100", "990121101", "990121200" };
	struct actor			*local = actor_local(0, "bench");
	char				 township[16], code[16];

	for (unsigned t = 0; t < TOWNSHIPS; t++) {
		if (t < 3)
			strcpy(township, old[t]);
		else
			snprintf(township, sizeof(township), "990121%03u", (300 + t) % 1000);
		snprintf(code, sizeof(code), "%.9s000", township);
		if (!area_there(c, code))
			add_area(c, local, code);
		for (unsigned v = t < 3 ? 8 : 0; v < VILLAGES; v++) {
			snprintf(code, sizeof(code), "%.9s%03u", township, (300 + v) % 1000);
			add_area(c, local, code);
		}
	}
	actor_unref(local);
}

/* To be called before add_places() and after: the villages of before are the directors'. */
static void
take_villages(struct county *c)
{
	struct form_ctx	 ctx;
	const char	*code;
	size_t		 had = c->nvillages;

	env_ctx_acquire(c->core, LANG_ZH, &ctx);
	for (size_t i = 0; i < areas_count(ctx.areas) && c->nvillages < MAX_VILLAGES; i++) {
		bool	 known = false;

		code = areas_code(ctx.areas, i);
		for (size_t k = 0; k < had; k++)
			known |= strcmp(c->villages[k].code, code) == 0;
		if (!known && area_level(code) == AREA_VILLAGE)
			strcpy(c->villages[c->nvillages++].code, code);
	}
	env_ctx_release(c->core);
}

static int
by_code(const void *a, const void *b)
{
	return strcmp(((const struct village *)a)->code, ((const struct village *)b)->code);
}

static void
share_children(struct county *c)
{
	size_t		 ours, rest, others;

	take_villages(c);
	ours = c->nvillages;
	add_places(c);
	take_villages(c);
	others = c->nvillages - ours;
	rest = c->children > ours * OURS ? c->children - ours * OURS : 0;
	for (size_t i = 0; i < c->nvillages; i++) {
		struct village	*v = &c->villages[i];

		v->leaves = i < ours ? MANY : 1;
		v->children = i < ours ? OURS :
		    (unsigned)(rest * (i - ours + 1) / others - rest * (i - ours) / others);
	}
	/* rows of a place lie together: filled in order, the county is made fast */
	qsort(c->villages, c->nvillages, sizeof(c->villages[0]), by_code);
}

/* ---- children -------------------------------------------------------------------------------- */

struct chunk {
	struct county		*c;
	const struct village	*village;
	unsigned		 serial, n;	/* of the first child, in the county; children */
	uint64_t		 first;		/* record id */
};

static unsigned
mix(unsigned serial, unsigned salt)
{
	uint64_t	 x = ((uint64_t)salt << 32 | serial) * UINT64_C(0x9e3779b97f4a7c15);

	return (unsigned)(x >> 40);
}

static int
days_ago(int today, unsigned n)
{
	return civil_add(today, -(int)n, 'd');
}

/* Births of 14 years, sequence numbers as they come. */
static void
put_citizen(struct val *fields, unsigned serial)
{
	char	 number[19];
	int	 birth = civil_from_days(civil_days(20110101) + (int)(serial % 5000));

	snprintf(number, sizeof(number), "990122%08d%03u", birth % 100000000,
	    (serial / 5000 + 1) % 1000);
	number[17] = citizen_check_char(number);
	number[18] = '\0';
	must(val_put(fields, "citizen_no", val_text(number)));
}

static void
put_name(struct val *fields, unsigned serial)
{
	static const char *const	 family[] = { "王", "李", "张", "刘", "陈", "杨", "赵",
	    "黄", "周", "吴", "徐", "孙" };
	static const char *const	 given[] = { "小", "明", "芳", "华", "军", "丽", "强", "敏",
	    "静", "磊", "洋", "艳",
					     "勇", "娟", "涛", "霞", "平", "刚", "桂", "英", "文",
					     "玉", "秀", "海" };
	char				 name[32];

	snprintf(name, sizeof(name), "%s%s%s", family[mix(serial, 1) % 12],
	    given[mix(serial, 2) % 24], given[mix(serial, 3) % 24]);
	must(val_put(fields, "name", val_text(name)));
}

/* Every home has two of them: what they have in common is theirs alone. */
static void
put_home(struct val *fields, unsigned serial)
{
	static const char *const	 grown[] = { "carer", "father", "mother" };
	char				 text[32];

	snprintf(text, sizeof(text), "%u号", serial / 2);
	must(val_put(fields, "address", val_text(text)));
	for (unsigned i = 0; i < 3; i++) {
		struct val	*group = val_get(fields, grown[i]);

		snprintf(text, sizeof(text), "1%u%09u", 3 + i, serial / 2 % 1000000000);
		if (val_get(group, "phone") != NULL)
			must(val_put(group, "phone", val_text(text)));
		if (group != NULL)
			val_drop(group, "citizen_no");
	}
}

static const struct {
	const char	*book, *key, *text;
} said[] = {
	{ "visit", "kind", "regular" }, { "visit", "outcome", "met" },
	  { "visit", "living", "secure" },
	{ "visit", "guarding", "fair" }, { "visit", "schooling", "regular" },
	  { "visit", "health", "well" },
	{ "visit", "mood", "calm" }, { "visit", "contact", "weekly" },
	{ "update", "result", "same" }, { "update", "how", "home" },
};

/* What a visit or an update of a child says. */
static struct val *
leaf_fields(const struct book *book, uint64_t child, int day)
{
	struct val	*fields = val_map();

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (strcmp(said[i].book, book->name) == 0)
			must(val_put(fields, said[i].key, val_text(said[i].text)));
	if (strcmp(book->name, "visit") == 0) {
		must(val_put(fields, "alone", val_bool(true)));
		must(val_put(fields, "unsafe", val_bool(false)));
	}
	must(val_put(fields, book->under->name, val_int((int64_t)child)));
	must(val_put(fields, book->date->name, val_int(day)));
	return fields;
}

static void
stamp(const struct county *c, struct rec *rec, const char *key)
{
	struct val	*v = val_map();

	must(val_put(v, "by", val_text(c->maker->user)));
	must(val_put(v, "name", val_text(c->maker->name)));
	must(val_put(v, "at", val_int(env_now(c->core))));
	must(val_put(v, "act", val_text("create")));
	must(val_put(rec->env, key, v));
}

/* As a save writes it: the record and its rows. */
static int
put_record(struct store_txn *txn, const struct county *c, struct rec *rec)
{
	unsigned char	 key[REC_KEY];
	struct buf	 b = BUF_INIT;
	enum store_err	 e;

	stamp(c, rec, "made");
	stamp(c, rec, "last");
	must(val_put(rec->env, "d", val_textn(c->core->set->version, 8)));
	must(rec_set_ver(rec, 1));
	rec_key(rec->id, key);
	val_encode(rec->env, &b);
	if ((e = store_put(txn, STORE_REC, key, sizeof(key), b.p, b.n)) == STORE_OK)
		e = index_update(txn, c->core->index_catalog, NULL, rec);
	buf_free(&b);
	return (int)e;
}

/* Latest first, a month between them; the child learns from them what it keeps. */
static int
put_leaves(struct store_txn *txn, const struct chunk *k, const char *name, uint64_t id, int latest,
    struct rec *child)
{
	const struct book	*book = set_book(k->c->core->set, name);
	struct rec		*leaf[MANY];
	struct val		*fields;
	int			 r = 0;

	for (unsigned i = 0; i < k->village->leaves; i++) {
		leaf[i] = rec_new(book);
		leaf[i]->id = id + i;
		fields = leaf_fields(book, child->id, civil_add(latest, -(int)i, 'm'));
		must(val_merge(leaf[i]->fields, fields));
		val_free(fields);
		must(val_put(leaf[i]->env, "ar", val_text(k->village->code)));
		if (r == 0)
			r = put_record(txn, k->c, leaf[i]);
	}
	if (!child_rollup(book, (const struct rec *const *)leaf, k->village->leaves, child))
		die(name, "cannot be learned from");
	for (unsigned i = 0; i < k->village->leaves; i++)
		rec_free(leaf[i]);
	return r;
}

/* A tenth has both parents away and nobody entrusted: the live list shows them. */
static struct rec *
make_child(const struct chunk *k, unsigned serial, uint64_t id, const struct form_ctx *ctx)
{
	const struct book	*book = set_book(ctx->set, "child");
	struct rec		*rec = rec_new(book);
	struct buf		 number = BUF_INIT;

	rec->id = id;
	must(rec_set_state(rec, book_state(book, "active")));
	must(val_merge(rec->fields, k->c->model));
	put_citizen(rec->fields, serial);
	put_name(rec->fields, serial);
	put_home(rec->fields, serial);
	must(val_put(rec->fields, "residence", val_text(k->village->code)));
	must(val_put(rec->fields, "away", val_text(mix(serial, 4) % 10 == 0 ? "both" : "neither")));
	if (!check_derive(book, rec->fields, "active", false, NULL, ctx) ||
	    !number_make(book->number, rec->fields,
	    civil_make(1900 + (int)(serial / 9000 % 100), 1, 1), serial % 9000 + 1, &number) ||
	    !rec_set_number(rec, buf_str(&number)))
		die("a child", "cannot be made");
	buf_free(&number);
	return rec;
}

/*
 * Its duties began in the last ten weeks, its latest visit lies in the last 100 days, its update in
 * the last 60.
 */
static int
put_child(struct store_txn *txn, const struct chunk *k, unsigned i, const struct form_ctx *ctx)
{
	unsigned	 serial = k->serial + i, leaves = k->village->leaves;
	uint64_t	 id = k->first + (uint64_t)i * (1 + 2 * leaves);
	struct rec	*child = make_child(k, serial, id, ctx);
	int		 r;

	r = put_leaves(txn, k, "visit", id + 1, days_ago(ctx->today, mix(serial, 5) % 100), child);
	if (r == 0)
		r = put_leaves(txn, k, "update", id + 1 + leaves,
		    days_ago(ctx->today, mix(serial, 6) % 60), child);
	if (r == 0)
		r = deadline_update(NULL, child, days_ago(ctx->today, mix(serial, 7) % 70)) ?
		    put_record(txn, k->c, child) : STORE_SYS;
	rec_free(child);
	return r;
}

static int
put_chunk(struct store_txn *txn, void *arg)
{
	const struct chunk	*k = arg;
	struct form_ctx		 ctx;
	struct buf		 last = BUF_INIT;
	int			 r = 0;

	env_ctx_acquire(k->c->core, LANG_ZH, &ctx);
	for (unsigned i = 0; r == 0 && i < k->n; i++)
		r = put_child(txn, k, i, &ctx);
	env_ctx_release(k->c->core);
	buf_put_u64(&last, k->first + (uint64_t)k->n * (1 + 2 * k->village->leaves) - 1);
	if (r == 0)
		r = (int)store_put(txn, STORE_META, "rec.last", 8, last.p, last.n);
	buf_free(&last);
	return r;
}

static void
fill(struct county *c)
{
	double		 start = bench_now();
	unsigned	 serial = 0;

	for (const struct village *v = c->villages; v < c->villages + c->nvillages; v++)
		for (unsigned done = 0; done < v->children; done += BATCH) {
			struct chunk	 k = { c, v, serial, v->children - done < BATCH ?
			    v->children - done : BATCH,
					     c->last + 1 };
			int		 r = commit_run(c->core->committer, put_chunk, &k);

			if (r != 0)
				die("making children", store_err_text(r));
			for (unsigned i = 0; i < k.n && area_within(v->code, TOWNSHIP) &&
			    c->nkids < MAX_KIDS; i++)
				c->kids[c->nkids++] = k.first + (uint64_t)i * (1 + 2 * v->leaves);
			serial += k.n;
			c->last += (uint64_t)k.n * (1 + 2 * v->leaves);
		}
	c->seconds = bench_now() - start;
}

/* ---- the county ------------------------------------------------------------------------------ */

static void
open_core(struct county *c)
{
	struct buf	 err = BUF_INIT;

	if (core_open(c->demo.home, &(struct core_opts){ .forms = NULL }, &c->core,
	    &err) != FAULT_NONE)
		die(c->demo.home, buf_str(&err));
	buf_free(&err);
}

/*
 * The newest file on the roll, without what only one child can have, what follows from other
 * records, and whom it names.
 */
static void
take_model(struct county *c)
{
	const struct book	*book = set_book(c->core->set, "child");
	struct val		*req = request("list", "child"), *reply;
	struct rec		*rec;

	must(val_put(req, "list", val_text("active")));
	reply = answer(c->core, c->maker, req);
	if (rec_get(c->core, NULL, (uint64_t)val_get_num(val_at(val_get(reply, "rows"), 0), "id",
	    0), &rec) != REC_OK)
		die("the demo", "has no child on the roll");
	c->model = val_dup(rec->fields);
	for (size_t i = 0; i < book->nall; i++) {
		const struct field	*f = book->all[i];

		if (f->computed == COMPUTED_ROLLUP || f->link_book != NULL)
			val_drop(f->group != NULL ? val_get(c->model, f->group->name) : c->model,
			    f->name);
	}
	val_drop(c->model, "birth");
	val_drop(c->model, "sex");
	rec_free(rec);
	val_free(reply);
}

static void
take_last(struct county *c)
{
	struct buf	 b = BUF_INIT;

	if (store_get(c->core->store, NULL, STORE_META, "rec.last", 8, &b) != STORE_OK || b.n != 8)
		die("rec.last", "is not there");
	c->last = buf_get_u64(b.p);
	buf_free(&b);
}

static void
drop_duties(const struct county *c)
{
	const char	*src = getenv("SRCDIR");
	char		 command[2 * PATH_MAX];

	snprintf(command, sizeof(command), "'%s/tests/bench/no_duties' '%s/forms'", src != NULL ?
	    src : ".", c->demo.home);
	if (system(command) != 0)
		die("no_duties", "failed");
}

static struct county *
county_open(const char *dir, const char *name, unsigned children, bool duties)
{
	struct county	*c = calloc(1, sizeof(*c));
	char		 command[2 * PATH_MAX], path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	snprintf(command, sizeof(command), "mkdir -p '%s'", path);
	if (c == NULL || system(command) != 0)
		die(path, "cannot be made");
	c->children = children;
	demo_make(&c->demo, path, DEMO);
	if (!duties)
		drop_duties(c);
	open_core(c);
	c->maker = actor_of(c, "officer");
	take_model(c);
	share_children(c);
	take_last(c);
	fill(c);
	return c;
}

static void
county_close(struct county *c)
{
	char	 command[2 * PATH_MAX];

	actor_unref(c->maker);
	val_free(c->model);
	core_close(c->core);
	demo_free(&c->demo);
	snprintf(command, sizeof(command), "rm -rf '%s'", c->demo.home);
	if (getenv("BENCH_KEEP") == NULL && system(command) != 0)
		die(c->demo.home, "cannot be removed");
	free(c);
}

/* ---- the same from the store ----------------------------------------------------------------- */

/*
 * What an answer is made of: ranges of the index that hold rows, and records. Found once, read as
 * often as it is asked.
 */
struct range {
	struct buf	 lo, hi;
	size_t		 limit;
};

struct raw {
	const struct county	*c;
	const struct actor	*actor;
	const struct val	*reply;
	struct range		*ranges;
	size_t			 nranges;
	uint64_t		 records[PAGE + 2 * MANY + 1];
	size_t			 nrecords;
	size_t			 passed;	/* index rows */
};

static void
note_record(struct raw *raw, uint64_t id)
{
	if (raw->nrecords < sizeof(raw->records) / sizeof(raw->records[0]))
		raw->records[raw->nrecords++] = id;
}

static bool
pass(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	(void)key;
	(void)klen;
	(void)val;
	(void)vlen;
	++((struct raw *)arg)->passed;
	return true;
}

static void
scan_range(struct raw *raw, const struct range *r, store_each *fn)
{
	if (store_scan(raw->c->core->store, NULL, STORE_IDX, &(struct store_range){ .lo = r->lo.p,
	    .lolen = r->lo.n,
	    .hi = r->hi.p, .hilen = r->hi.n, .keys_only = true, .limit = r->limit }, fn,
	    raw) != STORE_OK)
		die("raw scan", "failed");
}

static void
free_range(struct range *r)
{
	buf_free(&r->lo);
	buf_free(&r->hi);
}

/*
 * Rows of an index that begin so, below the day (0: all), when there are any; fn is called for each
 * this once.
 */
static void
note_range(struct raw *raw, uint32_t idx, const void *prefix, size_t n, int below, size_t limit,
    store_each *fn)
{
	struct range	 r = { BUF_INIT, BUF_INIT, limit };
	size_t		 before = raw->passed;

	buf_put_u32(&r.lo, idx);
	buf_put(&r.lo, prefix, n);
	buf_put(&r.hi, r.lo.p, r.lo.n);
	if (below != 0)
		buf_put_u32(&r.hi, (uint32_t)below);
	else
		index_key_end(&r.hi);
	scan_range(raw, &r, fn);
	if (raw->passed == before)
		free_range(&r);
	else if ((raw->ranges = reallocarray(raw->ranges, raw->nranges + 1, sizeof(r))) != NULL)
		raw->ranges[raw->nranges++] = r;
	else
		die("raw", "memory");
}

static void
note_shown(struct raw *raw, const char *rows)
{
	const struct val	*list = val_get(raw->reply, rows), *item;

	for (size_t i = 0; i < val_len(list); i++) {
		item = val_at(list, i);
		if (val_get(item, "row") != NULL)
			item = val_get(item, "row");
		note_record(raw, (uint64_t)val_get_num(item, "id", 0));
	}
}

static void
read_raw(struct raw *raw)
{
	struct rec	*rec;

	raw->passed = 0;
	for (size_t i = 0; i < raw->nranges; i++)
		scan_range(raw, &raw->ranges[i], pass);
	for (size_t i = 0; i < raw->nrecords; i++) {
		if (rec_get(raw->c->core, NULL, raw->records[i], &rec) != REC_OK)
			die("raw get", "failed");
		rec_free(rec);
	}
}

static void
raw_free(struct raw *raw)
{
	for (size_t i = 0; i < raw->nranges; i++)
		free_range(&raw->ranges[i]);
	free(raw->ranges);
}

/* The rows of a clock below a day, village by village, where the actor looks. */
static void
note_villages(struct raw *raw, const struct clock *clock, int below, size_t limit)
{
	const struct county	*c = raw->c;

	for (size_t i = 0; i < c->nvillages; i++)
		if (area_within(c->villages[i].code, scope_area(&raw->actor->scopes[0]))) {
			struct scope	 village = scope_place(c->villages[i].code);

			note_range(raw, index_catalog_deadline(c->core->index_catalog, clock)->id,
			    village.key, SCOPE_KEY, below, limit, pass);
		}
}

static void
raw_due(struct raw *raw)
{
	const struct set	*set = raw->c->core->set;
	int			 today = env_today(raw->c->core), told, ahead;

	for (size_t b = 0; b < set->nbooks; b++)
		for (size_t i = 0; i < set->books[b].nclocks; i++) {
			const struct clock	*clock = &set->books[b].clocks[i];

			if ((told = deadline_escalation(clock, raw->actor->role)) < 0)
				continue;
			ahead = clock->ahead > 7 ? clock->ahead : 7;
			note_villages(raw, clock, civil_add(today, (told > 0 ? -told : ahead) + 1,
			    'd'), 0);
		}
	note_shown(raw, "due");
}

static void
raw_roll(struct raw *raw)
{
	const struct clock	*clock = book_clock(set_book(raw->c->core->set, "child"),
	    "monthly");
	const struct scope	*scope = &raw->actor->scopes[0];

	note_range(raw, index_catalog_deadline(raw->c->core->index_catalog, clock)->id, scope->key,
	    scope->n, 0, 0, pass);
	note_shown(raw, "rows");
}

/* Of a month that is over also since when each is on the roll, and what was done in it. */
static void
raw_past(struct raw *raw)
{
	const struct clock	*clock = book_clock(set_book(raw->c->core->set, "child"),
	    "monthly");
	const struct scope	*scope = &raw->actor->scopes[0];
	struct buf		 done = BUF_INIT;

	buf_put_u32(&done, PAST);
	buf_put(&done, scope->key, scope->n);
	note_range(raw, index_catalog_roll_since(raw->c->core->index_catalog, clock)->id,
	    scope->key, scope->n, 0, 0, pass);
	note_range(raw, index_catalog_roll_done(raw->c->core->index_catalog, clock)->id, done.p,
	    done.n, 0, 0, pass);
	buf_free(&done);
	raw_roll(raw);
}

/* The first row of each village must be looked at to know the first of all. */
static void
raw_live(struct raw *raw)
{
	note_villages(raw, book_list(set_book(raw->c->core->set, "child"), "unguarded")->clock,
	    env_today(raw->c->core), 1);
	note_shown(raw, "rows");
}

static bool
pass_leaf(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	note_record(arg, index_key_record(key, klen));
	return pass(key, klen, val, vlen, arg);
}

static void
raw_file(struct raw *raw)
{
	const struct set	*set = raw->c->core->set;
	uint64_t		 id = (uint64_t)val_get_num(val_get(raw->reply, "record"), "id", 0);
	struct buf		 owner = BUF_INIT;

	note_record(raw, id);
	buf_put_u64(&owner, id);
	for (size_t i = 0; i < set->nbooks; i++)
		if (set->books[i].under != NULL &&
		    strcmp(set->books[i].under->link_book->name, "child") == 0)
			note_range(raw, index_catalog_children(raw->c->core->index_catalog,
			    &set->books[i])->id, owner.p, owner.n, 0, 0, pass_leaf);
	buf_free(&owner);
}

/* ---- answers --------------------------------------------------------------------------------- */

static struct val *app_conn_timeout(uint64_t id) { (void)id; return request("due", "child"); }

static struct val *
ask_roll(uint64_t id)
{
	struct val	*req = request("roll", "child");

	(void)id;
	must(val_put(req, "clock", val_text("monthly")));
	return req;
}

static struct val *
ask_progress(uint64_t id)
{
	struct val	*req = ask_roll(id);

	must(val_put(req, "op", val_text("progress")));
	val_drop(req, "limit");
	return req;
}

static struct val *
in_past(struct val *req)
{
	must(val_put(req, "month", val_int(PAST)));
	return req;
}

static struct val *ask_past_roll(uint64_t id) { return in_past(ask_roll(id)); }
static struct val *ask_past_progress(uint64_t id) { return in_past(ask_progress(id)); }

static struct val *
ask_live(uint64_t id)
{
	struct val	*req = request("list", "child");

	(void)id;
	must(val_put(req, "list", val_text("unguarded")));
	return req;
}

static struct val *
ask_file(uint64_t id)
{
	struct val	*req = request("file", "child");

	must(val_put(req, "id", val_int((int64_t)id)));
	return req;
}

static const struct question {
	const char	*label, *who;
	struct val	*(*make)(uint64_t id);
	void		(*raw)(struct raw *);
	bool		 unlogged;	/* without the durable entry in the trail that reading it
					   is */
} questions[] = {
	{ "work list", DIRECTOR, app_conn_timeout, raw_due, false },
	{ "work list", SUPERVISOR, app_conn_timeout, raw_due, false },
	{ "work list", "officer", app_conn_timeout, raw_due, false },
	{ "monthly roll", DIRECTOR, ask_roll, raw_roll, false },
	{ "monthly roll", SUPERVISOR, ask_roll, raw_roll, false },
	{ "monthly roll", "officer", ask_roll, raw_roll, false },
	{ "roll, past month", DIRECTOR, ask_past_roll, raw_past, false },
	{ "roll, past month", SUPERVISOR, ask_past_roll, raw_past, false },
	{ "roll, past month", "officer", ask_past_roll, raw_past, false },
	{ "progress", SUPERVISOR, ask_progress, raw_roll, false },
	{ "progress", "officer", ask_progress, raw_roll, false },
	{ "progress, past", SUPERVISOR, ask_past_progress, raw_past, false },
	{ "progress, past", "officer", ask_past_progress, raw_past, false },
	{ "unguarded today", DIRECTOR, ask_live, raw_live, false },
	{ "unguarded today", SUPERVISOR, ask_live, raw_live, false },
	{ "unguarded today", "officer", ask_live, raw_live, false },
	{ "cover", DIRECTOR, ask_file, raw_file, true },
	{ "cover and trail", DIRECTOR, ask_file, raw_file, false },
};
#define NQUESTIONS	(sizeof(questions) / sizeof(questions[0]))
#define TIMES		200
#define PATIENCE	4.0	/* seconds for one question, but five times it is asked */

/* As answer(), but what is to be committed is not. */
static struct val *
answer_unlogged(struct core *core, struct actor *actor, struct val *req)
{
	struct call	*call = call_new(core, actor, req, LANG_ZH);

	if (call_start(call) != CALL_COMMIT)
		die("cover", "is not logged");
	call_free(call);
	return NULL;
}

static double
ask_once(struct county *c, const struct question *q, struct actor *actor, uint64_t id)
{
	double		 t = bench_now();
	struct val	*reply = (q->unlogged ? answer_unlogged : answer)(c->core, actor,
	    q->make(id));

	t = bench_now() - t;
	val_free(reply);
	return t * 1e3;
}

static double
read_once(struct raw *raw)
{
	double	 t = bench_now();

	read_raw(raw);
	return (bench_now() - t) * 1e3;
}

static void
ask(struct county *c, const struct question *q, uint64_t id)
{
	struct actor	*actor = actor_of(c, q->who);
	struct val	*reply = answer(c->core, actor, q->make(id));
	struct raw	 raw = { .c = c, .actor = actor, .reply = reply };
	double		 ms[TIMES], raw_ms[TIMES], end;
	size_t		 n, times = bench_quick() ? 20 : TIMES;
	struct spread	 s, r;

	q->raw(&raw);
	ask_once(c, q, actor, id);
	read_once(&raw);
	end = bench_now() + PATIENCE;
	for (n = 0; n < times && (n < 5 || bench_now() < end); n++) {
		ms[n] = ask_once(c, q, actor, id);
		raw_ms[n] = read_once(&raw);
	}
	s = bench_spread(ms, n);
	r = bench_spread(raw_ms, n);
	printf("%-16s %-11s %7zu %7zu  %9.3f [%9.3f ..%9.3f]  %9.3f [%9.3f ..%9.3f]  %6.2fx\n",
	    q->label, q->who, raw.passed,
	    raw.nrecords, s.median, s.min, ms[n * 99 / 100], r.median, r.min, raw_ms[n * 99 / 100],
	    s.median / r.median);
	fflush(stdout);
	raw_free(&raw);
	val_free(reply);
	actor_unref(actor);
}

static uint64_t
child_of_director(struct county *c)
{
	struct actor	*director = actor_of(c, DIRECTOR);
	struct val	*reply = answer(c->core, director, ask_roll(0));
	uint64_t	 id = (uint64_t)val_get_num(val_find(reply, "rows.0.row"), "id", 0);

	val_free(reply);
	actor_unref(director);
	return id;
}

static void
answers(const char *dir, unsigned children)
{
	struct county	*c = county_open(dir, "large", children, true);
	uint64_t	 id = child_of_director(c);

	printf("Work in a county of %u children in %zu villages, %llu records, made in %.0f s; a director has %u children with "
	    "%u visits\nand %u updates each. Pages of %d rows, ms, median [least .. 99%%], beside reading the same index rows "
	    "and records.\n", children, c->nvillages, (unsigned long long)c->last, c->seconds, OURS,
	    MANY, MANY, PAGE);
	printf("%-16s %-11s %7s %7s  %9s %23s  %9s %23s   %s\n", "", "asked by", "rows", "records",
	    "ms", "", "raw ms", "", "ratio");
	for (size_t i = 0; i < NQUESTIONS; i++)
		ask(c, &questions[i], id);
	putchar('\n');
	county_close(c);
}

/* ---- saves ----------------------------------------------------------------------------------- */

struct saver {
	pthread_t		 thread;
	struct county		*c;
	struct actor		*actor;
	uint64_t		 number, saves;
	double			 end;
	double			*us;		/* latencies */
	size_t			 nus, max;
};

static void *
saver(void *arg)
{
	struct saver		*s = arg;
	const struct book	*visit = set_book(s->c->core->set, "visit");
	int			 today = env_today(s->c->core);
	double			 t0, t1;

	for (t1 = bench_now(); t1 < s->end; s->saves++) {
		struct val	*req = with_token(request("save", "visit"), s->number, s->saves);

		must(val_put(req, "set",
		    leaf_fields(visit, s->c->kids[(s->number * 37 + s->saves) % s->c->nkids],
		    today)));
		t0 = t1;
		val_free(answer(s->c->core, s->actor, req));
		t1 = bench_now();
		if (s->nus < s->max)
			s->us[s->nus++] = (t1 - t0) * 1e6;
	}
	return NULL;
}

struct result {
	double	 rate, p50, p99, cpu;	/* saves a second, us, us, us of processor a save */
};

static double
processor(void)		/* seconds */
{
	struct rusage	 r;

	getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	    (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static struct result
measure_saves(struct county *c, unsigned n, double secs)
{
	static double	 us[MAX_LATENCIES];
	static uint64_t	 number;
	struct saver	 s[MAX_CLIENTS];
	struct result	 r;
	struct actor	*actor = actor_of(c, SUPERVISOR);
	double		 start = bench_now(), cpu = processor();
	uint64_t	 saves = 0;
	size_t		 each = MAX_LATENCIES / n, all = 0;

	for (unsigned i = 0; i < n; i++) {
		s[i] = (struct saver){ .c = c, .actor = actor, .number = ++number,
		    .end = start + secs, .us = us + i * each, .max = each };
		if (pthread_create(&s[i].thread, NULL, saver, &s[i]) != 0)
			die("thread", "cannot be started");
	}
	for (unsigned i = 0; i < n; i++) {
		pthread_join(s[i].thread, NULL);
		saves += s[i].saves;
		memmove(us + all, s[i].us, s[i].nus * sizeof(us[0]));
		all += s[i].nus;
	}
	r.rate = (double)saves / (bench_now() - start);
	r.cpu = (processor() - cpu) / (double)saves * 1e6;
	r.p50 = bench_spread(us, all).median;
	r.p99 = us[all * 99 / 100];
	actor_unref(actor);
	return r;
}

static struct spread
spread_of(const struct result *r, unsigned n, size_t member)
{
	double	 v[MAX_ROUNDS];

	for (unsigned i = 0; i < n; i++)
		memcpy(&v[i], (const char *)&r[i] + member, sizeof(v[i]));
	return bench_spread(v, n);
}

static double
show_saves(const char *head, const char *name, const struct result *r, unsigned rounds)
{
	struct spread	 rate = spread_of(r, rounds, offsetof(struct result, rate));
	struct spread	 cpu = spread_of(r, rounds, offsetof(struct result, cpu));

	printf("%-8s %-20s %7.0f  [%6.0f .. %6.0f]  %8.0f %8.0f  %6.0f [%5.0f .. %5.0f]", head,
	    name, rate.median, rate.min,
	    rate.max, spread_of(r, rounds, offsetof(struct result, p50)).median,
	    spread_of(r, rounds, offsetof(struct result, p99)).median, cpu.median, cpu.min,
	    cpu.max);
	return rate.median;
}

static const unsigned	 clients[] = { 1, MAX_CLIENTS };
#define NCLIENTS	(sizeof(clients) / sizeof(clients[0]))

static void
saves(const char *dir, unsigned children)
{
	static struct result	 with[NCLIENTS][MAX_ROUNDS], without[NCLIENTS][MAX_ROUNDS];
	struct county		*duties = county_open(dir, "duties", children, true);
	struct county		*bare = county_open(dir, "bare", children, false);
	unsigned		 rounds = bench_quick() ? 1 : 5;
	double			 secs = bench_quick() ? 0.5 : 2, rate;
	char			 head[16];

	measure_saves(duties, MAX_CLIENTS, secs / 2);		/* warm */
	measure_saves(bare, MAX_CLIENTS, secs / 2);
	for (unsigned r = 0; r < rounds; r++)
		for (size_t i = 0; i < NCLIENTS; i++) {
			with[i][r] = measure_saves(duties, clients[i], secs);
			without[i][r] = measure_saves(bare, clients[i], secs);
		}
	printf("Durable saves of visits beneath %zu children of %u, as the county is and without clocks and taken fields, "
	    "%u interleaved\nrounds of %g s, median [least .. most].\n", duties->nkids, children,
	    rounds, secs);
	printf("%-8s %-20s %7s  %18s  %8s %8s  %s\n", "clients", "", "saves/s", "", "p50 us",
	    "p99 us", "us of processor each");
	for (size_t i = 0; i < NCLIENTS; i++) {
		snprintf(head, sizeof(head), "%u", clients[i]);
		rate = show_saves(head, "with obligations", with[i], rounds);
		putchar('\n');
		printf("   %.2fx\n", rate / show_saves("", "without", without[i], rounds));
	}
	county_close(duties);
	county_close(bare);
}

int
main(int argc, char **argv)
{
	const char	*sizes = getenv("SHOUWANG_BENCH_CHILDREN");
	char		*end;
	unsigned long	 n;

	if (argc != 2)
		die("arguments", "DIR");
	setenv("SHOUWANG_NOW", NOW, 1);
	if (sizes == NULL || *sizes == '\0')
		sizes = bench_quick() ? "5000" : "100000";
	for (; (n = strtoul(sizes, &end, 10)) > 0; sizes = end)
		answers(argv[1], (unsigned)n);
	if (end[strspn(end, " ")] != '\0')
		die("SHOUWANG_BENCH_CHILDREN", "is no list of numbers");
	saves(argv[1], bench_quick() ? 2000 : SAVE_CHILDREN);
	return 0;
}
