#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# In compute-sanitizer's place for tests: reports what the kernel's name says, runs nothing, and
# adds what it would have run to the file LAUNCHES.
#
#   fake_sanitizer.bash --tool TOOL ... LAUNCH IMAGE KERNEL OPTION...
tool=$2
while [[ $1 != *.cubin ]]; do shift; done
echo "$*" >>"$LAUNCHES"
echo "========= COMPUTE-SANITIZER"
echo "kernel  grid 1 x 1 x 1"
count=0
case $2.$tool in
  racy.racecheck)
    count=1
    echo "========= Error: Race reported between Write access at racy+0xd0 in /a/b/racy.cu:12"
    echo "=========     and Read access at racy+0xb0 in /a/b/racy.cu:11 [64 hazards]" ;;
  endless.synccheck)
    echo "========= Barrier error detected. Divergent thread(s) in block."
    exec sleep 30 ;;
  endless.racecheck) exec sleep 30 ;;
  calm.memcheck)
    count=1
    echo "========= Program hit CUDA_ERROR_INVALID_VALUE (error 1) on CUDA API call to cuX." ;;
  refused.initcheck) echo "Device not supported"; exit 0 ;;
  noisy.initcheck)
    count=2
    echo "========= Uninitialized __global__ memory read of size 4 bytes, \"x\"" ;;
esac
if [[ $tool == racecheck ]]; then
  echo "========= RACECHECK SUMMARY: $count hazards displayed ($count errors, 0 warnings)"
else
  echo "========= ERROR SUMMARY: $count errors"
fi
