# SPDX-License-Identifier: MIT
# Sourced by compare.bash and table.bash: the kernels of this folder and how each is launched, from
# the `// emulate:` line above it. Prints "FILE KERNEL ARGUMENTS".
launches() {
  local file
  for file in "$(dirname "${BASH_SOURCE[0]}")"/*.cu; do
    awk -v file="$(basename "$file" .cu)" '
      sub(/^\/\/ emulate: /, "") { arguments = $0; next }
      /^extern "C" __global__ void / {
        sub(/^extern "C" __global__ void /, "")
        sub(/\(.*/, "")
        print file, $0, arguments
      }' "$file"
  done
}
