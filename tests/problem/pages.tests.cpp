// SPDX-License-Identifier: MIT
// Pages: every token has a slot of its own, sequences share what they have in common and nothing
// else, and the layout follows from the problem alone.
#include "sim/problem/pages.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <map>
#include <random>
#include <set>

#include "sim/problem/inputs.h"

using namespace attnlab::problem;

namespace {

// Problems of all page sizes, ragged lengths, with and without a shared prefix.
std::vector<Problem> random_problems(int count) {
  std::mt19937 random(7);
  const auto between = [&](int least, int most) {
    return least + static_cast<int>(random() % static_cast<unsigned>(most - least + 1));
  };
  std::vector<Problem> problems;
  for (int i = 0; i < count; ++i) {
    Problem problem;
    problem.batch = between(1, 5);
    problem.kv_heads = between(1, 3);
    problem.heads = problem.kv_heads * between(1, 3);
    problem.len_q = between(1, 4);
    problem.len_kv = between(0, 90);
    problem.head_dim = between(1, 9);
    problem.page_size = between(0, 3) == 0 ? 0 : between(1, 40);
    problem.seed = random();
    int shortest = problem.len_kv;
    for (int sequence = 0; sequence < problem.batch; ++sequence) {
      problem.lengths.push_back(between(0, problem.len_kv));
      shortest = std::min(shortest, problem.lengths.back());
    }
    problem.shared_prefix = between(0, 1) == 0 ? 0 : between(0, shortest);
    validate(problem);
    problems.push_back(problem);
  }
  return problems;
}

}  // namespace

TEST_CASE("every token has a slot of its own, but for those on shared pages") {
  int shared_slots = 0;
  for (const Problem& problem : random_problems(300)) {
    INFO(describe(problem));
    const PagedCache cache = paged_cache(problem);
    CHECK(cache.page_size == (problem.page_size == 0 ? 16 : problem.page_size));
    const int shared_tokens = problem.shared_prefix / cache.page_size * cache.page_size;
    std::map<std::int64_t, std::set<int>> sequences_of;  // by slot
    for (int sequence = 0; sequence < problem.batch; ++sequence) {
      for (int position = 0; position < problem.lengths[sequence]; ++position) {
        const std::int64_t slot = cache.slot_of(sequence, position);
        CHECK(slot >= 0);
        CHECK(slot < cache.slots());
        CHECK(slot % cache.page_size == position % cache.page_size);
        CHECK(sequences_of[slot].insert(sequence).second);
        if (position < shared_tokens) {
          CHECK(slot == cache.slot_of(0, position));
          ++shared_slots;
        } else {
          CHECK(sequences_of[slot].size() == 1);
        }
      }
    }
  }
  CHECK(shared_slots > 100);
}

TEST_CASE("a block table holds each page that is needed and -1 behind the last") {
  for (const Problem& problem : random_problems(200)) {
    const PagedCache cache = paged_cache(problem);
    REQUIRE(std::ssize(cache.block_table) == std::int64_t{problem.batch} * cache.table_width);
    for (int sequence = 0; sequence < problem.batch; ++sequence) {
      const int needed = (problem.lengths[sequence] + cache.page_size - 1) / cache.page_size;
      for (int page = 0; page < cache.table_width; ++page) {
        const int entry = cache.block_table[sequence * cache.table_width + page];
        CHECK((page < needed ? entry >= 0 && entry < cache.pages : entry == -1));
      }
    }
  }
}

TEST_CASE("a page that is copied to is nobody's, and no two copies go to one page") {
  for (const Problem& problem : random_problems(200)) {
    const PagedCache cache = paged_cache(problem);
    std::set<int> used(cache.block_table.begin(), cache.block_table.end());
    REQUIRE(std::ssize(cache.copy_pairs) == 2 * problem.batch);
    for (int sequence = 0; sequence < problem.batch; ++sequence) {
      const int from = cache.copy_pairs[2 * sequence];
      const int to = cache.copy_pairs[2 * sequence + 1];
      const int length = problem.lengths[sequence];
      if (length == 0) {
        CHECK(from == -1);
        CHECK(to == -1);
        continue;
      }
      CHECK(from == cache.slot_of(sequence, length - 1) / cache.page_size);
      CHECK(to >= 0);
      CHECK(to < cache.pages);
      CHECK(used.insert(to).second);
    }
  }
}

TEST_CASE("new tokens go to the slots of the last positions") {
  for (const Problem& problem : random_problems(200)) {
    const PagedCache cache = paged_cache(problem);
    for (int sequence = 0; sequence < problem.batch; ++sequence) {
      for (int i = 0; i < problem.len_q; ++i) {
        const int position = problem.lengths[sequence] - problem.len_q + i;
        const std::int64_t slot = cache.slot_mapping[sequence * problem.len_q + i];
        CHECK(slot == (position < 0 ? -1 : cache.slot_of(sequence, position)));
      }
    }
  }
}

TEST_CASE("a tensor in pages holds every token's numbers, and NaN where there is none") {
  for (const Problem& problem : random_problems(100)) {
    const PagedCache cache = paged_cache(problem);
    const Inputs inputs = make_inputs(problem);
    const std::vector<float> pool = paged_copy(problem, cache, inputs.k);
    REQUIRE(std::ssize(pool) == cache.slots() * problem.kv_heads * problem.head_dim);
    std::set<std::int64_t> written;
    for (int sequence = 0; sequence < problem.batch; ++sequence) {
      for (int position = 0; position < problem.lengths[sequence]; ++position) {
        for (int head = 0; head < problem.kv_heads; ++head) {
          for (int column = 0; column < problem.head_dim; ++column) {
            const std::int64_t row =
                (std::int64_t{sequence} * problem.kv_heads + head) * problem.len_kv + position;
            const std::int64_t place =
                (cache.slot_of(sequence, position) * problem.kv_heads + head) * problem.head_dim +
                column;
            CHECK(pool[place] == inputs.k[row * problem.head_dim + column]);
            written.insert(place);
          }
        }
      }
    }
    for (std::int64_t place = 0; place < std::ssize(pool); ++place) {
      CHECK(std::isnan(pool[place]) != written.contains(place));
    }
  }
}

TEST_CASE("what is left out of the pages are the new tokens, and they are in new_tokens") {
  Problem problem;
  problem.batch = 2;
  problem.kv_heads = 2;
  problem.heads = 2;
  problem.len_q = 3;
  problem.len_kv = 10;
  problem.head_dim = 4;
  problem.lengths = {10, 2};
  problem.page_size = 4;
  const PagedCache cache = paged_cache(problem);
  const Inputs inputs = make_inputs(problem);
  const std::vector<float> tokens = new_tokens(problem, inputs.v);
  REQUIRE(tokens.size() == 2 * 3 * 2 * 4);
  // Sequence 0: positions 7, 8, 9. Sequence 1 has two tokens only: the first place is padding.
  CHECK(tokens[0] == inputs.v[7 * 4]);
  CHECK(tokens[4] == inputs.v[(10 + 7) * 4]);  // its second head
  CHECK(tokens[3 * 2 * 4] == 0.0f);
  CHECK(tokens[(3 + 1) * 2 * 4] == inputs.v[20 * 4]);
  const std::vector<float> pool = paged_copy(problem, cache, inputs.v, problem.len_q);
  CHECK(std::isnan(pool[cache.slot_of(0, 7) * 2 * 4]));
  CHECK(pool[cache.slot_of(0, 6) * 2 * 4] == inputs.v[6 * 4]);
  CHECK(std::isnan(pool[cache.slot_of(1, 0) * 2 * 4]));
}

TEST_CASE("the layout follows from the problem, and another seed deals the pages otherwise") {
  Problem problem;
  problem.batch = 4;
  problem.len_kv = 200;
  problem.page_size = 4;
  CHECK(paged_cache(problem).block_table == paged_cache(problem).block_table);
  std::vector<std::int32_t> dealt = paged_cache(problem).block_table;
  problem.seed = 2;
  CHECK(paged_cache(problem).block_table != dealt);
  CHECK_FALSE(std::is_sorted(dealt.begin(), dealt.end()));
}

TEST_CASE("sequences have their shared prefix in common, and nothing more") {
  Problem problem;
  problem.batch = 3;
  problem.heads = problem.kv_heads = 2;
  problem.len_kv = 20;
  problem.head_dim = 8;
  problem.shared_prefix = 7;
  const Inputs inputs = make_inputs(problem);
  problem.shared_prefix = 0;
  const Inputs apart = make_inputs(problem);
  CHECK(inputs.q == apart.q);
  for (int sequence = 0; sequence < 3; ++sequence) {
    for (int head = 0; head < 2; ++head) {
      for (int position = 0; position < 20; ++position) {
        const auto row = [&](int of) { return ((of * 2 + head) * 20 + position) * 8; };
        const float expected = position < 7 ? apart.k[row(0)] : apart.k[row(sequence)];
        CHECK(inputs.k[row(sequence)] == expected);
      }
    }
  }
}
