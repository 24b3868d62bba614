// SPDX-License-Identifier: MIT
// The names of PTX's special registers (PTX ISA, "Special Registers").
#pragma once

#include <string_view>

namespace attnlab::ptx {

// "%tid", "%laneid", "%envreg3", …, without a component.
bool is_special_register(std::string_view name);
// Whether ".x", ".y", ".z" and ".w" select a part of it: "%ctaid".
bool has_components(std::string_view special_register);

}  // namespace attnlab::ptx
