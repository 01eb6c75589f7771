#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/screen/form_int.h"
#include "tui/form/problem_list.h"
#include "tui/screen/scr.h"
#include "tui/screen/scr_act.h"
#include "tui/term/width.h"
#include "forms/wording.h"

#define PATHS_CELLS	24	/* of the fields named in one sentence */

/*
 * From a form to a saved record: the check, the search for matches, the save or the act, and the
 * merge with a version that another person saved first.
 */

/* ---- search before create -------------------------------------------------------------------- */

bool
form_is_match_field(const struct book *b, const char *path)
{
	for (size_t i = 0; i < b->nmatch_rules; i++)
		for (size_t k = 0; !b->match_rules[i].shared && k < b->match_rules[i].nfields; k++)
			if (strcmp(b->match_rules[i].fields[k]->path, path) == 0)
				return true;
	return false;
}

void
form_ask_matches(struct form *f, int tag, unsigned flags)
{
	struct val	*req = app_request_new("near");

	pack_put(req, PK_BOOK, val_text(book_of(f)->name));
	pack_put(req, PK_FIELDS, entry_all_values(f->e));
	app_send(&f->view, tag, req, flags);
}

static bool
seen(const struct form *f, const struct val *hit)
{
	const struct val	*row = val_get(hit, PK_ROW);

	for (size_t i = 0; i < val_len(f->rejected_matches); i++) {
		const struct val	*old = val_at(f->rejected_matches, i);

		if (row == NULL ? val_same(hit, old) :
		    val_same(val_get(row, PK_ID), val_get(val_get(old, PK_ROW), PK_ID)))
			return true;
	}
	return false;
}

/* The matches not shown yet. */
void
form_receive_matches(struct form *f, const struct val *reply)
{
	const struct val	*all = val_get(reply, PK_NEAR);

	val_free(f->matches);
	f->matches = val_list();
	for (size_t i = 0; f->matches != NULL && i < val_len(all); i++)
		if (!seen(f, val_at(all, i)))
			pack_add(f->matches, val_dup(val_at(all, i)));
}

/* Shows the matches, and does `then` once each is declared to be another person. Takes then. */
void
form_show_matches(struct form *f, struct val *next_step)
{
	val_free(f->next_step);
	f->next_step = next_step;
	app_push(f->view.app, scr_matches(book_of(f), f->e->fields, f->matches), &f->view,
	    TAG_MATCHES_SCREEN);
}

struct val *
form_next_step(const char *key, struct val *v)
{
	struct val	*m = val_map();

	if (m != NULL)
		pack_put(m, key, v);
	return m;
}

/* ---- saving ---------------------------------------------------------------------------------- */

void
form_open_review(struct form *f)
{
	entry_check(f->e);
	app_push(f->view.app, scr_review(f->view.app, f->e), &f->view, TAG_REVIEW);
}

/*
 * The draft is sent first, so that nothing is lost when the save is refused or the connection
 * breaks. The save then ends the draft in its own transaction.
 */
static void
begin_saving(struct form *f)
{
	form_send_draft(f, 0);
	f->saving = true;
}

static void
end_saving(struct form *f)
{
	f->saving = false;
	form_send_draft(f, 0);
}

void
form_send_save(struct form *f, bool spread)
{
	struct val	*req;

	begin_saving(f);
	req = app_request_new("save");

	pack_put(req, PK_BOOK, val_text(book_of(f)->name));
	pack_put(req, PK_SET, entry_changes(f->e));
	if (spread)
		pack_put(req, PK_SPREAD, val_bool(true));
	entry_add_save_ids(f->e, req);
	app_send(&f->view, TAG_SAVE, req, APP_SEND_WAIT | APP_SEND_MUST_FINISH);
}

static void
open_act(struct form *f, const struct val *next_step)
{
	const struct act	*a = book_act(book_of(f), val_get_str(next_step, PK_ACT));
	struct buf		 title = BUF_INIT;

	if (a == NULL)
		return;
	begin_saving(f);
	record_title(book_of(f), f->e->fields, f->e->ctx, &title);
	app_push(f->view.app, scr_act(f->view.app, &(struct act_on){ .book = book_of(f), .act = a,
	    .id = f->e->id,
	    .ver = f->e->ver, .state = f->e->state, .title = buf_str(&title), .entry = f->e,
	    .ask = val_get(next_step, PK_ASK) }),
	    &f->view, TAG_ACT);
	buf_free(&title);
}

/* `then` is {"save": true}, {"act": name, "ask"?: answers given before} or {"page": n}; taken. */
static void
carry_out(struct form *f, struct val *next_step)
{
	if (val_get_str(next_step, PK_ACT) != NULL || val_get(next_step, "save") != NULL) {
		val_free(f->current_step);
		f->current_step = val_dup(next_step);
	}
	if (val_get_str(next_step, PK_ACT) != NULL)
		open_act(f, next_step);
	else if (val_get(next_step, "save") != NULL) {
		if (!form_ask_shared(f))
			form_send_save(f, false);
	}
	else if (val_get(next_step, "page") != NULL)
		form_open_page(f, (size_t)val_get_num(next_step, "page", 0), NULL);
	else
		form_open_review(f);
	val_free(next_step);
}

static bool
complete_enough(const struct form *f, const struct val *next_step)
{
	const struct state	*s = book_state(book_of(f), f->e->state);
	const char		*name = val_get_str(next_step, PK_ACT);
	const struct act	*a = name != NULL ? book_act(book_of(f), name) : NULL;

	return !entry_has_errors(f->e, a != NULL ? a->check : s == NULL || !s->open);
}

/* Takes then. Before a new record is made, stored ones are searched for matches. */
void
form_try_save(struct form *f, struct val *next_step)
{
	page_commit(&f->form_page, false);
	entry_check(f->e);
	if (!complete_enough(f, next_step)) {
		val_free(next_step);
		form_open_review(f);
	} else if (f->e->id == 0 && book_of(f)->nmatch_rules > 0) {
		val_free(f->next_step);
		f->next_step = next_step;
		form_ask_matches(f, TAG_MATCHES_SAVE, APP_SEND_WAIT);
	} else
		carry_out(f, next_step);
}

static bool
meets_needs(const struct entry *e, const struct act *a)
{
	struct pred_ctx	 pc;

	entry_pred_ctx(e, NULL, "", &pc);
	for (size_t i = 0; i < a->nneeds; i++)
		if (!pred_holds(a->needs[i].holds, &pc))
			return false;
	return true;
}

/* The act that could be done at once. */
static const struct act *
way_on(const struct form *f)
{
	const struct state	*s = book_state(book_of(f), f->e->state);
	const struct act	*a;

	if (entry_has_errors(f->e, true))
		return NULL;
	for (size_t i = 0; (a = book_next_act(book_of(f), s, f->view.app->role, i)) != NULL; i++)
		if (meets_needs(f->e, a))
			return a;
	return NULL;
}

/*
 * "Saved", and what follows: other records that changed too, or the act that is needed because
 * saving alone does not submit. The row has room for one of these after the title, or the number
 * without one.
 */
static void
say_saved(const struct form *f, const char *title, const char *number, int64_t spread,
    struct buf *out)
{
	const struct act	*on = way_on(f);
	struct buf		 more = BUF_INIT;

	if (spread > 0)
		wording_format(&more, _("The same was changed in {1} other records."), ARG_NUM,
		    spread, ARG_END);
	else if (on != NULL)
		wording_format(&more, _("Complete; \"{1}\" hands it on."), ARG_TEXT,
		    wording_label(f->e->ctx, on->label), ARG_END);
	else
		buf_puts(&more, number != NULL ? number : "");
	if ((spread > 0 || on != NULL) && f->e->parent_title != NULL)
		title = f->e->parent_title;
	wording_format(out, _("Saved: {1} {2}"), ARG_TEXT, title, ARG_TEXT, buf_str(&more),
	    ARG_END);
	buf_free(&more);
}

static void
saved(struct form *f, int64_t id, const struct val *reply)
{
	struct app	*app = f->view.app;
	struct buf	 title = BUF_INIT, choices = BUF_INIT;
	struct val	*result;
	bool		 fresh = f->e->id == 0;

	app_remember_record(app, book_of(f), f->e->fields, NULL);
	entry_title(f->e, &title);
	if (f->merged.n > 0)
		buf_printf(&choices, "%s  %s", _("Saved."), buf_str(&f->merged));
	else if (val_get_true(reply, PK_UNCHANGED))
		buf_puts(&choices, _("Nothing was changed, so nothing was saved."));
	else
		say_saved(f, buf_str(&title), val_get_str(reply, PK_NUMBER),
		    val_get_num(reply, PK_SPREAD, 0), &choices);
	if (fresh && !f->goes_back)
		app_replace(&f->view, scr_cover_open(book_of(f), id));
	else {
		result = form_next_step("saved", val_int(id));
		app_close(&f->view, result);
		val_free(result);
	}
	app_message_text(app, buf_str(&choices));
	app_refresh_counts(app);
	buf_free(&title);
	buf_free(&choices);
}

/*
 * ---- another person saved first
 * -----------------------------------------------------------------------------
 */

static void
ask_theirs(struct form *f)
{
	struct val	*req = app_request_new("get");

	pack_put(req, PK_BOOK, val_text(book_of(f)->name));
	pack_put(req, PK_ID, val_int(f->e->id));
	pack_put(req, PK_WHOLE, val_bool(true));
	app_send(&f->view, TAG_WHOLE, req, APP_SEND_WAIT);
}

/* "现住址、父亲 联系电话", or how many when that is too long for a row. */
static void
add_paths(struct form *f, const char *translated, const struct val *paths, struct buf *out)
{
	struct buf	 b = BUF_INIT;

	if (val_len(paths) == 0)
		return;
	wording_paths(f->e->ctx, book_of(f), paths, &b);
	if (width_of(buf_str(&b)) > PATHS_CELLS) {
		buf_reset(&b);
		wording_format(&b, _("{1} fields"), ARG_NUM, (int64_t)val_len(paths), ARG_END);
	}
	if (out->n > 0)
		buf_puts(out, "  ");
	wording_format(out, translated, ARG_TEXT, buf_str(&b), ARG_TEXT,
	    val_get_str(val_get(val_get(f->theirs, PK_RECORD), PK_LAST), PK_NAME), ARG_END);
	buf_free(&b);
}

/* No own change is left to save: the saved version stays and the draft is dropped. */
static void
leave_it_theirs(struct form *f)
{
	struct app	*app = f->view.app;
	struct val	*result = form_next_step("saved", val_int(f->e->id));
	struct buf	 choices = f->merged;

	f->merged = (struct buf)BUF_INIT;
	if (f->e->drafted || f->e->sent != NULL)
		app_send_noreply(app, entry_draft_drop_request(f->e));
	app_close(&f->view, result);
	val_free(result);
	app_message_text(app, buf_str(&choices));
	app_refresh_counts(app);
	buf_free(&choices);
}

/* All is decided: own changes are applied to theirs, and the save or act is repeated. */
static void
merge(struct form *f, const struct val *result)
{
	struct val	*next_step = f->current_step;

	if (!entry_rebase(f->e, f->theirs, val_get(result, "set")))
		return;
	f->current_step = NULL;
	page_refresh(&f->form_page, NULL);
	buf_reset(&f->merged);
	add_paths(f, _("Taken from {2}: {1}."), val_get(result, "theirs"), &f->merged);
	add_paths(f, _("Yours: {1}."), val_get(result, "mine"), &f->merged);
	val_free(f->choices);
	f->choices = NULL;
	if (next_step != NULL && val_get_str(next_step, PK_ACT) == NULL && !entry_changed(f->e)) {
		val_free(next_step);
		leave_it_theirs(f);
	} else {
		form_send_draft(f, 0);
		form_try_save(f, next_step != NULL ? next_step :
		    form_next_step("save", val_bool(true)));
		/* what comes next is asked over it */
		if (!f->view.closed && !app_is_top(&f->view) && f->merged.n > 0)
			app_message_text(f->view.app, buf_str(&f->merged));
	}
}

void
form_conflict_result(struct form *f, const struct val *result)
{
	const struct val	*last = val_get(val_get(f->theirs, PK_RECORD), PK_LAST);

	if (val_get(result, "set") != NULL && f->theirs != NULL) {
		merge(f, result);
		return;
	}
	page_refresh(&f->form_page, NULL);
	val_free(f->choices);
	f->choices = result != NULL ? val_dup(val_get(result, "said")) : NULL;
	app_message(f->view.app,
	    _("Nothing is saved yet, your entries are kept; Ctrl-O asks again about what {1} saved."),
	    ARG_TEXT, val_get_str(last, PK_NAME) != NULL ? val_get_str(last, PK_NAME) : "?",
	    ARG_END);
}

static void
changed_by_hand(struct view *v)
{
	form_send_draft((struct form *)(uintptr_t)v, 0);
}

/* The record is in a state now that allows no changes: the input stays in the draft. */
static bool
still_ours(struct form *f, const struct val *reply)
{
	const struct val	*rec = val_get(reply, PK_RECORD), *last = val_get(rec, PK_LAST);
	const char		*act = val_get_str(f->current_step, PK_ACT);
	struct buf		 state = BUF_INIT;
	bool			 access_allowed = val_get_true(val_get(reply, PK_MAY), PK_WRITE);

	if (act != NULL)
		access_allowed = val_has(val_get(val_get(reply, PK_MAY), PK_ACTS), act) &&
		    (access_allowed || !entry_changed(f->e));
	if (!access_allowed) {
		wording_state(f->e->ctx, book_of(f), val_get_str(rec, PK_STATE), &state);
		app_message(f->view.app,
		    _("{1} was here before you: it is \"{2}\" now, and not yours to change. Your entries stay a draft."),
		    ARG_TEXT, val_get_str(last, PK_NAME) != NULL ? val_get_str(last, PK_NAME) : "?",
		    ARG_TEXT, buf_str(&state), ARG_END);
		buf_free(&state);
	}
	return access_allowed;
}

void
form_receive_theirs(struct form *f, const struct val *reply)
{
	const char	*act = val_get_str(f->current_step, PK_ACT);

	val_free(f->theirs);
	f->theirs = val_dup(reply);
	if (!still_ours(f, reply))
		return;
	app_push(f->view.app, scr_conflict(f->view.app, &(struct conflict_on){ .entry = f->e,
	    .reply = reply,
	    .choices = f->choices, .act = act != NULL ? book_act(book_of(f), act) : NULL,
	    .changed = changed_by_hand }), &f->view, TAG_CONFLICT);
}

/* ---- answers --------------------------------------------------------------------------------- */

void
form_receive_save(struct form *f, const struct val *reply)
{
	const char	*code = app_reply_code(reply);

	if (*code == '\0') {
		saved(f, val_get_num(reply, PK_ID, 0), reply);
		problem_list_show(f->view.app, book_of(f), reply);
		return;
	}
	end_saving(f);
	if (strcmp(code, PE_CONFLICT) == 0) {
		ask_theirs(f);
		return;
	}
	if (strcmp(code, PE_INVALID) == 0) {
		entry_add_server_problems(f->e, val_get(reply, PK_PROBLEMS));
		form_open_review(f);
	}
	app_reply_ok(f->view.app, book_of(f), reply);
}

void
form_matches_before_save(struct form *f, const struct val *reply)
{
	struct val	*next_step = f->next_step;

	f->next_step = NULL;
	if (!app_reply_ok(f->view.app, book_of(f), reply)) {
		val_free(next_step);
		return;
	}
	form_receive_matches(f, reply);
	if (val_len(f->matches) > 0)
		form_show_matches(f, next_step);
	else
		carry_out(f, next_step);
}

void
form_matches_result(struct form *f, const struct val *result)
{
	struct val	*next_step = f->next_step;

	f->next_step = NULL;
	if (val_get(result, "same") != NULL) {
		val_free(next_step);
		form_leave(&f->view);
		app_replace(&f->view, scr_cover_open(book_of(f), val_get_num(result, "same", 0)));
		app_message(f->view.app,
		    _("This is the file there is; what you had typed is kept as a draft."),
		    ARG_END);
		return;
	}
	if (result == NULL) {
		val_free(next_step);
		return;
	}
	if (f->rejected_matches == NULL)
		f->rejected_matches = val_list();
	for (size_t i = 0; f->rejected_matches != NULL && i < val_len(f->matches); i++)
		pack_add(f->rejected_matches, val_dup(val_at(f->matches, i)));
	val_free(f->matches);
	f->matches = NULL;
	carry_out(f, next_step);
}

void
form_act_result(struct form *f, const struct val *result)
{
	if (val_get(result, "done") != NULL) {
		saved(f, val_get_num(result, "done", 0), result);
		return;
	}
	end_saving(f);
	if (val_get(result, "conflict") != NULL) {
		if (f->current_step != NULL)
			pack_copy(f->current_step, PK_ASK, val_get(result, "conflict"));
		ask_theirs(f);
	}
	else if (val_get(result, "problems") != NULL) {
		entry_add_server_problems(f->e, val_get(result, "problems"));
		form_open_review(f);
	} else
		page_refresh(&f->form_page, NULL);
}

void
form_review_result(struct form *f, const struct val *result)
{
	if (val_get_str(result, "go") != NULL)
		form_go_to(f, val_get_str(result, "go"));
	else if (result != NULL)
		form_try_save(f, val_dup(result));
}
