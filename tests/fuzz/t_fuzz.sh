#!/bin/sh
#
# The inputs that fuzzers found worth keeping, and the same few thousand changes of them each time.
# `make fuzz` looks for new ones.

. "$SRCDIR/tests/tap.sh"

# A second or two each: definitions are built whole, and the editor's window is drawn again and again.
runs()			# name
{
	case $1 in
	form)	echo 3000 ;;
	edit)	echo 8000 ;;
	*)	echo 20000 ;;
	esac
}

for file in "$SRCDIR"/tests/fuzz/fuzz_*.c; do
	name=${file##*/fuzz_}
	name=${name%.c}
	check "$name: the corpus and changes of it" "$BUILD/tests/fuzz/replay_$name" -runs="$(runs "$name")" -seed=1 \
	    "$SRCDIR/tests/fuzz/corpus/$name"
done

finish
