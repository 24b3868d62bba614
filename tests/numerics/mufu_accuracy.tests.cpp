// SPDX-License-Identifier: MIT
// The models against the C library in double precision: a table with a wrong row, a wrong shift or
// a wrong sign is off by far more than these bounds. (That the bits are a GPU's is for
// recorded_arithmetic.tests.cpp.)
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "sim/numerics/mufu.h"

namespace attnlab::numerics {
namespace {

constexpr double kPi = 3.14159265358979323846;

// Calls visit with every `stride`-th float from `from` to `to`, both positive.
template <typename Visit>
void sweep(float from, float to, std::uint32_t stride, Visit visit) {
  for (std::uint32_t bits = bits_of(from); bits <= bits_of(to); bits += stride) {
    visit(float_of_bits(bits));
  }
}

double relative_error(float got, double want) {
  return std::fabs(static_cast<double>(got) / want - 1.0);
}

// The largest of many errors; NaN counts as infinite.
class Worst {
 public:
  void add(double error) {
    if (!(error <= worst_)) worst_ = std::isnan(error) ? HUGE_VAL : error;
  }
  double value() const { return worst_; }

 private:
  double worst_ = 0.0;
};

TEST_CASE("ex2 is within 2^-22.5 of 2^x, relatively", "[sim][numerics]") {
  Worst worst;
  sweep(0x1p-24f, 126.0f, 1777, [&](float x) {
    worst.add(relative_error(exp2_approx(x), std::exp2(static_cast<double>(x))));
    worst.add(relative_error(exp2_approx(-x), std::exp2(-static_cast<double>(x))));
  });
  CHECK(worst.value() <= std::exp2(-22.5));
}

TEST_CASE("rcp, rsqrt and sqrt are within 2^-22.9 relatively, over all exponents",
          "[sim][numerics]") {
  Worst worst;
  sweep(0x1p-125f, 0x1p125f, 997, [&](float x) {
    const auto exact = static_cast<double>(x);
    worst.add(relative_error(rcp_approx(x), 1.0 / exact));
    worst.add(relative_error(rsqrt_approx(x), 1.0 / std::sqrt(exact)));
    worst.add(relative_error(sqrt_approx(x), std::sqrt(exact)));
  });
  CHECK(worst.value() <= std::exp2(-22.9));
}

TEST_CASE("lg2 is within 2^-22 absolutely near 1 and relatively elsewhere", "[sim][numerics]") {
  Worst near_one;
  Worst elsewhere;
  sweep(0x1p-126f, 0x1.fffffep127f, 997, [&](float x) {
    const double want = std::log2(static_cast<double>(x));
    const float got = log2_approx(x);
    if (x >= 0.5f && x < 2.0f) {
      near_one.add(std::fabs(static_cast<double>(got) - want));
    } else {
      elsewhere.add(relative_error(got, want));
    }
  });
  CHECK(near_one.value() <= std::exp2(-22.0));
  CHECK(elsewhere.value() <= std::exp2(-22.0));
}

TEST_CASE("sin and cos are within 2^-20 absolutely in one turn", "[sim][numerics]") {
  Worst worst;
  sweep(0x1p-30f, static_cast<float>(2 * kPi), 997, [&](float x) {
    const auto exact = static_cast<double>(x);
    worst.add(std::fabs(static_cast<double>(sin_approx(x)) - std::sin(exact)));
    worst.add(std::fabs(static_cast<double>(sin_approx(-x)) + std::sin(exact)));
    worst.add(std::fabs(static_cast<double>(cos_approx(x)) - std::cos(exact)));
  });
  CHECK(worst.value() <= std::exp2(-20.0));
}

TEST_CASE("tanh is within 2^-11 relatively", "[sim][numerics]") {
  Worst worst;
  sweep(0x1p-30f, 20.0f, 997, [&](float x) {
    worst.add(relative_error(tanh_approx(x), std::tanh(static_cast<double>(x))));
  });
  CHECK(worst.value() <= std::exp2(-11.0));
}

TEST_CASE("ex2, lg2, rcp and rsqrt are monotone over a whole binade", "[sim][numerics]") {
  int violations = 0;
  sweep(1.0f, 0x1.fffffcp+0f, 1, [&](float x) {
    const float next = float_of_bits(bits_of(x) + 1);
    violations += exp2_approx(next) >= exp2_approx(x) ? 0 : 1;
    violations += log2_approx(next) >= log2_approx(x) ? 0 : 1;
    violations += rcp_approx(next) <= rcp_approx(x) ? 0 : 1;
    violations += rsqrt_approx(next) <= rsqrt_approx(x) ? 0 : 1;
  });
  CHECK(violations == 0);
}

TEST_CASE("one wrong coefficient breaks the accuracy bound", "[sim][numerics]") {
  // ex2's segment for fractions near 1/2 with c1 off by one, against the bound above.
  const mufu::Quadratic row = mufu::ex2_row(32);
  Worst right;
  Worst wrong;
  for (std::uint32_t x = 0; x < (1u << 17); x += 13) {
    const auto value = [&](std::uint32_t c1) {
      const std::uint64_t t = (std::uint64_t{row.c0} << 32) + ((std::uint64_t{c1} * x) << 19) +
                              row.c2 * mufu::square(x) + 0x1bf100000u;
      return std::ldexp(static_cast<double>(t), -57);
    };
    const double want = std::exp2(0.5 + std::ldexp(x, -23));
    right.add(std::fabs(value(row.c1) / want - 1.0));
    wrong.add(std::fabs(value(row.c1 + 1) / want - 1.0));
  }
  CHECK(right.value() <= std::exp2(-22.5));
  CHECK_FALSE(wrong.value() <= std::exp2(-22.5));
}

}  // namespace
}  // namespace attnlab::numerics
