// SPDX-License-Identifier: MIT
#include "sim/ptx/syntax/function/scope.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace attnlab::ptx {
namespace {

constexpr std::size_t kDeepest = 32;    // blocks in one another
constexpr int kMaxRegisters = 1000000;  // declared in one function
constexpr std::size_t kMostDigits = 6;  // of a register's number, below kMaxRegisters

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

Scopes::Scopes(const Tokens& tokens, Function& function)
    : tokens_(tokens), function_(function), scopes_(1) {}

void Scopes::open(const Token& brace) {
  if (scopes_.size() > kDeepest) {
    tokens_.fail(brace.text, fmt::format("blocks nest deeper than {}", kDeepest));
  }
  scopes_.emplace_back();
}

void Scopes::close() {
  Scope closed = std::move(scopes_.back());
  scopes_.pop_back();
  for (const Reference& reference : closed.references) {
    if (!bind(closed, reference)) scopes_.back().references.push_back(reference);
  }
}

std::vector<Reference> Scopes::finish() {
  std::vector<Reference> left;
  for (const Reference& reference : scopes_.front().references) {
    if (!bind(scopes_.front(), reference)) left.push_back(reference);
  }
  return left;
}

void Scopes::declare(const Token& name, LocalKind kind, int index) {
  add_name(name, Entry{{kind, index}, ScalarType::kNone});
}

void Scopes::add_name(const Token& name, const Entry& entry) {
  Scope& scope = scopes_.back();
  if (find_in_ranges(scope, name.text) || !scope.names.emplace(name.text, entry).second) {
    tokens_.fail(name.text, quoted(name.text) + " is declared twice in this block");
  }
}

void Scopes::declare_register(const Token& name, ScalarType type) {
  add_name(name, Entry{{LocalKind::kRegister, new_keys(name, 1)}, type});
}

void Scopes::declare_registers(const Token& prefix, std::uint64_t count, ScalarType type) {
  const int first_key = new_keys(prefix, count);
  const RegisterRange range{type, static_cast<int>(count), first_key};
  if (!scopes_.back().ranges.emplace(prefix.text, range).second) {
    tokens_.fail(prefix.text, quoted(prefix.text) + " is declared twice in this block");
  }
}

int Scopes::new_keys(const Token& name, std::uint64_t count) {
  if (count > static_cast<std::uint64_t>(kMaxRegisters - declared_registers_)) {
    tokens_.fail(name.text, fmt::format("with {} this function declares more than {} registers",
                                        quoted(name.text), kMaxRegisters));
  }
  const int first = declared_registers_;
  declared_registers_ += static_cast<int>(count);
  return first;
}

std::optional<Local> Scopes::find(std::string_view name) {
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
    if (const auto in_range = find_in_ranges(*scope, name)) return in_range;
    const auto found = scope->names.find(name);
    if (found == scope->names.end()) continue;
    Local local = found->second.local;
    if (local.kind == LocalKind::kRegister) {
      local.index = register_index(local.index, name, found->second.type);
    }
    return local;
  }
  return std::nullopt;
}

// "%r12" may be number 12 of %r, or number 2 of %r1.
std::optional<Local> Scopes::find_in_ranges(const Scope& scope, std::string_view name) {
  if (scope.ranges.empty()) return std::nullopt;
  for (std::size_t digits = 1; digits <= kMostDigits && digits < name.size(); ++digits) {
    const std::string_view number = name.substr(name.size() - digits);
    if (!is_digit(number.front())) break;
    if (number.front() == '0' && digits > 1) continue;
    const auto found = scope.ranges.find(name.substr(0, name.size() - digits));
    if (found == scope.ranges.end()) continue;
    const RegisterRange& range = found->second;
    int value = 0;
    std::from_chars(number.data(), number.data() + digits, value);
    if (value >= range.count) continue;
    return Local{LocalKind::kRegister, register_index(range.first_key + value, name, range.type)};
  }
  return std::nullopt;
}

int Scopes::register_index(int key, std::string_view name, ScalarType type) {
  const auto next = static_cast<int>(function_.registers.size());
  const auto [found, is_new] = register_indices_.emplace(key, next);
  if (is_new) function_.registers.push_back({name, type});
  return found->second;
}

void Scopes::resolve_later(std::vector<Operand>& operands) {
  for (Operand& operand : operands) {
    const bool of_symbol =
        operand.kind == OperandKind::kSymbol || operand.base == OperandKind::kSymbol;
    if (of_symbol && operand.symbol.index == kUnknownSymbol) {
      scopes_.back().references.push_back({operand.name, &operand, nullptr});
    }
    resolve_later(operand.elements);
  }
}

void Scopes::resolve_later(const Token& label, int* index) {
  scopes_.back().references.push_back({label.text, nullptr, index});
}

// False where the scope does not have the name.
bool Scopes::bind(const Scope& scope, const Reference& reference) const {
  const auto found = scope.names.find(reference.name);
  if (found == scope.names.end()) return false;
  const Local& local = found->second.local;
  const bool is_label = local.kind == LocalKind::kLabel;
  if (!is_label && local.kind != LocalKind::kLabelList) {
    tokens_.fail(reference.name, quoted(reference.name) + " is used before it is declared");
  }
  if (reference.label != nullptr) {
    if (!is_label) tokens_.fail(reference.name, quoted(reference.name) + " is not a label");
    *reference.label = local.index;
    return true;
  }
  Operand& operand = *reference.operand;
  if (operand.kind == OperandKind::kAddress || operand.offset != 0) {
    tokens_.fail(reference.name, quoted(reference.name) + " is a label, it has no address");
  }
  operand.kind = is_label ? OperandKind::kLabel : OperandKind::kLabelList;
  operand.index = local.index;
  operand.symbol = {};
  return true;
}

}  // namespace attnlab::ptx
