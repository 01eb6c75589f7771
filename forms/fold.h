#ifndef FORMS_FOLD_H
#define FORMS_FOLD_H

#include "forms/buf.h"

/*
 * What a Chinese input method leaves behind when a number, a date or a code is typed: full-width letters, digits and
 * signs (U+FF01 to U+FF5E) become ASCII, the wide blank a blank, blanks at both ends go. Appends to out; everything
 * else, bad UTF-8 included, passes as it is.
 */
void	 fold_width(const char *typed, struct buf *out);

#endif
