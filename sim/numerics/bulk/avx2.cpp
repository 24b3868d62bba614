// SPDX-License-Identifier: MIT
// Bulk operations for CPUs with AVX2 and FMA. No function here is compiled with more than the rest
// of the program unless it says so itself (ATTNLAB_AVX2).
#include "sim/numerics/bulk/instruction_sets.h"
#include "sim/numerics/bulk/loops.h"

#if defined(__x86_64__)

#include "sim/numerics/bulk/avx2_matmul.h"
#include "sim/numerics/bulk/avx2_mufu.h"
#include "sim/numerics/bulk/avx2_tensor_core.h"

namespace attnlab::numerics {
namespace {

// out[i] = Function(in[i]), the last vector partial.
template <typename Function>
ATTNLAB_AVX2 inline void for_each_vector(const std::uint32_t* in, std::uint32_t* out,
                                         std::size_t count) {
  std::size_t i = 0;
  for (; i + avx2::kLanes <= count; i += avx2::kLanes) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in + i));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), Function::of(x));
  }
  if (i < count) {
    const __m256i mask = avx2::first_lanes(static_cast<int>(count - i));
    const __m256i x = _mm256_maskload_epi32(reinterpret_cast<const int*>(in + i), mask);
    _mm256_maskstore_epi32(reinterpret_cast<int*>(out + i), mask, Function::of(x));
  }
}

using MufuLoop = void (*)(const std::uint32_t*, std::uint32_t*, std::size_t);

// In the order of MufuOp.
constexpr MufuLoop kMufuLoops[kMufuOpCount] = {for_each_vector<avx2::Ex2Ftz>,
                                               for_each_vector<avx2::Ex2>,
                                               for_each_vector<avx2::Lg2Ftz>,
                                               for_each_vector<avx2::Lg2>,
                                               for_each_vector<avx2::RcpFtz>,
                                               for_each_vector<avx2::Rcp>,
                                               for_each_vector<avx2::RsqrtFtz>,
                                               for_each_vector<avx2::Rsqrt>,
                                               for_each_vector<avx2::SqrtFtz>,
                                               for_each_vector<avx2::Sqrt>,
                                               for_each_vector<avx2::Sine<0>>,
                                               for_each_vector<avx2::Sine<0>>,
                                               for_each_vector<avx2::Sine<1>>,
                                               for_each_vector<avx2::Sine<1>>,
                                               for_each_vector<avx2::Tanh>,
                                               for_each_vector<avx2::OfF16<avx2::Ex2>>,
                                               for_each_vector<avx2::OfF16<avx2::Tanh>>,
                                               for_each_vector<avx2::OfBf16<avx2::Ex2Ftz>>,
                                               for_each_vector<avx2::OfBf16<avx2::Tanh>>};

void mufu_bulk(MufuOp op, const std::uint32_t* in, std::uint32_t* out, std::size_t count) {
  kMufuLoops[static_cast<int>(op)](in, out, count);
}
ATTNLAB_AVX2 void exp2_approx_bulk(const float* in, float* out, std::size_t count) {
  for_each_vector<avx2::Ex2>(reinterpret_cast<const std::uint32_t*>(in),
                             reinterpret_cast<std::uint32_t*>(out), count);
}
ATTNLAB_AVX2 void decode_operands(MmaFormat format, const void* in, MmaOperand* out,
                                  std::size_t count) {
  loops::decode_operands(format, in, out, count);
}
ATTNLAB_AVX2 void f16_from_f32_bulk(const float* in, std::uint16_t* out, std::size_t count) {
  loops::for_each<f16_from_f32>(in, out, count);
}
ATTNLAB_AVX2 void bf16_from_f32_bulk(const float* in, std::uint16_t* out, std::size_t count) {
  loops::for_each<bf16_from_f32>(in, out, count);
}
ATTNLAB_AVX2 void f32_from_f16_bulk(const std::uint16_t* in, float* out, std::size_t count) {
  loops::for_each<f32_from_f16>(in, out, count);
}
ATTNLAB_AVX2 void f32_from_bf16_bulk(const std::uint16_t* in, float* out, std::size_t count) {
  loops::for_each<f32_from_bf16>(in, out, count);
}

}  // namespace

const BulkOps& avx2_ops() {
  static constexpr BulkOps kOps = {Isa::kAvx2,        avx2::matmul_accumulate,
                                   mufu_bulk,         exp2_approx_bulk,
                                   decode_operands,   avx2::tensor_core_accumulate,
                                   f16_from_f32_bulk, bf16_from_f32_bulk,
                                   f32_from_f16_bulk, f32_from_bf16_bulk};
  return kOps;
}

}  // namespace attnlab::numerics

#else

namespace attnlab::numerics {

// Never chosen: supported(Isa::kAvx2) is false here.
const BulkOps& avx2_ops() {
  return baseline_ops();
}

}  // namespace attnlab::numerics

#endif
