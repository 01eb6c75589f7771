#ifndef TUI_FORM_MERGE3_H
#define TUI_FORM_MERGE3_H

#include "tui/form/entry.h"

/*
 * Three versions of one record: as it was when somebody began to change it, as others saved it
 * meanwhile, and as he has it now. Where only one side changed a field that side's value holds unless
 * the person says otherwise; where both did, he has to say. No screen in it.
 */
enum side { SIDE_UNDECIDED, SIDE_THEIRS, SIDE_MINE, SIDE_BOTH };

struct merge3_line {
	char			 path[ENTRY_PATH];	/* a field, a field of a group, a repeating group as a whole */
	const struct field	*field;
	const struct val	*base, *theirs, *mine;	/* borrowed from the three versions; may be NULL */
	enum side		 side;			/* whose value will be saved */
	bool			 both;			/* both changed it, and not alike */
	bool			 locked;		/* not his to write: theirs, whatever he says */
};

struct merge3 {
	struct val		*base, *theirs, *mine;	/* fields, owned */
	struct merge3_line	*at;
	size_t			 n;
};

#define MERGE3_INIT	{ NULL, NULL, NULL, NULL, 0 }

/*
 * Every field that differs, in the order of the form. `reply` is the record as it is now, as "get"
 * answers it. What was said before of a line holds as long as nobody changed its values since.
 * False: memory, nothing changed.
 */
bool		 merge3_build(struct merge3 *, const struct entry *, const struct val *reply);
void		 merge3_free(struct merge3 *);

bool		 merge3_choose(struct merge3_line *, enum side);	/* false: not possible there */
/* Lists grow by what each side added, a long text by what the other wrote: both can stay. */
bool		 merge3_can_keep_both(const struct merge3_line *);
size_t		 merge3_first_undecided(const struct merge3 *);	/* n: all is said */
size_t		 merge3_undecided(const struct merge3 *);		/* how many are not */
/* What will be saved there; the caller's. NULL: nothing stands there. */
struct val	*merge3_value(const struct merge3_line *);
/* What differs from theirs, as entry_rebase() and "save" take it; the caller's, NULL: memory. */
struct val	*merge3_changes(const struct merge3 *);
/* Paths whose value is that side's and not also the other's; the caller's. */
struct val	*merge3_paths(const struct merge3 *, enum side);

/* What was said so far, to be laid over another of the same record later; the caller's. */
struct val	*merge3_choices(const struct merge3 *);
void		 merge3_restore_choices(struct merge3 *, const struct val *said);

#endif
