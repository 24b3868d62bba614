// SPDX-License-Identifier: MIT
// The forms of division held to an H200's results, to IEEE division and to their own limits.
#include "sim/numerics/approx/division.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <random>
#include <vector>

namespace attnlab::numerics {
namespace {

using Division = float (*)(float, float);

// In the order of the vectors below.
constexpr std::array<Division, 4> kForms = {div_full, div_full_ftz, div_approx, div_approx_ftz};
constexpr std::array<const char*, 4> kFormNames = {"div.full.f32", "div.full.ftz.f32",
                                                   "div.approx.f32", "div.approx.ftz.f32"};

struct DivisionVector {
  std::uint32_t a, b;
  std::uint32_t quotient[4];
};

// What an H200 returned for the four forms, recorded on the GPU.
constexpr DivisionVector kVectors[] = {
    {0x3f800000u, 0x3f800000u, {0x3f800000u, 0x3f800000u, 0x3f800000u, 0x3f800000u}},
    {0x40490fdbu, 0x3f800001u, {0x40490fd9u, 0x40490fd9u, 0x40490fd9u, 0x40490fd9u}},
    {0x3f7fffffu, 0x40490fdbu, {0x3ea2f982u, 0x3ea2f982u, 0x3ea2f982u, 0x3ea2f982u}},
    {0x0f800000u, 0x40490fdbu, {0x0ea2f983u, 0x0ea2f983u, 0x0ea2f983u, 0x0ea2f983u}},
    {0x7f7fffffu, 0x33800000u, {0x7f800000u, 0x7f800000u, 0x7f800000u, 0x7f800000u}},
    {0x00000000u, 0x00000000u, {0x7fffffffu, 0x7fffffffu, 0x7fffffffu, 0x7fffffffu}},
    {0x80000000u, 0x3f800000u, {0x80000000u, 0x80000000u, 0x80000000u, 0x80000000u}},
    {0x3f800000u, 0x80000000u, {0xff800000u, 0xff800000u, 0xff800000u, 0xff800000u}},
    {0x7f800000u, 0x7f800000u, {0x7fffffffu, 0x7fffffffu, 0x7fffffffu, 0x7fffffffu}},
    {0x7f800000u, 0x80000000u, {0xff800000u, 0xff800000u, 0xff800000u, 0xff800000u}},
    {0x3f800000u, 0xff800000u, {0x80000000u, 0x80000000u, 0x80000000u, 0x80000000u}},
    {0x7f800001u, 0x3f800000u, {0x7fffffffu, 0x7fffffffu, 0x7fffffffu, 0x7fffffffu}},
    {0x3f800000u, 0x7fc00000u, {0x7fffffffu, 0x7fffffffu, 0x7fffffffu, 0x7fffffffu}},
    {0x00000001u, 0x00000001u, {0x3f800000u, 0x7fffffffu, 0x3f800000u, 0x7fffffffu}},
    {0x00000001u, 0x007fffffu, {0x34000001u, 0x7fffffffu, 0x34000001u, 0x7fffffffu}},
    {0x00000000u, 0x80000001u, {0x80000000u, 0x7fffffffu, 0x80000000u, 0x7fffffffu}},
    {0x3f800001u, 0x007fffffu, {0x7e800002u, 0x7f800000u, 0x7e800002u, 0x7f800000u}},
    {0x0f800000u, 0x007fffffu, {0x4e800001u, 0x7f800000u, 0x4e800001u, 0x7f800000u}},
    {0x80000001u, 0x00800000u, {0xb4000000u, 0x80000000u, 0xb4000000u, 0x80000000u}},
    {0x007fffffu, 0x00800001u, {0x3f7ffffcu, 0x00000000u, 0x3f7ffffcu, 0x00000000u}},
    {0x00800001u, 0x80000001u, {0xcb000001u, 0xff800000u, 0xcb000001u, 0xff800000u}},
    {0x00800000u, 0x3f800001u, {0x007fffffu, 0x00000000u, 0x007fffffu, 0x00000000u}},
    {0x00100000u, 0x40490fdbu, {0x000517ccu, 0x00000000u, 0x000517ccu, 0x00000000u}},
    {0x3f800000u, 0x7e800000u, {0x00800000u, 0x00800000u, 0x00800000u, 0x00800000u}},
    {0xbf800000u, 0x7e800001u, {0x807fffffu, 0x80000000u, 0x80000000u, 0x80000000u}},
    {0x40490fdbu, 0x7f000000u, {0x00c90fdbu, 0x00c90fdbu, 0x00000000u, 0x00000000u}},
    {0x7f7fffffu, 0x7f000001u, {0x3ffffffdu, 0x3ffffffdu, 0x00000000u, 0x00000000u}},
    {0xff7fffffu, 0x7f7fffffu, {0xbf800000u, 0xbf800000u, 0x80000000u, 0x80000000u}},
    {0x7e7fffffu, 0x7f7fffffu, {0x3e800000u, 0x3e800000u, 0x00000000u, 0x00000000u}},
    {0x7f800000u, 0x7f7fffffu, {0x7f800000u, 0x7f800000u, 0x7fffffffu, 0x7fffffffu}},
    {0x3f800001u, 0xff7fffffu, {0x80200001u, 0x80000000u, 0x80000000u, 0x80000000u}},
    {0x00000001u, 0x7f7fffffu, {0x00000000u, 0x00000000u, 0x00000000u, 0x00000000u}},
};

TEST_CASE("approximate division gives an H200's quotients of special values", "[sim][numerics]") {
  for (const DivisionVector& v : kVectors) {
    for (std::size_t form = 0; form < kForms.size(); ++form) {
      INFO(kFormNames[form] << " of " << std::hex << v.a << " by " << v.b);
      CHECK(bits_of(kForms[form](float_of_bits(v.a), float_of_bits(v.b))) == v.quotient[form]);
    }
  }
}

struct Digest {
  std::uint64_t high, low;
  bool operator==(const Digest&) const = default;
};

Digest digest(const std::vector<std::uint32_t>& values) {
  const XXH128_hash_t hash = XXH3_128bits(values.data(), values.size() * sizeof(values[0]));
  return {hash.high64, hash.low64};
}

// The finaliser of splitmix64, which made the GPU's operands: pair i is the halves of mixed(i).
constexpr std::uint64_t mixed(std::uint64_t z) {
  z += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

// The first 1,024 pairs are these with each other, the dividend changing fastest.
constexpr std::array<std::uint32_t, 32> kSpecialOperands = {
    0,          0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7fffffff,
    0x7f800001, 1,          0x80000001, 0x007fffff, 0x00800000, 0x00800001, 0x7f7fffff, 0xff7fffff,
    0x7e800000, 0x7e800001, 0x7e7fffff, 0x7f000000, 0x7f000001, 0x40490fdb, 0x33800000, 0x00400000,
    0x00200000, 0x00100000, 0x4b800000, 0x7effffff, 0x3f7fffff, 0x3f800001, 0x01000000, 0x0f800000};

TEST_CASE("approximate division gives the H200's digests over 262,144 pairs", "[sim][numerics]") {
  std::vector<std::uint32_t> dividends;
  std::vector<std::uint32_t> divisors;
  for (std::uint64_t i = 0; i < 262'144; ++i) {
    const std::uint64_t pair = mixed(i);
    const bool special = i < 1024;
    dividends.push_back(special ? kSpecialOperands[i % 32] : static_cast<std::uint32_t>(pair));
    divisors.push_back(special ? kSpecialOperands[i / 32] : static_cast<std::uint32_t>(pair >> 32));
  }
  // The operands are the ones that the GPU was given.
  REQUIRE(digest(dividends) == Digest{0xe878667e2ea53263u, 0x32b60280c5b61c3bu});
  REQUIRE(digest(divisors) == Digest{0xf1e0ea49964b7622u, 0x5be94c6cc2a4da64u});
  constexpr Digest kRecorded[] = {{0x33d95339cdd4de2au, 0xcf7fcc2f8c6f97e5u},
                                  {0xd57b748948ba4327u, 0x91a84bdbd4a800a7u},
                                  {0x1f414d837998f485u, 0xc67e2ac0496dd1dau},
                                  {0xcca62b1e329682cbu, 0x7cc630f5fa543dd4u}};
  for (std::size_t form = 0; form < kForms.size(); ++form) {
    std::vector<std::uint32_t> quotients;
    for (std::size_t i = 0; i < dividends.size(); ++i) {
      const float quotient = kForms[form](float_of_bits(dividends[i]), float_of_bits(divisors[i]));
      quotients.push_back(bits_of(quotient));
    }
    INFO(kFormNames[form]);
    CHECK(digest(quotients) == kRecorded[form]);
  }
}

// |got - a / b| in units of the quotient's last place, subnormals' at the least; finite quotients.
double error_ulp(float got, float a, float b) {
  const double want = static_cast<double>(a) / static_cast<double>(b);
  const int exponent = want == 0 ? -126 : std::max(std::ilogb(want), -126);
  return std::ldexp(std::fabs(static_cast<double>(got) - want), 23 - exponent);
}

bool finite(float x) {
  return std::fabs(x) < kInfinity;
}

TEST_CASE("full division is within 2.15 ulp of the quotient over the whole range",
          "[sim][numerics]") {
  std::mt19937 random(19);
  double worst = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    const float a = float_of_bits(random());
    const float b = float_of_bits(random());
    if (!finite(a) || !finite(b) || b == 0 || !finite(a / b)) continue;
    const double error = error_ulp(div_full(a, b), a, b);
    if (!(error <= worst)) worst = error;
  }
  CHECK(worst <= 2.15);
  CHECK(worst > 1.0);
}

TEST_CASE("full division can be two floats from IEEE division", "[sim][numerics]") {
  // The largest error found, in a search over the divisors with the least exact reciprocals.
  const float a = float_of_bits(0x3fecf7aau);
  const float b = float_of_bits(0x3fecfdfdu);
  CHECK(bits_of(a / b) - bits_of(div_full(a, b)) == 2);
  CHECK(error_ulp(div_full(a, b), a, b) > 2.14);
}

TEST_CASE("where nothing is scaled or flushed the four forms are one", "[sim][numerics]") {
  std::mt19937 random(23);
  for (int i = 0; i < 200'000; ++i) {
    // Exponents -60 to 60 and both signs.
    const auto draw = [&random] {
      const std::uint32_t drawn = random();
      return float_of_bits((drawn & 0x807fffffu) | ((67 + (drawn >> 8) % 121) << 23));
    };
    const float a = draw();
    const float b = draw();
    const std::uint32_t quotient = bits_of(div_full(a, b));
    for (const Division form : kForms) {
      if (bits_of(form(a, b)) != quotient) FAIL("forms differ at " << a << " / " << b);
    }
    if (!(error_ulp(float_of_bits(quotient), a, b) <= 2.15)) FAIL("error at " << a << " / " << b);
  }
}

TEST_CASE("a divisor that is a power of two makes an exact quotient", "[sim][numerics]") {
  std::mt19937 random(29);
  for (int exponent = -149; exponent <= 127; ++exponent) {
    const float b = std::ldexp(1.0f, exponent);
    for (int i = 0; i < 200; ++i) {
      const float a = float_of_bits(random());
      if (!finite(a)) continue;
      INFO(a << " / 2^" << exponent);
      const std::uint32_t exact = bits_of(a / b);
      if (bits_of(div_full(a, b)) != exact) FAIL("div.full");
      if (exponent <= 126 && bits_of(div_approx(a, b)) != exact) FAIL("div.approx");
    }
  }
}

TEST_CASE("the approximate forms lose divisors above 2^126, the .ftz forms those below 2^-126",
          "[sim][numerics]") {
  for (const float b : {0x1.000002p126f, 0x1p127f, 0x1.fffffep127f}) {
    for (const Division form : {div_approx, div_approx_ftz}) {
      CHECK(bits_of(form(0x1p127f, b)) == 0u);
      CHECK(bits_of(form(0x1p127f, -b)) == 0x80000000u);
      CHECK(bits_of(form(kInfinity, b)) == kCanonicalNanBits);
    }
    for (const Division form : {div_full, div_full_ftz}) CHECK(form(b, b) > 0.99f);
  }
  for (const float b : {0x1p-149f, 0x1.fffffcp-127f}) {
    for (const Division form : {div_full_ftz, div_approx_ftz}) {
      CHECK(form(0x1p-126f, b) == kInfinity);
      CHECK(form(-0x1p-126f, b) == -kInfinity);
      CHECK(bits_of(form(b, b)) == kCanonicalNanBits);
    }
    for (const Division form : {div_full, div_approx}) CHECK(form(b, b) > 0.99f);
  }
}

TEST_CASE("a quotient's sign is the product of its operands' signs", "[sim][numerics]") {
  std::mt19937 random(31);
  for (int i = 0; i < 200'000; ++i) {
    const float a = float_of_bits(random());
    const float b = float_of_bits(random());
    for (const Division form : kForms) {
      const float quotient = form(a, b);
      if (quotient != quotient) {
        if (bits_of(quotient) != kCanonicalNanBits) FAIL("NaN at " << a << " / " << b);
        continue;
      }
      const std::uint32_t sign = (bits_of(a) ^ bits_of(b)) & 0x80000000u;
      if ((bits_of(quotient) & 0x80000000u) != sign) FAIL("sign at " << a << " / " << b);
      if (bits_of(form(-a, b)) != (bits_of(quotient) ^ 0x80000000u)) FAIL("not odd at " << a);
    }
  }
}

}  // namespace
}  // namespace attnlab::numerics
