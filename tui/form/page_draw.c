#include <stdlib.h>
#include <string.h>

#include "tui/form/page.h"
#include "tui/widget/draw.h"
#include "tui/term/width.h"
#include "forms/wording.h"

/*
 * A page of a form on the screen: mark, label, value, and under the value what an earlier act
 * remarked.
 */
#define LABEL_COL	3
#define LABEL_MIN	10
#define LABEL_MAX	28
#define LONG_LEAST	3	/* rows of a text while it is typed */
#define LONG_ROWS	9
#define VALUE_MAX	3	/* rows of any other value */

static void
value_text(const struct form_page *s, const struct page_line *l, struct buf *out)
{
	const struct val	*v = entry_value(s->e, l->path);

	if (page_widget(s, l->field) != WIDGET_LINK || l->field == s->e->book->under ||
	    type_value_empty(v)) {
		entry_print(s->e, l->field, l->path, out);
		return;
	}
	wording_links(s->e->ctx, l->field, v, app_link_titles(s->view->app), out);
}

int
page_value_col(const struct form_page *s)
{
	int	 w = LABEL_MIN, label;

	for (size_t i = 0; i < s->n; i++) {
		if (s->lines[i].kind != LINE_FIELD)
			continue;
		label = s->lines[i].indent + width_of(wording_label(s->e->ctx,
		    s->lines[i].field->label));
		if (label > w)
			w = label;
	}
	return LABEL_COL + (w < LABEL_MAX ? w : LABEL_MAX) + 2;
}

int
page_value_cells(const struct form_page *s)
{
	return term_cols(s->view->app->term) - page_value_col(s) - 1;
}

/* ---- heights --------------------------------------------------------------------------------- */

static int
clamp(int n, int low, int high)
{
	return n < low ? low : n > high ? high : n;
}

static void
remark_text(const struct form_page *s, const struct page_line *l, struct buf *out)
{
	const char	*text = val_get_str(s->e->remarks, l->path);

	if (text == NULL)
		text = val_get_str(s->e->remarks, l->field->path);
	if (text != NULL && l->kind == LINE_FIELD)
		wording_format(out, _("to put right: {1}"), ARG_TEXT, text, ARG_END);
}

static int
remark_rows(const struct form_page *s, const struct page_line *l, int cells)
{
	struct buf	 b = BUF_INIT;
	int		 rows = 0;

	remark_text(s, l, &b);
	if (b.n > 0)
		rows = clamp(draw_text(NULL, 0, 0, 0, cells, 0, buf_str(&b)), 1, VALUE_MAX);
	buf_free(&b);
	return rows;
}

static bool
edits(const struct form_page *s, size_t i)
{
	return i == s->focus && s->edit != NULL;
}

static int
value_rows(const struct form_page *s, size_t i, int cells)
{
	const struct page_line	*l = &s->lines[i];
	struct buf		 b = BUF_INIT;
	int			 rows;

	if (l->kind != LINE_FIELD)
		return 1;
	if (edits(s, i)) {
		if (page_widget(s, l->field) != WIDGET_MULTILINE)
			return 1;
		edit_view(s->edit, cells, LONG_ROWS);
		return clamp(edit_rows(s->edit), LONG_LEAST, LONG_ROWS);
	}
	value_text(s, l, &b);
	rows = clamp(draw_text(NULL, 0, 0, 0, cells, 0, buf_str(&b)), 1,
	    type_is(l->field, "long") ? LONG_ROWS : VALUE_MAX);
	buf_free(&b);
	return rows;
}

static int *
heights(const struct form_page *s)
{
	int	*h = calloc(s->n + 1, sizeof(*h)), cells = page_value_cells(s);

	for (size_t i = 0; h != NULL && i < s->n; i++)
		h[i] = value_rows(s, i, cells) + remark_rows(s, &s->lines[i], cells);
	return h;
}

int
page_focus_row(const struct form_page *s, int row, int rows)
{
	int	*h = heights(s), top;

	if (h == NULL)
		return row;
	top = lines_top_varied(h, s->n, s->focus, s->top, rows);
	for (size_t i = 0; i < s->focus && i < s->n; i++)
		row += h[i];
	free(h);
	return row - top;
}

void
page_scroll(struct form_page *s, int rows)
{
	int	*h = heights(s);

	if (h != NULL)
		s->top = lines_top_varied(h, s->n, s->focus, s->top, rows);
	free(h);
}

/* ---- one line -------------------------------------------------------------------------------- */

/* "!" a problem, "*" missing, "?" a warning; never by colour alone. */
static const char *
mark(const struct form_page *s, const struct page_line *l)
{
	const struct problem	*p = entry_problem(s->e, l->path);

	if (page_excess(s) > 0 && l == &s->lines[s->focus])
		return "!";
	if (p == NULL || (l->kind != LINE_FIELD && l->kind != LINE_ADD))
		return "";
	if (s->edit != NULL && !s->fresh && l == &s->lines[s->focus])
		return "";		/* it is being typed: judged when it is left */
	if (p->gap || entry_missing(s->e, l->path))
		return "*";
	return p->warn ? "?" : "!";
}

static void
draw_choices(const struct form_page *s, const struct page_line *l, struct term *t, int row, int col)
{
	struct choices	 all = CHOICES_INIT;
	bool		 ticks = page_widget(s, l->field) == WIDGET_TICKS_LINE;

	page_choices(s, l, &all);
	for (size_t i = 0; i < all.n; i++) {
		const struct choice	*c = &all.at[i];

		col += term_text(t, row, col, -1, ATTR_NORMAL,
		    ticks ? c->chosen ? "[x]" : "[ ]" : c->chosen ? "[" : " ");
		col += term_text(t, row, col, -1, ATTR_NORMAL, c->key) + 1;
		col += term_text(t, row, col, -1, c->chosen ? ATTR_BOLD : ATTR_NORMAL, c->label);
		col += term_text(t, row, col, -1, ATTR_NORMAL, c->chosen && !ticks ? "]" : " ") + 1;
	}
	choices_free(&all);
}

static void
draw_edit(const struct form_page *s, struct term *t, int row, int rows, int col, int cells)
{
	struct buf	 b = BUF_INIT;
	int		 r, c;

	edit_view(s->edit, cells, rows);
	for (int i = 0; i < rows; i++) {
		buf_reset(&b);
		edit_draw(s->edit, i, &b);
		term_text(t, row + i, col, cells, ATTR_NORMAL, buf_str(&b));
	}
	if (edit_has_text_before(s->edit))
		term_text(t, row, col - 1, 1, ATTR_BOLD, "<");
	if (edit_has_text_after(s->edit))
		term_text(t, row + rows - 1, col + cells, 1, ATTR_BOLD, ">");
	edit_cursor(s->edit, &r, &c);
	term_cursor(t, row + r, col + c);
	buf_free(&b);
}

static void
draw_value(const struct form_page *s, size_t i, struct term *t, int row, int rows, int col,
    bool focused)
{
	const struct page_line	*l = &s->lines[i];
	enum widget		 w = page_widget(s, l->field);
	bool			 mine = focused && i == s->focus && !entry_locked(s->e, l->field);
	struct buf		 b = BUF_INIT;

	if (mine && s->edit != NULL) {
		draw_edit(s, t, row, rows, col, page_value_cells(s));
		return;
	}
	if (mine)
		term_cursor(t, row, col);
	if (mine && (w == WIDGET_ONE_LINE || w == WIDGET_TICKS_LINE)) {
		draw_choices(s, l, t, row, col - 1);
		return;
	}
	if (i == s->focus && s->typed && s->edit != NULL)
		buf_puts(&b, edit_text(s->edit));
	else
		value_text(s, l, &b);
	draw_text(t, row, rows, col, page_value_cells(s),
	    l->field->computed != COMPUTED_NO || entry_locked(s->e, l->field) ? ATTR_DIM :
	    ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static void
draw_heading(const struct form_page *s, const struct page_line *l, struct term *t, int row)
{
	const char	*label = wording_label(s->e->ctx, l->field->label);
	struct buf	 b = BUF_INIT;

	if (l->kind == LINE_GROUP)
		buf_puts(&b, label);
	else if (l->kind == LINE_ITEM)
		buf_printf(&b, "%s %zu", label, l->item + 1);
	else
		wording_format(&b, _("({1}: one more)"), ARG_TEXT, label, ARG_END);
	term_text(t, row, LABEL_COL + l->indent, -1, l->kind == LINE_ADD ? ATTR_NORMAL : ATTR_BOLD,
	    buf_str(&b));
	buf_free(&b);
}

static void
draw_remark(const struct form_page *s, const struct page_line *l, struct term *t, int row, int rows,
    int col)
{
	struct buf	 b = BUF_INIT;

	remark_text(s, l, &b);
	draw_text(t, row, rows, col, page_value_cells(s), ATTR_BOLD, buf_str(&b));
	buf_free(&b);
}

static void
draw_line(const struct form_page *s, size_t i, struct term *t, int row, bool focused)
{
	const struct page_line	*l = &s->lines[i];
	int			 col = page_value_col(s), cells = page_value_cells(s),
	    rows = value_rows(s, i, cells);

	if (focused && i == s->focus) {
		draw_focus_mark(t, row, 0);
		if (l->kind != LINE_FIELD || entry_locked(s->e, l->field))
			term_cursor(t, row, 0);
	}
	term_text(t, row, 1, -1, ATTR_BOLD, mark(s, l));
	if (l->kind != LINE_FIELD) {
		draw_heading(s, l, t, row);
		return;
	}
	term_text(t, row, LABEL_COL + l->indent, col - LABEL_COL - l->indent - 1, ATTR_DIM,
	    wording_label(s->e->ctx, l->field->label));
	draw_value(s, i, t, row, rows, col, focused);
	draw_remark(s, l, t, row + rows, remark_rows(s, l, cells), col);
}

void
page_draw(const struct form_page *s, struct term *t, int row, int rows, bool focused)
{
	int	*h = heights(s), y = row, top;

	if (h == NULL)
		return;
	top = lines_top_varied(h, s->n, s->focus, s->top, rows);
	for (size_t i = 0; i < s->n; y += h[i++])
		if (y - top >= row && y - top + h[i] <= row + rows)
			draw_line(s, i, t, y - top, focused);
	free(h);
}
