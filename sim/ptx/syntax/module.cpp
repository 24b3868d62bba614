// SPDX-License-Identifier: MIT
#include "sim/ptx/syntax/module.h"

#include <algorithm>

namespace attnlab::ptx {
namespace {

template <typename Named>
const Named* find_named(const std::vector<Named>& list, std::string_view name) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const Named& item) { return item.name == name; });
  return found == list.end() ? nullptr : &*found;
}

}  // namespace

ScalarType last_type(const Instruction& instruction) {
  ScalarType type = ScalarType::kNone;
  for (std::string_view modifier : instruction.modifiers) {
    const ScalarType named = scalar_type_named(modifier);
    if (named != ScalarType::kNone) type = named;
  }
  return type;
}

const Function* Module::find_function(std::string_view wanted) const {
  return find_named(functions, wanted);
}

const Variable* Module::find_variable(std::string_view wanted) const {
  return find_named(variables, wanted);
}

}  // namespace attnlab::ptx
