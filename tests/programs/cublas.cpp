// SPDX-License-Identifier: MIT
// cuBLAS as far as teaching programs take it for their reference: gemm of float, half and bfloat16,
// column-major, each sum in double precision on the host. Anything else ends the program by its
// name.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "tests/programs/emulated_gpu.h"

// The kit's cuBLAS header needs clang in CUDA mode; these are its types and values.
using Handle = void*;
using Status = int;
constexpr Status kSuccess = 0;
constexpr Status kInvalidValue = 7;
constexpr int kTransposeNone = 0;
constexpr int kFloat = 0;      // CUDA_R_32F
constexpr int kHalf = 2;       // CUDA_R_16F
constexpr int kBfloat16 = 14;  // CUDA_R_16BF

namespace {

[[noreturn]] void end_program(const char* name) {
  std::fflush(stdout);
  std::fprintf(stderr, "%s is not here: the program needs the real library\n", name);
  std::exit(1);
}

std::size_t bytes_of(int type) {
  if (type == kFloat) return 4;
  if (type == kHalf || type == kBfloat16) return 2;
  end_program("a gemm of numbers that are neither float nor half nor bfloat16");
}

double load(const std::byte* from, int type) {
  if (type == kFloat) {
    float value = 0;
    std::memcpy(&value, from, sizeof(value));
    return static_cast<double>(value);
  }
  std::uint16_t bits = 0;
  std::memcpy(&bits, from, sizeof(bits));
  if (type == kHalf) return static_cast<double>(__builtin_bit_cast(_Float16, bits));
  return static_cast<double>(__builtin_bit_cast(float, static_cast<std::uint32_t>(bits) << 16));
}

void store(std::byte* to, int type, double value) {
  const auto narrow = static_cast<float>(value);
  if (type == kFloat) {
    std::memcpy(to, &narrow, sizeof(narrow));
  } else if (type == kHalf) {
    const auto half = static_cast<_Float16>(narrow);
    std::memcpy(to, &half, sizeof(half));
  } else {
    const auto bits = __builtin_bit_cast(std::uint32_t, narrow);
    const auto half = static_cast<std::uint16_t>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
    std::memcpy(to, &half, sizeof(half));
  }
}

// A column-major matrix on the device, or its transpose.
struct Matrix {
  Matrix(const void* pointer, int type_of, int row_of, long long first, bool is_transposed)
      : type(type_of),
        row(static_cast<std::size_t>(row_of)),
        transposed(is_transposed),
        size(bytes_of(type_of)) {
    const auto* begin =
        static_cast<const std::byte*>(pointer) + first * static_cast<long long>(size);
    bytes = attnlab::programs::EmulatedGpu::instance().device_bytes(begin, size);
  }
  std::byte* at(std::size_t i, std::size_t j) const {
    return bytes + (transposed ? i * row + j : j * row + i) * size;
  }

  int type;
  std::size_t row;
  bool transposed;
  std::size_t size;
  std::byte* bytes = nullptr;
};

double factor_at(const void* pointer) {
  return static_cast<double>(*static_cast<const float*>(pointer));
}

// One column of c at a time; `sums` holds it in double precision.
void multiply(const Matrix& a, const Matrix& b, const Matrix& c, std::size_t m, std::size_t n,
              std::size_t k, double alpha, double beta) {
  std::vector<double> sums(m);
  for (std::size_t j = 0; j < n; ++j) {
    sums.assign(m, 0.0);
    for (std::size_t l = 0; l < k; ++l) {
      const double factor = load(b.at(l, j), b.type);
      for (std::size_t i = 0; i < m; ++i) sums[i] += load(a.at(i, l), a.type) * factor;
    }
    for (std::size_t i = 0; i < m; ++i) {
      const double old = beta == 0.0 ? 0.0 : beta * load(c.at(i, j), c.type);
      store(c.at(i, j), c.type, alpha * sums[i] + old);
    }
  }
}

}  // namespace

extern "C" {

Status cublasCreate(Handle* handle) {
  *handle = nullptr;
  return kSuccess;
}
Status cublasDestroy(Handle) {
  return kSuccess;
}
Status cublasSetStream(Handle, void*) {
  return kSuccess;
}
Status cublasSetMathMode(Handle, int) {
  return kSuccess;
}
Status cublasLtCreate(Handle* handle) {
  *handle = nullptr;
  return kSuccess;
}
Status cublasLtDestroy(Handle) {
  return kSuccess;
}
const char* cublasGetStatusString(Status) {
  return "cuBLAS status";
}
Status cublasGemmStridedBatchedEx(Handle, int operation_a, int operation_b, int m, int n, int k,
                                  const void* alpha, const void* a, int type_a, int row_a,
                                  long long stride_a, const void* b, int type_b, int row_b,
                                  long long stride_b, const void* beta, void* c, int type_c,
                                  int row_c, long long stride_c, int batches, int, int) {
  for (long long batch = 0; batch < batches; ++batch) {
    const Matrix left(a, type_a, row_a, batch * stride_a, operation_a != kTransposeNone);
    const Matrix right(b, type_b, row_b, batch * stride_b, operation_b != kTransposeNone);
    const Matrix out(c, type_c, row_c, batch * stride_c, false);
    if (left.bytes == nullptr || right.bytes == nullptr || out.bytes == nullptr) {
      return kInvalidValue;
    }
    multiply(left, right, out, static_cast<std::size_t>(m), static_cast<std::size_t>(n),
             static_cast<std::size_t>(k), factor_at(alpha), factor_at(beta));
  }
  return kSuccess;
}
Status cublasGemmEx(Handle handle, int operation_a, int operation_b, int m, int n, int k,
                    const void* alpha, const void* a, int type_a, int row_a, const void* b,
                    int type_b, int row_b, const void* beta, void* c, int type_c, int row_c,
                    int compute, int algorithm) {
  return cublasGemmStridedBatchedEx(handle, operation_a, operation_b, m, n, k, alpha, a, type_a,
                                    row_a, 0, b, type_b, row_b, 0, beta, c, type_c, row_c, 0, 1,
                                    compute, algorithm);
}
Status cublasSgemmStridedBatched(Handle handle, int operation_a, int operation_b, int m, int n,
                                 int k, const float* alpha, const float* a, int row_a,
                                 long long stride_a, const float* b, int row_b, long long stride_b,
                                 const float* beta, float* c, int row_c, long long stride_c,
                                 int batches) {
  return cublasGemmStridedBatchedEx(handle, operation_a, operation_b, m, n, k, alpha, a, kFloat,
                                    row_a, stride_a, b, kFloat, row_b, stride_b, beta, c, kFloat,
                                    row_c, stride_c, batches, 0, 0);
}
Status cublasSgemm(Handle handle, int operation_a, int operation_b, int m, int n, int k,
                   const float* alpha, const float* a, int row_a, const float* b, int row_b,
                   const float* beta, float* c, int row_c) {
  return cublasSgemmStridedBatched(handle, operation_a, operation_b, m, n, k, alpha, a, row_a, 0, b,
                                   row_b, 0, beta, c, row_c, 0, 1);
}

#define ATTNLAB_MISSING(name) \
  Status name() {             \
    end_program(#name);       \
  }
ATTNLAB_MISSING(cublasSaxpy)
ATTNLAB_MISSING(cublasSdot)
ATTNLAB_MISSING(cublasSgemv)
ATTNLAB_MISSING(cublasLtMatmulDescCreate)
ATTNLAB_MISSING(cublasLtMatmulDescDestroy)
ATTNLAB_MISSING(cublasLtMatmulDescSetAttribute)
ATTNLAB_MISSING(cublasLtMatrixLayoutCreate)
ATTNLAB_MISSING(cublasLtMatrixLayoutDestroy)
ATTNLAB_MISSING(cublasLtMatmulPreferenceCreate)
ATTNLAB_MISSING(cublasLtMatmulPreferenceDestroy)
ATTNLAB_MISSING(cublasLtMatmulPreferenceSetAttribute)
ATTNLAB_MISSING(cublasLtMatmulAlgoGetHeuristic)
ATTNLAB_MISSING(cublasLtMatmul)
#undef ATTNLAB_MISSING

}  // extern "C"
