// SPDX-License-Identifier: MIT
// Two questions about a GPU's arithmetic that its documentation leaves open, put to the hardware:
//   1. When does .ftz take a result for tiny: by its exact value, by its value rounded to 24 bits,
//   or by
//      its value rounded with subnormals (numerics::Tininess)? Asked with exact results close to
//      2^-126, on both sides.
//   2. Which sign has a zero of a tensor core: all terms -0, mixed zeros, sums that cancel or that
//      are cut to zero?
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kernels/probe/probe_kernels.h"
#include "sim/numerics/fp32.h"

namespace attnlab::probe {

// Operands of an .ftz operation, bit patterns; for kCvt a and b are the words of a double.
struct FtzCases {
  Words a, b, c;
};

// At least `count` operand triples whose exact result lies around +-2^-126: uniformly within 2^-149
// of it, so that each pair of rules disagrees on an eighth of them or more (kAdd: sums are exact).
FtzCases ftz_cases_near_smallest_normal(FtzOp op, std::size_t count, std::uint64_t seed);

// What a rule says for one case.
std::uint32_t ftz_model(FtzOp op, std::uint32_t a, std::uint32_t b, std::uint32_t c,
                        numerics::Tininess tininess);

struct TininessCount {
  std::int64_t cases = 0;
  std::int64_t distinguishing = 0;           // the rules do not all agree
  std::array<std::int64_t, 3> matches = {};  // by Tininess
};
TininessCount count_tininess(FtzOp op, const FtzCases& cases, const Words& got);

// One step whose result is a zero, or would be: all outputs of the tile are the same.
struct ZeroCase {
  std::string name;
  numerics::MmaFormat format;
  numerics::MmaTile tile;
};
std::vector<ZeroCase> zero_cases();

// Asks both questions; answers by name, as texts, the "probes" of a record.
std::map<std::string, std::string> run_open_probes(const ProbeKernels& kernels,
                                                   std::size_t ftz_cases = std::size_t{1} << 20);

}  // namespace attnlab::probe
