#ifndef CORE_OPS_OPS_H
#define CORE_OPS_OPS_H

#include "core/access/actor.h"

/*
 * What can be asked of the daemon. One table (ops.c) says for each operation its name, what it takes and who
 * answers; the same operations serve the client, its -j mode and shouwang-admin.
 *
 * Request		{"req": n, "op": name, …}		n >= 1 is the client's choice and comes back in the reply
 * Reply		{"req": n, "ok": true, …}
 *		or	{"req": n, "ok": false, "error": code, "say": msgid, "args": […], "problems": […]}
 *			A reply with n = 0 answers no request: the daemon's last words (busy, locked, stopped, denied) before
 *			it closes; what was asked and not answered until then was not begun.
 * error		denied | missing | conflict | invalid | busy | bad-request | full | locked | stopped | clock
 *			A record outside one's reach is "missing", exactly as one that never was.
 *			clock: the server's clock is behind the newest entry of the trail; {1} and {2} of "say" are both. Nothing is
 *			saved until it is right or accepted (clock); drafts and reads go on, by the day of the newest entry
 * problems		as problems_to_val() writes them: [{"field","say","args","kind":"wrong"|"gap"|"act"|"warning"}]. What they say
 *			of a record outside one's reach is what "near" says of it, and in the trail
 * A record		{"id","book","ver","state","number","fields":{…},"remarks":{path: text},
 *			 "made":{"by","name","at"},"last":{"by","name","at","act","remarks"?},"under"?: {"id","title"} of the record it
 *			 stands under, as in rows,"links"?: {"BOOK/ID": title} of those its other links name,
 *			 "into"?: {"id","number","title"} of the record it was merged into | {"office": true} where he may not
 *			 see that and has to ask the county office; "joined"?: [{"id","number","title"}] merged into it}	at = UTC seconds
 *
 * partial		true in a reply to list, find or due with a text to find: the search stopped after looking at many
 *			records, so there may be more, and what is counted is too low; a longer text finds the others
 *
 * whoami	{lang?, persona?: user}  →  {"user","name","role","areas":[…],"county":{zh,en},"demo":bool,
 *			"today":yyyymmdd,"drafts":n,"version": of the definitions}
 *			and in a demo store without persona: {"personas":[{"user","name","role"}]}; any other operation is
 *			"denied" until one is chosen. Must be the first request; may come again.
 * forms	{have?: version}  →  {"version","set":…} as load_set() takes it (left out when `have` is current),
 *			"areas":[{"code","name","py","until"}]
 * menu		{}  →  {"counts":{"child.mine": n, …}} for every list in the role's menu, "drafts": n,
 *			"due"?: {"over": n, "soon": n} where the menu leads to the screen "due",
 *			"behind"?: true while the server's clock is wrong and nothing can be saved
 * list		{book, list, sort?: 0.., desc?: bool, limit? (≤100), after?: bytes | before?: bytes, find?: text}
 *			→ {"rows":[{"id","ver","state","number","area","changed","by","title","f":{path: value},"under"?,"into"?,"key":bytes}],
 *			   "more":bool}	fields masked as defined (a masked one is text). `key` continues after or before it.
 *			A list over a clock holds who is overdue by it today, longest first; its rows have "due": the day it fell due
 * count	{book, list}  →  {"count": n}
 * members	{book, list, by: column path}  →  {"groups":[{"value": v, "count": n}]}	counts by one column
 * find		{book, text, limit?}  →  {"rows":[… as list …, "why": path of the field that fits]}	own names and numbers first;
 *			a masked number fits whole or by its last four only, here and in list and due, and each record found so is in
 *			the trail ("find", with the field)
 * near		{book, fields, id?}  →  {"near":[{"say":{zh,en},"row":{… as list …} | "elsewhere": area code of the township |
 *			"office": true}]}
 *			at most five, best reason first; of those outside one's reach two, found by rules that name no place, told with
 *			the township or (office) only that the county office knows (core/record/match.h), and each in the trail
 *			("match"). "denied" to roles that neither make nor merge such records
 * get		{book, id | number: text, whole?: bool}  →  {"record":…, "may":{"write":bool,"acts":[name],"fields":[paths not writable],
 *			"undo": bool}, "masked":[paths], "editing"?: {"by","name","since"} while another person has it open}
 *			whole: unmasked, an entry in the trail of its own. undo: his own last save can be taken back
 *			"merge" or "unmerge": true in may where he may do that. The number of a merged one gives the one that stays
 * check	{book, fields, state?, id?}  →  {"problems":[…]}	what save would say of the record by itself, nothing written
 * save		{book, id?, ver?, token: 16 bytes, set:{path-free field map; nil removes}, draft?, spread?: bool}
 *			→ {"id","ver","number","state","problems":[warnings],"spread"?: records changed with it,
 *			"unchanged"?: true}	a set that is what stands there already makes no version; the draft goes then
 *			only when it says the same
 *			spread: what a link had filled and this save changes goes to the record the link names, and to all that
 *			name it too; what is changed at a record others name goes to these. All or, with words, none.
 *			no id: creates; id: ver is the version seen. error conflict: {"record": as it is now, "was": as it was at ver}
 *			token: the client's choice, kept with what was saved. The same request with it again (a press repeated
 *			because the answer got lost) is answered as the first time and saves nothing, however long after; with
 *			it another request (other record, version, act or content) is "bad-request". Each person's newest 1,000
 *			are known. So with every operation that takes one
 * act		{book, id, ver, token, act, ask?:{…}, remarks?:{path: text}, set?:{…}, draft?}  →  as save
 *			remarks stay with this version ("last" of the record, history); where the act is one that takes them they also
 *			stand at their fields, in "remarks" of the record, until they are settled
 * undo		{book, id, ver, token}  →  as save	a new version with the fields of before his own last save; "denied" with
 *			the reason in "say" where that was an act, somebody else's, of another day, the beginning of the record, or changed nothing
 * start	{book, under: id of its owner-to-be, whole?: bool}  →  {"fields":{…},"owner":{"id","title"},"draft"?}	what a new one begins with;
 *			where that tells something of the file it is a look at it, and in the trail as one; whole: what is
 *			masked there is told too, and the trail says so. draft: what he left
 *			unsaved of such a one, as in drafts
 * edit		{book, id, done?: bool, take?: bool}  →  {"by","name","since"} of another person who has it open, else {};
 *			"draft"? what he himself left unsaved of it, as in drafts.
 *			Says "I have this record open" (or, done, no more); "denied" to whoever may not change it. It ends with his
 *			save, with his session, or half an hour after his last edit or draft of it. Of several the one who was first is
 *			named. take: from now on it is his who calls, an entry "take-over" in the trail with whose it was; the
 *			others' drafts are kept and they are told (draft, "taken"), until they open it anew
 * draft	{draft: 16 bytes, book, id?, ver?, set:{…}, typed?:{path: text}, at?: path, title?: text}
 *			→ {"taken"?: {"by","name","at"}}	who took the record over since he opened it; told once
 *			merges into the kept draft; a nil in set says "cleared", a nil in typed forgets; typed holds what was typed
 *			but is no value yet (a date that is none), so that it comes back as it stood
 *		{draft, drop: true} → {}	only a person's own word drops one
 * drafts	{}  →  {"drafts":[{"draft","book","id","ver","fields","typed","at","title","when","under"?}]}	newest first
 * history	{book, id}  →  {"versions":[{"ver","at","by","name","act","state","changed":[paths],"ask"?,"remarks"?}]}
 *		{book, id, ver, whole?: bool}  →  as get, of then
 * trail	{before?: seq, limit?, user?: text, record?: id}  →  {"entries":[{"seq","at","user","name","role","from",
 *			"act","book","record","number","ver","detail"}],"more":bool}
 *			Reads of one person that repeat within ten minutes of an entry for the first (read, whole) follow it as one
 *			entry with the detail {"n": how many more,"since","until": when the first and the last of these were}; until
 *			then the first one has such a detail, itself among the n	auditors, without answers, remarks and notes
 *			of records that they may not see; of one record: whoever may see it (a look at it, and in the trail as one),
 *			without names of fields and of other records that he may not see
 * due		{limit?, ahead?: days, book?, clock?, area?, find?: text, after?: {"book","clock","day","id"} of a line}
 *			→ {"due":[{"book","clock","day","over": days (negative: still to come),"from","from_day",
 *			"done"?: book whose record does it,"ack"?:{"by","name","at","note"?},"row":{… as list …}}],"over":n,"soon":n,"more":bool}
 *			from: what the day is counted from ("since" it holds, "last" done, "change", "date" in the field of the clock,
 *			"empty" since that day, and due the day before) and which day that is;
 *			his own duties up to `ahead` (7) days before, and others' that have climbed to him; most urgent first. Narrowed
 *			to a clock, a place, what the find box finds or whom that stands under; "over" and "soon" count what is left
 *			then, wherever the page begins
 *		{by: "clock" | "village" | "township", ahead?, book?, clock?, area?, find?}
 *			→ {"groups":[{"book","clock" | "area","over","soon","oldest": due day}],"over":n,"soon":n}	the same, counted,
 *			most overdue first
 * linked	{book, id, limit?, shared?: bool}  →  {"linked":[{"book","paths":[its links that name this record],"row":{…}}],
 *			"count": of all he may see,"more":bool}	the link a record stands under is no such link. shared: also
 *			"shared":[{"book","id","title": of a record this one names,"paths":[links of this one],"linked","count","more"}],
 *			the others that name it too, and
 *			"same":[{"say":{zh,en},"linked","count","more"}], those that say the same by a rule of the book
 * ack	{book, id, clock, note?: ≤200 characters}  →  {}	he knows of this duty; it stays due, and who knows is shown with it
 *			until it is done or another begins. Whoever it is shown to may; an entry in the trail ("acknowledge")
 * under	{book, id, of?: book, limit?, on?}  →  {"under":[{"book","day","row":{…}}],"more":bool}	latest day first
 * file	{book, id, on?: yyyymmdd}  →  {"on": the day it stands for,"record":…,"may":{…},"masked":[paths],
 *			"due":[{"clock","day","over","from","from_day","ack"?,"book"?,"id"?}]	every duty that runs, the first due
 *			first; book, id: of a record under it,
 *			"parts":[{"book","n","day"?,"title"?}]	of each book under it that he may see: how many, and the latest,
 *			"events":[{"book","at","day","name","act","title"?}]	the newest twelve; title: of a record under it,
 *			"many"?:[{"say":{zh,en},"n","more"}]	with how many, itself among them, it shares what so many had better not share,
 *			"unknown"?:[clocks]}	all a screen needs to show a file whole. Reading it is an act, as with get.
 *			on (here, in under and timeline): everything as it was at the end of that day, read-only; a file made later is
 *			"missing" with words. Who may look is judged by what he may see now. Not known of the past: what was
 *			acknowledged, and the clocks named in "unknown", whose beginning is not kept.
 * timeline {book, id, before?: bytes, limit? (≤200), on?}  →  {"events":[… as in file, with "id","ver","state","key",
 *			"changed"?:[paths],"ask"?,"remarks"?],"more":bool}	every version of the record and of what stands under it, newest first;
 *			`at` when it was entered, `day` what it tells of. `key` continues before it.
 *			A look at the file, and in the trail as one.
 * roll		{book, clock, month?: yyyymm, area?, after?: bytes, limit? (≤100)}
 *			→ {"rows":[{"is","day","over","last"?,"row":{… as list …},"key":bytes,
 *			   "done"?: {"id","day","title","quick"?}}],"all":n,"left":n,"over":n,"more":bool,"month": yyyymm}
 *			a month's work on a clock that has a roll (clock_has_roll()), within his reach or a part of it. is: left
 *			(due day not after the last of the month), done (by a record of the month: done, with the quick entry it
 *			equals), new (on the roll only since that month), missed (a month of the past, done after it). Left first,
 *			longest due on top; all = with a due day at all; over = left and due before today. month: this one unless told.
 * progress	{book, clock, month?, area?}  →  {"places":[{"area","all","left","over","oldest"?: due day}],
 *			"all","left","over","month"}	the same counts by place, one level below where he looks from, the worst first
 * doubles	{book, id}  →  {"doubles":[… as near …]}	who may be the same, by the book's own rules; for the same roles
 * merge	{book, id, ver, other: id, otherver, set?:{fields as the other has them; nil where it has nothing}, why, token}
 *			→ {"id","ver","number","state","other":{"id","ver"},"moved":{book: n},"problems":[warnings]}
 *			id stays and gets the chosen fields, under the checks of a save; the other is merged into it: it keeps its
 *			number and history, and what stood under it or linked to it goes over (moved: of what he may see). Fields that he
 *			may not change in the one that stays as it stands cannot be chosen
 * unmerge	{book, id: of the merged one, ver, why, token}
 *			→ {"id","ver","number","state","into":{"id","ver"},"moved":{book: n},"kept":[paths],"problems"}
 *			gives back what is still as merging left it; kept are the fields of the one that stayed which were changed since,
 *			or which only an act changes by now
 * clock	{accept?: true}  →  {"clock": what the server's clock says,"newest": moment of the newest entry,"behind":bool,
 *			"settled": records}	accept, for the administrator at the server only: the clock is right and was ahead
 *			before. It stands in the trail with both moments, saving goes on, and days which duties kept though they had
 *			not come are settled anew ("settled": of so many records)
 * ping		{}  →  {}	is anybody there? Nothing is read, written or logged, and who only pings is away
 * unlock	{secret: text}  →  {}	the password once more, after the screen was locked
 *
 * Every reply that a write stands behind goes out after the write is durable. Requests of one person that come faster
 * than the server lets him ask (shouwangd -l rate) are answered later, none is refused for that.
 */

/* A request under way. The owner frees it with call_free(). */
struct call {
	struct core		*core;
	struct actor		*actor;		/* held */
	struct val		*req;		/* owned */
	struct val		*reply;		/* owned; set when answered */
	enum lang		 lang;
	uint64_t		 session;	/* whose end ends what he has open; 0 = none */
	int64_t			 moment;	/* UTC seconds, as in struct writer: of call_start(), then of call_body() */
	int			 today;		/* the county's day of it */

	/* Between ops.c and the operation: */
	void			*job;		/* what the body works on */
	void			(*job_free)(void *);
	commit_body		*body;
	void			(*finish)(struct call *, int result);	/* makes the reply after the commit */
};

struct call	*call_new(struct core *, struct actor *, struct val *req, enum lang);	/* takes req; holds actor */
void		 call_free(struct call *);

enum call_step {
	CALL_DONE,		/* reply is there */
	CALL_COMMIT		/* call_body() must run in the committer with the call as its argument; then call_finish() */
};

/* Runs the part that needs no committer; from any thread. Takes milliseconds, or as long as a scan takes (op_scans()). */
enum call_step	 call_start(struct call *);
commit_body	 call_body;
void		 call_finish(struct call *, int result);

/* All of it, waiting: for tools and tests. The reply is the caller's; never NULL but when memory ran out. */
struct val	*call_run(struct core *, struct actor *, struct val *req, enum lang);

/* A refusal as a reply: error code, msgid, no arguments. */
struct val	*call_error_reply(const char *error, const char *msgid);

/* Does the operation read by the list, so that its start may take long in a large county? */
bool		 op_scans(const struct val *req);

/*
 * What a session must know of an operation before it runs it: whether its secret goes through authd first (unlock, acts
 * that ask the password again).
 */
bool		 op_needs_password(const struct core *, const struct val *req);

/* ---- for who checks the tables ------------------------------------------------------------------------------ */

/* Whether it has the shape of an entry of STORE_TOKEN; *id: the record that it names, 0 when it names none. */
bool		 save_idempotency_fits(const void *key, size_t klen, const void *val, size_t vlen, uint64_t *id);

#endif
