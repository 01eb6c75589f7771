#include "core/record/index.h"

#include <stdlib.h>
#include <string.h>

#include "core/record/index_catalog.h"
#include "core/record/deadline.h"
#include "core/record/link.h"
#include "core/record/pinyin.h"
#include "core/record/children.h"
#include "forms/pred.h"

/* ---- pieces of keys ----------------------------------------------------------------------------------------- */

void
index_key_prefix(struct buf *key, const void *p, size_t n)
{
	const char	*at = p;

	for (size_t i = 0; i < n; i++) {
		buf_putc(key, at[i]);
		if (at[i] == '\0')
			buf_putc(key, (char)0xff);
	}
}

void
index_key_value(struct buf *key, const void *p, size_t n)
{
	index_key_prefix(key, p, n);
	buf_put(key, "\0\1", 2);
}

void
index_key_end(struct buf *key)
{
	while (key->n > 0 && (unsigned char)key->p[key->n - 1] == 0xff)
		key->n--;
	if (key->n > 0)
		key->p[key->n - 1]++;
}

uint64_t
index_key_record(const void *key, size_t n)
{
	return n >= 8 ? buf_get_u64((const char *)key + n - 8) : 0;
}

/* ---- rows --------------------------------------------------------------------------------------------------- */

void
index_entries_free(struct index_entries *entries)
{
	buf_free(&entries->bytes);
	free(entries->row);
	*entries = (struct index_entries)INDEX_ENTRIES_INIT;
}

const void *
index_entries_at(const struct index_entries *entries, size_t i, size_t *n)
{
	*n = entries->row[i].n;
	return entries->bytes.p + entries->row[i].at;
}

static void
entries_add(struct index_entries *entries, const struct buf *key)
{
	struct row	*more;

	/* a key beyond what the store takes is cut by whoever makes it, never here */
	if (key->bad || key->n > STORE_KEYMAX) {
		entries->bad = true;
		return;
	}
	if (entries->n == entries->cap) {
		size_t	 cap = entries->cap != 0 ? entries->cap * 2 : 64;

		if ((more = reallocarray(entries->row, cap, sizeof *more)) == NULL) {
			entries->bad = true;
			return;
		}
		entries->row = more;
		entries->cap = cap;
	}
	entries->row[entries->n++] = (struct row){ entries->bytes.n, key->n };
	buf_put(&entries->bytes, key->p, key->n);
	entries->bad |= entries->bytes.bad;
}

static int
cmp_bytes(const void *a, size_t an, const void *b, size_t bn)
{
	int	 c = memcmp(a, b, an < bn ? an : bn);

	return c != 0 ? c : (an > bn) - (an < bn);
}

static int
cmp_entries(const void *a, const void *b, void *bytes)
{
	const struct row	*x = a, *y = b;
	const char		*base = bytes;

	return cmp_bytes(base + x->at, x->n, base + y->at, y->n);
}

static void
entries_sort(struct index_entries *entries)
{
	size_t	 kept = 0;

	if (entries->n == 0)
		return;
	qsort_r(entries->row, entries->n, sizeof *entries->row, cmp_entries, entries->bytes.p);
	for (size_t i = 1; i < entries->n; i++)
		if (cmp_entries(&entries->row[kept], &entries->row[i], entries->bytes.p) != 0)
			entries->row[++kept] = entries->row[i];
	entries->n = kept + 1;
}

/* ---- what a record is found by ------------------------------------------------------------------------------ */

#define TOKEN_MAX	120		/* bytes of one token: enough for any name, bounded for any text */
#define TOKENS_MAX	16		/* places inside a name from which it is found */

struct token_sink {
	const struct field	*field;
	void			(*fn)(const struct field *, const char *, void *);
	void			*arg;
};

/* Cut at a character boundary. */
static void
emit_token(const struct token_sink *s, const char *text, size_t n)
{
	char	 token[TOKEN_MAX + 1];

	if (n > TOKEN_MAX)
		for (n = TOKEN_MAX; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80; n--)
			;
	if (n == 0)
		return;
	memcpy(token, text, n);
	token[n] = '\0';
	s->fn(s->field, token, s->arg);
}

static void
strip_blanks(const char *text, struct buf *bare)
{
	for (const char *p = text; *p != '\0'; p++)
		if (*p != ' ')
			buf_putc(bare, *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p);
}

/* Every way the text goes on from one of its characters: 王小明, 小明, 明. Blanks and the middle dot do not start one. */
static void
emit_characters(const struct token_sink *s, const char *text)
{
	struct buf	 bare = BUF_INIT;
	size_t		 given = 0;

	strip_blanks(text, &bare);
	for (size_t i = 0; i < bare.n && given < TOKENS_MAX; i++)
		if (((unsigned char)bare.p[i] & 0xc0) != 0x80) {
			emit_token(s, bare.p + i, bare.n - i);
			given++;
		}
	buf_free(&bare);
}

/* wangxiaoming, xiaoming, ming; wxm, xm, m. */
static void
emit_pinyin(const struct token_sink *s, const char *text)
{
	struct buf	 full = BUF_INIT, run = BUF_INIT, initials = BUF_INIT;
	size_t		 n = pinyin_syllables(text, &full);
	const char	*p = buf_str(&full);

	for (size_t i = 0; i < n && i < TOKENS_MAX; i++) {
		buf_reset(&run);
		buf_reset(&initials);
		for (const char *q = p; *q != '\0'; q++) {
			if (q == p || q[-1] == ' ')
				buf_putc(&initials, *q);
			if (*q != ' ')
				buf_putc(&run, *q);
		}
		emit_token(s, buf_str(&run), run.n);
		emit_token(s, buf_str(&initials), initials.n);
		p += strcspn(p, " ");
		p += *p == ' ';
	}
	buf_free(&full);
	buf_free(&run);
	buf_free(&initials);
}

static void
emit_number(const struct token_sink *s, const char *text)
{
	struct buf	 bare = BUF_INIT;

	for (const char *p = text; *p != '\0'; p++)
		if ((*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z'))
			buf_putc(&bare, *p);
		else if (*p >= 'A' && *p <= 'Z')
			buf_putc(&bare, (char)(*p + 32));
	emit_token(s, buf_str(&bare), bare.n);
	if (bare.n >= 11 && (s->field == NULL || s->field->mask != MASK_ALL))
		emit_token(s, bare.p + bare.n - 4, 4);
	buf_free(&bare);
}

/* A masked name has no other token: a piece of it, or how it sounds, would tell of the rest. */
static void
emit_whole_name(const struct token_sink *s, const char *text)
{
	struct buf	 bare = BUF_INIT;

	strip_blanks(text, &bare);
	emit_token(s, buf_str(&bare), bare.n);
	buf_free(&bare);
}

static void
emit_value(const struct token_sink *s, const struct val *v)
{
	const char	*text = val_str(v);

	if (text == NULL)
		return;
	if (s->field->find == FIND_NUMBER)
		emit_number(s, text);
	else if (index_find_whole(s->field))
		emit_whole_name(s, text);
	else {
		emit_characters(s, text);
		emit_pinyin(s, text);
	}
}

/* The value of a field at the top or in a group; every instance of a repeating one. */
static void
each_value(const struct field *f, const struct val *fields, void (*fn)(const struct val *, void *), void *arg)
{
	const struct val	*in = fields, *v;

	if (f->group == NULL) {
		fn(val_get(fields, f->name), arg);
		return;
	}
	in = val_get(fields, f->group->name);
	if (!f->group->many)
		fn(val_get(in, f->name), arg);
	else
		for (size_t i = 0; (v = val_at(in, i)) != NULL; i++)
			fn(val_get(v, f->name), arg);
}

static void
value_to_sink(const struct val *v, void *arg)
{
	emit_value(arg, v);
}

bool
index_find_whole(const struct field *f)
{
	return f != NULL && f->mask != MASK_NO;
}

void
index_find_tokens(const struct rec *rec, void (*fn)(const struct field *, const char *, void *), void *arg)
{
	struct token_sink	 s = { NULL, fn, arg };

	emit_number(&s, rec->number);
	for (size_t i = 0; i < rec->book->nall; i++)
		if ((s.field = rec->book->all[i])->find != FIND_NO)
			each_value(s.field, rec->fields, value_to_sink, &s);
}

/* ---- rows of a record --------------------------------------------------------------------------------------- */

struct entry_maker {
	const struct index_def	*idx;
	const struct rec	*rec;
	struct index_entries		*entries;
	struct buf		 key;
};

/* NULL: the record lies nowhere at present, or under one that not everybody may see: it has no row. */
static const char *
entry_area(const struct entry_maker *m)
{
	if (m->idx->kind != IDX_FIND && rec_parent_hidden(m->rec))
		return NULL;
	return rec_area_by(m->rec, m->idx->kind == IDX_LIST ? m->idx->list->area :
	    m->idx->kind == IDX_DEADLINE || m->idx->kind == IDX_ROLL_SINCE ? m->idx->clock->area : NULL);
}

static void
start_key(struct entry_maker *m)
{
	buf_reset(&m->key);
	buf_put_u32(&m->key, m->idx->id);
	if (m->idx->kind == IDX_LIST || m->idx->kind == IDX_FIND || m->idx->kind == IDX_DEADLINE || m->idx->kind == IDX_ROLL_SINCE)
		buf_put(&m->key, entry_area(m), AREA_CODE);
}

static void
end_row(struct entry_maker *m)
{
	buf_put_u64(&m->key, m->rec->id);
	entries_add(m->entries, &m->key);
}

static const struct val *
one_value(const struct field *f, const struct val *fields)
{
	return f->group == NULL ? val_get(fields, f->name) : val_get(val_get(fields, f->group->name), f->name);
}

static void
make_unique(struct entry_maker *m)
{
	const struct val	*v = one_value(m->idx->field, m->rec->fields);
	struct buf		 value = BUF_INIT;

	/* what a merged record had is the other's to take */
	if (v == NULL || rec_merged(m->rec))
		return;
	m->idx->field->type->key(m->idx->field, v, &value);
	start_key(m);
	index_key_value(&m->key, value.p, value.n);
	end_row(m);
	m->entries->bad |= value.bad;
	buf_free(&value);
}

#define SORT_MAX	200		/* bytes of a sort key: later characters no longer order */

static void
sort_value(const struct column *col, const struct rec *rec, struct buf *out)
{
	const struct val	*v;

	switch (col->of) {
	case COL_NUMBER:
		buf_puts(out, rec->number);
		break;
	case COL_STATE:
		buf_putc(out, (char)rec->state->index);
		break;
	case COL_CHANGED:
		buf_put_u64(out, (uint64_t)val_get_num(val_get(rec->env, "last"), "at", 0));
		break;
	case COL_FIELD:
		if ((v = one_value(col->field, rec->fields)) == NULL)
			break;
		if (col->field->type->kind == VAL_TEXT && type_is(col->field, "text"))
			pinyin_sort_key(val_str(v) != NULL ? val_str(v) : "", out);
		else
			col->field->type->key(col->field, v, out);
		break;
	case COL_AREA:
	case COL_CHANGED_BY:
	case COL_DEADLINE:
		break;				/* refused by the loader */
	}
	if (out->n > SORT_MAX)
		out->n = SORT_MAX;
}

static void
make_list(struct entry_maker *m)
{
	const struct pred_ctx	 ctx = { m->rec->fields, NULL, m->rec->state->name, 0 };
	struct buf		 value = BUF_INIT;

	if (entry_area(m) == NULL || !pred_holds(m->idx->list->where, &ctx))
		return;
	sort_value(&m->idx->list->sorts[m->idx->sort], m->rec, &value);
	start_key(m);
	index_key_value(&m->key, value.p, value.n);
	end_row(m);
	m->entries->bad |= value.bad;
	buf_free(&value);
}

static void
make_token(const struct field *f, const char *token, void *arg)
{
	struct entry_maker	*m = arg;

	start_key(m);
	if (index_find_whole(f))
		buf_putc(&m->key, INDEX_FIND_WHOLE);
	index_key_value(&m->key, token, strlen(token));
	end_row(m);
}

bool
index_key_match(const struct match_rule *match_rule, const struct val *fields, struct buf *key)
{
	struct buf	 value = BUF_INIT;
	bool		 whole = true;

	for (size_t i = 0; whole && i < match_rule->nfields; i++) {
		const struct field	*f = match_rule->fields[i];
		const struct val	*v = one_value(f, fields);

		buf_reset(&value);
		if (v == NULL)
			whole = false;
		else if (match_rule->phonetic[i])
			pinyin_syllables(val_str(v) != NULL ? val_str(v) : "", &value);
		else
			f->type->key(f, v, &value);
		if (value.n > SORT_MAX)
			value.n = SORT_MAX;
		index_key_value(key, value.p, value.n);
	}
	key->bad |= value.bad;
	buf_free(&value);
	return whole;
}

static void
make_match(struct entry_maker *m)
{
	start_key(m);
	if (index_key_match(m->idx->match_rule, m->rec->fields, &m->key))
		end_row(m);
}

static uint64_t
parent_id(const struct entry_maker *m)
{
	return (uint64_t)val_get_num(m->rec->fields, m->idx->book->under->name, 0);
}

static void
make_child(struct entry_maker *m)
{
	start_key(m);
	buf_put_u64(&m->key, parent_id(m));
	buf_put_u32(&m->key, (uint32_t)child_day(m->rec));
	end_row(m);
}

static void
make_link(uint64_t target, void *arg)
{
	struct entry_maker	*m = arg;

	start_key(m);
	buf_put_u64(&m->key, target);
	end_row(m);
}

static void
make_deadline(struct entry_maker *m)
{
	int	 day = deadline_day(m->idx->clock, m->rec);

	if (day == 0 || entry_area(m) == NULL)
		return;
	start_key(m);
	buf_put_u32(&m->key, (uint32_t)day);
	end_row(m);
}

static void
make_roll_since(struct entry_maker *m)
{
	int	 since = deadline_since(m->idx->clock, m->rec);

	if (since == 0 || deadline_day(m->idx->clock, m->rec) == 0 || entry_area(m) == NULL)
		return;
	start_key(m);
	buf_put_u32(&m->key, (uint32_t)since);
	end_row(m);
}

static void
make_roll_done(struct entry_maker *m)
{
	const struct pred_ctx	 ctx = { m->rec->fields, NULL, m->rec->state->name, 0 };

	if (entry_area(m) == NULL || !pred_holds(m->idx->clock->done_where, &ctx))
		return;
	start_key(m);
	buf_put_u32(&m->key, (uint32_t)child_day(m->rec) / 100);
	buf_put(&m->key, entry_area(m), AREA_CODE);
	buf_put_u64(&m->key, parent_id(m));
	end_row(m);
}

static bool
is_in_pass(const struct index_def *idx, enum index_pass which)
{
	switch (which) {
	case INDEX_PASS_BUILT:
		return !idx->is_new || idx->kind == IDX_CHILD || idx->kind == IDX_LINK;
	case INDEX_PASS_RELATIONS:
		return idx->is_new && (idx->kind == IDX_CHILD || idx->kind == IDX_LINK);
	case INDEX_PASS_DERIVED:
		return idx->is_new && idx->kind != IDX_CHILD && idx->kind != IDX_LINK;
	case INDEX_PASS_NONE:
		return false;
	default:
		return true;
	}
}

bool
index_make_entries(const struct index_catalog *cat, const struct rec *rec, enum index_pass which, struct index_entries *entries)
{
	struct entry_maker	 m = { .rec = rec, .entries = entries, .key = BUF_INIT };

	for (size_t i = 0; i < cat->n; i++) {
		m.idx = &cat->at[i];
		if (m.idx->book != rec->book || !is_in_pass(m.idx, which))
			continue;
		switch (m.idx->kind) {
		case IDX_UNIQUE:
			make_unique(&m);
			break;
		case IDX_MATCH:
			make_match(&m);
			break;
		case IDX_LIST:
			make_list(&m);
			break;
		case IDX_FIND:
			index_find_tokens(rec, make_token, &m);
			break;
		case IDX_CHILD:
			make_child(&m);
			break;
		case IDX_LINK:
			link_targets(m.idx->field, rec->fields, make_link, &m);
			break;
		case IDX_DEADLINE:
			make_deadline(&m);
			break;
		case IDX_ROLL_SINCE:
			make_roll_since(&m);
			break;
		case IDX_ROLL_DONE:
			make_roll_done(&m);
			break;
		case IDX_ROLLUP:
			break;
		}
	}
	entries_sort(entries);
	buf_free(&m.key);
	return !entries->bad;
}

/* ---- from old to new ---------------------------------------------------------------------------------------- */

#define TALLY_KEY	(4 + AREA_CODE)

static enum store_err
tally_add(struct store_txn *txn, const void *key, int64_t by)
{
	struct buf	 now = BUF_INIT, next = BUF_INIT;
	enum store_err	 e = store_get(store_of(txn), txn, STORE_TALLY, key, TALLY_KEY, &now);
	int64_t		 n = e == STORE_OK && now.n == 8 ? (int64_t)buf_get_u64(now.p) : 0;

	if (e == STORE_OK || e == STORE_MISSING) {
		buf_put_u64(&next, (uint64_t)(n + by));
		e = n + by == 0 ? store_del(txn, STORE_TALLY, key, TALLY_KEY) :
		    next.bad ? STORE_SYS : store_put(txn, STORE_TALLY, key, TALLY_KEY, next.p, next.n);
		if (e == STORE_MISSING)
			e = STORE_OK;
	}
	buf_free(&now);
	buf_free(&next);
	return e;
}

const struct index_def *
index_of_key(const struct index_catalog *cat, const void *key)
{
	uint32_t	 id = buf_get_u32(key);

	for (size_t i = 0; i < cat->n; i++)
		if (cat->at[i].id == id)
			return &cat->at[i];
	return NULL;
}

static enum store_err
update_entry(struct store_txn *txn, const struct index_catalog *cat, const void *key, size_t n, bool add)
{
	const struct index_def	*idx = index_of_key(cat, key);
	enum store_err		 e;

	e = add ? store_put(txn, STORE_IDX, key, n, "", 0) : store_del(txn, STORE_IDX, key, n);
	if (e == STORE_MISSING)
		e = STORE_BAD;			/* a row that must be there is not: verify tells more */
	if (e == STORE_OK && idx != NULL && idx->kind == IDX_LIST && idx->sort == 0)
		e = tally_add(txn, key, add ? 1 : -1);
	return e;
}

/* Walks both sorted sets at once and touches only what differs. */
static enum store_err
update_entries(struct store_txn *txn, const struct index_catalog *cat, const struct index_entries *old, const struct index_entries *now)
{
	enum store_err	 e = STORE_OK;
	size_t		 i = 0, k = 0, in = 0, kn = 0;
	const void	*ip = NULL, *kp = NULL;
	int		 c;

	while (e == STORE_OK && (i < old->n || k < now->n)) {
		if (i < old->n)
			ip = index_entries_at(old, i, &in);
		if (k < now->n)
			kp = index_entries_at(now, k, &kn);
		c = i == old->n ? 1 : k == now->n ? -1 : cmp_bytes(ip, in, kp, kn);
		if (c < 0)
			e = update_entry(txn, cat, ip, in, false);
		else if (c > 0)
			e = update_entry(txn, cat, kp, kn, true);
		i += c <= 0;
		k += c >= 0;
	}
	return e;
}

static enum store_err
update_pass(struct store_txn *txn, const struct index_catalog *cat, const struct rec *old, const struct rec *now, enum index_pass which)
{
	struct index_entries	 was = INDEX_ENTRIES_INIT, is = INDEX_ENTRIES_INIT;
	enum store_err	 e = STORE_SYS;

	if ((old == NULL || index_make_entries(cat, old, which, &was)) && (now == NULL || index_make_entries(cat, now, which, &is)))
		e = update_entries(txn, cat, &was, &is);
	index_entries_free(&was);
	index_entries_free(&is);
	return e;
}

enum store_err
index_update(struct store_txn *txn, const struct index_catalog *cat, const struct rec *old, const struct rec *now)
{
	return update_pass(txn, cat, old, now, INDEX_PASS_ALL);
}

enum store_err
index_put_derived(struct core *core, struct store_txn *txn, const struct rec *old, const struct rec *now)
{
	enum store_err	 e = rec_put(txn, now);

	return e == STORE_OK ? index_update(txn, core->index_catalog, old, now) : e;
}

enum store_err
index_update_built(struct store_txn *txn, const struct index_catalog *cat, const struct rec *old, const struct rec *now)
{
	return update_pass(txn, cat, old, now, INDEX_PASS_BUILT);
}

enum store_err
index_add_entries(struct store_txn *txn, const struct index_catalog *cat, const struct index_entries *entries)
{
	static const struct index_entries	 none = INDEX_ENTRIES_INIT;

	return update_entries(txn, cat, &none, entries);
}

/* ---- counting ----------------------------------------------------------------------------------------------- */

static bool
add_tally(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	(void)key;
	(void)klen;
	if (vlen == 8)
		*(int64_t *)arg += (int64_t)buf_get_u64(val);
	return true;
}

int64_t
index_tally_count(struct core *core, const struct list *list, const char *area)
{
	const struct index_def	*idx = index_catalog_list(core->index_catalog, list, 0);
	struct buf		 lo = BUF_INIT, hi = BUF_INIT;
	int64_t			 n = 0;
	bool			 ok = idx != NULL;

	if (ok) {
		buf_put_u32(&lo, idx->id);
		buf_put(&lo, area, *area != '\0' ? area_prefix(area) : 0);
		buf_put(&hi, lo.p, lo.n);
		index_key_end(&hi);
		ok = !lo.bad && !hi.bad && store_scan(core->store, NULL, STORE_TALLY, &(struct store_range){
		    .lo = lo.p, .lolen = lo.n, .hi = hi.p, .hilen = hi.n }, add_tally, &n) == STORE_OK;
	}
	buf_free(&lo);
	buf_free(&hi);
	return ok ? n : -1;
}
