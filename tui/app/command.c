#include "tui/app/command.h"

#include <string.h>

#include "tui/app/view.h"

bool
command_is_end(const struct command *c)
{
	return c == NULL || (c->act == ACT_NONE && c->keys == NULL);
}

static bool
is_possible(const struct command *c, const struct view *v)
{
	return c->may == NULL || c->may(v);
}

/* ---- the strip ------------------------------------------------------------------------------- */

/* Of two rows for one action the strip shows the one that the key runs. */
static bool
is_shown_before(const struct command *commands, const struct command *c, const struct view *v)
{
	for (const struct command *before = commands; c->act != ACT_NONE && before < c; before++)
		if (before->act == c->act && is_possible(before, v))
			return true;
	return false;
}

/* A sign as text that lives as long as the strip. */
static const char *
sign_text(char sign)
{
	static char	 texts[128][2];
	char		*text = texts[sign & 0x7f];

	text[0] = sign;
	return text;
}

static const char *
label_of(const struct command *c, const struct view *v)
{
	const char	*chosen = c->keys == NULL && c->choice != NULL ? c->choice(v, 0) : NULL;

	if (chosen != NULL)
		return chosen;
	return gettext(c->label != NULL ? c->label : key_action_label(c->act));
}

static void
add_choices(const struct command *c, const struct view *v, struct strip *s)
{
	const char	*label;

	for (size_t i = 0; c->keys[i] != '\0'; i++) {
		if ((label = c->choice(v, i)) == NULL)
			continue;
		strip_add_key(s, sign_text(c->keys[i]), label, gettext(c->help));
		strip_prefix_label_last(s);
	}
}

static void
add_row(const struct command *c, const struct view *v, struct strip *s)
{
	const char	*help = gettext(c->help != NULL ? c->help : key_action_help(c->act));

	if (c->keys != NULL && c->choice != NULL)
		add_choices(c, v, s);
	else if (c->keys != NULL)
		strip_add_key(s, c->shown != NULL ? gettext(c->shown) : sign_text(c->keys[0]),
		    label_of(c, v), help);
	else
		strip_add_described(s, c->act, label_of(c, v), help);
	if (c->act == ACT_PAGE_DOWN)
		strip_pin_last(s);
}

void
command_add_strip(const struct command *commands, const struct view *v, struct strip *s)
{
	for (const struct command *c = commands; !command_is_end(c); c++)
		if (!c->unlisted && is_possible(c, v) && !is_shown_before(commands, c, v))
			add_row(c, v, s);
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* Is the key one of this row? *i: its place in `keys`. */
static bool
takes_key(const struct command *c, const struct view *v, const struct key *k, enum action act,
    size_t *i)
{
	const uint32_t	 sign = key_command(k);
	const char	*at;

	*i = 0;
	if (c->act != ACT_NONE && c->act == act)
		return true;
	if (c->keys == NULL || sign == 0 ||
	    (v->ops->where != NULL && v->ops->where(v) != WHERE_LIST))
		return false;
	if ((at = strchr(c->keys, (int)sign)) == NULL)
		return false;
	*i = (size_t)(at - c->keys);
	return c->choice == NULL || c->choice(v, *i) != NULL;
}

bool
command_run(const struct command *commands, struct view *v, const struct key *k, enum action act)
{
	size_t	 i;

	for (const struct command *c = commands; !command_is_end(c); c++) {
		if (!takes_key(c, v, k, act, &i) || !is_possible(c, v))
			continue;
		if (c->choose != NULL)
			c->choose(v, i);
		else if (c->run != NULL)
			c->run(v);
		return c->choose != NULL || c->run != NULL;
	}
	return false;
}
