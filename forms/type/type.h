#ifndef FORMS_TYPE_TYPE_H
#define FORMS_TYPE_TYPE_H

#include "forms/attr.h"
#include "forms/def.h"

/* What checking and printing need besides the value. areas may be NULL where none are loaded. */
struct form_ctx {
	const struct set	*set;
	const struct areas	*areas;
	int			 today;
	enum lang		 lang;		/* printing */
	bool			 brief;		/* printing: codes by their short labels */
};

/* Attributes of a field definition that a type supports; the loader refuses others. */
enum type_attr {
	ATTR_MAX = 1, ATTR_MIN = 2, ATTR_RANGE = 4, ATTR_DECIMALS = 8, ATTR_CODES = 16,
	    ATTR_LINK = 32, ATTR_LEVEL = 64,
	ATTR_UNIQUE = 128, ATTR_FIND = 256, ATTR_MASK = 512, ATTR_GIVES = 1024, ATTR_FIELDS = 2048,
	    ATTR_MANY = 4096,
	ATTR_COMPUTED = 8192, ATTR_DEFAULT = 16384, ATTR_SORT = 32768
};

/*
 * A field type is one row; its functions are in type_*.c. A field of a record is: text, long,
 * phone, citizen number, choice (its code), area (its code): VAL_TEXT · number, date (yyyymmdd),
 * link (record id): VAL_INT · yes-no: VAL_BOOL · many-of: VAL_LIST of codes · group: VAL_MAP,
 * repeating: VAL_LIST of VAL_MAP · repeating link: VAL_LIST of VAL_INT. An empty field is absent.
 */
struct field_type {
	const char	*name;		/* name in definitions: "citizen-number" */
	const char	*hint;		/* msgid: what to type, for the message line */
	/*
	 * Typed text of a valid value, for the demo county and for tests; NULL where a value needs
	 * more than the type: a code list, a place, a record.
	 */
	const char	*example;
	enum val_kind	 kind;		/* of one value (not repeated) */
	unsigned	 attrs;
	size_t		 cells;	/* column width in lists unless the definition says otherwise */
	size_t		 max;		/* characters of text when the field gives none */

	/*
	 * Makes a value of typed text (UTF-8): folded, trimmed, looked up. NULL with a problem
	 * added at `path` when the text is not valid; NULL without a problem when it is blank.
	 */
	struct val	*(*parse)(const struct field *, const char *path, const char *typed,
	    const struct form_ctx *,
			    struct problems *);
	/*
	 * Adds the problems of a value of the right kind (limits, calendar, code retired or
	 * unknown, …).
	 */
	void		 (*check)(const struct field *, const char *path, const struct val *,
	    const struct form_ctx *,
			    struct problems *);
	/* Prints for people, in ctx->lang; never masked. The value is of the right kind. */
	void		 (*print)(const struct field *, const struct val *, const struct form_ctx *,
	    struct buf *);
	/*
	 * Writes bytes that sort as the values do; equal values give equal bytes, a value of
	 * another kind none. NULL where a type has no order.
	 */
	void		 (*key)(const struct field *, const struct val *, struct buf *);
	/*
	 * type_literal() of the text in a definition: of a number its digits, of a bare yes or no
	 * that word. NULL where no definition can give a value.
	 */
	struct val	*(*literal)(const struct field *, const char *text);
};

const struct field_type	*type_find(const char *);
extern const struct field_type type_table[];	/* ends with a NULL name */
bool	 type_is(const struct field *, const char *name);

/*
 * Prints a field's value by its type, several values with 、 between them; nothing for NULL. A
 * value of another kind (the definition has changed since) is printed by its kind.
 */
void	 type_print(const struct field *, const struct val *, const struct form_ctx *,
	    struct buf *);
/*
 * The same with masks applied, also inside groups. Middle: 12 characters or more keep the first and
 * last four, a mobile number the first three and last four, others the first and the last
 * (9901**********0010, 138****0001). All: ＊＊＊.
 */
void	 type_print_masked(const struct field *, const struct val *, const struct form_ctx *,
	    struct buf *);

/* Whether a value is empty: missing, nil, "", or a list or map of only such values. */
bool	 type_value_empty(const struct val *);

/*
 * Makes the value that a definition gives, "5", 5, yes, 2026-03-12, a code, in the form of a
 * record: one item of a many-of, one link. NULL when it is not valid for the field (or memory).
 * Relative dates are not values: see civil_rel_parse().
 */
struct val *type_literal(const struct field *, const struct val *defined) MUST_USE;

/* Whether a field is computed when it is shown and so never stored. */
bool	 type_is_virtual(const struct field *);

/*
 * The value of such a field from its source field and, of a period, its last day; NULL when these
 * are empty (or memory).
 */
struct val *type_compute(const struct field *, const struct val *from, const struct val *to,
    int today) MUST_USE;

/*
 * Text in the form in which it is stored: NFC, without blanks at the ends, and the dots that input
 * methods put between the parts of a name as · (between Han characters only). With `lines`, line
 * feeds are kept and dots not changed. NULL when it is no UTF-8 or has control or other invisible
 * characters (or memory); empty text when it has blanks only.
 */
struct val *type_text_clean(const char *typed, bool lines) MUST_USE;
size_t	 type_text_chars(const char *utf8);		/* code points */

#endif
