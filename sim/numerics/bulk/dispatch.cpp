// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <string_view>

#include "sim/numerics/bulk/instruction_sets.h"

namespace attnlab::numerics {

bool supported(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::kAvx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return isa == Isa::kBaseline;
}

const BulkOps& bulk_for(Isa isa) {
  return isa == Isa::kAvx2 ? avx2_ops() : baseline_ops();
}

const BulkOps& bulk() {
  static const BulkOps& chosen = [&]() -> const BulkOps& {
    const char* wish = std::getenv("ATTNLAB_ISA");
    const bool baseline = wish != nullptr && std::string_view(wish) == "baseline";
    return bulk_for(!baseline && supported(Isa::kAvx2) ? Isa::kAvx2 : Isa::kBaseline);
  }();
  return chosen;
}

}  // namespace attnlab::numerics
