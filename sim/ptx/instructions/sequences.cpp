// SPDX-License-Identifier: MIT
// Instructions that matrix products execute one behind the other: one handler for all of them saves
// the way back to the loop that calls handlers.
#include "sim/ptx/execute/fault.h"
#include "sim/ptx/instructions/arithmetic/float32_values.h"
#include "sim/ptx/instructions/arithmetic/values.h"
#include "sim/ptx/instructions/loads_and_stores.h"
#include "sim/ptx/instructions/table/families.h"

namespace attnlab::ptx::ATTNLAB_PTX_ISA {
namespace {

// Executes ops whose handlers each end with op + 1.
template <Handler kFirst, Handler... kOthers>
[[gnu::flatten]] const Op* in_a_row(Warp& warp, const Op* op) {
  kFirst(warp, op);
  if constexpr (sizeof...(kOthers) == 0) {
    return op + 1;
  } else {
    try {
      return in_a_row<kOthers...>(warp, op + 1);
    } catch (Fault& fault) {
      ++fault.ops_later;
      throw;
    }
  }
}

template <Handler... kOps>
void add_row(InstructionTable& table) {
  table.add(Sequence{{kOps...}, in_a_row<kOps...>});
}

template <class A>
constexpr Handler kLoadShared = load_one<A, std::uint32_t, std::uint32_t, StateSpace::kShared>;
constexpr Handler kFma = run<Fma, float, float, float, float>;

template <class A>
void add_products(InstructionTable& table) {
  add_row<kLoadShared<A>, kLoadShared<A>, kFma>(table);
  add_row<kLoadShared<A>, kFma>(table);
}

}  // namespace

void add_sequences(InstructionTable& table) {
  add_products<std::uint32_t>(table);
  add_products<std::uint64_t>(table);
  add_row<kFma, kFma, kFma, kFma>(table);
}

}  // namespace attnlab::ptx::ATTNLAB_PTX_ISA
