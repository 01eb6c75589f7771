#ifndef FORMS_BUILD_BUILD_H
#define FORMS_BUILD_BUILD_H

#include "forms/pred.h"
#include "forms/type/type.h"
#include "forms/yaml.h"

/*
 * How a set is understood, for the build_*.c files only. Two passes: the first makes everything that has a name (codes,
 * roles, books with fields, states, acts), the second ties what refers to names (predicates, links, lists, menus), so
 * the order of files and of lines never matters. Everything is allocated in the set's own chunks and goes with it.
 */
struct chunk {
	struct chunk	*next;
	max_align_t	 bytes[];
};

/* A field whose second pass is still to come. */
struct later {
	struct field		*field;
	const struct val	*body;
	struct book		*book;
	const char		*file;
};

struct set_own {			/* what set.c frees behind struct set */
	struct set	 set;
	struct val	*src;
	struct val	*made;		/* definitions worked out from others, a list */
	struct chunk	*chunks;
	struct pred	**preds;
	size_t		 npreds;
};

struct build {
	struct set_own	*own;
	struct set	*set;
	struct lint	*lint;
	const char	*file;		/* being read */
	struct later	*later;
	size_t		 nlater;
	size_t		 tied;		/* of `later`, those already done */
	bool		 bad;		/* memory ran out */
};

/* Zeroed memory that lives with the set; NULL sets bad. n may be 0. */
void		*build_alloc(struct build *, size_t n, size_t size);
const char	*build_printf(struct build *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void		 complain(struct build *, const struct val *at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Complains of every key of a map that is not in `keys` (NULL-ended); false when v is no map (complained of too). */
bool		 known_keys(struct build *, const struct val *v, const char *what, const char *const keys[]);
/* "- name: body" items of ordered lists. False (complained) when it is none or the name is no name. */
bool		 named_item(struct build *, const struct val *item, const char **name, const struct val **body);
/* The body of the item with this name in such a list, NULL when there is none. */
const struct val *body_named(const struct val *list, const char *name);
bool		 name_ok(const char *);
const char	*take_text(struct build *, const struct val *map, const char *key, const char *otherwise);
bool		 take_bool(struct build *, const struct val *map, const char *key, bool otherwise);
void		 take_label(struct build *, const struct val *v, struct label *out);	/* NULL v: empty label */
/* "short" of a map; the label where there is none. */
void		 take_brief(struct build *, const struct val *map, const struct label *, struct label *out);
void		 need_label(struct build *, const struct val *map, const char *name, struct label *out);
/* A name or a list of names, as a mask of roles or states; `otherwise` when absent. */
roles_t		 take_roles(struct build *, const struct val *map, const char *key, roles_t otherwise);
states_t	 take_states(struct build *, const struct book *, const struct val *map, const char *key, states_t otherwise);
/* The field of the book whose path v says; complains for the key `what` when there is none. */
const struct field *need_field(struct build *, const struct book *, const struct val *v, const char *what);
/* Both say the same kind of thing, so that what one holds can stand in the other. Never groups. */
bool		 field_takes(const struct field *to, const struct field *from);
struct pred	*take_pred(struct build *, const struct val *src, const struct book *, const struct field *group);
/* The same at the top of a book, where fields of the record above may be named as owner.FIELD. */
struct pred	*take_pred_above(struct build *, const struct val *src, const struct book *);
/* "7d", "3m", "1y", "-30d"; false (complained) when it is none. */
bool		 take_interval(struct build *, const struct val *, struct interval *);
/* i-th item of a list, or v itself for i = 0 when it is no list: "from: found" and "from: [found, returned]". */
const struct val *item_of(const struct val *v, size_t i);
size_t		 items_of(const struct val *v);

/* First pass. */
void	 build_sheets(struct build *);		/* their names */
size_t	 sheet_lists(const struct build *);	/* at most so many code lists come with them */
void	 build_sheet_codes(struct build *);
/* The pages of a book's sheets, behind its pages so far, when the last of these holds the choice of a sheet. */
void	 add_sheet_pages(struct build *, struct book *);
void	 build_codes(struct build *);
void	 take_codes(struct build *, const char *name, const struct val *, struct codes *out);
void	 take_page(struct build *, struct book *, const char *name, const struct val *body);
void	 build_roles(struct build *);
void	 build_books(struct build *);
/* Fields of a page, a group or an act's questions. */
struct field *build_fields(struct build *, struct book *, const struct val *list, const struct page *, const struct field *group,
	    size_t *n);
/* Second pass. */
void	 tie_fields(struct build *);	/* those met since the last call */
void	 tie_books(struct build *);
void	 tie_sheets(struct build *);
void	 tie_acts(struct build *, struct book *, const struct val *life, const struct val *merge);
void	 tie_starts(struct build *);	/* after places and fields */
void	 tie_menus(struct build *);
void	 tie_links(struct build *);	/* what they fill, once all fields are understood */
void	 tie_alike(struct build *, struct book *, const struct val *);
void	 tie_taken(struct build *);	/* once it is known which book stands under which */
/*
 * A condition that one record's answer teaches another must ask for nothing taken: that changes without a save, and nobody
 * would look again.
 */
void	 refuse_chain(struct build *, const struct val *at, const char *key, const struct pred *where);
/* "area: moving_to": where a list or a clock lies instead of in the record's own place. NULL: v is, or it is no such field. */
const struct field *take_place(struct build *, const struct book *, const struct val *v);
void	 tie_clocks(struct build *, struct book *, const struct val *list);
void	 tie_only(struct build *, struct book *, const struct val *list);
void	 tie_checks(struct build *, struct book *, const struct val *list);
void	 tie_quick(struct build *, struct book *, const struct val *src);
/* Whether a field can begin with what a definition says: its default, or what a quick entry sets. */
bool	 default_fits(const struct field *, const struct val *);
void	 tie_cover(struct build *, struct book *, const struct val *);

#endif
