#ifndef FORMS_WORDING_H
#define FORMS_WORDING_H

#include <stdarg.h>

#include "forms/check.h"

/*
 * Texts for the person at the terminal: labels of definitions, sentences with places, moments,
 * refusals, in the language of ctx. `book` may be NULL where no book is concerned. All functions
 * append to out.
 */

/* A msgid, translated, with its arguments as they travel; references are shown by their labels. */
void	 wording_message(const struct form_ctx *, const struct book *, const char *msgid,
	    const struct val *args,
    struct buf *out);
void	 wording_problem(const struct form_ctx *, const struct book *, const struct problem *,
	    struct buf *out);
/*
 * Why the daemon refused: its own sentence, else one for the error code. reply NULL: the connection
 * is lost.
 */
void	 wording_refusal(const struct form_ctx *, const struct book *, const struct val *reply,
	    struct buf *out);

/*
 * A sentence already translated, with pairs (enum problem_arg, value) up to ARG_END; only TEXT, NUM
 * and DATE.
 */
void	 wording_format(struct buf *out, const char *translated, ...);
void	 wording_vformat(struct buf *out, const char *translated, va_list);

/*
 * "父亲 联系电话", "兄弟姐妹 2 姓名": labels along a path of the book (or of an act's questions).
 */
void	 wording_path(const struct form_ctx *, const struct book *, const char *path,
	    struct buf *out);
void	 wording_state(const struct form_ctx *, const struct book *, const char *state,
	    struct buf *out);
/* of the book, or one that every book has */
void	 wording_act(const struct form_ctx *, const struct book *, const char *act,
	    struct buf *out);
/*
 * The questions and answers of an act of that name (NULL: none), "label: answer", with `between`
 * between them.
 */
void	 wording_answers(const struct form_ctx *, const struct book *, const char *act,
	    const struct val *ask, const char *between,
    struct buf *out);
/* Remarks {path: text}, "name: text" each. */
void	 wording_remarks(const struct form_ctx *, const struct book *, const struct val *remarks,
	    const char *between, struct buf *out);
/* A text is too long: of which field (NULL: not named), its characters, and the limit. */
void	 wording_too_long(const char *what, size_t n, size_t most, struct buf *out);
/*
 * The note of a merge in a version or the trail, "with No. 990…: reason"; nothing for other
 * entries.
 */
void	 wording_merge_note(const struct val *, struct buf *out);
/* without the county's name: 青石镇柳树村 */
void	 wording_area(const struct form_ctx *, const char *code, struct buf *out);
/* "name、phone" for a list of paths; a group is named once for each time it occurs. */
void	 wording_paths(const struct form_ctx *, const struct book *, const struct val *paths,
	    struct buf *out);
void	 wording_areas(const struct form_ctx *, const struct val *codes, struct buf *out);

/*
 * Of a line of "match" or "doubles" about a record out of the actor's reach: whom to ask about it.
 * False: the line shows a record.
 */
bool	 wording_out_of_reach(const struct form_ctx *, const struct val *hit, struct buf *out);

/* 2026-03-12 14:05, the county's time. */
void	 wording_datetime(int64_t utc, struct buf *out);
/* 14:05 today, else with its day. */
void	 wording_time(const struct form_ctx *, int64_t utc, struct buf *out);
void	 wording_date(int64_t utc, struct buf *out);
/* Who else has a record open: {"name", "since"}, so that nobody changes it unaware. */
void	 wording_checked_out(const struct form_ctx *, const struct val *other, struct buf *out);

/* A value in a column or a field, of the field's kind, or text where the daemon masked it. */
void	 wording_value(const struct form_ctx *, const struct field *, const struct val *,
	    struct buf *out);
/*
 * The same for a link, single or repeating: shown by the title in `links` ({"person/12": title},
 * may be NULL), else by the id.
 */
void	 wording_links(const struct form_ctx *, const struct field *, const struct val *,
	    const struct val *links, struct buf *out);
void	 wording_column(const struct form_ctx *, const struct book *, const struct column *,
    const struct val *row, struct buf *out);

/* How late a deadline is, in days: overdue, today, or still to come. */
void	 wording_lateness(int64_t days, struct buf *out);
/* The day from which a deadline (of "due" or "file") is counted. */
void	 wording_counted_from(const struct form_ctx *, const struct clock *,
	    const struct val *deadline, struct buf *out);
/* The mark of a view of the past, in front of its title; nothing for 0, the present. */
void	 wording_as_of(int on, struct buf *out);
void	 wording_roles(const struct form_ctx *, roles_t, struct buf *out);

/* Definition texts in the person's language. */
const char *wording_label(const struct form_ctx *, struct label);
/* The same in the form it travels, {"zh","en"}; NULL where there is none. */
const char *wording_bilingual(const struct form_ctx *, const struct val *both);

#endif
