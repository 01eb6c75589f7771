#ifndef TUI_SCREEN_SCR_ACT_H
#define TUI_SCREEN_SCR_ACT_H

#include "tui/form/entry.h"
#include "tui/screen/scr.h"

/*
 * The record of an act. Borrowed during the call but for `entry`, which a view below on the stack
 * keeps.
 */
struct act_on {
	const struct book	*book;
	const struct act	*act;
	int64_t			 id, ver;
	const char		*state;		/* of the definitions */
	const char		*title;
	/*
	 * collected at single fields, path: text; NULL: none. Where the act takes none it asks what
	 * becomes of them
	 */
	const struct val	*remarks;
	struct entry		*entry;		/* changes that go with it, NULL: none */
	const struct val	*ask;		/* answers given before, when it is asked again;
						   NULL: none */
};

/*
 * Questions, remarks, confirmation. Answers {"done": id, "number"}, {"conflict": answers to its
 * questions}, {"problems": list} when there is an entry to put them right in, {"edit": path or nil}
 * without one; nothing when it was left.
 */
struct view	*scr_act(struct app *, const struct act_on *);

enum conflict_kind {
	CONFLICT_MERGE,		/* own and other changes are merged */
	CONFLICT_LOOK,		/* no own changes: shows what the other person changed */
	CONFLICT_UNDO		/* `reply` is the record as it was before: what goes back */
};

/*
 * Another person saved a record that is open here. Borrowed during the call but for `entry`, which
 * a view below on the stack keeps.
 */
struct conflict_on {
	struct entry		*entry;		/* as opened and as it is here; what is changed
						   by hand goes into it */
	const struct val	*reply;		/* the record as it is now, of "get" */
	/* "said" of an earlier result, NULL: none */
	const struct val	*choices;
	const struct act	*act;		/* what comes next; NULL: the save */
	enum conflict_kind	 why;
	/* the entry was; for CONFLICT_MERGE */
	void			(*changed)(struct view *opener);
};

/*
 * Shows the differences and lets the person choose. Answers {"set": own changes as entry_rebase()
 * takes them, "theirs": paths, "mine": paths} when all is decided, {"said": …} when it was left.
 */
struct view	*scr_conflict(struct app *, const struct conflict_on *);

#endif
