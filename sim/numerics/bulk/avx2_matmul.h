// SPDX-License-Identifier: MIT
// C += A B in fp32 with AVX2 and FMA: a tile of C stays in registers over the whole depth, so each
// element is one chain of fused multiply-adds, k ascending.
#pragma once

#include "sim/numerics/bulk/avx2_lanes.h"
#include "sim/numerics/bulk/loops.h"

namespace attnlab::numerics::avx2 {

struct Matrices {
  float* c;
  std::ptrdiff_t ldc;
  const float* a;
  std::ptrdiff_t lda;
  const float* b;
  std::ptrdiff_t ldb;
  int depth;
};

// The tile of C at (row, column), kRows by kVectors * 8.
template <int kRows, int kVectors>
ATTNLAB_AVX2_INLINE void full_tile(const Matrices& m, int row, int column) {
  float* c = m.c + row * m.ldc + column;
  const float* a = m.a + row * m.lda;
  const float* b = m.b + column;
  __m256 sum[kRows][kVectors];
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 8
    for (std::ptrdiff_t v = 0; v < kVectors; ++v)
      sum[i][v] = _mm256_loadu_ps(c + i * m.ldc + kLanes * v);
  }
  for (int k = 0; k < m.depth; ++k, b += m.ldb) {
    __m256 b_row[kVectors];
#pragma GCC unroll 8
    for (std::ptrdiff_t v = 0; v < kVectors; ++v) b_row[v] = _mm256_loadu_ps(b + kLanes * v);
#pragma GCC unroll 8
    for (int i = 0; i < kRows; ++i) {
      const __m256 scalar = _mm256_broadcast_ss(a + i * m.lda + k);
#pragma GCC unroll 8
      for (std::ptrdiff_t v = 0; v < kVectors; ++v)
        sum[i][v] = _mm256_fmadd_ps(scalar, b_row[v], sum[i][v]);
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 8
    for (std::ptrdiff_t v = 0; v < kVectors; ++v) {
      _mm256_storeu_ps(c + i * m.ldc + kLanes * v, canonical_lanes(sum[i][v]));
    }
  }
}

// The same for the last, partial vector of columns.
template <int kRows>
ATTNLAB_AVX2_INLINE void partial_tile(const Matrices& m, int row, int column, int columns) {
  const __m256i mask = first_lanes(columns);
  float* c = m.c + row * m.ldc + column;
  const float* a = m.a + row * m.lda;
  const float* b = m.b + column;
  __m256 sum[kRows];
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) sum[i] = _mm256_maskload_ps(c + i * m.ldc, mask);
  for (int k = 0; k < m.depth; ++k, b += m.ldb) {
    const __m256 b_row = _mm256_maskload_ps(b, mask);
#pragma GCC unroll 8
    for (int i = 0; i < kRows; ++i) {
      sum[i] = _mm256_fmadd_ps(_mm256_broadcast_ss(a + i * m.lda + k), b_row, sum[i]);
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
    _mm256_maskstore_ps(c + i * m.ldc, mask, canonical_lanes(sum[i]));
  }
}

// kRows rows of C from `row` on, all columns: pairs of vectors, then one, then a partial one.
template <int kRows>
ATTNLAB_AVX2 inline void row_panel(const Matrices& m, int row, int columns) {
  int column = 0;
  for (; column + 2 * kLanes <= columns; column += 2 * kLanes) full_tile<kRows, 2>(m, row, column);
  if (column + kLanes <= columns) {
    full_tile<kRows, 1>(m, row, column);
    column += kLanes;
  }
  if (column < columns) partial_tile<kRows>(m, row, column, columns - column);
}

ATTNLAB_AVX2 inline void matmul_accumulate(float* c, std::ptrdiff_t ldc, const float* a,
                                           std::ptrdiff_t lda, const float* b, std::ptrdiff_t ldb,
                                           int rows, int columns, int depth) {
  if (depth <= 0) return;
  const Matrices m = {c, ldc, a, lda, b, ldb, depth};
  int row = 0;
  for (; row + 6 <= rows; row += 6) row_panel<6>(m, row, columns);
  if (row + 4 <= rows) {
    row_panel<4>(m, row, columns);
    row += 4;
  }
  if (row + 2 <= rows) {
    row_panel<2>(m, row, columns);
    row += 2;
  }
  if (row < rows) row_panel<1>(m, row, columns);
}

}  // namespace attnlab::numerics::avx2
