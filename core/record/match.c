#include "core/record/match.h"

#include <stdio.h>
#include <string.h>

#include "core/access/access.h"

/* ---- records disclosed to a person today ----------------------------------------------------- */

/*
 * STORE_META "match/USER" -> {"day": yyyymmdd, "ids": [records whose township was disclosed]}. The
 * row keeps the limit across a restart, and the first match of the next day replaces it.
 */
static void
disclosed_key(const struct actor *actor, char key[80])
{
	snprintf(key, 80, "match/%s", actor->user);
}

/* The ids of today; the caller frees them. NULL: memory, or the store failed. */
static struct val *
disclosed_today(struct store_txn *txn, const char *key, int today)
{
	struct buf	 b = BUF_INIT;
	struct val	*row = NULL, *ids = NULL;
	enum store_err	 e = store_get(store_of(txn), txn, STORE_META, key, strlen(key), &b);

	if (e == STORE_OK)
		row = val_decode(b.p, b.n);
	if (e == STORE_OK || e == STORE_MISSING)
		ids = val_get_num(row, "day", 0) == today && val_get(row, "ids") != NULL ?
		    val_dup(val_get(row, "ids")) : val_list();
	val_free(row);
	buf_free(&b);
	return ids;
}

/* Stores the ids of today. Takes ids. */
static enum store_err
put_disclosed(struct store_txn *txn, const char *key, int today, struct val *ids)
{
	struct buf	 b = BUF_INIT;
	struct val	*row = val_map();
	enum store_err	 e = STORE_SYS;
	bool		 ok = val_put(row, "ids", ids) && val_put(row, "day", val_int(today));

	if (ok)
		val_encode(row, &b);
	if (ok && !b.bad)
		e = store_put(txn, STORE_META, key, strlen(key), b.p, b.n);
	val_free(row);
	buf_free(&b);
	return e;
}

static bool
has_id(const struct val *ids, uint64_t id)
{
	for (size_t i = 0; i < val_len(ids); i++)
		if ((uint64_t)val_num(val_at(ids, i), 0) == id)
			return true;
	return false;
}

/* Counts the record among those of today. *within: it is one of the first MATCH_FOREIGN_MAX. */
static enum store_err
count_disclosed(const struct writer *w, uint64_t id, bool *within)
{
	char		 key[80];
	struct val	*ids;
	enum store_err	 e = STORE_OK;

	disclosed_key(w->actor, key);
	if ((ids = disclosed_today(w->txn, key, w->today)) == NULL)
		return STORE_SYS;
	*within = has_id(ids, id);
	if (*within || val_len(ids) >= MATCH_FOREIGN_MAX) {
		val_free(ids);
		return STORE_OK;
	}
	if (!val_add(ids, val_int((int64_t)id))) {
		val_free(ids);
		return STORE_SYS;
	}
	e = put_disclosed(w->txn, key, w->today, ids);
	*within = true;
	return e;
}

/* ---- the trail ------------------------------------------------------------------------------- */

/* Writes an entry. disclosed: "told" of its detail; NULL: the actor sees the record. */
static enum store_err
put_entry(const struct writer *w, const char *act, const struct rec *rec, const struct val *by,
    const char *disclosed)
{
	struct val	*detail = val_map();
	enum store_err	 e = STORE_SYS;

	if (val_put(detail, "agreed", val_dup(by)) &&
	    (disclosed == NULL || val_put(detail, "told", val_text(disclosed))))
		e = writer_log(w, &(struct audit_entry){ .act = act, .book = rec->book->name,
		    .id = rec->id, .number = rec->number, .ver = rec->ver, .area = rec_area(rec),
		    .detail = detail });
	val_free(detail);
	return e;
}

bool
match_may_ask(const struct actor *actor, const struct book *book)
{
	return actor->role != NULL ? ((book->create | book->merge) & ROLE_BIT(actor->role)) != 0 :
	    actor->local && !book->logged;
}

enum store_err
match_foreign(const struct writer *w, const struct rec *rec, const struct val *by,
    char place[AREA_CODE + 1])
{
	bool		 within = match_may_ask(w->actor, rec->book) &&
	    access_denied_by_scope(w->actor, rec);
	enum store_err	 e;

	place[0] = '\0';
	if (within && (e = count_disclosed(w, rec->id, &within)) != STORE_OK)
		return e;
	if (within) {
		memcpy(place, rec_area(rec), AREA_CODE + 1);
		memcpy(place + 9, "000", 3);
	}
	return put_entry(w, "match", rec, by, within ? place : "county-office");
}

enum store_err
match_masked(const struct writer *w, const struct rec *rec, const struct val *by)
{
	return put_entry(w, "find", rec, by, NULL);
}
