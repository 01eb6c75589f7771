#include "tests/support/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "core/record/pinyin.h"
#include "forms/pred.h"
#include "forms/type/type.h"
#include "forms/vec.h"

/*
 * Rebuilds all that a store contains beside the records. Rows are kept as plain byte strings in one
 * list; the tables of core/record/index.h and core/record/audit.h are the contract, and this file
 * uses nothing else of these.
 */

#define FIRST_ROW	1000		/* smaller ids are those of the trail */
#define WRONG_MAX	40		/* differences that are reported */

struct row {
	unsigned char	*p;
	size_t		 n;
	char		 of[64];	/* name of its index */
};

struct rows {
	struct row	*at;
	size_t		 n, cap;
};

struct stamp {				/* a version, or an entry of the trail */
	uint64_t	 id, ver;
	int64_t		 at;
	char		 act[48], by[48];
};

struct stamps {
	struct stamp	*at;
	size_t		 n, cap;
};

struct known {	/* ids of indexes, which do not change while a store is open */
	char		 name[64];
	uint32_t	 id;
};

struct model {
	struct core		*core;
	struct known		*known;
	size_t			 nknown, known_cap;
	struct model_all	 all;
	size_t			 all_cap;
	struct rows		 rows, stored;	/* STORE_IDX, as it should be and as it is */
	struct rows		 tallies, stored_tallies;
	struct stamps		 versions, entries;
	struct buf		*wrong;
	size_t			 nwrong;
};

static void	 tell(struct model *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
tell(struct model *m, const char *fmt, ...)
{
	va_list	 ap;

	if (m->nwrong++ >= WRONG_MAX)
		return;
	va_start(ap, fmt);
	buf_vprintf(m->wrong, fmt, ap);
	va_end(ap);
	buf_putc(m->wrong, '\n');
}

/* ---- lists of rows --------------------------------------------------------------------------- */

static void
rows_add(struct rows *r, const char *of, const void *p, size_t n)
{
	struct row	*row;

	ck_assert(VEC_ROOM(r->at, r->n, &r->cap));
	row = &r->at[r->n++];
	ck_assert_ptr_nonnull(row->p = malloc(n + 1));
	memcpy(row->p, p, n);
	row->n = n;
	snprintf(row->of, sizeof row->of, "%s", of);
}

static int
row_cmp(const void *a, const void *b)
{
	const struct row	*x = a, *y = b;
	int			 c = memcmp(x->p, y->p, x->n < y->n ? x->n : y->n);

	return c != 0 ? c : (x->n > y->n) - (x->n < y->n);
}

/* Sorts rows and removes duplicates. */
static void
rows_sort(struct rows *r)
{
	size_t	 kept = 0;

	if (r->n == 0)
		return;
	qsort(r->at, r->n, sizeof *r->at, row_cmp);
	for (size_t i = 1; i < r->n; i++)
		if (row_cmp(&r->at[kept], &r->at[i]) != 0) {
			kept++;
			if (kept != i) {
				struct row	 t = r->at[kept];

				r->at[kept] = r->at[i];
				r->at[i] = t;
			}
		}
	for (size_t i = kept + 1; i < r->n; i++)
		free(r->at[i].p);
	r->n = kept + 1;
}

static void
rows_free(struct rows *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->at[i].p);
	free(r->at);
}

/* ---- scopes and parents ---------------------------------------------------------------------- */

static const struct rec *
parent_of(const struct model *m, const struct rec *rec)
{
	return model_find(&m->all, model_parent_id(rec));
}

static const char *
area_of(const struct model *m, const struct rec *rec)
{
	const struct rec	*parent = parent_of(m, rec);
	const char		*area =
	    rec->book->area != NULL ? val_get_str(rec->fields, rec->book->area->name) : NULL;

	if (rec->book->area == NULL && parent != NULL)
		return area_of(m, parent);
	return area != NULL && area_valid(area) ? area : AREA_NONE;
}

/* Whether an ancestor is in a state that some role may not see. */
static bool
is_hidden(const struct model *m, const struct rec *rec)
{
	const struct rec	*up = parent_of(m, rec);

	return up != NULL && ((up->book->hidden & STATE_BIT(up->state)) != 0 || is_hidden(m, up));
}

/* Whether an ancestor has ended or was merged, so that nothing is due. */
static bool
has_ended_above(const struct model *m, const struct rec *rec)
{
	const struct rec	*up = parent_of(m, rec);

	return up != NULL &&
	    (up->state->ended || up->state == up->book->merged || has_ended_above(m, up));
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* The scope of a row that lies in a place. */
static void
key_scope(struct buf *key, const char *area)
{
	buf_putc(key, 'P');
	buf_put(key, area, AREA_CODE);
}

/* The scope of a row that lies in a body. */
static void
key_body(struct buf *key, uint64_t id)
{
	buf_putc(key, 'B');
	buf_put_u64(key, id);
	buf_put(key, "\0\0\0\0", 4);
}

#define SCOPES_MAX	8

/*
 * The scopes of a record by a field (NULL: its own), each once. The number of
 * them; each is freed by the caller.
 */
static size_t
scopes_by(const struct model *m, const struct rec *rec, const struct field *f,
    struct buf out[SCOPES_MAX])
{
	const struct val	*v = f != NULL ? val_get(rec->fields, f->name) : NULL;
	size_t			 n = 0, last;

	memset(out, 0, SCOPES_MAX * sizeof *out);
	if (f == NULL)
		key_scope(&out[n++], area_of(m, rec));
	for (size_t i = 0; v != NULL && i < (f->many ? val_len(v) : 1) && n < SCOPES_MAX; i++) {
		const struct val	*one = f->many ? val_at(v, i) : v;

		last = n;
		if (f->link_book != NULL)
			key_body(&out[n++], (uint64_t)val_num(one, 0));
		else if (val_str(one) != NULL)
			key_scope(&out[n++], val_str(one));
		for (size_t k = 0; n > last && k < last; k++)
			if (memcmp(out[k].p, out[last].p, out[k].n) == 0) {
				buf_free(&out[last]);
				n = last;
			}
	}
	return n;
}

static void
key_value(struct buf *key, const void *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_putc(key, ((const char *)p)[i]);
		if (((const char *)p)[i] == '\0')
			buf_putc(key, (char)0xff);
	}
	buf_put(key, "\0\1", 2);
}

static uint32_t
stored_id(const struct model *m, const char *index)
{
	struct buf	 b = BUF_INIT;
	char		 key[80];
	struct val	*v;
	uint32_t	 id;

	snprintf(key, sizeof key, "idx/%s", index);
	ck_assert_msg(store_get(m->core->store, NULL, STORE_META, key, strlen(key), &b) == STORE_OK,
	    "there is no index %s", index);
	v = val_decode(b.p, b.n);
	id = (uint32_t)val_get_num(v, "id", 0);
	ck_assert_uint_ge(id, FIRST_ROW);
	val_free(v);
	buf_free(&b);
	return id;
}

/* The id of an index; the store gives them out. */
static uint32_t
index_id(struct model *m, const char *index)
{
	for (size_t i = 0; i < m->nknown; i++)
		if (strcmp(m->known[i].name, index) == 0)
			return m->known[i].id;
	ck_assert(VEC_ROOM(m->known, m->nknown, &m->known_cap));
	snprintf(m->known[m->nknown].name, sizeof m->known->name, "%s", index);
	return m->known[m->nknown++].id = stored_id(m, index);
}

static void
key_start(struct model *m, struct buf *key, const char *index)
{
	buf_reset(key);
	buf_put_u32(key, index_id(m, index));
}

static void
index_name(char out[64], const char *book, const char *kind, const char *what, size_t n)
{
	snprintf(out, 64, "%s/%s/%s/%zu", book, kind, what, n);
}

/* Ends a key with the id of its record. */
static void
add_row(struct model *m, const char *index, struct buf *key, const struct rec *rec)
{
	buf_put_u64(key, rec->id);
	ck_assert(!key->bad);
	rows_add(&m->rows, index, key->p, key->n);
}

/* ---- unique, match, lists -------------------------------------------------------------------- */

#define VALUE_MAX	200		/* bytes of a value in the key of a list or a match rule */

static const struct val *
value_of(const struct field *f, const struct rec *rec)
{
	return f->group == NULL ? val_get(rec->fields, f->name) :
	    val_get(val_get(rec->fields, f->group->name), f->name);
}

static void
add_unique(struct model *m, const struct rec *rec)
{
	for (size_t i = 0; i < rec->book->nall; i++) {
		const struct field	*f = rec->book->all[i];
		const struct val	*v = f->unique ? value_of(f, rec) : NULL;
		struct buf		 key = BUF_INIT, value = BUF_INIT;
		char			 index[64];

		if (v != NULL && (rec->book->merged == NULL || rec->state != rec->book->merged)) {
			index_name(index, rec->book->name, "unique", f->path, 0);
			key_start(m, &key, index);
			f->type->key(f, v, &value);
			key_value(&key, value.p, value.n);
			add_row(m, index, &key, rec);
		}
		buf_free(&key);
		buf_free(&value);
	}
}

static void
add_match(struct model *m, const struct rec *rec, const struct match_rule *rule)
{
	struct buf	 key = BUF_INIT, value = BUF_INIT;
	bool		 whole = true;
	char		 index[64], number[24];

	snprintf(number, sizeof number, "%u", rule->index);
	index_name(index, rec->book->name, "match", number, 0);
	key_start(m, &key, index);
	for (size_t i = 0; i < rule->nfields; i++) {
		const struct val	*v = value_of(rule->fields[i], rec);

		buf_reset(&value);
		whole &= v != NULL;
		if (v != NULL && rule->phonetic[i])
			pinyin_syllables(val_str(v), &value);
		else if (v != NULL)
			rule->fields[i]->type->key(rule->fields[i], v, &value);
		key_value(&key, value.p, value.n < VALUE_MAX ? value.n : VALUE_MAX);
	}
	if (whole)
		add_row(m, index, &key, rec);
	buf_free(&key);
	buf_free(&value);
}

static void
sort_value(const struct column *c, const struct rec *rec, struct buf *out)
{
	const struct val	*v = c->of == COL_FIELD ? value_of(c->field, rec) : NULL;

	if (c->of == COL_NUMBER)
		buf_puts(out, rec->number);
	else if (c->of == COL_STATE)
		buf_putc(out, (char)rec->state->index);
	else if (c->of == COL_CHANGED)
		buf_put_u64(out, (uint64_t)val_get_num(val_get(rec->env, "last"), "at", 0));
	else if (v != NULL && type_is(c->field, "text"))
		pinyin_sort_key(val_str(v), out);
	else if (v != NULL)
		c->field->type->key(c->field, v, out);
}

/* Members are counted by the rows of the first order. */
static void
add_member(struct model *m, const struct rec *rec, const struct list *list, size_t sort,
    const struct buf *scope)
{
	struct buf	 key = BUF_INIT, value = BUF_INIT;
	char		 index[64];

	index_name(index, rec->book->name, "list", list->name, sort);
	key_start(m, &key, index);
	buf_put(&key, scope->p, scope->n);
	if (sort == 0)
		rows_add(&m->tallies, index, key.p, key.n);
	sort_value(&list->sorts[sort], rec, &value);
	key_value(&key, value.p, value.n < VALUE_MAX ? value.n : VALUE_MAX);
	add_row(m, index, &key, rec);
	buf_free(&key);
	buf_free(&value);
}

static void
add_list(struct model *m, const struct rec *rec, const struct list *list)
{
	struct buf	 scopes[SCOPES_MAX];
	size_t		 n = is_hidden(m, rec) || !model_fits(list->where, rec) ? 0 :
	    scopes_by(m, rec, list->area, scopes);

	for (size_t s = 0; s < n; s++) {
		for (size_t i = 0; i < list->nsorts; i++)
			add_member(m, rec, list, i, &scopes[s]);
		buf_free(&scopes[s]);
	}
}

/* ---- the find box ---------------------------------------------------------------------------- */

#define TOKEN_MAX	120
#define TOKENS_MAX	16

struct finding {
	struct model		*m;
	const struct rec	*rec;
	const struct field	*field;		/* NULL: the number of the record */
};

static void
add_token(const struct finding *f, const char *text, size_t n)
{
	struct buf	 key = BUF_INIT;
	char		 index[64];

	if (n > TOKEN_MAX)
		for (n = TOKEN_MAX; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80; n--)
			;
	if (n == 0)
		return;
	index_name(index, f->rec->book->name, "find", "all", 0);
	key_start(f->m, &key, index);
	key_scope(&key, area_of(f->m, f->rec));
	if (f->field != NULL && f->field->mask != MASK_NO)
		buf_putc(&key, '\1');
	key_value(&key, text, n);
	add_row(f->m, index, &key, f->rec);
	buf_free(&key);
}

/* Lower case; numbers keep letters and digits, names lose their blanks. */
static void
reduce(const char *text, bool number, struct buf *out)
{
	for (; *text != '\0'; text++) {
		bool	 capital = *text >= 'A' && *text <= 'Z';
		bool	 plain =
		    capital || (*text >= 'a' && *text <= 'z') || (*text >= '0' && *text <= '9');

		if (number ? plain : *text != ' ')
			buf_putc(out, capital ? (char)(*text - 'A' + 'a') : *text);
	}
}

static void
add_number(const struct finding *f, const char *text)
{
	struct buf	 bare = BUF_INIT;

	reduce(text, true, &bare);
	add_token(f, buf_str(&bare), bare.n);
	if (bare.n >= 11 && (f->field == NULL || f->field->mask != MASK_ALL))
		add_token(f, bare.p + bare.n - 4, 4);
	buf_free(&bare);
}

/* From syllable i on: all letters, or the first of each syllable. */
static void
add_syllables(const struct finding *f, const char *syllables)
{
	struct buf	 letters = BUF_INIT, initials = BUF_INIT;

	for (const char *p = syllables; *p != '\0'; p++) {
		if (p == syllables || p[-1] == ' ')
			buf_putc(&initials, *p);
		if (*p != ' ')
			buf_putc(&letters, *p);
	}
	add_token(f, buf_str(&letters), letters.n);
	add_token(f, buf_str(&initials), initials.n);
	buf_free(&letters);
	buf_free(&initials);
}

static void
add_name(const struct finding *f, const char *text)
{
	struct buf	 bare = BUF_INIT, sound = BUF_INIT;
	int		 n = 0;

	reduce(text, false, &bare);
	if (f->field->mask != MASK_NO)
		add_token(f, buf_str(&bare), bare.n);
	else {
		for (size_t i = 0; i < bare.n && n < TOKENS_MAX; i++)
			if (((unsigned char)bare.p[i] & 0xc0) != 0x80) {
				add_token(f, bare.p + i, bare.n - i);
				n++;
			}
		pinyin_syllables(text, &sound);
		n = 0;
		for (const char *p = buf_str(&sound); p != NULL && *p != '\0' && n < TOKENS_MAX;
		    n++) {
			add_syllables(f, p);
			p = strchr(p, ' ');
			p = p != NULL ? p + 1 : NULL;
		}
	}
	buf_free(&bare);
	buf_free(&sound);
}

static void
add_found_value(const struct finding *f, const struct val *v)
{
	if (val_str(v) != NULL)
		(f->field->find == FIND_NUMBER ? add_number : add_name)(f, val_str(v));
}

static void
add_find(struct model *m, const struct rec *rec)
{
	struct finding	 f = { m, rec, NULL };

	add_number(&f, rec->number);
	for (size_t i = 0; i < rec->book->nall; i++) {
		const struct val	*group;

		f.field = rec->book->all[i];
		if (f.field->find == FIND_NO)
			continue;
		if (f.field->group == NULL || !f.field->group->many) {
			add_found_value(&f, value_of(f.field, rec));
			continue;
		}
		group = val_get(rec->fields, f.field->group->name);
		for (size_t k = 0; k < val_len(group); k++)
			add_found_value(&f, val_get(val_at(group, k), f.field->name));
	}
}

/* ---- parents, links, clocks ------------------------------------------------------------------ */

static void
add_child(struct model *m, const struct rec *rec)
{
	struct buf	 key = BUF_INIT;
	char		 index[64];

	index_name(index, rec->book->name, "child", rec->book->under->name, 0);
	key_start(m, &key, index);
	buf_put_u64(&key, model_parent_id(rec));
	buf_put_u32(&key, (uint32_t)model_day(rec));
	add_row(m, index, &key, rec);
	buf_free(&key);
}

struct linking {
	struct model		*m;
	const struct rec	*rec;
	const struct field	*field;
};

static void
add_link(uint64_t target, void *arg)
{
	const struct linking	*l = arg;
	struct buf		 key = BUF_INIT;
	char			 index[64];

	index_name(index, l->rec->book->name, "link", l->field->path, 0);
	key_start(l->m, &key, index);
	buf_put_u64(&key, target);
	add_row(l->m, index, &key, l->rec);
	buf_free(&key);
}

static void
add_day_row(struct model *m, const struct rec *rec, const char *kind, const struct clock *c,
    const struct buf *scope, int day)
{
	struct buf	 key = BUF_INIT;
	char		 index[64];

	index_name(index, c->book->name, kind, c->name, 0);
	key_start(m, &key, index);
	buf_put(&key, scope->p, scope->n);
	buf_put_u32(&key, (uint32_t)day);
	add_row(m, index, &key, rec);
	buf_free(&key);
}

static bool
has_roll(const struct clock *c)
{
	return c->kind == CLOCK_MONTH && c->done != NULL && c->done->nquick_entries > 0;
}

static void
add_deadline(struct model *m, const struct rec *rec, const struct clock *c)
{
	struct buf	 scopes[SCOPES_MAX];
	size_t		 n;
	int		 since = model_clock_kept(c, rec, "since");
	int		 day = model_clock_due(c, rec, since, model_clock_last(c, rec, &m->all));

	if (is_hidden(m, rec) || day == 0 || has_ended_above(m, rec))
		return;
	n = scopes_by(m, rec, c->area, scopes);
	for (size_t i = 0; i < n; i++) {
		add_day_row(m, rec, "deadline", c, &scopes[i], day);
		if (has_roll(c) && since != 0)
			add_day_row(m, rec, "roll-since", c, &scopes[i], since);
		buf_free(&scopes[i]);
	}
}

/* The roll-done rows of a clock with a roll, by the month of the record. */
static void
add_done(struct model *m, const struct rec *rec, const struct clock *c)
{
	struct buf	 key = BUF_INIT;
	char		 index[64];

	if (!has_roll(c) || c->done != rec->book || is_hidden(m, rec) ||
	    !model_fits(c->done_where, rec))
		return;
	index_name(index, c->book->name, "roll-done", c->name, 0);
	key_start(m, &key, index);
	buf_put_u32(&key, (uint32_t)model_day(rec) / 100);
	key_scope(&key, area_of(m, rec));
	buf_put_u64(&key, model_parent_id(rec));
	add_row(m, index, &key, rec);
	buf_free(&key);
}

static void
add_relations(struct model *m, const struct rec *rec)
{
	struct linking	 l = { m, rec, NULL };

	if (rec->book->under != NULL)
		add_child(m, rec);
	for (size_t i = 0; i < rec->book->nall; i++)
		if ((l.field = rec->book->all[i])->link_book != NULL && l.field != rec->book->under)
			model_targets(l.field, rec->fields, add_link, &l);
	for (size_t i = 0; i < rec->book->nclocks; i++)
		add_deadline(m, rec, &rec->book->clocks[i]);
	if (rec->book->under != NULL)
		for (size_t i = 0; i < rec->book->under->link_book->nclocks; i++)
			add_done(m, rec, &rec->book->under->link_book->clocks[i]);
}

static bool
is_found(const struct book *book)
{
	bool	 found = book->number[0] != '\0';

	for (size_t i = 0; i < book->nall; i++)
		found |= book->all[i]->find != FIND_NO;
	return found;
}

static void
add_rows(struct model *m, const struct rec *rec)
{
	add_unique(m, rec);
	for (size_t i = 0; i < rec->book->nmatch_rules; i++)
		add_match(m, rec, &rec->book->match_rules[i]);
	for (size_t i = 0; i < rec->book->nlists; i++)
		add_list(m, rec, &rec->book->lists[i]);
	if (is_found(rec->book))
		add_find(m, rec);
	add_relations(m, rec);
}

/* ---- data kept of other records -------------------------------------------------------------- */

static void
expect_ancestors(struct model *m, const struct rec *rec)
{
	const struct val	*kept = val_get(rec->env, "up");
	const struct rec	*up = parent_of(m, rec);
	const char		*area = val_get_str(rec->env, "ar");
	size_t			 level = 0;

	if (rec->book->under == NULL)
		return;
	if (up == NULL)
		tell(m, "%s %d: its parent is not there", rec->book->name, (int)rec->id);
	for (; up != NULL; up = parent_of(m, up), level++) {
		const char	*state = val_str(val_at(kept, level));

		if (state == NULL || strcmp(state, up->state->name) != 0)
			tell(m, "%s %d keeps state %s of its ancestor %zu, which is %s",
			    rec->book->name, (int)rec->id, state != NULL ? state : "?", level,
			    up->state->name);
	}
	if (val_len(kept) != level)
		tell(m, "%s %d keeps %zu ancestors of %zu", rec->book->name, (int)rec->id,
		    val_len(kept), level);
	if (area == NULL || strcmp(area, area_of(m, rec)) != 0)
		tell(m, "%s %d keeps the place %s, and lies in %s", rec->book->name, (int)rec->id,
		    area != NULL ? area : "?", area_of(m, rec));
}

static void
expect_derived(struct model *m, const struct rec *rec)
{
	for (size_t i = 0; i < rec->book->nall; i++) {
		const struct field	*f = rec->book->all[i];
		struct val		*v =
		    f->rollup != NULL ? model_rollup(f->rollup, rec->id, &m->all) : NULL;

		if (f->rollup != NULL && !val_same(v, val_get(rec->fields, f->name)))
			tell(m, "%s %d: rollup %s", rec->book->name, (int)rec->id, f->name);
		val_free(v);
	}
	for (size_t i = 0; i < rec->book->nclocks; i++) {
		const struct clock	*c = &rec->book->clocks[i];
		int			 last = model_clock_last(c, rec, &m->all);

		if (model_clock_kept(c, rec, "last") != last)
			tell(m, "%s %d: %s was last done on %d, not on %d", rec->book->name,
			    (int)rec->id, c->name, last, model_clock_kept(c, rec, "last"));
		if ((model_clock_kept(c, rec, "since") != 0) != model_clock_runs(c, rec) &&
		    c->kind != CLOCK_CHANGE)
			tell(m, "%s %d: %s runs since %d", rec->book->name, (int)rec->id, c->name,
			    model_clock_kept(c, rec, "since"));
	}
}

/* ---- versions and the trail ------------------------------------------------------------------ */

static void
stamps_add(struct stamps *s, uint64_t id, uint64_t ver, int64_t at, const char *act, const char *by)
{
	struct stamp	*one;

	ck_assert(VEC_ROOM(s->at, s->n, &s->cap));
	one = &s->at[s->n++];
	memset(one, 0, sizeof *one);
	one->id = id;
	one->ver = ver;
	one->at = at;
	snprintf(one->act, sizeof one->act, "%s", act != NULL ? act : "");
	snprintf(one->by, sizeof one->by, "%s", by != NULL ? by : "");
}

static void
add_version(struct model *m, uint64_t id, const struct val *env)
{
	const struct val	*last = val_get(env, "last");

	stamps_add(&m->versions, id, (uint64_t)val_get_num(env, "v", 0), val_get_num(last, "at", 0),
	    val_get_str(last, "act"), val_get_str(last, "by"));
}

static int
stamp_cmp(const void *a, const void *b)
{
	const struct stamp	*x = a, *y = b;
	int			 c;

	if (x->id != y->id || x->ver != y->ver)
		return x->id != y->id ? (x->id > y->id ? 1 : -1) : (x->ver > y->ver ? 1 : -1);
	if (x->at != y->at)
		return x->at > y->at ? 1 : -1;
	return (c = strcmp(x->act, y->act)) != 0 ? c : strcmp(x->by, y->by);
}

static bool
read_version(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct model	*m = arg;
	uint64_t	 id = buf_get_u64(key);
	uint64_t	 ver = klen == REC_VERSION_KEY ? buf_get_u64((const char *)key + 8) : 0;
	struct val	*env = val_decode(p, n);

	if ((uint64_t)val_get_num(env, "v", 0) != ver || ver == 0)
		tell(m, "record %d: version %d says it is %d", (int)id, (int)ver,
		    (int)val_get_num(env, "v", 0));
	add_version(m, id, env);
	val_free(env);
	return true;
}

/*
 * Checks versions 1, 2 … of each record up to the present one: each has exactly one entry in the
 * trail.
 */
static void
expect_versions(struct model *m)
{
	const struct stamp	*v = m->versions.at, *e = m->entries.at;
	size_t			 k = 0, same;

	qsort(m->versions.at, m->versions.n, sizeof *v, stamp_cmp);
	qsort(m->entries.at, m->entries.n, sizeof *e, stamp_cmp);
	for (size_t i = 0; i < m->versions.n; i++) {
		uint64_t	 want = i > 0 && v[i - 1].id == v[i].id ? v[i - 1].ver + 1 : 1;
		bool			 newest = i + 1 == m->versions.n || v[i + 1].id != v[i].id;
		const struct rec	*rec = model_find(&m->all, v[i].id);

		if (v[i].ver != want)
			tell(m, "record %d: version %d follows where %d should", (int)v[i].id,
			    (int)v[i].ver, (int)want);
		if (newest && (rec == NULL || rec->ver != v[i].ver))
			tell(m, "record %d: version %d is the newest, and not the present one",
			    (int)v[i].id, (int)v[i].ver);
		while (k < m->entries.n && stamp_cmp(&e[k], &v[i]) < 0)
			k++;
		for (same = 0; k + same < m->entries.n && stamp_cmp(&e[k + same], &v[i]) == 0;
		    same++)
			;
		if (same != 1)
			tell(m, "record %d version %d (%s by %s): %zu entries in the trail",
			    (int)v[i].id, (int)v[i].ver, v[i].act, v[i].by, same);
	}
}

#define HASH	32

static void
add_trail_rows(struct model *m, const struct val *entry, uint64_t seq)
{
	const char	*user = val_get_str(entry, "user");
	uint64_t	 record = (uint64_t)val_get_num(entry, "record", 0);
	struct buf	 key = BUF_INIT;

	user = user != NULL ? user : "";
	if (record != 0) {
		buf_put_u32(&key, 1);
		buf_put_u64(&key, record);
		buf_put_u64(&key, seq);
		rows_add(&m->rows, "trail by record", key.p, key.n);
		buf_reset(&key);
	}
	buf_put_u32(&key, 2);
	buf_put(&key, user, strlen(user) + 1);
	buf_put_u64(&key, seq);
	rows_add(&m->rows, "trail by person", key.p, key.n);
	buf_free(&key);
}

struct trail {
	struct model	*m;
	uint64_t	 seq;
};

static bool
read_entry(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct trail	*t = arg;
	struct val	*entry = n > HASH ? val_decode((const char *)p + HASH, n - HASH) : NULL;

	t->seq++;
	if (klen != 8 || buf_get_u64(key) != t->seq || entry == NULL) {
		tell(t->m, "the trail has no entry %d", (int)t->seq);
		t->seq = klen == 8 ? buf_get_u64(key) : t->seq;
	}
	if (entry != NULL)
		add_trail_rows(t->m, entry, t->seq);
	if (val_get_num(entry, "ver", 0) != 0)
		stamps_add(&t->m->entries, (uint64_t)val_get_num(entry, "record", 0),
		    (uint64_t)val_get_num(entry, "ver", 0), val_get_num(entry, "at", 0),
		    val_get_str(entry, "act"), val_get_str(entry, "user"));
	val_free(entry);
	return true;
}

/* ---- reading the store ----------------------------------------------------------------------- */

static bool
read_record(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct model	*m = arg;
	struct rec	*rec = NULL;

	if (klen != REC_KEY || rec_decode(m->core->set, buf_get_u64(key), p, n, &rec) != REC_OK) {
		tell(m, "a record cannot be read");
		return true;
	}
	ck_assert(VEC_ROOM(m->all.at, m->all.n, &m->all_cap));
	m->all.at[m->all.n++] = rec;
	add_version(m, rec->id, rec->env);
	return true;
}

static bool
read_row(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	(void)p;
	if (n != 0)
		tell(arg, "a row has a value");
	rows_add(&((struct model *)arg)->stored, "", key, klen);
	return true;
}

/* Appends the count to the key. */
static bool
read_tally(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct buf	 b = BUF_INIT;

	buf_put(&b, key, klen);
	buf_put(&b, p, n);
	rows_add(&((struct model *)arg)->stored_tallies, "", b.p, b.n);
	buf_free(&b);
	return true;
}

static void
read_table(struct model *m, enum store_table table, store_each *fn, void *arg)
{
	ck_assert_int_eq(
	    store_scan(m->core->store, NULL, table, &(struct store_range){ .lolen = 0 }, fn, arg),
	    STORE_OK);
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* Turns one entry for each member into one entry with their number. */
static void
count_tallies(struct model *m)
{
	struct rows	 counted = { NULL, 0, 0 };

	if (m->tallies.n > 0)
		qsort(m->tallies.at, m->tallies.n, sizeof *m->tallies.at, row_cmp);
	for (size_t i = 0, n; i < m->tallies.n; i += n) {
		struct buf	 b = BUF_INIT;

		for (n = 1;
		    i + n < m->tallies.n && row_cmp(&m->tallies.at[i], &m->tallies.at[i + n]) == 0;
		    n++)
			;
		buf_put(&b, m->tallies.at[i].p, m->tallies.at[i].n);
		buf_put_u64(&b, n);
		rows_add(&counted, m->tallies.at[i].of, b.p, b.n);
		buf_free(&b);
	}
	rows_free(&m->tallies);
	m->tallies = counted;
}

static void
tell_row(struct model *m, const char *what, const struct row *row)
{
	struct buf	 hex = BUF_INIT;

	for (size_t i = 0; i < row->n; i++)
		buf_printf(&hex, "%02x", row->p[i]);
	tell(m, "%s %s: %s", what, row->of[0] != '\0' ? row->of : "of some index", buf_str(&hex));
	buf_free(&hex);
}

/* Compares rows byte by byte. */
static void
compare_rows(struct model *m, const char *what, struct rows *should, struct rows *is)
{
	size_t	 i = 0, k = 0;
	char	 lacks[40], surplus[40];

	snprintf(lacks, sizeof lacks, "a %s lacks,", what);
	snprintf(surplus, sizeof surplus, "a %s too many,", what);
	rows_sort(should);
	rows_sort(is);
	while (i < should->n || k < is->n) {
		int	 c = i == should->n ? 1 : k == is->n ? -1 :
		    row_cmp(&should->at[i], &is->at[k]);

		if (c != 0)
			tell_row(m, c < 0 ? lacks : surplus, c < 0 ? &should->at[i] : &is->at[k]);
		i += c <= 0;
		k += c >= 0;
	}
}

static void
model_free(struct model *m)
{
	for (size_t i = 0; i < m->all.n; i++)
		rec_free(m->all.at[i]);
	free(m->all.at);
	rows_free(&m->rows);
	rows_free(&m->stored);
	rows_free(&m->tallies);
	rows_free(&m->stored_tallies);
	free(m->known);
	free(m->versions.at);
	free(m->entries.at);
}

bool
model_compare(struct core *core, struct buf *wrong)
{
	struct model	 m = { .core = core, .wrong = wrong };
	struct trail	 t = { &m, 0 };

	read_table(&m, STORE_REC, read_record, &m);
	read_table(&m, STORE_VER, read_version, &m);
	read_table(&m, STORE_AUDIT, read_entry, &t);
	read_table(&m, STORE_IDX, read_row, &m);
	read_table(&m, STORE_TALLY, read_tally, &m);
	for (size_t i = 0; i < m.all.n; i++) {
		expect_ancestors(&m, m.all.at[i]);
		expect_derived(&m, m.all.at[i]);
		add_rows(&m, m.all.at[i]);
	}
	expect_versions(&m);
	count_tallies(&m);
	compare_rows(&m, "row", &m.rows, &m.stored);
	compare_rows(&m, "tally", &m.tallies, &m.stored_tallies);
	model_free(&m);
	return m.nwrong == 0;
}
