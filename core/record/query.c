#include "core/record/query.h"

#include <stdlib.h>
#include <string.h>

#include "forms/idset.h"
#include "forms/vec.h"

/* ---- unique ---------------------------------------------------------------------------------- */

struct holder {
	uint64_t	 except, id;
};

static bool
holder_row(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct holder	*o = arg;

	(void)p;
	(void)n;
	if (index_key_record(key, klen) == o->except)
		return true;
	o->id = index_key_record(key, klen);
	return false;
}

enum store_err
query_unique(struct core *core, struct store_txn *txn, const struct field *f, const struct val *v,
    uint64_t except, uint64_t *id)
{
	const struct index_def	*idx = index_catalog_unique(core->index_catalog, f);
	struct holder		 o = { except, 0 };
	struct buf		 value = BUF_INIT, lo = BUF_INIT, hi = BUF_INIT;
	enum store_err		 e = STORE_SYS;

	*id = 0;
	f->type->key(f, v, &value);
	buf_put_u32(&lo, idx->id);
	index_key_value(&lo, value.p, value.n);
	buf_put(&hi, lo.p, lo.n);
	index_key_end(&hi);
	if (!value.bad && !lo.bad && !hi.bad)
		e = store_scan(core->store, txn, STORE_IDX,
		    &(struct store_range){ .lo = lo.p, .lolen = lo.n, .hi = hi.p,
		    .hilen = hi.n, .keys_only = true }, holder_row, &o);
	*id = o.id;
	buf_free(&value);
	buf_free(&lo);
	buf_free(&hi);
	return e;
}

/* ---- match rules ----------------------------------------------------------------------------- */

struct match_walk {
	query_match_fn	*fn;
	void		*arg;
};

static bool
match_row(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct match_walk	*a = arg;

	(void)p;
	(void)n;
	return a->fn(index_key_record(key, klen), a->arg);
}

enum store_err
query_matches(struct core *core, const struct match_rule *rule, const struct val *fields,
    size_t limit, query_match_fn *fn, void *arg)
{
	struct match_walk	 a = { fn, arg };
	struct buf	 lo = BUF_INIT, hi = BUF_INIT;
	enum store_err	 e = STORE_OK;

	buf_put_u32(&lo, index_catalog_match(core->index_catalog, rule)->id);
	if (index_key_match(rule, fields, &lo)) {
		buf_put(&hi, lo.p, lo.n);
		index_key_end(&hi);
		e = lo.bad || hi.bad ? STORE_SYS : store_scan(core->store, NULL, STORE_IDX,
		    &(struct store_range){ .lo = lo.p,
		    .lolen = lo.n, .hi = hi.p, .hilen = hi.n, .keys_only = true, .limit = limit },
		    match_row, &a);
	}
	buf_free(&lo);
	buf_free(&hi);
	return e;
}

/* ---- scopes that have rows ------------------------------------------------------------------- */

/* Seeks from scope to scope: one seek for each, however many rows are between. */
enum store_err
query_each_scope(struct core *core, uint32_t idx, const struct scope *within, rec_scope_fn *fn,
    void *arg)
{
	struct buf	 at = BUF_INIT, found = BUF_INIT;
	struct scope	 here;
	enum store_err	 e;

	buf_put_u32(&at, idx);
	buf_put(&at, within->key, within->n);
	for (;;) {
		if (at.bad) {
			e = STORE_SYS;
			break;
		}
		if ((e = store_seek(core->store, NULL, STORE_IDX, at.p, at.n, false, &found,
		    NULL)) != STORE_OK)
			break;
		if (found.n < 4 + SCOPE_KEY || memcmp(found.p, at.p, 4) != 0 ||
		    memcmp(found.p + 4, within->key, within->n) != 0)
			break;
		here = index_key_scope(found.p);
		if (!fn(&here, arg))
			break;
		at.n = 4;
		buf_put(&at, here.key, SCOPE_KEY);
		index_key_end(&at);
	}
	buf_free(&at);
	buf_free(&found);
	return e == STORE_MISSING ? STORE_OK : e;
}

/* ---- lists: one cursor for each scope, merged by place --------------------------------------- */

struct cursor {
	struct scope	 scope;
	struct buf	 place;		/* sort key and id; n = 0 at the end */
	bool		 exhausted;
};

struct walk {
	struct core			*core;
	const struct query_list_page		*how;
	uint32_t			 idx;
	int				 until;		/* list over a clock: rows due before that
							   day; else 0 */
	struct cursor			*at;
	size_t				 n, cap;
	enum store_err			 e;
};

static bool
reversed(const struct query_list_page *how)
{
	return how->desc != how->back;
}

static bool
copy_place(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct cursor	*c = arg;

	(void)p;
	(void)n;
	buf_put(&c->place, (const char *)key + 4 + SCOPE_KEY, klen - 4 - SCOPE_KEY);
	return false;
}

/*
 * Moves the cursor to the next row of its scope behind `from` (its own place, or the start of the
 * page).
 */
static enum store_err
advance(struct walk *w, struct cursor *c, const void *from, size_t fromlen)
{
	struct buf		 lo = BUF_INIT, hi = BUF_INIT;
	struct store_range	 range = { .reverse = reversed(w->how), .keys_only = true,
	    .limit = 1 };
	enum store_err		 e = STORE_SYS;

	buf_put_u32(&lo, w->idx);
	buf_put(&lo, c->scope.key, SCOPE_KEY);
	buf_put(&hi, lo.p, lo.n);
	if (fromlen > 0 && !range.reverse) {
		buf_put(&lo, from, fromlen);
		buf_putc(&lo, '\0');			/* excludes that row */
	}
	if (fromlen > 0 && range.reverse)
		buf_put(&hi, from, fromlen);		/* the end is exclusive */
	else if (w->until != 0)
		buf_put_u32(&hi, (uint32_t)w->until);
	else
		index_key_end(&hi);
	buf_reset(&c->place);
	if (!lo.bad && !hi.bad) {
		range.lo = lo.p;
		range.lolen = lo.n;
		range.hi = hi.p;
		range.hilen = hi.n;
		e = store_scan(w->core->store, NULL, STORE_IDX, &range, copy_place, c);
	}
	c->exhausted = c->place.n < 8;
	buf_free(&lo);
	buf_free(&hi);
	return c->place.bad ? STORE_SYS : e;
}

static bool
add_cursor(const struct scope *scope, void *arg)
{
	struct walk	*w = arg;

	if (!VEC_ROOM(w->at, w->n, &w->cap)) {
		w->e = STORE_SYS;
		return false;
	}
	w->at[w->n] = (struct cursor){ .scope = *scope, .place = BUF_INIT };
	w->e = advance(w, &w->at[w->n++], w->how->after, w->how->afterlen);
	return w->e == STORE_OK;
}

static void
walk_scope(const struct scope *reach, void *arg)
{
	struct walk	*w = arg;
	enum store_err	 e;

	if (w->e == STORE_OK && (e = query_each_scope(w->core, w->idx, reach, add_cursor, w)) !=
	    STORE_OK && w->e == STORE_OK)
		w->e = e;
}

static int
cmp_place(const struct buf *a, const struct buf *b)
{
	int	 c = memcmp(a->p, b->p, a->n < b->n ? a->n : b->n);

	return c != 0 ? c : (a->n > b->n) - (a->n < b->n);
}

static struct cursor *
smallest_cursor(struct walk *w)
{
	struct cursor	*best = NULL;

	for (size_t i = 0; i < w->n; i++) {
		struct cursor	*c = &w->at[i];

		if (c->exhausted)
			continue;
		if (best == NULL || (cmp_place(&c->place, &best->place) < 0) != reversed(w->how))
			best = c;
	}
	return best;
}

enum store_err
query_list(struct core *core, const struct actor *actor, const struct query_list_page *how,
    query_list_fn *fn, void *arg)
{
	const struct clock	*over = how->list->clock;
	const struct index_def	*idx = over != NULL ? index_catalog_deadline(core->index_catalog,
	    over) : index_catalog_list(core->index_catalog, how->list, how->sort);
	struct walk		 w = { core, how, idx->id, over != NULL ? how->today : 0, NULL, 0,
	    0, STORE_OK };
	struct cursor		*c;
	struct buf		 place = BUF_INIT;

	access_each_scope(actor, how->list->book, walk_scope, &w);
	while (w.e == STORE_OK && (c = smallest_cursor(&w)) != NULL) {
		if (place.n > 0 && cmp_place(&place, &c->place) == 0) {	/* the same member, in
									   another scope */
			w.e = advance(&w, c, place.p, place.n);
			continue;
		}
		buf_reset(&place);
		buf_put(&place, c->place.p, c->place.n);
		if (place.bad)
			w.e = STORE_SYS;
		else if (!fn(index_key_record(place.p, place.n), place.p, place.n, arg))
			break;
		else
			w.e = advance(&w, c, place.p, place.n);
	}
	buf_free(&place);
	for (size_t i = 0; i < w.n; i++)
		buf_free(&w.at[i].place);
	free(w.at);
	return w.e;
}

/* ---- overdue rows ---------------------------------------------------------------------------- */

struct overdue {
	struct core	*core;
	uint32_t	 idx;
	int		 until;
	int64_t		 n;
	enum store_err	 e;
};

static bool
count_row(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	(void)key;
	(void)klen;
	(void)p;
	(void)n;
	++*(int64_t *)arg;
	return true;
}

static bool
count_overdue_scope(const struct scope *scope, void *arg)
{
	struct overdue	*o = arg;
	struct buf	 lo = BUF_INIT, hi = BUF_INIT;

	buf_put_u32(&lo, o->idx);
	buf_put(&lo, scope->key, SCOPE_KEY);
	buf_put(&hi, lo.p, lo.n);
	buf_put_u32(&hi, (uint32_t)o->until);
	o->e = lo.bad || hi.bad ? STORE_SYS : store_scan(o->core->store, NULL, STORE_IDX,
	    &(struct store_range){ .lo = lo.p,
	    .lolen = lo.n, .hi = hi.p, .hilen = hi.n, .keys_only = true }, count_row, &o->n);
	buf_free(&lo);
	buf_free(&hi);
	return o->e == STORE_OK;
}

int64_t
query_count_overdue(struct core *core, const struct clock *clock, const struct scope *within,
    int today)
{
	struct overdue	 o = { core, index_catalog_deadline(core->index_catalog, clock)->id, today,
	    0, STORE_OK };
	enum store_err	 e = query_each_scope(core, o.idx, within, count_overdue_scope, &o);

	return e == STORE_OK && o.e == STORE_OK ? o.n : -1;
}

/* ---- find by text ---------------------------------------------------------------------------- */


struct text_search {
	struct core		*core;
	const struct actor	*actor;
	const struct book	*book;
	uint32_t		 idx;
	char			*term[QUERY_TERMS_MAX];
	size_t			 nterms;
	struct idset		 seen;		/* records that were tried: several rows lead to one
						   record */
	size_t			 looked;
	bool			 cut;		/* there are more rows than one request may read */
	query_find_fn		*fn;
	void			*arg;
	enum store_err		 e;
	bool			 stop;
};

/*
 * Splits a text into terms at blanks and at control bytes (INDEX_FIND_WHOLE). Terms are in lower
 * case, with full-width letters and digits folded and middle dots removed.
 */
static void
split_terms(struct text_search *f, const char *text)
{
	struct buf	 term = BUF_INIT;

	for (const unsigned char *p = (const unsigned char *)text;; p++) {
		if (*p <= ' ' || (p[0] == 0xe3 && p[1] == 0x80 && p[2] == 0x80)) {
			if (term.n > 0 && f->nterms < QUERY_TERMS_MAX &&
			    (f->term[f->nterms] = buf_take(&term)) != NULL)
				f->nterms++;
			buf_reset(&term);
			if (*p == '\0')
				break;
			p += *p == 0xe3 ? 2 : 0;
		} else if (p[0] == 0xef && p[1] == 0xbc && p[2] >= 0x90 && p[2] <= 0x99) {
			buf_putc(&term, (char)('0' + p[2] - 0x90));
			p += 2;
		} else
			buf_putc(&term, *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : (char)*p);
	}
	buf_free(&term);
}

struct token_match {
	const struct text_search	*f;
	bool			 plain[QUERY_TERMS_MAX];	/* the term fits a token that is not
								   masked */
	struct term_match		*term_match;
	bool			 why_set;
};

static bool
term_fits(const char *term, const struct field *field, const char *token)
{
	return index_find_whole(field) ? strcmp(token, term) == 0 :
	    strncmp(token, term, strlen(term)) == 0;
}

static void
match_token(const struct field *field, const char *token, void *arg)
{
	struct token_match	*t = arg;

	for (size_t i = 0; i < t->f->nterms; i++) {
		if (!term_fits(t->f->term[i], field, token) ||
		    (field != NULL && !access_see_field(t->f->actor, field)))
			continue;
		if (i == 0 && !t->why_set) {
			t->term_match->why = field;
			t->why_set = true;
		}
		if (!index_find_whole(field))
			t->plain[i] = true;
		else if (t->term_match->masked[i] == NULL)
			t->term_match->masked[i] = field;
	}
}

static bool
matches_all_terms(const struct text_search *f, const struct rec *rec, struct term_match *term_match)
{
	struct token_match	 t = { .f = f, .term_match = term_match };

	*term_match = (struct term_match){ .why = NULL };
	index_find_tokens(rec, match_token, &t);
	for (size_t i = 0; i < f->nterms; i++) {
		if (!t.plain[i] && term_match->masked[i] == NULL)
			return false;
		if (t.plain[i])
			term_match->masked[i] = NULL;
	}
	return true;
}

static void
try_record(struct text_search *f, uint64_t id)
{
	struct term_match	 term_match;
	struct rec		*rec;
	bool			 is_new;

	if (!idset_add(&f->seen, id, &is_new)) {
		f->e = STORE_SYS;
		return;
	}
	if (!is_new || rec_get(f->core, NULL, id, &rec) != REC_OK)
		return;
	if (access_allowed(f->actor, ACCESS_SEE, rec, NULL) &&
	    matches_all_terms(f, rec, &term_match))
		f->stop = !f->fn(rec, &term_match, f->arg);
	else
		rec_free(rec);
}

static bool
is_unfinished(const struct text_search *f)
{
	return !f->stop && !f->cut && f->e == STORE_OK;
}

static bool
found_row(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct text_search	*f = arg;

	(void)p;
	(void)n;
	if (f->looked++ == f->core->scan_limit) {
		f->cut = true;
		return false;
	}
	try_record(f, index_key_record(key, klen));
	return is_unfinished(f);
}

/*
 * Reads the rows of the first term: tokens that begin with it, or (whole) tokens of masked fields
 * that equal it.
 */
static void
scan_term(struct text_search *f, const struct scope *scope, bool whole)
{
	struct buf	 lo = BUF_INIT, hi = BUF_INIT;
	enum store_err	 e = STORE_SYS;

	buf_put_u32(&lo, f->idx);
	buf_put(&lo, scope->key, SCOPE_KEY);
	if (whole) {
		buf_putc(&lo, INDEX_FIND_WHOLE);
		index_key_value(&lo, f->term[0], strlen(f->term[0]));
	} else
		index_key_prefix(&lo, f->term[0], strlen(f->term[0]));
	buf_put(&hi, lo.p, lo.n);
	index_key_end(&hi);
	if (!lo.bad && !hi.bad)
		e = store_scan(f->core->store, NULL, STORE_IDX,
		    &(struct store_range){ .lo = lo.p, .lolen = lo.n,
		    .hi = hi.p, .hilen = hi.n, .keys_only = true }, found_row, f);
	if (f->e == STORE_OK)
		f->e = e;
	buf_free(&lo);
	buf_free(&hi);
}

static bool
find_in_scope(const struct scope *scope, void *arg)
{
	struct text_search	*f = arg;

	scan_term(f, scope, false);
	if (is_unfinished(f))
		scan_term(f, scope, true);
	return is_unfinished(f);
}

static void
find_within(const struct scope *reach, void *arg)
{
	struct text_search	*f = arg;
	enum store_err	 e;

	if (f->stop || f->cut || f->e != STORE_OK)
		return;
	if ((e = query_each_scope(f->core, f->idx, reach, find_in_scope, f)) != STORE_OK &&
	    f->e == STORE_OK)
		f->e = e;
}

enum store_err
query_find(struct core *core, const struct actor *actor, const struct book *book, const char *text,
    query_find_fn *fn, void *arg, bool *cut)
{
	const struct index_def	*idx = index_catalog_find(core->index_catalog, book);
	struct text_search		 f = { .core = core, .actor = actor, .book = book, .fn = fn,
	    .arg = arg, .e = STORE_OK };

	if (idx == NULL)
		return STORE_OK;
	f.idx = idx->id;
	split_terms(&f, text);
	if (f.nterms > 0)
		access_each_scope(actor, book, find_within, &f);
	for (size_t i = 0; i < f.nterms; i++)
		free(f.term[i]);
	idset_free(&f.seen);
	*cut |= f.cut;
	return f.e;
}

bool
query_fits(const struct actor *actor, const struct rec *rec, const char *text,
    struct term_match *term_match)
{
	struct text_search	 f = { .actor = actor };
	bool		 fits;

	split_terms(&f, text);
	fits = f.nterms > 0 && matches_all_terms(&f, rec, term_match);
	for (size_t i = 0; i < f.nterms; i++)
		free(f.term[i]);
	return fits;
}
