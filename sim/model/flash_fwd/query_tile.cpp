// SPDX-License-Identifier: MIT
#include "sim/model/flash_fwd/query_tile.h"

#include <algorithm>
#include <utility>

#include "sim/numerics/bulk.h"
#include "sim/numerics/warp_reduce.h"

namespace attnlab::model {

using machine::TileStep;
using numerics::SoftmaxState;

namespace {

enum SymbolId : std::uint16_t { kSymbolM, kSymbolRescale, kSymbolL, kSymbolO, kSymbolLse };

constexpr int kLoggedColumns = 4;  // of O, in the event log

}  // namespace

std::vector<Symbol> online_softmax_symbols() {
  return {{"m", "m_new = max(m_old, m_tile)"},
          {"rescale", "rescale = 2^(m_old - m_new)"},
          {"l", "l_new = l_old * rescale + p_tile, where p_tile is the sum of p over the tile"},
          {"O", "O_new = O_old * rescale + sum of p * v over the tile's keys"},
          {"LSE", "LSE = (m + log2(l)) * ln(2)"}};
}

QueryTile::QueryTile(const ModelRun& run, const TilePartition& partition, int head_of_all,
                     int index)
    : problem_(run.problem),
      partition_(partition),
      index_(index),
      head_(head_of_all),
      first_query_(index_ * partition.tile_q),
      rows_(std::min(partition.tile_q, problem_.len_q - first_query_)),
      d_(problem_.head_dim),
      width_(partition.padded_width != 0 ? partition.padded_width : d_),
      element_bytes_(problem::size_bytes(problem_.dtype)),
      q_(kForwardQ, head_, problem_.len_q, d_, element_bytes_),
      k_(kForwardK, kv_head_of_all(problem_, head_), problem_.len_kv, d_, element_bytes_),
      v_(kForwardV, kv_head_of_all(problem_, head_), problem_.len_kv, d_, element_bytes_),
      o_(kForwardO, head_, problem_.len_q, d_, element_bytes_),
      lse_(kForwardLse, head_, problem_.len_q, 1),
      memory_(run.workspace),
      softmax_(rows_),
      rescale_(rows_),
      accumulator_(Matrix::Zero(rows_, d_)),
      numbers_(run.record_numbers, first_query_) {}

TileStep QueryTile::load_query(std::uint16_t sentence) const {
  return located(
      load_step(q_, q_.rows(first_query_, rows_), std::int64_t{partition_.tile_q} * width_),
      sentence);
}

void QueryTile::set_key_tile(int key_tile) {
  key_tile_ = key_tile;
  first_key_ = key_tile_ * partition_.tile_keys;
  keys_ = std::min(partition_.tile_keys, problem_.len_kv - first_key_);
}

TileStep QueryTile::barrier(std::uint16_t sentence) const {
  return located(barrier_step(), sentence);
}

TileStep QueryTile::load_keys(std::uint16_t sentence) const {
  return load_key_tile(k_, sentence);
}

TileStep QueryTile::load_values(std::uint16_t sentence) const {
  return load_key_tile(v_, sentence);
}

TileStep QueryTile::load_key_tile(const HeadMatrix& matrix, std::uint16_t sentence) const {
  return located(load_step(matrix, matrix.rows(first_key_, keys_),
                           std::int64_t{partition_.tile_keys} * width_),
                 sentence);
}

TileStep QueryTile::compute_scores(std::uint16_t sentence) {
  const Workspace& in = memory_;
  score_tile(q_.view(in[Tensor::kQ]), k_.view(in[Tensor::kK]), first_query_, rows_, first_key_,
             tile_, partition_.tile_keys);
  return located(partition_.score_step(partition_.tile_q, d_), sentence);
}

TileStep QueryTile::update_softmax(std::uint16_t sentence) {
  const float scale_log2 = scale_log2_of(problem_);
  visible_ = visible_in_tile(problem_, head_ / problem_.heads, first_query_, rows_, first_key_,
                             partition_.tile_keys);
  numbers_.start();
  for (int row = 0; row < rows_; ++row) {
    float m_tile = -numerics::kInfinity;
    for (int key = 0; key < partition_.tile_keys; ++key) {
      float& score = tile_(row, key);
      const bool visible = key >= visible_[row].first && key < visible_[row].last;
      score = visible ? score * scale_log2 : -numerics::kInfinity;
      m_tile = numerics::max_ignoring_nan(m_tile, score);
    }
    const float m_old = softmax_[row].m_log2;
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
  return located(partition_.softmax_step(rows_), sentence, numbers_.all());
}

float QueryTile::sum_of_row(int row) const {
  if (partition_.sum_of_row != nullptr) return partition_.sum_of_row(tile_.row(row).data());
  return numerics::butterfly_sum(lanes_of(tile_, row));
}

TileStep QueryTile::rescale_old_sums(std::uint16_t sentence) {
  numbers_.start();
  logged_o_ = accumulator_.row(0).leftCols(std::min(d_, kLoggedColumns));
  for (int row = 0; row < rows_; ++row) {
    const float l_old = softmax_[row].l;
    const float p_tile = sum_of_row(row);
    softmax_[row].l = numerics::fma_rn(l_old, rescale_[row], p_tile);
    accumulator_.row(row) *= rescale_[row];
    if (row == 0) numbers_.add(kSymbolL, 0, softmax_[0].l, {l_old, rescale_[0], p_tile});
  }
  return located(partition_.rescale_step(rows_, d_), sentence, numbers_.all());
}

TileStep QueryTile::accumulate(std::uint16_t sentence) {
  const ConstMatrixView v = v_.view(std::as_const(memory_)[Tensor::kV]);
  if (partition_.parts == 1) {
    accumulate_output(tile_, v, first_key_, visible_, accumulator_);
  } else {
    const int part_keys = partition_.tile_keys / partition_.parts;
    for (int part = 0; part < partition_.parts; ++part) {
      std::vector<KeyRange> seen = visible_;
      for (KeyRange& keys : seen) {
        keys.first = std::clamp(keys.first, part * part_keys, (part + 1) * part_keys);
        keys.last = std::clamp(keys.last, keys.first, (part + 1) * part_keys);
      }
      Matrix sum = Matrix::Zero(rows_, d_);
      accumulate_output(tile_, v, first_key_, seen, sum);
      accumulator_ += sum;
    }
  }
  numbers_.start();
  for (int column = 0; column < logged_o_.cols(); ++column) {
    numbers_.add(kSymbolO, column, accumulator_(0, column), {logged_o_(0, column), rescale_[0]});
  }
  return located(partition_.output_step(visible_, d_), sentence, numbers_.all());
}

TileStep QueryTile::write_output(std::uint16_t sentence) {
  MatrixView o = o_.view(memory_[Tensor::kO]);
  for (int row = 0; row < rows_; ++row) {
    const float inverse_l = numerics::inverse_sum(softmax_[row].l);
    for (int column = 0; column < d_; ++column) {
      o(first_query_ + row, column) = stored(problem_.dtype, accumulator_(row, column) * inverse_l);
    }
  }
  TileStep step = located(store_step(o_, o_.rows(first_query_, rows_)), sentence);
  const auto seeing = std::count_if(softmax_.begin(), softmax_.end(),
                                    [](const SoftmaxState& row) { return row.l != 0.0f; });
  step.operations = final_division(rows_, static_cast<int>(seeing), d_);
  return step;
}

TileStep QueryTile::write_lse(std::uint16_t sentence) {
  MatrixView lse = lse_.view(memory_[Tensor::kLse]);
  for (int row = 0; row < rows_; ++row) {
    lse(first_query_ + row, 0) = numerics::canonical(numerics::lse_nat(softmax_[row]));
  }
  numbers_.start();
  numbers_.add(kSymbolLse, 0, lse(first_query_, 0), {softmax_[0].m_log2, softmax_[0].l});
  return located(store_step(lse_, lse_.rows(first_query_, rows_)), sentence, numbers_.all());
}

KeyRange key_tiles_seen(const Problem& problem, int first_query, int rows, int tile_keys) {
  const int first = problem::visible_range(problem, 0, first_query).first;
  const int last = problem::visible_range(problem, 0, first_query + rows - 1).last;
  const int begin = first / tile_keys;
  return {begin, std::max(begin, ceil_div(last, tile_keys))};
}

namespace {

template <typename KeyTilesOf>
TileWalk walk(const Problem& problem, int tile_q, int tile_keys, KeyTilesOf key_tiles_of) {
  TileWalk walk;
  const auto heads = std::uint64_t(problem.batch) * problem.heads;
  for (int first_query = 0; first_query < problem.len_q; first_query += tile_q) {
    const int rows = std::min(tile_q, problem.len_q - first_query);
    const KeyRange tiles = key_tiles_of(first_query, rows);
    const KeyRange keys = {tiles.first * tile_keys,
                           std::min(tiles.last * tile_keys, problem.len_kv)};
    walk.blocks += heads;
    if (keys.count() <= 0) continue;
    walk.tiles += heads * tiles.count();
    walk.row_tiles += heads * tiles.count() * rows;
    walk.key_rows += heads * keys.count();
    if (walk.touched.count() == 0) walk.touched = keys;
    walk.touched.first = std::min(walk.touched.first, keys.first);
    walk.touched.last = std::max(walk.touched.last, keys.last);
  }
  return walk;
}

}  // namespace

TileWalk walk_over_all(const Problem& problem, int tile_q, int tile_keys) {
  return walk(problem, tile_q, tile_keys, [&](int, int) {
    return KeyRange{0, ceil_div(problem.len_kv, tile_keys)};
  });
}

TileWalk walk_over_seen(const Problem& problem, int tile_q, int tile_keys) {
  return walk(problem, tile_q, tile_keys, [&](int first_query, int rows) {
    return key_tiles_seen(problem, first_query, rows, tile_keys);
  });
}

void add_forward_traffic(CostSheet& sheet, const Problem& problem, const TileWalk& walk) {
  const std::uint64_t q = problem::q_elements(problem);
  const std::uint64_t rows = problem::lse_elements(problem);
  const std::uint64_t d = problem.head_dim;
  const std::uint64_t kv_heads = std::uint64_t(problem.batch) * problem.kv_heads;
  sheet.read(kForwardQ, q, q);
  for (const std::uint16_t tensor : {kForwardK, kForwardV}) {
    sheet.read_rows(tensor, walk.key_rows * d, walk.touched, kv_heads, problem.len_kv, d);
  }
  sheet.write(kForwardO, q, q);
  sheet.write(kForwardLse, rows, rows);
}

std::int64_t warp_rows_shared_floats(int tile_q, int head_dim) {
  return std::int64_t{tile_q} * head_dim + std::int64_t{kTileKv} * (2 * head_dim + 1);
}

void add_warp_rows_work(CostSheet& sheet, const Problem& problem, int tile_q, std::uint64_t tiles,
                        std::uint64_t row_tiles) {
  const ProblemSizes n(problem, tile_q);
  sheet.shared_read(tiles * n.d * kWarpLanes * (kWarps + tile_q) + n.visible_pairs * n.d);
  machine::Counters& total = sheet.counters();
  total.fma = tiles * tile_q * kTileKv * n.d + row_tiles * kWarpLanes + n.visible_pairs * n.d;
  // A score is scaled and reduced by the maximum, and so is the old maximum (3); the butterfly adds
  // 5 times; O is rescaled, and divided at the end.
  total.add_mul = row_tiles * (kWarpLanes * (3 + kButterflySums) + n.d) + n.q_rows * n.d +
                  n.seeing_rows * (kWarpLanes + 2);
  total.mufu = row_tiles * 2 * kWarpLanes + n.seeing_rows;
}

machine::Counters warp_rows_cost(const Problem& problem, int tile_q, const TileWalk& walk) {
  const std::uint64_t d = problem.head_dim;
  CostSheet sheet(forward_tensors(problem));
  add_forward_traffic(sheet, problem, walk);
  sheet.shared_write(walk.blocks * tile_q * d + 2 * walk.tiles * kTileKv * d);
  sheet.counters().blocks = walk.blocks;
  add_warp_rows_work(sheet, problem, tile_q, walk.tiles, walk.row_tiles);
  return sheet.counters();
}

LaunchShape query_tile_launch(const Problem& problem, std::string entry, int tile_q,
                              std::int64_t shared_floats) {
  return {std::move(entry),
          {static_cast<std::uint32_t>(ceil_div(problem.len_q, tile_q)),
           static_cast<std::uint32_t>(problem.heads), static_cast<std::uint32_t>(problem.batch)},
          kWarps * kWarpLanes,
          shared_floats * kFloatBytes};
}

QueryTile query_tile_of_block(const ModelRun& run, const TilePartition& partition,
                              std::uint32_t block) {
  const int query_tiles = ceil_div(run.problem.len_q, partition.tile_q);
  return QueryTile(run, partition, static_cast<int>(block) / query_tiles,
                   static_cast<int>(block) % query_tiles);
}

}  // namespace attnlab::model
