// SPDX-License-Identifier: MIT
#include "sim/model/flash_fwd/01_tiled.h"

#include <fmt/format.h>

#include <memory>

#include "sim/model/attention_block.h"
#include "sim/model/attention_cost.h"
#include "sim/model/row_numbers.h"
#include "sim/numerics/bulk.h"
#include "sim/numerics/fp32.h"
#include "sim/numerics/online_softmax.h"
#include "sim/numerics/warp_reduce.h"

namespace attnlab::model {
namespace {

using machine::BlockProgram;
using machine::TileStep;
using numerics::SoftmaxState;

enum TensorIndex : std::uint16_t { kQ, kK, kV, kO, kLse };

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

// One thread block's tile of queries on its walk over the key tiles. Every function does one step's
// arithmetic, in the kernel's order, and describes the step to the machine.
class QueryTile {
 public:
  // Finds the block's query tile, head and batch, as the kernel does from blockIdx.
  QueryTile(const ModelRun& run, std::uint32_t block)
      : problem_(run.problem),
        tile_q_(tile_q_of(flash_fwd_tiled(), problem_)),
        index_(static_cast<int>(block) % ceil_div(problem_.len_q, tile_q_)),
        head_(static_cast<int>(block) / ceil_div(problem_.len_q, tile_q_)),
        first_query_(index_ * tile_q_),
        rows_(std::min(tile_q_, problem_.len_q - first_query_)),
        d_(problem_.head_dim),
        element_bytes_(problem::size_bytes(problem_.dtype)),
        q_(kQ, head_, problem_.len_q, d_, element_bytes_),
        k_(kK, kv_head_of_all(problem_, head_), problem_.len_kv, d_, element_bytes_),
        v_(kV, kv_head_of_all(problem_, head_), problem_.len_kv, d_, element_bytes_),
        o_(kO, head_, problem_.len_q, d_, element_bytes_),
        lse_(kLse, head_, problem_.len_q, 1),
        memory_(run.workspace),
        softmax_(rows_),
        rescale_(rows_),
        accumulator_(Matrix::Zero(rows_, d_)),
        numbers_(run.record_numbers, first_query_) {}

  TileStep load_query() {
    return located(load_step(q_, q_.rows(first_query_, rows_), std::int64_t{tile_q_} * d_),
                   kLoadQuery);
  }

  // Moves on to the next key tile; false after the last one.
  bool next_key_tile() {
    ++key_tile_;
    first_key_ = key_tile_ * kTileKv;
    keys_ = std::min(kTileKv, problem_.len_kv - first_key_);
    return keys_ > 0;
  }

  TileStep barrier(Sentence sentence) const { return located(barrier_step(), sentence); }
  TileStep load_keys() const { return load_key_tile(k_); }
  TileStep load_values() const { return load_key_tile(v_); }

  TileStep compute_scores() {
    const Workspace& in = memory_;
    score_tile(q_.view(in[Tensor::kQ]), k_.view(in[Tensor::kK]), first_query_, rows_, first_key_,
               tile_);
    return located(score_step(tile_q_, d_), kScores);
  }

  // Turns scores into probabilities relative to each row's new maximum, and notes by how much each
  // row's old sum and output must shrink.
  TileStep update_softmax() {
    const float scale_log2 = scale_log2_of(problem_);
    visible_ = visible_in_tile(problem_, head_ / problem_.heads, first_query_, rows_, first_key_);
    numbers_.start();
    for (int row = 0; row < rows_; ++row) {
      for (int key = 0; key < kTileKv; ++key) {
        float& score = tile_(row, key);
        const bool visible = key >= visible_[row].first && key < visible_[row].last;
        score = visible ? score * scale_log2 : -numerics::kInfinity;
      }
      const float m_old = softmax_[row].m_log2;
      const float m_tile = numerics::butterfly_max(lanes_of(tile_, row));
      const float m_new = numerics::max_ignoring_nan(m_old, m_tile);
      tile_.row(row).array() -= numerics::finite_maximum(m_new);
      rescale_[row] = numerics::rescale_factor(m_old, m_new);
      softmax_[row].m_log2 = m_new;
      if (row == 0) {
        numbers_.add(kSymbolM, 0, m_new, {m_old, m_tile});
        numbers_.add(kSymbolRescale, 0, rescale_[0], {m_old, m_new});
      }
    }
    numerics::bulk().exp2_approx(tile_.data(), tile_.data(), tile_.size());
    return located(softmax_step(rows_), kSoftmax, numbers_.all());
  }

  TileStep rescale_old_sums() {
    numbers_.start();
    logged_o_ = accumulator_.row(0).leftCols(std::min(d_, kLoggedColumns));
    for (int row = 0; row < rows_; ++row) {
      const float l_old = softmax_[row].l;
      const float p_tile = numerics::butterfly_sum(lanes_of(tile_, row));
      softmax_[row].l = numerics::fma_rn(l_old, rescale_[row], p_tile);
      accumulator_.row(row) *= rescale_[row];
      if (row == 0) numbers_.add(kSymbolL, 0, softmax_[0].l, {l_old, rescale_[0], p_tile});
    }
    return located(rescale_step(rows_, d_), kRescale, numbers_.all());
  }

  TileStep accumulate() {
    const Workspace& in = memory_;
    accumulate_output(tile_, v_.view(in[Tensor::kV]), first_key_, visible_, accumulator_);
    numbers_.start();
    for (int column = 0; column < logged_o_.cols(); ++column) {
      numbers_.add(kSymbolO, column, accumulator_(0, column), {logged_o_(0, column), rescale_[0]});
    }
    return located(output_step(visible_, d_), kOutput, numbers_.all());
  }

  TileStep write_output() {
    MatrixView o = o_.view(memory_[Tensor::kO]);
    for (int row = 0; row < rows_; ++row) {
      const float inverse_l = numerics::inverse_sum(softmax_[row].l);
      for (int column = 0; column < d_; ++column) {
        o(first_query_ + row, column) =
            stored(problem_.dtype, accumulator_(row, column) * inverse_l);
      }
    }
    TileStep step = located(store_step(o_, o_.rows(first_query_, rows_)), kWrite);
    const auto seeing = std::count_if(softmax_.begin(), softmax_.end(),
                                      [](const SoftmaxState& row) { return row.l != 0.0f; });
    step.operations = final_division(rows_, static_cast<int>(seeing), d_);
    return step;
  }

  TileStep write_lse() {
    MatrixView lse = lse_.view(memory_[Tensor::kLse]);
    for (int row = 0; row < rows_; ++row) {
      lse(first_query_ + row, 0) = numerics::canonical(numerics::lse_nat(softmax_[row]));
    }
    numbers_.start();
    numbers_.add(kSymbolLse, 0, lse(first_query_, 0), {softmax_[0].m_log2, softmax_[0].l});
    return located(store_step(lse_, lse_.rows(first_query_, rows_)), kWrite, numbers_.all());
  }

 private:
  TileStep load_key_tile(const HeadMatrix& matrix) const {
    return located(load_step(matrix, matrix.rows(first_key_, keys_), std::int64_t{kTileKv} * d_),
                   kLoadKeyValue);
  }

  TileStep located(TileStep step, Sentence sentence,
                   std::span<const machine::Number> numbers = {}) const {
    return model::located(step, sentence, index_, std::max(key_tile_, 0), numbers);
  }

  const Problem& problem_;
  int tile_q_;  // Br
  int index_;   // of the query tile in its head
  int head_;    // batch * heads + head
  int first_query_;
  int rows_;  // queries of this tile: Br, fewer at a ragged end
  int d_;     // D
  int element_bytes_;
  HeadMatrix q_, k_, v_, o_, lse_;
  Workspace& memory_;

  int key_tile_ = -1;
  int first_key_ = 0;
  int keys_ = 0;  // of this key tile: Bc, fewer at a ragged end

  std::vector<SoftmaxState> softmax_;  // of each row
  std::vector<float> rescale_;         // of each row, for this key tile
  Matrix accumulator_;                 // O (rows, D), not yet divided by l
  Matrix tile_;                        // S (rows, Bc), then P
  std::vector<KeyRange> visible_;      // keys of this tile that each row sees
  Matrix logged_o_;                    // the first row's O before this key tile
  RowNumbers numbers_;
};

BlockProgram query_tile_program(std::shared_ptr<const ModelRun> run, std::uint32_t block) {
  // Every row starts having seen nothing: m = -inf, l = 0, O = 0.
  QueryTile tile(*run, block);

  // Load the query tile once; it stays in shared memory.
  co_yield tile.load_query();

  while (tile.next_key_tile()) {
    co_yield tile.barrier(kWaitForReaders);

    // Load the next tile of K and of V.
    co_yield tile.load_keys();
    co_yield tile.load_values();
    co_yield tile.barrier(kWaitForTiles);

    // Compute the tile of S = Q K^T.
    co_yield tile.compute_scores();

    // Find each row's new maximum and its probabilities relative to it.
    co_yield tile.update_softmax();

    // Bring the old sum and output to the new row maximum.
    co_yield tile.rescale_old_sums();

    // Add P V of this tile, keys in ascending order.
    co_yield tile.accumulate();
  }

  // Divide by the row sum and write O and LSE.
  co_yield tile.write_output();
  co_yield tile.write_lse();
}

std::vector<LaunchShape> launch_shapes(const Problem& problem) {
  const int tile_q = tile_q_of(flash_fwd_tiled(), problem);
  const std::int64_t shared_floats =
      std::int64_t{tile_q} * problem.head_dim + std::int64_t{kTileKv} * (2 * problem.head_dim + 1);
  return {{fmt::format("flash_fwd_tiled_q{}{}_kernel", tile_q, storage_suffix(problem.dtype)),
           {static_cast<std::uint32_t>(ceil_div(problem.len_q, tile_q)),
            static_cast<std::uint32_t>(problem.heads), static_cast<std::uint32_t>(problem.batch)},
           kWarps * kWarpLanes,
           shared_floats * kFloatBytes}};
}

std::vector<machine::Launch> launches(const Problem& problem, Workspace& workspace,
                                      bool record_numbers) {
  auto run = std::make_shared<const ModelRun>(ModelRun{problem, workspace, record_numbers});
  return {launch_of(launch_shapes(problem).front(),
                    [run](std::uint32_t block) { return query_tile_program(run, block); })};
}

machine::Counters cost(const Problem& problem) {
  const int tile_q = tile_q_of(flash_fwd_tiled(), problem);
  const ProblemSizes n(problem, tile_q);
  CostSheet sheet(forward_tensors(problem));
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
  total.add_mul = row_tiles * (kWarpLanes * (3 + kButterflySums) + n.d) + n.q_rows * n.d +
                  n.seeing_rows * (kWarpLanes + 2);
  total.mufu = row_tiles * 2 * kWarpLanes + n.seeing_rows;
  return total;
}

}  // namespace

const RungModel& flash_fwd_tiled() {
  static const RungModel rung{
      .name = "flash_fwd/01_tiled",
      .can = {.dtypes = kAllTypes,
              .masks = kAllMasks,
              .tile_q = {32, 16, 64},
              .tile_kv = {kTileKv}},
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
      .tensors = forward_tensors,
      .launch_shapes = launch_shapes,
      .launches = launches,
      .cost = cost};
  return rung;
}

}  // namespace attnlab::model
