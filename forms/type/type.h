#ifndef FORMS_TYPE_TYPE_H
#define FORMS_TYPE_TYPE_H

#include "forms/def.h"

/* What checking and printing need besides the value. areas may be NULL where none are loaded. */
struct form_ctx {
	const struct set	*set;
	const struct areas	*areas;
	int			 today;
	enum lang		 lang;		/* printing */
	bool			 brief;		/* printing: codes in their short words */
};

/* Attributes of a field definition a type can make sense of; others are refused by the loader. */
enum type_attr {
	ATTR_MAX = 1, ATTR_MIN = 2, ATTR_RANGE = 4, ATTR_DECIMALS = 8, ATTR_CODES = 16, ATTR_LINK = 32, ATTR_LEVEL = 64,
	ATTR_UNIQUE = 128, ATTR_FIND = 256, ATTR_MASK = 512, ATTR_GIVES = 1024, ATTR_FIELDS = 2048, ATTR_MANY = 4096,
	ATTR_COMPUTED = 8192, ATTR_DEFAULT = 16384, ATTR_SORT = 32768
};

/*
 * A field type is one row; its functions stand in type_*.c. A field in a record is: text, long, phone, citizen number, choice (its code), area (its code):
 * VAL_TEXT · number, date (yyyymmdd), link (record id): VAL_INT · yes-no: VAL_BOOL · many-of: VAL_LIST of codes ·
 * group: VAL_MAP, repeating: VAL_LIST of VAL_MAP · repeating link: VAL_LIST of VAL_INT. Nothing filled in: absent.
 */
struct field_type {
	const char	*name;		/* as definitions spell it: "citizen-number" */
	const char	*hint;		/* msgid: what to type, for the message line */
	enum val_kind	 kind;		/* of one value (not repeated) */
	unsigned	 attrs;
	size_t		 cells;		/* column width in lists unless the definition says otherwise */
	size_t		 max;		/* characters of text when the field gives none */

	/*
	 * What was typed (UTF-8), as a value: folded, trimmed, looked up. NULL with a problem added at `path` when it
	 * cannot be one; NULL without a problem when nothing but blanks was typed.
	 */
	struct val	*(*parse)(const struct field *, const char *path, const char *typed, const struct form_ctx *,
			    struct problems *);
	/* Adds what is wrong with a value of the right kind (limits, calendar, code retired or unknown, …). */
	void		 (*check)(const struct field *, const char *path, const struct val *, const struct form_ctx *,
			    struct problems *);
	/* For people, in ctx->lang; never masked. The value is of the right kind. */
	void		 (*print)(const struct field *, const struct val *, const struct form_ctx *, struct buf *);
	/*
	 * Bytes that sort as the values do and of which equal values have equal ones; nothing for a value of another kind.
	 * NULL where a type has no order.
	 */
	void		 (*key)(const struct field *, const struct val *, struct buf *);
};

const struct field_type	*type_find(const char *);
extern const struct field_type type_table[];	/* ends with a NULL name */
bool	 type_is(const struct field *, const char *name);

/*
 * Shows a field's value through its type; many values with 、 between; nothing for NULL. A value of another kind (the
 * definition has changed since) shows as it is.
 */
void	 type_print(const struct field *, const struct val *, const struct form_ctx *, struct buf *);
/*
 * The same with masks applied, also inside groups. Middle: of 12 characters or more the first and last four stay, of a
 * mobile number the first three and last four, else the first and the last (9901**********0010, 138****0001). All: ＊＊＊.
 */
void	 type_print_masked(const struct field *, const struct val *, const struct form_ctx *, struct buf *);

/* Nothing filled in: missing, nil, "", and lists and maps that hold nothing else. */
bool	 type_value_empty(const struct val *);

/*
 * A value as a definition says it, "5", 5, yes, 2026-03-12, a code, as it would stand in a record: one item of a many-of,
 * one link. NULL when the field cannot hold it (or memory). Relative dates are not values: see civil_rel_parse().
 */
struct val *type_literal(const struct field *, const struct val *defined);

/* Whether a field is worked out when it is looked at and so never stored. */
bool	 type_is_virtual(const struct field *);

/*
 * The value of such a field from the one it follows from, and of a period its last day; NULL when these say nothing (or
 * memory).
 */
struct val *type_compute(const struct field *, const struct val *from, const struct val *to, int today);

/*
 * Text as stored: NFC, blanks at the ends gone, the dots input methods offer between the parts of a name made ·
 * (between Han characters only). With `lines` line ends are kept, as \n, and dots left alone. NULL when it
 * is no UTF-8 or holds control or other characters without a shape of their own (or memory); empty text when only blanks.
 */
struct val *type_text_clean(const char *typed, bool lines);
size_t	 type_text_chars(const char *utf8);		/* code points */

#endif
