// SPDX-License-Identifier: MIT
#include "labs/cli/output/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

namespace attnlab::cli {

Progress::Progress(std::string what)
    : what_(std::move(what)), on_terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (on_terminal_) fmt::print(stderr, "\r\033[K");
}

void Progress::show(std::size_t done, std::size_t total, const std::string& detail) {
  if (!on_terminal_) return;
  const double now =
      std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  if (now - last_shown_seconds_ < 0.1) return;
  last_shown_seconds_ = now;
  fmt::print(stderr, "\r\033[K{}: {}/{}  {}", what_, done, total, detail);
  std::fflush(stderr);
}

}  // namespace attnlab::cli
