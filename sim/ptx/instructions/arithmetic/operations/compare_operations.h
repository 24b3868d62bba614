// SPDX-License-Identifier: MIT
// Comparisons of two lanes and the handlers of all of them; selection; a float's class and sign.
//
// A comparison is the set of relations for which it is true: two values are less, equal, greater or
// (where one is NaN) unordered.
#pragma once

#include <cstdint>

#include "sim/ptx/instructions/arithmetic/half_values.h"
#include "sim/ptx/instructions/arithmetic/values.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {

inline constexpr std::uint32_t kLess = 1;
inline constexpr std::uint32_t kEqual = 2;
inline constexpr std::uint32_t kGreater = 4;
inline constexpr std::uint32_t kUnordered = 8;
inline constexpr std::uint32_t kOrdered = kLess | kEqual | kGreater;

// Whether a and b are in one of the relations.
template <std::uint32_t kRelations, class T>
inline bool holds(T a, T b) {
  // A set with "unordered" is the opposite of a set without.
  if constexpr ((kRelations & kUnordered) != 0) return !holds<kRelations ^ 15u>(a, b);
  if constexpr (kRelations == kLess) return a < b;
  if constexpr (kRelations == kEqual) return a == b;
  if constexpr (kRelations == (kLess | kEqual)) return a <= b;
  if constexpr (kRelations == kGreater) return a > b;
  if constexpr (kRelations == (kGreater | kEqual)) return a >= b;
  if constexpr (kRelations == (kLess | kGreater)) return a < b || a > b;
  if constexpr (kRelations == kOrdered) return a == a && b == b;
}
template <class T>
inline std::uint32_t relation(T a, T b) {
  return a < b ? kLess : a == b ? kEqual : a > b ? kGreater : kUnordered;
}

// How a lane is read: as it is, subnormals flushed, or as the low or high half.
template <class T>
struct Plain {
  using Bits = Lane<T>;
  static T read(Bits bits) { return value_of<T>(bits); }
};
struct FlushedF32 {
  using Bits = std::uint32_t;
  static float read(std::uint32_t bits) {
    return __builtin_bit_cast(float, (bits & 0x7f800000u) == 0 ? bits & 0x80000000u : bits);
  }
};
template <class H, int kShift>
struct HalfAt {
  static float read(std::uint32_t form, std::uint32_t bits) {
    const std::uint32_t half = bits >> kShift & 0xffffu;
    return H::widen((form & 16u) != 0 ? flushed_half<H>(half) : half);
  }
};

template <class Reader, std::uint32_t kRelations>
struct Compare {
  static std::uint32_t apply(typename Reader::Bits a, typename Reader::Bits b) {
    return predicate_lane(holds<kRelations>(Reader::read(a), Reader::read(b)));
  }
};
// Halves: Op::small is the set of relations, and 16 for .ftz.
template <class H, int kShift>
struct CompareHalves {
  static std::uint32_t apply(std::uint32_t form, std::uint32_t a, std::uint32_t b) {
    using At = HalfAt<H, kShift>;
    return predicate_lane((form & relation(At::read(form, a), At::read(form, b))) != 0);
  }
};

template <class Reader, std::uint32_t kRelations>
inline constexpr Handler kCompare =
    run<Compare<Reader, kRelations>, std::uint32_t, typename Reader::Bits, typename Reader::Bits>;

// Integers are never unordered: "not equal" is the set without kEqual.
template <class T>
inline Handler integer_comparison(std::uint32_t relations) {
  using R = Plain<T>;
  switch (relations & kOrdered) {
    case kLess:
      return kCompare<R, kLess>;
    case kEqual:
      return kCompare<R, kEqual>;
    case kLess | kEqual:
      return kCompare<R, kLess | kEqual>;
    case kGreater:
      return kCompare<R, kGreater>;
    case kGreater | kEqual:
      return kCompare<R, kGreater | kEqual>;
    default:
      return kCompare<R, 15u ^ kEqual>;
  }
}
template <class R>
inline Handler float_comparison(std::uint32_t relations) {
  static constexpr Handler kHandlers[] = {
      nullptr,         kCompare<R, 1>,  kCompare<R, 2>,  kCompare<R, 3>,  kCompare<R, 4>,
      kCompare<R, 5>,  kCompare<R, 6>,  kCompare<R, 7>,  kCompare<R, 8>,  kCompare<R, 9>,
      kCompare<R, 10>, kCompare<R, 11>, kCompare<R, 12>, kCompare<R, 13>, kCompare<R, 14>};
  return kHandlers[relations];
}

// selp: p is 0 or ~0. slct: c >= 0, which -0 is and NaN is not.
struct Select {
  template <class T>
  static T apply(T a, T b, std::uint32_t p) {
    return p != 0 ? a : b;
  }
};
template <class Reader>
struct SelectByNumber {
  template <class T>
  static T apply(T a, T b, std::uint32_t c) {
    return Reader::read(c) >= 0 ? a : b;
  }
};

// testp: Op::small is the set of classes for which it is true.
inline constexpr std::uint32_t kZero = 1;
inline constexpr std::uint32_t kSubnormal = 2;
inline constexpr std::uint32_t kNormal = 4;
inline constexpr std::uint32_t kInfinite = 8;
inline constexpr std::uint32_t kNotANumber = 16;
template <class T>
struct TestClass {
  static std::uint32_t apply(std::uint32_t classes, T bits) {
    constexpr T kInfinity = sizeof(T) == 8 ? T{0x7ff} << (sizeof(T) == 8 ? 52 : 0) : 0x7f800000u;
    constexpr T kLeastNormal = T{1} << (sizeof(T) == 8 ? 52 : 23);
    const T size = bits & static_cast<T>(~T{0} >> 1);
    const std::uint32_t its = size > kInfinity       ? kNotANumber
                              : size == kInfinity    ? kInfinite
                              : size >= kLeastNormal ? kNormal
                              : size != 0            ? kSubnormal
                                                     : kZero;
    return predicate_lane((classes & its) != 0);
  }
};

// b with the sign of a.
struct CopySign {
  template <class T>
  static T apply(T a, T b) {
    constexpr T kSize = static_cast<T>(~T{0} >> 1);
    return (a & ~kSize) | (b & kSize);
  }
};
}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
