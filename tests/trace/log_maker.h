// SPDX-License-Identifier: MIT
// Logs for the tests: random but possible runs of a small GPU, and what a reader should say of
// them, computed the slow way.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/trace/event.h"
#include "sim/trace/header.h"
#include "sim/trace/log/writer.h"
#include "sim/trace/replay.h"

namespace attnlab::trace::test {

// A folder that is removed with its files.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  std::size_t file_count() const;

 private:
  std::filesystem::path path_;
};

// 3 SMs of 2 slots; two launches of 40 blocks, one of 4,000,000; 3 tensors, 2 sources, 2 symbols.
LogHeader small_header();

// `count` events of a random possible run. Launches overlap, steps of a block overlap, and it stops
// in the middle of everything.
std::vector<Event> random_events(std::uint64_t seed, std::size_t count);

// One block that takes every kind of step, by hand: see the cycle numbers in the source.
std::vector<Event> one_block_events();

void write_log(const std::filesystem::path& path, const LogHeader& header,
               const std::vector<Event>& events, const WriterOptions& options = {});

std::string read_bytes(const std::filesystem::path& path);
void write_bytes(const std::filesystem::path& path, const std::string& bytes);

bool same_bytes(const Event& a, const Event& b);

// The sentence of the LogError that `work` throws; empty if it throws none.
template <typename Work>
std::string refusal(Work work) {
  try {
    work();
  } catch (const LogError& error) {
    return error.what();
  }
  return "";
}

// What events [0, count) amount to, recounted from the first event.
struct NaiveReplay {
  NaiveReplay(const std::vector<Event>& events, std::size_t count);
  // The first difference from `state`, in words; empty if there is none.
  std::string difference(const ReplayState& state, const LogHeader& header) const;

  struct Resident {
    std::uint64_t begin, busy_until, latest;
    std::uint32_t block, step;
    std::uint16_t launch;
  };
  std::map<std::pair<int, int>, Resident> residents;  // by SM and slot
  std::map<int, std::uint64_t> events, flops;         // by kind
  std::map<std::pair<int, int>, Traffic> traffic;     // by level and tensor
  std::map<int, LaunchProgress> launches;
  std::uint64_t count = 0, current = 0, end = 0;
};

}  // namespace attnlab::trace::test
