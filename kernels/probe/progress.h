// SPDX-License-Identifier: MIT
// How long work tells how far it is.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

namespace attnlab::probe {

// Told what is being done, and how much of it is done. Never called by two threads at once.
using Progress = std::function<void(const std::string& what, int done, int total)>;

// Counts finished pieces of work, from any thread.
class ProgressCounter {
 public:
  ProgressCounter(const Progress& progress, std::string what, std::size_t total)
      : progress_(progress), what_(std::move(what)), total_(static_cast<int>(total)) {}
  void one_more() {
    const std::lock_guard lock(mutex_);
    ++done_;
    if (progress_) progress_(what_, done_, total_);
  }

 private:
  const Progress& progress_;
  std::string what_;
  int total_;
  int done_ = 0;
  std::mutex mutex_;
};

}  // namespace attnlab::probe
