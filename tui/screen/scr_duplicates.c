#include <stdlib.h>
#include <string.h>

#include "tui/widget/table.h"
#include "tui/screen/scr.h"
#include "tui/wording.h"

/*
 * Which record is the same as this one: those the book's own rules suspect, with the reason, and
 * whatever the find box finds. Below them what was merged into this one already.
 */
enum { TAG_DUPLICATES = 1, TAG_FIND, TAG_MERGE, TAG_READ };

#define LINE_ROWS	2

struct duplicates_view {
	struct view		 view;
	const struct book	*book;
	int64_t			 id;
	char			*title;
	struct val		*joined;	/* list of {"id","number","title"} */
	struct val		*duplicates;	/* as near; NULL: not asked yet */
	struct lines		 lines;		/* doubles, then joined */
};

static struct duplicates_view *
duplicates_of(const struct view *v)
{
	return (struct duplicates_view *)(uintptr_t)v;
}

static void
ask(struct duplicates_view *d)
{
	struct val	*req = app_request_new("doubles");

	if (req != NULL) {
		val_put(req, "book", val_text(d->book->name));
		val_put(req, "id", val_int(d->id));
	}
	app_send(&d->view, TAG_DUPLICATES, req, APP_SEND_WAIT);
}

static void
duplicates_shown(struct view *v)
{
	if (duplicates_of(v)->duplicates == NULL)
		ask(duplicates_of(v));
}

static void
duplicates_reply(struct view *v, int tag, const struct val *reply)
{
	struct duplicates_view	*d = duplicates_of(v);

	(void)tag;
	if (!app_reply_ok(v->app, d->book, reply))
		return;
	val_free(d->duplicates);
	d->duplicates = val_dup(val_get(reply, "doubles"));
	lines_resize(&d->lines, val_len(d->duplicates) + val_len(d->joined));
}

static void
compare(struct duplicates_view *d, int64_t other)
{
	if (other == d->id)
		app_message(d->view.app, _("That is this record itself; choose another."), ARG_END);
	else
		app_push(d->view.app, scr_merge(d->book, d->id, other), &d->view, TAG_MERGE);
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

/* ---- keys --------------------------------------------------------------------------------------------------- */

static void
open_line(struct duplicates_view *d)
{
	size_t			 i = d->lines.focus, n = val_len(d->duplicates);
	const struct val	*hit = val_at(d->duplicates, i);

	if (i >= d->lines.n)
		return;
	if (i >= n)
		app_push(d->view.app, scr_read(d->book, val_get_num(val_at(d->joined, i - n), "id", 0), NULL), &d->view, TAG_READ);
	else if (val_get(hit, "row") == NULL)
		app_message(d->view.app, _("That file is outside your area: the county office can merge the two."), ARG_END);
	else
		compare(d, table_row_id(val_get(hit, "row")));
}

static bool
duplicates_key(struct view *v, const struct key *k, enum action act)
{
	struct duplicates_view	*d = duplicates_of(v);

	(void)k;
	if (act == ACT_BACK)
		app_close(v, NULL);
	else if (act == ACT_OPEN)
		open_line(d);
	else if (act == ACT_FIND)
		app_push(v->app, scr_find(d->book, true, ""), v, TAG_FIND);
	else
		return lines_move(&d->lines, act, frame_content_rows(v->app->term) / LINE_ROWS - 2);
	return true;
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

#define COL	2

static void
draw_double(const struct duplicates_view *d, const struct list *l, const struct table_columns *c, struct term *t, int row, const struct val *hit)
{
	const struct form_ctx	*ctx = &d->view.app->ctx;
	const char		*why = wording_bilingual(ctx, val_get(hit, "say"));
	struct buf		 b = BUF_INIT;

	if (wording_out_of_reach(ctx, hit, &b))
		term_text(t, row, COL, -1, ATTR_NORMAL, buf_str(&b));
	else if (l != NULL)
		table_draw_row(ctx, l, c, t, row, val_get(hit, "row"));
	term_text(t, row + 1, COL + 2, -1, ATTR_DIM, why != NULL ? why : "");
	buf_free(&b);
}

static void
draw_joined(struct term *t, int row, const struct val *one)
{
	const char	*title = val_get_str(one, "title"), *number = val_get_str(one, "number");
	struct buf	 b = BUF_INIT;

	term_text(t, row, COL, -1, ATTR_NORMAL, title != NULL ? title : "");
	wording_format(&b, _("No. {1}, merged into this one"), ARG_TEXT, number != NULL ? number : "", ARG_END);
	term_text(t, row + 1, COL + 2, -1, ATTR_DIM, buf_str(&b));
	buf_free(&b);
}

static void
duplicates_draw(struct view *v, struct term *t)
{
	struct duplicates_view		*d = duplicates_of(v);
	const struct list	*l = table_default_list(d->book, v->app->role);
	struct table_columns		 c = { 0 };
	int			 row = CONTENT_ROW + 1, shown = (frame_content_rows(t) - 2) / LINE_ROWS;
	size_t			 n = val_len(d->duplicates), top = lines_top(&d->lines, shown);

	if (d->duplicates == NULL)
		return;
	if (l != NULL) {
		table_layout(&v->app->ctx, l, COL, term_cols(t), &c);
		table_draw_head(&v->app->ctx, l, &c, t, CONTENT_ROW);
	}
	if (n == 0) {
		term_text(t, row++, COL, -1, ATTR_NORMAL, _("Nothing on record looks the same; / finds one by name or number."));
		row++;
	}
	for (size_t i = top; i < d->lines.n && (int)(i - top) < shown; i++, row += LINE_ROWS) {
		if (i < n)
			draw_double(d, l, &c, t, row, val_at(d->duplicates, i));
		else
			draw_joined(t, row, val_at(d->joined, i - n));
		if (i == d->lines.focus)
			draw_focus(t, row, 0);
	}
}

static void
duplicates_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct duplicates_view	*d = duplicates_of(v);

	wording_format(left, _("The same as {1}?"), ARG_TEXT, d->title, ARG_END);
	if (d->duplicates != NULL)
		wording_format(right, _("{1} suspected"), ARG_NUM, (int64_t)val_len(d->duplicates), ARG_END);
}

static void
duplicates_strip(const struct view *v, struct strip *s)
{
	const struct duplicates_view	*d = duplicates_of(v);

	if (d->lines.n > 0)
		strip_add_described(s, ACT_OPEN, d->lines.focus < val_len(d->duplicates) ? _("compare") : _("open"), "");
	strip_add_described(s, ACT_FIND, gettext(key_action_label(ACT_FIND)), _("Finds another record by name, pinyin or number."));
	strip_add(s, ACT_HELP);
	strip_add(s, ACT_BACK);
}

static void
duplicates_free(struct view *v)
{
	struct duplicates_view	*d = duplicates_of(v);

	val_free(d->joined);
	val_free(d->duplicates);
	free(d->title);
	free(d);
}

static const struct view_ops duplicates_ops = {
	.name = "double", .title = duplicates_title, .draw = duplicates_draw, .strip = duplicates_strip, .key = duplicates_key,
	.reply = duplicates_reply, .result = duplicates_result, .shown = duplicates_shown, .free = duplicates_free,
};

struct view *
scr_duplicates(const struct book *book, int64_t id, const char *title, const struct val *joined)
{
	struct duplicates_view	*d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	*d = (struct duplicates_view){ .view.ops = &duplicates_ops, .book = book, .id = id, .title = strdup(title),
	.joined = joined != NULL ? val_dup(joined) : val_list() };
	if (d->title == NULL || d->joined == NULL) {
		duplicates_free(&d->view);
		return NULL;
	}
	return &d->view;
}
