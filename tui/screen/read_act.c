#include "core/wire/protocol.h"
#include "tui/screen/read_int.h"
#include "tui/screen/scr_act.h"
#include "tui/view/prompt.h"
#include "forms/wording.h"

/*
 * The acts that are possible on the record, and remarks on its fields, which go with an act.
 */
#define REMARK_MAX	500	/* characters */

/* ---- remarks --------------------------------------------------------------------------------- */

bool
read_act_may_remark(const struct view *v)
{
	const struct read_view	*r = read_of(v);

	for (size_t i = 0; i < r->nacts; i++)
		if (r->acts[i]->remarks != REMARKS_NO)
			return true;
	return false;
}

void
read_act_ask_remark(struct view *v)
{
	struct read_view		*r = read_of(v);
	const struct record_view_line	*l = record_view_focused(&r->record_view);
	struct buf			 label = BUF_INIT;
	const char			*now;

	if (l == NULL)
		return;
	now = val_get_str(r->remarks, l->path);
	wording_format(&label, _("To put right at {1}"), ARG_TEXT, l->label, ARG_END);
	app_push(r->view.app, prompt_new(buf_str(&label), now != NULL ? now : "", false,
	    REMARK_MAX), &r->view, READ_REMARK);
	buf_free(&label);
}

void
read_act_receive_remark(struct read_view *r, const struct val *text)
{
	const struct record_view_line	*l = record_view_focused(&r->record_view);

	if (text == NULL || l == NULL)
		return;
	if (*val_str(text) == '\0')
		val_drop(r->remarks, l->path);
	else
		pack_copy(r->remarks, l->path, text);
}

/* The key of remarks that wait until the record is opened again in this session. */
static void
aside_key(const struct read_view *r, struct buf *key)
{
	buf_printf(key, "remarks/%s/%lld", r->book->name, (long long)r->id);
}

bool
read_act_keep_remarks(struct read_view *r)
{
	const bool	 kept = val_len(r->remarks) > 0;
	struct buf	 key = BUF_INIT;

	aside_key(r, &key);
	if (kept)
		app_stash_put(r->view.app, buf_str(&key), r->remarks);
	buf_free(&key);
	return kept;
}

void
read_act_restore_remarks(struct read_view *r)
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

/* ---- acts ------------------------------------------------------------------------------------ */

void
read_act_receive(struct read_view *r)
{
	const struct val	*names = val_get(val_get(r->reply, PK_MAY), PK_ACTS);

	r->nacts = 0;
	for (size_t i = 0; i < r->book->nacts && r->nacts < READ_ACTS_MAX; i++)
		if (val_has(names, r->book->acts[i].name))
			r->acts[r->nacts++] = &r->book->acts[i];
}

const char *
read_act_label(const struct view *v, size_t i)
{
	const struct read_view	*r = read_of(v);

	return i < r->nacts ? wording_label(&v->app->ctx, r->acts[i]->label) : NULL;
}

void
read_act_open(struct read_view *r, const struct act *a, const struct val *answers)
{
	struct buf	 title = BUF_INIT;
	const char	*state = val_get_str(read_record(r), PK_STATE);

	if (a->remarks == REMARKS_REQUIRED && val_len(r->remarks) == 0) {
		app_message(r->view.app,
		    _("Say first what is to be put right: go to the field, press r, write it; then this key again."), ARG_END);
		return;
	}
	read_put_title(r, &title);
	app_push(r->view.app, scr_act(r->view.app, &(struct act_on){ .book = r->book, .act = a,
	    .id = r->id,
	.ver = val_get_num(read_record(r), PK_VER, 0), .state = state != NULL &&
	    book_state(r->book, state) != NULL ?
	    book_state(r->book, state)->name : r->book->start->name, .title = buf_str(&title),
	.remarks = r->remarks, .ask = answers }), &r->view, READ_ACT);
	r->again = a;
	buf_free(&title);
}

void
read_act_open_nth(struct view *v, size_t i)
{
	read_act_open(read_of(v), read_of(v)->acts[i], NULL);
}

/* The record has changed before the decision: shows the changes, then asks again. */
void
read_act_look_at_changes(struct read_view *r, const struct val *reply)
{
	struct app	*app = r->view.app;

	entry_free(r->seen);
	if ((r->seen = entry_new_record(&app->ctx, r->book, r->reply)) != NULL)
		app_push(app, scr_conflict(app, &(struct conflict_on){ .entry = r->seen,
		    .reply = reply, .act = r->again, .why = CONFLICT_LOOK }), &r->view, READ_LOOK);
	read_receive(r, reply);
}

void
read_act_again(struct read_view *r)
{
	struct buf	 state = BUF_INIT;

	for (size_t i = 0; i < r->nacts; i++)
		if (r->acts[i] == r->again) {
			read_act_open(r, r->again, r->answers);
			return;
		}
	wording_state(&r->view.app->ctx, r->book, val_get_str(read_record(r), PK_STATE), &state);
	app_message(r->view.app, _("{1}: not possible any more; it is now: {2}"), ARG_TEXT,
	    wording_label(&r->view.app->ctx, r->again->label), ARG_TEXT, buf_str(&state), ARG_END);
	buf_free(&state);
}

void
read_act_result(struct read_view *r, const struct val *result)
{
	const struct val	*edit = val_get(result, "edit");

	if (val_get(result, "done") != NULL) {
		val_free(r->remarks);
		r->remarks = val_map();
		r->stale = true;
	} else if (edit != NULL) {
		read_edit(r, val_str(edit));
	} else if (val_get(result, "conflict") != NULL) {
		val_free(r->answers);
		r->answers = val_dup(val_get(result, "conflict"));
		read_get(r, READ_MOVED);
	}
}
