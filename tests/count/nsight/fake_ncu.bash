#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Nsight Compute without a GPU, for tests: every metric of a kernel is 1,024, but for one that this
# version does not have.
if [[ $* == --query-metrics ]]; then
  echo "smsp__inst_executed            # of warp instructions executed"
  echo "sm__ctas_launched              # of CTAs launched"
  exit 0
fi
while (($# > 0)); do
  case $1 in
    --metrics) metrics=$2 ;;
    --kernel-name) kernel=$2 ;;
  esac
  shift
done
echo "==PROF== Connected to process 1 (runner)"
echo '"ID","Kernel Name","Grid Size","Metric Name","Metric Unit","Metric Value"'
for metric in ${metrics//,/ }; do
  echo "\"0\",\"$kernel(float *, float *)\",\"(2, 1, 1)\",\"$metric\",\"inst\",\"1,024\""
done
