#ifndef TESTS_SUPPORT_FORMS_H
#define TESTS_SUPPORT_FORMS_H

#include "forms/def.h"

/* Definitions and values for tests, written as YAML. Whatever goes wrong fails the test at hand. */

/* Quotation marks are too many for YAML inside C: ' stands for " in all of these. */
struct val	*yaml_val(const char *text);		/* the caller's */

/*
 * A set of one county (990121000000), roles director (village), supervisor (township) and officer (county), code lists
 * sex, body and help, and one book "child" made of `pages` (the YAML below "pages:", indented as it likes) and of `more`
 * keys of the book ("" for none; "area: place" and the like; without a title its title is {name}). set_free() it.
 */
struct set	*yaml_set(const char *pages, const char *more);

#endif
