// SPDX-License-Identifier: MIT
// The bulk operations of every instruction set that this CPU has, against the one-value functions.
#include "sim/numerics/bulk.h"

#include <tbb/parallel_for.h>

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <iterator>
#include <random>
#include <vector>

#include "sim/numerics/formats.h"
#include "sim/numerics/fp32.h"
#include "sim/numerics/mufu.h"
#include "sim/numerics/record/arithmetic_digest.h"

namespace attnlab::numerics {
namespace {

std::vector<Isa> instruction_sets() {
  std::vector<Isa> sets = {Isa::kBaseline};
  if (supported(Isa::kAvx2)) sets.push_back(Isa::kAvx2);
  return sets;
}

// Random patterns with all specials well represented.
std::uint32_t special_rich_bits(std::mt19937& random) {
  const std::uint32_t bits = random();
  switch (random() % 8) {
    case 0:
      return bits & 0x807fffffu;  // zero or subnormal
    case 1:
      return bits | 0x7f800000u;  // NaN
    case 2:
      return (bits & 0x80000000u) | 0x7f800000u;
    case 3:
      return bits & 0x80000000u;
    default:
      return bits;
  }
}

// The number of elements of a matrix, and the index of one; ld is the distance of rows.
std::size_t area(int rows, int ld) {
  return static_cast<std::size_t>(rows) * static_cast<std::size_t>(ld);
}
std::size_t at(int row, int ld, int column) {
  return area(row, ld) + static_cast<std::size_t>(column);
}

// Matrix shapes around every block size of the implementations.
constexpr int kSizes[] = {1, 2, 3, 5, 6, 7, 8, 9, 16, 17, 24, 31, 33};

void expect_matmul(const BulkOps& ops, int rows, int columns, int depth, bool specials) {
  std::mt19937 random(static_cast<std::uint32_t>(rows * 10007 + columns * 101 + depth));
  std::normal_distribution<float> normal;
  const int ldc = columns + 3;
  const int lda = depth + 1;
  const int ldb = columns + 2;
  const auto draw = [&] {
    return specials && random() % 16 == 0 ? float_of_bits(special_rich_bits(random))
                                          : normal(random);
  };
  std::vector<float> a(area(rows, lda));
  std::vector<float> b(area(depth, ldb));
  std::vector<float> c(area(rows, ldc));
  for (auto* matrix : {&a, &b, &c}) {
    for (float& x : *matrix) x = draw();
  }
  std::vector<float> want = c;
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j) {
      float& sum = want[at(i, ldc, j)];
      for (int k = 0; k < depth; ++k) {
        sum = fma_rn(a[at(i, lda, k)], b[at(k, ldb, j)], sum);
      }
      sum = canonical(sum);
    }
  }
  ops.matmul_accumulate(c.data(), ldc, a.data(), lda, b.data(), ldb, rows, columns, depth);
  INFO("instruction set " << static_cast<int>(ops.isa) << ": " << rows << " x " << columns << " x "
                          << depth);
  // The whole buffer: padding between rows must come through untouched.
  REQUIRE(std::memcmp(c.data(), want.data(), c.size() * sizeof(float)) == 0);
}

TEST_CASE("a bulk matrix product is one chain of fused steps an element, k ascending",
          "[sim][numerics]") {
  for (const Isa isa : instruction_sets()) {
    for (const int rows : kSizes) {
      for (const int columns : kSizes) {
        expect_matmul(bulk_for(isa), rows, columns, 19, false);
        expect_matmul(bulk_for(isa), rows, columns, 3, true);
      }
    }
    expect_matmul(bulk_for(isa), 64, 128, 64, false);
    expect_matmul(bulk_for(isa), 64, 128, 64, true);
  }
}

TEST_CASE("a bulk product of depth 0 or without rows or columns changes nothing",
          "[sim][numerics]") {
  for (const Isa isa : instruction_sets()) {
    std::vector<float> c(12, float_of_bits(0xffc00001u));
    const std::vector<float> before = c;
    const float ones[4] = {1.0f, 1.0f, 1.0f, 1.0f};
    const MmaOperand operand = {1, 0};
    const BulkOps& ops = bulk_for(isa);
    ops.matmul_accumulate(c.data(), 4, ones, 1, ones, 1, 3, 4, 0);
    ops.matmul_accumulate(c.data(), 4, ones, 1, ones, 1, 0, 4, 1);
    ops.matmul_accumulate(c.data(), 4, ones, 1, ones, 1, 3, 0, 1);
    ops.tensor_core_accumulate(kHopperTensorCore, MmaFormat::kF16, c.data(), 4, &operand, 1,
                               &operand, 1, 3, 4, 0);
    CHECK(std::memcmp(c.data(), before.data(), sizeof(float) * c.size()) == 0);
  }
}

TEST_CASE("bulk special functions equal the one-value models on every instruction set",
          "[sim][numerics]") {
  std::mt19937 random(101);
  std::vector<std::uint32_t> in(200'003);
  for (std::uint32_t& x : in) x = special_rich_bits(random);
  // Around 0, 1 and the limits of every function, neighbours included.
  const float corners[] = {0.5f,     1.0f,      2.0f,     4.0f,      8.0f,   126.0f,
                           127.0f,   128.0f,    149.0f,   150.0f,    256.0f, 0x1p-8f,
                           0x1p-24f, 0x1p-126f, 0x1p126f, 6.2831855f};
  for (std::size_t i = 0; i < 32 * std::size(corners); ++i) {
    const std::uint32_t bits = bits_of(corners[i / 32]) + static_cast<std::uint32_t>(i % 16) - 8;
    in[i] = i % 32 < 16 ? bits : bits | 0x80000000u;
  }
  for (const Isa isa : instruction_sets()) {
    for (int op = 0; op < kMufuOpCount; ++op) {
      INFO(kMufuOpNames[op] << ", instruction set " << static_cast<int>(isa));
      const bool narrow = op >= kFirst16BitMufuOp;
      std::vector<std::uint32_t> words = in;
      if (narrow) {
        words.resize(0x10000);
        for (std::uint32_t i = 0; i < 0x10000; ++i) words[i] = i;
      }
      const std::vector<std::uint32_t> inputs = words;
      bulk_for(isa).mufu(static_cast<MufuOp>(op), words.data(), words.data(), words.size());
      for (std::size_t i = 0; i < words.size(); ++i) {
        const std::uint32_t want = mufu::evaluate(static_cast<MufuOp>(op), inputs[i]);
        if (words[i] != want) FAIL("input " << inputs[i] << ": " << words[i] << ", not " << want);
      }
    }
  }
}

TEST_CASE("bulk special functions write exactly as many values as they are asked for",
          "[sim][numerics]") {
  for (const Isa isa : instruction_sets()) {
    for (std::size_t count = 0; count <= 17; ++count) {
      const std::vector<float> in(20, 3.0f);
      std::vector<float> out(20, -1.0f);
      bulk_for(isa).exp2_approx(in.data(), out.data(), count);
      for (std::size_t i = 0; i < out.size(); ++i) REQUIRE(out[i] == (i < count ? 8.0f : -1.0f));
    }
  }
}

TEST_CASE("AVX2 and baseline agree on all 2^32 inputs of every special function",
          "[sim][numerics][.evidence]") {
  if (!supported(Isa::kAvx2)) SKIP("this CPU has no AVX2");
  constexpr std::uint32_t kPiece = 1u << 12;
  std::atomic<std::uint64_t> different = 0;
  tbb::parallel_for(0u, 1u << 20, [&](std::uint32_t piece) {
    std::uint32_t in[kPiece];
    std::uint32_t baseline[kPiece];
    std::uint32_t avx2[kPiece];
    for (std::uint32_t i = 0; i < kPiece; ++i) in[i] = piece * kPiece + i;
    for (int op = 0; op < kFirst16BitMufuOp; ++op) {
      bulk_for(Isa::kBaseline).mufu(static_cast<MufuOp>(op), in, baseline, kPiece);
      bulk_for(Isa::kAvx2).mufu(static_cast<MufuOp>(op), in, avx2, kPiece);
      if (std::memcmp(baseline, avx2, sizeof avx2) != 0) ++different;
    }
  });
  CHECK(different == 0);
}

// Operands of a kind: 0 any bits, 1 mostly overlapping, 2 tiny.
std::uint32_t drawn_operand(MmaFormat format, int kind, std::mt19937& random) {
  const std::uint32_t bits = random();
  const MmaLimits limits = mma_limits(format, kind == 0 ? 0 : kind + 1);
  if (limits.operand.span == 0) return format == MmaFormat::kTf32 ? bits : bits & 0xffffu;
  const std::uint32_t field = limits.operand.low + (bits >> 8) % limits.operand.span;
  if (format == MmaFormat::kF16) return (bits & 0x83ffu) | (field << 10);
  if (format == MmaFormat::kBf16) return (bits & 0x807fu) | (field << 7);
  return (bits & 0x807fffffu) | (field << 23);
}

// Operands as the bulk operation takes them.
std::vector<MmaOperand> decoded(const BulkOps& ops, MmaFormat format,
                                const std::vector<std::uint32_t>& words) {
  const std::vector<std::uint16_t> halves(words.begin(), words.end());
  const bool tf32 = format == MmaFormat::kTf32;
  std::vector<MmaOperand> operands(words.size());
  ops.decode_operands(format, tf32 ? static_cast<const void*>(words.data()) : halves.data(),
                      operands.data(), words.size());
  return operands;
}

// (rows, columns) as (columns, rows).
std::vector<std::uint32_t> transposed(const std::vector<std::uint32_t>& matrix, int rows,
                                      int columns) {
  std::vector<std::uint32_t> out(matrix.size());
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j) {
      out[at(j, rows, i)] = matrix[at(i, columns, j)];
    }
  }
  return out;
}

float drawn_accumulator(int kind, std::mt19937& random) {
  if (random() % 16 == 0) return float_of_bits(special_rich_bits(random));
  const std::uint32_t bits = random();
  return float_of_bits(kind == 2 ? bits % 0x10000000u : (bits & 0x81ffffffu) | 0x3e000000u);
}

void expect_tensor_core(const BulkOps& ops, const TensorCoreSpec& spec, MmaFormat format, int kind,
                        int rows, int columns, int depth) {
  std::mt19937 random(static_cast<std::uint32_t>(kind * 1009 + rows + columns * 31 + depth * 977));
  std::vector<std::uint32_t> a(area(rows, depth));     // (rows, depth)
  std::vector<std::uint32_t> b(area(columns, depth));  // (columns, depth)
  std::vector<float> c(area(rows, columns));
  for (std::uint32_t& x : a) x = drawn_operand(format, kind, random);
  for (std::uint32_t& x : b) x = drawn_operand(format, kind, random);
  for (float& x : c) x = drawn_accumulator(kind, random);
  std::vector<std::uint32_t> want;
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j) {
      want.push_back(tensor_core_chain(spec, format, &a[area(i, depth)], &b[area(j, depth)], depth,
                                       bits_of(c[at(i, columns, j)])));
    }
  }
  const auto operands_a = decoded(ops, format, a);
  const auto operands_b = decoded(ops, format, transposed(b, columns, depth));
  ops.tensor_core_accumulate(spec, format, c.data(), columns, operands_a.data(), depth,
                             operands_b.data(), columns, rows, columns, depth);
  INFO(kMmaFormatNames[static_cast<int>(format)] << ", kind " << kind << ", instruction set "
                                                 << static_cast<int>(ops.isa));
  for (std::size_t i = 0; i < want.size(); ++i) {
    if (bits_of(c[i]) != want[i]) {
      FAIL("element " << i << ": " << bits_of(c[i]) << ", not " << want[i]);
    }
  }
}

TEST_CASE("bulk tensor-core steps equal the reference over bit patterns of every kind",
          "[sim][numerics]") {
  const TensorCoreSpec specs[] = {kHopperTensorCore, kAmpereTensorCore, {32, 24}, {32, 26}};
  for (const Isa isa : instruction_sets()) {
    for (const TensorCoreSpec& spec : specs) {
      for (const MmaFormat format : {MmaFormat::kF16, MmaFormat::kBf16, MmaFormat::kTf32}) {
        for (int kind = 0; kind < 3; ++kind) {
          expect_tensor_core(bulk_for(isa), spec, format, kind, 64, 64, 16);
          expect_tensor_core(bulk_for(isa), spec, format, kind, 24, 24, 64);
          for (const int columns : kSizes) {
            expect_tensor_core(bulk_for(isa), spec, format, kind, 3, columns, 21);
          }
        }
      }
    }
  }
}

TEST_CASE("bulk conversions equal the one-value conversions", "[sim][numerics]") {
  std::mt19937 random(107);
  std::vector<float> in(100'001);
  for (float& x : in) x = float_of_bits(special_rich_bits(random));
  std::vector<std::uint16_t> every(0x10000);
  for (std::uint32_t i = 0; i < 0x10000; ++i) every[i] = static_cast<std::uint16_t>(i);
  for (const Isa isa : instruction_sets()) {
    const BulkOps& ops = bulk_for(isa);
    std::vector<std::uint16_t> f16(in.size());
    std::vector<std::uint16_t> bf16(in.size());
    ops.f16_from_f32(in.data(), f16.data(), in.size());
    ops.bf16_from_f32(in.data(), bf16.data(), in.size());
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (f16[i] != f16_from_f32(in[i])) FAIL("f16 of " << in[i]);
      if (bf16[i] != bf16_from_f32(in[i])) FAIL("bf16 of " << in[i]);
    }
    std::vector<float> from_f16(every.size());
    std::vector<float> from_bf16(every.size());
    ops.f32_from_f16(every.data(), from_f16.data(), every.size());
    ops.f32_from_bf16(every.data(), from_bf16.data(), every.size());
    for (std::size_t i = 0; i < every.size(); ++i) {
      if (bits_of(from_f16[i]) != bits_of(f32_from_f16(every[i]))) FAIL("f32 of f16 " << i);
      if (bits_of(from_bf16[i]) != bits_of(f32_from_bf16(every[i]))) FAIL("f32 of bf16 " << i);
    }
  }
}

TEST_CASE("the baseline is supported everywhere and each set answers to its name",
          "[sim][numerics]") {
  CHECK(supported(Isa::kBaseline));
  for (const Isa isa : instruction_sets()) CHECK(bulk_for(isa).isa == isa);
  CHECK(supported(bulk().isa));
}

}  // namespace
}  // namespace attnlab::numerics
