#!/bin/sh
#
# An operation reads its request only through call_arg*(), which knows what the row of the operation names. The request as a
# whole is met by the check of the contract and by the digest of what makes a save the same one again.

. "$SRCDIR/tests/tap.sh"

reads_past_the_contract()
{
	grep -n 'call->req' "$SRCDIR"/core/ops/*.c "$SRCDIR"/core/save/*.c |
	    grep -v -e '/ops_args\.c:' -e '/ops\.c:' -e 'save_idempotency_digest(call->req, '
}
check_not "no operation reads its request but through the contract" reads_past_the_contract
# Keys that are written out in core/ops: those of stored maps that never travel.
writes_out_a_name()	# file...
{
	names=$(sed -n 's/^#define P[KE]_[A-Z_]*[[:space:]]*"\(.*\)"$/\1/p' "$SRCDIR/core/wire/protocol.h" | paste -sd '|' -)
	grep -nE "(call_arg[a-z_]*|val_(put|get|get_str|get_num|get_true|take|drop))\\([][A-Za-z0-9_>.()-]*, \"($names)\"|call_answer[a-z_]*\\(call, \"" "$@" |
	    grep -v -e '/ops_merge\.c:.*"was"'
}
check_not "what travels has its name from protocol.h" writes_out_a_name "$SRCDIR"/core/ops/*.c
check "shouwangd prints the contract without a store" "$BUILD/shouwangd" --ops
finish
