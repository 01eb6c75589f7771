#ifndef FORMS_CHECK_H
#define FORMS_CHECK_H

#include "forms/attr.h"
#include "forms/pred.h"
#include "forms/type/type.h"

/*
 * Checks of whole records against their definition. One implementation for the client (while
 * typing), the daemon (before saving), import and verify.
 */

/*
 * Fills empty fields that follow from others: birth and sex from the citizen number and, when
 * `is_new` (the record is new), the defaults of shown fields. `own_area` replaces the default
 * "own-area" (NULL: not filled). False: memory.
 */
bool	 check_derive(const struct book *, struct val *fields, const char *state, bool is_new,
	    const char *own_area, const struct form_ctx *);

/* Puts the values of a quick entry of the book. False: memory. */
bool	 check_apply_quick(const struct book *, const struct quick_entry *, struct val *fields,
	    const char *own_area, const struct form_ctx *) MUST_USE;

/*
 * Adds every problem of a record: wrong kinds, type checks, limits, disagreement of the citizen
 * number with birth and sex (told at birth and sex), required fields that are shown but empty (as
 * gaps; REQUIRED_FIRST as wrong), repeating groups line by line ("carers.0.phone"), too many lines
 * (wrong) or too few (a gap). A group that does not repeat is part of its page: its required fields
 * are missing also when the whole group is. Fields that are not shown are checked for kind and
 * limits when filled, but never required. Computed fields may not be present; rollups may, because
 * only the store puts them there. Names unknown to the definition are kept and cause no problem.
 */
void	 check_record(const struct book *, const struct val *fields, const char *state,
	    const struct form_ctx *, struct problems *);

/*
 * Adds the `warnings` of a book that apply, in ctx->lang. `parent` holds the fields of the parent
 * record; NULL: unknown, and warnings that read it are skipped. see() tells which fields, of either
 * book, the person may see (NULL: all): a warning that reads another field is skipped, because its
 * words would reveal the content.
 */
extern const char *const check_warning_msgid;	/* the msgid of all of them; the words are its
						   argument */
typedef bool	 check_visible_fn(const struct field *, const void *arg);
void	 check_warnings(const struct book *, const struct val *fields, const struct val *parent,
	    const char *state,
	    const struct form_ctx *, check_visible_fn *see, const void *arg, struct problems *);
bool	 check_reads_parent(const struct book *);	/* whether some warning of the book reads
							   the parent */

/*
 * The same for a bare list of fields: the questions of an act. Conditions see the answers only, and
 * no state.
 */
void	 check_fields(const struct field *, size_t n, const struct val *fields,
	    const struct form_ctx *, struct problems *);

/*
 * Checks the shape only, for data from outside: names that could be names, sizes, kinds of known
 * fields (nil fits everywhere). True when no problem was added.
 */
bool	 check_shape(const struct book *, const struct val *fields, struct problems *) MUST_USE;

bool	 check_shown(const struct field *, const struct pred_ctx *);
bool	 check_required(const struct field *, const struct pred_ctx *);

/*
 * The value of a field; NULL = none. A value made for the call (a computed one, or the list of
 * values in the lines of a repeating group) is put in *owned too, and the caller frees it; else
 * *owned is NULL.
 */
const struct val *record_value(const struct field *, const struct val *fields,
    const struct form_ctx *, struct val **owned);

/*
 * The title of a record: the book's pattern with its {field} places filled, masked as in lists.
 * Empty places leave no double blanks.
 */
void	 record_title(const struct book *, const struct val *fields, const struct form_ctx *,
	    struct buf *);

/*
 * Record numbers: a pattern of literal text, {field:n} (first n characters), {year:2|4}, {serial:n}
 * and {check}.
 *  number_prefix gives the part before the serial, within which serials are counted; number_make
 *  the whole number. Both return false, with the part made so far in the buffer, when a field is
 *  missing or too short or the serial has too many digits.
 *  number_fits: right length and check digit (ISO 7064 MOD 11,10 over the digits), as read over the
 *  phone.
 */
bool	 number_prefix(const char *pattern, const struct val *fields, int today,
	    struct buf *) MUST_USE;
bool	 number_make(const char *pattern, const struct val *fields, int today, uint64_t serial,
	    struct buf *) MUST_USE;
bool	 number_fits(const char *pattern, const char *typed);
/* Whether a pattern is valid; *why (static text) when it is not. */
bool	 number_pattern_ok(const char *pattern, const char **why);

#endif
