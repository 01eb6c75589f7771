#ifndef FORMS_LOAD_LOAD_H
#define FORMS_LOAD_LOAD_H

#include "forms/pred.h"
#include "forms/type/type.h"
#include "forms/yaml.h"

/*
 * How a set is built; for the load_*.c files only. There are two passes: the first declares
 * everything that has a name (codes, roles, books with fields, states, acts), the second resolves
 * references to names (predicates, links, lists, menus), so the order of files and of lines does
 * not matter. All memory is allocated in the set's own chunks and freed with it.
 */
struct chunk {
	struct chunk	*next;
	max_align_t	 bytes[];
};

/* A field whose references are not yet resolved. */
struct unresolved {
	struct field		*field;
	const struct val	*body;
	struct book		*book;
	const char		*file;
};

struct set_private {			/* what set.c frees in addition to struct set */
	struct set	 set;
	struct val	*src;
	struct val	*derived;		/* definitions derived from others, a list */
	struct chunk	*chunks;
	struct pred	**preds;
	size_t		 npreds, pred_cap;
};

struct load {
	struct set_private	*own;
	struct set	*set;
	struct lint	*lint;
	const char	*file;		/* being read */
	const char	*map_file;	/* of the map whose keys were checked last, and */
	unsigned	 map_line;	/* … its line: where a problem of a missing key is told */
	bool		 has_lines;	/* the set comes from files, and not from the daemon */
	struct unresolved	*unresolved;
	size_t		 nunresolved, unresolved_cap;
	size_t		 nresolved;		/* how many of `unresolved` are done */
	bool		 bad;		/* memory ran out */
};

/* Zeroed memory that is freed with the set; NULL sets bad. n may be 0. */
void		*load_alloc(struct load *, size_t n, size_t size);
const char	*load_printf(struct load *, const char *fmt,
		    ...) __attribute__((format(printf, 2, 3)));
void		 load_error(struct load *, const struct val *at, const char *fmt,
		    ...) __attribute__((format(printf, 3, 4)));

/*
 * Reports every key of a map that is not in `keys` (NULL-ended); false when v is no map (reported
 * too).
 */
bool		 load_check_keys(struct load *, const struct val *v, const char *what,
		    const char *const keys[]);
/*
 * "- name: body" items of ordered lists. False (reported) when it is none or the name is not valid.
 */
bool		 load_named_item(struct load *, const struct val *item, const char **name,
		    const struct val **body);
/* The body of the item with this name in such a list, NULL when there is none. */
const struct val *load_body_named(const struct val *list, const char *name);
bool		 load_name_ok(const char *);
const char	*load_text(struct load *, const struct val *map, const char *key,
		    const char *otherwise);
bool		 load_bool(struct load *, const struct val *map, const char *key, bool otherwise);
/* NULL v: empty label */
void		 load_label(struct load *, const struct val *v, struct label *out);
/* "short" of a map; the label where it has none. */
void		 load_brief(struct load *, const struct val *map, const struct label *,
		    struct label *out);
void		 load_required_label(struct load *, const struct val *map, const char *name,
		    struct label *out);
/* A name or a list of names, as a mask of roles or states; `otherwise` when absent. */
roles_t		 load_role_mask(struct load *, const struct val *map, const char *key,
		    roles_t otherwise);
states_t	 load_state_mask(struct load *, const struct book *, const struct val *map,
		    const char *key, states_t otherwise);
/*
 * The field of the book with the path in v; NULL when there is none, which is reported for the key
 * `what`.
 */
const struct field *load_field_ref(struct load *, const struct book *, const struct val *v,
    const char *what);
/*
 * Whether values of `from` are valid in `to`: same type, codes, book, decimals. Never for groups.
 */
bool		 load_field_accepts(const struct field *to, const struct field *from);
struct pred	*load_pred(struct load *, const struct val *src, const struct book *,
		    const struct field *group);
/* The same at the top of a book, where fields of the parent may be named as parent.FIELD. */
struct pred	*load_pred_parent(struct load *, const struct val *src, const struct book *);
/* "7d", "3m", "1y", "-30d"; false (reported) when it is none. */
bool		 load_clock_interval(struct load *, const struct val *, struct interval *);
/*
 * i-th item of a list, or v itself for i = 0 when it is no list: "from: found" and "from: [found,
 * returned]".
 */
const struct val *load_item(const struct val *v, size_t i);
size_t		 load_item_count(const struct val *v);

/* First pass. */
void	 load_sheets_declare(struct load *);		/* the names of sheets */
size_t	 load_sheet_list_count(const struct load *);	/* upper bound of the code lists that sheets
							   add */
void	 load_sheet_codes_declare(struct load *);
/*
 * Adds the pages of a book's sheets behind its pages so far, when the last of these has the field
 * that chooses a sheet.
 */
void	 load_sheet_pages_add(struct load *, struct book *);
void	 load_codes_declare(struct load *);
void	 load_codes_parse(struct load *, const char *name, const struct val *, struct codes *out);
void	 load_book_page(struct load *, struct book *, const char *name, const struct val *body);
void	 load_roles_declare(struct load *);
void	 load_books_declare(struct load *);
/* Fields of a page, of a group, or questions of an act. */
struct field *load_fields_declare(struct load *, struct book *, const struct val *list,
    const struct page *, const struct field *group,
	    size_t *n);
/* Second pass. */
void	 load_fields_resolve(struct load *);	/* of the fields declared since the last call */
void	 load_books_resolve(struct load *);
void	 load_sheets_resolve(struct load *);
void	 load_acts_resolve(struct load *, struct book *, const struct val *life,
	    const struct val *merge);
void	 load_initials_resolve(struct load *);	/* after areas and fields */
void	 load_roles_resolve_menus(struct load *);
void	 load_autofills_resolve(struct load *);	/* after all fields are resolved */
void	 load_autofill_resolve_clone(struct load *, struct book *, const struct val *);
void	 load_rollups_resolve(struct load *);	/* after the parent of each book is known */
/*
 * A condition of a rollup must not read rollup fields: they change without a save of the child, so
 * the parent would not be recomputed. Reports it when `where` does.
 */
void	 load_rollup_refuse_chain(struct load *, const struct val *at, const char *key,
	    const struct pred *where);
/*
 * "area: moving_to": an area field in place of the record's own area, for a list, a clock or an
 * act. NULL: v is NULL, or names no such field (reported).
 */
const struct field *load_book_area_field(struct load *, const struct book *, const struct val *v);
void	 load_clocks_resolve(struct load *, struct book *, const struct val *list);
void	 load_rules_resolve_only(struct load *, struct book *, const struct val *list);
void	 load_rules_resolve_warnings(struct load *, struct book *, const struct val *list);
void	 load_quick_resolve(struct load *, struct book *, const struct val *src);
/* Whether a field can have the value a definition gives it as its default or in a quick entry. */
bool	 load_field_default_fits(const struct field *, const struct val *);
void	 load_cover_resolve(struct load *, struct book *, const struct val *);

#endif
