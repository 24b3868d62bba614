// SPDX-License-Identifier: MIT
// What one lane computes in the integer instructions, an operation each (see values.h).
//
// Arithmetic is modulo 2^width: Add, Sub, MulLow, MadLow and Neg take unsigned types, so that C++
// agrees. Where C++ has no answer these have a GPU's: a quotient or remainder by zero is all ones;
// the smallest number divided by -1 is itself, remainder 0; its absolute value is itself.
#pragma once

#include <cstdint>

#include "sim/ptx/instructions/arithmetic/values.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

// The type of twice the width, in which a product is exact.
template <class T>
struct WidenedType;
template <>
struct WidenedType<std::uint16_t> {
  using Type = std::uint32_t;
};
template <>
struct WidenedType<std::int16_t> {
  using Type = std::int32_t;
};
template <>
struct WidenedType<std::uint32_t> {
  using Type = std::uint64_t;
};
template <>
struct WidenedType<std::int32_t> {
  using Type = std::int64_t;
};
template <>
struct WidenedType<std::uint64_t> {
  using Type = Uint128;
};
template <>
struct WidenedType<std::int64_t> {
  using Type = Int128;
};
template <class T>
using Widened = typename WidenedType<T>::Type;

constexpr std::int32_t saturated(std::int64_t value) {
  const std::int64_t capped = value < INT32_MAX ? value : INT32_MAX;
  return static_cast<std::int32_t>(capped > INT32_MIN ? capped : INT32_MIN);
}

// Unsigned T: modulo 2^width. 1u keeps 16-bit operands from becoming (signed) int.
struct Add {
  template <class T>
  static T apply(T a, T b) {
    return static_cast<T>(a + b);
  }
};
struct Sub {
  template <class T>
  static T apply(T a, T b) {
    return static_cast<T>(a - b);
  }
};
struct MulLow {
  template <class T>
  static T apply(T a, T b) {
    return static_cast<T>(1u * a * b);
  }
};
struct MadLow {
  template <class T>
  static T apply(T a, T b, T c) {
    return static_cast<T>(1u * a * b + c);
  }
};
struct Neg {
  template <class T>
  static T apply(T a) {
    return static_cast<T>(0u - a);
  }
};

struct AddSaturated {
  static std::int32_t apply(std::int32_t a, std::int32_t b) {
    return saturated(std::int64_t{a} + b);
  }
};
struct SubSaturated {
  static std::int32_t apply(std::int32_t a, std::int32_t b) {
    return saturated(std::int64_t{a} - b);
  }
};

// The upper half of the product of twice the width, and all of it.
struct MulHigh {
  template <class T>
  static T apply(T a, T b) {
    return static_cast<T>(Widened<T>{a} * b >> (8 * sizeof(T)));
  }
};
struct MadHigh {
  template <class T>
  static T apply(T a, T b, T c) {
    using Unsigned = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<Unsigned>(MulHigh::apply(a, b)) + static_cast<Unsigned>(c));
  }
};
struct MadHighSaturated {
  static std::int32_t apply(std::int32_t a, std::int32_t b, std::int32_t c) {
    return saturated(std::int64_t{MulHigh::apply(a, b)} + c);
  }
};
struct MulWide {
  template <class T>
  static Widened<T> apply(T a, T b) {
    return static_cast<Widened<T>>(Widened<T>{a} * b);
  }
};
struct MadWide {
  template <class T, class Wide>
  static Wide apply(T a, T b, Wide c) {
    using Unsigned = std::make_unsigned_t<Wide>;
    return static_cast<Wide>(static_cast<Unsigned>(MulWide::apply(a, b)) +
                             static_cast<Unsigned>(c));
  }
};

// run<Operation> with a result (and an addend) of twice the operands' width.
struct WideBinary {
  template <class Operation, class T>
  static constexpr Handler kRun = run<Operation, Widened<T>, T, T>;
};
struct WideTernary {
  template <class Operation, class T>
  static constexpr Handler kRun = run<Operation, Widened<T>, T, T, Widened<T>>;
};

// The low 24 bits of an operand, as a signed or unsigned number.
constexpr std::int64_t low_24_bits(std::uint32_t a) {
  return a & 0xffffffu;
}
constexpr std::int64_t low_24_bits(std::int32_t a) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) << 8) >> 8;
}
// Bits 31…0 and bits 47…16 of the 48-bit product.
struct Mul24Low {
  template <class T>
  static T apply(T a, T b) {
    return static_cast<T>(low_24_bits(a) * low_24_bits(b));
  }
};
struct Mul24High {
  template <class T>
  static T apply(T a, T b) {
    return static_cast<T>(low_24_bits(a) * low_24_bits(b) >> 16);
  }
};
struct Mad24Low {
  template <class T>
  static T apply(T a, T b, T c) {
    return static_cast<T>(low_24_bits(a) * low_24_bits(b) + c);
  }
};
struct Mad24High {
  template <class T>
  static T apply(T a, T b, T c) {
    return static_cast<T>((low_24_bits(a) * low_24_bits(b) >> 16) + c);
  }
};
struct Mad24HighSaturated {
  static std::int32_t apply(std::int32_t a, std::int32_t b, std::int32_t c) {
    return saturated((low_24_bits(a) * low_24_bits(b) >> 16) + c);
  }
};

struct Sad {
  template <class T>
  static T apply(T a, T b, T c) {
    using Unsigned = std::make_unsigned_t<T>;
    const Unsigned x = static_cast<Unsigned>(a);
    const Unsigned y = static_cast<Unsigned>(b);
    return static_cast<T>(static_cast<Unsigned>(c) + (a < b ? y - x : x - y));
  }
};

// A host's division traps where C++ leaves it undefined, so those operands never reach it.
struct Div {
  template <class T>
  static T apply(T a, T b) {
    if (b == 0) return static_cast<T>(-1);
    if (std::is_signed_v<T> && b == static_cast<T>(-1))
      return Neg::apply(std::make_unsigned_t<T>(a));
    return static_cast<T>(a / b);
  }
};
struct Rem {
  template <class T>
  static T apply(T a, T b) {
    if (b == 0) return static_cast<T>(-1);
    if (std::is_signed_v<T> && b == static_cast<T>(-1)) return 0;
    return static_cast<T>(a % b);
  }
};

struct Abs {
  template <class T>
  static T apply(T a) {
    return a < 0 ? static_cast<T>(Neg::apply(std::make_unsigned_t<T>(a))) : a;
  }
};
struct Min {
  template <class T>
  static T apply(T a, T b) {
    return a < b ? a : b;
  }
};
struct Max {
  template <class T>
  static T apply(T a, T b) {
    return a > b ? a : b;
  }
};
// .relu: nothing below 0.
template <class Operation>
struct Relu {
  template <class T>
  static T apply(T a, T b) {
    return Max::apply<T>(Operation::apply(a, b), 0);
  }
};

// Two 16-bit operations in one register.
template <class Operation, class Half>
struct Packed {
  static std::uint32_t apply(std::uint32_t a, std::uint32_t b) {
    const Half low = Operation::apply(static_cast<Half>(a), static_cast<Half>(b));
    const Half high = Operation::apply(static_cast<Half>(a >> 16), static_cast<Half>(b >> 16));
    return static_cast<std::uint16_t>(low) | std::uint32_t{static_cast<std::uint16_t>(high)} << 16;
  }
};

// The forms of dp4a and dp2a, flags in Op::small.
inline constexpr std::uint32_t kDotSignedA = 1;
inline constexpr std::uint32_t kDotSignedB = 2;
inline constexpr std::uint32_t kDotHigh = 4;  // dp2a.hi: b's upper two bytes

// The part of `bits` from bit `at` on, `width` (at most 16) bits long.
inline std::int32_t part(std::uint32_t bits, int at, int width, bool is_signed) {
  const std::uint32_t low = bits >> at & ((1u << width) - 1);
  const std::uint32_t sign = is_signed ? 1u << (width - 1) : 0;
  return static_cast<std::int32_t>((low ^ sign) - sign);
}

// c + a.0 * b.0 + … + a.3 * b.3: bytes of a and b.
struct Dp4a {
  static std::uint32_t apply(std::uint32_t form, std::uint32_t a, std::uint32_t b,
                             std::uint32_t c) {
    for (int i = 0; i < 32; i += 8) {
      c += static_cast<std::uint32_t>(part(a, i, 8, (form & kDotSignedA) != 0) *
                                      part(b, i, 8, (form & kDotSignedB) != 0));
    }
    return c;
  }
};
// c + a.0 * b.0 + a.1 * b.1: 16-bit parts of a, lower or upper two bytes of b.
struct Dp2a {
  static std::uint32_t apply(std::uint32_t form, std::uint32_t a, std::uint32_t b,
                             std::uint32_t c) {
    b >>= (form & kDotHigh) != 0 ? 16 : 0;
    for (int i = 0; i < 2; ++i) {
      c += static_cast<std::uint32_t>(part(a, 16 * i, 16, (form & kDotSignedA) != 0) *
                                      part(b, 8 * i, 8, (form & kDotSignedB) != 0));
    }
    return c;
  }
};

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
