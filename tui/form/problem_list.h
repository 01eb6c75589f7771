#ifndef TUI_FORM_PROBLEM_LIST_H
#define TUI_FORM_PROBLEM_LIST_H

#include "tui/app/app.h"
#include "tui/widget/draw.h"

/*
 * Problems as lines in reading order, blocking ones first: where (page and field), what is wrong,
 * what to do. PROBLEM_KIND_ACT blocks an act, not saving.
 */
enum problem_kind { PROBLEM_KIND_ERROR, PROBLEM_KIND_MISSING, PROBLEM_KIND_ACT,
    PROBLEM_KIND_WARNING, PROBLEM_KIND_HIDDEN };

struct problem_item {
	enum problem_kind	 kind;
	char		*path;		/* "" for the record as a whole */
	char		*page;		/* its label, "" */
	char		*field;		/* its label, "" */
	char		*words;
};

struct problem_list {
	struct problem_item	*at;
	size_t		 n;
};

#define PROBLEM_LIST_INIT	{ NULL, 0 }

/* Replaces what was there. */
void	 problem_list_build(struct problem_list *, const struct form_ctx *, const struct book *,
	    const struct problems *);
void	 problem_list_build_val(struct problem_list *, const struct form_ctx *, const struct book *,
	    const struct val *list);
void	 problem_list_add(struct problem_list *, const struct form_ctx *, const struct book *,
	    enum problem_kind,
    const char *path, const char *words);
/*
 * A problem that blocks the act, to be corrected at the path (NULL: no single field). Replaces a
 * line with the same words.
 */
void	 problem_list_add_act(struct problem_list *, const struct form_ctx *, const struct act *,
	    const char *path, const char *words);
void	 problem_list_free(struct problem_list *);
size_t	 problem_list_count(const struct problem_list *, enum problem_kind);
/* the page that has the field of a path; NULL: none */
const struct page *problem_list_page(const struct book *, const char *path);

/* After a save or an act: opens a text with the contradictions in the reply, if there are any. */
void	 problem_list_show(struct app *, const struct book *, const struct val *reply);

/* Row 23: the focused words in full, where their line is too short for them. */
void	 problem_list_note(const struct problem_list *, const struct lines *, int cells,
	    struct buf *);

/* Draws one of them, for a list view. */
void	 problem_list_draw_line(const struct problem_list *, struct term *, int row, size_t i);
/* Draws all of them in a part of a screen, with the focus of `lines`. */
void	 problem_list_draw(
    const struct problem_list *, const struct lines *, struct term *, int row, int rows);

#endif
