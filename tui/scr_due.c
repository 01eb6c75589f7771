#include <stdlib.h>
#include <string.h>

#include "tui/draw.h"
#include "tui/scr.h"
#include "tui/words.h"

/*
 * The work list: one line for each duty of this person and for each of others' that has climbed to
 * him, the most urgent first. A line goes when its duty is done, and by nothing else.
 */
#define LIMIT		200	/* who is that far behind begins at the top */
#define COL_OVER	2
#define COL_DAY		17
#define COL_WHAT	29
#define COL_WHOM	46

#define ACK_KEY		'k'

enum { TAG_DUE = 1, TAG_OPENED, TAG_FORM, TAG_NOTE, TAG_ACK };

struct work {
	struct view	 view;
	struct val	*list;		/* NULL: not here yet */
	int64_t		 over, soon;
	bool		 more;
	struct lines	 lines;
};

static struct work *
work_of(const struct view *v)
{
	return (struct work *)(uintptr_t)v;
}

static int
rows_shown(const struct work *w)
{
	return content_rows(w->view.app->term) - 1;	/* the first one is for the columns' labels */
}

static const struct val *
focused(const struct work *w)
{
	return val_at(w->list, w->lines.focus);
}

static const struct book *
book_named(const struct work *w, const struct val *duty, const char *key)
{
	const char	*name = val_get_str(duty, key);

	return name != NULL ? set_book(w->view.app->ctx.set, name) : NULL;
}

static const struct clock *
clock_of(const struct work *w, const struct val *duty)
{
	const struct book	*b = book_named(w, duty, "book");
	const char		*name = val_get_str(duty, "clock");

	return b != NULL && name != NULL ? book_clock(b, name) : NULL;
}

/* The book whose record does it, when this person may make one. */
static const struct book *
doing(const struct work *w, const struct val *duty)
{
	const struct book	*b = book_named(w, duty, "done");

	return b != NULL && (b->create & ROLE_BIT(w->view.app->role)) != 0 ? b : NULL;
}

/* ---- asking ------------------------------------------------------------------------------------------------- */

static void
work_shown(struct view *v)
{
	struct val	*req = request_new("due");

	if (req != NULL)
		val_put(req, "limit", val_int(LIMIT));
	app_ask(v, TAG_DUE, req, ASK_WAIT);
}

/* Read again: the focus stays on its duty, or where that stood. */
static void
stay(struct work *w, const struct val *was)
{
	for (size_t i = 0; was != NULL && i < val_len(w->list); i++) {
		const struct val	*is = val_at(w->list, i);

		if (val_same(val_get(is, "clock"), val_get(was, "clock")) &&
		    val_same(val_get(val_get(is, "row"), "id"), val_get(val_get(was, "row"), "id")))
			w->lines.focus = i;
	}
}

static void
work_reply(struct view *v, int tag, const struct val *reply)
{
	struct work	*w = work_of(v);
	struct val	*was;

	if (!reply_fine(v->app, NULL, reply))
		return;
	if (tag == TAG_ACK) {
		work_shown(v);
		return;
	}
	was = val_dup(focused(w));
	val_free(w->list);
	w->list = val_dup(val_get(reply, "due"));
	w->over = val_get_num(reply, "over", 0);
	w->soon = val_get_num(reply, "soon", 0);
	w->more = val_get_true(reply, "more");
	lines_resize(&w->lines, val_len(w->list));
	stay(w, was);
	val_free(was);
}

/* ---- keys --------------------------------------------------------------------------------------------------- */

static void
open_file(struct work *w)
{
	const struct val	*duty = focused(w);
	const struct book	*b = book_named(w, duty, "book");

	if (b != NULL)
		app_push(w->view.app, scr_open(b, val_get_num(val_get(duty, "row"), "id", 0)), &w->view,
		    TAG_OPENED);
}

static void
do_it(struct work *w)
{
	const struct val	*row = val_get(focused(w), "row");
	const struct book	*b = doing(w, focused(w));
	const char		*title = val_get_str(row, "title");

	app_push(w->view.app, scr_form_under(w->view.app, b, val_get_num(row, "id", 0),
	    title != NULL ? title : ""), &w->view,
	    TAG_FORM);
}

/* The note is optional: Enter alone says it, too. */
static void
work_answer(struct view *v, int tag, const struct val *answer)
{
	struct work		*w = work_of(v);
	const struct val	*duty = focused(w);
	struct val		*req;

	if (tag != TAG_NOTE || val_str(answer) == NULL || duty == NULL || (req = request_new("ack")) == NULL)
		return;
	val_put(req, "book", val_dup(val_get(duty, "book")));
	val_put(req, "clock", val_dup(val_get(duty, "clock")));
	val_put(req, "id", val_int(val_get_num(val_get(duty, "row"), "id", 0)));
	val_put(req, "note", val_dup(answer));
	app_ask(v, TAG_ACK, req, ASK_WAIT);
}

static bool
work_key(struct view *v, const struct key *k, enum action act)
{
	struct work	*w = work_of(v);

	if (key_command(k) == ACK_KEY && w->lines.n > 0) {
		app_push(v->app, prompt_new(_("Acknowledged; a note if you wish"), "", false), v, TAG_NOTE);
		return true;
	}
	if (act == ACT_BACK)
		app_close(v, NULL);
	else if (act == ACT_OPEN && w->lines.n > 0)
		open_file(w);
	else if (act == ACT_NEW && w->lines.n > 0 && doing(w, focused(w)) != NULL)
		do_it(w);
	else
		return lines_move(&w->lines, act, rows_shown(w));
	return true;
}

/* ---- words -------------------------------------------------------------------------------------------------- */

static void
whom_words(const struct work *w, const struct val *row, struct buf *out)
{
	const struct val	*of = val_get(row, "under");	/* whoever it is about is known by name, not by the paper */
	const char		*title = val_get_str(of != NULL ? of : row, "title"), *area = val_get_str(row, "area");
	struct buf		 place = BUF_INIT;

	buf_puts(out, title != NULL ? title : "");
	if (area != NULL)
		words_area(&w->view.app->ctx, area, &place);
	if (place.n > 0 && strstr(buf_str(out), buf_str(&place)) == NULL)	/* most titles say where */
		buf_printf(out, " %s", buf_str(&place));
	buf_free(&place);
}

/* Somebody else's silence: after so many days it is told here. */
static void
climbed_words(const struct work *w, const struct clock *c, struct buf *out)
{
	const roles_t	 me = ROLE_BIT(w->view.app->role);
	struct buf	 whose = BUF_INIT;

	for (size_t i = 0; (c->by & me) == 0 && i < c->nladder; i++) {
		if ((c->ladder[i].to & me) == 0)
			continue;
		words_roles(&w->view.app->ctx, c->by, &whose);
		words_fill(out, _("Up from {1}: silent for {2} days or more; "), SAY_TEXT, buf_str(&whose),
		    SAY_NUM,
		    (int64_t)c->ladder[i].after, SAY_END);
		break;
	}
	buf_free(&whose);
}

static void
ack_words(const struct val *ack, struct buf *out)
{
	const char	*name = val_get_str(ack, "name"), *note = val_get_str(ack, "note");

	words_fill(out, _("{1} knows of it since {2}"), SAY_TEXT, name != NULL ? name : "", SAY_DATE,
	    civil_at(val_get_num(ack, "at", 0)), SAY_END);
	if (note != NULL)
		buf_printf(out, ": %s", note);
	buf_puts(out, "; ");
}

static void
work_note(const struct view *v, struct buf *out)
{
	const struct work	*w = work_of(v);
	const struct val	*duty = focused(w);
	const struct clock	*c = clock_of(w, duty);
	int			 since = (int)val_get_num(duty, "since", 0),
	    last = (int)val_get_num(duty, "last", 0);

	if (c == NULL)
		return;
	if (val_get(duty, "ack") != NULL)
		ack_words(val_get(duty, "ack"), out);
	climbed_words(w, c, out);
	if (last != 0)
		words_fill(out, _("last done {1}"), SAY_DATE, last, SAY_END);
	else if (since != 0)
		words_fill(out, _("since {1}"), SAY_DATE, since, SAY_END);
	if (c->setting)
		buf_puts(out, _("; the term is the county's own"));
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

static void
draw_line(const struct work *w, struct term *t, int row, size_t i)
{
	const struct val	*duty = val_at(w->list, i);
	const struct clock	*c = clock_of(w, duty);
	struct buf		 b = BUF_INIT;
	char			 day[11];

	if (i == w->lines.focus) {
		term_text(t, row, 0, -1, ATTR_BOLD, FOCUS_MARK);
		term_cursor(t, row, 0);
	}
	words_over(val_get_num(duty, "over", 0), &b);
	term_text(t, row, COL_OVER, COL_DAY - COL_OVER - 1, ATTR_NORMAL, buf_str(&b));
	civil_print((int)val_get_num(duty, "day", 0), day);
	term_text(t, row, COL_DAY, COL_WHAT - COL_DAY - 1, ATTR_NORMAL, day);
	term_text(t, row, COL_WHAT, COL_WHOM - COL_WHAT - 1, ATTR_NORMAL,
	    c != NULL ? words_label(&w->view.app->ctx, c->label) : val_get_str(duty, "clock"));
	buf_reset(&b);
	if (val_get(duty, "ack") != NULL)
		buf_printf(&b, "%s ", _("[known]"));
	whom_words(w, val_get(duty, "row"), &b);
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
work_draw(struct view *v, struct term *t)
{
	struct work	*w = work_of(v);
	size_t		 top = lines_top(&w->lines, rows_shown(w));

	if (w->list != NULL && w->lines.n == 0) {
		term_text(t, CONTENT_ROW + 2, 2, -1, ATTR_NORMAL,
		    _("Nothing is due now or in the next seven days."));
		return;
	}
	draw_head(t, CONTENT_ROW);
	for (int i = 0; i < rows_shown(w) && top + (size_t)i < w->lines.n; i++)
		draw_line(w, t, CONTENT_ROW + 1 + i, top + (size_t)i);
}

static void
work_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct work	*w = work_of(v);

	buf_puts(left, _("What is due"));
	if (w->list == NULL)
		return;
	words_fill(right, _("overdue {1}"), SAY_NUM, w->over, SAY_END);
	buf_puts(right, "  ");
	words_fill(right, _("due soon {1}"), SAY_NUM, w->soon, SAY_END);
	if (w->more || lines_top(&w->lines, rows_shown(w)) + (size_t)rows_shown(w) < w->lines.n)
		buf_printf(right, "  %s", _("more below"));
}

static void
work_strip(const struct view *v, struct strip *s)
{
	const struct work	*w = work_of(v);

	if (w->lines.n > 0 && doing(w, focused(w)) != NULL)
		strip_own(s, gettext(action_key(ACT_NEW, s->where)), _("do it"),
		    _("Opens the form that does this; saved, the line is gone."));
	if (w->lines.n > 0)
		strip_own(s, "k", _("I know of it"), _("Says that you know of this duty, with a note if you wish; it stays until it is done."));
	if (w->lines.n > 0)
		strip_act_as(s, ACT_OPEN, _("the file"));
	strip_act(s, ACT_PAGE_DOWN);
	strip_act(s, ACT_PAGE_UP);
	strip_act(s, ACT_REFRESH);
	strip_act(s, ACT_JUMP);
	strip_act(s, ACT_HELP);
	strip_act(s, ACT_BACK);
}

static void
work_free(struct view *v)
{
	val_free(work_of(v)->list);
	free(work_of(v));
}

static const struct view_ops work_ops = {
	.name = "due", .title = work_title, .draw = work_draw, .strip = work_strip, .note = work_note,
	.key = work_key, .answer = work_answer,
	.reply = work_reply, .shown = work_shown, .free = work_free,
};

struct view *
scr_due(void)
{
	struct work	*w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->view.ops = &work_ops;
	return &w->view;
}
