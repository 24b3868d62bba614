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

}  // namespace attnlab::ptx
