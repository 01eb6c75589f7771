#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/edit/edit.h"
#include "tui/screen/scr.h"
#include "forms/wording.h"

/*
 * The locked terminal: open screens are hidden, and all input is kept. The password unlocks it;
 * Ctrl-X leaves the program.
 */
#define SECRET_MAX	128

struct lock {
	struct view	 view;
	struct edit	*secret;
};

static struct lock *
lock_of(const struct view *v)
{
	return (struct lock *)(uintptr_t)v;
}

static void
lock_reply(struct view *v, int tag, const struct val *reply)
{
	(void)tag;
	edit_set(lock_of(v)->secret, "", 0);
	if (app_reply_ok(v->app, NULL, reply))
		app_unlock(v);
}

static void
unlock(struct view *v)
{
	struct lock	*l = lock_of(v);
	struct val	*req = app_request_new("unlock");

	/* a demo store takes any word */
	pack_put(req, PK_SECRET, val_text(v->app->demo ? "demo" : edit_text(l->secret)));
	app_send(&l->view, 0, req, APP_SEND_WAIT);
}

static void
quit(struct view *v)
{
	app_quit(v->app);
}

const struct command	 scr_lock_commands[] = {
	{ .act = ACT_NEXT, .label = N_("go on"), .help = N_("Go on where you were."),
	    .run = unlock },
	{ .act = ACT_LOCK, .label = N_("leave"), .run = quit },
	{ .act = ACT_NONE }
};

/* Nothing else gets through: no help, no jump. */
static bool
lock_key(struct view *v, const struct key *k, enum action act)
{
	edit_key(lock_of(v)->secret, k);
	return act != ACT_REFRESH;
}

static void
lock_draw(struct view *v, struct term *t)
{
	struct lock	*l = lock_of(v);
	struct buf	 b = BUF_INIT;
	int		 r, c, col = 4, row = CONTENT_ROW + 4;

	wording_format(&b, _("This terminal is locked for {1}. Everything typed is kept."),
	    ARG_TEXT, v->app->name, ARG_END);
	term_text(t, row, col, -1, ATTR_NORMAL, buf_str(&b));
	col += term_text(t, row + 2, col, -1, ATTR_BOLD, v->app->demo ?
	    _("Enter goes on (this county needs no password)") : _("Your password"));
	col += 2;
	buf_reset(&b);
	edit_view(l->secret, 30, 1);
	edit_draw(l->secret, 0, &b);
	term_text(t, row + 2, col, 30, ATTR_NORMAL, buf_str(&b));
	edit_cursor(l->secret, &r, &c);
	term_cursor(t, row + 2, col + c);
	buf_free(&b);
}

static void
lock_title(const struct view *v, struct buf *left, struct buf *right)
{
	(void)v;
	(void)right;
	buf_puts(left, _("Locked"));
}

static enum key_where
lock_where(const struct view *v)
{
	(void)v;
	return WHERE_TEXT;
}

static unsigned
lock_question(const struct view *v)
{
	(void)v;
	return 1;
}

static void
lock_free(struct view *v)
{
	edit_free(lock_of(v)->secret);
	free(v);
}

static const struct view_ops lock_ops = {
	.name = "lock", .where = lock_where, .title = lock_title, .draw = lock_draw,
	.commands = scr_lock_commands,
	.key = lock_key, .question = lock_question,
	.reply = lock_reply, .free = lock_free,
};

struct view *
scr_lock(void)
{
	struct lock	*l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->view.ops = &lock_ops;
	if ((l->secret = edit_new(SECRET_MAX, EDIT_SECRET)) == NULL) {
		free(l);
		return NULL;
	}
	return &l->view;
}
