#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/rows.h"
#include "tui/screen/scr.h"
#include "tui/words.h"

/*
 * Search before create: who there is already that could be the same person, best reason first. What
 * was typed stands on top to compare.
 */
struct near_view {
	struct view		 view;
	const struct book	*book;
	struct val		*fields;	/* as typed */
	struct val		*near;		/* list: {"say", "row" | "elsewhere" | "office"} */
	struct lines		 lines;
};

static struct near_view *
near_of(const struct view *v)
{
	return (struct near_view *)(uintptr_t)v;
}

static int64_t
id_at(const struct near_view *n, size_t i)
{
	return row_id(val_get(val_at(n->near, i), "row"));
}

static void
answer(struct near_view *n, const char *key, struct val *v)
{
	struct val	*m = val_map();

	if (m != NULL && val_put(m, key, v))
		app_close(&n->view, m);
	val_free(m);
}

static void
same(struct near_view *n)
{
	if (id_at(n, n->lines.focus) != 0)
		answer(n, "same", val_int(id_at(n, n->lines.focus)));
	else
		app_say(n->view.app,
		    _("That file is outside your area: ask there, or the county office, before you register the child again."),
		    ARG_END);
}

static unsigned
near_question(const struct view *v)
{
	(void)v;
	return 1;
}

static bool
index_key_match(struct view *v, const struct key *k, enum action act)
{
	struct near_view	*n = near_of(v);
	uint32_t		 c = key_command(k);

	if (act == ACT_BACK)
		app_close(v, NULL);
	else if (act == ACT_OPEN || c == '1')
		same(n);
	else if (c == '2')
		answer(n, "other", val_bool(true));
	else
		return lines_move(&n->lines, act, 5);
	return true;
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

#define COL	4

static void
draw_typed(const struct near_view *n, const struct columns *c, const struct list *l, struct term *t, int row)
{
	struct val	*f = val_map(), *v = val_map(), *made;

	for (size_t i = 0; f != NULL && i < l->ncolumns; i++)
		if (l->columns[i].of == COL_FIELD) {
			const struct val	*x =
			    record_value(l->columns[i].field, n->fields, &n->view.app->ctx, &made);

			if (x != NULL)
				val_put(f, l->columns[i].field->path, val_dup(x));
			val_free(made);
		}
	if (v != NULL && val_put(v, "f", f))
		columns_row(&n->view.app->ctx, l, c, t, row, v);
	val_free(v);
}

static void
draw_hit(const struct near_view *n, const struct columns *c, const struct list *l, struct term *t, int row,
    size_t i)
{
	const struct val	*hit = val_at(n->near, i);
	const char		*why = words_both(&n->view.app->ctx, val_get(hit, "say"));
	struct buf		 b = BUF_INIT;

	if (i == n->lines.focus) {
		term_text(t, row, 2, -1, ATTR_BOLD, FOCUS_MARK);
		term_cursor(t, row, 2);
	}
	if (words_foreign(&n->view.app->ctx, hit, &b))
		term_text(t, row, COL, -1, ATTR_NORMAL, buf_str(&b));
	else
		columns_row(&n->view.app->ctx, l, c, t, row, val_get(hit, "row"));
	term_text(t, row + 1, COL + 2, -1, ATTR_BOLD, why != NULL ? why : "");
	buf_free(&b);
}

static void
near_draw(struct view *v, struct term *t)
{
	struct near_view	*n = near_of(v);
	const struct list	*l = rows_list(n->book, v->app->role);
	struct columns		 c;
	int			 row = CONTENT_ROW;

	if (l == NULL)
		return;
	columns_place(&v->app->ctx, l, COL, term_cols(t), &c);
	term_text(t, row, 2, -1, ATTR_NORMAL, _("You are registering:"));
	columns_head(&v->app->ctx, l, &c, t, row + 1);
	draw_typed(n, &c, l, t, row + 2);
	term_text(t, row + 4, 2, -1, ATTR_NORMAL, _("There is already, and may be the same child:"));
	for (size_t i = 0; i < n->lines.n; i++)
		draw_hit(n, &c, l, t, row + 6 + 2 * (int)i, i);
}

static void
near_title(const struct view *v, struct buf *left, struct buf *right)
{
	(void)right;
	words_fill(left, _("{1}: registered already?"),
	    ARG_TEXT, words_label(&v->app->ctx, near_of(v)->book->label), ARG_END);
}

static void
near_strip(const struct view *v, struct strip *s)
{
	(void)v;
	strip_own(s, "1", _("the same: open that file"),
	    _("Open the file there is; what you typed stays as a draft."));
	strip_own(s, "2", _("somebody else: go on"),
	    _("None of these is the child; you are not asked about them again."));
	strip_act(s, ACT_HELP);
	strip_act(s, ACT_BACK);
}

static void
near_free(struct view *v)
{
	struct near_view	*n = near_of(v);

	val_free(n->fields);
	val_free(n->near);
	free(n);
}

static const struct view_ops near_ops = {
	.name = "near", .title = near_title, .draw = near_draw, .strip = near_strip, .key = index_key_match,
	.question = near_question, .free = near_free,
};

struct view *
scr_near(const struct book *book, const struct val *fields, const struct val *near)
{
	struct near_view	*n = calloc(1, sizeof(*n));

	if (n == NULL)
		return NULL;
	*n = (struct near_view){ .view.ops = &near_ops, .book = book, .fields = val_dup(fields), .near = val_dup(near) };
	if (n->fields == NULL || n->near == NULL) {
		near_free(&n->view);
		return NULL;
	}
	lines_resize(&n->lines, val_len(near));
	return &n->view;
}
