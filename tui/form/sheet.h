#ifndef TUI_FORM_SHEET_H
#define TUI_FORM_SHEET_H

#include "tui/app.h"
#include "tui/edit/edit.h"
#include "tui/form/choice.h"
#include "tui/form/entry.h"

/*
 * One page of an entry on the screen: a line for each field that is shown, one of them with the
 * focus and with an editor of its own. The view that holds the sheet passes keys and answers on and
 * keeps the draft.
 */
enum line_kind {
	LINE_FIELD,
	LINE_GROUP,		/* heading of a group; never has the focus */
	LINE_ITEM,		/* heading of one instance of a repeating group */
	LINE_ADD		/* "one more" behind the last instance */
};

struct sheet_line {
	enum line_kind		 kind;
	const struct field	*field;
	char			 path[ENTRY_PATH];	/* of the field; "kin.1" for an ITEM, "kin" for ADD */
	size_t			 item;			/* its index; for ADD that of the next one */
	int			 indent;
};

struct sheet {
	struct view		*owner;
	struct entry		*e;
	const struct page	*page;
	const char		*only;		/* the one field whose lines there are, of the definitions; NULL: all */
	struct sheet_line	*lines;
	size_t			 n;
	size_t			 focus;
	int			 top;		/* first row drawn, as of the last key */
	struct edit		*edit;		/* of the field with the focus, when it is typed into */
	bool			 typed;		/* in this visit, and not yet in the entry */
	bool			 fresh;		/* nothing was typed in this visit */
	uint64_t		 typed_at;
	bool			 helped;	/* the short help was shown: the next press shows all */
	/* the field last left, when its value changed; "" else. The owner clears it */
	char			 left[ENTRY_PATH];
	const struct field	*to_fill;	/* see sheet_to_fill() */
	int64_t			 fill_from;
};

enum sheet_did {
	SHEET_NOT_MINE,
	SHEET_DONE,
	SHEET_PAST_END,		/* Enter on the last line, or down from it */
	SHEET_PAST_START,
	SHEET_ELSEWHERE		/* what was done is at the path `left`, on another page: that one is to be opened there */
};

/* How a field is filled in. */
enum widget { WIDGET_NONE, WIDGET_TEXT, WIDGET_LONG, WIDGET_ONE_LINE, WIDGET_TICKS_LINE, WIDGET_PICK,
    WIDGET_TICKS, WIDGET_LINK };

/* Tag under which the sheet opens popups in the name of its owner. */
#define SHEET_TAG	-7

void		 sheet_open(struct sheet *, struct view *owner, struct entry *, const struct page *,
    const char *at);
/* Of the whole page only the lines of one field: a top-level one, or one in a group that does not repeat. */
void		 sheet_open_only(struct sheet *, struct view *owner, struct entry *, const struct page *,
    const struct field *);
void		 sheet_close(struct sheet *);
enum sheet_did	 sheet_key(struct sheet *, const struct key *, enum action);
/* What a popup of SHEET_TAG was closed with. Enter there moves on as it does in every field: SHEET_PAST_END as from sheet_key(). */
enum sheet_did	 sheet_answer(struct sheet *, const struct val *);
/*
 * After sheet_answer(): the link in whose place something was chosen and what it fills is still to be read, or NULL. The
 * owner asks for that record, whole, and hands the reply on.
 */
const struct field *sheet_to_fill(struct sheet *, int64_t *id);
void		 sheet_fill(struct sheet *, const struct field *link, const struct val *reply);
enum key_where	 sheet_where(const struct sheet *);
void		 sheet_strip(const struct sheet *, struct strip *);		/* what one needs most here */
void		 sheet_strip_more(const struct sheet *, struct strip *);	/* and what may give way */
/* row 23: what is wrong where the focus is */
void		 sheet_note(const struct sheet *, struct buf *);

/* What is typed goes into the entry, without leaving the field; said aloud when it is wrong and `aloud`. */
void		 sheet_commit(struct sheet *, bool aloud);
/*
 * The entry has changed under the sheet: lines and editor anew, the focus on the field at `at`
 * (NULL: where it is).
 */
void		 sheet_refresh(struct sheet *, const char *at);
const char	*sheet_at(const struct sheet *);	/* path with the focus, for the draft; NULL: none */
bool		 sheet_empty(const struct sheet *);	/* nothing on the page is shown */
bool		 sheet_page_empty(struct entry *, const struct page *);	/* the same without opening it */

/* Drawing into rows [row, row + rows). focused: the focus is in the sheet. */
void		 sheet_draw(const struct sheet *, struct term *, int row, int rows, bool focused);
int		 sheet_focus_row(const struct sheet *, int row, int rows);	/* of the screen */

/* For sheet*.c. */
enum widget	 sheet_widget(const struct sheet *, const struct field *);
void		 sheet_choices(const struct sheet *, const struct sheet_line *, struct choices *);
void		 sheet_scroll(struct sheet *, int rows);
int		 sheet_value_col(const struct sheet *);
int		 sheet_value_cells(const struct sheet *);
/* Characters of what stands in the editor, when these are more than the field keeps; else 0. */
size_t		 sheet_over(const struct sheet *);
bool		 sheet_focusable(const struct sheet *, size_t i);
/* leaves the field for the next (1) or the one before (-1); false: there is none */
bool		 sheet_step(struct sheet *, int by);
void		 sheet_end(struct sheet *, bool last);	/* to the last line, or the first */
int		 choice_cells(const struct choice *);	/* on one line with others */

#endif
