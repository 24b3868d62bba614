// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <string_view>

#include "sim/numerics/bulk/instruction_sets.h"

namespace attnlab::numerics {

bool supported(Isa isa) {
#if defined(__x86_64__)
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (isa == Isa::kAvx2) return avx2;
  if (isa == Isa::kAvx512) {
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  }
#endif
  return isa == Isa::kBaseline;
}

Isa fastest_isa() {
  const char* wish = std::getenv("ATTNLAB_ISA");
  const std::string_view limit = wish != nullptr ? wish : "";
  if (limit == "baseline") return Isa::kBaseline;
  if (limit != "avx2" && supported(Isa::kAvx512)) return Isa::kAvx512;
  return supported(Isa::kAvx2) ? Isa::kAvx2 : Isa::kBaseline;
}

const BulkOps& bulk_for(Isa isa) {
  return isa == Isa::kBaseline ? baseline_ops() : avx2_ops();
}

const BulkOps& bulk() {
  static const BulkOps& chosen = bulk_for(fastest_isa());
  return chosen;
}

}  // namespace attnlab::numerics
