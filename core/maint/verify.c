#include "core/maint/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "core/maint/verify_int.h"
#include "core/record/builtin.h"
#include "core/record/children.h"
#include "forms/vec.h"

#define SAVE_AGAIN	"save the records named again, or restore the newest backup that agrees"

static const struct { const char *one, *what, *todo; } troubles[VERIFY_TROUBLES] = {
	[DAMAGED]	= { "damaged",	"records that cannot be read", VERIFY_RESTORE },
	[ROW_MISSING]	= { "missing",	"index rows that are missing", SAVE_AGAIN },
	[ROW_SURPLUS]	= { "surplus",	"index rows that no record has", SAVE_AGAIN },
	[DOUBLED]	= { "doubled",	"values that only one record may have and several do",
	    "correct one of the records" },
	[TALLY_WRONG]	= { "count",	"counts that are wrong", VERIFY_RESTORE },
	[STALE]		= { "stale",	"records whose place or duties do not follow from other "
	    "records", SAVE_AGAIN },
	[VERSION_WRONG]	= { "versions",	"records whose earlier versions are not all kept",
	    VERIFY_RESTORE },
	[UNTOLD]	= { "untold",	"record versions that the audit trail does not tell of",
	    VERIFY_RESTORE },
	[UNDONE]	= { "undone",	"audit entries that tell of record versions that are not "
	    "there", VERIFY_RESTORE },
	[DRAFT_ODD]	= { "draft",	"drafts that cannot be read or belong to nobody",
	    "their writers have lost them; drop them" },
	[TOKEN_ODD]	= { "token",	"save tokens that cannot be read or name no record",
	    "they do no harm and go within days" },
};

/* ---- findings and progress ------------------------------------------------------------------- */

void
verify_trouble(struct verify *v, enum verify_trouble t, const char *fmt, ...)
{
	struct buf	 b = BUF_INIT;
	va_list		 ap;

	if (++v->found[t] > VERIFY_SHOWN)
		return;
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	v->sink->finding(troubles[t].one, buf_str(&b), v->sink->arg);
	buf_free(&b);
}

void
verify_line(struct verify *v, const char *fmt, ...)
{
	struct buf	 b = BUF_INIT;
	va_list		 ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	v->sink->line(buf_str(&b), v->sink->arg);
	buf_free(&b);
}

void
verify_name(const struct rec *rec, char name[VERIFY_NAME])
{
	if (rec->number[0] != '\0')
		snprintf(name, VERIFY_NAME, "%s %s", rec->book->name, rec->number);
	else
		snprintf(name, VERIFY_NAME, "%s #%" PRIu64, rec->book->name, rec->id);
}

bool
verify_go_on(struct verify *v)
{
	v->cancelled = v->cancelled || !v->sink->progress(&v->progress, v->sink->arg);
	return !v->cancelled && v->e == STORE_OK;
}

/*
 * There are more than were counted when others save meanwhile; the share of the step is not
 * changed.
 */
bool
verify_step(struct verify *v)
{
	struct progress	*p = &v->progress;

	if (p->n < p->of) {
		p->n++;
		p->done += v->weight;
	}
	return verify_go_on(v);
}

/* ---- checking again in the committer --------------------------------------------------------- */

/* times 10 ms: as long as a committer with a full queue may need */
#define BUSY_TRIES	200

/*
 * On a full disk no body can begin, and then nobody writes: data read outside a transaction cannot
 * change either.
 */
void
verify_confirm(struct verify *v, commit_body *body, void *arg)
{
	const struct timespec	 pause = { 0, 10 * 1000 * 1000 };
	int			 r = STORE_BUSY;

	for (int i = 0; r == STORE_BUSY && i < BUSY_TRIES && verify_go_on(v); i++) {
		if (i > 0)
			nanosleep(&pause, NULL);
		r = commit_run(v->core->committer, body, arg);
	}
	if (r == STORE_FULL)
		r = body(NULL, arg);
	if (r != STORE_OK && !v->cancelled && v->e == STORE_OK)
		v->e = (enum store_err)r;
}

/* ---- records seen ---------------------------------------------------------------------------- */

/* Adds a record; the scan reads them in the order of their ids. */
static void
add_seen(struct verify *v, const struct rec *rec, uint64_t rows)
{
	if (!VEC_ROOM(v->seen, v->nseen, &v->capseen)) {
		v->e = STORE_SYS;
		return;
	}
	v->seen[v->nseen++] = (struct seen){ .id = rec->id, .ver = rec->ver, .next = rec->ver,
	    .rows = rows };
}

static int
seen_order(const void *a, const void *b)
{
	const uint64_t	 x = ((const struct seen *)a)->id, y = ((const struct seen *)b)->id;

	return x < y ? -1 : x > y;
}

struct seen *
verify_seen(const struct verify *v, uint64_t id)
{
	const struct seen	 key = { .id = id };

	return v->nseen > 0 ? bsearch(&key, v->seen, v->nseen, sizeof *v->seen, seen_order) : NULL;
}

/* ---- records --------------------------------------------------------------------------------- */

/* Adds the hashes of all rows; the sum does not depend on the order of rows. */
static uint64_t
sum_of_rows(struct verify *v, const struct rec *rec)
{
	struct index_entries	 entries = INDEX_ENTRIES_INIT;
	uint64_t		 sum = 0;

	if (!index_make_entries(v->core->index_catalog, rec, INDEX_PASS_ALL, &entries))
		v->e = STORE_SYS;
	for (size_t i = 0; i < entries.n; i++) {
		size_t		 n;
		const void	*key = index_entries_at(&entries, i, &n);

		sum += verify_row_hash(v, key, n);
	}
	index_entries_free(&entries);
	return sum;
}

struct stale_check {
	struct core	*core;
	uint64_t	 id;
	const char	*what;
};

static int
stale_body(struct store_txn *txn, void *arg)
{
	struct stale_check	*c = arg;
	struct rec		*rec;

	c->what = NULL;
	switch (rec_get(c->core, txn, c->id, &rec)) {
	case REC_OK:
		c->what = child_stale(c->core, rec);
		rec_free(rec);
		return STORE_OK;
	case REC_SYS:
		return STORE_SYS;
	default:
		return STORE_OK;		/* reported elsewhere */
	}
}

static void
check_follows(struct verify *v, const struct rec *rec)
{
	struct stale_check	 c = { v->core, rec->id, NULL };
	char			 name[VERIFY_NAME];

	if (child_stale(v->core, rec) == NULL)
		return;
	verify_confirm(v, stale_body, &c);
	verify_name(rec, name);
	if (v->e == STORE_OK && c.what != NULL)
		verify_trouble(v, STALE, "%s: %s", name, c.what);
}

static void
check_fields_of(struct verify *v, const struct rec *rec)
{
	struct problems	 ps = PROBLEMS_INIT;

	check_record(rec->book, rec->fields, rec->state->name, &v->ctx, &ps);
	builtin_check(rec->book, rec->fields, &v->ctx, &ps);
	if (rec->number[0] != '\0' && !number_fits(rec->book->number, rec->number))
		problem_add(&ps, NULL, "the number does not fit its pattern", ARG_END);
	v->misfit += problems_block(&ps, !rec->state->open && !rec_merged(rec));
	problems_free(&ps);
}

static bool
record_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct verify	*v = arg;
	struct rec	*rec = NULL;
	uint64_t	 id = klen == REC_KEY ? buf_get_u64(key) : 0;
	enum rec_err	 e = id != 0 ? rec_decode(v->core->set, id, val, vlen, &rec) : REC_BAD;

	if (e != REC_OK) {
		if (e == REC_SYS)
			v->e = STORE_SYS;
		else
			verify_trouble(v, DAMAGED,
			    "#%" PRIu64 ": its book or state is not defined, or it is no record",
			    id);
		return verify_step(v);
	}
	if (!val_put(v->records, rec->book->name,
	    val_int(val_get_num(v->records, rec->book->name, 0) + 1)))
		v->e = STORE_SYS;
	add_seen(v, rec, sum_of_rows(v, rec));
	check_follows(v, rec);
	check_fields_of(v, rec);
	rec_free(rec);
	return verify_step(v);
}

void
verify_scan(struct verify *v, enum store_table table, bool keys_only, store_each *each)
{
	const enum store_err	 e = store_scan(v->core->store, NULL, table,
	    &(struct store_range){ .keys_only = keys_only }, each, v);

	if (v->e == STORE_OK)
		v->e = e;
}

static void
check_records(struct verify *v)
{
	env_ctx_acquire(v->core, LANG_EN, &v->ctx);
	verify_scan(v, STORE_REC, false, record_each);
	env_ctx_release(v->core);
}

/* ---- all of it ------------------------------------------------------------------------------- */

/* The amount of each step, for the progress: only keys are counted. */
enum amount { OF_RECORDS, OF_ROWS, OF_COUNTS, OF_VERSIONS, OF_ENTRIES, OF_TRAIL_ROWS, OF_DRAFTS,
    OF_TOKENS, AMOUNTS };

static const struct { enum store_table table; uint32_t from, to; } amounts[AMOUNTS] = {
	[OF_RECORDS]	= { STORE_REC,	 0, 0 },
	[OF_ROWS]	= { STORE_IDX,	 INDEX_FIRST, 0 },
	[OF_COUNTS]	= { STORE_TALLY, 0, 0 },
	[OF_VERSIONS]	= { STORE_VER,	 0, 0 },
	[OF_ENTRIES]	= { STORE_AUDIT, 0, 0 },
	[OF_TRAIL_ROWS]	= { STORE_IDX,	 0, INDEX_FIRST },
	[OF_DRAFTS]	= { STORE_DRAFT, 0, 0 },
	[OF_TOKENS]	= { STORE_TOKEN, 0, 0 },
};

/*
 * The steps in their order: records come first, because the others compare with them. Weights are
 * measured; a key of a version has weight 1.
 */
static const struct {
	const char	*name;
	void		(*run)(struct verify *);
	unsigned	 weight;
	enum amount	 of[2];		/* the second is AMOUNTS where there is none */
} steps[] = {
	{ "records",		check_records,		200,	{ OF_RECORDS, AMOUNTS } },
	{ "index rows",		verify_rows,		1,	{ OF_ROWS, AMOUNTS } },
	{ "counts",		verify_tallies,		10,	{ OF_COUNTS, AMOUNTS } },
	{ "versions",		verify_versions,		1,	{ OF_VERSIONS, AMOUNTS } },
	{ "audit entries",	verify_told,		5,	{ OF_ENTRIES, AMOUNTS } },
	{ "drafts",		verify_drafts,		20,	{ OF_DRAFTS, AMOUNTS } },
	{ "tokens",		verify_tokens,		1,	{ OF_TOKENS, AMOUNTS } },
	{ "audit chain",		verify_chain,	3,	{ OF_ENTRIES, AMOUNTS } },
	{ "audit rows",		verify_trail_rows,	7,	{ OF_ENTRIES, OF_TRAIL_ROWS } },
};

#define STEPS	(sizeof steps / sizeof *steps)

struct counting {
	struct verify	*v;
	uint64_t	 n;
};

static bool
amount_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct counting	*c = arg;

	(void)key;
	(void)klen;
	(void)val;
	(void)vlen;
	return ++c->n % 256 != 0 || verify_go_on(c->v);
}

static uint64_t
amount(struct verify *v, enum amount a)
{
	struct counting		 c = { v, 0 };
	struct buf		 lo = BUF_INIT, hi = BUF_INIT;
	struct store_range	 range = { .keys_only = true };

	buf_put_u32(&lo, amounts[a].from);
	buf_put_u32(&hi, amounts[a].to);
	if (lo.bad || hi.bad)
		v->e = STORE_SYS;
	else if (verify_go_on(v)) {
		range.lo = lo.p;
		range.lolen = amounts[a].from != 0 ? lo.n : 0;
		range.hi = amounts[a].to != 0 ? hi.p : NULL;
		range.hilen = hi.n;
		v->e = store_scan(v->core->store, NULL, amounts[a].table, &range, amount_each, &c);
	}
	buf_free(&lo);
	buf_free(&hi);
	return c.n;
}

/* Adds the amounts of[] of each step; the total of units is known then. */
static void
measure(struct verify *v, uint64_t of[STEPS])
{
	uint64_t	 there[AMOUNTS + 1] = { 0 };

	for (int a = 0; a < AMOUNTS; a++)
		there[a] = amount(v, (enum amount)a);
	for (size_t i = 0; i < STEPS; i++) {
		of[i] = there[steps[i].of[0]] + there[steps[i].of[1]];
		v->progress.total += of[i] * steps[i].weight;
	}
}

static void
run_steps(struct verify *v)
{
	uint64_t	 of[STEPS], done = 0;

	measure(v, of);
	for (size_t i = 0; i < STEPS && verify_go_on(v); i++) {
		v->progress.step = steps[i].name;
		v->progress.n = 0;
		v->progress.of = of[i];
		v->weight = steps[i].weight;
		steps[i].run(v);
		v->progress.done = done += of[i] * steps[i].weight;
	}
	verify_go_on(v);
}

static enum verify_end
tell_summary(struct verify *v)
{
	bool	 agrees = verify_tell_trail(v);

	for (size_t i = 0; i < val_len(v->records); i++)
		verify_line(v, "records of %s: %" PRId64, val_key(v->records, i),
		    val_num(val_value(v->records, i), 0));
	verify_line(v, "index rows: %" PRIu64, v->rows_there);
	verify_line(v, "records the definitions have something against: %" PRIu64 "%s", v->misfit,
	    v->misfit > 0 ? " (\"form check --against\" names them)" : "");
	for (int t = 0; t < VERIFY_TROUBLES; t++)
		if (v->found[t] > 0) {
			verify_line(v, "%s: %" PRIu64 "; %s", troubles[t].what, v->found[t],
			    troubles[t].todo);
			agrees = false;
		}
	verify_line(v, "%s", agrees ? "all agrees" : "it does NOT agree");
	return agrees ? VERIFY_AGREES : VERIFY_DIFFERS;
}

enum verify_end
verify_run(struct core *core, const struct verify_sink *sink, enum store_err *e)
{
	struct verify	 v = { .core = core, .sink = sink, .records = val_map(),
	    .adjust = val_map(), .e = STORE_OK };
	enum verify_end	 end;

	if (v.records == NULL || v.adjust == NULL)
		v.e = STORE_SYS;
	randombytes_buf(v.hash_key, sizeof v.hash_key);
	if (v.e == STORE_OK)
		run_steps(&v);
	end = v.cancelled ? VERIFY_CANCELLED : v.e != STORE_OK ? VERIFY_FAILED : tell_summary(&v);
	*e = v.e;
	val_free(v.records);
	val_free(v.adjust);
	verify_rows_free(&v);
	free(v.seen);
	free(v.suspects);
	return end;
}
