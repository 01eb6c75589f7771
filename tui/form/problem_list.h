#ifndef TUI_FORM_PROBLEM_LIST_H
#define TUI_FORM_PROBLEM_LIST_H

#include "tui/app/app.h"
#include "tui/widget/draw.h"

/*
 * Problems as lines to read and to go by: where (page and field), what is wrong, what to do. In
 * reading order; what blocks first. PROBLEM_KIND_ACT hinders an act only, and no saving.
 */
enum problem_kind { PROBLEM_KIND_ERROR, PROBLEM_KIND_MISSING, PROBLEM_KIND_ACT, PROBLEM_KIND_WARNING, PROBLEM_KIND_HIDDEN };

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
void	 problem_list_build(struct problem_list *, const struct form_ctx *, const struct book *, const struct problems *);
void	 problem_list_build_val(struct problem_list *, const struct form_ctx *, const struct book *, const struct val *list);
void	 problem_list_add(struct problem_list *, const struct form_ctx *, const struct book *, enum problem_kind,
    const char *path, const char *words);
/* What hinders that act, to be put right at the path (NULL: no one field). Takes the place of a line with the same words. */
void	 problem_list_add_act(struct problem_list *, const struct form_ctx *, const struct act *, const char *path, const char *words);
void	 problem_list_free(struct problem_list *);
size_t	 problem_list_count(const struct problem_list *, enum problem_kind);
/* the page a path stands on, NULL: none */
const struct page *problem_list_page(const struct book *, const char *path);

/* After a save or an act: shows what does not agree in the record, to be read and closed. Nothing where all agrees. */
void	 problem_list_show(struct app *, const struct book *, const struct val *reply);

/* Row 23: the words under the focus in full, when their line is too short for them. */
void	 problem_list_note(const struct problem_list *, const struct lines *, int cells, struct buf *);

/* Draws one of them, for a list view. */
void	 problem_list_draw_line(const struct problem_list *, struct term *, int row, size_t i);
/* Draws all of them in a part of a screen, with the focus of `lines`. */
void	 problem_list_draw(
    const struct problem_list *, const struct lines *, struct term *, int row, int rows);

#endif
