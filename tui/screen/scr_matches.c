#include <stdlib.h>

#include "core/wire/protocol.h"
#include "tui/screen/scr.h"
#include "tui/view/list_view.h"
#include "forms/wording.h"

/*
 * Search before create: stored records that may be the same person, best reason first. The typed
 * record is on top for comparison.
 */
struct matches_view {
	struct list_view	 list;		/* rows: {"say", "row" | "elsewhere" | "office"} */
	struct val		*fields;	/* as typed */
};

static struct matches_view *
matches_of(const struct view *v)
{
	return (struct matches_view *)(uintptr_t)v;
}

static void
result(struct view *v, const char *key, struct val *value)
{
	struct val	*m = val_map();

	if (m != NULL && val_put(m, key, value))
		app_close(v, m);
	val_free(m);
}

static void
same(struct view *v)
{
	const int64_t	 id = table_row_id(val_get(list_view_focused(list_view_of(v)), PK_ROW));

	if (id != 0)
		result(v, "same", val_int(id));
	else
		app_message(v->app,
		    _("That file is outside your area: ask there, or the county office, before you register the child again."),
		    ARG_END);
}

static unsigned
matches_question(const struct view *v)
{
	(void)v;
	return 1;
}

static void
other(struct view *v)
{
	result(v, "other", val_bool(true));
}

static void
leave(struct view *v)
{
	app_close(v, NULL);
}

const struct command	 scr_matches_commands[] = {
	{ .act = ACT_OPEN, .label = N_("the same: open that file"),
	    .help = N_("Open the file there is; what you typed stays as a draft."), .run = same,
	    .keys = "1" },
	{ .label = N_("somebody else: go on"),
	    .help = N_("None of these is the child; you are not asked about them again."),
	    .run = other, .keys = "2" },
	{ .act = ACT_PAGE_DOWN, .may = list_view_has_pages },
	{ .act = ACT_PAGE_UP, .may = list_view_has_pages },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = leave },
	{ .act = ACT_NONE }
};

/* ---- drawing --------------------------------------------------------------------------------- */

#define COL		2
#define HEAD_ROWS	6

/* What was typed, as a row of the list: the columns show the same of it as of records. */
static struct val *
typed_row(const struct matches_view *n, const struct list *columns)
{
	struct val	*f = val_map(), *v = val_map(), *made;
	bool		 ok = true;

	for (size_t i = 0; ok && i < columns->ncolumns; i++)
		if (columns->columns[i].of == COL_FIELD) {
			const struct field	*field = columns->columns[i].field;
			const struct val	*x =
			    record_value(field, n->fields, &n->list.view.app->ctx, &made);

			ok = x == NULL || val_put(f, field->path, val_dup(x));
			val_free(made);
		}
	if (val_put(v, PK_F, f) && ok)
		return v;
	val_free(v);
	return NULL;
}

static void
draw_head(const struct list_view *l, struct term *t, int row)
{
	const struct form_ctx	*ctx = &l->view.app->ctx;
	const struct list	*columns = table_default_list(l->book, l->view.app->role);
	struct table_columns	 c;
	struct val		*typed;

	if (columns == NULL)
		return;
	table_layout(ctx, columns, COL, term_cols(t), &c);
	term_text(t, row, COL, -1, ATTR_NORMAL, _("You are registering:"));
	table_draw_head(ctx, columns, &c, t, row + 1);
	if ((typed = typed_row((const struct matches_view *)l, columns)) != NULL)
		table_draw_row(ctx, columns, &c, t, row + 2, typed);
	val_free(typed);
	term_text(t, row + 4, COL, -1, ATTR_NORMAL,
	    _("There is already, and may be the same child:"));
}

static void
draw_line(const struct list_view *l, struct term *t, int row, size_t i)
{
	const struct form_ctx	*ctx = &l->view.app->ctx;
	const struct list	*columns = table_default_list(l->book, l->view.app->role);
	const struct val	*hit = l->rows.at[i];
	const char		*why = wording_bilingual(ctx, val_get(hit, PK_SAY));
	struct table_columns	 c;
	struct buf		 b = BUF_INIT;

	if (wording_out_of_reach(ctx, hit, &b))
		term_text(t, row, COL, -1, ATTR_NORMAL, buf_str(&b));
	else if (columns != NULL) {
		table_layout(ctx, columns, COL, term_cols(t), &c);
		table_draw_row(ctx, columns, &c, t, row, val_get(hit, PK_ROW));
	}
	term_text(t, row + 1, COL + 2, -1, ATTR_BOLD, why != NULL ? why : "");
	buf_free(&b);
}

static void
matches_title(const struct view *v, struct buf *left, struct buf *right)
{
	wording_format(left, _("{1}: registered already?"),
	    ARG_TEXT, wording_label(&v->app->ctx, list_view_of(v)->book->label), ARG_END);
	list_view_add_more(list_view_of(v), right);
}

static void
matches_free(struct view *v)
{
	list_view_release(list_view_of(v));
	val_free(matches_of(v)->fields);
	free(matches_of(v));
}

static const struct list_ops	 list_ops = {
	.draw_head = draw_head, .draw_line = draw_line, .head_rows = HEAD_ROWS, .line_rows = 2,
	.head_stays = true, .one_page = true,
};

static const struct view_ops	 matches_ops = {
	.name = "near", .title = matches_title, .draw = list_view_draw,
	.commands = scr_matches_commands, .key = list_view_key, .question = matches_question,
	    .free = matches_free,
};

struct view *
scr_matches(const struct book *book, const struct val *fields, const struct val *matches)
{
	struct matches_view	*n = calloc(1, sizeof(*n));

	if (n == NULL)
		return NULL;
	list_view_init(&n->list, &matches_ops, &list_ops, book);
	list_view_fill(&n->list, matches);
	if ((n->fields = val_dup(fields)) == NULL || n->list.rows.n < val_len(matches)) {
		matches_free(&n->list.view);
		return NULL;
	}
	return &n->list.view;
}
