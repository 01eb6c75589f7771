#include "tui/widget/pack.h"
#include "tui/view/picker.h"

#include <stdlib.h>
#include <string.h>

#include "forms/fold.h"
#include "tui/app/app.h"
#include "tui/edit/edit.h"
#include "tui/widget/draw.h"
#include "tui/term/width.h"
#include "forms/wording.h"

#define PICK_FILTER	30	/* clusters */
#define PICK_ROWS_MIN	8	/* fewer free rows below the field: it goes above */

struct picker {
	struct view	 view;
	char		*title;
	unsigned	 flags;
	int		 keep_row;	/* -1: none */
	struct choices	 all;
	size_t		*shown;		/* indices of those that fit, best first */
	struct lines	 lines;
	struct edit	*filter;
	bool		 keyed;		/* the key before this one ended a number that ticked */
};

static struct picker *
picker_of(const struct view *v)
{
	return (struct picker *)(uintptr_t)v;
}

/* ---- what fits ------------------------------------------------------------------------------- */

/*
 * Choices that match from the beginning come before those that match elsewhere; within both, the
 * order of the list.
 */
static void
filter(struct picker *p)
{
	struct buf	 typed = BUF_INIT;
	size_t		 n = 0;

	fold_width(edit_text(p->filter), &typed);
	for (int rank = 3; rank > 0; rank--)
		for (size_t i = 0; i < p->all.n; i++)
			if (choice_match_rank(&p->all.at[i], buf_str(&typed)) == rank)
				p->shown[n++] = i;
	lines_resize(&p->lines, n);
	p->lines.focus = 0;
	buf_free(&typed);
}

/* Without typed text the focus begins on the present choice. */
static void
focus_chosen(struct picker *p)
{
	for (size_t i = 0; i < p->lines.n; i++)
		if (p->all.at[p->shown[i]].chosen) {
			p->lines.focus = i;
			return;
		}
}

/* ---- closing --------------------------------------------------------------------------------- */

static void
close_with_ticked(struct picker *p, bool done)
{
	struct val	*result = val_map(), *list = val_list();

	for (size_t i = 0; list != NULL && i < p->all.n; i++)
		if (p->all.at[i].chosen)
			pack_add(list, val_text(p->all.at[i].value));
	if (result != NULL) {
		pack_put(result, "ticked", list);
		pack_put(result, "done", val_bool(done));
	}
	app_close(&p->view, result);
	val_free(result);
}

static struct choice *
focused(const struct picker *p)
{
	return p->lines.n > 0 ? &p->all.at[p->shown[p->lines.focus]] : NULL;
}

static void
choose(struct picker *p)
{
	bool		 many = (p->flags & PICKER_MULTI) != 0;
	struct val	*code;

	if (many && edit_len(p->filter) == 0) {
		close_with_ticked(p, true);
		return;
	}
	if (focused(p) == NULL) {
		app_message(p->view.app,
		    _("Nothing in the list fits; Backspace makes the search shorter."), ARG_END);
		return;
	}
	if (many) {			/* what was looked for was found */
		focused(p)->chosen = true;
		close_with_ticked(p, true);
		return;
	}
	code = val_text(focused(p)->value);
	app_close(&p->view, code);
	val_free(code);
}

/* Ready for the next one; the focus stays where it was seen. */
static void
toggle(struct picker *p)
{
	struct choice	*c = focused(p);

	if (c == NULL)
		return;
	c->chosen = !c->chosen;
	if (edit_len(p->filter) == 0)
		return;
	edit_set(p->filter, "", 0);
	filter(p);
	for (size_t i = 0; i < p->lines.n; i++)
		if (&p->all.at[p->shown[i]] == c)
			p->lines.focus = i;
}

/*
 * A complete number ticks its choice, as in a list on one line. Letters only narrow: a second
 * letter would tick another choice. In lists with one choice a complete key takes it where
 * PICKER_IMMEDIATE is set.
 */
static void
typed_in_full(struct picker *p)
{
	bool			 at_once = (p->flags & PICKER_IMMEDIATE) != 0;
	const struct choice	*c = choices_match(&p->all, edit_text(p->filter), at_once);

	if (c == NULL || c != focused(p))
		return;
	if ((p->flags & PICKER_MULTI) != 0) {
		toggle(p);
		p->keyed = true;
	} else if (at_once)
		choose(p);
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* The rows below or above the field, whichever has room. */
static void
picker_place(const struct picker *p, const struct term *t, int *row, int *rows)
{
	int	 all = frame_content_rows(t), need = (int)p->all.n + 1,
	    below = CONTENT_ROW + all - p->keep_row - 1;

	*row = CONTENT_ROW;
	*rows = all;
	if (p->keep_row < CONTENT_ROW) {
		*rows = need < all ? need : all;
		*row = CONTENT_ROW + all - *rows;
	} else if (below >= PICK_ROWS_MIN || below >= need) {
		*row = p->keep_row + 1;
		*rows = below;
	} else {
		*rows = p->keep_row - CONTENT_ROW;
		if (need < *rows) {
			*row += *rows - need;
			*rows = need;
		}
	}
}

static bool
picker_key(struct view *v, const struct key *k, enum action act)
{
	struct picker	*p = picker_of(v);
	int		 row, rows;
	bool		 keyed = p->keyed;

	p->keyed = false;
	picker_place(p, v->app->term, &row, &rows);
	if ((p->flags & PICKER_MULTI) != 0 && key_command(k) == ' ') {
		if (!keyed)		/* where numbers have two digits it takes the Space to
					   tick; it must not untick elsewhere */
			toggle(p);
		return true;
	}
	if (k->code == K_ENTER || k->code == K_TAB) {
		choose(p);
		return true;
	}
	if (act == ACT_BACK || act == ACT_CHOICES) {
		if ((p->flags & PICKER_MULTI) != 0)
			close_with_ticked(p, false);
		else
			app_close(v, NULL);
		return true;
	}
	if (lines_move(&p->lines, act, rows - 1) || act == ACT_TOP || act == ACT_END)
		return true;
	switch (edit_key(p->filter, k)) {
	case EDIT_CHANGED:
		filter(p);
		typed_in_full(p);
		return true;
	case EDIT_UNHANDLED:
		return act != ACT_LOCK && act != ACT_REFRESH;
	default:
		return true;
	}
}

/* ---- drawing --------------------------------------------------------------------------------- */

static int
key_cells(const struct picker *p)
{
	int	 w = 1;

	for (size_t i = 0; i < p->all.n; i++)
		if (width_of(p->all.at[i].key) > w)
			w = width_of(p->all.at[i].key);
	return w;
}

static void
draw_head(struct picker *p, struct term *t, int row, int rows)
{
	struct buf	 text = BUF_INIT;
	int		 col, r, c;

	term_rule(t, row);
	col = 2 + term_text(t, row, 2, -1, ATTR_NORMAL, " ");
	col += term_text(t, row, col, -1, ATTR_BOLD, p->title);
	col += term_text(t, row, col, -1, ATTR_NORMAL, _(": "));
	edit_view(p->filter, PICK_FILTER, 1);
	edit_draw(p->filter, 0, &text);
	term_text(t, row, col, PICK_FILTER, ATTR_NORMAL, buf_str(&text));
	edit_cursor(p->filter, &r, &c);
	term_cursor(t, row, col + c);
	if (lines_top(&p->lines, rows) + (size_t)rows < p->lines.n)
		term_text(t, row, term_cols(t) - 14, -1, ATTR_NORMAL, _("more below"));
	buf_free(&text);
}

static void
draw_choice(const struct picker *p, struct term *t, int row, size_t line, int keys)
{
	const struct choice	*c = &p->all.at[p->shown[line]];
	int			 col = 4;

	if (line == p->lines.focus)
		draw_focus_mark(t, row, 2);
	if ((p->flags & PICKER_MULTI) != 0)
		col += term_text(t, row, col, 4, ATTR_NORMAL, c->chosen ? "[x]" : "[ ]");
	term_text(t, row, col + keys - width_of(c->key), -1, ATTR_NORMAL, c->key);
	term_text(t, row, col + keys + 2, -1, c->chosen ? ATTR_BOLD : ATTR_NORMAL, c->label);
}

static void
picker_draw(struct view *v, struct term *t)
{
	struct picker	*p = picker_of(v);
	int		 row, rows, keys = key_cells(p);
	size_t		 top;

	picker_place(p, t, &row, &rows);
	term_blank(t, row, 0, rows, term_cols(t));
	draw_head(p, t, row, rows - 1);
	top = lines_top(&p->lines, rows - 1);
	for (int i = 0; i < rows - 1 && top + (size_t)i < p->lines.n; i++)
		draw_choice(p, t, row + 1 + i, top + (size_t)i, keys);
	if (p->lines.n == 0)
		term_text(t, row + 1, 4, -1, ATTR_NORMAL, _("nothing fits"));
}

static enum key_where
picker_where(const struct view *v)
{
	(void)v;
	return WHERE_TEXT;
}

static unsigned
picker_question(const struct view *v)
{
	return (picker_of(v)->flags & PICKER_IS_QUESTION) != 0;
}

static void
picker_strip(const struct view *v, struct strip *s)
{
	bool	 many = (picker_of(v)->flags & PICKER_MULTI) != 0;

	if (many)
		strip_add_key(s, _("Space"), _("tick"), _("Set or clear the tick."));
	strip_add_key(s, _("Enter"), many ? _("done") : _("take"),
	    _("Take what is chosen and go on."));
	strip_add_key(s, _("letters"), _("narrow"), many ?
	    _("A number in full ticks; digits, any characters or pinyin initials narrow the list.") :
	    _("Digits, any characters or pinyin initials narrow the list."));
	strip_add(s, ACT_DOWN);
	strip_add(s, ACT_BACK);
}

static void
picker_free(struct view *v)
{
	struct picker	*p = picker_of(v);

	choices_free(&p->all);
	edit_free(p->filter);
	free(p->shown);
	free(p->title);
	free(p);
}

static const struct view_ops picker_ops = {
	.name = "pick", .popup = true, .where = picker_where, .draw = picker_draw,
	    .strip = picker_strip,
	.key = picker_key, .question = picker_question,
	.free = picker_free,
};

struct view *
picker_new(const char *title, struct choices *choices, unsigned flags, const char *typed)
{
	struct picker	*p = calloc(1, sizeof(*p));

	if (p == NULL || choices->bad) {
		free(p);
		choices_free(choices);
		return NULL;
	}
	*p = (struct picker){ .view.ops = &picker_ops, .flags = flags, .keep_row = -1,
	    .all = *choices };
	*choices = (struct choices)CHOICES_INIT;
	p->title = strdup(title);
	p->shown = calloc(p->all.n + 1, sizeof(*p->shown));
	p->filter = edit_new(PICK_FILTER, 0);
	if (p->title == NULL || p->shown == NULL || p->filter == NULL ||
	    !edit_set(p->filter, typed, strlen(typed))) {
		picker_free(&p->view);
		return NULL;
	}
	filter(p);
	if (*typed == '\0')
		focus_chosen(p);
	else if ((flags & PICKER_MULTI) != 0)
		typed_in_full(p);
	return &p->view;
}

void
picker_keep_visible(struct view *v, int row)
{
	if (v != NULL)
		picker_of(v)->keep_row = row;
}
