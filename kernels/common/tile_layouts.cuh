// SPDX-License-Identifier: MIT
// Where the numbers of a tile lie in shared memory so that lanes that access it at once use
// different banks. A bank is 4 bytes wide and there are 32; a row of 32, 64 or 128 floats begins
// where the row before it does, so that a column of it lies in one bank. Either way 8 neighbouring
// rows can be read 16 bytes each, and 4 neighbouring rows of P be written 8 neighbouring keys each.
#pragma once

namespace attnlab::kernels {

// A row is 4 floats longer than its numbers, one of P 8: each begins 4, or 8, banks further.
struct PaddedTiles {
  template <int kWidth>
  static constexpr int kPitch = kWidth + 4;

  template <int kWidth>
  __device__ __forceinline__ static int at(int row, int column) {
    return row * kPitch<kWidth> + column;
  }
  template <int kWidth>
  __device__ __forceinline__ static int at_p(int row, int column) {
    return row * (kWidth + 8) + column;
  }
};

// Chunk c of 4 floats of a row is kept at place c ^ x, where x is the row's low three bits rotated:
// 8 neighbouring rows have 8 different x, and the x of 4 neighbouring rows differ by more than the
// chunk that 8 neighbouring keys of P reach into.
struct SwizzledTiles {
  template <int kWidth>
  static constexpr int kPitch = kWidth;

  template <int kWidth>
  __device__ __forceinline__ static int at(int row, int column) {
    const int x = (row & 3) << 1 | (row >> 2 & 1);
    return row * kWidth + (column ^ x * 4);
  }
  template <int kWidth>
  __device__ __forceinline__ static int at_p(int row, int column) {
    return at<kWidth>(row, column);
  }
};

}  // namespace attnlab::kernels
