#!/bin/sh
#
# The build from outside: what configure refuses, a fresh copy that builds and installs elsewhere, two copies
# side by side. Only forms/ is compiled here; the whole tree was compiled to run this.

. "$SRCDIR/tests/tap.sh"
if [ -n "$SAN" ]; then
	skip "the build from outside" "no sanitizer looks at it"
	finish
fi
unset CC CPPFLAGS CFLAGS LDFLAGS CI
say=$TMPDIR/say

# The tracked files as they are now: what is in the tree but was never added to it is missing here too.
copy()			# directory
{
	mkdir -p "$1"
	if git -C "$SRCDIR" rev-parse HEAD >/dev/null 2>&1 &&
	    git clone -q "$SRCDIR" "$1" 2>"$TMPDIR/clone"; then
		(cd "$SRCDIR" && git ls-files | while read -r f; do
			[ ! -f "$f" ] || cp -p --parents "$f" "$1"
		done)
	else
		(cd "$SRCDIR" && tar -cf - --exclude=./.git --exclude=./build --exclude=./demo --exclude=./Makefile .) |
		    tar -xf - -C "$1"
	fi
}

# fails STATUS-NOT-0 with one line that matches
refuses()		# directory pattern argument...
{
	_dir=$1 _pattern=$2
	shift 2
	! "$_dir/configure" "$@" >"$say" 2>&1 || return 1
	cat "$say"
	[ "$(wc -l <"$say")" -eq 1 ] && grep -q "$_pattern" "$say"
}

one=$TMPDIR/one two=$TMPDIR/two dest=$TMPDIR/dest
copy "$one"
copy "$two"

# ---- arguments

check "an unknown option is refused in one line" refuses "$one" '"--prefixx=/x"' --prefixx=/x
check "an unknown variable too" refuses "$one" '"CXX=g++"' CXX=g++
check "a relative directory" refuses "$one" absolute --prefix=here
check "a directory that make would take apart" refuses "$one" "cannot carry" '--prefix=/a b'
check "a compiler that is none" sh -c '! "$1/configure" CC=/bin/false >"$2" 2>&1 && grep -q "asked for by CC" "$2"' - \
    "$one" "$say"
check_not "a refusal writes no Makefile" test -e "$one/Makefile"
check "help names every option" sh -c '"$1/configure" --help >"$2" &&
    for o in --prefix --sysconfdir --localstatedir --install-deps CFLAGS; do grep -q -e "$o" "$2" || exit 1; done' - \
    "$one" "$say"
check "help is no more than help" test ! -e "$one/Makefile"

# ---- missing libraries: a compiler that cannot see two of them until an apt-get has run

tools=$TMPDIR/tools
mkdir -p "$tools"
cat >"$tools/cc" <<END
#!/bin/sh
if [ ! -e "$tools/installed" ]; then
	for f; do
		case \$f in
		*.c)	! grep -qE '<(uv|cbor|vterm).h>' "\$f" || exit 1 ;;
		esac
	done
fi
exec ${REAL_CC:-gcc} "\$@"
END
cat >"$tools/apt-get" <<END
#!/bin/sh
echo "\$DEBIAN_FRONTEND \$*" >>"$tools/apt.log"
case \$* in
*" install "*) touch "$tools/installed" ;;
esac
END
cat >"$tools/sudo" <<'END'
#!/bin/sh
exec "$@"
END
chmod +x "$tools/cc" "$tools/apt-get" "$tools/sudo"

two_missing()
{
	! "$two/configure" CC="$tools/cc" >"$say" 2>&1 || return 1
	cat "$say"
	tail -n 1 "$say" | grep -q 'missing Debian packages: libcbor-dev libuv1-dev (./configure --install-deps'
}
check "all missing packages are named at once" two_missing
check_not "and nothing was installed without being asked" test -e "$tools/apt.log"

asked_apt()
{
	(PATH=$tools:$PATH; export PATH; "$two/configure" --install-deps CC="$tools/cc" </dev/null) >"$say" 2>&1
	_got=$?
	cat "$say" "$tools/apt.log"
	[ $_got -eq 0 ] && [ "$(wc -l <"$tools/apt.log")" -eq 2 ] &&
	    sed -n 1p "$tools/apt.log" | grep -q '^noninteractive .* update$' &&
	    sed -n 2p "$tools/apt.log" | grep -q ' install --no-install-recommends libcbor-dev libuv1-dev libvterm-dev$'
}
check "--install-deps installs exactly these, and goes on" asked_apt
check "and has nothing to install the next time" sh -c 'rm "$1/apt.log" && cd "$2" &&
    PATH=$1:$PATH ./configure --install-deps >/dev/null && [ ! -e "$1/apt.log" ]' - "$tools" "$two"

rm -f "$tools/installed"
check "a library that only tests need does not stop the build" \
    sh -c 'sed "s/uv|cbor|vterm/vterm/" "$1/cc" >"$1/cc2" && chmod +x "$1/cc2" &&
    "$2/configure" CC="$1/cc2" >"$3" && grep -q "make check will need: libvterm-dev" "$3"' - "$tools" "$two" "$say"
check "but make check names it and stops" sh -c '! make -C "$1" test-packages >"$2" 2>&1 &&
    grep -q "make check needs these Debian packages: libvterm-dev" "$2"' - "$two" "$say"
check "the missing one is in config.log" grep -q "did not compile" "$two/config.log"

# ---- two copies side by side

build_forms()		# directory arguments...
{
	_dir=$1
	shift
	(cd "$_dir" && ./configure --prefix=/opt/sw --localstatedir=/srv CFLAGS=-O0 >"$say" 2>&1 &&
	    make -j2 HARDEN= "$@")
}
check "a fresh copy builds" build_forms "$one" build/libforms.a
check "another beside it, its objects elsewhere" build_forms "$two" BUILD="$TMPDIR/other" "$TMPDIR/other/libforms.a"
check "both have what they made" test -f "$one/build/libforms.a" -a -f "$TMPDIR/other/libforms.a"
check "only configure's own file is in the second copy's build/" test "$(ls "$two/build")" = config.h
check_not "neither names the other" grep -rqF "$two" "$one/build"

if [ -d "$one/.git" ]; then
	tracked()
	{
		git -C "$one" status --porcelain | grep -v '^ M'
	}
	check_not "a build leaves nothing that git would add" tracked
else
	skip "a build leaves nothing that git would add" "not a git checkout"
fi

# ---- what is made again, and what is not

remade()		# extra make arguments: what would be compiled
{
	make -C "$one" HARDEN= "$@" build/libforms.a 2>&1 | grep '^CC '
}
check_not "made again without a change: nothing" remade
touch "$one/forms/buf.h"
check "a changed header: its includers" sh -c 'make -C "$1" HARDEN= -n V=1 build/libforms.a | grep -q "forms/buf.c"' - "$one"
remade >/dev/null
touch "$one/configure"
check_not "a configure that comes to the same: nothing" remade
check "changed flags: everything" sh -c '[ "$(make -C "$1" HARDEN=-O0 -n V=1 build/libforms.a | grep -c -e "-c -o")" -eq \
    "$(ls "$1"/forms/*.c | wc -l)" ]' - "$one"
check "CI makes a warning an error" sh -c 'make -C "$1" CI=true -n V=1 -B build/libforms.a | grep -q -e "-Werror"' - "$one"
check_not "which it is not elsewhere" sh -c 'make -C "$1" -n V=1 -B build/libforms.a | grep -q -e "-Werror"' - "$one"
check "the user's CFLAGS come after ours" \
    sh -c 'make -C "$1" -n V=1 -B build/libforms.a | grep -q -e "-O2 .* -O0 .*-c -o"' - "$one"
check_not "an unknown sanitizer is refused" make -C "$one" SAN=msan build/libforms.a

# ---- install

check "the fresh copy installs its data under DESTDIR" make -C "$one" DESTDIR="$dest" install-files
check "the programs that were built install too" \
    make -C "$SRCDIR" BUILD="$BUILD" SAN="$SAN" DESTDIR="$dest/all" prefix=/opt/sw install-files

installed()		# every program that exists in the build is where it belongs
{
	for pair in shouwang:bin shouwang-admin:sbin shouwangd:libexec/shouwang shouwang-authd:libexec/shouwang; do
		_program=${pair%%:*} _place=$dest/all/opt/sw/${pair##*:}
		[ ! -x "$BUILD/$_program" ] || [ -x "$_place/$_program" ] || { echo "$_program"; return 1; }
	done
}
check "each in its place" installed

sums()			# directory: every file in it
{
	(cd "$1" 2>/dev/null && find . -type f -exec cksum {} + | sort)
}

definitions()
{
	sums "$SRCDIR/forms/county" >"$TMPDIR/ours"
	sums "$dest/all/opt/sw/share/shouwang/county" | diff "$TMPDIR/ours" -
}
check "with the definitions as they are" definitions
check "and nothing outside the prefix" test "$(ls "$dest/all")" = opt

# ---- clean

check "clean keeps what configure wrote" sh -c 'make -C "$1" clean && ls "$1/build"; [ "$(ls "$1/build")" = config.h ]' - "$one"
check "distclean leaves the tree as it came" sh -c 'make -C "$1" distclean && [ ! -e "$1/build" ] && [ ! -e "$1/Makefile" ]' - "$one"

# ---- the documented line is the one that is run

line='./configure --install-deps && make check'
check "the README names the test line" grep -qxF "    $line" "$SRCDIR/README.md"
check "and .ci/run runs that line" grep -qxF "	$line" "$SRCDIR/.ci/run"

finish
