// SPDX-License-Identifier: MIT
#include "tests/gpu/fake/fake_kernels.h"

#include <cstring>

#include "kernels/probe/arithmetic_probe.h"
#include "sim/numerics/fp32.h"
#include "sim/numerics/mufu_model.h"
#include "sim/numerics/tensor_core.h"
#include "sim/problem/input_element.h"

namespace {

using namespace attnlab;
using Word = std::uint32_t;

template <typename T>
T argument(void** parameters, int index) {
  T value;
  std::memcpy(&value, parameters[index], sizeof value);
  return value;
}

// One result of the special function unit, with the planted fault.
Word mufu_result(int op, Word input) {
  const bool old = fake_cuda()->compute_capability < 90;
  if (old && probe::needs_90(static_cast<numerics::MufuOp>(op))) return probe::kNotCompiled;
  const Word result = numerics::mufu::evaluate(static_cast<numerics::MufuOp>(op), input);
  const bool faulty = op == fake_cuda()->faulty_mufu_op && input == fake_cuda()->faulty_mufu_input;
  return faulty ? result ^ 1u : result;
}

void mufu_sweep(void** p) {
  const auto first = argument<Word>(p, 1);
  auto* out = argument<Word*>(p, 2);
  for (Word i = 0; i < argument<Word>(p, 3); ++i) {
    out[i] = mufu_result(argument<int>(p, 0), first + i);
  }
}

void mufu_list(void** p) {
  const auto* in = argument<const Word*>(p, 1);
  auto* out = argument<Word*>(p, 2);
  for (Word i = 0; i < argument<Word>(p, 3); ++i) out[i] = mufu_result(argument<int>(p, 0), in[i]);
}

void mufu_model(void** p) {
  const auto op = static_cast<numerics::MufuOp>(argument<int>(p, 0));
  const auto* in = argument<const Word*>(p, 1);
  auto* out = argument<Word*>(p, 2);
  for (Word i = 0; i < argument<Word>(p, 3); ++i) out[i] = numerics::mufu::evaluate(op, in[i]);
}

// The hardware's rule for a tiny result, applied to a result that is exact or nearly so.
float with_rule(long double exact) {
  const auto rounded = static_cast<float>(exact);
  const long double size = exact < 0 ? -exact : exact;
  const auto tininess = static_cast<numerics::Tininess>(fake_cuda()->tininess);
  long double limit = 0x1p-126 - 0x1p-150;
  if (tininess == numerics::Tininess::kBeforeRounding) limit = 0x1p-126;
  if (tininess == numerics::Tininess::kAfterRounding) limit = 0x1p-126 - 0x1p-151;
  return size >= limit ? rounded : exact < 0 ? -0.0f : 0.0f;
}

void ftz_probe(void** p) {
  const int op = argument<int>(p, 0);
  const auto* a = argument<const Word*>(p, 1);
  const auto* b = argument<const Word*>(p, 2);
  const auto* c = argument<const Word*>(p, 3);
  auto* out = argument<Word*>(p, 4);
  for (Word i = 0; i < argument<Word>(p, 5); ++i) {
    const auto x = static_cast<long double>(numerics::float_of_bits(a[i]));
    const auto y = static_cast<long double>(numerics::float_of_bits(b[i]));
    const auto z = static_cast<long double>(numerics::float_of_bits(c[i]));
    long double exact = x * y;
    if (op == static_cast<int>(probe::FtzOp::kFma)) exact = x * y + z;
    if (op == static_cast<int>(probe::FtzOp::kAdd)) exact = x + y;
    if (op == static_cast<int>(probe::FtzOp::kCvt)) {
      const std::uint64_t wide = (std::uint64_t{b[i]} << 32) | a[i];
      exact = static_cast<long double>(__builtin_bit_cast(double, wide));
    }
    out[i] = numerics::bits_of(with_rule(exact));
  }
}

// D = A B + C of every tile; A (16, K), B (K, 8), C (16, 8) one behind the other, packed,
// row-major.
void mma(void** p) {
  const auto format = static_cast<numerics::MmaFormat>(argument<int>(p, 0));
  const auto* tiles = argument<const Word*>(p, 1);
  auto* out = argument<Word*>(p, 2);
  const int depth = format == numerics::MmaFormat::kTf32 ? 8 : 16;
  const auto operand = [&](const Word* words, int index) {
    if (format == numerics::MmaFormat::kTf32) return words[index];
    return (words[index / 2] >> (16 * (index % 2))) & 0xffffu;
  };
  for (Word tile = 0; tile < argument<Word>(p, 3); ++tile) {
    const Word* a = tiles + tile * 320;
    for (int output = 0; output < 128; ++output) {
      Word row[16];
      Word column[16];
      for (int k = 0; k < depth; ++k) {
        row[k] = operand(a, output / 8 * depth + k);
        column[k] = operand(a + 128, k * 8 + output % 8);
      }
      const Word d = numerics::tensor_core_step(numerics::kHopperTensorCore, format, row, column,
                                                depth, a[192 + output]);
      const bool faulty = static_cast<int>(format) == fake_cuda()->faulty_mma_format && output == 5;
      out[tile * 128 + static_cast<Word>(output)] = faulty ? d ^ 1u : d;
    }
  }
}

void problem_inputs(void** p) {
  auto* out = argument<float*>(p, 4);
  for (Word i = 0; i < argument<Word>(p, 5); ++i) {
    out[i] = problem::input_element(
        static_cast<problem::Distribution>(argument<int>(p, 0)), argument<std::uint64_t>(p, 1),
        static_cast<problem::InputTensor>(argument<Word>(p, 2)), argument<std::int64_t>(p, 3) + i);
  }
}

void marshalling(void** p) {
  fake_cuda()->seen_pointer = argument<const void*>(p, 0);
  fake_cuda()->seen_int = argument<std::int32_t>(p, 1);
  fake_cuda()->seen_float = argument<float>(p, 2);
  fake_cuda()->seen_long = argument<std::int64_t>(p, 3);
}

void scribble(void** p) {
  argument<unsigned char*>(p, 0)[fake_cuda()->stray_write_offset] ^= 0x55;
}

}  // namespace

const std::vector<FakeKernel>& fake_kernels() {
  static const std::vector<FakeKernel> table = {
      {"mufu_sweep_kernel", {4, 4, 8, 4}, mufu_sweep},
      {"mufu_list_kernel", {4, 8, 8, 4}, mufu_list},
      {"mufu_model_kernel", {4, 8, 8, 4}, mufu_model},
      {"ftz_probe_kernel", {4, 8, 8, 8, 8, 4}, ftz_probe},
      {"mma_kernel", {4, 8, 8, 4}, mma},
      {"problem_inputs_kernel", {4, 8, 4, 8, 8, 4}, problem_inputs},
      {"marshalling_kernel", {8, 4, 4, 8}, marshalling},
      {"scribble_kernel", {8}, scribble},
  };
  return table;
}
