#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/entry.h"
#include "tui/issues.h"
#include "tui/scr_act.h"
#include "tui/scr.h"
#include "tui/sheet.h"
#include "tui/words.h"

/*
 * A form: the pages of a book, one field after the other. Nothing typed is lost: what is left behind and what is being typed goes to the
 * daemon as a draft, and whoever logs in again stands in the same field.
 */
#define DRAFT_MS	3000	/* typed text is not older than this in the draft */
#define AGAIN_MS	2000	/* after a draft could not be sent */

enum {
	TAG_DRAFT = 1, TAG_NEAR, TAG_NEAR_SAVE, TAG_SAVE, TAG_WHOLE,		/* requests */
	TAG_REVIEW, TAG_NEAR_SCREEN, TAG_ACT, TAG_CONFLICT			/* views */
};

struct form {
	struct view	 view;
	struct entry	*e;
	struct sheet	 sheet;
	size_t		 page;
	uint64_t	 again_at;	/* when to try the draft again; 0 = now */
	bool		 closing;	/* leaves as soon as the draft is kept */
	struct val	*near;		/* who may be the same, not yet looked at */
	struct val	*near_seen;	/* and who is somebody else */
	struct val	*then;		/* what waits for the look: {"page": n}, {"save"} or {"act": name} */
	struct val	*theirs;	/* the record as somebody else saved it, while the choice is made */
};

static struct form *
form_of(const struct view *v)
{
	return (struct form *)(uintptr_t)v;
}

static const struct book *
book_of(const struct form *f)
{
	return f->e->book;
}

/* ---- pages -------------------------------------------------------------------------------------------------- */

static void
open_page(struct form *f, size_t page, const char *at)
{
	f->page = page;
	sheet_close(&f->sheet);
	sheet_open(&f->sheet, &f->view, f->e, &f->e->pages[page], at);
	sheet_scroll(&f->sheet, content_rows(f->view.app->term));
}

static void
go_to(struct form *f, const char *path)
{
	const struct page	*p = issues_page(book_of(f), path);

	open_page(f, p != NULL ? (size_t)(p - f->e->pages) : 0, path);
}

/* ---- the draft ---------------------------------------------------------------------------------------------- */

static void
send_draft(struct form *f, unsigned flags)
{
	struct val	*req;

	if (f->view.app->ctx.set == NULL || (req = entry_draft_request(f->e, sheet_at(&f->sheet))) == NULL)
		return;
	app_ask(&f->view, TAG_DRAFT, req, flags);
}

/* Everything typed is in the draft, or there is nothing to keep. */
static bool
all_kept(struct form *f)
{
	send_draft(f, ASK_WAIT);
	return f->e->sent == NULL;
}

static void
finish_closing(struct form *f)
{
	bool	 kept = f->e->drafted;

	app_close(&f->view, NULL);
	if (kept)
		app_say(f->view.app, _("Kept as a draft; \"unfinished entries\" in the menu goes on with it."), SAY_END);
}

static void
leave_form(struct form *f)
{
	sheet_commit(&f->sheet, false);
	if (all_kept(f))
		finish_closing(f);
	else {
		f->closing = true;
		app_wait_for(&f->view, TAG_DRAFT);
	}
}

static void
take_draft(struct form *f, const struct val *reply)
{
	bool	 kept = *reply_code(reply) == '\0';

	entry_draft_answered(f->e, kept);
	f->again_at = kept ? 0 : app_now() + AGAIN_MS;
	if (!kept) {
		if (f->closing || reply != NULL)
			reply_fine(f->view.app, book_of(f), reply);
		f->closing = false;
	} else if (f->closing && all_kept(f))
		finish_closing(f);
}

static int
form_due(const struct view *v, uint64_t now)
{
	const struct form	*f = form_of(v);
	uint64_t		 at = f->sheet.typed ? f->sheet.typed_at + DRAFT_MS : f->again_at;

	if ((!f->sheet.typed && f->again_at == 0) || f->e->sent != NULL)
		return -1;
	return at <= now ? 0 : (int)(at - now);
}

static void
form_tick(struct view *v, uint64_t now)
{
	struct form	*f = form_of(v);

	(void)now;
	f->again_at = 0;
	sheet_commit(&f->sheet, false);
	send_draft(f, 0);
}

/* What is under way arrives before this, so only what came after it is left to send. */
static void
form_leave(struct view *v)
{
	struct form	*f = form_of(v);

	sheet_commit(&f->sheet, false);
	if (f->e->sent != NULL)
		entry_draft_answered(f->e, true);
	send_draft(f, 0);
}

/* ---- search before create ----------------------------------------------------------------------------------- */

static bool
is_near_field(const struct book *b, const char *path)
{
	for (size_t i = 0; i < b->nnear; i++)
		for (size_t k = 0; k < b->near[i].nfields; k++)
			if (strcmp(b->near[i].fields[k]->path, path) == 0)
				return true;
	return false;
}

static void
ask_near(struct form *f, int tag, unsigned flags)
{
	struct val	*req = request_new("near");

	if (req != NULL) {
		val_put(req, "book", val_text(book_of(f)->name));
		val_put(req, "fields", entry_all(f->e));
	}
	app_ask(&f->view, tag, req, flags);
}

static bool
seen(const struct form *f, const struct val *hit)
{
	const struct val	*row = val_get(hit, "row");

	for (size_t i = 0; i < val_len(f->near_seen); i++) {
		const struct val	*old = val_at(f->near_seen, i);

		if (row != NULL ? val_same(val_get(row, "id"), val_get(val_get(old, "row"), "id")) : val_same(hit, old))
			return true;
	}
	return false;
}

/* Those nobody has looked at yet. */
static void
take_near(struct form *f, const struct val *reply)
{
	const struct val	*all = val_get(reply, "near");

	val_free(f->near);
	f->near = val_list();
	for (size_t i = 0; f->near != NULL && i < val_len(all); i++)
		if (!seen(f, val_at(all, i)))
			val_add(f->near, val_dup(val_at(all, i)));
}

/* Shows them, and does what `then` says once each is known to be somebody else. Takes then. */
static void
show_near(struct form *f, struct val *then)
{
	val_free(f->then);
	f->then = then;
	app_push(f->view.app, scr_near(book_of(f), f->e->fields, f->near), &f->view, TAG_NEAR_SCREEN);
}

static struct val *
then_of(const char *key, struct val *v)
{
	struct val	*m = val_map();

	if (m != NULL)
		val_put(m, key, v);
	return m;
}

static void
field_left(struct form *f)
{
	bool	 near = f->e->id == 0 && is_near_field(book_of(f), f->sheet.left);

	f->sheet.left[0] = '\0';
	send_draft(f, 0);
	if (near)
		ask_near(f, TAG_NEAR, 0);
}

/* ---- saving ------------------------------------------------------------------------------------------------- */

static void
open_review(struct form *f)
{
	entry_check(f->e);
	app_push(f->view.app, scr_review(f->e), &f->view, TAG_REVIEW);
}

static void
send_save(struct form *f)
{
	struct val	*req = request_new("save");

	if (req != NULL) {
		val_put(req, "book", val_text(book_of(f)->name));
		val_put(req, "set", entry_changes(f->e));
		entry_sign(f->e, req);
	}
	app_ask(&f->view, TAG_SAVE, req, ASK_WAIT | ASK_FIRM);
}

static void
open_act(struct form *f, const char *name)
{
	const struct act	*a = book_act(book_of(f), name);
	struct buf		 title = BUF_INIT;

	if (a == NULL)
		return;
	record_title(book_of(f), f->e->fields, f->e->ctx, &title);
	app_push(f->view.app, scr_act(f->view.app, &(struct act_on){ .book = book_of(f), .act = a, .id = f->e->id,
	    .ver = f->e->ver, .state = f->e->state, .title = buf_str(&title), .entry = f->e }), &f->view, TAG_ACT);
	buf_free(&title);
}

/* `then` is {"save": true} or {"act": name}; taken. */
static void
carry_out(struct form *f, struct val *then)
{
	if (val_get_str(then, "act") != NULL)
		open_act(f, val_get_str(then, "act"));
	else if (val_get(then, "save") != NULL)
		send_save(f);
	else if (val_get(then, "page") != NULL)
		open_page(f, (size_t)val_get_num(then, "page", 0), NULL);
	else
		open_review(f);
	val_free(then);
}

static bool
complete_enough(const struct form *f, const struct val *then)
{
	const struct state	*s = book_state(book_of(f), f->e->state);
	const char		*name = val_get_str(then, "act");
	const struct act	*a = name != NULL ? book_act(book_of(f), name) : NULL;

	return !entry_blocked(f->e, a != NULL ? a->check : s == NULL || !s->open);
}

/* Takes then. A new record is looked for among those there are before it is made. */
static void
try_save(struct form *f, struct val *then)
{
	sheet_commit(&f->sheet, false);
	entry_check(f->e);
	if (!complete_enough(f, then)) {
		val_free(then);
		open_review(f);
	} else if (f->e->id == 0 && book_of(f)->nnear > 0) {
		val_free(f->then);
		f->then = then;
		ask_near(f, TAG_NEAR_SAVE, ASK_WAIT);
	} else
		carry_out(f, then);
}

static void
saved(struct form *f, int64_t id, const char *number)
{
	struct app	*app = f->view.app;
	struct buf	 title = BUF_INIT;
	struct val	*answer;
	bool		 fresh = f->e->id == 0;

	app_remember(app, book_of(f), f->e->fields, NULL);
	record_title(book_of(f), f->e->fields, f->e->ctx, &title);
	if (fresh)
		app_replace(&f->view, scr_read(book_of(f), id));
	else {
		answer = then_of("saved", val_int(id));
		app_close(&f->view, answer);
		val_free(answer);
	}
	app_say(app, _("Saved: {1} {2}"), SAY_TEXT, buf_str(&title), SAY_TEXT, number != NULL ? number : "", SAY_END);
	app_count(app);
	buf_free(&title);
}

/* ---- somebody else saved first ------------------------------------------------------------------------------ */

static void
ask_theirs(struct form *f)
{
	struct val	*req = request_new("get");

	if (req != NULL) {
		val_put(req, "book", val_text(book_of(f)->name));
		val_put(req, "id", val_int(f->e->id));
		val_put(req, "whole", val_bool(true));
	}
	app_ask(&f->view, TAG_WHOLE, req, ASK_WAIT);
}

static void
rebase(struct form *f, const struct val *reply, const struct val *mine)
{
	const struct val	*last = val_get(val_get(reply, "record"), "last");
	struct buf		 when = BUF_INIT;

	if (!entry_rebase(f->e, reply, mine))
		return;
	sheet_refresh(&f->sheet, NULL);
	send_draft(f, 0);
	words_moment(val_get_num(last, "at", 0), &when);
	app_say(f->view.app, _("{1} changed this record at {2}. Your entries now stand on that version: look, then save."),
	    SAY_TEXT, val_get_str(last, "name") != NULL ? val_get_str(last, "name") : "?", SAY_TEXT, buf_str(&when), SAY_END);
	buf_free(&when);
}

/* Where only we changed something ours goes on top; where both did, the person chooses. */
static void
take_theirs(struct form *f, const struct val *reply)
{
	struct val	*mine = entry_changes(f->e), *both = conflict_both(f->e, reply);

	if (val_len(both) == 0)
		rebase(f, reply, mine);
	else {
		val_free(f->theirs);
		f->theirs = val_dup(reply);
		app_push(f->view.app, scr_conflict(f->e, reply), &f->view, TAG_CONFLICT);
	}
	val_free(mine);
	val_free(both);
}

/* ---- answers ------------------------------------------------------------------------------------------------ */

static void
take_save(struct form *f, const struct val *reply)
{
	const char	*code = reply_code(reply);

	if (*code == '\0') {
		saved(f, val_get_num(reply, "id", 0), val_get_str(reply, "number"));
		return;
	}
	if (strcmp(code, "conflict") == 0) {
		ask_theirs(f);
		return;
	}
	if (strcmp(code, "invalid") == 0) {
		entry_take_problems(f->e, val_get(reply, "problems"));
		open_review(f);
	}
	reply_fine(f->view.app, book_of(f), reply);
}

static void
near_before_save(struct form *f, const struct val *reply)
{
	struct val	*then = f->then;

	f->then = NULL;
	if (!reply_fine(f->view.app, book_of(f), reply)) {
		val_free(then);
		return;
	}
	take_near(f, reply);
	if (val_len(f->near) > 0)
		show_near(f, then);
	else
		carry_out(f, then);
}

static void
form_reply(struct view *v, int tag, const struct val *reply)
{
	struct form	*f = form_of(v);

	switch (tag) {
	case TAG_DRAFT:
		take_draft(f, reply);
		break;
	case TAG_NEAR:		/* while typing: a failure is no reason to interrupt */
		if (*reply_code(reply) != '\0')
			break;
		take_near(f, reply);
		if (val_len(f->near) > 0)
			app_say(v->app, _("There may be a file of this child already ({1}); it is shown when you leave this page."),
			    SAY_NUM, (int64_t)val_len(f->near), SAY_END);
		break;
	case TAG_NEAR_SAVE:
		near_before_save(f, reply);
		break;
	case TAG_SAVE:
		take_save(f, reply);
		break;
	case TAG_WHOLE:
		if (reply_fine(v->app, book_of(f), reply))
			take_theirs(f, reply);
		break;
	}
}

static void
near_answered(struct form *f, const struct val *answer)
{
	struct val	*then = f->then;

	f->then = NULL;
	if (val_get(answer, "same") != NULL) {
		val_free(then);
		form_leave(&f->view);
		app_replace(&f->view, scr_read(book_of(f), val_get_num(answer, "same", 0)));
		app_say(f->view.app, _("This is the file there is; what you had typed is kept as a draft."), SAY_END);
		return;
	}
	if (answer == NULL) {
		val_free(then);
		return;
	}
	if (f->near_seen == NULL)
		f->near_seen = val_list();
	for (size_t i = 0; f->near_seen != NULL && i < val_len(f->near); i++)
		val_add(f->near_seen, val_dup(val_at(f->near, i)));
	val_free(f->near);
	f->near = NULL;
	carry_out(f, then);
}

static void
act_answered(struct form *f, const struct val *answer)
{
	if (val_get(answer, "done") != NULL)
		saved(f, val_get_num(answer, "done", 0), val_get_str(answer, "number"));
	else if (val_get(answer, "conflict") != NULL)
		ask_theirs(f);
	else if (val_get(answer, "problems") != NULL) {
		entry_take_problems(f->e, val_get(answer, "problems"));
		open_review(f);
	} else
		sheet_refresh(&f->sheet, NULL);
}

static void
review_answered(struct form *f, const struct val *answer)
{
	if (val_get_str(answer, "go") != NULL)
		go_to(f, val_get_str(answer, "go"));
	else if (answer != NULL)
		try_save(f, val_dup(answer));
}

static void
form_answer(struct view *v, int tag, const struct val *answer)
{
	struct form	*f = form_of(v);

	switch (tag) {
	case SHEET_TAG:
		sheet_answer(&f->sheet, answer);
		if (f->sheet.left[0] != '\0')
			field_left(f);
		break;
	case TAG_REVIEW:
		review_answered(f, answer);
		break;
	case TAG_NEAR_SCREEN:
		near_answered(f, answer);
		break;
	case TAG_ACT:
		act_answered(f, answer);
		break;
	case TAG_CONFLICT:
		if (answer != NULL && f->theirs != NULL)
			rebase(f, f->theirs, answer);
		break;
	}
}

/* ---- keys --------------------------------------------------------------------------------------------------- */

/* The page in this direction that shows anything, npages when there is none. */
static size_t
page_beside(const struct form *f, int by)
{
	for (size_t i = f->page + (size_t)by; i < f->e->npages; i += (size_t)by) {
		struct sheet	 probe;
		bool		 empty;

		sheet_open(&probe, f->sheet.owner, f->e, &f->e->pages[i], NULL);
		empty = sheet_empty(&probe);
		sheet_close(&probe);
		if (!empty)
			return i;
	}
	return f->e->npages;
}

static void
next_page(struct form *f)
{
	size_t	 page;

	sheet_commit(&f->sheet, true);
	page = page_beside(f, 1);
	if (val_len(f->near) > 0)
		show_near(f, page < f->e->npages ? then_of("page", val_int((int64_t)page)) : val_map());
	else if (page < f->e->npages)
		open_page(f, page, NULL);
	else
		open_review(f);
}

static void
page_before(struct form *f, bool at_end)
{
	size_t	 page;

	sheet_commit(&f->sheet, true);
	if ((page = page_beside(f, -1)) >= f->e->npages)
		return;
	open_page(f, page, NULL);
	if (at_end)
		sheet_end(&f->sheet, true);
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
		try_save(f, then_of("save", val_bool(true)));
		return true;
	case ACT_BACK:
		leave_form(f);
		return true;
	default:
		return false;
	}
}

static bool
form_key(struct view *v, const struct key *k, enum action act)
{
	struct form	*f = form_of(v);
	bool		 mine = true;

	switch (sheet_key(&f->sheet, k, act)) {
	case SHEET_PAST_END:
		next_page(f);
		break;
	case SHEET_PAST_START:
		page_before(f, true);
		break;
	case SHEET_NOT_MINE:
		mine = form_act(f, act);
		break;
	case SHEET_DONE:
		break;
	}
	if (v->closed)
		return mine;
	sheet_scroll(&f->sheet, content_rows(v->app->term));
	if (f->sheet.left[0] != '\0')
		field_left(f);
	return mine;
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

static void
form_draw(struct view *v, struct term *t)
{
	struct form	*f = form_of(v);

	sheet_draw(&f->sheet, t, CONTENT_ROW, content_rows(t), true);
}

static void
form_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct form	*f = form_of(v);
	const char		*page = words_label(f->e->ctx, f->e->pages[f->page].label);
	struct buf		 title = BUF_INIT;

	record_title(book_of(f), f->e->fields, f->e->ctx, &title);
	words_fill(left, f->e->id == 0 ? _("New: {1}") : _("Change: {1}"), SAY_TEXT, words_label(f->e->ctx, book_of(f)->label), SAY_END);
	buf_printf(left, "  %s", page);
	if (title.n > 0 && f->page > 0)
		buf_printf(left, "  (%s)", buf_str(&title));
	words_fill(right, _("page {1} of {2}"), SAY_NUM, (int64_t)f->page + 1, SAY_NUM, (int64_t)f->e->npages, SAY_END);
	buf_free(&title);
}

static enum key_where
form_where(const struct view *v)
{
	return sheet_where(&form_of(v)->sheet);
}

static void
form_strip(const struct view *v, struct strip *s)
{
	sheet_strip(&form_of(v)->sheet, s);
	strip_act(s, ACT_SAVE);
	strip_act(s, ACT_PAGE_DOWN);
	sheet_strip_more(&form_of(v)->sheet, s);
	strip_act(s, ACT_PAGE_UP);
	strip_act(s, ACT_HELP);
	strip_act(s, ACT_BACK);
}

static void
form_note(const struct view *v, struct buf *out)
{
	sheet_note(&form_of(v)->sheet, out);
}

static void
form_free(struct view *v)
{
	struct form	*f = form_of(v);

	sheet_close(&f->sheet);
	entry_free(f->e);
	val_free(f->near);
	val_free(f->near_seen);
	val_free(f->then);
	val_free(f->theirs);
	free(f);
}

static const struct view_ops form_ops = {
	.name = "form", .where = form_where, .title = form_title, .draw = form_draw, .strip = form_strip, .note = form_note,
	.key = form_key, .reply = form_reply, .answer = form_answer, .due = form_due, .tick = form_tick, .leave = form_leave,
	.free = form_free,
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
	f->sheet.owner = &f->view;
	if (at != NULL)
		go_to(f, at);
	else
		open_page(f, 0, NULL);
	return &f->view;
}

struct view *
scr_form_new(struct app *app, const struct book *book)
{
	return form_new(app, entry_new(&app->ctx, book, val_str(app_own_area(app))), NULL);
}

struct view *
scr_form_edit(struct app *app, const struct book *book, const struct val *reply, const char *at)
{
	return form_new(app, entry_of_record(&app->ctx, book, reply), at);
}

struct view *
scr_form_draft(struct app *app, const struct book *book, const struct val *draft, const struct val *reply)
{
	struct entry	*e = reply != NULL ? entry_of_record(&app->ctx, book, reply) :
	    entry_new(&app->ctx, book, val_str(app_own_area(app)));

	if (e != NULL && !entry_resume(e, draft)) {
		entry_free(e);
		e = NULL;
	}
	return form_new(app, e, val_get_str(draft, "at"));
}
