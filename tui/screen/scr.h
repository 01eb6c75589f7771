#ifndef TUI_SCREEN_SCR_H
#define TUI_SCREEN_SCR_H

#include "tui/app/app.h"

/*
 * The screens. Each function makes a view, NULL without memory; give it to app_push(). Arguments
 * are borrowed during the call only, unless they belong to the definitions. "Answers" is the result
 * given to the view that opened the screen.
 */
struct entry;

struct view	*scr_login(void);		/* log-in; opens the menu by app_login() */
struct view	*scr_menu(const struct role *);	/* the bottom of the stack */
/* Asks for a jump code; the menu opens the screen it names. */
void		 scr_menu_jump(struct app *, struct view *menu);
struct view	*scr_help(const struct view *about);	/* keys of a screen, from its strip */
struct view	*scr_lock(void);
struct view	*scr_account(void);
struct view	*scr_drafts(bool at_log_in);
struct view	*scr_trail(void);
/* accesses to and changes of one record; the title is borrowed */
struct view	*scr_trail_of(int64_t id, const char *title);

struct view	*scr_deadlines(void);			/* deadlines, the most urgent first */
/*
 * Deadlines counted by "clock", "village" or "township", the most overdue first. of: the list in
 * words; only: the filter of the list, in the form of the request; both are copied. Answers with a
 * further filter, {"book","clock" | "area", "words"}, or nothing.
 */
struct view	*scr_deadline_groups(const char *by, const char *of, const struct val *only);
/*
 * Records under a record (visits of a child), latest first: of all books or of one; as they are, or
 * read-only as they were at the end of a day.
 */
struct child_parent;
struct children_filter {
	const struct child_parent	*of;
	const struct book	*only;		/* NULL: all */
	int			 on;		/* yyyymmdd, 0: as it is */
};
struct view	*scr_children(const struct children_filter *);

/*
 * The monthly roll of a clock that has one. part: one place and month, read-only; NULL: this month
 * in the person's whole area, to be worked on.
 */
struct roll_part {
	char	 area[AREA_CODE + 1];
	int	 month;			/* yyyymm, 0 = this one */
};
struct view	*scr_roll(const struct clock *, const struct roll_part *);
/* Progress of the month by place, the worst first; part NULL: from the person's area. */
struct view	*scr_progress(const struct clock *, const struct roll_part *);
/* The totals that both show at the right of row 2; `past`: of a month that is over. */
void		 scr_roll_counts(bool past, int64_t all, int64_t left, int64_t overdue,
		    struct buf *out);

struct view	*scr_list(const struct list *);
/*
 * Counts of a list by one of its columns; answers with {"path", "value", "words"} to narrow to, or
 * nothing.
 */
struct view	*scr_groups(const struct list *, const struct column *);
/*
 * Finds records of a book. With `pick` Enter answers {"id", "title"} instead of opening the record.
 */
struct view	*scr_find(const struct book *, bool pick, const char *typed);
/*
 * Opens a record: its cover where the book has one, else the reader. on: yyyymmdd of a past day.
 * Answers true when the record may have been changed.
 */
struct view	*scr_cover_open(const struct book *, int64_t id);
struct view	*scr_cover_open_past(const struct book *, int64_t id, int on);
/*
 * The reader. page: where it begins; on: a past day; act, undo: opened for this alone and closed
 * afterwards. how NULL: plain.
 */
struct read_opts {
	const struct page	*page;
	int			 on;
	const struct act	*act;
	bool			 undo;
};
struct view	*scr_read(const struct book *, int64_t id, const struct read_opts *how);
/* The full texts written with a version or an event. */
void		 scr_history_show_answers(struct view *from, const struct book *,
		    const struct val *version, const char *title);
/* Events of a record and of the records under it; the title is borrowed. */
struct view	*scr_timeline(const struct book *, int64_t id, const char *title, int on);
struct view	*scr_history(const struct book *, int64_t id, const char *title);
/*
 * Records that share a home, a carer or parents with it, and records that link to it; answers true
 * when one was changed from there.
 */
struct view	*scr_related(const struct book *, int64_t id, const char *title);
/* Whether records of the book can have such relations: links other than to their parent. */
bool		 scr_related_exist(const struct app *, const struct book *);

/*
 * Forms: a new record; changes to one (takes the reply of a whole "get"); or a draft (its row from
 * "drafts", and the record as it was when the draft was begun, if there is one). `at` is the first
 * field, NULL: the first of the form. Answer {"saved": id} after a save, nothing otherwise.
 */
struct view	*scr_form_new(struct app *, const struct book *);
/* A new record under another, which has that title; a save closes the form. */
struct view	*scr_form_child(struct app *, const struct book *, int64_t parent,
		    const char *title);
/* The same with some fields filled in: {field: value}, NULL for none. */
struct view	*scr_form_prefilled(struct app *, const struct book *, int64_t parent,
		    const char *title,
    const struct val *set);
/* Changes a record as scr_form_edit(), through some pages only: bit i = page i. */
struct view	*scr_form_pages(struct app *, const struct book *, const struct val *reply,
		    uint64_t pages);
/*
 * Changes a record. First asks about checkouts by others and unsaved drafts; then becomes the form,
 * or answers {"look": id}, or {"denied": id} where it may not be changed.
 */
struct view	*scr_edit(const struct book *, int64_t id, const char *at);
struct view	*scr_edit_pages(const struct book *, int64_t id, uint64_t pages);
/*
 * A new record that begins with the clone fields (book->alike) of another, from the reply of a
 * whole "get" of that; scr_edit_clone() asks for it.
 */
struct view	*scr_edit_clone(const struct book *, int64_t id);
struct view	*scr_form_clone(struct app *, const struct book *, const struct val *reply);
struct view	*scr_form_edit(struct app *, const struct book *, const struct val *reply,
		    const char *at);
struct view	*scr_form_draft(struct app *, const struct book *, const struct val *draft,
    const struct val *reply);

/*
 * What is missing or wrong before saving. Answers {"go": path}, {"save": true} or {"act": name}.
 * The entry is borrowed.
 */
struct view	*scr_review(struct app *, struct entry *);
/*
 * Possible duplicates of a new record: rows of "near", copied. Answers {"same": id} or {"other":
 * true}, nothing when left.
 */
struct view	*scr_matches(const struct book *, const struct val *fields,
		    const struct val *matches);
/*
 * Possible duplicates of a stored record, to be merged into it; joined (copied, may be NULL): the
 * merged ones. Answers {"done": id} after a merge or an undo of one.
 */
struct view	*scr_duplicates(const struct book *, int64_t id, const char *title,
		    const struct val *joined);
/*
 * Chooses field by field which of two records' values stay in the first; {"done": id} after the
 * merge.
 */
struct view	*scr_merge(const struct book *, int64_t id, int64_t other);
/* Consequence, reason, yes or no: {"why": text}, nothing for no. The words are copied. */
struct view	*scr_confirm(const char *title, const char *text, const char *question);

/* What each screen can do; scr_tables.c lists all tables, the last one without a name. */
struct scr_table {
	const char		*name;
	const struct command	*commands;
};
extern const struct scr_table	 scr_tables[];
extern const struct command	 scr_account_commands[], scr_act_commands[],
    scr_children_commands[], scr_confirm_commands[], scr_conflict_commands[], scr_cover_commands[],
    scr_deadline_groups_commands[], scr_deadlines_commands[], scr_drafts_commands[],
    scr_duplicates_commands[], scr_find_commands[], scr_groups_commands[], scr_history_commands[],
    scr_list_commands[], scr_lock_commands[], scr_login_commands[], scr_matches_commands[],
    scr_menu_commands[], scr_merge_commands[], scr_progress_commands[], scr_read_commands[],
    scr_related_commands[], scr_review_commands[], scr_roll_commands[], scr_timeline_commands[],
    scr_trail_commands[];

#endif
