#include "forms/load/load.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void
set_free(struct set *set)
{
	struct set_private	*own = (struct set_private *)set;
	struct chunk	*c, *next;

	if (own == NULL)
		return;
	for (size_t i = 0; i < own->npreds; i++)
		pred_free(own->preds[i]);
	free(own->preds);
	for (c = own->chunks; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	val_free(own->src);
	val_free(own->derived);
	free(own);
}

const struct val *
set_source(const struct set *set)
{
	return ((const struct set_private *)set)->src;
}

/* ---- lookup ---------------------------------------------------------------------------------- */

/*
 * A set has a few dozen names of each kind and is not searched in loops, so a linear search is fast
 * enough.
 */
#define LOOKUP(at, n, wanted)						\
	do {								\
		for (size_t lookup_i = 0; lookup_i < (n); lookup_i++)	\
			if (strcmp((at)[lookup_i].name, (wanted)) == 0)	\
				return &(at)[lookup_i];			\
		return NULL;						\
	} while (0)

const struct codes *
set_codes(const struct set *set, const char *name)
{
	LOOKUP(set->codes, set->ncodes, name);
}

const struct role *
set_role(const struct set *set, const char *name)
{
	LOOKUP(set->roles, set->nroles, name);
}

const struct score_sheet *
set_sheet(const struct set *set, const char *name)
{
	LOOKUP(set->sheets, set->nsheets, name);
}

const struct book *
set_book(const struct set *set, const char *name)
{
	LOOKUP(set->books, set->nbooks, name);
}

const struct state *
book_state(const struct book *book, const char *name)
{
	LOOKUP(book->states, book->nstates, name);
}

const struct act *
book_act(const struct book *book, const char *name)
{
	LOOKUP(book->acts, book->nacts, name);
}

const struct act *
book_next_act(const struct book *b, const struct state *s, const struct role *role, size_t n)
{
	for (size_t i = 0; s != NULL && i < b->nacts; i++)
		if (b->acts[i].check && (b->acts[i].from & STATE_BIT(s)) != 0 &&
		    (b->acts[i].by & ROLE_BIT(role)) != 0 && n-- == 0)
			return &b->acts[i];
	return NULL;
}

const struct list *
book_list(const struct book *book, const char *name)
{
	LOOKUP(book->lists, book->nlists, name);
}

const struct clock *
book_clock(const struct book *book, const char *name)
{
	LOOKUP(book->clocks, book->nclocks, name);
}

bool
clock_has_roll(const struct clock *clock)
{
	return clock->kind == CLOCK_MONTH && clock->done != NULL && clock->done->nquick_entries > 0;
}

const struct code *
codes_find(const struct codes *codes, const char *code)
{
	for (size_t i = 0; i < codes->n; i++)
		if (strcmp(codes->at[i].code, code) == 0)
			return &codes->at[i];
	return NULL;
}

/* Whether "carers.0.phone" matches "carers.*.phone". */
static bool
path_fits(const char *defined, const char *path)
{
	while (*defined != '\0' && *path != '\0') {
		if (*defined == '*' && *path >= '0' && *path <= '9') {
			defined++;
			path += strspn(path, "0123456789");
		} else if (*defined++ != *path++)
			return false;
	}
	return *defined == *path;
}

const struct field *
book_field(const struct book *book, const char *path)
{
	for (size_t i = 0; i < book->nall; i++)
		if (path_fits(book->all[i]->path, path))
			return book->all[i];
	return NULL;
}

/* ---- reading the files ----------------------------------------------------------------------- */

#define FILES_MAX	500

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names *.yaml below dir/sub in byte order, so that messages always have the same order. */
static size_t
yaml_names(const char *path, char *names[FILES_MAX])
{
	struct dirent	*e;
	DIR		*d;
	size_t		 n = 0, len;

	if ((d = opendir(path)) == NULL)
		return 0;
	while (n < FILES_MAX && (e = readdir(d)) != NULL) {
		len = strlen(e->d_name);
		if (e->d_name[0] != '.' && len > 5 && strcmp(e->d_name + len - 5, ".yaml") == 0 &&
		    (names[n] = strdup(e->d_name)) != NULL)
			n++;
	}
	closedir(d);
	qsort(names, n, sizeof *names, by_name);
	return n;
}

static struct val *
read_one(const char *dir, const char *shown, struct lint *lint)
{
	struct buf	 path = BUF_INIT;
	struct val	*v = NULL;

	buf_printf(&path, "%s/%s", dir, shown);
	if (!path.bad)
		v = yaml_read(path.p, shown, lint);
	buf_free(&path);
	if (v != NULL && val_kind(v) != VAL_MAP) {
		lint_add(lint, shown, val_line(v), "the file must be a mapping (key: value)");
		val_free(v);
		return NULL;
	}
	return v;
}

/* A file of codes: every key of it is a list. */
static bool
add_codes(struct val *codes, struct val *file, const char *shown, struct lint *lint)
{
	bool	 ok = true;

	while (val_len(file) > 0) {
		char		*name = strdup(val_key(file, 0));
		struct val	*list = name != NULL ? val_take(file, name) : NULL;

		if (list == NULL)
			ok = false;
		else if (val_get(codes, name) != NULL) {
			lint_add(lint, shown, val_line(list), "there are two code lists \"%s\"",
			    name);
			val_free(list);
		} else if (val_kind(list) != VAL_MAP) {
			lint_add(lint, shown, val_line(list), "code list \"%s\" must be a mapping",
			    name);
			val_free(list);
		} else
			ok = val_put(list, "file", val_text(shown)) && val_put(codes, name, list);
		free(name);
		if (!ok)
			break;
	}
	val_free(file);
	return ok;
}

/* Reads one book or one sheet from a file, under the name in the file. */
static bool
add_named(struct val *all, struct val *file, const char *what, const char *shown, struct lint *lint)
{
	const char	*name = val_get_str(file, what);

	if (name == NULL)
		lint_add(lint, shown, val_line(file),
		    "the file does not say which %s it defines (%s: name)", what, what);
	else if (val_get(all, name) != NULL)
		lint_add(lint, shown, val_line(file), "there are two %ss \"%s\"", what, name);
	else
		return val_put(file, "file", val_text(shown)) && val_put(all, name, file);
	val_free(file);
	return true;
}

static bool
add_book(struct val *books, struct val *file, const char *shown, struct lint *lint)
{
	return add_named(books, file, "book", shown, lint);
}

static bool
add_sheet(struct val *sheets, struct val *file, const char *shown, struct lint *lint)
{
	return add_named(sheets, file, "sheet", shown, lint);
}

/* Adds the content of all files of one folder to a value, by add(). False: memory. */
static bool
read_folder(struct val *into, const char *dir, const char *sub, struct lint *lint,
    bool (*add)(struct val *, struct val *, const char *, struct lint *))
{
	struct buf	 path = BUF_INIT, shown = BUF_INIT;
	char		*names[FILES_MAX];
	struct val	*file;
	size_t		 n;
	bool		 ok = true;

	buf_printf(&path, "%s/%s", dir, sub);
	n = path.bad ? 0 : yaml_names(path.p, names);
	for (size_t i = 0; i < n; i++) {
		buf_reset(&shown);
		buf_printf(&shown, "%s/%s", sub, names[i]);
		if (ok && !shown.bad && (file = read_one(dir, shown.p, lint)) != NULL)
			ok = add(into, file, shown.p, lint);
		free(names[i]);
	}
	ok = ok && !path.bad && !shown.bad;
	buf_free(&path);
	buf_free(&shown);
	return ok;
}

struct val *
set_read(const char *dir, struct lint *lint)
{
	struct val	*src = val_map(), *codes = val_map(), *books = val_map(),
	    *sheets = val_map(), *county, *roles;
	bool		 ok;

	ok = src != NULL && codes != NULL && books != NULL && sheets != NULL &&
	    read_folder(codes, dir, "codes", lint, add_codes) &&
	    read_folder(books, dir, "books", lint, add_book) &&
	    read_folder(sheets, dir, "sheets", lint, add_sheet);
	if ((county = read_one(dir, "county.yaml", lint)) != NULL)
		ok = val_put(src, "county", county) && ok;
	if ((roles = read_one(dir, "roles.yaml", lint)) != NULL)
		ok = val_put(src, "roles", roles) && ok;
	ok = val_put(src, "codes", codes) && ok;
	ok = val_put(src, "books", books) && ok;
	ok = val_put(src, "sheets", sheets) && ok;
	if (ok)
		return src;
	val_free(src);
	return NULL;
}
