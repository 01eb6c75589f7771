#include <curses.h>
#include <locale.h>

/*
 * What any program on ncurses costs: it paints one line and waits for a key. bench_client compares
 * the client's memory and start with it.
 */
int
main(void)
{
	setlocale(LC_ALL, "");
	initscr();
	raw();
	noecho();
	mvaddstr(0, 0, "blank");
	refresh();
	getch();
	endwin();
	return 0;
}
