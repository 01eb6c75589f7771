#include <stdlib.h>
#include <string.h>

#include "tui/screen/scr.h"
#include "core/wire/protocol.h"
#include "tui/view/list_view.h"
#include "forms/wording.h"

/*
 * Possible duplicates of a record: suspects by the rules of the book, with the reason, and records
 * found by the find box. Below them the records already merged into this one.
 */
enum { TAG_FIND = LIST_TAG, TAG_MERGE, TAG_READ };

struct duplicates_view {
	struct list_view	 list;		/* what is suspected, then what was merged */
	size_t			 nsuspected;
	const struct book	*book;
	int64_t			 id;
	char			*title;
	struct val		*joined;	/* list of {"id","number","title"} */
	struct table_columns	 columns;	/* of the last head drawn */
};

static struct duplicates_view *
duplicates_of(const struct view *v)
{
	return (struct duplicates_view *)(uintptr_t)v;
}

static struct val *
duplicates_request(const struct list_view *l, enum list_page page)
{
	const struct duplicates_view	*d = duplicates_of(&l->view);
	struct val			*req = app_request_new("doubles");

	(void)page;
	pack_put(req, PK_BOOK, val_text(d->book->name));
	pack_put(req, PK_ID, val_int(d->id));
	return req;
}

static void
receive(struct list_view *l, const struct val *reply, enum list_page page)
{
	struct duplicates_view	*d = duplicates_of(&l->view);

	(void)reply;
	(void)page;
	d->nsuspected = l->rows.n;
	table_add(&l->rows, d->joined, NULL);
}

static void
compare(struct duplicates_view *d, int64_t other)
{
	if (other == d->id)
		app_message(
		    d->list.view.app, _("That is this record itself; choose another."), ARG_END);
	else
		app_push(
		    d->list.view.app, scr_merge(d->book, d->id, other), &d->list.view, TAG_MERGE);
}

static void
duplicates_result(struct view *v, int tag, const struct val *result)
{
	struct duplicates_view	*d = duplicates_of(v);

	if (tag == TAG_FIND && result != NULL)
		compare(d, val_get_num(result, "id", 0));
	else if (tag == TAG_MERGE && val_get(result, "done") != NULL)
		app_close(v, result);
	else if (tag == TAG_READ)	/* it may have been given back there */
		app_close(v, result);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static bool
is_on_suspect(const struct view *v)
{
	return duplicates_of(v)->list.lines.focus < duplicates_of(v)->nsuspected;
}

static void
open_suspect(struct view *v)
{
	struct duplicates_view	*d = duplicates_of(v);
	const struct val	*row = val_get(list_view_focused(&d->list), "row");

	if (row == NULL)
		app_message(v->app,
		    _("That file is outside your area: the county office can merge the two."),
		    ARG_END);
	else
		compare(d, table_row_id(row));
}

static void
open_joined(struct view *v)
{
	struct duplicates_view	*d = duplicates_of(v);

	app_push(v->app, scr_read(d->book, table_row_id(list_view_focused(&d->list)), NULL), v,
	    TAG_READ);
}

static void
find(struct view *v)
{
	app_push(v->app, scr_find(duplicates_of(v)->book, true, ""), v, TAG_FIND);
}

const struct command	 scr_duplicates_commands[] = {
	{ .act = ACT_OPEN, .label = N_("compare"), .may = is_on_suspect, .run = open_suspect },
	{ .act = ACT_OPEN, .may = list_view_has_line, .run = open_joined },
	{ .act = ACT_FIND, .help = N_("Finds another record by name, pinyin or number."),
	    .run = find },
	{ .act = ACT_PAGE_DOWN, .may = list_view_has_pages },
	{ .act = ACT_PAGE_UP, .may = list_view_has_pages },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = list_view_back },
	{ .act = ACT_NONE }
};

/* ---- drawing --------------------------------------------------------------------------------- */

#define COL	2

static void
draw_suspect(const struct duplicates_view *d, struct term *t, int row, const struct val *hit)
{
	const struct form_ctx	*ctx = &d->list.view.app->ctx;
	const struct list	*l = table_default_list(d->book, d->list.view.app->role);
	const char		*why = wording_bilingual(ctx, val_get(hit, PK_SAY));
	struct buf		 b = BUF_INIT;

	if (wording_out_of_reach(ctx, hit, &b))
		term_text(t, row, COL, -1, ATTR_NORMAL, buf_str(&b));
	else if (l != NULL)
		table_draw_row(ctx, l, &d->columns, t, row, val_get(hit, PK_ROW));
	term_text(t, row + 1, COL + 2, -1, ATTR_DIM, why != NULL ? why : "");
	buf_free(&b);
}

static void
draw_joined(struct term *t, int row, const struct val *one)
{
	const char	*title = val_get_str(one, PK_TITLE), *number = val_get_str(one, PK_NUMBER);
	struct buf	 b = BUF_INIT;

	term_text(t, row, COL, -1, ATTR_NORMAL, title != NULL ? title : "");
	wording_format(&b, _("No. {1}, merged into this one"), ARG_TEXT, number != NULL ? number :
	    "", ARG_END);
	term_text(t, row + 1, COL + 2, -1, ATTR_DIM, buf_str(&b));
	buf_free(&b);
}

/* Drawn before the lines below its labels. */
static void
draw_head(const struct list_view *list, struct term *t, int row)
{
	struct duplicates_view	*d = duplicates_of(&list->view);
	const struct app	*app = list->view.app;
	const struct list	*l = table_default_list(d->book, app->role);

	if (l == NULL)
		return;
	table_layout(&app->ctx, l, COL, term_cols(t), &d->columns);
	table_draw_head(&app->ctx, l, &d->columns, t, row);
}

static void
draw_line(const struct list_view *list, struct term *t, int row, size_t i)
{
	const struct duplicates_view	*d = duplicates_of(&list->view);

	if (i < d->nsuspected)
		draw_suspect(d, t, row, list->rows.at[i]);
	else
		draw_joined(t, row, list->rows.at[i]);
}

static const char *
empty_text(const struct list_view *l)
{
	(void)l;
	return _("Nothing on record looks the same; / finds one by name or number.");
}

static void
duplicates_note(const struct view *v, struct buf *out)
{
	if (list_view_has_line(v) && duplicates_of(v)->nsuspected == 0)
		buf_puts(out, empty_text(&duplicates_of(v)->list));
}

static void
duplicates_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct duplicates_view	*d = duplicates_of(v);

	wording_format(left, _("The same as {1}?"), ARG_TEXT, d->title, ARG_END);
	if (d->list.loaded)
		wording_format(right, _("{1} suspected"), ARG_NUM, (int64_t)d->nsuspected, ARG_END);
}

static void
duplicates_free(struct view *v)
{
	struct duplicates_view	*d = duplicates_of(v);

	list_view_release(&d->list);
	val_free(d->joined);
	free(d->title);
	free(d);
}

static const struct list_ops	 list_ops = {
	.request = duplicates_request, .rows = "doubles", .receive = receive,
	.draw_head = draw_head, .draw_line = draw_line,
	.empty = empty_text, .head_rows = 1, .foot_rows = 1, .line_rows = 2, .head_stays = true,
	.read_once = true,
	.one_page = true, .again_flags = APP_SEND_WAIT,
};

static const struct view_ops	 duplicates_ops = {
	.name = "double", .title = duplicates_title, .draw = list_view_draw,
	.note = duplicates_note,
	.commands = scr_duplicates_commands, .key = list_view_key, .reply = list_view_reply,
	.result = duplicates_result,
	.shown = list_view_shown, .free = duplicates_free,
};

struct view *
scr_duplicates(const struct book *book, int64_t id, const char *title, const struct val *joined)
{
	struct duplicates_view	*d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	*d = (struct duplicates_view){ .book = book, .id = id, .title = strdup(title),
	    .joined = joined != NULL ? val_dup(joined) : val_list() };
	list_view_init(&d->list, &duplicates_ops, &list_ops, book);
	if (d->title == NULL || d->joined == NULL) {
		duplicates_free(&d->list.view);
		return NULL;
	}
	return &d->list.view;
}
