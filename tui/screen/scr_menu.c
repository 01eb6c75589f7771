#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screen/scr.h"
#include "tui/view/list_view.h"
#include "tui/view/picker.h"
#include "forms/wording.h"

/*
 * The menu of the person's role. Numbers open lines on each level, so that "3" "2" becomes a habit.
 */
enum { TAG_JUMP = LIST_TAG, TAG_SUB, TAG_FORM };

#define DEPTH_MAX	20	/* deeper than this a jump begins at the menu again */

struct menu {
	struct list_view		 list;		/* lines are the items; no rows */
	const struct menu_item		*parent;	/* NULL: the whole menu */
	const struct menu_item		*items;
	size_t				 nitems;
	size_t				 typed;		/* first digit of a number above 9 */
};

static struct menu *
menu_of(const struct view *v)
{
	return (struct menu *)(uintptr_t)v;
}

/* ---- opening --------------------------------------------------------------------------------- */

static struct view *
sub_menu(const struct menu_item *);

static const struct {
	const char	*name;		/* as definitions call it */
	struct view	*(*open)(void);
} screens[] = {
	{ "account", scr_account },
	{ "due", scr_deadlines },
	{ "trail", scr_trail },
};

static struct view *
open_screen(const struct menu_item *m, const struct view *menu)
{
	const char	*name = m->screen;

	if (m->clock != NULL)
		return strcmp(name, "progress") == 0 ? scr_progress(m->clock, NULL) :
		    scr_roll(m->clock, NULL);
	if (strcmp(name, "drafts") == 0)
		return scr_drafts(false);
	if (strcmp(name, "help") == 0)
		return scr_help(menu);
	for (size_t i = 0; i < sizeof(screens) / sizeof(screens[0]); i++)
		if (strcmp(name, screens[i].name) == 0)
			return screens[i].open();
	return NULL;
}

static void
open_item(struct app *app, struct view *menu, const struct menu_item *m)
{
	struct view	*v = NULL;

	switch (m->kind) {
	case MENU_SUB:
		v = sub_menu(m);
		break;
	case MENU_LIST:
		v = scr_list(m->list);
		break;
	case MENU_FIND:
		v = scr_find(m->book, false, "");
		break;
	case MENU_NEW:
		app_push(app, scr_form_new(app, m->book), menu, TAG_FORM);
		return;
	case MENU_SCREEN:
		if ((v = open_screen(m, menu)) == NULL) {
			app_message(app,
			    _("This program has no screen called {1}; it may be too old."),
			    ARG_TEXT, m->screen, ARG_END);
			return;
		}
		break;
	}
	app_push(app, v, menu, TAG_SUB);
}

static const struct menu_item *
find_jump(const struct menu_item *items, size_t n, const char *code)
{
	const struct menu_item	*m;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(items[i].jump, code) == 0)
			return &items[i];
		if ((m = find_jump(items[i].items, items[i].nitems, code)) != NULL)
			return m;
	}
	return NULL;
}

static void
menu_result(struct view *v, int tag, const struct val *result)
{
	struct app		*app = v->app;
	const struct menu_item	*m;

	if (tag != TAG_JUMP || val_str(result) == NULL)
		return;
	if ((m = find_jump(app->role->menu, app->role->nmenu, val_str(result))) == NULL)
		return;
	if (app_depth(app) > DEPTH_MAX)
		app_home(app);
	open_item(app, v, m);
}

/* ---- jump codes ------------------------------------------------------------------------------ */

static void
add_jumps(const struct app *a, const struct menu_item *items, size_t n, struct choices *out)
{
	for (size_t i = 0; i < n; i++) {
		if (items[i].jump[0] != '\0')
			choices_add(out, items[i].jump, wording_label(&a->ctx, items[i].label),
			    items[i].label.py, items[i].jump);
		add_jumps(a, items[i].items, items[i].nitems, out);
	}
}

void
scr_menu_jump(struct app *app, struct view *menu)
{
	struct choices	 all = CHOICES_INIT;

	add_jumps(app, app->role->menu, app->role->nmenu, &all);
	app_push(app, picker_new(_("Jump to"), &all, PICKER_IMMEDIATE, ""), menu, TAG_JUMP);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void
open_line(struct menu *m, size_t i)
{
	m->typed = 0;
	if (i >= m->nitems)
		return;
	m->list.lines.focus = i;
	open_item(m->list.view.app, &m->list.view, &m->items[i]);
}

/*
 * A digit opens its line at once unless a longer number is possible; then Enter or the second digit
 * decides.
 */
static void
digit(struct menu *m, size_t d)
{
	size_t	 number = m->typed * 10 + d;

	if (number == 0 || number > m->nitems) {
		m->typed = 0;
		return;
	}
	if (number * 10 <= m->nitems) {
		m->typed = number;
		m->list.lines.focus = number - 1;
	} else
		open_line(m, number - 1);
}

static void
type_digit(struct view *v, size_t i)
{
	digit(menu_of(v), i);
}

static void
open_focused(struct view *v)
{
	open_line(menu_of(v), list_view_of(v)->lines.focus);
}

static void
leave(struct view *v)
{
	if (menu_of(v)->parent != NULL)
		app_close(v, NULL);
	else
		app_lock(v->app);
}

static bool
is_sub_menu(const struct view *v)
{
	return menu_of(v)->parent != NULL;
}

static bool
is_number_begun(const struct view *v)
{
	return menu_of(v)->typed > 0;
}

const struct command	 scr_menu_commands[] = {
	{ .may = is_number_begun, .keys = "0123456789", .unlisted = true, .choose = type_digit },
	{ .run = leave, .keys = "0", .unlisted = true },
	{ .label = N_("open"), .help = N_("The number before a line opens it."),
	    .keys = "0123456789", .shown = N_("number"), .choose = type_digit },
	{ .act = ACT_OPEN, .run = open_focused },
	{ .act = ACT_JUMP },
	{ .act = ACT_LOCK },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .may = is_sub_menu, .run = leave },
	{ .act = ACT_NONE }
};

/* The whole menu is the bottom of the stack: Esc does nothing there. */
static bool
menu_key(struct view *v, const struct key *k, enum action act)
{
	menu_of(v)->typed = 0;
	return list_view_key(v, k, act) || act == ACT_BACK;
}

static void
menu_shown(struct view *v)
{
	if (v->app->counts != NULL)		/* the first count is asked for at log-in */
		app_refresh_counts(v->app);
}

/* ---- drawing --------------------------------------------------------------------------------- */

static void
count_text(const struct app *a, const struct menu_item *m, struct buf *out)
{
	struct buf		 name = BUF_INIT;
	const struct val	*n = NULL;

	if (m->kind == MENU_LIST) {
		buf_printf(&name, "%s.%s", m->book->name, m->list->name);
		n = val_get(a->counts, buf_str(&name));
		if (n != NULL)
			buf_printf(out, "%lld", (long long)val_num(n, 0));
	} else if (m->kind == MENU_SCREEN && strcmp(m->screen, "due") == 0 &&
	    a->overdue + a->due_soon > 0)
		wording_format(out, a->overdue > 0 ? _("overdue {1}") : _("due soon {1}"),
		    ARG_NUM, a->overdue > 0 ? a->overdue : a->due_soon, ARG_END);
	else if (m->kind == MENU_SCREEN && strcmp(m->screen, "drafts") == 0 && a->drafts > 0)
		buf_printf(out, "%lld", (long long)a->drafts);
	else if (m->kind == MENU_SUB)
		buf_puts(out, "...");
	buf_free(&name);
}

#define HEAD_ROWS	1
#define COL_KEY		2
#define COL_LABEL	6
#define COL_COUNT	40
#define COL_JUMP	52

static void
draw_line(const struct list_view *l, struct term *t, int row, size_t i)
{
	const struct app	*a = l->view.app;
	const struct menu_item	*item = &menu_of(&l->view)->items[i];
	struct buf		 text = BUF_INIT;

	buf_printf(&text, "%2zu", i + 1);
	term_text(t, row, COL_KEY, -1, ATTR_NORMAL, buf_str(&text));
	term_text(t, row, COL_LABEL, COL_COUNT - COL_LABEL - 1, ATTR_NORMAL,
	    wording_label(&a->ctx, item->label));
	buf_reset(&text);
	count_text(a, item, &text);
	term_text(t, row, COL_COUNT, COL_JUMP - COL_COUNT - 1, ATTR_NORMAL, buf_str(&text));
	if (item->jump[0] != '\0') {
		buf_reset(&text);
		buf_printf(&text, ".%s", item->jump);
		term_text(t, row, COL_JUMP, -1, ATTR_DIM, buf_str(&text));
	}
	buf_free(&text);
}

static size_t
count(const struct list_view *l)
{
	return menu_of(&l->view)->nitems;
}

static void
menu_draw(struct view *v, struct term *t)
{
	const int	 rows = list_view_rows(list_view_of(v));
	const size_t	 n = menu_of(v)->nitems;
	const int	 row = CONTENT_ROW + HEAD_ROWS + (int)n;

	list_view_draw(v, t);
	if (n > (size_t)rows)
		return;
	term_text(t, row, COL_KEY, -1, ATTR_NORMAL, " 0");
	term_text(t, row, COL_LABEL, -1, ATTR_NORMAL, is_sub_menu(v) ? _("back") :
	    _("lock or leave"));
}

static void
menu_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct menu	*m = menu_of(v);

	(void)right;
	buf_puts(left, m->parent != NULL ? wording_label(&v->app->ctx, m->parent->label) :
	    _("Menu"));
}

static void
menu_free(struct view *v)
{
	list_view_release(list_view_of(v));
	free(menu_of(v));
}

/* The last row is for "0". */
static const struct list_ops	 list_ops = {
	.count = count, .draw_line = draw_line, .head_rows = HEAD_ROWS, .foot_rows = 1,
};

static const struct view_ops	 menu_ops = {
	.name = "menu", .title = menu_title, .draw = menu_draw, .commands = scr_menu_commands,
	.key = menu_key,
	.result = menu_result, .shown = menu_shown, .free = menu_free,
};

static struct view *
menu_new(const struct menu_item *parent, const struct menu_item *items, size_t n)
{
	struct menu	*m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	*m = (struct menu){ .parent = parent, .items = items, .nitems = n };
	list_view_init(&m->list, &menu_ops, &list_ops, NULL);
	list_view_lines_changed(&m->list);
	return &m->list.view;
}

static struct view *
sub_menu(const struct menu_item *parent)
{
	return menu_new(parent, parent->items, parent->nitems);
}

struct view *
scr_menu(const struct role *role)
{
	return menu_new(NULL, role->menu, role->nmenu);
}
