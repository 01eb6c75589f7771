#ifndef TUI_SCREEN_SCR_ACT_H
#define TUI_SCREEN_SCR_ACT_H

#include "tui/form/entry.h"
#include "tui/screen/scr.h"

/* What an act is done on. Borrowed during the call but for `entry`, whose owner stands below on the stack. */
struct act_on {
	const struct book	*book;
	const struct act	*act;
	int64_t			 id, ver;
	const char		*state;		/* of the definitions */
	const char		*title;
	/* collected at single fields, path: text; NULL: none. Where the act takes none it asks what becomes of them */
	const struct val	*remarks;
	struct entry		*entry;		/* changes that go with it, NULL: none */
	const struct val	*ask;		/* answers given before, when it is asked again; NULL: none */
};

/*
 * Questions, remarks, confirmation. Answers {"done": id, "number"}, {"conflict": answers to its
 * questions}, {"problems": list} when there is an entry to put them right in, {"edit": path or nil}
 * without one; nothing when it was left.
 */
struct view	*scr_act(struct app *, const struct act_on *);

enum conflict_kind {
	CONFLICT_MERGE,		/* ours and theirs are brought together */
	CONFLICT_LOOK,		/* nothing of ours in it: what they changed, before we go on */
	CONFLICT_UNDO		/* `reply` is the record as it was before: what goes back */
};

/* Somebody saved a record that was open here. Borrowed during the call but for `entry`, which stands below. */
struct conflict_on {
	struct entry		*entry;		/* as opened and as it is here; what is changed by hand goes into it */
	const struct val	*reply;		/* the record as it is now, of "get" */
	const struct val	*choices;		/* "said" of an earlier answer, NULL: none */
	const struct act	*act;		/* what comes next; NULL: the save */
	enum conflict_kind	 why;
	void			(*changed)(struct view *opener);	/* the entry was; for CONFLICT_MERGE */
};

/*
 * What differs, field by field, and whose stays. Answers {"set": our changes as entry_rebase() takes
 * them, "theirs": paths, "mine": paths} when all is decided, {"said": …} when it was left.
 */
struct view	*scr_conflict(struct app *, const struct conflict_on *);

#endif
