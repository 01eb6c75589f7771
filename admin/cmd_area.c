#include <getopt.h>
#include <string.h>

#include "admin/places.h"

static int
area_load(const struct admin *admin, int argc, char **argv)
{
	static const struct option	 longs[] = { { "dry-run", no_argument, NULL, 'n' }, { NULL, 0, NULL, 0 } };
	struct desk			*desk;
	bool				 dry = false;
	int				 c, code;

	while ((c = getopt_long(argc, argv, "n", longs, NULL)) != -1) {
		if (c != 'n')
			return misuse("area", "area load does not know that option");
		dry = true;
	}
	if (argc - optind != 1)
		return misuse("area", "area load takes one file");
	if ((code = desk_open(admin, false, &desk)) != EX_OK)
		return code;
	code = places_load(desk, argv[optind], dry);
	desk_close(desk);
	return code;
}

int
cmd_area(const struct admin *admin, int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "load") != 0)
		return misuse("area", "area load FILE.csv");
	return area_load(admin, argc - 1, argv + 1);
}
