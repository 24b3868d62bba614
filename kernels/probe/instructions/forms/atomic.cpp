// SPDX-License-Identifier: MIT
// Each thread updates a cell of its own, so that the order of threads is of no consequence.
#include <fmt/format.h>

#include "kernels/probe/instructions/forms/forms.h"

namespace attnlab::probe {
namespace {

struct AtomicType {
  const char* name;
  Draw draw;
  Result result;
  std::vector<const char*> operations;
};

std::vector<AtomicType> atomic_types() {
  constexpr Draw k32 = Draw::kInteger32;
  constexpr Draw k64 = Draw::kInteger64;
  return {{"b32", k32, Result::k32, {"and", "or", "xor", "exch", "cas"}},
          {"b64", k64, Result::k64, {"and", "or", "xor", "exch", "cas"}},
          {"b16", Draw::kInteger16, Result::k16, {"cas"}},
          {"u32", k32, Result::k32, {"add", "inc", "dec", "min", "max"}},
          {"s32", k32, Result::k32, {"add", "min", "max"}},
          {"u64", k64, Result::k64, {"add", "min", "max"}},
          {"s64", k64, Result::k64, {"min", "max"}},
          {"f32", Draw::kF32, Result::k32, {"add"}},
          {"f64", Draw::kF64, Result::k64, {"add"}},
          {"f16", Draw::kF16, Result::k16, {"add.noftz"}},
          {"f16x2", Draw::kF16x2, Result::k32, {"add.noftz"}},
          {"bf16", Draw::kBf16, Result::k16, {"add.noftz"}},
          {"bf16x2", Draw::kBf16x2, Result::k32, {"add.noftz"}}};
}

// bf16 sums: from compute capability 9.0.
int architecture_of(const AtomicType& type) {
  return type.draw == Draw::kBf16 || type.draw == Draw::kBf16x2 ? 90 : 80;
}

// Where the cells of a space are: in global memory behind the results that are stored after the
// body, one result a cell.
std::string cell(const char* space, const std::string& results_before) {
  return space == std::string("global") ? "[%out+" + results_before + "]" : "[%cell]";
}

std::string update_of(const AtomicType& type, const std::string& operation,
                      const std::string& address) {
  const bool cas = operation == "cas";
  return fmt::format("{}.{} {}, %s1{};", operation, type.name, address, cas ? ", %s2" : "");
}

// atom: the old value and the cell afterwards; red: only the cell.
void add_update(FormList& forms, const AtomicType& type, const std::string& operation,
                const char* space, bool returns) {
  std::vector<Draw> operands(operation == "cas" ? 3 : 2, type.draw);
  const bool global = space == std::string("global");
  const int bits = register_bits(type.draw);
  const std::string at = cell(space, returns ? "COUNT_BYTES" : "0");
  const std::string last = returns ? "%d1" : "%d0";
  std::string body = fmt::format("st.{}.b{} {}, %s0;\n  ", space, bits, at);
  if (returns) {
    std::string update = update_of(type, operation, at);
    const std::size_t operand = update.find(' ');
    body += fmt::format("atom.{}.{}%d0,{}", space, update.substr(0, operand + 1),
                        update.substr(operand));
  } else {
    body += fmt::format("red.{}.{}", space, update_of(type, operation, at));
  }
  if (!global) body += fmt::format("\n  ld.shared.b{} {}, [%cell];", bits, last);
  std::vector<Result> results(returns ? 2 : 1, type.result);
  forms.add_body(fmt::format("{}.{}.{}.{}", returns ? "atom" : "red", space, operation, type.name),
                 std::move(results), std::move(operands), body, global ? 1 : 0);
}

}  // namespace

void add_atomic_forms(FormList& forms) {
  for (const AtomicType& type : atomic_types()) {
    forms.family("atomics", architecture_of(type));
    for (const std::string operation : type.operations) {
      for (const char* space : {"global", "shared"}) {
        add_update(forms, type, operation, space, true);
        if (operation != "exch" && operation != "cas") {
          add_update(forms, type, operation, space, false);
        }
      }
    }
  }
}

}  // namespace attnlab::probe
