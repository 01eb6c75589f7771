#include <sys/statvfs.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin/client.h"
#include "core/rec/rec.h"

#define RESERVE		((uint64_t)64 << 20)	/* store_opts.reserve: with less free disk writes
						   are refused */

/* ---- content of the store -------------------------------------------------------------------- */

struct counting {
	const struct set	*set;
	struct val		*counts;	/* "child active" -> number of records */
	uint64_t		 odd;
};

static bool
record_each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct counting	*c = arg;
	struct rec	*rec = NULL;
	struct buf	 name = BUF_INIT;

	if (klen != REC_KEY || rec_decode(c->set, buf_get_u64(key), val, vlen, &rec) != REC_OK)
		c->odd++;
	else {
		buf_printf(&name, "%s\t%s", rec->book->name, rec->state->name);
		xput(c->counts, xtext(&name),
		    val_int(val_get_num(c->counts, buf_str(&name), 0) + 1));
	}
	rec_free(rec);
	buf_free(&name);
	return true;
}

static bool
one_more(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	(void)key;
	(void)klen;
	(void)val;
	(void)vlen;
	++*(uint64_t *)arg;
	return true;
}

static int
count_table(struct core *core, enum store_table table, const char *what)
{
	uint64_t	 n = 0;
	enum store_err	 e = store_scan(core->store, NULL, table,
	    &(struct store_range){ .keys_only = true }, one_more, &n);

	if (e != STORE_OK)
		return report_error(EX_IOERR, "counting %s: %s", what, store_err_text((int)e));
	printf("%s\t%" PRIu64 "\n", what, n);
	return EX_OK;
}

/* In the order of the definitions. */
static void
print_counts(const struct counting *c)
{
	struct buf	 name = BUF_INIT;

	for (size_t i = 0; i < c->set->nbooks; i++)
		for (size_t k = 0; k < c->set->books[i].nstates; k++) {
			buf_reset(&name);
			buf_printf(&name, "%s\t%s", c->set->books[i].name,
			    c->set->books[i].states[k].name);
			if (val_get(c->counts, xtext(&name)) != NULL)
				printf("records\t%s\t%" PRId64 "\n", buf_str(&name),
				    val_get_num(c->counts, buf_str(&name), 0));
		}
	if (c->odd > 0)
		printf("records\tnot understood\t%" PRIu64 "\n", c->odd);
	buf_free(&name);
}

static int
print_contents(struct core *core)
{
	struct counting	 c = { .set = core->set, .counts = xcheck(val_map()) };
	enum store_err	 e = store_scan(core->store, NULL, STORE_REC,
	    &(struct store_range){ .lolen = 0 }, record_each, &c);
	int		 code = EX_OK;

	if (e != STORE_OK)
		code = report_error(EX_IOERR, "counting records: %s", store_err_text((int)e));
	else
		print_counts(&c);
	val_free(c.counts);
	if (code == EX_OK)
		code = count_table(core, STORE_VER, "earlier versions");
	if (code == EX_OK)
		code = count_table(core, STORE_DRAFT, "drafts");
	return code == EX_OK ? count_table(core, STORE_AUDIT, "audit entries") : code;
}

/* ---- files of the home ----------------------------------------------------------------------- */

static int
print_disk(const char *home)
{
	struct statvfs	 fs;
	uint64_t	 free_bytes;

	if (statvfs(home, &fs) == -1)
		return report_error(EX_OSERR, "%s: %s", home, strerror(errno));
	free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	printf("free disk\t%" PRIu64 " MB%s\n", free_bytes >> 20,
	    free_bytes < RESERVE ?
	    ": below the reserve, nothing can be saved; files can still be read" : "");
	return EX_OK;
}

int
cmd_status(const struct admin *admin, int argc, char **argv)
{
	struct client	*client;
	struct core	*core;
	int		 code;

	(void)argv;
	if (argc != 1)
		return report_usage_error("status", "status takes no argument");
	if ((code = client_open(admin, false, &client)) != EX_OK)
		return code;
	core = client_core(client);
	printf("home\t%s\n", admin->home);
	if (core != NULL)
		printf("kind\t%s\n", core->demo ? "demo" : "real");
	printf("county\t%s\t%s\n", client_set(client)->county.zh, client_set(client)->county_code);
	printf("definitions\t%.8s\n", client_set(client)->version);
	printf("daemon\t%s\n", core != NULL ? "not running" : "running");
	code = cmd_clock_print(client);
	if (code == EX_OK && core != NULL)
		code = print_contents(core);
	client_close(client);
	return code == EX_OK ? print_disk(admin->home) : code;
}
