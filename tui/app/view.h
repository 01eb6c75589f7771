#ifndef TUI_APP_VIEW_H
#define TUI_APP_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "forms/val.h"
#include "tui/app/command.h"
#include "tui/term/key.h"
#include "tui/term/locale.h"
#include "tui/term/term.h"

/*
 * A screen is a view: a state and one row of operations. Views form a stack; the top one has the
 * keyboard. State changes in key(), reply(), result() and tick() only. draw() reads, so a resize, a
 * closed popup or foreign text on the terminal is one more draw.
 */
struct app;
struct view;

/*
 * Row 24: what is possible now, in pages where one row is too short. Texts are translated and valid
 * until the frame is drawn.
 */
struct strip_item {
	enum action	 act;		/* ACT_NONE: a key that only this screen has */
	const char	*key;
	const char	*label;		/* one or two words */
	/* a sentence for the help screen; "": the label is enough */
	const char	*help;
	bool		 pinned;		/* on every page, where the row is too short for
						   all */
	bool		 prefix_label;		/* help says the label before the sentence */
};

#define STRIP_MAX	32
struct strip {
	enum key_where		 where;		/* where the view has its focus */
	struct strip_item	 at[STRIP_MAX];
	size_t			 n;
};

/* key, label and sentence from the table of keys */
void	 strip_add(struct strip *, enum action);
/* with another label */
void	 strip_add_labelled(struct strip *, enum action, const char *label);
/* and another sentence */
void	 strip_add_described(struct strip *, enum action, const char *label, const char *help);
void	 strip_add_key(struct strip *, const char *key, const char *label, const char *help);
void	 strip_add_page_keys(struct strip *, bool more);	/* both page keys, where there is
								   more than one page */
void	 strip_pin_last(struct strip *);		/* the item added last stays on every
							   page */
void	 strip_prefix_label_last(struct strip *);		/* the item added last shares its
								   sentence with others */
/* All of a view: what its strip() adds, then what of its commands is possible now. */
void	 strip_of_view(const struct view *, struct strip *);

struct view_ops {
	const char	*name;		/* for debugging */
	bool		 popup;		/* drawn over the view below it */

	/* Where the focus is; NULL: WHERE_LIST. */
	enum key_where	(*where)(const struct view *);
	/*
	 * Row 2: the title at the left, and at the right what is counted (page, lines). NULL for
	 * popups.
	 */
	void		(*title)(const struct view *, struct buf *left, struct buf *right);
	/*
	 * The content: rows CONTENT_ROW to CONTENT_ROW + frame_content_rows() - 1, and the cursor.
	 */
	void		(*draw)(struct view *, struct term *);
	/*
	 * What row 24 has before the commands: choices that only the definitions know. May be NULL.
	 */
	void		(*strip)(const struct view *, struct strip *);
	/* What it can do; asked before key(). NULL: key() alone knows. */
	const struct command	*commands;
	/* Row 23 while there is no message. May be NULL. */
	void		(*note)(const struct view *, struct buf *);
	/*
	 * A key that no command takes, and its action where the focus is. False: not used here; the
	 * program then does help, jump, lock and the like.
	 */
	bool		(*key)(struct view *, const struct key *, enum action);
	/*
	 * The reply to app_send(view, tag, …); NULL: the connection was lost. NULL for views
	 * without requests.
	 */
	void		(*reply)(struct view *, int tag, const struct val *);
	/*
	 * The view opened with this tag is closing, with its result or NULL. NULL: results are
	 * ignored.
	 */
	void		(*result)(struct view *, int tag, const struct val *);
	/*
	 * Where the next key decides something (yes or no, a password, a match): which question of
	 * this view has the keyboard, counted from 1; 0: none. Keys typed before the question was
	 * painted do not answer it (app_typeahead.c). NULL: never.
	 */
	unsigned	(*question)(const struct view *);
	/* Milliseconds until tick() is due, -1 for never; both NULL or both set. */
	int		(*timeout)(const struct view *, uint64_t now);
	void		(*tick)(struct view *, uint64_t now);
	/*
	 * The view has the keyboard, for the first time or again: a list reads its rows anew. May
	 * be NULL.
	 */
	void		(*shown)(struct view *);
	/* The terminal is lost or the program ends: send drafts. May be NULL. */
	void		(*leave)(struct view *);
	void		(*free)(struct view *);		/* the view itself, too */
};

/* Screens put this first in a struct of their own. */
struct view {
	const struct view_ops	*ops;
	struct app		*app;
	struct view		*below;		/* on the stack */
	/* the view that opened it and gets its result; NULL: the program */
	struct view		*from;
	int			 tag;
	/* replies that typed keys wait for */
	unsigned		 waiting;
	bool			 closed;
};

/* The frame: status, title | content | message, strip. */
#define FRAME_MIN_ROWS	24
#define FRAME_MIN_COLS	80
#define CONTENT_ROW	2
int	 frame_content_rows(const struct term *);
bool	 frame_too_small(const struct term *);

#endif
