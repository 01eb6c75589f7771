#include "tui/under.h"

#include <stdio.h>

#include "tui/pick.h"
#include "tui/screen/scr.h"
#include "tui/words.h"

static bool
stands_under(const struct book *b, const struct book *owner)
{
	return b->under != NULL && b->under->to == owner;
}

static bool
may_read(const struct app *a, const struct book *b)
{
	return b->see[a->role->index].reach != REACH_NONE;
}

static bool
may_make(const struct app *a, const struct book *b)
{
	return (b->create & ROLE_BIT(a->role)) != 0;
}

/* A child's sibling, say: begins with what this one has in common with its like. */
static bool
makes_alike(const struct app *a, const struct book *owner)
{
	return owner->nclone_fields > 0 && may_make(a, owner);
}

static bool
on_cover(const struct cover *c, const struct book *b)
{
	for (size_t i = 0; c != NULL && i < c->nparts; i++)
		if (c->parts[i].book == b)
			return true;
	return false;
}

/* The i-th place: books in the order of the cover, then the others in that of the set. NULL: a place without one. */
static const struct book *
book_at(const struct set *set, const struct cover *c, size_t i)
{
	size_t	 parts = c != NULL ? c->nparts : 0;

	if (i < parts)
		return c->parts[i].book;
	return on_cover(c, &set->books[i - parts]) ? NULL : &set->books[i - parts];
}

/* The first such book from the one at *i on, and *i behind it; NULL: no more. */
static const struct book *
next_book(const struct app *a, const struct book *owner, bool (*fits)(const struct app *, const struct book *),
    size_t *i)
{
	const struct set	*set = a->ctx.set;
	size_t			 n = set->nbooks + (owner->cover != NULL ? owner->cover->nparts : 0);

	while (*i < n) {
		const struct book	*b = book_at(set, owner->cover, (*i)++);

		if (b != NULL && stands_under(b, owner) && fits(a, b))
			return b;
	}
	return NULL;
}

bool
under_exists(const struct app *a, const struct book *owner)
{
	size_t	 i = 0;

	return next_book(a, owner, may_read, &i) != NULL;
}

bool
under_creates(const struct app *a, const struct book *owner)
{
	size_t	 i = 0;

	return makes_alike(a, owner) || next_book(a, owner, may_make, &i) != NULL;
}

static void
open_form(struct view *from, const struct under_of *of, const struct book *b, int tag)
{
	app_push(from->app, b == of->book ? scr_like(b, of->id) : scr_form_under(from->app, b, of->id, of->title), from, tag);
}

static void
add_choice(struct choices *all, const char *label, const struct book *b)
{
	char	 key[24];

	snprintf(key, sizeof(key), "%zu", all->n + 1);
	choices_add(all, key, label, b->label.py, b->name);
}

static void
add_alike(const struct app *a, struct choices *all, const struct book *b)
{
	struct buf	 label = BUF_INIT;

	words_fill(&label, _("{1} like this one"), ARG_TEXT, words_label(&a->ctx, b->label), ARG_END);
	add_choice(all, buf_str(&label), b);
	buf_free(&label);
}

void
under_new(struct view *from, const struct under_of *of, int pick, int form)
{
	struct app		*app = from->app;
	struct choices		 all = CHOICES_INIT;
	const struct book	*only = NULL, *b;
	size_t			 i = 0;

	while ((b = next_book(app, of->book, may_make, &i)) != NULL) {
		only = all.n == 0 ? b : NULL;
		add_choice(&all, words_label(&app->ctx, b->label), b);
	}
	if (makes_alike(app, of->book)) {
		only = all.n == 0 ? of->book : NULL;
		add_alike(app, &all, of->book);
	}
	if (only == NULL && all.n > 0) {
		app_push(app, pick_new(_("What is to be added"), &all, PICK_AT_ONCE, ""), from, pick);
		return;
	}
	choices_free(&all);
	if (only != NULL)
		open_form(from, of, only, form);
}

void
under_chosen(struct view *from, const struct under_of *of, const struct val *answer, int form)
{
	const struct book	*b = val_str(answer) != NULL ? set_book(from->app->ctx.set, val_str(answer)) :
	    NULL;

	if (b != NULL)
		open_form(from, of, b, form);
}
