#ifndef CORE_RECORD_PINYIN_H
#define CORE_RECORD_PINYIN_H

#include "forms/attr.h"
#include "forms/buf.h"

/*
 * How Chinese text sounds, for finding and sorting: ICU's Han-Latin/Names, tones dropped (单 shan, 解 xie, 万俟 mo qi).
 * Thread-safe after pinyin_open(). Latin letters and digits in the text stand for themselves, lower case; other signs end
 * a syllable and are dropped. Characters ICU does not know stand as themselves.
 */
/*
 * Counted: each opening needs a pinyin_close(). False with one line when ICU's data is missing.
 *
 * ICU needs some 150 ms of processor time to read its rules. `path` names a file of sounds that an
 * earlier run has kept (pinyin_keep()); when it is there and was made with this ICU, the rules are
 * read only once a character is asked for that it lacks. NULL: there is no such file. Only the
 * first opening reads it.
 */
bool	 pinyin_open(const char *path, struct buf *err) MUST_USE;
void	 pinyin_close(void);
/*
 * Writes the sounds that are known to the file, unless nothing is new since it was read. A file that
 * cannot be written is no error: the next start takes longer. The file holds characters of the
 * county's definitions, areas and names, each with its sound, sorted, and nothing of where they
 * stand.
 */
void	 pinyin_keep(const char *path);
/* Changes when the same text may come out differently: what was kept of it must then be made anew. Constant after pinyin_open(). */
const char *pinyin_version(void);

/* Appends the syllables with one blank between, "wang xiao ming"; returns how many. */
size_t	 pinyin_syllables(const char *utf8, struct buf *out);
/* First letters: "wxm". */
void	 pinyin_initials(const char *utf8, struct buf *out);
/* Order as in a dictionary: bytes that compare as pinyin, then as the text itself. */
void	 pinyin_sort_key(const char *utf8, struct buf *out);

#endif
