// SPDX-License-Identifier: MIT
// Kernel arguments on the command line: `--arg f32[1024]=normal:7`, `--arg i32=1024`.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "labs/cli/emulate/element_type.h"
#include "sim/ptx/emulator.h"

namespace attnlab::cli {

struct Argument {
  std::string written;  // as on the command line
  std::string name;     // what messages call it: "arg0", or the parameter's name in the source
  ElementType type = ElementType::kF32;
  std::optional<std::uint64_t> count;  // elements of an array; none: a scalar
  std::vector<std::byte> bytes;        // of the scalar, or what the array starts with
  bool poisoned = false;               // an array without a value: as allocated
  ptx::Address address = 0;            // of an array, once it is placed

  bool is_array() const { return count.has_value(); }
  std::uint64_t size_bytes() const { return count.value_or(1) * bytes_of(type); }
};

// Reads `--arg` texts, files included:
//   TYPE[N]            an array as cudaMalloc gives it (here every byte is 0xcb)
//   TYPE[N]=zeros      =iota: 0, 1, 2, …
//   TYPE[N]=normal:SEED, =uniform:SEED    floats: mean 0, variance 1; [-1, 1).
//                                         Integers: uniform only, every value as likely
//   TYPE[N]=file:PATH  raw, little-endian, N elements
//   TYPE=VALUE
// Throws problem::BadInput, one sentence.
std::vector<Argument> parse_arguments(const std::vector<std::string>& texts,
                                      std::int64_t available_bytes);

// Allocates the arrays and fills them.
void place_arguments(std::vector<Argument>& arguments, ptx::DeviceMemory& memory);

// The arguments' bytes as the kernel gets them: scalars, and the addresses of arrays.
std::vector<ptx::ArgumentBytes> launch_bytes(const std::vector<Argument>& arguments);

// Type, count, XXH3-128 digest and first elements of an array after the run.
nlohmann::ordered_json array_json(const Argument& array, ptx::DeviceMemory& memory);
std::string array_text(const Argument& array, ptx::DeviceMemory& memory);

}  // namespace attnlab::cli
