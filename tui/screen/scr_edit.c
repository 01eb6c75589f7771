#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/widget/choice.h"
#include "tui/screen/draft_resume.h"
#include "tui/view/picker.h"
#include "tui/screen/scr.h"
#include "forms/wording.h"

/*
 * The way into the form of an existing record: checks it out, asks about checkouts by others and
 * about unsaved drafts, and opens the form in its place. The checkout is no lock: where it cannot
 * be set the form opens all the same, and two saves are merged. Only the questions are visible.
 */
enum { TAG_MARK = 1, TAG_TAKE, TAG_RECORD, TAG_OTHER, TAG_UNSAVED };

struct edit_view {
	struct view		 view;
	const struct book	*book;
	int64_t			 id;
	char			*at;		/* the field to begin in, NULL: the first */
	uint64_t		 pages;		/* as scr_form_pages() takes it; 0: all */
	bool			 begun;
	/* a new record is begun with the clone fields of this one */
	bool			 like;
	struct val		*draft;		/* left unsaved by the same person; NULL:
						   nothing, or not yet known */
	struct draft_resume		 draft_resume;
};

static struct edit_view *
edit_view_of(const struct view *v)
{
	return (struct edit_view *)(uintptr_t)v;
}

/* ---- asking ---------------------------------------------------------------------------------- */

static struct val *
request_of(const struct edit_view *c, const char *op, const char *flag)
{
	struct val	*req = app_request_new(op);

	pack_put(req, PK_BOOK, val_text(c->book->name));
	pack_put(req, PK_ID, val_int(c->id));
	if (flag != NULL)
		pack_put(req, flag, val_bool(true));
	return req;
}

static void
ask_record(struct edit_view *c)
{
	app_send(&c->view, TAG_RECORD, request_of(c, "get", PK_WHOLE), APP_SEND_WAIT);
}

static void
edit_view_shown(struct view *v)
{
	struct edit_view	*c = edit_view_of(v);

	if (!c->begun && c->like)
		ask_record(c);
	else if (!c->begun)
		app_send(v, TAG_MARK, request_of(c, "edit", NULL), APP_SEND_WAIT);
	c->begun = true;
}

/* No form; "look" or "denied" is answered with the record, NULL with nothing. */
static void
give_up(struct edit_view *c, const char *why)
{
	struct val	*result = why != NULL ? val_map() : NULL;

	if (!c->like)
		app_send_noreply(c->view.app, request_of(c, "edit", PK_DONE));
	if (result != NULL)
		pack_put(result, why, val_int(c->id));
	app_close(&c->view, result);
	val_free(result);
}

/* ---- answers --------------------------------------------------------------------------------- */

static void
open_form(struct edit_view *c, const struct val *reply)
{
	struct app	*app = c->view.app;

	if (c->like)
		app_replace(&c->view, scr_form_clone(app, c->book, reply));
	else if (!val_get_true(val_get(reply, PK_MAY), PK_WRITE)) {
		app_message(app, _("You may not change this record in its present state."),
		    ARG_END);
		give_up(c, "denied");
	} else if (c->pages != 0) {
		app_replace(&c->view, scr_form_pages(app, c->book, reply, c->pages));
		app_message(app,
		    _("First bring the file up to date here and save; then the month's record follows."), ARG_END);
	} else
		app_replace(&c->view, scr_form_edit(app, c->book, reply, c->at));
}

static void
open_resumed(struct view *v, struct view *form)
{
	if (form != NULL)
		app_replace(v, form);
	else
		give_up(edit_view_of(v), NULL);
}

static void
ask_other(struct edit_view *c, const struct val *other)
{
	const char	*name = val_get_str(other, PK_NAME);
	struct choices	 ways = CHOICES_INIT;
	struct buf	 since = BUF_INIT, title = BUF_INIT;

	wording_time(&c->view.app->ctx, val_get_num(other, PK_SINCE, 0), &since);
	wording_format(&title, _("{1} has been changing this record since {2}"), ARG_TEXT,
	    name != NULL ? name : "?", ARG_TEXT, buf_str(&since), ARG_END);
	choices_add(&ways, "1", _("look, and change nothing"), "kyk", "look");
	choices_add(&ways, "2", _("change it too; what both save is brought together"), "yqg",
	    "both");
	choices_add(&ways, "3",
	    _("take it over; the trail keeps that, and their entries stay a draft"), "js", "take");
	app_push(c->view.app, picker_new(buf_str(&title), &ways,
	    PICKER_IMMEDIATE | PICKER_IS_QUESTION, ""), &c->view, TAG_OTHER);
	buf_free(&since);
	buf_free(&title);
}

static void
go_on(struct edit_view *c)
{
	if (c->draft != NULL)
		draft_resume_ask(&c->view, TAG_UNSAVED, c->draft);
	else
		ask_record(c);
}

static void
edit_view_reply(struct view *v, int tag, const struct val *reply)
{
	struct edit_view	*c = edit_view_of(v);

	if (draft_resume_reply(&c->draft_resume, v, tag, reply))
		return;
	if (!app_reply_ok(v->app, c->book, reply)) {
		give_up(c, reply != NULL && strcmp(app_reply_code(reply), PE_DENIED) == 0 ?
		    "denied" : NULL);
	} else if (tag == TAG_RECORD)
		open_form(c, reply);
	else {
		if (tag == TAG_MARK)
			c->draft = val_dup(val_get(reply, PK_DRAFT));
		if (tag == TAG_MARK && val_get_str(reply, PK_BY) != NULL)
			ask_other(c, reply);
		else
			go_on(c);
	}
}

static void
edit_view_result(struct view *v, int tag, const struct val *result)
{
	struct edit_view	*c = edit_view_of(v);
	const char	*way = val_str(result);

	if (way == NULL)
		give_up(c, NULL);
	else if (strcmp(way, "look") == 0)
		give_up(c, "look");
	else if (strcmp(way, "take") == 0)
		app_send(v, TAG_TAKE, request_of(c, "edit", PK_TAKE),
		    APP_SEND_WAIT | APP_SEND_MUST_FINISH);
	else if (strcmp(way, "on") == 0)
		draft_resume_begin(&c->draft_resume, v, c->draft);
	else if (tag == TAG_OTHER)
		go_on(c);
	else
		ask_record(c);
}

/* Only Esc during the wait, which gives up. */
static bool
edit_view_key(struct view *v, const struct key *k, enum action act)
{
	(void)k;
	if (act == ACT_BACK)
		give_up(edit_view_of(v), NULL);
	return act == ACT_BACK;
}

/* What was below stays on the screen. */
static void
edit_view_draw(struct view *v, struct term *t)
{
	(void)v;
	(void)t;
}

static void
edit_view_free(struct view *v)
{
	struct edit_view	*c = edit_view_of(v);

	draft_resume_free(&c->draft_resume);
	val_free(c->draft);
	free(c->at);
	free(c);
}

static const struct view_ops edit_view_ops = {
	.name = "change", .popup = true, .draw = edit_view_draw, .key = edit_view_key,
	    .reply = edit_view_reply,
	.result = edit_view_result, .shown = edit_view_shown, .free = edit_view_free,
};

static struct view *
edit_view_new(const struct edit_view *how)
{
	struct edit_view	*c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	*c = *how;
	c->view.ops = &edit_view_ops;
	c->draft_resume.open = open_resumed;
	return &c->view;
}

struct view *
scr_edit(const struct book *book, int64_t id, const char *at)
{
	return edit_view_new(&(struct edit_view){ .book = book, .id = id, .at = at != NULL ?
	    strdup(at) : NULL });
}

struct view *
scr_edit_pages(const struct book *book, int64_t id, uint64_t pages)
{
	return edit_view_new(&(struct edit_view){ .book = book, .id = id, .pages = pages });
}

struct view *
scr_edit_clone(const struct book *book, int64_t id)
{
	return edit_view_new(&(struct edit_view){ .book = book, .id = id, .like = true });
}
