#include "tui/screen/scr.h"

/*
 * All tables of commands, for tests that hold for each of them.
 */
const struct scr_table	 scr_tables[] = {
	{ "account", scr_account_commands },
	{ "act", scr_act_commands },
	{ "children", scr_children_commands },
	{ "confirm", scr_confirm_commands },
	{ "conflict", scr_conflict_commands },
	{ "cover", scr_cover_commands },
	{ "deadline_groups", scr_deadline_groups_commands },
	{ "deadlines", scr_deadlines_commands },
	{ "drafts", scr_drafts_commands },
	{ "duplicates", scr_duplicates_commands },
	{ "find", scr_find_commands },
	{ "groups", scr_groups_commands },
	{ "history", scr_history_commands },
	{ "list", scr_list_commands },
	{ "lock", scr_lock_commands },
	{ "login", scr_login_commands },
	{ "matches", scr_matches_commands },
	{ "menu", scr_menu_commands },
	{ "merge", scr_merge_commands },
	{ "progress", scr_progress_commands },
	{ "read", scr_read_commands },
	{ "related", scr_related_commands },
	{ "review", scr_review_commands },
	{ "roll", scr_roll_commands },
	{ "timeline", scr_timeline_commands },
	{ "trail", scr_trail_commands },
	{ NULL, NULL }
};
