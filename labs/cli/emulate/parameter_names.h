// SPDX-License-Identifier: MIT
// A kernel's parameters by the names that its source gives them: PTX does not keep these.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace attnlab::cli {

// The names in the definition of `__global__ … kernel(…) {` in CUDA source. Empty where there is no
// such definition, where there are several of different names, or where not every parameter of
// `count` has a name.
std::vector<std::string> parameter_names(const std::string& source, const std::string& kernel,
                                         std::size_t count);

}  // namespace attnlab::cli
