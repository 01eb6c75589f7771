#include <stdlib.h>
#include <string.h>

#include "tui/widget/table.h"
#include "tui/screen/scr.h"
#include "tui/wording.h"

/*
 * All that happened to a file, newest first: when it was entered, of which day it tells where that is another, who, and what. Enter
 * shows the record as it stood that day.
 */
#define FETCH		50
#define COL_DAY		2
#define COL_TOLD	14
#define COL_WHO		26
#define COL_WHAT	36

enum { TAG_FIRST = 1, TAG_MORE, TAG_OPENED };

struct timeline {
	struct view		 view;
	const struct book	*book;
	int64_t			 id;
	int			 on;
	char			*title;
	struct table		 rows;
	struct lines		 lines;
	bool			 more, here;
};

static struct timeline *
timeline_of(const struct view *v)
{
	return (struct timeline *)(uintptr_t)v;
}

static int
rows_shown(const struct timeline *l)
{
	return frame_content_rows(l->view.app->term) - 1;
}

static void
ask(struct timeline *l, int tag)
{
	struct val	*req = app_request_new("timeline");

	if (req != NULL) {
		val_put(req, "book", val_text(l->book->name));
		val_put(req, "id", val_int(l->id));
		val_put(req, "limit", val_int(FETCH));
		if (l->on != 0)
			val_put(req, "on", val_int(l->on));
		if (tag == TAG_MORE && l->rows.n > 0)
			val_put(req, "before", val_dup(val_get(l->rows.at[l->rows.n - 1], "key")));
	}
	app_send(&l->view, tag, req, APP_SEND_WAIT);
}

static void
timeline_shown(struct view *v)
{
	if (!timeline_of(v)->here)
		ask(timeline_of(v), TAG_FIRST);
}

static void
timeline_reply(struct view *v, int tag, const struct val *reply)
{
	struct timeline	*l = timeline_of(v);

	if (!app_reply_ok(v->app, l->book, reply))
		return;
	if (tag == TAG_FIRST)
		table_clear(&l->rows);
	table_add(&l->rows, val_get(reply, "events"), NULL);
	l->more = val_get_true(reply, "more");
	l->here = true;
	lines_resize(&l->lines, l->rows.n);
	if (tag == TAG_MORE)
		lines_move(&l->lines, ACT_DOWN, rows_shown(l));
}

static const struct book *
book_of(const struct timeline *l, const struct val *event)
{
	const char	*name = val_get_str(event, "book");

	return name != NULL ? set_book(l->view.app->ctx.set, name) : NULL;
}

/* ---- keys --------------------------------------------------------------------------------------------------- */

static const struct val *
focused(const struct timeline *l)
{
	return l->lines.focus < l->rows.n ? l->rows.at[l->lines.focus] : NULL;
}

static bool
has_event(const struct view *v)
{
	return focused(timeline_of(v)) != NULL;
}

static bool
has_answers(const struct view *v)
{
	const struct timeline	*l = timeline_of(v);

	for (size_t i = 0; i < l->rows.n; i++)
		if (val_get(l->rows.at[i], "ask") != NULL || val_get(l->rows.at[i], "remarks") != NULL)
			return true;
	return false;
}

static bool
has_more_rows(const struct view *v)
{
	return timeline_of(v)->more || lines_overflow(&timeline_of(v)->lines, rows_shown(timeline_of(v)));
}

static void
open_event(struct view *v)
{
	const struct val	*e = focused(timeline_of(v));
	const struct book	*book = book_of(timeline_of(v), e);

	if (book != NULL)
		app_push(v->app, scr_cover_open_past(book, val_get_num(e, "id", 0), civil_at(val_get_num(e, "at", 0))), v,
		    TAG_OPENED);
}

static void
show_answers(struct view *v)
{
	const struct timeline	*l = timeline_of(v);

	scr_history_show_answers(v, book_of(l, focused(l)), focused(l), l->title);
}

static void
leave(struct view *v)
{
	app_close(v, NULL);
}

const struct command	 scr_timeline_commands[] = {
	{ ACT_OPEN, N_("as it stood then"), N_("The whole record as it stood then."), has_event, open_event },
	{ .act = ACT_REASONS, .may = has_answers, .run = show_answers },
	{ .act = ACT_PAGE_DOWN, .may = has_more_rows },
	{ .act = ACT_PAGE_UP, .may = has_more_rows },
	{ .act = ACT_REFRESH },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = leave },
	{ .act = ACT_NONE }
};

static bool
at_end(const struct timeline *l, enum action act)
{
	return l->more && ((act == ACT_DOWN && l->lines.focus + 1 >= l->lines.n) ||
	    (act == ACT_PAGE_DOWN && l->lines.focus + (size_t)rows_shown(l) >= l->lines.n) || act == ACT_END);
}

static bool
timeline_key(struct view *v, const struct key *k, enum action act)
{
	struct timeline	*l = timeline_of(v);

	(void)k;
	if (act == ACT_REFRESH)
		ask(l, TAG_FIRST);
	else if (at_end(l, act))
		ask(l, TAG_MORE);
	else
		return lines_move(&l->lines, act, rows_shown(l));
	return act != ACT_REFRESH;
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

/* What was done, to what, and the fields that a plain change, or an act on what stands under it, changed. */
static void
event_text(const struct timeline *l, const struct val *e, struct buf *out)
{
	const struct form_ctx	*ctx = &l->view.app->ctx;
	const struct book	*book = book_of(l, e);
	const char		*act = val_get_str(e, "act"), *title = val_get_str(e, "title");
	char			 told[11];
	size_t			 n;

	wording_act(ctx, book, act != NULL ? act : "save", out);
	if (book != l->book && book != NULL)
		buf_printf(out, " %s", wording_label(ctx, book->label));
	civil_print((int)val_get_num(e, "day", 0), told);
	if (title != NULL) {
		n = strncmp(title, told, strlen(told)) == 0 ? strlen(told) : 0;		/* the day stands before it */
		buf_printf(out, "  %s", title + n + strspn(title + n, " "));
	}
	if (val_len(val_get(e, "changed")) > 0 && act != NULL &&
	    (strcmp(act, "save") == 0 || strchr(act, '.') != NULL)) {
		buf_puts(out, "  ");
		wording_paths(ctx, book, val_get(e, "changed"), out);
	}
}

static void
draw_event(const struct timeline *l, struct term *t, int row, const struct val *e)
{
	int		 told = (int)val_get_num(e, "day", 0), entered = civil_at(val_get_num(e, "at", 0));
	const char	*name = val_get_str(e, "name");
	struct buf	 b = BUF_INIT;
	char		 day[11];

	civil_print(entered, day);
	term_text(t, row, COL_DAY, COL_TOLD - COL_DAY - 1, ATTR_NORMAL, day);
	civil_print(told != entered ? told : 0, day);
	term_text(t, row, COL_TOLD, COL_WHO - COL_TOLD - 1, ATTR_NORMAL, day);
	term_text(t, row, COL_WHO, COL_WHAT - COL_WHO - 1, ATTR_NORMAL, name != NULL ? name : "");
	event_text(l, e, &b);
	term_text(t, row, COL_WHAT, -1, ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static void
timeline_draw(struct view *v, struct term *t)
{
	struct timeline	*l = timeline_of(v);
	size_t		 top = lines_top(&l->lines, rows_shown(l));

	term_text(t, CONTENT_ROW, COL_DAY, term_cols(t) - COL_DAY, ATTR_DIM, _("entered"));
	term_text(t, CONTENT_ROW, COL_TOLD, -1, ATTR_DIM, _("tells of"));
	term_text(t, CONTENT_ROW, COL_WHO, -1, ATTR_DIM, _("who"));
	term_text(t, CONTENT_ROW, COL_WHAT, -1, ATTR_DIM, _("what"));
	for (int i = 0; i < rows_shown(l) && top + (size_t)i < l->rows.n; i++) {
		draw_event(l, t, CONTENT_ROW + 1 + i, l->rows.at[top + (size_t)i]);
		if (top + (size_t)i == l->lines.focus) {
			term_text(t, CONTENT_ROW + 1 + i, 0, -1, ATTR_BOLD, FOCUS_MARK);
			term_cursor(t, CONTENT_ROW + 1 + i, 0);
		}
	}
}

static void
timeline_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct timeline	*l = timeline_of(v);

	wording_as_of(l->on, left);
	wording_format(left, _("All that happened: {1}"), ARG_TEXT, l->title, ARG_END);
	if (l->more || lines_more_below(&l->lines, rows_shown(l)))
		buf_puts(right, _("more below"));
}

static void
timeline_free(struct view *v)
{
	struct timeline	*l = timeline_of(v);

	table_clear(&l->rows);
	free(l->title);
	free(l);
}

static const struct view_ops timeline_ops = {
	.name = "timeline", .title = timeline_title, .draw = timeline_draw,
	.commands = scr_timeline_commands, .key = timeline_key,
	.reply = timeline_reply, .shown = timeline_shown, .free = timeline_free,
};

struct view *
scr_timeline(const struct book *book, int64_t id, const char *title, int on)
{
	struct timeline	*l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	*l = (struct timeline){ .view.ops = &timeline_ops, .book = book, .id = id, .on = on, .title = strdup(title) };
	if (l->title == NULL) {
		free(l);
		return NULL;
	}
	return &l->view;
}
