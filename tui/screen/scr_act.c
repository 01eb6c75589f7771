#include "tui/screen/scr_act.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/wire/protocol.h"
#include "tui/form/problem_list.h"
#include "tui/form/page.h"
#include "tui/term/width.h"
#include "forms/wording.h"

/*
 * One act on one record: its consequence, its questions for the trail, and the confirmation, whose
 * safe answer is no.
 */
#define SECRET_MAX	128

enum { ON_PAGE, ON_SECRET, ON_QUESTION, ON_PROBLEMS };

struct act_view {
	struct view		 view;
	const struct book	*book;
	const struct act	*act;
	int64_t			 id, ver;
	const char		*state;
	char			*title;
	struct val		*remarks;
	bool			 drop_remarks;	/* the person chose not to keep them */
	struct entry		*entry;		/* borrowed, NULL: none */
	unsigned char		 token[TOKEN_BYTES];

	struct entry		*ask;		/* the answers */
	struct form_page		 form_page;
	struct edit		*secret;	/* NULL: not asked */
	int			 on;
	struct problem_list		 problem_list;	/* why it was refused */
	struct lines		 lines;
};

static struct act_view *
act_of(const struct view *v)
{
	return (struct act_view *)(uintptr_t)v;
}

/*
 * Remarks written for another act: this one has no use for them, so the confirmation asks about
 * them.
 */
static bool
remarks_left_over(const struct act_view *a)
{
	return a->act->remarks == REMARKS_NO && val_len(a->remarks) > 0;
}

/* ---- the request ----------------------------------------------------------------------------- */

static void
send_act(struct act_view *a)
{
	struct val	*req = app_request_new("act");

	pack_put(req, PK_BOOK, val_text(a->book->name));
	pack_put(req, PK_ACT, val_text(a->act->name));
	if (a->act->nask > 0)
		pack_put(req, PK_ASK, entry_all_values(a->ask));
	if (val_len(a->remarks) > 0 && !a->drop_remarks)
		pack_copy(req, PK_REMARKS, a->remarks);
	if (a->secret != NULL)
		pack_put(req, PK_SECRET, val_text(edit_text(a->secret)));
	if (a->entry != NULL) {
		if (a->entry->id == 0 || entry_changed(a->entry))
			pack_put(req, PK_SET, entry_changes(a->entry));
		entry_add_save_ids(a->entry, req);
	} else {
		pack_put(req, PK_ID, val_int(a->id));
		pack_put(req, PK_VER, val_int(a->ver));
		pack_put(req, PK_TOKEN, val_bytes(a->token, sizeof(a->token)));
	}
	app_send(&a->view, 0, req, APP_SEND_WAIT | APP_SEND_MUST_FINISH);
}

static void
result(struct act_view *a, const char *key, struct val *v, const char *number)
{
	struct val	*m = val_map();

	if (m != NULL && val_put(m, key, v) &&
	    (number == NULL || val_put(m, PK_NUMBER, val_text(number))))
		app_close(&a->view, m);
	val_free(m);
}

static void
done(struct act_view *a, const struct val *reply)
{
	struct app	*app = a->view.app;
	struct buf	 state = BUF_INIT;

	wording_state(&app->ctx, a->book, val_get_str(reply, PK_STATE), &state);
	result(a, "done", val_int(val_get_num(reply, PK_ID, 0)), val_get_str(reply, PK_NUMBER));
	problem_list_show(app, a->book, reply);
	app_message(app, _("Done: {1}; the state is \"{2}\" now. {3}"), ARG_TEXT,
	    wording_label(&app->ctx, a->act->label), ARG_TEXT, buf_str(&state), ARG_TEXT, a->title,
	    ARG_END);
	app_refresh_counts(app);
	buf_free(&state);
}

/*
 * Answers are kept until the same act is opened again in this session; not those of a new record,
 * which has no id yet.
 */
static void
aside_key(const struct act_view *a, struct buf *key)
{
	buf_printf(key, "act/%s/%lld/%s", a->book->name, (long long)a->id, a->act->name);
}

/* False: there is nothing to keep. */
static bool
put_aside(struct act_view *a)
{
	struct val	*answers = NULL;
	struct buf	 key = BUF_INIT;
	bool		 kept;

	if (a->on == ON_PAGE)
		page_commit(&a->form_page, false);
	if (a->id != 0 && entry_changed(a->ask) && (answers = entry_all_values(a->ask)) != NULL) {
		aside_key(a, &key);
		app_stash_put(a->view.app, buf_str(&key), answers);
	}
	kept = answers != NULL;
	val_free(answers);
	buf_free(&key);
	return kept;
}

static void
leave(struct act_view *a)
{
	struct app	*app = a->view.app;
	bool		 kept = put_aside(a);

	app_close(&a->view, NULL);
	if (kept)
		app_message(app,
		    _("Not done. Your answers are kept until you leave the program; the same act goes on with them."),
		    ARG_END);
}

static bool
asks(const struct act_view *a, const char *path)
{
	for (size_t i = 0; i < a->act->nask; i++)
		if (strcmp(path, a->act->ask[i].name) == 0)
			return true;
	return false;
}

static bool
of_the_questions(const struct act_view *a, const struct val *problem)
{
	const char	*field = val_get_str(problem, PK_FIELD);

	return field != NULL && asks(a, field);
}

static void
to_questions(struct act_view *a, const char *path)
{
	a->on = ON_PAGE;
	page_refresh(&a->form_page, path);
}

/*
 * Problems of the questions are corrected here, those of the record in its form; none of either
 * kind is skipped.
 */
static void
refused(struct act_view *a, const struct val *reply)
{
	const struct val	*problems = val_get(reply, PK_PROBLEMS);
	size_t			 ours = 0;

	for (size_t i = 0; i < val_len(problems); i++)
		ours += of_the_questions(a, val_at(problems, i));
	if (ours > 0)
		entry_add_server_problems(a->ask, problems);
	if (ours > 0 && (ours == val_len(problems) || a->entry != NULL)) {
		/* which says what is wrong at it */
		to_questions(a, val_get_str(val_at(problems, 0), PK_FIELD));
		return;
	}
	app_reply_ok(a->view.app, a->book, reply);
	if (a->entry != NULL)
		result(a, "problems", val_dup(problems), NULL);
	else {
		problem_list_build_val(&a->problem_list, &a->view.app->ctx, a->book, problems);
		lines_resize(&a->lines, a->problem_list.n);
		a->on = a->problem_list.n > 0 ? ON_PROBLEMS : a->on;
	}
}

static void
act_reply(struct view *v, int tag, const struct val *reply)
{
	struct act_view	*a = act_of(v);
	const char	*code = app_reply_code(reply);

	(void)tag;
	if (*code == '\0')
		done(a, reply);
	else if (strcmp(code, PE_INVALID) == 0)
		refused(a, reply);
	else if (strcmp(code, PE_CONFLICT) == 0)
		result(a, "conflict", entry_all_values(a->ask), NULL);
	else {
		if (a->secret != NULL) {
			edit_set(a->secret, "", 0);
			a->on = ON_SECRET;
		}
		app_reply_ok(v->app, a->book, reply);
	}
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void
forward(struct act_view *a)
{
	a->on = a->on == ON_PAGE && a->secret != NULL ? ON_SECRET : ON_QUESTION;
}

static void
backward(struct act_view *a)
{
	if (a->on == ON_QUESTION && a->secret != NULL)
		a->on = ON_SECRET;
	else if (a->act->nask > 0)
		a->on = ON_PAGE;
}

/* Sends the act when every question has a valid answer, else shows the first gap. */
static void
yes(struct act_view *a)
{
	/* refused answers are checked again: another answer may have corrected them */
	entry_add_server_problems(a->ask, NULL);
	if (a->act->nask > 0 && entry_has_errors(a->ask, true)) {
		/* row 23 says what is wrong there */
		to_questions(a, a->ask->problems.at[0].field);
		if (a->ask->problems.at[0].gap)
			app_message(a->view.app, _("Please answer what is marked first."), ARG_END);
	} else if (a->act->remarks == REMARKS_REQUIRED && val_len(a->remarks) == 0)
		app_message(a->view.app,
		    _("Say first what is to be put right: Esc, then r on the field concerned."),
		    ARG_END);
	else
		send_act(a);
}

static bool
key_page(struct act_view *a, const struct key *k, enum action act)
{
	switch (page_key(&a->form_page, k, act)) {
	case PAGE_PAST_END:
		forward(a);
		return true;
	case PAGE_UNHANDLED:
		if (act != ACT_SAVE && act != ACT_PAGE_DOWN)
			return false;
		page_commit(&a->form_page, true);
		forward(a);
		return true;
	default:
		return true;
	}
}

static bool
key_secret(struct act_view *a, const struct key *k, enum action act)
{
	switch (edit_key(a->secret, k)) {
	case EDIT_FULL:
		app_message(a->view.app, _("At most {1} characters fit here."), ARG_NUM,
		    (int64_t)SECRET_MAX, ARG_END);
		return true;
	case EDIT_UNHANDLED:
		break;
	default:
		return true;
	}
	if (act == ACT_DOWN || act == ACT_SAVE)
		forward(a);
	else if (act == ACT_PREV || act == ACT_UP)
		backward(a);
	else
		return false;
	return true;
}

static bool
is_on_page(const struct view *v)
{
	return act_of(v)->on == ON_PAGE;
}

static bool
is_on_secret(const struct view *v)
{
	return act_of(v)->on == ON_SECRET;
}

static bool
is_on_question(const struct view *v)
{
	return act_of(v)->on == ON_QUESTION;
}

static bool
is_on_problems(const struct view *v)
{
	return act_of(v)->on == ON_PROBLEMS;
}

static bool
may_drop_remarks(const struct view *v)
{
	return is_on_question(v) && remarks_left_over(act_of(v));
}

static bool
has_answers(const struct view *v)
{
	return is_on_question(v) && (act_of(v)->act->nask > 0 || act_of(v)->secret != NULL);
}

static void
do_it(struct view *v)
{
	act_of(v)->drop_remarks = false;
	yes(act_of(v));
}

static void
do_it_without_remarks(struct view *v)
{
	act_of(v)->drop_remarks = true;
	yes(act_of(v));
}

static void
go_back(struct view *v)
{
	backward(act_of(v));
}

static void
leave_act(struct view *v)
{
	leave(act_of(v));
}

static void
leave_secret(struct view *v)
{
	forward(act_of(v));
}

static void
put_right(struct act_view *a, const struct problem_item *i)
{
	if (asks(a, i->path)) {
		to_questions(a, i->path);
		return;
	}
	put_aside(a);
	result(a, "edit", i->path[0] != '\0' ? val_text(i->path) : val_nil(), NULL);
}

static void
put_problem_right(struct view *v)
{
	put_right(act_of(v), &act_of(v)->problem_list.at[act_of(v)->lines.focus]);
}

/* While the questions are answered their page has the other keys (key_page()). */
const struct command	 scr_act_commands[] = {
	{ .label = N_("yes"), .help = N_("Do it."), .may = is_on_question, .run = do_it,
	    .keys = "y1" },
	{ .act = ACT_DISCARD, .label = N_("without remarks"),
	    .help = N_("Do it, and keep none of the remarks you wrote."),
	    .may = may_drop_remarks, .run = do_it_without_remarks },
	{ .act = ACT_OPEN, .label = N_("no"),
	    .help = N_("Leave everything as it is; Enter means no, too."),
	    .may = is_on_question, .run = leave_act, .keys = "n02" },
	{ .act = ACT_PREV, .may = has_answers, .run = go_back },
	{ .act = ACT_UP, .may = has_answers, .run = go_back, .unlisted = true },
	{ .act = ACT_EDIT, .label = N_("put right"),
	    .help = N_("Goes to the field this line tells of."), .may = is_on_problems,
	    .run = put_problem_right },
	{ .act = ACT_OPEN, .may = is_on_problems, .run = put_problem_right, .unlisted = true },
	{ .act = ACT_NEXT, .may = is_on_secret, .run = leave_secret },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = leave_act },
	{ .act = ACT_NONE }
};

static bool
act_key(struct view *v, const struct key *k, enum action act)
{
	struct act_view	*a = act_of(v);

	switch (a->on) {
	case ON_PAGE:
		return key_page(a, k, act);
	case ON_SECRET:
		return key_secret(a, k, act);
	case ON_PROBLEMS:
		return lines_move(&a->lines, act, frame_content_rows(v->app->term) - 3);
	default:
		return false;
	}
}

static void
act_result(struct view *v, int tag, const struct val *result)
{
	if (tag == PAGE_TAG && page_popup_result(&act_of(v)->form_page, result) == PAGE_PAST_END)
		forward(act_of(v));
}

/* ---- drawing --------------------------------------------------------------------------------- */

static void
consequence(const struct act_view *a, struct buf *out)
{
	const struct form_ctx	*ctx = &a->view.app->ctx;
	struct buf		 from = BUF_INIT;

	wording_state(ctx, a->book, a->state, &from);
	if (a->act->to != NULL)
		wording_format(out, _("The state changes from \"{1}\" to \"{2}\"."), ARG_TEXT,
		    buf_str(&from), ARG_TEXT, wording_label(ctx, a->act->to->label), ARG_END);
	else
		wording_format(out, _("The state stays \"{1}\"."), ARG_TEXT, buf_str(&from),
		    ARG_END);
	buf_free(&from);
}

static int
draw_remarks(const struct act_view *a, struct term *t, int row)
{
	struct buf	 b = BUF_INIT;

	for (size_t i = 0; i < val_len(a->remarks) && row < CONTENT_ROW + frame_content_rows(t) - 3;
	    i++, row++) {
		buf_reset(&b);
		wording_path(&a->view.app->ctx, a->book, val_key(a->remarks, i), &b);
		term_text(t, row, 3, 26, ATTR_DIM, buf_str(&b));
		term_text(t, row, 30, -1, ATTR_NORMAL, val_str(val_value(a->remarks, i)));
	}
	buf_free(&b);
	return row;
}

static int
draw_secret(struct act_view *a, struct term *t, int row)
{
	struct buf	 b = BUF_INIT;
	int		 r, c, col;

	col = 3 + term_text(t, row, 3, -1, ATTR_DIM, _("Your password once more")) + 2;
	edit_view(a->secret, 30, 1);
	edit_draw(a->secret, 0, &b);
	term_text(t, row, col, 30, ATTR_NORMAL, buf_str(&b));
	if (a->on == ON_SECRET) {
		edit_cursor(a->secret, &r, &c);
		draw_focus_mark(t, row, 0);
		term_cursor(t, row, col + c);
	}
	buf_free(&b);
	return row + 2;
}

static void
draw_question(const struct act_view *a, struct term *t, int row)
{
	struct buf	 b = BUF_INIT;
	int		 col;

	if (remarks_left_over(a)) {
		wording_format(&b,
		    _("This act asks nobody to put right the {1} remarks you wrote; the history can keep them."),
		    ARG_NUM, (int64_t)val_len(a->remarks), ARG_END);
		term_text(t, row - 1, 3, -1, ATTR_BOLD, buf_str(&b));
		buf_reset(&b);
	}
	wording_format(&b, _("{1}: do it?"), ARG_TEXT,
	    wording_label(&a->view.app->ctx, a->act->label), ARG_END);
	col = 3 + term_text(t, row, 3, -1, ATTR_BOLD, buf_str(&b)) + 3;
	col = draw_key_label(t, row, col, "y", remarks_left_over(a) ? _("yes, keep the remarks") :
	    _("yes"));
	if (remarks_left_over(a))
		col = draw_key_label(t, row, col, "d", _("yes, without the remarks"));
	draw_key_label(t, row, col, "n", _("no"));
	if (a->on == ON_QUESTION)
		draw_focus(t, row, 0);
	buf_free(&b);
}

static void
act_draw(struct view *v, struct term *t)
{
	struct act_view	*a = act_of(v);
	struct buf	 b = BUF_INIT;
	int		 row = CONTENT_ROW + 2, rows = frame_content_rows(t);

	consequence(a, &b);
	term_text(t, CONTENT_ROW, 3, -1, ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
	if (a->on == ON_PROBLEMS) {
		term_text(t, row, 3, -1, ATTR_BOLD, _("Not possible yet:"));
		problem_list_draw(&a->problem_list, &a->lines, t, row + 1, rows - 3);
		return;
	}
	row = draw_remarks(a, t, row) + (val_len(a->remarks) > 0);
	if (a->act->nask > 0) {
		rows = CONTENT_ROW + rows - row - 4;
		page_draw(&a->form_page, t, row, rows, a->on == ON_PAGE);
		row = CONTENT_ROW + frame_content_rows(t) - 4;
	}
	if (a->secret != NULL)
		row = draw_secret(a, t, row);
	draw_question(a, t, row + 1);
}

static void
act_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct act_view	*a = act_of(v);

	(void)right;
	buf_printf(left, "%s  %s", wording_label(&v->app->ctx, a->act->label), a->title);
}

static enum key_where
act_where(const struct view *v)
{
	const struct act_view	*a = act_of(v);

	return a->on == ON_PAGE ? page_where(&a->form_page) : a->on == ON_SECRET ? WHERE_TEXT :
	    WHERE_LIST;
}

static unsigned
act_question(const struct view *v)
{
	const struct act_view	*a = act_of(v);

	return a->on == ON_SECRET ? 1 : a->on == ON_QUESTION ? 2 : 0;
}

/* What the field on the page offers. */
static void
act_strip(const struct view *v, struct strip *s)
{
	if (!is_on_page(v))
		return;
	page_strip(&act_of(v)->form_page, s);
	page_strip_more(&act_of(v)->form_page, s);
}

static void
act_note(const struct view *v, struct buf *out)
{
	const struct act_view	*a = act_of(v);

	if (a->on == ON_PAGE)
		page_note(&a->form_page, out);
	else if (a->on == ON_PROBLEMS)
		problem_list_note(&a->problem_list, &a->lines, term_cols(v->app->term), out);
}

static void
act_free(struct view *v)
{
	struct act_view	*a = act_of(v);

	page_close(&a->form_page);
	entry_free(a->ask);
	edit_free(a->secret);
	val_free(a->remarks);
	problem_list_free(&a->problem_list);
	free(a->title);
	free(a);
}

static const struct view_ops act_ops = {
	.name = "act", .where = act_where, .title = act_title, .draw = act_draw, .strip = act_strip,
	.commands = scr_act_commands,
	.note = act_note, .question = act_question,
	.key = act_key, .reply = act_reply, .result = act_result, .free = act_free,
};

static void
answer_again(struct entry *ask, const struct val *given)
{
	for (size_t i = 0; i < ask->act->nask; i++) {
		const struct field	*f = &ask->act->ask[i];

		if (val_get(given, f->name) != NULL)
			entry_put(ask, f, f->name, val_dup(val_get(given, f->name)));
	}
}

static void
go_on(struct act_view *a, const struct val *given)
{
	struct buf	 key = BUF_INIT;
	struct val	*kept;

	aside_key(a, &key);
	kept = app_stash_take(a->view.app, buf_str(&key));
	answer_again(a->ask, given != NULL ? given : kept);
	entry_undo_forget(a->ask);
	val_free(kept);
	buf_free(&key);
}

struct view *
scr_act(struct app *app, const struct act_on *on)
{
	struct act_view	*a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	*a = (struct act_view){ .view.ops = &act_ops, .view.app = app, .book = on->book,
	    .act = on->act, .id = on->id,
	.ver = on->ver, .state = on->state, .title = strdup(on->title), .entry = on->entry,
	.remarks = on->remarks != NULL ? val_dup(on->remarks) : val_map() };
	a->ask = entry_new_act(&app->ctx, on->book, on->act, val_str(app_own_area(app)));
	if (on->act->reauth)
		a->secret = edit_new(SECRET_MAX, EDIT_SECRET);
	if (a->title == NULL || a->remarks == NULL || a->ask == NULL ||
	    (on->act->reauth && a->secret == NULL) ||
	    getrandom(a->token, sizeof(a->token), 0) != sizeof(a->token)) {
		act_free(&a->view);
		return NULL;
	}
	go_on(a, on->ask);
	page_open(&a->form_page, &a->view, a->ask, &a->ask->pages[0], NULL);
	a->on = on->act->nask > 0 ? ON_PAGE : a->secret != NULL ? ON_SECRET : ON_QUESTION;
	return &a->view;
}
