// SPDX-License-Identifier: MIT
// One query token of some heads over the keys of a K/V head, by one thread block: what all decode
// and paged rungs run, whatever the keys lie in.
//
// A tile is 64 keys. Warp w has keys 16 w to 16 w + 15 of it: its lower 16 lanes the even ones, its
// upper 16 lanes the odd ones, one key at a time. Lane h of 16 owns columns 8 h to 8 h + 7, and
// where D > 128 also those 128 further. Each half-warp keeps (m, l, O) of its own keys; at the end
// the eight of a block are brought together.
#pragma once

#include "kernels/common/seen_keys.cuh"
#include "kernels/common/vector.cuh"
#include "kernels/common/warp_rows.cuh"
#include "kernels/decode/partial_results.cuh"

namespace attnlab::kernels::decode {

inline constexpr int kTileKeys = 64;
inline constexpr int kWarpKeys = kTileKeys / kWarps;
inline constexpr int kHalfLanes = kWarpLanes / 2;
inline constexpr int kHalfKeys = kWarpKeys / 2;  // keys of a half-warp in a tile
inline constexpr int kHalves = 2 * kWarps;       // half-warps of a block
inline constexpr int kChunk = 8;                 // columns that a lane owns side by side
inline constexpr int kSetColumns = kHalfLanes * kChunk;

// The rows of K and V of one K/V head: a row is `stride` elements from the next. A token's row
// is the token itself where the keys lie in one piece, else its slot.
template <class T>
struct KeyValues {
  const T* k;
  const T* v;
  int stride;
  const int* block_table;  // of the sequence; unused where the keys lie in one piece
  int page_size;
};

// The slot of a token: its row among the pages.
template <class T>
__device__ __forceinline__ int slot_of(const KeyValues<T>& kv, int token) {
  return kv.block_table[token / kv.page_size] * kv.page_size + token % kv.page_size;
}

// The rows of a half-warp's keys, first, first + 2, ...: themselves where the keys lie in one
// piece; else lane h < 8 looks one of them up for all.
template <bool kPaged, class T>
__device__ __forceinline__ void find_rows(int (&rows)[kHalfKeys], const KeyValues<T>& kv, int first,
                                          SeenKeys seen) {
  if constexpr (kPaged) {
    const int lane = threadIdx.x % kHalfLanes;
    const bool looks = lane < kHalfKeys && seen.has(first + 2 * lane);
    const int row = looks ? slot_of(kv, first + 2 * lane) : 0;
#pragma unroll
    for (int i = 0; i < kHalfKeys; ++i) rows[i] = __shfl_sync(kAllLanes, row, i, kHalfLanes);
  } else {
#pragma unroll
    for (int i = 0; i < kHalfKeys; ++i) rows[i] = first + 2 * i;
  }
}

// Eight elements in 16-byte loads, or one by one where rows are no whole vectors: then `columns` of
// them are in the row, and the others stay as they are.
template <bool kVectors, class T>
__device__ __forceinline__ void load_columns(float (&values)[kChunk], const T* source,
                                             int columns) {
  if constexpr (kVectors) {
#pragma unroll
    for (int c = 0; c < kChunk; c += kVectorElements<T>) {
      load_vector(*reinterpret_cast<float(*)[kVectorElements<T>]>(values + c), source + c);
    }
  } else {
#pragma unroll
    for (int c = 0; c < kChunk; ++c) {
      if (c < columns) values[c] = to_float(source[c]);
    }
  }
}

// A lane's columns of a half-warp's rows of K, or of V; those of unseen keys are 0.
template <int kSets, bool kVectors, bool kAllSeen, class T>
__device__ __forceinline__ void load_rows(float (&values)[kHalfKeys][kSets][kChunk],
                                          const T* matrix, int stride, const int (&rows)[kHalfKeys],
                                          int first, SeenKeys seen, int head_dim) {
#pragma unroll
  for (int set = 0; set < kSets; ++set) {
    const int column = threadIdx.x % kHalfLanes * kChunk + set * kSetColumns;
#pragma unroll
    for (int i = 0; i < kHalfKeys; ++i) {
#pragma unroll
      for (int c = 0; c < kChunk; ++c) values[i][set][c] = 0.0f;
    }
    if (column >= head_dim) continue;
#pragma unroll
    for (int i = 0; i < kHalfKeys; ++i) {
      if (!kAllSeen && !seen.has(first + 2 * i)) continue;
      load_columns<kVectors>(values[i][set],
                             matrix + static_cast<long long>(rows[i]) * stride + column,
                             head_dim - column);
    }
  }
}

// What a half-warp has of one head: the lane's columns of the query, the state, its columns of O.
template <int kSets>
struct HeadState {
  float q[kSets][kChunk] = {};
  numerics::SoftmaxState softmax;
  float o[kSets][kChunk] = {};
};

// The query's product with each of the half-warp's keys: a lane its columns ascending, then a
// butterfly over the 16 lanes.
template <int kSets>
__device__ __forceinline__ void dot_keys(float (&dot)[kHalfKeys], const HeadState<kSets>& head,
                                         const float (&keys)[kHalfKeys][kSets][kChunk]) {
#pragma unroll
  for (int i = 0; i < kHalfKeys; ++i) {
    float sum = 0.0f;
#pragma unroll
    for (int set = 0; set < kSets; ++set) {
#pragma unroll
      for (int c = 0; c < kChunk; ++c) sum = fmaf(head.q[set][c], keys[i][set][c], sum);
    }
#pragma unroll
    for (int distance = kHalfLanes / 2; distance >= 1; distance /= 2) {
      sum += __shfl_xor_sync(kAllLanes, sum, distance);
    }
    dot[i] = sum;
  }
}

// Scores become weights relative to the new maximum; l and O are brought to it.
template <bool kAllSeen, int kSets>
__device__ __forceinline__ void weigh_keys(float (&scores)[kHalfKeys], HeadState<kSets>& head,
                                           int first, SeenKeys seen, float scale_log2) {
  float m_new = head.softmax.m_log2;
#pragma unroll
  for (int i = 0; i < kHalfKeys; ++i) {
    const bool visible = kAllSeen || seen.has(first + 2 * i);
    scores[i] = visible ? scores[i] * scale_log2 : -numerics::kInfinity;
    m_new = fmaxf(m_new, scores[i]);
  }
  float p_sum = 0.0f;
#pragma unroll
  for (int i = 0; i < kHalfKeys; ++i) {
    scores[i] = numerics::softmax_weight(scores[i], m_new);
    p_sum = i == 0 ? scores[i] : p_sum + scores[i];
  }
  const float rescale = numerics::rescale_factor(head.softmax.m_log2, m_new);
  head.softmax = {m_new, fmaf(head.softmax.l, rescale, p_sum)};
#pragma unroll
  for (int set = 0; set < kSets; ++set) {
#pragma unroll
    for (int c = 0; c < kChunk; ++c) head.o[set][c] *= rescale;
  }
}

// O += P V over the half-warp's keys that are seen, ascending.
template <bool kAllSeen, int kSets>
__device__ __forceinline__ void add_values(HeadState<kSets>& head, const float (&p)[kHalfKeys],
                                           const float (&values)[kHalfKeys][kSets][kChunk],
                                           int first, SeenKeys seen) {
#pragma unroll
  for (int i = 0; i < kHalfKeys; ++i) {
    if (!kAllSeen && !seen.has(first + 2 * i)) continue;
#pragma unroll
    for (int set = 0; set < kSets; ++set) {
#pragma unroll
      for (int c = 0; c < kChunk; ++c) {
        head.o[set][c] = fmaf(p[i], values[i][set][c], head.o[set][c]);
      }
    }
  }
}

// A warp's 16 keys of a tile, from `first_key` on. kAllSeen: the query sees all of them.
template <bool kPaged, bool kVectors, bool kAllSeen, int kHeads, int kSets, class T>
__device__ __forceinline__ void attend_keys(HeadState<kSets> (&heads)[kHeads],
                                            const KeyValues<T>& kv, int first_key, SeenKeys seen,
                                            int head_dim, float scale_log2) {
  const int first = first_key + threadIdx.x / kHalfLanes % 2;  // the half-warp's: every other key

  // Load the half-warp's keys.
  int rows[kHalfKeys];
  float loaded[kHalfKeys][kSets][kChunk];
  find_rows<kPaged>(rows, kv, first, seen);
  load_rows<kSets, kVectors, kAllSeen>(loaded, kv.k, kv.stride, rows, first, seen, head_dim);

  // Compute the scores q.k.
  float p[kHeads][kHalfKeys];
#pragma unroll
  for (int h = 0; h < kHeads; ++h) dot_keys(p[h], heads[h], loaded);

  // Load the half-warp's values.
  load_rows<kSets, kVectors, kAllSeen>(loaded, kv.v, kv.stride, rows, first, seen, head_dim);

#pragma unroll
  for (int h = 0; h < kHeads; ++h) {
    // Find the new maximum and the weights relative to it; bring l and O to it.
    weigh_keys<kAllSeen>(p[h], heads[h], first, seen, scale_log2);

    // Add P V, keys in ascending order.
    add_values<kAllSeen>(heads[h], p[h], loaded, first, seen);
  }
}

// The same for a warp's keys of tile `tile`.
template <bool kPaged, bool kVectors, int kHeads, int kSets, class T>
__device__ __forceinline__ void attend_tile(HeadState<kSets> (&heads)[kHeads],
                                            const KeyValues<T>& kv, int tile, SeenKeys seen,
                                            int head_dim, float scale_log2) {
  const int first_key = tile * kTileKeys + threadIdx.x / kWarpLanes * kWarpKeys;
  if (first_key >= seen.first && first_key + kWarpKeys <= seen.last) {
    attend_keys<kPaged, kVectors, true>(heads, kv, first_key, seen, head_dim, scale_log2);
  } else {
    attend_keys<kPaged, kVectors, false>(heads, kv, first_key, seen, head_dim, scale_log2);
  }
}

// Tiles [first, last) of a sequence.
struct TileRange {
  int first;
  int last;
};

// The tiles that hold the keys which the query sees, and of these the part that split `split` of
// `splits` takes.
__device__ __forceinline__ TileRange tiles_of_split(SeenKeys seen, int split, int splits) {
  const int first = seen.first / kTileKeys;
  const long long tiles = (seen.last + kTileKeys - 1) / kTileKeys - first;
  return {first + static_cast<int>(split * tiles / splits),
          first + static_cast<int>((split + 1) * tiles / splits)};
}

// The keys that the one query of a sequence sees: the last `window` of them, or all.
__device__ __forceinline__ SeenKeys seen_by_last(int length, int window) {
  return {numerics::first_visible_key(window, 0, 1, length), length};
}

// A number that one lane reads for all.
__device__ __forceinline__ int read_length(const int* length) {
  return __shfl_sync(kAllLanes, threadIdx.x % kWarpLanes == 0 ? *length : 0, 0);
}

// The lane's columns of the queries of `heads` heads, [heads, D].
template <bool kVectors, int kHeads, int kSets, class T>
__device__ __forceinline__ void load_queries(HeadState<kSets> (&states)[kHeads], const T* q,
                                             int heads, int head_dim) {
#pragma unroll
  for (int h = 0; h < kHeads; ++h) {
#pragma unroll
    for (int set = 0; set < kSets; ++set) {
      const int column = threadIdx.x % kHalfLanes * kChunk + set * kSetColumns;
      if (h >= heads || column >= head_dim) continue;
      load_columns<kVectors>(states[h].q[set], q + static_cast<long long>(h) * head_dim + column,
                             head_dim - column);
    }
  }
}

// Room for what the half-warps of a block have of each head.
template <int kHeads, int kSets>
struct BlockParts {
  float m_log2[kHeads][kHalves];
  float l[kHeads][kHalves];
  float o[kHeads][kHalves][kSets * kSetColumns];
};

template <int kHeads, int kSets>
__device__ __forceinline__ void share_parts(BlockParts<kHeads, kSets>& parts,
                                            const HeadState<kSets> (&states)[kHeads], int heads,
                                            int head_dim) {
  const int part = threadIdx.x / kHalfLanes;
  const int lane = threadIdx.x % kHalfLanes;
#pragma unroll
  for (int h = 0; h < kHeads; ++h) {
    if (h >= heads) break;
    if (lane == 0) parts.m_log2[h][part] = states[h].softmax.m_log2;
    if (lane == 0) parts.l[h][part] = states[h].softmax.l;
#pragma unroll
    for (int set = 0; set < kSets; ++set) {
#pragma unroll
      for (int c = 0; c < kChunk; ++c) {
        const int column = set * kSetColumns + lane * kChunk + c;
        if (column < head_dim) parts.o[h][part][column] = states[h].o[set][c];
      }
    }
  }
}

// The maxima of one head's half-warps, in registers.
template <int kHeads, int kSets>
__device__ __forceinline__ void read_maxima(float (&m_log2)[kHalves],
                                            const BlockParts<kHeads, kSets>& parts, int head) {
#pragma unroll
  for (int part = 0; part < kHalves; ++part) m_log2[part] = parts.m_log2[head][part];
}

}  // namespace attnlab::kernels::decode
