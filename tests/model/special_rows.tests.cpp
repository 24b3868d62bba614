// SPDX-License-Identifier: MIT
// Rows with nothing to see, NaN and infinities: who is touched, and with which bits.
#include <catch2/catch_test_macros.hpp>

#include "sim/numerics/fp32.h"
#include "tests/model/model_runs.h"

using namespace attnlab;
using namespace attnlab::model;
using numerics::bits_of;
using numerics::kCanonicalNan;
using numerics::kCanonicalNanBits;
using problem::Mask;
using test::run_model;
using test::same_bits;
using test::shape;

namespace {

constexpr std::uint32_t kPoisonBits = 0x7fa5a5a5u;
constexpr std::uint32_t kMinusInfinityBits = 0xff800000u;

// One row of the outputs.
struct RowView {
  std::span<const float> o;  // (D)
  float lse_nat;
};

RowView row_of(const ModelResult& result, const Problem& problem, int row_of_all) {
  const auto d = static_cast<std::size_t>(problem.head_dim);
  return {std::span(result.workspace[Tensor::kO]).subspan(row_of_all * d, d),
          result.workspace[Tensor::kLse][row_of_all]};
}

bool same_rows(const RowView& a, const RowView& b) {
  return same_bits(a.o, b.o) && bits_of(a.lse_nat) == bits_of(b.lse_nat);
}

bool is_empty_row(const RowView& row) {
  for (float o : row.o) {
    if (bits_of(o) != 0) return false;
  }
  return bits_of(row.lse_nat) == kMinusInfinityBits;
}

bool is_nan_row(const RowView& row) {
  for (float o : row.o) {
    if (bits_of(o) != kCanonicalNanBits) return false;
  }
  return bits_of(row.lse_nat) == kCanonicalNanBits;
}

// An x86 NaN with a sign and a payload, to be seen if it is passed on.
float payload_nan() {
  return numerics::float_of_bits(0xffc12345u);
}

bool holds(const std::vector<float>& values, std::uint32_t bits) {
  for (float value : values) {
    if (bits_of(value) == bits) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a row that sees no key has O = +0 and LSE = -inf, exactly") {
  for (const RungModel* rung : test::all_models()) {
    // Causal with 70 queries and 40 keys: the first 30 rows see nothing.
    const Problem problem = shape(2, 1, 70, 40, 33, Mask::kCausal);
    const ModelResult result = run_model(*rung, problem);
    for (int row = 0; row < 140; ++row) {
      CHECK(is_empty_row(row_of(result, problem, row)) == (row % 70 < 30));
    }
  }
}

TEST_CASE("without keys every row is empty") {
  for (const RungModel* rung : test::all_models()) {
    for (Mask mask : {Mask::kNone, Mask::kCausal}) {
      const Problem problem = shape(2, 2, 37, 0, 20, mask);
      const ModelResult result = run_model(*rung, problem);
      REQUIRE(result.workspace[Tensor::kLse].size() == 74);
      for (int row = 0; row < 74; ++row) CHECK(is_empty_row(row_of(result, problem, row)));
    }
  }
}

TEST_CASE("a row whose every score is -inf is empty too") {
  for (const RungModel* rung : test::all_models()) {
    const Problem problem = shape(1, 1, 3, 40, 8);
    Inputs inputs = problem::make_inputs(problem);
    for (float& k : inputs.k) k = 1;
    for (int c = 0; c < 8; ++c) inputs.q[8 + c] = -numerics::kInfinity;  // row 1
    const ModelResult result = run_model(*rung, problem, inputs);
    for (int row = 0; row < 3; ++row) {
      CHECK(is_empty_row(row_of(result, problem, row)) == (row == 1));
    }
  }
}

TEST_CASE("one key makes O that key's V and LSE its score") {
  for (const RungModel* rung : test::all_models()) {
    const Problem problem = shape(1, 1, 40, 1, 16);
    Inputs inputs = problem::make_inputs(problem);
    for (float& q : inputs.q) q = 0;
    const ModelResult result = run_model(*rung, problem, inputs);
    for (int row = 0; row < 40; ++row) {
      CHECK(same_bits(row_of(result, problem, row).o, inputs.v));
      CHECK(result.workspace[Tensor::kLse][row] == 0.0f);
    }
  }
}

TEST_CASE("a NaN in a key spoils exactly the rows that see the key") {
  for (const RungModel* rung : test::all_models()) {
    for (int key : {0, 31, 32, 59}) {
      const Problem problem = shape(1, 1, 50, 60, 24, Mask::kCausal);  // row i sees i + 11 keys
      Inputs inputs = problem::make_inputs(problem);
      const ModelResult clean = run_model(*rung, problem, inputs);
      inputs.k[key * 24 + 5] = payload_nan();
      const ModelResult spoilt = run_model(*rung, problem, inputs);
      for (int row = 0; row < 50; ++row) {
        const RowView now = row_of(spoilt, problem, row);
        const bool sees = key < row + 11;
        CHECK(is_nan_row(now) == sees);
        if (!sees) CHECK(same_rows(now, row_of(clean, problem, row)));
      }
    }
  }
}

TEST_CASE("a NaN in a value spoils one column of the rows that see the key, and no LSE") {
  for (const RungModel* rung : test::all_models()) {
    const Problem problem = shape(1, 1, 50, 60, 24, Mask::kCausal);
    const int key = 35;
    const int column = 7;
    Inputs inputs = problem::make_inputs(problem);
    ModelResult clean = run_model(*rung, problem, inputs);
    inputs.v[key * 24 + column] = payload_nan();
    const ModelResult spoilt = run_model(*rung, problem, inputs);
    for (int row = 0; row < 50; ++row) {
      if (key < row + 11) clean.workspace[Tensor::kO][row * 24 + column] = kCanonicalNan;
    }
    CHECK(test::same_outputs(spoilt, clean));
  }
}

TEST_CASE("a NaN in a query spoils its row and no other") {
  for (const RungModel* rung : test::all_models()) {
    const Problem problem = shape(2, 1, 40, 50, 16);
    Inputs inputs = problem::make_inputs(problem);
    const ModelResult clean = run_model(*rung, problem, inputs);
    inputs.q[(40 + 13) * 16] = payload_nan();  // row 13 of head 1
    const ModelResult spoilt = run_model(*rung, problem, inputs);
    for (int row = 0; row < 80; ++row) {
      const RowView now = row_of(spoilt, problem, row);
      CHECK((row == 53 ? is_nan_row(now) : same_rows(now, row_of(clean, problem, row))));
    }
  }
}

TEST_CASE("a masked key may hold anything") {
  for (const RungModel* rung : test::all_models()) {
    const Problem problem = shape(1, 1, 2, 40, 16, Mask::kCausal);  // row 0 sees all but the last
    Inputs inputs = problem::make_inputs(problem);
    const ModelResult clean = run_model(*rung, problem, inputs);
    for (float wrong : {payload_nan(), numerics::kInfinity, -numerics::kInfinity}) {
      for (int c = 0; c < 16; ++c) inputs.k[39 * 16 + c] = inputs.v[39 * 16 + c] = wrong;
      CHECK(same_rows(row_of(run_model(*rung, problem, inputs), problem, 0),
                      row_of(clean, problem, 0)));
    }
  }
}

TEST_CASE("every NaN of an answer is the GPU's") {
  for (const RungModel* rung : test::all_models()) {
    int nans = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      Problem problem = shape(4, 2, 70, 90, 64, Mask::kCausal);
      problem.distribution = problem::Distribution::kAdversarial;
      problem.seed = seed;
      const ModelResult result = run_model(*rung, problem);
      for (const std::vector<float>* out :
           {&result.workspace[Tensor::kO], &result.workspace[Tensor::kLse]}) {
        for (float value : *out) {
          if (value == value) continue;
          ++nans;
          CHECK(bits_of(value) == kCanonicalNanBits);
        }
      }
    }
    CHECK(nans > 100);
  }
}

TEST_CASE("no poison survives in what a run writes") {
  for (const RungModel* rung : test::all_models()) {
    for (const Problem& problem : test::random_problems(*rung, 40, 40)) {
      const Workspace before = make_workspace(*rung, problem, problem::make_inputs(problem));
      CHECK(holds(before[Tensor::kO], kPoisonBits));
      const Workspace after = run_model(*rung, problem).workspace;
      for (const TensorSpec& spec : rung->tensors(problem)) {
        CHECK_FALSE(holds(after[spec.tensor], kPoisonBits));
      }
    }
  }
}
