#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# compute-sanitizer's four tools on every kernel of the corpus, on a machine with a GPU.
#
#   tests/check/gpu/sanitize.bash LAUNCH IMAGES CORPUS OUT
#
# LAUNCH is a built attnlab_launch, IMAGES the folder of attnlab_corpus_images, CORPUS is tests/check.
# OUT gets
#   sanitizer_corpus.csv   a row a kernel: set, class, kernel, expected finding ("none": clean), for
#                          each tool whether it reported anything (1, 0, or "failed" where it could
#                          not run), and for each tool the first report, or that time was up
#   sanitizer_reports.txt  what the tools printed
# The environment may say COMPUTE_SANITIZER (the program), ATTNLAB_JOBS (kernels at a time, default:
# one a core) and ATTNLAB_SECONDS (time for one tool on one kernel, default: 20).
# Exit status: 0 all ran, 1 some did not, 2 bad usage.
set -uo pipefail
shopt -s nullglob

if (($# != 4)); then
  echo "usage: sanitize.bash LAUNCH IMAGES CORPUS OUT" >&2
  exit 2
fi
launch=$1
images=$2
corpus=$3
out=$4
sanitizer=${COMPUTE_SANITIZER:-compute-sanitizer}
jobs_at_a_time=${ATTNLAB_JOBS:-$(nproc)}
seconds=${ATTNLAB_SECONDS:-20}
tools=(memcheck racecheck initcheck synccheck)
csv=$out/sanitizer_corpus.csv

# Prints "REPORTED<tab>FIRST REPORT" of what a tool printed. Lines of the tool begin with
# "========= "; what belongs to a report follows it indented. Paths lose their folders.
read_report() { # LOG
  awk '
    function shown(text) { gsub(/[^ ()\[]*\//, "", text); gsub(/[\t"]/, " ", text); return text }
    !/^=========/ { next }
    { text = substr($0, 11) }
    text ~ /^(ERROR|RACECHECK) SUMMARY: / {
      summary = text
      sub(/^[A-Z]+ SUMMARY: /, "", text)
      count = text + 0
      next
    }
    text ~ /^Program hit / { call_failed = 1; next }
    text ~ /^(COMPUTE-SANITIZER|Target application|LEAK SUMMARY|Saved host|Host Frame)/ { next }
    text ~ /^ / && NR == after { first = first " " substr(text, match(text, /[^ ]/)); next }
    text ~ /^[^ ]/ && first == "" { first = text; after = NR + 1 }
    END {
      if (summary != "" && count == 0) first = ""
      if (first == "" && count > 0 && !call_failed) first = summary
      printf "%d\t%s\n", first != "", shown(first)
    }' "$1"
}

# One tool on one kernel; prints like read_report.
run_tool() { # TOOL LOG IMAGE KERNEL OPTION...
  local tool=$1 log=$2 options=() status=0 result
  shift 2
  # Launching asks the driver for more parameters than there are, to count them.
  [[ $tool != memcheck ]] || options=(--report-api-errors no)
  timeout -k 2 "$seconds" "$sanitizer" --tool "$tool" "${options[@]}" --show-backtrace no \
    --print-limit 5 "$launch" "$@" --no-digests >"$log" 2>&1 || status=$?
  result=$(read_report "$log")
  if ((status == 124 || status == 137)); then
    [[ $result == 1* ]] || result=$(printf '0\tno end within %s s' "$seconds")
  elif ! grep -q '^========= [A-Z]* SUMMARY: ' "$log" || ((status == 2 || status == 3)); then
    result=$(printf 'failed\t%s' "$(tail -n 1 "$log" | tr '\t"' '  ')")
  fi
  printf '%s\n' "$result"
}

# All tools on one kernel: a row of the table, added in one piece, and the tools' output.
check_kernel() { # FILE
  local file=$1 tool reported report row cells='' texts=''
  local kernel class set expected options
  kernel=$(basename "$file" .cu)
  class=$(basename "$(dirname "$file")")
  set=$(basename "$(dirname "$(dirname "$file")")")
  expected=$(sed -n 's|^// finding: *||p' "$file" | head -n 1)
  read -ra options < <(sed -n 's|^// emulate: *||p' "$file")
  for tool in "${tools[@]}"; do
    local log=$logs/$set.$class.$kernel.$tool
    IFS=$'\t' read -r reported report < <(run_tool "$tool" "$log" "$images/$set/$class.cubin" \
      "$kernel" "${options[@]}")
    cells+=,$reported
    texts+=,\"$report\"
  done
  row=$set,$class,$kernel,${expected:-none}$cells$texts
  printf '%s\n' "$row" >>"$csv"
}

if ! command -v "$sanitizer" >/dev/null; then
  echo "sanitize.bash: $sanitizer is not here" >&2
  exit 2
fi
files=("$corpus"/planted/*/*.cu "$corpus"/clean/*/*.cu)
if ((${#files[@]} == 0)); then
  echo "sanitize.bash: $corpus has no kernels in planted and clean" >&2
  exit 2
fi
mkdir -p "$out"
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
(
  IFS=,
  echo "set,class,kernel,expected,${tools[*]},${tools[*]/%/_report}"
) >"$csv"

for file in "${files[@]}"; do
  while (($(jobs -rp | wc -l) >= jobs_at_a_time)); do wait -n; done
  check_kernel "$file" &
done
wait

# In the order of the corpus, whatever ended first.
{ head -n 1 "$csv" && tail -n +2 "$csv" | LC_ALL=C sort -t, -k1,1r -k2,3; } >"$logs/sorted.csv"
cp "$logs/sorted.csv" "$csv"
rm "$logs/sorted.csv"
for log in "$logs"/*; do
  printf '\n$ %s\n' "$(basename "$log")"
  cat "$log"
done >"$out/sanitizer_reports.txt"
rows=$(tail -n +2 "$csv" | wc -l)
failed=$(cut -d, -f5-8 "$csv" | tail -n +2 | grep -o failed | wc -l)
late=$(grep -o '"no end within' "$csv" | wc -l)
echo "$rows of ${#files[@]} kernels, ${#tools[@]} tools each: $failed runs failed, $late had no end"
((rows == ${#files[@]} && failed == 0))
