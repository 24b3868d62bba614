// SPDX-License-Identifier: MIT
#include "sim/ptx/count/classify.h"

#include <algorithm>
#include <initializer_list>

namespace attnlab::ptx {
namespace {

using Kind = InstructionClass;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool has_modifier(const Instruction& instruction, std::string_view name) {
  const auto& all = instruction.modifiers;
  return std::find(all.begin(), all.end(), name) != all.end();
}

Kind kind_of_access(const Instruction& instruction) {
  const bool stores = instruction.name == "st";
  const auto in = [&](std::string_view space) { return has_modifier(instruction, space); };
  if (in("global")) return stores ? Kind::kStoreGlobal : Kind::kLoadGlobal;
  if (in("shared") || in("shared::cta")) return stores ? Kind::kStoreShared : Kind::kLoadShared;
  if (in("local")) return stores ? Kind::kStoreLocal : Kind::kLoadLocal;
  if (in("const")) return Kind::kLoadConstant;
  if (in("param") || in("param::entry") || in("param::func")) return Kind::kParameter;
  return stores ? Kind::kStoreGeneric : Kind::kLoadGeneric;
}

// Fused, sum, product, anything else: the classes of one type stand in this order.
InstructionKind arithmetic(std::string_view name, Kind fma_kind, Metric fma_metric,
                           std::uint32_t per_lane = 1) {
  const int which = is_one_of(name, {"fma", "mad"})   ? 0
                    : is_one_of(name, {"add", "sub"}) ? 1
                    : name == "mul"                   ? 2
                                                      : 3;
  InstructionKind result;
  result.kind = static_cast<Kind>(static_cast<int>(fma_kind) + which);
  if (which < 3) result.operation = static_cast<Metric>(static_cast<int>(fma_metric) + which);
  result.per_lane = per_lane;
  return result;
}

InstructionKind by_type(const Instruction& instruction) {
  switch (last_type(instruction)) {
    case ScalarType::kF32:
      return arithmetic(instruction.name, Kind::kFloat32Fma, Metric::kFloat32Fma);
    case ScalarType::kF64:
      return arithmetic(instruction.name, Kind::kFloat64Fma, Metric::kFloat64Fma);
    case ScalarType::kF16:
    case ScalarType::kBf16:
      return arithmetic(instruction.name, Kind::kHalfFma, Metric::kHalfFma);
    case ScalarType::kF16x2:
    case ScalarType::kBf16x2:
      return arithmetic(instruction.name, Kind::kHalfFma, Metric::kHalfFma, 2);
    default:
      return {Kind::kInteger, {}, 1};
  }
}

bool is_arithmetic(std::string_view name) {
  return is_one_of(name, {"add",  "sub",   "mul",   "mad",  "fma",  "div",   "rem",  "abs",
                          "neg",  "min",   "max",   "set",  "setp", "sad",   "addc", "subc",
                          "madc", "mul24", "mad24", "dp2a", "dp4a", "testp", "slct", "copysign"});
}

}  // namespace

InstructionKind classify(const Instruction& instruction) {
  const std::string_view name = instruction.name;
  const auto kind = [](Kind which) { return InstructionKind{which, {}, 1}; };
  if (is_one_of(name, {"ld", "ldu", "st"})) return kind(kind_of_access(instruction));
  if (is_arithmetic(name)) return by_type(instruction);
  if (is_one_of(name, {"and", "or", "xor", "not", "cnot", "lop3", "shl", "shr", "shf", "bfe", "bfi",
                       "bfind", "bmsk", "brev", "popc", "clz", "fns", "prmt", "szext"})) {
    return kind(Kind::kBits);
  }
  if (is_one_of(name, {"rcp", "sqrt", "rsqrt", "sin", "cos", "ex2", "lg2", "tanh"})) {
    return kind(Kind::kSpecial);
  }
  if (is_one_of(name, {"mov", "cvta", "selp", "isspacep"})) return kind(Kind::kMove);
  if (name == "cvt") return kind(Kind::kConversion);
  if (is_one_of(name, {"bra", "brx", "call", "ret", "exit", "trap", "brkpt", "nanosleep"})) {
    return kind(Kind::kControl);
  }
  if (is_one_of(name, {"bar", "barrier"})) {
    return kind(has_modifier(instruction, "warp") ? Kind::kWarp : Kind::kBarrier);
  }
  if (is_one_of(name, {"membar", "fence"})) return kind(Kind::kFence);
  if (is_one_of(name, {"shfl", "vote", "match", "redux", "activemask", "elect"})) {
    return kind(Kind::kWarp);
  }
  if (is_one_of(name, {"atom", "red"})) return kind(Kind::kAtomic);
  return kind(Kind::kOther);
}

}  // namespace attnlab::ptx
