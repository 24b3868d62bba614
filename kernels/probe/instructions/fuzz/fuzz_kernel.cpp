// SPDX-License-Identifier: MIT
#include "kernels/probe/instructions/fuzz/fuzz_kernel.h"

#include <fmt/format.h>

#include "kernels/probe/instructions/fuzz/statement_writer.h"

namespace attnlab::probe {
namespace {

// What the seed of a kernel is used for.
enum Stream : std::uint64_t { kShape = 1, kInputs = 2, kCode = 3 };
Random stream(std::uint64_t seed, Stream purpose) {
  return Random(seed * 4 + purpose);
}

constexpr const char* kDeclarations = R"(
  .reg .pred %p<4>, %q<6>;
  .reg .b16 %h<2>;
  .reg .b32 %r<6>, %x<3>, %t<4>, %c<4>, %thread, %shared, %mine, %next;
  .reg .f32 %f<10>;
  .reg .b64 %l<3>, %w<4>, %in, %out, %array;
  .reg .f64 %d<3>, %e<2>;
  .shared .align 4 .b8 exchange[512];
  .local .align 8 .b8 words[32];
)";

// Every variable gets a value made of this thread's eight words.
constexpr const char* kPrologue = R"(  cvta.to.global.u64 %in, %in;
  cvta.to.global.u64 %out, %out;
  mov.u32 %thread, %tid.x;
  mov.u32 %shared, exchange;
  shl.b32 %t0, %thread, 2;
  add.s32 %mine, %shared, %t0;
  add.s32 %t1, %thread, 32;
  mov.u32 %t2, %ntid.x;
  rem.u32 %t1, %t1, %t2;
  shl.b32 %t1, %t1, 2;
  add.s32 %next, %shared, %t1;
  mul.wide.u32 %w0, %thread, 4;
  add.s64 %out, %out, %w0;
  mul.wide.u32 %w0, %thread, 32;
  add.s64 %in, %in, %w0;
  ld.global.v4.b32 {%r0, %r1, %r2, %r3}, [%in];
  ld.global.v2.b32 {%r4, %r5}, [%in+16];
  ld.global.v2.f32 {%f0, %f1}, [%in+24];
  cvt.rn.f32.s32 %f2, %r0;
  mul.rn.f32 %f3, %f0, %f1;
  mov.b32 %f4, %r2;
  mov.b64 %l0, {%r0, %r1};
  mov.b64 %l1, {%r2, %r3};
  cvt.s64.s32 %l2, %r4;
  cvt.f64.f32 %d0, %f0;
  cvt.rn.f64.s32 %d1, %r5;
  cvt.f64.f32 %d2, %f1;
  mov.b32 %x0, %r3;
  cvt.rn.f16x2.f32 %x1, %f0, %f1;
  cvt.rn.f16x2.f32 %x2, %f2, %f0;
  setp.lt.s32 %p0, %r0, %r1;
  setp.lt.f32 %p1, %f0, %f1;
  setp.lt.u32 %p2, %r2, %r3;
  setp.lt.u32 %p3, %thread, 40;
  mov.u64 %array, words;
  st.local.b32 [%array], %r0;
  st.local.b32 [%array+4], %r1;
  st.local.b32 [%array+8], %r2;
  st.local.b32 [%array+12], %f0;
  st.local.b32 [%array+16], %r4;
  st.local.b32 [%array+20], %r5;
  st.local.b32 [%array+24], %f1;
  st.local.b32 [%array+28], %thread;
)";

// Every variable is a result.
std::string epilogue(std::uint32_t threads) {
  std::string text;
  std::size_t word = 0;
  const auto store = [&](const std::string& name) {
    text += fmt::format("  st.global.b32 [%out+{}], {};\n", 4 * threads * word++, name);
  };
  const auto store_wide = [&](const std::string& name) {
    text += fmt::format("  mov.b64 {{%t0, %t1}}, {};\n", name);
    store("%t0");
    store("%t1");
  };
  for (int i = 0; i < 6; ++i) store(fmt::format("%r{}", i));
  for (int i = 0; i < 5; ++i) store(fmt::format("%f{}", i));
  for (int i = 0; i < 3; ++i) store(fmt::format("%x{}", i));
  for (int i = 0; i < 3; ++i) store_wide(fmt::format("%l{}", i));
  for (int i = 0; i < 3; ++i) {
    text += fmt::format(
        "  setp.nan.f64 %q4, %d{0}, %d{0};\n"
        "  selp.f64 %e0, 0d7FF8000000000000, %d{0}, %q4;\n",
        i);
    store_wide("%e0");
  }
  text += "  selp.b32 %t2, 1, 0, %p0;\n";
  for (int i = 1; i < 4; ++i) {
    text += fmt::format("  selp.b32 %t3, {}, 0, %p{};\n  or.b32 %t2, %t2, %t3;\n", 1 << i, i);
  }
  store("%t2");
  return text;
}

std::uint32_t float_input(Random& random) {
  const std::uint32_t any = static_cast<std::uint32_t>(random.bits() >> 32);
  if (random.one_in(8)) return any;
  // Near 1, so that not everything overflows.
  return (any & 0x807fffffu) | (static_cast<std::uint32_t>(random.between(117, 140)) << 23);
}
std::uint32_t integer_input(Random& random) {
  const std::uint32_t any = static_cast<std::uint32_t>(random.bits() >> 32);
  return random.one_in(2) ? any : any >> random.below(32);
}

}  // namespace

std::uint32_t fuzz_threads(std::uint64_t seed) {
  return 64 + 32 * stream(seed, kShape).below(3);
}

std::vector<std::uint32_t> fuzz_inputs(std::uint64_t seed) {
  Random random = stream(seed, kInputs);
  std::vector<std::uint32_t> words(kMostFuzzThreads * kFuzzInputs);
  for (std::size_t i = 0; i < words.size(); ++i) {
    words[i] = i % kFuzzInputs < 6 ? integer_input(random) : float_input(random);
  }
  return words;
}

std::string fuzz_kernel(std::uint64_t seed, const std::string& name) {
  std::string text = fmt::format(
      "\n// seed {0}\n.visible .entry {1}(\n  .param .u64 {1}_inputs,\n  .param .u64 {1}_results\n"
      ")\n{{",
      seed, name);
  text += kDeclarations;
  text +=
      fmt::format("  ld.param.u64 %in, [{0}_inputs];\n  ld.param.u64 %out, [{0}_results];\n", name);
  text += kPrologue;
  text += StatementWriter(stream(seed, kCode)).write();
  return text + epilogue(fuzz_threads(seed)) + "  ret;\n}\n";
}

}  // namespace attnlab::probe
