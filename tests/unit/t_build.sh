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
		(cd "$SRCDIR" && git ls-files -z | tar -cf - --null --ignore-failed-read -T - 2>/dev/null) | tar -xf - -C "$1"
	else
		(cd "$SRCDIR" && tar -cf - --exclude=./.git --exclude=./build --exclude=./demo --exclude=./Makefile .) |
		    tar -xf - -C "$1"
	fi
}

# configure fails with one line, and that line matches
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
cp -a "$one" "$two"

# ---- arguments

check "an unknown option is refused in one line" refuses "$one" '"--prefixx=/x"' --prefixx=/x
check "an unknown variable too" refuses "$one" '"CXX=g++"' CXX=g++
check "a relative directory" refuses "$one" absolute --prefix=here
check "a directory that make would take apart" refuses "$one" "cannot carry" '--prefix=/a b'
no_compiler()
{
	! "$one/configure" CC=/bin/false >"$say" 2>&1 && grep -q "asked for by CC" "$say"
}
check "a compiler that is none" no_compiler
check_not "a refusal writes no Makefile" test -e "$one/Makefile"
helps()
{
	"$one/configure" --help >"$say" || return 1
	for word in --prefix --sysconfdir --localstatedir --install-deps CC CPPFLAGS CFLAGS LDFLAGS; do
		grep -q -e "$word" "$say" || return 1
	done
}
check "help names every option" helps
check_not "help writes none either" test -e "$one/Makefile"

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
exec gcc "\$@"
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
asked_again()
{
	rm "$tools/apt.log"
	(PATH=$tools:$PATH; export PATH; "$two/configure" --install-deps </dev/null) && [ ! -e "$tools/apt.log" ]
}
check "and has nothing to install the next time" asked_again

only_tests_lack()
{
	rm "$tools/installed"
	sed 's/uv|cbor|vterm/vterm/' "$tools/cc" >"$tools/cc2" && chmod +x "$tools/cc2" &&
	    "$two/configure" CC="$tools/cc2" >"$say" && grep -q 'make check will need: libvterm-dev' "$say"
}
check "a library that only tests need does not stop the build" only_tests_lack
check_stops()
{
	! make -C "$two" test-packages >"$say" 2>&1 &&
	    grep -q 'make check needs these Debian packages: libvterm-dev' "$say"
}
check "but make check names it and stops" check_stops
check "the missing one is in config.log" grep -q "did not compile" "$two/config.log"

# ---- two copies side by side

build_forms()		# directory arguments...
{
	_dir=$1
	shift
	(cd "$_dir" && ./configure --prefix=/opt/sw --localstatedir=/srv CFLAGS=-O0 >"$say" 2>&1 &&
	    make -j2 HARDEN=-O1 "$@")
}
check "a fresh copy builds" build_forms "$one" build/libforms.a
check "another beside it, its objects elsewhere" build_forms "$two" BUILD="$TMPDIR/other" "$TMPDIR/other/libforms.a"
check "both have what they made" test -f "$one/build/libforms.a" -a -f "$TMPDIR/other/libforms.a"
own_file()
{
	ls "$two/build" && [ "$(ls "$two/build")" = config.h ]
}
check "only configure's own file is in the second copy's build/" own_file
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

forms()			# extra make arguments
{
	make -C "$one" HARDEN=-O1 "$@" build/libforms.a 2>&1
}

remade()
{
	forms | grep '^CC '
}

would()			# pattern make-arguments...: a command that make would run matches
{
	_pattern=$1
	shift
	forms -n V=1 "$@" | grep -q -e "$_pattern"
}
again="-W forms/buf.h"	# and not -B, which runs configure each time

everything()
{
	[ "$(forms -n V=1 HARDEN=-O2 | grep -c -e ' -c -o ')" -eq "$(find "$one/forms" -name "*.c" | wc -l)" ]
}

forms >/dev/null
check_not "made again without a change: nothing" remade
touch "$one/forms/buf.h"
check "a changed header: what includes it" would '-c -o .* forms/buf.c$'
remade >/dev/null
touch "$one/configure"
check_not "a configure that comes to the same: nothing" remade
check "changed flags: everything" everything
check_not "asking what would be made changes nothing" remade
# shellcheck disable=SC2086 # two words
{
	check "CI makes a warning an error" would ' -Werror ' $again CI=true
	check "the user's CFLAGS come after ours" would ' -O1 .* -O0 .* -c -o ' $again
	check_not "warnings are no errors elsewhere" would ' -Werror ' $again
}
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
outside()
{
	ls "$dest/all" | grep -vx opt
}
check_not "and nothing outside the prefix" outside

# made-up pieces in the fresh copy, whatever the rooms hold by now
mkdir -p "$one/admin/conf" "$one/admin/man" "$one/forms/county/deep"
echo 'ExecStart=@libexecdir@/shouwangd -d @statedir@' >"$one/admin/conf/made-up.service"
echo '.Dd' >"$one/admin/man/made-up.8"
echo 'a: 1' >"$one/forms/county/deep/made-up.yaml"
pieces()
{
	make -C "$one" DESTDIR="$dest/up" install-files || return 1
	[ "$(cat "$dest/up/opt/sw/share/shouwang/conf/made-up.service")" = \
	    'ExecStart=/opt/sw/libexec/shouwang/shouwangd -d /srv/lib/shouwang' ] &&
	[ -f "$dest/up/opt/sw/share/man/man8/made-up.8" ] &&
	[ -f "$dest/up/opt/sw/share/shouwang/county/deep/made-up.yaml" ]
}
check "a new definition, page or system piece needs no line in the Makefile" pieces
rm -rf "$one/admin/conf/made-up.service" "$one/admin/man/made-up.8" "$one/forms/county/deep"

# ---- clean

cleaned()
{
	make -C "$one" clean && [ "$(ls "$one/build")" = config.h ]
}
check "clean keeps what configure wrote" cleaned
cleaned_all()
{
	make -C "$one" distclean && [ ! -e "$one/build" ] && [ ! -e "$one/Makefile" ]
}
check "distclean leaves the tree as it came" cleaned_all

# ---- the documented line is the one that is run

line='./configure --install-deps && make check'
check "the README names the test line" grep -qxF "    $line" "$SRCDIR/README.md"
check "and .ci/run runs that line" grep -qxF "	$line" "$SRCDIR/.ci/run"

finish
