#include <sys/random.h>

#include "core/wire/protocol.h"
#include "tui/screen/read_int.h"
#include "forms/wording.h"

/*
 * From the record to its duplicates, and the undo of a merge.
 */

bool
read_merge_allowed(const struct view *v)
{
	return read_of(v)->how.on == 0 &&
	    val_get_true(val_get(read_of(v)->reply, PK_MAY), PK_MERGE);
}

bool
read_merge_undo_allowed(const struct view *v)
{
	return read_of(v)->how.on == 0 &&
	    val_get_true(val_get(read_of(v)->reply, PK_MAY), PK_UNMERGE);
}

void
read_merge_open(struct view *v)
{
	struct read_view	*r = read_of(v);
	struct buf	 title = BUF_INIT;

	read_put_title(r, &title);
	app_push(r->view.app, scr_duplicates(r->book, r->id, buf_str(&title),
	    val_get(read_record(r), PK_JOINED)), &r->view, READ_DOUBLE);
	buf_free(&title);
}

void
read_merge_ask_undo(struct view *v)
{
	struct read_view	*r = read_of(v);
	struct buf	 title = BUF_INIT;

	buf_puts(&title, _("Undo the merge"));
	buf_puts(&title, "  ");
	read_put_title(r, &title);
	app_push(r->view.app, scr_confirm(buf_str(&title),
	    _("This file becomes what it was before the merge, and what went over with it comes back. In the file that stayed the fields "
	    "that came from here go back too, but for those changed since, which stay as they are."), _("Undo the merge?")),
	    &r->view, READ_CONFIRM);
	buf_free(&title);
}

void
read_merge_undo(struct read_view *r, const struct val *why)
{
	struct val	*req = app_request_new("unmerge");
	unsigned char	 token[TOKEN_BYTES];

	if (why == NULL || getrandom(token, sizeof(token), 0) != sizeof(token)) {
		val_free(req);
		return;
	}
	pack_put(req, PK_BOOK, val_text(r->book->name));
	pack_put(req, PK_ID, val_int(r->id));
	pack_put(req, PK_VER, val_int(val_get_num(read_record(r), PK_VER, 0)));
	pack_copy(req, PK_WHY, why);
	pack_put(req, PK_TOKEN, val_bytes(token, sizeof(token)));
	app_send(&r->view, READ_UNMERGE, req, APP_SEND_WAIT | APP_SEND_MUST_FINISH);
}

/* The problems are a value or two at most; the first is enough to correct them. */
static void
say_refused(struct read_view *r, const struct val *reply)
{
	const struct val	*first = val_at(val_get(reply, PK_PROBLEMS), 0);
	struct buf		 words = BUF_INIT;

	app_reply_ok(r->view.app, r->book, reply);
	if (first == NULL)
		return;
	wording_message(&r->view.app->ctx, r->book, val_get_str(first, PK_SAY),
	    val_get(first, PK_ARGS), &words);
	app_message_text(r->view.app, buf_str(&words));
	buf_free(&words);
}

void
read_merge_undone(struct read_view *r, const struct val *reply)
{
	struct app	*app = r->view.app;
	struct buf	 kept = BUF_INIT;

	if (*app_reply_code(reply) != '\0') {
		say_refused(r, reply);
		return;
	}
	read_get(r, READ_GET);
	wording_paths(&app->ctx, r->book, val_get(reply, PK_KEPT), &kept);
	if (kept.n > 0)
		app_message(app,
		    _("The merge is undone. Changed since and left as it is in the file that stayed: {1}"), ARG_TEXT,
		    buf_str(&kept), ARG_END);
	else
		app_message(app, _("The merge is undone; both files are as before."), ARG_END);
	app_refresh_counts(app);
	buf_free(&kept);
}
