#ifndef ADMIN_COPYTREE_H
#define ADMIN_COPYTREE_H

#include <stdint.h>

/*
 * Copies the files below `from` into `to`, which is created and must not exist: directories 0700,
 * files 0600, all of it on disk on return. Names beginning with a dot are left out, links are
 * followed. A sysexits.h code; an error has been reported.
 */
int	 copytree(const char *from, const char *to);
/* Copies one file, which is made and must not be there yet. */
int	 copytree_file(const char *from, const char *to);
/*
 * Removes a folder and all below it; what is not there is no error. Links are removed, not
 * followed.
 */
int	 copytree_remove(const char *path);
/*
 * Bytes of disk that the files below a path, or the file itself, take up; what is not there takes
 * none.
 */
uint64_t copytree_size(const char *path);

#endif
