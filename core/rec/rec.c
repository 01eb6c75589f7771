#include "core/rec/rec.h"

#include <stdlib.h>
#include <string.h>

static void
put_be64(unsigned char *at, uint64_t v)
{
	for (int i = 7; i >= 0; i--, v >>= 8)
		at[i] = (unsigned char)v;
}

void
rec_key(uint64_t id, unsigned char key[REC_KEY])
{
	put_be64(key, id);
}

void
rec_version_key(uint64_t id, uint64_t ver, unsigned char key[REC_VERSION_KEY])
{
	put_be64(key, id);
	put_be64(key + 8, ver);
}

void
rec_free(struct rec *rec)
{
	if (rec == NULL)
		return;
	val_free(rec->env);
	free(rec);
}

/* Sets the members from the envelope. False: a book or state is unknown, or a part is missing. */
static bool
understand(struct rec *rec, const struct set *set)
{
	const char	*book = val_get_str(rec->env, "b"), *state = val_get_str(rec->env, "s");

	if (book == NULL || state == NULL || (rec->book = set_book(set, book)) == NULL ||
	    (rec->state = book_state(rec->book, state)) == NULL)
		return false;
	rec->fields = val_get(rec->env, "f");
	rec->ver = (uint64_t)val_get_num(rec->env, "v", 0);
	rec->number = val_get_str(rec->env, "n");
	if (rec->number == NULL)
		rec->number = "";
	return val_kind(rec->fields) == VAL_MAP && rec->ver > 0;
}

enum rec_err
rec_decode(const struct set *set, uint64_t id, const void *p, size_t n, struct rec **out)
{
	struct rec	*rec = calloc(1, sizeof *rec);

	*out = NULL;
	if (rec == NULL)
		return REC_SYS;
	rec->id = id;
	if ((rec->env = val_decode(p, n)) == NULL || !understand(rec, set)) {
		rec_free(rec);
		return REC_BAD;
	}
	*out = rec;
	return REC_OK;
}

struct rec *
rec_new(const struct book *book)
{
	struct rec	*rec = calloc(1, sizeof *rec);

	if (rec == NULL)
		return NULL;
	rec->book = book;
	rec->number = "";
	if ((rec->env = val_map()) == NULL || !val_put(rec->env, "b", val_text(book->name)) ||
	    !val_put(rec->env, "f", val_map()) || !rec_set_state(rec, book->start) ||
	    !rec_set_ver(rec, 0)) {
		rec_free(rec);
		return NULL;
	}
	rec->fields = val_get(rec->env, "f");
	return rec;
}

struct rec *
rec_dup(const struct rec *from)
{
	struct rec	*rec = malloc(sizeof *rec);

	if (rec == NULL)
		return NULL;
	*rec = *from;
	if ((rec->env = val_dup(from->env)) == NULL) {
		free(rec);
		return NULL;
	}
	rec->fields = val_get(rec->env, "f");
	rec->number = val_get_str(rec->env, "n");
	if (rec->number == NULL)
		rec->number = "";
	return rec;
}

bool
rec_set_state(struct rec *rec, const struct state *state)
{
	rec->state = state;
	return val_put(rec->env, "s", val_text(state->name));
}

bool
rec_set_ver(struct rec *rec, uint64_t ver)
{
	rec->ver = ver;
	return val_put(rec->env, "v", val_int((int64_t)ver));
}

bool
rec_set_number(struct rec *rec, const char *number)
{
	if (!val_put(rec->env, "n", val_text(number)))
		return false;
	rec->number = val_get_str(rec->env, "n");
	return true;
}

static enum rec_err
get_from(struct core *core, struct store_txn *txn, enum store_table table, const void *key,
    size_t klen, uint64_t id, struct rec **out)
{
	struct buf	 bytes = BUF_INIT;
	enum rec_err	 e;

	*out = NULL;
	switch (store_get(core->store, txn, table, key, klen, &bytes)) {
	case STORE_OK:
		e = rec_decode(core->set, id, bytes.p, bytes.n, out);
		break;
	case STORE_MISSING:
		e = REC_MISSING;
		break;
	case STORE_BAD:
		e = REC_BAD;
		break;
	default:
		e = REC_SYS;
		break;
	}
	buf_free(&bytes);
	return e;
}

enum rec_err
rec_get(struct core *core, struct store_txn *txn, uint64_t id, struct rec **out)
{
	unsigned char	 key[REC_KEY];

	rec_key(id, key);
	return get_from(core, txn, STORE_REC, key, sizeof key, id, out);
}

enum rec_err
rec_get_version(struct core *core, struct store_txn *txn, uint64_t id, uint64_t ver,
    struct rec **out)
{
	unsigned char	 key[REC_VERSION_KEY];

	rec_version_key(id, ver, key);
	return get_from(core, txn, STORE_VER, key, sizeof key, id, out);
}

enum rec_err
rec_get_at(struct core *core, uint64_t id, uint64_t ver, struct rec **out)
{
	unsigned char	 key[REC_VERSION_KEY];
	enum rec_err	 e;

	rec_version_key(id, ver, key);
	if ((e = get_from(core, NULL, STORE_VER, key, sizeof key, id, out)) != REC_MISSING)
		return e;
	if ((e = rec_get(core, NULL, id, out)) != REC_OK || (*out)->ver == ver)
		return e;
	rec_free(*out);
	*out = NULL;
	return REC_MISSING;
}

bool
rec_merged(const struct rec *rec)
{
	return rec->book->merged != NULL && rec->state == rec->book->merged;
}

const char *
rec_area(const struct rec *rec)
{
	const char	*area = rec->book->area != NULL ?
	    val_get_str(rec->fields, rec->book->area->name) :
			    rec->book->under != NULL ? val_get_str(rec->env, "ar") : NULL;

	return area != NULL && area_valid(area) ? area : AREA_NONE;
}

/* False: the value names neither a place nor a body. */
static bool
scope_of_value(const struct field *f, const struct val *v, struct scope *out)
{
	const char	*code = f->link_book == NULL ? val_str(v) : NULL;
	int64_t		 id = f->link_book != NULL ? val_num(v, 0) : 0;

	if (code != NULL && area_valid(code))
		*out = scope_place(code);
	else if (id > 0)
		*out = scope_body((uint64_t)id);
	else
		return false;
	return true;
}

bool
rec_each_scope(const struct rec *rec, const struct field *by, rec_scope_fn *fn, void *arg)
{
	const struct val	*v = by != NULL ? val_get(rec->fields, by->name) : NULL;
	struct scope		 scope = scope_place(by == NULL ? rec_area(rec) : AREA_NONE);

	if (by == NULL)
		return fn(&scope, arg);
	for (size_t i = 0; i < (by->many ? val_len(v) : 1); i++)
		if (scope_of_value(by, by->many ? val_at(v, i) : v, &scope) && !fn(&scope, arg))
			return false;
	return true;
}

static bool
stop_at_first(const struct scope *scope, void *arg)
{
	(void)scope;
	(void)arg;
	return false;
}

bool
rec_has_scope(const struct rec *rec, const struct field *by)
{
	return !rec_each_scope(rec, by, stop_at_first, NULL);
}

struct outer {
	const struct scope	*scope;
};

static bool
is_outside(const struct scope *scope, void *arg)
{
	const struct outer	*outer = arg;

	return !scope_within(scope, outer->scope);
}

bool
rec_within_scope(const struct rec *rec, const struct field *by, const struct scope *outer)
{
	struct outer	 arg = { outer };

	return !rec_each_scope(rec, by, is_outside, &arg);
}

enum store_err
rec_put(struct store_txn *txn, const struct rec *rec)
{
	unsigned char	 key[REC_KEY];
	struct buf	 bytes = BUF_INIT;
	enum store_err	 e;

	rec_key(rec->id, key);
	val_encode(rec->env, &bytes);
	e = bytes.bad ? STORE_SYS : store_put(txn, STORE_REC, key, sizeof key, bytes.p, bytes.n);
	buf_free(&bytes);
	return e;
}

/* ---- data kept of ancestors ------------------------------------------------------------------ */

bool
rec_set_parent(struct rec *rec, const struct rec *parent)
{
	const struct val	*above = val_get(parent->env, "up");
	struct val		*up = val_list();
	bool			 ok = up != NULL && val_add(up, val_text(parent->state->name));

	for (size_t i = 0; ok && i < val_len(above); i++)
		ok = val_add(up, val_dup(val_at(above, i)));
	return val_put(rec->env, "up", up) && ok &&
	    val_put(rec->env, "ar", val_text(rec_area(parent)));
}

const struct state *
rec_ancestor_state(const struct rec *rec, size_t level)
{
	const struct book	*book = rec->book;
	const char		*name = val_str(val_at(val_get(rec->env, "up"), level));

	for (size_t i = 0; i <= level && book != NULL; i++)
		book = book->under != NULL ? book->under->link_book : NULL;
	return book != NULL && name != NULL ? book_state(book, name) : NULL;
}

static bool
state_hidden(const struct book *book, const struct state *state)
{
	return (book->hidden & STATE_BIT(state)) != 0;
}

static bool
state_ended(const struct book *book, const struct state *state)
{
	return state->ended || state == book->merged;
}

static bool
any_ancestor(const struct rec *rec, bool (*is)(const struct book *, const struct state *))
{
	size_t	 level = 0;

	for (const struct book *book = rec->book; book->under != NULL;
	    book = book->under->link_book, level++) {
		const struct state	*state = rec_ancestor_state(rec, level);

		if (state == NULL || is(book->under->link_book, state))
			return true;
	}
	return false;
}

bool
rec_parent_hidden(const struct rec *rec)
{
	return any_ancestor(rec, state_hidden);
}

bool
rec_parent_ended(const struct rec *rec)
{
	return any_ancestor(rec, state_ended);
}
