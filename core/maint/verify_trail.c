#include <inttypes.h>

#include "core/maint/verify_int.h"
#include "core/record/audit_chain.h"
#include "core/wire/protocol.h"

/*
 * Versions and the trail: checks that all earlier versions of a record are kept, and that the trail
 * has entries of these and of no others.
 */

/* ---- versions -------------------------------------------------------------------------------- */

/* Versions are kept without gaps from 1 on: each must be one more than the number found so far. */
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
	uint64_t	 orphans;	/* a version of a record that does not exist */
	/* a version that is not kept; a version that is kept and was not made yet */
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
		return STORE_OK;		/* reported as damaged */
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

void
verify_versions(struct verify *v)
{
	verify_forget_suspects(v);
	verify_scan(v, STORE_VER, true, version_each);
	for (size_t i = 0; i < v->nseen; i++)
		if (v->seen[i].kept != v->seen[i].ver - 1)
			verify_suspect(v, v->seen[i].id);
	verify_sort_suspects(v);
	for (size_t i = 0; i < v->nsuspects && verify_go_on(v); i++)
		check_versions_of(v, v->suspects[i]);
}

/* ---- the trail ------------------------------------------------------------------------------- */

/*
 * An entry of a version after the one that was seen: a save has come since, or the entry is false.
 * A record is stored before its entry can be read, and its version only grows.
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

/* Entries come newest first: after the entry of a version, the version before must come next. */
static bool
entry_each(const struct val *entry, void *arg)
{
	struct verify	*v = arg;
	const uint64_t	 id = (uint64_t)val_get_num(entry, PK_RECORD, 0),
	    ver = (uint64_t)val_get_num(entry, PK_VER, 0);
	struct seen	*t;

	if (id == 0 || val_get(val_get(entry, PK_DETAIL), PK_CHANGED) == NULL)
		return verify_step(v);	/* an entry of a read, or without a record */
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

void
verify_told(struct verify *v)
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

void
verify_chain(struct verify *v)
{
	struct chain	*c = &v->chain;
	enum store_err	 e = audit_verify_while(v->core->store, step_of_chain, v, &c->entries,
	    &c->bad, c->end);

	if (v->e == STORE_OK)
		v->e = e;
}

void
verify_trail_rows(struct verify *v)
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
		verify_line(v,
		    "audit trail: the chain breaks at entry %" PRIu64 ": it or one before "
		    "was changed or removed; " VERIFY_RESTORE, c->bad);
		return false;
	}
	sodium_bin2hex(end, sizeof end, c->end, AUDIT_HASH);
	verify_line(v, "audit trail: %" PRIu64 " entries, the chain is whole, its end is %s",
	    c->entries, end);
	if (keyed > 0)
		verify_line(v, "audit trail: entries up to %" PRIu64 " were made without a key",
		    keyed);
	if (c->missing + c->surplus == 0)
		return true;
	verify_line(v, "audit trail: %" PRIu64 " rows to find entries by are missing, %" PRIu64
	    " are surplus; " VERIFY_RESTORE, c->missing, c->surplus);
	return false;
}

bool
verify_tell_trail(struct verify *v)
{
	const struct buf	*wrong = &v->core->trail_problem;
	const bool		 whole = tell_chain(v);

	if (wrong->n > 0)
		verify_line(v, "audit trail: %s", buf_str(wrong));
	return whole && wrong->n == 0;
}
