#include "tui/view/list_view.h"

#include <stdlib.h>
#include <string.h>

#include "tui/view/prompt.h"
#include "forms/wording.h"

/* Of the prompt: what is typed comes under the next one. */
enum { TAG_FIND = LIST_TAG - 2, TAG_FIND_LIVE };

struct list_view *
list_view_of(const struct view *v)
{
	return (struct list_view *)(uintptr_t)v;
}

void
list_view_init(struct list_view *l, const struct view_ops *view_ops, const struct list_ops *ops,
    const struct book *book)
{
	l->view.ops = view_ops;
	l->ops = ops;
	l->book = book;
}

void
list_view_release(struct list_view *l)
{
	table_clear(&l->rows);
	val_free(l->first);
	val_free(l->last);
	val_free(l->was);
	buf_free(&l->find);
}

const struct val *
list_view_focused(const struct list_view *l)
{
	return l->lines.focus < l->rows.n ? l->rows.at[l->lines.focus] : NULL;
}

static int
line_rows(const struct list_view *l)
{
	return l->ops->line_rows > 0 ? l->ops->line_rows : 1;
}

int
list_view_rows(const struct list_view *l)
{
	return (frame_content_rows(l->view.app->term) - l->ops->head_rows - l->ops->foot_rows) /
	    line_rows(l);
}

bool
list_view_is_narrowed(const struct list_view *l)
{
	return l->find.n > 0 || (l->ops->is_narrowed != NULL && l->ops->is_narrowed(l));
}

void
list_view_add_more(const struct list_view *l, struct buf *right)
{
	if (l->more || lines_more_below(&l->lines, list_view_rows(l)))
		buf_printf(right, "%s%s", right->n > 0 ? "  " : "", _("more below"));
}

void
list_view_lines_changed(struct list_view *l)
{
	lines_resize(&l->lines, l->ops->count != NULL ? l->ops->count(l) : l->rows.n);
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* The tag is the page. Keys wait while there is no line to act on. */
static void
ask(struct list_view *l, enum list_page page)
{
	unsigned	 flags = APP_SEND_WAIT;

	if (page == LIST_AGAIN && l->rows.n > 0)
		flags = l->ops->again_flags;
	if (page == LIST_FOUND && l->ops->typed_here)
		flags = 0;
	app_send(&l->view, (int)page, l->ops->request(l, page), flags);
}

void
list_view_clear(struct list_view *l)
{
	table_clear(&l->rows);
	l->loaded = l->more = l->before = false;
	l->reread = 0;
	lines_resize(&l->lines, 0);
}

void
list_view_read(struct list_view *l)
{
	list_view_clear(l);
	ask(l, LIST_FIRST);
}

/*
 * During typing only the newest text matters: one request at a time is under way, and Enter waits
 * for its reply.
 */
static void
ask_found(struct list_view *l)
{
	/* the person may have stopped waiting: that reply does not come */
	l->finding = l->finding && app_is_pending(&l->view, LIST_FOUND);
	l->find_again = l->finding;
	if (!l->finding)
		ask(l, LIST_FOUND);
	l->finding = true;
}

void
list_view_read_again(struct list_view *l)
{
	l->reread = l->rows.n;
	ask(l, LIST_AGAIN);
}

/*
 * Not when the first rows are out of sight: as many rows from the first one would be others than
 * those on the screen.
 */
static bool
rereads(const struct list_view *l)
{
	return !l->ops->read_once && !l->before &&
	    (l->ops->reread_max == 0 || l->rows.n <= l->ops->reread_max);
}

void
list_view_shown(struct view *v)
{
	struct list_view	*l = list_view_of(v);

	if (v->waiting > 0)
		return;
	if (!l->loaded)
		ask(l, LIST_FIRST);
	else if (l->stale || rereads(l))
		list_view_read_again(l);
	l->stale = false;
}

/* ---- answers --------------------------------------------------------------------------------- */

static bool
reads_on(const struct list_view *l)
{
	return l->more && !l->ops->one_page && !(l->ops->found_whole && l->find.n > 0);
}

void
list_view_fill(struct list_view *l, const struct val *rows)
{
	table_clear(&l->rows);
	table_add(&l->rows, rows, l->filter);
	l->loaded = true;
	if (l->ops->receive != NULL)
		l->ops->receive(l, NULL, LIST_FIRST);
	list_view_lines_changed(l);
}

/* Does this lead behind the rows read so far? */
static bool
leads_behind(const struct list_view *l, enum action act)
{
	const size_t	 page = (size_t)list_view_rows(l);

	return (act == ACT_DOWN && l->lines.focus + 1 >= l->lines.n) ||
	    (act == ACT_PAGE_DOWN && l->lines.top + 2 * page > l->lines.n);
}

/* Rows may be dropped, or share a line: then a page may not be full yet. */
static bool
wants_more(const struct list_view *l, enum list_page page)
{
	return page != LIST_BEFORE && reads_on(l) && (l->lines.n < (size_t)list_view_rows(l) ||
	    l->rows.n < l->reread || (page == LIST_MORE && leads_behind(l, l->move)));
}

static void
remember(struct val **at, const struct val *row)
{
	val_free(*at);
	*at = val_dup(row);
}

static void
receive_first(struct list_view *l, const struct val *list)
{
	table_clear(&l->rows);
	table_add(&l->rows, list, l->filter);
	remember(&l->first, val_at(list, 0));
	remember(&l->last, val_len(list) > 0 ? val_at(list, val_len(list) - 1) : NULL);
}

static void
receive_more(struct list_view *l, const struct val *list)
{
	table_add(&l->rows, list, l->filter);
	if (val_len(list) > 0)
		remember(&l->last, val_at(list, val_len(list) - 1));
}

static void
receive_before(struct list_view *l, const struct val *list)
{
	const size_t	 was = l->rows.n;

	table_add_front(&l->rows, list, l->filter);
	l->lines.focus += l->rows.n - was;
	l->lines.top += l->rows.n - was;
	if (val_len(list) > 0)
		remember(&l->first, val_at(list, 0));
}

static void
receive_last(struct list_view *l, const struct val *list)
{
	receive_first(l, list);
	table_reverse(&l->rows);
	remember(&l->last, val_at(list, 0));
	remember(&l->first, val_len(list) > 0 ? val_at(list, val_len(list) - 1) : NULL);
}

static void
receive_rows(struct list_view *l, const struct val *reply, enum list_page page)
{
	const struct val	*list = val_get(reply, l->ops->rows);
	const bool		 more = val_get_true(reply, "more");

	if (page == LIST_MORE)
		receive_more(l, list);
	else if (page == LIST_BEFORE)
		receive_before(l, list);
	else if (page == LIST_LAST)
		receive_last(l, list);
	else
		receive_first(l, list);
	if (page == LIST_BEFORE || page == LIST_LAST)
		l->before = more;
	else if (page != LIST_MORE)
		l->before = false;
	if (page == LIST_LAST)
		l->more = false;
	else if (page != LIST_BEFORE)
		l->more = more && val_len(list) > 0;
	l->loaded = true;
}

/* Moves the focus back to its row at its new place, else to its line. */
static void
return_to_row(struct list_view *l)
{
	l->lines.focus = l->at.focus;
	l->lines.top = l->at.top;
	list_view_lines_changed(l);
	for (size_t i = 0; l->ops->is_same != NULL && l->was != NULL && i < l->rows.n; i++)
		if (l->ops->is_same(l->rows.at[i], l->was))
			l->lines.focus = i;
	remember(&l->was, NULL);
}

/*
 * Sets the focus after the last page asked for. A move waits for rows below or above until they are
 * there.
 */
static void
place_focus(struct list_view *l, enum list_page page)
{
	const bool		 is_next = page == LIST_MORE || page == LIST_BEFORE;
	const enum action	 move = is_next ? l->move : ACT_NONE;

	if (page == LIST_AGAIN || (page == LIST_MORE && l->reread > 0))
		return_to_row(l);
	if (page == LIST_FOUND)
		l->lines.focus = 0;
	if (page == LIST_LAST)
		l->lines.focus = l->lines.n > 0 ? l->lines.n - 1 : 0;
	l->reread = 0;
	if (move == ACT_NONE)
		return;
	l->move = ACT_NONE;
	lines_move(&l->lines, move, list_view_rows(l));
}

static void
receive_page(struct list_view *l, const struct val *reply, enum list_page page)
{
	if (page == LIST_FOUND)
		l->finding = false;
	if (page == LIST_FOUND && l->find_again) {
		ask_found(l);
		return;
	}
	if (page == LIST_AGAIN) {
		remember(&l->was, list_view_focused(l));
		l->at = l->lines;
	}
	receive_rows(l, reply, page);
	if (l->ops->receive != NULL)
		l->ops->receive(l, reply, page);
	list_view_lines_changed(l);
	if (wants_more(l, page))
		ask(l, LIST_MORE);
	else
		place_focus(l, page);
}

void
list_view_reply(struct view *v, int tag, const struct val *reply)
{
	struct list_view	*l = list_view_of(v);

	if (app_reply_ok(v->app, l->book, reply)) {
		receive_page(l, reply, (enum list_page)tag);
		return;
	}
	if (tag == LIST_FOUND && *app_reply_code(reply) != '\0')
		l->finding = false;
	l->move = ACT_NONE;
	l->reread = 0;
}

/* ---- narrowing ------------------------------------------------------------------------------- */

static void
set_find(struct list_view *l, const char *text)
{
	buf_reset(&l->find);
	buf_puts(&l->find, text);
}

void
list_view_look_for(struct list_view *l, const char *text)
{
	set_find(l, text);
	ask_found(l);
}

void
list_view_result(struct view *v, int tag, const struct val *result)
{
	struct list_view	*l = list_view_of(v);

	if (tag == TAG_FIND_LIVE)
		list_view_look_for(l, val_str(result));
	else if (tag == TAG_FIND && result == NULL && l->find.n > 0) {
		set_find(l, "");
		list_view_read(l);
	}
}

void
list_view_find(struct view *v)
{
	const char	*text = buf_str(&list_view_of(v)->find);

	app_push(v->app, prompt_new(_("Find"), text, true, 0), v, TAG_FIND);
}

void
list_view_back(struct view *v)
{
	struct list_view	*l = list_view_of(v);

	if (!list_view_is_narrowed(l)) {
		app_close(v, NULL);
		return;
	}
	set_find(l, "");
	if (l->ops->widen != NULL)
		l->ops->widen(l);
	list_view_read(l);
}

/* ---- keys ------------------------------------------------------------------------------------ */

bool
list_view_has_line(const struct view *v)
{
	return list_view_of(v)->lines.n > 0;
}

bool
list_view_has_pages(const struct view *v)
{
	const struct list_view	*l = list_view_of(v);

	return l->more || l->before || lines_overflow(&l->lines, list_view_rows(l));
}

bool
list_view_has_found(const struct view *v)
{
	return list_view_of(v)->find.n > 0 && list_view_has_line(v);
}

static bool
read_and_move(struct list_view *l, enum action act, enum list_page page)
{
	l->move = act;
	ask(l, page);
	return true;
}

/* Moves; where the rows read so far end, reads on and moves then. */
static bool
move(struct list_view *l, enum action act)
{
	const size_t	 page = (size_t)list_view_rows(l);

	if (l->lines.n == 0)
		return false;
	if (reads_on(l) && leads_behind(l, act))
		return read_and_move(l, act, LIST_MORE);
	if (l->before &&
	    ((act == ACT_UP && l->lines.focus == 0) || (act == ACT_PAGE_UP && l->lines.top < page)))
		return read_and_move(l, act, LIST_BEFORE);
	if (act == ACT_TOP && l->before) {
		list_view_read(l);
		return true;
	}
	if (act == ACT_END && l->more && l->ops->two_way && !list_view_is_narrowed(l)) {
		ask(l, LIST_LAST);
		return true;
	}
	if (act == ACT_END && reads_on(l) && !l->ops->two_way)
		return read_and_move(l, act, LIST_MORE);
	return lines_move(&l->lines, act, list_view_rows(l));
}

void
list_view_find_next(struct view *v)
{
	struct list_view	*l = list_view_of(v);

	if (!move(l, ACT_DOWN))
		move(l, ACT_TOP);
}

bool
list_view_key(struct view *v, const struct key *k, enum action act)
{
	struct list_view	*l = list_view_of(v);

	(void)k;
	if (act == ACT_FIND_NEXT && l->ops->finds && l->lines.n > 0) {
		app_message(v->app, _("Nothing was looked for yet; / begins."), ARG_END);
		return true;
	}
	if (act == ACT_REFRESH) {
		l->stale = true;		/* read again when the program shows the view */
		return false;
	}
	return move(l, act);
}

/* ---- drawing --------------------------------------------------------------------------------- */

void
list_view_draw(struct view *v, struct term *t)
{
	const struct list_view	*l = list_view_of(v);
	const bool		 empty = l->loaded && l->lines.n == 0;
	const int		 rows = list_view_rows(l);
	const size_t		 top = lines_top(&l->lines, rows);
	const bool		 says = empty && v->waiting == 0 && !l->finding;
	const char		*text = says && l->ops->empty != NULL ? l->ops->empty(l) : NULL;
	const bool		 focused = l->ops->has_focus == NULL || l->ops->has_focus(l);

	if (l->ops->draw_head != NULL && (!empty || l->ops->head_stays))
		l->ops->draw_head(l, t, CONTENT_ROW);
	if (text != NULL)
		term_text(t, CONTENT_ROW + 2, 2, -1, ATTR_NORMAL, text);
	for (int i = 0; i < rows && top + (size_t)i < l->lines.n; i++) {
		const int	 row = CONTENT_ROW + l->ops->head_rows + i * line_rows(l);

		l->ops->draw_line(l, t, row, top + (size_t)i);
		if (focused && top + (size_t)i == l->lines.focus)
			draw_focus(t, row, 0);
	}
}
