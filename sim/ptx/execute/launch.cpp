// SPDX-License-Identifier: MIT
// Launching a kernel: what is checked first, and which block runs when and where.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "sim/ptx/emulator.h"
#include "sim/ptx/execute/block.h"
#include "sim/ptx/execute/places.h"

namespace attnlab::ptx {
namespace {

constexpr std::uint32_t kMaxGridX = 0x7fffffffu;
constexpr std::uint32_t kMaxGridYZ = 65535;
constexpr std::uint32_t kMaxBlockZ = 64;

std::string shape_text(const std::array<std::uint32_t, 3>& shape) {
  return fmt::format("{} x {} x {}", shape[0], shape[1], shape[2]);
}

void require_shape(const ProgramParts& program, const LaunchShape& shape, const GpuLimits& gpu) {
  const auto& [gx, gy, gz] = shape.grid;
  const auto& [bx, by, bz] = shape.block;
  if (gx == 0 || gy == 0 || gz == 0 || gx > kMaxGridX || gy > kMaxGridYZ || gz > kMaxGridYZ) {
    throw LaunchError(fmt::format(
        "{} cannot be launched with a grid of {} blocks; x may be 1 to {}, y and z 1 to {}",
        program.entry_name, shape_text(shape.grid), kMaxGridX, kMaxGridYZ));
  }
  const std::uint64_t threads = std::uint64_t{bx} * by * bz;
  if (bx == 0 || by == 0 || bz == 0 || bx > gpu.max_threads_per_block ||
      by > gpu.max_threads_per_block || bz > kMaxBlockZ || threads > gpu.max_threads_per_block) {
    throw LaunchError(fmt::format(
        "{} cannot be launched with blocks of {} threads; x and y may be 1 to {}, z 1 to {}, and "
        "all together at most {}",
        program.entry_name, shape_text(shape.block), gpu.max_threads_per_block, kMaxBlockZ,
        gpu.max_threads_per_block));
  }
  const KernelDirectives& directives = program.entry->source->directives;
  const auto product = [](const std::array<std::uint32_t, 3>& n) {
    return std::uint64_t{n[0]} * std::max(n[1], 1u) * std::max(n[2], 1u);
  };
  const std::uint64_t bound = product(directives.max_threads);
  if (bound != 0 && threads > bound) {
    throw LaunchError(
        fmt::format("{} was compiled for at most {} threads a block (__launch_bounds__); the "
                    "launch asks for {}",
                    program.entry_name, bound, threads));
  }
  const std::uint64_t required = product(directives.required_threads);
  if (required != 0 && shape.block != directives.required_threads) {
    throw LaunchError(fmt::format("{} was compiled for blocks of exactly {} threads, not {}",
                                  program.entry_name, shape_text(directives.required_threads),
                                  shape_text(shape.block)));
  }
}

std::uint32_t require_shared(const ProgramParts& program, const LaunchShape& shape,
                             const GpuLimits& gpu) {
  const std::uint64_t bytes = program.dynamic_shared_offset + shape.dynamic_shared_bytes;
  if (bytes > gpu.max_shared_bytes_per_block) {
    throw LaunchError(fmt::format(
        "{} needs {} bytes of shared memory a block ({} static, {} dynamic); the GPU gives at "
        "most {}",
        program.entry_name, bytes, program.dynamic_shared_offset, shape.dynamic_shared_bytes,
        gpu.max_shared_bytes_per_block));
  }
  return static_cast<std::uint32_t>(bytes);
}

// How many blocks the emulated GPU holds at once.
std::uint64_t resident_blocks(const Grid& grid, const GpuLimits& gpu) {
  const auto& block = grid.shape.block;
  const std::uint32_t threads = (block[0] * block[1] * block[2] + kWarpLanes - 1) / kWarpLanes *
                                static_cast<std::uint32_t>(kWarpLanes);
  std::uint32_t per_multiprocessor =
      std::min(gpu.max_blocks_per_multiprocessor, gpu.max_threads_per_multiprocessor / threads);
  per_multiprocessor = std::min(per_multiprocessor,
                                gpu.shared_bytes_per_multiprocessor / (grid.shared_bytes + 1024));
  return std::uint64_t{std::max(per_multiprocessor, 1u)} * gpu.multiprocessors;
}

// How many blocks the host's memory shall hold at once, by what a block writes when it starts.
std::uint64_t blocks_in_memory(const Grid& grid) {
  constexpr std::uint64_t kMostBytes = std::uint64_t{4} << 30;
  const auto& block = grid.shape.block;
  const std::uint64_t warps = (block[0] * block[1] * block[2] + kWarpLanes - 1) / kWarpLanes;
  const std::uint64_t of_warp = grid.program->entry->frame_bytes +
                                std::uint64_t{kWarpLanes} * grid.program->local_stack_bytes;
  return std::max<std::uint64_t>(kMostBytes / (grid.shared_bytes + warps * of_warp), 1);
}

// What blocks printed, put in the order of blocks: of the first ones, as much as the host holds.
class Printed {
 public:
  void add(std::uint64_t block, std::string text) {
    if (text.empty()) return;
    const std::lock_guard lock(mutex_);
    if (block >= end_) return;
    bytes_ += text.size();
    by_block_[block] = std::move(text);
    while (bytes_ > kMostBytes) {
      const auto last = std::prev(by_block_.end());
      bytes_ -= last->second.size();
      end_ = last->first;
      by_block_.erase(last);
    }
  }
  // Of all blocks before `end`.
  std::string text_before(std::uint64_t end) const {
    std::string all;
    for (const auto& [block, text] : by_block_) {
      if (block < end) all += text;
    }
    if (end_ < end) all += "\n[blocks printed more than 16 MiB; the rest is not shown]\n";
    return all;
  }

 private:
  static constexpr std::size_t kMostBytes = std::size_t{16} << 20;
  std::mutex mutex_;
  std::map<std::uint64_t, std::string> by_block_;
  std::size_t bytes_ = 0;
  std::uint64_t end_ = ~std::uint64_t{0};  // what this block and those behind it print is dropped
};

KernelFault with_printed(const KernelFault& fault, const std::string& before) {
  return KernelFault(fault.kind, fault.sentence, fault.place, before + fault.printed);
}

std::uint64_t linear_of(const Grid& grid, const KernelFault& fault) {
  const auto& dims = grid.shape.grid;
  const auto& index = fault.place.block;
  return index[0] + std::uint64_t{dims[0]} * (index[1] + std::uint64_t{dims[1]} * index[2]);
}

constexpr int kTurnsOfLoneBlock = 1 << 20;
// Of a block that others may wait for. It may well end in its first turns; if it does not, another
// one is started, and from then on it may be one that only waits.
constexpr int kFirstTurns = 16;
constexpr int kLaterTurns = 1;

// Blocks that cannot see each other: every core takes the next one. The fault of the first block
// that has one is reported, whichever core met it when.
void run_independent(const Grid& grid, std::uint64_t blocks, int workers, Printed& printed) {
  std::atomic<std::uint64_t> next = 0;
  std::mutex mutex;
  std::optional<KernelFault> first_fault;
  std::exception_ptr other_failure;
  const TurnOrder order(grid.order_seed, blocks);
  const auto work = [&] {
    try {
      BlockSlot slot(grid);
      for (std::uint64_t turn = next++; turn < blocks; turn = next++) {
        const std::uint64_t linear = order(turn);
        try {
          slot.start(linear);
          while (slot.run(kTurnsOfLoneBlock) != BlockSlot::Outcome::kFinished) {
          }
          printed.add(linear, std::move(slot.state().printed));
        } catch (const KernelFault& fault) {
          const std::lock_guard lock(mutex);
          if (!first_fault || linear < linear_of(grid, *first_fault)) first_fault.emplace(fault);
          next = blocks;  // blocks before this one have all been taken already
        }
      }
    } catch (...) {
      const std::lock_guard lock(mutex);
      other_failure = std::current_exception();
      next = blocks;
    }
  };
  std::vector<std::jthread> helpers;
  for (int i = 1; i < workers; ++i) helpers.emplace_back(work);
  work();
  helpers.clear();
  if (other_failure) std::rethrow_exception(other_failure);
  if (first_fault) {
    throw with_printed(*first_fault, printed.text_before(linear_of(grid, *first_fault)));
  }
}

// Blocks that may wait for each other: one core, and whoever makes no progress lets the next one
// have a turn, as long as the GPU would hold them all at once.
class TurnTaking {
 public:
  TurnTaking(const Grid& grid, std::uint64_t blocks, std::uint64_t resident, Printed& printed)
      : grid_(grid),
        blocks_(blocks),
        order_(grid.order_seed, blocks),
        resident_(resident),
        printed_(printed) {}

  void run() {
    while (next_ < blocks_ || !running_.empty()) {
      if (running_.empty() || (may_start_ && can_start())) start_next();
      take_turn();
    }
  }

 private:
  bool can_start() const { return next_ < blocks_ && running_.size() < resident_; }

  void start_next() {
    if (idle_.empty()) idle_.push_back(std::make_unique<BlockSlot>(grid_));
    running_.push_front(std::move(idle_.back()));
    idle_.pop_back();
    running_.front()->start(order_(next_++));
    without_progress_ = 0;
    may_start_ = false;
  }

  void take_turn() {
    std::unique_ptr<BlockSlot> slot = std::move(running_.front());
    running_.pop_front();
    const std::int64_t before = slot->state().used;
    try {
      if (slot->run(before == 0 ? kFirstTurns : kLaterTurns) == BlockSlot::Outcome::kFinished) {
        printed_.add(slot->state().linear, std::move(slot->state().printed));
        idle_.push_back(std::move(slot));
        without_progress_ = 0;
        return;
      }
    } catch (const KernelFault& fault) {
      throw with_printed(fault, printed_.text_before(blocks_));
    }
    without_progress_ += slot->state().used - before;
    require_progress(*slot);
    running_.push_back(std::move(slot));
    may_start_ = true;
  }

  void require_progress(BlockSlot& slot) const {
    // Blocks that merely take turns may all be long: the more there are, the longer none ends.
    const auto running = static_cast<std::int64_t>(running_.size());
    if (without_progress_ <= grid_.budget_per_block / 64 * (256 + running)) return;
    Warp& warp = slot.state().warps.front();
    throw KernelFault(
        FaultKind::kBudget,
        fmt::format("{} blocks are running, none has ended for {} warp instructions: do they wait "
                    "for each other, or for a block that the GPU has no room for? (--budget "
                    "raises the limit)",
                    running_.size() + 1, without_progress_),
        place_of(warp,
                 warp.control->resume != nullptr ? warp.control->resume
                                                 : grid_.program->entry->ops.data(),
                 -1),
        printed_.text_before(blocks_));
  }

  const Grid& grid_;
  std::uint64_t blocks_;
  TurnOrder order_;
  std::uint64_t resident_;
  Printed& printed_;
  std::uint64_t next_ = 0;
  bool may_start_ = false;
  std::int64_t without_progress_ = 0;
  std::deque<std::unique_ptr<BlockSlot>> running_;
  std::vector<std::unique_ptr<BlockSlot>> idle_;
};

int workers_for(const LaunchOptions& options, std::uint64_t most) {
  // Observers hear of one block at a time; in a shuffled order a fault is the first one's in it.
  if (options.observer != nullptr || options.order_seed != 0) return 1;
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  const std::uint64_t wanted =
      options.workers > 0 ? static_cast<std::uint64_t>(options.workers) : std::uint64_t{cores};
  return static_cast<int>(std::min(wanted, most));
}

}  // namespace

std::vector<std::byte> pack_arguments(const Program& program,
                                      std::span<const ArgumentBytes> arguments) {
  const ProgramParts& parts = program.parts();
  const std::vector<Variable>& parameters = parts.entry->source->parameters;
  if (arguments.size() != parameters.size()) {
    throw LaunchError(fmt::format("{} takes {} arguments; {} were given", parts.entry_name,
                                  parameters.size(), arguments.size()));
  }
  std::vector<std::byte> packed(parts.parameter_bytes);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].size() != parameters[i].size_bytes) {
      throw LaunchError(fmt::format("argument {} of {} has {} bytes; {} were given", i,
                                    parts.entry_name, parameters[i].size_bytes,
                                    arguments[i].size()));
    }
    std::copy(arguments[i].begin(), arguments[i].end(),
              packed.begin() + parts.parameter_offsets[i]);
  }
  return packed;
}

LaunchResult launch(const Program& program, const LaunchShape& shape,
                    std::span<const std::byte> parameters, DeviceMemory& memory,
                    const LaunchOptions& options) {
  const ProgramParts& parts = program.parts();
  require_shape(parts, shape, options.gpu);
  if (parameters.size() != parts.parameter_bytes) {
    throw LaunchError(fmt::format("{} has {} bytes of parameters; {} were given", parts.entry_name,
                                  parts.parameter_bytes, parameters.size()));
  }
  Grid grid;
  grid.program = &parts;
  grid.shape = shape;
  grid.parameters.assign(parameters.begin(), parameters.end());
  grid.memory = &memory;
  grid.shared_bytes = require_shared(parts, shape, options.gpu);
  grid.budget_per_block = options.budget_per_block;
  grid.order_seed = options.order_seed;
  // A program that was built to be observed tells somebody, always.
  const ObserverNeeds& needs = parts.observe;
  Observer nobody;
  grid.observer = options.observer;
  if (needs.memory || needs.barriers || needs.branches || needs.instructions ||
      needs.warp_synchronisation || needs.stretches) {
    if (grid.observer == nullptr) grid.observer = &nobody;
  }
  const std::uint64_t blocks = std::uint64_t{shape.grid[0]} * shape.grid[1] * shape.grid[2];
  const std::uint64_t in_memory = blocks_in_memory(grid);
  Printed printed;
  if (parts.communicates) {
    const std::uint64_t resident = std::min(resident_blocks(grid, options.gpu), in_memory);
    TurnTaking(grid, blocks, resident, printed).run();
  } else {
    const int workers = workers_for(options, std::min(blocks, in_memory));
    grid.concurrent = workers > 1;
    run_independent(grid, blocks, workers, printed);
  }
  return {printed.text_before(blocks), blocks};
}

}  // namespace attnlab::ptx
