#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/client.h"
#include "core/wire/protocol.h"
#include "forms/check.h"

#define PAGE	100		/* entries in one reply of the operation */

struct wanted {
	const char	*user;
	const char	*number;		/* of a record, or NULL */
	int64_t		 id;			/* of a record, or 0 */
	uint64_t	 left;			/* entries still to print; UINT64_MAX = no bound */
};

static const char *
part(const struct val *entry, const char *key)
{
	const char	*s = val_get_str(entry, key);

	return s != NULL ? s : "-";
}

/* One line, with tabs between; changes and texts of a file are not for the administrator. */
static void
print_entry(const struct val *entry)
{
	struct buf	 b = BUF_INIT;
	char		 at[20];

	civil_print_moment(val_get_num(entry, PK_AT, 0), at);
	buf_printf(&b, "%" PRId64 "\t%s", val_get_num(entry, PK_SEQ, 0), at);
	buf_printf(&b, "\t%s\t%s\t%s\t%s\t%s\t", part(entry, PK_USER), part(entry, PK_ROLE),
	    part(entry, PK_FROM), part(entry, PK_ACT), part(entry, PK_BOOK));
	if (val_get(entry, PK_NUMBER) != NULL)
		buf_puts(&b, part(entry, PK_NUMBER));
	else if (val_get(entry, PK_RECORD) != NULL)
		buf_printf(&b, "#%" PRId64, val_get_num(entry, PK_RECORD, 0));
	else
		buf_putc(&b, '-');
	puts(xtext(&b));
	buf_free(&b);
}

static bool
is_wanted(const struct wanted *w, const struct val *entry)
{
	const char	*number = val_get_str(entry, PK_NUMBER);

	return w->number == NULL || (number != NULL && strcmp(number, w->number) == 0);
}

static int
print_page(struct client *client, struct wanted *w, uint64_t *before, bool *more)
{
	struct val		*req = client_new_request("trail", NULL), *reply;
	const struct val	*entries;
	int			 code;

	xput(req, PK_LIMIT, val_int(w->number == NULL && w->left < PAGE ? (int64_t)w->left : PAGE));
	if (*before != 0)
		xput(req, PK_BEFORE, val_int((int64_t)*before));
	if (w->user != NULL)
		xput(req, PK_USER, val_text(w->user));
	if (w->id != 0)
		xput(req, PK_RECORD, val_int(w->id));
	if ((code = client_ask(client, req, "the audit trail", &reply)) != EX_OK)
		return code;
	entries = val_get(reply, PK_ENTRIES);
	for (size_t i = 0; i < val_len(entries) && w->left > 0; i++) {
		*before = (uint64_t)val_get_num(val_at(entries, i), PK_SEQ, 0);
		if (!is_wanted(w, val_at(entries, i)))
			continue;
		print_entry(val_at(entries, i));
		w->left -= w->left != UINT64_MAX;
	}
	*more = val_get_true(reply, PK_MORE) && val_len(entries) > 0;
	val_free(reply);
	return EX_OK;
}

static int
print_trail(struct client *client, struct wanted *w)
{
	uint64_t	 before = 0;
	bool		 more = true;
	int		 code = EX_OK;

	while (code == EX_OK && more && w->left > 0)
		code = print_page(client, w, &before, &more);
	return code;
}

/*
 * A record's number in the form of its book, with or without the spaces of a printed one; else
 * digits are an id.
 */
static bool
take_record(const struct client *client, const char *typed, struct wanted *w)
{
	const struct set	*set = client_set(client);
	char			*end;

	for (size_t i = 0; i < set->nbooks; i++)
		if (set->books[i].number[0] != '\0' && number_fits(set->books[i].number, typed)) {
			w->number = typed;
			return true;
		}
	w->id = strtoll(typed, &end, 10);
	return *end == '\0' && w->id > 0;
}

static bool
take_count(const char *typed, struct wanted *w)
{
	char	*end;

	w->left = strtoull(typed, &end, 10);
	if (w->left == 0)
		w->left = UINT64_MAX;
	return typed[0] >= '0' && typed[0] <= '9' && *end == '\0';
}

int
cmd_audit(const struct admin *admin, int argc, char **argv)
{
	static const struct option	 longs[] = {
		{ "user", required_argument, NULL, 'u' }, { "record", required_argument, NULL,
		  'r' }, { NULL, 0, NULL, 0 }
	};
	struct wanted			 w = { .left = 20 };
	const char			*record = NULL;
	struct client			*client;
	int				 c, code;

	while ((c = getopt_long(argc, argv, "n:", longs, NULL)) != -1)
		if (c == 'u')
			w.user = optarg;
		else if (c == 'r')
			record = optarg;
		else if (c != 'n' || !take_count(optarg, &w))
			return report_usage_error("audit", c == 'n' ? "-n takes a number" :
			    "audit does not know that option");
	if (optind != argc)
		return report_usage_error("audit", "audit takes no argument");
	if ((code = client_open(admin, false, &client)) != EX_OK)
		return code;
	if (record != NULL && !take_record(client, record, &w))
		code = report_error(EX_USAGE, "\"%s\" is neither the number of a record nor its id",
		    record);
	else
		code = print_trail(client, &w);
	client_close(client);
	return code;
}
