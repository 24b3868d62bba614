// SPDX-License-Identifier: MIT
// What compare_values.cu and its caller agree on.
#pragma once

namespace attnlab::kit_check {

inline constexpr unsigned int kExamples = 8;
inline constexpr unsigned int kTallyWords = 2 + 3 * kExamples;

}  // namespace attnlab::kit_check
