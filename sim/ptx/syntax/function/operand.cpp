// SPDX-License-Identifier: MIT
#include "sim/ptx/syntax/function/operand.h"

#include <fmt/format.h>

#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "sim/ptx/syntax/declaration/constant.h"
#include "sim/ptx/syntax/function/special_register.h"

namespace attnlab::ptx {
namespace {

class OperandParser {
 public:
  OperandParser(Tokens& tokens, Scopes& scopes) : tokens_(tokens), scopes_(scopes) {}

  Operand parse() {
    if (tokens_.peek().is_symbol("{")) return vector();
    if (tokens_.peek().is_symbol("[")) return address();
    return scalar();
  }

 private:
  // Anything but a vector or an address.
  Operand scalar() {
    const Token first = tokens_.peek();
    if (first.is(TokenKind::kName, "_")) return named(tokens_.take(), OperandKind::kDiscard);
    const bool lone_warp_size =
        first.is(TokenKind::kName, "WARP_SZ") && !is_binary_operator(tokens_.peek_next());
    if (lone_warp_size) return named(tokens_.take(), OperandKind::kSpecialRegister);
    if (first.is_symbol("!") || first.is_symbol("-")) {
      if (const auto inner = register_after_sign()) return *inner;
    }
    if (begins_constant(first)) return immediate();
    if (first.kind == TokenKind::kName) return of_name();
    tokens_.fail_expected("an operand");
  }

  static Operand named(const Token& token, OperandKind kind) {
    Operand operand;
    operand.kind = kind;
    operand.name = token.text;
    return operand;
  }

  // "!%p", "-%r": nothing where a constant follows the sign.
  std::optional<Operand> register_after_sign() {
    const Token& next = tokens_.peek_next();
    if (next.kind != TokenKind::kName || next.text == "WARP_SZ") return std::nullopt;
    const Token sign = tokens_.take();
    Operand operand = of_name();
    if (operand.kind != OperandKind::kRegister) {
      tokens_.fail(sign.text, fmt::format("'{}' stands before a register or a number only, {} is "
                                          "neither",
                                          sign.text, quoted(operand.name)));
    }
    operand.negated = true;
    operand.name = tokens_.text_since(sign.text);
    return operand;
  }

  Operand immediate() {
    const Token first = tokens_.peek();
    const Constant constant = parse_constant(tokens_);
    Operand operand = named(first, OperandKind::kImmediate);
    operand.immediate = constant.kind;
    operand.bits = constant.bits;
    operand.name = tokens_.text_since(first.text);
    return operand;
  }

  Operand of_name() {
    const Token name = tokens_.take();
    Operand operand = named(name, OperandKind::kSymbol);
    const std::optional<Local> local = scopes_.find(name.text);
    if (!local && name.text.front() == '%') return special_register(name);
    if (local && local->kind == LocalKind::kRegister) {
      operand.kind = OperandKind::kRegister;
      operand.index = local->index;
      return operand;
    }
    if (local && local->kind == LocalKind::kPrototype) {
      tokens_.fail(name.text, quoted(name.text) + " is a prototype, it is no operand");
    }
    const bool is_variable = local && local->kind == LocalKind::kVariable;
    operand.symbol = is_variable ? Symbol{SymbolKind::kFunctionVariable, local->index}
                                 : Symbol{SymbolKind::kModuleVariable, kUnknownSymbol};
    if (tokens_.accept_symbol("+")) operand.offset = offset_from(name);
    if (tokens_.peek().is_symbol("[")) {
      tokens_.fail_expected(fmt::format("an element of {} as 'name+bytes'", quoted(name.text)));
    }
    return operand;
  }

  Operand special_register(const Token& name) {
    if (!is_special_register(name.text)) {
      tokens_.fail(name.text,
                   quoted(name.text) + " is neither declared here nor a special register of PTX");
    }
    Operand operand = named(name, OperandKind::kSpecialRegister);
    const Token part = tokens_.peek();
    if (part.kind != TokenKind::kDotted) return operand;
    const bool known =
        part.text.size() == 1 && std::string_view("xyzw").find(part.text) != std::string_view::npos;
    if (!known || !has_components(name.text)) {
      tokens_.fail(name.text, fmt::format("{} has no part '.{}'", quoted(name.text), part.text));
    }
    tokens_.take();
    operand.name = tokens_.text_since(name.text);
    return operand;
  }

  std::int64_t offset_from(const Token& base) {
    if (!begins_constant(tokens_.peek())) {
      tokens_.fail_expected(fmt::format("a number to add to {}", quoted(base.text)));
    }
    return parse_offset(tokens_, "an offset");
  }

  Operand vector() {
    const Token brace = tokens_.take();
    Operand operand = named(brace, OperandKind::kVector);
    do {
      operand.elements.push_back(scalar());
    } while (tokens_.accept_symbol(","));
    tokens_.expect_symbol("}", "after the elements of a vector");
    operand.name = tokens_.text_since(brace.text);
    return operand;
  }

  Operand address() {
    tokens_.take();
    const Token first = tokens_.peek();
    const bool has_base = first.kind == TokenKind::kName || begins_constant(first);
    if (!has_base) tokens_.fail_expected("a register, a name or a number as an address");
    Operand operand = scalar();
    operand.base = operand.kind;
    operand.kind = OperandKind::kAddress;
    const bool is_number =
        operand.base == OperandKind::kImmediate && operand.immediate == ImmediateKind::kInteger;
    const bool fits =
        is_number || operand.base == OperandKind::kRegister || operand.base == OperandKind::kSymbol;
    if (!fits || operand.negated) {
      tokens_.fail(first.text, fmt::format("{} cannot be an address", quoted(operand.name)));
    }
    if (operand.base == OperandKind::kRegister && tokens_.accept_symbol("+")) {
      operand.offset = offset_from(first);
    }
    if (tokens_.peek().is_symbol("-")) {
      tokens_.fail(tokens_.peek().text, "a negative offset is written '+-', as in '[%rd1+-8]'");
    }
    coordinates(operand);
    tokens_.expect_symbol("]", "after an address");
    return operand;
  }

  // "[%rd1, {%r1, %r2}]": where in a tensor.
  void coordinates(Operand& operand) {
    while (tokens_.accept_symbol(",")) {
      Operand more = tokens_.peek().is_symbol("{") ? vector() : scalar();
      if (more.kind != OperandKind::kVector) {
        operand.elements.push_back(std::move(more));
        continue;
      }
      operand.elements.insert(operand.elements.end(),
                              std::make_move_iterator(more.elements.begin()),
                              std::make_move_iterator(more.elements.end()));
    }
  }

  Tokens& tokens_;
  Scopes& scopes_;
};

}  // namespace

Operand parse_operand(Tokens& tokens, Scopes& scopes) {
  return OperandParser(tokens, scopes).parse();
}

std::vector<Operand> parse_operands(Tokens& tokens, Scopes& scopes) {
  std::vector<Operand> operands;
  do {
    operands.push_back(parse_operand(tokens, scopes));
  } while (tokens.accept_symbol(","));
  return operands;
}

}  // namespace attnlab::ptx
