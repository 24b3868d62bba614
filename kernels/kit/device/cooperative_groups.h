// SPDX-License-Identifier: MIT
// Cooperative groups: the block and tiles of a warp as objects that know their size and how to
// synchronise. Reductions go down by halves, as a shuffle ladder written by hand.
#pragma once

#include "kernels/kit/cuda_kit.h"

namespace attnlab::kit {

// A value of any type moved between lanes word by word; `move` shuffles one.
template <typename T, typename Move>
ATTNLAB_KIT_D T moved_by_words(const T& value, Move move) {
  constexpr unsigned int kWords = (sizeof(T) + 3) / 4;
  unsigned int words[kWords] = {};
  __builtin_memcpy(words, &value, sizeof(T));
  for (unsigned int& word : words) word = move(word);
  T moved;
  __builtin_memcpy(&moved, words, sizeof(T));
  return moved;
}

}  // namespace attnlab::kit

namespace cooperative_groups {

class thread_block {
 public:
  ATTNLAB_KIT_D static void sync() { __syncthreads(); }
  ATTNLAB_KIT_D static unsigned int thread_rank() {
    return (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  }
  ATTNLAB_KIT_D static unsigned int num_threads() { return blockDim.x * blockDim.y * blockDim.z; }
  ATTNLAB_KIT_D static unsigned int size() { return num_threads(); }
  ATTNLAB_KIT_D static dim3 group_index() { return blockIdx; }
  ATTNLAB_KIT_D static dim3 thread_index() { return threadIdx; }
  ATTNLAB_KIT_D static dim3 group_dim() { return blockDim; }
  ATTNLAB_KIT_D static dim3 dim_threads() { return blockDim; }
};
ATTNLAB_KIT_D thread_block this_thread_block() {
  return {};
}

// Size lanes of a warp that lie side by side; Size is a power of two.
template <unsigned int Size, typename Parent = void>
class thread_block_tile {
  static_assert(Size >= 1 && Size <= 32 && (Size & (Size - 1)) == 0,
                "a tile has 1, 2, 4, 8, 16 or 32 lanes");

 public:
  thread_block_tile() = default;
  // A tile forgets what it was cut from.
  template <typename Other>
  ATTNLAB_KIT_D thread_block_tile(const thread_block_tile<Size, Other>&) {}

  ATTNLAB_KIT_D static unsigned int thread_rank() {
    return thread_block::thread_rank() & (Size - 1);
  }
  ATTNLAB_KIT_D static constexpr unsigned int size() { return Size; }
  ATTNLAB_KIT_D static constexpr unsigned int num_threads() { return Size; }
  ATTNLAB_KIT_D static unsigned int meta_group_rank() { return thread_block::thread_rank() / Size; }
  ATTNLAB_KIT_D static unsigned int meta_group_size() {
    return (thread_block::num_threads() + Size - 1) / Size;
  }
  ATTNLAB_KIT_D static void sync() { __syncwarp(mask()); }

  template <typename T>
  ATTNLAB_KIT_D static T shfl(const T& value, int rank) {
    return attnlab::kit::moved_by_words(
        value, [&](unsigned int word) { return __shfl_sync(mask(), word, rank, Size); });
  }
  template <typename T>
  ATTNLAB_KIT_D static T shfl_up(const T& value, unsigned int distance) {
    return attnlab::kit::moved_by_words(
        value, [&](unsigned int word) { return __shfl_up_sync(mask(), word, distance, Size); });
  }
  template <typename T>
  ATTNLAB_KIT_D static T shfl_down(const T& value, unsigned int distance) {
    return attnlab::kit::moved_by_words(
        value, [&](unsigned int word) { return __shfl_down_sync(mask(), word, distance, Size); });
  }
  template <typename T>
  ATTNLAB_KIT_D static T shfl_xor(const T& value, unsigned int lane_mask) {
    const int lanes = static_cast<int>(lane_mask);
    return attnlab::kit::moved_by_words(
        value, [&](unsigned int word) { return __shfl_xor_sync(mask(), word, lanes, Size); });
  }
  ATTNLAB_KIT_D static int any(int predicate) { return __any_sync(mask(), predicate); }
  ATTNLAB_KIT_D static int all(int predicate) { return __all_sync(mask(), predicate); }
  ATTNLAB_KIT_D static unsigned int ballot(int predicate) {
    return __ballot_sync(mask(), predicate) >> first_lane() & all_lanes();
  }
  template <typename T>
  ATTNLAB_KIT_D static unsigned int match_any(T value) {
    return __match_any_sync(mask(), value) >> first_lane() & all_lanes();
  }

 private:
  friend class thread_group;
  template <unsigned int kSize, typename Other>
  friend ATTNLAB_KIT_D class coalesced_group binary_partition(
      const thread_block_tile<kSize, Other>& tile, bool predicate);
  ATTNLAB_KIT_D static constexpr unsigned int all_lanes() { return 0xffffffffu >> (32 - Size); }
  ATTNLAB_KIT_D static unsigned int first_lane() {
    return __nvvm_read_ptx_sreg_laneid() & (32 - Size);
  }
  ATTNLAB_KIT_D static unsigned int mask() { return all_lanes() << first_lane(); }
};

template <unsigned int Size, typename Parent>
ATTNLAB_KIT_D thread_block_tile<Size, Parent> tiled_partition(const Parent&) {
  return {};
}

// The lanes that are active where it is made.
class coalesced_group {
 public:
  ATTNLAB_KIT_D explicit coalesced_group(unsigned int lanes) : lanes_(lanes) {}
  ATTNLAB_KIT_D unsigned int num_threads() const {
    return static_cast<unsigned int>(__popc(lanes_));
  }
  ATTNLAB_KIT_D unsigned int size() const { return num_threads(); }
  ATTNLAB_KIT_D unsigned int thread_rank() const {
    const unsigned int below = (1u << __nvvm_read_ptx_sreg_laneid()) - 1u;
    return static_cast<unsigned int>(__popc(lanes_ & below));
  }
  ATTNLAB_KIT_D void sync() const { __syncwarp(lanes_); }
  ATTNLAB_KIT_D int any(int predicate) const { return __any_sync(lanes_, predicate); }
  ATTNLAB_KIT_D int all(int predicate) const { return __all_sync(lanes_, predicate); }
  template <typename T>
  ATTNLAB_KIT_D T shfl(const T& value, unsigned int rank) const {
    unsigned int lanes = lanes_;
    for (; rank > 0; --rank) lanes &= lanes - 1u;
    const int lane = __ffs(static_cast<int>(lanes)) - 1;
    return attnlab::kit::moved_by_words(
        value, [&](unsigned int word) { return __shfl_sync(lanes_, word, lane); });
  }

 private:
  friend class thread_group;
  template <typename Label>
  friend ATTNLAB_KIT_D coalesced_group labeled_partition(const coalesced_group& group, Label label);
  unsigned int lanes_;
};
ATTNLAB_KIT_D coalesced_group coalesced_threads() {
  return coalesced_group(__activemask());
}

// The lanes of a group that have the same label, and those that agree in a predicate.
template <typename Label>
ATTNLAB_KIT_D coalesced_group labeled_partition(const coalesced_group& group, Label label) {
  return coalesced_group(__match_any_sync(group.lanes_, label));
}
template <unsigned int Size, typename Parent>
ATTNLAB_KIT_D coalesced_group binary_partition(const thread_block_tile<Size, Parent>& tile,
                                               bool predicate) {
  const unsigned int tile_lanes = tile.mask();
  const unsigned int lanes = __ballot_sync(tile_lanes, predicate);
  return coalesced_group(predicate ? lanes : tile_lanes & ~lanes);
}

// All threads of the grid. sync() is for cooperative launches, whose blocks are all there at once:
// the last bit of `arrived` turns when the last block has come, as block 0 adds what makes it so.
namespace internal {
static __device__ unsigned int arrived = 0;
}
class grid_group {
 public:
  ATTNLAB_KIT_D static bool is_valid() { return true; }
  ATTNLAB_KIT_D static unsigned int num_blocks() { return gridDim.x * gridDim.y * gridDim.z; }
  ATTNLAB_KIT_D static unsigned int block_rank() {
    return (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
  }
  ATTNLAB_KIT_D static unsigned long long num_threads() {
    return static_cast<unsigned long long>(num_blocks()) * thread_block::num_threads();
  }
  ATTNLAB_KIT_D static unsigned long long size() { return num_threads(); }
  ATTNLAB_KIT_D static unsigned long long thread_rank() {
    return static_cast<unsigned long long>(block_rank()) * thread_block::num_threads() +
           thread_block::thread_rank();
  }
  ATTNLAB_KIT_D static void sync() {
    __syncthreads();
    if (thread_block::thread_rank() == 0) {
      __threadfence();
      const unsigned int last = 0x80000000u;
      const unsigned int share = block_rank() == 0 ? last - (num_blocks() - 1u) : 1u;
      const unsigned int before = atomicAdd(&internal::arrived, share);
      while (((before ^ *static_cast<volatile unsigned int*>(&internal::arrived)) & last) == 0) {
      }
      __threadfence();
    }
    __syncthreads();
  }
};
ATTNLAB_KIT_D grid_group this_grid() {
  return {};
}

// Any of the groups of a block, known only when the program runs: a block, or lanes of a warp.
class thread_group {
 public:
  ATTNLAB_KIT_D thread_group(const thread_block&) : lanes_(0) {}
  template <unsigned int Size, typename Parent>
  ATTNLAB_KIT_D thread_group(const thread_block_tile<Size, Parent>& tile) : lanes_(tile.mask()) {}
  ATTNLAB_KIT_D thread_group(const coalesced_group& group) : lanes_(group.lanes_) {}

  ATTNLAB_KIT_D unsigned int num_threads() const {
    return lanes_ == 0 ? thread_block::num_threads() : coalesced_group(lanes_).num_threads();
  }
  ATTNLAB_KIT_D unsigned int size() const { return num_threads(); }
  ATTNLAB_KIT_D unsigned int thread_rank() const {
    return lanes_ == 0 ? thread_block::thread_rank() : coalesced_group(lanes_).thread_rank();
  }
  ATTNLAB_KIT_D void sync() const {
    if (lanes_ == 0) {
      __syncthreads();
    } else {
      __syncwarp(lanes_);
    }
  }

 private:
  unsigned int lanes_;  // 0: the whole block
};

template <typename Group>
ATTNLAB_KIT_D void sync(const Group& group) {
  group.sync();
}

template <typename T>
struct plus {
  ATTNLAB_KIT_D T operator()(T a, T b) const { return a + b; }
};
template <typename T>
struct less {
  ATTNLAB_KIT_D T operator()(T a, T b) const { return b < a ? b : a; }
};
template <typename T>
struct greater {
  ATTNLAB_KIT_D T operator()(T a, T b) const { return a < b ? b : a; }
};
template <typename T>
struct bit_and {
  ATTNLAB_KIT_D T operator()(T a, T b) const { return a & b; }
};
template <typename T>
struct bit_or {
  ATTNLAB_KIT_D T operator()(T a, T b) const { return a | b; }
};
template <typename T>
struct bit_xor {
  ATTNLAB_KIT_D T operator()(T a, T b) const { return a ^ b; }
};

// All lanes get the combination of all values.
template <unsigned int Size, typename Parent, typename T, typename Operation>
ATTNLAB_KIT_D T reduce(const thread_block_tile<Size, Parent>& tile, T value, Operation operation) {
  for (unsigned int distance = Size / 2; distance > 0; distance /= 2) {
    value = operation(value, tile.shfl_xor(value, distance));
  }
  return value;
}
template <typename T, typename Operation>
ATTNLAB_KIT_D T reduce(const coalesced_group& group, T value, Operation operation) {
  T all = group.shfl(value, 0);
  for (unsigned int rank = 1; rank < group.size(); ++rank) {
    all = operation(all, group.shfl(value, rank));
  }
  return all;
}
// Each lane gets the combination of its own value and those of all lanes below.
template <unsigned int Size, typename Parent, typename T, typename Operation = plus<T>>
ATTNLAB_KIT_D T inclusive_scan(const thread_block_tile<Size, Parent>& tile, T value,
                               Operation operation = {}) {
  for (unsigned int distance = 1; distance < Size; distance *= 2) {
    const T below = tile.shfl_up(value, distance);
    if (tile.thread_rank() >= distance) value = operation(below, value);
  }
  return value;
}
// The same without its own; the lowest lane gets T().
template <unsigned int Size, typename Parent, typename T, typename Operation = plus<T>>
ATTNLAB_KIT_D T exclusive_scan(const thread_block_tile<Size, Parent>& tile, T value,
                               Operation operation = {}) {
  const T below = tile.shfl_up(inclusive_scan(tile, value, operation), 1);
  return tile.thread_rank() == 0 ? T() : below;
}

}  // namespace cooperative_groups
