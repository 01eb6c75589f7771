#ifndef FORMS_YAML_H
#define FORMS_YAML_H

#include "forms/def.h"

/*
 * One YAML file as a value that remembers its lines. Plain yes/no/true/false become booleans, plain whole numbers
 * without leading zeros become numbers, ~ and nothing become nil; whatever is quoted is text. Anchors, aliases and tags
 * are refused: a definition says what it says where it stands. Problems go to lint as "shown:line: reason"; then NULL.
 */
struct val	*yaml_read(const char *path, const char *shown, struct lint *);

#define YAML_FILE_MAX	(1 << 20)

void		 lint_add(struct lint *, const char *file, unsigned line, const char *fmt, ...)
		    __attribute__((format(printf, 4, 5)));
void		 lint_addv(struct lint *, const char *file, unsigned line, const char *fmt, va_list)
		    __attribute__((format(printf, 4, 0)));

#endif
