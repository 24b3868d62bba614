// SPDX-License-Identifier: MIT
// What every model program offers: the algorithm of one rung as programs of tile steps, the launch
// shapes it shares with its kernel, what it keeps in device memory, and its cost in closed form.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/machine/run.h"
#include "sim/model/tensor.h"
#include "sim/problem/problem.h"

namespace attnlab::model {

// The shape of one kernel launch, the same for the model and the GPU.
struct LaunchShape {
  std::string entry;  // the kernel's name
  // Thread blocks in x (fastest), y, z; no block at all where one of them is 0.
  std::array<std::uint32_t, 3> grid = {1, 1, 1};
  int threads_per_block = 0;
  std::int64_t dynamic_shared_bytes = 0;

  std::uint64_t blocks() const { return std::uint64_t{grid[0]} * grid[1] * grid[2]; }
};

// A number's name in the event log and how it comes about.
struct Symbol {
  std::string name;     // "m"
  std::string formula;  // "m_new = max(m_old, m_tile)"
};

// Bytes of device memory that a run allocates.
struct MemoryPlan {
  std::int64_t input_bytes = 0;  // what the forward pass left counts, too
  std::int64_t output_bytes = 0;
  std::int64_t scratch_bytes = 0;

  std::int64_t total_bytes() const { return input_bytes + output_bytes + scratch_bytes; }
};

inline const std::vector<problem::DataType> kAllTypes = {
    problem::DataType::kF32, problem::DataType::kF16, problem::DataType::kBf16};
inline const std::vector<problem::Mask> kAllMasks = {problem::Mask::kNone, problem::Mask::kCausal,
                                                     problem::Mask::kWindow};

// The problems that a rung can do, beyond what every problem must be.
struct Capabilities {
  std::vector<problem::DataType> dtypes = {problem::DataType::kF32};
  std::vector<problem::Mask> masks = {problem::Mask::kNone, problem::Mask::kCausal};
  std::vector<int> tile_q = {};   // the first is the default; none: the rung has no query tile
  std::vector<int> tile_kv = {};  // likewise
  int max_head_dim = 256;
  int max_len_q = problem::kMaxLength;
  bool lengths = false;  // sequences of different lengths
  bool splits = false;
  bool pages = false;
  int default_splits = 1;
};

struct RungModel {
  std::string name;  // "flash_fwd/01_tiled"
  Capabilities can;
  std::vector<std::string> sentences;  // of the kernel's source, as TileStep::source numbers them
  std::vector<Symbol> symbols;         // as Number::symbol numbers them

  // The rung that runs before on the same memory and leaves what is carried over; nullptr: none.
  const RungModel& (*forward)() = nullptr;

  // What is in device memory, as TileStep::tensor numbers it.
  TensorTable (*tensors)(const Problem&) = nullptr;

  std::vector<LaunchShape> (*launch_shapes)(const Problem&) = nullptr;

  // The programs of every block. They read and write `workspace`, which must outlive them. With
  // `record_numbers` they also report the numbers of the first row of each query tile.
  std::vector<machine::Launch> (*launches)(const Problem&, Workspace& workspace,
                                           bool record_numbers) = nullptr;

  // The counters of a run, in closed form. Tests hold the count to it.
  machine::Counters (*cost)(const Problem&) = nullptr;
};

// The query tile, key tile and splits of this problem on this rung: the problem's choice or the
// rung's default.
int tile_q_of(const RungModel& rung, const Problem& problem);
int tile_kv_of(const RungModel& rung, const Problem& problem);
int splits_of(const RungModel& rung, const Problem& problem);

// How an entry point's name says what type it stores: "" for f32, "_f16", "_bf16".
const char* storage_suffix(problem::DataType dtype);

// The softmax scale for exponentials in base 2: scale * log2(e), rounded once to float.
float scale_log2_of(const Problem& problem);

// What a run allocates, without the forward pass before it but with what that leaves.
MemoryPlan memory_of(const RungModel& rung, const Problem& problem);

// A workspace with the inputs of the rung, and of the one before it; the rest poisoned.
Workspace make_workspace(const RungModel& rung, const Problem& problem, const Inputs& inputs);

struct ModelResult {
  Workspace workspace;
  machine::Counters counters;
  std::uint64_t cycles = 0;  // simulated
};

// Runs a rung's model on a simulated GPU, after the rung that must run before it. Counters, cycles
// and events are the rung's own. `sink` may be null; with a sink, numbers are recorded.
ModelResult run(const RungModel& rung, const Problem& problem, const Inputs& inputs,
                const machine::GpuSpec& gpu, trace::EventSink* sink);

}  // namespace attnlab::model
