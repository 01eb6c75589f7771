#ifndef TESTS_SUPPORT_FORMS_H
#define TESTS_SUPPORT_FORMS_H

#include "forms/def.h"

/* Definitions and values for tests, written as YAML. Any failure fails the test. */

/* In all of these ' stands for ", because C strings with many quotation marks are hard to read. */
struct val	*yaml_val(const char *text);		/* the caller's */

/*
 * A set of one county (990121000000), roles director (village), supervisor (township) and officer
 * (county), code lists sex, body and help, and one book "child" made of `pages` (the YAML below
 * "pages:", with any indentation) and of `more` keys of the book ("" for none; "area: place" and
 * the like; without a title its title is {name}). set_free() it.
 */
struct set	*yaml_set(const char *pages, const char *more);

/* A file of definitions: its name, "books/child.yaml", and its content. */
struct form_file {
	const char	*name;
	const char	*text;
};

/*
 * A folder of definitions in $TMPDIR, one at a time. Opening it writes these files, which are
 * borrowed until it is closed; closing removes it.
 */
void		 forms_folder_open(const struct form_file *, size_t n);
void		 forms_folder_close(void);
const char	*forms_folder(void);			/* its path */
void		 forms_folder_put(const char *name, const char *text);
/*
 * Replaces the first `find` in the original file by `put`. find NULL: the file becomes `put`; put
 * NULL as well: the file is removed.
 */
void		 forms_folder_change(const char *name, const char *find, const char *put);
/* The set of the folder, with its problems; fails the test when it is refused without a message. */
struct set	*forms_folder_load(struct lint *);

/* All of this in one call, for a table of small changes. name NULL: nothing is changed. */
struct set	*forms_load_changed(const struct form_file *, size_t n, const char *name,
		    const char *find, const char *put, struct lint *);

#endif
