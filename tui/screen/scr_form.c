#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "forms/score.h"
#include "tui/screen/form_int.h"
#include "tui/form/problem_list.h"
#include "tui/screen/scr.h"
#include "tui/screen/scr_act.h"
#include "tui/term/width.h"
#include "forms/wording.h"

/*
 * A form: the pages of a book, one field after the other. No input is lost: typed text and unsaved
 * changes go to the daemon as a draft, and the next log-in continues in the same field.
 */
#define DRAFT_MS	3000	/* typed text is not older than this in the draft */
#define AGAIN_MS	2000	/* after a draft could not be sent */

static struct form *
form_of(const struct view *v)
{
	return (struct form *)(uintptr_t)v;
}

/* ---- pages ----------------------------------------------------------------------------------- */

void
form_open_page(struct form *f, size_t page, const char *at)
{
	f->page = page;
	page_close(&f->form_page);
	page_open(&f->form_page, &f->view, f->e, &f->e->pages[page], at);
	page_scroll(&f->form_page, frame_content_rows(f->view.app->term));
}

void
form_go_to(struct form *f, const char *path)
{
	const struct page	*p = problem_list_page(book_of(f), path);

	form_open_page(f, p != NULL ? (size_t)(p - f->e->pages) : 0, path);
}

/* ---- the draft ------------------------------------------------------------------------------- */

void
form_send_draft(struct form *f, unsigned flags)
{
	struct val	*req = f->saving ? NULL :
	    entry_draft_request(f->e, page_focus_path(&f->form_page));

	if (req != NULL)
		app_send(&f->view, TAG_DRAFT, req, flags);
}

/* Is everything typed in the draft, or is there nothing to keep? */
static bool
all_kept(struct form *f)
{
	form_send_draft(f, APP_SEND_WAIT);
	return f->e->sent == NULL;
}

static void
finish_closing(struct form *f)
{
	bool	 kept = f->e->drafted;

	if (entry_draft_idle(f->e)) {		/* nothing is in it any more */
		app_send_noreply(f->view.app, entry_draft_drop_request(f->e));
		app_refresh_counts(f->view.app);
		kept = false;
	}
	app_close(&f->view, NULL);
	if (kept)
		app_message(f->view.app,
		    _("Kept as a draft; \"unfinished entries\" in the menu goes on with it."),
		    ARG_END);
}

static void
leave_form(struct form *f)
{
	page_commit(&f->form_page, false);
	if (all_kept(f))
		finish_closing(f);
	else {
		f->closing = true;
		app_wait_for(&f->view, TAG_DRAFT);
	}
}

/* Shown at once, and again whenever the form has no other note. */
static void
taken_text(const struct form *f, struct buf *out)
{
	const char	*name = val_get_str(f->taken_over_by, PK_NAME);
	struct buf	 when = BUF_INIT;

	wording_time(f->e->ctx, val_get_num(f->taken_over_by, PK_AT, 0), &when);
	wording_format(out,
	    _("{1} took this record over at {2}. Your entries stay; saving brings both together."),
	    ARG_TEXT, name != NULL ? name : "?", ARG_TEXT, buf_str(&when), ARG_END);
	buf_free(&when);
}

static void
show_taken_over(struct form *f, const struct val *by)
{
	struct buf	 b = BUF_INIT;

	val_free(f->taken_over_by);
	f->taken_over_by = val_dup(by);
	taken_text(f, &b);
	app_message_text(f->view.app, buf_str(&b));
	buf_free(&b);
}

/* The record is open here; `done`: no more. */
static struct val *
mark_request(const struct form *f, bool done)
{
	struct val	*req = app_request_new("edit");

	pack_put(req, PK_BOOK, val_text(book_of(f)->name));
	pack_put(req, PK_ID, val_int(f->e->id));
	if (done)
		pack_put(req, PK_DONE, val_bool(true));
	return req;
}

static void
receive_mark(struct form *f, const struct val *reply)
{
	const char	*name = val_get_str(reply, PK_NAME);
	struct buf	 since = BUF_INIT;

	if (name == NULL)
		return;
	wording_time(f->e->ctx, val_get_num(reply, PK_SINCE, 0), &since);
	app_message(f->view.app,
	    _("{1} has been changing this record since {2}; saving brings both together."),
	    ARG_TEXT, name, ARG_TEXT, buf_str(&since), ARG_END);
	buf_free(&since);
}

static void
receive_draft(struct form *f, const struct val *reply)
{
	bool	 kept = *app_reply_code(reply) == '\0';

	entry_draft_answered(f->e, kept);
	if (val_get(reply, PK_TAKEN) != NULL)
		show_taken_over(f, val_get(reply, PK_TAKEN));
	f->again_at = kept ? 0 : app_now() + AGAIN_MS;
	if (!kept) {
		if (f->closing || reply != NULL)
			app_reply_ok(f->view.app, book_of(f), reply);
		f->closing = false;
	} else if (!f->closing)
		form_send_draft(f, 0);		/* what was left behind meanwhile */
	else if (all_kept(f))
		finish_closing(f);
}

static int
form_timeout(const struct view *v, uint64_t now)
{
	const struct form	*f = form_of(v);
	uint64_t		 at = f->form_page.typed ? f->form_page.typed_at + DRAFT_MS :
	    f->again_at;

	if ((!f->form_page.typed && f->again_at == 0) || f->e->sent != NULL)
		return -1;
	return at <= now ? 0 : (int)(at - now);
}

static void
form_tick(struct view *v, uint64_t now)
{
	struct form	*f = form_of(v);

	(void)now;
	f->again_at = 0;
	page_commit(&f->form_page, false);
	form_send_draft(f, 0);
}

/*
 * Requests under way arrive before this one, so only later changes are left to send. Also after a
 * save whose reply is not awaited: a superfluous draft is better than lost input.
 */
void
form_leave(struct view *v)
{
	struct form	*f = form_of(v);

	f->saving = false;
	page_commit(&f->form_page, false);
	if (f->e->sent != NULL)
		entry_draft_answered(f->e, true);
	form_send_draft(f, 0);
}

/* ---- answers --------------------------------------------------------------------------------- */

static void
field_left(struct form *f)
{
	bool	 near = f->e->id == 0 && form_is_match_field(book_of(f), f->form_page.left);

	f->form_page.left[0] = '\0';
	form_send_draft(f, 0);
	if (near)
		form_ask_matches(f, TAG_MATCHES, 0);
}

/* The unmasked values of the chosen record: a masked number is no number. */
static void
ask_fill(struct form *f)
{
	int64_t		 id;
	struct val	*req;

	if ((f->filling = page_autofill_pending(&f->form_page, &id)) == NULL ||
	    (req = app_request_new("get")) == NULL)
		return;
	pack_put(req, PK_BOOK, val_text(f->filling->link_book->name));
	pack_put(req, PK_ID, val_int(id));
	pack_put(req, PK_WHOLE, val_bool(true));
	app_send(&f->view, TAG_FILL, req, APP_SEND_WAIT);
}

static void
receive_fill(struct form *f, const struct val *reply)
{
	if (f->filling == NULL || !app_reply_ok(f->view.app, f->filling->link_book, reply))
		return;
	page_autofill(&f->form_page, f->filling, reply);
	f->filling = NULL;
	form_send_draft(f, 0);
}

static const char *
first_amiss(const struct form *f)
{
	return f->e->problems.n > 0 ? f->e->problems.at[0].field : NULL;
}

/* Without the reply the form begins empty; a message would only interrupt. */
static void
receive_start(struct form *f, const struct val *reply)
{
	if (*app_reply_code(reply) != '\0' || !entry_set_initial(f->e, val_get(reply, PK_FIELDS)))
		return;
	entry_fill(f->e, f->known);
	entry_undo_forget(f->e);		/* none of it was typed */
	if (first_amiss(f) != NULL)
		form_go_to(f, first_amiss(f));
	else
		form_open_page(f, f->page, NULL);
	if ((f->draft_resume.draft = val_dup(val_get(reply, PK_DRAFT))) != NULL)
		draft_resume_ask(&f->view, TAG_UNSAVED, f->draft_resume.draft);
}

static void
open_resumed(struct view *v, struct view *form)
{
	if (form != NULL)
		app_replace(v, form);
}

static void
unsaved_result(struct form *f, const char *way)
{
	if (way == NULL)
		leave_form(f);
	else if (strcmp(way, "on") == 0)
		draft_resume_begin(&f->draft_resume, &f->view, f->draft_resume.draft);
}

static void
form_shown(struct view *v)
{
	struct form		*f = form_of(v);
	const struct field	*under = book_of(f)->under;
	struct val		*req;

	if (!f->begins)
		return;
	f->begins = false;
	if ((req = app_request_new("start")) != NULL) {
		pack_put(req, PK_BOOK, val_text(book_of(f)->name));
		pack_put(req, PK_UNDER, val_int(val_get_num(f->e->fields, under->name, 0)));
		/* a masked number would be no number */
		pack_put(req, PK_WHOLE, val_bool(true));
	}
	app_send(v, TAG_START, req, APP_SEND_WAIT);
}

static void
form_reply(struct view *v, int tag, const struct val *reply)
{
	struct form	*f = form_of(v);

	switch (tag) {
	case TAG_DRAFT:
		receive_draft(f, reply);
		break;
	/* during typing neither a failure nor a note of another screen interrupts */
	case TAG_MATCHES:
		if (*app_reply_code(reply) != '\0' || !app_is_top(v))
			break;
		form_receive_matches(f, reply);
		if (val_len(f->matches) > 0)
			app_message(v->app,
			    _("There may be a file of this child already ({1}); it is shown when you leave this page."),
			    ARG_NUM, (int64_t)val_len(f->matches), ARG_END);
		break;
	case TAG_MATCHES_SAVE:
		form_matches_before_save(f, reply);
		break;
	case TAG_SAVE:
		form_receive_save(f, reply);
		break;
	case TAG_MARK:
		receive_mark(f, reply);
		break;
	case TAG_FILL:
		receive_fill(f, reply);
		break;
	case TAG_SHARED:
		form_receive_shared(f, reply);
		break;
	case TAG_WHOLE:
		if (app_reply_ok(v->app, book_of(f), reply))
			form_receive_theirs(f, reply);
		break;
	case TAG_START:
		receive_start(f, reply);
		break;
	}
}

static void	 next_page(struct form *);

static void
chosen(struct form *f, const struct val *result)
{
	enum page_outcome	 did = page_popup_result(&f->form_page, result);

	ask_fill(f);
	if (f->form_page.left[0] != '\0')
		field_left(f);
	if (did == PAGE_PAST_END)
		next_page(f);
}

static void
form_result(struct view *v, int tag, const struct val *result)
{
	struct form	*f = form_of(v);

	switch (tag) {
	case PAGE_TAG:
		chosen(f, result);
		break;
	case TAG_SHARE_PICK:
		form_share_result(f, result);
		break;
	case TAG_REVIEW:
		form_review_result(f, result);
		break;
	case TAG_MATCHES_SCREEN:
		form_matches_result(f, result);
		break;
	case TAG_ACT:
		form_act_result(f, result);
		break;
	case TAG_CONFLICT:
		form_conflict_result(f, result);
		break;
	case TAG_UNSAVED:
		unsaved_result(f, val_str(result));
		break;
	}
}

/* ---- keys ------------------------------------------------------------------------------------ */

static bool
in_block(const struct form *f, size_t page)
{
	return f->block == 0 || (page < 64 && (f->block >> page & 1) != 0);
}

/* A page to turn to; from a review a page outside the block can be opened too. */
static bool
in_turn(const struct form *f, size_t page)
{
	return page == f->page ||
	    (in_block(f, page) && !page_would_be_empty(f->e, &f->e->pages[page]));
}

/* The page in this direction that shows anything, npages when there is none. */
static size_t
page_beside(const struct form *f, int by)
{
	for (size_t i = f->page + (size_t)by; i < f->e->npages; i += (size_t)by)
		if (in_turn(f, i))
			return i;
	return f->e->npages;
}

static void
next_page(struct form *f)
{
	size_t	 page;

	page_commit(&f->form_page, true);
	page = page_beside(f, 1);
	if (val_len(f->matches) > 0)
		form_show_matches(f, page < f->e->npages ?
		    form_next_step("page", val_int((int64_t)page)) : val_map());
	else if (page < f->e->npages)
		form_open_page(f, page, NULL);
	else
		form_open_review(f);
}

static void
page_before(struct form *f, bool at_end)
{
	size_t	 page;

	page_commit(&f->form_page, true);
	if ((page = page_beside(f, -1)) >= f->e->npages)
		return;
	form_open_page(f, page, NULL);
	if (at_end)
		page_focus_end(&f->form_page, true);
}

static bool
form_act(struct form *f, enum action act)
{
	switch (act) {
	case ACT_PAGE_DOWN:
		next_page(f);
		return true;
	case ACT_PAGE_UP:
		page_before(f, false);
		return true;
	case ACT_SAVE:
		form_try_save(f, form_next_step("save", val_bool(true)));
		return true;
	case ACT_BACK:
		leave_form(f);
		return true;
	default:
		return false;
	}
}

/* Nothing changes on a page that is not seen. */
static void
go_where_it_was(struct form *f)
{
	char	 path[ENTRY_PATH];

	memcpy(path, f->form_page.left, sizeof(path));
	form_go_to(f, path);
	memcpy(f->form_page.left, path, sizeof(path));
}

static bool
form_key(struct view *v, const struct key *k, enum action act)
{
	struct form	*f = form_of(v);
	bool		 mine = true;

	switch (page_key(&f->form_page, k, act)) {
	case PAGE_PAST_END:
		next_page(f);
		break;
	case PAGE_PAST_START:
		page_before(f, true);
		break;
	case PAGE_UNHANDLED:
		mine = form_act(f, act);
		break;
	case PAGE_OTHER_PAGE:
		go_where_it_was(f);
		break;
	case PAGE_HANDLED:
		break;
	}
	if (v->closed || k->paste)		/* of a paste its end is enough */
		return mine;
	page_scroll(&f->form_page, frame_content_rows(v->app->term));
	if (f->form_page.left[0] != '\0')
		field_left(f);
	return mine;
}

/* ---- drawing --------------------------------------------------------------------------------- */

static void
form_draw(struct view *v, struct term *t)
{
	struct form	*f = form_of(v);

	page_draw(&f->form_page, t, CONTENT_ROW, frame_content_rows(t), true);
}

/* On the page of a score sheet: the result of the answers so far. */
static void
score_text(const struct form *f, struct buf *out)
{
	const struct form_ctx	*ctx = f->e->ctx;
	struct buf		 total = BUF_INIT, grade = BUF_INIT;
	struct score		 score;
	struct val		*v;

	if (f->e->act != NULL || !score_compute(book_of(f), f->e->fields, f->e->state, ctx,
	    &score) || strcmp(f->e->pages[f->page].name, score.sheet->name) != 0)
		return;
	v = val_int(score.total);
	type_print(book_of(f)->total, v, ctx, &total);
	val_free(v);
	if (score.grade != NULL) {
		v = val_text(score.grade);
		type_print(score.sheet->into, v, ctx, &grade);
		val_free(v);
		wording_format(out, _("points {1}, proposed: {2}"), ARG_TEXT, buf_str(&total),
		    ARG_TEXT, buf_str(&grade), ARG_END);
	} else
		wording_format(out, _("points {1}, {2} to answer"), ARG_TEXT, buf_str(&total),
		    ARG_NUM, (int64_t)score.open, ARG_END);
	buf_puts(out, "  ");
	buf_free(&total);
	buf_free(&grade);
}

static void
page_text(const struct form *f, struct buf *out)
{
	int64_t	 pages = 0, before = 0;

	for (size_t i = 0; i < f->e->npages; i++) {
		bool	 counts = in_turn(f, i);

		pages += counts;
		before += i < f->page && counts;
	}
	wording_format(out, _("page {1} of {2}"), ARG_NUM, before + 1, ARG_NUM, pages, ARG_END);
}

/*
 * Shortens the title: the kind of record goes first, because the page shows it; then words of the
 * title from the end, because it begins with the name.
 */
static void
lay_title(const struct form *f, const char *title, int room, struct buf *out)
{
	const char	*page = wording_label(f->e->ctx, f->e->pages[f->page].label);
	int		 brackets = *title != '\0' ? 4 : 0;

	wording_format(out, f->e->id == 0 ? _("New: {1}") : _("Change: {1}"),
	    ARG_TEXT, wording_label(f->e->ctx, book_of(f)->label), ARG_END);
	if (width_of(buf_str(out)) + 2 + width_of(page) + brackets + width_of(title) > room)
		buf_reset(out);
	else
		buf_puts(out, "  ");
	buf_puts(out, page);
	if (*title != '\0')
		buf_printf(out, "  (%.*s)",
		    (int)width_cut_words(title, strlen(title),
		    room - width_of(buf_str(out)) - brackets), title);
}

static void
form_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct form	*f = form_of(v);
	struct buf		 title = BUF_INIT;

	score_text(f, right);
	page_text(f, right);
	if (f->e->parent_title != NULL)	/* the parent's title; the fields show the rest */
		buf_puts(&title, f->e->parent_title);
	else if (f->page > 0 || f->e->id != 0)
		entry_title(f->e, &title);
	lay_title(f, buf_str(&title), term_cols(v->app->term) - width_of(buf_str(right)) - 1, left);
	buf_free(&title);
}

static enum key_where
form_where(const struct view *v)
{
	return page_where(&form_of(v)->form_page);
}

static void
form_strip(const struct view *v, struct strip *s)
{
	page_strip(&form_of(v)->form_page, s);
	strip_add(s, ACT_SAVE);
	strip_add_labelled(s, ACT_PAGE_DOWN, _("next page"));
	page_strip_more(&form_of(v)->form_page, s);
	if (page_beside(form_of(v), -1) < form_of(v)->e->npages)
		strip_add(s, ACT_PAGE_UP);
	strip_add(s, ACT_HELP);
	strip_add(s, ACT_BACK);
}

static void
form_note(const struct view *v, struct buf *out)
{
	page_note(&form_of(v)->form_page, out);
	if (out->n == 0 && form_of(v)->taken_over_by != NULL)
		taken_text(form_of(v), out);
}

static void
form_free(struct view *v)
{
	struct form	*f = form_of(v);

	if (f->e->id != 0)
		app_send_noreply(v->app, mark_request(f, true));
	page_close(&f->form_page);
	entry_free(f->e);
	val_free(f->matches);
	val_free(f->rejected_matches);
	val_free(f->known);
	val_free(f->next_step);
	val_free(f->current_step);
	val_free(f->theirs);
	val_free(f->choices);
	val_free(f->taken_over_by);
	draft_resume_free(&f->draft_resume);
	buf_free(&f->merged);
	free(f);
}

static const struct view_ops form_ops = {
	.name = "form", .where = form_where, .title = form_title, .draw = form_draw,
	    .strip = form_strip,
	.note = form_note, .key = form_key, .reply = form_reply, .result = form_result,
	    .timeout = form_timeout,
	.tick = form_tick, .leave = form_leave,
	.shown = form_shown, .free = form_free,
};

/* Takes the entry. */
static struct view *
form_new(struct app *app, struct entry *e, const char *at)
{
	struct form	*f = e != NULL ? calloc(1, sizeof(*f)) : NULL;

	if (f == NULL) {
		entry_free(e);
		return NULL;
	}
	*f = (struct form){ .view.ops = &form_ops, .view.app = app, .e = e };
	entry_undo_forget(e);
	f->form_page.view = &f->view;
	f->draft_resume.open = open_resumed;
	if (at != NULL)
		form_go_to(f, at);
	else
		form_open_page(f, 0, NULL);
	return &f->view;
}

struct view *
scr_form_new(struct app *app, const struct book *book)
{
	return form_new(app, entry_new(&app->ctx, book, val_str(app_own_area(app))), NULL);
}

/* Day and kind have defaults: the focus begins at the first field without one. */
struct view *
scr_form_prefilled(struct app *app, const struct book *book, int64_t parent, const char *title,
    const struct val *set)
{
	struct entry	*e = entry_new(&app->ctx, book, val_str(app_own_area(app)));
	struct view	*v;

	if (e != NULL && !entry_set_parent(e, parent, title)) {
		entry_free(e);
		e = NULL;
	}
	if (e != NULL)
		entry_fill(e, set);
	if ((v = form_new(app, e, e != NULL && e->problems.n > 0 ? e->problems.at[0].field :
	    NULL)) != NULL) {
		form_of(v)->goes_back = true;
		form_of(v)->begins = true;
		form_of(v)->known = val_dup(set);
	}
	return v;
}

/* Titles of linked records, for the form. */
static void
remember_links(struct app *app, const struct val *reply)
{
	app_add_link_titles(app, val_get(val_get(reply, PK_RECORD), PK_LINKS));
}

struct view *
scr_form_clone(struct app *app, const struct book *book, const struct val *reply)
{
	const struct val	*from = val_get(val_get(reply, PK_RECORD), PK_FIELDS), *v;
	struct entry		*e = entry_new(&app->ctx, book, val_str(app_own_area(app)));

	remember_links(app, reply);
	for (size_t i = 0; e != NULL && i < book->nclone_fields; i++)
		if (!type_value_empty(v = val_get(from, book->clone_fields[i]->name)))
			entry_put(e, book->clone_fields[i], book->clone_fields[i]->path,
			    val_dup(v));
	return form_new(app, e, NULL);
}

struct view *
scr_form_child(struct app *app, const struct book *book, int64_t parent, const char *title)
{
	return scr_form_prefilled(app, book, parent, title, NULL);
}

struct view *
scr_form_pages(struct app *app, const struct book *book, const struct val *reply, uint64_t pages)
{
	struct view	*v;
	size_t		 first = 0;

	remember_links(app, reply);
	if ((v = form_new(app, entry_new_record(&app->ctx, book, reply), NULL)) == NULL)
		return NULL;
	form_of(v)->block = pages;
	while (first + 1 < book->npages && !in_block(form_of(v), first))
		first++;
	form_open_page(form_of(v), first, NULL);
	return v;
}

struct view *
scr_form_edit(struct app *app, const struct book *book, const struct val *reply, const char *at)
{
	remember_links(app, reply);
	return form_new(app, entry_new_record(&app->ctx, book, reply), at);
}

static bool
show_draft_parent(struct entry *e, const struct val *draft)
{
	const struct field	*under = e->book->under;
	const char		*title = val_get_str(val_get(draft, PK_UNDER), PK_TITLE);
	int64_t			 parent = under != NULL ? val_get_num(e->fields, under->name, 0) :
	    0;

	return parent == 0 || entry_set_parent(e, parent, title != NULL ? title : "");
}

struct view *
scr_form_draft(struct app *app, const struct book *book, const struct val *draft,
    const struct val *reply)
{
	struct entry	*e;

	remember_links(app, reply);
	e = reply != NULL ? entry_new_record(&app->ctx, book, reply) :
	    entry_new(&app->ctx, book, val_str(app_own_area(app)));
	struct view	*v;

	if (e != NULL && (!entry_apply_draft(e, draft) ||
	    (reply == NULL && !show_draft_parent(e, draft)))) {
		entry_free(e);
		e = NULL;
	}
	if ((v = form_new(app, e, val_get_str(draft, PK_AT))) != NULL && e->id != 0)
		app_send(v, TAG_MARK, mark_request(form_of(v), false), 0);
	return v;
}
