#include <stdlib.h>
#include <string.h>

#include "tui/screen/scr.h"
#include "tui/term/draw.h"
#include "tui/words.h"

/*
 * The way into the form of a record that exists: says that it is open here, hears who else has it open,
 * and lets the person choose. The mark is a courtesy, no lock: where it cannot be set the form opens all
 * the same, and two saves are brought together anyway. Seen only while it asks; the form takes its place.
 */
enum { TAG_MARK = 1, TAG_TAKE, TAG_RECORD };

struct change {
	struct view		 view;
	const struct book	*book;
	int64_t			 id;
	char			*at;		/* the field to begin in, NULL: the first */
	bool			 begun;
	bool			 like;		/* not this one is changed: another is begun that has things in common with it */
	struct val		*other;		/* who has it open: {"by","name","since"}; NULL: nobody, or not yet known */
	struct lines		 lines;
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

static void
give_up(struct change *c, struct val *answer)
{
	if (!c->like)
		app_tell(c->view.app, request_of(c, "edit", "done"));
	app_close(&c->view, answer);
	val_free(answer);
}

static void
look_only(struct change *c)
{
	struct val	*answer = val_map();

	if (answer != NULL)
		val_put(answer, "look", val_int(c->id));
	give_up(c, answer);
}

/* ---- answers ------------------------------------------------------------------------------------------------ */

static void
open_form(struct change *c, const struct val *reply)
{
	struct app	*app = c->view.app;

	if (c->like) {
		app_replace(&c->view, scr_form_like(app, c->book, reply));
		return;
	}
	if (val_get_true(val_get(reply, "may"), "write")) {
		app_replace(&c->view, scr_form_edit(app, c->book, reply, c->at));
		return;
	}
	give_up(c, NULL);
	app_say(app, _("You may not change this record in its present state."), SAY_END);
}

static void
change_reply(struct view *v, int tag, const struct val *reply)
{
	struct change	*c = change_of(v);

	if (tag == TAG_MARK && reply != NULL) {
		if (val_get_str(reply, "by") == NULL)
			ask_record(c);
		else {
			c->other = val_dup(reply);
			lines_resize(&c->lines, 3);
		}
	} else if (!reply_fine(v->app, c->book, reply))
		give_up(c, NULL);
	else if (tag == TAG_RECORD)
		open_form(c, reply);
	else
		ask_record(c);
}

/* ---- the question ------------------------------------------------------------------------------------------- */

static void
choose(struct change *c, size_t i)
{
	c->lines.focus = i;
	if (i == 0)
		look_only(c);
	else if (i == 1)
		ask_record(c);
	else
		app_ask(&c->view, TAG_TAKE, request_of(c, "edit", "take"), ASK_WAIT | ASK_FIRM);
}

static bool
change_key(struct view *v, const struct key *k, enum action act)
{
	struct change	*c = change_of(v);
	uint32_t	 cmd = key_command(k);

	if (act == ACT_BACK || c->other == NULL)
		give_up(c, NULL);
	else if (cmd >= '1' && cmd <= '3')
		choose(c, cmd - '1');
	else if (act == ACT_OPEN)
		choose(c, c->lines.focus);
	else
		return lines_move(&c->lines, act, 3);
	return true;
}

#define TOP_ROW	(CONTENT_ROW + 6)

static void
change_draw(struct view *v, struct term *t)
{
	const char *const	 ways[] = { _("look, and change nothing"), _("change it too; what both save is brought together"),
	    _("take it over; the trail keeps that, and their entries stay a draft") };
	struct change		*c = change_of(v);
	const char		*name = val_get_str(c->other, "name");
	struct buf		 b = BUF_INIT, since = BUF_INIT;

	if (c->other == NULL)
		return;
	term_blank(t, TOP_ROW, 0, 7, term_cols(t));
	words_time(&v->app->ctx, val_get_num(c->other, "since", 0), &since);
	words_fill(&b, _("{1} has been changing this record since {2}."), SAY_TEXT, name != NULL ? name : "?",
	    SAY_TEXT, buf_str(&since), SAY_END);
	term_text(t, TOP_ROW + 1, 3, -1, ATTR_BOLD, buf_str(&b));
	for (int i = 0; i < 3; i++) {
		buf_reset(&b);
		buf_printf(&b, "%d %s", i + 1, ways[i]);
		term_text(t, TOP_ROW + 3 + i, 3, -1, ATTR_NORMAL, buf_str(&b));
	}
	term_text(t, TOP_ROW + 3 + (int)c->lines.focus, 1, -1, ATTR_BOLD, FOCUS_MARK);
	term_cursor(t, TOP_ROW + 3 + (int)c->lines.focus, 1);
	buf_free(&b);
	buf_free(&since);
}

static void
change_strip(const struct view *v, struct strip *s)
{
	(void)v;
	strip_own(s, _("number"), _("choose"), "");
	strip_act(s, ACT_HELP);
	strip_act(s, ACT_BACK);
}

static void
change_free(struct view *v)
{
	struct change	*c = change_of(v);

	val_free(c->other);
	free(c->at);
	free(c);
}

static const struct view_ops change_ops = {
	.name = "change", .popup = true, .draw = change_draw, .strip = change_strip, .key = change_key,
	.reply = change_reply, .shown = change_shown, .free = change_free,
};

static struct view *
change_new(const struct book *book, int64_t id, const char *at, bool like)
{
	struct change	*c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	*c = (struct change){ .view.ops = &change_ops, .book = book, .id = id, .at = at != NULL ? strdup(at) : NULL, .like = like };
	return &c->view;
}

struct view *
scr_change(const struct book *book, int64_t id, const char *at)
{
	return change_new(book, id, at, false);
}

struct view *
scr_like(const struct book *book, int64_t id)
{
	return change_new(book, id, NULL, true);
}
