#ifndef FORMS_AREA_H
#define FORMS_AREA_H

#include "forms/attr.h"
#include "forms/val.h"

/*
 * The area tree on 12-digit statistical codes (GB/T 2260, then 3 digits township, 3 digits
 * village). The level of a code shows in its trailing zeros, so an area contains all codes with its
 * prefix: 123456001000 contains 123456001007.
 */
#define AREA_CODE	12
#define AREA_NONE	"000000000000"	/* the area of records that belong to none: index rows sort
					   them first */

enum area_level { AREA_BAD, AREA_COUNTRY, AREA_PROVINCE, AREA_PREFECTURE, AREA_COUNTY,
    AREA_TOWNSHIP, AREA_VILLAGE };

bool		 area_valid(const char *code);			/* 12 digits */
enum area_level	 area_level(const char *code);
size_t		 area_prefix(const char *code);			/* number of significant digits: 2 4
								   6 9 12; 0 for the country */
bool		 area_within(const char *code, const char *area);	/* code is area or lies in
									   it */
/*
 * The one of the two areas that lies in the other; NULL: neither does. reach "" and within NULL
 * stand for everywhere.
 */
const char	*area_intersect(const char *reach, const char *within);
/*
 * The area above: 123456001000 for 123456001007. False, and parent untouched, for an invalid code
 * and for the country.
 */
bool		 area_parent(const char *code, char parent[AREA_CODE + 1]) MUST_USE;
enum area_level	 area_level_parse(const char *);	/* county township village; AREA_BAD when
							   unknown */

struct areas;

/*
 * Builds the tree from a list of {code, name, until? (yyyymmdd: retired from this day on), py?},
 * which is not consumed. Codes are sorted. NULL: no memory. Unknown keys are ignored, entries
 * without a 12-digit code and a name left out.
 */
struct areas	*areas_new(const struct val *list) MUST_USE;
void		 areas_free(struct areas *);
size_t		 areas_count(const struct areas *);
const char	*areas_code(const struct areas *, size_t i);
const char	*areas_name(const struct areas *, size_t i);	/* its own name: 柳树村 */
const char	*areas_pinyin(const struct areas *, size_t i);	/* pinyin initials, "" where the
								   list had none */
bool		 areas_retired(const struct areas *, size_t i, int on);
/* Index of a code, or SIZE_MAX. */
size_t		 areas_find(const struct areas *, const char *code);
/*
 * First index at or after the place where `code` sorts, so that a subtree is a run: from there
 * while area_within() holds.
 */
size_t		 areas_lower(const struct areas *, const char *code);
/*
 * "青石镇柳树村": names from the level below `from` down; an area at or above `from` shows its own
 * name. Prints the bare code when it is unknown or when areas is NULL.
 */
void		 areas_print(const struct areas *, const char *code, enum area_level from,
		    struct buf *);

#endif
