#include "core/wire/protocol.h"
#include "tui/screen/read_int.h"
#include "tui/screen/scr_act.h"

/*
 * One's own last save is taken back: the version before it is read and shown, then the undo is
 * sent.
 */

bool
read_undo_allowed(const struct view *v)
{
	return val_get_true(val_get(read_of(v)->reply, PK_MAY), PK_UNDO);
}

void
read_undo_begin(struct view *v)
{
	struct read_view	*r = read_of(v);
	struct val	*req = app_request_new("history");

	pack_put(req, PK_BOOK, val_text(r->book->name));
	pack_put(req, PK_ID, val_int(r->id));
	pack_put(req, PK_VER, val_int(val_get_num(read_record(r), PK_VER, 0) - 1));
	pack_put(req, PK_WHOLE, val_bool(r->whole));
	app_send(&r->view, READ_BEFORE, req, APP_SEND_WAIT);
}

/* Names what goes back before it does. */
void
read_undo_ask(struct read_view *r, const struct val *before)
{
	struct app	*app = r->view.app;

	entry_free(r->seen);
	if ((r->seen = entry_new_record(&app->ctx, r->book, r->reply)) != NULL)
		app_push(app, scr_conflict(app, &(struct conflict_on){ .entry = r->seen,
		    .reply = before, .why = CONFLICT_UNDO }), &r->view, READ_SURE);
}

void
read_undo_send(struct read_view *r)
{
	struct val	*req = app_request_new("undo");

	pack_put(req, PK_BOOK, val_text(r->book->name));
	pack_put(req, PK_ID, val_int(r->id));
	pack_put(req, PK_VER, val_int(val_get_num(read_record(r), PK_VER, 0)));
	entry_add_save_ids(r->seen, req);
	app_send(&r->view, READ_UNDO, req, APP_SEND_WAIT | APP_SEND_MUST_FINISH);
}

void
read_undo_done(struct read_view *r)
{
	struct app	*app = r->view.app;

	if (!read_done_with(r, true))
		read_get(r, READ_GET);
	app_message(app, _("Your last save is taken back; the history keeps both."), ARG_END);
	app_refresh_counts(app);
}
