#include <stdlib.h>
#include <string.h>

#include "tui/pick.h"
#include "tui/screen/scr.h"
#include "tui/term/draw.h"
#include "tui/words.h"

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

#define ACK_KEY		'k'
#define NOTE_MAX	200	/* characters */

enum {
	TAG_DUE = 1, TAG_MORE, TAG_ACK,					/* requests */
	TAG_FIND, TAG_FIND_LIVE, TAG_BY, TAG_COUNTED, TAG_OPENED, TAG_FORM, TAG_NOTE	/* views */
};

struct work {
	struct view	 view;
	struct val	*list;		/* NULL: not here yet */
	int64_t		 over, soon;
	bool		 more;
	struct lines	 lines;
	struct val	*only;		/* what narrows it, as the daemon is asked: book, clock, area, find */
	struct buf	 only_words;
	bool		 finding;	/* an answer to what is being typed is under way */
	bool		 find_again;	/* and more was typed since */
	enum action	 move;		/* to be done once more lines are there */
	size_t		 reread;	/* so many lines were read before they were asked for again */
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

static bool
narrowed(const struct work *w)
{
	return val_len(w->only) > 0;
}

static void
ask(struct work *w, int tag, const struct val *after)
{
	struct val	*req = request_new("due"), *from = after != NULL ? val_map() : NULL;

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
	app_ask(&w->view, tag, req, ASK_WAIT);
}

static void
ask_more(struct work *w)
{
	ask(w, TAG_MORE, val_at(w->list, val_len(w->list) - 1));
}

static void
work_shown(struct view *v)
{
	struct work	*w = work_of(v);

	if (v->waiting > 0)
		return;
	w->reread = val_len(w->list);
	ask(w, TAG_DUE, NULL);
}

/* While a word is being typed only the newest question counts: one at a time is under way. */
static void
ask_find(struct work *w)
{
	w->find_again = w->finding;
	if (!w->finding)
		ask(w, TAG_FIND_LIVE, NULL);
	w->finding = true;
}

/* ---- answers ------------------------------------------------------------------------------------------------ */

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
take_counts(struct work *w, const struct val *reply)
{
	w->over = val_get_num(reply, "over", 0);
	w->soon = val_get_num(reply, "soon", 0);
	w->more = val_get_true(reply, "more");
}

static void
take_list(struct work *w, const struct val *reply)
{
	val_free(w->list);
	w->list = val_dup(val_get(reply, "due"));
	take_counts(w, reply);
	lines_resize(&w->lines, val_len(w->list));
}

/* As many pages as there were come back, or the line one stood on would be out of sight. */
static void
take_more(struct work *w, const struct val *reply)
{
	const struct val	*list = val_get(reply, "due");
	enum action		 act = w->move;

	for (size_t i = 0; i < val_len(list); i++)
		val_add(w->list, val_dup(val_at(list, i)));
	take_counts(w, reply);
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
take_again(struct work *w, const struct val *reply)
{
	struct lines	 at = w->lines;
	struct val	*was = val_dup(focused(w));

	take_list(w, reply);
	if (w->more && val_len(w->list) < w->reread) {
		w->lines.focus = at.focus;
		w->lines.top = at.top;
		ask_more(w);
	}
	stay(w, was);
	val_free(was);
}

static void
take_found(struct work *w, const struct val *reply)
{
	w->finding = false;
	if (w->find_again) {
		ask_find(w);
		return;
	}
	take_list(w, reply);
	w->lines.focus = 0;
}

static void
work_reply(struct view *v, int tag, const struct val *reply)
{
	struct work	*w = work_of(v);

	if (tag == TAG_FIND_LIVE && *reply_code(reply) != '\0')
		w->finding = false;
	if (!reply_fine(v->app, NULL, reply)) {
		w->move = ACT_NONE;
		w->reread = 0;
	} else if (tag == TAG_ACK)
		work_shown(v);
	else if (tag == TAG_MORE)
		take_more(w, reply);
	else if (tag == TAG_FIND_LIVE)
		take_found(w, reply);
	else
		take_again(w, reply);
}

/* ---- narrowing ---------------------------------------------------------------------------------------------- */

static void
read_anew(struct work *w)
{
	val_free(w->list);
	w->list = NULL;
	lines_resize(&w->lines, 0);
	w->reread = 0;
	ask(w, TAG_DUE, NULL);
}

static void
set_find(struct work *w, const char *text)
{
	if (text != NULL && *text != '\0')
		val_put(w->only, "find", val_text(text));
	else
		val_drop(w->only, "find");
}

/* Esc takes back all that narrows the list before it leaves it. */
static void
back(struct work *w)
{
	if (!narrowed(w)) {
		app_close(&w->view, NULL);
		return;
	}
	val_free(w->only);
	w->only = val_map();
	buf_reset(&w->only_words);
	read_anew(w);
}

static struct view *
ways_to_count(const struct work *w)
{
	struct choices	 all = CHOICES_INIT;

	choices_add(&all, "1", _("what to do"), "sx", "clock");
	choices_add(&all, "2", _("village"), "c", "village");
	if (w->view.app->role->level < AREA_TOWNSHIP)
		choices_add(&all, "3", _("township"), "xz", "township");
	return pick_new(_("Count by"), &all, PICK_AT_ONCE, "");
}

/* A line of the counts; of what narrowed it before the rest stays. */
static void
narrow(struct work *w, const struct val *answer)
{
	for (size_t i = 0; i < val_len(answer); i++)
		if (strcmp(val_key(answer, i), "words") != 0)
			val_put(w->only, val_key(answer, i), val_dup(val_value(answer, i)));
	buf_printf(&w->only_words, "  %s", val_get_str(answer, "words"));
	val_free(w->list);		/* shown() reads anew */
	w->list = NULL;
	lines_resize(&w->lines, 0);
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
acknowledge(struct work *w, const struct val *note)
{
	const struct val	*duty = focused(w);
	struct val		*req;

	if (val_str(note) == NULL || duty == NULL || (req = request_new("ack")) == NULL)
		return;
	val_put(req, "book", val_dup(val_get(duty, "book")));
	val_put(req, "clock", val_dup(val_get(duty, "clock")));
	val_put(req, "id", val_int(val_get_num(val_get(duty, "row"), "id", 0)));
	val_put(req, "note", val_dup(note));
	app_ask(&w->view, TAG_ACK, req, ASK_WAIT);
}

static void
list_words(const struct work *w, struct buf *out)
{
	const char	*text = val_get_str(w->only, "find");

	buf_puts(out, _("What is due"));
	buf_puts(out, buf_str(&w->only_words));
	if (text != NULL)
		buf_printf(out, "  %s%s%s", _("found"), _(": "), text);
}

static void
count_by(struct work *w, const char *by)
{
	struct buf	 of = BUF_INIT;

	list_words(w, &of);
	app_push(w->view.app, scr_due_by(by, buf_str(&of), w->only), &w->view, TAG_COUNTED);
	buf_free(&of);
}

static void
work_answer(struct view *v, int tag, const struct val *answer)
{
	struct work	*w = work_of(v);

	if (tag == TAG_NOTE)
		acknowledge(w, answer);
	else if (tag == TAG_FIND_LIVE) {
		set_find(w, val_str(answer));
		ask_find(w);
	} else if (tag == TAG_FIND && answer == NULL && val_get(w->only, "find") != NULL) {
		set_find(w, NULL);
		ask_find(w);
	} else if (tag == TAG_BY && answer != NULL)
		count_by(w, val_str(answer));
	else if (tag == TAG_COUNTED && answer != NULL)
		narrow(w, answer);
}

/* Moves; where the lines read so far end, reads on and moves then. */
static bool
move(struct work *w, enum action act)
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
find_next(struct work *w)
{
	if (val_get(w->only, "find") == NULL)
		app_say(w->view.app, _("Nothing was looked for yet; / begins."), ARG_END);
	else if (!move(w, ACT_DOWN))
		move(w, ACT_TOP);
}

static bool
work_key(struct view *v, const struct key *k, enum action act)
{
	struct work	*w = work_of(v);
	const char	*found = val_get_str(w->only, "find");

	if (key_command(k) == ACK_KEY && w->lines.n > 0) {
		app_push(v->app, prompt_deciding(prompt_new(_("Acknowledged; a note if you wish"), "", false, NOTE_MAX)), v,
		    TAG_NOTE);
		return true;
	}
	if (act == ACT_BACK)
		back(w);
	else if (act == ACT_FIND)
		app_push(v->app, prompt_new(_("Find"), found != NULL ? found : "", true, 0), v, TAG_FIND);
	else if (act == ACT_COUNT_BY)
		app_push(v->app, ways_to_count(w), v, TAG_BY);
	else if (act == ACT_FIND_NEXT && w->lines.n > 0)
		find_next(w);
	else if (act == ACT_OPEN && w->lines.n > 0)
		open_file(w);
	else if (act == ACT_NEW && w->lines.n > 0 && doing(w, focused(w)) != NULL)
		do_it(w);
	else
		return move(w, act);
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

	for (size_t i = 0; (c->by & me) == 0 && i < c->nescalation; i++) {
		if ((c->escalation[i].to & me) == 0)
			continue;
		words_roles(&w->view.app->ctx, c->by, &whose);
		words_fill(out, _("Up from {1}: silent past day {2}; "), ARG_TEXT, buf_str(&whose),
		    ARG_NUM,
		    (int64_t)c->escalation[i].after, ARG_END);
		break;
	}
	buf_free(&whose);
}

static void
ack_words(const struct val *ack, struct buf *out)
{
	const char	*name = val_get_str(ack, "name"), *note = val_get_str(ack, "note");

	words_fill(out, note != NULL ? _("{1} knows of it since {2}: {3}; ") : _("{1} knows of it since {2}; "),
	    ARG_TEXT, name != NULL ? name : "", ARG_DATE, civil_at(val_get_num(ack, "at", 0)),
	    ARG_TEXT, note != NULL ? note : "", ARG_END);
}

static void
work_note(const struct view *v, struct buf *out)
{
	const struct work	*w = work_of(v);
	const struct val	*duty = focused(w);
	const struct clock	*c = clock_of(w, duty);
	const char		*from = val_get_str(duty, "from");

	if (c == NULL)
		return;
	if (val_get(duty, "ack") != NULL)
		ack_words(val_get(duty, "ack"), out);
	climbed_words(w, c, out);
	words_counted(&v->app->ctx, c, duty, out);
	if (from != NULL && strcmp(from, "empty") == 0)
		buf_puts(out, _("; due a day before"));
	if (c->local)
		buf_puts(out, _("; a local term"));
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
		term_text(t, CONTENT_ROW + 2, 2, -1, ATTR_NORMAL, narrowed(w) ?
		    _("Nothing fits. Esc shows the whole list again.") : _("Nothing is due now or in the next seven days."));
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

	list_words(w, left);
	if (w->list == NULL)
		return;
	words_fill(right, _("overdue {1}"), ARG_NUM, w->over, ARG_END);
	buf_puts(right, "  ");
	words_fill(right, _("due soon {1}"), ARG_NUM, w->soon, ARG_END);
	if (w->more || lines_below(&w->lines, rows_shown(w)))
		buf_printf(right, "  %s", _("more below"));
}

static void
work_strip(const struct view *v, struct strip *s)
{
	const struct work	*w = work_of(v);

	if (w->lines.n > 0 && doing(w, focused(w)) != NULL)
		strip_act_told(s, ACT_NEW, _("do it"),
		    _("Opens the form that does this; saved, the line is gone."));
	if (w->lines.n > 0)
		strip_own(s, "k", _("I know of it"), _("Says that you know of this duty, with a note if you wish; it stays until it is done."));
	if (w->lines.n > 0)
		strip_act_told(s, ACT_OPEN, _("the file"), _("Opens the file of this line."));
	strip_act(s, ACT_FIND);
	if (val_get(w->only, "find") != NULL)
		strip_act(s, ACT_FIND_NEXT);
	strip_act(s, ACT_COUNT_BY);
	strip_pages(s, w->more || lines_many(&w->lines, rows_shown(w)));
	strip_act(s, ACT_REFRESH);
	strip_act(s, ACT_JUMP);
	strip_act(s, ACT_HELP);
	strip_act(s, ACT_BACK);
}

static void
work_free(struct view *v)
{
	struct work	*w = work_of(v);

	val_free(w->list);
	val_free(w->only);
	buf_free(&w->only_words);
	free(w);
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
	if ((w->only = val_map()) != NULL)
		return &w->view;
	free(w);
	return NULL;
}
