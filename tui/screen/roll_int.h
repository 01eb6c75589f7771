#ifndef TUI_SCREEN_ROLL_INT_H
#define TUI_SCREEN_ROLL_INT_H

#include "tui/app/app.h"
#include "tui/view/list_view.h"

/*
 * The inside of the roll, for scr_roll.c (the lines, reading them, keys and drawing) and
 * roll_answer.c (the way from a key to a saved record).
 */
enum {
	ROLL_ROWS = LIST_TAG, ROLL_FOUND, ROLL_SAVED,		/* requests */
	/* views */
	ROLL_FIND, ROLL_FILE, ROLL_CHANGE, ROLL_WHAT, ROLL_BLOCK, ROLL_FORM
};

struct roll {
	struct list_view	 list;		/* rows of "roll" in the order shown */
	const struct clock	*clock;
	/* this place only; "": the person's whole area */
	char			 area[AREA_CODE + 1];
	bool			 read_only;
	int			 month;			/* yyyymm as asked for, 0 = the present
							   one */
	int			 shown_month;		/* as the daemon says */
	struct val		*incoming;		/* those of a reading under way */
	bool			 keep_order;		/* … that leaves the lines where they are */
	int64_t			 all, left, overdue;
	struct val		*found;			/* ids that fit what was looked for;
							   NULL: nothing was */

	/* the line being answered */
	int64_t			 parent;
	const struct quick_entry	*quick_entry;
	struct val		*set;			/* what is known of its record so far */
	int			 day;
	/* "id": {quick, token} of saves without a reply */
	struct val		*unsure;
	/* record of the line answered last; 0: none yet */
	int64_t			 last;
};

/* scr_roll.c */
const struct val *roll_at(const struct roll *, size_t i);		/* NULL: none */
size_t		 roll_line_of(const struct roll *, int64_t parent);	/* SIZE_MAX: none */
bool		 roll_is(const struct val *row, const char *state);	/* "left", "done" … */
/* Marks the line as done by this record; the focus moves to the next line that is left. */
void		 roll_done(struct roll *, int64_t record);

/* roll_answer.c */
bool		 roll_answer_allowed(const struct roll *);
void		 roll_answer_quick(struct roll *, const struct quick_entry *);
void		 roll_answer_dup(struct roll *);
void		 roll_answer_form(struct roll *);		/* the whole form, for what no
								   key says */
void		 roll_answer_correct(struct roll *, size_t line);
void		 roll_answer_reply(struct roll *, int tag, const struct val *reply);
void		 roll_answer_result(struct roll *, int tag, const struct val *result);

#endif
