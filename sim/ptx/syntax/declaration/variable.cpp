// SPDX-License-Identifier: MIT
#include "sim/ptx/syntax/declaration/variable.h"

#include <fmt/format.h>

#include <string>

#include "sim/ptx/syntax/declaration/constant.h"

namespace attnlab::ptx {
namespace {

constexpr std::uint64_t kMaxAlignBytes = 65536;
constexpr std::size_t kMaxExtents = 8;  // of an array

std::uint32_t parse_alignment(Tokens& tokens) {
  const Token number = tokens.peek();
  const std::uint64_t bytes = parse_count(tokens, kMaxAlignBytes, "an alignment");
  if (bytes == 0 || (bytes & (bytes - 1)) != 0) {
    tokens.fail(number.text, fmt::format("an alignment is {}, it must be a power of two", bytes));
  }
  return static_cast<std::uint32_t>(bytes);
}

int vector_named(std::string_view word) {
  return word == "v2" ? 2 : word == "v4" ? 4 : 1;
}

// ".ptr .global .align 16" says what a parameter points to; nothing here depends on it.
void skip_pointer_hint(Tokens& tokens) {
  if (variable_space_named(tokens.peek()) != StateSpace::kGeneric) tokens.take();
  if (tokens.accept_dotted("align")) parse_alignment(tokens);
}

ScalarType parse_type(Tokens& tokens, StateSpace space) {
  const Token word = tokens.peek();
  const ScalarType type =
      word.kind == TokenKind::kDotted ? scalar_type_named(word.text) : ScalarType::kNone;
  if (type == ScalarType::kNone) tokens.fail_expected("a type such as .b32");
  if (type == ScalarType::kPred && space != StateSpace::kRegister) {
    tokens.fail(word.text, "predicates live in registers only, '.pred' has no size in memory");
  }
  tokens.take();
  return type;
}

// One "[n]"; 0 for "[]".
std::uint64_t parse_extent(Tokens& tokens, bool first) {
  if (first && tokens.accept_symbol("]")) return 0;
  const Token number = tokens.peek();
  const std::uint64_t extent = parse_count(tokens, kMaxVariableBytes, "an array's extent");
  if (extent == 0) tokens.fail(number.text, "an array's extent is 0, it must be at least 1");
  tokens.expect_symbol("]", "after an array's extent");
  return extent;
}

std::uint64_t total_bytes(const Tokens& tokens, const Token& name, const Declared& declared) {
  std::uint64_t bytes = static_cast<std::uint64_t>(bytes_of(declared.variable.type)) *
                        static_cast<std::uint64_t>(declared.variable.vector);
  for (const std::uint64_t extent : declared.extents) {
    if (extent != 0 && bytes > kMaxVariableBytes / extent) {
      tokens.fail(name.text, fmt::format("{} is larger than 2^40 bytes", quoted(name.text)));
    }
    bytes *= extent;
  }
  return bytes;
}

}  // namespace

StateSpace variable_space_named(const Token& token) {
  if (token.kind != TokenKind::kDotted) return StateSpace::kGeneric;
  for (const StateSpace space : {StateSpace::kRegister, StateSpace::kGlobal, StateSpace::kShared,
                                 StateSpace::kLocal, StateSpace::kConst, StateSpace::kParam}) {
    if (token.text == name_of(space)) return space;
  }
  return StateSpace::kGeneric;
}

void skip_enclosed(Tokens& tokens) {
  const Token opening = tokens.take();
  const std::string closing = opening.is_symbol("(") ? ")" : "}";
  for (std::uint64_t depth = 1; depth > 0;) {
    const Token token = tokens.take();
    if (token.is_symbol(opening.text)) ++depth;
    if (token.is_symbol(closing)) --depth;
    if (token.kind == TokenKind::kEnd) {
      tokens.fail(opening.text, fmt::format("this '{}' is never closed", opening.text));
    }
  }
}

void skip_attribute(Tokens& tokens) {
  if (!tokens.peek().is_symbol("(")) tokens.fail_expected("'(' after '.attribute'");
  skip_enclosed(tokens);
}

Variable parse_declaration_head(Tokens& tokens, StateSpace space) {
  Variable head;
  head.space = space;
  std::uint32_t align_bytes = 0;
  for (;;) {
    const Token word = tokens.peek();
    if (tokens.accept_dotted("align")) {
      align_bytes = parse_alignment(tokens);
    } else if (tokens.accept_dotted("attribute")) {
      skip_attribute(tokens);
    } else if (word.kind == TokenKind::kDotted && vector_named(word.text) != 1) {
      head.vector = vector_named(tokens.take().text);
    } else {
      break;
    }
  }
  head.type = parse_type(tokens, space);
  const auto natural = static_cast<std::uint32_t>(bytes_of(head.type) * head.vector);
  head.align_bytes = align_bytes != 0 ? align_bytes : natural;
  return head;
}

Declared parse_declarator(Tokens& tokens, const Variable& head) {
  Declared declared{head, {}};
  const Token name = tokens.expect(TokenKind::kName, "a name");
  Variable& variable = declared.variable;
  variable.name = name.text;
  variable.ptx_line = name.line;
  while (tokens.peek().is_symbol("[")) {
    if (declared.extents.size() == kMaxExtents) {
      tokens.fail(tokens.peek().text,
                  fmt::format("an array has more than {} dimensions", kMaxExtents));
    }
    tokens.take();
    declared.extents.push_back(parse_extent(tokens, declared.extents.empty()));
  }
  variable.size_bytes = total_bytes(tokens, name, declared);
  variable.unsized = !declared.extents.empty() && declared.extents.front() == 0;
  return declared;
}

Variable parse_parameter(Tokens& tokens) {
  const StateSpace space = variable_space_named(tokens.peek());
  if (space != StateSpace::kParam && space != StateSpace::kRegister) {
    tokens.fail_expected("a parameter, which begins with '.param'");
  }
  tokens.take();
  Variable head = parse_declaration_head(tokens, space);
  if (tokens.accept_dotted("ptr")) skip_pointer_hint(tokens);
  return parse_declarator(tokens, head).variable;
}

std::vector<Variable> parse_parameters(Tokens& tokens) {
  std::vector<Variable> parameters;
  tokens.expect_symbol("(", "before parameters");
  if (tokens.accept_symbol(")")) return parameters;
  do {
    parameters.push_back(parse_parameter(tokens));
  } while (tokens.accept_symbol(","));
  tokens.expect_symbol(")", "after parameters");
  return parameters;
}

}  // namespace attnlab::ptx
