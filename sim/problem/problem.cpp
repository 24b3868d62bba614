// SPDX-License-Identifier: MIT
#include "sim/problem/problem.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <initializer_list>
#include <vector>

#include "sim/numerics/mask.h"
#include "sim/problem/nearest_name.h"

namespace attnlab::problem {
namespace {

// The names on the command line, in the order of the enumerators.
constexpr std::array kDataTypeNames = {"f32", "f16", "bf16"};
constexpr std::array kMaskNames = {"none", "causal"};
constexpr std::array kDistributionNames = {"normal", "uniform", "adversarial"};

template <typename Enum, std::size_t kCount>
Enum parse(const char* option, const std::array<const char*, kCount>& names,
           const std::string& name) {
  for (std::size_t i = 0; i < kCount; ++i) {
    if (name == names[i]) return static_cast<Enum>(i);
  }
  throw BadInput(unknown_name_message(option, name, {names.begin(), names.end()}));
}

void require_within(const char* option, int value, int least, int most) {
  if (value < least) {
    throw BadInput(fmt::format("{} is {}; it must be at least {}", option, value, least));
  }
  if (value > most) {
    throw BadInput(fmt::format("{} is {}; it must be at most {}", option, value, most));
  }
}

void require_countable(const char* tensor, std::initializer_list<int> shape) {
  std::int64_t elements = 1;
  for (const int extent : shape) {
    if (__builtin_mul_overflow(elements, std::int64_t{extent}, &elements) ||
        elements > kMaxElements) {
      throw BadInput(fmt::format("{} of shape [{}] has more than 2^40 elements, which is the limit",
                                 tensor, fmt::join(shape, ", ")));
    }
  }
}

}  // namespace

int visible_keys(const Problem& problem, int query) {
  return numerics::visible_key_count(problem.mask == Mask::kCausal, query, problem.len_q,
                                     problem.len_kv);
}

float softmax_scale(const Problem& problem) {
  return static_cast<float>(1.0 / std::sqrt(static_cast<double>(problem.head_dim)));
}

std::int64_t q_elements(const Problem& problem) {
  return lse_elements(problem) * problem.head_dim;
}

std::int64_t kv_elements(const Problem& problem) {
  return std::int64_t{problem.batch} * problem.kv_heads * problem.len_kv * problem.head_dim;
}

std::int64_t lse_elements(const Problem& problem) {
  return std::int64_t{problem.batch} * problem.heads * problem.len_q;
}

void validate(const Problem& problem) {
  require_within("--batch", problem.batch, 1, kMaxLength);
  require_within("--heads", problem.heads, 1, kMaxLength);
  require_within("--kv-heads", problem.kv_heads, 1, kMaxLength);
  require_within("--len-q", problem.len_q, 1, kMaxLength);
  require_within("--len-kv", problem.len_kv, 0, kMaxLength);
  require_within("--head-dim", problem.head_dim, 1, kMaxLength);
  require_within("--tile-q", problem.tile_q, 0, kMaxLength);
  require_within("--tile-kv", problem.tile_kv, 0, kMaxLength);
  if (problem.heads % problem.kv_heads != 0) {
    throw BadInput(fmt::format("--heads {} is not a multiple of --kv-heads {}", problem.heads,
                               problem.kv_heads));
  }
  require_countable("Q", {problem.batch, problem.heads, problem.len_q, problem.head_dim});
  require_countable("K", {problem.batch, problem.kv_heads, problem.len_kv, problem.head_dim});
}

const char* name_of(DataType dtype) {
  return kDataTypeNames.at(static_cast<std::size_t>(dtype));
}
const char* name_of(Mask mask) {
  return kMaskNames.at(static_cast<std::size_t>(mask));
}
const char* name_of(Distribution distribution) {
  return kDistributionNames.at(static_cast<std::size_t>(distribution));
}

DataType parse_data_type(const std::string& name) {
  return parse<DataType>("--dtype", kDataTypeNames, name);
}
Mask parse_mask(const std::string& name) {
  return parse<Mask>("--mask", kMaskNames, name);
}
Distribution parse_distribution(const std::string& name) {
  return parse<Distribution>("--dist", kDistributionNames, name);
}

std::string describe(const Problem& problem) {
  std::string heads = fmt::format("h{}", problem.heads);
  if (problem.kv_heads != problem.heads) heads += fmt::format("/{}", problem.kv_heads);
  std::string line = fmt::format("b{} {} q{} kv{} d{} {}", problem.batch, heads, problem.len_q,
                                 problem.len_kv, problem.head_dim, name_of(problem.dtype));
  if (problem.mask != Mask::kNone) line += fmt::format(" {}", name_of(problem.mask));
  line += fmt::format(" {} seed {}", name_of(problem.distribution), problem.seed);
  if (problem.tile_q != 0) line += fmt::format(" tile-q {}", problem.tile_q);
  if (problem.tile_kv != 0) line += fmt::format(" tile-kv {}", problem.tile_kv);
  return line;
}

}  // namespace attnlab::problem
