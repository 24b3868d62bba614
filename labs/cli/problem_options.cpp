// SPDX-License-Identifier: MIT
#include "labs/cli/problem_options.h"

#include <algorithm>

#include "labs/cli/whole_number.h"

namespace attnlab::cli {
namespace {

using problem::kMaxLength;

// An option of the problem that takes a whole number within these limits.
template <typename Number, typename Target>
CLI::Option* add_number(CLI::App& command, const std::string& option, Target& target, Number least,
                        Number most, const std::string& description) {
  return add_whole_number(command, option, target, least, most, description)->group("Problem");
}

}  // namespace

void ProblemOptions::add_to(CLI::App& command) {
  add_number(command, "--batch", problem_.batch, 1, kMaxLength, "Sequences in the batch")
      ->default_str(std::to_string(problem_.batch));
  add_number(command, "--heads", problem_.heads, 1, kMaxLength, "Query heads")
      ->default_str(std::to_string(problem_.heads));
  add_number(command, "--kv-heads", kv_heads_, 1, kMaxLength,
             "Key/value heads; divides --heads (default: --heads)");
  add_number(command, "--len-q", len_q_, 1, kMaxLength, "Queries of a sequence (decoding rungs: 1)")
      ->default_str(std::to_string(problem_.len_q));
  add_number(command, "--len-kv", len_kv_, 0, kMaxLength, "Keys of a sequence (default: --len-q)");
  add_number(command, "--head-dim", problem_.head_dim, 1, kMaxLength, "Elements of a head's vector")
      ->default_str(std::to_string(problem_.head_dim));
  const char* group = "Problem";
  command.add_option("--dtype", dtype_, "Stored type of Q, K, V and O: f32, f16 or bf16")
      ->type_name("NAME")
      ->group(group)
      ->capture_default_str();
  command
      .add_flag("--causal", causal_,
                "A query sees no later key; aligned so that the last query sees every key")
      ->group(group);
  add_number(command, "--window", problem_.window, 1, kMaxLength,
             "Causal, and a query sees this many keys at most");
  command
      .add_option("--lengths", problem_.lengths,
                  "Keys of each sequence, at most --len-kv (decode and paged rungs)")
      ->type_name("N,N,...")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group(group);
  add_number(command, "--splits", problem_.splits, 1, problem::kMaxSplits,
             "Parts that the keys are cut into (split rungs)");
  add_number(command, "--page-size", problem_.page_size, 1, problem::kMaxPageSize,
             "Keys of a page (paged rungs)");
  add_number(command, "--shared-prefix", problem_.shared_prefix, 0, kMaxLength,
             "First keys that all sequences have in common (paged rungs)");
  add_number(command, "--tile-q", problem_.tile_q, 1, kMaxLength,
             "Query rows of a tile (default: the rung's)");
  add_number(command, "--tile-kv", problem_.tile_kv, 1, kMaxLength,
             "Keys of a tile (default: the rung's)");
  command.add_option("--dist", distribution_, "Inputs: normal, uniform or adversarial")
      ->type_name("NAME")
      ->group(group)
      ->capture_default_str();
  add_number<std::uint64_t>(command, "--seed", problem_.seed, 0, UINT64_MAX, "Seed of the inputs")
      ->default_str(std::to_string(problem_.seed));
}

problem::Problem ProblemOptions::problem(int most_queries) const {
  problem::Problem problem = problem_;
  problem.kv_heads = kv_heads_.value_or(problem.heads);
  problem.len_kv = len_kv_.value_or(len_q_.value_or(problem.len_q));
  problem.len_q = len_q_.value_or(std::min(problem.len_q, most_queries));
  problem.dtype = problem::parse_data_type(dtype_);
  if (problem.window > 0) {
    problem.mask = problem::Mask::kWindow;
  } else if (causal_) {
    problem.mask = problem::Mask::kCausal;
  }
  problem.distribution = problem::parse_distribution(distribution_);
  return problem;
}

}  // namespace attnlab::cli
