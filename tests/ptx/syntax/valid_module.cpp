// SPDX-License-Identifier: MIT
#include "tests/ptx/syntax/valid_module.h"

#include <algorithm>
#include <functional>

namespace attnlab::ptx::test {
namespace {

template <typename Item>
bool has(const std::vector<Item>& list, int index) {
  return index >= 0 && static_cast<std::size_t>(index) < list.size();
}

template <typename Item, typename Predicate>
bool all(const std::vector<Item>& list, Predicate predicate) {
  return std::all_of(list.begin(), list.end(), predicate);
}

class Checker {
 public:
  explicit Checker(const Module& module) : module_(module) {}

  bool passes() const {
    return in_text(module_.version) && in_text(module_.target) &&
           all(module_.variables, [&](const Variable& v) { return variable(v); }) &&
           all(module_.functions, [&](const Function& f) { return function(f); });
  }

 private:
  bool in_text(std::string_view view) const {
    const std::less_equal<> not_after;
    const char* const begin = module_.text->data();
    return !view.empty() && not_after(begin, view.data()) &&
           not_after(view.data() + view.size(), begin + module_.text->size());
  }

  bool variable(const Variable& variable) const {
    const bool whole = variable.initial.empty() || variable.initial.size() == variable.size_bytes;
    const bool power_of_two = (variable.align_bytes & (variable.align_bytes - 1)) == 0;
    const bool sized = variable.unsized == (variable.size_bytes == 0);
    return in_text(variable.name) && whole && power_of_two && sized &&
           all(variable.relocations, [&](const Relocation& relocation) {
             const auto end =
                 relocation.offset_bytes + static_cast<std::uint64_t>(relocation.bytes);
             return in_text(relocation.symbol) && end <= variable.initial.size();
           });
  }

  bool function(const Function& function) const {
    return in_text(function.name) &&
           all(function.variables, [&](const Variable& v) { return variable(v); }) &&
           all(function.registers, [&](const Register& r) { return in_text(r.name); }) &&
           all(function.instructions,
               [&](const Instruction& i) { return instruction(function, i); }) &&
           all(function.calls, [&](const Call& c) { return call(function, c); }) &&
           all(function.labels, [&](const Label& label) { return placed(function, label); }) &&
           all(function.label_lists, [&](const std::vector<int>& list) {
             return all(list, [&](int label) { return has(function.labels, label); });
           });
  }

  static bool placed(const Function& function, const Label& label) {
    const auto end = static_cast<int>(function.instructions.size());
    return label.instruction >= 0 && label.instruction <= end;
  }

  bool instruction(const Function& function, const Instruction& instruction) const {
    const SourceLocation& location = instruction.location;
    return in_text(instruction.text) && in_text(instruction.name) &&
           has(module_.files, location.file) && has(module_.files, location.inlined_file) &&
           (instruction.guard == -1 || has(function.registers, instruction.guard)) &&
           (instruction.call == -1 || has(function.calls, instruction.call)) &&
           operands(function, instruction.operands);
  }

  bool call(const Function& function, const Call& call) const {
    const bool calls_function = call.callee.kind == OperandKind::kSymbol &&
                                call.callee.symbol.kind == SymbolKind::kFunction;
    if (!calls_function && call.callee.kind != OperandKind::kRegister) return false;
    if (call.prototype != -1 && !has(function.prototypes, call.prototype)) return false;
    return operand(function, call.callee) && operands(function, call.results) &&
           operands(function, call.arguments);
  }

  bool operands(const Function& function, const std::vector<Operand>& list) const {
    return all(list, [&](const Operand& one) { return operand(function, one); });
  }

  bool operand(const Function& function, const Operand& operand) const {
    const bool is_address = operand.kind == OperandKind::kAddress;
    return in_text(operand.name) && operands(function, operand.elements) &&
           target(function, operand, is_address ? operand.base : operand.kind);
  }

  bool target(const Function& function, const Operand& operand, OperandKind kind) const {
    switch (kind) {
      case OperandKind::kRegister:
        return has(function.registers, operand.index);
      case OperandKind::kLabel:
        return has(function.labels, operand.index);
      case OperandKind::kLabelList:
        return has(function.label_lists, operand.index);
      case OperandKind::kSymbol:
        return symbol(function, operand.symbol);
      case OperandKind::kAddress:
        return false;
      default:
        return true;
    }
  }

  bool symbol(const Function& function, const Symbol& symbol) const {
    switch (symbol.kind) {
      case SymbolKind::kFunctionVariable:
        return has(function.variables, symbol.index);
      case SymbolKind::kModuleVariable:
        return has(module_.variables, symbol.index);
      case SymbolKind::kFunction:
        return has(module_.functions, symbol.index);
    }
    return false;
  }

  const Module& module_;
};

}  // namespace

bool is_valid(const Module& module) {
  return Checker(module).passes();
}

}  // namespace attnlab::ptx::test
