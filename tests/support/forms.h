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

/* A file of definitions: "books/child.yaml" and what it says. */
struct form_file {
	const char	*name;
	const char	*text;
};

/*
 * A folder of definitions in $TMPDIR, one at a time. Opening it puts these files there, borrowed
 * until it is closed; closing removes it.
 */
void		 forms_folder_open(const struct form_file *, size_t n);
void		 forms_folder_close(void);
const char	*forms_folder(void);			/* its path */
void		 forms_folder_put(const char *name, const char *text);
/*
 * In the file as it was opened the first `find` becomes `put`. find NULL: the file becomes `put`; put NULL
 * as well: it is removed.
 */
void		 forms_folder_change(const char *name, const char *find, const char *put);
/* The set of what is there, with what is wrong; fails the test when it is refused without a word. */
struct set	*forms_folder_load(struct lint *);

/* All of it at once, for a table of small changes. name NULL: nothing is changed. */
struct set	*forms_load_changed(const struct form_file *, size_t n, const char *name,
		    const char *find, const char *put, struct lint *);

#endif
