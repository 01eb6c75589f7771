#ifndef FORMS_TYPE_TYPE_ROW_H
#define FORMS_TYPE_TYPE_ROW_H

#include "forms/type/type.h"

/*
 * The functions in the rows of the type table; only type*.c need them. Their contracts are those of
 * struct field_type.
 */
#define TYPE_PARSE(name)	struct val *name(const struct field *, const char *path, const char *typed,	\
				    const struct form_ctx *, struct problems *)
#define TYPE_CHECK(name)	void name(const struct field *, const char *path, const struct val *,		\
				    const struct form_ctx *, struct problems *)
#define TYPE_PRINT(name)	void name(const struct field *, const struct val *, const struct form_ctx *,	\
				    struct buf *)
#define TYPE_KEY(name)		void name(const struct field *, const struct val *, struct buf *)
#define TYPE_LITERAL(name)	struct val *name(const struct field *, const char *text)

TYPE_CHECK(type_check_nothing);		/* for types whose values cannot be wrong */

TYPE_PARSE(type_text_parse);
TYPE_PARSE(type_long_parse);
TYPE_CHECK(type_text_check);
TYPE_CHECK(type_long_check);
TYPE_PRINT(type_text_print);
TYPE_KEY(type_text_key);		/* of every type stored as text */
TYPE_LITERAL(type_text_literal);	/* any text */
TYPE_LITERAL(type_long_literal);

TYPE_PARSE(type_phone_parse);
TYPE_CHECK(type_phone_check);
TYPE_PARSE(type_citizen_parse);
TYPE_CHECK(type_citizen_check);

TYPE_PARSE(type_number_parse);
TYPE_CHECK(type_number_check);
TYPE_PRINT(type_number_print);
TYPE_KEY(type_number_key);		/* and of links */
TYPE_LITERAL(type_number_literal);

TYPE_PARSE(type_date_parse);
TYPE_CHECK(type_date_check);
TYPE_PRINT(type_date_print);
TYPE_KEY(type_date_key);
TYPE_LITERAL(type_date_literal);

TYPE_PARSE(type_choice_parse);
TYPE_CHECK(type_choice_check);
TYPE_PRINT(type_choice_print);
TYPE_LITERAL(type_choice_literal);	/* and of many-of */
TYPE_PARSE(type_many_parse);
TYPE_CHECK(type_many_check);
TYPE_PRINT(type_many_print);
TYPE_PARSE(type_yes_no_parse);
TYPE_PRINT(type_yes_no_print);
TYPE_KEY(type_yes_no_key);
TYPE_LITERAL(type_yes_no_literal);

TYPE_PARSE(type_area_parse);
TYPE_CHECK(type_area_check);
TYPE_PRINT(type_area_print);
TYPE_LITERAL(type_area_literal);
TYPE_PARSE(type_link_parse);
TYPE_CHECK(type_link_check);
TYPE_PRINT(type_link_print);
TYPE_LITERAL(type_link_literal);

TYPE_PARSE(type_group_parse);
TYPE_PRINT(type_group_print);

/* The filled fields of one group with a space between two; with or without masks. */
void	 type_group_show(const struct field *, const struct val *, const struct form_ctx *,
	    bool masked, struct buf *);

/* Only blanks (wide ones too). */
bool	 type_blank(const char *typed);

/* problem_add() with the typed text as {1}, cut to a length that fits a message line. */
void	 type_add_problem(struct problems *, const char *path, const char *msgid,
	    const char *typed);

/*
 * Converts text to a number in units of 10^-decimals, and back. False when it is no number or too
 * large.
 */
bool	 type_number_read(const char *folded, int decimals, int64_t *);
void	 type_number_write(int64_t, int decimals, struct buf *);

/* Between two values of one field: "、" or ", ". */
const char *type_separator(enum lang);

#endif
