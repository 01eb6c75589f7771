#include <stdlib.h>
#include <string.h>

#include "tui/screen/scr.h"
#include "tui/term/draw.h"
#include "tui/words.h"

/*
 * The work list counted: which village is late, or with what. Enter narrows the list to the line
 * one stands on: every number opens its members.
 */
#define COL_WORDS	2
#define COL_OVER	38	/* numbers end at the right of their cells */
#define COL_SOON	48
#define COL_OLDEST	62
#define CELLS		8

struct counts {
	struct view	 view;
	char		*by;
	char		*of;		/* the list it counts, in words */
	struct val	*only;
	struct val	*found;		/* reply's list; NULL: not here yet */
	int64_t		 over, soon;
	struct lines	 lines;
};

static struct counts *
counts_of(const struct view *v)
{
	return (struct counts *)(uintptr_t)v;
}

static int
rows_shown(const struct counts *c)
{
	return content_rows(c->view.app->term) - 1;
}

static void
counts_shown(struct view *v)
{
	struct counts	*c = counts_of(v);
	struct val	*req = request_new("due");

	if (v->waiting > 0)
		return;
	for (size_t i = 0; req != NULL && i < val_len(c->only); i++)
		val_put(req, val_key(c->only, i), val_dup(val_value(c->only, i)));
	if (req != NULL)
		val_put(req, "by", val_text(c->by));
	app_ask(v, 0, req, ASK_WAIT);
}

static void
counts_reply(struct view *v, int tag, const struct val *reply)
{
	struct counts	*c = counts_of(v);

	(void)tag;
	if (!reply_fine(v->app, NULL, reply))
		return;
	val_free(c->found);
	c->found = val_dup(val_get(reply, "groups"));
	c->over = val_get_num(reply, "over", 0);
	c->soon = val_get_num(reply, "soon", 0);
	lines_resize(&c->lines, val_len(c->found));
}

static void
group_words(const struct counts *c, const struct val *group, struct buf *out)
{
	const struct form_ctx	*ctx = &c->view.app->ctx;
	const char		*book = val_get_str(group, "book"), *name = val_get_str(group, "clock");
	const struct book	*b = book != NULL ? set_book(ctx->set, book) : NULL;
	const struct clock	*clock = b != NULL && name != NULL ? book_clock(b, name) : NULL;

	if (clock != NULL)
		buf_puts(out, words_label(ctx, clock->label));
	else if (val_get_str(group, "area") != NULL)
		words_area(ctx, val_get_str(group, "area"), out);
}

static void
choose(struct counts *c)
{
	struct val	*answer = val_dup(val_at(c->found, c->lines.focus));
	struct buf	 words = BUF_INIT;

	group_words(c, answer, &words);
	val_drop(answer, "over");
	val_drop(answer, "soon");
	val_drop(answer, "oldest");
	if (answer != NULL && val_put(answer, "words", val_text(buf_str(&words))))
		app_close(&c->view, answer);
	val_free(answer);
	buf_free(&words);
}

static bool
counts_key(struct view *v, const struct key *k, enum action act)
{
	struct counts	*c = counts_of(v);

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
draw_line(const struct counts *c, struct term *t, int row, size_t i)
{
	const struct val	*group = val_at(c->found, i);
	int			 oldest = (int)val_get_num(group, "oldest", 0);
	struct buf		 b = BUF_INIT;

	if (i == c->lines.focus) {
		term_text(t, row, 0, -1, ATTR_BOLD, FOCUS_MARK);
		term_cursor(t, row, 0);
	}
	group_words(c, group, &b);
	term_text(t, row, COL_WORDS, COL_OVER - COL_WORDS - 1, ATTR_NORMAL, buf_str(&b));
	draw_count(t, row, COL_OVER, val_get_num(group, "over", 0));
	draw_count(t, row, COL_SOON, val_get_num(group, "soon", 0));
	buf_reset(&b);
	words_over(civil_days(c->view.app->ctx.today) - civil_days(oldest), &b);
	term_text(t, row, COL_OLDEST, -1, ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static const char *
head(const struct counts *c)
{
	return strcmp(c->by, "clock") == 0 ? _("what to do") : strcmp(c->by, "village") == 0 ? _("village") : _("township");
}

static void
counts_draw(struct view *v, struct term *t)
{
	struct counts	*c = counts_of(v);
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
counts_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct counts	*c = counts_of(v);

	words_fill(left, _("{1}, by {2}"), ARG_TEXT, c->of, ARG_TEXT, head(c), ARG_END);
	if (c->found == NULL)
		return;
	words_fill(right, _("overdue {1}"), ARG_NUM, c->over, ARG_END);
	buf_puts(right, "  ");
	words_fill(right, _("due soon {1}"), ARG_NUM, c->soon, ARG_END);
	if (lines_below(&c->lines, rows_shown(c)))
		buf_printf(right, "  %s", _("more below"));
}

static void
counts_strip(const struct view *v, struct strip *s)
{
	const struct counts	*c = counts_of(v);

	if (c->lines.n > 0)
		strip_act_told(s, ACT_OPEN, _("narrow to it"), _("Shows only the lines counted here."));
	strip_pages(s, lines_many(&c->lines, rows_shown(c)));
	strip_act(s, ACT_REFRESH);
	strip_act(s, ACT_JUMP);
	strip_act(s, ACT_HELP);
	strip_act(s, ACT_BACK);
}

static void
counts_free(struct view *v)
{
	struct counts	*c = counts_of(v);

	free(c->by);
	free(c->of);
	val_free(c->only);
	val_free(c->found);
	free(c);
}

static const struct view_ops counts_ops = {
	.name = "due-by", .title = counts_title, .draw = counts_draw, .strip = counts_strip, .key = counts_key,
	.reply = counts_reply, .shown = counts_shown, .free = counts_free,
};

struct view *
scr_due_by(const char *by, const char *of, const struct val *only)
{
	struct counts	*c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	*c = (struct counts){ .view.ops = &counts_ops, .by = strdup(by), .of = strdup(of), .only = val_dup(only) };
	if (c->by != NULL && c->of != NULL && c->only != NULL)
		return &c->view;
	counts_free(&c->view);
	return NULL;
}
