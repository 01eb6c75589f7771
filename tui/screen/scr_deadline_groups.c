#include <stdlib.h>
#include <string.h>

#include "tui/screen/scr.h"
#include "tui/widget/draw.h"
#include "tui/wording.h"

/*
 * The work list counted: which village is late, or with what. Enter narrows the list to the line
 * one stands on: every number opens its members.
 */
#define COL_WORDS	2
#define COL_OVER	38	/* numbers end at the right of their cells */
#define COL_SOON	48
#define COL_OLDEST	62
#define CELLS		8

struct deadline_groups {
	struct view	 view;
	char		*by;
	char		*of;		/* the list it counts, in words */
	struct val	*only;
	struct val	*found;		/* reply's list; NULL: not here yet */
	int64_t		 overdue, due_soon;
	struct lines	 lines;
};

static struct deadline_groups *
groups_of(const struct view *v)
{
	return (struct deadline_groups *)(uintptr_t)v;
}

static int
rows_shown(const struct deadline_groups *c)
{
	return frame_content_rows(c->view.app->term) - 1;
}

static void
groups_shown(struct view *v)
{
	struct deadline_groups	*c = groups_of(v);
	struct val	*req = app_request_new("due");

	if (v->waiting > 0)
		return;
	for (size_t i = 0; req != NULL && i < val_len(c->only); i++)
		val_put(req, val_key(c->only, i), val_dup(val_value(c->only, i)));
	if (req != NULL)
		val_put(req, "by", val_text(c->by));
	app_send(v, 0, req, APP_SEND_WAIT);
}

static void
groups_reply(struct view *v, int tag, const struct val *reply)
{
	struct deadline_groups	*c = groups_of(v);

	(void)tag;
	if (!app_reply_ok(v->app, NULL, reply))
		return;
	val_free(c->found);
	c->found = val_dup(val_get(reply, "groups"));
	c->overdue = val_get_num(reply, "over", 0);
	c->due_soon = val_get_num(reply, "soon", 0);
	lines_resize(&c->lines, val_len(c->found));
}

static void
group_text(const struct deadline_groups *c, const struct val *group, struct buf *out)
{
	const struct form_ctx	*ctx = &c->view.app->ctx;
	const char		*book = val_get_str(group, "book"), *name = val_get_str(group, "clock");
	const struct book	*b = book != NULL ? set_book(ctx->set, book) : NULL;
	const struct clock	*clock = b != NULL && name != NULL ? book_clock(b, name) : NULL;

	if (clock != NULL)
		buf_puts(out, wording_label(ctx, clock->label));
	else if (val_get_str(group, "area") != NULL)
		wording_area(ctx, val_get_str(group, "area"), out);
}

static void
choose(struct deadline_groups *c)
{
	struct val	*result = val_dup(val_at(c->found, c->lines.focus));
	struct buf	 words = BUF_INIT;

	group_text(c, result, &words);
	val_drop(result, "over");
	val_drop(result, "soon");
	val_drop(result, "oldest");
	if (result != NULL && val_put(result, "words", val_text(buf_str(&words))))
		app_close(&c->view, result);
	val_free(result);
	buf_free(&words);
}

static bool
groups_key(struct view *v, const struct key *k, enum action act)
{
	struct deadline_groups	*c = groups_of(v);

	(void)k;
	if (act == ACT_BACK)
		app_close(v, NULL);
	else if (act == ACT_OPEN && c->lines.n > 0)
		choose(c);
	else
		return lines_move(&c->lines, act, rows_shown(c));
	return true;
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

/* A blank says more than a nought where one looks for the late ones. */
static void
draw_count(struct term *t, int row, int col, int64_t n)
{
	if (n > 0)
		draw_number(t, row, col, CELLS, n);
}

static void
draw_line(const struct deadline_groups *c, struct term *t, int row, size_t i)
{
	const struct val	*group = val_at(c->found, i);
	int			 oldest = (int)val_get_num(group, "oldest", 0);
	struct buf		 b = BUF_INIT;

	if (i == c->lines.focus) {
		term_text(t, row, 0, -1, ATTR_BOLD, FOCUS_MARK);
		term_cursor(t, row, 0);
	}
	group_text(c, group, &b);
	term_text(t, row, COL_WORDS, COL_OVER - COL_WORDS - 1, ATTR_NORMAL, buf_str(&b));
	draw_count(t, row, COL_OVER, val_get_num(group, "over", 0));
	draw_count(t, row, COL_SOON, val_get_num(group, "soon", 0));
	buf_reset(&b);
	wording_lateness(civil_days(c->view.app->ctx.today) - civil_days(oldest), &b);
	term_text(t, row, COL_OLDEST, -1, ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static const char *
head(const struct deadline_groups *c)
{
	return strcmp(c->by, "clock") == 0 ? _("what to do") : strcmp(c->by, "village") == 0 ? _("village") : _("township");
}

static void
groups_draw(struct view *v, struct term *t)
{
	struct deadline_groups	*c = groups_of(v);
	size_t		 top = lines_top(&c->lines, rows_shown(c));

	if (c->found != NULL && c->lines.n == 0) {
		term_text(t, CONTENT_ROW + 2, 2, -1, ATTR_NORMAL, _("Nothing is due now or in the next seven days."));
		return;
	}
	term_text(t, CONTENT_ROW, COL_WORDS, term_cols(t) - COL_WORDS, ATTR_DIM, "");
	term_text(t, CONTENT_ROW, COL_WORDS, -1, ATTR_DIM, head(c));
	draw_right(t, CONTENT_ROW, COL_OVER, CELLS, ATTR_DIM, _("overdue"));
	draw_right(t, CONTENT_ROW, COL_SOON, CELLS, ATTR_DIM, _("due soon"));
	term_text(t, CONTENT_ROW, COL_OLDEST, -1, ATTR_DIM, _("how late at most"));
	for (int i = 0; i < rows_shown(c) && top + (size_t)i < c->lines.n; i++)
		draw_line(c, t, CONTENT_ROW + 1 + i, top + (size_t)i);
}

static void
groups_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct deadline_groups	*c = groups_of(v);

	wording_format(left, _("{1}, by {2}"), ARG_TEXT, c->of, ARG_TEXT, head(c), ARG_END);
	if (c->found == NULL)
		return;
	wording_format(right, _("overdue {1}"), ARG_NUM, c->overdue, ARG_END);
	buf_puts(right, "  ");
	wording_format(right, _("due soon {1}"), ARG_NUM, c->due_soon, ARG_END);
	if (lines_more_below(&c->lines, rows_shown(c)))
		buf_printf(right, "  %s", _("more below"));
}

static void
groups_strip(const struct view *v, struct strip *s)
{
	const struct deadline_groups	*c = groups_of(v);

	if (c->lines.n > 0)
		strip_add_described(s, ACT_OPEN, _("narrow to it"), _("Shows only the lines counted here."));
	strip_add_page_keys(s, lines_overflow(&c->lines, rows_shown(c)));
	strip_add(s, ACT_REFRESH);
	strip_add(s, ACT_JUMP);
	strip_add(s, ACT_HELP);
	strip_add(s, ACT_BACK);
}

static void
groups_free(struct view *v)
{
	struct deadline_groups	*c = groups_of(v);

	free(c->by);
	free(c->of);
	val_free(c->only);
	val_free(c->found);
	free(c);
}

static const struct view_ops groups_ops = {
	.name = "due-by", .title = groups_title, .draw = groups_draw, .strip = groups_strip, .key = groups_key,
	.reply = groups_reply, .shown = groups_shown, .free = groups_free,
};

struct view *
scr_deadline_groups(const char *by, const char *of, const struct val *only)
{
	struct deadline_groups	*c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	*c = (struct deadline_groups){ .view.ops = &groups_ops, .by = strdup(by), .of = strdup(of), .only = val_dup(only) };
	if (c->by != NULL && c->of != NULL && c->only != NULL)
		return &c->view;
	groups_free(&c->view);
	return NULL;
}
