// SPDX-License-Identifier: MIT
#include "sim/ptx/syntax/function/header.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <limits>

#include "sim/ptx/syntax/declaration/constant.h"
#include "sim/ptx/syntax/declaration/variable.h"

namespace attnlab::ptx {
namespace {

using Extents = std::array<std::uint32_t, 3>;

std::uint32_t parse_u32(Tokens& tokens, const char* what) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(parse_count(tokens, kMost, what));
}

// "128", "16, 8" or "8, 8, 4": what is not given is 1.
Extents parse_extents(Tokens& tokens, const char* what) {
  Extents extents = {parse_u32(tokens, what), 1, 1};
  for (std::size_t i = 1; i < extents.size() && tokens.accept_symbol(","); ++i) {
    extents[i] = parse_u32(tokens, what);
  }
  return extents;
}

// Directives whose meaning nothing here depends on, with how many numbers follow them.
int numbers_after(std::string_view directive) {
  if (directive == "maxclusterrank" || directive == "maxnctapersm" || directive == "abi_preserve" ||
      directive == "abi_preserve_control") {
    return 1;
  }
  const bool alone =
      directive == "noreturn" || directive == "explicitcluster" || directive == "blocksareclusters";
  return alone ? 0 : -1;
}

void skip_unused_directive(Tokens& tokens) {
  const Token word = tokens.peek();
  const int numbers = word.kind == TokenKind::kDotted ? numbers_after(word.text) : -1;
  if (numbers < 0) tokens.fail_expected("'{', ';' or a directive such as '.maxntid'");
  tokens.take();
  if (numbers == 1) parse_u32(tokens, "a directive's number");
}

void parse_directives(Tokens& tokens, KernelDirectives& directives) {
  while (!tokens.peek().is_symbol("{") && !tokens.peek().is_symbol(";")) {
    if (tokens.accept_dotted("maxntid")) {
      directives.max_threads = parse_extents(tokens, "an extent of .maxntid");
    } else if (tokens.accept_dotted("reqntid")) {
      directives.required_threads = parse_extents(tokens, "an extent of .reqntid");
    } else if (tokens.accept_dotted("reqnctapercluster")) {
      directives.cluster_blocks = parse_extents(tokens, "an extent of .reqnctapercluster");
    } else if (tokens.accept_dotted("minnctapersm")) {
      directives.min_blocks_per_sm = parse_u32(tokens, "the number of .minnctapersm");
    } else if (tokens.accept_dotted("maxnreg")) {
      directives.max_registers = parse_u32(tokens, "the number of .maxnreg");
    } else if (tokens.accept_dotted("pragma")) {
      skip_pragma(tokens);
    } else if (tokens.accept_dotted("attribute")) {
      skip_attribute(tokens);
    } else {
      skip_unused_directive(tokens);
    }
  }
}

bool same_shapes(const std::vector<Variable>& a, const std::vector<Variable>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].size_bytes != b[i].size_bytes || a[i].unsized != b[i].unsized) return false;
    if (a[i].align_bytes != b[i].align_bytes || a[i].space != b[i].space) return false;
  }
  return true;
}

}  // namespace

void skip_pragma(Tokens& tokens) {
  do {
    tokens.expect(TokenKind::kString, "a string after '.pragma'");
  } while (tokens.accept_symbol(","));
  tokens.expect_symbol(";", "after '.pragma'");
}

Function parse_function_header(Tokens& tokens, Linkage linkage, bool is_entry) {
  Function function;
  function.linkage = linkage;
  function.is_entry = is_entry;
  if (tokens.accept_dotted("attribute")) skip_attribute(tokens);
  if (tokens.peek().is_symbol("(")) {
    if (is_entry) tokens.fail(tokens.peek().text, "a kernel ('.entry') has no results");
    function.results = parse_parameters(tokens);
  }
  const Token name = tokens.expect(TokenKind::kName, "the name of a function");
  function.name = name.text;
  function.ptx_line = name.line;
  if (tokens.peek().is_symbol("(")) function.parameters = parse_parameters(tokens);
  parse_directives(tokens, function.directives);
  return function;
}

Prototype parse_prototype(Tokens& tokens) {
  Prototype prototype;
  if (tokens.peek().is_symbol("(")) prototype.results = parse_parameters(tokens);
  if (!tokens.peek().is(TokenKind::kName, "_")) {
    tokens.fail_expected("'_' in the place of a function's name");
  }
  tokens.take();
  if (tokens.peek().is_symbol("(")) prototype.parameters = parse_parameters(tokens);
  KernelDirectives unused;
  parse_directives(tokens, unused);
  return prototype;
}

void check_same_signature(const Tokens& tokens, const Function& earlier, const Function& later) {
  if (earlier.is_entry == later.is_entry && same_shapes(earlier.results, later.results) &&
      same_shapes(earlier.parameters, later.parameters)) {
    return;
  }
  tokens.fail(later.name, fmt::format("{} has other results or parameters than in line {}",
                                      quoted(later.name), earlier.ptx_line));
}

}  // namespace attnlab::ptx
