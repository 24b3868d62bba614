// SPDX-License-Identifier: MIT
// attnlab verify --arithmetic: the models of the GPU's arithmetic against the hardware's digests.
#pragma once

#include <string>

namespace attnlab::cli {

struct ArithmeticOptions {
  std::string record_path;  // on a GPU: sweep it and write its digests here
  bool all = false;         // every block of 2^24 inputs, not a sample
  bool json = false;
};

// Returns the exit status. Throws Missing where recording is asked for and no GPU is here.
int verify_arithmetic(const ArithmeticOptions& options);

}  // namespace attnlab::cli
