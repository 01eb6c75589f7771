#include "core/record/reads.h"

#include <string.h>

#include <sodium.h>

#define HASH		16
#define COUNT_KEY	(6 + HASH)
#define QUEUE_KEY	(6 + 8 + HASH)

/* The counter of repeated reads. */
struct count {
	uint64_t	 seq;		/* sequence of the entry of the first read */
	int64_t		 first;		/* time of the first read */
	uint64_t	 n;		/* number of reads since */
	int64_t		 since, until;	/* times of the first and last of these; 0 = none */
};

/* ---- rows ------------------------------------------------------------------------------------ */

/* Hashes length and bytes, so that the end of one text cannot be the start of the next. */
static void
add_text(struct buf *b, const char *text)
{
	const size_t	 n = text != NULL ? strlen(text) : 0;

	buf_put_u32(b, (uint32_t)n);
	buf_put(b, text != NULL ? text : "", n);
}

/* Hashes what must be the same. */
struct read_key {
	const char	*text[7];	/* user, name, role, from, act, book, area; NULL as "" */
	uint64_t	 number[4];	/* uid, record, version, day that was asked for */
};

static bool
hash_of(const struct read_key *read_key, unsigned char hash[HASH])
{
	struct buf	 b = BUF_INIT;
	bool		 ok;

	for (size_t i = 0; i < sizeof read_key->text / sizeof *read_key->text; i++)
		add_text(&b, read_key->text[i]);
	for (size_t i = 0; i < sizeof read_key->number / sizeof *read_key->number; i++)
		buf_put_u64(&b, read_key->number[i]);
	ok = !b.bad && crypto_generichash(hash, HASH, (const unsigned char *)b.p, b.n, NULL,
	    0) == 0;
	buf_free(&b);
	return ok;
}

static uint64_t
number_of(const struct val *map, const char *key)
{
	return (uint64_t)val_get_num(map, key, 0);
}

static struct read_key
read_key_of(const struct actor *actor, const struct audit_entry *what)
{
	return (struct read_key){
		{ actor->user, actor->name, actor->role != NULL ? actor->role->name : "local",
		  actor->from, what->act, what->book, what->area },
		{ actor->uid, what->id, what->ver, number_of(what->detail, "on") },
	};
}

static struct read_key
read_key_of_entry(const struct val *e)
{
	return (struct read_key){
		{ val_get_str(e, "user"), val_get_str(e, "name"), val_get_str(e, "role"),
		  val_get_str(e, "from"),
		  val_get_str(e, "act"), val_get_str(e, "book"), val_get_str(e, "area") },
		{ number_of(e, "uid"), number_of(e, "record"), number_of(e, "ver"),
		  number_of(val_get(e, "detail"), "on") },
	};
}

static void
count_key(const unsigned char hash[HASH], unsigned char key[COUNT_KEY])
{
	memcpy(key, "reads/", 6);
	memcpy(key + 6, hash, HASH);
}

/* Each row of the queue whose time is before `first` sorts before it with an empty hash. */
static void
queue_key(int64_t first, const unsigned char hash[HASH], unsigned char key[QUEUE_KEY])
{
	memcpy(key, "readq/", 6);
	for (int i = 0; i < 8; i++)
		key[6 + i] = (unsigned char)((uint64_t)first >> (56 - 8 * i));
	memcpy(key + 14, hash, HASH);
}

static enum store_err
get_count(struct store *st, struct store_txn *txn, const unsigned char hash[HASH], struct count *c)
{
	unsigned char	 key[COUNT_KEY];
	struct buf	 b = BUF_INIT;
	enum store_err	 e;

	count_key(hash, key);
	e = store_get(st, txn, STORE_META, key, sizeof key, &b);
	if (e == STORE_OK && b.n != 40)
		e = STORE_BAD;
	if (e == STORE_OK)
		*c = (struct count){ buf_get_u64(b.p), (int64_t)buf_get_u64(b.p + 8),
		    buf_get_u64(b.p + 16), (int64_t)buf_get_u64(b.p + 24),
		    (int64_t)buf_get_u64(b.p + 32) };
	buf_free(&b);
	return e;
}

static enum store_err
put_count(struct store_txn *txn, const unsigned char hash[HASH], const struct count *c)
{
	unsigned char	 key[COUNT_KEY];
	struct buf	 b = BUF_INIT;
	enum store_err	 e;

	count_key(hash, key);
	buf_put_u64(&b, c->seq);
	buf_put_u64(&b, (uint64_t)c->first);
	buf_put_u64(&b, c->n);
	buf_put_u64(&b, (uint64_t)c->since);
	buf_put_u64(&b, (uint64_t)c->until);
	e = b.bad ? STORE_SYS : store_put(txn, STORE_META, key, sizeof key, b.p, b.n);
	buf_free(&b);
	return e;
}

/* ---- the entry of counted reads -------------------------------------------------------------- */

static enum store_err
get_entry(struct store_txn *txn, uint64_t seq, struct val **entry)
{
	struct buf	 key = BUF_INIT, b = BUF_INIT;
	enum store_err	 e;

	buf_put_u64(&key, seq);
	e = key.bad ? STORE_SYS : store_get(store_of(txn), txn, STORE_AUDIT, key.p, key.n, &b);
	*entry = e == STORE_OK && b.n > AUDIT_HASH ?
	    val_decode(b.p + AUDIT_HASH, b.n - AUDIT_HASH) : NULL;
	buf_free(&key);
	buf_free(&b);
	return e != STORE_OK ? e : *entry != NULL ? STORE_OK : STORE_BAD;
}

/*
 * Repeats the actor of the first entry, also when the account has changed: its present name and
 * role are not those of the reads.
 */
static enum store_err
put_like(struct store_txn *txn, int64_t now, const struct val *entry, struct val *detail)
{
	const char		*role = val_get_str(entry, "role");
	const struct role	 as = { .name = role };
	const struct actor	 actor = {
		.uid = (uid_t)val_get_num(entry, "uid", 0),
		    .user = (char *)(uintptr_t)val_get_str(entry, "user"),
		.name = (char *)(uintptr_t)val_get_str(entry, "name"),
		    .from = (char *)(uintptr_t)val_get_str(entry, "from"),
		.role = role != NULL && strcmp(role, "local") != 0 ? &as : NULL,
	};

	return audit_put(txn, &actor, now, &(struct audit_entry){ .act = val_get_str(entry, "act"),
	    .book = val_get_str(entry, "book"), .id = (uint64_t)val_get_num(entry, "record", 0),
	    .number = val_get_str(entry, "number"), .ver = (uint64_t)val_get_num(entry, "ver", 0),
	    .area = val_get_str(entry, "area"), .detail = detail });
}

static enum store_err
put_summary(struct store_txn *txn, int64_t now, const struct count *c)
{
	struct val	*entry, *detail = val_map();
	enum store_err	 e = get_entry(txn, c->seq, &entry);
	int64_t		 on = val_get_num(val_get(entry, "detail"), "on", 0);

	if (e == STORE_OK && (detail == NULL || (on != 0 && !val_put(detail, "on", val_int(on))) ||
	    !val_put(detail, "n", val_int((int64_t)c->n)) ||
	    !val_put(detail, "since", val_int(c->since)) ||
	    !val_put(detail, "until", val_int(c->until))))
		e = STORE_SYS;
	if (e == STORE_OK)
		e = put_like(txn, now, entry, detail);
	val_free(entry);
	val_free(detail);
	return e;
}

static enum store_err
end_count(struct store_txn *txn, int64_t now, const unsigned char hash[HASH], const struct count *c)
{
	unsigned char	 count[COUNT_KEY], queue[QUEUE_KEY];
	enum store_err	 e = c->n > 0 ? put_summary(txn, now, c) : STORE_OK;

	count_key(hash, count);
	queue_key(c->first, hash, queue);
	if (e == STORE_OK)
		e = store_del(txn, STORE_META, count, sizeof count);
	if (e == STORE_OK)
		e = store_del(txn, STORE_META, queue, sizeof queue);
	return e;
}

/* ---- recording a read ------------------------------------------------------------------------ */

static enum store_err
newest_seq(struct store_txn *txn, uint64_t *seq)
{
	struct buf	 key = BUF_INIT;
	enum store_err	 e = store_seek(store_of(txn), txn, STORE_AUDIT, NULL, 0, true, &key, NULL);

	if (e == STORE_OK && key.n != 8)
		e = STORE_BAD;
	if (e == STORE_OK)
		*seq = buf_get_u64(key.p);
	buf_free(&key);
	return e;
}

static enum store_err
put_first(struct store_txn *txn, const struct actor *actor, int64_t now,
    const struct audit_entry *what, const unsigned char hash[HASH])
{
	struct count	 c = { .first = now };
	unsigned char	 queue[QUEUE_KEY];
	enum store_err	 e;

	queue_key(now, hash, queue);
	if ((e = audit_put(txn, actor, now, what)) == STORE_OK &&
	    (e = newest_seq(txn, &c.seq)) == STORE_OK && (e = put_count(txn, hash, &c)) == STORE_OK)
		e = store_put(txn, STORE_META, queue, sizeof queue, "", 0);
	return e;
}

enum store_err
reads_put(struct store_txn *txn, const struct actor *actor, int64_t now,
    const struct audit_entry *what)
{
	const struct read_key	 read_key = read_key_of(actor, what);
	unsigned char		 hash[HASH];
	struct count		 c;
	enum store_err		 e;

	if (!hash_of(&read_key, hash))
		return STORE_SYS;
	if ((e = get_count(store_of(txn), txn, hash, &c)) == STORE_MISSING)
		return put_first(txn, actor, now, what, hash);
	if (e != STORE_OK)
		return e;
	/* A clock that was set back begins a new window, too. */
	if (now < c.first || now - c.first >= READS_WINDOW) {
		e = end_count(txn, now, hash, &c);
		return e == STORE_OK ? put_first(txn, actor, now, what, hash) : e;
	}
	if (c.n++ == 0)
		c.since = now;
	c.until = now;
	return put_count(txn, hash, &c);
}

bool
reads_add_count(struct store *st, struct val *entry)
{
	const struct read_key	 read_key = read_key_of_entry(entry);
	const char		*act = read_key.text[4];
	unsigned char		 hash[HASH];
	struct val		*detail = val_get(entry, "detail");
	struct count		 c;

	if (act == NULL || (strcmp(act, "read") != 0 && strcmp(act, "whole") != 0) ||
	    val_get(detail, "n") != NULL)
		return true;
	if (!hash_of(&read_key, hash))
		return false;
	if (get_count(st, NULL, hash, &c) != STORE_OK || c.seq != number_of(entry, "seq") ||
	    c.n == 0)
		return true;
	if (detail == NULL && (!val_put(entry, "detail", val_map()) ||
	    (detail = val_get(entry, "detail")) == NULL))
		return false;
	return val_put(detail, "n", val_int((int64_t)c.n + 1)) &&
	    val_put(detail, "since", val_int(c.first)) &&
	    val_put(detail, "until", val_int(c.until));
}

/* ---- windows that are over ------------------------------------------------------------------- */

struct expired {
	unsigned char	 hash[READS_FLUSH_MAX][HASH];
	size_t		 n;
};

static bool
expired_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct expired	*o = arg;

	(void)val;
	(void)vlen;
	if (klen == QUEUE_KEY)
		memcpy(o->hash[o->n++], (const char *)key + 14, HASH);
	return true;
}

enum store_err
reads_flush(struct store_txn *txn, int64_t now, bool all, size_t *n)
{
	static const unsigned char	 none[HASH];
	unsigned char			 hi[QUEUE_KEY];
	struct expired			 o = { .n = 0 };
	struct count			 c;
	enum store_err			 e;

	queue_key(all ? INT64_MAX : now - READS_WINDOW + 1, none, hi);
	e = store_scan(store_of(txn), txn, STORE_META, &(struct store_range){ .lo = "readq/",
	    .lolen = 6, .hi = hi,
	    .hilen = sizeof hi, .keys_only = true, .limit = READS_FLUSH_MAX }, expired_each, &o);
	for (size_t i = 0; e == STORE_OK && i < o.n; i++)
		if ((e = get_count(store_of(txn), txn, o.hash[i], &c)) == STORE_OK)
			e = end_count(txn, now, o.hash[i], &c);
	*n = o.n;
	return e;
}
