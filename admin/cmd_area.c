#include <getopt.h>
#include <string.h>

#include "admin/area_import.h"

static int
area_load(const struct admin *admin, int argc, char **argv)
{
	static const struct option	 longs[] = { { "dry-run", no_argument, NULL, 'n' },
	    { NULL, 0, NULL, 0 } };
	struct client			*client;
	bool				 dry = false;
	int				 c, code;

	while ((c = getopt_long(argc, argv, "n", longs, NULL)) != -1) {
		if (c != 'n')
			return report_usage_error("area", "area load does not know that option");
		dry = true;
	}
	if (argc - optind != 1)
		return report_usage_error("area", "area load takes one file");
	if ((code = client_open(admin, false, &client)) != EX_OK)
		return code;
	code = area_import_load(client, argv[optind], dry);
	client_close(client);
	return code;
}

int
cmd_area(const struct admin *admin, int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "load") != 0)
		return report_usage_error("area", "area load FILE.csv");
	return area_load(admin, argc - 1, argv + 1);
}
