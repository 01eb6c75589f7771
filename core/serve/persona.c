#include "core/serve/persona.h"

#include "core/record/index.h"
#include "core/record/account.h"
#include "core/wire/protocol.h"

struct walk {
	struct core	*core;
	struct val	*list;
	bool		 bad;
};

static bool
add(struct val *list, const struct actor *a)
{
	struct val	*item = val_map();

	if (item != NULL && a->role != NULL && val_put(item, PK_USER, val_text(a->user)) &&
	    val_put(item, PK_NAME, val_text(a->name)) &&
	    val_put(item, PK_ROLE, val_text(a->role->name)))
		return val_add(list, item);
	val_free(item);
	return false;
}

/* The same test as at log-in, so that no persona is offered that could not log in. */
static bool
each(const void *key, size_t klen, const void *val, size_t vlen, void *arg)
{
	struct walk	*w = arg;
	struct rec	*rec = NULL;
	struct actor	*a = NULL;
	const char	*user;

	(void)val;
	(void)vlen;
	if (rec_get(w->core, NULL, index_key_record(key, klen), &rec) != REC_OK)
		return true;
	user = val_get_str(rec->fields, "user");
	if (user != NULL && account_load_actor(w->core, user, 0, "", &a) == ACTOR_OK)
		w->bad |= !add(w->list, a);
	actor_unref(a);
	rec_free(rec);
	return !w->bad && val_len(w->list) < PERSONAS_MAX;
}

struct val *
persona_list(struct core *core)
{
	const struct field	*f = book_field(set_book(core->set, "account"), "user");
	const struct index_def	*idx = index_catalog_unique(core->index_catalog, f);
	struct walk		 w = { .core = core, .list = val_list() };
	struct buf		 lo = BUF_INIT, hi = BUF_INIT;

	buf_put_u32(&lo, idx->id);
	buf_put_u32(&hi, idx->id + 1);
	w.bad = w.list == NULL || lo.bad || hi.bad ||
	    store_scan(core->store, NULL, STORE_IDX, &(struct store_range){
	    .lo = lo.p, .lolen = lo.n, .hi = hi.p, .hilen = hi.n, .keys_only = true }, each,
	    &w) != STORE_OK || w.bad;
	buf_free(&lo);
	buf_free(&hi);
	if (!w.bad)
		return w.list;
	val_free(w.list);
	return NULL;
}
