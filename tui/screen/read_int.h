#ifndef TUI_SCREEN_READ_INT_H
#define TUI_SCREEN_READ_INT_H

#include "tui/form/entry.h"
#include "tui/screen/scr.h"
#include "tui/widget/record_view.h"

/*
 * The inside of the reader: scr_read.c (reading the record, the table of commands, answers),
 * read_act.c (acts and remarks), read_undo.c, read_merge.c, read_links.c (other records it leads
 * to) and read_draw.c.
 */
#define READ_ACTS_MAX	9

enum {
	/* requests */
	READ_GET = 1, READ_WHOLE, READ_MOVED, READ_BEFORE, READ_UNDO, READ_UNMERGE,
	READ_REMARK, READ_ACT, READ_FORM, READ_HISTORY, READ_UNDER, READ_UNDER_BOOK, READ_LOOK,
	READ_SURE, READ_DOUBLE, READ_CONFIRM						/* views */
};

struct read_view {
	struct view		 view;
	const struct book	*book;
	int64_t			 id;
	struct val		*reply;		/* of "get"; NULL before it is here */
	bool			 stale;		/* to be read again */
	bool			 whole;		/* read with full numbers */
	struct record_view	 record_view;
	const struct act	*acts[READ_ACTS_MAX];	/* possible now, in the order of the
							   digits */
	size_t			 nacts;
	struct val		*remarks;	/* path: text, collected for an act */
	const struct act	*again;		/* is asked again, after a save by another person */
	struct val		*answers;	/* to the questions of `again` */
	struct entry		*seen;		/* the record as it was read, while changes are
						   shown */
	struct read_opts	 how;
	bool			 touched;	/* something may have been changed from here */
};

/* scr_read.c */
struct read_view *read_of(const struct view *);
const struct val *read_record(const struct read_view *);
bool		 read_is_loaded(const struct view *);
void		 read_put_title(const struct read_view *, struct buf *out);
void		 read_get(struct read_view *, int tag);
void		 read_receive(struct read_view *, const struct val *reply);
void		 read_edit(struct read_view *, const char *at);	/* opens the form; at NULL: its
								   start */
/*
 * Closes the view and returns true where it was opened for one act or undo, which is over; done:
 * whether it was done. Remarks that were written and not used keep it open.
 */
bool		 read_done_with(struct read_view *, bool done);

/* read_act.c; read_act_label() and _open_nth() are the choices of a command */
void		 read_act_receive(struct read_view *);	/* which acts the reply allows */
void		 read_act_open(struct read_view *, const struct act *, const struct val *answers);
const char	*read_act_label(const struct view *, size_t i);
void		 read_act_open_nth(struct view *, size_t i);
void		 read_act_result(struct read_view *, const struct val *result);
/* Another person saved meanwhile: shows what changed, then the act is asked again. */
void		 read_act_look_at_changes(struct read_view *, const struct val *reply);
void		 read_act_again(struct read_view *);
bool		 read_act_may_remark(const struct view *);
void		 read_act_ask_remark(struct view *);
void		 read_act_receive_remark(struct read_view *, const struct val *text);
/* Remarks wait in the program while the person stays; false: there are none. */
bool		 read_act_keep_remarks(struct read_view *);
void		 read_act_restore_remarks(struct read_view *);

/* read_undo.c, in this order */
bool		 read_undo_allowed(const struct view *);
void		 read_undo_begin(struct view *);
void		 read_undo_ask(struct read_view *, const struct val *before);
void		 read_undo_send(struct read_view *);
void		 read_undo_done(struct read_view *);

/* read_merge.c */
bool		 read_merge_allowed(const struct view *);
void		 read_merge_open(struct view *);
bool		 read_merge_undo_allowed(const struct view *);
void		 read_merge_ask_undo(struct view *);
/* why NULL: nothing */
void		 read_merge_undo(struct read_view *, const struct val *why);
void		 read_merge_undone(struct read_view *, const struct val *reply);

/* read_links.c */
bool		 read_links_may_create(const struct view *);
void		 read_links_create(struct view *);
void		 read_links_add_chosen(struct read_view *, const struct val *book);
bool		 read_links_may_list_children(const struct view *);
void		 read_links_list_children(struct view *);
bool		 read_links_may_list_related(const struct view *);
void		 read_links_list_related(struct view *);
bool		 read_links_has_survivor(const struct view *);
void		 read_links_open_survivor(struct view *);
bool		 read_links_leads_somewhere(const struct view *);
bool		 read_links_leads_to_parent(const struct view *);
void		 read_links_follow(struct view *);
void		 read_links_show_history(struct view *);

/* read_draw.c, for view_ops */
void		 read_draw(struct view *, struct term *);
void		 read_title(const struct view *, struct buf *left, struct buf *right);

#endif
