// SPDX-License-Identifier: MIT
#include "tests/ptx/launch/emulation.h"

#include "sim/ptx/syntax/parse.h"

namespace attnlab::ptx::test {
namespace {

constexpr const char* kHead = ".version 8.0\n.target sm_90a\n.address_size 64\n";

}  // namespace

Emulation::Emulation(const std::string& text, const BuildOptions& options)
    : module(parse(kHead + text, "test.ptx")), program(build(module, "k", memory, options)) {}

LaunchResult Emulation::run(const LaunchShape& shape, const std::vector<ArgumentBytes>& arguments,
                            const LaunchOptions& options) {
  return launch(program, shape, pack_arguments(program, arguments), memory, options);
}

KernelFault Emulation::fault(const LaunchShape& shape, const std::vector<ArgumentBytes>& arguments,
                             const LaunchOptions& options) {
  try {
    run(shape, arguments, options);
  } catch (const KernelFault& fault) {
    return fault;
  }
  throw std::runtime_error("the launch ended without a fault");
}

LaunchShape threads(std::uint32_t threads, std::uint32_t blocks) {
  LaunchShape shape;
  shape.grid[0] = blocks;
  shape.block[0] = threads;
  return shape;
}

LaunchOptions small_budget(std::int64_t instructions) {
  LaunchOptions options;
  options.budget_per_block = instructions;
  return options;
}

std::string thread_kernel(const std::string& body, const std::string& before) {
  return before + R"(
.visible .entry k(.param .u64 out) {
  .reg .pred %p<40>; .reg .b16 %h<40>; .reg .b32 %r<40>; .reg .b64 %d<40>;
  .reg .f32 %f<40>; .reg .f64 %g<40>;
  ld.param.u64 %d0, [out];
  mov.u32 %r0, %ctaid.x;
  mov.u32 %r1, %ntid.x;
  mov.u32 %r2, %tid.x;
  mad.lo.u32 %r0, %r0, %r1, %r2;
  mov.u32 %r3, %laneid;
  mov.u32 %r1, 0;
)" + body +
         R"(
STORE:
  mul.wide.u32 %d1, %r0, 4;
  add.u64 %d1, %d0, %d1;
  st.global.u32 [%d1], %r1;
  ret;
}
)";
}

std::vector<std::uint32_t> run_threads(const std::string& body, const LaunchShape& shape,
                                       const std::string& before, const LaunchOptions& options) {
  Emulation emulation(thread_kernel(body, before));
  const std::size_t count = std::size_t{shape.grid[0]} * shape.block[0];
  const Address out = emulation.buffer("out", std::vector<std::uint32_t>(count, 0xcbcbcbcbu));
  emulation.run(shape, {as_bytes(out)}, options);
  return emulation.values<std::uint32_t>(out);
}

KernelFault fault_of_threads(const std::string& body, const LaunchShape& shape,
                             const std::string& before, const LaunchOptions& options) {
  Emulation emulation(thread_kernel(body, before));
  const std::size_t count = std::size_t{shape.grid[0]} * shape.block[0];
  const Address out = emulation.buffer("out", std::vector<std::uint32_t>(count, 0xcbcbcbcbu));
  return emulation.fault(shape, {as_bytes(out)}, options);
}

bool says(const std::exception& report, const std::string& words) {
  return std::string(report.what()).find(words) != std::string::npos;
}

}  // namespace attnlab::ptx::test
