#ifndef TUI_FORM_ISSUES_H
#define TUI_FORM_ISSUES_H

#include "tui/app.h"
#include "tui/term/draw.h"

/*
 * Problems as lines to read and to go by: where (page and field), what is wrong, what to do. In
 * reading order; what blocks first. ISSUE_ACT hinders an act only, and no saving.
 */
enum issue_kind { ISSUE_WRONG, ISSUE_GAP, ISSUE_ACT, ISSUE_WARNING, ISSUE_HIDDEN };

struct issue {
	enum issue_kind	 kind;
	char		*path;		/* "" for the record as a whole */
	char		*page;		/* its label, "" */
	char		*field;		/* its label, "" */
	char		*words;
};

struct issues {
	struct issue	*at;
	size_t		 n;
};

#define ISSUES_INIT	{ NULL, 0 }

/* Replaces what was there. */
void	 issues_build(struct issues *, const struct form_ctx *, const struct book *, const struct problems *);
void	 issues_build_val(struct issues *, const struct form_ctx *, const struct book *, const struct val *list);
void	 issues_add(struct issues *, const struct form_ctx *, const struct book *, enum issue_kind,
    const char *path, const char *words);
/* What hinders that act, to be put right at the path (NULL: no one field). Takes the place of a line with the same words. */
void	 issues_add_act(struct issues *, const struct form_ctx *, const struct act *, const char *path, const char *words);
void	 issues_free(struct issues *);
size_t	 issues_count(const struct issues *, enum issue_kind);
/* the page a path stands on, NULL: none */
const struct page *issues_page(const struct book *, const char *path);

/* After a save or an act: shows what does not agree in the record, to be read and closed. Nothing where all agrees. */
void	 issues_tell(struct app *, const struct book *, const struct val *reply);

/* Row 23: the words under the focus in full, when their line is too short for them. */
void	 issues_note(const struct issues *, const struct lines *, int cells, struct buf *);

/* Draws them with the focus of `lines`. */
void	 issues_draw(const struct issues *, const struct lines *, struct term *, int row, int rows, bool focused);

#endif
