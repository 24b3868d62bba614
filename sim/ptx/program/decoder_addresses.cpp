// SPDX-License-Identifier: MIT
// Operands that name memory: addresses, variables, parameters of kernels, functions and calls.
#include <fmt/format.h>

#include <algorithm>

#include "sim/ptx/program/function_decoder.h"
#include "sim/ptx/program/row_names.h"
#include "sim/ptx/program/structural_ops.h"

namespace attnlab::ptx {
namespace {

constexpr std::uint64_t kMaxParameterBytes = 4096;    // of a function (PTX ISA, ".param")
constexpr std::uint64_t kMaxLocalBytes = 512 * 1024;  // of a thread (CUDA C++ programming guide)

std::uint64_t words_of(const Variable& parameter) {
  return (parameter.size_bytes + 3) / 4;
}

// Whether a call gives a list of .param variables the words that the callee has.
bool same_words(const std::vector<Variable>& formal, const std::vector<std::uint64_t>& given) {
  return std::equal(
      formal.begin(), formal.end(), given.begin(), given.end(),
      [](const Variable& variable, std::uint64_t words) { return words_of(variable) == words; });
}

}  // namespace

Row FunctionDecoder::local_address(std::uint64_t offset, ScalarType type) {
  if (function_.is_entry) return constant(offset, type);
  Op address;
  address.run = bytes_of(type) == 8 ? wide_local_address_op : narrow_local_address_op;
  address.wide = offset;
  address.d = temporary(type);
  emit(address);
  return address.d;
}

// The place of a local variable in its call's local memory.
std::uint32_t FunctionDecoder::local_offset(int index) {
  const auto place = local_offsets_.find(index);
  if (place != local_offsets_.end()) return place->second;
  const Variable& variable = function_.variables[static_cast<std::size_t>(index)];
  const std::uint64_t align = std::max(variable.align_bytes, 1u);
  const std::uint64_t base = (into_.local_bytes + align - 1) / align * align;
  const std::uint64_t end = (base + variable.size_bytes + 15) / 16 * 16;
  if (end > kMaxLocalBytes) {
    fail(fmt::format("`{}` ends at byte {} of local memory; a thread has at most {}", variable.name,
                     end, kMaxLocalBytes));
  }
  into_.local_bytes = static_cast<std::uint32_t>(end);
  return local_offsets_[index] = static_cast<std::uint32_t>(base);
}

std::uint32_t FunctionDecoder::kernel_parameter_offset(int variable) const {
  const auto parameter = static_cast<std::size_t>(variable) - function_.results.size();
  return context_.kernel_parameter_offset(static_cast<int>(parameter));
}

Row FunctionDecoder::symbol_value(const Operand& operand, ScalarType type) {
  const auto offset = static_cast<std::uint64_t>(operand.offset);
  const int index = operand.symbol.index;
  if (operand.symbol.kind == SymbolKind::kFunction) {
    context_.function(index);
    return constant(kCodeWindow + 16 * static_cast<std::uint64_t>(index), type);
  }
  const bool of_module = operand.symbol.kind == SymbolKind::kModuleVariable;
  const Variable& variable = (of_module ? context_.module().variables
                                        : function_.variables)[static_cast<std::size_t>(index)];
  if (of_module || variable.space == StateSpace::kShared) {
    const Address address = of_module ? context_.module_variable(index)
                                      : context_.shared_variable_of(function_index_, index);
    const bool dynamic = variable.space == StateSpace::kShared && variable.unsized;
    return dynamic ? constant_row({kNoRow, bytes_of(type) == 8, offset, true})
                   : constant(address + offset, type);
  }
  if (variable.space == StateSpace::kLocal) {
    return local_address(local_offset(index) + offset, type);
  }
  const int results = static_cast<int>(function_.results.size());
  const int parameter = index - results;
  if (function_.is_entry && parameter >= 0 &&
      parameter < static_cast<int>(function_.parameters.size())) {
    return constant(kernel_parameter_offset(index) + offset, type);
  }
  fail(fmt::format("the emulator cannot take the address of the parameter `{}` of a function",
                   variable.name));
}

AddressOperand FunctionDecoder::address(int index) {
  const Operand& in = operand(index);
  if (in.kind != OperandKind::kAddress || !in.elements.empty()) {
    fail(fmt::format("`{}` is no plain address", in.name));
  }
  const auto offset = static_cast<std::uint64_t>(in.offset);
  if (in.base == OperandKind::kImmediate) {
    return {constant(in.bits + offset, ScalarType::kU64), true, 0};
  }
  if (in.base == OperandKind::kSymbol) return {symbol_value(in, ScalarType::kU64), true, 0};
  const Register& reg = register_at(in.index);
  const int bytes = bytes_of(reg.type);
  if (bytes != 4 && bytes != 8) {
    fail(fmt::format("{} is a .{} register and cannot hold an address", reg.name,
                     name_of(reg.type)));
  }
  return {read(in.index), bytes == 8, offset};
}

Row FunctionDecoder::parameter_words(int variable, std::uint32_t& words) {
  const auto found = parameter_words_.find(variable);
  if (found != parameter_words_.end()) {
    words = found->second.second;
    return found->second.first;
  }
  const Variable& declared = function_.variables[static_cast<std::size_t>(variable)];
  if (declared.size_bytes > kMaxParameterBytes) {
    fail(fmt::format("the parameter `{}` has {} bytes; the limit is {}", declared.name,
                     declared.size_bytes, kMaxParameterBytes));
  }
  words = static_cast<std::uint32_t>(words_of(declared));
  require_frame(std::uint64_t{kRowBytes} * (std::uint64_t{parameter_word_count_} + words));
  const Row first = parameter_name(static_cast<int>(parameter_word_count_));
  parameter_word_count_ += words;
  parameter_words_[variable] = {first, words};
  return first;
}

ParameterOperand FunctionDecoder::parameter(int index) {
  const Operand& in = operand(index);
  if (in.kind != OperandKind::kAddress || in.base != OperandKind::kSymbol ||
      in.symbol.kind != SymbolKind::kFunctionVariable) {
    return {};
  }
  const Variable& variable = function_.variables[static_cast<std::size_t>(in.symbol.index)];
  if (variable.space != StateSpace::kParam) return {};
  const bool is_formal =
      in.symbol.index < static_cast<int>(function_.results.size() + function_.parameters.size());
  if (function_.is_entry && is_formal) {
    return {nullptr, 0,
            kernel_parameter_offset(in.symbol.index) + static_cast<std::uint32_t>(in.offset), true};
  }
  ParameterOperand operand_words;
  const Row first = parameter_words(in.symbol.index, operand_words.word_count);
  if (in.offset < 0 || static_cast<std::uint64_t>(in.offset) >= variable.size_bytes) {
    fail(fmt::format("`{}` is outside of the parameter's {} bytes", in.name, variable.size_bytes));
  }
  std::vector<Row> rows;
  for (std::uint32_t w = 0; w < operand_words.word_count; ++w) rows.push_back(first + w);
  operand_words.words = keep(std::move(rows));
  operand_words.byte = static_cast<std::uint32_t>(in.offset);
  return operand_words;
}

std::vector<std::uint64_t> FunctionDecoder::append_words(const std::vector<Operand>& variables,
                                                         std::vector<Row>& rows) {
  std::vector<std::uint64_t> counts;
  for (const Operand& one : variables) {
    const bool is_variable =
        one.kind == OperandKind::kSymbol && one.symbol.kind == SymbolKind::kFunctionVariable;
    if (!is_variable || function_.variables[static_cast<std::size_t>(one.symbol.index)].space !=
                            StateSpace::kParam) {
      fail(fmt::format("`{}` is no .param variable", one.name));
    }
    std::uint32_t words = 0;
    const Row first = parameter_words(one.symbol.index, words);
    for (std::uint32_t w = 0; w < words; ++w) rows.push_back(first + w);
    counts.push_back(words);
  }
  return counts;
}

CallOperands FunctionDecoder::call_operands() {
  const Call& call = function_.calls[static_cast<std::size_t>(instruction().call)];
  CallOperands operands;
  std::vector<Row> rows;
  const std::vector<std::uint64_t> arguments = append_words(call.arguments, rows);
  operands.argument_rows = static_cast<std::uint32_t>(rows.size());
  const std::vector<std::uint64_t> results = append_words(call.results, rows);
  operands.row_count = static_cast<std::uint32_t>(rows.size());
  operands.rows = keep(std::move(rows));
  if (call.callee.kind != OperandKind::kSymbol) {
    operands.address = read_operand(call.callee, ScalarType::kU64, false);
    into_.makes_calls = true;
    return operands;
  }
  operands.runtime = context_.runtime_function(call.callee.symbol.index);
  if (operands.runtime != RuntimeFunction::kNone) return operands;
  const Function& callee =
      context_.module().functions[static_cast<std::size_t>(call.callee.symbol.index)];
  if (!same_words(callee.parameters, arguments) || !same_words(callee.results, results)) {
    fail(fmt::format("calls {} with parameters of another shape", callee.name));
  }
  operands.callee = &context_.function(call.callee.symbol.index);
  into_.makes_calls = true;
  return operands;
}

}  // namespace attnlab::ptx
