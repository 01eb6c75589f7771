#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/widget/choice.h"
#include "tui/form/entry.h"
#include "tui/form/problem_list.h"
#include "tui/screen/roll_int.h"
#include "tui/view/picker.h"
#include "tui/screen/scr.h"
#include "forms/wording.h"

/*
 * From a key to a saved record. A complete quick entry is saved at once. Of an incomplete one the
 * rest is asked: its subject, then the pages of the parent that this opens, then the form of the
 * record with the known fields. The record is made in the last step, so a line left before that
 * stays open.
 */

static const struct val *
row_of(const struct roll *r)
{
	return val_get(roll_at(r, r->list.lines.focus), PK_ROW);
}

static const char *
title_of(const struct val *row)
{
	const char	*title = val_get_str(row, PK_TITLE);

	return title != NULL ? title : "";
}

bool
roll_answer_allowed(const struct roll *r)
{
	return !r->read_only && r->month == 0 &&
	    (r->clock->done->create & ROLE_BIT(r->list.view.app->role)) != 0;
}

/* ---- one record, whole ----------------------------------------------------------------------- */

static struct entry *
entry_for(struct roll *r, const struct val *set)
{
	struct app	*app = r->list.view.app;
	struct entry	*e = entry_new(&app->ctx, r->clock->done, val_str(app_own_area(app)));

	if (e == NULL || !entry_set_parent(e, r->parent, "")) {
		entry_free(e);
		return NULL;
	}
	entry_fill(e, set);
	return e;
}

static void
unsure_key(const struct roll *r, struct buf *key)
{
	buf_printf(key, "r%lld", (long long)r->parent);
}

/* A save without a reply may have been done: the repeated save has the same token. */
static void
token_as_before(const struct roll *r, struct entry *e)
{
	struct buf		 key = BUF_INIT;
	const struct val	*was;
	const void		*token;
	size_t			 n = 0;

	unsure_key(r, &key);
	was = val_get(r->unsure, buf_str(&key));
	token = val_mem(val_get(was, PK_TOKEN), &n);
	if (token != NULL && n == TOKEN_BYTES &&
	    strcmp(val_get_str(was, PK_QUICK), r->quick_entry->name) == 0) {
		memcpy(e->token, token, n);
		e->token_used = true;
	}
	buf_free(&key);
}

static void
keep_token(struct roll *r, const struct entry *e)
{
	struct buf	 key = BUF_INIT;
	struct val	*now = val_map();

	unsure_key(r, &key);
	if (r->unsure == NULL)
		r->unsure = val_map();
	pack_put(now, PK_QUICK, val_text(r->quick_entry->name));
	pack_put(now, PK_TOKEN, val_bytes(e->token, sizeof(e->token)));
	pack_put(r->unsure, buf_str(&key), now);
	buf_free(&key);
}

static void
send_save(struct roll *r, struct entry *e)
{
	struct val	*req = app_request_new("save");

	r->day = e->book->date != NULL ? (int)val_get_num(e->fields, e->book->date->name, 0) : 0;
	token_as_before(r, e);
	pack_put(req, PK_BOOK, val_text(e->book->name));
	pack_put(req, PK_SET, entry_changes(e));
	entry_add_save_ids(e, req);
	keep_token(r, e);
	app_send(&r->list.view, ROLL_SAVED, req, APP_SEND_WAIT | APP_SEND_MUST_FINISH);
}

static void
receive_saved(struct roll *r, const struct val *reply)
{
	struct buf		 key = BUF_INIT, title = BUF_INIT;
	size_t			 i = roll_line_of(r, r->parent);

	if (reply != NULL) {		/* an answer, whichever: the outcome is known */
		unsure_key(r, &key);
		val_drop(r->unsure, buf_str(&key));
		buf_free(&key);
	}
	if (!app_reply_ok(r->list.view.app, r->clock->done, reply) || i == SIZE_MAX)
		return;
	problem_list_show(r->list.view.app, r->clock->done, reply);
	buf_puts(&title, title_of(val_get(roll_at(r, i), PK_ROW)));
	roll_done(r, val_get_num(reply, PK_ID, 0));
	if (r->left > 0)
		app_message(r->list.view.app, _("Saved: {1} {2}; still to do {3}"), ARG_TEXT,
		    buf_str(&title), ARG_TEXT,
		    wording_label(&r->list.view.app->ctx, r->quick_entry->label), ARG_NUM, r->left,
		    ARG_END);
	else
		app_message(r->list.view.app, _("Saved: {1} {2}. Nothing is left for this month."),
		    ARG_TEXT, buf_str(&title),
		    ARG_TEXT, wording_label(&r->list.view.app->ctx, r->quick_entry->label),
		    ARG_END);
	app_refresh_counts(r->list.view.app);
	buf_free(&title);
}

/* ---- step by step ---------------------------------------------------------------------------- */

static void
open_form(struct roll *r)
{
	struct app	*app = r->list.view.app;
	size_t		 i = roll_line_of(r, r->parent);

	app_push(app, scr_form_prefilled(app, r->clock->done, r->parent,
	    title_of(val_get(roll_at(r, i), PK_ROW)), r->set), &r->list.view, ROLL_FORM);
}

/* Is the field that opens further pages shown and still empty? */
static bool
asks_what(const struct entry *e)
{
	const struct field	*f = e->book->parent_pages_field;
	struct pred_ctx		 pc;

	if (f == NULL || !type_value_empty(entry_value(e, f->path)))
		return false;
	entry_pred_ctx(e, f, f->path, &pc);
	return check_shown(f, &pc);
}

static void
ask_what(struct roll *r)
{
	const struct field	*f = r->clock->done->parent_pages_field;
	struct choices		 all = CHOICES_INIT;

	choices_for_field(f, &r->list.view.app->ctx, NULL, NULL, &all);
	app_push(r->list.view.app, picker_new(wording_label(&r->list.view.app->ctx, f->label), &all,
	    f->type->kind == VAL_LIST ? PICKER_MULTI : PICKER_IMMEDIATE, ""), &r->list.view,
	    ROLL_WHAT);
}

static uint64_t
pages_opened(const struct book *book, const struct val *what)
{
	uint64_t	 pages = 0;

	for (size_t i = 0; i < book->nparent_pages; i++) {
		const char	*code = book->parent_pages[i].code->code;
		size_t		 page =
		    (size_t)(book->parent_pages[i].page - book->under->link_book->pages);

		if (page < 64 && (val_kind(what) == VAL_LIST ? val_has(what, code) :
		    val_str(what) != NULL && strcmp(val_str(what), code) == 0))
			pages |= UINT64_C(1) << page;
	}
	return pages;
}

static void
receive_choice(struct roll *r, const struct val *what)
{
	const struct field	*f = r->clock->done->parent_pages_field;
	uint64_t		 pages;

	if (type_value_empty(what) || r->set == NULL)
		return;			/* left, or nothing ticked: the line stays as it is */
	pack_copy(r->set, f->name, what);
	if ((pages = pages_opened(r->clock->done, what)) != 0)
		app_push(r->list.view.app, scr_edit_pages(r->clock->book, r->parent, pages),
		    &r->list.view, ROLL_BLOCK);
	else
		open_form(r);
}

/*
 * The month's record is made after the update of the file; a file that may not be changed is
 * described in the record alone.
 */
static void
after_block(struct roll *r, const struct val *result)
{
	if (val_get(result, "saved") != NULL)
		open_form(r);
	else if (val_get(result, "look") != NULL)
		app_push(r->list.view.app, scr_cover_open(r->clock->book, r->parent), &r->list.view,
		    ROLL_FILE);
	else if (val_get(result, "denied") != NULL) {
		open_form(r);
		app_message(r->list.view.app,
		    _("The file is not yours to change in its present state; say what changed here."), ARG_END);
	}
}

/* ---- what a key does ------------------------------------------------------------------------- */

/* Can the line be answered? If not, the message row gets the reason. */
static bool
is_answerable(struct roll *r)
{
	const struct val	*line = roll_at(r, r->list.lines.focus);

	if (line == NULL)
		return false;
	if (!roll_answer_allowed(r))
		app_message(r->list.view.app, _("This roll is only to be read here."), ARG_END);
	else if (roll_is(line, "done"))
		app_message(r->list.view.app,
		    _("This line is done for the month; {1} puts its record right."), ARG_TEXT,
		    gettext(key_for_action(ACT_EDIT, WHERE_LIST)), ARG_END);
	else
		return true;
	return false;
}

void
roll_answer_quick(struct roll *r, const struct quick_entry *quick_entry)
{
	struct entry	*e;

	if (!is_answerable(r))
		return;
	r->parent = val_get_num(row_of(r), PK_ID, 0);
	r->quick_entry = quick_entry;
	val_free(r->set);
	if ((r->set = val_map()) == NULL || !check_apply_quick(r->clock->done, quick_entry, r->set,
	    val_str(app_own_area(r->list.view.app)), &r->list.view.app->ctx) ||
	    (e = entry_for(r, r->set)) == NULL)
		return;
	if (asks_what(e))
		ask_what(r);
	else if (entry_has_errors(e, true))
		open_form(r);
	else
		send_save(r, e);
	entry_free(e);
}

void
roll_answer_dup(struct roll *r)
{
	const struct val	*above = r->list.lines.focus > 0 ?
	    roll_at(r, r->list.lines.focus - 1) : NULL;
	const char		*name = val_get_str(val_get(above, PK_DONE), PK_QUICK);
	const struct book	*book = r->clock->done;

	for (size_t i = 0; name != NULL && i < book->nquick_entries; i++)
		if (strcmp(book->quick_entries[i].name, name) == 0) {
			roll_answer_quick(r, &book->quick_entries[i]);
			return;
		}
	if (is_answerable(r))
		app_message(r->list.view.app, _("The line above has no answer to copy."), ARG_END);
}

void
roll_answer_form(struct roll *r)
{
	if (!is_answerable(r))
		return;
	r->parent = val_get_num(row_of(r), PK_ID, 0);
	r->quick_entry = NULL;
	val_free(r->set);
	r->set = NULL;
	open_form(r);
}

/* A record is never removed: a wrong one is corrected. */
void
roll_answer_correct(struct roll *r, size_t line)
{
	int64_t	 id = val_get_num(val_get(roll_at(r, line), PK_DONE), PK_ID, 0);

	if (id == 0) {
		app_message(r->list.view.app, _("This line has no record of the month yet."),
		    ARG_END);
		return;
	}
	r->list.lines.focus = line;
	app_push(r->list.view.app, scr_edit(r->clock->done, id, NULL), &r->list.view, ROLL_CHANGE);
}

/* ---- answers --------------------------------------------------------------------------------- */

void
roll_answer_reply(struct roll *r, int tag, const struct val *reply)
{
	if (tag == ROLL_SAVED)
		receive_saved(r, reply);
}

void
roll_answer_result(struct roll *r, int tag, const struct val *result)
{
	if (tag == ROLL_WHAT)
		receive_choice(r, val_get(result, "ticked") == NULL ? result :
		    val_get_true(result, "done") ? val_get(result, "ticked") : NULL);
	else if (tag == ROLL_BLOCK)
		after_block(r, result);
	else if (tag == ROLL_FORM && val_get(result, "saved") != NULL)
		roll_done(r, val_get_num(result, "saved", 0));
	else if (tag == ROLL_CHANGE && val_get(result, "look") != NULL)
		app_push(r->list.view.app,
		    scr_cover_open(r->clock->done, val_get_num(result, "look", 0)), &r->list.view,
		    ROLL_FILE);
}
