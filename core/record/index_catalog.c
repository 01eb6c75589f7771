#include "core/record/index_catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/pinyin.h"
#include "core/record/children.h"
#include "forms/pred.h"

/*
 * STORE_META holds for each index "idx/NAME" -> {id, spec, done} and for each id whose rows are to go "drop/ID". The spec says
 * all that decides the rows; when it differs the index gets a new id, so half-made rows are never taken for whole ones:
 * an id counts only from `done` on.
 */

/* ---- what the set asks for ---------------------------------------------------------------------------------- */

static struct index_def *
add_index(struct index_catalog *cat, struct index_def idx)
{
	struct index_def	*more = reallocarray(cat->at, cat->n + 1, sizeof *more);

	if (more == NULL || idx.name == NULL) {
		free(idx.name);
		if (more != NULL)
			cat->at = more;
		return NULL;
	}
	cat->at = more;
	more[cat->n] = idx;
	return &more[cat->n++];
}

static char *
name_of(const char *book, const char *kind, const char *what, size_t sort)
{
	struct buf	 b = BUF_INIT;

	buf_printf(&b, "%s/%s/%s/%zu", book, kind, what, sort);
	return buf_take(&b);
}

/* What was done in a month that is over, and who was on the roll then, is not told by what is due now. */
static bool
add_clock_indexes(struct index_catalog *cat, const struct clock *c)
{
	if (add_index(cat, (struct index_def){ .kind = IDX_DEADLINE, .book = c->book, .clock = c,
	    .name = name_of(c->book->name, "due", c->name, 0) }) == NULL)
		return false;
	return !clock_has_roll(c) || (add_index(cat, (struct index_def){ .kind = IDX_ROLL_SINCE, .book = c->book, .clock = c,
	    .name = name_of(c->book->name, "begun", c->name, 0) }) != NULL && add_index(cat, (struct index_def){ .kind = IDX_ROLL_DONE,
	    .book = c->done, .clock = c, .name = name_of(c->book->name, "did", c->name, 0) }) != NULL);
}

static bool
add_book_indexes(struct index_catalog *cat, const struct book *book)
{
	char	 number[24];
	bool	 find = book->number[0] != '\0', ok = true;

	for (size_t i = 0; ok && i < book->nall; i++) {
		const struct field	*f = book->all[i];

		find |= f->find != FIND_NO;
		if (f->unique)
			ok = add_index(cat, (struct index_def){ .kind = IDX_UNIQUE, .book = book, .field = f,
			    .name = name_of(book->name, "unique", f->path, 0) }) != NULL;
		if (ok && f->computed == COMPUTED_ROLLUP)
			ok = add_index(cat, (struct index_def){ .kind = IDX_ROLLUP, .book = book, .field = f,
			    .name = name_of(book->name, "taken", f->path, 0) }) != NULL;
	}
	for (size_t i = 0; ok && i < book->nmatch_rules; i++) {
		snprintf(number, sizeof number, "%zu", i);
		ok = add_index(cat, (struct index_def){ .kind = IDX_MATCH, .book = book, .match_rule = &book->match_rules[i],
		    .name = name_of(book->name, "near", number, 0) }) != NULL;
	}
	for (size_t i = 0; ok && i < book->nlists; i++)
		for (size_t s = 0; ok && s < book->lists[i].nsorts; s++)
			ok = add_index(cat, (struct index_def){ .kind = IDX_LIST, .book = book, .list = &book->lists[i], .sort = s,
			    .name = name_of(book->name, "list", book->lists[i].name, s) }) != NULL;
	if (ok && find)
		ok = add_index(cat, (struct index_def){ .kind = IDX_FIND, .book = book,
		    .name = name_of(book->name, "find", "all", 0) }) != NULL;
	if (ok && book->under != NULL)
		ok = add_index(cat, (struct index_def){ .kind = IDX_CHILD, .book = book,
		    .name = name_of(book->name, "under", book->under->name, 0) }) != NULL;
	for (size_t i = 0; ok && i < book->nall; i++)
		if (book->all[i]->link_book != NULL && book->all[i] != book->under)
			ok = add_index(cat, (struct index_def){ .kind = IDX_LINK, .book = book, .field = book->all[i],
			    .name = name_of(book->name, "link", book->all[i]->path, 0) }) != NULL;
	for (size_t i = 0; ok && i < book->nclocks; i++)
		ok = add_clock_indexes(cat, &book->clocks[i]);
	return ok;
}

/*
 * Specs are made of what the definitions mean, never of how they are written: a key that gets another name, a label or a
 * comment that changes make no index anew.
 */
static void
spec_field(struct buf *spec, const struct field *f)
{
	buf_printf(spec, "%s:%s:%d ", f->path, f->type->name, (int)f->find);
}

static void
spec_path(struct buf *spec, const char *what, const struct field *f)
{
	if (f != NULL)
		buf_printf(spec, "%s=%s ", what, f->path);
}

/* From which record a value comes, and where that one is found. */
static void
spec_rollup(const struct field *f, struct buf *spec)
{
	const struct rollup	*t = f->rollup;

	spec_field(spec, f);
	buf_printf(spec, "%s %d %d ", t->book->name, (int)t->kind, (int)t->independent);
	if (t->book->date != NULL)
		spec_path(spec, "date", t->book->date);
	spec_path(spec, "link", t->link);
	if (t->field != NULL)
		spec_field(spec, t->field);
	if (t->order_by != NULL && t->order_by != t->field)
		spec_field(spec, t->order_by);
	pred_fingerprint(t->where, spec);
}

/* When a clock falls due, and where; whose duty it is and who is told is asked when it is read. */
static void
spec_clock(const struct clock *c, struct buf *spec)
{
	buf_printf(spec, "%d %d %s ", (int)c->kind, (int)c->empty_now, c->done != NULL ? c->done->name : "-");
	spec_path(spec, "field", c->field);
	spec_path(spec, "ended", c->empty_since);
	spec_path(spec, "in", c->area);
	for (size_t i = 0; i < c->nchanges; i++)
		spec_path(spec, "change", c->changes[i]);
	for (size_t i = 0; i < c->nintervals; i++)
		buf_printf(spec, "%s:%d%c ", c->intervals[i].code != NULL ? c->intervals[i].code : "", c->intervals[i].n,
		    c->intervals[i].unit);
	pred_fingerprint(c->when, spec);
	pred_fingerprint(c->paused, spec);
	pred_fingerprint(c->done_where, spec);
}

/* Bumped when this program makes rows differently from the same definition. */
#define ROWS_VERSION	1

/* States of the books above that decide whether a record has a row at all. */
static void
spec_ancestors(const struct book *book, struct buf *spec)
{
	for (; book->under != NULL; book = book->under->link_book) {
		const struct book	*up = book->under->link_book;

		buf_printf(spec, "up=%s", up->name);
		for (size_t i = 0; i < up->nstates; i++)
			if ((up->hidden & STATE_BIT(&up->states[i])) != 0 || up->states[i].ended || &up->states[i] == up->merged)
				buf_printf(spec, ":%s", up->states[i].name);
		buf_putc(spec, ' ');
	}
}

static void
spec_of(const struct index_def *idx, struct buf *spec)
{
	buf_printf(spec, "%d %d area=%s %s ", ROWS_VERSION, (int)idx->kind,
	    idx->book->area != NULL ? idx->book->area->path : "-", pinyin_version());
	if (idx->kind != IDX_UNIQUE && idx->kind != IDX_MATCH && idx->kind != IDX_LINK)
		spec_ancestors(idx->book, spec);
	switch (idx->kind) {
	case IDX_UNIQUE:
	case IDX_LINK:
		spec_field(spec, idx->field);
		break;
	case IDX_MATCH:
		for (size_t i = 0; i < idx->match_rule->nfields; i++) {
			spec_field(spec, idx->match_rule->fields[i]);
			buf_putc(spec, idx->match_rule->phonetic[i] ? 's' : '=');
		}
		break;
	case IDX_LIST:
		buf_printf(spec, "%d ", (int)idx->list->sorts[idx->sort].of);
		if (idx->list->sorts[idx->sort].field != NULL)
			spec_field(spec, idx->list->sorts[idx->sort].field);
		if (idx->list->area != NULL)
			buf_printf(spec, "in=%s ", idx->list->area->path);
		pred_fingerprint(idx->list->where, spec);
		break;
	case IDX_FIND:
		for (size_t i = 0; i < idx->book->nall; i++)
			if (idx->book->all[i]->find != FIND_NO) {
				spec_field(spec, idx->book->all[i]);
				if (index_find_whole(idx->book->all[i]))
					buf_printf(spec, "mask=%d ", (int)idx->book->all[i]->mask);
			}
		break;
	case IDX_CHILD:
		if (idx->book->date != NULL)
			spec_field(spec, idx->book->date);
		break;
	case IDX_DEADLINE:
	case IDX_ROLL_SINCE:
	case IDX_ROLL_DONE:
		if (idx->kind == IDX_ROLL_DONE && idx->book->date != NULL)
			spec_field(spec, idx->book->date);
		spec_clock(idx->clock, spec);
		break;
	case IDX_ROLLUP:
		spec_rollup(idx->field, spec);
		break;
	}
}

/* ---- what the store has ------------------------------------------------------------------------------------- */

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

	if (v != NULL && val_put(v, "id", val_int(idx->id)) && val_put(v, "spec", val_bytes(spec->p, spec->n)) &&
	    val_put(v, "done", val_bool(done)))
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
	} else if ((stored = get_meta(store_of(txn), txn, key.p)) != NULL && val_get_true(stored, "done") && spec_same(stored, &spec))
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
	struct val		*names;		/* text keys to remove, with their id in `ids` */
	struct val		*ids;
};

static bool
collect_unused(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct removal	*r = arg;
	struct val	*v;

	for (size_t i = 0; i < r->cat->n; i++)
		if (strlen(r->cat->at[i].name) == klen - 4 && memcmp(r->cat->at[i].name, (const char *)key + 4, klen - 4) == 0)
			return true;
	v = val_decode(p, n);
	if (!val_add(r->names, val_textn(key, klen)) || !val_add(r->ids, val_int(val_get_num(v, "id", 0)))) {
		val_free(v);
		return false;
	}
	val_free(v);
	return true;
}

/* Indexes no definition asks for any more. */
static enum store_err
remove_unused(struct store_txn *txn, const struct index_catalog *cat)
{
	struct removal	 r = { cat, val_list(), val_list() };
	enum store_err	 e = store_scan(store_of(txn), txn, STORE_META, &(struct store_range){
			    .lo = "idx/", .lolen = 4, .hi = "idx0", .hilen = 4 }, collect_unused, &r);

	for (size_t i = 0; e == STORE_OK && i < val_len(r.names); i++) {
		const char	*key = val_str(val_at(r.names, i));

		if ((e = drop_id(txn, (uint32_t)val_num(val_at(r.ids, i), 0))) == STORE_OK)
			e = store_del(txn, STORE_META, key, strlen(key));
	}
	val_free(r.names);
	val_free(r.ids);
	return e;
}

/* ---- most starts change nothing, and must not need room on the disk ------------------------------------------ */

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

/* Every index has its id and its rows, and no other is left behind. */
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
	return same && store_scan(st, NULL, STORE_META, &(struct store_range){ .lo = "idx/", .lolen = 4, .hi = "idx0", .hilen = 4,
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
	for (size_t i = 0; e == STORE_OK && i < set->nbooks; i++)
		if (!add_book_indexes(cat, &set->books[i]))
			e = STORE_SYS;
	if (e == STORE_OK && !is_unchanged(st, cat))
		e = assign_ids(st, cat);
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
	free(cat);
}

/* ---- looking up --------------------------------------------------------------------------------------------- */

const struct index_def *
index_catalog_unique(const struct index_catalog *cat, const struct field *f)
{
	for (size_t i = 0; i < cat->n; i++)
		if (cat->at[i].kind == IDX_UNIQUE && cat->at[i].field == f)
			return &cat->at[i];
	return NULL;
}

const struct index_def *
index_catalog_match(const struct index_catalog *cat, const struct book *book, const struct match_rule *match_rule)
{
	for (size_t i = 0; i < cat->n; i++)
		if (cat->at[i].kind == IDX_MATCH && cat->at[i].book == book && cat->at[i].match_rule == match_rule)
			return &cat->at[i];
	return NULL;
}

const struct index_def *
index_catalog_list(const struct index_catalog *cat, const struct list *list, size_t sort)
{
	for (size_t i = 0; i < cat->n; i++)
		if (cat->at[i].kind == IDX_LIST && cat->at[i].list == list && cat->at[i].sort == sort)
			return &cat->at[i];
	return NULL;
}

const struct index_def *
index_catalog_find(const struct index_catalog *cat, const struct book *book)
{
	for (size_t i = 0; i < cat->n; i++)
		if (cat->at[i].kind == IDX_FIND && cat->at[i].book == book)
			return &cat->at[i];
	return NULL;
}

const struct index_def *
index_catalog_children(const struct index_catalog *cat, const struct book *book)
{
	for (size_t i = 0; i < cat->n; i++)
		if (cat->at[i].kind == IDX_CHILD && cat->at[i].book == book)
			return &cat->at[i];
	return NULL;
}

const struct index_def *
index_catalog_link(const struct index_catalog *cat, const struct field *f)
{
	for (size_t i = 0; i < cat->n; i++)
		if (cat->at[i].kind == IDX_LINK && cat->at[i].field == f)
			return &cat->at[i];
	return NULL;
}

static const struct index_def *
of_clock(const struct index_catalog *cat, enum index_kind kind, const struct clock *clock)
{
	for (size_t i = 0; i < cat->n; i++)
		if (cat->at[i].kind == kind && cat->at[i].clock == clock)
			return &cat->at[i];
	return NULL;
}

const struct index_def *
index_catalog_deadline(const struct index_catalog *cat, const struct clock *clock)
{
	return of_clock(cat, IDX_DEADLINE, clock);
}

const struct index_def *
index_catalog_roll_since(const struct index_catalog *cat, const struct clock *clock)
{
	return of_clock(cat, IDX_ROLL_SINCE, clock);
}

const struct index_def *
index_catalog_roll_done(const struct index_catalog *cat, const struct clock *clock)
{
	return of_clock(cat, IDX_ROLL_DONE, clock);
}

/* ---- making rows of fresh indexes --------------------------------------------------------------------------- */

#define REBUILD_BATCH	200		/* records in a transaction */

struct rebuild {
	struct core		*core;
	enum index_pass		 which;
	bool			 derive;		/* what other records teach may have changed too */
	struct store_txn	*txn;
	size_t			 pending;
	enum store_err		 e;
};

/* The rows that are there already, and all ties, follow what the record learns; the other fresh ones are made from it. */
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
	if (r->e == STORE_OK && !index_make_entries(r->core->index_catalog, rec, r->which, &entries))
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
		return true;			/* a book no longer defined has no rows */
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
		e = key.bad || spec.bad ? STORE_SYS : put_meta(txn, key.p, meta_row(idx, &spec, true));
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

/* ---- removing rows of dropped ids --------------------------------------------------------------------------- */

static bool
collect_keys(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	(void)p;
	(void)n;
	return val_add(arg, val_bytes(key, klen));
}

/* Deletes what begins with the id, a batch a transaction. */
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
			e = store_scan(st, NULL, table, &(struct store_range){ .lo = lo.p, .lolen = 4, .hi = hi.p, .hilen = 4,
			    .keys_only = true, .limit = 2000 }, collect_keys, keys);
		if (e == STORE_OK && (n = val_len(keys)) > 0 && (e = store_begin(st, &txn)) == STORE_OK) {
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

	e = store_scan(st, NULL, STORE_META, &(struct store_range){ .lo = "drop/", .lolen = 5, .hi = "drop0", .hilen = 5,
	    .keys_only = true }, collect_keys, keys);
	for (size_t i = 0; e == STORE_OK && i < val_len(keys); i++) {
		size_t		 n;
		const char	*key = val_mem(val_at(keys, i), &n);
		uint32_t	 id = n == 13 ? (uint32_t)strtoul(key + 5, NULL, 16) : 0;

		if ((e = clear_id(st, STORE_IDX, id)) == STORE_OK && (e = clear_id(st, STORE_TALLY, id)) == STORE_OK &&
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

static enum store_err
rebuild(struct core *core, enum index_pass which, bool derive)
{
	struct rebuild	 r = { .core = core, .which = which, .derive = derive, .e = STORE_OK };
	enum store_err	 e;

	e = store_scan(core->store, NULL, STORE_REC, &(struct store_range){ .lolen = 0 }, rebuild_each, &r);
	if (e == STORE_OK)
		e = r.e;
	if (r.txn != NULL && e == STORE_OK)
		e = store_commit(r.txn);
	else if (r.txn != NULL)
		store_abort(r.txn);
	return e;
}

/* Who is named by a link that is learnt itself can be counted only once all have learnt theirs. */
static bool
rolls_up_links(const struct set *set)
{
	for (size_t b = 0; b < set->nbooks; b++)
		for (size_t i = 0; i < set->books[b].nall; i++)
			if (set->books[b].all[i]->computed == COMPUTED_ROLLUP && set->books[b].all[i]->link_book != NULL)
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
	if (e == STORE_OK && any_new(core->index_catalog, ~0u))
		e = rebuild(core, INDEX_PASS_DERIVED, derive);
	if (e == STORE_OK && any_new(core->index_catalog, ~0u))
		e = mark_done(core);
	if (e == STORE_OK)
		e = clear_dropped(core->store);
	if (e == STORE_OK)
		e = store_flush(core->store);
	if (e != STORE_OK)
		buf_printf(err, "making the indexes anew: %s", store_err_text((int)e));
	return e;
}
