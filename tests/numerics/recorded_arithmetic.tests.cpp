// SPDX-License-Identifier: MIT
// The model held to what an H200 computed: digests recorded once on the GPU, checked everywhere.
#include "sim/numerics/record/recorded_arithmetic.h"

#include <tbb/parallel_for.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <catch2/catch_get_random_seed.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_container_properties.hpp>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

#include "sim/numerics/mufu.h"
#include "sim/numerics/record/arithmetic_digest.h"

namespace attnlab::numerics {
namespace {

constexpr MmaFormat kFormats[] = {MmaFormat::kF16, MmaFormat::kBf16, MmaFormat::kTf32};

std::string record_path() {
  return std::string(ATTNLAB_SOURCE_DIR) + "/kernels/recorded/h200_arithmetic.json";
}

RecordedArithmetic shipped_record() {
  const auto record = read_recorded_arithmetic(record_path());
  if (!record) FAIL("kernels/recorded/h200_arithmetic.json is missing");
  return *record;
}

// One block of one function or format.
struct Block {
  bool mma;
  int subject;  // MufuOp or MmaFormat
  int block;
};

std::string name_of(const Block& b) {
  return std::string(b.mma ? kMmaFormatNames[b.subject] : kMufuOpNames[b.subject]) + ", block " +
         std::to_string(b.block);
}

bool holds(const RecordedArithmetic& record, const Block& b) {
  const auto subject = static_cast<std::size_t>(b.subject);
  const auto block = static_cast<std::size_t>(b.block);
  if (b.mma) {
    return model_mma_digest(static_cast<MmaFormat>(b.subject), b.block) ==
           record.mma[subject][block];
  }
  return model_mufu_digest(static_cast<MufuOp>(b.subject), b.block) == record.mufu[subject][block];
}

// The names of the blocks where the model and the record differ; blocks are computed in parallel.
std::vector<std::string> differing(const RecordedArithmetic& record,
                                   const std::vector<Block>& blocks) {
  std::vector<char> equal(blocks.size(), 0);
  tbb::parallel_for(std::size_t{0}, blocks.size(),
                    [&](std::size_t i) { equal[i] = holds(record, blocks[i]) ? 1 : 0; });
  std::vector<std::string> names;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (equal[i] == 0) names.push_back(name_of(blocks[i]));
  }
  return names;
}

TEST_CASE("the model gives the H200's digests on a seeded sample of blocks", "[sim][numerics]") {
  const RecordedArithmetic record = shipped_record();
  std::mt19937 random(Catch::getSeed());
  std::vector<Block> blocks;
  for (int op = 0; op < kMufuOpCount; ++op) {
    const int count = mufu_block_count(static_cast<MufuOp>(op));
    for (int i = 0; i < (count == 1 ? 1 : 2); ++i) {
      blocks.push_back({false, op, static_cast<int>(random() % static_cast<unsigned>(count))});
    }
  }
  for (int format = 0; format < 3; ++format) {
    for (int i = 0; i < 2; ++i) {
      blocks.push_back({true, format, static_cast<int>(random() % kMmaBlockCount)});
    }
  }
  INFO("seed " << Catch::getSeed() << " (--rng-seed); recorded on " << record.gpu);
  CHECK_THAT(differing(record, blocks), Catch::Matchers::IsEmpty());
}

TEST_CASE("the model gives the H200's digests on all inputs of the special function unit",
          "[sim][numerics][.evidence]") {
  const RecordedArithmetic record = shipped_record();
  std::vector<Block> blocks;
  for (int op = 0; op < kMufuOpCount; ++op) {
    const int count = mufu_block_count(static_cast<MufuOp>(op));
    for (int b = 0; b < count; ++b) blocks.push_back({false, op, b});
  }
  CHECK_THAT(differing(record, blocks), Catch::Matchers::IsEmpty());
}

TEST_CASE("the model gives the H200's digests on all recorded tensor-core outputs",
          "[sim][numerics][.evidence]") {
  const RecordedArithmetic record = shipped_record();
  std::vector<Block> blocks;
  for (int format = 0; format < 3; ++format) {
    for (int b = 0; b < kMmaBlockCount; ++b) blocks.push_back({true, format, b});
  }
  CHECK_THAT(differing(record, blocks), Catch::Matchers::IsEmpty());
}

std::string digits(std::uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

// A well-formed record; every digest is `fill`.
nlohmann::json made_up_record(std::uint64_t fill) {
  nlohmann::json record = {{"gpu", "GPU"},
                           {"driver", "1"},
                           {"compiler", "nvcc"},
                           {"date", "2026-01-01"},
                           {"probes", {{"sign of -0", "minus"}, {"count", 3}}}};
  for (int op = 0; op < kMufuOpCount; ++op) {
    record["mufu"][kMufuOpNames[op]] = std::vector<std::string>(
        static_cast<std::size_t>(mufu_block_count(static_cast<MufuOp>(op))), digits(fill));
  }
  for (const char* format : kMmaFormatNames) {
    record["mma"][format] = std::vector<std::string>(kMmaBlockCount, digits(fill));
  }
  return record;
}

TEST_CASE("a record is read with its digests in block order", "[sim][numerics]") {
  nlohmann::json json = made_up_record(0x0123456789abcdefu);
  json["mufu"]["lg2.approx.f32"][255] = "00000000000000ff";
  json["mma"]["bf16"][31] = "ffffffffffffffff";
  const RecordedArithmetic record = parse_recorded_arithmetic(json.dump());
  CHECK(record.gpu == "GPU");
  CHECK(record.date == "2026-01-01");
  CHECK(record.mufu[static_cast<std::size_t>(MufuOp::kLg2)].at(255) == 0xff);
  CHECK(record.mufu[static_cast<std::size_t>(MufuOp::kLg2)].at(254) == 0x0123456789abcdefu);
  CHECK(record.mufu[static_cast<std::size_t>(MufuOp::kTanhBf16)].size() == 1);
  CHECK(record.mma[1].at(31) == ~0ull);
  CHECK(record.probes.at("sign of -0") == "minus");
  CHECK(record.probes.at("count") == "3");
}

TEST_CASE("a damaged record is refused with a sentence", "[sim][numerics]") {
  CHECK_THROWS_AS(parse_recorded_arithmetic("{"), RecordError);
  for (const char* field : {"gpu", "driver", "compiler", "date", "mufu", "mma", "probes"}) {
    nlohmann::json json = made_up_record(1);
    json.erase(field);
    CHECK_THROWS_AS(parse_recorded_arithmetic(json.dump()), RecordError);
  }
  nlohmann::json short_list = made_up_record(1);
  short_list["mufu"]["rcp.approx.f32"].erase(0);
  CHECK_THROWS_AS(parse_recorded_arithmetic(short_list.dump()), RecordError);
  for (const nlohmann::json& bad :
       {nlohmann::json("0x00000000000001"), nlohmann::json("12"), nlohmann::json(7)}) {
    nlohmann::json json = made_up_record(1);
    json["mma"]["f16"][3] = bad;
    CHECK_THROWS_AS(parse_recorded_arithmetic(json.dump()), RecordError);
  }
  CHECK_FALSE(read_recorded_arithmetic(record_path() + ".absent").has_value());
}

TEST_CASE("the comparison with a record finds a wrong digest and passes a right one",
          "[sim][numerics]") {
  RecordedArithmetic record = parse_recorded_arithmetic(made_up_record(1).dump());
  const auto op = static_cast<int>(MufuOp::kTanhF16);
  const std::vector<Block> blocks = {{false, op, 0}, {true, 2, 0}};
  record.mma[2][0] = model_mma_digest(MmaFormat::kTf32, 0);
  CHECK(differing(record, blocks) == std::vector<std::string>{"tanh.approx.f16, block 0"});
  record.mufu[static_cast<std::size_t>(op)][0] = model_mufu_digest(MufuOp::kTanhF16, 0);
  CHECK_THAT(differing(record, blocks), Catch::Matchers::IsEmpty());
}

TEST_CASE("a block's digest is XXH3-64 of the outputs in input order", "[sim][numerics]") {
  std::vector<std::uint16_t> outputs(0x10000);
  for (std::uint32_t i = 0; i < 0x10000; ++i) {
    outputs[i] = static_cast<std::uint16_t>(mufu::evaluate(MufuOp::kEx2F16, i));
  }
  CHECK(model_mufu_digest(MufuOp::kEx2F16, 0) == digest_of(outputs.data(), outputs.size()));
  CHECK(digest_of(outputs.data(), outputs.size()) ==
        XXH3_64bits(outputs.data(), 2 * outputs.size()));
  std::uint32_t inputs[3];
  mufu_block_inputs(MufuOp::kEx2, 255, (1u << 24) - 3, 3, inputs);
  CHECK(inputs[0] == 0xfffffffdu);
  CHECK(inputs[2] == 0xffffffffu);
}

TEST_CASE("tiles depend on their number alone and obey the limits of their kind",
          "[sim][numerics]") {
  for (const MmaFormat format : kFormats) {
    std::vector<MmaTile> tiles(64);
    make_mma_tiles(format, 100, tiles.size(), tiles.data());
    MmaTile one;
    make_mma_tiles(format, 137, 1, &one);
    CHECK(std::memcmp(&one, &tiles[37], sizeof one) == 0);
    CHECK(std::memcmp(&tiles[0], &tiles[4], sizeof one) != 0);
    for (std::size_t t = 0; t < tiles.size(); ++t) {
      const FieldLimit limit = mma_limits(format, static_cast<int>((100 + t) % 4)).c;
      for (const std::uint32_t c : tiles[t].c) {
        const std::uint32_t field = (c >> 23) & 0xffu;
        if (limit.span != 0 && (field < limit.low || field >= limit.low + limit.span)) FAIL(field);
      }
    }
  }
}

TEST_CASE("tensor-core tiles exercise the rules: wrong variants change many outputs",
          "[sim][numerics]") {
  const TensorCoreSpec faults[] = {{32, 24}, {32, 26}, {16, 25}};
  for (const MmaFormat format : kFormats) {
    for (const TensorCoreSpec& fault : faults) {
      int wrong = 0;
      const int tiles = 400;
      for (int t = 0; t < tiles; ++t) {
        MmaTile tile;
        std::uint32_t right[kOutputsPerTile];
        std::uint32_t faulty[kOutputsPerTile];
        make_mma_tiles(format, static_cast<std::uint64_t>(t), 1, &tile);
        model_mma_tile(format, tile, right);
        model_mma_tile(format, tile, faulty, fault);
        for (int i = 0; i < kOutputsPerTile; ++i) wrong += right[i] != faulty[i] ? 1 : 0;
      }
      INFO(kMmaFormatNames[static_cast<int>(format)] << ": step of " << fault.step_bytes
                                                     << " bytes, " << fault.kept_fraction_bits
                                                     << " bits");
      CHECK(wrong * 20 > tiles * kOutputsPerTile);
    }
  }
}

}  // namespace
}  // namespace attnlab::numerics
