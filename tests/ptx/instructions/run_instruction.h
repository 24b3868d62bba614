// SPDX-License-Identifier: MIT
// One PTX instruction (or a few) over columns of operands, through the whole emulator: a kernel is
// written around the text, each thread loads its row of operands and stores its results.
//
//   run_instruction("add.sat.s32 %d, %a, %b;", "b32", {{"b32", {7, 9}}, {"b32", {1, 2}}})
//
// The sources are %a %b %c %e in this order, the results %d and %q. Types are those of registers:
// pred, b16, b32, b64. Values are bit patterns in the low bits; a predicate is 0 or 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/numerics/bulk.h"

namespace attnlab::ptx::testing {

struct Column {
  std::string type;
  std::vector<std::uint64_t> values;
};

// The kernel, entry `name`(in, out, rows): columns of `rows` 8-byte slots, one after the other.
std::string instruction_kernel(const std::string& name, const std::string& text,
                               const std::vector<std::string>& results,
                               const std::vector<std::string>& sources);

// The lines that stand before a module's first kernel.
std::string_view module_head();

// The results, a column each. Throws what parse, build and launch throw.
std::vector<std::vector<std::uint64_t>> run_instructions(const std::string& text,
                                                         const std::vector<std::string>& results,
                                                         const std::vector<Column>& sources,
                                                         std::optional<numerics::Isa> isa = {});

// The same for one result.
std::vector<std::uint64_t> run_instruction(const std::string& text, const std::string& result,
                                           const std::vector<Column>& sources,
                                           std::optional<numerics::Isa> isa = {});

// The instruction sets that this CPU can run.
std::vector<numerics::Isa> supported_isas();

// Seeded operands of `bits` bits: every special value of integers and floating types of the width
// first, then random patterns, `count` in all. Different seeds give different orders.
std::vector<std::uint64_t> operands(int bits, std::size_t count, std::uint64_t seed);

}  // namespace attnlab::ptx::testing
