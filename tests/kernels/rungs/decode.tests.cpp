// SPDX-License-Identifier: MIT
// The decode and paged rungs have one answer: whatever the keys lie in, whoever shares a block, the
// bits depend on the splits only; and each reads what it must.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "kernels/executors.h"
#include "kernels/verification_problems.h"
#include "sim/model/decode/attend.h"
#include "sim/model/decode/split_heuristics.h"

using namespace attnlab;
using namespace attnlab::kernels;
using machine::Counters;

namespace {

std::string model_digest(const char* rung, const Problem& problem) {
  return run_on_model(find_rung(rung), problem, problem::make_inputs(problem),
                      machine::gpu_spec("h200"))
      .digest;
}

// Where the second rung's answer differs from the first one's, on the second one's problems. `change`
// makes the second's problem the first's.
template <typename Change>
std::vector<std::string> differences(const char* first, const char* second, Change change) {
  std::vector<std::string> different;
  for (const Problem& problem : verification_problems(find_rung(second))) {
    Problem of_first = problem;
    change(of_first);
    if (model_digest(first, of_first) != model_digest(second, problem)) {
      different.push_back(problem::describe(problem));
    }
  }
  return different;
}

void in_one_piece(Problem& problem) {
  // A shared prefix changes the inputs, and must stay; the contiguous rungs know no pages.
  problem.page_size = 0;
}

Counters cost_of(const char* rung, const Problem& problem) {
  return find_rung(rung).model->cost(problem);
}

// One sequence with a long context: 32 heads, 8 of them for K and V.
Problem long_context() {
  Problem problem;
  problem.heads = 32;
  problem.kv_heads = 8;
  problem.len_q = 1;
  problem.len_kv = 65536;
  problem.head_dim = 128;
  problem.dtype = problem::DataType::kBf16;
  return problem;
}

}  // namespace

TEST_CASE("one split gives the bits of the sequential walk") {
  for (Problem problem : verification_problems(find_rung("decode/01_sequential"))) {
    INFO(problem::describe(problem));
    const std::string sequential = model_digest("decode/01_sequential", problem);
    problem.splits = 1;
    CHECK(model_digest("decode/02_split", problem) == sequential);
  }
}

TEST_CASE("query heads that share a block have the bits of those that do not") {
  CHECK(differences("decode/02_split", "decode/03_grouped", [](Problem&) {}).empty());
}

TEST_CASE("pages give the bits of one piece of memory, split or not") {
  CHECK(differences("decode/01_sequential", "paged/02_attend", in_one_piece).empty());
  CHECK(differences("decode/02_split", "paged/03_split", in_one_piece).empty());
}

TEST_CASE("the size of a page changes no bit") {
  Problem problem = long_context();
  problem.batch = 2;
  problem.len_kv = 300;
  problem.lengths = {300, 77};
  const std::string contiguous = model_digest("decode/01_sequential", problem);
  for (problem.page_size = 1; problem.page_size <= 256; problem.page_size += 17) {
    CHECK(model_digest("paged/02_attend", problem) == contiguous);
  }
}

TEST_CASE("splits take every tile once, in order") {
  for (const int keys : {0, 1, 64, 65, 1000, 8192}) {
    for (const int first : {0, 63, 64, 700}) {
      for (const int splits : {1, 2, 3, 7, 128, 1024}) {
        const model::KeyRange seen = {std::min(first, keys), keys};
        int next = seen.first / 64;
        for (int split = 0; split < splits; ++split) {
          const model::KeyRange tiles = model::tiles_of_split(seen, split, splits);
          REQUIRE(tiles.first == next);
          REQUIRE(tiles.last >= tiles.first);
          next = tiles.last;
        }
        CHECK(next == std::max((keys + 63) / 64, seen.first / 64));
      }
    }
  }
}

TEST_CASE("splits make blocks, and read the cache all the same") {
  Problem problem = long_context();
  const Counters sequential = cost_of("decode/01_sequential", problem);
  CHECK(sequential.blocks == 32);  // of 132 SMs, 100 have nothing to do
  problem.splits = 16;
  const Counters split = cost_of("decode/02_split", problem);
  CHECK(split.blocks == 32 * 16 + 32);
  for (const std::size_t tensor : {1, 2}) {  // K and V
    CHECK(split.global_by_tensor[tensor] == sequential.global_by_tensor[tensor]);
    CHECK(split.device_by_tensor[tensor] == sequential.device_by_tensor[tensor]);
  }
}

TEST_CASE("query heads in one block ask for their K/V head once") {
  Problem problem = long_context();
  problem.splits = 16;
  const Counters split = cost_of("decode/02_split", problem);
  const Counters grouped = cost_of("decode/03_grouped", problem);
  for (const std::size_t tensor : {1, 2}) {  // K and V
    CHECK(split.global_by_tensor[tensor].read_bytes ==
          4 * grouped.global_by_tensor[tensor].read_bytes);
    CHECK(split.device_by_tensor[tensor] == grouped.device_by_tensor[tensor]);
  }
}

TEST_CASE("the public split heuristic has its published values") {
  // FlashAttention 2.7's num_splits_heuristic: query tiles, twice the SMs, key tiles.
  CHECK(model::fa2_splits(48, 216, 512) == 4);
  CHECK(model::fa2_splits(48, 108, 512) == 2);
  CHECK(model::fa2_splits(8, 264, 512) == 29);
  CHECK(model::fa2_splits(16, 264, 64) == 16);
  CHECK(model::fa2_splits(2, 264, 1024) == 114);
  CHECK(model::fa2_splits(128, 264, 32) == 2);
  // The cliff: 0.8 of the machine is enough.
  CHECK(model::fa2_splits(211, 264, 32) == 5);
  CHECK(model::fa2_splits(212, 264, 32) == 1);
}

TEST_CASE("FlashAttention-3's heuristic: by hand") {
  // 32 tiles on 132 SMs: four splits fill 128 of them, three only 96.
  CHECK(model::fa3_splits({.query_tiles = 32, .key_tiles = 512}) == 4);
  CHECK(model::fa3_splits({.query_tiles = 32, .key_tiles = 4}) == 1);
  // 0.8 x 132 is 105.6.
  CHECK(model::fa3_splits({.query_tiles = 106, .key_tiles = 512}) == 1);
  CHECK(model::fa3_splits({.query_tiles = 105, .key_tiles = 512}) > 1);
  // A K/V head of 120 MiB, wanted by more than 264 tiles of queries: three pieces of 50 MiB.
  model::Fa3Launch large{.query_tiles = 1000,
                         .key_tiles = 5000,
                         .query_tiles_of_head = 300,
                         .kv_head_bytes = std::int64_t{120} << 20};
  CHECK(model::fa3_splits(large) == 3);
  large.causal_or_local = true;
  CHECK(model::fa3_splits(large) == 1);
}

TEST_CASE("a rung that only moves bits leaves them as they are expected") {
  for (const char* name : {"paged/01_write", "paged/04_copy_blocks"}) {
    const Rung& rung = find_rung(name);
    REQUIRE(rung.expected != nullptr);
    for (const Problem& problem : verification_problems(rung)) {
      INFO(name << ": " << problem::describe(problem));
      const problem::Inputs inputs = problem::make_inputs(problem);
      const Outputs expected =
          outputs_of(rung.expected(problem, inputs), rung.model->tensors(problem));
      CHECK(run_on_model(rung, problem, inputs, machine::gpu_spec("h200")).digest ==
            digest_of(expected));
    }
  }
}
