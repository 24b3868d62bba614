// SPDX-License-Identifier: MIT
#include "sim/ptx/syntax/function/call.h"

#include <optional>

#include "sim/ptx/syntax/function/operand.h"

namespace attnlab::ptx {
namespace {

std::vector<Operand> parse_enclosed(Tokens& tokens, Scopes& scopes) {
  tokens.expect_symbol("(", "before the arguments of a call");
  if (tokens.accept_symbol(")")) return {};
  std::vector<Operand> operands = parse_operands(tokens, scopes);
  tokens.expect_symbol(")", "after the arguments of a call");
  return operands;
}

Operand parse_callee(Tokens& tokens, Scopes& scopes) {
  const Token name = tokens.expect(TokenKind::kName, "the function to call");
  const std::optional<Local> local = scopes.find(name.text);
  Operand callee;
  callee.name = name.text;
  callee.kind = OperandKind::kSymbol;
  callee.symbol = {SymbolKind::kFunction, kUnknownSymbol};
  if (!local) return callee;
  if (local->kind != LocalKind::kRegister) {
    tokens.fail(name.text, quoted(name.text) + " is not a function or a register");
  }
  callee.kind = OperandKind::kRegister;
  callee.index = local->index;
  callee.symbol = {};
  return callee;
}

int parse_prototype_name(Tokens& tokens, Scopes& scopes) {
  const Token name = tokens.expect(TokenKind::kName, "the prototype of a call");
  const std::optional<Local> local = scopes.find(name.text);
  if (!local || local->kind != LocalKind::kPrototype) {
    tokens.fail(name.text, quoted(name.text) +
                               " must be placed before with '.callprototype' or '.calltargets'");
  }
  return local->index;
}

}  // namespace

Call parse_call(Tokens& tokens, Scopes& scopes) {
  Call call;
  if (tokens.peek().is_symbol("(")) {
    call.results = parse_enclosed(tokens, scopes);
    tokens.expect_symbol(",", "between the results of a call and the function");
  }
  call.callee = parse_callee(tokens, scopes);
  bool more = tokens.accept_symbol(",");
  if (more && tokens.peek().is_symbol("(")) {
    call.arguments = parse_enclosed(tokens, scopes);
    more = tokens.accept_symbol(",");
  }
  if (more) call.prototype = parse_prototype_name(tokens, scopes);
  return call;
}

}  // namespace attnlab::ptx
