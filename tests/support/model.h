#ifndef TESTS_SUPPORT_MODEL_H
#define TESTS_SUPPORT_MODEL_H

#include "core/rec/rec.h"

/*
 * The data that follows from the records, computed record by record from the definitions alone: of
 * core/record only the conversion to pinyin is used. Slow and simple on purpose, so that it is
 * credible when it differs from the product.
 */
struct model_all {
	struct rec	**at;		/* all records of the books being tested, by id */
	size_t		 n;
};

const struct rec *model_find(const struct model_all *, uint64_t id);	/* NULL: none */
uint64_t	 model_parent_id(const struct rec *);	/* 0: its book has no parent */
int		 model_day(const struct rec *);				/* as child_day() */

/* For conditions that do not depend on the day. */
bool		 model_fits(const struct pred *, const struct rec *);

/* Days, counted by hand. */
int		 model_month_end(int day);
int		 model_add_months(int day, int n);
int		 model_add_days(int day, int n);

/* Clocks. `since` and `last` as the record should keep these. */
bool		 model_clock_runs(const struct clock *, const struct rec *);
int		 model_clock_since(const struct clock *, const struct rec *was,
		    const struct rec *is, int today);
int		 model_clock_last(const struct clock *, const struct rec *,
		    const struct model_all *);
/* The due day; 0: none. */
int		 model_clock_due(const struct clock *, const struct rec *, int since, int last);
/* The part of a clock's entry: "since", "last", "ahead". */
int		 model_clock_kept(const struct clock *, const struct rec *, const char *what);

/* The value that a rollup field should have; the caller's. NULL: empty. */
struct val	*model_rollup(const struct rollup *, uint64_t id, const struct model_all *);
/*
 * Calls fn with the ids that a link field names, also in repeating groups; an id named twice comes
 * twice.
 */
void		 model_targets(const struct field *, const struct val *fields,
		    void (*fn)(uint64_t target, void *), void *arg);

/*
 * Rebuilds from records, versions and trail entries all that a store must contain beside these, and
 * compares everything: data that records keep of their parents and children, kept versions, all
 * index rows, tallies, and the rows of the trail. False: `wrong` has a line for each difference, at
 * most some dozens.
 */
bool		 model_compare(struct core *, struct buf *wrong);

#endif
