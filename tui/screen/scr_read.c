#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/wire/protocol.h"
#include "tui/form/entry.h"
#include "tui/widget/record_view.h"
#include "tui/screen/scr.h"
#include "tui/screen/scr_act.h"
#include "tui/screen/child_records.h"
#include "tui/view/prompt.h"
#include "forms/wording.h"

/*
 * One record to read, whole, and the acts that are possible on it now. Numbers are masked until
 * somebody asks to see them, which the trail keeps.
 */
#define ACTS_MAX	9
#define REMARK_MAX	500	/* characters */

enum {
	TAG_GET = 1, TAG_WHOLE, TAG_MOVED, TAG_BEFORE, TAG_UNDO, TAG_UNMERGE,		/* requests */
	TAG_REMARK, TAG_ACT, TAG_FORM, TAG_HISTORY, TAG_UNDER, TAG_UNDER_BOOK, TAG_LOOK, TAG_SURE, TAG_DOUBLE,
	TAG_CONFIRM											/* views */
};

struct read_view {
	struct view		 view;
	const struct book	*book;
	int64_t			 id;
	struct val		*reply;		/* of "get" */
	bool			 stale;		/* to be read again */
	bool			 whole;		/* read with full numbers */
	struct record_view		 record_view;
	const struct act	*acts[ACTS_MAX];
	size_t			 nacts;
	struct val		*remarks;	/* collected for an act */
	const struct act	*again;		/* met what somebody else saved, and is asked once more */
	struct val		*answers;	/* to its questions */
	struct entry		*seen;		/* the record as it was read, while what changed is looked at */
	struct read_opts		 how;
	bool			 touched;	/* something may have been changed from here */
};

static struct read_view *
read_of(const struct view *v)
{
	return (struct read_view *)(uintptr_t)v;
}

static const struct val *
rec_of(const struct read_view *r)
{
	return val_get(r->reply, PK_RECORD);
}

static bool
is_loaded(const struct view *v)
{
	return read_of(v)->reply != NULL;
}

static bool
may_write(const struct view *v)
{
	return val_get_true(val_get(read_of(v)->reply, PK_MAY), PK_WRITE);
}

static bool
may_undo(const struct view *v)
{
	return val_get_true(val_get(read_of(v)->reply, PK_MAY), PK_UNDO);
}

static int
rows_shown(const struct read_view *r)
{
	return frame_content_rows(r->view.app->term) - 2;
}

/* ---- asking and answers ------------------------------------------------------------------------------------- */

static void
get(struct read_view *r, int tag)
{
	struct val	*req = app_request_new(r->how.on != 0 ? "file" : "get");

	if (req != NULL) {
		val_put(req, PK_BOOK, val_text(r->book->name));
		val_put(req, PK_ID, val_int(r->id));
		if (r->how.on != 0)
			val_put(req, PK_ON, val_int(r->how.on));
		if (tag == TAG_WHOLE || (tag == TAG_MOVED && r->whole))
			val_put(req, PK_WHOLE, val_bool(true));
	}
	app_send(&r->view, tag, req, APP_SEND_WAIT);
}

static void	 restore_remarks(struct read_view *);

static void
read_shown(struct view *v)
{
	struct read_view	*r = read_of(v);

	if (r->reply == NULL)
		restore_remarks(r);
	if (r->stale && v->waiting == 0)
		get(r, TAG_GET);
}

static void
receive_acts(struct read_view *r)
{
	const struct val	*names = val_get(val_get(r->reply, PK_MAY), PK_ACTS);

	r->nacts = 0;
	for (size_t i = 0; i < r->book->nacts && r->nacts < ACTS_MAX; i++)
		if (val_has(names, r->book->acts[i].name))
			r->acts[r->nacts++] = &r->book->acts[i];
}

static void	 open_act(struct read_view *, const struct act *, const struct val *answers);

static void	 ask_before(struct read_view *);

/* What it was opened for, once. */
static void
begin(struct read_view *r)
{
	const struct act	*act = r->how.act;

	if (r->how.undo && may_undo(&r->view)) {
		ask_before(r);
		return;
	}
	r->how.undo = false;

	if (r->how.page != NULL)
		record_view_go_to(&r->record_view, r->view.app->term, r->how.page);
	r->how.page = NULL;
	for (size_t i = 0; act != NULL && i < r->nacts; i++)
		if (r->acts[i] == act) {
			open_act(r, act, NULL);
			return;
		}
	r->how.act = NULL;
}

static void
receive_record(struct read_view *r, const struct val *reply)
{
	struct form_ctx	 ctx = r->view.app->ctx;
	bool		 first = r->reply == NULL;

	if (r->how.on != 0)
		ctx.today = r->how.on;
	val_free(r->reply);
	r->reply = val_dup(reply);
	r->stale = false;
	record_view_build(&r->record_view, &ctx, r->book, rec_of(r));
	receive_acts(r);
	if (first)
		begin(r);
	if (r->how.on == 0)
		app_remember_record(r->view.app, r->book, val_get(rec_of(r), PK_FIELDS), val_get(reply, PK_MASKED));
}

/* Opened for one thing, and that is over; what was written for it and not used stays in sight. */
static bool
done_with(struct read_view *r, bool done)
{
	struct val	*touched;

	if (!done && val_len(r->remarks) > 0)
		r->how.act = NULL;
	if (r->how.act == NULL && !r->how.undo)
		return false;
	touched = val_bool(true);
	app_close(&r->view, touched);
	val_free(touched);
	return true;
}

static void
change(struct read_view *r, const char *at)
{
	app_push(r->view.app, scr_edit(r->book, r->id, at), &r->view, TAG_FORM);
}

/* What one decides on has become another: first what changed, then the question again. */
static void
look_at_changes(struct read_view *r, const struct val *reply)
{
	struct app	*app = r->view.app;

	entry_free(r->seen);
	if ((r->seen = entry_new_record(&app->ctx, r->book, r->reply)) != NULL)
		app_push(app, scr_conflict(app, &(struct conflict_on){ .entry = r->seen, .reply = reply,
		    .act = r->again, .why = CONFLICT_LOOK }), &r->view, TAG_LOOK);
	receive_record(r, reply);
}

/* ---- his own last save, taken back -------------------------------------------------------------------------- */

static void
ask_before(struct read_view *r)
{
	struct val	*req = app_request_new("history");

	if (req != NULL) {
		val_put(req, PK_BOOK, val_text(r->book->name));
		val_put(req, PK_ID, val_int(r->id));
		val_put(req, PK_VER, val_int(val_get_num(rec_of(r), PK_VER, 0) - 1));
		val_put(req, PK_WHOLE, val_bool(r->whole));
	}
	app_send(&r->view, TAG_BEFORE, req, APP_SEND_WAIT);
}

/* Names what goes back before it does. */
static void
ask_undo(struct read_view *r, const struct val *before)
{
	struct app	*app = r->view.app;

	entry_free(r->seen);
	if ((r->seen = entry_new_record(&app->ctx, r->book, r->reply)) != NULL)
		app_push(app, scr_conflict(app, &(struct conflict_on){ .entry = r->seen, .reply = before,
		    .why = CONFLICT_UNDO }), &r->view, TAG_SURE);
}

static void
undo(struct read_view *r)
{
	struct val	*req = app_request_new("undo");

	if (req != NULL) {
		val_put(req, PK_BOOK, val_text(r->book->name));
		val_put(req, PK_ID, val_int(r->id));
		val_put(req, PK_VER, val_int(val_get_num(rec_of(r), PK_VER, 0)));
		entry_add_save_ids(r->seen, req);
	}
	app_send(&r->view, TAG_UNDO, req, APP_SEND_WAIT | APP_SEND_MUST_FINISH);
}

static void
undone(struct read_view *r)
{
	struct app	*app = r->view.app;

	if (!done_with(r, true))
		get(r, TAG_GET);
	app_message(app, _("Your last save is taken back; the history keeps both."), ARG_END);
	app_refresh_counts(app);
}

static void	 unmerged(struct read_view *, const struct val *reply);

static void
read_reply(struct view *v, int tag, const struct val *reply)
{
	struct read_view	*r = read_of(v);

	if (tag == TAG_UNMERGE)
		unmerged(r, reply);
	else if (tag == TAG_GET && r->reply != NULL && r->touched && app_reply_not_found(reply)) {
		struct val	*touched = val_bool(true);

		app_close(v, touched);			/* it went out of reach by what was done here, which has been said */
		val_free(touched);
	} else if (!app_reply_ok(v->app, r->book, reply)) {
		if (r->reply == NULL && reply != NULL)	/* never seen: nothing to stay for */
			app_close(v, NULL);
	} else if (tag == TAG_MOVED)
		look_at_changes(r, reply);
	else if (tag == TAG_BEFORE)
		ask_undo(r, reply);
	else if (tag == TAG_UNDO)
		undone(r);
	else {
		r->whole = tag == TAG_WHOLE;
		receive_record(r, reply);
	}
}

/* ---- remarks and acts --------------------------------------------------------------------------------------- */

static bool
may_remark(const struct view *v)
{
	const struct read_view	*r = read_of(v);

	for (size_t i = 0; i < r->nacts; i++)
		if (r->acts[i]->remarks != REMARKS_NO)
			return true;
	return false;
}

static void
ask_remark(struct view *v)
{
	struct read_view		*r = read_of(v);
	const struct record_view_line	*l = record_view_focused(&r->record_view);
	struct buf			 label = BUF_INIT;
	const char			*now;

	if (l == NULL)
		return;
	now = val_get_str(r->remarks, l->path);
	wording_format(&label, _("To put right at {1}"), ARG_TEXT, l->label, ARG_END);
	app_push(r->view.app, prompt_new(buf_str(&label), now != NULL ? now : "", false, REMARK_MAX), &r->view, TAG_REMARK);
	buf_free(&label);
}

static void
receive_remark(struct read_view *r, const struct val *text)
{
	const struct record_view_line	*l = record_view_focused(&r->record_view);

	if (text == NULL || l == NULL)
		return;
	if (*val_str(text) == '\0')
		val_drop(r->remarks, l->path);
	else
		val_put(r->remarks, l->path, val_dup(text));
}

/* Remarks wait for whoever comes back to this record before he leaves. */
static void
aside_key(const struct read_view *r, struct buf *key)
{
	buf_printf(key, "remarks/%s/%lld", r->book->name, (long long)r->id);
}

static void
restore_remarks(struct read_view *r)
{
	struct buf	 key = BUF_INIT;
	struct val	*kept;

	aside_key(r, &key);
	if ((kept = app_stash_take(r->view.app, buf_str(&key))) != NULL) {
		val_free(r->remarks);
		r->remarks = kept;
	}
	buf_free(&key);
}

static void
leave(struct view *v)
{
	struct read_view	*r = read_of(v);
	struct app	*app = v->app;
	struct buf	 key = BUF_INIT;
	struct val	*touched;
	bool		 kept = val_len(r->remarks) > 0;

	aside_key(r, &key);
	if (kept)
		app_stash_put(app, buf_str(&key), r->remarks);
	buf_free(&key);
	touched = r->touched ? val_bool(true) : NULL;
	app_close(&r->view, touched);
	val_free(touched);
	if (kept)
		app_message(app, _("Your remarks are kept until you leave the program; open this record again to go on."), ARG_END);
}

static void
title_of(const struct read_view *r, struct buf *out)
{
	const char	*owner = val_get_str(val_get(rec_of(r), PK_UNDER), PK_TITLE);
	struct form_ctx	 ctx = r->view.app->ctx;

	if (r->how.on != 0)
		ctx.today = r->how.on;
	if (owner != NULL)
		buf_printf(out, "%s  ", owner);
	record_title(r->book, val_get(rec_of(r), PK_FIELDS), &ctx, out);
}

/* ---- what stands under it ----------------------------------------------------------------------------------- */

/* With the title while fn runs. */
static void
with_owner(struct read_view *r, const struct val *result,
    void (*fn)(struct read_view *, const struct child_parent *, const struct val *))
{
	struct buf	 title = BUF_INIT;

	title_of(r, &title);
	fn(r, &(struct child_parent){ r->book, r->id, buf_str(&title) }, result);
	buf_free(&title);
}

static void
list_under(struct read_view *r, const struct child_parent *of, const struct val *result)
{
	(void)result;
	app_push(r->view.app, scr_children(&(struct children_filter){ .of = of, .on = r->how.on }), &r->view, TAG_UNDER);
}

static void
list_linked(struct read_view *r, const struct child_parent *of, const struct val *result)
{
	(void)result;
	app_push(r->view.app, scr_related(of->book, of->id, of->title), &r->view, TAG_UNDER);
}

static void
add_under(struct read_view *r, const struct child_parent *of, const struct val *result)
{
	if (result != NULL)
		child_records_chosen(&r->view, of, result, TAG_UNDER);
	else
		child_records_new(&r->view, of, TAG_UNDER_BOOK, TAG_UNDER);
}

/* ---- doubles ------------------------------------------------------------------------------------------------ */

static bool
may_merge(const struct view *v)
{
	return read_of(v)->how.on == 0 && val_get_true(val_get(read_of(v)->reply, PK_MAY), PK_MERGE);
}

static bool
may_unmerge(const struct view *v)
{
	return read_of(v)->how.on == 0 &&
	    val_get_true(val_get(read_of(v)->reply, PK_MAY), PK_UNMERGE);
}

static void
open_duplicates(struct view *v)
{
	struct read_view	*r = read_of(v);
	struct buf	 title = BUF_INIT;

	title_of(r, &title);
	app_push(r->view.app, scr_duplicates(r->book, r->id, buf_str(&title), val_get(rec_of(r), PK_JOINED)), &r->view, TAG_DOUBLE);
	buf_free(&title);
}

static void
ask_unmerge(struct view *v)
{
	struct read_view	*r = read_of(v);
	struct buf	 title = BUF_INIT;

	buf_puts(&title, _("Undo the merge"));
	buf_puts(&title, "  ");
	title_of(r, &title);
	app_push(r->view.app, scr_confirm(buf_str(&title),
	    _("This file becomes what it was before the merge, and what went over with it comes back. In the file that stayed the fields "
	    "that came from here go back too, but for those changed since, which stay as they are."), _("Undo the merge?")),
	    &r->view, TAG_CONFIRM);
	buf_free(&title);
}

static void
unmerge(struct read_view *r, const struct val *why)
{
	struct val	*req = app_request_new("unmerge");
	unsigned char	 token[TOKEN_BYTES];

	if (why == NULL || getrandom(token, sizeof(token), 0) != sizeof(token)) {
		val_free(req);
		return;
	}
	if (req != NULL) {
		val_put(req, PK_BOOK, val_text(r->book->name));
		val_put(req, PK_ID, val_int(r->id));
		val_put(req, PK_VER, val_int(val_get_num(rec_of(r), PK_VER, 0)));
		val_put(req, PK_WHY, val_dup(why));
		val_put(req, PK_TOKEN, val_bytes(token, sizeof(token)));
	}
	app_send(&r->view, TAG_UNMERGE, req, APP_SEND_WAIT | APP_SEND_MUST_FINISH);
}

/* What stands against it is a value or two at most; the first says enough to put it right. */
static void
say_refused(struct read_view *r, const struct val *reply)
{
	const struct val	*first = val_at(val_get(reply, PK_PROBLEMS), 0);
	struct buf		 words = BUF_INIT;

	app_reply_ok(r->view.app, r->book, reply);
	if (first == NULL)
		return;
	wording_message(&r->view.app->ctx, r->book, val_get_str(first, PK_SAY), val_get(first, PK_ARGS), &words);
	app_message_text(r->view.app, buf_str(&words));
	buf_free(&words);
}

static void
unmerged(struct read_view *r, const struct val *reply)
{
	struct app	*app = r->view.app;
	struct buf	 kept = BUF_INIT;

	if (*app_reply_code(reply) != '\0') {
		say_refused(r, reply);
		return;
	}
	get(r, TAG_GET);
	wording_paths(&app->ctx, r->book, val_get(reply, PK_KEPT), &kept);
	if (kept.n > 0)
		app_message(app, _("The merge is undone. Changed since and left as it is in the file that stayed: {1}"), ARG_TEXT,
		    buf_str(&kept), ARG_END);
	else
		app_message(app, _("The merge is undone; both files are as before."), ARG_END);
	app_refresh_counts(app);
	buf_free(&kept);
}

/* ---- acts --------------------------------------------------------------------------------------------------- */

static void
open_act(struct read_view *r, const struct act *a, const struct val *answers)
{
	struct buf	 title = BUF_INIT;
	const char	*state = val_get_str(rec_of(r), PK_STATE);

	if (a->remarks == REMARKS_REQUIRED && val_len(r->remarks) == 0) {
		app_message(r->view.app,
		    _("Say first what is to be put right: go to the field, press r, write it; then this key again."), ARG_END);
		return;
	}
	title_of(r, &title);
	app_push(r->view.app, scr_act(r->view.app, &(struct act_on){ .book = r->book, .act = a, .id = r->id,
	.ver = val_get_num(rec_of(r), PK_VER, 0), .state = state != NULL &&
	    book_state(r->book, state) != NULL ?
	    book_state(r->book, state)->name : r->book->start->name, .title = buf_str(&title),
	.remarks = r->remarks, .ask = answers }), &r->view, TAG_ACT);
	r->again = a;
	buf_free(&title);
}

static void
act_again(struct read_view *r)
{
	struct buf	 state = BUF_INIT;

	for (size_t i = 0; i < r->nacts; i++)
		if (r->acts[i] == r->again) {
			open_act(r, r->again, r->answers);
			return;
		}
	wording_state(&r->view.app->ctx, r->book, val_get_str(rec_of(r), PK_STATE), &state);
	app_message(r->view.app, _("{1}: not possible any more; it is now: {2}"), ARG_TEXT,
	    wording_label(&r->view.app->ctx, r->again->label), ARG_TEXT, buf_str(&state), ARG_END);
	buf_free(&state);
}

static void
act_result(struct read_view *r, const struct val *result)
{
	const struct val	*edit = val_get(result, "edit");

	if (val_get(result, "done") != NULL) {
		val_free(r->remarks);
		r->remarks = val_map();
		r->stale = true;
	} else if (edit != NULL) {
		change(r, val_str(edit));
	} else if (val_get(result, "conflict") != NULL) {
		val_free(r->answers);
		r->answers = val_dup(val_get(result, "conflict"));
		get(r, TAG_MOVED);
	}
}

static void
read_result(struct view *v, int tag, const struct val *result)
{
	struct read_view	*r = read_of(v);

	if (tag == TAG_REMARK)
		receive_remark(r, result);
	else if (tag == TAG_SURE && val_get(result, "set") != NULL) {
		r->touched = true;
		undo(r);
	} else if (tag == TAG_SURE)
		done_with(r, true);
	else if (tag == TAG_ACT) {
		r->touched = true;
		if ((result != NULL && val_get(result, "done") == NULL) || !done_with(r, result != NULL))
			act_result(r, result);
	} else if (tag == TAG_FORM || tag == TAG_DOUBLE)
		r->touched = r->stale = true;
	else if (tag == TAG_UNDER)
		r->touched = true;
	else if (tag == TAG_CONFIRM) {
		r->touched = true;
		unmerge(r, val_get(result, "why"));
	}
	else if (tag == TAG_LOOK && val_get(result, "set") != NULL && r->again != NULL)
		act_again(r);
	else if (tag == TAG_UNDER_BOOK && result != NULL)
		with_owner(r, result, add_under);
}

/* What is new belongs under the one that stays. */
static bool
may_create(const struct view *v)
{
	const struct read_view	*r = read_of(v);

	return is_loaded(v) && r->how.on == 0 && val_get(rec_of(r), PK_INTO) == NULL &&
	    child_records_creatable(v->app, r->book);
}

static bool
may_list_children(const struct view *v)
{
	return is_loaded(v) && child_records_exist(v->app, read_of(v)->book);
}

static bool
may_list_related(const struct view *v)
{
	return is_loaded(v) && read_of(v)->how.on == 0 &&
	    scr_related_exist(v->app, read_of(v)->book);
}

static bool
may_unmask(const struct view *v)
{
	return read_of(v)->how.on == 0 && val_len(val_get(read_of(v)->reply, PK_MASKED)) > 0;
}

static int64_t
survivor(const struct read_view *r)
{
	return val_get_num(val_get(rec_of(r), PK_INTO), PK_ID, 0);
}

static bool
has_survivor(const struct view *v)
{
	return survivor(read_of(v)) != 0;
}

/* ---- what it leads to --------------------------------------------------------------------------------------- */

/* The record that the line names, else the one this stands under, which he may see; NULL: none. */
static const struct book *
leads_to(const struct read_view *r, int64_t *id)
{
	const struct record_view_line	*l = record_view_focused(&r->record_view);
	const struct val		*v = l != NULL && l->field->link_book != NULL && l->field != r->book->under ?
	    val_find(val_get(rec_of(r), PK_FIELDS), l->path) : NULL;
	struct buf			 key = BUF_INIT;
	bool				 seen = false;

	if (val_kind(v) == VAL_INT) {
		buf_printf(&key, "%s/%lld", l->field->link_book->name, (long long)val_num(v, 0));
		seen = val_get(val_get(rec_of(r), PK_LINKS), buf_str(&key)) != NULL;
	}
	buf_free(&key);
	*id = seen ? val_num(v, 0) : val_get_num(val_get(rec_of(r), PK_UNDER), PK_ID, 0);
	return seen ? l->field->link_book : *id != 0 && r->book->under != NULL ? r->book->under->link_book : NULL;
}

static bool
leads_to_owner(const struct view *v)
{
	const struct read_view	*r = read_of(v);
	int64_t			 id;
	const struct book	*b = leads_to(r, &id);

	return b != NULL && r->book->under != NULL && b == r->book->under->link_book;
}

static bool
leads_somewhere(const struct view *v)
{
	int64_t	 id;

	return leads_to(read_of(v), &id) != NULL;
}

static void
follow(struct view *v)
{
	struct read_view	*r = read_of(v);
	int64_t			 id;
	const struct book	*b = leads_to(r, &id);

	app_push(v->app,
	    r->how.on != 0 ? scr_cover_open_past(b, id, r->how.on) : scr_cover_open(b, id), v,
	    TAG_DOUBLE);
}

/* ---- keys --------------------------------------------------------------------------------------------------- */

static void
edit(struct view *v)
{
	struct read_view		*r = read_of(v);
	const struct record_view_line	*l = record_view_focused(&r->record_view);

	change(r, l != NULL ? l->path : NULL);
}

static void
ask_undo_last(struct view *v)
{
	ask_before(read_of(v));
}

static void
create(struct view *v)
{
	with_owner(read_of(v), NULL, add_under);
}

static void
list_children(struct view *v)
{
	with_owner(read_of(v), NULL, list_under);
}

static void
unmask(struct view *v)
{
	get(read_of(v), TAG_WHOLE);
}

static void
list_related(struct view *v)
{
	with_owner(read_of(v), NULL, list_linked);
}

static void
open_survivor(struct view *v)
{
	app_push(v->app, scr_cover_open(read_of(v)->book, survivor(read_of(v))), v, TAG_DOUBLE);
}

static void
show_history(struct view *v)
{
	const struct read_view	*r = read_of(v);
	struct buf		 title = BUF_INIT;

	title_of(r, &title);
	app_push(v->app, scr_history(r->book, r->id, buf_str(&title)), v, TAG_HISTORY);
	buf_free(&title);
}

static bool
has_more_rows(const struct view *v)
{
	const struct read_view	*r = read_of(v);

	return record_view_overflows(&r->record_view, v->app->term, rows_shown(r), r->remarks);
}

static const char *
act_label(const struct view *v, size_t i)
{
	const struct read_view	*r = read_of(v);

	return i < r->nacts ? wording_label(&v->app->ctx, r->acts[i]->label) : NULL;
}

static void
open_nth_act(struct view *v, size_t i)
{
	open_act(read_of(v), read_of(v)->acts[i], NULL);
}

#define FOLLOW_HELP	N_("Open the record this line names, or the one this stands under.")

const struct command	 scr_read_commands[] = {
	{ .help = N_("An act on this record; it asks before anything happens."),
	    .keys = COMMAND_DIGITS, .choice = act_label, .choose = open_nth_act },
	{ .act = ACT_OPEN, .label = N_("the file"), .help = FOLLOW_HELP, .may = leads_to_owner,
	    .run = follow },
	{ .act = ACT_OPEN, .help = FOLLOW_HELP, .may = leads_somewhere, .run = follow },
	{ .act = ACT_REMARK, .may = may_remark, .run = ask_remark },
	{ .act = ACT_EDIT, .may = may_write, .run = edit },
	{ .act = ACT_UNDO, .help = N_("Take your own last save of this record back."),
	    .may = may_undo, .run = ask_undo_last },
	{ .act = ACT_NEW, .may = may_create, .run = create },
	{ .act = ACT_CHILDREN, .may = may_list_children, .run = list_children },
	{ .act = ACT_UNMASK, .may = may_unmask, .run = unmask },
	{ .act = ACT_RELATED, .may = may_list_related, .run = list_related },
	{ .act = ACT_SURVIVOR, .may = has_survivor, .run = open_survivor },
	{ .act = ACT_MERGE, .may = may_merge, .run = open_duplicates },
	{ .act = ACT_MERGE, .label = N_("undo the merge"),
	    .help = N_("This file becomes one of its own again."), .may = may_unmerge,
	    .run = ask_unmerge },
	{ .act = ACT_HISTORY, .may = is_loaded, .run = show_history },
	{ .act = ACT_PAGE_DOWN, .may = has_more_rows },
	{ .act = ACT_PAGE_UP, .may = has_more_rows },
	{ .act = ACT_JUMP },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = leave },
	{ .act = ACT_NONE }
};

static bool
read_key(struct view *v, const struct key *k, enum action act)
{
	struct read_view	*r = read_of(v);

	(void)k;
	if (!is_loaded(v))
		return false;
	if (act == ACT_REFRESH) {
		r->stale = true;
		return false;
	}
	if (act == ACT_OPEN)
		return true;
	return record_view_move(&r->record_view, v->app->term, act, rows_shown(r), r->remarks);
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

static void
add_stamp(const struct val *stamp, const char *translated, struct buf *out)
{
	const char	*name = val_get_str(stamp, PK_NAME);
	struct buf	 day = BUF_INIT;

	if (stamp == NULL)
		return;
	wording_datetime(val_get_num(stamp, PK_AT, 0), &day);
	wording_format(out, translated, ARG_TEXT, name != NULL && *name != '\0' ? name : _("the program"), ARG_TEXT, buf_str(&day), ARG_END);
	buf_free(&day);
}

/* Of a merged one it matters more where it leads than who touched it last. */
static void
add_into(const struct val *into, struct buf *out)
{
	const char	*title = val_get_str(into, PK_TITLE), *number = val_get_str(into, PK_NUMBER);

	if (val_get_true(into, PK_OFFICE))
		buf_puts(out, _("merged into a file outside your area; ask the county office"));
	else
		wording_format(out, _("merged into {1}, No. {2}"), ARG_TEXT, title != NULL ? title : "", ARG_TEXT,
		    number != NULL ? number : "", ARG_END);
}

static void
draw_head(const struct read_view *r, struct term *t)
{
	const struct val	*rec = rec_of(r);
	const char		*number = val_get_str(rec, PK_NUMBER);
	struct buf		 b = BUF_INIT;

	wording_state(&r->view.app->ctx, r->book, val_get_str(rec, PK_STATE), &b);
	term_text(t, CONTENT_ROW, 1, -1, ATTR_BOLD, buf_str(&b));
	buf_reset(&b);
	if (number != NULL && *number != '\0')
		wording_format(&b, _("No. {1}"), ARG_TEXT, number, ARG_END);
	if (b.n > 0)
		buf_puts(&b, "   ");
	add_stamp(val_get(rec, PK_MADE), _("made by {1} {2}"), &b);
	term_text(t, CONTENT_ROW, 14, -1, ATTR_NORMAL, buf_str(&b));
	buf_reset(&b);
	if (val_get(rec, PK_INTO) != NULL)
		add_into(val_get(rec, PK_INTO), &b);
	else
		add_stamp(val_get(rec, PK_LAST), _("last changed by {1} {2}"), &b);
	if (val_get(r->reply, PK_EDITING) != NULL) {
		buf_puts(&b, "   ");
		wording_checked_out(&r->view.app->ctx, val_get(r->reply, PK_EDITING), &b);
	}
	term_text(t, CONTENT_ROW + 1, 14, -1, ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static void
read_draw(struct view *v, struct term *t)
{
	struct read_view	*r = read_of(v);

	if (r->reply == NULL)
		return;
	draw_head(r, t);
	record_view_draw(&r->record_view, t, CONTENT_ROW + 2, frame_content_rows(t) - 2, r->remarks);
}

static void
read_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct read_view	*r = read_of(v);

	wording_as_of(r->how.on, left);
	buf_printf(left, "%s  ", wording_label(&v->app->ctx, r->book->label));
	if (r->reply != NULL)
		title_of(r, left);
	if (val_len(r->remarks) > 0)
		wording_format(right, _("{1} remarks"), ARG_NUM, (int64_t)val_len(r->remarks), ARG_END);
}

static void
read_free(struct view *v)
{
	struct read_view	*r = read_of(v);

	record_view_free(&r->record_view);
	val_free(r->reply);
	val_free(r->remarks);
	val_free(r->answers);
	entry_free(r->seen);
	free(r);
}

static const struct view_ops read_ops = {
	.name = "read", .title = read_title, .draw = read_draw,
	.commands = scr_read_commands, .key = read_key,
	.reply = read_reply, .result = read_result, .shown = read_shown, .free = read_free,
};

struct view *
scr_read(const struct book *book, int64_t id, const struct read_opts *how)
{
	struct read_view	*r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	*r = (struct read_view){ .view.ops = &read_ops, .book = book, .id = id, .stale = true, .remarks = val_map() };
	if (how != NULL)
		r->how = *how;
	if (r->remarks == NULL) {
		free(r);
		return NULL;
	}
	return &r->view;
}
