// SPDX-License-Identifier: MIT
// The one exception of the event log. what() is one sentence that names the file, what is wrong,
// and the offset, the value or the version.
#pragma once

#include <stdexcept>

namespace attnlab::trace {

class LogError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace attnlab::trace
