#ifndef ADMIN_FORM_H
#define ADMIN_FORM_H

#include "admin/admin.h"

/* "form upgrade"; argv[0] is "upgrade". */
int	 form_upgrade(int argc, char **argv);

/*
 * The same for the definitions below a folder; quiet: the changes are only counted. Lines that a
 * person must change are EX_DATAERR.
 */
int	 form_upgrade_dir(const char *dir, bool quiet);

#endif
