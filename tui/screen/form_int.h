#ifndef TUI_SCREEN_FORM_INT_H
#define TUI_SCREEN_FORM_INT_H

#include "tui/form/entry.h"
#include "tui/screen/draft_resume.h"
#include "tui/form/page.h"

/*
 * The inside of a form, for scr_form.c (pages, keys, the draft) and form_save.c (the way to a saved
 * record).
 */
enum {
	/* requests */
	TAG_DRAFT = 1, TAG_MATCHES, TAG_MATCHES_SAVE, TAG_SAVE, TAG_WHOLE, TAG_MARK, TAG_FILL,
	    TAG_SHARED, TAG_START,
	/* views */
	TAG_REVIEW, TAG_MATCHES_SCREEN, TAG_ACT, TAG_CONFLICT, TAG_SHARE_PICK, TAG_UNSAVED
};

struct form {
	struct view	 view;
	struct entry	*e;
	struct form_page	 form_page;
	size_t		 page;
	/* the link whose record is being read, to fill fields beside it */
	const struct field	*filling;
	uint64_t	 again_at;	/* when to try the draft again; 0 = now */
	bool		 closing;	/* leaves as soon as the draft is kept */
	/* a save or an act is under way: a draft sent behind it would outlive it */
	bool		 saving;
	bool		 begins;		/* what it begins with is still to be asked */
	struct draft_resume	 draft_resume;	/* of what was left unsaved of such a new one */
	/* a save closes the form in place of opening the new record */
	bool		 goes_back;
	struct val	*known;		/* chosen before it opened: stays over what a new one
					   begins with */
	uint64_t	 block;		/* only these pages are gone through, bit i = page i; 0 =
					   all */
	struct val	*matches;		/* possible matches that were not shown yet */
	struct val	*rejected_matches;	/* matches declared to be other people */
	struct val	*next_step;		/* what waits for the look: {"page": n}, {"save"}
						   or {"act": name} */
	struct val	*current_step;		/* the save or act under way, in the words of
						   `then` */
	/* the record as saved by another person, during the choice */
	struct val	*theirs;
	struct val	*choices;		/* what was decided when that choice was left
						   half way */
	/* {"by","name","at"} of the person who took the record over; NULL: none */
	struct val	*taken_over_by;
	/* which values of a conflict were taken from whom, told after the save; "": none */
	struct buf	 merged;
};

static inline const struct book *
book_of(const struct form *f)
{
	return f->e->book;
}

/* scr_form.c */
void	 form_open_page(struct form *, size_t page, const char *at);
void	 form_go_to(struct form *, const char *path);
void	 form_send_draft(struct form *, unsigned flags);
void	 form_leave(struct view *);

/*
 * form_save.c: the entry is checked, looked for among those there are, saved, and set on top of
 * what others saved.
 */
struct val *form_next_step(const char *key, struct val *);		/* {key: value} */
void	 form_ask_matches(struct form *, int tag, unsigned flags);
bool	 form_is_match_field(const struct book *, const char *path);
void	 form_receive_matches(struct form *, const struct val *reply);
void	 form_show_matches(struct form *, struct val *next_step);	/* takes then */
void	 form_open_review(struct form *);
void	 form_try_save(struct form *, struct val *next_step);	/* {"save"} or {"act": name};
								   takes it */
void	 form_matches_before_save(struct form *, const struct val *reply);
void	 form_receive_save(struct form *, const struct val *reply);
void	 form_receive_theirs(struct form *, const struct val *reply);
void	 form_conflict_result(struct form *, const struct val *result);
void	 form_matches_result(struct form *, const struct val *result);
void	 form_act_result(struct form *, const struct val *result);
void	 form_review_result(struct form *, const struct val *result);
void	 form_send_save(struct form *, bool spread);

/*
 * form_share.c: asked before a save that changes what others share. False: nothing to ask, save at
 * once.
 */
bool	 form_ask_shared(struct form *);
void	 form_receive_shared(struct form *, const struct val *reply);
void	 form_share_result(struct form *, const struct val *result);

#endif
