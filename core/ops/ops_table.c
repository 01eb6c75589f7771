#include "core/ops/ops_int.h"
#include "core/record/asof.h"

/* The table of operations; shouwangd --ops prints it. */

#define NAME_MAX_CHARS	100		/* names of books, lists, clocks, acts, states, fields and accounts */
#define TYPED_MAX_CHARS	1000		/* what is typed into a search */

/* ---- what holds for all ---------------------------------------------------------------------- */

const char	 ops_intro[] =
    "A client connects to the Unix socket of the daemon and sends requests; each gets one reply, in the order of the "
    "requests. Both are CBOR maps in frames (core/wire/wire.h). In the lists below an argument in brackets may be left "
    "out; an argument that an operation does not name is refused.\n"
    "\n"
    "A request is {\"req\": n, \"op\": name, ...}. The client chooses n, 1 or more, and finds it in the reply.\n"
    "\n"
    "A reply is {\"req\": n, \"ok\": true, ...} or {\"req\": n, \"ok\": false, \"error\": code, \"say\": sentence, "
    "\"args\": [...], \"problems\": [...]}. The sentence is in English with the places {1}, {2} for args; the client "
    "translates it. A reply with n = 0 answers no request: it is the last word of the daemon (busy, locked, stopped or "
    "denied) before the daemon closes; requests that have no reply by then were not begun.\n"
    "\n"
    "A problem is {\"field\"?: path, \"say\", \"args\", \"kind\": \"wrong\" | \"gap\" | \"act\" | \"warning\"}. A gap is "
    "something required that is missing; \"act\" hinders only the act; a warning hinders nothing. A problem tells of a "
    "record out of reach only what \"near\" tells of it, and the trail has an entry of it.\n"
    "\n"
    "A record is {\"id\", \"book\", \"ver\", \"state\", \"number\", \"fields\": {...}, \"remarks\": {path: text}, "
    "\"made\": {\"by\", \"name\", \"at\"}, \"last\": {\"by\", \"name\", \"at\", \"act\", \"remarks\"?}, \"under\"?: {\"id\", "
    "\"title\"} of the record it belongs to, \"links\"?: {\"BOOK/ID\": title} of the records its other links name, "
    "\"into\"?: {\"id\", \"number\", \"title\"} of the record it was merged into, or {\"office\": true} when that is out of "
    "reach and the county office has to be asked, \"joined\"?: [{\"id\", \"number\", \"title\"}] of the records merged into "
    "it}. Times are UTC seconds, days are numbers yyyymmdd.\n"
    "\n"
    "A row is {\"id\", \"ver\", \"state\", \"number\", \"area\", \"changed\", \"by\", \"title\", \"f\": {path: value}, "
    "\"due\"?: day, \"under\"?, \"into\"?, \"key\"?: bytes}. Masked values are texts. The list is continued after or before "
    "\"key\".\n"
    "\n"
    "\"partial\": true in a reply to list, find or due says that the search stopped after many records: there may be "
    "more, and the counts are too low. A longer text finds the others.\n"
    "\n"
    "A record out of reach is \"missing\", exactly like one that never existed. A reply to a request that writes goes out "
    "after the write is durable. Requests of one person that come faster than the limit (shouwangd -l rate) are answered "
    "later; none is refused for that.\n";

const struct op_error	 op_errors[] = {
	{ PE_BAD_REQUEST,
	  "The request does not keep the contract of its operation, or reuses a token." },
	{ PE_BUSY,
	  "The server has too much to do, or no memory. The same request may succeed later." },
	{ PE_CLOCK,
	  "The server's clock is behind the newest entry of the trail: {1} and {2} of the sentence are both. Nothing "
	    "is saved until the clock is right or accepted (clock); drafts and reads go on, by the day of the newest entry." },
	{ PE_CONFLICT, "Somebody saved the record after the version that the request names." },
	{ PE_DENIED, "The person may not do this." },
	{ PE_FULL, "The disk is full, or the reply would be longer than a reply may be." },
	{ PE_INVALID, "What was entered has problems; nothing was saved." },
	{ PE_LOCKED, "The person was away for too long: the connection ends." },
	{ PE_MISSING,
	  "There is no such record, book, list or clock, or the person may not see it." },
	{ PE_STOPPED, "The server stops, or cannot read or write its store." },
	{ NULL, NULL }
};

/* ---- arguments that several operations take -------------------------------------------------- */

#define BOOK	{ .key = "book", .type = PARAM_TEXT, .flags = PARAM_REQUIRED, .min = 1, .max = NAME_MAX_CHARS, \
		    .help = "the book (record type)" }
#define ID	{ .key = "id", .type = PARAM_ID, .flags = PARAM_REQUIRED, .help = "the record" }
#define LIST	{ .key = "list", .type = PARAM_TEXT, .flags = PARAM_REQUIRED, .min = 1, .max = NAME_MAX_CHARS, \
		    .help = "name of a list of the book" }
#define CLOCK	{ .key = "clock", .type = PARAM_TEXT, .flags = PARAM_REQUIRED, .min = 1, .max = NAME_MAX_CHARS, \
		    .help = "name of a clock of the book" }
#define TOKEN	{ .key = "token", .type = PARAM_BYTES, .flags = PARAM_REQUIRED, .min = 16, .max = 16, \
		    .help = "chosen at random by the client and kept with what was saved. The same request with the same " \
		    "token (repeated because the answer got lost) gets the first answer and saves nothing, however long " \
		    "after; another request with it (other record, version, act or content) is \"bad-request\". The newest " \
		    "1,000 tokens of each person are known" }
#define DRAFT	{ .key = "draft", .type = PARAM_BYTES, .min = 16, .max = 16, \
		    .help = "the draft that this save ends" }
#define SEEN	{ .key = "ver", .type = PARAM_ID, .flags = PARAM_REQUIRED, .help = "the version that was seen" }
#define SEEN_WITH_ID	{ .key = "ver", .type = PARAM_ID, .flags = PARAM_WITH, .other = "id", \
		    .help = "the version that was seen" }
#define WHOLE	{ .key = "whole", .type = PARAM_BOOL, \
		    .help = "show masked values in full; the trail says so" }
#define ON	{ .key = "on", .type = PARAM_DAY, .help = "show everything as it was at the end of this day, read-only. A " \
		    "record made later is \"missing\". Who may look is judged by what the person may see now" }
#define AREA_BELOW	{ .key = "area", .type = PARAM_AREA, .help = "only this place and the places in it" }
#define WHY	{ .key = "why", .type = PARAM_TEXT, .flags = PARAM_REQUIRED, .min = 1, .max = 500, \
		    .invalid = N_("Say why, in 1 to 500 characters."), .help = "the reason, for the trail" }
#define MONTH	{ .key = "month", .type = PARAM_MONTH, .help = "the month, this one if left out" }
#define LIMIT(most, usual)	{ .key = "limit", .type = PARAM_NUM, .flags = PARAM_CLAMP, .min = 1, .max = (most), \
		    .initial = (usual), .help = "at most so many" }
#define LIMIT_OR_NONE(most, usual)	{ .key = "limit", .type = PARAM_NUM, .flags = PARAM_CLAMP, .min = 0, \
		    .max = (most), .initial = (usual), .help = "at most so many" }
#define END	{ .key = NULL }

/* ---- one list for each operation ------------------------------------------------------------- */

static const char *const	 languages[] = { "zh", "en", NULL };
static const char *const	 groupings[] = { PK_CLOCK, "village", "township", NULL };

static const struct param	 no_params[] = { END };
static const struct param	 whoami_params[] = {
	{ .key = PK_LANG, .type = PARAM_CHOICE, .flags = PARAM_SESSION, .choices = languages,
	    .help = "language of titles made by the server, from now on" },
	{ .key = PK_PERSONA, .type = PARAM_TEXT, .flags = PARAM_SESSION, .min = 1,
	  .max = NAME_MAX_CHARS,
	    .help = "in a demo store: the invented person to be from now on" },
	END
};
static const struct param	 forms_params[] = {
	{ .key = PK_HAVE, .type = PARAM_TEXT, .max = NAME_MAX_CHARS,
	  .help = "the version that the client has" },
	END
};
static const struct param	 list_params[] = {
	BOOK, LIST,
	{ .key = PK_SORT, .type = PARAM_NUM, .flags = PARAM_CLAMP, .max = 1000,
	  .help = "which of the sort orders of the list" },
	{ .key = PK_DESC, .type = PARAM_BOOL, .help = "backwards" },
	LIMIT(100, 20),
	{ .key = PK_AFTER, .type = PARAM_BYTES, .help = "continue behind the row with this key" },
	{ .key = PK_BEFORE, .type = PARAM_BYTES,
	  .help = "the rows in front of the row with this key; wins over \"after\"" },
	{ .key = PK_FIND, .type = PARAM_TEXT, .max = TYPED_MAX_CHARS,
	  .help = "only records that this text fits" },
	END
};
static const struct param	 count_params[] = { BOOK, LIST, END };
static const struct param	 members_params[] = {
	BOOK, LIST,
	{ .key = PK_BY, .type = PARAM_TEXT, .flags = PARAM_REQUIRED, .min = 1,
	  .max = NAME_MAX_CHARS,
	    .help = "\"state\", \"area\", or the path of a column that is not masked" },
	END
};
static const struct param	 find_params[] = {
	BOOK,
	{ .key = PK_TEXT, .type = PARAM_TEXT, .flags = PARAM_REQUIRED, .max = TYPED_MAX_CHARS,
	  .help = "what to look for" },
	LIMIT(100, 20),
	END
};
static const struct param	 near_params[] = {
	BOOK,
	{ .key = PK_FIELDS, .type = PARAM_MAP, .flags = PARAM_REQUIRED,
	  .help = "what is entered so far" },
	{ .key = PK_ID, .type = PARAM_ID, .help = "the record itself, which is left out" },
	END
};
static const struct param	 get_params[] = {
	BOOK,
	{ .key = PK_ID, .type = PARAM_ID, .flags = PARAM_UNLESS, .other = PK_NUMBER,
	  .help = "the record" },
	{ .key = PK_NUMBER, .type = PARAM_TEXT, .flags = PARAM_SCANS, .max = NAME_MAX_CHARS,
	    .help = "or its number; the number of a merged record gives the one that stays" },
	WHOLE,
	END
};
static const struct param	 check_params[] = {
	BOOK,
	{ .key = PK_FIELDS, .type = PARAM_MAP, .flags = PARAM_REQUIRED,
	  .help = "what is entered so far" },
	{ .key = PK_STATE, .type = PARAM_TEXT, .max = NAME_MAX_CHARS,
	  .help = "the state, the first of the book if left out" },
	END
};
static const struct param	 save_params[] = {
	BOOK,
	{ .key = PK_ID, .type = PARAM_ID, .help = "the record; left out: a new one is made" },
	SEEN_WITH_ID,
	TOKEN,
	{ .key = PK_SET, .type = PARAM_MAP, .flags = PARAM_REQUIRED,
	    .help = "fields by name, groups as maps; a nil removes. What is not named stays" },
	DRAFT,
	{ .key = PK_SPREAD, .type = PARAM_BOOL,
	  .help = "what a link had filled and this save changes goes to the record that "
	    "the link names and to all that name it too; what is changed at a record that others name goes to these. All "
	    "are changed, or none and a problem says why" },
	END
};
static const struct param	 act_params[] = {
	BOOK,
	{ .key = PK_ID, .type = PARAM_ID, .help = "the record; left out: a new one is made" },
	SEEN_WITH_ID,
	TOKEN,
	{ .key = PK_ACT, .type = PARAM_TEXT, .flags = PARAM_REQUIRED, .min = 1,
	  .max = NAME_MAX_CHARS, .help = "name of the act" },
	{ .key = PK_ASK, .type = PARAM_MAP, .help = "answers to what the act asks" },
	{ .key = PK_REMARKS, .type = PARAM_MAP,
	  .help = "texts by path. They stay with this version; where the act takes remarks "
	    "they also stand at their fields until they are settled" },
	{ .key = PK_SET, .type = PARAM_MAP, .help = "fields to save with it, as in save" },
	DRAFT,
	{ .key = PK_SPREAD, .type = PARAM_BOOL, .help = "as in save" },
	{ .key = PK_SECRET, .type = PARAM_TEXT, .flags = PARAM_SESSION,
	  .help = "the password, where the act asks for it" },
	END
};
static const struct param	 undo_params[] = { BOOK, ID, SEEN, TOKEN, DRAFT, END };
static const struct param	 draft_params[] = {
	{ .key = PK_DRAFT, .type = PARAM_BYTES, .flags = PARAM_REQUIRED, .min = 16, .max = 16,
	    .help = "chosen at random by the client" },
	{ .key = PK_DROP, .type = PARAM_BOOL,
	  .help = "remove the draft; only the person's own word does that" },
	{ .key = PK_BOOK, .type = PARAM_TEXT, .flags = PARAM_UNLESS, .other = PK_DROP, .min = 1,
	  .max = NAME_MAX_CHARS,
	    .help = "the book" },
	{ .key = PK_ID, .type = PARAM_ID, .help = "the record; left out: a new one" },
	{ .key = PK_VER, .type = PARAM_ID, .help = "the version that was seen" },
	{ .key = PK_SET, .type = PARAM_MAP, .flags = PARAM_UNLESS, .other = PK_DROP,
	    .help =
	    "fields, merged into what the draft has; a nil says that the field was emptied" },
	{ .key = PK_TYPED, .type = PARAM_MAP,
	  .help = "by path, what was typed but is no value yet (a date that is none), so that "
	    "it comes back as it was; a nil forgets it" },
	{ .key = PK_AT, .type = PARAM_TEXT, .help = "path of the field with the cursor" },
	{ .key = PK_TITLE, .type = PARAM_TEXT,
	  .help = "how the entry is called in the list of drafts" },
	END
};
static const struct param	 history_params[] = {
	BOOK, ID,
	{ .key = PK_VER, .type = PARAM_ID, .help = "show this version; left out: list all" },
	WHOLE,
	END
};
static const struct param	 trail_params[] = {
	{ .key = PK_BEFORE, .type = PARAM_ID, .help = "only entries before this sequence number" },
	LIMIT(100, 20),
	{ .key = PK_USER, .type = PARAM_TEXT, .max = NAME_MAX_CHARS,
	  .help = "only entries of this account" },
	{ .key = PK_RECORD, .type = PARAM_ID, .help = "only entries of this record" },
	END
};
static const struct param	 unlock_params[] = {
	{ .key = PK_SECRET, .type = PARAM_TEXT, .flags = PARAM_SESSION, .help = "the password" },
	END
};
static const struct param	 due_params[] = {
	LIMIT_OR_NONE(200, 50),
	{ .key = PK_AHEAD, .type = PARAM_NUM, .flags = PARAM_CLAMP, .max = DEADLINE_AHEAD_MAX,
	  .initial = 7,
	    .help = "own deadlines of so many coming days, too" },
	{ .key = PK_BOOK, .type = PARAM_TEXT, .flags = PARAM_WITH, .other = PK_CLOCK, .min = 1,
	  .max = NAME_MAX_CHARS,
	    .help = "book of the clock" },
	{ .key = PK_CLOCK, .type = PARAM_TEXT, .min = 1, .max = NAME_MAX_CHARS,
	  .help = "only deadlines of this clock" },
	AREA_BELOW,
	{ .key = PK_FIND, .type = PARAM_TEXT, .max = TYPED_MAX_CHARS,
	    .help =
	    "only deadlines of records that this text finds, and of the records under these" },
	{ .key = PK_BY, .type = PARAM_CHOICE, .choices = groupings,
	  .help = "count by this instead of listing" },
	{ .key = PK_AFTER, .type = PARAM_MAP,
	  .help = "{\"book\", \"clock\", \"day\", \"id\"} of the line to continue behind" },
	END
};
static const struct param	 ack_params[] = {
	BOOK, ID, CLOCK,
	{ .key = PK_NOTE, .type = PARAM_TEXT, .max = 200,
	  .invalid = N_("A note has at most 200 characters."),
	    .help = "why it is late, or what is being done" },
	END
};
static const struct param	 under_params[] = {
	BOOK, ID,
	{ .key = PK_OF, .type = PARAM_TEXT, .min = 1, .max = NAME_MAX_CHARS,
	  .help = "only records of this book" },
	LIMIT(200, 50),
	ON,
	END
};
static const struct param	 record_params[] = { BOOK, ID, END };
static const struct param	 merge_params[] = {
	BOOK, ID, SEEN,
	{ .key = PK_OTHER, .type = PARAM_ID, .flags = PARAM_REQUIRED,
	  .help = "the record that is merged into it" },
	{ .key = PK_OTHERVER, .type = PARAM_ID, .flags = PARAM_REQUIRED,
	  .help = "the version of the other that was seen" },
	{ .key = PK_SET, .type = PARAM_MAP,
	  .help = "fields to take from the other, with the values it has; nil where it has "
	    "none. A field that the person may not change in the record that stays cannot be taken" },
	WHY, TOKEN,
	END
};
static const struct param	 unmerge_params[] = { BOOK, ID, SEEN, WHY, TOKEN, END };
static const struct param	 start_params[] = {
	BOOK,
	{ .key = PK_UNDER, .type = PARAM_ID, .flags = PARAM_REQUIRED,
	  .help = "the record that the new one belongs to" },
	WHOLE,
	END
};
static const struct param	 edit_params[] = {
	BOOK, ID,
	{ .key = PK_DONE, .type = PARAM_BOOL, .help = "the person has closed it" },
	{ .key = PK_TAKE, .type = PARAM_BOOL,
	  .help = "take it over from the person who has it open: the trail has an entry "
	    "\"take-over\" with that person. The drafts of the others are kept, and the others are told (draft, \"taken\") "
	    "until they open it anew" },
	END
};
static const struct param	 linked_params[] = {
	BOOK, ID, LIMIT(100, 20),
	{ .key = PK_SHARED, .type = PARAM_BOOL, .help = "also what it shares with others" },
	END
};
static const struct param	 file_params[] = { BOOK, ID, ON, END };
static const struct param	 timeline_params[] = {
	BOOK, ID,
	{ .key = PK_BEFORE, .type = PARAM_BYTES, .min = EVENT_KEY, .max = EVENT_KEY,
	  .help = "continue before the event with this key" },
	LIMIT(200, 50),
	ON,
	END
};
static const struct param	 roll_params[] = {
	BOOK, CLOCK, MONTH, AREA_BELOW,
	{ .key = PK_AFTER, .type = PARAM_BYTES, .min = ROLL_KEY, .max = ROLL_KEY,
	  .help = "continue behind the row with this key" },
	LIMIT_OR_NONE(100, 50),
	END
};
static const struct param	 progress_params[] = { BOOK, CLOCK, MONTH, AREA_BELOW, END };
static const struct param	 clock_params[] = {
	{ .key = PK_ACCEPT, .type = PARAM_BOOL, .flags = PARAM_LOCAL,
	    .help =
	    "the clock is right and was ahead before: the trail has an entry with both moments, saving goes on, and "
	    "days that deadlines kept although they had not come are computed anew" },
	END
};
static const struct param	 job_start_params[] = {
	{ .key = PK_KIND, .type = PARAM_CHOICE, .flags = PARAM_REQUIRED, .choices = ops_job_kinds,
	  .help = "what to do" },
	{ .key = PK_ARGS, .type = PARAM_MAP, .help = "arguments, where the kind takes any" },
	END
};
static const struct param	 job_params[] = {
	{ .key = PK_ID, .type = PARAM_ID, .flags = PARAM_REQUIRED, .help = "the job" },
	END
};
static const struct param	 jobs_params[] = { LIMIT(100, 20), END };
static const struct param	 job_result_params[] = {
	{ .key = PK_ID, .type = PARAM_ID, .flags = PARAM_REQUIRED, .help = "the job" },
	{ .key = PK_OFFSET, .type = PARAM_NUM, .min = 0, .help = "continue behind so many bytes" },
	END
};

/* ---- the table ------------------------------------------------------------------------------- */

#define AS_SAVE	"As save."

const struct op	 op_table[] = {
	{ "whoami", op_whoami, OP_FIRST, whoami_params,
	    "Opens the session and tells who the person is. Must be the first request; may come again. In a demo store any "
	    "other request is \"denied\" until a persona is chosen.",
	    "{\"user\", \"name\", \"role\", \"areas\": [codes], \"county\": {\"zh\", \"en\"}, \"demo\": bool, \"today\": day, \"drafts\": n, "
	    "\"version\": of the definitions}; in a demo store before a persona is chosen {\"demo\": true, \"personas\": "
	    "[{\"user\", \"name\", \"role\"}]}" },
	{ "forms", op_forms, OP_SCANS, forms_params,
	    "The definitions and the areas.",
	    "{\"version\", \"set\"?: the definitions, left out when \"have\" is current, \"areas\": [{\"code\", \"name\", \"py\"}]}" },
	{ "menu", op_menu, OP_SCANS, no_params,
	    "The counts beside the lines of the menu.",
	    "{\"counts\": {\"child.mine\": n, ...} for every list in the menu of the role, \"drafts\": n, \"due\"?: {\"over\", \"soon\"} "
	    "where the menu leads to the screen \"due\", \"behind\"?: true while the server's clock is wrong and nothing can be "
	    "saved}" },
	{ "list", op_list, OP_SCANS | OP_LOOK, list_params,
	    "One page of a list. A list over a clock holds the records overdue by it today, longest first. A masked number "
	    "fits a search whole or by its last four characters only; the trail has an entry (\"find\", with the field) of each "
	    "record found so.",
	    "{\"rows\": [row], \"more\": bool, \"partial\"?}" },
	{ "count", op_count, OP_SCANS, count_params,
	    "How many records a list has.",
	    "{\"count\": n}" },
	{ "members", op_members, OP_SCANS, members_params,
	    "The records of a list counted by one of its columns.",
	    "{\"groups\": [{\"value\", \"count\"}]}" },
	{ "find", op_find, OP_SCANS | OP_LOOK, find_params,
	    "Looks for records by name, pinyin or number: those whose own name or number fits come first. Masked numbers as "
	    "in list.",
	    "{\"rows\": [row with \"why\"?: path of the field that fits], \"more\": bool, \"partial\"?}" },
	{ "near", op_near, OP_SCANS | OP_LOOK, near_params,
	    "Who may be the same as the person being entered, best reason first, at most five. At most two of these are out "
	    "of reach, found by rules that name no place; the reply tells the township or that only the county office knows, "
	    "and the trail has an entry (\"match\") of each. \"denied\" to roles that neither make nor merge such records.",
	    "{\"near\": [{\"say\": {\"zh\", \"en\"}, \"row\": row | \"elsewhere\": code of the township | \"office\": true}]}" },
	{ "get", op_get, OP_LOOK, get_params,
	    "One record, and what the person may do with it.",
	    "{\"record\", \"may\": {\"write\": bool, \"acts\": [name], \"fields\": [paths that cannot be changed], \"undo\": bool: the "
	    "person's own last save can be taken back, \"merge\"?, \"unmerge\"?: true where it is allowed}, \"masked\": [paths], "
	    "\"editing\"?: {\"by\", \"name\", \"since\"} while another person has it open}" },
	{ "check", op_check, 0, check_params,
	    "What save would say of the record by itself. Nothing is written.",
	    "{\"problems\": [problem]}" },
	{ "save", op_save, OP_WRITES, save_params,
	    "Makes or changes a record. A conflict's reply has \"record\", as it is now, and \"was\", as it was at \"ver\".",
	    "{\"id\", \"ver\", \"number\", \"state\", \"problems\": [warnings], \"spread\"?: how many records were changed with it, "
	    "\"unchanged\"?: true where the record says all that already: then no version is made, and the draft goes only "
	    "when it says the same}" },
	{ "act", op_act, OP_WRITES | OP_PASSWORD_ACT, act_params,
	    "Does an act of the record's life cycle, with a save in the same transaction.",
	    AS_SAVE },
	{ "draft", op_draft, OP_WRITES, draft_params,
	    "Keeps what is entered and not saved yet, for this person only.",
	    "{\"taken\"?: {\"by\", \"name\", \"at\"} of the person who took the record over since it was opened; told once}" },
	{ "drafts", op_drafts, 0, no_params,
	    "All drafts of the person, newest first.",
	    "{\"drafts\": [{\"draft\", \"book\", \"id\", \"ver\", \"fields\", \"typed\", \"at\", \"title\", \"when\", \"under\"?}]}" },
	{ "history", op_history, OP_SCANS | OP_LOOK, history_params,
	    "The versions of a record, or one of them.",
	    "{\"versions\": [{\"ver\", \"at\", \"by\", \"name\", \"act\", \"state\", \"changed\": [paths], \"ask\"?, \"remarks\"?}]}; with \"ver\" "
	    "as get, of that version" },
	{ "trail", op_trail, OP_SCANS | OP_LOOK | OP_TRAIL, trail_params,
	    "The audit trail, newest first. The whole of it is for auditors, without answers, remarks and notes of records "
	    "that they may not see. The trail of one record is for whoever may see the record, without names of fields and of "
	    "other records that they may not see. Reads by one person that repeat within ten minutes follow the entry of the "
	    "first (read, whole) as one entry with the detail {\"n\": how many more, \"since\", \"until\"}; until that is written "
	    "the first entry has such a detail, counting itself.",
	    "{\"entries\": [{\"seq\", \"at\", \"user\", \"name\", \"role\", \"from\", \"act\", \"book\", \"record\", \"number\", \"ver\", "
	    "\"detail\"}], \"more\": bool}" },
	{ "unlock", op_unlock, OP_WRITES | OP_PASSWORD, unlock_params,
	    "Checks the password again after the screen was locked.",
	    "{}" },
	{ "due", op_due, OP_SCANS | OP_LOOK, due_params,
	    "Deadlines: the person's own up to \"ahead\" days before the due day, and those of others that have escalated to "
	    "the person; most urgent first.",
	    "{\"due\": [{\"book\", \"clock\", \"day\", \"over\": days, negative when still to come, \"from\": what the day is counted "
	    "from, \"from_day\", \"done\"?: book whose record does it, \"ack\"?: {\"by\", \"name\", \"at\", \"note\"?}, \"row\": row}], "
	    "\"over\": n, \"soon\": n, \"more\": bool, \"partial\"?}; with \"by\" {\"groups\": [{\"book\", \"clock\" | \"area\", \"over\", "
	    "\"soon\", \"oldest\": due day}], \"over\", \"soon\", \"partial\"?}, most overdue first. \"from\" is \"since\" (the condition "
	    "holds), \"last\" (done), \"change\", \"date\" (in the field of the clock) or \"empty\" (since that day, and due the day "
	    "before). The counts are of all that the request narrows to, wherever the page begins" },
	{ "ack", op_ack, OP_WRITES, ack_params,
	    "Says that the person knows of a deadline. It stays due; others see who knows until it is done or another begins. "
	    "Whoever it is shown to may; the trail has an entry (\"acknowledge\").",
	    "{}" },
	{ "under", op_under, OP_SCANS | OP_LOOK, under_params,
	    "The records that belong to a record, latest day first.",
	    "{\"under\": [{\"book\", \"day\", \"row\": row}], \"more\": bool}" },
	{ "doubles", op_doubles, OP_SCANS | OP_LOOK, record_params,
	    "Which records may be the same as this one, by the rules of the book; for the same roles as near.",
	    "{\"doubles\": as \"near\"}" },
	{ "merge", op_merge, OP_SCANS | OP_WRITES, merge_params,
	    "Merges two records of the same thing. The first stays and takes the chosen fields, under the checks of a save. "
	    "The other keeps its number and history; what belonged or linked to it goes over.",
	    "{\"id\", \"ver\", \"number\", \"state\", \"other\": {\"id\", \"ver\"}, \"moved\": {book: n} of what the person may see, "
	    "\"problems\": [warnings]}" },
	{ "unmerge", op_unmerge, OP_SCANS | OP_WRITES, unmerge_params,
	    "Undoes a merge; the request names the merged record. What is still as merging left it goes back.",
	    "{\"id\", \"ver\", \"number\", \"state\", \"into\": {\"id\", \"ver\"}, \"moved\": {book: n}, \"kept\": [paths of the record that "
	    "stayed which were changed since, or which only an act changes by now], \"problems\": [warnings]}" },
	{ "start", op_start, OP_LOOK, start_params,
	    "What a new record that belongs to another begins with. Where that tells something of the file it is a look at "
	    "it, and the trail has an entry.",
	    "{\"fields\", \"parent\": {\"id\", \"title\"}, \"draft\"?: what the person left unsaved of such a record, as in drafts}" },
	{ "edit", op_edit, OP_WRITES, edit_params,
	    "Says that the person has the record open, until a save, the end of the session, or half an hour after the last "
	    "edit or draft. \"denied\" to whoever may not change it.",
	    "{\"by\"?, \"name\"?, \"since\"? of another person who has it open (of several the first), \"draft\"?: what the person left "
	    "unsaved of it, as in drafts}" },
	{ "undo", op_undo, OP_WRITES, undo_params,
	    "Takes back the person's own last save: a new version with the fields of the one before. \"denied\" with the reason "
	    "when that save was an act, another person's, of another day, the first, or changed nothing.",
	    AS_SAVE },
	{ "linked", op_linked, OP_SCANS | OP_LOOK, linked_params,
	    "The records that name this one. The link to the record that one belongs to is no such link.",
	    "{\"linked\": [{\"book\", \"paths\": [links that name it], \"row\": row}], \"count\": of all the person may see, \"more\": bool, "
	    "\"shared\"?: [{\"book\", \"id\", \"title\" of a record that this one names, \"paths\": [links of this one], \"linked\", "
	    "\"count\", \"more\"}] with the others that name it too, \"same\"?: [{\"say\": {\"zh\", \"en\"}, \"linked\", \"count\", \"more\"}] "
	    "with those that say the same by a rule of the book}" },
	{ "file", op_file, OP_SCANS | OP_LOOK, file_params,
	    "All that a screen needs to show a file. Acknowledgements of the past are not known, nor are deadlines of the "
	    "clocks in \"unknown\".",
	    "{\"on\": the day it stands for, \"record\", \"may\", \"masked\", \"editing\"?, \"due\": [{\"clock\", \"day\", \"over\", \"from\", "
	    "\"from_day\", \"ack\"?, \"book\"?, \"id\"?: of a record that belongs to it}], \"parts\": [{\"book\", \"n\", \"day\"?, \"title\"?: of "
	    "the latest}] of each book that belongs to it, \"events\": [{\"book\", \"at\", \"day\", \"name\", \"act\", \"title\"?}] the newest "
	    "twelve, \"many\"?: [{\"say\": {\"zh\", \"en\"}, \"n\", \"more\"}] with how many, counting itself, it shares what so many "
	    "should not share, \"unknown\"?: [clocks]}" },
	{ "timeline", op_timeline, OP_SCANS | OP_LOOK, timeline_params,
	    "Every version of the record and of what belongs to it, newest first.",
	    "{\"events\": [{\"book\", \"id\", \"ver\", \"state\", \"at\": when it was entered, \"day\": the day it tells of, \"name\", \"act\", "
	    "\"title\"?, \"changed\"?: [paths], \"ask\"?, \"remarks\"?, \"key\": bytes}], \"more\": bool}" },
	{ "roll", op_roll, OP_SCANS, roll_params,
	    "The work of a month on a clock that has a roll, longest due first.",
	    "{\"rows\": [{\"is\": \"left\" | \"done\" | \"new\" | \"missed\", \"day\", \"over\", \"last\"?, \"row\": row, \"key\": bytes, \"done\"?: "
	    "{\"id\", \"day\", \"title\", \"quick\"?: the quick entry it equals}}], \"all\": n, \"left\": n, \"over\": n, \"more\": bool, "
	    "\"month\"}. Left: due by the end of the month; done: by a record of the month; new: on the roll only since that "
	    "month; missed: done after that month" },
	{ "progress", op_progress, OP_SCANS, progress_params,
	    "The counts of a roll by place, one level below the person's own, the worst first.",
	    "{\"places\": [{\"area\", \"all\", \"left\", \"over\", \"oldest\"?: due day}], \"all\", \"left\", \"over\", \"month\"}" },
	{ "clock", op_clock, OP_WRITES, clock_params,
	    "The server's clock and the newest entry of the trail.",
	    "{\"clock\", \"newest\": moments, \"behind\": bool, \"settled\": in how many records days were computed anew}" },
	{ "job-start", op_job_start, OP_WRITES, job_start_params,
	    "Starts what takes longer than a request may. A job goes on when the connection has "
	    "gone. One runs at a time, in the order of asking; a person has at most four that "
	    "wait or run (\"busy\"). Where the same one waits or runs already, and the person may "
	    "see it, that one is answered. \"verify\", which recomputes all that was computed "
	    "from the records and compares, is for whoever may read the whole trail.",
	    "{\"job\": {\"id\", \"kind\", \"user\", \"state\": \"waiting\" | \"running\" | "
	    "\"done\" | \"failed\" | \"cancelled\" | \"interrupted\" (the server stopped), "
	    "\"at\": when it was asked for, \"since\"?: when it began, \"done\"?, \"total\"?: "
	    "units of work, \"step\"?, \"n\"?, \"of\"?: what it works on and how many so far of "
	    "how many, \"ended\"?, \"status\"?: as in sysexits.h, \"say\"?: what it came to, "
	    "\"file\"?, \"size\"?: of the result, bytes}, \"joined\"?: true}" },
	{ "job", op_job, OP_IDLE, job_params,
	    "A job and how far it has come. Jobs of others are \"missing\", but for the "
	    "administrator at the server itself.",
	    "{\"job\": as in job-start}" },
	{ "jobs", op_jobs, 0, jobs_params,
	    "The person's own jobs, newest first; the newest ended ones are kept. The "
	    "administrator at the server itself sees all.",
	    "{\"jobs\": [as in job-start]}" },
	{ "job-cancel", op_job_cancel, OP_WRITES, job_params,
	    "Cancels a job: one that waits at once, one that runs in a moment. \"conflict\" when "
	    "it has ended.",
	    "{\"job\": as in job-start}" },
	{ "job-result", op_job_result, 0, job_result_params,
	    "A piece of the result of a job that is done. \"missing\" when it has none.",
	    "{\"data\": bytes, \"size\": of the whole, \"more\": bool}" },
	{ "ping", op_ping, OP_IDLE, no_params,
	    "Asks whether the daemon is there. Nothing is read, written or logged.",
	    "{}" },
	{ NULL, NULL, 0, NULL, NULL, NULL }
};
