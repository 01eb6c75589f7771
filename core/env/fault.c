#include "core/env/fault.h"

int
fault_status(enum fault f)
{
	static const int	 status[] = {
#define X(name, status) [name] = status,
		FAULTS(X)
#undef X
	};

	return status[f];
}

enum fault
fault_of_home(enum home_err e)
{
	static const enum fault	 fault[] = {
		[HOME_OK] = FAULT_NONE, [HOME_EXISTS] = FAULT_EXISTS,
		    [HOME_MISSING] = FAULT_MISSING,
		[HOME_UNSAFE] = FAULT_UNSAFE, [HOME_LOCKED] = FAULT_IN_USE,
		    [HOME_KEY] = FAULT_CONFIG,
		[HOME_BAD] = FAULT_CONFIG, [HOME_OLD] = FAULT_CONFIG, [HOME_NEWER] = FAULT_CONFIG,
		    [HOME_SYS] = FAULT_SYS,
	};

	return fault[e];
}

enum fault
fault_of_store(enum store_err e)
{
	switch (e) {
	case STORE_OK:
		return FAULT_NONE;
	case STORE_MISSING:
		return FAULT_MISSING;
	case STORE_FULL:
		return FAULT_FULL;
	case STORE_BAD:
	case STORE_DEAD:
		return FAULT_DAMAGED;
	case STORE_UNSAFE:
		return FAULT_UNSAFE;
	default:
		return FAULT_SYS;
	}
}
