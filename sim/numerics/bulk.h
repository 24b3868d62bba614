// SPDX-License-Identifier: MIT
// Arithmetic in bulk on the host: the same bits as the one-value functions, fast. Each operation
// has a version for any x86-64 (or other) CPU and one for AVX2 with FMA; bulk() picks at run time.
//
// Matrices are row-major; ld* is the distance of rows in elements. Counts may be 0. Nothing here
// allocates, throws or keeps state; NaN results are the GPU's canonical ones.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/numerics/mufu_op.h"
#include "sim/numerics/tensor_core.h"

namespace attnlab::numerics {

// The instruction sets of the host that code is compiled for. kAvx512: F, VL, BW and DQ.
enum class Isa { kBaseline, kAvx2, kAvx512 };

// A tensor core operand taken apart once, so that the matrices' inner loops need not. Finite:
// signed significand and unbiased exponent. Zero: 0 and kZeroExponent. Special: kSpecialExponent
// and 0 for NaN, +1 or -1 for an infinity.
struct MmaOperand {
  std::int16_t significand;
  std::int16_t exponent;
};
inline constexpr std::int16_t kZeroExponent = -4096;
inline constexpr std::int16_t kSpecialExponent = 16000;

struct BulkOps {
  Isa isa;

  // C (rows, columns) += A (rows, depth) * B (depth, columns) on the CUDA cores' fp32:
  // c[i][j] = fma(a[i][k], b[k][j], c[i][j]) for k ascending. depth 0 leaves C as it is.
  void (*matmul_accumulate)(float* c, std::ptrdiff_t ldc, const float* a, std::ptrdiff_t lda,
                            const float* b, std::ptrdiff_t ldb, int rows, int columns, int depth);

  // out[i] = mufu::evaluate(op, in[i]). in and out may be the same array.
  void (*mufu)(MufuOp op, const std::uint32_t* in, std::uint32_t* out, std::size_t count);

  // out[i] = exp2_approx(in[i]). in and out may be the same array.
  void (*exp2_approx)(const float* in, float* out, std::size_t count);

  // Takes operands apart: `in` is uint16_t[count] for f16 and bf16, uint32_t[count] for tf32.
  void (*decode_operands)(MmaFormat format, const void* in, MmaOperand* out, std::size_t count);

  // C (rows, columns) += A (rows, depth) * B (depth, columns) on a tensor core: each c[i][j] is a
  // chain of steps, k ascending (tensor_core_chain); a last step that is short counts as padded
  // with zeros. depth 0 leaves C as it is.
  void (*tensor_core_accumulate)(const TensorCoreSpec& spec, MmaFormat format, float* c,
                                 std::ptrdiff_t ldc, const MmaOperand* a, std::ptrdiff_t lda,
                                 const MmaOperand* b, std::ptrdiff_t ldb, int rows, int columns,
                                 int depth);

  // formats.h's conversions, element by element.
  void (*f16_from_f32)(const float* in, std::uint16_t* out, std::size_t count);
  void (*bf16_from_f32)(const float* in, std::uint16_t* out, std::size_t count);
  void (*f32_from_f16)(const std::uint16_t* in, float* out, std::size_t count);
  void (*f32_from_bf16)(const std::uint16_t* in, float* out, std::size_t count);
};

// Whether this CPU can run the operations of `isa`.
bool supported(Isa isa);

// The fastest set that this CPU supports. The environment variable ATTNLAB_ISA=baseline keeps to
// what every x86-64 has, ATTNLAB_ISA=avx2 to AVX2 where the CPU has it.
Isa fastest_isa();

// The operations of one instruction set; the caller makes sure that it is supported. There are none
// of their own for kAvx512, which gets AVX2's.
const BulkOps& bulk_for(Isa isa);

// The operations of fastest_isa(), chosen at the first call.
const BulkOps& bulk();

}  // namespace attnlab::numerics
