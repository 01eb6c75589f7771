#ifndef FORMS_UPGRADE_H
#define FORMS_UPGRADE_H

#include "forms/yaml.h"

/*
 * Definitions written for an earlier version of this program. Keys that have another name now stand in one table
 * (upgrade_keys.c): the loader tells of them from it, and shouwang-admin changes files by it. No key is understood under two
 * names.
 */

/*
 * Writes the text of one file with today's keys to `out`; whatever is no key stays as it is, comments too. Each change is a
 * line of `changes`; what cannot be changed here, because a person must say it in another way, is a line of `left`. False:
 * `text` is no YAML, and why is in `left`, or memory ran out.
 */
bool	 upgrade_text(const char *text, size_t n, const char *shown, struct buf *out, struct lint *changes, struct lint *left);

/* Reads a whole file of at most YAML_FILE_MAX bytes. False: it cannot be read, and why is in lint. */
bool	 upgrade_read(const char *path, const char *shown, struct buf *text, struct lint *lint);

/* All that upgrade_text() would change or leave in the definitions below dir, in the order of set_read(). */
void	 upgrade_tell(const char *dir, struct lint *lint);

/* Calls fn for each file of definitions below dir: county.yaml, roles.yaml, those of codes, books and sheets. */
void	 upgrade_each_file(const char *dir, void (*fn)(const char *path, const char *shown, void *), void *arg);

/* ---- the table: for upgrade.c and its test ------------------------------------------------------------------ */

enum key_change_kind {
	KEY_RENAMED,			/* another name and nothing else */
	KEY_BEGINS,			/* only the beginning has another name: owner.x -> parent.x */
	KEY_SHORT,			/* {field: F, KEY: V} -> {F: V} */
	KEY_LINKS			/* links: BOOK.PATH -> book: BOOK, link: PATH, pick: count */
};

struct key_change {
	const char		*in;	/* the kind of map: "a field" */
	const char		*was, *now;
	enum key_change_kind	 kind;
};

/* What stands under a key of such a map. */
struct key_part {
	const char		*in, *key;	/* key by its name of today */
	enum {
		PART_ONE,		/* a map */
		PART_EACH,		/* a list of maps */
		PART_NAMED,		/* a list of {NAME: map} */
		PART_VALUES		/* a map of maps */
	}			 shape;
	const char		*kind;
};

/* A word that stands as a value. */
struct word_change {
	const char		*in, *key;
	const char		*was, *now;	/* one that ends in a point is the beginning of a name */
};

extern const struct key_change	 key_changes[];
extern const struct key_part	 key_parts[];
extern const struct word_change	 word_changes[];	/* each ends with a row of NULL */

#endif
