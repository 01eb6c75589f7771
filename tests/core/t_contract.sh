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
check "shouwangd prints the contract without a store" "$BUILD/shouwangd" --ops
finish
