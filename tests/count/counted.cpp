// SPDX-License-Identifier: MIT
#include "tests/count/counted.h"

#include <stdexcept>

namespace attnlab::ptx::test {

std::string counted_kernel(const std::string& body) {
  return R"(
.visible .entry k(.param .u64 data) {
  .reg .pred %p<40>; .reg .b16 %h<40>; .reg .b32 %r<40>; .reg .b64 %d<40>;
  .reg .f32 %f<40>; .reg .f64 %g<40>; .shared .align 16 .b8 s[16384];
  ld.param.u64 %d0, [data];
  mov.u32 %r1, %tid.x;
  mov.u32 %r2, %tid.y;
  mov.u32 %r4, %ntid.x;
  mad.lo.u32 %r0, %r2, %r4, %r1;
)" + body +
         "\n}\n";
}

Counted count(const std::string& body, const LaunchShape& shape) {
  BuildOptions build;
  build.observe = Counter::kNeeds;
  Emulation emulation(counted_kernel(body), build);
  const Address data = emulation.buffer("data", std::vector<std::uint32_t>(1u << 18));
  if (data % 1024 != 0) throw std::runtime_error("the data begin at an odd place");
  Counter counter(emulation.program, shape);
  LaunchOptions options;
  options.observer = &counter;
  emulation.run(shape, {as_bytes(data)}, options);
  return {counter.total(), counter.lines(), counter.blocks(), counter.warps()};
}

std::uint64_t load_sectors(const std::string& address, const std::string& load) {
  return count(address + " cvt.u64.u32 %d1, %r3; add.u64 %d1, %d0, %d1; " + load + " ret;",
               threads(32))[Metric::kGlobalLoadSectors];
}

std::uint64_t shared_wavefronts(const std::string& address, const std::string& access,
                                const LaunchShape& shape) {
  const Counted counted =
      count(address + " mov.u32 %r5, s; add.u32 %r3, %r3, %r5; " + access + " ret;", shape);
  return counted[Metric::kSharedLoadWavefronts] + counted[Metric::kSharedStoreWavefronts];
}

}  // namespace attnlab::ptx::test
