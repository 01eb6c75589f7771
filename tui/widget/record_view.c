#include "tui/widget/record_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/widget/draw.h"
#include "tui/term/width.h"
#include "forms/wording.h"

#define LABEL_COL	2
#define LABEL_CELLS	24
#define VALUE_COL	28
#define VALUE_ROWS	20	/* a text longer than that is cut; its form shows all */

/* ---- building -------------------------------------------------------------------------------- */

struct builder {
	struct record_view		*r;
	const struct form_ctx	*ctx;
	const struct val	*fields;
	const struct val	*remarks;
	const char		*state;
	const struct field	*under;		/* shown by the title of the linked record */
	const char		*parent_title;
	const struct val	*links;		/* titles of other linked records */
};

static char *
text(const char *s)
{
	char	*copy = strdup(s != NULL ? s : "");

	if (copy == NULL)
		abort();	/* the client may die of memory; its drafts are elsewhere */
	return copy;
}

static struct record_view_line *
add_line(struct builder *b, enum record_view_kind kind, const struct field *f, const char *path,
    const char *label, int indent)
{
	struct record_view_line	*grown = reallocarray(b->r->at, b->r->n + 1, sizeof(*grown));

	if (grown == NULL)
		abort();
	b->r->at = grown;
	b->r->at[b->r->n] = (struct record_view_line){ kind, f, text(path), text(label), NULL, NULL,
	    indent };
	return &b->r->at[b->r->n++];
}

static bool
shown(const struct builder *b, const struct field *f, const struct val *scope)
{
	struct pred_ctx	 pc = { b->fields, f->group != NULL ? scope : NULL, b->state,
	    b->ctx->today };

	return check_shown(f, &pc);
}

static void
add_value(struct builder *b, const struct field *f, const char *path, const struct val *v,
    int indent)
{
	struct record_view_line	*l = add_line(b, RECORD_VIEW_FIELD, f, path,
	    wording_label(b->ctx, f->label), indent);
	struct buf		 value = BUF_INIT;
	struct val		*made = NULL;
	const char		*remark = val_get_str(b->remarks, path);

	if (f->computed != COMPUTED_NO)
		v = record_value(f, b->fields, b->ctx, &made);
	if (f == b->under && b->parent_title != NULL)
		buf_puts(&value, b->parent_title);
	else if (f->link_book != NULL)
		wording_links(b->ctx, f, v, b->links, &value);
	else
		wording_value(b->ctx, f, v, &value);
	l->value = text(buf_str(&value));
	l->remark = text(remark != NULL ? remark : val_get_str(b->remarks, f->path));
	val_free(made);
	buf_free(&value);
}

static void	 add_fields(struct builder *, const struct field *, size_t, const struct val *,
    const char *, int);

static void
add_group(struct builder *b, const struct field *f, const char *path, const struct val *v,
    int indent)
{
	char	 prefix[RECORD_VIEW_PATH], label[200];

	if (!f->many) {
		if (snprintf(prefix, sizeof(prefix), "%s.", path) < (int)sizeof(prefix)) {
			add_line(b, RECORD_VIEW_GROUP, f, path, wording_label(b->ctx, f->label),
			    indent);
			add_fields(b, f->fields, f->nfields, v, prefix, indent + 2);
		}
		return;
	}
	for (size_t i = 0; i < val_len(v); i++) {
		if (snprintf(prefix, sizeof(prefix), "%s.%zu.", path, i) >= (int)sizeof(prefix))
			return;
		snprintf(label, sizeof(label), "%s %zu", wording_label(b->ctx, f->label), i + 1);
		add_line(b, RECORD_VIEW_GROUP, f, path, label, indent);
		add_fields(b, f->fields, f->nfields, val_at(v, i), prefix, indent + 2);
	}
}

static void
add_fields(struct builder *b, const struct field *fields, size_t n, const struct val *map,
    const char *prefix, int indent)
{
	char	 path[RECORD_VIEW_PATH];

	for (size_t i = 0; i < n; i++) {
		const struct val	*v = val_get(map, fields[i].name);

		if (snprintf(path, sizeof(path), "%s%s", prefix, fields[i].name) >=
		    (int)sizeof(path) || !shown(b, &fields[i], map))
			continue;
		if (fields[i].fields != NULL)
			add_group(b, &fields[i], path, v, indent);
		else
			add_value(b, &fields[i], path, v, indent);
	}
}

static bool
page_shown(const struct builder *b, const struct page *p)
{
	for (size_t i = 0; i < p->nfields; i++)
		if (shown(b, &p->fields[i], b->fields))
			return true;
	return false;
}

/*
 * A page of one group of the same name has one heading; one that nothing is asked on, as of a score
 * sheet not used, none.
 */
static void
add_page(struct builder *b, const struct page *p)
{
	const struct field	*only = p->nfields == 1 ? &p->fields[0] : NULL;
	char			 prefix[RECORD_VIEW_PATH];

	if (!page_shown(b, p))
		return;
	add_line(b, RECORD_VIEW_PAGE, NULL, "", wording_label(b->ctx, p->label), 0);
	if (only != NULL && only->fields != NULL && !only->many &&
	    strcmp(only->label.zh, p->label.zh) == 0) {
		snprintf(prefix, sizeof(prefix), "%s.", only->name);
		add_fields(b, only->fields, only->nfields, val_get(b->fields, only->name), prefix,
		    0);
	} else
		add_fields(b, p->fields, p->nfields, b->fields, "", 0);
}

static void
focus_path(struct record_view *r, const char *path)
{
	size_t	 first = r->n;

	for (size_t i = r->n; i-- > 0; )
		if (r->at[i].kind == RECORD_VIEW_FIELD) {
			first = i;
			if (strcmp(r->at[i].path, path) == 0)
				break;
		}
	r->focus = first < r->n ? first : 0;
}

static void
clear(struct record_view *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->at[i].path);
		free(r->at[i].label);
		free(r->at[i].value);
		free(r->at[i].remark);
	}
	free(r->at);
	r->at = NULL;
	r->n = 0;
}

void
record_view_build(struct record_view *r, const struct form_ctx *ctx, const struct book *book,
    const struct val *rec)
{
	const struct record_view_line	*l = record_view_focused(r);
	char				*path = text(l != NULL ? l->path : "");
	struct builder			 b =
	    { r, ctx, val_get(rec, PK_FIELDS), val_get(rec, PK_REMARKS), val_get_str(rec, PK_STATE),
	    book->under, val_get_str(val_get(rec, PK_UNDER), PK_TITLE), val_get(rec, PK_LINKS) };

	clear(r);
	for (size_t i = 0; i < book->npages; i++)
		add_page(&b, &book->pages[i]);
	focus_path(r, path);
	free(path);
}

void
record_view_free(struct record_view *r)
{
	clear(r);
	*r = (struct record_view)RECORD_VIEW_INIT;
}

const struct record_view_line *
record_view_focused(const struct record_view *r)
{
	return r->focus < r->n && r->at[r->focus].kind == RECORD_VIEW_FIELD ? &r->at[r->focus] :
	    NULL;
}

/* ---- drawing --------------------------------------------------------------------------------- */

static int
value_cells(const struct term *t)
{
	return term_cols(t) - VALUE_COL - 1;
}

static void
remark_text(const struct record_view_line *l, const struct val *more, struct buf *out)
{
	const char	*now = l->kind == RECORD_VIEW_FIELD ? val_get_str(more, l->path) : NULL;

	if (now != NULL)
		wording_format(out, _("to put right: {1}"), ARG_TEXT, now, ARG_END);
	else if (l->remark != NULL && l->remark[0] != '\0')
		wording_format(out, _("to put right: {1}"), ARG_TEXT, l->remark, ARG_END);
}

static int
value_rows(const struct record_view_line *l, int cells)
{
	int	 rows = l->kind == RECORD_VIEW_FIELD ?
	    draw_text(NULL, 0, 0, 0, cells, 0, l->value) : 1;

	return rows < 1 ? 1 : rows > VALUE_ROWS ? VALUE_ROWS : rows;
}

static int
line_rows(const struct record_view_line *l, int cells, const struct val *more)
{
	struct buf	 b = BUF_INIT;
	int		 rows = value_rows(l, cells);

	remark_text(l, more, &b);
	if (b.n > 0)
		rows += draw_text(NULL, 0, 0, 0, cells, 0, buf_str(&b));
	buf_free(&b);
	return rows;
}

static int *
heights(const struct record_view *r, const struct term *t, const struct val *more)
{
	int	*h = calloc(r->n + 1, sizeof(*h));

	for (size_t i = 0; h != NULL && i < r->n; i++)
		h[i] = line_rows(&r->at[i], value_cells(t), more);
	return h;
}

static void
draw_line(const struct record_view *r, size_t i, struct term *t, int row, const struct val *more)
{
	const struct record_view_line	*l = &r->at[i];
	struct buf			 b = BUF_INIT;
	int				 rows;

	if (l->kind != RECORD_VIEW_FIELD) {
		term_text(t, row, LABEL_COL - (l->kind == RECORD_VIEW_PAGE) + l->indent, -1,
		    ATTR_BOLD, l->label);
		return;
	}
	if (i == r->focus)
		draw_focus(t, row, 0);
	rows = value_rows(l, value_cells(t));
	term_text(t, row, LABEL_COL + l->indent, LABEL_CELLS - l->indent, ATTR_DIM, l->label);
	draw_text(t, row, rows, VALUE_COL, value_cells(t), ATTR_NORMAL, l->value);
	remark_text(l, more, &b);
	if (b.n > 0)
		draw_text(t, row + rows, VALUE_ROWS, VALUE_COL, value_cells(t), ATTR_BOLD,
		    buf_str(&b));
	buf_free(&b);
}

void
record_view_draw(const struct record_view *r, struct term *t, int row, int rows,
    const struct val *more)
{
	int	*h = heights(r, t, more), y = row, top;

	if (h == NULL)
		return;
	top = lines_top_varied(h, r->n, r->focus, r->top, rows);
	for (size_t i = 0; i < r->n; y += h[i++])
		if (y - top >= row && y - top + h[i] <= row + rows)
			draw_line(r, i, t, y - top, more);
	free(h);
}

bool
record_view_overflows(const struct record_view *r, const struct term *t, int rows,
    const struct val *more)
{
	int	*h = heights(r, t, more), all = 0;

	for (size_t i = 0; h != NULL && i < r->n; i++)
		all += h[i];
	free(h);
	return all > rows;
}

/* ---- moving ---------------------------------------------------------------------------------- */

static bool
step(struct record_view *r, int by)
{
	for (size_t i = r->focus + (size_t)by; i < r->n; i += (size_t)by)
		if (r->at[i].kind == RECORD_VIEW_FIELD) {
			r->focus = i;
			return true;
		}
	return false;
}

/* The field about so many rows on; the window moves with it. */
static void
page(struct record_view *r, const int *h, int rows, int by)
{
	int	 moved = 0;

	while (moved < rows && step(r, by))
		moved += h[r->focus];
	r->top += by * rows;
	if (r->top < 0)
		r->top = 0;
}

bool
record_view_move(struct record_view *r, const struct term *t, enum action act, int rows,
    const struct val *more)
{
	int	*h = heights(r, t, more);
	bool	 ours = h != NULL && r->n > 0;

	if (!ours) {
		free(h);
		return false;
	}
	switch (act) {
	case ACT_UP:
	case ACT_PREV:
		if (!step(r, -1))
			r->top = 0;		/* the headings above the first field */
		break;
	case ACT_DOWN:
	case ACT_NEXT:
		step(r, 1);
		break;
	case ACT_PAGE_DOWN:
		page(r, h, rows - 1, 1);
		break;
	case ACT_PAGE_UP:
		page(r, h, rows - 1, -1);
		break;
	case ACT_TOP:
		focus_path(r, "");
		r->top = 0;
		break;
	case ACT_END:
		while (step(r, 1))
			;
		break;
	default:
		ours = false;
	}
	r->top = lines_top_varied(h, r->n, r->focus, r->top, rows);
	free(h);
	return ours;
}

void
record_view_go_to(struct record_view *r, const struct term *t, const struct page *page)
{
	int	*h = heights(r, t, NULL);
	size_t	 i = 0, head = 0;

	while (i < r->n && (r->at[i].kind != RECORD_VIEW_FIELD || r->at[i].field->page != page)) {
		if (r->at[i].kind == RECORD_VIEW_PAGE)
			head = i;
		i++;
	}
	if (h != NULL && i < r->n) {
		r->focus = i;
		r->top = 0;
		for (size_t k = 0; k < head; k++)
			r->top += h[k];
	}
	free(h);
}
