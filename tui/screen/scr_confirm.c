#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/edit/edit.h"
#include "tui/screen/scr.h"
#include "tui/widget/draw.h"
#include "forms/wording.h"

/*
 * One question before something that is hard to undo: its consequence, the reason (which the trail
 * keeps), and yes or no, where no is the safe answer.
 */
#define WHY_MAX	200	/* characters */

struct confirm {
	struct view	 view;
	char		*title, *text, *question;
	struct edit	*edit;
	bool		 asked;		/* focus is on the question, not in the reason */
};

static struct confirm *
confirm_of(const struct view *v)
{
	return (struct confirm *)(uintptr_t)v;
}

static bool
is_asked(const struct view *v)
{
	return confirm_of(v)->asked;
}

static bool
is_in_reason(const struct view *v)
{
	return !is_asked(v);
}

static void
yes(struct view *v)
{
	struct confirm	*w = confirm_of(v);
	struct val	*m;

	if (edit_len(w->edit) == 0) {
		w->asked = false;
		app_message(
		    v->app, _("Write the reason first; it stays with both records."), ARG_END);
		return;
	}
	if (edit_excess(w->edit) > 0) {
		w->asked = false;		/* row 23 says so in the reason */
		return;
	}
	m = val_map();
	if (val_put(m, PK_WHY, val_text(edit_text(w->edit))))
		app_close(v, m);
	val_free(m);
}

static void
leave(struct view *v)
{
	app_close(v, NULL);
}

static void
to_question(struct view *v)
{
	confirm_of(v)->asked = true;
}

static void
to_reason(struct view *v)
{
	confirm_of(v)->asked = false;
}

const struct command	 scr_confirm_commands[] = {
	{ .label = N_("yes"), .help = N_("Do it."), .may = is_asked, .run = yes, .keys = "y1" },
	{ .act = ACT_OPEN, .label = N_("no"),
	    .help = N_("Leave everything as it is; Enter means no, too."), .may = is_asked,
	    .run = leave, .keys = "n02" },
	{ .act = ACT_PREV, .may = is_asked, .run = to_reason },
	{ .act = ACT_UP, .may = is_asked, .run = to_reason, .unlisted = true },
	{ .act = ACT_NEXT, .may = is_in_reason, .run = to_question },
	{ .act = ACT_DOWN, .may = is_in_reason, .run = to_question, .unlisted = true },
	{ .act = ACT_SAVE, .may = is_in_reason, .run = to_question, .unlisted = true },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = leave },
	{ .act = ACT_NONE }
};

static bool
confirm_key(struct view *v, const struct key *k, enum action act)
{
	(void)act;
	return is_in_reason(v) && edit_key(confirm_of(v)->edit, k) != EDIT_UNHANDLED;
}

/* ---- drawing --------------------------------------------------------------------------------- */

#define TEXT_COL	3

static int
draw_reason(struct confirm *w, struct term *t, int row)
{
	struct buf	 b = BUF_INIT;
	int		 col, r, c;

	col = TEXT_COL + term_text(t, row, TEXT_COL, -1, ATTR_DIM, _("Reason")) + 2;
	edit_view(w->edit, term_cols(t) - col - 1, 1);
	edit_draw(w->edit, 0, &b);
	term_text(t, row, col, term_cols(t) - col - 1, ATTR_NORMAL, buf_str(&b));
	if (!w->asked) {
		edit_cursor(w->edit, &r, &c);
		draw_focus_mark(t, row, 0);
		term_cursor(t, row, col + c);
	}
	buf_free(&b);
	return row + 2;
}

static void
confirm_draw(struct view *v, struct term *t)
{
	struct confirm	*w = confirm_of(v);
	int		 row = CONTENT_ROW, col;

	row += draw_text(t, row, frame_content_rows(t) - 6, TEXT_COL, term_cols(t) - 2 * TEXT_COL,
	    ATTR_NORMAL, w->text) + 1;
	row = draw_reason(w, t, row);
	col = TEXT_COL + term_text(t, row, TEXT_COL, -1, ATTR_BOLD, w->question) + 3;
	col = draw_key_label(t, row, col, "y", _("yes"));
	draw_key_label(t, row, col, "n", _("no"));
	if (w->asked)
		draw_focus(t, row, 0);
}

static void
confirm_title(const struct view *v, struct buf *left, struct buf *right)
{
	(void)right;
	buf_puts(left, confirm_of(v)->title);
}

static enum key_where
confirm_where(const struct view *v)
{
	return confirm_of(v)->asked ? WHERE_LIST : WHERE_TEXT;
}

static unsigned
confirm_question(const struct view *v)
{
	return confirm_of(v)->asked;
}

static void
confirm_note(const struct view *v, struct buf *out)
{
	const struct edit	*e = confirm_of(v)->edit;

	if (edit_excess(e) > 0)
		wording_too_long(_("Reason"), edit_excess(e), edit_limit(e), out);
}

static void
confirm_free(struct view *v)
{
	struct confirm	*w = confirm_of(v);

	edit_free(w->edit);
	free(w->title);
	free(w->text);
	free(w->question);
	free(w);
}

static const struct view_ops confirm_ops = {
	.name = "why", .where = confirm_where, .title = confirm_title, .draw = confirm_draw,
	.commands = scr_confirm_commands, .note = confirm_note, .key = confirm_key,
	.question = confirm_question,
	.free = confirm_free,
};

struct view *
scr_confirm(const char *title, const char *text, const char *question)
{
	struct confirm	*w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	*w = (struct confirm){ .view.ops = &confirm_ops, .title = strdup(title),
	    .text = strdup(text), .question = strdup(question),
	.edit = edit_new(WHY_MAX, EDIT_ALLOW_EXCESS) };
	if (w->title == NULL || w->text == NULL || w->question == NULL || w->edit == NULL) {
		confirm_free(&w->view);
		return NULL;
	}
	return &w->view;
}
