#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What Oclgrind (Debian package oclgrind) finds in the OpenCL twins of planted kernels, as a table.
#
#   tests/check/opencl/run.bash
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
oclgrind-kernel --version | grep .
printf '\n| twin | Oclgrind reports |\n| --- | --- |\n'
for simulation in */*.sim; do
  folder=${simulation%/*}
  file=${simulation#*/}
  said=$(cd "$folder" && timeout 60 oclgrind-kernel --data-races --uninitialized "$file" 2>&1) ||
    said+=" (exit status $?)"
  case $said in
    *'data race'*) found='data race' ;;
    *ninitialized*) found='uninitialised value' ;;
    '') found='nothing' ;;
    *) found=${said%%$'\n'*} ;;
  esac
  printf '| %s | %s |\n' "${simulation%.sim}" "$found"
done
