// SPDX-License-Identifier: MIT
#include "sim/trace/cursor.h"

#include <fmt/format.h>

#include <stdexcept>

namespace attnlab::trace {
namespace {

constexpr std::uint64_t kNear = 4096;          // a place that is walked to
constexpr std::size_t kMostWalked = 1u << 16;  // events that forward() keeps records of

}  // namespace

ReplayCursor::ReplayCursor(const EventLogReader& log) : log_(&log), state_(log.initial_state()) {}

bool ReplayCursor::forward() {
  if (position() == log_->size()) return false;
  // A long walk forgets its beginning: backward() finds it again from a keyframe.
  if (undo_.size() >= kMostWalked) undo_.clear();
  log_->step(&state_, &undo_);
  return true;
}

bool ReplayCursor::backward() {
  if (position() == 0) return false;
  // At a keyframe nothing is left to undo: walk up to here from the keyframe before.
  if (undo_.empty()) restart_before(position());
  state_.undo(log_->event(position() - 1), undo_.back());
  undo_.pop_back();
  return true;
}

// Comes to `index`, which is not 0, from the last keyframe that is truly before it.
void ReplayCursor::restart_before(std::uint64_t index) {
  undo_.clear();
  log_->restore_keyframe_before(index - 1, &state_);
  while (position() < index) log_->step(&state_, &undo_);
}

void ReplayCursor::seek(std::uint64_t index) {
  if (index > log_->size()) {
    throw std::out_of_range(
        fmt::format("{}: there is no state {} among {} events", log_->path(), index, log_->size()));
  }
  if (index <= position() && position() - index <= undo_.size()) {
    while (position() > index) backward();
  } else if (index > position() && index - position() <= kNear) {
    while (position() < index) forward();
  } else if (index == 0) {
    undo_.clear();
    state_.reset();
  } else {
    restart_before(index);
  }
}

void ReplayCursor::seek_cycle(std::uint64_t cycle) {
  seek(log_->seek_cycle(cycle));
}

}  // namespace attnlab::trace
