// SPDX-License-Identifier: MIT
#include "sim/ptx/syntax/scalar_type.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace attnlab::ptx {
namespace {

constexpr std::size_t kScalarTypes = static_cast<std::size_t>(ScalarType::kF64) + 1;
constexpr std::array<std::string_view, kScalarTypes> kTypeNames = {
    "",   "pred", "b8",  "b16", "b32", "b64",   "b128", "u8",     "u16",  "u32", "u64",
    "s8", "s16",  "s32", "s64", "f16", "f16x2", "bf16", "bf16x2", "tf32", "f32", "f64",
};

}  // namespace

ScalarType scalar_type_named(std::string_view name) {
  const auto* const found = std::find(kTypeNames.begin(), kTypeNames.end(), name);
  if (found == kTypeNames.end()) return ScalarType::kNone;
  return static_cast<ScalarType>(found - kTypeNames.begin());
}

std::string_view name_of(ScalarType type) {
  return kTypeNames[static_cast<std::size_t>(type)];
}

std::string_view name_of(StateSpace space) {
  switch (space) {
    case StateSpace::kRegister:
      return "reg";
    case StateSpace::kGlobal:
      return "global";
    case StateSpace::kShared:
      return "shared";
    case StateSpace::kLocal:
      return "local";
    case StateSpace::kConst:
      return "const";
    case StateSpace::kParam:
      return "param";
    case StateSpace::kGeneric:
      break;
  }
  return "generic";
}

}  // namespace attnlab::ptx
