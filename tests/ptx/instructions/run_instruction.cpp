// SPDX-License-Identifier: MIT
#include "tests/ptx/instructions/run_instruction.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "sim/ptx/emulator.h"
#include "sim/ptx/syntax/parse.h"

namespace attnlab::ptx::testing {
namespace {

constexpr std::string_view kSourceNames[] = {"%a", "%b", "%c", "%e"};
constexpr std::string_view kResultNames[] = {"%d", "%q"};

std::string load(std::string_view name, const std::string& type) {
  if (type == "pred") {
    return fmt::format("ld.global.b32 %i4, [%l3];\nsetp.ne.u32 {}, %i4, 0;\n", name);
  }
  return fmt::format("ld.global.{} {}, [%l3];\n", type, name);
}
std::string store(std::string_view name, const std::string& type) {
  if (type == "pred")
    return fmt::format("selp.b32 %i4, 1, 0, {};\nst.global.b32 [%l3], %i4;\n", name);
  return fmt::format("st.global.{} [%l3], {};\n", type, name);
}

constexpr std::string_view kToNextColumn = "add.s64 %l3, %l3, %l4;\n";

}  // namespace

std::string_view module_head() {
  return ".version 8.0\n.target sm_90a\n.address_size 64\n";
}

std::string instruction_kernel(const std::string& name, const std::string& text,
                               const std::vector<std::string>& results,
                               const std::vector<std::string>& sources) {
  std::string code = fmt::format(
      ".visible .entry {0}(.param .u64 {0}_in, .param .u64 {0}_out, .param .u32 {0}_rows)\n{{\n"
      ".reg .pred %g;\n.reg .b32 %i<5>;\n.reg .b64 %l<5>;\n",
      name);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    code += fmt::format(".reg .{} {};\n", sources[i], kSourceNames[i]);
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    code += fmt::format(".reg .{} {};\n", results[i], kResultNames[i]);
  }
  code += fmt::format(
      "ld.param.u64 %l0, [{0}_in];\nld.param.u64 %l1, [{0}_out];\nld.param.u32 %i3, [{0}_rows];\n"
      "mov.u32 %i0, %ctaid.x;\nmov.u32 %i1, %ntid.x;\nmov.u32 %i2, %tid.x;\n"
      "mad.lo.u32 %i0, %i0, %i1, %i2;\nsetp.ge.u32 %g, %i0, %i3;\n@%g ret;\n"
      "mul.wide.u32 %l2, %i0, 8;\nmul.wide.u32 %l4, %i3, 8;\nadd.s64 %l3, %l0, %l2;\n",
      name);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    code += load(kSourceNames[i], sources[i]);
    code += kToNextColumn;
  }
  code += text + "\nadd.s64 %l3, %l1, %l2;\n";
  for (std::size_t i = 0; i < results.size(); ++i) {
    code += store(kResultNames[i], results[i]);
    code += kToNextColumn;
  }
  return code + "ret;\n}\n";
}

std::vector<std::vector<std::uint64_t>> run_instructions(const std::string& text,
                                                         const std::vector<std::string>& results,
                                                         const std::vector<Column>& sources,
                                                         std::optional<numerics::Isa> isa) {
  const std::size_t rows = sources.at(0).values.size();
  std::vector<std::string> types;
  for (const Column& column : sources) types.push_back(column.type);
  const Module module =
      parse(std::string(module_head()) + instruction_kernel("k", text, results, types), "test.ptx");
  DeviceMemory memory;
  const Address in = memory.allocate("in", 8 * rows * sources.size(), 8);
  const Address out = memory.allocate("out", 8 * rows * results.size(), 8);
  std::byte* to = memory.bytes(in).data();
  for (const Column& column : sources) {
    std::memcpy(to, column.values.data(), 8 * rows);
    to += 8 * rows;
  }
  std::ranges::fill(memory.bytes(out), std::byte{0});
  BuildOptions options;
  options.isa = isa;
  const Program program = build(module, "k", memory, options);
  const ArgumentBytes arguments[] = {as_bytes(in), as_bytes(out),
                                     as_bytes(static_cast<std::uint32_t>(rows))};
  LaunchShape shape;
  shape.grid[0] = static_cast<std::uint32_t>((rows + 127) / 128);
  shape.block[0] = 128;
  launch(program, shape, pack_arguments(program, arguments), memory);
  std::vector<std::vector<std::uint64_t>> columns(results.size(), std::vector<std::uint64_t>(rows));
  for (std::size_t i = 0; i < results.size(); ++i) {
    std::memcpy(columns[i].data(), memory.bytes(out).data() + 8 * rows * i, 8 * rows);
  }
  return columns;
}

std::vector<std::uint64_t> run_instruction(const std::string& text, const std::string& result,
                                           const std::vector<Column>& sources,
                                           std::optional<numerics::Isa> isa) {
  return run_instructions(text, {result}, sources, isa).front();
}

std::vector<numerics::Isa> supported_isas() {
  std::vector<numerics::Isa> isas;
  for (const numerics::Isa isa :
       {numerics::Isa::kBaseline, numerics::Isa::kAvx2, numerics::Isa::kAvx512}) {
    if (numerics::supported(isa)) isas.push_back(isa);
  }
  return isas;
}

std::vector<std::uint64_t> operands(int bits, std::size_t count, std::uint64_t seed) {
  const std::uint64_t all = ~std::uint64_t{0} >> (64 - bits);
  std::vector<std::uint64_t> values = {0, 1, 2, 3, 7, 8, 15, 16, 31, 32, 33, 63, 64, 255, 256};
  for (int i = 0; i < bits; ++i) values.push_back(std::uint64_t{1} << i);
  // Zero, the least and largest of each class, one, infinity, NaN, of the formats of this width.
  if (bits == 16) {
    for (const std::uint64_t x :
         {0x3ffu, 0x400u, 0x3c00u, 0x7bffu, 0x7c00u, 0x7c01u, 0x7e00u, 0x7fu, 0x80u, 0x3f80u,
          0x7f7fu, 0x7f80u, 0x7f81u, 0x7fc0u, 0x7fffu}) {
      values.push_back(x);
    }
  } else if (bits == 32) {
    for (const std::uint64_t x : {0x7fffffu, 0x800000u, 0x3f800000u, 0x3f800001u, 0x3fffffffu,
                                  0x7f7fffffu, 0x7f800000u, 0x7f800001u, 0x7fc00000u, 0x4f000000u,
                                  0x4effffffu, 0x5f000000u, 0x477fe000u, 0x477ff000u}) {
      values.push_back(x);
    }
  } else {
    for (const std::uint64_t x :
         {0xfffffffffffffu, 0x3ff0000000000000u, 0x3ff0000000000001u, 0x7fefffffffffffffu,
          0x7ff0000000000000u, 0x7ff0000000000001u, 0x7ff8000000001234u, 0x41e0000000000000u,
          0x43e0000000000000u, 0x36a0000000000000u, 0x3810000000000000u, 0x380fffffffffffffu}) {
      values.push_back(x);
    }
  }
  for (std::size_t i = 0, plain = values.size(); i < plain; ++i) {
    values.push_back(~values[i] & all);                            // and -x - 1,
    values.push_back(values[i] ^ std::uint64_t{1} << (bits - 1));  // -x as a float
  }
  std::mt19937_64 random(seed);
  while (values.size() < count) values.push_back(random() & all);
  std::shuffle(values.begin(), values.end(), random);
  values.resize(count);
  return values;
}

}  // namespace attnlab::ptx::testing
