#include "tui/app/command.h"

#include "tui/app/view.h"

static bool
is_possible(const struct command *c, const struct view *v)
{
	return c->may == NULL || c->may(v);
}

/* An action that has a row before this one that is possible stands on the strip already. */
static bool
is_shown_before(const struct command *commands, const struct command *c, const struct view *v)
{
	for (const struct command *before = commands; before < c; before++)
		if (before->act == c->act && is_possible(before, v))
			return true;
	return false;
}

void
command_add_strip(const struct command *commands, const struct view *v, struct strip *s)
{
	for (const struct command *c = commands; c != NULL && c->act != ACT_NONE; c++) {
		if (!is_possible(c, v) || is_shown_before(commands, c, v))
			continue;
		strip_add_described(s, c->act,
		    gettext(c->label != NULL ? c->label : key_action_label(c->act)),
		    gettext(c->help != NULL ? c->help : key_action_help(c->act)));
		if (c->act == ACT_PAGE_DOWN)
			strip_pin_last(s);
	}
}

bool
command_run(const struct command *commands, struct view *v, enum action act)
{
	if (act == ACT_NONE)
		return false;
	for (const struct command *c = commands; c != NULL && c->act != ACT_NONE; c++)
		if (c->act == act && is_possible(c, v)) {
			if (c->run == NULL)
				return false;
			c->run(v);
			return true;
		}
	return false;
}
