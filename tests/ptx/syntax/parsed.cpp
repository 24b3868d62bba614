// SPDX-License-Identifier: MIT
#include "tests/ptx/syntax/parsed.h"

namespace attnlab::ptx::test {
namespace {

std::string kernel_text(const std::string& body) {
  return kPreamble + ".visible .entry k(.param .u64 p)\n{\n" +
         ".reg .b32 %r<10>; .reg .b64 %rd<10>; .reg .f32 %f<10>; .reg .pred %p<4>;\n" + body +
         "\n}\n";
}

}  // namespace

Module module_of(const std::string& declarations) {
  return parse(kPreamble + declarations, "test.ptx");
}

Module kernel_of(const std::string& body, const std::string& rest) {
  return parse(kernel_text(body) + rest, "test.ptx");
}

const Instruction& first_instruction(const Module& module) {
  return module.find_function("k")->instructions.at(0);
}

const Operand& operand(const Module& module, std::size_t index) {
  return first_instruction(module).operands.at(index);
}

std::string refusal(const std::string& text) {
  try {
    parse(text, "test.ptx");
  } catch (const SyntaxError& error) {
    return error.what();
  }
  return "";
}

std::string module_refusal(const std::string& declarations) {
  return refusal(kPreamble + declarations);
}

std::string kernel_refusal(const std::string& body) {
  return refusal(kernel_text(body));
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace attnlab::ptx::test
