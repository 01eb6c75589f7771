#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/screen/scr.h"
#include "tui/widget/draw.h"
#include "tui/term/width.h"
#include "forms/wording.h"

/*
 * Log-in: the person and the definitions. In a real store the kernel names the user to the daemon;
 * a demo store offers its people, by role first, so that two digits are enough.
 */
enum { TAG_WHO = 1, TAG_FORMS };

struct login {
	struct view	 view;
	struct val	*persona_list;	/* list to choose from, NULL while there is none */
	const char	*role;		/* people of this role are shown; NULL: the roles are */
	struct val	*shown;		/* one persona for each line */
	struct val	*who;		/* the reply to whoami */
	struct buf	 trouble;	/* the reason of a failure */
	struct lines	 lines;
};

static struct login *
login_of(const struct view *v)
{
	return (struct login *)(uintptr_t)v;
}

static void
ask_who(struct login *e, const char *persona)
{
	struct val	*req = app_request_new("whoami");

	pack_put(req, PK_LANG, val_text(locale_language() == LANG_EN ? "en" : "zh"));
	if (persona != NULL)
		pack_put(req, PK_PERSONA, val_text(persona));
	app_send(&e->view, TAG_WHO, req, APP_SEND_WAIT);
}

static void
login_shown(struct view *v)
{
	struct login	*e = login_of(v);

	if (e->who == NULL && e->persona_list == NULL && v->waiting == 0)
		ask_who(e, NULL);
}

/* ---- answers --------------------------------------------------------------------------------- */

/* The persona asked for on the command line: by user name, else the first with that role. */
static const char *
wished(const struct login *e)
{
	const char	*wish = app_persona(e->view.app), *s;

	for (int by_role = 0; wish != NULL && by_role < 2; by_role++)
		for (size_t i = 0; i < val_len(e->persona_list); i++) {
			s = val_get_str(val_at(e->persona_list, i), by_role ? PK_ROLE : PK_USER);
			if (s != NULL && strcmp(s, wish) == 0)
				return val_get_str(val_at(e->persona_list, i), PK_USER);
		}
	return NULL;
}

static const char *
role_of(const struct val *persona)
{
	const char	*role = val_get_str(persona, PK_ROLE);

	return role != NULL ? role : "";
}

/* The roles of a demo store, in the order of the list. */
static const char *const	 roles[] = {
	N_("director"), N_("supervisor"), N_("agency"), N_("officer"), N_("leader"), N_("partner"),
	N_("sysadmin"), N_("secadmin"), N_("auditor"),
};

#define NROLES	(sizeof(roles) / sizeof(roles[0]))

static void
add_shown(struct login *e, const char *role, bool all)
{
	for (size_t i = 0; i < val_len(e->persona_list); i++)
		if (strcmp(role_of(val_at(e->persona_list, i)), role) == 0) {
			pack_add(e->shown, val_dup(val_at(e->persona_list, i)));
			if (!all)
				return;
		}
}

/* The people of a role, or the first of each role. */
static void
show(struct login *e, const char *role)
{
	val_free(e->shown);
	e->role = role;
	if ((e->shown = val_list()) == NULL)
		return;
	for (size_t i = 0; i < NROLES; i++)
		if (role == NULL || strcmp(role, roles[i]) == 0)
			add_shown(e, roles[i], role != NULL);
	lines_resize(&e->lines, val_len(e->shown));
	e->lines.focus = 0;
}

static size_t
people_in(const struct login *e, const char *role)
{
	size_t	 n = 0;

	for (size_t i = 0; i < val_len(e->persona_list); i++)
		n += strcmp(role_of(val_at(e->persona_list, i)), role) == 0;
	return n;
}

static void
receive_who(struct login *e, const struct val *reply)
{
	const char	*persona;

	if (val_get(reply, PK_PERSONAS) != NULL) {
		val_free(e->persona_list);
		e->persona_list = val_dup(val_get(reply, PK_PERSONAS));
		show(e, NULL);
		if ((persona = wished(e)) != NULL)
			ask_who(e, persona);
		else if (app_persona(e->view.app) != NULL)
			app_message(e->view.app,
			    _("Nobody here is called {1}, nor has that role; choose a person."),
			    ARG_TEXT, app_persona(e->view.app), ARG_END);
		return;
	}
	val_free(e->who);
	e->who = val_dup(reply);
	app_send(&e->view, TAG_FORMS, app_request_new("forms"), APP_SEND_WAIT);
}

static void
receive_forms(struct login *e, const struct val *reply)
{
	struct lint	 lint = { .out = BUF_INIT };
	struct set	*set = load_set(val_dup(val_get(reply, PK_SET)), &lint);
	struct areas	*areas = areas_new(val_get(reply, PK_AREAS));

	if (set == NULL || areas == NULL) {
		buf_reset(&e->trouble);
		buf_puts(&e->trouble,
		    _("This program does not understand the forms the server sent; one of the two is too old."));
		buf_putc(&e->trouble, '\n');
		buf_puts(&e->trouble, buf_str(&lint.out));
		set_free(set);
		areas_free(areas);
	} else
		app_login(e->view.app, e->who, set, areas);
	buf_free(&lint.out);
}

static void
login_reply(struct view *v, int tag, const struct val *reply)
{
	struct login	*e = login_of(v);

	/* after a denied persona another can be chosen */
	if (strcmp(app_reply_code(reply), PE_DENIED) == 0 && e->lines.n == 0)
		app_quit_refused(v->app, reply);
	else if (*app_reply_code(reply) != '\0') {
		buf_reset(&e->trouble);
		wording_refusal(&v->app->ctx, NULL, reply, &e->trouble);
		val_free(e->who);
		e->who = NULL;
	} else if (tag == TAG_WHO)
		receive_who(e, reply);
	else
		receive_forms(e, reply);
}

/* ---- keys and drawing ------------------------------------------------------------------------ */

static void
choose(struct login *e, size_t i)
{
	const struct val	*p = val_at(e->shown, i);
	const char		*user = val_get_str(p, PK_USER);

	buf_reset(&e->trouble);
	if (e->role == NULL && people_in(e, role_of(p)) > 1) {
		for (size_t r = 0; r < NROLES; r++)
			if (strcmp(roles[r], role_of(p)) == 0) {
				show(e, roles[r]);
				return;
			}
	}
	e->lines.focus = i;
	if (user != NULL)
		ask_who(e, user);
}

static void
choose_nth(struct view *v, size_t i)
{
	if (i < login_of(v)->lines.n)
		choose(login_of(v), i);
}

static void
choose_focused(struct view *v)
{
	choose_nth(v, login_of(v)->lines.focus);
}

static bool
has_people(const struct view *v)
{
	return login_of(v)->lines.n > 0;
}

static bool
is_in_role(const struct view *v)
{
	return login_of(v)->role != NULL;
}

static bool
is_at_roles(const struct view *v)
{
	return login_of(v)->role == NULL;
}

static void
back_to_roles(struct view *v)
{
	show(login_of(v), NULL);
}

static void
quit(struct view *v)
{
	app_quit(v->app);
}

/* Before log-in there are no definitions, so there is no help and no jump. */
const struct command	 scr_login_commands[] = {
	{ .label = N_("choose"), .help = N_("The number before a line chooses it."),
	    .may = has_people, .keys = COMMAND_DIGITS, .shown = N_("number"),
	    .choose = choose_nth },
	{ .act = ACT_OPEN, .run = choose_focused, .unlisted = true },
	{ .may = is_in_role, .run = back_to_roles, .keys = "0", .unlisted = true },
	{ .act = ACT_BACK, .may = is_in_role, .run = back_to_roles },
	{ .act = ACT_BACK, .label = N_("leave"), .help = N_("Leave the program."),
	    .may = is_at_roles, .run = quit, .keys = "0" },
	{ .act = ACT_LOCK, .run = quit, .unlisted = true },
	{ .act = ACT_NONE }
};

static bool
login_key(struct view *v, const struct key *k, enum action act)
{
	(void)k;
	lines_move(&login_of(v)->lines, act, frame_content_rows(v->app->term) - 3);
	return act != ACT_REFRESH;
}

static void
draw_persona(const struct login *e, struct term *t, int row, size_t i)
{
	const struct val	*p = val_at(e->shown, i);
	const char		*name = val_get_str(p, PK_NAME), *user = val_get_str(p, PK_USER);
	struct buf		 b = BUF_INIT;

	if (i == e->lines.focus)
		draw_focus(t, row, 1);
	buf_printf(&b, "%2zu", i + 1);
	term_text(t, row, 3, -1, ATTR_NORMAL, buf_str(&b));
	term_text(t, row, 7, 34, ATTR_NORMAL, gettext(role_of(p)));
	buf_reset(&b);
	if (e->role == NULL && people_in(e, role_of(p)) > 1)
		wording_format(&b, _("{1} people"), ARG_NUM, (int64_t)people_in(e, role_of(p)),
		    ARG_END);
	else
		buf_printf(&b, "%s  %s", name != NULL ? name : "", user != NULL ? user : "");
	term_text(t, row, 42, -1, ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static void
login_draw(struct view *v, struct term *t)
{
	struct login	*e = login_of(v);
	int		 row = CONTENT_ROW + 1, rows = frame_content_rows(t) - 3;
	size_t		 top = lines_top(&e->lines, rows);

	if (e->trouble.n > 0)
		row += 1 + draw_text(t, row, 10, 1, term_cols(t) - 2, ATTR_NORMAL,
		    buf_str(&e->trouble));
	if (e->persona_list == NULL)
		return;
	term_text(t, row, 1, -1, ATTR_NORMAL,
	    _("This is a county that does not exist, to try things out. Who do you want to be?"));
	for (int i = 0; i < rows && top + (size_t)i < e->lines.n; i++)
		draw_persona(e, t, row + 2 + i, top + (size_t)i);
}

static void
login_title(const struct view *v, struct buf *left, struct buf *right)
{
	(void)v;
	(void)right;
	buf_puts(left, _("Watch over children in need"));
}

static void
login_free(struct view *v)
{
	struct login	*e = login_of(v);

	val_free(e->persona_list);
	val_free(e->shown);
	val_free(e->who);
	buf_free(&e->trouble);
	free(e);
}

static const struct view_ops login_ops = {
	.name = "enter", .title = login_title, .draw = login_draw,
	.commands = scr_login_commands, .key = login_key,
	.reply = login_reply, .shown = login_shown, .free = login_free,
};

struct view *
scr_login(void)
{
	struct login	*e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	e->view.ops = &login_ops;
	return &e->view;
}
