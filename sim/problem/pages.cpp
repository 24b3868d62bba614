// SPDX-License-Identifier: MIT
#include "sim/problem/pages.h"

#include <algorithm>
#include <numeric>

#include "sim/numerics/host_device.h"
#include "sim/numerics/philox.h"

namespace attnlab::problem {
namespace {

constexpr std::uint32_t kPageStream = 100;  // apart from the counters that inputs are drawn with

int ceil_div(int value, int divisor) {
  return (value + divisor - 1) / divisor;
}

// 0 .. count-1 in an order drawn from the seed (Fisher and Yates).
std::vector<std::int32_t> permutation(std::uint64_t seed, int count) {
  std::vector<std::int32_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  const numerics::PhiloxKey key = {
      {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  for (int last = count - 1; last > 0; --last) {
    const numerics::PhiloxCounter counter = {{static_cast<std::uint32_t>(last), 0, kPageStream, 0}};
    const std::uint32_t word = numerics::philox4x32_10(counter, key).word[0];
    std::swap(order[last], order[word % static_cast<std::uint32_t>(last + 1)]);
  }
  return order;
}

// Pages that hold tokens, each counted once.
int pages_in_use(const Problem& problem) {
  const int shared = shared_pages(problem);
  int pages = shared;
  for (int sequence = 0; sequence < problem.batch; ++sequence) {
    pages += ceil_div(length_of(problem, sequence), page_size_of(problem)) - shared;
  }
  return pages;
}

}  // namespace

int page_size_of(const Problem& problem) {
  return problem.page_size != 0 ? problem.page_size : kDefaultPageSize;
}

int shared_pages(const Problem& problem) {
  return problem.shared_prefix / page_size_of(problem);
}

PagedCache paged_cache(const Problem& problem) {
  PagedCache cache;
  cache.page_size = page_size_of(problem);
  cache.table_width = ceil_div(problem.len_kv, cache.page_size);
  const int used = pages_in_use(problem);
  cache.pages = used + problem.batch + used / 4 + 1;
  const std::vector<std::int32_t> order = permutation(problem.seed, cache.pages);
  const int shared = shared_pages(problem);
  int next = shared;  // the first pages of the order are the shared ones
  cache.block_table.assign(std::size_t(problem.batch) * cache.table_width, -1);
  for (int sequence = 0; sequence < problem.batch; ++sequence) {
    std::int32_t* row = cache.block_table.data() + std::int64_t{sequence} * cache.table_width;
    const int pages = ceil_div(length_of(problem, sequence), cache.page_size);
    for (int page = 0; page < pages; ++page) row[page] = order[page < shared ? page : next++];
  }
  for (int sequence = 0; sequence < problem.batch; ++sequence) {
    const int length = length_of(problem, sequence);
    for (int i = 0; i < problem.len_q; ++i) {
      const int position = length - problem.len_q + i;
      cache.slot_mapping.push_back(
          position < 0 ? -1 : static_cast<std::int32_t>(cache.slot_of(sequence, position)));
    }
    const bool copies = length > 0;
    const std::int64_t last = copies ? cache.slot_of(sequence, length - 1) / cache.page_size : -1;
    cache.copy_pairs.push_back(static_cast<std::int32_t>(last));
    cache.copy_pairs.push_back(copies ? order[next++] : -1);
  }
  return cache;
}

std::vector<float> paged_copy(const Problem& problem, const PagedCache& cache,
                              const std::vector<float>& tensor, int newest_left_out) {
  const std::int64_t d = problem.head_dim;
  const std::int64_t token = problem.kv_heads * d;
  std::vector<float> pool(static_cast<std::size_t>(cache.slots() * token),
                          numerics::float_of_bits(numerics::kCanonicalNanBits));
  for (int sequence = 0; sequence < problem.batch; ++sequence) {
    for (int position = 0; position < length_of(problem, sequence) - newest_left_out; ++position) {
      float* slot = pool.data() + cache.slot_of(sequence, position) * token;
      for (int head = 0; head < problem.kv_heads; ++head) {
        const std::int64_t row =
            (std::int64_t{sequence} * problem.kv_heads + head) * problem.len_kv + position;
        std::copy_n(tensor.data() + row * d, d, slot + head * d);
      }
    }
  }
  return pool;
}

std::vector<float> new_tokens(const Problem& problem, const std::vector<float>& tensor) {
  const std::int64_t d = problem.head_dim;
  std::vector<float> tokens;
  for (int sequence = 0; sequence < problem.batch; ++sequence) {
    for (int i = 0; i < problem.len_q; ++i) {
      const int position = length_of(problem, sequence) - problem.len_q + i;
      for (int head = 0; head < problem.kv_heads; ++head) {
        const std::int64_t row =
            (std::int64_t{sequence} * problem.kv_heads + head) * problem.len_kv + position;
        if (position < 0) {
          tokens.insert(tokens.end(), static_cast<std::size_t>(d), 0.0f);
        } else {
          tokens.insert(tokens.end(), tensor.data() + row * d, tensor.data() + (row + 1) * d);
        }
      }
    }
  }
  return tokens;
}

}  // namespace attnlab::problem
