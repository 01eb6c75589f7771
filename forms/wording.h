#ifndef FORMS_WORDING_H
#define FORMS_WORDING_H

#include <stdarg.h>

#include "forms/check.h"

/*
 * Everything that is put into words for the person at the terminal: labels of definitions,
 * sentences with places, moments, refusals. Texts come in the language of ctx. `book` may be NULL
 * where none is concerned. All append to out.
 */

/* A msgid (looked up in the catalogue) with the arguments as they travel; references get their labels. */
void	 wording_message(const struct form_ctx *, const struct book *, const char *msgid, const struct val *args,
    struct buf *out);
void	 wording_problem(const struct form_ctx *, const struct book *, const struct problem *, struct buf *out);
/* Why the daemon did not do it: its own sentence, else one for the error's kind. reply NULL: the line is lost. */
void	 wording_refusal(const struct form_ctx *, const struct book *, const struct val *reply, struct buf *out);

/* A sentence already translated, with pairs (enum problem_arg, value) up to ARG_END; only TEXT, NUM and DATE. */
void	 wording_format(struct buf *out, const char *translated, ...);
void	 wording_vformat(struct buf *out, const char *translated, va_list);

/* "父亲 联系电话", "兄弟姐妹 2 姓名": labels along a path of the book (or of an act's questions). */
void	 wording_path(const struct form_ctx *, const struct book *, const char *path, struct buf *out);
void	 wording_state(const struct form_ctx *, const struct book *, const char *state, struct buf *out);
/* of the book, or one every book has */
void	 wording_act(const struct form_ctx *, const struct book *, const char *act, struct buf *out);
/* What an act of that name (NULL: none) asked and was told, "label: answer", `between` them; nothing where it asked nothing. */
void	 wording_answers(const struct form_ctx *, const struct book *, const char *act, const struct val *ask, const char *between,
    struct buf *out);
/* Remarks {path: text}, "name: text" each. */
void	 wording_remarks(const struct form_ctx *, const struct book *, const struct val *remarks, const char *between, struct buf *out);
/* More was typed than can be kept: what (NULL: not named), how many characters, how many fit. */
void	 wording_too_long(const char *what, size_t n, size_t most, struct buf *out);
/* What merging notes in a version or the trail, "with No. 990…: reason"; nothing for others. */
void	 wording_merge_note(const struct val *, struct buf *out);
/* below the county: 青石镇柳树村 */
void	 wording_area(const struct form_ctx *, const char *code, struct buf *out);
/* "name、phone" of a list of paths, the same group named once each time. */
void	 wording_paths(const struct form_ctx *, const struct book *, const struct val *paths, struct buf *out);
void	 wording_areas(const struct form_ctx *, const struct val *codes, struct buf *out);

/* Of a line of "near" or "doubles" that tells of a file outside one's reach: where it is asked about. False: it shows a row. */
bool	 wording_out_of_reach(const struct form_ctx *, const struct val *hit, struct buf *out);

/* 2026-03-12 14:05, the county's time. */
void	 wording_datetime(int64_t utc, struct buf *out);
/* 14:05 today, else with its day. */
void	 wording_time(const struct form_ctx *, int64_t utc, struct buf *out);
void	 wording_date(int64_t utc, struct buf *out);
/* Who else has a record open: {"name", "since"}. Nobody changes what somebody else has under his pen without knowing. */
void	 wording_checked_out(const struct form_ctx *, const struct val *other, struct buf *out);

/*
 * What stands in a column of a list row or a record's field there: a value of its kind, or text
 * where the daemon masked it.
 */
void	 wording_value(const struct form_ctx *, const struct field *, const struct val *, struct buf *out);
/* The same of a link, one or several: what it leads to is called as in `links` ({"person/12": title}, may be NULL), else by its number. */
void	 wording_links(const struct form_ctx *, const struct field *, const struct val *, const struct val *links, struct buf *out);
void	 wording_column(const struct form_ctx *, const struct book *, const struct column *,
    const struct val *row, struct buf *out);

/* How late a duty is, in days: overdue, today, or still to come. */
void	 wording_lateness(int64_t days, struct buf *out);
/* What the day of a duty (of "due" or "file") is counted from. */
void	 wording_counted_from(const struct form_ctx *, const struct clock *, const struct val *deadline, struct buf *out);
/* The mark of a view of the past, in front of its title; nothing for 0, the present. */
void	 wording_as_of(int on, struct buf *out);
void	 wording_roles(const struct form_ctx *, roles_t, struct buf *out);

/* Definition texts in the person's language. */
const char *wording_label(const struct form_ctx *, struct label);
/* The same as they travel, {"zh","en"}; NULL where there are none. */
const char *wording_bilingual(const struct form_ctx *, const struct val *both);

#endif
