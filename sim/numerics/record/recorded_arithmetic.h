// SPDX-License-Identifier: MIT
// What a GPU's arithmetic gave when it was recorded: kernels/recorded/h200_arithmetic.json. Host
// only.
//
//   {"gpu": "...", "driver": "...", "compiler": "...", "date": "...",
//    "mufu": {"ex2.approx.ftz.f32": ["16 hex digits", 256 times], ..., "ex2.approx.f16": ["..."]},
//    "mma": {"f16": [32 digests], "bf16": [32], "tf32": [32]},
//    "probes": {"name": "what was seen", ...}}
//
// The digests are those of arithmetic_digest.h, in block order.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/numerics/mufu_op.h"

namespace attnlab::numerics {

struct RecordError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct RecordedArithmetic {
  std::string gpu, driver, compiler, date;
  std::array<std::vector<std::uint64_t>, kMufuOpCount> mufu;  // by MufuOp, then by block
  std::array<std::vector<std::uint64_t>, 3> mma;              // by MmaFormat, then by block
  std::map<std::string, std::string> probes;
};

// Reads a record from JSON text. Throws RecordError with one sentence where a field is missing, a
// list has the wrong length, or a digest is not 16 hexadecimal digits.
RecordedArithmetic parse_recorded_arithmetic(const std::string& json_text);

// Reads a file; nothing where there is no such file.
std::optional<RecordedArithmetic> read_recorded_arithmetic(const std::string& path);

}  // namespace attnlab::numerics
