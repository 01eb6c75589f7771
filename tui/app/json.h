#ifndef TUI_APP_JSON_H
#define TUI_APP_JSON_H

/*
 * shouwang -j: one JSON request a line on standard input, one JSON reply a line on standard output, in order; the
 * operations and the rights are those of the screens (shouwangd --ops). Bytes are hexadecimal text in both directions, "token"
 * may be left out, and every sentence of a reply stands beside its msgid as "text", filled in and translated. whoami is
 * asked without being told to when the first request is something else.
 * Returns a status for exit(): EX_OK at the end of the input; otherwise a line on standard error says why.
 */
int	 json_main(const char *socket);

#endif
