#include "core/record/index_kind.h"

#include <stdio.h>
#include <string.h>

#include "core/record/children.h"
#include "core/record/deadline.h"
#include "core/record/link.h"
#include "core/record/pinyin.h"
#include "forms/pred.h"

/* ---- pieces that several kinds share --------------------------------------------------------- */

#define SORT_MAX	200	/* bytes of a sort key; later characters do not change the order */

/* A key begins with the id of its index; keys of kinds with scopes continue with the scope. */
static void
start_key(struct entry_maker *m)
{
	buf_reset(&m->key);
	buf_put_u32(&m->key, m->idx->id);
}

static void
start_scoped_key(struct entry_maker *m)
{
	start_key(m);
	buf_put(&m->key, m->scope->key, SCOPE_KEY);
}

static const struct val *
one_value(const struct field *f, const struct val *fields)
{
	return f->group == NULL ? val_get(fields, f->name) :
	    val_get(val_get(fields, f->group->name), f->name);
}

static uint64_t
parent_id(const struct entry_maker *m)
{
	return (uint64_t)val_get_num(m->rec->fields, m->idx->book->under->name, 0);
}

static bool
holds(const struct pred *where, const struct rec *rec)
{
	const struct pred_ctx	 ctx = { rec->fields, NULL, rec->state->name, 0 };

	return pred_holds(where, &ctx);
}

static bool
plan_one(struct index_catalog *cat, enum index_kind kind, const struct book *book,
    const void *subject, const char *name)
{
	return index_catalog_add(cat, &(struct index_def){ .kind = kind, .book = book,
	    .subject = subject }, book, name);
}

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

/* ---- unique ---------------------------------------------------------------------------------- */

static bool
unique_plan(struct index_catalog *cat, const struct book *book)
{
	bool	 ok = true;

	for (size_t i = 0; ok && i < book->nall; i++)
		if (book->all[i]->unique)
			ok = plan_one(cat, IDX_UNIQUE, book, book->all[i], book->all[i]->path);
	return ok;
}

static void
field_spec(const struct index_def *idx, struct buf *spec)
{
	spec_field(spec, idx->field);
}

/* A merged record keeps its values, and the surviving record may have the same. */
static void
unique_rows(struct entry_maker *m)
{
	const struct val	*v = one_value(m->idx->field, m->rec->fields);
	struct buf		 value = BUF_INIT;

	if (v == NULL || rec_merged(m->rec))
		return;
	m->idx->field->type->key(m->idx->field, v, &value);
	start_key(m);
	index_key_value(&m->key, value.p, value.n);
	index_entry_end(m);
	m->entries->bad |= value.bad;
	buf_free(&value);
}

/* ---- match ----------------------------------------------------------------------------------- */

static bool
match_plan(struct index_catalog *cat, const struct book *book)
{
	char	 number[24];
	bool	 ok = true;

	for (size_t i = 0; ok && i < book->nmatch_rules; i++) {
		snprintf(number, sizeof number, "%zu", i);
		ok = plan_one(cat, IDX_MATCH, book, &book->match_rules[i], number);
	}
	return ok;
}

static void
match_spec(const struct index_def *idx, struct buf *spec)
{
	for (size_t i = 0; i < idx->match_rule->nfields; i++) {
		spec_field(spec, idx->match_rule->fields[i]);
		buf_putc(spec, idx->match_rule->phonetic[i] ? 's' : '=');
	}
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
match_rows(struct entry_maker *m)
{
	start_key(m);
	if (index_key_match(m->idx->match_rule, m->rec->fields, &m->key))
		index_entry_end(m);
}

/* ---- list ------------------------------------------------------------------------------------ */

static bool
list_plan(struct index_catalog *cat, const struct book *book)
{
	bool	 ok = true;

	for (size_t i = 0; ok && i < book->nlists; i++)
		for (size_t s = 0; ok && s < book->lists[i].nsorts; s++)
			ok = index_catalog_add(cat, &(struct index_def){ .kind = IDX_LIST,
			    .book = book,
			    .subject = &book->lists[i], .sort = s }, book, book->lists[i].name);
	return ok;
}

static void
list_spec(const struct index_def *idx, struct buf *spec)
{
	const struct column	*sort = &idx->list->sorts[idx->sort];

	buf_printf(spec, "%d ", (int)sort->of);
	if (sort->field != NULL)
		spec_field(spec, sort->field);
	spec_path(spec, "in", idx->list->area);
	pred_fingerprint(idx->list->where, spec);
}

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
		break;				/* the loader refuses it */
	}
	if (out->n > SORT_MAX)
		out->n = SORT_MAX;
}

static void
list_rows(struct entry_maker *m)
{
	struct buf	 value = BUF_INIT;

	if (!holds(m->idx->list->where, m->rec))
		return;
	sort_value(&m->idx->list->sorts[m->idx->sort], m->rec, &value);
	start_scoped_key(m);
	index_key_value(&m->key, value.p, value.n);
	index_entry_end(m);
	m->entries->bad |= value.bad;
	buf_free(&value);
}

/* ---- find ------------------------------------------------------------------------------------ */

static bool
find_plan(struct index_catalog *cat, const struct book *book)
{
	bool	 any = book->number[0] != '\0';

	for (size_t i = 0; i < book->nall; i++)
		any |= book->all[i]->find != FIND_NO;
	return !any || plan_one(cat, IDX_FIND, book, book, "all");
}

static void
find_spec(const struct index_def *idx, struct buf *spec)
{
	for (size_t i = 0; i < idx->book->nall; i++) {
		const struct field	*f = idx->book->all[i];

		if (f->find == FIND_NO)
			continue;
		spec_field(spec, f);
		if (index_find_whole(f))
			buf_printf(spec, "mask=%d ", (int)f->mask);
	}
}

static void
find_row(const struct field *f, const char *token, void *arg)
{
	struct entry_maker	*m = arg;

	start_scoped_key(m);
	if (index_find_whole(f))
		buf_putc(&m->key, INDEX_FIND_WHOLE);
	index_key_value(&m->key, token, strlen(token));
	index_entry_end(m);
}

static void
find_rows(struct entry_maker *m)
{
	index_find_tokens(m->rec, find_row, m);
}

/* ---- child ----------------------------------------------------------------------------------- */

static bool
child_plan(struct index_catalog *cat, const struct book *book)
{
	return book->under == NULL || plan_one(cat, IDX_CHILD, book, book, book->under->name);
}

static void
child_spec(const struct index_def *idx, struct buf *spec)
{
	if (idx->book->date != NULL)
		spec_field(spec, idx->book->date);
}

static void
child_rows(struct entry_maker *m)
{
	start_key(m);
	buf_put_u64(&m->key, parent_id(m));
	buf_put_u32(&m->key, (uint32_t)child_day(m->rec));
	index_entry_end(m);
}

/* ---- link ------------------------------------------------------------------------------------ */

static bool
link_plan(struct index_catalog *cat, const struct book *book)
{
	bool	 ok = true;

	for (size_t i = 0; ok && i < book->nall; i++)
		if (book->all[i]->link_book != NULL && book->all[i] != book->under)
			ok = plan_one(cat, IDX_LINK, book, book->all[i], book->all[i]->path);
	return ok;
}

static void
link_row(uint64_t target, void *arg)
{
	struct entry_maker	*m = arg;

	start_key(m);
	buf_put_u64(&m->key, target);
	index_entry_end(m);
}

static void
link_rows(struct entry_maker *m)
{
	link_targets(m->idx->field, m->rec->fields, link_row, m);
}

/* ---- deadline -------------------------------------------------------------------------------- */

static bool
deadline_plan(struct index_catalog *cat, const struct book *book)
{
	bool	 ok = true;

	for (size_t i = 0; ok && i < book->nclocks; i++)
		ok = plan_one(cat, IDX_DEADLINE, book, &book->clocks[i], book->clocks[i].name);
	return ok;
}

/*
 * Spec of a clock: when it is due, and in which scope. The roles of a clock are checked when its
 * rows are read.
 */
static void
clock_spec(const struct index_def *idx, struct buf *spec)
{
	const struct clock	*c = idx->clock;

	buf_printf(spec, "%d %d %s ", (int)c->kind, (int)c->empty_now, c->done != NULL ?
	    c->done->name : "-");
	spec_path(spec, "field", c->field);
	spec_path(spec, "ended", c->empty_since);
	spec_path(spec, "in", c->area);
	for (size_t i = 0; i < c->nchanges; i++)
		spec_path(spec, "change", c->changes[i]);
	for (size_t i = 0; i < c->nintervals; i++)
		buf_printf(spec, "%s:%d%c ", c->intervals[i].code != NULL ? c->intervals[i].code :
		    "", c->intervals[i].n, c->intervals[i].unit);
	pred_fingerprint(c->when, spec);
	pred_fingerprint(c->paused, spec);
	pred_fingerprint(c->done_where, spec);
}

static void
day_row(struct entry_maker *m, int day)
{
	start_scoped_key(m);
	buf_put_u32(&m->key, (uint32_t)day);
	index_entry_end(m);
}

static void
deadline_rows(struct entry_maker *m)
{
	int	 day = deadline_day(m->idx->clock, m->rec);

	if (day != 0)
		day_row(m, day);
}

/* ---- the roll of a past month: present due days do not show who was on it -------------------- */

static bool
roll_since_plan(struct index_catalog *cat, const struct book *book)
{
	bool	 ok = true;

	for (size_t i = 0; ok && i < book->nclocks; i++)
		ok = !clock_has_roll(&book->clocks[i]) ||
		    plan_one(cat, IDX_ROLL_SINCE, book, &book->clocks[i], book->clocks[i].name);
	return ok;
}

static void
roll_since_rows(struct entry_maker *m)
{
	int	 since = deadline_since(m->idx->clock, m->rec);

	if (since != 0 && deadline_day(m->idx->clock, m->rec) != 0)
		day_row(m, since);
}

/* The rows belong to the book whose records do what the clock asks. */
static bool
roll_done_plan(struct index_catalog *cat, const struct book *book)
{
	bool	 ok = true;

	for (size_t i = 0; ok && i < book->nclocks; i++)
		ok = !clock_has_roll(&book->clocks[i]) ||
		    index_catalog_add(cat, &(struct index_def){ .kind = IDX_ROLL_DONE,
		    .book = book->clocks[i].done, .subject = &book->clocks[i] }, book,
		    book->clocks[i].name);
	return ok;
}

static void
roll_done_spec(const struct index_def *idx, struct buf *spec)
{
	if (idx->book->date != NULL)
		spec_field(spec, idx->book->date);
	clock_spec(idx, spec);
}

static void
roll_done_rows(struct entry_maker *m)
{
	if (!holds(m->idx->clock->done_where, m->rec))
		return;
	start_key(m);
	buf_put_u32(&m->key, (uint32_t)child_day(m->rec) / 100);
	buf_put(&m->key, m->scope->key, SCOPE_KEY);
	buf_put_u64(&m->key, parent_id(m));
	index_entry_end(m);
}

/* ---- rollup: no rows; a changed spec makes the fields be computed again ---------------------- */

static bool
rollup_plan(struct index_catalog *cat, const struct book *book)
{
	bool	 ok = true;

	for (size_t i = 0; ok && i < book->nall; i++)
		if (book->all[i]->computed == COMPUTED_ROLLUP)
			ok = plan_one(cat, IDX_ROLLUP, book, book->all[i], book->all[i]->path);
	return ok;
}

/* Spec of a rollup: from which record the value comes, and where that record is found. */
static void
rollup_spec(const struct index_def *idx, struct buf *spec)
{
	const struct rollup	*t = idx->field->rollup;

	spec_field(spec, idx->field);
	buf_printf(spec, "%s %d %d ", t->book->name, (int)t->kind, (int)t->independent);
	spec_path(spec, "date", t->book->date);
	spec_path(spec, "link", t->link);
	if (t->field != NULL)
		spec_field(spec, t->field);
	if (t->order_by != NULL && t->order_by != t->field)
		spec_field(spec, t->order_by);
	pred_fingerprint(t->where, spec);
}

/* ---- the table ------------------------------------------------------------------------------- */

const struct index_kind_ops	 index_kinds[IDX_KINDS] = {
	[IDX_UNIQUE]	 = { .name = "unique", .plan = unique_plan, .spec = field_spec,
	    .rows = unique_rows },
	[IDX_MATCH]	 = { .name = "match", .plan = match_plan, .spec = match_spec,
	    .rows = match_rows },
	[IDX_LIST]	 = { .name = "list", .scoped = true, .hidden = true, .counted = true,
	    .ancestors = true,
			    .plan = list_plan, .spec = list_spec, .rows = list_rows },
	[IDX_FIND]	 = { .name = "find", .scoped = true, .ancestors = true,
			    .plan = find_plan, .spec = find_spec, .rows = find_rows },
	[IDX_CHILD]	 = { .name = "child", .relation = true, .ancestors = true,
			    .plan = child_plan, .spec = child_spec, .rows = child_rows },
	[IDX_LINK]	 = { .name = "link", .relation = true,
			    .plan = link_plan, .spec = field_spec, .rows = link_rows },
	[IDX_DEADLINE]	 = { .name = "deadline", .scoped = true, .hidden = true, .ancestors = true,
			    .plan = deadline_plan, .spec = clock_spec, .rows = deadline_rows },
	[IDX_ROLL_SINCE] = { .name = "roll-since", .scoped = true, .hidden = true,
	    .ancestors = true,
			    .plan = roll_since_plan, .spec = clock_spec, .rows = roll_since_rows },
	[IDX_ROLL_DONE]	 = { .name = "roll-done", .scoped = true, .hidden = true, .ancestors = true,
			    .plan = roll_done_plan, .spec = roll_done_spec,
			    .rows = roll_done_rows },
	[IDX_ROLLUP]	 = { .name = "rollup", .ancestors = true, .plan = rollup_plan,
	    .spec = rollup_spec },
};

const struct field *
index_scope_field(const struct index_def *idx)
{
	switch (idx->kind) {
	case IDX_LIST:
		return idx->list->area;
	case IDX_DEADLINE:
	case IDX_ROLL_SINCE:
		return idx->clock->area;
	default:
		return NULL;
	}
}
