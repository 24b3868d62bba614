#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Plants one fault at a time in a copy of `attnlab`: the test named beside it must find it.
# planted_faults.bash FILE takes the faults for the tests of FILE.tests.bash.
set -euo pipefail

folder=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
missed=0 skipped=0 found=0

# Each line: the test's file and case, then what sed does to the script.
faults() {
  cat <<'END'
build a_bare_machine_installs_configures_builds_and_runs  s/ >>"$log" 2>&1 / /
build a_bare_machine_installs_configures_builds_and_runs  s/--target "$2" --parallel/--target all --parallel/
build a_bare_machine_installs_configures_builds_and_runs  s/^    say "  done in .*/    :/
build a_bare_machine_installs_configures_builds_and_runs  s/-t 2 \&\& \${TERM/-e \/ \&\& \${HOME/
build the_second_start_does_nothing_and_says_nothing  s/'no work to do'/'work is done'/
build the_second_start_does_nothing_and_says_nothing  s/^  echo "$tests" >.*/  :/
build arguments_folder_and_input_reach_the_program_through_a_symlink  s/readlink -f --/echo/
build arguments_folder_and_input_reach_the_program_through_a_symlink  s/attnlab" "$@"/attnlab" $@/
build arguments_folder_and_input_reach_the_program_through_a_symlink  s/^  cd -- "$root"/  cd $root/
build arguments_folder_and_input_reach_the_program_through_a_symlink  s/^    prepare run.*/&; cd \//
build arguments_folder_and_input_reach_the_program_through_a_symlink  s/^    prepare run.*/&; exec <\/dev\/null/
build a_checkout_that_was_moved_or_copied_is_configured_anew  s/^  discard_moved_build$/  :/
build a_cache_that_cannot_be_configured_is_dropped  s/cmake --fresh/cmake/
build a_build_that_is_unfinished_or_damaged_is_configured_again  s/'ninja: error'/'ninja: wrong'/
build a_configuration_that_fails_is_tried_again_at_the_next_start  s/^    fail 3 'something/    fail 1 'something/
build a_configuration_that_fails_is_tried_again_at_the_next_start  s/^  rm -f "$build.attnlab.configured"/  :/
build a_build_that_fails_ends_with_1_and_its_log  s/tail -n 30/tail -n 0/
build a_build_that_fails_ends_with_1_and_its_log  s/fail 1 "the build/fail 3 "the build/
build a_build_that_fails_ends_with_1_and_its_log  s/^  grep -m 3 .*/  :/
build two_starts_at_once_take_turns  s/^  lock$/  :/
build an_unknown_preset_is_bad_usage  s/fail 2/fail 1/
build the_tests_end_with_what_ctest_says  s/exec ctest/ctest/; s/"${labels.@.}" "$@"$/& || :/
build the_tests_end_with_what_ctest_says  s/-L\*/-X/
build the_tests_end_with_what_ctest_says  s/local option labels=.*/local option labels=()/
build the_tests_are_configured_after_a_start_without_them  s/ \&\& $tests != ON/ \&\& $tests != O*/
build a_terminal_shows_the_log_live_and_in_colour  s/while sleep/while false \&\& sleep/
build a_terminal_shows_the_log_live_and_in_colour  s/{NO_COLOR:-}/{NO_COLOUR:-}/
packages a_program_of_the_user_stands_in_for_a_package  s/ \&\& $program ]]/ \&\& '' ]]/
packages a_program_of_the_user_stands_in_for_a_package  s/sort -VC/sort -C/
packages a_package_that_is_old_or_removed_counts_as_missing  s/$status != installed/$status == ''/
packages a_package_that_is_old_or_removed_counts_as_missing  s/{version#\*:}/{version}/
packages a_package_that_is_old_or_removed_counts_as_missing  s/ sort -VC / : /
packages without_root_the_exact_lines_are_printed  s/^    fail 3 'then/    fail 1 'then/
packages without_root_the_exact_lines_are_printed  s/{lines.\*.@Q}/{lines[*]}/
packages sudo_is_used_where_it_asks_for_no_password  s/sudo -n true/sudo true/
packages sudo_that_refuses_ends_with_the_lines  s/sudo -n true 2>.dev.null/true/
packages an_install_that_fails_ends_with_3_and_its_log  s/ || as_root "rm.*/ || :/
packages an_install_that_fails_ends_with_3_and_its_log  s/ \&\& continue/; continue/
packages a_package_list_that_cannot_be_read_does_not_stop_the_install  s/'apt-get update' || :/'apt-get update'/
packages packages_that_are_still_too_old_after_the_install_are_named  s/^    fail 3 "this.*/    :/
packages packages_are_left_alone_when_asked  s/SKIP_PACKAGES:-} != 1/SKIP_PACKAGES:-} != 2/
packages without_apt_the_needs_are_named_and_the_build_is_tried  s/^    .. ! -f $build.attnlab.configured .. || return 0/    :/
packages a_one_line_source_keeps_its_address_and_options  s/\\1\\2 $2 main/\\2 $2 main/
packages before_an_update_the_address_that_looks_like_debian_is_taken  s/ | grep -v '^cdrom:'/ | cat/
packages a_stanza_source_keeps_its_address_and_options  s/sed '.^#.d; /sed '/
packages a_stanza_source_keeps_its_address_and_options  s/if (.i !~ .*) replaced = /replaced = /
packages the_archives_own_word_tells_the_main_archive_from_a_look_alike  s/'Origin: Debian' //
packages the_archives_own_word_tells_the_main_archive_from_a_look_alike  s/--release-info/--no-release-info/
packages before_an_update_the_address_that_looks_like_debian_is_taken  s/grep '.debian ' <<<"$all" || //
packages backports_that_are_enabled_are_left_alone  s/"Release: $1") ]] || return 0/"Release: $1") ]] || :/
packages only_catch2_comes_from_backports_and_only_on_debian_12  s/== debian12/== */
packages only_catch2_comes_from_backports_and_only_on_debian_12  s/%catch2.catch2/% catch2/
END
}

while read -r file case fault; do
  sed "$fault" "$folder/../../attnlab" >"$work/attnlab"
  status=0
  if cmp -s "$work/attnlab" "$folder/../../attnlab" || ! bash -n "$work/attnlab"; then
    echo "this fault changes nothing, or breaks the script's syntax: $fault"
    missed=$((missed + 1))
    continue
  fi
  ATTNLAB_SCRIPT=$work/attnlab bash "$folder/$file.tests.bash" "$case" >/dev/null 2>&1 </dev/null || status=$?
  case $status in
    0) missed=$((missed + 1)) && echo "$case passes with: $fault" ;;
    77) skipped=$((skipped + 1)) ;;
    *) found=$((found + 1)) ;;
  esac
done < <(faults | grep "^$1 ")
echo "planted faults: $found found, $missed missed, $skipped skipped"
((missed == 0 && found > 0))
