// SPDX-License-Identifier: MIT
// The controls of fake_libcuda.cpp, a library with the CUDA driver's entry points and no GPU:
// memory is the host's, and the kernels it knows run on the host at launch. Tests open it by path.
#pragma once

#include <cstddef>
#include <cstdint>

struct FakeCuda {
  // What the calls answer (CUresult).
  int init_result;
  int device_count;
  int compute_capability;  // 90 for 9.0
  int alloc_result;
  int launch_result;
  int synchronize_result;
  int pin_result;
  std::size_t memory_limit_bytes;

  // Faults of the fake hardware.
  int faulty_mufu_op;                 // MufuOp, or -1
  std::uint32_t faulty_mufu_input;    // its result has the lowest bit turned
  int faulty_mma_format;              // MmaFormat, or -1: D's element 5 of each tile is wrong
  int tininess;                       // numerics::Tininess of its .ftz operations
  std::ptrdiff_t stray_write_offset;  // scribble_kernel writes a byte at this offset of its buffer

  // What happened.
  int live_allocations;
  int launches;
  std::size_t allowed_dynamic_shared_bytes;  // set by cuFuncSetAttribute
  unsigned int grid[3], block[3];
  unsigned int dynamic_shared_bytes;
  // The arguments of marshalling_kernel(const void*, int, float, long long), as it saw them.
  const void* seen_pointer;
  std::int32_t seen_int;
  float seen_float;
  std::int64_t seen_long;
};

// The library exports: FakeCuda* fake_cuda().
using FakeCudaFunction = FakeCuda* (*)();
