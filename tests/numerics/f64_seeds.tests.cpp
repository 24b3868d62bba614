// SPDX-License-Identifier: MIT
// The seeds of f64 division and square root, held to an H200's results and to the C library.
#include "sim/numerics/approx/f64_seeds.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <random>
#include <vector>

namespace attnlab::numerics {
namespace {

using Function = std::uint64_t (*)(std::uint64_t);

constexpr std::array<Function, 3> kFunctions = {rcp_approx_ftz_f64, rsqrt_approx_ftz_f64,
                                                rsqrt_approx_f64};
constexpr std::array<const char*, 3> kNames = {"rcp.approx.ftz.f64", "rsqrt.approx.ftz.f64",
                                               "rsqrt.approx.f64"};

// Argument, and what an H200 returned for the three functions, recorded on the GPU. The first 32
// arguments are the special ones of the digest below, the others its next ones.
constexpr std::uint64_t kVectors[][4] = {
    {0x0000000000000000u, 0x7ff0000000000000u, 0x7ff0000000000000u, 0x7ff0000000000000u},
    {0x8000000000000000u, 0xfff0000000000000u, 0xfff0000000000000u, 0xfff0000000000000u},
    {0x7ff0000000000000u, 0x0000000000000000u, 0x0000000000000000u, 0x0000000000000000u},
    {0xfff0000000000000u, 0x8000000000000000u, 0x7fffffff00000000u, 0xfff8000000000000u},
    {0x7ff8000000000000u, 0x7fffffff00000000u, 0x7fffffff00000000u, 0x7ff8000000000000u},
    {0xfff8000000000001u, 0x7fffffff00000000u, 0x7fffffff00000000u, 0xfff8000000000001u},
    {0x7ff0000000000001u, 0x0000000000000000u, 0x0000000000000000u, 0x7ff8000000000001u},
    {0x7ff4deadbeef0123u, 0x7fffffff00000000u, 0x7fffffff00000000u, 0x7ffcdeadbeef0123u},
    {0xfff4deadbeef0123u, 0x7fffffff00000000u, 0x7fffffff00000000u, 0xfffcdeadbeef0123u},
    {0x0000000000000001u, 0x7ff0000000000000u, 0x7ff0000000000000u, 0x6180000000000000u},
    {0x000fffffffffffffu, 0x7ff0000000000000u, 0x7ff0000000000000u, 0x5fe0000000000001u},
    {0x0010000000000000u, 0x7fd0000000000000u, 0x5fe0000000000000u, 0x5fe0000000000000u},
    {0x0010000000000001u, 0x7fd0000000000000u, 0x5fe0000000000000u, 0x5fdfffffffffffffu},
    {0x7fefffffffffffffu, 0x0000000000000000u, 0x1ff0000000000000u, 0x1ff0000000000000u},
    {0x7fe0000000000000u, 0x0000000000000000u, 0x1ff6a09e00000000u, 0x1ff6a09e667f3bcdu},
    {0x7fd0000000000000u, 0x0010000000000000u, 0x2000000000000000u, 0x2000000000000000u},
    {0x7fc0000000000000u, 0x0020000000000000u, 0x2006a09e00000000u, 0x2006a09e667f3bcdu},
    {0xffefffffffffffffu, 0x8000000000000000u, 0x7fffffff00000000u, 0xfff8000000000000u},
    {0x8000000000000001u, 0xfff0000000000000u, 0xfff0000000000000u, 0xfff8000000000000u},
    {0x0000000100000000u, 0x7ff0000000000000u, 0x7ff0000000000000u, 0x6080000000000000u},
    {0x0008000000000000u, 0x7ff0000000000000u, 0x7ff0000000000000u, 0x5fe6a09e667f3bcdu},
    {0x000fffff00000000u, 0x7ff0000000000000u, 0x7ff0000000000000u, 0x5fe0000080000600u},
    {0x7fcfffffffffffffu, 0x0010000000000000u, 0x2000000000000000u, 0x2000000000000000u},
    {0x7fd0000000000001u, 0x0010000000000000u, 0x2000000000000000u, 0x1fffffffffffffffu},
    {0x3ff0000000000000u, 0x3ff0000000000000u, 0x3ff0000000000000u, 0x3ff0000000000000u},
    {0x3ff00000ffffffffu, 0x3ff0000000000000u, 0x3ff0000000000000u, 0x3fefffff00000c01u},
    {0x3fffffffffffffffu, 0x3fe0000000000000u, 0x3fe6a09e00000000u, 0x3fe6a09e667f3bcdu},
    {0x3ff8000000000000u, 0x3fe5555500000000u, 0x3fea20bd00000000u, 0x3fea20bd700c2c3eu},
    {0x4000000000000000u, 0x3fe0000000000000u, 0x3fe6a09e00000000u, 0x3fe6a09e667f3bcdu},
    {0xbff0000000000000u, 0xbff0000000000000u, 0x7fffffff00000000u, 0xfff8000000000000u},
    {0x800fffffffffffffu, 0xfff0000000000000u, 0xfff0000000000000u, 0xfff8000000000000u},
    {0x0020000000000000u, 0x7fc0000000000000u, 0x5fd6a09e00000000u, 0x5fd6a09e667f3bcdu},
    {0xeaeb7f27b54e2401u, 0x94f29ed400000000u, 0x7fffffff00000000u, 0xfff8000000000000u},
    {0x2c0e0fedbe2218a8u, 0x53d1080600000000u, 0x49e081f300000000u, 0x49e081f351f3b77fu},
    {0x89242d2dd9d4a40du, 0xf6b9604700000000u, 0x7fffffff00000000u, 0xfff8000000000000u},
    {0x4d5cb825dfaab05bu, 0x3281d3e500000000u, 0x3937e28700000000u, 0x3937e286aa82ca3du},
    {0xe9b316290724ba1bu, 0x962ad33d00000000u, 0x7fffffff00000000u, 0xfff8000000000000u},
    {0xc7ab56057c8da907u, 0xb832bad800000000u, 0x7fffffff00000000u, 0xfff8000000000000u},
    {0xeb01cfaf16b47eb0u, 0x94dcbef000000000u, 0x7fffffff00000000u, 0xfff8000000000000u},
    {0xce6a57a6e3ccdeecu, 0xb1736fb500000000u, 0x7fffffff00000000u, 0xfff8000000000000u},
};

TEST_CASE("the f64 seeds give an H200's results for special values", "[sim][numerics]") {
  for (const auto& v : kVectors) {
    for (std::size_t f = 0; f < kFunctions.size(); ++f) {
      INFO(kNames[f] << " of " << std::hex << v[0]);
      CHECK(kFunctions[f](v[0]) == v[1 + f]);
    }
  }
}

struct Digest {
  std::uint64_t high, low;
  bool operator==(const Digest&) const = default;
};

template <typename Word>
Digest digest(const std::vector<Word>& values) {
  const XXH128_hash_t hash = XXH3_128bits(values.data(), values.size() * sizeof(Word));
  return {hash.high64, hash.low64};
}

// The high words of the function over the 2^20 high words of one exponent.
std::vector<std::uint32_t> table(Function function, std::uint64_t exponent_field) {
  std::vector<std::uint32_t> words;
  for (std::uint64_t i = 0; i < (1u << 20); ++i) {
    const std::uint64_t result = function((exponent_field << 52) | (i << 32));
    if (static_cast<std::uint32_t>(result) != 0) FAIL("low word of entry " << i);
    words.push_back(static_cast<std::uint32_t>(result >> 32));
  }
  return words;
}

TEST_CASE("the f64 seeds give the H200's digests over every fraction of a high word",
          "[sim][numerics]") {
  CHECK(digest(table(rcp_approx_ftz_f64, 1023)) ==
        Digest{0x842eeddb5cc607f0u, 0x91bd0aaea63301b8u});
  CHECK(digest(table(rsqrt_approx_ftz_f64, 1023)) ==
        Digest{0x1e86c9cd715252eau, 0x0da833f70eb92159u});
  CHECK(digest(table(rsqrt_approx_ftz_f64, 1024)) ==
        Digest{0xe3bffb7f04dc218eu, 0xae37ca3f11a782bcu});
}

// The finaliser of splitmix64, which made the GPU's arguments from 32 on.
constexpr std::uint64_t mixed(std::uint64_t z) {
  z += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

TEST_CASE("the f64 seeds give the H200's digests over 131,072 patterns", "[sim][numerics]") {
  std::vector<std::uint64_t> arguments;
  for (std::uint64_t i = 0; i < 131'072; ++i) {
    arguments.push_back(i < 32 ? kVectors[i][0] : mixed(i));
  }
  // The arguments are the ones that the GPU was given.
  REQUIRE(digest(arguments) == Digest{0xd9dd4b9f59f060d7u, 0xf1855a603e2b281du});
  constexpr Digest kRecorded[] = {{0x9e5fa1d515ca88d0u, 0x14f55adf9dbd190fu},
                                  {0xae14e68c0e7547fcu, 0xa95db0d6d1b7721au},
                                  {0x1511ea3e8136de01u, 0x5b688ee306b95daeu}};
  for (std::size_t f = 0; f < kFunctions.size(); ++f) {
    std::vector<std::uint64_t> results;
    results.reserve(arguments.size());
    for (const std::uint64_t x : arguments) results.push_back(kFunctions[f](x));
    INFO(kNames[f]);
    CHECK(digest(results) == kRecorded[f]);
  }
}

double value(std::uint64_t bits) {
  return __builtin_bit_cast(double, bits);
}
std::uint64_t bits_of_f64(double x) {
  return __builtin_bit_cast(std::uint64_t, x);
}

// A positive pattern with a random fraction and an exponent field between the two given.
std::uint64_t positive(std::mt19937_64& random, std::uint64_t lowest, std::uint64_t highest) {
  const std::uint64_t field = lowest + random() % (highest - lowest + 1);
  return (field << 52) | (random() >> 12);
}

TEST_CASE("the .ftz seeds are within 2^-20, relatively, over all exponents", "[sim][numerics]") {
  std::mt19937_64 random(37);
  double worst = 0;
  for (int i = 0; i < 300'000; ++i) {
    // The low word is empty; the reciprocal of 2^1022 and less is a normal number.
    const double x = value(positive(random, 1, 2044) >> 32 << 32);
    const double rcp = value(rcp_approx_ftz_f64(bits_of_f64(x)));
    const double rsqrt = value(rsqrt_approx_ftz_f64(bits_of_f64(x)));
    for (const double error : {rcp * x - 1.0, rsqrt * std::sqrt(x) - 1.0}) {
      if (!(std::fabs(error) <= worst)) worst = std::fabs(error);
    }
  }
  CHECK(worst < 0x1p-20);
  CHECK(worst > 0x1p-21);
}

TEST_CASE("rsqrt.approx.f64 is within 0.52 ulp, subnormals included", "[sim][numerics]") {
  std::mt19937_64 random(41);
  long double worst = 0;
  for (int i = 0; i < 300'000; ++i) {
    // Every fourth argument is subnormal.
    const std::uint64_t bits =
        i % 4 == 0 ? (random() >> (12 + random() % 52)) | 1u : positive(random, 1, 2046);
    const long double want = 1.0L / std::sqrt(static_cast<long double>(value(bits)));
    const double got = value(rsqrt_approx_f64(bits));
    const int exponent = std::ilogb(want);
    const long double error =
        std::ldexp(std::fabs(static_cast<long double>(got) - want), 52 - exponent);
    if (!(error <= worst)) worst = error;
  }
  CHECK(worst <= 0.52L);
  CHECK(worst > 0.49L);
}

TEST_CASE("the .ftz seeds never rise, from one exponent into the next", "[sim][numerics]") {
  int rises = 0;
  for (std::uint64_t high = 0x3fe00000u; high < 0x40200000u; ++high) {
    for (const Function function : {rcp_approx_ftz_f64, rsqrt_approx_ftz_f64}) {
      rises += function((high + 1) << 32) <= function(high << 32) ? 0 : 1;
    }
  }
  CHECK(rises == 0);
}

TEST_CASE("the .ftz seeds do not read the low word and write zeros to it", "[sim][numerics]") {
  std::mt19937_64 random(43);
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t bits = random();
    for (const Function function : {rcp_approx_ftz_f64, rsqrt_approx_ftz_f64}) {
      const std::uint64_t result = function(bits);
      if (result != function(bits >> 32 << 32)) FAIL("the low word of " << bits << " is read");
      if (static_cast<std::uint32_t>(result) != 0) FAIL("low word of the result at " << bits);
    }
  }
}

TEST_CASE("powers of two have exact reciprocals, powers of four exact roots", "[sim][numerics]") {
  for (int n = -1022; n <= 1022; ++n) {
    const std::uint64_t power = bits_of_f64(std::ldexp(1.0, n));
    CHECK(value(rcp_approx_ftz_f64(power)) == std::ldexp(1.0, -n));
    if (n % 2 != 0) continue;
    CHECK(value(rsqrt_approx_ftz_f64(power)) == std::ldexp(1.0, -n / 2));
    CHECK(value(rsqrt_approx_f64(power)) == std::ldexp(1.0, -n / 2));
  }
  CHECK(rcp_approx_ftz_f64(bits_of_f64(0x1p1023)) == 0u);
  CHECK(value(rsqrt_approx_f64(1)) == 0x1p537);
}

TEST_CASE("the reciprocal seed is odd, and roots of negative numbers are NaN", "[sim][numerics]") {
  constexpr std::uint64_t kSign = 0x8000000000000000u;
  std::mt19937_64 random(47);
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t bits = positive(random, 1, 2046);
    if (rcp_approx_ftz_f64(bits | kSign) != (rcp_approx_ftz_f64(bits) | kSign)) FAIL("not odd");
    if (rsqrt_approx_ftz_f64(bits | kSign) != 0x7fffffff00000000u) FAIL("rsqrt.ftz of " << bits);
    if (rsqrt_approx_f64(bits | kSign) != 0xfff8000000000000u) FAIL("rsqrt of " << bits);
  }
}

}  // namespace
}  // namespace attnlab::numerics
