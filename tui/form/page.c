#include "tui/form/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/widget/draw.h"
#include "tui/term/width.h"
#include "forms/wording.h"

/* The lines of a page, the focus among them, and the way of typed text into the entry. */
#define ONE_LINE_MAX	5	/* choices on one line */

/* ---- lines ----------------------------------------------------------------------------------- */

static void
add_line(struct form_page *s, enum line_kind kind, const struct field *f, const char *path,
    size_t item, int indent)
{
	struct page_line	*grown = reallocarray(s->lines, s->n + 1, sizeof(*grown));

	if (grown == NULL)
		return;
	s->lines = grown;
	s->lines[s->n] = (struct page_line){ .kind = kind, .field = f, .item = item,
	    .indent = indent };
	snprintf(s->lines[s->n++].path, ENTRY_PATH, "%s", path);
}

static void	 add_fields(struct form_page *, const struct field *, size_t, const char *, int);

static void
add_repeating(struct form_page *s, const struct field *f, const char *path, int indent)
{
	const struct val	*list = entry_value(s->e, path);
	char			 prefix[ENTRY_PATH];

	add_line(s, LINE_GROUP, f, path, 0, indent);
	for (size_t i = 0; i < val_len(list); i++) {
		if (snprintf(prefix, sizeof(prefix), "%s.%zu.", path, i) >= (int)sizeof(prefix))
			return;
		prefix[strlen(prefix) - 1] = '\0';
		add_line(s, LINE_ITEM, f, prefix, i, indent + 2);
		strcat(prefix, ".");
		add_fields(s, f->fields, f->nfields, prefix, indent + 4);
	}
	if (f->max_size == 0 || val_len(list) < f->max_size)
		add_line(s, LINE_ADD, f, path, val_len(list), indent + 2);
}

/* A page with a single group of the same name needs no second heading. */
static bool
is_whole_page(const struct form_page *s, const struct field *f)
{
	return s->page->nfields == 1 && f == &s->page->fields[0] &&
	    strcmp(f->label.zh, s->page->label.zh) == 0;
}

static void
add_group(struct form_page *s, const struct field *f, const char *path, int indent)
{
	char	 prefix[ENTRY_PATH];
	bool	 whole = is_whole_page(s, f);

	if (f->many) {
		add_repeating(s, f, path, indent);
		return;
	}
	if (snprintf(prefix, sizeof(prefix), "%s.", path) >= (int)sizeof(prefix))
		return;
	if (!whole)
		add_line(s, LINE_GROUP, f, path, 0, indent);
	add_fields(s, f->fields, f->nfields, prefix, whole ? indent : indent + 2);
}

static void
add_fields(struct form_page *s, const struct field *fields, size_t n, const char *prefix,
    int indent)
{
	char		 path[ENTRY_PATH];
	struct pred_ctx	 pc;

	for (size_t i = 0; i < n; i++) {
		if (snprintf(path, sizeof(path), "%s%s", prefix, fields[i].name) >=
		    (int)sizeof(path))
			continue;
		entry_pred_ctx(s->e, &fields[i], path, &pc);
		if (fields[i].computed == COMPUTED_ROLLUP || !check_shown(&fields[i], &pc))
			continue;
		if (fields[i].fields != NULL)
			add_group(s, &fields[i], path, indent);
		else
			add_line(s, LINE_FIELD, &fields[i], path, 0, indent);
	}
}

static bool
belongs_to(const char *path, const char *only)
{
	const size_t	 n = strlen(only);

	return strncmp(path, only, n) == 0 && (path[n] == '\0' || path[n] == '.');
}

static void
keep_only(struct form_page *s)
{
	size_t	 kept = 0;
	int	 indent = -1;

	for (size_t i = 0; i < s->n; i++) {
		if (!belongs_to(s->lines[i].path, s->only))
			continue;
		if (indent < 0)
			indent = s->lines[i].indent;
		s->lines[kept] = s->lines[i];
		s->lines[kept++].indent -= indent;
	}
	s->n = kept;
}

static void
build(struct form_page *s)
{
	free(s->lines);
	s->lines = NULL;
	s->n = 0;
	add_fields(s, s->page->fields, s->page->nfields, "", 0);
	if (s->only != NULL)
		keep_only(s);
}

bool
page_focusable(const struct form_page *s, size_t i)
{
	const struct page_line	*l = &s->lines[i];

	return l->kind != LINE_GROUP && (l->kind != LINE_FIELD ||
	    (l->field->computed == COMPUTED_NO && !entry_set_by_server(s->e, l->field)));
}

bool
page_is_empty(const struct form_page *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (page_focusable(s, i))
			return false;
	return true;
}

bool
page_would_be_empty(struct entry *e, const struct page *page)
{
	struct form_page	 s = { .e = e, .page = page };
	bool		 empty;

	build(&s);
	empty = page_is_empty(&s);
	free(s.lines);
	return empty;
}

/* Something can be filled in there. */
static bool
is_ours(const struct form_page *s, size_t i)
{
	return page_focusable(s, i) &&
	    (s->lines[i].kind != LINE_FIELD || !entry_locked(s->e, s->lines[i].field));
}

/*
 * The line of a path, else of the item it is in (of a group for "carers.0.phone"), else the first
 * to be filled in, else the first with a focus.
 */
static size_t
line_of(const struct form_page *s, const char *at)
{
	size_t	 first = 0;

	for (size_t i = 0; at != NULL && i < s->n; i++)
		if (strcmp(s->lines[i].path, at) == 0 && page_focusable(s, i))
			return i;
	for (size_t i = 0; at != NULL && i < s->n; i++)
		if (page_focusable(s, i) && strncmp(s->lines[i].path, at, strlen(at)) == 0)
			return i;
	while (first < s->n && !is_ours(s, first))
		first++;
	for (size_t i = 0; first == s->n && i < s->n; i++)
		if (page_focusable(s, i))
			return i;
	return first < s->n ? first : 0;
}

/* ---- widgets --------------------------------------------------------------------------------- */

void
page_choices(const struct form_page *s, const struct page_line *l, struct choices *out)
{
	choices_for_field(l->field, &s->view->app->ctx, s->view->app->areas,
	    entry_value(s->e, l->path), out);
}

int
page_choice_cells(const struct choice *c)
{
	return width_of(c->key) + width_of(c->label) + 4;
}

static bool
fits_one_line(const struct form_page *s, const struct field *f, int each)
{
	struct choices	 all = CHOICES_INIT;
	int		 cells = 0;
	bool		 fits;

	choices_for_field(f, &s->view->app->ctx, s->view->app->areas, NULL, &all);
	fits = !all.bad && all.n <= ONE_LINE_MAX;
	for (size_t i = 0; i < all.n; i++) {
		cells += page_choice_cells(&all.at[i]) + each;
		fits = fits && all.at[i].key[1] == '\0';	/* one key takes it */
	}
	fits = fits && cells <= page_value_cells(s);
	choices_free(&all);
	return fits;
}

enum widget
page_widget(const struct form_page *s, const struct field *f)
{
	if (f->computed != COMPUTED_NO || f->fields != NULL)
		return WIDGET_NONE;
	if (f->link_book != NULL)
		return WIDGET_LINK;
	if (type_is(f, "long"))
		return WIDGET_MULTILINE;
	if (!choices_available(f))
		return WIDGET_TEXT;
	if (type_is(f, "area"))
		return f->many ? WIDGET_TICKS : WIDGET_PICK;
	if (type_is(f, "many-of"))
		return fits_one_line(s, f, 2) ? WIDGET_TICKS_LINE : WIDGET_TICKS;
	return fits_one_line(s, f, 0) ? WIDGET_ONE_LINE : WIDGET_PICK;
}

/* ---- the editor of the field with the focus -------------------------------------------------- */

static const struct page_line *
focused(const struct form_page *s)
{
	return s->focus < s->n ? &s->lines[s->focus] : NULL;
}

/* 0 for a date or a number: a longer text is no value anyway */
static size_t
limit_of(const struct field *f)
{
	if (!type_is(f, "text") && !type_is(f, "long"))
		return 0;
	return f->max_size > 0 ? f->max_size : f->type->max;
}

size_t
page_excess(const struct form_page *s)
{
	return s->edit != NULL ? edit_excess(s->edit) : 0;
}

static void
begin_edit(struct form_page *s)
{
	const struct page_line	*l = focused(s);
	enum widget		 w;
	struct buf		 text = BUF_INIT;

	edit_free(s->edit);
	s->edit = NULL;
	s->typed = s->helped = false;
	s->fresh = true;
	if (l == NULL || l->kind != LINE_FIELD || entry_locked(s->e, l->field))
		return;
	w = page_widget(s, l->field);
	if (w != WIDGET_TEXT && w != WIDGET_MULTILINE)
		return;
	if ((s->edit = edit_new(limit_of(l->field), EDIT_ALLOW_EXCESS | (w == WIDGET_MULTILINE ?
	    EDIT_MULTI : 0))) == NULL)
		return;
	entry_print(s->e, l->field, l->path, &text);
	edit_set(s->edit, buf_str(&text), text.n);
	buf_free(&text);
}

static void
say_problem(struct form_page *s, const char *path)
{
	const struct problem	*p = entry_problem(s->e, path);
	struct buf		 b = BUF_INIT;

	if (p == NULL || entry_missing(s->e, path))
		return;
	wording_problem(s->e->ctx, s->e->book, p, &b);
	app_message_text(s->view->app, buf_str(&b));
	buf_free(&b);
}

void
page_commit(struct form_page *s, bool aloud)
{
	struct page_line	 l;

	if (focused(s) == NULL || s->lines[s->focus].kind != LINE_FIELD)
		return;
	l = *focused(s);
	if (s->typed && s->edit != NULL) {
		s->typed = false;
		entry_put_text(s->e, l.field, l.path, edit_text(s->edit));
		snprintf(s->left, sizeof(s->left), "%s", l.path);
	}
	if (aloud)
		say_problem(s, l.path);
}

/* ---- the focus ------------------------------------------------------------------------------- */

/*
 * Stores typed text, which may add or remove lines. The focus is still on its line; the editor is
 * closed.
 */
static void
leave(struct form_page *s)
{
	char	 path[ENTRY_PATH];
	bool	 field = focused(s) != NULL && focused(s)->kind == LINE_FIELD;

	page_commit(s, true);
	if (!field)
		return;
	snprintf(path, sizeof(path), "%s", s->lines[s->focus].path);
	build(s);
	s->focus = line_of(s, path);
}

bool
page_step(struct form_page *s, int by)
{
	size_t	 i;

	leave(s);
	/* below 0 it is beyond n, too */
	for (i = s->focus + (size_t)by; i < s->n; i += (size_t)by)
		if (page_focusable(s, i)) {
			s->focus = i;
			entry_undo_step(s->e);
			begin_edit(s);
			return true;
		}
	begin_edit(s);
	return false;
}

void
page_focus_end(struct form_page *s, bool last)
{
	leave(s);
	s->focus = last ? s->n : SIZE_MAX;
	do
		s->focus += last ? (size_t)-1 : 1;
	while (s->focus < s->n && !page_focusable(s, s->focus));
	if (s->focus >= s->n)
		s->focus = 0;
	entry_undo_step(s->e);
	begin_edit(s);
}

/*
 * Lines move when answers show or hide others. A field keeps the focus by its path. The heading of
 * an item and the line that adds one keep it by their place, because no key there can change the
 * lines before them.
 */
void
page_refresh(struct form_page *s, const char *at)
{
	const struct page_line	*l = focused(s);
	char			 path[ENTRY_PATH];
	bool			 heading = l != NULL && l->kind != LINE_FIELD;

	snprintf(path, sizeof(path), "%s", at != NULL ? at : l != NULL ? l->path : "");
	build(s);
	if (at != NULL || !heading)
		s->focus = line_of(s, path);
	else if (s->focus >= s->n)
		s->focus = s->n > 0 ? s->n - 1 : 0;
	if (s->focus < s->n && !page_focusable(s, s->focus))
		s->focus = line_of(s, NULL);
	begin_edit(s);
}

const char *
page_focus_path(const struct form_page *s)
{
	return s->focus < s->n ? s->lines[s->focus].path : NULL;
}

void
page_open(struct form_page *s, struct view *view, struct entry *e, const struct page *page,
    const char *at)
{
	*s = (struct form_page){ .view = view, .e = e, .page = page };
	entry_undo_step(e);
	build(s);
	s->focus = line_of(s, at);
	begin_edit(s);
}

void
page_open_field(struct form_page *s, struct view *view, struct entry *e, const struct page *page,
    const struct field *only)
{
	*s = (struct form_page){ .view = view, .e = e, .page = page, .only = only->path };
	entry_undo_floor(e, true);
	entry_undo_step(e);
	build(s);
	s->focus = line_of(s, only->path);
	begin_edit(s);
}

void
page_close(struct form_page *s)
{
	if (s->only != NULL)
		entry_undo_floor(s->e, false);
	edit_free(s->edit);
	free(s->lines);
	*s = (struct form_page){ .view = s->view };
}
