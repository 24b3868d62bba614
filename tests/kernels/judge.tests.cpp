// SPDX-License-Identifier: MIT
// The judge finds a wrong element of any output, and says how wrong.
#include "kernels/judge.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/executors.h"

using namespace attnlab;
using namespace attnlab::kernels;

namespace {

struct Judged {
  explicit Judged(const std::string& name) : rung(find_rung(name)) {
    problem.heads = 2;
    problem.len_q = 40;
    problem.len_kv = 50;
    problem.head_dim = 16;
    inputs = problem::make_inputs(problem);
    outputs = run_on_model(rung, problem, inputs, machine::gpu_spec("h200")).outputs;
  }

  // Replaces one number of an output.
  void put(std::size_t output, std::size_t index, float value) {
    std::memcpy(outputs[output].bytes.data() + 4 * index, &value, 4);
  }
  float get(std::size_t output, std::size_t index) const {
    return outputs[output].numbers()[index];
  }
  Judgement judgement() const { return judge(rung, problem, inputs, outputs); }

  const Rung& rung;
  Problem problem;
  problem::Inputs inputs;
  Outputs outputs;
};

}  // namespace

TEST_CASE("a right answer has no mismatch and a small error in every output") {
  const Judged flash("flash_fwd/01_tiled");
  const Judgement judgement = flash.judgement();
  REQUIRE(judgement.tensors.size() == 2);
  CHECK(judgement.tensors[0].tensor == Tensor::kO);
  CHECK(judgement.tensors[1].tensor == Tensor::kLse);
  CHECK(judgement.mismatches() == 0);
  CHECK(judgement.max_abs_error() > 0);
  CHECK(judgement.max_abs_error() < 1e-5);
  CHECK(judgement.rel_l2_error() < 1e-6);
}

TEST_CASE("one wrong number is the largest error, and a NaN is a mismatch") {
  Judged flash("flash_fwd/01_tiled");
  flash.put(0, 77, flash.get(0, 77) + 0.5f);
  CHECK(std::abs(flash.judgement().max_abs_error() - 0.5) < 1e-5);
  CHECK(flash.judgement().mismatches() == 0);
  flash.put(0, 77, std::nanf(""));
  CHECK(flash.judgement().mismatches() == 1);
  CHECK(flash.judgement().tensors[0].mismatches == 1);
}

TEST_CASE("an infinite LSE where a number belongs is a mismatch, and a wrong one an error") {
  Judged flash("flash_fwd/01_tiled");
  flash.put(1, 3, -std::numeric_limits<float>::infinity());
  CHECK(flash.judgement().tensors[1].mismatches == 1);
  flash.put(1, 3, 1e9f);
  CHECK(flash.judgement().tensors[1].mismatches == 0);
  CHECK(flash.judgement().tensors[1].max_abs_error > 1e8);
  CHECK(flash.judgement().max_abs_error() < 1e-5);  // of LSE nothing is told there
}

TEST_CASE("an output of another size is refused") {
  Judged flash("flash_fwd/01_tiled");
  flash.outputs[0].bytes.resize(8);
  CHECK_THROWS_AS(flash.judgement(), problem::BadInput);
}
