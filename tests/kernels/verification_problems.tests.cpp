// SPDX-License-Identifier: MIT
// The verification problems are enough, all different, all allowed, and leave no kind out.
#include "kernels/verification_problems.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <functional>

using namespace attnlab::kernels;
using attnlab::problem::Distribution;
using attnlab::problem::Mask;

namespace {

using Kind = std::function<bool(const Problem&)>;

bool is_ragged(const Problem& problem, int tile_q) {
  return problem.len_q % tile_q != 0 || problem.len_kv % 32 != 0;
}

// How many rows see no key though there are keys.
int empty_rows(const Problem& problem) {
  return problem.mask == Mask::kCausal ? std::max(0, problem.len_q - problem.len_kv) : 0;
}

// The rungs whose problems are those of a forward pass over whole sequences.
std::vector<Rung> forward_rungs() {
  std::vector<Rung> found;
  for (const Rung& rung : rungs()) {
    if (rung.problems == forward_problems) found.push_back(rung);
  }
  return found;
}

}  // namespace

TEST_CASE("a rung has at least 60 verification problems, all different") {
  for (const Rung& rung : rungs()) {
    const std::vector<Problem> problems = verification_problems(rung);
    CHECK(problems.size() >= 60);
    for (std::size_t i = 0; i < problems.size(); ++i) {
      for (std::size_t j = i + 1; j < problems.size(); ++j) CHECK(problems[i] != problems[j]);
    }
  }
}

TEST_CASE("a rung can do all of its verification problems") {
  for (const Rung& rung : rungs()) {
    for (const Problem& problem : verification_problems(rung)) {
      CHECK_NOTHROW(require_supported(rung, problem));
      CHECK_NOTHROW(require_memory(rung, problem, std::int64_t{1} << 30, "this machine"));
    }
  }
}

TEST_CASE("the verification problems leave no kind of problem out") {
  const std::vector<std::pair<const char*, Kind>> kinds = {
      {"whole tiles", [](const Problem& p) { return !is_ragged(p, 64) && p.len_kv > 0; }},
      {"ragged", [](const Problem& p) { return is_ragged(p, 32); }},
      {"more queries than keys", [](const Problem& p) { return p.len_q > p.len_kv; }},
      {"more keys than queries", [](const Problem& p) { return p.len_kv > p.len_q; }},
      {"one query", [](const Problem& p) { return p.len_q == 1 && p.len_kv >= 1000; }},
      {"GQA", [](const Problem& p) { return 1 < p.kv_heads && p.kv_heads < p.heads; }},
      {"MQA", [](const Problem& p) { return p.kv_heads == 1 && p.heads > 1; }},
      {"GQA in several batches",
       [](const Problem& p) { return p.batch > 1 && p.heads > p.kv_heads; }},
      {"rows that see nothing", [](const Problem& p) { return p.len_kv > 0 && empty_rows(p) > 0; }},
      {"whole tiles of them", [](const Problem& p) { return p.len_kv > 0 && empty_rows(p) > 64; }},
      {"no keys", [](const Problem& p) { return p.len_kv == 0 && p.mask == Mask::kNone; }},
      {"no keys, causal",
       [](const Problem& p) { return p.len_kv == 0 && p.mask == Mask::kCausal; }},
      {"head dimension 1", [](const Problem& p) { return p.head_dim == 1; }},
      {"head dimension off the lanes", [](const Problem& p) { return p.head_dim % 8 != 0; }},
      {"many key tiles", [](const Problem& p) { return p.len_kv >= 4096; }},
      {"uniform inputs", [](const Problem& p) { return p.distribution == Distribution::kUniform; }},
      {"normal inputs", [](const Problem& p) { return p.distribution == Distribution::kNormal; }},
  };
  for (const Rung& rung : forward_rungs()) {
    const std::vector<Problem> problems = verification_problems(rung);
    Problem narrow;
    narrow.head_dim = 1;
    for (const auto& [name, kind] : kinds) {
      INFO(rung.name << ": " << name);
      // 16-byte loads need rows that are whole vectors.
      if (std::string(name).starts_with("head dimension") && !supports(rung, narrow)) continue;
      CHECK(std::any_of(problems.begin(), problems.end(), kind));
    }
    const int limit = rung.model->can.max_head_dim;
    CHECK(std::any_of(problems.begin(), problems.end(),
                      [&](const Problem& p) { return p.head_dim == limit; }));
    for (int tile_q : rung.model->can.tile_q) {
      CHECK(std::any_of(problems.begin(), problems.end(),
                        [&](const Problem& p) { return p.tile_q == tile_q; }));
    }
  }
}

TEST_CASE("every mask meets every stored type that a rung has") {
  for (const Rung& rung : rungs()) {
    const std::vector<Problem> problems = verification_problems(rung);
    for (const attnlab::problem::DataType dtype : rung.model->can.dtypes) {
      for (const Mask mask : rung.model->can.masks) {
        // One query sees every key, causal or not.
        if (rung.model->can.max_len_q == 1 && mask == Mask::kCausal) continue;
        INFO(rung.name << " " << attnlab::problem::name_of(dtype) << " "
                       << attnlab::problem::name_of(mask));
        CHECK(std::any_of(problems.begin(), problems.end(),
                          [&](const Problem& p) { return p.dtype == dtype && p.mask == mask; }));
      }
    }
  }
}

TEST_CASE("every shape meets adversarial inputs, with and without a mask") {
  for (const Rung& rung : forward_rungs()) {
    const std::vector<Problem> problems = verification_problems(rung);
    const auto adversarial = std::count_if(problems.begin(), problems.end(), [](const Problem& p) {
      return p.distribution == Distribution::kAdversarial;
    });
    CHECK(adversarial >= 36);
    for (Mask mask : {Mask::kNone, Mask::kCausal}) {
      CHECK(std::any_of(problems.begin(), problems.end(), [&](const Problem& p) {
        return p.distribution == Distribution::kAdversarial && p.mask == mask &&
               p.head_dim == rung.model->can.max_head_dim;
      }));
    }
  }
}
