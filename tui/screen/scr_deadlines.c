#include <stdlib.h>
#include <string.h>

#include "tui/view/picker.h"
#include "core/wire/protocol.h"
#include "tui/screen/scr.h"
#include "tui/view/list_view.h"
#include "tui/view/prompt.h"
#include "forms/wording.h"

/*
 * The work list: a line for each deadline of this person and for each that escalated to this
 * person, the most urgent first. A line goes only when the work is done. It is narrowed by text
 * typed after "/", or by a line of its counts ("f").
 */
#define LIMIT		200	/* lines read at once */
#define COL_OVER	2
#define COL_DAY		17
#define COL_WHAT	29
#define COL_WHOM	46

#define NOTE_MAX	200	/* characters */

enum { TAG_ACK = LIST_TAG, TAG_BY, TAG_COUNTED, TAG_OPENED, TAG_FORM, TAG_NOTE };

struct deadlines_view {
	struct list_view	 list;
	int64_t			 overdue, due_soon;
	/* the filter as in the request: book, clock, area */
	struct val		*only;
	struct buf		 only_words;
};

static struct deadlines_view *
deadlines_of(const struct view *v)
{
	return (struct deadlines_view *)(uintptr_t)v;
}

static const struct val *
focused(const struct deadlines_view *w)
{
	return list_view_focused(&w->list);
}

static const struct book *
book_named(const struct deadlines_view *w, const struct val *deadline, const char *key)
{
	const char	*name = val_get_str(deadline, key);

	return name != NULL ? set_book(w->list.view.app->ctx.set, name) : NULL;
}

static const struct clock *
clock_of(const struct deadlines_view *w, const struct val *deadline)
{
	const struct book	*b = book_named(w, deadline, PK_BOOK);
	const char		*name = val_get_str(deadline, PK_CLOCK);

	return b != NULL && name != NULL ? book_clock(b, name) : NULL;
}

/* The book whose record completes the deadline, when this person may create one. */
static const struct book *
doing(const struct deadlines_view *w, const struct val *deadline)
{
	const struct book	*b = book_named(w, deadline, PK_DONE);

	return b != NULL && (b->create & ROLE_BIT(w->list.view.app->role)) != 0 ? b : NULL;
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* {book, clock, area, find}; NULL: memory. */
static struct val *
narrowed_by(const struct deadlines_view *w)
{
	struct val	*only = val_dup(w->only);

	if (only != NULL && w->list.find.n > 0)
		pack_put(only, "find", val_text(buf_str(&w->list.find)));
	return only;
}

static struct val *
position_of(const struct val *deadline)
{
	struct val	*at = val_map();

	if (at == NULL)
		return NULL;
	pack_copy(at, "book", val_get(deadline, "book"));
	pack_copy(at, "clock", val_get(deadline, "clock"));
	pack_copy(at, "day", val_get(deadline, "day"));
	pack_put(at, "id", val_int(table_row_id(val_get(deadline, "row"))));
	return at;
}

static struct val *
deadlines_request(const struct list_view *l, enum list_page page)
{
	struct val	*req = narrowed_by(deadlines_of(&l->view));

	pack_put(req, "op", val_text("due"));
	pack_put(req, "limit", val_int(LIMIT));
	if (page == LIST_MORE && l->last != NULL)
		pack_put(req, "after", position_of(l->last));
	return req;
}

static bool
is_same(const struct val *a, const struct val *b)
{
	return val_same(val_get(a, "clock"), val_get(b, "clock")) &&
	    table_row_id(val_get(a, "row")) == table_row_id(val_get(b, "row"));
}

static void
receive(struct list_view *l, const struct val *reply, enum list_page page)
{
	(void)page;
	deadlines_of(&l->view)->overdue = val_get_num(reply, PK_OVER, 0);
	deadlines_of(&l->view)->due_soon = val_get_num(reply, PK_SOON, 0);
}

static void
deadlines_reply(struct view *v, int tag, const struct val *reply)
{
	if (tag < LIST_TAG)
		list_view_reply(v, tag, reply);
	else if (app_reply_ok(v->app, NULL, reply))	/* known now */
		list_view_read_again(list_view_of(v));
}

/* ---- narrowing ------------------------------------------------------------------------------- */

static bool
is_narrowed(const struct list_view *l)
{
	return val_len(deadlines_of(&l->view)->only) > 0;
}

static void
widen(struct list_view *l)
{
	struct deadlines_view	*w = deadlines_of(&l->view);

	val_free(w->only);
	w->only = val_map();
	buf_reset(&w->only_words);
}

static struct view *
ways_to_count(const struct deadlines_view *w)
{
	struct choices	 all = CHOICES_INIT;

	choices_add(&all, "1", _("what to do"), "sx", "clock");
	choices_add(&all, "2", _("village"), "c", "village");
	if (w->list.view.app->role->level < AREA_TOWNSHIP)
		choices_add(&all, "3", _("township"), "xz", "township");
	return picker_new(_("Count by"), &all, PICKER_IMMEDIATE, "");
}

/* Adds a line of the counts to the filter. */
static void
narrow(struct deadlines_view *w, const struct val *result)
{
	for (size_t i = 0; i < val_len(result); i++)
		if (strcmp(val_key(result, i), "words") != 0)
			pack_copy(w->only, val_key(result, i), val_value(result, i));
	buf_printf(&w->only_words, "  %s", val_get_str(result, "words"));
	list_view_read(&w->list);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void
open_file(struct view *v)
{
	struct deadlines_view	*w = deadlines_of(v);
	const struct val	*deadline = focused(w);
	const struct book	*b = book_named(w, deadline, PK_BOOK);

	if (b != NULL)
		app_push(w->list.view.app,
		    scr_cover_open(b, val_get_num(val_get(deadline, PK_ROW), PK_ID, 0)),
		    &w->list.view, TAG_OPENED);
}

static void
do_it(struct view *v)
{
	struct deadlines_view	*w = deadlines_of(v);
	const struct val	*row = val_get(focused(w), PK_ROW);
	const struct book	*b = doing(w, focused(w));
	const char		*title = val_get_str(row, PK_TITLE);

	app_push(w->list.view.app, scr_form_child(w->list.view.app, b, val_get_num(row, PK_ID, 0),
	    title != NULL ? title : ""), &w->list.view,
	    TAG_FORM);
}

/* The note is optional: Enter alone acknowledges too. */
static void
acknowledge(struct deadlines_view *w, const struct val *note)
{
	const struct val	*deadline = focused(w);
	struct val		*req;

	if (val_str(note) == NULL || deadline == NULL || (req = app_request_new("ack")) == NULL)
		return;
	pack_copy(req, PK_BOOK, val_get(deadline, PK_BOOK));
	pack_copy(req, PK_CLOCK, val_get(deadline, PK_CLOCK));
	pack_put(req, PK_ID, val_int(val_get_num(val_get(deadline, PK_ROW), PK_ID, 0)));
	pack_copy(req, PK_NOTE, note);
	app_send(&w->list.view, TAG_ACK, req, APP_SEND_WAIT);
}

static void
list_text(const struct deadlines_view *w, struct buf *out)
{
	buf_puts(out, _("What is due"));
	buf_puts(out, buf_str(&w->only_words));
	if (w->list.find.n > 0)
		buf_printf(out, "  %s%s%s", _("found"), _(": "), buf_str(&w->list.find));
}

static void
count_by(struct deadlines_view *w, const char *by)
{
	struct buf	 of = BUF_INIT;
	struct val	*only = narrowed_by(w);

	list_text(w, &of);
	app_push(w->list.view.app, scr_deadline_groups(by, buf_str(&of), only), &w->list.view,
	    TAG_COUNTED);
	val_free(only);
	buf_free(&of);
}

static void
deadlines_result(struct view *v, int tag, const struct val *result)
{
	struct deadlines_view	*w = deadlines_of(v);

	if (tag < LIST_TAG)
		list_view_result(v, tag, result);
	else if (tag == TAG_NOTE)
		acknowledge(w, result);
	else if (tag == TAG_BY && result != NULL)
		count_by(w, val_str(result));
	else if (tag == TAG_COUNTED && result != NULL)
		narrow(w, result);
}

static void
ask_count(struct view *v)
{
	app_push(v->app, ways_to_count(deadlines_of(v)), v, TAG_BY);
}

static void
ask_note(struct view *v)
{
	app_push(v->app,
	    prompt_as_question(
		prompt_new(_("Acknowledged; a note if you wish"), "", false, NOTE_MAX)),
	    v, TAG_NOTE);
}

static bool
may_do(const struct view *v)
{
	return list_view_has_line(v) && doing(deadlines_of(v), focused(deadlines_of(v))) != NULL;
}

const struct command	 scr_deadlines_commands[] = {
	{ .act = ACT_NEW, .label = N_("do it"),
	    .help = N_("Opens the form that does this; saved, the line is gone."), .may = may_do,
	    .run = do_it },
	{ .act = ACT_ACKNOWLEDGE, .may = list_view_has_line, .run = ask_note },
	{ .act = ACT_OPEN, .label = N_("the file"), .help = N_("Opens the file of this line."),
	    .may = list_view_has_line, .run = open_file },
	{ .act = ACT_FIND, .run = list_view_find },
	{ .act = ACT_FIND_NEXT, .may = list_view_has_found, .run = list_view_find_next },
	{ .act = ACT_COUNT_BY, .run = ask_count },
	{ .act = ACT_PAGE_DOWN, .may = list_view_has_pages },
	{ .act = ACT_PAGE_UP, .may = list_view_has_pages },
	{ .act = ACT_REFRESH },
	{ .act = ACT_JUMP },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = list_view_back },
	{ .act = ACT_NONE }
};

/* ---- words ----------------------------------------------------------------------------------- */

static void
title_text(const struct deadlines_view *w, const struct val *row, struct buf *out)
{
	/* people are known by name, not by the title of a record */
	const struct val	*of = val_get(row, PK_UNDER);
	const char		*title = val_get_str(of != NULL ? of : row, PK_TITLE),
	    *area = val_get_str(row, PK_AREA);
	struct buf		 place = BUF_INIT;

	buf_puts(out, title != NULL ? title : "");
	if (area != NULL)
		wording_area(&w->list.view.app->ctx, area, &place);
	/* most titles say where */
	if (place.n > 0 && strstr(buf_str(out), buf_str(&place)) == NULL)
		buf_printf(out, " %s", buf_str(&place));
	buf_free(&place);
}

/* A deadline of another role, escalated after so many days. */
static void
escalation_text(const struct deadlines_view *w, const struct clock *c, struct buf *out)
{
	const roles_t	 me = ROLE_BIT(w->list.view.app->role);
	struct buf	 whose = BUF_INIT;

	for (size_t i = 0; (c->by & me) == 0 && i < c->nescalation; i++) {
		if ((c->escalation[i].notify & me) == 0)
			continue;
		wording_roles(&w->list.view.app->ctx, c->by, &whose);
		wording_format(out, _("Up from {1}: silent past day {2}; "), ARG_TEXT,
		    buf_str(&whose), ARG_NUM,
		    (int64_t)c->escalation[i].overdue, ARG_END);
		break;
	}
	buf_free(&whose);
}

static void
ack_text(const struct val *ack, struct buf *out)
{
	const char	*name = val_get_str(ack, PK_NAME), *note = val_get_str(ack, PK_NOTE);

	wording_format(out, note != NULL ? _("{1} knows of it since {2}: {3}; ") :
	    _("{1} knows of it since {2}; "),
	    ARG_TEXT, name != NULL ? name : "", ARG_DATE, civil_at(val_get_num(ack, PK_AT, 0)),
	    ARG_TEXT, note != NULL ? note : "", ARG_END);
}

static void
deadlines_note(const struct view *v, struct buf *out)
{
	const struct deadlines_view	*w = deadlines_of(v);
	const struct val	*deadline = focused(w);
	const struct clock	*c = clock_of(w, deadline);
	const char		*from = val_get_str(deadline, PK_FROM);

	if (c == NULL)
		return;
	if (val_get(deadline, PK_ACK) != NULL)
		ack_text(val_get(deadline, PK_ACK), out);
	escalation_text(w, c, out);
	wording_counted_from(&v->app->ctx, c, deadline, out);
	if (from != NULL && strcmp(from, "empty") == 0)
		buf_puts(out, _("; due a day before"));
	if (c->local)
		buf_puts(out, _("; a local term"));
}

/* ---- drawing --------------------------------------------------------------------------------- */

static void
draw_line(const struct list_view *l, struct term *t, int row, size_t i)
{
	const struct deadlines_view	*w = deadlines_of(&l->view);
	const struct val		*deadline = l->rows.at[i];
	const struct clock		*c = clock_of(w, deadline);
	struct buf			 b = BUF_INIT;
	char				 day[11];

	wording_lateness(val_get_num(deadline, PK_OVER, 0), &b);
	term_text(t, row, COL_OVER, COL_DAY - COL_OVER - 1, ATTR_NORMAL, buf_str(&b));
	civil_print((int)val_get_num(deadline, PK_DAY, 0), day);
	term_text(t, row, COL_DAY, COL_WHAT - COL_DAY - 1, ATTR_NORMAL, day);
	term_text(t, row, COL_WHAT, COL_WHOM - COL_WHAT - 1, ATTR_NORMAL,
	    c != NULL ? wording_label(&w->list.view.app->ctx, c->label) :
			val_get_str(deadline, PK_CLOCK));
	buf_reset(&b);
	if (val_get(deadline, PK_ACK) != NULL)
		buf_printf(&b, "%s ", _("[known]"));
	title_text(w, val_get(deadline, PK_ROW), &b);
	term_text(t, row, COL_WHOM, -1, ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static void
draw_head(const struct list_view *l, struct term *t, int row)
{
	(void)l;
	term_text(t, row, COL_OVER, term_cols(t) - COL_OVER, ATTR_DIM, _("how late"));
	term_text(t, row, COL_DAY, -1, ATTR_DIM, _("by when"));
	term_text(t, row, COL_WHAT, -1, ATTR_DIM, _("what to do"));
	term_text(t, row, COL_WHOM, -1, ATTR_DIM, _("for whom"));
}

static const char *
empty_text(const struct list_view *l)
{
	return list_view_is_narrowed(l) ? _("Nothing fits. Esc shows the whole list again.") :
	    _("Nothing is due now or in the next seven days.");
}

static void
deadlines_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct deadlines_view	*w = deadlines_of(v);

	list_text(w, left);
	if (!w->list.loaded)
		return;
	wording_format(right, _("overdue {1}"), ARG_NUM, w->overdue, ARG_END);
	buf_puts(right, "  ");
	wording_format(right, _("due soon {1}"), ARG_NUM, w->due_soon, ARG_END);
	list_view_add_more(&w->list, right);
}

static void
deadlines_free(struct view *v)
{
	struct deadlines_view	*w = deadlines_of(v);

	list_view_release(&w->list);
	val_free(w->only);
	buf_free(&w->only_words);
	free(w);
}

static const struct list_ops	 list_ops = {
	.request = deadlines_request, .rows = "due", .receive = receive, .is_same = is_same,
	.draw_head = draw_head,
	.draw_line = draw_line, .empty = empty_text, .is_narrowed = is_narrowed, .widen = widen,
	.head_rows = 1, .finds = true,
	.again_flags = APP_SEND_WAIT,
};

static const struct view_ops	 deadlines_ops = {
	.name = "due", .title = deadlines_title, .draw = list_view_draw, .note = deadlines_note,
	.commands = scr_deadlines_commands, .key = list_view_key, .result = deadlines_result,
	.reply = deadlines_reply,
	.shown = list_view_shown, .free = deadlines_free,
};

struct view *
scr_deadlines(void)
{
	struct deadlines_view	*w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	list_view_init(&w->list, &deadlines_ops, &list_ops, NULL);
	if ((w->only = val_map()) != NULL)
		return &w->list.view;
	free(w);
	return NULL;
}
