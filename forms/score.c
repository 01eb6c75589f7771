#include "forms/score.h"

#include <stdlib.h>
#include <string.h>

#include "forms/check.h"

struct counted {			/* an item and its points */
	const struct score_item	*item;
	const struct val	*v;
	struct val		*owned;
	bool			 open;
	int64_t			 points;
};

/* ---- points ---------------------------------------------------------------------------------- */

static int64_t
points_of_code(const struct score_item *item, const char *code)
{
	for (size_t i = 0; i < item->npoints; i++)
		if (strcmp(item->points[i].code, code) == 0)
			return item->points[i].points;
	return item->other;
}

static int64_t
points_of_number(const struct score_item *item, int64_t n)
{
	for (size_t i = 0; i < item->npoints; i++)
		if (n >= item->points[i].min && n <= item->points[i].max)
			return item->points[i].points;
	return item->other;
}

/* An answer of the wrong type counts as none: the checks report it. */
static int64_t
points_of(const struct score_item *item, const struct val *v)
{
	int64_t	 sum = 0;

	if (type_value_empty(v) || val_kind(v) != item->field->type->kind)
		return item->none;
	switch (val_kind(v)) {
	case VAL_TEXT:
		return points_of_code(item, val_str(v));
	case VAL_BOOL:
		return points_of_code(item, val_is_true(v) ? "yes" : "no");
	case VAL_LIST:
		for (size_t i = 0; i < val_len(v); i++)
			if (val_str(val_at(v, i)) != NULL)
				sum += points_of_code(item, val_str(val_at(v, i)));
		return sum;
	default:
		return points_of_number(item, val_num(v, 0));
	}
}

/* ---- counting -------------------------------------------------------------------------------- */

struct counting {
	const struct score_sheet	*sheet;
	const struct val		*fields;
	struct pred_ctx			 pc;
	const struct form_ctx		*ctx;
};

static struct counting
counting_of(const struct score_sheet *s, const struct val *fields, const char *state,
    const struct form_ctx *ctx)
{
	return (struct counting){ s, fields, { fields, val_get(fields, s->group->name), state,
	    ctx->today }, ctx };
}

/* Only shown answers count; counted->owned is the caller's. */
static void
count_item(const struct counting *c, const struct score_item *item, struct counted *out)
{
	const struct field	*f = item->field;

	*out = (struct counted){ .item = item };
	if (f->group != c->sheet->group)
		out->v = record_value(f, c->fields, c->ctx, &out->owned);
	else if (!check_shown(f, &c->pc))
		return;
	else {
		out->v = val_get(c->pc.scope, f->name);
		out->open = type_value_empty(out->v) && check_required(f, &c->pc);
	}
	out->points = points_of(item, out->v);
}

static const struct score_sheet *
sheet_of(const struct book *book, const struct val *fields, const struct form_ctx *ctx)
{
	const char			*name = book->sheet != NULL ?
	    val_get_str(fields, book->sheet->name) : NULL;
	const struct score_sheet	*s = name != NULL ? set_sheet(ctx->set, name) : NULL;

	return s != NULL && s->book == book ? s : NULL;
}

static const struct score_override *
override_of(const struct counting *c)
{
	for (size_t i = 0; i < c->sheet->noverrides; i++)
		if (pred_holds(c->sheet->overrides[i].when, &c->pc))
			return &c->sheet->overrides[i];
	return NULL;
}

static const char *
grade_of(const struct score_sheet *s, int64_t total)
{
	for (size_t i = 0; i < s->ngrades; i++)
		if (total >= s->grades[i].min && total <= s->grades[i].max)
			return s->grades[i].grade;
	return NULL;
}

bool
score_compute(const struct book *book, const struct val *fields, const char *state,
    const struct form_ctx *ctx, struct score *out)
{
	struct counting	 c;
	struct counted	 one;

	*out = (struct score){ .sheet = sheet_of(book, fields, ctx) };
	if (out->sheet == NULL)
		return false;
	c = counting_of(out->sheet, fields, state, ctx);
	for (size_t i = 0; i < out->sheet->nitems; i++) {
		count_item(&c, &out->sheet->items[i], &one);
		out->total += one.points;
		out->open += one.open;
		val_free(one.owned);
	}
	if ((out->override = override_of(&c)) != NULL)
		out->grade = out->override->grade;
	else if (out->open == 0)
		out->grade = grade_of(out->sheet, out->total);
	return true;
}

/* ---- words ----------------------------------------------------------------------------------- */

static int
most_first(const void *a, const void *b)
{
	const struct counted	*x = a, *y = b;
	int64_t			 p = llabs(x->points), q = llabs(y->points);

	return p != q ? (p < q ? 1 : -1) : x->item < y->item ? -1 : x->item > y->item;
}

/* 2, 2.5: without zeros at the end. */
static void
write_points(const struct field *total, int64_t points, const struct form_ctx *ctx, struct buf *out)
{
	struct val	*n = val_int(points);

	type_print(total, n, ctx, out);
	if (total->decimals > 0 && !out->bad)
		while (out->n > 0 && (out->p[out->n - 1] == '0' || out->p[out->n - 1] == '.')) {
			bool	 point = out->p[--out->n] == '.';

			out->p[out->n] = '\0';
			if (point)
				break;
		}
	val_free(n);
}

static void
write_item(const struct score_sheet *s, const struct counted *one, const struct form_ctx *ctx,
    struct buf *out)
{
	buf_printf(out, "%s%s：", out->n > 0 ? "；" : "", one->item->field->label.zh);
	if (type_value_empty(one->v))
		buf_puts(out, "未填");
	else
		type_print(one->item->field, one->v, ctx, out);
	buf_putc(out, ' ');
	write_points(s->book->total, one->points, ctx, out);
	buf_puts(out, "分");
}

void
score_reasons(const struct score *score, const struct val *fields, const char *state,
    const struct form_ctx *ctx, struct buf *out)
{
	const struct score_sheet	*s = score->sheet;
	struct form_ctx			 zh = *ctx;
	struct counting			 c = counting_of(s, fields, state, ctx);
	struct counted			*all = calloc(s->nitems + 1, sizeof *all);
	const struct code		*grade;

	if (all == NULL) {
		out->bad = true;
		return;
	}
	zh.lang = LANG_ZH;
	if (score->override != NULL) {
		grade = codes_find(s->into->codes, score->grade);
		buf_printf(out, "%s，定为%s", score->override->say.zh, grade != NULL ?
		    grade->label.zh : score->grade);
	}
	for (size_t i = 0; i < s->nitems; i++)
		count_item(&c, &s->items[i], &all[i]);
	qsort(all, s->nitems, sizeof *all, most_first);
	for (size_t i = 0; i < s->nitems; i++) {
		if (all[i].points != 0)
			write_item(s, &all[i], &zh, out);
		val_free(all[i].owned);
	}
	free(all);
}

/* ---- storing --------------------------------------------------------------------------------- */

static bool
put_or_drop(struct val *fields, const char *name, struct val *v)
{
	if (v != NULL)
		return val_put(fields, name, v);
	val_drop(fields, name);
	return true;
}

static bool
put_reasons(const struct score *score, struct val *fields, const char *state,
    const struct form_ctx *ctx)
{
	const struct field	*f = score->sheet->book->reasons;
	struct buf		 text = BUF_INIT;
	bool			 ok;

	if (f == NULL)
		return true;
	score_reasons(score, fields, state, ctx, &text);
	ok = !text.bad && put_or_drop(fields, f->name, text.n > 0 ? val_text(text.p) : NULL);
	buf_free(&text);
	return ok;
}

/* Another sheet can have another field for its grade; the one of the former sheet is emptied. */
static void
drop_all(const struct book *book, struct val *fields)
{
	for (size_t i = 0; i < book->nall; i++)
		if (book->all[i]->computed >= COMPUTED_TOTAL &&
		    book->all[i]->computed <= COMPUTED_REASONS)
			val_drop(fields, book->all[i]->name);
}

bool
score_derive(const struct book *book, struct val *fields, const char *state,
    const struct form_ctx *ctx)
{
	const struct state	*st = state != NULL ? book_state(book, state) : NULL;
	struct score		 score;

	if (book->sheet == NULL || st == NULL || (!st->open && st != book->start))
		return true;
	drop_all(book, fields);
	if (!score_compute(book, fields, state, ctx, &score))
		return true;
	return put_or_drop(fields, book->total->name, val_int(score.total)) &&
	    (score.grade == NULL ||
	    put_or_drop(fields, score.sheet->into->name, val_text(score.grade))) &&
	    put_reasons(&score, fields, state, ctx);
}
