#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The corpus as machine code: FOLDER/planted/CLASS.cubin and FOLDER/clean/CLASS.cubin, each with the
# kernels of the class's files; line numbers are those of the files.
#
#   tests/check/gpu/compile_corpus.bash NVCC CORPUS FOLDER FLAG...
#
# Compiles only what changed. Exit status 0, or that of a compiler that failed.
set -euo pipefail
shopt -s nullglob

nvcc=$1
corpus=$2
folder=$3
shift 3

# Writes the names of a class's files as includes; keeps the file where nothing changed.
write_includes() { # FILE SOURCE...
  local file=$1 text
  shift
  text=$(printf '#include "%s"\n' "$@")
  [[ -f $file && $(<"$file") == "$text" ]] || printf '%s\n' "$text" >"$file"
}

# Whether the image is older than one of the sources.
is_stale() { # IMAGE SOURCE...
  local image=$1 source
  shift
  for source in "$@"; do
    [[ $image -nt $source ]] || return 0
  done
  return 1
}

for class in "$corpus"/planted/*/ "$corpus"/clean/*/; do
  class=${class%/}
  sources=("$class"/*.cu)
  base=$folder/$(basename "$(dirname "$class")")/$(basename "$class")
  mkdir -p "$(dirname "$base")"
  write_includes "$base.cu" "${sources[@]}"
  is_stale "$base.cubin" "$base.cu" "${BASH_SOURCE[0]}" "${sources[@]}" || continue
  echo "nvcc ${base#"$folder"/}.cubin: ${#sources[@]} kernels"
  "$nvcc" "$@" -cubin -arch=sm_90a "$base.cu" -o "$base.cubin"
done
