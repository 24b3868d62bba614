// SPDX-License-Identifier: MIT
#include "kernels/gpu/image.h"

#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "kernels/gpu/gpu_error.h"

using namespace attnlab;
using namespace attnlab::gpu;

namespace {

// What a build with both compilers makes of one kernel file, and a neighbour's.
const std::vector<embed::EmbeddedFile> kImages = {
    {"family/rung.nvcc.ptx", ""},           {"family/rung.nvcc.sm_80.cubin", ""},
    {"family/rung.nvcc.sm_90a.cubin", ""},  {"family/rung.clang.ptx", ""},
    {"family/rung.clang.sm_90a.cubin", ""}, {"family/rung2.nvcc.compute_90.ptx", ""},
    {"family/rung2.nvcc.ptx", ""},          {"family/alone.clang.ptx", ""}};

std::string chosen(ComputeCapability gpu, std::string_view name) {
  return std::string(choose_image(gpu, kImages, name).file->name);
}

}  // namespace

TEST_CASE("Hopper runs its own machine code, nvcc's first") {
  const ImageChoice choice = choose_image({9, 0}, kImages, "family/rung");
  CHECK(choice.file->name == "family/rung.nvcc.sm_90a.cubin");
  CHECK_FALSE(choice.jitted);
  CHECK(describe(choice) == "machine code by nvcc for 9.0");
}

TEST_CASE("every Ampere and Ada runs the machine code of 8.0") {
  CHECK(chosen({8, 0}, "family/rung") == "family/rung.nvcc.sm_80.cubin");
  CHECK(chosen({8, 6}, "family/rung") == "family/rung.nvcc.sm_80.cubin");
  CHECK(chosen({8, 9}, "family/rung") == "family/rung.nvcc.sm_80.cubin");
}

TEST_CASE("a newer GPU assembles PTX, the newest it can run, and its bits are not verified") {
  const ImageChoice choice = choose_image({10, 0}, kImages, "family/rung2");
  CHECK(choice.file->name == "family/rung2.nvcc.compute_90.ptx");
  CHECK(choice.jitted);
  CHECK(describe(choice) == "PTX by nvcc, assembled by the driver: bits not verified");
  CHECK(chosen({12, 0}, "family/rung") == "family/rung.nvcc.ptx");
  // Not PTX for a GPU newer than this one.
  CHECK(chosen({8, 6}, "family/rung2") == "family/rung2.nvcc.ptx");
}

TEST_CASE("machine code of 9.0 a is for 9.0 alone") {
  CHECK(choose_image({9, 1}, kImages, "family/rung").jitted);
}

TEST_CASE("one compiler's images can be asked for") {
  CHECK(choose_image({9, 0}, kImages, "family/rung", Compiler::kClang).file->name ==
        "family/rung.clang.sm_90a.cubin");
  CHECK(choose_image({8, 0}, kImages, "family/rung", Compiler::kClang).file->name ==
        "family/rung.clang.ptx");
  CHECK(choose_image({9, 0}, kImages, "family/alone").compiler == Compiler::kClang);
}

TEST_CASE("a GPU that nothing fits is refused with its compute capability") {
  CHECK_THROWS_AS(choose_image({7, 5}, kImages, "family/rung"), GpuError);
  try {
    choose_image({7, 5}, kImages, "family/rung");
  } catch (const GpuError& error) {
    CHECK(std::string(error.what()) ==
          "no image of family/rung runs on compute capability 7.5: 8.0 or newer is needed");
  }
  CHECK_THROWS_AS(choose_image({9, 0}, kImages, "family/none"), GpuError);
  CHECK_THROWS_AS(choose_image({9, 0}, kImages, "family/alone", Compiler::kNvcc), GpuError);
}
