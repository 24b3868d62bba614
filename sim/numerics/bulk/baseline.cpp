// SPDX-License-Identifier: MIT
// Bulk operations for every CPU.
#include "sim/numerics/bulk/instruction_sets.h"
#include "sim/numerics/bulk/loops.h"

namespace attnlab::numerics {
namespace {

void matmul_accumulate(float* c, std::ptrdiff_t ldc, const float* a, std::ptrdiff_t lda,
                       const float* b, std::ptrdiff_t ldb, int rows, int columns, int depth) {
  if (depth <= 0) return;
  for (int i = 0; i < rows; ++i) {
    float* row = c + i * ldc;
    for (int k = 0; k < depth; ++k) {
      const float scalar = a[i * lda + k];
      const float* b_row = b + k * ldb;
      for (int j = 0; j < columns; ++j) row[j] = fma_rn(scalar, b_row[j], row[j]);
    }
    for (int j = 0; j < columns; ++j) row[j] = canonical(row[j]);
  }
}

using MufuLoop = void (*)(const std::uint32_t*, std::uint32_t*, std::size_t);

template <auto kFunction>
void mufu_loop(const std::uint32_t* in, std::uint32_t* out, std::size_t count) {
  loops::for_each<kFunction>(in, out, count);
}

// In the order of MufuOp.
constexpr MufuLoop kMufuLoops[kMufuOpCount] = {
    mufu_loop<mufu::ex2_ftz>,   mufu_loop<mufu::ex2>,      mufu_loop<mufu::lg2_ftz>,
    mufu_loop<mufu::lg2>,       mufu_loop<mufu::rcp_ftz>,  mufu_loop<mufu::rcp>,
    mufu_loop<mufu::rsqrt_ftz>, mufu_loop<mufu::rsqrt>,    mufu_loop<mufu::sqrt_ftz>,
    mufu_loop<mufu::sqrt>,      mufu_loop<mufu::sin_ftz>,  mufu_loop<mufu::sin_ftz>,
    mufu_loop<mufu::cos_ftz>,   mufu_loop<mufu::cos_ftz>,  mufu_loop<mufu::tanh>,
    mufu_loop<mufu::ex2_f16>,   mufu_loop<mufu::tanh_f16>, mufu_loop<mufu::ex2_ftz_bf16>,
    mufu_loop<mufu::tanh_bf16>};

void tensor_core_accumulate(const TensorCoreSpec& spec, MmaFormat format, float* c,
                            std::ptrdiff_t ldc, const MmaOperand* a, std::ptrdiff_t lda,
                            const MmaOperand* b, std::ptrdiff_t ldb, int rows, int columns,
                            int depth) {
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j) {
      float& element = c[i * ldc + j];
      element = float_of_bits(
          loops::decoded_chain(spec, format, a + i * lda, b + j, ldb, depth, bits_of(element)));
    }
  }
}

}  // namespace

const BulkOps& baseline_ops() {
  static constexpr BulkOps kOps = {
      Isa::kBaseline,
      matmul_accumulate,
      [](MufuOp op, const std::uint32_t* in, std::uint32_t* out, std::size_t count) {
        kMufuLoops[static_cast<int>(op)](in, out, count);
      },
      [](const float* in, float* out, std::size_t count) {
        loops::for_each<exp2_approx>(in, out, count);
      },
      [](MmaFormat format, const void* in, MmaOperand* out, std::size_t count) {
        loops::decode_operands(format, in, out, count);
      },
      tensor_core_accumulate,
      [](const float* in, std::uint16_t* out, std::size_t count) {
        loops::for_each<f16_from_f32>(in, out, count);
      },
      [](const float* in, std::uint16_t* out, std::size_t count) {
        loops::for_each<bf16_from_f32>(in, out, count);
      },
      [](const std::uint16_t* in, float* out, std::size_t count) {
        loops::for_each<f32_from_f16>(in, out, count);
      },
      [](const std::uint16_t* in, float* out, std::size_t count) {
        loops::for_each<f32_from_bf16>(in, out, count);
      },
  };
  return kOps;
}

}  // namespace attnlab::numerics
