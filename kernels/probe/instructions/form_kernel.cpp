// SPDX-License-Identifier: MIT
#include "kernels/probe/instructions/form_kernel.h"

#include <fmt/format.h>

namespace attnlab::probe {
namespace {

int result_bits(Result result) {
  return result == Result::kPredicate ? 1
         : result == Result::k16      ? 16
         : result == Result::k32      ? 32
                                      : 64;
}

std::string declarations(const Form& form) {
  std::string text =
      "  .reg .pred %p<4>;\n  .reg .b16 %h<4>;\n  .reg .b32 %t<4>, %thread;\n"
      "  .reg .b64 %u<4>, %in, %out, %offset, %cell;\n"
      "  .shared .align 8 .b64 cells[256];\n";
  const auto declare = [&](char letter, std::size_t index, int bits) {
    text += bits == 1 ? fmt::format("  .reg .pred %{}{};\n", letter, index)
                      : fmt::format("  .reg .b{} %{}{};\n", bits, letter, index);
  };
  for (std::size_t i = 0; i < form.operands.size(); ++i) {
    declare('s', i, register_bits(form.operands[i]));
  }
  for (std::size_t i = 0; i < form.results.size(); ++i) {
    declare('d', i, result_bits(form.results[i]));
  }
  return text;
}

std::string addresses(const std::string& name) {
  return fmt::format(R"(
  ld.param.u64 %in, [{0}_operands];
  ld.param.u64 %out, [{0}_results];
  cvta.to.global.u64 %in, %in;
  cvta.to.global.u64 %out, %out;
  mov.u32 %thread, %tid.x;
  mov.u64 %cell, cells;
  mul.wide.u32 %offset, %thread, 8;
  add.u64 %cell, %cell, %offset;
  mov.u32 %t1, %ctaid.x;
  mov.u32 %t2, %ntid.x;
  mad.lo.u32 %thread, %t1, %t2, %thread;
  mul.wide.u32 %offset, %thread, 8;
  add.u64 %in, %in, %offset;
  add.u64 %out, %out, %offset;
)",
                     name);
}

std::string loads(const Form& form, std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < form.operands.size(); ++i) {
    const int bits = register_bits(form.operands[i]);
    if (bits == 1) {
      text += fmt::format("  ld.global.b32 %t0, [%in+{}];\n  setp.ne.u32 %s{}, %t0, 0;\n",
                          i * bytes, i);
    } else {
      text += fmt::format("  ld.global.b{} %s{}, [%in+{}];\n", bits, i, i * bytes);
    }
  }
  return text;
}

std::string stores(const Form& form, std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < form.results.size() - form.in_memory; ++i) {
    const int bits = result_bits(form.results[i]);
    if (bits == 1) {
      text += fmt::format("  selp.b32 %t0, 1, 0, %d{};\n  st.global.b32 [%out+{}], %t0;\n", i,
                          i * bytes);
    } else {
      text += fmt::format("  st.global.b{} [%out+{}], %d{};\n", bits, i * bytes, i);
    }
  }
  return text;
}

// The body with COUNT_BYTES, the distance of results, filled in.
std::string body_of(const Form& form, std::size_t bytes) {
  static constexpr std::string_view kPlace = "COUNT_BYTES";
  std::string body = form.body;
  for (std::size_t at = body.find(kPlace); at != std::string::npos; at = body.find(kPlace)) {
    body.replace(at, kPlace.size(), std::to_string(bytes));
  }
  return "  " + body + "\n";
}

}  // namespace

std::string module_header(int architecture) {
  return fmt::format(".version 8.4\n.target sm_{}\n.address_size 64\n", architecture);
}

std::string form_kernel(const Form& form, const std::string& name) {
  const std::size_t bytes = 8 * tuple_count(form.operands);
  std::string text = fmt::format("\n// {}\n.visible .entry {}(\n", form.name, name);
  text += fmt::format("  .param .u64 {0}_operands,\n  .param .u64 {0}_results\n)\n{{\n", name);
  return text + declarations(form) + addresses(name) + loads(form, bytes) + body_of(form, bytes) +
         stores(form, bytes) + "  ret;\n}\n";
}

std::string entry_name(std::size_t index) {
  return fmt::format("form_{}", index);
}

std::string form_module(std::span<const Form> forms) {
  std::string text = module_header(forms.empty() ? 80 : forms.front().architecture);
  for (std::size_t i = 0; i < forms.size(); ++i) text += form_kernel(forms[i], entry_name(i));
  return text;
}

}  // namespace attnlab::probe
