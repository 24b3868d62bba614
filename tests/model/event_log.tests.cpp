// SPDX-License-Identifier: MIT
// What a run tells the event log: its steps add up to the counters, name their sentences, and every
// number is what its formula says, recomputed here lane by lane from the inputs.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <set>

#include "sim/model/flash_fwd/01_tiled.h"
#include "sim/model/standard/01_three_pass.h"
#include "sim/numerics/online_softmax.h"
#include "sim/numerics/warp_reduce.h"
#include "tests/model/model_runs.h"

using namespace attnlab;
using namespace attnlab::model;
using numerics::bits_of;
using numerics::SoftmaxState;
using problem::Distribution;
using problem::Mask;
using test::shape;
using trace::Event;
using trace::EventKind;
using trace::NumberEvent;

namespace {

struct Watched {
  Watched(const RungModel& rung, const Problem& asked) : Watched(rung, asked, make_inputs(asked)) {}
  Watched(const RungModel& rung, const Problem& asked, Inputs given)
      : problem(asked), inputs(std::move(given)) {
    test::EventRecorder recorder;
    result = run(rung, problem, inputs, machine::gpu_spec("a100"), &recorder);
    events = std::move(recorder.events);
    for (const Event& event : events) {
      if (event.kind == EventKind::kNumber) numbers.push_back(trace::to_number(event));
    }
  }

  Problem problem;
  Inputs inputs;
  ModelResult result;
  std::vector<Event> events;
  std::vector<NumberEvent> numbers;
};

std::vector<Problem> scenes() {
  Problem grouped = shape(4, 2, 45, 70, 40, Mask::kCausal);
  grouped.batch = 2;
  Problem empty_rows = shape(2, 1, 80, 40, 3, Mask::kCausal);
  Problem adversarial = shape(2, 2, 64, 100, 33);
  adversarial.distribution = Distribution::kAdversarial;
  return {grouped, empty_rows, adversarial, shape(1, 1, 10, 0, 8)};
}

bool has_bits(float value, float expected) {
  return bits_of(value) == bits_of(numerics::canonical(expected));
}

// The row of the score matrix that a number belongs to, and what is read for it.
struct RowInputs {
  const float* q;  // (D)
  const float* k;  // (Lk, D)
  const float* v;  // (Lk, D)
  int visible;     // keys
};

RowInputs row_inputs(const Watched& watched, int head_of_all, int query) {
  const Problem& p = watched.problem;
  const int d = p.head_dim;
  const int kv_head =
      head_of_all / p.heads * p.kv_heads + problem::kv_head_of(p, head_of_all % p.heads);
  const std::int64_t kv_first = std::int64_t{kv_head} * p.len_kv * d;
  return {watched.inputs.q.data() + (std::int64_t{head_of_all} * p.len_q + query) * d,
          watched.inputs.k.data() + kv_first, watched.inputs.v.data() + kv_first,
          problem::visible_keys(p, query)};
}

float dot(const RowInputs& row, int key, int d) {
  float sum = 0;
  for (int c = 0; c < d; ++c) sum = numerics::fma_rn(row.q[c], row.k[key * d + c], sum);
  return sum;
}

// Takes the numbers of one block in the order they were told, and holds each to its own recomputed.
class NumberChecker {
 public:
  explicit NumberChecker(std::vector<NumberEvent> numbers) : numbers_(std::move(numbers)) {}

  void expect(int symbol, int column, float result, std::initializer_list<float> operands) {
    REQUIRE(next_ < numbers_.size());
    const NumberEvent& number = numbers_[next_++];
    CHECK(number.symbol == symbol);
    CHECK(number.column == static_cast<std::uint32_t>(column));
    CHECK(has_bits(number.result, result));
    REQUIRE(number.operand_count == operands.size());
    const float told[3] = {number.operands[0], number.operands[1], number.third_operand};
    std::size_t i = 0;
    for (float operand : operands) CHECK(has_bits(told[i++], operand));
  }
  bool done() const { return next_ == numbers_.size(); }

 private:
  std::vector<NumberEvent> numbers_;
  std::size_t next_ = 0;
};

std::vector<NumberEvent> numbers_of_block(const Watched& watched, std::uint32_t launch,
                                          std::uint32_t block) {
  std::vector<NumberEvent> numbers;
  std::copy_if(
      watched.numbers.begin(), watched.numbers.end(), std::back_inserter(numbers),
      [&](const NumberEvent& number) { return number.launch == launch && number.block == block; });
  return numbers;
}

// The online softmax of one row, scalar by scalar, as the kernel's comments tell it.
void check_flash_row(const Watched& watched, int head_of_all, int query, NumberChecker& numbers) {
  enum { kM, kRescale, kL, kO, kLse };
  const Problem& p = watched.problem;
  const int d = p.head_dim;
  const RowInputs row = row_inputs(watched, head_of_all, query);
  SoftmaxState state;
  std::vector<float> o(d, 0.0f);
  for (int first_key = 0; first_key < p.len_kv; first_key += 32) {
    float scores[32], weights[32];
    for (int lane = 0; lane < 32; ++lane) {
      const int key = first_key + lane;
      scores[lane] = key < row.visible ? dot(row, key, d) * scale_log2_of(p) : -numerics::kInfinity;
    }
    const float m_tile = numerics::butterfly_max(scores);
    const float m_new = numerics::max_ignoring_nan(state.m_log2, m_tile);
    numbers.expect(kM, 0, m_new, {state.m_log2, m_tile});
    const float rescale = numerics::softmax_weight(state.m_log2, m_new);
    numbers.expect(kRescale, 0, rescale, {state.m_log2, m_new});
    for (int lane = 0; lane < 32; ++lane) {
      weights[lane] = numerics::softmax_weight(scores[lane], m_new);
    }
    const float tile_sum = numerics::butterfly_sum(weights);
    const float l_new = numerics::fma_rn(state.l, rescale, tile_sum);
    numbers.expect(kL, 0, l_new, {state.l, rescale, tile_sum});
    state = {m_new, l_new};
    const std::vector<float> o_old = o;
    for (int c = 0; c < d; ++c) {
      o[c] *= rescale;
      for (int key = first_key; key < std::min(first_key + 32, row.visible); ++key) {
        o[c] = numerics::fma_rn(weights[key - first_key], row.v[key * d + c], o[c]);
      }
    }
    for (int c = 0; c < std::min(d, 4); ++c) numbers.expect(kO, c, o[c], {o_old[c], rescale});
  }
  const std::int64_t row_of_all = std::int64_t{head_of_all} * p.len_q + query;
  const float lse_nat = watched.result.workspace[Tensor::kLse][row_of_all];
  numbers.expect(kLse, 0, lse_nat, {state.m_log2, state.l});
  CHECK(has_bits(lse_nat, numerics::lse_nat(state)));
  for (int c = 0; c < d; ++c) {
    CHECK(has_bits(watched.result.workspace[Tensor::kO][row_of_all * d + c],
                   o[c] * numerics::inverse_sum(state.l)));
  }
}

}  // namespace

TEST_CASE("the bytes and FLOPs of the events add up to the counters") {
  for (const RungModel* rung : test::all_models()) {
    for (const Problem& problem : scenes()) {
      const Watched watched(*rung, problem);
      machine::Counters sums;
      sums.global_by_tensor.resize(rung->tensors({}).size());
      std::uint64_t flops = 0;
      for (const Event& event : watched.events) {
        if (event.kind == EventKind::kNumber) continue;
        flops += event.flops;
        if (event.kind == EventKind::kBlockBegin) ++sums.blocks;
        if (event.kind == EventKind::kLoad) {
          sums.global_by_tensor.at(event.tensor).read_bytes += event.bytes;
        }
        if (event.kind == EventKind::kStore) {
          sums.global_by_tensor.at(event.tensor).written_bytes += event.bytes;
        }
      }
      CHECK(sums.global_by_tensor == watched.result.counters.global_by_tensor);
      CHECK(sums.blocks == watched.result.counters.blocks);
      CHECK(flops == watched.result.counters.flops());
    }
  }
}

TEST_CASE("every step names a sentence of the kernel, and every sentence has a step") {
  for (const RungModel* rung : test::all_models()) {
    const Watched watched(*rung, scenes()[0]);
    std::set<std::uint16_t> told;
    for (const Event& event : watched.events) {
      if (trace::is_step(event.kind)) told.insert(event.source);
    }
    CHECK(told.size() == rung->sentences.size());
    CHECK(*told.rbegin() == rung->sentences.size() - 1);
  }
}

TEST_CASE("every tensor moves, every symbol is told, and no event names another") {
  for (const RungModel* rung : test::all_models()) {
    const Watched watched(*rung, scenes()[0]);
    std::set<std::uint16_t> tensors, symbols;
    for (const Event& event : watched.events) {
      if (event.kind == EventKind::kLoad || event.kind == EventKind::kStore) {
        tensors.insert(event.tensor);
      }
    }
    for (const NumberEvent& number : watched.numbers) symbols.insert(number.symbol);
    CHECK(tensors.size() == rung->tensors({}).size());
    CHECK(*tensors.rbegin() == rung->tensors({}).size() - 1);
    CHECK(symbols.size() == rung->symbols.size());
    CHECK(*symbols.rbegin() == rung->symbols.size() - 1);
  }
}

TEST_CASE("flash attention's numbers are what their formulas say of the inputs") {
  for (Problem problem : scenes()) {
    for (int tile_q : {16, 32}) {
      problem.tile_q = tile_q;
      const Watched watched(flash_fwd_tiled(), problem);
      const int query_tiles = (problem.len_q + tile_q - 1) / tile_q;
      for (int block = 0; block < problem.batch * problem.heads * query_tiles; ++block) {
        const int query = block % query_tiles * tile_q;
        const std::vector<NumberEvent> told = numbers_of_block(watched, 0, block);
        for (const NumberEvent& number : told) CHECK(static_cast<int>(number.row) == query);
        NumberChecker numbers(told);
        check_flash_row(watched, block / query_tiles, query, numbers);
        CHECK(numbers.done());
      }
    }
  }
}

TEST_CASE("standard attention's numbers are what their formulas say of the inputs") {
  enum { kM, kL, kLse };
  for (const Problem& problem : scenes()) {
    const Watched watched(standard_three_pass(), problem);
    const int rows = static_cast<int>(problem::lse_elements(problem));
    for (int row = 0; row < rows; row += 4) {  // a block's first row
      const RowInputs in = row_inputs(watched, row / problem.len_q, row % problem.len_q);
      float m = -numerics::kInfinity;
      std::vector<float> scores(problem.len_kv, -numerics::kInfinity);
      for (int key = 0; key < in.visible; ++key) {
        scores[key] = dot(in, key, problem.head_dim) * problem::softmax_scale(problem);
        m = numerics::max_ignoring_nan(m, scores[key]);
      }
      float lanes[32] = {};
      for (int key = 0; key < problem.len_kv; ++key) {
        lanes[key % 32] += numerics::softmax_weight_nat(scores[key], m);
      }
      const float l = numerics::butterfly_sum(lanes);
      NumberChecker numbers(numbers_of_block(watched, 1, row / 4));
      numbers.expect(kM, 0, m, {});
      numbers.expect(kL, 0, l, {m});
      numbers.expect(kLse, 0, numerics::lse_from_nat(m, l), {m, l});
      CHECK(numbers.done());
      CHECK(has_bits(watched.result.workspace[Tensor::kLse][row], numerics::lse_from_nat(m, l)));
    }
  }
}

TEST_CASE("a NaN in the numbers is the GPU's, whatever the inputs' NaNs hold") {
  for (const RungModel* rung : test::all_models()) {
    const Problem problem = shape(1, 1, 64, 96, 8);
    Inputs inputs = make_inputs(problem);
    inputs.q[0] = numerics::float_of_bits(0xffc12345u);      // row 0, which tells its numbers
    inputs.v[8 * 8] = numerics::float_of_bits(0x7fd54321u);  // key 8, column 0
    int nans = 0;
    for (const NumberEvent& number : Watched(*rung, problem, inputs).numbers) {
      const float told[] = {number.result, number.operands[0], number.operands[1],
                            number.third_operand};
      for (float value : told) {
        if (value == value) continue;
        ++nans;
        CHECK(bits_of(value) == numerics::kCanonicalNanBits);
      }
    }
    CHECK(nans >= 3);
  }
}
