// SPDX-License-Identifier: MIT
// How a GPU's arithmetic is held against the model on any machine: inputs that both sides make for
// themselves, and digests of the outputs, block by block. A GPU run records its digests once
// (recorded_arithmetic.h reads them); the model's are computed here. Host only.
//
// A digest is XXH3-64 of the output words as little-endian bytes.
//
// Special function unit: for a 32-bit function, block b of 256 is the inputs b * 2^24 ...
// (b + 1) * 2^24 - 1 in order, one 32-bit output each. A 16-bit form has one block, all 65,536
// inputs, one 16-bit output each.
//
// Tensor core: tile t is one m16n8k16 (k8 for tf32) on A (16, K), B (K, 8), C (16, 8), all
// row-major bit patterns, made from 320 words: word w is word w % 4 of Philox4x32-10 with the
// counter (t mod 2^32, t / 2^32, w / 4, 0) and the key (format, 0x6d6d6131), format 0 = f16, 1 =
// bf16, 2 = tf32. A takes words 0 to 127, B 128 to 191, C 192 to 319; two 16-bit operands share a
// word, the earlier in the low half. Then t mod 4 says how exponent fields are limited
// (mma_limits). A block is 8,192 tiles, the outputs D (16, 8) row-major in tile order: 2^20 words.
// 32 blocks are recorded.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/numerics/mufu_op.h"
#include "sim/numerics/tensor_core.h"

namespace attnlab::numerics {

std::uint64_t digest_of(const std::uint32_t* words, std::size_t count);
std::uint64_t digest_of(const std::uint16_t* words, std::size_t count);

// Blocks of a function, and inputs of a block: 256 of 2^24, or 1 of 2^16 for a 16-bit form.
constexpr bool is_16_bit(MufuOp op) {
  return static_cast<int>(op) >= kFirst16BitMufuOp;
}
constexpr int mufu_block_count(MufuOp op) {
  return is_16_bit(op) ? 1 : 256;
}
constexpr std::uint32_t mufu_block_length(MufuOp op) {
  return is_16_bit(op) ? 1u << 16 : 1u << 24;
}

// Inputs first ... first + count - 1 of a block.
void mufu_block_inputs(MufuOp op, int block, std::uint32_t first, std::uint32_t count,
                       std::uint32_t* inputs);

// The digest of the model's outputs over one block.
std::uint64_t model_mufu_digest(MufuOp op, int block);

inline constexpr int kMmaBlockCount = 32;
inline constexpr int kTilesPerMmaBlock = 8192;
inline constexpr int kTileRows = 16;
inline constexpr int kTileColumns = 8;
inline constexpr int kOutputsPerTile = kTileRows * kTileColumns;

// The depth of a tile: 16, or 8 for tf32.
constexpr int tile_depth(MmaFormat format) {
  return format == MmaFormat::kTf32 ? 8 : 16;
}

// One tile as it lies in memory: A and B are arrays of 16-bit operands, or of words for tf32.
struct MmaTile {
  std::uint32_t a[128];
  std::uint32_t b[64];
  std::uint32_t c[128];
};

// Exponent fields become low + field mod span; span 0 leaves them as they were drawn.
struct FieldLimit {
  std::uint32_t low;
  std::uint32_t span;
};
struct MmaLimits {
  FieldLimit operand;
  FieldLimit c;
};

// What tiles t mod 4 = `kind` try:
//   0  any bit patterns, NaN and infinities with their natural frequency
//   1  c in the products' range (f16: any operands; else operands from 2^-32 to 2^31)
//   2  operands and c near 1: every term overlaps every other, sums cancel
//   3  operands so small that subnormal operands (f16) or results (bf16, tf32) are common
constexpr MmaLimits mma_limits(MmaFormat format, int kind) {
  const bool f16 = format == MmaFormat::kF16;
  switch (kind) {
    case 1:
      return f16 ? MmaLimits{{0, 0}, {95, 64}} : MmaLimits{{95, 64}, {63, 128}};
    case 2:
      return f16 ? MmaLimits{{11, 8}, {119, 16}} : MmaLimits{{123, 8}, {119, 16}};
    case 3:
      return f16 ? MmaLimits{{0, 8}, {95, 16}} : MmaLimits{{56, 16}, {0, 32}};
    default:
      return {{0, 0}, {0, 0}};
  }
}

// Tiles first_tile ... first_tile + count - 1.
void make_mma_tiles(MmaFormat format, std::uint64_t first_tile, std::size_t count, MmaTile* tiles);

// The model's D (16, 8) of one tile.
void model_mma_tile(MmaFormat format, const MmaTile& tile, std::uint32_t* d,
                    const TensorCoreSpec& spec = kHopperTensorCore);

// The digest of the model's outputs over one block.
std::uint64_t model_mma_digest(MmaFormat format, int block,
                               const TensorCoreSpec& spec = kHopperTensorCore);

}  // namespace attnlab::numerics
