// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "kernels/executors.h"
#include "labs/cli/demo/sections.h"
#include "labs/cli/output/counters_text.h"

namespace attnlab::cli::demo {
namespace {

using kernels::Rung;
using nlohmann::ordered_json;
using problem::Problem;

// GPT-2 medium's attention over one sequence, causal or not.
Problem one_sequence(int length, problem::Mask mask) {
  Problem problem;
  problem.heads = problem.kv_heads = 16;
  problem.len_q = problem.len_kv = length;
  problem.mask = mask;
  return problem;
}

std::uint64_t blocks_of(const Rung& rung, const Problem& problem) {
  std::uint64_t blocks = 0;
  for (const model::LaunchShape& shape : rung.model->launch_shapes(problem)) {
    blocks += shape.blocks();
  }
  return blocks;
}

// Two rungs on one problem, side by side.
struct Pair {
  const Rung& left;
  const Rung& right;
  Problem problem;
  machine::Counters left_cost = left.model->cost(problem);
  machine::Counters right_cost = right.model->cost(problem);

  ordered_json json(double left_value, double right_value) const {
    return {{left.name, left_value}, {right.name, right_value}};
  }
};

void print_row(const char* what, const std::string& left, const std::string& right) {
  fmt::print("   {:<44}{:>16}{:>16}\n", what, left, right);
}

// What the emulator counts of one head: barriers that a warp waits at for each pair of a query tile
// and a key tile, and bytes of shared memory; of those written, what is not a tile of Q, K or V is
// exchanged between warps.
struct OneHead {
  int tile_keys = 0;
  double barriers_per_tile = 0;
  double shared_bytes = 0;
  double exchanged_bytes = 0;
};

OneHead emulate_one_head(const Rung& rung) {
  constexpr int kLength = 256;
  Problem problem = one_sequence(kLength, problem::Mask::kNone);
  problem.heads = problem.kv_heads = 1;
  kernels::EmulatorOptions options;
  options.count = true;
  const kernels::Execution run =
      run_on_emulator(rung, problem, problem::make_inputs(problem), options);
  const ptx::Counts& counts = run.counted->counts;
  const machine::Traffic& shared = run.counted->traffic.shared;
  const int query_tiles = kLength / tile_q_of(*rung.model, problem);
  const int tile_keys = tile_kv_of(*rung.model, problem);
  const double warps = 4;
  const double tiles = double(query_tiles) * kLength / tile_keys;
  const double q_bytes = 4.0 * kLength * problem.head_dim;
  return {
      tile_keys, double(counts.instructions_of(ptx::InstructionClass::kBarrier)) / warps / tiles,
      double(shared.total_bytes()), double(shared.written_bytes) - q_bytes * (1 + 2 * query_tiles)};
}

ordered_json show_orders(bool print) {
  const Pair pair{kernels::find_rung("flash_fwd/02_kv_outer"),
                  kernels::find_rung("flash_fwd/01_tiled"),
                  one_sequence(4096, problem::Mask::kNone)};
  const auto blocks = [&](const Rung& rung) { return double(blocks_of(rung, pair.problem)); };
  if (print) {
    fmt::print(
        "   How to partition over thread blocks? One sequence of N = 4096, 16 heads, d = 64, "
        "fp32.\n"
        "   FlashAttention-1 gives a head to a block and walks over K and V outside; O goes to "
        "device\n"
        "   memory and back at every key tile. FlashAttention-2 gives a query tile to a block: "
        "more\n"
        "   blocks than SMs, and O leaves the chip once.\n\n");
    print_row("", "FA-1's order", "FA-2's order");
    print_row("thread blocks (an A100 has 108 SMs)", fmt::format("{:.0f}", blocks(pair.left)),
              fmt::format("{:.0f}", blocks(pair.right)));
    print_row("asked of device memory by the blocks",
              readable_bytes(double(pair.left_cost.global.total_bytes())),
              readable_bytes(double(pair.right_cost.global.total_bytes())));
    print_row("of these, O, m and l",
              readable_bytes(double(pair.left_cost.global.total_bytes()) -
                             double(pair.left_cost.global_by_tensor[0].total_bytes() +
                                    pair.left_cost.global_by_tensor[1].total_bytes() +
                                    pair.left_cost.global_by_tensor[2].total_bytes())),
              readable_bytes(double(pair.right_cost.global.total_bytes()) -
                             double(pair.right_cost.global_by_tensor[0].total_bytes() +
                                    pair.right_cost.global_by_tensor[1].total_bytes() +
                                    pair.right_cost.global_by_tensor[2].total_bytes())));
    fmt::print("\n");
  }
  return {{"blocks", pair.json(blocks(pair.left), blocks(pair.right))},
          {"requested_bytes", pair.json(double(pair.left_cost.global.total_bytes()),
                                        double(pair.right_cost.global.total_bytes()))}};
}

ordered_json show_skipping(bool print) {
  const Pair pair{kernels::find_rung("flash_fwd/01_tiled"),
                  kernels::find_rung("flash_fwd/04_skip_tiles"),
                  one_sequence(4096, problem::Mask::kCausal)};
  const double left = double(pair.left_cost.flops());
  const double right = double(pair.right_cost.flops());
  if (print) {
    fmt::print(
        "   Under a causal mask, half of the tiles hold nothing to see (the same problem):\n\n");
    print_row("", "every tile", "tiles skipped");
    print_row("GFLOP", fmt::format("{:.2f}", left / 1e9), fmt::format("{:.2f}", right / 1e9));
    print_row("asked of device memory by the blocks",
              readable_bytes(double(pair.left_cost.global.total_bytes())),
              readable_bytes(double(pair.right_cost.global.total_bytes())));
    fmt::print("\n");
  }
  return {{"flops", pair.json(left, right)},
          {"requested_bytes", pair.json(double(pair.left_cost.global.total_bytes()),
                                        double(pair.right_cost.global.total_bytes()))}};
}

}  // namespace

ordered_json show_thread_blocks(bool print) {
  if (print) {
    fmt::print(styled_if_terminal(fmt::emphasis::bold), "4  Threadblock-level parallelism\n");
  }
  ordered_json json;
  json["orders"] = show_orders(print);
  json["causal"] = show_skipping(print);
  return json;
}

ordered_json show_warps(bool print) {
  const Rung& split_k = kernels::find_rung("flash_fwd/03_split_k");
  const Rung& split_q = kernels::find_rung("flash_fwd/01_tiled");
  const OneHead by_keys = emulate_one_head(split_k);
  const OneHead by_queries = emulate_one_head(split_q);
  if (print) {
    fmt::print(styled_if_terminal(fmt::emphasis::bold), "5  Warp-level parallelism\n");
    fmt::print(
        "   How to partition over the warps of a block? Splitting K and V needs communication to "
        "add\n"
        "   results; splitting Q needs none. Counted in the emulator: one head, N = 256, d = "
        "64.\n\n");
    print_row("", "(a) split K, V", "(b) split Q");
    print_row("keys of a tile (32 a warp, or 32 for all)", std::to_string(by_keys.tile_keys),
              std::to_string(by_queries.tile_keys));
    print_row("barriers for each query and key tile",
              fmt::format("{:.0f}", by_keys.barriers_per_tile),
              fmt::format("{:.0f}", by_queries.barriers_per_tile));
    print_row("written for other warps to read", readable_bytes(by_keys.exchanged_bytes),
              readable_bytes(by_queries.exchanged_bytes));
    print_row("shared memory, read + written, in all", readable_bytes(by_keys.shared_bytes),
              readable_bytes(by_queries.shared_bytes));
    fmt::print("\n");
  }
  const auto json = [](const OneHead& head) {
    return ordered_json{{"tile_keys", head.tile_keys},
                        {"barriers_per_tile", head.barriers_per_tile},
                        {"exchanged_bytes", head.exchanged_bytes},
                        {"shared_bytes", head.shared_bytes}};
  };
  return {{split_k.name, json(by_keys)}, {split_q.name, json(by_queries)}};
}

}  // namespace attnlab::cli::demo
