#include "tui/screen/draft_resume.h"

#include "core/wire/protocol.h"
#include "tui/widget/choice.h"
#include "tui/view/picker.h"
#include "tui/screen/scr.h"
#include "forms/wording.h"

enum { TAG_RECORD = -30, TAG_THEN };

static const struct book *
book_of(const struct view *v, const struct val *draft)
{
	const char	*name = val_get_str(draft, PK_BOOK);

	return name != NULL ? set_book(v->app->ctx.set, name) : NULL;
}

/* ---- fetching -------------------------------------------------------------------------------- */

static void
ask(const struct draft_resume *r, struct view *v, int tag, const char *op, bool then)
{
	struct val	*req = app_request_new(op);

	pack_copy(req, PK_BOOK, val_get(r->draft, PK_BOOK));
	pack_copy(req, PK_ID, val_get(r->draft, PK_ID));
	if (then)
		pack_copy(req, PK_VER, val_get(r->draft, PK_VER));
	pack_put(req, PK_WHOLE, val_bool(true));
	app_send(v, tag, req, APP_SEND_WAIT);
}

/* By this `v` may be gone. */
static void
open_on(struct draft_resume *r, struct view *v, const struct val *reply)
{
	r->open(v, scr_form_draft(v->app, book_of(v, r->draft), r->draft, reply));
}

/*
 * Changes are relative to the version they were made on; what others saved since is merged at the
 * save.
 */
static void
receive_record(struct draft_resume *r, struct view *v, const struct val *reply)
{
	const int64_t	 ver = val_get_num(r->draft, PK_VER, 0);

	if (ver > 0 && val_get_num(val_get(reply, PK_RECORD), PK_VER, 0) != ver) {
		r->now = val_dup(reply);
		ask(r, v, TAG_THEN, "history", true);
	} else
		open_on(r, v, reply);
}

static void
receive_begun_version(struct draft_resume *r, struct view *v, const struct val *reply)
{
	struct app		*app = v->app;
	struct val		*then = val_dup(r->now),
	    *last = val_dup(val_get(val_get(r->now, PK_RECORD), PK_LAST));
	struct buf		 when = BUF_INIT;

	if (then != NULL && val_put(then, PK_RECORD, val_dup(val_get(reply, PK_RECORD)))) {
		wording_datetime(val_get_num(last, PK_AT, 0), &when);
		open_on(r, v, then);
		app_message(app,
		    _("{1} saved this record at {2}, after you began; saving brings both together."),
		    ARG_TEXT, val_get_str(last, PK_NAME) != NULL ? val_get_str(last, PK_NAME) : "?",
		    ARG_TEXT, buf_str(&when), ARG_END);
	}
	buf_free(&when);
	val_free(then);
	val_free(last);
}

void
draft_resume_begin(struct draft_resume *r, struct view *v, const struct val *draft)
{
	struct val	*copy = val_dup(draft);

	draft_resume_free(r);			/* it may have been asked about out of here */
	r->draft = copy;
	if (book_of(v, copy) == NULL) {
		app_message(v->app,
		    _("The form this was typed in is no longer there; the administrator can look it up."), ARG_END);
		r->open(v, NULL);
	} else if (val_get_num(copy, PK_ID, 0) == 0)
		open_on(r, v, NULL);
	else
		ask(r, v, TAG_RECORD, "get", false);
}

bool
draft_resume_reply(struct draft_resume *r, struct view *v, int tag, const struct val *reply)
{
	if (tag != TAG_RECORD && tag != TAG_THEN)
		return false;
	if (!app_reply_ok(v->app, book_of(v, r->draft), reply))
		r->open(v, NULL);
	else if (tag == TAG_RECORD)
		receive_record(r, v, reply);
	else
		receive_begun_version(r, v, reply);
	return true;
}

void
draft_resume_free(struct draft_resume *r)
{
	val_free(r->draft);
	val_free(r->now);
	r->draft = r->now = NULL;
}

/* ---- asking ---------------------------------------------------------------------------------- */

void
draft_resume_text(const struct view *v, const struct val *draft, struct buf *out)
{
	const char	*at = val_get_str(draft, PK_AT);
	struct buf	 field = BUF_INIT;

	if (at == NULL || book_of(v, draft) == NULL)
		return;
	wording_path(&v->app->ctx, book_of(v, draft), at, &field);
	wording_format(out, _("at {1}"), ARG_TEXT, buf_str(&field), ARG_END);
	buf_free(&field);
}

void
draft_resume_ask(struct view *v, int tag, const struct val *draft)
{
	struct choices	 ways = CHOICES_INIT;
	struct buf	 when = BUF_INIT, on = BUF_INIT, title = BUF_INIT;

	wording_datetime(val_get_num(draft, PK_WHEN, 0), &when);
	wording_format(&title, _("Your entries of {1} are not saved yet"), ARG_TEXT, buf_str(&when),
	    ARG_END);
	buf_puts(&on, _("go on with them"));
	buf_puts(&on, "  ");
	draft_resume_text(v, draft, &on);
	choices_add(&ways, "1", buf_str(&on), "jzt", "on");
	choices_add(&ways, "2", _("begin anew; they stay among the unfinished entries"), "cxt",
	    "anew");
	app_push(v->app, picker_new(buf_str(&title), &ways, PICKER_IMMEDIATE | PICKER_IS_QUESTION,
	    ""), v, tag);
	buf_free(&when);
	buf_free(&on);
	buf_free(&title);
}
