#ifndef FORMS_CHECK_H
#define FORMS_CHECK_H

#include "forms/pred.h"
#include "forms/type/type.h"

/*
 * Checks of whole records against their definition. One implementation for the client (while typing), the daemon
 * (before saving), import and verify.
 */

/*
 * Fills what follows from other fields and is still empty: birth and sex from the citizen number, defaults of shown
 * fields when `fresh`. `own_area` replaces the default "own-area" (NULL: not filled).
 */
bool	 check_derive(const struct book *, struct val *fields, const char *state, bool fresh, const char *own_area,
	    const struct form_ctx *);

/* Puts what a quick entry of the book sets. False: memory. */
bool	 check_apply_quick(const struct book *, const struct quick_entry *, struct val *fields, const char *own_area,
	    const struct form_ctx *);

/*
 * Everything that is wrong: unknown kinds, type checks, limits, citizen number against birth and sex (at birth and sex),
 * required fields that are shown (as gaps; REQUIRED_FIRST as wrong), repeating groups item by item ("carers.0.phone"),
 * too many of them (wrong) or too few (a gap). A group that does not repeat is part of its page: what is required in it
 * is missing also when all of it is. Fields that are not shown are checked for kind and limits only when filled, never
 * required. Fields
 * that are worked out may not be present; those taken from other records are let pass, for the store alone puts them
 * there. Names the definition does not know are kept and not complained of.
 */
void	 check_record(const struct book *, const struct val *fields, const char *state, const struct form_ctx *,
	    struct problems *);

/*
 * What does not agree by the `warnings` of a book, as warnings in ctx->lang. `owner` holds the fields of the record above; NULL:
 * not known, and checks that read it are not made. see() says which fields, of either book, the person may see (NULL: all): a check
 * that reads another is not made for him, for its words would tell what stands there.
 */
extern const char *const check_warning_msgid;	/* their msgid, with the words */
typedef bool	 check_visible_fn(const struct field *, const void *arg);
void	 check_warnings(const struct book *, const struct val *fields, const struct val *owner, const char *state,
	    const struct form_ctx *, check_visible_fn *see, const void *arg, struct problems *);
bool	 check_reads_parent(const struct book *);	/* some check does */

/* The same for a bare list of fields: what an act asks. Conditions see the answers only, and no state. */
void	 check_fields(const struct field *, size_t n, const struct val *fields, const struct form_ctx *, struct problems *);

/*
 * Shape only, for anything that comes from outside: names that could be names, sizes, kinds of known fields (nil fits
 * everywhere). True when nothing was added.
 */
bool	 check_shape(const struct book *, const struct val *fields, struct problems *);

bool	 check_shown(const struct field *, const struct pred_ctx *);
bool	 check_required(const struct field *, const struct pred_ctx *);

/*
 * The value at a field's place; NULL = nothing. What had to be made, computed values and the list of what the instances of
 * a repeating group have there, is put in *owned too and the caller frees it; *owned is NULL otherwise.
 */
const struct val *record_value(const struct field *, const struct val *fields, const struct form_ctx *, struct val **owned);

/* The book's title with its {field} places filled, masked as in lists. Unfilled places leave no double blanks. */
void	 record_title(const struct book *, const struct val *fields, const struct form_ctx *, struct buf *);

/*
 * Record numbers: pattern of literal text, {field:n} (first n characters), {year:2|4}, {serial:n} and {check}.
 * number_prefix gives what stands before the serial (the serial counts within it); number_make the whole.
 * Both are false, with out as far as it came, when a field is missing or too short or the serial outgrew its places.
 * number_fits: right length and check digit (ISO 7064 MOD 11,10 over the digits), as read over the phone.
 */
bool	 number_prefix(const char *pattern, const struct val *fields, int today, struct buf *);
bool	 number_make(const char *pattern, const struct val *fields, int today, uint64_t serial, struct buf *);
bool	 number_fits(const char *pattern, const char *typed);
/* Whether a pattern can be honoured; *why (static text) when not. */
bool	 number_pattern_ok(const char *pattern, const char **why);

#endif
