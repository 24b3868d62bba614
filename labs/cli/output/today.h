// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace attnlab::cli {

// The date in UTC, "2026-11-23".
std::string today();

}  // namespace attnlab::cli
