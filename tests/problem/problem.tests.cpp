// SPDX-License-Identifier: MIT
#include "sim/problem/problem.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <climits>
#include <cmath>
#include <cstdint>
#include <string>

using namespace attnlab::problem;
using Catch::Matchers::Message;

namespace {

Problem attention(int len_q, int len_kv, Mask mask) {
  Problem problem;
  problem.len_q = len_q;
  problem.len_kv = len_kv;
  problem.mask = mask;
  return problem;
}

// A valid problem with one field changed.
template <typename Field>
Problem with(Field Problem::*field, Field value) {
  Problem problem;
  problem.*field = value;
  return problem;
}

__extension__ using Wide = unsigned __int128;

// value * 2^scale squared, times d, compared with 2^(2 scale): is value^2 * d below 1?
bool squares_below_one(std::uint64_t value, int scale, int d) {
  return Wide{value} * value * static_cast<unsigned>(d) < Wide{1} << (2 * scale);
}

}  // namespace

TEST_CASE("without a mask every query sees every key") {
  for (const int query : {0, 1, 99}) {
    CHECK(visible_keys(attention(100, 37, Mask::kNone), query) == 37);
    CHECK(visible_keys(attention(100, 0, Mask::kNone), query) == 0);
  }
}

TEST_CASE("the causal mask is aligned bottom-right") {
  // len_q = 3, len_kv = 5: the drawing in FlashAttention's documentation.
  CHECK(visible_keys(attention(3, 5, Mask::kCausal), 0) == 3);
  CHECK(visible_keys(attention(3, 5, Mask::kCausal), 1) == 4);
  CHECK(visible_keys(attention(3, 5, Mask::kCausal), 2) == 5);
  // len_q = 5, len_kv = 2: the first three rows see nothing.
  for (int query = 0; query < 5; ++query) {
    CHECK(visible_keys(attention(5, 2, Mask::kCausal), query) == (query < 3 ? 0 : query - 2));
  }
  CHECK(visible_keys(attention(4, 0, Mask::kCausal), 3) == 0);
}

TEST_CASE("the causal mask neither overflows nor underflows at the longest lengths") {
  CHECK(visible_keys(attention(kMaxLength, kMaxLength, Mask::kCausal), kMaxLength - 1) ==
        kMaxLength);
  CHECK(visible_keys(attention(1, kMaxLength, Mask::kCausal), 0) == kMaxLength);
  CHECK(visible_keys(attention(kMaxLength, 1, Mask::kCausal), 0) == 0);
}

TEST_CASE("query heads share key heads in equal consecutive groups") {
  Problem problem;
  problem.heads = 6;
  problem.kv_heads = 2;
  for (int head = 0; head < 6; ++head) CHECK(kv_head_of(problem, head) == (head < 3 ? 0 : 1));
}

TEST_CASE("elements are counted in 64 bits") {
  Problem problem;
  problem.batch = 64;
  problem.heads = 128;
  problem.kv_heads = 8;
  problem.len_q = 65536;
  problem.len_kv = 131072;
  problem.head_dim = 256;
  CHECK(lse_elements(problem) == 536870912);
  CHECK(q_elements(problem) == 137438953472);
  CHECK(kv_elements(problem) == 17179869184);
  problem.len_kv = 0;
  CHECK(kv_elements(problem) == 0);
}

// 1/sqrt(d) = x in units of 2^-scale: its float f is nearest when f - half an ulp < x < f + half an
// ulp, decided here in integers.
TEST_CASE("the softmax scale is the float nearest to 1/sqrt(head_dim)") {
  constexpr int kScale = 40;
  int wrong = 0;
  for (int d = 1; d <= 4096; ++d) {
    const float scale = softmax_scale(with(&Problem::head_dim, d));
    const float half_ulp = (std::nextafter(scale, 2.0f) - scale) / 2;
    const auto units = static_cast<std::uint64_t>(std::ldexp(scale, kScale));
    const auto half = static_cast<std::uint64_t>(std::ldexp(half_ulp, kScale));
    const auto half_below =
        static_cast<std::uint64_t>(std::ldexp(scale - std::nextafter(scale, 0.0f), kScale)) / 2;
    const bool near = squares_below_one(units - half_below, kScale, d) &&
                      !squares_below_one(units + half, kScale, d);
    if (!near) ++wrong;
  }
  CHECK(wrong == 0);
  CHECK(softmax_scale(with(&Problem::head_dim, 64)) == 0.125f);
}

TEST_CASE("a problem without meaning is refused in one sentence with the option and the limit") {
  CHECK_NOTHROW(validate(Problem{}));
  CHECK_NOTHROW(validate(with(&Problem::len_kv, 0)));
  const auto refused = [](const Problem& problem, const std::string& sentence) {
    CHECK_THROWS_MATCHES(validate(problem), BadInput, Message(sentence));
  };
  refused(with(&Problem::heads, 0), "--heads is 0; it must be at least 1");
  refused(with(&Problem::batch, -3), "--batch is -3; it must be at least 1");
  refused(with(&Problem::kv_heads, 0), "--kv-heads is 0; it must be at least 1");
  refused(with(&Problem::len_q, 0), "--len-q is 0; it must be at least 1");
  refused(with(&Problem::len_kv, -1), "--len-kv is -1; it must be at least 0");
  refused(with(&Problem::head_dim, 0), "--head-dim is 0; it must be at least 1");
  refused(with(&Problem::tile_q, -16), "--tile-q is -16; it must be at least 0");
  refused(with(&Problem::tile_kv, -16), "--tile-kv is -16; it must be at least 0");
  refused(with(&Problem::len_kv, INT_MAX), "--len-kv is 2147483647; it must be at most 268435456");
  Problem problem;
  problem.heads = 6;
  problem.kv_heads = 4;
  refused(problem, "--heads 6 is not a multiple of --kv-heads 4");
}

TEST_CASE("a problem too large to count is refused, whatever the product overflows to") {
  Problem problem;
  problem.batch = problem.heads = problem.kv_heads = problem.len_q = problem.head_dim = kMaxLength;
  CHECK_THROWS_AS(validate(problem), BadInput);
  // 2^32 * 2^32 wraps to 0 in 64 bits.
  problem.batch = problem.heads = problem.len_q = problem.head_dim = 1 << 16;
  problem.kv_heads = 1;
  CHECK_THROWS_MATCHES(validate(problem), BadInput,
                       Message("Q of shape [65536, 65536, 65536, 65536] has more than 2^40 "
                               "elements, which is the limit"));
  // Exactly the limit is accepted, and K is counted too.
  problem.batch = problem.heads = 1 << 10;
  problem.len_q = problem.head_dim = 1 << 10;
  problem.kv_heads = 1 << 10;
  problem.len_kv = 1 << 10;
  CHECK_NOTHROW(validate(problem));
  problem.len_kv = (1 << 10) + 1;
  CHECK_THROWS_AS(validate(problem), BadInput);
}

TEST_CASE("every name parses back to what it names") {
  for (const DataType dtype : {DataType::kF32, DataType::kF16, DataType::kBf16}) {
    CHECK(parse_data_type(name_of(dtype)) == dtype);
  }
  for (const Mask mask : {Mask::kNone, Mask::kCausal}) CHECK(parse_mask(name_of(mask)) == mask);
  for (const Distribution distribution :
       {Distribution::kNormal, Distribution::kUniform, Distribution::kAdversarial}) {
    CHECK(parse_distribution(name_of(distribution)) == distribution);
  }
}

TEST_CASE("an unknown name suggests the nearest") {
  CHECK_THROWS_MATCHES(
      parse_distribution("nromal"), BadInput,
      Message("--dist \"nromal\" is unknown; did you mean \"normal\"? Known: normal, uniform, "
              "adversarial"));
  CHECK_THROWS_AS(parse_data_type(""), BadInput);
  CHECK_THROWS_AS(parse_mask("Causal"), BadInput);
}

TEST_CASE("a problem is described in one line") {
  Problem problem;
  problem.heads = 6;
  problem.kv_heads = 2;
  problem.len_q = 1000;
  problem.len_kv = 777;
  problem.mask = Mask::kCausal;
  CHECK(describe(problem) == "b1 h6/2 q1000 kv777 d64 f32 causal normal seed 1");
  problem.kv_heads = 6;
  problem.mask = Mask::kNone;
  problem.tile_kv = 32;
  CHECK(describe(problem) == "b1 h6 q1000 kv777 d64 f32 normal seed 1 tile-kv 32");
}

TEST_CASE("a window hides all but the last keys that the causal mask leaves") {
  Problem problem = attention(4, 6, Mask::kWindow);
  problem.window = 3;
  // Queries stand at keys 2, 3, 4 and 5.
  CHECK(visible_range(problem, 0, 0) == KeyRange{0, 3});
  CHECK(visible_range(problem, 0, 1) == KeyRange{1, 4});
  CHECK(visible_range(problem, 0, 3) == KeyRange{3, 6});
  problem.window = 100;
  CHECK(visible_range(problem, 0, 3) == KeyRange{0, 6});
  problem.window = 1;
  CHECK(visible_range(problem, 0, 2) == KeyRange{4, 5});
}

TEST_CASE("queries before every key see none, window or not") {
  Problem problem = attention(5, 2, Mask::kWindow);
  problem.window = 2;
  for (int query = 0; query < 3; ++query) CHECK(visible_range(problem, 0, query).count() == 0);
  CHECK(visible_range(problem, 0, 3) == KeyRange{0, 1});
  CHECK(visible_range(problem, 0, 4) == KeyRange{0, 2});
}

TEST_CASE("a sequence's own length counts") {
  Problem problem = attention(2, 50, Mask::kCausal);
  problem.batch = 3;
  problem.lengths = {50, 0, 7};
  validate(problem);
  CHECK(length_of(problem, 2) == 7);
  CHECK(visible_range(problem, 0, 0) == KeyRange{0, 49});
  CHECK(visible_range(problem, 1, 1) == KeyRange{0, 0});
  CHECK(visible_range(problem, 2, 1) == KeyRange{0, 7});
  problem.mask = Mask::kNone;
  CHECK(visible_range(problem, 2, 0) == KeyRange{0, 7});
}

TEST_CASE("lengths, windows, splits and pages that have no meaning are refused in a sentence") {
  const auto refused = [](auto change, const std::string& sentence) {
    Problem problem;
    change(problem);
    CHECK_THROWS_MATCHES(validate(problem), BadInput, Message(sentence));
  };
  refused([](Problem& p) { p.lengths = {1, 2}; }, "--lengths names 2 sequences; --batch is 1");
  refused([](Problem& p) { p.lengths = {129}; }, "--lengths is 129; it must be at most 128");
  refused([](Problem& p) { p.lengths = {-1}; }, "--lengths is -1; it must be at least 0");
  refused([](Problem& p) { p.mask = Mask::kWindow; }, "--window is 0; it must be at least 1");
  refused([](Problem& p) { p.window = 5; }, "--window 5 has no meaning without a window mask");
  refused([](Problem& p) { p.splits = 1025; }, "--splits is 1025; it must be at most 1024");
  refused([](Problem& p) { p.page_size = 257; }, "--page-size is 257; it must be at most 256");
  refused([](Problem& p) { p.shared_prefix = 129; },
          "--shared-prefix is 129; it must be at most 128");
  refused(
      [](Problem& p) {
        p.lengths = {40};
        p.shared_prefix = 41;
      },
      "--shared-prefix is 41; it must be at most 40");
}

TEST_CASE("a line names what a problem has besides") {
  Problem problem = attention(1, 100, Mask::kWindow);
  problem.batch = 2;
  problem.window = 9;
  problem.lengths = {100, 4};
  problem.splits = 3;
  problem.page_size = 16;
  problem.shared_prefix = 4;
  CHECK(describe(problem) ==
        "b2 h1 q1 kv100 d64 f32 window 9 lengths 100,4 splits 3 page-size 16 shared-prefix 4 "
        "normal seed 1");
}

TEST_CASE("numbers are rounded to the stored type, to even, and NaN is the GPU's") {
  CHECK(rounded_to(DataType::kF32, 1.0f + 0x1p-23f) == 1.0f + 0x1p-23f);
  CHECK(rounded_to(DataType::kF16, 1.0f + 0x1p-11f) == 1.0f);
  CHECK(rounded_to(DataType::kF16, 1.0f + 0x1.8p-10f) == 1.0f + 0x1p-9f);
  CHECK(rounded_to(DataType::kBf16, 1.0f + 0x1p-8f) == 1.0f);
  CHECK(rounded_to(DataType::kBf16, 1.0f + 0x1.8p-7f) == 1.0f + 0x1p-6f);
  CHECK(std::isnan(rounded_to(DataType::kF16, std::nanf("7"))));
}
