#include "tui/term/locale.h"

#include <ctype.h>
#include <iconv.h>
#include <langinfo.h>
#include <locale.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "tui/term/width.h"

#define DOMAIN	"shouwang"

static struct {
	enum encoding	encoding;
	enum lang	lang;
	iconv_t		to, from;	/* UTF-8 to the encoding, and back; not open while that
					   is UTF-8 */
} now;

static const char *const encoding_names[] = {
	[ENC_UTF8] = "UTF-8", [ENC_GB18030] = "GB18030", [ENC_GBK] = "GBK",
};

/* As written in locale names and by terminals' settings, without case, '-' and '_'. */
static const struct {
	const char	*name;
	enum encoding	 encoding;
} spellings[] = {
	{ "utf8", ENC_UTF8 }, { "cp65001", ENC_UTF8 },
	{ "gb18030", ENC_GB18030 }, { "gb180302000", ENC_GB18030 }, { "cp54936", ENC_GB18030 },
	{ "gbk", ENC_GBK }, { "cp936", ENC_GBK }, { "ms936", ENC_GBK }, { "windows936", ENC_GBK },
	{ "gb2312", ENC_GBK }, { "euccn", ENC_GBK },
};

/*
 * In order of cost: C.UTF-8 is part of Debian's libc and the smallest. gettext() heeds LANGUAGE in
 * it; in plain "C" it does not, which is one more reason never to stay there.
 */
static const char *const utf8_locales[] = {
	"C.UTF-8", "C.utf8", "zh_CN.UTF-8", "zh_CN.utf8", "en_US.UTF-8", "en_US.utf8",
	    "en_GB.UTF-8",
};

static bool
use_locale(const char *name)
{
	return name != NULL && setlocale(LC_CTYPE, name) != NULL &&
	    strcmp(nl_langinfo(CODESET), "UTF-8") == 0 && setlocale(LC_MESSAGES, name) != NULL;
}

/* Numbers and sorting stay as in "C": only characters and messages are set. */
static bool
use_any_utf8_locale(void)
{
	for (size_t i = 0; i < sizeof(utf8_locales) / sizeof(utf8_locales[0]); i++)
		if (use_locale(utf8_locales[i]))
			return true;
	return use_locale(getenv("LC_ALL")) || use_locale(getenv("LC_CTYPE")) ||
	    use_locale(getenv("LANG"));
}

bool
locale_encoding_parse(const char *s, enum encoding *out)
{
	const char	*dot = strrchr(s, '.');
	char		 plain[32];
	size_t		 n = 0;

	for (s = dot != NULL ? dot + 1 : s; *s != '\0' && *s != '@'; s++) {
		if (*s == '-' || *s == '_')
			continue;
		if (n == sizeof(plain) - 1)
			return false;
		plain[n++] = (char)tolower((unsigned char)*s);
	}
	plain[n] = '\0';
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
		if (strcmp(plain, spellings[i].name) == 0) {
			*out = spellings[i].encoding;
			return true;
		}
	return false;
}

/*
 * The locale of the login. A name without one of our encodings ("C", "zh_CN") says nothing about
 * the terminal.
 */
static enum encoding
environment_encoding(void)
{
	static const char *const	 vars[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	enum encoding			 e;

	for (size_t i = 0; i < sizeof(vars) / sizeof(vars[0]); i++) {
		const char	*v = getenv(vars[i]);

		if (v != NULL && *v != '\0')
			return locale_encoding_parse(v, &e) ? e : ENC_UTF8;
	}
	return ENC_UTF8;
}

static enum lang
language_of(const char *s)
{
	return s != NULL && strncmp(s, "en", 2) == 0 ? LANG_EN : LANG_ZH;
}

const char *
locale_open(const struct locale_want *want)
{
	enum encoding	 e;

	locale_set_encoding(ENC_UTF8, 0);
	if (!use_any_utf8_locale())
		return "There is no UTF-8 locale on this machine; C.UTF-8 is part of Debian's libc-bin.";
	if (want->encoding == NULL)
		e = environment_encoding();
	else if (!locale_encoding_parse(want->encoding, &e))
		return "The terminal's encoding must be one of utf-8, gb18030, gbk.";
	if (!locale_set_encoding(e, want->ambiguous))
		return "This machine cannot convert to the terminal's encoding: libc's gconv modules are missing.";

	bindtextdomain(DOMAIN, want->catalogs != NULL ? want->catalogs : SHOUWANG_LOCALEDIR);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	locale_set_language(language_of(want->language));
	return NULL;
}

enum encoding
locale_encoding(void)
{
	return now.encoding;
}

const char *
locale_encoding_name(enum encoding e)
{
	return encoding_names[e];
}

static void
close_converters(void)
{
	if (now.encoding == ENC_UTF8)
		return;
	iconv_close(now.to);
	iconv_close(now.from);
}

bool
locale_set_encoding(enum encoding e, int ambiguous)
{
	iconv_t	 to = (iconv_t)-1, from = (iconv_t)-1;

	if (e != ENC_UTF8) {
		if ((to = iconv_open(encoding_names[e], "UTF-8")) == (iconv_t)-1)
			return false;
		if ((from = iconv_open("UTF-8", encoding_names[e])) == (iconv_t)-1) {
			iconv_close(to);
			return false;
		}
	}
	close_converters();
	now.to = to;
	now.from = from;
	now.encoding = e;
	width_set_ambiguous(ambiguous != 0 ? ambiguous : e == ENC_UTF8 ? 1 : 2);
	return true;
}

enum lang
locale_language(void)
{
	return now.lang;
}

/*
 * The msgids are the English texts, so English needs no catalogue. textdomain() also makes
 * gettext() forget what it chose before.
 */
void
locale_set_language(enum lang lang)
{
	now.lang = lang;
	setenv("LANGUAGE", lang == LANG_EN ? "en" : "zh_CN", 1);
	textdomain(DOMAIN);
}

/* Converts one whole character; false when it is none or has no counterpart. */
static bool
convert_one(iconv_t cd, const char *in, size_t n, char *out, size_t *size)
{
	char	*ip = (char *)(uintptr_t)in;
	size_t	 room = *size;

	iconv(cd, NULL, NULL, NULL, NULL);
	if (iconv(cd, &ip, &n, &out, &room) != 0 || n != 0)
		return false;
	*size -= room;
	return true;
}

bool
locale_encodes(uint32_t cp)
{
	char	 utf8[4], out[8];
	size_t	 size = sizeof(out);

	if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		return false;
	if (cp < 0x80 || now.encoding != ENC_GBK)
		return true;
	return convert_one(now.to, utf8, width_utf8_put(utf8, cp), out, &size);
}

bool
locale_decode(const char *s, size_t n, uint32_t *cp)
{
	char	 out[8];
	size_t	 size = sizeof(out);

	if (now.encoding == ENC_UTF8)
		return n > 0 && width_utf8_get(s, n, cp) == n && *cp != BAD_UTF8;
	return convert_one(now.from, s, n, out, &size) && width_utf8_get(out, size, cp) == size &&
	    *cp != BAD_UTF8;
}

void
locale_encode(struct buf *out, const char *utf8, size_t n)
{
	char	*in = (char *)(uintptr_t)utf8, *at;
	size_t	 room;

	if (now.encoding == ENC_UTF8) {
		buf_put(out, utf8, n);
		return;
	}
	room = 2 * n;		/* worst: 2 bytes of UTF-8 become 4 of GB18030 */
	if ((at = buf_room(out, room)) == NULL)
		return;
	while (iconv(now.to, &in, &n, &at, &room) == (size_t)-1 && n > 0) {
		uint32_t	 cp;
		size_t		 bad = width_utf8_get(in, n, &cp);

		in += bad;
		n -= bad;
		*at++ = '?';
		room--;
	}
	out->n -= room;
	out->p[out->n] = '\0';
}
