/*
 * The actions, one row each; key.h and key.c read it. No include guard: each reader defines ACTION.
 *
 *	ACTION(name, label, help, keys)
 *
 * name makes ACT_name; label stands on the strip, one or two words; help is the sentence of the
 * help screen. keys has a KEY(where, key, name) for each key. Of several keys the first that is
 * valid at the focus is shown, so the plain key comes before one that not every terminal has.
 *
 * A letter has one meaning on all screens, so a new action takes a letter that is free.
 * tests/unit/test_key.c and test_command.c tell what a row lacks. g and G are the only pair that
 * differ by case: both only move.
 */
ACTION(HELP, N_("help"),
    N_("Explain the field or line you are on; once more for the full text."),
    KEY(L | F, CHR('?'), "?") KEY(ALL, CTL('_'), "Ctrl-_") KEY(ALL, OF(K_F1), "F1"))
/* leave this level; never discards */
ACTION(BACK, N_("back"),
    N_("Leave this screen. What you typed is kept."),
    KEY(ALL, OF(K_ESC), "Esc") KEY(ALL, CTL('b'), "Ctrl-B") KEY(ALL, OF(K_F3), "F3"))
ACTION(NEXT, N_("next"),
    N_("Go to the next field."),
    KEY(F | T, OF(K_ENTER), N_("Enter")) KEY(ALL, OF(K_TAB), "Tab"))
ACTION(PREV, N_("previous"),
    N_("Go to the field before."),
    KEY(ALL, CTL('p'), "Ctrl-P") KEY(ALL, OF(K_BACKTAB), "Shift-Tab"))
ACTION(UP, N_("up"),
    N_("Go up one line."),
    KEY(ALL, OF(K_UP), N_("Up")))
ACTION(DOWN, N_("down"),
    N_("Go down one line."),
    KEY(ALL, OF(K_DOWN), N_("Down")))
ACTION(LEFT, N_("left"),
    N_("Go left."),
    KEY(ALL, OF(K_LEFT), N_("Left")))
ACTION(RIGHT, N_("right"),
    N_("Go right."),
    KEY(ALL, OF(K_RIGHT), N_("Right")))
/* act on the line, press the button */
ACTION(OPEN, N_("open"),
    N_("Open the line you are on."),
    KEY(L, OF(K_ENTER), N_("Enter")))
/* Space on a tick or a choice */
ACTION(TICK, N_("tick"),
    N_("Set or clear the tick."),
    KEY(F, CHR(' '), N_("Space")))
ACTION(CHOICES, N_("choices"),
    N_("List what can be entered in this field."),
    KEY(ALL, CTL('l'), "Ctrl-L") KEY(ALL, OF(K_F4), "F4"))
ACTION(SAVE, N_("save"),
    N_("Save this record."),
    KEY(ALL, CTL('o'), "Ctrl-O") KEY(ALL, OF(K_F2), "F2"))
ACTION(FIND, N_("find"),
    N_("Narrow the list while you type."),
    KEY(L, CHR('/'), "/"))
ACTION(FIND_NEXT, N_("find next"),
    N_("Go to the next line that was found."),
    KEY(L, CHR('n'), "n"))
ACTION(NEW, N_("new"),
    N_("Begin a new record."),
    KEY(L, CHR('a'), "a"))
ACTION(EDIT, N_("edit"),
    N_("Change the record you are on."),
    KEY(L, CHR('e'), "e"))
ACTION(PAGE_DOWN, N_("more"),
    N_("Show the next page."),
    KEY(L, CHR(' '), N_("Space")) KEY(ALL, OF(K_PGDN), "PgDn") KEY(ALL, OF(K_F8), "F8"))
ACTION(PAGE_UP, N_("page up"),
    N_("Show the page before."),
    KEY(L, CHR('-'), "-") KEY(ALL, OF(K_PGUP), "PgUp") KEY(ALL, OF(K_F7), "F7"))
ACTION(TOP, N_("top"),
    N_("Go to the first line."),
    KEY(L, CHR('g'), "g") KEY(ALL, OF(K_HOME), "Home"))
ACTION(END, N_("end"),
    N_("Go to the last line."),
    KEY(L, CHR('G'), "G") KEY(ALL, OF(K_END), "End"))
/* copy from the record above */
ACTION(DUP, N_("copy above"),
    N_("Take this field over from the record above."),
    KEY(ALL, CTL('d'), "Ctrl-D"))
ACTION(UNDO, N_("undo"),
    N_("Take the last change back."),
    KEY(ALL, CTL('z'), "Ctrl-Z"))
/* redo of the last undo */
ACTION(REDO, N_("redo"),
    N_("Do again what was taken back."),
    KEY(ALL, CTL('g'), "Ctrl-G"))
/* jump code to any screen */
ACTION(JUMP, N_("jump"),
    N_("Go to any screen by its code."),
    KEY(L, CHR('.'), ".") KEY(ALL, CTL('j'), "Ctrl-J"))
ACTION(EMERGENCY, N_("emergency"),
    N_("Report an emergency now; this screen waits for you."),
    KEY(ALL, CTL('e'), "Ctrl-E"))
ACTION(PRINT, N_("print"),
    N_("Print this, or write it to a file."),
    KEY(L, CHR('p'), "p"))
ACTION(SORT, N_("sort"),
    N_("Sort the list by another column."),
    KEY(L, CHR('s'), "s"))
ACTION(COUNT_BY, N_("counts"),
    N_("Count the lines by a column; Enter then narrows to one value."),
    KEY(L, CHR('f'), "f"))
/* records under this one */
ACTION(CHILDREN, N_("records"),
    N_("What is on record under this: visits, updates."),
    KEY(L, CHR('u'), "u"))
/* records that share a home, a carer, parents */
ACTION(RELATED, N_("who shares"),
    N_("Who has the same home, carer or parents, and how many."),
    KEY(L, CHR('q'), "q"))
ACTION(TIMELINE, N_("timeline"),
    N_("All that happened to this file, newest first."),
    KEY(L, CHR('t'), "t"))
ACTION(HISTORY, N_("history"),
    N_("Who changed what and when."),
    KEY(L, CHR('h'), "h"))
/* as it was at the end of a day */
ACTION(PAST_DAY, N_("past day"),
    N_("The file as it was at the end of a day."),
    KEY(L, CHR('o'), "o"))
/* accesses to it */
ACTION(ACCESS_LOG, N_("who looked"),
    N_("Who looked at this file and who changed it."),
    KEY(L, CHR('l'), "l"))
/* show masked numbers */
ACTION(UNMASK, N_("full numbers"),
    N_("Show the masked numbers; the trail keeps that you looked."),
    KEY(L, CHR('v'), "v"))
/* on the focused field */
ACTION(REMARK, N_("remark"),
    N_("Say at the field you are on what is to be put right."),
    KEY(L, CHR('r'), "r"))
/* merge two records of one person, or undo that */
ACTION(MERGE, N_("merge"),
    N_("Find another record of the same one and join the two, field by field."),
    KEY(L, CHR('m'), "m"))
/* the record this one was merged into */
ACTION(SURVIVOR, N_("the file that stays"),
    N_("Open the file this one was merged into."),
    KEY(L, CHR('i'), "i"))
/* texts written with an act */
ACTION(REASONS, N_("reasons"),
    N_("All that was written when this was done: reasons, papers, accounts."),
    KEY(L, CHR('w'), "w"))
/* acknowledges a deadline */
ACTION(ACKNOWLEDGE, N_("I know of it"),
    N_("Says that you know of this duty, with a note if you wish; it stays until it is done."),
    KEY(L, CHR('k'), "k"))
/* throw a draft away */
ACTION(DISCARD, N_("throw away"),
    N_("Drop this draft; asks first."),
    KEY(L, CHR('d'), "d"))
ACTION(REFRESH, N_("refresh"),
    N_("Read again and draw the screen anew."),
    KEY(ALL, CTL('r'), "Ctrl-R") KEY(ALL, OF(K_F5), "F5"))
/* lock or leave */
ACTION(LOCK, N_("lock"),
    N_("Lock this terminal, or leave."),
    KEY(ALL, CTL('x'), "Ctrl-X"))
/* next page of the strip */
ACTION(KEYS, N_("more keys"),
    N_("Show the keys the last row has no room for."),
    KEY(L, CHR(','), ",") KEY(ALL, CTL('t'), "Ctrl-T"))
