// SPDX-License-Identifier: MIT
#include "kernels/probe/instructions/floats.h"

#include <algorithm>

namespace attnlab::probe {
namespace {

// What a tuple is like.
enum Mode : std::uint32_t {
  kAny,           // any bit patterns
  kNearFirst,     // exponents within a fraction's length of the first operand's: sums
  kNearProduct,   // of the product's so far: fused sums
  kNearOne,       // where conversions to integers and shorter formats round
  kExtreme,       // subnormal, the smallest, the largest
  kShorterRange,  // around the ends of the range of the next shorter format
  kModes
};

}  // namespace

bool is_floating(Draw draw) {
  return draw >= Draw::kF16;
}

FloatTuple::FloatTuple(Random& random) : random_(random), mode_(random.below(kModes)) {}

FloatTuple::Format FloatTuple::format_of(Draw draw) {
  switch (draw) {
    case Draw::kF16:
    case Draw::kF16x2:
      return {5, 10};
    case Draw::kBf16:
    case Draw::kBf16x2:
      return {8, 7};
    case Draw::kF32:
      return {8, 23};
    default:
      return {11, 52};
  }
}

// A biased exponent.
int FloatTuple::draw_exponent(const Format& format) {
  const int most = (1 << format.exponent_bits) - 1;
  const int bias = most / 2;
  const int reach = format.fraction_bits + 3;
  int exponent = static_cast<int>(random_.below(static_cast<std::size_t>(most) + 1));
  if (mode_ == kNearFirst && drawn_ > 0) {
    exponent = bias + first_exponent_ + random_.between(-reach, reach);
  } else if (mode_ == kNearProduct && drawn_ > 0) {
    exponent = drawn_ == 1 ? bias + random_.between(-12, 12)
                           : bias + product_exponent_ + random_.between(-reach, reach);
  } else if (mode_ == kNearOne) {
    exponent = bias + random_.between(-27, random_.one_in(2) ? 20 : 66);
  } else if (mode_ == kExtreme) {
    exponent = random_.one_in(2) ? random_.between(0, 2) : most - random_.between(1, 3);
  } else if (mode_ == kShorterRange) {
    const int end = format.exponent_bits == 11 ? 127 : 15;
    exponent = bias + (random_.one_in(3) ? end + random_.between(-2, 2)
                                         : -end - random_.between(-3, format.exponent_bits * 3));
  }
  return std::clamp(exponent, 0, most);
}

// A fraction whose last bits are, three times in four, all 0, all 1, or half a unit of what is
// before them, a little more or a little less.
std::uint64_t FloatTuple::draw_fraction(const Format& format) {
  const std::uint64_t all = (std::uint64_t{1} << format.fraction_bits) - 1;
  const std::uint64_t any = random_.bits() & all;
  if (random_.one_in(4)) return any;
  const std::uint32_t length = random_.below(static_cast<std::size_t>(format.fraction_bits) + 1);
  const std::uint64_t tail = (std::uint64_t{1} << length) - 1;
  const std::uint64_t half = (tail + 1) / 2;
  const std::uint64_t endings[] = {0, tail, half, half + 1, half - 1};
  return (any & ~tail) | (endings[random_.below(5)] & tail);
}

std::uint64_t FloatTuple::draw_one(const Format& format) {
  const int width = 1 + format.exponent_bits + format.fraction_bits;
  const int bias = (1 << format.exponent_bits) / 2 - 1;
  std::uint64_t pattern = random_.bits() >> (64 - width);
  if (mode_ != kAny) {
    const auto exponent = static_cast<std::uint64_t>(draw_exponent(format));
    const std::uint64_t fraction = draw_fraction(format);
    const std::uint64_t sign = random_.below(2);
    pattern = sign << (width - 1) | exponent << format.fraction_bits | fraction;
  }
  const int exponent =
      static_cast<int>(pattern >> format.fraction_bits) & ((1 << format.exponent_bits) - 1);
  if (drawn_ == 0) first_exponent_ = exponent - bias;
  product_exponent_ += exponent - bias;
  return pattern;
}

std::uint64_t FloatTuple::draw(Draw draw) {
  const Format format = format_of(draw);
  std::uint64_t value = draw_one(format);
  if (draw == Draw::kF16x2 || draw == Draw::kBf16x2) {
    const int before = product_exponent_;
    value |= draw_one(format) << 16;
    product_exponent_ = before;
  }
  ++drawn_;
  return value;
}

}  // namespace attnlab::probe
