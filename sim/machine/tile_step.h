// SPDX-License-Identifier: MIT
// What a thread block's program tells the machine about its next step: what moves, what is
// computed.
#pragma once

#include <cstdint>
#include <span>

#include "sim/trace/event.h"

namespace attnlab::machine {

// A rectangle of a tensor in device memory, in elements: `rows` runs of `row_elements`, whose first
// elements are `row_stride` apart.
struct Region {
  std::int64_t first_element = 0;
  std::int64_t rows = 0;
  std::int64_t row_elements = 0;
  std::int64_t row_stride = 0;

  std::int64_t elements() const { return rows * row_elements; }
};

// Arithmetic that lanes execute. A fused multiply-add counts two FLOPs; comparisons count none.
struct Operations {
  std::uint64_t fma = 0;
  std::uint64_t add_mul = 0;  // additions, multiplications and divisions
  std::uint64_t mufu = 0;     // results of the special function unit

  std::uint64_t flops() const { return 2 * fma + add_mul + mufu; }
};

// One number with its operands, for the event log.
struct Number {
  std::uint16_t symbol = 0;  // row in the program's symbol table
  std::uint32_t row = 0;
  std::uint32_t column = 0;
  float result = 0;
  float operands[3] = {0, 0, 0};
  int operand_count = 0;
};

struct TileStep {
  trace::EventKind kind = trace::EventKind::kBarrier;
  std::uint16_t tensor = trace::kNoTensor;  // of a load or store
  std::uint16_t source = trace::kNoSource;  // the sentence of the kernel that does the same
  std::uint32_t tile_row = 0;
  std::uint32_t tile_column = 0;
  Region region;  // of a load or store in device memory
  int element_bytes = 4;
  std::uint64_t shared_read_bytes = 0;  // as lanes request them: a broadcast counts per lane
  std::uint64_t shared_written_bytes = 0;
  Operations operations;
  std::span<const Number> numbers;  // alive until the program resumes
};

}  // namespace attnlab::machine
