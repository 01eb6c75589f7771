/*
 * Runs a fuzz target without a fuzzer: each file of a corpus once, then a number of changed files,
 * the same ones for the same seed.
 *
 *	replay_NAME [-runs=N] [-seed=N] CORPUS
 *
 * The input at which it stops is printed in hex. `make fuzz` has the fuzzer that looks for new
 * paths.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define INPUT_MAX	4096
#define FILES_MAX	1000

struct input {
	char	*name;
	uint8_t	*p;
	size_t	 n;
};

static struct input	 file[FILES_MAX];
static size_t		 nfiles;
static uint64_t		 dice;

/* ---- where it stopped ------------------------------------------------------------------------ */

static const uint8_t	*running;
static size_t		 running_size;

static void
put_error(const char *p, size_t n)
{
	ssize_t	 done = write(STDERR_FILENO, p, n);

	(void)done;
}

/* There when this is built with a sanitizer, whose complaints are no signals. */
void	 __sanitizer_set_death_callback(void (*)(void)) __attribute__((weak));

static void
print_input(void)
{
	static const char	 digits[] = "0123456789abcdef";

	put_error("stopped at the input ", 21);
	for (size_t i = 0; i < running_size; i++)
		put_error((const char []){ digits[running[i] >> 4], digits[running[i] & 15] }, 2);
	put_error("\n", 1);
}

static void
stopped(int sig)
{
	print_input();
	signal(sig, SIG_DFL);
	raise(sig);
}

/* The bytes end where their block ends, so that a sanitizer sees who reads behind them. */
static void
run(const uint8_t *p, size_t n)
{
	uint8_t	*exact = malloc(n > 0 ? n : 1);

	if (exact == NULL)
		abort();
	memcpy(exact, p, n);
	running = exact;
	running_size = n;
	LLVMFuzzerTestOneInput(exact, n);
	running_size = 0;
	free(exact);
}

/* ---- the corpus ------------------------------------------------------------------------------ */

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct input *)a)->name, ((const struct input *)b)->name);
}

static void
read_file(const char *dir, const char *name)
{
	static uint8_t	 room[INPUT_MAX];
	char		 path[4096];
	FILE		*f;
	struct input	*in = &file[nfiles];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	if ((f = fopen(path, "r")) == NULL) {
		perror(path);
		exit(2);
	}
	in->n = fread(room, 1, sizeof room, f);
	fclose(f);
	if ((in->name = strdup(name)) == NULL || (in->p = calloc(1, in->n + 1)) == NULL)
		exit(2);
	memcpy(in->p, room, in->n);
	nfiles++;
}

static void
read_corpus(const char *dir)
{
	DIR		*d = opendir(dir);
	struct dirent	*e;

	if (d == NULL) {
		perror(dir);
		exit(2);
	}
	while ((e = readdir(d)) != NULL && nfiles < FILES_MAX)
		if (e->d_name[0] != '.')
			read_file(dir, e->d_name);
	closedir(d);
	qsort(file, nfiles, sizeof *file, by_name);
}

/* ---- changed files --------------------------------------------------------------------------- */

static size_t
pick(size_t n)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return n > 0 ? (size_t)(dice % n) : 0;
}

/* Puts n bytes at a place; what does not fit falls off the end. */
static size_t
insert(uint8_t *p, size_t size, size_t at, const uint8_t *more, size_t n)
{
	n = n < INPUT_MAX - at ? n : INPUT_MAX - at;
	if (size + n > INPUT_MAX)
		size = INPUT_MAX - n;
	if (size < at)
		size = at;
	memmove(p + at + n, p + at, size - at);
	memcpy(p + at, more, n);
	return size + n;
}

static size_t
change(uint8_t *p, size_t n)
{
	static const uint8_t	 edges[] = { 0, 1, 0x7f, 0x80, 0xff, '\n', ' ', '"', ':', 0x1b, '[',
	    0xc2 };
	const struct input	*other = &file[pick(nfiles)];
	size_t			 at = pick(n + 1), some, from;

	switch (pick(6)) {
	case 0:
		if (at < n)
			p[at] ^= (uint8_t)(1u << pick(8));
		return n;
	case 1:
		if (at < n)
			p[at] = edges[pick(sizeof edges)];
		return n;
	case 2:
		return insert(p, n, at, &edges[pick(sizeof edges)], 1);
	case 3:
		some = pick(n - at + 1);
		memmove(p + at, p + at + some, n - at - some);
		return n - some;
	default:
		from = pick(other->n);
		return insert(p, n, at, other->p + from,
		    1 + pick(other->n - from < 64 ? other->n - from : 64));
	}
}

static void
run_changed(void)
{
	static uint8_t		 bytes[INPUT_MAX];
	const struct input	*in = &file[pick(nfiles)];
	size_t			 n = in->n;

	memcpy(bytes, in->p, n);
	for (size_t times = 1 + pick(4); times > 0; times--)
		n = change(bytes, n);
	run(bytes, n);
}

int
main(int argc, char *argv[])
{
	static const int	 signals[] = { SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM };
	const char		*corpus = NULL;
	unsigned long		 runs = 0, seed = 1;

	for (int i = 1; i < argc; i++)
		if (strncmp(argv[i], "-runs=", 6) == 0)
			runs = strtoul(argv[i] + 6, NULL, 10);
		else if (strncmp(argv[i], "-seed=", 6) == 0)
			seed = strtoul(argv[i] + 6, NULL, 10);
		else
			corpus = argv[i];
	if (corpus == NULL) {
		fprintf(stderr, "usage: %s [-runs=N] [-seed=N] CORPUS\n", argv[0]);
		return 2;
	}
	read_corpus(corpus);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		signal(signals[i], stopped);
	if (__sanitizer_set_death_callback != NULL)
		__sanitizer_set_death_callback(print_input);
	dice = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	for (size_t i = 0; i < nfiles; i++)
		run(file[i].p, file[i].n);
	for (unsigned long i = 0; nfiles > 0 && i < runs; i++)
		run_changed();
	printf("%zu files, %lu changed\n", nfiles, runs);
	for (size_t i = 0; i < nfiles; i++) {
		free(file[i].name);
		free(file[i].p);
	}
	return nfiles == 0;
}
