#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Everything that needs a GPU, in one run: probes it, holds the kernels and the models to each other,
# and writes what it computed as recordings.
#
#   kernels/recorded/record.bash PROGRAM FOLDER
#
# PROGRAM is a built attnlab; FOLDER gets h200.json, h200_arithmetic.json and gpu_run.txt. On an H200,
# copy the first two over those in kernels/recorded and the third to docs/evidence.
set -uo pipefail

program=$1
folder=$2
status=0

run() { # ARGUMENT...
  printf '\n$ attnlab %s\n' "${*//"$folder"\//}"
  local began=$SECONDS
  "$program" "$@" || { status=$?; echo "(exit status $status)"; }
  echo "($((SECONDS - began)) s)"
}

{
  date -u '+%Y-%m-%d %H:%M UTC'
  run doctor
  run verify --record "$folder/h200.json"
  run verify --arithmetic --record "$folder/h200_arithmetic.json"
  for rung in standard/01_three_pass flash_fwd/01_tiled; do
    run run "$rung" --len-q 1000 --len-kv 777 --head-dim 64 --heads 6 --kv-heads 2 --causal
    run run "$rung" --heads 16 --len-q 1024
  done
  exit $status
} 2>&1 | tee "$folder/gpu_run.txt"
exit "${PIPESTATUS[0]}"
