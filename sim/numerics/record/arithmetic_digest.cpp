// SPDX-License-Identifier: MIT
#include "sim/numerics/record/arithmetic_digest.h"

#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/numerics/bulk.h"
#include "sim/numerics/philox.h"

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "digests are of little-endian words");

namespace attnlab::numerics {
namespace {

constexpr std::uint32_t kPhiloxKey = 0x6d6d6131u;

// XXH3-64 of words that arrive in pieces.
class DigestStream {
 public:
  DigestStream() { XXH3_64bits_reset(&state_); }
  void add(const void* data, std::size_t bytes) { XXH3_64bits_update(&state_, data, bytes); }
  std::uint64_t value() const { return XXH3_64bits_digest(&state_); }

 private:
  XXH3_state_t state_;
};

// The pattern with the exponent field [shift, shift + bits) limited.
constexpr std::uint32_t limited(std::uint32_t pattern, FieldLimit limit, int shift, int bits) {
  if (limit.span == 0) return pattern;
  const std::uint32_t mask = ((1u << bits) - 1) << shift;
  const std::uint32_t field = limit.low + ((pattern & mask) >> shift) % limit.span;
  return (pattern & ~mask) | (field << shift);
}

std::uint32_t limited_operands(MmaFormat format, std::uint32_t word, FieldLimit limit) {
  if (format == MmaFormat::kTf32) return limited(word, limit, 23, 8);
  const int shift = format == MmaFormat::kF16 ? 10 : 7;
  const int bits = format == MmaFormat::kF16 ? 5 : 8;
  return limited(limited(word, limit, shift, bits), limit, shift + 16, bits);
}

void make_tile(MmaFormat format, std::uint64_t index, MmaTile* tile) {
  const PhiloxKey key = {{static_cast<std::uint32_t>(format), kPhiloxKey}};
  const MmaLimits limits = mma_limits(format, static_cast<int>(index % 4));
  for (std::uint32_t draw = 0; draw < sizeof(MmaTile) / 16; ++draw) {
    const PhiloxCounter counter = {
        {static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), draw, 0}};
    const PhiloxCounter words = philox4x32_10(counter, key);
    for (std::uint32_t i = 0; i < 4; ++i) {
      const std::uint32_t w = 4 * draw + i;
      if (w < 128) {
        tile->a[w] = limited_operands(format, words.word[i], limits.operand);
      } else if (w < 192) {
        tile->b[w - 128] = limited_operands(format, words.word[i], limits.operand);
      } else {
        tile->c[w - 192] = limited(words.word[i], limits.c, 23, 8);
      }
    }
  }
}

}  // namespace

std::uint64_t digest_of(const std::uint32_t* words, std::size_t count) {
  return XXH3_64bits(words, count * sizeof *words);
}
std::uint64_t digest_of(const std::uint16_t* words, std::size_t count) {
  return XXH3_64bits(words, count * sizeof *words);
}

void mufu_block_inputs(MufuOp op, int block, std::uint32_t first, std::uint32_t count,
                       std::uint32_t* inputs) {
  const std::uint32_t start = static_cast<std::uint32_t>(block) * mufu_block_length(op) + first;
  for (std::uint32_t i = 0; i < count; ++i) inputs[i] = start + i;
}

std::uint64_t model_mufu_digest(MufuOp op, int block) {
  constexpr std::uint32_t kPiece = 4096;
  std::uint32_t words[kPiece];
  std::uint16_t halves[kPiece];
  DigestStream stream;
  for (std::uint32_t first = 0; first < mufu_block_length(op); first += kPiece) {
    mufu_block_inputs(op, block, first, kPiece, words);
    bulk().mufu(op, words, words, kPiece);
    if (is_16_bit(op)) {
      for (std::uint32_t i = 0; i < kPiece; ++i) halves[i] = static_cast<std::uint16_t>(words[i]);
      stream.add(halves, sizeof halves);
    } else {
      stream.add(words, sizeof words);
    }
  }
  return stream.value();
}

void make_mma_tiles(MmaFormat format, std::uint64_t first_tile, std::size_t count, MmaTile* tiles) {
  for (std::size_t i = 0; i < count; ++i) make_tile(format, first_tile + i, &tiles[i]);
}

void model_mma_tile(MmaFormat format, const MmaTile& tile, std::uint32_t* d,
                    const TensorCoreSpec& spec) {
  const int depth = tile_depth(format);
  const auto k = static_cast<std::size_t>(depth);
  MmaOperand a[256];
  MmaOperand b[128];
  float c[kOutputsPerTile];
  bulk().decode_operands(format, tile.a, a, kTileRows * k);
  bulk().decode_operands(format, tile.b, b, k * kTileColumns);
  std::memcpy(c, tile.c, sizeof c);
  bulk().tensor_core_accumulate(spec, format, c, kTileColumns, a, depth, b, kTileColumns, kTileRows,
                                kTileColumns, depth);
  std::memcpy(d, c, sizeof c);
}

std::uint64_t model_mma_digest(MmaFormat format, int block, const TensorCoreSpec& spec) {
  DigestStream stream;
  MmaTile tile;
  std::uint32_t d[kOutputsPerTile];
  const std::uint64_t first = static_cast<std::uint64_t>(block) * kTilesPerMmaBlock;
  for (std::uint64_t t = first; t < first + kTilesPerMmaBlock; ++t) {
    make_mma_tiles(format, t, 1, &tile);
    model_mma_tile(format, tile, d, spec);
    stream.add(d, sizeof d);
  }
  return stream.value();
}

}  // namespace attnlab::numerics
