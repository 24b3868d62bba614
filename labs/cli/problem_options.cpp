// SPDX-License-Identifier: MIT
#include "labs/cli/problem_options.h"

namespace attnlab::cli {

void ProblemOptions::add_to(CLI::App& command) {
  const char* group = "Problem";
  command.add_option("--batch", problem_.batch, "Sequences in the batch")
      ->group(group)
      ->capture_default_str();
  command.add_option("--heads", problem_.heads, "Query heads")->group(group)->capture_default_str();
  command
      .add_option("--kv-heads", kv_heads_, "Key/value heads; divides --heads (default: --heads)")
      ->group(group);
  command.add_option("--len-q", problem_.len_q, "Queries of a sequence")
      ->group(group)
      ->capture_default_str();
  command.add_option("--len-kv", len_kv_, "Keys of a sequence (default: --len-q)")->group(group);
  command.add_option("--head-dim", problem_.head_dim, "Elements of a head's vector")
      ->group(group)
      ->capture_default_str();
  command.add_option("--dtype", dtype_, "Stored type: f32")->group(group)->capture_default_str();
  command
      .add_flag("--causal", causal_,
                "A query sees no later key; aligned so that the last query sees every key")
      ->group(group);
  command.add_option("--tile-q", problem_.tile_q, "Query rows of a tile (default: the rung's)")
      ->group(group);
  command.add_option("--tile-kv", problem_.tile_kv, "Keys of a tile (default: the rung's)")
      ->group(group);
  command.add_option("--dist", distribution_, "Inputs: normal, uniform or adversarial")
      ->group(group)
      ->capture_default_str();
  command.add_option("--seed", problem_.seed, "Seed of the inputs")
      ->group(group)
      ->capture_default_str();
}

problem::Problem ProblemOptions::problem() const {
  problem::Problem problem = problem_;
  problem.kv_heads = kv_heads_.value_or(problem.heads);
  problem.len_kv = len_kv_.value_or(problem.len_q);
  problem.dtype = problem::parse_data_type(dtype_);
  problem.mask = causal_ ? problem::Mask::kCausal : problem::Mask::kNone;
  problem.distribution = problem::parse_distribution(distribution_);
  return problem;
}

}  // namespace attnlab::cli
