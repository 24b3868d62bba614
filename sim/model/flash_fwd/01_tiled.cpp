// SPDX-License-Identifier: MIT
#include "sim/model/flash_fwd/01_tiled.h"

#include <memory>

#include "sim/model/attention_block.h"
#include "sim/model/attention_cost.h"
#include "sim/numerics/bulk.h"
#include "sim/numerics/fp32.h"
#include "sim/numerics/online_softmax.h"
#include "sim/numerics/warp_reduce.h"

namespace attnlab::model {
namespace {

using machine::BlockProgram;
using machine::Number;
using machine::TileStep;
using numerics::SoftmaxState;
using trace::EventKind;

enum Tensor : std::uint16_t { kQ, kK, kV, kO, kLse };

// The kernel's sentences, by which a step finds its source line.
enum Sentence : std::uint16_t {
  kLoadQuery,
  kWaitForReaders,
  kLoadKeyValue,
  kWaitForTiles,
  kScores,
  kSoftmax,
  kRescale,
  kOutput,
  kWrite
};

enum SymbolId : std::uint16_t { kSymbolM, kSymbolRescale, kSymbolL, kSymbolO, kSymbolLse };

constexpr int kLoggedColumns = 4;  // of O, in the event log

struct Run {
  Problem problem;
  const Inputs& inputs;
  Workspace& workspace;
  bool record_numbers;
};

// The running softmax and output of one query tile.
struct TileState {
  std::vector<SoftmaxState> softmax;  // of each row
  std::vector<float> rescale;         // of each row, for the current key tile
  Matrix o;                           // (rows, D), not yet divided by l
};

// Turn scores into probabilities relative to each row's new maximum, and note how much each row's
// old sum and output must shrink.
void update_softmax(Matrix& scores, const std::vector<int>& visible, float scale_log2,
                    TileState& state, std::vector<float>& tile_maxima) {
  const int rows = static_cast<int>(scores.rows());
  std::vector<float> new_maxima(rows);
  for (int row = 0; row < rows; ++row) {
    for (int key = 0; key < kTileKv; ++key) {
      float& score = scores(row, key);
      score = key < visible[row] ? score * scale_log2 : -numerics::kInfinity;
    }
    tile_maxima[row] = numerics::butterfly_max(lanes_of(scores, row));
    new_maxima[row] = numerics::max_ignoring_nan(state.softmax[row].m_log2, tile_maxima[row]);
    scores.row(row).array() -= numerics::finite_maximum(new_maxima[row]);
  }
  numerics::bulk().exp2_approx(scores.data(), scores.data(), scores.size());
  for (int row = 0; row < rows; ++row) {
    state.rescale[row] = numerics::softmax_weight(state.softmax[row].m_log2, new_maxima[row]);
    state.softmax[row].m_log2 = new_maxima[row];
  }
}

// The numbers of the tile's first row, for the event log, which knows the GPU's one NaN only.
class FirstRowNumbers {
 public:
  FirstRowNumbers(bool enabled, int query) : enabled_(enabled), query_(query) {}

  void start() { numbers_.clear(); }
  void add(std::uint16_t symbol, int column, float result, std::initializer_list<float> operands) {
    if (!enabled_) return;
    Number number;
    number.symbol = symbol;
    number.row = query_;
    number.column = column;
    number.result = numerics::canonical(result);
    for (float operand : operands) {
      number.operands[number.operand_count++] = numerics::canonical(operand);
    }
    numbers_.push_back(number);
  }
  std::span<const Number> all() const { return numbers_; }

 private:
  bool enabled_;
  std::uint32_t query_;
  std::vector<Number> numbers_;
};

BlockProgram query_tile_program(std::shared_ptr<const Run> run, std::uint32_t block) {
  // Find this block's query tile, head and batch, as the kernel does from blockIdx.
  const Problem& problem = run->problem;
  const int tile_q = tile_q_of(flash_fwd_tiled(), problem);
  const int query_tiles = ceil_div(problem.len_q, tile_q);
  const int query_tile = static_cast<int>(block) % query_tiles;
  const int head_of_all = static_cast<int>(block) / query_tiles;  // batch * heads + head
  const int kv_head_of_all = head_of_all / problem.heads * problem.kv_heads +
                             problem::kv_head_of(problem, head_of_all % problem.heads);
  const int d = problem.head_dim;
  const HeadMatrix q_matrix(kQ, head_of_all, problem.len_q, d);
  const HeadMatrix k_matrix(kK, kv_head_of_all, problem.len_kv, d);
  const HeadMatrix v_matrix(kV, kv_head_of_all, problem.len_kv, d);
  const HeadMatrix o_matrix(kO, head_of_all, problem.len_q, d);
  const HeadMatrix lse_matrix(kLse, head_of_all, problem.len_q, 1);
  const ConstMatrixView q = q_matrix.view(run->inputs.q);
  const ConstMatrixView k = k_matrix.view(run->inputs.k);
  const ConstMatrixView v = v_matrix.view(run->inputs.v);
  const float scale_log2 = scale_log2_of(problem);
  const int first_query = query_tile * tile_q;
  const int rows = std::min(tile_q, problem.len_q - first_query);

  auto at = [query_tile](TileStep step, Sentence sentence, int key_tile = 0) {
    step.source = sentence;
    step.tile_row = query_tile;
    step.tile_column = key_tile;
    return step;
  };
  FirstRowNumbers numbers(run->record_numbers, first_query);

  // Load the query tile once; it stays in shared memory.
  co_yield at(load_step(q_matrix, q_matrix.rows(first_query, rows), std::int64_t{tile_q} * d),
              kLoadQuery);

  // Every row starts having seen nothing: m = -inf, l = 0, O = 0.
  TileState state{std::vector<SoftmaxState>(rows), std::vector<float>(rows), Matrix::Zero(rows, d)};
  Matrix scores;  // (rows, Bc): S, then P
  std::vector<float> tile_maxima(rows);

  for (int first_key = 0; first_key < problem.len_kv; first_key += kTileKv) {
    const int key_tile = first_key / kTileKv;
    const int keys = std::min(kTileKv, problem.len_kv - first_key);
    co_yield at(barrier_step(), kWaitForReaders, key_tile);

    // Load the next tile of K and of V.
    const std::int64_t tile_elements = std::int64_t{kTileKv} * d;
    co_yield at(load_step(k_matrix, k_matrix.rows(first_key, keys), tile_elements), kLoadKeyValue,
                key_tile);
    co_yield at(load_step(v_matrix, v_matrix.rows(first_key, keys), tile_elements), kLoadKeyValue,
                key_tile);
    co_yield at(barrier_step(), kWaitForTiles, key_tile);

    // Compute the tile of S = Q K^T.
    score_tile(q, k, first_query, rows, first_key, scores);
    co_yield at(score_step(tile_q, d), kScores, key_tile);

    // Find each row's new maximum and its probabilities relative to it.
    const std::vector<int> visible = visible_in_tile(problem, first_query, rows, first_key);
    const float first_row_old_m = state.softmax[0].m_log2;
    update_softmax(scores, visible, scale_log2, state, tile_maxima);
    numbers.start();
    numbers.add(kSymbolM, 0, state.softmax[0].m_log2, {first_row_old_m, tile_maxima[0]});
    numbers.add(kSymbolRescale, 0, state.rescale[0], {first_row_old_m, state.softmax[0].m_log2});
    TileStep softmax = at(softmax_step(rows), kSoftmax, key_tile);
    softmax.numbers = numbers.all();
    co_yield softmax;

    // Bring the old sum and output to the new row maximum.
    numbers.start();
    for (int row = 0; row < rows; ++row) {
      const float old_l = state.softmax[row].l;
      const float tile_sum = numerics::butterfly_sum(lanes_of(scores, row));
      state.softmax[row].l = numerics::fma_rn(old_l, state.rescale[row], tile_sum);
      if (row == 0) {
        numbers.add(kSymbolL, 0, state.softmax[0].l, {old_l, state.rescale[0], tile_sum});
      }
    }
    const Matrix first_row_old_o = state.o.row(0).leftCols(std::min(d, kLoggedColumns));
    for (int row = 0; row < rows; ++row) state.o.row(row) *= state.rescale[row];
    TileStep rescale = at(rescale_step(rows, d), kRescale, key_tile);
    rescale.numbers = numbers.all();
    co_yield rescale;

    // Add P V of this tile, keys in ascending order.
    accumulate_output(scores, v, first_key, visible, state.o);
    numbers.start();
    for (int column = 0; column < first_row_old_o.cols(); ++column) {
      numbers.add(kSymbolO, column, state.o(0, column),
                  {first_row_old_o(0, column), state.rescale[0]});
    }
    TileStep output = at(output_step(visible, d), kOutput, key_tile);
    output.numbers = numbers.all();
    co_yield output;
  }

  // Divide by the row sum and write O and LSE.
  MatrixView o = o_matrix.view(run->workspace.o);
  MatrixView lse = lse_matrix.view(run->workspace.lse_nat);
  for (int row = 0; row < rows; ++row) {
    const float inverse_l = numerics::inverse_sum(state.softmax[row].l);
    for (int column = 0; column < d; ++column) {
      o(first_query + row, column) = numerics::canonical(state.o(row, column) * inverse_l);
    }
    lse(first_query + row, 0) = numerics::canonical(numerics::lse_nat(state.softmax[row]));
  }
  numbers.start();
  numbers.add(kSymbolLse, 0, lse(first_query, 0), {state.softmax[0].m_log2, state.softmax[0].l});
  TileStep write_o = at(store_step(o_matrix, o_matrix.rows(first_query, rows)), kWrite);
  write_o.operations = final_division(rows, d);
  write_o.numbers = numbers.all();
  co_yield write_o;
  co_yield at(store_step(lse_matrix, lse_matrix.rows(first_query, rows)), kWrite);
}

std::vector<LaunchShape> launch_shapes(const Problem& problem) {
  const int tile_q = tile_q_of(flash_fwd_tiled(), problem);
  const std::int64_t shared_floats =
      std::int64_t{tile_q} * problem.head_dim + std::int64_t{kTileKv} * (2 * problem.head_dim + 1);
  return {{"flash_fwd_tiled_q" + std::to_string(tile_q) + "_kernel",
           {static_cast<std::uint32_t>(ceil_div(problem.len_q, tile_q)),
            static_cast<std::uint32_t>(problem.heads), static_cast<std::uint32_t>(problem.batch)},
           kWarps * kWarpLanes,
           shared_floats * kFloatBytes}};
}

std::vector<machine::Launch> launches(const Problem& problem, const Inputs& inputs,
                                      Workspace& workspace, bool record_numbers) {
  auto run = std::make_shared<const Run>(Run{problem, inputs, workspace, record_numbers});
  return {launch_of(launch_shapes(problem).front(),
                    [run](std::uint32_t block) { return query_tile_program(run, block); })};
}

machine::Counters cost(const Problem& problem) {
  const int tile_q = tile_q_of(flash_fwd_tiled(), problem);
  const ProblemSizes n(problem, tile_q);
  CostSheet sheet(5);
  // Q once, K and V once per query tile; O and LSE once.
  sheet.read(kQ, n.q_rows * n.d, n.q_rows * n.d);
  const std::uint64_t kv_touched = n.q_rows > 0 ? n.kv_rows * n.d : 0;
  sheet.read(kK, n.heads_of_all * n.query_tiles * n.len_kv * n.d, kv_touched);
  sheet.read(kV, n.heads_of_all * n.query_tiles * n.len_kv * n.d, kv_touched);
  sheet.write(kO, n.q_rows * n.d, n.q_rows * n.d);
  sheet.write(kLse, n.q_rows, n.q_rows);

  const std::uint64_t blocks = n.heads_of_all * n.query_tiles;
  const std::uint64_t tiles = blocks * n.key_tiles;
  const std::uint64_t row_tiles = n.q_rows * n.key_tiles;
  sheet.shared_write(blocks * tile_q * n.d + 2 * tiles * kTileKv * n.d);
  sheet.shared_read(tiles * n.d * kWarpLanes * (kWarps + tile_q) + n.visible_pairs * n.d);
  machine::Counters& total = sheet.counters();
  total.blocks = blocks;
  total.fma = tiles * tile_q * kTileKv * n.d + row_tiles * kWarpLanes + n.visible_pairs * n.d;
  // A score is scaled and reduced by the maximum, and so is the old maximum (3); the butterfly adds
  // 5 times; O is rescaled, and divided at the end.
  total.add_mul =
      row_tiles * (kWarpLanes * (3 + kButterflySums) + n.d) + n.q_rows * (kWarpLanes + n.d + 2);
  total.mufu = row_tiles * 2 * kWarpLanes + n.q_rows;
  return total;
}

MemoryPlan memory(const Problem& problem) {
  return plan_memory(problem, /*stores_scores=*/false);
}

}  // namespace

const RungModel& flash_fwd_tiled() {
  static const RungModel rung{
      .name = "flash_fwd/01_tiled",
      .tensors = {"Q", "K", "V", "O", "LSE"},
      .sentences =
          {"Load the query tile once; it stays in shared memory.",
           "every warp is done with the tiles that are about to be overwritten",
           "Load the next tile of K and of V.",
           "every warp may read the tiles that all warps wrote",
           "Compute the tile of S = Q K^T: a lane takes one key, a warp its rows.",
           "Find the row's new maximum and its probabilities relative to it.",
           "Bring the old sum and output to the new row maximum.",
           "Add P V of this tile, keys in ascending order: lane j holds the weight of key j.",
           "Divide by the row sum and write O and LSE."},
      .symbols = {{"m", "m_new = max(m_old, m_tile)"},
                  {"rescale", "rescale = 2^(m_old - m_new)"},
                  {"l",
                   "l_new = l_old * rescale + p_tile, where p_tile is the sum of p over the tile"},
                  {"O", "O_new = O_old * rescale + sum of p * v over the tile's keys"},
                  {"LSE", "LSE = (m + log2(l)) * ln(2)"}},
      .tile_q_choices = {32, 16, 64},
      .launch_shapes = launch_shapes,
      .launches = launches,
      .cost = cost,
      .memory = memory};
  return rung;
}

}  // namespace attnlab::model
