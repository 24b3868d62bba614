#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Tests of `attnlab`, the build and the start: FILE CASE runs test_CASE. Exit status 77 means skipped.
#
# shellcheck source=made_up_machine.bash disable=SC1091,SC2154  # what is not set here is set there
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/made_up_machine.bash"

# From nothing to running.

test_a_bare_machine_installs_configures_builds_and_runs() {
  is_root
  start demo 'two words'
  expect_equal 'status of the program' 5 "$status"
  expect_equal 'output, the program'\''s alone' "<$PWD><demo><two words>" "$out"
  expect_equal 'what was called' "apt-get update
$install_line $run_package_names
cmake --preset release -DATTNLAB_TESTS=OFF
cmake --build $build --target attnlab -- -n" "$(calls | head -n 4)"
  expect_in 'the last call' "cmake --build $build --target attnlab --parallel " "$(calls | tail -n 1)"
  expect_in 'why' 'missing here: GCC 10 or newer, CMake 3.25 or newer, Ninja, Clang 19' "$err"
  expect_in 'how long' 'done in 0.' "$err"
  expect_not_in 'plain lines where there is no terminal' $'\e' "$err"
}

test_the_second_start_does_nothing_and_says_nothing() {
  is_root
  start demo
  start demo
  expect_equal 'said' '' "$err"
  expect_equal 'called' "cmake --build $build --target attnlab -- -n" "$(calls)"
  expect_equal 'output' "<$PWD><demo>" "$out"
}

test_arguments_folder_and_input_reach_the_program_through_a_symlink() {
  install "${all_run_packages[@]}"
  mkdir "$machine/elsewhere"
  ln -s "$checkout/attnlab" "$machine/elsewhere/link"
  out=$(cd "$machine/elsewhere" && echo input |
    PATH="$machine/bin:$machine/essential" ./link --x '' '* y' 2>/dev/null) || :
  expect_equal 'output' "<$machine/elsewhere><--x><><* y>input" "$out"
}

# The build.

test_a_checkout_that_was_moved_or_copied_is_configured_anew() {
  install "${all_run_packages[@]}"
  start demo
  cp -r "$checkout" "$machine/copy"
  rm -r "$checkout"
  mv "$machine/copy" "$machine/moved"
  checkout=$machine/moved
  start demo
  expect_equal 'status' 5 "$status"
  expect_in 'said' 'was made for another place' "$err"
  expect_in 'called' 'cmake --preset release' "$(calls)"
  expect_in 'cache' "=$machine/moved" "$(<"$machine/moved/build/release/CMakeCache.txt")"
}

test_a_build_that_is_unfinished_or_damaged_is_configured_again() {
  install "${all_run_packages[@]}"
  start demo
  rm "$build/build.ninja"
  start demo
  expect_in 'unfinished' 'cmake --preset release -DATTNLAB_TESTS=OFF' "$(calls)"
  echo broken >"$build/build.ninja"
  start demo
  expect_equal 'status' 5 "$status"
  expect_in 'damaged' 'cmake --preset release -DATTNLAB_TESTS=OFF' "$(calls)"
}

test_a_cache_that_cannot_be_configured_is_dropped() {
  install "${all_run_packages[@]}"
  start demo
  rm "$build/attnlab.configured"
  echo rotten >>"$build/CMakeCache.txt"
  start demo
  expect_equal 'status' 5 "$status"
  expect_in 'called' 'cmake --fresh --preset release -DATTNLAB_TESTS=OFF' "$(calls)"
}

test_a_configuration_that_fails_is_tried_again_at_the_next_start() {
  install "${all_run_packages[@]}"
  start demo
  install "${all_test_packages[@]}"
  echo 'Could NOT find Catch2' >"$machine/fail_configure"
  start test
  expect_equal 'something missing' 3 "$status"
  expect_in 'the end of the log' '  | Could NOT find Catch2' "$err"
  echo 'CMake Error: syntax' >"$machine/fail_configure"
  start test
  expect_equal 'something wrong' 1 "$status"
  rm "$machine/fail_configure"
  start demo
  expect_equal 'status' 5 "$status"
  expect_in 'called' 'cmake --preset release' "$(calls)"
}

test_a_build_that_fails_ends_with_1_and_its_log() {
  install "${all_run_packages[@]}"
  touch "$machine/fail_build"
  start demo
  expect_equal 'status' 1 "$status"
  expect_in 'the end of the log' '  | x.cpp:7:1: error: no such thing' "$err"
  expect_in 'the first error' 'first in it: x.cpp:7:1: error' "$err"
  expect_in 'the log' "$build/build.log" "$err"
  expect_in 'what to try' "try: rm -r '$build'" "$err"
}

test_two_starts_at_once_take_turns() {
  command -v flock >/dev/null || exit 77
  install "${all_run_packages[@]}"
  touch "$machine/slow"
  start demo &
  sleep 0.2
  start demo
  wait
  expect_equal 'status' 5 "$status"
  [[ ! -e $machine/two_at_once ]] || die 'two builds ran at once'
  [[ ! -e $machine/building ]] || die 'a build was left unfinished'
}

test_an_unknown_preset_is_bad_usage() {
  export ATTNLAB_PRESET=realese
  start demo
  expect_equal 'status' 2 "$status"
  expect_in 'sentence' "ATTNLAB_PRESET is 'realese'" "$err"
  [[ ! -e $checkout/build ]] || die 'a folder was made'
}

# The tests' own command.

test_the_tests_end_with_what_ctest_says() {
  install "${all_run_packages[@]}" "${all_test_packages[@]}"
  echo 8 >"$machine/ctest_status"
  start test -R mufu
  expect_equal 'status' 8 "$status"
  expect_equal 'output' '100% tests passed, 0 tests failed out of 9' "$out"
  expect_in 'called' 'cmake --preset release -DATTNLAB_TESTS=ON' "$(calls)"
  expect_in 'called' "cmake --build $build --target all" "$(calls)"
  expect_in 'ctest' "ctest --test-dir $build --output-on-failure --no-tests=error" "$(calls)"
  expect_in 'ctest' "--label-exclude evidence|bench -R mufu" "$(calls)"
  start test -L evidence
  expect_not_in 'ctest' label-exclude "$(calls)"
}

test_the_tests_are_configured_after_a_start_without_them() {
  install "${all_run_packages[@]}"
  start demo
  install "${all_test_packages[@]}"
  start test
  expect_in 'called' 'cmake --preset release -DATTNLAB_TESTS=ON' "$(calls)"
  start test
  expect_not_in 'called again' preset "$(calls)"
  start demo
  expect_equal 'said by a start of the program' '' "$err"
}

test_a_terminal_shows_the_log_live_and_in_colour() {
  type -P script >/dev/null || exit 77
  ln -s "$(type -P script)" "$machine/essential/script"
  install "${all_run_packages[@]}"
  touch "$machine/slow"
  local shown command
  printf -v command '%q demo </dev/null' "$checkout/attnlab"
  command="PATH='$machine/bin:$machine/essential' TERM=xterm $command"
  shown=$(script -qec "$command" /dev/null </dev/null) || :
  expect_in 'colour' $'\e[1mattnlab:\e[0m build' "$shown"
  [[ $shown =~ $'\r\e[K  '[0-9]+' s  ' ]] || die "no live line in: $shown"
  rm "$build/built_attnlab"
  shown=$(NO_COLOR=1 script -qec "$command" /dev/null </dev/null) || :
  expect_not_in 'colour that was switched off' $'\e[1m' "$shown"
}

run_case "${1:-}"
