#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The table "who finds what", in Markdown: planted faults found, and clean kernels wrongly reported,
# by attnlab and by compute-sanitizer's tools.
#
#   tests/check/gpu/who_finds_what.bash CHECK_RESULTS SANITIZER_CORPUS
#
# CHECK_RESULTS is check_results.csv (set, class, kernel, expected, kinds found), SANITIZER_CORPUS
# sanitizer_corpus.csv of sanitize.bash; both have a header line. We found a fault where one of the
# kinds is the expected one; of a tool any report counts. Exit status: 0, or 2 where a kernel is in
# one file only.
set -euo pipefail

if (($# != 2)); then
  echo "usage: who_finds_what.bash CHECK_RESULTS SANITIZER_CORPUS" >&2
  exit 2
fi

awk -F, '
  # Kinds as words; "none", "-" and nothing are none.
  function words_of(text) {
    gsub(/[^a-z-]+/, " ", text)
    text = " " text " "
    gsub(/ (none|-) /, " ", text)
    return text ~ /[a-z]/ ? text : ""
  }
  FNR == 1 { file++; next }
  { sub(/\r$/, ""); key = $1 "/" $2 "/" $3 }
  file == 1 {
    kinds = ""
    for (i = 5; i <= NF; ++i) kinds = kinds " " $i
    ours[key] = words_of(kinds)
    next
  }
  {
    if (!(key in ours)) { missing = missing " " key; next }
    seen[key] = 1
    kind = $1 == "planted" ? $4 : "clean"
    if (!(kind in kernels) && kind != "clean") order[++kinds_known] = kind
    ++kernels[kind]
    right = $1 == "planted" ? index(ours[key], " " $4 " ") > 0 : ours[key] != ""
    found[kind, 4] += right
    any = 0
    for (i = 5; i <= 8; ++i) {
      found[kind, i] += $i == 1
      any = any || $i == 1
    }
    found[kind, 9] += any
    late += gsub(/"no end within/, "&")
    if (kind == "clean") next
    ++kernels["all planted"]
    found["all planted", 4] += right
    found["all planted", 9] += any
    for (i = 5; i <= 8; ++i) found["all planted", i] += $i == 1
  }
  function row(kind, title,   i) {
    printf "| %s | %d |", title, kernels[kind]
    for (i = 4; i <= 9; ++i) printf " %d |", found[kind, i]
    print ""
  }
  END {
    for (key in ours) if (!(key in seen)) missing = missing " " key
    if (missing != "") {
      print "who_finds_what.bash: in one file only:" missing > "/dev/stderr"
      exit 2
    }
    print "| kind | kernels | attnlab | memcheck | racecheck | initcheck | synccheck | any of the four |"
    print "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for (i = 2; i <= kinds_known; ++i) {
      for (j = i; j > 1 && order[j] < order[j - 1]; --j) {
        swap = order[j]; order[j] = order[j - 1]; order[j - 1] = swap
      }
    }
    for (i = 1; i <= kinds_known; ++i) row(order[i], order[i])
    row("all planted", "**all planted: found**")
    row("clean", "**clean: wrongly reported**")
    if (late > 0) printf "\nRuns in which the kernel had no end in the time that a tool had: %d.\n", late
  }' "$1" "$2"
