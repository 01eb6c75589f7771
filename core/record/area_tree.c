#include "core/record/area_tree.h"

#include "core/record/index.h"
#include "core/record/pinyin.h"

struct area_load {
	struct core	*core;
	struct val	*list;
	bool		 bad;
};

static bool
add_area(struct val *list, const struct rec *rec)
{
	struct val	*item = val_map();
	struct buf	 py = BUF_INIT;
	const char	*name = val_get_str(rec->fields, "name");
	int		 until = (int)val_get_num(rec->fields, "until", 0);
	bool		 ok;

	pinyin_initials(name != NULL ? name : "", &py);
	ok = item != NULL && val_put(item, "code", val_dup(val_get(rec->fields, "code"))) &&
	    val_put(item, "name", val_text(name != NULL ? name : "")) &&
	    val_put(item, "py", val_text(buf_str(&py))) &&
	    (until == 0 || val_put(item, "until", val_int(until)));
	buf_free(&py);
	if (ok)
		return val_add(list, item);
	val_free(item);
	return false;
}

static bool
area_each(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct area_load	*a = arg;
	struct rec		*rec;

	(void)p;
	(void)n;
	if (rec_get(a->core, NULL, index_key_record(key, klen), &rec) != REC_OK ||
	    !add_area(a->list, rec))
		a->bad = true;
	else
		rec_free(rec);
	return !a->bad;
}

bool
area_tree_load(struct core *core)
{
	const struct book	*book = set_book(core->set, "area");
	const struct index_def	*idx = index_catalog_unique(core->index_catalog,
	    book_field(book, "code"));
	struct area_load	 a = { core, val_list(), false };
	struct buf		 lo = BUF_INIT, hi = BUF_INIT;
	struct areas		*fresh = NULL;

	buf_put_u32(&lo, idx->id);
	buf_put_u32(&hi, idx->id + 1);
	if (a.list != NULL && !lo.bad && !hi.bad &&
	    store_scan(core->store, NULL, STORE_IDX, &(struct store_range){
	    .lo = lo.p, .lolen = 4, .hi = hi.p, .hilen = 4, .keys_only = true }, area_each,
	    &a) == STORE_OK && !a.bad)
		fresh = areas_new(a.list);
	buf_free(&lo);
	buf_free(&hi);
	val_free(a.list);
	return fresh != NULL && env_replace_areas(core, fresh);
}
