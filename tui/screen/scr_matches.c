#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/widget/table.h"
#include "tui/screen/scr.h"
#include "forms/wording.h"

/*
 * Search before create: who there is already that could be the same person, best reason first. What
 * was typed stands on top to compare.
 */
struct matches_view {
	struct view		 view;
	const struct book	*book;
	struct val		*fields;	/* as typed */
	struct val		*matches;		/* list: {"say", "row" | "elsewhere" | "office"} */
	struct lines		 lines;
};

static struct matches_view *
matches_of(const struct view *v)
{
	return (struct matches_view *)(uintptr_t)v;
}

static int64_t
id_at(const struct matches_view *n, size_t i)
{
	return table_row_id(val_get(val_at(n->matches, i), PK_ROW));
}

static void
result(struct matches_view *n, const char *key, struct val *v)
{
	struct val	*m = val_map();

	if (m != NULL && val_put(m, key, v))
		app_close(&n->view, m);
	val_free(m);
}

static void
same(struct matches_view *n)
{
	if (id_at(n, n->lines.focus) != 0)
		result(n, "same", val_int(id_at(n, n->lines.focus)));
	else
		app_message(n->view.app,
		    _("That file is outside your area: ask there, or the county office, before you register the child again."),
		    ARG_END);
}

static unsigned
matches_question(const struct view *v)
{
	(void)v;
	return 1;
}

static bool
matches_key(struct view *v, const struct key *k, enum action act)
{
	struct matches_view	*n = matches_of(v);
	uint32_t		 c = key_command(k);

	if (act == ACT_BACK)
		app_close(v, NULL);
	else if (act == ACT_OPEN || c == '1')
		same(n);
	else if (c == '2')
		result(n, "other", val_bool(true));
	else
		return lines_move(&n->lines, act, 5);
	return true;
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

#define COL	4

static void
draw_typed(const struct matches_view *n, const struct table_columns *c, const struct list *l, struct term *t, int row)
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
	if (v != NULL && val_put(v, PK_F, f))
		table_draw_row(&n->view.app->ctx, l, c, t, row, v);
	val_free(v);
}

static void
draw_hit(const struct matches_view *n, const struct table_columns *c, const struct list *l, struct term *t, int row,
    size_t i)
{
	const struct val	*hit = val_at(n->matches, i);
	const char		*why = wording_bilingual(&n->view.app->ctx, val_get(hit, PK_SAY));
	struct buf		 b = BUF_INIT;

	if (i == n->lines.focus)
		draw_focus(t, row, 2);
	if (wording_out_of_reach(&n->view.app->ctx, hit, &b))
		term_text(t, row, COL, -1, ATTR_NORMAL, buf_str(&b));
	else
		table_draw_row(&n->view.app->ctx, l, c, t, row, val_get(hit, PK_ROW));
	term_text(t, row + 1, COL + 2, -1, ATTR_BOLD, why != NULL ? why : "");
	buf_free(&b);
}

static void
matches_draw(struct view *v, struct term *t)
{
	struct matches_view	*n = matches_of(v);
	const struct list	*l = table_default_list(n->book, v->app->role);
	struct table_columns		 c;
	int			 row = CONTENT_ROW;

	if (l == NULL)
		return;
	table_layout(&v->app->ctx, l, COL, term_cols(t), &c);
	term_text(t, row, 2, -1, ATTR_NORMAL, _("You are registering:"));
	table_draw_head(&v->app->ctx, l, &c, t, row + 1);
	draw_typed(n, &c, l, t, row + 2);
	term_text(t, row + 4, 2, -1, ATTR_NORMAL, _("There is already, and may be the same child:"));
	for (size_t i = 0; i < n->lines.n; i++)
		draw_hit(n, &c, l, t, row + 6 + 2 * (int)i, i);
}

static void
matches_title(const struct view *v, struct buf *left, struct buf *right)
{
	(void)right;
	wording_format(left, _("{1}: registered already?"),
	    ARG_TEXT, wording_label(&v->app->ctx, matches_of(v)->book->label), ARG_END);
}

static void
matches_strip(const struct view *v, struct strip *s)
{
	(void)v;
	strip_add_key(s, "1", _("the same: open that file"),
	    _("Open the file there is; what you typed stays as a draft."));
	strip_add_key(s, "2", _("somebody else: go on"),
	    _("None of these is the child; you are not asked about them again."));
	strip_add(s, ACT_HELP);
	strip_add(s, ACT_BACK);
}

static void
matches_free(struct view *v)
{
	struct matches_view	*n = matches_of(v);

	val_free(n->fields);
	val_free(n->matches);
	free(n);
}

static const struct view_ops matches_ops = {
	.name = "near", .title = matches_title, .draw = matches_draw, .strip = matches_strip, .key = matches_key,
	.question = matches_question, .free = matches_free,
};

struct view *
scr_matches(const struct book *book, const struct val *fields, const struct val *matches)
{
	struct matches_view	*n = calloc(1, sizeof(*n));

	if (n == NULL)
		return NULL;
	*n = (struct matches_view){ .view.ops = &matches_ops, .book = book, .fields = val_dup(fields), .matches = val_dup(matches) };
	if (n->fields == NULL || n->matches == NULL) {
		matches_free(&n->view);
		return NULL;
	}
	lines_resize(&n->lines, val_len(matches));
	return &n->view;
}
