#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/screen/draft_resume.h"
#include "tui/screen/scr.h"
#include "tui/view/list_view.h"
#include "forms/wording.h"

/*
 * Unsaved drafts: the first screen after log-in, so that a person whose connection broke continues
 * in the same field.
 */
enum { TAG_DROP = LIST_TAG, TAG_FORM };

struct drafts {
	struct list_view list;
	bool		 at_log_in;
	bool		 asking;	/* really drop this one? */
	struct draft_resume	 draft_resume;
};

static struct drafts *
drafts_of(const struct view *v)
{
	return (struct drafts *)(uintptr_t)v;
}

static const struct book *
book_of(const struct drafts *d, const struct val *draft)
{
	const char	*name = val_get_str(draft, PK_BOOK);

	return name != NULL ? set_book(d->list.view.app->ctx.set, name) : NULL;
}

static struct val *
drafts_request(const struct list_view *l, enum list_page page)
{
	(void)l;
	(void)page;
	return app_request_new("drafts");
}

static bool
is_same(const struct val *a, const struct val *b)
{
	return val_same(val_get(a, "draft"), val_get(b, "draft"));
}

/* ---- answers --------------------------------------------------------------------------------- */

/* At log-in the screen closes when there are no drafts. */
static void
receive(struct list_view *l, const struct val *reply, enum list_page page)
{
	(void)reply;
	(void)page;
	if (l->rows.n == 0 && drafts_of(&l->view)->at_log_in)
		app_close(&l->view, NULL);
}

static void
open_form(struct view *v, struct view *form)
{
	if (form != NULL)
		app_push(v->app, form, v, TAG_FORM);
}

static void
drafts_reply(struct view *v, int tag, const struct val *reply)
{
	struct drafts	*d = drafts_of(v);

	if (tag != TAG_DROP) {
		if (!draft_resume_reply(&d->draft_resume, v, tag, reply))
			list_view_reply(v, tag, reply);
	} else if (app_reply_ok(v->app, NULL, reply)) {
		list_view_read_again(&d->list);
		app_refresh_counts(v->app);
	}
}

/* A form was left or saved: after log-in the menu is next, unless there are more drafts. */
static void
drafts_result(struct view *v, int tag, const struct val *result)
{
	(void)tag;
	(void)result;
	app_refresh_counts(v->app);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void
drop(struct view *v)
{
	struct drafts	*d = drafts_of(v);
	struct val	*req = app_request_new("draft");

	d->asking = false;
	pack_copy(req, PK_DRAFT, val_get(list_view_focused(&d->list), PK_DRAFT));
	pack_put(req, PK_DROP, val_bool(true));
	app_send(&d->list.view, TAG_DROP, req, APP_SEND_WAIT | APP_SEND_MUST_FINISH);
}

static void
keep(struct view *v)
{
	drafts_of(v)->asking = false;
}

static unsigned
drafts_question(const struct view *v)
{
	return drafts_of(v)->asking;
}

/* While it is asked whether to throw one away, no other key counts. */
static bool
has_draft(const struct view *v)
{
	return !drafts_of(v)->asking && list_view_has_line(v);
}

static bool
back_to_menu(const struct view *v)
{
	return !drafts_of(v)->asking && drafts_of(v)->at_log_in;
}

static bool
is_asking(const struct view *v)
{
	return drafts_of(v)->asking;
}

static bool
is_not_asking(const struct view *v)
{
	return !drafts_of(v)->asking;
}

static void
resume(struct view *v)
{
	draft_resume_begin(&drafts_of(v)->draft_resume, v, list_view_focused(&drafts_of(v)->list));
}

static void
ask_discard(struct view *v)
{
	drafts_of(v)->asking = true;
}

static void
leave(struct view *v)
{
	app_close(v, NULL);
}

static const char *
draft_number(const struct view *v, size_t i)
{
	return i < list_view_of(v)->lines.n ? "" : NULL;
}

static void
resume_nth(struct view *v, size_t i)
{
	list_view_of(v)->lines.focus = i;
	resume(v);
}

const struct command	 scr_drafts_commands[] = {
	{ .label = N_("throw away"), .help = N_("Drops this draft with all that was typed."),
	    .may = is_asking, .run = drop, .keys = "y" },
	{ .label = N_("no"), .help = N_("Keeps the draft; so does any other key."),
	    .may = is_asking, .run = keep, .keys = "n" },
	{ .may = has_draft, .keys = COMMAND_DIGITS, .unlisted = true, .choice = draft_number,
	    .choose = resume_nth },
	{ .may = is_not_asking, .run = leave, .keys = "0", .unlisted = true },
	{ .act = ACT_OPEN, .label = N_("go on"), .help = N_("Goes on where this draft was left."),
	    .may = has_draft, .run = resume },
	{ .act = ACT_DISCARD, .may = has_draft, .run = ask_discard },
	{ .act = ACT_HELP, .may = is_not_asking },
	{ .act = ACT_BACK, .label = N_("menu"), .may = back_to_menu, .run = leave },
	{ .act = ACT_BACK, .may = is_not_asking, .run = leave },
	{ .act = ACT_NONE }
};

/* While it is asked whether to throw one away, any key but y keeps it. */
static bool
drafts_key(struct view *v, const struct key *k, enum action act)
{
	if (!is_asking(v))
		return list_view_key(v, k, act);
	keep(v);
	return true;
}

/* ---- drawing --------------------------------------------------------------------------------- */

static void
draft_text(const struct drafts *d, const struct val *draft, struct buf *out)
{
	const struct book	*b = book_of(d, draft);
	const char		*title = val_get_str(draft, PK_TITLE);
	bool			 fresh = val_get_num(draft, PK_ID, 0) == 0;

	wording_format(out, fresh ? _("New: {1}") : _("Change: {1}"),
	    ARG_TEXT, b != NULL ? wording_label(&d->list.view.app->ctx, b->label) : "", ARG_END);
	buf_printf(out, "  %s", title != NULL && *title != '\0' ? title : _("(no name yet)"));
}

static void
draw_line(const struct list_view *l, struct term *t, int row, size_t i)
{
	const struct drafts	*d = drafts_of(&l->view);
	const struct val	*draft = l->rows.at[i];
	struct buf		 b = BUF_INIT;

	buf_printf(&b, "%2zu", i + 1);
	term_text(t, row, 2, -1, ATTR_NORMAL, buf_str(&b));
	buf_reset(&b);
	wording_datetime(val_get_num(draft, PK_WHEN, 0), &b);
	term_text(t, row, 6, 17, ATTR_NORMAL, buf_str(&b));
	buf_reset(&b);
	draft_text(d, draft, &b);
	term_text(t, row, 24, 36, ATTR_NORMAL, buf_str(&b));
	buf_reset(&b);
	draft_resume_text(&d->list.view, draft, &b);
	term_text(t, row, 61, -1, ATTR_DIM, buf_str(&b));
	buf_free(&b);
}

static void
draw_head(const struct list_view *l, struct term *t, int row)
{
	struct buf	 b = BUF_INIT;

	if (!l->loaded)
		return;
	if (l->rows.n == 0)
		buf_puts(&b, _("Nothing is unfinished."));
	else
		wording_format(&b, _("Unfinished entries: {1}. Enter goes on where you stopped."),
		    ARG_NUM, (int64_t)l->rows.n, ARG_END);
	term_text(t, row, 2, -1, ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static void
drafts_title(const struct view *v, struct buf *left, struct buf *right)
{
	(void)v;
	(void)right;
	buf_puts(left, _("Unfinished entries"));
}

static void
drafts_note(const struct view *v, struct buf *out)
{
	const struct drafts	*d = drafts_of(v);
	struct buf		 what = BUF_INIT;

	if (!d->asking)
		return;
	draft_text(d, list_view_focused(&d->list), &what);
	wording_format(out,
	    _("Throw away \"{1}\" with all that was typed? y yes, any other key no"),
	    ARG_TEXT, buf_str(&what), ARG_END);
	buf_free(&what);
}

static void
drafts_free(struct view *v)
{
	struct drafts	*d = drafts_of(v);

	list_view_release(&d->list);
	draft_resume_free(&d->draft_resume);
	free(d);
}

static const struct list_ops	 list_ops = {
	.request = drafts_request, .rows = "drafts", .receive = receive, .is_same = is_same,
	.draw_head = draw_head,
	.draw_line = draw_line, .head_rows = 2, .foot_rows = 1, .head_stays = true,
	.again_flags = APP_SEND_WAIT,
};

static const struct view_ops	 drafts_ops = {
	.name = "drafts", .title = drafts_title, .draw = list_view_draw,
	.note = drafts_note,
	.commands = scr_drafts_commands, .key = drafts_key, .reply = drafts_reply,
	.result = drafts_result,
	.shown = list_view_shown, .question = drafts_question, .free = drafts_free,
};

struct view *
scr_drafts(bool at_log_in)
{
	struct drafts	*d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	*d = (struct drafts){ .at_log_in = at_log_in, .draft_resume.open = open_form };
	list_view_init(&d->list, &drafts_ops, &list_ops, NULL);
	return &d->list.view;
}
