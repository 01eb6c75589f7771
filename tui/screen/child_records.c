#include "tui/screen/child_records.h"

#include <stdio.h>

#include "tui/view/picker.h"
#include "tui/screen/scr.h"
#include "forms/wording.h"

static bool
is_child_book(const struct book *b, const struct book *parent)
{
	return b->under != NULL && b->under->link_book == parent;
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

/* A sibling of a child, for example: begins with the fields both have in common. */
static bool
can_clone(const struct app *a, const struct book *parent)
{
	return parent->nclone_fields > 0 && may_make(a, parent);
}

static bool
on_cover(const struct cover *c, const struct book *b)
{
	for (size_t i = 0; c != NULL && i < c->nparts; i++)
		if (c->parts[i].book == b)
			return true;
	return false;
}

/*
 * The i-th place: books in the order of the cover, then the others in that of the set. NULL: a
 * place without one.
 */
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
next_book(const struct app *a, const struct book *parent,
    bool (*fits)(const struct app *, const struct book *), size_t *i)
{
	const struct set	*set = a->ctx.set;
	size_t			 n = set->nbooks + (parent->cover != NULL ? parent->cover->nparts :
	    0);

	while (*i < n) {
		const struct book	*b = book_at(set, parent->cover, (*i)++);

		if (b != NULL && is_child_book(b, parent) && fits(a, b))
			return b;
	}
	return NULL;
}

bool
child_records_exist(const struct app *a, const struct book *parent)
{
	size_t	 i = 0;

	return next_book(a, parent, may_read, &i) != NULL;
}

bool
child_records_creatable(const struct app *a, const struct book *parent)
{
	size_t	 i = 0;

	return can_clone(a, parent) || next_book(a, parent, may_make, &i) != NULL;
}

static void
open_form(struct view *from, const struct child_parent *of, const struct book *b, int tag)
{
	app_push(from->app, b == of->book ? scr_edit_clone(b, of->id) :
	    scr_form_child(from->app, b, of->id, of->title), from, tag);
}

static void
add_choice(struct choices *all, const char *label, const struct book *b)
{
	char	 key[24];

	snprintf(key, sizeof(key), "%zu", all->n + 1);
	choices_add(all, key, label, b->label.py, b->name);
}

static void
add_clone_choice(const struct app *a, struct choices *all, const struct book *b)
{
	struct buf	 label = BUF_INIT;

	wording_format(&label, _("{1} like this one"), ARG_TEXT, wording_label(&a->ctx, b->label),
	    ARG_END);
	add_choice(all, buf_str(&label), b);
	buf_free(&label);
}

void
child_records_new(struct view *from, const struct child_parent *of, int pick, int form)
{
	struct app		*app = from->app;
	struct choices		 all = CHOICES_INIT;
	const struct book	*only = NULL, *b;
	size_t			 i = 0;

	while ((b = next_book(app, of->book, may_make, &i)) != NULL) {
		only = all.n == 0 ? b : NULL;
		add_choice(&all, wording_label(&app->ctx, b->label), b);
	}
	if (can_clone(app, of->book)) {
		only = all.n == 0 ? of->book : NULL;
		add_clone_choice(app, &all, of->book);
	}
	if (only == NULL && all.n > 0) {
		app_push(app, picker_new(_("What is to be added"), &all, PICKER_IMMEDIATE, ""),
		    from, pick);
		return;
	}
	choices_free(&all);
	if (only != NULL)
		open_form(from, of, only, form);
}

void
child_records_chosen(struct view *from, const struct child_parent *of, const struct val *result,
    int form)
{
	const struct book	*b = val_str(result) != NULL ?
	    set_book(from->app->ctx.set, val_str(result)) : NULL;

	if (b != NULL)
		open_form(from, of, b, form);
}
