// SPDX-License-Identifier: MIT
//
// Computes      What the hardware's arithmetic returns, bit pattern in, bit pattern out: special
//               function unit, tensor core step, .ftz operations near 2^-126; and, beside the
//               first, the integer models of sim/numerics run on the device.
// Shapes        Lists: inputs and out [count]. Tiles: 320 words each, A (16, K), B (K, 8) and
//               C (16, 8) one behind the other, row-major, two 16-bit operands a word, the earlier
//               in the low half; K = 16, or 8 for tf32. D = A B + C: [tiles, 16, 8] words.
// Mapping       Lists: a thread an element. Tiles: a warp a tile; lane t holds rows t/4 and t/4 + 8
//               and columns 2 (t%4) and 2 (t%4) + 1 of D.
// Memory        Every operand is read and every result written once. No shared memory.
// Numerics      One PTX instruction an element, written by name; nothing else rounds.
// Synchronises  Nothing; a warp's 32 lanes enter mma.sync together.
// Requires      Compute capability 8.0; the bf16 forms of the special functions 9.0 (older code has
//               kNotCompiled in their place).
// Changed       First of its family.
// See           docs/numerics.md; sim/numerics/record/arithmetic_digest.h (tiles); arithmetic_sweep.h.

#include "kernels/probe/arithmetic_probe.h"
#include "sim/numerics/mufu_model.h"

namespace attnlab::probe {

using numerics::bits_of;
using numerics::float_of_bits;
using numerics::MufuOp;

#define ATTNLAB_F32_CASE(op, instruction)                                           \
  case MufuOp::op: {                                                                \
    float result;                                                                   \
    asm volatile(instruction " %0, %1;" : "=f"(result) : "f"(float_of_bits(bits))); \
    return bits_of(result);                                                         \
  }
#define ATTNLAB_B16_CASE(op, instruction)                                                         \
  case MufuOp::op: {                                                                              \
    unsigned short result;                                                                        \
    asm volatile(instruction " %0, %1;" : "=h"(result) : "h"(static_cast<unsigned short>(bits))); \
    return result;                                                                                \
  }

// What the instruction `op` returns for the pattern `bits`.
__device__ __forceinline__ unsigned int mufu(MufuOp op, unsigned int bits) {
  switch (op) {
    ATTNLAB_F32_CASE(kEx2Ftz, "ex2.approx.ftz.f32")
    ATTNLAB_F32_CASE(kEx2, "ex2.approx.f32")
    ATTNLAB_F32_CASE(kLg2Ftz, "lg2.approx.ftz.f32")
    ATTNLAB_F32_CASE(kLg2, "lg2.approx.f32")
    ATTNLAB_F32_CASE(kRcpFtz, "rcp.approx.ftz.f32")
    ATTNLAB_F32_CASE(kRcp, "rcp.approx.f32")
    ATTNLAB_F32_CASE(kRsqrtFtz, "rsqrt.approx.ftz.f32")
    ATTNLAB_F32_CASE(kRsqrt, "rsqrt.approx.f32")
    ATTNLAB_F32_CASE(kSqrtFtz, "sqrt.approx.ftz.f32")
    ATTNLAB_F32_CASE(kSqrt, "sqrt.approx.f32")
    ATTNLAB_F32_CASE(kSinFtz, "sin.approx.ftz.f32")
    ATTNLAB_F32_CASE(kSin, "sin.approx.f32")
    ATTNLAB_F32_CASE(kCosFtz, "cos.approx.ftz.f32")
    ATTNLAB_F32_CASE(kCos, "cos.approx.f32")
    ATTNLAB_F32_CASE(kTanh, "tanh.approx.f32")
    ATTNLAB_B16_CASE(kEx2F16, "ex2.approx.f16")
    ATTNLAB_B16_CASE(kTanhF16, "tanh.approx.f16")
#if __CUDA_ARCH__ >= 900
    ATTNLAB_B16_CASE(kEx2FtzBf16, "ex2.approx.ftz.bf16")
    ATTNLAB_B16_CASE(kTanhBf16, "tanh.approx.bf16")
#endif
    default:
      return kNotCompiled;
  }
}

#undef ATTNLAB_F32_CASE
#undef ATTNLAB_B16_CASE

// What the CUDA cores return for one .ftz operation. kCvt takes a double: a its low word, b its
// high.
__device__ __forceinline__ unsigned int ftz_operation(FtzOp op, unsigned int a_bits,
                                                      unsigned int b_bits, unsigned int c_bits) {
  const float a = float_of_bits(a_bits);
  const float b = float_of_bits(b_bits);
  const float c = float_of_bits(c_bits);
  float result = 0.0f;
  switch (op) {
    case FtzOp::kMul:
      asm volatile("mul.rn.ftz.f32 %0, %1, %2;" : "=f"(result) : "f"(a), "f"(b));
      break;
    case FtzOp::kFma:
      asm volatile("fma.rn.ftz.f32 %0, %1, %2, %3;" : "=f"(result) : "f"(a), "f"(b), "f"(c));
      break;
    case FtzOp::kAdd:
      asm volatile("add.rn.ftz.f32 %0, %1, %2;" : "=f"(result) : "f"(a), "f"(b));
      break;
    case FtzOp::kCvt: {
      const double wide =
          __builtin_bit_cast(double, (static_cast<unsigned long long>(b_bits) << 32) | a_bits);
      asm volatile("cvt.rn.ftz.f32.f64 %0, %1;" : "=f"(result) : "d"(wide));
      break;
    }
    case FtzOp::kCount:
      break;
  }
  return bits_of(result);
}

// The registers of one lane: A as four words, B as two, C and D as four floats.
struct Fragments {
  unsigned int a[4];
  unsigned int b[2];
  float c[4];
};

// D = A B + C by one mma.sync; fragments.c becomes D.
__device__ __forceinline__ void mma(numerics::MmaFormat format, Fragments& f) {
#define ATTNLAB_MMA(shape_and_types)                                    \
  asm volatile("mma.sync.aligned." shape_and_types                      \
               " {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};" \
               : "+f"(f.c[0]), "+f"(f.c[1]), "+f"(f.c[2]), "+f"(f.c[3]) \
               : "r"(f.a[0]), "r"(f.a[1]), "r"(f.a[2]), "r"(f.a[3]), "r"(f.b[0]), "r"(f.b[1]))
  switch (format) {
    case numerics::MmaFormat::kF16:
      ATTNLAB_MMA("m16n8k16.row.col.f32.f16.f16.f32");
      break;
    case numerics::MmaFormat::kBf16:
      ATTNLAB_MMA("m16n8k16.row.col.f32.bf16.bf16.f32");
      break;
    case numerics::MmaFormat::kTf32:
      ATTNLAB_MMA("m16n8k8.row.col.f32.tf32.tf32.f32");
      break;
  }
#undef ATTNLAB_MMA
}

// Register `half` of B (K, 8), by rows in memory and by columns in the tensor core: rows
// 8 half + 2 quarter and the next one of a column of 16-bit operands, or row 4 half + quarter of
// tf32.
__device__ __forceinline__ unsigned int operand_b(numerics::MmaFormat format, const unsigned int* b,
                                                  int column, int quarter, int half) {
  if (format == numerics::MmaFormat::kTf32) return b[(4 * half + quarter) * 8 + column];
  const unsigned int* row = b + (8 * half + 2 * quarter) * 4 + column / 2;  // 4 words a row
  const int shift = 16 * (column % 2);
  return ((row[0] >> shift) & 0xffffu) | ((row[4] >> shift) << 16);
}

}  // namespace attnlab::probe

// out[i] = op(first_input + i): all patterns of an instruction in consecutive blocks.
extern "C" __global__ void mufu_sweep_kernel(int op, unsigned int first_input, unsigned int* out,
                                             unsigned int count) {
  const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= count) return;
  out[i] = attnlab::probe::mufu(static_cast<attnlab::numerics::MufuOp>(op), first_input + i);
}

// out[i] = op(inputs[i]).
extern "C" __global__ void mufu_list_kernel(int op, const unsigned int* inputs, unsigned int* out,
                                            unsigned int count) {
  const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= count) return;
  out[i] = attnlab::probe::mufu(static_cast<attnlab::numerics::MufuOp>(op), inputs[i]);
}

// The same by the integer model instead of the instruction.
extern "C" __global__ void mufu_model_kernel(int op, const unsigned int* inputs, unsigned int* out,
                                             unsigned int count) {
  const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= count) return;
  out[i] = attnlab::numerics::mufu::evaluate(static_cast<attnlab::numerics::MufuOp>(op), inputs[i]);
}

// out[i] = the .ftz operation of a[i], b[i], c[i].
extern "C" __global__ void ftz_probe_kernel(int op, const unsigned int* a, const unsigned int* b,
                                            const unsigned int* c, unsigned int* out,
                                            unsigned int count) {
  const unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= count) return;
  out[i] = attnlab::probe::ftz_operation(static_cast<attnlab::probe::FtzOp>(op), a[i], b[i], c[i]);
}

// D = A B + C for a list of tiles; blocks of whole warps.
extern "C" __global__ void mma_kernel(int format_index, const unsigned int* tiles,
                                      unsigned int* out, unsigned int count) {
  const unsigned int tile = (blockIdx.x * blockDim.x + threadIdx.x) / 32;
  if (tile >= count) return;  // the same for all lanes of a warp
  const auto format = static_cast<attnlab::numerics::MmaFormat>(format_index);
  const int group = (threadIdx.x % 32) / 4;
  const int quarter = threadIdx.x % 4;
  const unsigned int* a =
      tiles + static_cast<unsigned long long>(tile) * attnlab::probe::kTileWords;
  const unsigned int* b = a + attnlab::probe::kTileFirstB;
  const unsigned int* c = a + attnlab::probe::kTileFirstC;

  // Load this lane's part of A (16, K), of B (K, 8) and of C (16, 8). A row of A is 8 words,
  // whether 16 operands of 16 bits or 8 of tf32, and so the registers are the same words of it.
  attnlab::probe::Fragments f;
  for (int half = 0; half < 2; ++half) {
    f.a[2 * half] = a[group * 8 + 4 * half + quarter];
    f.a[2 * half + 1] = a[(group + 8) * 8 + 4 * half + quarter];
    f.b[half] = attnlab::probe::operand_b(format, b, group, quarter, half);
  }
  const int first = group * 8 + 2 * quarter;  // of C and D, in row `group`; 64 on is row group + 8
  for (int i = 0; i < 4; ++i) {
    f.c[i] = attnlab::numerics::float_of_bits(c[first + (i / 2) * 64 + i % 2]);
  }

  attnlab::probe::mma(format, f);

  // Store D (16, 8) as C was loaded.
  unsigned int* d = out + tile * 128ull;
  for (int i = 0; i < 4; ++i) {
    d[first + (i / 2) * 64 + i % 2] = attnlab::numerics::bits_of(f.c[i]);
  }
}
