#include "core/maint/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "core/maint/verify_int.h"
#include "core/record/account.h"
#include "core/record/audit_chain.h"
#include "core/record/builtin.h"
#include "core/record/children.h"
#include "core/record/draft.h"
#include "core/save/save_idempotency.h"
#include "core/wire/protocol.h"

#define RESTORE		"restore the newest backup"
#define SAVE_AGAIN	"save the records named again, or restore the newest backup that agrees"

static const struct { const char *one, *what, *todo; } troubles[VERIFY_TROUBLES] = {
	[DAMAGED]	= { "damaged",	"records that cannot be read", RESTORE " that agrees" },
	[ROW_MISSING]	= { "missing",	"index rows that are missing", SAVE_AGAIN },
	[ROW_SURPLUS]	= { "surplus",	"index rows that no record has", SAVE_AGAIN },
	[DOUBLED]	= { "doubled",	"values that only one record may have and several do",
	    "correct one of the records" },
	[TALLY_WRONG]	= { "count",	"counts that are wrong", RESTORE " that agrees" },
	[STALE]		= { "stale",	"records whose place or duties do not follow from other "
	    "records", SAVE_AGAIN },
	[VERSION_WRONG]	= { "versions",	"records whose earlier versions are not all kept",
	    RESTORE " that agrees" },
	[UNTOLD]	= { "untold",	"record versions that the audit trail does not tell of",
	    RESTORE " that agrees" },
	[UNDONE]	= { "undone",	"audit entries that tell of record versions that are not "
	    "there", RESTORE " that agrees" },
	[DRAFT_ODD]	= { "draft",	"drafts that cannot be read or belong to nobody",
	    "their writers have lost them; drop them" },
	[TOKEN_ODD]	= { "token",	"save tokens that cannot be read or name no record",
	    "they do no harm and go within days" },
};

/* ---- telling --------------------------------------------------------------------------------- */

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

static void	 line(struct verify *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
line(struct verify *v, const char *fmt, ...)
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
 * More than were counted are there when others save meanwhile; the share of the step stays what it
 * was.
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

/* ---- looking again where nothing changes ----------------------------------------------------- */

/* of 10 ms: as long as a committer may be behind with a full queue */
#define BUSY_TRIES	200

/*
 * A full disk lets no body begin, and then nobody writes: what is read outside a transaction cannot
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

/* The scan gives them in the order of their ids. */
static void
add_seen(struct verify *v, const struct rec *rec, uint64_t rows)
{
	struct seen	*more;
	size_t		 cap = v->capseen != 0 ? 2 * v->capseen : 1024;

	if (v->nseen == v->capseen) {
		if ((more = reallocarray(v->seen, cap, sizeof *more)) == NULL) {
			v->e = STORE_SYS;
			return;
		}
		v->seen = more;
		v->capseen = cap;
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

/* A sum that rows read in any order come to as well. */
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
		return STORE_OK;		/* told elsewhere */
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

static void
scan_all(struct verify *v, enum store_table table, bool keys_only, store_each *each)
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
	scan_all(v, STORE_REC, false, record_each);
	env_ctx_release(v->core);
}

/* ---- versions -------------------------------------------------------------------------------- */

/* They are kept without gaps from 1 on: each must be one more than what is kept so far. */
static bool
version_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct verify	*v = arg;
	struct seen	*s = NULL;

	(void)val;
	(void)vlen;
	if (klen == REC_VERSION_KEY && (s = verify_seen(v, buf_get_u64(key))) == NULL)
		verify_suspect(v, buf_get_u64(key));
	if (s != NULL)
		s->kept = s->kept + 1 == buf_get_u64((const char *)key + REC_KEY) ? s->kept + 1 :
		    UINT64_MAX - 1;
	return verify_step(v);
}

struct versions_check {
	struct core	*core;
	uint64_t	 id;
	uint64_t	 orphans;	/* kept, but there is no such record */
	/* a version that is not kept; one that is and was not made yet */
	uint64_t	 lacks, early;
	const char	*book;
};

static bool
count_version(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	(void)key;
	(void)klen;
	(void)val;
	(void)vlen;
	++*(uint64_t *)arg;
	return true;
}

static int
count_versions(struct versions_check *c, struct store_txn *txn, uint64_t from, uint64_t *n)
{
	unsigned char	 lo[REC_VERSION_KEY], hi[REC_VERSION_KEY];

	rec_version_key(c->id, from, lo);
	rec_version_key(c->id + 1, 0, hi);
	return (int)store_scan(c->core->store, txn, STORE_VER,
	    &(struct store_range){ .lo = lo, .lolen = sizeof lo, .hi = hi,
	    .hilen = sizeof hi, .keys_only = true }, count_version, n);
}

static int
versions_of(struct versions_check *c, struct store_txn *txn, const struct rec *rec)
{
	unsigned char	 key[REC_VERSION_KEY];
	uint64_t	 n = 0;
	int		 r = STORE_OK;

	c->book = rec->book->name;
	for (uint64_t ver = 1; r == STORE_OK && c->lacks == 0 && ver < rec->ver; ver++) {
		rec_version_key(rec->id, ver, key);
		if ((r = (int)store_get(c->core->store, txn, STORE_VER, key, sizeof key,
		    NULL)) == STORE_MISSING) {
			c->lacks = ver;
			r = STORE_OK;
		}
	}
	if (r == STORE_OK)
		r = count_versions(c, txn, rec->ver, &n);
	c->early = n > 0 ? rec->ver : 0;
	return r;
}

static int
versions_body(struct store_txn *txn, void *arg)
{
	struct versions_check	*c = arg;
	struct rec		*rec;
	int			 r;

	*c = (struct versions_check){ .core = c->core, .id = c->id };
	switch (rec_get(c->core, txn, c->id, &rec)) {
	case REC_OK:
		r = versions_of(c, txn, rec);
		rec_free(rec);
		return r;
	case REC_MISSING:
		return count_versions(c, txn, 0, &c->orphans);
	case REC_SYS:
		return STORE_SYS;
	default:
		return STORE_OK;		/* told as damaged */
	}
}

static void
check_versions_of(struct verify *v, uint64_t id)
{
	struct versions_check	 c = { .core = v->core, .id = id };

	verify_confirm(v, versions_body, &c);
	if (v->e != STORE_OK || v->cancelled)
		return;
	if (c.orphans > 0)
		verify_trouble(v, VERSION_WRONG,
		    "#%" PRIu64 " is not there, but %" PRIu64 " of its versions are", id,
		    c.orphans);
	if (c.lacks > 0)
		verify_trouble(v, VERSION_WRONG, "%s #%" PRIu64 " lacks version %" PRIu64, c.book,
		    id, c.lacks);
	if (c.early > 0)
		verify_trouble(v, VERSION_WRONG,
		    "%s #%" PRIu64 ": version %" PRIu64 " or a later one is kept as an earlier one",
		    c.book, id,
		    c.early);
}

static void
check_versions(struct verify *v)
{
	verify_forget_suspects(v);
	scan_all(v, STORE_VER, true, version_each);
	for (size_t i = 0; i < v->nseen; i++)
		if (v->seen[i].kept != v->seen[i].ver - 1)
			verify_suspect(v, v->seen[i].id);
	verify_sort_suspects(v);
	for (size_t i = 0; i < v->nsuspects && verify_go_on(v); i++)
		check_versions_of(v, v->suspects[i]);
}

/* ---- the trail ------------------------------------------------------------------------------- */

/*
 * A version beyond the one that was seen: a save has come since, or the entry tells of what is not
 * there. A record is there before its entry can be read, and its version only grows.
 */
static void
check_later(struct verify *v, const struct seen *t, int64_t seq, uint64_t id, uint64_t ver)
{
	struct rec	*rec = NULL;
	enum rec_err	 e = rec_get(v->core, NULL, id, &rec);

	if (e == REC_SYS)
		v->e = STORE_SYS;
	else if (ver == 0 || e == REC_MISSING || (e == REC_BAD && t == NULL) ||
	    (e == REC_OK && rec->ver < ver))
		verify_trouble(v, UNDONE,
		    "entry %" PRId64 " tells of version %" PRIu64 " of #%" PRIu64 ", %s", seq, ver,
		    id,
		    e == REC_OK ? "which has no such version" : "which is not there");
	rec_free(e == REC_OK ? rec : NULL);
}

/* Newest first: each entry of a version makes the one before it the next to be told of. */
static bool
entry_each(const struct val *entry, void *arg)
{
	struct verify	*v = arg;
	const uint64_t	 id = (uint64_t)val_get_num(entry, PK_RECORD, 0),
	    ver = (uint64_t)val_get_num(entry, PK_VER, 0);
	struct seen	*t;

	if (id == 0 || val_get(val_get(entry, PK_DETAIL), PK_CHANGED) == NULL)
		return verify_step(v);			/* a read, or no record at all */
	t = verify_seen(v, id);
	if (t == NULL || ver == 0 || ver > t->ver) {
		check_later(v, t, val_get_num(entry, PK_SEQ, 0), id, ver);
		return verify_step(v);
	}
	for (; t->next > ver; t->next--)
		verify_trouble(v, UNTOLD, "version %" PRIu64 " of #%" PRIu64, t->next, id);
	if (t->next == ver)
		t->next--;
	return verify_step(v);
}

static void
check_told(struct verify *v)
{
	const enum store_err	 e = audit_read(v->core->store, 0, 0, NULL, 0, entry_each, v);

	if (v->e == STORE_OK)
		v->e = e;
	for (size_t i = 0; i < v->nseen && verify_go_on(v); i++)
		for (; v->seen[i].next > 0; v->seen[i].next--)
			verify_trouble(v, UNTOLD, "version %" PRIu64 " of #%" PRIu64,
			    v->seen[i].next, v->seen[i].id);
}

static bool
step_of_chain(void *arg)
{
	return verify_step(arg);
}

static void
check_chain(struct verify *v)
{
	struct chain	*c = &v->chain;
	enum store_err	 e = audit_verify_while(v->core->store, step_of_chain, v, &c->entries,
	    &c->bad, c->end);

	if (v->e == STORE_OK)
		v->e = e;
}

static void
check_trail_rows(struct verify *v)
{
	struct chain	*c = &v->chain;
	enum store_err	 e = audit_verify_index_while(v->core->store, step_of_chain, v, &c->missing,
	    &c->surplus);

	if (v->e == STORE_OK)
		v->e = e;
}

static bool
tell_chain(struct verify *v)
{
	const struct chain	*c = &v->chain;
	const uint64_t		 keyed = audit_keyed_after(v->core->store);
	char			 end[2 * AUDIT_HASH + 1];

	if (c->bad != 0) {
		line(v, "audit trail: the chain breaks at entry %" PRIu64 ": it or one before was "
		    "changed or removed; " RESTORE
		    " that agrees", c->bad);
		return false;
	}
	sodium_bin2hex(end, sizeof end, c->end, AUDIT_HASH);
	line(v, "audit trail: %" PRIu64 " entries, the chain is whole, its end is %s", c->entries,
	    end);
	if (keyed > 0)
		line(v, "audit trail: entries up to %" PRIu64 " were made without a key", keyed);
	if (c->missing + c->surplus == 0)
		return true;
	line(v, "audit trail: %" PRIu64 " rows to find entries by are missing, %" PRIu64 " are "
	    "surplus; " RESTORE " that agrees",
	    c->missing, c->surplus);
	return false;
}

static bool
tell_trail(struct verify *v)
{
	const struct buf	*wrong = &v->core->trail_problem;
	const bool		 whole = tell_chain(v);

	if (wrong->n > 0)
		line(v, "audit trail: %s", buf_str(wrong));
	return whole && wrong->n == 0;
}

/* ---- drafts and tokens ----------------------------------------------------------------------- */

struct entry_check {
	struct core	*core;
	const void	*key;
	size_t		 klen;
	uint64_t	 id;
	bool		 wrong;
};

static int
draft_body(struct store_txn *txn, void *arg)
{
	struct entry_check	*c = arg;
	struct actor		*actor = NULL;
	const enum store_err	 e = store_get(c->core->store, txn, STORE_DRAFT, c->key, c->klen,
	    NULL);

	c->wrong = e == STORE_OK && account_load_actor(c->core, draft_user(c->key, c->klen), 0,
	    "local", &actor) == ACTOR_UNKNOWN;
	actor_unref(actor);
	return e == STORE_MISSING ? STORE_OK : (int)e;
}

static bool
draft_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct verify		*v = arg;
	struct entry_check	 c = { .core = v->core, .key = key, .klen = klen };
	const char		*user = draft_user(key, klen);
	struct val		*draft = val_decode(val, vlen);
	struct actor		*actor = NULL;

	if (user == NULL || draft == NULL || val_kind(draft) != VAL_MAP)
		verify_trouble(v, DRAFT_ODD, "one that cannot be read%s%s", user != NULL ? ", of " :
		    "", user != NULL ? user : "");
	else if (account_load_actor(v->core, user, 0, "local", &actor) == ACTOR_UNKNOWN) {
		verify_confirm(v, draft_body, &c);
		if (c.wrong)
			verify_trouble(v, DRAFT_ODD, "one of %s, who has no account", user);
	}
	actor_unref(actor);
	val_free(draft);
	return verify_step(v);
}

static int
token_body(struct store_txn *txn, void *arg)
{
	struct entry_check	*c = arg;
	unsigned char		 rkey[REC_KEY];
	enum store_err		 e = store_get(c->core->store, txn, STORE_TOKEN, c->key, c->klen,
	    NULL);

	rec_key(c->id, rkey);
	if (e == STORE_OK)
		e = store_get(c->core->store, txn, STORE_REC, rkey, sizeof rkey, NULL);
	else if (e == STORE_MISSING)
		e = STORE_OK;			/* it has gone meanwhile */
	c->wrong = e == STORE_MISSING;
	return e == STORE_MISSING ? STORE_OK : (int)e;
}

static bool
token_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct verify		*v = arg;
	struct entry_check	 c = { .core = v->core, .key = key, .klen = klen };

	if (!save_idempotency_fits(key, klen, val, vlen, &c.id))
		verify_trouble(v, TOKEN_ODD, "one that cannot be read");
	else if (c.id != 0 && verify_seen(v, c.id) == NULL)
		verify_confirm(v, token_body, &c);
	if (c.wrong)
		verify_trouble(v, TOKEN_ODD, "one of record #%" PRIu64 ", which is not there",
		    c.id);
	return verify_step(v);
}

static void
check_drafts(struct verify *v)
{
	scan_all(v, STORE_DRAFT, false, draft_each);
}

static void
check_tokens(struct verify *v)
{
	scan_all(v, STORE_TOKEN, false, token_each);
}

/* ---- all of it ------------------------------------------------------------------------------- */

/* How much there is of each step, so that progress can be told: keys alone are counted. */
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
 * In this order: what the records say comes first, the others compare with it. Weights as measured,
 * a version's key being 1.
 */
static const struct {
	const char	*name;
	void		(*run)(struct verify *);
	unsigned	 weight;
	enum amount	 of[2];		/* the second AMOUNTS where there is none */
} steps[] = {
	{ "records",		check_records,		200,	{ OF_RECORDS, AMOUNTS } },
	{ "index rows",		verify_rows,		1,	{ OF_ROWS, AMOUNTS } },
	{ "counts",		verify_tallies,		10,	{ OF_COUNTS, AMOUNTS } },
	{ "versions",		check_versions,		1,	{ OF_VERSIONS, AMOUNTS } },
	{ "audit entries",	check_told,		5,	{ OF_ENTRIES, AMOUNTS } },
	{ "drafts",		check_drafts,		20,	{ OF_DRAFTS, AMOUNTS } },
	{ "tokens",		check_tokens,		1,	{ OF_TOKENS, AMOUNTS } },
	{ "audit chain",		check_chain,	3,	{ OF_ENTRIES, AMOUNTS } },
	{ "audit rows",		check_trail_rows,	7,	{ OF_ENTRIES, OF_TRAIL_ROWS } },
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

/* What of[] of each step comes to; the total of units becomes known. */
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
	bool	 agrees = tell_trail(v);

	for (size_t i = 0; i < val_len(v->records); i++)
		line(v, "records of %s: %" PRId64, val_key(v->records, i),
		    val_num(val_value(v->records, i), 0));
	line(v, "index rows: %" PRIu64, v->rows_there);
	line(v, "records the definitions have something against: %" PRIu64 "%s", v->misfit,
	    v->misfit > 0 ? " (\"form check --against\" names them)" : "");
	for (int t = 0; t < VERIFY_TROUBLES; t++)
		if (v->found[t] > 0) {
			line(v, "%s: %" PRIu64 "; %s", troubles[t].what, v->found[t],
			    troubles[t].todo);
			agrees = false;
		}
	line(v, "%s", agrees ? "all agrees" : "it does NOT agree");
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
