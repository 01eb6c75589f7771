#include <stdlib.h>
#include <string.h>

#include "tui/form/choice.h"
#include "tui/form/resume.h"
#include "tui/pick.h"
#include "tui/screen/scr.h"
#include "tui/words.h"

/*
 * The way into the form of a record that exists: says that it is open here, hears who else has it open and
 * what one left unsaved of it oneself, and lets the person choose. The mark is a courtesy, no lock: where it
 * cannot be set the form opens all the same, and two saves are brought together anyway. Nothing is seen of it
 * but its questions; the form takes its place.
 */
enum { TAG_MARK = 1, TAG_TAKE, TAG_RECORD, TAG_OTHER, TAG_UNSAVED };

struct change {
	struct view		 view;
	const struct book	*book;
	int64_t			 id;
	char			*at;		/* the field to begin in, NULL: the first */
	uint64_t		 pages;		/* as scr_form_block() takes it; 0: all */
	bool			 begun;
	bool			 like;		/* not this one is changed: another is begun that has things in common with it */
	struct val		*draft;		/* left unsaved by the same person; NULL: nothing, or not yet known */
	struct resume		 resume;
};

static struct change *
change_of(const struct view *v)
{
	return (struct change *)(uintptr_t)v;
}

/* ---- asking ------------------------------------------------------------------------------------------------- */

static struct val *
request_of(const struct change *c, const char *op, const char *flag)
{
	struct val	*req = request_new(op);

	if (req != NULL) {
		val_put(req, "book", val_text(c->book->name));
		val_put(req, "id", val_int(c->id));
		if (flag != NULL)
			val_put(req, flag, val_bool(true));
	}
	return req;
}

static void
ask_record(struct change *c)
{
	app_ask(&c->view, TAG_RECORD, request_of(c, "get", "whole"), ASK_WAIT);
}

static void
change_shown(struct view *v)
{
	struct change	*c = change_of(v);

	if (!c->begun && c->like)
		ask_record(c);
	else if (!c->begun)
		app_ask(v, TAG_MARK, request_of(c, "edit", NULL), ASK_WAIT);
	c->begun = true;
}

/* No form; "look" or "denied" is answered with the record, NULL with nothing. */
static void
give_up(struct change *c, const char *why)
{
	struct val	*answer = why != NULL ? val_map() : NULL;

	if (!c->like)
		app_tell(c->view.app, request_of(c, "edit", "done"));
	if (answer != NULL)
		val_put(answer, why, val_int(c->id));
	app_close(&c->view, answer);
	val_free(answer);
}

/* ---- answers ------------------------------------------------------------------------------------------------ */

static void
open_form(struct change *c, const struct val *reply)
{
	struct app	*app = c->view.app;

	if (c->like)
		app_replace(&c->view, scr_form_like(app, c->book, reply));
	else if (!val_get_true(val_get(reply, "may"), "write")) {
		app_say(app, _("You may not change this record in its present state."), ARG_END);
		give_up(c, "denied");
	} else if (c->pages != 0) {
		app_replace(&c->view, scr_form_block(app, c->book, reply, c->pages));
		app_say(app, _("First bring the file up to date here and save; then the month's record follows."), ARG_END);
	} else
		app_replace(&c->view, scr_form_edit(app, c->book, reply, c->at));
}

static void
open_resumed(struct view *v, struct view *form)
{
	if (form != NULL)
		app_replace(v, form);
	else
		give_up(change_of(v), NULL);
}

static void
ask_other(struct change *c, const struct val *other)
{
	const char	*name = val_get_str(other, "name");
	struct choices	 ways = CHOICES_INIT;
	struct buf	 since = BUF_INIT, title = BUF_INIT;

	words_time(&c->view.app->ctx, val_get_num(other, "since", 0), &since);
	words_fill(&title, _("{1} has been changing this record since {2}"), ARG_TEXT, name != NULL ? name : "?",
	    ARG_TEXT, buf_str(&since), ARG_END);
	choices_add(&ways, "1", _("look, and change nothing"), "kyk", "look");
	choices_add(&ways, "2", _("change it too; what both save is brought together"), "yqg", "both");
	choices_add(&ways, "3", _("take it over; the trail keeps that, and their entries stay a draft"), "js", "take");
	app_push(c->view.app, pick_new(buf_str(&title), &ways, PICK_AT_ONCE | PICK_DECIDES, ""), &c->view, TAG_OTHER);
	buf_free(&since);
	buf_free(&title);
}

static void
go_on(struct change *c)
{
	if (c->draft != NULL)
		resume_ask(&c->view, TAG_UNSAVED, c->draft);
	else
		ask_record(c);
}

static void
change_reply(struct view *v, int tag, const struct val *reply)
{
	struct change	*c = change_of(v);

	if (resume_reply(&c->resume, v, tag, reply))
		return;
	if (!reply_fine(v->app, c->book, reply)) {
		give_up(c, reply != NULL && strcmp(reply_code(reply), "denied") == 0 ? "denied" : NULL);
	} else if (tag == TAG_RECORD)
		open_form(c, reply);
	else {
		if (tag == TAG_MARK)
			c->draft = val_dup(val_get(reply, "draft"));
		if (tag == TAG_MARK && val_get_str(reply, "by") != NULL)
			ask_other(c, reply);
		else
			go_on(c);
	}
}

static void
change_answer(struct view *v, int tag, const struct val *answer)
{
	struct change	*c = change_of(v);
	const char	*way = val_str(answer);

	if (way == NULL)
		give_up(c, NULL);
	else if (strcmp(way, "look") == 0)
		give_up(c, "look");
	else if (strcmp(way, "take") == 0)
		app_ask(v, TAG_TAKE, request_of(c, "edit", "take"), ASK_WAIT | ASK_FIRM);
	else if (strcmp(way, "on") == 0)
		resume_begin(&c->resume, v, c->draft);
	else if (tag == TAG_OTHER)
		go_on(c);
	else
		ask_record(c);
}

/* Only while it waits: one does not want to, after all. */
static bool
change_key(struct view *v, const struct key *k, enum action act)
{
	(void)k;
	if (act == ACT_BACK)
		give_up(change_of(v), NULL);
	return act == ACT_BACK;
}

/* What was below stays on the screen. */
static void
change_draw(struct view *v, struct term *t)
{
	(void)v;
	(void)t;
}

static void
change_free(struct view *v)
{
	struct change	*c = change_of(v);

	resume_free(&c->resume);
	val_free(c->draft);
	free(c->at);
	free(c);
}

static const struct view_ops change_ops = {
	.name = "change", .popup = true, .draw = change_draw, .key = change_key, .reply = change_reply,
	.answer = change_answer, .shown = change_shown, .free = change_free,
};

static struct view *
change_new(const struct change *how)
{
	struct change	*c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	*c = *how;
	c->view.ops = &change_ops;
	c->resume.open = open_resumed;
	return &c->view;
}

struct view *
scr_change(const struct book *book, int64_t id, const char *at)
{
	return change_new(&(struct change){ .book = book, .id = id, .at = at != NULL ? strdup(at) : NULL });
}

struct view *
scr_change_block(const struct book *book, int64_t id, uint64_t pages)
{
	return change_new(&(struct change){ .book = book, .id = id, .pages = pages });
}

struct view *
scr_like(const struct book *book, int64_t id)
{
	return change_new(&(struct change){ .book = book, .id = id, .like = true });
}
