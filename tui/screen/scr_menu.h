#ifndef TUI_SCREEN_SCR_MENU_H
#define TUI_SCREEN_SCR_MENU_H

#include "tui/app/app.h"

/* What scr_menu.c offers beside the screen itself. */
enum { MENU_TAG_JUMP = 1, MENU_TAG_SUB, MENU_TAG_FORM };

/* Opens what the item stands for, on top of whatever is open. */
void	 scr_menu_open(struct app *, struct view *menu, const struct menu_item *);

#endif
