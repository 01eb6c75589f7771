#include "forms/fold.h"

/*
 * U+3000 is e3 80 80; U+FF01 to U+FF3F are ef bc 81 to ef bc bf, U+FF40 to U+FF5E are ef bd 80 to
 * ef bd 9e. Reads one character at s; its length and, when it folds, the ASCII it folds to (else
 * 0).
 */
static size_t
fold_one(const unsigned char *s, char *ascii)
{
	*ascii = '\0';
	if (s[0] == 0xe3 && s[1] == 0x80 && s[2] == 0x80) {
		*ascii = ' ';
		return 3;
	}
	if (s[0] == 0xef && s[1] == 0xbc && s[2] >= 0x81 && s[2] <= 0xbf) {
		*ascii = (char)(s[2] - 0x81 + '!');
		return 3;
	}
	if (s[0] == 0xef && s[1] == 0xbd && s[2] >= 0x80 && s[2] <= 0x9e) {
		*ascii = (char)(s[2] - 0x80 + '`');
		return 3;
	}
	return 1;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

void
fold_width(const char *typed, struct buf *out)
{
	const unsigned char	*s = (const unsigned char *)typed;
	size_t			 start = out->n, n;
	char			 c;

	for (; *s != '\0'; s += n) {
		n = fold_one(s, &c);
		if (c == '\0')
			c = (char)*s;
		if (out->n > start || !is_blank(c))
			buf_putc(out, c);
	}
	while (out->n > start && is_blank(out->p[out->n - 1]))
		out->p[--out->n] = '\0';
}
