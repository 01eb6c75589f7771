#ifndef FORMS_UPGRADE_H
#define FORMS_UPGRADE_H

#include "forms/attr.h"
#include "forms/yaml.h"

/*
 * Definitions written for an earlier version of this program. One table (upgrade_keys.c) has the
 * keys whose name has changed: the loader reports them by it, and shouwang-admin changes files by
 * it. No key is accepted under two names.
 */

/*
 * Writes the text of one file with today's keys to `out`; everything but keys stays, comments too.
 * Each change is a line of `changes`; what a person must change by hand is a line of `left`. False:
 * `text` is no YAML, with the reason in `left`, or memory ran out.
 */
bool	 upgrade_text(const char *text, size_t n, const char *shown, struct buf *out,
	    struct lint *changes, struct lint *left);

/*
 * Reads a whole file of at most YAML_FILE_MAX bytes. False: it cannot be read; the reason is in
 * lint.
 */
bool	 upgrade_read(const char *path, const char *shown, struct buf *text,
	    struct lint *lint) MUST_USE;

/*
 * Reports all that upgrade_text() would change or leave in the definitions below dir, in the order
 * of set_read().
 */
void	 upgrade_tell(const char *dir, struct lint *lint);

/*
 * Calls fn for each definition file below dir: county.yaml, roles.yaml, and those in codes, books
 * and sheets.
 */
void	 upgrade_each_file(const char *dir, void (*fn)(const char *path, const char *shown, void *),
	    void *arg);

/* ---- the table: for upgrade.c and its test --------------------------------------------------- */

enum key_change_kind {
	KEY_RENAMED,			/* only the name has changed */
	KEY_BEGINS,			/* only a prefix has changed: owner.x -> parent.x */
	KEY_SHORT,			/* {field: F, KEY: V} -> {F: V} */
	KEY_REMOVED,			/* it is gone; `now` says why */
	KEY_LINKS	/* links: BOOK.PATH -> book: BOOK, link: PATH, pick: count */
};

struct key_change {
	const char		*in;	/* the kind of map: "a field" */
	const char		*was, *now;
	enum key_change_kind	 kind;
};

/* What is under a key of such a map. */
struct key_part {
	const char		*in, *key;	/* key: its present name */
	enum {
		PART_ONE,		/* a map */
		PART_EACH,		/* a list of maps */
		PART_NAMED,		/* a list of {NAME: map} */
		PART_VALUES		/* a map of maps */
	}			 shape;
	const char		*kind;
};

/* A word used as a value. */
struct word_change {
	const char		*in, *key;
	const char		*was, *now;	/* one that ends in a dot is a prefix */
};

extern const struct key_change	 key_changes[];
extern const struct key_part	 key_parts[];
extern const struct word_change	 word_changes[];	/* each ends with a row of NULL */

#endif
