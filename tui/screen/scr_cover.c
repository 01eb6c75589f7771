#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/screen/cover.h"
#include "tui/screen/scr.h"
#include "tui/screen/child_records.h"
#include "tui/view/prompt.h"
#include "forms/wording.h"

/*
 * The cover of a file: what matters of a record before anything is opened, as it is or as it was on
 * a day. Its parts open by 0 and their number, because letters are commands of the same meaning on
 * all screens and the digits 1 to 9 are the acts, as in the reader.
 */
#define ACTS_MAX	9

enum { TAG_FILE = 1, TAG_READ, TAG_UNDER, TAG_BOOK, TAG_DAY, TAG_BESIDE };

struct cover_view {
	struct view		 view;
	struct cover_page	 page;
	int64_t			 id;
	int			 on;		/* 0: as it is */
	bool			 stale;
	bool			 done;		/* by an act done here */
	bool			 typing;	/* the number of a part; its digits so far are
						   page.focus */
	const struct act	*acts[ACTS_MAX];
	size_t			 nacts;
};

static struct cover_view *
cover_view_of(const struct view *v)
{
	return (struct cover_view *)(uintptr_t)v;
}

static const struct val *
reply_of(const struct cover_view *c)
{
	return c->page.reply;
}

static bool
is_loaded(const struct view *v)
{
	return reply_of(cover_view_of(v)) != NULL;
}

static bool
may_write(const struct view *v)
{
	return val_get_true(val_get(reply_of(cover_view_of(v)), PK_MAY), PK_WRITE);
}

static bool
may_undo(const struct view *v)
{
	return val_get_true(val_get(reply_of(cover_view_of(v)), "may"), "undo");
}

static bool
may_create(const struct view *v)
{
	return is_loaded(v) && cover_view_of(v)->on == 0 &&
	    child_records_creatable(v->app, cover_view_of(v)->page.book);
}

static bool
may_list_children(const struct view *v)
{
	return is_loaded(v) && child_records_exist(v->app, cover_view_of(v)->page.book);
}

static bool
may_list_related(const struct view *v)
{
	return is_loaded(v) && cover_view_of(v)->on == 0 &&
	    scr_related_exist(v->app, cover_view_of(v)->page.book);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static void
cover_view_shown(struct view *v)
{
	struct cover_view	*c = cover_view_of(v);
	struct val	*req;

	if (c->typing)			/* another key than a digit led away meanwhile */
		c->page.focus = 0;
	c->typing = false;
	if (!c->stale || v->waiting != 0)
		return;
	if ((req = app_request_new("file")) != NULL) {
		pack_put(req, PK_BOOK, val_text(c->page.book->name));
		pack_put(req, PK_ID, val_int(c->id));
		if (c->on != 0)
			pack_put(req, PK_ON, val_int(c->on));
	}
	app_send(v, TAG_FILE, req, APP_SEND_WAIT);
}

static void
receive_acts(struct cover_view *c)
{
	const struct val	*names = val_get(val_get(reply_of(c), PK_MAY), PK_ACTS);

	c->nacts = 0;
	for (size_t i = 0; i < c->page.book->nacts && c->nacts < ACTS_MAX; i++)
		if (val_has(names, c->page.book->acts[i].name))
			c->acts[c->nacts++] = &c->page.book->acts[i];
}

/*
 * The record is out of the person's reach now, so the screen would show old data. After an act done
 * here the message row has said so already.
 */
static void
leave_gone(struct cover_view *c)
{
	struct app	*app = c->view.app;
	struct val	*touched = val_bool(true);
	bool		 known = c->done;

	app_close(&c->view, touched);
	val_free(touched);
	if (!known)
		app_message(app, _("This record is out of your places now."), ARG_END);
}

static void
cover_view_reply(struct view *v, int tag, const struct val *reply)
{
	struct cover_view	*c = cover_view_of(v);

	(void)tag;
	if (reply_of(c) != NULL && app_reply_not_found(reply)) {
		leave_gone(c);
		return;
	}
	if (!app_reply_ok(v->app, c->page.book, reply)) {
		if (reply_of(c) == NULL && reply != NULL)	/* never seen: nothing to stay
								   for */
			app_close(v, NULL);
		return;
	}
	c->done = false;
	val_free(c->page.reply);
	c->page.reply = val_dup(reply);
	c->stale = false;
	/*
	 * a merged record has no deadlines: the reader shows where it was merged into, and can undo
	 * the merge
	 */
	if (c->on == 0 && val_get(val_get(reply, PK_RECORD), PK_INTO) != NULL) {
		app_replace(v, scr_read(c->page.book, c->id, NULL));
		return;
	}
	receive_acts(c);
	if (c->on == 0)
		app_remember_record(v->app, c->page.book,
		    val_get(val_get(reply, PK_RECORD), PK_FIELDS), val_get(reply, PK_MASKED));
}

/* ---- what is behind it ----------------------------------------------------------------------- */

static void
read_it(struct cover_view *c, const struct read_opts *how)
{
	app_push(c->view.app, scr_read(c->page.book, c->id, how), &c->view, TAG_READ);
}

/* Calls fn with the record as parent; its title is valid during the call. */
static void
with_parent(struct cover_view *c, const void *arg,
    void (*fn)(struct cover_view *, const struct child_parent *, const void *))
{
	struct buf	 title = BUF_INIT;

	cover_title(&c->page, &c->view.app->ctx, &title);
	fn(c, &(struct child_parent){ c->page.book, c->id, buf_str(&title) }, arg);
	buf_free(&title);
}

static void
list_under(struct cover_view *c, const struct child_parent *of, const void *only)
{
	app_push(c->view.app, scr_children(&(struct children_filter){ of, only, c->on }), &c->view,
	    TAG_UNDER);
}

static void
add_under(struct cover_view *c, const struct child_parent *of, const void *result)
{
	if (result != NULL)
		child_records_chosen(&c->view, of, result, TAG_UNDER);
	else
		child_records_new(&c->view, of, TAG_BOOK, TAG_UNDER);
}

static void
open_history(struct cover_view *c, const struct child_parent *of, const void *arg)
{
	(void)arg;
	app_push(c->view.app, scr_history(of->book, of->id, of->title), &c->view, TAG_BESIDE);
}

static void
open_timeline(struct cover_view *c, const struct child_parent *of, const void *arg)
{
	(void)arg;
	app_push(c->view.app, scr_timeline(of->book, of->id, of->title, c->on), &c->view,
	    TAG_BESIDE);
}

static void
open_linked(struct cover_view *c, const struct child_parent *of, const void *arg)
{
	(void)arg;
	app_push(c->view.app, scr_related(of->book, of->id, of->title), &c->view, TAG_UNDER);
}

static void
open_trail(struct cover_view *c, const struct child_parent *of, const void *arg)
{
	(void)arg;
	app_push(c->view.app, scr_trail_of(of->id, of->title), &c->view, TAG_BESIDE);
}

static void
open_part(struct cover_view *c, size_t number)
{
	const struct cover_part	*part = cover_part(&c->page, number);

	c->typing = false;
	if (part == NULL)
		return;
	if (part->page != NULL)
		read_it(c, &(struct read_opts){ .page = part->page, .on = c->on });
	else
		with_parent(c, part->book, list_under);
}

/* ---- the number of a part -------------------------------------------------------------------- */

static bool
has_parts(const struct view *v)
{
	return is_loaded(v) && cover_parts(&cover_view_of(v)->page) > 0;
}

static bool
is_typing(const struct view *v)
{
	return cover_view_of(v)->typing;
}

static bool
is_on_part(const struct view *v)
{
	return cover_view_of(v)->page.focus > 0;
}

static void
begin_number(struct view *v)
{
	cover_view_of(v)->typing = true;
	cover_view_of(v)->page.focus = 0;
}

static void
end_number(struct view *v)
{
	cover_view_of(v)->typing = false;
	cover_view_of(v)->page.focus = 0;
}

/* As in a menu: a digit opens the part at once unless a longer number may be meant. */
static void
type_digit(struct view *v, size_t digit)
{
	struct cover_view	*c = cover_view_of(v);
	const size_t		 number = c->page.focus * 10 + digit, n = cover_parts(&c->page);

	c->page.focus = number <= n ? number : 0;
	if (number == 0 || number > n || number * 10 <= n)
		return;
	c->page.focus = 0;
	open_part(c, number);
}

/* A number that was typed leaves no focus behind; one that Tab reached is kept for the next Tab. */
static void
open_focused_part(struct view *v)
{
	struct cover_view	*c = cover_view_of(v);
	const size_t		 number = c->page.focus;

	if (c->typing)
		c->page.focus = 0;
	open_part(c, number);
}

static void
next_part(struct view *v)
{
	struct cover_view	*c = cover_view_of(v);

	c->typing = false;
	if (c->page.focus < cover_parts(&c->page))
		c->page.focus++;
}

static void
previous_part(struct view *v)
{
	struct cover_view	*c = cover_view_of(v);

	c->typing = false;
	if (c->page.focus > 0)
		c->page.focus--;
}

static void
cover_view_note(const struct view *v, struct buf *out)
{
	const struct cover_view	*c = cover_view_of(v);

	if (c->typing && c->page.focus == 0)
		buf_puts(out, _("Type the number of a part."));
	else if (c->typing)
		wording_format(out, _("Part {1}: Enter opens it, or one more digit."), ARG_NUM,
		    (int64_t)c->page.focus, ARG_END);
}

/* ---- another day ----------------------------------------------------------------------------- */

static void
receive_day(struct cover_view *c, const struct val *typed)
{
	struct app	*app = c->view.app;
	int		 day;

	if (val_str(typed) == NULL || *val_str(typed) == '\0')
		return;
	if (!civil_parse(val_str(typed), app->ctx.today, &day))
		app_message(app, _("{1} is not a calendar date; type for example 2026-03-12"),
		    ARG_TEXT, val_str(typed), ARG_END);
	else if (day > app->ctx.today)
		app_message(app, _("{1} is still to come; type a day that has been."), ARG_DATE,
		    day, ARG_END);
	else if (c->on == 0)
		app_push(app, scr_cover_open_past(c->page.book, c->id, day), &c->view, TAG_BESIDE);
	else
		app_replace(&c->view, scr_cover_open_past(c->page.book, c->id, day));
}

static void
cover_view_result(struct view *v, int tag, const struct val *result)
{
	struct cover_view	*c = cover_view_of(v);

	if (tag == TAG_DAY)
		receive_day(c, result);
	else if (tag == TAG_BOOK && result != NULL)
		with_parent(c, result, add_under);
	else if (c->on == 0 && (tag == TAG_UNDER || (tag == TAG_READ && val_is_true(result)))) {
		c->stale = true;
		c->done = tag == TAG_READ;
	}
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void
leave(struct view *v)
{
	app_close(v, NULL);
}

static void
open_whole(struct view *v)
{
	read_it(cover_view_of(v), &(struct read_opts){ .on = cover_view_of(v)->on });
}

static void
edit(struct view *v)
{
	app_push(v->app, scr_edit(cover_view_of(v)->page.book, cover_view_of(v)->id, NULL), v,
	    TAG_UNDER);
}

static void
undo(struct view *v)
{
	read_it(cover_view_of(v), &(struct read_opts){ .undo = true });
}

static void
create(struct view *v)
{
	with_parent(cover_view_of(v), NULL, add_under);
}

static void
list_children(struct view *v)
{
	with_parent(cover_view_of(v), NULL, list_under);
}

static void
show_timeline(struct view *v)
{
	with_parent(cover_view_of(v), NULL, open_timeline);
}

static void
show_history(struct view *v)
{
	with_parent(cover_view_of(v), NULL, open_history);
}

static void
list_related(struct view *v)
{
	with_parent(cover_view_of(v), NULL, open_linked);
}

static void
show_access_log(struct view *v)
{
	with_parent(cover_view_of(v), NULL, open_trail);
}

static void
ask_day(struct view *v)
{
	app_push(
	    v->app, prompt_new(_("As it was at the end of which day"), "", false, 0), v, TAG_DAY);
}

static const char *
act_label(const struct view *v, size_t i)
{
	const struct cover_view	*c = cover_view_of(v);

	return i < c->nacts ? wording_label(&v->app->ctx, c->acts[i]->label) : NULL;
}

static void
open_nth_act(struct view *v, size_t i)
{
	read_it(cover_view_of(v), &(struct read_opts){ .act = cover_view_of(v)->acts[i] });
}

const struct command	 scr_cover_commands[] = {
	{ .may = is_typing, .keys = "0123456789", .unlisted = true, .choose = type_digit },
	{ .act = ACT_OPEN, .label = N_("open the part"), .may = is_on_part,
	    .help = N_("Open the part that is marked."), .run = open_focused_part },
	{ .help = N_("An act on this record; it asks before anything happens."),
	    .keys = COMMAND_DIGITS, .choice = act_label, .choose = open_nth_act },
	{ .act = ACT_EDIT, .may = may_write, .run = edit },
	{ .act = ACT_UNDO, .help = N_("Take your own last save of this record back."),
	    .may = may_undo, .run = undo },
	{ .act = ACT_NEW, .may = may_create, .run = create },
	{ .act = ACT_OPEN, .label = N_("whole"),
	    .help = N_("All that is written in this record, page by page."), .may = is_loaded,
	    .run = open_whole },
	{ .label = N_("part"),
	    .help = N_("0 and its number opens a part of the file; Tab goes from part to part."),
	    .may = has_parts, .run = begin_number, .keys = "0" },
	{ .act = ACT_NEXT, .may = has_parts, .run = next_part, .unlisted = true },
	{ .act = ACT_PREV, .may = has_parts, .run = previous_part, .unlisted = true },
	{ .act = ACT_TIMELINE, .may = is_loaded, .run = show_timeline },
	{ .act = ACT_RELATED, .may = may_list_related, .run = list_related },
	{ .act = ACT_PAST_DAY, .may = is_loaded, .run = ask_day },
	{ .act = ACT_ACCESS_LOG, .may = is_loaded, .run = show_access_log },
	{ .act = ACT_HISTORY, .may = is_loaded, .run = show_history },
	{ .act = ACT_CHILDREN, .may = may_list_children, .run = list_children },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .may = is_typing, .run = end_number },
	{ .act = ACT_BACK, .run = leave },
	{ .act = ACT_NONE }
};

static bool
cover_view_key(struct view *v, const struct key *k, enum action act)
{
	struct cover_view	*c = cover_view_of(v);

	(void)k;
	if (!is_loaded(v))
		return false;
	if (is_typing(v))
		end_number(v);
	if (act == ACT_REFRESH) {
		c->stale = true;
		return false;
	}
	return cover_move(&c->page, v->app, act);
}

/* ---- drawing --------------------------------------------------------------------------------- */

static void
cover_view_draw(struct view *v, struct term *t)
{
	struct cover_view	*c = cover_view_of(v);

	if (reply_of(c) != NULL)
		cover_draw(&c->page, v->app, t);
}

static void
cover_view_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct cover_view	*c = cover_view_of(v);

	wording_as_of(c->on, left);
	buf_printf(left, "%s  ", wording_label(&v->app->ctx, c->page.book->label));
	if (reply_of(c) == NULL)
		return;
	cover_title(&c->page, &v->app->ctx, left);
	if (cover_below(&c->page, v->app))
		buf_puts(right, _("more below"));
}

static void
cover_view_free(struct view *v)
{
	val_free(cover_view_of(v)->page.reply);
	free(cover_view_of(v));
}

static const struct view_ops cover_view_ops = {
	.name = "cover", .title = cover_view_title, .draw = cover_view_draw,
	.note = cover_view_note,
	.commands = scr_cover_commands, .key = cover_view_key,
	.reply = cover_view_reply, .result = cover_view_result, .shown = cover_view_shown,
	    .free = cover_view_free,
};

static struct view *
open_cover(const struct book *book, int64_t id, int on)
{
	struct cover_view	*c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	*c = (struct cover_view){ .view.ops = &cover_view_ops, .page.book = book, .id = id,
	    .on = on, .stale = true };
	return &c->view;
}

struct view *
scr_cover_open(const struct book *book, int64_t id)
{
	return book->cover != NULL ? open_cover(book, id, 0) : scr_read(book, id, NULL);
}

struct view *
scr_cover_open_past(const struct book *book, int64_t id, int on)
{
	return book->cover != NULL ? open_cover(book, id, on) :
	    scr_read(book, id, &(struct read_opts){ .on = on });
}
