// SPDX-License-Identifier: MIT
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "kernels/probe/arithmetic_sweep.h"
#include "tests/gpu/fake/fake_driver.h"

using namespace attnlab;
using namespace attnlab::probe;
using Catch::Matchers::StartsWith;
using gpu::fake;
using numerics::MmaFormat;
using numerics::MufuOp;

namespace {

struct Gpu {
  std::unique_ptr<const gpu::Driver> driver = gpu::open_fake();
  gpu::Device device{*driver};
  ProbeKernels kernels{device};
};

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::filesystem::path fresh_folder(const std::string& name) {
  const std::filesystem::path folder = std::filesystem::path(ATTNLAB_BINARY_DIR) / name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

// A record with a digest in every place, all different.
numerics::RecordedArithmetic full_record() {
  numerics::RecordedArithmetic record;
  record.gpu = "Fake H200";
  record.driver = "580.1 (CUDA 13.0)";
  record.compiler = "nvcc 13.0.88";
  record.date = "2026-01-02";
  std::uint64_t next = 0x123456789abcdef0u;
  for (std::size_t i = 0; i < record.mufu.size(); ++i) {
    const int blocks = numerics::mufu_block_count(static_cast<MufuOp>(i));
    for (int block = 0; block < blocks; ++block) record.mufu[i].push_back(next++ % 0xfffff);
  }
  for (auto& digests : record.mma) {
    for (int block = 0; block < numerics::kMmaBlockCount; ++block) digests.push_back(next++);
  }
  record.probes["a \"question\""] = "an answer";
  return record;
}

}  // namespace

TEST_CASE("the hardware's digests are the model's where the bits are, in the order asked for") {
  const Gpu gpu;
  const std::vector<MufuBlock> blocks = {
      {MufuOp::kTanhF16, 0}, {MufuOp::kEx2FtzBf16, 0}, {MufuOp::kRcp, 63}, {MufuOp::kEx2F16, 0}};
  int reported = 0;
  const std::vector<std::uint64_t> digests =
      gpu_mufu_digests(gpu.kernels, blocks, [&](const std::string&, int done, int total) {
        CHECK(total == 4);
        reported = std::max(reported, done);
      });
  CHECK(reported == 4);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    CHECK(digests[i] == numerics::model_mufu_digest(blocks[i].op, blocks[i].block));
  }
  CHECK(fake().live_allocations == 0);
}

TEST_CASE("one wrong bit among 2^24 changes the digest, and the comparison finds its input") {
  fake().faulty_mufu_op = static_cast<int>(MufuOp::kLg2);
  fake().faulty_mufu_input = 0x3f812345u;
  const Gpu gpu;
  const MufuBlock block = {MufuOp::kLg2, 0x3f};
  const std::vector<std::uint64_t> digests = gpu_mufu_digests(gpu.kernels, std::span(&block, 1));
  CHECK(digests[0] != numerics::model_mufu_digest(block.op, block.block));
  const std::vector<Difference> differences = compare_block(gpu.kernels, block);
  REQUIRE(differences.size() == 1);
  CHECK(differences[0].input == 0x3f812345u);
  CHECK((differences[0].got ^ differences[0].want) == 1u);
  CHECK(compare_block(gpu.kernels, {MufuOp::kTanhBf16, 0}).empty());
}

TEST_CASE("a tensor core block's digest is the model's, and a faulty tensor core's is not") {
  const Gpu gpu;
  const std::uint64_t model = numerics::model_mma_digest(MmaFormat::kTf32, 3);
  CHECK(gpu_mma_digest(gpu.kernels, MmaFormat::kTf32, 3) == model);
  fake().faulty_mma_format = static_cast<int>(MmaFormat::kTf32);
  CHECK(gpu_mma_digest(gpu.kernels, MmaFormat::kTf32, 3) != model);
}

TEST_CASE("a GPU that lacks an instruction is not recorded, and the instruction is named") {
  fake().compute_capability = 86;
  const Gpu gpu;
  CHECK_THAT(gpu::sentence_of([&] { sweep_arithmetic(gpu.kernels); }),
             StartsWith("ex2.approx.ftz.bf16 cannot be recorded on Fake H200"));
}

TEST_CASE("an error of the driver in one thread of a sweep reaches the caller") {
  const Gpu gpu;
  const std::vector<MufuBlock> blocks(8, {MufuOp::kEx2F16, 0});
  fake().synchronize_result = 700;
  CHECK_THAT(gpu::sentence_of([&] { gpu_mufu_digests(gpu.kernels, blocks); }),
             StartsWith("cuStreamSynchronize failed: CUDA_ERROR_ILLEGAL_ADDRESS"));
}

TEST_CASE("a record written and read again is the same") {
  const std::filesystem::path folder = fresh_folder("record_round_trip");
  const numerics::RecordedArithmetic record = full_record();
  write_recorded_arithmetic(record, folder / "record.json");
  const auto read = numerics::read_recorded_arithmetic((folder / "record.json").string());
  REQUIRE(read);
  CHECK(read->gpu == record.gpu);
  CHECK(read->driver == record.driver);
  CHECK(read->compiler == record.compiler);
  CHECK(read->date == record.date);
  CHECK(read->mufu == record.mufu);
  CHECK(read->mma == record.mma);
  CHECK(read->probes == record.probes);
  // Nothing else is left in the folder.
  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
}

TEST_CASE("a record that cannot be written leaves the old one as it was and names the path") {
  const std::filesystem::path folder = fresh_folder("record_unwritable");
  // A folder with something in it stands where the record should go.
  std::filesystem::create_directories(folder / "record.json");
  std::ofstream(folder / "record.json" / "old") << "old";
  try {
    write_recorded_arithmetic(full_record(), folder / "record.json");
    FAIL("the record was written over a folder");
  } catch (const numerics::RecordError& error) {
    CHECK_THAT(error.what(), StartsWith("the record could not be written to " + folder.string()));
  }
  CHECK(text_of(folder / "record.json" / "old") == "old");
  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
  CHECK_THROWS_AS(write_recorded_arithmetic(full_record(), folder / "no_such" / "record.json"),
                  numerics::RecordError);
}

TEST_CASE("the model finds the blocks of a record that are not its own, and names them") {
  numerics::RecordedArithmetic record;
  const auto ex2 = static_cast<std::size_t>(MufuOp::kEx2F16);
  const auto tanh = static_cast<std::size_t>(MufuOp::kTanhBf16);
  record.mufu[ex2] = {numerics::model_mufu_digest(MufuOp::kEx2F16, 0)};
  record.mufu[tanh] = {numerics::model_mufu_digest(MufuOp::kTanhBf16, 0) + 1};
  record.mma[1] = {numerics::model_mma_digest(MmaFormat::kBf16, 0),
                   numerics::model_mma_digest(MmaFormat::kBf16, 0)};
  CHECK(check_against_model(record, 256, 1) ==
        std::vector<std::string>{
            "tanh.approx.bf16, block 0: the recorded outputs are not the model's",
            "mma bf16, block 1: the recorded outputs are not the model's"});
  record.mufu[tanh][0] -= 1;
  record.mma[1].pop_back();
  CHECK(check_against_model(record, 256, 1).empty());
}
