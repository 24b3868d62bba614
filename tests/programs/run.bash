#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs a CUDA program, host code and all, with no GPU:
#   run.bash [--build-only] PROGRAM.cu [MORE.cu MORE.cpp...] [-- ARGUMENTS]
#
# clang makes PTX of the kernels and an object of the host code (with the PTX inside); both are
# compiled with the project's kit in place of the CUDA Toolkit and linked with a CUDA runtime whose
# device is the emulator. --build-only ends there and prints where the program is.
# The environment may name:
#   ATTNLAB_BUILD   a build of this project with the emulator's libraries (build/release)
#   ATTNLAB_OUTPUT  where objects and the program go (a new folder in /tmp)
#   ATTNLAB_RUNTIME where the runtime's objects are kept between programs (ATTNLAB_OUTPUT)
#   ATTNLAB_FLAGS   more flags of clang, for device and host (-I..., -D...)
# and, when the program runs:
#   ATTNLAB_ZERO_MEMORY  if set, fresh memory is zeros, as a GPU's often is, and not poison
#   ATTNLAB_KERNELS      a file to which each kernel's name is added once it has run
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
build=${ATTNLAB_BUILD:-$root/build/release}
output=${ATTNLAB_OUTPUT:-$(mktemp -d)}
runtime=${ATTNLAB_RUNTIME:-$output}
read -r -a more_flags <<< "${ATTNLAB_FLAGS:-}"
mkdir -p -- "$output" "$runtime"

run=yes
if [[ ${1:-} == --build-only ]]; then
  run=no
  shift
fi
sources=()
while (($#)) && [[ $1 != -- ]]; do
  sources+=("$1")
  shift
done
(($#)) && shift
((${#sources[@]})) || {
  echo "usage: run.bash [--build-only] PROGRAM.cu [MORE.cu...] [-- ARGUMENTS]" >&2
  exit 2
}

libraries=()
for name in ptx numerics problem; do
  found=$(find "$build" -name "libattnlab_$name.a" 2> /dev/null | head -n 1 || true)
  [[ -n $found ]] || {
    echo "run.bash: no libattnlab_$name.a in $build (ATTNLAB_BUILD names the build)" >&2
    exit 2
  }
  libraries+=("$found")
done

kit=(-x cuda --cuda-gpu-arch=sm_80 -nocudainc -nocudalib -Wno-unknown-cuda-version -fdeclspec
  -std=c++20 -w -I"$root" -D__DRIVER_TYPES_H__ -D__CUDA_RUNTIME_H__
  -include "$root/kernels/kit/cuda_kit.h" -isystem "$root/kernels/kit/include"
  -isystem "$root/tests/programs/include")
device=(--cuda-device-only --cuda-feature=+ptx80 -O3 -ffp-contract=off -gline-tables-only)
host=(--cuda-host-only -O2 -fwrapv -Xclang -target-sdk-version=12.0
  -include "$root/tests/programs/host_templates.h")

objects=()
for part in cuda_runtime cuda_device cublas emulated_gpu; do
  source=$root/tests/programs/$part.cpp
  object=$runtime/attnlab_$part.o
  [[ $object -nt $source ]] ||
    clang++-19 -std=c++20 -O2 -Wall -Wextra -Wno-ignored-attributes -I"$root" -c "$source" -o "$object"
  objects+=("$object")
done
for source in "${sources[@]}"; do
  base=$output/$(basename -- "$source")
  clang++-19 "${kit[@]}" "${device[@]}" "${more_flags[@]}" -S "$source" -o "$base.ptx"
  printf '\0' >> "$base.ptx" # the end of the text, once it lies in the program
  clang++-19 "${kit[@]}" "${host[@]}" "${more_flags[@]}" -Xclang -fcuda-include-gpubinary \
    -Xclang "$base.ptx" -c "$source" -o "$base.o"
  objects+=("$base.o")
done

program=$output/$(basename -- "${sources[0]%.*}")
clang++-19 "${objects[@]}" "${libraries[@]}" -lfmt -lpthread -o "$program"
if [[ $run == no ]]; then
  echo "$program"
  exit
fi
exec "$program" "$@"
