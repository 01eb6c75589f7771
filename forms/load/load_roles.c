#include "forms/load/load.h"

#include <string.h>

static const struct val *
role_list(const struct load *b)
{
	return val_get(val_get(b->own->src, "roles"), "roles");
}

static void
parse_level(struct load *b, const struct val *map, struct role *role)
{
	const char	*name = load_text(b, map, "level", "none");

	role->level = AREA_COUNTRY;
	role->bodies = strcmp(name, "body") == 0;
	if (role->bodies || strcmp(name, "none") == 0)
		return;
	if ((role->level = area_level_parse(name)) == AREA_BAD)
		load_error(b, val_get(map, "level"),
		    "level must be county, township, village, body or none");
}

void
load_roles_declare(struct load *b)
{
	static const char *const	 top[] = { "roles", "source", "file", NULL };
	static const char *const	 keys[] = { "label", "level", "excludes", "menu", "source",
	    NULL };
	const struct val		*list = role_list(b), *body;
	struct set			*set = b->set;
	const char			*name;

	b->file = "roles.yaml";
	if (val_get(b->own->src, "roles") != NULL)
		load_check_keys(b, val_get(b->own->src, "roles"), "roles.yaml", top);
	if (val_len(list) == 0 || val_len(list) > ROLES_MAX) {
		load_error(b, list, "roles.yaml must list 1 to %d roles (roles: [...])", ROLES_MAX);
		return;
	}
	if ((set->roles = load_alloc(b, val_len(list), sizeof *set->roles)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		if (!load_named_item(b, val_at(list, i), &name, &body) ||
		    !load_check_keys(b, body, "a role", keys))
			continue;
		if (set_role(set, name) != NULL) {
			load_error(b, body, "there are two roles \"%s\"", name);
			continue;
		}
		struct role	*role = &set->roles[set->nroles];

		role->name = name;
		role->index = (unsigned)set->nroles++;
		load_required_label(b, body, name, &role->label);
		parse_level(b, body, role);
	}
	for (size_t i = 0; i < set->nroles; i++)	/* now all roles are known */
		set->roles[i].excludes = load_role_mask(b,
		    load_body_named(list, set->roles[i].name), "excludes", 0);
}

/* ---- menus ----------------------------------------------------------------------------------- */

#define MENU_LINES	20		/* rows of a screen below its title */

static void	parse_menu(struct load *, const struct role *, const struct val *,
    struct menu_item **, size_t *, int depth);

static const struct book *
need_book(struct load *b, const struct val *at, const char *name)
{
	const struct book	*book = name != NULL ? set_book(b->set, name) : NULL;

	if (book == NULL)
		load_error(b, at, "there is no book \"%s\"", name != NULL ? name : "?");
	return book;
}

/* "child.mine" */
static void
parse_list_ref(struct load *b, const struct role *role, const struct val *v, struct menu_item *item)
{
	const char	*s = val_str(v), *dot = s != NULL ? strchr(s, '.') : NULL;

	if (dot == NULL) {
		load_error(b, v, "list must be written book.list");
		return;
	}
	item->book = need_book(b, v, load_printf(b, "%.*s", (int)(dot - s), s));
	if (item->book == NULL)
		return;
	if ((item->list = book_list(item->book, dot + 1)) == NULL)
		load_error(b, v, "book %s has no list \"%s\"", item->book->name, dot + 1);
	else if ((item->list->by & ROLE_BIT(role)) == 0)
		load_error(b, v, "list %s is not offered to %s (by)", s, role->name);
}

const char *const	 set_screens[] = { "account", "drafts", "due", "help", "progress", "roll",
    "trail", NULL };

/* "child.monthly", or the only clock that has a roll. */
static const struct clock *
parse_roll(struct load *b, const struct val *v)
{
	const char		*of = load_text(b, v, "clock", NULL);
	const struct clock	*found = NULL;
	size_t			 n = 0;

	for (size_t i = 0; i < b->set->nbooks; i++)
		for (size_t k = 0; k < b->set->books[i].nclocks; k++) {
			const struct clock	*c = &b->set->books[i].clocks[k];

			if (!clock_has_roll(c) || (of != NULL &&
			    strcmp(of, load_printf(b, "%s.%s", c->book->name, c->name)) != 0))
				continue;
			found = c;
			n++;
		}
	if (n == 1)
		return found;
	if (n > 1)
		load_error(b, v, "there are several rolls; say which (clock: book.clock)");
	else if (of != NULL)
		load_error(b, v,
		    "clock: %s is no clock of every month whose done book has quick entries", of);
	else
		load_error(b, v,
		    "there is no roll: no clock of every month whose done book has quick entries");
	return NULL;
}

/*
 * A menu line that leads to a screen: {screen: NAME}, and {clock: BOOK.CLOCK} for roll and
 * progress.
 */
static void
parse_screen(struct load *b, const struct role *role, const struct val *v, struct menu_item *item)
{
	const struct val	*at = val_get(v, "screen");
	size_t			 i = 0;
	bool			 roll;

	item->screen = load_text(b, v, "screen", "");
	while (set_screens[i] != NULL && strcmp(set_screens[i], item->screen) != 0)
		i++;
	if (set_screens[i] == NULL)
		load_error(b, at, "there is no screen \"%s\"", item->screen);
	roll = strcmp(item->screen, "roll") == 0 || strcmp(item->screen, "progress") == 0;
	if (!roll && val_get(v, "clock") != NULL)
		load_error(b, at, "clock: only the screens roll and progress are of a clock");
	if (!roll || (item->clock = parse_roll(b, v)) == NULL)
		return;
	if (item->clock->book->see[role->index].reach == REACH_NONE ||
	    item->clock->done->see[role->index].reach == REACH_NONE)
		load_error(b, at, "%s may not see %s or %s", role->name, item->clock->book->name,
		    item->clock->done->name);
}

/*
 * Where a menu line leads: exactly one of list, new, find, screen and items, which the role must be
 * allowed to use.
 */
static void
parse_menu_target(struct load *b, const struct role *role, const struct val *v,
    struct menu_item *item, int depth)
{
	const struct val	*at;

	if ((at = val_get(v, "list")) != NULL) {
		item->kind = MENU_LIST;
		parse_list_ref(b, role, at, item);
	} else if ((at = val_get(v, "new")) != NULL) {
		item->kind = MENU_NEW;
		if ((item->book = need_book(b, at, val_str(at))) != NULL &&
		    (item->book->create & ROLE_BIT(role)) == 0)
			load_error(b, at, "%s may not make a new %s (create)", role->name,
			    item->book->name);
	} else if ((at = val_get(v, "find")) != NULL) {
		item->kind = MENU_FIND;
		if ((item->book = need_book(b, at, val_str(at))) != NULL &&
		    item->book->see[role->index].reach == REACH_NONE)
			load_error(b, at, "%s may not see %s", role->name, item->book->name);
	} else if ((at = val_get(v, "screen")) != NULL) {
		item->kind = MENU_SCREEN;
		parse_screen(b, role, v, item);
	} else if ((at = val_get(v, "items")) != NULL) {
		item->kind = MENU_SUB;
		parse_menu(b, role, at, &item->items, &item->nitems, depth + 1);
	} else
		load_error(b, v, "a menu line needs one of list, new, find, screen and items");
}

static void
parse_menu(struct load *b, const struct role *role, const struct val *list, struct menu_item **out,
    size_t *n, int depth)
{
	static const char *const	 keys[] = { "label", "jump", "list", "new", "find",
	    "screen", "clock", "items", NULL };

	if (val_kind(list) != VAL_LIST || val_len(list) > MENU_LINES || depth > 3) {
		load_error(b, list, "a menu is a list of at most %d lines, nested at most 3 deep",
		    MENU_LINES);
		return;
	}
	if ((*out = load_alloc(b, val_len(list), sizeof **out)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		const struct val	*v = val_at(list, i);
		struct menu_item	*item = &(*out)[*n];

		if (!load_check_keys(b, v, "a menu line", keys))
			continue;
		++*n;
		load_required_label(b, v, "a menu line", &item->label);
		item->jump = load_text(b, v, "jump", "");
		if (strspn(item->jump, "abcdefghijklmnopqrstuvwxyz") != strlen(item->jump) ||
		    strlen(item->jump) > 6)
			load_error(b, v, "jump code \"%s\" must be 1 to 6 letters a-z", item->jump);
		parse_menu_target(b, role, v, item, depth);
	}
}

/* Jump codes within one role's menus must differ. */
static void
check_jumps(struct load *b, const struct val *at, const struct menu_item *items, size_t n,
    struct buf *seen)
{
	for (size_t i = 0; i < n; i++) {
		if (items[i].jump[0] != '\0') {
			const char	*code = load_printf(b, " %s ", items[i].jump);

			if (strstr(buf_str(seen), code) != NULL)
				load_error(b, at, "jump code \"%s\" is given twice", items[i].jump);
			buf_puts(seen, code);
		}
		check_jumps(b, at, items[i].items, items[i].nitems, seen);
	}
}

void
load_roles_resolve_menus(struct load *b)
{
	const struct val	*list = role_list(b), *menu;
	struct buf		 seen = BUF_INIT;

	b->file = "roles.yaml";
	for (size_t i = 0; i < b->set->nroles; i++) {
		struct role	*role = &b->set->roles[i];

		if ((menu = val_get(load_body_named(list, role->name), "menu")) == NULL) {
			load_error(b, load_body_named(list, role->name), "role %s has no menu",
			    role->name);
			continue;
		}
		parse_menu(b, role, menu, &role->menu, &role->nmenu, 0);
		buf_reset(&seen);
		check_jumps(b, menu, role->menu, role->nmenu, &seen);
	}
	b->bad |= seen.bad;
	buf_free(&seen);
}
