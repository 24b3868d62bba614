// SPDX-License-Identifier: MIT
#include "sim/model/decode/half_warps.h"

#include <algorithm>

#include "sim/numerics/bulk.h"

namespace attnlab::model {
namespace {

// q.k of all keys of a tile (D, 64): a lane its columns ascending, then a butterfly over 16 lanes.
std::array<float, kTileKeys> dot_products(const float* q, const Matrix& k_transposed) {
  const auto head_dim = static_cast<int>(k_transposed.rows());
  Matrix lanes = Matrix::Zero(kHalfLanes, kTileKeys);
  for (int set = 0; set < sets_of(head_dim); ++set) {
    for (int lane = 0; lane < kHalfLanes; ++lane) {
      const int column = set * kSetColumns + lane * kChunk;
      const int depth = std::min(kChunk, head_dim - column);
      if (depth <= 0) break;
      numerics::bulk().matmul_accumulate(lanes.row(lane).data(), kTileKeys, q + column, head_dim,
                                         k_transposed.row(column).data(), kTileKeys, 1, kTileKeys,
                                         depth);
    }
  }
  for (int distance = kHalfLanes / 2; distance >= 1; distance /= 2) {
    lanes.topRows(distance) += lanes.middleRows(distance, distance);
  }
  std::array<float, kTileKeys> dots;
  std::copy_n(lanes.row(0).data(), kTileKeys, dots.data());
  return dots;
}

}  // namespace

HeadWalk::HeadWalk(const float* q, int head_dim) : q_(q), parts_(kHalves) {
  for (PartialResult& part : parts_) part.o.resize(head_dim);
}

void HeadWalk::score(const Matrix& k_transposed) {
  scores_ = dot_products(q_, k_transposed);
}

void HeadWalk::weigh(KeyRange seen, float scale_log2) {
  std::array<float, kHalves> m_old;
  for (int half = 0; half < kHalves; ++half) {
    numerics::SoftmaxState& state = parts_[half].state;
    m_old[half] = state.m_log2;
    for (int i = 0; i < kHalfKeys; ++i) {
      float& score = scores_[key_of(half, i)];
      const bool visible = key_of(half, i) >= seen.first && key_of(half, i) < seen.last;
      score = visible ? score * scale_log2 : -numerics::kInfinity;
      state.m_log2 = numerics::max_ignoring_nan(state.m_log2, score);
    }
    const float m = numerics::finite_maximum(state.m_log2);
    for (int i = 0; i < kHalfKeys; ++i) scores_[key_of(half, i)] -= m;
  }
  numerics::bulk().exp2_approx(scores_.data(), scores_.data(), scores_.size());
  for (int half = 0; half < kHalves; ++half) {
    float p_sum = scores_[key_of(half, 0)];
    for (int i = 1; i < kHalfKeys; ++i) p_sum += scores_[key_of(half, i)];
    numerics::SoftmaxState& state = parts_[half].state;
    const float rescale = numerics::rescale_factor(m_old[half], state.m_log2);
    state.l = numerics::fma_rn(state.l, rescale, p_sum);
    for (float& o : parts_[half].o) o *= rescale;
  }
}

void HeadWalk::add_values(const Matrix& v, KeyRange seen) {
  const auto head_dim = static_cast<int>(v.cols());
  for (int half = 0; half < kHalves; ++half) {
    int first = 0;
    while (first < kHalfKeys && key_of(half, first) < seen.first) ++first;
    int last = first;
    while (last < kHalfKeys && key_of(half, last) < seen.last) ++last;
    if (last == first) continue;
    std::array<float, kHalfKeys> p;
    for (int i = first; i < last; ++i) p[i] = scores_[key_of(half, i)];
    numerics::bulk().matmul_accumulate(parts_[half].o.data(), head_dim, p.data() + first, kHalfKeys,
                                       v.row(key_of(half, first)).data(),
                                       2 * std::ptrdiff_t{head_dim}, 1, head_dim, last - first);
  }
}

}  // namespace attnlab::model
