// SPDX-License-Identifier: MIT
// What the checkers found, in words and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/ptx/check/finding.h"

namespace attnlab::cli {

// Several lines a finding: what happened, both accesses with their source lines, cause, remedy.
std::string findings_text(const std::vector<ptx::Finding>& findings);
nlohmann::ordered_json findings_json(const std::vector<ptx::Finding>& findings);

// Whether some finding is more than two writes of one value.
bool any_serious(const std::vector<ptx::Finding>& findings);

}  // namespace attnlab::cli
