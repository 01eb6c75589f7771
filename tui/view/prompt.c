#include "tui/view/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "tui/app/app.h"
#include "tui/edit/edit.h"
#include "tui/term/width.h"
#include "forms/wording.h"

/* One line of text, typed in the message row over the view below. */
#define FIND_MAX	500	/* clusters */

struct prompt {
	struct view	 view;
	char		*label;
	bool		 live, is_question;
	bool		 stores;		/* what is typed stays, however long */
	struct edit	*edit;
};

static struct prompt *
prompt_of(const struct view *v)
{
	return (struct prompt *)(uintptr_t)v;
}

static void
report_change(struct prompt *p)
{
	struct val	*text = val_text(edit_text(p->edit));
	struct view	*from = p->view.from;

	if (from != NULL && from->ops->result != NULL)
		from->ops->result(from, p->view.tag + 1, text);
	val_free(text);
}

static void
done(struct prompt *p)
{
	struct val	*text = val_text(edit_text(p->edit));

	app_close(&p->view, text);
	val_free(text);
}

static bool
too_long(const struct prompt *p)
{
	return p->stores && edit_excess(p->edit) > 0;
}

static bool
prompt_key(struct view *v, const struct key *k, enum action act)
{
	struct prompt	*p = prompt_of(v);

	switch (edit_key(p->edit, k)) {
	case EDIT_UNHANDLED:
		break;
	case EDIT_CHANGED:
		if (p->live)
			report_change(p);
		return true;
	default:
		return true;
	}
	if ((k->code == K_ENTER || act == ACT_DOWN) && too_long(p))
		return true;			/* the row above shows it */
	if (k->code == K_ENTER || act == ACT_DOWN)
		done(p);
	else if (act == ACT_BACK)
		app_close(v, NULL);
	return act != ACT_LOCK && act != ACT_REFRESH;
}

/* The message row is in use, so the note is above it. */
static void
draw_too_long(const struct prompt *p, struct term *t, int row)
{
	struct buf	 b = BUF_INIT;

	wording_too_long(NULL, edit_excess(p->edit), edit_limit(p->edit), &b);
	term_blank(t, row, 0, 1, term_cols(t));
	term_text(t, row, 0, -1, ATTR_BOLD, buf_str(&b));
	buf_free(&b);
}

static void
prompt_draw(struct view *v, struct term *t)
{
	struct prompt	*p = prompt_of(v);
	struct buf	 text = BUF_INIT;
	int		 row = term_rows(t) - 2, r, c, col, cells;

	term_blank(t, row, 0, 1, term_cols(t));
	col = term_text(t, row, 0, -1, ATTR_BOLD, p->label);
	col += term_text(t, row, col, -1, ATTR_NORMAL, _(": "));
	cells = term_cols(t) - col - 1;
	edit_view(p->edit, cells, 1);
	edit_draw(p->edit, 0, &text);
	term_text(t, row, col, cells, ATTR_NORMAL, buf_str(&text));
	if (too_long(p))
		draw_too_long(p, t, row - 1);
	edit_cursor(p->edit, &r, &c);
	term_cursor(t, row, col + c);
	buf_free(&text);
}

static enum key_where
prompt_where(const struct view *v)
{
	(void)v;
	return WHERE_TEXT;
}

static unsigned
prompt_question(const struct view *v)
{
	return prompt_of(v)->is_question;
}

static void
prompt_strip(const struct view *v, struct strip *s)
{
	(void)v;
	strip_add_key(s, _("Enter"), _("done"), "");
	strip_add(s, ACT_BACK);
}

static void
prompt_free(struct view *v)
{
	struct prompt	*p = prompt_of(v);

	edit_free(p->edit);
	free(p->label);
	free(p);
}

static const struct view_ops prompt_ops = {
	.name = "prompt", .popup = true, .where = prompt_where, .draw = prompt_draw,
	    .strip = prompt_strip,
	.key = prompt_key, .question = prompt_question, .free = prompt_free,
};

struct view *
prompt_new(const char *label, const char *text, bool live, size_t most)
{
	struct prompt	*p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	*p = (struct prompt){ .view.ops = &prompt_ops, .label = strdup(label), .live = live,
	    .stores = most > 0,
	    .edit = edit_new(most > 0 ? most : FIND_MAX, most > 0 ? EDIT_ALLOW_EXCESS : 0) };
	if (p->label == NULL || p->edit == NULL || !edit_set(p->edit, text, strlen(text))) {
		prompt_free(&p->view);
		return NULL;
	}
	return &p->view;
}

struct view *
prompt_as_question(struct view *v)
{
	if (v != NULL)
		prompt_of(v)->is_question = true;
	return v;
}
