#ifndef CORE_RECORD_PINYIN_H
#define CORE_RECORD_PINYIN_H

#include "forms/attr.h"
#include "forms/buf.h"

/*
 * How Chinese text sounds, for finding and sorting: ICU's Han-Latin/Names without tones (单 shan,
 * 解 xie, 万俟 mo qi). Thread-safe after pinyin_open(). Latin letters and digits stay, in lower
 * case; other signs end a syllable and are dropped. Characters that ICU does not know stay as they
 * are.
 */
/*
 * Each opening is counted and needs a pinyin_close(). False with one line when ICU's data is
 * missing.
 *
 * ICU needs some 150 ms of processor time to read its rules. `path` names a file of sounds that an
 * earlier run wrote (pinyin_keep()). When the file is there and was made with this ICU, the rules
 * are read only when a character is needed that the file lacks. NULL: there is no such file. Only
 * the first opening reads it.
 */
bool	 pinyin_open(const char *path, struct buf *err) MUST_USE;
void	 pinyin_close(void);
/*
 * Writes the known sounds to the file, unless nothing was added since it was read. Failing to write
 * it is no error: the next start takes longer. The file holds characters of the county's
 * definitions, areas and names, each with its sound, sorted; it does not say where they are used.
 */
void	 pinyin_keep(const char *path);
/*
 * A version that changes when the same text may give another result: results that were kept must
 * then be made again. Constant after pinyin_open().
 */
const char *pinyin_version(void);

/* Appends the syllables with one blank between, "wang xiao ming"; returns their number. */
size_t	 pinyin_syllables(const char *utf8, struct buf *out);
/* First letters: "wxm". */
void	 pinyin_initials(const char *utf8, struct buf *out);
/* A sort key for dictionary order: bytes that compare by pinyin, then by the text itself. */
void	 pinyin_sort_key(const char *utf8, struct buf *out);

#endif
