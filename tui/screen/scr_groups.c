#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/screen/scr.h"
#include "tui/view/list_view.h"
#include "forms/wording.h"

/* A list counted by one of its columns. Enter narrows the list to the value of the focused line. */
struct groups {
	struct list_view	 base;		/* the largest group first */
	const struct list	*list;
	const struct column	*column;
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

static struct val *
groups_request(const struct list_view *l, enum list_page page)
{
	const struct groups	*g = groups_of(&l->view);
	struct val		*req = app_request_new("members");

	(void)page;
	pack_put(req, PK_BOOK, val_text(g->list->book->name));
	pack_put(req, PK_LIST, val_text(g->list->name));
	pack_put(req, PK_BY, val_text(column_path(g->column)));
	return req;
}

/* Equal counts keep their order. */
static void
sort_by_count(struct table *groups)
{
	for (size_t i = 1; i < groups->n; i++) {
		struct val	*v = groups->at[i];
		size_t		 k = i;

		for (; k > 0 &&
		     val_get_num(groups->at[k - 1], PK_COUNT, 0) < val_get_num(v, PK_COUNT, 0);
		     k--)
			groups->at[k] = groups->at[k - 1];
		groups->at[k] = v;
	}
}

static void
receive(struct list_view *l, const struct val *reply, enum list_page page)
{
	struct groups	*g = groups_of(&l->view);

	(void)reply;
	(void)page;
	sort_by_count(&l->rows);
	g->total = 0;
	for (size_t i = 0; i < l->rows.n; i++)
		g->total += val_get_num(l->rows.at[i], PK_COUNT, 0);
}

static bool
is_same(const struct val *a, const struct val *b)
{
	return val_same(val_get(a, PK_VALUE), val_get(b, PK_VALUE));
}

static void
group_text(const struct groups *g, const struct val *group, struct buf *out)
{
	const struct form_ctx	*ctx = &g->base.view.app->ctx;
	const struct val	*v = val_get(group, PK_VALUE);
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
choose(struct view *v)
{
	const struct groups	*g = groups_of(v);
	const struct val	*group = list_view_focused(&g->base);
	struct val		*result = val_map();
	struct buf		 words = BUF_INIT;

	group_text(g, group, &words);
	if (result != NULL && val_put(result, "path", val_text(column_path(g->column))) &&
	    val_put(result, "value", val_dup(val_get(group, PK_VALUE))) &&
	    val_put(result, "words", val_text(buf_str(&words))))
		app_close(v, result);
	val_free(result);
	buf_free(&words);
}

const struct command	 scr_groups_commands[] = {
	{ .act = ACT_OPEN, .label = N_("narrow to it"),
	    .help = N_("Shows only the lines counted here."), .may = list_view_has_line,
	    .run = choose },
	{ .act = ACT_PAGE_DOWN, .may = list_view_has_pages },
	{ .act = ACT_PAGE_UP, .may = list_view_has_pages },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = list_view_back },
	{ .act = ACT_NONE }
};

#define COL_WORDS	2
#define COL_COUNT	40
#define COL_SHARE	50

static void
draw_line(const struct list_view *l, struct term *t, int row, size_t i)
{
	const struct groups	*g = groups_of(&l->view);
	const struct val	*group = l->rows.at[i];
	int64_t			 n = val_get_num(group, PK_COUNT, 0);
	struct buf		 words = BUF_INIT;
	char			 num[32];

	group_text(g, group, &words);
	term_text(t, row, COL_WORDS, COL_COUNT - COL_WORDS - 1, ATTR_NORMAL, buf_str(&words));
	snprintf(num, sizeof(num), "%7lld", (long long)n);
	term_text(t, row, COL_COUNT, -1, ATTR_NORMAL, num);
	snprintf(num, sizeof(num), "%5.1f %%", g->total > 0 ? 100.0 * (double)n / (double)g->total :
	    0.0);
	term_text(t, row, COL_SHARE, -1, ATTR_NORMAL, num);
	buf_free(&words);
}

static void
draw_head(const struct list_view *l, struct term *t, int row)
{
	term_text(t, row, COL_WORDS, COL_COUNT - COL_WORDS - 1, ATTR_DIM,
	    wording_label(&l->view.app->ctx, groups_of(&l->view)->column->label));
	term_text(t, row, COL_COUNT + 2, -1, ATTR_DIM, _("count"));
}

static void
groups_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct groups	*g = groups_of(v);

	wording_format(left, _("{1}, by {2}"), ARG_TEXT,
	    wording_label(&v->app->ctx, g->list->label),
	    ARG_TEXT, wording_label(&v->app->ctx, g->column->label), ARG_END);
	if (g->base.loaded)
		wording_format(right, _("{1} in all"), ARG_NUM, g->total, ARG_END);
}

static void
groups_free(struct view *v)
{
	struct groups	*g = groups_of(v);

	list_view_release(&g->base);
	free(g);
}

static const struct list_ops	 list_ops = {
	.request = groups_request, .rows = "groups", .receive = receive, .is_same = is_same,
	.draw_head = draw_head,
	.draw_line = draw_line, .head_rows = 1, .head_stays = true, .again_flags = APP_SEND_WAIT,
};

static const struct view_ops	 groups_ops = {
	.name = "groups", .title = groups_title, .draw = list_view_draw,
	.commands = scr_groups_commands,
	.key = list_view_key, .reply = list_view_reply, .shown = list_view_shown,
	.free = groups_free,
};

struct view *
scr_groups(const struct list *list, const struct column *column)
{
	struct groups	*g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	*g = (struct groups){ .list = list, .column = column };
	list_view_init(&g->base, &groups_ops, &list_ops, list->book);
	return &g->base.view;
}
