#ifndef TUI_SCR_ACT_H
#define TUI_SCR_ACT_H

#include "tui/entry.h"
#include "tui/scr.h"

/* What an act is done on. Borrowed during the call but for `entry`, whose owner stands below on the stack. */
struct act_on {
	const struct book	*book;
	const struct act	*act;
	int64_t			 id, ver;
	const char		*state;		/* of the definitions */
	const char		*title;
	const struct val	*remarks;	/* collected at single fields, path: text; NULL: none */
	struct entry		*entry;		/* changes that go with it, NULL: none */
};

/*
 * Questions, remarks, confirmation. Answers {"done": id, "number"}, {"conflict": true},
 * {"problems": list} when there is an entry to put them right in, {"edit": path or nil} without
 * one; nothing when it was left.
 */
struct view	*scr_act(struct app *, const struct act_on *);

/* Paths that both the entry and the record in the reply of "get" changed since the entry was opened. */
struct val	*conflict_both(const struct entry *, const struct val *reply);
/*
 * Chooses among them; answers with the changes that remain ours, as entry_rebase() takes them. The
 * entry stays below.
 */
struct view	*scr_conflict(const struct entry *, const struct val *reply);

#endif
