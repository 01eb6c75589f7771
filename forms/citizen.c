#include "forms/citizen.h"

#include <stdlib.h>
#include <string.h>

#include "forms/civil.h"
#include "forms/fold.h"

#define LENGTH		18
#define LENGTH_OLD	15

void
citizen_fold(const char *typed, struct buf *out)
{
	struct buf	 b = BUF_INIT;

	fold_width(typed, &b);
	for (const char *s = buf_str(&b); *s != '\0'; s++)
		if (*s != ' ' && *s != '\t' && *s != '-')
			buf_putc(out, *s == 'x' ? 'X' : *s);
	if (b.bad)
		out->bad = true;
	buf_free(&b);
}

/* ISO 7064 MOD 11-2: weights are the powers of two, from the right. */
char
citizen_check_char(const char *first17)
{
	unsigned	 sum = 0;

	for (int i = 0; i < LENGTH - 1; i++)
		sum = (sum + (unsigned)(first17[i] - '0')) * 2 % 11;
	return "10X98765432"[sum];
}

/*
 * First two digits (GB/T 2260): the provinces, Taiwan, Hong Kong, Macao and residence permits of
 * their people. 99 is no province: test data and the demonstration county use it, so no example is
 * the number of a real person.
 */
static bool
province_known(const char *number)
{
	static const char	 known[][3] = {
		"11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36",
		    "37",
		"41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63",
		    "64", "65",
		"71", "81", "82", "83", "99",
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strncmp(number, known[i], 2) == 0)
			return true;
	return false;
}

static int
birth_of(const char *number)
{
	char	 date[9];

	memcpy(date, number + 6, 8);
	date[8] = '\0';
	return atoi(date);
}

enum citizen_err
citizen_check(const char *number, int today, struct citizen *c)
{
	size_t	 n = strlen(number), ndigits = strspn(number, "0123456789");
	int	 birth;

	if (n == LENGTH_OLD && ndigits == n)
		return CITIZEN_OLD;
	if (n != LENGTH)
		return CITIZEN_LENGTH;
	if (ndigits < LENGTH - 1 || (ndigits == LENGTH - 1 && number[LENGTH - 1] != 'X'))
		return CITIZEN_CHAR;
	if (!province_known(number))
		return CITIZEN_AREA;
	birth = birth_of(number);
	if (!civil_valid(birth) || birth > today)
		return CITIZEN_DATE;
	if (citizen_check_char(number) != number[LENGTH - 1])
		return CITIZEN_CHECK;
	if (c != NULL) {
		c->birth = birth;
		c->sex = (number[16] - '0') % 2 == 1 ? 1 : 2;
		memcpy(c->area, number, 6);
		c->area[6] = '\0';
	}
	return CITIZEN_OK;
}
