#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screen/scr.h"
#include "tui/widget/draw.h"
#include "tui/wording.h"

/*
 * A list counted by one of its columns. Enter narrows the list to the value one stands on: every
 * number opens its members.
 */
struct groups {
	struct view		 view;
	const struct list	*list;
	const struct column	*column;
	struct val		*found;		/* reply's list, the largest first */
	struct lines		 lines;
	int64_t			 total;
};

static struct groups *
groups_of(const struct view *v)
{
	return (struct groups *)(uintptr_t)v;
}

static const char *
column_path(const struct column *c)
{
	return c->of == COL_STATE ? "state" : c->of == COL_AREA ? "area" : c->field->path;
}

static void
groups_shown(struct view *v)
{
	struct groups	*g = groups_of(v);
	struct val	*req = app_request_new("members");

	if (req != NULL) {
		val_put(req, "book", val_text(g->list->book->name));
		val_put(req, "list", val_text(g->list->name));
		val_put(req, "by", val_text(column_path(g->column)));
	}
	app_send(v, 0, req, APP_SEND_WAIT);
}

static const struct val *
largest_left(const struct val *list, const struct val *done)
{
	const struct val	*best = NULL;

	for (size_t i = 0; i < val_len(list); i++) {
		const struct val	*g = val_at(list, i);
		bool			 taken = false;

		for (size_t k = 0; k < val_len(done) && !taken; k++)
			taken = val_same(val_get(val_at(done, k), "value"), val_get(g, "value"));
		if (!taken && (best == NULL || val_get_num(g, "count", 0) > val_get_num(best, "count", 0)))
			best = g;
	}
	return best;
}

static void
groups_reply(struct view *v, int tag, const struct val *reply)
{
	struct groups		*g = groups_of(v);
	const struct val	*next;

	(void)tag;
	if (!app_reply_ok(v->app, g->list->book, reply))
		return;
	val_free(g->found);
	g->total = 0;
	if ((g->found = val_list()) == NULL)
		return;
	while ((next = largest_left(val_get(reply, "groups"), g->found)) != NULL) {
		g->total += val_get_num(next, "count", 0);
		if (!val_add(g->found, val_dup(next)))
			return;
	}
	lines_resize(&g->lines, val_len(g->found));
}

static void
group_text(const struct groups *g, const struct val *group, struct buf *out)
{
	const struct form_ctx	*ctx = &g->view.app->ctx;
	const struct val	*v = val_get(group, "value");
	const size_t		 before = out->n;

	if (g->column->of == COL_STATE)
		wording_state(ctx, g->list->book, val_str(v), out);
	else if (g->column->of == COL_AREA && val_str(v) != NULL)
		wording_area(ctx, val_str(v), out);
	else if (g->column->of == COL_FIELD)
		wording_value(ctx, g->column->field, v, out);
	if (out->n == before)
		buf_puts(out, _("(not filled in)"));
}

static void
choose(struct groups *g)
{
	const struct val	*group = val_at(g->found, g->lines.focus);
	struct val		*result = val_map();
	struct buf		 words = BUF_INIT;

	group_text(g, group, &words);
	if (result != NULL && val_put(result, "path", val_text(column_path(g->column))) &&
	    val_put(result, "value", val_dup(val_get(group, "value"))) &&
	    val_put(result, "words", val_text(buf_str(&words))))
		app_close(&g->view, result);
	val_free(result);
	buf_free(&words);
}

static bool
groups_key(struct view *v, const struct key *k, enum action act)
{
	struct groups	*g = groups_of(v);

	(void)k;
	if (act == ACT_BACK)
		app_close(v, NULL);
	else if (act == ACT_OPEN && g->lines.n > 0)
		choose(g);
	else
		return lines_move(&g->lines, act, frame_content_rows(v->app->term) - 1);
	return true;
}

#define COL_WORDS	2
#define COL_COUNT	40
#define COL_SHARE	50

static void
draw_group(const struct groups *g, struct term *t, int row, size_t i)
{
	const struct val	*group = val_at(g->found, i);
	int64_t			 n = val_get_num(group, "count", 0);
	struct buf		 words = BUF_INIT;
	char			 num[32];

	group_text(g, group, &words);
	term_text(t, row, COL_WORDS, COL_COUNT - COL_WORDS - 1, ATTR_NORMAL, buf_str(&words));
	snprintf(num, sizeof(num), "%7lld", (long long)n);
	term_text(t, row, COL_COUNT, -1, ATTR_NORMAL, num);
	snprintf(num, sizeof(num), "%5.1f %%", g->total > 0 ? 100.0 * (double)n / (double)g->total : 0.0);
	term_text(t, row, COL_SHARE, -1, ATTR_NORMAL, num);
	if (i == g->lines.focus) {
		term_text(t, row, 0, -1, ATTR_BOLD, FOCUS_MARK);
		term_cursor(t, row, 0);
	}
	buf_free(&words);
}

static void
groups_draw(struct view *v, struct term *t)
{
	struct groups	*g = groups_of(v);
	int		 rows = frame_content_rows(t) - 1;
	size_t		 top = lines_top(&g->lines, rows);

	term_text(t, CONTENT_ROW, COL_WORDS, COL_COUNT - COL_WORDS - 1, ATTR_DIM,
	    wording_label(&v->app->ctx, g->column->label));
	term_text(t, CONTENT_ROW, COL_COUNT + 2, -1, ATTR_DIM, _("count"));
	for (int i = 0; i < rows && top + (size_t)i < g->lines.n; i++)
		draw_group(g, t, CONTENT_ROW + 1 + i, top + (size_t)i);
}

static void
groups_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct groups	*g = groups_of(v);

	wording_format(left, _("{1}, by {2}"), ARG_TEXT, wording_label(&v->app->ctx, g->list->label),
	    ARG_TEXT, wording_label(&v->app->ctx, g->column->label), ARG_END);
	if (g->found != NULL)
		wording_format(right, _("{1} in all"), ARG_NUM, g->total, ARG_END);
}

static void
groups_strip(const struct view *v, struct strip *s)
{
	if (groups_of(v)->lines.n > 0)
		strip_add_described(s, ACT_OPEN, _("narrow to it"), _("Shows only the lines counted here."));
	strip_add(s, ACT_HELP);
	strip_add(s, ACT_BACK);
}

static void
groups_free(struct view *v)
{
	struct groups	*g = groups_of(v);

	val_free(g->found);
	free(g);
}

static const struct view_ops groups_ops = {
	.name = "groups", .title = groups_title, .draw = groups_draw, .strip = groups_strip, .key = groups_key,
	.reply = groups_reply, .shown = groups_shown, .free = groups_free,
};

struct view *
scr_groups(const struct list *list, const struct column *column)
{
	struct groups	*g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	*g = (struct groups){ .view.ops = &groups_ops, .list = list, .column = column };
	return &g->view;
}
