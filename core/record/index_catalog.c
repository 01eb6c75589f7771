#include "core/record/index_catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/children.h"
#include "core/record/index_kind.h"
#include "core/record/pinyin.h"
#include "forms/vec.h"

/*
 * STORE_META holds for each index "idx/NAME" -> {id, spec, done} and for each id whose rows are to
 * be removed "drop/ID". The spec contains all that decides the rows. When it differs the index gets
 * a new id, so incomplete rows are never used: an id counts only when `done` is set.
 */

/* ---- indexes of the definitions -------------------------------------------------------------- */

static char *
name_of(const char *book, const char *kind, const char *what, size_t sort)
{
	struct buf	 b = BUF_INIT;

	buf_printf(&b, "%s/%s/%s/%zu", book, kind, what, sort);
	return buf_take(&b);
}

bool
index_catalog_add(struct index_catalog *cat, const struct index_def *def, const struct book *book,
    const char *what)
{
	if (!VEC_ROOM(cat->at, cat->n, &cat->cap))
		return false;
	cat->at[cat->n] = *def;
	cat->at[cat->n].name = name_of(book->name, index_kinds[def->kind].name, what, def->sort);
	return cat->at[cat->n++].name != NULL;
}

static bool
plan_indexes(struct index_catalog *cat, const struct set *set)
{
	bool	 ok = true;

	for (size_t b = 0; ok && b < set->nbooks; b++)
		for (size_t k = 0; ok && k < IDX_KINDS; k++)
			ok = index_kinds[k].plan(cat, &set->books[b]);
	return ok;
}

static int
cmp_book(const void *a, const void *b)
{
	const struct index_def	*x = a, *y = b;

	if (x->book->index != y->book->index)
		return x->book->index < y->book->index ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int
cmp_id(const void *a, const void *b)
{
	const struct index_def	*const *x = a, *const *y = b;

	return ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

static int
cmp_subject(const void *a, const void *b)
{
	const struct index_def	*const *x = a, *const *y = b;

	if ((*x)->kind != (*y)->kind)
		return (*x)->kind < (*y)->kind ? -1 : 1;
	if ((*x)->subject != (*y)->subject)
		return (uintptr_t)(*x)->subject < (uintptr_t)(*y)->subject ? -1 : 1;
	return ((*x)->sort > (*y)->sort) - ((*x)->sort < (*y)->sort);
}

/* Groups the indexes by book. The array does not move after this. */
static bool
group_by_book(struct index_catalog *cat, size_t nbooks)
{
	if ((cat->books = calloc(nbooks + 1, sizeof *cat->books)) == NULL)
		return false;
	if (cat->n > 1)
		qsort(cat->at, cat->n, sizeof *cat->at, cmp_book);
	for (size_t i = 0; i < cat->n; i++) {
		struct index_span	*span = &cat->books[cat->at[i].book->index];

		if (span->n++ == 0)
			span->first = i;
	}
	return true;
}

static const struct index_def **
sorted_copy(const struct index_catalog *cat, int (*cmp)(const void *, const void *))
{
	const struct index_def	**out = calloc(cat->n + 1, sizeof *out);

	if (out == NULL)
		return NULL;
	for (size_t i = 0; i < cat->n; i++)
		out[i] = &cat->at[i];
	if (cat->n > 1)
		qsort(out, cat->n, sizeof *out, cmp);
	return out;
}

/* ---- specs ----------------------------------------------------------------------------------- */

/*
 * Specs are made of what the definitions mean, not of how they are written: a renamed key, another
 * label or a comment does not rebuild an index.
 *
 * The version is raised when this program makes rows differently from the same definition: then all
 * indexes are rebuilt.
 */
#define ROWS_VERSION	2

/* The states of ancestors that decide whether a record has a row at all. */
static void
spec_ancestors(const struct book *book, struct buf *spec)
{
	for (; book->under != NULL; book = book->under->link_book) {
		const struct book	*up = book->under->link_book;

		buf_printf(spec, "up=%s", up->name);
		for (size_t i = 0; i < up->nstates; i++)
			if ((up->hidden & STATE_BIT(&up->states[i])) != 0 || up->states[i].ended ||
			    &up->states[i] == up->merged)
				buf_printf(spec, ":%s", up->states[i].name);
		buf_putc(spec, ' ');
	}
}

static void
spec_of(const struct index_def *idx, struct buf *spec)
{
	const struct index_kind_ops	*kind = &index_kinds[idx->kind];

	buf_printf(spec, "%d %s area=%s %s ", ROWS_VERSION, kind->name,
	    idx->book->area != NULL ? idx->book->area->path : "-", pinyin_version());
	if (kind->ancestors)
		spec_ancestors(idx->book, spec);
	kind->spec(idx, spec);
}

/* ---- indexes in the store -------------------------------------------------------------------- */

#define NEXT_ID		"idx.next"

static enum store_err
put_meta(struct store_txn *txn, const char *key, struct val *v)
{
	struct buf	 b = BUF_INIT;
	enum store_err	 e = STORE_SYS;

	if (v != NULL) {
		val_encode(v, &b);
		if (!b.bad)
			e = store_put(txn, STORE_META, key, strlen(key), b.p, b.n);
	}
	buf_free(&b);
	val_free(v);
	return e;
}

static struct val *
get_meta(struct store *st, struct store_txn *txn, const char *key)
{
	struct buf	 b = BUF_INIT;
	struct val	*v = NULL;

	if (store_get(st, txn, STORE_META, key, strlen(key), &b) == STORE_OK)
		v = val_decode(b.p, b.n);
	buf_free(&b);
	return v;
}

static struct val *
meta_row(const struct index_def *idx, const struct buf *spec, bool done)
{
	struct val	*v = val_map();

	if (v != NULL && val_put(v, "id", val_int(idx->id)) &&
	    val_put(v, "spec", val_bytes(spec->p, spec->n)) && val_put(v, "done", val_bool(done)))
		return v;
	val_free(v);
	return NULL;
}

static bool
spec_same(const struct val *stored, const struct buf *spec)
{
	size_t		 n;
	const void	*p = val_mem(val_get(stored, "spec"), &n);

	return p != NULL && n == spec->n && memcmp(p, spec->p, n) == 0;
}

static enum store_err
drop_id(struct store_txn *txn, uint32_t id)
{
	char	 key[32];

	snprintf(key, sizeof key, "drop/%08x", id);
	return store_put(txn, STORE_META, key, strlen(key), "", 0);
}

static enum store_err
next_id(struct store_txn *txn, uint32_t *id)
{
	struct val	*v = get_meta(store_of(txn), txn, NEXT_ID);

	*id = (uint32_t)val_num(v, INDEX_FIRST);
	val_free(v);
	return put_meta(txn, NEXT_ID, val_int((int64_t)*id + 1));
}

static enum store_err
assign_id(struct store_txn *txn, struct index_def *idx)
{
	struct buf	 spec = BUF_INIT, key = BUF_INIT;
	struct val	*stored;
	enum store_err	 e = STORE_OK;

	buf_printf(&key, "idx/%s", idx->name);
	spec_of(idx, &spec);
	if (key.bad || spec.bad) {
		e = STORE_SYS;
		stored = NULL;
	} else if ((stored = get_meta(store_of(txn), txn, key.p)) != NULL &&
	    val_get_true(stored, "done") && spec_same(stored, &spec))
		idx->id = (uint32_t)val_get_num(stored, "id", 0);
	else {
		idx->is_new = true;
		if (stored != NULL)
			e = drop_id(txn, (uint32_t)val_get_num(stored, "id", 0));
		if (e == STORE_OK && (e = next_id(txn, &idx->id)) == STORE_OK)
			e = put_meta(txn, key.p, meta_row(idx, &spec, false));
	}
	val_free(stored);
	buf_free(&key);
	buf_free(&spec);
	return e;
}

struct removal {
	const struct index_catalog	*cat;
	struct val		*names;		/* keys to remove; their ids are in `ids` */
	struct val		*ids;
};

static bool
collect_unused(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct removal	*r = arg;
	struct val	*v;

	for (size_t i = 0; i < r->cat->n; i++)
		if (strlen(r->cat->at[i].name) == klen - 4 &&
		    memcmp(r->cat->at[i].name, (const char *)key + 4, klen - 4) == 0)
			return true;
	v = val_decode(p, n);
	if (!val_add(r->names, val_textn(key, klen)) ||
	    !val_add(r->ids, val_int(val_get_num(v, "id", 0)))) {
		val_free(v);
		return false;
	}
	val_free(v);
	return true;
}

/* Finds indexes that no definition asks for any more. */
static enum store_err
remove_unused(struct store_txn *txn, const struct index_catalog *cat)
{
	struct removal	 r = { cat, val_list(), val_list() };
	enum store_err	 e = store_scan(store_of(txn), txn, STORE_META, &(struct store_range){
			    .lo = "idx/", .lolen = 4, .hi = "idx0", .hilen = 4 }, collect_unused,
			    &r);

	for (size_t i = 0; e == STORE_OK && i < val_len(r.names); i++) {
		const char	*key = val_str(val_at(r.names, i));

		if ((e = drop_id(txn, (uint32_t)val_num(val_at(r.ids, i), 0))) == STORE_OK)
			e = store_del(txn, STORE_META, key, strlen(key));
	}
	val_free(r.names);
	val_free(r.ids);
	return e;
}

/* ---- a start that changes nothing needs no room on the disk ---------------------------------- */

static bool
count_each(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	(void)key;
	(void)klen;
	(void)p;
	(void)n;
	++*(size_t *)arg;
	return true;
}

/* Whether every index has its id and its rows, and no other is in the store. */
static bool
is_unchanged(struct store *st, struct index_catalog *cat)
{
	size_t	 there = 0;
	bool	 same = true;

	for (size_t i = 0; same && i < cat->n; i++) {
		struct buf	 spec = BUF_INIT, key = BUF_INIT;
		struct val	*stored;

		buf_printf(&key, "idx/%s", cat->at[i].name);
		spec_of(&cat->at[i], &spec);
		stored = key.bad || spec.bad ? NULL : get_meta(st, NULL, key.p);
		same = val_get_true(stored, "done") && spec_same(stored, &spec);
		cat->at[i].id = (uint32_t)val_get_num(stored, "id", 0);
		val_free(stored);
		buf_free(&key);
		buf_free(&spec);
	}
	return same && store_scan(st, NULL, STORE_META, &(struct store_range){ .lo = "idx/",
	    .lolen = 4, .hi = "idx0", .hilen = 4,
	    .keys_only = true }, count_each, &there) == STORE_OK && there == cat->n;
}

static enum store_err
assign_ids(struct store *st, struct index_catalog *cat)
{
	struct store_txn	*txn;
	enum store_err		 e = store_begin(st, &txn);

	if (e != STORE_OK)
		return e;
	for (size_t i = 0; e == STORE_OK && i < cat->n; i++)
		e = assign_id(txn, &cat->at[i]);
	if (e == STORE_OK)
		e = remove_unused(txn, cat);
	if (e == STORE_OK)
		return store_commit(txn);
	store_abort(txn);
	return e;
}

enum store_err
index_catalog_open(struct store *st, const struct set *set, struct index_catalog **out)
{
	struct index_catalog	*cat = calloc(1, sizeof *cat);
	enum store_err	 e = cat != NULL ? STORE_OK : STORE_SYS;

	*out = NULL;
	if (e == STORE_OK && (!plan_indexes(cat, set) || !group_by_book(cat, set->nbooks)))
		e = STORE_SYS;
	if (e == STORE_OK && !is_unchanged(st, cat))
		e = assign_ids(st, cat);
	if (e == STORE_OK && ((cat->by_id = sorted_copy(cat, cmp_id)) == NULL ||
	    (cat->by_subject = sorted_copy(cat, cmp_subject)) == NULL))
		e = STORE_SYS;
	if (e == STORE_OK)
		*out = cat;
	else
		index_catalog_free(cat);
	return e;
}

void
index_catalog_free(struct index_catalog *cat)
{
	if (cat == NULL)
		return;
	for (size_t i = 0; i < cat->n; i++)
		free(cat->at[i].name);
	free(cat->at);
	free(cat->books);
	free(cat->by_id);
	free(cat->by_subject);
	free(cat);
}

/* ---- looking up ------------------------------------------------------------------------------ */

const struct index_def *
index_catalog_of_book(const struct index_catalog *cat, const struct book *book, size_t *n)
{
	*n = cat->books[book->index].n;
	return &cat->at[cat->books[book->index].first];
}

const struct index_def *
index_of_key(const struct index_catalog *cat, const void *key)
{
	const struct index_def	 idx = { .id = buf_get_u32(key) }, *want = &idx;
	const struct index_def	**at = bsearch(&want, cat->by_id, cat->n, sizeof *cat->by_id,
	    cmp_id);

	return at != NULL ? *at : NULL;
}

static const struct index_def *
find_def(const struct index_catalog *cat, enum index_kind kind, const void *subject, size_t sort)
{
	const struct index_def	 idx = { .kind = kind, .subject = subject, .sort = sort },
	    *want = &idx;
	const struct index_def	**at = bsearch(&want, cat->by_subject, cat->n,
	    sizeof *cat->by_subject, cmp_subject);

	return at != NULL ? *at : NULL;
}

const struct index_def *
index_catalog_unique(const struct index_catalog *cat, const struct field *f)
{
	return find_def(cat, IDX_UNIQUE, f, 0);
}

const struct index_def *
index_catalog_match(const struct index_catalog *cat, const struct match_rule *match_rule)
{
	return find_def(cat, IDX_MATCH, match_rule, 0);
}

const struct index_def *
index_catalog_list(const struct index_catalog *cat, const struct list *list, size_t sort)
{
	return find_def(cat, IDX_LIST, list, sort);
}

const struct index_def *
index_catalog_find(const struct index_catalog *cat, const struct book *book)
{
	return find_def(cat, IDX_FIND, book, 0);
}

const struct index_def *
index_catalog_children(const struct index_catalog *cat, const struct book *book)
{
	return find_def(cat, IDX_CHILD, book, 0);
}

const struct index_def *
index_catalog_link(const struct index_catalog *cat, const struct field *f)
{
	return find_def(cat, IDX_LINK, f, 0);
}

const struct index_def *
index_catalog_deadline(const struct index_catalog *cat, const struct clock *clock)
{
	return find_def(cat, IDX_DEADLINE, clock, 0);
}

const struct index_def *
index_catalog_roll_since(const struct index_catalog *cat, const struct clock *clock)
{
	return find_def(cat, IDX_ROLL_SINCE, clock, 0);
}

const struct index_def *
index_catalog_roll_done(const struct index_catalog *cat, const struct clock *clock)
{
	return find_def(cat, IDX_ROLL_DONE, clock, 0);
}

/* ---- making rows of new indexes  ------------------------------------------------------------- */

#define REBUILD_BATCH	200		/* records in one transaction */

struct rebuild {
	struct core		*core;
	enum index_pass		 which;
	bool			 derive;		/* a rollup definition may be new */
	struct store_txn	*txn;
	size_t			 pending;
	enum store_err		 e;
};

/*
 * Recomputes the rollups of a record and updates the rows that exist; the rows of the other new
 * indexes are made after that.
 */
static enum store_err
recompute(struct rebuild *r, struct rec *rec)
{
	const struct writer	 w = writer_now(r->core, r->txn, NULL);
	enum store_err	 e = child_refresh_ancestors(r->core, r->txn, rec);
	struct rec	*was = e == STORE_OK ? rec_dup(rec) : NULL;

	if (e == STORE_OK)
		e = was != NULL ? child_recompute_parent(&w, was, rec) : STORE_SYS;
	if (e == STORE_OK)
		e = index_update_built(r->txn, r->core->index_catalog, was, rec);
	rec_free(was);
	return e;
}

static void
rebuild_record(struct rebuild *r, struct rec *rec)
{
	struct index_entries	 entries = INDEX_ENTRIES_INIT;

	if (r->txn == NULL)
		r->e = store_begin(r->core->store, &r->txn);
	if (r->e == STORE_OK && r->derive)
		r->e = recompute(r, rec);
	if (r->e == STORE_OK && !index_make_entries(r->core->index_catalog, rec, r->which,
	    &entries))
		r->e = STORE_SYS;
	if (r->e == STORE_OK)
		r->e = index_add_entries(r->txn, r->core->index_catalog, &entries);
	index_entries_free(&entries);
	if (r->e == STORE_OK && ++r->pending == REBUILD_BATCH) {
		r->e = store_commit(r->txn);
		r->txn = NULL;
		r->pending = 0;
	}
}

static bool
rebuild_each(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct rebuild	*r = arg;
	struct rec	*rec;

	if (klen != REC_KEY || rec_decode(r->core->set, buf_get_u64(key), p, n, &rec) != REC_OK)
		return true;	/* records of a book that is no longer defined have no rows */
	rebuild_record(r, rec);
	rec_free(rec);
	return r->e == STORE_OK;
}

static enum store_err
mark_done(struct core *core)
{
	struct store_txn	*txn;
	enum store_err		 e = store_begin(core->store, &txn);

	if (e != STORE_OK)
		return e;
	for (size_t i = 0; e == STORE_OK && i < core->index_catalog->n; i++) {
		struct index_def	*idx = &core->index_catalog->at[i];
		struct buf	 spec = BUF_INIT, key = BUF_INIT;

		if (!idx->is_new)
			continue;
		buf_printf(&key, "idx/%s", idx->name);
		spec_of(idx, &spec);
		e = key.bad || spec.bad ? STORE_SYS :
		    put_meta(txn, key.p, meta_row(idx, &spec, true));
		buf_free(&key);
		buf_free(&spec);
	}
	if (e != STORE_OK) {
		store_abort(txn);
		return e;
	}
	if ((e = store_commit(txn)) == STORE_OK)
		for (size_t i = 0; i < core->index_catalog->n; i++)
			core->index_catalog->at[i].is_new = false;
	return e;
}

/* ---- removing rows of dropped ids ------------------------------------------------------------ */

static bool
collect_keys(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	(void)p;
	(void)n;
	return val_add(arg, val_bytes(key, klen));
}

/* Deletes all keys that begin with the id, a batch in each transaction. */
static enum store_err
clear_id(struct store *st, enum store_table table, uint32_t id)
{
	struct buf		 lo = BUF_INIT, hi = BUF_INIT;
	struct store_txn	*txn;
	struct val		*keys;
	enum store_err		 e = STORE_OK;
	size_t			 n;

	buf_put_u32(&lo, id);
	buf_put_u32(&hi, id + 1);
	do {
		keys = val_list();
		n = 0;
		if (lo.bad || hi.bad || keys == NULL)
			e = STORE_SYS;
		else
			e = store_scan(st, NULL, table,
			    &(struct store_range){ .lo = lo.p, .lolen = 4, .hi = hi.p, .hilen = 4,
			    .keys_only = true, .limit = 2000 }, collect_keys, keys);
		if (e == STORE_OK && (n = val_len(keys)) > 0 &&
		    (e = store_begin(st, &txn)) == STORE_OK) {
			for (size_t i = 0; e == STORE_OK && i < n; i++) {
				size_t		 klen;
				const void	*key = val_mem(val_at(keys, i), &klen);

				e = store_del(txn, table, key, klen);
			}
			if (e == STORE_OK)
				e = store_commit(txn);
			else
				store_abort(txn);
		}
		val_free(keys);
	} while (e == STORE_OK && n > 0);
	buf_free(&lo);
	buf_free(&hi);
	return e;
}

static enum store_err
clear_dropped(struct store *st)
{
	struct val		*keys = val_list();
	struct store_txn	*txn;
	enum store_err		 e;

	e = store_scan(st, NULL, STORE_META, &(struct store_range){ .lo = "drop/", .lolen = 5,
	    .hi = "drop0", .hilen = 5, .keys_only = true }, collect_keys, keys);
	for (size_t i = 0; e == STORE_OK && i < val_len(keys); i++) {
		size_t		 n;
		const char	*key = val_mem(val_at(keys, i), &n);
		uint32_t	 id = n == 13 ? (uint32_t)strtoul(key + 5, NULL, 16) : 0;

		if ((e = clear_id(st, STORE_IDX, id)) == STORE_OK &&
		    (e = clear_id(st, STORE_TALLY, id)) == STORE_OK &&
		    (e = store_begin(st, &txn)) == STORE_OK) {
			if ((e = store_del(txn, STORE_META, key, n)) == STORE_OK)
				e = store_commit(txn);
			else
				store_abort(txn);
		}
	}
	val_free(keys);
	return e;
}

static bool
any_new(const struct index_catalog *cat, unsigned kinds)
{
	for (size_t i = 0; i < cat->n; i++)
		if (cat->at[i].is_new && (kinds & 1u << cat->at[i].kind) != 0)
			return true;
	return false;
}

bool
index_catalog_any_new(const struct index_catalog *cat)
{
	return any_new(cat, ~0u);
}

static enum store_err
rebuild(struct core *core, enum index_pass which, bool derive)
{
	struct rebuild	 r = { .core = core, .which = which, .derive = derive, .e = STORE_OK };
	enum store_err	 e;

	e = store_scan(core->store, NULL, STORE_REC, &(struct store_range){ .lolen = 0 },
	    rebuild_each, &r);
	if (e == STORE_OK)
		e = r.e;
	if (r.txn != NULL && e == STORE_OK)
		e = store_commit(r.txn);
	else if (r.txn != NULL)
		store_abort(r.txn);
	return e;
}

/*
 * A link that is itself a rollup can be counted only after the rollups of all records are computed.
 */
static bool
rolls_up_links(const struct set *set)
{
	for (size_t b = 0; b < set->nbooks; b++)
		for (size_t i = 0; i < set->books[b].nall; i++)
			if (set->books[b].all[i]->computed == COMPUTED_ROLLUP &&
			    set->books[b].all[i]->link_book != NULL)
				return true;
	return false;
}

#define KIND(k)		(1u << IDX_##k)
#define KINDS_RELATIONS	(KIND(CHILD) | KIND(LINK))
#define KINDS_DERIVED	(KINDS_RELATIONS | KIND(DEADLINE) | KIND(ROLLUP))

enum store_err
index_catalog_rebuild(struct core *core, struct buf *err)
{
	bool		 derive = any_new(core->index_catalog, KINDS_DERIVED);
	enum store_err	 e = STORE_OK;

	if (any_new(core->index_catalog, KINDS_RELATIONS))
		e = rebuild(core, INDEX_PASS_RELATIONS, false);
	if (e == STORE_OK && derive && rolls_up_links(core->set))
		e = rebuild(core, INDEX_PASS_NONE, true);
	if (e == STORE_OK && index_catalog_any_new(core->index_catalog))
		e = rebuild(core, INDEX_PASS_DERIVED, derive);
	if (e == STORE_OK && index_catalog_any_new(core->index_catalog))
		e = mark_done(core);
	if (e == STORE_OK)
		e = clear_dropped(core->store);
	if (e == STORE_OK)
		e = store_flush(core->store);
	if (e != STORE_OK)
		buf_printf(err, "making the indexes anew: %s", store_err_text((int)e));
	return e;
}
