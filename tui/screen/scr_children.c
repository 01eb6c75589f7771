#include <stdlib.h>
#include <string.h>

#include "tui/screen/scr.h"
#include "tui/widget/draw.h"
#include "tui/term/width.h"
#include "tui/screen/child_records.h"
#include "tui/wording.h"

/*
 * What stands under one record, the latest first: when it was, what it is, what it says.
 */
#define LIMIT		200	/* of one book; whoever has more looks in the book's own list */
#define COL_DAY		2
#define COL_BOOK	14
#define COL_STATE	28

enum { TAG_UNDER = 1, TAG_OPENED, TAG_BOOK, TAG_FORM };

struct children_view {
	struct view		 view;
	const struct book	*book;
	int64_t			 id;
	char			*title;
	const struct book	*only;		/* NULL: all that stand under it */
	int			 on;		/* 0: as it is */
	struct val		*list;		/* NULL: not here yet */
	bool			 more;
	struct lines		 lines;
};

static struct children_view *
children_of(const struct view *v)
{
	return (struct children_view *)(uintptr_t)v;
}

static int
rows_shown(const struct children_view *b)
{
	return frame_content_rows(b->view.app->term);
}

static const struct book *
book_at(const struct children_view *b, size_t i)
{
	const char	*name = val_get_str(val_at(b->list, i), "book");

	return name != NULL ? set_book(b->view.app->ctx.set, name) : NULL;
}

static struct child_parent
owner_of(const struct children_view *b)
{
	return (struct child_parent){ b->book, b->id, b->title };
}

static void
children_shown(struct view *v)
{
	struct children_view	*b = children_of(v);
	struct val	*req = app_request_new("under");

	if (req != NULL) {
		val_put(req, "book", val_text(b->book->name));
		val_put(req, "id", val_int(b->id));
		val_put(req, "limit", val_int(LIMIT));
		if (b->only != NULL)
			val_put(req, "of", val_text(b->only->name));
		if (b->on != 0)
			val_put(req, "on", val_int(b->on));
	}
	app_send(v, TAG_UNDER, req, APP_SEND_WAIT);
}

static void
children_reply(struct view *v, int tag, const struct val *reply)
{
	struct children_view	*b = children_of(v);

	(void)tag;
	if (!app_reply_ok(v->app, b->book, reply))
		return;
	val_free(b->list);
	b->list = val_dup(val_get(reply, "under"));
	b->more = val_get_true(reply, "more");
	lines_resize(&b->lines, val_len(b->list));
}

static void
children_result(struct view *v, int tag, const struct val *result)
{
	struct child_parent	 of = owner_of(children_of(v));

	if (tag == TAG_BOOK)
		child_records_chosen(v, &of, result, TAG_FORM);
}

static bool
creates(const struct children_view *b)
{
	const roles_t	 me = ROLE_BIT(b->view.app->role);

	return b->on == 0 && (b->only != NULL ? (b->only->create & me) != 0 : child_records_creatable(b->view.app, b->book));
}

static void
make_new(struct children_view *b)
{
	struct child_parent	 of = owner_of(b);

	if (b->only != NULL)
		app_push(b->view.app, scr_form_child(b->view.app, b->only, b->id, b->title), &b->view, TAG_FORM);
	else
		child_records_new(&b->view, &of, TAG_BOOK, TAG_FORM);
}

static void
open_line(struct children_view *b, const struct book *book)
{
	int64_t	 id = val_get_num(val_get(val_at(b->list, b->lines.focus), "row"), "id", 0);

	app_push(b->view.app, b->on != 0 ? scr_cover_open_past(book, id, b->on) : scr_cover_open(book, id), &b->view, TAG_OPENED);
}

static bool
children_key(struct view *v, const struct key *k, enum action act)
{
	struct children_view		*b = children_of(v);
	const struct book	*book = book_at(b, b->lines.focus);

	(void)k;
	if (act == ACT_BACK)
		app_close(v, NULL);
	else if (act == ACT_NEW && creates(b))
		make_new(b);
	else if (act == ACT_OPEN && book != NULL)
		open_line(b, book);
	else
		return lines_move(&b->lines, act, rows_shown(b));
	return true;
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

/* Titles that begin with their day need not say it twice. */
static const char *
without_day(const char *title, const char *day)
{
	size_t	 n = strlen(day);

	return strncmp(title, day, n) == 0 ? title + n + strspn(title + n, " ") : title;
}

/* How far a record has come; one of a book with a single state has nothing to say there. */
static void
state_text(const struct children_view *b, size_t i, struct buf *out)
{
	const struct book	*book = book_at(b, i);

	if (book != NULL && book->nstates > 1)
		wording_state(&b->view.app->ctx, book, val_get_str(val_get(val_at(b->list, i), "row"), "state"), out);
}

/* As wide as the longest there, with the blanks behind it; 0 where nothing is to be said. */
static int
state_cells(const struct children_view *b)
{
	int	 widest = 0, cells;

	for (size_t i = 0; i < b->lines.n; i++) {
		struct buf	 words = BUF_INIT;

		state_text(b, i, &words);
		if ((cells = width_of(buf_str(&words))) > widest)
			widest = cells;
		buf_free(&words);
	}
	return widest > 0 ? widest + 2 : 0;
}

/* The name of the only book stands above the list, so what is told of it begins further left. */
static void
draw_line(const struct children_view *b, struct term *t, int row, size_t i, int cells)
{
	const struct val	*v = val_at(b->list, i);
	const struct book	*book = book_at(b, i);
	const char		*title = val_get_str(val_get(v, "row"), "title");
	const int		 col = b->only != NULL && cells > 0 ? COL_BOOK : COL_STATE;
	struct buf		 state = BUF_INIT;
	char			 day[11];

	if (i == b->lines.focus) {
		term_text(t, row, 0, -1, ATTR_BOLD, FOCUS_MARK);
		term_cursor(t, row, 0);
	}
	civil_print((int)val_get_num(v, "day", 0), day);
	term_text(t, row, COL_DAY, COL_BOOK - COL_DAY - 1, ATTR_NORMAL, day);
	if (col == COL_STATE)
		term_text(t, row, COL_BOOK, COL_STATE - COL_BOOK - 1, ATTR_NORMAL,
		    book != NULL ? wording_label(&b->view.app->ctx, book->label) : "");
	state_text(b, i, &state);
	term_text(t, row, col, -1, ATTR_NORMAL, buf_str(&state));
	term_text(t, row, col + cells, -1, ATTR_NORMAL, title != NULL ? without_day(title, day) : "");
	buf_free(&state);
}

static void
children_draw(struct view *v, struct term *t)
{
	struct children_view	*b = children_of(v);
	const int	 cells = state_cells(b);
	size_t		 top = lines_top(&b->lines, rows_shown(b));

	if (b->list != NULL && b->lines.n == 0)
		term_text(t, CONTENT_ROW + 2, 2, -1, ATTR_NORMAL, _("Nothing here at present."));
	for (int i = 0; i < rows_shown(b) && top + (size_t)i < b->lines.n; i++)
		draw_line(b, t, CONTENT_ROW + i, top + (size_t)i, cells);
}

static void
children_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct children_view	*b = children_of(v);

	wording_as_of(b->on, left);
	if (b->only != NULL)
		buf_printf(left, "%s  %s", wording_label(&v->app->ctx, b->only->label), b->title);
	else
		wording_format(left, _("Records of {1}"), ARG_TEXT, b->title, ARG_END);
	if (b->lines.n > 0)
		buf_printf(right, "%zu", b->lines.n);
	if (b->more || lines_more_below(&b->lines, rows_shown(b)))
		buf_printf(right, "  %s", _("more below"));
}

static void
children_strip(const struct view *v, struct strip *s)
{
	const struct children_view	*b = children_of(v);

	if (b->lines.n > 0)
		strip_add(s, ACT_OPEN);
	if (creates(b))
		strip_add(s, ACT_NEW);
	strip_add_page_keys(s, b->more || lines_overflow(&b->lines, rows_shown(b)));
	strip_add(s, ACT_JUMP);
	strip_add(s, ACT_HELP);
	strip_add(s, ACT_BACK);
}

static void
children_free(struct view *v)
{
	struct children_view	*b = children_of(v);

	val_free(b->list);
	free(b->title);
	free(b);
}

static const struct view_ops children_ops = {
	.name = "under", .title = children_title, .draw = children_draw, .strip = children_strip, .key = children_key,
	.reply = children_reply, .result = children_result, .shown = children_shown, .free = children_free,
};

struct view *
scr_children(const struct children_filter *what)
{
	struct children_view	*b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	*b = (struct children_view){ .view.ops = &children_ops, .book = what->of->book, .id = what->of->id,
	    .title = strdup(what->of->title), .only = what->only, .on = what->on };
	if (b->title == NULL) {
		free(b);
		return NULL;
	}
	return &b->view;
}
