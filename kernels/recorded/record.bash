#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Everything that needs a GPU, in one run: probes it, holds the kernels and the models to each other,
# and writes what it computed as recordings.
#
#   kernels/recorded/record.bash PROGRAM FOLDER [PART...]
#
# PROGRAM is a built attnlab, with attnlab_conformance and attnlab_kit_check (a target of its own)
# beside it. The parts, all of them where none is named:
#   rungs         every rung on its verification problems: h200.json
#   times         every rung beside its floor: h200_times.json
#   sanitizer     every rung under compute-sanitizer's four tools: sanitizer.txt
#   arithmetic    special functions and tensor cores: h200_arithmetic.json
#   kit           the clang kit's functions: h200_kit.json, kit_h200.txt
#   instructions  instruction forms and random kernels: h200_instructions.json, h200_fuzz.json, and
#                 fuzz.ptx with random kernels that the GPU and the emulator disagree on
# What was printed is in FOLDER/gpu_run.txt. On an H200, copy the .json files over those in
# kernels/recorded and the texts to docs/evidence.
set -uo pipefail

program=$1
conformance=$(dirname "$1")/attnlab_conformance
kit_check=$(dirname "$1")/attnlab_kit_check
folder=$2
status=0

run_program() { # PROGRAM ARGUMENT...
  local binary=$1
  shift
  local shown=${*//"$folder"\//}
  printf '\n$ %s %s\n' "$(basename "$binary")" "${shown//"$folder"/.}"
  local began=$SECONDS failed=0
  "$binary" "$@" || { failed=$?; status=$failed; echo "(exit status $failed)"; }
  echo "($((SECONDS - began)) s)"
  return "$failed"
}

run() { # ARGUMENT...
  run_program "$program" "$@"
}

# 10,400 random kernels in four processes: a driver compiles PTX for one process at a time.
run_random_kernels() {
  local part parts=() jobs=()
  for part in 0 1 2 3; do
    run_program "$conformance" fuzz --gpu --first $((2600 * part)) --count 2600 --threads 4 \
      --record "$folder/fuzz_$part.json" --against-emulator "$folder" >"$folder/fuzz_$part.txt" 2>&1 &
    jobs+=($!)
    parts+=("$folder/fuzz_$part.json")
  done
  for part in 0 1 2 3; do
    wait "${jobs[part]}" || status=$?
    cat "$folder/fuzz_$part.txt"
  done
  run_program "$conformance" merge --record "$folder/h200_fuzz.json" "${parts[@]}"
  cat "$folder"/fuzz_*.ptx >"$folder/fuzz.ptx" 2>/dev/null || rm "$folder/fuzz.ptx"
  rm -f "${parts[@]}" "$folder"/fuzz_?.txt "$folder"/fuzz_*.ptx
}

run_part() { # PART
  case $1 in
    rungs) run verify --record "$folder/h200.json" ;;
    times) run bench --record "$folder/h200_times.json" ;;
    sanitizer)
      run_program "$(dirname "$0")/sanitize.bash" "$program" >"$folder/sanitizer.txt"
      tail -n 1 "$folder/sanitizer.txt"
      ;;
    arithmetic) run verify --arithmetic --record "$folder/h200_arithmetic.json" ;;
    kit) run_program "$kit_check" --out "$folder/kit_h200.txt" --record "$folder/h200_kit.json" ;;
    instructions)
      run_program "$conformance" gpu --record "$folder/h200_instructions.json" --against-emulator
      run_random_kernels
      ;;
    *)
      echo "record.bash: there is no part \"$1\"" >&2
      status=2
      ;;
  esac
}

(($# > 2)) && parts=("${@:3}") || parts=(rungs times sanitizer arithmetic kit instructions)
{
  date -u '+%Y-%m-%d %H:%M UTC'
  run doctor
  for part in "${parts[@]}"; do run_part "$part"; done
  exit $status
} 2>&1 | tee "$folder/gpu_run.txt"
exit "${PIPESTATUS[0]}"
