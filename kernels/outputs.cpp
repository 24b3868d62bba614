// SPDX-License-Identifier: MIT
#include "kernels/outputs.h"

#include <fmt/format.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <memory>

namespace attnlab::kernels {

std::string digest_of(const Outputs& outputs) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(),
                                                                       &XXH3_freeState);
  XXH3_128bits_reset(state.get());
  XXH3_128bits_update(state.get(), outputs.o.data(), outputs.o.size() * sizeof(float));
  XXH3_128bits_update(state.get(), outputs.lse_nat.data(), outputs.lse_nat.size() * sizeof(float));
  const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace attnlab::kernels
