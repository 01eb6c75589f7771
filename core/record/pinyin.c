#include "core/record/pinyin.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>
#include <unicode/utrans.h>
#include <unicode/uversion.h>

/*
 * ICU applies its rules for about 20 µs a character, and a save needs a dozen names. But for almost
 * all characters the sound depends only on the character and on whether it begins a run of Han
 * characters, where it may be a surname. So ICU is asked for a sound once and the sound is kept.
 * The characters whose sound also depends on the next one (万俟, 重庆) are listed here, and their
 * sounds are kept for each pair; tests/core/test_pinyin.c reads ICU's rules for any that are
 * missing.
 */
/* 万令沈澹秘藏重长 */
static const UChar32	 by_next[] = { 0x4e07, 0x4ee4, 0x6c88, 0x6fb9, 0x79d8, 0x85cf, 0x91cd,
    0x957f };

enum {
	KEPT_FROM	= 0x3400,
	KEPT_TO		= 0xa000,
	SOUND_MAX	= 32,		/* bytes of one character's sound */
	UNITS_MAX	= 128,		/* UTF-16 units of the buffer given to ICU */
	PIECE_MAX	= 32,		/* UTF-16 units of one piece of other text */
	PAIRS_MAX	= 1024
};

/*
 * Sounds of up to seven bytes in one word, so that readers need no lock; 0 = not known yet, or
 * longer.
 */
static atomic_uint_least64_t	 kept[2][KEPT_TO - KEPT_FROM];

/* Sounds of the characters in by_next, for each pair; protected by the lock. */
struct pair {
	UChar32	 c, next;
	bool	 first;
	char	 sound[8];
};

/* Protects the transliterators, which are not safe for two threads at once. */
static pthread_mutex_t	 lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned		 opened;
static UTransliterator	*han, *latin;		/* NULL: the rules are not read yet */
static struct pair	 pairs[PAIRS_MAX];
static size_t		 npairs;
static atomic_bool	 is_new;		/* a sound was added that the file lacks */
static char		 version[4 + U_MAX_VERSION_STRING_LENGTH];

/* ---- the file of sounds ---------------------------------------------------------------------- */

static bool
pair_find(UChar32 c, UChar32 next, bool first, char out[SOUND_MAX])
{
	bool	 found = false;

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < npairs && !found; i++)
		if (pairs[i].c == c && pairs[i].next == next && pairs[i].first == first) {
			memcpy(out, pairs[i].sound, sizeof(pairs[i].sound));
			found = true;
		}
	pthread_mutex_unlock(&lock);
	return found;
}

static void
pair_keep(UChar32 c, UChar32 next, bool first, const char *sound)
{
	pthread_mutex_lock(&lock);
	if (npairs < PAIRS_MAX && strlen(sound) < sizeof(pairs[0].sound)) {
		pairs[npairs] = (struct pair){ .c = c, .next = next, .first = first };
		strcpy(pairs[npairs++].sound, sound);
		atomic_store_explicit(&is_new, true, memory_order_relaxed);
	}
	pthread_mutex_unlock(&lock);
}

/*
 * The file: a first line with the version, then for each sound a line "FIRST C NEXT SOUND": whether
 * the character begins a run of Han characters, its code point and that of the next one (0: it does
 * not matter), both in hex, and the sound.
 */
#define KEPT_HEAD	"pinyin "
#define KEPT_LINE	"%d %x %x %7[a-z ]"

static bool
take_line(const char *line)
{
	unsigned	 c, next;
	uint_least64_t	 word = 0;
	char		 sound[8];
	int		 first;

	if (sscanf(line, KEPT_LINE, &first, &c, &next, sound) != 4 || (first != 0 && first != 1))
		return false;
	if (next != 0 && npairs < PAIRS_MAX) {
		pairs[npairs] = (struct pair){ .c = (UChar32)c, .next = (UChar32)next,
		    .first = first == 1 };
		strcpy(pairs[npairs++].sound, sound);
	} else if (next == 0 && c >= KEPT_FROM && c < KEPT_TO) {
		memcpy(&word, sound, strlen(sound));
		atomic_store_explicit(&kept[first][c - KEPT_FROM], word, memory_order_relaxed);
	} else
		return false;
	return true;
}

/*
 * Reads the file; the caller has the lock. False: there is no file, it is of another ICU, or it is
 * damaged; then none of its sounds are used.
 */
static bool
read_kept(const char *path)
{
	FILE	*f = fopen(path, "re");
	char	 line[80];
	bool	 ok;

	if (f == NULL)
		return false;
	ok = fgets(line, sizeof(line), f) != NULL &&
	    strncmp(line, KEPT_HEAD, strlen(KEPT_HEAD)) == 0 &&
	    strcspn(line, "\n") == strlen(KEPT_HEAD) + strlen(version) &&
	    strncmp(line + strlen(KEPT_HEAD), version, strlen(version)) == 0;
	while (ok && fgets(line, sizeof(line), f) != NULL)
		ok = take_line(line);
	fclose(f);
	if (!ok) {
		npairs = 0;
		for (int first = 0; first < 2; first++)
			for (unsigned i = 0; i < KEPT_TO - KEPT_FROM; i++)
				atomic_store_explicit(&kept[first][i], 0, memory_order_relaxed);
	}
	return ok;
}

static bool
write_kept(FILE *f)
{
	fprintf(f, KEPT_HEAD "%s\n", version);
	for (int first = 0; first < 2; first++)
		for (unsigned i = 0; i < KEPT_TO - KEPT_FROM; i++) {
			uint_least64_t	 word = atomic_load_explicit(&kept[first][i],
			    memory_order_relaxed);
			char		 sound[sizeof(word)];

			memcpy(sound, &word, sizeof(word));
			if (sound[0] >= 'a' && sound[0] <= 'z')
				fprintf(f, "%d %x 0 %s\n", first, KEPT_FROM + i, sound);
		}
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < npairs; i++)
		fprintf(f, "%d %x %x %s\n", pairs[i].first, (unsigned)pairs[i].c,
		    (unsigned)pairs[i].next, pairs[i].sound);
	pthread_mutex_unlock(&lock);
	return fflush(f) == 0 && ferror(f) == 0;
}

void
pinyin_keep(const char *path)
{
	struct buf	 temp = BUF_INIT;
	FILE		*f;
	int		 fd;

	if (!atomic_exchange_explicit(&is_new, false, memory_order_relaxed))
		return;
	buf_printf(&temp, "%s.XXXXXX", path);
	if (!temp.bad && (fd = mkostemp(temp.p, O_CLOEXEC)) != -1) {
		if ((f = fdopen(fd, "w")) == NULL)
			close(fd);
		if (f == NULL || !write_kept(f) || rename(temp.p, path) == -1)
			unlink(temp.p);
		if (f != NULL)
			fclose(f);
	}
	buf_free(&temp);
}

/* ---- ICU ------------------------------------------------------------------------------------- */

static UTransliterator *
trans_open(const char *id, struct buf *err)
{
	UErrorCode	 e = U_ZERO_ERROR;
	UParseError	 where;
	UTransliterator	*t;
	UChar		 name[64];

	u_uastrcpy(name, id);
	t = utrans_openU(name, -1, UTRANS_FORWARD, NULL, 0, &where, &e);
	if (U_FAILURE(e)) {
		buf_printf(err, "pinyin: ICU has no \"%s\": %s", id, u_errorName(e));
		return NULL;
	}
	return t;
}

/* The version of the loaded library, which may be newer than the one at build time. */
static void
version_make(void)
{
	UVersionInfo	 v;

	u_getVersion(v);
	memcpy(version, "ICU ", 4);
	u_versionToString(v, version + 4);
}

#define HAN	"Han-Latin/Names; Latin-ASCII"
#define LATIN	"Latin-ASCII; Any-Lower"

/* Creates a transliterator on first use; the caller has the lock. NULL: ICU has none. */
static UTransliterator *
trans_ready(UTransliterator **t, const char *id)
{
	struct buf	 err = BUF_INIT;

	if (*t == NULL)
		*t = trans_open(id, &err);
	buf_free(&err);
	return *t;
}

bool
pinyin_open(const char *path, struct buf *err)
{
	bool	 ok = true;

	pthread_mutex_lock(&lock);
	if (opened == 0) {
		version_make();
		if (path == NULL || !read_kept(path))
			ok = (han = trans_open(HAN, err)) != NULL &&
			    (latin = trans_open(LATIN, err)) != NULL;
	}
	if (ok)
		opened++;
	else {
		utrans_close(han);
		han = NULL;
	}
	pthread_mutex_unlock(&lock);
	return ok;
}

void
pinyin_close(void)
{
	pthread_mutex_lock(&lock);
	if (opened > 0 && --opened == 0) {
		utrans_close(latin);
		utrans_close(han);
		han = latin = NULL;
	}
	pthread_mutex_unlock(&lock);
}

const char *
pinyin_version(void)
{
	return version;
}

/*
 * Transliterates n units in place; returns their new number, at most UNITS_MAX. On failure they
 * stay as they are.
 */
static int32_t
trans_run(UTransliterator **which, const char *id, UChar text[UNITS_MAX], int32_t n)
{
	UErrorCode	 e = U_ZERO_ERROR;
	UTransliterator	*t;
	int32_t		 limit = n, len = n;

	pthread_mutex_lock(&lock);
	if ((t = trans_ready(which, id)) != NULL)
		utrans_transUChars(t, text, &len, UNITS_MAX, 0, &limit, &e);
	pthread_mutex_unlock(&lock);
	return t != NULL && U_SUCCESS(e) ? len : n;
}

/* ---- one Han character ----------------------------------------------------------------------- */

static bool
is_han(UChar32 c)
{
	UErrorCode	 e = U_ZERO_ERROR;

	return c >= 0x2e80 && uscript_getScript(c, &e) == USCRIPT_HAN;
}

static bool
hangs_on_next(UChar32 c)
{
	for (size_t i = 0; i < sizeof(by_next) / sizeof(by_next[0]); i++)
		if (by_next[i] == c)
			return true;
	return false;
}

/*
 * Asks ICU for the sound of c, with 一 before it unless it is first, and with the next character if
 * that matters (else 0). The syllables of these two are removed again.
 */
static void
transliterate(UChar32 c, UChar32 next, bool first, char out[SOUND_MAX])
{
	UChar		 text[UNITS_MAX];
	UErrorCode	 e = U_ZERO_ERROR;
	char		 all[UNITS_MAX * 3 + 1], *p = all, *end;
	int32_t		 n = 0;

	if (!first)
		text[n++] = 0x4e00;
	U16_APPEND_UNSAFE(text, n, c);
	if (next != 0)
		U16_APPEND_UNSAFE(text, n, next);
	n = trans_run(&han, HAN, text, n);
	u_strToUTF8(all, sizeof(all), NULL, text, n, &e);
	out[0] = '\0';
	if (U_FAILURE(e))
		return;
	if (!first && (p = strchr(all, ' ')) == NULL)
		return;
	p += strspn(p, " ");
	if (next != 0 && (end = strchr(p, ' ')) != NULL)
		*end = '\0';
	if (strlen(p) < SOUND_MAX)
		strcpy(out, p);
}

static void
sound_of(UChar32 c, UChar32 next, bool first, char out[SOUND_MAX])
{
	atomic_uint_least64_t	*place = NULL;
	uint_least64_t		 word;

	if (next != 0 && hangs_on_next(c)) {
		if (!pair_find(c, next, first, out)) {
			transliterate(c, next, first, out);
			pair_keep(c, next, first, out);
		}
		return;
	}
	if (c >= KEPT_FROM && c < KEPT_TO) {
		place = &kept[first][c - KEPT_FROM];
		if ((word = atomic_load_explicit(place, memory_order_relaxed)) != 0) {
			memcpy(out, &word, sizeof(word));
			return;
		}
	}
	transliterate(c, 0, first, out);
	if (place != NULL && strlen(out) < sizeof(word)) {
		word = 0;
		memcpy(&word, out, strlen(out));
		atomic_store_explicit(place, word, memory_order_relaxed);
		atomic_store_explicit(&is_new, true, memory_order_relaxed);
	}
}

/* ---- syllables ------------------------------------------------------------------------------- */

struct walk {
	struct buf	*out;
	bool		 initials;	/* initials only, without blanks */
	bool		 inside;	/* a syllable was begun and may continue */
	size_t		 n;		/* syllables so far */
};

/* Adds one character; begins a syllable if none is open. */
static void
walk_char(struct walk *w, UChar32 c)
{
	uint8_t	 utf8[U8_MAX_LENGTH];
	int32_t	 n = 0;
	bool	 first = !w->inside;

	if (first) {
		if (w->n++ > 0 && !w->initials)
			buf_putc(w->out, ' ');
		w->inside = true;
	}
	if (first || !w->initials) {
		U8_APPEND_UNSAFE(utf8, n, c);
		buf_put(w->out, utf8, (size_t)n);
	}
}

/*
 * Adds Latin letters, digits and letters of other scripts; a sign between them ends the syllable,
 * an accent does not.
 */
static void
walk_letters(struct walk *w, UChar32 c)
{
	if (u_isalnum(c))
		walk_char(w, u_tolower(c));
	else if (u_charType(c) != U_NON_SPACING_MARK)
		w->inside = false;
}

/*
 * Adds text that is neither Han nor ASCII: é becomes e, full-width letters become letters, Ж stays.
 */
static void
walk_other(struct walk *w, UChar text[UNITS_MAX], int32_t n)
{
	UChar32	 c;
	int32_t	 i = 0;

	n = trans_run(&latin, LATIN, text, n);
	while (i < n) {
		U16_NEXT(text, i, n, c);
		walk_letters(w, c);
	}
}

static void
walk_han(struct walk *w, UChar32 c, UChar32 next, bool first)
{
	char	 sound[SOUND_MAX];
	UChar32	 letter;
	int32_t	 i = 0;

	sound_of(c, next, first, sound);
	w->inside = false;
	while (sound[i] != '\0') {
		U8_NEXT_UNSAFE(sound, i, letter);
		if (letter == ' ')
			w->inside = false;
		else
			walk_char(w, letter);
	}
	w->inside = false;
}

/*
 * Returns the character at *i and moves *i past it; 0 at the end. Invalid UTF-8 reads as U+FFFD, a
 * sign.
 */
static UChar32
next_char(const char *s, int32_t *i, int32_t n)
{
	UChar32	 c;

	if (*i >= n)
		return 0;
	U8_NEXT_OR_FFFD(s, *i, n, c);
	return c;
}

static size_t
walk_all(struct walk *w, const char *s)
{
	const int32_t	 n = (int32_t)strnlen(s, INT32_MAX);
	UChar		 other[UNITS_MAX];
	UChar32		 c, next;
	int32_t		 i = 0, len = 0;
	bool		 after_han = false;

	for (c = next_char(s, &i, n); i <= n && c != 0; c = next) {
		next = next_char(s, &i, n);
		if (is_han(c)) {
			walk_han(w, c, is_han(next) ? next : 0, !after_han);
			after_han = true;
			continue;
		}
		after_han = false;
		if (c < 0x80) {
			walk_letters(w, c);
			continue;
		}
		U16_APPEND_UNSAFE(other, len, c);
		if (len >= PIECE_MAX || next < 0x80 || is_han(next)) {
			walk_other(w, other, len);
			len = 0;
		}
	}
	return w->n;
}

size_t
pinyin_syllables(const char *utf8, struct buf *out)
{
	struct walk	 w = { .out = out };

	return walk_all(&w, utf8);
}

void
pinyin_initials(const char *utf8, struct buf *out)
{
	struct walk	 w = { .out = out, .initials = true };

	walk_all(&w, utf8);
}

/*
 * \1 sorts before the blank between syllables and before every letter, so a shorter name comes
 * first.
 */
void
pinyin_sort_key(const char *utf8, struct buf *out)
{
	pinyin_syllables(utf8, out);
	buf_putc(out, '\1');
	buf_puts(out, utf8);
}
