#include <stdlib.h>
#include <string.h>

#include "tui/screen/cover.h"
#include "tui/screen/scr.h"
#include "tui/under.h"
#include "tui/words.h"

/*
 * The cover of a file: what matters of a record before anything is opened, as it is or as it was on a day. What is behind it opens by
 * a letter each.
 */
#define ACTS_MAX	9

enum { TAG_FILE = 1, TAG_READ, TAG_UNDER, TAG_BOOK, TAG_DAY, TAG_BESIDE };

struct front {
	struct view		 view;
	struct cover_page	 page;
	int64_t			 id;
	int			 on;		/* 0: as it is */
	bool			 stale;
	bool			 done;		/* by an act of one's own */
	const struct act	*acts[ACTS_MAX];
	size_t			 nacts;
};

static struct front *
front_of(const struct view *v)
{
	return (struct front *)(uintptr_t)v;
}

static const struct val *
reply_of(const struct front *c)
{
	return c->page.reply;
}

static bool
may_write(const struct front *c)
{
	return val_get_true(val_get(reply_of(c), "may"), "write");
}

static bool
may_undo(const struct front *c)
{
	return val_get_true(val_get(reply_of(c), "may"), "undo");
}

static bool
creates(const struct front *c)
{
	return c->on == 0 && under_creates(c->view.app, c->page.book);
}

/* ---- asking ------------------------------------------------------------------------------------------------- */

static void
front_shown(struct view *v)
{
	struct front	*c = front_of(v);
	struct val	*req;

	if (!c->stale || v->waiting != 0)
		return;
	if ((req = request_new("file")) != NULL) {
		val_put(req, "book", val_text(c->page.book->name));
		val_put(req, "id", val_int(c->id));
		if (c->on != 0)
			val_put(req, "on", val_int(c->on));
	}
	app_ask(v, TAG_FILE, req, ASK_WAIT);
}

static void
take_acts(struct front *c)
{
	const struct val	*names = val_get(val_get(reply_of(c), "may"), "acts");

	c->nacts = 0;
	for (size_t i = 0; i < c->page.book->nacts && c->nacts < ACTS_MAX; i++)
		if (val_has(names, c->page.book->acts[i].name))
			c->acts[c->nacts++] = &c->page.book->acts[i];
}

/* It went where one does not reach; what is on the screen is no longer so. After one's own act that has been said. */
static void
leave_gone(struct front *c)
{
	struct app	*app = c->view.app;
	struct val	*touched = val_bool(true);
	bool		 known = c->done;

	app_close(&c->view, touched);
	val_free(touched);
	if (!known)
		app_say(app, _("This record is out of your places now."), ARG_END);
}

static void
front_reply(struct view *v, int tag, const struct val *reply)
{
	struct front	*c = front_of(v);

	(void)tag;
	if (reply_of(c) != NULL && reply_gone(reply)) {
		leave_gone(c);
		return;
	}
	if (!reply_fine(v->app, c->page.book, reply)) {
		if (reply_of(c) == NULL && reply != NULL)	/* never seen: nothing to stay for */
			app_close(v, NULL);
		return;
	}
	c->done = false;
	val_free(c->page.reply);
	c->page.reply = val_dup(reply);
	c->stale = false;
	/* a merged one has no duties and leads elsewhere: the reader says where, and can undo it */
	if (c->on == 0 && val_get(val_get(reply, "record"), "into") != NULL) {
		app_replace(v, scr_read(c->page.book, c->id, NULL));
		return;
	}
	take_acts(c);
	if (c->on == 0)
		app_remember(v->app, c->page.book, val_get(val_get(reply, "record"), "fields"), val_get(reply, "masked"));
}

/* ---- what is behind it -------------------------------------------------------------------------------------- */

static void
read_it(struct front *c, const struct read_how *how)
{
	app_push(c->view.app, scr_read(c->page.book, c->id, how), &c->view, TAG_READ);
}

/* With the title while fn runs. */
static void
with_owner(struct front *c, const void *arg, void (*fn)(struct front *, const struct under_of *, const void *))
{
	struct buf	 title = BUF_INIT;

	cover_title(&c->page, &c->view.app->ctx, &title);
	fn(c, &(struct under_of){ c->page.book, c->id, buf_str(&title) }, arg);
	buf_free(&title);
}

static void
list_under(struct front *c, const struct under_of *of, const void *only)
{
	app_push(c->view.app, scr_under(&(struct under_what){ of, only, c->on }), &c->view, TAG_UNDER);
}

static void
add_under(struct front *c, const struct under_of *of, const void *answer)
{
	if (answer != NULL)
		under_chosen(&c->view, of, answer, TAG_UNDER);
	else
		under_new(&c->view, of, TAG_BOOK, TAG_UNDER);
}

static void
open_history(struct front *c, const struct under_of *of, const void *arg)
{
	(void)arg;
	app_push(c->view.app, scr_history(of->book, of->id, of->title), &c->view, TAG_BESIDE);
}

static void
open_timeline(struct front *c, const struct under_of *of, const void *arg)
{
	(void)arg;
	app_push(c->view.app, scr_timeline(of->book, of->id, of->title, c->on), &c->view, TAG_BESIDE);
}

static void
open_linked(struct front *c, const struct under_of *of, const void *arg)
{
	(void)arg;
	app_push(c->view.app, scr_linked(of->book, of->id, of->title), &c->view, TAG_UNDER);
}

static void
open_trail(struct front *c, const struct under_of *of, const void *arg)
{
	(void)arg;
	app_push(c->view.app, scr_trail_of(of->id, of->title), &c->view, TAG_BESIDE);
}

static bool
open_part(struct front *c, uint32_t letter)
{
	const struct cover_part	*part = cover_part(&c->page, letter);

	if (part == NULL)
		return false;
	if (part->page != NULL)
		read_it(c, &(struct read_how){ .page = part->page, .on = c->on });
	else
		with_owner(c, part->book, list_under);
	return true;
}

/* ---- another day -------------------------------------------------------------------------------------------- */

static void
take_day(struct front *c, const struct val *typed)
{
	struct app	*app = c->view.app;
	int		 day;

	if (val_str(typed) == NULL || *val_str(typed) == '\0')
		return;
	if (!civil_parse(val_str(typed), app->ctx.today, &day))
		app_say(app, _("{1} is not a calendar date; type for example 2026-03-12"), ARG_TEXT, val_str(typed), ARG_END);
	else if (day > app->ctx.today)
		app_say(app, _("{1} is still to come; type a day that has been."), ARG_DATE, day, ARG_END);
	else if (c->on == 0)
		app_push(app, scr_open_past(c->page.book, c->id, day), &c->view, TAG_BESIDE);
	else
		app_replace(&c->view, scr_open_past(c->page.book, c->id, day));
}

static void
front_answer(struct view *v, int tag, const struct val *answer)
{
	struct front	*c = front_of(v);

	if (tag == TAG_DAY)
		take_day(c, answer);
	else if (tag == TAG_BOOK && answer != NULL)
		with_owner(c, answer, add_under);
	else if (c->on == 0 && (tag == TAG_UNDER || (tag == TAG_READ && val_is_true(answer)))) {
		c->stale = true;
		c->done = tag == TAG_READ;
	}
}

/* ---- keys --------------------------------------------------------------------------------------------------- */

static bool
front_letter(struct front *c, uint32_t letter)
{
	if (letter >= '1' && letter <= '9' && letter - '1' < c->nacts)
		read_it(c, &(struct read_how){ .act = c->acts[letter - '1'] });
	else if (letter == 'u' && under_exists(c->view.app, c->page.book))
		with_owner(c, NULL, list_under);
	else if (letter == 't')
		with_owner(c, NULL, open_timeline);
	else if (letter == 'h')
		with_owner(c, NULL, open_history);
	else if (letter == 'q' && c->on == 0 && scr_linked_has(c->view.app, c->page.book))
		with_owner(c, NULL, open_linked);
	else if (letter == 'l')
		with_owner(c, NULL, open_trail);
	else if (letter == 'o')
		app_push(c->view.app, prompt_new(_("As it was at the end of which day"), "", false, 0), &c->view, TAG_DAY);
	else
		return open_part(c, letter);
	return true;
}

static bool
front_key(struct view *v, const struct key *k, enum action act)
{
	struct front	*c = front_of(v);

	if (act == ACT_BACK)
		app_close(v, NULL);
	else if (reply_of(c) == NULL)
		return false;
	else if (act == ACT_REFRESH) {
		c->stale = true;
		return false;
	} else if (act == ACT_OPEN)
		read_it(c, &(struct read_how){ .on = c->on });
	else if (act == ACT_EDIT && may_write(c))
		app_push(v->app, scr_change(c->page.book, c->id, NULL), v, TAG_UNDER);
	else if (act == ACT_UNDO && may_undo(c))
		read_it(c, &(struct read_how){ .undo = true });
	else if (act == ACT_NEW && creates(c))
		with_owner(c, NULL, add_under);
	else
		return cover_move(&c->page, v->app, act) || front_letter(c, key_command(k));
	return true;
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

static void
front_draw(struct view *v, struct term *t)
{
	struct front	*c = front_of(v);

	if (reply_of(c) != NULL)
		cover_draw(&c->page, v->app, t);
}

static void
front_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct front	*c = front_of(v);

	words_past(c->on, left);
	buf_printf(left, "%s  ", words_label(&v->app->ctx, c->page.book->label));
	if (reply_of(c) == NULL)
		return;
	cover_title(&c->page, &v->app->ctx, left);
	if (cover_below(&c->page, v->app))
		buf_puts(right, _("more below"));
}

static void
front_strip(const struct view *v, struct strip *s)
{
	static const char *const	 digits[] = { "1", "2", "3", "4", "5", "6", "7", "8", "9" };
	const struct front		*c = front_of(v);

	for (size_t i = 0; i < c->nacts; i++) {
		strip_own(s, digits[i], words_label(&v->app->ctx, c->acts[i]->label),
		    _("An act on this record; it asks before anything happens."));
		strip_named(s);
	}
	if (may_write(c))
		strip_act(s, ACT_EDIT);
	if (may_undo(c))
		strip_act_told(s, ACT_UNDO, gettext(action_label(ACT_UNDO)),
		    _("Take your own last save of this record back."));
	if (creates(c))
		strip_act(s, ACT_NEW);
	strip_act_told(s, ACT_OPEN, _("whole"), _("All that is written in this record, page by page."));
	strip_own(s, "t", _("timeline"), _("All that happened to this file, newest first."));
	if (c->on == 0 && scr_linked_has(v->app, c->page.book))
		strip_own(s, "q", _("who shares"), _("Who has the same home, carer or parents, and how many."));
	strip_own(s, "o", _("past day"), _("The file as it was at the end of a day."));
	strip_own(s, "l", _("who looked"), _("Who looked at this file and who changed it."));
	strip_own(s, "h", _("history"), _("Who changed what and when."));
	if (c->page.book->cover->nparts == 0 && under_exists(v->app, c->page.book))
		strip_own(s, "u", _("records"), _("What is on record under this: visits, updates."));
	strip_act(s, ACT_HELP);
	strip_act(s, ACT_BACK);
}

static void
front_free(struct view *v)
{
	val_free(front_of(v)->page.reply);
	free(front_of(v));
}

static const struct view_ops front_ops = {
	.name = "cover", .title = front_title, .draw = front_draw, .strip = front_strip, .key = front_key,
	.reply = front_reply, .answer = front_answer, .shown = front_shown, .free = front_free,
};

static struct view *
open_cover(const struct book *book, int64_t id, int on)
{
	struct front	*c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	*c = (struct front){ .view.ops = &front_ops, .page.book = book, .id = id, .on = on, .stale = true };
	return &c->view;
}

struct view *
scr_open(const struct book *book, int64_t id)
{
	return book->cover != NULL ? open_cover(book, id, 0) : scr_read(book, id, NULL);
}

struct view *
scr_open_past(const struct book *book, int64_t id, int on)
{
	return book->cover != NULL ? open_cover(book, id, on) : scr_read(book, id, &(struct read_how){ .on = on });
}
