#ifndef CORE_RECORD_INDEX_KIND_H
#define CORE_RECORD_INDEX_KIND_H

#include "core/record/index_catalog.h"

/*
 * The kinds of indexes: one row of the table for each, with all that differs between them. For
 * core/record/index*.c only; core/record/index.h describes the keys of each kind.
 */
struct entry_maker {
	const struct index_def	*idx;
	const struct rec	*rec;
	const struct scope	*scope;		/* the scope whose rows are made; NULL: the kind has
						   no scopes */
	struct index_entries	*entries;
	struct buf		 key;
};

struct index_kind_ops {
	const char	*name;		/* used in the names of indexes; part of the spec */
	bool		 scoped;	/* rows are made for each scope of the record */
	bool		 hidden;	/* no rows while an ancestor is hidden from some role
					   (rec_parent_hidden()) */
	bool		 counted;	/* STORE_TALLY counts its members, by the first of several
					   orders */
	bool		 relation;	/* its rows say which records belong together, and are built
					   before all others */
	bool		 ancestors;	/* its rows depend on the states of the ancestors */

	/*
	 * Adds the indexes of this kind that a book asks for (index_catalog_add()). False: memory.
	 */
	bool		 (*plan)(struct index_catalog *, const struct book *);
	/* Appends all that decides the rows, besides book, kind and the states of ancestors. */
	void		 (*spec)(const struct index_def *, struct buf *);
	/*
	 * Adds the rows of a record; if the kind is scoped, those of one scope. NULL: the kind has
	 * none.
	 */
	void		 (*rows)(struct entry_maker *);
};

extern const struct index_kind_ops	 index_kinds[IDX_KINDS];

/* The field whose scopes the rows of an index have; NULL: they have the record's own scope. */
const struct field	*index_scope_field(const struct index_def *);

/* Appends the record id to the present key and adds the key to the entries. */
void			 index_entry_end(struct entry_maker *);

#endif
