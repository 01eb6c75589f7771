#include <stdlib.h>
#include <string.h>

#include "tui/view/picker.h"
#include "tui/screen/scr.h"
#include "tui/widget/draw.h"
#include "tui/view/prompt.h"
#include "tui/wording.h"

/*
 * The work list: one line for each duty of this person and for each of others' that has climbed to
 * him, the most urgent first. A line goes when its duty is done, and by nothing else. Narrowed by
 * what is typed after "/", or by what a line of its counts ("f") stands for.
 */
#define LIMIT		200	/* lines read at once */
#define COL_OVER	2
#define COL_DAY		17
#define COL_WHAT	29
#define COL_WHOM	46

#define NOTE_MAX	200	/* characters */

enum {
	TAG_DUE = 1, TAG_MORE, TAG_ACK,					/* requests */
	TAG_FIND, TAG_FIND_LIVE, TAG_BY, TAG_COUNTED, TAG_OPENED, TAG_FORM, TAG_NOTE	/* views */
};

struct deadlines_view {
	struct view	 view;
	struct val	*list;		/* NULL: not here yet */
	int64_t		 overdue, due_soon;
	bool		 more;
	struct lines	 lines;
	struct val	*only;		/* what narrows it, as the daemon is asked: book, clock, area, find */
	struct buf	 only_words;
	bool		 finding;	/* an answer to what is being typed is under way */
	bool		 find_again;	/* and more was typed since */
	enum action	 move;		/* to be done once more lines are there */
	size_t		 reread;	/* so many lines were read before they were asked for again */
};

static struct deadlines_view *
deadlines_of(const struct view *v)
{
	return (struct deadlines_view *)(uintptr_t)v;
}

static int
rows_shown(const struct deadlines_view *w)
{
	return frame_content_rows(w->view.app->term) - 1;	/* the first one is for the columns' labels */
}

static const struct val *
focused(const struct deadlines_view *w)
{
	return val_at(w->list, w->lines.focus);
}

static const struct book *
book_named(const struct deadlines_view *w, const struct val *deadline, const char *key)
{
	const char	*name = val_get_str(deadline, key);

	return name != NULL ? set_book(w->view.app->ctx.set, name) : NULL;
}

static const struct clock *
clock_of(const struct deadlines_view *w, const struct val *deadline)
{
	const struct book	*b = book_named(w, deadline, "book");
	const char		*name = val_get_str(deadline, "clock");

	return b != NULL && name != NULL ? book_clock(b, name) : NULL;
}

/* The book whose record does it, when this person may make one. */
static const struct book *
doing(const struct deadlines_view *w, const struct val *deadline)
{
	const struct book	*b = book_named(w, deadline, "done");

	return b != NULL && (b->create & ROLE_BIT(w->view.app->role)) != 0 ? b : NULL;
}

/* ---- asking ------------------------------------------------------------------------------------------------- */

static bool
narrowed(const struct deadlines_view *w)
{
	return val_len(w->only) > 0;
}

static void
ask(struct deadlines_view *w, int tag, const struct val *after)
{
	struct val	*req = app_request_new("due"), *from = after != NULL ? val_map() : NULL;

	for (size_t i = 0; req != NULL && i < val_len(w->only); i++)
		val_put(req, val_key(w->only, i), val_dup(val_value(w->only, i)));
	if (from != NULL) {
		val_put(from, "book", val_dup(val_get(after, "book")));
		val_put(from, "clock", val_dup(val_get(after, "clock")));
		val_put(from, "day", val_dup(val_get(after, "day")));
		val_put(from, "id", val_int(val_get_num(val_get(after, "row"), "id", 0)));
	}
	if (req != NULL) {
		val_put(req, "limit", val_int(LIMIT));
		if (from != NULL)
			val_put(req, "after", from);
	}
	app_send(&w->view, tag, req, APP_SEND_WAIT);
}

static void
ask_more(struct deadlines_view *w)
{
	ask(w, TAG_MORE, val_at(w->list, val_len(w->list) - 1));
}

static void
deadlines_shown(struct view *v)
{
	struct deadlines_view	*w = deadlines_of(v);

	if (v->waiting > 0)
		return;
	w->reread = val_len(w->list);
	ask(w, TAG_DUE, NULL);
}

/* While a word is being typed only the newest question counts: one at a time is under way. */
static void
ask_find(struct deadlines_view *w)
{
	w->find_again = w->finding;
	if (!w->finding)
		ask(w, TAG_FIND_LIVE, NULL);
	w->finding = true;
}

/* ---- answers ------------------------------------------------------------------------------------------------ */

/* Read again: the focus stays on its duty, or where that stood. */
static void
stay(struct deadlines_view *w, const struct val *was)
{
	for (size_t i = 0; was != NULL && i < val_len(w->list); i++) {
		const struct val	*is = val_at(w->list, i);

		if (val_same(val_get(is, "clock"), val_get(was, "clock")) &&
		    val_same(val_get(val_get(is, "row"), "id"), val_get(val_get(was, "row"), "id")))
			w->lines.focus = i;
	}
}

static void
receive_counts(struct deadlines_view *w, const struct val *reply)
{
	w->overdue = val_get_num(reply, "over", 0);
	w->due_soon = val_get_num(reply, "soon", 0);
	w->more = val_get_true(reply, "more");
}

static void
receive_list(struct deadlines_view *w, const struct val *reply)
{
	val_free(w->list);
	w->list = val_dup(val_get(reply, "due"));
	receive_counts(w, reply);
	lines_resize(&w->lines, val_len(w->list));
}

/* As many pages as there were come back, or the line one stood on would be out of sight. */
static void
receive_more(struct deadlines_view *w, const struct val *reply)
{
	const struct val	*list = val_get(reply, "due");
	enum action		 act = w->move;

	for (size_t i = 0; i < val_len(list); i++)
		val_add(w->list, val_dup(val_at(list, i)));
	receive_counts(w, reply);
	w->more = w->more && val_len(list) > 0;
	if (w->more && val_len(w->list) < w->reread) {
		ask_more(w);
		return;
	}
	lines_resize(&w->lines, val_len(w->list));
	w->move = ACT_NONE;
	w->reread = 0;
	if (act != ACT_NONE)
		lines_move(&w->lines, act, rows_shown(w));
}

static void
receive_reread(struct deadlines_view *w, const struct val *reply)
{
	struct lines	 at = w->lines;
	struct val	*was = val_dup(focused(w));

	receive_list(w, reply);
	if (w->more && val_len(w->list) < w->reread) {
		w->lines.focus = at.focus;
		w->lines.top = at.top;
		ask_more(w);
	}
	stay(w, was);
	val_free(was);
}

static void
receive_found(struct deadlines_view *w, const struct val *reply)
{
	w->finding = false;
	if (w->find_again) {
		ask_find(w);
		return;
	}
	receive_list(w, reply);
	w->lines.focus = 0;
}

static void
deadlines_reply(struct view *v, int tag, const struct val *reply)
{
	struct deadlines_view	*w = deadlines_of(v);

	if (tag == TAG_FIND_LIVE && *app_reply_code(reply) != '\0')
		w->finding = false;
	if (!app_reply_ok(v->app, NULL, reply)) {
		w->move = ACT_NONE;
		w->reread = 0;
	} else if (tag == TAG_ACK)
		deadlines_shown(v);
	else if (tag == TAG_MORE)
		receive_more(w, reply);
	else if (tag == TAG_FIND_LIVE)
		receive_found(w, reply);
	else
		receive_reread(w, reply);
}

/* ---- narrowing ---------------------------------------------------------------------------------------------- */

static void
read_anew(struct deadlines_view *w)
{
	val_free(w->list);
	w->list = NULL;
	lines_resize(&w->lines, 0);
	w->reread = 0;
	ask(w, TAG_DUE, NULL);
}

static void
set_find(struct deadlines_view *w, const char *text)
{
	if (text != NULL && *text != '\0')
		val_put(w->only, "find", val_text(text));
	else
		val_drop(w->only, "find");
}

/* Esc takes back all that narrows the list before it leaves it. */
static void
back(struct view *v)
{
	struct deadlines_view	*w = deadlines_of(v);

	if (!narrowed(w)) {
		app_close(v, NULL);
		return;
	}
	val_free(w->only);
	w->only = val_map();
	buf_reset(&w->only_words);
	read_anew(w);
}

static struct view *
ways_to_count(const struct deadlines_view *w)
{
	struct choices	 all = CHOICES_INIT;

	choices_add(&all, "1", _("what to do"), "sx", "clock");
	choices_add(&all, "2", _("village"), "c", "village");
	if (w->view.app->role->level < AREA_TOWNSHIP)
		choices_add(&all, "3", _("township"), "xz", "township");
	return picker_new(_("Count by"), &all, PICKER_IMMEDIATE, "");
}

/* A line of the counts; of what narrowed it before the rest stays. */
static void
narrow(struct deadlines_view *w, const struct val *result)
{
	for (size_t i = 0; i < val_len(result); i++)
		if (strcmp(val_key(result, i), "words") != 0)
			val_put(w->only, val_key(result, i), val_dup(val_value(result, i)));
	buf_printf(&w->only_words, "  %s", val_get_str(result, "words"));
	val_free(w->list);		/* shown() reads anew */
	w->list = NULL;
	lines_resize(&w->lines, 0);
}

/* ---- keys --------------------------------------------------------------------------------------------------- */

static void
open_file(struct view *v)
{
	struct deadlines_view	*w = deadlines_of(v);
	const struct val	*deadline = focused(w);
	const struct book	*b = book_named(w, deadline, "book");

	if (b != NULL)
		app_push(w->view.app, scr_cover_open(b, val_get_num(val_get(deadline, "row"), "id", 0)), &w->view,
		    TAG_OPENED);
}

static void
do_it(struct view *v)
{
	struct deadlines_view	*w = deadlines_of(v);
	const struct val	*row = val_get(focused(w), "row");
	const struct book	*b = doing(w, focused(w));
	const char		*title = val_get_str(row, "title");

	app_push(w->view.app, scr_form_child(w->view.app, b, val_get_num(row, "id", 0),
	    title != NULL ? title : ""), &w->view,
	    TAG_FORM);
}

/* The note is optional: Enter alone says it, too. */
static void
acknowledge(struct deadlines_view *w, const struct val *note)
{
	const struct val	*deadline = focused(w);
	struct val		*req;

	if (val_str(note) == NULL || deadline == NULL || (req = app_request_new("ack")) == NULL)
		return;
	val_put(req, "book", val_dup(val_get(deadline, "book")));
	val_put(req, "clock", val_dup(val_get(deadline, "clock")));
	val_put(req, "id", val_int(val_get_num(val_get(deadline, "row"), "id", 0)));
	val_put(req, "note", val_dup(note));
	app_send(&w->view, TAG_ACK, req, APP_SEND_WAIT);
}

static void
list_text(const struct deadlines_view *w, struct buf *out)
{
	const char	*text = val_get_str(w->only, "find");

	buf_puts(out, _("What is due"));
	buf_puts(out, buf_str(&w->only_words));
	if (text != NULL)
		buf_printf(out, "  %s%s%s", _("found"), _(": "), text);
}

static void
count_by(struct deadlines_view *w, const char *by)
{
	struct buf	 of = BUF_INIT;

	list_text(w, &of);
	app_push(w->view.app, scr_deadline_groups(by, buf_str(&of), w->only), &w->view, TAG_COUNTED);
	buf_free(&of);
}

static void
deadlines_result(struct view *v, int tag, const struct val *result)
{
	struct deadlines_view	*w = deadlines_of(v);

	if (tag == TAG_NOTE)
		acknowledge(w, result);
	else if (tag == TAG_FIND_LIVE) {
		set_find(w, val_str(result));
		ask_find(w);
	} else if (tag == TAG_FIND && result == NULL && val_get(w->only, "find") != NULL) {
		set_find(w, NULL);
		ask_find(w);
	} else if (tag == TAG_BY && result != NULL)
		count_by(w, val_str(result));
	else if (tag == TAG_COUNTED && result != NULL)
		narrow(w, result);
}

/* Moves; where the lines read so far end, reads on and moves then. */
static bool
move(struct deadlines_view *w, enum action act)
{
	size_t	 page = (size_t)rows_shown(w);

	if (w->more && ((act == ACT_DOWN && w->lines.focus + 1 >= w->lines.n) ||
	    (act == ACT_PAGE_DOWN && w->lines.top + 2 * page > w->lines.n))) {
		w->move = act;
		ask_more(w);
		return true;
	}
	return lines_move(&w->lines, act, rows_shown(w));
}

static void
find(struct view *v)
{
	const char	*found = val_get_str(deadlines_of(v)->only, "find");

	app_push(v->app, prompt_new(_("Find"), found != NULL ? found : "", true, 0), v, TAG_FIND);
}

static void
find_next(struct view *v)
{
	struct deadlines_view	*w = deadlines_of(v);

	if (!move(w, ACT_DOWN))
		move(w, ACT_TOP);
}

static void
ask_count(struct view *v)
{
	app_push(v->app, ways_to_count(deadlines_of(v)), v, TAG_BY);
}

static void
ask_note(struct view *v)
{
	app_push(v->app, prompt_as_question(prompt_new(_("Acknowledged; a note if you wish"), "", false, NOTE_MAX)), v, TAG_NOTE);
}

static bool
has_line(const struct view *v)
{
	return deadlines_of(v)->lines.n > 0;
}

static bool
may_do(const struct view *v)
{
	return has_line(v) && doing(deadlines_of(v), focused(deadlines_of(v))) != NULL;
}

static bool
is_found(const struct view *v)
{
	return has_line(v) && val_get(deadlines_of(v)->only, "find") != NULL;
}

static bool
has_more_rows(const struct view *v)
{
	return deadlines_of(v)->more || lines_overflow(&deadlines_of(v)->lines, rows_shown(deadlines_of(v)));
}

const struct command	 scr_deadlines_commands[] = {
	{ ACT_NEW, N_("do it"), N_("Opens the form that does this; saved, the line is gone."), may_do, do_it },
	{ .act = ACT_ACKNOWLEDGE, .may = has_line, .run = ask_note },
	{ ACT_OPEN, N_("the file"), N_("Opens the file of this line."), has_line, open_file },
	{ .act = ACT_FIND, .run = find },
	{ .act = ACT_FIND_NEXT, .may = is_found, .run = find_next },
	{ .act = ACT_COUNT_BY, .run = ask_count },
	{ .act = ACT_PAGE_DOWN, .may = has_more_rows },
	{ .act = ACT_PAGE_UP, .may = has_more_rows },
	{ .act = ACT_REFRESH },
	{ .act = ACT_JUMP },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = back },
	{ .act = ACT_NONE }
};

static bool
deadlines_key(struct view *v, const struct key *k, enum action act)
{
	struct deadlines_view	*w = deadlines_of(v);

	(void)k;
	if (act != ACT_FIND_NEXT || w->lines.n == 0)
		return move(w, act);
	app_message(v->app, _("Nothing was looked for yet; / begins."), ARG_END);
	return true;
}

/* ---- words -------------------------------------------------------------------------------------------------- */

static void
title_text(const struct deadlines_view *w, const struct val *row, struct buf *out)
{
	const struct val	*of = val_get(row, "under");	/* whoever it is about is known by name, not by the paper */
	const char		*title = val_get_str(of != NULL ? of : row, "title"), *area = val_get_str(row, "area");
	struct buf		 place = BUF_INIT;

	buf_puts(out, title != NULL ? title : "");
	if (area != NULL)
		wording_area(&w->view.app->ctx, area, &place);
	if (place.n > 0 && strstr(buf_str(out), buf_str(&place)) == NULL)	/* most titles say where */
		buf_printf(out, " %s", buf_str(&place));
	buf_free(&place);
}

/* Somebody else's silence: after so many days it is told here. */
static void
escalation_text(const struct deadlines_view *w, const struct clock *c, struct buf *out)
{
	const roles_t	 me = ROLE_BIT(w->view.app->role);
	struct buf	 whose = BUF_INIT;

	for (size_t i = 0; (c->by & me) == 0 && i < c->nescalation; i++) {
		if ((c->escalation[i].to & me) == 0)
			continue;
		wording_roles(&w->view.app->ctx, c->by, &whose);
		wording_format(out, _("Up from {1}: silent past day {2}; "), ARG_TEXT, buf_str(&whose),
		    ARG_NUM,
		    (int64_t)c->escalation[i].after, ARG_END);
		break;
	}
	buf_free(&whose);
}

static void
ack_text(const struct val *ack, struct buf *out)
{
	const char	*name = val_get_str(ack, "name"), *note = val_get_str(ack, "note");

	wording_format(out, note != NULL ? _("{1} knows of it since {2}: {3}; ") : _("{1} knows of it since {2}; "),
	    ARG_TEXT, name != NULL ? name : "", ARG_DATE, civil_at(val_get_num(ack, "at", 0)),
	    ARG_TEXT, note != NULL ? note : "", ARG_END);
}

static void
deadlines_note(const struct view *v, struct buf *out)
{
	const struct deadlines_view	*w = deadlines_of(v);
	const struct val	*deadline = focused(w);
	const struct clock	*c = clock_of(w, deadline);
	const char		*from = val_get_str(deadline, "from");

	if (c == NULL)
		return;
	if (val_get(deadline, "ack") != NULL)
		ack_text(val_get(deadline, "ack"), out);
	escalation_text(w, c, out);
	wording_counted_from(&v->app->ctx, c, deadline, out);
	if (from != NULL && strcmp(from, "empty") == 0)
		buf_puts(out, _("; due a day before"));
	if (c->local)
		buf_puts(out, _("; a local term"));
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

static void
draw_line(const struct deadlines_view *w, struct term *t, int row, size_t i)
{
	const struct val	*deadline = val_at(w->list, i);
	const struct clock	*c = clock_of(w, deadline);
	struct buf		 b = BUF_INIT;
	char			 day[11];

	if (i == w->lines.focus) {
		term_text(t, row, 0, -1, ATTR_BOLD, FOCUS_MARK);
		term_cursor(t, row, 0);
	}
	wording_lateness(val_get_num(deadline, "over", 0), &b);
	term_text(t, row, COL_OVER, COL_DAY - COL_OVER - 1, ATTR_NORMAL, buf_str(&b));
	civil_print((int)val_get_num(deadline, "day", 0), day);
	term_text(t, row, COL_DAY, COL_WHAT - COL_DAY - 1, ATTR_NORMAL, day);
	term_text(t, row, COL_WHAT, COL_WHOM - COL_WHAT - 1, ATTR_NORMAL,
	    c != NULL ? wording_label(&w->view.app->ctx, c->label) : val_get_str(deadline, "clock"));
	buf_reset(&b);
	if (val_get(deadline, "ack") != NULL)
		buf_printf(&b, "%s ", _("[known]"));
	title_text(w, val_get(deadline, "row"), &b);
	term_text(t, row, COL_WHOM, -1, ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static void
draw_head(struct term *t, int row)
{
	term_text(t, row, COL_OVER, term_cols(t) - COL_OVER, ATTR_DIM, _("how late"));
	term_text(t, row, COL_DAY, -1, ATTR_DIM, _("by when"));
	term_text(t, row, COL_WHAT, -1, ATTR_DIM, _("what to do"));
	term_text(t, row, COL_WHOM, -1, ATTR_DIM, _("for whom"));
}

static void
deadlines_draw(struct view *v, struct term *t)
{
	struct deadlines_view	*w = deadlines_of(v);
	size_t		 top = lines_top(&w->lines, rows_shown(w));

	if (w->list != NULL && w->lines.n == 0) {
		term_text(t, CONTENT_ROW + 2, 2, -1, ATTR_NORMAL, narrowed(w) ?
		    _("Nothing fits. Esc shows the whole list again.") : _("Nothing is due now or in the next seven days."));
		return;
	}
	draw_head(t, CONTENT_ROW);
	for (int i = 0; i < rows_shown(w) && top + (size_t)i < w->lines.n; i++)
		draw_line(w, t, CONTENT_ROW + 1 + i, top + (size_t)i);
}

static void
deadlines_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct deadlines_view	*w = deadlines_of(v);

	list_text(w, left);
	if (w->list == NULL)
		return;
	wording_format(right, _("overdue {1}"), ARG_NUM, w->overdue, ARG_END);
	buf_puts(right, "  ");
	wording_format(right, _("due soon {1}"), ARG_NUM, w->due_soon, ARG_END);
	if (w->more || lines_more_below(&w->lines, rows_shown(w)))
		buf_printf(right, "  %s", _("more below"));
}

static void
deadlines_free(struct view *v)
{
	struct deadlines_view	*w = deadlines_of(v);

	val_free(w->list);
	val_free(w->only);
	buf_free(&w->only_words);
	free(w);
}

static const struct view_ops deadlines_ops = {
	.name = "due", .title = deadlines_title, .draw = deadlines_draw, .note = deadlines_note,
	.commands = scr_deadlines_commands, .key = deadlines_key, .result = deadlines_result,
	.reply = deadlines_reply, .shown = deadlines_shown, .free = deadlines_free,
};

struct view *
scr_deadlines(void)
{
	struct deadlines_view	*w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->view.ops = &deadlines_ops;
	if ((w->only = val_map()) != NULL)
		return &w->view;
	free(w);
	return NULL;
}
