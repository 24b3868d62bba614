// SPDX-License-Identifier: MIT
#include "sim/ptx/syntax/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "sim/ptx/syntax/declaration/constant.h"
#include "sim/ptx/syntax/declaration/initialiser.h"
#include "sim/ptx/syntax/declaration/variable.h"
#include "sim/ptx/syntax/function/body.h"
#include "sim/ptx/syntax/function/header.h"
#include "sim/ptx/syntax/tokens.h"

namespace attnlab::ptx {
namespace {

constexpr std::size_t kMaxTextBytes = std::size_t{1} << 30;

std::optional<Linkage> linkage_named(const Token& token) {
  if (token.kind != TokenKind::kDotted) return std::nullopt;
  if (token.text == "visible") return Linkage::kVisible;
  if (token.text == "extern") return Linkage::kExtern;
  if (token.text == "weak") return Linkage::kWeak;
  if (token.text == "common") return Linkage::kCommon;
  return std::nullopt;
}

class ModuleParser {
 public:
  ModuleParser(std::string text, const std::string& name) {
    module_.text = std::make_unique<const std::string>(std::move(text));
    tokens_.emplace(*module_.text, name);
  }

  Module parse() {
    preamble();
    while (tokens_->peek().kind != TokenKind::kEnd) statement();
    resolve_references();
    resolve_calls();
    check_relocations();
    complete_files();
    return std::move(module_);
  }

 private:
  // .version 8.0, .target sm_80[, debug], .address_size 64, in this order.
  void preamble() {
    if (!tokens_->accept_dotted("version")) tokens_->fail_expected("'.version' first");
    module_.version = tokens_->expect(TokenKind::kNumber, "a version such as 8.0").text;
    if (!tokens_->accept_dotted("target")) tokens_->fail_expected("'.target' after '.version'");
    do {
      const Token name = tokens_->expect(TokenKind::kName, "a target such as sm_80");
      if (module_.target.empty()) module_.target = name.text;
    } while (tokens_->accept_symbol(","));
    if (!module_.target.starts_with("sm_")) {
      tokens_->fail(module_.target, fmt::format("the target is {}, it must begin with 'sm_'",
                                                quoted(module_.target)));
    }
    if (!tokens_->accept_dotted("address_size")) return;
    const Token size = tokens_->expect(TokenKind::kNumber, "the size of an address");
    if (size.text != "64") tokens_->fail(size.text, "addresses must have 64 bits");
  }

  void statement() {
    if (tokens_->accept_dotted("file")) return file();
    if (tokens_->accept_dotted("section")) return section();
    if (tokens_->accept_dotted("pragma")) return skip_pragma(*tokens_);
    Linkage linkage = Linkage::kInternal;
    if (const auto named = linkage_named(tokens_->peek())) {
      linkage = *named;
      tokens_->take();
    }
    if (tokens_->accept_dotted("entry")) return function(linkage, true);
    if (tokens_->accept_dotted("func")) return function(linkage, false);
    const StateSpace space = variable_space_named(tokens_->peek());
    if (space == StateSpace::kGlobal || space == StateSpace::kConst ||
        space == StateSpace::kShared) {
      return variables(space, linkage);
    }
    tokens_->fail_expected("a function or a .global, .const or .shared variable");
  }

  // .file number "path"[, timestamp, size]
  void file() {
    const auto number =
        static_cast<std::size_t>(parse_count(*tokens_, kMaxFileNumber, "the number of '.file'"));
    const Token path = tokens_->expect(TokenKind::kString, "a path after '.file' and its number");
    while (tokens_->accept_symbol(",")) {
      tokens_->expect(TokenKind::kNumber, "a timestamp or size after '.file'");
    }
    if (module_.files.size() <= number) module_.files.resize(number + 1);
    module_.files[number] = path.text;
  }

  // Debug information, which says nothing about what the program does: .section .debug_str { … }
  void section() {
    tokens_->expect(TokenKind::kDotted, "the name of a section, such as '.debug_str'");
    if (!tokens_->peek().is_symbol("{")) tokens_->fail_expected("'{' after a section's name");
    skip_enclosed(*tokens_);
  }

  void variables(StateSpace space, Linkage linkage) {
    tokens_->take();
    Variable head = parse_declaration_head(*tokens_, space);
    head.linkage = linkage;
    do {
      Declared declared = parse_declarator(*tokens_, head);
      if (tokens_->peek().is_symbol("=")) initialiser(declared);
      if (declared.variable.unsized && linkage != Linkage::kExtern) {
        tokens_->fail(declared.variable.name,
                      quoted(declared.variable.name) + " needs a size or initial values");
      }
      add_variable(std::move(declared.variable));
    } while (tokens_->accept_symbol(","));
    tokens_->expect_symbol(";", "after a declaration");
  }

  void initialiser(Declared& declared) {
    const Variable& variable = declared.variable;
    if (variable.space == StateSpace::kShared || variable.linkage == Linkage::kExtern) {
      tokens_->fail(
          tokens_->peek().text,
          fmt::format("{} cannot have an initial value: it is '.{}'", quoted(variable.name),
                      variable.space == StateSpace::kShared ? "shared" : "extern"));
    }
    tokens_->take();
    parse_initialiser(*tokens_, declared, initial_budget_bytes_);
  }

  // An `.extern` declaration gives way to a definition, whichever comes first.
  void add_variable(Variable variable) {
    const Symbol symbol{SymbolKind::kModuleVariable, static_cast<int>(module_.variables.size())};
    const auto [found, is_new] = symbols_.emplace(variable.name, symbol);
    if (is_new) return module_.variables.push_back(std::move(variable));
    if (found->second.kind != SymbolKind::kModuleVariable) fail_redefined(variable.name);
    Variable& earlier = module_.variables[static_cast<std::size_t>(found->second.index)];
    const bool one_is_extern =
        earlier.linkage == Linkage::kExtern || variable.linkage == Linkage::kExtern;
    if (!one_is_extern || earlier.space != variable.space) fail_redefined(variable.name);
    if (earlier.linkage == Linkage::kExtern) earlier = std::move(variable);
  }

  void function(Linkage linkage, bool is_entry) {
    Function function = parse_function_header(*tokens_, linkage, is_entry);
    if (tokens_->peek().is_symbol("{")) {
      parse_body(*tokens_, function, open_names_);
    } else {
      tokens_->expect_symbol(";", "after the declaration of a function");
    }
    add_function(std::move(function));
  }

  // The definition takes the place of its declarations, whichever comes first.
  void add_function(Function function) {
    const Symbol symbol{SymbolKind::kFunction, static_cast<int>(module_.functions.size())};
    const auto [found, is_new] = symbols_.emplace(function.name, symbol);
    if (is_new) return module_.functions.push_back(std::move(function));
    if (found->second.kind != SymbolKind::kFunction) fail_redefined(function.name);
    Function& earlier = module_.functions[static_cast<std::size_t>(found->second.index)];
    if (earlier.has_body && function.has_body) fail_redefined(function.name);
    check_same_signature(*tokens_, earlier, function);
    if (function.has_body) earlier = std::move(function);
  }

  [[noreturn]] void fail_redefined(std::string_view name) const {
    tokens_->fail(name, quoted(name) + " is defined twice in this module");
  }

  Symbol symbol_named(std::string_view name) const {
    const auto found = symbols_.find(name);
    if (found == symbols_.end()) tokens_->fail(name, quoted(name) + " is not declared anywhere");
    return found->second;
  }

  int function_named(std::string_view name) const {
    const Symbol symbol = symbol_named(name);
    if (symbol.kind != SymbolKind::kFunction) tokens_->fail(name, quoted(name) + " is no function");
    return symbol.index;
  }

  void resolve_references() {
    for (const Reference& reference : open_names_.references) {
      if (reference.operand == nullptr) {
        tokens_->fail(reference.name, quoted(reference.name) + " is not a label of this function");
      }
      reference.operand->symbol = symbol_named(reference.name);
    }
    for (const CallTarget& target : open_names_.targets) {
      *target.function = function_named(target.name);
    }
  }

  void resolve_calls() {
    for (Function& function : module_.functions) {
      for (Call& call : function.calls) {
        if (call.callee.kind != OperandKind::kSymbol) continue;
        call.callee.symbol = {SymbolKind::kFunction, function_named(call.callee.name)};
      }
    }
  }

  void check_relocations() const {
    for (const Variable& variable : module_.variables) {
      for (const Relocation& relocation : variable.relocations) symbol_named(relocation.symbol);
    }
  }

  void complete_files() {
    int most = 0;
    for (const Function& function : module_.functions) {
      for (const Instruction& instruction : function.instructions) {
        most = std::max({most, instruction.location.file, instruction.location.inlined_file});
      }
    }
    const auto count = static_cast<std::size_t>(most) + 1;
    if (module_.files.size() < count) module_.files.resize(count);
  }

  Module module_;
  std::optional<Tokens> tokens_;
  std::map<std::string_view, Symbol> symbols_;  // ordered: no text makes a look-up slow
  OpenNames open_names_;
  std::uint64_t initial_budget_bytes_ = kMaxInitialBytes;
};

}  // namespace

Module parse(std::string text, const std::string& name) {
  if (text.size() > kMaxTextBytes) {
    throw SyntaxError(
        fmt::format("{}: the text has {} bytes, more than {}", name, text.size(), kMaxTextBytes));
  }
  return ModuleParser(std::move(text), name).parse();
}

}  // namespace attnlab::ptx
