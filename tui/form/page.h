#ifndef TUI_FORM_PAGE_H
#define TUI_FORM_PAGE_H

#include "tui/app/app.h"
#include "tui/edit/edit.h"
#include "tui/widget/choice.h"
#include "tui/form/entry.h"

/*
 * One page of an entry on the screen: a line for each shown field, one of them with the focus and
 * an editor. The view that has the page passes keys and replies to it and keeps the draft.
 */
enum line_kind {
	LINE_FIELD,
	LINE_GROUP,		/* heading of a group; never has the focus */
	LINE_ITEM,		/* heading of one instance of a repeating group */
	LINE_ADD		/* "one more" behind the last instance */
};

struct page_line {
	enum line_kind		 kind;
	const struct field	*field;
	char			 path[ENTRY_PATH];	/* of the field; "kin.1" for an ITEM,
							   "kin" for ADD */
	size_t			 item;			/* its index; for ADD that of the next
							   one */
	int			 indent;
};

struct form_page {
	struct view		*view;
	struct entry		*e;
	const struct page	*page;
	/* only this field has lines, of the definitions; NULL: all */
	const char		*only;
	struct page_line	*lines;
	size_t			 n;
	size_t			 focus;
	int			 top;		/* first row drawn, as of the last key */
	struct edit		*edit;		/* of the field with the focus, when it is typed
						   into */
	bool			 typed;		/* in this visit, and not yet in the entry */
	bool			 fresh;		/* nothing was typed in this visit */
	uint64_t		 typed_at;
	bool			 helped;	/* the short help was shown: the next press shows
						   all */
	/* the field last left, when its value changed, else ""; cleared by the screen */
	char			 left[ENTRY_PATH];
	const struct field	*autofill_link;	/* see page_autofill_pending() */
	int64_t			 autofill_id;
};

enum page_outcome {
	PAGE_UNHANDLED,
	PAGE_HANDLED,
	PAGE_PAST_END,		/* Enter on the last line, or down from it */
	PAGE_PAST_START,
	/* the change is at the path `left`, on another page: the screen opens that page */
	PAGE_OTHER_PAGE
};

/* How a field is filled in. */
enum widget { WIDGET_NONE, WIDGET_TEXT, WIDGET_MULTILINE, WIDGET_ONE_LINE, WIDGET_TICKS_LINE,
    WIDGET_PICK, WIDGET_TICKS, WIDGET_LINK };

/* Tag of the popups that the page opens in the name of its screen. */
#define PAGE_TAG	-7

void		 page_open(struct form_page *, struct view *view, struct entry *,
		    const struct page *,
    const char *at);
/*
 * Of the whole page only the lines of one field: a top-level one, or one in a group that does not
 * repeat.
 */
void		 page_open_field(struct form_page *, struct view *view, struct entry *,
		    const struct page *,
    const struct field *);
void		 page_close(struct form_page *);
enum page_outcome	 page_key(struct form_page *, const struct key *, enum action);
/*
 * What a popup of PAGE_TAG was closed with. Enter there moves on as it does in every field:
 * PAGE_PAST_END as from page_key().
 */
enum page_outcome	 page_popup_result(struct form_page *, const struct val *);
/*
 * After page_popup_result(): the link that was chosen and whose record is needed to fill other
 * fields, or NULL. The screen asks for that record, whole, and passes the reply on.
 */
const struct field *page_autofill_pending(struct form_page *, int64_t *id);
void		 page_autofill(struct form_page *, const struct field *link,
		    const struct val *reply);
enum key_where	 page_where(const struct form_page *);
/* what one needs most here */
void		 page_strip(const struct form_page *, struct strip *);
/* and what may give way */
void		 page_strip_more(const struct form_page *, struct strip *);
/* row 23: what is wrong where the focus is */
void		 page_note(const struct form_page *, struct buf *);

/* Stores the typed text in the entry without leaving the field; `aloud`: a problem is shown. */
void		 page_commit(struct form_page *, bool aloud);
/*
 * The entry has changed: builds lines and editor again, with the focus on the field at `at` (NULL:
 * where it is).
 */
void		 page_refresh(struct form_page *, const char *at);
const char	*page_focus_path(const struct form_page *);	/* path with the focus, for the
								   draft; NULL: none */
bool		 page_is_empty(const struct form_page *);	/* nothing on the page is shown */
/* the same without opening it */
bool		 page_would_be_empty(struct entry *, const struct page *);

/* Drawing into rows [row, row + rows). focused: the focus is in the page. */
void		 page_draw(const struct form_page *, struct term *, int row, int rows,
		    bool focused);
int		 page_focus_row(const struct form_page *, int row, int rows);	/* of the screen */

/* For page*.c. */
enum widget	 page_widget(const struct form_page *, const struct field *);
void		 page_choices(const struct form_page *, const struct page_line *, struct choices *);
void		 page_scroll(struct form_page *, int rows);
int		 page_value_col(const struct form_page *);
int		 page_value_cells(const struct form_page *);
/* Characters in the editor beyond what the field keeps; else 0. */
size_t		 page_excess(const struct form_page *);
bool		 page_focusable(const struct form_page *, size_t i);
/* leaves the field for the next (1) or the one before (-1); false: there is none */
bool		 page_step(struct form_page *, int by);
void		 page_focus_end(struct form_page *, bool last);	/* to the last line, or the first */
int		 page_choice_cells(const struct choice *);	/* on one line with others */

#endif
