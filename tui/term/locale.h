#ifndef TUI_TERM_LOCALE_H
#define TUI_TERM_LOCALE_H

#include <libintl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "forms/def.h"		/* enum lang */

/*
 * Three settings that C libraries mix and that are separate here:
 * - the process's locale: always a UTF-8 one, so that text inside is UTF-8 without exception
 * - the terminal's encoding: UTF-8, GB18030 or GBK; term.c converts output, keyin.c input
 * - the interface language: Chinese or English, the catalogue that gettext() reads
 * So a GBK terminal needs no GBK locale on the server, and its encoding can change at run time.
 */

#define _(s)	gettext(s)
#ifndef N_
#define N_(s)	(s)		/* a constant that is translated where it is shown */
#endif

enum encoding {
	ENC_UTF8,
	ENC_GB18030,
	ENC_GBK
};

/* Settings asked for; zero or NULL means "choose one". All strings are borrowed during the call. */
struct locale_want {
	const char	*encoding;	/* "utf-8", "zh_CN.GB18030" …; NULL: as LC_ALL, LC_CTYPE,
					   LANG say */
	const char	*language;	/* "zh", "en" or a locale name; NULL: Chinese */
	const char	*catalogs;	/* holds zh_CN/LC_MESSAGES/shouwang.mo; NULL: where it is
					   installed */
	int		 ambiguous;	/* cells of ambiguous characters, 1 or 2; 0: 2 in GB18030
					   and GBK, else 1 */
};

/*
 * Once, before anything is shown. Returns NULL, or one plain English line (constant) that says what
 * is missing: no UTF-8 locale on this machine, or a name of an encoding that is not one of the
 * three. Nothing is left half set: after a failure the encoding is UTF-8.
 */
const char	*locale_open(const struct locale_want *);

enum encoding	 locale_encoding(void);
/* Another encoding while running; ambiguous as above. False when this machine cannot convert to it:
 * nothing changes. */
bool		 locale_set_encoding(enum encoding, int ambiguous);
/* "UTF-8", "GB18030", "GBK": for people and for iconv_open(). */
const char	*locale_encoding_name(enum encoding);
/*
 * Reads any common spelling ("UTF-8", "utf8", "zh_CN.GB18030", "cp936", "gb2312"). False: none of
 * the three.
 */
bool		 locale_encoding_parse(const char *, enum encoding *);

enum lang	 locale_language(void);
void		 locale_set_language(enum lang);	/* texts fetched by _() from now on;
							   constant cost */

/*
 * Can the terminal's encoding carry this code point? In UTF-8 and GB18030 every one but surrogates;
 * in GBK about 21,800.
 */
bool		 locale_encodes(uint32_t cp);
/* One whole character in the terminal's encoding; false when those bytes are none. */
bool		 locale_decode(const char *, size_t n, uint32_t *cp);
/*
 * Appends UTF-8 (escape sequences may be among it) in the terminal's encoding; what that lacks
 * becomes '?' for each code point.
 */
void		 locale_encode(struct buf *, const char *utf8, size_t n);

#endif
