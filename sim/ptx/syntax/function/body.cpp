// SPDX-License-Identifier: MIT
#include "sim/ptx/syntax/function/body.h"

#include <fmt/format.h>

#include <limits>
#include <tuple>
#include <utility>

#include "sim/ptx/syntax/declaration/constant.h"
#include "sim/ptx/syntax/declaration/variable.h"
#include "sim/ptx/syntax/function/call.h"
#include "sim/ptx/syntax/function/header.h"
#include "sim/ptx/syntax/function/operand.h"

namespace attnlab::ptx {
namespace {

constexpr std::uint64_t kMaxLine = std::numeric_limits<int>::max();

template <typename Item>
int last_index(const std::vector<Item>& list) {
  return static_cast<int>(list.size()) - 1;
}

class Body {
 public:
  Body(Tokens& tokens, Function& function, OpenNames& open_names)
      : tokens_(tokens), function_(function), open_(open_names), scopes_(tokens, function) {}

  void parse() {
    const Token brace = tokens_.take();
    declare_signature();
    while (scopes_.depth() > 1 || !tokens_.peek().is_symbol("}")) {
      if (tokens_.peek().kind == TokenKind::kEnd) {
        tokens_.fail(brace.text, fmt::format("the body of {} has no end, a '}}' is missing",
                                             quoted(function_.name)));
      }
      statement();
    }
    tokens_.take();
    function_.has_body = true;
    const std::vector<Reference> left = scopes_.finish();
    open_.references.insert(open_.references.end(), left.begin(), left.end());
  }

 private:
  void declare_signature() {
    function_.variables = function_.results;
    function_.variables.insert(function_.variables.end(), function_.parameters.begin(),
                               function_.parameters.end());
    for (int i = 0; i <= last_index(function_.variables); ++i) {
      const Variable& variable = function_.variables[static_cast<std::size_t>(i)];
      const Token name{TokenKind::kName, variable.name, variable.ptx_line};
      if (variable.space != StateSpace::kRegister) {
        scopes_.declare(name, LocalKind::kVariable, i);
        continue;
      }
      scopes_.declare_register(name, variable.type);
      scopes_.find(variable.name);
    }
  }

  void statement() {
    const Token first = tokens_.peek();
    if (first.kind == TokenKind::kDotted) return directive();
    if (tokens_.accept_symbol("{")) return scopes_.open(first);
    if (tokens_.accept_symbol("}")) return scopes_.close();
    if (first.kind == TokenKind::kName && tokens_.peek_next().is_symbol(":")) return label();
    if (first.kind == TokenKind::kName || first.is_symbol("@")) return instruction();
    tokens_.fail_expected("an instruction, a label, a declaration or '}'");
  }

  void directive() {
    if (tokens_.accept_dotted("loc")) return location();
    if (tokens_.accept_dotted("pragma")) return skip_pragma(tokens_);
    const StateSpace space = variable_space_named(tokens_.peek());
    switch (space) {
      case StateSpace::kRegister:
        return registers();
      case StateSpace::kShared:
      case StateSpace::kLocal:
      case StateSpace::kParam:
        return variables(space);
      case StateSpace::kGlobal:
      case StateSpace::kConst:
        tokens_.fail(tokens_.peek().text, fmt::format("a '.{}' variable is declared outside of "
                                                      "functions",
                                                      name_of(space)));
      default:
        tokens_.fail_expected("a directive of a function's body, such as '.reg'");
    }
  }

  void registers() {
    tokens_.take();
    const Token word = tokens_.peek();
    const Variable head = parse_declaration_head(tokens_, StateSpace::kRegister);
    if (head.vector > 1) {
      tokens_.fail(word.text, "vector registers are not supported; declare one for each element");
    }
    do {
      const Token name = tokens_.expect(TokenKind::kName, "the name of a register");
      if (tokens_.accept_symbol("<")) {
        const std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
        const std::uint64_t count = parse_count(tokens_, most, "a number of registers");
        tokens_.expect_symbol(">", "after a number of registers");
        scopes_.declare_registers(name, count, head.type);
      } else {
        scopes_.declare_register(name, head.type);
      }
    } while (tokens_.accept_symbol(","));
    tokens_.expect_symbol(";", "after the declaration of registers");
  }

  void variables(StateSpace space) {
    tokens_.take();
    const Variable head = parse_declaration_head(tokens_, space);
    do {
      const Token name = tokens_.peek();
      const Declared declared = parse_declarator(tokens_, head);
      if (declared.variable.unsized) {
        tokens_.fail(name.text, quoted(name.text) + " needs a size inside a function");
      }
      function_.variables.push_back(declared.variable);
      scopes_.declare(name, LocalKind::kVariable, last_index(function_.variables));
    } while (tokens_.accept_symbol(","));
    tokens_.expect_symbol(";", "after a declaration");
  }

  // .loc file line column[, function_name label[+offset], inlined_at file line column]
  void location() {
    location_ = {};
    std::tie(location_.file, location_.line) = source_position();
    while (tokens_.accept_symbol(",")) {
      const Token word = tokens_.expect(TokenKind::kName, "'function_name' or 'inlined_at'");
      if (word.text == "inlined_at") {
        std::tie(location_.inlined_file, location_.inlined_line) = source_position();
      } else if (word.text == "function_name") {
        tokens_.expect(TokenKind::kName, "the label of a function's name");
        if (tokens_.accept_symbol("+")) parse_offset(tokens_, "the offset of a function's name");
      } else {
        tokens_.fail(word.text, fmt::format("'.loc' knows 'function_name' and 'inlined_at', not {}",
                                            quoted(word.text)));
      }
    }
  }

  std::pair<int, int> source_position() {
    const auto file = parse_count(tokens_, kMaxFileNumber, "the file number of '.loc'");
    const auto line = parse_count(tokens_, kMaxLine, "the line of '.loc'");
    parse_count(tokens_, kMaxLine, "the column of '.loc'");
    return {static_cast<int>(file), static_cast<int>(line)};
  }

  void label() {
    const Token name = tokens_.take();
    tokens_.take();
    if (tokens_.accept_dotted("branchtargets")) return branch_targets(name);
    if (tokens_.accept_dotted("calltargets")) return call_targets(name);
    if (tokens_.accept_dotted("callprototype")) {
      add_prototype(name, parse_prototype(tokens_));
      return tokens_.expect_symbol(";", "after a prototype");
    }
    function_.labels.push_back({name.text, static_cast<int>(function_.instructions.size())});
    scopes_.declare(name, LocalKind::kLabel, last_index(function_.labels));
  }

  std::vector<Token> name_list(const char* what) {
    std::vector<Token> names;
    do {
      names.push_back(tokens_.expect(TokenKind::kName, what));
    } while (tokens_.accept_symbol(","));
    tokens_.expect_symbol(";", "after a list of targets");
    return names;
  }

  void branch_targets(const Token& name) {
    const std::vector<Token> targets = name_list("a label to branch to");
    function_.label_lists.emplace_back(targets.size());
    std::vector<int>& list = function_.label_lists.back();
    for (std::size_t i = 0; i < list.size(); ++i) scopes_.resolve_later(targets[i], &list[i]);
    scopes_.declare(name, LocalKind::kLabelList, last_index(function_.label_lists));
  }

  void call_targets(const Token& name) {
    const std::vector<Token> targets = name_list("a function to call");
    Prototype prototype;
    prototype.targets.resize(targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i) {
      open_.targets.push_back({targets[i].text, &prototype.targets[i]});
    }
    add_prototype(name, std::move(prototype));
  }

  void add_prototype(const Token& name, Prototype prototype) {
    prototype.name = name.text;
    function_.prototypes.push_back(std::move(prototype));
    scopes_.declare(name, LocalKind::kPrototype, last_index(function_.prototypes));
  }

  void instruction() {
    const Token first = tokens_.peek();
    Instruction instruction;
    instruction.location = location_;
    instruction.location.ptx_line = first.line;
    if (tokens_.accept_symbol("@")) guard(instruction);
    instruction.name = tokens_.expect(TokenKind::kName, "an instruction").text;
    while (tokens_.peek().kind == TokenKind::kDotted) {
      instruction.modifiers.push_back(tokens_.take().text);
    }
    if (instruction.name == "call") {
      function_.calls.push_back(parse_call(tokens_, scopes_));
      instruction.call = last_index(function_.calls);
    } else if (!tokens_.peek().is_symbol(";")) {
      operands(instruction);
    }
    tokens_.expect_symbol(";", "after an instruction");
    instruction.text = tokens_.text_since(first.text);
    function_.instructions.push_back(std::move(instruction));
    resolve_later(function_.instructions.back());
  }

  void operands(Instruction& instruction) {
    instruction.operands.push_back(parse_operand(tokens_, scopes_));
    if (tokens_.accept_symbol("|")) {
      instruction.paired = true;
      instruction.operands.push_back(parse_operand(tokens_, scopes_));
    }
    while (tokens_.accept_symbol(",")) {
      instruction.operands.push_back(parse_operand(tokens_, scopes_));
    }
  }

  void resolve_later(Instruction& instruction) {
    scopes_.resolve_later(instruction.operands);
    if (instruction.call < 0) return;
    Call& call = function_.calls.back();
    scopes_.resolve_later(call.results);
    scopes_.resolve_later(call.arguments);
  }

  void guard(Instruction& instruction) {
    instruction.guard_negated = tokens_.accept_symbol("!");
    const Token name = tokens_.expect(TokenKind::kName, "a predicate after '@'");
    const std::optional<Local> local = scopes_.find(name.text);
    const bool is_register = local && local->kind == LocalKind::kRegister;
    const auto index = static_cast<std::size_t>(is_register ? local->index : 0);
    if (!is_register || function_.registers[index].type != ScalarType::kPred) {
      tokens_.fail(name.text, quoted(name.text) + " is not a register of type .pred declared here");
    }
    instruction.guard = local->index;
  }

  Tokens& tokens_;
  Function& function_;
  OpenNames& open_;
  Scopes scopes_;
  SourceLocation location_;
};

}  // namespace

void parse_body(Tokens& tokens, Function& function, OpenNames& open_names) {
  Body(tokens, function, open_names).parse();
}

}  // namespace attnlab::ptx
