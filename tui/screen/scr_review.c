#include <stdlib.h>
#include <string.h>

#include "tui/form/entry.h"
#include "tui/form/problem_list.h"
#include "tui/screen/scr.h"
#include "tui/view/list_view.h"
#include "forms/wording.h"

/*
 * The page after the last one: all errors, gaps and warnings at once. Enter goes to the field; then
 * save, or save and act.
 */
struct review {
	struct list_view	 list;		/* lines are those of problem_list; no rows */
	struct entry		*e;
	struct problem_list	 problem_list;
};

struct needed {			/* the field that a need of an act is about */
	const struct entry	*e;
	const struct field	*at;
};

static struct review *
review_of(const struct view *v)
{
	return (struct review *)(uintptr_t)v;
}

static const struct state *
state_of(const struct entry *e)
{
	return book_state(e->book, e->state);
}

static bool
may_save(const struct review *r)
{
	const struct state	*s = state_of(r->e);

	return !entry_has_errors(r->e, s == NULL || !s->open);
}

static const struct act *
nth_act(const struct review *r, size_t n)
{
	return book_next_act(r->e->book, state_of(r->e), r->list.view.app->role, n);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void
result(struct review *r, const char *key, struct val *v)
{
	struct val	*a = val_map();

	if (a != NULL && val_put(a, key, v))
		app_close(&r->list.view, a);
	val_free(a);
}

static void
go(struct view *v)
{
	struct review			*r = review_of(v);
	const struct problem_item	*i = &r->problem_list.at[r->list.lines.focus];

	if (i->path[0] == '\0')
		app_message(v->app,
		    _("This is about the record as a whole; look at the fields it names."),
		    ARG_END);
	else
		result(r, "go", val_text(i->path));
}

static void
save(struct view *v)
{
	struct review	*r = review_of(v);

	if (may_save(r))
		result(r, "save", val_bool(true));
	else
		app_message(
		    v->app, _("This cannot be saved yet: first put right what is marked."),
		    ARG_END);
}

static const char *
act_label(const struct view *v, size_t i)
{
	const struct act	*a = nth_act(review_of(v), i);

	return a != NULL ? wording_label(&v->app->ctx, a->label) : NULL;
}

static void
save_and_act(struct view *v, size_t i)
{
	struct review		*r = review_of(v);
	const struct act	*a = nth_act(r, i);

	if (entry_has_errors(r->e, a->check))
		app_message(v->app,
		    _("Not complete yet: fill in what is marked, or save and go on later."),
		    ARG_END);
	else
		result(r, "act", val_text(a->name));
}

/* Before its first line is the last page of the form. */
static bool
is_at_top(const struct view *v)
{
	return list_view_of(v)->lines.focus == 0;
}

static void
leave(struct view *v)
{
	app_close(v, NULL);
}

const struct command	 scr_review_commands[] = {
	{ .act = ACT_OPEN, .label = N_("go there"),
	    .help = N_("Goes to the field this line tells of."), .may = list_view_has_line,
	    .run = go },
	{ .act = ACT_SAVE, .run = save },
	{ .help = N_("Save and do this at once."), .keys = COMMAND_DIGITS, .choice = act_label,
	    .choose = save_and_act },
	{ .act = ACT_PAGE_DOWN, .may = list_view_has_pages },
	{ .act = ACT_PAGE_UP, .may = is_at_top, .run = leave, .unlisted = true },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = leave },
	{ .act = ACT_NONE }
};

/* ---- drawing --------------------------------------------------------------------------------- */

static void
summary(const struct review *r, struct buf *out)
{
	size_t	 wrong = problem_list_count(&r->problem_list, PROBLEM_KIND_ERROR),
	    gaps = problem_list_count(&r->problem_list, PROBLEM_KIND_MISSING),
	    acts = problem_list_count(&r->problem_list, PROBLEM_KIND_ACT);

	if (wrong > 0)
		wording_format(out, _("{1} wrong (!), to be put right before saving. "), ARG_NUM,
		    (int64_t)wrong, ARG_END);
	if (gaps > 0)
		wording_format(out, _("{1} still missing (*). "), ARG_NUM, (int64_t)gaps, ARG_END);
	if (acts > 0)
		wording_format(out, _("{1} more before the next act (+). "), ARG_NUM, (int64_t)acts,
		    ARG_END);
	if (wrong + gaps + acts == 0)
		buf_puts(out, _("Complete: nothing is missing or wrong."));
	else if (wrong == 0 && may_save(r))
		buf_puts(out, _("It can be saved as it is and completed later."));
	else if (gaps > 0 && !state_of(r->e)->open)
		wording_format(out, _("While it is \"{1}\" it is saved only with nothing missing."),
		    ARG_TEXT, wording_label(r->e->ctx, state_of(r->e)->label), ARG_END);
}

static void
draw_head(const struct list_view *l, struct term *t, int row)
{
	struct buf	 b = BUF_INIT;

	summary(review_of(&l->view), &b);
	term_text(t, row, 2, -1, ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static void
draw_line(const struct list_view *l, struct term *t, int row, size_t i)
{
	problem_list_draw_line(&review_of(&l->view)->problem_list, t, row, i);
}

static size_t
count(const struct list_view *l)
{
	return review_of(&l->view)->problem_list.n;
}

static void
review_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct entry	*e = review_of(v)->e;

	buf_puts(left, _("Review"));
	buf_puts(left, "  ");
	entry_title(e, left);
	list_view_add_more(list_view_of(v), right);
}

static void
review_note(const struct view *v, struct buf *out)
{
	problem_list_note(&review_of(v)->problem_list, &list_view_of(v)->lines,
	    term_cols(v->app->term), out);
}

static void
review_free(struct view *v)
{
	list_view_release(list_view_of(v));
	problem_list_free(&review_of(v)->problem_list);
	free(v);
}

static const struct list_ops	 list_ops = {
	.count = count, .draw_head = draw_head, .draw_line = draw_line, .head_rows = 2,
	.head_stays = true,
};

static const struct view_ops	 review_ops = {
	.name = "review", .note = review_note, .title = review_title, .draw = list_view_draw,
	.commands = scr_review_commands, .key = list_view_key,
	.free = review_free,
};

static void
first_shown(const struct field *f, void *arg)
{
	struct needed	*n = arg;
	struct pred_ctx	 pc;

	entry_pred_ctx(n->e, f, f->path, &pc);
	if (n->at == NULL && strchr(f->path, '*') == NULL && check_shown(f, &pc))
		n->at = f;
}

/*
 * Needs of an act are shown before the act is tried; those in a reply of the daemon are in the list
 * already.
 */
static void
add_needs(struct review *r, const struct act *a)
{
	struct pred_ctx	 pc;

	entry_pred_ctx(r->e, NULL, "", &pc);
	for (size_t i = 0; i < a->nneeds; i++) {
		struct needed	 n = { r->e, NULL };

		if (pred_holds(a->needs[i].holds, &pc))
			continue;
		pred_fields(a->needs[i].holds, first_shown, &n);
		problem_list_add_act(&r->problem_list, r->e->ctx, a, n.at != NULL ? n.at->path :
		    NULL, wording_label(r->e->ctx, a->needs[i].say));
	}
}

static void
add_hidden(struct review *r)
{
	const struct book	*b = r->e->book;

	for (size_t i = 0; i < b->nall; i++)
		if (!entry_set_by_server(r->e, b->all[i]) &&
		    entry_has_hidden_value(r->e, b->all[i]))
			problem_list_add(&r->problem_list, r->e->ctx, b, PROBLEM_KIND_HIDDEN,
			    b->all[i]->path, _("kept though it does not apply now"));
}

struct view *
scr_review(struct app *app, struct entry *e)
{
	struct review		*r = calloc(1, sizeof(*r));
	const struct act	*a;

	if (r == NULL)
		return NULL;
	r->e = e;
	list_view_init(&r->list, &review_ops, &list_ops, e->book);
	r->list.view.app = app;
	problem_list_build(&r->problem_list, e->ctx, e->book, &e->problems);
	for (size_t i = 0; (a = nth_act(r, i)) != NULL; i++)
		add_needs(r, a);
	add_hidden(r);
	list_view_lines_changed(&r->list);
	return &r->list.view;
}
