// SPDX-License-Identifier: MIT
#include "kernels/probe/instructions/operands.h"

#include <algorithm>

#include "kernels/probe/instructions/floats.h"
#include "kernels/probe/instructions/random.h"

namespace attnlab::probe {
namespace {

constexpr std::uint64_t kAll16 = 0xffff;
constexpr std::uint64_t kAll32 = 0xffffffff;

// Special values an operand that is one of two, of three, or of four brings.
constexpr std::size_t kSpecialsOfThree = 16;
constexpr std::size_t kSpecialsOfMore = 8;

bool is_exhaustive(std::span<const Draw> draws) {
  if (draws.size() != 1) return false;
  switch (draws[0]) {
    case Draw::kInteger16:
    case Draw::kF16:
    case Draw::kBf16:
    case Draw::kInteger16x2:
    case Draw::kF16x2:
    case Draw::kBf16x2:
      return true;
    default:
      return false;
  }
}

std::uint64_t exhaustive_value(Draw draw, std::uint64_t index) {
  if (register_bits(draw) == 16) return index;
  return index | ((index * 40503u + 12345u) & kAll16) << 16;
}

std::size_t specials_used(std::span<const Draw> draws, Draw draw) {
  const std::size_t all = special_values(draw).size();
  if (draws.size() <= 2) return all;
  return std::min(all, draws.size() == 3 ? kSpecialsOfThree : kSpecialsOfMore);
}

std::size_t special_tuples(std::span<const Draw> draws) {
  std::size_t product = 1;
  for (const Draw draw : draws) product *= specials_used(draws, draw);
  return product;
}

// An integer of `width` bits: any, a small one, one with few bits set, or near a power of two.
std::uint64_t random_integer(Random& random, int width) {
  const std::uint64_t mask = width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
  const std::uint64_t any = random.bits();
  switch (random.below(6)) {
    case 0:
      return (any & mask) >> random.below(static_cast<std::size_t>(width));
    case 1:
      return (0 - (any & mask) % 100) & mask;
    case 2:
      return any & random.bits() & random.bits() & mask;
    case 3: {
      const std::uint64_t power = std::uint64_t{1} << random.below(static_cast<std::size_t>(width));
      return (power + random.below(5) - 2) & mask;
    }
    default:
      return any & mask;
  }
}

std::uint64_t random_pair(Random& random) {
  const std::uint64_t low = random_integer(random, 16);
  return low | random_integer(random, 16) << 16;
}

// The values that the lanes of a warp may have: one to four, for each warp others.
std::uint64_t value_of_few(Random& random, std::size_t tuple, int width) {
  Random of_warp(tuple / 32);
  const std::uint32_t different = 1 + of_warp.below(4);
  const std::uint32_t chosen = random.below(different);
  std::uint64_t value = 0;
  for (std::uint32_t i = 0; i <= chosen; ++i) value = of_warp.bits();
  return width == 64 ? value : value & kAll32;
}

std::uint64_t predicate_of_few(Random& random, std::size_t tuple) {
  const std::uint32_t kind = Random(tuple / 32).below(4);
  return kind == 0 ? 0 : kind == 1 ? 1 : kind == 2 ? random.below(2) : !random.one_in(16);
}

std::uint64_t random_integer_operand(Draw draw, Random& random, std::size_t tuple) {
  switch (draw) {
    case Draw::kPredicate:
      return random.below(2);
    case Draw::kNonZero16:
      return std::max<std::uint64_t>(random_integer(random, 16), 1);
    case Draw::kNonZero32:
      return std::max<std::uint64_t>(random_integer(random, 32), 1);
    case Draw::kNonZero64:
      return std::max<std::uint64_t>(random_integer(random, 64), 1);
    case Draw::kInteger16x2:
      return random_pair(random);
    case Draw::kShift:
      return random.one_in(8) ? random_integer(random, 32) : random.below(71);
    case Draw::kLane:
      return random.below(32);
    case Draw::kSmallSigned:
      return static_cast<std::uint32_t>(random.between(-40, 40));
    case Draw::kFew32:
    case Draw::kFew64:
      return value_of_few(random, tuple, register_bits(draw));
    case Draw::kFewPredicate:
      return predicate_of_few(random, tuple);
    default:
      return random_integer(random, register_bits(draw));
  }
}

// One random tuple into `tuple`. Operands of one type are now and then equal, and floats stand near
// each other, so that comparisons meet and sums cancel and round.
void draw_tuple(std::span<const Draw> draws, Random& random, std::size_t index,
                std::span<std::uint64_t> tuple) {
  FloatTuple floats(random);
  for (std::size_t i = 0; i < draws.size(); ++i) {
    const bool same_type = i > 0 && draws[i] == draws[i - 1];
    if (same_type && random.one_in(16)) {
      tuple[i] = tuple[i - 1];
    } else if (is_floating(draws[i])) {
      tuple[i] = floats.draw(draws[i]);
    } else {
      tuple[i] = random_integer_operand(draws[i], random, index);
    }
  }
}

std::uint64_t seed_of(std::span<const Draw> draws) {
  std::uint64_t seed = draws.size();
  for (const Draw draw : draws) seed = seed * 1000003u + static_cast<std::uint64_t>(draw);
  return seed;
}

}  // namespace

int register_bits(Draw draw) {
  switch (draw) {
    case Draw::kPredicate:
    case Draw::kFewPredicate:
      return 1;
    case Draw::kInteger16:
    case Draw::kNonZero16:
    case Draw::kF16:
    case Draw::kBf16:
      return 16;
    case Draw::kInteger64:
    case Draw::kNonZero64:
    case Draw::kFew64:
    case Draw::kF64:
      return 64;
    default:
      return 32;
  }
}

std::size_t tuple_count(std::span<const Draw> draws) {
  if (is_exhaustive(draws)) return 65536;
  const std::size_t least = special_tuples(draws) + kRandomTuples;
  return (least + kThreadsPerBlock - 1) / kThreadsPerBlock * kThreadsPerBlock;
}

Values make_operands(std::span<const Draw> draws) {
  const std::size_t count = tuple_count(draws);
  const bool exhaustive = is_exhaustive(draws);
  const std::size_t specials = special_tuples(draws);
  Values values(draws.size() * count);
  std::vector<std::uint64_t> tuple(draws.size());
  Random random(seed_of(draws));
  for (std::size_t t = 0; t < count; ++t) {
    if (exhaustive) {
      tuple[0] = exhaustive_value(draws[0], t);
    } else if (t < specials) {
      std::size_t rest = t;
      for (std::size_t i = 0; i < draws.size(); ++i) {
        const std::size_t used = specials_used(draws, draws[i]);
        tuple[i] = special_values(draws[i])[rest % used];
        rest /= used;
      }
    } else {
      draw_tuple(draws, random, t, tuple);
    }
    for (std::size_t i = 0; i < draws.size(); ++i) values[i * count + t] = tuple[i];
  }
  return values;
}

}  // namespace attnlab::probe
