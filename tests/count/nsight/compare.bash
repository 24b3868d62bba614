#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What Nsight Compute counts of this folder's kernels on this machine's GPU, as CSV on standard
# output: kernel, metric, value.
#
#   tests/count/nsight/compare.bash RUNNER NCU FOLDER
#
# RUNNER is attnlab_launch, NCU Nsight Compute's command line, FOLDER holds the kernels' machine code,
# FILE.nvcc.sm_90a.cubin, of the target attnlab_nsight_images. Metrics that this version of Nsight
# Compute does not have are left out. table.bash puts the emulator's counts beside them.
set -euo pipefail

if (($# != 3)); then
  echo "usage: compare.bash RUNNER NCU FOLDER" >&2
  exit 2
fi
runner=$1 ncu=$2 folder=$3
# shellcheck source=tests/count/nsight/launches.bash
source "$(dirname "${BASH_SOURCE[0]}")/launches.bash"

wanted=(
  sm__ctas_launched.sum smsp__warps_launched.sum
  smsp__inst_executed.sum smsp__thread_inst_executed.sum smsp__thread_inst_executed_pred_on.sum
  smsp__sass_branch_targets_threads_divergent.sum
  smsp__inst_executed_op_shared_ld.sum smsp__inst_executed_op_shared_st.sum
  smsp__sass_thread_inst_executed_op_ffma_pred_on.sum
  smsp__sass_thread_inst_executed_op_fadd_pred_on.sum
  smsp__sass_thread_inst_executed_op_fmul_pred_on.sum
  lts__t_sectors_srcunit_tex_op_read.sum lts__t_sectors_srcunit_tex_op_write.sum
  dram__sectors_read.sum dram__sectors_write.sum)
for op in ld st atom red; do
  wanted+=("l1tex__t_requests_pipe_lsu_mem_global_op_$op.sum"
    "l1tex__t_sectors_pipe_lsu_mem_global_op_$op.sum")
done
for op in ld st; do
  wanted+=("l1tex__data_pipe_lsu_wavefronts_mem_shared_op_$op.sum"
    "l1tex__data_bank_conflicts_pipe_lsu_mem_shared_op_$op.sum")
done

known=$("$ncu" --query-metrics 2>/dev/null || true)
metrics=()
for metric in "${wanted[@]}"; do
  if [[ -z $known || $known == *"${metric%%.*}"* ]]; then
    metrics+=("$metric")
  else
    echo "compare.bash: this Nsight Compute has no $metric" >&2
  fi
done
list=$(IFS=, && echo "${metrics[*]}")

# Columns by their names; the values of ncu's CSV have commas between thousands.
echo "kernel,metric,value"
while read -r file kernel arguments; do
  echo "compare.bash: $kernel" >&2
  read -r -a words <<<"$arguments"
  "$ncu" --clock-control none --csv --print-units base --metrics "$list" \
    --kernel-name "$kernel" --launch-count 1 \
    "$runner" "$folder/$file.nvcc.sm_90a.cubin" "$kernel" "${words[@]}" --no-digests </dev/null |
    awk -v kernel="$kernel" '
      /^"/ {
        sub(/\r$/, "")
        fields = split(substr($0, 2, length($0) - 2), field, "\",\"")
        if (!("Metric Name" in column)) {
          for (i = 1; i <= fields; ++i) column[field[i]] = i
          next
        }
        value = field[column["Metric Value"]]
        gsub(/,/, "", value)
        print kernel "," field[column["Metric Name"]] "," value
        ++printed
      }
      END { exit printed == 0 }'
done < <(launches)
