// SPDX-License-Identifier: MIT
// Counts what a kernel does, instruction by instruction: what each metric means is said in
// docs/counters.md, what a request costs in request.h.
//
// An observer: build the program with Counter::kNeeds, give it to the launch. Where a kernel ends
// with a fault, the stretch of instructions that it ends in is counted as a whole.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/ptx/count/counts.h"
#include "sim/ptx/count/request_shape.h"
#include "sim/ptx/count/sector_set.h"
#include "sim/ptx/emulator.h"

namespace attnlab::ptx {

struct InstructionCounts {
  const Function* function = nullptr;
  const Instruction* instruction = nullptr;
  Counts counts;
};

struct LineCounts {
  std::string file;  // of `.loc`, else the PTX's name
  int line = 0;
  Counts counts;
};

class Counter final : public Observer {
 public:
  static constexpr ObserverNeeds kNeeds = {.memory = true, .branches = true, .stretches = true};

  // The program outlives the counter; `shape` is the launch's.
  Counter(const Program& program, const LaunchShape& shape);

  Counts total() const;
  // Those that were executed: in the order of the code, and by file and line.
  std::vector<InstructionCounts> instructions() const;
  std::vector<LineCounts> lines() const;
  std::uint64_t blocks() const { return blocks_; }
  std::uint64_t warps() const { return blocks_ * warps_of_block_; }

  void on_block_begin(std::uint64_t block) override;
  void on_block_end(std::uint64_t block) override;
  void on_access(const WarpPlace& place, const Access& access) override;
  void on_branch(const WarpPlace& place, std::uint32_t taken) override;
  void on_stretch(const WarpPlace& place, std::uint32_t count, std::uint32_t on) override;

 private:
  // How often instructions that stand behind each other were executed; of the first one.
  struct Stretch {
    std::uint64_t times = 0;
    std::uint64_t threads = 0;
    std::uint64_t threads_on = 0;
    std::uint32_t length = 0;
  };
  struct Tally {
    std::array<std::uint64_t, kMetrics> metrics = {};
    RequestShape shape;
    std::uint64_t& operator[](Metric metric) { return metrics[static_cast<std::size_t>(metric)]; }
  };

  std::size_t site_of(const WarpPlace& place) {
    if (place.function != last_function_) {
      last_function_ = place.function;
      last_first_site_ = first_site_.find(place.function)->second;
    }
    return last_first_site_ +
           static_cast<std::size_t>(place.instruction - place.function->instructions.data());
  }
  Tally& tally_of(const WarpPlace& place) {
    std::unique_ptr<Tally>& tally = tallies_[site_of(place)];
    if (tally == nullptr) tally = std::make_unique<Tally>();
    return *tally;
  }
  void count_global(const WarpPlace& place, AccessKind kind, Tally& tally);
  void count_caches(const WarpPlace& place, AccessKind kind, Tally& tally);
  static void count_shared(std::uint32_t lanes, AccessKind kind, Tally& tally);
  static void count_local(std::uint32_t lanes, AccessKind kind, Tally& tally);
  static void count_constant(std::uint32_t lanes, Tally& tally);
  SectorSet& sectors_of_block(std::uint64_t block);

  const ProgramParts& program_;
  std::uint64_t warps_of_block_;
  std::uint64_t blocks_ = 0;

  // A site: an instruction of the program. Of a function, they lie behind each other.
  std::unordered_map<const Function*, std::size_t> first_site_;
  const Function* last_function_ = nullptr;
  std::size_t last_first_site_ = 0;
  std::vector<Stretch> stretches_;               // by site
  std::vector<std::unique_ptr<Tally>> tallies_;  // by site; of memory instructions and branches

  std::map<std::uint64_t, std::unique_ptr<SectorSet>> loaded_by_;  // by blocks that run
  std::vector<std::unique_ptr<SectorSet>> idle_;
  std::uint64_t last_block_ = 0;
  SectorSet* last_loaded_ = nullptr;
  SectorSet read_, written_;  // by the launch
};

}  // namespace attnlab::ptx
