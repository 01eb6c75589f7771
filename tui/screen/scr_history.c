#include <stdlib.h>
#include <string.h>

#include "tui/widget/record_view.h"
#include "tui/screen/scr.h"
#include "tui/widget/draw.h"
#include "tui/view/text.h"
#include "tui/wording.h"

/*
 * Every version of a record: when, who, what was done and which fields changed. Enter shows the
 * record as it stood then.
 */
enum { TAG_VERSIONS = 1, TAG_THEN };

#define LINE_ROWS	2

struct history {
	struct view		 view;
	const struct book	*book;
	int64_t			 id;
	char			*title;
	struct val		*versions;	/* newest first */
	struct lines		 lines;
	struct val		*then;		/* the record as of a version; NULL: the list is shown */
	struct record_view		 record_view;
};

static struct history *
history_of(const struct view *v)
{
	return (struct history *)(uintptr_t)v;
}

static void
ask(struct history *h, int tag, int64_t ver)
{
	struct val	*req = app_request_new("history");

	if (req != NULL) {
		val_put(req, "book", val_text(h->book->name));
		val_put(req, "id", val_int(h->id));
		if (ver > 0)
			val_put(req, "ver", val_int(ver));
	}
	app_send(&h->view, tag, req, APP_SEND_WAIT);
}

static void
history_shown(struct view *v)
{
	if (history_of(v)->versions == NULL)
		ask(history_of(v), TAG_VERSIONS, 0);
}

static void
receive_versions(struct history *h, const struct val *list)
{
	val_free(h->versions);
	h->versions = val_list();
	for (size_t i = val_len(list); h->versions != NULL && i-- > 0; )
		val_add(h->versions, val_dup(val_at(list, i)));
	lines_resize(&h->lines, val_len(h->versions));
}

static void
history_reply(struct view *v, int tag, const struct val *reply)
{
	struct history	*h = history_of(v);

	if (!app_reply_ok(v->app, h->book, reply))
		return;
	if (tag == TAG_VERSIONS)
		receive_versions(h, val_get(reply, "versions"));
	else {
		h->then = val_dup(val_get(reply, "record"));
		record_view_build(&h->record_view, &v->app->ctx, h->book, h->then);
	}
}

static int
versions_shown(const struct history *h)
{
	return frame_content_rows(h->view.app->term) / LINE_ROWS;
}

/* ---- keys --------------------------------------------------------------------------------------------------- */

static bool
has_version(const struct view *v)
{
	return history_of(v)->then == NULL && history_of(v)->lines.n > 0;
}

static bool
has_answers(const struct view *v)
{
	const struct history	*h = history_of(v);

	for (size_t i = 0; h->then == NULL && i < val_len(h->versions); i++)
		if (val_get(val_at(h->versions, i), "ask") != NULL || val_get(val_at(h->versions, i), "remarks") != NULL)
			return true;
	return false;
}

static bool
has_more_rows(const struct view *v)
{
	const struct history	*h = history_of(v);

	return h->then == NULL ? lines_overflow(&h->lines, versions_shown(h)) :
	    record_view_overflows(&h->record_view, v->app->term, frame_content_rows(v->app->term), NULL);
}

static void
open_version(struct view *v)
{
	struct history	*h = history_of(v);

	ask(h, TAG_THEN, val_get_num(val_at(h->versions, h->lines.focus), "ver", 0));
}

static void
show_answers(struct view *v)
{
	const struct history	*h = history_of(v);

	scr_history_show_answers(v, h->book, val_at(h->versions, h->lines.focus), h->title);
}

static void
back(struct view *v)
{
	struct history	*h = history_of(v);

	if (h->then == NULL) {
		app_close(v, NULL);
		return;
	}
	val_free(h->then);
	h->then = NULL;
	record_view_free(&h->record_view);
}

const struct command	 scr_history_commands[] = {
	{ ACT_OPEN, N_("as it stood then"), N_("The whole record as it stood then."), has_version, open_version },
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

	(void)k;
	if (h->then != NULL)
		return record_view_move(&h->record_view, v->app->term, act, frame_content_rows(v->app->term), NULL);
	return lines_move(&h->lines, act, versions_shown(h));
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

/* Below a version: the reasons the act asked for, else the fields that changed. */
static void
event_text(const struct history *h, const struct val *v, struct buf *out)
{
	const struct form_ctx	*ctx = &h->view.app->ctx;
	const char		*name = val_get_str(v, "act");
	const struct act	*a = name != NULL ? book_act(h->book, name) : NULL;

	wording_answers(ctx, h->book, name, val_get(v, "ask"), "  ", out);
	wording_remarks(ctx, h->book, val_get(v, "remarks"), "  ", out);
	wording_merge_note(v, out);
	if (a == NULL || out->n == 0)
		wording_paths(ctx, h->book, val_get(v, "changed"), out);
}

static void
draw_version(const struct history *h, struct term *t, int row, size_t i)
{
	const struct form_ctx	*ctx = &h->view.app->ctx;
	const struct val	*v = val_at(h->versions, i);
	const char		*name = val_get_str(v, "name"), *act = val_get_str(v, "act");
	struct buf		 b = BUF_INIT;

	if (i == h->lines.focus) {
		term_text(t, row, 0, -1, ATTR_BOLD, FOCUS_MARK);
		term_cursor(t, row, 0);
	}
	wording_datetime(val_get_num(v, "at", 0), &b);
	term_text(t, row, 2, 17, ATTR_NORMAL, buf_str(&b));
	term_text(t, row, 20, 14, ATTR_NORMAL, name != NULL ? name : "");
	buf_reset(&b);
	wording_act(ctx, h->book, act != NULL ? act : "save", &b);
	term_text(t, row, 36, 20, ATTR_BOLD, buf_str(&b));
	buf_reset(&b);
	wording_state(ctx, h->book, val_get_str(v, "state"), &b);
	term_text(t, row, 58, -1, ATTR_NORMAL, buf_str(&b));
	buf_reset(&b);
	event_text(h, v, &b);
	term_text(t, row + 1, 4, -1, ATTR_DIM, buf_str(&b));
	buf_free(&b);
}

static void
history_draw(struct view *v, struct term *t)
{
	struct history	*h = history_of(v);
	int		 shown = versions_shown(h);
	size_t		 top = lines_top(&h->lines, shown);

	if (h->then != NULL) {
		record_view_draw(&h->record_view, t, CONTENT_ROW, frame_content_rows(t), NULL);
		return;
	}
	for (int i = 0; i < shown && top + (size_t)i < h->lines.n; i++)
		draw_version(h, t, CONTENT_ROW + i * LINE_ROWS, top + (size_t)i);
}

static void
history_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct history	*h = history_of(v);
	struct buf		 when = BUF_INIT;

	if (h->then != NULL) {
		wording_datetime(val_get_num(val_get(h->then, "last"), "at", 0), &when);
		wording_format(left, _("As it stood on {1}: {2}"), ARG_TEXT, buf_str(&when), ARG_TEXT, h->title,
		    ARG_END);
		buf_free(&when);
	} else
		wording_format(left, _("History: {1}"), ARG_TEXT, h->title, ARG_END);
	wording_format(right, _("{1} of {2}"), ARG_NUM, (int64_t)(h->lines.n > 0 ? h->lines.focus + 1 : 0),
	    ARG_NUM, (int64_t)h->lines.n, ARG_END);
}

static void
history_free(struct view *v)
{
	struct history	*h = history_of(v);

	val_free(h->versions);
	val_free(h->then);
	record_view_free(&h->record_view);
	free(h->title);
	free(h);
}

static const struct view_ops history_ops = {
	.name = "history", .title = history_title, .draw = history_draw,
	.commands = scr_history_commands, .key = history_key,
	.reply = history_reply, .shown = history_shown, .free = history_free,
};

struct view *
scr_history(const struct book *book, int64_t id, const char *title)
{
	struct history	*h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	*h = (struct history){ .view.ops = &history_ops, .book = book, .id = id, .title = strdup(title) };
	if (h->title == NULL) {
		free(h);
		return NULL;
	}
	return &h->view;
}

void
scr_history_show_answers(struct view *from, const struct book *book, const struct val *version, const char *title)
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
