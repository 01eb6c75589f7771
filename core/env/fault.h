#ifndef CORE_ENV_FAULT_H
#define CORE_ENV_FAULT_H

#include <sysexits.h>

#include "core/store/home.h"
#include "core/store/store.h"

/*
 * Why a home cannot be used, and the exit status of every program for it. shouwangd(8) and
 * shouwang-admin(8) list these.
 */
#define FAULTS(X)									\
	X(FAULT_NONE,	EX_OK)									\
	X(FAULT_MISSING, EX_NOINPUT)	/* the home or one of its files */			\
	X(FAULT_DAMAGED, EX_DATAERR)	/* the store; entries of the trail missing or foreign */\
	X(FAULT_CONFIG,	EX_CONFIG)	/* key, kind or definitions */				\
	X(FAULT_UNSAFE,	EX_NOPERM)	/* owner or mode */					\
	X(FAULT_IN_USE,	EX_TEMPFAIL)	/* another process has it open */			\
	X(FAULT_FULL,	EX_IOERR)	/* the disk */						\
	X(FAULT_EXISTS,	EX_CANTCREAT)	/* something is in the place of a new home */		\
	X(FAULT_SYS,	EX_OSERR)

enum fault {
#define X(name, status) name,
	FAULTS(X)
#undef X
};

int		 fault_status(enum fault);	/* of sysexits.h */
enum fault	 fault_of_home(enum home_err);
enum fault	 fault_of_store(enum store_err);

#endif
