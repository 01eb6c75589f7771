#ifndef FORMS_YAML_H
#define FORMS_YAML_H

#include "forms/attr.h"
#include "forms/def.h"

/*
 * Reads one YAML file into a value that keeps the line numbers. Plain yes/no/true/false become
 * booleans, plain whole numbers without leading zeros become numbers, ~ and nothing become nil;
 * quoted scalars are text. Anchors, aliases and tags are refused, so that a definition can be read
 * where it is. Errors go to lint as "shown:line: reason"; the result is then NULL.
 */
struct val	*yaml_read(const char *path, const char *shown, struct lint *) MUST_USE;

/*
 * The same file as a tree with positions, for programs that change part of a file and keep the
 * rest. Anchors, aliases and tags are kept.
 */
struct yaml_node {
	enum { YAML_SCALAR, YAML_LIST, YAML_MAP } kind;
	bool			 flow;		/* a list or map in brackets */
	unsigned		 line;		/* from 1 */
	size_t			 column;	/* from 0 */
	size_t			 at, end;	/* YAML_SCALAR: its bytes in the text, without
						   quotation marks */
	char			*text;		/* YAML_SCALAR: its content */
	struct yaml_node	*key;		/* of an item of a map: its key, a scalar */
	struct yaml_node	*first, *next;	/* the items of a list or map, in order */
};

/*
 * Parses a text; yaml_tree_free() the result. NULL: no YAML, with the reason in lint as for
 * yaml_read().
 */
struct yaml_node *yaml_tree(const char *text, size_t n, const char *shown, struct lint *);
void		 yaml_tree_free(struct yaml_node *);

#define YAML_FILE_MAX	(1 << 20)

void		 lint_add(struct lint *, const char *file, unsigned line, const char *fmt, ...)
		    __attribute__((format(printf, 4, 5)));
void		 lint_addv(struct lint *, const char *file, unsigned line, const char *fmt, va_list)
		    __attribute__((format(printf, 4, 0)));

#endif
