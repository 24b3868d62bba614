// SPDX-License-Identifier: MIT
#include "sim/problem/problem.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <iterator>
#include <vector>

#include "sim/numerics/formats.h"
#include "sim/numerics/mask.h"
#include "sim/problem/nearest_name.h"

namespace attnlab::problem {
namespace {

// The names on the command line, in the order of the enumerators.
constexpr std::array kDataTypeNames = {"f32", "f16", "bf16"};
constexpr std::array kMaskNames = {"none", "causal", "window"};
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

void require_window(const Problem& problem) {
  if (problem.mask == Mask::kWindow) {
    require_within("--window", problem.window, 1, kMaxLength);
  } else if (problem.window != 0) {
    throw BadInput(fmt::format("--window {} has no meaning without a window mask", problem.window));
  }
}

void require_lengths(const Problem& problem) {
  if (!problem.lengths.empty() && std::ssize(problem.lengths) != problem.batch) {
    throw BadInput(fmt::format("--lengths names {} sequences; --batch is {}",
                               problem.lengths.size(), problem.batch));
  }
  int shortest = problem.len_kv;
  for (const int length : problem.lengths) {
    require_within("--lengths", length, 0, problem.len_kv);
    shortest = std::min(shortest, length);
  }
  require_within("--shared-prefix", problem.shared_prefix, 0, shortest);
}

}  // namespace

int visible_keys(const Problem& problem, int query) {
  return numerics::visible_key_count(problem.mask != Mask::kNone, query, problem.len_q,
                                     problem.len_kv);
}

KeyRange visible_range(const Problem& problem, int batch, int query) {
  const int length = length_of(problem, batch);
  return {numerics::first_visible_key(problem.window, query, problem.len_q, length),
          numerics::visible_key_count(problem.mask != Mask::kNone, query, problem.len_q, length)};
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

float rounded_to(DataType dtype, float value) {
  switch (dtype) {
    case DataType::kF16:
      return numerics::f32_from_f16(numerics::f16_from_f32(value));
    case DataType::kBf16:
      return numerics::f32_from_bf16(numerics::bf16_from_f32(value));
    case DataType::kF32:
      break;
  }
  return value;
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
  require_within("--splits", problem.splits, 0, kMaxSplits);
  require_within("--page-size", problem.page_size, 0, kMaxPageSize);
  require_window(problem);
  require_lengths(problem);
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
  if (problem.window != 0) line += fmt::format(" {}", problem.window);
  if (!problem.lengths.empty()) line += fmt::format(" lengths {}", fmt::join(problem.lengths, ","));
  if (problem.splits != 0) line += fmt::format(" splits {}", problem.splits);
  if (problem.page_size != 0) line += fmt::format(" page-size {}", problem.page_size);
  if (problem.shared_prefix != 0) line += fmt::format(" shared-prefix {}", problem.shared_prefix);
  line += fmt::format(" {} seed {}", name_of(problem.distribution), problem.seed);
  if (problem.tile_q != 0) line += fmt::format(" tile-q {}", problem.tile_q);
  if (problem.tile_kv != 0) line += fmt::format(" tile-kv {}", problem.tile_kv);
  return line;
}

}  // namespace attnlab::problem
