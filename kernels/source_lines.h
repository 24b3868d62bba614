// SPDX-License-Identifier: MIT
// Where a kernel says what a model's step does: the sentence of a step comment, found in the
// source.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernels/registry.h"

namespace attnlab::kernels {

// The rung's CUDA source, as it was built in.
std::string_view kernel_source(const Rung& rung);

// The line (from 1) on which `sentence` starts in the comments of `source`; a sentence may run over
// several comment lines. 0 where it does not occur.
int line_of_sentence(std::string_view source, std::string_view sentence);

// The line of each of the model's sentences, in the model's order.
std::vector<int> sentence_lines(const Rung& rung);

}  // namespace attnlab::kernels
