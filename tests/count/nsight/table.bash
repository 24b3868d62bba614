#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The emulator's counts beside Nsight Compute's, as a table in Markdown: one row for each kernel and
# metric that either of them has above zero.
#
#   tests/count/nsight/table.bash ATTNLAB FOLDER CSV
#
# FOLDER holds nvcc's PTX of the kernels, FILE.nvcc.ptx, of the target attnlab_nsight_images; CSV is
# what compare.bash has written.
set -euo pipefail

if (($# != 3)); then
  echo "usage: table.bash ATTNLAB FOLDER CSV" >&2
  exit 2
fi
attnlab=$1 folder=$2 csv=$3
# shellcheck source=tests/count/nsight/launches.bash
source "$(dirname "${BASH_SOURCE[0]}")/launches.bash"

# "kernel,metric,value" of the emulator: the object "nsight" of its report, one line for each value.
emulated() {
  local file kernel arguments words
  while read -r file kernel arguments; do
    read -r -a words <<<"$arguments"
    "$attnlab" emulate "$folder/$file.nvcc.ptx" --kernel "$kernel" "${words[@]}" --check none \
      --count --json </dev/null |
      awk -F'"' -v kernel="$kernel" '
        /^ *"nsight": \{/ { inside = 1; next }
        inside && /^ *\}/ { inside = 0 }
        inside {
          gsub(/[^0-9.]/, "", $3)
          print kernel "," $2 "," $3
        }'
  done < <(launches)
}

echo "| kernel | metric | emulator | H200 | |"
echo "| --- | --- | ---: | ---: | --- |"
emulated | awk -F, '
  NR == FNR { if (FNR > 1) { sub(/\r$/, ""); theirs[$1, $2] = $3; measured[$1] = 1 } next }
  measured[$1] {
    parts = split($2, part, " [+] ")
    sum = 0
    for (i = 1; i <= parts; ++i) {
      if (!(($1, part[i]) in theirs)) next
      sum += theirs[$1, part[i]]
    }
    if ($3 == 0 && sum == 0) next
    printf "| %s | %s | %s | %s | %s |\n", $1, $2, $3 + 0, sum, $3 + 0 == sum ? "equal" : ""
    ++rows
    equal += $3 + 0 == sum
  }
  END { printf "\n%d of %d equal.\n", equal, rows }' "$csv" -
