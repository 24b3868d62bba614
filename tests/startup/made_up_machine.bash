# SPDX-License-Identifier: MIT
# A machine made up in a folder: its packages, its apt sources, its tools, and a checkout of the
# script. Real are bash, the essential tools, and apt-get's reading of the apt sources.
#
# shellcheck disable=SC2034,SC2016,SC1091  # the tests read what is set here; fakes expand later

unset ATTNLAB_PRESET ATTNLAB_SKIP_PACKAGES NO_COLOR CMAKE_BUILD_PARALLEL_LEVEL CTEST_PARALLEL_LEVEL
real_apt_get=$(command -v apt-get || :)
script=${ATTNLAB_SCRIPT:-$(dirname -- "${BASH_SOURCE[0]}")/../../attnlab}
machine=$(mktemp -d)
trap 'rm -rf -- "$machine"' EXIT
checkout="$machine/check out"
build=$checkout/build/release
sources=$machine/apt/sources.list.d

calls() { cat "$machine/calls"; }
needs_apt() { [[ $real_apt_get ]] || exit 77; }

die() {
  printf 'failed: %s\n' "$*"
  [[ ! -f $machine/err ]] || sed 's/^/  err: /' "$machine/err"
  [[ ! -f $machine/calls ]] || sed 's/^/  called: /' "$machine/calls"
  exit 1
}

expect_equal() { # WHAT EXPECTED ACTUAL
  [[ $2 == "$3" ]] || die "$1: expected"$'\n'"$2"$'\n'"but got"$'\n'"$3"
}
expect_in() { # WHAT PART WHOLE
  [[ $3 == *"$2"* ]] || die "$1: '$2' is not in"$'\n'"$3"
}
expect_not_in() { # WHAT PART WHOLE
  [[ $3 != *"$2"* ]] || die "$1: '$2' is in"$'\n'"$3"
}

# Runs the script as it would be started, on this machine: standard output in $out, standard error
# in $err, exit status in $status.
start() { # ARGUMENT...
  : >"$machine/calls"
  status=0
  PATH="$machine/bin:$machine/essential" APT_CONFIG="$machine/apt.conf" bash -c '
    source "$1"; apt_folder=$2; os_release=$3; shift 3; main "$@"' \
    attnlab "$checkout/attnlab" "$machine/apt" "$machine/os-release" "$@" \
    >"$machine/out" 2>"$machine/err" </dev/null || status=$?
  out=$(<"$machine/out") err=$(<"$machine/err")
}

# Prints what one function of the script prints on this machine.
ask() { # FUNCTION ARGUMENT...
  PATH="$machine/bin:$machine/essential" APT_CONFIG="$machine/apt.conf" bash -c '
    source "$1"; apt_folder=$2; distribution=$3; shift 3; "$@"' \
    attnlab "$checkout/attnlab" "$machine/apt" "$(. "$machine/os-release" && echo "$ID$VERSION_ID")" "$@"
}

is_root() { echo 0 >"$machine/uid"; }
system_is() { printf 'ID=%s\nVERSION_ID="%s"\n' "$1" "$2" >"$machine/os-release"; }
install() { printf '%s\n' "$@" >>"$machine/installed"; } # 'NAME STATUS VERSION'...
all_run_packages=('g++ installed 4:12.2.0-3' 'cmake installed 3.25.1-1' 'ninja-build installed 1.11'
  'clang-19 installed 1:19.1.7' 'libeigen3-dev installed 3.4.0-4' 'libcli11-dev installed 2.1.2+ds'
  'libfmt-dev installed 9.1.0' 'nlohmann-json3-dev installed 3.11.2' 'libxxhash-dev installed 0.8.1'
  'libtbb-dev installed 2021.8.0')
all_test_packages=('catch2 installed 3.7.1-0.4~bpo12+1' 'librandom123-dev installed 1.14.0' 'clang-format-14 installed 1:14.0.6'
  'libbenchmark-dev installed 1.7.1')
install_line='apt-get install --yes --no-install-recommends'
run_package_names='g++ cmake ninja-build clang-19 libeigen3-dev libcli11-dev libfmt-dev nlohmann-json3-dev libxxhash-dev libtbb-dev'

# Says what the archive at ADDRESS (its slashes as _) calls itself, as apt keeps it after an update.
archive_says() { # ADDRESS ORIGIN LABEL
  local stem=$machine/lists/$1_dists_bookworm
  printf '%s\n' "Origin: $2" "Label: $3" 'Suite: oldstable' 'Codename: bookworm' \
    'Date: Sat, 17 May 2025 09:00:00 UTC' "Architectures: $(dpkg --print-architecture)" 'Components: main' \
    'SHA256:' " $(printf '' | sha256sum | cut -c 1-64) 0 main/binary-$(dpkg --print-architecture)/Packages" \
    >"${stem}_Release"
  : >"${stem}_main_binary-$(dpkg --print-architecture)_Packages"
}

fake() { # NAME: the body of a tool of this machine, from standard input
  { printf '#!/usr/bin/env bash\nmachine=%q real_apt_get=%q\n' "$machine" "$real_apt_get"; cat; } \
    >"$machine/bin/$1"
  chmod +x "$machine/bin/$1"
}

make_essential_tools() {
  local tool
  for tool in awk bash cat chmod cp cut date dirname dpkg env flock grep head ln mkdir mktemp mv \
    nproc readlink rm rmdir sed sleep sort stty tail touch tr true; do
    [[ ! $(type -P "$tool") ]] || ln -s "$(type -P "$tool")" "$machine/essential/$tool"
  done
}

make_fake_package_tools() {
  fake id <<<'cat "$machine/uid"'
  fake sudo <<'END'
echo "sudo $*" >>"$machine/calls"
[[ ! -e $machine/sudo_refuses ]] || exit 1
[[ $1 != -n ]] || shift
exec "$@"
END
  fake dpkg-query <<'END'
for name in "${@:4}"; do
  sed -n "s/^$name \([a-z-]*\) /\1 $name /p" "$machine/installed"
done
END
  fake apt-get <<'END'
[[ " $* " != *' indextargets '* ]] || exec "$real_apt_get" "$@"
echo "apt-get $*" >>"$machine/calls"
[[ ! -e $machine/fail_$1 ]] || { echo "E: the archive is on fire"; exit 100; }
[[ $1 != install ]] || printf '%s installed 99\n' "${@:4}" | sed 's, *\(/[^ ]*\),,' >>"$machine/installed"
END
}

make_fake_build_tools() {
  fake cmake <<'END'
if [[ $1 == --version ]]; then cat "$machine/cmake_version"; exit; fi
echo "cmake $*" >>"$machine/calls"
case " $* " in
  *' --build '*)
    [[ -f $2/build.ninja ]] || { echo 'ninja: error: loading build.ninja'; exit 1; }
    grep -q broken "$2/build.ninja" && { echo 'ninja: error: build.ninja:1: parse error'; exit 1; }
    if [[ -f $2/built_$4 ]]; then echo 'ninja: no work to do.'; exit; fi
    [[ " $* " != *' -n '* ]] || { echo '[2/2] Linking'; exit; }
    [[ ! -e $machine/fail_build ]] || { printf 'x.cpp:7:1: error: no such thing\n'; exit 1; }
    mkdir "$machine/building" || { touch "$machine/two_at_once"; exit 1; }
    [[ ! -e $machine/slow ]] || sleep 0.5
    mkdir -p "$2/bin"
    printf '#!/usr/bin/env bash\nprintf "<%%s>" "$PWD" "$@"; cat; exit 5\n' >"$2/bin/attnlab"
    chmod +x "$2/bin/attnlab"
    touch "$2/built_$4"
    echo '[2/2] Linking'
    rmdir "$machine/building" ;;
  *)
    [[ ! -e $machine/fail_configure ]] || { cat "$machine/fail_configure"; exit 1; }
    grep -qs rotten build/release/CMakeCache.txt && [[ $1 != --fresh ]] && exit 1
    mkdir -p build/release
    echo '-- Configuring done'
    printf '%s\n' "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "CMAKE_CACHEFILE_DIR:INTERNAL=$PWD/build/release" \
      >build/release/CMakeCache.txt
    : >build/release/build.ninja ;;
esac
END
  fake ctest <<'END'
echo "ctest $*" >>"$machine/calls"
echo '100% tests passed, 0 tests failed out of 9'
exit "$(cat "$machine/ctest_status")"
END
}

# A bare Debian 12 with a user who is not root and whose sudo wants no password.
make_machine() {
  mkdir -p "$machine"/{bin,essential,lists/partial,apt/apt.conf.d} "$sources" "$checkout"
  cp -- "$script" "$checkout/attnlab"
  echo '{ "name": "release" }' >"$checkout/CMakePresets.json"
  printf 'Dir::Etc "%s";\nDir::State::lists "%s";\n' "$machine/apt" "$machine/lists" >"$machine/apt.conf"
  echo 1000 >"$machine/uid"
  echo 0 >"$machine/ctest_status"
  : >"$machine/cmake_version"
  : >"$machine/installed"
  : >"$machine/calls"
  system_is debian 12
  echo 'deb http://mirror.example/debian bookworm main' >"$machine/apt/sources.list"
  make_essential_tools
  make_fake_package_tools
  make_fake_build_tools
}

run_case() { # CASE
  declare -F "test_$1" >/dev/null || { echo "no case '$1'" >&2; exit 2; }
  make_machine
  "test_$1"
}
