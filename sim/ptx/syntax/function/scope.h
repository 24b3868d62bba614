// SPDX-License-Identifier: MIT
// The names inside a function: blocks { } nest, an inner name hides an outer one, and labels may be
// used before they are placed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/ptx/syntax/module.h"
#include "sim/ptx/syntax/tokens.h"

namespace attnlab::ptx {

enum class LocalKind : std::uint8_t { kRegister, kVariable, kLabel, kLabelList, kPrototype };

// What a name stands for; `index` is of the function's list of that kind.
struct Local {
  LocalKind kind = LocalKind::kRegister;
  int index = 0;
};

// A use of a name that is not known yet. The pointers stay valid because the operands of a finished
// instruction, or the labels of a finished list, are moved as a whole or not at all.
struct Reference {
  std::string_view name;
  Operand* operand = nullptr;  // becomes the label's or symbol's operand; or
  int* label = nullptr;        // … receives the label's index
};

// An operand of kind kSymbol, or an address with that base, whose symbol has this index is not
// known yet.
inline constexpr int kUnknownSymbol = -1;

class Scopes {
 public:
  // Both must outlive the scopes. One scope is open: the function's own.
  Scopes(const Tokens& tokens, Function& function);

  void open(const Token& brace);
  void close();  // requires depth() > 1
  std::size_t depth() const { return scopes_.size(); }

  // These fail where the innermost scope has the name already.
  void declare(const Token& name, LocalKind kind, int index);
  void declare_register(const Token& name, ScalarType type);
  // `.reg .b32 %r<188>`: %r0 to %r187. Only the registers that are used get an index.
  void declare_registers(const Token& prefix, std::uint64_t count, ScalarType type);

  std::optional<Local> find(std::string_view name);

  // Looks the unknown names among these operands up when their scope closes.
  void resolve_later(std::vector<Operand>& operands);
  void resolve_later(const Token& label, int* index);

  // Closes the function's own scope. What is left must be names of the module.
  std::vector<Reference> finish();

 private:
  // Every declared register has a key, counted over the function; a used one also has an index.
  struct Entry {
    Local local;                          // of a register: its key in place of its index
    ScalarType type = ScalarType::kNone;  // of a register
  };
  struct RegisterRange {
    ScalarType type = ScalarType::kNone;
    int count = 0;
    int first_key = 0;
  };
  struct Scope {
    std::map<std::string_view, Entry> names;  // ordered: no text makes a look-up slow
    std::map<std::string_view, RegisterRange> ranges;
    std::vector<Reference> references;
  };

  int new_keys(const Token& name, std::uint64_t count);
  void add_name(const Token& name, const Entry& entry);
  std::optional<Local> find_in_ranges(const Scope& scope, std::string_view name);
  int register_index(int key, std::string_view name, ScalarType type);
  bool bind(const Scope& scope, const Reference& reference) const;

  const Tokens& tokens_;
  Function& function_;
  std::vector<Scope> scopes_;                      // the innermost last
  std::unordered_map<int, int> register_indices_;  // by key
  int declared_registers_ = 0;
};

}  // namespace attnlab::ptx
