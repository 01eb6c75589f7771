#ifndef CORE_RECORD_PINYIN_H
#define CORE_RECORD_PINYIN_H

#include "forms/buf.h"

/*
 * How Chinese text sounds, for finding and sorting: ICU's Han-Latin/Names, tones dropped (单 shan, 解 xie, 万俟 mo qi).
 * Thread-safe after pinyin_open(). Latin letters and digits in the text stand for themselves, lower case; other signs end
 * a syllable and are dropped. Characters ICU does not know stand as themselves.
 */
bool	 pinyin_open(struct buf *err);	/* once, at start; false with one line when ICU's data is missing */
void	 pinyin_close(void);
/* Changes when the same text may come out differently: what was kept of it must then be made anew. Constant after pinyin_open(). */
const char *pinyin_version(void);

/* Appends the syllables with one blank between, "wang xiao ming"; returns how many. */
size_t	 pinyin_syllables(const char *utf8, struct buf *out);
/* First letters: "wxm". */
void	 pinyin_initials(const char *utf8, struct buf *out);
/* Order as in a dictionary: bytes that compare as pinyin, then as the text itself. */
void	 pinyin_sort_key(const char *utf8, struct buf *out);

#endif
