// SPDX-License-Identifier: MIT
#include "labs/cli/output/today.h"

#include <chrono>
#include <ctime>

namespace attnlab::cli {

std::string today() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  char text[16];
  std::strftime(text, sizeof(text), "%Y-%m-%d", std::gmtime(&now));
  return text;
}

}  // namespace attnlab::cli
