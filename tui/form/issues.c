#include "tui/form/issues.h"

#include <stdlib.h>
#include <string.h>

#include "forms/check.h"
#include "tui/form/entry.h"
#include "tui/screen/scr.h"
#include "tui/term/width.h"
#include "tui/words.h"

static void
drop(struct issues *is, size_t i)
{
	free(is->at[i].path);
	free(is->at[i].page);
	free(is->at[i].field);
	free(is->at[i].words);
	is->n--;
	memmove(is->at + i, is->at + i + 1, (is->n - i) * sizeof(*is->at));
}

void
issues_free(struct issues *is)
{
	while (is->n > 0)
		drop(is, is->n - 1);
	free(is->at);
	*is = (struct issues)ISSUES_INIT;
}

const struct page *
issues_page(const struct book *book, const char *path)
{
	const struct field	*f = book_field(book, path);
	char			 group[ENTRY_PATH];

	if (f == NULL) {		/* one instance as a whole */
		path_parent(path, group);
		f = book_field(book, group);
	}
	return f != NULL ? f->page : NULL;
}

/* Behind those of its kind, before those that matter less. Takes `field`, NULL for none. */
static void
put(struct issues *is, enum issue_kind kind, const char *path, const char *page, char *field, const char *words)
{
	struct issue	*grown = reallocarray(is->at, is->n + 1, sizeof(*grown));
	size_t		 at = is->n;

	if (grown == NULL) {
		free(field);
		return;
	}
	is->at = grown;
	while (at > 0 && is->at[at - 1].kind > kind)
		at--;
	memmove(is->at + at + 1, is->at + at, (is->n - at) * sizeof(*is->at));
	is->at[at] = (struct issue){ kind, strdup(path != NULL ? path : ""), strdup(page),
	    field != NULL ? field : strdup(""), strdup(words) };
	is->n++;
}

void
issues_add(struct issues *is, const struct form_ctx *ctx, const struct book *book, enum issue_kind kind,
    const char *path,
    const char *words)
{
	const struct page	*page = path != NULL ? issues_page(book, path) : NULL;
	struct buf		 field = BUF_INIT;

	if (path != NULL)
		words_path(ctx, book, path, &field);
	put(is, kind, path, page != NULL ? words_label(ctx, page->label) : "", buf_take(&field), words);
}

void
issues_add_act(struct issues *is, const struct form_ctx *ctx, const struct act *act, const char *path, const char *words)
{
	size_t	 i = 0;

	while (i < is->n && (is->at[i].kind != ISSUE_ACT || strcmp(is->at[i].words, words) != 0))
		i++;
	if (i < is->n)
		drop(is, i);
	put(is, ISSUE_ACT, path, "", strdup(words_label(ctx, act->label)), words);
}

static enum issue_kind
kind_of(const struct problem *p)
{
	return p->warn ? ISSUE_WARNING : p->act ? ISSUE_ACT : p->gap ? ISSUE_GAP : ISSUE_WRONG;
}

void
issues_build(struct issues *is, const struct form_ctx *ctx, const struct book *book, const struct problems *ps)
{
	struct buf	 words = BUF_INIT;

	issues_free(is);
	for (size_t i = 0; i < ps->n; i++) {
		buf_reset(&words);
		words_problem(ctx, book, &ps->at[i], &words);
		issues_add(is, ctx, book, kind_of(&ps->at[i]), ps->at[i].field, buf_str(&words));
	}
	buf_free(&words);
}

void
issues_build_val(struct issues *is, const struct form_ctx *ctx, const struct book *book, const struct val *list)
{
	struct problems	 ps = PROBLEMS_INIT;

	if (list != NULL && problems_from_val(list, &ps))
		issues_build(is, ctx, book, &ps);
	problems_free(&ps);
}

size_t
issues_count(const struct issues *is, enum issue_kind kind)
{
	size_t	 n = 0;

	for (size_t i = 0; i < is->n; i++)
		n += is->at[i].kind == kind;
	return n;
}

/* Other warnings stand at their fields; these are of what was just decided, and the form has gone. */
void
issues_tell(struct app *app, const struct book *book, const struct val *reply)
{
	const struct val	*list = val_get(reply, "problems");
	struct problems		 ps = PROBLEMS_INIT;
	struct buf		 text = BUF_INIT;

	if (list == NULL || !problems_from_val(list, &ps))
		return;
	for (size_t i = 0; i < ps.n; i++)
		if (ps.at[i].warn && strcmp(ps.at[i].say, check_warning_msgid) == 0) {
			words_path(&app->ctx, book, ps.at[i].field, &text);
			buf_puts(&text, "\n");
			words_problem(&app->ctx, book, &ps.at[i], &text);
			buf_puts(&text, "\n\n");
		}
	if (text.n > 0)
		app_push(app, scr_text(_("Saved; this does not agree"), buf_str(&text)), NULL, 0);
	problems_free(&ps);
	buf_free(&text);
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

#define COL_KIND	2
#define COL_WHERE	4
#define WHERE_MAX	34

/* The page is named where there is room for it and the field does not begin with it already. */
static void
where_words(const struct issue *i, struct buf *out)
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

/* The words begin where the longest place ends, so that both have as much room as there is. */
static int
words_col(const struct issues *is)
{
	struct buf	 b = BUF_INIT;
	int		 w = 0;

	for (size_t i = 0; i < is->n; i++) {
		buf_reset(&b);
		where_words(&is->at[i], &b);
		if (width_of(buf_str(&b)) > w)
			w = width_of(buf_str(&b));
	}
	buf_free(&b);
	return COL_WHERE + (w < WHERE_MAX ? w : WHERE_MAX) + (w > 0 ? 2 : 0);
}

void
issues_note(const struct issues *is, const struct lines *lines, int cells, struct buf *out)
{
	const struct issue	*i = lines->focus < is->n ? &is->at[lines->focus] : NULL;

	if (i != NULL && width_of(i->words) > cells - (i->field[0] != '\0' ? words_col(is) : COL_WHERE))
		buf_puts(out, i->words);
}

void
issues_draw(const struct issues *is, const struct lines *lines, struct term *t, int row, int rows, bool focused)
{
	static const char *const	 marks[] = { "!", "*", "+", "?", "-" };
	size_t				 top = lines_top(lines, rows);
	int				 col = words_col(is);
	struct buf			 b = BUF_INIT;

	for (int y = 0; y < rows && top + (size_t)y < is->n; y++) {
		const struct issue	*i = &is->at[top + (size_t)y];

		if (focused && top + (size_t)y == lines->focus) {
			term_text(t, row + y, 0, -1, ATTR_BOLD, FOCUS_MARK);
			term_cursor(t, row + y, 0);
		}
		term_text(t, row + y, COL_KIND, -1, ATTR_BOLD, marks[i->kind]);
		buf_reset(&b);
		where_words(i, &b);
		if (b.n > 0)
			term_text(t, row + y, COL_WHERE, col - COL_WHERE - 2, ATTR_NORMAL, buf_str(&b));
		term_text(t, row + y, b.n > 0 ? col : COL_WHERE, -1, ATTR_NORMAL, i->words);
	}
	buf_free(&b);
}
