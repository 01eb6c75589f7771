#ifndef TUI_FORM_ENTRY_H
#define TUI_FORM_ENTRY_H

#include "forms/check.h"

/*
 * What is being filled in: a new record, changes to one, or the answers of an act. It holds values
 * and typed text that is no value yet, checks them with the one checker, has undo, and knows what
 * the daemon does not have yet. It does not use the screen.
 */
#define ENTRY_PATH	160		/* bytes of a path, NUL counted; longer ones do not exist */
#define TOKEN_BYTES	16

struct entry_undo;

struct entry {
	const struct form_ctx	*ctx;
	const struct book	*book;
	const struct act	*act;		/* its questions are answered; NULL: a record */
	const struct page	*pages;
	size_t			 npages;

	int64_t			 id;		/* 0 = new */
	int64_t			 ver;
	const char		*state;		/* of the definitions */
	char			*parent_title;		/* title of the parent record; NULL: none */
	struct val		*base;		/* fields as opened */
	struct val		*fields;	/* fields now: only values */
	struct val		*raw;		/* path: text that is no value */
	struct val		*remarks;	/* path: text, of an earlier act; never NULL */
	struct val		*locked;	/* paths this person may not write, or NULL */

	struct problems		 problems;	/* as of the last entry_check(), the daemon's
						   included */
	struct problems		 server_problems;		/* by the daemon; those of a
								   field until it changes */

	unsigned char		 draft[TOKEN_BYTES];
	/*
	 * Differences from `base` that the daemon's draft holds, as far as known. A form just
	 * opened counts as kept, so opening it leaves no draft.
	 */
	struct val		*kept, *kept_raw;
	int64_t			 kept_ver;		/* the version that draft is based on */
	struct val		*fresh;			/* filled in by the program at opening */
	struct val		*sent, *sent_raw;	/* under way; NULL = nothing is */
	int64_t			 sent_ver;
	bool			 drafted;		/* there is a draft */
	/* of the save under way or failed: kept until something changes */
	unsigned char		 token[TOKEN_BYTES];
	bool			 token_used;

	struct entry_undo	*undo, *redo;	/* steps, the nearest first */
	struct entry_undo	*floor;		/* see entry_undo_floor() */
	/* changes at one field in one visit are one step; entry_undo_step() */
	unsigned		 visit;
	bool			 joined;	/* see entry_undo_join() */
};

/* The changes of one undo or redo. */
struct entry_undo_info {
	char			 path[ENTRY_PATH];	/* of the field where the person acted */
	/* other fields that changed as a consequence */
	size_t			 others;
};

/* NULL: no memory. own_area fills the default of that name, NULL: nothing. */
struct entry	*entry_new(const struct form_ctx *, const struct book *, const char *own_area);
/* Copies what it needs from a reply of "get" (borrowed). */
struct entry	*entry_new_record(const struct form_ctx *, const struct book *,
		    const struct val *reply);
/*
 * Sets the parent record for good: the link is shown by the title and cannot be changed. False: no
 * memory.
 */
bool		 entry_set_parent(struct entry *, int64_t parent, const char *title);
/*
 * Fills in the initial fields of a new record (a reply of "start", borrowed), before the person
 * types. False: no memory.
 */
bool		 entry_set_initial(struct entry *, const struct val *fields);
struct entry	*entry_new_act(const struct form_ctx *, const struct book *, const struct act *,
    const char *own_area);
/* Applies a stored draft and continues as that draft. False: no memory. */
bool		 entry_apply_draft(struct entry *, const struct val *draft);
void		 entry_free(struct entry *);

/* ---- values ---------------------------------------------------------------------------------- */

const struct val *entry_value(const struct entry *, const char *path);
/* NULL: the field has a value, or nothing */
const char	*entry_raw(const struct entry *, const char *path);
/* Prints the raw text, else the value in words. */
void		 entry_print(const struct entry *, const struct field *, const char *path,
		    struct buf *out);
/* Prints the title of the parent, if any, and the title by the book's template. */
void		 entry_title(const struct entry *, struct buf *out);
/*
 * Sets a value (taken; NULL empties the field) and derived fields. An equal value changes nothing.
 */
void		 entry_put(struct entry *, const struct field *, const char *path, struct val *);
/* Sets known fields of a new record, {field: value}, as if the person had chosen them. */
void		 entry_fill(struct entry *, const struct val *set);
/* Sets a field from typed text. Text that is no value is kept with its problem: false. */
bool		 entry_put_text(struct entry *, const struct field *, const char *path,
		    const char *typed);
/* one more instance of a repeating group */
void		 entry_add(struct entry *, const struct field *, const char *path);
void		 entry_remove(struct entry *, const char *path, size_t i);

/* ---- steps ----------------------------------------------------------------------------------- */

/*
 * One action of the person is one undo step, with all its consequences. Steps begin when the entry
 * is opened or moves to another version; undo does not go back further. A change drops the steps
 * that could be redone.
 */
/* what comes next is another act */
void		 entry_undo_step(struct entry *);
/*
 * Changes until entry_undo_step() belong to the last step if that was done at `path` (a choice that
 * fills other fields).
 */
void		 entry_undo_join(struct entry *, const char *path);
/* Undoes the last step; redoes the step undone last. False: there is none, *went unchanged. */
bool		 entry_undo(struct entry *, struct entry_undo_info *info);
bool		 entry_redo(struct entry *, struct entry_undo_info *info);
bool		 entry_can_redo(const struct entry *);
/* Drops the steps so far (initial values of a new entry), or those that could be redone. */
void		 entry_undo_forget(struct entry *);
void		 entry_redo_forget(struct entry *);
/* Undo does not go back behind the present state until this is called with `here` false. */
void		 entry_undo_floor(struct entry *, bool here);

/* Context for conditions of the field at the path; NULL and "": of the entry as a whole. */
void		 entry_pred_ctx(const struct entry *, const struct field *, const char *path,
		    struct pred_ctx *);
bool		 entry_locked(const struct entry *, const struct field *);
/*
 * A field of a new record that no role may write: an act fills it, or the daemon sets it from the
 * parent.
 */
bool		 entry_set_by_server(const struct entry *, const struct field *);
/* A field that is hidden by other answers and still has one. */
bool		 entry_has_hidden_value(const struct entry *, const struct field *);

/* ---- checking -------------------------------------------------------------------------------- */

void		 entry_check(struct entry *);
/* Adds the daemon's problems (a list as on the wire); each stays until its field changes. */
void		 entry_add_server_problems(struct entry *, const struct val *);
/* the worst problem there; NULL: none */
const struct problem *entry_problem(const struct entry *, const char *path);
/* the field is empty and only that is wrong */
bool		 entry_missing(const struct entry *, const char *path);
bool		 entry_has_errors(const struct entry *, bool gaps_too);

/* ---- for the daemon -------------------------------------------------------------------------- */

bool		 entry_changed(const struct entry *);		/* are there changes to save */
/* "set" of save and act: every change or, without memory, no return (tui/widget/pack.h). */
struct val	*entry_changes(const struct entry *);
/* every value, for "near" and "ask"; NULL: no memory */
struct val	*entry_all_values(const struct entry *);
/* The request that updates the draft; NULL: it is up to date, or a request is under way. */
struct val	*entry_draft_request(struct entry *, const char *at);
void		 entry_draft_answered(struct entry *, bool kept);
/* The draft equals the record as opened, or is empty: it is dropped when the form is left. */
bool		 entry_draft_idle(const struct entry *);
/* The request that drops the draft; NULL: no memory. */
struct val	*entry_draft_drop_request(const struct entry *);
/* Adds id, ver, token and draft to a save or an act. */
void		 entry_add_save_ids(struct entry *, struct val *req);
/*
 * Moves to the version that another person saved and applies the own changes to it (`mine`, a map
 * as entry_changes() gives).
 */
bool		 entry_rebase(struct entry *, const struct val *reply, const struct val *mine);

/* Paths: without the last step, and with another last step. */
/* "" for a top-level one */
void		 entry_path_parent(const char *path, char out[ENTRY_PATH]);
void		 entry_path_sibling(const char *path, const char *name, char out[ENTRY_PATH]);

#endif
