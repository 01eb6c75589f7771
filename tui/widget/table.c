#include "tui/widget/table.h"

#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/term/width.h"
#include "forms/wording.h"

void
table_clear(struct table *r)
{
	for (size_t i = 0; i < r->n; i++)
		val_free(r->at[i]);
	free(r->at);
	*r = (struct table){ NULL, 0, 0 };
}

static bool
filter_accepts(const struct table_filter *f, const struct val *row)
{
	const struct val	*v;

	if (f == NULL || f->path == NULL)
		return true;
	v = val_get(val_get(row, PK_F), f->path);
	if (v == NULL)
		v = val_get(row, f->path);
	return val_kind(f->value) == VAL_NIL ? v == NULL : val_same(v, f->value);
}

static void
add(struct table *r, const struct val *row)
{
	struct val	**grown, *copy;

	if (r->n == r->cap) {
		r->cap = r->cap > 0 ? r->cap * 2 : 64;
		if ((grown = reallocarray(r->at, r->cap, sizeof(*grown))) == NULL) {
			r->cap = r->n;
			return;
		}
		r->at = grown;
	}
	if ((copy = val_dup(row)) != NULL)
		r->at[r->n++] = copy;
}

void
table_add(struct table *r, const struct val *list, const struct table_filter *f)
{
	for (size_t i = 0; i < val_len(list); i++)
		if (filter_accepts(f, val_at(list, i)))
			add(r, val_at(list, i));
}

void
table_reverse(struct table *r)
{
	for (size_t i = 0; i < r->n / 2; i++) {
		struct val	*v = r->at[i];

		r->at[i] = r->at[r->n - 1 - i];
		r->at[r->n - 1 - i] = v;
	}
}

void
table_add_front(struct table *r, const struct val *list, const struct table_filter *f)
{
	struct table	 front = { NULL, 0, 0 };

	table_add(&front, list, f);
	for (size_t i = 0; i < r->n; i++)
		add(&front, r->at[i]);
	table_clear(r);
	*r = front;
}

int64_t
table_row_id(const struct val *row)
{
	return val_get_num(row, PK_ID, 0);
}

size_t
table_find(const struct table *r, int64_t id)
{
	for (size_t i = 0; i < r->n; i++)
		if (table_row_id(r->at[i]) == id)
			return i;
	return SIZE_MAX;
}

/* ---- columns --------------------------------------------------------------------------------- */

static int
column_cells(const struct column *c)
{
	static const int	 builtin[] = {
		[COL_NUMBER] = 16, [COL_STATE] = 8, [COL_AREA] = 18, [COL_CHANGED] = 10,
		    [COL_CHANGED_BY] = 8, [COL_DEADLINE] = 10,
	};

	if (c->cells > 0)
		return (int)c->cells;
	return c->of == COL_FIELD ? (int)c->field->type->cells : builtin[c->of];
}

/* A name that is cut is still useful, a date or number is not. */
static bool
may_be_cut(const struct column *c)
{
	return c->of == COL_AREA || c->of == COL_STATE || c->of == COL_CHANGED_BY ||
	    (c->of == COL_FIELD && c->field->type->kind == VAL_TEXT);
}

static int
wider(int cells, const char *text)
{
	int	 w = width_of(text);

	return w > cells ? w : cells;
}

/* Cells for the longest possible value, as far as the definitions know it; 0: unknown. */
static int
value_cells(const struct form_ctx *ctx, const struct book *book, const struct column *c)
{
	int	 w = 0;

	for (size_t i = 0; c->of == COL_STATE && i < book->nstates; i++)
		w = wider(w, wording_label(ctx, book->states[i].label));
	if (c->of == COL_FIELD && c->field->type->kind == VAL_TEXT && c->field->codes != NULL)
		for (size_t i = 0; i < c->field->codes->n; i++)
			w = wider(w, wording_label(ctx, c->field->codes->at[i].label));
	return w;
}

static void
widen(struct table_columns *out, size_t i, int by)
{
	out->cells[i] += by;
	for (size_t k = i + 1; k < out->n; k++)
		out->col[k] += by;
}

/*
 * Columns that lack least come first, so that most are whole; the rest goes to the first that lacks
 * more.
 */
static void
distribute_spare(struct table_columns *out, const int *want)
{
	for (;;) {
		size_t	 least = out->n;

		for (size_t i = 0; i < out->n; i++)
			if (want[i] > out->cells[i] && (least == out->n ||
			    want[i] - out->cells[i] < want[least] - out->cells[least]))
				least = i;
		if (least == out->n || out->spare <= 0)
			return;
		if (want[least] - out->cells[least] < out->spare) {
			out->spare -= want[least] - out->cells[least];
			widen(out, least, want[least] - out->cells[least]);
		} else {
			widen(out, least, out->spare);
			out->spare = 0;
		}
	}
}

/*
 * Widths are those of the definition, whose words may be longer in another language. Spare cells go
 * to columns whose values would be cut, then to headings. They never depend on the rows shown, or
 * columns would move from page to page.
 */
static void
distribute_cells(const struct form_ctx *ctx, const struct list *l, struct table_columns *out)
{
	int	 want[TABLE_COLUMNS_MAX];

	for (size_t i = 0; i < out->n; i++)
		want[i] = value_cells(ctx, l->book, &l->columns[i]);
	distribute_spare(out, want);
	for (size_t i = 0; i < out->n; i++)
		want[i] = width_of(wording_label(ctx, l->columns[i].label));
	distribute_spare(out, want);
}

void
table_layout(const struct form_ctx *ctx, const struct list *l, int first, int cells,
    struct table_columns *out)
{
	int	 col = first, w;

	out->n = 0;
	out->spare = 0;
	for (size_t i = 0; i < l->ncolumns && out->n < TABLE_COLUMNS_MAX; i++) {
		w = column_cells(&l->columns[i]);
		if (col + w > cells && !may_be_cut(&l->columns[i]))
			break;
		if (col + w > cells)
			w = cells - col;
		if (w < 4)
			break;
		out->col[out->n] = col;
		out->cells[out->n++] = w;
		col += w + 2;
	}
	out->spare = out->n > 0 ? cells - (col - 2) : 0;
	distribute_cells(ctx, l, out);
}

void
table_draw_head(const struct form_ctx *ctx, const struct list *l, const struct table_columns *c,
    struct term *t, int row)
{
	/* The gaps too: each change of the look between two labels is 15 bytes. */
	if (c->n > 0)
		term_text(t, row, c->col[0], c->col[c->n - 1] + c->cells[c->n - 1] - c->col[0],
		    ATTR_DIM, "");
	for (size_t i = 0; i < c->n; i++) {
		const char	*label = wording_label(ctx, l->columns[i].label);

		if (width_of(label) > c->cells[i])
			label = wording_label(ctx, l->columns[i].brief);
		term_text(t, row, c->col[i], c->cells[i], ATTR_DIM, label);
	}
}

void
table_draw_row(const struct form_ctx *ctx, const struct list *l, const struct table_columns *c,
    struct term *t, int row, const struct val *v)
{
	struct form_ctx	 brief = *ctx;
	struct buf	 b = BUF_INIT;

	brief.brief = true;
	for (size_t i = 0; i < c->n; i++) {
		buf_reset(&b);
		wording_column(ctx, l->book, &l->columns[i], v, &b);
		if (width_of(buf_str(&b)) > c->cells[i]) {
			buf_reset(&b);
			wording_column(&brief, l->book, &l->columns[i], v, &b);
		}
		term_text(t, row, c->col[i], c->cells[i], ATTR_NORMAL, buf_str(&b));
	}
	buf_free(&b);
}

const struct list *
table_default_list(const struct book *b, const struct role *r)
{
	for (size_t i = 0; i < b->nlists; i++)
		if ((b->lists[i].by & ROLE_BIT(r)) != 0)
			return &b->lists[i];
	return b->nlists > 0 ? &b->lists[0] : NULL;
}
