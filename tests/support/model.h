#ifndef TESTS_SUPPORT_MODEL_H
#define TESTS_SUPPORT_MODEL_H

#include "core/rec/rec.h"

/*
 * What follows from the records, worked out one by one and by the definitions alone: no function of
 * core/record is used but the conversion to pinyin. Slow and plain on purpose, so that it can be
 * believed when it and the product disagree.
 */
struct model_all {
	struct rec	**at;		/* all records of the books in question, by id */
	size_t		 n;
};

const struct rec *model_find(const struct model_all *, uint64_t id);	/* NULL: there is none */
uint64_t	 model_parent_id(const struct rec *);	/* 0: its book stands under none */
int		 model_day(const struct rec *);				/* the day it tells of */

/* Of conditions that do not depend on the day. */
bool		 model_fits(const struct pred *, const struct rec *);

/* Days, counted by hand. */
int		 model_month_end(int day);
int		 model_add_months(int day, int n);
int		 model_add_days(int day, int n);

/* Clocks. `since` and `last` as the record should keep them. */
bool		 model_clock_runs(const struct clock *, const struct rec *);
int		 model_clock_since(const struct clock *, const struct rec *was, const struct rec *is,
		    int today);
int		 model_clock_last(const struct clock *, const struct rec *, const struct model_all *);
/* 0: it is not due. */
int		 model_clock_due(const struct clock *, const struct rec *, int since, int last);
/* As the record keeps it: "since", "last", "ahead". */
int		 model_clock_kept(const struct clock *, const struct rec *, const char *what);

/* What a rollup of a record should hold; the caller's, NULL: nothing. */
struct val	*model_rollup(const struct rollup *, uint64_t id, const struct model_all *);
/* Ids that a link field names, also in groups that repeat; one named twice comes twice. */
void		 model_targets(const struct field *, const struct val *fields,
		    void (*fn)(uint64_t target, void *), void *arg);

/*
 * Rebuilds from the records, versions and entries of the trail what a store must hold beside them,
 * and compares the whole of it: what records keep of their parents and children, kept versions,
 * every row of the indexes, tallies, and the rows of the trail. False: `wrong` has a line for each
 * difference, at most some dozens.
 */
bool		 model_compare(struct core *, struct buf *wrong);

#endif
