#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/edit/edit.h"
#include "tui/screen/scr.h"
#include "tui/widget/draw.h"
#include "forms/wording.h"

/*
 * One question about something that is not easily taken back: what will happen in words, why (which
 * the trail keeps), and yes or no, where no is the safe answer.
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

static void
yes(struct confirm *w)
{
	struct val	*m;

	if (edit_len(w->edit) == 0) {
		w->asked = false;
		app_message(w->view.app, _("Write the reason first; it stays with both records."), ARG_END);
		return;
	}
	if (edit_excess(w->edit) > 0) {
		w->asked = false;		/* where row 23 says so */
		return;
	}
	m = val_map();
	if (m != NULL && val_put(m, PK_WHY, val_text(edit_text(w->edit))))
		app_close(&w->view, m);
	val_free(m);
}

static bool
key_reason(struct confirm *w, const struct key *k, enum action act)
{
	if (edit_key(w->edit, k) != EDIT_UNHANDLED)
		return true;
	if (k->code != K_ENTER && act != ACT_NEXT && act != ACT_DOWN && act != ACT_SAVE)
		return false;
	w->asked = true;
	return true;
}

static bool
key_question(struct confirm *w, const struct key *k, enum action act)
{
	uint32_t	 c = key_command(k);

	if (c == 'y' || c == '1')
		yes(w);
	else if (c == 'n' || c == '0' || c == '2' || act == ACT_OPEN)
		app_close(&w->view, NULL);
	else if (act == ACT_UP || act == ACT_PREV)
		w->asked = false;
	else
		return false;
	return true;
}

static bool
confirm_key(struct view *v, const struct key *k, enum action act)
{
	struct confirm	*w = confirm_of(v);

	if (act == ACT_BACK) {
		app_close(v, NULL);
		return true;
	}
	return w->asked ? key_question(w, k, act) : key_reason(w, k, act);
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

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

	row += draw_text(t, row, frame_content_rows(t) - 6, TEXT_COL, term_cols(t) - 2 * TEXT_COL, ATTR_NORMAL, w->text) + 1;
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
confirm_strip(const struct view *v, struct strip *s)
{
	if (confirm_of(v)->asked) {
		strip_add_key(s, "y", _("yes"), _("Do it."));
		strip_add_key(s, "n", _("no"), _("Leave everything as it is; Enter means no, too."));
		strip_add(s, ACT_PREV);
	} else
		strip_add(s, ACT_NEXT);
	strip_add(s, ACT_HELP);
	strip_add(s, ACT_BACK);
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
	.name = "why", .where = confirm_where, .title = confirm_title, .draw = confirm_draw, .strip = confirm_strip, .note = confirm_note, .key = confirm_key,
	.question = confirm_question,
	.free = confirm_free,
};

struct view *
scr_confirm(const char *title, const char *text, const char *question)
{
	struct confirm	*w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	*w = (struct confirm){ .view.ops = &confirm_ops, .title = strdup(title), .text = strdup(text), .question = strdup(question),
	.edit = edit_new(WHY_MAX, EDIT_ALLOW_EXCESS) };
	if (w->title == NULL || w->text == NULL || w->question == NULL || w->edit == NULL) {
		confirm_free(&w->view);
		return NULL;
	}
	return &w->view;
}
