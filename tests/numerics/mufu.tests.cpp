// SPDX-License-Identifier: MIT
#include "sim/numerics/mufu.h"

#include <catch2/catch_test_macros.hpp>
#include <map>
#include <random>
#include <string>

#include "tests/numerics/golden_vectors.h"

namespace attnlab::numerics {
namespace {

constexpr std::uint32_t kNanBits = kCanonicalNanBits;
constexpr std::uint32_t kInfinityBits = 0x7f800000u;
constexpr std::uint32_t kSign = 0x80000000u;

std::uint32_t evaluate(MufuOp op, std::uint32_t bits) {
  return mufu::evaluate(op, bits);
}
std::uint32_t evaluate(MufuOp op, float x) {
  return mufu::evaluate(op, bits_of(x));
}

TEST_CASE("the special function unit gives every golden vector", "[sim][numerics]") {
  std::map<std::string, int> rows;
  for (const MufuVector& v : golden_mufu_vectors()) {
    const char* name = kMufuOpNames[static_cast<int>(v.op)];
    INFO(name << " of bits " << std::hex << v.input);
    REQUIRE(evaluate(v.op, v.input) == v.output);
    ++rows[name];
  }
  CHECK(rows.size() == 9);
  for (const auto& [name, count] : rows) CHECK(count == 253);
}

// The squarer from its definition, bit pair by bit pair.
std::uint64_t square_by_definition(std::uint32_t x) {
  std::uint64_t sum = 0;
  const auto bit = [x](int i) { return static_cast<std::uint64_t>((x >> i) & 1u); };
  for (int i = 0; i < 17; ++i) {
    if (2 * i >= 19) sum += bit(i) << (2 * i);
    for (int j = i + 1; j < 17; ++j) {
      if (i + j >= 18) sum += (bit(i) & bit(j)) << (i + j + 1);
    }
  }
  return sum;
}

TEST_CASE("the squarer's table is the sum over bit pairs for every x", "[sim][numerics]") {
  for (std::uint32_t x = 0; x < (1u << 17); ++x) {
    if (mufu::square(x) != square_by_definition(x)) FAIL("square of " << x);
  }
}

TEST_CASE("NaN gives the canonical NaN from every function", "[sim][numerics]") {
  for (int op = 0; op < kFirst16BitMufuOp; ++op) {
    INFO(kMufuOpNames[op]);
    for (const std::uint32_t nan : {0x7f800001u, 0x7fc00000u, 0xffffffffu, 0xff812345u}) {
      CHECK(evaluate(static_cast<MufuOp>(op), nan) == kNanBits);
    }
  }
  for (int op = kFirst16BitMufuOp; op < kMufuOpCount; ++op) {
    INFO(kMufuOpNames[op]);
    for (const std::uint32_t nan : {0x7fffu, 0xffffu, 0x7fc1u}) {
      CHECK(evaluate(static_cast<MufuOp>(op), nan) == 0x7fffu);
    }
  }
}

TEST_CASE("zeros and infinities give the limits of the functions", "[sim][numerics]") {
  using enum MufuOp;
  struct Case {
    MufuOp ftz, plain;
    std::uint32_t plus_zero, minus_zero, plus_infinity, minus_infinity;
  };
  const std::uint32_t one = bits_of(1.0f);
  const Case cases[] = {
      {kEx2Ftz, kEx2, one, one, kInfinityBits, 0},
      {kLg2Ftz, kLg2, kSign | kInfinityBits, kSign | kInfinityBits, kInfinityBits, kNanBits},
      {kRcpFtz, kRcp, kInfinityBits, kSign | kInfinityBits, 0, kSign},
      {kRsqrtFtz, kRsqrt, kInfinityBits, kSign | kInfinityBits, 0, kNanBits},
      {kSqrtFtz, kSqrt, 0, kSign, kInfinityBits, kNanBits},
      {kSinFtz, kSin, 0, kSign, kNanBits, kNanBits},
      {kCosFtz, kCos, one, one, kNanBits, kNanBits},
      {kTanh, kTanh, 0, kSign, one, kSign | one},
  };
  for (const Case& c : cases) {
    for (const MufuOp op : {c.ftz, c.plain}) {
      INFO(kMufuOpNames[static_cast<int>(op)]);
      CHECK(evaluate(op, 0u) == c.plus_zero);
      CHECK(evaluate(op, kSign) == c.minus_zero);
      CHECK(evaluate(op, kInfinityBits) == c.plus_infinity);
      CHECK(evaluate(op, kSign | kInfinityBits) == c.minus_infinity);
    }
  }
}

TEST_CASE("the .ftz forms take a subnormal for a zero of its sign", "[sim][numerics]") {
  for (const std::uint32_t subnormal : {1u, 0x7fffffu, 0x400000u}) {
    for (int op = 0; op < kFirst16BitMufuOp; op += 2) {
      if (static_cast<MufuOp>(op) == MufuOp::kTanh) continue;  // has no .ftz form
      INFO(kMufuOpNames[op]);
      const auto ftz = static_cast<MufuOp>(op);
      CHECK(evaluate(ftz, subnormal) == evaluate(ftz, 0u));
      CHECK(evaluate(ftz, kSign | subnormal) == evaluate(ftz, kSign));
    }
  }
}

TEST_CASE("the plain forms keep subnormals going in and coming out", "[sim][numerics]") {
  using enum MufuOp;
  CHECK(evaluate(kLg2, 0x1p-149f) == bits_of(-149.0f));
  CHECK(evaluate(kRcp, 0x1p-127f) == bits_of(0x1p127f));
  CHECK(evaluate(kRcp, 0x1p-149f) == kInfinityBits);
  CHECK(evaluate(kRcp, 0x1p127f) == bits_of(0x1p-127f));
  CHECK(evaluate(kRcpFtz, 0x1p127f) == 0u);
  CHECK(evaluate(kRsqrt, 0x1p-148f) == bits_of(0x1p74f));
  CHECK(evaluate(kSqrt, 0x1p-148f) == bits_of(0x1p-74f));
  CHECK(evaluate(kEx2, -128.0f) == bits_of(0x1p-128f));
  CHECK(evaluate(kEx2, -148.0f) == bits_of(0x1p-148f));
  CHECK(evaluate(kEx2, -152.0f) == 0u);
  CHECK(evaluate(kEx2Ftz, -127.0f) == 0u);
  for (const std::uint32_t bits : {kSign | 1u, kSign | 0x7fffffu}) {
    CHECK(evaluate(kRsqrt, bits) == kNanBits);
    CHECK(evaluate(kSqrt, bits) == kNanBits);
    CHECK(evaluate(kLg2, bits) == kNanBits);
  }
}

TEST_CASE("where it needs no scaling a plain form equals its .ftz form", "[sim][numerics]") {
  std::mt19937 random(11);
  for (int i = 0; i < 200'000; ++i) {
    // Exponents -100 to 100, where no form rescales; ex2 needs x >= -126 besides.
    const std::uint32_t drawn = random();
    const std::uint32_t bits = (drawn & 0x807fffffu) | ((27 + (drawn >> 8) % 200) << 23);
    for (int op = 0; op < static_cast<int>(MufuOp::kTanh); op += 2) {
      const auto ftz = static_cast<MufuOp>(op);
      if (ftz == MufuOp::kEx2Ftz && float_of_bits(bits) < -126.0f) continue;
      if (evaluate(ftz, bits) != evaluate(static_cast<MufuOp>(op + 1), bits)) {
        FAIL(kMufuOpNames[op] << " differs from the plain form at " << bits);
      }
    }
  }
}

TEST_CASE("known values are exact, and known surprises are kept", "[sim][numerics]") {
  using enum MufuOp;
  for (int n = -126; n <= 127; ++n) {
    const std::uint32_t power = static_cast<std::uint32_t>(127 + n) << 23;
    if (evaluate(kEx2, static_cast<float>(n)) != power) FAIL("ex2 of " << n);
    if (n % 2 == 0) {
      CHECK(evaluate(kRsqrt, power) == static_cast<std::uint32_t>(127 - n / 2) << 23);
      CHECK(evaluate(kSqrt, power) == static_cast<std::uint32_t>(127 + n / 2) << 23);
    }
  }
  CHECK(evaluate(kLg2, 1.0f) == 0u);
  CHECK(evaluate(kLg2, 0.5f) == 0xbf7ffffeu);
}

TEST_CASE("odd functions are odd and cosine is even", "[sim][numerics]") {
  using enum MufuOp;
  std::mt19937 random(13);
  for (int i = 0; i < 200'000; ++i) {
    const std::uint32_t bits = random() & ~kSign;
    if (bits > kInfinityBits) continue;
    for (const MufuOp op : {kRcp, kRcpFtz, kTanh}) {
      if (evaluate(op, bits | kSign) != (evaluate(op, bits) | kSign)) FAIL("not odd at " << bits);
    }
    if (evaluate(kCos, bits | kSign) != evaluate(kCos, bits)) FAIL("cos at " << bits);
    if (bits == kInfinityBits) continue;
    if (evaluate(kSin, bits | kSign) != (evaluate(kSin, bits) ^ kSign)) FAIL("sin at " << bits);
  }
}

TEST_CASE("the 16-bit forms are the f32 result cut toward zero", "[sim][numerics]") {
  struct Form {
    MufuOp op, wide;
    bool f16;
  };
  using enum MufuOp;
  for (const Form form : {Form{kEx2F16, kEx2, true}, Form{kTanhF16, kTanh, true},
                          Form{kEx2FtzBf16, kEx2Ftz, false}, Form{kTanhBf16, kTanh, false}}) {
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
      const auto half = static_cast<std::uint16_t>(bits);
      const float x = form.f16 ? f32_from_f16(half) : f32_from_bf16(half);
      const float wide = float_of_bits(evaluate(form.wide, x));
      const auto got = static_cast<std::uint16_t>(evaluate(form.op, bits));
      const float narrow = form.f16 ? f32_from_f16(got) : f32_from_bf16(got);
      const float next = form.f16 ? f32_from_f16(static_cast<std::uint16_t>(got + 1))
                                  : f32_from_bf16(static_cast<std::uint16_t>(got + 1));
      if (wide != wide) {
        if (got != kCanonicalNan16Bits) FAIL("NaN of " << bits);
        continue;
      }
      const float size = __builtin_fabsf(wide);
      const bool overflow = form.f16 && size >= 65536.0f;
      const bool cut = __builtin_fabsf(narrow) <= size && !(__builtin_fabsf(next) <= size);
      if (overflow ? (got & 0x7fff) != 0x7c00 : !cut && narrow != wide) {
        FAIL(kMufuOpNames[static_cast<int>(form.op)] << " of " << bits << " gave " << got);
      }
    }
  }
}

TEST_CASE("the functions of float are the models of the plain and .ftz forms", "[sim][numerics]") {
  using enum MufuOp;
  struct Named {
    float (*function)(float);
    MufuOp op;
  };
  const Named functions[] = {{exp2_approx, kEx2},    {exp2_approx_ftz, kEx2Ftz},
                             {log2_approx, kLg2},    {log2_approx_ftz, kLg2Ftz},
                             {rcp_approx, kRcp},     {rcp_approx_ftz, kRcpFtz},
                             {rsqrt_approx, kRsqrt}, {rsqrt_approx_ftz, kRsqrtFtz},
                             {sqrt_approx, kSqrt},   {sqrt_approx_ftz, kSqrtFtz},
                             {sin_approx, kSin},     {sin_approx_ftz, kSinFtz},
                             {cos_approx, kCos},     {cos_approx_ftz, kCosFtz},
                             {tanh_approx, kTanh}};
  std::mt19937 random(17);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint32_t bits = random();
    for (const Named& named : functions) {
      if (bits_of(named.function(float_of_bits(bits))) != evaluate(named.op, bits)) {
        FAIL(kMufuOpNames[static_cast<int>(named.op)] << " at " << bits);
      }
    }
  }
}

}  // namespace
}  // namespace attnlab::numerics
