// SPDX-License-Identifier: MIT
// Exponentials and logarithms in single precision. Each is what nvcc makes of the function without
// fast math: the same operations in the same order on the same constants, so the bits are equal.
//
// All of them split their argument around a power of two. An exponential writes x as a whole number
// of octaves and a rest; the unit evaluates 2^rest, an integer shift makes 2^whole. A logarithm
// splits off the exponent and evaluates a polynomial on the fraction.
#pragma once

#include "kernels/kit/math/instructions.h"

namespace attnlab::kit {

inline constexpr float kLog2E = 0x1.715476p+0f;
inline constexpr float kLog2Ten = 0x1.a934fp+1f;
inline constexpr float kLn2 = 0x1.62e43p-1f;

// base^x for log2(base) = high + low. The octaves are found as a position in 252 steps, held to
// [0, 1] by saturation, so that the exponent built from them never leaves its field.
__device__ __forceinline__ float power_of_base(float x, float steps, float high, float low) {
  constexpr float kOnes = 0x1.800002p+23f;  // a sum this large has its last bit at 1
  const float position = saturate(fused(x, steps, 0.5f));
  const float octaves = __nvvm_fma_rm_f(position, 252.0f, kOnes);
  const float whole = octaves - 0x1.8000fep+23f;
  const float rest = fused(x, low, fused(x, high, -whole));
  return ex2_ftz(rest) * float_of(bits_of(octaves) << 23);
}

// 2^bias_octaves * e^x in the older way: octaves by truncation, at most 126 of them.
__device__ __forceinline__ float exp_with_bias(float x, float bias) {
  const float octaves = toward_zero(x * kLog2E);
  const float held = magnitude(octaves) > 126.0f ? with_sign_of(126.0f, octaves) : octaves;
  const float rest = fused(held, 0x1.05c61p-29f, fused(held, -0x1.62e43p-1f, x));
  return ex2_ftz(rest * kLog2E) * float_of(bits_of(held + bias) << 23);
}

// A positive number as 2^exponent * (1 + fraction), 1 + fraction between `lowest` and 2 * lowest.
struct SplitForLog {
  float scaled;    // the argument, subnormals multiplied by 2^23
  float exponent;  // of the argument as it came
  float fraction;
};
__device__ __forceinline__ SplitForLog split_for_log(float x, unsigned int lowest_bits) {
  const bool subnormal = x < 0x1p-126f;
  const float scaled = subnormal ? x * 0x1p+23f : x;
  const unsigned int exponent_bits = (bits_of(scaled) - lowest_bits) & kExponentMask;
  const float exponent = fused(static_cast<float>(static_cast<int>(exponent_bits)), 0x1p-23f,
                               subnormal ? -23.0f : 0.0f);
  return {scaled, exponent, float_of(bits_of(scaled) - exponent_bits) - 1.0f};
}

// Infinity for infinity, NaN for what is negative or NaN; `value` for all others.
__device__ __forceinline__ float unless_special_for_log(float x, float value) {
  return bits_of(x) >= kInfinityBits ? fused(x, kInfinity, kInfinity) : value;
}

// ln x, but for the pole at 0.
__device__ __forceinline__ float natural_log(const SplitForLog& x) {
  const float f = x.fraction;
  const float p =
      polynomial(f, -0x1.0aa04ep-3f, 0x1.2073ecp-3f, -0x1.f19b98p-4f, 0x1.1e52aap-3f,
                 -0x1.55b172p-3f, 0x1.99da16p-3f, -0x1.fffe44p-3f, 0x1.5554fp-2f, -0.5f);
  return unless_special_for_log(x.scaled, fused(x.exponent, kLn2, fused(f * p, f, f)));
}

}  // namespace attnlab::kit

__device__ __forceinline__ float expf(float x) {
  return attnlab::kit::power_of_base(x, 0x1.77313ap-8f, attnlab::kit::kLog2E, 0x1.4ae0cp-26f);
}
__device__ __forceinline__ float exp10f(float x) {
  return attnlab::kit::power_of_base(x, 0x1.aff4c4p-7f, attnlab::kit::kLog2Ten, 0x1.2f346ep-24f);
}
__device__ __forceinline__ float exp2f(float x) {
  return attnlab::kit::ex2(x);
}

// Near 0 (|x| < 0.41) no octave is split off, so nothing cancels: e^x - 1 is a polynomial there.
__device__ __forceinline__ float expm1f(float x) {
  using namespace attnlab::kit;
  const float nearest = to_nearest_integer(x * kLog2E);
  const float octaves = magnitude(x) < 0x1.a3d70ap-2f ? 0.0f : nearest;
  const float rest = fused(-octaves, 0x1.7f7d1cp-20f, fused(-octaves, 0x1.62e4p-1f, x));
  // 2^128 is out of range: halve it, and double the result.
  const bool halved = octaves == 128.0f;
  const float held = halved ? octaves - 1.0f : octaves;
  const float p = polynomial(rest, 0x1.6bd7ccp-10f, 0x1.12acc6p-7f, 0x1.5557c6p-5f, 0x1.5553ecp-3f,
                             0x1.fffffcp-2f);
  const float small = fused(rest * p, rest, rest);
  const float scale = ex2(held);
  const float sum = fused(small, scale, scale - 1.0f);
  float result = halved ? sum + sum : sum;
  result = held > 128.0f ? kInfinity : result;
  result = held < -25.0f ? -1.0f : result;
  return x == 0.0f ? x + x : result;
}

__device__ __forceinline__ float logf(float x) {
  using namespace attnlab::kit;
  const SplitForLog split = split_for_log(x, 0x3f2aaaabu);  // from 2/3
  return split.scaled == 0.0f ? -kInfinity : natural_log(split);
}
__device__ __forceinline__ float log10f(float x) {
  using namespace attnlab::kit;
  const SplitForLog split = split_for_log(x, 0x3f2aaaabu);
  return split.scaled == 0.0f ? -kInfinity : natural_log(split) * 0x1.bcb7b2p-2f;
}
__device__ __forceinline__ float log2f(float x) {
  using namespace attnlab::kit;
  const SplitForLog split = split_for_log(x, 0x3f3504f3u);  // from sqrt(1/2)
  const float f = split.fraction;
  const float p =
      polynomial(f, 0x1.8d64fep-4f, -0x1.58fe6p-3f, 0x1.5f9e54p-3f, -0x1.6e9c86p-3f, 0x1.a417e8p-3f,
                 -0x1.ec7916p-3f, 0x1.277f32p-2f, -0x1.715492p-2f, 0x1.ec7094p-2f, -0x1.715476p-1f);
  const float fraction_log = fused(f, kLog2E, f * (f * p));
  const float log = unless_special_for_log(split.scaled, split.exponent + fraction_log);
  return split.scaled == 0.0f ? -kInfinity : log;
}

// ln(1 + x): the exponent of 1 + x is split off both summands, so that x keeps all of its bits.
__device__ __forceinline__ float log1pf(float x) {
  using namespace attnlab::kit;
  const unsigned int exponent_bits =
      (bits_of(__nvvm_add_rz_f(x, 1.0f)) - 0x3f400000u) & kExponentMask;  // from 3/4
  const float scaled_x = float_of(bits_of(x) - exponent_bits);
  const float four_scaled = float_of(0x40800000u - exponent_bits);
  const float f = fused(0.25f, four_scaled, -1.0f) + scaled_x;
  const float exponent = static_cast<float>(static_cast<int>(exponent_bits)) * 0x1p-23f;
  const float p =
      polynomial(f, -0x1.737efp-5f, 0x1.b00024p-4f, -0x1.0ef1cp-3f, 0x1.28c8eap-3f, -0x1.54d1bap-3f,
                 0x1.995f3cp-3f, -0x1.000084p-2f, 0x1.5555ccp-2f, -0.5f);
  float log = fused(exponent, kLn2, fused(f * p, f, f));
  if (bits_of(x) < kInfinityBits) return log;
  // Infinity, NaN and what is below -1; then negative zero.
  if (static_cast<int>(bits_of(x)) >= static_cast<int>(0xbf800001u)) {
    log = fused(x, kInfinity, kInfinity);
  }
  return x == 0.0f ? -0.0f : log;
}
