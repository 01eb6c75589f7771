#ifndef FORMS_FOLD_H
#define FORMS_FOLD_H

#include "forms/buf.h"

/*
 * Normalises what Chinese input methods produce for numbers, dates and codes: full-width letters,
 * digits and signs (U+FF01 to U+FF5E) become ASCII, the wide space a space, spaces at both ends are
 * removed. Appends to out; all other bytes, bad UTF-8 included, are copied.
 */
void	 fold_width(const char *typed, struct buf *out);

#endif
