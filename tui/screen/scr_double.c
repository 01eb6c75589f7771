#include <stdlib.h>
#include <string.h>

#include "tui/rows.h"
#include "tui/screen/scr.h"
#include "tui/words.h"

/*
 * Which record is the same as this one: those the book's own rules suspect, with the reason, and
 * whatever the find box finds. Below them what was merged into this one already.
 */
enum { TAG_DOUBLES = 1, TAG_FIND, TAG_MERGE, TAG_READ };

#define LINE_ROWS	2

struct chooser {
	struct view		 view;
	const struct book	*book;
	int64_t			 id;
	char			*title;
	struct val		*joined;	/* list of {"id","number","title"} */
	struct val		*doubles;	/* as near; NULL: not asked yet */
	struct lines		 lines;		/* doubles, then joined */
};

static struct chooser *
chooser_of(const struct view *v)
{
	return (struct chooser *)(uintptr_t)v;
}

static void
ask(struct chooser *d)
{
	struct val	*req = request_new("doubles");

	if (req != NULL) {
		val_put(req, "book", val_text(d->book->name));
		val_put(req, "id", val_int(d->id));
	}
	app_ask(&d->view, TAG_DOUBLES, req, ASK_WAIT);
}

static void
chooser_shown(struct view *v)
{
	if (chooser_of(v)->doubles == NULL)
		ask(chooser_of(v));
}

static void
chooser_reply(struct view *v, int tag, const struct val *reply)
{
	struct chooser	*d = chooser_of(v);

	(void)tag;
	if (!reply_fine(v->app, d->book, reply))
		return;
	val_free(d->doubles);
	d->doubles = val_dup(val_get(reply, "doubles"));
	lines_resize(&d->lines, val_len(d->doubles) + val_len(d->joined));
}

static void
compare(struct chooser *d, int64_t other)
{
	if (other == d->id)
		app_say(d->view.app, _("That is this record itself; choose another."), ARG_END);
	else
		app_push(d->view.app, scr_merge(d->book, d->id, other), &d->view, TAG_MERGE);
}

static void
chooser_answer(struct view *v, int tag, const struct val *answer)
{
	struct chooser	*d = chooser_of(v);

	if (tag == TAG_FIND && answer != NULL)
		compare(d, val_get_num(answer, "id", 0));
	else if (tag == TAG_MERGE && val_get(answer, "done") != NULL)
		app_close(v, answer);
	else if (tag == TAG_READ)	/* it may have been given back there */
		app_close(v, answer);
}

/* ---- keys --------------------------------------------------------------------------------------------------- */

static void
open_line(struct chooser *d)
{
	size_t			 i = d->lines.focus, n = val_len(d->doubles);
	const struct val	*hit = val_at(d->doubles, i);

	if (i >= d->lines.n)
		return;
	if (i >= n)
		app_push(d->view.app, scr_read(d->book, val_get_num(val_at(d->joined, i - n), "id", 0), NULL), &d->view, TAG_READ);
	else if (val_get(hit, "row") == NULL)
		app_say(d->view.app, _("That file is outside your area: the county office can merge the two."), ARG_END);
	else
		compare(d, row_id(val_get(hit, "row")));
}

static bool
chooser_key(struct view *v, const struct key *k, enum action act)
{
	struct chooser	*d = chooser_of(v);

	(void)k;
	if (act == ACT_BACK)
		app_close(v, NULL);
	else if (act == ACT_OPEN)
		open_line(d);
	else if (act == ACT_FIND)
		app_push(v->app, scr_find(d->book, true, ""), v, TAG_FIND);
	else
		return lines_move(&d->lines, act, content_rows(v->app->term) / LINE_ROWS - 2);
	return true;
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

#define COL	2

static void
draw_double(const struct chooser *d, const struct list *l, const struct columns *c, struct term *t, int row, const struct val *hit)
{
	const struct form_ctx	*ctx = &d->view.app->ctx;
	const char		*why = words_both(ctx, val_get(hit, "say"));
	struct buf		 b = BUF_INIT;

	if (words_foreign(ctx, hit, &b))
		term_text(t, row, COL, -1, ATTR_NORMAL, buf_str(&b));
	else if (l != NULL)
		columns_row(ctx, l, c, t, row, val_get(hit, "row"));
	term_text(t, row + 1, COL + 2, -1, ATTR_DIM, why != NULL ? why : "");
	buf_free(&b);
}

static void
draw_joined(struct term *t, int row, const struct val *one)
{
	const char	*title = val_get_str(one, "title"), *number = val_get_str(one, "number");
	struct buf	 b = BUF_INIT;

	term_text(t, row, COL, -1, ATTR_NORMAL, title != NULL ? title : "");
	words_fill(&b, _("No. {1}, merged into this one"), ARG_TEXT, number != NULL ? number : "", ARG_END);
	term_text(t, row + 1, COL + 2, -1, ATTR_DIM, buf_str(&b));
	buf_free(&b);
}

static void
chooser_draw(struct view *v, struct term *t)
{
	struct chooser		*d = chooser_of(v);
	const struct list	*l = rows_list(d->book, v->app->role);
	struct columns		 c = { 0 };
	int			 row = CONTENT_ROW + 1, shown = (content_rows(t) - 2) / LINE_ROWS;
	size_t			 n = val_len(d->doubles), top = lines_top(&d->lines, shown);

	if (d->doubles == NULL)
		return;
	if (l != NULL) {
		columns_place(&v->app->ctx, l, COL, term_cols(t), &c);
		columns_head(&v->app->ctx, l, &c, t, CONTENT_ROW);
	}
	if (n == 0) {
		term_text(t, row++, COL, -1, ATTR_NORMAL, _("Nothing on record looks the same; / finds one by name or number."));
		row++;
	}
	for (size_t i = top; i < d->lines.n && (int)(i - top) < shown; i++, row += LINE_ROWS) {
		if (i < n)
			draw_double(d, l, &c, t, row, val_at(d->doubles, i));
		else
			draw_joined(t, row, val_at(d->joined, i - n));
		if (i == d->lines.focus) {
			term_text(t, row, 0, -1, ATTR_BOLD, FOCUS_MARK);
			term_cursor(t, row, 0);
		}
	}
}

static void
chooser_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct chooser	*d = chooser_of(v);

	words_fill(left, _("The same as {1}?"), ARG_TEXT, d->title, ARG_END);
	if (d->doubles != NULL)
		words_fill(right, _("{1} suspected"), ARG_NUM, (int64_t)val_len(d->doubles), ARG_END);
}

static void
chooser_strip(const struct view *v, struct strip *s)
{
	const struct chooser	*d = chooser_of(v);

	if (d->lines.n > 0)
		strip_act_told(s, ACT_OPEN, d->lines.focus < val_len(d->doubles) ? _("compare") : _("open"), "");
	strip_act_told(s, ACT_FIND, gettext(action_label(ACT_FIND)), _("Finds another record by name, pinyin or number."));
	strip_act(s, ACT_HELP);
	strip_act(s, ACT_BACK);
}

static void
chooser_free(struct view *v)
{
	struct chooser	*d = chooser_of(v);

	val_free(d->joined);
	val_free(d->doubles);
	free(d->title);
	free(d);
}

static const struct view_ops chooser_ops = {
	.name = "double", .title = chooser_title, .draw = chooser_draw, .strip = chooser_strip, .key = chooser_key,
	.reply = chooser_reply, .answer = chooser_answer, .shown = chooser_shown, .free = chooser_free,
};

struct view *
scr_double(const struct book *book, int64_t id, const char *title, const struct val *joined)
{
	struct chooser	*d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	*d = (struct chooser){ .view.ops = &chooser_ops, .book = book, .id = id, .title = strdup(title),
	.joined = joined != NULL ? val_dup(joined) : val_list() };
	if (d->title == NULL || d->joined == NULL) {
		chooser_free(&d->view);
		return NULL;
	}
	return &d->view;
}
