// SPDX-License-Identifier: MIT
// A problem as JSON: in `run --json`, in event logs and in recorded digests.
#pragma once

#include <nlohmann/json.hpp>

#include "sim/problem/problem.h"

namespace attnlab::kernels {

// {"batch": 1, "heads": 6, …, "mask": "causal", …}; tiles only where the problem chose them.
nlohmann::ordered_json problem_to_json(const problem::Problem& problem);

// Throws problem::BadInput naming the field that is missing or wrong. Fields it does not know are
// passed over.
problem::Problem problem_from_json(const nlohmann::ordered_json& json);

}  // namespace attnlab::kernels
