#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/widget/record_view.h"
#include "tui/screen/scr.h"
#include "tui/view/list_view.h"
#include "tui/view/text.h"
#include "forms/wording.h"

/*
 * Every version of a record: day, person, act and changed fields. Enter shows the record as of that
 * version.
 */
enum { TAG_THEN = LIST_TAG };

#define LINE_ROWS	2

struct history {
	struct list_view	 list;		/* of versions, newest first */
	const struct book	*book;
	int64_t			 id;
	char			*title;
	struct val		*then;		/* the record as of a version; NULL: the list is
						   shown */
	struct record_view		 record_view;
};

static struct history *
history_of(const struct view *v)
{
	return (struct history *)(uintptr_t)v;
}

static struct val *
request(const struct history *h, int64_t ver)
{
	struct val	*req = app_request_new("history");

	pack_put(req, PK_BOOK, val_text(h->book->name));
	pack_put(req, PK_ID, val_int(h->id));
	if (ver > 0)
		pack_put(req, PK_VER, val_int(ver));
	return req;
}

static struct val *
versions_request(const struct list_view *l, enum list_page page)
{
	(void)page;
	return request(history_of(&l->view), 0);
}

static void
receive(struct list_view *l, const struct val *reply, enum list_page page)
{
	(void)reply;
	(void)page;
	table_reverse(&l->rows);
}

static void
history_reply(struct view *v, int tag, const struct val *reply)
{
	struct history	*h = history_of(v);

	if (tag != TAG_THEN)
		list_view_reply(v, tag, reply);
	else if (app_reply_ok(v->app, h->book, reply)) {
		h->then = val_dup(val_get(reply, PK_RECORD));
		record_view_build(&h->record_view, &v->app->ctx, h->book, h->then);
	}
}

/* ---- keys ------------------------------------------------------------------------------------ */

static bool
has_version(const struct view *v)
{
	return history_of(v)->then == NULL && list_view_has_line(v);
}

static bool
has_answers(const struct view *v)
{
	const struct history	*h = history_of(v);

	for (size_t i = 0; h->then == NULL && i < h->list.rows.n; i++)
		if (val_get(h->list.rows.at[i], "ask") != NULL ||
		    val_get(h->list.rows.at[i], "remarks") != NULL)
			return true;
	return false;
}

static bool
has_more_rows(const struct view *v)
{
	const struct history	*h = history_of(v);

	return h->then == NULL ? list_view_has_pages(v) :
				 record_view_overflows(&h->record_view, v->app->term,
				     frame_content_rows(v->app->term), NULL);
}

static void
open_version(struct view *v)
{
	struct history	*h = history_of(v);

	app_send(v, TAG_THEN, request(h, val_get_num(list_view_focused(&h->list), "ver", 0)),
	    APP_SEND_WAIT);
}

static void
show_answers(struct view *v)
{
	const struct history	*h = history_of(v);

	scr_history_show_answers(v, h->book, list_view_focused(&h->list), h->title);
}

static void
back(struct view *v)
{
	struct history	*h = history_of(v);

	if (h->then == NULL) {
		list_view_back(v);
		return;
	}
	val_free(h->then);
	h->then = NULL;
	record_view_free(&h->record_view);
}

const struct command	 scr_history_commands[] = {
	{ .act = ACT_OPEN, .label = N_("as it stood then"),
	    .help = N_("The whole record as it stood then."), .may = has_version,
	    .run = open_version },
	{ .act = ACT_REASONS, .may = has_answers, .run = show_answers },
	{ .act = ACT_PAGE_DOWN, .may = has_more_rows },
	{ .act = ACT_PAGE_UP, .may = has_more_rows },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = back },
	{ .act = ACT_NONE }
};

static bool
history_key(struct view *v, const struct key *k, enum action act)
{
	struct history	*h = history_of(v);

	if (h->then != NULL)
		return record_view_move(&h->record_view, v->app->term, act,
		    frame_content_rows(v->app->term), NULL);
	return list_view_key(v, k, act);
}

/* ---- drawing --------------------------------------------------------------------------------- */

/* Below a version: the reasons the act asked for, else the fields that changed. */
static void
event_text(const struct history *h, const struct val *v, struct buf *out)
{
	const struct form_ctx	*ctx = &h->list.view.app->ctx;
	const char		*name = val_get_str(v, PK_ACT);
	const struct act	*a = name != NULL ? book_act(h->book, name) : NULL;

	wording_answers(ctx, h->book, name, val_get(v, PK_ASK), "  ", out);
	wording_remarks(ctx, h->book, val_get(v, PK_REMARKS), "  ", out);
	wording_merge_note(v, out);
	if (a == NULL || out->n == 0)
		wording_paths(ctx, h->book, val_get(v, PK_CHANGED), out);
}

static void
draw_version(const struct list_view *l, struct term *t, int row, size_t i)
{
	const struct history	*h = history_of(&l->view);
	const struct form_ctx	*ctx = &l->view.app->ctx;
	const struct val	*v = l->rows.at[i];
	const char		*name = val_get_str(v, PK_NAME), *act = val_get_str(v, PK_ACT);
	struct buf		 b = BUF_INIT;

	wording_datetime(val_get_num(v, PK_AT, 0), &b);
	term_text(t, row, 2, 17, ATTR_NORMAL, buf_str(&b));
	term_text(t, row, 20, 14, ATTR_NORMAL, name != NULL ? name : "");
	buf_reset(&b);
	wording_act(ctx, h->book, act != NULL ? act : "save", &b);
	term_text(t, row, 36, 20, ATTR_BOLD, buf_str(&b));
	buf_reset(&b);
	wording_state(ctx, h->book, val_get_str(v, PK_STATE), &b);
	term_text(t, row, 58, -1, ATTR_NORMAL, buf_str(&b));
	buf_reset(&b);
	event_text(h, v, &b);
	term_text(t, row + 1, 4, -1, ATTR_DIM, buf_str(&b));
	buf_free(&b);
}

static void
history_draw(struct view *v, struct term *t)
{
	const struct history	*h = history_of(v);

	if (h->then != NULL)
		record_view_draw(&h->record_view, t, CONTENT_ROW, frame_content_rows(t), NULL);
	else
		list_view_draw(v, t);
}

static void
history_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct history	*h = history_of(v);
	struct buf		 when = BUF_INIT;

	if (h->then != NULL) {
		wording_datetime(val_get_num(val_get(h->then, PK_LAST), PK_AT, 0), &when);
		wording_format(left, _("As it stood on {1}: {2}"), ARG_TEXT, buf_str(&when),
		    ARG_TEXT, h->title, ARG_END);
		buf_free(&when);
	} else
		wording_format(left, _("History: {1}"), ARG_TEXT, h->title, ARG_END);
	wording_format(right, _("{1} of {2}"), ARG_NUM,
	    (int64_t)(h->list.lines.n > 0 ? h->list.lines.focus + 1 : 0), ARG_NUM,
	    (int64_t)h->list.lines.n, ARG_END);
}

static void
history_free(struct view *v)
{
	struct history	*h = history_of(v);

	list_view_release(&h->list);
	val_free(h->then);
	record_view_free(&h->record_view);
	free(h->title);
	free(h);
}

static const struct list_ops	 list_ops = {
	.request = versions_request, .rows = "versions", .receive = receive,
	.draw_line = draw_version,
	.line_rows = LINE_ROWS, .read_once = true, .again_flags = APP_SEND_WAIT,
};

static const struct view_ops	 history_ops = {
	.name = "history", .title = history_title, .draw = history_draw,
	.commands = scr_history_commands,
	.key = history_key, .reply = history_reply, .shown = list_view_shown, .free = history_free,
};

struct view *
scr_history(const struct book *book, int64_t id, const char *title)
{
	struct history	*h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	*h = (struct history){ .book = book, .id = id, .title = strdup(title) };
	list_view_init(&h->list, &history_ops, &list_ops, book);
	if (h->title == NULL) {
		free(h);
		return NULL;
	}
	return &h->list.view;
}

void
scr_history_show_answers(
    struct view *from, const struct book *book, const struct val *version, const char *title)
{
	struct app	*app = from->app;
	struct buf	 text = BUF_INIT, head = BUF_INIT;
	const char	*act = val_get_str(version, "act");

	wording_answers(&app->ctx, book, act, val_get(version, "ask"), "\n", &text);
	wording_remarks(&app->ctx, book, val_get(version, "remarks"), "\n", &text);
	if (text.n > 0) {
		wording_act(&app->ctx, book, act != NULL ? act : "save", &head);
		buf_printf(&head, "  %s", title);
		app_push(app, text_new(buf_str(&head), buf_str(&text)), from, 0);
	} else
		app_message(app, _("Nothing was written with this."), ARG_END);
	buf_free(&text);
	buf_free(&head);
}
