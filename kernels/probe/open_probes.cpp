// SPDX-License-Identifier: MIT
#include "kernels/probe/open_probes.h"

#include <fmt/format.h>

#include <cmath>
#include <random>

namespace attnlab::probe {
namespace {

using numerics::bits_of;
using numerics::float_of_bits;
using numerics::MmaFormat;
using numerics::MmaTile;
using numerics::Tininess;

constexpr std::uint64_t kSeed = 20;
constexpr Tininess kRules[] = {Tininess::kBeforeRounding, Tininess::kAfterRounding,
                               Tininess::kAfterSubnormalRounding};
constexpr const char* kRuleNames[] = {"before rounding", "after rounding",
                                      "after rounding with subnormals"};

using Random = std::mt19937_64;

int random_between(Random& random, int low, int high) {
  return low + static_cast<int>(random() % static_cast<std::uint64_t>(high - low + 1));
}

// A 24-bit significand, as an integer.
std::uint64_t random_significand(Random& random) {
  return (1u << 23) | (random() & 0x7fffffu);
}

struct Triple {
  float a, b, c;
};

// a * b within 2^-149 of 2^-126: significands X, Y with X * Y just below 2^47, or just above it.
Triple product_case(Random& random) {
  const std::uint64_t x = random_significand(random);
  const std::uint64_t above = random() % 8 == 0 ? 1 : 0;
  const std::uint64_t y = ((std::uint64_t{1} << 47) - 1) / x + above;
  const int exponent = random_between(random, -149, -24);  // X * 2^exponent is a normal number
  return {std::ldexp(static_cast<float>(x), exponent),
          std::ldexp(static_cast<float>(y), -173 - exponent), 0.0f};
}

// a * b + c near 2^-126, where c = 2^-126 + k 2^-149 and the product nearly takes k 2^-149 away.
Triple sum_case(Random& random) {
  const int k =
      random() % 4 == 0 ? 0 : random_between(random, 1, 1 << random_between(random, 0, 23));
  const float c = 0x1p-126f + std::ldexp(static_cast<float>(k), -149);
  const float x = std::ldexp(static_cast<float>(random_significand(random)), -23);  // [1, 2)
  const int scale = random_between(random, -100, -50);
  // The part to take away, and with it a rest below 2^-149, which decides.
  const double rest = std::ldexp(static_cast<double>(random() % (1u << 24)), -173);
  const double taken = std::ldexp(static_cast<double>(k), -149) + rest;
  const float y = static_cast<float>(std::ldexp(taken / static_cast<double>(x), 60));
  return {-std::ldexp(x, scale), std::ldexp(y, -60 - scale), c};
}

Triple random_case(FtzOp op, Random& random) {
  Triple triple = {};
  if (op == FtzOp::kMul || (op == FtzOp::kFma && random() % 2 == 0)) {
    triple = product_case(random);
  } else if (op == FtzOp::kFma) {
    triple = sum_case(random);
  } else {
    // a - |b| = 2^-126 + near 2^-149, both normal numbers.
    const int k = random_between(random, 4, (1 << 22) - 8);
    const int near = random_between(random, -3, 3);
    triple.a = 0x1p-125f + std::ldexp(static_cast<float>(k), -148);
    triple.b = -(0x1p-126f + std::ldexp(static_cast<float>(2 * k - near), -149));
    triple.c = 0.0f;
  }
  // Both signs of the result.
  if (random() % 2 == 0) return triple;
  return {-triple.a, op == FtzOp::kAdd ? -triple.b : triple.b, -triple.c};
}

// A double within 2^-149 of +-2^-126.
double double_case(Random& random) {
  const std::uint64_t distance = random() % (std::uint64_t{1} << random_between(random, 26, 30));
  const double gap = std::ldexp(static_cast<double>(distance), -179);
  const double size = 0x1p-126 + (random() % 8 == 0 ? gap : -gap);
  return random() % 2 == 0 ? size : -size;
}

// The .ftz form of a conversion, by each rule.
float flushed_conversion(double value, Tininess tininess) {
  const auto rounded = static_cast<float>(value);
  const double size = std::fabs(value);
  bool keep = std::fabs(rounded) >= 0x1p-126f;
  if (tininess == Tininess::kBeforeRounding) keep = size >= 0x1p-126;
  if (tininess == Tininess::kAfterRounding) keep = size >= 0x1p-126 - 0x1p-151;
  return keep ? rounded : std::copysign(0.0f, rounded);
}

std::string text_of(const TininessCount& count) {
  std::string text = fmt::format("{} cases, {} distinguishing;", count.cases, count.distinguishing);
  for (std::size_t rule = 0; rule < 3; ++rule) {
    text +=
        fmt::format(" {}: {} match{}", kRuleNames[rule], count.matches[rule], rule < 2 ? "," : "");
  }
  return text;
}

// A tile whose rows of A are all `a`, whose columns of B are all `b` and whose C is all `c`.
MmaTile uniform_tile(MmaFormat format, const std::vector<std::uint32_t>& a,
                     const std::vector<std::uint32_t>& b, std::uint32_t c) {
  MmaTile tile = {};
  const auto store = [&](std::uint32_t* words, int index, std::uint32_t bits) {
    if (format == MmaFormat::kTf32) {
      words[index] = bits;
    } else {
      words[index / 2] |= bits << (16 * (index % 2));
    }
  };
  const int depth = numerics::tile_depth(format);
  for (int k = 0; k < depth; ++k) {
    const std::size_t from = static_cast<std::size_t>(k) % a.size();
    for (int row = 0; row < numerics::kTileRows; ++row) store(tile.a, row * depth + k, a[from]);
    for (int column = 0; column < numerics::kTileColumns; ++column) {
      store(tile.b, k * numerics::kTileColumns + column, b[from]);
    }
  }
  for (std::uint32_t& word : tile.c) word = c;
  return tile;
}

// A power of two with a sign, in a format; its exponent must be one of a normal number.
std::uint32_t power_of_two(MmaFormat format, int exponent, bool negative) {
  const auto field = static_cast<std::uint32_t>(exponent + (format == MmaFormat::kF16 ? 15 : 127));
  const std::uint32_t sign = negative ? 1 : 0;
  if (format == MmaFormat::kF16) return (sign << 15) | (field << 10);
  if (format == MmaFormat::kBf16) return (sign << 15) | (field << 7);
  return (sign << 31) | (field << 23);
}

constexpr std::uint32_t kMinusZero = 0x80000000u;

// Zeros of every sign, and sums that cancel.
void add_zero_cases(MmaFormat format, std::vector<ZeroCase>* cases) {
  const std::uint32_t plus = 0;
  const std::uint32_t minus = format == MmaFormat::kTf32 ? kMinusZero : 0x8000u;
  const std::uint32_t one = power_of_two(format, 0, false);
  const std::uint32_t minus_one = power_of_two(format, 0, true);
  const auto add = [&](const char* name, const std::vector<std::uint32_t>& a, std::uint32_t c) {
    cases->push_back({name, format, uniform_tile(format, a, std::vector(a.size(), one), c)});
  };
  add("products -0, c -0", {minus}, kMinusZero);
  add("products -0, c +0", {minus}, 0);
  add("products +0, c -0", {plus}, kMinusZero);
  add("products +0, c +0", {plus}, 0);
  add("products -0 and +0, c -0", {minus, plus}, kMinusZero);
  add("products +1 and -1, c -0", {one, minus_one}, kMinusZero);
  add("products +1 and -1, c +0", {one, minus_one}, 0);
}

// Negative sums too small for the unit, or for fp32: cut to zero.
void add_cut_cases(MmaFormat format, std::vector<ZeroCase>* cases) {
  const std::uint32_t one = power_of_two(format, 0, false);
  const std::uint32_t minus_one = power_of_two(format, 0, true);
  const auto small = [&](int exponent) { return power_of_two(format, exponent, true); };
  const auto factor = [&](int exponent) { return power_of_two(format, exponent, false); };
  const int low = format == MmaFormat::kF16 ? -14 : -100;
  for (const std::uint32_t c : {kMinusZero, std::uint32_t{0}}) {
    const char* c_text = c != 0 ? "-0" : "+0";
    cases->push_back({fmt::format("products +1, -1 and tiny negative ones, c {}", c_text), format,
                      uniform_tile(format, {one, minus_one, small(low), small(low)},
                                   {one, one, factor(low), factor(low)}, c)});
    if (format == MmaFormat::kF16) continue;  // its smallest product, 2^-48, is never cut to zero
    cases->push_back({fmt::format("products -2^-200, c {}", c_text), format,
                      uniform_tile(format, {small(-100)}, {factor(-100)}, c)});
    cases->push_back({fmt::format("products -2^-155, c {}", c_text), format,
                      uniform_tile(format, {small(-100), 0, 0, 0, 0, 0, 0, 0},
                                   {factor(-55), one, one, one, one, one, one, one}, c)});
  }
}

}  // namespace

FtzCases ftz_cases_near_smallest_normal(FtzOp op, std::size_t count, std::uint64_t seed) {
  FtzCases cases;
  Random random(seed + static_cast<std::uint64_t>(op));
  for (std::size_t i = 0; i < count; ++i) {
    if (op == FtzOp::kCvt) {
      const auto wide = __builtin_bit_cast(std::uint64_t, double_case(random));
      cases.a.push_back(static_cast<std::uint32_t>(wide));
      cases.b.push_back(static_cast<std::uint32_t>(wide >> 32));
      cases.c.push_back(0);
      continue;
    }
    const Triple triple = random_case(op, random);
    cases.a.push_back(bits_of(triple.a));
    cases.b.push_back(bits_of(triple.b));
    cases.c.push_back(bits_of(triple.c));
  }
  return cases;
}

std::uint32_t ftz_model(FtzOp op, std::uint32_t a, std::uint32_t b, std::uint32_t c,
                        Tininess tininess) {
  const float x = float_of_bits(a);
  const float y = float_of_bits(b);
  switch (op) {
    case FtzOp::kMul:
      return bits_of(numerics::mul_ftz(x, y, tininess));
    case FtzOp::kFma:
      return bits_of(numerics::fma_ftz(x, y, float_of_bits(c), tininess));
    case FtzOp::kAdd:
      return bits_of(numerics::add_ftz(x, y));
    case FtzOp::kCvt:
    case FtzOp::kCount:
      break;
  }
  const auto wide = __builtin_bit_cast(double, (std::uint64_t{b} << 32) | a);
  return bits_of(flushed_conversion(wide, tininess));
}

TininessCount count_tininess(FtzOp op, const FtzCases& cases, const Words& got) {
  TininessCount count;
  for (std::size_t i = 0; i < got.size(); ++i) {
    std::array<std::uint32_t, 3> want = {};
    for (std::size_t rule = 0; rule < 3; ++rule) {
      want[rule] = ftz_model(op, cases.a[i], cases.b[i], cases.c[i], kRules[rule]);
      if (got[i] == want[rule]) ++count.matches[rule];
    }
    ++count.cases;
    if (want[0] != want[1] || want[1] != want[2]) ++count.distinguishing;
  }
  return count;
}

std::vector<ZeroCase> zero_cases() {
  std::vector<ZeroCase> cases;
  for (const MmaFormat format : {MmaFormat::kF16, MmaFormat::kBf16, MmaFormat::kTf32}) {
    add_zero_cases(format, &cases);
    add_cut_cases(format, &cases);
  }
  return cases;
}

std::map<std::string, std::string> run_open_probes(const ProbeKernels& kernels,
                                                   std::size_t ftz_cases) {
  std::map<std::string, std::string> answers;
  for (int i = 0; i < kFtzOpCount; ++i) {
    const auto op = static_cast<FtzOp>(i);
    const FtzCases cases = ftz_cases_near_smallest_normal(op, ftz_cases, kSeed);
    const Words got = kernels.ftz(op, cases.a, cases.b, cases.c);
    answers[fmt::format("tininess of {}", kFtzOpNames[i])] =
        text_of(count_tininess(op, cases, got));
  }
  for (const ZeroCase& zero : zero_cases()) {
    const Words got = kernels.mma(zero.format, std::span(&zero.tile, 1));
    bool same = true;
    for (const std::uint32_t word : got) same = same && word == got[0];
    std::array<std::uint32_t, numerics::kOutputsPerTile> model = {};
    numerics::model_mma_tile(zero.format, zero.tile, model.data());
    answers[fmt::format("zero of mma {}: {}",
                        numerics::kMmaFormatNames[static_cast<int>(zero.format)], zero.name)] =
        fmt::format("{:08x}{}; model {:08x}", got[0], same ? "" : " and others", model[0]);
  }
  return answers;
}

}  // namespace attnlab::probe
