#ifndef TUI_SCREEN_SCR_H
#define TUI_SCREEN_SCR_H

#include "tui/app/app.h"

/*
 * The screens. Each makes a view, NULL when memory is out; give it to app_push(). What they need is
 * borrowed only during the call unless it belongs to the definitions. "Answers" is what the one who
 * opened the screen is told when it closes.
 */
struct entry;

struct view	*scr_login(void);		/* who are you; opens the menu by app_login() */
struct view	*scr_menu(const struct role *);	/* the bottom of the stack */
/* Asks for a jump code; what it leads to is opened by the menu. */
void		 scr_menu_jump(struct app *, struct view *menu);
struct view	*scr_help(const struct view *about);	/* keys of a screen, from its strip */
struct view	*scr_lock(void);
struct view	*scr_account(void);
struct view	*scr_drafts(bool at_log_in);
struct view	*scr_trail(void);
/* of one record: who looked at it and who did what; the title is borrowed */
struct view	*scr_trail_of(int64_t id, const char *title);

struct view	*scr_deadlines(void);			/* what falls due, the most urgent first */
/*
 * The same counted by "clock", "village" or "township", the most overdue first. of: the list in words; only: what narrows it
 * already, as the daemon is asked; both are copied. Answers with what to narrow it to further, {"book","clock" | "area", "words"}, or nothing.
 */
struct view	*scr_deadline_groups(const char *by, const char *of, const struct val *only);
/*
 * What stands under a record (visits of a child), latest first: of all books, or of one; as it is, or as it was at the end of a day, and
 * then only to be looked at. What it points to is borrowed.
 */
struct child_parent;
struct children_filter {
	const struct child_parent	*of;
	const struct book	*only;		/* NULL: all */
	int			 on;		/* yyyymmdd, 0: as it is */
};
struct view	*scr_children(const struct children_filter *);

/*
 * A month's roll of a clock that has one. part: one place and month of it, only to be read; NULL: all that is his, this
 * month's to be worked on.
 */
struct roll_part {
	char	 area[AREA_CODE + 1];
	int	 month;			/* yyyymm, 0 = this one */
};
struct view	*scr_roll(const struct clock *, const struct roll_part *);
/* How far that month has come, place by place, the worst first; part NULL: where he looks from. */
struct view	*scr_progress(const struct clock *, const struct roll_part *);
/* What both say of the whole at the right of row 2; `past`: of a month that is over. */
void		 scr_roll_counts(bool past, int64_t all, int64_t left, int64_t overdue, struct buf *out);

struct view	*scr_list(const struct list *);
/* Counts of a list by one of its columns; answers with {"path", "value", "words"} to narrow to, or nothing. */
struct view	*scr_groups(const struct list *, const struct column *);
/* Finds records of a book. With `pick` Enter answers {"id", "title"} instead of opening the record. */
struct view	*scr_find(const struct book *, bool pick, const char *typed);
/*
 * A record is opened by its cover where its book has one, else in the reader: everywhere but behind the cover. `on` as above. Answers
 * true when something of it may have been changed.
 */
struct view	*scr_cover_open(const struct book *, int64_t id);
struct view	*scr_cover_open_past(const struct book *, int64_t id, int on);
/* The reader: from a page on, of a day of the past, or only to do an act or to take the last save back, and gone when that is over. how NULL: plain. */
struct read_opts {
	const struct page	*page;
	int			 on;
	const struct act	*act;
	bool			 undo;
};
struct view	*scr_read(const struct book *, int64_t id, const struct read_opts *how);
/* What was written when a version or event came about, in full. */
void		 scr_history_show_answers(struct view *from, const struct book *, const struct val *version, const char *title);
/* All that happened to a record and to what stands under it; the title is borrowed. */
struct view	*scr_timeline(const struct book *, int64_t id, const char *title, int on);
struct view	*scr_history(const struct book *, int64_t id, const char *title);
/* Who shares a home, a carer, parents with it, and who names it; answers true when something was changed from there. */
struct view	*scr_related(const struct book *, int64_t id, const char *title);
/* Whether there can be any: records of the book name others, or are named, by more than what they stand under. */
bool		 scr_related_exist(const struct app *, const struct book *);

/*
 * Fill in a new record; change one (takes the reply of a whole "get"); or go on where a draft
 * stopped (its row from "drafts", and when it has a record that, as it was when the draft was begun).
 * `at` is the field to begin in, NULL the first. Answer {"saved": id} when it was saved, nothing when it was left.
 */
struct view	*scr_form_new(struct app *, const struct book *);
/* A new record under another, which has that title; once saved it closes. */
struct view	*scr_form_child(struct app *, const struct book *, int64_t owner, const char *title);
/* The same with some fields known: {field: value}, NULL for none. */
struct view	*scr_form_prefilled(struct app *, const struct book *, int64_t owner, const char *title,
    const struct val *set);
/* Changes one as scr_form_edit(), going through some pages only: bit i = page i. */
struct view	*scr_form_pages(struct app *, const struct book *, const struct val *reply, uint64_t pages);
/*
 * Changes one, after hearing who else does and what is left unsaved of it: becomes the form, or answers {"look": id} without it,
 * {"denied": id} where it may not be changed.
 */
struct view	*scr_edit(const struct book *, int64_t id, const char *at);
struct view	*scr_edit_pages(const struct book *, int64_t id, uint64_t pages);
/* A new one that begins with what its like has (book->alike), out of the reply of a whole "get" of that; scr_edit_clone() asks for it. */
struct view	*scr_edit_clone(const struct book *, int64_t id);
struct view	*scr_form_clone(struct app *, const struct book *, const struct val *reply);
struct view	*scr_form_edit(struct app *, const struct book *, const struct val *reply, const char *at);
struct view	*scr_form_draft(struct app *, const struct book *, const struct val *draft,
    const struct val *reply);

/*
 * What is missing or wrong before saving. Answers {"go": path}, {"save": true} or {"act": name}.
 * The entry is borrowed.
 */
struct view	*scr_review(struct app *, struct entry *);
/*
 * Who may be the same child: rows of "near". Answers {"same": id} or {"other": true}, nothing when
 * left. The rows are copied.
 */
struct view	*scr_matches(const struct book *, const struct val *fields, const struct val *matches);
/*
 * What may be the same as a record, to be merged into it; joined (copied, may be NULL) is what was already. Answers {"done": id}
 * when something was merged or given back.
 */
struct view	*scr_duplicates(const struct book *, int64_t id, const char *title, const struct val *joined);
/* Field by field, which of two records' values stay in the first; {"done": id} once they are merged. */
struct view	*scr_merge(const struct book *, int64_t id, int64_t other);
/* What will happen, the reason, yes or no: {"why": text}, nothing for no. The words are copied. */
struct view	*scr_confirm(const char *title, const char *text, const char *question);

/* What each screen can do; scr_tables.c lists all tables, the last one without a name. */
struct scr_table {
	const char		*name;
	const struct command	*commands;
};
extern const struct scr_table	 scr_tables[];
extern const struct command	 scr_account_commands[], scr_act_commands[], scr_children_commands[],
    scr_confirm_commands[], scr_conflict_commands[], scr_cover_commands[],
    scr_deadline_groups_commands[], scr_deadlines_commands[], scr_drafts_commands[],
    scr_duplicates_commands[], scr_find_commands[], scr_groups_commands[], scr_history_commands[],
    scr_list_commands[], scr_lock_commands[], scr_login_commands[], scr_matches_commands[],
    scr_menu_commands[], scr_merge_commands[], scr_progress_commands[], scr_read_commands[],
    scr_related_commands[], scr_review_commands[], scr_roll_commands[], scr_timeline_commands[],
    scr_trail_commands[];

#endif
