#include "core/ops/ops_int.h"
#include "core/record/draft.h"

#include <stdio.h>
#include <string.h>

/*
 * The counts beside the items of a menu. The client takes the menu itself from the definitions.
 */

static bool
count_menu(struct call *call, const struct menu_item *items, size_t n, struct val *counts)
{
	char	 name[96];

	for (size_t i = 0; i < n; i++) {
		if (items[i].kind == MENU_SUB && !count_menu(call, items[i].items, items[i].nitems,
		    counts))
			return false;
		if (items[i].kind != MENU_LIST)
			continue;
		snprintf(name, sizeof name, "%s.%s", items[i].book->name, items[i].list->name);
		if (!val_put(counts, name, val_int(ops_count_list(call, items[i].list))))
			return false;
	}
	return true;
}

static bool
menu_holds(const struct menu_item *items, size_t n, const char *screen)
{
	for (size_t i = 0; i < n; i++)
		if ((items[i].kind == MENU_SCREEN && strcmp(items[i].screen, screen) == 0) ||
		    menu_holds(items[i].items, items[i].nitems, screen))
			return true;
	return false;
}

bool
ops_has_screen(const struct actor *actor, const char *screen)
{
	return actor->role != NULL && menu_holds(actor->role->menu, actor->role->nmenu, screen);
}

enum call_step
op_menu(struct call *call)
{
	const struct role	*role = call->actor->role;
	struct val		*reply = val_map(), *counts = val_map();
	bool			 ok = counts != NULL;

	if (role != NULL)
		ok = ok && count_menu(call, role->menu, role->nmenu, counts);
	ok = val_put(reply, PK_COUNTS, counts) && ok;
	if (ops_has_screen(call->actor, "due"))
		ok = val_put(reply, PK_DUE, ops_count_deadlines(call)) && ok;
	if (env_time_behind(call->core))
		ok = val_put(reply, PK_BEHIND, val_bool(true)) && ok;
	if (!ok || !val_put(reply, PK_DRAFTS, val_int(draft_count(call->core, call->actor)))) {
		val_free(reply);
		reply = NULL;
	}
	return call_answer_ok(call, reply);
}
