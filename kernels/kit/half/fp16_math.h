// SPDX-License-Identifier: MIT
// Mathematical functions of half: one evaluation in single precision, rounded. Where that rounds a
// known argument the wrong way, the result is moved by a fraction of its last place.
#pragma once

#include "kernels/kit/half/fp16_arithmetic.h"

namespace attnlab::kit {

// Adds `step` (a half's bits) to the result where the key (the argument, or the result itself) is
// `key_bits`.
ATTNLAB_KIT_D __half corrected(__half result, __half key, unsigned short key_bits,
                               unsigned short step) {
  return key.__x == key_bits ? __hadd(result, __ushort_as_half(step)) : result;
}

// Sine and cosine by quarter turns, in single precision: half's range needs no larger reduction.
struct HalfTurns {
  float rest;
  unsigned int count;
};
ATTNLAB_KIT_D HalfTurns reduce_half(float x) {
  constexpr float kOnes = 0x1.8p+23f;
  const float sum = fused(x, 0x1.45f306p-1f, kOnes);
  const float whole = sum - kOnes;
  return {fused(whole, -0x1.4442dp-24f, fused(whole, -0x1.921fb4p+0f, x)), bits_of(sum)};
}
ATTNLAB_KIT_D float sine_of_half_turns(HalfTurns turns) {
  const float x = turns.rest;
  const float square = x * x;
  const bool cosine = (turns.count & 1u) != 0;
  const float p = polynomial(square, cosine ? 0x1.99eb9cp-16f : -0x1.9943f2p-13f,
                             cosine ? -0x1.6c0c34p-10f : 0x1.11073cp-7f,
                             cosine ? 0x1.55554ap-5f : -0x1.555546p-3f, cosine ? -0.5f : 0.0f);
  const float value = fused(p, cosine ? square : x, cosine ? 1.0f : x);
  return (turns.count & 2u) != 0 ? -value : value;
}

}  // namespace attnlab::kit

ATTNLAB_KIT_D __half hexp(__half x) {
  using namespace attnlab::kit;
  __half result = ex2_ftz(fused(static_cast<float>(x), 0x1.715476p+0f, -0.0f));
  result = corrected(result, x, 0x1f79, 0x9400);
  result = corrected(result, x, 0x25cf, 0x9400);
  result = corrected(result, x, 0xc13b, 0x0400);
  return corrected(result, x, 0xc1ef, 0x0200);
}
// The step of 2^-24 of its value carries the result over a tie.
ATTNLAB_KIT_D __half hexp2(__half x) {
  const float power = attnlab::kit::ex2_ftz(x);
  return attnlab::kit::fused(power, 0x1p-24f, power);
}
ATTNLAB_KIT_D __half hexp10(__half x) {
  using namespace attnlab::kit;
  __half result = ex2_ftz(fused(static_cast<float>(x), 0x1.a934fp+1f, -0.0f));
  result = corrected(result, x, 0x34de, 0x9800);
  result = corrected(result, x, 0x9766, 0x9000);
  result = corrected(result, x, 0x9972, 0x1000);
  result = corrected(result, x, 0xa5c4, 0x1000);
  return corrected(result, x, 0xbf0a, 0x8100);
}
ATTNLAB_KIT_D __half hlog(__half x) {
  using namespace attnlab::kit;
  __half result = lg2_ftz(x) * 0x1.62e43p-1f;
  result = corrected(result, x, 0x160d, 0x9c00);
  result = corrected(result, x, 0x3bfe, 0x8010);
  result = corrected(result, x, 0x3c0b, 0x8080);
  return corrected(result, x, 0x6051, 0x1c00);
}
ATTNLAB_KIT_D __half hlog2(__half x) {
  using namespace attnlab::kit;
  __half result = lg2_ftz(x);
  result = corrected(result, result, 0xa2e2, 0x8080);
  return corrected(result, result, 0xbf46, 0x9400);
}
ATTNLAB_KIT_D __half hlog10(__half x) {
  using namespace attnlab::kit;
  __half result = lg2_ftz(x) * 0x1.344136p-2f;
  result = corrected(result, x, 0x338f, 0x1000);
  result = corrected(result, x, 0x33f8, 0x9000);
  result = corrected(result, x, 0x57e1, 0x9800);
  return corrected(result, x, 0x719d, 0x9c00);
}
ATTNLAB_KIT_D __half hsqrt(__half x) {
  return __nvvm_sqrt_approx_ftz_f(x);
}
ATTNLAB_KIT_D __half hrsqrt(__half x) {
  return attnlab::kit::reciprocal_root_ftz(x);
}
ATTNLAB_KIT_D __half hrcp(__half x) {
  return attnlab::kit::reciprocal_ftz(x);
}
ATTNLAB_KIT_D __half hsin(__half x) {
  using namespace attnlab::kit;
  const __half sine = sine_of_half_turns(reduce_half(x));
  const __half size = __habs(x);
  __half result = corrected(__habs(sine), size, 0x32b3, 0x0800);
  result = corrected(result, size, 0x5cb0, 0x9000);
  return __ushort_as_half(static_cast<unsigned short>(result.__x | (sine.__x & 0x8000u)));
}
ATTNLAB_KIT_D __half hcos(__half x) {
  using namespace attnlab::kit;
  HalfTurns turns = reduce_half(x);
  turns.count += 1u;
  return corrected(sine_of_half_turns(turns), __habs(x), 0x2b7c, 0x1000);
}
ATTNLAB_KIT_D __half htanh(__half x) {
  return tanhf(x);
}
ATTNLAB_KIT_UNARY_1(htanh_approx, __half, "tanh.approx.f16")
ATTNLAB_KIT_UNARY_2(h2tanh_approx, __half2, "tanh.approx.f16x2")
ATTNLAB_KIT_UNARY_1(hfloor, __half, "cvt.rmi.f16.f16")
ATTNLAB_KIT_UNARY_1(hceil, __half, "cvt.rpi.f16.f16")
ATTNLAB_KIT_UNARY_1(htrunc, __half, "cvt.rzi.f16.f16")
ATTNLAB_KIT_UNARY_1(hrint, __half, "cvt.rni.f16.f16")
ATTNLAB_KIT_MATH_OF_PAIRS(__half2)
