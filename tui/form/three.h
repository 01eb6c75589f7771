#ifndef TUI_FORM_THREE_H
#define TUI_FORM_THREE_H

#include "tui/form/entry.h"

/*
 * Three versions of one record: as it was when somebody began to change it, as others saved it
 * meanwhile, and as he has it now. Where only one side changed a field that side's value holds unless
 * the person says otherwise; where both did, he has to say. No screen in it.
 */
enum side { SIDE_OPEN, SIDE_THEIRS, SIDE_MINE, SIDE_BOTH };

struct three_line {
	char			 path[ENTRY_PATH];	/* a field, a field of a group, a repeating group as a whole */
	const struct field	*field;
	const struct val	*was, *theirs, *mine;	/* borrowed from the three versions; may be NULL */
	enum side		 side;			/* whose value will be saved */
	bool			 both;			/* both changed it, and not alike */
	bool			 locked;		/* not his to write: theirs, whatever he says */
};

struct three {
	struct val		*was, *theirs, *mine;	/* fields, owned */
	struct three_line	*at;
	size_t			 n;
};

#define THREE_INIT	{ NULL, NULL, NULL, NULL, 0 }

/*
 * Every field that differs, in the order of the form. `reply` is the record as it is now, as "get"
 * answers it. What was said before of a line holds as long as nobody changed its values since.
 * False: memory, nothing changed.
 */
bool		 three_build(struct three *, const struct entry *, const struct val *reply);
void		 three_free(struct three *);

bool		 three_say(struct three_line *, enum side);	/* false: not possible there */
/* Lists grow by what each side added, a long text by what the other wrote: both can stay. */
bool		 three_both_fit(const struct three_line *);
size_t		 three_first_open(const struct three *);	/* n: all is said */
size_t		 three_open(const struct three *);		/* how many are not */
/* What will be saved there; the caller's. NULL: nothing stands there. */
struct val	*three_value(const struct three_line *);
/* What differs from theirs, as entry_rebase() and "save" take it; the caller's, NULL: memory. */
struct val	*three_set(const struct three *);
/* Paths whose value is that side's and not also the other's; the caller's. */
struct val	*three_paths(const struct three *, enum side);

/* What was said so far, to be laid over another of the same record later; the caller's. */
struct val	*three_said(const struct three *);
void		 three_say_again(struct three *, const struct val *said);

#endif
