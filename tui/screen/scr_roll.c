#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/screen/roll_int.h"
#include "tui/screen/scr.h"
#include "tui/view/prompt.h"
#include "forms/wording.h"

/*
 * The monthly roll: a line for each record, open ones on top. A key answers the line and moves to
 * the next open one. Lines keep their place meanwhile; only a refresh puts those that are done
 * last.
 */
#define PAGE		100
#define COL_FIRST	2	/* the columns of the person's own list, as far as they fit */
#define COL_LAST	29
#define COL_DUE		41
#define COL_RESULT	54

static struct roll *
roll_of(const struct view *v)
{
	return (struct roll *)(uintptr_t)v;
}

/* ---- lines ----------------------------------------------------------------------------------- */

const struct val *
roll_at(const struct roll *r, size_t i)
{
	return i < r->list.rows.n ? r->list.rows.at[i] : NULL;
}

static int64_t
parent_of(const struct val *line)
{
	return table_row_id(val_get(line, PK_ROW));
}

static size_t
line_in(const struct val *list, int64_t parent)
{
	for (size_t i = 0; i < val_len(list); i++)
		if (parent_of(val_at(list, i)) == parent)
			return i;
	return SIZE_MAX;
}

static size_t
line_among(const struct table *rows, int64_t parent)
{
	for (size_t i = 0; i < rows->n; i++)
		if (parent_of(rows->at[i]) == parent)
			return i;
	return SIZE_MAX;
}

size_t
roll_line_of(const struct roll *r, int64_t parent)
{
	return line_among(&r->list.rows, parent);
}

bool
roll_is(const struct val *line, const char *state)
{
	const char	*is = val_get_str(line, PK_IS);

	return is != NULL && strcmp(is, state) == 0;
}

/*
 * Moves to the next open line below; without one the focus stays, because a jump to the top would
 * be unexpected.
 */
static void
next_left(struct roll *r)
{
	for (size_t i = r->list.lines.focus + 1; i < r->list.lines.n; i++)
		if (roll_is(roll_at(r, i), "left")) {
			r->list.lines.focus = i;
			return;
		}
}

void
roll_done(struct roll *r, int64_t record)
{
	size_t		 i = roll_line_of(r, r->parent);
	struct val	*line = i != SIZE_MAX ? r->list.rows.at[i] : NULL, *done = val_map();

	if (line == NULL || done == NULL) {
		val_free(done);
		return;
	}
	r->left -= roll_is(line, "left");
	r->overdue -= roll_is(line, "left") && val_get_num(line, PK_OVER, 0) > 0;
	pack_put(done, PK_ID, val_int(record));
	if (r->quick_entry != NULL)
		pack_put(done, PK_QUICK, val_text(r->quick_entry->name));
	if (r->day != 0)
		pack_put(line, PK_LAST, val_int(r->day));
	pack_put(line, PK_IS, val_text("done"));
	pack_put(line, PK_DONE, done);
	r->last = r->parent;
	next_left(r);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void
ask_page(struct roll *r)
{
	const struct val	*last = val_at(r->incoming, val_len(r->incoming) - 1);
	struct val		*req = app_request_new("roll");

	pack_put(req, PK_BOOK, val_text(r->clock->book->name));
	pack_put(req, PK_CLOCK, val_text(r->clock->name));
	pack_put(req, PK_LIMIT, val_int(PAGE));
	if (r->month != 0)
		pack_put(req, PK_MONTH, val_int(r->month));
	if (r->area[0] != '\0')
		pack_put(req, PK_AREA, val_text(r->area));
	if (last != NULL)
		pack_copy(req, PK_AFTER, val_get(last, PK_KEY));
	app_send(&r->list.view, ROLL_ROWS, req, APP_SEND_WAIT);
}

static void
roll_read(struct roll *r, bool keep_order)
{
	val_free(r->incoming);
	r->incoming = val_list();
	r->keep_order = keep_order && r->list.loaded;
	ask_page(r);
}

/* Rows on the screen keep their place with their new content; new rows come last. */
static struct val *
in_place(const struct table *old, const struct val *now)
{
	struct val	*out = val_list();
	size_t		 at;

	for (size_t i = 0; out != NULL && i < old->n; i++)
		if ((at = line_in(now, parent_of(old->at[i]))) != SIZE_MAX)
			pack_add(out, val_dup(val_at(now, at)));
	for (size_t i = 0; out != NULL && i < val_len(now); i++)
		if (line_among(old, parent_of(val_at(now, i))) == SIZE_MAX)
			pack_add(out, val_dup(val_at(now, i)));
	return out;
}

static void
show_read(struct roll *r)
{
	const int64_t	 focus = parent_of(list_view_focused(&r->list));
	struct val	*placed = r->keep_order ? in_place(&r->list.rows, r->incoming) : NULL;
	size_t		 at;

	list_view_fill(&r->list, placed != NULL ? placed : r->incoming);
	val_free(placed);
	val_free(r->incoming);
	r->incoming = NULL;
	if ((at = roll_line_of(r, focus)) != SIZE_MAX)
		r->list.lines.focus = at;
}

/* A line done between two pages may come twice. */
static void
receive_page(struct roll *r, const struct val *reply)
{
	const struct val	*rows = val_get(reply, PK_ROWS);

	for (size_t i = 0; i < val_len(rows); i++)
		if (line_in(r->incoming, parent_of(val_at(rows, i))) == SIZE_MAX)
			pack_add(r->incoming, val_dup(val_at(rows, i)));
	r->all = val_get_num(reply, PK_ALL, 0);
	r->left = val_get_num(reply, PK_LEFT, 0);
	r->overdue = val_get_num(reply, PK_OVER, 0);
	r->shown_month = (int)val_get_num(reply, PK_MONTH, 0);
	if (val_get_true(reply, PK_MORE) && val_len(rows) > 0)
		ask_page(r);
	else
		show_read(r);
}

static void
roll_shown(struct view *v)
{
	if (v->waiting == 0)
		roll_read(roll_of(v), true);
}

/* ---- finding --------------------------------------------------------------------------------- */

/* The next line that was found, around the end once. */
static void
go_to_found(struct roll *r)
{
	for (size_t k = 1; k <= r->list.lines.n; k++) {
		size_t	 i = (r->list.lines.focus + k) % r->list.lines.n;

		if (line_in(r->found, parent_of(roll_at(r, i))) != SIZE_MAX) {
			r->list.lines.focus = i;
			return;
		}
	}
	app_message(r->list.view.app, _("Nothing on this roll fits."), ARG_END);
}

static void
ask_found(struct roll *r, const char *text)
{
	struct val	*req = app_request_new("find");

	pack_put(req, PK_BOOK, val_text(r->clock->book->name));
	pack_put(req, PK_TEXT, val_text(text));
	pack_put(req, PK_LIMIT, val_int(PAGE));
	app_send(&r->list.view, ROLL_FOUND, req, APP_SEND_WAIT);
}

/* Stored in the form of lines, so that line_in() finds in both. */
static void
receive_found(struct roll *r, const struct val *reply)
{
	const struct val	*rows = val_get(reply, PK_ROWS);
	struct val		*line;

	val_free(r->found);
	r->found = val_list();
	for (size_t i = 0; r->found != NULL && i < val_len(rows); i++)
		if ((line = val_map()) != NULL) {
			pack_copy(line, PK_ROW, val_at(rows, i));
			pack_add(r->found, line);
		}
	go_to_found(r);
}

/* ---- answers --------------------------------------------------------------------------------- */

static void
roll_reply(struct view *v, int tag, const struct val *reply)
{
	struct roll	*r = roll_of(v);

	if (tag != ROLL_ROWS && tag != ROLL_FOUND)
		roll_answer_reply(r, tag, reply);
	else if (!app_reply_ok(v->app, r->clock->book, reply))
		return;
	else if (tag == ROLL_ROWS)
		receive_page(r, reply);
	else
		receive_found(r, reply);
}

static void
roll_result(struct view *v, int tag, const struct val *result)
{
	struct roll	*r = roll_of(v);

	if (tag != ROLL_FIND)
		roll_answer_result(r, tag, result);
	else if (val_str(result) != NULL && *val_str(result) != '\0')
		ask_found(r, val_str(result));
}

/* ---- keys ------------------------------------------------------------------------------------ */

static int
month_beside(int month, int by)
{
	return civil_add(month * 100 + 1, by, 'm') / 100;
}

/* Months of the past are only to be read. */
static void
other_month(struct roll *r, int by)
{
	int	 now = r->list.view.app->ctx.today / 100, to = month_beside(r->shown_month, by);

	if (r->shown_month == 0 || to > now)
		return;
	r->month = to == now ? 0 : to;
	list_view_clear(&r->list);
	roll_read(r, false);
}

static const struct val *
focused(const struct view *v)
{
	return list_view_focused(list_view_of(v));
}

static bool
may_answer(const struct view *v)
{
	return list_view_has_line(v) && roll_answer_allowed(roll_of(v)) &&
	    !roll_is(focused(v), "done");
}

static bool
may_correct(const struct view *v)
{
	return list_view_has_line(v) && roll_answer_allowed(roll_of(v)) &&
	    roll_is(focused(v), "done");
}

static bool
may_correct_last(const struct view *v)
{
	const struct roll	*r = roll_of(v);

	return may_answer(v) && r->last != 0 && roll_line_of(r, r->last) != SIZE_MAX;
}

static bool
is_past(const struct view *v)
{
	return roll_of(v)->month != 0;
}

static void
correct(struct view *v)
{
	roll_answer_correct(roll_of(v), list_view_of(v)->lines.focus);
}

static void
answer_as_above(struct view *v)
{
	roll_answer_dup(roll_of(v));
}

static void
correct_last(struct view *v)
{
	roll_answer_correct(roll_of(v), roll_line_of(roll_of(v), roll_of(v)->last));
}

static void
open_file(struct view *v)
{
	app_push(
	    v->app, scr_cover_open(roll_of(v)->clock->book, parent_of(focused(v))), v, ROLL_FILE);
}

static void
find(struct view *v)
{
	app_push(v->app, prompt_new(_("Find"), "", false, 0), v, ROLL_FIND);
}

static void
open_form(struct view *v)
{
	roll_answer_form(roll_of(v));
}

static void
month_before(struct view *v)
{
	other_month(roll_of(v), -1);
}

static void
month_after(struct view *v)
{
	other_month(roll_of(v), 1);
}

static void
leave(struct view *v)
{
	app_close(v, NULL);
}

static const char *
quick_label(const struct view *v, size_t i)
{
	const struct book	*book = roll_of(v)->clock->done;

	return i < book->nquick_entries ?
	    wording_label(&v->app->ctx, book->quick_entries[i].label) : NULL;
}

/* On a line that cannot be answered it shows the reason. */
static void
answer_quick(struct view *v, size_t i)
{
	roll_answer_quick(roll_of(v), &roll_of(v)->clock->done->quick_entries[i]);
}

const struct command	 scr_roll_commands[] = {
	{ .help = N_("Records this and goes on to the next line; what is still missing is asked "
	    "for."), .may = may_answer, .keys = COMMAND_DIGITS, .choice = quick_label,
	    .choose = answer_quick },
	{ .may = list_view_has_line, .keys = COMMAND_DIGITS, .unlisted = true,
	    .choice = quick_label, .choose = answer_quick },
	{ .act = ACT_EDIT, .label = N_("correct it"),
	    .help = N_("Opens the record of this line, to put it right."), .may = may_correct,
	    .run = correct },
	{ .act = ACT_DUP, .label = N_("as above"),
	    .help = N_("The same answer as on the line above."), .may = may_answer,
	    .run = answer_as_above },
	{ .act = ACT_UNDO, .label = N_("correct"),
	    .help = N_("Opens the record made last, to put it right; a record is never removed."),
	    .may = may_correct_last, .run = correct_last },
	{ .act = ACT_OPEN, .label = N_("the file"), .help = N_("Opens the file of this line."),
	    .may = list_view_has_line, .run = open_file },
	{ .act = ACT_FIND,
	    .help = N_("Goes to a line by name, pinyin initials or number; n goes on to the next."),
	    .may = list_view_has_line, .run = find },
	{ .act = ACT_NEW, .label = N_("the form"),
	    .help = N_("Opens the whole form, for what no key of this screen says."),
	    .may = may_answer, .run = open_form },
	{ .act = ACT_LEFT, .label = N_("month before"), .help = N_("Shows the month before."),
	    .run = month_before },
	{ .act = ACT_RIGHT, .label = N_("month after"), .help = N_("Shows the month after."),
	    .may = is_past, .run = month_after },
	{ .act = ACT_PAGE_DOWN, .may = list_view_has_pages },
	{ .act = ACT_PAGE_UP, .may = list_view_has_pages },
	{ .act = ACT_REFRESH },
	{ .act = ACT_JUMP },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = leave },
	{ .act = ACT_NONE }
};

/* Keys that are no command on this line: the functions of roll_answer.c show the reason. */
static bool
act_on_line(struct roll *r, const struct key *k, enum action act)
{
	switch (act) {
	case ACT_DUP:
		roll_answer_dup(r);
		return true;
	case ACT_NEW:
		roll_answer_form(r);
		return true;
	case ACT_EDIT:
		roll_answer_correct(r, r->list.lines.focus);
		return true;
	case ACT_FIND_NEXT:
		go_to_found(r);
		return true;
	default:
		return list_view_key(&r->list.view, k, act);
	}
}

/* A digit saves a record at once. */
static unsigned
roll_question(const struct view *v)
{
	(void)v;
	return 1;
}

static bool
roll_key(struct view *v, const struct key *k, enum action act)
{
	struct roll	*r = roll_of(v);

	if (act == ACT_REFRESH)
		roll_read(r, false);
	else
		return r->list.lines.n > 0 && act_on_line(r, k, act);
	return false;			/* the program repaints too */
}

/* ---- drawing --------------------------------------------------------------------------------- */

static void
due_text(const struct val *line, struct buf *out)
{
	if (roll_is(line, "left"))
		wording_lateness(val_get_num(line, PK_OVER, 0), out);
	else if (roll_is(line, "done"))
		buf_puts(out, _("done"));
	else
		buf_puts(out, roll_is(line, "missed") ? _("missed") : _("from next month"));
}

/* Prints the title without its day, which has its own column. */
static void
done_text(const struct roll *r, const struct val *done, struct buf *out)
{
	const struct book	*book = r->clock->done;
	const char		*quick_entry = val_get_str(done, PK_QUICK),
	    *title = val_get_str(done, PK_TITLE);
	char			 day[11];

	for (size_t i = 0; quick_entry != NULL && i < book->nquick_entries; i++)
		if (strcmp(book->quick_entries[i].name, quick_entry) == 0) {
			buf_puts(out, wording_label(&r->list.view.app->ctx,
			    book->quick_entries[i].label));
			return;
		}
	civil_print((int)val_get_num(done, PK_DAY, 0), day);
	if (title != NULL && strncmp(title, day, strlen(day)) == 0)
		title += strlen(day) + strspn(title + strlen(day), " ");
	buf_puts(out, title != NULL ? title : "");
}

/* On an open line the place, unless all lines are of one place. */
static void
result_text(const struct roll *r, const struct val *line, struct buf *out)
{
	const char	*area = val_get_str(val_get(line, PK_ROW), PK_AREA);

	if (val_get(line, PK_DONE) != NULL)
		done_text(r, val_get(line, PK_DONE), out);
	else if (r->area[0] == '\0' && app_own_area(r->list.view.app) == NULL && area != NULL)
		wording_area(&r->list.view.app->ctx, area, out);
}

static void
draw_columns(const struct roll *r, struct term *t, int row, const struct val *line)
{
	const struct list	*l = table_default_list(r->clock->book, r->list.view.app->role);
	struct table_columns		 c;

	if (l == NULL)
		return;
	table_layout(&r->list.view.app->ctx, l, COL_FIRST, COL_LAST - 1, &c);
	if (line == NULL)
		table_draw_head(&r->list.view.app->ctx, l, &c, t, row);
	else
		table_draw_row(&r->list.view.app->ctx, l, &c, t, row, val_get(line, PK_ROW));
}

static void
draw_line(const struct list_view *l, struct term *t, int row, size_t i)
{
	const struct roll	*r = roll_of(&l->view);
	const struct val	*line = roll_at(r, i);
	struct buf		 b = BUF_INIT;
	char			 day[11];

	draw_columns(r, t, row, line);
	civil_print((int)val_get_num(line, PK_LAST, 0), day);
	term_text(t, row, COL_LAST, COL_DUE - COL_LAST - 1, ATTR_NORMAL, day);
	due_text(line, &b);
	term_text(t, row, COL_DUE, COL_RESULT - COL_DUE - 1, ATTR_NORMAL, buf_str(&b));
	buf_reset(&b);
	result_text(r, line, &b);
	term_text(t, row, COL_RESULT, -1, ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static void
draw_head(const struct list_view *l, struct term *t, int row)
{
	const struct roll	*r = roll_of(&l->view);

	term_text(t, row, COL_FIRST, term_cols(t) - COL_FIRST, ATTR_DIM, "");
	draw_columns(r, t, row, NULL);
	term_text(t, row, COL_LAST, -1, ATTR_DIM, _("last time"));
	term_text(t, row, COL_DUE, -1, ATTR_DIM, r->month == 0 ? _("this month") : _("that month"));
	term_text(t, row, COL_RESULT, -1, ATTR_DIM, _("with what"));
}

static const char *
empty_text(const struct list_view *l)
{
	(void)l;
	return _("Nobody is on this roll.");
}

void
scr_roll_counts(bool past, int64_t all, int64_t left, int64_t overdue, struct buf *out)
{
	wording_format(out, past ? _("{1} in all, missed {2}, still overdue {3}") :
	    _("{1} in all, to do {2}, overdue {3}"),
	    ARG_NUM, all, ARG_NUM, left, ARG_NUM, overdue, ARG_END);
}

static void
roll_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct roll	*r = roll_of(v);

	buf_puts(left, wording_label(&v->app->ctx, r->clock->label));
	if (!r->list.loaded)
		return;
	buf_printf(left, "  %d-%02d", r->shown_month / 100, r->shown_month % 100);
	if (r->area[0] != '\0') {
		buf_puts(left, "  ");
		wording_area(&v->app->ctx, r->area, left);
	}
	scr_roll_counts(r->month != 0, r->all, r->left, r->overdue, right);
	list_view_add_more(&r->list, right);
}

static void
roll_note(const struct view *v, struct buf *out)
{
	const struct roll	*r = roll_of(v);
	const struct val	*line = roll_at(r, r->list.lines.focus);

	if (roll_is(line, "done") && roll_answer_allowed(r))
		wording_format(out, _("On record. A record is never removed; {1} puts it right."),
		    ARG_TEXT, gettext(key_for_action(ACT_EDIT, WHERE_LIST)), ARG_END);
	else if (roll_is(line, "new"))
		wording_format(out, r->month == 0 ?
		    _("On the roll only since this month; first due by {1}.") :
		    _("On the roll only since that month; first due by {1}."), ARG_DATE,
		    (int)val_get_num(line, PK_DAY, 0), ARG_END);
}

static void
roll_free(struct view *v)
{
	struct roll	*r = roll_of(v);

	list_view_release(&r->list);
	val_free(r->incoming);
	val_free(r->found);
	val_free(r->set);
	val_free(r->unsure);
	free(r);
}

static const struct list_ops	 list_ops = {
	.draw_head = draw_head, .draw_line = draw_line, .empty = empty_text, .head_rows = 1,
};

static const struct view_ops	 roll_ops = {
	.name = "roll", .title = roll_title, .draw = list_view_draw, .note = roll_note,
	.commands = scr_roll_commands, .key = roll_key, .question = roll_question,
	.reply = roll_reply,
	.result = roll_result, .shown = roll_shown, .free = roll_free,
};

struct view *
scr_roll(const struct clock *clock, const struct roll_part *part)
{
	struct roll	*r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->clock = clock;
	list_view_init(&r->list, &roll_ops, &list_ops, clock->book);
	if (part != NULL) {
		memcpy(r->area, part->area, sizeof(r->area));
		r->month = part->month;
		r->read_only = true;
	}
	return &r->list.view;
}
