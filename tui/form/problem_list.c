#include "tui/form/problem_list.h"

#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "forms/check.h"
#include "tui/form/entry.h"
#include "tui/term/width.h"
#include "tui/view/text.h"
#include "forms/wording.h"

static void
drop(struct problem_list *is, size_t i)
{
	free(is->at[i].path);
	free(is->at[i].page);
	free(is->at[i].field);
	free(is->at[i].words);
	is->n--;
	memmove(is->at + i, is->at + i + 1, (is->n - i) * sizeof(*is->at));
}

void
problem_list_free(struct problem_list *is)
{
	while (is->n > 0)
		drop(is, is->n - 1);
	free(is->at);
	*is = (struct problem_list)PROBLEM_LIST_INIT;
}

const struct page *
problem_list_page(const struct book *book, const char *path)
{
	const struct field	*f = book_field(book, path);
	char			 group[ENTRY_PATH];

	if (f == NULL) {		/* one instance as a whole */
		entry_path_parent(path, group);
		f = book_field(book, group);
	}
	return f != NULL ? f->page : NULL;
}

/* Inserted behind its kind and before less important ones. Takes `field`, NULL for none. */
static void
put(struct problem_list *is, enum problem_kind kind, const char *path, const char *page,
    char *field, const char *words)
{
	struct problem_item	*grown = reallocarray(is->at, is->n + 1, sizeof(*grown));
	size_t		 at = is->n;

	if (grown == NULL) {
		free(field);
		return;
	}
	is->at = grown;
	while (at > 0 && is->at[at - 1].kind > kind)
		at--;
	memmove(is->at + at + 1, is->at + at, (is->n - at) * sizeof(*is->at));
	is->at[at] = (struct problem_item){ kind, strdup(path != NULL ? path : ""), strdup(page),
	    field != NULL ? field : strdup(""), strdup(words) };
	is->n++;
}

void
problem_list_add(struct problem_list *is, const struct form_ctx *ctx, const struct book *book,
    enum problem_kind kind, const char *path,
    const char *words)
{
	const struct page	*page = path != NULL ? problem_list_page(book, path) : NULL;
	struct buf		 field = BUF_INIT;

	if (path != NULL)
		wording_path(ctx, book, path, &field);
	put(is, kind, path, page != NULL ? wording_label(ctx, page->label) : "", buf_take(&field),
	    words);
}

void
problem_list_add_act(struct problem_list *is, const struct form_ctx *ctx, const struct act *act,
    const char *path, const char *words)
{
	size_t	 i = 0;

	while (i < is->n && (is->at[i].kind != PROBLEM_KIND_ACT ||
	    strcmp(is->at[i].words, words) != 0))
		i++;
	if (i < is->n)
		drop(is, i);
	put(is, PROBLEM_KIND_ACT, path, "", strdup(wording_label(ctx, act->label)), words);
}

static enum problem_kind
kind_of(const struct problem *p)
{
	return p->warn ? PROBLEM_KIND_WARNING : p->act ? PROBLEM_KIND_ACT : p->gap ?
	    PROBLEM_KIND_MISSING : PROBLEM_KIND_ERROR;
}

void
problem_list_build(struct problem_list *is, const struct form_ctx *ctx, const struct book *book,
    const struct problems *ps)
{
	struct buf	 words = BUF_INIT;

	problem_list_free(is);
	for (size_t i = 0; i < ps->n; i++) {
		buf_reset(&words);
		wording_problem(ctx, book, &ps->at[i], &words);
		problem_list_add(is, ctx, book, kind_of(&ps->at[i]), ps->at[i].field,
		    buf_str(&words));
	}
	buf_free(&words);
}

void
problem_list_build_val(struct problem_list *is, const struct form_ctx *ctx, const struct book *book,
    const struct val *list)
{
	struct problems	 ps = PROBLEMS_INIT;

	if (list != NULL && problems_from_val(list, &ps))
		problem_list_build(is, ctx, book, &ps);
	problems_free(&ps);
}

size_t
problem_list_count(const struct problem_list *is, enum problem_kind kind)
{
	size_t	 n = 0;

	for (size_t i = 0; i < is->n; i++)
		n += is->at[i].kind == kind;
	return n;
}

/*
 * Other warnings are shown at their fields; these concern the save or act just done, and the form
 * is closed.
 */
void
problem_list_show(struct app *app, const struct book *book, const struct val *reply)
{
	const struct val	*list = val_get(reply, PK_PROBLEMS);
	struct problems		 ps = PROBLEMS_INIT;
	struct buf		 text = BUF_INIT;

	if (list == NULL || !problems_from_val(list, &ps))
		return;
	for (size_t i = 0; i < ps.n; i++)
		if (ps.at[i].warn && strcmp(ps.at[i].say, check_warning_msgid) == 0) {
			wording_path(&app->ctx, book, ps.at[i].field, &text);
			buf_puts(&text, "\n");
			wording_problem(&app->ctx, book, &ps.at[i], &text);
			buf_puts(&text, "\n\n");
		}
	if (text.n > 0)
		app_push(app, text_new(_("Saved; this does not agree"), buf_str(&text)), NULL, 0);
	problems_free(&ps);
	buf_free(&text);
}

/* ---- drawing --------------------------------------------------------------------------------- */

#define COL_KIND	2
#define COL_WHERE	4
#define WHERE_MAX	34

/* The page is named where there is room for it and the field does not begin with it already. */
static void
where_text(const struct problem_item *i, struct buf *out)
{
	size_t	 n;

	buf_puts(out, i->field);
	n = out->n;
	if (i->page[0] == '\0' || strncmp(i->page, i->field, strlen(i->page)) == 0)
		return;
	buf_printf(out, "  (%s)", i->page);
	if (width_of(buf_str(out)) > WHERE_MAX) {
		out->n = n;
		out->p[n] = '\0';
	}
}

/* The words begin behind the longest place, so that both have as much room as possible. */
static int
words_col(const struct problem_list *is)
{
	struct buf	 b = BUF_INIT;
	int		 w = 0;

	for (size_t i = 0; i < is->n; i++) {
		buf_reset(&b);
		where_text(&is->at[i], &b);
		if (width_of(buf_str(&b)) > w)
			w = width_of(buf_str(&b));
	}
	buf_free(&b);
	return COL_WHERE + (w < WHERE_MAX ? w : WHERE_MAX) + (w > 0 ? 2 : 0);
}

void
problem_list_note(const struct problem_list *is, const struct lines *lines, int cells,
    struct buf *out)
{
	const struct problem_item	*i = lines->focus < is->n ? &is->at[lines->focus] : NULL;

	if (i != NULL && width_of(i->words) > cells - (i->field[0] != '\0' ? words_col(is) :
	    COL_WHERE))
		buf_puts(out, i->words);
}

void
problem_list_draw_line(const struct problem_list *is, struct term *t, int row, size_t i)
{
	static const char *const	 marks[] = { "!", "*", "+", "?", "-" };
	const struct problem_item	*item = &is->at[i];
	const int			 col = words_col(is);
	struct buf			 b = BUF_INIT;

	term_text(t, row, COL_KIND, -1, ATTR_BOLD, marks[item->kind]);
	where_text(item, &b);
	if (b.n > 0)
		term_text(t, row, COL_WHERE, col - COL_WHERE - 2, ATTR_NORMAL, buf_str(&b));
	term_text(t, row, b.n > 0 ? col : COL_WHERE, -1, ATTR_NORMAL, item->words);
	buf_free(&b);
}

void
problem_list_draw(
    const struct problem_list *is, const struct lines *lines, struct term *t, int row, int rows)
{
	const size_t	 top = lines_top(lines, rows);

	for (int y = 0; y < rows && top + (size_t)y < is->n; y++) {
		problem_list_draw_line(is, t, row + y, top + (size_t)y);
		if (top + (size_t)y == lines->focus)
			draw_focus(t, row + y, 0);
	}
}
