#ifndef CORE_RECORD_INDEX_KIND_H
#define CORE_RECORD_INDEX_KIND_H

#include "core/record/index_catalog.h"

/*
 * The kinds of indexes: one row of the table for each, with all that differs between them. For core/record/index*.c only;
 * core/record/index.h says what the keys of each kind hold.
 */
struct entry_maker {
	const struct index_def	*idx;
	const struct rec	*rec;
	const struct scope	*scope;		/* for which rows are made; NULL: of a kind without scopes */
	struct index_entries	*entries;
	struct buf		 key;
};

struct index_kind_ops {
	const char	*name;		/* in the names of indexes; part of the spec */
	bool		 scoped;	/* rows are made for each scope of the record */
	bool		 hidden;	/* no rows while a record above is hidden from some role (rec_parent_hidden()) */
	bool		 counted;	/* members are counted in STORE_TALLY, under the first of several orders */
	bool		 relation;	/* rows say which records belong together: they are built before all others */
	bool		 ancestors;	/* rows depend on the states of the records above */

	/* Adds the indexes of this kind that a book asks for (index_catalog_add()). False: memory. */
	bool		 (*plan)(struct index_catalog *, const struct book *);
	/* Appends what decides the rows, besides book, kind and the states above. */
	void		 (*spec)(const struct index_def *, struct buf *);
	/* Adds the rows of a record, of one scope if the kind is scoped. NULL: the kind has none. */
	void		 (*rows)(struct entry_maker *);
};

extern const struct index_kind_ops	 index_kinds[IDX_KINDS];

/* The field in whose scopes the rows of an index lie; NULL: in the record's own scope. */
const struct field	*index_scope_field(const struct index_def *);

/* Adds the present key, ended by the record id, to the entries. */
void			 index_entry_end(struct entry_maker *);

#endif
