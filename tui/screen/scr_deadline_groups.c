#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/screen/scr.h"
#include "tui/view/list_view.h"
#include "forms/wording.h"

/*
 * Counts of the work list: which village is late, or with what. Enter narrows the list to the
 * focused line.
 */
#define COL_WORDS	2
#define COL_OVER	38	/* numbers end at the right of their cells */
#define COL_SOON	48
#define COL_OLDEST	62
#define CELLS		8

struct deadline_groups {
	struct list_view list;		/* of groups */
	char		*by;
	char		*of;		/* the list it counts, in words */
	struct val	*only;
	int64_t		 overdue, due_soon;
};

static struct deadline_groups *
groups_of(const struct view *v)
{
	return (struct deadline_groups *)(uintptr_t)v;
}

static struct val *
groups_request(const struct list_view *l, enum list_page page)
{
	const struct deadline_groups	*c = groups_of(&l->view);
	struct val			*req = app_request_new("due");

	(void)page;
	for (size_t i = 0; i < val_len(c->only); i++)
		pack_copy(req, val_key(c->only, i), val_value(c->only, i));
	pack_put(req, PK_BY, val_text(c->by));
	return req;
}

static void
receive(struct list_view *l, const struct val *reply, enum list_page page)
{
	(void)page;
	groups_of(&l->view)->overdue = val_get_num(reply, "over", 0);
	groups_of(&l->view)->due_soon = val_get_num(reply, "soon", 0);
}

static bool
is_same(const struct val *a, const struct val *b)
{
	return val_same(val_get(a, PK_BOOK), val_get(b, PK_BOOK)) &&
	    val_same(val_get(a, PK_CLOCK), val_get(b, PK_CLOCK)) &&
	    val_same(val_get(a, PK_AREA), val_get(b, PK_AREA));
}

static void
group_text(const struct form_ctx *ctx, const struct val *group, struct buf *out)
{
	const char		*book = val_get_str(group, PK_BOOK),
	    *name = val_get_str(group, PK_CLOCK);
	const struct book	*b = book != NULL ? set_book(ctx->set, book) : NULL;
	const struct clock	*clock = b != NULL && name != NULL ? book_clock(b, name) : NULL;

	if (clock != NULL)
		buf_puts(out, wording_label(ctx, clock->label));
	else if (val_get_str(group, PK_AREA) != NULL)
		wording_area(ctx, val_get_str(group, PK_AREA), out);
}

static void
choose(struct view *v)
{
	struct val	*result = val_dup(list_view_focused(&groups_of(v)->list));
	struct buf	 words = BUF_INIT;

	group_text(&v->app->ctx, result, &words);
	val_drop(result, "over");
	val_drop(result, "soon");
	val_drop(result, "oldest");
	if (result != NULL && val_put(result, "words", val_text(buf_str(&words))))
		app_close(v, result);
	val_free(result);
	buf_free(&words);
}

const struct command	 scr_deadline_groups_commands[] = {
	{ .act = ACT_OPEN, .label = N_("narrow to it"),
	    .help = N_("Shows only the lines counted here."), .may = list_view_has_line,
	    .run = choose },
	{ .act = ACT_PAGE_DOWN, .may = list_view_has_pages },
	{ .act = ACT_PAGE_UP, .may = list_view_has_pages },
	{ .act = ACT_REFRESH },
	{ .act = ACT_JUMP },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = list_view_back },
	{ .act = ACT_NONE }
};

/* ---- drawing --------------------------------------------------------------------------------- */

/* A blank is easier to skip than a 0 in a search for overdue ones. */
static void
draw_count(struct term *t, int row, int col, int64_t n)
{
	if (n > 0)
		draw_number(t, row, col, CELLS, n);
}

static void
draw_line(const struct list_view *l, struct term *t, int row, size_t i)
{
	const struct form_ctx	*ctx = &l->view.app->ctx;
	const struct val	*group = l->rows.at[i];
	int			 oldest = (int)val_get_num(group, PK_OLDEST, 0);
	struct buf		 b = BUF_INIT;

	group_text(ctx, group, &b);
	term_text(t, row, COL_WORDS, COL_OVER - COL_WORDS - 1, ATTR_NORMAL, buf_str(&b));
	draw_count(t, row, COL_OVER, val_get_num(group, PK_OVER, 0));
	draw_count(t, row, COL_SOON, val_get_num(group, PK_SOON, 0));
	buf_reset(&b);
	wording_lateness(civil_days(ctx->today) - civil_days(oldest), &b);
	term_text(t, row, COL_OLDEST, -1, ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static const char *
head(const struct deadline_groups *c)
{
	return strcmp(c->by, "clock") == 0 ? _("what to do") : strcmp(c->by, "village") == 0 ?
	    _("village") : _("township");
}

static void
draw_head(const struct list_view *l, struct term *t, int row)
{
	term_text(t, row, COL_WORDS, term_cols(t) - COL_WORDS, ATTR_DIM, "");
	term_text(t, row, COL_WORDS, -1, ATTR_DIM, head(groups_of(&l->view)));
	draw_right(t, row, COL_OVER, CELLS, ATTR_DIM, _("overdue"));
	draw_right(t, row, COL_SOON, CELLS, ATTR_DIM, _("due soon"));
	term_text(t, row, COL_OLDEST, -1, ATTR_DIM, _("how late at most"));
}

static const char *
empty_text(const struct list_view *l)
{
	(void)l;
	return _("Nothing is due now or in the next seven days.");
}

static void
groups_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct deadline_groups	*c = groups_of(v);

	wording_format(left, _("{1}, by {2}"), ARG_TEXT, c->of, ARG_TEXT, head(c), ARG_END);
	if (!c->list.loaded)
		return;
	wording_format(right, _("overdue {1}"), ARG_NUM, c->overdue, ARG_END);
	buf_puts(right, "  ");
	wording_format(right, _("due soon {1}"), ARG_NUM, c->due_soon, ARG_END);
	list_view_add_more(&c->list, right);
}

static void
groups_free(struct view *v)
{
	struct deadline_groups	*c = groups_of(v);

	free(c->by);
	free(c->of);
	val_free(c->only);
	list_view_release(&c->list);
	free(c);
}

static const struct list_ops	 list_ops = {
	.request = groups_request, .rows = "groups", .receive = receive, .is_same = is_same,
	.draw_head = draw_head,
	.draw_line = draw_line, .empty = empty_text, .head_rows = 1, .again_flags = APP_SEND_WAIT,
};

static const struct view_ops	 groups_ops = {
	.name = "due-by", .title = groups_title, .draw = list_view_draw,
	.commands = scr_deadline_groups_commands,
	.key = list_view_key, .reply = list_view_reply, .shown = list_view_shown,
	.free = groups_free,
};

struct view *
scr_deadline_groups(const char *by, const char *of, const struct val *only)
{
	struct deadline_groups	*c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	*c = (struct deadline_groups){ .by = strdup(by), .of = strdup(of), .only = val_dup(only) };
	list_view_init(&c->list, &groups_ops, &list_ops, NULL);
	if (c->by != NULL && c->of != NULL && c->only != NULL)
		return &c->list.view;
	groups_free(&c->list.view);
	return NULL;
}
