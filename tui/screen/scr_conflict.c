#include <stdlib.h>
#include <string.h>

#include "tui/form/problem_list.h"
#include "core/wire/protocol.h"
#include "tui/form/page.h"
#include "tui/form/merge3.h"
#include "tui/screen/scr_act.h"
#include "tui/widget/draw.h"
#include "tui/term/width.h"
#include "forms/wording.h"

/*
 * Two people changed one record. A line for each field that differs: before, theirs, mine; below,
 * the focused line in full. No change is overwritten silently: what both changed has to be decided;
 * what one changed is decided already and can be chosen otherwise.
 */
struct conflict {
	struct view		 view;
	struct conflict_on	 on;
	struct val		*reply;		/* the record as it is now */
	struct merge3		 merge3;
	struct lines		 lines;
	int			 skip;		/* rows of the lower part that were scrolled away */
	struct form_page		 form_page;		/* of the one field that is
								   changed by hand */
	bool			 by_hand;
	char			*who;
	struct buf		 when;
};

static struct conflict *
conflict_of(const struct view *v)
{
	return (struct conflict *)(uintptr_t)v;
}

/* The screen only shows changes: nothing is chosen. */
static bool
looks(const struct conflict *c)
{
	return c->on.why != CONFLICT_MERGE;
}

static struct merge3_line *
focused(const struct conflict *c)
{
	return &c->merge3.at[c->lines.focus];
}

/* ---- words ----------------------------------------------------------------------------------- */

/* Items of a repeating group are separated. */
static void
value_text(const struct conflict *c, const struct field *f, const struct val *v,
    const char *between, struct buf *out)
{
	if (type_value_empty(v)) {
		buf_puts(out, _("(not filled in)"));
		return;
	}
	if (f->link_book != NULL) {
		wording_links(c->on.entry->ctx, f, v, app_link_titles(c->view.app), out);
		return;
	}
	if (f->fields == NULL || !f->many) {
		wording_value(c->on.entry->ctx, f, v, out);
		return;
	}
	for (size_t i = 0; i < val_len(v); i++) {
		if (i > 0)
			buf_puts(out, between);
		buf_printf(out, "%zu ", i + 1);
		type_print(f, val_at(v, i), c->on.entry->ctx, out);
	}
}

static const char *
left_word(const struct conflict *c)
{
	return c->on.why == CONFLICT_UNDO ? _("now") : _("before");
}

static const char *
right_word(const struct conflict *c)
{
	return c->on.why == CONFLICT_UNDO ? _("back to") : _("now");
}

static const char *
line_state(const struct merge3_line *l)
{
	if (l->locked)
		return _("Only others may fill in this field.");
	if (val_same(l->theirs, l->mine) ||
	    (type_value_empty(l->theirs) && type_value_empty(l->mine)))
		return _("both of you changed it alike");
	switch (l->side) {
	case SIDE_UNDECIDED:
		return _("both of you changed it: 1 or 2");
	case SIDE_BOTH:
		return _("both will be saved");
	case SIDE_MINE:
		return _("yours will be saved");
	default:
		return _("theirs will be saved");
	}
}

/* ---- the lower part -------------------------------------------------------------------------- */

/* The lower part as rows: a text in the left column, one in the right, both may be "". */
struct detail {
	struct {
		const char	*label;
		char		*text;
		unsigned	 attr;
	}		 at[5];
	size_t		 n;
};

#define LABEL_COL	2
#define TEXT_COL	14

static void
detail_add(struct detail *d, const struct conflict *c, const char *label, const struct field *f,
    const struct val *v, bool chosen)
{
	struct buf	 b = BUF_INIT;
	char		*text;

	value_text(c, f, v, "\n", &b);
	if ((text = strdup(buf_str(&b))) != NULL) {
		d->at[d->n].label = label;
		d->at[d->n].text = text;
		d->at[d->n++].attr = chosen ? ATTR_BOLD : ATTR_NORMAL;
	}
	buf_free(&b);
}

static void
detail_build(const struct conflict *c, struct detail *d)
{
	const struct merge3_line	*l = focused(c);
	struct merge3_line	 both = *l;
	struct val		*v;

	d->n = 0;
	detail_add(d, c, left_word(c), l->field, l->base, false);
	if (looks(c)) {
		detail_add(d, c, right_word(c), l->field, l->theirs, true);
		return;
	}
	detail_add(d, c, _("1 theirs"), l->field, l->theirs, l->side == SIDE_THEIRS);
	detail_add(d, c, _("2 yours"), l->field, l->mine, l->side == SIDE_MINE);
	if (merge3_can_keep_both(l)) {
		both.side = SIDE_BOTH;
		v = merge3_value(&both);
		detail_add(d, c, _("3 both"), l->field, v, l->side == SIDE_BOTH);
		val_free(v);
	}
}

static void
detail_free(struct detail *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->at[i].text);
}

/*
 * Rows [row, row + rows) of it, `skip` of them scrolled away; t NULL: measures. Returns all rows it
 * has.
 */
static int
detail_draw(const struct detail *d, struct term *t, int row, int rows, int skip, int cells)
{
	int	 at = 0;

	for (size_t i = 0; i < d->n; i++) {
		const char	*s = d->at[i].text;
		size_t		 n = strlen(s), show, take;
		bool		 first = true;

		for (; n > 0; s += take, n -= take, at++, first = false) {
			take = width_wrap(s, n, cells, &show);
			if (t == NULL || at < skip || at >= skip + rows)
				continue;
			if (first)
				term_text(t, row + at - skip, LABEL_COL, TEXT_COL - LABEL_COL - 1,
				    ATTR_DIM, d->at[i].label);
			term_textn(t, row + at - skip, TEXT_COL, -1, d->at[i].attr, s, show);
		}
	}
	return at;
}

static int
table_rows(const struct conflict *c)
{
	int	 most = (frame_content_rows(c->view.app->term) - 4) / 2;

	return c->merge3.n < (size_t)most ? (int)c->merge3.n : most;
}

/* From the line that names the field on. */
static int
lower_row(const struct conflict *c)
{
	return CONTENT_ROW + 1 + table_rows(c) + 1;
}

static int
lower_rows(const struct conflict *c)
{
	return CONTENT_ROW + frame_content_rows(c->view.app->term) - lower_row(c) - 1;
}

static int
text_cells(const struct conflict *c)
{
	return term_cols(c->view.app->term) - TEXT_COL - 1;
}

/* Pages through a value that does not fit; false: there is nothing more in that direction. */
static bool
scroll(struct conflict *c, int by)
{
	struct detail	 d;
	int		 rows = lower_rows(c), all, skip = c->skip + by * (rows - 1);

	detail_build(c, &d);
	all = detail_draw(&d, NULL, 0, 0, 0, text_cells(c));
	detail_free(&d);
	if (skip > all - rows)
		skip = all - rows;
	if (skip < 0)
		skip = 0;
	if (skip == c->skip)
		return false;
	c->skip = skip;
	return true;
}

/* ---- deciding -------------------------------------------------------------------------------- */

static void
go_to(struct conflict *c, size_t i)
{
	if (i < c->merge3.n && i != c->lines.focus) {
		c->lines.focus = i;
		c->skip = 0;
	}
}

static void
say(struct conflict *c, enum side side)
{
	struct merge3_line	*l = focused(c);
	bool			 was_open = l->side == SIDE_UNDECIDED;

	if (looks(c))
		app_message(c->view.app, _("You changed nothing here; Ctrl-O goes on."), ARG_END);
	else if (!merge3_choose(l, side))
		app_message(c->view.app, l->locked ? _("Only others may fill in this field.") :
		    _("Of these two values only one can stay."), ARG_END);
	else if (was_open)
		go_to(c, merge3_first_undecided(&c->merge3));
}

static void
finish(struct conflict *c)
{
	const size_t	 open = merge3_first_undecided(&c->merge3);
	struct val	*result;

	if (open < c->merge3.n) {
		go_to(c, open);
		app_message(c->view.app,
		    _("Say first whose value is saved where both of you changed it: {1} to go."),
		    ARG_NUM, (int64_t)merge3_undecided(&c->merge3), ARG_END);
		return;
	}
	if ((result = val_map()) != NULL && val_put(result, "set", merge3_changes(&c->merge3)) &&
	    val_put(result, "theirs", merge3_paths(&c->merge3, SIDE_THEIRS)) &&
	    val_put(result, "mine", merge3_paths(&c->merge3, SIDE_MINE)))
		app_close(&c->view, result);
	val_free(result);
}

/* The choices are given back and hold when the screen is opened again. */
static void
leave(struct conflict *c)
{
	struct val	*result = val_map();

	if (result != NULL)
		pack_put(result, "said", merge3_choices(&c->merge3));
	app_close(&c->view, result);
	val_free(result);
}

/* ---- by hand --------------------------------------------------------------------------------- */

static void
begin_by_hand(struct conflict *c)
{
	const struct merge3_line	*l = focused(c);

	if (looks(c) || l->locked) {
		say(c, SIDE_MINE);
		return;
	}
	page_open_field(&c->form_page, &c->view, c->on.entry, problem_list_page(c->on.entry->book,
	    l->path), l->field);
	c->by_hand = !page_is_empty(&c->form_page);
	if (!c->by_hand) {
		page_close(&c->form_page);
		app_message(c->view.app,
		    _("As your entries stand this field is not asked for; Esc leads back to the form."), ARG_END);
	}
}

/* Lines go when a value has become equal to theirs; the focus stays at its path or its place. */
static void
build_anew(struct conflict *c)
{
	char	 path[ENTRY_PATH];

	memcpy(path, focused(c)->path, sizeof(path));
	if (!merge3_build(&c->merge3, c->on.entry, c->reply))
		return;
	lines_resize(&c->lines, c->merge3.n);
	for (size_t i = 0; i < c->merge3.n; i++)
		if (strcmp(c->merge3.at[i].path, path) == 0) {
			c->lines.focus = i;
			if (!val_same(c->merge3.at[i].theirs, c->merge3.at[i].mine))
				merge3_choose(&c->merge3.at[i], SIDE_MINE);
		}
}

/*
 * Typed text becomes the own value; text that is no value keeps the editor open until it is
 * corrected or left.
 */
static void
end_by_hand(struct conflict *c, bool may_stay)
{
	const char		*path = focused(c)->path;
	struct entry_undo_info	 went;

	page_commit(&c->form_page, true);
	if (entry_raw(c->on.entry, path) != NULL && may_stay)
		return;
	if (entry_raw(c->on.entry, path) != NULL)
		entry_undo(c->on.entry, &went);
	c->by_hand = false;
	page_close(&c->form_page);
	build_anew(c);
	c->on.changed(c->view.from);
}

static bool
key_by_hand(struct conflict *c, const struct key *k, enum action act)
{
	switch (page_key(&c->form_page, k, act)) {
	case PAGE_PAST_END:
	case PAGE_PAST_START:
		end_by_hand(c, true);
		return true;
	case PAGE_UNHANDLED:
		if (act != ACT_SAVE && act != ACT_BACK && act != ACT_PAGE_DOWN)
			return false;
		end_by_hand(c, act != ACT_BACK);
		return true;
	default:
		page_scroll(&c->form_page, lower_rows(c) / 2);
		return true;
	}
}

static void
conflict_result(struct view *v, int tag, const struct val *result)
{
	struct conflict	*c = conflict_of(v);

	if (tag == PAGE_TAG && c->by_hand &&
	    page_popup_result(&c->form_page, result) == PAGE_PAST_END)
		end_by_hand(c, true);
}

/* Stores the typed text before the form below sends its draft. */
static void
conflict_leave(struct view *v)
{
	struct conflict	*c = conflict_of(v);

	if (c->by_hand)
		page_commit(&c->form_page, false);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static bool
move(struct conflict *c, enum action act)
{
	const size_t	 base = c->lines.focus;
	bool		 ours;

	if (act == ACT_PAGE_DOWN || act == ACT_PAGE_UP)
		if (scroll(c, act == ACT_PAGE_DOWN ? 1 : -1))
			return true;
	ours = lines_move(&c->lines, act, table_rows(c));
	if (c->lines.focus != base)
		c->skip = 0;
	return ours;
}

static unsigned
conflict_question(const struct view *v)
{
	(void)v;
	return 1;
}

static bool
is_by_hand(const struct view *v)
{
	return conflict_of(v)->by_hand;
}

static bool
is_table(const struct view *v)
{
	return !is_by_hand(v);
}

static bool
may_choose(const struct view *v)
{
	const struct conflict	*c = conflict_of(v);

	return is_table(v) && !looks(c) && c->merge3.n > 0;
}

static bool
may_keep_both(const struct view *v)
{
	return may_choose(v) && merge3_can_keep_both(focused(conflict_of(v)));
}

static bool
is_look(const struct view *v)
{
	const struct conflict	*c = conflict_of(v);

	return is_table(v) && c->on.why == CONFLICT_LOOK && c->merge3.n > 0;
}

static bool
is_undo(const struct view *v)
{
	return is_table(v) && conflict_of(v)->on.why == CONFLICT_UNDO;
}

static bool
may_save(const struct view *v)
{
	return is_table(v) && conflict_of(v)->on.why != CONFLICT_UNDO;
}

static void
choose_side(struct view *v, size_t i)
{
	static const enum side	 sides[] = { SIDE_THEIRS, SIDE_MINE, SIDE_BOTH };

	say(conflict_of(v), sides[i]);
}

static void
choose_theirs(struct view *v)
{
	say(conflict_of(v), SIDE_THEIRS);
}

static void
choose_mine(struct view *v)
{
	say(conflict_of(v), SIDE_MINE);
}

static void
choose_both(struct view *v)
{
	say(conflict_of(v), SIDE_BOTH);
}

static void
write_by_hand(struct view *v)
{
	begin_by_hand(conflict_of(v));
}

static void
save(struct view *v)
{
	finish(conflict_of(v));
}

static const char *
save_label(const struct view *v, size_t i)
{
	const struct act	*act = conflict_of(v)->on.act;

	(void)i;
	return act != NULL ? wording_label(&v->app->ctx, act->label) :
			     gettext(key_action_label(ACT_SAVE));
}

static void
leave_table(struct view *v)
{
	leave(conflict_of(v));
}

/* While a field is written by hand its page has the keys (key_by_hand()). */
const struct command	 scr_conflict_commands[] = {
	{ .label = N_("theirs"), .help = N_("What they saved stays."), .may = may_choose,
	    .run = choose_theirs, .keys = "1" },
	{ .label = N_("yours"), .help = N_("What you typed replaces theirs."), .may = may_choose,
	    .run = choose_mine, .keys = "2" },
	{ .label = N_("both"), .help = N_("Theirs, and what you added to it."),
	    .may = may_keep_both, .run = choose_both, .keys = "3" },
	{ .may = may_choose, .run = choose_both, .keys = "3", .unlisted = true },
	{ .may = is_look, .keys = "123", .unlisted = true, .choose = choose_side },
	{ .act = ACT_OPEN, .label = N_("by hand"), .help = N_("Write this field anew."),
	    .may = may_choose, .run = write_by_hand },
	{ .act = ACT_OPEN, .may = is_look, .run = write_by_hand, .unlisted = true },
	{ .act = ACT_EDIT, .may = may_choose, .run = write_by_hand, .unlisted = true },
	{ .label = N_("take back"), .help = N_("A new version with the values of before."),
	    .may = is_undo, .run = save, .keys = "y" },
	{ .act = ACT_OPEN, .label = N_("no"),
	    .help = N_("Leave everything as it is; Enter means no, too."), .may = is_undo,
	    .run = leave_table, .keys = "n" },
	{ .act = ACT_SAVE, .label = N_("done"),
	    .help = N_("What you wrote here is taken; nothing is saved yet."), .may = is_by_hand },
	{ .act = ACT_SAVE, .may = may_save, .run = save, .choice = save_label },
	{ .act = ACT_SAVE, .may = is_undo, .run = save, .unlisted = true },
	{ .act = ACT_PAGE_DOWN, .may = is_table },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .may = is_by_hand },
	{ .act = ACT_BACK, .run = leave_table },
	{ .act = ACT_NONE }
};

static bool
conflict_key(struct view *v, const struct key *k, enum action act)
{
	struct conflict	*c = conflict_of(v);

	if (c->by_hand)
		return key_by_hand(c, k, act);
	return c->merge3.n > 0 && move(c, act);
}

/* ---- drawing --------------------------------------------------------------------------------- */

#define FIELD_CELLS	16

static int
column(const struct term *t, int i)
{
	int	 cells = (term_cols(t) - LABEL_COL - FIELD_CELLS) / 3;

	return LABEL_COL + FIELD_CELLS + 1 + i * cells;
}

/*
 * Bytes that the texts of a line have in common at their start, when they are too long to differ on
 * the screen.
 */
static size_t
common_start(const struct merge3_line *l, int cells)
{
	const struct val *const	 vals[] = { l->base, l->theirs, l->mine };
	const char		*first = NULL;
	size_t			 n = 0;

	for (size_t i = 0; i < 3; i++) {
		const char	*s = val_str(vals[i]);
		size_t		 same = 0;

		if (s == NULL || *s == '\0')
			continue;
		if (first == NULL) {
			first = s;
			n = strlen(s);
			continue;
		}
		while (same < n && s[same] == first[same])
			same++;
		n = same;
	}
	while (n > 0 && ((unsigned char)first[n] & 0xc0) == 0x80)
		n--;
	return n > (size_t)cells ? n : 0;
}

/* A value in the table, on one row, with a mark of the choice before it. */
static void
draw_cell(const struct conflict *c, struct term *t, int row, int i, const struct merge3_line *l,
    const struct val *v, bool chosen)
{
	int		 col = column(t, i), cells = column(t, i + 1) - col - 3;
	size_t		 from = type_is(l->field, "long") || type_is(l->field, "text") ?
	    common_start(l, cells) : 0;
	struct buf	 b = BUF_INIT;

	if (i > 0)
		term_text(t, row, col, 1, ATTR_BOLD, chosen ? "*" : l->side == SIDE_UNDECIDED ?
		    "?" : "");
	if (from > 0 && val_str(v) != NULL && strlen(val_str(v)) >= from)
		buf_printf(&b, "..%s", val_str(v) + from);
	else
		value_text(c, l->field, v, "; ", &b);
	term_text(t, row, col + 2, cells, chosen ? ATTR_BOLD : ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static void
draw_line(const struct conflict *c, struct term *t, int row, size_t i)
{
	const struct merge3_line	*l = &c->merge3.at[i];
	struct buf		 b = BUF_INIT;

	if (i == c->lines.focus && !c->by_hand)
		draw_focus(t, row, 0);
	wording_path(c->on.entry->ctx, c->on.entry->book, l->path, &b);
	term_text(t, row, LABEL_COL, FIELD_CELLS, ATTR_DIM, buf_str(&b));
	draw_cell(c, t, row, 0, l, l->base, false);
	draw_cell(c, t, row, 1, l, l->theirs, l->side == SIDE_THEIRS || l->side == SIDE_BOTH);
	if (!looks(c))
		draw_cell(c, t, row, 2, l, l->mine, l->side == SIDE_MINE || l->side == SIDE_BOTH);
	buf_free(&b);
}

static void
draw_table(const struct conflict *c, struct term *t)
{
	int	 rows = table_rows(c);
	size_t	 top = lines_top(&c->lines, rows);

	term_text(t, CONTENT_ROW, column(t, 0) + 2, -1, ATTR_DIM, left_word(c));
	term_text(t, CONTENT_ROW, column(t, 1) + 2, -1, ATTR_DIM, looks(c) ? right_word(c) :
	    _("1 theirs"));
	if (!looks(c))
		term_text(t, CONTENT_ROW, column(t, 2) + 2, -1, ATTR_DIM, _("2 yours"));
	for (int i = 0; i < rows && top + (size_t)i < c->merge3.n; i++)
		draw_line(c, t, CONTENT_ROW + 1 + i, top + (size_t)i);
}

static void
draw_lower(const struct conflict *c, struct term *t)
{
	const struct merge3_line	*l = focused(c);
	int			 row = lower_row(c), rows = lower_rows(c), col, up = c->by_hand ?
	    rows / 2 : 0, all;
	struct buf		 b = BUF_INIT;
	struct detail		 d;

	wording_path(c->on.entry->ctx, c->on.entry->book, l->path, &b);
	col = LABEL_COL + term_text(t, row, LABEL_COL, -1, ATTR_BOLD, buf_str(&b)) + 2;
	if (!looks(c))
		term_text(t, row, col, -1, ATTR_NORMAL, line_state(l));
	if (c->by_hand)
		page_draw(&c->form_page, t, row + 1, up, true);
	detail_build(c, &d);
	all = detail_draw(&d, t, row + 1 + up, rows - up, c->skip, text_cells(c));
	detail_free(&d);
	buf_reset(&b);
	if (c->skip + rows - up < all)
		buf_puts(&b, _("more below"));
	if (b.n > 0 && !c->by_hand)
		term_text(t, row, term_cols(t) - width_of(buf_str(&b)), -1, ATTR_DIM, buf_str(&b));
	buf_free(&b);
}

static void
conflict_draw(struct view *v, struct term *t)
{
	struct conflict	*c = conflict_of(v);

	if (c->merge3.n == 0) {
		term_text(t, CONTENT_ROW, LABEL_COL, -1, ATTR_NORMAL,
		    _("No field you can see is different."));
		term_cursor(t, CONTENT_ROW, 0);
		return;
	}
	draw_table(c, t);
	draw_lower(c, t);
}

static void
conflict_title(const struct view *v, struct buf *left, struct buf *right)
{
	const char *const	 titles[] = { _("Two people, one record"),
	    _("Changed since you read it"), _("Take your last save back") };
	const struct conflict	*c = conflict_of(v);

	buf_puts(left, titles[c->on.why]);
	buf_puts(left, "  ");
	entry_title(c->on.entry, left);
	wording_format(right, _("{1} {2}"), ARG_TEXT, c->who, ARG_TEXT, buf_str(&c->when), ARG_END);
	if (c->merge3.n > 0) {
		buf_puts(right, "  ");
		wording_format(right, _("{1} of {2}"), ARG_NUM, (int64_t)c->lines.focus + 1,
		    ARG_NUM, (int64_t)c->merge3.n, ARG_END);
	}
}

static void
conflict_note(const struct view *v, struct buf *out)
{
	const struct conflict	*c = conflict_of(v);
	const size_t		 open = merge3_undecided(&c->merge3);

	if (c->by_hand)
		page_note(&c->form_page, out);
	else if (c->on.why == CONFLICT_UNDO)
		buf_puts(out,
		    _("These fields go back to what they were before your last save. y does it."));
	else if (looks(c))
		wording_format(out,
		    _("{1} changed this since you opened it. Look, then Ctrl-O asks once more."),
		    ARG_TEXT, c->who, ARG_END);
	else if (open > 0)
		wording_format(out,
		    _("{1} saved meanwhile. Both of you changed {2}: choose 1 or 2; * will be saved."),
		    ARG_TEXT, c->who, ARG_NUM, (int64_t)open, ARG_END);
	else
		wording_format(out,
		    _("{1} saved meanwhile. * is what will be saved; Ctrl-O saves."), ARG_TEXT,
		    c->who, ARG_END);
}

static enum key_where
conflict_where(const struct view *v)
{
	const struct conflict	*c = conflict_of(v);

	return c->by_hand ? page_where(&c->form_page) : WHERE_LIST;
}

/* Choices of the field that is written by hand. */
static void
conflict_strip(const struct view *v, struct strip *s)
{
	if (is_by_hand(v))
		page_strip(&conflict_of(v)->form_page, s);
}

static void
conflict_free(struct view *v)
{
	struct conflict	*c = conflict_of(v);

	page_close(&c->form_page);
	merge3_free(&c->merge3);
	val_free(c->reply);
	free(c->who);
	buf_free(&c->when);
	free(c);
}

static const struct view_ops conflict_ops = {
	.name = "conflict", .where = conflict_where, .title = conflict_title, .draw = conflict_draw,
	.strip = conflict_strip, .commands = scr_conflict_commands, .note = conflict_note,
	    .key = conflict_key, .result = conflict_result,
	.question = conflict_question, .leave = conflict_leave, .free = conflict_free,
};

struct view *
scr_conflict(struct app *app, const struct conflict_on *on)
{
	const struct val	*last = val_get(val_get(on->reply, PK_RECORD), PK_LAST);
	const char		*who = val_get_str(last, PK_NAME);
	struct conflict		*c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	*c = (struct conflict){ .view.ops = &conflict_ops, .view.app = app, .on = *on,
	    .reply = val_dup(on->reply),
	    .merge3 = MERGE3_INIT, .who = strdup(who != NULL ? who : "?") };
	if (c->reply == NULL || c->who == NULL || !merge3_build(&c->merge3, on->entry, on->reply)) {
		conflict_free(&c->view);
		return NULL;
	}
	wording_datetime(val_get_num(last, PK_AT, 0), &c->when);
	merge3_restore_choices(&c->merge3, on->choices);
	c->on.reply = c->on.choices = NULL;
	app_add_link_titles(app, val_get(val_get(c->reply, PK_RECORD), PK_LINKS));
	lines_resize(&c->lines, c->merge3.n);
	go_to(c, merge3_first_undecided(&c->merge3));
	return &c->view;
}
