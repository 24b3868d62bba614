// SPDX-License-Identifier: MIT
// What every model program offers: the algorithm of one rung as programs of tile steps, the launch
// shapes it shares with its kernel, and its cost in closed form.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/machine/run.h"
#include "sim/problem/inputs.h"
#include "sim/problem/problem.h"

namespace attnlab::model {

using problem::Inputs;
using problem::Problem;

// The shape of one kernel launch, the same for the model and the GPU.
struct LaunchShape {
  std::string entry;  // the kernel's name
  // Thread blocks in x (fastest), y, z; no block at all where one of them is 0.
  std::array<std::uint32_t, 3> grid = {1, 1, 1};
  int threads_per_block = 0;
  std::int64_t dynamic_shared_bytes = 0;

  std::uint64_t blocks() const { return std::uint64_t{grid[0]} * grid[1] * grid[2]; }
};

// Device memory of a run: what the user sees and what only the rung needs.
struct Workspace {
  std::vector<float> o;        // [batch, heads, len_q, head_dim]
  std::vector<float> lse_nat;  // [batch, heads, len_q]
  std::vector<float> s;        // [batch, heads, len_q, len_kv], where the rung stores scores
  std::vector<float> p;        // [batch, heads, len_q, len_kv], where the rung stores probabilities
};

// A number's name in the event log and how it comes about.
struct Symbol {
  std::string name;     // "m"
  std::string formula;  // "m_new = max(m_old, m_tile)"
};

// Bytes of device memory that a run allocates.
struct MemoryPlan {
  std::int64_t input_bytes = 0;
  std::int64_t output_bytes = 0;
  std::int64_t scratch_bytes = 0;  // S and P, where a rung stores them

  std::int64_t total_bytes() const { return input_bytes + output_bytes + scratch_bytes; }
};

struct RungModel {
  std::string name;                    // "flash_fwd/01_tiled"
  std::vector<std::string> tensors;    // as TileStep::tensor numbers them
  std::vector<std::string> sentences;  // of the kernel's source, as TileStep::source numbers them
  std::vector<Symbol> symbols;         // as Number::symbol numbers them
  std::vector<int> tile_q_choices;     // the first is the default
  int tile_kv = 32;
  int max_head_dim = 256;

  std::vector<LaunchShape> (*launch_shapes)(const Problem&);

  // The programs of every block. They read `inputs`, write `workspace`, and both must outlive them.
  // With `record_numbers` they also report the numbers of the first row of each query tile.
  std::vector<machine::Launch> (*launches)(const Problem&, const Inputs& inputs,
                                           Workspace& workspace, bool record_numbers);

  // The counters of a run, in closed form. Tests hold the count to it.
  machine::Counters (*cost)(const Problem&);

  MemoryPlan (*memory)(const Problem&);
};

// The query tile of this problem on this rung: the problem's choice or the rung's default.
int tile_q_of(const RungModel& rung, const Problem& problem);

// The softmax scale for exponentials in base 2: scale * log2(e), rounded once to float.
float scale_log2_of(const Problem& problem);

// A workspace of the right size, poisoned with a NaN that no arithmetic makes.
Workspace make_workspace(const RungModel& rung, const Problem& problem);

struct ModelResult {
  Workspace workspace;
  machine::Counters counters;
  std::uint64_t cycles = 0;  // simulated
};

// Runs a rung's model on a simulated GPU. `sink` may be null; with a sink, numbers are recorded.
ModelResult run(const RungModel& rung, const Problem& problem, const Inputs& inputs,
                const machine::GpuSpec& gpu, trace::EventSink* sink);

}  // namespace attnlab::model
