#include "tui/widget/deflist.h"

#include <stdlib.h>
#include <string.h>

#include "tui/term/width.h"

#define HEAD_MAX	34	/* more than half of the row belongs to the words; a longer head is cut */
#define GAP		2

void
deflist_add(struct deflist *f, const char *label, const char *description)
{
	struct deflist_item	*grown;

	if (description == NULL || *description == '\0' ||
	    (grown = reallocarray(f->at, f->n + 1, sizeof(*grown))) == NULL)
		return;
	f->at = grown;
	f->at[f->n] = (struct deflist_item){ strdup(label), strdup(description) };
	if (f->at[f->n].label != NULL && f->at[f->n].description != NULL) {
		f->n++;
		return;
	}
	free(f->at[f->n].label);
	free(f->at[f->n].description);
}

static int
label_cells(const struct deflist *f, int least)
{
	int	 w = least;

	for (size_t i = 0; i < f->n; i++)
		if (width_of(f->at[i].label) > w)
			w = width_of(f->at[i].label);
	return w < HEAD_MAX ? w : HEAD_MAX;
}

void
deflist_print(const struct deflist *f, int least, int cells, struct buf *out)
{
	const int	 gap_end = label_cells(f, least) + GAP;

	for (size_t i = 0; i < f->n; i++) {
		const char	*s = f->at[i].description, *label = f->at[i].label;
		size_t		 n = strlen(s), take, show;

		for (; n > 0; label = "", s += take, n -= take) {
			take = width_wrap(s, n, cells - gap_end, &show);
			width_fit(out, label, strlen(label), gap_end - GAP);
			width_fit(out, "", 0, GAP);
			buf_put(out, s, show);
			buf_putc(out, '\n');
		}
	}
}

void
deflist_free(struct deflist *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->at[i].label);
		free(f->at[i].description);
	}
	free(f->at);
	*f = (struct deflist)DEFLIST_INIT;
}
