// SPDX-License-Identifier: MIT
#include <iterator>

#include "kernels/probe/instructions/operands.h"

namespace attnlab::probe {
namespace {

// clang-format off
constexpr std::uint64_t kPredicates[] = {0, 1};

constexpr std::uint64_t kIntegers16[] = {
    0, 1, 0xffff, 0x8000, 0x7fff, 2, 0xfffe, 0x8001, 0x00ff, 0x0100, 0x0080, 0x5555, 0xaaaa, 3, 7,
    0x7ffe, 10, 0x0010, 0x000f, 0xff80, 0xff7f, 0x4000, 0xc000, 0x1234};

constexpr std::uint64_t kIntegers32[] = {
    0, 1, 0xffffffff, 0x80000000, 0x7fffffff, 2, 0x80000001, 0xfffffffe, 0xffff, 0x10000, 31, 32,
    0xaaaaaaaa, 3, 0x7ffffffe, 0xff, 0x100, 0x80, 0x7fff, 0x8000, 0xffff8000, 0xffffff80, 0x00ffffff,
    0x01000000, 0x00800000, 0x55555555, 7, 10, 0x40000000, 0xc0000000, 33, 0x12345678};

constexpr std::uint64_t kIntegers64[] = {
    0, 1, 0xffffffffffffffff, 0x8000000000000000, 0x7fffffffffffffff, 2, 0x8000000000000001,
    0xfffffffffffffffe, 0xffffffff, 0x100000000, 63, 64, 0xaaaaaaaaaaaaaaaa, 3, 0x80000000,
    0x7fffffff, 0xffffffff80000000, 0xffffffff7fffffff, 0xffff, 0x10000, 0x5555555555555555, 7, 10,
    0x20000000000000, 0x20000000000001, 0x4000000000000000, 0xc000000000000000, 0x123456789abcdef0,
    0x1000001, 0x1000003, 31, 32};

constexpr std::uint64_t kPairs[] = {
    0, 0x00010001, 0xffffffff, 0x80008000, 0x7fff7fff, 0x7fff8000, 0x80007fff, 0x0000ffff,
    0xffff0000, 0x00020001, 0xfffe0001, 0x80018001, 0x7ffe0002, 0x00ff0100, 0x5555aaaa, 0x12345678};

constexpr std::uint64_t kShifts[] = {
    0, 1, 31, 32, 33, 63, 64, 0xffffffff, 15, 16, 8, 65, 30, 17, 0x100, 0x80000000, 2, 7, 24, 62,
    127, 128, 255, 0x101, 0x7fffffff};

constexpr std::uint64_t kLanes[] = {0, 31, 1, 16, 15, 30, 8, 7};

constexpr std::uint64_t kSmallSigned[] = {0, 1, 0xffffffff, 2, 0xfffffffe, 31, 32, 0xffffffe0};

// Zeros, ones, infinities, NaNs (quiet, signalling, with payloads), subnormals, the ends of the
// range, numbers around the ends of other types' ranges, and halves.
constexpr std::uint64_t kF32[] = {
    0x00000000, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001,
    0x00000001, 0x807fffff, 0x00800000, 0x7f7fffff, 0x3f000000, 0xff7fffff, 0x34000000, 0xffc12345,
    0x7fffffff, 0xffffffff, 0xffbfffff, 0x007fffff, 0x80000001, 0x80800000, 0x00800001, 0x3fc00000,
    0x40200000, 0xbf000000, 0xbfc00000, 0x3f7fffff, 0x3f800001, 0x40000000, 0x40400000, 0x4b000000,
    0x4b800000, 0x4b7fffff, 0x4f000000, 0x4effffff, 0xcf000000, 0xcf000001, 0x4f800000, 0x4f7fffff,
    0x5f000000, 0x5f800000, 0xdf000000, 0x477fe000, 0x477ff000, 0x477fefff, 0x33800000, 0x33000000,
    0x33000001, 0x387fc000, 0x7f7f8000, 0x7f7f7fff, 0x437f0000, 0x437f8000, 0x42fe0000, 0xc3008000};

constexpr std::uint64_t kF64[] = {
    0x0000000000000000, 0x8000000000000000, 0x3ff0000000000000, 0xbff0000000000000,
    0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000, 0x7ff0000000000001,
    0x0000000000000001, 0x800fffffffffffff, 0x0010000000000000, 0x7fefffffffffffff,
    0x3fe0000000000000, 0xffefffffffffffff, 0x3cb0000000000000, 0xfff8123456789abc,
    0x7fffffffffffffff, 0xffffffffffffffff, 0xfff7ffffffffffff, 0x000fffffffffffff,
    0x8000000000000001, 0x8010000000000000, 0x0010000000000001, 0x3ff8000000000000,
    0x4004000000000000, 0xbfe0000000000000, 0x3fefffffffffffff, 0x3ff0000000000001,
    0x4000000000000000, 0x4008000000000000, 0x4330000000000000, 0x4340000000000000,
    0x41e0000000000000, 0x41dfffffffc00000, 0xc1e0000000000000, 0xc1e0000000200000,
    0x41f0000000000000, 0x43e0000000000000, 0x43f0000000000000, 0xc3e0000000000000,
    0x43dfffffffffffff, 0x47efffffe0000000, 0x47effffff0000000, 0x47efffffefffffff,
    0x36a0000000000000, 0x3690000000000000, 0x3690000000000001, 0x380fffffffffffff,
    0x40effc0000000000, 0x40effe0000000000, 0x3e70000000000000, 0x3e60000000000001};

constexpr std::uint64_t kF16[] = {
    0x0000, 0x8000, 0x3c00, 0xbc00, 0x7c00, 0xfc00, 0x7e00, 0x7c01, 0x0001, 0x83ff, 0x0400, 0x7bff,
    0x3800, 0xfbff, 0x1400, 0xfe12, 0x7fff, 0xffff, 0xfdff, 0x03ff, 0x8001, 0x8400, 0x0401, 0x3e00,
    0x4100, 0xb800, 0x3bff, 0x3c01, 0x4000, 0x4200, 0x6400, 0x6800};

constexpr std::uint64_t kBf16[] = {
    0x0000, 0x8000, 0x3f80, 0xbf80, 0x7f80, 0xff80, 0x7fc0, 0x7f81, 0x0001, 0x807f, 0x0080, 0x7f7f,
    0x3f00, 0xff7f, 0x3c00, 0xffd2, 0x7fff, 0xffff, 0xffbf, 0x007f, 0x8001, 0x8080, 0x0081, 0x3fc0,
    0x4020, 0xbf00, 0x3f7f, 0x3f81, 0x4000, 0x4040, 0x4300, 0x4380};
// clang-format on

// Two special values side by side: each is there, with a neighbour that is another one.
template <std::size_t kCount>
struct Pairs {
  std::uint64_t value[kCount];
};
template <std::size_t kCount>
constexpr Pairs<kCount> paired(const std::uint64_t (&halves)[kCount]) {
  Pairs<kCount> pairs = {};
  for (std::size_t i = 0; i < kCount; ++i) {
    pairs.value[i] = halves[i] | halves[(7 * i + 3) % kCount] << 16;
  }
  return pairs;
}
constexpr Pairs kF16Pairs = paired(kF16);
constexpr Pairs kBf16Pairs = paired(kBf16);

std::span<const std::uint64_t> special_floats(Draw draw) {
  switch (draw) {
    case Draw::kF16:
      return kF16;
    case Draw::kBf16:
      return kBf16;
    case Draw::kF16x2:
      return kF16Pairs.value;
    case Draw::kBf16x2:
      return kBf16Pairs.value;
    case Draw::kF32:
      return kF32;
    default:
      return kF64;
  }
}

}  // namespace

std::span<const std::uint64_t> special_values(Draw draw) {
  switch (draw) {
    case Draw::kPredicate:
    case Draw::kFewPredicate:
      return kPredicates;
    case Draw::kInteger16:
      return kIntegers16;
    case Draw::kInteger32:
    case Draw::kFew32:
      return kIntegers32;
    case Draw::kInteger64:
    case Draw::kFew64:
      return kIntegers64;
    case Draw::kNonZero16:
      return std::span(kIntegers16).subspan(1);
    case Draw::kNonZero32:
      return std::span(kIntegers32).subspan(1);
    case Draw::kNonZero64:
      return std::span(kIntegers64).subspan(1);
    case Draw::kInteger16x2:
      return kPairs;
    case Draw::kShift:
      return kShifts;
    case Draw::kLane:
      return kLanes;
    case Draw::kSmallSigned:
      return kSmallSigned;
    default:
      return special_floats(draw);
  }
}

}  // namespace attnlab::probe
