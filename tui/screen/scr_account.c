#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/screen/scr.h"
#include "tui/widget/draw.h"
#include "tui/term/width.h"
#include "forms/wording.h"

/*
 * The account, and the settings of this terminal: encoding, width of ambiguous characters,
 * language.
 */
struct account {
	struct view	 view;
};

static void
set_encoding(struct view *v, enum encoding e, int ambiguous)
{
	if (!locale_set_encoding(e, ambiguous))
		app_message(v->app, _("This machine cannot convert to {1}."), ARG_TEXT,
		    locale_encoding_name(e), ARG_END);
	term_recode(v->app->term);
}

static void
set_language(struct view *v)
{
	enum lang	 l = locale_language() == LANG_ZH ? LANG_EN : LANG_ZH;

	struct val	*req = app_request_new("whoami");

	locale_set_language(l);
	v->app->ctx.lang = l;
	/* the daemon puts the words of definitions into its replies */
	pack_put(req, PK_LANG, val_text(l == LANG_EN ? "en" : "zh"));
	if (v->app->demo)
		pack_put(req, PK_PERSONA, val_text(v->app->user));
	app_send_noreply(v->app, req);
}

static void
change_setting(struct view *v, size_t i)
{
	static const enum encoding	 encodings[] = { ENC_UTF8, ENC_GB18030, ENC_GBK };

	if (i < sizeof(encodings) / sizeof(encodings[0]))
		set_encoding(v, encodings[i], 0);
	else if (i == 3)
		set_encoding(v, locale_encoding(), width_ambiguous() == 1 ? 2 : 1);
	else
		set_language(v);
}

static void
leave(struct view *v)
{
	app_close(v, NULL);
}

/* The digits are those of the settings on the screen. */
const struct command	 scr_account_commands[] = {
	{ .label = N_("change"), .help = N_("Change a setting of this terminal."), .keys = "12345",
	    .shown = "1-5", .choose = change_setting },
	{ .act = ACT_JUMP },
	{ .act = ACT_LOCK },
	{ .act = ACT_HELP },
	{ .act = ACT_OPEN, .run = leave, .unlisted = true },
	{ .act = ACT_BACK, .run = leave },
	{ .act = ACT_NONE }
};

static bool
account_key(struct view *v, const struct key *k, enum action act)
{
	(void)v;
	(void)k;
	(void)act;
	return false;
}

static int
draw_fact(struct term *t, int row, const char *label, const char *value)
{
	term_text(t, row, 2, 20, ATTR_DIM, label);
	term_text(t, row, 24, -1, ATTR_NORMAL, value);
	return row + 1;
}

static int
draw_setting(struct term *t, int row, const char *key, const char *label, bool chosen)
{
	term_text(t, row, 4, -1, ATTR_NORMAL, key);
	term_text(t, row, 7, 4, ATTR_NORMAL, chosen ? "[x]" : "[ ]");
	term_text(t, row, 11, -1, chosen ? ATTR_BOLD : ATTR_NORMAL, label);
	return row + 1;
}

static void
account_draw(struct view *v, struct term *t)
{
	const struct app	*a = v->app;
	enum encoding		 e = locale_encoding();
	struct buf		 b = BUF_INIT;
	int			 row = CONTENT_ROW + 1;

	row = draw_fact(t, row, _("Name"), a->name);
	row = draw_fact(t, row, _("Login name"), a->user);
	row = draw_fact(t, row, _("Role"), wording_label(&a->ctx, a->role->label));
	wording_areas(&a->ctx, a->areas, &b);
	row = draw_fact(t, row, _("Areas"), b.n > 0 ? buf_str(&b) :
	    wording_label(&a->ctx, a->ctx.set->county));
	buf_free(&b);
	term_text(t, row + 1, 2, -1, ATTR_BOLD, _("This terminal (until you leave)"));
	row = draw_setting(t, row + 2, "1", "UTF-8", e == ENC_UTF8);
	row = draw_setting(t, row, "2", "GB18030", e == ENC_GB18030);
	row = draw_setting(t, row, "3", "GBK", e == ENC_GBK);
	row = draw_setting(t, row, "4", _("signs like the middle dot take two columns"),
	    width_ambiguous() == 2);
	row = draw_setting(t, row, "5", "English", locale_language() == LANG_EN);
	draw_text(t, row + 1, 4, 2, term_cols(t) - 4, ATTR_NORMAL,
	    _("If names look broken, try the encodings until this line reads well: 云岭县儿童主任王芳"));
}

static void
account_title(const struct view *v, struct buf *left, struct buf *right)
{
	(void)v;
	(void)right;
	buf_puts(left, _("Account and terminal"));
}

static void
account_free(struct view *v)
{
	free(v);
}

static const struct view_ops account_ops = {
	.name = "account", .title = account_title, .draw = account_draw,
	.commands = scr_account_commands,
	.key = account_key,
	.free = account_free,
};

struct view *
scr_account(void)
{
	struct account	*a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->view.ops = &account_ops;
	return &a->view;
}
