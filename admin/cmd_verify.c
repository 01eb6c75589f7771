#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/client.h"
#include "core/core.h"
#include "core/ops/ops.h"
#include "core/record/draft.h"
#include "core/record/builtin.h"
#include "core/record/audit.h"
#include "core/record/index.h"
#include "core/record/children.h"
#include "core/wire/protocol.h"
#include "forms/check.h"
#include "core/record/account.h"

/*
 * Everything a save computes beside the record is computed once more from the records and compared. Where the two
 * disagree something else than a save has been at work, or a save was wrong: the counts on screens cannot be trusted.
 */
#define SHOWN		20		/* lines of one kind of trouble; the summary counts all */

#define RESTORE		"restore the newest backup that agrees"
#define SAVE_AGAIN	"save the records named again, or " RESTORE

enum trouble {
	DAMAGED, ROW_MISSING, ROW_SURPLUS, DOUBLED, TALLY_WRONG, VERSION_WRONG, STALE, UNTOLD, UNDONE, DRAFT_ODD, TOKEN_ODD, TROUBLES
};

static const struct { const char *one, *what, *todo; } troubles[TROUBLES] = {
	[DAMAGED]	= { "damaged",	"records that cannot be read", RESTORE },
	[ROW_MISSING]	= { "missing",	"index rows that are missing", SAVE_AGAIN },
	[ROW_SURPLUS]	= { "surplus",	"index rows that no record has", SAVE_AGAIN },
	[DOUBLED]	= { "doubled",	"values that only one record may have and several do", "correct one of the records" },
	[TALLY_WRONG]	= { "count",	"counts that are wrong", RESTORE },
	[STALE]		= { "stale",	"records whose place or duties do not follow from other records", SAVE_AGAIN },
	[VERSION_WRONG]	= { "versions",	"records whose earlier versions are not all kept", RESTORE },
	[UNTOLD]	= { "untold",	"record versions that the audit trail does not tell of", RESTORE },
	[UNDONE]	= { "undone",	"audit entries that tell of record versions that are not there", RESTORE },
	[DRAFT_ODD]	= { "draft",	"drafts that cannot be read or belong to nobody", "their writers have lost them; drop them" },
	[TOKEN_ODD]	= { "token",	"save tokens that cannot be read or name no record", "they do no harm and go within days" },
};

/* How far the trail, read from its end, has told of a record. */
struct told {
	uint64_t	 id;
	uint64_t	 ver;
	uint64_t	 next;		/* the newest version it has not told of yet */
};

struct verify {
	struct core	*core;
	struct form_ctx	 ctx;
	struct val	*tallies;	/* "index id in hex · area" -> members, as they should be */
	struct val	*records;	/* book -> how many */
	uint64_t	 entries;		/* there should be */
	uint64_t	 rows_there;
	uint64_t	 older;		/* earlier versions there should be */
	uint64_t	 older_there;
	struct told	*told;		/* of each record, by id */
	size_t		 ntold, captold;
	uint64_t	 misfit;	/* records the definitions have something against */
	uint64_t	 found[TROUBLES];
	enum store_err	 e;
	struct buf	 before;	/* the row before, of the index */
};

static void	 trouble(struct verify *, enum trouble, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void
trouble(struct verify *v, enum trouble t, const char *fmt, ...)
{
	struct buf	 b = BUF_INIT;
	va_list		 ap;

	if (++v->found[t] > SHOWN)
		return;
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	printf("%s: %s\n", troubles[t].one, xtext(&b));
	buf_free(&b);
}

static void
count(struct val *map, const char *key, int64_t by)
{
	xput(map, key, val_int(val_get_num(map, key, 0) + by));
}

/* ---- tallies ------------------------------------------------------------------------------------------------ */

static void
print_scope(const void *key, struct buf *out)
{
	struct scope	 scope = scope_from_key((const char *)key + 4);

	scope_print(&scope, out);
}

/* Of a key in STORE_TALLY, or of a row whose key begins with one. */
static void
tally_name(const void *key, struct buf *out)
{
	buf_printf(out, "%08" PRIx32, buf_get_u32(key));
	print_scope(key, out);
}

static void
expect_tally(struct verify *v, const struct index_def *idx, const void *key)
{
	struct buf	 name = BUF_INIT;

	if (idx->kind != IDX_LIST || idx->sort != 0)
		return;
	tally_name(key, &name);
	count(v->tallies, xtext(&name), 1);
	buf_free(&name);
}

static const char *
list_of(const struct verify *v, const void *key)
{
	const struct index_def	*idx = index_of_key(v->core->index_catalog, key);

	return idx != NULL ? idx->name : "an index that is gone";
}

static bool
tally_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct verify	*v = arg;
	struct buf	 name = BUF_INIT, scope = BUF_INIT;
	int64_t		 has, should;

	if (klen != INDEX_TALLY_KEY || vlen != 8) {
		trouble(v, TALLY_WRONG, "an entry of a wrong size");
		return true;
	}
	tally_name(key, &name);
	print_scope(key, &scope);
	has = (int64_t)buf_get_u64(val);
	should = val_get_num(v->tallies, xtext(&name), 0);
	if (has != should)
		trouble(v, TALLY_WRONG, "%s in %s says %" PRId64 ", there are %" PRId64, list_of(v, key), xtext(&scope), has, should);
	val_drop(v->tallies, name.p);
	buf_free(&name);
	buf_free(&scope);
	return true;
}

static void
check_tallies(struct verify *v)
{
	v->e = store_scan(v->core->store, NULL, STORE_TALLY, &(struct store_range){ .lolen = 0 }, tally_each, v);
	for (size_t i = 0; v->e == STORE_OK && i < val_len(v->tallies); i++)
		trouble(v, TALLY_WRONG, "none in %s, there are %" PRId64, val_key(v->tallies, i) + 8,
		    val_num(val_value(v->tallies, i), 0));
}

/* ---- records ------------------------------------------------------------------------------------------------ */

/* Number for people, id where it has none. */
static void
name_record(const struct rec *rec, struct buf *out)
{
	if (rec->number[0] != '\0')
		buf_printf(out, "%s %s", rec->book->name, rec->number);
	else
		buf_printf(out, "%s #%" PRIu64, rec->book->name, rec->id);
}

static void
expect_rows(struct verify *v, const struct rec *rec)
{
	struct index_entries	 entries = INDEX_ENTRIES_INIT;
	struct buf	 name = BUF_INIT;

	if (!index_make_entries(v->core->index_catalog, rec, INDEX_PASS_ALL, &entries))
		xcheck(NULL);
	name_record(rec, &name);
	for (size_t i = 0; v->e == STORE_OK && i < entries.n; i++) {
		size_t		 n;
		const void	*key = index_entries_at(&entries, i, &n);
		enum store_err	 e = store_get(v->core->store, NULL, STORE_IDX, key, n, NULL);

		expect_tally(v, index_of_key(v->core->index_catalog, key), key);
		if (e == STORE_MISSING)
			trouble(v, ROW_MISSING, "%s in %s", xtext(&name), list_of(v, key));
		else if (e != STORE_OK)
			v->e = e;
	}
	v->entries += entries.n;
	index_entries_free(&entries);
	buf_free(&name);
}

static void
check_follows(struct verify *v, const struct rec *rec)
{
	const char	*what = child_stale(v->core, rec);
	struct buf	 name = BUF_INIT;

	if (what == NULL)
		return;
	name_record(rec, &name);
	trouble(v, STALE, "%s: %s", xtext(&name), what);
	buf_free(&name);
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

static void
expect_told(struct verify *v, const struct rec *rec)
{
	if (v->ntold == v->captold) {
		v->captold = v->captold != 0 ? 2 * v->captold : 1024;
		v->told = xcheck(reallocarray(v->told, v->captold, sizeof *v->told));
	}
	v->told[v->ntold++] = (struct told){ rec->id, rec->ver, rec->ver };
}

static bool
record_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct verify	*v = arg;
	struct rec	*rec = NULL;
	uint64_t	 id = klen == REC_KEY ? buf_get_u64(key) : 0;

	if (id == 0 || rec_decode(v->core->set, id, val, vlen, &rec) != REC_OK) {
		trouble(v, DAMAGED, "#%" PRIu64 ": its book or state is not defined, or it is no record", id);
		return true;
	}
	count(v->records, rec->book->name, 1);
	v->older += rec->ver - 1;
	expect_rows(v, rec);
	expect_told(v, rec);
	check_follows(v, rec);
	check_fields_of(v, rec);
	rec_free(rec);
	return v->e == STORE_OK;
}

/* ---- index rows --------------------------------------------------------------------------------------------- */

/* Two rows of a unique index differ in more than the record. */
static void
look_doubled(struct verify *v, const struct index_def *idx, const void *key, size_t klen)
{
	if (idx->kind == IDX_UNIQUE && klen > 8 && v->before.n == klen && memcmp(v->before.p, key, klen - 8) == 0)
		trouble(v, DOUBLED, "%s of records #%" PRIu64 " and #%" PRIu64, idx->name,
		    index_key_record(v->before.p, v->before.n), index_key_record(key, klen));
	buf_reset(&v->before);
	buf_put(&v->before, key, klen);
}

static bool
row_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct verify		*v = arg;
	const struct index_def	*idx = klen >= 12 ? index_of_key(v->core->index_catalog, key) : NULL;

	(void)val;
	(void)vlen;
	v->rows_there++;
	if (idx == NULL)
		trouble(v, ROW_SURPLUS, "one of an index that is gone");
	else
		look_doubled(v, idx, key, klen);
	return true;
}

static bool
has_row(struct verify *v, uint64_t id, const void *key, size_t klen)
{
	struct index_entries	 entries = INDEX_ENTRIES_INIT;
	struct rec	*rec = NULL;
	bool		 has = false;

	if (rec_get(v->core, NULL, id, &rec) == REC_OK && index_make_entries(v->core->index_catalog, rec, INDEX_PASS_ALL, &entries))
		for (size_t i = 0; !has && i < entries.n; i++)
			has = entries.row[i].n == klen && memcmp(entries.bytes.p + entries.row[i].at, key, klen) == 0;
	index_entries_free(&entries);
	rec_free(rec);
	return has;
}

static bool
surplus_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct verify	*v = arg;

	(void)val;
	(void)vlen;
	if (klen >= 12 && index_of_key(v->core->index_catalog, key) != NULL && !has_row(v, index_key_record(key, klen), key, klen))
		trouble(v, ROW_SURPLUS, "#%" PRIu64 " in %s", index_key_record(key, klen), list_of(v, key));
	return true;
}

/*
 * Every row a record should have was looked for; rows of different records differ. So where there are no more rows than
 * that, there is none too many, and only else each row is asked which record it comes from.
 */
static void
check_rows(struct verify *v)
{
	struct buf		 lo = BUF_INIT;
	struct store_range	 range = { .keys_only = true };

	buf_put_u32(&lo, INDEX_FIRST);
	xtext(&lo);
	range.lo = lo.p;
	range.lolen = lo.n;
	v->e = store_scan(v->core->store, NULL, STORE_IDX, &range, row_each, v);
	if (v->e == STORE_OK && v->rows_there != v->entries - v->found[ROW_MISSING] + v->found[ROW_SURPLUS])
		v->e = store_scan(v->core->store, NULL, STORE_IDX, &range, surplus_each, v);
	buf_free(&lo);
}

/* ---- versions ----------------------------------------------------------------------------------------------- */

static bool
version_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct verify	*v = arg;

	(void)key;
	(void)val;
	(void)vlen;
	v->older_there += klen == REC_VERSION_KEY;
	return true;
}

static bool
lacking_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct verify	*v = arg;
	struct rec	*rec = NULL;
	unsigned char	 vkey[REC_VERSION_KEY];

	if (klen != REC_KEY || rec_decode(v->core->set, buf_get_u64(key), val, vlen, &rec) != REC_OK)
		return true;
	for (uint64_t n = 1; n < rec->ver; n++) {
		rec_version_key(rec->id, n, vkey);
		if (store_get(v->core->store, NULL, STORE_VER, vkey, sizeof vkey, NULL) == STORE_OK)
			continue;
		trouble(v, VERSION_WRONG, "%s #%" PRIu64 " lacks version %" PRIu64, rec->book->name, rec->id, n);
		break;
	}
	rec_free(rec);
	return true;
}

static void
check_versions(struct verify *v)
{
	v->e = store_scan(v->core->store, NULL, STORE_VER, &(struct store_range){ .keys_only = true }, version_each, v);
	if (v->e != STORE_OK || v->older_there == v->older)
		return;
	v->e = store_scan(v->core->store, NULL, STORE_REC, &(struct store_range){ .lolen = 0 }, lacking_each, v);
	if (v->found[VERSION_WRONG] == 0)
		trouble(v, VERSION_WRONG, "%" PRIu64 " are kept of records that are not there", v->older_there - v->older);
}

/* ---- the trail ---------------------------------------------------------------------------------------------- */

static int
told_order(const void *a, const void *b)
{
	const uint64_t	 x = ((const struct told *)a)->id, y = ((const struct told *)b)->id;

	return x < y ? -1 : x > y;
}

/* Newest first: each entry of a version makes the one before it the next to be told of. */
static bool
entry_each(const struct val *entry, void *arg)
{
	struct verify	*v = arg;
	struct told	 key = { .id = (uint64_t)val_get_num(entry, PK_RECORD, 0) }, *t;
	uint64_t	 ver = (uint64_t)val_get_num(entry, PK_VER, 0);

	if (key.id == 0 || val_get(val_get(entry, PK_DETAIL), PK_CHANGED) == NULL)
		return true;				/* a read, or no record at all */
	t = v->ntold > 0 ? bsearch(&key, v->told, v->ntold, sizeof *v->told, told_order) : NULL;
	if (t == NULL || ver == 0 || ver > t->ver) {
		trouble(v, UNDONE, "entry %" PRId64 " tells of version %" PRIu64 " of #%" PRIu64 ", %s",
		    val_get_num(entry, PK_SEQ, 0), ver, key.id, t == NULL ? "which is not there" : "which has no such version");
		return true;
	}
	for (; t->next > ver; t->next--)
		trouble(v, UNTOLD, "version %" PRIu64 " of #%" PRIu64, t->next, key.id);
	if (t->next == ver)
		t->next--;
	return true;
}

static void
check_told(struct verify *v)
{
	v->e = audit_read(v->core->store, 0, 0, NULL, 0, entry_each, v);
	for (size_t i = 0; v->e == STORE_OK && i < v->ntold; i++)
		for (; v->told[i].next > 0; v->told[i].next--)
			trouble(v, UNTOLD, "version %" PRIu64 " of #%" PRIu64, v->told[i].next, v->told[i].id);
}

static void
print_chain(struct verify *v, uint64_t n, const unsigned char head[AUDIT_HASH])
{
	const uint64_t	 keyed = audit_keyed_after(v->core->store);

	printf("audit trail: %" PRIu64 " entries, the chain is whole, its end is ", n);
	for (size_t i = 0; i < AUDIT_HASH; i++)
		printf("%02x", head[i]);
	putchar('\n');
	if (keyed > 0)
		printf("audit trail: entries up to %" PRIu64 " were made without a key\n", keyed);
}

static int
check_chain(struct verify *v)
{
	unsigned char	 head[AUDIT_HASH];
	uint64_t	 n, bad, missing, surplus;

	if ((v->e = audit_verify(v->core->store, &n, &bad, head)) != STORE_OK)
		return EX_OK;
	if (bad != 0) {
		printf("audit trail: the chain breaks at entry %" PRIu64 ": it or one before was changed or removed; " RESTORE "\n",
		    bad);
		return EX_DATAERR;
	}
	print_chain(v, n, head);
	if ((v->e = audit_verify_index(v->core->store, &missing, &surplus)) != STORE_OK || missing + surplus == 0)
		return EX_OK;
	printf("audit trail: %" PRIu64 " rows to find entries by are missing, %" PRIu64 " are surplus; " RESTORE "\n", missing,
	    surplus);
	return EX_DATAERR;
}

static int
check_trail(struct verify *v)
{
	const struct buf	*wrong = &v->core->trail_problem;
	int			 code = check_chain(v);

	if (wrong->n > 0)
		printf("audit trail: %s\n", xtext(wrong));
	return wrong->n > 0 ? EX_DATAERR : code;
}

/* ---- drafts and tokens -------------------------------------------------------------------------------------- */

static bool
draft_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct verify	*v = arg;
	const char	*user = draft_user(key, klen);
	struct val	*draft = val_decode(val, vlen);
	struct actor	*actor = NULL;

	if (user == NULL || draft == NULL || val_kind(draft) != VAL_MAP)
		trouble(v, DRAFT_ODD, "one that cannot be read%s%s", user != NULL ? ", of " : "", user != NULL ? user : "");
	else if (account_load_actor(v->core, user, 0, "local", &actor) == ACTOR_UNKNOWN)
		trouble(v, DRAFT_ODD, "one of %s, who has no account", user);
	if (actor != NULL)
		actor_unref(actor);
	val_free(draft);
	return true;
}

static bool
token_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct verify	*v = arg;
	uint64_t	 id = 0;
	unsigned char	 rkey[REC_KEY];

	if (!save_idempotency_fits(key, klen, val, vlen, &id))
		trouble(v, TOKEN_ODD, "one that cannot be read");
	rec_key(id, rkey);
	if (id != 0 && store_get(v->core->store, NULL, STORE_REC, rkey, sizeof rkey, NULL) == STORE_MISSING)
		trouble(v, TOKEN_ODD, "one of record #%" PRIu64 ", which is not there", id);
	return true;
}

static void
check_drafts(struct verify *v)
{
	v->e = store_scan(v->core->store, NULL, STORE_DRAFT, &(struct store_range){ .lolen = 0 }, draft_each, v);
}

static void
check_tokens(struct verify *v)
{
	v->e = store_scan(v->core->store, NULL, STORE_TOKEN, &(struct store_range){ .lolen = 0 }, token_each, v);
}

/* ---- all of it ---------------------------------------------------------------------------------------------- */

static void
check_records(struct verify *v)
{
	env_ctx_acquire(v->core, LANG_EN, &v->ctx);
	v->e = store_scan(v->core->store, NULL, STORE_REC, &(struct store_range){ .lolen = 0 }, record_each, v);
	env_ctx_release(v->core);
}

static int
summary(const struct verify *v)
{
	int	 code = EX_OK;

	for (size_t i = 0; i < val_len(v->records); i++)
		printf("records of %s: %" PRId64 "\n", val_key(v->records, i), val_num(val_value(v->records, i), 0));
	printf("index rows: %" PRIu64 "\n", v->rows_there);
	printf("records the definitions have something against: %" PRIu64 "%s\n", v->misfit,
	    v->misfit > 0 ? " (\"form check --against\" names them)" : "");
	for (int t = 0; t < TROUBLES; t++)
		if (v->found[t] > 0) {
			printf("%s: %" PRIu64 "; %s\n", troubles[t].what, v->found[t], troubles[t].todo);
			code = EX_DATAERR;
		}
	return code;
}

static int
verify(struct core *core)
{
	struct verify	 v = { .core = core, .tallies = xcheck(val_map()), .records = xcheck(val_map()), .e = STORE_OK };
	void		 (*const steps[])(struct verify *) = { check_records, check_rows, check_tallies, check_versions,
				    check_told, check_drafts, check_tokens };
	int		 code = EX_OK, trail;

	for (size_t i = 0; v.e == STORE_OK && i < sizeof steps / sizeof *steps; i++)
		steps[i](&v);
	if (v.e == STORE_OK) {
		trail = check_trail(&v);
		code = summary(&v);
		code = trail != EX_OK ? trail : code;
	}
	if (v.e != STORE_OK)
		code = report_error(v.e == STORE_BAD ? EX_DATAERR : EX_IOERR, "reading the store: %s", store_err_text((int)v.e));
	printf(code == EX_OK ? "all agrees\n" : "it does NOT agree\n");
	val_free(v.tallies);
	val_free(v.records);
	buf_free(&v.before);
	free(v.told);
	return code;
}

/* Only what verify has told of can be accepted, and only once. */
static int
accept_loss(struct core *core, const struct actor *actor)
{
	struct buf	 err = BUF_INIT;
	int		 code = EX_OK;

	if (core->trail_problem.n == 0) {
		printf("the end of the audit trail is in order: there is no loss to accept\n");
		return EX_OK;
	}
	printf("%s\n", xtext(&core->trail_problem));
	if (core_trail_accept(core, actor, &err))
		printf("accepted; the audit trail has an entry of it\n");
	else
		code = report_error(EX_IOERR, "%s", xtext(&err));
	buf_free(&err);
	return code;
}

int
cmd_verify(const struct admin *admin, int argc, char **argv)
{
	static const struct option	 longs[] = { { "accept-loss", no_argument, NULL, 'a' }, { NULL, 0, NULL, 0 } };
	struct client			*client;
	bool				 accept = false;
	int				 code, c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c != 'a')
			return report_usage_error("verify", "verify does not know that option");
		accept = true;
	}
	if (optind != argc)
		return report_usage_error("verify", "verify takes no argument");
	if ((code = client_open_untrusted(admin, &client)) != EX_OK)
		return code;
	code = accept ? accept_loss(client_core(client), client_actor(client)) : verify(client_core(client));
	client_close(client);
	return code;
}
