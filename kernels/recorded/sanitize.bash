#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# compute-sanitizer's four tools on every rung, on a machine with a GPU.
#
#   kernels/recorded/sanitize.bash PROGRAM
#
# PROGRAM is a built attnlab. Each rung runs a ragged problem of every stored type under memcheck,
# racecheck, initcheck and synccheck. Prints a line a run, and what a tool reported; exit status 1
# where one did. The environment may say COMPUTE_SANITIZER (the program) and ATTNLAB_JOBS (runs at a
# time, default: one a core).
set -uo pipefail

program=$1
sanitizer=${COMPUTE_SANITIZER:-compute-sanitizer}
jobs_at_a_time=${ATTNLAB_JOBS:-$(nproc)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The problem that a rung of this family runs.
problem_of() { # FAMILY
  case $1 in
    decode) echo --batch 3 --heads 8 --kv-heads 2 --len-q 1 --len-kv 200 --lengths 200,0,77 --head-dim 72 ;;
    paged) echo --batch 3 --heads 8 --kv-heads 2 --len-q 1 --len-kv 200 --lengths 200,5,77 --head-dim 72 --page-size 7 ;;
    *) echo --heads 4 --kv-heads 2 --len-q 100 --len-kv 77 --head-dim 72 --causal ;;
  esac
}

# What "list rungs" says of a rung's stored types.
rows() {
  "$program" list rungs --json | awk -F'"' '
    /"name":/ { name = $4 }
    /"dtypes":/ { inside = 1; next }
    inside && /\]/ { inside = 0 }
    inside { print name, $2 }'
}

check_one() { # RUNG DTYPE TOOL
  local name=${1//\//_}.$2.$3 status=0 extra=()
  # The kernel's parameters are counted by a question that the driver answers with an error.
  [[ $3 != memcheck ]] || extra=(--report-api-errors no)
  # shellcheck disable=SC2046
  "$sanitizer" --tool "$3" "${extra[@]}" --error-exitcode 9 --print-limit 5 \
    "$program" run "$1" $(problem_of "${1%%/*}") --dtype "$2" --on gpu >"$work/$name" 2>&1 || status=$?
  printf '%-26s %-5s %-10s %s\n' "$1" "$2" "$3" "$(grep -E 'SUMMARY' "$work/$name" || echo "no summary, status $status")"
  ((status == 0)) && return
  sed 's/^/    /' "$work/$name" | head -n 40
  touch "$work/failed"
}

while read -r rung dtype; do
  for tool in memcheck racecheck initcheck synccheck; do
    while (($(jobs -rp | wc -l) >= jobs_at_a_time)); do wait -n; done
    check_one "$rung" "$dtype" "$tool" >"$work/out.${rung//\//_}.$dtype.$tool" &
  done
done < <(rows)
wait
cat "$work"/out.*
[[ ! -e $work/failed ]]
