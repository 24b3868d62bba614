// SPDX-License-Identifier: MIT
// The rungs: each with its kernel, its model and its limits, and a sentence for every problem that
// one cannot do.
#include "kernels/registry.h"

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <set>

using namespace attnlab;
using namespace attnlab::kernels;
using problem::BadInput;

namespace {

template <typename Work>
std::string refusal(Work work) {
  try {
    work();
  } catch (const BadInput& error) {
    return error.what();
  }
  return "";
}

// The sentence with which the rung refuses the default problem with one change.
template <typename Change>
std::string unsupported(const std::string& rung, Change change) {
  Problem problem;
  change(problem);
  return refusal([&] { require_supported(find_rung(rung), problem); });
}

bool exists_in_source(const std::string& path) {
  return std::filesystem::exists(std::filesystem::path(ATTNLAB_SOURCE_DIR) / path);
}

// The two that most refusals are tried on.
const std::vector<std::string> kNames = {"standard/01_three_pass", "flash_fwd/01_tiled"};

}  // namespace

TEST_CASE("every rung has its own name, a kernel, and a model of the same name beside it") {
  std::set<std::string> names;
  for (const Rung& rung : rungs()) {
    names.insert(rung.name);
    CHECK_FALSE(rung.idea.empty());
    CHECK(rung.source_file() == "kernels/" + rung.name + ".cu");
    CHECK(exists_in_source(rung.source_file()));
    CHECK(exists_in_source("sim/model/" + rung.name + ".h"));
    CHECK(exists_in_source("sim/model/" + rung.name + ".cpp"));
    REQUIRE(rung.model != nullptr);
    CHECK(rung.model->name == rung.name);
    CHECK(&find_rung(rung.name) == &rung);
  }
  CHECK(names.size() == rungs().size());
}

TEST_CASE("an unknown rung is answered with the nearest") {
  const std::string sentence = refusal([] { find_rung("flash_fwd/01_tield"); });
  CHECK(
      sentence.starts_with("rung \"flash_fwd/01_tield\" is unknown; did you mean "
                           "\"flash_fwd/01_tiled\"? Known: standard/01_three_pass, "));
  for (const Rung& rung : rungs()) CHECK(sentence.find(rung.name) != std::string::npos);
  CHECK(refusal([] { find_rung(""); }).find("Known: ") != std::string::npos);
}

TEST_CASE("a launch has the shape that the model has, and the arguments of its problem") {
  Problem problem;
  problem.batch = 2;
  problem.heads = 6;
  problem.kv_heads = 3;
  problem.len_q = 100;
  problem.len_kv = 77;
  problem.head_dim = 64;
  problem.mask = problem::Mask::kCausal;
  const Rung& flash = find_rung("flash_fwd/01_tiled");
  const std::vector<KernelLaunch> launches = flash.launches(problem);
  REQUIRE(launches.size() == 1);
  CHECK(launches[0].shape.entry == "flash_fwd_tiled_q32_kernel");
  CHECK(launches[0].shape.grid == std::array<std::uint32_t, 3>{4, 6, 2});
  CHECK(launches[0].shape.threads_per_block == 128);
  CHECK(launches[0].shape.dynamic_shared_bytes == (32 * 64 + 32 * 129) * 4);
  const float scale_log2 = 0.125f * 1.4426950408889634f;  // a power of two: one rounding
  CHECK(launches[0].arguments == std::vector<Argument>{Tensor::kQ, Tensor::kK, Tensor::kV,
                                                       Tensor::kO, Tensor::kLse, 6, 3, 100, 77, 64,
                                                       1, 0, scale_log2});

  const Rung& standard = find_rung("standard/01_three_pass");
  const std::vector<KernelLaunch> passes = standard.launches(problem);
  REQUIRE(passes.size() == 3);
  CHECK(passes[0].shape.grid == std::array<std::uint32_t, 3>{3, 4, 12});
  CHECK(passes[1].shape.grid == std::array<std::uint32_t, 3>{300, 1, 1});
  CHECK(passes[2].shape.grid == std::array<std::uint32_t, 3>{4, 12, 1});
  CHECK(passes[0].arguments ==
        std::vector<Argument>{Tensor::kQ, Tensor::kK, Tensor::kS, 6, 3, 100, 77, 64, 1, 0, 0.125f});
  CHECK(passes[1].arguments ==
        std::vector<Argument>{Tensor::kS, Tensor::kP, Tensor::kLse, std::int64_t{1200}, 77});
  CHECK(passes[2].arguments ==
        std::vector<Argument>{Tensor::kP, Tensor::kV, Tensor::kO, 6, 3, 100, 77, 64, 1, 0});
}

TEST_CASE("the shared memory that flash attention's header quotes is what a launch asks for") {
  Problem problem;
  problem.head_dim = 256;
  CHECK(find_rung("flash_fwd/01_tiled").launches(problem)[0].shape.dynamic_shared_bytes == 98432);
}

TEST_CASE("what a rung cannot do is refused in a sentence with the option and the limit") {
  for (const std::string& rung : kNames) {
    CHECK(unsupported(rung, [](Problem&) {}).empty());
    CHECK(unsupported(rung, [](Problem& p) { p.heads = 0; }) ==
          "--heads is 0; it must be at least 1");
    CHECK(unsupported(rung, [](Problem& p) { p.splits = 2; }) ==
          "--splits has no meaning for " + rung);
    CHECK(unsupported(rung, [](Problem& p) { p.lengths = {5}; }) ==
          "--lengths has no meaning for " + rung);
    CHECK(unsupported(rung, [](Problem& p) { p.page_size = 16; }) ==
          "--page-size has no meaning for " + rung);
    CHECK(unsupported(rung, [](Problem& p) { p.shared_prefix = 16; }) ==
          "--shared-prefix has no meaning for " + rung);
    CHECK(unsupported(rung, [](Problem& p) { p.head_dim = 256; }).empty());
    CHECK(unsupported(rung, [](Problem& p) { p.head_dim = 257; }) ==
          "--head-dim 257 is too large for " + rung + "; its limit is 256");
    CHECK(unsupported(rung, [](Problem& p) { p.tile_kv = 32; }).empty());
    CHECK(unsupported(rung, [](Problem& p) { p.tile_kv = 64; }) ==
          "--tile-kv 64 is not a tile of " + rung + "; it has 32");
  }
  CHECK(unsupported(kNames[0], [](Problem& p) { p.dtype = problem::DataType::kBf16; }) ==
        "--dtype bf16 is not supported by standard/01_three_pass; it has f32");
  CHECK(unsupported(kNames[1], [](Problem& p) { p.dtype = problem::DataType::kBf16; }).empty());
  CHECK(unsupported(kNames[0], [](Problem& p) { p.tile_q = 64; }) ==
        "--tile-q 64 is not a tile of standard/01_three_pass; it has 32");
  CHECK(unsupported(kNames[1], [](Problem& p) { p.tile_q = 48; }) ==
        "--tile-q 48 is not a tile of flash_fwd/01_tiled; it has 32, 16, 64");
}

TEST_CASE("more rows than 32 bits count are refused") {
  const auto many_rows = [](Problem& p) {
    p.heads = p.kv_heads = 1 << 15;
    p.len_q = 1 << 16;
    p.len_kv = p.head_dim = 1;
  };
  for (const std::string& rung : kNames) {
    CHECK(unsupported(rung, many_rows) ==
          "--batch x --heads x --len-q is 2147483648 rows; the limit of " + rung +
              " is 2147483647");
  }
}

TEST_CASE("a grid that CUDA cannot launch is refused before any is launched") {
  const auto heads = [](int count) {
    return [count](Problem& p) {
      p.heads = p.kv_heads = count;
      p.len_q = p.len_kv = p.head_dim = 1;
    };
  };
  for (const std::string& rung : kNames) {
    CHECK(unsupported(rung, heads(65535)).empty());
    CHECK(unsupported(rung, heads(65536)).find("the limits are 2147483647 in all and 65535 in y") !=
          std::string::npos);
  }
  // 2^15 x 2^15 tiles of two heads are 2^31 blocks, one more than there may be.
  const std::string sentence = unsupported("standard/01_three_pass", [](Problem& p) {
    p.heads = 2;
    p.len_q = p.len_kv = 1 << 20;
    p.head_dim = 1;
  });
  CHECK(sentence.find("a grid of 32768 x 32768 x 2 blocks") != std::string::npos);
}

TEST_CASE("a run that needs more memory than there is is refused with both figures") {
  Problem problem;  // 128 x 128 x 64
  const Rung& flash = find_rung("flash_fwd/01_tiled");
  const std::int64_t needed = (4 * 128 * 64 + 128) * 4;  // Q, K, V, O and LSE
  CHECK_NOTHROW(require_memory(flash, problem, needed, "this machine"));
  CHECK(
      refusal([&] { require_memory(flash, problem, needed - 1, "this machine"); }) ==
      "flash_fwd/01_tiled needs 0.1 MiB for this problem (b1 h1 q128 kv128 d64 f32 normal seed 1) "
      "and this machine has 0.1 MiB: choose a smaller --batch, --heads, --len-q or --len-kv");
  problem.len_q = problem.len_kv = 65536;  // S and P of 16 GiB each
  const std::string sentence = refusal([&] {
    require_memory(find_rung("standard/01_three_pass"), problem, std::int64_t{4} << 30, "a GPU");
  });
  CHECK(sentence.find("needs 32.1 GiB") != std::string::npos);
  CHECK(sentence.find("a GPU has 4.0 GiB") != std::string::npos);
}

TEST_CASE("a block that needs more shared memory than the GPU gives is refused") {
  Problem problem;
  problem.head_dim = 256;
  problem.tile_q = 64;  // (64 * 256 + 32 * 513) * 4 = 131,200 bytes
  const Rung& flash = find_rung("flash_fwd/01_tiled");
  for (const char* gpu : {"a100", "h100", "h200"}) {
    CHECK_NOTHROW(require_block_fits(flash, problem, machine::gpu_spec(gpu)));
  }
  machine::GpuSpec small = machine::gpu_spec("a100");
  small.title = "A small GPU";
  small.max_shared_bytes_per_block = 131199;
  CHECK(refusal([&] { require_block_fits(flash, problem, small); }) ==
        "flash_fwd_tiled_q64_kernel needs 131200 bytes of shared memory a block; A small GPU gives "
        "at most 131199: choose a smaller --tile-q or --head-dim");
  small.max_shared_bytes_per_block = 131200;
  CHECK_NOTHROW(require_block_fits(flash, problem, small));
}
