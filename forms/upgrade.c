#include "forms/upgrade.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "forms/vec.h"

struct edit {
	size_t	 at, end;		/* the bytes of the text that are replaced */
	char	*put;			/* the new bytes */
};

struct upgrade {
	const char	*text, *file;
	struct edit	*edits;
	size_t		 nedits, edit_cap;
	struct lint	*changes, *left;
	bool		 has_by;	/* the book has a field of that name, so a column "by" is
					   that field */
	bool		 bad;		/* memory ran out */
};

static void	 walk(struct upgrade *, const struct yaml_node *, const char *kind);

static void	 edit(struct upgrade *, size_t at, size_t end, const char *fmt,
    ...) __attribute__((format(printf, 4, 5)));

static void
edit(struct upgrade *u, size_t at, size_t end, const char *fmt, ...)
{
	struct buf	 put = BUF_INIT;
	va_list		 ap;

	va_start(ap, fmt);
	buf_vprintf(&put, fmt, ap);
	va_end(ap);
	if (put.bad || !VEC_ROOM(u->edits, u->nedits, &u->edit_cap)) {
		u->bad = true;
		buf_free(&put);
		return;
	}
	u->edits[u->nedits++] = (struct edit){ at, end, buf_take(&put) };
}

#define CHANGED(u, node, ...)	lint_add((u)->changes, (u)->file, (node)->line, __VA_ARGS__)
#define LEFT(u, node, ...)	lint_add((u)->left, (u)->file, (node)->line, __VA_ARGS__)

/* ---- keys ------------------------------------------------------------------------------------ */

static const struct key_change *
change_of(const char *kind, const char *key)
{
	for (const struct key_change *c = key_changes; c->in != NULL; c++)
		if (strcmp(c->in, kind) == 0 &&
		    (c->kind == KEY_BEGINS ? strncmp(c->was, key, strlen(c->was)) :
		    strcmp(c->was, key)) == 0)
			return c;
	return NULL;
}

static const struct yaml_node *
part_named(const struct yaml_node *map, const char *key)
{
	const struct yaml_node	*part = map != NULL && map->kind == YAML_MAP ? map->first : NULL;

	while (part != NULL && strcmp(part->key->text, key) != 0)
		part = part->next;
	return part;
}

/*
 * A map with a field and one comparison, {field: assistance, has: dibao}, which the short form with
 * one key replaces.
 */
static bool
is_short_pair(const struct upgrade *u, const struct yaml_node *field, const struct yaml_node *test)
{
	return strcmp(field->key->text, "field") == 0 && field->kind == YAML_SCALAR &&
	    field->next == test &&
	    test->next == NULL && memchr(u->text + field->end, '#', test->key->at - field->end) ==
	    NULL;
}

/* Replaces both keys by the name of the field. */
static void
shorten(struct upgrade *u, const struct yaml_node *field, const struct yaml_node *test)
{
	const struct key_change	*c;
	const char		*start, *rest;

	if (!is_short_pair(u, field, test)) {
		LEFT(u, test->key,
		    "\"%s\" is gone: write {FIELD: VALUE} in place of {field: FIELD, %s: VALUE}",
		    test->key->text, test->key->text);
		return;
	}
	c = change_of("a condition", field->text);
	start = c != NULL ? c->now : "";
	rest = field->text + (c != NULL ? strlen(c->was) : 0);
	edit(u, field->key->at, test->key->end, "%s%s", start, rest);
	CHANGED(u, field->key, "\"field: %s\" with \"%s\" is now \"%s%s\"", field->text,
	    test->key->text, start, rest);
}

/* links: child.carer.person becomes book and link, as for every other rollup. */
static void
split_links(struct upgrade *u, const struct yaml_node *map, const struct yaml_node *part)
{
	const char	*dot = part->kind == YAML_SCALAR ? strchr(part->text, '.') : NULL;
	bool		 quoted = part->at > 0 && strchr("\"'", u->text[part->at - 1]) != NULL;
	struct buf	 between = BUF_INIT;

	if (dot == NULL || quoted || part->end - part->at != strlen(part->text)) {
		LEFT(u, part,
		    "\"links: BOOK.FIELD\" is now \"book: BOOK\", \"link: FIELD\" and \"pick: count\"");
		return;
	}
	if (map->flow)
		buf_puts(&between, ", ");
	else
		buf_printf(&between, "\n%*s", (int)part->key->column, "");
	edit(u, part->key->at, part->key->end, "book");
	edit(u, part->at, part->end, "%.*s%slink: %s%spick: count", (int)(dot - part->text),
	    part->text, buf_str(&between), dot + 1, buf_str(&between));
	CHANGED(u, part, "\"links\" is now \"book\", \"link\" and \"pick: count\"");
	buf_free(&between);
}

/*
 * Removes a key and its value with what separates the pair from the next one, else from the one
 * before.
 */
static void
remove_pair(struct upgrade *u, const struct yaml_node *map, const struct yaml_node *part,
    const char *why)
{
	const struct yaml_node	*before = map->first;

	while (before != part && before->next != part)
		before = before->next;
	if (part->next == NULL && before == part) {
		LEFT(u, part->key, "\"%s\" is gone: %s", part->key->text, why);
		return;
	}
	if (part->next != NULL)
		edit(u, part->key->at, part->next->key->at, "%s", "");
	else
		edit(u, before->end, part->end, "%s", "");
	CHANGED(u, part->key, "\"%s\" is gone: %s", part->key->text, why);
}

/* The present name of a key. */
static const char *
change_key(struct upgrade *u, const struct yaml_node *map, const struct yaml_node *part,
    const char *kind)
{
	const struct key_change	*c = change_of(kind, part->key->text);

	if (c == NULL)
		return part->key->text;
	switch (c->kind) {
	case KEY_RENAMED:
		edit(u, part->key->at, part->key->end, "%s", c->now);
		CHANGED(u, part->key, "\"%s\" is now \"%s\"", c->was, c->now);
		return c->now;
	case KEY_BEGINS:
		edit(u, part->key->at, part->key->at + strlen(c->was), "%s", c->now);
		CHANGED(u, part->key, "\"%s\" is now \"%s%s\"", part->key->text, c->now,
		    part->key->text + strlen(c->was));
		break;
	case KEY_SHORT:
		shorten(u, map->first, part);
		break;
	case KEY_REMOVED:
		remove_pair(u, map, part, c->now);
		break;
	case KEY_LINKS:
		split_links(u, map, part);
		break;
	}
	return part->key->text;
}

/* ---- values ---------------------------------------------------------------------------------- */

static void
change_word(struct upgrade *u, const struct yaml_node *scalar, const char *kind, const char *key)
{
	for (const struct word_change *w = word_changes; w->in != NULL; w++) {
		size_t	 n = strlen(w->was);
		bool	 begins = w->was[n - 1] == '.';

		if (strcmp(w->in, kind) != 0 || strcmp(w->key, key) != 0 ||
		    (begins ? strncmp(w->was, scalar->text, n) : strcmp(w->was, scalar->text)) !=
		    0 || (u->has_by && strcmp(w->was, "by") == 0))
			continue;
		edit(u, scalar->at, scalar->at + n, "%s", w->now);
		CHANGED(u, scalar, "\"%s\" is now \"%s%s\"", scalar->text, w->now,
		    scalar->text + n);
	}
}

/* Items {NAME: map} of an ordered list. */
static void
walk_named(struct upgrade *u, const struct yaml_node *item, const char *kind)
{
	if (item->kind == YAML_MAP && item->first != NULL)
		walk(u, item->first, kind);
}

static void
walk_part(struct upgrade *u, const struct yaml_node *part, const struct key_part *p)
{
	bool	 one_map = p->shape == PART_ONE ||
	    (p->shape == PART_EACH && part->kind == YAML_MAP);

	if (one_map)
		walk(u, part, p->kind);
	if (one_map || part->kind != (p->shape == PART_VALUES ? YAML_MAP : YAML_LIST))
		return;
	for (const struct yaml_node *one = part->first; one != NULL; one = one->next)
		if (p->shape == PART_NAMED)
			walk_named(u, one, p->kind);
		else
			walk(u, one, p->kind);
}

/* A condition that names its field is a comparison. */
static const char *
kind_of(const struct yaml_node *map, const char *kind)
{
	return strcmp(kind, "a condition") == 0 && part_named(map, "field") != NULL ?
	    "a comparison" : kind;
}

static void
walk_pair(struct upgrade *u, const struct yaml_node *map, const struct yaml_node *part,
    const char *kind)
{
	const char	*key = change_key(u, map, part, kind);

	if (part->kind == YAML_SCALAR)
		change_word(u, part, kind, key);
	for (const struct yaml_node *one = part->kind == YAML_LIST ? part->first : NULL;
	    one != NULL; one = one->next)
		if (one->kind == YAML_SCALAR)
			change_word(u, one, kind, key);
	for (const struct key_part *p = key_parts; p->in != NULL; p++)
		if (strcmp(p->in, kind) == 0 && strcmp(p->key, key) == 0)
			walk_part(u, part, p);
}

static void
walk(struct upgrade *u, const struct yaml_node *map, const char *kind)
{
	const struct key_change	*c;

	if (map->kind != YAML_MAP)
		return;
	kind = kind_of(map, kind);
	for (const struct yaml_node *part = map->first; part != NULL; part = part->next) {
		c = part->next != NULL ? change_of(kind, part->next->key->text) : NULL;
		if (c == NULL || c->kind != KEY_SHORT || !is_short_pair(u, part, part->next))
			walk_pair(u, map, part, kind);		/* else the field's name is replaced
								   with the next key */
	}
}

/* ---- a file ---------------------------------------------------------------------------------- */

static bool
has_field(const struct yaml_node *book, const char *name)
{
	const struct yaml_node	*pages = part_named(book, "pages"), *fields;

	for (const struct yaml_node *page = pages != NULL ? pages->first : NULL; page != NULL;
	    page = page->next) {
		fields = page->kind == YAML_MAP ? part_named(page->first, "fields") : NULL;
		for (const struct yaml_node *f = fields != NULL ? fields->first : NULL; f != NULL;
		    f = f->next)
			if (part_named(f, name) != NULL)
				return true;
	}
	return false;
}

static bool
says(const struct yaml_node *map, const char *key, int kind)
{
	const struct yaml_node	*part = part_named(map, key);

	return part != NULL && (int)part->kind == kind;
}

/* The kind of file is recognised by its keys, so that it may have any name. */
static void
walk_file(struct upgrade *u, const struct yaml_node *tree)
{
	if (says(tree, "sheet", YAML_SCALAR))
		walk(u, tree, "a sheet");
	else if (says(tree, "book", YAML_SCALAR)) {
		u->has_by = has_field(tree, "by");
		walk(u, tree, "a book");
	} else if (says(tree, "roles", YAML_LIST))
		walk(u, tree, "roles.yaml");
	else if (tree->kind == YAML_MAP)
		for (const struct yaml_node *list = tree->first; list != NULL; list = list->next)
			walk(u, list, "a code list");
}

static int
by_place(const void *a, const void *b)
{
	const struct edit	*x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static void
apply(struct upgrade *u, size_t n, struct buf *out)
{
	size_t	 at = 0;

	if (u->nedits > 0)
		qsort(u->edits, u->nedits, sizeof *u->edits, by_place);
	for (size_t i = 0; i < u->nedits; i++) {
		buf_put(out, u->text + at, u->edits[i].at - at);
		buf_puts(out, u->edits[i].put);
		at = u->edits[i].end;
		free(u->edits[i].put);
	}
	buf_put(out, u->text + at, n - at);
	free(u->edits);
}

bool
upgrade_text(const char *text, size_t n, const char *shown, struct buf *out, struct lint *changes,
    struct lint *left)
{
	struct upgrade		 u = { .text = text, .file = shown, .changes = changes,
	    .left = left };
	struct yaml_node	*tree = yaml_tree(text, n, shown, left);

	if (tree == NULL)
		return false;
	walk_file(&u, tree);
	apply(&u, n, out);
	yaml_tree_free(tree);
	return !u.bad && !out->bad;
}

bool
upgrade_read(const char *path, const char *shown, struct buf *text, struct lint *lint)
{
	FILE	*f = fopen(path, "r");
	char	 some[8192];
	size_t	 n;
	bool	 ok = f != NULL;

	while (ok && (n = fread(some, 1, sizeof some, f)) > 0) {
		buf_put(text, some, n);
		ok = !text->bad && text->n <= YAML_FILE_MAX;
	}
	if (f == NULL || ferror(f))
		lint_add(lint, shown, 0, "cannot be read: %s", strerror(errno));
	else if (!ok)
		lint_add(lint, shown, 0, "larger than %d bytes", YAML_FILE_MAX);
	ok = ok && !ferror(f);
	if (f != NULL)
		fclose(f);
	return ok;
}

/* ---- a folder -------------------------------------------------------------------------------- */

static int
is_yaml(const struct dirent *e)
{
	size_t	 n = strlen(e->d_name);

	return e->d_name[0] != '.' && n > 5 && strcmp(e->d_name + n - 5, ".yaml") == 0;
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

void
upgrade_each_file(const char *dir, void (*fn)(const char *path, const char *shown, void *),
    void *arg)
{
	static const char *const	 folders[] = { "codes", "books", "sheets", "." };
	struct buf			 path = BUF_INIT;

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		struct dirent	**names = NULL;
		int		 n;

		buf_reset(&path);
		buf_printf(&path, "%s/%s", dir, folders[i]);
		n = path.bad ? 0 : scandir(path.p, &names, is_yaml, by_bytes);
		for (int k = 0; k < n; k++) {
			buf_reset(&path);
			if (strcmp(folders[i], ".") == 0)
				buf_printf(&path, "%s/%s", dir, names[k]->d_name);
			else
				buf_printf(&path, "%s/%s/%s", dir, folders[i], names[k]->d_name);
			if (!path.bad)
				fn(path.p, path.p + strlen(dir) + 1, arg);
			free(names[k]);
		}
		free(names);
	}
	buf_free(&path);
}

static void
tell_file(const char *path, const char *shown, void *arg)
{
	struct buf	 text = BUF_INIT, out = BUF_INIT;
	struct lint	*lint = arg, unread = { BUF_INIT, 0 };

	if (upgrade_read(path, shown, &text, &unread))
		upgrade_text(text.p, text.n, shown, &out, lint, lint);
	buf_free(&text);
	buf_free(&out);
	buf_free(&unread.out);
}

void
upgrade_tell(const char *dir, struct lint *lint)
{
	upgrade_each_file(dir, tell_file, lint);
}
