#include "tui/under.h"

#include <stdio.h>

#include "tui/pick.h"
#include "tui/scr.h"
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

	return next_book(a, owner, may_make, &i) != NULL;
}

static void
open_form(struct view *from, const struct under_of *of, const struct book *b, int tag)
{
	app_push(from->app, scr_form_under(from->app, b, of->id, of->title), from, tag);
}

void
under_new(struct view *from, const struct under_of *of, int pick, int form)
{
	struct choices		 all = CHOICES_INIT;
	const struct book	*first, *b;
	char			 key[24];
	size_t			 i = 0, rest;

	if ((first = next_book(from->app, of->book, may_make, &i)) == NULL)
		return;
	rest = i;
	if (next_book(from->app, of->book, may_make, &rest) == NULL) {
		open_form(from, of, first, form);
		return;
	}
	for (b = first; b != NULL; b = next_book(from->app, of->book, may_make, &i)) {
		snprintf(key, sizeof(key), "%zu", all.n + 1);
		choices_add(&all, key, words_label(&from->app->ctx, b->label), "", b->name);
	}
	app_push(from->app, pick_new(_("What is to be added"), &all, PICK_AT_ONCE, ""), from, pick);
}

void
under_chosen(struct view *from, const struct under_of *of, const struct val *answer, int form)
{
	const struct book	*b = val_str(answer) != NULL ? set_book(from->app->ctx.set, val_str(answer)) :
	    NULL;

	if (b != NULL)
		open_form(from, of, b, form);
}
