#ifndef TUI_APP_JSON_H
#define TUI_APP_JSON_H

/*
 * shouwang -j: one JSON request a line on standard input, one JSON reply a line on standard output,
 * in order. Operations and rights are those of the screens (shouwangd --ops). Bytes are hexadecimal
 * text in both directions, and "token" may be left out. Every sentence of a reply has "text" beside
 * its msgid, filled in and translated. whoami is sent first when the first request is another one.
 *
 * Returns a status for exit(): EX_OK at the end of the input; otherwise standard error has the
 * reason.
 */
int	 json_main(const char *socket);

#endif
