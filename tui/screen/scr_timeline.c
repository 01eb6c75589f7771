#include <stdlib.h>
#include <string.h>

#include "tui/screen/scr.h"
#include "core/wire/protocol.h"
#include "tui/view/list_view.h"
#include "forms/wording.h"

/*
 * Events of a record, newest first: when it was entered, the day it is about if that is another,
 * person and act. Enter shows the record as of that day.
 */
#define FETCH		50
#define COL_DAY		2
#define COL_TOLD	14
#define COL_WHO		26
#define COL_WHAT	36

enum { TAG_OPENED = LIST_TAG };

struct timeline {
	struct list_view	 list;
	const struct book	*book;
	int64_t			 id;
	int			 on;
	char			*title;
};

static struct timeline *
timeline_of(const struct view *v)
{
	return (struct timeline *)(uintptr_t)v;
}

static struct val *
timeline_request(const struct list_view *list, enum list_page page)
{
	const struct timeline	*l = timeline_of(&list->view);
	struct val		*req = app_request_new("timeline");

	pack_put(req, "book", val_text(l->book->name));
	pack_put(req, "id", val_int(l->id));
	pack_put(req, "limit", val_int(FETCH));
	if (l->on != 0)
		pack_put(req, "on", val_int(l->on));
	if (page == LIST_MORE && list->last != NULL)
		pack_copy(req, "before", val_get(list->last, "key"));
	return req;
}

static bool
is_same(const struct val *a, const struct val *b)
{
	return val_same(val_get(a, PK_KEY), val_get(b, PK_KEY));
}

static const struct book *
book_of(const struct timeline *l, const struct val *event)
{
	const char	*name = val_get_str(event, PK_BOOK);

	return name != NULL ? set_book(l->list.view.app->ctx.set, name) : NULL;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static bool
has_answers(const struct view *v)
{
	const struct timeline	*l = timeline_of(v);

	for (size_t i = 0; i < l->list.rows.n; i++)
		if (val_get(l->list.rows.at[i], "ask") != NULL ||
		    val_get(l->list.rows.at[i], "remarks") != NULL)
			return true;
	return false;
}

static void
open_event(struct view *v)
{
	const struct val	*e = list_view_focused(&timeline_of(v)->list);
	const struct book	*book = book_of(timeline_of(v), e);

	if (book != NULL)
		app_push(v->app,
		    scr_cover_open_past(
			book, val_get_num(e, PK_ID, 0), civil_at(val_get_num(e, PK_AT, 0))),
		    v, TAG_OPENED);
}

static void
show_answers(struct view *v)
{
	const struct timeline	*l = timeline_of(v);
	const struct val	*e = list_view_focused(&l->list);

	scr_history_show_answers(v, book_of(l, e), e, l->title);
}

const struct command	 scr_timeline_commands[] = {
	{ .act = ACT_OPEN, .label = N_("as it stood then"),
	    .help = N_("The whole record as it stood then."), .may = list_view_has_line,
	    .run = open_event },
	{ .act = ACT_REASONS, .may = has_answers, .run = show_answers },
	{ .act = ACT_PAGE_DOWN, .may = list_view_has_pages },
	{ .act = ACT_PAGE_UP, .may = list_view_has_pages },
	{ .act = ACT_REFRESH },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = list_view_back },
	{ .act = ACT_NONE }
};

/* ---- drawing --------------------------------------------------------------------------------- */

/* The act, its record, and the changed fields of a plain change or of an act on a record below. */
static void
event_text(const struct timeline *l, const struct val *e, struct buf *out)
{
	const struct form_ctx	*ctx = &l->list.view.app->ctx;
	const struct book	*book = book_of(l, e);
	const char		*act = val_get_str(e, PK_ACT), *title = val_get_str(e, PK_TITLE);
	char			 told[11];
	size_t			 n;

	wording_act(ctx, book, act != NULL ? act : "save", out);
	if (book != l->book && book != NULL)
		buf_printf(out, " %s", wording_label(ctx, book->label));
	civil_print((int)val_get_num(e, PK_DAY, 0), told);
	if (title != NULL) {
		/* the day is before it */
		n = strncmp(title, told, strlen(told)) == 0 ? strlen(told) : 0;
		buf_printf(out, "  %s", title + n + strspn(title + n, " "));
	}
	if (val_len(val_get(e, PK_CHANGED)) > 0 && act != NULL &&
	    (strcmp(act, "save") == 0 || strchr(act, '.') != NULL)) {
		buf_puts(out, "  ");
		wording_paths(ctx, book, val_get(e, PK_CHANGED), out);
	}
}

static void
draw_line(const struct list_view *list, struct term *t, int row, size_t i)
{
	const struct timeline	*l = timeline_of(&list->view);
	const struct val	*e = list->rows.at[i];
	int		 told = (int)val_get_num(e, PK_DAY, 0),
	    entered = civil_at(val_get_num(e, PK_AT, 0));
	const char	*name = val_get_str(e, PK_NAME);
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
draw_head(const struct list_view *l, struct term *t, int row)
{
	(void)l;
	term_text(t, row, COL_DAY, term_cols(t) - COL_DAY, ATTR_DIM, _("entered"));
	term_text(t, row, COL_TOLD, -1, ATTR_DIM, _("tells of"));
	term_text(t, row, COL_WHO, -1, ATTR_DIM, _("who"));
	term_text(t, row, COL_WHAT, -1, ATTR_DIM, _("what"));
}

static void
timeline_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct timeline	*l = timeline_of(v);

	wording_as_of(l->on, left);
	wording_format(left, _("All that happened: {1}"), ARG_TEXT, l->title, ARG_END);
	list_view_add_more(&l->list, right);
}

static void
timeline_free(struct view *v)
{
	struct timeline	*l = timeline_of(v);

	list_view_release(&l->list);
	free(l->title);
	free(l);
}

static const struct list_ops	 list_ops = {
	.request = timeline_request, .rows = "events", .is_same = is_same,
	.draw_head = draw_head, .draw_line = draw_line,
	.head_rows = 1, .head_stays = true, .read_once = true, .again_flags = APP_SEND_WAIT,
};

static const struct view_ops	 timeline_ops = {
	.name = "timeline", .title = timeline_title, .draw = list_view_draw,
	.commands = scr_timeline_commands,
	.key = list_view_key, .reply = list_view_reply, .shown = list_view_shown,
	.free = timeline_free,
};

struct view *
scr_timeline(const struct book *book, int64_t id, const char *title, int on)
{
	struct timeline	*l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	*l = (struct timeline){ .book = book, .id = id, .on = on, .title = strdup(title) };
	list_view_init(&l->list, &timeline_ops, &list_ops, book);
	if (l->title == NULL) {
		free(l);
		return NULL;
	}
	return &l->list.view;
}
