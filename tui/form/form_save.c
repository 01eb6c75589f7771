#include <stdlib.h>
#include <string.h>

#include "tui/form/form_int.h"
#include "tui/form/issues.h"
#include "tui/screen/scr.h"
#include "tui/screen/scr_act.h"
#include "tui/term/width.h"
#include "tui/words.h"

#define PATHS_CELLS	24	/* of the fields named in one sentence */

/*
 * From what stands in a form to a saved record: the check, the look at who is there already, the
 * save or the act, and what somebody else saved first.
 */

/* ---- search before create ----------------------------------------------------------------------------------- */

bool
form_is_near_field(const struct book *b, const char *path)
{
	for (size_t i = 0; i < b->nmatch_rules; i++)
		for (size_t k = 0; !b->match_rules[i].shared && k < b->match_rules[i].nfields; k++)
			if (strcmp(b->match_rules[i].fields[k]->path, path) == 0)
				return true;
	return false;
}

void
form_ask_near(struct form *f, int tag, unsigned flags)
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

		if (row == NULL ? val_same(hit, old) :
		    val_same(val_get(row, "id"), val_get(val_get(old, "row"), "id")))
			return true;
	}
	return false;
}

/* Those nobody has looked at yet. */
void
form_take_near(struct form *f, const struct val *reply)
{
	const struct val	*all = val_get(reply, "near");

	val_free(f->near);
	f->near = val_list();
	for (size_t i = 0; f->near != NULL && i < val_len(all); i++)
		if (!seen(f, val_at(all, i)))
			val_add(f->near, val_dup(val_at(all, i)));
}

/* Shows them, and does what `then` says once each is known to be somebody else. Takes then. */
void
form_show_near(struct form *f, struct val *then)
{
	val_free(f->then);
	f->then = then;
	app_push(f->view.app, scr_near(book_of(f), f->e->fields, f->near), &f->view, TAG_NEAR_SCREEN);
}

struct val *
then_of(const char *key, struct val *v)
{
	struct val	*m = val_map();

	if (m != NULL)
		val_put(m, key, v);
	return m;
}

/* ---- saving ------------------------------------------------------------------------------------------------- */

void
form_open_review(struct form *f)
{
	entry_check(f->e);
	app_push(f->view.app, scr_review(f->view.app, f->e), &f->view, TAG_REVIEW);
}

/*
 * The draft goes first, so that nothing is lost when the save is refused or the line breaks; the
 * save then ends it in its own transaction.
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
	req = request_new("save");

	if (req != NULL) {
		val_put(req, "book", val_text(book_of(f)->name));
		val_put(req, "set", entry_changes(f->e));
		if (spread)
			val_put(req, "spread", val_bool(true));
		entry_sign(f->e, req);
	}
	app_ask(&f->view, TAG_SAVE, req, ASK_WAIT | ASK_FIRM);
}

static void
open_act(struct form *f, const struct val *then)
{
	const struct act	*a = book_act(book_of(f), val_get_str(then, "act"));
	struct buf		 title = BUF_INIT;

	if (a == NULL)
		return;
	begin_saving(f);
	record_title(book_of(f), f->e->fields, f->e->ctx, &title);
	app_push(f->view.app, scr_act(f->view.app, &(struct act_on){ .book = book_of(f), .act = a, .id = f->e->id,
	    .ver = f->e->ver, .state = f->e->state, .title = buf_str(&title), .entry = f->e,
	    .ask = val_get(then, "ask") }),
	    &f->view, TAG_ACT);
	buf_free(&title);
}

/* `then` is {"save": true}, {"act": name, "ask"?: answers given before} or {"page": n}; taken. */
static void
carry_out(struct form *f, struct val *then)
{
	if (val_get_str(then, "act") != NULL || val_get(then, "save") != NULL) {
		val_free(f->meant);
		f->meant = val_dup(then);
	}
	if (val_get_str(then, "act") != NULL)
		open_act(f, then);
	else if (val_get(then, "save") != NULL) {
		if (!form_ask_shared(f))
			form_send_save(f, false);
	}
	else if (val_get(then, "page") != NULL)
		form_open_page(f, (size_t)val_get_num(then, "page", 0), NULL);
	else
		form_open_review(f);
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
void
form_try_save(struct form *f, struct val *then)
{
	sheet_commit(&f->sheet, false);
	entry_check(f->e);
	if (!complete_enough(f, then)) {
		val_free(then);
		form_open_review(f);
	} else if (f->e->id == 0 && book_of(f)->nmatch_rules > 0) {
		val_free(f->then);
		f->then = then;
		form_ask_near(f, TAG_NEAR_SAVE, ASK_WAIT);
	} else
		carry_out(f, then);
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

	if (entry_blocked(f->e, true))
		return NULL;
	for (size_t i = 0; (a = book_next_act(book_of(f), s, f->view.app->role, i)) != NULL; i++)
		if (meets_needs(f->e, a))
			return a;
	return NULL;
}

/*
 * "Saved", and what else one must know: where it went besides, or that an act is the way on, as saving alone hands nothing in.
 * One row has room for one of these behind whom it is about, the number where there is neither.
 */
static void
say_saved(const struct form *f, const char *title, const char *number, int64_t spread, struct buf *out)
{
	const struct act	*on = way_on(f);
	struct buf		 more = BUF_INIT;

	if (spread > 0)
		words_fill(&more, _("The same was changed in {1} other records."), ARG_NUM, spread, ARG_END);
	else if (on != NULL)
		words_fill(&more, _("Complete; \"{1}\" hands it on."), ARG_TEXT, words_label(f->e->ctx, on->label), ARG_END);
	else
		buf_puts(&more, number != NULL ? number : "");
	if ((spread > 0 || on != NULL) && f->e->owner != NULL)
		title = f->e->owner;
	words_fill(out, _("Saved: {1} {2}"), ARG_TEXT, title, ARG_TEXT, buf_str(&more), ARG_END);
	buf_free(&more);
}

static void
saved(struct form *f, int64_t id, const struct val *reply)
{
	struct app	*app = f->view.app;
	struct buf	 title = BUF_INIT, said = BUF_INIT;
	struct val	*answer;
	bool		 fresh = f->e->id == 0;

	app_remember(app, book_of(f), f->e->fields, NULL);
	entry_title(f->e, &title);
	if (f->merged.n > 0)
		buf_printf(&said, "%s  %s", _("Saved."), buf_str(&f->merged));
	else if (val_get_true(reply, "unchanged"))
		buf_puts(&said, _("Nothing was changed, so nothing was saved."));
	else
		say_saved(f, buf_str(&title), val_get_str(reply, "number"), val_get_num(reply, "spread", 0), &said);
	if (fresh && !f->goes_back)
		app_replace(&f->view, scr_open(book_of(f), id));
	else {
		answer = then_of("saved", val_int(id));
		app_close(&f->view, answer);
		val_free(answer);
	}
	app_say_text(app, buf_str(&said));
	app_count(app);
	buf_free(&title);
	buf_free(&said);
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

/* "现住址、父亲 联系电话", or how many when that is too long for a row. */
static void
add_paths(struct form *f, const char *translated, const struct val *paths, struct buf *out)
{
	struct buf	 b = BUF_INIT;

	if (val_len(paths) == 0)
		return;
	words_paths(f->e->ctx, book_of(f), paths, &b);
	if (width_of(buf_str(&b)) > PATHS_CELLS) {
		buf_reset(&b);
		words_fill(&b, _("{1} fields"), ARG_NUM, (int64_t)val_len(paths), ARG_END);
	}
	if (out->n > 0)
		buf_puts(out, "  ");
	words_fill(out, translated, ARG_TEXT, buf_str(&b), ARG_TEXT,
	    val_get_str(val_get(val_get(f->theirs, "record"), "last"), "name"), ARG_END);
	buf_free(&b);
}

/* Nothing of ours is left to save: what is saved already stays, and the draft has done its work. */
static void
leave_it_theirs(struct form *f)
{
	struct app	*app = f->view.app;
	struct val	*answer = then_of("saved", val_int(f->e->id));
	struct buf	 said = f->merged;

	f->merged = (struct buf)BUF_INIT;
	if (f->e->drafted || f->e->sent != NULL)
		app_tell(app, entry_drop_request(f->e));
	app_close(&f->view, answer);
	val_free(answer);
	app_say_text(app, buf_str(&said));
	app_count(app);
	buf_free(&said);
}

/* All is decided: what is ours goes on top of theirs, and what was meant is done after all. */
static void
merge(struct form *f, const struct val *answer)
{
	struct val	*then = f->meant;

	if (!entry_rebase(f->e, f->theirs, val_get(answer, "set")))
		return;
	f->meant = NULL;
	sheet_refresh(&f->sheet, NULL);
	buf_reset(&f->merged);
	add_paths(f, _("Taken from {2}: {1}."), val_get(answer, "theirs"), &f->merged);
	add_paths(f, _("Yours: {1}."), val_get(answer, "mine"), &f->merged);
	val_free(f->said);
	f->said = NULL;
	if (then != NULL && val_get_str(then, "act") == NULL && !entry_changed(f->e)) {
		val_free(then);
		leave_it_theirs(f);
	} else {
		form_send_draft(f, 0);
		form_try_save(f, then != NULL ? then : then_of("save", val_bool(true)));
		if (!f->view.closed && !app_on_top(&f->view) && f->merged.n > 0)	/* what comes next is asked over it */
			app_say_text(f->view.app, buf_str(&f->merged));
	}
}

void
form_conflict_answered(struct form *f, const struct val *answer)
{
	const struct val	*last = val_get(val_get(f->theirs, "record"), "last");

	if (val_get(answer, "set") != NULL && f->theirs != NULL) {
		merge(f, answer);
		return;
	}
	sheet_refresh(&f->sheet, NULL);
	val_free(f->said);
	f->said = answer != NULL ? val_dup(val_get(answer, "said")) : NULL;
	app_say(f->view.app, _("Nothing is saved yet, your entries are kept; Ctrl-O asks again about what {1} saved."),
	    ARG_TEXT, val_get_str(last, "name") != NULL ? val_get_str(last, "name") : "?", ARG_END);
}

static void
changed_by_hand(struct view *v)
{
	form_send_draft((struct form *)(uintptr_t)v, 0);
}

/* The record went on to where it cannot be written any more: what is typed stays in the draft. */
static bool
still_ours(struct form *f, const struct val *reply)
{
	const struct val	*rec = val_get(reply, "record"), *last = val_get(rec, "last");
	const char		*act = val_get_str(f->meant, "act");
	struct buf		 state = BUF_INIT;
	bool			 access_allowed = val_get_true(val_get(reply, "may"), "write");

	if (act != NULL)
		access_allowed = val_has(val_get(val_get(reply, "may"), "acts"), act) && (access_allowed || !entry_changed(f->e));
	if (!access_allowed) {
		words_state(f->e->ctx, book_of(f), val_get_str(rec, "state"), &state);
		app_say(f->view.app, _("{1} was here before you: it is \"{2}\" now, and not yours to change. Your entries stay a draft."),
		    ARG_TEXT, val_get_str(last, "name") != NULL ? val_get_str(last, "name") : "?",
		    ARG_TEXT, buf_str(&state), ARG_END);
		buf_free(&state);
	}
	return access_allowed;
}

void
form_take_theirs(struct form *f, const struct val *reply)
{
	const char	*act = val_get_str(f->meant, "act");

	val_free(f->theirs);
	f->theirs = val_dup(reply);
	if (!still_ours(f, reply))
		return;
	app_push(f->view.app, scr_conflict(f->view.app, &(struct conflict_on){ .entry = f->e, .reply = reply,
	    .said = f->said, .act = act != NULL ? book_act(book_of(f), act) : NULL, .changed = changed_by_hand }),
	    &f->view, TAG_CONFLICT);
}

/* ---- answers ------------------------------------------------------------------------------------------------ */

void
form_take_save(struct form *f, const struct val *reply)
{
	const char	*code = reply_code(reply);

	if (*code == '\0') {
		saved(f, val_get_num(reply, "id", 0), reply);
		issues_tell(f->view.app, book_of(f), reply);
		return;
	}
	end_saving(f);
	if (strcmp(code, "conflict") == 0) {
		ask_theirs(f);
		return;
	}
	if (strcmp(code, "invalid") == 0) {
		entry_take_problems(f->e, val_get(reply, "problems"));
		form_open_review(f);
	}
	reply_fine(f->view.app, book_of(f), reply);
}

void
form_near_before_save(struct form *f, const struct val *reply)
{
	struct val	*then = f->then;

	f->then = NULL;
	if (!reply_fine(f->view.app, book_of(f), reply)) {
		val_free(then);
		return;
	}
	form_take_near(f, reply);
	if (val_len(f->near) > 0)
		form_show_near(f, then);
	else
		carry_out(f, then);
}

void
form_near_answered(struct form *f, const struct val *answer)
{
	struct val	*then = f->then;

	f->then = NULL;
	if (val_get(answer, "same") != NULL) {
		val_free(then);
		form_leave(&f->view);
		app_replace(&f->view, scr_open(book_of(f), val_get_num(answer, "same", 0)));
		app_say(f->view.app, _("This is the file there is; what you had typed is kept as a draft."),
		    ARG_END);
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

void
form_act_answered(struct form *f, const struct val *answer)
{
	if (val_get(answer, "done") != NULL) {
		saved(f, val_get_num(answer, "done", 0), answer);
		return;
	}
	end_saving(f);
	if (val_get(answer, "conflict") != NULL) {
		if (f->meant != NULL)
			val_put(f->meant, "ask", val_dup(val_get(answer, "conflict")));
		ask_theirs(f);
	}
	else if (val_get(answer, "problems") != NULL) {
		entry_take_problems(f->e, val_get(answer, "problems"));
		form_open_review(f);
	} else
		sheet_refresh(&f->sheet, NULL);
}

void
form_review_answered(struct form *f, const struct val *answer)
{
	if (val_get_str(answer, "go") != NULL)
		form_go_to(f, val_get_str(answer, "go"));
	else if (answer != NULL)
		form_try_save(f, val_dup(answer));
}
