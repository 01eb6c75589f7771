#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/draw.h"
#include "tui/scr_act.h"
#include "tui/words.h"

/*
 * Two people changed the same fields. Nobody is overwritten silently: for each of them the person
 * at the terminal says whose stays; until he does, it is the other's, which is saved already.
 */
struct conflict {
	struct view		 view;
	const struct entry	*e;
	struct val		*theirs;	/* fields of the record as it is now */
	struct val		*mine;		/* all our changes */
	struct val		*paths;		/* what both touched */
	bool			*keep;		/* ours, for each path */
	struct lines		 lines;
	char			*who;
};

static struct conflict *
conflict_of(const struct view *v)
{
	return (struct conflict *)(uintptr_t)v;
}

/* ---- which -------------------------------------------------------------------------------------------------- */

static bool
same_or_empty(const struct val *a, const struct val *b)
{
	return (value_empty(a) && value_empty(b)) || val_same(a, b);
}

/* They changed it too, and to something else. */
static bool
both_touched(const struct val *was, const struct val *theirs, const struct val *mine)
{
	return !same_or_empty(was, theirs) && !same_or_empty(theirs, mine);
}

static void
group_both(const struct field *g, const struct val *was, const struct val *theirs, const struct val *mine,
    struct val *out)
{
	for (size_t i = 0; i < val_len(mine); i++) {
		const char	*name = val_key(mine, i);
		char		 path[ENTRY_PATH];

		if (both_touched(val_get(was, name), val_get(theirs, name), val_value(mine, i)) &&
		    snprintf(path, sizeof(path), "%s.%s", g->path, name) < (int)sizeof(path))
			val_add(out, val_text(path));
	}
}

struct val *
conflict_both(const struct entry *e, const struct val *reply)
{
	const struct val	*theirs = val_get(val_get(reply, "record"), "fields");
	struct val		*mine = entry_changes(e), *out = val_list();

	for (size_t i = 0; out != NULL && i < val_len(mine); i++) {
		const char		*name = val_key(mine, i);
		const struct field	*f = book_field(e->book, name);
		const struct val	*m = val_value(mine, i);

		if (f != NULL && f->fields != NULL && !f->many && val_kind(m) == VAL_MAP)
			group_both(f, val_get(e->base, name), val_get(theirs, name), m, out);
		else if (both_touched(val_get(e->base, name), val_get(theirs, name), m))
			val_add(out, val_text(name));
	}
	val_free(mine);
	return out;
}

/* ---- keys --------------------------------------------------------------------------------------------------- */

static void
drop_path(struct val *map, const char *path)
{
	char		 parent[ENTRY_PATH];
	const char	*dot = strrchr(path, '.');

	path_parent(path, parent);
	if (dot == NULL)
		val_drop(map, path);
	else if (val_get(map, parent) != NULL)
		val_drop(val_get(map, parent), dot + 1);
}

static void
take(struct conflict *c)
{
	struct val	*mine = val_dup(c->mine);

	for (size_t i = 0; mine != NULL && i < val_len(c->paths); i++)
		if (!c->keep[i])
			drop_path(mine, val_str(val_at(c->paths, i)));
	app_close(&c->view, mine);
	val_free(mine);
}

static bool
conflict_key(struct view *v, const struct key *k, enum action act)
{
	struct conflict	*c = conflict_of(v);
	uint32_t	 cmd = key_command(k);

	if (cmd == '1' || cmd == '2')
		c->keep[c->lines.focus] = cmd == '1';
	else if (act == ACT_SAVE)
		take(c);
	else if (act == ACT_OPEN) {
		if (!lines_move(&c->lines, ACT_DOWN, 5))
			app_say(v->app, _("Ctrl-O goes on with what is chosen."), SAY_END);
	} else if (act == ACT_BACK)
		app_close(v, NULL);
	else
		return lines_move(&c->lines, act, 5);
	return true;
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

#define LINE_ROWS	4

static void
draw_side(const struct conflict *c, struct term *t, int row, const char *key, const char *label, bool chosen,
    const struct field *f, const struct val *v)
{
	struct buf	 b = BUF_INIT;
	int		 col = 5;

	if (!value_empty(v))
		field_print(f, v, c->e->ctx, &b);
	else
		buf_puts(&b, _("(not filled in)"));
	col += term_text(t, row, col, 4, ATTR_NORMAL, chosen ? "[x]" : *key != '\0' ? "[ ]" : "");
	col += term_text(t, row, col, 2, ATTR_NORMAL, key);
	col += term_text(t, row, col, 10, ATTR_DIM, label);
	term_text(t, row, col, -1, chosen ? ATTR_BOLD : ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static void
draw_line(const struct conflict *c, struct term *t, int row, size_t i)
{
	const char		*path = val_str(val_at(c->paths, i));
	const struct field	*f = book_field(c->e->book, path);
	struct buf		 b = BUF_INIT;

	if (i == c->lines.focus) {
		term_text(t, row, 0, -1, ATTR_BOLD, FOCUS_MARK);
		term_cursor(t, row, 0);
	}
	words_path(c->e->ctx, c->e->book, path, &b);
	term_text(t, row, 2, -1, ATTR_BOLD, buf_str(&b));
	draw_side(c, t, row + 1, "1", _("yours"), c->keep[i], f, val_find(c->e->fields, path));
	draw_side(c, t, row + 2, "2", _("theirs"), !c->keep[i], f, val_find(c->theirs, path));
	draw_side(c, t, row + 3, "", _("before"), false, f, val_find(c->e->base, path));
	buf_free(&b);
}

static void
conflict_draw(struct view *v, struct term *t)
{
	struct conflict	*c = conflict_of(v);
	int		 shown = (content_rows(t) - 2) / LINE_ROWS;
	size_t		 top = lines_top(&c->lines, shown);
	struct buf	 b = BUF_INIT;

	words_fill(&b, _("{1} saved this record while you changed it. Of these fields only one value can stay:"), SAY_TEXT, c->who, SAY_END);
	term_text(t, CONTENT_ROW, 2, -1, ATTR_NORMAL, buf_str(&b));
	for (int i = 0; i < shown && top + (size_t)i < c->lines.n; i++)
		draw_line(c, t, CONTENT_ROW + 2 + i * LINE_ROWS, top + (size_t)i);
	buf_free(&b);
}

static void
conflict_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct conflict	*c = conflict_of(v);

	buf_puts(left, _("Changed by two people"));
	buf_puts(left, "  ");
	entry_title(c->e, left);
	words_fill(right, _("{1} of {2}"), SAY_NUM, (int64_t)c->lines.focus + 1, SAY_NUM, (int64_t)c->lines.n,
	    SAY_END);
}

static void
conflict_strip(const struct view *v, struct strip *s)
{
	(void)v;
	strip_own(s, "1", _("yours"), _("What you typed replaces theirs."));
	strip_own(s, "2", _("theirs"), _("What is saved stays."));
	strip_act_as(s, ACT_OPEN, _("next"));
	strip_act_as(s, ACT_SAVE, _("go on"));
	strip_act(s, ACT_HELP);
	strip_act(s, ACT_BACK);
}

static void
conflict_free(struct view *v)
{
	struct conflict	*c = conflict_of(v);

	val_free(c->theirs);
	val_free(c->mine);
	val_free(c->paths);
	free(c->keep);
	free(c->who);
	free(c);
}

static const struct view_ops conflict_ops = {
	.name = "conflict", .title = conflict_title, .draw = conflict_draw, .strip = conflict_strip,
	.key = conflict_key,
	.free = conflict_free,
};

struct view *
scr_conflict(const struct entry *e, const struct val *reply)
{
	const struct val	*rec = val_get(reply, "record");
	const char		*who = val_get_str(val_get(rec, "last"), "name");
	struct conflict		*c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	*c = (struct conflict){ .view.ops = &conflict_ops, .e = e, .theirs = val_dup(val_get(rec, "fields")),
	.mine = entry_changes(e), .paths = conflict_both(e, reply), .who = strdup(who != NULL ? who : "?") };
	c->keep = calloc(val_len(c->paths) + 1, sizeof(*c->keep));
	lines_resize(&c->lines, val_len(c->paths));
	if (c->theirs == NULL || c->mine == NULL || c->paths == NULL || c->keep == NULL || c->who == NULL) {
		conflict_free(&c->view);
		return NULL;
	}
	return &c->view;
}
