// SPDX-License-Identifier: MIT
// PTX's scalar types and state spaces (PTX ISA, "State Spaces, Types, and Variables").
#pragma once

#include <cstdint>
#include <string_view>

namespace attnlab::ptx {

enum class ScalarType : std::uint8_t {
  kNone,  // an instruction without a type, or a name that is no type
  kPred,
  kB8,
  kB16,
  kB32,
  kB64,
  kB128,
  kU8,
  kU16,
  kU32,
  kU64,
  kS8,
  kS16,
  kS32,
  kS64,
  kF16,
  kF16x2,
  kBf16,
  kBf16x2,
  kTf32,
  kF32,
  kF64,
};

enum class StateSpace : std::uint8_t {
  kGeneric,  // no space named: the address says which
  kRegister,
  kGlobal,
  kShared,
  kLocal,
  kConst,
  kParam,
};

// Size in memory; a predicate and kNone have none (0).
constexpr int bytes_of(ScalarType type) {
  switch (type) {
    case ScalarType::kNone:
    case ScalarType::kPred:
      return 0;
    case ScalarType::kB8:
    case ScalarType::kU8:
    case ScalarType::kS8:
      return 1;
    case ScalarType::kB16:
    case ScalarType::kU16:
    case ScalarType::kS16:
    case ScalarType::kF16:
    case ScalarType::kBf16:
      return 2;
    case ScalarType::kB64:
    case ScalarType::kU64:
    case ScalarType::kS64:
    case ScalarType::kF64:
      return 8;
    case ScalarType::kB128:
      return 16;
    default:
      return 4;
  }
}

constexpr bool is_signed(ScalarType type) {
  return type >= ScalarType::kS8 && type <= ScalarType::kS64;
}
constexpr bool is_unsigned(ScalarType type) {
  return type >= ScalarType::kU8 && type <= ScalarType::kU64;
}
constexpr bool is_untyped_bits(ScalarType type) {
  return type >= ScalarType::kB8 && type <= ScalarType::kB128;
}
constexpr bool is_float(ScalarType type) {
  return type >= ScalarType::kF16;
}

// "f32" (without the dot) -> kF32; kNone for a name that is no type.
ScalarType scalar_type_named(std::string_view name);
// kF32 -> "f32".
std::string_view name_of(ScalarType type);
// "shared", "global", …; "generic" for kGeneric, "reg" for kRegister.
std::string_view name_of(StateSpace space);

}  // namespace attnlab::ptx
