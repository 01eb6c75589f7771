#ifndef TUI_FORM_ENTRY_H
#define TUI_FORM_ENTRY_H

#include "forms/check.h"

/*
 * What somebody is filling in: a new record, changes to one, or the answers an act asks for. It
 * holds values and what was typed but is no value yet, checks them with the one checker, undoes,
 * and knows what the daemon has not been told yet. No screen in it.
 */
#define ENTRY_PATH	160		/* bytes of a path, NUL counted; longer ones do not exist */
#define TOKEN_BYTES	16

struct entry_undo;

struct entry {
	const struct form_ctx	*ctx;
	const struct book	*book;
	const struct act	*act;		/* its questions are what is filled in; NULL: a record */
	const struct page	*pages;
	size_t			 npages;

	int64_t			 id;		/* 0 = new */
	int64_t			 ver;
	const char		*state;		/* of the definitions */
	char			*owner;		/* title of the record it stands under; NULL: it stands alone */
	struct val		*base;		/* fields as opened */
	struct val		*fields;	/* fields now: only values */
	struct val		*raw;		/* path: text that is no value */
	struct val		*remarks;	/* path: text, of an earlier act; never NULL */
	struct val		*locked;	/* paths this person may not write, or NULL */

	struct problems		 problems;	/* as of the last entry_check(), the daemon's included */
	struct problems		 server_problems;		/* by the daemon; those of a field until it changes */

	unsigned char		 draft[TOKEN_BYTES];
	/*
	 * What the daemon's draft holds against `base`, as far as we know; a form just opened counts
	 * as kept, so a look leaves no draft.
	 */
	struct val		*kept, *kept_raw;
	int64_t			 kept_ver;		/* the version it stands on there */
	struct val		*fresh;			/* what was filled in when it was opened, by nobody */
	struct val		*sent, *sent_raw;	/* under way; NULL = nothing is */
	int64_t			 sent_ver;
	bool			 drafted;		/* there is a draft */
	/* of the save under way or failed: the same until something changes */
	unsigned char		 token[TOKEN_BYTES];
	bool			 token_used;

	struct entry_undo	*undo, *redo;	/* steps, the nearest first */
	struct entry_undo	*floor;		/* see entry_undo_floor() */
	unsigned		 visit;		/* what is changed at one field in one visit is one step; entry_undo_step() */
	bool			 joined;	/* see entry_undo_join() */
};

/* What a step backward or forward changed. */
struct entry_undo_info {
	char			 path[ENTRY_PATH];	/* of the field the act was done at */
	size_t			 others;		/* fields changed besides that one, which followed from it */
};

/* NULL: memory. own_area fills the default of that name, NULL: not. */
struct entry	*entry_new(const struct form_ctx *, const struct book *, const char *own_area);
/* Takes what is needed out of a reply of "get" (borrowed). */
struct entry	*entry_new_record(const struct form_ctx *, const struct book *, const struct val *reply);
/* Puts it under that record, for good: the link is shown by the title and cannot be changed. False: memory. */
bool		 entry_set_parent(struct entry *, int64_t owner, const char *title);
/* Puts in what a new one begins with (a reply of "start", borrowed), before anybody typed. False: memory. */
bool		 entry_set_initial(struct entry *, const struct val *fields);
struct entry	*entry_new_act(const struct form_ctx *, const struct book *, const struct act *,
    const char *own_area);
/* Lays a kept draft over it; from then on it goes on as that draft. False: memory. */
bool		 entry_apply_draft(struct entry *, const struct val *draft);
void		 entry_free(struct entry *);

/* ---- values ------------------------------------------------------------------------------------------------- */

const struct val *entry_value(const struct entry *, const char *path);
/* NULL: what stands there is a value, or nothing */
const char	*entry_raw(const struct entry *, const char *path);
/* What is shown of it: the raw text, else the value in words. */
void		 entry_print(const struct entry *, const struct field *, const char *path, struct buf *out);
/* What it is called: after its owner, when it has one, and by the book's title. */
void		 entry_title(const struct entry *, struct buf *out);
/* Puts a value (taken; NULL empties the field) and what follows from it. No change, nothing done. */
void		 entry_put(struct entry *, const struct field *, const char *path, struct val *);
/* Puts what is known of a record just begun, {field: value}, as if somebody had chosen it. */
void		 entry_fill(struct entry *, const struct val *set);
/* What was typed: becomes a value, or stays as it stands with its problem. False: it is no value. */
bool		 entry_put_text(struct entry *, const struct field *, const char *path, const char *typed);
/* one more instance of a repeating group */
void		 entry_add(struct entry *, const struct field *, const char *path);
void		 entry_remove(struct entry *, const char *path, size_t i);

/* ---- steps -------------------------------------------------------------------------------------------------- */

/*
 * One act of the person is one step, whatever follows from it. Steps begin when the entry is opened or comes to stand on another
 * version; none leads behind that. A change makes an end of those that could be done again.
 */
void		 entry_undo_step(struct entry *);			/* what comes next is another act */
/* What is put until entry_undo_step() belongs to the last act, when that was done at `path` (a choice that fills other fields). */
void		 entry_undo_join(struct entry *, const char *path);
/* Takes the last act back; does again what was taken back last. False: there is none, *went unchanged. */
bool		 entry_undo(struct entry *, struct entry_undo_info *info);
bool		 entry_redo(struct entry *, struct entry_undo_info *info);
bool		 entry_can_redo(const struct entry *);
/* The acts so far are not to be taken back (what a new entry begins with), or not to be done again. */
void		 entry_undo_forget(struct entry *);
void		 entry_redo_forget(struct entry *);
/* No step leads behind the present state until this is called with `here` false. */
void		 entry_undo_floor(struct entry *, bool here);

/* Where a condition of the field at the path is judged; NULL and "": of the entry as a whole. */
void		 entry_pred_ctx(const struct entry *, const struct field *, const char *path, struct pred_ctx *);
bool		 entry_locked(const struct entry *, const struct field *);
/* Of a new record, what nobody may write: it stays empty for an act, or the daemon puts there what its owner says. */
bool		 entry_set_by_server(const struct entry *, const struct field *);
/* A field that is hidden by what else was filled in, and holds an answer nonetheless. */
bool		 entry_has_hidden_value(const struct entry *, const struct field *);

/* ---- checking ----------------------------------------------------------------------------------------------- */

void		 entry_check(struct entry *);
/* The daemon's problems (a list as on the wire) until their field changes. */
void		 entry_add_server_problems(struct entry *, const struct val *);
/* the worst one there; NULL: none */
const struct problem *entry_problem(const struct entry *, const char *path);
/* nothing stands there: all that can be wrong is that */
bool		 entry_missing(const struct entry *, const char *path);
bool		 entry_has_errors(const struct entry *, bool gaps_too);

/* ---- for the daemon ----------------------------------------------------------------------------------------- */

bool		 entry_changed(const struct entry *);		/* anything to save */
/* "set" of save and act: every change or, without memory, no return (tui/widget/pack.h). */
struct val	*entry_changes(const struct entry *);
/* every value, for "near" and "ask"; NULL: memory */
struct val	*entry_all_values(const struct entry *);
/* The request that brings the draft up to date; NULL when it is, or one is under way. */
struct val	*entry_draft_request(struct entry *, const char *at);
void		 entry_draft_answered(struct entry *, bool kept);
/* A draft is kept of what is again as it was opened, or empty: to be dropped when it is left. */
bool		 entry_draft_idle(const struct entry *);
/* The request that drops its draft; NULL: memory. */
struct val	*entry_draft_drop_request(const struct entry *);
/* Adds id, ver, token and draft to a save or an act. */
void		 entry_add_save_ids(struct entry *, struct val *req);
/*
 * Somebody else's record is the new ground: our changes stand on it (those in `mine`, a map as
 * entry_changes() gives).
 */
bool		 entry_rebase(struct entry *, const struct val *reply, const struct val *mine);

/* Paths: the last step, and what stands before it. */
void		 entry_path_parent(const char *path, char out[ENTRY_PATH]);	/* "" for a top-level one */
void		 entry_path_sibling(const char *path, const char *name, char out[ENTRY_PATH]);

#endif
