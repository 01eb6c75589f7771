#ifndef FORMS_CITIZEN_H
#define FORMS_CITIZEN_H

#include "forms/attr.h"
#include "forms/buf.h"

/*
 * Citizen number, GB 11643: 6 digits area, 8 birth date, 3 sequence (odd = male), 1 check (ISO 7064
 * MOD 11-2).
 */
enum citizen_err {
	CITIZEN_OK,
	CITIZEN_OLD,	/* 15 digits: the form used before 1999; the entry must be the new number */
	CITIZEN_LENGTH,
	CITIZEN_CHAR,		/* something other than digits and a final X */
	CITIZEN_AREA,		/* no province has these first digits */
	CITIZEN_DATE,		/* the birth date in it is no calendar day, or later than `today` */
	CITIZEN_CHECK		/* the check digit does not fit: a digit is mistyped */
};

struct citizen {
	int	 birth;		/* yyyymmdd */
	int	 sex;		/* GB/T 2261.1: 1 male, 2 female */
	char	 area[7];
};

/* Full-width digits and letters folded, blanks and hyphens dropped, x made X. Appends to out. */
void			 citizen_fold(const char *typed, struct buf *out);
/* Of a folded number. *c is written when OK (c may be NULL). */
enum citizen_err	 citizen_check(const char *number, int today, struct citizen *c) MUST_USE;
char			 citizen_check_char(const char *first17);

#endif
