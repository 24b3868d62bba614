// SPDX-License-Identifier: MIT
// The observer of traffic counts bytes by tensor, requested and behind a cache, launch by launch.
#include "kernels/traffic_observer.h"

#include <catch2/catch_test_macros.hpp>

#include "sim/ptx/syntax/parse.h"

using namespace attnlab;
using namespace attnlab::kernels;
using machine::Traffic;

namespace {

// out[t] = in[t / 2] through shared memory; 32 threads.
constexpr const char* kKernel = R"(
.version 8.0
.target sm_80
.address_size 64
.visible .entry halves(.param .u64 in, .param .u64 out)
{
  .reg .b32 %r<8>;
  .reg .b64 %rd<8>;
  .shared .align 4 .b8 tile[128];
  ld.param.u64 %rd1, [in];
  ld.param.u64 %rd2, [out];
  mov.u32 %r1, %tid.x;
  shr.u32 %r2, %r1, 1;
  mul.wide.u32 %rd3, %r2, 4;
  add.s64 %rd4, %rd1, %rd3;
  ld.global.b32 %r3, [%rd4];
  shl.b32 %r4, %r1, 2;
  mov.u32 %r5, tile;
  add.s32 %r6, %r5, %r4;
  st.shared.b32 [%r6], %r3;
  ld.shared.b32 %r7, [%r6];
  mul.wide.u32 %rd5, %r1, 4;
  add.s64 %rd6, %rd2, %rd5;
  st.global.b32 [%rd6], %r7;
  ret;
}
)";

}  // namespace

TEST_CASE("requested bytes are the lanes', device bytes are sectors, each once a launch") {
  const ptx::Module module = ptx::parse(kKernel, "halves");
  ptx::DeviceMemory memory;
  const ptx::Address in = memory.allocate("in", 128);
  const ptx::Address out = memory.allocate("out", 128);
  ptx::BuildOptions build_options;
  build_options.observe = TrafficObserver::kNeeds;
  const ptx::Program program = ptx::build(module, "halves", memory, build_options);
  TrafficObserver observer(memory, {in, out});
  ptx::LaunchOptions options;
  options.observer = &observer;
  ptx::LaunchShape shape;
  shape.grid = {3, 1, 1};  // three blocks that all do the same
  const std::vector<std::byte> arguments =
      ptx::pack_arguments(program, std::vector{ptx::as_bytes(in), ptx::as_bytes(out)});
  for (std::uint64_t launches = 1; launches <= 2; ++launches) {
    observer.begin_launch();
    ptx::launch(program, shape, arguments, memory, options);
    const machine::Counters& traffic = observer.traffic();
    const std::uint64_t blocks = 3 * launches;
    CHECK(traffic.blocks == blocks);
    CHECK(traffic.shared == Traffic{blocks * 128, blocks * 128});
    CHECK(traffic.global == Traffic{blocks * 128, blocks * 128});
    CHECK(traffic.global_by_tensor[0] == Traffic{blocks * 128, 0});
    CHECK(traffic.global_by_tensor[1] == Traffic{0, blocks * 128});
    // 16 floats are read: two sectors; 32 are written: four.
    CHECK(traffic.device_by_tensor[0] == Traffic{launches * 64, 0});
    CHECK(traffic.device_by_tensor[1] == Traffic{0, launches * 128});
    CHECK(traffic.device == Traffic{launches * 64, launches * 128});
  }
}
