#ifndef FORMS_YAML_H
#define FORMS_YAML_H

#include "forms/def.h"

/*
 * One YAML file as a value that remembers its lines. Plain yes/no/true/false become booleans, plain whole numbers
 * without leading zeros become numbers, ~ and nothing become nil; whatever is quoted is text. Anchors, aliases and tags
 * are refused: a definition says what it says where it stands. Problems go to lint as "shown:line: reason"; then NULL.
 */
struct val	*yaml_read(const char *path, const char *shown, struct lint *);

/*
 * The same file as a tree that knows where everything stands, for who changes a file and leaves the rest of it alone.
 * Anchors, aliases and tags are left as they are.
 */
struct yaml_node {
	enum { YAML_SCALAR, YAML_LIST, YAML_MAP } kind;
	bool			 flow;		/* a list or map in brackets */
	unsigned		 line;		/* from 1 */
	size_t			 column;	/* from 0 */
	size_t			 at, end;	/* YAML_SCALAR: its bytes in the text, quotation marks left out */
	char			*text;		/* YAML_SCALAR: what it says */
	struct yaml_node	*key;		/* of a part of a map: its key, a scalar */
	struct yaml_node	*first, *next;	/* the parts of a list or map, in order */
};

/* The caller's, yaml_tree_free() it. NULL: no YAML, and why is in lint as yaml_read() says it. */
struct yaml_node *yaml_tree(const char *text, size_t n, const char *shown, struct lint *);
void		 yaml_tree_free(struct yaml_node *);

#define YAML_FILE_MAX	(1 << 20)

void		 lint_add(struct lint *, const char *file, unsigned line, const char *fmt, ...)
		    __attribute__((format(printf, 4, 5)));
void		 lint_addv(struct lint *, const char *file, unsigned line, const char *fmt, va_list)
		    __attribute__((format(printf, 4, 0)));

#endif
