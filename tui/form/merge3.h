#ifndef TUI_FORM_MERGE3_H
#define TUI_FORM_MERGE3_H

#include "tui/form/entry.h"

/*
 * Three versions of one record: base (when editing began), theirs (saved meanwhile), mine. A field
 * that only one side changed takes that side's value unless the person chooses otherwise; a field
 * that both changed has to be chosen. It does not use the screen.
 */
enum side { SIDE_UNDECIDED, SIDE_THEIRS, SIDE_MINE, SIDE_BOTH };

struct merge3_line {
	char			 path[ENTRY_PATH];	/* a field, a field of a group, a
							   repeating group as a whole */
	const struct field	*field;
	const struct val	*base, *theirs, *mine;	/* borrowed from the three versions; may
							   be NULL */
	enum side		 side;			/* which value will be saved */
	bool			 both;			/* both changed it, and not alike */
	/* not writable for this person: always theirs */
	bool			 locked;
};

struct merge3 {
	struct val		*base, *theirs, *mine;	/* fields, owned */
	struct merge3_line	*at;
	size_t			 n;
};

#define MERGE3_INIT	{ NULL, NULL, NULL, NULL, 0 }

/*
 * Builds a line for every field that differs, in the order of the form. `reply` is the record now,
 * as "get" answers it. Earlier choices of a line hold while its values are unchanged. False: no
 * memory, nothing changed.
 */
bool		 merge3_build(struct merge3 *, const struct entry *, const struct val *reply);
void		 merge3_free(struct merge3 *);

/* false: not possible there */
bool		 merge3_choose(struct merge3_line *, enum side);
/* Lists grow by what each side added, a long text by what the other wrote: both can stay. */
bool		 merge3_can_keep_both(const struct merge3_line *);
size_t		 merge3_first_undecided(const struct merge3 *);	/* n: all are decided */
size_t		 merge3_undecided(const struct merge3 *);		/* how many are not */
/* The value that will be saved; the caller's. NULL: the field will be empty. */
struct val	*merge3_value(const struct merge3_line *);
/*
 * Differences from theirs, as entry_rebase() and "save" take them; the caller's, NULL: no memory.
 */
struct val	*merge3_changes(const struct merge3 *);
/* Paths that take this side's value only; the caller's. */
struct val	*merge3_paths(const struct merge3 *, enum side);

/* The choices so far, to be restored in a later merge of the same record; the caller's. */
struct val	*merge3_choices(const struct merge3 *);
void		 merge3_restore_choices(struct merge3 *, const struct val *said);

#endif
