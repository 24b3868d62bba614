// SPDX-License-Identifier: MIT
// Reads as much of PTX as the tests ask about: entry points with their parameters, opcodes, and
// the instructions whose bits are not a property of the source.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace attnlab::kernels::test {

struct PtxEntry {
  std::string name;
  std::vector<std::string> parameter_types;  // "u64", "u32", "f32", in order
  int max_threads = 0;                       // .maxntid in x; 0 where it has none
  std::map<std::string, int> opcodes;        // "fma.rn.f32": how often it stands in the body
};

std::vector<PtxEntry> ptx_entries(std::string_view ptx);

// Opcodes that compute in floating point ("fma.rn.f32", "ex2.approx.f32"), of all entries: no
// moves, loads, comparisons, selections or conversions.
std::vector<std::string> arithmetic_opcodes(const std::vector<PtxEntry>& entries);

// One sentence for each kind of instruction that must not be there: an addition, subtraction or
// multiplication without a rounding (ptxas may fuse it), flushing of subnormals, approximate
// division or square root, atomic addition of floating-point numbers.
std::vector<std::string> ptx_faults(std::string_view ptx);

}  // namespace attnlab::kernels::test
