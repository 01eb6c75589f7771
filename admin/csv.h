#ifndef ADMIN_CSV_H
#define ADMIN_CSV_H

#include <stddef.h>

/*
 * A file of comma-separated values as spreadsheets write it (RFC 4180): UTF-8 with or without byte
 * order mark, else GB18030. Quoted cells may contain commas, doubled quotes and line ends. Spaces
 * around a cell are dropped, empty lines skipped.
 */
struct csv_row {
	char		**cell;
	size_t		  n, cap;
	unsigned	  line;		/* in the file, from 1 */
};

struct csv {
	struct csv_row	*row;
	size_t		 n, cap;
};

#define CSV_MAX		((size_t)64 << 20)	/* bytes of a file */

/* A sysexits.h code; an error has been reported. csv_free() in every case. */
int		 csv_read(const char *path, struct csv *);
/* The same for bytes in memory; `shown` is their name in errors. */
int		 csv_parse(const char *bytes, size_t n, const char *shown, struct csv *);
void		 csv_free(struct csv *);

/* A cell, "" where the row is too short. */
const char	*csv_cell(const struct csv_row *, size_t);

#endif
