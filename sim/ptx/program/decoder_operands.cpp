// SPDX-License-Identifier: MIT
// Operands: registers, constants, addresses and parameters as rows.
//
// While a function is decoded, a Row is a name: its two top bits say what of, the others which.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "sim/ptx/program/function_decoder.h"
#include "sim/ptx/program/row_names.h"
#include "sim/ptx/program/special_registers.h"
#include "sim/ptx/program/structural_ops.h"

namespace attnlab::ptx {
namespace {

float f32_of(const Operand& operand) {
  if (operand.immediate == ImmediateKind::kF32) {
    const auto bits = static_cast<std::uint32_t>(operand.bits);
    return numerics::float_of_bits(bits);
  }
  double value = 0;
  std::memcpy(&value, &operand.bits, sizeof(value));
  return static_cast<float>(value);
}

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

double f64_of(const Operand& operand) {
  if (operand.immediate == ImmediateKind::kF32) return static_cast<double>(f32_of(operand));
  double value = 0;
  std::memcpy(&value, &operand.bits, sizeof(value));
  return value;
}

}  // namespace

const Instruction& FunctionDecoder::instruction() const {
  return function_.instructions[static_cast<std::size_t>(current_)];
}

bool FunctionDecoder::take(std::string_view modifier) {
  const auto& modifiers = instruction().modifiers;
  if (next_modifier_ >= modifiers.size() || modifiers[next_modifier_] != modifier) return false;
  ++next_modifier_;
  return true;
}

int FunctionDecoder::take_any(std::initializer_list<std::string_view> names) {
  int index = 0;
  for (std::string_view name : names) {
    if (take(name)) return index;
    ++index;
  }
  return -1;
}

ScalarType FunctionDecoder::peek_type() const {
  const auto& modifiers = instruction().modifiers;
  return next_modifier_ < modifiers.size() ? scalar_type_named(modifiers[next_modifier_])
                                           : ScalarType::kNone;
}

ScalarType FunctionDecoder::take_type() {
  const ScalarType type = peek_type();
  if (type == ScalarType::kNone) {
    const auto& modifiers = instruction().modifiers;
    fail(next_modifier_ < modifiers.size()
             ? fmt::format("the emulator does not have .{} here", modifiers[next_modifier_])
             : std::string("a type is missing"));
  }
  ++next_modifier_;
  return type;
}

void FunctionDecoder::end_of_modifiers() {
  const auto& modifiers = instruction().modifiers;
  if (next_modifier_ < modifiers.size()) {
    fail(fmt::format("the emulator does not have .{} here", modifiers[next_modifier_]));
  }
}

int FunctionDecoder::operand_count() const {
  return static_cast<int>(instruction().operands.size());
}

void FunctionDecoder::expect_operands(int count) {
  if (operand_count() != count) {
    fail(fmt::format("takes {} operands, not {}", count, operand_count()));
  }
}

const Operand& FunctionDecoder::operand(int index) const {
  if (index < 0 || index >= operand_count()) {
    fail(fmt::format("has {} operands; one more is needed", operand_count()));
  }
  return instruction().operands[static_cast<std::size_t>(index)];
}

const Register& FunctionDecoder::register_at(int reg) const {
  return function_.registers[static_cast<std::size_t>(reg)];
}

Row FunctionDecoder::read(int reg) {
  uses_[static_cast<std::size_t>(current_)].reads.push_back(reg);
  return register_name(reg);
}

Row FunctionDecoder::written(int reg) {
  uses_[static_cast<std::size_t>(current_)].writes.push_back(reg);
  return register_name(reg);
}

int FunctionDecoder::new_register(bool wide) {
  wide_.push_back(wide);
  return static_cast<int>(wide_.size()) - 1;
}

Row FunctionDecoder::temporary(ScalarType type) {
  const int reg = new_register(bytes_of(type) == 8);
  uses_[static_cast<std::size_t>(current_)].temporaries.push_back(reg);
  return register_name(reg);
}

Row FunctionDecoder::carry() {
  if (carry_ < 0) carry_ = new_register(false);
  RegisterUse& use = uses_[static_cast<std::size_t>(current_)];
  use.reads.push_back(carry_);  // an instruction without .cc keeps it
  use.writes.push_back(carry_);
  use.entangled = true;
  return register_name(carry_);
}

Row FunctionDecoder::constant_row(const ConstantRow& value) {
  const auto [found, fresh] =
      constants_.try_emplace({value.bits, value.wide, value.dynamic_shared},
                             constant_name(static_cast<int>(constants_.size())));
  if (fresh) into_.constants.push_back(value);
  return found->second;
}

Row FunctionDecoder::constant(std::uint64_t bits, ScalarType type) {
  const int bytes = bytes_of(type);
  if (bytes > 0 && bytes < 8) bits &= (std::uint64_t{1} << (8 * bytes)) - 1;
  if (type == ScalarType::kPred) bits = bits != 0 ? 0xffffffffu : 0;
  return constant_row({kNoRow, bytes == 8, bits, false});
}

std::uint64_t FunctionDecoder::immediate_bits(const Operand& operand, ScalarType type) const {
  if (operand.immediate == ImmediateKind::kInteger) return operand.bits;
  switch (bytes_of(type)) {
    case 8: {
      const double value = f64_of(operand);
      std::uint64_t bits = 0;
      std::memcpy(&bits, &value, sizeof(bits));
      return bits;
    }
    case 4:
      return numerics::bits_of(f32_of(operand));
    default:
      fail(fmt::format("`{}` is no constant of type .{}", operand.name, name_of(type)));
  }
}

Row FunctionDecoder::read_operand(const Operand& operand, ScalarType type, bool any_width) {
  switch (operand.kind) {
    case OperandKind::kRegister: {
      const Register& reg = register_at(operand.index);
      const int bytes = bytes_of(reg.type);
      if (reg.type == ScalarType::kPred ||
          (any_width ? bytes < bytes_of(type)
                     : std::max(bytes, 2) != std::max(bytes_of(type), 2))) {
        fail(fmt::format("{} is a .{} register; .{} is needed", operand.name, name_of(reg.type),
                         name_of(type)));
      }
      return read(operand.index);
    }
    case OperandKind::kImmediate:
      return constant(immediate_bits(operand, type), type);
    case OperandKind::kSymbol:
      return symbol_value(operand, type);
    case OperandKind::kSpecialRegister:
      return special_value(operand, type);
    default:
      fail(fmt::format("`{}` cannot be an operand here", operand.name));
  }
}

Row FunctionDecoder::write_operand(const Operand& operand, ScalarType type, bool any_width) {
  if (operand.kind == OperandKind::kDiscard) return temporary(type);
  if (operand.kind != OperandKind::kRegister) {
    fail(fmt::format("`{}` is no register that could be written", operand.name));
  }
  read_operand(operand, type, any_width);  // the same rules of width
  uses_[static_cast<std::size_t>(current_)].reads.pop_back();
  return written(operand.index);
}

Row FunctionDecoder::destination(int index, ScalarType type) {
  return write_operand(operand(index), type, false);
}
Row FunctionDecoder::source(int index, ScalarType type) {
  return read_operand(operand(index), type, false);
}
Row FunctionDecoder::destination_at_least(int index, ScalarType type) {
  return write_operand(operand(index), type, true);
}
Row FunctionDecoder::source_at_least(int index, ScalarType type) {
  return read_operand(operand(index), type, true);
}

int FunctionDecoder::register_bytes(int index, ScalarType type) const {
  const Operand* one = &operand(index);
  if (one->kind == OperandKind::kVector && !one->elements.empty()) one = &one->elements.front();
  if (one->kind != OperandKind::kRegister) return std::max(bytes_of(type), 2);
  return std::max(bytes_of(register_at(one->index).type), 2);
}

Row FunctionDecoder::predicate_source(int index) {
  const Operand& in = operand(index);
  if (in.kind == OperandKind::kImmediate) return constant(in.bits != 0 ? 1 : 0, ScalarType::kPred);
  if (in.kind != OperandKind::kRegister || register_at(in.index).type != ScalarType::kPred) {
    fail(fmt::format("`{}` is no predicate", in.name));
  }
  const Row predicate = read(in.index);
  if (!in.negated) return predicate;
  Op negate;
  negate.run = not_predicate_op;
  negate.a = predicate;
  negate.d = temporary(ScalarType::kPred);
  emit(negate);
  return negate.d;
}

Row FunctionDecoder::predicate_destination(int index) {
  const Operand& out = operand(index);
  if (out.kind == OperandKind::kDiscard) return temporary(ScalarType::kPred);
  if (out.kind != OperandKind::kRegister || register_at(out.index).type != ScalarType::kPred) {
    fail(fmt::format("`{}` is no predicate", out.name));
  }
  return written(out.index);
}

bool FunctionDecoder::is_immediate(int index) const {
  return operand(index).kind == OperandKind::kImmediate;
}

std::int64_t FunctionDecoder::integer(int index, std::int64_t least, std::int64_t most) {
  const Operand& in = operand(index);
  const auto value = static_cast<std::int64_t>(in.bits);
  if (in.kind != OperandKind::kImmediate || in.immediate != ImmediateKind::kInteger ||
      value < least || value > most) {
    fail(fmt::format("`{}` must be a constant from {} to {}", in.name, least, most));
  }
  return value;
}

const Row* FunctionDecoder::keep(std::vector<Row> rows) {
  return into_.row_lists.emplace_back(std::move(rows)).data();
}

int FunctionDecoder::vector_size(int index) const {
  const Operand& in = operand(index);
  return in.kind == OperandKind::kVector ? static_cast<int>(in.elements.size()) : 1;
}

// All elements of a vector are registers of one width, or as narrow as the type.
void FunctionDecoder::require_one_width(int index, ScalarType type) const {
  const Operand& vector = operand(index);
  const int width = register_bytes(index, type);
  for (const Operand& element : vector.elements) {
    const int bytes = element.kind == OperandKind::kRegister
                          ? bytes_of(register_at(element.index).type)
                          : bytes_of(type);
    if (std::max(bytes, 2) != width) {
      fail(fmt::format("the elements of `{}` must be as wide as each other", vector.name));
    }
  }
}

const Row* FunctionDecoder::vector_destination(int index, ScalarType type, int count) {
  const Operand& out = operand(index);
  if (vector_size(index) != count) {
    fail(fmt::format("`{}` must have {} elements", out.name, count));
  }
  if (out.kind != OperandKind::kVector) return keep({write_operand(out, type, true)});
  require_one_width(index, type);
  std::vector<Row> rows;
  for (const Operand& element : out.elements) rows.push_back(write_operand(element, type, true));
  return keep(std::move(rows));
}

const Row* FunctionDecoder::vector_source(int index, ScalarType type, int count) {
  const Operand& in = operand(index);
  if (vector_size(index) != count) {
    fail(fmt::format("`{}` must have {} elements", in.name, count));
  }
  if (in.kind != OperandKind::kVector) return keep({read_operand(in, type, true)});
  require_one_width(index, type);
  std::vector<Row> rows;
  for (const Operand& element : in.elements) rows.push_back(read_operand(element, type, true));
  return keep(std::move(rows));
}

const Row* FunctionDecoder::joined(const Row* first, std::uint32_t first_count, const Row* second,
                                   std::uint32_t second_count) {
  std::vector<Row> rows(first, first + first_count);
  rows.insert(rows.end(), second, second + second_count);
  return keep(std::move(rows));
}

std::string_view FunctionDecoder::special_register(int index) const {
  const Operand& in = operand(index);
  return in.kind == OperandKind::kSpecialRegister ? in.name : std::string_view();
}

Row FunctionDecoder::special_value(const Operand& operand, ScalarType type) {
  if (operand.name == "WARP_SZ") return constant(kWarpLanes, type);
  const SpecialRegister special = find_special_register(operand.name);
  if (special.read == nullptr) {
    fail(fmt::format("the emulator does not have the special register {}", operand.name));
  }
  Op read_special;
  read_special.run = special.read;
  read_special.d = temporary(special.type);
  emit(read_special);
  if (bytes_of(special.type) == bytes_of(type)) return read_special.d;
  if (bytes_of(special.type) > bytes_of(type)) {
    fail(fmt::format("{} has 64 bits", operand.name));
  }
  Op widen;
  widen.run = widen_op;
  widen.a = read_special.d;
  widen.d = temporary(ScalarType::kU64);
  emit(widen);
  return widen.d;
}

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
