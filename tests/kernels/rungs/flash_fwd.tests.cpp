// SPDX-License-Identifier: MIT
// What the rungs of flash_fwd have in common, to the last bit, and what each of them changes.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <string>

#include "kernels/executors.h"
#include "kernels/verification_problems.h"
#include "sim/model/flash_fwd/query_tile.h"

using namespace attnlab;
using namespace attnlab::kernels;
using machine::Counters;
using problem::Mask;
using ptx::Metric;

namespace {

std::string model_digest(const Rung& rung, const Problem& problem) {
  return run_on_model(rung, problem, problem::make_inputs(problem), machine::gpu_spec("h200"))
      .digest;
}

bool is_small(const Problem& problem) {
  return problem::q_elements(problem) * problem.len_kv <= 4'000'000;
}

// The second rung's answer on the first one's problems, where it differs.
std::vector<std::string> differences(const char* first, const char* second) {
  std::vector<std::string> different;
  int compared = 0;
  for (Problem problem : verification_problems(find_rung(first))) {
    problem.tile_q = 0;  // changes no bit of the first, and the second may not have it
    if (!is_small(problem) || !supports(find_rung(second), problem)) continue;
    ++compared;
    if (model_digest(find_rung(first), problem) != model_digest(find_rung(second), problem)) {
      different.push_back(problem::describe(problem));
    }
  }
  REQUIRE(compared >= 40);
  return different;
}

Counters cost_of(const char* rung, const Problem& problem) {
  return find_rung(rung).model->cost(problem);
}

// Two heads of the lecture's size.
Problem lecture_heads(Mask mask) {
  Problem problem;
  problem.heads = problem.kv_heads = 2;
  problem.len_q = problem.len_kv = 1024;
  problem.mask = mask;
  return problem;
}

// What the emulator counts of one head.
ptx::Counts counts_of(const char* rung) {
  Problem problem;  // 128 x 128, D = 64, fp32
  EmulatorOptions options;
  options.count = true;
  return run_on_emulator(find_rung(rung), problem, problem::make_inputs(problem), options)
      .counted->counts;
}

}  // namespace

TEST_CASE("FlashAttention-1's order of loops gives the bits of FlashAttention-2's") {
  CHECK(differences("flash_fwd/01_tiled", "flash_fwd/02_kv_outer").empty());
}

TEST_CASE("tiles that show nothing may be left out: the bits stay") {
  CHECK(differences("flash_fwd/01_tiled", "flash_fwd/04_skip_tiles").empty());
}

TEST_CASE("a swizzle changes where numbers lie, not what they are") {
  CHECK(differences("flash_fwd/05_vectorized", "flash_fwd/06_swizzled").empty());
}

TEST_CASE("the key tiles that a query tile sees are those with a visible key") {
  for (const Mask mask : {Mask::kNone, Mask::kCausal, Mask::kWindow}) {
    for (const int len_q : {1, 33, 100, 257}) {
      for (const int len_kv : {0, 7, 64, 130, 300}) {
        Problem problem;
        problem.len_q = len_q;
        problem.len_kv = len_kv;
        problem.mask = mask;
        problem.window = mask == Mask::kWindow ? 20 : 0;
        for (int first = 0; first < len_q; first += 32) {
          const int rows = std::min(32, len_q - first);
          const problem::KeyRange seen = model::key_tiles_seen(problem, first, rows, 32);
          for (int tile = 0; tile * 32 < len_kv; ++tile) {
            bool visible = false;
            for (int query = first; query < first + rows; ++query) {
              const problem::KeyRange keys = problem::visible_range(problem, 0, query);
              visible = visible ||
                        (keys.first < (tile + 1) * 32 && keys.last > tile * 32 && keys.count() > 0);
            }
            INFO(problem::describe(problem) << ", queries from " << first << ", tile " << tile);
            if (visible) CHECK((tile >= seen.first && tile < seen.last));
            if (!visible && mask != Mask::kWindow) CHECK((tile < seen.first || tile >= seen.last));
          }
        }
      }
    }
  }
}

TEST_CASE("FlashAttention-1's order moves O at every key tile, FlashAttention-2's once") {
  const Problem problem = lecture_heads(Mask::kNone);
  const std::uint64_t o_bytes = problem::q_elements(problem) * 4;
  const Counters outer = cost_of("flash_fwd/02_kv_outer", problem);
  const Counters inner = cost_of("flash_fwd/01_tiled", problem);
  const auto running = model::kForwardLse + 1;
  CHECK(outer.global_by_tensor[running].read_bytes == 31 * o_bytes);
  CHECK(outer.global_by_tensor[running].written_bytes == 31 * o_bytes);
  CHECK(inner.global_by_tensor[model::kForwardO].written_bytes == o_bytes);
  // In return it asks for K once, where the other asks for it once per query tile.
  CHECK(inner.global_by_tensor[model::kForwardK].read_bytes ==
        32 * outer.global_by_tensor[model::kForwardK].read_bytes);
  CHECK(outer.blocks == 2);
  CHECK(inner.blocks == 64);
}

TEST_CASE("a causal mask lets half of the tiles be skipped") {
  const Problem problem = lecture_heads(Mask::kCausal);
  const Counters all = cost_of("flash_fwd/01_tiled", problem);
  const Counters seen = cost_of("flash_fwd/04_skip_tiles", problem);
  // 32 x 33 / 2 of 32 x 32 tiles.
  CHECK(seen.global_by_tensor[model::kForwardK].read_bytes * 64 ==
        all.global_by_tensor[model::kForwardK].read_bytes * 33);
  CHECK(cost_of("flash_fwd/04_skip_tiles", lecture_heads(Mask::kNone)) ==
        cost_of("flash_fwd/01_tiled", lecture_heads(Mask::kNone)));
}

TEST_CASE("splitting the keys over warps costs two barriers a tile and an exchange of O") {
  const ptx::Counts split_k = counts_of("flash_fwd/03_split_k");
  const ptx::Counts split_q = counts_of("flash_fwd/01_tiled");
  // 128 queries: 8 tiles of 16 rows meet 1 tile of 128 keys, 4 of 32 rows meet 4 of 32 keys.
  CHECK(split_k.instructions_of(ptx::InstructionClass::kBarrier) == 4 * 8 * 1 * 4);
  CHECK(split_q.instructions_of(ptx::InstructionClass::kBarrier) == 4 * 4 * 4 * 2);
}

TEST_CASE("with padding or a swizzle no bank conflicts") {
  for (const char* rung : {"flash_fwd/05_vectorized", "flash_fwd/06_swizzled"}) {
    INFO(rung);
    const ptx::Counts counts = counts_of(rung);
    CHECK(counts[Metric::kSharedLoadWavefronts] == counts[Metric::kSharedLoadIdealWavefronts]);
    CHECK(counts[Metric::kSharedStoreWavefronts] == counts[Metric::kSharedStoreIdealWavefronts]);
  }
}

TEST_CASE("tiles in registers: a number read from shared memory serves several operations") {
  const ptx::Counts plain = counts_of("flash_fwd/04_skip_tiles");
  const ptx::Counts tiles = counts_of("flash_fwd/06_swizzled");
  CHECK(2 * tiles[Metric::kSharedLoadWavefronts] < plain[Metric::kSharedLoadWavefronts]);
}

TEST_CASE("16-byte loads refuse rows that are no whole vectors") {
  Problem problem;
  problem.head_dim = 68;
  for (const char* name : {"flash_fwd/05_vectorized", "flash_fwd/06_swizzled"}) {
    CHECK_FALSE(supports(find_rung(name), problem));
    CHECK_THROWS_WITH(require_supported(find_rung(name), problem),
                      "--head-dim 68 is not a multiple of 8, which 16-byte loads need");
  }
}
