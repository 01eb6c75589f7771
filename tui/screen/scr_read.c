#include <stdlib.h>

#include "core/wire/protocol.h"
#include "tui/screen/read_int.h"

/*
 * One record, read-only and whole, and the acts that are possible on it now. Numbers are masked
 * until the person asks to see them, which the trail keeps. read_int.h names the other files of
 * this screen.
 */
struct read_view *
read_of(const struct view *v)
{
	return (struct read_view *)(uintptr_t)v;
}

const struct val *
read_record(const struct read_view *r)
{
	return val_get(r->reply, PK_RECORD);
}

bool
read_is_loaded(const struct view *v)
{
	return read_of(v)->reply != NULL;
}

static bool
may_write(const struct view *v)
{
	return val_get_true(val_get(read_of(v)->reply, PK_MAY), PK_WRITE);
}

static int
rows_shown(const struct read_view *r)
{
	return frame_content_rows(r->view.app->term) - 2;
}

void
read_put_title(const struct read_view *r, struct buf *out)
{
	const char	*parent = val_get_str(val_get(read_record(r), PK_UNDER), PK_TITLE);
	struct form_ctx	 ctx = r->view.app->ctx;

	if (r->how.on != 0)
		ctx.today = r->how.on;
	if (parent != NULL)
		buf_printf(out, "%s  ", parent);
	record_title(r->book, val_get(read_record(r), PK_FIELDS), &ctx, out);
}

/* ---- asking and answers ---------------------------------------------------------------------- */

void
read_get(struct read_view *r, int tag)
{
	struct val	*req = app_request_new(r->how.on != 0 ? "file" : "get");

	pack_put(req, PK_BOOK, val_text(r->book->name));
	pack_put(req, PK_ID, val_int(r->id));
	if (r->how.on != 0)
		pack_put(req, PK_ON, val_int(r->how.on));
	if (tag == READ_WHOLE || (tag == READ_MOVED && r->whole))
		pack_put(req, PK_WHOLE, val_bool(true));
	app_send(&r->view, tag, req, APP_SEND_WAIT);
}

static void
read_shown(struct view *v)
{
	struct read_view	*r = read_of(v);

	if (r->reply == NULL)
		read_act_restore_remarks(r);
	if (r->stale && v->waiting == 0)
		read_get(r, READ_GET);
}

/* Does once what read_opts asks for. */
static void
begin(struct read_view *r)
{
	const struct act	*act = r->how.act;

	if (r->how.undo && read_undo_allowed(&r->view)) {
		read_undo_begin(&r->view);
		return;
	}
	r->how.undo = false;

	if (r->how.page != NULL)
		record_view_go_to(&r->record_view, r->view.app->term, r->how.page);
	r->how.page = NULL;
	for (size_t i = 0; act != NULL && i < r->nacts; i++)
		if (r->acts[i] == act) {
			read_act_open(r, act, NULL);
			return;
		}
	r->how.act = NULL;
}

void
read_receive(struct read_view *r, const struct val *reply)
{
	struct form_ctx	 ctx = r->view.app->ctx;
	bool		 first = r->reply == NULL;

	if (r->how.on != 0)
		ctx.today = r->how.on;
	val_free(r->reply);
	r->reply = val_dup(reply);
	r->stale = false;
	record_view_build(&r->record_view, &ctx, r->book, read_record(r));
	read_act_receive(r);
	if (first)
		begin(r);
	if (r->how.on == 0)
		app_remember_record(r->view.app, r->book, val_get(read_record(r), PK_FIELDS),
		    val_get(reply, PK_MASKED));
}

/* See read_int.h. Remarks that were written for the act and not sent stay on the screen. */
bool
read_done_with(struct read_view *r, bool done)
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

void
read_edit(struct read_view *r, const char *at)
{
	app_push(r->view.app, scr_edit(r->book, r->id, at), &r->view, READ_FORM);
}

static void
read_reply(struct view *v, int tag, const struct val *reply)
{
	struct read_view	*r = read_of(v);

	if (tag == READ_UNMERGE)
		read_merge_undone(r, reply);
	else if (tag == READ_GET && r->reply != NULL && r->touched && app_reply_not_found(reply)) {
		struct val	*touched = val_bool(true);

		/* an act done here moved it out of reach; the message row has said so */
		app_close(v, touched);
		val_free(touched);
	} else if (!app_reply_ok(v->app, r->book, reply)) {
		if (r->reply == NULL && reply != NULL)	/* no record was shown */
			app_close(v, NULL);
	} else if (tag == READ_MOVED)
		read_act_look_at_changes(r, reply);
	else if (tag == READ_BEFORE)
		read_undo_ask(r, reply);
	else if (tag == READ_UNDO)
		read_undo_done(r);
	else {
		r->whole = tag == READ_WHOLE;
		read_receive(r, reply);
	}
}

static void
leave(struct view *v)
{
	struct read_view	*r = read_of(v);
	struct app	*app = v->app;
	struct val	*touched;
	bool		 kept = read_act_keep_remarks(r);

	touched = r->touched ? val_bool(true) : NULL;
	app_close(&r->view, touched);
	val_free(touched);
	if (kept)
		app_message(app,
		    _("Your remarks are kept until you leave the program; open this record again to go on."), ARG_END);
}

static void
read_result(struct view *v, int tag, const struct val *result)
{
	struct read_view	*r = read_of(v);

	if (tag == READ_REMARK)
		read_act_receive_remark(r, result);
	else if (tag == READ_SURE && val_get(result, "set") != NULL) {
		r->touched = true;
		read_undo_send(r);
	} else if (tag == READ_SURE)
		read_done_with(r, true);
	else if (tag == READ_ACT) {
		r->touched = true;
		if ((result != NULL && val_get(result, "done") == NULL) ||
		    !read_done_with(r, result != NULL))
			read_act_result(r, result);
	} else if (tag == READ_FORM || tag == READ_DOUBLE)
		r->touched = r->stale = true;
	else if (tag == READ_UNDER)
		r->touched = true;
	else if (tag == READ_CONFIRM) {
		r->touched = true;
		read_merge_undo(r, val_get(result, "why"));
	}
	else if (tag == READ_LOOK && val_get(result, "set") != NULL && r->again != NULL)
		read_act_again(r);
	else if (tag == READ_UNDER_BOOK && result != NULL)
		read_links_add_chosen(r, result);
}

static bool
may_unmask(const struct view *v)
{
	return read_of(v)->how.on == 0 && val_len(val_get(read_of(v)->reply, PK_MASKED)) > 0;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void
edit(struct view *v)
{
	struct read_view		*r = read_of(v);
	const struct record_view_line	*l = record_view_focused(&r->record_view);

	read_edit(r, l != NULL ? l->path : NULL);
}

static void
unmask(struct view *v)
{
	read_get(read_of(v), READ_WHOLE);
}

static bool
has_more_rows(const struct view *v)
{
	const struct read_view	*r = read_of(v);

	return record_view_overflows(&r->record_view, v->app->term, rows_shown(r), r->remarks);
}

#define FOLLOW_HELP	N_("Open the record this line names, or the one this stands under.")

const struct command	 scr_read_commands[] = {
	{ .help = N_("An act on this record; it asks before anything happens."),
	    .keys = COMMAND_DIGITS, .choice = read_act_label, .choose = read_act_open_nth },
	{ .act = ACT_OPEN, .label = N_("the file"), .help = FOLLOW_HELP,
	  .may = read_links_leads_to_parent,
	    .run = read_links_follow },
	{ .act = ACT_OPEN, .help = FOLLOW_HELP, .may = read_links_leads_somewhere,
	  .run = read_links_follow },
	{ .act = ACT_REMARK, .may = read_act_may_remark, .run = read_act_ask_remark },
	{ .act = ACT_EDIT, .may = may_write, .run = edit },
	{ .act = ACT_UNDO, .help = N_("Take your own last save of this record back."),
	    .may = read_undo_allowed, .run = read_undo_begin },
	{ .act = ACT_NEW, .may = read_links_may_create, .run = read_links_create },
	{ .act = ACT_CHILDREN, .may = read_links_may_list_children,
	  .run = read_links_list_children },
	{ .act = ACT_UNMASK, .may = may_unmask, .run = unmask },
	{ .act = ACT_RELATED, .may = read_links_may_list_related, .run = read_links_list_related },
	{ .act = ACT_SURVIVOR, .may = read_links_has_survivor, .run = read_links_open_survivor },
	{ .act = ACT_MERGE, .may = read_merge_allowed, .run = read_merge_open },
	{ .act = ACT_MERGE, .label = N_("undo the merge"),
	    .help = N_("This file becomes one of its own again."), .may = read_merge_undo_allowed,
	    .run = read_merge_ask_undo },
	{ .act = ACT_HISTORY, .may = read_is_loaded, .run = read_links_show_history },
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
	if (!read_is_loaded(v))
		return false;
	if (act == ACT_REFRESH) {
		r->stale = true;
		return false;
	}
	if (act == ACT_OPEN)
		return true;
	return record_view_move(&r->record_view, v->app->term, act, rows_shown(r), r->remarks);
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
	*r = (struct read_view){ .view.ops = &read_ops, .book = book, .id = id, .stale = true,
	    .remarks = val_map() };
	if (how != NULL)
		r->how = *how;
	if (r->remarks == NULL) {
		free(r);
		return NULL;
	}
	return &r->view;
}
