// SPDX-License-Identifier: MIT
// How many blocks an SM holds, worked out by hand: by threads, by slots, by shared memory.
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "sim/machine/run.h"

using namespace attnlab::machine;

namespace {

Launch launch(int threads, std::int64_t shared_bytes) {
  return {"some_kernel", 1, threads, shared_bytes, {}};
}

std::string refusal(const GpuSpec& gpu, const Launch& refused) {
  try {
    resident_blocks_per_sm(gpu, refused);
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("slots limit small blocks") {
  CHECK(resident_blocks_per_sm(gpu_spec("h200"), launch(32, 0)) == 32);
  CHECK(resident_blocks_per_sm(gpu_spec("h200"), launch(64, 1024)) == 32);
}

TEST_CASE("threads limit large blocks, counted in whole warps") {
  const GpuSpec gpu = gpu_spec("h200");                      // 64 warps
  CHECK(resident_blocks_per_sm(gpu, launch(128, 0)) == 16);  // 64 / 4
  CHECK(resident_blocks_per_sm(gpu, launch(1024, 0)) == 2);  // 64 / 32
  CHECK(resident_blocks_per_sm(gpu, launch(96, 0)) == 21);   // 64 / 3
  CHECK(resident_blocks_per_sm(gpu, launch(97, 0)) == 16);   // 4 warps, not 3.03
  CHECK(resident_blocks_per_sm(gpu, launch(1, 0)) == 32);    // a warp each; slots limit
  CHECK(resident_blocks_per_sm(gpu, launch(2048, 0)) == 1);  // the SM's last thread
}

TEST_CASE("shared memory limits blocks, each with its reserve") {
  // H200: 233,472 bytes an SM, 1,024 of them reserved for each block.
  const GpuSpec hopper = gpu_spec("h200");
  CHECK(resident_blocks_per_sm(hopper, launch(128, 232448)) == 1);
  CHECK(resident_blocks_per_sm(hopper, launch(128, 115712)) == 2);  // 2 * 116,736 = 233,472
  CHECK(resident_blocks_per_sm(hopper, launch(128, 115713)) == 1);
  CHECK(resident_blocks_per_sm(hopper, launch(128, 98432)) == 2);  // 2 * 99,456 = 198,912
  CHECK(resident_blocks_per_sm(hopper, launch(128, 24704)) == 9);  // 9 * 25,728 = 231,552
  // A100: 167,936 bytes.
  const GpuSpec ampere = gpu_spec("a100");
  CHECK(resident_blocks_per_sm(ampere, launch(128, 98432)) == 1);
  CHECK(resident_blocks_per_sm(ampere, launch(128, 24704)) == 6);  // 6 * 25,728 = 154,368
}

TEST_CASE("where nothing is reserved, a block without shared memory is limited by the rest") {
  GpuSpec gpu = gpu_spec("a100");
  gpu.reserved_shared_bytes_per_block = 0;
  CHECK(resident_blocks_per_sm(gpu, launch(128, 0)) == 16);
}

TEST_CASE("a block that fits no SM is refused with what it needs and what there is") {
  CHECK(refusal(gpu_spec("a100"), launch(128, 166913)) ==
        "some_kernel needs 166913 bytes of shared memory a block; NVIDIA A100-SXM4-80GB gives a "
        "block at most 166912");
  CHECK(refusal(gpu_spec("a100"), launch(2049, 0)) ==
        "some_kernel has 2049 threads a block; an SM of NVIDIA A100-SXM4-80GB holds 2048");
  CHECK(refusal(gpu_spec("a100"), launch(2048, 166912)).empty());
}

TEST_CASE("a run refuses such a block before any block starts") {
  int programs = 0;
  Launch refused = launch(128, 166913);
  refused.program = [&](std::uint32_t) {
    ++programs;
    return BlockProgram();
  };
  CHECK_THROWS_AS(run(gpu_spec("a100"), {refused}, 0, nullptr), SpecError);
  CHECK(programs == 0);
}
