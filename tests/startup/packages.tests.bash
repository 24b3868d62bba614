#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Tests of `attnlab`, the packages: FILE CASE runs test_CASE. Exit status 77 means skipped.
#
# shellcheck source=made_up_machine.bash disable=SC1091,SC2154  # what is not set here is set there
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/made_up_machine.bash"

# What is missing.

test_a_program_of_the_user_stands_in_for_a_package() {
  fake ninja <<<'echo 1.10'
  expect_not_in 'needs' Ninja "$(ask unmet 'ninja-build||ninja|Ninja')"
  echo 3.31.2 >"$machine/cmake_version"
  expect_equal 'a new enough one' '' "$(ask unmet 'cmake|3.25|cmake|CMake')"
  echo 3.9.6 >"$machine/cmake_version"
  expect_equal 'one that is too old' 'cmake|3.25|cmake|CMake' "$(ask unmet 'cmake|3.25|cmake|CMake')"
}

test_a_package_that_is_old_or_removed_counts_as_missing() {
  install 'catch2 installed 2.13.10-1' 'libfmt-dev config-files 9.1.0' 'g++ installed 4:12.2.0-3'
  expect_equal 'unmet' $'catch2|3.3||C\nlibfmt-dev|||F\nabsent|||A' \
    "$(ask unmet 'catch2|3.3||C' 'libfmt-dev|||F' 'g++|10||G' 'absent|||A')"
  expect_equal 'an epoch is no version' 'g++|13||G' "$(ask unmet 'g++|13||G')"
}

# Without root, and when apt fails.

test_without_root_the_exact_lines_are_printed() {
  needs_apt
  rm "$machine/bin/sudo"
  start test
  expect_equal 'status' 3 "$status"
  expect_in 'lines' "please run as root:
  printf \"%s\\n\" 'deb http://mirror.example/debian bookworm-backports main' > $sources/attnlab-backports.list
  apt-get update
  $install_line $run_package_names catch2/bookworm-backports librandom123-dev clang-format-14 libbenchmark-dev
" "$err"
  expect_equal 'called' '' "$(calls)"
  bash -c "$(sed -n 's/^  printf/printf/p' <<<"$err")"
  expect_equal 'what the first line writes' 'deb http://mirror.example/debian bookworm-backports main' \
    "$(<"$sources/attnlab-backports.list")"
}

test_sudo_is_used_where_it_asks_for_no_password() {
  start demo
  expect_equal 'status' 5 "$status"
  expect_in 'called' 'sudo env DEBIAN_FRONTEND=noninteractive' "$(calls)"
  expect_equal 'asked first' 'sudo -n true' "$(calls | head -n 1)"
}

test_sudo_that_refuses_ends_with_the_lines() {
  touch "$machine/sudo_refuses"
  start demo
  expect_equal 'status' 3 "$status"
  expect_in 'lines' "$install_line $run_package_names" "$err"
  expect_not_in 'called' apt-get "$(calls)"
}

test_an_install_that_fails_ends_with_3_and_its_log() {
  needs_apt
  is_root
  touch "$machine/fail_install"
  start test
  expect_equal 'status' 3 "$status"
  expect_in 'the end of the log' '  | E: the archive is on fire' "$err"
  expect_in 'the log' "$build/packages.log" "$err"
  expect_in 'sentence' 'the packages could not be installed' "$err"
  expect_not_in 'called' 'cmake --preset' "$(calls)"
  [[ ! -e $sources/attnlab-backports.list ]] || die 'a source that did not help was left behind'
}

test_a_package_list_that_cannot_be_read_does_not_stop_the_install() {
  is_root
  touch "$machine/fail_update"
  start demo
  expect_equal 'status' 5 "$status"
}

test_packages_that_are_still_too_old_after_the_install_are_named() {
  is_root
  install 'cmake installed 3.18.4-2'
  fake apt-get <<'END'
[[ $1 != install ]] || printf '%s installed 3.18\n' "${@:4}" >"$machine/installed"
END
  start demo
  expect_equal 'status' 3 "$status"
  expect_in 'sentence' 'too old for GCC 10 or newer, CMake 3.25 or newer' "$err"
}

test_packages_are_left_alone_when_asked() {
  export ATTNLAB_SKIP_PACKAGES=1
  start demo
  expect_equal 'status' 5 "$status"
  expect_not_in 'called' apt-get "$(calls)"
}

test_without_apt_the_needs_are_named_and_the_build_is_tried() {
  rm "$machine/bin/apt-get" "$machine/bin/dpkg-query"
  start demo
  expect_equal 'status' 5 "$status"
  expect_in 'needs' 'Eigen 3.4, CLI11, {fmt}' "$err"
  start demo
  expect_equal 'said by the second start' '' "$err"
}

# Backports, derived from the machine's own apt sources.

backports_line() { ask enabling_line bookworm-backports; }
written_source() { # SUFFIX: what the line writes
  bash -c "$(backports_line)"
  cat "$sources/attnlab-backports.$1"
}

test_a_one_line_source_keeps_its_address_and_options() {
  needs_apt
  cat >"$machine/apt/sources.list" <<'END'
# deb http://commented.example/debian bookworm main
deb-src http://source.example/debian bookworm main
deb http://security.example/debian-security bookworm-security main
 deb  [ check-valid-until=no signed-by=/k.gpg ]  https://mirror.example/a/debian/   bookworm  contrib main # ours
deb http://updates.example/debian bookworm-updates main
END
  expect_equal 'source' \
    'deb [ check-valid-until=no signed-by=/k.gpg ]  https://mirror.example/a/debian/ bookworm-backports main' \
    "$(written_source list)"
}

test_a_stanza_source_keeps_its_address_and_options() {
  needs_apt
  rm "$machine/apt/sources.list"
  cat >"$sources/debian.sources" <<'END'
# The first stanza is switched off.

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main


# The second is security.
Types: deb
URIs: http://security.example/debian
Suites: bookworm-security
Components: main

Types: deb deb-src
# a comment within
URIs: file:///srv/debian
Suites: bookworm
 bookworm-updates
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mDMEY
END
  expect_equal 'source' 'URIs: file:///srv/debian
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mDMEY
Types: deb
Suites: bookworm-backports
Components: main' "$(written_source sources)"
}

test_the_archives_own_word_tells_the_main_archive_from_a_look_alike() {
  needs_apt
  printf 'deb %s bookworm main\n' http://apt.example/debian http://mirror.example/deb12 >"$machine/apt/sources.list"
  archive_says apt.example_debian Example Debian
  archive_says mirror.example_deb12 Debian Debian
  expect_equal 'source' 'deb http://mirror.example/deb12 bookworm-backports main' "$(written_source list)"
}

test_before_an_update_the_address_that_looks_like_debian_is_taken() {
  needs_apt
  printf 'deb %s bookworm main\n' http://third.example/prod http://mirror.example/debian >"$machine/apt/sources.list"
  expect_in 'line' 'deb http://mirror.example/debian bookworm-backports' "$(backports_line)"
  printf 'deb %s bookworm main\n' 'cdrom:[Debian 12]/' http://mirror.example/deb12 >"$machine/apt/sources.list"
  expect_in 'line' 'deb http://mirror.example/deb12 bookworm-backports' "$(backports_line)"
}

test_backports_that_are_enabled_are_left_alone() {
  needs_apt
  echo 'deb http://x.example/debian bookworm-backports main contrib' >"$sources/mine.list"
  expect_equal 'line' '' "$(backports_line)"
}

test_only_catch2_comes_from_backports_and_only_on_debian_12() {
  needs_apt
  local needs=('catch2|3.3||C' 'libfmt-dev|||F')
  expect_equal 'on Debian 12' "$install_line catch2/bookworm-backports libfmt-dev" \
    "$(ask install_lines "${needs[@]}" | tail -n 1)"
  expect_equal 'without Catch2' $'apt-get update\n'"$install_line libfmt-dev" "$(ask install_lines "${needs[1]}")"
  system_is ubuntu 24.04
  expect_equal 'on Ubuntu' $'apt-get update\n'"$install_line catch2 libfmt-dev" "$(ask install_lines "${needs[@]}")"
}

run_case "${1:-}"
